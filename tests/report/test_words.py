"""Words are complete in both languages, and numbers are written each language's way."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import get_args

import pytest

from planner.domain.capacity import AllocationMethod
from planner.domain.coverage import GAP_REASONS, STATES
from planner.domain.ledger import SHARING_RULES
from planner.domain.places import LEVELS, Kind, Status
from planner.domain.placing import TESTED_DATUMS, DatumOutcome
from planner.domain.population import PopulationSource
from planner.domain.robustness import VARIATION_KINDS
from planner.domain.siting import SolveStatus
from planner.domain.standard import Certainty, ClauseResult, Force, Group, Verdict
from planner.domain.walking import DIRECTIONS
from planner.report import formats
from planner.report.catalogue import CATALOGUE
from planner.report.words import Words, choose_words
from tests.report.rules import BASIC, CHONGQING_2018, FLOOR_AREA

SOURCES = Path(formats.__file__).parent


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_everything_with_the_same_figures() -> None:
    for key, (chinese, english) in CATALOGUE.items():
        assert chinese.strip(), key
        assert english.strip(), key
        assert places(chinese) == places(english), key
        assert not re.search("[一-鿿]", english), key


def test_every_key_the_code_asks_for_is_in_the_catalogue() -> None:
    asked = set()
    for path in [*SOURCES.glob("*.py"), *SOURCES.glob("sheets/*.py")]:
        text = path.read_text(encoding="utf-8")
        if path.name.startswith(("map_", "check_", "scaffold", "notebook_")):
            continue
        asked |= set(re.findall(r"(?<!_)words\(\s*\"([a-z_.]+)\"", text))
        asked |= set(re.findall(r"Sheet\(book, \"([a-z_.]+)\"", text))
    assert len(asked) > 100
    assert asked <= set(CATALOGUE)


@pytest.mark.parametrize(
    ("family", "values"),
    [
        ("verdict", get_args(Verdict)),
        ("state", STATES),
        ("level", LEVELS),
        ("kind", get_args(Kind)),
        ("status", get_args(Status)),
        ("direction", DIRECTIONS),
        ("group", get_args(Group)),
        ("force", get_args(Force)),
        ("certainty", get_args(Certainty)),
        ("siting", get_args(SolveStatus)),
        ("gap_reason", GAP_REASONS),
        ("action", ("build", "expand")),
        ("variation", VARIATION_KINDS),
        ("standing", ("robust", "fragile", "uncovered")),
        ("method", (*get_args(AllocationMethod), "2sfca", "e2sfca")),
        ("datum", TESTED_DATUMS),
        ("datum_outcome", get_args(DatumOutcome)),
        ("shared", SHARING_RULES),
        ("ledger_source", ("points", *get_args(PopulationSource))),
        ("profile", ("norm", "adult", "elderly", "child_with_carer", "wheelchair")),
        (
            "quarantine",
            ("no_coordinates", "outside_streets", "same_coordinates", "no_persons"),
        ),
        ("reason", re.findall(r"`([a-z_]+)`[,.]", str(ClauseResult.__doc__).split("otherwise")[1])),
    ],
)
def test_every_value_of_a_record_has_a_word(family: str, values: tuple[str, ...]) -> None:
    assert values
    for value in values:
        assert f"{family}.{value}" in CATALOGUE


def test_a_value_without_a_word_stands_as_it_is() -> None:
    words = Words("zh")
    assert words.named("profile", "my_profile") == "my_profile"
    assert words.named("level", None) == ""


def test_an_unknown_language_reads_english() -> None:
    assert choose_words("fr") == Words("en")


def test_names_of_records_follow_the_language() -> None:
    assert Words("zh").of(BASIC) == "5分钟居民基本生活圈"
    assert Words("en").of(FLOOR_AREA) == "Floor area"
    assert Words("zh").title(CHONGQING_2018) == CHONGQING_2018.title
    assert Words("en").title(CHONGQING_2018) == CHONGQING_2018.title_en


def test_numbers_are_written_each_language_s_way() -> None:
    assert formats.format_persons(297176, "zh") == "297,176 人"
    assert formats.format_persons(1, "en") == "1 person"
    assert formats.format_persons(297176, "en") == "297,176 persons"
    assert formats.format_persons_short(17_500, "zh") == "1.75 万人"
    assert formats.format_persons_short(9_999, "zh") == "9,999 人"
    assert formats.format_persons_short(17_500, "en") == "17.5k"
    assert formats.format_persons_short(999, "en") == "999"
    assert formats.format_share(0.842, "zh") == "84.2%"
    assert formats.format_share(0.842, "en") == "84.2 %"
    assert formats.format_share(0.9996, "zh", decimals=0) == "100%"
    assert formats.format_minutes(754, "zh") == "12 分 34 秒"
    assert formats.format_minutes(754, "en") == "12 min 34 s"
    assert formats.format_limit(450, "zh") == "7.5 分钟"
    assert formats.format_limit(900, "en") == "15 min"
    assert formats.format_area(2700) == "2,700 ㎡"
    assert formats.format_margin(-900) == "−900"
    assert formats.format_margin(100) == "+100"


def test_what_is_not_known_is_a_dash_never_a_zero() -> None:
    for nothing in (None, float("nan"), float("inf")):
        assert formats.format_count(nothing) == "—"
        assert formats.format_persons_short(nothing, "zh") == "—"
        assert formats.format_share(nothing, "en") == "—"
        assert formats.format_minutes(nothing, "zh") == "—"
        assert formats.format_margin(nothing) == "—"
