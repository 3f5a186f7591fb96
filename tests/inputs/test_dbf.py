"""The encoding of a Shapefile's texts: what is stated, what fits, what is asked for."""

from __future__ import annotations

import struct

import pytest

from planner.inputs.dbf import decode_text, python_encoding, rows_stated, settle_encoding


def table(*texts: bytes, language: int = 0, name: bytes = b"MC", width: int = 12) -> bytes:
    """Return a table of one column of texts, byte by byte as the format says."""
    field = name.ljust(11, b"\0") + b"C" + bytes(4) + bytes([width]) + bytes(15)
    head = struct.pack("<B3xIHH20x", 3, len(texts), 32 + len(field) + 1, width + 1)
    head = head[:29] + bytes([language]) + head[30:]
    return head + field + b"\r" + b"".join(b" " + text.ljust(width) for text in texts)


CHINESE = "嘉陵中心"


@pytest.mark.parametrize(
    ("raw", "page", "language", "expected", "source"),
    [
        (CHINESE.encode("gbk"), b"936", 0, "gb18030", ".cpg"),
        (CHINESE.encode("gbk"), b"GBK\r\n", 0, "gb18030", ".cpg"),
        (CHINESE.encode("utf-8"), b"UTF-8", 0, "utf-8", ".cpg"),
        (CHINESE.encode("gbk"), None, 0x4D, "gb18030", "code page in the .dbf"),
        ("嘉陵中心".encode("big5", errors="ignore"), None, 0x78, "big5", "code page in the .dbf"),
        (CHINESE.encode("utf-8"), None, 0, "utf-8", "trial"),
        (CHINESE.encode("gbk"), None, 0, "gb18030", "trial"),
        (b"plain", None, 0, "utf-8", "trial"),
        # What is stated does not fit: the next in the order is tried, and said so.
        (CHINESE.encode("gbk"), b"UTF-8", 0, "gb18030", "trial"),
        (CHINESE.encode("gbk"), b"no such page", 0, "gb18030", "trial"),
        (CHINESE.encode("utf-8"), b"UTF-8", 0x4D, "utf-8", ".cpg"),
        # A code page of Western Europe stands on many files whose texts are Chinese all through.
        (CHINESE.encode("gbk"), b"ISO-8859-1", 0, "gb18030", "trial"),
        (CHINESE.encode("utf-8"), b"1252", 0, "utf-8", "trial"),
        ("Café".encode("latin-1"), b"ISO-8859-1", 0, "iso8859-1", ".cpg"),
    ],
)
def test_the_order_is_cpg_code_page_utf8_gb18030(
    raw: bytes, page: bytes | None, language: int, expected: str, source: str
) -> None:
    found = settle_encoding(table(b"x", raw, language=language), page)
    assert (found.name, found.source) == (expected, source)
    stated = page is not None or bool(language)
    assert bool(found.doubt) == (stated and source == "trial")


def test_a_letter_cut_in_two_by_the_width_of_the_field_is_no_other_encoding() -> None:
    raw = "嘉陵中心站".encode()[:12][:-1]
    assert settle_encoding(table(raw, width=11), None).name == "utf-8"
    assert decode_text(raw, "utf-8") == "嘉陵中"
    assert decode_text(b"\xff\xff", "utf-8") == "��"


def test_names_of_columns_count_too() -> None:
    gbk = settle_encoding(table(b"x", name="名称".encode("gbk")), None)
    assert gbk.name == "gb18030"
    assert settle_encoding(table(b"x", name=b"\xff\xff"), None).name == ""


def test_bytes_of_no_encoding_are_named_with_their_row_and_field() -> None:
    found = settle_encoding(table(b"a", b"b", b"\xff\xff"), b"UTF-8")
    assert (found.name, found.row, found.field) == ("", 3, "MC")
    assert found.found == "'\\xff\\xff'"


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("936", "gb18030"), ("ANSI 936", "gb18030"), ("cp936", "gb18030"), ("65001", "utf-8"),
        ("950", "big5"), ("1252", "cp1252"), ("ANSI 1252", "cp1252"), ("UTF8", "utf-8"),
        ("nonsense", None), ("", None),
    ],
)  # fmt: skip
def test_code_pages_are_known_by_their_usual_names(name: str, encoding: str | None) -> None:
    assert python_encoding(name) == encoding


def test_rows_are_counted_as_stated_and_as_held() -> None:
    whole = table(b"a", b"b", b"c")
    assert rows_stated(whole) == (3, 3)
    assert rows_stated(whole[:-1]) == (3, 2)
    assert rows_stated(b"short") == (1, 0)
    assert rows_stated(bytes(32)) == (0, 0)


def test_a_table_without_rows_or_of_broken_fields_is_taken_as_plain() -> None:
    assert settle_encoding(table(), None).name == "utf-8"
    assert settle_encoding(bytes(40), None).name == "utf-8"
    wide = bytearray(table(CHINESE.encode("gbk")))
    wide[32 + 16] = 200  # a field wider than its record
    assert settle_encoding(bytes(wide), None).name == "utf-8"
