"""The same plan with other walkers, directions and speeds: alternatives, robust and fragile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from planner.coverage.robustness import find_covered, judge_robustness
from planner.domain.coverage import Alternative
from planner.domain.robustness import VariedCover
from planner.pipeline.walkers import NORM, faster_network, profile_network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from planner.domain.arrays import BoolArray, IntArray
    from planner.domain.coverage import CircleCoverage, StateCoverage
    from planner.domain.evaluation import StudyInputs
    from planner.domain.network import StreetNetwork
    from planner.domain.reach import Walks
    from planner.domain.robustness import CircleRobustness
    from planner.domain.shelf import Shelf
    from planner.domain.walking import Direction

    Walk = Callable[[StreetNetwork, Direction], Walks]
    Cover = Callable[[Walks], StateCoverage]

SPEED_FACTORS: Final = (0.8, 0.9, 1.1, 1.2)
"""Walking speeds tried, as multiples of the profile's own."""

_ONE_WAY: Final[tuple[Direction, ...]] = ("to_centre", "from_centre")
_TOLD: Final = ("wheelchair",)
"""Profiles that are counted and never decide: steps bar them, whatever the plan."""


class Varied(NamedTuple):
    """The plan under other profiles and directions, and how robust its coverage is."""

    alternatives: tuple[Alternative, ...]
    robustness: tuple[CircleRobustness, ...]


def vary_plan(
    inputs: StudyInputs,
    *,
    walks: Walks,
    plan: StateCoverage,
    serving: BoolArray,
    area_index: dict[str, IntArray],
    walk: Walk,
    cover: Cover,
    shelf: Shelf,
) -> Varied:
    """
    Count the plan for other walkers, and tell robust from fragile homes.

    Parameters
    ----------
    inputs
        The study.
    walks, plan
        Centre to demand as the study walks, at least to the longest circle over the least
        speed factor, and what they cover.
    serving : shape (n_circles, n_centres)
        Centres in service in the plan that serve each circle.
    area_index
        By level, the area of each demand point.
    walk
        Finds the walks of the plan on other streets or in another direction, to the longest
        circle at least.
    cover
        Counts the plan from walks.
    shelf
        Where streets timed for other profiles are kept.

    Returns
    -------
    varied
        Alternatives: the study's own, `norm`, and both one-way directions.
    """
    own, direction = inputs.settings.walking.profile, inputs.settings.walking.direction
    circles = inputs.rule_sets[0].life_circles
    told: dict[tuple[str, str], tuple[CircleCoverage, ...]] = {(own, direction): plan.life_circles}
    varied = list(_speeds(inputs, walks, serving, walk))
    for profile_id in _profiles(inputs):
        network = profile_network(inputs.network, profile_id, inputs.settings, shelf)
        found = walk(network, direction)
        decides = profile_id in inputs.settings.coverage.robust_profiles
        covered = find_covered(found, serving, circles)
        varied.append(VariedCover("profile", profile_id, decides=decides, covered=covered))
        if profile_id == NORM:
            told[profile_id, direction] = cover(found).life_circles
    for way in _ONE_WAY:
        if way == direction:
            continue
        found = walk(inputs.network, way)
        covered = find_covered(found, serving, circles)
        varied.append(VariedCover("direction", way, decides=True, covered=covered))
        told[own, way] = cover(found).life_circles
    return Varied(
        alternatives=tuple(
            Alternative(profile=profile_id, direction=way, life_circles=figures)
            for (profile_id, way), figures in told.items()
        ),
        robustness=judge_robustness(
            plan,
            circles=circles,
            walks=walks,
            serving=serving,
            persons=inputs.demand.persons,
            variations=varied,
            centre_id=[centre.centre_id for centre in inputs.centres.centre],
            areas=[area for area in inputs.areas if area.level in area_index],
            area_index=area_index,
        ),
    )


def _profiles(inputs: StudyInputs) -> list[str]:
    """List the profiles counted beside the study's own, the norm always among them."""
    asked = dict.fromkeys((NORM, *inputs.settings.coverage.robust_profiles, *_TOLD))
    return [name for name in asked if name != inputs.settings.walking.profile]


def _speeds(
    inputs: StudyInputs, walks: Walks, serving: BoolArray, walk: Walk
) -> Iterator[VariedCover]:
    """Count other speeds, from the study's own walks where nothing but speed takes time."""
    circles, direction = inputs.rule_sets[0].life_circles, inputs.settings.walking.direction
    slowest = faster_network(inputs.network, SPEED_FACTORS[0], inputs.settings)
    for factor in SPEED_FACTORS:
        if slowest is None:
            covered = find_covered(walks, serving, circles, time_factor=1.0 / factor)
        else:
            network = faster_network(inputs.network, factor, inputs.settings)
            found = walk(network or inputs.network, direction)
            covered = find_covered(found, serving, circles)
        yield VariedCover("speed", f"{factor:g}", decides=True, covered=covered)
