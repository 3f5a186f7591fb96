"""`planner doctor`: an installation that is whole says so, one that is broken leaves with 2."""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import shutil
import sys
from pathlib import Path

import pytest

from planner import workbench
from planner.cli import doctor, main
from planner.errors import Fault
from planner.report import lettering


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(["doctor", *words])
    assert isinstance(ended.value.code, int)
    return ended.value.code, capsys.readouterr().out


def test_this_installation_is_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANNER_THREADS", "2")
    code, text = run(capsys)
    assert code == 0
    assert "PLANNER_THREADS: 2" in text
    assert f"  numpy: {importlib.metadata.version('numpy')}\n" in text
    assert "all well" in text


def test_the_document_groups_what_was_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = run(capsys, "--json")
    document = json.loads(text)
    assert (code, document["schema"], document["ok"]) == (0, "planner.doctor/1", True)
    assert {"versions", "optional", "machine", "caches", "fonts", "browser", "demo"} <= set(
        document["groups"]
    )
    assert document["groups"]["demo"]["population.csv"]["state"] == "ok"


def test_a_library_that_is_missing_or_fails_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.metadata.version

    def version(name: str) -> str:
        if name == "pyproj":
            raise importlib.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    monkeypatch.setitem(sys.modules, "shapely", None)
    found = {one.name: one for one in doctor.look_at_versions()}
    assert found["pyproj"].state == "broken"
    assert "pip install pyproj" in found["pyproj"].hint
    assert found["shapely"].state == "broken"
    assert "cannot be imported" in found["shapely"].value
    assert found["numpy"].state == "ok"


def test_optional_parts_that_are_missing_are_only_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert {one.state for one in doctor.look_at_optional_parts()} == {"note"}


def test_sources_that_are_not_installed_are_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    def requires(name: str) -> list[str]:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "requires", requires)
    assert [one.state for one in doctor.look_at_versions()] == ["ok", "ok", "note"]


def test_a_python_that_is_too_old_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "OLDEST", (3, 99))
    monkeypatch.setattr(doctor, "NEWEST", (3, 99))
    assert doctor.look_at_versions()[1].state == "broken"


def test_a_cache_that_cannot_be_written_is_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("PLANNER_CACHE_DIR", str(tmp_path / "a file"))
    streets, kernels = doctor.look_at_caches()
    assert (streets.state, kernels.state) == ("note", "ok")
    assert "every run reads its streets anew" in streets.hint


def test_the_cache_named_is_the_one_that_streets_are_kept_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    from planner.pipeline.streets import open_streets

    monkeypatch.setenv("PLANNER_CACHE_DIR", str(tmp_path / "缓存"))
    open_streets(root / "data" / "demo" / "streets.osm.pbf")
    named = Path(doctor.look_at_caches()[0].value.rsplit(" (", 1)[0])
    assert list(named.rglob("node_xy.npy"))


def test_figures_without_a_chinese_font_are_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    found, _ = lettering.choose_lettering("en")
    monkeypatch.setattr(lettering, "choose_lettering", lambda _: (found, (Fault("no font"),)))
    finding = doctor.look_at_fonts()
    assert (finding.state, finding.value) == ("note", "none found")
    assert "Microsoft YaHei" in finding.hint


def test_figures_that_cannot_be_drawn_are_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "planner.report.lettering", None)
    assert doctor.look_at_fonts().state == "broken"


def test_no_browser_is_only_noted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(doctor, "_BROWSER_FILES", ())
    assert doctor.look_at_browsers().state == "note"
    edge = tmp_path / "msedge.exe"
    edge.write_text("")
    monkeypatch.setattr(doctor, "_BROWSER_FILES", (str(edge),))
    assert doctor.look_at_browsers().value == str(edge)


def copy_demo(root: Path, folder: Path, registry: str) -> Path:
    """Copy the demo, laid out as in a checkout or in a wheel."""
    demo = folder / ("demo" if registry == "registry.toml" else "_demo")
    shutil.copytree(root / "data" / "demo", demo)
    shutil.copy(root / "data" / "registry.toml", folder / registry)
    return demo


@pytest.mark.parametrize("registry", ["registry.toml", "_registry.toml"])
def test_demo_files_that_changed_or_went_missing_are_broken(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, registry: str
) -> None:
    demo = copy_demo(root, tmp_path, registry)
    study = workbench.read_study(demo)
    monkeypatch.setattr(workbench, "read_demo_study", lambda: study)
    assert {one.state for one in doctor.look_at_demo()} == {"ok"}
    with (demo / "population.csv").open("a") as file:
        file.write("x")
    (demo / "elevation.tif").unlink()
    broken = {one.name: one.value for one in doctor.look_at_demo() if one.state == "broken"}
    assert set(broken) == {"population.csv", "elevation.tif"}
    assert broken["elevation.tif"] == "missing"
    (tmp_path / registry).unlink()
    assert doctor.look_at_demo()[-1].state == "broken"


def test_a_broken_demo_study_leaves_with_two(
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(workbench, "__file__", str(tmp_path / "planner" / "workbench.py"))
    code, text = run(capsys)
    assert code == 2
    assert "broken" in text
    assert "the embedded demo study is missing" in text
