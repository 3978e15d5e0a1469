"""A learner's function in symbols: the coefficients of a linear function, found by asking it."""

from itertools import product

import numpy as np

from helpers.exercises import Call, Note, run, to_numpy
from helpers.views import Picture, draw_matrix, outline, style

_LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def coefficients(function, *sizes):
    """The coefficients of a function that is linear in each of its vectors, (*sizes, *outputs).

    What it makes of unit vectors tells all. None where it gives no numbers or is not linear.
    """

    def value(*vectors):
        return np.asarray(to_numpy(run(function, Call(*vectors), 1.0).value), float)

    rng = np.random.default_rng(0)
    probe = [rng.integers(2, 9, size).astype(float) for size in sizes]
    try:
        table = np.array([value(*units) for units in product(*map(np.eye, sizes))])
        table = whole = table.reshape(*sizes, *table.shape[1:])
        for vector in probe:
            whole = np.tensordot(vector, whole, 1)
        said = value(*probe)
    except (TypeError, ValueError):
        return None
    return table if said.shape == whole.shape and np.allclose(said, whole) else None


def texts(function, letters, *sizes):
    """Each output of a function as a text, such as "x₁w₂ + x₂w₃"; an array of its output's shape.

    letters: one for each of its vectors. None where `coefficients` is None.
    """
    table = coefficients(function, *sizes)
    if table is None:
        return None
    said = np.empty(table.shape[len(sizes) :], dtype=object)
    for where in np.ndindex(said.shape):
        said[where] = _sum(table[(..., *where)], letters)
    return said


def _sum(table, letters):
    parts = []
    for index in np.argwhere(table):
        factors = "".join(f"{a}{i + 1}" for a, i in zip(letters, index, strict=True))
        many = style.format_number(table[tuple(index)])
        parts.append({"1": "", "−1": "−"}.get(many, many) + factors.translate(_LOW))
    return " + ".join(parts).replace("+ −", "− ") or "0"


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
    mine = _entries(texts(lambda x: answer(*x), "x", size))
    fig, ax = style.figure((style.WIDE[0], 1.6))
    draw_matrix(ax, np.full((1, len(mine) or 1), np.nan), title="yours")
    for j, label in enumerate(mine or ["?"]):
        ax.text(j + 0.5, 0.5, label, ha="center", va="center")
    return Picture(fig, f"Your entries: {', '.join(mine) or 'nothing yet'}.")


def windows_picture(answer, size, taps):
    """A row of `size` cells, padded by 1, with each window of `taps`; the learner's sums beside.

    `answer` takes the cells and the weights as single numbers.
    """
    mine = _entries(texts(lambda x, w: answer(*x, *w), "xw", size, taps))
    row, count = ["0", *(f"x{i + 1}".translate(_LOW) for i in range(size)), "0"], size + 3 - taps
    fig, ax = style.figure((style.WIDE[0], 1.1 * count))
    draw_matrix(ax, np.full((2 * count, size + 2), np.nan))
    for i in range(count):
        for j, label in enumerate(row):
            ax.text(j + 0.5, 2 * i + 0.5, label, ha="center", va="center")
        for j in range(taps):
            weight, at = f"w{j + 1}".translate(_LOW), (i + j + 0.5, 2 * i + 1.5)
            ax.text(*at, weight, color=style.colour("kernel"), ha="center", va="center")
        mask = np.zeros((2 * count, size + 2), bool)
        mask[2 * i : 2 * i + 2, i : i + taps] = True
        outline(ax, mask, "kernel")
    for i, says in enumerate(mine):
        at = 2 * count / max(count, len(mine)) * i + 0.5
        ax.text(size + 2.4, at, f"yours: {says}", va="center")
    ax.set_xlim(-0.05, size + 12)
    return Picture(fig, f"The windows over x̄. Your sums: {', '.join(mine) or 'nothing yet'}.")


def _entries(said):
    """The first texts of a row, none where there is no row."""
    return [] if said is None or said.ndim != 1 else said[:8].tolist()
