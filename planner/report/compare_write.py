"""A comparison as files: `compare.json`, `.xlsx`, `.gpkg`, `.html`."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyogrio
import shapely

from planner.report.compare_map import Picture
from planner.report.compare_tables import (
    Table,
    areas_table,
    centres_table,
    circle_name,
    differ_words,
    districts_table,
    figures_table,
    homes_table,
    totals_table,
)
from planner.report.coordinates import DEGREES, transform_geometry
from planner.report.formats import MINUS, format_count, format_margin, format_share
from planner.report.geopackage import CREATED, gdal_options
from planner.report.plain_page import (
    Head,
    PageCell,
    escape,
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
    from pathlib import Path

    from planner.domain.comparison import Comparison
    from planner.report.compare_tables import Value
    from planner.report.sheets.layout import Style
    from planner.report.words import Words

SCHEMA = "planner.compare/1"
HOMES_ON_PAGE = 50
ROWS_A_SHEET = 200_000

_DECIMALS: Final[dict[str, int]] = {"minutes": 1, "degrees": 6}


def write_comparison(comparison: Comparison, out: Path, *, crs: str) -> None:
    """
    Write a comparison into a folder, all its files or none; the same results, the same bytes.

    Parameters
    ----------
    comparison
        What was found.
    out
        Folder, made if missing.
    crs
        CRS of `compare.gpkg`.

    Raises
    ------
    OutputLocked, ReportError
        If a file is open elsewhere or the folder cannot be written.
    """
    words = choose_words(comparison.language)
    with stage_outputs(out) as stage:
        write_json(describe_comparison(comparison), stage / "compare.json")
        _write_workbook(comparison, words, stage / "compare.xlsx")
        _write_geopackage(comparison, stage / "compare.gpkg", crs)
        page = _make_page(comparison, words)
        (stage / "compare.html").write_text(page, encoding="utf-8", newline="\n")


def describe_comparison(comparison: Comparison) -> dict[str, Any]:
    """Return `compare.json`; what a result does not say is `null`."""
    homes = comparison.homes
    english = choose_words("en")

    def members(places: Any, persons: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - arrays
        return [
            {"demand_id": homes.demand_id[place], "persons": float(persons[place])}
            for place in places
        ]

    return {
        "schema": SCHEMA,
        "a": comparison.name_a,
        "b": comparison.name_b,
        "warnings": [
            {"differs": name, "message": english.named("differ", name)}
            for name in comparison.differ
        ],
        "figures": [dataclasses.asdict(row) for row in comparison.figures],
        "centres": [
            dataclasses.asdict(change) | {"changes": list(change.changes)}
            for change in comparison.centres
        ],
        "homes": {
            "compared": len(homes.demand_id),
            "only_a": homes.only_a,
            "only_b": homes.only_b,
            "life_circles": [
                {
                    "id": circle.circle_id,
                    "limit_s": circle.limit_s,
                    "points_gained": len(circle.gained),
                    "persons_gained": circle.persons_gained,
                    "points_lost": len(circle.lost),
                    "persons_lost": circle.persons_lost,
                    "gained": members(circle.gained, homes.persons_b),
                    "lost": members(circle.lost, homes.persons_a),
                }
                for circle in homes.circles
            ],
        },
        "areas": [dataclasses.asdict(area) for area in comparison.areas],
        "districts": [dataclasses.asdict(row) for row in comparison.districts],
    }


def _write_workbook(comparison: Comparison, words: Words, path: Path) -> None:
    title = words("compare.title", a=comparison.name_a, b=comparison.name_b)
    book = Book(path, words, title)
    sheet = Sheet(book, "sheet.figures", title)
    for line in differ_words(comparison, words):
        sheet.note(line)
    for style in ("share", "number"):
        _fill(sheet, figures_table(comparison, words, style), filtered=style == "share")
        sheet.row += 1
    _fill(
        Sheet(book, "sheet.changes", words("compare.changes")),
        centres_table(comparison, words),
        filtered=True,
    )
    sheet = Sheet(book, "sheet.homes", words("compare.homes"))
    _fill(sheet, totals_table(comparison, words), filtered=False)
    sheet.row += 1
    _fill(sheet, homes_table(comparison, words, most=ROWS_A_SHEET), filtered=True)
    sheet = Sheet(book, "sheet.area_shares", words("compare.areas"))
    _fill(sheet, areas_table(comparison, words), filtered=True)
    if comparison.districts:
        sheet.row += 1
        sheet.note(words("compare.districts"))
        _fill(sheet, districts_table(comparison, words), filtered=False)
    book.close()


def _fill(sheet: Sheet, table: Table, *, filtered: bool) -> None:
    sheet.table(
        [Column(title, style) for title, style in table.heads], table.rows, filtered=filtered
    )


def _write_geopackage(comparison: Comparison, path: Path, crs: str) -> None:
    """Write the layers `gained` and `lost`: a point for each home and circle."""
    homes = comparison.homes
    path.unlink(missing_ok=True)
    with gdal_options({"OGR_CURRENT_DATE": CREATED, "OGR_SQLITE_JOURNAL": "DELETE"}):
        for layer, persons in (("gained", homes.persons_b), ("lost", homes.persons_a)):
            members = [(one, getattr(one, layer)) for one in homes.circles]
            places = np.concatenate([np.empty(0, dtype=np.int64), *(rows for _, rows in members)])
            circle_of = [one for one, rows in members for _ in rows]
            none = np.empty(0)
            times = {
                side: np.concatenate(
                    [none, *(getattr(homes, side)[one.circle_id][rows] for one, rows in members)]
                )
                for side in ("time_a_s", "time_b_s")
            }
            columns = {
                "demand_id": _texts([homes.demand_id[place] for place in places]),
                "life_circle": _texts([one.circle_id for one in circle_of]),
                "limit_s": np.array([one.limit_s for one in circle_of], dtype=np.float64),
                "persons": persons[places],
                **times,
            }
            points = transform_geometry(shapely.points(homes.lonlat[places]), DEGREES, crs)
            wkb = _texts(shapely.to_wkb(points).tolist())
            pyogrio.raw.write(
                str(path),
                wkb,
                field_data=list(columns.values()),
                fields=np.array(list(columns), dtype=object),
                crs=crs,
                geometry_type="Point",
                layer=layer,
                driver="GPKG",
                append=path.exists(),
                nan_as_null=True,
            )


def _texts(values: list[Any]) -> Any:  # noqa: ANN401 - an array of objects
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _make_page(comparison: Comparison, words: Words) -> str:
    title = words("compare.title", a=comparison.name_a, b=comparison.name_b)
    parts = [f"<h1>{escape(title)}</h1>"]
    differ = list(differ_words(comparison, words))
    if differ:
        parts.append(f"<h2>{escape(words('compare.not_comparable'))}</h2>")
        parts += [f'<p class="warn" role="note">{escape(line)}</p>' for line in differ]
    parts.append(_section(words("compare.homes")))
    parts.append(_show(totals_table(comparison, words), words))
    parts += _pictures(comparison, words)
    parts.append(_section(words("compare.changes")))
    parts.append(_show(centres_table(comparison, words), words))
    listed = homes_table(comparison, words, most=HOMES_ON_PAGE)
    if listed.rows:
        parts.append(_section(words("sheet.homes")))
        parts.append(f"<p>{escape(words('compare.most', count=HOMES_ON_PAGE))}</p>")
        parts.append(_show(listed, words))
    if comparison.areas:
        parts.append(_section(words("compare.areas")))
        parts.append(_show(areas_table(comparison, words), words))
    if comparison.districts:
        parts.append(_section(words("compare.districts")))
        parts.append(_show(districts_table(comparison, words), words))
    parts.append(_section(words("compare.figures")))
    parts += [
        _show(figures_table(comparison, words, style), words) for style in ("share", "number")
    ]
    return make_plain_page(title, "\n".join(parts), language=words.language)


def _section(title: str) -> str:
    return f"<h2>{escape(title)}</h2>"


def _show(table: Table, words: Words) -> str:
    if not table.rows:
        return f"<p>{escape(words('compare.same'))}</p>"
    heads = [Head(title, number=style != "text") for title, style in table.heads]
    difference = words("compare.difference")
    rows = [
        [
            _cell(value, style, words, signed=title.endswith(difference))
            for value, (title, style) in zip(row, table.heads, strict=True)
        ]
        for row in table.rows
    ]
    return make_table(heads, rows)


def _cell(value: Value, style: Style, words: Words, *, signed: bool) -> PageCell:
    if value is None or isinstance(value, str):
        return words_cell(value or "") if style == "text" else number_cell(None, "")
    return number_cell(value, _written(float(value), style, words, signed=signed))


def _written(value: float, style: Style, words: Words, *, signed: bool) -> str:
    if not math.isfinite(value) or (signed and value == 0):
        return "0" if value == 0 else ""
    if style == "share":
        text = format_share(value, words.language)
        return f"+{text}" if signed and not text.startswith(MINUS) else text
    if style in _DECIMALS:
        return f"{value:.{_DECIMALS[style]}f}"
    return format_margin(value) if style == "margin" else format_count(value)


def _pictures(comparison: Comparison, words: Words) -> list[str]:
    """Return a picture for each circle that anyone gained or lost."""
    shown = [one for one in comparison.homes.circles if len(one.gained) or len(one.lost)]
    if not shown:
        return []
    picture = Picture(comparison)
    key = "".join(
        f'<span><svg viewBox="0 0 12 12"><path class="{kind}" d="{shape}"/></svg>'
        f"{escape(text)}</span>"
        for kind, shape, text in (
            ("gained", _DISC, words("compare.gained")),
            ("lost", _DISC, words("compare.lost")),
            ("same", _DISC, words("compare.unchanged")),
            ("opened", _TRIANGLE, words("change.opened")),
            ("closed", _TRIANGLE, words("change.closed")),
            ("centre", _TRIANGLE, words("compare.changes")),
        )
    )
    parts = [_section(words("compare.map")), f'<div class="key">{key}</div>', picture.homes()]
    for one in shown:
        name = circle_name(comparison, one.circle_id, words)
        parts += [f"<p>{escape(name)}</p>", picture.draw(one, escape(name))]
    return parts


_DISC = "M1 6a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z"
_TRIANGLE = "M1 10h10l-5 -9z"
