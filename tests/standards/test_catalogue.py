"""Rule sets: the shipped ones say what was read, and a wrong file says what is wrong."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from planner.errors import StandardsError
from planner.standards.catalogue import list_rule_sets, load_rule_set

if TYPE_CHECKING:
    from pathlib import Path

OWN = """
id = "own"
title = "自有规则"
title_en = "Own rules"
issuing_body = "本区"
valid_from = 2020-01-01
valid_to = 2020-12-31
source = "本区文件"

[[life_circle]]
id = "walk_10min"
limit_s = 600
name_zh = "10分钟"
name_en = "10 minutes"
serves = [{ level = "street", kind = "comprehensive" }]
text = "十分钟"
source = "另一文件"
certainty = "read"

[[clause]]
id = "size"
group = "floor_area"
force = "should"
measures = "floor_area_m2"
comparison = "<="
value = 5000
unit = "m2"
name_zh = "面积"
name_en = "Size"
text = "不宜超过5000平方米"
certainty = "unverified"
"""


def write(tmp_path: Path, text: str, name: str = "自有.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(tmp_path: Path, old: str, new: str) -> list[str]:
    assert old in OWN
    with pytest.raises(StandardsError) as caught:
        load_rule_set(write(tmp_path, OWN.replace(old, new, 1)))
    return [str(fault) for fault in caught.value.faults]


def test_chongqing_2018_says_what_the_newspaper_says() -> None:
    rules = load_rule_set("chongqing-2018")
    said = {clause.clause_id: clause for clause in rules.clauses}
    total, part = said["floor_area_total"], said["floor_area_convenience"]
    assert (total.value, total.comparison, total.force, total.unit) == (2700, ">=", "must", "m2")
    assert (part.value, part.part_of) == (800, "floor_area_m2")
    assert total.kinds == ("comprehensive",)
    assert part.kinds == ("comprehensive", "convenience")
    for clause in (total, part):
        assert clause.levels == ("community",)
        assert clause.statuses == ("new",)
        assert clause.in_plan_scope
        assert (clause.group, clause.certainty) == ("floor_area", "read")
        assert "中国社会报 2018-10-23" in clause.source
    workers = said["social_workers"]
    assert (workers.group, workers.value, workers.judged_unit) == ("staffing", 2, "community")
    assert rules.valid_from <= date(2018, 10, 1)


def test_chongqing_2018_has_the_two_circles_and_marks_who_serves_them_as_inferred() -> None:
    basic, daily = load_rule_set("chongqing-2018").life_circles
    assert (basic.circle_id, basic.limit_s) == ("basic_5min", 300.0)
    assert (daily.circle_id, daily.limit_s) == ("daily_15min", 900.0)
    assert set(basic.serves) == {("community", "comprehensive"), ("community", "convenience")}
    assert set(daily.serves) == {("community", "comprehensive"), ("street", "comprehensive")}
    assert basic.certainty == daily.certainty == "read"
    assert basic.serves_certainty == daily.serves_certainty == "inference"


def test_chongqing_2022_keeps_its_second_hand_mark_and_its_scope() -> None:
    clause, about = load_rule_set("chongqing-2022-unbuilt").clauses
    assert (about.value, about.comparison, about.force) == (12000, "about", "about")
    assert (clause.value, clause.certainty) == (3000, "second-hand")
    assert clause.other_scope == "urban_unbuilt"


def test_every_shipped_rule_set_loads_and_is_named_as_its_file() -> None:
    names = list_rule_sets()
    assert names == tuple(sorted(names))
    assert names == (
        "beijing-2025",
        "chongqing-2018",
        "chongqing-2022-unbuilt",
        "complete-community-2020",
        "embedded-2024",
        "gb-50180-2018",
        "national-30-per-100-households",
        "shanghai-2024-draft",
    )
    for name in names:
        rules = load_rule_set(name)
        assert rules.rule_set_id == name
        assert rules.superseded_by is None or rules.superseded_by in names
        assert any("\u4e00" <= sign <= "\u9fff" for sign in rules.title)


def test_a_file_of_ones_own_is_read_with_its_sources(tmp_path: Path) -> None:
    rules = load_rule_set(write(tmp_path, OWN))
    assert (rules.rule_set_id, rules.valid_to) == ("own", date(2020, 12, 31))
    assert rules.life_circles[0].source == "另一文件"
    assert rules.clauses[0].source == "本区文件"
    assert rules.clauses[0].levels == ()


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    assert load_rule_set(write(tmp_path, "\ufeff" + OWN)).rule_set_id == "own"


def test_an_unknown_rule_set_names_the_nearest_one() -> None:
    with pytest.raises(StandardsError, match="did you mean `chongqing-2018`"):
        load_rule_set("chongqing-2108")


def test_a_name_like_no_other_gets_the_list() -> None:
    with pytest.raises(StandardsError, match=r"one of .*chongqing-2018") as caught:
        load_rule_set("???")
    assert caught.value.faults[0].hint is None


def test_an_unknown_key_names_file_rule_and_nearest_key(tmp_path: Path) -> None:
    (text,) = faults_of(tmp_path, 'comparison = "<="', 'comparison = "<="\nforse = 1')
    assert "自有.toml" in text
    assert "clause `size`" in text
    assert "forse" in text
    assert "did you mean `force`?" in text


def test_an_unknown_key_like_no_other_gets_the_known_ones(tmp_path: Path) -> None:
    (text,) = faults_of(tmp_path, 'id = "own"', 'id = "own"\nxxxxxxxx = 1')
    assert "known keys: id, title" in text


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = OWN.replace("limit_s = 600", "limit_s = -5").replace("value = 5000", 'value = "5000"')
    text = text.replace('certainty = "unverified"', 'certainty = "sure"')
    with pytest.raises(StandardsError) as caught:
        load_rule_set(write(tmp_path, text))
    assert [fault.field for fault in caught.value.faults] == ["limit_s", "value", "certainty"]
    assert "greater than 0" in str(caught.value)
    assert "one of read, second-hand" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('unit = "m2"\n', "", "key missing"),
        ('title = "自有规则"', 'title = " "', "text in quotes"),
        ("value = 5000", "value = true", "a number"),
        ("value = 5000", "value = nan", "a number"),
        ("valid_from = 2020-01-01", "valid_from = 2020-01-01T00:00:00", "a date"),
        ("valid_to = 2020-12-31", "valid_to = 2019-12-31", "ends before it begins"),
        ("value = 5000", "value = 5000\nin_plan_scope = 1", "true or false"),
        ("value = 5000", 'value = 5000\nlevels = ["village"]', "some of community"),
        ("value = 5000", 'value = 5000\nlevels = "community"', "a list of texts"),
        ('level = "street"', 'level = "village"', "a list such as"),
        (
            'serves = [{ level = "street", kind = "comprehensive" }]',
            "serves = []",
            "a list such as",
        ),
        ('measures = "floor_area_m2"', 'measures = "name"', "one of floor_area_m2"),
    ],
)
def test_wrong_values_say_what_was_expected(tmp_path: Path, old: str, new: str, said: str) -> None:
    (text,) = faults_of(tmp_path, old, new)
    assert said in text


def test_an_id_may_stand_once_only(tmp_path: Path) -> None:
    again = OWN + OWN[OWN.index("[[clause]]") :]
    with pytest.raises(StandardsError, match="clause id given 2 times"):
        load_rule_set(write(tmp_path, again))


def test_a_rule_without_id_is_named_by_its_position(tmp_path: Path) -> None:
    (text,) = faults_of(tmp_path, 'id = "size"\n', "")
    assert "clause 1: key missing" in text


def test_a_rule_set_that_demands_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StandardsError, match="needs a life circle or a clause"):
        load_rule_set(write(tmp_path, OWN[: OWN.index("[[")]))


def test_tables_must_be_lists(tmp_path: Path) -> None:
    text = OWN[: OWN.index("[[")] + "[clause]\nid = 'x'\n"
    with pytest.raises(StandardsError, match=r"write \[\[clause\]\]"):
        load_rule_set(write(tmp_path, text))


def test_a_file_that_is_not_toml_says_where(tmp_path: Path) -> None:
    with pytest.raises(StandardsError, match=r"not a TOML file.*line 2"):
        load_rule_set(write(tmp_path, "\nid = \n"))


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gbk.toml"
    path.write_bytes(OWN.encode("gbk"))
    with pytest.raises(StandardsError, match="save it again as UTF-8"):
        load_rule_set(str(path))


def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, OWN)

    def refuse(_: Path) -> bytes:
        raise PermissionError("held by another program")

    monkeypatch.setattr(type(path), "read_bytes", refuse)
    with pytest.raises(StandardsError, match="held by another program"):
        load_rule_set(path)
