"""Models with a finite latent variable z, and the coins: what the derivation's lines are run on."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from helpers.exercises import describe
from helpers.lessons.vae_elbo.oracles import posterior


def random_q(seed, n, k):
    """n distributions of z, all entries positive: (n, k)."""
    weights = 0.1 + np.random.default_rng(seed).dirichlet(np.full(k, 2.0), n)
    return weights / weights.sum(1, keepdims=True)


@dataclass
class Model:
    """A model and some q, for the lines of a derivation: m.q[i, z], and sums over m.xs and m.zs.

    log: the logarithm; or, where a check asks which of its rules a line uses, another function.
    """

    p_z: np.ndarray
    p_x_given_z: np.ndarray
    q: np.ndarray
    log: Callable = np.log
    instead: str = ""

    def __str__(self):
        names = "p_z", "p_x_given_z", "q"
        tables = (f"{name} = {describe(getattr(self, name))}" for name in names)
        return "; ".join([*([f"m.log(x) = {self.instead}"] if self.instead else []), *tables])

    def with_log(self, function, instead):
        """The same tables with another function in the place of the logarithm."""
        return replace(self, log=function, instead=instead)

    @property
    def xs(self):
        """Which observations there are: 0, 1, …"""
        return range(len(self.p_x_given_z))

    @property
    def zs(self):
        """Which values z can take: 0, 1, …"""
        return range(len(self.p_z))

    def E_q(self, i, f):
        """The expectation of f(z) for z from q(z|x_i)."""
        return sum(self.q[i, z] * f(z) for z in self.zs)


def random_model(seed, n, k, tiny=1.0):
    """A `Model` with unequal, positive entries; tiny scales p_x_given_z."""
    rng = np.random.default_rng(seed)
    p_z = (1 + rng.permutation(k)) / (k * (k + 1) / 2)
    p_x_given_z = np.round(rng.uniform(0.05, 0.9, (n, k)), 2) * tiny
    return Model(p_z, p_x_given_z, random_q(seed + 100, n, k))


def random_tables(seed, n, k, tiny=1.0):
    """p_z and p_x_given_z of a `random_model`, for a call."""
    model = random_model(seed, n, k, tiny)
    return model.p_z, model.p_x_given_z


PRIOR = np.array([0.4, 0.6])
HEADS = np.array([2, 9, 8, 3, 7, 8])  # in ten throws, each time with a coin drawn anew


def coins(theta, heads=HEADS):
    """The chance of so many heads in ten with coin 0 (0.3) and with coin 1 (theta): (N, 2)."""
    ways = np.array([[math.comb(10, h)] for h in heads])
    chance, heads = np.array([0.3, theta]), np.reshape(heads, (-1, 1))
    return ways * chance**heads * (1 - chance) ** (10 - heads)


def models():
    """Models of several shapes; q is random, or in the last two the posterior."""
    shapes = [(1, 2), (1, 3), (2, 2), (3, 2), (2, 4), (4, 3)]
    models = [random_model(seed, *shape) for seed, shape in enumerate(shapes)]
    return models + tight_models()[2:4]


def tight_models():
    """Models whose q is the posterior."""
    models = [random_model(10 + n, n, k) for n, k in ((1, 2), (2, 3), (3, 2), (3, 4))]
    for model in models:
        model.q = posterior(model.p_z, model.p_x_given_z)
    return models
