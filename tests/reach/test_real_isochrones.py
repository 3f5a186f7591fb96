"""Isochrones on the streets of a real hilly city."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from planner.georeference.snap import snap_places
from planner.network.walking import find_profile, time_streets
from planner.pipeline.streets import open_streets
from planner.reach.isochrones import draw_isochrones, find_place_reach

if TYPE_CHECKING:
    from pathlib import Path

SMALLEST_M2 = 100_000.0

ONE_HECTARE_M2 = 10_000.0


@pytest.mark.shared_data
def test_pictures_of_porto_alegre_agree_with_exact_buffers_and_nest(shared_data: Path) -> None:
    streets = open_streets(shared_data / "porto-alegre" / "streets.osm.pbf")
    network = time_streets(streets, find_profile("norm"))
    rng = np.random.default_rng(0)
    near = rng.choice(np.flatnonzero(network.node_component == 0), 25)
    xy = streets.node_xy[near] + rng.normal(0, 30, (25, 2))
    places = snap_places(network, xy, limit_m=200)
    reach = find_place_reach(network, places, limit_s=900, reverse=True)
    picture = draw_isochrones(network, reach, limit_s=900).geometry
    truth = draw_isochrones(network, reach, limit_s=900, exact=True).geometry
    inner = draw_isochrones(network, reach, limit_s=300).geometry
    # The error is that of the rim: of a courtyard of half a hectare it is no small share.
    there = shapely.area(truth) > SMALLEST_M2
    assert there.sum() > 20
    assert shapely.is_valid(picture).all()
    assert shapely.is_valid(inner).all()
    true_area = shapely.area(truth[there])
    wrong = shapely.area(shapely.symmetric_difference(picture[there], truth[there]))
    # Of a stub of street too small to draw, the grid's corners are a larger share.
    large = true_area > ONE_HECTARE_M2
    assert large.sum() > 20
    assert np.abs(shapely.area(picture[there]) / true_area - 1)[large].max() < 0.015
    assert (wrong / true_area)[large].max() < 0.02
    assert shapely.covers(picture, inner)[~shapely.is_empty(inner)].all()
