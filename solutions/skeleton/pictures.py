"""What stands still: a row and what was kept of it."""

import numpy as np

from helpers.exercises import Call, as_numbers, run
from helpers.lessons.lesson_slug import oracles
from helpers.views import Picture, style

ROW = np.array([1.0, 3.0, 2.0, -1.0, -2.0, 0.0, 4.0, 2.0, 3.0, 1.0])
SIZE = 3


def kept(answer):
    """The row as bars; over each window its largest number, and what the answer gives there."""
    target = oracles.max_pool(ROW, SIZE)
    middles = SIZE * np.arange(len(target)) + (SIZE - 1) / 2
    yours = as_numbers(run(answer, Call(ROW, SIZE), 1.0).value, target.shape)
    fig, ax = style.figure()
    with style.applied():
        ax.bar(range(len(ROW)), ROW, color=style.colour("mask"), label="x")
        ax.plot(middles, target, "_", color=style.colour("target"), markersize=60, label="target")
        ax.plot(middles, yours, "x", color=style.INK, markersize=9, label="yours")
        ax.set(xlabel="cell", ylabel="value", title=f"windows of {SIZE}")
        ax.legend()
    return Picture(fig, f"A row of cells, the largest of every {SIZE}, and yours.")
