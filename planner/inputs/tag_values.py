"""Numbers in OpenStreetMap tags, as people write them: slopes, steps, levels, metres."""

from __future__ import annotations

import math
import re
from typing import Final

MAX_INCLINE: Final = 1.0
"""Steeper than this (45°) no street or path is; a slip of the pen."""
MAX_STEPS_INCLINE: Final = 2.0
"""Steeper than this (63°) no public stairs are."""
_MAX_STEP_COUNT: Final = 10_000
_MAX_LEVELS: Final = 200
_MAX_TURN: Final = 90.0

_NUMBER: Final = r"[-+]?\d+(?:[.,]\d+)?"
_PERCENT: Final = re.compile(rf"({_NUMBER})(?:-(\d+(?:[.,]\d+)?))?(%|°|deg|‰)?")
_RATIO: Final = re.compile(r"([-+]?)(\d+(?:[.,]\d+)?)[:/](\d+(?:[.,]\d+)?)")
_ABOUT: Final = re.compile(r"ca\.?|approx\.?|about|[~≈<>]")
_LEVEL: Final = re.compile(r"(-?\d+(?:\.\d+)?)(?:(?:-|to|\.\.)(-?\d+(?:\.\d+)?))?")
_LENGTH: Final = re.compile(rf"({_NUMBER})(m|cm|mm)?")
_FEET: Final = re.compile(r"(\d+(?:\.\d+)?)(?:'|ft)(?:(\d+(?:\.\d+)?)(?:\"|in))?")
_METRES: Final = {"m": 1.0, "cm": 0.01, "mm": 0.001}
_FOOT_M: Final = 0.3048
_INCH_M: Final = 0.0254


def parse_incline(text: str, *, bound: float = MAX_INCLINE) -> float | None:
    """
    Read a stated slope.

    Parameters
    ----------
    text
        `10%`, `-8 %`, `6°`, `1:12`, a bare number (percent), a span `5-10%` (its middle), `up`,
        `down`, `up 10%`, or a list of these (their mean).
    bound
        Steepest slope believed, rise over length.

    Returns
    -------
    incline
        Rise over length along the way, `inf` where only "up" is said, `-inf` where only "down";
        `None` where the text is not understood, contradicts itself, or is beyond the bound.

    Examples
    --------
    >>> parse_incline("-8 %"), parse_incline("1:10"), parse_incline("up"), parse_incline("steep")
    (-0.08, 0.1, inf, None)
    """
    found = [_parse_one_incline(word, bound) for word in re.split(r"[;|]", text)]
    known = [value for value in found if value is not None]
    if len(known) < len(found):
        return None
    numbers = [value for value in known if math.isfinite(value)]
    if min(known) < 0 < max(known):
        return None
    return math.fsum(numbers) / len(numbers) if numbers else known[0]


def _parse_one_incline(text: str, bound: float) -> float | None:
    word = _squeeze(text)
    sign = 1.0
    for direction, turn in (("up", 1.0), ("down", -1.0)):
        if direction in word:
            word, sign = word.replace(direction, "", 1), turn
            if not word:
                return sign * math.inf
            break
    value = _slope(word)
    if value is None or abs(value) > bound:
        return None
    return sign * value if value else 0.0


def _slope(word: str) -> float | None:
    ratio = _RATIO.fullmatch(word)
    if ratio is not None:
        run = _float(ratio[3])
        if not run:
            return None
        return _float(ratio[2]) / run * (-1.0 if ratio[1] == "-" else 1.0)
    number = _PERCENT.fullmatch(word)
    if number is None:
        return None
    value = _float(number[1])
    if number[2] is not None:
        value = math.copysign((abs(value) + _float(number[2])) / 2.0, value)
    if number[3] in ("°", "deg"):
        return math.tan(math.radians(value)) if abs(value) < _MAX_TURN else None
    return value / (1000.0 if number[3] == "‰" else 100.0)


def parse_step_count(text: str) -> int | None:
    """
    Read the number of steps of a flight; flights joined by `;` or `+` are added.

    Returns
    -------
    count
        At least 1; `None` where the text is not understood.

    Examples
    --------
    >>> parse_step_count("~20"), parse_step_count("12+14"), parse_step_count("many")
    (20, 26, None)
    """
    total = 0
    for word in re.split(r"[;+]", text):
        digits = _squeeze(word)
        # ASCII only: other digits are words nobody meant as a count.
        if not (digits.isascii() and digits.isdigit()):
            return None
        total += int(digits)
    return total if 0 < total <= _MAX_STEP_COUNT else None


def parse_levels(text: str) -> tuple[float, ...]:
    """
    Read the levels of a building that something touches.

    Returns
    -------
    levels
        Ascending, without repeats, whole levels between the ends of a span filled in; empty
        where the text is not understood.

    Examples
    --------
    >>> parse_levels("0;-1"), parse_levels("-1-2"), parse_levels("roof")
    ((-1.0, 0.0), (-1.0, 0.0, 1.0, 2.0), ())
    """
    levels: set[float] = set()
    for word in re.split(r"[;,]", text):
        match = _LEVEL.fullmatch("".join(word.lower().split()))
        if match is None:
            return ()
        low = float(match[1])
        high = low if match[2] is None else float(match[2])
        low, high = min(low, high), max(low, high)
        if max(abs(low), abs(high)) > _MAX_LEVELS:
            return ()
        levels |= {low, high, *(float(n) for n in range(math.ceil(low), math.floor(high) + 1))}
    return tuple(sorted(levels))


def parse_length_m(text: str) -> float | None:
    """
    Read a length in metres, the unit assumed, or in `cm`, `mm`, feet and inches.

    Returns
    -------
    length_m
        At least 0; `None` where the text is not understood.

    Examples
    --------
    >>> parse_length_m("0,75"), parse_length_m("80 cm"), parse_length_m("wide")
    (0.75, 0.8, None)
    """
    word = _squeeze(text)
    match = _LENGTH.fullmatch(word)
    if match is not None:
        length_m = _float(match[1]) * _METRES[match[2] or "m"]
        return length_m if length_m >= 0 else None
    feet = _FEET.fullmatch(word)
    if feet is None:
        return None
    return float(feet[1]) * _FOOT_M + float(feet[2] or 0) * _INCH_M


def _squeeze(text: str) -> str:
    """Drop spaces, capitals and words for "about"."""
    return _ABOUT.sub("", "".join(text.lower().split())).replace("\N{MINUS SIGN}", "-")


def _float(text: str) -> float:
    return float(text.replace(",", "."))
