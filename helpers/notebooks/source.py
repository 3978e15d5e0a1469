"""Read a lesson source, `solutions/NN_slug.py`, as cells; `back` writes cells as a source.

Percent format. `# %% exercise="conv2d"` opens an exercise's stub (`# %% [markdown] exercise=…` a
written answer's), `# %% tags=["solution"]` its solution right below, `# %% check="conv2d"` its
check. `points=2` beside a stub's exercise says what it counts, where that is not 1. The learner's
notebook is the solved one minus the cells tagged `solution`.
"""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import jupytext
from nbformat.v4 import new_code_cell, new_markdown_cell

from helpers.notebooks import added, address
from helpers.notebooks.added import LINKS, NEXT
from helpers.notebooks.overview import ROOT, SourceError, head, leading_on, lessons
from helpers.notebooks.plain import slug
from helpers.notebooks.written import PROMPT

__all__ = ["ROOT", "Cell", "SourceError", "lessons", "parse", "read_lesson"]

MARKER = re.compile(r"^# %%", re.MULTILINE)
KEYS = {"tags", "exercise", "check", "points", "writes", "teaser"}
# So that Jupyter and nbval go on past a stub that a learner left broken: the check below judges it.
GO_ON = "raises-exception"
# Jupyter Book and Colab fold a code cell that bears these. JupyterLab has marks of its own, which
# would get in the way of the solutions switch. Made here, never written back.
FOLDED, FORM = "hide-cell", {"cellView": "form"}
# In a fresh kernel nothing of the course is there yet to say so: the error shows the cell's line.
SETUP = "  # NameError? Run the setup cell first"
# What is run by itself on the next day, with no check beside it.
ALONE = re.compile(r"lesson\.(explore\w*|progress)\(.*\)")


@dataclass
class Cell:
    """One cell: kind is "code" or "markdown"; exercise: whose stub or solution; check: whose check.

    `points`: what its exercise counts when a class is graded, asked of a stub of code alone.
    `line` is where its marker stands in the source; `lead` what the build puts above its text.
    """

    kind: str
    text: str
    line: int
    exercise: str = ""
    check: str = ""
    solution: bool = False
    points: float = 1
    id: str = ""
    lead: str = ""
    head: dict[str, str] = field(default_factory=dict)

    def notebook_cell(self, learners: bool = False) -> Any:
        """The cell as nbformat's, with an id that stays and no more metadata than is used.

        learners: whether it is for a learner's notebook, where a stub that fails stops nothing.
        """
        metadata: dict[str, Any] = {"tags": ["solution"]} if self.solution else {}
        if self.solution and self.kind == "code":
            metadata["tags"] += [FOLDED]
            metadata |= FORM
        if learners and self.exercise and self.kind == "code":
            metadata["tags"] = [GO_ON]
        if self.exercise:
            metadata["exercise"] = self.exercise
        if self.check:
            metadata["check"] = self.check
        if self.points != 1:
            metadata["points"] = self.points
        make = new_code_cell if self.kind == "code" else new_markdown_cell
        return make(self.lead + self.text + self.end, id=self.id, metadata=metadata)

    @property
    def end(self) -> str:
        """What the build puts below its text, which the source never holds."""
        if self.kind == "code":
            return SETUP if self.check or ALONE.fullmatch(self.text) else ""
        return PROMPT.format(self.exercise) if self.exercise and not self.solution else ""


def read_lesson(name: str, root: Path = ROOT) -> list[Cell]:
    """The cells of a lesson, checked; raises SourceError."""
    path = root / "solutions" / f"{name}.py"
    cells = parse(path.read_text(encoding="utf-8"), f"solutions/{path.name}")
    for cell in [c for c in cells if c.kind == "code" and added.USES.search(c.text)][:1]:
        cell.lead = added.lines(root)
    if elsewhere := address.listed(name, root):
        said = f"Open this notebook elsewhere: {elsewhere}"
        cells.insert(1, Cell("markdown", said, cells[0].line, id=LINKS))
    if head(name, root):
        cells.append(Cell("markdown", leading_on(name, root), cells[-1].line, id=NEXT))
    return cells


def parse(text: str, where: str) -> list[Cell]:
    """The cells of a source text; `where` names it in errors. Raises SourceError."""
    return [replace(cell, head=dict(cell.head)) for cell in _parsed(text, where)]


@lru_cache(64)  # a tenth of a second each, and many ask
def _parsed(text: str, where: str) -> list[Cell]:
    lines = [text.count("\n", 0, match.start()) + 1 for match in MARKER.finditer(text)]
    try:
        compile(text, where, "exec")
        raw = jupytext.reads(text, fmt="py:percent").cells
    except SyntaxError as error:
        raise SourceError(f"{where}:{error.lineno}: {error.msg}") from None
    if len(raw) != len(lines):
        raise SourceError(f"{where}:1: start the file, and each cell, with a `# %%` line")
    cells: list[Cell] = []
    for line, one in zip(lines, raw, strict=True):
        cells.append(_cell(one, line, where, cells))
    _complete(cells, where)
    _name(cells, where)
    return cells


def _cell(raw: Any, line: int, where: str, before: list[Cell]) -> Cell:
    """One cell, with what its marker says; `before` are the cells above it."""

    def fail(message: str):
        raise SourceError(f"{where}:{line}: {message}")

    marker = dict(raw.metadata)
    marker.pop("lines_to_next_cell", None)  # jupytext's note of blank lines
    if raw.cell_type not in ("code", "markdown"):
        fail(f"a cell is code or markdown, not {raw.cell_type}")
    for key in marker.keys() - KEYS:
        fail(f"unknown word `{key}` in the cell marker; known are {', '.join(sorted(KEYS))}")
    for tag in marker.get("tags", []):
        if tag != "solution":
            fail(f'unknown tag "{tag}"; the only tag is "solution"')
    solution = bool(marker.get("tags"))
    points = marker.get("points", 1)
    if isinstance(points, bool) or not isinstance(points, (int, float)) or not 0 <= points < 1000:
        fail(f"points={points!r}: write a number from 0 to 999, as in points=2")
    if "points" in marker and (raw.cell_type != "code" or not marker.get("exercise")):
        fail("points belong to a stub of code, beside its exercise=…: nothing else is judged")
    names = marker.get("exercise", ""), marker.get("check", "")
    head = {key: marker[key] for key in ("writes", "teaser") if key in marker}
    cell = Cell(raw.cell_type, raw.source, line, *names, solution, points, head=head)
    stubs = {one.exercise for one in before if one.exercise}
    if solution:
        above = next((one for one in reversed(before) if not one.solution), None)
        if above is None or not above.exercise:
            fail('a solution with no stub above it: mark the cell above with exercise="name"')
        cell.exercise = above.exercise
    elif cell.exercise in stubs:
        fail(f'the exercise "{cell.exercise}" has a stub already')
    if cell.check and cell.check not in stubs:
        fail(f'a check with no exercise: no stub exercise="{cell.check}" stands above it')
    return cell


def _complete(cells: list[Cell], where: str) -> None:
    """Raise SourceError for a stub without its solution or, for code, without its check."""
    solved = {cell.exercise for cell in cells if cell.solution}
    checked = {cell.check for cell in cells if cell.check}
    for cell in cells:
        if cell.exercise and cell.exercise not in solved:
            raise SourceError(f'{where}:{cell.line}: "{cell.exercise}" has no solution below it')
        stub = cell.exercise and cell.kind == "code" and not cell.solution
        if stub and cell.exercise not in checked:
            raise SourceError(f'{where}:{cell.line}: "{cell.exercise}" has no check below it')


def _name(cells: list[Cell], where: str) -> None:
    """Give each cell its id: from the exercise, the heading, or the section and a count."""
    section, counts = "start", Counter(added.IDS)
    for cell in cells:
        heading = re.match(r"#+ +(.+)", cell.text) if cell.kind == "markdown" else None
        if cell.exercise or cell.check:
            role = "check" if cell.check else "solution" if cell.solution else "stub"
            base = f"{cell.check or cell.exercise}-{role}"
        elif heading:
            base = section = slug(heading[1])
            if counts[base]:
                raise SourceError(
                    f'{where}:{cell.line}: a duplicate id, "{base}": word one of the headings anew'
                )
        else:
            base = f"{section}-{cell.kind}"
        counts[base] += 1
        many = counts[base] > 1 or not (cell.exercise or cell.check or heading)
        cell.id = f"{base}-{counts[base]}" if many else base
    for name, count in Counter(cell.id for cell in cells).items():
        if count > 1:
            line = [cell.line for cell in cells if cell.id == name][-1]
            raise SourceError(f'{where}:{line}: a duplicate id, "{name}"')
