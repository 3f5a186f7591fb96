"""Fonts of the static figures: Chinese where a Chinese font is found, never boxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

from planner.errors import Fault
from planner.report.words import Words, choose_words

if TYPE_CHECKING:
    from collections.abc import Sequence

CHINESE_FONTS = (
    "Microsoft YaHei",
    "SimHei",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
)
"""Looked for in this order."""

LATIN_FONT = "DejaVu Sans"
"""Comes with matplotlib, so that it is always there."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """
    What figures are lettered with.

    Attributes
    ----------
    words
        The catalogue in a language that the fonts can draw.
    families
        Fonts to try for each letter, in order.
    letters
        Code points that they have.
    """

    words: Words
    families: tuple[str, ...]
    letters: frozenset[int]

    def font(self, size: float, *, bold: bool = False) -> FontProperties:
        """Return the font at a size in points."""
        return FontProperties(
            family=list(self.families), size=size, weight="bold" if bold else "normal"
        )

    def drawable(self, text: str, instead: str = "") -> str:
        """Return what the fonts can draw of a text, `instead` where nothing is left."""
        kept = "".join(letter for letter in text if ord(letter) in self.letters).strip()
        return kept or instead


def choose_lettering(
    language: str, *, fonts: Sequence[str] = CHINESE_FONTS
) -> tuple[Lettering, tuple[Fault, ...]]:
    """
    Find the fonts for a language.

    Returns
    -------
    lettering
        In English where Chinese is asked for and no Chinese font is installed.
    notices
        Says so in that case.
    """
    installed = {entry.name for entry in fontManager.ttflist}
    found = next((name for name in fonts if name in installed), None)
    families = (LATIN_FONT,) if found is None else (found, LATIN_FONT)
    letters: set[int] = set()
    for family in families:
        letters |= set(get_font(findfont(FontProperties(family=[family]))).get_charmap())
    lettering = Lettering(choose_words(language), families, frozenset(letters))
    if found is not None or language != "zh":
        return lettering, ()
    return Lettering(choose_words("en"), families, frozenset(letters)), (
        Fault(
            "no Chinese font was found, so the figures are lettered in English",
            expected=", ".join(fonts[:4]),
            hint="install one of these fonts and run again",
        ),
    )
