"""The comparison with other tools: equal answers or no times, missing tools are named."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import pytest

from benchmarks import reach_race
from benchmarks.hill_city import HillCity, build_hill_city, make_network
from benchmarks.pages import TARGET_HEAD, Target, make_table
from benchmarks.peers import Scipy

if TYPE_CHECKING:
    import numpy as np


@pytest.fixture(scope="module")
def city() -> HillCity:
    return build_hill_city(4_000)


def only(*names: str) -> object:
    def find_spec(name: str) -> object:
        return name if name in names else None

    return find_spec


def test_tools_that_are_there_find_the_same_and_missing_ones_are_named(
    city: HillCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", only("networkx"))
    race = reach_race.run_race(city, make_network(city), n_sources=60, n_centres=9)
    ran = {(lap.tool, lap.task) for lap in race.laps}
    for limit in ("lists 300", "lists 900"):
        assert ("scipy dijkstra(limit=)", limit) in ran
        assert ("networkx path lengths (cutoff=)", limit) in ran
        assert ("networkx ego_graph", limit) in ran
    assert ("scipy dijkstra(limit=)", "nearest") in ran
    assert race.find("pandana nodes_in_range", "lists 900") is None
    notes = "\n".join(race.notes)
    assert "**pandana is not installed: not compared**" in notes
    assert "**igraph is not installed: not compared**" in notes
    assert "networkx ego_graph: the same nodes from all 60 sources at 5 and 15 min" in notes


@pytest.mark.parametrize(("wrong", "reason"), [("node", "reaches"), ("time", "differs by")])
def test_a_tool_with_another_answer_stops_the_run(
    city: HillCity, monkeypatch: pytest.MonkeyPatch, wrong: str, reason: str
) -> None:
    true_rows = Scipy.rows

    def rows(self: Scipy, found: list[tuple[np.ndarray, ...]], sources: np.ndarray) -> object:
        answer = true_rows(self, found, sources)  # type: ignore[arg-type]  # as scipy gives them
        node, time_s = answer[7]
        assert time_s is not None
        answer[7] = (node[1:], time_s[1:]) if wrong == "node" else (node, time_s + 0.02)
        return answer

    monkeypatch.setattr(Scipy, "rows", rows)
    with pytest.raises(SystemExit, match=reason):
        reach_race.run_race(city, make_network(city), n_sources=60, n_centres=9)


def test_targets_say_whether_they_are_met() -> None:
    rows = [
        Target("search", 0.25, 0.125, "s").row(),
        Target("search", 0.25, 0.5, "s").row(),
        Target("faster", 30.0, 45.0, "×", at_most=False).row(),
        Target("faster", 30.0, None, "×", at_most=False).row(),
    ]
    assert [row[4] for row in rows] == ["yes", "**no**", "yes", ""]
    assert rows[0][:4] == ("search", "at most 0.25 s", "0.125 s", "2.0×")
    assert rows[3][2] == "not measured"
    assert make_table(TARGET_HEAD, rows).count("\n") == 5
