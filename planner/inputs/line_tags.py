"""What the cells of a road line say, as the tags that the table of foot access judges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from planner.errors import Fault
from planner.inputs.cells import is_blank, text_of
from planner.inputs.columns import plain
from planner.inputs.foot_access import effect_of, judge_way
from planner.inputs.street_words import (
    FOOT_WORDS,
    GROUND_WORDS,
    KIND_TAGS,
    NO_WORDS,
    ONE_WAY_WORDS,
    RAISED_WORDS,
    STEPS_WORDS,
    SUNK_WORDS,
    YES_WORDS,
)

if TYPE_CHECKING:
    from planner.domain.arrays import Float32Array, Int32Array, IntArray
    from planner.inputs.tables import SourceTable

_JUDGED: Final = ("kind", "level", "bridge", "tunnel", "steps", "one_way_on_foot", "foot", "access")
_WORDS_SHOWN: Final = 10
_ANY_STREET: Final = "unclassified"


@dataclass(frozen=True, slots=True)
class LineTags:
    """
    What each row of a table of road lines is.

    Attributes
    ----------
    level : int32, shape (n_rows,)
        Bridge level.
    kind : int32, shape (n_rows,)
        Position in `kinds`.
    flags : int64, shape (n_rows,)
        `EdgeFlag` bits, `LEFT_OUT` where people may not walk.
    step_count : float32, shape (n_rows,)
        Number of steps, NaN where not stated.
    left_out
        Why each row is left out, empty where it is not.
    kinds
        Values of `highway` met.
    notices
        Words that were not understood, and what was made of them.
    """

    LEFT_OUT: ClassVar[int] = -1

    level: Int32Array
    kind: Int32Array
    flags: IntArray
    step_count: Float32Array
    left_out: tuple[str, ...]
    kinds: tuple[str, ...]
    notices: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Meaning:
    tags: dict[str, str]
    level: int
    step_count: float
    unknown: tuple[tuple[str, str], ...]


def read_line_tags(table: SourceTable, columns: dict[str, int]) -> LineTags:
    """
    Judge every row of a table of road lines.

    Rows with the same cells are judged once.

    Parameters
    ----------
    table, columns
        The rows, and the positions of the columns recognised.
    """
    read = [name for name in _JUDGED if name in columns]
    cells = [[text_of(cell) for cell in table.columns[columns[name]]] for name in read]
    combinations: dict[tuple[str, ...], int] = {}
    n_rows = len(table.row)
    which = [
        combinations.setdefault(key, len(combinations))
        for key in (zip(*cells, strict=True) if cells else iter([()] * n_rows))
    ]
    meanings = [_meaning(dict(zip(read, key, strict=True))) for key in combinations]
    verdicts = [judge_way(meaning.tags) for meaning in meanings]
    kinds: dict[str, int] = {}
    kind = [kinds.setdefault(verdict.kind, len(kinds)) for verdict in verdicts]
    flags = [LineTags.LEFT_OUT if verdict.left_out else verdict.flags for verdict in verdicts]
    index = np.array(which, dtype=np.int64)
    return LineTags(
        level=np.array([meaning.level for meaning in meanings], dtype=np.int32)[index],
        kind=np.array(kind, dtype=np.int32)[index],
        flags=np.array(flags, dtype=np.int64)[index],
        step_count=np.array([meaning.step_count for meaning in meanings], dtype=np.float32)[index],
        left_out=tuple(verdicts[number].left_out for number in which),
        kinds=tuple(kinds),
        notices=_unknown_words(table, columns, meanings, np.bincount(index, minlength=1)),
    )


def _unknown_words(
    table: SourceTable, columns: dict[str, int], meanings: list[_Meaning], n_rows: IntArray
) -> tuple[Fault, ...]:
    met: dict[str, dict[str, int]] = {}
    for meaning, number in zip(meanings, n_rows.tolist(), strict=True):
        for name, word in meaning.unknown:
            words = met.setdefault(name, {})
            words[word] = words.get(word, 0) + number
    notices = []
    for name, words in met.items():
        shown = sorted(words, key=lambda word: (-words[word], word))[:_WORDS_SHOWN]
        notices.append(
            Fault(
                "words are not known: the lines are taken as streets that people may walk along"
                if name == "kind"
                else "words are not known: they are taken to say nothing",
                file=table.file,
                layer=table.layer,
                field=table.headers[columns[name]],
                found=", ".join(f"{word} ({words[word]})" for word in shown)
                + (", …" if len(words) > len(shown) else ""),
            )
        )
    return tuple(notices)


def _meaning(cells: dict[str, str]) -> _Meaning:
    unknown: list[tuple[str, str]] = []
    tags = _tags_of_kind(cells.get("kind", ""), unknown)
    level = _level(cells.get("level", ""), unknown)
    raised, sunk = _bridge_and_tunnel(cells, tags, unknown)
    if level > 0 or raised:
        tags["bridge"] = "yes"
    if level < 0 or sunk:
        tags["tunnel"] = "yes"
    # A bridge that states no level, or the ground's, passes over the ground all the same.
    level = level or (1 if raised else -1 if sunk else 0)
    steps, step_count = _steps(cells.get("steps", ""), unknown)
    if steps and "conveying" not in tags:
        tags["highway"] = "steps"
    for name, key, words in (
        ("foot", "foot", FOOT_WORDS),
        ("access", "access", FOOT_WORDS),
        ("one_way_on_foot", "oneway:foot", ONE_WAY_WORDS),
    ):
        text = cells.get(name, "")
        if is_blank(text):
            continue
        # As it stands first: `plain` takes the sign from -1.
        word = words.get(text.strip().casefold()) or words.get(plain(text))
        if word is not None:
            tags[key] = word
        elif key != "oneway:foot" and effect_of(key, text.strip().casefold()) is not None:
            tags[key] = text.strip().casefold()
        else:
            unknown.append((name, text))
    return _Meaning(tags, level, step_count, tuple(unknown))


def _tags_of_kind(text: str, unknown: list[tuple[str, str]]) -> dict[str, str]:
    if is_blank(text):
        return {"highway": _ANY_STREET}
    known = KIND_TAGS.get(plain(text))
    if known is not None:
        return dict(known)
    word = text.strip().casefold()
    if effect_of("highway", word) is not None:
        return {"highway": word}
    unknown.append(("kind", text))
    return {"highway": _ANY_STREET}


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _level(text: str, unknown: list[tuple[str, str]]) -> int:
    number = _number(text)
    if number is not None:
        return round(number)
    word = plain(text)
    if word in RAISED_WORDS:
        return 1
    if word in SUNK_WORDS:
        return -1
    if not is_blank(text) and word not in GROUND_WORDS | NO_WORDS:
        unknown.append(("level", text))
    return 0


def _bridge_and_tunnel(
    cells: dict[str, str], tags: dict[str, str], unknown: list[tuple[str, str]]
) -> tuple[bool, bool]:
    """Return whether a line is said to be a bridge, and a tunnel; one column may say both."""
    raised, sunk = "bridge" in tags, "tunnel" in tags
    for name in ("bridge", "tunnel"):
        text = cells.get(name, "")
        word = plain(text)
        if word in RAISED_WORDS or (name == "bridge" and word in YES_WORDS):
            raised = True
        elif word in SUNK_WORDS or (name == "tunnel" and word in YES_WORDS):
            sunk = True
        elif not is_blank(text) and word not in GROUND_WORDS | NO_WORDS:
            if effect := _osm_structure(name, word):
                raised, sunk = raised or effect == "bridge", sunk or effect == "tunnel"
            else:
                unknown.append((name, text))
    return raised, sunk


_STRUCTURES: Final = {
    "bridge": ("aqueduct", "boardwalk", "cantilever", "covered", "movable", "trestle", "lowwater"),
    "tunnel": ("buildingpassage", "culvert", "flooded", "avalancheprotector"),
}


def _osm_structure(name: str, word: str) -> str:
    return name if word in _STRUCTURES[name] else ""


def _steps(text: str, unknown: list[tuple[str, str]]) -> tuple[bool, float]:
    """Return whether a line is a stair, and its number of steps where that is stated."""
    number = _number(text)
    if number is not None:
        return number > 0, number if number > 1 else float("nan")
    word = plain(text)
    if word in STEPS_WORDS | YES_WORDS:
        return True, float("nan")
    if not is_blank(text) and word not in NO_WORDS | GROUND_WORDS:
        unknown.append(("steps", text))
    return False, float("nan")
