"""The same batch on a Dask cluster, where there is one."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import warnings
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Self

import pytest

from planner.batch.run import run_batch
from planner.cli.app import main
from planner.errors import InputInvalid
from tests.batch.towns import break_town, digest_tree, write_towns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from planner.domain.batch import BatchRun, BatchTask


def test_without_dask_the_message_names_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    (study,) = write_towns(tmp_path, "a")
    arguments = ["batch", str(study), "--out", str(tmp_path / "out"), "--scheduler", "tcp://x:1"]
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "lifecircle-planner[dask]" in capsys.readouterr().err


class StandIn:
    """A cluster of one worker that loses the second task it is given."""

    def __init__(self, address: str, **_: object) -> None:
        if address == "silent":
            raise OSError("no answer")
        self.loop = None
        self.cancelled: list[object] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def wait_for_workers(self, count: int, **_: object) -> None:
        assert count == 1

    def nthreads(self) -> dict[str, int]:
        return {"one": 1}

    def map(
        self, work: Callable[[BatchTask], BatchRun], tasks: list[BatchTask], **_: object
    ) -> list[SimpleNamespace]:
        def future(place: int, task: BatchTask) -> SimpleNamespace:
            error = MemoryError("killed") if place == 1 else None
            return SimpleNamespace(
                key=place, exception=lambda: error, result=lambda: work(task), task=task
            )

        return [future(place, task) for place, task in enumerate(tasks)]

    def cancel(self, futures: list[object]) -> None:
        self.cancelled += futures


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a stand-in in the place of Dask."""
    module = SimpleNamespace(Client=StandIn, as_completed=lambda futures, **_: reversed(futures))
    monkeypatch.setitem(sys.modules, "distributed", module)


@pytest.mark.usefixtures("cluster")
def test_a_run_whose_worker_is_lost_fails_alone_and_order_is_kept(tmp_path: Path) -> None:
    write_towns(tmp_path / "plans", "abc")
    result = run_batch([tmp_path / "plans"], tmp_path / "out", scheduler="tcp://somewhere:1")
    assert [(run.run_id, run.status) for run in result.runs] == [
        ("a", "ok"),
        ("b", "failed"),
        ("c", "ok"),
    ]
    assert result.runs[1].message == "the worker failed: MemoryError: killed"
    assert result.workers == 1


@pytest.mark.usefixtures("cluster")
def test_a_silent_scheduler_is_told(tmp_path: Path) -> None:
    (study,) = write_towns(tmp_path, "a")
    with pytest.raises(InputInvalid, match="does not answer"):
        run_batch([study], tmp_path / "out", scheduler="silent")


@pytest.mark.usefixtures("cluster")
def test_an_interrupt_takes_the_tasks_back(tmp_path: Path) -> None:
    (study,) = write_towns(tmp_path, "a")

    def told(run: BatchRun, total: int) -> None:
        raise KeyboardInterrupt

    assert run_batch([study], tmp_path / "out", scheduler="x", told=told).interrupted


@pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="Dask is not installed")
@pytest.mark.filterwarnings("ignore")
class TestCluster:
    def test_it_leaves_the_same_bytes_as_processes_do(self, tmp_path: Path) -> None:
        break_town(write_towns(tmp_path / "plans", "abc")[1])
        with local_cluster(n_workers=1) as address:
            result = run_batch([tmp_path / "plans"], tmp_path / "dask", scheduler=address)
        assert [run.status for run in result.runs] == ["ok", "failed", "ok"]
        run_batch([tmp_path / "plans"], tmp_path / "here", workers=1)
        assert digest_tree(tmp_path / "dask") == digest_tree(tmp_path / "here")

    @pytest.mark.long
    def test_workers_in_processes_of_their_own_leave_the_same_bytes_too(
        self, tmp_path: Path
    ) -> None:
        write_towns(tmp_path / "plans", "abcd")
        with local_cluster(n_workers=2, processes=True) as address:
            result = run_batch([tmp_path / "plans"], tmp_path / "dask", scheduler=address)
            again = run_batch(
                [tmp_path / "plans"], tmp_path / "dask", scheduler=address, resume=True
            )
        assert result.workers == 2
        assert [run.status for run in result.runs] == ["ok"] * 4
        assert [run.skipped for run in again.runs] == [True] * 4
        run_batch([tmp_path / "plans"], tmp_path / "here", workers=2)
        assert digest_tree(tmp_path / "dask") == digest_tree(tmp_path / "here")

    def test_a_cluster_without_workers_is_told_and_not_waited_for(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (study,) = write_towns(tmp_path, "a")
        with local_cluster(n_workers=0) as address:
            monkeypatch.setattr("planner.batch.scheduler.PATIENCE", "1s")
            with pytest.raises(InputInvalid, match=f"no workers.*dask worker {address}"):
                run_batch([study], tmp_path / "out", scheduler=address)

    def test_a_scheduler_that_does_not_answer_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("planner.batch.scheduler.PATIENCE", "1s")
        (study,) = write_towns(tmp_path, "a")
        with pytest.raises(InputInvalid, match="does not answer"):
            run_batch([study], tmp_path / "out", scheduler="tcp://127.0.0.1:9")


@contextmanager
def local_cluster(*, n_workers: int, processes: bool = False) -> Iterator[str]:
    """Start a scheduler and workers on this machine, and give its address."""
    distributed = importlib.import_module("distributed")
    with (
        warnings.catch_warnings(),
        distributed.LocalCluster(
            n_workers=n_workers,
            threads_per_worker=2,
            processes=processes,
            protocol="tcp",
            dashboard_address=None,
        ) as cluster,
    ):
        warnings.simplefilter("ignore")
        yield cluster.scheduler_address
