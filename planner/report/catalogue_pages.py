"""Words of the pages about several runs: the list of a batch, a comparison."""

from __future__ import annotations

from typing import Final

PAGE_WORDS: Final[dict[str, tuple[str, str]]] = {
    # The list of a batch.
    "sheet.batch": ("批次", "Batch"),
    "batch.title": ("批量运行结果", "Results of the batch"),
    "batch.counts": (
        "共 {runs} 个：完成 {ok}，失败 {failed}，未运行 {not_run}",
        "{runs} runs: {ok} done, {failed} failed, {not_run} not run",
    ),
    "batch.note": (
        "覆盖率为规划状态；点击表头排序；每行链接到该方案自己的成果文件夹。",
        "Shares are of the plan; press a head to sort; each row links to that run's own folder.",
    ),
    "batch.map": ("地图", "Map"),
    "batch.picture": ("覆盖图", "Coverage map"),
    "batch.files": ("成果", "Files"),
    "batch.run": ("方案", "Run"),
    "batch.status": ("状态", "Status"),
    "batch.uncovered": ("未覆盖人数", "Persons not covered"),
    "batch.gaps": ("缺口数", "Gaps"),
    "batch.proposals": ("建议数", "Proposals"),
    "batch.share": ("{circle}覆盖率", "{circle}: share covered"),
    "batch.share_pass": ("{circle}达标覆盖率", "{circle}: share covered (pass)"),
    "batch.share_proposals": ("{circle}含建议覆盖率", "{circle}: share with proposals"),
    "batch.persons": ("{circle}未覆盖人数", "{circle}: persons not covered"),
    "batch.message": ("说明", "Message"),
    "run_status.ok": ("完成", "done"),
    "run_status.failed": ("失败", "failed"),
    "run_status.not_run": ("未运行", "not run"),
    # A comparison.
    "sheet.figures": ("指标", "Figures"),
    "sheet.changes": ("中心变化", "Centres"),
    "sheet.homes": ("增减居民点", "Homes"),
    "sheet.area_shares": ("分区", "Areas"),
    "compare.title": ("{a} 与 {b} 对比", "{a} compared with {b}"),
    "compare.figures": ("指标对比", "Figures side by side"),
    "compare.changes": ("中心变化", "Centres that changed"),
    "compare.homes": ("覆盖增减", "Homes that gained or lost a circle"),
    "compare.areas": ("分区覆盖率", "Shares by area"),
    "compare.districts": ("按新区划的在用中心", "Centres in service by district of the later date"),
    "compare.named": ("原名", "Named"),
    "compare.passing": ("达标中心", "Passing centres"),
    "compare.map": ("增减位置", "Where it was gained and lost"),
    "compare.same": ("没有变化。", "Nothing changed."),
    "compare.not_comparable": ("以下内容不可比", "What cannot be compared"),
    "compare.a": ("方案 A", "A"),
    "compare.b": ("方案 B", "B"),
    "compare.difference": ("差值 (B−A)", "Difference (B−A)"),
    "compare.change": ("变化", "Change"),
    "compare.before": ("A", "In A"),
    "compare.after": ("B", "In B"),
    "compare.moved": ("移动(米)", "Moved (m)"),
    "compare.gained": ("增加", "gained"),
    "compare.lost": ("减少", "lost"),
    "compare.unchanged": ("未变居民点", "other homes"),
    "compare.persons_gained": ("增加人数", "Persons gained"),
    "compare.persons_lost": ("减少人数", "Persons lost"),
    "compare.points_gained": ("增加点数", "Points gained"),
    "compare.points_lost": ("减少点数", "Points lost"),
    "compare.state": ("状态", "State"),
    "compare.figure": ("指标", "Figure"),
    "compare.most": (
        "仅列出人数最多的 {count} 处；全部见 compare.xlsx。",
        "The {count} with most persons; compare.xlsx lists all.",
    ),
    "change.opened": ("新增", "opened"),
    "change.closed": ("撤销", "closed"),
    "change.resized": ("规模变化", "resized"),
    "change.moved": ("移动", "moved"),
    "change.verdict": ("判定变化", "verdict changed"),
    "figure_of.centres": ("中心数", "Centres"),
    "figure_of.persons": ("人口", "Persons"),
    "figure_of.persons_covered": ("覆盖人数", "Persons covered"),
    "figure_of.share_covered": ("覆盖率", "Share covered"),
    "figure_of.share_covered_pass": ("达标覆盖率", "Share covered (pass)"),
    "figure_of.share_covered_not_failing": ("未判不达标覆盖率", "Share covered (not failing)"),
    "figure_of.pass": ("达标中心", "Centres that pass"),
    "figure_of.fail": ("不达标中心", "Centres that fail"),
    "figure_of.cannot_tell": ("无法判定中心", "Centres that cannot be told"),
    "figure_of.not_applicable": ("不适用中心", "Centres it does not apply to"),
    "figure_of.count": ("全部中心", "All centres"),
    "figure_of.gaps": ("缺口数", "Gaps"),
    "differ.streets": (
        "路网文件不同：覆盖的增减可能来自路网，而非方案",
        "the streets differ: what was gained or lost may come from them, not from the plan",
    ),
    "differ.elevation": (
        "高程文件不同：步行时间不可直接比较",
        "the heights differ: walking times cannot be compared as they stand",
    ),
    "differ.demand": (
        "人口文件不同：人数与覆盖率不可直接比较，逐户增减仅限编号相同者",
        (
            "the population differs: persons and shares cannot be compared as they stand, and "
            "homes only where ids are the same"
        ),
    ),
    "differ.rule_sets": (
        "规则集不同：判定与达标覆盖率不可比",
        "the rules differ: verdicts, and shares by centres that pass, cannot be compared",
    ),
    "differ.further_rule_sets": (
        "其他规则集不同：其结论只见于一边",
        "the further rule sets differ: their verdicts stand in one result only",
    ),
    "differ.walking": (
        "步行设置不同：步行时间与覆盖不可直接比较",
        "the walking settings differ: times and coverage cannot be compared as they stand",
    ),
    "differ.standards": (
        "判定设置不同：判定不可直接比较",
        "the settings of the verdicts differ: verdicts cannot be compared as they stand",
    ),
    "differ.areas": (
        "分区文件不同：分区覆盖率仅比较编号相同者",
        "the areas differ: their shares are compared only where ids are the same",
    ),
    "differ.circles": (
        "生活圈不同：只比较两边都有且时限相同者",
        "the life circles differ: only those in both, with one limit, are compared",
    ),
    "differ.divisions": (
        "行政区划已调整：各区按较晚方案日期的区划对照，改名不算变化；覆盖率按整区合并，含已划转他区的镇街",
        (
            "the administrative division changed: districts are those of the later plan's date, "
            "and a new name is no change; shares of whole districts are joined, streets that "
            "moved to another one included"
        ),
    ),
    "differ.versions": (
        "程序版本不同：差异可能来自程序",
        "the planner's versions differ: a difference may come from the program",
    ),
}
