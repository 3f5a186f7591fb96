"""Terrain files give the heights that are in them, or a message that says what is wrong."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest
from pyproj import Transformer

from planner.errors import InputError, InputInvalid, InputMissing, InputUnreadable, PlannerError
from planner.inputs import rasters
from planner.inputs.terrain import read_terrain
from tests.inputs.grids import (
    BOUNDS,
    CELL,
    DEGREES,
    NORTH,
    WEST,
    height_at,
    hgt_bytes,
    ten_by_ten,
    write_tiff,
    write_zip,
)

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.terrain import Terrain


def read(*paths: Path) -> Terrain:
    return read_terrain(paths, bounds_lonlat=BOUNDS)


def fault_of(*paths: Path, kind: type[PlannerError]) -> str:
    with pytest.raises(kind) as caught:
        read(*paths)
    assert type(caught.value) is kind
    return str(caught.value)


def centre(row: int, column: int) -> tuple[float, float]:
    return WEST + CELL * (column + 0.5), NORTH - CELL * (row + 0.5)


def test_every_cell_lies_where_the_file_says(tmp_path: Path) -> None:
    terrain = read(write_tiff(tmp_path / "高程 图.tif", ten_by_ten()))
    (tile,) = terrain.tiles
    assert tile.file == "高程 图.tif"
    assert height_at(tile, *centre(3, 4)) == 134.0
    assert height_at(tile, *centre(7, 2)) == 172.0
    assert tile.height_m.dtype == np.float32
    assert terrain.counts == {"cells": 100, "cells_void": 0, "cells_zero_as_void": 0}
    assert terrain.notices == ()


def test_only_what_lies_around_the_streets_is_read(tmp_path: Path) -> None:
    row, column = np.mgrid[0:400, 0:500]
    path = write_tiff(
        tmp_path / "large.tif",
        1000.0 + row + column / 1000.0,
        transform=(CELL, 0, WEST - 200 * CELL, 0, -CELL, NORTH + 100 * CELL),
    )
    (tile,) = read(path).tiles
    # The box is 6 cells each way; around it 250 m (3 cells), and 3 cells; cut cells on top.
    assert max(tile.height_m.shape) <= 6 + 2 * (3 + 3) + 2
    assert height_at(tile, *centre(3, 4)) == pytest.approx(1000.0 + 103 + 0.204, abs=1e-3)


def test_a_grid_that_is_south_up_is_not_mirrored(tmp_path: Path) -> None:
    south = NORTH - 10 * CELL
    path = write_tiff(
        tmp_path / "south_up.tif", ten_by_ten()[::-1], transform=(CELL, 0, WEST, 0, CELL, south)
    )
    (tile,) = read(path).tiles
    assert height_at(tile, *centre(3, 4)) == 134.0
    assert height_at(tile, *centre(7, 2)) == 172.0


def test_a_grid_in_another_crs_is_read_around_the_same_place(tmp_path: Path) -> None:
    to_metres = Transformer.from_crs(DEGREES, "EPSG:4545", always_xy=True)
    x, y = to_metres.transform(*centre(5, 5))
    row, column = np.mgrid[0:300, 0:300]
    path = write_tiff(
        tmp_path / "metres.tif",
        row * 1.0 + column / 1000.0,
        crs="EPSG:4545",
        transform=(10.0, 0, x - 1500, 0, -10.0, y + 1500),
    )
    (tile,) = read(path).tiles
    assert height_at(tile, x + 5, y - 5) == pytest.approx(150.150)
    assert tile.height_m.shape[0] < 200


@pytest.mark.parametrize(
    ("unit", "factor"), [("ft", 0.3048), ("us-ft", 1200 / 3937), ("US survey foot", 1200 / 3937)]
)
def test_feet_become_metres_and_this_is_said(tmp_path: Path, unit: str, factor: float) -> None:
    terrain = read(write_tiff(tmp_path / "feet.tif", ten_by_ten(), unit=unit))
    assert height_at(terrain.tiles[0], *centre(3, 4)) == pytest.approx(134.0 * factor, abs=1e-4)
    assert "turned into metres" in str(terrain.notices[0])
    assert unit in str(terrain.notices[0])


def test_the_unit_of_a_vertical_axis_counts_too(tmp_path: Path) -> None:
    # 6360 is NAVD88 height in US survey feet.
    path = write_tiff(tmp_path / "axis.tif", ten_by_ten(), crs="EPSG:4326+6360")
    terrain = read(path)
    found = height_at(terrain.tiles[0], *centre(3, 4))
    assert found == pytest.approx(134.0 * 1200 / 3937, abs=1e-4)


@pytest.mark.parametrize("unit", ["m", "metre", None])
def test_metres_or_no_unit_are_metres(tmp_path: Path, unit: str | None) -> None:
    terrain = read(write_tiff(tmp_path / "metres.tif", ten_by_ten(), unit=unit))
    assert height_at(terrain.tiles[0], *centre(3, 4)) == 134.0
    assert terrain.notices == ()


def test_an_unknown_unit_is_taken_as_metres_and_said(tmp_path: Path) -> None:
    terrain = read(write_tiff(tmp_path / "li.tif", ten_by_ten(), unit="li"))
    assert height_at(terrain.tiles[0], *centre(3, 4)) == 134.0
    assert "the unit of the heights is not known" in str(terrain.notices[0])


def test_a_scale_is_honoured(tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "decimetres.tif", ten_by_ten(), dtype="int16", scale=0.1)
    assert height_at(read(path).tiles[0], *centre(3, 4)) == pytest.approx(13.4)


def test_voids_are_known_by_tag_by_mask_and_by_their_value(tmp_path: Path) -> None:
    heights = ten_by_ten()
    heights[3, 4], heights[5, 5], heights[6, 6] = -9999, np.nan, 9001
    tagged = read(write_tiff(tmp_path / "tag.tif", heights, nodata=-9999))
    assert np.isnan(height_at(tagged.tiles[0], *centre(3, 4)))
    assert np.isnan(height_at(tagged.tiles[0], *centre(5, 5)))
    assert tagged.counts["cells_void"] == 3
    assert "above 9000 m" in str(tagged.notices[0])
    untagged = read(write_tiff(tmp_path / "none.tif", heights))
    assert untagged.counts["cells_void"] == 3
    assert "2 cells" in str(untagged.notices[0])
    mask = np.full((10, 10), 255, dtype=np.uint8)
    mask[1, 1] = 0
    masked = read(write_tiff(tmp_path / "mask.tif", ten_by_ten(), mask=mask))
    assert np.isnan(height_at(masked.tiles[0], *centre(1, 1)))
    assert masked.counts["cells_void"] == 1


def test_the_void_of_whole_numbers_needs_no_tag(tmp_path: Path) -> None:
    heights = ten_by_ten()
    heights[2:4, 2] = -32768
    terrain = read(write_tiff(tmp_path / "int.tif", heights, dtype="int16"))
    assert terrain.counts["cells_void"] == 2
    assert terrain.notices == ()


def test_of_several_bands_the_first_is_taken_and_this_is_said(tmp_path: Path) -> None:
    bands = np.stack([ten_by_ten(), 0 * ten_by_ten()])
    terrain = read(write_tiff(tmp_path / "two.tif", bands))
    assert height_at(terrain.tiles[0], *centre(3, 4)) == 134.0
    assert "2 bands" in str(terrain.notices[0])


def test_a_coloured_picture_is_no_terrain(tmp_path: Path) -> None:
    bands = np.stack([ten_by_ten()] * 3)
    path = write_tiff(tmp_path / "hillshade.tif", bands, dtype="uint8", photometric="RGB")
    assert "coloured picture" in fault_of(path, kind=InputInvalid)


def test_a_raster_without_a_crs_is_refused(tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "nowhere.tif", ten_by_ten(), crs=None)
    text = fault_of(path, kind=InputInvalid)
    assert "no coordinate reference system" in text
    assert "106.5" in text


def test_a_crs_of_a_building_site_is_refused(tmp_path: Path) -> None:
    local = 'LOCAL_CS["工地坐标",UNIT["metre",1],AXIS["Easting",EAST],AXIS["Northing",NORTH]]'
    path = write_tiff(tmp_path / "site.tif", ten_by_ten(), crs=local)
    assert "has no place on the earth" in fault_of(path, kind=InputInvalid)


def test_terrain_elsewhere_is_refused_with_both_boxes(tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "far.tif", ten_by_ten(), transform=(CELL, 0, 7.0, 0, -CELL, 44.0))
    text = fault_of(path, kind=InputInvalid)
    assert "7.0000…7.0100° E, 43.9900…44.0000° N" in text
    assert "106.5020…106.5080° E, 29.5920…29.5980° N" in text


def test_a_tile_elsewhere_beside_one_that_fits_is_left_out_and_said(tmp_path: Path) -> None:
    near = write_tiff(tmp_path / "near.tif", ten_by_ten())
    far = write_tiff(tmp_path / "far.tif", ten_by_ten(), transform=(CELL, 0, 7.0, 0, -CELL, 44.0))
    terrain = read(far, near)
    assert [tile.file for tile in terrain.tiles] == ["near.tif"]
    assert "does not reach the streets" in str(terrain.notices[0])


def test_a_place_that_the_crs_cannot_hold_is_elsewhere(tmp_path: Path) -> None:
    # Polar stereographic of the Antarctic, far from its own pole; and a grid at the antipode.
    path = write_tiff(
        tmp_path / "pole.tif", ten_by_ten(), crs="EPSG:3031", transform=(1000, 0, 0, 0, -1000, 0)
    )
    assert "does not reach the streets" in fault_of(path, kind=InputInvalid)


def test_a_grid_with_no_height_around_the_streets_is_refused(tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "void.tif", np.full((10, 10), -9999.0), nodata=-9999)
    assert "holds no height around the streets" in fault_of(path, kind=InputInvalid)


def test_files_that_are_no_terrain_are_refused_by_name(tmp_path: Path) -> None:
    assert "does not exist" in fault_of(tmp_path / "none.tif", kind=InputMissing)
    empty = tmp_path / "empty.tif"
    empty.write_bytes(b"")
    assert "is empty (0 bytes)" in fault_of(empty, kind=InputUnreadable)
    folder = tmp_path / "folder.tif"
    folder.mkdir()
    assert "is a folder" in fault_of(folder, kind=InputUnreadable)
    text = tmp_path / "text.tif"
    text.write_text("这不是高程", encoding="utf-8")
    assert "text.tif: cannot be read as a raster" in fault_of(text, kind=InputUnreadable)


def test_a_geotiff_cut_short_is_refused(tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "whole.tif", ten_by_ten())
    path.write_bytes(path.read_bytes()[:-200])
    assert "cannot be read as a raster" in fault_of(path, kind=InputUnreadable)


def test_a_list_of_other_files_is_not_followed(tmp_path: Path) -> None:
    write_tiff(tmp_path / "real.tif", ten_by_ten())
    path = tmp_path / "list.tif"
    path.write_text(
        '<VRTDataset rasterXSize="10" rasterYSize="10"><VRTRasterBand dataType="Float32" '
        'band="1"><SimpleSource><SourceFilename relativeToVRT="1">real.tif</SourceFilename>'
        "</SimpleSource></VRTRasterBand></VRTDataset>",
        encoding="utf-8",
    )
    assert "cannot be read as a raster" in fault_of(path, kind=InputUnreadable)


def test_the_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    bare = write_tiff(tmp_path / "bare.tif", ten_by_ten(), crs=None)
    text = fault_of(bare, tmp_path / "none.tif", kind=InputError)
    assert "bare.tif" in text
    assert "none.tif" in text


def test_of_a_very_fine_grid_every_second_cell_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rasters, "CELLS_LIMIT", 30)
    row, column = np.mgrid[0:10, 0:10]
    terrain = read(write_tiff(tmp_path / "fine.tif", 100.0 + row + column / 100))
    (tile,) = terrain.tiles
    assert tile.height_m.shape == (5, 5)
    assert "one cell in 2 × 2" in str(terrain.notices[0])
    # The cell that stands for a block of four is one of the four.
    assert height_at(tile, *centre(4, 4)) == pytest.approx(104.5, abs=0.6)


def test_samples_of_srtm_stand_on_whole_seconds(tmp_path: Path) -> None:
    path = tmp_path / "N29E106.hgt"
    path.write_bytes(hgt_bytes())
    (tile,) = read(path).tiles
    step = 1 / 1200
    # 106.505 is column 606, 29.595 is row 486 from the north.
    assert height_at(tile, 106 + 606 * step, 30 - 486 * step) == 486 + 2 * 606
    a, _, c, _, e, f = tile.transform
    first_column = round((c + a / 2 - 106) / step)
    first_row = round((30 - (f + e / 2)) / step)
    assert tile.height_m[0, 0] == first_row + 2 * first_column


def test_a_tile_of_one_second_and_lower_case_names_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "n29e106.HGT"
    path.write_bytes(hgt_bytes(3601))
    (tile,) = read(path).tiles
    assert tile.transform[0] == 1 / 3600


def test_south_and_west_are_negative(tmp_path: Path) -> None:
    path = tmp_path / "S31W052.hgt"
    path.write_bytes(hgt_bytes())
    terrain = read_terrain([path], bounds_lonlat=(-51.26, -30.11, -51.14, -30.0))
    step = 1 / 1200
    assert height_at(terrain.tiles[0], -52 + 900 * step, -30 - 60 * step) == 60 + 2 * 900


def test_a_zipped_tile_is_read_by_the_name_inside(tmp_path: Path) -> None:
    path = write_zip(
        tmp_path / "下载 (1).zip", readme_txt=b"x", N29E106_hgt=hgt_bytes(), N30E106_hgt=hgt_bytes()
    )
    terrain = read(path)
    assert len(terrain.tiles) == 1
    assert "N30E106.hgt" in str(terrain.notices[0]), "the other tile lies elsewhere"


def test_the_voids_of_srtm_are_voids_and_its_zeros_are_heights(tmp_path: Path) -> None:
    heights = np.zeros((1201, 1201), dtype=">i2")
    heights[486, 606] = -32768
    path = tmp_path / "N29E106.hgt"
    path.write_bytes(heights.tobytes())
    counts = read(path).counts
    assert counts["cells_void"] == 1
    assert counts["cells_zero_as_void"] == 0


def test_an_srtm_tile_of_voids_alone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "N29E106.hgt"
    path.write_bytes(hgt_bytes(void=True))
    assert "holds no height around the streets" in fault_of(path, kind=InputInvalid)


def test_broken_srtm_files_are_refused_by_name(tmp_path: Path) -> None:
    short = tmp_path / "N29E106.hgt"
    short.write_bytes(hgt_bytes()[:-2])
    text = fault_of(short, kind=InputUnreadable)
    assert "2,884,800 bytes" in text
    assert "2,884,802 bytes (1201 × 1201)" in text
    nameless = tmp_path / "chongqing.hgt"
    nameless.write_bytes(hgt_bytes())
    assert "does not say where the tile lies" in fault_of(nameless, kind=InputInvalid)
    no_zip = tmp_path / "N29E106.hgt.zip"
    no_zip.write_bytes(b"PK no zip at all")
    assert "cannot be unpacked" in fault_of(no_zip, kind=InputUnreadable)
    other = write_zip(tmp_path / "other.zip", dem_tif=b"x")
    text = fault_of(other, kind=InputUnreadable)
    assert "holds no .hgt file" in text
    assert "dem.tif" in text


def test_a_zip_that_would_fill_the_memory_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "bomb.zip", N29E106_hgt=bytes(50_000_000))
    assert "50,000,000 bytes" in fault_of(path, kind=InputUnreadable)


def test_a_zip_damaged_inside_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "N29E106.hgt.zip", N29E106_hgt=hgt_bytes())
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    path.write_bytes(raw)
    assert "cannot be unpacked" in fault_of(path, kind=InputUnreadable)
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["N29E106.hgt"]


@pytest.mark.shared_data
def test_the_sea_of_monaco_is_height_zero_and_its_rock_is_high(shared_data: Path) -> None:
    path = shared_data / "monaco" / "N43E007.hgt.zip"
    terrain = read_terrain([path], bounds_lonlat=(7.404, 43.722, 7.440, 43.752))
    (tile,) = terrain.tiles
    assert terrain.counts["cells_zero_as_void"] == 0
    assert height_at(tile, 7.4381, 43.7252) == 0.0, "the sea off the harbour"
    assert 40 <= height_at(tile, 7.4210, 43.7311) <= 70, "the rock with the palace, 60 m"


@pytest.mark.shared_data
def test_the_zeros_of_porto_alegre_are_water_or_outside(shared_data: Path) -> None:
    path = shared_data / "porto-alegre" / "elevation.tif"
    terrain = read_terrain([path], bounds_lonlat=(-51.2664, -30.1133, -51.1322, -29.9905))
    # The file has 19,588 zeros; the lake that leaves the grid is 19,485 of them, by sides alone.
    assert 19_485 <= terrain.counts["cells_zero_as_void"] <= 19_588
    assert terrain.counts["cells_void"] == terrain.counts["cells_zero_as_void"]
    assert np.isnan(height_at(terrain.tiles[0], -51.2500, -30.0500)), "the lake"
    assert any("taken as no data" in str(notice) for notice in terrain.notices)
