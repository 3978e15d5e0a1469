"""Lesson 6: what the explorer reads out, what the prose claims, and how answers are judged."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, example, given
from hypothesis import strategies as st

from helpers.lessons import activations as lesson
from tests import course

AT = (-3.0, -1.5, -0.05, 0.0, 0.05, 2.0)
ALPHAS = (0.05, 0.3, 1.0, 2.0)


def closed_form(name, x, alpha):
    """Value and slope by the definitions, with the slope from the left at 0."""
    if x > 0:
        return x, 1.0
    if name == "ReLU":
        return 0.0, 0.0
    if name == "leaky ReLU":
        return alpha * x, alpha
    return alpha * (math.exp(x) - 1), alpha * math.exp(x)


@pytest.mark.parametrize("name", ["ReLU", "leaky ReLU", "ELU"])
def test_the_explorer_reads_out_value_and_slope(name):
    explorer = lesson.explore()
    for x in AT:
        for alpha in ALPHAS:
            explorer.set(name=name, x=x, alpha=alpha, overlay=True)
            value, slope = closed_form(name, x, alpha)
            assert explorer.numbers["slope"] == pytest.approx(slope)
            assert explorer.numbers[f"{name}(x)"] == pytest.approx(value)
            larger, leaky = max(alpha * x, x), closed_form("leaky ReLU", x, alpha)[0]
            assert explorer.numbers["max(αx, x)"] == pytest.approx(larger)
            assert explorer.numbers["max(αx, x) − leaky ReLU"] == pytest.approx(larger - leaky)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
@example(1.0, 1.0)
@example(-2.0, 1.0)
@example(0.0, 3.0)
def test_an_input_is_a_counterexample_exactly_past_1_and_away_from_0(x, alpha):
    assume(x == 0 or abs(x) > 1e-2)
    assume(alpha == 1 or abs(alpha - 1) > 1e-2)
    verdict = lesson.counterexample.check((x, alpha))
    assert (verdict.status == "correct") == (alpha > 1 and x != 0)
    assert verdict.status == "correct" or verdict.mistake
    assert dict(verdict.details)["The program"]


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 0))
def test_for_an_alpha_that_is_not_positive_both_formulas_agree(x, alpha):
    leaky, larger = lesson.oracles.both_formulas(x, alpha)
    assert leaky == larger
    assert lesson.counterexample.check((x, alpha)).status == "not yet"


@pytest.mark.parametrize("x, alpha", [(-1e-9, 2.0), (1e-7, 3.0), (-1.0, 1.00001)])
def test_a_difference_below_rounding_is_not_called_none(x, alpha):
    assert lesson.counterexample.check((x, alpha)).mistake == "too close to call"


def test_a_number_too_large_to_try_is_not_called_too_close():
    verdict = lesson.counterexample.check((2**70, 2.0))
    assert verdict.status == "not yet" and verdict.mistake is None, verdict


@pytest.mark.parametrize(
    "answer", [(2, 5), {"x": [3, -1], "negative_slope": 2}, (torch.tensor([1.0, 1.5]), 1.5)]
)
def test_any_counterexample_in_any_form_is_correct(answer):
    assert lesson.counterexample.check(answer).status == "correct"


@pytest.mark.parametrize(
    "answer",
    [
        (2.0, math.nan),
        (math.nan, 2.0),
        (1e9, 1e9),
        (1e299, 1e299),
        (0.0, -1.0),
        ([-1, 1], 2),
        "text",
    ],
)
def test_any_input_can_be_drawn(answer):
    assert lesson.counterexample.show(answer).png.startswith(b"\x89PNG")


def _elu(x, alpha=1.0):
    return np.where(np.greater(x, 0), x, alpha * (np.exp(np.minimum(x, 0)) - 1))


def _overflowing(x, alpha=1.0):
    return np.where(np.greater(x, 0), x, alpha * (np.exp(x) - 1))


def _two_slips(x, alpha=1.0):
    return np.where(np.greater(x, 0), x, np.exp(x) - 1)


def _masked(x, alpha=1.0):
    return np.greater(x, 0) * x + np.less_equal(x, 0) * alpha * (np.exp(x) - 1)


def _underflowing(x, alpha=1.0):
    return np.where(np.greater(x, 0), 1.0, alpha * np.exp(np.minimum(x, 0)))


def test_an_elu_that_overflows_is_named_though_its_values_are_right():
    assert lesson.elu.check(_overflowing).mistake == "eˣ overflows"
    assert lesson.elu.check(_masked).mistake == "0 times infinity"


def test_a_known_mistake_is_named_even_when_it_overflows_too():
    assert lesson.elu.check(_two_slips).mistake == "α forgotten"


def test_an_exponential_that_fades_to_0_is_no_fault():
    assert lesson.elu.check(_elu).status == "correct"
    assert lesson.elu_grad.check(_underflowing).status == "correct"


def test_the_formula_to_distrust_is_named_and_only_past_1():
    def by_max(x, negative_slope=0.01):
        return np.maximum(negative_slope * np.asarray(x), x)

    verdict = lesson.leaky_relu.check(by_max)
    assert verdict.mistake == "max(αx, x)"
    call = dict(verdict.details)["Call"]
    assert float(call.split("negative_slope=")[1].strip(")")) > 1


def _each(rule):
    """A loop over the entries, whatever the shape."""

    def function(x, *args, **kwargs):
        flat = [rule(float(v), *args, **kwargs) for v in np.ravel(x)]
        return np.array(flat).reshape(np.shape(x))

    return function


RIGHT = {
    "relu": [
        lambda x: (x + np.abs(x)) / 2,
        lambda x: x * np.greater(x, 0),
        lambda x: np.clip(x, 0, None),
    ],
    "relu_grad": [
        lambda x: np.greater(x, 0),
        lambda x: np.heaviside(x, 0),
        lambda x: np.sign(np.maximum(x, 0)),
    ],
    "leaky_relu": [
        lambda x, negative_slope=0.01: np.maximum(x, 0) + negative_slope * np.minimum(x, 0),
        lambda x, negative_slope=0.01: F.leaky_relu(
            torch.as_tensor(x, dtype=torch.float64), negative_slope
        ),
        _each(lambda v, negative_slope=0.01: v if v > 0 else negative_slope * v),
    ],
    "leaky_relu_grad": [_each(lambda v, negative_slope=0.01: 1.0 if v > 0 else negative_slope)],
    "elu": [
        lambda x, alpha=1.0: np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0)),
        _each(lambda v, alpha=1.0: v if v > 0 else alpha * math.expm1(v)),
    ],
    "elu_grad": [
        lambda x, alpha=1.0: np.where(
            np.greater(x, 0), 1, alpha * np.expm1(np.minimum(x, 0)) + alpha
        ),
        _each(lambda v, alpha=1.0: 1.0 if v > 0 else alpha * math.exp(v)),
    ],
}


@pytest.mark.parametrize("name, right", [(n, f) for n, them in RIGHT.items() for f in them])
def test_a_right_answer_of_another_kind_is_correct(name, right):
    verdict = getattr(lesson, name).check(right)
    assert verdict.status == "correct", verdict


WRONG = {
    "relu": [
        lambda x: np.maximum(x, 0).astype(int),
        lambda x: np.asarray(x)[np.greater(x, 0)],
        lambda x: np.maximum(x, 1e-3),
    ],
    "relu_grad": [
        lambda x: 1.0,
        lambda x: np.clip(x, 0, 1),
        lambda x: np.greater(x, 1e-3) - np.equal(x, 0),
    ],
    "leaky_relu": [
        lambda x, negative_slope=0.1: np.where(np.greater(x, 0), x, negative_slope * np.asarray(x)),
        lambda x, negative_slope=0.01: np.maximum(negative_slope, x),
        lambda x, negative_slope=0.01: np.maximum(x, 0) - negative_slope,
    ],
    "leaky_relu_grad": [lambda x, negative_slope=0.01: negative_slope],
    "elu": [
        lambda x, alpha=1.0: np.where(np.greater(x, -5), _elu(x, alpha), 0.0),
        lambda x, alpha=1.0: F.celu(torch.as_tensor(x), 1.0),
    ],
    "elu_grad": [lambda x, alpha=1.0: np.minimum(1.0, _underflowing(x, alpha))],
}


@pytest.mark.parametrize("name, wrong", [(n, f) for n, them in WRONG.items() for f in them])
def test_a_wrong_answer_beyond_the_list_is_rejected(name, wrong):
    assert getattr(lesson, name).check(wrong).status == "not yet"


def test_pytorch_takes_the_slope_from_the_left_at_0_as_the_text_says():
    def slope(function):
        x = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
        return torch.autograd.grad(function(x), x)[0].item()

    assert slope(F.relu) == 0
    assert slope(lambda x: torch.maximum(x, torch.zeros_like(x))) == 0.5
    assert slope(lambda x: x.clamp(min=0)) == 1
    for alpha in (0.2, 1.0, 3.0):
        assert slope(lambda x, a=alpha: F.leaky_relu(x, a)) == alpha
        assert slope(lambda x, a=alpha: F.elu(x, a)) == alpha


def test_the_mean_values_of_the_text_are_those_of_a_normal_input():
    x = np.linspace(-12, 12, 1_000_001)
    density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    rules = (
        (lambda v: np.maximum(v, 0), 0.40),
        (lambda v: np.where(v > 0, v, 0.1 * v), 0.36),
        (_elu, 0.16),
    )
    for rule, mean in rules:
        assert round((rule(x) * density).sum() * (x[1] - x[0]), 2) == mean


def test_smooth_activations_dip_below_0_and_come_close_to_relu_far_away():
    for smooth in (F.gelu, F.silu):
        x = torch.tensor([-20.0, -1.0, 20.0], dtype=torch.float64)
        left, dip, right = smooth(x).tolist()
        assert dip < 0 and abs(left) < 1e-6 and right == pytest.approx(20)


def test_the_hinges_read_out_slopes_and_the_distance_to_the_curve():
    explorer, xs = lesson.explore_hinges(), np.linspace(-2, 3, 1001)
    shifted = torch.relu(torch.tensor(xs)[:, None] - torch.tensor([-1.0, 0.0, 2.0]))
    wanted = np.interp(xs, *np.transpose(lesson.hinges.CORNERS))
    for weights in ((0, 0, 0), (1, 1, 0), (2, -3, 2), (-3, 3, -1), (3, -1, -3), (2, 0, 3)):
        explorer.set(**dict(zip(("v1", "v2", "v3"), weights, strict=True)))
        ys = (shifted @ torch.tensor(weights, dtype=torch.float64)).numpy()
        slopes = np.diff(ys) / np.diff(xs)
        numbers = list(explorer.numbers.values())
        assert numbers[:4] == pytest.approx([slopes[100], slopes[300], slopes[500], slopes[900]])
        assert numbers[4] == pytest.approx(np.abs(ys - wanted).max())


def test_the_weights_asked_for_draw_the_curve_and_no_others_do():
    explorer = lesson.explore_hinges()
    explorer.set(v1=2, v2=-3, v3=2)
    assert explorer.numbers["largest distance from the blue curve"] == 0
    assert lesson.hinge_weights.check((2, -3, 2)).status == "correct"
    for other in ((2, -3, 1), (1, -3, 2), (2, 3, -2), (-3, 2, 2), (2, -1), 2, (2, -3, 2, 0)):
        assert lesson.hinge_weights.check(other).status == "not yet"


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "elu"])
def test_writing_into_an_array_through_asarray_is_named(name):
    def wrong(x, *args, **kwargs):
        own = np.asarray(x)
        below = own < 0
        own[below] = getattr(lesson.oracles, name)(x, *args, **kwargs)[below]
        return own

    assert getattr(lesson, name).check(wrong).mistake == "x changed through asarray"


def _cut(x):
    return np.minimum(x, 0)


NAMED = {
    "elu": {
        "branches exchanged, x cut": lambda x, alpha=1.0: np.where(
            np.greater(x, 0), alpha * np.expm1(_cut(x)), x
        ),
        "nothing right of 0": lambda x, alpha=1.0: alpha * np.expm1(_cut(x)),
        "x on both sides": lambda x, alpha=1.0: x + alpha * np.expm1(_cut(x)),
        "1 subtracted twice, at 0 too": lambda x, alpha=1.0: np.where(
            np.greater(x, 0), x, alpha * np.expm1(_cut(x)) - 1
        ),
    },
    "elu_grad": {
        "branch exchanged, x cut, at 0 too": lambda x, alpha=1.0: np.where(
            np.greater(x, 0), alpha * np.exp(_cut(x)), 1.0
        ),
        "1 subtracted, at 0 too": lambda x, alpha=1.0: np.where(
            np.greater(x, 0), 1.0, alpha * np.exp(_cut(x)) - 1
        ),
        "e to the −x, at 0 too": lambda x, alpha=1.0: np.where(
            np.greater(x, 0), 1.0, alpha * np.exp(-_cut(x))
        ),
    },
    "leaky_relu_grad": {
        "larger of α and ReLU's slope, at 0 too": lambda x, negative_slope=0.01: np.maximum(
            negative_slope, np.heaviside(x, 0)
        ),
        "1 + α right of 0, at 0 too": lambda x, negative_slope=0.01: (
            np.heaviside(x, 0) + negative_slope
        ),
    },
}


@pytest.mark.parametrize("name, slip", [(n, slip) for n, them in NAMED.items() for slip in them])
def test_a_slip_keeps_its_name_in_a_safer_form(name, slip):
    assert getattr(lesson, name).check(NAMED[name][slip]).mistake == slip


def _learned():
    """The losses of the notebook's three runs, in their order."""
    (cell,) = (c for c in course.cells("06_activations") if "def losses(" in c.text)
    space, drawn = course._run([course.cells("06_activations")[3]]), []
    space["lesson"] = type("Recorder", (), {"learning": staticmethod(drawn.append)})
    exec(cell.text, space)
    return [np.array(losses) / losses[0] for losses in drawn[0].values()]


def test_a_positive_mean_slows_learning_down_as_the_text_says():
    relu, elu, centred = _learned()
    assert 0.2 < relu[20] < 0.3
    assert 1e-6 < centred[5] < 5e-6
    assert all((centred[1:10] < elu[1:10]) & (elu[1:10] < relu[1:10]))


def test_the_most_strongly_curved_direction_is_the_one_of_all_weights_together():
    torch.manual_seed(0)
    h = F.relu(torch.randn(4000, 64))
    values, vectors = torch.linalg.eigh(h.T @ h / len(h))
    together = torch.ones(64) / 8
    assert (vectors[:, -1] @ together).abs() > 0.99
    assert values[-1] > 20 * values[-2]
    assert (h @ together > 0).all()


def test_the_explorers_legend_names_the_curves_that_are_drawn():
    explorer = lesson.explore()
    for overlay in (False, True, False):
        explorer.set(overlay=overlay)
        texts = explorer.views[0].figure.axes[0].get_legend().get_texts()
        named = [text.get_text() for text in texts if text.get_visible()]
        assert named == ["ReLU", "leaky ReLU", "ELU", *["max(αx, x)"] * overlay]
        # The picture is as if it had been drawn anew: the name is there, and gone again.
        seen = explorer.picture().png
        explorer.views[0].figure.stale = True
        explorer.set(x=explorer.controls["x"].value + 0.05)
        explorer.set(x=explorer.controls["x"].value - 0.05)
        assert explorer.picture().png == seen


def test_the_hinges_slope_stays_on_its_axis():
    explorer = lesson.explore_hinges()
    low, high = explorer.views[0].figure.axes[1].get_ylim()
    for weight in (-3, 3):
        explorer.set(v1=weight, v2=weight, v3=weight)
        assert low < explorer.numbers["slope right of 2"] < high
