"""The course as nbgrader has it. nbgrader itself is asked by `.ci/nbgrader`."""

import json
import re
from unittest.mock import MagicMock

import nbformat
import pytest

from helpers.exercises.task import strict
from helpers.notebooks import handout, nbgrader, source
from tests import course
from tests.test_build import GOOD, project

each_lesson = pytest.mark.parametrize("lesson", course.LESSONS)
# The rules of nbgrader's schema 3.
NEEDED = {"schema_version", "grade", "locked", "solution"}
KNOWN = NEEDED | {"task", "grade_id", "points", "checksum", "cell_type"}


@pytest.fixture(scope="module")
def made():
    return {name: nbgrader.assignment(name, source.ROOT) for name in course.LESSONS}


def marks(notebook):
    """{grade id: (its cell, what nbgrader is told)}."""
    cells = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    return {cell.metadata.nbgrader.grade_id: (cell, cell.metadata.nbgrader) for cell in cells}


def released(notebook):
    """What nbgrader makes of a notebook's cells: without solutions and hidden tests."""
    region = r"\n### BEGIN (SOLUTION|HIDDEN TESTS)\n.*\n### END \1\Z"
    return [re.sub(region, "", cell.source, flags=re.DOTALL) for cell in notebook.cells]


@each_lesson
def test_the_cells_keep_nbgraders_rules(lesson, made):
    found = [cell for cell in made[lesson].cells if "nbgrader" in cell.metadata]
    assert len(found) == len(marks(made[lesson]))  # no id twice
    for name, (cell, said) in marks(made[lesson]).items():
        assert said.keys() >= NEEDED and said.keys() <= KNOWN
        assert said.schema_version == 3 and re.fullmatch(r"[a-zA-Z0-9_\-]+", name)
        assert all(isinstance(said[key], bool) for key in ("grade", "locked", "solution", "task"))
        assert ("points" in said) == said.grade
        assert cell.cell_type == "code" or (said.grade and said.solution and not said.locked)


@each_lesson
def test_each_exercise_is_answered_in_one_cell_and_graded_in_another(lesson, made):
    found = {name: dict(said) for name, (_, said) in marks(made[lesson]).items()}
    base = {"schema_version": 3, "task": False}
    for name in course.tasks(lesson):
        stub, check = found.pop(f"{name}-stub"), found.pop(f"{name}-check")
        answer = {"grade": False, "solution": True, "locked": False, "grade_id": f"{name}-stub"}
        test = {"grade": True, "solution": False, "locked": True, "grade_id": f"{name}-check"}
        assert stub == base | answer and check == base | test | {"points": 1}
    assert found.keys() == {f"{name}-stub" for name in course.module(lesson).progress.written}
    for name, said in found.items():  # by hand
        by_hand = {"grade": True, "solution": True, "locked": False, "grade_id": name, "points": 1}
        assert said == base | by_hand


def test_a_check_counts_what_its_exercise_counts():
    stub = source.Cell("code", "f = ...", 1, exercise="f", id="f-stub")
    check = source.Cell("code", "lesson.f.check(f)", 4, check="f", id="f-check")
    assert nbgrader.mark(check, {"f": 2.5})["points"] == 2.5
    assert "points" not in nbgrader.mark(stub, {"f": 2.5})
    assert nbgrader.mark(source.Cell("code", "2 + 2", 9), {"f": 2.5}) is None


@each_lesson
def test_what_nbgrader_releases_is_the_learners_notebook(lesson, made):
    own = nbformat.read(source.ROOT / "notebooks" / f"{lesson}.ipynb", as_version=4)
    assert released(made[lesson]) == [cell.source for cell in own.cells]
    assert [cell.id for cell in made[lesson].cells] == [cell.id for cell in own.cells]
    for cell, learners in zip(made[lesson].cells, own.cells, strict=True):
        assert {**cell.metadata, "nbgrader": 0} == {**learners.metadata, "nbgrader": 0}
    assert made[lesson].metadata.course["cells"] == own.metadata.course["cells"]


@each_lesson
def test_it_holds_the_solutions_where_nbgrader_takes_them_out(lesson, made):
    whole = "\n".join(cell.source for cell in made[lesson].cells)
    lines = handout.secrets(lesson, source.ROOT)
    code = {
        line.strip() for cell in course.cells(lesson) if cell.solution and cell.kind == "code"
        for line in cell.text.splitlines()
    }  # fmt: skip
    assert lines.keys() & code and all(line in whole for line in lines.keys() & code)
    text = "\n".join(released(made[lesson])).encode()
    assert handout.leaks({"released.txt": text}, source.ROOT, [lesson]) == []


@each_lesson
def test_a_check_asks_the_course_whatever_a_learner_did_before(lesson, made, monkeypatch):
    monkeypatch.delenv("COURSE_STRICT", raising=False)
    name = next(iter(course.tasks(lesson)))
    check = marks(made[lesson])[f"{name}-check"][0].source
    space = {"lesson": MagicMock(), "display": print}
    exec(check, {**space, name: course.solved(lesson)[name]})
    with pytest.raises(AssertionError, match=f"{name}: not started"):
        exec(check, {**space, name: ...})


def test_where_nbgrader_runs_a_notebook_checks_are_strict(monkeypatch):
    monkeypatch.delenv("COURSE_STRICT", raising=False)
    assert not strict()
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert strict()


@pytest.fixture
def written(tmp_path):
    """A small course, and nbgrader's folder of it."""
    (tmp_path / "course").mkdir()
    root = project(tmp_path / "course")
    folder = tmp_path / "class"
    assert handout.main(["--nbgrader", str(folder)], root) == 0
    return root, folder


def test_the_same_course_writes_the_same_files_and_says_whose_they_are(written, capsys):
    root, folder = written
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {path.relative_to(folder).as_posix() for path in files} == {
        "source/01_small/01_small.ipynb", "course_config.py", "nbgrader_config.py", "course.txt",
    }  # fmt: skip
    assert handout.main(["--nbgrader", str(folder)], root) == 0
    assert "for you alone" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == files
    for name in ("course_config.py", "nbgrader_config.py"):
        compile((folder / name).read_text("utf-8"), name, "exec")


def test_a_newer_course_comes_in_and_what_nbgrader_keeps_there_stays(written):
    root, folder = written
    path = folder / "source" / "01_small" / "01_small.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:  # as Jupyter leaves a notebook that was only run
        if cell.cell_type == "code":
            cell.execution_count = 1
    nbformat.write(notebook, path)
    (folder / "gradebook.db").write_text("a year of grades")
    (folder / "nbgrader_config.py").write_text("c = get_config()  # my own")
    project(root, GOOD.replace("a promise", "another promise"))
    assert handout.main(["--nbgrader", str(folder)], root) == 0
    assert "another promise" in path.read_text("utf-8")
    assert (folder / "gradebook.db").read_text() == "a year of grades"
    assert (folder / "nbgrader_config.py").read_text() == "c = get_config()  # my own"


@pytest.mark.parametrize("edit", ["points", "text", "config", "torn"])
def test_a_file_that_was_edited_is_not_overwritten(written, edit, capsys):
    root, folder = written
    path = folder / "source" / "01_small" / "01_small.ipynb"
    if edit == "config":
        path = folder / "course_config.py"
        path.write_text("c = get_config()")
    elif edit == "torn":
        path.write_text("{")
    else:
        notebook = json.loads(path.read_text("utf-8"))
        if edit == "text":
            notebook["cells"][0]["source"] = "my own words"
        for cell in notebook["cells"]:
            if edit == "points" and cell["metadata"].get("nbgrader", {}).get("grade"):
                cell["metadata"]["nbgrader"]["points"] = 3
        path.write_text(json.dumps(notebook))
    before = path.read_bytes()
    project(root, GOOD.replace("a promise", "another promise"))
    assert handout.main(["--nbgrader", str(folder)], root) == 1
    assert f"{path}: was edited, so nothing was written; move it" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_a_foreign_folder_or_a_file_is_refused_and_an_interrupted_one_goes_on(written, capsys):
    root, folder = written
    (folder / "course.txt").write_text("")  # as it is until all is written
    assert handout.main(["--nbgrader", str(folder)], root) == 0
    (folder / "course.txt").unlink()
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for place, why in (
        (folder, "holds what no hand-out left"),
        (folder / "course_config.py", "no folder"),
    ):
        assert handout.main(["--nbgrader", str(place)], root) == 1
        assert why in capsys.readouterr().err
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_nothing_is_written_where_a_solution_leaks(written, tmp_path, capsys):
    root = project(written[0], GOOD.replace("2 * x", "sum([x, x])"))
    (line,) = handout.secrets("01_small", root)
    (root / "helpers").mkdir()
    (root / "helpers" / "extra.py").write_text(f"# {line}\n")
    assert handout.main(["--nbgrader", str(tmp_path / "other")], root) == 1
    assert "give solutions away" in capsys.readouterr().err
    assert not (tmp_path / "other").exists()
