"""What `planner check` finds: every input read, every fault and warning, nothing changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import FAULTS_SHOWN, Fault, InputMissing, PlannerError
from planner.inputs.areas import read_areas
from planner.inputs.candidates import read_candidates
from planner.inputs.centres import read_centres
from planner.inputs.study import read_study_file
from planner.pipeline.inputs_told import describe_inputs
from planner.pipeline.intake import read_inputs
from planner.pipeline.people import read_people
from planner.report.check_workbook import write_check_workbook
from planner.report.chinese import both_lines
from planner.report.findings import describe_findings, list_finding_places, tell_in_both
from planner.report.recognised import tell_files
from planner.report.set_aside import tell_set_aside

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.domain.places import Areas, Candidates, Centres, Demand, QuarantinedRow
    from planner.domain.population import Buildings, PopulationAreas
    from planner.domain.progress import Progress
    from planner.domain.recognised import FileRead
    from planner.domain.study import StudySettings
    from planner.report.findings import FindingRow


@dataclass(frozen=True, slots=True)
class CheckResult:
    """
    What `planner check` found.

    Attributes
    ----------
    faults
        What stops a run.
    notices
        Warnings and assumptions.
    quarantine
        Rows that would be set aside.
    recognised
        Plain sentences: what was read and how.
    findings
        What a look over the streets found, as sentences in English and in Chinese.
    finding_places
        Where to look.
    findings_counted
        The same as plain values, a dictionary a kind.
    files
        How each file was read: its columns, units, CRS and encoding.
    """

    faults: tuple[Fault, ...]
    notices: tuple[Fault, ...]
    quarantine: tuple[QuarantinedRow, ...]
    recognised: tuple[str, ...]
    findings: tuple[str, ...] = ()
    finding_places: tuple[FindingRow, ...] = ()
    findings_counted: tuple[dict[str, Any], ...] = ()
    files: tuple[FileRead, ...] = ()

    def text(self) -> str:
        """Return the list as text, faults and notices in English and in Chinese."""
        lines = [f"fault 错误: {both_lines(fault)}" for fault in self.faults[:FAULTS_SHOWN]]
        lines += _more(len(self.faults), "faults 错误")
        lines += [f"note 提示: {both_lines(notice)}" for notice in self.notices[:FAULTS_SHOWN]]
        lines += _more(len(self.notices), "notes 提示")
        lines += [
            f"set aside 已隔离: {tell_set_aside(row)}" for row in self.quarantine[:FAULTS_SHOWN]
        ]
        lines += _more(len(self.quarantine), "rows set aside 隔离行")
        return "\n".join([*lines, self.account()])

    def account(self) -> str:
        """Return what was found in the streets and recognised in the files, and the counts."""
        lines = [f"streets 路网: {sentence}" for sentence in self.findings]
        lines += [f"read 已读: {sentence}" for sentence in self.recognised]
        lines += [
            line if line.startswith(" ") else f"recognised 识别: {line}"
            for line in tell_files(self.files)
        ]
        state = (
            f"{len(self.faults)} faults, {len(self.notices)} notes, "
            f"{len(self.quarantine)} rows set aside"
        )
        return "\n".join([*lines, state]) + "\n"

    def write_workbook(self, path: Path) -> None:
        """Write the list as an Excel workbook."""
        write_check_workbook(
            self.faults,
            self.notices,
            self.quarantine,
            path,
            findings=self.findings,
            finding_places=self.finding_places,
            files=self.files,
        )


def _more(count: int, what: str) -> list[str]:
    if count <= FAULTS_SHOWN:
        return []
    return [f"… {count} {what} in all, the first {FAULTS_SHOWN} shown 只列出前 {FAULTS_SHOWN} 处"]


def check_inputs(path: Path, *, progress: Progress | None = None) -> CheckResult:
    """
    Read every input of a study; files that are missing do not keep the others from being read.

    Parameters
    ----------
    path
        The study file, or its folder.
    progress
        Listener.
    """
    missing: tuple[Fault, ...] = ()
    settings: StudySettings | None = None
    try:
        try:
            settings = read_study_file(path)
        except InputMissing as error:
            settings = read_study_file(path, require_files=False)
            missing = error.faults
        inputs = read_inputs(settings, progress=progress)
    except PlannerError as error:
        # A missing file is missed twice, by the study and by its reader: told once.
        told = {fault.found for fault in missing}
        faults = [fault for fault in error.faults if fault.found not in told]
        rest = _Rest() if settings is None else _read_each(settings)
        return CheckResult(
            (*missing, *faults),
            tuple(rest.notices),
            tuple(rest.quarantine),
            (),
            files=tuple(rest.files),
        )
    return CheckResult(
        faults=(),
        notices=inputs.notices,
        quarantine=(*inputs.demand.quarantine, *inputs.centres.quarantine),
        recognised=describe_inputs(inputs),
        findings=tell_in_both(inputs.network_findings),
        finding_places=tuple(list_finding_places(inputs)),
        findings_counted=tuple(describe_findings(inputs.network_findings)),
        files=tuple(
            record.read
            for record in (inputs.demand, inputs.centres, *inputs.areas, inputs.candidates)
            if record is not None and record.read is not None
        ),
    )


@dataclass(slots=True)
class _Rest:
    """What can still be said of the files where some have faults."""

    notices: list[Fault] = field(default_factory=list)
    quarantine: list[QuarantinedRow] = field(default_factory=list)
    files: list[FileRead] = field(default_factory=list)

    def read(
        self,
        reader: Callable[
            [], Demand | PopulationAreas | Buildings | Centres | Areas | Candidates | None
        ],
    ) -> None:
        """Keep the warnings of one file; its faults are known already."""
        try:
            record = reader()
        except PlannerError as error:
            self.notices.extend(error.notices)
            return
        if record is None:
            return
        self.notices.extend(record.notices)
        self.quarantine.extend(getattr(record, "quarantine", ()))
        if record.read is not None:
            self.files.append(record.read)


def _read_each(settings: StudySettings) -> _Rest:
    """Read each file by itself: a fault in one keeps nothing back of the others."""
    rest = _Rest()
    rest.read(lambda: read_people(settings))
    rest.read(lambda: read_centres(settings.centres))
    areas = settings.areas
    for level, path in (
        ("community", areas.community),
        ("street", areas.street),
        ("district", areas.district),
        ("plan_scope", areas.plan_scope),
        ("urban_unbuilt", areas.urban_unbuilt),
    ):
        if path is not None:
            rest.read(lambda path=path, level=level: read_areas(path, level=level))  # type: ignore[misc]
    if settings.siting is not None and not isinstance(settings.siting.candidates, str):
        candidates = settings.siting.candidates
        rest.read(lambda: read_candidates(candidates))
    if settings.siting is not None and isinstance(settings.siting.must_not, Path):
        forbidden = settings.siting.must_not
        rest.read(lambda: read_areas(forbidden, level="must_not"))
    return rest
