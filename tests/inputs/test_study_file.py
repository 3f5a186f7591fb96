"""The study file: every key of the contract, and one message that names every fault."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from planner.domain.study import SitingSettings
from planner.errors import InputMissing, PlannerError, StudyKeyError
from planner.inputs.study import read_study_file

if TYPE_CHECKING:
    from pathlib import Path

    from planner.domain.study import StudySettings

SHORTEST = """
[streets]
source = "streets.osm.pbf"
[demand]
source = "population.csv"
[centres]
source = "plan.xlsx"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "示范 研究"
    home.mkdir()
    for name in (
        "streets.osm.pbf",
        "population.csv",
        "plan.xlsx",
        "dem.tif",
        "lots.gpkg",
        "c.gpkg",
        "own.toml",
    ):
        (home / name).write_bytes(b"x")
    return home


def _read(folder: Path, text: str) -> StudySettings:
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return read_study_file(folder / "study.toml")


def _faults(folder: Path, text: str, kind: type[PlannerError] = StudyKeyError) -> list[str]:
    with pytest.raises(kind) as caught:
        _read(folder, text)
    assert all(fault.file == "study.toml" for fault in caught.value.faults)
    return [str(fault) for fault in caught.value.faults]


def _only_fault(folder: Path, text: str, kind: type[PlannerError] = StudyKeyError) -> str:
    faults = _faults(folder, text, kind)
    assert len(faults) == 1, faults
    return faults[0]


def test_three_files_are_enough_and_the_rest_has_defaults(folder: Path) -> None:
    study = _read(folder, SHORTEST)
    assert study.name == "示范 研究"
    assert study.language == "zh"
    assert study.streets.source == (folder / "streets.osm.pbf").resolve()
    assert study.demand.source.is_absolute()
    assert study.walking.profile == "norm"
    assert study.walking.direction == "to_centre"
    assert study.walking.snap_limit_m == 200.0
    assert study.walking.private_ways == "residents"
    assert study.standards.rule_sets == ("chongqing-2018",)
    assert study.centres.datum == "auto"
    assert study.siting is None


def test_every_key_of_the_contract_is_read(folder: Path) -> None:
    study = _read(
        folder,
        """
        name = "示范区"
        language = "en"
        credits = ["© OpenStreetMap contributors", "示范数据"]
        [streets]
        source = "streets.osm.pbf"
        elevation = "dem.tif"
        [walking]
        profile = "elderly"
        direction = "worse"
        snap_limit_m = 150
        private_ways = "exclude"
        [demand]
        source = "population.csv"
        layer = "homes"
        persons = "人口"
        total_persons = 812935
        cell = "hexagon"
        cell_size_m = 300
        crs = "EPSG:4545"
        columns = { demand_id = "楼栋" }
        [areas]
        community = "c.gpkg"
        street = "c.gpkg"
        district = "c.gpkg"
        plan_scope = "c.gpkg"
        [centres]
        source = "plan.xlsx"
        layer = "布点"
        datum = "gcj02"
        crs = "EPSG:4490"
        columns = { floor_area_m2 = "建筑规模" }
        [standards]
        rule_sets = ["chongqing-2018", "own.toml"]
        plan_date = 2018-10-01
        apply_to_existing = true
        [standards.serves]
        basic_5min = [["community", "convenience"], "community:comprehensive"]
        [siting]
        life_circle = "basic_5min"
        base = "pass"
        candidates = "lots.gpkg"
        spacing_m = 50
        budget = 30_000_000
        cost_per_m2 = 4000.5
        [output]
        crs = "EPSG:4545"
        formats = ["shp", "dxf"]
        [batch]
        id = "yuzhong"
        """,
    )
    assert study.name == "示范区"
    assert study.credits == ("© OpenStreetMap contributors", "示范数据")
    assert study.streets.elevation == ((folder / "dem.tif").resolve(),)
    assert (study.walking.profile, study.walking.direction) == ("elderly", "worse")
    assert (study.walking.snap_limit_m, study.walking.private_ways) == (150.0, "exclude")
    demand = study.demand
    assert (demand.layer, demand.persons, demand.total_persons) == ("homes", "人口", 812935.0)
    assert (demand.cell, demand.cell_size_m, demand.crs) == ("hexagon", 300.0, "EPSG:4545")
    assert demand.columns == {"demand_id": "楼栋"}
    assert study.areas.plan_scope == (folder / "c.gpkg").resolve()
    centres = study.centres
    assert (centres.layer, centres.datum, centres.crs) == ("布点", "gcj02", "EPSG:4490")
    assert centres.columns == {"floor_area_m2": "建筑规模"}
    assert study.standards.rule_sets == ("chongqing-2018", str((folder / "own.toml").resolve()))
    assert study.standards.plan_date == date(2018, 10, 1)
    assert study.standards.apply_to_existing is True
    assert study.standards.serves == {
        "basic_5min": (("community", "convenience"), ("community", "comprehensive"))
    }
    assert study.siting == SitingSettings(
        life_circle="basic_5min",
        base="pass",
        candidates=(folder / "lots.gpkg").resolve(),
        spacing_m=50.0,
        budget=30_000_000.0,
        cost_per_m2=4000.5,
    )
    assert (study.output.crs, study.output.formats) == ("EPSG:4545", ("shp", "dxf"))
    assert study.batch_id == "yuzhong"


def test_the_demo_study_is_sound(root: Path) -> None:
    study = read_study_file(root / "data" / "demo" / "study.toml")
    assert study.siting is not None
    assert study.siting.count == 5


def test_a_folder_stands_for_the_study_inside_it(folder: Path) -> None:
    (folder / "study.toml").write_text(SHORTEST, encoding="utf-8")
    assert read_study_file(folder).path == folder / "study.toml"


def test_one_rule_set_may_stand_without_a_list(folder: Path) -> None:
    study = _read(folder, SHORTEST + '[standards]\nrule_set = "chongqing-2022"\n')
    assert study.standards.rule_sets == ("chongqing-2022",)


def test_a_city_over_two_tiles_names_its_terrain_as_a_list(folder: Path) -> None:
    elevation = 'elevation = ["dem.tif", "c.gpkg"]\n[demand]'
    study = _read(folder, SHORTEST.replace("[demand]", elevation))
    assert [path.name for path in study.streets.elevation] == ["dem.tif", "c.gpkg"]
    assert _read(folder, SHORTEST).streets.elevation == ()


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("[]", ["streets.elevation", "is empty"]),
        ('["dem.tif", " "]', ["streets.elevation", "is empty"]),
        ("3", ["streets.elevation", "wrong type", "list"]),
        ("[3]", ["streets.elevation", "wrong type", "list"]),
    ],
)
def test_terrain_that_is_neither_a_path_nor_a_list_of_them_is_a_fault(
    folder: Path, value: str, parts: list[str]
) -> None:
    fault = _only_fault(folder, SHORTEST.replace("[demand]", f"elevation = {value}\n[demand]"))
    assert all(part in fault for part in parts), fault


def test_a_terrain_file_that_is_not_there_is_missed_by_name(folder: Path) -> None:
    elevation = 'elevation = ["dem.tif", "dam.tif"]\n[demand]'
    fault = _only_fault(folder, SHORTEST.replace("[demand]", elevation), InputMissing)
    assert "dam.tif" in fault


def test_a_date_in_quotes_is_a_date(folder: Path) -> None:
    study = _read(folder, SHORTEST + '[standards]\nplan_date = "2022-03-01"\n')
    assert study.standards.plan_date == date(2022, 3, 1)


def test_a_byte_order_mark_of_an_editor_does_no_harm(folder: Path) -> None:
    (folder / "study.toml").write_text(SHORTEST, encoding="utf-8-sig")
    assert read_study_file(folder).language == "zh"


def test_folders_may_be_parted_as_on_windows(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "a.csv").write_bytes(b"x")
    study = _read(folder, SHORTEST.replace('"population.csv"', "'data\\a.csv'"))
    assert study.demand.source == (folder / "data" / "a.csv").resolve()


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ('[walking]\nprofil = "norm"\n', "walking.profile"),
        ('[walking]\nspeed = "norm"\n', "walking."),
        ('[walkng]\nprofile = "norm"\n', "walking"),
        ('[siting]\ncount = 1\nlife_circel = "x"\n', "siting.life_circle"),
        ("[output]\nformat = []\n", "output.formats"),
        ("[walking]\nplan_date = 2018-01-01\n", "[standards]"),
        ('[output]\ncredits = ["x"]\n', "the top, before any section"),
    ],
)
def test_an_unknown_key_names_the_nearest_known_one(folder: Path, text: str, nearest: str) -> None:
    fault = _only_fault(folder, SHORTEST + text)
    assert "unknown key" in fault
    assert nearest in fault


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('language = "fr"\n' + SHORTEST, ["language", '"fr"', "zh or en"]),
        ("name = 3\n" + SHORTEST, ["name", "wrong type", "3"]),
        ('name = " "\n' + SHORTEST, ["name", "empty"]),
        ("credits = [1]\n" + SHORTEST, ["credits", "list of texts"]),
        ('credits = "x"\n' + SHORTEST, ["credits", "list of texts"]),
        (SHORTEST + '[walking]\ndirection = "to_center"\n', ["did you mean to_centre?"]),
        (SHORTEST + "[walking]\nsnap_limit_m = -5\n", ["walking.snap_limit_m", "-5"]),
        (SHORTEST + '[walking]\nsnap_limit_m = "200"\n', ["number without quotes"]),
        (SHORTEST + "[walking]\nsnap_limit_m = true\n", ["number without quotes"]),
        (SHORTEST + "[walking]\nsnap_limit_m = inf\n", ["out of range"]),
        (SHORTEST + "[walking]\nsnap_limit_m = nan\n", ["out of range"]),
        (SHORTEST + '[output]\ncrs = "EPSG:99999999"\n', ["coordinate reference system"]),
        (SHORTEST + '[output]\nformats = ["shape"]\n', ["shp", "gpkg"]),
        (SHORTEST + "[standards]\nplan_date = 2018-10-01T00:00:00\n", ["not a date"]),
        (SHORTEST + '[standards]\nplan_date = "October"\n', ["not a date"]),
        (SHORTEST + "[standards]\nrule_sets = []\n", ["rule_sets", "empty"]),
        (SHORTEST + '[standards]\nrule_sets = ["a"]\nrule_set = "b"\n', ["one of the two"]),
        (SHORTEST + '[standards]\napply_to_existing = "yes"\n', ["true or false"]),
        (SHORTEST + '[standards.serves]\nbasic_5min = "all"\n', ["serves.basic_5min", "list"]),
        (SHORTEST + "[standards.serves]\na = [[1, 2]]\n", ["serves.a", "level and a kind"]),
        (SHORTEST + '[standards.serves]\na = ["community"]\n', ["level and a kind"]),
        (SHORTEST + '[standards.serves]\na = ["comunity:other"]\n', ["did you mean community?"]),
        (SHORTEST + '[standards.serves]\na = ["street:hall"]\n', ["no such kind", '"hall"']),
        (SHORTEST + "[siting]\n", ["exactly one of count, target and budget", "none"]),
        (SHORTEST + "[siting]\ncount = 1\ntarget = 0.9\n", ["count and target"]),
        (SHORTEST + "[siting]\ncount = 0\n", ["siting.count", "1 or more"]),
        (SHORTEST + "[siting]\ncount = 2.5\n", ["siting.count", "whole number"]),
        (SHORTEST + "[siting]\ntarget = 95\n", ["siting.target", "at most 1"]),
        (SHORTEST + "[siting]\nbudget = 3e7\n", ["siting.budget", "cost_per_m2"]),
        (SHORTEST + '[areas]\nstreet = ["a"]\n', ["areas.street", "text in quotes"]),
        (SHORTEST + "areas = 3\n", ["unknown key", "areas"]),
        ("areas = 3\n" + SHORTEST, ["areas", "wrong type", "table"]),
        (SHORTEST.replace('[demand]\nsource = "population.csv"\n', ""), ["demand", "missing"]),
        (SHORTEST.replace('source = "plan.xlsx"', ""), ["centres.source", "missing"]),
        (SHORTEST + "columns = { flor_area_m2 = 'x' }\n", ["did you mean floor_area_m2?"]),
        (SHORTEST + "columns = { name = 3 }\n", ["columns.name", "name of a column"]),
    ],
)
def test_a_wrong_value_names_key_value_and_what_is_expected(
    folder: Path, text: str, parts: list[str]
) -> None:
    fault = _only_fault(folder, text)
    assert all(part in fault for part in parts), fault


def test_cells_need_a_shape_and_a_size(folder: Path) -> None:
    text = SHORTEST.replace("[centres]", "cell_size_m = 300\n[centres]")
    assert "demand.cell" in _only_fault(folder, text)
    text = SHORTEST.replace("[centres]", 'cell = "square"\n[centres]')
    assert "demand.cell_size_m" in _only_fault(folder, text)


def test_a_budget_is_enough_with_a_file_of_candidates(folder: Path) -> None:
    study = _read(folder, SHORTEST + '[siting]\nbudget = 3e7\ncandidates = "lots.gpkg"\n')
    assert study.siting is not None
    assert study.siting.budget == 3e7


def test_all_faults_come_at_once(folder: Path) -> None:
    text = 'language = "fr"\nnam = 1\n' + SHORTEST.replace("plan.xlsx", "gone.xlsx")
    faults = _faults(folder, text + "[walking]\nsnap_limit_m = 0\n")
    assert len(faults) == 4
    assert "gone.xlsx" in faults[-1]


def test_missing_files_are_named_each_with_its_key_and_path(folder: Path) -> None:
    text = SHORTEST.replace("plan.xlsx", "plans.xlsx").replace("population", "nowhere/pop")
    faults = _faults(folder, text, InputMissing)
    assert len(faults) == 2
    assert "demand.source" in faults[0]
    assert "the folder" in faults[0]
    assert str(folder / "plans.xlsx") in faults[1]
    assert "did you mean plan.xlsx?" in faults[1]


def test_a_missing_candidate_file_or_rule_set_is_named(folder: Path) -> None:
    text = '[siting]\ncount = 1\ncandidates = "no.gpkg"\n[standards]\nrule_set = "no.toml"\n'
    faults = _faults(folder, SHORTEST + text, InputMissing)
    assert [("siting.candidates" in fault, "standards.rule_set" in fault) for fault in faults] == [
        (False, True),
        (True, False),
    ]


def test_a_missing_study_says_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(InputMissing, match="planner new"):
        read_study_file(tmp_path / "study.toml")
    with pytest.raises(InputMissing, match=r"study\.toml"):
        read_study_file(tmp_path)


def test_a_study_in_gbk_is_one_fault_with_its_line(folder: Path) -> None:
    (folder / "study.toml").write_bytes('language = "zh"\nname = "示范区"\n'.encode("gbk"))
    with pytest.raises(StudyKeyError, match=r"row 2.*UTF-8") as caught:
        read_study_file(folder)
    assert len(caught.value.faults) == 1


def test_broken_toml_is_one_fault_with_its_line(folder: Path) -> None:
    fault = _only_fault(folder, 'name = "x"\nlanguage = zh\n')
    assert "row 2" in fault


def test_a_windows_path_in_double_quotes_says_what_to_write(folder: Path) -> None:
    fault = _only_fault(folder, '[streets]\nsource = "D:\\数据\\streets.pbf"\n')
    assert "single quotes" in fault


def test_a_file_that_ends_early_is_one_fault(folder: Path) -> None:
    assert "not valid TOML" in _only_fault(folder, 'name = "x')


def test_long_values_are_quoted_short(folder: Path) -> None:
    fault = _only_fault(folder, f'language = "{"f" * 300}"\n' + SHORTEST)
    assert len(fault) < 250
