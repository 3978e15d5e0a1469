"""The explorers: stamps that add up, W beside its transpose, windows over put-in zeros, overlaps."""

import numpy as np

from helpers.lessons.transposed_convolution.oracles import (
    conv1d_matrix,
    conv_transpose2d,
    stamps,
)
from helpers.views import Edit, Explorer, Grid, GridView, Step, slider, style

_CELLS = np.array([[1, 2, 0, 3], [3, -1, 2, 1], [2, 1, 1, -2], [0, 2, -1, 3.0]])
_KERNEL = np.array([[1, 2, 1, -1], [0, 3, -1, 2], [2, -1, 1, 0], [1, 0, 2, 1.0]])


def _explorer(make, tables, controls, start, alt, presets=None):
    """One grid view: `make(**tables, **controls)` gives its grids, its steps and the readout."""
    grids, steps, _ = make(**tables, **{name: control.value for name, control in controls.items()})
    view = GridView(grids, steps, alt=alt, step=start, height=428)

    def update(**values):
        edited = {name: view.edited_values(name, table) for name, table in tables.items()}
        grids, steps, numbers = make(**edited, **values)
        view.update(grids, steps)
        return numbers

    return Explorer(controls, [view], update, alt=alt, presets=presets)


def _stamp_steps(x, kernel, n, kernel_size, stride, padding):
    x, kernel = x[:n, :n], kernel[:kernel_size, :kernel_size]
    placed = stamps([x], [[kernel]], stride)[:, 0]
    totals, hits = np.nancumsum(placed, axis=0), np.isfinite(placed).cumsum(axis=0)
    hits[-1] = np.maximum(hits[-1], 1)  # after the last stamp, holes are 0
    full = len(totals[0])
    kept = (np.arange(full) >= padding) & (np.arange(full) < full - padding)
    size, cropped = kept.sum(), ~np.outer(kept, kept)
    title = f"sum of the stamps: {size} × {size}" + (", rest cropped" if padding else "")
    grids = [
        Grid("x", x, "input", "input", edit=Edit(-3, 3)),
        Grid("kernel", kernel, "kernel", sign="∗", edit=Edit(-3, 3)),
        Grid("stamp", 0 * kernel, "kernel", "this stamp", sign="=", limit=style.limit_of(placed)),
        Grid("out", 0 * totals[0], "output", title, limit=style.limit_of(totals), greyed=cropped),
    ]
    steps = []
    for number, (i, j) in enumerate(np.ndindex(n, n)):
        value = style.format_number(x[i, j])
        says = f"Input row {i}, column {j} holds {value}: {value} × kernel is added from output row {i * stride}, column {j * stride} on."
        marked = {"x": [(i, j)], "out": {"kernel": np.isfinite(placed[number])}}
        now = np.where(hits[number] > 0, totals[number], np.nan)
        steps.append(Step(says, marked, {"stamp": x[i, j] * kernel, "out": now}, ("x", i, j)))
    numbers = {"size before cropping": full, "output size": size}
    return grids, steps, numbers | {"stamps that meet in one cell, at most": hits[-1].max()}


def explore():
    """Each input cell stamps the kernel, times its value, into the output; the stamps add up."""
    controls = {
        "n": slider("input size", 1, 4, 3),
        "kernel_size": slider("kernel size", 1, 4, 3),
        "stride": slider("stride", 1, 4, 2),
        "padding": slider("padding", 0, 3, 0),
    }
    presets = {
        "stride 1": {"kernel_size": 3, "stride": 1, "padding": 0},
        "side by side": {"kernel_size": 2, "stride": 2, "padding": 0},
        "cropped": {"kernel_size": 3, "stride": 2, "padding": 1},
        "holes": {"kernel_size": 2, "stride": 3, "padding": 0},
    }
    alt = "A transposed convolution, stamp by stamp: input, kernel, the present stamp and the sum."
    tables = {"x": _CELLS, "kernel": _KERNEL}
    return _explorer(_stamp_steps, tables, controls, 4, alt, presets)


def _transpose_steps(y, n, kernel_size, stride):
    W = conv1d_matrix([1, 3, 2, -1][:kernel_size], n, stride)
    m = len(W)
    totals = np.cumsum(W.T * y[:m, 0], axis=1)
    grids = [
        Grid("W", W, "kernel", f"W: {m} × {n}"),
        Grid("transpose", W.T, "kernel", f"Wᵀ: {n} × {m}"),
        Grid("y", y[:m], "input", sign="@", edit=Edit(-3, 3)),
        Grid("out", totals[:, -1:], "output", "Wᵀ y", sign="=", limit=style.limit_of(totals)),
    ]
    steps = []
    for i in range(m):
        first, last = i * stride, i * stride + kernel_size - 1
        cells, them = f"cells {first} to {last}", "them"
        if last == first:
            cells, them = f"cell {first}", "it"
        says = f"W’s row {i} gathers {cells}; as Wᵀ’s column {i} it stamps y[{i}] = {style.format_number(y[i, 0])} onto {them}."
        here, reach = np.arange(m) == i, (np.arange(n) >= first) & (np.arange(n) <= last)
        marked = {
            "W": {"target": np.outer(here, reach)},
            "transpose": {"target": np.outer(reach, here)},
            "y": here[:, None],
            "out": {"target": reach[:, None]},
        }
        beyond = (np.arange(n) > last) & (i < m - 1)
        now = np.where(beyond, np.nan, totals[:, i])[:, None]
        steps.append(Step(says, marked, {"out": now}, ("y", i, 0)))
    dropped = (~W.any(0)).sum()
    return grids, steps, {"rows of W": m, "columns of W": n, "cells that no stamp reaches": dropped}


def explore_transpose():
    """The matrix W of a convolution beside its transpose, which stamps what W gathers."""
    controls = {
        "n": slider("large size n", 4, 8, 7),
        "kernel_size": slider("kernel size", 1, 4, 3),
        "stride": slider("stride", 1, 3, 2),
    }
    alt = "A convolution’s matrix W and its transpose: rows of one are columns of the other."
    return _explorer(_transpose_steps, {"y": _CELLS[:, :2].reshape(-1, 1)}, controls, 1, alt)


def _gather_steps(x, kernel, n, kernel_size, stride, padding):
    x, kernel = x[:n, :n], kernel[:kernel_size, :kernel_size]
    frame = kernel_size - 1 - padding
    at = frame + stride * np.arange(n)  # where the input's cells come to lie
    put_in = np.ones((at[-1] + frame + 1,) * 2, dtype=bool)
    put_in[np.ix_(at, at)] = False
    wide = np.zeros(put_in.shape)
    wide[np.ix_(at, at)] = x
    out = conv_transpose2d([x], [[kernel]], stride, padding)[0]
    title = f"stride − 1 = {stride - 1} between, k − 1 − padding = {frame} around"
    grids = [
        Grid("x", x, "input", "input", edit=Edit(-3, 3)),
        Grid("wide", wide, "input", title, sign="→", greyed=put_in),
        Grid("turned", kernel[::-1, ::-1], "kernel", "kernel, turned by 180°", sign="∗"),
        Grid("out", out, "output", "output", sign="="),
    ]
    steps, seen, now = [], [], np.full(out.shape, np.nan)
    for i, j in np.ndindex(*out.shape):
        now[i, j] = out[i, j]
        rows, columns = slice(i, i + kernel_size), slice(j, j + kernel_size)
        window = np.zeros(wide.shape, dtype=bool)
        window[rows, columns] = True
        seen.append((window & ~put_in).sum())
        says = f"Output row {i}, column {j}: of the window’s {window.sum()} products, {window.sum() - seen[-1]} are with zeros put in."
        inside = {(r - i, c - j) for r, c in np.argwhere(window & ~put_in)}
        marked = {"wide": {"kernel": window}, "turned": inside, "x": _inputs(window, at)}
        steps.append(Step(says, marked, {"out": now.copy()}, ("out", i, j)))
    numbers = {"output size": len(out), "products in a window": kernel_size**2}
    return grids, steps, numbers | {"of these with cells of the input, at most": max(seen)}


def _inputs(window, at):
    """The input cells that a window over the spread-out input covers."""
    return window[np.ix_(at, at)]


def explore_gather():
    """The same result by an ordinary convolution: zeros put in, the kernel turned by 180°."""
    controls = {
        "n": slider("input size", 2, 3, 2),
        "kernel_size": slider("kernel size", 2, 3, 3),
        "stride": slider("stride", 1, 3, 2),
        "padding": slider("padding", 0, 1, 0),
    }
    alt = "A transposed convolution as an ordinary one: a window walks over the input with zeros between and around."
    tables = {"x": _CELLS, "kernel": _KERNEL}
    return _explorer(_gather_steps, tables, controls, 8, alt)


def _overlap_steps(kernel_size, stride):
    reach = conv1d_matrix(np.ones(kernel_size), 11 + kernel_size, stride)[:, :12]  # 12 output cells
    hits = reach.sum(0)
    low, high = (kernel_size // stride) ** 2, (-(-kernel_size // stride)) ** 2
    each = "once" if low == 1 else f"{low} times"
    if low < high:
        each = "at most once" if high == 1 else f"{low} to {high} times"
    grids = [
        Grid("reach", reach, "kernel", "along a row: a line for each stamp", limit=2),
        Grid("hits", hits, "output", "stamps on each cell of a row"),
        Grid("plane", np.outer(hits, hits), "output", "… and of the plane"),
    ]
    steps = []
    for i, line in enumerate(reach > 0):
        says = f"Stamp {i} begins at cell {i * stride}. Away from the border, each cell of the plane is hit {each}."
        here = (np.arange(len(reach)) == i)[:, None] & line
        steps.append(Step(says, {"reach": here, "plane": {"kernel": np.outer(line, line)}}))
    numbers = {"fewest stamps in a cell": low, "most": high}
    return grids, steps, numbers | {"kernel size modulo stride": kernel_size % stride}


def explore_overlaps():
    """Kernel size and stride; how many stamps meet in each output cell, and where unevenly."""
    controls = {"kernel_size": slider("kernel size", 1, 7, 3), "stride": slider("stride", 1, 4, 2)}
    settings = {"checkerboard": (3, 2), "even": (4, 2), "side by side": (2, 2), "holes": (2, 3)}
    presets = {name: {"kernel_size": k, "stride": s} for name, (k, s) in settings.items()}
    alt = "How many stamps meet in each output cell: a chequered pattern unless the stride divides the kernel size."
    return _explorer(_overlap_steps, {}, controls, 2, alt, presets)
