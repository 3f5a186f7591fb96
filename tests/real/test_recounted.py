"""
Porto Alegre's shares, found again without the planner's searches: networkx and pandas.

The streets are those that the planner compiled, and places meet them where it put them. From
there on nothing of it is used: every edge is split at the places on it, networkx finds the
walks, and pandas adds the people of the file up.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import planner
from planner.coverage.recount import list_homes
from planner.errors import CoarseDemandWarning
from tests.real.studies import write_porto_alegre

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.evaluation import EvaluationRecords

pytestmark = pytest.mark.shared_data

STEP_DEG = 0.05
"""The communities are squares of a twentieth of a degree."""
TOLERANCE_S = 1e-3
CIRCLES = {"basic_5min": 300.0, "daily_15min": 900.0}
GOLDEN = {"basic_5min": (99471, 99471), "daily_15min": (609177, 225516)}
"""Of 812,935 persons."""


class Town(NamedTuple):
    """The planner's records, and the homes of the file with their walks by networkx."""

    records: EvaluationRecords
    homes: pd.DataFrame
    walks: pd.DataFrame


@pytest.fixture(scope="module")
def town(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("recounted")
    study = write_porto_alegre(shared_data, folder)
    cells = pd.read_csv(shared_data / "porto-alegre" / "population_hexgrid.csv")
    cells["square"] = [
        f"{int(lon // STEP_DEG)},{int(lat // STEP_DEG)}"
        for lon, lat in zip(cells["lon"], cells["lat"], strict=True)
    ]
    _write_squares(cells, folder / "squares.geojson")
    text = study.read_text("utf-8").replace(
        'profile = "norm"', 'profile = "norm"\nprivate_ways = "exclude"'
    )
    study.write_text(text + '\n[areas]\ncommunity = "squares.geojson"\n', encoding="utf-8")
    with pytest.warns(CoarseDemandWarning, match="lattice"):
        records = planner.evaluate(study).records
    assert records.network.search_nodes is None, "the plain graph is the whole truth"
    homes = cells[cells["id"].isin(records.demand.demand_id)].set_index("id")
    graph = _split_graph(records)
    return Town(records, homes, _walks(records, graph))


def _write_squares(cells: pd.DataFrame, path: Path) -> None:
    import json

    features = []
    for name in sorted(cells["square"].unique()):
        west, south = (int(part) * STEP_DEG for part in name.split(","))
        ring = [(west, south), (west + STEP_DEG, south), (west + STEP_DEG, south + STEP_DEG)]
        ring += [(west, south + STEP_DEG), (west, south)]
        features.append(
            {
                "type": "Feature",
                "properties": {"id": name, "name": name},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")


def _split_graph(records: EvaluationRecords) -> nx.DiGraph[str]:
    """Split every street at the homes and centres on it; walks run towards the centres."""
    streets, network = records.network.streets, records.network
    assert network.profile is not None
    on_edge: dict[int, list[tuple[float, str]]] = {}
    graph: nx.DiGraph[str] = nx.DiGraph()
    for access, labels in (
        (records.demand_access, [f"home {name}" for name in records.demand.demand_id]),
        (records.centre_access, [f"centre {c.centre_id}" for c in records.centres.centre]),
    ):
        for edge, fraction, leg_m, label in zip(
            access.edge_index.tolist(),
            access.fraction.tolist(),
            access.distance_m.tolist(),
            labels,
            strict=True,
        ):
            if edge < 0:
                continue
            on_edge.setdefault(edge, []).append((fraction, f"at {label}"))
            leg_s = leg_m / network.profile.speed_m_s
            pair = (label, f"at {label}") if label.startswith("home") else (f"at {label}", label)
            graph.add_edge(*pair, weight=leg_s)
    for edge, (there_s, back_s) in enumerate(network.edge_time_s.tolist()):
        stops = [(0.0, f"node {streets.edge_start[edge]}"), *sorted(on_edge.get(edge, []))]
        stops.append((1.0, f"node {streets.edge_end[edge]}"))
        for (f0, a), (f1, b) in pairwise(stops):
            for tail, head, time_s in ((a, b, there_s), (b, a, back_s)):
                part_s = (f1 - f0) * time_s if np.isfinite(time_s) else np.inf
                if (
                    np.isfinite(part_s)
                    and part_s < graph.get_edge_data(tail, head, {"weight": np.inf})["weight"]
                ):
                    graph.add_edge(tail, head, weight=part_s)
    return graph


def _walks(records: EvaluationRecords, graph: nx.DiGraph[str]) -> pd.DataFrame:
    """List every walk of a home to a centre within twice the longest circle."""
    towards = graph.reverse(copy=False)
    rows = []
    for centre in records.centres.centre:
        source = f"centre {centre.centre_id}"
        if source not in graph:
            continue
        found = nx.single_source_dijkstra_path_length(towards, source, cutoff=1800.0 + TOLERANCE_S)
        rows += [
            (centre.centre_id, node.removeprefix("home "), seconds)
            for node, seconds in found.items()
            if node.startswith("home ")
        ]
    return pd.DataFrame(rows, columns=["centre", "home", "seconds"])


def test_the_shares_of_the_plan_and_of_every_square_are_those_of_networkx(town: Town) -> None:
    nearest = town.walks.groupby("home")["seconds"].min()
    coverage = town.records.coverage
    squares = {one.area_id: one for one in coverage.areas if one.state == "plan"}
    for figures in coverage.states[1].life_circles:
        limit_s = CIRCLES[figures.circle_id] + TOLERANCE_S
        covered = town.homes.index.isin(nearest[nearest <= limit_s].index)
        people = town.homes["population"]
        assert figures.persons == people.sum()
        assert figures.share_covered == pytest.approx(
            people[covered].sum() / people.sum(), rel=1e-9
        )
        by_square = people.groupby(town.homes["square"]).sum()
        within = people[covered].groupby(town.homes["square"][covered]).sum()
        assert len(squares) == len(by_square)
        for square, persons in by_square.items():
            here = squares[str(square)]
            assert here.persons == persons
            assert here.persons_covered[figures.circle_id] == within.get(square, 0)
            if persons > 0:
                assert here.share_covered[figures.circle_id] == pytest.approx(
                    within.get(square, 0) / persons, rel=1e-9
                )


def test_the_figures_of_porto_alegre_are_those_once_found(town: Town) -> None:
    # As networkx and pandas find them: covered, and covered by one centre alone.
    plan = town.records.coverage.states[1]
    covered = {figures.circle_id: figures.persons_covered for figures in plan.life_circles}
    alone = {
        circle.circle_id: circle.persons_lost_by["closure"]
        for circle in town.records.coverage.robustness
    }
    people = town.homes["population"]
    for circle_id, limit_s in CIRCLES.items():
        within = town.walks[town.walks["seconds"] <= limit_s + TOLERANCE_S]
        count = within.groupby("home").size()
        assert people.reindex(count.index).sum() == GOLDEN[circle_id][0]
        assert people.reindex(count[count == 1].index).sum() == GOLDEN[circle_id][1]
    assert {name: (covered[name], alone[name]) for name in CIRCLES} == GOLDEN


def test_who_has_one_centre_only_and_who_goes_where_by_networkx(town: Town) -> None:
    people = town.homes["population"]
    for row, (circle_id, limit_s) in enumerate(CIRCLES.items()):
        within = town.walks[town.walks["seconds"] <= limit_s + TOLERANCE_S]
        count = within.groupby("home")["centre"].transform("count")
        alone = within[count == 1]
        only = people.reindex(alone["home"]).groupby(alone["centre"].to_numpy()).sum()
        ids = [centre.centre_id for centre in town.records.centres.centre]
        found = town.records.coverage.robustness[row]
        assert found.circle_id == circle_id
        assert found.centre_only_persons.tolist() == only.reindex(ids, fill_value=0).tolist()
        first = within.loc[within.groupby("home")["seconds"].idxmin()]
        near = people.reindex(first["home"]).groupby(first["centre"].to_numpy()).sum()
        going = town.records.coverage.capacity[row].nearest.centre_persons
        assert going == pytest.approx(near.reindex(ids, fill_value=0).to_numpy(), rel=1e-9)


def test_a_square_is_recounted_from_its_listed_homes(town: Town) -> None:
    records = town.records
    (areas,) = records.areas
    fullest = int(np.argmax(np.bincount(records.area_index["community"], records.demand.persons)))
    listed = list_homes(
        records.coverage.states[1],
        demand=records.demand,
        areas=areas,
        area_index=records.area_index["community"],
        area=fullest,
        place_id=[centre.centre_id for centre in records.centres.centre],
    )
    sheet = pd.DataFrame(
        {"persons": listed.persons, "seconds": listed.time_s[1]}, index=list(listed.demand_id)
    )
    there = town.homes[town.homes["square"] == listed.name]
    assert sorted(sheet.index) == sorted(there.index)
    by_hand = sheet.loc[sheet["seconds"] <= 900 + TOLERANCE_S, "persons"].sum()
    figures = next(
        one
        for one in records.coverage.areas
        if one.state == "plan" and one.area_id == listed.area_id
    )
    share = figures.share_covered["daily_15min"]
    assert share == pytest.approx(by_hand / there["population"].sum(), rel=1e-9)
    nearest = town.walks.groupby("home")["seconds"].min().reindex(sheet.index)
    both = nearest.notna()
    assert sheet["seconds"][both].to_numpy() == pytest.approx(nearest[both].to_numpy(), abs=1e-3)
