"""What was read for a study, in plain sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from planner.domain.evaluation import StudyInputs
    from planner.domain.walking import PrivateWays


def describe_inputs(inputs: StudyInputs) -> tuple[str, ...]:
    """Return plain sentences: what was read, how much of it, and how it was placed."""
    streets, demand, centres = inputs.network.streets, inputs.demand, inputs.centres
    walkable = np.isfinite(inputs.network.edge_time_s).any(axis=1)
    length_km = float(streets.edge_length_m[walkable].sum()) / 1000.0
    street_text = (
        f"{inputs.settings.streets.source.name}: {int(walkable.sum()):,} edges to walk, "
        f"{length_km:,.1f} km; {_left_out(streets.counts, inputs.settings.walking.private_ways)}"
    )
    demand_text = (
        f"{demand.file}: {len(demand.demand_id):,} demand points, "
        f"{float(demand.persons.sum()):,.0f} persons, {_snap_text(inputs, 0)}"
    )
    centre_text = f"{centres.file}: {len(centres.centre):,} centres ({centres.source_crs})"
    if centres.centre:
        centre_text += f", {_snap_text(inputs, 1)}"
    sentences = [street_text, demand_text, centre_text]
    sentences += [f"{area.file}: {len(area.name):,} areas ({area.level})" for area in inputs.areas]
    sentences += [f"rule set {item.rule_set_id}: {item.title}" for item in inputs.rule_sets]
    return tuple(sentences)


def _snap_text(inputs: StudyInputs, number: int) -> str:
    report = inputs.snap_reports[number]
    text = (
        f"median {report.median_m:.0f} m from their street, 95 % within {report.p95_m:.0f} m, "
        f"farthest {report.largest_m:.0f} m"
    )
    if not report.n_places or not report.largest_m > 0.0:
        return text
    far = report.farthest
    return f"{text} ({far.label[0]}, row {far.row[0]})"


def _left_out(counts: dict[str, int], private_ways: PrivateWays) -> str:
    named = [
        ("left_out_no_entry", "no entry on foot"),
        ("left_out_not_built", "not built"),
        ("areas_as_outline", "areas taken as their outline"),
        ("edges_duplicate", "duplicates"),
    ]
    if private_ways == "exclude":
        named.insert(2, ("ways_private", "private"))
    told = ", ".join(f"{counts[key]:,} {text}" for key, text in named if counts.get(key))
    text = f"left out: {told or 'none'}"
    n_private = counts.get("ways_private", 0)
    if private_ways == "residents" and n_private:
        text += f"; {n_private:,} private ways begin or end a walk, and are no way through"
    return text
