"""Compact HTML tables of studies, evaluations and plans, as notebooks show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.domain.standard import VERDICTS
from planner.report.formats import (
    NOTHING,
    format_count,
    format_limit,
    format_minutes,
    format_persons,
    format_share,
)
from planner.report.plain_page import escape
from planner.report.siting_words import counts_households, counts_persons, tell_aim, tell_message
from planner.report.slope import describe_heights, slope_text
from planner.report.words import choose_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.domain.coverage import CircleCoverage
    from planner.domain.evaluation import EvaluationRecords, ProposalRecords
    from planner.domain.study import StudySettings
    from planner.report.words import Words

GAPS_SHOWN: Final = 5
PROPOSALS_SHOWN: Final = 20

_TITLES: Final[dict[str, tuple[str, str]]] = {
    "study": ("研究", "Study"),
    "evaluation": ("评价", "Evaluation"),
    "plan": ("建议方案", "Proposals"),
    "streets": ("路网", "Streets"),
    "demand": ("人口", "Demand"),
    "centres": ("布点规划", "Centres"),
    "walking": ("步行", "Walking"),
    "siting": ("选址", "Siting"),
    "largest_gaps": (
        "最大的缺口({circle}, 共 {count} 处)",
        "Largest gaps ({circle}, {count} in all)",
    ),
    "proof_room": (
        (
            "{asked}:{households} 户中 {objective} 户; 任何方案不超过 {bound} 户; "
            "相差 {gap} ({status})"
        ),
        (
            "{asked}: {objective} of {households}; no plan serves more than {bound}; "
            "{gap} below it ({status})"
        ),
    ),
    "proof_walks": (
        "{asked}:{objective} 分钟,下界 {bound} 分钟({status})",
        "{asked}: {objective} minutes, bound {bound} minutes ({status})",
    ),
    "proof": (
        "覆盖 {covered}; 任何方案不超过 {bound}; 相差 {gap} ({status})",
        "covered {covered}; no plan covers more than {bound}; {gap} below it ({status})",
    ),
    "notices": ("提示 {count} 条", "{count} notices"),
    "aside": ("隔离 {count} 行", "{count} rows set aside"),
    "of_centres": ("{count} 个中心", "{count} centres"),
    "more": ("另有 {count} 处", "and {count} more"),
    "count": ("最多新增 {value} 处", "at most {value} new centres"),
    "target": ("覆盖率达到 {value}", "reach a share of {value}"),
    "budget": ("预算 {value} 元", "spend {value} yuan"),
}


def study_html(settings: StudySettings) -> str:
    """Return what a study reads and asks, as an HTML table."""
    words = choose_words(settings.language)
    rows = [
        (_say(words, "streets"), settings.streets.source.name),
        (_say(words, "demand"), settings.demand.source.name),
        (_say(words, "centres"), settings.centres.source.name),
        (
            _say(words, "walking"),
            " · ".join(
                words.named(family, getattr(settings.walking, family))
                for family in ("profile", "direction")
            ),
        ),
        (words("col.rule_set"), ", ".join(settings.standards.rule_sets)),
    ]
    siting = settings.siting
    if siting is not None:
        asked = {
            "count": None if siting.count is None else str(siting.count),
            "target": None
            if siting.target is None
            else format_share(siting.target, words.language),
            "budget": None if siting.budget is None else format_count(siting.budget),
        }
        text = "; ".join(_say(words, key, value=value) for key, value in asked.items() if value)
        rows.append((_say(words, "siting"), f"{siting.life_circle} · {text}"))
    return _block(f"{_say(words, 'study')} · {settings.name}", [_table([], rows)])


def evaluation_html(records: EvaluationRecords) -> str:
    """Return headline shares with their numbers, verdicts and the largest gaps, as HTML."""
    words = choose_words(records.settings.language)
    parts = [_shares(records, words), _verdicts(records, words), _gaps(records, words)]
    walking = records.settings.walking
    basis = [
        records.judgements.rule_sets[0].rule_set_id,
        words.named("profile", walking.profile),
        words.named("direction", walking.direction),
        slope_text({"network": describe_heights(records)}, words),
    ]
    if records.quarantine:
        basis.append(_say(words, "aside", count=len(records.quarantine)))
    if records.notices:
        basis.append(_say(words, "notices", count=len(records.notices)))
    parts.append(f"<p>{escape(' · '.join(basis))}</p>")
    return _block(f"{_say(words, 'evaluation')} · {records.settings.name}", parts)


def plan_html(records: ProposalRecords, language: str) -> str:
    """Return the proposals with their gains, and how far they may be from the best, as HTML."""
    words = choose_words(language)
    plan = records.plan
    circles = records.coverage.states[-1].life_circles
    heads = [words("col.order"), words("col.action"), words("col.name")]
    heads += [
        f"{words('col.gained')} ({format_limit(circle.limit_s, language)})" for circle in circles
    ]
    rows = [
        (
            str(one.order),
            words.named("action", one.action),
            " · ".join(part for part in (one.community, one.street_name) if part) or NOTHING,
            *(format_count(one.persons_gained.get(circle.circle_id)) for circle in circles),
        )
        for one in plan.proposals[:PROPOSALS_SHOWN]
    ]
    parts = [_table(heads, rows, numbers_from=3)]
    more = len(plan.proposals) - PROPOSALS_SHOWN
    if more > 0:
        parts.append(f"<p>{escape(_say(words, 'more', count=more))}</p>")
    if counts_persons(plan.question):
        proof = _say(
            words,
            "proof",
            covered=format_persons(plan.objective, language),
            bound=format_persons(plan.bound, language),
            gap=format_share(plan.bound_gap_share, language, decimals=2),
            status=words.named("siting", plan.status),
        )
    elif counts_households(plan.question):
        names = {one.circle_id: format_limit(one.limit_s, language) for one in circles}
        proof = _say(
            words,
            "proof_room",
            asked=tell_aim(plan, words, names),
            households=format_count(plan.counts["households"]),
            objective=format_count(plan.objective),
            bound=format_count(plan.bound),
            gap=format_share(plan.bound_gap_share, language, decimals=2),
            status=words.named("siting", plan.status),
        )
    else:
        proof = _say(
            words,
            "proof_walks",
            asked=tell_aim(plan, words, {}),
            objective=f"{plan.objective / 60:.1f}",
            bound=f"{plan.bound / 60:.1f}",
            status=words.named("siting", plan.status),
        )
    parts.append(f"<p>{escape(proof)}</p>")
    if plan.message:
        parts.append(f"<p>{escape(tell_message(plan.message, language))}</p>")
    return _block(_say(words, "plan"), parts)


def _say(words: Words, key: str, **values: object) -> str:
    return _TITLES[key][words.language == "en"].format(**values)


def _shares(records: EvaluationRecords, words: Words) -> str:
    heads = ["col.state", "col.circle", "col.centres", "col.covered", "col.share"]
    heads += ["col.share_pass", "col.share_not_failing"]
    rows = [
        (words.named("state", state.state), *_figures(circle, words))
        for state in records.coverage.states
        for circle in state.life_circles
    ]
    return _table([words(head) for head in heads], rows, numbers_from=2)


def _figures(circle: CircleCoverage, words: Words) -> tuple[str, ...]:
    language = words.language

    def share(value: float, persons: float, centres: int) -> str:
        of_persons = format_persons(persons, language)
        of_centres = _say(words, "of_centres", count=centres)
        return f"{format_share(value, language)} ({of_persons}, {of_centres})"

    return (
        format_limit(circle.limit_s, language),
        str(circle.centres),
        f"{format_count(circle.persons_covered)} / {format_persons(circle.persons, language)}",
        format_share(circle.share_covered, language),
        share(circle.share_covered_pass, circle.persons_covered_pass, circle.centres_pass),
        share(
            circle.share_covered_not_failing,
            circle.persons_covered_not_failing,
            circle.centres_not_failing,
        ),
    )


def _verdicts(records: EvaluationRecords, words: Words) -> str:
    verdicts = [judgement.verdict for judgement in records.judgements.judgement]
    heads = [words("col.centres"), *(words.named("verdict", name) for name in VERDICTS)]
    row = (str(len(verdicts)), *(str(verdicts.count(name)) for name in VERDICTS))
    return _table(heads, [row], numbers_from=0)


def _gaps(records: EvaluationRecords, words: Words) -> str:
    circles = records.judgements.rule_sets[0].life_circles
    longest = max(circles, key=lambda circle: circle.limit_s)
    gaps = [gap for gap in records.coverage.gaps if gap.circle_id == longest.circle_id]
    if not gaps:
        return ""
    title = _say(words, "largest_gaps", circle=words.of(longest), count=len(gaps))
    heads = ["col.id", "col.name", "col.gap_persons", "col.walk", "col.reason"]
    rows = [
        (
            gap.gap_id,
            gap.name or NOTHING,
            format_count(gap.persons),
            format_minutes(gap.travel_time_s, words.language),
            words.named("gap_reason", gap.reason),
        )
        for gap in sorted(gaps, key=lambda gap: -gap.persons)[:GAPS_SHOWN]
    ]
    table = _table([words(head) for head in heads], rows, numbers_from=2)
    return f"<p>{escape(title)}</p>\n{table}"


def _block(title: str, parts: Iterable[str]) -> str:
    body = "\n".join(part for part in parts if part)
    return f'<div class="planner">\n<p><b>{escape(title)}</b></p>\n{body}\n</div>'


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers_from: int = 99) -> str:
    """Return a table; columns from `numbers_from` on are set to the right."""

    def cells(tag: str, texts: Sequence[str]) -> str:
        sides = ("left", "right")
        return "".join(
            f'<{tag} style="text-align:{sides[column >= numbers_from]}">{escape(text)}</{tag}>'
            for column, text in enumerate(texts)
        )

    top = f"<thead><tr>{cells('th', heads)}</tr></thead>\n" if heads else ""
    body = "\n".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table>\n{top}<tbody>\n{body}\n</tbody>\n</table>"
