"""A derivation is right when every line follows on every model, and wrong at its first bad line."""

from dataclasses import replace
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from helpers.derivations import Derivation, End, Landmark, World
from helpers.derivations.relations import holds
from helpers.derivations.rules import Ledger, in_quotes
from helpers.exercises import Mistake, describe
from tests import course


def joint(seed, independent=True, centred=True):
    """A finite joint distribution p of two variables with values a and b."""
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=3), rng.normal(size=4)
    p, q = rng.dirichlet(np.ones(3)), rng.dirichlet(np.ones(4))
    table = np.outer(p, q) if independent else rng.dirichlet(np.ones(12)).reshape(3, 4)
    if centred:
        a, b = a - table.sum(1) @ a, b - table.sum(0) @ b
    return SimpleNamespace(p=table, a=a, b=b)


def models(**kwargs):
    return lambda: [joint(seed, **kwargs) for seed in range(4)]


def mean(m, values):
    return (m.p * values).sum()


def var_ab(m):
    ab = np.outer(m.a, m.b)
    return mean(m, ab**2) - mean(m, ab) ** 2


def moments(m):
    a, b = m.a[:, None], m.b[None, :]
    return mean(m, a**2) * mean(m, b**2) - mean(m, a) ** 2 * mean(m, b) ** 2


def product_of_variances(m):
    a, b = m.a[:, None], m.b[None, :]
    return (mean(m, a**2) - mean(m, a) ** 2) * (mean(m, b**2) - mean(m, b) ** 2)


def variance(**kwargs):
    first = End("Var(ab)", var_ab)
    last = End("Var(a) Var(b)", product_of_variances)
    return Derivation("variance", models(), first, last, **kwargs)


RIGHT = [var_ab, "=", moments, "=", product_of_variances]


def test_a_chain_whose_lines_follow_is_right():
    assert variance().check(RIGHT).status == "correct"


def test_the_first_line_that_does_not_follow_is_named():
    wrong = [var_ab, "=", moments, "=", lambda m: 2 * moments(m), "=", product_of_variances]
    verdict = variance().check(wrong)
    assert verdict.status == "not yet"
    assert verdict.message == "Line 2 = line 3 does not hold."
    assert [label for label, _ in verdict.details] == ["Model", "Line 2", "Line 3"]


DROPPED = {
    "independence": models(independent=False),
    "zero means": models(centred=False),
    "a finite table": models(),
}


def test_each_assumption_breaks_the_line_that_uses_it_and_no_other():
    one = variance(without=DROPPED)
    states = {name: [row.state for row in one.without(name, RIGHT).rows] for name in DROPPED}
    assert states == {
        "independence": ["follows", "broken", "follows"],
        "zero means": ["follows", "follows", "broken"],
        "a finite table": ["follows", "follows", "follows"],
    }
    assert set(course.broken_steps(one, RIGHT, models(centred=False)())) == {3}


def test_a_dropped_assumption_shows_by_how_much_the_step_fails():
    one, model = variance(without=DROPPED), joint(0, centred=False)
    last = one.without("zero means", RIGHT).rows[-1]
    gap = product_of_variances(model) - moments(model)
    assert last.words == f"fails here, by {gap:.6g}".replace("-", "−")
    assert last.value == f"{product_of_variances(model):.6g}"
    assert "independence" in str(one.without("gravity", RIGHT))
    assert "first" in str(one.without("independence", ...))
    assert "first" in str(one.without("independence", [..., "=", lambda m: ...]))


def test_an_end_that_is_right_only_under_the_assumptions_is_another_formula():
    one = variance(without=DROPPED)
    verdict = one.check([var_ab, "=", moments, "=", var_ab])
    assert verdict.message.startswith("The last line should be Var(a) Var(b); yours is the same")
    verdict = one.check([product_of_variances, "=", product_of_variances])
    assert verdict.message.startswith("The first line should be Var(ab); yours is the same")
    assert variance().check([var_ab, "=", var_ab]).status == "correct"  # nothing tells them apart


def test_a_message_says_what_the_step_from_the_last_good_line_rests_on():
    route = [Landmark("Var(ab)", var_ab, "Uses one."), Landmark("moments", moments, "Uses two.")]
    one = variance(without=DROPPED, landmarks=route)
    wrong = [var_ab, "=", lambda m: 2 * moments(m)]
    assert one.check(wrong).message.endswith("Line 1 says Var(ab). Uses one.")
    wrong = [var_ab, "=", lambda m: moments(m), "=", lambda m: 2 * moments(m)]
    assert one.check(wrong).message.endswith("Line 2 says moments. Uses two.")
    unfinished = [var_ab, "=", moments, "=", ...]
    assert one.check(unfinished).message.endswith("hold. Line 2 says moments. Uses two.")


def test_a_derivation_shows_how_each_line_stands():
    def states(chain):
        return [row.state for row in variance(without=DROPPED).show(chain).rows]

    assert states(...) == ["blank", "blank"]
    assert states([..., "=", ...]) == ["blank", "blank"]
    assert states(RIGHT) == ["follows"] * 3
    twice = [var_ab, "=", lambda m: 2 * moments(m), "=", product_of_variances]
    assert states(twice) == ["follows", "broken", "broken"]
    assert states([var_ab, "=", ..., "=", product_of_variances]) == ["follows", "blank", "waits"]
    assert states([var_ab, "=", lambda m: m.c, "=", var_ab]) == ["follows", "fails", "other"]


def jensen():
    first = End("log E(exp a)", lambda m: np.log(mean(m, np.exp(m.a)[:, None])))
    last = End("E(a)", lambda m: mean(m, m.a[:, None]))
    return Derivation("jensen", models(centred=False), first, last, relation="≥")


@pytest.mark.parametrize("relation", [">=", "≥"])
def test_an_inequality_holds_one_way(relation):
    one = jensen()
    assert one.check([one.first.oracle, relation, one.last.oracle]).status == "correct"
    backwards = one.check([one.last.oracle, relation, one.first.oracle])
    assert backwards.message.startswith("The first line should be log E(exp a)")


def test_an_inequality_claimed_as_equality_is_refused_and_the_other_way_round():
    one = jensen()
    verdict = one.check([one.first.oracle, "=", one.last.oracle])
    assert verdict.message.startswith("Line 1 = line 2 does not hold.")
    assert verdict.message.endswith("Taken together your lines must claim log E(exp a) ≥ E(a).")
    assert "must claim" in variance().check([var_ab, "≥", product_of_variances]).message
    high = [one.first.oracle, "≥", lambda m: one.first.oracle(m) + 1, "≥", one.last.oracle]
    assert one.check(high).message == "Line 1 ≥ line 2 does not hold."


def test_nearly_equal_is_nearly_equal():
    assert holds(1.0, "≈", 1.01) and not holds(1.0, "≈", 1.1)
    assert holds(0.0, "≈", 0.0) and not holds(1e-9, "≈", -1e-9)
    small = [SimpleNamespace(x=x) for x in (0.01, -0.1)]
    one = Derivation(
        "near", lambda: small, End("tanh x", lambda m: np.tanh(m.x)), End("x", lambda m: m.x),
        relation="≈", without={"small x": lambda: [SimpleNamespace(x=2.0)]},
    )  # fmt: skip
    chain = [lambda m: np.tanh(m.x), "≈", lambda m: m.x]
    assert one.check(chain).status == "correct"
    large = one.without("small x", chain)
    assert large.rows[1].state == "broken" and large.remark == "On x = 2.0"
    assert "must claim" in one.check([lambda m: np.tanh(m.x), "=", lambda m: m.x]).message


def test_shapes_are_compared_before_values_and_named():
    assert not holds(np.zeros(3), "=", np.zeros(4)) and not holds(0.0, "=", np.zeros(1))
    verdict = variance().check([var_ab, "=", lambda m: np.full(2, var_ab(m)), "=", var_ab])
    assert verdict.message == "Line 1 = line 2 does not hold: the shapes are () and (2,)."


def test_a_mistake_is_named_wherever_it_stands():
    forgot = Mistake("means forgotten", lambda m: mean(m, np.outer(m.a, m.b) ** 2) + 1, "Look.")
    one = variance(mistakes=[forgot])
    for chain in ([var_ab, "=", forgot.wrong, "=", moments], [var_ab, "=", forgot.wrong]):
        verdict = one.check(chain)
        assert verdict.mistake == "means forgotten" and verdict.message.endswith("Look.")


def test_an_end_may_wrap_what_its_line_sees_and_read_what_it_gives():
    hidden = End(
        "Var(a) Var(b)",
        product_of_variances,
        view=lambda m: SimpleNamespace(var_a=m.p.sum(1) @ m.a**2, var_b=m.p.sum(0) @ m.b**2),
        read=lambda value: value["product"],
    )
    one = Derivation("variance", models(), End("Var(ab)", var_ab), hidden)
    right = [var_ab, "=", lambda m: {"product": m.var_a * m.var_b}]
    assert one.check(right).status == "correct"
    assert "AttributeError" in one.check([var_ab, "=", lambda m: {"product": m.p}]).message


BROKEN_CHAINS = {
    "nothing but a line": ([var_ab], "Alternate lines and relations"),
    "two lines in a row": ([var_ab, moments, product_of_variances], "Between two lines stands one"),
    "an unknown relation": ([var_ab, "<", product_of_variances], "Between two lines stands one"),
    "a number for a line": ([var_ab, "=", 3], "Line 2 should be a function of the model"),
    "an error": ([var_ab, "=", lambda m: m.c], "Line 2: it stopped with AttributeError"),
    "a text": ([var_ab, "=", lambda m: "x"], "Line 2: it gives a text, not numbers"),
    "a NaN": ([var_ab, "=", lambda m: np.nan], "Line 2: it gives a NaN"),
    "a stub": ([var_ab, "=", lambda m: ..., "=", moments], "Line 2 of 3 is still to be written"),
    "another start": ([lambda m: var_ab(m) + 1, "=", moments], "The first line should be Var(ab)"),
    "another end": ([var_ab, "=", var_ab, "=", moments, "=", lambda m: var_ab(m) * 2], "Line 3 ="),
}


@pytest.mark.parametrize("case", BROKEN_CHAINS)
def test_every_broken_chain_is_told_what_is_wrong(case):
    chain, said = BROKEN_CHAINS[case]
    verdict = variance().check(chain)
    assert verdict.status == "not yet" and verdict.message.startswith(said), verdict


def test_a_line_that_changes_its_model_is_refused():
    def spoil(m):
        m.a *= 2
        return var_ab(m)

    assert "changes the model" in variance().check([var_ab, "=", spoil]).message


def test_relations_are_what_they_say():
    for left, right in product((-2.0, 0.0, 1e6), repeat=2):
        assert holds(left, "=", right) == (left == right)
        assert holds(left, "≥", right) == (left >= right)
        assert holds(left, "≤", right) == (left <= right)
    assert holds(1e6, "=", 1e6 * (1 + 1e-12)) and not holds(1.0, "=", 1.0 + 1e-6)
    assert not holds(None, "=", None)


# --- one rule a step ------------------------------------------------------------------------------

RULES = {"independence": {"apart"}, "zero means": {"of a", "of b"}}


def worlds():
    """Models without independence, without zero means, without either."""
    kinds = {("apart",): (False, True), ("of a", "of b"): (True, False)}
    kinds |= {("apart", "of a", "of b"): (False, False)}
    return [
        World(joint(seed, independent=apart, centred=centred), frozenset(lacks), told=seed < 5)
        for lacks, (apart, centred) in kinds.items()
        for seed in (4, 5)
    ]


def ruled(**kwargs):
    return variance(rules=RULES, worlds=worlds, **kwargs)


def test_a_step_by_one_rule_is_right_and_shown_with_it():
    assert ruled().check(RIGHT).status == "correct"
    words = [row.words for row in ruled().show(RIGHT).rows]
    assert words[1:] == ["follows, by “independence”", "follows, by “zero means”"]


def test_a_step_by_two_rules_is_refused_and_shown_where_the_first_is_not_enough():
    one = ruled()
    verdict = one.check([var_ab, "=", product_of_variances])
    assert verdict.message.startswith(
        "Line 1 = line 2 uses “independence” and “zero means” at once. Take one at a time"
    )
    model = dict(verdict.details)["Model"]
    assert model.startswith("without “of a” and “of b”: ")
    rows = one.show([var_ab, "=", product_of_variances]).rows
    assert (rows[1].state, rows[1].status) == ("leaps", "not yet")
    hidden = [replace(world, told=False) for world in worlds()]
    silent = variance(rules=RULES, worlds=lambda: hidden)
    assert not silent.check([var_ab, "=", product_of_variances]).details


def test_what_one_step_has_used_is_free_for_the_next_unless_it_is_not_lasting():
    again = [var_ab, "=", moments, "=", var_ab, "=", moments, "=", product_of_variances]
    assert ruled().check(again).status == "correct"
    back = [var_ab, "=", moments, "=", lambda m: (moments(m) + var_ab(m)) / 2]
    back += ["=", product_of_variances]
    assert ruled().check(back).status == "correct"
    verdict = ruled(lasting=False).check(back)
    assert verdict.message.startswith("Line 3 = line 4 uses “independence” and “zero means”")


def test_a_false_line_that_the_assumptions_hide_is_named_as_a_mistake():
    def forgot(m):
        return moments(m) + mean(m, m.a[:, None])

    one = ruled(mistakes=[Mistake("a mean thrown in", forgot, "Look.")])
    verdict = one.check([var_ab, "=", forgot, "=", product_of_variances])
    assert verdict.mistake == "a mean thrown in"
    assert verdict.message == "Line 1 = line 2 uses “independence” and “zero means” at once. Look."


def test_an_end_is_told_by_which_rule_alone_it_is_the_same():
    verdict = ruled().check([var_ab, "=", moments])
    assert verdict.message == (
        "The last line should be Var(a) Var(b); yours is the same only by “zero means”."
    )
    assert "before" not in str(verdict.details) and "Line 2" in dict(verdict.details)


def test_a_line_that_stops_in_a_world_fails_there():
    def picky(m):
        if abs(mean(m, m.a[:, None])) > 1e-9:
            raise ValueError
        return moments(m)

    verdict = ruled().check([var_ab, "=", picky, "=", product_of_variances])
    assert "uses “independence” and “zero means” at once" in verdict.message


def test_a_ledger_keeps_every_way_to_read_a_chain():
    def lacking(*names):
        return World(None, frozenset(names))

    book = Ledger({"one": {"a"}, "two": {"b"}, "three": {"c"}})
    assert book.enter([lacking("a", "b")])[0] == ("one",)
    assert book.readings == [{"a"}, {"b"}]
    assert book.enter([lacking("b")])[0] == ()  # by the second reading
    assert book.readings == [{"a", "b"}, {"b"}]
    assert book.enter([lacking("a"), lacking("c")])[0] == ("three",)
    assert book.readings == [{"a", "b", "c"}]  # and now it can only have been the first
    two, world = Ledger({"one": {"a"}, "two": {"b"}}).enter([lacking("a", "b"), lacking("b")] * 2)
    assert two == ("two",) and world is not None
    both, world = Ledger({"one": {"a"}, "two": {"b"}}).enter([lacking("a"), lacking("b")])
    assert both == ("one", "two") and world == lacking("b")


def test_names_are_listed_as_in_a_sentence():
    assert in_quotes(["a"]) == "“a”" and in_quotes(["a", "b"]) == "“a” and “b”"
    assert in_quotes(["a", "b", "c"]) == "“a”, “b” and “c”"


def test_an_inequality_that_loses_nothing_is_told_so():
    one = jensen()
    verdict = one.check([one.first.oracle, "≥", one.first.oracle, "≥", one.last.oracle])
    assert verdict.message == (
        "Line 1 ≥ line 2 holds with “=”: nothing is lost here, so write “=”."
    )


def test_a_line_that_is_not_summed_is_told_so():
    def parts(m):
        return m.p.sum(1) * m.a**2 * (m.p.sum(0) @ m.b**2)

    one = variance(each="value of a")
    verdict = one.check([var_ab, "=", parts, "=", product_of_variances])
    assert verdict.mistake == "not summed"
    assert verdict.message.endswith(
        "Line 2 gives one number for each value of a. Their sum would be right: add them up."
    )
    table = variance().check([var_ab, "=", lambda m: np.outer(parts(m), [0.5, 0.5]), "=", var_ab])
    assert "Line 2 gives a table of numbers. Their sum" in table.message


def test_where_several_models_lack_an_assumption_the_one_that_tells_most_is_shown():
    both = joint(0, centred=False)
    lame = joint(0)
    one = variance(without={"zero means": lambda: [lame, both]})
    assert one.without("zero means", RIGHT).remark.endswith(f"b = {describe(both.b)}")


def test_a_subclass_may_refuse_a_line_that_it_cannot_see_into():
    class Blind(Derivation):
        def unseen(self, chain, number):
            return "is too dark." if number == 2 else ""

    one = Blind("blind", models(), End("Var(ab)", var_ab), End("end", product_of_variances))
    assert one.check(RIGHT).message == "Line 2 is too dark."
    assert one.show(RIGHT).rows[1].words == "is too dark."


def test_where_both_sides_are_undefined_they_are_equal():
    assert holds(np.nan, "=", np.nan) and not holds(np.nan, "=", 1.0)
    assert holds(np.inf, "≥", np.inf) and not holds(np.inf, "=", -np.inf)
    assert holds(np.inf, "≥", 0.0) and not holds(0.0, "≥", np.inf) and not holds(np.nan, "≥", 0.0)
