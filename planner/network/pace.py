"""The time of every edge, in each direction, for one profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.network import EdgeFlag
from planner.network.profiles import find_conveyances
from planner.units import UNREACHED

if TYPE_CHECKING:
    from planner.domain.arrays import BoolArray, FlagArray, FloatArray
    from planner.domain.network import Streets
    from planner.domain.terrain import StreetHeights
    from planner.domain.walking import WalkingProfile


@dataclass(frozen=True, slots=True)
class Pace:
    """
    How long one walker takes over every edge.

    Attributes
    ----------
    edge_time_s : float64, shape (n_edges, 2)
        Seconds from start to end, and from end to start, waits included;
        `UNREACHED` where this walker may not go that way.
    edge_wait_s : float64, shape (n_edges,)
        Seconds of it spent waiting, in either direction.
    """

    edge_time_s: FloatArray
    edge_wait_s: FloatArray


def pace_edges(
    streets: Streets,
    profile: WalkingProfile,
    *,
    heights: StreetHeights | None = None,  # noqa: ARG001 - slope follows
) -> Pace:
    """
    Give every edge the time this walker takes in each direction.

    Parameters
    ----------
    streets
        Compiled streets.
    profile
        Who is walking.
    heights
        Heights along the edges; without them every street is flat.

    Returns
    -------
    pace
        One-way streets are `UNREACHED` against their direction; private ways are not
        looked at.
    """
    one_time_s = _time_without_direction(streets, profile)
    edge_time_s = np.column_stack([one_time_s, one_time_s])
    edge_time_s[_has(streets.edge_flags, EdgeFlag.NO_FORWARD), 0] = UNREACHED
    edge_time_s[_has(streets.edge_flags, EdgeFlag.NO_BACKWARD), 1] = UNREACHED
    return Pace(edge_time_s=edge_time_s, edge_wait_s=np.zeros(len(one_time_s)))


def _time_without_direction(streets: Streets, profile: WalkingProfile) -> FloatArray:
    conveyances = find_conveyances()
    flags = streets.edge_flags
    if profile.steps_up_m_s is None or profile.steps_down_m_s is None:
        steps_m_s = escalator_m_s = 0.0
    else:
        steps_m_s = min(profile.steps_up_m_s, profile.steps_down_m_s)
        escalator_m_s = max(conveyances.escalator_m_s, steps_m_s)
    speed_m_s = np.full(len(flags), profile.speed_m_s)
    speed_m_s[_has(flags, EdgeFlag.STEPS)] = steps_m_s
    speed_m_s[_has(flags, EdgeFlag.ESCALATOR)] = escalator_m_s
    time_s = np.full(len(flags), UNREACHED)
    np.divide(streets.edge_length_m, speed_m_s, out=time_s, where=speed_m_s > 0)
    time_s[_has(flags, EdgeFlag.LIFT)] = conveyances.lift_s
    return time_s


def _has(flags: FlagArray, flag: EdgeFlag) -> BoolArray:
    return (flags & np.uint16(flag)) > 0
