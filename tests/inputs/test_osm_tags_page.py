"""The page of tags says what the code does."""

from __future__ import annotations

from tests.inputs.osm_tags_page import PAGE, page


def test_the_page_of_tags_is_that_of_the_tables() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == page(), "run: python -m tests.inputs.osm_tags_page"


def test_every_row_has_its_four_columns() -> None:
    rows = [line for line in page().splitlines() if line.startswith("|")]
    assert len(rows) > 60
    assert {line.count(" | ") for line in rows if not line.startswith("|---")} == {3}
