"""`planner doctor`: what this installation is made of, and what in it is broken."""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import os
import platform
import re
import shutil
import sys
import tempfile
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from planner.cli.options import JsonOption, print_json
from planner.errors import PlannerError

State: TypeAlias = Literal["ok", "note", "broken"]

BROKEN = 2
OLDEST, NEWEST = (3, 11), (3, 13)

_DISTRIBUTION = "lifecircle-planner"
_MODULES = {"pillow": "PIL", "xstatic-leaflet": "xstatic.pkg.leaflet"}
"""Names under which a distribution is imported, where they differ."""

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "microsoft-edge", "msedge")
_BROWSER_FILES = (
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
    "C:/Program Files/Microsoft/Edge/Application/msedge.exe",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_LABELS = {"ok": "ok 正常", "note": "note 提示", "broken": "broken 故障"}
_MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `group` and `name` say what, `hint` what to do about it."""

    group: str
    name: str
    value: str
    state: State = "ok"
    hint: str = ""


def doctor(as_json: JsonOption = False) -> int:
    """Look at versions, caches, fonts, browsers and data; leave with 2 if something is broken."""
    findings = [
        *look_at_versions(),
        *look_at_optional_parts(),
        *look_at_machine(),
        *look_at_caches(),
        look_at_fonts(),
        look_at_browsers(),
        *look_at_demo(),
    ]
    broken = [one for one in findings if one.state == "broken"]
    if as_json:
        print_json(as_document(findings))
    else:
        sys.stdout.write(as_text(findings))
    return BROKEN if broken else 0


def as_document(findings: list[Finding]) -> dict[str, Any]:
    """Return the findings as a document: by group, then by name."""
    document: dict[str, Any] = {
        "schema": "planner.doctor/1",
        "ok": all(one.state != "broken" for one in findings),
        "groups": {},
    }
    for one in findings:
        row = asdict(one)
        group, name = row.pop("group"), row.pop("name")
        document["groups"].setdefault(group, {})[name] = row
    return document


def as_text(findings: list[Finding]) -> str:
    """Return the findings as text, a line each, group by group; what is not well stands out."""
    lines, group = [], ""
    for one in findings:
        if one.group != group:
            group = one.group
            lines.append(f"[{group}]")
        mark = "" if one.state == "ok" else f"  <- {_LABELS[one.state]}"
        hint = f": {one.hint}" if one.hint and mark else ""
        lines.append(f"  {one.name}: {one.value}{mark}{hint}")
    broken = sum(one.state == "broken" for one in findings)
    notes = sum(one.state == "note" for one in findings)
    end = "all well 一切正常" if not broken else f"{broken} broken 故障"
    return "\n".join([*lines, f"{end}, {notes} notes 提示"]) + "\n"


def look_at_versions() -> list[Finding]:
    """Look at the planner, Python, and every library the planner needs: there, and importable."""
    import planner

    here = sys.version_info[:2]
    supported = OLDEST <= here <= NEWEST
    found = [
        Finding("versions", "planner", planner.__version__),
        Finding(
            "versions",
            "python",
            f"{platform.python_version()} ({sys.executable})",
            "ok" if supported else "broken",
            f"use Python {OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}",
        ),
    ]
    needed = [name for name, extra in _requirements() if not extra]
    if not needed:
        hint = "started from a folder of sources: pip install it"
        found.append(Finding("versions", _DISTRIBUTION, "not installed", "note", hint))
    return found + [_look_at_library("versions", name, needed=True) for name in needed]


def look_at_optional_parts() -> list[Finding]:
    """Look at what only some verbs or notebooks use."""
    optional = sorted({(extra, name) for name, extra in _requirements() if extra == "dask"})
    names = [name for _, name in optional] + ["ipykernel", "nbclient"]
    return [_look_at_library("optional", name, needed=False) for name in names]


def look_at_machine() -> list[Finding]:
    """Look at the cores and the settings that come from outside."""
    cores = getattr(os, "process_cpu_count", os.cpu_count)() or 1
    found = [
        Finding("machine", "system", platform.platform()),
        Finding("machine", "cores", str(cores)),
        Finding("machine", "text", f"{sys.stdout.encoding}, files {sys.getfilesystemencoding()}"),
    ]
    named = {
        key: "***" if key.endswith("_KEY") and value else value
        for key, value in os.environ.items()
        if key.startswith("PLANNER_")
    }
    return found + [Finding("environment", key, value) for key, value in sorted(named.items())]


def look_at_caches() -> list[Finding]:
    """Look where compiled streets and compiled kernels are kept, and whether they can be."""
    import platformdirs

    named = os.environ.get("PLANNER_CACHE_DIR")
    cache = Path(named) if named else platformdirs.user_cache_path("planner", appauthor=False)
    kernels = os.environ.get("NUMBA_CACHE_DIR")
    package = Path(__file__).resolve().parents[1] / "_kernels" / "__pycache__"
    return [
        _look_at_cache("streets", cache / "streets", "every run reads its streets anew"),
        _look_at_cache("kernels", Path(kernels) if kernels else package, "numba then uses its own"),
    ]


def look_at_fonts() -> Finding:
    """Look for a font with Chinese letters for the figures."""
    try:
        from planner.report.lettering import CHINESE_FONTS, choose_lettering
    except ImportError as error:
        return Finding("fonts", "Chinese", f"matplotlib fails: {error}", "broken")
    lettering, notices = choose_lettering("zh")
    if notices:
        hint = f"figures are lettered in English; install one of {', '.join(CHINESE_FONTS[:4])}"
        return Finding("fonts", "Chinese", "none found", "note", hint)
    return Finding("fonts", "Chinese", lettering.families[0])


def look_at_browsers() -> Finding:
    """Look for a browser of the kind that the map is tested in; any modern one opens it."""
    found = [path for name in _BROWSERS if (path := shutil.which(name))]
    found += [path for path in _BROWSER_FILES if Path(path).is_file()]
    if found:
        return Finding("browser", "Chromium, Chrome or Edge", found[0])
    hint = "nothing is lacking for a run; map.html opens in any modern browser"
    return Finding("browser", "Chromium, Chrome or Edge", "none found", "note", hint)


def look_at_demo() -> list[Finding]:
    """Compare the files of the embedded study with their registry."""
    from planner.workbench import read_demo_study

    try:
        folder = read_demo_study().settings.path.parent
    except PlannerError as error:
        hint = "install the planner again"
        return [Finding("demo", "study", str(error).splitlines()[0], "broken", hint)]
    found = [Finding("demo", "folder", str(folder))]
    names = (folder.parent / "registry.toml", folder.parent / "_registry.toml")
    registry = next((path for path in names if path.is_file()), None)
    if registry is None:
        return [*found, Finding("demo", "registry", "missing", "broken", "install it again")]
    listed = tomllib.loads(registry.read_text(encoding="utf-8"))["sha256"]
    return found + [
        _look_at_file(folder / Path(name).name, digest)
        for name, digest in listed.items()
        if name.startswith("demo/")
    ]


def _look_at_file(path: Path, digest: str) -> Finding:
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return Finding("demo", path.name, "missing", "broken", "install the planner again")
    if found != digest:
        hint = f"its hash should be {digest[:12]}…; install the planner again"
        return Finding("demo", path.name, f"sha256 {found[:12]}…", "broken", hint)
    return Finding("demo", path.name, f"sha256 {found[:12]}…")


def _requirements() -> list[tuple[str, str]]:
    """Return what the installed planner asks for: the distribution, and of which extra."""
    try:
        lines = importlib.metadata.requires(_DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        return []
    found = []
    for line in lines:
        name = re.match(r"[A-Za-z0-9._-]+", line)
        extra = re.search(r"extra\s*==\s*['\"]([\w-]+)['\"]", line)
        if name:
            found.append((name[0], extra[1] if extra else ""))
    return found


def _look_at_library(group: str, name: str, *, needed: bool) -> Finding:
    worse: State = "broken" if needed else "note"
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        hint = f"pip install {name}"
        return Finding(group, name, "not installed", worse, hint if needed else f"optional; {hint}")
    try:
        importlib.import_module(_MODULES.get(name.lower(), name.replace("-", "_")))
    except Exception as error:  # noqa: BLE001 - whatever a library fails with, it is told
        return Finding(group, name, f"{version}, cannot be imported: {error}", worse)
    return Finding(group, name, version)


def _look_at_cache(name: str, folder: Path, without: str) -> Finding:
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    value = f"{folder} ({size / _MEGABYTE:,.1f} MB)"
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        return Finding("caches", name, value, "note", f"cannot be written ({error}): {without}")
    return Finding("caches", name, value)
