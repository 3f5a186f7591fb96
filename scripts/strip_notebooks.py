"""
Take outputs out of notebooks: `python -m scripts.strip_notebooks`, or `--check` to look only.

A notebook in git holds cells and nothing that a run leaves: no outputs, no counts of runs, no
metadata of the one who ran it; so a change of a notebook is a change of what it says.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def strip_notebook(notebook: dict[str, Any]) -> dict[str, Any]:
    """
    Return a notebook without what a run leaves in it.

    Parameters
    ----------
    notebook
        As its JSON has it, format 4.5 or later.

    Returns
    -------
    stripped
        The cells with their ids and sources; of metadata only the kernel's name.
    """
    cells = []
    for number, cell in enumerate(notebook["cells"], start=1):
        source = cell["source"]
        text = source if isinstance(source, str) else "".join(source)
        kept = {
            "cell_type": cell["cell_type"],
            "id": f"cell-{number}",
            "metadata": {},
            "source": text.splitlines(keepends=True),
        }
        if cell["cell_type"] == "code":
            kept |= {"execution_count": None, "outputs": []}
        cells.append(kept)
    return {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}


def as_text(notebook: dict[str, Any]) -> str:
    """Return a notebook as it is written: the same notebook, the same bytes."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main(argv: list[str] | None = None) -> int:
    """Strip the notebooks, or with `--check` name those that are not stripped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, leave with 1")
    parser.add_argument("paths", nargs="*", type=Path, help="notebooks; default: all of notebooks/")
    asked = parser.parse_args(argv)
    changed = []
    for path in asked.paths or sorted(FOLDER.glob("*.ipynb")):
        text = path.read_text(encoding="utf-8")
        stripped = as_text(strip_notebook(json.loads(text)))
        if stripped != text:
            changed.append(path)
            if not asked.check:
                path.write_text(stripped, encoding="utf-8", newline="\n")
    for path in changed:
        print(f"{path}: {'holds outputs' if asked.check else 'stripped'}")
    if asked.check and changed:
        print("run: python -m scripts.strip_notebooks")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
