"""
Searches, isochrones and cold starts in a hill city, against other tools, in one run.

Run as `python -m benchmarks.reach [--write] [--directed-edges N]`; `pip install '.[peers]'` adds
the tools that are not the planner's own. `--write` puts the run into README.md and its chart.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.cold_start import measure_cold_start
from benchmarks.hill_city import MILLION, build_hill_city, make_network
from benchmarks.pages import TARGET_HEAD, Target, draw_bars, make_table, write_section
from benchmarks.pictures import measure_pictures
from benchmarks.reach_race import PLANNER, THREADS, run_race
from benchmarks.stopwatch import describe_load, describe_machine, list_versions

if TYPE_CHECKING:
    from benchmarks.cold_start import ColdStart
    from benchmarks.pictures import Pictures
    from benchmarks.reach_race import Race

CHART = Path(__file__).with_name("reach.png")
_N_PICTURES = 1_000
_LISTS = ("lists 300", "lists 900")


def main() -> None:
    """Run everything, print the tables, and write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--directed-edges", type=int, default=MILLION)
    options = parser.parse_args()
    began, machine = time.perf_counter(), describe_machine()
    city = build_hill_city(options.directed_edges)
    network = make_network(city)
    start = measure_cold_start(network.streets)
    sources = np.random.default_rng(3).choice(len(network.rank), _N_PICTURES, replace=False)
    pictures = measure_pictures(network, sources)
    race = run_race(city, network)
    minutes = (time.perf_counter() - began) / 60.0
    size = f"{2 * len(city.edge_start):,} directed edges, {len(city.node_xy):,} nodes"
    parts = [
        f"{size}; {machine}; at the end {describe_load()}; {minutes:.1f} minutes in all.",
        f"Versions: {list_versions()}.",
        make_table(TARGET_HEAD, [target.row() for target in judge(race, pictures, start)]),
        f"Lists of reached nodes, microseconds a source ({_describe_reach(race)}):",
        _lists_table(race),
        "Every node of the city at once, milliseconds:",
        _whole_city_table(race),
        "The start of a process, milliseconds of each step of the quickest run:",
        _start_table(start),
        "\n".join(f"- {note}" for note in race.notes),
    ]
    print("\n\n".join(parts))
    if options.write:
        write_section("reach", "\n\n".join([*parts[:3], f"![chart]({CHART.name})", *parts[3:]]))
        draw_bars(
            CHART,
            f"Nodes within a walk of a source, {size}",
            "microseconds a source, on a scale of tens",
            _bars(race),
        )


def judge(race: Race, pictures: Pictures, start: ColdStart) -> list[Target]:
    """Hold what was measured against what was promised."""
    lists = []
    for task, wanted, words in (("lists 900", 0.25, "15 min"), ("lists 300", 0.05, "5 min")):
        best = min(race.planner_runs(task), key=lambda times: times.best_s)
        median = float(np.median([s for times in race.planner_runs(task) for s in times.wall_s]))
        own = best.best_processor_s / THREADS
        note = f"median {median:.3f} s; {own:.3f} s of each of {THREADS} processors"
        lists.append(
            Target(f"10,000 sources × {words}, lists", wanted, best.best_s, "s", note=note)
        )
    nearest = min(times.best_s for times in race.planner_runs("nearest"))
    ratios = (
        ("pandana nodes_in_range", "lists 900", 30.0, "nodes_in_range of pandana, 15 min"),
        ("networkx path lengths (cutoff=)", "lists 900", 60.0, "networkx with cutoff, 15 min"),
        ("networkx ego_graph", "lists 900", 400.0, "networkx ego_graph, 15 min"),
        ("pandana aggregate", "sums 900", 2.0, "aggregate of pandana, all nodes, 15 min"),
        ("pandana aggregate", "sums 300", 2.0, "aggregate of pandana, all nodes, 5 min"),
    )
    faster = [
        Target(f"faster than {words}", wanted, lap.ratio if lap else None, "×", at_most=False)
        for tool, task, wanted, words in ratios
        for lap in [race.find(tool, task)]
    ]
    return [
        *lists,
        Target("nearest of 2,000 centres, every node", 40.0, nearest * 1e3, "ms"),
        *faster,
        Target("first isochrone of a process", 4.0, min(start.compiling_s), "s",
               note=f"kernels compiled; {min(start.compiling_processor_s):.1f} s of a processor"),
        Target("first isochrone of a process", 2.0, min(start.cached_s), "s",
               note=f"kernels cached; {min(start.cached_processor_s):.1f} s of a processor"),
        *_judge_pictures(pictures),
    ]  # fmt: skip


def _judge_pictures(pictures: Pictures) -> list[Target]:
    two = f"{pictures.each_two_threads_s * 1e3:.2f} ms with 2 threads"
    (area, worst_area), (apart, worst_apart) = pictures.area_error, pictures.difference
    return [
        Target("isochrone of 15 min", 5.0, pictures.each_s * 1e3, "ms", note=f"1 thread; {two}"),
        Target(
            "its area against exact, mean",
            1.5,
            100 * area,
            "%",
            note=f"worst of {pictures.exact_count}: {100 * worst_area:.2f} %",
        ),
        Target(
            "symmetric difference, mean",
            2.0,
            100 * apart,
            "%",
            note=f"worst {100 * worst_apart:.2f} %",
        ),
        Target(
            "exact isochrone of 15 min", 60.0, pictures.exact_each_s * 1e3, "ms", note="1 thread"
        ),
    ]


def _describe_reach(race: Race) -> str:
    return ", ".join(
        f"{nodes:.0f} nodes on average within {limit_s / 60:g} min"
        for limit_s, nodes in race.reached.items()
    )


def _bars(race: Race) -> dict[str, dict[str, float]]:
    """Return microseconds a source of every tool, by limit."""
    bars = {
        f"{PLANNER}, {THREADS} threads": {
            words: 1e6 * min(lap.planner_each_s for lap in race.laps if lap.task == task)
            for task, words in zip(_LISTS, ("5 min", "15 min"), strict=True)
        }
    }
    for tool in dict.fromkeys(lap.tool for lap in race.laps if lap.task in _LISTS):
        laps = [lap for task in _LISTS for lap in [race.find(tool, task)] if lap]
        bars[tool] = {
            words: 1e6 * lap.tool_each_s
            for words, lap in zip(("5 min", "15 min"), laps, strict=True)
        }
    return dict(sorted(bars.items(), key=lambda bar: bar[1]["15 min"]))


def _lists_table(race: Race) -> str:
    rows = []
    for tool, bar in _bars(race).items():
        laps = [race.find(tool, task) for task in _LISTS]
        ratios = [f"{lap.ratio:,.0f}×" if lap else "" for lap in laps]
        lap = laps[0]
        use = f"{lap.use}; {lap.tool_count:,} sources" if lap else "10,000 sources, sorted inside"
        cells = [f"{bar[words]:,.1f}" for words in ("5 min", "15 min")]
        rows.append((tool, cells[0], ratios[0], cells[1], ratios[1], use))
    head = ("tool", "5 min", "planner faster", "15 min", "planner faster", "how")
    return make_table(head, rows)


def _whole_city_table(race: Race) -> str:
    rows = [
        (
            f"{lap.task.split()[0]}: {lap.tool}",
            f"{lap.tool_times.best_s * 1e3:,.0f}",
            f"{lap.planner_times.best_s * 1e3:,.0f}",
            f"{lap.ratio:.1f}×",
            f"{lap.use}{', ' + lap.task.split()[1] + ' s' if ' ' in lap.task else ''}",
        )
        for lap in race.laps
        if lap.task not in _LISTS
    ]
    return make_table(("task and tool", "tool", "planner", "planner faster", "how"), rows)


def _start_table(start: ColdStart) -> str:
    runs = {"kernels compiled": start.compiling_steps, "kernels cached": start.cached_steps}
    head = ("", *start.cached_steps)
    rows = [(name, *(f"{1e3 * s:.0f}" for s in steps.values())) for name, steps in runs.items()]
    return make_table(head, rows)


if __name__ == "__main__":
    if importlib.util.find_spec("pandana") is None or importlib.util.find_spec("igraph") is None:
        print("some peers are not installed (pip install '.[peers]'): the tables say which\n")
    main()
