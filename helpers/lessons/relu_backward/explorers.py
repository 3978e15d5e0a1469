"""Explorers: ReLU's gates forward and backward, and one unit on a data set."""

import ipywidgets as widgets
import numpy as np

from helpers.views import Edit, Explorer, Grid, GridView, LiveFigure, Step, slider, style

FROM_X, FROM_GRADIENT = "x (right)", "dL/dy (a mistake)"


def gates(x, grad_output, source):
    """Grids and steps of ReLU's forward and backward pass on 4×4 arrays, and what is read out."""
    mask = ((x if source == FROM_X else grad_output) > 0).astype(float)
    y, grad_input, edit = np.maximum(x, 0), mask * grad_output, Edit(-9, 9, 0.1)
    grids = [
        Grid("x", x, "input", "x (edit me)", edit=edit, limit=9),
        Grid("y", y, "output", "y = ReLU(x)", sign="→", limit=9),
        Grid("open", mask, "mask", f"mask: {source.split()[0]} > 0", limit=3),
        Grid("g", grad_output, "gradient", "dL/dy (edit me)", edit=edit, limit=9),
        Grid("mask", mask, "mask", "mask", sign="⊙", limit=3),
        Grid("out", grad_input, "gradient", "dL/dx", sign="=", limit=9),
    ]
    steps = []
    for cell in np.ndindex(x.shape):
        four = (x, y, grad_output, grad_input)
        at, value, arrives, leaves = (style.format_number(a[cell]) for a in four)
        gate = "open" if mask[cell] else "shut"
        says = (
            f"Row {cell[0]}, column {cell[1]}: x = {at} gives y = {value}. "
            f"Backward, the gate is {gate}: {arrives} arrives, {leaves} goes on."
        )
        steps.append(Step(says, {grid.name: [cell] for grid in grids}, select=("out", *cell)))
    wrong = (grad_input != np.where(x > 0, grad_output, 0)).sum()
    numbers = {
        "gates open": mask.sum(),
        "entries stopped": mask.size - mask.sum(),
        "wrong entries of dL/dx": wrong,
    }
    return grids, steps, numbers


_FIRST = (
    [[2.0, -1.0, 0.5, -3.0], [-0.4, 3.2, 0.0, 1.0], [5.0, -2.5, 1.6, -0.1], [0.3, 0.8, -4.0, 2.4]],
    [[-1.0, 2.0, 3.0, -2.0], [4.0, 0.6, 1.5, -5.0], [0.2, -3.0, 2.2, 1.0], [-0.7, 1.8, 6.0, -1.2]],
)


def explore(x=None, grad_output=None):
    """Two editable 4×4: forward, mask, gradient times mask; a switch takes the mask wrongly."""
    alt = "A 4 × 4 matrix through ReLU, the mask, and the gradient that gets back through it."
    first = [np.array(a, dtype=float) for a in (_FIRST if x is None else (x, grad_output))]
    view = GridView(*gates(*first, FROM_X)[:2], alt=alt, height=440)
    clicks = 0

    def update(source, reset):
        nonlocal clicks
        if reset != clicks:
            view.forget_edits()
            clicks = reset
        now = (view.edited_values(name, values) for name, values in zip("xg", first, strict=True))
        grids, steps, numbers = gates(*now, source)
        view.update(grids, steps)
        return numbers

    controls = {
        "source": widgets.Dropdown(options=[FROM_X, FROM_GRADIENT], description="mask from"),
        "reset": widgets.Button(description="first numbers"),
    }
    return Explorer(controls, [view], update, alt=alt)


_SCATTER = np.random.default_rng(4).normal(size=(40, 2)).round(2)
_WEIGHT, LEAK = np.array([1.0, 0.6]), 0.1


def unit_at(bias, leaky):
    """One unit on the 40 points: pre-activations, outputs, gradient norm of weights and bias.

    The loss is the mean squared distance from what the ReLU unit gives at bias 0.5.
    """
    z = _SCATTER @ _WEIGHT + bias
    slope = np.where(z > 0, 1.0, LEAK if leaky else 0.0)
    wanted = np.maximum(_SCATTER @ _WEIGHT + 0.5, 0)
    grad = 2 * (slope * z - wanted) / len(z) * slope  # slope · z is the output
    return z, slope * z, float(np.linalg.norm([*(grad @ _SCATTER), grad.sum()]))


def state_of(z, leaky, norm):
    """What a unit's pre-activations z and its gradient norm say of it; a norm of 0 has two causes."""
    if not leaky and not (z > 0).any():
        return "dead"
    return "gets a gradient" if norm > 1e-9 else "alive, and at its target"


def _build_unit(fig, axes):
    look = {"s": 46, "edgecolors": style.INK, "linewidths": 0.8, "zorder": 3}
    dots, points = (ax.scatter(*_SCATTER.T, **look) for ax in axes)
    (border,) = axes[0].plot([], [], **style.line("kernel"))
    (graph,) = axes[1].plot([], [], **style.line("output"))
    axes[0].set(xlim=(-3.2, 3.2), ylim=(-3.2, 3.2), ylabel="second input")
    axes[0].set_xlabel("first input (dashed: pre-activation 0)")
    axes[1].set(xlim=(-9.5, 6), ylim=(-1.3, 6), xlabel="pre-activation", ylabel="output")
    return dots, points, border, graph, axes[0].set_title(" "), axes[1].set_title(" ")


def _change_unit(artists, bias, z, out, leaky, norm):
    dots, points, border, graph, *titles = artists
    for part in (dots, points):
        part.set_facecolor(np.where((z > 0)[:, None], style.heat_rgb(1, 1), 0.85))
    points.set_offsets(np.column_stack([z, out]))
    ends, line = np.array([-9.5, 0.0, 6.0]), np.array([-4.0, 4.0])
    border.set_data(line, -(bias + _WEIGHT[0] * line) / _WEIGHT[1])
    graph.set_data(ends, np.where(ends > 0, 1.0, LEAK if leaky else 0.0) * ends)
    titles[0].set_text(f"active on {(z > 0).sum()} of {len(z)} points")
    titles[1].set_text(f"{'leaky ReLU' if leaky else 'ReLU'}: {state_of(z, leaky, norm)}")


def unit_figure(alt):
    """A live figure of `unit_at`: the data and the border of activity, the graph and the points."""
    return LiveFigure(_build_unit, _change_unit, columns=2, alt=alt)


def explore_dead_unit():
    """A bias that kills a unit over a data set, and a leaky switch that revives it."""
    alt = "Forty points, on which of them a unit is active, and its activation's graph with them."
    figure = unit_figure(alt)

    def update(bias, leaky):
        z, out, norm = unit_at(bias, leaky)
        figure.update(bias=bias, z=z, out=out, leaky=leaky, norm=norm)
        return {
            "active points": (z > 0).sum(),
            "largest pre-activation": z.max(),
            "gradient norm": norm,
        }

    controls = {
        "bias": slider("bias", -6.0, 3.0, 0.0, 0.1),
        "leaky": widgets.Checkbox(False, description=f"leaky (slope {LEAK} below 0)"),
    }
    states = {"alive": (0.0, False), "at its target": (0.5, False)}
    states |= {"dead": (-4.0, False), "revived": (-4.0, True)}
    presets = {name: dict(zip(controls, state, strict=True)) for name, state in states.items()}
    return Explorer(controls, [figure], update, alt=alt, presets=presets)
