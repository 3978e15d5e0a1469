"""Static pictures: both formulas for an input, and how fast a unit learns from its inputs."""

import numpy as np

from helpers.lessons.activations import oracles
from helpers.views import Picture, style

ROLES = {"ReLU": "input", "leaky ReLU": "kernel", "ELU": "target", "max(αx, x)": "other"}
FORMULAS = {
    "leaky ReLU": oracles.leaky_relu,
    "max(αx, x)": lambda x, alpha: np.maximum(alpha * x, x),
}


def learning(losses):
    """Draw {name: loss at every step}, three of them, on an axis in powers of ten."""
    fig, ax = style.figure()
    with style.applied():
        for (name, values), role in zip(losses.items(), ("input", "kernel", "target"), strict=True):
            ax.plot(np.divide(values, values[0]), **style.line(role), label=name)
        ax.set(xlabel="step", ylabel="loss / first loss", yscale="log", ylim=(1e-6, 2))
        ax.legend()
    return Picture(fig, f"The loss at every step of learning, for {', '.join(losses)}.")


def both_formulas(arguments):
    """Both formulas for the learner's α (0.5 before there is one), and the learner's x on each."""
    x, alpha = (arguments["x"], arguments["negative_slope"]) if arguments else (np.nan, 0.5)
    marks = np.ravel(x).astype(float)
    if not np.abs([*marks, alpha]).max() < 1e6:  # too large to draw, or nothing yet
        marks, alpha = np.array([np.nan]), 0.5
    known, single = np.isfinite(marks).all(), marks.size == 1
    title = f"α = {alpha:g}" + (f", x = {marks[0]:g}" if single else "")
    title = title.replace("-", "−") if known else f"α = {alpha:g} (no input to draw yet)"
    xs = np.linspace(-1, 1, 401) * max(2.0, 1.4 * np.abs(marks).max() if known else 0)
    fig, ax = style.figure()
    with style.applied():
        for name, function in FORMULAS.items():
            ys = function(marks, alpha)
            label = f"{name} = {ys[0]:g}".replace("-", "−") if known and single else name
            ax.plot(xs, function(xs, alpha), **style.line(ROLES[name]), label=label)
            ax.plot(marks, ys, "o", color=style.colour(ROLES[name]), markersize=9)
        ax.set(xlabel="input x", ylabel="value", title=title)
        ax.legend()
    return Picture(fig, f"Leaky ReLU and max(αx, x) for {title}.")
