"""A centre with several entrances: where each is, and which one a walk takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from planner.domain.network import AccessPoints
from planner.domain.placing import Entrances
from planner.domain.study import CentresSettings
from planner.errors import InputInvalid
from planner.georeference.crs import project
from planner.georeference.datum import from_wgs84
from planner.georeference.entrances import list_entrances, pick_main_entrances
from planner.georeference.locate import locate_centres
from planner.inputs.centres import read_centres
from tests.georeference.plans import grid_streets

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.arrays import FloatArray
    from planner.domain.places import Centres

PLACES = [(106.530, 29.520), (106.540, 29.530)]
DOORS = [(106.5305, 29.5200), (106.5300, 29.5206)]


def _read(tmp_path: Path, cell: str, *, crs: str = "EPSG:4326") -> Centres:
    (x, y), (u, v) = project(np.array(PLACES), "EPSG:4326", crs).tolist()
    path = tmp_path / "plan.csv"
    path.write_text(
        f'名称,x,y,出入口\n甲,{x!r},{y!r},"{cell}"\n乙,{u!r},{v!r},\n', encoding="utf-8"
    )
    return read_centres(CentresSettings(source=path))


def _cell(xy: FloatArray) -> str:
    return "; ".join(f"{x!r},{y!r}" for x, y in xy.tolist())


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4544", "EPSG:4524", "EPSG:3857"])
def test_entrances_are_places_like_the_centre_in_any_crs(crs: str, tmp_path: Path) -> None:
    cell = _cell(project(np.array(DOORS), "EPSG:4326", crs))
    centres = locate_centres(_read(tmp_path, cell, crs=crs), grid_streets(), datum="wgs84")
    entrances = list_entrances(centres)
    expected = project(np.array([*DOORS, PLACES[1]]), "EPSG:4326", grid_streets().crs)
    assert entrances.centre_index.tolist() == [0, 0, 1], "no entrance named: the centre itself"
    assert np.abs(entrances.xy - expected).max() < 1e-3


def test_entrances_have_the_datum_of_their_plan(tmp_path: Path) -> None:
    plan = _read(tmp_path, _cell(np.array(DOORS)))
    located = locate_centres(plan, grid_streets(), datum="gcj02")
    shifted = from_wgs84(
        project(list_entrances(located).xy, grid_streets().crs, "EPSG:4326"), "gcj02"
    )
    assert np.abs(shifted - np.array([*DOORS, PLACES[1]])).max() < 1e-7


@pytest.mark.parametrize(
    "cell", ["106.53,29.52；(106.531, 29.521)", "106.53 29.52|106.531，29.521"]
)
def test_entrances_are_read_as_people_write_them(cell: str, tmp_path: Path) -> None:
    first, second = _read(tmp_path, cell).centre
    assert first.entrances == ((106.53, 29.52), (106.531, 29.521))
    assert second.entrances == ()


def test_an_entrance_that_is_no_pair_of_numbers_is_a_fault_of_its_row(tmp_path: Path) -> None:
    with pytest.raises(
        InputInvalid, match=r"row 2 .*出入口: an entrance is no pair of coordinates"
    ):
        _read(tmp_path, "106.53,29.52;东门")


def test_entrances_that_fit_nothing_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InputInvalid, match="entrances do not say what they are in"):
        _read(tmp_path, "5000000,29.52")


def test_an_entrance_far_from_its_centre_is_a_fault_with_the_distance(tmp_path: Path) -> None:
    centres = _read(tmp_path, "106.53,29.52; 106.54,29.52")
    with pytest.raises(InputInvalid, match=r"row 2 .*too far from its centre; found 甲, 9\d\d m"):
        locate_centres(centres, grid_streets(), datum="wgs84")


def test_the_main_entrance_is_the_nearest_to_its_street_and_never_one_off_the_network() -> None:
    entrances = Entrances(np.zeros((5, 2)), np.array([0, 0, 1, 2, 2]))
    access = AccessPoints(
        edge_index=np.array([4, 5, -1, -1, 7]),
        fraction=np.array([0.1, 0.2, 0.0, 0.0, 0.5]),
        distance_m=np.array([30.0, 20.0, 300.0, 1.0, 90.0]),
        xy=np.arange(10.0).reshape(5, 2),
        switched=np.array([False, True, False, False, False]),
    )
    main = pick_main_entrances(entrances, access, 3)
    assert main.edge_index.tolist() == [5, -1, 7]
    assert main.distance_m.tolist() == [20.0, 300.0, 90.0]
    assert main.fraction.tolist() == [0.2, 0.0, 0.5]
    assert main.xy.tolist() == [[2, 3], [4, 5], [8, 9]]
    assert main.switched.tolist() == [True, False, False]
