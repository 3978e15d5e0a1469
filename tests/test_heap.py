"""A heap of notebooks, however it was laid out and whatever was done to it, is read to the end."""

import io
import zipfile

import pytest

from helpers.grading import course, heap, names
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
    """{exercise: what its name, and those it is made of, stand for below the cell that answers}."""
    lesson, now, found = course.lessons()[submission.lesson], {}, {}
    for piece in submission.cells:
        for one, stored, _ in names.statements(piece.source):
            now |= dict.fromkeys(stored, names.same(one))
        for name in piece.answers:
            assert name not in found
            found[name] = {part: now.get(part) for part in lesson.helpers(name)}
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
    assert all(all(parts.values()) for parts in said(one).values())
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


@pytest.mark.parametrize("kind", damage.LOST)
def test_a_file_that_is_no_notebook_costs_one_line(tmp_path, kind):
    content = damage.LOST[kind](damage.solved("04_dropout"))
    one, other = read(tmp_path, {"anna/x.ipynb": content, "bert/x.ipynb": GOOD})
    assert (one.learner, one.lesson, one.cells) == ("anna", None, ())
    assert len(one.remarks) == 1 and "\n" not in one.remarks[0] and len(one.remarks[0]) < 120
    assert other.lesson == "04_dropout"


def zipped(files, **more):
    """A zip of files {path: bytes}; more: attributes of all its members."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for path, content in files.items():
            info = zipfile.ZipInfo(path, (2026, 11, 25, 8, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            for key, value in more.items():
                setattr(info, key, value)
            made.writestr(info, content)
    return held.getvalue()


def learners(found):
    return [one.learner for one in found]


GOOD = damage.saved(damage.solved("04_dropout"))
OTHER = damage.saved(damage.solved("06_activations"))
LAYOUTS = {
    "a folder a learner": ["Anna/04_dropout.ipynb", "Bert/04_dropout.ipynb"],
    "a hand-out a learner": ["Anna/course/notebooks/x.ipynb", "Bert/course/notebooks/x.ipynb"],
    "a folder in a folder": ["class/2026/Anna/x.ipynb", "class/2026/Bert/x.ipynb"],
    "folders of groups": ["A/Anna/x.ipynb", "A/Bert/x.ipynb"],
    "two groups": ["g/Anna/x.ipynb", "g/Zoe/x.ipynb", "h/Bert/x.ipynb", "h/Carl/x.ipynb"],
    "the name in front": ["Anna_04_dropout.ipynb", "Bert_04_dropout (1).ipynb"],
    "the name behind": ["04_dropout-Anna.ipynb", "04_dropout_Bert-Copy1.ipynb"],
    "the name alone": ["Anna.ipynb", "Bert.ipynb"],
    "other words for a lesson": ["HW4_Anna.ipynb", "lesson-04-Bert.ipynb"],
    "nbgrader": ["submitted/Anna/ps4/04_dropout.ipynb", "submitted/Bert/ps4/04_dropout.ipynb"],
    "nbgrader's exchange": [
        "Anna+ps4+2026-11-25 08:00:00 UTC/x.ipynb",
        "Bert+ps4+2026-11-25 08:00:01.1 UTC+x7/x.ipynb",
    ],
    "Moodle": [
        "Anna_12345_assignsubmission_file_/04_dropout.ipynb",
        "Bert_12346_assignsubmission_file/04_dropout.ipynb",
    ],
    "Moodle without folders": [
        "Anna_12345_assignsubmission_file_04_dropout.ipynb",
        "Bert_12346_assignsubmission_file_notebooks_04_dropout.ipynb",
    ],
    "Canvas": ["Anna_12345_67890_04_dropout.ipynb", "Bert_LATE_12346_67891_x-1.ipynb"],
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("packed", ["no", "a zip", "zips in a folder"])
def test_the_learner_is_told_by_the_path(tmp_path, layout, packed):
    files = dict.fromkeys(LAYOUTS[layout], GOOD)
    if packed == "a zip":
        (path := tmp_path / "all.zip").write_bytes(zipped(files))
        found = heap.submissions(path, tmp_path)
    else:
        found = read(tmp_path, files if packed == "no" else {"heap.zip": zipped(files)})
    assert [one for one in learners(found) if one in ("Anna", "Bert")] == ["Anna", "Bert"]
    assert len(found) == len(files)
    assert {one.lesson for one in found} == {"04_dropout"}
