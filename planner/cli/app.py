"""The command `planner`: its verbs, and how an end becomes an exit code."""

from __future__ import annotations

import os
import sys
import warnings
from typing import TYPE_CHECKING, Annotated, TextIO, cast

import typer

from planner import __version__
from planner.cli.batch import batch
from planner.cli.check import check
from planner.cli.compare import compare
from planner.cli.demo import demo
from planner.cli.doctor import doctor
from planner.cli.ends import INTERRUPTED, USAGE, Verbs, tell_end
from planner.cli.explain import explain
from planner.cli.fetch import fetch
from planner.cli.new import new
from planner.cli.propose import propose
from planner.cli.run import run
from planner.cli.standards import standards_app
from planner.errors import PlannerWarning

if TYPE_CHECKING:
    from collections.abc import Sequence

# typer carries click within itself in some versions and imports it in others.
_UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[1])

app = typer.Typer(
    name="planner",
    cls=Verbs,
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
app.command()(compare)
app.command()(explain)
app.command()(fetch)
app.command()(doctor)
app.add_typer(standards_app, name="standards")


def _print_version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"planner {__version__}\n")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_print_version, help="Print the version."
        ),
    ] = False,
) -> None:
    """Hold the options that stand before a verb."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        _survive_any_code_page(stream)
    code = _run(argv)
    if argv is None and code == INTERRUPTED and _compiled_code_may_be_at_work():
        # Python's own end does not survive a kernel that was interrupted while it was compiled.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _compiled_code_may_be_at_work() -> bool:
    # A batch works in other processes, and puts away what they share at an ordinary end.
    return "llvmlite" in sys.modules and "concurrent.futures.process" not in sys.modules


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
    except _UsageError as error:
        if type(error).__name__ != "NoArgsIsHelpError":  # its help is printed already
            error.show()
        return USAGE
    except typer.Abort:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last stop: every end is told in words
        return tell_end(error)
    return code if isinstance(code, int) else 0


def _survive_any_code_page(stream: TextIO) -> None:
    # A Windows console in cp936 lacks some signs: show a stand-in rather than stop.
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
