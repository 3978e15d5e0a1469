"""The hand-out: what learners need, nothing that gives answers away; their work is kept."""

import json
import os
import re
import subprocess
import sys
import zipfile

import nbformat
import pytest

from helpers.__main__ import TEACHING
from helpers.notebooks import build, handout, source
from tests.test_update_clone import git


@pytest.fixture(scope="module")
def packed():
    return handout.contents(source.ROOT)


def test_no_line_of_a_solution_is_in_it(packed):
    assert handout.leaks(packed, source.ROOT) == []


@pytest.mark.parametrize(
    "place",
    ["helpers/lessons/extra.py", "notebooks/extra.ipynb", "notebooks/shown.ipynb", "README.md"],
)
def test_a_leak_is_found_wherever_it_stands(packed, place):
    name = source.lessons()[0]
    line, number = next(iter(handout.secrets(name, source.ROOT).items()))
    text = f"before\n    {line}\nafter"
    if place.endswith(".ipynb"):
        lines = text.splitlines(keepends=True)
        output = {"output_type": "display_data", "data": {"text/plain": lines}}
        shown = "shown" in place
        cell = {"source": [], "outputs": [output]} if shown else {"source": lines}
        text = json.dumps({"cells": [cell]})
    found = handout.leaks(packed | {place: text.encode()}, source.ROOT)
    assert found == [f"solutions/{name}.py:{number}: stands in {place}: {line}"]


@pytest.mark.parametrize(
    "around",
    [
        'hint = "Write {}"',
        "    {}  # so",
        "f = lambda x: {}",
        '"first\\n{}\\nlast"',
        "['{}', 1]",
        "`{}`",
    ],
)
def test_a_leak_within_a_line_is_found(packed, around):
    name = source.lessons()[0]
    line = next(iter(handout.secrets(name, source.ROOT)))
    text = around.format(line).encode()
    assert len(handout.leaks(packed | {"helpers/lessons/extra.py": text}, source.ROOT)) == 1


def test_a_line_that_only_begins_like_a_solution_is_no_leak(packed):
    name = source.lessons()[0]
    line = next(iter(handout.secrets(name, source.ROOT)))
    for longer in (f"{line}s / 2", f"{line} / 2", f"self.{line}", f"x{line}"):
        text = {"helpers/lessons/extra.py": longer.encode()}
        assert handout.leaks(packed | text, source.ROOT) == []


def test_every_lesson_has_secrets_to_keep():
    for name in source.lessons():
        solutions = [cell for cell in source.read_lesson(name) if cell.solution]
        assert len(handout.secrets(name, source.ROOT)) >= len({c.exercise for c in solutions}) / 2


def test_it_holds_every_notebook_unsolved_with_the_pictures_that_it_opens_with(packed):
    for name in source.lessons():
        notebook = nbformat.reads(packed[f"notebooks/{name}.ipynb"].decode(), as_version=4)
        learners = nbformat.read(source.ROOT / f"notebooks/{name}.ipynb", as_version=4)
        assert notebook.cells == learners.cells
        assert any(cell.get("outputs") for cell in notebook.cells)
        assert not any("solution" in cell.metadata.get("tags", []) for cell in notebook.cells)
    assert not [path for path in packed if path.startswith("solutions/")]
    assert not [path for path in packed if "lessons/" in path and path.startswith("tests/")]


def test_its_page_is_the_learners_part_of_the_readme(packed):
    page = packed["README.md"].decode()
    whole = (source.ROOT / "README.md").read_text(encoding="utf-8")
    assert "## For learners" in page and "01_convolution_shapes.ipynb" in page
    shorter = ("You need", "**A newer version", "**An environment of your own")
    assert set(page.splitlines()) - set(whole.splitlines()) == {
        line for line in page.splitlines() if line.startswith(shorter)
    }
    for word in ("For instructors", "For maintainers", "solutions/", "`git", "whole course -->"):
        assert word not in page
    assert set(re.findall(r"python -m helpers (\w+)", page)) == {"lab", "progress", "update"}
    assert "\n\n\n" not in page


def test_the_same_course_makes_the_same_zip(tmp_path, capsys):
    assert handout.main([str(tmp_path / "a.zip")]) == 0
    first = (tmp_path / "a.zip").read_bytes()
    assert handout.main([str(tmp_path / "a.zip")]) == 0
    assert (tmp_path / "a.zip").read_bytes() == first
    assert "no solutions" in capsys.readouterr().out


def test_a_file_that_is_no_zip_is_not_overwritten(tmp_path, capsys):
    path = tmp_path / "thesis.docx"
    path.write_text("two years of work")
    assert handout.main([str(path)]) == 1
    assert "choose another name" in capsys.readouterr().err
    assert path.read_text() == "two years of work"


def test_it_offers_no_command_that_cannot_work_in_it(packed, tmp_path):
    for name, content in packed.items():
        if name.startswith("helpers/") or name == "requirements.txt":
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(content)

    def helpers(*words):
        command = [sys.executable, "-m", "helpers", *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    usage = helpers("--help").stdout
    assert "  lab " in usage and "  test " in usage
    assert "solutions" not in usage + helpers("lab", "--help").stdout
    for name in TEACHING:
        assert f"  {name} " not in usage
        refused = helpers(name, "--help")
        assert refused.returncode == 2
        assert f"{name}: a hand-out has no sources" in refused.stderr
    refused = helpers("update")
    assert refused.returncode == 1 and "--from FOLDER" in refused.stderr
    refused = helpers("lab", "--solutions")
    assert refused.returncode == 1
    assert refused.stderr.startswith("No solutions here: a hand-out has none")
    assert not (tmp_path / ".venv").exists()


def test_both_commands_work_from_the_unpacked_folder(tmp_path):
    handout.main([str(tmp_path / "course.zip")])
    zipfile.ZipFile(tmp_path / "course.zip").extractall(tmp_path)
    root = tmp_path / "course"
    for command in ("lab", "test"):
        done = subprocess.run(
            [sys.executable, "-m", "helpers", command, "--help"], cwd=root, capture_output=True
        )
        assert done.returncode == 0, done.stderr
    # What `test` runs there, without the set-up, which has tests of its own.
    lesson = source.lessons()[0]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-cell-timeout=120",
         "-p", "no:cacheprovider", "tests/test_views.py", f"notebooks/{lesson}.ipynb"],
        cwd=root, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout and " failed" not in done.stdout


@pytest.fixture
def clone(tmp_path):
    """Two clones of a small course: the teacher's, and a learner's who pulls from it."""
    from tests.test_build import GOOD, project

    teacher, learner = tmp_path / "teacher", tmp_path / "learner"
    teacher.mkdir()
    project(teacher)
    (teacher / ".gitignore").write_text("kept/\nmine/\n")
    assert build.main([], teacher) == 0
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        git(teacher, *words)
    git(tmp_path, "clone", "-q", "teacher", "learner")
    notebook = nbformat.read(learner / "notebooks" / "01_small.ipynb", as_version=4)
    notebook.cells[2].source = "def double(x): return x + x"
    nbformat.write(notebook, learner / "notebooks" / "01_small.ipynb")
    project(teacher, GOOD.replace("a promise", "another promise"))
    assert build.main([], teacher) == 0
    git(teacher, "commit", "-qam", "second")
    return learner


def test_pulling_a_newer_course_destroys_nothing(clone):
    path = clone / "notebooks" / "01_small.ipynb"
    before = path.read_bytes()
    git(clone, "pull", "-q", code=1)  # git will not overwrite it
    assert path.read_bytes() == before
    assert build.main([], clone) == 0
    assert path.read_bytes() == before


def test_setting_ones_work_aside_lets_the_newer_course_in(clone):
    before = (clone / "notebooks" / "01_small.ipynb").read_bytes()
    assert build.main(["--set-aside"], clone) == 0
    assert git(clone, "status", "--porcelain") == ""
    git(clone, "pull", "-q")
    assert "another promise" in (clone / "notebooks" / "01_small.ipynb").read_text()
    assert (clone / "kept" / "notebooks-01_small-1.ipynb").read_bytes() == before
