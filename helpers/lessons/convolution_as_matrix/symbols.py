"""A learner's function in symbols: the coefficients of a linear function, found by asking it."""

from itertools import product

import numpy as np

from helpers.exercises import Call, as_numbers, run
from helpers.views import style

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def low(text):
    """A text with its digits below the line: x1 as x₁."""
    return text.translate(_SUBSCRIPTS)


def coefficients(function, *sizes):
    """The coefficients of a function that is linear in each of its vectors, (*sizes, *outputs).

    What it makes of unit vectors tells all. None where it gives no numbers or is not linear.
    """

    def value(*vectors):
        return as_numbers(run(function, Call(*vectors), 1.0).value)

    rng = np.random.default_rng(0)
    probe = [rng.integers(2, 9, size).astype(float) for size in sizes]
    try:
        table = np.array([value(*units) for units in product(*map(np.eye, sizes))])
        table = whole = table.reshape(*sizes, *table.shape[1:])
        for vector in probe:
            whole = np.tensordot(vector, whole, 1)
        said = value(*probe)
    except ValueError:  # outputs of one shape here, of another there
        return None
    return table if said.shape == whole.shape and np.allclose(said, whole) else None


def texts(function, letters, *sizes):
    """Each output of a function as a text, such as "x₁w₂ + x₂w₃"; an array of its output's shape.

    letters: one for each of its vectors. None where `coefficients` is None.
    """
    table = coefficients(function, *sizes)
    if table is None:
        return None
    said = np.empty(table.shape[len(sizes) :], dtype=object)
    for where in np.ndindex(said.shape):
        said[where] = _sum(table[(..., *where)], letters)
    return said


def _sum(table, letters):
    parts = []
    for index in np.argwhere(table):
        factors = "".join(f"{a}{i + 1}" for a, i in zip(letters, index, strict=True))
        many = style.format_number(table[tuple(index)])
        parts.append({"1": "", "−1": "−"}.get(many, many) + low(factors))
    return " + ".join(parts).replace("+ −", "− ") or "0"
