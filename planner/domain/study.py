"""A study: what its file says, as records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from planner.domain.walking import Direction, PrivateWays

GAP_TOLERANCE_M: Final = 0.5
"""A pen 0.2 mm wide covers 0.4 m on a map of 1:2,000, and no two streets run that close."""


@dataclass(frozen=True, slots=True)
class StreetsSettings:
    """
    `[streets]`: the street file and the terrain.

    `layer`, `crs`, `columns` and `gap_tolerance_m` are for files of road lines alone.
    """

    source: Path
    elevation: tuple[Path, ...] = ()
    layer: str | None = None
    crs: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    gap_tolerance_m: float = GAP_TOLERANCE_M


@dataclass(frozen=True, slots=True)
class WalkingSettings:
    """
    `[walking]`: who walks, which way, and how far off a street a place may lie.

    `profiles` holds the tables of `[walking.profiles]` by name, found to be sound.
    """

    profile: str = "norm"
    direction: Direction = "to_centre"
    snap_limit_m: float = 200.0
    private_ways: PrivateWays = "residents"
    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DemandSettings:
    """
    `[demand]`: where people live.

    Attributes
    ----------
    buildings, land
        What people of polygons, cells and communities are shared over; without either, over the
        frontage of the streets.
    cell, cell_size_m
        Rows stand for hexagons or squares of this width, and are shared likewise.
    national_shares
        True applies shares of the census to persons whose groups or households are not given.
    """

    source: Path
    layer: str | None = None
    persons: str | None = None
    total_persons: float | None = None
    cell: str | None = None
    cell_size_m: float | None = None
    crs: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    buildings: Path | None = None
    land: Path | None = None
    national_shares: bool = False


@dataclass(frozen=True, slots=True)
class AreasSettings:
    """`[areas]`: administrative areas, the scope of the plan, urban land not yet built on."""

    community: Path | None = None
    street: Path | None = None
    district: Path | None = None
    plan_scope: Path | None = None
    urban_unbuilt: Path | None = None


@dataclass(frozen=True, slots=True)
class CentresSettings:
    """`[centres]`: the layout plan."""

    source: Path
    layer: str | None = None
    datum: str = "auto"
    crs: str | None = None
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StandardsSettings:
    """`[standards]`: the rule sets that judge, and for which date."""

    rule_sets: tuple[str, ...] = ("chongqing-2018",)
    plan_date: date | None = None
    apply_to_existing: bool = False
    serves: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CoverageSettings:
    """
    `[coverage]`: how people are counted.

    Attributes
    ----------
    community_counts_when
        `share`: a community counts as covered where the share of its persons that is covered
        reaches `community_counts_at`; `centre`: where a centre that serves stands in it.
    community_counts_at
        That share.
    m2_per_100_households
        Floor area that 100 households need, for room and overload.
    persons_per_household
        For homes whose households are not given.
    robust_profiles
        Profiles under which a home must stay covered to be called robust.
    residential_land
        Land-use parcels; shares are told by their residential area too. Without it those of
        `[demand] land`.
    built_up
        Polygons of built-up land; shares are told by its area too.
    """

    community_counts_when: Literal["share", "centre"] = "share"
    community_counts_at: float = 0.8
    m2_per_100_households: float = 30.0
    persons_per_household: float = 2.45
    robust_profiles: tuple[str, ...] = ("norm", "adult", "elderly", "child_with_carer")
    residential_land: Path | None = None
    built_up: Path | None = None


@dataclass(frozen=True, slots=True)
class SitingPhase:
    """
    One phase of building: so many proposals, or so much money.

    Attributes
    ----------
    name
        As the reports say it, such as 近期.
    count, budget
        What it may take; the other is `None`. What it leaves over is there for the next.
    """

    name: str
    count: int | None = None
    budget: float | None = None


@dataclass(frozen=True, slots=True)
class SitingSettings:
    """
    `[siting]`: exactly one of `count`, `target`, `budget` is set.

    With `phases` the `count` or the `budget` is the sum of theirs. `weights` adds up several
    circles. With `walkers` (profiles) the mean over them is what counts, or by `worst` only who
    has one centre within the limit as each of them walks. `objective` asks for most persons
    (`cover`), the least mean walk (`median`) the shortest longest walk (`worst`), or most
    persons and with `backup_weight` most of them within reach of two centres (`backup`). So many
    `alternatives` are looked for that differ in at least `differ_in` sites. Of every street at
    least the share `street_floor` is covered. With `co_locate` a new centre can also stand where
    one of the plan does that does not serve every circle. With
    `capacity` households count only where a centre has room for them, and a new centre has one
    of the floor areas `sizes_m2`. Of the centres `may_close` those
    can close that are needed less than what that pays for: one more of the `count`, or
    `closing_saves_per_m2` of the `budget`.

    `must_have` and `must_not` name candidates, or centres to expand, by id; `must_not` may be
    a file of areas where nothing new is built.
    """

    life_circle: str = "daily_15min"
    base: str = "all"
    candidates: str | Path = "network"
    spacing_m: float = 100.0
    count: int | None = None
    target: float | None = None
    budget: float | None = None
    cost_per_m2: float | None = None
    must_have: tuple[str, ...] = ()
    must_not: tuple[str, ...] | Path = ()
    most_per_street: int | None = None
    min_spacing_m: float | None = None
    phases: tuple[SitingPhase, ...] = ()
    weights: dict[str, float] = field(default_factory=dict)
    walkers: tuple[str, ...] = ()
    walkers_by: Literal["mean", "worst"] = "mean"
    objective: Literal["cover", "median", "worst", "backup"] = "cover"
    backup_weight: float = 0.5
    alternatives: int = 0
    differ_in: int = 1
    street_floor: float | None = None
    co_locate: bool = False
    capacity: bool = False
    sizes_m2: tuple[float, ...] = ()
    may_close: tuple[str, ...] = ()
    closing_saves_per_m2: float | None = None


@dataclass(frozen=True, slots=True)
class OutputSettings:
    """
    `[output]`: what the reports are written as.

    Attributes
    ----------
    crs, formats, pdf
        Of the layers, what is written beside them, and whether the report is printed.
    base_map
        `osm`, `tianditu`, or the address of tiles with `{z}`, `{x}` and `{y}`; `None` for none.
    base_map_datum
        `wgs84` or `gcj02`, of tiles given by address.
    base_map_key
        `ask` the reader for the key of the base map, or `write` it into the page.
    """

    crs: str | None = None
    formats: tuple[str, ...] = ()
    pdf: bool = False
    base_map: str | None = None
    base_map_datum: str = "wgs84"
    base_map_key: str = "ask"


@dataclass(frozen=True, slots=True)
class StudySettings:
    """
    Everything a study file says; paths are absolute.

    Attributes
    ----------
    path
        The study file, for messages and the manifest.
    name, language
        Title of the study, and `zh` or `en` for everything a run writes.
    credits
        Data credits printed on the map, one a line.
    """

    path: Path
    name: str
    language: str
    streets: StreetsSettings
    walking: WalkingSettings
    demand: DemandSettings
    centres: CentresSettings
    areas: AreasSettings = AreasSettings()
    standards: StandardsSettings = StandardsSettings()
    coverage: CoverageSettings = CoverageSettings()
    siting: SitingSettings | None = None
    output: OutputSettings = OutputSettings()
    credits: tuple[str, ...] = ()
    batch_id: str | None = None
