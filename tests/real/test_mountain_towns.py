"""Monaco with its SRTM tile, and Heidelberg with its tags: real hills end to end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from pyproj import Transformer

import planner
from planner.domain.network import EdgeFlag

if TYPE_CHECKING:
    from pathlib import Path

    from planner.workbench import Evaluation

pytestmark = pytest.mark.shared_data

N_CENTRES = 4


def write_town(
    folder: Path, streets: Path, *, elevation: Path | None, profile: str, every: int
) -> Path:
    """Write a study of one person at every so-many-th junction, and centres spread among them."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = planner.read_streets(streets, private_ways="exclude").streets

    back = Transformer.from_crs(drawn.crs, "EPSG:4326", always_xy=True)
    lon, lat = back.transform(*drawn.node_xy[::every].T)
    people = pd.DataFrame({"id": np.arange(len(lon)), "lon": lon, "lat": lat, "persons": 1})
    people.to_csv(folder / "people.csv", index=False)
    chosen = people.iloc[:: len(people) // N_CENTRES][:N_CENTRES]
    centres = chosen.assign(name="c" + chosen["id"].astype(str), level="community")
    centres.drop(columns="persons").to_csv(folder / "centres.csv", index=False)
    heights = f'elevation = "{elevation.as_posix()}"' if elevation else ""
    study = folder / "study.toml"
    study.write_text(
        f"""name = "hills"
language = "en"
[streets]
source = "{streets.as_posix()}"
{heights}
[walking]
profile = "{profile}"
[demand]
source = "people.csv"
[centres]
source = "centres.csv"
""",
        encoding="utf-8",
    )
    return study


@pytest.fixture(scope="module")
def monaco(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    data = shared_data / "monaco"
    study = write_town(
        tmp_path_factory.mktemp("monaco"),
        data / "streets.osm.gz",
        elevation=data / "N43E007.hgt.zip",
        profile="adult",
        every=3,
    )
    return planner.evaluate(study)


def test_monaco_is_a_mountain(monaco: Evaluation) -> None:
    network = monaco.summary()["network"]
    assert network["heights_share"] > 0.95
    heights = monaco.records.network.heights
    assert heights is not None
    known = heights.node_m[np.isfinite(heights.node_m)]
    # The README of the data: 0 to 213 m; smoothing lowers the tops a little, and radar sees a
    # quay by the water a metre or two too low.
    assert known.min() > -3.0
    assert 150.0 < known.max() < 214.0


def test_monaco_loses_ground_to_its_slopes_and_says_which_way(monaco: Evaluation) -> None:
    circles = monaco.summary()["life_circles"]
    assert all(0.0 < circle["loss_terrain_share"] < 0.5 for circle in circles)
    assert all(0.0 < circle["loss_detour_share"] < 1.0 for circle in circles)
    ways = {
        one.direction: one.life_circles[1].persons_covered
        for one in monaco.records.coverage.alternatives
        if one.profile == "adult"
    }
    assert set(ways) == {"to_centre", "from_centre"}


def test_in_monaco_no_climb_is_faster_than_the_same_way_down(monaco: Evaluation) -> None:
    network = monaco.records.network
    heights = network.heights
    assert heights is not None
    step_m = np.diff(heights.sample_m)
    inside = np.ones(len(step_m), np.bool_)
    inside[heights.sample_indptr[1:-1] - 1] = False
    first = heights.sample_indptr[:-1] - np.arange(len(heights.edge_known))
    climbs = np.minimum.reduceat(step_m[inside], first) >= 0
    falls = np.maximum.reduceat(step_m[inside], first) <= 0
    ordinary = (network.streets.edge_flags & np.uint16(EdgeFlag.STEPS | EdgeFlag.ESCALATOR)) == 0
    both = np.isfinite(network.edge_time_s).all(axis=1) & ordinary
    up_s, down_s = network.edge_time_s.T
    assert (both & climbs & ~falls).sum() > 100
    assert (up_s[both & climbs] >= down_s[both & climbs]).all()
    assert (up_s[both & falls] <= down_s[both & falls]).all()


@pytest.mark.parametrize("profile", ["adult", "wheelchair"])
def test_heidelberg_runs_by_its_tags_alone(shared_data: Path, tmp_path: Path, profile: str) -> None:
    source = shared_data / "heidelberg" / "streets.osm.pbf"
    study = write_town(tmp_path, source, elevation=None, profile=profile, every=40)
    evaluation = planner.evaluate(study)
    network = evaluation.records.network
    assert network.heights is None
    flags = network.streets.edge_flags
    steps = (flags & np.uint16(EdgeFlag.STEPS)) > 0
    walked = np.isfinite(network.edge_time_s).any(axis=1)
    ramps = (flags & np.uint16(EdgeFlag.WHEELS_OPEN)) > 0
    if profile == "wheelchair":
        assert not (steps & walked & ~ramps).any()
        return
    # Steps that say which way is up are slower that way.
    incline = network.streets.edge_incline
    assert incline is not None
    stated = steps & walked & ~np.isnan(incline) & (incline != 0)
    stated &= (flags & np.uint16(EdgeFlag.ESCALATOR)) == 0
    assert stated.sum() > 300
    up = np.where(
        incline[stated] > 0, network.edge_time_s[stated, 0], network.edge_time_s[stated, 1]
    )
    down = np.where(
        incline[stated] > 0, network.edge_time_s[stated, 1], network.edge_time_s[stated, 0]
    )
    assert (up >= down).all()
    assert (up > down).mean() > 0.8
