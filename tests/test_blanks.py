"""Whoever has begun is not told "not started", and is told what is missing."""

import numpy as np
import pytest

from helpers.exercises import Call, Exercise
from helpers.exercises.blanks import is_stub, unwritten
from helpers.lessons import convolution_as_matrix

twice = Exercise("twice", lambda x: 2 * x, [Call(np.array([1.0, -3.0])), Call(np.array([2.0]))])


def dots(x):
    """A stub."""
    ...  # noqa: PIE790


def passes(x):
    """A stub."""
    pass  # noqa: PIE790


def gives_dots(x):
    return ...


def raises(x):
    raise NotImplementedError


def prints(x):
    print(2 * x)


def keeps(x):
    y = 2 * x  # noqa: F841


def in_place(x):
    return list(x).sort()


def half(x):  # noqa: RET503
    if x[0] > 1:
        return 2 * x


def prints_dots(x):
    print("so far")
    return ...


def other_half(x):  # noqa: RET503
    if x[0] < 2:
        return 2 * x


def leans(x):
    return 2 + dots(x)


def hands_on(x):
    return dots(x)


UNTOUCHED = {
    dots: "Replace the `...`",
    passes: "Its body is `pass`",
    gives_dots: "So far it says `return ...`",
    raises: "So far it says `raise NotImplementedError`",
}
BEGUN = {
    prints: "It prints, but gives nothing back",
    keeps: "the `return` is missing",
    in_place: "It ends with `return list(x).sort()`, and that is None",
    half: "On this call it returns None",
    other_half: "On this call it returns None",
    prints_dots: "What it returns is still `...`",
    leans: "It uses `dots`, which is still to be written",
    hands_on: "It uses `dots`, which is still to be written",
}


@pytest.mark.parametrize("answer", UNTOUCHED)
def test_a_stub_is_not_started_and_told_what_stands_in_it(answer):
    verdict = twice.check(answer)
    assert verdict.status == "not started" and verdict.message.startswith(UNTOUCHED[answer])


@pytest.mark.parametrize("answer", BEGUN)
def test_whoever_has_begun_is_told_what_is_missing(answer):
    verdict = twice.check(answer)
    assert verdict.status == "not yet" and BEGUN[answer] in verdict.message
    printed = dict(verdict.details).get("Printed")
    assert printed == {prints: "[ 2. -6.]", prints_dots: "so far"}.get(answer)


def test_only_an_empty_body_is_a_stub():
    assert is_stub(lambda x: None) and is_stub(lambda: ...) and is_stub(passes)
    assert not any(map(is_stub, (lambda: 0, lambda x: x, prints, raises, 3, np.sum)))


def test_only_a_global_that_is_still_to_be_written_is_named():
    assert unwritten(lambda x: [dots(one) for one in x]) == "dots"
    assert unwritten(leans) == "dots" and unwritten(prints) == unwritten(np.sum) == ""

    def local(x, dots=np.sum):
        return x.dots + dots(x)  # an attribute and a parameter of that name

    assert unwritten(local) == ""


@pytest.mark.parametrize("line", [lambda m: dots(m.w) @ m.x_bar, lambda m: dots(m.w)])
def test_a_line_of_a_proof_that_uses_a_stub_is_told_so(line):
    proof = convolution_as_matrix.matrix_form
    route = [proof.first.oracle, "=", line, "=", proof.last.oracle]
    assert proof.check(route).message == (
        "Line 2: it uses `dots`, which is still to be written: so far `dots` gives nothing."
    )
    assert proof.check([line, "=", proof.last.oracle]).message.startswith("Line 1: it uses `dots`")


def test_a_line_without_a_return_is_told_so():
    proof = convolution_as_matrix.matrix_form

    def line(m):
        m.w @ m.w

    verdict = proof.check([proof.first.oracle, "=", line, "=", proof.last.oracle])
    assert verdict.message == "Line 2: it runs, but gives nothing back: the `return` is missing."
