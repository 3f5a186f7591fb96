"""What the page on standards shows can be used as it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.standards.catalogue import list_rule_sets, load_rule_set

if TYPE_CHECKING:
    from pathlib import Path


def test_the_rule_set_of_the_page_is_read(root: Path, tmp_path: Path) -> None:
    page = (root / "docs" / "standards.md").read_text(encoding="utf-8")
    (example,) = (
        text for text in re.findall(r"```toml\n(.*?)```", page, re.DOTALL) if "[[clause]]" in text
    )
    own = tmp_path / "own.toml"
    own.write_text(example, encoding="utf-8")
    rules = load_rule_set(own)
    assert [clause.rule_type for clause in rules.clauses] == ["threshold", "share"]


def test_the_page_names_every_rule_set_and_whether_it_judges(root: Path) -> None:
    page = (root / "docs" / "standards.md").read_text(encoding="utf-8")
    for name in list_rule_sets():
        (line,) = (one for one in page.splitlines() if one.startswith("|") and f"`{name}`" in one)
        assert line.split("|")[3].strip() == ("yes" if load_rule_set(name).judges else "no")
