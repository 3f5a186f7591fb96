"""
Small towns drawn as ASCII art and run through the whole real pipeline.

A drawing is a grid of cells. `+` is a junction; `-` and `|` are streets between junctions; a
lowercase letter is a home standing on the street it interrupts, a digit a centre; `>` or `<`
anywhere on a street makes it one-way on foot; `=` makes it a bridge. Each letter is a number of
persons: a = 1, b = 2, c = 4, … so that a sum names exactly who is in it.

The profile `norm` walks 1 m/s: with cells of 10 m, 30 cells are five minutes.
"""

from __future__ import annotations

import csv
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyproj import Transformer

import planner

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.coverage import CircleCoverage
    from planner.workbench import Evaluation

ORIGIN_LON, ORIGIN_LAT = 106.5, 29.5
PLANE = f"+proj=tmerc +lat_0={ORIGIN_LAT} +lon_0={ORIGIN_LON} +k=1 +ellps=GRS80 +units=m"
TO_LONLAT = Transformer.from_crs(PLANE, "EPSG:4326", always_xy=True)
STREET = {"-": "residential", "|": "residential", "=": "residential"}


@dataclass
class Town:
    """A drawing, and what is known of its centres and homes."""

    drawing: str
    centres: dict[str, dict[str, object]] = field(default_factory=dict)
    cell_m: float = 10.0
    extra_study: str = ""
    walking: str = ""
    off_street_m: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rows = self.drawing.strip("\n").splitlines()
        width = max(len(row) for row in self.rows)
        self.rows = [row.ljust(width) for row in self.rows]

    def at(self, row: int, column: int) -> tuple[float, float]:
        """Longitude and latitude of a cell."""
        lon, lat = TO_LONLAT.transform(column * self.cell_m, -row * self.cell_m)
        return float(lon), float(lat)

    def ways(self) -> list[tuple[tuple[int, int], tuple[int, int], str]]:
        """Ways as start cell, end cell, and the characters between."""
        found = []
        for r, row in enumerate(self.rows):
            for c, mark in enumerate(row):
                if mark != "+":
                    continue
                right = self._run(r, c, 0, 1)
                down = self._run(r, c, 1, 0)
                found += [way for way in (right, down) if way is not None]
        return found

    def _run(
        self, row: int, column: int, down: int, right: int
    ) -> tuple[tuple[int, int], tuple[int, int], str] | None:
        line = "-=<>" if right else "|="
        r, c, text = row + down, column + right, ""
        while r < len(self.rows) and c < len(self.rows[0]):
            mark = self.rows[r][c]
            if mark == "+":
                drawn = any(m in line for m in text)
                return ((row, column), (r, c), text) if drawn else None
            if mark not in line and not mark.isalnum():
                return None
            text += mark
            r, c = r + down, c + right
        return None

    def places(self, kind: str) -> dict[str, tuple[float, float]]:
        """Letters (homes) or digits (centres) with their longitude and latitude."""
        wanted = string.ascii_lowercase if kind == "home" else string.digits
        found = {}
        for r, row in enumerate(self.rows):
            for c, mark in enumerate(row):
                if mark in wanted:
                    lon, lat = self.at(r, c)
                    if mark in self.off_street_m:
                        lon, lat = TO_LONLAT.transform(
                            c * self.cell_m, -r * self.cell_m + self.off_street_m[mark]
                        )
                    found[mark] = (lon, lat)
        return found

    def write(self, folder: Path) -> Path:
        """Write the study's files into a folder and return the study file."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "streets.osm").write_text(self._osm(), encoding="utf-8")
        self._write_table(
            folder / "population.csv",
            [
                {"demand_id": mark, "lon": lon, "lat": lat, "persons": 2 ** (ord(mark) - ord("a"))}
                for mark, (lon, lat) in sorted(self.places("home").items())
            ],
        )
        default = {"level": "community", "kind": "comprehensive", "status": "existing"}
        self._write_table(
            folder / "centres.csv",
            [
                {"centre_id": mark, "name": f"centre {mark}", "lon": lon, "lat": lat}
                | default
                | {"floor_area_m2": "", "convenience_area_m2": ""}
                | self.centres.get(mark, {})
                for mark, (lon, lat) in sorted(self.places("centre").items())
            ],
        )
        study = folder / "study.toml"
        study.write_text(
            'name = "town"\nlanguage = "en"\n[streets]\nsource = "streets.osm"\n'
            f"[walking]\nsnap_limit_m = 60\n{self.walking}\n"
            '[demand]\nsource = "population.csv"\n[centres]\nsource = "centres.csv"\n'
            'datum = "wgs84"\n' + self.extra_study,
            encoding="utf-8",
        )
        return study

    def evaluate(self, folder: Path) -> Evaluation:
        """Run the whole evaluation on the town."""
        return planner.evaluate(self.write(folder), threads=1)

    def _osm(self) -> str:
        ids = {
            (r, c): r * 1000 + c + 1
            for r, row in enumerate(self.rows)
            for c, mark in enumerate(row)
            if mark == "+"
        }
        lines = ['<?xml version="1.0"?><osm version="0.6" generator="town">']
        for (r, c), node in ids.items():
            lon, lat = self.at(r, c)
            lines.append(f'<node id="{node}" lon="{lon:.9f}" lat="{lat:.9f}" version="1"/>')
        for number, (start, end, text) in enumerate(self.ways(), start=1):
            if "<" in text:
                start, end = end, start  # noqa: PLW2901 - a way drawn the other way round
            tags = {"highway": "residential", "name": f"street {number}"}
            if "<" in text or ">" in text:
                tags["oneway:foot"] = "yes"
            if "=" in text:
                tags["bridge"] = "yes"
            lines.append(f'<way id="{number}" version="1">')
            lines += [f'<nd ref="{ids[cell]}"/>' for cell in (start, end)]
            lines += [f'<tag k="{key}" v="{value}"/>' for key, value in tags.items()]
            lines.append("</way>")
        return "\n".join([*lines, "</osm>"])

    @staticmethod
    def _write_table(path: Path, rows: list[dict[str, object]]) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            names = list(dict.fromkeys(name for row in rows for name in row))
            writer = csv.DictWriter(file, fieldnames=names)
            writer.writeheader()
            writer.writerows(rows)


def homes_in(persons: float) -> str:
    """Return the letters whose persons make up a sum."""
    count = round(persons)
    assert abs(count - persons) < 1e-9, "persons are whole"
    return "".join(
        letter for place, letter in enumerate(string.ascii_lowercase) if count >> place & 1
    )


def circle(evaluation: Evaluation, circle_id: str, state: str = "plan") -> CircleCoverage:
    """Return the figures of a circle in a state."""
    for figures in evaluation.records.coverage.states:
        if figures.state == state:
            return next(c for c in figures.life_circles if c.circle_id == circle_id)
    raise AssertionError(f"no state {state}")


def times(evaluation: Evaluation) -> dict[str, float]:
    """Return, for every home, its time to the nearest centre of the plan (longest circle)."""
    plan = next(s for s in evaluation.records.coverage.states if s.state == "plan")
    ids = evaluation.records.demand.demand_id
    return dict(zip(ids, plan.travel_time_s[-1].tolist(), strict=True))
