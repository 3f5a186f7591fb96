"""The wheel holds all it needs, and runs the demo without the checkout."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from tests.cli.command import OUTPUTS, read_bytes

NEEDED = (
    "planner/py.typed",
    "planner/network/profiles.toml",
    "planner/standards/rule_sets/chongqing-2018.toml",
    "planner/standards/rule_sets/chongqing-2022-unbuilt.toml",
    "planner/standards/zones/chongqing.toml",
    "planner/report/page/template.html",
    "planner/report/page/words.json",
    "planner/report/page/app.css",
    "planner/report/page/start.js",
    "planner/report/plain/page.html",
    "planner/_demo/study.toml",
    "planner/_demo/streets.osm.pbf",
    "planner/_demo/population.csv",
    "planner/_demo/layout_plan.xlsx",
)


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the checkout, into a folder of its own."""
    pytest.importorskip("hatchling", reason="the wheel is built by hatchling (extra: dev)")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    done = subprocess.run([*command, str(root)], capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_what_the_checkout_holds(wheel: Path, root: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert [name for name in NEEDED if name not in held] == []
    own = {
        path.relative_to(root).as_posix()
        for path in (root / "planner").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }
    packed = {name for name in held if name.startswith("planner/") and "/_" not in name}
    assert {name for name in own if "/_" not in name} == packed
    demo = {path.name: path.read_bytes() for path in (root / "data" / "demo").iterdir()}
    assert {name.rsplit("/", 1)[1]: held[name] for name in held if "/_demo/" in name} == demo
    assert all(not name.endswith((".pyc", ".nbc", ".nbi")) for name in held)


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        about = Parser().parsestr(archive.read(name).decode("utf-8"))
        entry_points = archive.read(name.replace("METADATA", "entry_points.txt")).decode("utf-8")
    assert about["Name"] == "lifecircle-planner"
    assert set(about["Requires-Python"].split(",")) == {">=3.11", "<3.14"}
    assert "planner = planner.cli:main" in entry_points


def _unpack(wheel: Path) -> Path:
    """
    Unpack a wheel into a folder that later runs of the tests use again.

    Compiled kernels are kept by the place and the date of their sources: files that are as
    they should be are left alone, so that kernels compile once on a machine.
    """
    with zipfile.ZipFile(wheel) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    kernels = hashlib.sha256(
        b"".join(held[name] for name in sorted(held) if name.startswith("planner/_kernels/"))
    )
    folder = Path(tempfile.gettempdir()) / "planner-test-wheel" / kernels.hexdigest()[:16]
    for path in folder.rglob("*.py"):
        if path.relative_to(folder).as_posix() not in held:
            path.unlink()
    for name, content in held.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return folder


def test_the_demo_runs_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    unpacked = _unpack(wheel)
    empty = tmp_path / "empty"
    empty.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "PYTHONIOENCODING": "utf-8"}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", *words],
            cwd=empty,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    where = run("-c", "import planner; print(planner.__file__)")
    assert Path(where.stdout.strip()) == unpacked / "planner" / "__init__.py"
    done = run("-m", "planner", "demo")
    assert done.returncode == 0, done.stderr
    assert set(OUTPUTS) <= set(read_bytes(empty / "maps" / "demo"))
    assert "maps" + os.sep in done.stdout.splitlines()[-1]
    assert [path.name for path in empty.iterdir()] == ["maps"], "nothing else is left behind"


@pytest.mark.long
def test_a_fresh_environment_installs_the_wheel_and_runs_the_demo(
    wheel: Path, root: Path, tmp_path: Path
) -> None:
    home, empty = tmp_path / "environment", tmp_path / "empty folder"
    empty.mkdir()
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    scripts = home / ("Scripts" if sys.platform == "win32" else "bin")
    outside = {
        name: value
        for name, value in os.environ.items()
        if name not in {"PYTHONPATH", "NUMBA_CACHE_DIR", "PLANNER_CACHE_DIR"}
    }
    outside["PLANNER_CACHE_DIR"] = str(tmp_path / "cache")
    install = ["-m", "pip", "install", "--quiet", "--constraint", str(root / "constraints.txt")]
    done = subprocess.run(
        [str(scripts / "python"), *install, str(wheel)],
        cwd=empty,
        env=outside,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    demo = subprocess.run(
        [str(scripts / "planner"), "demo"],
        cwd=empty,
        env=outside,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert demo.returncode == 0, demo.stderr
    assert set(OUTPUTS) <= set(read_bytes(empty / "maps" / "demo"))
    from_pip = subprocess.run(
        [str(scripts / "python"), "-c", "import planner; print(planner.__file__)"],
        cwd=empty,
        env=outside,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert Path(from_pip.stdout.strip()).is_relative_to(home)
