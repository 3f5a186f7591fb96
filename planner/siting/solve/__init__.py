"""The solver: most persons with so many centres."""

from __future__ import annotations

from planner.siting.solve.cover import solve_cover

__all__ = ["solve_cover"]
