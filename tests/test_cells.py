"""A check speaks of what its cell says now, not of what a broken cell left behind."""

import textwrap

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from helpers.exercises.cells import Cells, defined, told
from helpers.notebooks import source

RIGHT = "def size(x):\n    return x"


@pytest.fixture
def shell():
    one = InteractiveShell()
    one.cells = Cells(one)
    one.cells.names = {"size", "letter"}
    one.showtraceback = one.showsyntaxerror = lambda *a, **k: None
    return one


def trouble(shell, name="size"):
    return shell.cells.trouble(name, shell.user_ns.get(name))


def run(shell, *cells, cell_id=None):
    for cell in cells:
        shell.run_cell(cell, cell_id=cell_id)
    return trouble(shell)


def test_a_cell_that_ran_is_not_spoken_of(shell):
    assert run(shell, RIGHT) == "" and run(shell, RIGHT, "1 / 0", "size(") == ""
    assert run(shell, "@(lambda f: f)\n" + RIGHT) == ""


def test_a_syntax_error_has_its_public_name():
    private = type("_IncompleteInputError", (SyntaxError,), {})
    assert told(private("incomplete input", ("cell", 2, 1, "("))).startswith("SyntaxError: inc")
    assert told(IndentationError("unexpected indent")).startswith("IndentationError: ")


def test_a_syntax_error_leaves_the_older_answer_and_the_check_says_so(shell):
    run(shell, RIGHT)
    why = run(shell, "def size(x):\n    return (x")
    assert "The cell that defines `size` stopped with SyntaxError: " in why
    assert "in line 2. What is checked here would be an older `size`." in why


def test_an_error_before_the_definition_is_said_and_one_behind_it_is_not(shell):
    run(shell, RIGHT)
    assert "ZeroDivisionError: division by zero. What" in run(shell, "1 / 0\n" + RIGHT)
    assert run(shell, RIGHT + "\n1 / 0") == ""
    run(shell, 'letter = "a"')
    run(shell, 'letter = "b" + 1')
    assert "stopped with TypeError" in trouble(shell, "letter")


@pytest.mark.parametrize(
    "mended",
    [RIGHT, "%%time\n" + RIGHT, "size = max", "a, size = 1, min", "globals()['size'] = id"],
)
def test_any_newer_answer_silences_it(shell, mended):
    assert run(shell, RIGHT, "def size(x) return x")
    assert run(shell, mended) == ""


def test_a_cell_that_never_ran_says_that_there_is_nothing_yet(shell):
    assert "So there is no `size` yet. Mend the cell" in run(shell, "def size(x) return x")
    assert shell.user_ns["size"] is ...


def test_another_answer_than_the_one_left_behind_is_judged_as_it_is(shell):
    run(shell, RIGHT, "def size(x) return x")
    assert shell.cells.trouble("size", max) == ""


def test_a_renamed_answer_is_missed_in_its_own_cell_alone(shell):
    run(shell, RIGHT, cell_id="one")
    assert run(shell, "def sise(x):\n    return x", cell_id="two") == ""
    assert run(shell, "print(size(3))", cell_id="one") == ""
    why = run(shell, "def sise(x):\n    return x", cell_id="one")
    assert why.startswith("Its cell defines `sise` now, and no `size`.")
    assert run(shell, RIGHT, cell_id="three") == ""
    assert run(shell, "def sise(x):\n    return x", cell_id="one") == ""  # it stands elsewhere now


def test_only_the_top_level_of_a_cell_defines():
    text = 'text = """\ndef size(x):\n    ...\n"""\n\ndef other():\n    letter = 1\n\nn: int = 3\n'
    assert defined(text) == {"text", "other", "n"}
    assert defined("def size(x):\n    return (x\nletter = 3\nif letter == 3:") == {"size", "letter"}


def test_outside_a_notebook_nothing_is_known():
    one = Cells()
    one.watch(["size"])
    assert one.trouble("size", max) == ""


def test_in_a_real_kernel_the_check_says_so_and_then_judges_the_mended_answer():
    check = "lesson.stride_drops.check(stride_drops)"
    cells = [
        "from helpers.lessons import convolution_shapes as lesson",
        'stride_drops = "b',
        check,
        'stride_drops = "b"',
        check,
        'stride_drops = "c" + 1',
        check,
        'stride_drops = "c"',
        check,
    ]
    made = new_notebook(cells=[new_code_cell(textwrap.dedent(cell)) for cell in cells])
    place = {"metadata": {"path": str(source.ROOT)}}
    NotebookClient(made, timeout=120, allow_errors=True, resources=place).execute()
    said = [c.outputs[-1].data["text/plain"] for c in made.cells if c.source == check]
    assert "stopped with SyntaxError" in said[0] and "So there is no `stride_drops` yet" in said[0]
    assert said[1].startswith("✓ stride_drops: correct")
    assert said[2].startswith("✗") and "stopped with TypeError" in said[2]
    assert said[3].startswith("✗ stride_drops: not yet (c)")
    nbformat.validate(made)
