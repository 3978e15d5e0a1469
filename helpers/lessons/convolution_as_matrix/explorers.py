"""The explorers: a kernel, its matrix W, and W times x̄; a row that is pushed, and its outputs."""

import ipywidgets as widgets
import numpy as np

from helpers.lessons.convolution_as_matrix.oracles import torch_matrix
from helpers.views import Edit, Explorer, Grid, GridView, Step, slider, style, window

_WEIGHTS = np.array([1.0, 3, -2, 2, -1])  # of which the first few are shown
_ROW = np.array([3.0, 1, 4, 7, 5, 9, 2, 6])
_ENTERING = np.array([-2.0, 0, -1, 8])  # from the left, the last one first


def scene(w, n, padding, flip):
    """Grids, steps and counts for n cells and the kernel w, padded by len(w) // 2 or not."""
    pad = len(w) // 2 if padding else 0
    x_bar = np.pad(_ROW[:n], pad)
    laid, size = w[::-1] if flip else w, n + 2 * pad
    kernel = Grid("w", w, "kernel", "kernel w", edit=Edit(-4, 4))
    if size < len(w):
        grids = [kernel, Grid("x̄", x_bar[:, None], "input")]
        says = f"No window of {len(w)} cells fits into a row of {size}, so W has no rows."
        return grids, [Step(says)], {"entries": 0, "zeros": 0, "weights to learn": len(w)}
    W = torch_matrix(laid, size)
    y = W @ x_bar
    grids = [
        kernel,
        Grid("W", W, "kernel", f"W, {len(W)} × {size}"),
        Grid("x̄", x_bar[:, None], "input", sign="@"),
        Grid("y", y[:, None], "output", sign="="),
    ]
    steps = []
    for i, total in enumerate(y):
        products = zip(laid, x_bar[i : i + len(w)], strict=True)
        sums = " + ".join(f"{a:g}·{b:g}" if a >= 0 else f"(−{-a:g})·{b:g}" for a, b in products)
        marks = {"W": window(i, i, 1, len(w)), "x̄": window(i, 0, len(w), 1), "y": [(i, 0)]}
        says = f"Row {i} of W times x̄: {sums} = {style.format_number(total)}."
        steps.append(Step(says, marks, select=("y", i, 0)))
    counts = {"entries": W.size, "zeros": int((W == 0).sum()), "weights to learn": len(w)}
    return grids, steps, counts


def _one_weight_changes(w):
    """A matrix with the zeros of a convolution, whose first weight grows from row to row."""
    W = torch_matrix(w, len(_ROW))
    W[np.arange(len(W)), np.arange(len(W))] += np.arange(len(W))
    return W


def explore():
    """Drag the kernel's entries and see W's diagonals follow; step through W's rows."""
    alt = "The kernel w, its matrix W, the row x̄, and y, which is W times x̄."
    view = GridView(*scene(_WEIGHTS[:3], 4, True, False)[:2], alt=alt, height=410)

    def update(n, kernel_size, padding, flip):
        w = view.edited_values("w", _WEIGHTS[:kernel_size])
        grids, steps, counts = scene(w, n, padding, flip)
        view.update(grids, steps)
        return counts

    controls = {
        "n": slider("cells of x", 1, 8, 4),
        "kernel_size": slider("kernel size", 1, 5, 3),
        "padding": widgets.Checkbox(True, description="pad x with zeros"),
        "flip": widgets.Checkbox(False, description="turn the kernel round"),
    }
    alt = "A kernel, the matrix W that it fills along its diagonals, and y, which is W times x̄."
    return Explorer(controls, [view], update, alt=alt)


MAPS = {
    "convolution": lambda w: torch_matrix(w, len(_ROW)),
    "convolution, zero padding": lambda w: torch_matrix(w, len(_ROW), padding=1),
    "a weight changes on the way": _one_weight_changes,
    "reversal": lambda w: np.eye(len(_ROW))[::-1],
}


def shift_scene(name, w, by):
    """Grids, steps and counts for a map, its kernel w, and a row pushed `by` cells to the right.

    A step compares one output of the row with the output `by` places on of the pushed row.
    """
    W = MAPS[name](w)
    x = np.array([_ROW, np.concatenate([_ENTERING, _ROW])[len(_ENTERING) - by :][: len(_ROW)]])
    y = x @ W.T
    same = y[0, : len(W) - by] == y[1, by:]
    labels = ("before", "pushed")
    grids = [
        Grid("w", w, "kernel", "kernel w", edit=Edit(-4, 4)),
        Grid("W", W, "kernel", f"W, {len(W)} × {len(_ROW)}"),
        Grid("x", x, "input", "row x", rows=labels),
        Grid("y", y, "output", "output W x", rows=labels),
    ]
    steps = []
    for i, equal in enumerate(same):
        j = i + by
        seen = [np.flatnonzero(W[place]).tolist() for place in (i, j)]
        role = "output" if equal else "gradient"
        marks = {
            "W": [(place, c) for place, cs in zip((i, j), seen, strict=True) for c in cs],
            "x": [(line, c) for line, cs in enumerate(seen) for c in cs],
            "y": {role: [(0, i), (1, j)]},
        }
        a, b = (style.format_number(value) for value in (y[0, i], y[1, j]))
        says = "they are equal" if equal else "they differ"
        says = f"Output {i} before the push is {a}, output {j} after it {b}: {says}."
        steps.append(Step(says, marks, select=("y", 1, j)))
    return grids, steps, {"outputs that have a partner": same.size, "of them equal": same.sum()}


def explore_shift():
    """Push a row to the right and compare its outputs, one by one, with those before."""
    alt = "A matrix W, a row before and after a push, and what W makes of both."
    view = GridView(*shift_scene("convolution", _WEIGHTS[:3], 1)[:2], alt=alt, height=410)

    def update(name, by):
        w = view.edited_values("w", _WEIGHTS[:3])
        grids, steps, counts = shift_scene(name, w, by)
        view.update(grids, steps)
        return counts

    controls = {
        "name": widgets.Dropdown(options=list(MAPS), description="map"),
        "by": slider("push by", 0, len(_ENTERING), 1),
    }
    return Explorer(controls, [view], update, alt=alt)
