"""Layers of vector data, with the encoding of Shapefiles settled first."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from planner.errors import Fault, InputInvalid, InputUnreadable, PlannerError
from planner.inputs.archives import find_zipped, readable
from planner.inputs.cells import text_of
from planner.inputs.dbf import Encoding, decode_text
from planner.inputs.disguises import is_zip, require_as_named
from planner.inputs.recognise import count_recognised
from planner.inputs.shapefiles import check_shapefile, encoding_notices
from planner.inputs.tables import SourceTable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from planner.inputs.columns import Aliases

_RAW: Final = "ISO-8859-1"
"""Read so, every byte of a text comes through as it is, to be decoded here."""
_LOCKED: Final = ("database is locked", "permission denied", "being used by another")


@dataclass(frozen=True, slots=True)
class _Source:
    """What GDAL opens for a path, and how the texts in it are to be decoded."""

    path: Path
    opened: str | bytes
    encoding: Encoding | None = None
    notices: tuple[Fault, ...] = ()

    @property
    def options(self) -> dict[str, Any]:
        return {} if self.encoding is None else {"encoding": _RAW}

    def decode(self, text: str) -> str:
        """Return a text of the source, decoded."""
        if self.encoding is None or text.isascii():
            return text
        return decode_text(text.encode("latin-1"), self.encoding.name)


def read_layer(path: Path, aliases: Aliases, *, layer: str | None = None) -> SourceTable:
    """
    Read one layer of a vector file.

    Parameters
    ----------
    path
        Any vector file that GDAL reads: GeoPackage, GeoJSON, Shapefile, FlatGeobuf, `.gdb`, …;
        zipped too.
    aliases
        Columns looked for, where the file has several layers.
    layer
        Name of the layer; without it, the only one with geometries, or the only one whose
        columns are recognised best.

    Raises
    ------
    InputUnreadable
        If it is not vector data, is cut short, or lacks files that belong to it.
    InputInvalid
        If the layer is not there, or more than one could be meant, or it has no row.
    """
    import pyogrio

    require_as_named(path)
    source = _open(path, layer)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            chosen = _choose_layer(source, aliases, layer)
            meta, _, geometry, fields = pyogrio.raw.read(
                source.opened, layer=chosen, **source.options
            )
        except PlannerError:
            raise
        except (ValueError, RuntimeError, IndexError, OSError) as error:  # what GDAL says
            raise _unreadable(path, error) from error
    texts = dict.fromkeys(str(item.message) for item in caught)
    shown = None if chosen is None else readable(chosen)
    return _as_table(
        source,
        shown,
        meta,
        geometry,
        fields,
        tuple(Fault(text, file=path.name, layer=shown) for text in texts),
    )


def _open(path: Path, layer: str | None) -> _Source:
    suffix = path.suffix.lower()
    if suffix == ".shp":
        return _shapefile(path, str(path), check_shapefile(path))
    if suffix in (".dbf", ".shx", ".prj", ".cpg"):
        raise InputUnreadable(
            Fault(
                "is one part of a Shapefile",
                file=path.name,
                expected=f"{path.stem}.shp",
                hint="name the .shp in the study",
            )
        )
    if suffix in (".geojson", ".json"):
        return _geojson(path)
    if suffix == ".gpkg" and path.with_name(f"{path.name}-wal").exists():
        note = Fault(
            "is open in another program: what is not yet saved there is not read",
            file=path.name,
            hint="close it in QGIS and run again",
        )
        return _Source(path, str(path), notices=(note,))
    if suffix == ".zip" and is_zip(path):
        zipped = find_zipped(path, wanted=layer)
        if zipped.is_shapefile:
            return _shapefile(path, zipped.path, check_shapefile(path, zipped))
        return _Source(path, zipped.path)
    return _Source(path, str(path))


def _shapefile(path: Path, opened: str, encoding: Encoding) -> _Source:
    return _Source(path, opened, encoding, tuple(encoding_notices(path, encoding)))


def _geojson(path: Path) -> _Source:
    """GeoJSON is UTF-8 by its own standard; what is not is decoded before GDAL sees it."""
    raw = path.read_bytes()
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return _Source(path, str(path))
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError as error:
        raise InputUnreadable(
            Fault(
                "is neither UTF-8 nor GB18030 text",
                file=path.name,
                row=raw[: error.start].count(b"\n") + 1,
                hint="save it again with the encoding UTF-8",
            )
        ) from error
    note = Fault("read as GB18030 (GBK) text", file=path.name)
    return _Source(path, text.encode("utf-8"), notices=(note,))


def _as_table(
    source: _Source,
    layer: str | None,
    meta: dict[str, Any],
    geometry: NDArray[Any] | None,
    fields: Sequence[NDArray[Any]],
    told: tuple[Fault, ...],
) -> SourceTable:
    import shapely

    size = len(fields[0]) if len(fields) else (0 if geometry is None else len(geometry))
    if not size:
        raise InputInvalid(
            Fault(
                "holds no features",
                file=source.path.name,
                layer=layer,
                hint="is it the right layer?",
            )
        )
    shapes = None
    if geometry is not None and meta.get("geometry_type") is not None:
        shapes = shapely.from_wkb(geometry, on_invalid="ignore")
    encoding = source.encoding
    return SourceTable(
        file=source.path.name,
        layer=layer,
        headers=tuple(source.decode(str(name)) for name in meta["fields"]),
        columns=tuple(_plain_values(source, values) for values in fields),
        row=tuple(range(1, size + 1)),
        geometry=shapes,
        crs=_known_crs(meta.get("crs")),
        cut_names=encoding is not None,
        notices=(*source.notices, *told),
        encoding="" if encoding is None else f"{encoding.name} ({encoding.source})",
    )


def _plain_values(source: _Source, values: NDArray[Any]) -> Sequence[object]:
    if values.dtype.kind == "M":
        return [None if np.isnat(value) else str(value) for value in values]
    plain: list[object] = values.tolist()
    if source.encoding is None or values.dtype.kind != "O":
        return plain
    return [source.decode(value) if isinstance(value, str) else value for value in plain]


def _known_crs(crs: str | None) -> str | None:
    """Return the CRS of a layer, `None` where the file only says that it is not known."""
    if not crs or "undefined" in crs.lower() or crs.startswith("LOCAL_CS"):
        return None
    return crs


def _choose_layer(source: _Source, aliases: Aliases, layer: str | None) -> str | None:
    import pyogrio

    listed = [(str(name), kind) for name, kind in pyogrio.list_layers(source.opened)]
    names = [name for name, _ in listed]
    if layer is not None:
        named = [name for name in names if layer in (name, readable(name))]
        if named:
            return named[0]
        raise InputInvalid(
            Fault(
                "has no layer of this name",
                file=source.path.name,
                layer=layer,
                found="layers " + ", ".join(map(readable, names)),
            )
        )
    placed = [name for name, kind in listed if kind is not None] or names
    if len(placed) <= 1:
        return placed[0] if placed else None
    counts = {}
    for name in placed:
        info = pyogrio.read_info(source.opened, layer=name, **source.options)
        headers = [source.decode(text_of(field)) for field in info["fields"]]
        counts[name] = count_recognised(headers, aliases)
    best = [name for name, count in counts.items() if count == max(counts.values())]
    if len(best) == 1:
        return best[0]
    raise InputInvalid(
        Fault(
            "more than one layer could be meant",
            file=source.path.name,
            found="layers " + " and ".join(f'"{readable(name)}"' for name in best),
            hint='name the layer in the study: layer = "…", or save the layer as a file of its own',
        )
    )


def _unreadable(path: Path, error: Exception) -> InputUnreadable:
    said = " ".join(str(error).split())
    if any(word in said.lower() for word in _LOCKED):
        return InputUnreadable(
            Fault(
                "is locked by another program",
                file=path.name,
                found=said,
                hint="close it in QGIS or wherever it is open, and run again",
            )
        )
    return InputUnreadable(
        Fault(
            "cannot be read as vector data",
            file=path.name,
            found=said,
            expected="GeoPackage, GeoJSON, Shapefile, or another format that GDAL reads",
            hint="it may be damaged, or lack the files that belong to it",
        )
    )
