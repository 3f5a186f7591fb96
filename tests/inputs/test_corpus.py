"""Every bad file of the corpus gives its one fault: message, file, row, field, what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.domain.study import CentresSettings, DemandSettings
from planner.errors import PlannerError
from planner.inputs.areas import read_areas
from planner.inputs.candidates import read_candidates
from planner.inputs.centres import read_centres
from planner.inputs.demand import read_demand
from planner.report.chinese import in_chinese
from tests.inputs.corpus import CORPUS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.inputs.bad_files import BadFile


def read(bad: BadFile, path: Path) -> object:
    if bad.noun == "demand":
        return read_demand(DemandSettings(source=path, **bad.settings))
    if bad.noun == "centres":
        return read_centres(CentresSettings(source=path, **bad.settings))
    if bad.noun == "candidates":
        return read_candidates(path)
    return read_areas(path, level="community")


@pytest.mark.parametrize("bad", CORPUS, ids=lambda bad: bad.case)
def test_a_bad_file_gives_its_exact_fault(bad: BadFile, tmp_path: Path) -> None:
    folder = tmp_path / "现状 资料"
    folder.mkdir()
    path = bad.make(folder)
    with pytest.raises(PlannerError) as caught:
        read(bad, path)
    (fault,) = caught.value.faults
    assert (fault.message, fault.file, fault.row, fault.field) == (
        bad.message,
        path.name,
        bad.row,
        bad.field,
    )
    assert bad.found in (fault.found or "")
    assert fault.hint or fault.expected or fault.found, "a planner is told what to do"
    assert in_chinese(fault), "and in Chinese"


def test_the_corpus_is_no_smaller_than_promised() -> None:
    assert len({bad.case for bad in CORPUS}) == len(CORPUS) >= 60
