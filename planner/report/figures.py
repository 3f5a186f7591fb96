"""Static figures for documents: `figures/*.png`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from planner.domain.shelf import Shelf
from planner.domain.standard import VERDICTS
from planner.errors import Fault, ReportError
from planner.report.chart_frame import (
    CIRCLE_FILLS,
    CIRCLE_LINES,
    INK,
    INK_SOFT,
    VERDICT_COLOURS,
    add_legend,
    letter_axis,
    new_figure,
    plain_axes,
    save,
    write_titles,
)
from planner.report.drawn_shapes import DrawnShapes
from planner.report.formats import format_count, format_persons, format_share
from planner.report.lettering import choose_lettering
from planner.report.slope import slope_text
from planner.report.static_map import draw_map

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

    from planner.domain.evaluation import EvaluationRecords, ProposalRecords
    from planner.domain.siting import SitingPlan
    from planner.domain.standard import LifeCircle
    from planner.report.lettering import Lettering

FIGURE_FILES = {
    "coverage": "coverage_map.png",
    "states": "before_after.png",
    "times": "time_distribution.png",
    "verdicts": "verdicts.png",
    "curve": "coverage_curve.png",
}
_SECONDS_A_MINUTE = 60.0
_ROOM_ABOVE = 1.15
_ROOM_FOR_TWO_LINES = 1.22


def write_figures(
    records: EvaluationRecords,
    proposals: ProposalRecords | None,
    summary: dict[str, Any],
    folder: Path,
    *,
    shapes: DrawnShapes | None = None,
) -> tuple[Fault, ...]:
    """
    Write the figures at 200 dots an inch; the same records, the same bytes.

    `coverage_map.png`, `before_after.png`, `time_distribution.png`, `verdicts.png`, and
    `coverage_curve.png` where siting gave a curve. `shapes` keeps what several maps draw.

    Returns
    -------
    notices
        That no Chinese font was found and the figures are in English, if so.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lettering, notices = choose_lettering(records.settings.language)
    shapes = shapes or DrawnShapes(Shelf())
    for kind, name in FIGURE_FILES.items():
        if kind == "curve" and (proposals is None or not proposals.plan.curve):
            continue
        figure = draw_figure(kind, records, proposals, summary, lettering=lettering, shapes=shapes)
        save(figure, folder / name)
    return notices


def draw_figure(
    kind: str,
    records: EvaluationRecords,
    proposals: ProposalRecords | None,
    summary: dict[str, Any],
    *,
    lettering: Lettering,
    shapes: DrawnShapes,
) -> Figure:
    """
    Draw one figure.

    Parameters
    ----------
    kind
        `coverage` (the map), `states` (before and after), `times`, `verdicts`, or `curve` (of
        the proposals).
    records, proposals, summary
        As in `write_figures`.
    lettering
        From `choose_lettering`.
    shapes
        Keeps what several maps draw.

    Raises
    ------
    ReportError
        If the kind is unknown, or a curve is asked for and there is none.
    """
    circle = _headline_circle(records, proposals)
    lines = _basis_lines(records, summary, lettering)
    if kind == "states":
        return _draw_states(records, summary, lettering, lines)
    if kind == "times":
        return _draw_times(records, circle, lettering, lines)
    if kind == "verdicts":
        return _draw_verdicts(records, lettering, lines)
    if kind == "curve" and proposals is not None and proposals.plan.curve:
        return _draw_curve(proposals.plan, lettering, lines)
    if kind != "coverage":
        hint = "a curve needs proposals that have one" if kind == "curve" else None
        raise ReportError(
            Fault(
                "there is no such figure",
                field="kind",
                found=repr(kind),
                expected=f"one of {', '.join(FIGURE_FILES)}",
                hint=hint,
            )
        )
    shares = [
        lettering.words.of(one) + " " + _covered_text(summary, one, lettering)
        for one in records.judgements.rule_sets[0].life_circles
    ]
    return draw_map(records, proposals, circle, lettering, [" · ".join(shares), *lines], shapes)


def _headline_circle(records: EvaluationRecords, proposals: ProposalRecords | None) -> LifeCircle:
    """Return the circle that siting asked for, else the longest."""
    circles = records.judgements.rule_sets[0].life_circles
    asked = "" if proposals is None else proposals.plan.circle_id
    longest = max(circles, key=lambda circle: circle.limit_s)
    return next((circle for circle in circles if circle.circle_id == asked), longest)


def _covered_text(summary: dict[str, Any], circle: LifeCircle, lettering: Lettering) -> str:
    language = lettering.words.language
    figures = next(one for one in summary["life_circles"] if one["id"] == circle.circle_id)
    return lettering.words(
        "figure.covered",
        share=format_share(figures["share_covered"], language),
        covered=format_count(figures["persons_covered"]),
        persons=format_persons(figures["persons"], language),
        centres=figures["centres"],
    )


def _basis_lines(
    records: EvaluationRecords, summary: dict[str, Any], lettering: Lettering
) -> list[str]:
    words = lettering.words
    basis = words(
        "figure.basis",
        rules=summary["rule_sets"][0],
        profile=words.named("profile", summary["profile"]),
        direction=words.named("direction", summary["direction"]),
        slope=slope_text(summary, words),
    )
    return [f"{summary['study']} · {basis}", " · ".join(records.settings.credits)]


def _draw_states(
    records: EvaluationRecords, summary: dict[str, Any], lettering: Lettering, lines: list[str]
) -> Figure:
    """Draw each circle's share before, with the plan and after; the part that passes darker."""
    words = lettering.words
    circles = records.judgements.rule_sets[0].life_circles
    states = list(summary["states"])
    figure = new_figure(8.0, 4.6)
    axes = figure.add_axes((0.1, 0.24, 0.86, 0.6))
    plain_axes(axes, lettering, "", words("figure.share"))
    width = 0.8 / len(states)
    for position, state in enumerate(states):
        figures = {one["id"]: one for one in summary["states"][state]["life_circles"]}
        places = np.arange(len(circles)) + (position - (len(states) - 1) / 2) * width
        for key, colour, name in (
            ("share_covered", CIRCLE_FILLS[1], "col.share"),
            ("share_covered_pass", CIRCLE_LINES[0], "col.share_pass"),
        ):
            shares = [figures[circle.circle_id][key] or 0.0 for circle in circles]
            label = lettering.drawable(words(name)) if position == 0 else None
            axes.bar(places, shares, width=0.9 * width, color=colour, label=label)
        for place, circle in zip(places, circles, strict=True):
            share = figures[circle.circle_id]["share_covered"]
            told = f"{words(f'state.{state}')}\n{format_share(share, words.language)}"
            axes.annotate(
                told,
                (place, share or 0.0),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                fontproperties=lettering.font(8),
                color=INK,
                parse_math=False,
            )
    axes.set_ylim(0.0, _ROOM_FOR_TWO_LINES)
    axes.set_yticks(np.linspace(0.0, 1.0, 6))
    axes.set_xticks(range(len(circles)), [lettering.drawable(words.of(one)) for one in circles])
    for text in axes.get_xticklabels():
        text.set_fontproperties(lettering.font(9))
        text.set_parse_math(False)
    letter_axis(axes.yaxis, lambda value: format_share(value, words.language, decimals=0))
    add_legend(axes, lettering, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2)
    write_titles(figure, lettering, words("figure_title.states"), lines)
    return figure


def _draw_times(
    records: EvaluationRecords, circle: LifeCircle, lettering: Lettering, lines: list[str]
) -> Figure:
    """Draw persons by minute of the walk, and the cumulative share for each circle's centres."""
    words = lettering.words
    plan = next(state for state in records.coverage.states if state.state == "plan")
    persons = records.demand.persons
    limits = [one.limit_s for one in plan.life_circles]
    edges = np.arange(0.0, 2.0 * max(limits) / _SECONDS_A_MINUTE + 1.0)
    figure = new_figure(8.0, 5.0)
    axes = figure.add_axes((0.11, 0.21, 0.78, 0.66))
    plain_axes(axes, lettering, words("figure.minutes"), words("figure.persons"))
    beside = axes.twinx()
    beside.spines["top"].set_visible(False)
    beside.set_ylim(0.0, 1.0)
    beside.tick_params(labelsize=8, colors=INK)
    beside.set_ylabel(
        words("figure.cumulative"), fontproperties=lettering.font(9), parse_math=False
    )
    ranks = sorted(set(limits))
    for one, times, record in zip(
        plan.life_circles,
        plan.travel_time_s,
        records.judgements.rule_sets[0].life_circles,
        strict=True,
    ):
        rank = min(ranks.index(one.limit_s), len(CIRCLE_LINES) - 1)
        known = np.isfinite(times)
        # A walk of exactly a whole minute belongs to the bar that ends there: limits are inclusive.
        minutes = np.maximum(np.ceil(times[known] / _SECONDS_A_MINUTE), 1.0) - 0.5
        counted, _ = np.histogram(minutes, bins=edges, weights=persons[known])
        if one.circle_id == circle.circle_id:
            axes.bar(edges[:-1] + 0.5, counted, width=0.9, color=CIRCLE_FILLS[rank])
        share = np.concatenate([[0.0], counted.cumsum()]) / max(float(persons.sum()), 1.0)
        beside.plot(
            edges,
            share,
            color=CIRCLE_LINES[rank],
            linewidth=1.6,
            label=lettering.drawable(words.of(record)),
        )
        beside.axvline(
            one.limit_s / _SECONDS_A_MINUTE, color=CIRCLE_LINES[rank], linestyle="--", linewidth=0.9
        )
    axes.set_xlim(0.0, float(edges[-1]))
    letter_axis(axes.yaxis, format_count)
    letter_axis(beside.yaxis, lambda value: format_share(value, words.language, decimals=0))
    add_legend(beside, lettering, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=len(limits))
    position = [one.circle_id for one in plan.life_circles].index(circle.circle_id)
    lost = float(persons[~np.isfinite(plan.travel_time_s[position])].sum())
    unreached = words("figure.unreached", persons=format_persons(lost, words.language))
    write_titles(
        figure, lettering, f"{words('figure.times')} · {words.of(circle)}", [unreached, *lines]
    )
    return figure


def _draw_verdicts(records: EvaluationRecords, lettering: Lettering, lines: list[str]) -> Figure:
    """Draw the verdicts of all centres, then clause by clause, as bars of counts."""
    words = lettering.words
    rules = records.judgements.rule_sets[0]
    judgements = records.judgements.judgement
    rows: list[tuple[str, list[str]]] = [
        (words("col.verdict"), [judgement.verdict for judgement in judgements])
    ]
    rows += [
        (
            words.of(clause),
            [
                result.verdict
                for judgement in judgements
                for result in judgement.clause_results
                if (result.rule_set_id, result.clause_id) == (rules.rule_set_id, clause.clause_id)
            ],
        )
        for clause in rules.clauses
        if clause.judged_unit == "centre"
    ]
    figure = new_figure(8.0, 2.4 + 0.5 * len(rows))
    axes = figure.add_axes((0.3, 0.24, 0.66, 0.54))
    plain_axes(axes, lettering, words("col.centres"), "")
    axes.grid(visible=False)
    left = np.zeros(len(rows))
    places = np.arange(len(rows))[::-1]
    for verdict in VERDICTS:
        counts = np.array([verdicts.count(verdict) for _, verdicts in rows], dtype=np.float64)
        axes.barh(
            places,
            counts,
            left=left,
            height=0.6,
            color=VERDICT_COLOURS[verdict],
            edgecolor="#68747D",
            linewidth=0.6,
            label=lettering.drawable(words.named("verdict", verdict)),
        )
        for place, start, count in zip(places, left, counts, strict=True):
            if count:
                axes.text(
                    start + count / 2, place, f"{count:.0f}", ha="center", va="center",
                    fontproperties=lettering.font(8), color=INK,
                )  # fmt: skip
        left += counts
    axes.set_xlim(0.0, max(float(left.max()), 1.0))
    axes.set_yticks(places, [lettering.drawable(name, "—") for name, _ in rows])
    for label in axes.get_yticklabels():
        label.set_fontproperties(lettering.font(8.5))
        label.set_parse_math(False)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    add_legend(axes, lettering, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=len(VERDICTS))
    write_titles(figure, lettering, words("figure.verdicts"), lines)
    return figure


def _draw_curve(plan: SitingPlan, lettering: Lettering, lines: list[str]) -> Figure:
    """Draw the share covered against the number of new centres, with its bound, from zero."""
    words = lettering.words
    counts = [point.count for point in plan.curve]
    shares = [point.share_covered for point in plan.curve]
    bounds = [point.bound_share for point in plan.curve]
    figure = new_figure(8.0, 5.0)
    axes = figure.add_axes((0.11, 0.2, 0.84, 0.67))
    plain_axes(axes, lettering, words("figure.new_centres"), words("figure.share"))
    axes.fill_between(counts, shares, bounds, color="#E3E7EA", linewidth=0)
    axes.plot(
        counts, bounds, color=INK_SOFT, linewidth=1.0, linestyle=":", label=words("figure.bound")
    )
    axes.plot(
        counts, shares, color=CIRCLE_LINES[0], marker="o", markersize=4, label=words("figure.plan")
    )
    step = max(1, len(counts) // 8)
    for count, share in list(zip(counts, shares, strict=True))[::step]:
        axes.annotate(
            format_share(share, words.language),
            (count, share),
            xytext=(0, -13),
            textcoords="offset points",
            ha="center",
            fontproperties=lettering.font(8),
            color=INK,
            parse_math=False,
        )
    axes.set_ylim(0.0, min(1.0, max([*bounds, *shares]) * _ROOM_ABOVE) or 1.0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    letter_axis(axes.yaxis, lambda value: format_share(value, words.language, decimals=0))
    add_legend(axes, lettering, loc="lower right")
    write_titles(figure, lettering, words("figure.curve"), lines)
    return figure
