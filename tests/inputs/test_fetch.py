"""Download of a place: nothing is lost, and every way in which servers fail is told apart."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest

from planner.domain.network import EdgeFlag
from planner.errors import DownloadFailed, InputInvalid, ReportError
from planner.inputs.fetch import FILES, STREETS_FILE, fetch_place
from planner.inputs.streets import read_ways
from tests.inputs.map_servers import (
    EMPTY,
    FEATURES,
    PLACE,
    STREETS,
    Answer,
    Servers,
    answer,
    run_servers,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from planner.inputs.fetch import FetchedFiles

pytest.importorskip("osmnx")


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let no pause of osmnx last, and note how long each would have been."""
    noted: list[float] = []
    monkeypatch.setattr(time, "sleep", noted.append)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return noted


@pytest.fixture
def servers(pauses: list[float]) -> Iterator[Servers]:
    yield from run_servers()


def fetch(servers: Servers, out: Path, **more: Any) -> FetchedFiles:  # noqa: ANN401
    urls = {"overpass_url": servers.url, "nominatim_url": servers.url}
    return fetch_place("示范区", out, **{**urls, **more})


def test_streets_come_with_every_tag_of_ways_and_nodes_and_are_read_back(
    servers: Servers, tmp_path: Path
) -> None:
    found = fetch(servers, tmp_path / "某地")
    text = found.streets.read_text("utf-8")
    for tag in ("人民路", 'k="handrail"', 'k="oneway"', "says &quot;no&quot;", 'k="step_count"'):
        assert tag in text or tag.replace("&quot;", '"') in text
    ways = read_ways(found.streets)
    assert sorted(ways.way_id[ways.way_id > 0].tolist()) == [11, 12, 13]
    assert ways.way_flags[ways.way_id == 12].tolist() == [EdgeFlag.STEPS]
    assert ways.way_incline is not None
    assert ways.way_incline[ways.way_id == 12].tolist() == [np.inf]
    assert ways.signal_node is not None
    assert ways.node_id[ways.signal_node].tolist() == [2]
    # The square drawn as a relation came with the buildings.
    assert ways.counts["areas_drawn_as_relations"] == 1
    assert found.counts == {"nodes": 8, "ways": 4, "relations": 1, "buildings": 1}


def test_buildings_credits_and_the_place_are_saved(servers: Servers, tmp_path: Path) -> None:
    found = fetch(servers, tmp_path)
    assert found.buildings is not None
    table = gpd.read_file(found.buildings)
    assert table[
        ["osm_type", "osm_id", "building", "name", "building:levels"]
    ].to_numpy().tolist() == [["way", 31, "apartments", "一号楼", "18"]]
    assert table.crs.to_epsg() == 4326
    credit = found.credits.read_text("utf-8")
    assert "OpenStreetMap contributors (ODbL)" in credit
    assert "data as of: 2024-05-01T12:00:00Z" in credit
    assert found.place_name == "示范区, 重庆市, 中国"
    # 0.02° of longitude at 29.56° N is 1,938 m, of latitude 2,217 m.
    assert found.area_km2 == pytest.approx(1.938 * 2.217, rel=0.01)
    assert found.bounds_lonlat == pytest.approx((106.50, 29.55, 106.52, 29.57))
    assert found.notices == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)


def test_each_server_is_asked_once_for_each_thing_and_streets_beyond_the_place_too(
    servers: Servers, tmp_path: Path
) -> None:
    fetch(servers, tmp_path, margin_m=1000.0)
    assert [what for what, _ in servers.asked] == ["place", "streets", "piers", "features"]
    assert servers.asked[0][1] == "示范区"
    corners = servers.asked[1][1].split("poly:'")[1].split("'")[0].split()
    lats = [float(text) for text in corners[0::2]]
    # A kilometre is 0.0090° of latitude.
    assert min(lats) == pytest.approx(29.55 - 0.0090, abs=0.0003)
    assert max(lats) == pytest.approx(29.57 + 0.0090, abs=0.0003)


def test_osmnx_is_left_as_it_was(servers: Servers, tmp_path: Path) -> None:
    import osmnx

    before = {key: value for key, value in vars(osmnx.settings).items() if key[0] != "_"}
    resolve = socket.getaddrinfo
    fetch(servers, tmp_path)
    servers.script["place"] = [Answer([])]
    with pytest.raises(InputInvalid):
        fetch(servers, tmp_path, overwrite=True)
    assert {key: value for key, value in vars(osmnx.settings).items() if key[0] != "_"} == before
    assert socket.getaddrinfo is resolve


def test_files_of_an_earlier_download_are_kept_unless_told_otherwise(
    servers: Servers, tmp_path: Path
) -> None:
    (tmp_path / STREETS_FILE).write_text("mine", encoding="utf-8")
    with pytest.raises(ReportError, match=r"there already.*--overwrite"):
        fetch(servers, tmp_path)
    assert servers.asked == []
    assert (tmp_path / STREETS_FILE).read_text("utf-8") == "mine"
    assert "人民路" in fetch(servers, tmp_path, overwrite=True).streets.read_text("utf-8")


def test_where_there_are_no_buildings_the_streets_are_saved_and_a_notice_says_so(
    servers: Servers, tmp_path: Path
) -> None:
    (tmp_path / "buildings.gpkg").write_text("of another place", encoding="utf-8")
    relation = [item for item in FEATURES["elements"] if item["id"] not in (31, 21, 22, 23, 24)]
    points = answer(
        {"type": "node", "id": 1, "lat": 29.56, "lon": 106.51, "tags": {"building": "x"}}
    )
    for features in (EMPTY, answer(*relation), points):
        servers.script["features"] = [Answer(features)]
        found = fetch(servers, tmp_path, overwrite=True)
        assert found.buildings is None
        assert "no building there" in found.notices[0].message
        assert not (tmp_path / "buildings.gpkg").exists()


def failing(servers: Servers, out: Path, **more: Any) -> str:  # noqa: ANN401
    """Return what a download that fails says; it must leave nothing behind."""
    with pytest.raises(DownloadFailed) as caught:
        fetch(servers, out, **more)
    assert not out.exists()
    return str(caught.value)


@pytest.mark.parametrize("what", ["place", "streets", "features"])
def test_a_busy_server_is_asked_again_after_a_pause_and_not_for_ever(
    servers: Servers, tmp_path: Path, pauses: list[float], what: str
) -> None:
    servers.script[what] = [Answer(b"<html>rate_limited</html>", 429), Answer(b"", 504)]
    fetch(servers, tmp_path / "a")
    assert pauses.count(55) == 2
    servers.script[what] = [Answer(b"<html>rate_limited</html>", 429)] * 3
    told = failing(servers, tmp_path / "b")
    assert pauses.count(55) == 4
    assert "127.0.0.1" in told
    assert "too many requests" in told
    assert "HTTP 429" in told
    assert "--overpass-url" in told
    # No pause that would outlast the time.
    servers.script[what] = [Answer(b"", 504)]
    assert "too busy" in failing(servers, tmp_path / "c", timeout_s=30.0)
    assert pauses.count(55) == 4


@pytest.mark.parametrize(
    ("status", "text"),
    [(403, "refuses the request"), (400, "answers with an error"), (500, "answers with an error")],
)
def test_refusals_and_errors_are_told_with_their_number(
    servers: Servers, tmp_path: Path, status: int, text: str
) -> None:
    servers.script["streets"] = [Answer(b"<html>no</html>", status)]
    told = failing(servers, tmp_path / "a")
    assert text in told
    assert f"HTTP {status}" in told


@pytest.mark.parametrize("how", ["silent", "drip"])
@pytest.mark.parametrize("what", ["place", "features"])
def test_a_server_that_is_silent_or_sends_drops_is_given_up(
    servers: Servers, tmp_path: Path, what: str, how: str
) -> None:
    servers.script[what] = [Answer(FEATURES, how=how)]
    started = time.monotonic()
    told = failing(servers, tmp_path / "a", timeout_s=1.0)
    assert "did not answer in full within 1 s" in told
    assert "--timeout" in told
    assert time.monotonic() - started < 15


@pytest.mark.parametrize("what", ["place", "streets"])
def test_a_cut_connection_is_told_as_such(servers: Servers, tmp_path: Path, what: str) -> None:
    for how in ("cut", "hangup"):
        servers.script[what] = [Answer(STREETS, how=how)]
        assert "cut before the answer was whole" in failing(servers, tmp_path / "a")


def test_a_page_in_place_of_data_is_told_with_its_beginning(
    servers: Servers, tmp_path: Path
) -> None:
    servers.script["streets"] = [Answer(b"<html><body>Please log in to the network")]
    told = failing(servers, tmp_path / "a")
    assert "not what a map server sends" in told
    assert "Please log in" in told
    servers.script["place"] = [Answer([{"lat": "29.5"}])]
    assert "not what a gazetteer sends" in failing(servers, tmp_path / "a")


def test_half_an_answer_with_a_remark_is_no_answer(servers: Servers, tmp_path: Path) -> None:
    remark = 'runtime error: Query timed out in "recurse" at line 1 after 181 seconds.'
    servers.script["streets"] = [Answer({**STREETS, "remark": remark})]
    told = failing(servers, tmp_path / "a")
    assert "gave up before it had found everything" in told
    assert "Query timed out" in told
    assert "smaller place" in told


def test_an_empty_answer_is_told(servers: Servers, tmp_path: Path) -> None:
    servers.script["streets"], servers.script["piers"] = [Answer(EMPTY)], [Answer(EMPTY)]
    assert "knows no street there" in failing(servers, tmp_path / "a")


def place_of(kind: str, coordinates: object) -> list[dict[str, Any]]:
    return [{**PLACE[0], "geojson": {"type": kind, "coordinates": coordinates}}]


def test_places_that_are_unknown_have_no_boundary_or_are_too_large(
    servers: Servers, tmp_path: Path
) -> None:
    for said, text in (
        ([], "no place of this name is known; found 示范区"),
        (place_of("Point", [106.5, 29.5]), "it has no boundary"),
        (
            place_of("Polygon", [[[105, 28], [110, 28], [110, 32], [105, 32], [105, 28]]]),
            "too large.*found 示范区.*expected at most 10,000 km2",
        ),
    ):
        servers.script["place"] = [Answer(said)]
        with pytest.raises(InputInvalid, match=text):
            fetch(servers, tmp_path / "a")
        assert not (tmp_path / "a").exists()


def test_a_boundary_that_crosses_itself_is_mended(servers: Servers, tmp_path: Path) -> None:
    bow = [[106.50, 29.55], [106.52, 29.57], [106.52, 29.55], [106.50, 29.57], [106.50, 29.55]]
    servers.script["place"] = [Answer(place_of("Polygon", [bow]))]
    assert fetch(servers, tmp_path).counts["ways"] == 4


def test_no_network_at_all_is_told_at_once(tmp_path: Path, pauses: list[float]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(DownloadFailed, match=r"cannot be reached.*HTTPS_PROXY"):
        fetch_place("x", tmp_path / "a", overpass_url=url, nominatim_url=url)
    assert not (tmp_path / "a").exists()
    with pytest.raises(DownloadFailed, match="cannot be reached"):
        fetch_place("x", tmp_path / "a", overpass_url=url, nominatim_url="no address")


def test_an_interrupt_leaves_nothing_behind(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import osmnx

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(osmnx, "features_from_polygon", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fetch(servers, tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_folders_that_cannot_be_written_are_told_before_anything_is_asked(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ReportError, match="cannot be written"):
        fetch(servers, tmp_path / "file")
    assert servers.asked == []

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("planner.inputs.fetch.write_osm_file", fail)
    with pytest.raises(ReportError, match="No space left"):
        fetch(servers, tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_a_redirect_is_followed(servers: Servers, tmp_path: Path) -> None:
    servers.script["place"] = [Answer(b"", 307, location="/elsewhere?q=again")]
    assert fetch(servers, tmp_path).counts["ways"] == 4
    assert [asked for what, asked in servers.asked if what == "place"] == ["示范区", "again"]
