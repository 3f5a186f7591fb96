"""Kernels wait to be compiled until a study needs them."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numba import types

from planner._kernels.compiled import compiled

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_importing_the_searches_compiles_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import planner.reach.isochrones, planner.reach.walks"],
        cwd=ROOT,
        env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.rglob("*.nb*")) == []


def test_a_kernel_is_compiled_once_though_many_threads_call_it_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = []

    def njit(*signature: object, **_: object) -> object:
        def compile_it(function: object) -> object:
            made.append(signature)
            return function

        return compile_it

    monkeypatch.setattr("planner._kernels.compiled.njit", njit)

    @compiled(types.float64(types.float64))
    def double(number: float) -> float:
        """Twice the number."""
        return 2.0 * number

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(double, range(100))) == [2.0 * n for n in range(100)]
    assert made == [(types.float64(types.float64),)]
    assert double.__name__ == "double"
    assert double.__doc__ == "Twice the number."


def test_numbers_are_cast_and_mapped_arrays_taken_without_compiling_again() -> None:
    @compiled(types.float64(types.Array(types.float64, 1, "C", readonly=True), types.float64))
    def add(values: np.ndarray, more: float) -> float:
        return float(values[0] + more)

    fixed = np.ones(3)
    fixed.flags.writeable = False
    assert add(fixed, 1) == add(np.ones(3), np.float32(1)) == 2.0
