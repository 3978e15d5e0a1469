"""What several lessons feed to an answer."""

from collections.abc import Callable
from inspect import signature
from typing import Any

import numpy as np

from helpers.exercises.sandbox import Call


def whole_numbers(seed, *shapes, spread=2.0):
    """An array of small whole numbers for each shape, as floats, the same ones every time.

    Small and whole, so that a learner can work the failing case out by hand. `spread`: their
    standard deviation before rounding.
    """
    rng = np.random.default_rng(seed)
    return [np.round(spread * rng.normal(size=shape)) + 0.0 for shape in shapes]  # no −0


def terse_call(function: Callable, *args: Any) -> Call:
    """A call that names its options and leaves out those at their default: that is tested too.

    An option is a parameter of `function` that has a default.
    """
    given = list(zip(signature(function).parameters.values(), args, strict=True))
    needed = [value for parameter, value in given if parameter.default is parameter.empty]
    options = {p.name: value for p, value in given[len(needed) :] if value != p.default}
    return Call(*needed, **options)


def size_rule(formula: Callable) -> Callable:
    """A formula in letters as a size function with PyTorch's parameters and defaults.

    The formula's parameters, as many as it needs: n, k(ernel_size), s(tride), p(adding),
    o(utput_padding), d(ilation).
    """

    letters = list(signature(formula).parameters)

    def size(n, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
        values = n, kernel_size, stride, padding, output_padding, dilation
        named = dict(zip("nkspod", values, strict=True))
        return formula(*(named[letter] for letter in letters))

    return size
