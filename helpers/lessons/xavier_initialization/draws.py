"""Exercises whose answer draws random numbers, compared by what all their draws have in common."""

import math

import numpy as np

from helpers.exercises import Call, Difference, Exercise, describe, run, to_numpy
from helpers.views import Picture, style

RNG = (
    "It gives two draws where the same `rng`, in the same state, should give one. Draw from `rng`."
)
FROZEN = "It gives the same numbers whatever `rng` is. Draw from the `rng` that you are given."


def torch_draws(fan_in, fan_out, rng, std=None, uniform=None):
    """A weight (fan_out, fan_in) as PyTorch initialises it: normal, or uniform between ±uniform."""
    import torch

    seed = torch.Generator().manual_seed(int(rng.integers(2**31)))
    weight = torch.empty(torch.nn.Linear(fan_in, fan_out, device="meta").weight.shape)
    if uniform:
        return torch.nn.init.uniform_(weight, -uniform, uniform, generator=seed).numpy()
    return torch.nn.init.normal_(weight, 0, std or fan_in**-0.5, generator=seed).numpy()


def rows_alike(fan_in, fan_out, rng):
    """The same weights for every neuron."""
    return np.tile(torch_draws(fan_in, 1, rng), (fan_out, 1))


class Draws(Exercise):
    """An exercise whose answer draws random numbers: compared by what all draws have in common.

    Shape; the same draw from the same generator, another from another one; mean, deviation, share
    of far values, and no rows or columns that resemble one another.
    """

    RIGHT = (1.0, 1.0, 0.0, 1.0, 0.0455)  # what `_common` gives of normal draws, and the noise
    SLACK = (0.25, 0.25, 0.02, 0.03, 0.01)  # that it may have: five times what it has
    MANY = 10_000  # with fewer draws nothing can be said of their distribution
    FAULTS = (
        *["Not every entry is drawn by itself: rows or columns resemble one another."] * 2,
        "The mean should be 0; yours is {:.2g} standard deviations off.",
        "The standard deviation is {:.3g} times what it should be.",
        "{:.1%} lie more than two deviations from the mean; of a normal distribution 4.6 % do.",
    )

    def outcomes(self, answer):
        """Each case twice, and once with another generator: `message` tells what that showed."""
        outcomes = super().outcomes(answer)
        for outcome, case in zip(outcomes, self.cases, strict=False):
            if outcome.kind == "value":
                fan_in, fan_out, _ = case.args
                other = Call(fan_in, fan_out, np.random.default_rng(99))
                again, third = (run(answer, call, 2.0).value for call in (case, other))
                outcome.message = "" if _equal(outcome.value, again) else RNG
                if not outcome.message and _equal(outcome.value, third):
                    outcome.message = FROZEN
        return outcomes

    def fault(self, outcome, want):
        found = super().fault(outcome, want)
        if found and found.stage != "values":
            return found
        if outcome.message:
            return Difference("values", outcome.message)
        if want.value.size < self.MANY:
            return None
        ours = _common(outcome.value, want.value)
        for mine, right, slack, said in zip(ours, self.RIGHT, self.SLACK, self.FAULTS, strict=True):
            if abs(mine - right) > slack:
                return Difference("values", said.format(mine))
        return None

    def same(self, a, b, heed):
        if {a.kind, b.kind} != {"value"} or a.message != b.message:
            return a.kind != "value" and super().same(a, b, heed)
        mine, theirs = _numbers(a.value), _numbers(b.value)
        if mine is None or theirs is None or mine.shape != theirs.shape:
            return False
        if (np.ptp(mine) == 0) != (np.ptp(theirs) == 0):
            return False  # one number throughout was not drawn at all
        if a.message or mine.ndim != 2 or mine.size < self.MANY:
            return True
        pairs = zip(_common(mine, theirs), _common(theirs, theirs), self.SLACK, strict=True)
        return all(abs(one - other) <= slack for one, other, slack in pairs)


def _numbers(value):
    """An array of numbers, or None."""
    try:
        array = np.asarray(to_numpy(value), float)
    except (TypeError, ValueError):
        return None
    return array if array.size else None


def _equal(a, b):
    a, b = _numbers(a), _numbers(b)
    return a is None or b is None or np.array_equal(a, b, equal_nan=True)


def _common(draws, like):
    """What draws of one distribution have in common, in units of the deviation of `like`."""
    x, std = np.asarray(to_numpy(draws), float), np.asarray(to_numpy(like), float).std()
    own = x.std() or 1.0
    rows, columns = (x.mean(axis).std() / own * math.sqrt(x.shape[axis]) for axis in (0, 1))
    return rows, columns, x.mean() / std, x.std() / std, (abs(x - x.mean()) > 2 * own).mean()


def histogram(answer, call, std, xlabel):
    """A picture of what a function draws on a call, beside the normal density that is asked for."""
    fig, ax = style.figure((style.WIDE[0], 3.2))
    x = np.linspace(-4 * std, 4 * std, 81)
    density = np.exp(-(x**2) / (2 * std**2)) / (std * math.sqrt(2 * math.pi))
    drawn = None if answer is None else _numbers(run(answer, call, 5.0).value)
    with style.applied():
        ax.plot(x, density, label=f"target: N(0, {std**2:.4g})", **style.line("target"))
        if drawn is None or not np.isfinite(drawn).all():
            ax.plot([], [], " ", label="yours: not written yet")
        else:
            bars, edges = np.histogram(drawn, x[::2])
            bars = bars / (drawn.size * (edges[1] - edges[0]))
            ax.stairs(bars, edges, fill=True, color=style.colour("mask"), alpha=0.5, label="yours")
        ax.set(xlabel=xlabel, ylabel="density")
        ax.legend()
    return Picture(fig, "What was drawn, as a histogram, and the normal density that is asked for.")


def spreads(answer, pairs, names):
    """A picture of pairs of draws, with what a function says of each pair."""
    fig, axes = style.figure((style.WIDE[0], 3.2), 1, len(pairs))
    for ax, pair in zip(axes, pairs, strict=True):
        says = None if answer is None else run(answer, pair, 5.0).value
        said = describe(says) if isinstance(says, (bool, np.bool_)) else "…"
        with style.applied():
            for role, name, x in zip(("output", "kernel"), names, pair.args, strict=True):
                shares, edges = np.histogram(x, np.linspace(-6, 6, 33), density=True)
                label = f"{name}, variance {np.var(x):.0f}"
                ax.stairs(shares, edges, label=label, lw=2, **style.line(role))
            ax.set(title=f"yours: {said}", xlabel="value", yticks=[], ylim=(0, 0.75))
            ax.legend(loc="upper center")
    return Picture(fig, f"Pairs of draws of {' and '.join(names)}, and what yours says of each.")
