"""The cache gives back what was kept, or nothing; it never gives back something else."""

from __future__ import annotations

import dataclasses
import json
import os
import threading
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from planner.domain.terrain import StreetHeights
from planner.errors import Fault
from planner.network.build import build_streets
from planner.network.store import (
    heights_digest,
    load_heights,
    load_streets,
    save_heights,
    save_streets,
    streets_digest,
)
from tests.network.drawing import Way, draw

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.network import Streets

DIGEST = "0123456789abcdef" * 4
PLACES = {"a": (0, 0), "b": (100, 0), "c": (200, 30), "d": (100, 80)}


@pytest.fixture
def streets() -> Streets:
    return build_streets(draw(PLACES, Way("abc", name="解放碑步行街"), "bd"))


@pytest.fixture
def kept(tmp_path: Path, streets: Streets) -> Path:
    """Keep the streets in a cache under `tmp_path`, as if copied there; return their folder."""
    assert save_streets(DIGEST, streets, cache_dir=tmp_path)
    folder = tmp_path / "streets" / DIGEST
    for path in folder.iterdir():
        os.utime(path, (0, 0))  # a clock too coarse for this test must not tell them apart
    return folder


def test_files_untouched_since_they_were_written_are_not_read_to_the_end(
    tmp_path: Path, streets: Streets, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert save_streets(DIGEST, streets, cache_dir=tmp_path)
    read: list[str] = []

    def checksum(path: Path) -> int:
        read.append(path.name)
        return 0

    monkeypatch.setattr("planner.network.kept_arrays._checksum", checksum)
    assert same(load_streets(DIGEST, cache_dir=tmp_path), streets)
    assert not read
    os.utime(tmp_path / "streets" / DIGEST / "shape_xy.npy", (0, 0))
    assert load_streets(DIGEST, cache_dir=tmp_path) is None, "a wrong checksum counts again"
    assert read == ["shape_xy.npy"]


def same(one: Streets | StreetHeights | None, other: Streets | StreetHeights) -> bool:
    """Tell whether two records hold the same, types included."""
    if one is None:
        return False
    for field in dataclasses.fields(type(other)):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(b, np.ndarray):
            if type(a) is not np.ndarray or a.dtype != b.dtype or not np.array_equal(a, b):
                return False
        elif a != b:
            return False
    return True


def test_what_is_kept_comes_back_the_same(tmp_path: Path, kept: Path, streets: Streets) -> None:
    assert kept.is_dir()
    assert same(load_streets(DIGEST, cache_dir=tmp_path), streets)


def test_the_cache_is_in_the_folder_the_environment_names(
    tmp_path: Path, streets: Streets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANNER_CACHE_DIR", str(tmp_path / "缓存 dir"))
    assert save_streets(DIGEST, streets)
    assert (tmp_path / "缓存 dir" / "streets" / DIGEST).is_dir()
    assert same(load_streets(DIGEST), streets)


def test_without_the_environment_the_cache_is_the_users(
    tmp_path: Path, streets: Streets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLANNER_CACHE_DIR")
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "users")
    assert save_streets(DIGEST, streets)
    assert (tmp_path / "users" / "streets" / DIGEST).is_dir()


def test_nothing_kept_is_nothing(tmp_path: Path) -> None:
    assert load_streets(DIGEST, cache_dir=tmp_path) is None


def test_a_change_of_any_byte_of_any_file_is_noticed(tmp_path: Path, kept: Path) -> None:
    for path in sorted(kept.iterdir()):
        whole = path.read_bytes()
        for place in range(0, len(whole), max(1, len(whole) // 40)):
            spoiled = bytearray(whole)
            spoiled[place] ^= 0x01
            path.write_bytes(bytes(spoiled))
            found = load_streets(DIGEST, cache_dir=tmp_path)
            if path.suffix == ".json" and bytes([whole[place]]).isspace():
                continue  # white space of the header means nothing
            assert found is None, f"{path.name} at {place}"
        path.write_bytes(whole)
    assert load_streets(DIGEST, cache_dir=tmp_path) is not None


def test_a_file_cut_short_empty_or_missing_is_noticed(tmp_path: Path, kept: Path) -> None:
    for path in sorted(kept.iterdir()):
        whole = path.read_bytes()
        for spoiled in (whole[:-1], whole + b"\0", b""):
            path.write_bytes(spoiled)
            assert load_streets(DIGEST, cache_dir=tmp_path) is None, path.name
        path.unlink()
        assert load_streets(DIGEST, cache_dir=tmp_path) is None, path.name
        path.write_bytes(whole)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"content": 1, "schema": "planner.streets/3", "crc32": 0}',
        "[" * 99999,
    ],
)
def test_a_foreign_header_is_nothing(tmp_path: Path, kept: Path, header: str) -> None:
    (kept / "header.json").write_text(header, encoding="utf-8")
    assert load_streets(DIGEST, cache_dir=tmp_path) is None


def test_another_schema_is_foreign(tmp_path: Path, kept: Path) -> None:
    header = json.loads((kept / "header.json").read_text(encoding="utf-8"))
    header["schema"] = "planner.streets/0"
    (kept / "header.json").write_text(json.dumps(header), encoding="utf-8")
    assert load_streets(DIGEST, cache_dir=tmp_path) is None


def test_arrays_of_another_type_are_foreign_even_with_a_right_checksum(
    tmp_path: Path, kept: Path
) -> None:
    import zlib

    path = kept / "edge_length_m.npy"
    np.save(path, np.load(path).astype("<f4"))
    header = json.loads((kept / "header.json").read_text(encoding="utf-8"))
    content = header["content"]
    content["arrays"]["edge_length_m"]["crc32"] = zlib.crc32(path.read_bytes())
    header["crc32"] = zlib.crc32(json.dumps(content, sort_keys=True).encode())
    (kept / "header.json").write_text(json.dumps(header), encoding="utf-8")
    assert load_streets(DIGEST, cache_dir=tmp_path) is None


def test_a_pickle_in_the_cache_is_never_read(tmp_path: Path, kept: Path) -> None:
    import zlib

    path = kept / "edge_name.npy"
    np.save(path, np.array([print, None, None], dtype=object), allow_pickle=True)
    header = json.loads((kept / "header.json").read_text(encoding="utf-8"))
    content = header["content"]
    content["arrays"]["edge_name"]["crc32"] = zlib.crc32(path.read_bytes())
    header["crc32"] = zlib.crc32(json.dumps(content, sort_keys=True).encode())
    (kept / "header.json").write_text(json.dumps(header), encoding="utf-8")
    assert load_streets(DIGEST, cache_dir=tmp_path) is None


@pytest.mark.parametrize("spoil", ["file", "folder", "array"])
def test_what_is_foreign_or_damaged_is_replaced(
    tmp_path: Path, streets: Streets, spoil: str
) -> None:
    folder = tmp_path / "streets" / DIGEST
    if spoil == "array":
        assert save_streets(DIGEST, streets, cache_dir=tmp_path)
        (folder / "shape_xy.npy").write_bytes(b"no array")
    elif spoil == "folder":
        folder.mkdir(parents=True)
        (folder / "letter.txt").write_text("not ours", encoding="utf-8")
    else:
        folder.parent.mkdir()
        folder.write_text("not a folder", encoding="utf-8")
    assert load_streets(DIGEST, cache_dir=tmp_path) is None
    assert save_streets(DIGEST, streets, cache_dir=tmp_path)
    assert same(load_streets(DIGEST, cache_dir=tmp_path), streets)
    assert [path.name for path in folder.parent.iterdir()] == [DIGEST], "nothing is left aside"


def test_keeping_twice_is_keeping_once(tmp_path: Path, kept: Path, streets: Streets) -> None:
    before = (kept / "header.json").stat().st_mtime_ns
    assert save_streets(DIGEST, streets, cache_dir=tmp_path)
    assert (kept / "header.json").stat().st_mtime_ns == before
    assert [path.name for path in kept.parent.iterdir()] == [DIGEST]


def test_a_cache_that_cannot_be_written_is_no_fault(tmp_path: Path, streets: Streets) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be", encoding="utf-8")
    assert save_streets(DIGEST, streets, cache_dir=blocked) is False
    assert load_streets(DIGEST, cache_dir=blocked) is None


def test_a_full_disk_is_no_fault_and_leaves_nothing(
    tmp_path: Path, streets: Streets, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("numpy.save", full)
    assert save_streets(DIGEST, streets, cache_dir=tmp_path) is False
    assert list((tmp_path / "streets").iterdir()) == []


def test_writers_of_the_same_streets_do_not_harm_each_other(
    tmp_path: Path, streets: Streets
) -> None:
    kept: list[bool] = []
    torn: list[bool] = []
    done = threading.Event()

    def write() -> None:
        kept.extend(save_streets(DIGEST, streets, cache_dir=tmp_path) for _ in range(10))

    def read() -> None:
        while not done.is_set():
            found = load_streets(DIGEST, cache_dir=tmp_path)
            torn.append(found is not None and not same(found, streets))

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write) for _ in range(4)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert kept == [True] * 40
    assert not any(torn)
    assert [path.name for path in (tmp_path / "streets").iterdir()] == [DIGEST]


def test_what_dead_processes_left_is_swept_away_but_not_work_in_progress(
    tmp_path: Path, streets: Streets
) -> None:
    folder = tmp_path / "streets"
    old, young, loose = folder / "dead-x.aside", folder / "alive-y.aside", folder / "file.aside"
    for path in (old, young):
        path.mkdir(parents=True)
    loose.write_text("", encoding="utf-8")
    two_days_ago = time.time() - 2 * 86_400
    os.utime(old, (two_days_ago, two_days_ago))
    os.utime(loose, (two_days_ago, two_days_ago))
    assert save_streets(DIGEST, streets, cache_dir=tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == [DIGEST, "alive-y.aside"]


def test_the_digest_follows_the_bytes_and_the_version_not_the_name(tmp_path: Path) -> None:
    one, two = tmp_path / "a.osm.pbf", tmp_path / "b.osm.pbf"
    one.write_bytes(b"streets")
    two.write_bytes(b"streets")
    digest = streets_digest(one, reader_version="1")
    assert len(digest) == 64
    assert streets_digest(two, reader_version="1") == digest
    assert streets_digest(one, reader_version="2") != digest
    two.write_bytes(b"streetz")
    assert streets_digest(two, reader_version="1") != digest


@pytest.mark.parametrize(
    ("source", "companion"), [("lines.shp", "lines.dbf"), ("lines.gpkg", "lines.gpkg-wal")]
)
def test_the_files_that_belong_to_the_source_count(
    tmp_path: Path, source: str, companion: str
) -> None:
    path = tmp_path / source
    path.write_bytes(b"lines")
    alone = streets_digest(path, reader_version="1")
    (tmp_path / companion).write_bytes(b"more")
    assert streets_digest(path, reader_version="1") != alone


def test_a_missing_source_has_no_digest(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        streets_digest(tmp_path / "none.osm.pbf", reader_version="1")


def test_what_tags_say_of_streets_comes_back_the_same(tmp_path: Path, streets: Streets) -> None:
    told = dataclasses.replace(
        streets,
        edge_incline=np.array([0.1, np.nan, np.inf], dtype=np.float32),
        edge_waits=np.array([0.0, 0.5, 1.0], dtype=np.float32),
        closed_gaps_xy=np.array([[1.0, 2.0, 0.3]]),
        notices=(Fault("路段", file="a.shp", row=3, hint="look"),),
    )
    assert save_streets(DIGEST, told, cache_dir=tmp_path)
    back = load_streets(DIGEST, cache_dir=tmp_path)
    assert back is not None
    assert back.edge_incline is not None
    assert back.edge_incline.tobytes() == np.array([0.1, np.nan, np.inf], "<f4").tobytes()
    assert back.edge_step_count is None
    assert back.edge_rise_m is None
    assert same(
        dataclasses.replace(back, edge_incline=None), dataclasses.replace(told, edge_incline=None)
    )


@pytest.fixture
def heights() -> StreetHeights:
    return StreetHeights(
        sample_indptr=np.array([0, 2, 5], dtype=np.int64),
        sample_m=np.array([1.0, 2.5, 0.0, 0.0, 0.0], dtype=np.float32),
        edge_known=np.array([True, False]),
        node_m=np.array([1.0, 2.5, 7.0], dtype=np.float32),
        counts={"edges": 2, "edges_without_height": 1},
        notices=(Fault("零值", file="高程.tif"),),
    )


def test_heights_that_are_kept_come_back_the_same(tmp_path: Path, heights: StreetHeights) -> None:
    assert load_heights(DIGEST, cache_dir=tmp_path) is None
    assert save_heights(DIGEST, heights, cache_dir=tmp_path)
    assert same(load_heights(DIGEST, cache_dir=tmp_path), heights)
    assert (tmp_path / "heights" / DIGEST).is_dir()


def test_damaged_heights_are_measured_again(tmp_path: Path, heights: StreetHeights) -> None:
    assert save_heights(DIGEST, heights, cache_dir=tmp_path)
    for name in ("sample_m.npy", "header.json"):
        path = tmp_path / "heights" / DIGEST / name
        whole = path.read_bytes()
        path.write_bytes(whole[:-1])
        assert load_heights(DIGEST, cache_dir=tmp_path) is None
        path.write_bytes(whole)
    assert load_heights(DIGEST, cache_dir=tmp_path) is not None


def test_the_digest_of_heights_follows_streets_files_names_order_and_version(
    tmp_path: Path, streets: Streets
) -> None:
    one, two = tmp_path / "N29E106.hgt", tmp_path / "N29E107.hgt"
    one.write_bytes(b"heights")
    two.write_bytes(b"heights")
    bridge = dataclasses.replace(streets, edge_flags=streets.edge_flags | np.uint16(1))
    moved = dataclasses.replace(streets, node_xy=streets.node_xy + 1.0)
    found = {
        heights_digest(streets, (one, two), heights_version="1"),
        heights_digest(streets, (two, one), heights_version="1"),
        heights_digest(streets, (one,), heights_version="1"),
        heights_digest(streets, (two,), heights_version="1"),
        heights_digest(bridge, (one, two), heights_version="1"),
        heights_digest(moved, (one, two), heights_version="1"),
        heights_digest(streets, (one, two), heights_version="2"),
    }
    assert len(found) == 7
    named = dataclasses.replace(streets, names=("another name",))
    assert heights_digest(named, (one, two), heights_version="1") in found
    one.write_bytes(b"heightz")
    assert heights_digest(streets, (one,), heights_version="1") not in found


def test_what_lies_beside_a_geotiff_counts(tmp_path: Path, streets: Streets) -> None:
    path = tmp_path / "dem.tif"
    path.write_bytes(b"heights")
    alone = heights_digest(streets, (path,), heights_version="1")
    (tmp_path / "dem.tfw").write_bytes(b"1")
    placed = heights_digest(streets, (path,), heights_version="1")
    (tmp_path / "dem.tif.aux.xml").write_bytes(b"1")
    assert len({alone, placed, heights_digest(streets, (path,), heights_version="1")}) == 3
