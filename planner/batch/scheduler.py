"""The same runs on a Dask cluster that is there already."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from planner.batch.work import do_task
from planner.domain.batch import BatchRun
from planner.errors import Fault, InputInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.domain.batch import BatchTask

PATIENCE = "10s"
"""So long a scheduler may take to answer."""


def run_on_scheduler(
    tasks: Sequence[BatchTask], address: str, *, done: Callable[[BatchRun], None]
) -> int:
    """
    Do tasks on a cluster; its workers must see the same files under the same paths.

    Parameters
    ----------
    tasks
        What to do.
    address
        Of the Dask scheduler, such as `tcp://10.0.0.5:8786`.
    done
        Told of each run as it ends.

    Returns
    -------
    workers
        How many the cluster has.

    Raises
    ------
    InputInvalid
        If Dask is not installed, the scheduler does not answer, or it has no workers.
    """
    distributed = _load()
    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        fault = Fault("the scheduler does not answer", field="--scheduler", found=address)
        raise InputInvalid(fault) from error
    with client:
        workers = _count_workers(client, address)
        futures = client.map(do_task, list(tasks), pure=False)
        by_key = {future.key: task for future, task in zip(futures, tasks, strict=True)}
        try:
            for future in distributed.as_completed(futures, loop=client.loop):
                done(_ended(future, by_key[future.key]))
        except BaseException:
            client.cancel(futures)
            raise
    return workers


def _count_workers(client: Any, address: str) -> int:  # noqa: ANN401 - Dask has no types
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        raise InputInvalid(
            Fault(
                "the scheduler has no workers",
                field="--scheduler",
                found=address,
                hint=f"start some: dask worker {address}",
            )
        ) from error
    return len(client.nthreads())


def _load() -> Any:  # noqa: ANN401 - the module, where it is installed
    try:
        return importlib.import_module("distributed")
    except ModuleNotFoundError as error:
        raise InputInvalid(
            Fault(
                "Dask is not installed",
                field="--scheduler",
                hint="pip install 'lifecircle-planner[dask]', or leave --scheduler out",
            )
        ) from error


def _ended(future: Any, task: BatchTask) -> BatchRun:  # noqa: ANN401 - Dask has no types
    error = future.exception()
    if error is None:
        run: BatchRun = future.result()
        return run
    return BatchRun(
        run_id=task.run_id,
        study=task.study.parent.name,
        status="failed",
        exit_code=1,
        message=f"the worker failed: {type(error).__name__}: {error}",
    )
