"""一张清单: `projects.csv`, what to build or expand, in order, and what closes."""

from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING

import numpy as np

from planner.report.coordinates import to_lonlat
from planner.report.group_gains import list_groups, name_group
from planner.report.project_rows import list_projects
from planner.report.words import choose_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from planner.domain.evaluation import EvaluationRecords, ProposalRecords
    from planner.domain.siting import Closing
    from planner.report.project_rows import Project
    from planner.report.words import Words

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_projects(
    records: EvaluationRecords, proposals: ProposalRecords | None, path: Path
) -> None:
    """
    Write the list of projects: UTF-8 with a byte order mark, so that Excel reads it right.

    The head is there even when nothing is proposed. Text that a spreadsheet would run as
    a formula gets a leading apostrophe.
    """
    words = choose_words(records.settings.language)
    circles = records.judgements.rule_sets[0].life_circles
    groups = list_groups(records)
    head = [
        words("col.order"),
        words("col.id"),
        words("col.action"),
        words("col.community"),
        words("col.street_name"),
        words("col.lon"),
        words("col.lat"),
        words("col.size"),
        words("col.convenience_area"),
        words("col.cost"),
        words("col.phase"),
        *(f"{words('col.gained')} · {words.of(circle)}" for circle in circles),
        *(
            f"{words('col.gained')} · {words.of(circle)} · {name_group(group, words)}"
            for circle in circles
            for group in groups
        ),
        words("col.gap"),
        words("col.clause"),
        words("col.expanded_centre"),
        words("col.added"),
        words("col.households_gained"),
        words("col.profile"),
        words("col.direction"),
        words("col.rule_set"),
    ]
    walking = records.settings.walking
    basis = [
        words.named("profile", walking.profile),
        words.named("direction", walking.direction),
        records.judgements.rule_sets[0].rule_set_id,
    ]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(head)
        for project in list_projects(records, proposals, words):
            cells = _cells(project, [circle.circle_id for circle in circles], groups)
            writer.writerow([safe_text(text) for text in (*cells, *basis)])
        for one in () if proposals is None else proposals.plan.closings:
            cells = _closing(records, one, words)
            writer.writerow([safe_text(text) for text in (*cells, *basis)])


def safe_text(text: str) -> str:
    """
    Return text that no spreadsheet takes for a formula; numbers stay as they are.

    Examples
    --------
    >>> safe_text("=1+1"), safe_text("-12.5"), safe_text("人民路")
    ("'=1+1", '-12.5', '人民路')
    """
    if not text.startswith(_FORMULA_STARTS):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def _cells(project: Project, circles: list[str], groups: tuple[str, ...]) -> Iterator[str]:
    yield str(project.order)
    yield project.proposal_id
    yield project.action
    yield project.community
    yield project.street_name
    yield f"{project.lon:.6f}"
    yield f"{project.lat:.6f}"
    yield _number(project.floor_area_m2)
    yield _number(project.convenience_area_m2)
    yield _number(project.cost_yuan)
    yield project.phase
    for circle in circles:
        yield _number(project.persons_gained.get(circle))
    for circle in circles:
        for group in groups:
            yield _number(project.groups_gained.get((circle, group)))
    yield project.gap
    yield project.clause
    yield project.centre
    yield _number(project.added_m2)
    yield _number(project.households_gained)


def _closing(records: EvaluationRecords, one: Closing, words: Words) -> Iterator[str]:
    """Write a centre that closes: what it gives back is a cost below 0, who is lost a gain."""
    circles = records.judgements.rule_sets[0].life_circles
    ((lon, lat),) = to_lonlat(np.array([one.xy]), records.network.streets.crs)
    yield from ("", "", words("action.close"), "", "", f"{lon:.6f}", f"{lat:.6f}", "", "")
    yield _number(None if one.saved_yuan is None else -one.saved_yuan)
    yield ""
    for circle in circles:
        lost = one.persons_lost.get(circle.circle_id)
        yield _number(None if lost is None else -lost if lost else 0.0)
    yield from [""] * (len(circles) * len(list_groups(records)) + 2)
    yield f"{one.centre_id} {one.name}".strip()
    yield from ("", "")


def _number(value: float | None) -> str:
    return "" if value is None or not math.isfinite(value) else f"{round(value, 2):.12g}"
