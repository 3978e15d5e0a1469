"""Pictures: an answer's masks, how much single units carry, and what single passes say."""

import numpy as np

from helpers.exercises import Call, as_numbers, run
from helpers.lessons.dropout.oracles import whole
from helpers.lessons.dropout.training import TRAINING, missing_unit
from helpers.views import Picture, draw_matrix, style


def see_masks(answer):
    """x, an answer's output in training, the mean of many such, and its output at evaluation."""
    x, rng = whole(4, 4), np.random.default_rng(3)
    many = np.tile(x, (2000, 1))
    asked = {"training, p = 0.5": (x, True), "mean of 2000": (many, True), "evaluation": (x, False)}
    fig, axes = style.figure((style.WIDE[0], 3.0), 1, 4)
    draw_matrix(axes[0], x, limit=18, title="x", role="input")
    for ax, (title, (batch, training)) in zip(axes[1:], asked.items(), strict=True):
        value = as_numbers(run(answer, Call(batch, 0.5, training, rng), 5.0).value)
        if value.size and value.size % x.size == 0:
            value = value.reshape(-1, *x.shape)
        else:
            value = np.full((1, *x.shape), np.nan)
            ax.text(2, 2, "not\nwritten yet", ha="center", va="center", color=style.INK)
        greyed = value[0] == 0 if title.startswith("training") else None
        draw_matrix(ax, value.mean(0).round(1), limit=18, title=title, greyed=greyed)
    return Picture(fig, "x, your output in training, the mean of many such, and evaluation.")


def one_unit_off(runs):
    """A picture of how much the training loss rises without one hidden unit; runs: {p: Run}."""
    fig, ax = style.figure()
    with style.applied():
        for (p, run), role in zip(runs.items(), ("gradient", "input", "kernel"), strict=False):
            rises = missing_unit(run.layers, *TRAINING)
            ax.plot(rises, **style.line(role), label=f"trained with p = {p}")
        ax.set(xlabel="hidden units, the most important first", ylabel="rise of the training loss")
        ax.set_yscale("symlog", linthresh=1e-3)  # a few units may even be in the way
        ax.legend()
    return Picture(fig, "How much the training loss rises without one hidden unit, one by one.")


def passes(on, off):
    """A picture of one point's probabilities: many with dropout on, their mean, one with it off."""
    on, off = np.ravel(on), float(np.ravel(off)[0])
    fig, ax = style.figure((style.WIDE[0], 3.0))
    with style.applied():
        ax.hist(on, bins=np.linspace(0, 1, 21), color=style.colour("input"), alpha=0.45)
        ax.axvline(on.mean(), **style.line("kernel"), label="mean, dropout on")
        ax.axvline(off, color=style.INK, label="dropout off")
        ax.set(xlim=(0, 1), xlabel="probability of orange at one point", ylabel="networks")
        ax.legend(loc="upper left")
    return Picture(
        fig, "How many thinned networks give which probability, their mean, and dropout off."
    )
