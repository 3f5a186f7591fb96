"""The ledger of people: how many were read, and where each of them went, by which rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SharingRule: TypeAlias = Literal[
    "points",
    "buildings",
    "buildings_unknown_use",
    "land",
    "frontage",
    "middle",
    "set_aside",
]
SHARING_RULES: tuple[SharingRule, ...] = (
    "points",
    "buildings",
    "buildings_unknown_use",
    "land",
    "frontage",
    "middle",
    "set_aside",
)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """
    People who went one way.

    Attributes
    ----------
    rule
        `points`: they stay where their row says; `buildings`: by the floor area of residential
        buildings; `buildings_unknown_use`: by that of buildings whose use is not known;
        `land`: evenly over residential land; `frontage`: along the streets; `middle`: in the
        middle of their polygon, since nothing was inside; `set_aside`: quarantined.
    reason
        Of those set aside, as in `QuarantinedRow`; else empty.
    n_sources
        Rows, polygons or cells they were read from.
    n_points
        Points of demand they went to.
    persons
        How many.
    """

    rule: SharingRule
    n_sources: int
    n_points: int
    persons: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """
    Where the people of a file went.

    Attributes
    ----------
    source
        What they were read as: `points`, `polygons`, `raster`, `communities`, `cells` or
        `buildings` (one total over all of them).
    persons_read
        All of the file, or of a raster's part around the streets.
    entries
        One for each rule, and each reason of setting aside, that met anyone or any row.
    n_empty
        Polygons or cells that say 0 persons.
    """

    source: str
    persons_read: float
    entries: tuple[LedgerEntry, ...] = ()
    n_empty: int = 0

    @property
    def persons_placed(self) -> float:
        """Persons who are demand now."""
        return sum(entry.persons for entry in self.entries if entry.rule != "set_aside")

    @property
    def persons_set_aside(self) -> float:
        """Persons of the rows set aside."""
        return sum(entry.persons for entry in self.entries if entry.rule == "set_aside")

    @property
    def persons_missing(self) -> float:
        """Read, neither placed nor set aside: 0 but for rounding."""
        return self.persons_read - self.persons_placed - self.persons_set_aside


def list_set_aside(rows: Iterable[tuple[str, float]]) -> tuple[LedgerEntry, ...]:
    """Return one entry for each reason among rows set aside, each a reason and its persons."""
    by_reason: dict[str, list[float]] = {}
    for reason, persons in rows:
        by_reason.setdefault(reason, []).append(persons)
    return tuple(
        LedgerEntry("set_aside", len(persons), 0, float(sum(persons)), reason)
        for reason, persons in sorted(by_reason.items())
    )


def order_entries(entries: Sequence[LedgerEntry]) -> tuple[LedgerEntry, ...]:
    """Return entries in the order of `SHARING_RULES`."""
    return tuple(sorted(entries, key=lambda e: (SHARING_RULES.index(e.rule), e.reason)))
