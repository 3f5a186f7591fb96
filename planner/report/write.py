"""All reports of a run, staged and moved in together."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from planner.domain.shelf import Shelf
from planner.errors import Fault, InputInvalid
from planner.report.coordinates import output_crs
from planner.report.drawing import write_dxf
from planner.report.drawn_shapes import DrawnShapes
from planner.report.figures import write_figures
from planner.report.geopackage import write_geopackage, write_shapefiles
from planner.report.manifest import date_made, list_old_outputs, make_manifest
from planner.report.map_detail import choose_detail
from planner.report.pdf import print_pdf
from planner.report.printed_report import write_report
from planner.report.projects import write_projects
from planner.report.staging import MANIFEST, stage_outputs
from planner.report.summary import make_summary, write_json
from planner.report.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from planner.domain.evaluation import EvaluationRecords, ProposalRecords

FORMATS = ("gpkg", "shp", "dxf")
"""`[output] formats`; the GeoPackage is always written."""


class MapWriter(Protocol):
    """What writes `map.html`."""

    def __call__(
        self,
        records: EvaluationRecords,
        proposals: ProposalRecords | None,
        summary: dict[str, Any],
        path: Path,
        *,
        made: str,
    ) -> object:
        """Write the page."""
        ...


def _now() -> datetime:
    return datetime.now(tz=UTC)


def write_all(
    records: EvaluationRecords,
    proposals: ProposalRecords | None,
    out_dir: Path,
    *,
    map_writer: MapWriter | None = None,
    made: str | None = None,
    shelf: Shelf | None = None,
    clock: Callable[[], datetime] = _now,
) -> dict[str, Any]:
    """
    Write every report of a run into a folder, all of them or none.

    The same records give the same bytes, but for the manifest's `run` block.

    Parameters
    ----------
    records, proposals
        What was found; `proposals` is `None` where siting did not run.
    out_dir
        Folder, made if missing. What an earlier run left there is replaced.
    map_writer
        Writes `map.html`; the planner's own page where not given.
    made
        Date printed on the map; where not given `SOURCE_DATE_EPOCH`, else the day on
        which the newest input was changed.
    shelf
        Where what the reports of several studies share is kept.
    clock
        Tells the time, for the manifest's `run` block alone.

    Returns
    -------
    summary
        As written to `summary.json`.

    Raises
    ------
    OutputLocked, ReportError
        If an output is open elsewhere or the folder cannot be written.
    InputInvalid, StudyKeyError
        If `[output]` asks for a format or a CRS that is not known.
    """
    started = clock()
    _check_output_settings(records)
    if map_writer is None:
        from planner.report.map_page import write_map

        map_writer = partial(write_map, shelf=shelf)
    if made is None:
        made = date_made(records.settings)
    shelf = shelf or Shelf()
    shapes = DrawnShapes(shelf, coarser=choose_detail(records).coarser)
    summary = make_summary(records, proposals)
    with stage_outputs(out_dir, stale=list_old_outputs(out_dir)) as stage:
        write_json(summary, stage / "summary.json")
        map_writer(records, proposals, summary, stage / "map.html", made=made)
        notices = (
            *records.notices,
            *write_figures(records, proposals, summary, stage / "figures", shapes=shapes),
        )
        write_report(
            records,
            proposals,
            summary,
            stage / "report.html",
            made=made,
            figures=stage / "figures",
        )
        if records.settings.output.pdf:
            notices = (*notices, *print_pdf(stage / "report.html", stage / "report.pdf"))
        write_workbook(records, proposals, summary, stage / "tables.xlsx", notices=notices)
        write_projects(records, proposals, stage / "projects.csv")
        _write_layers(records, proposals, stage, shapes)
        manifest = make_manifest(
            records,
            stage,
            made=made,
            notices=notices,
            started=started,
            finished=clock(),
            out_dir=out_dir,
            shelf=shelf,
        )
        write_json(manifest, stage / MANIFEST)
    return summary


def _check_output_settings(records: EvaluationRecords) -> None:
    output_crs(records)
    unknown = [name for name in records.settings.output.formats if name not in FORMATS]
    if unknown:
        raise InputInvalid(
            Fault(
                "a format of the outputs is not known",
                file=records.settings.path.name,
                field="[output] formats",
                found=", ".join(unknown),
                expected=", ".join(FORMATS),
            )
        )


def _write_layers(
    records: EvaluationRecords, proposals: ProposalRecords | None, stage: Path, shapes: DrawnShapes
) -> None:
    write_geopackage(records, proposals, stage / "results.gpkg", shapes=shapes)
    formats = records.settings.output.formats
    if "shp" in formats:
        write_shapefiles(records, proposals, stage / "shapefiles")
    if "dxf" in formats:
        write_dxf(records, proposals, stage / "results.dxf")
