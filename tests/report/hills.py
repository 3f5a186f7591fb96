"""Heights for the town, and what a look over its streets found, made by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.domain.findings import FindingPlaces, NetworkFinding, NetworkFindings
from planner.domain.terrain import StreetHeights
from tests.report.town import X0, Y0

if TYPE_CHECKING:
    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.findings import PlaceNoun

LOSSES: dict[str, Any] = {
    "loss_detour_share": {"basic_5min": 0.4, "daily_15min": 0.5},
    "loss_terrain_share": {"basic_5min": 0.125, "daily_15min": 0.25},
    "loss_detour_persons_share": {"basic_5min": 1 / 3, "daily_15min": 0.0},
    "loss_terrain_persons_share": {"basic_5min": 0.125, "daily_15min": 1 / 64},
    "persons_in_circle": {"basic_5min": 48.0, "daily_15min": 64.0},
    "persons_flat": {"basic_5min": 32.0, "daily_15min": 64.0},
}


def with_heights(
    records: EvaluationRecords, known: tuple[int, ...] | None = None
) -> EvaluationRecords:
    """Give some of the six edges a height, all by default, to a walker whom slope slows."""
    n_edges = len(records.network.streets.edge_length_m)
    edges = np.arange(n_edges)
    heights = StreetHeights(
        sample_indptr=np.arange(0, 2 * n_edges + 1, 2, dtype=np.int64),
        sample_m=np.zeros(2 * n_edges, dtype=np.float32),
        edge_known=np.isin(edges, edges if known is None else known),
        node_m=np.zeros(len(records.network.streets.node_xy), dtype=np.float32),
        counts={"edges": n_edges},
    )
    profile = records.network.profile
    assert profile is not None
    settings = records.settings
    streets = replace(settings.streets, elevation=(Path("study") / "dem.tif",))
    return replace(
        records,
        settings=replace(settings, streets=streets),
        network=replace(records.network, heights=heights, profile=replace(profile, slope="tobler")),
    )


def with_losses(records: EvaluationRecords) -> EvaluationRecords:
    """Give the coverage the losses above."""
    return replace(records, coverage=replace(records.coverage, **LOSSES))


def with_findings(records: EvaluationRecords) -> EvaluationRecords:
    """Find an island on the lane with 16 persons, three homes and a centre near the edge."""
    return replace(records, network_findings=make_findings())


def make_findings() -> NetworkFindings:
    """Return one finding of every kind but those about heights, and the stairs of the lane."""
    return NetworkFindings(
        findings=(
            NetworkFinding(
                kind="island",
                severity="look",
                count=1,
                places=_places("edge", [3], [(300, 150)], [300.0], [16.0]),
                edge_index=np.array([3], dtype=np.int64),
                length_m=300.0,
                length_share=300 / 3400,
                persons=16.0,
                persons_share=16 / 255,
                centres=1,
            ),
            NetworkFinding(
                kind="demand_near_edge",
                severity="look",
                count=2,
                places=_places("demand", [6, 0], [(3000, 0), (-100, 0)], [0.0, 12.5], [64.0, 1.0]),
                edge_index=np.zeros(0, dtype=np.int64),
                share=0.25,
                persons=65.0,
                persons_share=65 / 255,
            ),
            NetworkFinding(
                kind="centre_near_edge",
                severity="look",
                count=1,
                places=_places("centre", [3], [(300, 300)], [0.0], [0.0]),
                edge_index=np.zeros(0, dtype=np.int64),
                share=0.25,
                centres=1,
            ),
            NetworkFinding(
                kind="duplicate_ways",
                severity="note",
                count=23,
                places=_places("none", [], [], [], []),
                edge_index=np.zeros(0, dtype=np.int64),
            ),
            NetworkFinding(
                kind="edges_without_height",
                severity="look",
                count=3,
                places=_places("edge", [5], [(2400, 0)], [1200.0], [0.0]),
                edge_index=np.array([4, 5], dtype=np.int64),
                share=0.5,
                length_m=2100.0,
                length_share=2100 / 3400,
                causes=(("outside_terrain", 2), ("on_voids", 1)),
            ),
        ),
        longest_walk_m=900.0,
        data_edge_xy=np.array([(X0 - 100, Y0), (X0 + 3000, Y0), (X0 + 300, Y0 + 300)]),
    )


def _places(
    noun: PlaceNoun,
    index: list[int],
    at: list[tuple[int, int]],
    length_m: list[float],
    persons: list[float],
) -> FindingPlaces:
    return FindingPlaces(
        noun=noun,
        index=np.array(index, dtype=np.int64),
        xy=np.array(at, dtype=np.float64).reshape(-1, 2) + np.array([X0, Y0]),
        count=np.ones(len(index), dtype=np.int64),
        length_m=np.array(length_m, dtype=np.float64),
        persons=np.array(persons, dtype=np.float64),
    )
