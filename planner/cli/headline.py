"""The headline figures as a few lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
        "gaps": "{circle}缺口 {count} 处, 最大 {name}: {persons:,.0f} 人",
        "proposals": "建议 {count} 处, 15 分钟圈新增 {gained:,.0f} 人; 求解 {status}, "
        "与上界相差 {gap:.2%}",
        "flat": "未计坡度",
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
        "gaps": "{circle}: {count} gaps, largest {name}: {persons:,.0f} persons",
        "proposals": "{count} proposals, {gained:,.0f} persons gained; solver {status}, "
        "{gap:.2%} below the bound",
        "flat": "slope not counted",
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
    if summary["network"]["heights_share"] == 0:
        basis += f" · {words['flat']}"
    lines = [str(summary["study"]), basis]
    lines.extend(
        _circle_line(words, state, circle)
        for state, figures in summary["states"].items()
        for circle in figures["life_circles"]
    )
    lines.append(words["centres"].format(**summary["centres"]))
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
    return [
        words["proposals"].format(
            count=len(siting["proposals"]),
            gained=gained,
            status=siting["status"],
            gap=siting["bound_gap_share"],
        )
    ]
