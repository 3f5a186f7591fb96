"""The tables of a comparison, the same rows for the workbook and the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from planner.report.formats import format_limit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.domain.comparison import CentreChange, Comparison, ResultCentre
    from planner.report.sheets.layout import Style
    from planner.report.words import Words

Value: TypeAlias = str | float | int | None
Heads: TypeAlias = "tuple[tuple[str, Style], ...]"

_SECONDS_A_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Table:
    """A table: title of each column and how its values are written; rows of values."""

    heads: Heads
    rows: tuple[tuple[Value, ...], ...]


def circle_name(comparison: Comparison, circle_id: str, words: Words) -> str:
    """Return a circle as its limit, its id where only one result has it."""
    limits = {one.circle_id: one.limit_s for one in comparison.homes.circles}
    return format_limit(limits[circle_id], words.language) if circle_id in limits else circle_id


def figures_table(comparison: Comparison, words: Words, style: Style) -> Table:
    """Return the figures side by side with their difference: those of a style."""
    return Table(
        (
            (words("compare.state"), "text"),
            (words("col.circle"), "text"),
            (words("compare.figure"), "text"),
            (words("compare.a"), style),
            (words("compare.b"), style),
            (words("compare.difference"), "margin" if style == "number" else style),
        ),
        tuple(
            (
                words.named("state", row.state or None),
                circle_name(comparison, row.circle_id, words) if row.circle_id else "",
                words.named("figure_of", row.figure),
                row.a,
                row.b,
                row.difference,
            )
            for row in comparison.figures
            if row.figure.startswith("share") == (style == "share")
        ),
    )


def centres_table(comparison: Comparison, words: Words) -> Table:
    """Return the centres that changed: what, and each value before and after."""
    heads: list[tuple[str, Style]] = [
        (words("col.id"), "text"),
        (words("col.name"), "text"),
        (words("compare.change"), "text"),
        (words("compare.moved"), "number"),
    ]
    heads += [
        (f"{words(key)} · {words(side)}", style)
        for key, style in _CENTRE_COLUMNS
        for side in ("compare.before", "compare.after")
    ]
    return Table(tuple(heads), tuple(_centre_row(change, words) for change in comparison.centres))


_CENTRE_COLUMNS: Final[tuple[tuple[str, Style], ...]] = (
    ("col.status", "text"),
    ("col.level", "text"),
    ("col.kind", "text"),
    ("col.floor_area", "number"),
    ("col.convenience_area", "number"),
    ("col.verdict", "text"),
)


def _centre_row(change: CentreChange, words: Words) -> tuple[Value, ...]:
    sides = [_centre_values(one, words) for one in (change.a, change.b)]
    return (
        change.centre_id,
        change.name,
        change_words(change, words),
        change.moved_m if "moved" in change.changes else None,
        *(value for pair in zip(*sides, strict=True) for value in pair),
    )


def change_words(change: CentreChange, words: Words) -> str:
    """Return the changes of a centre in words."""
    return " · ".join(words.named("change", one) for one in change.changes)


def _centre_values(centre: ResultCentre | None, words: Words) -> tuple[Value, ...]:
    if centre is None:
        return (None,) * len(_CENTRE_COLUMNS)
    return (
        words.named("status", centre.status),
        words.named("level", centre.level),
        words.named("kind", centre.kind),
        centre.floor_area_m2,
        centre.convenience_area_m2,
        words.named("verdict", centre.verdict),
    )


def totals_table(comparison: Comparison, words: Words) -> Table:
    """Return for each circle how many homes and persons gained and lost it."""
    return Table(
        (
            (words("col.circle"), "text"),
            (words("compare.points_gained"), "number"),
            (words("compare.persons_gained"), "number"),
            (words("compare.points_lost"), "number"),
            (words("compare.persons_lost"), "number"),
        ),
        tuple(
            (
                format_limit(one.limit_s, words.language),
                len(one.gained),
                one.persons_gained,
                len(one.lost),
                one.persons_lost,
            )
            for one in comparison.homes.circles
        ),
    )


def homes_table(comparison: Comparison, words: Words, *, most: int | None = None) -> Table:
    """Return the homes that gained or lost, those with most persons first."""
    homes = comparison.homes
    found: list[tuple[Value, ...]] = []
    for circle in homes.circles:
        name = format_limit(circle.limit_s, words.language)
        sides = (("gained", circle.gained, homes.persons_b), ("lost", circle.lost, homes.persons_a))
        for change, members, persons in sides:
            found += [
                (
                    homes.demand_id[place],
                    name,
                    words(f"compare.{change}"),
                    float(persons[place]),
                    float(homes.time_a_s[circle.circle_id][place]) / _SECONDS_A_MINUTE,
                    float(homes.time_b_s[circle.circle_id][place]) / _SECONDS_A_MINUTE,
                    float(homes.lonlat[place, 0]),
                    float(homes.lonlat[place, 1]),
                )
                for place in members
            ]
    found.sort(key=_most_persons)
    return Table(
        (
            (words("col.id"), "text"),
            (words("col.circle"), "text"),
            (words("compare.change"), "text"),
            (words("col.persons"), "number"),
            (f"{words('col.walk')} · {words('compare.before')}", "minutes"),
            (f"{words('col.walk')} · {words('compare.after')}", "minutes"),
            (words("col.lon"), "degrees"),
            (words("col.lat"), "degrees"),
        ),
        tuple(found[:most]),
    )


def _most_persons(row: tuple[Value, ...]) -> float:
    persons = row[3]
    return -persons if isinstance(persons, float) else 0.0


def areas_table(comparison: Comparison, words: Words) -> Table:
    """Return the shares of the areas side by side."""
    heads: list[tuple[str, Style]] = [
        (words("col.level"), "text"),
        (words("col.id"), "text"),
        (words("col.name"), "text"),
    ]
    circles = [one.circle_id for one in comparison.homes.circles]
    for circle_id in circles:
        name = circle_name(comparison, circle_id, words)
        heads += [
            (f"{name} · {words('compare.before')}", "share"),
            (f"{name} · {words('compare.after')}", "share"),
            (f"{name} · {words('compare.difference')}", "share"),
        ]
    rows: list[tuple[Value, ...]] = []
    for area in comparison.areas:
        joined = area.joined_a or area.joined_b
        name = f"{area.name} ({' + '.join(joined)})" if joined else area.name
        row: list[Value] = [words.named("level", area.level), area.area_id, name]
        for circle_id in circles:
            row += share_difference(area.share_a.get(circle_id), area.share_b.get(circle_id))
        rows.append(tuple(row))
    return Table(tuple(heads), tuple(rows))


_DISTRICT_COLUMNS: Final[tuple[tuple[str, Style], ...]] = (
    ("compare.named", "text"),
    ("col.centres", "number"),
    ("compare.passing", "number"),
    ("col.floor_area", "number"),
)


def districts_table(comparison: Comparison, words: Words) -> Table:
    """Return the centres in service by district of the later plan's day."""
    before, after = words("compare.before"), words("compare.after")
    heads: list[tuple[str, Style]] = [(words("col.district"), "text")]
    heads += [
        (f"{words(key)} · {side}", style)
        for key, style in _DISTRICT_COLUMNS
        for side in (before, after)
    ]
    rows: list[tuple[Value, ...]] = [
        (
            row.district,
            " ".join(row.named_a),
            " ".join(row.named_b),
            row.centres_a,
            row.centres_b,
            row.passing_a,
            row.passing_b,
            row.floor_area_a_m2,
            row.floor_area_b_m2,
        )
        for row in comparison.districts
    ]
    return Table(tuple(heads), tuple(rows))


def share_difference(a: float | None, b: float | None) -> tuple[float | None, ...]:
    """Return both shares and their difference, `None` where one is missing."""
    return a, b, None if a is None or b is None else b - a


def differ_words(comparison: Comparison, words: Words) -> Iterable[str]:
    """Return what the two do not share, and what cannot be compared for it."""
    return [words.named("differ", name) for name in comparison.differ]
