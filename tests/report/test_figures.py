"""Static figures: right resolution, not blank, no boxes for letters, same bytes."""

from __future__ import annotations

import struct
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from matplotlib.image import imread

from planner.report import figures as figures_module
from planner.report.figures import write_figures
from planner.report.lettering import choose_lettering
from planner.report.summary import make_summary
from tests.report.records import make_proposals, make_records

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.evaluation import EvaluationRecords
    from planner.errors import Fault

NAMES = [
    "before_after.png",
    "coverage_curve.png",
    "coverage_map.png",
    "time_distribution.png",
    "verdicts.png",
]


def write(records: EvaluationRecords, folder: Path, *, siting: bool = True) -> tuple[Fault, ...]:
    proposals = make_proposals(records) if siting else None
    return write_figures(records, proposals, make_summary(records, proposals), folder)


def dots_a_metre(data: bytes) -> tuple[int, int]:
    """Return the resolution that a PNG states (its pHYs chunk)."""
    place = data.index(b"pHYs") + 4
    across, down, unit = struct.unpack(">IIB", data[place : place + 9])
    assert unit == 1
    return across, down


def test_each_figure_has_200_dots_an_inch_and_is_not_blank(tmp_path: Path) -> None:
    # Warnings are errors in tests: a letter that no font has would fail here.
    assert write(make_records(), tmp_path / "figures") == ()
    assert sorted(path.name for path in (tmp_path / "figures").iterdir()) == NAMES
    for name in NAMES:
        data = (tmp_path / "figures" / name).read_bytes()
        assert dots_a_metre(data) == (7874, 7874)
        assert b"Software" not in data
        pixels = imread(tmp_path / "figures" / name)[..., :3]
        assert len(np.unique((pixels * 255).astype(np.uint8).reshape(-1, 3), axis=0)) > 20
        assert 0.005 < float((pixels.min(axis=-1) < 0.95).mean()) < 0.9


def test_the_same_records_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write(make_records(), tmp_path / folder)
    for name in NAMES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_names_are_drawn_as_plain_text(tmp_path: Path, language: str) -> None:
    records = make_records(hostile=True, language=language)
    credits_line = ("$\\frac{1}{0}$ 😀 \x07", "😀")
    settings = replace(records.settings, credits=credits_line, name="$x_{")
    assert write(replace(records, settings=settings), tmp_path) == ()


def test_without_siting_there_is_no_curve(tmp_path: Path) -> None:
    write(make_records(areas=False, gaps=False, centres=1), tmp_path, siting=False)
    left = [name for name in NAMES if name != "coverage_curve.png"]
    assert sorted(path.name for path in tmp_path.iterdir()) == left


def test_without_a_chinese_font_figures_are_in_english_and_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        figures_module, "choose_lettering", lambda language: choose_lettering(language, fonts=())
    )
    (notice,) = write(make_records(), tmp_path)
    assert "no Chinese font was found" in notice.message
    lettering, _ = choose_lettering("zh", fonts=())
    assert lettering.words.language == "en"
    assert lettering.drawable("人民路 G1") == "G1"
    assert lettering.drawable("人民路", "C1") == "C1"
    assert choose_lettering("en", fonts=())[1] == ()


def test_many_uncovered_homes_and_an_empty_study_are_drawn_too(tmp_path: Path) -> None:
    records = make_records()
    count = 20_001
    rng = np.random.default_rng(1)
    plan = records.coverage.states[1]
    far = np.full((2, count), np.inf)
    city = replace(
        records,
        demand=replace(
            records.demand,
            demand_id=tuple(map(str, range(count))),
            xy=rng.uniform(0, 3000, (count, 2)) + records.demand.xy[0],
            persons=np.ones(count),
        ),
        coverage=replace(records.coverage, gaps=(), states=(replace(plan, travel_time_s=far),)),
    )
    summary = make_summary(records, None)
    write_figures(city, None, summary, tmp_path / "city")
    nothing = np.zeros((0, 2))
    streets = records.network.streets
    empty = replace(
        records,
        demand=replace(records.demand, xy=nothing, persons=np.zeros(0)),
        centres=replace(records.centres, centre=(), xy=nothing),
        judgements=replace(records.judgements, judgement=()),
        isochrones=tuple(replace(one, geometry=one.geometry[:0]) for one in records.isochrones),
        coverage=replace(city.coverage, states=(replace(plan, travel_time_s=np.zeros((2, 0))),)),
    )
    write_figures(empty, None, summary, tmp_path / "empty")
    none_shown = replace(streets, shape_xy=streets.shape_xy + 1e6)
    no_edges = replace(streets, shape_indptr=np.zeros(1, dtype=np.int64), shape_xy=np.zeros((0, 2)))
    for name, other in (("away", none_shown), ("none", no_edges)):
        changed = replace(records, network=replace(records.network, streets=other))
        geometry = np.array([shapely.Polygon()] * 4, dtype=object)
        isochrones = tuple(replace(one, geometry=geometry) for one in records.isochrones)
        write_figures(replace(changed, isochrones=isochrones), None, summary, tmp_path / name)
        assert (tmp_path / name / "coverage_map.png").stat().st_size > 10_000


def test_no_global_plotting_state_is_touched(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.report.test_figures import write\n"
        "from tests.report.records import make_records\n"
        f"write(make_records(), Path({str(tmp_path)!r}))\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
