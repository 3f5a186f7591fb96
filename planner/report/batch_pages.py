"""The root of a batch: `index.html`, `batch.xlsx`, `batch.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from planner.report.formats import format_count, format_limit, format_share
from planner.report.plain_page import (
    Head,
    PageCell,
    escape,
    link,
    make_plain_page,
    make_table,
    number_cell,
    words_cell,
)
from planner.report.sheets.layout import Book, Column, Sheet
from planner.report.staging import stage_outputs
from planner.report.summary import write_json
from planner.report.words import choose_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from planner.domain.batch import BatchResult, BatchRun
    from planner.report.sheets.layout import Cell
    from planner.report.words import Words

SCHEMA = "planner.batch/1"
BATCH_NAMES = ("index.html", "batch.xlsx", "batch.json")

_FILES = ("map.html", "tables.xlsx", "projects.csv", "results.gpkg", "summary.json")
_PICTURE = "figures/coverage_map.png"
_STATES = ("ok", "failed", "not_run")


def headline_figures(summary: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the headline figures of a `summary.json`, each share with its numbers.

    Returns
    -------
    figures
        `life_circles` of the plan (with the share `with_proposals`, `None` without
        siting), `centres` by verdict, `gaps`, `proposals` (`None` without siting).
    """
    after = {
        circle["id"]: circle["share_covered"]
        for circle in summary["states"].get("with_proposals", {}).get("life_circles", ())
    }
    kept = (
        "id",
        "limit_s",
        "centres",
        "persons",
        "persons_covered",
        "share_covered",
        "share_covered_pass",
        "share_covered_not_failing",
    )
    siting = summary.get("siting")
    return {
        "life_circles": [
            {key: circle[key] for key in kept}
            | {"share_covered_with_proposals": after.get(circle["id"])}
            for circle in summary["life_circles"]
        ],
        "centres": dict(summary["centres"]),
        "gaps": len(summary["gaps"]),
        "proposals": None if siting is None else len(siting["proposals"]),
        "siting_status": None if siting is None else siting["status"],
    }


def write_batch_pages(result: BatchResult, out: Path, *, run: Mapping[str, Any]) -> None:
    """
    Write the list of a batch into its root, all three files or none.

    Parameters
    ----------
    result
        How each run ended; the language is that of the first study.
    out
        Root of the batch; each run's folder lies in it under its id.
    run
        What differs between two batches of the same runs: times, host, paths.

    Raises
    ------
    OutputLocked, ReportError
        If a file is open elsewhere or the folder cannot be written.
    """
    words = choose_words(result.runs[0].language if result.runs else "zh")
    with stage_outputs(out) as stage:
        write_json(describe_batch(result, run=run), stage / "batch.json")
        _write_workbook(result, words, stage / "batch.xlsx")
        page = _make_index(result, words)
        (stage / "index.html").write_text(page, encoding="utf-8", newline="\n")


def describe_batch(result: BatchResult, *, run: Mapping[str, Any]) -> dict[str, Any]:
    """Return `batch.json`: only its `run` block differs between batches of the same runs."""
    return {
        "schema": SCHEMA,
        "counts": {"runs": len(result.runs)} | _counts(result.runs),
        "runs": [
            {
                "id": one.run_id,
                "study": one.study,
                "status": one.status,
                "exit_code": one.exit_code,
                "message": one.message,
                "figures": one.figures,
            }
            for one in result.runs
        ],
        "run": dict(run)
        | {
            "workers": result.workers,
            "threads": result.threads,
            "interrupted": result.interrupted,
            "seconds": round(result.seconds, 3),
            "seconds_by_run": {one.run_id: round(one.seconds, 3) for one in result.runs},
            "skipped": [one.run_id for one in result.runs if one.skipped],
            "notices": [str(notice) for notice in result.notices],
        },
    }


def _counts(runs: Iterable[BatchRun]) -> dict[str, int]:
    found: list[str] = [one.status for one in runs]
    return {status: found.count(status) for status in _STATES}


def _circles(result: BatchResult) -> list[tuple[str, float]]:
    """Return every circle met, as id and limit, in the order met."""
    met = {
        (circle["id"], float(circle["limit_s"])): None
        for one in result.runs
        if one.figures is not None
        for circle in one.figures["life_circles"]
    }
    return list(met)


def _circle(one: BatchRun, circle: tuple[str, float]) -> dict[str, Any]:
    figures = [] if one.figures is None else one.figures["life_circles"]
    for found in figures:
        if (found["id"], float(found["limit_s"])) == circle:
            return dict(found)
    return {}


_CIRCLE_COLUMNS = (
    ("batch.share", "share_covered"),
    ("batch.share_pass", "share_covered_pass"),
    ("batch.share_proposals", "share_covered_with_proposals"),
)
_COUNT_COLUMNS = (
    ("figure_of.count", "count"),
    ("figure_of.pass", "pass"),
    ("figure_of.fail", "fail"),
    ("figure_of.cannot_tell", "cannot_tell"),
)


def _uncovered(circle: Mapping[str, Any]) -> float | None:
    return circle["persons"] - circle["persons_covered"] if circle else None


def _titles(words: Words, circles: list[tuple[str, float]]) -> list[tuple[str, str]]:
    """Return the heads of the figures with how each is written: `share` or `number`."""
    found = []
    for _, limit_s in circles:
        name = format_limit(limit_s, words.language)
        found += [(words(key, circle=name), "share") for key, _ in _CIRCLE_COLUMNS]
        found.append((words("batch.persons", circle=name), "number"))
    found += [(words(key), "number") for key, _ in _COUNT_COLUMNS]
    found += [(words("batch.gaps"), "number"), (words("batch.proposals"), "number")]
    return found


def _values(one: BatchRun, circles: list[tuple[str, float]]) -> list[float | None]:
    """Return the figures of a run under `_titles`."""
    values: list[float | None] = []
    for circle in circles:
        figures = _circle(one, circle)
        values += [figures.get(key) for _, key in _CIRCLE_COLUMNS]
        values.append(_uncovered(figures))
    known = one.figures or {"centres": {}, "gaps": None, "proposals": None}
    values += [known["centres"].get(key) for _, key in _COUNT_COLUMNS]
    return [*values, known["gaps"], known["proposals"]]


def _make_index(result: BatchResult, words: Words) -> str:
    circles = _circles(result)
    titles = _titles(words, circles)
    told = any(one.message for one in result.runs)
    heads = [
        Head(words("batch.map"), sortable=False),
        Head(words("batch.run")),
        Head(words("basis.study")),
        Head(words("batch.status")),
        *([Head(words("batch.message"))] if told else []),
        *(Head(title, number=True) for title, _ in titles),
        Head(words("batch.files"), sortable=False),
    ]
    rows = [_index_row(one, words, circles, titles, told=told) for one in result.runs]
    counts = words("batch.counts", runs=len(result.runs), **_counts(result.runs))
    body = (
        f"<h1>{escape(words('batch.title'))}</h1>\n<p>{escape(counts)}</p>\n"
        f"<p>{escape(words('batch.note'))}</p>\n{make_table(heads, rows)}"
    )
    return make_plain_page(words("batch.title"), body, language=words.language)


def _index_row(
    one: BatchRun,
    words: Words,
    circles: list[tuple[str, float]],
    titles: list[tuple[str, str]],
    *,
    told: bool,
) -> list[PageCell]:
    done = one.status == "ok"
    folder = quote(one.run_id)
    picture = (
        f'<a href="{folder}/map.html"><img src="{folder}/{_PICTURE}" loading="lazy" '
        f'alt="{escape(words("batch.picture"))} {escape(one.run_id)}"></a>'
        if done
        else ""
    )
    name = words_cell(one.run_id)
    if done:
        name = PageCell(link(f"{one.run_id}/map.html", one.run_id), name.value, name.kind)
    figures = [
        number_cell(
            value, format_share(value, words.language) if style == "share" else format_count(value)
        )
        for value, (_, style) in zip(_values(one, circles), titles, strict=True)
    ]
    files = " · ".join(link(f"{one.run_id}/{file}", file) for file in _FILES) if done else ""
    return [
        PageCell(picture),
        name,
        words_cell(one.study),
        words_cell(words.named("run_status", one.status), one.status),
        *([words_cell(one.message, "message")] if told else []),
        *figures,
        PageCell(files, kind="words"),
    ]


def _write_workbook(result: BatchResult, words: Words, path: Path) -> None:
    circles = _circles(result)
    titles = _titles(words, circles)
    book = Book(path, words, words("batch.title"))
    sheet = Sheet(book, "sheet.batch", words("batch.title"))
    sheet.note(words("batch.counts", runs=len(result.runs), **_counts(result.runs)))
    columns = [
        Column(words("batch.run"), width=24),
        Column(words("basis.study"), width=24),
        Column(words("batch.status")),
        *(Column(title, "share" if style == "share" else "number") for title, style in titles),
        Column(words("batch.message"), width=60),
    ]
    rows: list[list[Cell]] = [
        [
            one.run_id,
            one.study,
            words.named("run_status", one.status),
            *_values(one, circles),
            one.message,
        ]
        for one in result.runs
    ]
    sheet.table(columns, rows, filtered=True)
    book.close()
