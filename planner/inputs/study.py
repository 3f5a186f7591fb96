"""The study file (TOML) to settings."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from planner.domain.places import LEVELS
from planner.domain.profile_tables import find_profile_faults
from planner.domain.study import (
    GAP_TOLERANCE_M,
    AreasSettings,
    CentresSettings,
    CoverageSettings,
    DemandSettings,
    OutputSettings,
    StandardsSettings,
    StreetsSettings,
    StudySettings,
    WalkingSettings,
)
from planner.domain.walking import DIRECTIONS, PRIVATE_WAYS
from planner.errors import Fault, InputMissing, StudyKeyError
from planner.inputs.columns import CENTRE_COLUMNS, DEMAND_COLUMNS, KINDS
from planner.inputs.street_words import STREET_COLUMNS
from planner.inputs.study_siting import read_siting
from planner.inputs.study_table import StudyText, TableReader, nearest_hint, show

if TYPE_CHECKING:
    from typing import Literal

    from planner.domain.walking import Direction, PrivateWays

STUDY_FILE = "study.toml"
LANGUAGES = ("zh", "en")
DATUMS = ("auto", "wgs84", "cgcs2000", "gcj02", "bd09")
COMMUNITY_COUNTS = ("share", "centre")
CELLS = ("hexagon", "square")
FORMATS = ("gpkg", "shp", "dxf")
_PAIR = 2
_PEOPLE_COLUMNS = (*DEMAND_COLUMNS, "area_id", "community", "street")
"""Those of points, and of tables by community."""
BASE_MAPS = ("osm", "tianditu")
_WIDEST_GAP_M = 10.0
"""Beyond this, closing gaps would join streets that people cannot walk between."""

_SECTIONS = (
    "streets",
    "walking",
    "demand",
    "areas",
    "centres",
    "standards",
    "coverage",
    "siting",
    "output",
    "batch",
)


def read_study_file(path: Path, *, require_files: bool = True) -> StudySettings:
    """
    Read a study file; all its faults are collected and raised once.

    Parameters
    ----------
    path
        The TOML file, or a folder that holds `study.toml`.
    require_files
        False leaves it to the readers of the files to miss them.

    Returns
    -------
    settings
        Everything the file says, with absolute paths and defaults filled in.

    Raises
    ------
    InputMissing
        If the study file, or a file it names, does not exist (and nothing else is wrong).
    StudyKeyError
        If it is not TOML in UTF-8, has an unknown key, lacks one, or gives it a wrong value.
    """
    path = path.expanduser().absolute()
    if path.is_dir():
        path = path / STUDY_FILE
    if not path.is_file():
        raise InputMissing(
            Fault(
                "the study file does not exist",
                file=path.name,
                found=str(path),
                hint="`planner new DIR` writes one to start from",
            )
        )
    text = StudyText(path)
    top = _parse(path)
    settings = _read_study(text, top)
    if text.faults:
        raise StudyKeyError([*text.faults, *text.missing])
    if text.missing and require_files:
        raise InputMissing(text.missing)
    return settings


def _parse(path: Path) -> dict[str, Any]:
    raw = path.read_bytes()
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise StudyKeyError(
            Fault(
                "is not written in UTF-8",
                file=path.name,
                row=line,
                hint="save it again with the encoding UTF-8",
            )
        ) from error
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        line_found = re.search(r"at line (\d+)", message)
        hint = (
            "write paths with / instead of \\, or between single quotes"
            if "escape" in message.lower() or "\\" in message
            else None
        )
        raise StudyKeyError(
            Fault(
                f"is not valid TOML: {message}",
                file=path.name,
                row=int(line_found.group(1)) if line_found else None,
                hint=hint,
            )
        ) from error


def _read_study(text: StudyText, values: dict[str, Any]) -> StudySettings:
    top = TableReader(text, "", values)
    section = {
        name: TableReader(text, name, top.mapping(name)) for name in _SECTIONS if name != "siting"
    }
    for name in ("streets", "demand", "centres"):
        if name not in top:
            text.fault("a section is missing", field=name, expected=f'[{name}] with source = "…"')
    siting = TableReader(text, "siting", top.mapping("siting"))
    settings = StudySettings(
        path=text.path,
        name=top.text("name") or text.path.parent.name,
        language=top.choice("language", LANGUAGES, "zh"),
        streets=_read_streets(section["streets"], present="streets" in top),
        walking=_read_walking(section["walking"]),
        demand=_read_demand(section["demand"], present="demand" in top),
        centres=_read_centres(section["centres"], present="centres" in top),
        areas=_read_areas(section["areas"]),
        standards=_read_standards(section["standards"]),
        coverage=_read_coverage(section["coverage"]),
        siting=read_siting(siting, present="siting" in top),
        output=OutputSettings(
            crs=section["output"].crs("crs"),
            formats=_formats(section["output"]),
            pdf=section["output"].flag("pdf", default=False),
            base_map=_base_map(section["output"]),
            base_map_datum=section["output"].choice("base_map_datum", ("wgs84", "gcj02"), "wgs84"),
            base_map_key=section["output"].choice("base_map_key", ("ask", "write"), "ask"),
        ),
        credits=top.texts("credits") or (),
        batch_id=section["batch"].text("id"),
    )
    for reader in (top, *section.values(), siting):
        reader.finish()
    return settings


def _base_map(table: TableReader) -> str | None:
    asked = table.text("base_map")
    if asked is None or asked in BASE_MAPS:
        return asked
    if asked.startswith(("https://", "http://")) and all(
        part in asked for part in ("{z}", "{x}", "{y}")
    ):
        return asked
    table.wrong(
        "base_map",
        "is neither a base map known nor an address of tiles",
        found=show(asked),
        expected=" or ".join((*BASE_MAPS, "https://…/{z}/{x}/{y}.png")),
        hint=nearest_hint(asked, BASE_MAPS),
    )
    return None


def _source(table: TableReader, *, present: bool) -> Path:
    source = table.file("source")
    if source is None and present and "source" not in table:
        table.wrong("source", "is missing", expected="the path of a file")
    # A placeholder: the faults noted above are raised before anyone sees it.
    return source if source is not None else Path()


def _read_streets(table: TableReader, *, present: bool) -> StreetsSettings:
    gap_tolerance_m = table.number("gap_tolerance_m", maximum=_WIDEST_GAP_M)
    return StreetsSettings(
        source=_source(table, present=present),
        elevation=table.files("elevation"),
        layer=table.text("layer"),
        crs=table.crs("crs"),
        columns=table.columns("columns", tuple(STREET_COLUMNS)),
        gap_tolerance_m=gap_tolerance_m or GAP_TOLERANCE_M,
    )


def _read_walking(table: TableReader) -> WalkingSettings:
    default = WalkingSettings()
    direction = table.choice("direction", DIRECTIONS, default.direction)
    private_ways = table.choice("private_ways", PRIVATE_WAYS, default.private_ways)
    return WalkingSettings(
        profile=table.text("profile") or default.profile,
        direction=cast("Direction", direction),
        snap_limit_m=table.number("snap_limit_m") or default.snap_limit_m,
        private_ways=cast("PrivateWays", private_ways),
        profiles=_own_profiles(table),
    )


def _own_profiles(table: TableReader) -> dict[str, dict[str, Any]]:
    own = table.mapping("profiles")
    for profile_id, entry in own.items():
        for fault in find_profile_faults(profile_id, entry):
            key = (fault.field or "").removeprefix("walking.")
            table.wrong(
                key, fault.message, found=fault.found, expected=fault.expected, hint=fault.hint
            )
    return own


def _read_demand(table: TableReader, *, present: bool) -> DemandSettings:
    cell = table.choice("cell", CELLS, "") or None
    cell_size_m = table.number("cell_size_m")
    if ("cell" in table) != ("cell_size_m" in table):
        given, other = ("cell", "cell_size_m") if "cell" in table else ("cell_size_m", "cell")
        table.wrong(other, f"is missing: {given} needs it", expected="both, or neither")
    return DemandSettings(
        source=_source(table, present=present),
        layer=table.text("layer"),
        persons=table.text("persons"),
        total_persons=table.number("total_persons"),
        cell=cell,
        cell_size_m=cell_size_m,
        crs=table.crs("crs"),
        columns=table.columns("columns", _PEOPLE_COLUMNS),
        buildings=table.file("buildings"),
        land=table.file("land"),
        national_shares=table.flag("national_shares", default=False),
    )


def _read_centres(table: TableReader, *, present: bool) -> CentresSettings:
    return CentresSettings(
        source=_source(table, present=present),
        layer=table.text("layer"),
        datum=table.choice("datum", DATUMS, "auto"),
        crs=table.crs("crs"),
        columns=table.columns("columns", tuple(CENTRE_COLUMNS)),
    )


def _read_areas(table: TableReader) -> AreasSettings:
    return AreasSettings(
        community=table.file("community"),
        street=table.file("street"),
        district=table.file("district"),
        plan_scope=table.file("plan_scope"),
        urban_unbuilt=table.file("urban_unbuilt"),
    )


def _read_standards(table: TableReader) -> StandardsSettings:
    default = StandardsSettings()
    several, one = table.texts("rule_sets"), table.text("rule_set")
    if several is not None and one is not None:
        table.wrong("rule_set", "says the same as rule_sets", expected="one of the two")
    if several == ():
        table.wrong("rule_sets", "is empty", expected="at least one rule set")
    named = several or ((one,) if one else default.rule_sets)
    key = "rule_sets" if several else "rule_set"
    return StandardsSettings(
        rule_sets=tuple(_rule_set(table, key, name) for name in named),
        plan_date=table.day("plan_date"),
        apply_to_existing=table.flag("apply_to_existing", default=default.apply_to_existing),
        serves=_serves(table),
    )


def _rule_set(table: TableReader, key: str, name: str) -> str:
    """Return the id of a shipped rule set as it is, and a path made absolute."""
    if name.lower().endswith(".toml") or "/" in name or "\\" in name:
        return str(table.existing(key, name))
    return name


def _serves(table: TableReader) -> dict[str, tuple[tuple[str, str], ...]]:
    serves: dict[str, tuple[tuple[str, str], ...]] = {}
    for circle_id, listed in table.mapping("serves").items():
        where = f"serves.{circle_id}"
        if not isinstance(listed, list):
            table.wrong(
                where,
                "is not a list",
                found=show(listed),
                expected='a list such as [["community", "comprehensive"]]',
            )
            continue
        pairs = [_serving_pair(table, where, item) for item in listed]
        serves[circle_id] = tuple(pair for pair in pairs if pair is not None)
    return serves


def _serving_pair(table: TableReader, where: str, item: object) -> tuple[str, str] | None:
    parts = item.split(":") if isinstance(item, str) else item
    if (
        not isinstance(parts, list)
        or len(parts) != _PAIR
        or not all(isinstance(part, str) for part in parts)
    ):
        table.wrong(
            where,
            "is not a level and a kind",
            found=show(item),
            expected='["community", "comprehensive"] or "community:comprehensive"',
        )
        return None
    level, kind = (part.strip() for part in parts)
    sound = True
    for word, choices, noun in ((level, LEVELS, "level"), (kind, KINDS, "kind")):
        if word not in choices:
            table.wrong(
                where,
                f"there is no such {noun}",
                found=show(word),
                expected=" or ".join(choices),
                hint=nearest_hint(word, choices),
            )
            sound = False
    return (level, kind) if sound else None


def _read_coverage(table: TableReader) -> CoverageSettings:
    default = CoverageSettings()
    counts_when = table.choice(
        "community_counts_when", COMMUNITY_COUNTS, default.community_counts_when
    )
    counts_at = table.number("community_counts_at", maximum=1.0)
    profiles = table.texts("robust_profiles")
    return CoverageSettings(
        community_counts_when=cast("Literal['share', 'centre']", counts_when),
        community_counts_at=counts_at or default.community_counts_at,
        m2_per_100_households=table.number("m2_per_100_households")
        or default.m2_per_100_households,
        persons_per_household=table.number("persons_per_household")
        or default.persons_per_household,
        robust_profiles=default.robust_profiles if profiles is None else profiles,
        residential_land=table.file("residential_land"),
        built_up=table.file("built_up"),
    )


def _formats(table: TableReader) -> tuple[str, ...]:
    formats = table.texts("formats") or ()
    for word in formats:
        if word not in FORMATS:
            table.wrong(
                "formats",
                "is not a format that is written",
                found=show(word),
                expected=" or ".join(FORMATS),
                hint=nearest_hint(word, FORMATS),
            )
    return formats
