"""Lesson 9's bound: Jensen and the logarithm's own rule, a step each; no route is right without."""

import math

import numpy as np
import pytest
import torch

from helpers.lessons import vae_elbo as lesson
from helpers.lessons.vae_elbo import bound, finite, oracles, route
from tests import course

SOLVED = course.solved("09_vae_elbo")
BOUND, TIGHT = SOLVED["elbo_derivation"], SOLVED["tight_derivation"]


# --- lines, as learners write them ----------------------------------------------------------------


def likelihood(m):
    return m.log(m.p_x_given_z @ m.p_z).sum()


def in_loops(m):
    total = 0.0
    for i in m.xs:
        total += m.log(math.fsum(m.p_x_given_z[i, z] * m.p_z[z] for z in m.zs))
    return total


def ratio(m):
    return m.p_x_given_z * m.p_z / m.q


def with_q(m):
    return m.log((m.q * ratio(m)).sum(1)).sum()


def expectation(m):
    return sum(m.log(m.E_q(i, ratio(m)[i].__getitem__)) for i in m.xs)


def inside(m):
    return (m.q * m.log(ratio(m))).sum()


def apart(m):
    return (m.q * (m.log(m.p_z) - m.log(m.q) + m.log(m.p_x_given_z))).sum()


def two_factors(m):
    return (m.q * (m.log(m.p_z / m.q) + m.log(m.p_x_given_z))).sum()


def joint(m):
    return (m.q * (m.log(m.p_x_given_z * m.p_z) - m.log(m.q))).sum()


def reconstruction(m):
    return (m.q * m.log(m.p_x_given_z)).sum()


def kl(m):
    return (m.q * (m.log(m.q) - m.log(m.p_z))).sum()


def last(m):
    return reconstruction(m) - kl(m)


def kl_of_ratio(m):
    return reconstruction(m) - (m.q * m.log(m.q / m.p_z)).sum()


def kl_turned(m):
    return reconstruction(m) + (m.q * m.log(m.p_z / m.q)).sum()


def term_by_term(m):
    total = 0
    for i in m.xs:
        for z in m.zs:
            q = m.q[i, z]
            total += q * m.log(m.p_x_given_z[i, z]) - q * m.log(q) + q * m.log(m.p_z[z])
    return total


def to_the_posterior(m):
    """KL(q‖p(z|x)), which the bound leaves."""
    after = m.p_x_given_z * m.p_z / (m.p_x_given_z @ m.p_z)[:, None]
    return (m.q * (m.log(m.q) - m.log(after))).sum()


def with_the_gap(m):
    return last(m) + to_the_posterior(m)


def halfway(m):
    return (likelihood(m) + inside(m)) / 2


def per_row(line):
    """A line for one x_i at a time: (N,)."""
    return lambda m: np.array([
        line(finite.Model(m.p_z, m.p_x_given_z[i : i + 1], m.q[i : i + 1], m.log)) for i in m.xs
    ])  # fmt: skip


# The bound: (lines and signs); the same with "=" are the routes to equality.
ROUTES = {
    "the notebook's": BOUND,
    "whole tables": [likelihood, "=", with_q, ">=", inside, "==", apart, "==", last],
    "three lines": [likelihood, "≥", inside, "=", last],
    "loops": [in_loops, "=", expectation, "≥", inside, "=", apart, "=", term_by_term],
    "the joint first": [
        likelihood,
        "=",
        expectation,
        "≥",
        inside,
        "=",
        joint,
        "=",
        apart,
        "=",
        last,
    ],
    "two factors first": [likelihood, "≥", inside, "=", two_factors, "=", kl_turned],
    "KL of a ratio": [likelihood, "=", with_q, "≥", inside, "=", apart, "=", kl_of_ratio],
    "lines twice": [likelihood, "=", likelihood, "≥", inside, "=", inside, "=", last, "=", last],
    "by the gap": [likelihood, "=", with_the_gap, "≥", last],
    "a mean of the two": [
        likelihood,
        "=",
        lambda m: (2 * likelihood(m)) / 2,
        "≥",
        inside,
        "=",
        last,
    ],
    "the sum for each x_i added up": [
        lambda m: per_row(likelihood)(m).sum(),
        "≥",
        lambda m: per_row(inside)(m).sum(),
        "=",
        lambda m: per_row(last)(m).sum(),
    ],
    "as lists": [
        likelihood,
        "=",
        with_q,
        "≥",
        lambda m: sum(
            sum(q * m.log(r) for q, r in zip(*rows, strict=True))
            for rows in zip(m.q, ratio(m), strict=True)
        ),
        "=",
        joint,
        "=",
        last,
    ],
    "order of the factors": [
        lambda m: sum(m.log(sum(m.p_z * row)) for row in m.p_x_given_z),
        "=",
        lambda m: sum(m.log(np.dot(m.q[i], m.p_z / m.q[i] * m.p_x_given_z[i])) for i in m.xs),
        "≥",
        lambda m: (m.q * m.log(m.p_z * m.p_x_given_z / m.q)).sum(1).sum(),
        "=",
        lambda m: -(m.q * m.log(m.q / (m.p_z * m.p_x_given_z))).sum(),
        "=",
        last,
    ],
}
BOUND_ONLY = {
    "half of it first": [likelihood, "≥", halfway, "≥", inside, "=", last],
}
TIGHT_ONLY = {
    "an average under the prior": [
        likelihood,
        "=",
        lambda m: (m.p_z * m.log(ratio(m))).sum(),
        "=",
        inside,
        "=",
        last,
    ],
    "the ratio is p(x)": [
        likelihood,
        "=",
        lambda m: (m.q * m.log(m.p_x_given_z @ m.p_z)[:, None]).sum(),
        "=",
        inside,
        "=",
        last,
    ],
}


@pytest.mark.parametrize("case", ROUTES | BOUND_ONLY)
def test_a_route_to_the_bound_with_one_rule_a_step_is_right(case):
    verdict = lesson.elbo_derivation.check((ROUTES | BOUND_ONLY)[case])
    assert verdict.status == "correct", verdict


@pytest.mark.parametrize("case", ROUTES | TIGHT_ONLY)
def test_a_route_to_equality_with_one_rule_a_step_is_right(case):
    chain = ["=" if part in ("≥", ">=") else part for part in (ROUTES | TIGHT_ONLY)[case]]
    verdict = lesson.tight_derivation.check(chain)
    assert verdict.status == "correct", verdict


# --- wrong chains ---------------------------------------------------------------------------------


def only_for_one_observation(m):
    return m.log((m.q * ratio(m)).sum())


def only_for_two_states(m):
    weights = m.q[:, 0], 1 - m.q[:, 0]
    return m.log(sum(w * r for w, r in zip(weights, ratio(m).T[:2], strict=True))).sum()


def plain_jensen(m):
    return m.log(m.p_x_given_z * m.p_z).sum()


BOTH = "uses “Jensen's inequality” and “log(ab) = log a + log b” at once"
M_LOG = "does not double when the logarithm does, as every line here should. Write `m.log`"
ONE_X = "gives one number for each x_i. Their sum would be right: add them up"
WRONG = {
    # Two rules at once.
    "the two ends": ([likelihood, "≥", last], 2, BOTH),
    "the two ends, KL of a ratio": ([likelihood, "≥", kl_of_ratio], 2, BOTH),
    "Jensen and the split": ([likelihood, "=", expectation, "≥", apart, "=", last], 3, BOTH),
    "no Jensen line": ([likelihood, "=", with_q, "≥", term_by_term], 3, BOTH),
    "Jensen and 1/a": (
        [likelihood, "≥", lambda m: -(m.q * m.log(1 / ratio(m))).sum(), "=", last],
        2,
        BOTH,
    ),
    "the joint at once": ([likelihood, "≥", joint, "=", last], 2, BOTH),
    "half way to the end": (
        [likelihood, "≥", lambda m: (likelihood(m) + last(m)) / 2, "≥", last],
        2,
        BOTH,
    ),
    "straight to the factors": (
        [likelihood, "=", likelihood, "≥", two_factors, "=", last],
        3,
        BOTH,
    ),
    # Signs.
    "≥ where nothing is lost": (
        [likelihood, "≥", with_q, "≥", inside, "=", last],
        2,
        "holds with “=”: nothing is lost here, so write “=”",
    ),
    "≥ for the split": ([likelihood, "≥", inside, "≥", last], 3, "holds with “=”: nothing is lost"),
    "≥ throughout": (
        [likelihood, "≥", with_q, "≥", inside, "≥", apart, "≥", last],
        2,
        "holds with",
    ),
    "= for Jensen": (
        [likelihood, "=", with_q, "=", inside, "=", last],
        3,
        "does not hold. Line 2 says log p(x)",
    ),
    "Jensen backwards": ([likelihood, "=", with_q, "≤", inside, "=", last], 3, "does not hold"),
    "≤ at the end": ([likelihood, "≥", inside, "≤", last], 3, "must claim"),
    # Ends.
    "the end at the start": ([last, "=", last], 1, "should be Σ_i log Σ_z p(x_i|z) p(z)"),
    "stops after Jensen": (
        [likelihood, "=", with_q, "≥", inside],
        3,
        "yours is the same only by “log(ab) = log a + log b”",
    ),
    "the gap as an end": (
        [likelihood, "=", with_the_gap, "≥", lambda m: likelihood(m) - to_the_posterior(m)],
        3,
        "yours is the same only by “log(ab) = log a + log b”",
    ),
    "reconstruction alone": (
        [likelihood, "≥", inside, "=", reconstruction],
        3,
        "the prior and q are still to come",
    ),
    "too low an end": (
        [likelihood, "≥", inside, "≥", lambda m: last(m) - 1],
        3,
        "last line should be",
    ),
    # One x_i at a time.
    "for one x_i throughout": (
        [per_row(likelihood), "≥", per_row(inside), "=", per_row(last)],
        1,
        ONE_X,
    ),
    "for one x_i in the middle": ([likelihood, "≥", per_row(inside), "=", last], 2, ONE_X),
    "for one x_i at the end": ([likelihood, "≥", inside, "=", per_row(last)], 3, ONE_X),
    "for one x_i with q": ([likelihood, "=", per_row(with_q), "≥", inside, "=", last], 2, ONE_X),
    "one number in an array": (
        [lambda m: np.array([likelihood(m)]), "≥", inside, "=", last],
        1,
        "gives an array with one number in it",
    ),
    "a table at the end": (
        [likelihood, "≥", inside, "=", lambda m: m.q * m.log(ratio(m))],
        3,
        "gives a table of numbers. Their sum would be right: add them up",
    ),
    # Other logarithms.
    "np.log at the start": ([lambda m: np.log(m.p_x_given_z @ m.p_z).sum(), "≥", last], 1, M_LOG),
    "math.log in the middle": (
        [
            likelihood,
            "=",
            lambda m: sum(math.log(sum(m.q[i] * ratio(m)[i])) for i in m.xs),
            "≥",
            inside,
            "=",
            last,
        ],
        2,
        M_LOG,
    ),
    "torch's log": (
        [
            likelihood,
            "≥",
            lambda m: (torch.tensor(m.q) * torch.tensor(ratio(m)).log()).sum(),
            "=",
            last,
        ],
        2,
        M_LOG,
    ),
    "one np.log of three": (
        [
            likelihood,
            "≥",
            inside,
            "=",
            lambda m: (m.q * (m.log(m.p_z) - np.log(m.q) + m.log(m.p_x_given_z))).sum(),
            "=",
            last,
        ],
        3,
        M_LOG,
    ),
    "exp of logarithms": (
        [
            likelihood,
            "=",
            lambda m: m.log(np.exp(m.log(m.p_x_given_z) + m.log(m.p_z)).sum(1)).sum(),
            "≥",
            inside,
            "=",
            last,
        ],
        2,
        M_LOG,
    ),
    "np.log throughout": (
        [
            lambda m: np.log(m.p_x_given_z @ m.p_z).sum(),
            "≥",
            lambda m: (m.q * np.log(ratio(m))).sum(),
            "=",
            lambda m: (m.q * np.log(m.p_x_given_z)).sum() - (m.q * np.log(m.q / m.p_z)).sum(),
        ],
        1,
        M_LOG,
    ),
    # False lines.
    "the sum over z left out": (
        [likelihood, "=", lambda m: m.log(m.p_x_given_z * m.p_z).sum(0), "≥", last],
        2,
        "your line has one number for each z",
    ),
    "Σ log for log Σ": (
        [likelihood, "=", plain_jensen, "≥", last],
        2,
        "Jensen speaks of an average",
    ),
    "divided, not multiplied": (
        [likelihood, "=", lambda m: m.log(ratio(m).sum(1)).sum(), "≥", inside, "=", last],
        2,
        "You divided by q without multiplying by it",
    ),
    "multiplied, not divided": (
        [likelihood, "=", lambda m: m.log((m.q * m.p_x_given_z * m.p_z).sum(1)).sum(), "≥", last],
        2,
        "You multiplied by q without dividing by it",
    ),
    "the prior lost": (
        [likelihood, "=", lambda m: m.log((m.q * m.p_x_given_z).sum(1)).sum(), "≥", last],
        2,
        "The prior is gone",
    ),
    "under the prior": (
        [likelihood, "≥", lambda m: (m.p_z * m.log(ratio(m))).sum(), "=", last],
        2,
        "average under the prior",
    ),
    "log q with a plus": (
        [
            likelihood,
            "≥",
            inside,
            "=",
            lambda m: (m.q * (m.log(m.p_z) + m.log(m.q) + m.log(m.p_x_given_z))).sum(),
            "=",
            last,
        ],
        3,
        "log q comes out with a minus",
    ),
    "log q left out": (
        [
            likelihood,
            "≥",
            inside,
            "=",
            lambda m: (m.q * m.log(m.p_z * m.p_x_given_z)).sum(),
            "=",
            last,
        ],
        3,
        "q stands below the bar",
    ),
    "KL added": (
        [likelihood, "≥", inside, "=", apart, "=", lambda m: reconstruction(m) + kl(m)],
        4,
        "it is subtracted",
    ),
    "KL reversed": (
        [
            likelihood,
            "≥",
            inside,
            "=",
            apart,
            "=",
            lambda m: reconstruction(m) - (m.p_z * (m.log(m.p_z) - m.log(m.q))).sum(),
        ],
        4,
        "This subtracts KL(p‖q)",
    ),
    "too low in the middle": (
        [likelihood, "≥", lambda m: (m.q * m.log(m.p_x_given_z * m.p_z * m.q)).sum(), "=", last],
        3,
        "Look at line 2: q stands below the bar, so log q comes out with a minus",
    ),
    "the terms' own logarithms": (
        [likelihood, "≥", lambda m: m.log(m.q * ratio(m)).sum(), "≥", last],
        2,
        "holds, but gives too much away: the last line is not to be reached from there. You pulled",
    ),
    "half as much again": (
        [likelihood, "≥", lambda m: 1.5 * inside(m), "≥", last],
        2,
        "holds, but gives too much away: the last line is not to be reached from there. Line 1",
    ),
    "right for one x_i": (
        [likelihood, "=", only_for_one_observation, "≥", last],
        2,
        "does not hold",
    ),
    "right for two z": ([likelihood, "=", only_for_two_states, "≥", last], 2, "does not hold"),
    "a uniform prior": (
        [likelihood, "=", lambda m: m.log(m.p_x_given_z.mean(1)).sum(), "≥", last],
        2,
        "does not hold",
    ),
    "right for the posterior": (
        [likelihood, "=", lambda m: m.log(ratio(m)[:, 0]).sum(), "≥", last],
        2,
        "does not hold",
    ),
    "a little too much": (
        [likelihood, "=", lambda m: likelihood(m) + 1e-6, "≥", last],
        2,
        "not hold",
    ),
}

AT_ONCE = "uses “q being the posterior” and “log(ab) = log a + log b” at once"
NOT_TIGHT = {
    "the bound as it is": (BOUND, 3, "holds with “=”: nothing is lost here, so write “=”"),
    "one ≥ left": (
        [likelihood, "=", with_q, "≥", inside, "=", last],
        3,
        "Taken together your lines must",
    ),
    "≤ for Jensen": ([likelihood, "=", with_q, "≤", inside, "=", last], 3, "holds with “=”"),
    "the two ends": ([likelihood, "=", last], 2, AT_ONCE),
    "the two ends, KL of a ratio": ([likelihood, "=", kl_of_ratio], 2, AT_ONCE),
    "the split at once": ([likelihood, "=", expectation, "=", apart, "=", last], 3, AT_ONCE),
    "no line for the posterior": ([likelihood, "=", with_q, "=", term_by_term], 3, AT_ONCE),
    "the joint at once": ([likelihood, "=", joint, "=", last], 2, AT_ONCE),
    "the first line again": (
        [likelihood, "=", likelihood],
        2,
        "yours is the same only by “q being the posterior” and “log(ab) = log a + log b”.",
    ),
    "the last line first": (
        [last, "=", last],
        1,
        "yours is the same only by “q being the posterior” and “log(ab)",
    ),
    "starts after Jensen": (
        [inside, "=", last],
        1,
        "yours is the same only by “q being the posterior”",
    ),
    "stops after Jensen": (
        [likelihood, "=", inside],
        2,
        "yours is the same only by “log(ab) = log a",
    ),
    "stops with q": ([likelihood, "=", with_q], 2, "The last line should be"),
    "the gap as an end": (
        [likelihood, "=", with_the_gap, "=", with_the_gap],
        3,
        "yours is the same only by “q being the",
    ),
    "KL to the posterior subtracted": (
        [likelihood, "=", inside, "=", lambda m: likelihood(m) - to_the_posterior(m)],
        3,
        "yours is the same only by “log(ab) = log a + log b”",
    ),
    "reconstruction alone": (
        [likelihood, "=", inside, "=", reconstruction],
        3,
        "are still to come",
    ),
    "KL added": (
        [likelihood, "=", inside, "=", lambda m: reconstruction(m) + kl(m)],
        3,
        "it is subtracted",
    ),
    "KL reversed": (
        [
            likelihood,
            "=",
            inside,
            "=",
            lambda m: reconstruction(m) - (m.p_z * (m.log(m.p_z) - m.log(m.q))).sum(),
        ],
        3,
        "This subtracts KL(p‖q)",
    ),
    "log q with a plus": (
        [likelihood, "=", lambda m: (m.q * m.log(m.p_z * m.q * m.p_x_given_z)).sum(), "=", last],
        2,
        "log q comes out with a minus",
    ),
    "log q left out": (
        [likelihood, "=", lambda m: (m.q * m.log(m.p_z * m.p_x_given_z)).sum(), "=", last],
        2,
        "q stands below the bar",
    ),
    "Σ log for log Σ": (
        [likelihood, "=", plain_jensen, "=", last],
        2,
        "Jensen speaks of an average",
    ),
    "the sum over z left out": (
        [likelihood, "=", lambda m: m.log(m.p_x_given_z * m.p_z).sum(0), "=", last],
        2,
        "your line has one number for each z",
    ),
    "not weighted": (
        [likelihood, "=", lambda m: m.log(ratio(m)).sum(), "=", last],
        2,
        "each must be weighted by q",
    ),
    "for one x_i": ([per_row(likelihood), "=", per_row(inside), "=", per_row(last)], 1, ONE_X),
    "for one x_i at the end": ([likelihood, "=", inside, "=", per_row(last)], 3, ONE_X),
    "np.log": ([likelihood, "=", lambda m: (m.q * np.log(ratio(m))).sum(), "=", last], 2, M_LOG),
    "np.log at the end": (
        [likelihood, "=", inside, "=", lambda m: (m.q * np.log(m.p_x_given_z * m.p_z / m.q)).sum()],
        3,
        M_LOG,
    ),
    "right for one x_i": (
        [likelihood, "=", only_for_one_observation, "=", inside, "=", last],
        2,
        "not hold",
    ),
}
ALL = [("elbo_derivation", case, *WRONG[case]) for case in WRONG]
ALL += [("tight_derivation", case, *NOT_TIGHT[case]) for case in NOT_TIGHT]


def test_there_are_chains_enough():
    assert len(ROUTES) >= 12 and min(len(WRONG), len(NOT_TIGHT)) >= 25


@pytest.mark.parametrize("name, case, chain, step, reason", ALL)
def test_a_wrong_chain_is_refused_at_its_step_and_for_its_reason(name, case, chain, step, reason):
    verdict = getattr(lesson, name).check(chain)
    assert verdict.status == "not yet" and reason in verdict.message, verdict
    end = {1: "The first line", len(chain) // 2 + 1: "The last line"}.get(step, "no end")
    assert verdict.message.startswith((f"Line {step - 1} ", f"Line {step} ", end)), verdict


def test_the_message_of_a_wrong_end_does_not_lecture_on_the_step_before():
    message = lesson.tight_derivation.check([likelihood, "=", likelihood]).message
    assert "Jensen" not in message and "Line 1 says" not in message


@pytest.mark.parametrize("line", [likelihood, inside, apart])
def test_a_blank_line_is_told_what_comes_next(line):
    chain = [likelihood, "=", likelihood, "≥", inside, "=", apart, "=", ..., "=", last]
    at = chain.index(line) + 2
    message = lesson.elbo_derivation.check([*chain[:at], ..., "=", last]).message
    said = {likelihood: "Jensen moves", inside: "comes apart", apart: "only grouped"}[line]
    assert "still to be written" in message and said in message


# --- the worlds -----------------------------------------------------------------------------------


def test_the_ends_are_likelihood_and_elbo_on_every_model():
    for m in [*finite.models(), *finite.tight_models()]:
        assert np.isclose(route.first.oracle(m), oracles.log_likelihood(m.p_z, m.p_x_given_z))
        elbo = oracles.elbo(m.q, m.p_z, m.p_x_given_z)
        assert all(np.isclose(value, elbo) for value in route.last.readings(m))
        assert np.isclose(route.last.oracle(m), elbo)


def test_a_world_lacks_what_it_says():
    for world in [*bound.bound_worlds(), *bound.tight_worlds()]:
        f, a, b = world.model.log, np.array([0.2, 0.7, 3.0]), np.array([2.5, 0.1, 0.6])
        concave = (f((a + b) / 2) >= (f(a) + f(b)) / 2).all()
        splits = np.allclose(f(a * b), f(a) + f(b))
        m, after = world.model, oracles.posterior(world.model.p_z, world.model.p_x_given_z)
        assert (bound.SPLIT in world.lacks) == (not splits)
        if world.lacks & {bound.JENSEN}:
            assert not concave
        if world.lacks & {bound.TIGHT}:
            assert not np.allclose(m.q, after)
    assert {w.lacks for w in bound.bound_worlds()} == {
        frozenset(s) for s in ([bound.JENSEN], [bound.SPLIT], [bound.JENSEN, bound.SPLIT])
    }
    assert {w.lacks for w in bound.tight_worlds()} == {
        frozenset(s) for s in ([bound.TIGHT], [bound.SPLIT], [bound.TIGHT, bound.SPLIT])
    }


def test_the_working_says_which_step_uses_which_rule():
    assert [row.words for row in lesson.elbo_derivation.show(BOUND).rows] == [
        "the line asked for",
        "follows",
        "follows, by “Jensen's inequality”",
        "follows, by “log(ab) = log a + log b”",
        "follows",
    ]


def test_the_chain_with_equality_breaks_at_jensen_alone_where_q_is_not_the_posterior():
    broken = course.broken_steps(lesson.tight_derivation, TIGHT, finite.models())
    assert list(broken) == [3]
    assert not course.broken_steps(lesson.tight_derivation, TIGHT, finite.tight_models())
    told = str(lesson.tight_derivation.without("q being the posterior", TIGHT))
    assert told.count("fails here") == 1
