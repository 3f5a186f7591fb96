"""The words of a report in the language of its study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.report.catalogue import CATALOGUE

if TYPE_CHECKING:
    from planner.domain.standard import Clause, LifeCircle, RuleSet

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Words:
    """
    A catalogue in one language; call it with a key.

    Attributes
    ----------
    language
        `zh` or `en`.

    Examples
    --------
    >>> Words("zh")("sheet.summary"), Words("en")("sheet.summary")
    ('汇总', 'Summary')
    """

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """Return the words of a key, its `{places}` filled; an unknown key is an error."""
        text = CATALOGUE[key][LANGUAGES.index(self.language)]
        return text.format(**values) if values else text

    def named(self, family: str, value: str | None) -> str:
        """Return the word for a value of a family, e.g. `verdict` `pass`; unknown: as it is."""
        if value is None:
            return ""
        key = f"{family}.{value}"
        return self(key) if key in CATALOGUE else value

    def of(self, record: Clause | LifeCircle) -> str:
        """Return the name of a clause or a circle."""
        return record.name_zh if self.language == "zh" else record.name_en

    def title(self, rules: RuleSet) -> str:
        """Return the title of a rule set."""
        return rules.title if self.language == "zh" else rules.title_en


def choose_words(language: str) -> Words:
    """Return the catalogue of a language, English where it is not known."""
    return Words(language if language in LANGUAGES else "en")
