"""What the words in a way's tags make of it: bits of `EdgeFlag`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.domain.network import FOOT_KINDS, EdgeFlag
from planner.inputs.tag_tables import ANY, NARROW_M, NEGATIVE, WAY_RULES
from planner.inputs.tag_values import parse_length_m

if TYPE_CHECKING:
    from collections.abc import Mapping

_YES: Final = frozenset({"yes", "true", "1"})
_SMOOTH: Final = frozenset({"excellent", "good", "intermediate"})
_ALWAYS: Final = frozenset({"24/7", "00:00-24:00", "mo-su 00:00-24:00", "mo-su,ph 00:00-24:00"})
_SHUT: Final = ("no", "private")
# Plain numbers: there are tens of thousands of ways, and enumerations add up slowly.
_NO_FORWARD: Final = int(EdgeFlag.NO_FORWARD)
_NO_BACKWARD: Final = int(EdgeFlag.NO_BACKWARD)
_ESCALATOR: Final = int(EdgeFlag.ESCALATOR)
_WHEELS_BARRED: Final = int(EdgeFlag.WHEELS_BARRED)
_WHEELS_OPEN: Final = int(EdgeFlag.WHEELS_OPEN)
_PAID: Final = int(EdgeFlag.PAID)
_TIMED: Final = int(EdgeFlag.TIMED)
_FLAG_OF: Final[dict[str, dict[str, int]]] = {}
for _rule in WAY_RULES:
    for _value in _rule.values:
        _FLAG_OF.setdefault(_rule.key, {})[_value] = int(_rule.flag)


def flags_of_way(tags: Mapping[str, str], kind: str) -> int:
    """
    Return what a way is beyond its kind, as `EdgeFlag` bits.

    Parameters
    ----------
    tags
        All tags of the way.
    kind
        Its `highway` value, or what stands for it.
    """
    flags = 0
    for key, meaning in _FLAG_OF.items():
        text = tags.get(key)
        if text is not None:
            flags |= _look_up(meaning, text)
    return _settle_wheels(tags, flags) | _one_way(tags) | _terms(tags, kind)


def _look_up(meaning: Mapping[str, int], text: str) -> int:
    flag = meaning.get(text)
    if flag is not None:
        return flag
    if text in NEGATIVE:
        return 0
    flags = meaning.get(ANY, 0)
    if ";" in text:
        for word in text.split(";"):
            flags |= meaning.get(word.strip(), 0)
    return flags


def _settle_wheels(tags: Mapping[str, str], flags: int) -> int:
    """Keep one of the two flags for wheels: what is stated of wheelchairs beats the rest."""
    both = _WHEELS_BARRED | _WHEELS_OPEN
    stated = tags.get("wheelchair")
    if stated == "no":
        return (flags & ~both) | _WHEELS_BARRED
    if flags & _WHEELS_OPEN:
        return flags & ~_WHEELS_BARRED
    if tags.get("smoothness") in _SMOOTH:
        flags &= ~_WHEELS_BARRED
    width_m = parse_length_m(tags["width"]) if "width" in tags else None
    if width_m is not None and 0 < width_m < NARROW_M:
        flags |= _WHEELS_BARRED
    return flags


def _one_way(tags: Mapping[str, str]) -> int:
    conveying = tags.get("conveying")
    stated = tags.get("oneway:foot")
    if stated is None and conveying in _YES:
        # A belt whose direction is not said runs as its `oneway` does, if that is said.
        stated = tags.get("oneway")
    flags = 0
    if conveying == "forward" or stated in _YES or tags.get("foot:backward") == "no":
        flags |= _NO_BACKWARD
    if conveying == "backward" or stated in ("-1", "reverse") or tags.get("foot:forward") == "no":
        flags |= _NO_FORWARD
    return flags


def _terms(tags: Mapping[str, str], kind: str) -> int:
    """Return whether a fare is asked, and whether the way is shut at times."""
    for_foot = kind in FOOT_KINDS or kind == "elevator"
    flags = 0
    if tags.get("toll:foot", "no") not in NEGATIVE or (
        tags.get("fee", "no") not in NEGATIVE and (for_foot or "foot" in tags)
    ):
        flags |= _PAID
    if tags.get("opening_hours", "24/7").strip().lower() not in _ALWAYS or _shut_at_times(
        tags, for_foot=for_foot
    ):
        flags |= _TIMED
    return flags


def _shut_at_times(tags: Mapping[str, str], *, for_foot: bool) -> bool:
    text = tags.get("foot:conditional", "")
    if not text and for_foot and "foot" not in tags:
        text = tags.get("access:conditional", "")
    # Several conditions are joined by `;`, as are the rules of hours inside brackets.
    return any(part.strip().startswith(_SHUT) and "@" in part for part in text.split(";"))


def belt_direction_unknown(flags: int) -> bool:
    """Tell whether a moving way gives no direction, or says that it changes."""
    one_way = _NO_FORWARD | _NO_BACKWARD
    return bool(flags & _ESCALATOR) and not flags & one_way
