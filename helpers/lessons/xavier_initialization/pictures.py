"""Static pictures: functions of one number, draws and their spread, a signal in a deep network."""

import math

import numpy as np

from helpers.exercises import Call, as_numbers, awaited, curves, describe, run, to_numpy
from helpers.lessons.xavier_initialization.mistakes import normal
from helpers.views import Picture, style


def of_a_number(oracle, ylabel):
    """A picture function: target and yours from −3 to 3, each called on an array of one number."""
    number = {"measure": lambda values, name: np.ravel(to_numpy(values))[0]}
    xs, call = np.linspace(-3, 3, 25), lambda x, name: Call(np.array([x]))
    return curves(call, xs, (ylabel,), oracle, "x", ylabel, **number)


def histogram(answer, call, std, xlabel):
    """A picture of what a function draws on a call, beside the normal density that is asked for.

    Of None, the axes alone: the width of the density is what the learner is to find.
    """
    if answer is None:
        return awaited(xlabel, "density", xlim=(-4 * std, 4 * std))
    fig, ax = style.figure((style.WIDE[0], 3.2))
    x = np.linspace(-4 * std, 4 * std, 81)
    density = np.exp(-(x**2) / (2 * std**2)) / (std * math.sqrt(2 * math.pi))
    drawn = as_numbers(run(answer, call, 5.0).value)
    with style.applied():
        ax.plot(x, density, label=f"target: N(0, {std**2:.4g})", **style.line("target"))
        if not (drawn.size and np.isfinite(drawn).all()):
            ax.plot([], [], " ", label="yours: no finite numbers")
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


def deep_signal(xavier_normal, dense_tanh, depth=30, width=100):
    """A signal in a deep tanh network: weights too small, as the learner draws them, too large.

    The learner's functions; either may be unwritten.
    """
    ways = {
        "standard deviation 1/fan_in": normal(lambda i, o: 1 / i),
        "your xavier_normal": xavier_normal,
        "standard deviation 1": normal(lambda i, o: 1.0),
    }
    looks = {1: "input", 10: "kernel", depth: "output"}
    fig, axes = style.figure((style.WIDE[0], 3.4), 1, 3, sharey=True)
    for ax, (title, draw) in zip(axes, ways.items(), strict=True):
        batch = np.random.default_rng(0).normal(size=(20, width))
        with style.applied():
            ax.set(title=title, xlabel="activation", xlim=(-1.05, 1.05), ylim=(0, 1.75), yticks=[])
            for number in range(1, depth + 1):
                weight = run(draw, Call(width, width, np.random.default_rng(number)), 5.0).value
                drawn = np.shape(to_numpy(weight)) == (width, width)
                batch = [
                    run(dense_tanh, Call(a, weight, np.zeros(width)), 2.0).value for a in batch
                ]
                if not drawn or any(np.shape(to_numpy(a)) != (width,) for a in batch):
                    text = f"first write\n{'dense_tanh' if drawn else 'xavier_normal'}"
                    ax.text(0.5, 0.5, text, ha="center", transform=ax.transAxes)
                    break
                if number in looks:
                    batch = np.array([np.asarray(to_numpy(a), float) for a in batch])
                    counts, edges = np.histogram(batch, np.linspace(-1, 1, 42))
                    look = style.line(looks[number]) | {"lw": 2, "label": f"layer {number}"}
                    ax.stairs(counts / max(counts.max(), 1), edges, **look)
                    ax.legend(loc="upper center")
    return Picture(fig, f"Activations in layers 1, 10 and {depth}, for {', '.join(ways)}.")
