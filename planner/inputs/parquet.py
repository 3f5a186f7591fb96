"""GeoParquet files as tables of shapes."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import numpy as np

from planner.errors import Fault, InputUnreadable
from planner.inputs.tables import SourceTable

if TYPE_CHECKING:
    from pathlib import Path


def read_parquet(path: Path) -> SourceTable:
    """
    Read a GeoParquet file.

    Parameters
    ----------
    path
        A file with the metadata of GeoParquet; GDAL as it comes with pyogrio has no driver
        for it, so pyarrow is needed.

    Raises
    ------
    InputUnreadable
        If pyarrow is not installed, or the file is damaged or holds no shapes.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise InputUnreadable(
            Fault(
                "reading parquet needs the library pyarrow, which is not installed",
                file=path.name,
                hint="install pyarrow, or save the lines as a GeoPackage",
            )
        )
    import geopandas as gpd

    try:
        frame = gpd.read_parquet(path)
    except (ValueError, OSError) as error:
        raise InputUnreadable(
            Fault(
                "cannot be read as GeoParquet",
                file=path.name,
                found=" ".join(str(error).split()),
                hint="it may be damaged, or a parquet table without shapes",
            )
        ) from error
    shapes = frame.geometry.name
    fields = [column for column in frame.columns if column != shapes]
    return SourceTable(
        file=path.name,
        layer=None,
        headers=tuple(str(column) for column in fields),
        columns=tuple(
            frame[column].astype(object).where(frame[column].notna(), None).tolist()
            for column in fields
        ),
        row=tuple(range(1, len(frame) + 1)),
        geometry=np.asarray(frame.geometry.to_numpy(), dtype=object),
        crs=None if frame.crs is None else frame.crs.to_wkt(),
    )
