"""Worker processes: started afresh, kept for many runs, replaced when one dies."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait as wait_for_any
from typing import TYPE_CHECKING

from planner.batch.work import do_task, find_finished
from planner.domain.batch import BatchRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from planner.domain.batch import BatchTask

_PATIENCE_S = 5.0
_OBJECTS_BETWEEN_SWEEPS = 200_000
_THREAD_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def run_in_processes(
    tasks: Sequence[BatchTask], *, workers: int, done: Callable[[BatchRun], None]
) -> None:
    """
    Do tasks in worker processes.

    Parameters
    ----------
    tasks
        What to do, begun in their order.
    workers
        So many at a time.
    done
        Told of each run as it ends, in this process.

    Raises
    ------
    KeyboardInterrupt
        After the workers were stopped; runs that ended before have been told.
    """
    waiting = deque(tasks)
    while waiting:
        for suspect in _work_until_broken(waiting, workers, done):
            # One of these took its worker down; each is tried again by itself.
            if _work_until_broken(deque([suspect]), 1, done):
                done(_died(suspect))


def _work_until_broken(
    waiting: deque[BatchTask], workers: int, done: Callable[[BatchRun], None]
) -> list[BatchTask]:
    """Work through the tasks; return those that were under way when a worker died."""
    under_way: dict[Future[BatchRun], BatchTask] = {}
    try:
        with _pool(min(workers, len(waiting)), waiting[0].threads) as pool:
            while waiting or under_way:
                while waiting and len(under_way) < workers:
                    with _deaf_to_keyboard():
                        under_way[pool.submit(do_task, waiting[0])] = waiting[0]
                    waiting.popleft()
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    run = future.result()
                    del under_way[future]
                    done(run)
    except BrokenProcessPool:
        return _tell_finished(under_way, done)
    except KeyboardInterrupt:
        for task in _tell_finished(under_way, done):
            # Its files may have been moved in just before its process was stopped.
            left = find_finished(task)
            if left is not None:
                done(left)
        raise
    return []


def _tell_finished(
    under_way: dict[Future[BatchRun], BatchTask], done: Callable[[BatchRun], None]
) -> list[BatchTask]:
    """Tell of the runs that ended unnoticed; return the others."""
    unfinished = []
    for future, task in under_way.items():
        if future.done() and not future.cancelled() and future.exception() is None:
            done(future.result())
        else:
            unfinished.append(task)
    return unfinished


def _died(task: BatchTask) -> BatchRun:
    return BatchRun(
        run_id=task.run_id,
        study=task.study.parent.name,
        status="failed",
        exit_code=1,
        message="its process died: out of memory? --workers 1 needs least",
    )


@contextmanager
def _pool(workers: int, threads: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool whose processes are gone afterwards, at once where work was cut short."""
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin_worker,
        initargs=(threads,),
    )
    try:
        yield pool
    except BaseException:
        crew = [child for child in multiprocessing.active_children() if child not in before]
        pool.shutdown(wait=False, cancel_futures=True)
        for child in crew:
            child.terminate()
        for child in crew:
            child.join(_PATIENCE_S)
            if child.is_alive():
                child.kill()
                child.join()
        raise
    pool.shutdown()


def _begin_worker(threads: int) -> None:
    """Make a process ready: few threads, deaf to the keyboard, stopped as if by an error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    threading.Thread(target=_follow_parent, daemon=True).start()
    for name in _THREAD_SETTINGS:
        os.environ.setdefault(name, str(threads))
    # A run makes many small records that all live to its end: sweeping rarely is faster.
    gc.set_threshold(_OBJECTS_BETWEEN_SWEEPS)


def _follow_parent() -> None:
    """End with the process that started this one, however it ends: nobody awaits the work."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for_any([parent.sentinel])
        os._exit(1)


def _stop(number: int, frame: object) -> None:  # noqa: ARG001 - called by position
    """Leave by way of every `finally`, so that no half-written folder stays."""
    raise SystemExit(number)


@contextmanager
def _deaf_to_keyboard() -> Iterator[None]:
    """
    Keep Ctrl-C from processes that are being started: they inherit that it is held back.

    A terminal sends it to the whole group, and this process answers for all of it: here
    it is only put off. Windows knows no such thing; a worker just started may say
    something there before it goes.
    """
    hold = getattr(signal, "pthread_sigmask", None)
    if hold is None:
        yield
        return
    before = hold(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        hold(signal.SIG_SETMASK, before)
