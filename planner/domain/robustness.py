"""Whether coverage lasts when walkers, directions or centres are others than in the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, ByteArray, FloatArray

VariationKind: TypeAlias = Literal["speed", "profile", "direction", "closure"]
VARIATION_KINDS: tuple[VariationKind, ...] = ("speed", "profile", "direction", "closure")
"""`CircleRobustness.home_lost_by` holds bit `1 << position` for each."""

UNCOVERED: Final = 0
FRAGILE: Final = 1
ROBUST: Final = 2
"""Values of `CircleRobustness.home_standing`."""


@dataclass(frozen=True, slots=True)
class VariedCover:
    """
    Who is covered by the same plan when one thing is varied.

    Attributes
    ----------
    kind, name
        What is varied, and how: the factor of all walking speeds, a profile, a direction.
    decides
        Whether a home must stay covered to be robust.
    covered : bool, shape (n_circles, n_demand)
        Who is covered.
    """

    kind: VariationKind
    name: str
    decides: bool
    covered: BoolArray


@dataclass(frozen=True, slots=True)
class Variation:
    """
    The figures of one variation of a circle.

    `persons_lost` are covered in the plan and not here, `persons_gained` the other way round;
    `persons_covered` = those of the plan - lost + gained. Of kind `closure` there is one
    record: the centre (`name` is its id) whose closing loses most.
    """

    kind: VariationKind
    name: str
    decides: bool
    persons_covered: float
    share_covered: float
    persons_lost: float
    persons_gained: float


@dataclass(frozen=True, slots=True)
class AreaBand:
    """
    Between which shares the coverage of each area of one level lies.

    Attributes
    ----------
    level
        Level of the areas.
    area_id, name
        Labels, shape (n_rows,); a last row with empty ones for people in no area.
    persons, persons_robust, persons_fragile, persons_covered : float64, shape (n_rows,)
        All persons; those of robust and of fragile homes; those covered, their sum.
    share, share_low, share_high : float64, shape (n_rows,)
        Share covered in the plan, and the lowest and highest over the variations that decide,
        NaN where nobody lives.
    low_by, high_by
        The variation that gives them, as `kind:name`; `plan` where none moves the share.
    """

    level: str
    area_id: tuple[str, ...]
    name: tuple[str, ...]
    persons: FloatArray
    persons_robust: FloatArray
    persons_fragile: FloatArray
    persons_covered: FloatArray
    share: FloatArray
    share_low: FloatArray
    share_high: FloatArray
    low_by: tuple[str, ...]
    high_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CircleRobustness:
    """
    Robust and fragile coverage of one circle of the plan.

    A home is robust if it is covered and stays so under every variation that decides: each
    speed, profile and direction, and each centre closed in turn. It is fragile if it is
    covered and some variation takes that away, and uncovered else.

    Attributes
    ----------
    circle_id
        The circle.
    persons, persons_robust, persons_fragile, persons_uncovered
        The first is the sum of the others.
    variations
        Each with its figures, in order.
    persons_lost_by
        By kind: persons of homes that some variation of it takes away. A home may be lost
        by several kinds.
    home_standing : uint8, shape (n_demand,)
        `ROBUST`, `FRAGILE` or `UNCOVERED`.
    home_lost_by : uint8, shape (n_demand,)
        Kinds that take the home's coverage away, bits by position in `VARIATION_KINDS`.
    centre_only_persons : float64, shape (n_centres,)
        "Only one for N persons": covered by this centre and no other.
    second_time_s : float64, shape (n_demand,)
        Walk to the second nearest centre that serves, `UNREACHED` beyond the search.
    bands
        One record for each level of areas that is known.
    """

    circle_id: str
    persons: float
    persons_robust: float
    persons_fragile: float
    persons_uncovered: float
    variations: tuple[Variation, ...]
    persons_lost_by: dict[str, float]
    home_standing: ByteArray
    home_lost_by: ByteArray
    centre_only_persons: FloatArray
    second_time_s: FloatArray
    bands: tuple[AreaBand, ...] = ()
