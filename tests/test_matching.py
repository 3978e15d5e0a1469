"""Which cell answers which exercise, cell by cell: as Restart and Run All would have it."""

import pytest

from helpers.grading import course
from helpers.grading.matching import NO_SETUP, Matching
from helpers.grading.recognising import from_name, lessons_of
from helpers.notebooks.carry import NOTE
from helpers.notebooks.release import MARK
from helpers.notebooks.written import PROMPT
from tests import damage
from tests.damage import code, words

LESSON = course.lessons()["04_dropout"]
RIGHT = "def dropout(x, p, training, rng):\n    return x"
STUB = LESSON.stubs["dropout"]
CHECK = "lesson.dropout.check(dropout)"
TWICE = "dropout: written more than once; the last"
B = 'keep_or_drop = "b"'


def match(*sources, **more):
    """The matching of a notebook of these cells, code as text."""
    cells = [code(one) if isinstance(one, str) else one for one in (LESSON.setup, *sources)]
    return Matching({"metadata": {}, "cells": cells} | more, LESSON)


def named(source, name="dropout", **more):
    """A cell whose metadata says which exercise it answers."""
    return code(source) | {"metadata": {"exercise": name}} | more


def answer(matching, name="dropout"):
    """The text of the cell that answers, None for none."""
    return next((one.source for one in matching.pieces if name in one.answers), None)


@pytest.mark.parametrize("source", [
    RIGHT, "dropout = lambda x, p, training, rng: x", f"%%time\n{RIGHT}", f"if True:\n    {B}\n",
    f"!ls\n{RIGHT}\ndropout?", "from elsewhere import f as dropout", f"class dropout: {B}",
    "keep_or_drop, dropout = 'b', print", "print(dropout := print)", "dropout: object = print",
    f"try:\n    dropout = 1\nexcept Exception:\n    {B}", f"{RIGHT}\n\nprint('no end",
    "def dropout(x", ">>> dropout = 1\n1", f"{STUB}\n{RIGHT}", f"{RIGHT}\n\n{CHECK}",
    "def dropout(x, p, training, rng):\n    mask = rng.random(x.shape) < p\n    ...",
])  # fmt: skip
def test_an_answer_is_known_by_the_name_that_it_defines(source):
    found = match(source)
    name = "dropout" if "dropout" in source else "keep_or_drop"
    assert answer(found, name) == source
    assert found.pieces[-1].kind == "answer"


@pytest.mark.parametrize("source", [
    STUB, f"{STUB}  # hm", "dropout = ...", "dropout = None", "dropout: int", "x = dropout",
    "def dropout(x, p, training, rng):\n    '''Other words.'''\n    # to do\n    ...",
    "def dropout(x):\n    pass", "def dropout(x):\n    raise NotImplementedError('to do')",
    "def mine():\n    dropout = 1", "[dropout for dropout in 'abc']", "%%timeit\ndropout = 1",
    "%%bash\ndropout=1", "dropout(1)", "dropout[0] = 1", "%timeit dropout = 1", "# dropout = 1",
    "def dropout(x):\n    return ...", "dropout = [lambda m: ..., '=', lambda m: ...]",
])  # fmt: skip
def test_what_defines_nothing_or_waits_is_no_answer(source):
    assert answer(match(source)) is None


@pytest.mark.parametrize("cells, at", [
    ([RIGHT, CHECK, "dropout = 1"], 0),
    ([RIGHT, "dropout = 1", CHECK], 1),
    ([RIGHT, CHECK, "dropout = 1", CHECK], 2),
    ([RIGHT, "dropout = 1"], 1),
    ([CHECK, RIGHT, "dropout = 1"], 2),
    ([STUB, CHECK, RIGHT], 2),
    ([RIGHT, STUB, CHECK], 0),
    ([RIGHT, "def dropout(x", CHECK], 0),
    ([RIGHT, CHECK, STUB], 0),
    ([f"{RIGHT}\n\n{CHECK}", "dropout = 1"], 0),
    (["dropout = [1]", "dropout[0] = 2", CHECK, "dropout.append(3)"], 1),
    (["dropout = 1", "dropout += 1", CHECK], 1),
    ([RIGHT, "del dropout", CHECK], 0),
])  # fmt: skip
def test_of_several_the_last_above_the_last_check_counts(cells, at):
    assert answer(match(*cells)) == cells[at]


@pytest.mark.parametrize("cells, told", [
    ([RIGHT, CHECK, "dropout = 1"], (f"{TWICE} above the check counts",)),
    ([RIGHT, "dropout = 1"], (f"{TWICE} counts",)),
    ([RIGHT, STUB, RIGHT], ()), (["dropout = [1]", "dropout[0] = 2"], ()),
])  # fmt: skip
def test_that_an_answer_is_there_twice_is_told_with_which_counts(cells, told):
    assert match(*cells).remarks == told


def test_a_stub_that_is_answered_elsewhere_is_not_run_again():
    assert [one.source for one in match(RIGHT, STUB).pieces] == [LESSON.setup, RIGHT]
    with_more = f"import math\n{STUB}"
    assert [one.source for one in match(RIGHT, with_more).pieces[1:]] == [RIGHT, with_more]


def test_a_name_in_metadata_or_id_leads_to_a_cell_that_defines_another():
    drop = RIGHT.replace("dropout", "drop")
    for cell in (named(drop), code(drop, id="dropout-stub")):
        found = match(cell, CHECK)
        assert answer(found) == drop
        assert found.remarks == ("dropout: the cell of this answer does not define it",)
    found = match(named("# " + RIGHT.replace("\n", "\n# ")))
    assert found.remarks == ("dropout: the cell of this answer holds remarks alone, no code",)


@pytest.mark.parametrize("given", ["drop", "'b'", "lambda x, p, training, rng: x"])
def test_what_a_check_is_given_under_another_name_is_the_answer(given):
    found = match(named("drop = 1"), STUB, f"lesson.dropout.check({given})")
    assert answer(found) == f"dropout = {given}"
    assert [one.kind for one in found.pieces[-2:]] == ["answer", "check"]
    assert "taken from the check" in found.remarks[0]


def test_what_a_check_is_given_does_not_count_where_the_name_is_defined():
    assert answer(match(RIGHT, "lesson.dropout.check(lambda *_: 1)")) == RIGHT


def test_helpers_of_an_answer_may_stand_in_other_cells():
    lesson = course.lessons()["02_convolution_as_matrix"]
    right = damage.answers(lesson.name)["matrix_form"]
    *helpers, chain = right.split("\n\n\n")
    stub = lesson.stubs["matrix_form"]
    cells = [code(one) for one in (stub, *helpers, chain)]
    found = Matching({"metadata": {}, "cells": cells}, lesson)
    assert answer(found, "matrix_form") == chain
    unfilled = Matching({"metadata": {}, "cells": [code(one) for one in (stub, chain)]}, lesson)
    assert answer(unfilled, "matrix_form") is None


@pytest.mark.parametrize("source, kind", [
    (LESSON.setup, "setup"), ("from helpers.lessons import dropout as lesson", "setup"),
    (CHECK, "check"), (f"{CHECK}\n{CHECK}  # again", "check"), (f"x = {CHECK}", "own"),
    ("lesson.explore()", "course"), ("lesson.dropout.show(dropout)", "course"),
    ("lesson.dropout.show(1)", "own"), ("1 / 0", "own"), (STUB, "course"), ("x = (", "own"),
    (f"{CHECK}\nimport os", "own"),
])  # fmt: skip
def test_the_other_cells_are_told_apart(source, kind):
    assert match(source).pieces[-1].kind == kind


def test_a_rewritten_check_and_a_missing_setup_are_told():
    found = match(code("print('✓')") | {"metadata": {"check": "dropout"}})
    assert found.remarks == ("dropout: the check's cell was rewritten",)
    assert found.pieces[-1].kind == "own"
    lost = Matching({"metadata": {}, "cells": [code(RIGHT)]}, LESSON)
    assert [one.kind for one in lost.pieces] == ["setup", "answer"]
    assert lost.remarks == (NO_SETUP,)


def test_an_answer_turned_raw_is_read_and_a_note_is_not():
    raw = {"cell_type": "raw", "metadata": {"exercise": "dropout"}, "source": RIGHT}
    found = match(raw)
    assert answer(found) == RIGHT
    assert found.remarks == ("dropout: in a cell that is no code cell any more; read as one",)
    assert answer(match(words(RIGHT), raw | {"metadata": {}})) is None


@pytest.mark.parametrize("source", [
    "x = " + "-" * 50_000 + "1", "x = " + "(" * 5000, "x = [" + "1," * 300_000 + "]", "a\0b",
    "[" * 3000 + "]" * 3000, "f" + "()" * 5000, '"\\d"',
])  # fmt: skip
def test_no_cell_stops_the_others(source):
    found = match(source, RIGHT, source + "\n", CHECK)
    assert answer(found) == RIGHT


def written(*cells, lesson=LESSON, **metadata):
    found = Matching({"metadata": metadata, "cells": list(cells)}, lesson).written
    return dict(found)["dropout_explained"]


QUESTION = LESSON.words["dropout_explained"] + PROMPT.format("dropout_explained")
ABOVE, BELOW = LESSON.places["dropout_explained"]
MINE = "It is noise.\n\nIt helps."


def asked(source, kind="markdown"):
    return {"cell_type": kind, "metadata": {"exercise": "dropout_explained"}, "source": source}


@pytest.mark.parametrize("cells, text", [
    ([asked(QUESTION)], ""),
    ([asked(MINE)], MINE),
    ([asked(f"{QUESTION}\n\n{MINE}")], MINE),
    ([asked(QUESTION.partition("*Double")[0] + MINE)], MINE),
    ([asked(QUESTION.replace("*Double", f"{MINE}\n\n*Double"))], MINE),
    ([asked(QUESTION.replace("why can it help", "why may it help"))], ""),
    ([asked("**In your own words:** and now? *Double-click here and write.*")], ""),
    ([asked("**In your own words:** and now? *Double-click here and write.*\n\nNoise.")], "Noise."),
    ([asked("")], ""),
    ([asked(QUESTION), words(MINE)], MINE),
    ([asked(QUESTION), words(MINE, "raw")], MINE),
    ([asked(MINE), words("More.")], f"{MINE}\n\nMore."),
    ([asked(MINE), code("1"), words("A note.")], MINE),
    ([asked("A first try."), asked(MINE)], MINE),
    ([asked(MINE), asked(QUESTION)], MINE),
    ([words(f"{QUESTION}\n\n{MINE}")], MINE),
    ([words(ABOVE), words(MINE), code("1")], MINE),
    ([code("1"), words(MINE), words(BELOW)], MINE),
    ([code("1"), words(MINE), code("1")], ""),
    ([asked("It is noise.", "raw")], "It is noise."),
    ([asked(QUESTION), words("Because.") | {"metadata": {MARK: {}}}], ""),
    ([asked(QUESTION), words("Because.") | {"metadata": {NOTE: ""}}], ""),
    ([asked("It is noise: always", "code")], "It is noise: always"),
])  # fmt: skip
def test_an_answer_in_words_is_what_stands_beside_the_question(cells, text):
    assert written(*cells) == text


def test_words_in_a_code_cell_are_not_run():
    found = match(asked("It is noise.", "code"), RIGHT)
    assert [one.kind for one in found.pieces] == ["setup", "answer"]


@pytest.mark.parametrize("file, lesson", [
    ("04_dropout.ipynb", "04_dropout"), ("a/anna-04-Dropout (1).ipynb", "04_dropout"),
    ("DROPOUT.ipynb", "04_dropout"), ("anna_04.ipynb", "04_dropout"), ("blatt7.ipynb", "07_xavier"),
    ("lesson4.ipynb", "04_dropout"), ("lesson44.ipynb", ""), ("lesson 04.ipynb", "04_dropout"),
    ("notebook_04_anna.ipynb", "04_dropout"), ("2026-11-25.ipynb", ""), ("dropouts.ipynb", ""),
    ("4you.ipynb", ""), ("04_dropout/anna.ipynb", ""),
])  # fmt: skip
def test_a_files_name_may_tell_the_lesson(file, lesson):
    assert from_name(file, course.lessons())[: len(lesson) or None] == lesson


STAMP = {"course": {"lesson": "06_activations"}}


@pytest.mark.parametrize("cells, metadata, file, lesson, told", [
    ([], {}, "x.ipynb", None, "names no lesson and no exercise"),
    (["y = 1"], {}, "x.ipynb", None, "names no lesson and no exercise"),
    (["y = 1"], {"course": "nonsense"}, "x.ipynb", None, "names no lesson and no exercise"),
    (["y = 1"], {}, "06_activations.ipynb", "06_activations", "by its file's name"),
    (["y = 1"], STAMP, "04_dropout.ipynb", "06_activations", ""),
    (["y = 1"], {"course": {"lesson": "11_activations"}}, "x.ipynb", "06_activations", ""),
    ([LESSON.setup], {}, "06_activations.ipynb", "04_dropout", "by what it imports"),
    ([RIGHT, B], {}, "x.ipynb", "04_dropout", "and defines"),
    ([CHECK], {}, "06_activations.ipynb", "04_dropout", ""),
    ([CHECK, RIGHT, B], STAMP, "x.ipynb", "04_dropout", "its metadata says 06_activations"),
])  # fmt: skip
def test_a_lesson_is_told_by_all_that_speaks_for_it(cells, metadata, file, lesson, told):
    notebook = {"metadata": metadata, "cells": list(map(code, cells))}
    found, remark = lessons_of(notebook, file, course.lessons())
    assert found == [lesson] * bool(lesson)
    assert told in remark and bool(told) == bool(remark)
