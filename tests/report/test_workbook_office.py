"""The workbook in LibreOffice: opened without a repair, computed, and told the same."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import openpyxl
import pytest

from planner.report.summary import make_summary
from planner.report.workbook import write_workbook
from tests.report.counted import with_counts
from tests.report.records import make_proposals, make_records

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long

NAMES = ("soffice", "libreoffice")


def find_office() -> str:
    """Return an installed LibreOffice; without one the test is skipped, saying so."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no LibreOffice is installed: the workbook cannot be opened in it")
    return found


def test_libreoffice_opens_the_workbook_and_its_cells_say_the_same(tmp_path: Path) -> None:
    office = find_office()
    records = with_counts(make_records())
    proposals = make_proposals(records)
    book = tmp_path / "tables.xlsx"
    write_workbook(records, proposals, make_summary(records, proposals), book)
    done = subprocess.run(
        [office, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir",
         str(tmp_path / "again"), str(book)],
        capture_output=True, text=True, timeout=180, check=False,
        env=os.environ | {"HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "repair" not in (done.stdout + done.stderr).lower()
    ours = openpyxl.load_workbook(book)
    theirs = openpyxl.load_workbook(tmp_path / "again" / "tables.xlsx", data_only=True)
    assert theirs.sheetnames == ours.sheetnames
    compared = 0
    for sheet in ours:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, (int, float)):
                    assert theirs[sheet.title][cell.coordinate].value == pytest.approx(cell.value)
                    compared += 1
                elif isinstance(cell.value, str) and not cell.value.startswith("="):
                    told = theirs[sheet.title][cell.coordinate].value
                    assert str(told).strip() == cell.value.strip(), cell.coordinate
                elif isinstance(cell.value, str):
                    told = theirs[sheet.title][cell.coordinate].value
                    assert not str(told).startswith("#"), f"{cell.coordinate}: {told}"
    assert compared > 100
