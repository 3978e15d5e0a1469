"""Experiments that a notebook runs and draws: how fast, and how well from few examples."""

import timeit
from itertools import takewhile

import numpy as np

from helpers.exercises import Call, run, to_numpy
from helpers.views import Picture, style

LOOKS = (("target", "o"), ("kernel", "s"), ("input", "^"))


def few_examples(fits, truths, inputs=12, most=16):
    """The error on new rows of linear maps that were fitted to 1, 2, … examples; one panel a truth.

    fits: {name: fit}, fit(X (N, inputs), Y (N, outputs)) gives a matrix (outputs, inputs);
    truths: {title: matrix}. The error is relative: 1 is as bad as always saying 0.
    """
    rng, counts = np.random.default_rng(5), range(1, most + 1)
    X, fresh = rng.normal(size=(most, inputs)), rng.normal(size=(200, inputs))
    fig, axes = style.figure(style.WIDE, 1, len(truths), sharey=True)
    with style.applied():
        for ax, (title, truth) in zip(axes, truths.items(), strict=True):
            right = fresh @ truth.T
            for (role, marker), (name, fit) in zip(LOOKS, fits.items(), strict=False):
                found = (fit(X[:count], X[:count] @ truth.T) for count in counts)
                errors = [np.linalg.norm(fresh @ W.T - right) for W in found]
                look = style.line(role) | {"marker": marker, "clip_on": False}
                ax.plot(counts, np.array(errors) / np.linalg.norm(right), label=name, **look)
            ax.set(title=title, xlabel="examples seen", xticks=range(0, most + 1, 4))
        axes[0].set(ylabel="error on new rows", ylim=(0, None))
        axes[0].legend()
    return Picture(fig, f"The error over the number of examples: {' and '.join(fits)}.")


def race(ways, inputs, sizes, xlabel):
    """How long each way takes on growing inputs, the best of five; where one fails it ends.

    ways: {name: function}; inputs: the arguments of each run, one tuple a size, smallest first.
    """
    fig, ax = style.figure()
    with style.applied():
        for (role, marker), (name, way) in zip(LOOKS, ways.items(), strict=False):
            times = list(takewhile(lambda time: time is not None, (_best(way, x) for x in inputs)))
            label = name if times else f"{name} (not ready yet)"
            ax.plot(sizes[: len(times)], times, marker=marker, **style.line(role), label=label)
        ax.set(xscale="log", yscale="log", xlabel=xlabel, ylabel="seconds")
        ax.set_xticks(sizes, sizes)
        ax.minorticks_off()
        ax.legend()
    return Picture(fig, f"Seconds over {xlabel}: {', '.join(ways)}.")


def _best(way, inputs):
    """The shortest of five runs in seconds; None where there is no result, or none within 1 s."""
    if np.ndim(to_numpy(run(way, Call(*inputs), 1.0).value)) == 0:
        return None
    return min(timeit.repeat(lambda: way(*inputs), number=1, repeat=5))
