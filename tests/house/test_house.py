"""The house rules that a machine can hold."""

from __future__ import annotations

import ast
import json
import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

import planner
from planner import errors

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "planner").rglob("*.py"))
BANNED_MODULES = {"utils", "util", "common", "helpers", "helper", "io", "types", "misc"}


def test_public_names_are_sorted_complete_and_load() -> None:
    names = [name for name in planner.__all__ if name != "__version__"]
    assert sorted(planner.__all__) == planner.__dir__()
    assert set(names) == set(planner._HOME)
    for name in planner.__all__:
        assert getattr(planner, name) is not None
    assert 20 <= len(names) <= 30


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'evaluat'"):
        planner.evaluat  # noqa: B018


def test_import_planner_loads_nothing_heavy() -> None:
    code = (
        "import sys, json, planner;"
        "heavy = ['numba', 'folium', 'highspy', 'geopandas', 'pandas', 'scipy', 'shapely',"
        " 'matplotlib', 'osmium', 'osmnx', 'networkx', 'rasterio', 'typer', 'rich'];"
        "print(json.dumps([name for name in heavy if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert json.loads(done.stdout) == []


def test_modules_are_short_enough_to_read() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in MODULES}
    too_long = {str(p.relative_to(ROOT)): n for p, n in lengths.items() if n > 500}
    assert too_long == {}
    assert statistics.median(lengths.values()) <= 200


def test_no_module_is_called_by_a_word_that_means_nothing() -> None:
    assert [p for p in MODULES if p.stem in BANNED_MODULES] == []


def _banned_words() -> set[str]:
    rows = (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    banned: set[str] = set()
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        if row.startswith("| `") and len(cells) == 3:
            banned.update(word.strip() for word in cells[2].split(",") if word.strip())
    return banned


def _identifiers(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
    return names


def test_one_word_for_one_thing() -> None:
    banned = _banned_words()
    assert {"cutoff", "facility", "service_area"} <= banned
    found: dict[str, set[str]] = {}
    for path in MODULES:
        for name in _identifiers(path):
            for word in banned:
                spelt = name if word.isupper() else name.lower()
                if re.search(rf"(^|_){re.escape(word)}(_|$)", spelt):
                    found.setdefault(str(path.relative_to(ROOT)), set()).add(name)
    assert found == {}


def _error_classes() -> dict[str, type]:
    return {
        name: thing
        for name, thing in vars(errors).items()
        if isinstance(thing, type) and issubclass(thing, errors.PlannerError | Warning)
    }


def test_errors_are_documented() -> None:
    text = (ROOT / "docs" / "errors.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE))
    assert documented == set(_error_classes())


def test_a_leaf_error_is_also_the_fitting_builtin() -> None:
    classes = {n: c for n, c in _error_classes().items() if issubclass(c, errors.PlannerError)}
    builtin = (ValueError, OSError, IndexError, AssertionError)
    parents = {base for kind in classes.values() for base in kind.__bases__}
    leaves = {n for n, c in classes.items() if c not in parents}
    assert {n for n in leaves if not issubclass(classes[n], builtin)} == set()


def test_no_tracked_text_names_a_path_of_a_machine_or_a_package_index() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    index_host = re.compile(
        r"https?://[^\s)>]*(pypi|python" + r"hosted|npm" + r"js)", re.IGNORECASE
    )
    found = []
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if (
            path.suffix in {".py", ".md", ".toml", ".txt", ".yml", ".js", ".html"}
            and path.is_file()
        ):
            text = path.read_text("utf-8")
            if index_host.search(text) or "/root/" in text or "/work/" in text:
                found.append(name)
    assert [name for name in found if not name.endswith("test_house.py")] == []


def test_errors_cross_a_process_border_with_their_faults() -> None:
    import pickle

    error = errors.InputInvalid([errors.Fault("a", file="f.csv", row=3), errors.Fault("b")])
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - made one line above
    assert type(again) is errors.InputInvalid
    assert again.faults == error.faults


def test_a_message_names_file_row_field_and_what_was_expected() -> None:
    fault = errors.Fault(
        "persons cannot be negative",
        file="人口.csv",
        row=7,
        field="人口",
        found="-3",
        expected="0 or more",
        hint="mend the cell",
    )
    assert str(fault) == (
        "人口.csv · row 7 · field 人口: persons cannot be negative; found -3; "
        "expected 0 or more; mend the cell"
    )


def test_many_faults_are_counted_and_the_first_ones_shown() -> None:
    error = errors.InputInvalid([errors.Fault(f"fault {i}") for i in range(1000)])
    lines = str(error).splitlines()
    assert len(lines) == errors.FAULTS_SHOWN + 1
    assert lines[-1].startswith("… 1000 faults in all")
