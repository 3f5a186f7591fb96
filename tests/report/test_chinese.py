"""Faults in Chinese: every message and hint that the readers write down has its translation."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from planner.errors import Fault
from planner.report.chinese import both_lines, in_chinese, message_in_chinese, templates
from planner.siting.solve.search import STOPPED_BY

PACKAGE = Path(__file__).resolve().parents[2] / "planner"
READ_BY_PLANNERS = [
    *sorted((PACKAGE / "inputs").glob("*.py")),
    *sorted((PACKAGE / "georeference").glob("*.py")),
    *sorted((PACKAGE / "siting").glob("*.py")),
    *(
        PACKAGE / "pipeline" / name
        for name in ("intake.py", "streets.py", "evaluate.py", "siting_closing.py")
    ),
    *(
        PACKAGE / "report" / f"{name}.py"
        for name in ("staging", "locks", "scaffold", "set_aside", "check_workbook", "write")
    ),
    *(PACKAGE / "batch" / f"{name}.py" for name in ("find", "machine", "run", "scheduler")),
    PACKAGE / "pipeline" / "explain.py",
    PACKAGE / "report" / "compare_read.py",
    PACKAGE / "cli" / "ends.py",
    PACKAGE / "cli" / "options.py",
]
_MESSAGE_AT = {"Fault": 0, "fault": 0, "wrong": 1, "_cell_fault": 3}
"""Which argument of a call is the message."""


def _texts(node: ast.expr) -> list[str]:
    """Return the texts an expression may give, `{}` where they vary; none where all varies."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body), *_texts(node.orelse)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [f"{text}{{}}" for text in _texts(node.left)]
    if isinstance(node, ast.JoinedStr):
        text = "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
        )
        return [text] if re.search(r"[a-z]{3}", text) else []
    return []


def _written(path: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {"messages": set(), "hints": set()}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        place = _MESSAGE_AT.get(name)
        if place is None:
            continue
        if len(node.args) > place:
            found["messages"].update(_texts(node.args[place]))
        for keyword in node.keywords:
            if keyword.arg == "hint":
                found["hints"].update(_texts(keyword.value))
    return found


def test_why_a_search_stopped_has_its_chinese() -> None:
    assert set(STOPPED_BY.values()) <= templates("messages")


@pytest.mark.parametrize(
    "path", READ_BY_PLANNERS, ids=lambda path: f"{path.parent.name}.{path.stem}"
)
def test_what_a_reader_says_has_its_chinese(path: Path) -> None:
    written = _written(path)
    for section, texts in written.items():
        assert texts - templates(section) == set()


def test_a_fault_is_told_in_chinese_with_its_place() -> None:
    fault = Fault(
        "is negative",
        file="人口.csv",
        row=3,
        field="persons",
        found="-1",
        expected="0 or more",
        hint="correct the cell, or leave it blank where the number is not known",
    )
    assert in_chinese(fault) == (
        "人口.csv · 第 3 行 · 字段 persons：数值为负；现为 -1；应为 0 或更大；"
        "请更正该单元格；数字未知时留空"
    )
    assert both_lines(fault) == f"{fault}\n  {in_chinese(fault)}"


def test_what_varies_is_carried_over() -> None:
    assert message_in_chinese("more than one column could be floor_area_m2") == (
        "有多列都可能是 floor_area_m2"
    )
    fault = Fault("unknown key", hint="did you mean walking.snap_limit_m?")
    assert in_chinese(fault) == "未知的键；是否应为 walking.snap_limit_m？"


def test_a_message_of_which_no_translation_is_known_stays_as_it_is() -> None:
    fault = Fault("something quite new", hint="look")
    assert in_chinese(fault) == ""
    assert both_lines(fault) == "something quite new; look"
    assert message_in_chinese("something quite new") == ""


def test_an_unknown_hint_or_expectation_stays_as_it_is() -> None:
    fault = Fault("is negative", layer="表一", expected="other", hint="look")
    assert in_chinese(fault) == "图层 表一：数值为负；应为 other；look"
