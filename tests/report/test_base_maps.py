"""Base maps: off until asked for, keys written nowhere, datum and failures said."""

from __future__ import annotations

import base64
import http.server
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from planner.domain.study import OutputSettings
from planner.errors import ReportError, StudyKeyError
from planner.inputs.study import read_study_file
from planner.report.base_maps import KEY_VARIABLE, choose_base_map
from planner.report.notebook_map import make_folium_map
from tests.report.browser import DESKTOP, open_browser, open_page
from tests.report.records import make_proposals, make_records
from tests.report.test_map_browser import assert_quiet, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from planner.domain.evaluation import EvaluationRecords

KEY = "a1b2c3d4e5"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


def asking(
    base_map: str, *, base_map_datum: str = "wgs84", base_map_key: str = "ask"
) -> EvaluationRecords:
    """Return the town's records with a base map asked for."""
    records = make_records()
    return replace(
        records,
        settings=replace(
            records.settings,
            output=OutputSettings(
                base_map=base_map, base_map_datum=base_map_datum, base_map_key=base_map_key
            ),
        ),
    )


@pytest.fixture
def tiles() -> Iterator[tuple[str, list[str]]]:
    """Serve one grey pixel for every tile, on loopback; note what is asked."""
    asked: list[str] = []

    class Tiles(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(PIXEL)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_without_asking_there_is_none() -> None:
    assert choose_base_map(OutputSettings()) is None


def test_a_key_of_the_environment_is_left_out_unless_it_is_to_be_written() -> None:
    environ = {KEY_VARIABLE: f" {KEY} "}
    silent = choose_base_map(OutputSettings(base_map="tianditu"), environ)
    assert silent is not None
    assert (silent.key, silent.needs_key, silent.datum) == ("", True, "wgs84")
    told = choose_base_map(OutputSettings(base_map="tianditu", base_map_key="write"), environ)
    assert told is not None
    assert told.key == KEY
    assert told.hosts()[0] == "https://t0.tianditu.gov.cn"
    assert len(told.hosts()) == 8


def test_a_key_to_be_written_that_is_not_there_is_a_fault() -> None:
    with pytest.raises(ReportError, match=KEY_VARIABLE):
        choose_base_map(OutputSettings(base_map="tianditu", base_map_key="write"), {})


@pytest.mark.parametrize("asked", ["baidu", "https://tiles.example/{z}/{x}", "osn"])
def test_what_is_no_base_map_is_a_fault_of_the_study(tmp_path: Path, asked: str) -> None:
    study = tmp_path / "study.toml"
    study.write_text(f'name = "x"\n[output]\nbase_map = "{asked}"\n', "utf-8")
    with pytest.raises(StudyKeyError) as met:
        read_study_file(study)
    assert "base_map" in str(met.value)
    assert "tianditu" in str(met.value)


def test_the_page_does_not_hold_the_key_and_neither_does_the_notebook(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    records = asking(base_map="tianditu")
    path, _ = write(tmp_path, records, None)
    assert KEY not in path.read_text("utf-8")
    shown = make_folium_map(records).get_root().render()
    assert KEY not in shown
    assert "tianditu" not in shown
    written = asking(base_map="tianditu", base_map_key="write")
    path, _ = write(tmp_path, written, None)
    assert KEY in path.read_text("utf-8")
    assert KEY in make_folium_map(written).get_root().render()


@pytest.mark.browser
def test_offline_the_page_asks_for_nothing_until_the_reader_does_and_then_says_what_failed(
    tmp_path: Path,
) -> None:
    path, _ = write(tmp_path, asking(base_map="osm"), None)
    with open_browser() as browser, open_page(browser, path, anchor="#lang=zh") as opened:
        page = opened.page
        assert_quiet(opened)
        page.click("[data-tool=layers]")
        assert not page.is_checked("#layers input[value=base]")
        page.click("#layers input[value=base]")
        opened.settle(800)
        assert "底图未能载入" in page.inner_text("#strip")
        assert any("tile.openstreetmap.org" in one for one in opened.requests)
        page.click("#layers input[value=base]")
        opened.settle()
        assert "底图" not in page.inner_text("#strip")


@pytest.mark.browser
def test_tiles_lie_below_the_map_and_another_datum_is_told(
    tmp_path: Path, tiles: tuple[str, list[str]]
) -> None:
    host, asked = tiles
    records = asking(base_map=host + "/{z}/{x}/{y}.png", base_map_datum="gcj02")
    path, _ = write(tmp_path, records, make_proposals(records))
    with open_browser() as browser:
        context = browser.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]})
        page = context.new_page()
        messages: list[str] = []
        page.on("console", lambda message: messages.append(message.text))
        page.goto(path.resolve().as_uri() + "#lang=zh")
        assert asked == []
        page.click("[data-tool=layers]")
        page.click("#layers input[value=base]")
        page.wait_for_timeout(800)
        assert asked
        assert all(path.count("/") == 3 and path.endswith(".png") for path in asked)
        assert page.locator("img.base-tiles, .leaflet-tile-loaded").count() > 0
        strip = page.inner_text("#strip")
        assert "底图坐标不一致" in strip
        assert "127.0.0.1" in strip
        assert "未能载入" not in strip
        clear = page.evaluate(
            "() => { const c = document.querySelector('#map canvas');"
            " return c.getContext('2d').getImageData(2, 2, 1, 1).data[3]; }"
        )
        assert clear == 0, "the paper is gone where the tiles shine through"
        assert messages == []
        context.close()


@pytest.mark.browser
def test_a_key_is_asked_of_the_reader_and_without_one_the_layer_stays_off(tmp_path: Path) -> None:
    path, _ = write(tmp_path, asking(base_map="tianditu"), None)
    with open_browser() as browser, open_page(browser, path, anchor="#lang=zh") as opened:
        page = opened.page
        page.click("[data-tool=layers]")
        page.once("dialog", lambda dialog: dialog.dismiss())
        page.click("#layers input[value=base]")
        opened.settle()
        assert not page.is_checked("#layers input[value=base]")
        assert opened.requests == [page.url.split("#")[0]]
        page.once("dialog", lambda dialog: dialog.accept(KEY))
        page.click("#layers input[value=base]")
        opened.settle(800)
        assert any(f"tk={KEY}" in one for one in opened.requests)
