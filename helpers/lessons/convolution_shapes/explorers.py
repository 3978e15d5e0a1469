"""The explorer: a window walks over its padded input, and sizes and parameters follow."""

import itertools

import numpy as np

from helpers.views import (
    Explorer,
    Grid,
    GridView,
    LiveFigure,
    Step,
    decades,
    slider,
    style,
    window,
)


def _reach(kernel_size, dilation):
    """How many cells a window covers: k entries, d − 1 free cells between neighbours."""
    return kernel_size + (kernel_size - 1) * (dilation - 1)


def walk(n, kernel_size, stride, padding, dilation):
    """The padded input, the output and the cells that no window covers, for an n×n input.

    Returns (padded (m, m), kernel (k, k), output (o, o) with o = 0 where nothing fits, mask (m, m)).
    """
    rng = np.random.default_rng(0)
    x, kernel = rng.integers(0, 10, (12, 12))[:n, :n], rng.choice([-2, -1, 1, 2], (7, 7))
    kernel = kernel[:kernel_size, :kernel_size]
    padded = np.pad(x, padding).astype(float)
    reach = _reach(kernel_size, dilation)
    if reach > len(padded):
        return padded, kernel, np.zeros((0, 0)), np.ones(padded.shape, bool)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (reach, reach))
    windows = windows[::stride, ::stride, ::dilation, ::dilation]
    out = (windows * kernel).sum((2, 3))
    covered = np.zeros(len(padded), bool)
    for i in range(len(out)):
        covered[i * stride : i * stride + reach : dilation] = True
    return padded, kernel, out, ~np.outer(covered, covered)


def _walk_grids(n, kernel_size, stride, padding, dilation, in_channels):
    padded, kernel, out, dropped = walk(n, kernel_size, stride, padding, dilation)
    share = "" if in_channels == 1 else f" (1 of {in_channels} channels)"
    padded_to = f", padded to {len(padded)} × {len(padded)}" if padding else ""
    titles = (
        f"input {n} × {n}{padded_to}{share}",
        "kernel",
        "output" + share.replace("(", "(share of "),
    )
    empty = np.full(out.shape if out.size else (1, 1), np.nan)
    grids = [
        Grid("input", padded, "input", titles[0], greyed=dropped),
        Grid("kernel", kernel, "kernel", titles[1], sign="∗"),
        Grid("output", empty, "output", titles[2], sign="=", limit=np.abs(out).max(initial=1)),
    ]
    if not out.size:
        reach = _reach(kernel_size, dilation)
        says = f"The window covers {reach} cells, the padded row has {len(padded)}: nothing fits."
        return grids, [Step(says)]
    steps = []
    for i, j in itertools.product(range(len(out)), repeat=2):
        cells = window(i * stride, j * stride, kernel_size, kernel_size, dilation)
        says = f"Row {i}, column {j}: window times kernel, summed, is {style.format_number(out[i, j])}."
        marked = {"input": {"kernel": cells}, "output": [(i, j)]}
        steps.append(Step(says, marked, {"output": {(i, j): out[i, j]}}, ("output", i, j)))
    return grids, steps


def _build_bars(fig, ax):
    bars = ax.barh([2, 1, 0], 1, color=[style.colour(r) for r in ("kernel", "mask", "other")])
    ax.set(xscale="log", xlim=(0.8, 3e6), xlabel="parameters (logarithmic scale)", ylim=(-0.6, 2.6))
    decades(ax.xaxis)
    ax.set_yticks([2, 1, 0], ["weights", "biases", "a dense layer's weights"])
    return list(bars), [ax.text(1, y, "", va="center") for y in (2, 1, 0)], ax.set_title(" ")


def _change_bars(artists, counts, formula):
    for bar, label, count in zip(*artists[:2], counts, strict=True):
        bar.set_width(max(count, 0.8))
        label.set(x=max(count, 0.8) * 1.2, text=f"{count:,}")
    artists[2].set_text(formula)


def _found():
    """Whether the learner has found the size formula: the chart must not say it before."""
    from helpers.lessons import convolution_shapes as lesson  # it imports this module

    return lesson.conv_output_size.verdict.status == "correct"


def explore():
    """Sliders for all that decides a convolution's shape; the window walks, the output fills."""
    start = _walk_grids(7, 3, 1, 0, 1, 1)
    view = GridView(
        *start, alt="A window walks over the padded input while the output fills.", height=332
    )
    bars = LiveFigure(
        _build_bars,
        _change_bars,
        alt="How often the window fits along an axis, and bars of the parameter counts.",
        size=(style.WIDE[0], 1.7),
    )
    shown = None

    def update(n, kernel_size, stride, padding, dilation, in_channels, out_channels):
        nonlocal shown
        structure = (n, kernel_size, stride, padding, dilation, in_channels)
        if structure != shown:
            view.update(*_walk_grids(*structure))
            shown = structure
        *_, output, dropped = walk(n, kernel_size, stride, padding, dilation)
        out = len(output)
        weights = in_channels * out_channels * kernel_size**2
        dense = in_channels * n**2 * out_channels * out**2
        formula = f"the window fits {out} time{'s' * (out != 1)} along each axis"
        if not out:
            formula = f"the window does not fit into {n} + 2·{padding} cells"
        elif _found():
            formula = f"output size = ⌊({n} + 2·{padding} − {dilation}·({kernel_size} − 1) − 1) / {stride}⌋ + 1 = {out}"
        bars.update(counts=(weights, out_channels, dense), formula=formula)
        return {
            "output size": out,
            "columns never read": dropped.all(0).sum(),
            "weights": weights,
            "biases": out_channels,
        }

    controls = {
        "n": slider("input size", 1, 12, 7),
        "kernel_size": slider("kernel size", 1, 7, 3),
        "stride": slider("stride", 1, 4, 1),
        "padding": slider("padding", 0, 6, 0),
        "dilation": slider("dilation", 1, 3, 1),
        "in_channels": slider("in channels", 1, 16, 1),
        "out_channels": slider("out channels", 1, 16, 1),
    }
    usual = {"kernel_size": 3, "stride": 1, "dilation": 1}
    presets = {name: usual | {"padding": p} for p, name in enumerate(("valid", "same", "full"))}
    alt = "A convolution's window over its padded input, step by step, with sizes and parameters."
    return Explorer(controls, [view, bars], update, alt=alt, presets=presets)
