"""Break it: an input is read in any form, tried on both programs, and judged by what it shows."""

import time

import numpy as np
import pytest
import torch

import helpers.exercises.exercise
from helpers.exercises import BreakIt, Call, Differentiable, Exercise, Mistake, NearMiss, Tensors
from helpers.exercises.listing import program_text
from helpers.exercises.sandbox import describe
from tests import course

each = pytest.mark.parametrize("lesson, name", course.every(BreakIt))
NEAR = [
    (lesson, name, miss.name)
    for lesson, name in course.every(BreakIt)
    for miss in course.tasks(lesson)[name].mistakes
]


def task(lesson, name):
    return course.tasks(lesson)[name]


# --- every lesson's -------------------------------------------------------------------------------


def unproven(one):
    """What keeps a BreakIt from being one: "" if its program is wrong and runs as it is shown."""
    if one.exercise.judge(one.program).status != "not yet":
        return "its program is right on all cases of its exercise"
    space = {"np": np, "torch": torch}
    exec(program_text(one.program, one.exercise.name), space)
    both = map(one.exercise.outcomes, (space[one.exercise.name], one.program))
    if not one.exercise.agree(*both, False):
        return "its program is another one where nothing but np and torch is known"
    return ""


@pytest.mark.parametrize("lesson", course.LESSONS)
def test_a_lesson_has_a_program_to_break(lesson):
    assert any(isinstance(one, BreakIt) for one in course.tasks(lesson).values()), (
        f"{lesson} has no wrong program to break: give it a BreakIt, right after its first function"
    )


@each
def test_its_program_is_wrong_and_runs_as_it_is_shown(lesson, name):
    assert unproven(task(lesson, name)) == ""


@pytest.mark.parametrize("lesson, name, miss", NEAR)
def test_a_near_miss_is_rejected_under_its_own_name(lesson, name, miss):
    one = task(lesson, name)
    chosen = next(m for m in one.mistakes if m.name == miss)
    verdict = one.check(one.as_answer(chosen))
    assert (verdict.status, verdict.mistake) == ("not yet", miss), verdict
    assert verdict.message == chosen.message


def _each_array(change):
    def form(value):
        return change(value) if isinstance(value, np.ndarray) else value

    return form


FORMS = {
    "torch": _each_array(torch.as_tensor),
    "lists": _each_array(np.ndarray.tolist),
    "small": _each_array(lambda a: a.astype(np.float32) if a.dtype.kind == "f" else a),
}


@pytest.mark.parametrize("form", FORMS)
@each
def test_an_input_in_another_form_does_it_too(lesson, name, form):
    one, arguments = task(lesson, name), _by_name(lesson, name)
    formed = {key: FORMS[form](value) for key, value in arguments.items()}
    for answer in (formed, tuple(formed.values()), Call(**formed)):
        verdict = one.check(answer)
        assert verdict.status == "correct", verdict


def _by_name(lesson, name):
    """The solution's arguments by name, in their order, none left out between them."""
    one = task(lesson, name)
    trial = one._bench.trial(course.solved(lesson)[name], one.valid)
    return {key: value for key, value in trial.arguments.items() if key not in one.fixed}


@each
def test_its_verdict_shows_what_both_programs_give(lesson, name):
    one = task(lesson, name)
    labels = dict(one.check(course.solved(lesson)[name]).details)
    assert labels["Call"].startswith(one.exercise.name + "(")
    assert labels["The program"] and labels["Right"]
    if not one.fixed:  # two right draws are different ones
        assert (labels["The program"] == labels["Right"]) == (one.goal == "by luck")


@each
def test_it_can_be_shown_before_and_after_and_never_raises(lesson, name, drawn_once):
    one = task(lesson, name)
    shown = one.show()
    code = program_text(one.program, one.exercise.name)
    assert code in str(shown).replace("\n    ", "\n") and "<pre" in shown._repr_html_()
    assert code.startswith(f"def {one.exercise.name}(") and '"""' not in code
    for answer in (..., course.solved(lesson)[name], "b", {}, object(), [None, 1], float("nan")):
        assert "0x" not in str(one.show(answer))


# --- how one works --------------------------------------------------------------------------------


def cut(x, by=2.0):
    """Forgets what is past 3."""
    # keep small ones
    return np.where(np.asarray(x) > 3, 0, by * np.asarray(x))  # cut(3) is 6


def right(x, by=2.0):
    """As the oracle has it."""
    return by * np.asarray(x)


def needy(x, by=2.0):
    """Stands on a name of this module."""
    return cut(x, by)


scale = Exercise(
    "scale",
    lambda x, by=2.0: by * np.asarray(x),
    [Call(np.array([1.0, 5.0])), Call(4.0, by=3.0)],
    mistakes=[
        Mistake("halved", lambda x, by=2.0: np.asarray(x) / 2, "Too small."),
        Mistake("halved twice", lambda x, by=2.0: np.asarray(x) / 4, "Too small."),  # a variant
        Mistake("always 2", lambda x, by=2.0: 2 * np.asarray(x), "Look at `by`."),
        Mistake("cut", cut, "Past 3."),
    ],
)


def breaks(program=cut, exercise=scale, **options):
    return BreakIt("break_it", exercise, program, **options)


def told(verdict):
    return dict(verdict.details)


@pytest.mark.parametrize(
    "answer",
    [
        (5.0,), 5, 5.0, np.float32(5), np.array(5.0), (5.0, 2.0), {"x": 5.0}, ([[9.0]], 3),
        {"by": 1.0, "x": [4, 5]}, [1, 7], np.array([1, 7]), torch.tensor([1.0, 7.0]), Call(5.0),
        Call(x=[5.0]),
    ],
)  # fmt: skip
def test_an_input_is_read_in_any_form(answer):
    assert breaks().check(answer).status == "correct"
    assert breaks(goal="by luck").check(answer).status == "not yet"


@pytest.mark.parametrize("blank", [..., None, (), (..., ...), {"x": ...}, [...], Call(..., by=...)])
def test_an_untouched_input_is_not_started(blank):
    expected = "not yet" if blank == () else "not started"
    assert breaks().check(blank).status == expected


@pytest.mark.parametrize(
    "answer, part",
    [
        ((1, 2, 3), "takes 2 arguments, `x`, `by`; this tuple has 3"),
        ((), "`x` is missing"),
        ({}, "`x` is missing"),
        ({"by": 2}, "`x` is missing"),
        ({"y": 2}, "no parameter called `y`"),
        ({1: 2}, "no parameter called `1`"),
        (Call(1.0, x=2.0), "given twice"),
        ((..., 2.0), "`x` still holds a `...`"),
        ({"x": [1, ...]}, "`x` still holds a `...`"),
        ("five", "`x` should be a number or an array of numbers; it is a text"),
        (True, "it is True or False"),
        (1j, "it is complex"),
        ((5.0, [1.0]), "`by` should be a number; it is a list"),
        ([[1], [2, 3]], "it is a list whose parts have different lengths"),
        (["1", "2"], "it is a list with texts in it"),
        ([1j], "it is a list"),
        (lambda: 1, "it is a function"),
        (np.array(["a"]), "`x` should be"),
        ([], "`x` is empty"),
        (np.zeros((0, 3)), "`x` is empty"),
        (float("nan"), "`x` is not finite"),
        ([1.0, float("inf")], "`x` is not finite"),
        (10**400, "`x` is not finite"),
        (np.full(5000, 9.0), "`x` has 5000 entries"),
    ],
)
def test_what_is_malformed_is_told_so(answer, part):
    for goal in ("fails", "by luck"):
        verdict = breaks(goal=goal).check(answer)
        assert verdict.status == "not yet" and verdict.mistake is None
        assert part in verdict.message, verdict


def test_types_are_those_of_the_cases():
    sizes = Exercise(
        "size", lambda n, k, w: n - k + len(w), [Call(5, 3, (1, 2)), Call(7, 3, (2, 1))]
    )

    def longer(n, k, w):
        return n - k

    one = breaks(longer, sizes)
    assert one.check((5, 3, (1, 2))).status == one.check((5, 3, [1, 2])).status == "correct"
    assert "`n` should be a whole number; it is a float" in one.check((5.0, 3, (1, 2))).message
    assert "`n` is too large" in one.check((10**6, 3, (1, 2))).message  # as a size, it could be


def test_an_option_that_is_none_may_be_given():
    def shifted(x, bias=None):
        return x + 1

    plain = Exercise("plain", lambda x, bias=None: x + (bias or 0), [Call(1.0), Call(1.0, bias=2)])
    assert breaks(shifted, plain).check((1.0, None)).status == "correct"
    assert breaks(shifted, plain, goal="by luck").check((1.0, 1)).status == "correct"


def test_the_verdict_shows_both_and_what_else_the_input_exposes():
    verdict = breaks().check((5.0,))
    assert told(verdict) == {
        "Call": "scale(5.0)",
        "The program": "0.0",
        "Right": "10.0",
        "It exposes": "1 of 2 other known mistakes: halved",  # 2 is the default: not "always 2"
    }
    both = told(breaks().check((5.0, 3.0)))["It exposes"]
    assert both == "2 of 2 other known mistakes: halved; always 2"
    large = told(breaks().check(np.arange(30.0)))
    assert (large["The program"], large["Right"]) == ("[4] 0.0", "[4] 8.0")


def test_an_input_that_does_not_do_it_is_told_what_both_give():
    verdict = breaks(hints=["?"]).check((1.0,))
    assert verdict.status == "not yet" and "Nothing is wrong" in verdict.message
    assert told(verdict)["The program"] == told(verdict)["Right"] == "2.0"
    lucky = breaks(goal="by luck")
    assert "Here the program is wrong" in lucky.check(5.0).message
    assert lucky.check(1.0).status == "correct"


def test_an_input_on_which_everything_is_right_shows_no_luck():
    assert "every known mistake" in breaks(goal="by luck").check(0.0).message


def test_an_invalid_input_is_told_why_and_a_near_miss_is_named_only_where_it_misses():
    small = NearMiss("small", 1.0, "Too small.", lambda x: np.all(np.abs(x) < 100))
    one = breaks(valid=lambda by: "" if by > 0 else "`by` is positive.", mistakes=[small])
    assert one.check((200.0, -1.0)).message == "`by` is positive."
    assert one.check((5.0, -1.0)).mistake == one.check(1.0).mistake == "small"
    assert one.check(5.0).status == "correct"  # small it is, but it does it


def test_a_rule_that_cannot_be_asked_is_false_and_lets_nothing_invalid_pass():
    odd = NearMiss("odd", 1.0, "…", lambda x: x.shape[3] > 1)
    assert breaks(mistakes=[odd]).check(1.0).mistake is None
    verdict = breaks(valid=lambda x: "" if x.shape[0] else "empty").check(5.0)
    assert verdict.status == "not yet" and "can't take this input" in verdict.message


def test_what_the_right_one_refuses_is_invalid():
    def inverse(x):
        return np.linalg.inv(x)

    def transposed(x):
        return x.T

    one = breaks(transposed, Exercise("inverse", inverse, [Call(np.eye(2) * 2)]))
    assert "LinAlgError" in one.check(np.ones((2, 2))).message
    assert one.check(np.ones((2, 2))).status == one.check([[1.0]]).status == "not yet"
    assert one.check(np.array([[2.0]])).status == "correct"
    root = Exercise("root", lambda x: np.sqrt(x), [Call(4.0)])
    assert "not finite" in breaks(cut, root).check(-1.0).message


def broken(x, by=2.0):
    return [][0]


def endless(x, by=2.0):
    while True:
        pass


def changing(x, by=2.0):
    x *= by
    return x


def nan(x, by=2.0):
    return np.nan * x


FAILING = ((broken, "stops with IndexError"), (endless, "does not end"), (nan, "nan"))


@pytest.mark.parametrize("program, says", [*FAILING, (changing, "the array it was given is")])
def test_errors_nan_endless_loops_and_changed_inputs_are_failures(program, says, monkeypatch):
    monkeypatch.setattr(helpers.exercises.exercise, "SECONDS", 0.1)
    given = np.array([1.0, 2.0])
    verdict = breaks(program).check(given)
    assert verdict.status == "correct" and says in told(verdict)["The program"]
    assert breaks(program, goal="by luck").check(given).status == "not yet"
    assert given.tolist() == [1.0, 2.0]


def test_a_right_one_that_never_ends_is_stopped(monkeypatch):
    waiting = Exercise("waiting", lambda x: time.sleep(60 if x > 1 else 0) or x, [Call(1.0)])
    monkeypatch.setattr(helpers.exercises.exercise, "SECONDS", 0.1)
    assert "can't take this input" in breaks(cut, waiting).check(2.0).message


def test_what_is_fixed_need_not_be_given():
    def noisy(x, rng):
        return x + rng.normal()

    def twice(x, rng):
        return x + 2 * rng.normal()

    given = {"rng": np.random.default_rng(0)}
    drawn = Exercise("noisy", noisy, [Call(1.0, np.random.default_rng(1))])
    one = breaks(twice, drawn, fixed=given)
    first = one.check(3.0)
    assert first.status == "correct" and str(first) == str(one.check((3.0,)))
    assert "`(x,)`" in str(one.show()) and "noisy(3.0, rng)" in str(first)


def test_an_exercise_with_its_own_comparison_is_asked_even_where_it_stumbles():
    class Even(Exercise):
        def outcomes(self, answer):
            outcomes = super().outcomes(answer)
            for outcome, case in zip(outcomes, self.cases, strict=False):
                if case.args[0] > 100:
                    raise KeyError("not one of mine")
                outcome.value = abs(outcome.value)
            return outcomes

    def turned(x):
        return -x

    def third(x):
        return x / 3

    even = Even("even", lambda x: x, [Call(3.0)])
    assert breaks(turned, even, goal="by luck").check(3.0).status == "correct"
    assert breaks(third, even).check(3.0).status == "correct"
    assert "can't take this input" in breaks(third, even).check(101.0).message


def test_a_program_on_tensors_is_broken_by_arrays():
    def squared(x, k):
        return k * x * x

    def absolute(x, k):
        return k * x * x.abs()

    def cut_off(x, k):
        return k * x * x.detach()

    cases = [Tensors([1.0, -2.0], 3.0, constants=("k",))]
    square = Differentiable("square", squared, cases)
    assert breaks(absolute, square).check(([1, -1], 2)).status == "correct"
    assert breaks(absolute, square).check(([1, 2], 2)).status == "not yet"
    assert breaks(absolute, square, goal="by luck").check((np.ones(2), 1.5)).status == "correct"
    verdict = breaks(cut_off, square).check((torch.ones(2), 2))
    assert verdict.status == "correct" and "gradient" in told(verdict)["The program"]


def test_the_program_is_shown_by_its_source_without_its_docstring():
    code = program_text(cut, "scale")
    assert code.startswith("def scale(x, by=2.0):\n    # keep small ones\n    return np.where(")
    assert code.endswith("# scale(3) is 6") and "Forgets" not in code
    shown = breaks().show()
    assert "Break it: scale" in str(shown) and "goes wrong" in str(shown)
    assert "right all the same" in str(breaks(goal="by luck").show())
    after = breaks().show(5.0)
    assert "Right: 10.0" in str(after) and "10.0" in after._repr_html_()
    assert "&lt;" in breaks(compares).show()._repr_html_()


def compares(x, by=2.0):
    return x if np.all(x < 0) else by


@pytest.mark.parametrize("hidden", [lambda x, by=2.0: x, (lambda k: lambda x, by=2.0: k * x)(2)])
def test_what_has_no_readable_source_is_no_program_to_show(hidden):
    with pytest.raises(ValueError, match="no plain"):
        breaks(hidden).show()


def test_it_wants_a_function_and_a_goal():
    with pytest.raises(ValueError, match="is a value"):
        breaks(cut, Exercise("nine", lambda: 9))
    with pytest.raises(ValueError, match="by luck"):
        breaks(goal="by chance")


def test_a_program_that_is_right_or_stands_on_others_is_found_out():
    assert "right on all cases" in unproven(breaks(right))
    assert "nothing but np and torch" in unproven(breaks(needy))
    assert unproven(breaks(cut)) == ""


def test_a_list_that_holds_itself_raises_nothing():
    endless_list = []
    endless_list.append(endless_list)
    assert breaks().check(endless_list).status == "not yet"
    assert "Break it" in str(breaks().show(endless_list))


def test_a_picture_takes_the_arguments_or_none():
    one = breaks(picture=lambda arguments: arguments)
    assert one.show((5.0,)) == {"x": 5.0, "by": 2.0}
    assert one.show("nonsense") is None
    assert "Break it" in str(one.show())


def test_a_call_shows_small_numbers_as_they_are_and_a_result_drops_its_rounding():
    tiny = np.array([5e-5, 1.0])
    assert "5.e-05" in Call(tiny).text("f") and "5.e-05" in Call([tiny]).text("f")
    assert describe(tiny * 1e-12) == "[0., 0.]"
    assert Call(np.array([0.5, 0.0])).text("f") == "f([0.5, 0. ])"
