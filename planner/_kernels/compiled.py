"""
Kernels compiled when they are first called, for the types that they declare.

Numba compiles a function with a signature where it is defined: importing the kernels would
compile all of them, some ten seconds where the cache is empty, for the few that a study needs.
Without a signature it would wait, but then a stray Python integer, or an array mapped from a
file, would compile the kernel once more.
"""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, Any

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable


def compiled(signature: object) -> Callable[[Callable[..., Any]], Any]:
    """
    Compile the function below for one signature, or load it from the cache, when first called.

    Parameters
    ----------
    signature
        As `numba.njit` takes it. What is given is cast to it; the lock of Python is released.
    """

    def wrap(function: Callable[..., Any]) -> Any:  # noqa: ANN401  # as numba's own decorator
        return functools.update_wrapper(_Kernel(function, signature), function)

    return wrap


class _Kernel:
    """A function that becomes machine code at its first call; safe from several threads."""

    def __init__(self, function: Callable[..., Any], signature: object) -> None:
        self._function = function
        self._signature = signature
        self._code: Callable[..., Any] | None = None
        self._lock = threading.Lock()

    def __call__(self, *arguments: Any) -> Any:  # noqa: ANN401  # arrays and numbers
        code = self._code
        if code is None:
            with self._lock:
                code = self._code
                if code is None:
                    code = njit(self._signature, nogil=True, cache=True)(self._function)
                    self._code = code
        return code(*arguments)
