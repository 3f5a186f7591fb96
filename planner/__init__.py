"""
Walking life circles, floor-area standards and siting of service centres.

The public names below are loaded when first used, so that `import planner`
stays light.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.domain.network import StreetNetwork
    from planner.errors import (
        CoarseDemandWarning,
        InputError,
        NetworkError,
        PlanDisagrees,
        PlannerError,
        PlannerWarning,
        ReportError,
        SitingError,
        StudyError,
    )
    from planner.reach.isochrones import draw_isochrones
    from planner.reach.times import compute_reach, find_nearest_centre
    from planner.siting.solve import solve_cover
    from planner.units import UNREACHED, minutes
    from planner.workbench import (
        Evaluation,
        Plan,
        Study,
        evaluate,
        propose,
        read_streets,
        read_study,
        run,
        write_reports,
    )

__version__ = "0.1.0"

_HOME = {
    "CoarseDemandWarning": "planner.errors",
    "Evaluation": "planner.workbench",
    "InputError": "planner.errors",
    "NetworkError": "planner.errors",
    "Plan": "planner.workbench",
    "PlanDisagrees": "planner.errors",
    "PlannerError": "planner.errors",
    "PlannerWarning": "planner.errors",
    "ReportError": "planner.errors",
    "SitingError": "planner.errors",
    "StreetNetwork": "planner.domain.network",
    "Study": "planner.workbench",
    "StudyError": "planner.errors",
    "UNREACHED": "planner.units",
    "compute_reach": "planner.reach.times",
    "draw_isochrones": "planner.reach.isochrones",
    "evaluate": "planner.workbench",
    "find_nearest_centre": "planner.reach.times",
    "minutes": "planner.units",
    "propose": "planner.workbench",
    "read_streets": "planner.workbench",
    "read_study": "planner.workbench",
    "run": "planner.workbench",
    "solve_cover": "planner.siting.solve",
    "write_reports": "planner.workbench",
}

__all__ = [
    "UNREACHED",
    "CoarseDemandWarning",
    "Evaluation",
    "InputError",
    "NetworkError",
    "Plan",
    "PlanDisagrees",
    "PlannerError",
    "PlannerWarning",
    "ReportError",
    "SitingError",
    "StreetNetwork",
    "Study",
    "StudyError",
    "__version__",
    "compute_reach",
    "draw_isochrones",
    "evaluate",
    "find_nearest_centre",
    "minutes",
    "propose",
    "read_streets",
    "read_study",
    "run",
    "solve_cover",
    "write_reports",
]


def __getattr__(name: str) -> object:
    """Load a public name from its module when it is first asked for."""
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'planner' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)
