"""A gradient must pass through an answer that a network is trained with, and be the right one."""

import numpy as np
import pytest
import torch

from helpers.exercises import Differentiable, Tensors
from tests import course


def scaled(x, s, shift):
    """Stands for what a lesson asks: two arguments that are trained, and one that is data."""
    return x * s.exp() + shift


def one_of_its_own():
    cases = [
        Tensors([0.0], [0.5], [1.0], constants=("shift",)),
        Tensors([1.0, -2.0], [0.0, -1.0], [3.0, 1.0], constants=("shift",)),
    ]
    return Differentiable("scaled", scaled, cases)


EXERCISES = [one_of_its_own()]
EXERCISES += [course.tasks(lesson)[name] for lesson, name in course.every(Differentiable)]
each = pytest.mark.parametrize("one", EXERCISES, ids=lambda one: one.name)


def under_no_grad(right):
    def answer(*args):
        with torch.no_grad():
            return right(*args)

    return answer


SEVERED = {
    "detached": lambda right: lambda *args: right(*args).detach(),
    "data": lambda right: lambda *args: right(*args).data,
    "no_grad inside": under_no_grad,
    "no_grad as a decorator": lambda right: torch.no_grad()(right),
    "an array of a detached tensor": lambda right: lambda *args: right(*args).detach().numpy(),
    "an array": lambda right: lambda *args: right(*args).numpy(),
    "a list or a float": lambda right: lambda *args: right(*args).tolist(),
    "made anew": lambda right: lambda *args: torch.tensor(right(*args).tolist()),
    "its arguments detached": lambda right: lambda *args: right(*(a.detach() for a in args)),
    "by NumPy": lambda right: (
        lambda *args: right(*(torch.from_numpy(np.array(a.numpy())) for a in args))
    ),
}


@pytest.mark.parametrize("how", SEVERED)
@each
def test_right_values_without_a_way_back_are_not_yet_right_and_told_why(one, how):
    verdict = one.check(SEVERED[how](one.oracle))
    assert verdict.status == "not yet" and verdict.mistake is None, verdict
    for name in one.cases[0].variables(one.oracle):
        assert f"`{name}`" in verdict.message.split(":")[0]
    assert verdict.message.startswith("No gradient passes through to ")
    assert str(verdict) == str(one.check(SEVERED[how](one.oracle)))


@each
def test_an_argument_that_gets_none_is_named_and_the_others_are_not(one):
    for name, place in one.cases[0].variables(one.oracle).items():

        def answer(*args, place=place):
            return one.oracle(*(a.detach() if i == place else a for i, a in enumerate(args)))

        verdict = one.check(answer)
        assert f"passes through to `{name}`: `.detach()` cuts" in verdict.message


@each
def test_a_tensor_of_another_precision_or_built_in_place_is_right(one):
    def in_place(*args):
        result = one.oracle(*args).clone()
        result += 0
        return result

    for answer in (one.oracle, in_place, lambda *args: one.oracle(*args).double()):
        assert one.check(answer).status == "correct"


@each
def test_a_gradient_of_another_value_is_refused_though_the_values_are_right(one):
    def twice(*args):
        right = one.oracle(*args)
        return right + (right - right.detach())

    def nan(*args):
        right = one.oracle(*args)
        return torch.where(right < torch.inf, right, (right - right.detach()).sqrt())

    verdict = one.check(twice)
    assert "The values are right, but the gradient" in verdict.message
    assert {"Call", "Yours", "Expected"} <= set(dict(verdict.details))
    assert "is NaN" in one.check(nan).message


def test_any_slope_is_right_at_a_bend():
    def absolute(x):
        return x.abs()

    one = Differentiable("absolute", absolute, [Tensors([0.0, -3.0, 2.0])])
    assert one.check(lambda x: torch.where(x >= 0, x, -x)).status == "correct"  # 1 at 0, not 0


def test_wrong_values_are_told_before_a_gradient_that_is_cut():
    one = one_of_its_own()
    assert "gradient" not in one.check(lambda x, s, shift: (x + shift).detach()).message


def test_an_argument_without_influence_needs_no_gradient():
    one = Differentiable("first", lambda a, b: a * 2, [Tensors([1.0], [2.0])])
    assert one.check(lambda a, b: a + a).status == "correct"


def test_what_stops_or_never_ends_only_when_asked_for_a_gradient_is_told_so(monkeypatch):
    def stops(x, s, shift):
        if x.requires_grad:
            raise KeyError("no")
        return scaled(x, s, shift)

    def endless(x, s, shift):
        while x.requires_grad:
            pass
        return scaled(x, s, shift)

    one = one_of_its_own()
    assert "stops with KeyError: 'no'\nin your line `raise KeyError" in one.check(stops).message
    monkeypatch.setattr("helpers.exercises.exercise.SECONDS", 0.2)
    assert "never ends" in one.check(endless).message
