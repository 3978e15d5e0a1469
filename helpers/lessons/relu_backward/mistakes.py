"""Wrong answers that take more than an expression, and those that are made from a right one."""

import numpy as np

from helpers.exercises import Mistake
from helpers.lessons.relu_backward import oracles


def all_but_large_negatives(x):
    """A negative entry above −1 stays as it is."""
    return np.where((x < 0) & (x > -1), x, oracles.relu_forward(x))


def at_zero(value):
    """ReLU's slope with another convention at 0."""
    return lambda x: np.where(np.asarray(x) == 0, value, oracles.relu_derivative(x))


def with_factor(name, factor):
    """The right power, but another largest slope for the activation `name`."""

    def wrong(depth, activation):
        if activation == name:
            return factor**depth
        return oracles.surviving_gradient(depth, activation)

    return wrong


REVIVING = ("leaky_relu", "elu", "sigmoid", "batch_norm")


def left_out(name, why):
    """One layer missing from those that revive the unit."""
    rest = tuple(other for other in REVIVING if other != name)
    return Mistake(f"{name} left out", rest, f"One is missing: {why}")
