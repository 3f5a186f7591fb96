"""Walking profiles: who walks how fast, with where each figure was read."""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from planner.domain.walking import WalkingProfile
from planner.errors import Fault, StudyKeyError

_CERTAINTIES: Final = ("read", "second-hand", "unverified", "convention")
"""From the surest to the least sure; a convention is no measurement at all."""
_STEP_SPEEDS: Final = ("steps_up_m_s", "steps_down_m_s")
_BARRED: Final = "barred"
_FIELD: Final = "walking.profile"


@dataclass(frozen=True, slots=True)
class Conveyances:
    """
    What carries people, the same for every profile that may use it.

    Attributes
    ----------
    lift_s
        Seconds for a lift, wait and ride.
    escalator_m_s
        Belt speed of an escalator, metres a second along its drawn length.
    """

    lift_s: float
    escalator_m_s: float


def find_profile(
    profile_id: str, *, own: Mapping[str, Mapping[str, Any]] | None = None
) -> WalkingProfile:
    """
    Return a walking profile by its name.

    Parameters
    ----------
    profile_id
        `norm`, `adult`, `elderly`, `child_with_carer`, `wheelchair`, or a name in `own`.
    own
        Further profiles, by name; one with a shipped name replaces it. Each gives
        `speed_m_s` and either `steps_up_m_s` and `steps_down_m_s`, or
        `steps = "barred"`: plain values, or tables of `value`, `certainty` and `source`.

    Returns
    -------
    profile
        Its `certainty` is that of its least certain figure.

    Raises
    ------
    StudyKeyError
        If no profile has this name (the message names the nearest one), or a
        profile of `own` lacks a figure or gives it an impossible value.

    Examples
    --------
    >>> find_profile("norm").speed_m_s * 60
    60.0
    """
    profiles: dict[str, Mapping[str, Any]] = {**_shipped()["profiles"], **(own or {})}
    if profile_id in profiles:
        return _read_profile(profile_id, profiles[profile_id])
    near = difflib.get_close_matches(profile_id, profiles, n=1, cutoff=0.0)[0]
    raise StudyKeyError(
        Fault(
            "no walking profile has this name",
            field=_FIELD,
            found=profile_id,
            expected=" or ".join(profiles),
            hint=f"did you mean {near}?",
        )
    )


def find_conveyances() -> Conveyances:
    """Return the shipped figures for lifts and escalators."""
    entry = _shipped()["conveyances"]
    return Conveyances(
        lift_s=float(entry["lift_s"]["value"]),
        escalator_m_s=float(entry["escalator_m_s"]["value"]),
    )


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Any]:
    file = resources.files("planner.network").joinpath("profiles.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _read_profile(profile_id: str, entry: Mapping[str, Any]) -> WalkingProfile:
    figures = {key: _as_figure(value) for key, value in entry.items()}
    needed = ("speed_m_s",) if "steps" in figures else ("speed_m_s", *_STEP_SPEEDS)
    faults = [
        Fault(message, field=f"{_FIELD} {profile_id}.{key}", found=found, expected=expected)
        for key, message, found, expected in _find_faults(figures, needed)
    ]
    if faults:
        raise StudyKeyError(faults)
    speed = {key: float(figures[key]["value"]) for key in needed}
    return WalkingProfile(
        profile_id=profile_id,
        speed_m_s=speed["speed_m_s"],
        steps_up_m_s=speed.get("steps_up_m_s"),
        steps_down_m_s=speed.get("steps_down_m_s"),
        source="; ".join(f"{key}: {figure['source']}" for key, figure in figures.items()),
        certainty=max((f["certainty"] for f in figures.values()), key=_CERTAINTIES.index),
    )


def _as_figure(value: object) -> dict[str, Any]:
    """Write a plain value as a table of `value`, `certainty` and `source`."""
    given = value if isinstance(value, Mapping) else {"value": value}
    return {"value": None, "certainty": "unverified", "source": "given by the study", **given}


def _find_faults(
    figures: dict[str, dict[str, Any]], needed: tuple[str, ...]
) -> list[tuple[str, str, str, str]]:
    """List what is wrong with a profile: key, message, found, expected."""
    known = (*needed, "steps") if "steps" in figures else needed
    faults = [
        (key, "the walking profile lacks this speed", "nothing", "m/s")
        for key in needed
        if key not in figures
    ]
    for key, figure in figures.items():
        value, certainty = figure["value"], figure["certainty"]
        if key not in known:
            faults.append((key, "a walking profile has no such figure", key, " or ".join(known)))
        elif key == "steps" and value != _BARRED:
            faults.append((key, "steps can only be barred", repr(value), repr(_BARRED)))
        elif key != "steps" and not _is_speed(value):
            faults.append((key, "a speed is a number greater than 0", repr(value), "m/s"))
        if certainty not in _CERTAINTIES:
            wanted = " or ".join(_CERTAINTIES)
            faults.append((key, "no such degree of certainty", repr(certainty), wanted))
    return faults


def _is_speed(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and value > 0
