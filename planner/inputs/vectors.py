"""Layers of vector data, with the encoding of Shapefiles settled first."""

from __future__ import annotations

import codecs
import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from planner.errors import Fault, InputInvalid, InputUnreadable, PlannerError
from planner.inputs.cells import text_of
from planner.inputs.recognise import count_recognised
from planner.inputs.tables import SourceTable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from planner.inputs.columns import Aliases

_SHAPEFILE_SUFFIXES: Final = (".shp", ".zip")
_DBF_LANGUAGE_BYTE: Final = 29
_DBF_LANGUAGES: Final = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5", 0x78: "big5"}
_NON_ASCII = re.compile(rb"[\x80-\xff]+")
_CODE_PAGES: Final = {"936": "gb18030", "54936": "gb18030", "65001": "utf-8", "950": "big5"}


def read_layer(path: Path, aliases: Aliases, *, layer: str | None = None) -> SourceTable:
    """
    Read one layer of a vector file.

    Parameters
    ----------
    path
        Any vector file that GDAL reads: GeoPackage, GeoJSON, Shapefile (zipped too), `.gdb`, ….
    aliases
        Columns looked for, where the file has several layers.
    layer
        Name of the layer; without it, the only one with geometries, or the only one whose
        columns are recognised best.

    Raises
    ------
    InputUnreadable
        If it is not vector data, or is cut short.
    InputInvalid
        If the layer is not there, or more than one could be meant, or it has no row.
    """
    import pyogrio

    encoding = shapefile_encoding(path)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            chosen = _choose_layer(path, aliases, layer, encoding)
            options: dict[str, Any] = {} if encoding is None else {"encoding": encoding}
            meta, _, geometry, fields = pyogrio.raw.read(path, layer=chosen, **options)
        except PlannerError:
            raise
        except (ValueError, RuntimeError) as error:  # what GDAL says, and bytes it cannot decode
            raise _unreadable(path, error) from error
    table = _as_table(path, chosen, meta, geometry, fields)
    if not table.row:
        raise InputInvalid(
            Fault(
                "holds no features",
                file=path.name,
                layer=table.layer,
                hint="is it the right layer?",
            )
        )
    texts = dict.fromkeys(str(item.message) for item in caught)
    notices = [Fault(text, file=path.name, layer=table.layer) for text in texts]
    if encoding not in (None, "utf-8"):
        notices.insert(0, Fault(f"attributes read as {encoding}", file=path.name))
    return SourceTable(
        file=table.file,
        layer=table.layer,
        headers=table.headers,
        columns=table.columns,
        row=table.row,
        geometry=table.geometry,
        crs=table.crs,
        cut_names=path.suffix.lower() in _SHAPEFILE_SUFFIXES,
        notices=tuple(notices),
    )


def _as_table(
    path: Path,
    layer: str | None,
    meta: dict[str, Any],
    geometry: NDArray[Any] | None,
    fields: Sequence[NDArray[Any]],
) -> SourceTable:
    import shapely

    size = len(fields[0]) if len(fields) else (0 if geometry is None else len(geometry))
    shapes = None
    if geometry is not None and meta.get("geometry_type") is not None:
        shapes = shapely.from_wkb(geometry, on_invalid="ignore")
    return SourceTable(
        file=path.name,
        layer=layer,
        headers=tuple(str(name) for name in meta["fields"]),
        columns=tuple(_plain_values(values) for values in fields),
        row=tuple(range(1, size + 1)),
        geometry=shapes,
        crs=_known_crs(meta.get("crs")),
    )


def _plain_values(values: NDArray[Any]) -> Sequence[object]:
    if values.dtype.kind == "M":
        return [None if np.isnat(value) else str(value) for value in values]
    plain: list[object] = values.tolist()
    return plain


def _known_crs(crs: str | None) -> str | None:
    """Return the CRS of a layer, `None` where the file only says that it is not known."""
    if not crs or "undefined" in crs.lower() or crs.startswith("LOCAL_CS"):
        return None
    return crs


def _choose_layer(
    path: Path, aliases: Aliases, layer: str | None, encoding: str | None
) -> str | None:
    import pyogrio

    listed = [(str(name), kind) for name, kind in pyogrio.list_layers(path)]
    names = [name for name, _ in listed]
    if layer is not None:
        if layer not in names:
            raise InputInvalid(
                Fault(
                    "has no layer of this name",
                    file=path.name,
                    layer=layer,
                    found="layers " + ", ".join(names),
                )
            )
        return layer
    placed = [name for name, kind in listed if kind is not None] or names
    if len(placed) <= 1:
        return placed[0] if placed else None
    counts = {}
    for name in placed:
        info = pyogrio.read_info(path, layer=name, encoding=encoding)
        counts[name] = count_recognised([text_of(field) for field in info["fields"]], aliases)
    best = [name for name, count in counts.items() if count == max(counts.values())]
    if len(best) == 1:
        return best[0]
    raise InputInvalid(
        Fault(
            "more than one layer could be meant",
            file=path.name,
            found="layers " + " and ".join(f'"{name}"' for name in best),
            hint='name the layer in the study: layer = "…", or save the layer as a file of its own',
        )
    )


def _unreadable(path: Path, error: Exception) -> InputUnreadable:
    return InputUnreadable(
        Fault(
            "cannot be read as vector data",
            file=path.name,
            found=" ".join(str(error).split()),
            expected="GeoPackage, GeoJSON, Shapefile, or another format that GDAL reads",
            hint="it may be damaged, or lack the files that belong to it",
        )
    )


def shapefile_encoding(path: Path) -> str | None:
    """
    Settle the encoding of a Shapefile's attributes.

    The order is the `.cpg` file, the code page in the DBF, UTF-8, GB18030.

    Returns
    -------
    encoding
        `None` for other formats: they say their own.
    """
    suffix = path.suffix.lower()
    if suffix == ".shp":
        return _settle(_beside(path))
    if suffix == ".zip" and zipfile.is_zipfile(path):
        return _settle(_inside(path))
    return None


def _beside(path: Path) -> Callable[[str], bytes | None]:
    def load(suffix: str) -> bytes | None:
        for item in path.parent.iterdir():
            if item.stem == path.stem and item.suffix.lower() == suffix:
                return item.read_bytes()
        return None

    return load


def _inside(path: Path) -> Callable[[str], bytes | None]:
    def load(suffix: str) -> bytes | None:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.lower().endswith(suffix):
                    return archive.read(name)
        return None

    return load


def _settle(load: Callable[[str], bytes | None]) -> str | None:
    stated = load(".cpg")
    if stated is not None:
        encoding = _code_page(stated.decode("ascii", errors="ignore").strip())
        if encoding is not None:
            return encoding
    table = load(".dbf")
    if table is None:
        return None
    language = table[_DBF_LANGUAGE_BYTE] if len(table) > _DBF_LANGUAGE_BYTE else 0
    if language in _DBF_LANGUAGES:
        return _DBF_LANGUAGES[language]
    return "utf-8" if _is_utf8(table) else "gb18030"


def _code_page(name: str) -> str | None:
    digits = re.sub(r"\D", "", name)
    if digits in _CODE_PAGES:
        return _CODE_PAGES[digits]
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return None
    return "gb18030" if found in ("gbk", "gb2312") else found


def _is_utf8(table: bytes) -> bool:
    """Return True where every run of non-ASCII bytes is UTF-8, a last letter cut off allowed."""
    for run in _NON_ASCII.findall(table[32:]):
        try:
            codecs.getincrementaldecoder("utf-8")().decode(run)
        except UnicodeDecodeError:
            return False
    return True
