"""Lesson 7: its formulas hold, odd draws are told from right ones."""

import math

import numpy as np
import pytest

from helpers.lessons import xavier_initialization as lesson
from helpers.lessons.xavier_initialization import deep, oracles
from helpers.lessons.xavier_initialization.distributions import Cov, E, Var, independent

# --- random variables -----------------------------------------------------------------------------


def test_random_variables_are_exact():
    (x, y), (z,) = independent(((0.25, 0.75), (1, 5), (2, 0)), ((0.5, 0.5), (-1, 1)))
    assert E(x) == 4 and Var(x) == 3 and Cov(x, y) == -1.5 and Cov(x, z) == 0
    assert E(x * z + 2) == 2 and Var(3 * z - 1) == 9 and E(np.exp(0 * z)) == 1
    assert repr(z) == "takes the values -1 with 0.5, 1 with 0.5"


# --- the formulas of the prose --------------------------------------------------------------------


def test_what_is_said_about_tanh_is_so():
    for x in (0.1, 0.3):
        assert (x - math.tanh(x)) / x == pytest.approx(x**2 / 3, rel=0.05)
    assert 1 - math.tanh(1) == pytest.approx(0.24, abs=0.005)
    x = np.linspace(-4, 4, 33)
    s = 1 / (1 + np.exp(-2 * x))
    assert np.allclose(4 * s * (1 - s), oracles.tanh_grad(x))
    shares = [deep.SHARES @ np.tanh(std * deep.NODES) ** 2 / std**2 for std in (0.1, 0.3, 1)]
    assert np.allclose(shares, [0.98, 0.85, 0.39], atol=0.006)


def test_glorots_deviation_is_pytorchs():
    import torch

    for fan_in, fan_out in ((100, 400), (784, 10), (64, 64)):
        drawn = torch.nn.init.xavier_normal_(torch.empty(fan_out, fan_in)).std().item()
        assert drawn == pytest.approx(lesson.glorot_std.oracle(fan_in, fan_out), rel=0.1)
    drawn = torch.nn.Linear(400, 300).weight
    assert drawn.abs().max() <= 400**-0.5
    assert drawn.std().item() == pytest.approx(1 / math.sqrt(3 * 400), rel=0.02)


# --- the draws ------------------------------------------------------------------------------------

UNUSUAL = {
    "standard normal, then scaled": lambda i, o, rng: rng.standard_normal((o, i)) / math.sqrt(i),
    "drawn transposed": lambda i, o, rng: rng.normal(0, i**-0.5, (i, o)).T,
    "one by one": lambda i, o, rng: [[rng.normal(0, i**-0.5) for _ in range(i)] for _ in range(o)],
    "from uniform numbers": lambda i, o, rng: (
        np.sqrt(-2 * np.log1p(-rng.random((o, i)))) * np.cos(2 * np.pi * rng.random((o, i)))
    ) * i**-0.5,
}  # fmt: skip
ODD = {
    "a mean": (lambda i, o, rng: rng.normal(0.1, i**-0.5, (o, i)), "The mean should be 0"),
    "heavy tails": (lambda i, o, rng: rng.laplace(0, (2 * i) ** -0.5, (o, i)), "two deviations"),
    "somewhat narrow": (lambda i, o, rng: rng.normal(0, 0.95 * i**-0.5, (o, i)), "times what it"),
    "columns alike": (
        lambda i, o, rng: np.repeat(rng.normal(0, i**-0.5, (o, 1)), i, 1), "Not every entry"
    ),
    "zeros": (lambda i, o, rng: np.zeros((o, i)), "All entries are the same"),
    "always the same": (lambda i, o, rng: np.eye(o, i), "whatever `rng` is"),
    "NumPy's global generator": (
        lambda i, o, rng: np.random.normal(0, i**-0.5, (o, i)), "Draw from `rng`"  # noqa: NPY002
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", UNUSUAL)
def test_unusual_draws_are_right(case):
    assert lesson.xavier_normal.check(UNUSUAL[case]).status == "correct"


@pytest.mark.parametrize("seed", range(5))
def test_right_draws_are_right_whatever_the_numbers(seed):
    answer = UNUSUAL["standard normal, then scaled"]
    moved = lambda i, o, rng: answer(i, o, np.random.default_rng([seed, int(rng.integers(99))]))  # noqa: E731
    assert lesson.xavier_normal.check(moved).status == "correct"


@pytest.mark.parametrize("case", ODD)
def test_odd_draws_are_told_what_is_odd(case):
    answer, said = ODD[case]
    verdict = lesson.xavier_normal.check(answer)
    assert verdict.status == "not yet" and said in verdict.message, verdict


# --- the explorer ---------------------------------------------------------------------------------


@pytest.mark.parametrize("std, fan_in, fan_out", [(0.05, 100, 100), (0.1, 100, 40), (0.3, 60, 90)])
def test_a_deep_linear_network_does_what_the_derivation_foretells(std, fan_in, fan_out):
    depth = 6
    values, gradients = deep.through_layers(std, depth, fan_in, fan_out, linear=True)
    forward, back = deep.predicted(std, depth, fan_in, fan_out, linear=True)
    assert forward[-1] == pytest.approx(std ** (2 * depth) * (fan_in * fan_out) ** (depth // 2))
    assert np.allclose([v.var() for v in values], forward, rtol=0.5)
    assert np.allclose([g.var() for g in gradients], back, rtol=0.5)


@pytest.mark.parametrize("std", [0.05, 0.1, 0.2, 0.5])
def test_a_deep_tanh_network_does_what_wide_layers_do(std):
    values, gradients = deep.through_layers(std, 12, 100, 100, linear=False)
    forward, back = deep.predicted(std, 12, 100, 100, linear=False)
    assert np.allclose(np.log10([v.var() for v in values]), np.log10(forward), atol=0.3)
    assert np.allclose(np.log10([g.var() for g in gradients]), np.log10(back), atol=0.4)


def test_its_gradients_are_pytorchs():
    import torch

    values, gradients = deep.through_layers(0.15, 5, 30, 50, linear=False)
    weights, _ = deep._noise()
    a = first = torch.tensor(values[0], requires_grad=True)
    for weight, fan_out, fan_in in zip(
        weights, (50, 30, 50, 30, 50), (30, 50, 30, 50, 30), strict=False
    ):
        a = torch.tanh(
            torch.nn.functional.linear(a, torch.tensor(0.15 * weight[:fan_out, :fan_in]))
        )
    a.backward(torch.tensor(gradients[-1]))
    assert np.allclose(a.detach(), values[-1]) and np.allclose(first.grad, gradients[0])


def test_the_explorer_says_where_the_marks_stand():
    explorer = lesson.explore()
    explorer.set(fan_in=100, fan_out=20, depth=1, std=0.1)
    said = explorer.numbers
    assert said["1/√fan_in"] == 0.1 and said["1/√fan_out"] == pytest.approx(20**-0.5)
    assert said["1/√fan_in"] < said["Glorot"] < said["1/√fan_out"]
    assert said["Glorot"] == pytest.approx(math.sqrt(2 / 120))
