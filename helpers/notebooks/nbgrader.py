"""The course in the layout of nbgrader, for `python -m helpers handout --nbgrader FOLDER`.

`source/NN_slug/NN_slug.ipynb` holds the solutions, between nbgrader's own marks: what
`nbgrader generate_assignment` releases is the learner's notebook, text for text.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import nbformat

from helpers.notebooks import source
from helpers.notebooks.files import write_atomically
from helpers.notebooks.notebook import assemble, stamped
from helpers.notebooks.source import Cell

LIST = "course.txt"  # what was written, so that the next hand-out knows what it may replace
OURS, THEIRS = "course_config.py", "nbgrader_config.py"
CONFIG = f"""\
# Settings of your own stand here: a newer hand-out leaves this file as it is.
c = get_config()
load_subconfig("{OURS}")  # how the course's notebooks are made, run and graded
"""
SOLUTION = "\n### BEGIN SOLUTION\n{}\n### END SOLUTION"
# Hidden from learners, and put back for grading. It asks the course itself, whatever `lesson` is by
# then, and does not hang on the environment, as a check alone does.
HIDDEN = """
### BEGIN HIDDEN TESTS
from helpers.lessons import {slug} as lesson
display(lesson.{name}.check({name}))
assert lesson.{name}.verdict.status == "correct", lesson.{name}.verdict
### END HIDDEN TESTS"""


class Refused(Exception):
    """A folder that is left alone; the message says why and what to do."""


def mark(cell: Cell, points: dict[str, float]) -> dict[str, Any] | None:
    """What nbgrader must know of a learner's cell (its schema 3); None for cells of the course.

    Code is graded by its check, which learners cannot change; an answer in words by hand. points:
    of each exercise.
    """
    if not cell.exercise and not cell.check:
        return None
    graded = bool(cell.check) or cell.kind == "markdown"
    said = {
        "schema_version": 3,
        "grade_id": cell.id,
        "grade": graded,
        "solution": not cell.check,
        "locked": bool(cell.check),
        "task": False,
    }
    return said | ({"points": points[cell.check or cell.exercise]} if graded else {})


def assignment(name: str, root: Path) -> Any:
    """The notebook of `source/`: the learner's, with solutions and hidden tests in its cells.

    Raises SourceError.
    """
    cells = source.read_lesson(name, root)
    shown = [cell for cell in cells if not cell.solution]
    points = {cell.exercise: getattr(cell, "points", 1) for cell in shown if cell.exercise}
    made = nbformat.reads(stamped(assemble(shown, learners=True), name), as_version=4)
    for cell, one in zip(shown, made.cells, strict=True):
        if said := mark(cell, points):
            one.metadata["nbgrader"] = nbformat.from_dict(said)
        if cell.exercise:
            texts = [
                c.text for c in cells
                if c.solution and (c.exercise, c.kind) == (cell.exercise, cell.kind)
            ]  # fmt: skip
            one.source += SOLUTION.format("\n\n".join(texts))
        if cell.check:
            one.source += HIDDEN.format(slug=name[3:], name=cell.check)
    return made


def contents(root: Path) -> dict[str, bytes]:
    """The files that a newer hand-out replaces, {path: bytes}. Raises SourceError, OSError."""
    made = {OURS: Path(__file__).with_name(OURS).read_bytes()}
    for name in source.lessons(root):
        text = nbformat.writes(assignment(name, root)) + "\n"
        made[f"source/{name}/{name}.ipynb"] = text.encode()
    return made


def digest(path: str, content: bytes) -> str:
    """A digest of what people write in a file: a notebook that was only run is the same."""
    if path.endswith(".ipynb"):
        try:
            cells = nbformat.reads(content.decode(), as_version=4).cells
            parts = [[c.cell_type, c.source, c.metadata.get("nbgrader")] for c in cells]
            content = json.dumps(parts, sort_keys=True).encode()
        except Exception:  # then it is no notebook of ours any more
            pass
    return hashlib.sha256(content).hexdigest()


def refuse(folder: Path, made: dict[str, bytes]) -> None:
    """Raise Refused where a folder holds somebody else's files, or ours as somebody edited them."""
    if folder.exists() and not folder.is_dir():
        raise Refused(f"{folder}: is no folder; name another, nothing was written")
    listed = folder / LIST
    if not listed.exists():
        if folder.is_dir() and (others := sorted(path.name for path in folder.iterdir())):
            what = f"holds what no hand-out left there ({others[0]}, …)"
            raise Refused(f"{folder}: {what}; name another folder, nothing was written")
        return
    lines = [line.split("  ", 1) for line in listed.read_text("utf-8").splitlines()]
    written = {path: known for known, path in (line for line in lines if len(line) == 2)}
    for path, content in made.items():
        if (folder / path).exists():
            stands = digest(path, (folder / path).read_bytes())
            if stands not in (written.get(path), digest(path, content)):
                raise Refused(
                    f"{folder / path}: was edited, so nothing was written; move it away, and run "
                    "this again"
                )


def write(folder: Path, root: Path) -> int:
    """Write the files, and those alone; the number of assignments. Raises Refused, OSError.

    What nbgrader keeps beside them (its gradebook, what was handed in) is not touched.
    """
    made = contents(root)
    refuse(folder, made)
    if not (folder / LIST).exists():
        write_atomically(folder / LIST, "")  # should it be interrupted: the folder is ours
    if not (folder / THEIRS).exists():
        write_atomically(folder / THEIRS, CONFIG)
    for path, content in made.items():
        write_atomically(folder / path, content)
    lines = [f"{digest(path, content)}  {path}\n" for path, content in made.items()]
    write_atomically(folder / LIST, "".join(lines))
    return len(made) - 1
