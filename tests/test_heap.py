"""A heap of notebooks, however it was laid out and whatever was done to it, is read to the end."""

import pytest

from helpers.grading import heap, names
from tests import damage
from tests.course import LESSONS


def read(tmp_path, files):
    """The submissions of a heap of files {path: bytes}; nothing is left in the scratch folder."""
    place, scratch = tmp_path / "class", tmp_path / "scratch"
    scratch.mkdir()
    for path, content in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(content)
    found = heap.submissions(place, scratch)
    assert not list(scratch.iterdir())
    return found


def said(submission):
    """{exercise: what its name stands for once the cell that answers it has run, as a text}."""
    now, found = {}, {}
    for piece in submission.cells:
        for one, stored, _ in names.statements(piece.source):
            now |= dict.fromkeys(stored, names.same(one))
        found |= {name: now.get(name) for name in piece.answers}
    return found


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    """The submissions of the solved notebooks of all lessons, {lesson: Submission}."""
    files = {f"anna/{name}.ipynb": damage.saved(damage.solved(name)) for name in LESSONS}
    return {one.lesson: one for one in read(tmp_path_factory.mktemp("heap"), files)}


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_answer_of_a_solved_notebook_is_found(untouched, lesson):
    one, right = untouched[lesson], damage.answers(lesson)
    assert set(said(one)) | set(dict(one.written)) == set(right)
    assert all(said(one).values())
    assert all(text == right[name] for name, text in one.written)
    assert one.learner == "anna" and not one.remarks


@pytest.mark.parametrize("at, kind", list(enumerate(damage.HARMED)))
def test_a_damaged_notebook_keeps_its_answers(tmp_path, untouched, at, kind):
    lesson = LESSONS[at % len(LESSONS)]
    found = read(tmp_path, {"anna/work.ipynb": damage.HARMED[kind](damage.solved(lesson))})
    one = next(one for one in found if one.lesson == lesson)
    assert said(one) == said(untouched[lesson])
    assert one.written == untouched[lesson].written
    assert one.learner == "anna"
