"""What a siting question asked for, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.report.chinese import message_in_chinese

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.domain.siting import SitingPlan
    from planner.report.words import Words


def tell_aim(plan: SitingPlan, words: Words, circles: Mapping[str, str]) -> str:
    """
    Say what the objective of a plan adds up.

    Parameters
    ----------
    plan
        The answer.
    words
        Of the language.
    circles
        What each circle is called, by id.

    Returns
    -------
    text
        The circle; with weights each circle and its share of the mean; with walkers whose
        mean or worst.
    """
    if plan.question == "backup":
        text = words(
            "aim.backup",
            circle=circles.get(plan.circle_id, plan.circle_id),
            weight=f"{plan.backup_weight:g}",
        )
    elif plan.question in ("median", "worst"):
        text = words(f"aim.{plan.question}")
    elif plan.weights:
        whole = sum(plan.weights.values())
        parts = [
            f"{circles.get(name, name)} × {weight / whole:.0%}"
            for name, weight in plan.weights.items()
        ]
        key = "aim.by_weight" if counts_households(plan.question) else "aim.weighted"
        text = words(key, parts=" + ".join(parts))
    else:
        text = circles.get(plan.circle_id, plan.circle_id)
    if plan.question == "capacity":
        text = words("aim.capacity", aim=text)
    if plan.walkers:
        names = words("list.comma").join(words.named("profile", name) for name in plan.walkers)
        text = f"{text} · {words(f'aim.walkers_{plan.walkers_by}', names=names)}"
    return text


def counts_persons(question: str) -> bool:
    """Tell whether the objective of a question is a number of persons, not of seconds."""
    return question in ("cover", "backup")


def counts_households(question: str) -> bool:
    """Tell whether the objective of a question is a number of households."""
    return question == "capacity"


def tell_message(message: str, language: str) -> str:
    """
    Return why there is no plan, in a language.

    Parameters
    ----------
    message
        Of a plan: a sentence a line, in English.
    language
        `zh` or `en`; a sentence without translation stays as it is.
    """
    lines = message.splitlines()
    if language != "zh":
        return " ".join(lines)
    return "".join(message_in_chinese(line) or line for line in lines)
