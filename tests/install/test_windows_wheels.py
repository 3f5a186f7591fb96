"""Everything a run needs comes as a wheel for Windows: a dry run of pip says so."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
ONLY_ON_WINDOWS = ("colorama",)
"""Asked for on Windows only: pip on another system leaves them out, so they are named."""

pytestmark = pytest.mark.long


def pip(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--ignore-installed",
         "--disable-pip-version-check", "--constraint", str(ROOT / "constraints.txt"), *words],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip


@pytest.fixture(scope="module")
def package_index() -> None:
    """Skip, saying so, where no package index can be reached."""
    if pip("--no-deps", "packaging").returncode != 0:
        pytest.skip("no package index can be reached")


def required() -> list[str]:
    """Return what the planner and its parallel part ask for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["dask"]]


@pytest.mark.usefixtures("package_index")
@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_every_dependency_has_a_wheel_for_windows(version: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    done = pip(
        "--only-binary=:all:", "--platform", "win_amd64", "--implementation", "cp",
        "--python-version", version, "--target", str(tmp_path / "target"),
        "--report", str(report), *ONLY_ON_WINDOWS, *required(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(report.read_text("utf-8"))["install"]
    files = [item["download_info"]["url"].rsplit("/", 1)[-1] for item in found]
    assert [f for f in files if not f.endswith(("-win_amd64.whl", "-none-any.whl"))] == []
    assert len(files) > 50
    assert missing_on_windows(found, version) == set()


def missing_on_windows(found: list[dict[str, Any]], version: str) -> set[str]:
    """Return what the wheels ask for on Windows and the dry run left out."""
    windows = {
        "sys_platform": "win32", "platform_system": "Windows", "os_name": "nt",
        "platform_machine": "AMD64", "python_version": version, "extra": "",
        "python_full_version": f"{version}.1", "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }  # fmt: skip
    names = {canonicalize_name(item["metadata"]["name"]) for item in found}
    asked = [
        Requirement(line) for item in found for line in item["metadata"].get("requires_dist", ())
    ]
    return {
        str(one)
        for one in asked
        if (one.marker is None or one.marker.evaluate(windows))
        and canonicalize_name(one.name) not in names
    }


@pytest.mark.usefixtures("package_index")
def test_without_internet_a_folder_of_wheels_is_enough(tmp_path: Path) -> None:
    folder = tmp_path / "轮子 wheels"
    place = tmp_path / "没有网络 offline"
    place.mkdir()
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.iterdir()
    download = [sys.executable, "-m", "pip", "download", "-q", "-d", str(folder), "--constraint",
                str(ROOT / "constraints.txt"), str(wheel)]  # fmt: skip
    subprocess.run(download, check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", str(place / "venv")], check=True)
    scripts = place / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    install = [str(scripts / "python"), "-m", "pip", "install", "-q", "--no-index",
               "--find-links", str(folder), "lifecircle-planner"]  # fmt: skip
    subprocess.run(install, check=True, capture_output=True)
    planner = str(scripts / "planner")
    subprocess.run([planner, "demo", "--out", "示范 demo"], check=True, cwd=place, timeout=300)
    assert (place / "示范 demo" / "map.html").is_file()
    told = subprocess.run([planner, "doctor", "--json"], capture_output=True, check=True, cwd=place)
    assert json.loads(told.stdout)["ok"]
