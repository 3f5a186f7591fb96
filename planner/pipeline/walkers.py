"""Who walks in a study: its profile, the norm, and the streets timed for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.domain.shelf import Same
from planner.network.profiles import flatten_profile
from planner.network.walking import find_profile, time_streets

if TYPE_CHECKING:
    from planner.domain.network import StreetNetwork
    from planner.domain.shelf import Shelf
    from planner.domain.study import StudySettings
    from planner.domain.walking import WalkingProfile

NORM = "norm"


def study_profile(settings: StudySettings) -> WalkingProfile:
    """Return the profile a study walks with: a shipped one, or one of its own."""
    walking = settings.walking
    return find_profile(walking.profile, own=walking.profiles)


def norm_network(network: StreetNetwork, settings: StudySettings, shelf: Shelf) -> StreetNetwork:
    """Time a study's streets for the `norm` profile, as the study's own or the shipped one."""
    if settings.walking.profile == NORM:
        return network
    norm = find_profile(NORM, own=settings.walking.profiles)
    return _timed(network, norm, settings, shelf)


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
