"""
The look of the layers, saved inside `results.gpkg` so that QGIS opens it looking like the map.

The table `layer_styles` is what QGIS keeps there itself: a style of its own (QML) and one of the
Open Geospatial Consortium (SLD 1.1, Symbology Encoding) for each layer, the default of the layer.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias
from xml.etree import ElementTree as ET

from planner.report.formats import format_limit
from planner.report.words import choose_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.domain.evaluation import EvaluationRecords
    from planner.report.words import Words

Operator: TypeAlias = Literal["=", "<=", ">", "is null"]
_Test: TypeAlias = tuple[str, Operator, "str | float | None"]

_OGC: Final = "http://www.opengis.net/ogc"
_SLD: Final = "http://www.opengis.net/sld"
_SE: Final = "http://www.opengis.net/se"
_SQL_COMPARES: Final[dict[Operator, str]] = {
    "=": "PropertyIsEqualTo",
    "<=": "PropertyIsLessThanOrEqualTo",
    ">": "PropertyIsGreaterThan",
}
_PIXELS_A_MM: Final = 96.0 / 25.4

TIME_COLOURS: Final = ("#2C7FB8", "#7FBADB", "#CBE3F1", "#F9DDBB", "#EDB98A")
TIME_MINUTES: Final = (5, 10, 15, 20)
SHARE_COLOURS: Final = ("#F6EFDD", "#D6E4EC", "#A9CDE3", "#74AED2", "#4189BA")
SHARE_BREAKS: Final = (0.5, 0.7, 0.85, 0.95)
"""Of the longest circle, as on the map."""
_UNREACHED: Final = "#A63A79"
_VERDICT_MARKS: Final = {
    "pass": ("circle", "#009E73"),
    "fail": ("square", "#D55E00"),
    "cannot_tell": ("diamond", "#E69F00"),
    "below_recommended": ("triangle", "#E69F00"),
    "not_applicable": ("circle", "#FFFFFF"),
}
_CIRCLE_FILLS: Final = ("#0072B2", "#4A9CCF", "#8CC4E8")
_CIRCLE_LINES: Final = ("#00568A", "#0F6BA6", "#1F7DB8")

_TABLE: Final = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
  f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT CURRENT_TIMESTAMP
)
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point symbol: shape, fill, size in millimetres."""

    shape: str
    fill: str
    size_mm: float
    line: str = "#FFFFFF"


@dataclass(frozen=True, slots=True)
class Fill:
    """A polygon symbol: fill with its opacity, outline in millimetres; `hatched` or whole."""

    fill: str
    opacity: float
    line: str
    width_mm: float = 0.26
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """What some features look like: those that meet all tests."""

    label: str
    symbol: Mark | Fill
    tests: tuple[_Test, ...] = ()


@dataclass(frozen=True, slots=True)
class Style:
    """
    The rules of one layer.

    Attributes
    ----------
    layer, rules
        Name and rules.
    largest_first
        Column by which features are drawn, the largest first; empty for any order.
    label
        Column that is written beside each feature; empty for none.
    """

    layer: str
    rules: tuple[Rule, ...]
    largest_first: str = ""
    label: str = ""


def list_styles(records: EvaluationRecords) -> tuple[Style, ...]:
    """Return the look of every layer of the contract, in the words of the study."""
    words = choose_words(records.settings.language)
    circles = sorted(
        records.judgements.rule_sets[0].life_circles, key=lambda circle: circle.limit_s
    )
    longest = circles[-1].circle_id
    isochrones = tuple(
        Rule(
            words.of(circle),
            Fill(
                _CIRCLE_FILLS[min(place, len(_CIRCLE_FILLS) - 1)],
                0.35,
                _CIRCLE_LINES[min(place, len(_CIRCLE_LINES) - 1)],
            ),
            (("life_circle", "=", circle.circle_id),),
        )
        for place, circle in enumerate(circles)
    )
    gap = Rule(words("sheet.gaps"), Fill("#8A2C64", 0.6, "#8A2C64", 0.4, hatched=True))
    areas = _areas(f"share_covered_{longest}", words)
    return (
        Style("centres", _centres(words), label="name"),
        Style("demand", _homes(f"time_s_{longest}", words)),
        Style("isochrones", isochrones, largest_first="limit_s"),
        Style("gaps", (gap,), label="gap_id"),
        Style("proposals", _proposals(words), label="proposal_id"),
        *(
            Style(f"area_{level}", areas, label="name")
            for level in ("community", "street", "district")
        ),
        Style("quarantine", (Rule(words("sheet.quarantine"), Mark("cross2", "#68747D", 2.6)),)),
        Style(
            "network_findings", (Rule(words("sheet.network"), Mark("triangle", "#B39B00", 2.2)),)
        ),
    )


def write_styles(records: EvaluationRecords, path: Path, *, changed: str) -> None:
    """
    Write the styles into a GeoPackage, each the default of its layer.

    Parameters
    ----------
    records
        Of the run; language and circles.
    path
        The GeoPackage, whole.
    changed
        Time of change that the file states: a constant, so that the same records give the
        same bytes.
    """
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(_TABLE)
        file.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, "
            "last_change, srs_id) VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?, 0)",
            (changed,),
        )
        known = dict(file.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
        file.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
            "ui, update_time) VALUES ('', '', ?, ?, 'planner', ?, ?, 1, '', '', NULL, ?)",
            [
                (style.layer, known[style.layer], make_qml(style), make_sld(style), changed)
                for style in list_styles(records)
                if style.layer in known
            ],
        )


def make_qml(style: Style) -> str:
    """Return a style as QGIS has it: a renderer of rules."""
    root = ET.Element(
        "qgis",
        version="3.22.0",
        styleCategories="Symbology|Labeling",
        labelsEnabled="1" if style.label else "0",
    )
    renderer = ET.SubElement(
        root,
        "renderer-v2",
        type="RuleRenderer",
        symbollevels="0",
        forceraster="0",
        enableorderby="1" if style.largest_first else "0",
    )
    rules = ET.SubElement(renderer, "rules", key="planner")
    symbols = ET.SubElement(renderer, "symbols")
    for number, rule in enumerate(style.rules):
        named = {"key": f"planner-{number}", "symbol": str(number), "label": rule.label}
        if rule.tests:
            named["filter"] = " AND ".join(_expression(test) for test in rule.tests)
        ET.SubElement(rules, "rule", named)
        symbols.append(_qml_symbol(number, rule.symbol))
    if style.largest_first:
        order = ET.SubElement(renderer, "orderby")
        clause = ET.SubElement(order, "orderByClause", asc="0", nullsFirst="0")
        clause.text = f'"{style.largest_first}"'
    if style.label:
        _label(root, style)
    ET.SubElement(root, "layerGeometryType").text = (
        "0" if isinstance(style.rules[0].symbol, Mark) else "2"
    )
    return ET.tostring(root, encoding="unicode")


def _label(root: ET.Element, style: Style) -> None:
    """Write a column beside each feature, with a white rim, where there is room."""
    settings = ET.SubElement(ET.SubElement(root, "labeling", type="simple"), "settings")
    text = ET.SubElement(
        settings,
        "text-style",
        fieldName=style.label,
        isExpression="0",
        fontFamily="Noto Sans CJK SC",
        fontSize="8",
        fontSizeUnit="Point",
        textColor=_colour("#17242D"),
        textOpacity="1",
    )
    ET.SubElement(
        text,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.7",
        bufferSizeUnits="MM",
        bufferColor=_colour("#FFFFFF"),
        bufferOpacity="0.9",
    )
    around = "6" if isinstance(style.rules[0].symbol, Mark) else "1"
    ET.SubElement(settings, "placement", placement=around, dist="1.5", distUnits="MM")
    ET.SubElement(settings, "rendering", displayAll="0", obstacle="1", drawLabels="1")


def make_sld(style: Style) -> str:
    """Return a style as SLD 1.1."""
    ET.register_namespace("", _SLD)
    ET.register_namespace("se", _SE)
    ET.register_namespace("ogc", _OGC)
    root = ET.Element(f"{{{_SLD}}}StyledLayerDescriptor", version="1.1.0")
    layer = ET.SubElement(root, f"{{{_SLD}}}NamedLayer")
    ET.SubElement(layer, f"{{{_SE}}}Name").text = style.layer
    user = ET.SubElement(layer, f"{{{_SLD}}}UserStyle")
    ET.SubElement(user, f"{{{_SE}}}Name").text = "planner"
    kind = ET.SubElement(user, f"{{{_SE}}}FeatureTypeStyle")
    for rule in style.rules:
        told = ET.SubElement(kind, f"{{{_SE}}}Rule")
        ET.SubElement(told, f"{{{_SE}}}Name").text = rule.label
        if rule.tests:
            _sld_filter(told, rule.tests)
        if isinstance(rule.symbol, Mark):
            _sld_mark(told, rule.symbol)
        else:
            _sld_fill(told, rule.symbol)
    return ET.tostring(root, encoding="unicode")


def _centres(words: Words) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            words.named("verdict", verdict),
            Mark(shape, fill, 4.4, "#68747D" if fill == "#FFFFFF" else "#FFFFFF"),
            (("verdict", "=", verdict),),
        )
        for verdict, (shape, fill) in _VERDICT_MARKS.items()
    )


def _homes(column: str, words: Words) -> tuple[Rule, ...]:
    steps: list[float | None] = [None, *(60.0 * minute for minute in TIME_MINUTES), None]
    found = []
    for low, high, fill in zip(steps, steps[1:], TIME_COLOURS, strict=False):
        tests: list[_Test] = []
        if low is not None:
            tests.append((column, ">", low))
        if high is not None:
            tests.append((column, "<=", high))
        limit = format_limit(high if high is not None else low or 0.0, words.language)
        label = f"≤ {limit}" if high is not None else f"> {limit}"
        found.append(Rule(label, Mark("circle", fill, 1.5, "#FFFFFF"), tuple(tests)))
    unreached = Mark("circle", _UNREACHED, 1.5)
    return (*found, Rule(words("style.unreached"), unreached, ((column, "is null", None),)))


def _areas(column: str, words: Words) -> tuple[Rule, ...]:
    steps: list[float | None] = [None, *SHARE_BREAKS, None]
    found = []
    for low, high, fill in zip(steps, steps[1:], SHARE_COLOURS, strict=False):
        # As on the map, a share of exactly a break belongs to the class above: what is at or
        # below the break less a hair is below it.
        tests: list[_Test] = []
        if low is not None:
            tests.append((column, ">", low - 1e-9))
        if high is not None:
            tests.append((column, "<=", high - 1e-9))
        label = f"{100 * (low or 0.0):.0f}–{100 * (1.0 if high is None else high):.0f} %"
        found.append(Rule(label, Fill(fill, 0.75, "#68747D"), tuple(tests)))
    none = Rule(
        words("style.nobody"), Fill("#FFFFFF", 0.0, "#68747D"), ((column, "is null", None),)
    )
    return (*found, none)


def _proposals(words: Words) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            words.named("action", action),
            Mark(shape, "#F0E442", 5.0, "#17242D"),
            (("action", "=", action),),
        )
        for action, shape in (
            ("build", "hexagon"),
            ("expand", "triangle"),
            ("co_locate", "pentagon"),
        )
    )


def _expression(test: _Test) -> str:
    column, operator, value = test
    if operator == "is null":
        return f'"{column}" IS NULL'
    return f'"{column}" {operator} ' + (f"'{value}'" if isinstance(value, str) else f"{value!r}")


def _colour(colour: str, opacity: float = 1.0) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * opacity)}"


def _qml_symbol(number: int, symbol: Mark | Fill) -> ET.Element:
    is_mark = isinstance(symbol, Mark)
    made = ET.Element(
        "symbol",
        name=str(number),
        type="marker" if is_mark else "fill",
        alpha="1",
        clip_to_extent="1",
        force_rhr="0",
    )
    if isinstance(symbol, Mark):
        kind, told = (
            "SimpleMarker",
            {
                "name": symbol.shape,
                "color": _colour(symbol.fill),
                "outline_color": _colour(symbol.line),
                "outline_width": "0.3",
                "outline_width_unit": "MM",
                "size": f"{symbol.size_mm:g}",
                "size_unit": "MM",
            },
        )
    else:
        kind, told = (
            "SimpleFill",
            {
                "color": _colour(symbol.fill, symbol.opacity),
                "style": "b_diagonal" if symbol.hatched else "solid",
                "outline_color": _colour(symbol.line),
                "outline_style": "solid",
                "outline_width": f"{symbol.width_mm:g}",
                "outline_width_unit": "MM",
            },
        )
    layer = ET.SubElement(
        made, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"}
    )
    options = ET.SubElement(layer, "Option", type="Map")
    for key, value in told.items():
        ET.SubElement(options, "Option", name=key, type="QString", value=value)
    # Versions before 3.26 read these.
    for key, value in told.items():
        ET.SubElement(layer, "prop", k=key, v=value)
    return made


def _sld_filter(rule: ET.Element, tests: Sequence[_Test]) -> None:
    holder = ET.SubElement(rule, f"{{{_OGC}}}Filter")
    if len(tests) > 1:
        holder = ET.SubElement(holder, f"{{{_OGC}}}And")
    for column, operator, value in tests:
        name = "PropertyIsNull" if operator == "is null" else _SQL_COMPARES[operator]
        test = ET.SubElement(holder, f"{{{_OGC}}}{name}")
        ET.SubElement(test, f"{{{_OGC}}}PropertyName").text = column
        if operator != "is null":
            text = value if isinstance(value, str) else repr(value)
            ET.SubElement(test, f"{{{_OGC}}}Literal").text = text


def _sld_mark(rule: ET.Element, symbol: Mark) -> None:
    point = ET.SubElement(rule, f"{{{_SE}}}PointSymbolizer")
    graphic = ET.SubElement(point, f"{{{_SE}}}Graphic")
    mark = ET.SubElement(graphic, f"{{{_SE}}}Mark")
    ET.SubElement(mark, f"{{{_SE}}}WellKnownName").text = {
        "diamond": "square",
        "hexagon": "star",
        "pentagon": "circle",
        "cross2": "x",
    }.get(symbol.shape, symbol.shape)
    fill = ET.SubElement(mark, f"{{{_SE}}}Fill")
    ET.SubElement(fill, f"{{{_SE}}}SvgParameter", name="fill").text = symbol.fill
    stroke = ET.SubElement(mark, f"{{{_SE}}}Stroke")
    ET.SubElement(stroke, f"{{{_SE}}}SvgParameter", name="stroke").text = symbol.line
    size = ET.SubElement(graphic, f"{{{_SE}}}Size")
    size.text = f"{symbol.size_mm * _PIXELS_A_MM:.1f}"
    if symbol.shape == "diamond":
        ET.SubElement(graphic, f"{{{_SE}}}Rotation").text = "45"


def _sld_fill(rule: ET.Element, symbol: Fill) -> None:
    polygon = ET.SubElement(rule, f"{{{_SE}}}PolygonSymbolizer")
    fill = ET.SubElement(polygon, f"{{{_SE}}}Fill")
    opacity = symbol.opacity / 2.0 if symbol.hatched else symbol.opacity
    ET.SubElement(fill, f"{{{_SE}}}SvgParameter", name="fill").text = symbol.fill
    ET.SubElement(fill, f"{{{_SE}}}SvgParameter", name="fill-opacity").text = f"{opacity:g}"
    stroke = ET.SubElement(polygon, f"{{{_SE}}}Stroke")
    ET.SubElement(stroke, f"{{{_SE}}}SvgParameter", name="stroke").text = symbol.line
    width = ET.SubElement(stroke, f"{{{_SE}}}SvgParameter", name="stroke-width")
    width.text = f"{symbol.width_mm * _PIXELS_A_MM:.1f}"
