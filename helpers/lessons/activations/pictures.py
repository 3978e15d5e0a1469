"""Static pictures: both formulas for a pair, and how each activation gets a stuck unit going."""

import math

import numpy as np

from helpers.lessons.activations import oracles
from helpers.lessons.activations.counterexamples import pair_of
from helpers.views import Picture, style

ROLES = {"ReLU": "input", "leaky ReLU": "kernel", "ELU": "target", "max(αx, x)": "other"}


def recovery(losses):
    """Draw {name: loss at every step}, in the order of the three activations, on one axis."""
    fig, ax = style.figure()
    with style.applied():
        for (name, values), role in zip(losses.items(), ROLES.values(), strict=False):
            ax.plot(values, **style.line(role), label=name)
        ax.set(xlabel="step", ylabel="loss")
        ax.legend()
    return Picture(fig, f"The loss at every step of training, for {', '.join(losses)}.")


def both_formulas(answer):
    """Both formulas for the learner's α, and the learner's x marked on each."""
    pair = pair_of(answer)
    fits = pair is not None and all(abs(number) < 1e6 for number in pair)  # so no NaN either
    x, alpha = pair if fits else (math.nan, 0.5)
    title = f"α = {alpha:g}, x = {x:g}".replace("-", "−") if fits else "α = 0.5 (no pair yet)"
    xs = np.linspace(-1, 1, 401) * max(2.0, 1.4 * abs(x) if fits else 0)
    both = {"leaky ReLU": oracles.leaky_relu(xs, alpha), "max(αx, x)": np.maximum(alpha * xs, xs)}
    fig, ax = style.figure()
    with style.applied():
        for (name, ys), y in zip(both.items(), oracles.both_formulas(x, alpha), strict=True):
            label = f"{name} = {y:g}".replace("-", "−") if fits else name
            ax.plot(xs, ys, **style.line(ROLES[name]), label=label)
            ax.plot([x], [y], "o", color=style.colour(ROLES[name]), markersize=9)
        ax.set(xlabel="input x", ylabel="value", title=title)
        ax.legend()
    return Picture(fig, f"Leaky ReLU and max(αx, x) for {title}.")
