"""Finite models of Σ_j W_j a_j: with every assumption of the derivation, and without one each."""

from fractions import Fraction

import numpy as np

from helpers.lessons.xavier_initialization.distributions import independent

SKEW = ((2 / 3, 1 / 3), (-1, 2))  # mean 0, variance 2, and not symmetric: odd powers show
EVEN = ((1 / 2, 1 / 2), (-1, 1))
THREE = ((1 / 2, 1 / 3, 1 / 6), (-1, 0, 3))  # mean 0, variance 2, fourth moment 14
_EQUAL_SIDES = ((1 / 4, 1 / 2, 1 / 4), (-2, 0, 2))  # X and −X have one distribution
_FOUR = ((0.4, 0.3, 0.2, 0.1), (-1.5, 0, 1, 4))


def scaled(dist, factor=1.0, shift=0.0):
    p, values = dist
    return p, factor * np.array(values, float) + shift


def _said(dist):
    """The values with their probabilities: −1 (2/3), 2 (1/3)."""
    parts = zip(*dist, strict=True)
    return ", ".join(
        f"{v:g} ({Fraction(p).limit_denominator(60)})".replace("-", "−") for p, v in parts
    )


class Layer:
    """D weights W and D inputs a, random variables with a finite joint distribution.

    m.W[j], m.a[j] and m.D are what a line of the derivation works with.
    """

    def __init__(self, W, a, says):
        self.D, self.W, self.a, self._says = len(W), W, a, says

    def __str__(self):
        return self._says


def _layer(weights, inputs, remark=""):
    """All weights and inputs independent; one distribution each for every W_j and every a_j."""
    groups = independent(*weights, *inputs)
    W, a = [g[0] for g in groups[: len(weights)]], [g[0] for g in groups[len(weights) :]]
    same = all(np.array_equal(w[1], weights[0][1]) for w in weights)
    shown = zip(("each W_j", "each a_j"), (weights[0], inputs[0]), strict=True)
    says = "; ".join(f"{name}: {_said(dist)}" for name, dist in shown) if same else ""
    return Layer(W, a, "; ".join(filter(None, [f"D = {len(W)}", says, remark])))


def random_layers():
    """Layers on which every assumption holds: independent, mean zero, identically distributed."""
    half = scaled(SKEW, 0.5)
    return [
        _layer([half] * 2, [EVEN] * 2),
        _layer([EVEN], [SKEW]),
        _layer([THREE] * 2, [scaled(SKEW, -0.7)] * 2),
        _layer([scaled(SKEW, 0.3)] * 3, [THREE] * 3),
        _layer([scaled(EVEN, 0.5)] * 4, [scaled(SKEW, 1.1)] * 4),
        _layer([scaled(_FOUR, 0.4)] * 2, [THREE] * 2),
    ]


def example_layer():
    """A layer with two weights and two inputs, to try E and Var on."""
    return random_layers()[0]


def copied_terms():
    """The second weight and input are copies of the first: the terms are correlated."""
    half = scaled(SKEW, 0.5)
    (w,), (a,) = independent(half, THREE)
    (v,), (b,) = independent(_EQUAL_SIDES, scaled(EVEN, 0.5))
    return [
        Layer([w, w], [a, a], f"D = 2; W₂ = W₁: {_said(half)}; a₂ = a₁: {_said(THREE)}"),
        Layer(
            [v, v, -v],
            [b, b, -b],
            f"D = 3; W₁ = W₂ = −W₃: {_said(_EQUAL_SIDES)}; a₁ = a₂ = −a₃: −0.5 (1/2), 0.5 (1/2)",
        ),
    ]


def weights_follow_inputs():
    """Each weight depends on its own input; the pairs are independent."""
    (p, values), half = SKEW, scaled(SKEW, 0.5)[1]
    pairs = independent((p, half, values), (p, half, values))
    crossed = independent(*[(THREE[0], THREE[1], (1, 1, -5))] * 2)
    return [
        Layer(*zip(*pairs, strict=True), f"D = 2; W_j = a_j / 2; each a_j: {_said(SKEW)}"),
        Layer(*zip(*crossed, strict=True), "D = 2; W_j = −1, 0, 3 and with it a_j = 1, 1, −5"),
    ]


def positive_inputs():
    """Inputs that are never negative, as after a ReLU."""
    return [_layer([scaled(SKEW, 0.5)] * 2, [scaled(EVEN, 1, 1.5)] * 2)]


def shifted_weights():
    """Weights whose mean is not zero."""
    return [_layer([scaled(SKEW, 0.5, 2)] * 2, [EVEN] * 2)]


def both_shifted():
    """Neither mean is zero."""
    return [_layer([scaled(SKEW, 0.5, 2)] * 2, [scaled(THREE, 1, -2)] * 2)]


def different():
    """Weights, and inputs, of different size."""
    remark = f"W₁: {_said(SKEW)}; W₂ half as large; a₁: {_said(EVEN)}; a₂ three times as large"
    return [_layer([SKEW, scaled(SKEW, 0.5)], [EVEN, scaled(EVEN, 3)], remark)]


def shared_inputs():
    """All inputs are one and the same; the weights are independent."""
    half = scaled(SKEW, 0.5)
    (w,), (v,), (a,) = independent(half, half, THREE)
    says = f"D = 2; a₂ = a₁: {_said(THREE)}; W₁ and W₂ independent, each: {_said(half)}"
    return [Layer([w, v], [a, a], says)]
