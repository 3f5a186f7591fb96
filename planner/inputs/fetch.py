"""Download of the streets and buildings of a place through osmnx, once, to files."""

from __future__ import annotations

import shutil
import socket
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from planner.domain.progress import Progress, SilentProgress
from planner.errors import DownloadFailed, Fault, InputInvalid, ReportError
from planner.inputs.fetch_watch import Watch, broken_off, server_of
from planner.inputs.osm_file import gather_elements, only_relations, write_osm_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import geopandas as gpd
    from shapely import MultiPolygon, Polygon

STREETS_FILE: Final = "streets.osm"
BUILDINGS_FILE: Final = "buildings.gpkg"
CREDITS_FILE: Final = "credits.txt"
FILES: Final = (BUILDINGS_FILE, CREDITS_FILE, STREETS_FILE)
CREDIT: Final = "© OpenStreetMap contributors (ODbL)"

MARGIN_M: Final = 1000.0
"""A walk of 15 minutes at 60 m/min is 900 m: streets that far out serve homes at the edge."""

_OSMNX_MARGIN_M: Final = 500.0
"""osmnx itself asks for the streets half a kilometre around what it is given."""
_LARGEST_KM2: Final = 10_000.0
_WAYS: Final = ('["highway"]', '["man_made"="pier"]')
_SQUARES: Final = ["pedestrian", "footway", "platform"]
_BUILDING_COLUMNS: Final = (
    "building",
    "name",
    "building:levels",
    "height",
    "building:flats",
    "addr:street",
    "addr:housenumber",
)
_REQUEST_S: Final = 180
_N_STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class FetchedFiles:
    """
    What was downloaded.

    Attributes
    ----------
    streets, buildings, credits
        The files; `buildings` is `None` where there are none.
    place_name
        The place found, as the gazetteer calls it.
    area_km2
        Its size.
    bounds_lonlat
        West, south, east, north of the place, degrees.
    counts
        Ways, nodes, relations and buildings saved.
    notices
        What to look at.
    """

    streets: Path
    buildings: Path | None
    credits: Path
    place_name: str
    area_km2: float
    bounds_lonlat: tuple[float, float, float, float]
    counts: dict[str, int]
    notices: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    shape: Polygon | MultiPolygon
    area_km2: float


def fetch_place(
    place: str,
    out: Path,
    *,
    progress: Progress | None = None,
    overpass_url: str | None = None,
    nominatim_url: str | None = None,
    timeout_s: float = 900.0,
    retries: int = 2,
    margin_m: float = MARGIN_M,
    overwrite: bool = False,
) -> FetchedFiles:
    """
    Download the streets and the buildings of a place.

    The streets are saved as the server gives them, with every tag of every way and
    node, as an OpenStreetMap file (`streets.osm`), and reach some way beyond the place.

    Parameters
    ----------
    place
        Name of a place with a boundary, such as "Yuzhong District, Chongqing" or 重庆市渝中区.
    out
        Folder for the files, made if missing.
    progress
        Listener.
    overpass_url, nominatim_url
        Servers to ask instead of those that osmnx asks.
    timeout_s
        Longest time for everything, seconds.
    retries
        How often a busy server is asked again, after a pause of 55 s.
    margin_m
        How far beyond the place streets are wanted, metres; at least 500.
    overwrite
        Whether files of an earlier download are replaced.

    Raises
    ------
    DownloadFailed
        If a server cannot be reached, refuses, is too slow, or answers with nothing of use.
    InputInvalid
        If the place is not known, has no boundary, or is too large.
    ReportError
        If the files cannot be written, or are there already.
    """
    listener = SilentProgress() if progress is None else progress
    made = _prepare(out, overwrite=overwrite)
    watch = Watch(timeout_s=timeout_s, retries=retries)
    listener.begin("fetch", _N_STEPS)
    try:
        with _settings(watch, overpass_url, nominatim_url, timeout_s):
            found = _find_place(place)
            listener.advance()
            streets = _ask_streets(watch, found, margin_m)
            listener.advance()
            buildings, squares = _ask_buildings(watch, found)
            listener.advance()
        return _save(out, found, streets, squares, buildings)
    finally:
        listener.end()
        if made:
            with suppress(OSError):
                out.rmdir()  # stays where the files have come into it


def _prepare(out: Path, *, overwrite: bool) -> bool:
    """Make the folder; refuse before anything is downloaded where the files cannot be left."""
    there = [name for name in FILES if (out / name).exists()]
    if there and not overwrite:
        raise ReportError(
            [
                Fault(
                    "the file is there already",
                    file=str(out / name),
                    hint="choose another folder, or replace the files with --overwrite",
                )
                for name in there
            ]
        )
    made = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise _cannot_write(out, error) from error
    return made


def _cannot_write(path: Path, error: OSError) -> ReportError:
    return ReportError(
        Fault(
            f"outputs cannot be written: {error.strerror or error}",
            file=str(path),
            hint="the folder may be read-only or full; choose another --out",
        )
    )


@contextmanager
def _settings(
    watch: Watch, overpass_url: str | None, nominatim_url: str | None, timeout_s: float
) -> Iterator[None]:
    """Set osmnx up for one download, turn its errors into ours, and leave no trace."""
    import osmnx
    import requests

    settings = osmnx.settings
    wanted: dict[str, Any] = {
        "use_cache": False,
        "overpass_rate_limit": False,  # a busy server says so, and is then given its pause
        "doh_url_template": None,
        "requests_timeout": max(1, round(min(_REQUEST_S, timeout_s))),
        "requests_kwargs": {**settings.requests_kwargs, "hooks": {"response": watch.hear}},
        "http_accept_language": "zh-CN,zh,en",
        "overpass_url": overpass_url or settings.overpass_url,
        "nominatim_url": nominatim_url or settings.nominatim_url,
        "cache_only_mode": False,
    }
    before = {name: getattr(settings, name) for name in wanted}
    resolve = socket.getaddrinfo  # osmnx puts its own in its place
    for name, value in wanted.items():
        setattr(settings, name, value)
    try:
        yield
    except requests.exceptions.RequestException as error:
        raise _no_answer(watch, error) from error
    finally:
        for name, value in before.items():
            setattr(settings, name, value)
        socket.getaddrinfo = resolve


def _no_answer(watch: Watch, error: Exception) -> DownloadFailed:
    from requests import exceptions

    request = getattr(error, "request", None)
    server = server_of(getattr(request, "url", None)) or "the server"
    if isinstance(error, exceptions.Timeout):
        return DownloadFailed(watch.too_slow(server))
    if isinstance(error, exceptions.ChunkedEncodingError) or "aborted" in str(error):
        return DownloadFailed(broken_off(server, error))
    return DownloadFailed(
        Fault(
            "the server cannot be reached",
            file=server,
            found=" ".join(str(error).split())[:200],
            hint="is this machine on the network? behind a proxy, set HTTPS_PROXY; an extract "
            "(.osm.pbf) copied from another machine serves as well",
        )
    )


def _find_place(place: str) -> _Place:
    import osmnx
    from requests.exceptions import RequestException

    try:
        frame = osmnx.geocode_to_gdf(place)
    except RequestException:  # some of these are ValueErrors too
        raise
    except TypeError as error:
        raise InputInvalid(
            Fault(
                "the place is known, but it has no boundary",
                found=place,
                expected="a district, a town, a street office: something with an outline",
                hint="name the district it lies in",
            )
        ) from error
    except KeyError as error:
        raise DownloadFailed(
            Fault(
                "the answer to the name of the place is not what a gazetteer sends",
                found=f"no {error} in it",
                hint="is --nominatim-url right?",
            )
        ) from error
    except ValueError as error:
        raise InputInvalid(
            Fault(
                "no place of this name is known",
                found=place,
                hint="write it as on the map, with its city: Yuzhong District, Chongqing; "
                "重庆市渝中区",
            )
        ) from error
    shape = frame.geometry.iloc[0].buffer(0)  # mended where it crosses itself
    area_km2 = float(frame.to_crs(frame.estimate_utm_crs()).area.iloc[0]) / 1e6
    name = str(frame["display_name"].iloc[0]) if "display_name" in frame else place
    if area_km2 > _LARGEST_KM2:
        raise InputInvalid(
            Fault(
                "the place is too large to be downloaded from a public server",
                found=f"{name}: {area_km2:,.0f} km2",
                expected=f"at most {_LARGEST_KM2:,.0f} km2",
                hint="name a district, or take an extract (.osm.pbf) of the province",
            )
        )
    return _Place(name, shape, area_km2)


def _ask_streets(watch: Watch, place: _Place, margin_m: float) -> list[dict[str, Any]]:
    import geopandas as gpd
    import osmnx

    outline = gpd.GeoSeries([place.shape], crs="EPSG:4326")
    metric = outline.to_crs(outline.estimate_utm_crs())
    wide = metric.buffer(max(0.0, margin_m - _OSMNX_MARGIN_M)).to_crs("EPSG:4326").iloc[0]
    watch.answers.clear()
    # The answers are wanted as they come: a graph made of them would lose tags and nodes.
    osmnx.settings.cache_only_mode = True
    try:
        osmnx.graph_from_polygon(wide, simplify=False, retain_all=True, custom_filter=list(_WAYS))
    except InterruptedError:  # how osmnx ends when no graph is wanted
        pass
    finally:
        osmnx.settings.cache_only_mode = False
    answers = list(watch.answers)
    if not any(element["type"] == "way" for one in answers for element in one.get("elements", ())):
        raise DownloadFailed(
            Fault(
                "the server knows no street there",
                found=place.name,
                hint="its data may be of another part of the world: see --overpass-url",
            )
        )
    return answers


def _ask_buildings(
    watch: Watch, place: _Place
) -> tuple[gpd.GeoDataFrame | None, list[dict[str, Any]]]:
    """Return the buildings, and the answers: squares drawn as relations are among them."""
    import osmnx

    watch.answers.clear()
    try:
        frame = osmnx.features_from_polygon(
            place.shape, tags={"building": True, "highway": list(_SQUARES)}
        )
    except DownloadFailed:
        raise
    except ValueError:  # an empty answer
        return None, list(watch.answers)
    answers = list(watch.answers)
    if "building" not in frame:
        return None, answers
    frame = frame[frame["building"].notna() & frame.geom_type.isin(["Polygon", "MultiPolygon"])]
    if not len(frame):
        return None, answers
    columns = [name for name in _BUILDING_COLUMNS if name in frame]
    frame = frame[[*columns, "geometry"]].sort_index().reset_index()
    names = dict(zip(frame.columns[:2], ("osm_type", "osm_id"), strict=True))
    return frame.rename(columns=names), answers


def _save(
    out: Path,
    place: _Place,
    streets: list[dict[str, Any]],
    squares: list[dict[str, Any]],
    buildings: gpd.GeoDataFrame | None,
) -> FetchedFiles:
    elements = gather_elements(streets)
    for kind, more in only_relations(gather_elements(squares)).items():
        elements[kind] = dict(sorted({**more, **elements[kind]}.items()))
    counts = {
        "nodes": len(elements["node"]),
        "ways": len(elements["way"]),
        "relations": len(elements["relation"]),
        "buildings": 0 if buildings is None else len(buildings),
    }
    aside = None
    try:
        aside = _make_aside(out)
        with (aside / STREETS_FILE).open("w", encoding="utf-8", newline="\n") as file:
            write_osm_file(file, elements)
        if buildings is not None:
            buildings.to_file(aside / BUILDINGS_FILE, driver="GPKG", layer="buildings")
        dates = sorted({str(one.get("osm3s", {}).get("timestamp_osm_base", "")) for one in streets})
        (aside / CREDITS_FILE).write_text(_credits(place, dates), encoding="utf-8", newline="\n")
        for name in FILES:
            if (aside / name).exists():
                (aside / name).replace(out / name)
            else:
                (out / name).unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_write(out, error) from error
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
    west, south, east, north = place.shape.bounds
    notices = () if counts["buildings"] else (_no_buildings(place),)
    return FetchedFiles(
        streets=out / STREETS_FILE,
        buildings=out / BUILDINGS_FILE if counts["buildings"] else None,
        credits=out / CREDITS_FILE,
        place_name=place.name,
        area_km2=place.area_km2,
        bounds_lonlat=(west, south, east, north),
        counts=counts,
        notices=notices,
    )


def _make_aside(out: Path) -> Path:
    from pathlib import Path

    return Path(tempfile.mkdtemp(prefix=".planner-fetch-", dir=out))


def _no_buildings(place: _Place) -> Fault:
    return Fault(
        "the server knows no building there: buildings.gpkg is not written", found=place.name
    )


def _credits(place: _Place, dates: list[str]) -> str:
    known = [date for date in dates if date]
    return (
        f"{CREDIT}\n"
        "Open Database License 1.0: https://opendatacommons.org/licenses/odbl/1-0/\n"
        "https://www.openstreetmap.org/copyright\n"
        f"place: {place.name}\n" + (f"data as of: {', '.join(known)}\n" if known else "")
    )
