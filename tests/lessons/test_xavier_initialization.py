"""Lesson 7: its formulas hold, odd draws are told from right ones."""

import math

import numpy as np
import pytest

from helpers.lessons import xavier_initialization as lesson
from helpers.lessons.xavier_initialization import deep, mistakes, oracles, training
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


def test_hes_deviation_is_pytorchs_and_makes_up_for_half():
    import torch

    for fan_in in (100, 784):
        drawn = torch.nn.init.kaiming_normal_(torch.empty(300, fan_in)).std().item()
        assert drawn == pytest.approx(lesson.he_std.oracle(fan_in), rel=0.03)
    z = deep.NODES
    a = np.maximum(z, 0)
    assert deep.SHARES @ a**2 == pytest.approx(0.5)
    # The mistake "Var(a) for E(a²)" makes up for this:
    assert deep.SHARES @ a**2 - (deep.SHARES @ a) ** 2 == pytest.approx(
        0.5 - 0.5 / math.pi, rel=1e-3
    )


@pytest.mark.parametrize("factor, low, high", [(1, 1e-10, 1e-8), (2, 0.1, 10)])
def test_only_with_the_2_a_deep_relu_network_keeps_its_variance(factor, low, high):
    for seed in range(3):
        rng = np.random.default_rng(seed)
        z = rng.normal(size=(100, 400))
        for _ in range(30):
            z = np.maximum(z, 0) @ rng.normal(0, math.sqrt(factor / 400), (400, 400))
        assert low < z.var() < high


def test_the_compromises_of_glorot_are_as_they_are_called():
    for fan_in, fan_out in ((100, 400), (4, 3), (8, 2)):
        glorot, both = oracles.glorot_std(fan_in, fan_out), (fan_in**-0.5, fan_out**-0.5)
        assert min(both) < glorot < max(both)
        assert mistakes.deviations_averaged(fan_in, fan_out) > glorot
    assert mistakes.deviations_averaged(50, 50) == pytest.approx(oracles.glorot_std(50, 50))
    v = oracles.glorot_std(100, 400) ** 2
    assert (100 * v, 400 * v) == pytest.approx((0.4, 1.6))


# --- what is said of deep networks ----------------------------------------------------------------


def test_the_gradient_is_nearly_level_only_around_a_tenth():
    lost = {}
    for std in (0.05, 0.1, 0.12, 0.2):
        values, gradients = deep.through_layers(std, 30, 100, 100, linear=False)
        lost[std] = np.log10([values[-1].var(), gradients[0].var()])
    assert np.allclose(lost[0.05], -18.5, atol=0.5) and np.allclose(lost[0.1], -2, atol=0.4)
    assert abs(lost[0.12][1]) < 0.5 and lost[0.2][1] > 3
    assert max(forward for forward, _ in lost.values()) < 0


def test_the_gain_holds_the_signal_and_the_gradient_pays():
    values, _ = deep.through_layers(0.165, 30, 100, 100, linear=False)
    forward, back = deep.predicted(0.165, 30, 100, 100, linear=False)
    assert forward[-1] == pytest.approx(0.42, abs=0.01)
    assert values[-1].var() == pytest.approx(0.42, abs=0.03)
    assert back[10] / back[11] == pytest.approx(1.2, abs=0.01)


def through(std, depth=30, width=100):
    """What `deep_signal` sends through its layers: their values, and a gradient's way back."""
    values = [np.random.default_rng(0).normal(size=(20, width))]
    weights = [np.random.default_rng(n).normal(0, std, (width, width)) for n in range(1, depth + 1)]
    for weight in weights:
        values.append(np.tanh(values[-1] @ weight.T))
    gradient = np.random.default_rng(99).normal(size=(20, width))
    for weight, value in zip(weights[::-1], values[:0:-1], strict=True):
        gradient = (gradient * (1 - value**2)) @ weight
    return values, gradient.var()


def test_weights_too_small_lose_the_signal_and_too_large_ones_shut_nine_in_ten():
    values, back = through(1 / 100)
    assert values[10].var() == pytest.approx(1e-20, rel=0.7) and back < 1e-50
    values, back = through(1.0)
    assert (abs(values[-1]) > 0.9).mean() == pytest.approx(0.9, abs=0.02)
    assert back > 1e15


def test_only_the_network_with_the_right_start_learns():
    sizes = {"small": lambda i, o: 1 / i, "right": lambda i, o: i**-0.5, "large": lambda i, o: 1.0}
    for seed in range(2):
        trained = {name: training.train(mistakes.normal(std), seed) for name, std in sizes.items()}
        losses = {name: loss for name, (loss, _) in trained.items()}
        assert np.allclose(losses["small"], training.GUESSING, atol=1e-3)
        assert losses["right"][-1] < 0.01
        assert min(losses["large"][:20]) < losses["large"][0] and losses["large"][20:].min() > 0.7
        assert np.ptp(losses["large"][50:]) < 0.1
    first = {name: size for name, (_, size) in trained.items()}
    assert 1e-10 < first["small"] / first["right"] < 1e-8
    assert 1e3 < first["large"] / first["right"] < 1e4
    shown = (mistakes.normal(lambda i, o: 1.0), lambda i, o, rng: rng.normal(0, i**-0.5, (o, i)))
    large, right = (training.train(draw)[1] for draw in shown)
    assert round(large / right, -3) == 6000  # as the prose says of the picture
    assert training.train(lambda i, o, rng: np.zeros((i, o, 1))) is None


def test_equal_weights_move_and_stay_equal():
    import torch

    torch.manual_seed(0)
    x = torch.randn(50, 2)
    net = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
    for name, part in net.named_parameters():
        torch.nn.init.constant_(part, 0.1 if "weight" in name else 0.0)
    for _ in range(20):
        loss = (net(x)[:, 0] - x.prod(1) - x[:, 0]).square().mean()
        gradients = torch.autograd.grad(loss, tuple(net.parameters()))
        with torch.no_grad():
            for part, gradient in zip(net.parameters(), gradients, strict=True):
                part -= 0.1 * gradient
    rows = net[0].weight.detach().numpy()
    assert np.allclose(rows, rows[0]) and np.ptp(rows[0]) > 0.1


# --- slips as learners write them -----------------------------------------------------------------

SLIPS = [
    ("tanh_grad", lambda x: (1 - np.tanh(x)) ** 2, "the bracket squared"),
    ("tanh_grad", lambda x: 1 - np.tanh(x) * 2, "doubled for squared"),
    ("tanh_grad", lambda x: 1 - np.tanh(x**2), "square inside tanh"),
    ("tanh_grad", lambda x: 1 - np.tanh(x / 2) ** 2, "argument not doubled"),
    ("dense_tanh", lambda a, weight, bias: np.tanh(weight @ a) * bias, "multiplied by the bias"),
    ("dense_tanh", lambda a, weight, bias: np.tanh(a @ weight + bias), "weight transposed"),
    ("dense_tanh", lambda a, weight, bias: np.tanh(weight * a + bias), "no sum"),
    ("dense_tanh", lambda a, weight, bias: np.tanh((weight * a).sum(0) + bias), "summed over i"),
    ("keeps_variance", lambda z, a: np.isclose(np.var(z), np.var(a), 0.05), "5 % of a's variance"),
    ("keeps_variance", lambda z, a: np.var(z) >= 0.95 * np.var(a), "growing allowed"),
    ("keeps_variance", lambda z, a: 0.95 <= np.var(a) / np.var(z) <= 1.05, "5 % of z's variance"),
    ("keeps_variance", lambda z, a: 0.95 <= np.var(z) / np.var(a) <= 1.06, None),
    ("keeps_variance", lambda z, a: bool(np.var(z) == np.var(a)), "exactly equal"),
    ("keeps_variance", lambda z, a: math.isclose(np.var(z), np.var(a), rel_tol=0.1), "10 %"),
    ("keeps_variance", lambda z, a: math.isclose(np.var(z), np.var(a), rel_tol=0.01), None),
    ("keeps_variance", lambda z, a: abs(np.log(np.var(z) / np.var(a))) <= 0.05, "5 % of the mean"),
    ("glorot_std", lambda i, o: np.sqrt(2 / i + o), "bracket forgotten"),
    ("glorot_std", lambda i, o: np.sqrt(2 / i), "He's"),
    ("glorot_std", lambda i, o: 1 / np.sqrt((i + o) // 2), "whole division"),
    ("glorot_std", lambda i, o: np.sqrt(4 / (i + o)), "the 2 outside the root"),
    ("he_std", lambda n: 1 / np.sqrt(n), "nothing made up for"),
    ("he_std", lambda n: 1 / np.sqrt(n * (0.5 - 1 / (2 * np.pi))), "Var(a) for E(a²)"),
]  # fmt: skip
OTHERWISE = [
    ("tanh_grad", lambda x: 4 * lesson.sigmoid(2 * x) * lesson.sigmoid(-2 * x)),
    ("dense_tanh", lambda a, weight, bias: np.tanh(np.einsum("ij,j->i", weight, a) + bias)),
    ("keeps_variance", lambda z, a: math.isclose(np.var(z), np.var(a), rel_tol=0.05)),
    ("keeps_variance", lambda z, a: abs(np.log(np.var(z) / np.var(a))) <= -np.log(0.95)),
    ("glorot_std", lambda i, o: np.mean([i, o]) ** -0.5),
    ("he_std", lambda n: (n / 2) ** -0.5),
]  # fmt: skip


@pytest.mark.parametrize("name, answer, mistake", SLIPS)
def test_a_slip_has_its_name(name, answer, mistake):
    verdict = getattr(lesson, name).check(answer)
    assert (verdict.status, verdict.mistake) == ("not yet", mistake), verdict


@pytest.mark.parametrize("name, answer", OTHERWISE)
def test_a_right_answer_may_look_otherwise(name, answer):
    assert getattr(lesson, name).check(answer).status == "correct"


def test_fans_are_right_by_luck_where_they_are_equal_and_nowhere_else():
    for fan in (1, 7, 4000):
        assert lesson.break_glorot_std.check((fan, fan)).status == "correct"
    for fans in ((100, 101), (1000, 1010), (4000, 3600), (3, 4), (0, 0), (-5, -5)):
        assert lesson.break_glorot_std.check(fans).status == "not yet"
    for fan_in in (1, 9, 50, 400, 4000):
        for fan_out in range(max(1, 3 * fan_in // 4), fan_in):
            if not mistakes.equal_or_far(fan_in, fan_out):
                told = mistakes.deviations_averaged(fan_in, fan_out)
                assert not np.isclose(told, oracles.glorot_std(fan_in, fan_out), 1e-4, 1e-5)


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
    "heavy tails": (lambda i, o, rng: rng.laplace(0, (2 * i) ** -0.5, (o, i)), "two standard"),
    "somewhat narrow": (lambda i, o, rng: rng.normal(0, 0.95 * i**-0.5, (o, i)), "times what it"),
    "columns alike": (
        lambda i, o, rng: np.repeat(rng.normal(0, i**-0.5, (o, 1)), i, 1), "Not every entry"
    ),
    "zeros": (lambda i, o, rng: np.zeros((o, i)), "All entries are the same"),
    "two values": (lambda i, o, rng: rng.choice([-1, 1], (o, i)) * i**-0.5, "beyond two of it"),
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
def test_a_deep_linear_network_does_what_the_derivation_predicts(std, fan_in, fan_out):
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


@pytest.mark.parametrize("std", [0.02, 0.1, 0.5])
@pytest.mark.parametrize("depth", [1, 50])
@pytest.mark.parametrize("fans", [(10, 100), (100, 100)])
@pytest.mark.parametrize("linear", [False, True])
def test_the_explorers_variances_stay_on_their_axes(std, depth, fans, linear):
    explorer = lesson.explore()
    explorer.set(std=std, depth=depth, fan_in=fans[0], fan_out=fans[1], linear=linear)
    for lines in explorer.views[0].artists["curves"]:
        low, high = lines[0].axes.get_ylim()
        for line in lines:
            assert len(line.get_ydata()) == depth + 1
            assert low < line.get_ydata().min() and line.get_ydata().max() < high
        ticks = [tick for tick in lines[0].axes.get_yticks() if low <= tick <= high]
        assert 4 <= len(ticks) <= 8 and 0 in ticks
