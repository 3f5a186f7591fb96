"""Real streets: the same times as an independent way, and figures that add up."""

from __future__ import annotations

import json
import math
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

import planner
from planner.domain.network import AccessPoints
from planner.errors import CoarseDemandWarning
from tests.real.split_graph import times_to_nearest
from tests.real.studies import write_porto_alegre

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.arrays import IntArray
    from planner.domain.siting import Proposal
    from planner.workbench import Evaluation


@pytest.fixture(scope="module")
def helsinki(root: Path) -> Evaluation:
    return planner.evaluate(root / "data" / "helsinki" / "study.toml")


@pytest.fixture(scope="module")
def porto_alegre(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    study = write_porto_alegre(shared_data, tmp_path_factory.mktemp("porto alegre 阿雷格里"))
    with pytest.warns(CoarseDemandWarning, match="lattice"):
        return planner.evaluate(study)


def _assert_times_agree(evaluation: Evaluation) -> None:
    records = evaluation.records
    plan = records.coverage.states[1]
    for index, circle in enumerate(plan.life_circles):
        serving = _serving(evaluation, circle.circle_id)
        expected = times_to_nearest(
            records.network,
            records.demand_access,
            _take(records.centre_access, serving),
            limit_s=records.walks.limit_s,
        )
        found = plan.travel_time_s[index]
        both = np.isfinite(expected) & np.isfinite(found)
        # The search limit itself may fall between the two ways' roundings.
        apart = np.isfinite(expected) != np.isfinite(found)
        assert not apart.any()
        assert both.sum() > 0
        assert np.abs(expected[both] - found[both]).max() <= 1e-3


def _serving(evaluation: Evaluation, circle_id: str) -> IntArray:
    """Centres of the plan that serve a circle, by the words of the contract."""
    pairs = {
        "basic_5min": {("community", "comprehensive"), ("community", "convenience")},
        "daily_15min": {("community", "comprehensive"), ("street", "comprehensive")},
    }[circle_id]
    kinds = {kind for _, kind in pairs}
    return np.array(
        [
            i
            for i, c in enumerate(evaluation.records.centres.centre)
            if c.status != "closed"
            and ((c.level, c.kind) in pairs or (c.level is None and c.kind in kinds))
        ],
        dtype=np.int64,
    )


def _take(access: AccessPoints, index: IntArray) -> AccessPoints:
    return AccessPoints(
        **{field.name: getattr(access, field.name)[index] for field in fields(AccessPoints)}
    )


def test_helsinki_times_agree_with_scipy_at_every_home(helsinki: Evaluation) -> None:
    _assert_times_agree(helsinki)


@pytest.mark.shared_data
def test_porto_alegre_times_agree_with_scipy_at_every_point(porto_alegre: Evaluation) -> None:
    _assert_times_agree(porto_alegre)


@pytest.mark.shared_data
def test_porto_alegre_counts_every_person_of_its_file_once(
    porto_alegre: Evaluation, shared_data: Path
) -> None:
    cells = pd.read_csv(shared_data / "porto-alegre" / "population_hexgrid.csv")
    summary = porto_alegre.summary()
    total = float(cells["population"].sum())
    demand = summary["demand"]
    assert demand["persons"] + demand["persons_quarantined"] == pytest.approx(total)
    assert total == 812935
    assert summary["centres"]["count"] == 117


@pytest.mark.shared_data
def test_porto_alegre_streets_are_those_described(
    porto_alegre: Evaluation, shared_data: Path
) -> None:
    source = shared_data / "porto-alegre" / "streets.osm.pbf"
    public = planner.read_streets(source, private_ways="exclude")
    open_to_all = np.isfinite(public.edge_time_s).any(axis=1)
    ends = (public.streets.edge_start[open_to_all], public.streets.edge_end[open_to_all])
    # Counted with private ways left out, and squares not crossed.
    assert len(np.unique(ends)) == pytest.approx(18787, rel=0.05)
    assert open_to_all.sum() == pytest.approx(25838, rel=0.05)
    assert porto_alegre.summary()["network"]["largest_component_share"] > 0.97


def test_proposals_added_to_the_plan_as_centres_cover_exactly_what_was_promised(
    root: Path, tmp_path: Path
) -> None:
    evaluation = planner.evaluate(root / "data" / "demo" / "study.toml")
    plan = planner.propose(evaluation, count=3)
    promised = evaluation.summary(plan)["states"]["with_proposals"]["life_circles"]
    study = _demo_with_new_centres(root, tmp_path, evaluation, plan.records.plan.proposals)
    built = planner.evaluate(study).summary()["states"]["plan"]["life_circles"]
    for now, then in zip(built, promised, strict=True):
        assert now["persons_covered"] == pytest.approx(then["persons_covered"], abs=1e-6)
        assert now["persons_covered_pass"] == pytest.approx(then["persons_covered_pass"], abs=1e-6)


def _demo_with_new_centres(
    root: Path, folder: Path, evaluation: Evaluation, proposals: tuple[Proposal, ...]
) -> Path:
    """The demo's plan with the proposals as new rows, in another folder."""
    from pyproj import Transformer

    demo = root / "data" / "demo"
    plan = pd.read_excel(demo / "layout_plan.xlsx")
    to_lonlat = Transformer.from_crs(
        evaluation.records.network.streets.crs, "EPSG:4326", always_xy=True
    )
    rows = []
    for item in proposals:
        lon, lat = to_lonlat.transform(*item.xy)
        rows.append(
            {
                "编号": item.proposal_id,
                "名称": f"建议 {item.proposal_id}",
                "级别": "社区级",
                "类型": "综合服务中心",
                "状态": "新建",
                "建筑面积(㎡)": 2700,
                "其中便民服务中心面积(㎡)": 800,
                "经度": lon,
                "纬度": lat,
            }
        )
    wider = pd.concat([plan, pd.DataFrame(rows)], ignore_index=True)
    assert set(wider.columns) == set(plan.columns), "the plan's own column names are used"
    wider.to_excel(folder / "layout_plan.xlsx", index=False)
    text = (demo / "study.toml").read_text("utf-8")
    for path in demo.iterdir():
        text = text.replace(f'"{path.name}"', f'"{path.as_posix()}"')
    text = text.replace(f'"{(demo / "layout_plan.xlsx").as_posix()}"', '"layout_plan.xlsx"')
    study = folder / "study.toml"
    study.write_text(text, encoding="utf-8")
    return study


def test_the_same_study_gives_the_same_bytes(root: Path, tmp_path: Path) -> None:
    study = root / "data" / "helsinki" / "study.toml"
    planner.run(study, tmp_path / "one", threads=1)
    planner.run(study, tmp_path / "two", threads=2)
    for path in sorted((tmp_path / "one").rglob("*")):
        if path.is_dir():
            continue
        other = tmp_path / "two" / path.relative_to(tmp_path / "one")
        if path.name == "manifest.json":
            documents = [json.loads(p.read_text("utf-8")) for p in (path, other)]
            for document in documents:
                document.pop("run")
            assert documents[0] == documents[1]
        else:
            assert path.read_bytes() == other.read_bytes(), path.name


def test_every_headline_share_is_its_numerator_over_its_denominator(helsinki: Evaluation) -> None:
    for state in helsinki.summary()["states"].values():
        for circle in state["life_circles"]:
            for suffix in ("", "_pass", "_not_failing"):
                share = circle[f"persons_covered{suffix}"] / circle["persons"]
                assert math.isclose(circle[f"share_covered{suffix}"], share, rel_tol=1e-12)
