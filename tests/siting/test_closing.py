"""Closing: centres that may close stay only where that is worth what it frees."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.cli.headline import headline
from planner.domain.places import Candidates
from planner.domain.shelf import Shelf
from planner.domain.siting import Expansions
from planner.errors import SitingInvalid, StudyKeyError
from planner.pipeline.expansions import take_walks
from planner.report.drawn_shapes import DrawnShapes
from planner.report.map_circles import unite_bands
from planner.report.words import choose_words
from planner.siting.closing import allow_closing, settle_closings
from planner.siting.propose import choose_proposals
from tests.scenes.town import Town, homes_in
from tests.siting.test_propose import ASK as ASK_TOWN
from tests.siting.test_propose import CIRCLES, towns
from tests.siting.test_propose import Town as Town_

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from planner.domain.reach import Walks
    from planner.domain.siting import SitingPlan

# West: centres 1 and 2 beside each other reach a and b (3 persons). Middle: centre 3 reaches c (4).
# East: nothing yet reaches d (8), and farther east e (16). D and E are beside them.
GAP = "-" * 240
DRAWING = f"+1ab2{GAP}3c{GAP}d-{GAP}e-+"
OLD: dict[str, dict[str, object]] = {
    name: {"floor_area_m2": 1000, "convenience_area_m2": 900, "name": f"centre {name}"}
    for name in "123"
}
ASK = '[siting]\ncandidates = "sites.csv"\n'
FIFTEEN = "daily_15min"


def ask(folder: Path, question: str, centres: dict[str, dict[str, object]] = OLD) -> Path:
    town = Town(DRAWING, centres=centres, extra_study=ASK + question)
    study = town.write(folder)
    homes = town.places("home")
    (folder / "sites.csv").write_text(
        "id,lon,lat,cost_yuan\n"
        + "".join(
            f"{name},{homes[home][0]},{homes[home][1]},{cost}\n"
            for name, home, cost in (("D", "d", 3_000_000), ("E", "e", 5_000_000))
        ),
        encoding="utf-8",
    )
    return study


def propose(folder: Path, question: str, centres: dict[str, dict[str, object]] = OLD) -> SitingPlan:
    study = ask(folder, question, centres)
    return planner.propose(planner.evaluate(study, threads=1)).records.plan


def told(plan: SitingPlan) -> tuple[list[str], list[str]]:
    ids = plan.candidates.candidate_id
    return (
        [ids[one.candidate_index] for one in plan.proposals],
        [one.centre_id for one in plan.closings],
    )


@pytest.mark.parametrize(
    ("budget", "saves", "built", "closed", "covered"),
    [
        # nothing to build with: nothing closes, for closing alone covers nobody
        (3_000_000, 1000, ["D"], [], "abcd"),
        (5_000_000, 1000, ["E"], [], "abce"),
        # one of two that reach the same frees the million that E misses
        (4_000_000, 1000, ["E"], ["1"], "abce"),
        # three millions for D and two from closing 1 and 3: e (16) for c (4)
        (3_000_000, 1000, ["E"], ["1", "3"], "abe"),
        # 1 and 3 free six millions: D and E for c
        (3_000_000, 3000, ["E", "D"], ["1"], "abcde"),
    ],
)
def test_what_closes_pays_for_what_covers_more(
    tmp_path: Path, budget: int, saves: int, built: list[str], closed: list[str], covered: str
) -> None:
    plan = propose(
        tmp_path,
        f'budget = {budget}\nmay_close = ["1", "3"]\nclosing_saves_per_m2 = {saves}\n',
    )
    expected = best(budget, saves * 1000)
    assert plan.objective == plan.bound == expected
    if expected == worth(covered):
        assert told(plan) == (built, closed)


def worth(homes: str) -> float:
    return float(sum(2 ** "abcde".index(home) for home in homes))


def best(budget: float, saved: float) -> float:
    """Try everything: which of 1 and 3 close, which of D and E are built."""
    found = 0.0
    for n_closed in range(3):
        for closed in combinations("13", n_closed):
            for n_built in range(3):
                for built in combinations("DE", n_built):
                    cost = sum({"D": 3e6, "E": 5e6}[one] for one in built)
                    if cost <= budget + saved * len(closed):
                        homes = "ab" + ("" if "3" in closed else "c") + "".join(built).lower()
                        found = max(found, worth(homes))
    return found


def test_a_closing_tells_what_it_saves_and_whom_it_leaves(tmp_path: Path) -> None:
    plan = propose(tmp_path, 'budget = 4_000_000\nmay_close = ["3"]\nclosing_saves_per_m2 = 1000\n')
    (only,) = plan.closings
    assert (only.centre_id, only.name, only.saved_yuan) == ("3", "centre 3", 1_000_000)
    assert homes_in(only.persons_lost[FIFTEEN]) == "c"
    (new,) = plan.proposals
    assert (new.proposal_id, new.order) == ("P1", 1)
    assert homes_in(new.persons_gained[FIFTEEN]) == "e"
    assert plan.objective == worth("abe")
    assert not plan.curve
    assert not plan.cost_curve
    assert plan.counts["may_close"] == plan.counts["closed"] == 1


def test_with_a_number_one_that_closes_lets_one_more_be_built(tmp_path: Path) -> None:
    """One centre may be built; for centre 1, whom nobody misses, or 3, one more: D and E."""
    plan = propose(tmp_path, 'count = 1\nmay_close = ["1", "3"]\n')
    assert told(plan) == (["E", "D"], ["1"])
    assert plan.closings[0].saved_yuan is None
    assert plan.closings[0].persons_lost[FIFTEEN] == 0
    assert plan.objective == worth("abcde")


def test_what_may_close_stays_where_it_must(tmp_path: Path) -> None:
    plan = propose(
        tmp_path,
        'budget = 4_000_000\nmay_close = ["1", "3"]\nclosing_saves_per_m2 = 1000\n'
        'must_have = ["1"]\n',
    )
    assert told(plan) == (["E"], ["3"])
    gone = propose(
        tmp_path / "gone",
        'budget = 3_000_000\nmay_close = ["3"]\nclosing_saves_per_m2 = 1\nmust_not = ["3"]\n',
    )
    assert told(gone) == (["D"], ["3"])


def test_what_stands_is_bound_by_no_spacing(tmp_path: Path) -> None:
    """Centres 1 and 3 are 2.4 km apart, and 3 from D: with 5 km between new ones it stays."""
    plan = propose(
        tmp_path,
        'count = 1\nmay_close = ["3"]\nmin_spacing_m = 5000\nmust_have = ["3"]\n',
    )
    assert told(plan) == (["E"], [])


def test_closing_and_room_are_asked_together(tmp_path: Path) -> None:
    """
    A household a person, 100 m2 a household: 1 and 2 hold ten each and share three, 3 serves c.

    A million for closing 1 and four that are there build E (27 places for 16).
    """
    room = "[coverage]\nm2_per_100_households = 10_000\npersons_per_household = 1\n"
    question = (
        'budget = 4_000_000\nmay_close = ["1", "3"]\nclosing_saves_per_m2 = 1000\n'
        f"capacity = true\n{room}"
    )
    plan = propose(tmp_path, question)
    assert told(plan) == (["E"], ["1"])
    assert plan.objective == 3 + 4 + 16
    assert plan.counts["households_with_room_before"] == 7
    assert [one.households_gained for one in plan.proposals] == [16]


def test_the_reports_name_what_closes(tmp_path: Path) -> None:
    study = ask(
        tmp_path / "study",
        'budget = 4_000_000\nmay_close = ["3"]\nclosing_saves_per_m2 = 1000\n',
    )
    planner.run(study, tmp_path / "out", threads=1)
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    (only,) = summary["siting"]["closings"]
    assert (only["centre_id"], only["saved_yuan"]) == ("3", 1_000_000)
    assert only["persons_lost"][FIFTEEN] == 4
    after = summary["states"]["with_proposals"]["life_circles"][1]
    assert after["persons_covered"] == worth("abe")
    assert after["centres"] == 3
    with (tmp_path / "out" / "projects.csv").open(encoding="utf-8-sig", newline="") as file:
        built, closed = csv.DictReader(file)
    words = choose_words("en")
    assert built[words("col.id")] == "P1"
    assert (closed[words("col.action")], closed[words("col.expanded_centre")]) == (
        "close",
        "3 centre 3",
    )
    assert closed[words("col.cost")] == "-1000000"
    (gained,) = (value for key, value in closed.items() if "15-minute" in key)
    assert gained == "-4"
    sheet = openpyxl.load_workbook(tmp_path / "out" / "tables.xlsx")[words("sheet.proposals")]
    texts = [cell.value for row in sheet.iter_rows() for cell in row]
    assert "Centres that close" in texts
    assert "centre 3" in texts
    report = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "To close: 3 centre 3." in report
    page = (tmp_path / "out" / "map.html").read_text("utf-8")
    assert '"closes":true' in page
    assert '"closings":[{"centre":2,"saved_yuan":1000000' in page
    told = headline(summary, language="zh")
    assert "建议撤并 1 处: 3 centre 3" in told


def test_the_map_shows_what_closes_as_out_of_service(tmp_path: Path) -> None:
    study = ask(tmp_path, 'budget = 4_000_000\nmay_close = ["3"]\nclosing_saves_per_m2 = 1000\n')
    evaluation = planner.evaluate(study, threads=1)
    records = evaluation.records
    proposals = planner.propose(evaluation).records
    shapes = DrawnShapes(Shelf())
    bands = unite_bands(records, proposals, shapes)
    for plan, kept, after in zip(
        bands["plan"], bands["kept"], bands["with_proposals"], strict=True
    ):
        assert kept.area < plan.area
        assert not after.covers(records.isochrones[0].geometry[2])


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ('count = 1\nmay_close = ["9"]\n', "no such centre"),
        ('count = 1\nbase = "pass"\nmay_close = ["3"]\n', "does not count"),
        ('target = 0.9\nmay_close = ["3"]\n', "with a count or a budget"),
        ('count = 1\nmay_close = ["3"]\nalternatives = 1\n', "one plan"),
        ('count = 1\nmay_close = ["3"]\nobjective = "median"\n', "one plan"),
    ],
)
def test_what_cannot_close_is_named(tmp_path: Path, question: str, message: str) -> None:
    with pytest.raises(SitingInvalid, match=message):
        propose(tmp_path, question)


def test_a_centre_of_unknown_size_saves_nobody_knows_what(tmp_path: Path) -> None:
    with pytest.raises(SitingInvalid, match="floor area of a centre that may close"):
        propose(
            tmp_path,
            'budget = 3_000_000\nmay_close = ["3"]\nclosing_saves_per_m2 = 1000\n',
            {**OLD, "3": {"convenience_area_m2": 900}},
        )


def test_a_budget_needs_what_closing_saves(tmp_path: Path) -> None:
    with pytest.raises(StudyKeyError, match="closing_saves_per_m2"):
        propose(tmp_path, 'budget = 3_000_000\nmay_close = ["3"]\n')


def take_rows(walks: Walks, rows: list[int]) -> Walks:
    return take_walks(walks, np.array(rows, np.int64))


@given(towns(), st.data())
@settings(max_examples=80, deadline=None)
def test_no_choice_of_what_closes_and_what_is_built_covers_more(
    town: Town_, data: st.DataObject
) -> None:
    n = len(town.time_s)
    n_keeps = data.draw(st.integers(0, min(3, n - 1)))
    if not n_keeps or not town.persons.any():
        return
    area = np.array([float(data.draw(st.integers(1, 4))) for _ in range(n_keeps)])
    cost = np.array([float(data.draw(st.integers(1, 6))) for _ in range(n - n_keeps)])
    by_number = data.draw(st.booleans())
    rows = list(range(n_keeps))
    keeps = Expansions(
        centre_index=np.arange(n_keeps),
        centre_id=tuple(f"c{row}" for row in rows),
        centre_name=("",) * n_keeps,
        clause_ids=((),) * n_keeps,
        xy=town.candidates.xy[:n_keeps],
        added_m2=np.zeros(n_keeps),
        floor_area_m2=area,
        convenience_area_m2=np.full(n_keeps, np.nan),
        walks=take_rows(town.walks, rows),
        serves=np.ones((2, n_keeps), np.bool_),
        action=("keep",) * n_keeps,
    )
    candidates = Candidates(
        town.candidates.candidate_id[n_keeps:],
        town.candidates.xy[n_keeps:],
        town.candidates.crs,
        cost,
    )
    limit = data.draw(st.integers(1, 4 if not by_number else max(1, n - n_keeps)))
    if by_number and limit > n - n_keeps:
        return
    if not by_number and limit + area.sum() < min(cost.min(), area.min()):
        return
    asked = replace(
        ASK_TOWN,
        count=limit if by_number else None,
        budget=None if by_number else float(limit),
        closing_saves_per_m2=None if by_number else 1.0,
    )
    plan = choose_proposals(
        candidates=candidates,
        walks=take_rows(town.walks, list(range(n_keeps, n))),
        persons=town.persons,
        base_time_s=np.stack([town.base_s, town.base_s]),
        circles=CIRCLES,
        settings=allow_closing(asked, keeps),
        floor_area_m2=None,
        convenience_area_m2=None,
        expansions=keeps,
    )
    plan = settle_closings(plan, keeps, asked)
    closed = [one.centre_index for one in plan.closings]
    built = [one.candidate_index for one in plan.proposals]

    def affordable(gone: list[int], new: list[int]) -> bool:
        if by_number:
            return len(new) <= limit + len(gone)
        return float(cost[new].sum()) <= limit + float(area[gone].sum()) + 1e-9

    def covered(gone: list[int], new: list[int]) -> float:
        left = [row for row in rows if row not in gone]
        return town.covered((*left, *(n_keeps + one for one in new)), 900)

    most = max(
        covered(list(gone), list(new))
        for gone in subsets(rows)
        for new in subsets(list(range(n - n_keeps)))
        if affordable(list(gone), list(new))
    )
    assert affordable(closed, built)
    assert covered(closed, built) == pytest.approx(most)
    assert plan.objective == pytest.approx(most)
    for one in closed:
        # nothing closes where it could stay
        assert not affordable([other for other in closed if other != one], built)


def subsets(members: list[int]) -> Iterator[tuple[int, ...]]:
    for size in range(len(members) + 1):
        yield from combinations(members, size)
