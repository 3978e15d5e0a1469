"""Slips of the hand that lessons share: with arrays in general, and with ReLU."""

import numpy as np

from helpers.exercises import oracles
from helpers.exercises.task import Mistake


def one_question(right, which=0):
    """`if x > 0` asked of a whole array, argument `which`: Python raises an error."""

    def wrong(*args, **kwargs):
        bool(args[which] > 0)
        return right(*args, **kwargs)

    return Mistake(
        "one question for the whole array",
        wrong,
        "`if` and `max` ask one question of a whole array, which has many answers. "
        "Ask it of every entry: NumPy has functions for that.",
    )


def written_into(right):
    """The right result, written into the array that was handed over."""

    def wrong(x, *args, **kwargs):
        x[...] = right(x, *args, **kwargs)
        return x

    return Mistake(
        "x changed in place",
        wrong,
        "You write into `x`: an array that belongs to someone else is changed, and a single number "
        "cannot be written into. Build a new result.",
    )


def negative_part(x):
    """What ReLU drops."""
    return -oracles.activation("relu")(-np.asarray(x))


def capped(x):
    """ReLU that stops at 1."""
    return np.minimum(oracles.activation("relu")(x), 1)
