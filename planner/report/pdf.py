"""`report.pdf`: the report printed by a browser that is installed already."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from planner.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

BROWSER: Final = "PLANNER_BROWSER"
"""Variable that names the browser to print with."""

NAMES: Final = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    *("chrome", "msedge", "microsoft-edge", "microsoft-edge-stable"),
)
_INSTALLED: Final = (
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
    "Chromium/Application/chrome.exe",
)
_MAC: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_LONGEST_S: Final = 120.0
_DATES: Final = re.compile(rb"/(CreationDate|ModDate) \(D:(\d{14})")
_PARTS: Final = re.compile(rb"\(node(\d{8})\)")
_NO_DATE: Final = b"20200101000000"


def print_pdf(page: Path, pdf: Path) -> tuple[Fault, ...]:
    """
    Print a page as PDF; the same page and browser, the same bytes.

    Parameters
    ----------
    page
        The page; it asks for nothing.
    pdf
        Where to write.

    Returns
    -------
    notices
        Why there is no PDF, if there is none: a report is not worth a failed run.
    """
    browser = find_browser()
    if browser is None:
        return (
            Fault(
                "no browser was found to print the report with: there is no report.pdf",
                expected="Chrome, Edge or Chromium",
                hint="install one, or name it in PLANNER_BROWSER; or print report.html yourself",
            ),
        )
    with tempfile.TemporaryDirectory(prefix="planner-print-", ignore_cleanup_errors=True) as own:
        # Printed beside, under a plain name: a browser may not take every path.
        printed = Path(own) / "report.pdf"
        command = [
            browser,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-pdf-header-footer",
            f"--user-data-dir={Path(own) / 'profile'}",
            f"--print-to-pdf={printed}",
            page.resolve().as_uri(),
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            # A browser refuses its sandbox to the superuser; the page holds no script.
            command.insert(1, "--no-sandbox")
        try:
            done = subprocess.run(  # noqa: S603 -- a browser found by name, no shell
                command, capture_output=True, check=False, timeout=_LONGEST_S
            )
            told = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        except (OSError, subprocess.TimeoutExpired) as error:
            told = [str(error)]
        if not printed.is_file() or not printed.read_bytes().startswith(b"%PDF"):
            return (
                Fault(
                    "the browser did not print the report: there is no report.pdf",
                    found=f"{browser}: {' '.join(told)}"[:300],
                    hint="print report.html yourself",
                ),
            )
        pdf.write_bytes(scrub_pdf(printed.read_bytes()))
    return ()


def scrub_pdf(printed: bytes) -> bytes:
    """Take out what differs from one printing of a page to the next; lengths stay."""
    printed = _DATES.sub(rb"/\1 (D:" + _NO_DATE, printed)
    # The browser numbers the parts of a page with gaps that differ; their order is kept.
    numbers = sorted({int(one[1]) for one in _PARTS.finditer(printed)})
    place = {number: index for index, number in enumerate(numbers)}
    return _PARTS.sub(lambda one: b"(node%08d)" % place[int(one[1])], printed)


def find_browser() -> str | None:
    """Return the path of a browser that can print, `None` without one."""
    return next(_browsers(), None)


def _browsers() -> Iterator[str]:
    named = os.environ.get(BROWSER)
    if named:
        found = shutil.which(named)
        if found:
            yield found
        return
    for name in NAMES:
        found = shutil.which(name)
        if found:
            yield found
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        folder = os.environ.get(variable)
        if folder:
            yield from (str(Path(folder) / name) for name in _INSTALLED if _is(folder, name))
    yield from (path for path in _MAC if Path(path).is_file())


def _is(folder: str, name: str) -> bool:
    return (Path(folder) / name).is_file()
