"""Lesson 8: what the explorers read out, what the prose claims, and how answers are judged."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from helpers.lessons import relu_backward as lesson
from helpers.lessons.relu_backward import explorers, oracles, pictures
from tests import course


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
        lambda w, b, X: bool((np.maximum(X @ w, 0) + b <= 0).all()),
        lambda w, b, X: not ((X @ w + b > 0) @ X).any(),
        lambda w, b, X: bool((X @ w + b <= 1e-4).all()),
        lambda w, b, X: bool(np.maximum(X @ w + b, 0).mean() < 0.01),
    ):
        assert lesson.is_dead.check(wrong).status == "not yet"


SOLVED = course.solved("08_relu_backward")


def slope(name, at):
    """The slope of torch's `name` at one number, by autograd."""
    x = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    return torch.autograd.grad(getattr(F, name)(x), x)[0].item()


def defined(*beginnings):
    """What the notebook's own cells that begin so define, after its setup and solutions."""
    space = dict(SOLVED)
    for cell in course.cells("08_relu_backward"):
        if cell.text.startswith(beginnings):
            exec(cell.text, space)
    return space


def test_a_gradient_of_zero_at_the_target_is_no_death():
    explorer = lesson.explore_dead_unit()
    explorer.set(bias=0.5, leaky=False)
    assert explorer.numbers["gradient norm"] == pytest.approx(0, abs=1e-12)
    assert explorer.numbers["active points"] == 24  # more than half of 40, as the prose says
    for bias, leaky, said in (
        (0.5, False, "alive, and at its target"),
        (-5.5, False, "dead"),
        (-5.5, True, "gets a gradient"),
        (0.0, False, "gets a gradient"),
    ):
        z, _, norm = explorers.unit_at(bias, leaky)
        assert explorers.state_of(z, leaky, norm) == said


def test_the_saturated_slopes_are_as_small_as_the_prose_says():
    at_five = {name: slope(name, 5.0) for name in ("sigmoid", "tanh", "relu")}
    assert 0.001 < at_five["sigmoid"] < 0.01 and at_five["tanh"] < 0.001 and at_five["relu"] == 1
    assert slope("sigmoid", -20.0) == pytest.approx(2e-9, rel=0.05)
    assert slope("elu", -20.0) == pytest.approx(2e-9, rel=0.05)
    assert slope("elu", -2.0) == pytest.approx(0.14, abs=0.005)  # the least of its z
    assert slope("sigmoid", -2.0) == pytest.approx(0.10, abs=0.006)
    norms = {name: oracles.gradient_through(name) for name in lesson.revive.oracle()}
    assert min(norms, key=norms.get) == "leaky_relu"


def test_what_batch_normalisation_does_to_the_gradient_of_twenty_layers():
    space = defined("def through_network", "def factor_back")
    back = {
        (name, on): space["factor_back"](activation, gain, on)
        for name, activation, gain in (("sigmoid", torch.sigmoid, 1.0), ("relu", F.relu, 2**0.5))
        for on in (False, True)
    }
    assert back["sigmoid", False] < 1e-12 and 0.2 < back["sigmoid", True] < 0.5
    assert 0.5 < back["relu", False] < 1 and 20 < back["relu", True] < 35


@pytest.mark.parametrize(
    "activation, gain, deviation",
    [(torch.sigmoid, 1.0, 0.2), (F.relu, 2**0.5, 0.8)],
    ids=["sigmoid", "relu"],
)
def test_the_deviations_that_batch_normalisation_divides_by(activation, gain, deviation):
    torch.manual_seed(0)
    h, found = torch.randn(256, 64), []
    for _ in range(20):
        z = h @ torch.randn(64, 64) * gain / 8
        found.append(z.std(0).mean().item())
        h = activation((z - z.mean(0)) / z.std(0))
    assert found[0] == pytest.approx(gain, rel=0.05)
    assert np.allclose(found[1:], deviation, rtol=0.12)
    z = torch.randn(100_000, dtype=torch.float64, requires_grad=True)
    slope = torch.autograd.grad(torch.sigmoid(z).sum(), z)[0].mean()
    assert slope == pytest.approx(0.2, abs=0.01)


def test_half_the_mean_square_and_the_means_that_are_passed_on():
    torch.manual_seed(0)
    z = torch.randn(1_000_000)
    assert F.relu(z).square().mean() == pytest.approx(0.5, abs=0.005)
    assert F.relu(z).mean() == pytest.approx(0.40, abs=0.005)
    assert F.elu(z).mean() == pytest.approx(0.16, abs=0.005)


def test_minus_6_3_is_the_largest_that_arrives_and_meets_a_shut_gate():
    place = np.unravel_index(np.abs(lesson.GRAD).argmax(), lesson.GRAD.shape)
    assert lesson.GRAD[place] == -6.3 and lesson.X[place] < 0


def test_a_central_difference_at_the_kink_is_half_of_what_arrives():
    def loss(x):
        return (np.array([4.0, 3.0]) * np.maximum(x, 0)).sum()

    found = oracles.numerical_gradient(loss, np.array([0.0, 1.0]))
    assert np.allclose(found, [2, 3])


def test_measured_and_computed_agree_on_the_network_whose_first_unit_is_dead():
    grad_output, X, W1, W2 = pictures.small_network()
    z = X @ W1
    assert (z != 0).all() and (z <= 0).all(0).tolist() == [True, False, False, False]

    def loss(at):
        return (grad_output * (np.maximum(X @ at, 0) @ W2)).sum()

    dW1 = oracles.network_backward(grad_output, X, W1, W2)[1]
    assert np.allclose(oracles.numerical_gradient(loss, W1), dW1) and (dW1[:, 1:] != 0).all()
    assert not dW1[:, 0].any()
    right = (SOLVED["numerical_gradient"], SOLVED["network_backward"])
    assert "0 of 12 values differ" in pictures.measured_network(*right).alt


@pytest.mark.parametrize("stub", [lambda *a, **k: None, lambda *a, **k: 1 / 0, "text"])
def test_the_comparison_waits_for_both_functions(stub):
    right = SOLVED["numerical_gradient"], SOLVED["network_backward"], SOLVED["relu_backward"]
    for measured, computed in ((stub, right[1]), (right[0], stub)):
        assert "write both" in pictures.measured_network(measured, computed).alt
    for measured, computed in ((stub, right[2]), (right[0], stub)):
        assert "write both" in pictures.measured_relu(measured, computed, lesson.X, lesson.GRAD).alt


def test_other_ways_to_measure_a_gradient_are_right():
    def put_back(loss, x, eps=1e-4):
        found = np.zeros_like(x)
        for place in np.ndindex(x.shape):
            old = x[place]
            x[place] = old + eps
            up = loss(x)
            x[place] = old - eps
            down = loss(x)
            x[place] = old
            found[place] = (up - down) / eps / 2
        return found

    def mean_of_both_sides(loss, x, eps=1e-4):
        here, flat = loss(x), []
        for unit in np.eye(x.size).reshape(-1, *x.shape):
            up, down = loss(x + eps * unit) - here, here - loss(x - eps * unit)
            flat.append((up + down) / (2 * eps))
        return np.array(flat).reshape(x.shape).tolist()

    for answer in (put_back, mean_of_both_sides):
        assert lesson.numerical_gradient.check(answer).status == "correct"


def test_a_loss_is_shown_by_its_formula():
    verdict = lesson.numerical_gradient.check(lambda loss, x, eps=1e-4: x)
    assert "lambda x: x[0] ** 2 + 3 * x[1]" in dict(verdict.details)["Call"]


def test_other_ways_back_through_the_network_are_right():
    def by_torch(grad_output, X, W1, W2):
        X, W1, W2 = (torch.tensor(a, requires_grad=True) for a in (X, W1, W2))
        (F.relu(X @ W1) @ W2).backward(torch.tensor(grad_output))
        return X.grad, W1.grad, W2.grad

    def example_by_example(grad_output, X, W1, W2):
        dX, dW1, dW2 = np.zeros_like(X), np.zeros_like(W1), np.zeros_like(W2)
        for n, (row, g) in enumerate(zip(X, grad_output, strict=True)):
            h = np.maximum(row @ W1, 0)
            dz = (W2 @ g) * np.sign(h)
            dX[n] = W1 @ dz
            dW1 += np.outer(row, dz)
            dW2 += np.outer(h, g)
        return [dX, dW1, dW2]

    for answer in (by_torch, example_by_example):
        assert lesson.network_backward.check(answer).status == "correct"


def test_a_gate_anywhere_but_at_0_is_seen():
    def gate_at(threshold):
        def wrong(grad_output, X, W1, W2):
            z = X @ W1
            dz = (grad_output @ W2.T) * (z > threshold)
            return dz @ W1.T, X.T @ dz, np.maximum(z, 0).T @ grad_output

        return wrong

    assert lesson.network_backward.check(gate_at(0)).status == "correct"
    for threshold in (-0.3, 0.3, 1):
        assert lesson.network_backward.check(gate_at(threshold)).status == "not yet"


def test_programs_are_broken_by_other_inputs_too():
    assert lesson.slope_by_sign.check([3, 0, -1]).status == "correct"
    for x in (1e-12, -1e-12, 5):
        assert lesson.slope_by_sign.check([x]).mistake == "one side or the other"
    assert lesson.lucky_mask.check(([[1, -2], [0, -4]], [[1, 0], [5, -1]])).status == "correct"
    assert lesson.lucky_mask.check(([1, -1, 1], [1, -1, -1])).status == "not yet"
    assert lesson.lucky_mask.check(([1e-9, -1], [1, -1])).status == "not yet"  # no slip to be seen
    assert lesson.lucky_mask.check(([1, -1, -1e-8], [1, -1, 1])).status == "not yet"
    assert lesson.mean_example.check(([1, 1], 0, [[1, 2], [-5, 0]])).status == "correct"
    assert lesson.mean_example.check(([1], 0, [[1, -3]])).mistake == "weight and X that don't fit"
    assert lesson.mean_example.check(([1], 0, [[1e-9], [-1]])).status == "correct"
    assert lesson.mean_example.check(([1], -9, [[1], [-3]])).status == "not yet"


def test_a_slip_near_a_known_one_does_not_bear_its_name():
    for wrong in (
        lambda w, b, X: bool((X[1:] @ w + b <= 0).all()),
        lambda w, b, X: bool((X[:-1] @ w + b <= 0).all()),
        lambda w, b, X: bool((X[-2:] @ w + b <= 0).all()),
        lambda w, b, X: bool(np.median(X @ w + b) <= 0),
    ):
        verdict = lesson.is_dead.check(wrong)
        assert (verdict.status, verdict.mistake) == ("not yet", None), verdict
    whole = lambda loss, x, eps=1e-4: oracles.numerical_gradient(loss, x, eps).astype(int)  # noqa: E731
    assert "fractions were cut off" in lesson.numerical_gradient.check(whole).message


def test_copies_made_once_are_told_to_pile_up():
    def once(loss, x, eps=1e-4):
        up, down, found = x.copy(), x.copy(), np.zeros(x.shape)
        for place in np.ndindex(x.shape):
            up[place] += eps
            down[place] -= eps
            found[place] = (loss(up) - loss(down)) / (2 * eps)
        return found

    assert lesson.numerical_gradient.check(once).mistake == "nudges pile up, both"


def test_entry_by_entry_is_not_taken_for_the_last_row():
    verdict = lesson.is_dead.check(lambda w, b, X: bool((X * w + b <= 0).all()))
    assert verdict.mistake == "entry by entry"


def test_the_hint_for_layers_asks_where_they_move_the_unit():
    assert "moves the pre-activations" in lesson.revive.check(("leaky_relu", "elu")).message
