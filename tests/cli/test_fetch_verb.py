"""`planner fetch`: what it prints, where it looks for servers, and how it ends."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.command import Said, run_apart
from tests.inputs.map_servers import Answer, Servers, run_servers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytest.importorskip("osmnx")


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Servers]:
    import time

    monkeypatch.setattr(time, "sleep", lambda _: None)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for found in run_servers():
        monkeypatch.setenv("PLANNER_OVERPASS_URL", found.url)
        monkeypatch.setenv("PLANNER_NOMINATIM_URL", found.url)
        yield found


def test_it_lists_the_files_and_says_how_a_study_names_them(
    planner_says: Callable[..., Said], servers: Servers, tmp_path: Path
) -> None:
    said = planner_says("fetch", "示范区", "--out", tmp_path)
    assert said.code == 0
    assert said.out.split() == [
        str(tmp_path / name) for name in ("streets.osm", "buildings.gpkg", "credits.txt")
    ]
    assert "示范区, 重庆市, 中国 (4.3 km2): nodes 8, ways 4, relations 1, buildings 1" in said.err
    assert f'source = "{(tmp_path / "streets.osm").as_posix()}"' in said.err
    assert 'credits = ["© OpenStreetMap contributors (ODbL)"]' in said.err


def test_json_holds_files_place_and_counts(
    planner_says: Callable[..., Said], servers: Servers, tmp_path: Path
) -> None:
    servers.script["features"] = [Answer({"elements": []})]
    events = tmp_path / "events.jsonl"
    said = planner_says(
        "fetch", "示范区", "--out", tmp_path / "a", "--json", "--events", events, "--margin", "500"
    )
    assert said.code == 0
    found = said.json()
    assert found["schema"] == "planner.fetch/1"
    assert found["files"] == [str(tmp_path / "a" / n) for n in ("streets.osm", "credits.txt")]
    assert found["place"] == "示范区, 重庆市, 中国"
    assert found["counts"]["ways"] == 3
    assert "no building" in found["notices"][0]["message"]
    assert '"fetch"' in events.read_text("utf-8")


def test_the_option_beats_the_environment(
    planner_says: Callable[..., Said],
    servers: Servers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PLANNER_OVERPASS_URL", "http://127.0.0.1:9/nobody")
    said = planner_says("fetch", "示范区", "--out", tmp_path, "--overpass-url", servers.url)
    assert said.code == 0


def test_refusals_are_one_message_in_both_languages_and_leave_with_2(
    planner_says: Callable[..., Said], servers: Servers, tmp_path: Path
) -> None:
    servers.script["streets"] = [Answer(b"blocked", 403)]
    said = planner_says("fetch", "示范区", "--out", tmp_path / "a")
    assert said.code == 2
    assert "the server refuses the request" in said.err
    assert "服务器拒绝" in said.err
    assert "Traceback" not in said.err
    assert said.out == ""

    assert planner_says("fetch", "示范区", "--out", tmp_path).code == 0
    again = planner_says("fetch", "示范区", "--out", tmp_path)
    assert again.code == 2
    assert "--overwrite" in again.err
    assert planner_says("fetch", "示范区", "--out", tmp_path, "--overwrite").code == 0
    # A notice, where there is something to look at.
    servers.script["features"] = [Answer({"elements": []})]
    said = planner_says("fetch", "示范区", "--out", tmp_path, "--overwrite")
    assert "no building there" in said.err


def test_help_needs_no_heavy_library() -> None:
    said = run_apart("fetch", "--help")
    assert said.code == 0
    assert "--overpass-url" in said.out
    assert "osmnx" not in sys.modules or said.err == ""
