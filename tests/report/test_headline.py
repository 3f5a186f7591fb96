"""The headline on the terminal: heights, both directions, what detours and terrain take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.cli.headline import headline
from planner.report.summary import make_summary
from tests.report.hills import with_heights, with_losses
from tests.report.records import make_proposals, make_records

if TYPE_CHECKING:
    from planner.domain.evaluation import EvaluationRecords


def told(records: EvaluationRecords, language: str = "zh") -> str:
    summary = make_summary(records, make_proposals(records))
    return headline(summary, language=language)


def test_without_heights_and_only_then_it_says_so() -> None:
    assert " · 未计坡度" in told(make_records())
    assert " · slope not counted" in told(make_records(), "en")
    hilly = told(with_heights(make_records(), (0, 1, 2)))
    assert "未计坡度" not in hilly
    assert "坡度已计，50% 的路段无高程；高程：dem.tif" in hilly


def test_the_norm_and_the_other_direction_stand_beside_the_chosen_shares() -> None:
    text = told(make_records(), "en")
    others = make_records().coverage.alternatives
    assert others, "the town has other directions"
    for one in others:
        line = f"  profile {one.profile} · direction {one.direction}: "
        chosen = (one.profile, one.direction) == ("norm", "to_centre")
        assert (line in text) != chosen


def test_losses_stand_with_their_numbers_in_area_and_in_persons() -> None:
    text = told(with_heights(with_losses(make_records())))
    assert (
        "  5 分钟生活圈损失: 绕行 面积 40.0%, 人 33.3% (48 → 32) · "
        "地形 面积 12.5%, 人 12.5% (32 → 28)"
    ) in text
    assert "15-minute circle, lost: to detours: area 50.0%, persons 0.0% (64 → 64)" in told(
        with_losses(make_records()), "en"
    )


def test_losses_that_are_not_known_are_left_out() -> None:
    assert "损失" not in told(make_records())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_headline_survives_the_chinese_code_page(language: str) -> None:
    text = told(with_heights(with_losses(make_records()), (0, 1)), language)
    assert text.encode("cp936").decode("cp936") == text
