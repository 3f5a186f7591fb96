"""Coverage by whatever is counted: persons, homes, households, groups, communities, land."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray
    from planner.domain.coverage import State

IndicatorLevel: TypeAlias = Literal["whole", "district", "street", "community"]
INDICATOR_LEVELS: tuple[IndicatorLevel, ...] = ("whole", "district", "street", "community")

CentreSet: TypeAlias = Literal["all", "pass", "not_failing"]
CENTRE_SETS: tuple[CentreSet, ...] = ("all", "pass", "not_failing")
"""By which centres: all in service, those that pass, those that do not fail."""

GROUP_PREFIX: Final = "group:"


@dataclass(frozen=True, slots=True)
class Indicator:
    """
    One thing counted, in the areas of one level, in one state: whole and covered part.

    Attributes
    ----------
    state
        State of the plan.
    level
        `whole` (one row for everybody), or a level of areas.
    measure
        `persons`, `homes` (demand points), `households`, `communities`,
        `residential_land_m2`, `built_up_m2`, or `group:` and the name of a group of persons.
    circle_id
        Life circles, shape (n_circles,).
    area_id, name
        Labels, shape (n_rows,); empty for the whole, and for a last row of what lies in no
        area of the level, where there is any.
    whole : float64, shape (n_rows,)
        The denominator.
    covered : float64, shape (3, n_circles, n_rows)
        The numerators, by the sets of `CENTRE_SETS`.
    share : float64, shape (3, n_circles, n_rows)
        Their quotient, NaN where the denominator is 0.
    not_known : float64, shape (n_rows,)
        Homes whose value is blank and that are in neither number.
    """

    state: State
    level: IndicatorLevel
    measure: str
    circle_id: tuple[str, ...]
    area_id: tuple[str, ...]
    name: tuple[str, ...]
    whole: FloatArray
    covered: FloatArray
    share: FloatArray
    not_known: FloatArray


@dataclass(frozen=True, slots=True)
class CommunityRule:
    """
    When a community counts as covered; printed beside every share of communities.

    `share`: at least `at_share` of its persons are covered; communities where nobody lives
    are not counted. `centre`: a centre that serves stands in it; every community is counted.
    """

    when: Literal["share", "centre"] = "share"
    at_share: float = 0.8
