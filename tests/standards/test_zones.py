"""Which districts are the main urban area, when, and how old and new names answer."""

from __future__ import annotations

from datetime import date

import pytest

from planner.standards.catalogue import load_rule_set
from planner.standards.zones import district_on, load_crosswalk, main_urban_scope, version_on
from tests.standards.plans import clause_result, named_units

BEFORE, AFTER = date(2025, 11, 5), date(2025, 11, 6)


def test_nine_districts_until_november_2025_and_eight_since() -> None:
    assert version_on(BEFORE).main_urban == (
        "渝中区", "大渡口区", "江北区", "沙坪坝区", "九龙坡区", "南岸区", "北碚区",
        "渝北区", "巴南区",
    )  # fmt: skip
    assert version_on(AFTER).main_urban == (
        "渝中区", "大渡口区", "沙坪坝区", "九龙坡区", "南岸区", "北碚区", "巴南区", "两江新区",
    )  # fmt: skip
    for version in load_crosswalk().versions:
        assert version.source
        assert version.certainty == "read"


@pytest.mark.parametrize(
    ("district", "street", "before", "after"),
    [
        ("江北区", "观音桥街道", "江北区", "两江新区"),
        ("江北", None, "江北区", "两江新区"),
        ("渝北区", "龙溪街道", "渝北区", "两江新区"),
        ("渝北区", "统景镇", "渝北区", "北碚区"),
        ("北碚区", "蔡家岗街道", "北碚区", "两江新区"),
        ("北碚区", "天生街道", "北碚区", "北碚区"),
        ("北碚区", "大湾镇", "渝北区", "北碚区"),  # a name of after, in a plan of before
        ("两江新区", "水土街道", "北碚区", "两江新区"),
        ("渝中区", "解放碑街道", "渝中区", "渝中区"),
        ("示范区", "甲街道", "示范区", "示范区"),
    ],
)
def test_a_district_is_called_as_on_the_day(
    district: str, street: str | None, before: str, after: str
) -> None:
    assert district_on(district, street, BEFORE) == before
    assert district_on(district, street, AFTER) == after


@pytest.mark.parametrize(
    ("district", "street", "community", "scope"),
    [
        ("渝中区", "解放碑街道", "大阳沟社区", 1),
        ("渝北区", "统景镇", "印盒社区", -1),
        ("巴南区", "某乡", None, -1),
        ("北碚区", "歇马街道", "双河村", -1),
        ("江津区", "几江街道", None, 0),
        ("万州", "高笋塘街道", None, 0),
        ("示范区", "某镇", "某村", 1),  # not a district of the city: the plan's own
        (None, "甲街道", None, 1),
        (None, "甲镇", None, -1),
        ("两江新区", "观音桥街道", None, 1),
    ],
)
@pytest.mark.parametrize("day", [BEFORE, AFTER])
def test_names_tell_the_scope_as_far_as_they_can(
    district: str | None, street: str | None, community: str | None, scope: int, day: date
) -> None:
    assert main_urban_scope([district], [street], [community], day).tolist() == [scope]


def test_a_scope_given_overrides_the_names() -> None:
    import numpy as np

    row = {
        "level": "community", "status": "new", "floor_area_m2": 2700.0,
        "district": "渝北区", "street": "统景镇",
    }  # fmt: skip
    rules = load_rule_set("chongqing-2018")
    assert clause_result(rules, "floor_area_total", row).verdict == "cannot_tell"
    inside = clause_result(rules, "floor_area_total", row, in_plan_scope=np.array([1]))
    assert inside.verdict == "pass"
    far = {**row, "district": "万州区", "street": "高笋塘街道"}
    outside = clause_result(rules, "floor_area_total", far)
    assert (outside.verdict, outside.reason) == ("not_applicable", "outside_scope")


def test_rows_with_old_and_new_names_are_of_one_unit() -> None:
    rows = (
        {"district": "江北区", "street": "观音桥街道", "community": "一社区"},
        {"district": "两江新区", "street": "观音桥街道", "community": "一社区"},
    )
    later = named_units("community", *rows, day=AFTER)
    assert later.unit_id == ("两江新区/观音桥街道/一社区",)
    assert later.centre_unit.tolist() == [0, 0]
    earlier = named_units("community", *rows, day=BEFORE)
    assert len(earlier.unit_id) == 2
