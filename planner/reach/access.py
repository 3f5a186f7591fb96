"""From a point on an edge to the two ends of the edge: no street is cut for a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.errors import Fault, NetworkInvalid
from planner.units import UNREACHED

if TYPE_CHECKING:
    from planner.domain.arrays import FloatArray, Int32Array, IntArray
    from planner.domain.network import AccessPoints, StreetNetwork


@dataclass(frozen=True, slots=True)
class EndWalks:
    """
    Walks between places and the ends of their edges, off-street legs included.

    Attributes
    ----------
    leaving_s, coming_s : float64, shape (n_places, 2)
        Seconds from the place to the start and the end of its edge, and from
        there to the place; `UNREACHED` where that way is not allowed and for
        places off the network.
    """

    leaving_s: FloatArray
    coming_s: FloatArray


def find_leg_s(
    network: StreetNetwork, access: AccessPoints, speed_m_s: float | None = None
) -> FloatArray:
    """
    Return the seconds of the off-street leg of each place, a straight line at flat speed.

    Parameters
    ----------
    network
        Its profile says how fast.
    access
        The places.
    speed_m_s
        The flat speed instead, for a network without a profile.

    Raises
    ------
    NetworkInvalid
        If nothing says how fast, the speed is not above 0, or an access point
        does not belong to the network.
    """
    if speed_m_s is None:
        if network.profile is None:
            message = "the network does not say how fast people walk off the streets"
            hint = "give speed_m_s, metres a second, or a network with a walking profile"
            raise NetworkInvalid(Fault(message, field="speed_m_s", hint=hint))
        speed_m_s = network.profile.speed_m_s
    if not 0.0 < speed_m_s < float("inf"):
        expected = "metres a second, above 0"
        message = "this walking speed cannot be used"
        raise NetworkInvalid(
            Fault(message, field="speed_m_s", found=str(speed_m_s), expected=expected)
        )
    _check_access(network, access)
    return np.asarray(access.distance_m / speed_m_s, np.float64)


def find_end_walks(network: StreetNetwork, access: AccessPoints, leg_s: FloatArray) -> EndWalks:
    """
    Find the walks between places and the ends of their edges.

    Part of an edge takes its share of the edge's time in the direction walked. A
    place exactly at an end is there in no time, whatever is allowed on the edge.
    """
    on = access.edge_index >= 0
    forward_s, backward_s = network.edge_time_s[access.edge_index[on]].T
    fraction = access.fraction[on]
    leg = leg_s[on]
    walks = EndWalks(
        leaving_s=np.full((len(on), 2), UNREACHED), coming_s=np.full((len(on), 2), UNREACHED)
    )
    walks.leaving_s[on, 0] = leg + share_of_time(fraction, backward_s)
    walks.leaving_s[on, 1] = leg + share_of_time(1.0 - fraction, forward_s)
    walks.coming_s[on, 0] = leg + share_of_time(fraction, forward_s)
    walks.coming_s[on, 1] = leg + share_of_time(1.0 - fraction, backward_s)
    return walks


def share_of_time(share: FloatArray, time_s: FloatArray) -> FloatArray:
    """
    Return the share of a time, 0 for no share of any time.

    Examples
    --------
    >>> share_of_time(np.array([0.0, 0.5, 0.5]), np.array([np.inf, 8.0, np.inf])).tolist()
    [0.0, 4.0, inf]
    """
    part = np.zeros(len(share))
    np.multiply(share, time_s, out=part, where=share > 0.0)
    return part


def edge_ends(network: StreetNetwork, access: AccessPoints, *, leaving: bool) -> IntArray:
    """
    Return the search nodes at both ends of each place's edge.

    Parameters
    ----------
    network, access
        Streets and places.
    leaving
        True where the walk begins at the place, False where it ends there.

    Returns
    -------
    ends : shape (n_places, 2)
        -1 off the network.
    """
    start, end = search_ends(network, leaving=leaving)
    ends = np.full((len(access.edge_index), 2), -1, np.int64)
    on = access.edge_index >= 0
    ends[on, 0] = start[access.edge_index[on]]
    ends[on, 1] = end[access.edge_index[on]]
    return ends


def search_ends(network: StreetNetwork, *, leaving: bool) -> tuple[Int32Array, Int32Array]:
    """Return the search nodes at start and end of every edge, to leave it or to come to it."""
    nodes = network.search_nodes
    if nodes is None:
        streets = network.streets
        start, end = streets.edge_start, streets.edge_end
    else:
        start, end = (nodes.edge_leaving if leaving else nodes.edge_arriving).T
    return np.ascontiguousarray(start, np.int32), np.ascontiguousarray(end, np.int32)


def node_ends(network: StreetNetwork, *, leaving: bool) -> IntArray:
    """Return the search node of every node, to begin a walk there or to end it."""
    nodes = network.search_nodes
    if nodes is None:
        return np.arange(len(network.rank), dtype=np.int64)
    return nodes.leaving if leaving else nodes.arriving


def _check_access(network: StreetNetwork, access: AccessPoints) -> None:
    n_edges = len(network.streets.edge_start)
    on = access.edge_index >= 0
    with np.errstate(invalid="ignore"):
        wrong = access.edge_index >= n_edges
        wrong |= on & ~((access.fraction >= 0.0) & (access.fraction <= 1.0))
        wrong |= on & ~((access.distance_m >= 0.0) & np.isfinite(access.distance_m))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        found = (
            f"edge {access.edge_index[row]}, fraction {access.fraction[row]}, "
            f"distance {access.distance_m[row]} m"
        )
        expected = f"an edge below {n_edges}, a fraction from 0 to 1, a finite distance"
        message = f"{int(wrong.sum())} access points do not belong to this network"
        raise NetworkInvalid(Fault(message, row=row, found=found, expected=expected))
