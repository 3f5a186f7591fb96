"""Faults in Chinese: the same message, beside the English one."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from planner.errors import Fault

_PLACE: Final = re.compile(r"\{(\d*)\}")
_Entries = list[tuple[re.Pattern[str], str]]


def in_chinese(fault: Fault) -> str:
    """
    Return a fault as a Chinese sentence, empty where its message has no translation.

    Parameters
    ----------
    fault
        Any fault; what was found and expected stays as it is, names of columns too.
    """
    message = _translate("messages", fault.message)
    if message is None:
        return ""
    places = (
        (fault.file, "{}"),
        (fault.layer, "图层 {}"),
        (fault.row, "第 {} 行"),
        (fault.field, "字段 {}"),
    )
    place = " · ".join(text.format(value) for value, text in places if value)
    parts = [f"{place}：{message}" if place else message]
    if fault.found is not None:
        parts.append(f"现为 {fault.found}")
    if fault.expected is not None:
        parts.append(f"应为 {_translate('expected', fault.expected) or fault.expected}")
    if fault.hint is not None:
        parts.append(_translate("hints", fault.hint) or fault.hint)
    return "；".join(parts)


def both_lines(fault: Fault, *, indent: str = "") -> str:
    """Return a fault as its English line and, below it, its Chinese one where there is one."""
    chinese = in_chinese(fault)
    return f"{fault}\n{indent}  {chinese}" if chinese else str(fault)


def message_in_chinese(message: str) -> str:
    """Return a message alone in Chinese, empty where there is no translation."""
    return _translate("messages", message) or ""


def hint_in_chinese(hint: str) -> str:
    """Return a hint alone in Chinese, empty where there is no translation."""
    return _translate("hints", hint) or ""


def templates(section: str) -> frozenset[str]:
    """Return the English texts of a section (`messages`, …), with `{}` where they vary."""
    return frozenset(_table()[section])


@lru_cache(maxsize=8192)
def _translate(section: str, text: str) -> str | None:
    exact = _table()[section].get(text)
    if exact is not None:
        return exact
    for pattern, chinese in _varying(section):
        found = pattern.fullmatch(text)
        if found is not None:
            return _fill(chinese, found.groups())
    return None


def _fill(chinese: str, values: tuple[str, ...]) -> str:
    turn = iter(values)
    return _PLACE.sub(lambda place: values[int(place[1]) - 1] if place[1] else next(turn), chinese)


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, str]]:
    text = (resources.files("planner.report") / "chinese.toml").read_text("utf-8")
    table: dict[str, dict[str, str]] = tomllib.loads(text)
    return table


@lru_cache(maxsize=3)
def _varying(section: str) -> _Entries:
    """Return the texts with places as patterns, those with most fixed words first."""
    entries = [(text, chinese) for text, chinese in _table()[section].items() if "{}" in text]
    entries.sort(key=lambda entry: -len(entry[0]))
    return [
        (re.compile("(.+?)".join(map(re.escape, text.split("{}"))), re.DOTALL), chinese)
        for text, chinese in entries
    ]
