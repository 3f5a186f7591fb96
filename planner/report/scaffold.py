"""The scaffold of a study: a commented study file and a template workbook that reads back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import Fault, ReportError
from planner.report.template import write_template

if TYPE_CHECKING:
    from pathlib import Path

_STUDY = """\
# 研究文件 / study file. 路径相对于本文件 / paths are relative to this file.
name = "新研究"
language = "zh"                        # zh | en

[streets]
source = "streets.osm.pbf"             # .osm.pbf .osm .osm.gz .osm.bz2

[walking]
profile = "norm"                       # norm (60 m/min) adult elderly child_with_carer wheelchair
direction = "to_centre"                # to_centre from_centre round_trip worse
snap_limit_m = 200                     # 离道路更远的居民点按"路网外"计 / farther is off the network
private_ways = "residents"             # residents | exclude | open

[demand]
source = "population.csv"              # 点 / points: lon lat persons (经度 纬度 人口)
                                       # 面、栅格、社区表、建筑 / or polygons, a raster, buildings,
                                       # or a table by community (with [areas] community)
# total_persons = 812935               # 控制总数 / control total
# buildings = "buildings.gpkg"         # 按住宅建筑面积分摊 / share polygons by floor area of homes
# land = "land_use.gpkg"               # 或按居住用地 / else by residential land, else by streets
# national_shares = true               # 缺60+或户数时按普查推算 / 60+, households by census
# cell = "hexagon"                     # 点代表网格 / points stand for cells: hexagon | square
# cell_size_m = 300

[centres]
source = "centres.xlsx"                # 布点方案 / the layout plan
datum = "auto"                         # wgs84 cgcs2000 gcj02(高德 AMap) bd09(百度 Baidu)
                                       # auto 按所属社区判断,判断不了会询问 / found out, or asked

# [areas]                              # 可选 / optional
# community = "communities.gpkg"
# street = "streets_admin.gpkg"
# district = "district.gpkg"
# plan_scope = "main_urban.gpkg"       # 主城区条款适用范围 / where the main-urban clauses apply
# urban_unbuilt = "unbuilt.gpkg"       # 城市未建区(3,000 ㎡ 条款) / unbuilt: clauses of 2022

[standards]
rule_sets = ["chongqing-2018"]         # planner standards list

# [coverage]                           # 可选 / optional
# community_counts_when = "share"      # 社区计为覆盖: share 按人口占比 | centre 社区内有中心
# community_counts_at = 0.8            # 该占比 / that share of its persons
# residential_land = "land_use.gpkg"   # 另按居住用地面积计覆盖率 / shares by residential land
# built_up = "built_up.gpkg"           # 另按建成区面积计覆盖率 / shares by built-up land
# m2_per_100_households = 30           # 承载力标准 / floor area that 100 households need
# persons_per_household = 2.45         # 缺户数时按此推算 / where households are not given
# robust_profiles = ["norm", "adult", "elderly", "child_with_carer"]  # 稳健覆盖 / robust under

# [siting]                             # 可选:补点建议 / optional: where to build next
# life_circle = "daily_15min"
# count = 5                            # 或 / or: target = 0.95 | budget = 30_000_000
# phases = [{ name = "近期", count = 2 }, { name = "远期", count = 3 }]   # 代替 / instead of count
# street_floor = 0.6                   # 每个街道至少覆盖 / of every street at least
# capacity = true                      # 按承载力计 / only who finds room (sizes_m2 = [2700, 4000])
# may_close = ["C03"]                   # 可撤并 / may close (closing_saves_per_m2 = 2000)
# alternatives = 2                     # 备选方案 / other choices (docs/siting.md has them all)
"""


def write_scaffold(folder: Path) -> tuple[Path, ...]:
    """
    Make a folder with `study.toml` and `centres.xlsx`.

    Parameters
    ----------
    folder
        Made if missing; a study already there is never overwritten.

    Returns
    -------
    paths
        The files written.

    Raises
    ------
    ReportError
        If one of the files is there already, or the folder cannot be made.
    """
    paths = (folder / "study.toml", folder / "centres.xlsx")
    for path in paths:
        if path.exists():
            raise ReportError(
                Fault("the file is there already", file=str(path), hint="choose an empty folder")
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paths[0].write_text(_STUDY, encoding="utf-8")
        write_template(paths[1])
    except OSError as error:
        raise ReportError(
            Fault(f"cannot write: {error.strerror or error}", file=str(folder))
        ) from error
    return paths
