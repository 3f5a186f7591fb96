"""
One street with six homes and two centres, and what changes when a plan changes.

Cells are 100 m, `norm` walks 1 m/s: five minutes are three cells, fifteen are nine.
Persons: a = 1, b = 2, c = 4, d = 8, e = 16, f = 32.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import planner
from tests.scenes.town import Town

if TYPE_CHECKING:
    from pathlib import Path

BOTH = "+a1bc-----d---2e------f-------+"
"""a, b and c live within five minutes of 1, e of 2; d within fifteen of both, f of 2."""

FIRST_MOVED = "+a-bc---1-d---2e------f-------+"
"""Centre 1 six cells to the right: d is two cells from it, a, b and c seven to four."""

NEW = {"status": "new", "floor_area_m2": 2800, "convenience_area_m2": 850}
"""A new centre that passes: at least 2,700 and 800 m² are asked for."""


def run_street(
    folder: Path,
    drawing: str = BOTH,
    *,
    language: str = "en",
    walking: str = "",
    **centres: dict[str, object],
) -> Path:
    """Run a street into `folder / "out"` and return that; `c2={…}` sets columns of centre 2."""
    named = {name.removeprefix("c"): row for name, row in centres.items()}
    study = Town(drawing, centres=named, cell_m=100.0, walking=walking).write(folder)
    text = study.read_text("utf-8").replace('language = "en"', f'language = "{language}"')
    study.write_text(text, encoding="utf-8")
    return run_again(study)


def run_again(study: Path) -> Path:
    """Run a study into the folder beside its file and return that."""
    planner.run(study, study.parent / "out", threads=1)
    return study.parent / "out"
