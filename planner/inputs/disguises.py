"""Files that are not what their names say: told by their first bytes, before any reader fails."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Final

from planner.errors import Fault, InputUnreadable
from planner.inputs.archives import members_of, require_bounded

if TYPE_CHECKING:
    from pathlib import Path

_SIGNATURES: Final = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "compound"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"PAR1", "parquet"),
    (b"fgb\x03", "flatgeobuf"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"\x1f\x8b", "gzip"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
)
_NAMES: Final = {
    "zip": "a zip archive",
    "workbook": "an Excel workbook (.xlsx)",
    "password": "a workbook locked with a password",
    "xls": "a workbook of Excel 97-2003 (.xls)",
    "compound": "an old Office file",
    "sqlite": "a GeoPackage or another SQLite database",
    "parquet": "a parquet file",
    "flatgeobuf": "a FlatGeobuf file",
    "pdf": "a PDF document",
    "picture": "a picture",
    "gzip": "a gzip archive",
    "rar": "a RAR archive",
    "7z": "a 7z archive",
    "html": "a web page",
    "text": "plain text",
}
_CHINESE: Final = {
    "zip": "zip 压缩包",
    "workbook": "Excel 工作簿",
    "xls": "Excel 97-2003 工作簿",
    "compound": "旧版 Office 文件",
    "sqlite": "GeoPackage 或 SQLite 数据库",
    "parquet": "parquet 文件",
    "flatgeobuf": "FlatGeobuf 文件",
    "pdf": "PDF 文档",
    "picture": "图片",
    "gzip": "gzip 压缩包",
    "rar": "RAR 压缩包",
    "7z": "7z 压缩包",
    "html": "网页",
    "text": "纯文本",
}
_ENDINGS: Final = {
    "workbook": ".xlsx",
    "sqlite": ".gpkg",
    "parquet": ".parquet",
    "flatgeobuf": ".fgb",
    "zip": ".zip",
    "xls": ".xls",
}
_WANTED: Final = {
    ".xlsx": ("workbook",),
    ".xlsm": ("workbook",),
    ".xls": ("xls",),
    ".csv": ("text",),
    ".tsv": ("text",),
    ".txt": ("text",),
    ".gpkg": ("sqlite",),
    ".sqlite": ("sqlite",),
    ".fgb": ("flatgeobuf",),
    ".parquet": ("parquet",),
    ".geoparquet": ("parquet",),
    ".zip": ("zip",),
    ".geojson": ("text",),
    ".json": ("text",),
}
"""What stands behind each ending; endings that are not here are left to their reader."""
_BOOKS: Final = (".xlsx", ".xlsm", ".xls")
_HEAD_BYTES: Final = 4096
_COMPOUND_BYTES: Final = 64 * 1024 * 1024


def require_as_named(path: Path) -> None:
    """
    Raise where a file is of another kind than its ending says, or would burst when unpacked.

    Parameters
    ----------
    path
        A file that exists; folders are passed over.

    Raises
    ------
    InputUnreadable
        With what the file really is, and what to do about it.
    """
    if path.is_dir():
        return
    suffix = path.suffix.lower()
    kind = kind_of(path)
    if kind in ("zip", "workbook"):
        require_bounded(path)
    wanted = _WANTED.get(suffix)
    if wanted is None or kind in wanted:
        if kind == "xls":
            raise _refusal(path, kind)
        return
    if kind == "unknown":
        return  # its reader tells what is wrong with it
    raise _refusal(path, kind)


def kind_of(path: Path) -> str:
    """Return what the first bytes of a file say it is; `unknown` where they say nothing."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    kind = next((name for start, name in _SIGNATURES if head.startswith(start)), "")
    if kind == "zip":
        return "workbook" if "xl/workbook.xml" in members_of(path) else "zip"
    if kind == "compound":
        return _kind_of_compound(path)
    if kind:
        return kind
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")):
        return "html"
    return "text" if _is_text(head) else "unknown"


def _kind_of_compound(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(_COMPOUND_BYTES)
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "password"
    names = ("Workbook", "Book")
    return "xls" if any(name.encode("utf-16-le") in content for name in names) else "compound"


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 9 or (13 < byte < 32 and byte not in (26, 27)) for byte in head)  # noqa: PLR2004 - control codes


def _refusal(path: Path, kind: str) -> InputUnreadable:
    if kind == "password":
        return InputUnreadable(
            Fault(
                "is locked with a password",
                file=path.name,
                hint="open it in Excel, remove the password (File, Info, Protect) and save it",
            )
        )
    if kind == "xls":
        return InputUnreadable(
            Fault(
                "workbooks of Excel 97-2003 are not read",
                file=path.name,
                expected="an .xlsx file",
                hint="open it in Excel and save it as .xlsx",
            )
        )
    if kind == "html":
        return InputUnreadable(
            Fault(
                "is a web page, whatever its name says",
                file=path.name,
                hint="open it in Excel and save it as .xlsx",
            )
        )
    suffix = path.suffix.lower()
    as_table = suffix in (*_BOOKS, ".csv", ".tsv", ".txt")
    ending = ".csv" if kind == "text" and suffix in _BOOKS else _ENDINGS.get(kind, "")
    return InputUnreadable(
        Fault(
            "is not what its name says"
            if as_table
            else "cannot be read as vector data: it is not what its name says",
            file=path.name,
            found=f"{_NAMES[kind]} {_CHINESE[kind]}",
            expected=_NAMES["workbook" if suffix in _BOOKS else _WANTED[suffix][0]],
            hint=f"give it its own ending: {ending}"
            if ending
            else "name the right file, or export it again",
        )
    )


def is_zip(path: Path) -> bool:
    """Return True for a zip archive."""
    return path.is_file() and zipfile.is_zipfile(path)
