"""Words of the report that is printed."""

from __future__ import annotations

from typing import Final

REPORT_WORDS: Final[dict[str, tuple[str, str]]] = {
    "report.subtitle": ("社区服务中心生活圈评估报告", "Life circles of community service centres"),
    "report.basis": (
        "规则集 {rules} · 画像 {profile} · 方向 {direction} · {slope} · 数据日期 {made}",
        "rule set {rules} · profile {profile} · {direction} · {slope} · data of {made}",
    ),
    "report.headline": ("{state} · {circle}（{limit}）", "{state} · {circle} ({limit})"),
    "report.of": (
        "覆盖 {covered} / {persons}；达标覆盖 {share_pass}",
        "covered {covered} of {persons}; by centres that pass {share_pass}",
    ),
    "report.tested": ("评估了什么", "What was tested"),
    "report.people": (
        "人口 {persons}（{points} 个居民点）；隔离 {aside}；未接路网 {off}，按未覆盖计入分母。",
        (
            "{persons} at {points} homes; {aside} set aside; {off} off the network, which stay in "
            "the denominator uncovered."
        ),
    ),
    "report.streets": (
        "可步行道路 {length} 公里，最大连通部分 {connected}；{slope}。",
        "{length} km of streets to walk, {connected} of them connected; {slope}.",
    ),
    "report.rules": ("规则集", "Rule sets"),
    "report.files": ("数据文件", "Data files"),
    "report.shown_of": ("列出 {count} 项中的 {shown} 项。", "{shown} of {count} shown."),
    "report.files_of": (
        "另有 {count} 个文件，均列于 manifest.json。",
        "{count} more files, all of them in manifest.json.",
    ),
    "report.results": ("覆盖结果", "Results"),
    "report.by_state": ("各布局状态", "By state of the plan"),
    "report.measures": ("规划状态按其他口径计数", "The plan, counted otherwise"),
    "report.losses": ("与直线圆的差距", "What the drawn circle loses"),
    "report.varied": ("其他画像与方向", "Other walkers and directions"),
    "report.areas": (
        "覆盖率最低的{level}（{circle}，规划）",
        "{level}: the lowest shares ({circle}, plan)",
    ),
    "report.centres": ("中心判定", "Verdicts of the centres"),
    "report.counts": (
        (
            "共 {count} 个中心：达标 {passing}，不达标 {fail}，无法判定 {cannot_tell}，"
            "不适用 {not_applicable}。"
        ),
        (
            "{count} centres: {passing} pass, {fail} fail, {cannot_tell} cannot be told, "
            "{not_applicable} are not bound."
        ),
    ),
    "report.open": ("不达标与无法判定的条款", "Clauses that fail or cannot be told"),
    "report.none_open": (
        "没有不达标或无法判定的必须条款。",
        "No clause that must hold fails or cannot be told.",
    ),
    "report.gaps": ("覆盖缺口", "Gaps"),
    "report.gaps_told": (
        "{circle}有 {count} 处缺口，共 {persons}；按人数列出。",
        "{circle}: {count} gaps with {persons}, the largest first.",
    ),
    "report.no_gaps": ("{circle}没有缺口。", "{circle}: no gap."),
    "report.proposals": ("建议项目", "Proposals"),
    "report.no_siting": (
        "本次研究未要求选址（没有 [siting]）。",
        "The study does not ask for siting (no [siting]).",
    ),
    "report.proof": (
        "{asked}。求解状态：{status}；覆盖 {objective}，任何方案都不超过 {bound}（相差 {gap}）。",
        "{asked}. {status}: {objective} covered, no choice covers more than {bound} ({gap} apart).",
    ),
    "report.proof_room": (
        (
            "{asked}。求解状态：{status}；{households} 户中 {objective} 户有余量可去，"
            "任何方案都不超过 {bound} 户（相差 {gap}）。"
        ),
        (
            "{asked}. {status}: {objective} of {households} households find room, no choice "
            "serves more than {bound} ({gap} apart)."
        ),
    ),
    "report.closings": ("建议撤并：{names}。", "To close: {names}."),
    "report.proof_walks": (
        "{asked}。求解状态：{status}；{objective} 分钟，任何方案都不少于 {bound} 分钟。",
        "{asked}. {status}: {objective} minutes, and no choice has less than {bound}.",
    ),
    "report.infeasible": ("无可行方案：{message}", "There is no plan: {message}"),
    "report.sure": ("稳健、容量与均衡", "How sure, how roomy, how even"),
    "report.limits": ("方法的限度", "Limits of the method"),
    "report.limit_walk": (
        "覆盖在居民点处判定：沿路网步行到中心不超过限时。图上的色块只是示意，不作判定。",
        (
            "Coverage is decided at homes: the walk on the streets to a centre is within the "
            "limit. The coloured shapes are a picture of it and decide nothing."
        ),
    ),
    "report.limit_serves": (
        "哪类中心服务哪个生活圈，是由规则集文字推断的，可在研究文件中改写。",
        (
            "Which centres serve which circle is inferred from the text of the rule set; the "
            "study may say otherwise."
        ),
    ),
    "report.limit_certainty": (
        "标为“转引”“推断”“未核实”的条款未读到原文，用于审批前须核对原文。",
        (
            "Clauses marked second-hand, inferred or unverified were not read in the original: "
            "check them before a decision rests on them."
        ),
    ),
    "report.limit_slope": (
        "本次未计坡度：山地的实际步行时间更长。",
        "Slope is not counted: on hills, walks take longer than told.",
    ),
    "report.limit_times": (
        "开放时间、排队、天气、电梯停运、临时封路均未考虑。",
        "Opening hours, queues, weather, lifts out of order and closed streets are not known.",
    ),
    "report.limit_homes": (
        "一个居民点是一个点；面状或栅格人口按规则分摊，去向见“人口去向”表。",
        "A home is a point; people of polygons or rasters are shared out by rule (sheet People).",
    ),
    "report.limit_sites": (
        "建议只在候选点之间最优；用地权属、规划条件与造价须另行核实。",
        "Proposals are best among the candidates; land, permits and costs are to be checked.",
    ),
    "report.limit_datum": (
        "坐标基准只对中心作检验，人口数据按其声明读取。",
        "The datum is tested for centres alone; people are taken as their file declares.",
    ),
    "report.clauses": ("条款与来源", "Clauses and sources"),
    "report.footer": (
        "所有数字与 summary.json、tables.xlsx 一致；交互地图见 map.html。",
        "All figures are those of summary.json and tables.xlsx; the map is map.html.",
    ),
    "report.file": ("文件", "File"),
    "report.use": ("用途", "For"),
    "report.valid": ("生效", "Valid from"),
    "report.superseded": ("接替者", "Superseded by"),
    "report.clause": ("条款", "Clause"),
    "report.required": ("要求", "Required"),
    "report.measured": ("实测", "Measured"),
    "report.source": ("来源", "Source"),
    "report.walk": ("步行", "Walk"),
    "report.detour": ("绕行损失（面积 / 人口）", "Lost to detours (area / persons)"),
    "report.terrain": ("地形损失（面积 / 人口）", "Lost to terrain (area / persons)"),
    "report.in_circle": ("直线圆内人口", "Persons in the drawn circle"),
    "report.robust": ("稳健", "Robust"),
    "report.fragile": ("脆弱", "Fragile"),
    "report.without_room": ("容量不足（就近 / 最优分配）", "Without room (nearest / best)"),
    "report.gini": ("步行时间基尼系数", "Gini of walks"),
    "report.mean": ("平均步行", "Mean walk"),
    "report.place": ("位置", "Place"),
    "report.size": ("规模", "Size"),
    "report.gained": ("新增覆盖人口", "Persons gained"),
    "style.unreached": ("超出查找范围或未接路网", "beyond the search, or off the network"),
    "style.nobody": ("无人居住", "nobody lives there"),
    "report.unknown": ("未知", "unknown"),
    "input.study": ("研究文件", "study"),
    "input.streets": ("道路", "streets"),
    "input.elevation": ("高程", "heights"),
    "input.demand": ("人口", "people"),
    "input.buildings": ("建筑", "buildings"),
    "input.land": ("用地", "land"),
    "input.counted_land": ("居住用地", "residential land"),
    "input.built_up": ("建成区", "built-up land"),
    "input.centres": ("布点方案", "layout plan"),
    "input.community": ("社区", "communities"),
    "input.street": ("街道", "streets of administration"),
    "input.district": ("区县", "districts"),
    "input.plan_scope": ("条款适用范围", "scope of the clauses"),
    "input.urban_unbuilt": ("城市未建成区", "unbuilt urban land"),
    "input.candidates": ("候选点", "candidates"),
    "input.must_not": ("不得新建的范围", "where nothing is built"),
    "input.rule_set": ("规则集", "rule set"),
    "figure_title.coverage": ("覆盖图（规划）", "Coverage of the plan"),
    "figure_title.states": (
        "现状、规划与建议后的覆盖率",
        "Shares before, with the plan, and after",
    ),
    "figure_title.times": ("步行时间分布", "Distribution of walks"),
    "figure_title.verdicts": ("中心判定", "Verdicts of the centres"),
    "figure_title.curve": ("新增数量与覆盖率", "Number of new centres and share covered"),
}
