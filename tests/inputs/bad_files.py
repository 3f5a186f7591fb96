"""
Makers of bad files as planners send them.

A maker writes its files into a folder and returns the path that the study would name.
"""

from __future__ import annotations

import dataclasses
import shutil
import warnings
import zipfile
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import openpyxl
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Make = Callable[[Path], Path]

PLACE: Final = (106.5, 29.5)
COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
"""The head of the container of Excel 97-2003, and of workbooks with a password."""
HOMES: Final = "编号,人口,经度,纬度\nA,10,106.50,29.50\nB,20,106.51,29.51\n"
PLAN: Final = (
    ("编号", "名称", "级别", "状态", "建筑面积(㎡)", "经度", "纬度"),
    ("A", "甲中心", "社区级", "新建", 2700, 106.50, 29.50),
    ("B", "乙中心", "社区级", "现状", 1200, 106.51, 29.51),
)


@dataclasses.dataclass(frozen=True, slots=True)
class BadFile:
    """
    A file, and the fault that it must give.

    Attributes
    ----------
    case
        What is wrong with it.
    noun
        Whose reader meets it: `demand`, `centres`, `candidates`, `areas`.
    make
        Writes it.
    message, row, field, found
        The fault; `found` is a part of what is said to have been found.
    settings
        What the study says of the file.
    """

    case: str
    noun: str
    make: Make
    message: str
    row: int | str | None = None
    field: str | None = None
    found: str = ""
    settings: dict[str, Any] = dataclasses.field(default_factory=dict)


def text(name: str, content: str | bytes) -> Make:
    """Write a text file, in UTF-8 where it is no bytes."""

    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def homes(old: str, new: str) -> Make:
    """Write the table of homes with one text replaced by another."""
    assert old in HOMES
    return text("人口.csv", HOMES.replace(old, new))


def plan_text(old: str, new: str) -> Make:
    """Write the plan as text with one text replaced by another."""
    lines = "\n".join(",".join(map(str, row)) for row in PLAN) + "\n"
    assert old in lines
    return text("布点.csv", lines.replace(old, new))


def workbook(
    name: str = "布点.xlsx", merged: Sequence[str] = (), **sheets: Sequence[Sequence[object]]
) -> Make:
    """Write a workbook."""

    def make(folder: Path) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for cells in rows:
                sheet.append(list(cells))
            for block in merged:
                sheet.merge_cells(block)
        book.save(folder / name)
        return folder / name

    return make


def frame(
    shapes: Sequence[Any] | None = None,
    crs: str | None = "EPSG:4490",
    **columns: Any,  # noqa: ANN401 - any column
) -> Any:  # noqa: ANN401 - geopandas is untyped
    """Return a layer: by default two homes."""
    if shapes is None:
        shapes = [shapely.Point(PLACE), shapely.Point(106.51, 29.51)]
    return gpd.GeoDataFrame(
        columns or {"编号": list("ABCDEF"[: len(shapes)]), "人口": [10] * len(shapes)},
        geometry=list(shapes),
        crs=crs,
    )


def layer(name: str, made: Any = None, **options: Any) -> Make:  # noqa: ANN401 - any frame
    """Write a vector file."""

    def make(folder: Path) -> Path:
        path = folder / name
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # names and values that a format cuts
            (frame() if made is None else made).to_file(path, **options)
        return path

    return make


def without(suffix: str, make: Make) -> Make:
    """Take one of the files away that belong to a Shapefile."""

    def remade(folder: Path) -> Path:
        path = make(folder)
        path.with_suffix(suffix).unlink()
        return path

    return remade


def cut(keep: float, make: Make, suffix: str | None = None) -> Make:
    """Keep only so much of a file, or of one that belongs to it."""

    def remade(folder: Path) -> Path:
        path = make(folder)
        short = path if suffix is None else path.with_suffix(suffix)
        whole = short.read_bytes()
        short.write_bytes(whole[: int(len(whole) * keep)])
        return path

    return remade


def renamed(name: str, make: Make) -> Make:
    """Give a file another name."""

    def remade(folder: Path) -> Path:
        return make(folder).rename(folder / name)

    return remade


def zipped(*members: Make, name: str = "图层.zip") -> Make:
    """Pack files, with all that belong to them."""

    def make(folder: Path) -> Path:
        inner = folder / "inner"
        inner.mkdir()
        for member in members:
            member(inner)
        path = folder / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for item in sorted(inner.rglob("*")):
                archive.write(item, item.relative_to(inner))
        shutil.rmtree(inner)
        return path

    return make


def bomb(name: str, member: str, megabytes: int = 130) -> Make:
    """Write an archive of a few hundred kB that unpacks to many MB of zeros."""

    def make(folder: Path) -> Path:
        path = folder / name
        zeros = bytes(1024 * 1024)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            if name.endswith(".xlsx"):
                archive.writestr("xl/workbook.xml", "<workbook/>")
            with archive.open(member, "w") as file:
                for _ in range(megabytes):
                    file.write(zeros)
        return path

    return make


def locked_archive(folder: Path) -> Path:
    """Write an archive whose members say that they need a password."""
    path = zipped(layer("a.shp"))(folder)
    raw = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = raw.find(mark)
        while start >= 0:
            raw[start + offset] |= 1
            start = raw.find(mark, start + 4)
    path.write_bytes(raw)
    return path


def text_in_no_encoding(folder: Path) -> Path:
    """Write a Shapefile with a name that no Chinese encoding has."""
    path = layer("a.shp", frame(编号=["A", "xxxx"], 人口=[1, 2]), encoding="gbk")(folder)
    path.with_suffix(".cpg").unlink()
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes().replace(b"xxxx", b"\xff\xfe\xff\xfe"))
    return path


def two_layers(folder: Path) -> Path:
    """Write a GeoPackage with two layers that are both plausible."""
    path = folder / "人口.gpkg"
    for name in ("现状", "规划"):
        frame().to_file(path, layer=name)
    return path


def geojson(content: bytes) -> Make:
    """Write a GeoJSON file of one home whose id is given in bytes."""
    head = b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"'
    tail = b'","pop":1},"geometry":{"type":"Point","coordinates":[106.5,29.5]}}]}'
    return text("a.geojson", head + content + tail)


def parquet(folder: Path) -> Path:
    """Write GeoParquet."""
    path = folder / "人口.parquet"
    frame().to_parquet(path)
    return path


def folder_named(name: str) -> Make:
    """Make a folder where a file should be."""

    def make(folder: Path) -> Path:
        (folder / name).mkdir()
        return folder / name

    return make


def page() -> bytes:
    """Return a page of HTML as web systems export it under the name of a workbook."""
    return b"<html><table><tr><td>" + "人口".encode("gbk") + b"</td></tr></table></html>"


def picture() -> bytes:
    """Return the beginning of a picture."""
    return b"\x89PNG\r\n\x1a\n" + bytes(64)
