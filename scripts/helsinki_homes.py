"""
Homes and centres of the Helsinki extract: `python -m scripts.helsinki_homes`.

Reads `streets.osm.pbf` of a folder and writes `homes.csv` and `centres.csv` beside it. The
persons are an assumption (floor area by an assumed share a person), not a register.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import osmium
import shapely
from pyproj import Transformer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FOLDER = Path("data/helsinki")
METRES = "EPSG:3067"
"""ETRS-TM35FIN, for footprints."""

HOME_KINDS = frozenset({"apartments", "block", "dormitory", "house", "residential", "yes"})
OTHER_USES = ("amenity", "office", "shop", "tourism", "historic", "railway", "man_made", "leisure")
LEAST_FOOTPRINT_M2 = 60.0
LEVELS_WHERE_UNKNOWN = 5.0
FLOOR_AREA_PER_PERSON_M2 = 60.0

HOME_COLUMNS = ("demand_id", "lon", "lat", "persons", "footprint_m2", "levels", "levels_known")
CENTRE_COLUMNS = (
    "centre_id",
    "name",
    "level",
    "kind",
    "status",
    "floor_area_m2",
    "convenience_area_m2",
    "lon",
    "lat",
    "origin",
)
INVENTED = (
    ("invented-1", "Invented centre north", "community", "new", 2700, 800, 24.9472, 60.1772),
    ("invented-2", "Invented centre east", "community", "new", 2699, 850, 24.9512, 60.1722),
    ("invented-3", "Invented street hall", "street", "expanded", 4200, "", 24.9450, 60.1668),
)
"""Not real: they make the set large enough to show every verdict."""


class Home(NamedTuple):
    """One building that people are assumed to live in; the fields are `HOME_COLUMNS`."""

    demand_id: str
    lon: float
    lat: float
    persons: int
    footprint_m2: int
    levels: float
    levels_known: int


def read_levels(text: str) -> float | None:
    """
    Read a `building:levels` tag.

    Parameters
    ----------
    text
        Value of the tag, maybe empty.

    Returns
    -------
    levels
        Number of floors, or None where it cannot be read.

    Examples
    --------
    >>> read_levels("3.5")
    3.5
    >>> read_levels("many") is None
    True
    """
    try:
        levels = float(text)
    except ValueError:
        return None
    return levels if levels > 0 else None


def find_homes(extract: Path) -> list[Home]:
    """
    List the buildings of an extract that people are assumed to live in.

    Parameters
    ----------
    extract
        OpenStreetMap extract.

    Returns
    -------
    homes
        In the order of their ids.
    """
    to_wkb = osmium.geom.WKBFactory()
    to_metres = Transformer.from_crs("EPSG:4326", METRES, always_xy=True)
    homes = []
    for area in _areas(extract):
        tags = area.tags
        if tags.get("building", "") not in HOME_KINDS or any(key in tags for key in OTHER_USES):
            continue
        shape = shapely.from_wkb(to_wkb.create_multipolygon(area))
        footprint = shapely.transform(shape, to_metres.transform, interleaved=False).area
        if footprint < LEAST_FOOTPRINT_M2:
            continue
        known = read_levels(tags.get("building:levels", ""))
        levels = LEVELS_WHERE_UNKNOWN if known is None else known
        label = f"{'way' if area.from_way() else 'relation'}/{area.orig_id()}"
        inside = shape.centroid if shape.contains(shape.centroid) else shape.representative_point()
        homes.append(
            Home(
                demand_id=label,
                lon=round(inside.x, 7),
                lat=round(inside.y, 7),
                persons=round(footprint * levels / FLOOR_AREA_PER_PERSON_M2),
                footprint_m2=round(footprint),
                levels=levels,
                levels_known=int(known is not None),
            )
        )
    return sorted(homes)


def find_centres(extract: Path) -> list[tuple[object, ...]]:
    """
    List the community centres of an extract, then the invented ones.

    Parameters
    ----------
    extract
        OpenStreetMap extract.

    Returns
    -------
    centres
        Rows of `CENTRE_COLUMNS`; what the map does not tell is blank.
    """
    found = []
    for node in osmium.FileProcessor(str(extract), osmium.osm.NODE):
        if node.tags.get("amenity", "") == "community_centre":
            name = node.tags.get("name", f"node {node.id}")
            place = (round(node.location.lon, 7), round(node.location.lat, 7))
            about = ("community", "comprehensive", "existing", "", "")
            found.append((f"node/{node.id}", name, *about, *place, "openstreetmap"))
    invented = [
        (label, name, level, "comprehensive", status, area, part, lon, lat, "invented")
        for label, name, level, status, area, part, lon, lat in INVENTED
    ]
    return [*sorted(found), *invented]


def _areas(extract: Path) -> Iterator[osmium.osm.Area]:
    """Buildings as areas, assembled from closed ways and multipolygons."""
    buildings = osmium.filter.KeyFilter("building")
    for thing in osmium.FileProcessor(str(extract)).with_areas(buildings):
        if thing.is_area():
            yield thing


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """
    Write a UTF-8 table with a header.

    Parameters
    ----------
    path
        Where to.
    columns
        Header.
    rows
        Cells.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def main() -> None:
    """Write both tables."""
    parser = argparse.ArgumentParser(prog="python -m scripts.helsinki_homes", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where streets.osm.pbf is")
    parser.add_argument("--out", type=Path, help="where to write (default: the same folder)")
    chosen = parser.parse_args()
    out = chosen.out or chosen.folder
    extract = chosen.folder / "streets.osm.pbf"
    homes, centres = find_homes(extract), find_centres(extract)
    write_table(out / "homes.csv", HOME_COLUMNS, homes)
    write_table(out / "centres.csv", CENTRE_COLUMNS, centres)
    print(f"{len(homes)} homes, {sum(h.persons for h in homes)} persons, {len(centres)} centres")


if __name__ == "__main__":
    main()
