"""What a learner's functions compute, in symbols; what they say to matrices; a matrix in blocks."""

import numpy as np

from helpers.exercises import Call, Note, run, to_numpy
from helpers.lessons.convolution_as_matrix.symbols import low, texts
from helpers.views import Picture, draw_matrix, outline, style


def in_symbols(name, function, **sizes):
    """What a learner's function computes, in symbols: `in_symbols("y", f, x=4)`, x of size 4.

    A row as a line of text, a matrix as a picture.
    """
    said = texts(function, "".join(sizes), *sizes.values())
    if said is None or said.ndim not in (1, 2):
        return Note(f"{name} in symbols", ("The functions it needs are not ready yet.",))
    if said.ndim == 1:
        return Note(f"{name}, from your code", (f"{name} = [{', '.join(said)}]ᵀ",))
    fig, ax = style.figure((style.WIDE[0], 0.6 + 0.5 * len(said)))
    draw_matrix(ax, np.full(said.shape, np.nan), title=f"{name}, from your code")
    for (i, j), entry in np.ndenumerate(said):
        colour = style.MUTED if entry == "0" else style.INK
        ax.text(j + 0.5, i + 0.5, entry, ha="center", va="center", color=colour)
    outline(ax, said != "0", "kernel")
    rows = (f"[{', '.join(row)}]" for row in said)
    return Picture(fig, f"{name} = [{', '.join(rows)}]")


def entries_picture(answer, size):
    """The entries that the learner's formulas of `size` single numbers make, as a row of cells."""
    mine = _first_texts(texts(lambda x: answer(*x), "x", size))
    fig, ax = style.figure((style.WIDE[0], 1.6))
    draw_matrix(ax, np.full((1, len(mine) or 1), np.nan), title="yours")
    for j, label in enumerate(mine or ["?"]):
        ax.text(j + 0.5, 0.5, label, ha="center", va="center")
    return Picture(fig, f"Your entries: {', '.join(mine) or 'nothing yet'}.")


def windows_picture(answer, size, taps):
    """A row of `size` cells, padded by 1, with each window of `taps`; the learner's sums beside.

    `answer` takes the cells and the weights as single numbers.
    """
    mine = _first_texts(texts(lambda x, w: answer(*x, *w), "xw", size, taps))
    row, count = ["0", *(low(f"x{i + 1}") for i in range(size)), "0"], size + 3 - taps
    fig, ax = style.figure((style.WIDE[0], 1.1 * count))
    draw_matrix(ax, np.full((2 * count, size + 2), np.nan))
    for i in range(count):
        for j, label in enumerate(row):
            ax.text(j + 0.5, 2 * i + 0.5, label, ha="center", va="center")
        for j in range(taps):
            weight, at = low(f"w{j + 1}"), (i + j + 0.5, 2 * i + 1.5)
            ax.text(*at, weight, color=style.colour("kernel"), ha="center", va="center")
        mask = np.zeros((2 * count, size + 2), bool)
        mask[2 * i : 2 * i + 2, i : i + taps] = True
        outline(ax, mask, "kernel")
    for i, says in enumerate(mine):
        at = 2 * count / max(count, len(mine)) * i + 0.5
        ax.text(size + 2.4, at, f"yours: {says}", va="center")
    ax.set_xlim(-0.05, size + 12)
    return Picture(fig, f"The windows over x̄. Your sums: {', '.join(mine) or 'nothing yet'}.")


def _first_texts(said):
    """The first texts of a row, none where there is no row."""
    return [] if said is None or said.ndim != 1 else said[:8].tolist()


def verdicts_picture(answer, matrices):
    """Six matrices, and what the learner's function says to each."""
    fig, axes = style.figure((style.WIDE[0], 4.6), 2, 3)
    for ax, W in zip(axes.flat, matrices, strict=True):
        says = run(answer, Call(np.array(W, float)), 1.0).value
        word = {"True": "yes", "False": "no"}.get(str(to_numpy(says)), "…")
        draw_matrix(ax, W, title=f"yours: {word}")
    return Picture(fig, "Six matrices, with what your function says to each.")


def block_picture(matrix, block, title):
    """A matrix with lines between its blocks of shape `block`."""
    matrix = np.asarray(to_numpy(matrix), float)
    wide = style.WIDE[0]
    fig, ax = style.figure((wide, 0.8 + wide * matrix.shape[0] / matrix.shape[1]))
    draw_matrix(ax, matrix, title=title)
    with style.applied():
        lines = {"color": style.INK, "linewidth": 2.4, "zorder": 4}
        ax.hlines(range(0, matrix.shape[0] + 1, block[0]), 0, matrix.shape[1], **lines)
        ax.vlines(range(0, matrix.shape[1] + 1, block[1]), 0, matrix.shape[0], **lines)
    return Picture(fig, f"{title}: a matrix of shape {matrix.shape} in blocks of {block}.")
