"""Columns and words of road lines, Chinese and English, and what they mean as tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.inputs.columns import plain

if TYPE_CHECKING:
    from planner.inputs.columns import Aliases

STREET_COLUMNS: Final[Aliases] = {
    "name": (
        ("name", "名称", "路名", "道路名称", "街道名称", "road_name", "street_name"),
        ("mc", "dlmc", "道路名", "name_zh", "fullname"),
    ),
    "kind": (
        ("kind", "highway", "fclass", "类别", "道路类别", "道路等级", "道路类型", "road_class"),
        ("类型", "等级", "级别", "class", "type", "dldj", "lx", "road_type"),
    ),
    "level": (("level", "layer", "层级", "层", "层号", "z_order", "zlevel"),),
    "bridge": (("bridge", "桥", "桥梁", "是否桥梁", "是否桥", "桥隧", "高架", "桥隧类型"),),
    "tunnel": (("tunnel", "隧道", "是否隧道", "地道", "隧"),),
    "steps": (("steps", "梯道", "是否梯道", "台阶", "是否台阶", "step_count", "台阶数", "梯步"),),
    "one_way_on_foot": (("oneway:foot", "oneway_foot", "one_way_on_foot", "步行单向"),),
    "foot": (("foot", "步行", "可步行", "是否可步行", "行人", "人行"),),
    "access": (("access", "通行", "通行权限", "开放"),),
}
"""Columns of road lines; `foot` and `access` hold the words of OpenStreetMap, or 是 and 否."""

_HIGHWAYS: Final[dict[str, tuple[str, ...]]] = {
    "motorway": ("高速公路", "高速", "高速路", "绕城高速", "expressway"),
    "trunk": ("快速路", "城市快速路", "快速干道", "快速干路"),
    "primary": ("主干路", "主干道", "城市主干路", "城市主干道", "国道", "arterial", "major"),
    "secondary": ("次干路", "次干道", "城市次干路", "城市次干道", "省道", "collector"),
    "tertiary": ("支路", "城市支路", "县道", "branch", "minor"),
    "residential": ("街坊路", "居住区道路", "小区路", "小区道路", "巷", "巷道", "街巷", "local"),
    "unclassified": ("乡道", "村道", "乡村道路", "农村公路", "其他", "其他道路", "其它", "道路"),
    "service": ("内部道路", "小区内部路", "小区内部道路", "单位内部路", "匝道", "停车场通道"),
    "footway": ("步道", "人行道", "人行步道", "步行道", "人行路", "绿道", "健身步道", "sidewalk"),
    "pedestrian": ("步行街", "商业步行街", "pedestrian street"),
    "path": ("小路", "小径", "山路", "山城步道", "登山步道", "便道", "trail", "人行小路"),
    "steps": ("梯道", "台阶", "石梯", "梯步", "步梯", "阶梯", "梯坎", "楼梯", "stairs", "stairway"),
    "elevator": ("电梯", "升降梯", "垂直电梯", "lift", "直梯"),
    "cycleway": ("自行车道", "非机动车道", "骑行道"),
    "track": ("机耕路", "机耕道", "大车路", *(f"track_grade{grade}" for grade in range(1, 6))),
    "construction": ("在建", "在建道路", "施工"),
    "proposed": ("规划", "规划道路", "规划路", "拟建", "planned road"),
    "no": ("铁路", "轻轨", "地铁", "轨道", "轨道交通", "railway", "航道", "索道"),
    "road": ("unknown", "未知", "不详"),
}
_WITH_MORE: Final[tuple[tuple[tuple[str, ...], dict[str, str]], ...]] = (
    (
        ("人行天桥", "天桥", "过街天桥", "连廊", "空中连廊", "footbridge"),
        {"highway": "footway", "bridge": "yes"},
    ),
    (
        ("地下通道", "人行地道", "地下人行通道", "过街地道", "人行隧道", "underpass"),
        {"highway": "footway", "tunnel": "yes"},
    ),
    (
        ("自动扶梯", "扶梯", "自动人行道", "escalator"),
        {"highway": "steps", "conveying": "yes"},
    ),
    (("桥", "桥梁", "跨江大桥", "大桥"), {"highway": "road", "bridge": "yes"}),
    (("隧道",), {"highway": "road", "tunnel": "yes"}),
)

KIND_TAGS: Final[dict[str, dict[str, str]]] = {
    plain(word): tags
    for words, tags in (
        *((words, {"highway": highway}) for highway, words in _HIGHWAYS.items()),
        *_WITH_MORE,
    )
    for word in words
}
"""Words that name a kind of road, in the form of `plain`, as tags of OpenStreetMap."""

RAISED_WORDS: Final = frozenset(
    ("桥", "桥梁", "高架", "高架桥", "立交", "天桥", "bridge", "viaduct", "立交桥", "人行天桥")
)
SUNK_WORDS: Final = frozenset(
    ("隧道", "隧", "地道", "地下", "下穿", "地下通道", "tunnel", "underpass", "下穿道")
)
GROUND_WORDS: Final = frozenset(("地面", "ground", "平路", "路基", "普通", "无桥隧", "正常"))
YES_WORDS: Final = frozenset(("是", "有", "yes", "y", "t", "true", "1", "√", "✓"))
NO_WORDS: Final = frozenset(("否", "无", "no", "n", "f", "false", "0", "×", "没有", "非", "none"))
STEPS_WORDS: Final = frozenset(
    ("梯道", "步道梯道", "台阶", "steps", "stairs", "石梯", "梯步", "阶梯", "梯坎")
)

FOOT_WORDS: Final[dict[str, str]] = {
    **dict.fromkeys(YES_WORDS, "yes"),
    **dict.fromkeys(NO_WORDS, "no"),
    **dict.fromkeys(("允许", "可", "可通行", "开放", "公共"), "yes"),
    **dict.fromkeys(("禁止", "不可", "不允许", "封闭", "不可通行"), "no"),
    **dict.fromkeys(("内部", "小区内部", "私有", "业主", "封闭小区", "门禁"), "private"),
}
"""Words on who may use a road, as values of `foot` and `access`; OpenStreetMap's own are kept."""

ONE_WAY_WORDS: Final[dict[str, str]] = {
    **dict.fromkeys(
        (*YES_WORDS, "ft", "顺行", "正向", "单向", "forward", "顺向"),
        "yes",
    ),
    **dict.fromkeys(("tf", "逆行", "反向", "逆向", "-1", "reverse", "backward"), "-1"),
    **dict.fromkeys((*NO_WORDS, "b", "双向", "both"), "no"),
}
