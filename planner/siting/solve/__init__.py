"""The solver: most persons with so many centres, fewest centres, or within a budget."""

from __future__ import annotations

from planner.siting.solve.budget import solve_budget
from planner.siting.solve.cover import solve_cover
from planner.siting.solve.target import solve_target
from planner.siting.solve.walks import solve_median, solve_worst

__all__ = ["solve_budget", "solve_cover", "solve_median", "solve_target", "solve_worst"]
