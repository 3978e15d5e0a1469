"""A newer course meets a learner's work: all of it comes along, and nothing is lost on the way."""

import json
import re
import subprocess
import sys

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from helpers.notebooks import bring, clone, plain, source, update, written
from helpers.notebooks.carry import END, MARK, NOTE, carry
from helpers.notebooks.notebook import assemble, stamped

OLD = """\
# %% [markdown]
# # A lesson
#
# It has a promise.

# %%
x = 2

# %% exercise="double"
def double(x): ...

# %% tags=["solution"]
def double(x):
    return 2 * x

# %% check="double"
lesson.double.check(double)

# %% [markdown]
# ## Twice

# %% exercise="twice"
twice = ...

# %% tags=["solution"]
twice = 4

# %% check="twice"
lesson.twice.check(twice)

# %% [markdown] exercise="why"
# Why? *Double-click here and write.*

# %% [markdown] tags=["solution"]
# Because.
"""
NEW = (
    OLD.replace("a promise", "two promises").replace("def double(x):", "def double(x, times=2):")
    .replace("# %%\nx = 2", "# %% [markdown]\n# More words.\n\n# %%\nx = 3")
)  # fmt: skip


def built(text, name="01_small"):
    """The learner's notebook of a source, as it is handed out."""
    cells = [cell for cell in source.parse(text, "x") if not cell.solution]
    return plain.parse(stamped(assemble(cells, learners=True), name).encode())


def course(root, text=NEW, name="01_small"):
    """A version of the course with one lesson."""
    (root / "notebooks").mkdir(parents=True, exist_ok=True)
    (root / f"notebooks/{name}.ipynb").write_bytes(plain.dump(built(text, name)))
    return root


def work(notebook):
    """Answers, own cells, a changed cell: as a learner leaves a notebook."""
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    cells["double-stub"]["source"] = "def double(x):\n    return x + x"
    cells["double-stub"]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "hm"}]
    cells["why-stub"]["source"] = "Why? My reason."
    cells["a-lesson-code-1"]["source"] = "x = 2\nmine = 1"
    at = notebook["cells"].index(cells["double-stub"])
    notebook["cells"].insert(at + 1, new_code_cell("double(3)  # tried"))
    notebook["cells"].insert(0, new_markdown_cell("my first note"))
    return notebook


def older(tmp_path, notebook=None, name="01_small"):
    """An older hand-out with a learner's work."""
    root = course(tmp_path / "course", OLD, name)
    (root / f"notebooks/{name}.ipynb").write_bytes(plain.dump(notebook or work(built(OLD))))
    return root


@pytest.fixture
def newer(tmp_path):
    return course(tmp_path / "course-2")


def run(older, newer, code=0):
    assert update.main(["--from", str(older)], newer) == code


def cells(root, name="01_small"):
    return plain.parse((root / f"notebooks/{name}.ipynb").read_bytes())["cells"]


def texts(root):
    return [cell["source"] for cell in cells(root)]


def test_answers_and_own_cells_come_to_their_places(tmp_path, newer, capsys):
    run(older(tmp_path), newer)
    by_id = {cell["id"]: cell for cell in cells(newer)}
    assert by_id["double-stub"]["source"] == "def double(x):\n    return x + x"
    assert by_id["double-stub"]["outputs"] == []
    assert by_id["double-stub"]["metadata"]["exercise"] == "double"
    assert by_id["why-stub"]["source"] == "Why? My reason."
    assert by_id["twice-stub"]["source"] == "twice = ..."
    assert by_id["a-lesson-code-1"]["source"] == "x = 3"
    there = texts(newer)
    assert there[0] == "my first note"
    assert there.index("double(3)  # tried") == there.index(by_id["double-stub"]["source"]) + 1
    said = capsys.readouterr().out
    assert said.startswith("01_small: 2 answers and 2 cells of your own carried over; ")
    assert "look again at double" in said
    assert "new or reworded: a-lesson, a-lesson-markdown-1, a-lesson-code-1" in said


def test_the_older_notebook_stays_where_it_is_and_in_kept(tmp_path, newer):
    old = older(tmp_path) / "notebooks/01_small.ipynb"
    before = old.read_bytes()
    run(old.parent.parent, newer)
    assert old.read_bytes() == before
    assert (newer / "kept/notebooks-01_small-1.ipynb").read_bytes() == before


def test_a_changed_cell_of_the_course_stays_marked_below_the_new_one(tmp_path, newer):
    run(older(tmp_path), newer)
    there = cells(newer)
    (at,) = [i for i, cell in enumerate(there) if MARK in cell["metadata"]]
    assert "mine = 1" in there[at]["source"] and there[at]["cell_type"] == "markdown"
    assert there[at - 1]["source"] == "x = 3"


def test_a_stub_that_reads_otherwise_is_shown_above_its_answer_until_the_next_update(
    tmp_path, newer
):
    run(older(tmp_path), newer)
    there = cells(newer)
    (at,) = [i for i, cell in enumerate(there) if NOTE in cell["metadata"]]
    assert "def double(x, times=2): ..." in there[at]["source"]
    assert there[at + 1]["metadata"]["exercise"] == "double"
    third = course(tmp_path / "course-3")
    run(newer, third)
    assert not [cell for cell in cells(third) if NOTE in cell["metadata"]]
    assert [t for t in texts(third) if t != there[at]["source"]] == [
        t for t in texts(newer) if t != there[at]["source"]
    ]


def test_a_second_update_changes_nothing(tmp_path, newer, capsys):
    old = older(tmp_path)
    run(old, newer)
    files = {path: path.read_bytes() for path in newer.rglob("*") if path.is_file()}
    capsys.readouterr()
    run(old, newer)
    assert capsys.readouterr().out == "01_small: nothing of yours to carry over\n"
    assert {path: path.read_bytes() for path in newer.rglob("*") if path.is_file()} == files


def test_an_untouched_notebook_has_nothing_to_carry(tmp_path, newer, capsys):
    before = texts(newer)
    run(older(tmp_path, built(OLD)), newer)
    assert texts(newer) == before and not (newer / "kept").exists()
    assert "nothing of yours" in capsys.readouterr().out


def test_work_begun_in_the_newer_notebook_wins_and_the_older_answer_stays_beside(tmp_path, newer):
    path = newer / "notebooks/01_small.ipynb"
    begun = plain.parse(path.read_bytes())
    for cell in begun["cells"]:
        if cell["metadata"].get("exercise") in ("double", "twice"):
            cell["source"] = f"{cell['metadata']['exercise']} = 'begun anew'"
    path.write_bytes(plain.dump(begun))
    before, old = path.read_bytes(), older(tmp_path)
    for _ in range(2):
        run(old, newer)
        there = texts(newer)
        at = there.index("double = 'begun anew'")
        assert "return x + x" in there[at + 1] and "your older answer" in there[at + 1]
        assert "twice = 'begun anew'" in there and "Why? My reason." in there
        assert sum("return x + x" in text for text in there) == 1
    assert before in [path.read_bytes() for path in (newer / "kept").iterdir()]


def test_of_two_answers_the_last_is_the_answer_and_the_other_stays_above(tmp_path, newer):
    notebook = work(built(OLD))
    at = [cell.get("id") for cell in notebook["cells"]].index("double-stub")
    copy = notebook["cells"][at] | {"id": "copied", "source": "def double(x):\n    return 0"}
    notebook["cells"].insert(at, copy)
    run(older(tmp_path, notebook), newer)
    by_text = {cell["source"]: cell for cell in cells(newer)}
    assert by_text["def double(x):\n    return x + x"]["id"] == "double-stub"
    other = by_text["def double(x):\n    return 0"]
    assert "exercise" not in other["metadata"] and other["metadata"]["tags"] == [source.GO_ON]
    there = texts(newer)
    assert there.index(other["source"]) < there.index("def double(x):\n    return x + x")


def test_answers_to_exercises_that_are_gone_stay_below_a_heading_at_the_end(tmp_path, capsys):
    without = re.sub(r'# %% exercise="double".*?(?=# %% \[markdown\])', "", NEW, flags=re.DOTALL)
    newer = course(tmp_path / "course-2", without)
    run(older(tmp_path), newer)
    there = cells(newer)
    assert there[-2]["source"].startswith(END)
    assert there[-1]["source"].endswith("return x + x") and there[-1]["cell_type"] == "code"
    assert there[-1]["metadata"][MARK] == "double"
    assert "kept in marked cells: a changed cell, double" in capsys.readouterr().out


@pytest.mark.parametrize("prompt", [written.PROMPT.format("why"), f" {written.WRITE}*"])
def test_with_no_stamp_a_blank_answer_is_known_by_its_prompt_and_no_words_are_lost(prompt):
    def blank(words):
        return written.unwritten({"cell_type": "markdown", "source": words}, None)

    assert blank(f"**Why?** Say it.{prompt}") and blank(f"**Why?** Say it.{prompt}\n")
    assert not blank(f"**Why?** Say it.\n\nBecause.{prompt}")
    assert not blank(f"**Why?** Say it.{prompt}\n\nBecause.")


def test_an_exercise_asked_in_another_way_keeps_the_answer_marked(tmp_path):
    asked = NEW.replace(
        '# %% [markdown] exercise="why"\n# Why? *Double-click here and write.*',
        '# %% exercise="why"\nwhy = ...  # "a" or "b"',
    ).replace('# %% [markdown] tags=["solution"]\n# Because.', '# %% tags=["solution"]\nwhy = "a"')
    newer = course(tmp_path / "course-2", asked + '\n# %% check="why"\nlesson.why.check(why)\n')
    run(older(tmp_path), newer)
    there = texts(newer)
    at = there.index('why = ...  # "a" or "b"')
    assert "asked in another way" in there[at + 1] and "My reason." in there[at + 1]


def renamed(text):
    return text.replace("double", "twofold").replace("def twofold", "def double")


def lose(*keys):
    def change(notebook):
        notebook["metadata"]["course"].pop("texts")
        for cell in notebook["cells"]:
            cell["metadata"] = {} if "metadata" in keys else cell["metadata"]
            if "id" in keys:
                cell.pop("id", None)
        return notebook

    return change


def third_format(notebook):
    """As notebooks were before 2015."""
    made = [
        {"cell_type": "heading", "level": 2, "source": ["Mine"], "metadata": {}}
    ]  # fmt: skip
    for cell in notebook["cells"]:
        words = {"input" if cell["cell_type"] == "code" else "source": cell["source"]}
        made.append({"cell_type": cell["cell_type"], "metadata": cell["metadata"]} | words)
    return {"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": made}]}


def reordered(notebook):
    notebook["cells"].reverse()
    return notebook


def without_checks(notebook):
    notebook["cells"] = [c for c in notebook["cells"] if "check" not in c["metadata"]]
    return notebook


FORMS = {
    "no metadata": lose("metadata"),
    "no ids": lose("id"),
    "neither": lose("metadata", "id"),
    "no word of what the course wrote": lose(),
    "cells in another order": reordered,
    "no check cells": without_checks,
    "the format of before 2015": third_format,
}


@pytest.mark.parametrize("form", FORMS)
def test_answers_are_found_in_every_form_of_a_notebook(form, tmp_path, newer):
    old = tmp_path / "01_small.ipynb"
    old.write_text(json.dumps(FORMS[form](work(built(OLD)))), encoding="utf-8")
    run(old, newer)
    by_id = {cell["id"]: cell["source"] for cell in cells(newer)}
    assert by_id["double-stub"] == "def double(x):\n    return x + x"
    everything = "\n".join(texts(newer))
    for words in ("My reason.", "double(3)  # tried", "my first note"):
        assert everything.count(words) == 1
    assert form == "neither" or by_id["why-stub"] == "Why? My reason."
    assert by_id["twice-stub"] == "twice = ..."


def test_an_exercise_of_another_name_is_found_by_what_its_cell_defines(tmp_path):
    newer = course(tmp_path / "course-2", renamed(NEW))
    run(older(tmp_path), newer)
    (cell,) = [cell for cell in cells(newer) if cell["metadata"].get("exercise") == "twofold"]
    assert cell["source"] == "def double(x):\n    return x + x"


@pytest.mark.parametrize("name", ["07_small", "03_other"])
def test_a_lesson_of_another_number_or_name_is_found(name, tmp_path):
    newer = course(tmp_path / "course-2", NEW, name)
    run(older(tmp_path), newer)
    by_id = {cell["id"]: cell["source"] for cell in cells(newer, name)}
    assert by_id["double-stub"] == "def double(x):\n    return x + x"


def test_a_lesson_that_is_gone_is_kept_whole(tmp_path, capsys):
    newer = course(tmp_path / "course-2", NEW.replace("double", "f").replace("twice", "g")
                   .replace('"why"', '"how"'), "04_f")  # fmt: skip
    old = older(tmp_path)
    run(old, newer)
    assert "no lesson of this version fits" in capsys.readouterr().out
    kept = newer / "kept/notebooks-01_small-1.ipynb"
    assert kept.read_bytes() == (old / "notebooks/01_small.ipynb").read_bytes()


BROKEN = {
    "empty": b"",
    "cut short": b'{"cells": [',
    "no notebook": b"[1, 2]",
    "cells of no kind": b'{"cells": [{"cell_type": "cake", "source": "x", "metadata": {}}]}',
    "a number for a text": b'{"cells": [{"cell_type": "code", "source": 3, "metadata": {}}]}',
    "latin-1": '{"cells": [], "x": "é"}'.encode("latin-1"),
    "half a character": b'{"cells": [{"cell_type": "raw", "source": "\\ud800", "metadata": {}}]}',
    "nested without end": b'{"cells": ' + b"[" * 100_000,
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_notebook_is_kept_as_it_is(kind, tmp_path, newer, capsys):
    old = older(tmp_path)
    (old / "notebooks/01_small.ipynb").write_bytes(BROKEN[kind])
    before = texts(newer)
    run(old, newer)
    assert "cannot be read" in capsys.readouterr().out
    assert (newer / "kept/notebooks-01_small-1.ipynb").read_bytes() == BROKEN[kind]
    assert texts(newer) == before


def test_pictures_in_a_written_answer_come_along(tmp_path, newer):
    notebook = work(built(OLD))
    for cell in notebook["cells"]:
        if cell.get("id") == "why-stub":
            cell["attachments"] = {"a.png": {"image/png": "aWNv"}}
    run(older(tmp_path, notebook), newer)
    (cell,) = [cell for cell in cells(newer) if cell["id"] == "why-stub"]
    assert cell["attachments"] == {"a.png": {"image/png": "aWNv"}}


def test_the_record_comes_first_and_once_and_other_files_are_named(tmp_path, newer, capsys):
    old = older(tmp_path)
    (old / "notebooks" / update.RECORD).write_bytes(b'\n{"lesson": "small", "was": 1}')
    (newer / "notebooks" / update.RECORD).write_bytes(b'\n{"lesson": "small", "is": 2}')
    (old / "notebooks/Untitled.ipynb").write_text("{}")
    (old / "mine").mkdir()
    run(old, newer)
    assert "notebooks/Untitled.ipynb, mine" in capsys.readouterr().out
    run(old, newer)
    lines = (newer / "notebooks" / update.RECORD).read_bytes().split()
    assert lines == b'{"lesson": "small", "was": 1} {"lesson": "small", "is": 2}'.split()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--from FOLDER"),
        (["--from", "none"], "no such folder"),
        (["--from", "{new}"], "this version itself"),
        (["--from", "{new}/notebooks/01_small.ipynb"], "this version itself"),
        (["--from", "{old}/empty"], "no notebooks of the course"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(words, said, tmp_path, newer, capsys):
    (tmp_path / "empty").mkdir()
    words = [word.format(new=newer, old=tmp_path) for word in words]
    assert update.main(words, newer) == 1
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1


@pytest.mark.parametrize("which", ["course", "course-2"])
def test_a_notebook_that_is_open_in_jupyter_is_refused(which, tmp_path, newer, monkeypatch, capsys):
    old, before = older(tmp_path), texts(newer)
    monkeypatch.setattr(bring, "opened", lambda path: which in path.parts)
    run(old, newer, code=1)
    assert "open in Jupyter" in capsys.readouterr().err
    assert texts(newer) == before


def test_it_needs_nothing_installed(tmp_path, newer):
    program = "import sys, pathlib; from helpers.notebooks import update\n"
    program += "sys.exit(update.main(['--from', sys.argv[1]], pathlib.Path(sys.argv[2])))"
    command = [sys.executable, "-S", "-c", program, str(older(tmp_path)), str(newer)]
    done = subprocess.run(command, cwd=source.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "def double(x):\n    return x + x" in texts(newer)


def test_where_nothing_can_be_kept_nothing_is_written(tmp_path, newer, capsys):
    before = texts(newer)
    (newer / "kept").write_text("in the way")
    run(older(tmp_path), newer, code=1)
    assert "nothing of yours is lost" in capsys.readouterr().err
    assert texts(newer) == before


# --- Every notebook of the course, as it is and as it was. ----------------------------------------


def versions():
    """The learner's notebooks of today and some of each lesson's history, as far as git has it."""
    found = {}
    for name in source.lessons():
        path = source.ROOT / f"notebooks/{name}.ipynb"
        found[name] = [path.read_bytes()]
        log = clone.git(source.ROOT, "log", "--raw", "--no-abbrev", "--format=", "--", str(path))
        blobs = re.findall(r"^:\S+ \S+ \S+ ([0-9a-f]+)", log.stdout.decode(), re.MULTILINE)
        for blob in [*blobs[1:-1:6], *blobs[-1:]]:
            if blob.strip("0"):
                found[name].append(clone.git(source.ROOT, "cat-file", "blob", blob).stdout)
    return found


def filled(notebook):
    """Put a marker into every stub and cells between; returns {marker: exercise, "" for own}."""
    made, markers = [], {}
    for cell in notebook["cells"]:
        name = cell["metadata"].get("exercise", "")
        if name:
            markers[word := f"answer {len(markers)}."] = name
            cell["source"] = cell["source"].replace("...", f'"{word}"')
            if word not in cell["source"]:
                cell["source"] = f"I say: {word}"
        made.append(cell)
        if len(made) % 3 == 0:
            markers[word := f"own {len(markers)}."] = ""
            made.append(new_code_cell(f'print("{word}")'))
    notebook["cells"] = made
    return markers


def test_every_notebook_of_the_course_keeps_every_word_of_a_learner():
    seen = 0
    for name, contents in versions().items():
        today = plain.parse(contents[0])
        fresh = plain.texts(today)
        for content in contents:
            old = plain.parse(content)
            known = bring.course_texts(old, content)
            assert not carry(old, today, known, fresh)[1].anything or known is None
            markers = filled(old)
            for course_texts in (known, None):
                made, done = carry(old, today, course_texts, fresh)
                for word, exercise in markers.items():
                    (cell,) = [cell for cell in made["cells"] if word in cell["source"]]
                    held = cell["metadata"]
                    assert exercise in (held.get("exercise", ""), held.get(MARK)), (name, word)
                given = [cell["id"] for cell in today["cells"]]
                assert [c["id"] for c in made["cells"] if c["id"] in given] == given
                assert not carry(old, made, course_texts, fresh)[1].anything
                seen += len(done.answers) + done.own
    assert seen > 500
