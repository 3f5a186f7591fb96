"""A server on this machine that plays Nominatim and Overpass, with answers shaped like theirs."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

WEST, SOUTH, EAST, NORTH = 106.50, 29.55, 106.52, 29.57
LICENCE = "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright"

PLACE = [
    {
        "place_id": 100149,
        "licence": LICENCE,
        "osm_type": "relation",
        "osm_id": 913061,
        "lat": "29.56",
        "lon": "106.51",
        "class": "boundary",
        "type": "administrative",
        "place_rank": 12,
        "importance": 0.53,
        "addresstype": "city_district",
        "name": "示范区",
        "display_name": "示范区, 重庆市, 中国",
        "boundingbox": [str(SOUTH), str(NORTH), str(WEST), str(EAST)],
        "geojson": {
            "type": "Polygon",
            "coordinates": [
                [[WEST, SOUTH], [EAST, SOUTH], [EAST, NORTH], [WEST, NORTH], [WEST, SOUTH]]
            ],
        },
    }
]


def node(number: int, lon: float, lat: float, **tags: str) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "node", "id": number, "lat": lat, "lon": lon}
    return {**element, "tags": tags} if tags else element


def way(number: int, nodes: list[int], **tags: str) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "way", "id": number, "nodes": nodes}
    return {**element, "tags": tags} if tags else element


def answer(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "version": 0.6,
        "generator": "Overpass API 0.7.62.8 e802775f",
        "osm3s": {
            "timestamp_osm_base": "2024-05-01T12:00:00Z",
            "copyright": "The data included in this document is from www.openstreetmap.org. "
            "The data is made available under ODbL.",
        },
        "elements": list(elements),
        **more,
    }


STREETS = answer(
    node(1, 106.505, 29.56),
    node(2, 106.506, 29.56, highway="crossing", crossing="traffic_signals"),
    node(3, 106.507, 29.56, barrier="gate", access="private", note='says "no" & <stop>\x07'),
    node(4, 106.506, 29.561),
    way(11, [1, 2, 3], highway="residential", name="人民路", oneway="yes"),
    way(12, [2, 4], highway="steps", incline="up", step_count="40", handrail="yes"),
)
PIERS = answer(node(4, 106.506, 29.561), node(5, 106.508, 29.561), way(13, [4, 5], man_made="pier"))
FEATURES = answer(
    node(21, 106.5051, 29.5602),
    node(22, 106.5052, 29.5602),
    node(23, 106.5052, 29.5603),
    node(24, 106.5051, 29.5603),
    way(
        31, [21, 22, 23, 24, 21], building="apartments", name="一号楼", **{"building:levels": "18"}
    ),
    node(25, 106.5061, 29.5611),
    node(26, 106.5063, 29.5611),
    node(27, 106.5063, 29.5613),
    way(32, [25, 26, 27, 25]),
    {
        "type": "relation",
        "id": 41,
        "members": [{"type": "way", "ref": 32, "role": "outer"}],
        "tags": {"type": "multipolygon", "highway": "pedestrian", "area": "yes"},
    },
)
EMPTY = answer()


@dataclass(frozen=True)
class Answer:
    """What is sent: a status, a body, and how it goes wrong."""

    body: object = None
    status: int = 200
    how: str = "whole"
    """`whole`, `silent`, `drip` (a byte now and then), `cut` (half of it), `hangup`."""
    location: str = ""


@dataclass
class Servers:
    """The server, what it is to answer next, and what it was asked."""

    server: ThreadingHTTPServer
    script: dict[str, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    asked: list[tuple[str, str]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def next_answer(self, what: str) -> Answer:
        if self.script[what]:
            return self.script[what].pop(0)
        usual = {"place": PLACE, "streets": STREETS, "piers": PIERS, "features": FEATURES}
        return Answer(usual[what])


def run_servers() -> Iterator[Servers]:
    """Run the server until the test is done with it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    servers = Servers(server)
    server.servers = servers  # type: ignore[attr-defined]  # for the handler
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield servers
    servers.closing.set()
    server.shutdown()
    server.server_close()
    thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Play Nominatim."""
        asked = urlsplit(self.path)
        self._play("place", parse_qs(asked.query).get("q", [""])[0])

    def do_POST(self) -> None:
        """Play Overpass."""
        size = int(self.headers["Content-Length"])
        query = unquote_plus(self.rfile.read(size).decode()).removeprefix("data=")
        if "'building'" in query:
            what = "features"
        else:
            what = "piers" if "man_made" in query else "streets"
        self._play(what, query)

    def log_message(self, *_: object) -> None:
        """Say nothing on stderr."""

    def _play(self, what: str, asked: str) -> None:
        servers: Servers = self.server.servers  # type: ignore[attr-defined]  # set above
        servers.asked.append((what, asked))
        said = servers.next_answer(what)
        if said.how == "silent":
            servers.closing.wait(20)
            return
        if said.how == "hangup":
            self.close_connection = True
            return
        body = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
        self.send_response(said.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if said.location:
            self.send_header("Location", said.location)
        self.end_headers()
        if said.how == "cut":
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        elif said.how == "drip":
            self._drip(servers, body)
        else:
            self.wfile.write(body)

    def _drip(self, servers: Servers, body: bytes) -> None:
        for byte in body:
            if servers.closing.wait(0.05):
                return
            try:
                self.wfile.write(bytes([byte]))
            except OSError:
                return
