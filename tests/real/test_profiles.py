"""What every walking profile covers in Porto Alegre, with heights."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from scripts.profile_table import PROFILES, profile_rows

if TYPE_CHECKING:
    from pathlib import Path

HERE_TABLE = "porto_alegre_profiles.csv"


@pytest.fixture(scope="module")
def rows(
    shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], dict[str, float]]:
    found = profile_rows(shared_data, tmp_path_factory.mktemp("profiles"))
    return {
        (str(row["profile"]), str(row["life_circle"])): {
            key: float(str(text))
            for key, text in row.items()
            if key not in ("profile", "life_circle")
        }
        for row in found
    }


@pytest.mark.shared_data
def test_every_profile_covers_what_the_golden_table_says(
    rows: dict[tuple[str, str], dict[str, float]], root: Path
) -> None:
    """A golden table: figures of an earlier run, so that none moves by accident."""
    path = root / "tests" / "real" / HERE_TABLE
    with path.open(encoding="utf-8", newline="") as file:
        golden = list(csv.DictReader(file))
    assert [(row["profile"], row["life_circle"]) for row in golden] == list(rows)
    for row in golden:
        found = rows[row["profile"], row["life_circle"]]
        for key, number in found.items():
            assert number == pytest.approx(float(row[key]), abs=2e-6, rel=1e-9), key


@pytest.mark.shared_data
def test_heights_take_area_from_everybody_but_the_norm(
    rows: dict[tuple[str, str], dict[str, float]],
) -> None:
    for (profile, _), row in rows.items():
        if profile == "norm":
            assert row["loss_terrain_share"] == row["loss_terrain_persons_share"] == 0.0
        else:
            assert row["loss_terrain_share"] > 0.0
        assert 0.0 < row["loss_detour_share"] < 1.0
        assert row["persons_covered"] / row["persons"] == pytest.approx(row["share_covered"])


@pytest.mark.shared_data
def test_the_faster_walker_of_two_with_the_same_rules_covers_no_less(
    rows: dict[tuple[str, str], dict[str, float]],
) -> None:
    for circle in ("basic_5min", "daily_15min"):
        shares = [
            rows[who, circle]["share_covered"] for who in ("elderly", "child_with_carer", "adult")
        ]
        assert shares == sorted(shares)
        # Whom steps and steep streets bar reaches less than whom they slow.
        wheels = rows["wheelchair", circle]["share_covered"]
        assert wheels <= shares[0]
    assert set(PROFILES) == {profile for profile, _ in rows}
