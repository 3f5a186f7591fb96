"""The solver: most persons with so many centres, fewest centres, or within a budget."""

from __future__ import annotations

from planner.siting.solve.budget import solve_budget
from planner.siting.solve.cover import solve_cover
from planner.siting.solve.target import solve_target

__all__ = ["solve_budget", "solve_cover", "solve_target"]
