"""
The map page of a district and of a city: size, first paint, longest frame while panning.

Run as `python -m benchmarks.map_page [--case district|city] [--keep FOLDER]`. Opens the page in the
Chromium that is installed, without a screen and with the network off. A frame is the time between
two animation frames of the browser; those of a page that does nothing are measured in the same
run, as a machine without a graphics card has slow frames of its own.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.coverage import make_study
from benchmarks.stopwatch import describe_machine
from planner.pipeline.evaluate import evaluate_inputs
from planner.report.map_page import write_map
from planner.report.summary import make_summary
from tests.report.browser import DESKTOP, open_browser, open_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@dataclass(frozen=True, slots=True)
class Case:
    """A made-up place, and the budgets of its page."""

    edges: int
    homes: int
    centres: int
    levels: tuple[tuple[str, int], ...]
    wanted_mb: float
    wanted_paint_s: float
    wanted_frame_ms: float


CASES = {
    "district": Case(
        60_000, 20_000, 60, (("community", 150), ("street", 12), ("district", 1)), 3.0, 1.0, 100.0
    ),
    "city": Case(
        1_000_000,
        200_000,
        2_000,
        (("community", 900), ("street", 90), ("district", 9)),
        15.0,
        3.0,
        250.0,
    ),
}
_STEPS = 120
_START = """
() => {
  window.frames_seen = [];
  let last = performance.now();
  const next = (now) => {
    window.frames_seen.push(now - last);
    last = now;
    window.frame_asked = requestAnimationFrame(next);
  };
  window.frame_asked = requestAnimationFrame(next);
}
"""
_STOP = "() => { cancelAnimationFrame(window.frame_asked); return window.frames_seen.slice(1); }"
_PAINT = """
() => Math.max(...performance.getEntriesByType("paint").map((one) => one.startTime))
"""


def make_page(case: Case, path: Path) -> float:
    """Evaluate the place, write its page, and return the seconds the page took."""
    inputs = make_study(case.edges, case.homes, case.centres, levels=case.levels)
    planned = tuple(
        dataclasses.replace(one, status="new") if index % 5 == 0 else one
        for index, one in enumerate(inputs.centres.centre)
    )
    inputs = dataclasses.replace(
        inputs, centres=dataclasses.replace(inputs.centres, centre=planned)
    )
    records = evaluate_inputs(inputs)
    summary = make_summary(records, None)
    began = time.perf_counter()
    write_map(records, None, summary, path, made="2026-01-01")
    return time.perf_counter() - began


def measure(browser: Browser, path: Path) -> dict[str, Any]:
    """Open a page, pan it, and return what was seen."""
    with open_page(browser, path, size=DESKTOP, anchor="#lang=zh") as opened:
        opened.settle(2_000)
        paint_s = float(opened.page.evaluate(_PAINT)) / 1000.0
        opened.page.evaluate(_START)
        opened.settle(1_000)
        still = opened.page.evaluate(_STOP)
        frames = _pan(opened.page)
        if opened.messages:
            raise RuntimeError("; ".join(opened.messages))
        return {
            "paint_s": paint_s,
            "still_ms": max(still),
            "frame_ms": max(frames),
            "middle_ms": sorted(frames)[len(frames) // 2],
            "requests": [one for one in opened.requests if not one.startswith("file:")],
        }


def _pan(page: Page) -> list[float]:
    """Drag the map to and fro with the mouse; return the times of the frames meanwhile."""
    box = page.locator("#map").bounding_box()
    if box is None:
        raise RuntimeError("the page shows no map")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    before = page.screenshot()
    page.evaluate(_START)
    page.mouse.down()
    for step in range(1, _STEPS + 1):
        far = 200.0 * math.sin(step / _STEPS * 4.5 * math.pi)
        page.mouse.move(x + far, y + far / 2.0)
    page.mouse.up()
    frames: list[float] = page.evaluate(_STOP)
    if page.screenshot() == before:
        raise RuntimeError("the map did not move")
    return frames


def main() -> None:
    """Measure the cases and print a table with their budgets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", choices=list(CASES), action="append")
    parser.add_argument("--keep", type=Path, help="a folder to leave the pages in")
    asked = parser.parse_args()
    print(describe_machine())
    print()
    print("| case | page MB | written s | first paint s | longest frame ms | median | still |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, open_browser() as browser:
        for name in asked.case or list(CASES):
            case = CASES[name]
            path = (asked.keep or Path(folder)) / f"{name}.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            written_s = make_page(case, path)
            size_mb = path.stat().st_size / 1e6
            seen = measure(browser, path)
            print(
                f"| {name}: {case.homes:,} homes, {case.centres:,} centres | {size_mb:.2f} "
                f"({case.wanted_mb:g}) | {written_s:.2f} | {seen['paint_s']:.2f} "
                f"({case.wanted_paint_s:g}) | {seen['frame_ms']:.0f} ({case.wanted_frame_ms:g}) | "
                f"{seen['middle_ms']:.0f} | {seen['still_ms']:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
