"""
Names of columns and words in cells, Chinese and English, by what they mean.

Every alias is compared after `plain`: full-width letters, case, spaces, underscores and a unit in
brackets make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from planner.domain.places import Kind, Level, Status

_BRACKETS = re.compile(r"[\(\[【〔<]([^\)\]】〕>]*)[\)\]】〕>]")
_NO_MEANING = re.compile(r"[\s_:：*＊,，、;；.。/／\-—]+")
_BARE_UNIT = re.compile(
    r"(?<=[^\W\d_])"
    r"(?:[\s_:/,\-—]*(?:单位:?)?((?:[千万亿]?(?:m2|平方米|平米))|公顷|亩|[千万]人|[千万亿]元|[千万]户)"
    r"|[\s_:/,\-—]+(?:单位:?)?(人|户|元|ha|hm2|km2|sqm|yuan))$"
)
"""A unit at the end of a name without brackets: short ones only where a sign parts them."""


def plain(text: str) -> str:
    """
    Return a header or a word in the form that aliases are compared in.

    Examples
    --------
    >>> plain("建筑面积（㎡）"), plain(" Floor_Area "), plain("建筑面积㎡")
    ('建筑面积', 'floorarea', '建筑面积')
    """
    folded = _BRACKETS.sub("", unicodedata.normalize("NFKC", text).casefold())
    return _NO_MEANING.sub("", _BARE_UNIT.sub("", folded.strip()))


def notes_of_header(text: str) -> tuple[str, ...]:
    """
    Return what a header says besides its name: texts in brackets, and a unit at its end.

    Examples
    --------
    >>> notes_of_header("建筑面积（含地下）（万㎡）"), notes_of_header("人口/万人")
    (('含地下', '万m2'), ('万人',))
    """
    folded = unicodedata.normalize("NFKC", text)
    notes = ["".join(note.split()) for note in _BRACKETS.findall(folded)]
    bare = _BARE_UNIT.search(_BRACKETS.sub("", folded).strip().casefold())
    if bare is not None:
        notes.append(bare.group(1) or bare.group(2))
    return tuple(note for note in notes if note)


Aliases = dict[str, tuple[tuple[str, ...], ...]]
"""Aliases of each canonical column in tiers: a later tier counts where earlier ones are absent."""

_ID_WEAK: Final = ("序号", "objectid", "fid", "gid", "ogc_fid")

PLACE_COLUMNS: Final[Aliases] = {
    "lon": (("lon", "lng", "long", "longitude", "经度", "x经度", "lon_wgs84"),),
    "lat": (("lat", "latitude", "纬度", "y纬度", "lat_wgs84"),),
    "x": (("x", "x坐标", "东坐标", "easting", "east", "point_x", "xcoord", "坐标x", "横坐标"),),
    "y": (("y", "y坐标", "北坐标", "northing", "north", "point_y", "ycoord", "坐标y", "纵坐标"),),
}

DEMAND_COLUMNS: Final[Aliases] = {
    "demand_id": (
        ("demand_id", "id", "编号", "楼栋编号", "建筑编号", "小区编号", "人口点编号"),
        _ID_WEAK,
    ),
    "persons": (
        ("persons", "population", "pop", "人口", "人口数", "常住人口", "总人口", "人数"),
        ("居住人口", "人口总数", "常住人口数", "total_population", "pop_total"),
    ),
    "households": (("households", "户数", "总户数", "家庭户数", "居民户数"),),
    **PLACE_COLUMNS,
}

CENTRE_COLUMNS: Final[Aliases] = {
    "centre_id": (("centre_id", "center_id", "id", "编号", "设施编号", "中心编号"), _ID_WEAK),
    "name": (("name", "名称", "设施名称", "中心名称"), ("项目名称", "mc", "设施名")),
    "level": (("level", "级别", "层级", "等级", "设施级别", "中心级别", "设施层级"),),
    "kind": (("kind", "类型", "设施类型", "中心类型"), ("type", "类别", "设施类别")),
    "status": (
        ("status", "状态", "现状/规划", "建设状态"),
        ("建设方式", "建设性质", "性质"),
    ),
    "floor_area_m2": (
        ("floor_area_m2", "floor_area", "建筑面积", "总建筑面积", "建筑规模", "规划建筑面积"),
        ("建面", "jzmj", "总建面", "规划面积"),
    ),
    "floor_area_existing_m2": (
        (
            "floor_area_existing_m2",
            "floor_area_existing",
            "现状建筑面积",
            "现有建筑面积",
            "现状面积",
            "已建面积",
        ),
    ),
    "convenience_area_m2": (
        (
            "convenience_area_m2",
            "convenience_area",
            "便民服务中心面积",
            "其中便民服务中心",
            "其中便民服务中心面积",
            "社区便民服务中心建筑面积",
            "社区便民服务中心面积",
            "便民服务中心建筑面积",
            "便民大厅面积",
        ),
    ),
    "activity_area_m2": (
        ("activity_area_m2", "activity_area", "活动用房面积", "居民活动面积", "活动面积"),
        ("居民活动区面积", "活动场所面积", "活动用房"),
    ),
    "site_area_m2": (
        ("site_area_m2", "site_area", "用地面积", "占地面积", "宗地面积", "用地规模"),
        ("ydmj", "占地"),
    ),
    "district": (("district", "区县", "所属区", "所属区县", "行政区", "xzqmc"),),
    "street": (("street", "街道", "镇街", "街镇", "所属街道", "所属镇街", "jdmc"),),
    "community": (("community", "社区", "居委会", "村社区", "所属社区", "sqmc"),),
    "parent": (("parent", "上级中心", "上级设施", "所属街道中心"),),
    "entrances": (("entrances", "entrance", "出入口", "出入口坐标", "入口", "入口坐标"),),
    "address": (("address", "地址", "详细地址", "门牌地址", "所在地址", "设施地址"),),
    "households_served": (("households_served", "服务户数", "覆盖户数"),),
    "social_workers": (
        ("social_workers", "社工人数", "社会工作者", "持证社工", "社会工作者人数", "社工"),
    ),
    "social_work_room": (("social_work_room", "社工室", "社工站", "社会工作室"),),
    "phase": (("phase", "建设时序", "近期/远期", "时序", "建设时间"), ("实施年份", "竣工年份")),
    "cost_yuan": (("cost_yuan", "cost", "造价", "费用", "投资", "总投资", "投资额", "投资估算"),),
    **PLACE_COLUMNS,
}

AREA_COLUMNS: Final[Aliases] = {
    "area_id": (
        ("id", "area_id", "编号", "代码", "行政区代码", "社区编号", "街道编号", "区划代码"),
        ("code", "xzqdm", "sqdm", "jddm", "dm", *_ID_WEAK),
    ),
    "name": (
        ("name", "名称", "area_name", "社区名称", "街道名称", "区县名称"),
        ("mc", "xzqmc"),
    ),
}
"""Levels add their own columns: `AREA_LEVEL_NAMES`."""

AREA_LEVEL_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "community": ("community", "社区", "居委会", "村社区", "sqmc"),
    "street": ("street", "街道", "镇街", "街镇", "所属街道", "jdmc", "street_name"),
    "district": ("district", "区县", "行政区", "所属区", "qxmc", "district_name"),
    "plan_scope": ("scope", "范围", "范围名称"),
    "urban_unbuilt": ("urban_unbuilt", "未建区", "城市未建区", "范围", "范围名称"),
}

CANDIDATE_COLUMNS: Final[Aliases] = {
    "candidate_id": (
        ("candidate_id", "id", "编号", "地块编号", "控规地块号", "用地编号"),
        _ID_WEAK,
    ),
    "cost_yuan": (("cost_yuan", "cost", "造价", "费用", "投资", "总投资", "投资额", "投资估算"),),
    **PLACE_COLUMNS,
}

KINDS: Final[tuple[Kind, ...]] = ("comprehensive", "convenience", "party_service", "other")

LEVEL_WORDS: Final[dict[str, Level]] = {
    **dict.fromkeys(
        ("community", "社区级", "社区", "村社区级", "村级", "居委会级", "社区家园"), "community"
    ),
    **dict.fromkeys(("社区综合服务中心", "社区综合", "社区级综合服务中心"), "community"),
    **dict.fromkeys(
        ("street", "街道级", "街道", "镇街级", "镇街", "街镇级", "街镇", "乡镇级", "镇级", "镇"),
        "street",
    ),
    **dict.fromkeys(
        ("街道中心", "街道综合服务中心", "街道级综合服务中心", "镇街综合服务中心", "街道综合"),
        "street",
    ),
    **dict.fromkeys(
        ("district", "区级", "区县级", "区县", "县级", "区级综合服务中心", "区级中心"), "district"
    ),
}
"""Words that name a level, compared after `plain`."""

KIND_WORDS: Final[dict[str, Kind]] = {
    **dict.fromkeys(
        (
            "comprehensive",
            "综合",
            "综合服务中心",
            "综合服务设施",
            "社区综合服务中心",
            "社区综合",
            "社区级综合服务中心",
            "社区家园",
            "街道中心",
            "街道综合服务中心",
            "街道级综合服务中心",
            "街道综合",
            "镇街综合服务中心",
            "区级综合服务中心",
            "区级中心",
        ),
        "comprehensive",
    ),
    **dict.fromkeys(
        ("convenience", "便民", "便民服务中心", "社区便民服务中心", "便民服务站", "便民服务点"),
        "convenience",
    ),
    **dict.fromkeys(
        ("partyservice", "党群", "党群服务中心", "社区党群服务中心", "党群服务站", "党群中心"),
        "party_service",
    ),
    **dict.fromkeys(("other", "其他", "其它"), "other"),
}
"""Words that name a kind; a convenience or party centre says nothing of its level."""

STATUS_WORDS: Final[dict[str, Status]] = {
    **dict.fromkeys(("existing", "现状", "现状保留", "保留", "已建", "既有", "建成"), "existing"),
    **dict.fromkeys(
        ("new", "新建", "规划", "规划新增", "规划新建", "新增", "拟建", "在建", "planned"), "new"
    ),
    **dict.fromkeys(("expanded", "改扩建", "扩建", "改建", "现状改扩建", "规划改扩建"), "expanded"),
    **dict.fromkeys(("closed", "撤销", "拆除", "关闭", "取消", "撤并"), "closed"),
}

ROOM_WORDS: Final[dict[str, bool]] = {
    **dict.fromkeys(("有", "是", "yes", "true", "y", "1", "√", "✓", "已设", "已建"), True),
    **dict.fromkeys(("无", "否", "no", "false", "n", "0", "×", "x", "没有", "未设"), False),
}
