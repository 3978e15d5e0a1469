"""What happens to a notebook between a learner and whoever grades it: each a small function.

`HARMED[name](notebook)` gives the bytes of a damaged notebook that still holds all its answers, and
`LOST[name](notebook)` of a file that holds none any more; the first line of each function says what
happened. `solved(lesson)` is the notebook to begin with. Both are plain JSON: nothing here runs.
"""

import copy
import json
import random
import re
from functools import cache

import nbformat

from helpers.notebooks.notebook import assemble, stamped
from helpers.notebooks.plain import digest, fenced
from helpers.notebooks.release import MARK
from tests.course import cells

HARMED, LOST = {}, {}


def _kind(store):
    def note(function):
        def apply(notebook):
            made = function(copy.deepcopy(notebook))
            return made if isinstance(made, bytes) else saved(made)

        apply.__doc__ = function.__doc__
        store[function.__name__] = apply
        return function

    return note


harmed, lost = _kind(HARMED), _kind(LOST)


def saved(notebook):
    return json.dumps(notebook, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")


@cache
def _blank(lesson):
    given = [cell for cell in cells(lesson) if not cell.solution]
    return stamped(assemble(given, learners=True), lesson)


def blank(lesson):
    """The learner's notebook of a lesson as it is handed out."""
    return json.loads(_blank(lesson))


def answers(lesson):
    """{exercise: the text of its solution}, those in words, too."""
    found, kind = {}, {}
    for cell in cells(lesson):
        if not cell.solution:
            kind[cell.exercise] = cell.kind
        elif cell.kind == kind[cell.exercise]:  # else a remark on the solution
            found[cell.exercise] = f"{found.get(cell.exercise, '')}\n\n{cell.text}".strip()
    return found


def solved(lesson):
    """The learner's notebook with each solution in the place of its stub."""
    notebook, right = blank(lesson), answers(lesson)
    for cell in notebook["cells"]:
        name = cell["metadata"].get("exercise")
        cell["source"] = right.get(name, text(cell))
    return notebook


def text(cell):
    return "".join(cell["source"])


def code(source, **more):
    """A code cell of a learner's own."""
    made = {"cell_type": "code", "metadata": {}, "source": source, "outputs": []}
    return made | {"execution_count": None, "id": f"own-{digest(source)}"} | more


def words(source, kind="markdown"):
    """A cell of words of a learner's own."""
    return {"cell_type": kind, "metadata": {}, "source": source, "id": f"w-{len(source)}"}


def stubs(notebook, kind="code"):
    """The cells of a kind that answer an exercise."""
    return [c for c in notebook["cells"] if "exercise" in c["metadata"] and c["cell_type"] == kind]


def checks(notebook):
    return [c for c in notebook["cells"] if "check" in c["metadata"]]


def setup(notebook):
    return next(c for c in notebook["cells"] if "from helpers.lessons" in text(c))


def stub_text(notebook, cell):
    """What the course wrote where an answer stands."""
    course = {c["metadata"].get("exercise"): text(c) for c in blank(lesson_of(notebook))["cells"]}
    return course[cell["metadata"]["exercise"]]


def lesson_of(notebook):
    return notebook["metadata"]["course"]["lesson"]


def every(notebook, change):
    """The notebook with each cell replaced by those that `change` gives for it."""
    notebook["cells"] = [new for cell in notebook["cells"] for new in change(cell)]
    return notebook


def without(notebook, gone):
    notebook["cells"] = [cell for cell in notebook["cells"] if cell not in gone]
    return notebook


# --- the file -------------------------------------------------------------------------------------


@harmed
def nothing(notebook):
    """Nothing happened."""
    return notebook


@harmed
def byte_order_mark(notebook):
    """An editor on Windows put a byte order mark in front."""
    return b"\xef\xbb\xbf" + saved(notebook)


@harmed
def windows_lines(notebook):
    """All lines end in CRLF, those of the file and those in its cells."""
    for cell in notebook["cells"]:
        cell["source"] = text(cell).replace("\n", "\r\n").splitlines(keepends=True)
    return saved(notebook).replace(b"\n", b"\r\n")


@harmed
def utf_16(notebook):
    """PowerShell wrote the file, in UTF-16."""
    return json.dumps(notebook, ensure_ascii=False).encode("utf-16")


@harmed
def windows_letters(notebook):
    """An editor saved the file in Windows' own letters."""
    return json.dumps(notebook, ensure_ascii=False).encode("cp1252", "backslashreplace")


@harmed
def format_3(notebook):
    """It is saved in the format of before 2015."""
    return nbformat.writes(nbformat.convert(nbformat.from_dict(notebook), 3), 3).encode()


@harmed
def format_4_4(notebook):
    """It is saved in format 4.4, which knows no ids."""
    for cell in notebook["cells"]:
        cell.pop("id")
    return notebook | {"nbformat_minor": 4}


@harmed
def format_4_0(notebook):
    """It is saved in format 4.0, each text a list of lines."""
    for cell in notebook["cells"]:
        cell.pop("id")
        cell["source"] = text(cell).splitlines(keepends=True)
    return notebook | {"nbformat_minor": 0}


@harmed
def large_outputs(notebook):
    """A loop printed megabytes into it."""
    for cell in stubs(notebook):
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "no end\n" * 20_000}]
    return notebook


@harmed
def broken_outputs(notebook):
    """Outputs and counts are nonsense, as a tool left them."""
    for cell in checks(notebook):
        cell |= {"outputs": None, "execution_count": "seven"}
    return notebook


@harmed
def no_kernel(notebook):
    """The kernel's name is lost."""
    notebook["metadata"].pop("kernelspec")
    notebook["metadata"].pop("language_info")
    return notebook


@harmed
def other_language(notebook):
    """The kernel is named as one of another language."""
    notebook["metadata"]["kernelspec"] = {"name": "ir", "language": "R", "display_name": "R"}
    return notebook


@harmed
def half_a_letter(notebook):
    """Half of an emoji stands in a cell."""
    return notebook | {"cells": [*notebook["cells"], words("well \ud83d done")]}


# --- what the course wrote ------------------------------------------------------------------------


@harmed
def setup_deleted(notebook):
    """The setup cell is gone."""
    return without(notebook, [setup(notebook)])


@harmed
def setup_for_colab(notebook):
    """The setup cell was rewritten to install the course."""
    imports = text(setup(notebook)).partition("\n\nimport numpy")[2]
    setup(notebook)["source"] = f"!pip install -q course\n%matplotlib inline\nimport numpy{imports}"
    return notebook


@harmed
def checks_deleted(notebook):
    """All checks are gone."""
    return without(notebook, checks(notebook))


@harmed
def checks_copied(notebook):
    """All checks stand at the end once more."""
    return notebook | {"cells": notebook["cells"] + copy.deepcopy(checks(notebook))}


@harmed
def checks_rewritten(notebook):
    """Each check prints a verdict of its own."""
    for cell in checks(notebook):
        cell["source"] = 'print("✓ correct")'
    return notebook


@harmed
def everything_else_deleted(notebook):
    """Only the answers are left."""
    return notebook | {"cells": stubs(notebook) + stubs(notebook, "markdown")}


@harmed
def older_course(notebook):
    """It is of an older version: other ids, prose and docstrings, modules that are no more."""
    notebook["metadata"]["course"] = {"lesson": lesson_of(notebook), "cells": "0", "source": "0"}
    setup(notebook)["source"] += "\nfrom helpers.pictures import filtered, photograph"
    for cell in notebook["cells"]:
        cell["source"] = re.sub(r" *# NameError.*", "", text(cell))
        if "-markdown-" in cell["id"]:
            cell["source"] = f"Some older prose of {len(cell['source'])} letters."
        cell["id"] = re.sub(r"\d+$", lambda found: str(int(found[0]) + 3), cell["id"])
    return notebook


@harmed
def other_number(notebook):
    """It is of a version in which the lesson had another number."""
    notebook["metadata"]["course"] = {"lesson": f"17{lesson_of(notebook)[2:]}"}
    return notebook


@harmed
def solutions_released(notebook):
    """The course's solutions were shown below the answers, as cells that do not run."""
    right = answers(lesson_of(notebook))

    def shown(cell):
        name = cell["metadata"].get("exercise")
        if not name:
            return [cell]
        below = words(f"<details>\n\n{fenced(right[name] + '  # shown')}\n\n</details>")
        below["metadata"][MARK] = {"exercise": name, "digest": "0"}
        return [cell, below]

    return every(notebook, shown)


# --- names ----------------------------------------------------------------------------------------


@harmed
def metadata_lost(notebook):
    """No cell has metadata any more, nor has the notebook."""
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    return notebook | {"metadata": {}}


@harmed
def ids_lost(notebook):
    """All ids are new ones."""
    for at, cell in enumerate(notebook["cells"]):
        cell["id"] = f"{at * 7919 % 65536:08x}"
    return notebook


@harmed
def metadata_and_ids_lost(notebook):
    """No cell has a name any more, neither in its metadata nor in its id."""
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id")
    return notebook | {"metadata": {}, "nbformat_minor": 4}


@harmed
def names_and_checks_lost(notebook):
    """No cell has a name any more, and all checks are gone."""
    notebook = without(notebook, checks(notebook))
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id")
    return notebook | {"metadata": {}, "nbformat_minor": 4}


@harmed
def of_nbgrader(notebook):
    """It went through nbgrader, which has names of its own."""
    for cell in notebook["cells"]:
        name = cell["id"]
        cell["metadata"] = {"nbgrader": {"grade_id": name, "solution": name.endswith("-stub")}}
        cell.pop("id")
    return notebook | {"metadata": {}, "nbformat_minor": 4}


# --- order and place ------------------------------------------------------------------------------


@harmed
def answers_first(notebook):
    """All answers stand at the top, right below the setup."""
    first = [setup(notebook), *stubs(notebook)]
    return notebook | {"cells": [*first, *(c for c in notebook["cells"] if c not in first)]}


@harmed
def answers_last(notebook):
    """All answers stand at the end, below all checks."""
    last = stubs(notebook)
    return notebook | {"cells": [*(c for c in notebook["cells"] if c not in last), *last]}


@harmed
def shuffled(notebook):
    """All cells but the setup are shuffled."""
    head, rest = setup(notebook), [c for c in notebook["cells"] if c is not setup(notebook)]
    random.Random(1).shuffle(rest)
    return notebook | {"cells": [head, *rest]}


@harmed
def answers_below_stubs(notebook):
    """Each stub is left as it was, and the answer stands in a cell of its own below it."""

    def apart(cell):
        if cell not in stubs(notebook):
            return [cell]
        return [cell | {"source": stub_text(notebook, cell)}, code(text(cell))]

    return every(notebook, apart)


@harmed
def answers_below_checks(notebook):
    """Stub and check are left as they were, and the answers stand below all of them."""
    own = [code(text(cell)) for cell in stubs(notebook)]
    for cell in stubs(notebook):
        cell["source"] = stub_text(notebook, cell)
    return notebook | {"cells": notebook["cells"] + own}


@harmed
def answers_above_stubs(notebook):
    """Each answer stands in a cell of its own above the stub, which is left as it was."""

    def apart(cell):
        if cell not in stubs(notebook):
            return [cell]
        return [code(text(cell)), cell | {"source": stub_text(notebook, cell)}]

    return every(notebook, apart)


@harmed
def blank_copy_below(notebook):
    """A blank copy of the whole notebook was pasted below."""
    return notebook | {"cells": notebook["cells"] + blank(lesson_of(notebook))["cells"]}


@harmed
def copied_twice(notebook):
    """All cells stand in it twice."""
    return notebook | {"cells": notebook["cells"] + copy.deepcopy(notebook["cells"])}


@harmed
def two_lessons(notebook):
    """The blank cells of another lesson were pasted below."""
    other = "04_dropout" if lesson_of(notebook) != "04_dropout" else "06_activations"
    return notebook | {"cells": notebook["cells"] + blank(other)["cells"]}


# --- cells merged, split, turned ------------------------------------------------------------------


@harmed
def merged_with_checks(notebook):
    """Each answer was merged with its check."""
    for cell, check in zip(stubs(notebook), checks(notebook), strict=True):
        cell["source"] = f"{text(cell)}\n\n{text(check)}"
    return without(notebook, checks(notebook))


@harmed
def merged_into_one(notebook):
    """All answers were merged into one cell, the first one's."""
    first, *more = stubs(notebook)
    first["source"] = "\n\n".join(map(text, [first, *more]))
    return without(notebook, more)


@harmed
def merged_with_stubs(notebook):
    """Each stub is left as it was, and the answer follows in the same cell."""
    for cell in stubs(notebook):
        cell["source"] = f"{stub_text(notebook, cell)}\n\n\n{text(cell)}"
    return notebook


@harmed
def split_in_two(notebook):
    """Each answer was split, its last statement in a cell of its own."""

    def split(cell):
        parts = re.split(r"\n\n\n", text(cell))
        if cell not in stubs(notebook) or len(parts) == 1:
            return [cell]
        return [code("\n\n\n".join(parts[:-1])), cell | {"source": parts[-1]}]

    return every(notebook, split)


@harmed
def first_tries(notebook):
    """Above each answer stands a first try, which gave nothing."""

    def tried(cell):
        if cell not in stubs(notebook):
            return [cell]
        return [code(f"{cell['metadata']['exercise']} = 'a first try'"), cell]

    return every(notebook, tried)


@harmed
def names_used_again(notebook):
    """At the end, experiments use the answers' names for what they give."""
    tried = [f"{c['metadata']['exercise']} = 'what it gives'" for c in stubs(notebook)]
    return notebook | {"cells": [*notebook["cells"], *map(code, tried)]}


@harmed
def answers_turned_raw(notebook):
    """A slip of the keyboard turned all answers into raw cells."""
    for cell in stubs(notebook):
        cell["cell_type"] = "raw"
        cell.pop("outputs"), cell.pop("execution_count")
    return notebook


@harmed
def words_turned_raw(notebook):
    """The answers in words stand in raw cells."""
    for cell in stubs(notebook, "markdown"):
        cell["cell_type"] = "raw"
    return notebook


@harmed
def words_turned_code(notebook):
    """The answers in words stand in code cells."""
    for cell in stubs(notebook, "markdown"):
        cell |= {"cell_type": "code", "outputs": [], "execution_count": None}
    return notebook


@harmed
def words_below_question(notebook):
    """The questions are left as they were, and the answers in words stand in cells below."""

    def apart(cell):
        if cell not in stubs(notebook, "markdown"):
            return [cell]
        return [cell | {"source": stub_text(notebook, cell)}, words(text(cell))]

    return every(notebook, apart)


@harmed
def words_with_question(notebook):
    """The answers in words stand below the question, in its cell, and the prompt is left."""
    for cell in stubs(notebook, "markdown"):
        cell["source"] = f"{stub_text(notebook, cell)}\n\n{text(cell)}"
    return notebook


# --- what stands in cells -------------------------------------------------------------------------


@harmed
def syntax_errors(notebook):
    """Cells that are no Python stand between the others, one with each answer's name."""

    def broken(cell):
        name = cell["metadata"].get("exercise")
        return [cell, code(f"{name} = (1,\n")] if cell in stubs(notebook) else [cell]

    return every(notebook, broken)


@harmed
def own_errors(notebook):
    """Cells that stop with an error stand between the others."""
    return every(notebook, lambda cell: [cell, code("1 / 0")])


@harmed
def magics(notebook):
    """Answers are timed and surrounded by magics and shell lines."""
    for at, cell in enumerate(stubs(notebook)):
        head = "%%time\n" if at % 2 else "%matplotlib inline\n!pip list\nfiles = !ls\n"
        cell["source"] = f"{head}{text(cell)}\n\n%timeit -n1 -r1 1 + 1\nprint?"
    return notebook


@harmed
def pasted_prompts(notebook):
    """Answers were pasted from a terminal, prompts and all."""
    for cell in stubs(notebook):
        first, *more = text(cell).splitlines()
        cell["source"] = "\n".join([f">>> {first}", *(f"... {line}".rstrip() for line in more)])
    return notebook


@harmed
def commented(notebook):
    """The stubs stand above the answers, commented out."""
    for cell in stubs(notebook):
        stub = re.sub("^", "# ", stub_text(notebook, cell), flags=re.MULTILINE)
        cell["source"] = f"{stub}\n{text(cell)}  # mine"
    return notebook


# --- nothing left ---------------------------------------------------------------------------------


@lost
def truncated(notebook):
    """The file was cut off in its middle."""
    whole = saved(notebook)
    return whole[: len(whole) // 2]


@lost
def empty(notebook):
    """The file holds no byte."""
    return b""


@lost
def conflict(notebook):
    """Git left the marks of a merge conflict in it."""
    lines = saved(notebook).splitlines()
    return b"\n".join([*lines[:9], b"<<<<<<< HEAD", b"=======", b">>>>>>> main", *lines[9:]])


@lost
def pdf(notebook):
    """It is a PDF under a notebook's name."""
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"


@lost
def web_page(notebook):
    """It is a page exported as HTML, under a notebook's name."""
    return b"<!DOCTYPE html>\n<html><body>lesson 4</body></html>"


@lost
def python(notebook):
    """It is the code alone, exported under a notebook's name."""
    return "\n\n".join(map(text, stubs(notebook))).encode()


@lost
def picture(notebook):
    """It is a screenshot under a notebook's name."""
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@lost
def other_json(notebook):
    """It is JSON, but no notebook."""
    return json.dumps({"name": "course", "version": 1}).encode()


@lost
def deep(notebook):
    """It is JSON nested too deeply for anybody."""
    return b"[" * 200_000


@lost
def pointer(notebook):
    """It is what Git LFS leaves in a large file's place."""
    return b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"


@lost
def foreign(notebook):
    """It is a notebook of another course."""
    return saved({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [code("y = 1")]})
