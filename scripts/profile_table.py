"""
Write the table of what every walking profile covers in Porto Alegre.

Run by hand from the project's root, with the shared data beside it, when a change of method is
meant to change the figures:

    python -m scripts.profile_table tests/real/porto_alegre_profiles.csv

The table is a record of what the code said when it was written, not a proof: the test that
reads it tells when figures move, so that a move is never by accident.
"""

from __future__ import annotations

import csv
import os
import sys
import tempfile
import warnings
from pathlib import Path

import planner
from planner.errors import CoarseDemandWarning
from tests.real.studies import write_porto_alegre

PROFILES = ("norm", "adult", "elderly", "child_with_carer", "wheelchair")
COLUMNS = (
    "profile",
    "life_circle",
    "persons",
    "persons_covered",
    "share_covered",
    "share_covered_from_centre",
    "loss_detour_share",
    "loss_terrain_share",
    "loss_detour_persons_share",
    "loss_terrain_persons_share",
)


def profile_rows(shared_data: Path, folder: Path) -> list[dict[str, object]]:
    """
    Evaluate Porto Alegre with heights for every shipped profile, to the centre.

    Returns
    -------
    rows
        One for each profile and circle, with `COLUMNS`.
    """
    rows: list[dict[str, object]] = []
    for profile in PROFILES:
        study = write_porto_alegre(shared_data, folder / profile, profile=profile, heights=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CoarseDemandWarning)
            evaluation = planner.evaluate(study)
        alternatives = evaluation.records.coverage.alternatives
        outward = next(
            one for one in alternatives if (one.profile, one.direction) == (profile, "from_centre")
        )
        for circle, back in zip(
            evaluation.summary()["life_circles"], outward.life_circles, strict=True
        ):
            row = {key: circle[key] for key in COLUMNS if key in circle}
            row |= {"profile": profile, "life_circle": circle["id"]}
            row["share_covered_from_centre"] = back.share_covered
            rows.append(row)
    return rows


def write_table(rows: list[dict[str, object]], path: Path) -> None:
    """Write the rows as CSV, shares to six places."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        for row in rows:
            table.writerow({k: f"{v:.6f}" if isinstance(v, float) else v for k, v in row.items()})


def main() -> None:
    """Write the table to the path given."""
    shared_data = Path(os.environ.get("PLANNER_SHARED_DATA", "../shared/data")).resolve()
    with tempfile.TemporaryDirectory() as folder:
        write_table(profile_rows(shared_data, Path(folder)), Path(sys.argv[1]))


if __name__ == "__main__":
    main()
