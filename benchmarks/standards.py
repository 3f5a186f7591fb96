"""
Verdicts of many centres against all shipped rule sets: time of each step.

Run as `python -m benchmarks.standards [--centres N] [--repeats N]`; nothing else is needed.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.domain.places import Centre, Centres
from planner.standards.catalogue import list_rule_sets, load_rule_set
from planner.standards.columns import CentreColumns
from planner.standards.judge import judge_centres
from planner.standards.judge_units import judge_units
from planner.standards.plan_verdict import sum_up_plan
from planner.standards.unit_figures import list_units

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.domain.standard import JudgedUnit

TARGET_S = 2.0
DAY = date(2026, 3, 1)
DISTRICTS = ("渝中区", "江北区", "渝北区", "北碚区", "沙坪坝区", "万州区", "两江新区")
UNIT_LEVELS: tuple[JudgedUnit, ...] = ("community", "street")
LEVELS = ("community", "community", "community", "street", None)
KINDS = ("comprehensive", "comprehensive", "convenience", "party_service")
STATUSES = ("new", "new", "existing", "expanded", "closed", None)


def make_centres(count: int, seed: int = 7) -> Centres:
    """Draw centres of every level, kind and status, a tenth of their cells blank or 约."""
    draw = random.Random(seed)

    def area(least: float, most: float) -> float | None:
        return None if draw.random() < 0.1 else round(draw.uniform(least, most))

    centre = tuple(
        Centre(
            centre_id=f"c{row}",
            name=f"中心{row}",
            row=row + 2,
            level=draw.choice(LEVELS),  # type: ignore[arg-type]  # one of the levels
            kind=draw.choice(KINDS),  # type: ignore[arg-type]  # one of the kinds
            status=draw.choice(STATUSES),  # type: ignore[arg-type]  # one of the statuses
            floor_area_m2=area(200, 6000),
            floor_area_existing_m2=area(200, 3000),
            convenience_area_m2=area(100, 1500),
            district=DISTRICTS[row // 5 % len(DISTRICTS)],
            street=f"街道{row // 50}" if row % 11 else f"镇{row // 50}镇",
            community=f"社区{row // 5}",
            parent=f"c{row // 50 * 50}",
            households_served=area(500, 5000),
            social_workers=draw.choice((None, 0.0, 1.0, 2.0, 3.0)),
            social_work_room=draw.choice((None, True, False)),
            approximate=("floor_area_m2",) if draw.random() < 0.1 else (),
        )
        for row in range(count)
    )
    xy = np.zeros((count, 2))
    return Centres(centre=centre, xy=xy, crs="EPSG:4545", source_crs="EPSG:4490")


def main() -> None:
    """Time every step and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--centres", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    centres = make_centres(asked.centres)
    rule_sets = [load_rule_set(name) for name in list_rule_sets()]
    kept: dict[str, Any] = {}

    def judge() -> None:
        kept["columns"] = CentreColumns(centres.centre, state="plan", day=DAY)
        kept["judgements"] = judge_centres(
            centres,
            rule_sets,
            plan_date=DAY,
            apply_to_existing=False,
            in_plan_scope=None,
            columns=kept["columns"],
        )

    def judge_areas() -> None:
        columns = kept["columns"]
        units = [list_units(centres, level, day=DAY, columns=columns) for level in UNIT_LEVELS]
        kept["units"] = judge_units(
            centres, rule_sets, units, plan_date=DAY, in_plan_scope=None, columns=columns
        )

    def sum_up() -> None:
        sum_up_plan(centres, kept["judgements"], kept["units"].columns, columns=kept["columns"])

    steps: dict[str, Callable[[], object]] = {
        "load the rule sets": lambda: [load_rule_set(name) for name in list_rule_sets()],
        "judge the centres": judge,
        "list and judge communities and streets": judge_areas,
        "sum up the plan": sum_up,
    }
    print(f"{asked.centres:,} centres, {len(rule_sets)} rule sets")
    print("| step | median s | min s | max s | processor s |\n|---|---|---|---|---|")
    total = busy = 0.0
    for step, work in steps.items():
        runs, spent = [], []
        for _ in range(asked.repeats):
            started, worked = time.perf_counter(), time.process_time()
            work()
            runs.append(time.perf_counter() - started)
            spent.append(time.process_time() - worked)
        total += statistics.median(runs)
        busy += statistics.median(spent)
        print(
            f"| {step} | {statistics.median(runs):.3f} | {min(runs):.3f} | {max(runs):.3f} "
            f"| {statistics.median(spent):.3f} |"
        )
    print(f"in all {total:.2f} s, {busy:.2f} s of a processor; target {TARGET_S:g} s")
    print(f"{len(kept['units'].results):,} verdicts of units")
    judgements = kept["judgements"]
    started = time.perf_counter()
    verdicts = [one.verdict for one in judgements.judgement]
    print(
        f"the verdicts of {len(verdicts):,} centres, record by record: "
        f"{time.perf_counter() - started:.2f} s"
    )


if __name__ == "__main__":
    main()
