"""Tables that describe a walking profile: which figures there are, and what each may be."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from planner.domain.walking import SLOPE_FUNCTIONS
from planner.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

CERTAINTIES: Final = ("read", "second-hand", "unverified", "convention")
"""From the surest to the least sure; a convention is no measurement at all."""
SHIPPED_PROFILES: Final = ("norm", "adult", "elderly", "child_with_carer", "wheelchair")
BASE: Final = "base"
"""Key that names the profile whose figures hold where a table is silent."""
STEP_SPEEDS: Final = ("steps_up_m_s", "steps_down_m_s")
OPEN, BARRED = "open", "barred"
_FIGURE_KEYS: Final = ("value", "certainty", "source")


@dataclass(frozen=True, slots=True)
class Number:
    """A figure that is a number: above `low` (or at it, where `at_low`), at most `high`."""

    low: float
    high: float
    unit: str
    at_low: bool = False

    def allows(self, value: object) -> bool:
        """Return whether a value given is such a number."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return math.isfinite(value) and (
            self.low < value <= self.high or (self.at_low and value == self.low)
        )

    def __str__(self) -> str:
        above = f"from {self.low:g}" if self.at_low else f"greater than {self.low:g}"
        return f"a number {above} and at most {self.high:g}{self.unit and ' ' + self.unit}"


@dataclass(frozen=True, slots=True)
class Word:
    """A figure that is one of a few words."""

    words: tuple[str, ...]

    def allows(self, value: object) -> bool:
        """Return whether a value given is one of the words."""
        return isinstance(value, str) and value in self.words

    def __str__(self) -> str:
        return " or ".join(f'"{word}"' for word in self.words)


@dataclass(frozen=True, slots=True)
class Flag:
    """A figure that is true or false."""

    def allows(self, value: object) -> bool:
        """Return whether a value given is true or false."""
        return isinstance(value, bool)

    def __str__(self) -> str:
        return "true or false, without quotes"


_SPEED = Number(0, 5, "m/s")
_WAIT = Number(0, 3600, "s", at_low=True)
FIGURES: Final[dict[str, Number | Word | Flag]] = {
    "speed_m_s": _SPEED,
    "slope": Word(SLOPE_FUNCTIONS),
    "downhill_gain": Number(1, 2, "", at_low=True),
    "steps": Word((OPEN, BARRED)),
    "steps_up_m_s": _SPEED,
    "steps_down_m_s": _SPEED,
    "steps_up_long_m_s": _SPEED,
    "long_flight_rise_m": Number(0, 1000, "m", at_low=True),
    "riser_m": Number(0, 0.5, "m"),
    "steps_gradient": Number(0, 1, ""),
    "gentle_gradient": Number(0, 1, ""),
    "wheels": Flag(),
    "max_slope": Number(0, 1, "(0.05 is 5 %)"),
    "short_ramp_rise_m": Number(0, 5, "m", at_low=True),
    "signal_cycle_s": _WAIT,
    "signal_green_s": _WAIT,
    "lift_wait_s": _WAIT,
    "lift_ride_s": Number(0, 3600, "s"),
    "lift_speed_m_s": Number(0, 20, "m/s"),
    "escalators": Word((OPEN, BARRED)),
    "escalator_m_s": _SPEED,
    "paid_links": Flag(),
    "timed_links": Flag(),
}
"""Every figure a profile's table may give, and what it may be."""


def as_figure(value: object) -> dict[str, Any]:
    """
    Write a figure given as a plain value as a table.

    Examples
    --------
    >>> as_figure(1.2)["certainty"]
    'unverified'
    """
    given = value if isinstance(value, Mapping) else {"value": value}
    return {"value": None, "certainty": "unverified", "source": "given by the study", **given}


def find_profile_faults(profile_id: str, table: object) -> list[Fault]:
    """
    List everything wrong with the table of a study's own walking profile.

    Parameters
    ----------
    profile_id
        Its name, as in `[walking.profiles.NAME]`.
    table
        What the study gives: figures as plain values or as tables of `value`,
        `certainty` and `source`, and `base`, the shipped profile it starts from.

    Returns
    -------
    faults
        Their field is that of the study file, `walking.profiles.NAME.figure`.
    """
    field = f"walking.profiles.{profile_id}"
    if not isinstance(table, Mapping):
        expected = f"[{field}] with speed_m_s = …"
        return [Fault("a profile is a table", field=field, found=repr(table), expected=expected)]
    figures = {str(key): as_figure(value) for key, value in table.items() if key != BASE}
    faults = [*_base_faults(field, table)]
    for key, figure in figures.items():
        faults += _figure_faults(f"{field}.{key}", key, figure)
    if not faults:
        faults += _together_faults(field, figures)
    faults += [
        Fault("the walking profile lacks this speed", field=f"{field}.{key}", expected="m/s")
        for key in _needed(table, figures)
        if key not in figures
    ]
    return faults


def _needed(table: Mapping[str, Any], figures: Mapping[str, Any]) -> tuple[str, ...]:
    """Without a base nothing is known of the speeds: they are asked for."""
    if BASE in table:
        return ()
    if figures.get("steps", {}).get("value") == BARRED:
        return ("speed_m_s",)
    return ("speed_m_s", *STEP_SPEEDS)


def _base_faults(field: str, table: Mapping[str, Any]) -> Iterator[Fault]:
    base = table.get(BASE)
    if BASE in table and base not in SHIPPED_PROFILES:
        yield Fault(
            "no shipped walking profile has this name",
            field=f"{field}.{BASE}",
            found=repr(base),
            expected=" or ".join(SHIPPED_PROFILES),
            hint=f"did you mean {nearest(str(base), SHIPPED_PROFILES)}?",
        )


def _figure_faults(field: str, key: str, figure: Mapping[str, Any]) -> Iterator[Fault]:
    if key not in FIGURES:
        yield Fault(
            "a walking profile has no such figure",
            field=field,
            found=key,
            expected=", ".join((BASE, *FIGURES)),
            hint=f"did you mean {nearest(key, (BASE, *FIGURES))}?",
        )
        return
    rule, value = FIGURES[key], figure["value"]
    if not rule.allows(value):
        hint = None
        if isinstance(rule, Word) and isinstance(value, str):
            hint = f"did you mean {nearest(value, rule.words)}?"
        yield Fault(
            "cannot be walked with", field=field, found=repr(value), expected=str(rule), hint=hint
        )
    if figure["certainty"] not in CERTAINTIES:
        yield Fault(
            "no such degree of certainty",
            field=field,
            found=repr(figure["certainty"]),
            expected=" or ".join(CERTAINTIES),
        )
    for extra in figure.keys() - set(_FIGURE_KEYS):
        yield Fault(
            "a figure has no such part",
            field=f"{field}.{extra}",
            found=str(extra),
            expected=", ".join(_FIGURE_KEYS),
        )


def _together_faults(field: str, figures: Mapping[str, Mapping[str, Any]]) -> Iterator[Fault]:
    """Compare figures that are sound one by one."""
    value = {key: figure["value"] for key, figure in figures.items()}
    speeds = [key for key in (*STEP_SPEEDS, "steps_up_long_m_s") if key in value]
    if value.get("steps") == BARRED and speeds:
        yield Fault(
            "steps are barred, and a speed on them is given",
            field=f"{field}.{speeds[0]}",
            found=str(value[speeds[0]]),
            expected="one of the two",
        )
    for lesser, greater in (
        ("signal_green_s", "signal_cycle_s"),
        ("steps_up_long_m_s", "steps_up_m_s"),
    ):
        if lesser in value and greater in value and value[lesser] > value[greater]:
            yield Fault(
                f"is greater than {greater}",
                field=f"{field}.{lesser}",
                found=f"{value[lesser]:g}",
                expected=f"at most {value[greater]:g}",
            )


def nearest(word: str, known: tuple[str, ...]) -> str:
    """Return the known word nearest to one that is not known."""
    return difflib.get_close_matches(word, known, n=1, cutoff=0.0)[0]
