"""What was found in the streets, for the map's layer of checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from planner.report.findings import list_finding_places, tell_finding
from planner.report.map_places import finite
from planner.report.map_text import clean_text
from planner.report.words import LANGUAGES, Words

if TYPE_CHECKING:
    from planner.domain.arrays import GeometryArray, IntArray
    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.network import Streets
    from planner.report.map_plane import MapPlane

_SIMPLIFY_M: Final = 1.0
_CORNERS_LEAST: Final = 3


def describe_findings_on_map(records: EvaluationRecords, plane: MapPlane) -> dict[str, Any]:
    """
    Return what the layer of checks draws and tells.

    Returns
    -------
    findings
        `kinds`: each kind told in Chinese and in English, with the lines of its edges;
        `places`: rows of the kind's position, page pixels, name and numbers; `edge`: the edge
        of the street data. Empty where the streets were not looked over.
    """
    found = records.network_findings
    if found is None:
        return {"kinds": [], "places": [], "edge": ""}
    position = {one.kind: index for index, one in enumerate(found.findings)}
    rows = list_finding_places(records)
    pixels = plane.to_pixels(np.array([(row.x, row.y) for row in rows]).reshape(-1, 2)).tolist()
    corners = found.data_edge_xy
    hull = shapely.Polygon(corners) if len(corners) >= _CORNERS_LEAST else None
    return {
        "kinds": [
            {
                "kind": one.kind,
                "severity": one.severity,
                "count": one.count,
                "text": [tell_finding(one, found, Words(language)) for language in LANGUAGES],
                "lines": plane.pack_lines(_edge_lines(records.network.streets, one.edge_index)),
            }
            for one in found.findings
        ],
        "places": [
            {
                "kind": position[row.kind],  # type: ignore[index] # a row's kind is a finding's
                "x": x,
                "y": y,
                "name": clean_text(row.name) if row.named else "",
                "label": clean_text(row.label),
                "count": row.count,
                "length_m": finite(row.length_m),
                "edge_distance_m": finite(row.edge_distance_m),
                "persons": row.persons,
            }
            for row, (x, y) in zip(rows, pixels, strict=True)
        ],
        "edge": "" if hull is None else plane.pack_polygon(hull),
    }


def _edge_lines(streets: Streets, edges: IntArray) -> GeometryArray:
    """Return the drawn shapes of edges, pieces that follow each other joined."""
    if not len(edges):
        return np.empty(0, dtype=object)
    lines = [
        shapely.LineString(streets.shape_xy[first:stop])
        for first, stop in zip(
            streets.shape_indptr[edges].tolist(),
            streets.shape_indptr[edges + 1].tolist(),
            strict=True,
        )
    ]
    merged = shapely.line_merge(shapely.multilinestrings(lines))
    simple: GeometryArray = shapely.simplify(merged, _SIMPLIFY_M)
    return simple
