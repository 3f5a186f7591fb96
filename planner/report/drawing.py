"""`results.dxf`: centres, isochrones, gaps and proposals as a drawing, with their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyproj
import shapely

from planner.report.coordinates import output_crs, transform_geometry
from planner.report.layers import make_layers
from planner.report.map_text import clean_text

if TYPE_CHECKING:
    from pathlib import Path

    from ezdxf.layouts import Modelspace

    from planner.domain.evaluation import EvaluationRecords, ProposalRecords
    from planner.report.layers import Layer

FONT: Final = "simsun.ttc"
"""SimSun, which every Chinese Windows has; a drawing program without it takes another."""

_COLOURS: Final = {
    "centres": (23, 36, 45),
    "isochrones": (0, 114, 178),
    "gaps": (138, 44, 100),
    "proposals": (201, 186, 0),
}
_TEXT_M: Final = 15.0
_CHINA: Final = (75, 135)
"""Central meridians of the three-degree zones of CGCS2000, EPSG:4534 to 4554."""
_FIRST_ZONE: Final = 4534


def write_dxf(records: EvaluationRecords, proposals: ProposalRecords | None, path: Path) -> None:
    """
    Write centres, isochrones, gaps and proposals as one drawing, a DXF layer each.

    A drawing is in metres: in `[output] crs` or the CRS of the centres where that is projected,
    else in the three-degree zone of CGCS2000 (outside China the UTM zone). The CRS stands among
    the drawing's properties.

    Raises
    ------
    StudyKeyError
        If `[output] crs` is not known.
    """
    from ezdxf import options
    from ezdxf.filemanagement import new

    crs = _metric(output_crs(records), records)
    # The same records give the same bytes: no date, no new identity.
    options.write_fixed_meta_data_for_testing = True
    drawing = new("R2004", units=6)
    # The code page of Chinese drawings; letters beyond it are written by their numbers.
    drawing.encoding = "gbk"
    drawing.header.custom_vars.append("CRS", crs)
    drawing.styles.add("planner", font=FONT)
    space = drawing.modelspace()
    for layer in make_layers(records, proposals):
        if layer.name in _COLOURS:
            drawing.layers.add(layer.name).rgb = _COLOURS[layer.name]
            _draw(space, layer, crs)
    drawing.saveas(path)


def _draw(space: Modelspace, layer: Layer, crs: str) -> None:
    attributes = {"layer": layer.name}
    for geometry, name in zip(
        transform_geometry(layer.geometry, layer.crs, crs), _names(layer), strict=True
    ):
        if shapely.is_empty(geometry) or geometry is None:
            continue
        if shapely.get_type_id(geometry) == shapely.GeometryType.POINT:
            at = (float(geometry.x), float(geometry.y))
            space.add_point(at, dxfattribs=attributes)
        else:
            at = _middle(geometry)
            for ring in shapely.get_rings(shapely.get_parts(geometry)):
                space.add_lwpolyline(
                    shapely.get_coordinates(ring)[:-1].tolist(), close=True, dxfattribs=attributes
                )
        if name:
            text = space.add_text(
                name, height=_TEXT_M, dxfattribs=attributes | {"style": "planner"}
            )
            text.set_placement((at[0] + _TEXT_M / 2, at[1] + _TEXT_M / 2))


def _middle(geometry: Any) -> tuple[float, float]:  # noqa: ANN401 -- shapely has no types
    point = shapely.point_on_surface(geometry)
    return float(point.x), float(point.y)


def _names(layer: Layer) -> list[str]:
    """Return what is written beside each thing: names, ids with persons; isochrones have none."""
    columns: dict[str, Any] = dict(layer.columns)
    count = len(layer.geometry)
    if layer.name == "isochrones":
        return [""] * count
    if layer.name == "gaps":
        told = zip(columns["gap_id"], columns["persons"], strict=True)
        return [f"{clean_text(str(name))} {persons:,.0f}" for name, persons in told]
    key = "name" if layer.name == "centres" else "proposal_id"
    return [clean_text(str(name)).replace("\n", " ") for name in columns[key]]


def _metric(crs: str, records: EvaluationRecords) -> str:
    """Return a CRS in metres for a drawing."""
    if pyproj.CRS.from_user_input(crs).is_projected:
        return crs
    west, south, east, north = records.network.streets.bounds_lonlat
    lon, lat = (west + east) / 2.0, (south + north) / 2.0
    meridian = int(np.clip(round(lon / 3.0) * 3, *_CHINA))
    if abs(lon - meridian) <= 1.5 and 15 <= lat <= 55:  # noqa: PLR2004 - the zones of China
        return f"EPSG:{_FIRST_ZONE + (meridian - _CHINA[0]) // 3}"
    zone = int((lon + 180.0) // 6) + 1
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"
