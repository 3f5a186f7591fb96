"""Cells of a table as numbers and texts: units, thousands, full-width digits, "about"."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import Final

from planner.inputs.columns import notes_of_header, plain

_ABOUT = re.compile(r"^(?:约为?|大约|近|≈|~|about|approx\.?|ca\.?)|(?:左右|约)$")
_NUMBER = re.compile(r"^([+-]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)(.*)$")
_BLANKS: Final = frozenset(
    {
        "",
        "-",
        "--",
        "—",
        "——",
        "/",
        "\\",
        "nan",
        "na",
        "n/a",
        "none",
        "null",
        "待定",
        "暂缺",
        "未知",
    }
)


class Measure(Enum):
    """What a number counts; each takes its own units."""

    PERSONS = "persons"
    HOUSEHOLDS = "households"
    AREA = "㎡"
    MONEY = "yuan"
    COORDINATE = "coordinate"


_AREA = {"m2": 1.0, "m²": 1.0, "平方米": 1.0, "平米": 1.0, "平": 1.0, "sqm": 1.0}
_MANY = {"千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6}
_UNITS: Final[dict[Measure, dict[str, float]]] = {
    Measure.PERSONS: {
        **{f"{many}人": factor for many, factor in _MANY.items()},
        **dict.fromkeys(("人", "名", "口", "persons"), 1.0),
        "万": 1e4,
    },
    Measure.HOUSEHOLDS: {"户": 1.0, "households": 1.0, "万户": 1e4, "千户": 1e3, "万": 1e4},
    Measure.AREA: {
        **_AREA,
        **{f"{many}{unit}": factor for unit in _AREA for many, factor in _MANY.items()},
        **dict.fromkeys(("km2", "平方公里", "平方千米"), 1e6),
        "万": 1e4,
        "公顷": 1e4,
        "ha": 1e4,
        "hm2": 1e4,
        "亩": 2000.0 / 3.0,
    },
    Measure.MONEY: {
        **dict.fromkeys(("元", "yuan", "cny", "rmb"), 1.0),
        **{f"{many}元": factor for many, factor in _MANY.items()},
        "万": 1e4,
        "亿元": 1e8,
    },
    Measure.COORDINATE: {
        "°": 1.0,
        "度": 1.0,
        "m": 1.0,
        "米": 1.0,
        "e": 1.0,
        "n": 1.0,
        "°e": 1.0,
        "°n": 1.0,
    },
}
_EVERY_UNIT: Final = frozenset(name for table in _UNITS.values() for name in table)
_LIKE_A_UNIT: Final = re.compile(
    r"^(?:[百千万亿]*(?:平方|立方)?(?:公里|千米|米|分米|厘米|毫米|英尺|尺|英里|里|码|坪|英亩|顷|公亩|分)"
    r"|[kcd]?m[23²³]?|(?:sq\.?|square)?(?:ft|feet|foot|yd|mi|km|metres?|meters?)[2²]?|acres?|hectares?"
    r"|[十百千万亿]+(?:人|户|元|个|处|家|座|间)?|[个处家座间套栋床]|人次|美元|usd|%|‰|percent)$"
)
"""What stands in brackets is a unit where it looks like one; all else there is a remark."""


@dataclass(frozen=True, slots=True)
class NumberCell:
    """
    What a cell says.

    Attributes
    ----------
    value
        The number in the base unit, `None` where the cell is blank or wrong.
    approximate
        True where it says "about".
    bare
        True where neither the cell nor its header names a unit.
    fault
        What is wrong, empty where nothing is.
    """

    value: float | None = None
    approximate: bool = False
    bare: bool = False
    fault: str = ""


def text_of(value: object) -> str:
    """
    Return a cell as text: blank for nothing, no `.0` behind whole numbers.

    Examples
    --------
    >>> text_of(12.0), text_of(None), text_of(" 甲 ")
    ('12', '', '甲')
    """
    if value is None:
        return ""
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        if value.is_integer():
            return str(int(value))
    return str(value).strip()


def is_blank(value: object) -> bool:
    """Return True for an empty cell and for the marks people write instead of nothing."""
    return text_of(value).lower() in _BLANKS


def unit_of_header(text: str) -> str:
    """
    Return the unit that a header names, empty where it names none.

    Examples
    --------
    >>> unit_of_header("建筑面积（含地下）（万㎡）"), unit_of_header("人口/万人")
    ('万m2', '万人')
    """
    notes = [_folded_unit(note) for note in notes_of_header(text)]
    known = [note for note in notes if note in _EVERY_UNIT]
    doubtful = [note for note in notes if _LIKE_A_UNIT.match(note)]
    return next(iter([*known, *doubtful]), "")


def _folded_unit(note: str) -> str:
    return note.casefold().removeprefix("单位").lstrip(":")


def is_unit(text: str) -> bool:
    """
    Return True where a text is a unit and nothing else, in brackets or not.

    Examples
    --------
    >>> is_unit("（㎡）"), is_unit("万人"), is_unit("面积（㎡）")
    (True, True, False)
    """
    bare = text if plain(text) else next(iter(notes_of_header(text)), "")
    folded = "".join(unicodedata.normalize("NFKC", bare).split())
    return _folded_unit(folded) in _EVERY_UNIT


def unit_factor(header: str, measure: Measure) -> float | None:
    """
    Return the factor that a header's unit asks for.

    Returns
    -------
    factor
        `None` where the header names no unit, NaN where its unit is not known for the measure.
    """
    unit = unit_of_header(header)
    if not unit:
        return None
    return _UNITS[measure].get(unit, math.nan)


def units_known(measure: Measure) -> str:
    """Return the units that are understood for a measure, as a message lists them."""
    shown = {
        Measure.PERSONS: ("人", "千人", "万人"),
        Measure.HOUSEHOLDS: ("户", "千户", "万户"),
        Measure.AREA: ("㎡", "平方米", "万㎡", "公顷", "亩", "平方公里"),
        Measure.MONEY: ("元", "万元", "亿元"),
        Measure.COORDINATE: ("°", "m"),
    }
    return ", ".join(shown[measure])


def read_number(value: object, measure: Measure, *, factor: float | None = None) -> NumberCell:
    """
    Read one cell as a number.

    Parameters
    ----------
    value
        The cell: a number, a text, or nothing.
    measure
        What it counts.
    factor
        Of the header's unit; a unit in the cell itself beats it.

    Examples
    --------
    >>> read_number("约１，２００㎡", Measure.AREA).value
    1200.0
    """
    if isinstance(value, bool):
        return NumberCell(fault="is not a number")
    if isinstance(value, int | float):
        if math.isnan(value):
            return NumberCell()
        if math.isinf(value):
            return NumberCell(fault="is infinite")
        return NumberCell(value=float(value) * (factor or 1.0), bare=factor is None)
    if is_blank(value):
        return NumberCell()
    return _read_text(text_of(value), measure, factor)


def _read_text(text: str, measure: Measure, factor: float | None) -> NumberCell:
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = "".join(folded.split()).replace("−", "-")
    bare_of_about = _ABOUT.sub("", folded)
    approximate = bare_of_about != folded
    found = _NUMBER.match(bare_of_about)
    if found is None:
        infinite = bare_of_about.lstrip("+-") in ("inf", "infinity")
        return NumberCell(fault="is infinite" if infinite else "is not a number")
    digits, unit = found.groups()
    number = float(digits.replace(",", ""))
    if unit:
        own = _UNITS[measure].get(unit)
        if own is None:
            unknown = (
                "is not a number" if unit[0] in ",.-+/~至" else f"has an unknown unit ({unit})"
            )
            return NumberCell(fault=unknown)
        return NumberCell(value=number * own, approximate=approximate)
    return NumberCell(value=number * (factor or 1.0), approximate=approximate, bare=factor is None)
