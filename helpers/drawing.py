"""Pictures: matrices as cells, images, target beside yours; each with a text alternative."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Rectangle

from helpers import style
from helpers.picture import Picture, Shown

__all__ = ["Picture", "Shown", "draw_image", "draw_matrix", "outline", "side_by_side"]

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
                ec="#9AA1AA",
            )
        )
    if max(height, width) <= MAX_PRINTED:
        for row, column in np.argwhere(~empty):
            ink = style.MUTED if grey[row, column] else style.ink_on(rgb[row, column])
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


def draw_image(ax, image, *, title=""):
    """Draw an image (C, H, W) or (H, W) with values from 0 to 1; C is 1 (grey) or 3 (colour)."""
    image = np.nan_to_num(np.asarray(image, dtype=float)).clip(0, 1)
    if image.ndim == 3:
        image = np.moveaxis(image, 0, -1) if image.shape[0] == 3 else image[0]
    with style.applied():
        ax.imshow(image, cmap="gray", vmin=0, vmax=1)
        ax.set_axis_off()
        ax.set_title(title)


def side_by_side(target, yours, titles=("Target", "Yours"), alt=None, missing="not written yet"):
    """Target, yours and where they differ, as a `Picture`. Never raises, whatever `yours` is.

    Arrays of any shape; more than two dimensions are laid side by side, a gap between. `yours` may
    be None (`missing` says why), of another shape, or hold NaN, infinities and huge values.
    """
    target = _numbers(target)
    mine = _numbers(yours)
    rows, columns = _flat(target).shape
    height = np.clip(style.WIDE[0] / 3.4 * rows / max(columns, 1) + 0.8, 2.0, style.WIDE[1])
    fig, axes = style.figure((style.WIDE[0], height), 1, 3)
    limit = style.limit_of(target)
    draw_matrix(axes[0], _flat(target), limit=limit, title=titles[0])
    _part(axes[0], target)
    if mine is None or mine.size == 0:
        text = missing if yours is None or yours is ... else "not an array of numbers"
        _note(axes[1], titles[1], text, axes[0])
        _note(axes[2], "Difference", "nothing to compare yet", axes[0])
        says = text.replace("\n", " ")
    elif mine.shape != target.shape:
        shapes = f"shape {mine.shape}\nwanted {target.shape}"
        draw_matrix(axes[1], _flat(mine), limit=limit, title=titles[1])
        _finish(axes[1], mine)
        _note(axes[2], "Difference", shapes, axes[0])
        says = shapes.replace("\n", ", ")
    else:
        wrong = ~np.isclose(mine, target, rtol=1e-4, atol=1e-6, equal_nan=True)
        marked = {"gradient": _flat(np.where(wrong, 1.0, 0.0)) == 1}
        draw_matrix(axes[1], _flat(mine), limit=limit, title=titles[1], marked=marked)
        _finish(axes[1], mine)
        says = f"{wrong.sum()} of {wrong.size} values differ"
        _difference(axes[2], target, mine, wrong, f"{titles[1]} − {titles[0].lower()}")
    return Picture(fig, alt or f"{titles[0]} beside {titles[1].lower()}: {says}.")


def _difference(ax, target, mine, wrong, title):
    if not wrong.any():
        _note(ax, "Difference", "none", ax.figure.axes[0])
        return
    with np.errstate(all="ignore"):
        gap = _flat(np.where(wrong, mine - target, 0.0))
    draw_matrix(ax, gap, title=title, marked={"gradient": _flat(wrong * 1.0) == 1})
    _finish(ax, mine)


def _finish(ax, array):
    """Print "nan" where an array has it (an empty cell would say nothing); part its blocks."""
    _part(ax, array)
    cells = np.argwhere(_flat(np.where(np.isnan(array), 1.0, 0.0)) == 1)
    for row, column in cells if max(_flat(array).shape) <= MAX_PRINTED else ():
        ax.text(column + 0.5, row + 0.5, "nan", ha="center", va="center", color=style.INK)


def _note(ax, title, text, beside):
    """A word in place of a matrix, at the height of the one beside it."""
    with style.applied():
        ax.set(xlim=beside.get_xlim(), ylim=beside.get_ylim(), aspect="equal")
        ax.set_title(title)
        ax.set_axis_off()
        ax.text(0.5, 0.5, text, ha="center", va="center", transform=ax.transAxes, fontsize=12)


def _numbers(values):
    """Values as a float array, or None when they are no numbers at all."""
    try:
        if hasattr(values, "detach"):
            values = values.detach().cpu().numpy()
        return None if values is None else np.asarray(values, dtype=float)
    except Exception:  # whatever a learner returned: it is drawn as "not an array of numbers"
        return None


def _flat(array):
    """Any array as a matrix: leading dimensions side by side, an empty column between."""
    array = np.asarray(array, dtype=float)
    if array.ndim <= 2:
        return np.atleast_2d(array)
    blocks = array.reshape(-1, *array.shape[-2:])
    gap = np.full((array.shape[-2], 1), np.nan)
    return np.hstack([part for block in blocks for part in (block, gap)][:-1])


def _part(ax, array):
    """Blank the columns that `_flat` put between the blocks of an array."""
    array = np.asarray(array)
    if array.ndim > 2:
        height, width = array.shape[-2:]
        for block in range(1, int(np.prod(array.shape[:-2]))):
            at = (block * (width + 1) - 0.94, -0.1)
            ax.add_patch(Rectangle(at, 0.88, height + 0.2, facecolor="white", zorder=3.5))
