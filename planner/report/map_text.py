"""Text of the user's files made fit for a page and for a map label."""

from __future__ import annotations

import unicodedata
from typing import Final

LONGEST_TEXT: Final = 300
"""Characters of a name that the page keeps."""

_DIRECTION_MARKS: Final = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


def clean_text(text: str | None) -> str:
    r"""
    Return text on one line, without marks that turn the writing around, cut if overlong.

    A mark such as U+202E makes the rest of a line run backwards, on a canvas too, so
    that a name can pretend to be another.

    Examples
    --------
    >>> clean_text("a\n b\u202ec")
    'a bc'
    """
    if not text:
        return ""
    kept = (
        " " if unicodedata.category(character) in {"Cc", "Zl", "Zp", "Cs"} else character
        for character in text
        if character not in _DIRECTION_MARKS
    )
    line = " ".join("".join(kept).split())
    return line if len(line) <= LONGEST_TEXT else line[: LONGEST_TEXT - 1] + "…"
