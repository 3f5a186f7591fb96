"""An explanation as text: covered or not, why, and the walk street by street."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.report.formats import format_limit, format_minutes
from planner.report.words import choose_words

if TYPE_CHECKING:
    from planner.domain.explain import (
        ExplainedCentre,
        ExplainedCircle,
        ExplainedWalk,
        Explanation,
        WalkPart,
    )
    from planner.report.words import Words

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "home": ("居民点 {id}(人口 {persons})", "home {id} ({persons})"),
    "point": ("该处没有居民点", "nobody lives here"),
    "nearest_home": (
        ", 最近的居民点 {id}, 相距 {metres:,.0f} 米",
        "; the nearest home is {id}, {metres:,.0f} m away",
    ),
    "place": ("位置 {lon:.6f}, {lat:.6f}", "at {lon:.6f}, {lat:.6f}"),
    "street": (
        "接入道路: {street}, 离街 {metres:,.0f} 米",
        "meets the streets at {street}, {metres:,.0f} m away",
    ),
    "switched": (
        " (更近的道路不与主路网相连, 未采用)",
        " (a nearer street is cut off from the others and was not taken)",
    ),
    "off_network": (
        "未接路网: 最近的道路在 {metres:,.0f} 米处, 超过 {limit:,.0f} 米",
        "off the network: the nearest street is {metres:,.0f} m away, more than {limit:,.0f} m",
    ),
    "no_street": ("未接路网: 附近没有道路", "off the network: there is no street near"),
    "basis": (
        "规则集 {rules} · 画像 {profile} · 方向 {direction}",
        "rule set {rules} · profile {profile} · {direction}",
    ),
    "slope": (" · 未计坡度", " · slope not counted"),
    "covered": ("{circle}({limit}): 覆盖", "{circle} ({limit}): covered"),
    "not_covered": ("{circle}({limit}): 未覆盖", "{circle} ({limit}): not covered"),
    "nearest": (
        "最近的在用中心: {name}({verdict}), 步行 {time}, 直线 {metres:,.0f} 米",
        "nearest centre in service: {name} ({verdict}), {time} on foot, {metres:,.0f} m straight",
    ),
    "too_far": ("原因: 超出限时 {over}", "why: {over} over the limit"),
    "detour": (
        "原因: 绕行或爬坡过多, 直线在范围内而步行超出限时 {over}",
        "why: a detour or a climb; near in a straight line, but {over} over the limit on foot",
    ),
    "why_off_network": ("原因: 未接路网", "why: off the network"),
    "no_centre": (
        "原因: 没有服务该生活圈的在用中心",
        "why: no centre in service serves this circle",
    ),
    "no_way": ("原因: 步行无法到达任何中心", "why: no walk leads to any centre"),
    "pass_yes": (
        "达标覆盖: 是, 由 {name}({time})",
        "by a centre that passes: yes, {name} ({time})",
    ),
    "pass_no": (
        "达标覆盖: 否, 最近的达标中心 {name}, 步行 {time}",
        "by a centre that passes: no; the nearest is {name}, {time} on foot",
    ),
    "pass_none": (
        "达标覆盖: 否, 没有可到达的达标中心",
        "by a centre that passes: no; none can be reached",
    ),
    "pass_no_centre": (
        "达标覆盖: 否, 没有服务该生活圈的达标中心",
        "by a centre that passes: no; no centre that serves this circle passes",
    ),
    "existing_yes": ("现状: 覆盖", "today: covered"),
    "existing_no": ("现状: 未覆盖", "today: not covered"),
    "walk": (
        "步行路线({direction}): {time}, {metres:,.0f} 米",
        "the walk ({direction}): {time}, {metres:,.0f} m",
    ),
    "climbs": (
        "上坡 {up}, 下坡 {down}, 等候 {wait}; 升高 {rise:.0f} 米, 降低 {fall:.0f} 米",
        "uphill {up}, downhill {down}, waiting {wait}; {rise:.0f} m up, {fall:.0f} m down",
    ),
    "sums": (
        "其中 街道 {streets}, 梯道 {steps}, 内部道路 {private}, 两端离街 {legs}",
        "streets {streets}, steps {steps}, private ways {private}, off the streets {legs}",
    ),
    "same_walk": ("步行路线同上", "the walk is the one above"),
    "part": ("{name}  {metres:,.0f} 米, {time}", "{name}  {metres:,.0f} m, {time}"),
    "home_leg": ("住处与道路之间", "between home and street"),
    "centre_leg": ("道路与中心之间", "between street and centre"),
    "steps": ("{name}(梯道)", "{name} (steps)"),
    "private": ("{name}(内部道路)", "{name} (private)"),
    "unnamed": ("无名道路", "unnamed street"),
    "unnamed_foot": ("无名步道", "unnamed footway"),
    "unnamed_steps": ("无名梯道", "unnamed steps"),
}
SHORTEST_TOLD_M: Final = 0.5
"""A part that rounds to no metre is counted in the sums, and not told."""

_ON_FOOT: Final = frozenset({"footway", "path", "pedestrian", "corridor", "track"})


def explain_text(explanation: Explanation, language: str | None = None) -> str:
    """
    Return an explanation as text.

    Parameters
    ----------
    explanation
        What to tell.
    language
        `zh` or `en`, by default the study's.

    Returns
    -------
    text
        Lines that survive code page 936, the last one ended.
    """
    words = choose_words(language or explanation.language)
    lines = [
        f"{explanation.study} · {_who(explanation, words)}",
        _say(words, "place", lon=explanation.lon, lat=explanation.lat)
        + " · "
        + _where(explanation, words),
        _basis(explanation, words),
    ]
    told: set[str] = set()
    for circle in explanation.circles:
        lines += ["", *_tell_circle(circle, words, told)]
    return "\n".join(lines) + "\n"


def name_street(name: str, way: str, language: str) -> str:
    """Return the name of a street, or what to call one without a name."""
    words = choose_words(language)
    if name:
        return name
    if way == "steps":
        return _say(words, "unnamed_steps")
    return _say(words, "unnamed_foot" if way in _ON_FOOT else "unnamed")


def _say(words: Words, key: str, **values: object) -> str:
    return _WORDS[key][words.language == "en"].format(**values)


def _who(explanation: Explanation, words: Words) -> str:
    if explanation.demand_id is not None:
        persons = explanation.persons
        shown = f"{persons:,.4g}" if persons is not None and persons < 10 else ""  # noqa: PLR2004 - few
        persons_text = shown or f"{persons:,.0f}"
        if words.language == "en":
            persons_text = f"{persons_text} {'person' if persons == 1 else 'persons'}"
        return _say(words, "home", id=explanation.demand_id, persons=persons_text)
    text = _say(words, "point")
    if explanation.nearest_home_id is not None:
        text += _say(
            words,
            "nearest_home",
            id=explanation.nearest_home_id,
            metres=explanation.nearest_home_m,
        )
    return text


def _where(explanation: Explanation, words: Words) -> str:
    metres = explanation.snap_distance_m
    if not explanation.on_network:
        if metres == float("inf"):
            return _say(words, "no_street")
        return _say(words, "off_network", metres=metres, limit=explanation.snap_limit_m)
    street = name_street(explanation.street_name, explanation.street_way, words.language)
    text = _say(words, "street", street=street, metres=metres)
    return text + (_say(words, "switched") if explanation.switched else "")


def _basis(explanation: Explanation, words: Words) -> str:
    text = _say(
        words,
        "basis",
        rules=explanation.rule_set_id,
        profile=words.named("profile", explanation.profile),
        direction=words.named("direction", explanation.direction),
    )
    return text if explanation.slope_counted else text + _say(words, "slope")


def _tell_circle(circle: ExplainedCircle, words: Words, told: set[str]) -> list[str]:
    name = circle.name_en if words.language == "en" else circle.name_zh
    limit = format_limit(circle.limit_s, words.language)
    head = "covered" if circle.covered else "not_covered"
    lines = [_say(words, head, circle=name, limit=limit)]
    centre = circle.centre
    if centre is not None:
        lines.append(_tell_nearest(centre, words))
    if circle.reason:
        lines.append(_tell_reason(circle, words))
    lines.append(_tell_passing(circle, words))
    lines.append(_say(words, "existing_yes" if circle.covered_existing else "existing_no"))
    if centre is not None and centre.centre_id in told:
        lines.append(_say(words, "same_walk"))
    elif centre is not None:
        told.add(centre.centre_id)
        for walk in circle.walks:
            lines += _tell_walk(walk, words)
    return [lines[0], *(f"  {line}" for line in lines[1:])]


def _tell_nearest(centre: ExplainedCentre, words: Words) -> str:
    return _say(
        words,
        "nearest",
        name=centre.name,
        verdict=words.named("verdict", centre.verdict),
        time=format_minutes(centre.travel_time_s, words.language),
        metres=centre.straight_m,
    )


def _tell_reason(circle: ExplainedCircle, words: Words) -> str:
    if circle.reason == "off_network":
        return _say(words, "why_off_network")
    over_s = 0.0 if circle.centre is None else circle.centre.travel_time_s - circle.limit_s
    return _say(words, circle.reason, over=format_minutes(over_s, words.language))


def _tell_passing(circle: ExplainedCircle, words: Words) -> str:
    centre = circle.centre_pass
    if centre is None:
        return _say(words, {"no_centre": "pass_no_centre"}.get(circle.reason_pass, "pass_none"))
    time = format_minutes(centre.travel_time_s, words.language)
    return _say(
        words, "pass_yes" if circle.covered_pass else "pass_no", name=centre.name, time=time
    )


def _tell_walk(walk: ExplainedWalk, words: Words) -> list[str]:
    def shown(seconds: float) -> str:
        return format_minutes(seconds, words.language)

    head = _say(
        words,
        "walk",
        direction=words.named("direction", walk.direction),
        time=shown(walk.travel_time_s),
        metres=walk.length_m,
    )
    sums = _say(
        words,
        "sums",
        streets=shown(walk.streets_s),
        steps=shown(walk.steps_s),
        private=shown(walk.private_s),
        legs=shown(walk.home_leg_s + walk.centre_leg_s),
    )
    told = [part for part in walk.parts if part.length_m >= SHORTEST_TOLD_M]
    parts = [f"  {number}. {_tell_part(part, words)}" for number, part in enumerate(told, start=1)]
    told_of_climbs = []
    if walk.rise_m > 0.0 or walk.fall_m > 0.0 or walk.wait_s > 0.0:
        climbs = _say(
            words,
            "climbs",
            up=shown(walk.up_s),
            down=shown(walk.down_s),
            rise=walk.rise_m,
            fall=walk.fall_m,
            wait=shown(walk.wait_s),
        )
        told_of_climbs = [f"  {climbs}"]
    return [head, f"  {sums}", *told_of_climbs, *parts]


def _tell_part(part: WalkPart, words: Words) -> str:
    if part.kind in ("home_leg", "centre_leg"):
        name = _say(words, part.kind)
    else:
        name = name_street(part.name, part.way, words.language)
        if part.kind == "private" or (part.kind == "steps" and part.name):
            name = _say(words, part.kind, name=name)
    time = format_minutes(part.time_s, words.language)
    return _say(words, "part", name=name, metres=part.length_m, time=time)
