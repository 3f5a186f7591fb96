"""Which centre counts, in which state, for which circle."""

from __future__ import annotations

import pytest

from planner.coverage.service import check_overrides, in_service, level_notices, serves
from planner.errors import StudyKeyError
from planner.standards.catalogue import load_rule_set
from tests.coverage.scene import BASIC, centres_of

STATUSES = ("existing", "expanded", "new", "closed", None)
FIVE, FIFTEEN = load_rule_set("chongqing-2018").life_circles


def test_existing_is_what_stands_today_and_plan_is_what_will_stand() -> None:
    centres = centres_of(*({"status": status} for status in STATUSES))
    assert in_service(centres, "existing").tolist() == [True, True, False, True, True]
    assert in_service(centres, "plan").tolist() == [True, True, True, False, True]
    assert in_service(centres, "with_proposals").tolist() == in_service(centres, "plan").tolist()


@pytest.mark.parametrize(
    ("level", "kind", "five", "fifteen"),
    [
        ("community", "comprehensive", True, True),
        ("community", "convenience", True, False),
        ("street", "comprehensive", False, True),
        ("street", "convenience", False, False),
        ("district", "comprehensive", False, False),
        ("community", "party_service", False, False),
        (None, "comprehensive", True, True),
        (None, "convenience", True, False),
        (None, "other", False, False),
    ],
)
def test_who_serves_which_circle(
    level: str | None,
    kind: str,
    five: bool,  # noqa: FBT001 - a row of the table above
    fifteen: bool,  # noqa: FBT001 - a row of the table above
) -> None:
    centres = centres_of({"level": level, "kind": kind})
    assert serves(centres, FIVE).tolist() == [five]
    assert serves(centres, FIFTEEN).tolist() == [fifteen]


def test_a_study_may_say_otherwise_of_one_circle() -> None:
    centres = centres_of({"level": "district"}, {"level": "community"})
    own = {"basic_5min": (("district", "comprehensive"),)}
    assert serves(centres, FIVE, overrides=own).tolist() == [True, False]
    assert serves(centres, FIFTEEN, overrides=own).tolist() == [False, True]


def test_a_blank_level_is_warned_of_by_row() -> None:
    (notice,) = level_notices(centres_of({"level": "street"}, {"level": None}))
    assert (notice.file, notice.row, notice.field) == ("plan.xlsx", 3, "level")
    assert "中心1" in notice.message


def test_an_override_that_fits_is_accepted() -> None:
    check_overrides({"basic_5min": [("street", "other")]}, [BASIC])


def test_an_override_names_known_circles_levels_and_kinds() -> None:
    own = {"basic_5mins": [("comunity", "convenience")], "basic_5min": [("street", "xyz")]}
    with pytest.raises(StudyKeyError) as caught:
        check_overrides(own, [BASIC], file="study.toml")
    circle, level, kind = caught.value.faults
    assert (circle.found, circle.hint) == ("basic_5mins", "did you mean `basic_5min`?")
    assert (level.found, level.hint) == ("comunity", "did you mean `community`?")
    assert (kind.found, kind.hint, kind.field) == ("xyz", None, "standards.serves.basic_5min")
