"""Which column of a file is which: by the study's own words, else by alias."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from planner.errors import Fault
from planner.inputs.columns import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.inputs.columns import Aliases

_SHORTEST_CUT_NAME: Final = 3
"""Ten bytes of a DBF hold three Chinese characters in UTF-8, five in GBK."""
_CUT_BYTES: Final = 10


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
        matches = _match(headers, tiers, taken)
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
    if cut_names:
        place = (file, layer)
        _match_cut_names(headers, aliases, positions, settled, place=place, faults=faults)
    return positions


def _match_cut_names(
    headers: Sequence[str],
    aliases: Aliases,
    positions: dict[str, int],
    settled: set[str],
    *,
    place: tuple[str, str | None],
    faults: list[Fault],
) -> None:
    """Find what is still missing among the names that a Shapefile has cut."""
    taken = set(positions.values())
    missing = [name for name in aliases if name not in positions and name not in settled]
    meanings: dict[int, list[str]] = {}
    for index, header in enumerate(headers):
        if index not in taken and _may_be_cut(header):
            meanings[index] = _nearest_meanings(plain(header), missing, aliases)
    for canonical in missing:
        matches = [index for index, names in meanings.items() if canonical in names]
        doubtful = [index for index in matches if len(meanings[index]) > 1]
        if len(matches) > 1:
            named = " and ".join(f'"{headers[index]}"' for index in matches)
            faults.append(
                Fault(
                    f"more than one column could be {canonical}",
                    file=place[0],
                    layer=place[1],
                    found=named,
                    hint=f'say which in the study: columns = {{ {canonical} = "…" }}',
                )
            )
        elif matches and not doubtful:
            positions[canonical] = matches[0]
    for index, names in meanings.items():
        if len(names) > 1:
            faults.append(
                Fault(
                    "the name is cut, and could mean more than one column",
                    file=place[0],
                    layer=place[1],
                    field=headers[index],
                    found=" or ".join(names),
                    hint=f'say which in the study: columns = {{ {names[0]} = "…" }}',
                )
            )


def _nearest_meanings(begin: str, names: Sequence[str], aliases: Aliases) -> list[str]:
    """Return the canonical columns whose aliases lose least where they are cut to a beginning."""
    lost = {
        name: min(
            (
                len(plain(alias)) - len(begin)
                for tier in aliases[name]
                for alias in tier
                if plain(alias).startswith(begin)
            ),
            default=-1,
        )
        for name in names
    }
    least = min((count for count in lost.values() if count >= 0), default=-1)
    return [name for name, count in lost.items() if count == least >= 0]


def _may_be_cut(header: str) -> bool:
    if header.isascii():
        return len(header) == _CUT_BYTES
    begin = plain(header)
    return len(begin) >= _SHORTEST_CUT_NAME and any(
        _CUT_BYTES - most < len(header.encode(encoding, errors="replace")) <= _CUT_BYTES
        for encoding, most in (("gb18030", 2), ("utf-8", 3))
    )


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
) -> list[int]:
    free = [(index, plain(header)) for index, header in enumerate(headers) if index not in taken]
    for tier in tiers:
        known = {plain(alias) for alias in tier}
        matches = [index for index, header in free if header in known]
        if matches:
            return matches
    return []
