"""Wrong draws, made from the deviation or the bound that they take."""

import numpy as np

from helpers.lessons.xavier_initialization import oracles


def normal(deviation):
    """Normal draws with another deviation, a function of fan_in and fan_out."""
    return lambda i, o, rng: oracles.draw(i, o, rng, "normal_", 0, deviation(i, o))


def uniform(bound):
    """Uniform draws between ±bound, a function of fan_in and fan_out."""
    return lambda i, o, rng: oracles.draw(i, o, rng, "uniform_", -bound(i, o), bound(i, o))


def rows_alike(fan_in, fan_out, rng):
    """The same weights for every neuron."""
    return np.tile(oracles.xavier_normal(fan_in, 1, rng), (fan_out, 1))
