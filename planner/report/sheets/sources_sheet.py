"""来源: clause texts, circles, files, settings, versions and notices; 隔离行 beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.report.chinese import hint_in_chinese, message_in_chinese
from planner.report.provenance import describe_settings, describe_versions, list_input_files
from planner.report.sheets.layout import Column, Sheet
from planner.report.sheets.placing_tables import write_datum_test, write_walking_figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from planner.domain.evaluation import EvaluationRecords
    from planner.domain.standard import Clause
    from planner.errors import Fault
    from planner.report.sheets.layout import Book, Cell, Style
    from planner.report.words import Words

_SECONDS_A_MINUTE = 60.0


def write_sources_sheet(book: Book, records: EvaluationRecords, notices: Iterable[Fault]) -> None:
    """Write the sheet."""
    words = book.words
    sheet = Sheet(book, "sheet.sources", words("title.sources"))
    sheet.section(words("col.rule_set"))
    sheet.facts(_rule_set_facts(records, words))
    sheet.section(words("col.clause"))
    sheet.table(_clause_columns(words), _clause_rows(records, words))
    write_walking_figures(sheet, records)
    write_datum_test(sheet, records)
    sheet.section(words("basis.files"))
    sheet.table(
        [Column(words("col.noun")), Column(words("col.file"), width=30)],
        ([noun, name] for noun, name, _ in list_input_files(records.settings)),
    )
    sheet.section(words("basis.credits"))
    for line in records.settings.credits:
        sheet.note(line)
    sheet.section(words("basis.settings"))
    sheet.facts(_settings_facts(records))
    sheet.section(words("basis.versions"))
    sheet.facts((name, version, "text") for name, version in describe_versions().items())
    sheet.section(words("col.message"))
    sheet.table(
        [
            Column(words("col.message"), width=40),
            Column(words("col.file")),
            Column(words("col.row")),
            Column(words("col.field")),
            Column(words("col.detail")),
            Column(words("col.hint"), width=40),
        ],
        (
            [
                _in_language(notice.message, message_in_chinese, words),
                notice.file,
                None if notice.row is None else str(notice.row),
                notice.field,
                notice.found,
                _in_language(notice.hint, hint_in_chinese, words),
            ]
            for notice in notices
        ),
    )


def write_quarantine_sheet(book: Book, records: EvaluationRecords) -> None:
    """Write the rows set aside."""
    words = book.words
    sheet = Sheet(book, "sheet.quarantine", words("title.quarantine"))
    sheet.note(words("define.denominator"))
    sheet.table(
        [
            Column(words("col.noun"), width=10),
            Column(words("col.row"), width=8),
            Column(words("col.id"), width=24),
            Column(words("col.reason"), width=20),
            Column(words("col.detail"), width=24),
            Column(words("col.persons_aside"), "number"),
            Column(words("col.lon"), "degrees"),
            Column(words("col.lat"), "degrees"),
        ],
        (
            [
                words.named("noun", row.noun),
                str(row.row),
                row.label,
                words.named("quarantine", row.reason),
                row.detail,
                row.persons,
                row.lon,
                row.lat,
            ]
            for row in records.quarantine
        ),
        filtered=True,
    )


def _in_language(text: str | None, translate: Callable[[str], str], words: Words) -> str | None:
    """Return a text of a notice in Chinese where the study is, and where it is known."""
    if text is None or words.language != "zh":
        return text
    return translate(text) or text


def _rule_set_facts(records: EvaluationRecords, words: Words) -> Iterator[tuple[str, Cell, Style]]:
    for rules in records.judgements.rule_sets:
        yield rules.rule_set_id, words.title(rules), "text"
        yield words("basis.issuing_body"), rules.issuing_body, "text"
        yield words("basis.valid_from"), rules.valid_from.isoformat(), "text"
        if rules.superseded_by:
            yield words("basis.superseded_by"), rules.superseded_by, "text"
    yield words("basis.plan_date"), records.judgements.plan_date.isoformat(), "text"


def _clause_columns(words: Words) -> list[Column]:
    return [
        Column(words("col.rule_set"), width=18),
        Column(words("col.name"), width=24),
        Column(words("col.group")),
        Column(words("col.force")),
        Column(words("col.required"), width=14),
        Column(words("col.text"), width=44),
        Column(words("col.source"), width=24),
        Column(words("col.certainty")),
        Column(words("col.serves"), width=30),
    ]


def _clause_rows(records: EvaluationRecords, words: Words) -> Iterator[list[Cell]]:
    for rules in records.judgements.rule_sets:
        for circle in rules.life_circles:
            serves = " · ".join(
                f"{words.named('level', level)} {words.named('kind', kind)}"
                for level, kind in circle.serves
            )
            yield [
                rules.rule_set_id,
                words.of(circle),
                words("group.circle"),
                None,
                f"<= {circle.limit_s / _SECONDS_A_MINUTE:g} min",
                circle.text,
                circle.source,
                words.named("certainty", circle.certainty),
                f"{serves} ({words.named('certainty', circle.serves_certainty)})",
            ]
        for clause in rules.clauses:
            yield [
                rules.rule_set_id,
                words.of(clause),
                words.named("group", clause.group),
                words.named("force", clause.force),
                _required(clause, words),
                clause.text,
                clause.source,
                words.named("certainty", clause.certainty),
                _applies(clause, words),
            ]


def _required(clause: Clause, words: Words) -> str:
    """Return what a clause asks, the whole of a band."""
    asked = f"{clause.comparison} {clause.value:,g}"
    if clause.value_max is not None:
        asked = f"{clause.value:,g} – {clause.value_max:,g}"
    elif clause.band_share is not None:
        asked = f"{clause.value:,g} ± {clause.band_share:.0%}"
    return f"{asked} {words.named('unit', clause.unit)}"


def _applies(clause: Clause, words: Words) -> str:
    families: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("status", clause.statuses),
        ("level", clause.levels),
        ("kind", clause.kinds),
    )
    return " · ".join(
        "/".join(words.named(family, value) for value in values)
        for family, values in families
        if values
    )


def _settings_facts(records: EvaluationRecords) -> Iterator[tuple[str, Cell, Style]]:
    def walk(prefix: str, value: Any) -> Iterator[tuple[str, Cell, Style]]:  # noqa: ANN401 -- JSON
        if isinstance(value, dict):
            for key, item in value.items():
                yield from walk(f"{prefix}.{key}" if prefix else key, item)
        elif isinstance(value, list):
            yield prefix, " · ".join(str(item) for item in value), "text"
        elif value is not None:
            yield prefix, str(value), "text"

    yield from walk("", describe_settings(records.settings))
