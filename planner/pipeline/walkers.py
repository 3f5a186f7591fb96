"""Who walks in a study: its profile, the norm, and the streets timed for them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.domain.shelf import Same
from planner.network.pace import pace_edges
from planner.network.profiles import flatten_profile
from planner.network.walking import find_profile, time_streets

if TYPE_CHECKING:
    from planner.domain.network import StreetNetwork
    from planner.domain.shelf import Shelf
    from planner.domain.study import StudySettings
    from planner.domain.walking import WalkingProfile

NORM = "norm"

_SAME_TIME: Final = 1e-9
"""Times that differ by less, relative to them, are the same but for rounding."""


def study_profile(settings: StudySettings) -> WalkingProfile:
    """Return the profile a study walks with: a shipped one, or one of its own."""
    walking = settings.walking
    return find_profile(walking.profile, own=walking.profiles)


def norm_network(network: StreetNetwork, settings: StudySettings, shelf: Shelf) -> StreetNetwork:
    """Time a study's streets for the `norm` profile, as the study's own or the shipped one."""
    return profile_network(network, NORM, settings, shelf)


def profile_network(
    network: StreetNetwork, profile_id: str, settings: StudySettings, shelf: Shelf
) -> StreetNetwork:
    """Time a study's streets for another profile: one of the study's own or a shipped one."""
    if settings.walking.profile == profile_id:
        return network
    profile = find_profile(profile_id, own=settings.walking.profiles)
    return _timed(network, profile, settings, shelf)


def faster_network(
    network: StreetNetwork, factor: float, settings: StudySettings
) -> StreetNetwork | None:
    """
    Time a study's streets for the same walker at another pace; waits and belts stay.

    Returns
    -------
    network
        `None` where every time is the network's own over the factor: then one search
        answers for both.
    """
    assert network.profile is not None  # noqa: S101 - networks read from files have a profile
    faster = scale_profile(network.profile, factor)
    pace = pace_edges(network.streets, faster, heights=network.heights)
    usable = np.isfinite(network.edge_time_s)
    own = network.edge_time_s[usable]
    if np.allclose(pace.edge_time_s[usable] * factor, own, rtol=_SAME_TIME, atol=0.0):
        return None
    return time_streets(
        network.streets,
        faster,
        heights=network.heights,
        private_ways=settings.walking.private_ways,
    )


def scale_profile(profile: WalkingProfile, factor: float) -> WalkingProfile:
    """Return the same walker, every walking speed multiplied by a factor."""

    def scaled(speed_m_s: float | None) -> float | None:
        return None if speed_m_s is None else speed_m_s * factor

    return dataclasses.replace(
        profile,
        speed_m_s=profile.speed_m_s * factor,
        steps_up_m_s=scaled(profile.steps_up_m_s),
        steps_down_m_s=scaled(profile.steps_down_m_s),
        steps_up_long_m_s=scaled(profile.steps_up_long_m_s),
    )


def flat_network(network: StreetNetwork, settings: StudySettings, shelf: Shelf) -> StreetNetwork:
    """
    Time a study's streets for the same walker in a town without heights.

    Returns
    -------
    network
        The network itself where heights and steps change no time.
    """
    assert network.profile is not None  # noqa: S101 - networks read from files have a profile
    flat = flatten_profile(network.profile)
    if flat == network.profile:
        return network
    timed = _timed(network, flat, settings, shelf)
    return network if np.array_equal(timed.edge_time_s, network.edge_time_s) else timed


def _timed(
    network: StreetNetwork, profile: WalkingProfile, settings: StudySettings, shelf: Shelf
) -> StreetNetwork:
    return shelf.take(
        ("timed", Same(network), profile),
        lambda: time_streets(
            network.streets,
            profile,
            heights=network.heights,
            private_ways=settings.walking.private_ways,
        ),
    )
