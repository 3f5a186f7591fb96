"""Walking profiles that a study file brings itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.errors import StudyKeyError
from planner.inputs.study import read_study_file

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.study import StudySettings

STUDY = """
[streets]
source = "streets.osm"
[demand]
source = "population.csv"
[centres]
source = "plan.csv"
[walking]
profile = "my_walker"
"""


def read(folder: Path, profiles: str) -> StudySettings:
    (folder / "study.toml").write_text(STUDY + profiles, encoding="utf-8")
    return read_study_file(folder, require_files=False)


def test_a_study_without_profiles_has_none(tmp_path: Path) -> None:
    assert read(tmp_path, "").walking.profiles == {}


def test_profiles_are_handed_on_as_they_are_written(tmp_path: Path) -> None:
    text = """
    [walking.profiles.my_walker]
    base = "elderly"
    speed_m_s = { value = 0.7, certainty = "read", source = "our own count" }
    paid_links = false
    """
    assert read(tmp_path, text).walking.profiles == {
        "my_walker": {
            "base": "elderly",
            "speed_m_s": {"value": 0.7, "certainty": "read", "source": "our own count"},
            "paid_links": False,
        }
    }


def test_faults_of_profiles_come_with_all_others_and_name_the_file(tmp_path: Path) -> None:
    text = """
    direction = "to_center"
    [walking.profiles.my_walker]
    base = "elderly"
    speed_m_s = 0
    slope = "tolber"
    [walking.profiles.other]
    step_up_m_s = 0.4
    """
    with pytest.raises(StudyKeyError) as caught:
        read(tmp_path, text)
    faults = [fault for fault in caught.value.faults if fault.message != "the file does not exist"]
    assert {fault.file for fault in faults} == {"study.toml"}
    assert sorted(fault.field or "" for fault in faults) == [
        "walking.direction",
        "walking.profiles.my_walker.slope",
        "walking.profiles.my_walker.speed_m_s",
        "walking.profiles.other.speed_m_s",
        "walking.profiles.other.step_up_m_s",
        "walking.profiles.other.steps_down_m_s",
        "walking.profiles.other.steps_up_m_s",
    ]
    told = str(caught.value)
    assert "did you mean tobler?" in told
    assert "did you mean steps_up_m_s?" in told


@pytest.mark.parametrize("text", ["profiles = 3", "profiles.my_walker = 1.2"])
def test_what_is_no_table_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(StudyKeyError, match=r"walking\.profiles.*table"):
        read(tmp_path, text)
