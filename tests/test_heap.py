"""A heap of notebooks, however it was laid out and whatever was done to it, is read to the end."""

import io
import os
import zipfile

import nbformat
import pytest

from helpers.grading import course, finding, heap, names
from helpers.notebooks import source
from helpers.notebooks.notebook import assemble
from helpers.notebooks.plain import Refused
from tests import damage
from tests.course import LESSONS


def read(tmp_path, files):
    """The submissions of a heap of files {path: bytes}; nothing is left in the scratch folder."""
    place, scratch = tmp_path / "class", tmp_path / "scratch"
    scratch.mkdir(parents=True)
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


def test_each_learner_may_hand_in_a_zip_also_within_moodles(tmp_path):
    """As Moodle's download holds what learners packed themselves."""
    anna = zipped({"course/notebooks/04_dropout.ipynb": GOOD})
    bert = zipped({"more.zip": zipped({"04.ipynb": GOOD})})
    moodle = zipped({"Carl_7_assignsubmission_file_/my.zip": anna})
    found = read(tmp_path, {"Anna.zip": anna, "Bert.zip": bert, "all.zip": moodle})
    assert learners(found) == ["Anna", "Bert", "Carl"]
    assert found[1].file == "Bert.zip/more.zip/04.ipynb"


@pytest.mark.parametrize("files", [
    {"Anna/04_dropout.ipynb": GOOD, "Anna/06_activations.ipynb": OTHER},
    {"Anna/ps1/04_dropout.ipynb": GOOD, "Anna/ps2/06_activations.ipynb": OTHER},
    {"ps1/Anna/04.ipynb": GOOD, "ps2/Anna/06.ipynb": OTHER},
    {"Anna_04_dropout.ipynb": GOOD, "anna_06_activations.ipynb": OTHER},
    {"04_dropout/Anna.ipynb": GOOD, "06_activations/Anna.ipynb": OTHER},
])  # fmt: skip
def test_a_learner_may_hand_in_several_lessons(tmp_path, files):
    found = read(tmp_path, files)
    assert [(one.learner, one.lesson) for one in found] == [
        ("Anna", "04_dropout"), ("Anna", "06_activations"),
    ]  # fmt: skip


def test_folders_named_by_numbers_or_common_words_are_learners_where_all_hold_one_lesson(tmp_path):
    files = dict.fromkeys(["1234567/04.ipynb", "7654321/04.ipynb", "Alt/04.ipynb"], GOOD)
    assert learners(read(tmp_path, files)) == ["1234567", "7654321", "Alt"]


def test_learners_of_one_name_are_told_apart(tmp_path):
    files = ["Anna_1_assignsubmission_file_/x.ipynb", "Anna_2_assignsubmission_file_/x.ipynb"]
    blind = "Participant_77_assignsubmission_file_/x.ipynb"
    found = read(tmp_path, dict.fromkeys([*files, blind], GOOD))
    assert learners(found) == ["Anna (1)", "Anna (2)", "Participant 77"]


def test_files_without_a_name_are_one_learner_each_and_told(tmp_path):
    files = dict.fromkeys(
        ["04_dropout.ipynb", "04_dropout (1).ipynb", "04_dropout (2).ipynb"], GOOD
    )
    found = read(tmp_path, files)
    assert len(found) == 3 and len(set(learners(found))) == 3
    assert all(one.remarks == ("its file's name tells no learner",) for one in found)


BLANK = damage.saved(damage.blank("04_dropout"))
CANVAS = "anna_{}12_{}_04_dropout{}.ipynb"
INBOUND = "anna+p+2026-11-{} 08:00:00 UTC/x.ipynb"
ATTEMPTS = {
    "Canvas": [CANVAS.format("", 34, ""), CANVAS.format("LATE_", 35, "-1")],
    "copies": ["anna/04_dropout.ipynb", "anna/04_dropout (1).ipynb"],
    "folders": ["anna/first/04_dropout.ipynb", "anna/second/04_dropout.ipynb"],
    "nbgrader": [INBOUND.format(25), INBOUND.format(26)],
}


@pytest.mark.parametrize("layout", ATTEMPTS)
def test_of_several_attempts_the_newest_counts_and_this_is_told(tmp_path, layout):
    for path in [*ATTEMPTS[layout], "bert/x.ipynb", "carl/x.ipynb"]:  # all at one time
        (tmp_path / "class" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "class" / path).write_bytes(GOOD)
        os.utime(tmp_path / "class" / path, (1e9, 1e9))
    one = heap.submissions(tmp_path / "class", tmp_path)[0]
    older, newer = ATTEMPTS[layout][:2]
    assert one.file == newer
    assert one.remarks == (f"handed in 2 times; the newest counts, not {older}",)


def test_a_blank_copy_is_no_attempt_however_new(tmp_path):
    one, _ = read(tmp_path, {
        "anna/course/04.ipynb": GOOD, "anna/course-2/04.ipynb": BLANK, "bert/04.ipynb": GOOD,
    })  # fmt: skip
    assert (one.file, one.remarks) == ("anna/course/04.ipynb", ())


def test_a_handed_out_folder_with_all_lessons_is_one_learners(tmp_path):
    blank = {name: damage.saved(damage.blank(name)) for name in LESSONS}
    files = {f"Anna/course/notebooks/{name}.ipynb": content for name, content in blank.items()}
    more = ["helpers/x.py", "README.md", "kept/notebooks-04_dropout-1.ipynb"]
    files |= {f"Anna/course/{name}": GOOD for name in more}
    files["Anna/course/notebooks/.ipynb_checkpoints/04-checkpoint.ipynb"] = GOOD
    found = read(tmp_path, files)
    assert [one.lesson for one in found] == LESSONS
    assert set(learners(found)) == {"Anna"} and not any(one.remarks for one in found)
    assert not any(piece.answers for one in found for piece in one.cells)


def test_hidden_files_and_what_a_mac_adds_are_left_out(tmp_path):
    packed = zipped({"Bert/x.ipynb": GOOD, "__MACOSX/Bert/._x.ipynb": b"\0", ".DS_Store": b"\0"})
    found = read(tmp_path, {"a.zip": packed, ".git/x.ipynb": GOOD, "Anna/._x.ipynb": b"\0"})
    assert learners(found) == ["Bert"]


def test_other_endings_of_a_notebook_are_known(tmp_path):
    files = ["Anna/x.ipynb.txt", "Bert/x.ipynb.json", "Carl/X.IPYNB"]
    assert [one.lesson for one in read(tmp_path, dict.fromkeys(files, GOOD))] == ["04_dropout"] * 3


def test_who_handed_in_no_notebook_is_told(tmp_path):
    files = {"Anna/a.ipynb": GOOD, "Anna/more.pdf": b"", "Bert/b.pdf": b"", "Carl/c.rar": b""}
    anna, bert, carl = read(tmp_path, files | {"Carl/d.png": b""})
    assert anna.remarks == ()
    assert (bert.learner, bert.lesson, bert.remarks) == ("Bert", None, ("no notebook, only b.pdf",))
    assert carl.remarks == ("no notebook, only c.rar; unpack it first",)


@pytest.mark.parametrize("path, where", [
    ("../../../evil.ipynb", "evil.ipynb"), ("/etc/evil.ipynb", "etc/evil.ipynb"),
    ("C:\\Users\\evil.ipynb", "Users/evil.ipynb"), ("a/./b//evil.ipynb", "a/b/evil.ipynb"),
])  # fmt: skip
def test_a_zips_paths_lead_nowhere(tmp_path, path, where):
    (one,) = read(tmp_path, {"Anna.zip": zipped({path: GOOD})})
    assert one.file == f"Anna.zip/{where}" and one.lesson
    assert not [*tmp_path.parent.rglob("evil*"), *tmp_path.rglob("evil*")]


def test_links_and_pipes_are_told_and_not_followed(tmp_path):
    place = tmp_path / "class"
    (place / "Anna").mkdir(parents=True)
    (secret := tmp_path / "secret.ipynb").write_bytes(GOOD)
    (place / "Anna" / "x.ipynb").symlink_to(secret)
    (place / "Bert").symlink_to(tmp_path)
    os.mkfifo(place / "Anna" / "y.ipynb")
    link = zipped({"x.ipynb": b"/etc/passwd"}, create_system=3, external_attr=0o120777 << 16)
    found = read(tmp_path, {"Carl.zip": link})
    assert [one.lesson for one in found] == [None] * 4
    assert [one.remarks[0][:6] for one in found] == ["a link", "no fil", "a link", "a link"]


def locked(packed):
    """A zip whose first member says that it has a password."""
    made = bytearray(packed)
    made[6] |= 1
    made[packed.find(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


def flipped(packed):
    """A zip in which one bit of the first member is wrong."""
    made = bytearray(packed)
    made[5000] ^= 1
    return bytes(made)


def nested(packed, times):
    for at in range(times):
        packed = zipped({f"{at}.zip": packed})
    return packed


TROUBLE = {
    "broken": (b"PK\x03\x04 and no more", "a broken zip"),
    "cut off": (zipped({"x.ipynb": GOOD})[:9000], "a broken zip"),
    "a wrong bit": (flipped(zipped({"x.ipynb": GOOD})), "broken inside the zip"),
    "locked": (locked(zipped({"x.ipynb": GOOD})), "locked with a password"),
    "too deep": (nested(zipped({"x.ipynb": GOOD}), 6), "a zip too deep within others"),
}


@pytest.mark.parametrize("kind", TROUBLE)
def test_a_zip_that_cannot_be_read_costs_one_line(tmp_path, kind):
    content, why = TROUBLE[kind]
    one, other = read(tmp_path, {"Anna.zip": content, "Bert/x.ipynb": GOOD})
    assert (one.learner, one.lesson, len(one.remarks)) == ("Anna", None, 1)
    assert one.remarks[0].startswith(why)
    assert other.lesson


def test_what_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(finding, "MOST", 200_000)
    monkeypatch.setattr(finding, "SPARE", 400_000)
    files = {"Anna.zip": zipped({f"{at}.ipynb": b" " * 150_000 for at in range(9)})}
    files |= {"Bert.zip": zipped({"x.ipynb": b" " * 200_001}), "Carl/x.ipynb": b" " * 200_001}
    anna, bert, carl = read(tmp_path, files)
    assert anna.remarks == ("a zip that unpacks to 9 files, 1 MB: a bomb, by its size; not read",)
    assert "larger than" in bert.remarks[0] and "larger than" in carl.remarks[0]


@pytest.mark.parametrize("letters", ["cp437", "utf-8"])
def test_names_in_a_zip_are_read_in_the_letters_that_were_meant(tmp_path, letters):
    """Windows writes them in its own, a Mac in UTF-8, and neither says so."""
    meant = "Jürgen".encode(letters)
    packed = zipped({f"{'X' * len(meant)}/04.ipynb": GOOD, "Bert/04.ipynb": GOOD})
    found = read(tmp_path, {"a.zip": packed.replace(b"X" * len(meant), meant)})
    assert learners(found) == ["Bert", "Jürgen"]


def test_where_there_is_no_heap_it_says_so(tmp_path):
    (text := tmp_path / "x.txt").write_text("no zip")
    with pytest.raises(Refused, match="there is no such folder or file"):
        heap.submissions(tmp_path / "gone", tmp_path)
    with pytest.raises(Refused, match="neither a folder nor a zip"):
        heap.submissions(text, tmp_path)
    assert heap.submissions(tmp_path, tmp_path) == []
    (one := tmp_path / "Anna_04_dropout.ipynb").write_bytes(GOOD)
    assert learners(heap.submissions(one, tmp_path)) == ["Anna"]


def test_a_heap_is_never_changed(tmp_path):
    files = {"Anna/x.ipynb": GOOD, "Bert.zip": zipped({"a.zip": zipped({"x.ipynb": GOOD})})}
    read(tmp_path, files)
    held = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert held == {tmp_path / "class" / path: content for path, content in files.items()}


def test_a_notebook_of_two_lessons_is_graded_in_both(tmp_path):
    both = damage.solved("04_dropout")
    both["cells"] += damage.solved("06_activations")["cells"]
    one, other = read(tmp_path, {"Anna/x.ipynb": damage.saved(both)})
    assert {one.lesson, other.lesson} == {"04_dropout", "06_activations"}
    assert set(said(one)) | set(dict(one.written)) == set(damage.answers("04_dropout"))
    assert set(said(other)) == set(damage.answers("06_activations"))
    assert "each lesson is graded by itself" in one.remarks[0]


def test_the_courses_own_solved_notebook_earns_nothing(tmp_path):
    cells = source.read_lesson("04_dropout")
    solved = nbformat.writes(assemble(cells)).encode()
    (one,) = read(tmp_path, {"Anna/x.ipynb": solved})
    assert one.lesson == "04_dropout" and not any(piece.answers for piece in one.cells)
    assert one.remarks == ("the course's own solutions stand in it; they are left out",)


def test_a_notebook_saved_without_cells_is_told(tmp_path):
    for name in ("04_dropout", "x"):
        made = {"nbformat": 4, "nbformat_minor": 5, "cells": [], "metadata": {}}
        if name == "x":
            made["metadata"] = {"course": {"lesson": "04_dropout"}}
        (one,) = read(tmp_path / name, {f"Anna/{name}.ipynb": damage.saved(made)})
        assert (one.lesson, one.cells) == ("04_dropout", ())
        assert "saved empty: there is nothing in its cells" in one.remarks


def test_a_name_is_the_same_in_other_letters_and_holds_none_that_a_terminal_obeys(tmp_path):
    files = {"Zoe\u0301/04.ipynb": GOOD, "Zo\u00e9/06.ipynb": OTHER, "A\x1b[31m\nb/x.ipynb": GOOD}
    found = read(tmp_path, files)
    assert learners(found) == ["A\ufffd[31m\ufffdb", "Zo\u00e9", "Zo\u00e9"]
    assert all(one.file.isprintable() for one in found)


def test_of_nbgraders_folders_only_the_submitted_count(tmp_path):
    others = ["autograded/anna/p/x.ipynb", "release/p/x.ipynb", "source/p/x.ipynb"]
    found = read(tmp_path, dict.fromkeys(["submitted/anna/p/x.ipynb", *others], GOOD))
    assert [(one.learner, one.file) for one in found] == [("anna", "submitted/anna/p/x.ipynb")]


def test_notes_beside_the_folders_are_the_instructors(tmp_path):
    files = {"Anna/x.ipynb": GOOD, "Bert/notes.txt": b"", "README.md": b"", "grades.csv": b""}
    assert learners(read(tmp_path, files)) == ["Anna", "Bert"]


def test_a_notebook_that_nobody_thought_of_stops_no_other(tmp_path, monkeypatch):
    def fail(notebook, lesson, right=heap.Matching):
        if lesson.name == "06_activations":
            raise KeyError("no one thought of this")
        return right(notebook, lesson)

    monkeypatch.setattr(heap, "Matching", fail)
    one, other = read(tmp_path, {"Anna/x.ipynb": OTHER, "Bert/x.ipynb": GOOD})
    assert one.remarks == ("it cannot be read (KeyError); look at it by hand",)
    assert (one.lesson, other.lesson) == (None, "04_dropout")
