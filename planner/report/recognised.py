"""The clean bill: what was recognised in each file, and how, for people and as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from planner.domain.recognised import ColumnRead, FileRead

_NOUNS: Final = {
    "demand": "people 人口",
    "centres": "centres 中心",
    "candidates": "candidates 候选点",
    "community": "communities 社区",
    "street": "streets and towns 街道",
    "district": "districts 区县",
    "plan_scope": "scope of the plan 规划范围",
    "urban_unbuilt": "unbuilt urban land 城市未建区范围",
}
_HOW: Final = {
    "alias": "by name 按列名",
    "study": "named in the study 研究文件指定",
    "cut name": "by the beginning of its name 按截断的列名",
}
READ_COLUMNS: Final = (
    "数据 noun",
    "文件 file",
    "图层 layer",
    "行数 rows",
    "坐标系 crs",
    "编码 encoding",
    "列 column",
    "识别为 read as",
    "单位 unit",
    "依据 how",
)


def tell_files(files: Iterable[FileRead]) -> Iterator[str]:
    """Give one line a file, and one for each of its columns, below it."""
    for file in files:
        parts = [
            f"{_NOUNS.get(file.noun, file.noun)}: {file.file}",
            None if file.layer is None else f"layer 图层 {file.layer}",
            f"{file.rows:,} rows 行",
            f"crs 坐标系 {short_crs(file.crs)}" if file.crs else None,
            f"encoding 编码 {file.encoding}" if file.encoding else None,
        ]
        yield " · ".join(part for part in parts if part)
        for column in file.columns:
            yield f"  {_column_text(column)}"
        if file.unused:
            yield "  not used 未使用: " + ", ".join(file.unused)
        if file.examples:
            rows = ", ".join(map(str, file.examples))
            yield f"  the template's example, not counted 模板示例行，不计入: row 行 {rows}"


def list_columns(files: Iterable[FileRead]) -> Iterator[tuple[object, ...]]:
    """Give one row a column, in the order of `READ_COLUMNS`."""
    for file in files:
        whole = (
            _NOUNS.get(file.noun, file.noun),
            file.file,
            file.layer,
            file.rows,
            short_crs(file.crs),
            file.encoding,
        )
        for column in file.columns:
            yield (*whole, column.header, column.meaning, column.unit, _HOW[column.how])
        for header in file.unused:
            yield (*whole, header, "not used 未使用", "", "")
        if not file.columns and not file.unused:
            yield (*whole, "", "", "", "")


def short_crs(crs: str) -> str:
    """
    Return a CRS by its first name alone.

    Examples
    --------
    >>> short_crs('PROJCRS["Own grid",BASEGEOGCRS["CGCS2000"]]'), short_crs("EPSG:4545")
    ('Own grid', 'EPSG:4545')
    """
    return crs.split('"')[1] if '"' in crs else crs


def _column_text(column: ColumnRead) -> str:
    unit = f" ({column.unit})" if column.unit else ""
    how = "" if column.how == "alias" else f", {_HOW[column.how]}"
    return f"{column.header} → {column.meaning}{unit}{how}"
