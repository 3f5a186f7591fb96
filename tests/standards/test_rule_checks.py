"""A rule set whose rules contradict themselves or each other says where and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.errors import StandardsError
from planner.report.chinese import message_in_chinese
from planner.standards.catalogue import load_rule_set

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
id = "own"
title = "自有规则"
title_en = "Own rules"
issuing_body = "本区"
valid_from = 2020-01-01
source = "本区文件"
"""
CIRCLE = """
[[life_circle]]
id = "walk_10min"
limit_s = 600
name_zh = "10分钟"
name_en = "10 minutes"
serves = [{ level = "street", kind = "comprehensive" }]
text = "十分钟"
certainty = "read"
"""


def clause(name: str, keys: str) -> str:
    said = {
        "group": '"floor_area"',
        "force": '"must"',
        "measures": '"floor_area_m2"',
        "comparison": '">="',
        "value": "100",
        "unit": '"m2"',
        "name_zh": '"面积"',
        "name_en": '"Size"',
        "text": '"面积"',
        "certainty": '"read"',
    }
    for line in filter(None, (part.strip() for part in keys.split(";"))):
        key, value = line.split("=", 1)
        said[key.strip()] = value.strip()
    lines = [f"{key} = {value}" for key, value in said.items() if value != "none"]
    return "\n".join(["[[clause]]", f'id = "{name}"', *lines, ""])


def faults(tmp_path: Path, *clauses: str, head: str = HEAD) -> list[str]:
    path = tmp_path / "自有.toml"
    path.write_text("\n".join([head, CIRCLE, *clauses]), encoding="utf-8")
    try:
        load_rule_set(path)
    except StandardsError as error:
        return [str(fault) for fault in error.faults]
    return []


SHARE = 'rule_type="share"; judged_unit="plan"; measures="travel_time_s"; value=0.9; group="circle"'
RATIO = 'rule_type="ratio"; judged_unit="community"; per="households"'


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("value=none", ["clause `a`", "key missing", "field value"]),
        ('measures="floor_aera_m2"', ["field measures", "did you mean `floor_area_m2`?"]),
        ('measures="name"', ["field measures", "expected one of floor_area_m2"]),
        ('part_of="floor_area"', ["field part_of", "did you mean `floor_area_m2`?"]),
        ('part_of="floor_area_m2"', ["part_of goes around in a circle"]),
        ('measures="persons"', ["a figure of a unit, not of a centre"]),
        ('per="households"', ["the key is for rules of type ratio", "field per"]),
        ("unit_share=0.5", ["the key is for rules of type share", "field unit_share"]),
        ('rule_type="ratio"; judged_unit="community"', ["key missing", "field per"]),
        ('rule_type="ratio"; per="households"', ["type ratio does not judge this", "centre"]),
        (f'{RATIO}; per="doors"', ["field per", "expected one of households"]),
        (f"{RATIO}; per_count=0", ["field per_count", "greater than 0"]),
        ('rule_type="presence"; measures="centres"; judged_unit="plan"', ["does not judge this"]),
        ('rule_type="presence"; judged_unit="street"', ["field measures", "one of centres"]),
        ('rule_type="parent"; measures="parent"; judged_unit="street"', ["does not judge this"]),
        ('rule_type="nearness"', ["field rule_type", "one of threshold"]),
        (SHARE, ["needs a circle or a limit, and not both"]),
        (f'{SHARE}; circle="walk_10min"; limit=3', ["needs a circle or a limit, and not both"]),
        (f'{SHARE}; circle="walk_5min"', ["no such life circle", "one of walk_10min"]),
        (
            f'{SHARE}; circle="walk_10min"; measures="walk_m"',
            ["a life circle is a time", "expected travel_time_s"],
        ),
        (f'{SHARE}; circle="walk_10min"; value=90', ["not a share", "found 90", "0 to 1"]),
        (f'{SHARE}; circle="walk_10min"; unit_share=2', ["not a share", "field unit_share"]),
        ('comparison="between"; value_max=200', ["a range or an about value is advisory"]),
        ('comparison="between"; force="about"', ["key missing", "field value_max"]),
        ('comparison="about"; force="about"', ["key missing", "field band_share"]),
        ("value_max=200", ["the key is for the comparison `between`"]),
        ("band_share=0.1", ["the key is for the comparison `about`"]),
        (
            'comparison="between"; value_max=99; force="may"',
            ["the range ends below its beginning", "found 99", "100 or more"],
        ),
        (
            "valid_from=2021-01-01; valid_to=2020-01-01",
            ["the rule ends before it begins", "2021-01-01 or later"],
        ),
        ('districts="渝中区"', ["field districts", "a list of texts"]),
        ("judges=1", ["field judges", "true or false"]),
    ],
)
def test_a_wrong_rule_names_file_rule_and_key(tmp_path: Path, keys: str, said: list[str]) -> None:
    found = faults(tmp_path, clause("a", keys))
    assert found
    for word in (*said, "自有.toml", "clause `a`"):
        assert word in found[0]


@pytest.mark.parametrize(
    "keys",
    [
        RATIO,
        f'{SHARE}; circle="walk_10min"',
        f'{SHARE}; limit=300; measures="straight_m"; share_of="communities"; unit_share=0.5',
        'rule_type="reach"; judged_unit="street"; measures="walk_m"; comparison="<="',
        'comparison="between"; value_max=200; force="should"',
        'comparison="about"; band_share=0.1; force="about"',
        'measures="persons"; judged_unit="street"',
        'measures="whatever_is_counted"; judges=false; per="doors"; part_of="it"',
        'other_scope="urban_unbuilt"; districts=["渝中区"]; valid_from=2020-01-01',
    ],
)
def test_a_right_rule_is_read(tmp_path: Path, keys: str) -> None:
    assert faults(tmp_path, clause("a", keys)) == []


def test_a_circle_of_parts_names_the_way_around(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        clause("a", 'part_of="convenience_area_m2"'),
        clause("b", 'measures="convenience_area_m2"; part_of="activity_area_m2"'),
        clause("c", 'measures="activity_area_m2"; part_of="floor_area_m2"'),
        clause("d", 'measures="site_area_m2"; part_of="floor_area_m2"'),
    )
    assert len(found) == 3  # the fourth hangs on the circle and is not in it
    assert (
        "found floor_area_m2 in convenience_area_m2 in activity_area_m2 in floor_area_m2"
        in found[0]
    )


def test_two_values_of_one_thing_may_not_hold_on_the_same_day(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, clause("a", "value=2700"), clause("b", "value=3000"))
    assert "clause `b`: asks another value of the same thing than clause `a`" in found
    assert "2700 and 3000 from 2020-01-01" in found.replace("3000 and 2700", "2700 and 3000")
    assert "periods that do not overlap" in found


@pytest.mark.parametrize(
    "second",
    [
        "value=3000; valid_from=2022-09-01",  # after the first has ended
        "value=2700",  # says the same
        'value=3000; levels=["street"]',
        'value=3000; force="should"',
        'value=3000; districts=["渝中区"]',
        "value=3000; judges=false",
    ],
)
def test_values_of_other_days_or_other_things_stand_side_by_side(
    tmp_path: Path, second: str
) -> None:
    first = clause("a", "value=2700; valid_to=2022-08-31")
    assert faults(tmp_path, first, clause("b", second)) == []


def test_the_last_day_of_one_is_not_the_first_of_the_other(tmp_path: Path) -> None:
    first = clause("a", "value=2700; valid_to=2022-09-01")
    (found,) = faults(tmp_path, first, clause("b", "value=3000; valid_from=2022-09-01"))
    assert "from 2022-09-01" in found


def test_the_order_of_levels_makes_no_other_thing(tmp_path: Path) -> None:
    one = clause("a", 'levels=["street", "community"]')
    two = clause("b", 'value=3; levels=["community", "street"]')
    assert len(faults(tmp_path, one, two)) == 1


def test_a_document_that_informs_may_measure_what_no_record_holds(tmp_path: Path) -> None:
    informs = HEAD + "judges = false\n"
    assert faults(tmp_path, clause("a", 'measures="trees"'), head=informs) == []


def test_what_is_wrong_with_a_rule_is_told_in_chinese_too(tmp_path: Path) -> None:
    path = tmp_path / "自有.toml"
    wrong = [
        clause("a", "value=none"),
        clause("b", 'comparison="between"'),
        clause("c", "valid_from=2021-01-01; valid_to=2020-01-01"),
    ]
    for text in wrong:
        path.write_text(f"{HEAD}\n{CIRCLE}\n{text}", encoding="utf-8")
        with pytest.raises(StandardsError) as caught:
            load_rule_set(path)
        for fault in caught.value.faults:
            assert message_in_chinese(fault.message) != fault.message
