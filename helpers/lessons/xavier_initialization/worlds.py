"""Finite models of Σ_j W_j a_j in which any choice of the derivation's assumptions is missing."""

from itertools import chain, combinations

import numpy as np

from helpers.derivations import World
from helpers.lessons.xavier_initialization import weighted_sums as sums
from helpers.lessons.xavier_initialization.distributions import independent

TERMS, APART, ALIKE = "independent terms", "W independent of a", "identical distribution"
W_MEAN, A_MEAN = "zero mean of the weights", "zero mean of the inputs"
RULES = {TERMS: {TERMS}, APART: {APART}, "zero mean": {W_MEAN, A_MEAN}, ALIKE: {ALIKE}}

# Of mean 0, and of different shapes and sizes: with one shape for all, a variance would tell the
# other moments.
_WEIGHTS = (sums.scaled(sums.SKEW, 0.5), sums.EVEN, sums.THREE)
_INPUTS = (sums.scaled(sums.THREE, 0.5), sums.SKEW, sums.scaled(sums.EVEN, 3))
_TOGETHER = (  # probabilities, W and the a that goes with it: means 0, all mixed moments not
    ((1 / 2, 1 / 3, 1 / 6), (-1, 0, 3), (1, 1, -5)),
    ((1 / 4, 1 / 4, 1 / 2), (-2, 4, -1), (1, 3, -2)),
    ((2 / 3, 1 / 3), (-1, 2), (1, -2)),
)


def _pair(kind, lacks):
    """The groups of one pair (W, a), to be made independent of all others, by means shifted."""
    shift = 1.5 * (W_MEAN in lacks), -2.0 * (A_MEAN in lacks)  # not 0 or 1: squares must show
    if APART in lacks:
        p, *values = _TOGETHER[kind]
        return [(p, *(np.add(v, s) for v, s in zip(values, shift, strict=True)))]
    bases = _WEIGHTS[kind], _INPUTS[kind]
    return [(p, np.add(v, s)) for (p, v), s in zip(bases, shift, strict=True)]


def _layer(many, first, lacks):
    """A layer of `many` pairs; the first of kind `first`, the others like it or not."""
    like = [first if ALIKE not in lacks else (first + j) % 3 for j in range(many)]
    bound = TERMS in lacks  # then the second pair is made from the first
    groups = [_pair(kind, lacks) for kind in ([like[0], *like[2:]] if bound else like)]
    made = independent(*chain(*groups))
    pairs = []
    for group in groups:
        mine, made = made[: len(group)], made[len(group) :]
        pairs.append([variable for part in mine for variable in part])
    if bound:
        W, a = pairs[0]
        if ALIKE in lacks:  # moved as well, but only where the means may be other than 0
            W = 2 * W + (W_MEAN in lacks)
            a = 0.5 * a + 3 * (A_MEAN in lacks)
        pairs.insert(1, [W, a])
    W, a = zip(*pairs, strict=True)
    missing = ", ".join(sorted(lacks)) or "nothing"
    return sums.Layer(list(W), list(a), f"D = {many}, without {missing}")


def worlds():
    """Layers that lack every choice of assumptions, small ones first."""
    every = (TERMS, APART, W_MEAN, A_MEAN, ALIKE)
    shown = [
        *((model, {TERMS}) for model in sums.copied_terms()),
        *((model, {APART}) for model in sums.weights_follow_inputs()),
        *((model, {A_MEAN}) for model in sums.positive_inputs()),
        *((model, {W_MEAN}) for model in sums.shifted_weights()),
        *((model, {W_MEAN, A_MEAN}) for model in sums.both_shifted()),
        *((model, {ALIKE}) for model in sums.different()),
        *((model, {TERMS}) for model in sums.shared_inputs()),
    ]
    found = [World(model, frozenset(lacks)) for model, lacks in shown]
    for many, first in ((1, 1), (2, 0), (3, 1)):
        for lacks in chain(*(combinations(every, count) for count in range(1, 6))):
            if many > 1 or not {TERMS, ALIKE} & set(lacks):
                found.append(World(_layer(many, first, lacks), frozenset(lacks), told=False))
    return found
