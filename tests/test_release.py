"""Releasing solutions: shown where they belong, taken away to the byte, nobody's work lost."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.filters import markdown2html
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from helpers.notebooks import solutions, source, splice
from helpers.notebooks.notebook import assemble, stamped
from helpers.notebooks.plain import digest
from helpers.notebooks.release import MARK, Notebook, Refused, released

LESSON = source.lessons()[0]
CELLS = source.read_lesson(LESSON)
SOLVED = [cell for cell in CELLS if cell.solution]
NAMES = list(dict.fromkeys(cell.exercise for cell in SOLVED))


@pytest.fixture
def folder(tmp_path):
    """A learner's folder with one notebook of the course."""
    path = tmp_path / "any name.ipynb"
    path.write_text(learners(), encoding="utf-8")
    return tmp_path


def learners():
    """The learner's notebook of the first lesson, as it is handed out."""
    notebook = assemble([cell for cell in CELLS if not cell.solution])
    return stamped(notebook, LESSON)


def run(*argv):
    return solutions.main([str(word) for word in argv])


def only(folder):
    (path,) = folder.glob("*.ipynb")
    return path


def test_shown_solutions_stand_below_their_stubs_and_do_not_run(folder):
    assert run("show", "--to", folder) == 0
    cells = nbformat.read(only(folder), as_version=4).cells
    nbformat.validate(nbformat.read(only(folder), as_version=4))
    for solution in SOLVED:
        (at,) = [i for i, cell in enumerate(cells) if cell.id == f"{solution.id}-shown"]
        assert cells[at].cell_type == "markdown"
        assert solution.text in cells[at].source
        above = next(cell for cell in reversed(cells[:at]) if MARK not in cell.metadata)
        assert above.metadata["exercise"] == solution.exercise


def test_shown_solutions_are_folded_with_their_code_highlighted():
    for cell in SOLVED:
        made = markdown2html("".join(released(cell, 5)["source"]))
        summary, inside = made.strip().split("</summary>")
        assert summary == f"<details>\n<summary>Solution: {cell.exercise}"
        assert inside.endswith("</details>") and "```" not in inside
        assert ('<div class="highlight' in inside) == (cell.kind == "code")


def test_a_solution_with_a_fence_of_its_own_is_fenced_by_a_longer_one():
    text = 'def f():\n    """\n    ```\n    f()\n    ```\n    """\n    return 1'
    made = "".join(released(source.Cell("code", text, 1, "f", id="f-solution"), 5)["source"])
    assert markdown2html(made).count("<pre>") == 1


def unfolded(notebook):
    """The file's text with its solutions as earlier versions released them."""
    whole = json.loads(notebook.text)
    for cell in whole["cells"]:
        if MARK in cell["metadata"]:
            text = f"**Solution: {cell['metadata'][MARK]['exercise']}**\n\nOld."
            cell["source"] = text.splitlines(keepends=True)
            cell["metadata"][MARK]["digest"] = digest(text)
    return json.dumps(whole)


def test_solutions_released_by_an_earlier_version_are_known_and_hidden_too(folder, capsys):
    before = json.loads(only(folder).read_text(encoding="utf-8"))
    run("show", "--to", folder, "--exercise", NAMES[0])
    old = unfolded(Notebook(only(folder)))
    only(folder).write_text(old, encoding="utf-8")
    run("status", "--to", folder)
    assert f"solutions shown ({NAMES[0]})" in capsys.readouterr().out
    assert run("show", "--to", folder, "--exercise", *NAMES[:2]) == 0
    assert "Old." in only(folder).read_text(encoding="utf-8")  # shown already: left as it is
    assert Notebook(only(folder)).shown() == set(NAMES[:2])
    assert run("hide", "--to", folder) == 0
    assert json.loads(only(folder).read_text(encoding="utf-8")) == before


def test_show_then_hide_restores_the_file_to_the_byte(folder):
    before = only(folder).read_bytes()
    assert run("show", "--to", folder) == 0
    assert only(folder).read_bytes() != before
    assert run("hide", "--to", folder) == 0
    assert only(folder).read_bytes() == before


def test_showing_twice_and_hiding_twice_change_nothing(folder, capsys):
    run("show", "--to", folder)
    once = only(folder).read_bytes()
    assert run("show", "--to", folder) == 0
    assert only(folder).read_bytes() == once
    run("hide", "--to", folder)
    capsys.readouterr()
    assert run("hide", "--to", folder) == 0
    assert "nothing to change" in capsys.readouterr().out


def test_one_exercise_alone_can_be_released_and_the_status_says_which(folder, capsys):
    assert run("show", "--to", folder, "--exercise", NAMES[2]) == 0
    assert Notebook(only(folder)).shown() == {NAMES[2]}
    capsys.readouterr()
    assert run("status", "--to", folder) == 0
    assert f"1 of {len(NAMES)} solutions shown ({NAMES[2]})" in capsys.readouterr().out
    run("show", "--to", folder)
    assert run("hide", "--to", folder, "--exercise", NAMES[0], NAMES[1]) == 0
    assert Notebook(only(folder)).shown() == set(NAMES) - set(NAMES[:2])


def test_a_lesson_that_was_not_named_is_left_alone(folder):
    before = only(folder).read_bytes()
    other = next((n[:2] for n in source.lessons()[1:]), None)
    if other:
        assert run("show", other, "--to", folder) == 0
        assert only(folder).read_bytes() == before
    assert run("show", LESSON[:2], "--to", folder) == 0
    assert only(folder).read_bytes() != before


def test_a_learners_work_survives(folder):
    notebook = nbformat.read(only(folder), as_version=4)
    stub = next(c for c in notebook.cells if c.metadata.get("exercise") == NAMES[0])
    stub.source = f"{NAMES[0]} = 'my own answer'"
    stub.outputs = [new_output("stream", text="mine\n")]
    notebook.cells.insert(3, new_code_cell("my_cell = 1", outputs=[
        new_output("display_data", {"application/vnd.jupyter.widget-view+json": {"model_id": "a"}})
    ]))  # fmt: skip
    notebook.cells.append(new_markdown_cell("my note"))
    notebook.metadata["widgets"] = {"state": {"a": 1}}
    only(folder).write_text(json.dumps(notebook, indent=4), encoding="utf-8")
    before = only(folder).read_bytes()
    assert run("show", "--to", folder) == 0
    shown = nbformat.read(only(folder), as_version=4)
    shown.cells = [cell for cell in shown.cells if MARK not in cell.metadata]
    assert shown == notebook
    assert run("hide", "--to", folder) == 0
    assert only(folder).read_bytes() == before


def test_cells_moved_about_are_still_found(folder):
    notebook = nbformat.read(only(folder), as_version=4)
    notebook.cells.reverse()
    nbformat.write(notebook, only(folder))
    before = only(folder).read_bytes()
    assert run("show", "--to", folder) == 0
    shown = nbformat.read(only(folder), as_version=4)
    at = [cell.id for cell in shown.cells].index(f"{NAMES[0]}-solution-shown")
    assert shown.cells[at - 1].metadata.exercise == NAMES[0]
    shown.cells.insert(0, shown.cells.pop(at))  # the learner drags it to the top
    nbformat.write(shown, only(folder))
    assert run("hide", "--to", folder) == 0
    hidden = nbformat.read(only(folder), as_version=4)
    assert hidden.cells == nbformat.reads(before.decode(), as_version=4).cells


def test_without_the_stub_a_solution_goes_before_its_check_else_to_the_end(folder):
    notebook = nbformat.read(only(folder), as_version=4)
    gone = {NAMES[0]: ("exercise",), NAMES[1]: ("exercise", "check")}
    notebook.cells = [
        cell for cell in notebook.cells
        if not any(cell.metadata.get(key) == name for name, keys in gone.items() for key in keys)
    ]  # fmt: skip
    nbformat.write(notebook, only(folder))
    assert run("show", "--to", folder, "--exercise", *gone) == 0
    cells = nbformat.read(only(folder), as_version=4).cells
    at = [cell.id for cell in cells].index(f"{NAMES[0]}-solution-shown")
    assert cells[at + 1].metadata.check == NAMES[0]
    assert cells[-1].metadata[MARK]["exercise"] == NAMES[1]


def test_a_released_cell_that_a_learner_wrote_in_stays(folder, capsys):
    run("show", "--to", folder)
    notebook = nbformat.read(only(folder), as_version=4)
    cell = next(cell for cell in notebook.cells if cell.id == f"{NAMES[0]}-solution-shown")
    cell.source += "\n\nmy remark"
    nbformat.write(notebook, only(folder))
    capsys.readouterr()
    assert run("hide", "--to", folder) == 0
    assert f"someone wrote in it: {NAMES[0]}" in capsys.readouterr().out
    left = nbformat.read(only(folder), as_version=4)
    assert [c.source for c in left.cells if MARK in c.metadata] == [cell.source]


REFUSED = {
    "somebody else's notebook": (nbformat.writes(nbformat.v4.new_notebook()), "not one of"),
    "a broken file": ('{"cells": [', "broken"),
    "no JSON at all": ("hello", "broken"),
    "a list": ("[1, 2]", "not one of"),
    "a conflict left by git": (learners().replace('"cells"', '<<<<<<< HEAD\n "cells"'), "broken"),
    "a lesson that is not there": (learners().replace(f'"{LESSON}"', '"77_none"'), "not in solu"),
    "no cells": (json.dumps(json.loads(learners()) | {"cells": []}), "no cells"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_not_ours_or_broken_is_refused_in_one_line_and_left_alone(kind, folder, capsys):
    text, word = REFUSED[kind]
    bad = folder / "bad.ipynb"
    bad.write_text(text, encoding="utf-8")
    assert run("show", "--to", folder) == 1
    said = capsys.readouterr().err.strip()
    assert word in said and "bad.ipynb" in said and "\n" not in said
    assert bad.read_text(encoding="utf-8") == text
    assert Notebook(folder / "any name.ipynb").shown() == set(NAMES)  # the others are done


def test_a_file_that_changed_meanwhile_is_refused(folder):
    notebook = Notebook(only(folder))
    notebook.show(SOLVED)
    newer = only(folder).read_bytes() + b"\n"
    only(folder).write_bytes(newer)
    with pytest.raises(Refused, match="changed while"):
        notebook.save()
    assert only(folder).read_bytes() == newer


def test_a_notebook_that_is_open_in_jupyter_is_refused(folder, tmp_path, monkeypatch, capsys):
    class Sessions(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/api/sessions?token=word" else 403)
            self.end_headers()
            self.wfile.write(json.dumps([{"path": only(folder).name}]).encode())

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Sessions)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(runtime))
    about = {
        "url": f"http://127.0.0.1:{server.server_port}/",
        "token": "word",
        "root_dir": str(folder),
    }
    (runtime / "jpserver-1.json").write_text(json.dumps(about))
    before = only(folder).read_bytes()
    assert run("show", "--to", folder) == 1
    assert "open in Jupyter" in capsys.readouterr().err
    assert only(folder).read_bytes() == before
    server.shutdown()
    server.server_close()
    assert run("show", "--to", folder) == 0  # a server that is gone is no hindrance


def test_wrong_words_are_said(folder, capsys):
    for words, said in (
        (("show", "77"), "no lesson 77"),
        (("show", "--exercise", "nothing"), "no exercise nothing"),
        (("show", "--to", folder / "none"), "no folder"),
    ):
        assert run(*words) == 2
        assert said in capsys.readouterr().err


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)


@st.composite
def random_notebooks(draw):
    """A learner's notebook after much use: cells edited, moved, added, deleted; any formatting."""
    notebook = json.loads(learners())
    cells = notebook["cells"]
    order = draw(st.permutations(range(len(cells))))
    cells = [cells[i] for i in order[: draw(st.integers(1, len(cells)))]]
    for cell in cells:
        if draw(st.integers(0, 4)) == 0:
            cell["source"] = draw(texts | st.lists(texts, max_size=3))
        if draw(st.integers(0, 6)) == 0:
            cell["metadata"].update(draw(st.dictionaries(texts, jsons, max_size=2)))
    for _ in range(draw(st.integers(0, 3))):
        own = {"cell_type": "raw", "id": "own", "metadata": {}, "source": draw(texts)}
        cells.insert(draw(st.integers(0, len(cells))), own)
    notebook["cells"] = cells
    notebook["metadata"].update(draw(st.dictionaries(texts.filter(lambda t: t != "course"), jsons)))
    indent = draw(st.sampled_from([None, 1, 4, "\t"]))
    end = draw(st.sampled_from(["", "\n", "\r\n"]))
    text = json.dumps(notebook, indent=indent, ensure_ascii=draw(st.booleans())) + end
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


@settings(max_examples=80, deadline=None)
@given(text=random_notebooks(), chosen=st.sets(st.sampled_from(NAMES), min_size=1))
def test_round_trip_idempotence_and_no_loss_on_any_notebook(text, chosen, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "random.ipynb"
    path.write_bytes(text.encode())
    part = [cell for cell in SOLVED if cell.exercise in chosen]
    notebook = Notebook(path)
    notebook.show(part)
    once = notebook.text
    notebook.show(part)
    assert notebook.text == once
    assert notebook.shown() == chosen
    left = [cell for cell, _, _ in splice.cells(once) if MARK not in cell["metadata"]]
    assert left == json.loads(text)["cells"]
    notebook.show(SOLVED)
    notebook.hide(set(NAMES) - chosen)
    assert notebook.shown() == chosen
    notebook.hide(None)
    assert notebook.text == text
