"""The headline figures as a few lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.report.slope import slope_and_source
from planner.report.words import choose_words

if TYPE_CHECKING:
    from pathlib import Path

_WORDS = {
    "zh": {
        "state": {"existing": "现状", "plan": "规划", "with_proposals": "规划+建议"},
        "circle": "{minutes} 分钟生活圈",
        "covered": "覆盖 {share:.1%} ({covered:,.0f} / {persons:,.0f} 人, {centres} 个中心)",
        "pass": "达标 {share:.1%} ({centres} 个达标中心)",
        "not_failing": "不含不达标 {share:.1%}",
        "centres": "中心判定: 达标 {pass} · 不达标 {fail} · 无法判定 {cannot_tell} · "
        "不适用 {not_applicable}, 共 {count}",
        "plan": "整体结论 {rules}: {verdict}",
        "needed": "共缺 {parts}",
        "basis_of": {"no_must": "没有必须条款, 不判", "informs": "只供参考, 不判"},
        "verdict": {
            "pass": "达标",
            "fail": "不达标",
            "cannot_tell": "无法判定",
            "not_applicable": "不适用",
            "below_recommended": "低于推荐值",
        },
        "gaps": "{circle}缺口 {count} 处, 最大 {name}: {persons:,.0f} 人",
        "proposals": "建议 {count} 处, 15 分钟圈新增 {gained:,.0f} 人; 求解 {status}, "
        "与上界相差 {gap:.2%}",
        "room": "有余量可去 {objective:,.0f} / {households:,.0f} 户 (建议前 {before:,.0f})",
        "closings": "建议撤并 {count} 处: {names}",
        "alternative": "画像 {profile} · 方向 {direction}",
        "short": "{minutes} 分钟 {share:.1%}",
        "losses": "{circle}损失",
        "detour": "绕行 面积 {area:.1%}, 人 {people:.1%} ({before:,.0f} → {after:,.0f})",
        "terrain": "地形 面积 {area:.1%}, 人 {people:.1%} ({before:,.0f} → {after:,.0f})",
        "open": "打开 {path}",
        "basis": "规则集 {rules} · 画像 {profile} · 方向 {direction}",
    },
    "en": {
        "state": {"existing": "existing", "plan": "plan", "with_proposals": "plan + proposals"},
        "circle": "{minutes}-minute circle",
        "covered": "covered {share:.1%} ({covered:,.0f} / {persons:,.0f} persons, "
        "{centres} centres)",
        "pass": "by centres that pass {share:.1%} ({centres})",
        "not_failing": "by centres not failing {share:.1%}",
        "centres": "centres: pass {pass} · fail {fail} · cannot tell {cannot_tell} · "
        "does not apply {not_applicable}, {count} in all",
        "plan": "the plan as a whole by {rules}: {verdict}",
        "needed": "missing in all {parts}",
        "basis_of": {
            "no_must": "not judged: it has no 'must' clause",
            "informs": "not judged: it informs only",
        },
        "verdict": {
            "pass": "pass",
            "fail": "fail",
            "cannot_tell": "cannot tell",
            "not_applicable": "does not apply",
            "below_recommended": "below recommended",
        },
        "gaps": "{circle}: {count} gaps, largest {name}: {persons:,.0f} persons",
        "proposals": "{count} proposals, {gained:,.0f} persons gained; solver {status}, "
        "{gap:.2%} below the bound",
        "room": "{objective:,.0f} of {households:,.0f} households with room ({before:,.0f} before)",
        "closings": "{count} to close: {names}",
        "alternative": "profile {profile} · direction {direction}",
        "short": "{minutes} min {share:.1%}",
        "losses": "{circle}, lost",
        "detour": "to detours: area {area:.1%}, persons {people:.1%} "
        "({before:,.0f} → {after:,.0f})",
        "terrain": "to terrain: area {area:.1%}, persons {people:.1%} "
        "({before:,.0f} → {after:,.0f})",
        "open": "open {path}",
        "basis": "rule set {rules} · profile {profile} · direction {direction}",
    },
}


def headline(summary: dict[str, Any], *, language: str, map_path: Path | None = None) -> str:
    """
    Return the headline figures of a summary, each with what it is measured against.

    Parameters
    ----------
    summary
        As `summary.json`.
    language
        `zh` or `en`.
    map_path
        The page to open, `None` to leave that line out.
    """
    words: dict[str, Any] = _WORDS["zh" if language == "zh" else "en"]
    basis = words["basis"].format(
        rules=", ".join(summary["rule_sets"]),
        profile=summary["profile"],
        direction=summary["direction"],
    )
    basis += f" · {slope_and_source(summary, choose_words(language))}"
    lines = [str(summary["study"]), basis]
    lines.extend(
        _circle_line(words, state, circle)
        for state, figures in summary["states"].items()
        for circle in figures["life_circles"]
    )
    lines.extend(_alternative_lines(words, summary))
    lines.extend(_loss_lines(words, summary))
    lines.append(words["centres"].format(**summary["centres"]))
    lines.extend(_plan_lines(words, summary, language))
    lines.extend(_gap_lines(words, summary))
    lines.extend(_siting_lines(words, summary))
    if map_path is not None:
        lines.append(words["open"].format(path=map_path))
    return "\n".join(lines) + "\n"


def _circle_line(words: dict[str, Any], state: str, circle: dict[str, Any]) -> str:
    name = words["circle"].format(minutes=f"{circle['limit_s'] / 60:g}")
    parts = (
        words["covered"].format(
            share=circle["share_covered"],
            covered=circle["persons_covered"],
            persons=circle["persons"],
            centres=circle["centres"],
        ),
        words["pass"].format(
            share=circle["share_covered_pass"], centres=circle.get("centres_pass", 0)
        ),
        words["not_failing"].format(share=circle["share_covered_not_failing"]),
    )
    return f"  {words['state'][state]} · {name}: " + " · ".join(parts)


def _alternative_lines(words: dict[str, Any], summary: dict[str, Any]) -> list[str]:
    """Tell the plan's shares by the norm and both ways, the chosen ones left out."""
    chosen = (summary["profile"], summary["direction"])
    return [
        "  "
        + words["alternative"].format(**other)
        + ": "
        + " · ".join(
            words["short"].format(
                minutes=f"{circle['limit_s'] / 60:g}", share=circle["share_covered"]
            )
            for circle in other["life_circles"]
        )
        for other in summary.get("alternatives", [])
        if (other["profile"], other["direction"]) != chosen
    ]


def _loss_lines(words: dict[str, Any], summary: dict[str, Any]) -> list[str]:
    """Tell what detours and terrain take; terrain only where heights or steps take anything."""
    lines = []
    for circle in summary["life_circles"]:
        if circle.get("persons_in_circle") is None or circle.get("persons_flat") is None:
            continue
        parts = [
            words["detour"].format(
                area=circle["loss_detour_share"],
                people=circle["loss_detour_persons_share"],
                before=circle["persons_in_circle"],
                after=circle["persons_flat"],
            )
        ]
        terrain = (circle["loss_terrain_share"], circle["loss_terrain_persons_share"])
        if summary["network"]["heights_counted"] or any(terrain):
            parts.append(
                words["terrain"].format(
                    area=terrain[0],
                    people=terrain[1],
                    before=circle["persons_flat"],
                    after=circle["persons_covered"],
                )
            )
        name = words["circle"].format(minutes=f"{circle['limit_s'] / 60:g}")
        lines.append(f"  {words['losses'].format(circle=name)}: " + " · ".join(parts))
    return lines


def _plan_lines(words: dict[str, Any], summary: dict[str, Any], language: str) -> list[str]:
    """Tell what each rule set says of the plan as a whole, and what it would take."""
    units = choose_words(language)
    lines = []
    for one in summary.get("plan_verdicts", []):
        verdict = words["basis_of"].get(one.get("basis"), words["verdict"][one["verdict"]])
        line = words["plan"].format(rules=one["rule_set"], verdict=verdict)
        parts = [
            f"{item['name' if language == 'zh' else 'name_en']} {item['needed']:,.0f} "
            f"{units.named('unit', item['unit'])}"
            for item in one["needed"]
            if item["force"] == "must" and item["needed"] > 0
        ]
        if parts:
            line += " · " + words["needed"].format(parts=", ".join(parts))
        lines.append(line)
    return lines


def _gap_lines(words: dict[str, Any], summary: dict[str, Any]) -> list[str]:
    """Name the gaps of the longest circle: those of shorter ones are nearly everywhere."""
    longest = max(summary["life_circles"], key=lambda circle: float(circle["limit_s"]))
    gaps = [gap for gap in summary["gaps"] if gap["life_circle"] == longest["id"]]
    if not gaps:
        return []
    largest = max(gaps, key=lambda gap: float(gap["persons"]))
    return [
        words["gaps"].format(
            count=len(gaps),
            circle=words["circle"].format(minutes=f"{longest['limit_s'] / 60:g}"),
            name=largest.get("name") or largest["id"],
            persons=largest["persons"],
        )
    ]


def _siting_lines(words: dict[str, Any], summary: dict[str, Any]) -> list[str]:
    siting = summary.get("siting")
    if not siting:
        return []
    circle_id = siting.get("life_circle", "daily_15min")
    gained = sum(item["persons_gained"].get(circle_id, 0.0) for item in siting["proposals"])
    lines = [
        words["proposals"].format(
            count=len(siting["proposals"]),
            gained=gained,
            status=siting["status"],
            gap=siting["bound_gap_share"],
        )
    ]
    if siting.get("question") == "capacity":
        lines.append(
            words["room"].format(
                objective=siting["objective"],
                households=siting["counts"]["households"],
                before=siting["counts"]["households_with_room_before"],
            )
        )
    if siting.get("closings"):
        names = ", ".join(f"{one['centre_id']} {one['name']}".strip() for one in siting["closings"])
        lines.append(words["closings"].format(count=len(siting["closings"]), names=names))
    return lines
