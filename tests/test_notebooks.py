"""The notebooks: wrongly filled they run to the end (nbval: empty, solved); they leak nothing."""

import os
import re

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from helpers.notebooks import build, handout, notebook, overview, source
from helpers.notebooks.opening import EXPLORER
from tests import course
from tests.course import BreakIt, Choice, Derivation, Exercise

each_lesson = pytest.mark.parametrize("lesson", course.LESSONS)


@pytest.fixture(scope="module")
def kernel():
    """One for all notebooks filled here; nbval starts a fresh one for each, empty and solved."""
    client = NotebookClient(
        new_notebook(), timeout=120, kernel_name="python3",
        resources={"metadata": {"path": str(source.ROOT / "notebooks")}},
    )  # fmt: skip
    env = os.environ | dict.fromkeys(notebook.ONE_THREAD, "1") | {"COURSE_STRICT": "0"}
    with client.setup_kernel(env=env):
        yield client


def filled(lesson, answers, kernel):
    """The learner's notebook with other code in place of the stubs, run to its end."""
    made = nbformat.read(source.ROOT / "notebooks" / f"{lesson}.ipynb", as_version=4)
    for index, cell in enumerate(made.cells):
        name = cell.metadata.get("exercise")
        if name and cell.cell_type == "code":
            made.cells[index] = new_code_cell(answers[name], id=cell.id)
    return run(made, "%reset -f", kernel)  # what the one before has defined


def run(made, forget, kernel):
    """Run a notebook to its end, after a cell that forgets what others have left."""
    # What explores and takes nothing runs the same, whatever the answers: nbval runs it.
    made.cells = [cell for cell in made.cells if not EXPLORER.fullmatch(cell.source.strip())]
    made.cells.insert(0, new_code_cell(forget))
    kernel.nb = made
    kernel.execute(cleanup_kc=False)
    return made


@each_lesson
def test_a_syntax_error_in_each_stub_stops_nothing_and_its_check_judges(lesson, kernel):
    made = nbformat.read(source.ROOT / "notebooks" / f"{lesson}.ipynb", as_version=4)
    for cell in made.cells:
        if cell.metadata.get("exercise") and cell.cell_type == "code":
            cell.source += "\nbroken("
    # The kernel has run others: away with their answers, and with the lesson as imported.
    forget = f"%reset -f\nimport sys\nsys.modules.pop('helpers.lessons.{lesson[3:]}', None)"
    run(made, forget, kernel)
    broken = [c for c in made.cells if c.metadata.get("exercise") and c.cell_type == "code"]
    assert broken and all(cell.outputs[-1].ename == "SyntaxError" for cell in broken)
    said = verdicts(made)
    assert said.keys() == course.tasks(lesson).keys()
    assert not [text for text in said.values() if text.startswith("✓")]


def verdicts(made):
    """{exercise: what its check said}."""
    said = {}
    for cell in made.cells:
        if cell.metadata.get("check"):
            said[cell.metadata["check"]] = cell.outputs[-1].data["text/plain"]
    return said


@each_lesson
def test_with_a_mistake_in_each_exercise_it_runs_to_the_end_and_each_is_named(lesson, kernel):
    answers, expected = {}, {}
    for name, one in course.tasks(lesson).items():
        if isinstance(one, Choice):
            wrong = next(letter for letter in one.options if letter != one.right)
            answers[name], expected[name] = f"{name} = {wrong!r}", wrong
        elif isinstance(one, (Exercise, Derivation, BreakIt)) and one.mistakes:
            answers[name] = f"{name} = lesson.{name}.as_answer(lesson.{name}.mistakes[0])"
            expected[name] = one.mistakes[0].name
        else:
            raise AssertionError(
                f"{name} knows no mistake: give mistakes=[Mistake(name, wrong, message)]"
            )
    said = verdicts(filled(lesson, answers, kernel))
    for name, mistake in expected.items():
        assert said[name].startswith(f"✗ {name}: not yet ({mistake})"), said[name]


@each_lesson
def test_no_line_of_a_solution_is_in_what_learners_get(lesson):
    packed = handout.contents(source.ROOT, [lesson])
    path = f"notebooks/{lesson}.ipynb"
    packed["as it stands on the disk.ipynb"] = (source.ROOT / path).read_bytes()
    assert handout.leaks(packed, source.ROOT, [lesson]) == []


@each_lesson
def test_a_lesson_says_of_itself_what_the_readme_and_the_lesson_before_need(lesson):
    assert overview.head(lesson), (
        f'begin solutions/{lesson}.py with `# %% [markdown] writes="…" teaser="…"` '
        f"and the heading `# # {int(lesson[:2])} · Title`"
    )
    assert overview.head(lesson).teaser.endswith(".")


def test_the_readme_lists_the_lessons_as_they_are():
    assert overview.list_lessons(source.ROOT, write=False), "run `python -m helpers build`"


@each_lesson
def test_the_learners_notebook_is_the_solved_one_minus_the_solutions(lesson):
    solved, learner = (
        nbformat.read(source.ROOT / folder / f"{lesson}.ipynb", as_version=4)
        for folder in ("solutions", "notebooks")
    )
    left = [c for c in solved.cells if "solution" not in c.metadata.get("tags", [])]
    assert [(c.id, c.source) for c in left] == [(c.id, c.source) for c in learner.cells]
    stubs = [c for c in learner.cells if c.metadata.get("exercise") and c.cell_type == "code"]
    assert [c for c in learner.cells if c.metadata.get("tags") == [source.GO_ON]] == stubs
    # No output but the pictures of explorers that stand on nothing a learner writes.
    shown = {cell.id: cell.outputs for cell in learner.cells if cell.get("outputs")}
    calls = [c for c in left if re.match(r"lesson\.explore\w*\(\)", c.source)]
    assert shown.keys() == {cell.id for cell in calls} and shown
    for cell in calls:
        assert [one.data for one in shown[cell.id]] == [one.data for one in cell.outputs]
        assert all(set(one.data) == {"text/html", "text/plain"} for one in cell.outputs)
    assert all(cell.execution_count == (0 if cell.id in shown else None)
               for cell in learner.cells if cell.cell_type == "code")  # fmt: skip
    assert learner.metadata.language_info == solved.metadata.language_info


@each_lesson
def test_the_notebooks_are_built_from_their_source(lesson):
    assert build.check(lesson, source.ROOT) == []


@each_lesson
def test_a_solved_notebook_keeps_only_what_stays_the_same(lesson):
    solved = nbformat.read(source.ROOT / "solutions" / f"{lesson}.ipynb", as_version=4)
    assert set(solved.metadata) == {"kernelspec", "language_info", "course"}
    for cell in solved.cells:
        assert set(cell.metadata) <= source.KEYS | source.FORM.keys()
        for output in cell.get("outputs", []):
            assert output.output_type in ("execute_result", "display_data", "stream")
            assert set(output.get("data", {})) <= set(notebook.KEPT)


@each_lesson
def test_house_style(lesson):
    """Short cells: prose of at most 60 words, solutions of at most 24 lines."""
    for cell in course.cells(lesson):
        words = len(re.findall(r"[^\W\d_]{2,}|\ba\b", cell.text))  # no symbols, no numbers
        if cell.kind == "markdown" and not cell.solution:
            assert words <= 60, f"line {cell.line}: {words} words"
        assert "!" not in cell.text.replace("!=", "") or cell.kind == "code", f"line {cell.line}"
        if cell.solution and cell.kind == "code":
            assert len(cell.text.splitlines()) <= 24, f"line {cell.line}"


def test_source_code_is_clean():
    import subprocess
    import sys

    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, str(source.ROOT)],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout
