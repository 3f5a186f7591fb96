"""Numbers as people write them in tags; answers by hand."""

from __future__ import annotations

import math

import pytest

from planner.inputs.tag_values import (
    parse_incline,
    parse_length_m,
    parse_levels,
    parse_step_count,
)

INCLINES: list[tuple[str, float]] = [
    ("10%", 0.1),
    ("-8 %", -0.08),
    ("+12%", 0.12),
    ("\N{MINUS SIGN}5%", -0.05),
    ("7,5%", 0.075),
    ("~10%", 0.1),
    ("ca. 10 %", 0.1),
    ("12", 0.12),
    ("0", 0.0),
    ("-0%", 0.0),
    ("45°", 1.0),
    ("-6°", -math.tan(math.radians(6))),
    ("35‰", 0.035),
    ("1:12", 1 / 12),
    ("-1:8", -0.125),
    ("1/10", 0.1),
    ("5-10%", 0.075),
    ("-5-10%", -0.075),
    ("up", math.inf),
    ("down", -math.inf),
    ("UP", math.inf),
    ("up 10%", 0.1),
    ("10% down", -0.1),
    ("10%;20%", 0.15),
    ("up;10%", 0.1),
    ("up;up", math.inf),
    ("100%", 1.0),
]


@pytest.mark.parametrize(("text", "incline"), INCLINES, ids=[text for text, _ in INCLINES])
def test_a_slope_is_read_however_it_is_written(text: str, incline: float) -> None:
    assert parse_incline(text) == pytest.approx(incline)
    assert str(parse_incline("-0%")) == "0.0", "nought has no direction"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "steep",
        "yes",
        "up/down",
        "up;down",
        "10%;-10%",
        "10%;steep",
        "101%",
        "90°",
        "120°",
        "1:0",
        "1:0.5",
        "10 m",
        "ten",
    ],
)
def test_a_slope_that_says_nothing_or_cannot_be_is_not_understood(text: str) -> None:
    assert parse_incline(text) is None


def test_stairs_may_be_steeper_than_streets() -> None:
    assert parse_incline("150%", bound=2.0) == pytest.approx(1.5)
    assert parse_incline("201%", bound=2.0) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("12", 12),
        (" 12 ", 12),
        ("~20", 20),
        ("ca. 20", 20),
        ("12+14", 26),
        ("12; 14", 26),
        ("0", None),
        ("-3", None),
        ("many", None),
        ("12.5", None),
        ("", None),
        ("1000000", None),
        ("²", None),
    ],
)
def test_steps_are_whole_numbers_and_flights_add_up(text: str, count: int | None) -> None:
    assert parse_step_count(text) == count


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("0", (0.0,)),
        ("0;3", (0.0, 3.0)),
        ("3;0", (0.0, 3.0)),
        ("-1;0", (-1.0, 0.0)),
        ("-1-2", (-1.0, 0.0, 1.0, 2.0)),
        ("0 - 2", (0.0, 1.0, 2.0)),
        ("-2--1", (-2.0, -1.0)),
        ("0.5", (0.5,)),
        ("0,1", (0.0, 1.0)),
        ("roof", ()),
        ("", ()),
        ("0;roof", ()),
        ("0-100000", ()),
    ],
)
def test_levels_are_lists_and_spans(text: str, levels: tuple[float, ...]) -> None:
    assert parse_levels(text) == levels


@pytest.mark.parametrize(
    ("text", "length_m"),
    [
        ("0.5", 0.5),
        ("0,75 m", 0.75),
        ("80 cm", 0.8),
        ("800mm", 0.8),
        ("2'6\"", 0.762),
        ("3'", 0.9144),
        ("3 ft", 0.9144),
        ("wide", None),
        ("-1", None),
        ("", None),
    ],
)
def test_lengths_are_metres_unless_they_say_otherwise(text: str, length_m: float | None) -> None:
    assert parse_length_m(text) == (None if length_m is None else pytest.approx(length_m))
