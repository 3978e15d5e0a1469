"""Wrong answers: PyTorch's dropout with another chance, factor or generator; programs to break."""

import numpy as np

from helpers.exercises import Call, Exercise, Mistake
from helpers.lessons.dropout import oracles

# --- programs to break ----------------------------------------------------------------------------


def kept_with_p(x, p, training, rng):
    """Dropout by a paper in which p is the chance of being kept."""
    if training:
        stays = rng.random(x.shape) < p
        x = np.where(stays, x / p, 0.0)
    return x


def one_pass(x, weight, p):
    """Evaluation, taken for the mean over all masks."""
    total = weight @ x  # the mean over all masks
    return np.maximum(total, 0)


def no_example(x, weight, p):
    """Why arguments are no example of a unit under dropout; "" if they are one."""
    if x.ndim != 1 or x.shape != weight.shape:
        return "x and weight should be two rows of numbers, equally long."
    if len(x) > 10:
        return "With n inputs there are 2ⁿ masks to go through: ten inputs are enough."
    if max(abs(x).max(), abs(weight).max()) > 100:
        return "Numbers up to 100 are enough."
    return "" if 0 <= p < 1 else "p is a probability, and below 1: something has to stay."


def same_sign(x, weight):
    """Whether no part of the sum works against another."""
    parts = np.multiply(x, weight)
    return bool((parts >= 0).all() or (parts <= 0).all())


def too_little(x, weight, p):
    """Whether the program is wrong in theory, but by less than the comparison sees."""
    return not no_example(x, weight, p) and p > 0 and not same_sign(x, weight)


# Not an exercise of the notebook: it stands behind a program to break.
mean_output = Exercise(
    "mean_output",
    oracles.mean_output,
    [Call(np.array([1.0, 2.0]), np.array([2.0, -1.0]), 0.5), Call(np.array([1.0, 3.0, 2.0]), np.array([3.0, -1.0, 1.0]), 0.2)],
    mistakes=[
        Mistake("one pass", one_pass, "It is what evaluation gives."),
    ],
)  # fmt: skip

# --- dropout --------------------------------------------------------------------------------------


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


def brackets_left_out(x, p, training, rng):
    return x * (rng.random(x.shape) >= p) / 1 - p if training else x


def mask_less_p(x, p, training, rng):
    return x * ((rng.random(x.shape) >= p) / 1 - p) if training else x


def a_coin(x, p, training, rng):
    """Half of the entries go, whatever p is."""
    return x * (rng.random(x.shape) >= 0.5) / (1 - p) if training else x


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


# --- its moments, its gradient, the expected loss -------------------------------------------------


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


def loss(change):
    """change(error, parts, r) for parts = weight · x, error = their sum − target, r = p / (1 − p)."""

    def wrong(x, weight, target, p):
        x, weight = np.asarray(x, dtype=float), np.asarray(weight, dtype=float)
        return float(change(weight @ x - target, weight * x, p / (1 - p)))

    return wrong


def penalty(change):
    """The plain loss and change(x, weight, p) in place of the right penalty."""

    def wrong(x, weight, target, p):
        with np.errstate(all="ignore"):
            added = change(
                np.asarray(x, dtype=float), np.asarray(weight, dtype=float), np.float64(p)
            )
        return float((weight @ x - target) ** 2 + added)

    return wrong


def masks_alike(x, weight, target, p):
    """Every mask counted once, whatever its probability."""
    enlarged = x * 0.5 / (1 - p)  # halved, for a mask that keeps with 1/2 doubles
    return oracles.expected_loss(enlarged, weight, target, 0.5)


def all_enlarged(x, weight, target, p):
    return float((weight @ x / (1 - p) - target) ** 2)


def unscaled_loss(x, weight, target, p):
    """Dropout without its scaling."""
    return float(((1 - p) * weight @ x - target) ** 2 + p * (1 - p) * ((weight * x) ** 2).sum())
