"""An explanation as a document and as files: `explain.geojson`, `explain.txt`."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from planner.errors import Fault, OutputLocked
from planner.report.explain_text import explain_text
from planner.report.staging import check_writable

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.explain import ExplainedCentre, ExplainedWalk, Explanation

SCHEMA: Final = "planner.explain/1"
_DECIMALS: Final = 7


def explanation_document(explanation: Explanation) -> dict[str, Any]:
    """
    Return an explanation as plain values that JSON holds.

    Unknown and infinite numbers are `None`; each walk has its line as lists of longitude
    and latitude.
    """
    document: dict[str, Any] = {"schema": SCHEMA}
    document |= _plain(dataclasses.asdict(explanation))
    for circle, record in zip(document["circles"], explanation.circles, strict=True):
        for walk, walked in zip(circle["walks"], record.walks, strict=True):
            walk["length_m"] = walked.length_m
    return document


def write_explanation(explanation: Explanation, folder: Path) -> tuple[Path, ...]:
    """
    Write the places and walks as GeoJSON (WGS 84), and the text.

    Returns
    -------
    paths
        `explain.geojson` and `explain.txt`.

    Raises
    ------
    OutputLocked, ReportError
        If the folder cannot be written.
    """
    check_writable(folder)
    collection = {"type": "FeatureCollection", "features": _features(explanation)}
    texts = {
        "explain.geojson": json.dumps(collection, ensure_ascii=False, indent=1) + "\n",
        "explain.txt": explain_text(explanation),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputLocked(
            Fault("the file cannot be written", file=str(error.filename), hint="close it first")
        ) from error
    return tuple(folder / name for name in texts)


def _features(explanation: Explanation) -> list[dict[str, Any]]:
    home = {
        "what": "home" if explanation.demand_id is not None else "point",
        "demand_id": explanation.demand_id,
        "persons": explanation.persons,
    } | {f"covered_{one.circle_id}": int(one.covered) for one in explanation.circles}
    features = [_feature("Point", [explanation.lon, explanation.lat], home)]
    walks: dict[int, list[tuple[ExplainedCentre, ExplainedWalk]]] = {}
    for circle in explanation.circles:
        if circle.centre is not None:
            walks[circle.centre.centre_index] = [(circle.centre, one) for one in circle.walks]
    for pairs in walks.values():
        centre = pairs[0][0]
        serves = [
            one.circle_id
            for one in explanation.circles
            if one.centre is not None and one.centre.centre_id == centre.centre_id
        ]
        told: dict[str, Any] = {"centre_id": centre.centre_id, "life_circles": ",".join(serves)}
        features.append(
            _feature(
                "Point",
                [centre.lon, centre.lat],
                {"what": "centre", "name": centre.name, "verdict": centre.verdict} | told,
            )
        )
        for _, walk in pairs:
            line = np.round(walk.lonlat, _DECIMALS).tolist()
            figures = {
                "what": "walk",
                "direction": walk.direction,
                "time_s": walk.travel_time_s,
                "length_m": walk.length_m,
            }
            features.append(_feature("LineString", line, figures | told))
    return features


def _feature(kind: str, coordinates: list[Any], properties: dict[str, Any]) -> dict[str, Any]:
    if kind == "Point":
        coordinates = [round(float(value), _DECIMALS) for value in coordinates]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value, in and out
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return np.round(value, _DECIMALS).tolist()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
