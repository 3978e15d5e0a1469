"""How the wrong answers of the six functions are made: piece by piece, or from the right one."""

import numpy as np

from helpers.exercises import Mistake


def sides(default, pieces):
    """A wrong answer in pieces: pieces(x, α) gives it left of 0, at 0 and right of 0."""

    def wrong(x, *args, **kwargs):
        x, alpha = np.asarray(x, float), [*args, *kwargs.values(), default][0]
        with np.errstate(all="ignore"):
            left, middle, right = pieces(x, alpha)
        return np.where(x < 0, left, np.where(x > 0, right, middle))

    return wrong


def either(name, default, pieces, message):
    """Two mistakes from pieces(x, α) = (left, right): 0 counted to the right, and to the left."""

    def at_zero(side):
        def three(x, alpha):
            left, right = pieces(x, alpha)
            return left, pieces(0 * x, alpha)[side], right

        return sides(default, three)

    return [Mistake(name, at_zero(1), message), Mistake(f"{name}, at 0 too", at_zero(0), message)]


def drop(x):
    """eˣ − 1, written as a learner does."""
    return np.exp(x) - 1


def spoilt(right):
    """The right values, with an eˣ that is computed for every entry on the way."""

    def warning(x, *args, **kwargs):
        np.exp(x)
        return right(x, *args, **kwargs)

    def masked(x, *args, **kwargs):
        return np.where(np.isinf(np.exp(x)), np.nan, right(x, *args, **kwargs))

    return [
        Mistake("eˣ overflows", warning, "The values are right, but NumPy warns: eˣ is computed for every entry, so for x = 1000 as well, whatever is chosen afterwards. What can you put in place of a positive x before eˣ sees it?"),
        Mistake("0 times infinity", masked, "At x = 1000 eˣ is infinite, and infinity times 0 is NaN: multiplying by a mask does not hide it. Keep positive x away from eˣ."),
    ]  # fmt: skip


def by_maximum(x, negative_slope=0.01):
    """The larger of αx and x, which is leaky ReLU up to α = 1."""
    leaking = negative_slope * np.asarray(x)
    return np.maximum(leaking, x)


def too_close(x, negative_slope):
    """Whether max(αx, x) is wrong for this α, but by less than a check sees."""
    leaky = np.where(np.greater(x, 0), x, negative_slope * np.asarray(x))
    close = np.allclose(by_maximum(x, negative_slope), leaky, rtol=1e-3, atol=1e-4)
    return negative_slope > 1 and bool(close)


def in_place(right):
    """The right values, written into `np.asarray(x)`, which is x itself where x is an array."""

    def wrong(x, *args, **kwargs):
        result, own = right(x, *args, **kwargs), np.asarray(x)
        if own is not x:
            return result
        x[...] = result
        return x

    return Mistake(
        "x changed through asarray",
        wrong,
        "You write into the caller's array. (`np.asarray(x)` does not help: it copies a list, but an array it hands back as it is.) `np.array(x)` makes a copy, or build a new result with `np.where`.",
    )  # fmt: skip
