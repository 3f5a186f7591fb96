"""
The error tree and the warning tree.

A reader collects every fault of a file as `Fault` records and raises once. The
command line turns a `PlannerError` into one readable message and the exit code
it carries, never a traceback. A plan that misses a standard is a result, not
an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

FAULTS_SHOWN = 200
"""So many faults of one file are spelled out in a message; all are counted."""


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One thing wrong (or doubtful) in an input, and where it stands.

    Attributes
    ----------
    message
        What is wrong, a plain sentence.
    file, layer, row, field
        Where: `row` counts as the user sees it (the first data row of a sheet
        with one header row is 2), `None` where it does not apply.
    found, expected
        The value met and what would have been right.
    hint
        What to do about it.
    """

    message: str
    file: str | None = None
    layer: str | None = None
    row: int | str | None = None
    field: str | None = None
    found: str | None = None
    expected: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = " · ".join(
            part
            for part in (
                self.file,
                f"layer {self.layer}" if self.layer is not None else None,
                f"row {self.row}" if self.row is not None else None,
                f"field {self.field}" if self.field is not None else None,
            )
            if part
        )
        parts = [f"{place}: {self.message}" if place else self.message]
        if self.found is not None:
            parts.append(f"found {self.found}")
        if self.expected is not None:
            parts.append(f"expected {self.expected}")
        if self.hint is not None:
            parts.append(self.hint)
        return "; ".join(parts)


class PlannerError(Exception):
    """
    Base of every error the planner raises on purpose.

    Parameters
    ----------
    faults
        A sentence, one `Fault`, or all the faults of a file.
    notices
        Warnings that were found in the same pass; they are no part of the message.
    """

    exit_code: ClassVar[int] = 2

    def __init__(
        self, faults: str | Fault | Sequence[Fault], *, notices: Sequence[Fault] = ()
    ) -> None:
        if isinstance(faults, str):
            faults = [Fault(faults)]
        elif isinstance(faults, Fault):
            faults = [faults]
        self.faults: tuple[Fault, ...] = tuple(faults)
        self.notices: tuple[Fault, ...] = tuple(notices)
        super().__init__(self._text())

    def _text(self) -> str:
        lines = [str(fault) for fault in self.faults[:FAULTS_SHOWN]]
        if len(self.faults) > FAULTS_SHOWN:
            lines.append(f"… {len(self.faults)} faults in all, the first {FAULTS_SHOWN} shown")
        return "\n".join(lines)

    def __reduce__(self) -> tuple[type[PlannerError], tuple[tuple[Fault, ...]]]:
        """Keep the faults when an error crosses a process border."""
        return (type(self), (self.faults,))


class InputError(PlannerError):
    """An input file cannot be used as it is."""


class InputMissing(InputError, FileNotFoundError):
    """A file named by the study, or on the command line, does not exist."""

    def __str__(self) -> str:
        return self._text()


class InputUnreadable(InputError, OSError):
    """A file is empty, cut short, locked, or not of the format its name says."""

    def __str__(self) -> str:
        return self._text()


class InputInvalid(InputError, ValueError):
    """A file can be read, but values in it cannot be right."""


class DownloadFailed(InputError, ConnectionError):
    """A server cannot be reached, refuses, is too slow, or answers with nothing of use."""

    def __str__(self) -> str:
        return self._text()


class StudyError(PlannerError):
    """The study file is wrong."""


class StudyKeyError(StudyError, ValueError):
    """The study file has an unknown key, lacks one, or gives it a wrong value."""


class NetworkError(PlannerError):
    """The street network cannot serve the request."""


class NetworkEmpty(NetworkError, ValueError):
    """No walkable street was found."""


class NodeIndexError(NetworkError, IndexError):
    """A node index does not belong to the network."""


class NetworkInvalid(NetworkError, ValueError):
    """Arrays given as a network contradict each other or hold impossible times."""


class StandardsError(PlannerError, ValueError):
    """A rule set is unknown or breaks the schema of rule sets."""


class SitingError(PlannerError):
    """The siting question cannot be asked as it stands."""


class SitingInvalid(SitingError, ValueError):
    """A siting setting or array is wrong: no candidate, NaN cost, too few places."""


class PlanDisagrees(SitingError, AssertionError):
    """The solver's coverage and the recount differ: a bug, never a user's fault."""

    exit_code: ClassVar[int] = 1


class ReportError(PlannerError):
    """A report cannot be written."""


class OutputLocked(ReportError, PermissionError):
    """An output file is open in another program, or its folder is read-only."""

    def __str__(self) -> str:
        return self._text()


class PlannerWarning(UserWarning):
    """Base of every warning the planner gives."""


class CoarseDemandWarning(PlannerWarning):
    """Demand points stand on a lattice coarser than the shortest circle can tell apart."""
