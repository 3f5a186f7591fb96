"""Packed numbers come back as they were: read here by a slow twin of the page's reader."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.report.packing import (
    encode_varints,
    pack_deltas,
    pack_lines,
    pack_unsigned,
    zigzag,
)

UNSIGNED = st.lists(st.integers(0, 2**53), max_size=40)
SIGNED = st.lists(st.integers(-(2**52), 2**52), max_size=40)
POINTS = st.lists(st.tuples(st.integers(-5000, 5000), st.integers(-5000, 5000)), max_size=8)


def read_varints(packed: bytes) -> list[int]:
    """Read varints one byte at a time."""
    numbers, value, shift = [], 0, 0
    for byte in packed:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(value)
            value, shift = 0, 0
    return numbers


def unfold(number: int) -> int:
    """Undo the zigzag of one number."""
    return number // 2 if number % 2 == 0 else -(number + 1) // 2


def read_text(text: str) -> list[int]:
    return read_varints(base64.b64decode(text))


@given(UNSIGNED)
def test_every_number_of_zero_or_more_survives(numbers: list[int]) -> None:
    assert read_varints(encode_varints(numbers)) == numbers


@given(SIGNED)
def test_every_signed_number_survives_the_fold(numbers: list[int]) -> None:
    assert [unfold(int(value)) for value in zigzag(numbers)] == numbers


@given(SIGNED)
def test_running_sums_of_differences_are_the_numbers(numbers: list[int]) -> None:
    steps = [unfold(value) for value in read_text(pack_deltas(numbers))]
    assert np.cumsum(steps).tolist() == numbers


def test_small_numbers_take_one_byte() -> None:
    assert len(encode_varints(range(128))) == 128


def test_a_negative_number_is_refused_rather_than_wrapped() -> None:
    with pytest.raises(ValueError, match="zigzag"):
        encode_varints([3, -1])


def test_nothing_packs_to_nothing() -> None:
    assert pack_unsigned([]) == ""
    assert read_text(pack_lines([])) == [0]


@given(st.lists(POINTS, max_size=5))
def test_lines_survive_less_their_repeated_vertices(lines: list[list[tuple[int, int]]]) -> None:
    packed = read_text(pack_lines([np.array(line).reshape(-1, 2) for line in lines]))
    count, rest = packed[0], packed[1:]
    sizes, steps = rest[:count], [unfold(value) for value in rest[count:]]
    x = y = 0
    found = []
    for size in sizes:
        line = []
        for _ in range(size):
            x, y = x + steps.pop(0), y + steps.pop(0)
            line.append((x, y))
        found.append(line)
    expected = [
        [point for i, point in enumerate(line) if i == 0 or point != line[i - 1]]
        for line in lines
        if line
    ]
    assert found == expected
    assert not steps
