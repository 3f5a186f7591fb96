"""Buildings and residential land, over which the people of polygons are shared."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from planner.domain.population import OTHER_USE, RESIDENTIAL, Buildings, LandParcels
from planner.errors import Fault
from planner.inputs.areas import read_polygons
from planner.inputs.cells import Measure
from planner.inputs.columns import PLACE_COLUMNS
from planner.inputs.file_read import account_for
from planner.inputs.population_uses import classify_uses
from planner.inputs.positions import place_rows
from planner.inputs.recognise import recognise_columns
from planner.inputs.tables import read_table
from planner.inputs.values import (
    list_rows,
    raise_if_any,
    read_number_column,
    read_text_column,
    unused_notice,
)

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.arrays import FloatArray, GeometryArray, Int32Array
    from planner.inputs.columns import Aliases
    from planner.inputs.tables import SourceTable

HOME_STOREY_M: Final = 3.0
"""Height of a storey of homes, where only the height of the building is stated."""
_POINT_OR_POLYGON: Final = (0, 3, 6)
_POLYGONS: Final = (3, 6)

BUILDING_COLUMNS: Final[Aliases] = {
    "use": (
        ("use", "用途", "建筑用途", "房屋用途", "使用性质", "建筑性质", "建筑功能", "主要用途"),
        ("building_use", "功能", "建筑类型", "fclass", "function", "landuse"),
        ("building", "类型", "type", "class"),
    ),
    "floor_area_m2": (
        ("floor_area_m2", "floor_area", "建筑面积", "总建筑面积", "gfa"),
        ("jzmj", "住宅建筑面积"),
    ),
    "floors": (
        ("floors", "层数", "楼层数", "总层数", "建筑层数", "地上层数"),
        ("building:levels", "levels", "storeys", "stories", "num_floors", "楼层", "floor"),
    ),
    "height_m": (("height_m", "height", "高度", "建筑高度", "楼高"),),
    **PLACE_COLUMNS,
}
LAND_COLUMNS: Final[Aliases] = {
    "use": (
        ("用地性质", "用地代码", "规划用地性质", "用地分类", "ydxz", "land_use", "landuse"),
        ("地类名称", "地类", "dlmc", "dlbm", "地类编码", "use", "用途"),
        ("类型", "type", "fclass", "代码", "code"),
    ),
}


def holds_buildings(table: SourceTable) -> bool:
    """Tell whether a file says of its rows how large they are as buildings."""
    found = recognise_columns(table.headers, BUILDING_COLUMNS, file=table.file, faults=[])
    return any(name in found for name in ("floors", "floor_area_m2", "height_m"))


def read_buildings(path: Path, *, layer: str | None = None, crs: str | None = None) -> Buildings:
    """
    Read buildings, and keep those that people may live in.

    Parameters
    ----------
    path
        A layer of polygons or points, or a table with coordinates. Columns, all optional: use,
        floor area, floors, height.
    layer, crs
        Which layer, and its CRS where it says none.

    Returns
    -------
    buildings
        Those of residential use, and those whose use is blank or says nothing; without any
        column of use, or where it never says anything, all of them count as residential, with a
        notice.

    Raises
    ------
    InputMissing, InputUnreadable
        If there is no such file, or it cannot be read.
    InputInvalid
        With every fault: no CRS, other shapes, or uses none of which is residential.
    """
    table = read_table(path, BUILDING_COLUMNS, layer=layer)
    table = replace(table, crs=crs or table.crs)
    faults, notices = list(table.faults), list(table.notices)
    columns = recognise_columns(
        table.headers,
        BUILDING_COLUMNS,
        cut_names=table.cut_names,
        file=table.file,
        layer=table.layer,
        faults=faults,
    )
    geometry, crs = _shapes(table, columns, faults, notices)
    use = _read_use(table, columns.get("use"), faults, notices)
    floor_area_m2 = np.full(len(table.row), np.nan)
    units: dict[int, str] = {}
    if "floor_area_m2" in columns:
        index = columns["floor_area_m2"]
        column = read_number_column(table, index, Measure.AREA, faults=faults)
        floor_area_m2, units[index] = column.values, column.unit  # noqa: PD011 - no frame
    floors = _read_floors(table, columns, notices)
    used = set(columns.values())
    notices += unused_notice(table, used)
    raise_if_any(faults, notices)
    drawn = np.array([shape is not None for shape in geometry], dtype=np.bool_)
    kept = drawn & (use != OTHER_USE)
    return Buildings(
        geometry=geometry[kept],
        crs=crs,
        use=use[kept],
        floor_area_m2=floor_area_m2[kept],
        floors=floors[kept],
        every=geometry[drawn],
        row=tuple(row for row, own in zip(table.row, kept.tolist(), strict=True) if own),
        file=table.file,
        notices=tuple(notices),
        read=account_for(
            table, "buildings", columns, used, crs=crs, units=units, aliases=BUILDING_COLUMNS
        ),
    )


def read_residential_land(path: Path) -> LandParcels:
    """
    Read parcels of land, and keep those of residential use.

    Parameters
    ----------
    path
        A layer of polygons, with a column of use: words, or codes such as R2 and 0701.

    Raises
    ------
    InputMissing, InputUnreadable
        If there is no such file, or it cannot be read.
    InputInvalid
        With every fault: no CRS, shapes that are not polygons, uses none of which is residential.
    """
    return _read_land(path, every_use=False)


def read_built_up_land(path: Path) -> LandParcels:
    """
    Read built-up land: every polygon of a layer, whatever its use.

    Raises
    ------
    InputMissing, InputUnreadable
        If there is no such file, or it cannot be read.
    InputInvalid
        With every fault: no CRS, shapes that are not polygons.
    """
    return _read_land(path, every_use=True)


def _read_land(path: Path, *, every_use: bool) -> LandParcels:
    table = read_table(path, LAND_COLUMNS)
    faults, notices = list(table.faults), list(table.notices)
    columns = recognise_columns(
        table.headers,
        LAND_COLUMNS,
        cut_names=table.cut_names,
        file=table.file,
        layer=table.layer,
        faults=faults,
    )
    geometry = read_polygons(table, faults, notices)
    kept = np.array([shape is not None for shape in geometry], dtype=np.bool_)
    if not every_use:
        kept &= _read_use(table, columns.get("use"), faults, notices) == RESIDENTIAL
    used = set(columns.values())
    notices += unused_notice(table, used)
    raise_if_any(faults, notices)
    return LandParcels(
        geometry=geometry[kept],
        crs=table.crs or "",
        file=table.file,
        notices=tuple(notices),
        read=account_for(table, "land", columns, used, crs=table.crs or "", aliases=LAND_COLUMNS),
    )


def _shapes(
    table: SourceTable, columns: dict[str, int], faults: list[Fault], notices: list[Fault]
) -> tuple[GeometryArray, str]:
    """Return a point or polygon for each row, `None` where it has none, and their CRS."""
    if table.geometry is None:
        positions = place_rows(table, columns, crs=table.crs, polygons="inside", faults=faults)
        notices += positions.notices
        points: GeometryArray = shapely.points(np.nan_to_num(positions.xy))
        points[positions.blank] = None
        _tell_dropped(table, points, notices)
        return points, positions.crs
    if table.crs is None:
        faults.append(
            Fault(
                "the layer has no CRS: it does not say what its coordinates are in",
                file=table.file,
                layer=table.layer,
                hint="save it again with its CRS (a Shapefile needs its .prj)",
            )
        )
    shapes: GeometryArray = shapely.force_2d(table.geometry)
    kinds = shapely.get_type_id(shapes)
    filled = (kinds >= 0) & ~shapely.is_empty(shapes)
    other = filled & ~np.isin(kinds, _POINT_OR_POLYGON)
    if other.any():
        faults.append(
            Fault(
                "holds shapes that are neither polygons nor points",
                file=table.file,
                layer=table.layer,
                row=list_rows([table.row[i] for i in np.flatnonzero(other).tolist()]),
                expected="buildings as polygons or points",
            )
        )
    crooked = np.isin(kinds, _POLYGONS) & ~shapely.is_valid(shapes)
    shapes[crooked] = shapely.make_valid(shapes[crooked])
    shapes[~filled] = None
    _tell_dropped(table, shapes, notices)
    return shapes, table.crs or ""


def _tell_dropped(table: SourceTable, shapes: GeometryArray, notices: list[Fault]) -> None:
    rows = [row for row, shape in zip(table.row, shapes, strict=True) if shape is None]
    if rows:
        notices.append(
            Fault(
                f"{len(rows)} buildings without a place were dropped",
                file=table.file,
                layer=table.layer,
                row=list_rows(rows),
            )
        )


def _read_use(
    table: SourceTable, index: int | None, faults: list[Fault], notices: list[Fault]
) -> Int32Array:
    words = read_text_column(table, index)
    use = classify_uses(words)
    if (use == RESIDENTIAL).any():
        homes = sorted({word for word, kind in zip(words, use, strict=True) if kind == RESIDENTIAL})
        notices.append(
            Fault(
                f"{int((use == RESIDENTIAL).sum()):,} of {len(use):,} rows are residential",
                file=table.file,
                layer=table.layer,
                found=", ".join(homes[:10]) + (", …" if len(homes) > 10 else ""),  # noqa: PLR2004 - so many are shown
            )
        )
        return use
    if not (use == OTHER_USE).any():
        notices.append(
            Fault(
                "nothing says what they are used for: all are taken as residential",
                file=table.file,
                layer=table.layer,
                hint="add a column of use, 用途, with 住宅 or residential where people live",
            )
        )
        return np.full(len(use), RESIDENTIAL, dtype=np.int32)
    met = [word for word, _ in Counter(word for word in words if word).most_common(10)]
    faults.append(
        Fault(
            "none of the rows is residential",
            file=table.file,
            layer=table.layer,
            field=None if index is None else table.headers[index],
            found=", ".join(met),
            expected="住宅, 居住, residential, apartments, R2, 0701, … where people live",
            hint="is it the right layer, and the right column?",
        )
    )
    return use


def _read_floors(table: SourceTable, columns: dict[str, int], notices: list[Fault]) -> FloatArray:
    """Return the floors of each building, by its height where they are not stated."""
    floors = _numbers(table, columns.get("floors"), notices)
    height_m = _numbers(table, columns.get("height_m"), notices)
    by_height = np.isnan(floors) & ~np.isnan(height_m)
    floors[by_height] = np.maximum(np.round(height_m[by_height] / HOME_STOREY_M), 1.0)
    if by_height.any():
        notices.append(
            Fault(
                f"the floors of {int(by_height.sum())} buildings are taken from their height, "
                f"{HOME_STOREY_M:g} m each",
                file=table.file,
                layer=table.layer,
            )
        )
    return floors


def _numbers(table: SourceTable, index: int | None, notices: list[Fault]) -> FloatArray:
    """Read numbers above 0; what is none is as good as blank, and counted."""
    if index is None:
        return np.full(len(table.row), np.nan)
    cells = pd.Series(list(table.columns[index]), dtype=object)
    texts = cells.astype("string").str.strip().str.removesuffix("层").str.removesuffix("m")
    values = np.array(pd.to_numeric(texts, errors="coerce"), dtype=np.float64)
    values[~(np.isfinite(values) & (values > 0.0))] = np.nan
    wrong = np.isnan(values) & np.array(texts.fillna("") != "", dtype=np.bool_)
    if wrong.any():
        notices.append(
            Fault(
                f"{int(wrong.sum())} cells are no number above 0: taken as blank",
                file=table.file,
                layer=table.layer,
                row=list_rows([table.row[i] for i in np.flatnonzero(wrong).tolist()]),
                field=table.headers[index],
            )
        )
    return values
