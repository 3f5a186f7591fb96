"""
How the time and the memory of a search grow with edges, sources and limit.

Run as `python -m benchmarks.reach_scale [--write] [--most N]`: hill cities from 100,000 to 4
million directed edges, each in a process of its own, 2 threads.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.hill_city import build_hill_city, make_network
from benchmarks.pages import draw_lines, make_table, write_section
from benchmarks.reach_race import LIMITS_S, THREADS
from benchmarks.stopwatch import describe_load, describe_machine, take_turns
from planner.reach.times import compute_reach, find_nearest_centre

ROOT = Path(__file__).resolve().parent.parent
CHART = Path(__file__).with_name("reach_scale.png")
EDGES = (100_000, 250_000, 500_000, 1_070_000, 2_000_000, 4_000_000)
SOURCES = (10, 100, 1_000, 10_000, 40_000)
EVERY_LIMIT_S = (150.0, 300.0, 600.0, 900.0, 1800.0)
_USUAL_SOURCES = 10_000
_ALLOWED = 0.30
_REPEATS = 5


def main() -> None:
    """Measure each size in a process of its own, print the tables, write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--most", type=int, default=EDGES[-1])
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure_city(options.one)))
        return
    began, machine = time.perf_counter(), describe_machine()
    runs = [_run_apart(edges) for edges in EDGES if edges <= options.most]
    minutes = (time.perf_counter() - began) / 60.0
    parts = [
        f"{machine}; at the end {describe_load()}; {minutes:.1f} minutes. {THREADS} threads.",
        _flatness(runs),
        f"By edges, {_USUAL_SOURCES:,} sources with lists:",
        _edges_table(runs),
        "By sources and by limit, in the city of about a million directed edges:",
        _more_table(runs),
    ]
    print("\n\n".join(parts))
    if options.write:
        write_section("scale", "\n\n".join([*parts[:2], f"![chart]({CHART.name})", *parts[2:]]))
        _draw(runs)


def measure_city(directed_edges: int) -> dict[str, Any]:
    """Measure one city in this process."""
    began = time.perf_counter()
    city = build_hill_city(directed_edges)
    built_s = time.perf_counter() - began
    network = make_network(city)
    made_s = time.perf_counter() - began - built_s
    n_nodes = len(network.rank)
    rng = np.random.default_rng(5)
    every = rng.choice(n_nodes, min(SOURCES[-1], n_nodes), replace=False)
    centres = rng.choice(n_nodes, max(1, n_nodes // 213), replace=False)
    usual = every[:_USUAL_SOURCES]
    compute_reach(network, usual[:1], limit_s=LIMITS_S[0], threads=THREADS)
    del city
    before_mb = _memory_mb("VmRSS")
    _forget_peak()
    limits = EVERY_LIMIT_S if directed_edges == EDGES[3] else LIMITS_S
    by_limit = {limit_s: _measure(network, usual, limit_s) for limit_s in LIMITS_S}
    after_mb = _memory_mb("VmHWM")
    by_limit |= {
        limit_s: _measure(network, usual, limit_s) for limit_s in limits if limit_s not in by_limit
    }
    counts = SOURCES if directed_edges == EDGES[3] else ()
    find_nearest_centre(network, centres, limit_s=LIMITS_S[-1])
    nearest = take_turns(
        {"nearest": lambda: find_nearest_centre(network, centres, limit_s=LIMITS_S[-1])}, _REPEATS
    )
    return {
        "nodes": n_nodes,
        "directed_edges": len(network.outward.head),
        "made_s": made_s,
        "graphs_mb": sum(
            array.nbytes
            for graph in (network.outward, network.inward)
            for array in (graph.indptr, graph.head, graph.time_s)
        )
        / 2**20,
        "before_mb": before_mb,
        "after_mb": after_mb,
        "nearest_ns_a_node": nearest["nearest"].best_s / n_nodes * 1e9,
        "by_limit": {f"{limit_s:g}": by_limit[limit_s] for limit_s in limits},
        "by_sources": {
            str(count): _measure(network, every[:count], LIMITS_S[-1]) for count in counts
        },
    }


def _measure(network: Any, sources: Any, limit_s: float) -> dict[str, float]:  # noqa: ANN401
    """Search so often, and say what one source and one reached node take."""
    found = compute_reach(network, sources, limit_s=limit_s, threads=THREADS)
    n_reached, listed_mb = len(found.node), (found.node.nbytes + found.travel_time_s.nbytes) / 2**20
    del found
    times = take_turns(
        {"reach": lambda: compute_reach(network, sources, limit_s=limit_s, threads=THREADS)},
        _REPEATS,
    )["reach"]
    return {
        "seconds": times.best_s,
        "us_a_source": times.best_s / len(sources) * 1e6,
        "reached_a_source": n_reached / len(sources),
        "ns_a_node": times.best_s / n_reached * 1e9,
        "processor_ns_a_node": times.best_processor_s / THREADS / n_reached * 1e9,
        "listed_mb": listed_mb,
    }


def _run_apart(edges: int) -> dict[str, Any]:
    """Measure one city in a process of its own, whose memory is its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.reach_scale", "--one", str(edges)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    run: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return run


def _memory_mb(name: str) -> float:
    """Return the memory held now (`VmRSS`), or the most since `_forget_peak` (`VmHWM`); Linux."""
    status = Path("/proc/self/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", "ascii")


def _flatness(runs: list[dict[str, Any]]) -> str:
    """Say how flat the time of a reached node is over all sizes."""
    lines = []
    for key, words in (("ns_a_node", "by the clock"), ("processor_ns_a_node", "of a processor")):
        each = [run["by_limit"][f"{LIMITS_S[-1]:g}"][key] for run in runs]
        middle = (max(each) + min(each)) / 2
        apart = (max(each) - min(each)) / 2 / middle
        met = "met" if apart <= _ALLOWED else "**not met**"
        lines.append(
            f"- a reached node at 15 min, {words}: {min(each):.1f} to {max(each):.1f} ns, "
            f"±{100 * apart:.0f} % (wanted: flat within ±{100 * _ALLOWED:.0f} %): {met}"
        )
    return "\n".join(lines)


def _edges_table(runs: list[dict[str, Any]]) -> str:
    head = (
        "directed edges", "nodes", "network made s", "5 min s", "15 min s", "reached a source",
        "ns a reached node", "nearest, ns a node", "both graphs MB", "lists 15 min MB",
        "the process before, at most while searching MB",
    )  # fmt: skip
    rows = []
    for run in runs:
        five, fifteen = (run["by_limit"][f"{limit_s:g}"] for limit_s in LIMITS_S)
        rows.append(
            (
                f"{run['directed_edges']:,}", f"{run['nodes']:,}", f"{run['made_s']:.2f}",
                f"{five['seconds']:.3f}", f"{fifteen['seconds']:.3f}",
                f"{fifteen['reached_a_source']:.0f}", f"{fifteen['ns_a_node']:.1f}",
                f"{run['nearest_ns_a_node']:.0f}", f"{run['graphs_mb']:.0f}",
                f"{fifteen['listed_mb']:.0f}", f"{run['before_mb']:.0f}, {run['after_mb']:.0f}",
            )
        )  # fmt: skip
    return make_table(head, rows)


def _more_table(runs: list[dict[str, Any]]) -> str:
    head = ("sources", "limit s", "seconds", "µs a source", "ns a reached node", "lists MB")
    rows = []
    for run in runs:
        if not run["by_sources"]:
            continue
        cells = [(count, f"{LIMITS_S[-1]:g}", one) for count, one in run["by_sources"].items()]
        cells += [(str(_USUAL_SOURCES), limit, one) for limit, one in run["by_limit"].items()]
        rows += [
            (
                f"{int(count):,}", limit, f"{one['seconds']:.4f}", f"{one['us_a_source']:.1f}",
                f"{one['ns_a_node']:.1f}", f"{one['listed_mb']:.0f}",
            )
            for count, limit, one in cells
        ]  # fmt: skip
    return make_table(head, rows)


def _draw(runs: list[dict[str, Any]]) -> None:
    limits = {f"{limit_s / 60:g} min": f"{limit_s:g}" for limit_s in LIMITS_S}
    draw_lines(
        CHART,
        "directed edges",
        {
            "nanoseconds a reached node": {
                words: {run["directed_edges"]: run["by_limit"][key]["ns_a_node"] for run in runs}
                for words, key in limits.items()
            },
            "memory of the process, MB": {
                "before searching": {run["directed_edges"]: run["before_mb"] for run in runs},
                "at most, 10,000 sources": {run["directed_edges"]: run["after_mb"] for run in runs},
            },
        },
    )


if __name__ == "__main__":
    main()
