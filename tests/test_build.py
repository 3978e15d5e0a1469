"""The build: the same bytes each time, whole or not at all, clear about faults and edits."""

import os
import signal
import subprocess
import sys
import time

import nbformat
import pytest

from helpers.notebooks import back, build, source
from helpers.notebooks.files import write_atomically

GOOD = """\
# %% [markdown]
# # A lesson
#
# It has a promise.

# %%
x = 2
print(x)


# %% exercise="double"
def double(x): ...


# %% tags=["solution"]
def double(x):
    return 2 * x


# %% check="double"
double(x)
"""


def project(tmp_path, text=GOOD, name="01_small"):
    """A project of one lesson without helpers."""
    (tmp_path / "solutions").mkdir(exist_ok=True)
    (tmp_path / "solutions" / f"{name}.py").write_text(text, encoding="utf-8")
    (tmp_path / "requirements.txt").write_text("")
    return tmp_path


def notebooks(root):
    """All notebooks of a project, {path: bytes}."""
    return {
        str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*.ipynb"))
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The bytes that the good lesson builds to."""
    root = project(tmp_path_factory.mktemp("built"))
    assert build.main([], root) == 0
    return notebooks(root)


@pytest.fixture
def fresh(tmp_path, built):
    """A project as it is after the build."""
    root = project(tmp_path)
    for name, content in built.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(content)
    return root


def edit(root, folder, change):
    path = root / folder / "01_small.ipynb"
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    nbformat.write(notebook, path)
    return path


def test_it_writes_a_solved_and_a_learners_notebook(built):
    solved, learner = (
        nbformat.reads(built[f"{folder}/01_small.ipynb"].decode(), as_version=4)
        for folder in ("solutions", "notebooks")
    )
    ids = ["a-lesson", "a-lesson-code-1", "double-stub", "double-solution", "double-check"]
    assert [cell.id for cell in solved.cells] == ids
    assert [cell.id for cell in learner.cells] == [i for i in ids if i != "double-solution"]
    assert solved.cells[-1].outputs[0].data == {"text/plain": "4"}
    assert all(not cell.get("outputs") for cell in learner.cells)


def test_a_check_in_a_fresh_kernel_shows_which_cell_to_run_first(built, capsys):
    from IPython.core.interactiveshell import InteractiveShell

    for folder in ("solutions", "notebooks"):
        check = nbformat.reads(built[f"{folder}/01_small.ipynb"].decode(), as_version=4).cells[-1]
        InteractiveShell(colors="nocolor").run_cell(check.source)
        shown = capsys.readouterr().out
        assert "NameError: name 'double' is not defined" in shown
        assert "double(x)  # NameError? Run the setup cell first" in shown


@pytest.mark.parametrize(
    "line, said",
    [
        ("lesson.explore_training()", True),
        ('lesson.progress("why")', True),
        ("lesson.double.show(double)", False),  # its check stands above it
        ("view = lesson.explore()\nview", False),
    ],
)
def test_a_line_that_is_run_by_itself_names_the_setup_cell_too(line, said):
    cell = source.parse(f"# %%\n{line}\n", "x")[0].notebook_cell()
    assert cell.source == line + source.SETUP * said


@pytest.mark.parametrize("lesson", source.lessons())
def test_the_setup_cell_says_that_it_is(lesson):
    first = next(cell for cell in source.read_lesson(lesson) if cell.kind == "code")
    assert first.lead.startswith("# The setup cell: run it first, and again after each restart")


def test_building_twice_gives_the_same_bytes(tmp_path, built):
    root = project(tmp_path)
    assert build.main([], root) == 0
    assert notebooks(root) == built


def test_a_lesson_that_is_up_to_date_is_not_executed(fresh, monkeypatch, built):
    def never(*_):
        raise AssertionError("executed")

    monkeypatch.setattr(build, "execute", never)
    assert build.main([], fresh) == 0
    assert build.main(["--check"], fresh) == 0
    assert notebooks(fresh) == built


def test_check_names_what_is_stale_and_writes_nothing(fresh, capsys, built):
    (fresh / "solutions" / "01_small.py").write_text(GOOD.replace("x = 2", "x = 3"))
    assert build.main(["--check"], fresh) == 1
    said = capsys.readouterr().out
    assert "solutions/01_small.ipynb" in said and "notebooks/01_small.ipynb" in said
    assert notebooks(fresh) == built
    (fresh / "notebooks" / "01_small.ipynb").unlink()
    assert build.main(["--check"], fresh) == 1
    assert "missing" in capsys.readouterr().out


FAULTS = {
    "a source that fails to run": (GOOD.replace("print(x)", "print(y)"), ":8:", "NameError"),
    "a syntax error": (GOOD.replace("print(x)", "print("), ":", "never closed"),
    "an unknown tag": (GOOD.replace('tags=["solution"]', 'tags=["answer"]'), ":15:", "answer"),
    "an unknown word": (GOOD.replace("check=", "chekc="), ":20:", "chekc"),
    "a duplicate id": (GOOD + "\n# %% [markdown]\n# # A lesson\n", ":23:", "duplicate id"),
    "the id of the closing cell": (GOOD + "\n# %% [markdown]\n# # Next\n", ":23:", '"next"'),
    "a second stub": (GOOD + '\n# %% exercise="double"\nx\n', ":23:", "has a stub already"),
    "a solution without a stub": (GOOD.replace(' exercise="double"', ""), ":15:", "no stub"),
    "a check without an exercise": (GOOD.replace('check="d', 'check="D'), ":20:", "no exercise"),
    "a stub without a solution": (GOOD.replace(' tags=["solution"]', ""), ":11:", "no solution"),
    "a stub without a check": (GOOD.replace(' check="double"', ""), ":11:", "no check"),
    "text before the first cell": ("x = 1\n" + GOOD, ":1:", "start the file"),
    "a memory address": (GOOD.replace("print(x)", "object()"), ":6:", "memory address"),
    "a warning": (GOOD.replace("print(x)", "import sys; sys.stderr.write('w')"), ":6:", "stderr"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_source_is_one_clear_line_and_nothing_is_written(fault, tmp_path, capsys):
    text, place, word = FAULTS[fault]
    root = project(tmp_path, text)
    assert build.main([], root) == 1
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert said.startswith(f"solutions/01_small.py{place}") and word in said, said
    assert notebooks(root) == {}


def test_an_unknown_lesson_is_said(fresh, capsys):
    assert build.main(["07"], fresh) == 2
    assert "no lesson 07" in capsys.readouterr().err


def test_an_edited_solved_notebook_is_left_alone_and_the_way_out_is_said(fresh, capsys):
    path = edit(
        fresh, "solutions", lambda n: n.cells[3].update(source="def double(x):\n    return x + x")
    )
    before = path.read_bytes()
    (fresh / "solutions" / "01_small.py").write_text(GOOD.replace("x = 2", "x = 3"))
    assert build.main([], fresh) == 1
    said = capsys.readouterr().err
    assert "was edited" in said and "--carry-back" in said and "--set-aside" in said
    assert path.read_bytes() == before


def test_solved_code_is_marked_to_be_folded_by_other_readers_and_never_by_jupyterlab(built):
    for path, text in built.items():
        cells = nbformat.reads(text.decode(), as_version=4).cells
        marked = {cell.id: cell.metadata for cell in cells if "cellView" in cell.metadata}
        assert set(marked) == ({"double-solution"} if "solutions" in path else set())
        for metadata in marked.values():
            assert metadata["tags"] == ["solution", "hide-cell"]
            assert metadata["cellView"] == "form" and "jupyter" not in metadata


def test_an_instructors_edit_is_carried_back_into_the_source(fresh):
    def change(notebook):
        notebook.cells[3].source = "def double(x):\n    return x + x  # an edit"
        notebook.cells.insert(1, nbformat.v4.new_markdown_cell("A cell more."))

    edit(fresh, "solutions", change)
    assert build.main(["--carry-back"], fresh) == 0
    text = (fresh / "solutions" / "01_small.py").read_text()
    want = GOOD.replace("    return 2 * x", "    return x + x  # an edit")
    want = want.replace("# %%\nx = 2", "# %% [markdown]\n# A cell more.\n\n# %%\nx = 2")
    assert text == want
    assert "A cell more." in (fresh / "notebooks" / "01_small.ipynb").read_text()
    assert build.main(["--check"], fresh) == 0


def test_edits_on_both_sides_are_refused(fresh, capsys):
    path = edit(fresh, "solutions", lambda n: n.cells[0].update(source="# Another title"))
    before = path.read_bytes()
    text = GOOD.replace("x = 2", "x = 3")
    (fresh / "solutions" / "01_small.py").write_text(text)
    assert build.main(["--carry-back"], fresh) == 1
    assert "both it and solutions/01_small.py were edited" in capsys.readouterr().err
    assert path.read_bytes() == before
    assert (fresh / "solutions" / "01_small.py").read_text() == text


def test_a_learners_work_is_never_overwritten(fresh, capsys):
    path = edit(
        fresh, "notebooks", lambda n: n.cells[2].update(source="def double(x): return 2 * x")
    )
    before = path.read_bytes()
    (fresh / "solutions" / "01_small.py").write_text(GOOD.replace("x = 2", "x = 3"))
    assert build.main([], fresh) == 1
    assert "notebooks/01_small.ipynb: was edited" in capsys.readouterr().err
    assert path.read_bytes() == before
    assert build.main(["--set-aside"], fresh) == 0
    kept = list((fresh / "kept").iterdir())
    assert [one.read_bytes() for one in kept] == [before]
    assert build.main(["--check"], fresh) == 0


def test_what_changes_behind_a_lesson_leaves_the_learners_notebook_alone(fresh, built):
    (fresh / "requirements.txt").write_text("numpy\n")
    edit(fresh, "notebooks", lambda nb: nb.cells[2].update(source="def double(x): return x + x"))
    mine = notebooks(fresh)["notebooks/01_small.ipynb"]
    assert build.main([], fresh) == 0
    after = notebooks(fresh)
    assert after["notebooks/01_small.ipynb"] == mine
    assert after["solutions/01_small.ipynb"] != built["solutions/01_small.ipynb"]


def test_a_notebook_that_was_only_run_is_not_stale_and_a_build_puts_it_back(fresh, built):
    edit(fresh, "solutions", lambda n: n.cells[1].update(execution_count=77, outputs=[]))
    assert build.main(["--check"], fresh) == 0
    assert build.main([], fresh) == 0
    assert notebooks(fresh) == built


EXPLORED = GOOD.replace(
    "x = 2\nprint(x)\n",
    """x = 2


class Shown:
    def __init__(self, alt):
        self.alt = alt

    def _repr_mimebundle_(self, **_):
        return {"text/plain": self.alt, "image/png": "aWNv"}


class lesson:
    explore = explore_more = lambda alt="ALT": Shown(alt)


# %%
lesson.explore()

# %%
lesson.explore_more("of an answer")
""",
)


def test_a_learners_notebook_opens_with_the_pictures_of_explorers_alone(tmp_path):
    def opened():
        made = nbformat.read(root / "notebooks/01_small.ipynb", as_version=4)
        nbformat.validate(made)
        shown = [cell for cell in made.cells if cell.get("outputs")]
        return {cell.source.removesuffix(source.SETUP): cell.outputs for cell in shown}

    root = project(tmp_path, EXPLORED)
    assert build.main([], root) == 0
    assert list(opened()) == ["lesson.explore()"]
    assert opened()["lesson.explore()"][0].data == {"text/plain": "ALT", "image/png": "aWNv"}
    project(tmp_path, EXPLORED.replace("ALT", "Another"))  # another picture comes in,
    assert build.main([], root) == 0
    assert opened()["lesson.explore()"][0].data["text/plain"] == "Another"
    edit(root, "notebooks", lambda nb: nb.cells[2].update(outputs=[]))
    text = (root / "notebooks/01_small.ipynb").read_bytes()
    (root / "requirements.txt").write_text("numpy\n")
    assert build.main([], root) == 0  # but never into a notebook that someone has run
    assert (root / "notebooks/01_small.ipynb").read_bytes() == text


def test_a_broken_notebook_is_named_and_kept(fresh, capsys):
    path = fresh / "solutions" / "01_small.ipynb"
    path.write_text("{ half a file")
    assert build.main([], fresh) == 1
    assert "solutions/01_small.ipynb" in capsys.readouterr().err
    assert path.read_text() == "{ half a file"


@pytest.mark.parametrize("lesson", source.lessons())
def test_a_source_survives_the_way_to_a_notebook_and_back(lesson):
    path = source.ROOT / "solutions" / f"{lesson}.py"
    solved = nbformat.read(path.with_suffix(".ipynb"), as_version=4)
    assert back.write_source(solved) == path.read_text(encoding="utf-8")


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "one.ipynb"
    write_atomically(path, "old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, "new")
    assert path.read_text() == "old" and [p.name for p in tmp_path.iterdir()] == ["one.ipynb"]


WRITER = """
import sys
from pathlib import Path
from helpers.notebooks.files import write_atomically
path, number = Path(sys.argv[1]), 0
print("ready", flush=True)
while True:
    number += 1
    write_atomically(path, f"{number}\\n" * 20000)
"""


def test_a_write_killed_at_any_moment_leaves_a_whole_file(tmp_path):
    path = tmp_path / "one.ipynb"
    for attempt in range(12):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], cwd=source.ROOT, stdout=subprocess.PIPE
        )
        writer.stdout.readline()
        time.sleep(0.01 + 0.007 * attempt)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        lines = path.read_text().splitlines() if path.exists() else ["-"] * 20000
        assert len(lines) == 20000 and len(set(lines)) == 1


def test_an_error_behind_a_lesson_names_the_line_that_is_wrong(tmp_path, capsys):
    tmp_path = tmp_path / "my course"  # a folder's name may hold a space
    tmp_path.mkdir()
    call = (
        "import sys\nsys.path.insert(0, '..')\nfrom helpers.lessons import small\nsmall.explore()\n"
    )
    root = project(tmp_path, f"# %%\n{call}")
    for folder, text in {
        "helpers": "",
        "helpers/lessons": "",
        "helpers/lessons/small": "from helpers.lessons.small.explorers import explore\n",
    }.items():
        (root / folder).mkdir()
        (root / folder / "__init__.py").write_text(text)
    behind = root / "helpers/lessons/small/explorers.py"
    behind.write_text("def explore():\n    return grid()\n\n\ndef grid():\n    return int('six')\n")
    assert build.main([], root) == 1
    said = capsys.readouterr().err
    assert said.startswith("helpers/lessons/small/explorers.py:6: ValueError: invalid literal")


def test_a_leak_stops_the_build_before_anything_is_written(tmp_path, capsys):
    root = project(tmp_path, GOOD.replace("return 2 * x", "return 2 * x + 0 * x"))
    (root / "README.md").write_text("Write `return 2 * x + 0 * x`.")
    assert build.main([], root) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "solutions/01_small.py:17: stands in README.md: return 2 * x + 0 * x"
    assert "give solutions away" in said[1] and notebooks(root) == {}


def test_a_lesson_leads_on_to_the_one_after_it_and_the_readme_lists_both(tmp_path):
    for number, name in enumerate(("01_one", "02_two"), 1):
        marker = f'# %% [markdown] writes="`f{number}`" teaser="is number {number}."'
        body = GOOD.replace(
            "# %% [markdown]\n# # A lesson", f"{marker}\n# # {number} · Title {number}"
        )
        root = project(tmp_path, body, name)
    (root / "README.md").write_text("a\n<!-- lessons -->\n<!-- /lessons -->\nb\n")
    assert build.main(["--check"], root) == 1
    assert build.main([], root) == 0 == build.main(["--check"], root)
    row = "| 2 | [Title 2](notebooks/02_two.ipynb) | `f2` |\n\n<!-- /lessons -->\nb\n"
    assert (root / "README.md").read_text().endswith(row)
    ends = [nbformat.read(root / f"notebooks/{n}.ipynb", 4).cells[-1] for n in ("01_one", "02_two")]
    assert ends[0].source == "**Next:** [Title 2](02_two.ipynb) is number 2."
    assert "last notebook" in ends[1].source
    learners = nbformat.read(root / "notebooks/01_one.ipynb", 4)
    assert not learners.cells[0].metadata  # what the lesson says of itself is for the build alone
    path = root / "solutions/02_two.py"
    path.write_text(path.read_text().replace("Title 2", "Another"))
    assert build.main([], root) == 0
    assert "[Another](02_two.ipynb)" in (root / "solutions/01_one.ipynb").read_text()


def test_the_cell_that_leads_on_is_not_carried_back(tmp_path, capsys):
    marker = '# %% [markdown] writes="`f`" teaser="is small."'
    root = project(tmp_path, GOOD.replace("# %% [markdown]\n# # A", f"{marker}\n# # 1 · A"))
    before = (root / "solutions/01_small.py").read_bytes()
    assert build.main([], root) == 0
    path = edit(root, "solutions", lambda n: n.cells[-1].update(source="**Next:** my own words."))
    edited = path.read_bytes()
    assert build.main(["--carry-back"], root) == 1
    said = capsys.readouterr().err
    assert "made from the teaser" in said and "now: **Next:** this was the last notebook" in said
    assert (root / "solutions/01_small.py").read_bytes() == before and path.read_bytes() == edited


def test_the_readme_of_a_hand_out_keeps_its_table(tmp_path):
    text = "<!-- lessons -->\n\n| a table |\n\n<!-- /lessons -->\n"
    (tmp_path / "README.md").write_text(text)
    assert build.main([], tmp_path) == 0
    assert (tmp_path / "README.md").read_text() == text
