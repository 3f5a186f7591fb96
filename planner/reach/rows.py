"""Rows of lists, one a source, filled by several threads and joined in order."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import numpy as np

from planner._kernels.rows import copy_rows, copy_rows_wide
from planner.domain.progress import SilentProgress
from planner.errors import Fault, NetworkInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from planner.domain.arrays import FloatArray, Int32Array, IntArray
    from planner.domain.progress import Progress

_BLOCK = 64
"""Sources that a thread takes at a time: near each other, so that the streets stay in cache."""

_CHUNK = 1 << 20
"""Entries of one buffer (12 MB)."""

_W = TypeVar("_W")
_T = TypeVar("_T")


def thread_count(threads: int | None) -> int:
    """
    Return how many threads to use: as asked, else `PLANNER_THREADS`, else all.

    Raises
    ------
    NetworkInvalid
        If the number is not a whole number of at least 1.
    """
    asked = os.environ.get("PLANNER_THREADS") or None if threads is None else threads
    if asked is None:
        return os.cpu_count() or 1
    name = "threads" if threads is not None else "PLANNER_THREADS"
    try:
        count = int(asked)
    except ValueError:
        count = 0
    if count < 1:
        expected = "a whole number of at least 1"
        message = "this number of threads cannot be used"
        raise NetworkInvalid(Fault(message, field=name, found=str(asked), expected=expected))
    return count


@dataclass(frozen=True, slots=True)
class Buffer:
    """Room for rows written one after another."""

    index: Int32Array
    time_s: FloatArray


class RowSearch(Protocol[_W]):
    """A search that writes one row for each source."""

    def prepare(self) -> _W:
        """Make the working memory of one thread."""
        ...

    def fill(
        self, memory: _W, first: int, last: int, buffer: Buffer, used: int, row_end: IntArray
    ) -> int:
        """
        Append rows of sources `first` to `last` to the buffer from `used` on.

        Returns the first source that did not fit, or `last`; `row_end[i]` is where
        row `i` ends.
        """
        ...


class _Thread(Generic[_W]):
    """What one thread writes into."""

    def __init__(self, memory: _W) -> None:
        self.memory = memory
        self.used = 0
        self.buffers: list[Buffer] = []
        self.rows: list[tuple[int, int, int, int]] = []


def map_blocks(
    work: Callable[[_T], int], items: Iterator[_T], threads: int, progress: Progress
) -> None:
    """Do the work for each item, in threads if more than one is asked for."""
    if threads == 1:
        for item in items:
            progress.advance(work(item))
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in pool.map(work, items):
            progress.advance(done)


def collect_rows(
    search: RowSearch[_W],
    order: IntArray,
    *,
    widest: int,
    threads: int,
    wide: bool,
    progress: Progress | None = None,
) -> tuple[IntArray, NDArray[np.int32] | NDArray[np.int64], FloatArray]:
    """
    Run a search for every source and join the rows.

    Parameters
    ----------
    search
        Fills rows; its source `i` is the caller's source `order[i]`.
    order : shape (n_sources,)
        The order in which the search numbers the sources.
    widest
        No row is longer.
    threads
        How many.
    wide
        True for int64 numbers in the result, False for int32.
    progress
        Told of the sources done.

    Returns
    -------
    indptr, index, time_s
        Compressed rows in the caller's order; the same for any number of threads.
    """
    n_sources = len(order)
    threads = max(1, min(threads, -(-n_sources // _BLOCK)))
    room = max(1, min(max(_CHUNK, widest), widest * n_sources))
    idle: SimpleQueue[_Thread[_W]] = SimpleQueue()
    crew = [_Thread(search.prepare()) for _ in range(threads)]
    for thread in crew:
        idle.put(thread)
    row_end = np.zeros(n_sources, np.int64)

    def work(first: int) -> int:
        thread = idle.get()
        last = min(first + _BLOCK, n_sources)
        _fill_block(search, thread, first, last, room, row_end)
        idle.put(thread)
        return last - first

    map_blocks(work, iter(range(0, n_sources, _BLOCK)), threads, progress or SilentProgress())
    return _join(crew, order, row_end, threads=threads, wide=wide)


def _fill_block(
    search: RowSearch[_W],
    thread: _Thread[_W],
    first: int,
    last: int,
    room: int,
    row_end: IntArray,
) -> None:
    """Search a block of sources, with a new buffer whenever a row does not fit."""
    while first < last:
        if not thread.buffers:
            thread.buffers.append(Buffer(np.empty(room, np.int32), np.empty(room)))
        began = thread.used
        stop = search.fill(thread.memory, first, last, thread.buffers[-1], began, row_end)
        if stop > first:
            thread.rows.append((len(thread.buffers) - 1, first, stop, began))
            thread.used = int(row_end[stop - 1])
        if stop < last:
            thread.buffers.append(Buffer(np.empty(room, np.int32), np.empty(room)))
            thread.used = 0
        first = stop


def _join(
    crew: list[_Thread[_W]], order: IntArray, row_end: IntArray, *, threads: int, wide: bool
) -> tuple[IntArray, NDArray[np.int32] | NDArray[np.int64], FloatArray]:
    """Copy every row to its place in the caller's order."""
    n_sources = len(order)
    row_start = np.zeros(n_sources, np.int64)
    runs = [(thread.buffers[run[0]], *run[1:]) for thread in crew for run in thread.rows]
    for _, first, last, began in runs:
        row_start[first] = began
        row_start[first + 1 : last] = row_end[first : last - 1]
    length = np.zeros(n_sources, np.int64)
    length[order] = row_end - row_start
    indptr = np.zeros(n_sources + 1, np.int64)
    np.cumsum(length, out=indptr[1:])
    out_index = np.empty(indptr[-1], np.int64 if wide else np.int32)
    out_time = np.empty(indptr[-1])
    copy = copy_rows_wide if wide else copy_rows

    def work(run: tuple[Buffer, int, int, int]) -> int:
        buffer, first, last, _ = run
        target = indptr[order[first:last]]
        starts, ends = row_start[first:last], row_end[first:last]
        copy(buffer.index, buffer.time_s, starts, ends, target, out_index, out_time)
        return 0

    map_blocks(work, iter(runs), threads, SilentProgress())
    return indptr, out_index, out_time
