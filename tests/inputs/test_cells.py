"""What people write into cells, and what it means."""

from __future__ import annotations

import pytest

from planner.inputs.cells import (
    Measure,
    NumberCell,
    is_blank,
    read_number,
    text_of,
    unit_factor,
    unit_of_header,
)
from planner.inputs.columns import plain

NUMBERS: list[tuple[object, Measure, float]] = [
    (12, Measure.PERSONS, 12.0),
    (12.5, Measure.AREA, 12.5),
    ("1,234", Measure.PERSONS, 1234.0),
    ("1，234，567", Measure.PERSONS, 1234567.0),
    ("２７００", Measure.AREA, 2700.0),
    ("约1200", Measure.AREA, 1200.0),
    ("大约1200㎡", Measure.AREA, 1200.0),
    ("1200左右", Measure.AREA, 1200.0),
    ("1200㎡左右", Measure.AREA, 1200.0),
    ("1 200 平方米", Measure.AREA, 1200.0),
    ("0.27万㎡", Measure.AREA, 2700.0),
    ("1.5公顷", Measure.AREA, 15000.0),
    ("3亩", Measure.AREA, 2000.0),
    ("1.2万人", Measure.PERSONS, 12000.0),
    ("86户", Measure.HOUSEHOLDS, 86.0),
    ("350万元", Measure.MONEY, 3_500_000.0),
    ("1.2亿元", Measure.MONEY, 120_000_000.0),
    ("-5", Measure.PERSONS, -5.0),
    ("−5", Measure.PERSONS, -5.0),
    ("1e3", Measure.PERSONS, 1000.0),
    (".5", Measure.AREA, 0.5),
    ("106.55°", Measure.COORDINATE, 106.55),
    ("106.55E", Measure.COORDINATE, 106.55),
]


@pytest.mark.parametrize(("cell", "measure", "value"), NUMBERS)
def test_numbers_are_read_as_people_write_them(
    cell: object, measure: Measure, value: float
) -> None:
    read = read_number(cell, measure)
    assert read.fault == ""
    assert read.value == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("cell", ["约1200", "1200左右", "~1200", "1200㎡左右", "about 1200"])
def test_about_is_marked(cell: str) -> None:
    read = read_number(cell, Measure.AREA)
    assert (read.value, read.approximate) == (1200.0, True)


@pytest.mark.parametrize(
    "cell", [None, "", "  ", "-", "—", "/", "nan", "N/A", "待定", float("nan")]
)
def test_blank_is_nothing_and_never_zero(cell: object) -> None:
    assert read_number(cell, Measure.AREA) == NumberCell()


@pytest.mark.parametrize(
    ("cell", "measure", "fault"),
    [
        ("many", Measure.PERSONS, "not a number"),
        ("无", Measure.AREA, "not a number"),
        ("1000-1200", Measure.AREA, "not a number"),
        ("1.2.3", Measure.AREA, "not a number"),
        ("1,23", Measure.AREA, "not a number"),
        ("12间", Measure.AREA, "unknown unit (间)"),
        ("1200元", Measure.AREA, "unknown unit (元)"),
        ("inf", Measure.PERSONS, "infinite"),
        (float("inf"), Measure.PERSONS, "infinite"),
        (True, Measure.PERSONS, "not a number"),
        ("e5", Measure.PERSONS, "not a number"),
    ],
)
def test_what_is_no_number_is_told_apart(cell: object, measure: Measure, fault: str) -> None:
    read = read_number(cell, measure)
    assert read.value is None
    assert fault in read.fault


def test_a_unit_in_the_cell_beats_the_header() -> None:
    assert read_number("1.5万㎡", Measure.AREA, factor=1.0).value == 15000.0
    assert read_number("1.5", Measure.AREA, factor=1e4).value == 15000.0
    assert read_number(1.5, Measure.AREA, factor=1e4).value == 15000.0


def test_a_number_without_any_unit_is_bare() -> None:
    assert read_number("5", Measure.AREA).bare
    assert read_number(5, Measure.AREA).bare
    assert not read_number("5㎡", Measure.AREA).bare
    assert not read_number("5", Measure.AREA, factor=1.0).bare


@pytest.mark.parametrize(
    ("header", "measure", "factor"),
    [
        ("建筑面积（㎡）", Measure.AREA, 1.0),
        ("建筑面积(万㎡)", Measure.AREA, 1e4),
        ("建筑面积（单位：公顷）", Measure.AREA, 1e4),
        ("投资[万元]", Measure.MONEY, 1e4),
        ("人口（万人）", Measure.PERSONS, 1e4),
        ("人口", Measure.PERSONS, None),
        ("人口（2020年）", Measure.PERSONS, None),
        ("建筑面积（含地下）（万㎡）", Measure.AREA, 1e4),
        ("建筑面积㎡", Measure.AREA, 1.0),
        ("建筑面积_公顷", Measure.AREA, 1e4),
        ("人口/万人", Measure.PERSONS, 1e4),
        ("人口/人", Measure.PERSONS, 1.0),
        ("社工人数", Measure.PERSONS, None),
        ("floor_area_m2", Measure.AREA, 1.0),
        ("用地（亩）", Measure.AREA, 2000 / 3),
        ("建筑面积（平方公里）", Measure.AREA, 1e6),
        ("建筑面积（规划）", Measure.AREA, None),
    ],
)
def test_headers_say_units_in_brackets(header: str, measure: Measure, factor: float | None) -> None:
    assert unit_factor(header, measure) == factor


@pytest.mark.parametrize("unit", ["万元", "坪", "平方尺", "ft2", "sqft", "acres", "个", "%"])
def test_a_unit_of_something_else_in_a_header_is_doubtful(unit: str) -> None:
    factor = unit_factor(f"建筑面积（{unit}）", Measure.AREA)
    assert factor != factor  # noqa: PLR0124 - NaN


@pytest.mark.parametrize(
    "header",
    [
        "建筑面积",
        " 建筑面积（㎡）",
        "建筑 面积(m2)",
        "建筑面积：",
        "建筑面积【㎡】",
        "建筑面积\n（㎡）",
    ],
)
def test_headers_are_compared_without_units_spaces_and_width(header: str) -> None:
    assert plain(header) == "建筑面积"


def test_case_width_and_underscores_make_no_difference() -> None:
    assert plain("ＮＡＭＥ") == plain("name")
    assert plain("Floor Area_M2") == plain("floor_area_m2")
    assert unit_of_header("面积") == ""


def test_texts_of_cells_are_what_one_sees() -> None:
    assert [text_of(value) for value in (None, 3.0, 3.5, float("nan"), " 甲 ", 7)] == [
        "",
        "3",
        "3.5",
        "",
        "甲",
        "7",
    ]
    assert is_blank("—")
    assert not is_blank("0")
