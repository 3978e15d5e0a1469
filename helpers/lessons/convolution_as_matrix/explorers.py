"""The explorer: a kernel, the matrix W that it fills along its diagonals, and W times x̄."""

import ipywidgets as widgets
import numpy as np

from helpers.lessons.convolution_as_matrix.oracles import torch_matrix
from helpers.views import Edit, Explorer, Grid, GridView, Step, slider, style, window

_WEIGHTS = np.array([1.0, 3, -2, 2, -1])  # of which the first few are shown


def scene(w, n, padding, flip):
    """Grids, steps and counts for n cells and the kernel w, padded by len(w) // 2 or not."""
    pad = len(w) // 2 if padding else 0
    x_bar = np.pad([3.0, 1, 4, 1, 5, 9, 2, 6][:n], pad)
    laid, size = w[::-1] if flip else w, n + 2 * pad
    kernel = Grid("w", w, "kernel", "kernel w", edit=Edit(-4, 4))
    if size < len(w):
        grids = [kernel, Grid("x̄", x_bar[:, None], "input")]
        says = f"No window of {len(w)} cells fits into a row of {size}, so W has no rows."
        return grids, [Step(says)], {"entries": 0, "zeros": 0, "distinct weights": len(w)}
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
    counts = {"entries": W.size, "zeros": int((W == 0).sum()), "distinct weights": len(w)}
    return grids, steps, counts


def explore():
    """Drag the kernel's entries and see W's diagonals follow; step through W's rows."""
    alt = "The kernel w, and W times x̄ is y."
    view = GridView(*scene(_WEIGHTS[:3], 4, True, False)[:2], alt=alt)

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
    alt = "A kernel, the matrix W that it fills along its diagonals, and W times x̄ is y."
    return Explorer(controls, [view], update, alt=alt)
