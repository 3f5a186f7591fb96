"""The same batch on a Dask cluster, where there is one."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import warnings
from typing import TYPE_CHECKING

import pytest

from planner.batch.run import run_batch
from planner.cli.app import main
from planner.errors import InputInvalid
from tests.batch.towns import break_town, digest_tree, write_towns

if TYPE_CHECKING:
    from pathlib import Path


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


@pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="Dask is not installed")
@pytest.mark.filterwarnings("ignore")
class TestCluster:
    @pytest.mark.long
    def test_it_leaves_the_same_bytes_as_processes_do(self, tmp_path: Path) -> None:
        local_cluster = importlib.import_module("distributed").LocalCluster
        break_town(write_towns(tmp_path / "plans", "abc")[1])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with local_cluster(
                processes=False, n_workers=1, threads_per_worker=2, dashboard_address=None
            ) as cluster:
                result = run_batch(
                    [tmp_path / "plans"],
                    tmp_path / "dask",
                    scheduler=cluster.scheduler_address,
                )
        assert [run.status for run in result.runs] == ["ok", "failed", "ok"]
        run_batch([tmp_path / "plans"], tmp_path / "here", workers=1)
        assert digest_tree(tmp_path / "dask") == digest_tree(tmp_path / "here")

    def test_a_scheduler_that_does_not_answer_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("planner.batch.scheduler.PATIENCE", "1s")
        (study,) = write_towns(tmp_path, "a")
        with pytest.raises(InputInvalid, match="does not answer"):
            run_batch([study], tmp_path / "out", scheduler="tcp://127.0.0.1:9")
