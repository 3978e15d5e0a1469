"""What a sum of three shifted ReLUs draws: the explorer's curve, and the one to build."""

import numpy as np
from matplotlib.lines import Line2D

from helpers.lessons.activations import oracles
from helpers.views import Explorer, LiveFigure, slider, style

KINKS = (-1.0, 0.0, 2.0)
CORNERS = ((-2.0, 0.0), (-1.0, 0.0), (0.0, 2.0), (2.0, 0.0), (3.0, 1.0))  # of the curve to build
ROLES = ("input", "kernel", "gradient")  # of the three ReLUs
NAMES = ("v₁ · ReLU(x + 1)", "v₂ · ReLU(x)", "v₃ · ReLU(x − 2)", "their sum", "curve to build")
_XS = np.sort([*np.linspace(-2, 3, 201), *(k + 1e-9 for k in KINKS)])


def summands(weights, xs):
    """The three weighted ReLUs (3, n) at xs (n,)."""
    shifted = oracles.relu(np.subtract.outer(xs, KINKS)).T
    return np.asarray(weights, float)[:, None] * shifted


def hinge_weights():
    """The weights with which the sum meets every corner, from a system of equations."""
    at, heights = np.transpose(CORNERS[2:])  # the first two lie where every ReLU is 0
    return np.linalg.solve(summands(np.ones(3), at).T, heights)


def slopes(weights):
    """The slope of the sum on each of the four pieces, from left to right."""
    return np.concatenate([[0.0], np.cumsum(weights)])


def _build(fig, axes):
    fig.get_layout_engine().set(hspace=0.06)
    axes[0].set(xlim=(-2, 3), ylim=(-6.2, 6.2), ylabel="value")
    axes[1].set(ylim=(-9.6, 9.6), ylabel="slope", xlabel="input x", xticks=range(-2, 4))
    target = style.line("target")
    axes[0].plot(*np.transpose(CORNERS), **target, zorder=4)
    lines = [*map(style.line, ROLES), {**style.line("output"), "lw": 3}, target]
    handles = [Line2D([], [], **line, label=n) for line, n in zip(lines, NAMES, strict=True)]
    axes[0].legend(handles=handles, loc="upper left", ncols=2)
    thin = [axes[0].plot([], [], lw=1.4, **style.line(role))[0] for role in ROLES]
    thick = [ax.plot([], [], lw=3, **style.line("output"))[0] for ax in axes]
    return thin, thick


def _change(artists, parts, slope):
    thin, thick = artists
    for line, ys in zip(thin, parts, strict=True):
        line.set_data(_XS, ys)
    thick[0].set_data(_XS, sum(parts))
    thick[1].set_data(_XS, slope)


def explore_hinges():
    """Three ReLUs with kinks at −1, 0 and 2, their weights v, and what their sum draws."""
    alt = "Three weighted ReLUs with kinks at −1, 0 and 2, their sum, and below it the sum's slope."
    shape = {"size": (style.WIDE[0], 5.6), "rows": 2, "height_ratios": (3, 1.6)}
    figure = LiveFigure(_build, _change, alt=alt, sharex=True, **shape)
    at, heights = np.transpose(CORNERS)

    def update(v1, v2, v3):
        weights = (v1, v2, v3)
        pieces = slopes(weights)
        slope = pieces[np.searchsorted(KINKS, _XS)]
        figure.update(parts=list(summands(weights, _XS)), slope=slope)
        gap = np.abs(summands(weights, at).sum(0) - heights).max()
        names = ("left of −1", "from −1 to 0", "from 0 to 2", "right of 2")
        return {f"slope {name}": p for name, p in zip(names, pieces, strict=True)} | {
            "largest distance from the blue curve": gap
        }

    controls = {f"v{i}": slider(f"v{'₁₂₃'[i - 1]}", -3, 3, v) for i, v in ((1, 1), (2, 1), (3, 0))}
    presets = {
        "one ReLU": {"v1": 1, "v2": 0, "v3": 0},
        "a second one bends it back": {"v1": 2, "v2": -2, "v3": 0},
    }
    return Explorer(controls, [figure], update, alt=alt, presets=presets)
