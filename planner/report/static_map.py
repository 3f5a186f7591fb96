"""The static map for documents: streets, isochrones, verdicts, gaps, proposals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path as DrawnPath

from planner.domain.standard import VERDICTS
from planner.report.chart_frame import (
    CIRCLE_FILLS,
    CIRCLE_LINES,
    DPI,
    INK,
    PAPER,
    PROPOSAL,
    UNCOVERED,
    VERDICT_COLOURS,
    add_legend,
    new_figure,
    write_titles,
)
from planner.report.drawn_shapes import tolerance_m
from planner.report.formats import format_persons_short
from planner.units import LIMIT_TOLERANCE_S

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.figure import Figure

    from planner.domain.arrays import BoolArray, FloatArray
    from planner.domain.evaluation import EvaluationRecords, ProposalRecords
    from planner.domain.standard import LifeCircle
    from planner.report.drawn_shapes import DrawnShapes
    from planner.report.lettering import Lettering

_PAGE_IN = (11.0, 7.6)
_FRAME = (0.03, 0.12, 0.72, 0.79)
_FRAME_RATIO = (_PAGE_IN[0] * _FRAME[2]) / (_PAGE_IN[1] * _FRAME[3])
_FRAME_PIXELS = _PAGE_IN[0] * _FRAME[2] * DPI
_MARGIN_SHARE = 0.05
_LEAST_SPAN_M = 500.0
_GAPS_LABELLED = 12
_GAP_MARGIN_M = 50.0
_DOTS_DRAWN_ROUND = 20_000
_SHAPES = {"pass": "o", "fail": "s", "cannot_tell": "D", "not_applicable": "o"}
_SYMBOLS_ONE_SIZE = 60


def draw_map(
    records: EvaluationRecords,
    proposals: ProposalRecords | None,
    circle: LifeCircle,
    lettering: Lettering,
    lines: list[str],
    shapes: DrawnShapes,
) -> Figure:
    """
    Draw the plan's coverage by one circle, the shorter circles inside it.

    Parameters
    ----------
    records, proposals
        What was found.
    circle
        The circle whose uncovered people and gaps are shown.
    lettering
        Fonts and words.
    lines
        What stands under the map.
    shapes
        Keeps what several maps draw.
    """
    figure = new_figure(*_PAGE_IN)
    axes = figure.add_axes(_FRAME)
    extent = _extent(records, proposals)
    axes.set_xlim(extent[0], extent[2])
    axes.set_ylim(extent[1], extent[3])
    axes.set_aspect("equal", adjustable="box")
    axes.set_facecolor(PAPER)
    axes.set_xticks([])
    axes.set_yticks([])
    _draw_isochrones(axes, records, shapes, pixel_m=(extent[2] - extent[0]) / _FRAME_PIXELS)
    _draw_streets(axes, records, extent)
    _draw_uncovered(axes, records, circle)
    _draw_gaps(axes, records, circle, lettering, shapes)
    _draw_centres(axes, records)
    if proposals is not None:
        _draw_proposals(axes, proposals, lettering)
    _draw_scale(axes, lettering)
    write_titles(
        figure, lettering, lettering.words("figure.map", circle=lettering.words.of(circle)), lines
    )
    add_legend(
        figure,
        lettering,
        handles=_legend_handles(records, proposals, lettering),
        loc="upper left",
        bbox_to_anchor=(0.755, 0.91),
        labelspacing=0.9,
    )
    return figure


def _circles(records: EvaluationRecords) -> tuple[LifeCircle, ...]:
    return records.judgements.rule_sets[0].life_circles


def _rank(records: EvaluationRecords) -> list[int]:
    """Return for each circle its place by length, the shortest 0, at most the colours there are."""
    limits = sorted({circle.limit_s for circle in _circles(records)})
    return [min(limits.index(c.limit_s), len(CIRCLE_FILLS) - 1) for c in _circles(records)]


def _extent(
    records: EvaluationRecords, proposals: ProposalRecords | None
) -> tuple[float, float, float, float]:
    parts = [records.demand.xy, records.centres.xy]
    if proposals is not None:
        parts.append(np.array([one.xy for one in proposals.plan.proposals]).reshape(-1, 2))
    places = np.concatenate([np.asarray(part).reshape(-1, 2) for part in parts])
    if not len(places):
        places = records.network.streets.node_xy
    low, high = places.min(axis=0), places.max(axis=0)
    margin = np.maximum((high - low) * _MARGIN_SHARE, _LEAST_SPAN_M / 2.0)
    middle, half = (low + high) / 2.0, (high - low) / 2.0 + margin
    # The frame has a shape of its own: the shorter side of the extent is let out to it.
    half = np.maximum(half, half[::-1] * (_FRAME_RATIO, 1.0 / _FRAME_RATIO))
    west, south = middle - half
    east, north = middle + half
    return float(west), float(south), float(east), float(north)


def _serving(records: EvaluationRecords, circle: LifeCircle) -> BoolArray:
    """Tell which centres serve a circle in the plan."""
    return np.array(
        [
            centre.status != "closed"
            and any(
                centre.kind == kind and centre.level in {None, level}
                for level, kind in circle.serves
            )
            for centre in records.centres.centre
        ],
        dtype=bool,
    )


def _draw_isochrones(
    axes: Any,  # noqa: ANN401 -- matplotlib's
    records: EvaluationRecords,
    shapes: DrawnShapes,
    *,
    pixel_m: float,
) -> None:
    """
    Fill opaque, the longest circle first: where pictures overlap nothing darkens.

    `add_artist`, unlike `add_patch`, does not walk every vertex for limits already set.
    """
    ranks = _rank(records)
    order = sorted(range(len(ranks)), key=lambda index: -_circles(records)[index].limit_s)
    for index in order:
        circle, drawn = _circles(records)[index], records.isochrones[index].geometry
        drawn = drawn[_serving(records, circle)]
        filled: Iterable[Any] = drawn
        if tolerance_m(circle.limit_s) <= pixel_m:
            drawn = shapes.simplify(drawn, circle.limit_s)
            filled = [shapes.unite(drawn)]
        fill = {"facecolor": CIRCLE_FILLS[ranks[index]], "edgecolor": "none"}
        line = {"fill": False, "edgecolor": CIRCLE_LINES[ranks[index]], "linewidth": 0.35}
        for style, shown in ((fill, filled), (line, drawn)):
            for path in (shapes.path(shape, make_path) for shape in shown):
                if path is not None:
                    axes.add_artist(PathPatch(path, **style))


def make_path(geometry: shapely.Geometry) -> DrawnPath | None:
    """Return polygons as one path, holes wound the other way round so that they stay open."""
    parts = shapely.get_parts(geometry)
    polygons = [part for part in parts if isinstance(part, shapely.Polygon) and not part.is_empty]
    if not polygons:
        return None
    _, vertices, offsets = shapely.to_ragged_array(shapely.orient_polygons(polygons))
    rings = offsets[0]
    codes = np.full(len(vertices), DrawnPath.LINETO, dtype=np.uint8)
    codes[rings[:-1]] = DrawnPath.MOVETO
    codes[rings[1:] - 1] = DrawnPath.CLOSEPOLY
    return DrawnPath(vertices, codes)


def _draw_streets(
    axes: Any,  # noqa: ANN401 -- matplotlib's
    records: EvaluationRecords,
    extent: tuple[float, float, float, float],
) -> None:
    """Draw all streets of the extent as one path: a city is drawn in a fraction of a second."""
    streets = records.network.streets
    starts = streets.shape_indptr[:-1]
    if not len(starts):
        return
    xy = streets.shape_xy
    low = np.minimum.reduceat(xy, starts, axis=0)
    high = np.maximum.reduceat(xy, starts, axis=0)
    west, south, east, north = extent
    shown = (high >= (west, south)).all(axis=1) & (low <= (east, north)).all(axis=1)
    counts = np.diff(streets.shape_indptr)
    if not shown.any():
        return
    codes = np.full(len(xy), DrawnPath.LINETO, dtype=np.uint8)
    codes[starts] = DrawnPath.MOVETO
    kept = np.repeat(shown, counts)
    axes.add_artist(
        PathPatch(DrawnPath(xy[kept], codes[kept]), fill=False, edgecolor="#8B979F", linewidth=0.35)
    )


def _uncovered(records: EvaluationRecords, circle: LifeCircle) -> BoolArray:
    plan = next(state for state in records.coverage.states if state.state == "plan")
    position = [one.circle_id for one in plan.life_circles].index(circle.circle_id)
    far: BoolArray = plan.travel_time_s[position] > circle.limit_s + LIMIT_TOLERANCE_S
    return far


def _draw_uncovered(axes: Any, records: EvaluationRecords, circle: LifeCircle) -> None:  # noqa: ANN401 -- matplotlib's
    far = _uncovered(records, circle) & (records.demand.persons > 0)
    xy = np.asarray(records.demand.xy)[far]
    if len(xy) > _DOTS_DRAWN_ROUND:
        axes.plot(xy[:, 0], xy[:, 1], ",", color=UNCOVERED)
        return
    size = 0.4 + 9.0 * records.demand.persons[far] / records.demand.persons.max(initial=1.0)
    axes.scatter(xy[:, 0], xy[:, 1], s=size, color=UNCOVERED, linewidths=0, zorder=3)


def _draw_gaps(
    axes: Any,  # noqa: ANN401 -- matplotlib's
    records: EvaluationRecords,
    circle: LifeCircle,
    lettering: Lettering,
    shapes: DrawnShapes,
) -> None:
    gaps = [gap for gap in records.coverage.gaps if gap.circle_id == circle.circle_id]
    for position, gap in enumerate(gaps):
        hull = shapes.hull_gap(records.demand, gap.demand_index, margin_m=_GAP_MARGIN_M)
        path = shapes.path(hull, make_path)
        if path is not None:
            axes.add_artist(
                PathPatch(
                    path, fill=False, edgecolor="#8A2C64", linewidth=1.0, linestyle="--", zorder=4
                )
            )
        if position < _GAPS_LABELLED:
            axes.annotate(
                lettering.drawable(
                    f"{gap.gap_id} {format_persons_short(gap.persons, lettering.words.language)}"
                ),
                gap.xy,
                xytext=(0, 9),
                textcoords="offset points",
                ha="center",
                fontproperties=lettering.font(7),
                color="white",
                bbox={"boxstyle": "round,pad=0.25", "facecolor": "#8A2C64", "linewidth": 0},
                zorder=6,
                parse_math=False,
            )


def _draw_centres(axes: Any, records: EvaluationRecords) -> None:  # noqa: ANN401 -- matplotlib's
    xy = np.asarray(records.centres.xy).reshape(-1, 2)
    verdicts = np.array([judgement.verdict for judgement in records.judgements.judgement])
    size = _SYMBOLS_ONE_SIZE if len(xy) <= _SYMBOLS_ONE_SIZE else _SYMBOLS_ONE_SIZE / 3
    for verdict in reversed(VERDICTS):
        here = xy[verdicts == verdict] if len(xy) else xy
        hollow = verdict == "not_applicable"
        axes.scatter(
            here[:, 0],
            here[:, 1],
            s=size,
            marker=_SHAPES[verdict],
            facecolor=VERDICT_COLOURS[verdict],
            edgecolor="#68747D" if hollow else "white",
            linewidths=1.6 if hollow else 0.8,
            zorder=5,
        )


def _draw_proposals(axes: Any, proposals: ProposalRecords, lettering: Lettering) -> None:  # noqa: ANN401 -- matplotlib's
    xy: FloatArray = np.array([one.xy for one in proposals.plan.proposals]).reshape(-1, 2)
    axes.scatter(xy[:, 0], xy[:, 1], s=130, marker="v", facecolor=PROPOSAL, edgecolor=INK, zorder=7)
    for one in proposals.plan.proposals:
        axes.annotate(
            str(one.order),
            one.xy,
            ha="center",
            va="center",
            fontproperties=lettering.font(6.5, bold=True),
            color=INK,
            zorder=8,
        )


def _draw_scale(axes: Any, lettering: Lettering) -> None:  # noqa: ANN401 -- matplotlib's
    """Draw a bar of a round length, about a fifth of the map, and north."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    wanted = (east - west) / 5.0
    power = 10.0 ** math.floor(math.log10(wanted))
    length = max(step * power for step in (1, 2, 5) if step * power <= wanted)
    x, y = west + (east - west) * 0.03, south + (north - south) * 0.035
    axes.plot([x, x + length], [y, y], color=INK, linewidth=2.2, solid_capstyle="butt", zorder=9)
    text = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"  # noqa: PLR2004 -- metres a km
    style: dict[str, Any] = {"color": INK, "zorder": 9, "ha": "center"}
    axes.annotate(
        text, (x + length / 2, y), xytext=(0, 4), textcoords="offset points",
        fontproperties=lettering.font(8), **style,
    )  # fmt: skip
    axes.annotate(
        lettering.words("figure.north"),
        xy=(0.972, 0.975),
        xytext=(0.972, 0.905),
        xycoords="axes fraction",
        va="top",
        fontproperties=lettering.font(9, bold=True),
        arrowprops={"arrowstyle": "-|>", "color": INK},
        **style,
    )


def _legend_handles(
    records: EvaluationRecords, proposals: ProposalRecords | None, lettering: Lettering
) -> list[Any]:
    words = lettering.words
    verdicts = [judgement.verdict for judgement in records.judgements.judgement]

    def symbol(marker: str, face: str, edge: str, label: str, size: float = 7.0) -> Line2D:
        return Line2D(
            [], [], linestyle="none", marker=marker, markerfacecolor=face, markeredgecolor=edge,
            markersize=size, label=lettering.drawable(label),
        )  # fmt: skip

    handles: list[Any] = [
        Patch(facecolor=CIRCLE_FILLS[rank], edgecolor=CIRCLE_LINES[rank], label=words.of(circle))
        for circle, rank in zip(_circles(records), _rank(records), strict=True)
    ]
    for handle in handles:
        handle.set_label(lettering.drawable(handle.get_label()))
    handles += [
        symbol(
            _SHAPES[verdict],
            VERDICT_COLOURS[verdict],
            "#68747D",
            f"{words.named('verdict', verdict)} {verdicts.count(verdict)}",
        )
        for verdict in VERDICTS
    ]
    handles += [
        symbol("o", UNCOVERED, UNCOVERED, words("col.gap_persons"), 3.0),
        Patch(fill=False, edgecolor="#8A2C64", linestyle="--", label=words("sheet.gaps")),
    ]
    if proposals is not None:
        handles.append(symbol("v", PROPOSAL, INK, words("sheet.proposals"), 9.0))
    handles.append(Line2D([], [], color="#8B979F", linewidth=0.8, label=words("figure.streets")))
    return handles
