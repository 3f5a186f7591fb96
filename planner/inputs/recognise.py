"""Which column of a file is which: by the study's own words, else by alias."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from planner.errors import Fault
from planner.inputs.columns import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.inputs.columns import Aliases

_SHORTEST_CUT_NAME = 3
"""Ten bytes of a DBF hold three Chinese characters in UTF-8, five in GBK."""


def recognise_columns(
    headers: Sequence[str],
    aliases: Aliases,
    *,
    chosen: Mapping[str, str] | None = None,
    cut_names: bool = False,
    file: str,
    layer: str | None = None,
    faults: list[Fault],
) -> dict[str, int]:
    """
    Find the position of each canonical column.

    Parameters
    ----------
    headers
        Names of the columns as the file has them.
    aliases
        Tiers of aliases of each canonical column.
    chosen
        Columns named in the study, by canonical name; they beat every alias.
    cut_names
        True for Shapefiles, whose names are cut at ten bytes: an alias that begins with the name
        is then a match.
    faults
        Faults found are added here: a named column that is missing, and two columns that match
        the same canonical one.

    Returns
    -------
    positions
        Of the columns recognised.
    """
    positions: dict[str, int] = {}
    for canonical, wanted in (chosen or {}).items():
        index = _find(headers, wanted)
        if index is None:
            faults.append(
                Fault(
                    f"the column named in the study for {canonical} is not there",
                    file=file,
                    layer=layer,
                    field=wanted,
                    found="columns " + ", ".join(_nearest_first(wanted, headers)),
                    hint="mend the name in the study, or remove it there",
                )
            )
        else:
            positions[canonical] = index
    taken = set(positions.values())
    settled = set(chosen or {})
    for canonical, tiers in aliases.items():
        if canonical in settled:
            continue
        matches = _match(headers, tiers, taken, cut_names=cut_names)
        if len(matches) > 1:
            names = " and ".join(f'"{headers[index]}"' for index in matches)
            faults.append(
                Fault(
                    f"more than one column could be {canonical}",
                    file=file,
                    layer=layer,
                    found=names,
                    hint=f'say which in the study: columns = {{ {canonical} = "…" }}',
                )
            )
        if matches:
            positions[canonical] = matches[0]
            taken.add(matches[0])
    return positions


def count_recognised(headers: Iterable[str], aliases: Aliases) -> int:
    """Return how many of the canonical columns these headers hold."""
    known = {plain(header) for header in headers}
    return sum(
        any(plain(alias) in known for tier in tiers for alias in tier) for tiers in aliases.values()
    )


def _find(headers: Sequence[str], wanted: str) -> int | None:
    if wanted in headers:
        return headers.index(wanted)
    stripped = [header.strip() for header in headers]
    if wanted.strip() in stripped:
        return stripped.index(wanted.strip())
    same = [index for index, header in enumerate(headers) if plain(header) == plain(wanted)]
    return same[0] if len(same) == 1 else None


def _nearest_first(wanted: str, headers: Sequence[str]) -> list[str]:
    named = [header for header in headers if header]
    near = difflib.get_close_matches(wanted, named, n=len(named) or 1, cutoff=0.3)
    return near + [header for header in named if header not in near]


def _match(
    headers: Sequence[str],
    tiers: tuple[tuple[str, ...], ...],
    taken: set[int],
    *,
    cut_names: bool,
) -> list[int]:
    free = [(index, plain(header)) for index, header in enumerate(headers) if index not in taken]
    for tier in tiers:
        known = {plain(alias) for alias in tier}
        matches = [index for index, header in free if header in known]
        if matches:
            return matches
    if not cut_names:
        return []
    every = [plain(alias) for tier in tiers for alias in tier]
    return [
        index
        for index, header in free
        if len(header) >= _SHORTEST_CUT_NAME
        and not header.isascii()
        and any(alias.startswith(header) for alias in every)
    ]
