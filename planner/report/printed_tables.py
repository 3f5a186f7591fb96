"""Tables and figures of the printed report, each figure with its place in `summary.json`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.report.counts import name_measure
from planner.report.formats import (
    format_area,
    format_count,
    format_limit,
    format_minutes,
    format_persons,
    format_share,
)
from planner.report.map_text import clean_text
from planner.report.project_rows import list_projects
from planner.report.provenance import list_input_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.domain.evaluation import EvaluationRecords, ProposalRecords
    from planner.report.words import Words

MOST_ROWS = 12
"""Rows of a list: the rest is in the workbook."""
MOST_CLAUSES = 16
MOST_FILES = 14


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell: its text, how it is set, and its place and value in `summary.json`."""

    text: str
    kind: str = ""
    place: str = ""
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its head, and notes under it."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Shown, ...], ...]
    notes: tuple[str, ...] = ()


class Tables:
    """Makes the tables of one report."""

    def __init__(
        self,
        records: EvaluationRecords,
        proposals: ProposalRecords | None,
        summary: dict[str, Any],
        words: Words,
    ) -> None:
        self.records, self.proposals = records, proposals
        self.summary, self.words = summary, words
        self.circles = {
            circle.circle_id: words.of(circle)
            for circle in records.judgements.rule_sets[0].life_circles
        }
        self.longest = max(summary["life_circles"], key=lambda circle: float(circle["limit_s"]))

    def share(self, value: float | None, place: str = "") -> Shown:
        """Show a share."""
        return Shown(format_share(value, self.words.language), "number", place, value)

    def count(self, value: float | None, place: str = "") -> Shown:
        """Show a whole number."""
        return Shown(format_count(value), "number", place, value)

    def rules(self) -> Table:
        """List the rule sets."""
        words = self.words
        rows = (
            (
                Shown(one.rule_set_id),
                Shown(clean_text(words.title(one))),
                Shown(one.valid_from.isoformat()),
                Shown(one.superseded_by or ""),
            )
            for one in self.records.judgements.rule_sets
        )
        heads = ("col.rule_set", "col.name", "report.valid", "report.superseded")
        return Table(words("report.rules"), self._heads(*heads), tuple(rows))

    def circles_told(self) -> Table:
        """List the circles, their limits and who serves them."""
        words = self.words
        rows = (
            (
                Shown(words.of(circle)),
                Shown(format_limit(circle.limit_s, words.language), "number"),
                Shown(
                    "; ".join(
                        f"{words.named('level', level)} · {words.named('kind', kind)}"
                        for level, kind in circle.serves
                    )
                ),
                Shown(words.named("certainty", circle.serves_certainty)),
                Shown(clean_text(circle.source)),
            )
            for circle in self.records.judgements.rule_sets[0].life_circles
        )
        heads = ("col.circle", "col.limit", "col.serves", "col.certainty", "report.source")
        return Table("", self._heads(*heads), tuple(rows))

    def files(self) -> Table:
        """List the files read."""
        words = self.words
        files = list_input_files(self.records.settings)
        rows = (
            (Shown(words.named("input", noun)), Shown(clean_text(name)))
            for noun, name, _ in files[:MOST_FILES]
        )
        more = len(files) - MOST_FILES
        return Table(
            words("report.files"),
            self._heads("report.use", "report.file"),
            tuple(rows),
            (words("report.files_of", count=more),) if more > 0 else (),
        )

    def states(self) -> Table:
        """Count every state and circle, with the three shares."""
        rows = []
        for state, figures in self.summary["states"].items():
            for circle in figures["life_circles"]:
                at = f"states.{state}.{circle['id']}"
                rows.append(
                    (
                        Shown(self.words(f"state.{state}")),
                        Shown(self.circles[circle["id"]]),
                        self.count(circle["centres"], f"{at}.centres"),
                        self.count(circle["persons"], f"{at}.persons"),
                        self.count(circle["persons_covered"], f"{at}.persons_covered"),
                        self.share(circle["share_covered"], f"{at}.share_covered"),
                        self.share(circle["share_covered_pass"], f"{at}.share_covered_pass"),
                        self.share(
                            circle["share_covered_not_failing"], f"{at}.share_covered_not_failing"
                        ),
                    )
                )
        heads = (
            *("col.state", "col.circle", "col.centres", "col.persons", "col.covered"),
            *("col.share", "col.share_pass", "col.share_not_failing"),
        )
        title = self.words("report.by_state")
        return Table(title, self._heads(*heads), tuple(rows))

    def measures(self) -> Table:
        """Count the plan by whatever else is counted."""
        rows = [
            (
                Shown(clean_text(name_measure(one["measure"], self.words))),
                Shown(self.circles[circle["id"]]),
                self.count(circle["whole"]),
                self.count(circle["covered"]),
                self.share(circle["share"]),
                self.share(circle["share_pass"]),
            )
            for one in self.summary.get("indicators", [])
            if one["state"] == "plan" and one["measure"] != "persons"
            for circle in one["life_circles"]
        ]
        heads = (
            *("col.measure", "col.circle", "col.whole", "col.counted"),
            *("col.share", "col.share_pass"),
        )
        title = self.words("report.measures")
        return Table(title, self._heads(*heads), tuple(rows))

    def losses(self) -> Table:
        """Tell what detours and terrain take from the drawn circle."""
        rows = [
            (
                Shown(self.circles[circle["id"]]),
                self._pair(circle["loss_detour_share"], circle["loss_detour_persons_share"]),
                self._pair(circle["loss_terrain_share"], circle["loss_terrain_persons_share"]),
                self.count(circle["persons_in_circle"]),
                self.count(circle["persons_covered"]),
            )
            for circle in self.summary["life_circles"]
        ]
        heads = ("col.circle", "report.detour", "report.terrain", "report.in_circle", "col.covered")
        title = self.words("report.losses")
        return Table(title, self._heads(*heads), tuple(rows))

    def varied(self) -> Table:
        """Tell the shares of other walkers and directions."""
        rows = [
            (
                Shown(self.words.named("profile", one["profile"])),
                Shown(self.words.named("direction", one["direction"])),
                *(self.share(circle["share_covered"]) for circle in one["life_circles"]),
            )
            for one in self.summary["alternatives"]
        ]
        names = tuple(self.circles[circle["id"]] for circle in self.summary["life_circles"])
        heads = (*self._heads("col.profile", "col.direction"), *names)
        return Table(self.words("report.varied"), heads, tuple(rows))

    def areas(self) -> Table | None:
        """List the communities, else streets, else districts, with the lowest shares."""
        circle_id = self.longest["id"]
        for level in ("community", "street", "district"):
            found = [one for one in self.summary["areas"][level] if one["persons"] > 0]
            if found:
                break
        else:
            return None
        found.sort(key=lambda one: (one["share_covered"][circle_id], -one["persons"]))
        rows = tuple(
            (
                Shown(clean_text(one["name"] or one["id"])),
                self.count(one["persons"]),
                self.count(one["persons_covered"][circle_id]),
                self.share(one["share_covered"][circle_id]),
                self.share(one["share_covered_pass"][circle_id]),
            )
            for one in found[:MOST_ROWS]
        )
        name = self.words.named("level", level)
        title = self.words("report.areas", level=name, circle=self.circles[circle_id])
        heads = ("col.name", "col.persons", "col.covered", "col.share", "col.share_pass")
        return Table(title, self._heads(*heads), rows, self._more(len(found), len(rows)))

    def plan_verdicts(self) -> Table:
        """Tell what each rule set says of the plan as a whole."""
        words = self.words
        rows = tuple(
            (
                Shown(one.rule_set_id),
                Shown(words.named("verdict", one.verdict), one.verdict)
                if one.basis == "must"
                else Shown(words(f"basis.{one.basis}")),
            )
            for one in self.records.judgements.plan_verdicts
        )
        heads = self._heads("col.rule_set", "col.verdict")
        return Table(words("plan_verdicts"), heads, rows)

    def open_clauses(self) -> Table:
        """List the `must` clauses of the first rule set that fail or cannot be told."""
        words, judged = self.words, self.records.judgements
        first = judged.rule_sets[0]
        must = {one.clause_id: one for one in first.clauses if one.force == "must"}
        rows = []
        for wanted in ("fail", "cannot_tell"):
            for centre, judgement in zip(
                self.records.centres.centre, judged.judgement, strict=True
            ):
                for result in judgement.clause_results:
                    clause = must.get(result.clause_id)
                    if (
                        clause is None
                        or result.rule_set_id != first.rule_set_id
                        or result.verdict != wanted
                    ):
                        continue
                    unit = words.named("unit", clause.unit)
                    needed = "" if result.needed is None else f"{result.needed:,.6g} {unit}"
                    measured = "" if result.measured is None else f"{result.measured:,.6g} {unit}"
                    rows.append(
                        (
                            Shown(clean_text(centre.name)),
                            Shown(words.of(clause)),
                            Shown(words.named("verdict", wanted), wanted),
                            Shown(measured, "number"),
                            Shown(f"{clause.comparison} {result.required:,.6g} {unit}", "number"),
                            Shown(needed or words.named("reason", result.reason)),
                        )
                    )
        shown = tuple(rows[:MOST_CLAUSES])
        notes = self._more(len(rows), len(shown)) if rows else (words("report.none_open"),)
        heads = (
            *("col.name", "report.clause", "col.verdict", "report.measured"),
            *("report.required", "col.needed"),
        )
        return Table(words("report.open"), self._heads(*heads), shown, notes)

    def gaps(self) -> Table:
        """List the largest gaps of the longest circle."""
        words = self.words
        found = [one for one in self.summary["gaps"] if one["life_circle"] == self.longest["id"]]
        found.sort(key=lambda one: -float(one["persons"]))
        rows = tuple(
            (
                Shown(one["id"]),
                Shown(clean_text(one.get("name") or "")),
                self.count(one["persons"], f"gaps.{one['id']}.persons"),
                Shown(format_minutes(one["travel_time_s"], words.language), "number"),
                Shown(words.named("gap_reason", one["reason"])),
            )
            for one in found[:MOST_ROWS]
        )
        heads = ("col.id", "report.place", "col.gap_persons", "report.walk", "col.reason")
        return Table("", self._heads(*heads), rows, self._more(len(found), len(rows)))

    def projects(self) -> Table:
        """List the projects in order."""
        words, found = self.words, list_projects(self.records, self.proposals, self.words)
        rows = tuple(
            (
                Shown(str(one.order), "number"),
                Shown(f"{one.action} {one.phase}".strip(), "short"),
                Shown(clean_text(one.centre or f"{one.community} {one.street_name}")),
                Shown(format_area(one.floor_area_m2), "number"),
                *(
                    self.count(
                        one.persons_gained[circle["id"]],
                        f"proposals.{one.proposal_id}.{circle['id']}",
                    )
                    for circle in self.summary["life_circles"]
                ),
                Shown(clean_text(one.gap)),
                Shown(clean_text(one.clause)),
            )
            for one in found[: 2 * MOST_ROWS]
        )
        gained = tuple(
            f"{words('report.gained')} · {self.circles[circle['id']]}"
            for circle in self.summary["life_circles"]
        )
        heads = (
            *self._heads("col.order", "col.action", "report.place", "report.size"),
            *gained,
            *self._heads("col.gap", "col.clause"),
        )
        return Table("", heads, rows, self._more(len(found), len(rows)))

    def sure(self) -> Table:
        """Tell how much of the plan is robust, how much has room, how even walks are."""
        language = self.words.language
        room = {one["life_circle"]: one for one in self.summary["capacity"]}
        even = {one["life_circle"]: one["rows"][0] for one in self.summary["equity"] if one["rows"]}
        rows = []
        for one in self.summary["robustness"]:
            circle_id = one["life_circle"]
            space, spread = room.get(circle_id), even.get(circle_id)
            without = (
                ""
                if space is None
                else f"{format_count(space['nearest']['persons_without_room'])}"
                f" / {format_count(space['flow']['persons_without_room'])}"
            )
            rows.append(
                (
                    Shown(self.circles[circle_id]),
                    self.count(one["persons_robust"]),
                    self.count(one["persons_fragile"]),
                    self.count(one["persons_uncovered"]),
                    Shown(without, "number"),
                    Shown(
                        format_minutes(None if spread is None else spread["mean_s"], language),
                        "number",
                    ),
                    Shown(
                        "" if spread is None or spread["gini"] is None else f"{spread['gini']:.3f}",
                        "number",
                    ),
                )
            )
        heads = (
            *("col.circle", "report.robust", "report.fragile", "col.persons_uncovered"),
            *("report.without_room", "report.mean", "report.gini"),
        )
        return Table("", self._heads(*heads), tuple(rows))

    def clauses(self) -> Table:
        """List the clauses that judge, with their certainty and source."""
        rows = tuple(self._clause_rows())
        heads = (
            *("col.rule_set", "report.clause", "report.required", "col.force"),
            *("col.certainty", "report.source"),
        )
        shown = rows[: 2 * MOST_ROWS]
        return Table("", self._heads(*heads), shown, self._more(len(rows), len(shown)))

    def _clause_rows(self) -> Iterator[tuple[Shown, ...]]:
        words = self.words
        for rules in self.records.judgements.rule_sets:
            for clause in rules.clauses:
                if not (rules.judges and clause.judges):
                    continue
                unit = words.named("unit", clause.unit)
                yield (
                    Shown(rules.rule_set_id),
                    Shown(words.of(clause)),
                    Shown(f"{clause.comparison} {clause.value:,.6g} {unit}"),
                    Shown(words.named("force", clause.force)),
                    Shown(words.named("certainty", clause.certainty)),
                    Shown(clean_text(clause.source)),
                )

    def _pair(self, area: float | None, persons: float | None) -> Shown:
        language = self.words.language
        text = f"{format_share(area, language)} / {format_share(persons, language)}"
        return Shown(text, "number")

    def _heads(self, *keys: str) -> tuple[str, ...]:
        return tuple(self.words(key) for key in keys)

    def _more(self, count: int, shown: int) -> tuple[str, ...]:
        if count <= shown:
            return ()
        return (self.words("report.shown_of", count=count, shown=shown),)

    def persons(self, value: float | None) -> str:
        """Return a number of persons in words."""
        return format_persons(value, self.words.language)
