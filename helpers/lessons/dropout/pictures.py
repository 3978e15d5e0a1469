"""Pictures: an answer's masks, other seeds, what single units carry and single passes say."""

import numpy as np

from helpers.exercises import Call, as_numbers, run
from helpers.lessons.dropout.oracles import whole
from helpers.lessons.dropout.training import EVERY, TRAINING, fit_seeds, missing_unit
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
    """A picture of what it costs to leave out one hidden unit; runs: {p: Run}."""
    fig, (loss, share) = style.figure(style.WIDE, 1, 2)
    with style.applied():
        for (p, run), role in zip(runs.items(), ("gradient", "input", "kernel"), strict=False):
            rises, shares = missing_unit(run.layers, *TRAINING)
            loss.plot(rises, **style.line(role), label=f"trained with p = {p}")
            share.plot(100 * shares, **style.line(role))
        loss.axhline(np.log(2), color=style.INK, linewidth=1, label="loss of guessing, 0.69")
        loss.set_yscale("symlog", linthresh=1e-3)  # a few units may even be in the way
        loss.set_ylim(-2e-3, 20)
        loss.set(title="rise of the training loss", xlabel="unit left out, largest rise first")
        share.set(title="training points still right, %", xlabel="the same order", ylim=(70, 101))
        loss.legend(loc="upper right", bbox_to_anchor=(1, 0.76))
    return Picture(
        fig, "Rise of the training loss, and training points still right, without one hidden unit."
    )


def other_starts(train, runs, seeds=range(1, 6)):
    """A picture of the loss on new points for other first weights and masks, on the same points.

    train, runs: what `fit` takes and gives; runs are those of seed 0.
    """
    every = [runs, *fit_seeds(train, (0.0, 0.5), seeds)]
    new = {p: [run[p].losses[:, 1] for run in every] for p in (0.0, 0.5)}
    stopped = f"p = 0, at its best step ({_span([EVERY * x.argmin() for x in new[0.0]])})"
    rows = (
        ("gradient", "^", "p = 0, at the end", [x[-1] for x in new[0.0]]),
        ("input", "o", "p = 0.5, at the end", [x[-1] for x in new[0.5]]),
        ("target", "s", stopped, [x.min() for x in new[0.0]]),
    )
    fig, ax = style.figure()
    with style.applied():
        for role, mark, label, losses in rows:
            ax.plot(losses, mark, color=style.colour(role), markersize=9, label=label)
        right = ", ".join(
            f"p = {p:g}: {_span([100 * run[p].accuracy for run in every])} %" for p in (0.0, 0.5)
        )
        ax.set(ylim=(0, 2.5), xlabel="seed of first weights and masks", ylabel="loss on new points")
        ax.set_xticks(range(len(every)))
        ax.set_title(f"new points right: {right}")
        ax.legend(loc="upper right", ncols=2)
    return Picture(fig, "Loss on new points from six starts, without dropout and with it.")


def _span(values):
    """The smallest and the largest of some numbers, rounded."""
    low, high = f"{min(values):.0f}", f"{max(values):.0f}"
    return low if low == high else f"{low}–{high}"


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
