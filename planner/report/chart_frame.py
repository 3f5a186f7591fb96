"""What every static figure shares: canvas, title, axes, saving with the same bytes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from planner.report.lettering import Lettering

DPI = 200
SCREEN_DPI = 100
_PACKING = 3
INK = "#17242D"
INK_SOFT = "#4E5D68"
PAPER = "#FBFAF7"
UNCOVERED = "#A63A79"
PROPOSAL = "#F0E442"
VERDICT_COLOURS = {
    "pass": "#009E73",
    "fail": "#D55E00",
    "cannot_tell": "#E69F00",
    "not_applicable": "#FFFFFF",
}
CIRCLE_FILLS = ("#8FBAD6", "#C3DEF0", "#DCEBF5")
"""Shortest circle first: the same hue, lighter the farther."""
CIRCLE_LINES = ("#00568A", "#1F7DB8", "#5B9BC8")


class ShownFigure(Figure):
    """A figure that shows itself in a notebook, whatever is set for plotting there."""

    def _repr_png_(self) -> bytes:
        shown = io.BytesIO()
        self.savefig(shown, format="png", dpi=SCREEN_DPI)
        return shown.getvalue()


def new_figure(width_in: float, height_in: float) -> Figure:
    """Return a figure of its own, outside any global state."""
    figure = ShownFigure(figsize=(width_in, height_in), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def save(figure: Figure, path: Path) -> None:
    """Write a figure as PNG, opaque, without the name of the program that made it."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    drawn = np.asarray(canvas.buffer_rgba())[:, :, :3]
    # Fine lines hardly pack any better with more work.
    Image.fromarray(drawn).save(path, format="PNG", dpi=(DPI, DPI), compress_level=_PACKING)


def write_titles(figure: Figure, lettering: Lettering, title: str, lines: list[str]) -> None:
    """Write the title and, under the figure, what it is based on."""
    figure.text(
        0.03,
        0.965,
        lettering.drawable(title),
        fontproperties=lettering.font(14, bold=True),
        color=INK,
        va="top",
        parse_math=False,
    )
    for position, line in enumerate(reversed(lines)):
        figure.text(
            0.03,
            0.018 + 0.028 * position,
            lettering.drawable(line),
            fontproperties=lettering.font(7.5),
            color=INK_SOFT,
            va="bottom",
            parse_math=False,
        )


def plain_axes(axes: Any, lettering: Lettering, x_label: str, y_label: str) -> None:  # noqa: ANN401 -- matplotlib's
    """Strip axes to what is read: two lines, light grid, names in the right font."""
    axes.set_facecolor("white")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.grid(visible=True, axis="y", color="#E3E7EA", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel(x_label, fontproperties=lettering.font(9), parse_math=False)
    axes.set_ylabel(y_label, fontproperties=lettering.font(9), parse_math=False)
    axes.tick_params(labelsize=8, colors=INK)


def letter_axis(axis: Any, text: Callable[[float], str]) -> None:  # noqa: ANN401 -- matplotlib's
    """Write the numbers of an axis by a function of their value."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: text(value)))


def add_legend(holder: Any, lettering: Lettering, **options: Any) -> None:  # noqa: ANN401 -- as above
    """Add a legend in the right font, its labels taken as plain text."""
    legend = holder.legend(prop=lettering.font(8), frameon=False, **options)
    for text in legend.get_texts():
        text.set_parse_math(False)
