"""Invented place names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

# fmt: off
PLACES = (
    "云梯", "望江", "石坎", "桐岩", "金盘", "翠屏", "磐溪", "龙坪",
    "朝岭", "竹湾", "鹤山", "枫桥", "白崖", "观塘", "黄桷", "青杠",
    "月台", "松林", "柏溪", "铜锣", "花坡", "清水", "马蹄", "南垭",
    "樟园", "落霞", "银杏", "半山", "凤栖", "沙井", "东垭", "灯杆",
    "茶亭", "双碑", "石门", "寨坡", "金竹", "雷公", "响水", "回龙",
    "大坪沟", "小龙坎上", "洗马", "七星", "三层", "吊脚", "纤夫", "盐仓",
    "瓦窑", "红岩坡",
)
# fmt: on
FIRST = "云望石桐金翠磐龙朝竹鹤枫白观青松柏清马南樟落银凤沙"
SECOND = "岩坪湾溪岭坎坡塘垭台井洞"


class NamePool:
    """
    Gives names that are unique for their suffix.

    Parameters
    ----------
    rng
        Shuffles the names.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._names = [str(n) for n in rng.permutation(PLACES)]
        self._used: dict[str, int] = {}

    def take(self, suffix: str) -> str:
        """
        Give the next name of a kind of thing.

        Listed place names come first, then pairs of characters usual in them.

        Parameters
        ----------
        suffix
            What the thing is: 路, 社区, 大桥 and so on.

        Returns
        -------
        name
            A name not given before with this suffix.
        """
        k = self._used[suffix] = self._used.get(suffix, -1) + 1
        if k < len(self._names):
            return self._names[(k + 11 * len(self._used)) % len(self._names)] + suffix
        k -= len(self._names)
        again, k = divmod(k, len(FIRST) * len(SECOND))
        pair = FIRST[k % len(FIRST)] + SECOND[(k // len(FIRST) + k) % len(SECOND)]
        return pair + ("上下左右前后里外新老"[again % 10] if again else "") + suffix
