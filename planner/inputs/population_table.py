"""A table of people by community, joined to the boundaries of the communities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from planner.domain.places import QuarantinedRow
from planner.domain.population import PopulationAreas
from planner.errors import Fault
from planner.inputs.columns import AREA_LEVEL_NAMES, DEMAND_COLUMNS, plain
from planner.inputs.file_read import account_for
from planner.inputs.population_counts import chosen_columns, read_counts
from planner.inputs.recognise import recognise_columns
from planner.inputs.values import list_rows, raise_if_any, read_text_column, unused_notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import FloatArray, IntArray
    from planner.domain.places import Areas
    from planner.domain.study import DemandSettings
    from planner.inputs.columns import Aliases
    from planner.inputs.tables import SourceTable

MOST_UNMATCHED_SHARE: Final = 0.05
"""Of the persons of the table: where more live in communities without a boundary, it is a fault."""

COMMUNITY_TABLE_COLUMNS: Final[Aliases] = {
    "area_id": (
        ("community_id", "社区编号", "社区代码", "区划代码", "行政区代码", "sqdm"),
        ("area_id", "code", "代码", "编号", "id"),
    ),
    "community": (
        (*AREA_LEVEL_NAMES["community"], "社区名称", "所属社区"),
        ("name", "名称", "mc"),
    ),
    "street": (AREA_LEVEL_NAMES["street"],),
    **{name: DEMAND_COLUMNS[name] for name in ("persons", "households")},
}
_ENDINGS: Final = (
    "社区居民委员会",
    "社区居委会",
    "居民委员会",
    "村民委员会",
    "居委会",
    "村委会",
    "社区",
    "村",
)


def names_communities(table: SourceTable) -> bool:
    """Tell whether a table has a column that names communities."""
    columns = recognise_columns(table.headers, COMMUNITY_TABLE_COLUMNS, file=table.file, faults=[])
    return "community" in columns or "area_id" in columns


def communities_of_table(
    table: SourceTable, settings: DemandSettings, communities: Areas
) -> PopulationAreas:
    """
    Join a table of people to the boundaries of communities.

    A row belongs to the community with its id; else to the one with its name; else to the only
    one whose name is the same without 社区, 居委会 and the like. Where two communities have one
    name, the row's street tells which.

    Parameters
    ----------
    table
        Rows with a community's id or name, and persons.
    settings
        `[demand]` of the study.
    communities
        Their boundaries, as read.

    Returns
    -------
    areas
        The communities that rows were found for. Rows that match none are in `quarantine`
        (`no_area`), rows without persons too.

    Raises
    ------
    InputInvalid
        With every fault of the table: columns that are missing, negative persons, two rows for
        one community, or more than 5 % of the persons in rows that match no boundary.
    """
    faults, notices = list(table.faults), list(table.notices)
    chosen = chosen_columns(settings)
    columns = recognise_columns(
        table.headers,
        COMMUNITY_TABLE_COLUMNS,
        chosen=chosen,
        file=table.file,
        layer=table.layer,
        faults=faults,
    )
    counts = read_counts(table, columns, chosen, faults, notices)
    matched = _match(table, columns, communities)
    labels = _labels(table, columns)
    faults += _twice(table, matched, communities)
    unmatched = np.flatnonzero(matched < 0)
    if len(unmatched):
        told = _unmatched(table, unmatched, labels, counts.persons, communities)
        lost = np.nansum(counts.persons[unmatched])
        too_many = lost > MOST_UNMATCHED_SHARE * np.nansum(counts.persons)
        (faults if too_many or len(unmatched) == len(matched) else notices).append(told)
    notices += _without_row(matched, communities)
    used = set(columns.values()) | counts.group_columns
    notices += unused_notice(table, used)
    raise_if_any(faults, notices)
    blank = np.isnan(counts.persons)
    kept = np.flatnonzero((matched >= 0) & ~blank)
    area = matched[kept].tolist()
    return PopulationAreas(
        source="communities",
        area_id=tuple(communities.area_id[i] for i in area),
        geometry=communities.geometry[matched[kept]],
        crs=communities.crs,
        persons=counts.persons[kept],
        row=tuple(table.row[i] for i in kept.tolist()),
        households=None if counts.households is None else counts.households[kept],
        groups={name: group[kept] for name, group in counts.groups.items()},
        file=table.file,
        notices=tuple(notices),
        quarantine=tuple(
            QuarantinedRow(
                noun="demand",
                row=table.row[i],
                label=labels[i],
                reason="no_area" if matched[i] < 0 else "no_persons",
                persons=0.0 if blank[i] else float(counts.persons[i]),
            )
            for i in np.flatnonzero((matched < 0) | blank).tolist()
        ),
        read=account_for(
            table,
            "demand",
            columns,
            used,
            crs=communities.crs,
            units=counts.units,
            chosen=chosen,
            aliases=COMMUNITY_TABLE_COLUMNS,
        ),
    )


def _labels(table: SourceTable, columns: dict[str, int]) -> list[str]:
    names = read_text_column(table, columns.get("community"))
    ids = read_text_column(table, columns.get("area_id"))
    return [
        name or area_id or f"row-{row}"
        for name, area_id, row in zip(names, ids, table.row, strict=True)
    ]


def _match(table: SourceTable, columns: dict[str, int], communities: Areas) -> IntArray:
    """Return the community of each row, -1 where there is none."""
    by_id = {plain(area_id): i for i, area_id in enumerate(communities.area_id)}
    by_name = _by_name(communities.name)
    by_begin = _by_name([_without_ending(name) for name in communities.name])
    street_of = [_without_ending(name) for name in communities.parent_name]
    ids = read_text_column(table, columns.get("area_id"))
    names = read_text_column(table, columns.get("community"))
    streets = read_text_column(table, columns.get("street"))
    matched = np.full(len(table.row), -1, dtype=np.int64)
    for i, (area_id, name, street) in enumerate(zip(ids, names, streets, strict=True)):
        if area_id and plain(area_id) in by_id:
            matched[i] = by_id[plain(area_id)]
            continue
        if not name:
            continue
        found = by_name.get(plain(name)) or by_begin.get(plain(_without_ending(name)), [])
        if len(found) > 1 and street and street_of:
            found = [j for j in found if plain(street_of[j]) == plain(_without_ending(street))]
        if len(found) == 1:
            matched[i] = found[0]
    return matched


def _by_name(names: Sequence[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        if name:
            places.setdefault(plain(name), []).append(i)
    return places


def _without_ending(name: str) -> str:
    text = "".join(name.split())
    for ending in (*_ENDINGS, "街道", "镇", "乡"):
        if text.endswith(ending) and len(text) > len(ending):
            return text[: -len(ending)]
    return text


def _twice(table: SourceTable, matched: IntArray, communities: Areas) -> list[Fault]:
    area, count = np.unique(matched[matched >= 0], return_counts=True)
    return [
        Fault(
            "the same community stands in more than one row",
            file=table.file,
            layer=table.layer,
            row=list_rows([table.row[i] for i in np.flatnonzero(matched == twice).tolist()]),
            found=communities.name[twice] or communities.area_id[twice],
            hint="give each community one row",
        )
        for twice in area[count > 1].tolist()
    ]


def _unmatched(
    table: SourceTable,
    rows: IntArray,
    labels: list[str],
    persons: FloatArray,
    communities: Areas,
) -> Fault:
    lost, total = float(np.nansum(persons[rows])), float(np.nansum(persons))
    shown = [labels[i] for i in rows[:10].tolist()]
    return Fault(
        f"{len(rows)} rows match no community of {communities.file} by id or name",
        file=table.file,
        layer=table.layer,
        row=list_rows([table.row[i] for i in rows.tolist()]),
        found=", ".join(shown)
        + (", …" if len(rows) > len(shown) else "")
        + f": {lost:,.0f} of {total:,.0f} persons",
        expected=f"at most {MOST_UNMATCHED_SHARE:.0%} of the persons in such rows",
        hint="write ids and names as the boundaries have them; where two have one name, add a "
        "column of streets",
    )


def _without_row(matched: IntArray, communities: Areas) -> list[Fault]:
    without = np.setdiff1d(np.arange(len(communities.area_id)), matched)
    if not len(without):
        return []
    names = [communities.name[i] or communities.area_id[i] for i in without[:10].tolist()]
    return [
        Fault(
            f"{len(without)} communities have no row of persons: nobody is counted there",
            file=communities.file,
            found=", ".join(names) + (", …" if len(without) > len(names) else ""),
        )
    ]
