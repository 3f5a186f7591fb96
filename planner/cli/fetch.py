"""`planner fetch`: the streets and buildings of a place, downloaded once."""

from __future__ import annotations

import dataclasses
import sys
from typing import Annotated

import typer

from planner.cli.options import (
    EventsOption,
    JsonOption,
    OutOption,
    ThreadsOption,
    VerboseOption,
    listening,
    print_json,
)

_NEXT = """\
next 下一步, in study.toml:
  credits = ["{credit}"]
  [streets]
  source = "{streets}"
"""


def fetch(
    place: Annotated[
        str, typer.Argument(metavar="PLACE", help="A place with a boundary, such as 重庆市渝中区.")
    ],
    out: OutOption,
    overpass_url: Annotated[
        str | None,
        typer.Option(
            "--overpass-url", envvar="PLANNER_OVERPASS_URL", help="Server of the map data."
        ),
    ] = None,
    nominatim_url: Annotated[
        str | None,
        typer.Option(
            "--nominatim-url", envvar="PLANNER_NOMINATIM_URL", help="Server that knows places."
        ),
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", min=1.0, help="Longest time in all, seconds.")
    ] = 900.0,
    margin: Annotated[
        float,
        typer.Option("--margin", min=0.0, help="Streets so far beyond the place too, metres."),
    ] = 1000.0,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the files of an earlier download.")
    ] = False,
    as_json: JsonOption = False,
    events: EventsOption = None,
    threads: ThreadsOption = None,  # noqa: ARG001 - every verb takes it
    verbose: VerboseOption = False,  # noqa: ARG001 - everything is told anyway
) -> int:
    """Download the streets and buildings of a place from OpenStreetMap, to files."""
    from planner.inputs.fetch import CREDIT, fetch_place
    from planner.report.chinese import both_lines

    with listening(events) as progress:
        found = fetch_place(
            place,
            out,
            progress=progress,
            overpass_url=overpass_url,
            nominatim_url=nominatim_url,
            timeout_s=timeout,
            margin_m=margin,
            overwrite=overwrite,
        )
    files = [path for path in (found.streets, found.buildings, found.credits) if path is not None]
    if as_json:
        print_json(
            {
                "schema": "planner.fetch/1",
                "place": found.place_name,
                "area_km2": round(found.area_km2, 3),
                "bounds": list(found.bounds_lonlat),
                "files": [str(path) for path in files],
                "counts": found.counts,
                "notices": [dataclasses.asdict(notice) for notice in found.notices],
            }
        )
        return 0
    for path in files:
        sys.stdout.write(f"{path}\n")
    counts = ", ".join(f"{key} {number:,}" for key, number in found.counts.items())
    sys.stderr.write(f"{found.place_name} ({found.area_km2:,.1f} km2): {counts}\n")
    for notice in found.notices:
        sys.stderr.write(f"{both_lines(notice)}\n")
    sys.stderr.write(_NEXT.format(credit=CREDIT, streets=found.streets.as_posix()))
    return 0
