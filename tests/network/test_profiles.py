"""Who walks: the shipped figures, and profiles that a study brings itself."""

from __future__ import annotations

import dataclasses
import tomllib
from importlib import resources
from typing import Any

import pytest

from planner.domain.profile_tables import CERTAINTIES, FIGURES, SHIPPED_PROFILES
from planner.domain.walking import WalkingProfile
from planner.errors import StudyKeyError
from planner.network.profiles import find_profile, flatten_profile


def shipped() -> dict[str, dict[str, Any]]:
    text = resources.files("planner.network").joinpath("profiles.toml").read_text("utf-8")
    return tomllib.loads(text)


def test_the_shipped_profiles_are_those_that_messages_name() -> None:
    assert tuple(shipped()) == SHIPPED_PROFILES


def test_every_shipped_figure_has_a_value_a_certainty_and_a_source() -> None:
    for profile_id, table in shipped().items():
        for key, figure in table.items():
            if key == "base":
                assert figure in SHIPPED_PROFILES
                continue
            assert set(figure) == {"value", "certainty", "source"}, (profile_id, key)
            assert figure["certainty"] in CERTAINTIES
            assert figure["source"].strip()
            assert FIGURES[key].allows(figure["value"]), (profile_id, key)


@pytest.mark.parametrize("profile_id", SHIPPED_PROFILES)
def test_every_figure_a_walk_may_use_is_told_with_its_source(profile_id: str) -> None:
    # Fields that no figure gives must be such that they change no time.
    found = find_profile(profile_id)
    told = {figure.name for figure in found.figures}
    silent = {field.name for field in dataclasses.fields(found)} & (set(FIGURES) - told)
    without_steps = {"steps_up_m_s", "steps_down_m_s", "steps_up_long_m_s"}
    # The norm tires on no stair, so that how high one is does not count for it.
    of_stairs = {"steps_up_long_m_s", "long_flight_rise_m", "riser_m", "steps_gradient"}
    of_stairs |= {"gentle_gradient", "downhill_gain", "lift_speed_m_s"}
    of_wheels = {"wheels", "max_slope", "short_ramp_rise_m"}
    allowed = {"norm": of_stairs | of_wheels, "wheelchair": without_steps}
    assert silent <= allowed.get(profile_id, of_wheels)


def test_the_shipped_speeds_are_those_of_the_literature() -> None:
    speeds = {
        p.profile_id: (p.speed_m_s, p.steps_up_m_s, p.steps_down_m_s, p.steps_up_long_m_s)
        for p in map(find_profile, SHIPPED_PROFILES)
    }
    assert speeds == {
        "norm": (1.0, 1.0, 1.0, None),
        "adult": (1.2, 0.58, 0.6, 0.45),
        "elderly": (0.9, 0.45, 0.45, 0.4),
        "child_with_carer": (1.0, 0.48, 0.5, 0.4),
        "wheelchair": (0.8, None, None, None),
    }


@pytest.mark.parametrize("profile_id", SHIPPED_PROFILES)
def test_nobody_climbs_steps_faster_than_down_or_than_the_flat(profile_id: str) -> None:
    found = find_profile(profile_id)
    if found.steps_up_m_s is not None and found.steps_down_m_s is not None:
        assert found.steps_up_m_s <= found.steps_down_m_s <= found.speed_m_s


def test_a_wheelchair_is_barred_from_steps_escalators_and_slopes_over_1_in_12() -> None:
    found = find_profile("wheelchair")
    assert (found.steps_up_m_s, found.steps_down_m_s, found.escalator_m_s) == (None, None, None)
    assert found.wheels
    assert found.max_slope == pytest.approx(1 / 12)


def test_a_profile_is_as_certain_as_its_least_certain_speed() -> None:
    # Adult: the flat speed was read, steps are second-hand.
    assert find_profile("adult").certainty == "second-hand"
    assert find_profile("norm").certainty == "convention"
    assert find_profile("adult").source.startswith("speed_m_s: between the 15th percentile")


@pytest.mark.parametrize(
    ("asked", "near"),
    [("adlut", "adult"), ("wheel_chair", "wheelchair"), ("child", "child_with_carer")],
)
def test_an_unknown_profile_names_the_nearest(asked: str, near: str) -> None:
    with pytest.raises(StudyKeyError, match=f"{asked}.*did you mean {near}"):
        find_profile(asked)


def test_the_name_asked_for_may_be_near_a_profile_of_the_study() -> None:
    with pytest.raises(StudyKeyError, match="did you mean my_walker"):
        find_profile("my_waker", own={"my_walker": {"base": "adult"}})


SLOW = {"speed_m_s": 0.7, "steps_up_m_s": 0.3, "steps_down_m_s": 0.35}


def test_a_study_may_bring_a_profile_of_its_own() -> None:
    profile = find_profile("slow", own={"slow": SLOW})
    assert (profile.speed_m_s, profile.steps_up_m_s, profile.steps_down_m_s) == (0.7, 0.3, 0.35)
    assert profile.certainty == "unverified"
    assert "given by the study" in profile.source


def test_what_a_profile_without_a_base_does_not_say_is_the_adults_but_no_speed_on_foot() -> None:
    profile, adult = find_profile("slow", own={"slow": SLOW}), find_profile("adult")
    assert profile.slope == "tobler"
    assert profile.signal_cycle_s == adult.signal_cycle_s
    assert profile.steps_up_long_m_s is None


def test_a_base_gives_what_the_study_does_not_say() -> None:
    own = {"neighbour": {"base": "elderly", "speed_m_s": 1.1, "paid_links": False}}
    profile, elderly = find_profile("neighbour", own=own), find_profile("elderly")
    assert profile.speed_m_s == 1.1
    assert not profile.paid_links
    assert profile.steps_down_m_s == elderly.steps_down_m_s
    assert profile.steps_up_long_m_s == elderly.steps_up_long_m_s


def test_nobody_gains_by_tiring() -> None:
    own = {"frail": {"base": "elderly", "steps_up_m_s": 0.2}}
    assert find_profile("frail", own=own).steps_up_long_m_s == 0.2


def test_a_base_barred_from_steps_may_be_given_speeds_on_them() -> None:
    own = {"pram": {"base": "wheelchair", "steps_up_m_s": 0.2, "steps_down_m_s": 0.3}}
    profile = find_profile("pram", own=own)
    assert (profile.steps_up_m_s, profile.escalator_m_s) == (0.2, None)


@pytest.mark.parametrize("entry", [{"steps": "open"}, {"steps_up_m_s": 0.2}])
def test_steps_that_are_opened_need_both_speeds(entry: dict[str, Any]) -> None:
    own = {"pram": {"base": "wheelchair", **entry}}
    with pytest.raises(StudyKeyError, match=r"walking\.profiles\.pram\.steps_.*lacks this speed"):
        find_profile("pram", own=own)


def test_a_profile_of_the_study_replaces_a_shipped_one_and_may_start_from_it() -> None:
    profile = find_profile("adult", own={"adult": {"base": "adult", "steps": "barred"}})
    assert profile.speed_m_s == 1.2
    assert profile.steps_up_m_s is None


def test_a_figure_of_the_study_may_carry_its_certainty_and_source() -> None:
    figure = {"value": 1.3, "certainty": "read", "source": "our own count"}
    profile = find_profile("adult", own={"adult": {"base": "adult", "speed_m_s": figure}})
    given = {f.name: f for f in profile.figures}["speed_m_s"]
    assert (given.value, given.certainty, given.source) == (1.3, "read", "our own count")


def test_whole_numbers_are_numbers() -> None:
    profile = find_profile("one", own={"one": {"base": "adult", "speed_m_s": 1}})
    assert isinstance(profile.speed_m_s, float)


BARRED = {"steps": "barred"}


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({}, "speed_m_s.*lacks this speed"),
        ({"speed_m_s": 1.0}, "steps_up_m_s.*lacks this speed"),
        ({"speed_m_s": 0, **BARRED}, "found 0; expected a number greater than 0 and at most 5 m/s"),
        ({"speed_m_s": -1.2, **BARRED}, "found -1.2; expected a number greater than 0"),
        ({"speed_m_s": 5.1, **BARRED}, "found 5.1; .*at most 5 m/s"),
        ({"speed_m_s": float("inf"), **BARRED}, "found inf; expected a number"),
        ({"speed_m_s": float("nan"), **BARRED}, "found nan; expected a number"),
        ({"speed_m_s": True, **BARRED}, "found True; expected a number"),
        ({"speed_m_s": "fast", **BARRED}, "found 'fast'; expected a number"),
        ({"base": "adult", "escalator_m_s": 0}, "escalator_m_s.*found 0; .*greater than 0"),
        ({"base": "adult", "slope": "toblre"}, "slope.*toblre.*did you mean tobler"),
        ({"base": "adult", "slope": 3}, "slope.*found 3; expected .none. or .tobler."),
        ({"base": "adult", "wheels": "yes"}, "wheels.*expected true or false"),
        ({"base": "adult", "lift_wait_s": -1}, "lift_wait_s.*from 0 and at most 3600 s"),
        ({"base": "adlut"}, "base.*no shipped walking profile.*did you mean adult"),
        ({"base": "adult", "run_m_s": 3}, "run_m_s: .*no such figure.*did you mean"),
        ({"base": "adult", "step_up_m_s": 0.3}, "did you mean steps_up_m_s"),
        ({"speed_m_s": 1.0, "steps": "slow"}, "found 'slow'; expected .open. or .barred."),
        ({"speed_m_s": 1.0, **BARRED, "steps_up_m_s": 1.0}, "steps are barred, and a speed"),
        ({"base": "adult", "signal_cycle_s": 60, "signal_green_s": 61}, "greater than signal_cyc"),
        ({**SLOW, "steps_up_long_m_s": 0.31}, "steps_up_long_m_s.*greater than steps_up_m_s"),
        ({"speed_m_s": {"value": 1.0, "certainty": "sure"}, **BARRED}, "certainty; found 'sure'"),
        ({"speed_m_s": {"value": 1.0, "page": 3}, **BARRED}, "speed_m_s.page: .*no such part"),
        (1.2, ": a profile is a table; found 1.2"),
    ],
)
def test_a_profile_that_cannot_be_walked_is_refused(entry: Any, told: str) -> None:  # noqa: ANN401 - as TOML gives it
    with pytest.raises(StudyKeyError, match=rf"walking\.profiles\.own.*{told}"):
        find_profile("own", own={"own": entry})


def test_all_that_is_wrong_with_all_profiles_is_told_at_once() -> None:
    own: dict[str, dict[str, Any]] = {
        "mine": {"speed_m_s": -1, "run_m_s": 3},
        "yours": {"base": "nobody"},
    }
    with pytest.raises(StudyKeyError) as caught:
        find_profile("norm", own=own)
    assert {fault.field for fault in caught.value.faults} == {
        "walking.profiles.mine.speed_m_s",
        "walking.profiles.mine.steps_up_m_s",
        "walking.profiles.mine.steps_down_m_s",
        "walking.profiles.mine.run_m_s",
        "walking.profiles.yours.base",
    }


def test_a_flat_town_knows_neither_slope_nor_steps_but_who_is_barred_stays_barred() -> None:
    flat = flatten_profile(find_profile("adult"))
    assert (flat.slope, flat.steps_up_m_s, flat.steps_down_m_s) == ("none", 1.2, 1.2)
    assert flat.steps_up_long_m_s is None
    wheels = flatten_profile(find_profile("wheelchair"))
    assert (wheels.max_slope, wheels.steps_up_m_s) == (None, None)


def test_the_norm_is_flat_already() -> None:
    assert flatten_profile(find_profile("norm")) == find_profile("norm")


def test_a_profile_built_by_hand_knows_no_slope_and_no_waits() -> None:
    profile = WalkingProfile("hand", 1.0, 0.5, 0.5, "a test", "convention")
    assert (profile.slope, profile.signal_cycle_s, profile.max_slope) == ("none", 0.0, None)
