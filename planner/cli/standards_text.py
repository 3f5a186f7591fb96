"""Rule sets, and the difference of two, as lines of text for the terminal."""

from __future__ import annotations

from typing import Any, Final

_RULE_KINDS: Final = (("life_circles", "circle_id"), ("clauses", "clause_id"))
_USUAL: Final[dict[str, object]] = {
    "judged_unit": "centre",
    "rule_type": "threshold",
    "per_count": 1.0,
    "share_of": "persons",
    "unit_share": 1.0,
    "in_plan_scope": False,
    "judges": True,
}
_SHOWN: Final = 20


def lines_of_rule_set(described: dict[str, Any]) -> list[str]:
    """Return a rule set rule by rule; keys that say nothing, or the usual, are left out."""
    parts = [part for part, _ in _RULE_KINDS]
    lines = [f"{key}: {told(value)}" for key, value in described.items() if key not in parts]
    for part, key in _RULE_KINDS:
        for item in described[part]:
            lines += ["", f"[{part}] {item[key]}"]
            if part == "clauses":
                lines.append(f"  demands: {item['force']}, {demand(item)}")
            lines += [
                f"  {name}: {told(value)}"
                for name, value in item.items()
                if name != key and not _says_nothing(name, value)
            ]
    return lines


def _says_nothing(name: str, value: object) -> bool:
    return value is None or value in ("", []) or _USUAL.get(name, ...) == value


def demand(rule: dict[str, Any]) -> str:
    """Return what a clause asks, in one line."""
    asked = f"{rule['comparison']} {rule['value']:g}"
    if rule["comparison"] == "between":
        asked = f"{rule['value']:g} to {rule['value_max']:g}"
    if rule["comparison"] == "about":
        asked = f"about {rule['value']:g} (± {rule['band_share']:.0%})"
    per = f" per {rule['per_count']:g} {rule['per']}" if rule["per"] else ""
    return f"{rule['measures']} {asked} {rule['unit']}{per}"


def lines_of_diff(found: dict[str, Any]) -> list[str]:
    """Return what differs between two rule sets."""
    names = {side: found[side]["rule_set_id"] for side in ("before", "after")}
    lines = [
        f"{label} {names[side]}  {found[side]['valid_from']}  {found[side]['title']}"
        for label, side in (("A", "before"), ("B", "after"))
    ]
    for side, sign in (("before", "-"), ("after", "+")):
        lines += ["", f"only in 仅见于 {names[side]}: {len(found[f'only_{side}'])}"]
        lines += [f"  {sign} {_rule_line(rule)}" for rule in found[f"only_{side}"]]
    lines += ["", f"changed 有变化: {len(found['changed'])}"]
    for rule in found["changed"]:
        lines.append(f"  ~ {_head(rule)}")
        lines += [_change_line(change, indent=6) for change in rule["changes"]]
    lines += ["", f"the same 相同: {', '.join(found['same']) or 'none 无'}"]
    if found["about"]:
        lines += ["", "of themselves 规则集信息"]
        lines += [_change_line(change, indent=2) for change in found["about"]]
    return lines


def lines_of_plan(found: dict[str, Any], *, verbose: bool) -> list[str]:
    """Return how one plan fares under both: verdicts, who changes, and by which clauses."""
    lines = ["", f"the plan of 规划 {found['study']}"]
    for label, side in (("A", "before"), ("B", "after")):
        one = found[side]
        counts = ", ".join(f"{name} {count}" for name, count in one["centres"].items() if count)
        lines.append(
            f"{label} {one['rule_set_id']} on {one['judged_on']}: {one['verdict']}"
            f" (centres 中心: {counts or 'none 无'})"
        )
        lines += [f"    {notice}" for notice in one["notices"]]
    shifts = found["changes"]
    lines += ["", f"verdicts that change 判定变化: {len(shifts)}"]
    shown = shifts if verbose else shifts[:_SHOWN]
    for shift in shown:
        lines.append(
            f"  ~ {shift['level']} {shift['id']} {shift['name']}: "
            f"{shift['before']} -> {shift['after']}"
        )
        lines += [
            f"      {label} {_because(one)}"
            for label, side in (("A", "before"), ("B", "after"))
            for one in shift[f"because_{side}"]
        ]
    if len(shown) < len(shifts):
        lines.append(f"  … {len(shifts)} in all 共 {len(shifts)} 处 (-v lists them 全部列出)")
    return lines


def _because(one: dict[str, Any]) -> str:
    measured = "-" if one["measured"] is None else f"{one['measured']:g}"
    reason = f" ({one['reason']})" if one["reason"] else ""
    return (
        f"{one['clause_id']} {one['name_zh']}: {one['verdict']}, measured {measured}, "
        f"required {one['required']:g} {one['unit']}{reason}"
    )


def _head(rule: dict[str, Any]) -> str:
    return f"{rule['kind']} {rule['id']}  {rule['name_zh']} {rule['name_en']}"


def _rule_line(rule: dict[str, Any]) -> str:
    if rule["kind"] == "life_circle":
        return f"{_head(rule)}: {rule['limit_s']:g} s"
    return f"{_head(rule)}: {rule['force']}, {demand(rule)}"


def _change_line(change: dict[str, Any], *, indent: int) -> str:
    pad = " " * indent
    return f"{pad}{change['field']}: {told(change['before'])} -> {told(change['after'])}"


def told(value: object) -> str:
    """Return a value of a rule set as text; nothing said is a dash."""
    if value is None or value in ("", []):
        return "-"
    if isinstance(value, list | tuple):
        return "; ".join(
            " ".join(map(str, item)) if isinstance(item, list | tuple) else str(item)
            for item in value
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)
