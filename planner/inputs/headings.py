"""The heading of a table that people drew: titles above, names over two rows, a row of units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from planner.inputs.cells import is_blank, is_unit, text_of, unit_of_header
from planner.inputs.columns import notes_of_header, plain
from planner.inputs.recognise import count_recognised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.inputs.columns import Aliases

    Rows = Sequence[tuple[int, Sequence[object]]]

_SEARCHED: Final = 10
"""A heading begins within so many filled rows."""

_WHOLE: Final = frozenset(("总", "总计", "合计", "小计", "总面积", "总规模", "总数", "total"))
"""Names below a group that stand for the group itself."""

_NUMBER: Final = re.compile(r"[+-]?\d[\d,.]*")
_COUNTS: Final = frozenset(("个", "处", "座", "栋", "间", "层", "年", "%"))
"""What else stands in a row of units: of columns that are not read."""

_TOTALS: Final = frozenset(("合计", "总计", "小计", "共计", "total", "sum"))
_REMARK: Final = re.compile(
    r"^(?:注|备注|说明|附注|资料来源|数据来源|填表|note|source)\s*[:：\d一]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Heading:
    """
    Names of columns, and where they stand.

    Attributes
    ----------
    names
        One for each column, with its unit in brackets where a row of units gives one;
        blank where there is none.
    first, after
        Positions of its first row, and of the first row of the body, among the filled rows.
    """

    names: tuple[str, ...]
    first: int
    after: int


def find_heading(rows: Rows, aliases: Aliases) -> Heading:
    """
    Find the heading among the first filled rows.

    Parameters
    ----------
    rows
        Row numbers and cells of the filled rows, at least one.
    aliases
        Columns looked for: the row (or two rows, the upper one of groups) that names most of
        them is the heading.

    Notes
    -----
    Merged cells arrive as a value in their first cell and blanks in the others. Two rows are one
    heading where the lower names columns only below blanks and groups, and more columns are
    recognised with it than without.
    """
    best = Heading((), 0, 1)
    most = -1
    for first in range(min(_SEARCHED, len(rows))):
        upper = _texts(rows[first][1])
        choices = [(upper, first + 1)]
        if first + 1 < len(rows):
            joined = _join(upper, _texts(rows[first + 1][1]), aliases)
            if joined is not None:
                choices.append((joined, first + 2))
        for names, after in choices:
            count = count_recognised(names, aliases)
            if count > most:
                best, most = Heading(tuple(names), first, after), count
    return _with_units(best, rows)


def is_totals(cells: Sequence[object]) -> bool:
    """Return True for a row that adds up the others: its first text is 合计 or the like."""
    first = next((text for text in _texts(cells) if text), "")
    return plain(first) in _TOTALS


def is_remark(cells: Sequence[object]) -> bool:
    """Return True for a row of one cell that begins as a remark below a table does."""
    filled = [text for text in _texts(cells) if text]
    return len(filled) == 1 and _REMARK.match(filled[0]) is not None


def _texts(cells: Sequence[object]) -> list[str]:
    return [text_of(cell) for cell in cells]


def _join(upper: list[str], lower: list[str], aliases: Aliases) -> list[str] | None:
    """Return the names of two rows as one row, `None` where the lower is no part of a heading."""
    if any(_NUMBER.fullmatch(text) for text in lower) or not any(lower):
        return None
    width = max(len(upper), len(lower))
    upper = upper + [""] * (width - len(upper))
    lower = lower + [""] * (width - len(lower))
    names: list[str] = []
    group = ""
    for index, (above, below) in enumerate(zip(upper, lower, strict=True)):
        group = above or (group if below else "")
        if not below:
            names.append(above)
        elif not above:
            names.append(_name(group, below, aliases))
        elif is_unit(below):
            names.append(_add_unit(above, below))
        elif count_recognised([above], aliases) and not _spans(upper, lower, index):
            return None  # a value below the name of a column
        else:
            names.append(_name(above, below, aliases))
    return names


def _spans(upper: list[str], lower: list[str], index: int) -> bool:
    """Return True where a name of the upper row goes on over the next column."""
    after = index + 1
    return after < len(upper) and not upper[after] and bool(lower[after])


def _name(group: str, below: str, aliases: Aliases) -> str:
    """Return the name of a column of a group: with the group's name where that says more."""
    if plain(below) in _WHOLE and count_recognised([group], aliases):
        return group
    tried = (f"{plain(group)}{below}", f"{below}{plain(group)}", below)
    known = (name for name in tried if count_recognised([name], aliases))
    name = next(known, f"{group} {below}".strip() if group else below)
    unit = unit_of_header(group)
    return name if unit_of_header(name) or not is_unit(unit) else f"{name}({unit})"


def _with_units(heading: Heading, rows: Rows) -> Heading:
    """Take in the row below, where it holds nothing but units."""
    if heading.after >= len(rows):
        return heading
    units = _texts(rows[heading.after][1])
    named = [text for text in units if not is_blank(text) and plain(text) != "单位"]
    if not any(map(is_unit, named)) or not all(is_unit(text) or text in _COUNTS for text in named):
        return heading
    units += [""] * (len(heading.names) - len(units))
    names = tuple(_add_unit(name, unit) for name, unit in zip(heading.names, units, strict=False))
    return Heading(names, heading.first, heading.after + 1)


def _add_unit(name: str, unit: str) -> str:
    if not is_unit(unit) or unit_of_header(name) or not name:
        return name
    return f"{name}({unit if plain(unit) else notes_of_header(unit)[0]})"
