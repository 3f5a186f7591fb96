"""What buildings and land are used for: which words and codes mean that people live there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.domain.population import OTHER_USE, RESIDENTIAL, USE_UNKNOWN
from planner.inputs.columns import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.domain.arrays import Int32Array

_NOTHING: Final = frozenset(
    {"", "yes", "true", "unknown", "building", "未知", "不详", "其他", "其它", "建筑", "房屋"}
)
"""Words that say no use: OpenStreetMap writes `building=yes` for most."""
_HOMES: Final = frozenset(
    {
        *("apartments", "apartment", "house", "houses", "detached", "semidetached"),
        *("semidetachedhouse", "terrace", "terraced", "bungalow", "villa", "dormitory", "dorm"),
        *("home", "homes", "housing", "flats", "flat", "cabin", "farm", "staticcaravan"),
        *("living", "dwelling", "mixeduse", "hutong"),
    }
)
_HOME_PARTS: Final = (
    *("住宅", "居住", "公寓", "宿舍", "商住", "居民", "住房", "别墅", "宅基地", "农房", "自建房"),
    "resident",
)
_NOT_HOMES: Final = ("非住", "非居", "nonresident", "酒店式公寓", "居住区配套", "居民服务")
_CODES: Final = re.compile(r"^(?:r(?:[123]1?)?|0?7(?:0?1(?:0[1-3])?|0?3(?:0[1-2])?)?)$")
"""
GB 50137: R, R1 to R3, R11, R21, R31 (R12, R22, R32 are facilities). Codes of land of 2020: 07,
0701, 070101 to 070103, 0703, 070301, 070302 (0702 is for community facilities).
"""


def classify_uses(words: Sequence[str]) -> Int32Array:
    """
    Tell from words and codes of use where people live.

    Returns
    -------
    use : shape (n_words,)
        `RESIDENTIAL`, `USE_UNKNOWN` or `OTHER_USE`.

    Examples
    --------
    >>> classify_uses(["住宅", "apartments", "R2", "yes", "办公"]).tolist()
    [1, 1, 1, 0, -1]
    """
    known = {word: _classify(word) for word in set(words)}
    return np.array([known[word] for word in words], dtype=np.int32)


def _classify(word: str) -> int:
    meaning = plain(word)
    if meaning in _NOTHING:
        return USE_UNKNOWN
    if any(part in meaning for part in _NOT_HOMES):
        return OTHER_USE
    if meaning in _HOMES or _CODES.match(meaning):
        return RESIDENTIAL
    if any(part in meaning for part in _HOME_PARTS):
        return RESIDENTIAL
    return OTHER_USE
