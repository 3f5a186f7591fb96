"""Parquet files: GeoParquet as tables of shapes, others as plain tables."""

from __future__ import annotations

import json
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.errors import Fault, InputInvalid, InputUnreadable
from planner.inputs.disguises import require_as_named
from planner.inputs.tables import SourceTable

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.arrays import GeometryArray


def read_parquet(path: Path) -> SourceTable:
    """
    Read a parquet file; with the metadata of GeoParquet, its shapes too.

    Parameters
    ----------
    path
        GDAL as it comes with pyogrio has no driver for it, so pyarrow is needed.

    Raises
    ------
    InputUnreadable
        If pyarrow is not installed, or the file is damaged.
    InputInvalid
        If it holds no rows.
    """
    if find_spec("pyarrow") is None:
        raise InputUnreadable(
            Fault(
                "reading parquet needs the library pyarrow, which is not installed",
                file=path.name,
                hint="install pyarrow, or save it as a GeoPackage",
            )
        )
    pa, pq = import_module("pyarrow"), import_module("pyarrow.parquet")
    require_as_named(path)
    try:
        arrow = pq.read_table(path)
        geo = _geo_metadata(arrow.schema.metadata)
        shapes, crs = (None, None) if geo is None else _shapes(arrow, geo)
        fields = [name for name in arrow.column_names if geo is None or name not in geo["columns"]]
        columns = tuple(_values(arrow.column(name)) for name in fields)
    except (pa.ArrowException, ValueError, KeyError, TypeError, OSError) as error:
        raise InputUnreadable(
            Fault(
                "cannot be read as GeoParquet",
                file=path.name,
                found=" ".join(str(error).split()),
                hint="it may be damaged: export it again",
            )
        ) from error
    if not arrow.num_rows:
        raise InputInvalid(Fault("holds no features", file=path.name, hint="is it the right file?"))
    return SourceTable(
        file=path.name,
        layer=None,
        headers=tuple(fields),
        columns=columns,
        row=tuple(range(1, arrow.num_rows + 1)),
        geometry=shapes,
        crs=crs,
    )


def _geo_metadata(metadata: dict[bytes, bytes] | None) -> dict[str, Any] | None:
    raw = (metadata or {}).get(b"geo")
    if raw is None:
        return None
    geo: dict[str, Any] = json.loads(raw)
    return geo


def _shapes(arrow: Any, geo: dict[str, Any]) -> tuple[GeometryArray, str | None]:  # noqa: ANN401 - pyarrow is untyped
    import shapely

    name = geo["primary_column"]
    column = geo["columns"][name]
    if column.get("encoding", "WKB") == "WKB":
        wkb = arrow.column(name).to_numpy(zero_copy_only=False)
        shapes = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
    else:
        import geopandas as gpd

        frame = gpd.GeoDataFrame.from_arrow(arrow)
        shapes = np.asarray(frame.geometry.to_numpy(), dtype=object)
    return shapes, _crs(column)


def _crs(column: dict[str, Any]) -> str | None:
    """Return the CRS of a column of shapes; where nothing is said, the format means OGC:CRS84."""
    from pyproj import CRS

    if "crs" not in column:
        return "EPSG:4326"
    stated = column["crs"]
    if stated is None:
        return None
    crs = CRS.from_user_input(stated if isinstance(stated, str) else json.dumps(stated))
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.to_wkt())


def _values(column: Any) -> list[object]:  # noqa: ANN401 - pyarrow is untyped
    types = import_module("pyarrow.types")
    kind = column.type
    if types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = kind.value_type
    if types.is_temporal(kind):
        column = column.cast("string")
    plain = not column.null_count and (types.is_integer(kind) or types.is_floating(kind))
    values: list[object] = column.to_numpy().tolist() if plain else column.to_pylist()
    return values
