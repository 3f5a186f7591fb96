"""Tables, charts, and the sections of README.md that a run writes anew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

README = Path(__file__).with_name("README.md")

_COLOURS = ("#2b6a99", "#9dc3e0")


@dataclass(frozen=True, slots=True)
class Target:
    """
    What was promised, and what was measured.

    Attributes
    ----------
    what
        In words.
    wanted, measured
        In `unit`; `measured` is None where it could not be measured here.
    unit
        `s`, `ms`, `×` or `%`.
    at_most
        True where less is better, False where more is.
    note
        What else belongs to it.
    """

    what: str
    wanted: float
    measured: float | None
    unit: str
    at_most: bool = True
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the promise holds; None where nothing was measured."""
        if self.measured is None:
            return None
        return self.measured <= self.wanted if self.at_most else self.measured >= self.wanted

    def row(self) -> tuple[str, ...]:
        """Return the target as a row of a table."""
        bound = "at most" if self.at_most else "at least"
        wanted = f"{bound} {self.wanted:g} {self.unit}"
        if self.measured is None:
            return self.what, wanted, "not measured", "", "", self.note
        low, high = sorted((abs(self.measured), self.wanted))
        room = f"{high / low:.1f}×" if low > 0.0 else ""
        met = "yes" if self.met else "**no**"
        return self.what, wanted, f"{self.measured:.3g} {self.unit}", room, met, self.note


TARGET_HEAD = ("", "wanted", "measured", "apart by", "met", "")


def make_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines)


def draw_bars(path: Path, title: str, unit: str, bars: Mapping[str, Mapping[str, float]]) -> None:
    """Draw horizontal bars on a scale of tens: for each tool, one for each task."""
    tasks = list(next(iter(bars.values())))
    with mpl.rc_context({"font.size": 9.0, "svg.hashsalt": "planner"}):
        figure = Figure(figsize=(8.0, 0.6 + 0.55 * len(bars)), layout="constrained")
        axes = figure.subplots()
        for number, task in enumerate(tasks):
            at = [place + 0.4 * (number - (len(tasks) - 1) / 2) for place in range(len(bars))]
            values = [bar[task] for bar in bars.values()]
            drawn = axes.barh(at, values, height=0.38, label=task, color=_COLOURS[number])
            axes.bar_label(drawn, [_digits(value) for value in values], padding=3)
        axes.set_yticks(range(len(bars)), list(bars))
        axes.invert_yaxis()
        axes.set_xscale("log")
        axes.margins(x=0.15)
        axes.set_xlabel(unit)
        axes.set_title(title, fontsize=10)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
        figure.savefig(path, dpi=110, metadata={"Software": None})


def _digits(value: float) -> str:
    """Write a number with three digits, or all before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def draw_lines(
    path: Path, x_label: str, panels: Mapping[str, Mapping[str, Mapping[float, float]]]
) -> None:
    """Draw panels side by side on scales of tens: for each label a line of y by x."""
    with mpl.rc_context({"font.size": 9.0}):
        figure = Figure(figsize=(4.0 * len(panels), 3.2), layout="constrained")
        for axes, (title, lines) in zip(
            figure.subplots(1, len(panels), squeeze=False)[0], panels.items(), strict=True
        ):
            for label, points in lines.items():
                axes.plot(list(points), list(points.values()), marker="o", label=label)
            axes.set_xscale("log")
            axes.set_ylim(bottom=0)
            axes.set_xlabel(x_label)
            axes.set_title(title, fontsize=10)
            axes.spines[["top", "right"]].set_visible(False)
            axes.legend(frameon=False)
        figure.savefig(path, dpi=110, metadata={"Software": None})


def write_section(name: str, text: str) -> None:
    """Put a text between the two marks of a section of README.md."""
    begin, end = f"<!-- {name}: written by a run -->", f"<!-- {name}: end -->"
    page = README.read_text("utf-8")
    before, _, rest = page.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"{README.name} has no section {name}")
    README.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", "utf-8", newline="\n")
