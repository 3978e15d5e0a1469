"""Wrong draws, made from the deviation or the bound that they take; programs to be broken."""

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


def squares_compared(z, a):
    """Mean squares in place of variances."""
    size_z = np.mean(z**2)
    size_a = np.mean(a**2)
    gap = abs(size_z - size_a)
    return bool(gap <= 0.05 * max(size_z, size_a))


def equal_or_far(fan_in, fan_out):
    """Why fans prove nothing of `deviations_averaged`: none, or too close for the comparison."""
    if min(fan_in, fan_out) < 1:
        return "A layer has at least one input and one neuron."
    if 0 < abs(fan_in - fan_out) < 0.125 * max(fan_in, fan_out):
        return (
            "Nearly equal fans give nearly the same number, but not the same: they differ in a "
            "later digit. When do the two directions ask for exactly the same?"
        )
    return ""


def deviations_averaged(fan_in, fan_out):
    """The mean of the two deviations, not of the two fans."""
    forward = 1 / fan_in**0.5
    backward = 1 / fan_out**0.5
    return (forward + backward) / 2
