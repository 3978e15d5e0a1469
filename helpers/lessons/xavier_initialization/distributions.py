"""Random variables on finitely many outcomes: expectation and variance exactly, by enumeration."""

from __future__ import annotations

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin


class RandomVariable(NDArrayOperatorsMixin):
    """A random variable: its value at each outcome, beside each outcome's probability.

    Sums, products, powers and NumPy's functions of random variables are random variables.
    """

    def __init__(self, values: np.ndarray, p: np.ndarray):
        self.values, self.p = values, p

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        # `total += x` asks for `out`. A new variable will do, and leaves the model as it is.
        if method != "__call__" or kwargs.keys() - {"out"}:
            return NotImplemented
        values = [one.values if isinstance(one, RandomVariable) else one for one in inputs]
        if any(np.ndim(value) > 1 for value in values):
            return NotImplemented
        return RandomVariable(ufunc(*values), self.p)

    def __repr__(self) -> str:
        points, where = np.unique(self.values, return_inverse=True)
        shares = np.bincount(where.ravel(), self.p)
        listed = ", ".join(f"{v:.4g} with {s:.4g}" for v, s in zip(points, shares, strict=True))
        return f"takes the values {listed}"


def E(x) -> float:
    """The expectation of a random variable; a number is its own."""
    return float(x.p @ x.values) if isinstance(x, RandomVariable) else float(x)


def Var(x) -> float:
    """The variance, E((x − E(x))²)."""
    return E((x - E(x)) ** 2)


def Cov(x, y) -> float:
    """The covariance, E((x − E(x))(y − E(y)))."""
    return E((x - E(x)) * (y - E(y)))


def independent(*groups) -> list[list[RandomVariable]]:
    """Groups of random variables, independent of one another, as variables of one joint outcome.

    Each group is (p (n,), values (n,), values (n,), …): the variables within it share its outcomes.
    Returns the variables group by group.
    """
    at = np.indices([len(group[0]) for group in groups]).reshape(len(groups), -1)
    p = np.prod([np.asarray(g[0], float)[i] for g, i in zip(groups, at, strict=True)], axis=0)
    return [
        [RandomVariable(np.asarray(values, float)[i], p) for values in group[1:]]
        for group, i in zip(groups, at, strict=True)
    ]
