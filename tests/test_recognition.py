"""What a check says is true: of causes, names and errors, and the same each time."""

import pickle

import numpy as np
import pytest

from helpers.exercises import Call, Exercise, Mistake, Tensors
from tests import course

ROWS = [np.array([1.0, 2.0, 4.0]), np.array([-3.0, 0.5]), np.array([2.0, 0.0, -1.0, 7.0])]
SQUARES = [np.arange(1.0, 5).reshape(2, 2), np.arange(9.0).reshape(3, 3) ** 2]


def same(*cases, **options):
    """An exercise whose right answer hands its argument back."""
    return Exercise("same", lambda x: x, [Call(case) for case in cases], **options)


# --- causes ---------------------------------------------------------------------------------------

CAUSES = {
    "It is zero, in every case.": lambda x: 0 * x,
    "The sign is the other way round, in every case.": lambda x: -x,
    "It is 2.5 times what it should be, in every case.": lambda x: 2.5 * x,
    "It is 0.5 too large, at every entry, in every case.": lambda x: x + 0.5,
    "It is 3 too small, at every entry, in every case.": lambda x: x - 3,
    "It runs backwards.": lambda x: np.flip(x).copy(),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_is_said_where_all_cases_bear_it_out(cause):
    assert same(*ROWS).check(CAUSES[cause]).message == cause


@pytest.mark.parametrize("fails", range(3))
@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_is_not_said_where_another_case_refutes_it(cause, fails):
    def at_one(x):  # as the cause says there, right elsewhere
        return CAUSES[cause](x) if len(x) == len(ROWS[fails]) else x

    def but_at_one(x):  # and wrong in another way there
        return x**3 + 1 if len(x) == len(ROWS[fails]) else CAUSES[cause](x)

    for answer in (at_one, but_at_one):
        assert same(*ROWS).check(answer).message.startswith("The value is not right here")


@pytest.mark.parametrize("cause", [cause for cause in CAUSES if "backwards" not in cause])
def test_three_numbers_are_evidence_one_or_two_are_not(cause):
    for numbers in ([2.0], [2.0, -5.0], [2.0, -5.0, 3.0]):
        said = same(*(np.array([number]) for number in numbers)).check(CAUSES[cause]).message
        borne_out = cause.replace(" at every entry,", "")
        assert said == (borne_out if len(numbers) == 3 else "The value is not right here.")


def test_two_rows_of_two_are_not_enough_to_run_backwards():
    assert "backwards" not in same(np.array([1.0, 2.0])).check(CAUSES["It runs backwards."]).message


def test_a_factor_that_varies_from_case_to_case_is_none():
    assert "not right here" in same(*ROWS).check(lambda x: x / len(x)).message
    assert "not right here" in same(*SQUARES).check(lambda x: x / x.size).message


def test_no_factor_where_all_numbers_are_one_and_the_same():
    ones = same(np.ones(4), np.ones(2))
    assert "times" not in ones.check(lambda x: x + 2).message


def test_an_infinity_bears_a_factor_out_where_it_is_right_and_no_sign():
    one = same(*ROWS, np.array([np.inf, 2.0]))
    assert one.check(lambda x: 2.5 * x).message.startswith("It is 2.5 times")
    assert "sign" not in one.check(lambda x: -x).message
    assert "times" not in one.check(lambda x: 2.5 * np.where(np.isinf(x), 1, x)).message


def test_zeros_say_nothing_for_a_cause():
    one = same(np.zeros(5), np.array([2.0, 1.0]))
    for cause in (cause for cause in CAUSES if "too" not in cause):  # an offset shows on 0, too
        assert one.check(CAUSES[cause]).message != cause


def test_where_another_case_stops_with_an_error_no_cause_is_said_but_the_error_is():
    def answer(x):
        if len(x) == 4:
            raise KeyError("late")
        return 2 * x

    verdict = same(*ROWS).check(answer)
    assert "times" not in verdict.message
    assert "KeyError: 'late'" in dict(verdict.details)["Elsewhere"]


def test_transposed_and_cut_off_and_infinite():
    assert same(*SQUARES).check(lambda x: x.T).message == "It is transposed."
    halves = same(np.array([0.5, 1.5, -2.5]), np.array([3.25, 1.0]))
    assert "fractions were cut off" in halves.check(lambda x: x.astype(int)).message
    assert "cut off" not in same(np.array([0.5])).check(lambda x: 0).message
    assert same(*ROWS).check(lambda x: x + np.inf).message.startswith("There is an infinity")


def test_of_a_tuple_the_entry_that_is_wrong_is_named():
    one = Exercise("both", lambda x: (x, x**2), [Call(row) for row in ROWS])
    said = one.check(lambda x: (x, 2 * x**2)).message
    assert said.startswith("Entry 1 alone is not right. It is 2 times")
    assert "alone" not in one.check(lambda x: (2 * x, 2 * x**2)).message


# --- errors ---------------------------------------------------------------------------------------


def too_long(x):
    return x + np.zeros(len(x) + 1)


def of_one_entry(x):
    return x @ np.ones((1, 1))


def test_a_mistake_that_stops_with_an_error_on_every_case_never_matches():
    one = same(*ROWS, mistakes=[Mistake("too long", too_long, "m")])

    def typo(x):
        raise ValueError("typo")

    for answer in (typo, too_long, lambda x: np.zeros((2, 3)) @ x.reshape(-1, 5)):
        verdict = one.check(answer)
        assert verdict.mistake is None and "ValueError" in verdict.message
    assert "could not be broadcast" in one.check(too_long).message


def test_an_error_counts_by_what_it_says_not_by_its_type():
    one = same(np.array([3.0]), *ROWS, mistakes=[Mistake("matrix", of_one_entry, "m")])

    def another(x):
        if len(x) > 1:
            raise ValueError("another")
        return x

    assert one.check(another).mistake is None
    verdict = one.check(of_one_entry)
    assert verdict.mistake == "matrix"
    assert "matmul" in dict(verdict.details)["Error"]


def test_where_wrong_values_are_shared_the_numbers_of_an_error_may_differ():
    def mistake(x):
        return 2 * x if len(x) < 4 else np.zeros(5) + np.zeros(6)

    def form(x):
        return 2 * x if len(x) < 4 else np.zeros(7) + np.zeros(8)

    one = same(*ROWS, mistakes=[Mistake("twice", mistake, "m")])
    assert one.check(form).mistake == "twice"


def test_other_parameters_are_told_where_they_are_the_answers_own():
    one = same(*ROWS)

    def inside(x):
        return np.maximum(x, None) + float([x])

    def helper(x):
        return (lambda a, b: a)(x)

    for answer in (lambda: 1, lambda x, y: 1):
        assert "as the stub names them" in one.check(answer).message
    for answer in (inside, helper):
        assert "TypeError" in one.check(answer).message
        assert "as the stub names them" not in one.check(answer).message


def test_the_place_in_memory_is_left_out_of_an_error():
    def answer(x):
        return x.none_such if len(x) < 0 else int(object())

    def named(x):
        raise TypeError(f"cannot take {object()}")

    assert "0x" not in str(same(*ROWS).check(answer)) + str(same(*ROWS).check(named))


# --- a known mistake in a safer form --------------------------------------------------------------

SIGNED = [np.array([1.0, 4.0, -9.0]), np.array([2.0, 0.25, 0.0]), np.array([9.0, -1.0])]


def root(x):
    with np.errstate(all="ignore"):
        return np.sqrt(x)


def rooted(*others):
    """x² is wanted; the root is NaN where x is negative."""
    mistakes = [Mistake("root", root, "m"), *others]
    return Exercise("square", lambda x: x**2, [Call(x) for x in SIGNED], mistakes=mistakes)


def test_a_mistake_keeps_its_name_where_a_guard_stands_in_for_nan():
    for guarded in (
        lambda x: np.sqrt(np.where(x > 0, x, 0)),
        lambda x: np.sqrt(np.abs(x)),
        lambda x: np.where(x < 0, x**2, np.sqrt(np.abs(x))),  # even right there
    ):
        assert rooted().check(guarded).mistake == "root"


def test_the_case_that_is_shown_is_one_that_the_name_explains():
    verdict = rooted().check(lambda x: np.where(x < 0, 0, np.sqrt(np.abs(x))))
    assert dict(verdict.details)["Call"] == "square([ 1.,  4., -9.])"


def test_no_name_where_a_single_number_differs():
    assert rooted().check(lambda x: root(x) + 0.01 * (x == 4)).mistake is None


def test_many_numbers_in_one_case_are_enough_where_both_fail_elsewhere():
    shapes = [(2, 3), (3, 2), (3, 3)]
    cases = [Call(np.arange(2.0, 2 + h * w).reshape(h, w) ** 2, np.ones(w)) for h, w in shapes]
    slip = Mistake("transposed", lambda x, v: x.T @ v, "m")
    one = Exercise("times", lambda x, v: x @ v, cases, mistakes=[slip])
    assert one.check(lambda x, v: np.einsum("ji,j->i", x, v)).mistake is None  # three numbers
    more = [Call(np.arange(49.0).reshape(7, 7) ** 2, np.ones(7)), *cases[:2]]
    one = Exercise("times", lambda x, v: x @ v, more, mistakes=[slip])
    assert one.check(lambda x, v: np.einsum("ji,j->i", x, v)).mistake == "transposed"
    assert one.check(lambda x, v: (x.T @ v) if len(x) == len(v) else [][0]).mistake == "transposed"
    assert one.check(lambda x, v: x.T @ v if len(x) == len(v) else x @ v).mistake is None


def test_no_name_where_two_mistakes_would_fit():
    other = Mistake("root but at 1", lambda x: np.where(x == 1, np.nan, root(x)), "m")
    assert rooted(other).check(lambda x: np.sqrt(np.where(x > 0, x, 0))).mistake is None


def test_no_name_from_one_case_or_two_numbers_or_one_and_the_same():
    def late(x):
        return 2 * x if len(x) == 3 else [][0]

    one = same(*ROWS, mistakes=[Mistake("twice", lambda x: 2 * x, "m")])
    assert one.check(late).mistake is None
    flat = same(*SIGNED, mistakes=[Mistake("root", lambda x: root(x) * 0 + 3, "m")])
    assert flat.check(lambda x: np.full_like(x, 3)).mistake is None


def test_no_name_where_a_shape_differs():
    one = rooted(Mistake("long", lambda x: np.r_[root(x), 0], "m"))
    assert one.check(lambda x: np.r_[np.sqrt(np.abs(x)), 1]).mistake is None


# --- chance ---------------------------------------------------------------------------------------


def test_an_answer_that_draws_for_itself_is_told_so_and_each_time_alike():
    noisy = Exercise("noisy", lambda x, eps: x + eps, [Call(row, row / 2) for row in ROWS])

    def draws(x, eps):
        return x + np.random.default_rng().normal(size=x.shape)

    verdicts = {str(noisy.check(draws)) for _ in range(5)}
    assert len(verdicts) == 1
    said = verdicts.pop()
    assert "another result each time" in said and "use `eps`" in said
    assert not any(character.isdigit() for character in said)


def test_who_keeps_something_between_calls_is_told_so():
    def collects(x, kept=[]):  # noqa: B006
        kept.append(1)
        return x + len(kept)

    assert "keep nothing between calls" in same(*ROWS).check(collects).message


def test_luck_in_one_case_makes_no_other_verdict():
    luck = np.random.default_rng(0)
    one = Exercise("one", lambda x: x, [Call(row) for row in (np.ones(1), *ROWS)])
    said = {str(one.check(lambda x: x * (luck.random(x.shape) > 0.5))) for _ in range(10)}
    assert len(said) == 1 and "each time" in said.pop()


def test_torch_noise_is_told_too():
    import torch

    one = Exercise(
        "shifted", lambda mu, rng: mu, [Call(row, np.random.default_rng(1)) for row in ROWS]
    )
    said = one.check(lambda mu, rng: torch.randn(len(mu)) + torch.tensor(mu)).message
    assert "from the `rng` that is handed over" in said


def test_what_gives_no_numbers_or_the_same_error_is_not_restless():
    def stops(x):
        raise ValueError(np.random.default_rng().normal())

    for answer in (lambda x: object(), lambda x: sum, lambda x: {x.size}, stops):
        assert "each time" not in same(*ROWS).check(answer).message


def test_draws_of_another_length_or_in_a_tuple_are_restless():
    luck = np.random.default_rng()
    both = Exercise("both", lambda x: (x, 1.0), [Call(row) for row in ROWS])
    for one, answer in (
        (same(np.arange(50.0)), lambda x: x[luck.random(50) > 0.5]),
        (both, lambda x: (x, luck.random())),
    ):
        assert "each time" in one.check(answer).message


def test_what_draws_from_the_generator_that_is_handed_over_is_not_restless():
    one = Exercise("drawn", lambda x, rng: x, [Call(row, np.random.default_rng(1)) for row in ROWS])
    assert "each time" not in one.check(lambda x, rng: x + rng.normal(size=x.shape)).message


# --- what is changed, and what is shown -----------------------------------------------------------


def test_what_was_changed_is_named_with_a_copy_that_works():
    def into(x):
        x[0] = 9
        return x

    said = same(np.array([1.0])).check(into).message
    assert "array `x`" in said and "`x = np.array(x)`" in said
    said = Exercise("t", lambda mu: mu, [Tensors([1.0])]).check(into).message
    assert "tensor `mu`" in said and "`mu = mu.clone()`" in said
    said = same([1.0]).check(into).message
    assert "list `x`" in said and "copy" not in said
    option = Exercise("o", lambda x, *, into=None: x, [Call(1.0, into=np.zeros(2))])

    def written(x, *, into):
        into += 1
        return x

    assert "array `into`" in option.check(written).message


def test_the_smallest_case_that_fails_is_shown():
    verdict = same(np.arange(6.0), np.arange(2.0), np.arange(4.0)).check(lambda x: 2 * x + 1)
    assert dict(verdict.details)["Call"] == "same([0., 1.])"


# --- in every lesson ------------------------------------------------------------------------------

PLAIN = [
    (lesson, name)
    for lesson, name in course.every(Exercise)
    if course.tasks(lesson)[name].cases and type(course.tasks(lesson)[name]) is Exercise
]


def key(*args, **kwargs):
    """Arguments as bytes, to tell cases apart."""
    return pickle.dumps((args, sorted(kwargs.items())))


@pytest.mark.parametrize("lesson, name", PLAIN)
def test_no_cause_is_said_of_an_answer_that_is_wrong_in_one_case_alone(lesson, name):
    one, right = course.tasks(lesson)[name], course.solved(lesson)[name]
    for slip in one.mistakes[:3]:
        for case in one.cases[:2]:
            only = key(*case.args, **case.kwargs)

            def answer(*args, wrong=slip.wrong, only=only, **kwargs):
                return (wrong if key(*args, **kwargs) == only else right)(*args, **kwargs)

            verdict = one.check(answer)
            said = verdict.message if verdict.mistake is None else ""
            assert "in every case" not in said and "alone is not" not in said, verdict
