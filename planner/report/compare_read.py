"""A result folder back to records, for a comparison."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyogrio
import shapely

from planner.domain.comparison import ResultCentre
from planner.errors import Fault, InputMissing, InputUnreadable
from planner.report.coordinates import DEGREES, transform_geometry
from planner.report.manifest import list_damage, read_manifest

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.arrays import BoolArray, FloatArray, GeometryArray

_HINT = "run the study again into this folder"


@dataclass(frozen=True, slots=True)
class ResultDemand:
    """
    The demand of a result.

    `covered` and `time_s` are by circle id, shape (n_demand,); times are NaN beyond the
    search; `lonlat` is degrees, shape (n_demand, 2).
    """

    demand_id: tuple[str, ...]
    persons: FloatArray
    lonlat: FloatArray
    covered: dict[str, BoolArray]
    time_s: dict[str, FloatArray]


@dataclass(frozen=True, slots=True)
class Result:
    """What a run left in a folder, as far as a comparison needs it."""

    folder: Path
    summary: dict[str, Any]
    manifest: dict[str, Any]
    centres: tuple[ResultCentre, ...]
    demand: ResultDemand
    crs: str

    @property
    def limits_s(self) -> dict[str, float]:
        """The limit of each life circle."""
        return {one["id"]: float(one["limit_s"]) for one in self.summary["life_circles"]}


def read_result(folder: Path) -> Result:
    """
    Read a result folder that is whole.

    Raises
    ------
    InputMissing
        If there is no such folder, or no result in it.
    InputUnreadable
        If an output is missing, or is not what the run wrote.
    """
    if not folder.is_dir():
        raise InputMissing(Fault("the folder does not exist", file=str(folder)))
    manifest = read_manifest(folder)
    if manifest is None:
        raise InputMissing(
            Fault(
                "there is no whole result in the folder: it has no manifest.json",
                file=str(folder),
                hint="give the folder that `planner run --out` wrote",
            )
        )
    damaged = list_damage(folder, manifest)
    if damaged:
        text = "the output is missing or was changed since"
        raise InputUnreadable(
            [Fault(text, file=str(folder / name), hint=_HINT) for name in damaged]
        )
    try:
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        circles = [one["id"] for one in summary["life_circles"]]
        database = folder / "results.gpkg"
        return Result(
            folder=folder,
            summary=summary,
            manifest=manifest,
            centres=_read_centres(database),
            demand=_read_demand(database, circles),
            crs=str(pyogrio.read_info(database, layer="centres")["crs"]),
        )
    except (OSError, ValueError, KeyError, pyogrio.errors.DataSourceError) as error:
        raise InputUnreadable(
            Fault(
                f"the result cannot be read: {type(error).__name__}: {error}",
                file=str(folder),
                hint="it may come from another version of the planner; " + _HINT,
            )
        ) from error


def _read_layer(database: Path, layer: str) -> tuple[dict[str, Any], GeometryArray]:
    """Return the columns of a layer by name, and its geometry in degrees."""
    meta, _, wkb, columns = pyogrio.raw.read(database, layer=layer)
    geometry = shapely.from_wkb(wkb)
    return (
        dict(zip(meta["fields"].tolist(), columns, strict=True)),
        transform_geometry(geometry, str(meta["crs"]), DEGREES),
    )


def _text(value: object) -> str | None:
    return None if value is None or value == "" else str(value)


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _read_centres(database: Path) -> tuple[ResultCentre, ...]:
    columns, geometry = _read_layer(database, "centres")
    lonlat = shapely.get_coordinates(geometry)
    return tuple(
        ResultCentre(
            centre_id=str(columns["centre_id"][row]),
            name=str(columns["name"][row] or ""),
            verdict=_text(columns["verdict"][row]),
            level=_text(columns["level"][row]),
            kind=_text(columns["kind"][row]),
            status=_text(columns["status"][row]),
            floor_area_m2=_number(columns["floor_area_m2"][row]),
            convenience_area_m2=_number(columns["convenience_area_m2"][row]),
            lon=float(lon),
            lat=float(lat),
            district=_text(columns["district"][row]),
            street=_text(columns["street"][row]),
        )
        for row, (lon, lat) in enumerate(lonlat)
    )


def _read_demand(database: Path, circles: list[str]) -> ResultDemand:
    columns, geometry = _read_layer(database, "demand")
    return ResultDemand(
        demand_id=tuple(str(one) for one in columns["demand_id"]),
        persons=np.asarray(columns["persons"], dtype=np.float64),
        lonlat=shapely.get_coordinates(geometry),
        covered={one: np.asarray(columns[f"covered_{one}"]) == 1 for one in circles},
        time_s={one: np.asarray(columns[f"time_s_{one}"], dtype=np.float64) for one in circles},
    )
