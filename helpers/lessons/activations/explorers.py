"""The explorer: three activations above their slopes."""

import ipywidgets as widgets
import numpy as np
from matplotlib.lines import Line2D

from helpers.lessons.activations import oracles
from helpers.lessons.activations.pictures import ROLES
from helpers.views import Explorer, LiveFigure, slider, style

_GRID = np.linspace(-3, 3, 241)


def _build(fig, axes):
    axes[0].set(xlim=(-3.1, 3.1), ylim=(-6.2, 6.2), ylabel="value")
    axes[1].set(ylim=(-0.2, 2.2), ylabel="slope", xlabel="input x", yticks=(0, 0.5, 1, 1.5, 2))
    handles = [Line2D([], [], **style.line(role), label=name) for name, role in ROLES.items()]
    axes[0].legend(handles=handles, loc="upper left")
    patterns, black = map(style.line, ROLES.values()), {"color": style.INK, "zorder": 5}
    lines = [[ax.plot([], [], **pattern, zorder=3)[0] for ax in axes] for pattern in patterns]
    dots = [ax.plot([], [], "o", markersize=9, **black)[0] for ax in axes]
    return lines, dots, axes[0].plot([], [], lw=1.4, **black)[0]


def _change(artists, name, pairs, x, value, slope):
    lines, dots, tangent = artists
    _name_overlay(tangent.axes.get_legend(), bool(np.isfinite(pairs[-1]).any()))
    for label, two, pair in zip(ROLES, lines, pairs, strict=True):
        weight = (3.2, 1) if label in (name, "max(αx, x)") else (1.3, 0.6)
        for line, ys in zip(two, pair, strict=True):
            line.set(data=(_GRID, ys), linewidth=weight[0], alpha=weight[1])
    for dot, y in zip(dots, (value, slope), strict=True):
        dot.set_data([x], [y])
    step = np.array([-0.9, 0.9]) / np.hypot(1, slope)  # one length, however steep
    tangent.set_data(x + step, value + slope * step)


def _name_overlay(legend, drawn):
    """Name the last curve in the legend where it is drawn, and there alone."""
    parts = legend.get_texts()[-1], legend.legend_handles[-1]
    if parts[0].get_visible() != drawn:
        for part in parts:
            part.set_visible(drawn)
        legend.stale = legend.axes.stale = True  # it does not move: else it is not drawn anew


def explore():
    """The three activations above their slopes; α past 1; max(αx, x) laid over; a marker."""
    alt = "ReLU, leaky ReLU and ELU above their slopes, with a marker at the chosen input."
    shape = {"size": (style.WIDE[0], 6.4), "rows": 2, "height_ratios": (3, 2)}
    figure = LiveFigure(_build, _change, alt=alt, sharex=True, **shape)

    gap = np.where(_GRID == 0, np.nan, 1.0)  # slopes jump at 0: no line joins the two sides

    def update(name, alpha, x, overlay):
        pairs = [(f(_GRID, alpha), s(_GRID, alpha) * gap) for f, s in oracles.FUNCTIONS.values()]
        larger = np.where(alpha * _GRID > _GRID, alpha, 1.0)  # the slope of max(αx, x)
        pairs.append(np.array([larger * _GRID, larger * gap]) if overlay else [_GRID * np.nan] * 2)
        value, slope = oracles.read(name, x, alpha)
        figure.update(name=name, pairs=pairs, x=x, value=value, slope=slope)
        numbers = {"x": x, f"{name}(x)": value, "slope": slope}
        if overlay:
            ours, theirs = oracles.both_formulas(x, alpha)
            numbers |= {"max(αx, x)": theirs, "max(αx, x) − leaky ReLU": theirs - ours}
        return numbers

    controls = {
        "name": widgets.Dropdown(
            options=list(oracles.FUNCTIONS), value="leaky ReLU", description="activation"
        ),
        "alpha": slider("α", 0.05, 2.0, 0.3, 0.05),
        "x": slider("input x", -3.0, 3.0, -1.5, 0.05),
        "overlay": widgets.Checkbox(False, description="overlay max(αx, x)"),
    }
    presets = {
        "at the kink": {"name": "ReLU", "x": 0.0, "overlay": False},
        "smooth": {"name": "ELU", "alpha": 1.0, "x": 0.0, "overlay": False},
        "α past 1": {"name": "leaky ReLU", "alpha": 1.6, "x": -1.5, "overlay": True},
    }
    return Explorer(controls, [figure], update, alt=alt, presets=presets)
