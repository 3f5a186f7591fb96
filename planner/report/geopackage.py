"""`results.gpkg`, and the same layers as shapefiles for those who ask."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import shapely

from planner.report.coordinates import output_crs, transform_geometry
from planner.report.layer_styles import write_styles
from planner.report.layers import Layer, make_layers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import ArrayLike

    from planner.domain.arrays import GeometryArray
    from planner.domain.evaluation import EvaluationRecords, ProposalRecords
    from planner.report.drawn_shapes import DrawnShapes

CREATED = "2020-01-01T00:00:00.000Z"
"""Written into the file, so that the same records give the same bytes."""

_DBF_NAME_BYTES = 10


def write_geopackage(
    records: EvaluationRecords,
    proposals: ProposalRecords | None,
    path: Path,
    *,
    shapes: DrawnShapes | None = None,
) -> None:
    """
    Write every layer of the contract into one GeoPackage, empty layers too, with their styles.

    Coordinates are in `[output] crs`, else the CRS of the centres, else EPSG:4490.
    The file is in rollback mode (no `-wal` beside it). `shapes` keeps outlines of gaps.

    Raises
    ------
    StudyKeyError
        If `[output] crs` is not known.
    """
    crs = output_crs(records)
    path.unlink(missing_ok=True)
    options = {
        "OGR_CURRENT_DATE": CREATED,
        "OGR_SQLITE_JOURNAL": "DELETE",
        # It is written aside and moved in when whole: waiting for the disk guards nothing.
        "OGR_SQLITE_SYNCHRONOUS": "OFF",
    }
    with gdal_options(options):
        for layer in make_layers(records, proposals, shapes):
            _write(layer, layer.columns, crs, path, layer=layer.name, driver="GPKG")
    write_styles(records, path, changed=CREATED)


def write_shapefiles(
    records: EvaluationRecords, proposals: ProposalRecords | None, folder: Path
) -> None:
    """
    Write the layers that hold anything as shapefiles in GBK, each with its `.cpg`.

    Field names are cut to ten bytes and made unique, as the format demands; the
    GeoPackage keeps the whole names.
    """
    crs = output_crs(records)
    folder.mkdir(exist_ok=True)
    with gdal_options({"DBF_DATE_LAST_UPDATE": CREATED[:10]}):
        for layer in make_layers(records, proposals):
            if not len(layer.geometry):
                continue
            columns = {
                short: _encodable(values)
                for short, values in zip(
                    _short_names(layer.columns), layer.columns.values(), strict=True
                )
            }
            path = folder / f"{layer.name}.shp"
            _write(
                layer,
                columns,
                crs,
                path,
                driver="ESRI Shapefile",
                encoding="GBK",
                DBF_DATE_LAST_UPDATE=CREATED[:10],
            )
            path.with_suffix(".cpg").write_text("GBK", encoding="ascii")


def _write(
    made: Layer, columns: dict[str, ArrayLike], crs: str, path: Path, **options: str
) -> None:
    geometry = transform_geometry(made.geometry, made.crs, crs)
    pyogrio.raw.write(
        str(path),
        _wkb(geometry),
        field_data=[np.asarray(values) for values in columns.values()],
        fields=np.array(list(columns), dtype=object),
        crs=crs,
        geometry_type=made.geometry_type,
        append=path.exists() and options["driver"] == "GPKG",
        promote_to_multi=False,
        nan_as_null=True,
        **options,
    )


def _wkb(geometry: GeometryArray) -> GeometryArray:
    found = np.empty(len(geometry), dtype=object)
    found[:] = list(shapely.to_wkb(geometry)) if len(geometry) else []
    return found


def _short_names(columns: dict[str, ArrayLike]) -> list[str]:
    found: list[str] = []
    for name in columns:
        short = _cut(name, _DBF_NAME_BYTES)
        count = 1
        while short in found:
            count += 1
            short = _cut(name, _DBF_NAME_BYTES - len(str(count)) - 1) + f"_{count}"
        found.append(short)
    return found


def _cut(name: str, n_bytes: int) -> str:
    return name.encode("gbk", errors="replace")[:n_bytes].decode("gbk", errors="ignore")


def _encodable(values: ArrayLike) -> ArrayLike:
    """Return text as GBK can hold it, `?` for what it cannot."""
    column = np.asarray(values)
    if column.dtype != object:
        return column
    found = np.empty(len(column), dtype=object)
    found[:] = [
        None if value is None else value.encode("gbk", errors="replace").decode("gbk")
        for value in column
    ]
    return found


@contextmanager
def gdal_options(options: dict[str, str]) -> Iterator[None]:
    """Set GDAL options for a while, then leave them as they were."""
    before = {name: pyogrio.get_gdal_config_option(name) for name in options}
    pyogrio.set_gdal_config_options(options)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)
