"""`[coverage]` in the study file: how people are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.domain.study import CoverageSettings
from planner.errors import StudyKeyError
from planner.inputs.study import read_study_file

if TYPE_CHECKING:
    from pathlib import Path

STUDY = """
[streets]
source = "streets.osm"
[demand]
source = "people.csv"
[centres]
source = "plan.csv"
"""


def read(folder: Path, text: str) -> CoverageSettings:
    path = folder / "study.toml"
    path.write_text(STUDY + text, encoding="utf-8")
    return read_study_file(path, require_files=False).coverage


def test_a_study_without_the_table_has_the_defaults(tmp_path: Path) -> None:
    assert read(tmp_path, "") == CoverageSettings()
    assert CoverageSettings().m2_per_100_households == 30
    assert CoverageSettings().persons_per_household == 2.45


def test_every_key_is_read(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """
        [coverage]
        community_counts_when = "centre"
        community_counts_at = 0.5
        m2_per_100_households = 40
        persons_per_household = 3
        robust_profiles = ["elderly"]
        """,
    )
    assert found == CoverageSettings("centre", 0.5, 40.0, 3.0, ("elderly",))


def test_no_other_profile_may_be_asked_for(tmp_path: Path) -> None:
    assert read(tmp_path, "[coverage]\nrobust_profiles = []\n").robust_profiles == ()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('community_counts_when = "half"', "half"),
        ("community_counts_at = 80", "80"),
        ("m2_per_100_households = 0", "0"),
        ("comunity_counts_at = 0.8", "comunity_counts_at"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, line: str, found: str) -> None:
    with pytest.raises(StudyKeyError, match=found):
        read(tmp_path, f"[coverage]\n{line}\n")
