"""Whether slopes count in the walking times, and what detours and terrain take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.report.formats import format_share
from planner.units import UNREACHED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.domain.coverage import Coverage
    from planner.domain.evaluation import EvaluationRecords
    from planner.report.words import Words

_WHOLE_PERCENT = 0.01


def describe_heights(records: EvaluationRecords) -> dict[str, Any]:
    """
    Return what `summary.json` says of heights.

    Returns
    -------
    heights
        `heights_share`: share of the edges that can be walked whose height is known;
        `heights_counted`: whether slope counts: heights are there, and the profile is slowed
        by them; `heights_sources`: names of the files.
    """
    network = records.network
    if network.heights is None:
        return {"heights_share": 0.0, "heights_counted": False, "heights_sources": []}
    walkable = (network.edge_time_s < UNREACHED).any(axis=1)
    known = network.heights.edge_known[walkable]
    return {
        "heights_share": float(known.mean()) if len(known) else 0.0,
        "heights_counted": network.profile is None or network.profile.slope != "none",
        "heights_sources": [path.name for path in records.settings.streets.elevation],
    }


def slope_text(summary: Mapping[str, Any], words: Words) -> str:
    """
    Return whether slopes count in the times, and for how much of the network.

    Results of earlier versions, which do not say whether slope counts, have no heights.
    """
    network = summary["network"]
    if not network.get("heights_counted", network["heights_share"] > 0):
        # The norm draws circles by distance, whatever the ground.
        return words("slope.not_by_profile" if network["heights_share"] else "slope.not_counted")
    without = 1.0 - network["heights_share"]
    if without <= 0.0:
        return words("slope.counted")
    decimals = 0 if without >= _WHOLE_PERCENT else 2
    return words("slope.partly", share=format_share(without, words.language, decimals=decimals))


def slope_and_source(summary: Mapping[str, Any], words: Words) -> str:
    """Return `slope_text` with the files that the heights come from."""
    text = slope_text(summary, words)
    files = summary["network"].get("heights_sources")
    return words("slope.source", slope=text, files=", ".join(files)) if files else text


def describe_losses(coverage: Coverage, circle_id: str) -> dict[str, float | None]:
    """Return what detours and terrain take out of a circle, in area and in persons."""
    counted = {
        "loss_detour_share": coverage.loss_detour_share,
        "loss_terrain_share": coverage.loss_terrain_share,
        "loss_detour_persons_share": coverage.loss_detour_persons_share,
        "loss_terrain_persons_share": coverage.loss_terrain_persons_share,
        "persons_in_circle": coverage.persons_in_circle,
        "persons_flat": coverage.persons_flat,
    }
    return {key: (shares or {}).get(circle_id) for key, shares in counted.items()}
