"""
Maps of others below ours, where a study asks for one: tiles from the network.

No page needs them. They are off until the reader puts them on, and without a network the page
says that they did not come.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from planner.errors import Fault, ReportError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.domain.study import OutputSettings

KEY_VARIABLE: Final = "PLANNER_TIANDITU_KEY"
"""Holds the reader's key of 天地图; it is written into no file unless the study asks for it."""

_TIANDITU: Final = (
    "https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
    "&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={{key}}"
)


@dataclass(frozen=True, slots=True)
class BaseMap:
    """
    Tiles in web Mercator that lie below the map.

    Attributes
    ----------
    templates
        Addresses with `{z}`, `{x}`, `{y}`, and where needed `{s}` and `{key}`; later ones lie
        above earlier ones.
    subdomains
        What `{s}` stands for, one letter each.
    credit
        Who made it, in Chinese and English.
    datum
        `wgs84` (CGCS2000 is the same within a metre) or `gcj02`.
    needs_key
        Whether the addresses need a key.
    key
        The key, empty where the reader gives it.
    """

    templates: tuple[str, ...]
    credit: tuple[str, str]
    subdomains: str = "0"
    datum: str = "wgs84"
    needs_key: bool = False
    key: str = ""

    def hosts(self) -> tuple[str, ...]:
        """Return where tiles come from, for a page's security policy."""
        return tuple(
            dict.fromkeys(
                "{0.scheme}://{0.netloc}".format(urlsplit(template.replace("{s}", letter)))
                for template in self.templates
                for letter in self.subdomains
            )
        )


def choose_base_map(
    output: OutputSettings, environ: Mapping[str, str] = os.environ
) -> BaseMap | None:
    """
    Return the base map that a study asks for.

    Parameters
    ----------
    output
        `[output]` of the study.
    environ
        Where the key of 天地图 is looked for.

    Returns
    -------
    base_map
        `None` where none is asked for. Its key is empty unless `base_map_key = "write"`.

    Raises
    ------
    ReportError
        If the key is to be written and none is set.
    """
    if output.base_map is None:
        return None
    if output.base_map == "osm":
        return BaseMap(
            ("https://tile.openstreetmap.org/{z}/{x}/{y}.png",),
            ("底图 © OpenStreetMap 贡献者", "base map © OpenStreetMap contributors"),
        )
    if output.base_map != "tianditu":
        host = urlsplit(output.base_map.replace("{s}", "a")).netloc
        return BaseMap(
            (output.base_map,),
            (f"底图 {host}", f"base map {host}"),
            subdomains="abc",
            datum=output.base_map_datum,
        )
    key = environ.get(KEY_VARIABLE, "").strip()
    if output.base_map_key == "write" and not key:
        raise ReportError(
            Fault(
                "the key of the base map is to be written, and there is none",
                expected=f"the key in the environment variable {KEY_VARIABLE}",
                hint='or [output] base_map_key = "ask": the page asks its reader for a key',
            )
        )
    return BaseMap(
        tuple(_TIANDITU.format(layer=layer) for layer in ("vec", "cva")),
        ("底图 天地图", "base map Tianditu"),
        subdomains="01234567",
        needs_key=True,
        key=key if output.base_map_key == "write" else "",
    )


def describe_base_map(base_map: BaseMap | None) -> dict[str, Any] | None:
    """Return what the page carries of a base map."""
    if base_map is None:
        return None
    return {
        "templates": list(base_map.templates),
        "subdomains": base_map.subdomains,
        "hosts": list(base_map.hosts()),
        "credit": list(base_map.credit),
        "datum": base_map.datum,
        "needs_key": base_map.needs_key,
        "key": base_map.key,
    }
