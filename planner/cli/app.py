"""The command `planner`: its verbs, and how an end becomes an exit code."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, TextIO, cast

import typer

from planner.cli.batch import batch
from planner.cli.check import check
from planner.cli.demo import demo
from planner.cli.new import new
from planner.cli.propose import propose
from planner.cli.run import run
from planner.cli.standards import standards_app
from planner.errors import PlannerError, PlannerWarning

if TYPE_CHECKING:
    from collections.abc import Sequence

# typer carries click within itself in some versions and imports it in others.
_UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[1])

INTERRUPTED = 130
USAGE = 2

app = typer.Typer(
    name="planner",
    help="Walking life circles, floor-area standards and siting of service centres.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(demo)
app.command()(new)
app.command()(check)
app.command()(run)
app.command()(propose)
app.command()(batch)
app.add_typer(standards_app, name="standards")


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        _survive_any_code_page(stream)
    sys.exit(_run(argv))


def _run(argv: Sequence[str] | None) -> int:
    command = typer.main.get_command(app)
    try:
        with warnings.catch_warnings():
            # What these warn of is among the notices, which every verb prints or counts.
            warnings.simplefilter("ignore", PlannerWarning)
            code = command.main(
                args=None if argv is None else list(argv),
                prog_name="planner",
                standalone_mode=False,
            )
    except PlannerError as error:
        sys.stderr.write(explain_error(error))
        return error.exit_code
    except _UsageError as error:
        error.show()
        return USAGE
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("interrupted 已中断\n")
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def explain_error(error: PlannerError) -> str:
    """Return an error as the text a planner reads, one fault a line."""
    count = len(error.faults)
    head = "error 错误:" if count == 1 else f"error 错误: {count} faults"
    if count == 1:
        return f"{head} {error}\n"
    return "\n".join([head, *(f"  {line}" for line in str(error).splitlines())]) + "\n"


def _survive_any_code_page(stream: TextIO) -> None:
    # A Windows console in cp936 lacks some signs: show a stand-in rather than stop.
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
