"""Words about who is counted, how sure it is, whether there is room, and what units are told."""

from __future__ import annotations

from typing import Final

COUNT_WORDS: Final[dict[str, tuple[str, str]]] = {
    # Coverage by whatever is counted.
    "counted": ("按不同口径计数的覆盖", "Coverage by whatever is counted"),
    "col.measure": ("计数口径", "What is counted"),
    "col.whole": ("总数(分母)", "In all (denominator)"),
    "col.counted": ("覆盖数", "Covered"),
    "col.counted_pass": ("达标覆盖数", "Covered (pass)"),
    "col.counted_not_failing": ("未判不达标覆盖数", "Covered (not failing)"),
    "col.not_known": ("数值为空的居民点", "Homes whose value is blank"),
    "col.points_share": ("覆盖点占比", "Share of points"),
    "col.households_share": ("覆盖户占比", "Share of households"),
    "col.communities": ("社区数", "Communities"),
    "col.communities_covered": ("覆盖社区数", "Communities covered"),
    "col.communities_share": ("覆盖社区占比", "Share of communities"),
    "measure.persons": ("人口", "Persons"),
    "measure.homes": ("居民点", "Homes (demand points)"),
    "measure.households": ("户", "Households"),
    "measure.communities": ("社区", "Communities"),
    "measure.residential_land_m2": ("居住用地(㎡)", "Residential land (㎡)"),
    "measure.built_up_m2": ("建成区(㎡)", "Built-up land (㎡)"),
    "define.land": (
        (
            "用地按面积计数：每块用地由 50 米点阵上的点代表（过小的用一个点），点到中心的步行时间"
            "与居民点同法计算；各点面积之和等于研究范围内的用地面积。"
        ),
        (
            "Land is counted by area: points of a 50 m lattice (one point where a piece is too "
            "small) stand for it and walk as homes do; their areas add up to the land inside "
            "the study."
        ),
    ),
    "measure.group": ("人群：{name}", "Group: {name}"),
    "define.community_share": (
        "社区的计数：覆盖人口达到该社区人口的 {share} 即计为覆盖；无人居住的社区不计。",
        (
            "A community counts as covered where at least {share} of its persons are covered; "
            "communities where nobody lives are not counted."
        ),
    ),
    "define.community_centre": (
        "社区的计数：社区内有对应该生活圈的在用中心即计为覆盖；全部社区都计入。",
        (
            "A community counts as covered where a centre in service that serves the circle "
            "stands in it; every community is counted."
        ),
    ),
    # Robust and fragile.
    "sheet.robustness": ("稳健性", "Robustness"),
    "title.robustness": ("覆盖的稳健性(规划)", "How robust the coverage of the plan is"),
    "robustness.totals": ("稳健、脆弱与未覆盖", "Robust, fragile and not covered"),
    "robustness.variations": ("换一个条件后的覆盖", "Coverage when one thing is varied"),
    "robustness.only": ("唯一可达的中心", "Centres that are the only one"),
    "robustness.bands": ("各区覆盖率的上下限", "Between which shares each area lies"),
    "robustness.none": ("本次未计算稳健性。", "Robustness was not counted."),
    "define.robust": (
        (
            "稳健：换用各种步速、画像、方向，或任一中心关闭后仍被覆盖；脆弱：现被覆盖，但其中某一"
            "情形下失去覆盖。"
        ),
        (
            "Robust: covered, and still so at every speed, profile and direction that decides, and "
            "with any one centre closed. Fragile: covered, and some of these take that away."
        ),
    ),
    "define.only": (
        "其中人口只有这一处中心可在限时内到达；它关闭，他们即失去覆盖。",
        "Persons whom no other centre reaches within the limit: close it and they are uncovered.",
    ),
    "define.bands": (
        "上下限取自参与判定的各种情形；区内覆盖率的最低、最高值及其情形。",
        "The lowest and highest share over the variations that decide, and which gives each.",
    ),
    "col.persons_robust": ("稳健覆盖人数", "Persons robustly covered"),
    "col.share_robust": ("稳健覆盖率", "Share robust"),
    "col.persons_fragile": ("脆弱覆盖人数", "Persons in doubt (fragile)"),
    "col.share_fragile": ("脆弱占比", "Share fragile"),
    "col.persons_uncovered": ("未覆盖人数", "Persons not covered"),
    "col.share_uncovered": ("未覆盖占比", "Share not covered"),
    "col.homes_robust": ("稳健居民点", "Homes robust"),
    "col.homes_fragile": ("脆弱居民点", "Homes fragile"),
    "col.homes_uncovered": ("未覆盖居民点", "Homes not covered"),
    "col.lost_by": ("失去覆盖人数 · {kind}", "Persons lost · {kind}"),
    "col.variation": ("条件", "What is varied"),
    "col.how": ("取值", "How"),
    "col.decides": ("参与判定", "Decides"),
    "col.persons_lost": ("失去覆盖人数", "Persons lost"),
    "col.persons_gained": ("新获覆盖人数", "Persons gained"),
    "col.only_persons": ("仅此可达人数", "Only one for (persons)"),
    "col.share_low": ("最低覆盖率", "Lowest share"),
    "col.low_by": ("最低出自", "Lowest by"),
    "col.share_high": ("最高覆盖率", "Highest share"),
    "col.high_by": ("最高出自", "Highest by"),
    "col.standing": ("稳健性", "Standing"),
    "standing.robust": ("稳健", "robust"),
    "standing.fragile": ("脆弱", "fragile"),
    "standing.uncovered": ("未覆盖", "not covered"),
    "variation.speed": ("步速", "speed"),
    "variation.profile": ("画像", "profile"),
    "variation.direction": ("方向", "direction"),
    "variation.closure": ("关闭中心", "a centre closed"),
    "variation.plan": ("规划本身", "the plan itself"),
    "variation.times": ("步速 × {factor}", "speed × {factor}"),
    "area.none": ("(不在任何区内)", "(in no area)"),
    # Room.
    "sheet.capacity": ("承载", "Capacity"),
    "title.capacity": ("中心的承载与超载(规划)", "Room and overload of the plan's centres"),
    "capacity.totals": ("去处与余缺", "Who finds room"),
    "capacity.floating": ("两步移动搜索法(2SFCA)", "Two-step floating catchments (2SFCA)"),
    "capacity.centres": ("各中心", "Centre by centre"),
    "capacity.none": ("本次未计算承载。", "Capacity was not counted."),
    "define.room": (
        (
            "按每百户 {m2:,g} ㎡ 折算各中心可容户数；户数未给处按每户 {persons:,g} 人折算。"
            "面积为空的中心不折算。"
        ),
        (
            "A centre has room for so many households as its floor area is enough for, at "
            "{m2:,g} ㎡ per 100 households; where households are not given {persons:,g} persons "
            "make one. Centres with a blank area have no known room."
        ),
    ),
    "define.nearest": (
        "就近：每户去最近的中心。最优：圈内任选，使无处可容者最少，再使步行总时间最短。",
        (
            "Nearest: every household goes to its nearest centre. Best: to any within the circle, "
            "so that fewest are without room and then the walks are shortest."
        ),
    ),
    "define.floating": (
        "圈内可达面积与共享者之比；加权者近处计得多。指数 1 表示刚好够。",
        (
            "Floor area within reach, shared with all who reach it; in the enhanced form the near "
            "counts more. An index of 1 is just enough."
        ),
    ),
    "define.capacity_told": (
        "覆盖不等于够用：余缺见“承载”表。",
        "Covered does not mean enough: the sheet 'Capacity' tells who finds room.",
    ),
    "method.nearest": ("就近", "nearest"),
    "method.flow": ("最优分配", "best allocation"),
    "method.2sfca": ("2SFCA", "2SFCA"),
    "method.e2sfca": ("加权 2SFCA", "enhanced 2SFCA"),
    "col.method": ("方法", "Method"),
    "col.with_room": ("有处可容人数", "Persons with room"),
    "col.without_room": ("无处可容人数", "Persons without room"),
    "col.room_unknown": ("容量未知人数", "Persons whose room is not known"),
    "col.mean_walk": ("平均步行(分)", "Mean walk (min)"),
    "col.mean_ratio": ("平均 ㎡/百户", "Mean ㎡ per 100 households"),
    "col.persons_below": ("低于标准人数", "Persons below the standard"),
    "col.index": ("指数", "Index"),
    "col.room_households": ("可容户数", "Room for households"),
    "col.to_it_persons": ("去往人数 · {method}", "Persons who go there · {method}"),
    "col.to_it_households": ("去往户数 · {method}", "Households who go there · {method}"),
    "col.over_households": ("超载户数 · {method}", "Households beyond its room · {method}"),
    "col.spare_households": ("余量户数 · {method}", "Room left (households) · {method}"),
    # Units that clauses judge.
    "sheet.units": ("单元判定", "Units"),
    "title.units": (
        "社区、街道、区县与规划的判定",
        "What the clauses say of areas and of the plan",
    ),
    "units.none": (
        "规则集没有判定单元的条款，或本次未作判定。",
        "No clause of the rule sets judges a unit, or none was judged.",
    ),
    "define.needed": (
        "“还需”为达到要求所缺(下限)或所超(上限)的数量。",
        "'What it would take': what is missing below a floor, or too much above a ceiling.",
    ),
    "level.plan": ("规划", "The plan"),
    "col.rule": ("条款", "Clause"),
    "plan_verdicts": ("规划整体结论", "The plan as a whole"),
    "define.plan_verdict": (
        "整体结论取该规则集全部“应”条款中最重的一项；各结论列为中心数。“达到数值”不论条款是否适用于该中心。",
        (
            "The plan's verdict is the heaviest of the rule set's 'must' clauses; the columns "
            "count centres. 'Reach the value' counts centres whether or not the clause applies."
        ),
    ),
    "basis.no_must": ("没有必须条款，不判", "No 'must' clause: not judged"),
    "basis.informs": ("只供参考，不判", "Informs only: not judged"),
    "col.reaching": ("达到数值的中心", "Centres that reach the value"),
    "col.measured_centres": ("有数据的中心", "of centres with a figure"),
    "col.blank_centres": ("缺数据的中心", "Centres without one"),
    "col.needed": ("还需", "What it would take"),
    "col.needed_unit": ("还需单位", "Its unit"),
    "col.missing": ("缺少的项", "Figures that are missing"),
    "col.decides_at": ("判定转折值", "Turns at"),
    "col.if_applies": ("若适用则", "If it applies"),
    "col.comparison": ("比较", "Comparison"),
    "col.unit": ("单位", "Unit"),
    "col.numerator": ("分子", "Numerator"),
    "col.denominator": ("分母", "Denominator"),
    "col.centres_counted": ("计入中心数", "Centres counted"),
    "col.over": ("超出户数", "Households beyond it"),
    "col.beyond": ("范围外数量", "Beyond the distance"),
    "unit.m": ("米", "m"),
    "unit.min": ("分钟", "min"),
    "unit.functions": ("项功能", "functions"),
    "unit.persons_per_10000": ("人/万人", "per 10,000 persons"),
    "field.floor_area_m2": ("建筑面积", "floor area"),
    "field.floor_area_existing_m2": ("现状建筑面积", "existing floor area"),
    "field.convenience_area_m2": ("便民服务中心面积", "convenience centre area"),
    "field.site_area_m2": ("用地面积", "site area"),
    "field.activity_area_m2": ("活动场所面积", "activity area"),
    "field.social_workers": ("社会工作者人数", "social workers"),
    "field.social_work_room": ("社会工作室", "social work room"),
    "field.households_served": ("服务户数", "households served"),
    "field.households": ("户数", "households"),
    "field.persons": ("人口", "persons"),
    "field.status": ("建设状态", "status"),
    "field.level": ("层级", "level"),
    "field.district": ("区县", "district"),
    "field.parent": ("上级中心", "parent"),
    "field.plan_scope": ("规划范围", "scope of the plan"),
    "field.urban": ("城市或农村", "urban or rural"),
    "field.urban_unbuilt": ("城市未建区范围", "unbuilt urban land"),
    "field.residential_land_m2": ("居住用地", "residential land"),
    "field.areas.community": ("社区边界", "outlines of the communities"),
    "field.centres": ("中心", "centres"),
    "field.straight_m": ("直线距离", "straight distance"),
    "field.walk_m": ("步行距离", "walking distance"),
    "field.walk_minutes": ("步行时间", "walking time"),
    "verdict_units": ("单元判定数(按条款)", "Verdicts of units, by clause"),
    # Where places are.
    "col.co_located": ("同址中心", "At the same place"),
    "col.entrances": ("出入口数", "Entrances"),
    "basis.datum_test": ("坐标基准检验", "Test of the datum"),
    "basis.datum_asked": ("研究文件所写", "Asked for"),
    "basis.datum_used": ("采用", "Taken as"),
    "basis.datum_outcome": ("检验结论", "What the test says"),
    "basis.datum_best": ("证据最支持", "The evidence speaks for"),
    "basis.datum_centres": ("路网附近的中心", "Centres near the streets"),
    "basis.datum_named": ("其中名称可查到区域", "of them naming a known area"),
    "basis.datum_roads": ("其中名称可查到道路", "of them naming a known road"),
    "datum_outcome.clear": ("只有一种基准能解释", "one explains the names and no other does"),
    "datum_outcome.unclear": ("两种基准同样说得通", "two explain them about equally"),
    "datum_outcome.no_fit": ("没有一种说得通", "none puts the places where their names say"),
    "datum_outcome.contradicted": (
        "道路与名称的指向相反",
        "the streets speak for another than the names",
    ),
    "datum_outcome.untestable": ("没有可查的名称", "no name can be looked up"),
    "datum.auto": ("自动", "auto"),
    "datum.wgs84": ("WGS 84 / CGCS2000", "WGS 84 / CGCS2000"),
    "datum.cgcs2000": ("CGCS2000", "CGCS2000"),
    "datum.gcj02": ("GCJ-02(火星坐标)", "GCJ-02"),
    "datum.bd09": ("BD-09(百度)", "BD-09"),
    "col.datum": ("假定基准", "Taken as"),
    "col.in_area": ("在所述区域内的占比", "Inside the area they name"),
    "col.out_of_area": ("其余距区域中位(米)", "Median distance of the others (m)"),
    "col.to_road": ("距所述道路中位(米)", "Median distance to the road named (m)"),
    "col.to_building": ("距任一建筑中位(米)", "Median distance to any building (m)"),
    "col.to_street": ("距任一道路中位(米)", "Median distance to any street (m)"),
    "col.likelihood": ("对数似然(最优=0)", "Log likelihood (best = 0)"),
    "basis.walking_figures": ("步行画像的数值", "Figures of the walking profile"),
    # Where the people went, and how evenly they walk.
    "sheet.ledger": ("人口去向", "People"),
    "title.ledger": ("人口从文件到居民点的去向", "Where the people of the file went"),
    "ledger.none": ("本次没有记录人口去向。", "Where the people went was not recorded."),
    "ledger.source": ("读作", "Read as"),
    "ledger.read": ("读入人数", "Persons read"),
    "ledger.placed": ("计入居民点的人数", "Persons placed"),
    "ledger.aside": ("隔离行的人数", "Persons of rows set aside"),
    "ledger.missing": ("差额(应为 0)", "Missing (should be 0)"),
    "ledger.empty": ("人数为 0 的面或格", "Polygons or cells with 0 persons"),
    "ledger_source.points": ("点", "points"),
    "ledger_source.polygons": ("面", "polygons"),
    "ledger_source.raster": ("栅格", "a raster"),
    "ledger_source.communities": ("社区", "communities"),
    "ledger_source.cells": ("网格", "cells"),
    "ledger_source.buildings": ("建筑(控制总数)", "buildings (one total)"),
    "shared.points": ("按行所在的点", "where their row says"),
    "shared.buildings": ("按住宅建筑面积分摊", "by residential floor area"),
    "shared.buildings_unknown_use": (
        "按用途不明的建筑面积分摊",
        "by the floor area of buildings of unknown use",
    ),
    "shared.land": ("在居住用地内均分", "evenly over residential land"),
    "shared.frontage": ("沿街分摊", "along the streets"),
    "shared.middle": ("置于面的中点", "in the middle of their polygon"),
    "shared.set_aside": ("隔离，未计入", "set aside"),
    "define.ledger": (
        "读入人数 = 计入居民点的人数 + 隔离行的人数。",
        "Persons read = persons placed + persons of rows set aside.",
    ),
    "define.assumed": (
        "以下数值按更大范围的比例推算，不是文件里的计数：{names}",
        "Shares of a wider place applied to the persons, not counts of the file: {names}",
    ),
    "col.rule_shared": ("分摊方式", "How they were placed"),
    "col.sources": ("来源行/面", "Rows or polygons"),
    "col.of_read": ("占读入人数", "Of all read"),
    "sheet.equity": ("均衡性", "Evenness"),
    "title.equity": ("步行时间的均衡性(规划)", "How evenly walks are spread (plan)"),
    "equity.none": ("本次未计算均衡性。", "Evenness was not counted."),
    "equity.worst": ("步行最久的聚集处", "Clusters that walk farthest"),
    "define.equity": (
        (
            "分位：相应比例的人步行不超过该时间，空白为超出查找范围；基尼系数 0 表示人人一样久，"
            "平均与基尼只计查找范围内者。"
        ),
        (
            "Percentiles: that share of the persons walks no longer, blank beyond the search. A "
            "Gini index of 0: all walk alike; mean and Gini are of those within the search."
        ),
    ),
    "define.height_bands": (
        "高度以最低街道(海拔 {metres} 米)起算。",
        "Heights count from the lowest street, {metres} m above the sea.",
    ),
    "col.part": ("人群或高度", "Part of the people"),
    "col.timed": ("查找范围内人数", "Persons within the search"),
    "col.beyond_twice": ("超过两倍限时人数", "Persons beyond twice the limit"),
    "col.beyond_twice_share": ("超两倍占比", "Share beyond twice"),
    "col.gini": ("基尼系数", "Gini index"),
    "col.decile": ("{share} 的人不超过(分)", "{share} walk at most (min)"),
    "part.all": ("全部", "all"),
    "part.height": ("高出 {low}–{high} 米", "{low} to {high} m up"),
    "part.height_above": ("高出 {low} 米以上", "{low} m up or more"),
    "part.height:unknown": ("高程不明", "height not known"),
    # Covered by failing centres alone; expansions.
    "undersized": ("仅不达标中心覆盖的聚集处", "People whom only failing centres cover"),
    "define.undersized": (
        "这些人在限时内，但只有不达标的中心可到；计入覆盖率，不计入达标覆盖率。",
        (
            "They are within the limit, but only of centres that fail: in the share covered, "
            "not in the share by centres that pass."
        ),
    ),
    "col.undersized_persons": ("人数", "Persons"),
    "col.middle_walk": ("中点步行(分，不限远近)", "Walk of its middle, however far (min)"),
    "col.expanded_centre": ("改扩建或合建的中心", "Centre to expand or share"),
    "closings": ("建议撤并的中心", "Centres that close"),
    "closings.note": (
        "失去覆盖：方案实施后，其圈内不再有任何中心可达的人口。",
        "Lost: persons within its circle whom nothing covers once the plan is built.",
    ),
    "col.saved": ("节约(元)", "Saved (yuan)"),
    "col.lost": ("失去覆盖", "Lost"),
    "col.households_gained": ("新增有余量户数", "More households with room"),
    "col.added": ("增加面积(㎡)", "Area to add (㎡)"),
    # How far places are from their streets.
    "sheet.snap": ("接入", "Snapping"),
    "title.snap": ("居民点与中心到道路的距离", "How far homes and centres are from their streets"),
    "snap.none": ("本次没有记录接入距离。", "Distances to the streets were not recorded."),
    "snap.farthest": ("离道路最远的", "The farthest from any street"),
    "define.snap": (
        "距离为到最近可走道路的直线；超过上限者视为未接路网，仍在分母内。",
        (
            "Straight lines to the nearest street that may be walked; beyond the limit a place is "
            "off the network, and stays in the denominator."
        ),
    ),
    "col.places": ("个数", "Places"),
    "col.median": ("中位(米)", "Median (m)"),
    "col.p95": ("95% 不超过(米)", "95 % within (m)"),
    "col.largest": ("最远(米)", "Largest (m)"),
    "col.off": ("超过上限的个数", "Beyond the limit"),
    "col.switched": ("改接较远主路网的个数", "Moved off an island"),
    "col.is_off": ("未接路网", "Off the network"),
    # One community added up again.
    "sheet.recount": ("复算", "Recount"),
    "title.recount": (
        "一个社区的覆盖率，由逐个居民点复算",
        "One community's share, added up again from its homes",
    ),
    "recount.none": (
        "没有社区边界（或社区内没有居民点），无可复算。",
        "There are no communities, or nobody lives in any: nothing to add up.",
    ),
    "define.recount": (
        (
            "取最长生活圈外人数最多的社区（居民点不超过 2,000 个）；其他社区用 "
            "planner explain 研究文件 --community 名称 --out 文件夹。"
            "人数、覆盖数、覆盖率均为公式；步行时间不超过限时（容差 {tolerance} 秒）即为覆盖。"
        ),
        (
            "The community with the most persons outside the longest circle (of at most 2,000 "
            "homes); any other by planner explain STUDY --community NAME --out DIR. Persons, "
            "covered and share are formulas; a walk within the limit (tolerance {tolerance} s) "
            "is covered."
        ),
    ),
    "recount.head": ("{study} · {level} {name} · {state}", "{study} · {level} {name} · {state}"),
    "recount.basis": (
        "规则集 {rules} · 画像 {profile} · 方向 {direction}",
        "rule set {rules} · profile {profile} · {direction}",
    ),
    "recount.share": (
        "{circle}（{limit}）: 覆盖 {covered:,.1f} / {persons:,.1f} 人 = {share}",
        "{circle} ({limit}): covered {covered:,.1f} of {persons:,.1f} persons = {share}",
    ),
    "recount.home": (
        "  {id} (第 {row} 行) {persons:,.1f} 人: {walks}",
        "  {id} (row {row}) {persons:,.1f} persons: {walks}",
    ),
    "recount.more": (
        "  只列出 {homes} 个居民点中的 {shown} 个；全部见 --out 写出的 recount.xlsx 或 --json",
        "  {shown} of {homes} homes shown; all are in recount.xlsx (--out) and --json",
    ),
    "recount.homes": ("居民点（{homes} 个）", "Homes ({homes})"),
    "col.limit_s": ("限时(秒)", "Limit (s)"),
    "col.share_printed": ("报告所列覆盖率", "Share as printed"),
    "col.demand_id": ("居民点", "Home"),
    "col.time_s": ("步行(秒)：{circle}", "Walk (s): {circle}"),
    "col.by_centre": ("最近中心：{circle}", "Nearest centre: {circle}"),
    "col.covered_01": ("覆盖 1/0：{circle}", "Covered 1/0: {circle}"),
}
