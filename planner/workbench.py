"""Thin façades for notebooks and programs: they hold records and hand them on."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.domain.progress import Progress, SilentProgress
from planner.errors import InputInvalid, StudyKeyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import folium
    import geopandas as gpd
    from matplotlib.figure import Figure

    from planner.domain.comparison import Comparison
    from planner.domain.evaluation import EvaluationRecords, ProposalRecords
    from planner.domain.explain import Explanation
    from planner.domain.network import StreetNetwork
    from planner.domain.recount import Recount
    from planner.domain.shelf import Shelf
    from planner.domain.study import StudySettings
    from planner.domain.walking import PrivateWays
    from planner.pipeline.check import CheckResult


@dataclass(frozen=True, slots=True)
class Study:
    """
    A study as its file says; nothing is read but that file.

    Attributes
    ----------
    settings
        The record.
    """

    settings: StudySettings

    def with_siting(
        self,
        *,
        count: int | None = None,
        target: float | None = None,
        budget: float | None = None,
    ) -> Study:
        """Return the same study asking another siting question (exactly one of the three)."""
        from planner.domain.study import SitingSettings

        if sum(value is not None for value in (count, target, budget)) != 1:
            raise StudyKeyError("give exactly one of count, target, budget")
        siting = dataclasses.replace(
            self.settings.siting or SitingSettings(),
            count=count,
            target=target,
            budget=budget,
            phases=(),
        )
        return Study(dataclasses.replace(self.settings, siting=siting))

    def with_pdf(self) -> Study:
        """Return the study with `report.pdf` among its outputs."""
        output = dataclasses.replace(self.settings.output, pdf=True)
        return Study(dataclasses.replace(self.settings, output=output))

    def _repr_html_(self) -> str:
        from planner.report.rich_tables import study_html

        return study_html(self.settings)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """
    What an evaluation found.

    Attributes
    ----------
    records
        All records, in the working CRS.
    """

    records: EvaluationRecords

    def summary(self, plan: Plan | None = None) -> dict[str, Any]:
        """Return the figures as `summary.json` has them."""
        from planner.report.summary import make_summary

        return make_summary(self.records, None if plan is None else plan.records)

    def map(self, plan: Plan | None = None) -> folium.Map:
        """Return a folium map that shows itself in a notebook."""
        from planner.report.rich_display import show_map

        return show_map(self.records, None if plan is None else plan.records)

    def chart(self, kind: str = "coverage", plan: Plan | None = None) -> Figure:
        """Return a figure that shows itself: `coverage`, `times`, `verdicts`, a plan's `curve`."""
        from planner.report.rich_display import show_chart

        return show_chart(kind, self.records, None if plan is None else plan.records)

    def _repr_html_(self) -> str:
        from planner.report.rich_tables import evaluation_html

        return evaluation_html(self.records)

    def explain(
        self, *, demand_id: str | None = None, at: tuple[float, float] | None = None
    ) -> Explanation:
        """Tell why a home, or a point (longitude, latitude), is covered or not, and the walk."""
        from planner.pipeline.explain import explain_home, explain_point

        if demand_id is not None and at is None:
            return explain_home(self.records, demand_id)
        if at is not None and demand_id is None:
            return explain_point(self.records, at)
        raise InputInvalid("give exactly one of demand_id and at")

    def explain_text(self, **place: Any) -> str:  # noqa: ANN401 - as `explain` takes them
        """Return what `explain` tells as text in the study's language."""
        from planner.report.explain_text import explain_text

        return explain_text(self.explain(**place))

    def recount(self, name: str, *, level: str = "community") -> Recount:
        """List the homes of one area, by name or id, so that its share can be added up again."""
        from planner.pipeline.recount import recount_area

        return recount_area(self.records, name, level=level)

    def demand_frame(self) -> gpd.GeoDataFrame:
        """Return the demand points with their times and coverage in the plan."""
        from planner.report.frames import demand_frame

        return demand_frame(self.records)

    def centre_frame(self) -> gpd.GeoDataFrame:
        """Return the centres with their verdicts and figures."""
        from planner.report.frames import centre_frame

        return centre_frame(self.records)

    def gap_frame(self) -> gpd.GeoDataFrame:
        """Return the gaps, largest first."""
        from planner.report.frames import gap_frame

        return gap_frame(self.records)

    def area_frame(self) -> gpd.GeoDataFrame:
        """Return the administrative areas with their shares in the plan."""
        from planner.report.frames import area_frame

        return area_frame(self.records)


@dataclass(frozen=True, slots=True)
class Plan:
    """
    Proposals with their proof.

    Attributes
    ----------
    records
        The siting plan and its coverage, re-judged.
    language
        `zh` or `en`: that of its table in a notebook.
    """

    records: ProposalRecords
    language: str = "zh"

    def proposal_frame(self) -> gpd.GeoDataFrame:
        """Return the proposals in order, with their gains."""
        from planner.report.frames import proposal_frame

        return proposal_frame(self.records)

    def _repr_html_(self) -> str:
        from planner.report.rich_tables import plan_html

        return plan_html(self.records, self.language)

    @property
    def bound_gap_share(self) -> float:
        """How far the plan may be from the best there is: (bound - objective) / bound."""
        return self.records.plan.bound_gap_share


def read_study(path: str | Path) -> Study:
    """
    Read a study file.

    Parameters
    ----------
    path
        `study.toml`, or the folder that holds it.

    Raises
    ------
    StudyError, InputError
        With every fault of the file.
    """
    from planner.inputs.study import read_study_file

    return Study(read_study_file(Path(path)))


def read_demo_study() -> Study:
    """Read the embedded synthetic study, from the wheel or from a checkout."""
    here = Path(__file__).resolve().parent
    for folder in (here / "_demo", here.parent / "data" / "demo"):
        if (folder / "study.toml").is_file():
            return read_study(folder)
    raise StudyKeyError("the embedded demo study is missing: the installation is incomplete")


def evaluate(
    study: Study | str | Path,
    *,
    threads: int | None = None,
    shelf: Shelf | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """
    Evaluate a study: verdicts, coverage of every state, gaps.

    Parameters
    ----------
    study
        A study, or the path of its file.
    threads
        Threads of the searches, `None` for the machine's cores.
    shelf
        Where what several studies share is kept, so that it is made once.
    progress
        Listener for a progress display.

    Raises
    ------
    PlannerError
        With the faults of every input.
    """
    from planner.pipeline.evaluate import evaluate_study

    if not isinstance(study, Study):
        study = read_study(study)
    return Evaluation(
        evaluate_study(study.settings, threads=threads, shelf=shelf, progress=progress)
    )


def propose(
    evaluation: Evaluation,
    *,
    count: int | None = None,
    target: float | None = None,
    budget: float | None = None,
    threads: int | None = None,
    shelf: Shelf | None = None,
    progress: Progress | None = None,
) -> Plan:
    """
    Propose where to build on top of the plan.

    Parameters
    ----------
    evaluation
        The plan evaluated.
    count, target, budget
        At most so many new centres, or the share to reach, or yuan to spend;
        none of them asks the question of the study's `[siting]`.
    threads, shelf, progress
        As in `evaluate`.

    Raises
    ------
    SitingError
        If the question cannot be asked as it stands.
    """
    from planner.pipeline.propose import propose_sites

    study = Study(evaluation.records.settings)
    if any(value is not None for value in (count, target, budget)):
        study = study.with_siting(count=count, target=target, budget=budget)
    if study.settings.siting is None:
        raise StudyKeyError("the study has no [siting]: give count, target or budget")
    return Plan(
        propose_sites(
            evaluation.records,
            study.settings.siting,
            threads=threads,
            shelf=shelf,
            progress=progress,
        ),
        language=study.settings.language,
    )


def write_reports(
    evaluation: Evaluation,
    plan: Plan | None,
    out: str | Path,
    *,
    shelf: Shelf | None = None,
    progress: Progress | None = None,
) -> Path:
    """
    Write every report of a run; see the contract of outputs in the handbook.

    Parameters
    ----------
    evaluation, plan
        What to write; `plan` may be `None`.
    out
        Folder, made if missing; outputs are moved in together.
    shelf, progress
        As in `evaluate`.

    Returns
    -------
    folder
        `out`.

    Raises
    ------
    OutputLocked, ReportError
        If an output is open elsewhere or the folder cannot be written.
    """
    from planner.report.write import write_all

    progress = progress or SilentProgress()
    progress.begin("reports")
    proposals = None if plan is None else plan.records
    write_all(evaluation.records, proposals, Path(out), shelf=shelf)
    progress.end()
    return Path(out)


def run(study: Study | str | Path, out: str | Path, *, threads: int | None = None) -> Evaluation:
    """Do the whole job in one call: evaluate, propose if `[siting]` is there, report."""
    if not isinstance(study, Study):
        study = read_study(study)
    return run_with(study, Path(out), threads=threads)[0]


def run_with(
    study: Study,
    out: Path,
    *,
    threads: int | None = None,
    shelf: Shelf | None = None,
    progress: Progress | None = None,
    no_quarantine: bool = False,
) -> tuple[Evaluation, Plan | None]:
    """Do the whole job and return both results; see `run`."""
    from planner.report.set_aside import refuse_set_aside
    from planner.report.staging import check_writable

    check_writable(out)
    evaluation = evaluate(study, threads=threads, shelf=shelf, progress=progress)
    records = evaluation.records
    if no_quarantine and records.quarantine:
        files = {"demand": records.demand.file, "centres": records.centres.file}
        raise InputInvalid(refuse_set_aside(records.quarantine, files))
    plan = None
    if study.settings.siting is not None:
        plan = propose(evaluation, threads=threads, shelf=shelf, progress=progress)
    write_reports(evaluation, plan, out, shelf=shelf, progress=progress)
    return evaluation, plan


def check_study(path: str | Path, *, progress: Progress | None = None) -> CheckResult:
    """Read every input of a study and list all faults and warnings; nothing is changed."""
    from planner.pipeline.check import check_inputs

    return check_inputs(Path(path), progress=progress)


def describe_rule_sets() -> list[dict[str, Any]]:
    """Return the shipped rule sets, one plain dictionary each."""
    from planner.pipeline import rule_sets

    return rule_sets.describe_rule_sets()


def describe_rule_set(name: str) -> dict[str, Any]:
    """Return a rule set as a plain dictionary, dates as text."""
    from planner.pipeline import rule_sets

    return rule_sets.describe_rule_set(name)


def diff_rule_sets(before: str, after: str) -> dict[str, Any]:
    """Return what differs between two rule sets, clause by clause, as a plain dictionary."""
    from planner.pipeline import rule_sets

    return rule_sets.diff_rule_sets(before, after)


def diff_plan_verdicts(
    study: str | Path,
    before: str,
    after: str,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return how the plan of a study fares under two rule sets, as a plain dictionary."""
    from planner.inputs.study import read_study_file
    from planner.pipeline import plan_verdicts

    return plan_verdicts.diff_plan_verdicts(
        read_study_file(Path(study)), before, after, threads=threads, progress=progress
    )


def read_streets(
    source: str | Path,
    *,
    elevation: str | Path | Sequence[str | Path] | None = None,
    profile: str = "norm",
    private_ways: PrivateWays = "residents",
) -> StreetNetwork:
    """
    Read streets and time them for a walking profile.

    Parameters
    ----------
    source
        An OpenStreetMap file: `.osm.pbf`, `.osm`, `.osm.gz`, `.osm.bz2`.
    elevation
        Terrain: a GeoTIFF or an SRTM tile, or several; without it slope is not counted.
    profile
        Who walks: `norm`, `adult`, `elderly`, `child_with_carer`, `wheelchair`.
    private_ways
        `residents` (first or last part of a walk only), `exclude` or `open`.

    Raises
    ------
    InputError, NetworkError, StudyError
        If the file, or a setting, cannot be used.
    """
    from planner.network.walking import find_profile, time_streets
    from planner.pipeline.streets import open_heights, open_streets

    files = () if elevation is None else elevation
    if isinstance(files, str | Path):
        files = (files,)
    streets = open_streets(Path(source))
    return time_streets(
        streets,
        find_profile(profile),
        heights=open_heights(streets, tuple(Path(file) for file in files)),
        private_ways=private_ways,
    )


def new_study(folder: str | Path) -> tuple[Path, ...]:
    """Make a folder with a commented study file and a template workbook; return the files."""
    from planner.report.scaffold import write_scaffold

    return write_scaffold(Path(folder))


def compare(folder_a: str | Path, folder_b: str | Path, out: str | Path) -> Comparison:
    """
    Compare two result folders and write what differs.

    Parameters
    ----------
    folder_a, folder_b
        Folders that `run` wrote; A is what there was, B what there would be.
    out
        Folder for `compare.html`, `compare.xlsx`, `compare.gpkg`, `compare.json`.

    Raises
    ------
    InputMissing, InputUnreadable
        If a folder holds no whole result.
    OutputLocked, ReportError
        If the outputs cannot be written.
    """
    from planner.report.compare import compare_results
    from planner.report.compare_read import read_result
    from planner.report.compare_write import write_comparison
    from planner.report.staging import check_writable
    from planner.standards.zones import district_on

    check_writable(Path(out))
    a, b = read_result(Path(folder_a)), read_result(Path(folder_b))
    comparison = compare_results(a, b, district_on=district_on)
    write_comparison(comparison, Path(out), crs=a.crs)
    return comparison
