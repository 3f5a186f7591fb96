"""Maps and charts for notebooks; what a kernel lacks for them is said in words."""

from __future__ import annotations

import importlib
import warnings
from typing import TYPE_CHECKING, Any

from planner.domain.shelf import Shelf
from planner.errors import Fault, PlannerWarning, ReportError

if TYPE_CHECKING:
    import folium
    from matplotlib.figure import Figure

    from planner.domain.evaluation import EvaluationRecords, ProposalRecords


def show_map(records: EvaluationRecords, proposals: ProposalRecords | None) -> folium.Map:
    """
    Return a folium map that shows itself in a notebook.

    Raises
    ------
    ReportError
        If folium cannot be imported.
    """
    module = _load("planner.report.notebook_map", "a map in a notebook", "folium")
    return module.make_folium_map(records, proposals)


def show_chart(kind: str, records: EvaluationRecords, proposals: ProposalRecords | None) -> Figure:
    """
    Return a figure that shows itself in a notebook; no state of pyplot is touched.

    Warns
    -----
    PlannerWarning
        If no Chinese font was found and the figure is lettered in English.

    Raises
    ------
    ReportError
        If matplotlib cannot be imported, or there is no such figure.
    """
    figures = _load("planner.report.figures", "a chart", "matplotlib")
    lettering, notices = figures.choose_lettering(records.settings.language)
    for notice in notices:
        warnings.warn(str(notice), PlannerWarning, stacklevel=3)
    from planner.report.drawn_shapes import DrawnShapes
    from planner.report.summary import make_summary

    return figures.draw_figure(  # type: ignore[no-any-return] # the module is loaded by name
        kind,
        records,
        proposals,
        make_summary(records, proposals),
        lettering=lettering,
        shapes=DrawnShapes(Shelf()),
    )


def _load(module: str, purpose: str, library: str) -> Any:  # noqa: ANN401 - a module
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ReportError(
            Fault(
                f"{purpose} needs {library}, which cannot be imported here",
                found=str(error),
                hint=f"install it where this kernel runs: pip install {library}",
            )
        ) from error
