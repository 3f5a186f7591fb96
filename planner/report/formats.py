"""Numbers as people read them, the Chinese and the English way."""

from __future__ import annotations

import math

MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EM DASH}"
"""Shown where there is no number."""

_SECONDS_A_MINUTE = 60
_WAN = 10_000
_THOUSAND = 1_000


def _absent(value: float | None) -> bool:
    return value is None or not math.isfinite(value)


def _signed(text: str) -> str:
    return text.replace("-", MINUS)


def format_count(value: float | None) -> str:
    """
    Return a whole number with its thousands set apart.

    Examples
    --------
    >>> format_count(250152.4)
    '250,152'
    """
    if value is None or _absent(value):
        return NOTHING
    return _signed(f"{value:,.0f}")


def format_persons(value: float | None, language: str) -> str:
    """
    Return a number of persons with its unit.

    Examples
    --------
    >>> format_persons(250152, "zh"), format_persons(1, "en")
    ('250,152 人', '1 person')
    """
    if language == "zh":
        return f"{format_count(value)} 人"
    return f"{format_count(value)} {'person' if value == 1 else 'persons'}"


def format_persons_short(value: float | None, language: str) -> str:
    """
    Return a number of persons for a small label.

    Examples
    --------
    >>> format_persons_short(17500, "zh"), format_persons_short(17500, "en")
    ('1.75 万人', '17.5k')
    """
    if value is None or _absent(value):
        return NOTHING
    if language == "zh":
        if abs(value) >= _WAN:
            return f"{_signed(f'{value / _WAN:.2f}')} 万人"
        return f"{format_count(value)} 人"
    if abs(value) >= _THOUSAND:
        return _signed(f"{value / _THOUSAND:.1f}k")
    return format_count(value)


def format_share(share: float | None, language: str, *, decimals: int = 1) -> str:
    """
    Return a share between 0 and 1 in percent.

    Examples
    --------
    >>> format_share(0.842, "zh"), format_share(0.842, "en"), format_share(None, "zh")
    ('84.2%', '84.2 %', '—')
    """
    if share is None or _absent(share):
        return NOTHING
    unit = "%" if language == "zh" else " %"
    return _signed(f"{share * 100:.{decimals}f}") + unit


def format_minutes(time_s: float | None, language: str) -> str:
    """
    Return a walk in minutes and seconds.

    Examples
    --------
    >>> format_minutes(754, "zh"), format_minutes(754, "en")
    ('12 分 34 秒', '12 min 34 s')
    """
    if time_s is None or _absent(time_s):
        return NOTHING
    minutes, seconds = divmod(round(time_s), _SECONDS_A_MINUTE)
    return (
        f"{minutes} 分 {seconds:02d} 秒" if language == "zh" else f"{minutes} min {seconds:02d} s"
    )


def format_limit(limit_s: float, language: str) -> str:
    """
    Return the limit of a life circle in minutes.

    Examples
    --------
    >>> format_limit(900, "zh"), format_limit(450, "en")
    ('15 分钟', '7.5 min')
    """
    return f"{limit_s / _SECONDS_A_MINUTE:g} {'分钟' if language == 'zh' else 'min'}"


def format_area(area_m2: float | None) -> str:
    """
    Return a floor area; ㎡ stands in the Chinese code pages, m² does not.

    Examples
    --------
    >>> format_area(2700)
    '2,700 ㎡'
    """
    return f"{format_count(area_m2)} ㎡"


def format_margin(value: float | None) -> str:
    """
    Return a difference with its sign, plus as well as minus.

    Examples
    --------
    >>> format_margin(-900), format_margin(0)
    ('−900', '+0')
    """
    if value is None or _absent(value):
        return NOTHING
    return _signed(f"{value:+,.0f}")
