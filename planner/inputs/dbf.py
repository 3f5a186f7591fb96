"""
The attribute tables of Shapefiles (.dbf): which encoding their texts are in.

The order is the `.cpg` file, the code page in the table, UTF-8, GB18030; each is tried on every
text strictly, as a wrong guess would turn names into nonsense without an error.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_LANGUAGE_BYTE: Final = 29
_LANGUAGES: Final = {
    0x4D: "gb18030",
    0x7A: "gb18030",
    0x4F: "big5",
    0x78: "big5",
    0x13: "cp932",
    0x4E: "cp949",
}
_CODE_PAGES: Final = {
    "936": "gb18030",
    "54936": "gb18030",
    "65001": "utf-8",
    "950": "big5",
    "ansi936": "gb18030",
}
_SINGLE_BYTE: Final = ("iso8859", "latin", "cp125", "ascii", "cp437", "cp850")
_HANZI = re.compile(rb"(?:[\xb0-\xf7][\xa1-\xfe])+")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_HEAD: Final = 32
_NAME_BYTES: Final = 10
_END_OF_FIELDS: Final = 0x0D
_TEXT_TYPES: Final = (ord("C"), ord("M"))


@dataclass(frozen=True, slots=True)
class _Field:
    name: bytes
    offset: int
    width: int
    is_text: bool


@dataclass(frozen=True, slots=True)
class _Text:
    """A text that is not ASCII: its first row (`None` for a name), its field, its bytes."""

    row: int | None
    field: bytes
    raw: bytes
    full: bool
    """True where it fills its width, and its last letter may be cut in two."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """
    The encoding of a table's texts.

    Attributes
    ----------
    name
        As Python calls it, empty where none fits.
    source
        How it was found: `.cpg`, `code page in the .dbf`, `trial`.
    doubt
        What was stated and did not fit, empty where nothing was.
    row, field, found
        Where no encoding fits: the first text, and the bytes.
    """

    name: str
    source: str
    doubt: str = ""
    row: int | None = None
    field: str | None = None
    found: str | None = None


def settle_encoding(table: bytes, code_page: bytes | None) -> Encoding:
    """
    Find the encoding of a table's names and texts.

    Parameters
    ----------
    table
        The `.dbf` file.
    code_page
        The `.cpg` file, `None` where there is none.
    """
    fields = _fields(table)
    texts = list(_texts(table, fields))
    stated = []
    page = "" if code_page is None else code_page.decode("ascii", errors="ignore").strip()
    if page:
        stated.append((python_encoding(page), ".cpg", page))
    language = table[_LANGUAGE_BYTE] if len(table) > _LANGUAGE_BYTE else 0
    if language in _LANGUAGES:
        stated.append((_LANGUAGES[language], "code page in the .dbf", _LANGUAGES[language]))
    doubt = ""
    for name, source, word in stated:
        if name is not None and _fits(texts, name) and not _is_hanzi_in_disguise(texts, name):
            return Encoding(name, source, doubt)
        doubt = doubt or f"{source} says {word}"
    for name in ("utf-8", "gb18030"):
        if _fits(texts, name):
            return Encoding(name, "trial", doubt)
    first = next(text for text in texts if not _fits([text], "gb18030"))
    return Encoding(
        "",
        "trial",
        doubt,
        row=first.row,
        field=first.field.decode("gb18030", errors="replace"),
        found=repr(first.raw)[1:],
    )


def python_encoding(name: str) -> str | None:
    """
    Return what Python calls the encoding that a `.cpg` names, `None` where it is not known.

    Examples
    --------
    >>> python_encoding("936"), python_encoding("GBK"), python_encoding("UTF-8")
    ('gb18030', 'gb18030', 'utf-8')
    """
    digits = re.sub(r"\D", "", name)
    if digits in _CODE_PAGES:
        return _CODE_PAGES[digits]
    for tried in (name, name.lower().removeprefix("ansi").strip(" -_"), f"cp{digits}"):
        try:
            found = codecs.lookup(tried).name
        except LookupError:
            continue
        return "gb18030" if found in ("gbk", "gb2312") else found
    return None


def decode_text(raw: bytes, encoding: str) -> str:
    """Return a text of the table; a last letter that the field's width cut in two is dropped."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(raw)
    except UnicodeDecodeError:
        return raw.decode(encoding, errors="replace")


def rows_stated(table: bytes) -> tuple[int, int]:
    """Return the number of rows that a table's head states, and that its bytes hold."""
    if len(table) < _HEAD:
        return 1, 0
    stated = int.from_bytes(table[4:8], "little")
    head, width = _sizes(table)
    held = max(len(table) - head, 0) // width if width else 0
    return stated, held


def _fits(texts: list[_Text], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)
    try:
        for text in texts:
            decoder().decode(text.raw, final=not text.full)
    except UnicodeDecodeError:
        return False
    return True


def _is_hanzi_in_disguise(texts: list[_Text], encoding: str) -> bool:
    """Return True where a code page of single bytes is stated for what is Chinese all through."""
    if not encoding.startswith(_SINGLE_BYTE):
        return False
    runs = [run for text in texts for run in _HIGH_RUN.findall(text.raw)]
    return bool(runs) and (
        _fits(texts, "utf-8") or all(_HANZI.fullmatch(run) is not None for run in runs)
    )


def _sizes(table: bytes) -> tuple[int, int]:
    return int.from_bytes(table[8:10], "little"), int.from_bytes(table[10:12], "little")


def _fields(table: bytes) -> list[_Field]:
    head, _ = _sizes(table)
    fields = []
    offset = 1  # the first byte of a record marks it as deleted
    for start in range(_HEAD, min(head, len(table)) - 1, _HEAD):
        entry = table[start : start + _HEAD]
        if len(entry) < _HEAD or entry[0] == _END_OF_FIELDS:
            break
        is_text = entry[11] in _TEXT_TYPES
        # Texts longer than 255 bytes keep the rest of their width where numbers keep decimals.
        width = entry[16] + (256 * entry[17] if is_text else 0)
        fields.append(_Field(entry[:11].split(b"\0")[0], offset, width, is_text))
        offset += width
    return fields


def _texts(table: bytes, fields: list[_Field]) -> Iterator[_Text]:
    """Give each different text that is not ASCII."""
    for field in fields:
        if not field.name.isascii():
            yield _Text(None, field.name, field.name, len(field.name) >= _NAME_BYTES)
    records = _records(table)
    for field in fields:
        if not field.is_text or field.offset + field.width > records.shape[1]:
            continue
        column = records[:, field.offset : field.offset + field.width]
        rows = np.flatnonzero((column >= 0x80).any(axis=1))  # noqa: PLR2004 - beyond ASCII
        if not len(rows):
            continue
        cells = np.ascontiguousarray(column[rows]).view(f"S{field.width}").ravel()
        different, first = np.unique(cells, return_index=True)
        for raw, position in zip(different.tolist(), first.tolist(), strict=True):
            bare = raw.rstrip(b" \0")
            yield _Text(int(rows[position]) + 1, field.name, bare, len(bare) == field.width)


def _records(table: bytes) -> NDArray[np.uint8]:
    head, width = _sizes(table)
    _, held = rows_stated(table)
    if not width or not held:
        return np.zeros((0, 0), dtype=np.uint8)
    body = np.frombuffer(table, dtype=np.uint8, count=held * width, offset=head)
    return body.reshape(held, width)
