"""Words about the streets themselves: what a look over them found, and their heights."""

from __future__ import annotations

from typing import Final

NETWORK_WORDS: Final[dict[str, tuple[str, str]]] = {
    "sheet.network": ("路网", "Network"),
    "title.network": ("路网检查", "A look over the streets"),
    "network.kinds": ("检查结果", "What was found"),
    "network.places": ("查看地点", "Places to look at"),
    "network.not_looked": ("本次未检查路网。", "The streets were not looked over."),
    "network.nothing": ("未发现问题。", "Nothing was found."),
    "network.places_cut": (
        "每类至多列出 {count} 处，人口多者、路段长者在前；数量按全部计。",
        (
            "At most {count} places of each kind, those with most persons first, then the longest; "
            "the counts are of all."
        ),
    ),
    "network.no_fault": (
        "以下为提示，不影响运行；见地图图层“路网检查”和 results.gpkg 的 network_findings。",
        (
            "These are notices and stop nothing; see the layer 'Street check' of the map, or "
            "network_findings in results.gpkg."
        ),
    ),
    "severity.look": ("请查看", "look"),
    "severity.note": ("说明", "note"),
    "finding.island": ("孤立路段", "Islands"),
    "finding.demand_near_edge": ("近数据边缘的居民点", "Homes near the edge of the data"),
    "finding.centre_near_edge": ("近数据边缘的中心", "Centres near the edge of the data"),
    "finding.demand_far_from_street": ("离街远的居民点", "Homes far from a street"),
    "finding.centre_far_from_street": ("离街远的中心", "Centres far from a street"),
    "finding.duplicate_ways": ("重复路段", "Doubled ways"),
    "finding.ways_without_length": ("无长度的路", "Ways without length"),
    "finding.steps_without_rise": ("不知升高的梯道", "Steps of unknown rise"),
    "finding.edges_without_height": ("无高程的路段", "Edges without height"),
    "finding.gaps_closed": ("已接上的缝隙", "Gaps that were closed"),
    "told.island": (
        (
            "孤立路段 {count} 处，共 {km} 公里(占可走路网 {length_share})，其上有 {persons} 人、"
            "{centres} 个中心：与主路网不相连"
        ),
        (
            "islands, streets cut off from the others: {count}, {km} km ({length_share} of all "
            "that can be walked); persons on them: {persons}, centres: {centres}"
        ),
    ),
    "told.demand_near_edge": (
        (
            "居民点 {count} 个({persons} 人，占 {persons_share})距路网数据边缘不足 {walk} 米"
            "(最长生活圈的平地步程)，步行可能被截断；边缘取路网的凸包"
        ),
        (
            "homes within {walk} m (the longest circle's walk on the flat) of the edge of the "
            "street data: {count}, {persons} persons ({persons_share}); their walks may be cut "
            "off; the edge is the convex hull of the streets"
        ),
    ),
    "told.centre_near_edge": (
        "中心 {count} 个距路网数据边缘不足 {walk} 米，其生活圈可能被截断",
        (
            "centres within {walk} m of the edge of the street data: {count}; their circles may be "
            "cut off"
        ),
    ),
    "told.demand_far_from_street": (
        "居民点 {count} 个({persons} 人，占 {persons_share})离街超过 50 米：缺路，或坐标有误",
        (
            "homes more than 50 m from a street: {count}, {persons} persons ({persons_share}); a "
            "street is missing, or they stand in the wrong place"
        ),
    ),
    "told.centre_far_from_street": (
        "中心 {count} 个离街超过 50 米：缺路，或坐标有误",
        (
            "centres more than 50 m from a street: {count}; a street is missing, or they stand in "
            "the wrong place"
        ),
    ),
    "told.duplicate_ways": (
        "重复路段 {count} 条，每组只留一条",
        "ways drawn twice: {count}; one of each was kept",
    ),
    "told.ways_without_length": (
        "无长度的路 {count} 条，已略去",
        "ways without length: {count}; left out",
    ),
    "told.steps_without_rise": (
        "梯道 {count} 段(占梯道 {share}，共 {km} 公里)不知升高：没有级数、坡度标注，也没有高程",
        (
            "steps of unknown rise: {count} ({share} of all steps, {km} km), with neither a step "
            "count, nor an incline, nor heights"
        ),
    ),
    "told.edges_without_height": (
        "无高程的路段 {count} 条(占 {share}，按长度 {length_share})，按平地计：{causes}",
        (
            "edges without height: {count} ({share}, by length {length_share}), walked as if flat: "
            "{causes}"
        ),
    ),
    "told.gaps_closed": (
        "路线缝隙 {count} 处已接上，补线共 {metres} 米",
        "gaps between lines that were closed: {count}, {metres} m in all",
    ),
    "cause.no_terrain": ("没有给出高程", "no heights were given"),
    "cause.outside_terrain": ("在高程数据范围之外 {count}", "outside the height data {count}"),
    "cause.on_voids": ("高程数据空缺 {count}", "on voids of the height data {count}"),
    "cause.unknown": ("原因不明", "for no known reason"),
    "slope.counted": ("已计坡度", "slope counted"),
    "slope.partly": (
        "坡度已计，{share} 的路段无高程",
        "slope counted; {share} of edges without height",
    ),
    "slope.not_counted": ("未计坡度", "slope not counted"),
    "slope.not_by_profile": ("未计坡度（该画像不计）", "slope not counted by this profile"),
    "slope.source": ("{slope}；高程：{files}", "{slope}; heights: {files}"),
    "define.slope": (
        "未计坡度：没有高程数据，或所选画像（如 norm）不计坡度。",
        "Slope is not counted: no heights were given, or the profile (norm) does not count it.",
    ),
    "losses": ("绕行与地形的损失", "What detours and terrain take"),
    "define.losses": (
        (
            "面积按各中心范围之和；人数每人只计一次。绕行：直线圆→平地路网；地形：平地路网→山地路网。"
            "直线圆半径为限时乘平地速度。"
        ),
        (
            "Areas are summed over the centres; each person counts once. Detours: straight-line "
            "circle to flat network; terrain: flat to mountain network. The circle's radius is "
            "its limit times the speed on the flat."
        ),
    ),
    "col.loss_detour": ("绕行损失(面积)", "Lost by detours (area)"),
    "col.loss_terrain": ("地形损失(面积)", "Lost by terrain (area)"),
    "col.loss_detour_persons": ("绕行损失(人)", "Lost by detours (persons)"),
    "col.loss_terrain_persons": ("地形损失(人)", "Lost by terrain (persons)"),
    "col.persons_in_circle": ("直线圆内人数", "Persons in straight-line circles"),
    "col.persons_flat": ("平地路网覆盖人数", "Persons covered on the flat network"),
    "col.persons_mountain": ("实际覆盖人数", "Persons covered"),
    "col.finding": ("检查项", "Finding"),
    "col.severity": ("性质", "Nature"),
    "col.length_km": ("长度(公里)", "Length (km)"),
    "col.length_m": ("长度(米)", "Length (m)"),
    "col.length_share": ("占路网长度", "Share of length"),
    "col.count_share": ("占数量", "Share of number"),
    "col.persons_concerned": ("涉及人数", "Persons concerned"),
    "col.persons_share": ("占人口", "Share of persons"),
    "col.centres_concerned": ("涉及中心", "Centres concerned"),
    "col.edge_distance": ("距数据边缘(米)", "To the edge of the data (m)"),
    "col.told": ("说明", "In words"),
    "basis.heights": ("高程数据", "Heights"),
}
