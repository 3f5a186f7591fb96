"""What must hold of coverage for any plan."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.coverage.cover import cover_state, is_covered
from planner.units import LIMIT_TOLERANCE_S
from tests.coverage.scene import BASIC, DAILY, walks_of

if TYPE_CHECKING:
    from planner.domain.coverage import StateCoverage
    from planner.domain.standard import LifeCircle, Verdict

CIRCLES = (BASIC, DAILY)
N_DEMAND = 6
VERDICTS: tuple[Verdict, ...] = ("pass", "fail", "cannot_tell", "not_applicable")
SECONDS = st.one_of(
    st.sampled_from([300.0, 300.002, 900.0, 250.0]), st.floats(0.0, 1800.0, allow_nan=False)
)


@dataclasses.dataclass(frozen=True)
class Scene:
    times: list[dict[int, float]]
    open_now: list[bool]
    serving: list[list[bool]]
    verdicts: list[Verdict]
    persons: list[float]


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    count = draw(st.integers(0, 5))

    def flags() -> list[bool]:
        return draw(st.lists(st.booleans(), min_size=count, max_size=count))

    walk = st.dictionaries(st.integers(0, N_DEMAND - 1), SECONDS)
    return Scene(
        times=draw(st.lists(walk, min_size=count, max_size=count)),
        open_now=flags(),
        serving=[flags(), flags()],
        verdicts=draw(st.lists(st.sampled_from(VERDICTS), min_size=count, max_size=count)),
        persons=draw(st.lists(st.floats(0.0, 1e5), min_size=N_DEMAND, max_size=N_DEMAND)),
    )


def count(scene: Scene, circles: tuple[LifeCircle, ...] = CIRCLES) -> StateCoverage:
    return cover_state(
        "plan",
        walks=walks_of(scene.times, N_DEMAND),
        persons=np.array(scene.persons),
        households=None,
        in_service_mask=np.array(scene.open_now, dtype=np.bool_),
        serves_masks=np.array(scene.serving, dtype=np.bool_).reshape(2, len(scene.times)),
        verdicts=scene.verdicts,
        circles=circles,
    )


def twin(scene: Scene, row: int, accepted: set[str]) -> tuple[list[float], list[int]]:
    """Find the fastest walks by plain loops over dictionaries."""
    best, place = [float("inf")] * N_DEMAND, [-1] * N_DEMAND
    for centre, walks in enumerate(scene.times):
        if not (scene.open_now[centre] and scene.serving[row][centre]):
            continue
        if scene.verdicts[centre] not in accepted:
            continue
        for home, seconds in walks.items():
            if seconds < best[home]:
                best[home], place[home] = seconds, centre
    return best, place


@given(scene=scenes())
@settings(max_examples=150, deadline=None)
def test_it_agrees_with_plain_loops(scene: Scene) -> None:
    found = count(scene)
    every: set[str] = set(VERDICTS)
    for row, circle in enumerate(CIRCLES):
        figures = found.life_circles[row]
        for accepted, times, persons in (
            (every, found.travel_time_s, figures.persons_covered),
            ({"pass"}, found.travel_time_pass_s, figures.persons_covered_pass),
            (
                every - {"fail"},
                found.travel_time_not_failing_s,
                figures.persons_covered_not_failing,
            ),
        ):
            best, place = twin(scene, row, accepted)
            assert times[row].tolist() == best
            covered = 0.0
            for home, seconds in enumerate(best):
                if seconds <= circle.limit_s + LIMIT_TOLERANCE_S:
                    covered += scene.persons[home]
            assert persons == pytest.approx(covered)
            if accepted == every:
                assert found.centre_index[row].tolist() == place


@given(scene=scenes())
@settings(max_examples=80, deadline=None)
def test_passing_are_among_the_not_failing_and_those_among_all(scene: Scene) -> None:
    for figures in count(scene).life_circles:
        assert (
            figures.persons_covered_pass
            <= figures.persons_covered_not_failing
            <= figures.persons_covered
            <= figures.persons
        )
        assert figures.centres_pass <= figures.centres_not_failing <= figures.centres
        assert 0.0 <= figures.share_covered_pass <= figures.share_covered <= 1.0


@given(scene=scenes(), more=st.dictionaries(st.integers(0, N_DEMAND - 1), SECONDS))
@settings(max_examples=80, deadline=None)
def test_one_more_centre_never_uncovers(scene: Scene, more: dict[int, float]) -> None:
    larger = Scene(
        times=[*scene.times, more],
        open_now=[*scene.open_now, True],
        serving=[[*row, True] for row in scene.serving],
        verdicts=[*scene.verdicts, "pass"],
        persons=scene.persons,
    )
    before, after = count(scene), count(larger)
    for one in ("travel_time_s", "travel_time_pass_s", "travel_time_not_failing_s"):
        assert np.all(getattr(after, one) <= getattr(before, one))
    for small, large in zip(before.life_circles, after.life_circles, strict=True):
        assert large.persons_covered >= small.persons_covered


@given(scene=scenes(), longer=st.floats(0.0, 900.0))
@settings(max_examples=80, deadline=None)
def test_a_longer_limit_never_uncovers(scene: Scene, longer: float) -> None:
    wider = tuple(dataclasses.replace(one, limit_s=one.limit_s + longer) for one in CIRCLES)
    before, after = count(scene), count(scene, wider)
    for row, (small, large) in enumerate(zip(before.life_circles, after.life_circles, strict=True)):
        assert large.persons_covered >= small.persons_covered
        inside = is_covered(before.travel_time_s[row], small.limit_s)
        assert np.all(is_covered(after.travel_time_s[row], large.limit_s)[inside])


@given(scene=scenes(), data=st.data())
@settings(max_examples=80, deadline=None)
def test_the_order_of_homes_and_centres_does_not_matter(scene: Scene, data: st.DataObject) -> None:
    homes = data.draw(st.permutations(range(N_DEMAND)))
    rows = data.draw(st.permutations(range(len(scene.times))))
    to = {old: new for new, old in enumerate(homes)}
    shuffled = Scene(
        times=[{to[home]: s for home, s in scene.times[row].items()} for row in rows],
        open_now=[scene.open_now[row] for row in rows],
        serving=[[one[row] for row in rows] for one in scene.serving],
        verdicts=[scene.verdicts[row] for row in rows],
        persons=[scene.persons[home] for home in homes],
    )
    before, after = count(scene), count(shuffled)
    assert after.life_circles == before.life_circles
    assert np.array_equal(after.travel_time_s, before.travel_time_s[:, homes])
