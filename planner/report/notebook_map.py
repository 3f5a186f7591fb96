"""`evaluation.map()`: a folium map for notebooks that needs no network either."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import branca.element
import folium
import jinja2
import numpy as np
import pyproj
import shapely

from planner.domain.shelf import Shelf
from planner.report.base_maps import choose_base_map
from planner.report.drawn_shapes import DrawnShapes
from planner.report.map_circles import unite_bands
from planner.report.map_page import read_leaflet, read_page_file, to_json
from planner.report.map_text import clean_text
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray
    from planner.domain.evaluation import EvaluationRecords, ProposalRecords

_DECIMALS: Final = 6
"""Of a degree: 0.1 m."""


def make_folium_map(
    records: EvaluationRecords, proposals: ProposalRecords | None = None
) -> folium.Map:
    """
    Make a folium map of the plan that shows itself in a notebook.

    Leaflet's files are written into it, so that it opens without a network. There are tiles
    only where `[output] base_map` asks for them; a base map whose key is not to be written is
    left out, as a notebook would keep the key. Every text of the data is put in as text, never
    as markup.

    Parameters
    ----------
    records, proposals
        The evaluation, and what siting adds to it.

    Returns
    -------
    map
        Life circles, gaps, people not covered, centres and proposals as layers.
    """
    shown = folium.Map(tiles=None, prefer_canvas=True, control_scale=True)
    # Folium's own links to script hosts; what they load is written into the page instead.
    shown.default_js = []
    shown.default_css = []
    script, style = read_leaflet()
    header = shown.get_root().header
    header.add_child(_text_element(f"<style>{style}</style>"), name="leaflet_style")
    header.add_child(_text_element(f"<script>{script}</script>"), name="leaflet_script")
    base_map = choose_base_map(records.settings.output)
    if base_map is not None and (base_map.key or not base_map.needs_key):
        for template in base_map.templates:
            folium.TileLayer(
                tiles=_safe_for_jinja(template.replace("{key}", base_map.key)),
                attr=clean_text(base_map.credit[0]),
                subdomains=list(base_map.subdomains),
                max_zoom=18,
                control=False,
            ).add_to(shown)
    layer = branca.element.MacroElement()
    layer._name = "PlannerLayer"  # noqa: SLF001 -- how folium elements are named
    layer.data = _safe_for_jinja(to_json(build_layers(records, proposals)))
    layer._template = jinja2.Template(  # noqa: SLF001 -- how folium elements are made
        "{% macro script(this, kwargs) %}\n"
        + read_page_file("notebook.js")
        + "\nshowLayers({{ this._parent.get_name() }}, {{ this.data }});\n{% endmacro %}"
    )
    shown.add_child(layer)
    return shown


def build_layers(records: EvaluationRecords, proposals: ProposalRecords | None) -> dict[str, Any]:
    """
    Build what the notebook's map draws, in degrees.

    Returns
    -------
    layers
        `bounds`; `circles`, `gaps`, `people`, `centres`, `proposals`: lists with shapes
        (GeoJSON) or places (latitude, longitude) and the text of their popups; `words`.
    """
    circles = records.judgements.rule_sets[0].life_circles
    english = records.settings.language == "en"
    words = {key: pair[english] for key, pair in json.loads(read_page_file("words.json")).items()}
    to_degrees = pyproj.Transformer.from_crs(
        records.network.streets.crs, "EPSG:4326", always_xy=True
    )
    order = sorted(range(len(circles)), key=lambda c: -circles[c].limit_s)
    plan = next(one for one in records.coverage.states if one.state == "plan")
    shapes = DrawnShapes(Shelf())
    bands = unite_bands(records, None, shapes)["plan"]
    longest = order[0]
    uncovered = plan.travel_time_s[longest] > circles[longest].limit_s + LIMIT_TOLERANCE_S
    people = np.flatnonzero(uncovered & (records.demand.persons > 0))
    return {
        "words": {key: words[f"layer_{key}"] for key in ("gaps", "uncovered", "centres")}
        | {"proposals": words["layer_proposals"]},
        "bounds": _bounds(records, to_degrees),
        "circles": [
            {
                "name": clean_text(circles[c].name_en if english else circles[c].name_zh),
                "near": c != longest,
                "shape": _to_geojson(bands[c], to_degrees),
            }
            for c in order
        ],
        "gaps": [
            {
                "shape": _to_geojson(
                    shapes.round_gap(records.demand, gap.demand_index), to_degrees
                ),
                "text": _lines(
                    words["gap"].format(gap.gap_id),
                    clean_text(gap.name),
                    words["people"].format(f"{gap.persons:,.0f}"),
                ),
            }
            for gap in records.coverage.gaps
            if gap.circle_id == circles[longest].circle_id
        ],
        "people": [
            [*place, round(float(persons), 2)]
            for place, persons in zip(
                _to_places(records.demand.xy[people], to_degrees),
                records.demand.persons[people],
                strict=True,
            )
        ],
        "centres": _describe_centres(records, words, to_degrees),
        "proposals": _describe_proposals(records, proposals, words, to_degrees),
    }


def _describe_centres(
    records: EvaluationRecords, words: dict[str, str], to_degrees: pyproj.Transformer
) -> list[dict[str, Any]]:
    circles = records.judgements.rule_sets[0].life_circles
    described = []
    for index, place in enumerate(_to_places(records.centres.xy, to_degrees)):
        centre = records.centres.centre[index]
        verdict = records.judgements.judgement[index].verdict
        reached = records.coverage.centres[index].persons_reached
        status = words[f"status_{centre.status or 'null'}"]
        described.append(
            {
                "place": place,
                "verdict": verdict,
                "closed": centre.status == "closed",
                "text": _lines(
                    clean_text(centre.name),
                    f"{words[verdict]} · {status}",
                    *(
                        words["within_minutes"].format(f"{circle.limit_s / 60:g}")
                        + ": "
                        + words["people"].format(f"{reached.get(circle.circle_id, 0.0):,.0f}")
                        for circle in circles
                    ),
                ),
            }
        )
    return described


def _describe_proposals(
    records: EvaluationRecords,
    proposals: ProposalRecords | None,
    words: dict[str, str],
    to_degrees: pyproj.Transformer,
) -> list[dict[str, Any]]:
    if proposals is None:
        return []
    circles = records.judgements.rule_sets[0].life_circles
    plan = proposals.plan.proposals
    places = _to_places(np.array([one.xy for one in plan]).reshape(-1, 2), to_degrees)
    return [
        {
            "place": place,
            "order": one.order,
            "text": _lines(
                words["proposal"].format(one.proposal_id),
                words.get(f"action_{one.action}", one.action),
                *(
                    words["gain_minutes"].format(f"{circle.limit_s / 60:g}")
                    + f": +{one.persons_gained.get(circle.circle_id, 0.0):,.0f}"
                    for circle in circles
                ),
            ),
        }
        for place, one in zip(places, plan, strict=True)
    ]


def _bounds(records: EvaluationRecords, to_degrees: pyproj.Transformer) -> list[list[float]]:
    places = np.concatenate([records.demand.xy, records.centres.xy])
    if not len(places):
        places = records.network.streets.node_xy
    degrees = np.array(_to_places(places, to_degrees))
    return [degrees.min(axis=0).tolist(), degrees.max(axis=0).tolist()]


def _to_places(xy: FloatArray, to_degrees: pyproj.Transformer) -> list[list[float]]:
    """Return latitude and longitude of points."""
    lon, lat = to_degrees.transform(xy[:, 0], xy[:, 1])
    return np.round(np.column_stack([lat, lon]), _DECIMALS).tolist()  # type: ignore[no-any-return] # lists of float


def _to_geojson(shape: Any, to_degrees: pyproj.Transformer) -> Any:  # noqa: ANN401 -- no types
    def move(xy: FloatArray) -> FloatArray:
        return np.round(np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1])), _DECIMALS)

    return json.loads(shapely.to_geojson(shapely.transform(shape, move)))


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _text_element(text: str) -> branca.element.Element:
    """Return an element whose text is never read as a template."""
    element = branca.element.Element(template="{{ this.text }}")
    element.text = text
    return element


def _safe_for_jinja(text: str) -> str:
    """
    Return JSON in which no name opens a template mark.

    Folium reads its scripts as templates a second time; in JSON two braces, or a brace
    and a sign, meet only inside strings.
    """
    return re.sub(r"\{(?=[{%#])", r"\\u007b", text)
