"""Matrices as heat-coloured cells on Matplotlib axes, and outlines round some of them."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Rectangle

from helpers.views import style
from helpers.views.contrast import ink_on

MAX_PRINTED = 8  # the longest side of a matrix whose values are printed


def draw_matrix(
    ax, values, *, limit=None, title="", role=None, marked=None, greyed=None, rows=(), columns=()
):
    """Draw a 2-D array (a 1-D one as a row) as heat-coloured cells; values printed up to 8×8.

    NaN is an empty cell. `limit` is the value of the full colour (default: the largest). `marked`
    maps a role to a boolean mask of cells to outline; `greyed` is a mask of cells to hatch;
    `rows` and `columns` are labels.
    """
    values = np.atleast_2d(np.asarray(values, dtype=float))
    height, width = values.shape
    empty = np.isnan(values)
    limit = limit or style.limit_of(values)
    rgb = np.where(empty[..., None], 0.965, style.heat_rgb(values, limit))
    with style.applied():
        ax.grid(False)
        ax.imshow(rgb, extent=(0, width, height, 0), interpolation="nearest", zorder=0)
        ax.set(xlim=(-0.05, width + 0.05), ylim=(height + 0.05, -0.05))
        ax.spines[:].set_visible(False)
        ax.set_anchor("N")  # matrices of different heights have their titles on one line
        if max(height, width) <= 40:
            edge = {"color": "#C3C8CF", "linewidth": 0.8, "zorder": 1}
            ax.hlines(range(height + 1), 0, width, **edge)
            ax.vlines(range(width + 1), 0, height, **edge)
        ax.set_xticks(np.arange(len(columns)) + 0.5, columns)
        ax.set_yticks(np.arange(len(rows)) + 0.5, rows)
        ax.tick_params(length=0, labeltop=True, labelbottom=False)
        if title:
            ax.set_title(title, color=style.colour(role) if role else style.INK)
    grey = np.zeros_like(empty) if greyed is None else np.broadcast_to(greyed, values.shape)
    for row, column in np.argwhere(grey):
        ax.add_patch(
            Rectangle(
                (column, row),
                1,
                1,
                hatch="////",
                zorder=2,
                linewidth=0,
                fc=style.GREYED,
                ec=style.HATCHED,
            )
        )
    if max(height, width) <= MAX_PRINTED:
        for row, column in np.argwhere(~empty):
            ink = style.MUTED if grey[row, column] else ink_on(rgb[row, column])
            text = style.format_number(values[row, column])
            ax.text(column + 0.5, row + 0.5, text, ha="center", va="center", color=ink, zorder=3)
    for name, mask in (marked or {}).items():
        outline(ax, np.broadcast_to(mask, values.shape), name)


def outline(ax, mask, role):
    """Draw the outline of a set of cells in the colour and line pattern of a role."""
    padded = np.pad(np.asarray(mask, dtype=bool), 1)
    across = np.argwhere(padded[1:, 1:-1] != padded[:-1, 1:-1])
    down = np.argwhere(padded[1:-1, 1:] != padded[1:-1, :-1])
    for colour, extra, dash in (
        ("white", 2.4, ()),
        (style.colour(role), 0, style.ROLES[role].dash),
    ):
        pattern = {"linewidth": 2.6 + extra, "color": colour, "zorder": 4, "clip_on": False}
        pattern["linestyle"] = (0, tuple(d / 2 for d in dash)) if dash else "-"
        ax.hlines(across[:, 0], across[:, 1], across[:, 1] + 1, **pattern)
        ax.vlines(down[:, 1], down[:, 0], down[:, 0] + 1, **pattern)
