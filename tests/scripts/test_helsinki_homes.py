"""The real extract: what is derived from it can be derived again."""

from __future__ import annotations

import csv
from pathlib import Path

from scripts.helsinki_homes import (
    CENTRE_COLUMNS,
    HOME_COLUMNS,
    find_centres,
    find_homes,
    write_table,
)

HELSINKI = Path(__file__).resolve().parents[2] / "data" / "helsinki"
EXTRACT = HELSINKI / "streets.osm.pbf"


def test_homes_can_be_made_again(tmp_path: Path) -> None:
    write_table(tmp_path / "homes.csv", HOME_COLUMNS, find_homes(EXTRACT))
    assert (tmp_path / "homes.csv").read_bytes() == (HELSINKI / "homes.csv").read_bytes()


def test_centres_can_be_made_again_and_invented_ones_say_so(tmp_path: Path) -> None:
    write_table(tmp_path / "centres.csv", CENTRE_COLUMNS, find_centres(EXTRACT))
    written = (tmp_path / "centres.csv").read_bytes()
    assert written == (HELSINKI / "centres.csv").read_bytes()
    rows = list(csv.DictReader(written.decode().splitlines()))
    assert len(rows) == 6
    assert {r["origin"] for r in rows} == {"openstreetmap", "invented"}
    assert all(r["name"].startswith("Invented") == (r["origin"] == "invented") for r in rows)


def test_homes_carry_whole_persons() -> None:
    homes = find_homes(EXTRACT)
    assert len(homes) == 314
    assert all(isinstance(h.persons, int) and h.persons > 0 for h in homes)
