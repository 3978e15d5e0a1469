"""What moves: a window along a row."""

import numpy as np

from helpers.lessons.lesson_slug import oracles
from helpers.lessons.lesson_slug.pictures import ROW
from helpers.views import Explorer, Grid, GridView, Step, slider, window


def explore():
    """A window walks along a row and keeps the largest number that it covers."""
    view = GridView([], alt="A row of cells, and below it the largest of each window.")

    def update(size):
        pooled = oracles.max_pool(ROW, size)
        steps = [
            Step(
                f"The largest of cells {i * size} to {(i + 1) * size - 1} is {value:g}.",
                {"x": {"kernel": window(0, i * size, 1, size)}, "y": [(0, i)]},
                {"y": {(0, i): value}},
                ("y", 0, i),
            )
            for i, value in enumerate(pooled)
        ]
        empty = np.full(len(pooled), np.nan)
        view.update([Grid("x", ROW), Grid("y", empty, "output")], steps)
        return {"windows": len(pooled), "cells left over": len(ROW) % size}

    return Explorer({"size": slider("size", 1, 6, 3)}, [view], update, alt=view.alt)
