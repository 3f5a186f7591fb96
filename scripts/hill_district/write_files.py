"""The files of the demo study other than the streets, byte for byte repeatable."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import rasterio
import shapely
import xlsxwriter
from affine import Affine

from scripts.hill_district.plan import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from scripts.hill_district.settings import FloatArray

FIXED_DATE = "2025-01-01T00:00:00.000Z"
HEIGHT_SCALE = 0.1
HEIGHT_NODATA = -32768
SHEET = "布点规划"
WIDE = {
    "名称": 34,
    "建筑面积(㎡)": 14,
    "现状建筑面积(㎡)": 18,
    "其中便民服务中心面积(㎡)": 26,
    "建设时序": 20,
    "备注": 18,
}


def write_elevation(
    path: Path, heights: FloatArray, *, west: float, south: float, cell_m: float, crs: str
) -> None:
    """
    Write heights as whole decimetres, with the scale that makes them metres.

    Parameters
    ----------
    path
        Where to.
    heights : shape (n_rows, n_columns)
        Metres at the cell centres; the first row is the southernmost.
    west, south
        Centre of the first cell, metres.
    cell_m
        Cell size.
    crs
        Coordinate system of `west` and `south`.
    """
    rows, columns = heights.shape
    corner = Affine(cell_m, 0, west - cell_m / 2, 0, -cell_m, south + (rows - 0.5) * cell_m)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=rows,
        width=columns,
        count=1,
        dtype="int16",
        crs=crs,
        transform=corner,
        nodata=HEIGHT_NODATA,
        compress="deflate",
        predictor=2,
    ) as raster:
        raster.write(np.rint(heights[::-1] / HEIGHT_SCALE).astype("int16"), 1)
        raster.scales = (HEIGHT_SCALE,)
        raster.units = ("m",)
        raster.update_tags(TIFFTAG_IMAGEDESCRIPTION="示范数据 synthetic, CC0-1.0")


def write_population(path: Path, homes: pd.DataFrame) -> None:
    """
    Write the table of residential buildings.

    Parameters
    ----------
    path
        Where to.
    homes
        Columns are written as they are.
    """
    path.write_bytes(("\ufeff" + homes.to_csv(index=False, lineterminator="\n")).encode())


def write_polygons(
    path: Path, frame: gpd.GeoDataFrame, to_lonlat: Callable[[FloatArray], FloatArray]
) -> None:
    """
    Write polygons as a GeoPackage of one layer, named like the file, in EPSG:4490.

    Parameters
    ----------
    path
        Where to; a file that is there is replaced.
    frame
        Polygons in local metres.
    to_lonlat
        Turns local metres into longitude and latitude.
    """
    placed = frame.set_geometry(shapely.transform(frame.geometry.to_numpy(), to_lonlat))
    placed = placed.set_crs("EPSG:4490", allow_override=True)
    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options(
        {"OGR_CURRENT_DATE": FIXED_DATE, "OGR_SQLITE_JOURNAL": "DELETE"}
    )
    try:
        pyogrio.write_dataframe(
            placed,
            path,
            layer=path.stem,
            driver="GPKG",
            SPATIAL_INDEX="NO",
            layer_options={"DESCRIPTION": "示范数据 synthetic, CC0-1.0"},
        )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None, "OGR_SQLITE_JOURNAL": None})


def write_plan(path: Path, table: pd.DataFrame) -> None:
    """
    Write the layout plan: one sheet, one header row, no merged cells.

    Parameters
    ----------
    path
        Where to.
    table
        Columns as in `plan.COLUMNS`; None is a blank cell.
    """
    with xlsxwriter.Workbook(path) as book:
        book.set_properties(
            {
                "title": "山城示范区布点规划（示范数据 synthetic）",
                "comments": "程序生成的虚构数据，CC0-1.0",
                "created": dt.datetime(2025, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None),
            }
        )
        sheet = book.add_worksheet(SHEET)
        head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        for j, column in enumerate(COLUMNS):
            sheet.set_column(j, j, WIDE.get(column, 12))
            sheet.write_string(0, j, column, head)
            for i, value in enumerate(table[column], start=1):
                if value is not None:
                    sheet.write(i, j, value)
        sheet.freeze_panes(1, 2)
