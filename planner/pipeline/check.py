"""What `planner check` finds: every input read, every fault and warning, nothing changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.errors import FAULTS_SHOWN, Fault, InputMissing, PlannerError
from planner.inputs.study import read_study_file
from planner.pipeline.intake import describe_inputs, read_inputs
from planner.report.check_workbook import write_check_workbook
from planner.report.chinese import both_lines
from planner.report.findings import describe_findings, list_finding_places, tell_in_both
from planner.report.set_aside import tell_set_aside

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.places import QuarantinedRow
    from planner.domain.progress import Progress
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
    """

    faults: tuple[Fault, ...]
    notices: tuple[Fault, ...]
    quarantine: tuple[QuarantinedRow, ...]
    recognised: tuple[str, ...]
    findings: tuple[str, ...] = ()
    finding_places: tuple[FindingRow, ...] = ()
    findings_counted: tuple[dict[str, Any], ...] = ()

    def text(self) -> str:
        """Return the list as text, faults and notices in English and in Chinese."""
        lines = [f"fault 错误: {both_lines(fault)}" for fault in self.faults[:FAULTS_SHOWN]]
        if len(self.faults) > FAULTS_SHOWN:
            lines.append(f"… {len(self.faults)} faults in all, the first {FAULTS_SHOWN} shown")
        lines += [f"note 提示: {both_lines(notice)}" for notice in self.notices]
        lines += [f"set aside 已隔离: {tell_set_aside(row)}" for row in self.quarantine]
        lines += [f"streets 路网: {sentence}" for sentence in self.findings]
        lines += [f"read 已读: {sentence}" for sentence in self.recognised]
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
        )


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
        return CheckResult((*missing, *faults), (), (), ())
    return CheckResult(
        faults=(),
        notices=inputs.notices,
        quarantine=(*inputs.demand.quarantine, *inputs.centres.quarantine),
        recognised=describe_inputs(inputs),
        findings=tell_in_both(inputs.network_findings),
        finding_places=tuple(list_finding_places(inputs)),
        findings_counted=tuple(describe_findings(inputs.network_findings)),
    )
