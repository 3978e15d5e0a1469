"""Wrong answers; most are PyTorch's dropout with another chance, factor or generator."""

import numpy as np

from helpers.lessons.dropout import oracles


def instead(factor, dropped=lambda p: p):
    """PyTorch's dropout with probability dropped(p), and that times factor(p, training)."""

    def wrong(x, p, training, rng):
        right = oracles.dropout(x, dropped(p), training, rng)
        with np.errstate(all="ignore"):
            return right * factor(np.float64(p), training)

    return wrong


def shared(shape):
    """One draw for many units: the mask has shape(x) and is stretched over x."""
    return lambda x, p, training, rng: x * oracles.dropout(np.ones(shape(x)), p, training, rng)


def drawn_from(generator):
    """The mask comes from generator(), not from the `rng` that is handed over."""
    return lambda x, p, training, rng: oracles.dropout(x, p, training, generator())


def in_place(right):
    """The right result, written into the first argument."""

    def wrong(array, *others):
        array[...] = right(array, *others)
        return array

    return wrong


def scaled_only(x, p, training, rng):
    return x / (1 - p * training)


def times_the_draws(x, p, training, rng):
    return x * rng.random(x.shape) / (1 - p) if training else x


def divided_by_share(x, p, training, rng):
    """The factor makes up for the share that this very mask has dropped."""
    kept = oracles.dropout(np.ones(x.shape), p, training, rng) != 0
    return x * kept / kept.mean()


def same_number(x, p, training, rng):
    """The share p of the entries, to the entry, wherever they stand."""
    kept = np.arange(x.size) >= (round(p * x.size) if training else 0)
    return x * rng.permutation(kept).reshape(x.shape) / (1 - p * training)


def moments(change):
    """change(x, p, mean, variance) in place of the right mean and variance."""

    def wrong(x, p):
        right = oracles.dropout_mean_and_variance(x, p)
        with np.errstate(all="ignore"):
            return change(np.asarray(x, dtype=float), np.float64(p), *right)

    return wrong


def fresh_mask(grad_output, mask, p):
    return oracles.dropout(grad_output, p, True, np.random.default_rng(7))


def gradient_divided_by_p(grad_output, mask, p):
    with np.errstate(all="ignore"):
        return grad_output * mask / np.float64(p)
