"""`report.html`: what was tested, what came out, what it rests on; A4, to attach and print."""

from __future__ import annotations

import base64
import hashlib
import importlib.resources
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from planner.report.figures import FIGURE_FILES
from planner.report.formats import format_count, format_limit, format_share
from planner.report.map_text import clean_text
from planner.report.printed_tables import Shown, Table, Tables
from planner.report.siting_words import counts_households, counts_persons
from planner.report.slope import slope_and_source
from planner.report.words import choose_words

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Template

    from planner.domain.evaluation import EvaluationRecords, ProposalRecords
    from planner.report.words import Words


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure inside the page."""

    title: str
    data: str


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter: sentences, pictures, tables, and points of a list, in this order."""

    title: str
    lines: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    points: tuple[str, ...] = ()


def write_report(
    records: EvaluationRecords,
    proposals: ProposalRecords | None,
    summary: dict[str, Any],
    path: Path,
    *,
    made: str,
    figures: Path,
) -> None:
    """
    Write the report as one page that asks for nothing; the same records, the same bytes.

    Parameters
    ----------
    records, proposals
        What was found.
    summary
        As `make_summary` gives it: every figure of the page is one of these.
    path
        Where to write.
    made
        Date of the data.
    figures
        Folder of the figures, which are put into the page.
    """
    words = choose_words(records.settings.language)
    tables = Tables(records, proposals, summary, words)
    style = _part("report.css")
    slope = slope_and_source(summary, words)
    page = _template().render(
        language=words.language,
        title=clean_text(summary["study"]),
        subtitle=words("report.subtitle"),
        basis=words(
            "report.basis",
            rules=", ".join(summary["rule_sets"]),
            profile=words.named("profile", summary["profile"]),
            direction=words.named("direction", summary["direction"]),
            slope=slope,
            made=made,
        ),
        style=Markup(style),  # noqa: S704 -- the page's own
        style_digest=Markup(_digest(style)),  # noqa: S704 -- a digest
        headline=_headline(tables),
        parts=_parts(tables, _Pictures(figures, words), slope),
        footer=words("report.footer"),
    )
    path.write_text(page, encoding="utf-8", newline="\n")


class _Pictures:
    """Reads figures as they stand beside the page."""

    def __init__(self, folder: Path, words: Words) -> None:
        self._folder, self._words = folder, words

    def __call__(self, *kinds: str) -> tuple[Picture, ...]:
        found = []
        for kind in kinds:
            path = self._folder / FIGURE_FILES[kind]
            if path.is_file():
                data = base64.b64encode(path.read_bytes()).decode("ascii")
                found.append(Picture(self._words(f"figure_title.{kind}"), data))
        return tuple(found)


def _headline(tables: Tables) -> list[dict[str, Any]]:
    words = tables.words
    found = []
    for circle in tables.summary["life_circles"]:
        at = f"states.plan.{circle['id']}"
        found.append(
            {
                "what": words(
                    "report.headline",
                    state=words("state.plan"),
                    circle=tables.circles[circle["id"]],
                    limit=format_limit(circle["limit_s"], words.language),
                ),
                "share": tables.share(circle["share_covered"], f"{at}.share_covered"),
                "of": words(
                    "report.of",
                    covered=format_count(circle["persons_covered"]),
                    persons=tables.persons(circle["persons"]),
                    share_pass=format_share(circle["share_covered_pass"], words.language),
                ),
            }
        )
    return found


def _parts(tables: Tables, pictures: _Pictures, slope: str) -> list[Part]:
    words, areas = tables.words, tables.areas()
    return [
        Part(
            words("report.tested"),
            _tested(tables, slope),
            tables=(tables.rules(), tables.circles_told(), tables.files()),
        ),
        Part(
            words("report.results"),
            pictures=pictures("coverage", "states"),
            tables=(tables.states(), tables.measures(), tables.losses(), tables.varied())
            + (() if areas is None else (areas,)),
        ),
        Part(
            words("report.centres"),
            (_count_centres(tables),),
            pictures("verdicts"),
            (tables.plan_verdicts(), tables.open_clauses()),
        ),
        Part(words("report.gaps"), (_tell_gaps(tables),), tables=(tables.gaps(),)),
        Part(
            words("report.proposals"),
            _tell_siting(tables),
            pictures("curve"),
            () if tables.proposals is None else (tables.projects(),),
        ),
        Part(words("report.sure"), pictures=pictures("times"), tables=(tables.sure(),)),
        Part(words("report.limits"), points=_limits(tables)),
        Part(words("report.clauses"), tables=(tables.clauses(),)),
    ]


def _tested(tables: Tables, slope: str) -> tuple[str, ...]:
    words, demand, network = tables.words, tables.summary["demand"], tables.summary["network"]
    return (
        words(
            "report.people",
            persons=tables.persons(demand["persons"]),
            points=format_count(demand["points"]),
            aside=tables.persons(demand["persons_quarantined"]),
            off=tables.persons(demand["persons_off_network"]),
        ),
        words(
            "report.streets",
            length=f"{network['length_km']:,.1f}",
            connected=format_share(network["largest_component_share"], words.language),
            slope=slope,
        ),
    )


def _count_centres(tables: Tables) -> str:
    counts = dict(tables.summary["centres"])
    return tables.words("report.counts", passing=counts.pop("pass"), **counts)


def _tell_gaps(tables: Tables) -> str:
    words, longest = tables.words, tables.longest["id"]
    gaps = [one for one in tables.summary["gaps"] if one["life_circle"] == longest]
    circle = tables.circles[longest]
    if not gaps:
        return words("report.no_gaps", circle=circle)
    persons = tables.persons(sum(float(one["persons"]) for one in gaps))
    return words("report.gaps_told", circle=circle, count=len(gaps), persons=persons)


def _tell_siting(tables: Tables) -> tuple[str, ...]:
    closings = (tables.summary.get("siting") or {}).get("closings")
    if not closings:
        return _tell_proof(tables)
    names = ", ".join(clean_text(f"{one['centre_id']} {one['name']}".strip()) for one in closings)
    return (*_tell_proof(tables), tables.words("report.closings", names=names))


def _tell_proof(tables: Tables) -> tuple[str, ...]:
    words, siting = tables.words, tables.summary.get("siting")
    if tables.proposals is None or not siting:
        return (words("report.no_siting"),)
    if siting["status"] == "infeasible":
        return (
            words(
                "report.infeasible",
                message=clean_text(siting["message_zh" if words.language == "zh" else "message"]),
            ),
        )
    if counts_households(siting["question"]):
        return (
            words(
                "report.proof_room",
                asked=siting["asked"][words.language == "en"],
                status=words.named("siting", siting["status"]),
                objective=format_count(siting["objective"]),
                bound=format_count(siting["bound"]),
                households=format_count(siting["counts"]["households"]),
                gap=format_share(siting["bound_gap_share"], words.language, decimals=2),
            ),
        )
    if not counts_persons(siting["question"]):
        return (
            words(
                "report.proof_walks",
                asked=siting["asked"][words.language == "en"],
                status=words.named("siting", siting["status"]),
                objective=_minutes(siting["objective"]),
                bound=_minutes(siting["bound"]),
            ),
        )
    return (
        words(
            "report.proof",
            asked=siting["asked"][words.language == "en"],
            status=words.named("siting", siting["status"]),
            objective=tables.persons(siting["objective"]),
            bound=tables.persons(siting["bound"]),
            gap=format_share(siting["bound_gap_share"], words.language, decimals=2),
        ),
    )


def _minutes(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds / 60:.1f}"


def _limits(tables: Tables) -> tuple[str, ...]:
    notes = tables.summary["notes"]
    keys = ["limit_walk"]
    keys += ["limit_serves"] if notes["serves_is_inference"] else []
    keys += ["limit_slope"] if notes["slope_not_counted"] else []
    keys += ["limit_certainty", "limit_times", "limit_homes"]
    keys += [] if tables.proposals is None else ["limit_sites"]
    return tuple(tables.words(f"report.{key}") for key in (*keys, "limit_datum"))


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=False, keep_trailing_newline=True
    )
    return environment.from_string(_part("report.html.j2"))


def _part(name: str) -> str:
    folder = importlib.resources.files("planner.report") / "printed"
    return (folder / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    raw = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(raw).decode('ascii')}'"


__all__ = ["Shown", "write_report"]
