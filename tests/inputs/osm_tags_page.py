"""
The page of tags, written from the tables that the code reads.

`python -m tests.inputs.osm_tags_page` writes `docs/osm-tags.md` anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from planner.domain.network import EdgeFlag
from planner.inputs.foot_access import FOOT_RULES, Effect
from planner.inputs.tag_tables import ANY, NODE_RULES, TAG_READINGS, WAY_RULES

PAGE: Final = Path(__file__).parents[2] / "docs" / "osm-tags.md"

_MEANING: Final = {
    Effect.WALK: "open",
    Effect.PRIVATE: "private: a walk may begin or end there",
    Effect.NO_ENTRY: "left out: no entry",
    Effect.VEHICLES_ONLY: "left out: for vehicles",
    Effect.NOT_BUILT: "left out: not built",
    Effect.NOT_A_STREET: "left out: not a street",
    Effect.FERRY: "left out: a ferry",
    Effect.PASS: "on a node: lets people by",
    Effect.GATE: "on a node: stops people where locked, or where access=no",
    Effect.BAR: "on a node: stops people",
}
_FLAG: Final = {
    EdgeFlag.STEPS: "steps",
    EdgeFlag.LIFT: "a lift",
    EdgeFlag.INDOOR: "indoors",
    EdgeFlag.BRIDGE: "a bridge: height straight from end to end",
    EdgeFlag.TUNNEL: "a tunnel: height straight from end to end",
    EdgeFlag.COVERED: "covered",
    EdgeFlag.ESCALATOR: "an escalator or moving walkway",
    EdgeFlag.WHEELS_BARRED: "barred to wheels",
    EdgeFlag.WHEELS_OPEN: "open to wheels",
}

HEAD: Final = """\
# OpenStreetMap tags that matter on foot

What a tag means for people on foot, and why. The tables below are those that the code reads
(`planner/inputs/foot_access.py`, `planner/inputs/tag_tables.py`): a test compares this page with
them, and `python -m tests.inputs.osm_tags_page` writes it anew. A tag that is not here changes
nothing. What is left out, not understood or assumed is counted, and the manifest of a run lists
the counts.
"""


def page() -> str:
    """Return the page as the tables say it."""
    access = [
        (rule.key, ", ".join(rule.values), _MEANING[rule.effect], rule.reason)
        for rule in FOOT_RULES
    ]
    words = [
        (
            rule.key,
            ", ".join("anything but no" if value == ANY else value for value in rule.values),
            _FLAG[rule.flag],
            rule.reason,
        )
        for rule in WAY_RULES
    ]
    readings = [(line.key, line.values, line.meaning, line.reason) for line in TAG_READINGS]
    nodes = [(line.key, line.values, line.meaning, line.reason) for line in NODE_RULES]
    return "\n".join(
        [
            HEAD,
            "## Who may walk where\n",
            "`foot` beats `access`, and both beat the kind of way. Of a list of values the first",
            "that the table knows counts. `oneway`, `vehicle` and `motor_vehicle` say nothing to",
            "people on foot.\n",
            _table(access),
            "## What a way is\n",
            "`wheelchair=no` beats `ramp:wheelchair`, and both beat steps, surface, smoothness and",
            "width.\n",
            _table(words),
            "## Tags that are read by rules of their own\n",
            _table(readings),
            "## Nodes\n",
            _table(nodes),
        ]
    )


def _table(rows: list[tuple[str, str, str, str]]) -> str:
    lines = ["| tag | values | on foot | reason |", "|---|---|---|---|"]
    lines += [f"| `{key}` | {values} | {meaning} | {why} |" for key, values, meaning, why in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
