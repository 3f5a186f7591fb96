"""`[siting]` of a study file: the question, its rules and its aims."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from planner.domain.study import SitingPhase, SitingSettings
from planner.inputs.study_table import show

if TYPE_CHECKING:
    from pathlib import Path

    from planner.inputs.study_table import TableReader

BASES = ("all", "pass")
OBJECTIVES = ("cover", "median", "worst", "backup")


def read_siting(table: TableReader, *, present: bool) -> SitingSettings | None:
    """Read the section; `None` where the study has none."""
    default = SitingSettings()
    settings = SitingSettings(
        life_circle=table.text("life_circle") or default.life_circle,
        base=table.choice("base", BASES, default.base),
        candidates=_candidates(table),
        spacing_m=table.number("spacing_m") or default.spacing_m,
        count=table.whole("count"),
        target=table.number("target", maximum=1.0),
        budget=table.number("budget"),
        cost_per_m2=table.number("cost_per_m2"),
        must_have=table.texts("must_have") or (),
        must_not=table.file_or_texts("must_not"),
        most_per_street=table.whole("most_per_street"),
        min_spacing_m=table.number("min_spacing_m"),
        phases=_phases(table),
        weights=_weights(table),
        walkers=table.texts("walkers") or (),
        backup_weight=table.number("backup_weight", maximum=1.0) or default.backup_weight,
        co_locate=table.flag("co_locate", default=False),
        capacity=table.flag("capacity", default=False),
        sizes_m2=table.numbers("sizes_m2") or (),
        may_close=table.texts("may_close") or (),
        closing_saves_per_m2=table.number("closing_saves_per_m2"),
        street_floor=table.number("street_floor", maximum=1.0),
        alternatives=table.whole("alternatives") or 0,
        differ_in=table.whole("differ_in") or 1,
        objective=table.choice("objective", OBJECTIVES, "cover"),  # type: ignore[arg-type]
        walkers_by=table.choice("walkers_by", ("mean", "worst"), "mean"),  # type: ignore[arg-type]
    )
    if not present:
        return None
    _check_aim(table, settings)
    return _add_up_phases(settings)


def _weights(table: TableReader) -> dict[str, float]:
    weights = {}
    for name, value in table.mapping("weights").items():
        usable = isinstance(value, int | float) and not isinstance(value, bool)
        if not usable or not 0 < value < float("inf"):
            table.wrong(
                f"weights.{name}", "a weight is a number above 0", found=show(value), expected="1.0"
            )
            continue
        weights[name] = float(value)
    return weights


def _phases(table: TableReader) -> tuple[SitingPhase, ...]:
    phases = []
    for number, inner in enumerate(table.tables("phases")):
        name = inner.text("name") or f"{number + 1}"
        count, budget = inner.whole("count"), inner.number("budget")
        inner.finish()
        if (count is None) == (budget is None):
            inner.wrong("count", "a phase has either a count or a budget", expected="count = 3")
        phases.append(SitingPhase(name, count, budget))
    kinds = {one.count is None for one in phases}
    names = [one.name for one in phases]
    if len(kinds) > 1:
        table.wrong("phases", "some phases have a count and others a budget", expected="all alike")
    if len(set(names)) < len(names):
        table.wrong("phases", "two phases have the same name", found=", ".join(names))
    return tuple(phases)


def _add_up_phases(settings: SitingSettings) -> SitingSettings:
    counts = [one.count for one in settings.phases if one.count is not None]
    budgets = [one.budget for one in settings.phases if one.budget is not None]
    return dataclasses.replace(
        settings,
        count=sum(counts) if counts else settings.count,
        budget=sum(budgets) if budgets else settings.budget,
    )


def _candidates(table: TableReader) -> str | Path:
    named = table.text("candidates")
    if named is None or named == "network":
        return "network"
    return table.existing("candidates", named)


def _check_aim(table: TableReader, settings: SitingSettings) -> None:
    given = [key for key in ("count", "target", "budget") if key in table]
    if settings.phases:
        if given:
            table.wrong(
                given[0],
                "is what the phases say already",
                expected="phases, or one of count, target and budget",
            )
        given = ["count" if settings.phases[0].budget is None else "budget"]
    if len(given) != 1:
        table.wrong(
            "count",
            "exactly one of count, target and budget is needed",
            found=" and ".join(given) or "none",
            expected="one line: count = 5, or target = 0.95, or budget = 30_000_000",
        )
    if settings.capacity and settings.objective != "cover":
        table.wrong("capacity", 'goes with objective = "cover"', found=settings.objective)
    if settings.sizes_m2 and not settings.capacity:
        table.wrong(
            "sizes_m2",
            "matters only where room is asked about",
            expected="capacity = true",
        )
    if settings.may_close and "budget" in given and settings.closing_saves_per_m2 is None:
        table.wrong(
            "may_close",
            "needs to know what closing saves",
            expected="closing_saves_per_m2 = 2000",
        )
    if "budget" in given and "cost_per_m2" not in table and settings.candidates == "network":
        table.wrong(
            "budget",
            "needs to know what a place costs",
            expected="cost_per_m2, or a file of candidates with a cost column",
        )
