"""When a centre is in service, and which life circle it serves: one rule for every room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.domain.coverage import State
    from planner.domain.places import Centre, Status

IN_SERVICE: Final[dict[State, frozenset[Status | None]]] = {
    "existing": frozenset({"existing", "expanded", "closed", None}),
    "plan": frozenset({"existing", "expanded", "new", None}),
    "with_proposals": frozenset({"existing", "expanded", "new", None}),
}
"""Statuses that are in service in each state; a blank status counts in every one."""


def is_in_service(centre: Centre, state: State) -> bool:
    """Tell whether a centre is in service in a state of the plan."""
    return centre.status in IN_SERVICE[state]


def offers_service(centre: Centre, pairs: Iterable[tuple[str, str]]) -> bool:
    """
    Tell whether a centre is one of the pairs of level and kind that serve a circle.

    A centre without a level serves every circle that its kind serves at any level.
    """
    return any(kind == centre.kind and centre.level in (None, level) for level, kind in pairs)
