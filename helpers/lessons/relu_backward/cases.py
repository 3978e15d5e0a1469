"""What measured gradients and the small network are tried on."""

import numpy as np

from helpers.exercises import Call, Exercise, whole_numbers


def squared_and_linear(x):
    """x[0] ** 2 + 3 * x[1]"""
    return x[0] ** 2 + 3 * x[1]


def cubes(x):
    """(x ** 3).sum()"""
    return (x**3).sum()


def neighbours(x):
    """(x[:-1] * x[1:]).sum() + (x ** 2).sum()"""
    return (x[:-1] * x[1:]).sum() + (x**2).sum()


def rectified(x):
    """(np.maximum(x, 0) ** 2).sum() - x[0, 1]"""
    return (np.maximum(x, 0) ** 2).sum() - x[0, 1]


MEASURED = [
    Call(squared_and_linear, np.array([2.0, -1.0]), eps=0.5),
    Call(cubes, np.array([1.0, -2.0, 0.0]), eps=0.5),
    Call(cubes, np.array([0.5, -1.5, 0.0])),
    Call(neighbours, np.array([[1.0, -2.0], [3.0, 0.0], [-1.0, 2.0]]), eps=0.25),
    Call(rectified, np.array([[2.0, -3.0], [-1.0, 4.0]]), eps=0.5),
]


class OfLosses(Exercise):
    """An Exercise whose calls hand over a loss: the learner reads its formula, not “a function”."""

    def call_text(self, index, found):
        formula = f"lambda x: {self.cases[index].args[0].__doc__}"
        return super().call_text(index, found).replace("a function", formula, 1)


_SHUT = np.array([[1.0]]), np.array([[1.0, 2.0]]), np.array([[1.0, -2.0], [1.0, 0.0]])
_AT_ZERO = (
    np.array([[1.0, -3.0], [2.0, 1.0]]),
    np.array([[1.0, 2.0], [3.0, -1.0]]),
    np.array([[2.0, 1.0], [-1.0, 3.0]]),
    np.array([[1.0, 2.0], [-3.0, 1.0]]),
)  # X W1 is [[0, 7], [7, 0]]: two gates at exactly 0


_FINE = whole_numbers(11, (4, 2), (4, 3), (3, 5), (5, 2))
_FINE[1] = (
    _FINE[1] / 8
)  # small pre-activations too, which a gate at any other place than 0 mistakes


def _network(seed, n, d, h, k):
    return Call(*whole_numbers(seed, (n, k), (n, d), (d, h), (h, k)))


NETWORKS = [
    Call(*_SHUT, np.array([[2.0], [3.0]])),
    Call(*_AT_ZERO),
    _network(3, 2, 2, 2, 2),
    _network(5, 3, 2, 3, 1),
    Call(*_FINE),
]
