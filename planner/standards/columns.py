"""The centres of a plan as columns: codes and figures that clauses are held against."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from planner.standards.zones import district_on, is_village, main_urban_scope

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence
    from datetime import date

    from planner.domain.arrays import BoolArray, FloatArray, IntArray
    from planner.domain.coverage import State
    from planner.domain.places import Centre
    from planner.domain.standard import JudgedUnit

    Unit: TypeAlias = tuple[str | None, ...]

BLANK: Final = -1
_LEVELS: Final = {None: BLANK, "community": 0, "street": 1, "district": 2}
_KINDS: Final = {"comprehensive": 0, "convenience": 1, "party_service": 2, "other": 3}
_STATUSES: Final = {None: BLANK, "existing": 0, "new": 1, "expanded": 2, "closed": 3}
_CODES: Final[dict[str, dict[Any, int]]] = {
    "level": _LEVELS,
    "kind": _KINDS,
    "status": _STATUSES,
}
_UNIT_FIELDS: Final = {
    "community": ("district", "street", "community"),
    "street": ("district", "street"),
    "district": ("district",),
}


class CentreColumns:
    """
    The centres of a plan, column by column; each column is made when it is first asked for.

    Parameters
    ----------
    centres
        The plan, shape (n_centres,).
    state
        In `existing`, areas are those of what stands today.
    day
        Day of the plan: districts are called as on that day.
    """

    def __init__(self, centres: Sequence[Centre], *, state: State, day: date) -> None:
        self.centres = centres
        self.state = state
        self.day = day
        self._made: dict[Hashable, Any] = {}

    def __len__(self) -> int:
        return len(self.centres)

    def texts(self, name: str) -> list[str | None]:
        """Return a field of texts, `None` where blank."""
        if name not in self._made:
            self._made[name] = list(map(attrgetter(name), self.centres))
        column: list[str | None] = self._made[name]
        return column

    def codes(self, name: str) -> IntArray:
        """Return `level`, `kind` or `status` as codes, `BLANK` where blank."""
        key = ("codes", name)
        if key not in self._made:
            codes = list(map(_CODES[name].__getitem__, self.texts(name)))
            self._made[key] = np.array(codes, dtype=np.int64)
        column: IntArray = self._made[key]
        return column

    def named(self, name: str, words: Iterable[str]) -> BoolArray:
        """Tell where `level`, `kind` or `status` is one of some words."""
        known = _CODES[name]
        wanted = np.zeros(len(known) + 1, dtype=np.bool_)
        wanted[[known[word] for word in words]] = True
        return wanted[self.codes(name)]

    def villages(self) -> BoolArray:
        """Tell which centres stand in a village, by the name of their community."""
        if "villages" not in self._made:
            told = list(map(is_village, self.texts("community")))
            self._made["villages"] = np.array(told, dtype=np.bool_)
        column: BoolArray = self._made["villages"]
        return column

    def figure(self, name: str) -> FloatArray:
        """
        Return a figure as it is in the state, NaN where blank.

        A centre that is not rebuilt has one floor area, in whichever of the two columns it
        was written; an expanded one has two, and its convenience area is the planned. A
        convenience centre that stands alone is, all of it, the convenience service centre.
        """
        key = ("figure", name)
        if key not in self._made:
            self._made[key] = self._figure(name)
        column: FloatArray = self._made[key]
        return column

    def _figure(self, name: str) -> FloatArray:
        if name == "floor_area_m2":
            return self._floor_area()
        raw = self._numbers(name)
        if name == "convenience_area_m2":
            if self.state == "existing":
                raw = np.where(self.named("status", ("expanded",)), np.nan, raw)
            alone = self.named("kind", ("convenience",)) & np.isnan(raw)
            return np.where(alone, self.figure("floor_area_m2"), raw)
        return raw

    def _floor_area(self) -> FloatArray:
        return np.where(
            self._takes_planned_area(),
            self._numbers("floor_area_m2"),
            self._numbers("floor_area_existing_m2"),
        )

    def _takes_planned_area(self) -> BoolArray:
        """Tell where the floor area is the one written as planned, not the one that stands."""
        planned = ~np.isnan(self._numbers("floor_area_m2"))
        standing = ~np.isnan(self._numbers("floor_area_existing_m2"))
        existing = self.state == "existing"
        stays = self.named("status", ("existing", "closed"))
        either = ~standing if existing else planned
        expanded = self.named("status", ("expanded",))
        return np.where(expanded, not existing, np.where(stays, either, np.True_))

    def _numbers(self, name: str) -> FloatArray:
        key = ("numbers", name)
        if key not in self._made:
            self._made[key] = np.array(list(map(attrgetter(name), self.centres)), dtype=np.float64)
        column: FloatArray = self._made[key]
        return column

    def approximate(self, name: str) -> BoolArray:
        """Tell where the cell that a figure comes from says 约."""
        key = ("approximate", name)
        if key not in self._made:
            self._made[key] = self._approximate(name)
        column: BoolArray = self._made[key]
        return column

    def _approximate(self, name: str) -> BoolArray:
        marked = self._marked(name)
        if name == "floor_area_m2":
            return np.where(
                self._takes_planned_area(), marked, self._marked("floor_area_existing_m2")
            )
        if name == "convenience_area_m2":
            blank = np.isnan(self._numbers(name))
            alone = self.named("kind", ("convenience",)) & blank
            return np.where(alone, self.approximate("floor_area_m2"), marked)
        return marked

    def _marked(self, name: str) -> BoolArray:
        marks: list[Any] = self.texts("approximate")
        return np.array([bool(own) and name in own for own in marks], dtype=np.bool_)

    def built_together(self) -> tuple[IntArray, IntArray]:
        """Return pairs of rows of centres at one place, each pair both ways."""
        if "together" not in self._made:
            named = list(map(attrgetter("co_located_with"), self.centres))
            pairs = []
            if any(named):
                row_of = {centre.centre_id: row for row, centre in enumerate(self.centres)}
                pairs = [
                    (row, row_of[name])
                    for row, names in enumerate(named)
                    for name in names
                    if row_of.get(name, row) != row
                ]
            both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
            self._made["together"] = (both[:, 0], both[:, 1])
        found: tuple[IntArray, IntArray] = self._made["together"]
        return found

    def main_urban(self) -> IntArray:
        """Tell from names whether centres lie in the main urban area: 1, 0, or -1 unknown."""
        if "main_urban" not in self._made:
            self._made["main_urban"] = main_urban_scope(
                self.texts("district"), self.texts("street"), self.texts("community"), self.day
            )
        column: IntArray = self._made["main_urban"]
        return column

    def in_service(self) -> BoolArray:
        """Tell which centres are in service in the state; a blank status counts in every one."""
        gone = "new" if self.state == "existing" else "closed"
        return ~self.named("status", (gone,))

    def units(self, level: JudgedUnit) -> tuple[IntArray, list[Unit]]:
        """
        Return the unit of each centre by its names, and the names of the units.

        `BLANK` where the centre does not name a unit of this level. Units are in the order
        of their first centre.
        """
        key = ("units", level)
        if key not in self._made:
            self._made[key] = self._units(level)
        found: tuple[IntArray, list[Unit]] = self._made[key]
        return found

    def _units(self, level: JudgedUnit) -> tuple[IntArray, list[Unit]]:
        fields = _UNIT_FIELDS[level]
        columns = [self.districts() if name == "district" else self.texts(name) for name in fields]
        known: dict[Unit, int] = {}
        codes = [
            BLANK if unit[-1] is None else known.setdefault(unit, len(known))
            for unit in zip(*columns, strict=True)
        ]
        return np.array(codes, dtype=np.int64), list(known)

    def districts(self) -> list[str | None]:
        """Return the district of each centre by its name on the day of the plan."""
        if "districts" not in self._made:
            told: dict[tuple[str, str | None], str] = {}
            column: list[str | None] = []
            for own, street in zip(self.texts("district"), self.texts("street"), strict=True):
                if own is None:
                    column.append(None)
                    continue
                if (own, street) not in told:
                    told[own, street] = district_on(own, street, self.day)
                column.append(told[own, street])
            self._made["districts"] = column
        return list(self._made["districts"])
