"""Lesson 8: what the explorers read out, what the prose claims, and how answers are judged."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from helpers.lessons import relu_backward as lesson
from helpers.lessons.relu_backward import explorers, oracles


@pytest.fixture
def found_by_hand():
    """Both answers by hand are right, as the explorer wants it before it shows their numbers."""
    both = (lesson.forward_by_hand, lesson.backward_by_hand)
    for one in both:
        assert one.check(one.oracle()).status == "correct"
    yield
    for one in both:
        one.check(...)


def test_the_explorer_keeps_the_numbers_back_until_they_are_found():
    lesson.backward_by_hand.check(...)
    assert not (lesson.explore(lesson.X, lesson.GRAD).views[0].values("x") == lesson.X).all()


def test_the_sheets_matrices_stand_here_exactly():
    x = "1.5 2.2 1.3 6.7 4.3 -0.3 -0.2 4.9 -4.5 1.4 5.5 1.8 0.1 -0.5 -0.1 2.2"
    grad = "4.5 1.2 2.3 1.3 -1.3 -6.3 4.1 -2.9 -0.5 1.2 3.5 1.2 -6.1 0.5 -4.1 -3.2"
    assert lesson.X.ravel().tolist() == [float(number) for number in x.split()]
    assert lesson.GRAD.ravel().tolist() == [float(number) for number in grad.split()]


def test_five_gates_are_shut_and_the_mask_from_the_gradient_goes_wrong(found_by_hand):
    explorer = lesson.explore(lesson.X, lesson.GRAD)
    assert explorer.numbers["gates open"] == 11 and explorer.numbers["entries stopped"] == 5
    assert explorer.numbers["wrong entries of dL/dx"] == 0
    explorer.set(source=explorers.FROM_GRADIENT)
    right = np.where(lesson.X > 0, lesson.GRAD, 0)
    wrong = (np.maximum(lesson.GRAD, 0) != right).sum()
    assert explorer.numbers["wrong entries of dL/dx"] == wrong > 0


def test_the_first_explorer_does_not_show_what_is_to_be_found_by_hand():
    view = lesson.explore().views[0]
    assert (view.values("x") == 0).any()
    assert not np.isin(view.values("y"), lesson.X[lesson.X > 1]).any()


def test_an_edit_moves_a_gate_and_the_button_brings_the_first_numbers_back(found_by_hand):
    explorer = lesson.explore(lesson.X, lesson.GRAD)
    view = explorer.views[0]
    view.edited = {"n": 1, "values": {"x": (-lesson.X).ravel().tolist()}}
    assert explorer.numbers["gates open"] == 5
    assert np.allclose(view.values("y"), np.maximum(-lesson.X, 0))
    assert np.allclose(view.values("out"), np.where(lesson.X < 0, lesson.GRAD, 0))
    explorer.controls["reset"].click()
    assert explorer.numbers["gates open"] == 11
    assert (view.values("x") == lesson.X).all()


@pytest.mark.parametrize("leaky", [False, True])
@pytest.mark.parametrize("bias", [-6.0, -4.0, -1.3, 0.0, 3.0])
def test_the_gradient_norm_of_the_unit_is_autograds(bias, leaky):
    explorer = lesson.explore_dead_unit()
    explorer.set(bias=bias, leaky=leaky)
    points = torch.tensor(explorers._SCATTER)
    theta = torch.tensor([*explorers._WEIGHT, bias], dtype=torch.float64, requires_grad=True)
    z = points @ theta[:2] + theta[2]
    wanted = F.relu(points @ theta[:2].detach() + 0.5)
    out = F.leaky_relu(z, explorers.LEAK) if leaky else F.relu(z)
    (gradient,) = torch.autograd.grad(((out - wanted) ** 2).mean(), theta)
    assert explorer.numbers["gradient norm"] == pytest.approx(gradient.norm().item(), abs=1e-12)
    assert explorer.numbers["active points"] == (z > 0).sum().item()
    assert (gradient.norm() == 0) == (not leaky and explorer.numbers["active points"] == 0)


def test_a_preset_kills_the_unit_and_another_revives_it():
    explorer, norms = lesson.explore_dead_unit(), {}
    for name, values in explorer.presets.items():
        explorer.set(**values)
        norms[name] = explorer.numbers["gradient norm"]
    assert norms["alive"] > 0 and norms["dead"] == 0 and norms["revived"] > 0


def test_the_steepest_slopes_are_a_quarter_and_one():
    slopes = {name: oracles.steepest(name) for name in ("sigmoid", "tanh", "relu")}
    assert slopes == pytest.approx({"sigmoid": 0.25, "tanh": 1.0, "relu": 1.0})


@pytest.mark.parametrize("depth", [1, 2, 10, 60])
def test_a_tiny_factor_is_told_from_another_tiny_factor(depth):
    def by_exponent(n, activation, off=None):
        factor = math.ldexp(1.0, -2 * n) if activation == "sigmoid" else 1.0
        return 0.99 * factor if n == off else factor

    assert lesson.surviving_gradient.check(by_exponent).status == "correct"
    verdict = lesson.surviving_gradient.check(lambda n, name: by_exponent(n, name, off=depth))
    assert verdict.status == "not yet"


@pytest.mark.parametrize("act", ["relu", "leaky_relu", "elu", "relu6", "hardtanh", "sigmoid"])
def test_what_revives_follows_from_the_slope_where_the_dead_unit_stands(act):
    weight, bias, X = lesson.dead_unit()
    z = torch.tensor(X @ weight + bias, requires_grad=True)
    assert z.max() <= -2 + 1e-9 and z.min() >= -5.1 - 1e-9
    (slope,) = torch.autograd.grad(getattr(torch.nn.functional, act)(z).sum(), z)
    assert bool(slope.any()) == (oracles.gradient_through(act) > 0)


@pytest.mark.parametrize(
    "form",
    [set, frozenset, list, lambda names: tuple(reversed(names)), lambda names: ("ELU", *names)],
)
def test_names_may_come_in_any_order_and_collection(form):
    right = ("leaky_relu", "elu", "sigmoid", "batch_norm")
    assert lesson.revive.check(form(right)).status == "correct"


def test_an_unlisted_choice_of_layers_is_counted_and_an_unknown_name_is_told():
    verdict = lesson.revive.check({"elu", "relu6"})
    assert verdict.mistake is None and "4 of the 6" in verdict.message
    assert "'gelu' is not offered" in lesson.revive.check(("elu", "gelu")).message
    assert lesson.revive.check("elu").status == "not yet"
    assert lesson.revive.check(np.array(lesson.revive.oracle())).status == "correct"
    assert lesson.revive.check((True,)).status == "not yet"
    right = tuple(
        name in ("leaky_relu", "elu", "sigmoid", "batch_norm") for name in oracles.OFFERED
    )
    assert "names in quotes" in lesson.revive.check(right).message


def test_other_ways_to_write_the_functions_are_right():
    def looped(weight, bias, X):
        return not any(sum(w * x for w, x in zip(weight, row, strict=True)) + bias > 0 for row in X)

    def largest(weight, bias, X):
        return np.max(np.einsum("d,nd->n", weight, X)) + bias <= 0

    def by_torch(grad_output, x):
        x = torch.tensor(x, requires_grad=True)
        torch.relu(x).backward(torch.tensor(grad_output))
        return x.grad

    def copied(grad_output, x):
        grad_input = grad_output.copy()
        grad_input[x <= 0] = 0
        return grad_input

    for answer in (looped, largest):
        assert lesson.is_dead.check(answer).status == "correct"
    for answer in (by_torch, copied, lambda g, x: g * (x > 0), lambda g, x: (g * (x > 0)).tolist()):
        assert lesson.relu_backward.check(answer).status == "correct"
    assert lesson.relu_forward.check(lambda x: (x + abs(x)) / 2).status == "correct"
    assert lesson.relu_derivative.check(lambda x: np.heaviside(x, 0)).status == "correct"


def test_further_slips_are_rejected():
    def in_place(grad_output, x):
        grad_output[x <= 0] = 0
        return grad_output

    assert "changes the array" in lesson.relu_backward.check(in_place).message
    for wrong in (
        lambda g, x: g * np.heaviside(x, 1),
        lambda g, x: np.maximum(g, 0) * (x >= 0),
        lambda g, x: g * (np.maximum(x, 0) >= 0),
        lambda g, x: g[::-1] * (x > 0),
        lambda g, x: g * (x > 1e-2),
    ):
        assert lesson.relu_backward.check(wrong).status == "not yet"
    for wrong in (
        lambda w, b, X: bool((X @ w).max() <= b),
        lambda w, b, X: bool((X @ w + b).sum() == 0),
        lambda w, b, X: bool((X @ w + b).min() <= 0),
        lambda w, b, X: bool(np.median(X @ w + b) <= 0),
        lambda w, b, X: bool((X @ w + b <= 1e-9).mean() > 0.5),
        lambda w, b, X: b < 0,
        lambda w, b, X: bool((X * w + b <= 0).all()),
    ):
        assert lesson.is_dead.check(wrong).status == "not yet"
