"""Every exercise of every lesson tells right from wrong, and names what is wrong."""

import re

import numpy as np
import pytest

import helpers.exercises.exercise
from helpers.exercises import Call, Differentiable, Progress, as_numbers, curves
from helpers.exercises.verdict import Note, Verdict
from tests import course
from tests.course import Choice, Derivation, Exercise

each_lesson = pytest.mark.parametrize("lesson", course.LESSONS)
each_task = pytest.mark.parametrize("lesson, name", course.every())
each_exercise = pytest.mark.parametrize("lesson, name", course.every(Exercise))
each_function = pytest.mark.parametrize(
    "lesson, name", [one for one in course.every(Exercise) if course.tasks(one[0])[one[1]].cases]
)
MISTAKES = [
    pytest.param(lesson, name, index, id=f"{lesson}-{name}-{index}-{mistake.name}")
    for kind in (Exercise, Derivation)
    for lesson, name in course.every(kind)
    for index, mistake in enumerate(course.tasks(lesson)[name].mistakes)
]
WEIRD = [
    "", "b", {}, {1: 2}, set(), object(), float("nan"), 1j, np.array([]), np.array(["a"]), range(3),
    [], [[1], [2, 3]], [None, 1], lambda: 1, lambda *a, **k: object(), lambda *a, **k: "no", type,
    np.full((2, 2), np.inf), b"bytes", True, 10**400, [1, [2, [3, ...]]],
]  # fmt: skip


def task(lesson, name):
    return course.tasks(lesson)[name]


def test_a_box_read_aloud_as_one_piece_keeps_its_words_apart():
    rows = (("Call", "f(1)"), ("The program", "2"))
    verdict = Verdict("f", "not yet", "One.\nTwo.", "halved", rows)
    for box in (verdict, Note("One", ("two", "three"))):
        markup = box._repr_html_().replace("<br>", "\n")
        assert re.sub("<[^>]*>", "", markup).split() == str(box).split()
    shown = Verdict("f", "correct", "As `sum` does.", details=rows)._repr_html_()
    assert shown.count("<code") == shown.count('<code role="none"') == 3  # each said once


@each_task
def test_an_exercise_is_named_like_what_the_learner_writes(lesson, name):
    assert task(lesson, name).name == name
    assert name in course.stubs(lesson)


@each_lesson
def test_every_stub_in_the_notebook_has_its_exercise_and_the_other_way_round(lesson):
    stubs = {
        cell.exercise for cell in course.cells(lesson) if cell.exercise and cell.kind == "code"
    }
    assert stubs == set(course.tasks(lesson))


@each_task
def test_the_solution_is_correct(lesson, name):
    verdict = task(lesson, name).check(course.solved(lesson)[name])
    assert verdict.status == "correct", verdict


@each_task
def test_an_untouched_stub_is_not_started(lesson, name):
    verdict = task(lesson, name).check(course.stubs(lesson)[name])
    assert verdict.status == "not started" and verdict.mistake is None, verdict


@pytest.mark.parametrize("blank", [..., None, NotImplemented])
@each_task
def test_nothing_is_not_started(lesson, name, blank):
    assert task(lesson, name).check(blank).status == "not started"


@pytest.mark.parametrize("lesson, name, index", MISTAKES)
def test_every_mistake_is_named_and_no_other_is_taken_for_it(lesson, name, index):
    one = task(lesson, name)
    chosen = one.mistakes[index]
    if isinstance(one, Exercise):
        assert any(known.mistake is chosen for known in one.known()), (
            f"{chosen.name} stops with an error on every case, like any other error: "
            "give a case on which it runs"
        )
    verdict = one.check(one.as_answer(chosen))
    assert (verdict.status, verdict.mistake) == ("not yet", chosen.name), verdict
    assert chosen.message in verdict.message


@pytest.mark.parametrize("lesson, name", course.every(Choice))
def test_every_wrong_option_gets_its_own_reply(lesson, name):
    choice = task(lesson, name)
    replies = set()
    for letter, (_, reply) in choice.options.items():
        verdict = choice.check(letter)
        assert verdict.status == ("correct" if letter == choice.right else "not yet")
        assert reply and verdict.message == reply
        replies.add(reply)
    many = len(choice.options)
    assert many >= 3, f"{name} has {many} options: give at least three, each a likely thought"
    assert len(replies) == many, f"two options of {name} share a reply: say why each is wrong"


def _convert(convert):
    """Apply to every part of a result, tuples part by part."""

    def whole(value):
        if isinstance(value, tuple):
            return tuple(whole(part) for part in value)
        return convert(value)

    return whole


def _to_torch(value):
    import torch

    return torch.as_tensor(np.asarray(value)) if not isinstance(value, str) else value


def _to_list(value):
    return value.tolist() if hasattr(value, "tolist") else value


def _to_small(value):
    """float32, int32 or numpy.bool, as a careless but right computation leaves it."""
    array = np.asarray(value)
    if array.dtype.kind == "f":
        return array.astype(np.float32)
    return array.astype(np.int32)[()] if array.dtype.kind in "iu" else array[()]


VARIANTS = {"torch": _to_torch, "lists": _to_list, "small": _to_small}
each_plain = pytest.mark.parametrize(  # the others must stay tensors: see test_gradients
    "lesson, name",
    [one for one in course.every(Exercise) if one not in course.every(Differentiable)],
)


@pytest.mark.parametrize("variant", VARIANTS)
@each_plain
def test_a_right_answer_in_another_form_is_right(lesson, name, variant):
    one, right, form = task(lesson, name), course.solved(lesson)[name], _convert(VARIANTS[variant])
    answer = (lambda *a, **k: form(right(*a, **k))) if one.cases else form(right)
    verdict = one.check(answer)
    assert verdict.status == "correct", verdict


@pytest.mark.parametrize("lesson, name", course.every(Derivation))
def test_a_derivation_may_say_a_line_twice_but_not_jump_from_end_to_end(lesson, name):
    one, right = task(lesson, name), course.solved(lesson)[name]
    doubled = [right[0], "=", *right]
    listed = [r if isinstance(r, str) else (lambda m, r=r: _to_list(r(m))) for r in right]
    for route in (doubled, listed):
        verdict = one.check(route)
        assert verdict.status == "correct", verdict
    verdict = one.check([right[0], one.relation, right[-1]])
    assert verdict.message.startswith(f"Line 1 {one.relation} line 2 uses"), verdict
    assert "at once" in verdict.message


@pytest.mark.parametrize("lesson, name", course.every(Choice))
def test_a_letter_is_read_as_people_write_it(lesson, name):
    right = task(lesson, name).right
    for written in (right.upper(), f" {right} ", f"{right})"):
        assert task(lesson, name).check(written).status == "correct"
    for foreign in ([right], {right}, 1):
        assert "one of the letters" in task(lesson, name).check(foreign).message


@each_function
def test_what_goes_wrong_gets_a_verdict_and_the_kernel_lives_on(lesson, name, monkeypatch):
    one, right = task(lesson, name), course.solved(lesson)[name]

    def endless(*args, **kwargs):
        while True:
            pass

    def stubborn(*args, **kwargs):
        while True:
            try:
                while True:
                    pass
            except Exception:
                pass

    def broken(*args, **kwargs):
        return [][0]

    def leaving(*args, **kwargs):
        raise SystemExit

    def changing(*args, **kwargs):
        result = right(*args, **kwargs)
        for value in args:
            if isinstance(value, np.ndarray):
                value[...] = value + 1  # a mask of True and False as well
        return result

    said = {f: one.check(f) for f in (broken, leaving)}  # first: mistakes get all their time
    with monkeypatch.context() as short:
        short.setattr(helpers.exercises.exercise, "SECONDS", 0.01)
        said |= {f: one.check(f) for f in (endless, stubborn)}
    assert all(verdict.status == "not yet" for verdict in said.values())
    assert "did not end" in said[endless].message and "did not end" in said[stubborn].message
    assert "IndexError" in said[broken].message and "SystemExit" in said[leaving].message
    assert "`return [][0]`" in said[broken].message  # the learner's own line
    if any(isinstance(value, np.ndarray) for value in one.cases[0].args):
        assert "changes the array" in one.check(changing).message


@each_function
def test_a_nan_is_not_correct(lesson, name):
    one, right = task(lesson, name), course.solved(lesson)[name]

    def spoil(value):
        array = np.array(value, dtype=float)
        array.flat[-1:] = np.nan
        return array[()]

    kinds = {np.asarray(outcome.value).dtype.kind for outcome in one.wanted() if
             not isinstance(outcome.value, (tuple, list, str))}  # fmt: skip
    if kinds == {"f"}:
        verdict = one.check(lambda *a, **k: spoil(right(*a, **k)))
        assert verdict.status == "not yet" and verdict.mistake is None
        assert "NaN" in verdict.message


@each_task
def test_no_answer_however_weird_raises_or_passes(lesson, name):
    one = task(lesson, name)
    for answer in WEIRD:
        verdict = one.check(answer)
        assert verdict.status != "correct" or answer in ("b", True)
        assert str(verdict) and verdict._repr_html_()


@each_exercise
def test_its_picture_can_be_drawn_of_any_answer(lesson, name, drawn_once):
    one = task(lesson, name)
    if one.picture is None:
        return
    answers = [..., course.stubs(lesson)[name], course.solved(lesson)[name]]
    answers += WEIRD[len(name) % 4 :: 4]  # a quarter of them: a picture takes a tenth of a second
    shown = [one.show(answer) for answer in [*answers, *(m.wrong for m in one.mistakes[:1])]]
    assert all(picture.png.startswith(b"\x89PNG") and picture.alt for picture in shown)
    assert shown[0].png != shown[2].png


@pytest.mark.parametrize("odd", [1j, [1, 2j], np.array([[1j]])])
def test_no_complex_number_is_drawn_as_a_real_one(odd):
    assert np.isnan(as_numbers(odd)).all()


@each_task
def test_hints_come_one_at_a_time_and_give_no_solution_away(lesson, name):
    one = task(lesson, name)
    assert one.hints, f"{name} has no hints: give hints=[…], the last one short of the answer"
    one._hinted = 0
    notes = [str(one.hint()) for _ in range(len(one.hints) + 1)]
    assert all(hint in notes[i] for i, hint in enumerate(one.hints))
    assert one.hints[-1] not in notes[0] or len(one.hints) == 1
    solution = "\n".join(cell.text for cell in course.cells(lesson) if cell.solution)
    code = {line.strip() for line in solution.splitlines() if len(line.strip()) > 12}
    assert not [line for line in code if any(line in hint for hint in one.hints)]


@each_task
def test_a_strict_check_raises_unless_correct(lesson, name, monkeypatch):
    monkeypatch.setenv("COURSE_STRICT", "1")
    one = task(lesson, name)
    assert one.check(course.solved(lesson)[name]).status == "correct"
    with pytest.raises(AssertionError, match=name):
        one.check(...)


@each_task
def test_a_verdict_reads_the_same_each_time(lesson, name):
    one = task(lesson, name)
    for answer in (course.solved(lesson)[name], course.stubs(lesson)[name], "b", [1, 2]):
        first, second = one.check(answer), one.check(answer)
        assert str(first) == str(second) and first._repr_html_() == second._repr_html_()
        assert "0x" not in str(first)


@each_lesson
def test_progress_counts_what_is_done(lesson):
    progress = course.module(lesson).progress
    for name, one in course.tasks(lesson).items():
        one.check(course.solved(lesson)[name])
    total = len(course.tasks(lesson))
    assert str(progress()).startswith(f"{total} of {total} correct")
    next(iter(course.tasks(lesson).values())).check(...)
    assert str(progress()).startswith(f"{total - 1} of {total} correct")


@each_lesson
def test_progress_counts_every_written_answer_by_the_learners_tick(lesson):
    progress, words = course.module(lesson).progress, [
        cell.exercise for cell in course.cells(lesson)
        if cell.exercise and cell.kind == "markdown" and not cell.solution
    ]  # fmt: skip
    assert list(progress.written) == words
    none, every = progress(), progress(*words)
    assert [row[:2] for row in none.ticks] == [(name, "not ticked") for name in words]
    assert [row[:2] for row in every.ticks] == [(name, "written") for name in words]
    for name, (_, _, remark) in zip(words, none.ticks, strict=True):
        assert f'lesson.progress("{name}")' in remark
    assert not none.note and "conv9: not an answer in words" in str(progress("conv9"))


@each_lesson
def test_an_answer_in_words_is_compared_point_by_point_and_its_cell_says_how(lesson):
    progress = course.module(lesson).progress
    cells = {cell.exercise: cell for cell in course.cells(lesson) if not cell.solution}
    solution = "\n".join(cell.text for cell in course.cells(lesson) if cell.solution)
    for name, points in progress.written.items():
        assert 3 <= len(set(points)) == len(points) <= 6
        assert all(re.fullmatch(r"It (says|names|gives|calls) [^.]+\.", one) for one in points)
        assert not [one for one in points if one in solution]
        assert f'`lesson.progress.point("{name}")`' in cells[name].end
        asked = [progress.point(name) for _ in [*points, None]]
        assert [len(note.lines) for note in asked[:-2]] == [*range(1, len(points))]
        assert f'lesson.progress("{name}")' in asked[-1].lines[-1] and asked[-2] == asked[-1]
        assert all(point in line for point, line in zip(points, asked[-1].lines, strict=False))


def test_a_point_of_no_answer_in_words_says_which_there_are():
    progress = Progress({}, {"why": ["It says so."]})
    assert str(progress.point("how")) == 'how: not an answer in words. Here there are: "why".'
    assert str(progress.point()) == 'Which answer? Here there are: "why".'
    assert str(Progress({}).point()) == "Which answer? Here there is none."


def test_the_learner_sees_the_call_that_failed_and_what_came_back():
    one = Exercise("twice", lambda x, by=2: by * x, [Call(1.0), Call(3.0, by=5)])
    verdict = one.check(lambda x, by=2: 2 * x)
    assert dict(verdict.details) == {
        "Call": "twice(3.0, by=5)",
        "Again": "twice(**lesson.twice.case())",
        "Yours": "6.0",
        "Expected": "15.0",
    }
    assert verdict.message == "The value is not right here. In 1 of 2 cases it is."


def test_a_value_found_by_hand_is_never_given_away():
    one = Exercise("by_hand", lambda: np.array([[731.0, 2.0], [3.0, 4.0]]))
    for answer in ([[1, 2], [3, 4]], [[1462, 4], [6, 8]], 3, [[731, 2]], "x"):
        said = str(one.check(answer)).replace(str(answer), "")
        assert "731" not in said or "731" in str(answer), said


def test_what_a_learner_prints_is_shown_with_the_case_that_failed():
    one = Exercise("half", lambda x: x / 2, [Call(2.0)])

    def half(x):
        print("got", x)
        return x

    assert ("Printed", "got 2.0") in one.check(half).details


@each_exercise
def test_no_target_is_drawn_before_anything_is_written(lesson, name, monkeypatch):
    one, asked = task(lesson, name), []
    if not isinstance(one.picture, Call):
        return
    monkeypatch.setattr(helpers.exercises.exercise, "side_by_side", lambda *a, **k: asked.append(a))
    blank = one.show(...)
    assert not asked and "comes here" in blank.alt
    one.show(course.solved(lesson)[name])
    assert asked


def test_curves_ask_for_no_target_until_something_is_written():
    asked = []

    def square(x):
        asked.append(x)
        return x * x

    draw = curves(lambda x, name: Call(x), range(4), ("f",), square, "x", "f(x)")
    assert "f(x) over x: not written yet: yours comes here" in draw(None).alt and not asked
    assert "comes here" not in draw(lambda x: x).alt and asked == [0, 1, 2, 3]


@each_function
def test_the_call_that_failed_can_be_run_again(lesson, name):
    one, right, wrong = task(lesson, name), course.solved(lesson)[name], task(lesson, name).mistakes
    verdict = one.check(wrong[0].wrong)
    again = dict(verdict.details)["Again"]
    assert again == f"{name}(**lesson.{name}.case())"
    space = {name: right, "lesson": course.module(lesson)}
    first, second = eval(again, space), eval(again, space)  # it gives copies: rng, too
    assert type(first) is type(second) and first is not None
    assert str(first) == str(second)


def test_the_call_to_repeat_is_the_one_that_failed_last():
    one = Exercise("scale", lambda x, by=2: by * x, [Call(np.ones(2)), Call(np.ones(3), by=5)])
    assert list(one.case()) == ["x"] and one.case()["x"].shape == (2,)
    one.check(lambda x, by=2: 2 * x)
    case = one.case()
    case["x"] += 1  # a copy
    assert one.case()["by"] == 5 and one.case()["x"].tolist() == [1.0, 1.0, 1.0]
    value = Exercise("value", lambda: 3)
    value.check(4)
    assert "no call" in str(value.case())
