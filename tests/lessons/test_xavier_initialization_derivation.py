"""Lesson 7's derivation: every route is right that uses one assumption a step, no other is."""

import math

import numpy as np
import pytest

from helpers.derivations.typeset import latex_of
from helpers.lessons import xavier_initialization as lesson
from helpers.lessons.xavier_initialization import weighted_sums as sums
from helpers.lessons.xavier_initialization.distributions import Cov, E, Var
from helpers.lessons.xavier_initialization.worlds import ALIKE, APART, TERMS, worlds
from tests import course

SOLVED = course.solved("07_xavier_initialization")["variance_derivation"]
LINES = SOLVED[::2]
WHOLE, PARTS, MOMENTS, PRODUCTS, LAST = LINES
one = lesson.variance_derivation


def over(term):
    return lambda m: sum(term(w, a) for w, a in zip(m.W, m.a, strict=True))


def twice(term):
    """A double sum over all pairs of terms."""
    return lambda m: sum(
        term(m.W[j], m.a[j], m.W[k], m.a[k]) for j in range(m.D) for k in range(m.D)
    )


def chain(*lines):
    return [part for line in lines for part in (line, "=")][:-1]


def sum_of(m):
    return sum(w * a for w, a in zip(m.W, m.a, strict=True))


def everything_in_one(m):
    total = 0
    for j in range(m.D):
        total = total + m.W[j] * m.a[j]
    return E(total**2) - E(total) ** 2


def added_in_place(m):
    total = m.W[0] * m.a[0]
    for w, a in zip(m.W[1:], m.a[1:], strict=True):
        total += w * a
    return Var(total)


def in_a_table(m):
    return np.sum([Var(w) * Var(a) for w, a in zip(m.W, m.a, strict=True)])


COVARIANCES = twice(lambda w, a, v, b: Cov(w * a, v * b))
SECOND = over(lambda w, a: E(w**2) * E(a**2))
EXPANDED = over(lambda w, a: E(w**2 * a**2) - E(w * a) ** 2)
SPLIT_PAIRS = twice(lambda w, a, v, b: E(w * v) * E(a * b) - E(w) * E(v) * E(a) * E(b))
ONE_TERM = lambda m: m.D * Var(m.W[0] * m.a[0])  # noqa: E731
ONE_MOMENT = lambda m: (  # noqa: E731
    m.D * (E(m.W[0] ** 2) * E(m.a[0] ** 2) - E(m.W[0]) ** 2 * E(m.a[0]) ** 2)
)

RIGHT = {
    "the notebook's": SOLVED,
    "through second moments": chain(
        everything_in_one,
        over(lambda w, a: E((w * a) ** 2) - E(w * a) ** 2),
        MOMENTS,
        over(lambda w, a: E(w**2) * E(a**2)),
        over(lambda w, a: Var(w) * E(a**2)),
        lambda m: m.D * E(m.W[0] ** 2) * E(m.a[-1] ** 2),
        lambda m: np.var(range(1)) + m.D * Var(m.W[-1]) * Var(m.a[m.D - 1]),
    ),
    "with all covariances": chain(WHOLE, COVARIANCES, PARTS, MOMENTS, in_a_table, LAST),
    "with lines twice": chain(WHOLE, PARTS, PARTS, MOMENTS, PRODUCTS, PRODUCTS, LAST),
    "added up in place": chain(added_in_place, PARTS, MOMENTS, PRODUCTS, LAST),
    "other factors first": chain(
        WHOLE, PARTS, MOMENTS, PRODUCTS, lambda m: Var(m.a[0]) * Var(m.W[0]) * m.D
    ),
    "alike before independent": chain(WHOLE, PARTS, ONE_TERM, ONE_MOMENT, LAST),
    "alike before zero means": chain(WHOLE, PARTS, MOMENTS, ONE_MOMENT, LAST),
    "W and a apart before the terms": chain(
        WHOLE, COVARIANCES, SPLIT_PAIRS, MOMENTS, PRODUCTS, LAST
    ),
    "zero means before the terms": chain(
        WHOLE,
        COVARIANCES,
        SPLIT_PAIRS,
        twice(lambda w, a, v, b: Cov(w, v) * Cov(a, b)),
        PRODUCTS,
        LAST,
    ),
    "the means one by one": chain(
        WHOLE, PARTS, EXPANDED, MOMENTS, over(lambda w, a: Var(w) * E(a**2)), PRODUCTS, LAST
    ),
    "the other mean first": chain(
        WHOLE, PARTS, MOMENTS, over(lambda w, a: E(w**2) * Var(a)), PRODUCTS, LAST
    ),
    "all three parts of a product's variance": chain(
        WHOLE,
        PARTS,
        over(lambda w, a: Var(w) * Var(a) + Var(w) * E(a) ** 2 + E(w) ** 2 * Var(a)),
        PRODUCTS,
        LAST,
    ),
    "the two expectations split one after the other": chain(
        WHOLE, PARTS, over(lambda w, a: E(w**2) * E(a**2) - E(w * a) ** 2), MOMENTS, PRODUCTS, LAST
    ),
    "weights alike, then inputs": chain(
        WHOLE, PARTS, MOMENTS, PRODUCTS, lambda m: Var(m.W[0]) * sum(Var(a) for a in m.a), LAST
    ),
    "zero means before independent terms": chain(
        lambda m: E(sum_of(m) ** 2) - E(sum_of(m)) ** 2,
        lambda m: E(sum_of(m) ** 2) - sum(E(m.W[j]) * E(m.a[j]) for j in range(m.D)) ** 2,
        lambda m: E(sum_of(m) ** 2),
        over(lambda w, a: E(w**2 * a**2)),
        SECOND,
        PRODUCTS,
        LAST,
    ),
    "as means over j": chain(
        WHOLE,
        PARTS,
        MOMENTS,
        PRODUCTS,
        lambda m: m.D * np.mean([Var(w) for w in m.W]) * np.mean([Var(a) for a in m.a]),
    ),
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_route_with_one_assumption_a_step_is_right(case):
    verdict = one.check(RIGHT[case])
    assert verdict.status == "correct", verdict


def even_only(m):  # right only where W is ±c: then W² is a constant
    return over(lambda w, a: E(w**4) ** 0.5 * Var(a))(m)


BOTH = "uses “W independent of a” and “zero mean” at once"
WRONG = {
    # Ends that are not what is asked for.
    "one line everywhere": (chain(WHOLE, WHOLE, WHOLE), 3, "The last line should be D · Var(W)"),
    "the last everywhere": (chain(LAST, LAST), 1, "The first line should be Var(Σ_j W_j a_j)"),
    "no D at the end": (chain(*LINES[:4]), 4, "yours is the same only by “identical distribution”"),
    "E of the square first": (
        chain(lambda m: E(sum(m.W[j] * m.a[j] for j in range(m.D)) ** 2), *LINES[1:]),
        1,
        "yours is the same only by “W independent of a” and “zero mean”",
    ),
    "second moments at the end": (
        chain(*LINES[:4], lambda m: m.D * E(m.W[0] ** 2) * E(m.a[0] ** 2)),
        5,
        "The last line should be D · Var(W) · Var(a); yours is the same only by “zero mean”",
    ),
    "one term at the end": (
        chain(*LINES[:4], lambda m: Var(m.W[0]) * Var(m.a[0])),
        5,
        "There are D of them",
    ),
    # Several assumptions in one step.
    "the two ends": (
        chain(WHOLE, LAST),
        2,
        "uses “independent terms”, “W independent of a”, “zero mean” and",
    ),
    "no line for W and a": (chain(WHOLE, PARTS, PRODUCTS, LAST), 3, BOTH),
    "straight to the products": (
        chain(WHOLE, PRODUCTS, LAST),
        2,
        "uses “independent terms”, “W independent of a” and “zero mean”",
    ),
    "no line for the products": (
        chain(WHOLE, PARTS, MOMENTS, LAST),
        4,
        "uses “zero mean” and “identical distribution” at once",
    ),
    "no line for the terms": (
        chain(WHOLE, MOMENTS, PRODUCTS, LAST),
        2,
        "uses “independent terms” and “W independent of a” at",
    ),
    "the end after the terms": (
        chain(WHOLE, PARTS, LAST),
        3,
        "uses “W independent of a”, “zero mean” and “identical",
    ),
    "second moments at once": (chain(WHOLE, PARTS, SECOND, PRODUCTS, LAST), 3, BOTH),
    "D times one term at once": (
        chain(WHOLE, ONE_TERM, ONE_MOMENT, LAST),
        2,
        "uses “independent terms” and “identical distribution” at once",
    ),
    "alike and independent at once": (
        chain(WHOLE, PARTS, ONE_MOMENT, LAST),
        3,
        "uses “W independent of a” and “identical",
    ),
    "Var(ΣW) · Var(a)": (
        chain(WHOLE, lambda m: Var(sum(m.W)) * Var(m.a[0]), LAST),
        2,
        "at once. Take one at a time",
    ),
    "Var(ΣW) · Var(Σa) / D": (
        chain(WHOLE, lambda m: Var(sum(m.W)) * Var(sum(m.a)) / m.D, LAST),
        2,
        "at once. Take one",
    ),
    "covariances dropped with the products": (
        chain(WHOLE, COVARIANCES, over(lambda w, a: Var(w) * Var(a)), LAST),
        3,
        "“independent terms”, “W independent of a” and “zero mean”",
    ),
    # False lines that zero means hide.
    "squares forgotten": (
        chain(WHOLE, PARTS, over(lambda w, a: E(w**2) * E(a**2) - E(w) * E(a)), PRODUCTS, LAST),
        3,
        BOTH + ". Var(x) = E(x²) − E(x)², so the square stands on the whole mean",
    ),
    "plus for minus": (
        chain(
            WHOLE, PARTS, over(lambda w, a: E(w**2) * E(a**2) + (E(w) * E(a)) ** 2), PRODUCTS, LAST
        ),
        3,
        BOTH + ". Var(x) = E(x²) − E(x)²: the squared mean is taken away, not added",
    ),
    "Var(W) for E(W²)": (
        chain(
            WHOLE,
            PARTS,
            over(lambda w, a: Var(w) * E(a**2) - E(w) ** 2 * E(a) ** 2),
            PRODUCTS,
            LAST,
        ),
        3,
        "E(W²) is Var(W) only once the mean is zero",
    ),
    "Var(a) for E(a²)": (
        chain(
            WHOLE,
            PARTS,
            over(lambda w, a: E(w**2) * Var(a) - E(w) ** 2 * E(a) ** 2),
            PRODUCTS,
            LAST,
        ),
        3,
        "E(a²) is Var(a) only once the mean is zero",
    ),
    "means thrown in": (
        chain(WHOLE, PARTS, lambda m: PRODUCTS(m) - 7 * m.D * E(m.W[0]) + 3 * E(m.a[0]), LAST),
        3,
        BOTH,
    ),
    "a mean beside the terms": (
        chain(WHOLE, lambda m: PARTS(m) + E(m.a[0]), *LINES[2:]),
        2,
        "uses “independent terms” and “zero mean” at once",
    ),
    "one square forgotten": (
        chain(
            WHOLE, PARTS, over(lambda w, a: E(w**2) * E(a**2) - E(w) ** 2 * E(a)), PRODUCTS, LAST
        ),
        3,
        BOTH,
    ),
    "the mean's square for the square's mean": (
        chain(WHOLE, PARTS, over(lambda w, a: E(w * a) ** 2), PRODUCTS, LAST),
        3,
        "does not hold",
    ),
    "covariance for the mean": (
        chain(WHOLE, PARTS, over(lambda w, a: E(w**2) * E(a**2) - Cov(w, a)), PRODUCTS, LAST),
        3,
        BOTH,
    ),
    # False on every layer.
    "deviations added": (
        chain(WHOLE, lambda m: over(lambda w, a: math.sqrt(Var(w * a)))(m) ** 2, LAST),
        2,
        "does not hold. D stands in it once too often",
    ),
    "a product's variance as a sum": (
        chain(WHOLE, PARTS, over(lambda w, a: Var(w) + Var(a)), LAST),
        3,
        "that rule is for sums",
    ),
    "moments and a variance": (
        chain(WHOLE, PARTS, over(lambda w, a: E(w**2) * E(a**2) + Var(w)), LAST),
        3,
        "does not hold. Line 2 says Σ_j Var(W_j a_j). Write each variance",
    ),
    "D for two inputs": (
        chain(WHOLE, lambda m: Var(m.W[0] * m.a[0] + m.W[-1] * m.a[-1]), LAST),
        2,
        "does not hold",
    ),
    "right for one kind of weight": (
        chain(WHOLE, PARTS, MOMENTS, even_only, LAST),
        4,
        "does not hold. Line 3 says Σ_j [E(W_j²)",
    ),
    "a root at the end": (
        chain(*LINES[:4], lambda m: m.D**0.5 * Var(m.W[0]) * Var(m.a[0])),
        5,
        "grows with √D",
    ),
    "D left as 2": (
        chain(*LINES[:4], lambda m: 2 * Var(m.W[0]) * Var(m.a[0])),
        5,
        "does not hold. Line 4 says",
    ),
    "not summed": (
        chain(WHOLE, lambda m: [Var(w * a) for w, a in zip(m.W, m.a, strict=True)], LAST),
        2,
        "Line 2 gives one number for each j. Their sum would be right: add them up",
    ),
    "a random variable": (
        chain(WHOLE, lambda m: m.W[0] * m.a[0], LAST),
        2,
        "it gives a RandomVariable, not numbers",
    ),
    "E for Var": (chain(over(lambda w, a: E(w * a)), *LINES[1:]), 1, "Yours is 0 as soon as"),
    "Var forgotten": (
        chain(lambda m: sum(m.W[j] * m.a[j] for j in range(m.D)), LAST),
        1,
        "gives a RandomVariable",
    ),
}


def test_there_are_chains_enough():
    assert len(WRONG) >= 35 and len(RIGHT) >= 12


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_derivation_is_refused_at_its_step_and_for_its_reason(case):
    lines, step, reason = WRONG[case]
    verdict = one.check(lines)
    assert verdict.status == "not yet" and reason in verdict.message, verdict
    total = len(lines) // 2 + 1
    place = {1: "The first line", total: "The last line"}.get(step, "no end")
    starts = f"Line {step - 1} = line {step} ", f"Line {step}: ", place
    assert verdict.message.startswith(starts), verdict


def test_the_message_of_a_wrong_end_speaks_of_the_end_alone():
    verdict = one.check(chain(*LINES[:4]))
    assert verdict.message == (
        "The last line should be D · Var(W) · Var(a); "
        "yours is the same only by “identical distribution”."
    )


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_an_unfinished_derivation_is_told_what_the_next_step_rests_on(number):
    verdict = one.check([*SOLVED[: 2 * number - 1], "=", ..., "=", LAST])
    assert verdict.message.startswith(f"Line {number + 1} of {number + 2} is still to be written")
    uses = ("uncorrelated", "independent", "zero means", "one distribution")[number - 1]
    assert uses in verdict.message.split("lines before it hold.")[1]


# --- the worlds -----------------------------------------------------------------------------------


def test_each_assumption_carries_one_step_and_no_other():
    broken = {
        name: [row.number for row in one.without(name, SOLVED).rows if row.state == "broken"]
        for name in one.assumptions
    }
    assert broken == {
        "independent terms": [2],
        "W independent of a": [3],
        "zero mean": [4],
        "identical distribution": [5],
        "zero mean of the inputs": [4],
        "zero mean of the weights": [4],
        "independent inputs": [],
    }
    for name, models in one.assumptions.items():
        for model in models():
            found = course.broken_steps(one, SOLVED, [model])
            assert list(found) == broken[name], f"{name}: {model}"


def test_the_working_says_what_each_step_rests_on():
    assert [row.words for row in one.show(SOLVED).rows] == [
        "the line asked for",
        "follows, by “independent terms”",
        "follows, by “W independent of a”",
        "follows, by “zero mean”",
        "follows, by “identical distribution”",
    ]


def test_without_zero_mean_both_means_are_shown_shifted():
    forgot = chain(WHOLE, PARTS, over(lambda w, a: E(w**2) * E(a**2) - E(w) * E(a)), PRODUCTS, LAST)
    broken = [row.number for row in one.without("zero mean", forgot).rows if row.state == "broken"]
    assert broken == [3, 4]
    (m,) = sums.both_shifted()
    assert E(m.W[0]) and E(m.a[0]) and one.without("zero mean", SOLVED).remark == f"On {m}"


def lacking(m):
    """The assumptions that a layer lacks, measured."""
    found = set()
    if any(
        abs(E(f(m.W[j], m.a[j]) * g(m.W[k], m.a[k])) - E(f(m.W[j], m.a[j])) * E(g(m.W[k], m.a[k])))
        > 1e-9
        for j in range(m.D) for k in range(j)
        for f in (lambda w, a: w, lambda w, a: a, lambda w, a: w * a, lambda w, a: w**2 * a)
        for g in (lambda w, a: w, lambda w, a: a, lambda w, a: w * a)
    ):  # fmt: skip
        found.add(TERMS)
    if any(
        abs(E(w**p * a**q) - E(w**p) * E(a**q)) > 1e-9
        for w, a in zip(m.W, m.a, strict=True) for p in (1, 2) for q in (1, 2)
    ):  # fmt: skip
        found.add(APART)
    found |= {"zero mean of the weights"} if any(abs(E(w)) > 1e-9 for w in m.W) else set()
    found |= {"zero mean of the inputs"} if any(abs(E(a)) > 1e-9 for a in m.a) else set()
    moments = [
        [E(w**p * a**q) for p in range(4) for q in range(4)]
        for w, a in zip(m.W, m.a, strict=True)
    ]  # fmt: skip
    return found | ({ALIKE} if np.ptp(moments, axis=0).max() > 1e-9 else set())


def test_every_world_lacks_what_it_says_and_all_choices_are_there():
    assert all(lacking(m) == set() for m in sums.random_layers())
    for world in worlds():
        assert lacking(world.model) == set(world.lacks), world.model
    assert len({world.lacks for world in worlds()}) == 31  # of five assumptions, at least one


def test_the_models_are_not_all_symmetric_and_shared_inputs_are_uncorrelated():
    assert any(abs(E(m.W[0] ** 3)) > 0.1 for m in sums.random_layers())
    (m,) = sums.shared_inputs()
    assert Cov(m.a[0], m.a[1]) == Var(m.a[0]) > 0
    assert abs(Cov(m.W[0] * m.a[0], m.W[1] * m.a[1])) < 1e-12


def test_every_line_of_every_route_is_typeset():
    known = set(LINES)
    lines = [line for route in RIGHT.values() for line in route[::2] if line not in known]
    shown = [latex_of(line, one.words) for line in lines if line.__name__ == "<lambda>"]
    assert sum(latex is not None for latex in shown) >= 6
    assert "total" in str(one.show(RIGHT["through second moments"]))
