"""Whether each centre hangs on a centre one level up: community, street, district."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from planner.standards.applicability import reason_code
from planner.standards.verdicts import BELOW_RECOMMENDED, CANNOT_TELL, FAIL, PASS, Outcome

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, ByteArray, FloatArray
    from planner.domain.standard import Clause
    from planner.standards.columns import CentreColumns

_ABOVE: Final = {"community": "street", "street": "district"}


def weigh_parents(
    clause: Clause, columns: CentreColumns, applies: BoolArray
) -> tuple[FloatArray, Outcome, BoolArray]:
    """
    Tell of each centre whether the parent it names is a centre one level up.

    Parameters
    ----------
    clause
        A clause of type `parent`.
    columns
        The plan. A parent is named by the id or name of its centre, or by the name of the
        street or district whose centre it is.
    applies : shape (n_centres,)
        Where the clause applies.

    Returns
    -------
    measured : shape (n_centres,)
        1 with a parent, 0 without, NaN where it cannot be told.
    outcome
        A centre whose parent is not in the plan is an orphan, unless the plan holds no centre
        of that level at all: then it cannot be told.
    silent : shape (n_centres,)
        Where the clause is not to be applied, because no centre of the plan names a parent.
    """
    n = len(columns)
    measured = np.full(n, np.nan)
    verdict = np.full(n, CANNOT_TELL, dtype=np.uint8)
    reason = np.full(n, reason_code("value_blank"), dtype=np.uint8)
    parents = columns.texts("parent")
    named = any(parents)
    if named:
        _look_up(columns, parents, clause, applies, (measured, verdict, reason))
    nothing = np.full(n, np.nan)
    needed = np.where(measured == 0, 1.0, np.nan)
    outcome = Outcome(verdict, reason, needed, nothing)
    return measured, outcome, np.full(n, not named)


def _look_up(
    columns: CentreColumns,
    parents: list[str | None],
    clause: Clause,
    applies: BoolArray,
    found: tuple[FloatArray, ByteArray, ByteArray],
) -> None:
    """Fill in what the parent of each centre is."""
    measured, verdict, reason = found
    missed = FAIL if clause.force == "must" else BELOW_RECOMMENDED
    levels = columns.texts("level")
    by_name = _names(columns)
    standing = {level for level, here in zip(levels, columns.in_service(), strict=True) if here}
    for row in np.flatnonzero(applies).tolist():
        own, parent = levels[row], parents[row]
        above = _ABOVE.get(own or "")
        if parent is None:
            continue
        if above is None:
            reason[row] = reason_code("level_blank")
            continue
        level = by_name.get(parent.strip(), {})
        if above in level:
            measured[row], verdict[row], reason[row] = 1.0, PASS, 0
        elif level:
            measured[row], verdict[row] = 0.0, missed
            reason[row] = reason_code("parent_other_level")
        else:
            reason[row] = reason_code("parent_not_found")
            if above in standing:
                measured[row], verdict[row] = 0.0, missed


def _names(columns: CentreColumns) -> dict[str, dict[str, None]]:
    """Index the levels of the centres in service by everything that names them."""
    found: dict[str, dict[str, None]] = {}
    in_service = columns.in_service()
    for row, centre in enumerate(columns.centres):
        if not in_service[row] or centre.level is None:
            continue
        area = {"street": centre.street, "district": centre.district}.get(centre.level)
        for name in (centre.centre_id, centre.name, area):
            if name:
                found.setdefault(name.strip(), {})[centre.level] = None
    return found
