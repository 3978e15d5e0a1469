"""Which cells of a notebook are run for its verdicts, and what the course adds to them."""

import ast
import json
import re
import symtable
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from helpers.grading.submission import Piece
from helpers.notebooks.overview import ROOT

LESSON = "lesson"  # the name that the course's setup cell gives a lesson


@dataclass(frozen=True)
class Step:
    """A cell to run, and the exercises that it answers."""

    source: str
    answers: tuple[str, ...] = ()


@cache
def course_cells(lesson: str, root: Path = ROOT) -> tuple[str, ...]:
    """The course's own code cells of a lesson, "04_dropout": the setup cell, then those that belong
    to no exercise. Of a course without its notebooks, an import of the lesson alone."""
    try:
        text = (root / "notebooks" / f"{lesson}.ipynb").read_text(encoding="utf-8")
        code = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
        plain = [c for c in code if not {"exercise", "check"} & c["metadata"].keys()]
        return tuple("".join(cell["source"]) for cell in plain)
    except (OSError, ValueError, LookupError, TypeError):
        return (f"import numpy as np\n\nfrom helpers.lessons import {lesson[3:]} as lesson",)


def plan(lesson: str, pieces: Sequence[Piece]) -> list[Step]:
    """What to run, in order.

    The course's setup cell comes first, whatever became of the learner's. Cells that only show
    something are left out, and so are the course's own that nothing of the learner's stands on.
    """
    steps, needed = [], set()
    for piece in reversed(pieces):
        if not piece.answers and shows_only(piece.source):
            continue
        if piece.kind == "course" and not bound(piece.source) & needed:
            continue
        needed |= used(piece.source)
        steps.insert(0, Step(piece.source, tuple(piece.answers)))
    setup, *others = course_cells(lesson)
    there = set().union(*(bound(piece.source) for piece in pieces))
    missing = []
    for source in reversed(others):
        if bound(source) & (needed - there) and not shows_only(source):
            needed |= used(source)
            missing.insert(0, Step(source))
    return [Step(setup), *missing, *steps]


@cache
def _tree(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def shows_only(source: str) -> bool:
    """Whether a cell does nothing but ask the lesson to show something, or nothing at all."""
    tree = _tree(source)
    return tree is not None and all(map(_shows, tree.body))


def _shows(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Expr):
        return isinstance(statement, ast.Pass)
    one = statement.value
    if isinstance(one, ast.Constant):
        return True
    if not isinstance(one, ast.Call) or any(isinstance(n, ast.NamedExpr) for n in ast.walk(one)):
        return False
    called = one.func
    while isinstance(called, ast.Attribute):
        called = called.value
    return isinstance(called, ast.Name) and called.id == LESSON and called is not one.func


def bound(source: str) -> set[str]:
    """The names that a cell binds, those inside functions left out; if unreadable, a guess."""
    try:
        symbols = symtable.symtable(source, "cell", "exec").get_symbols()
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set(re.findall(r"^(?:def |class |)(\w+) *(?:\(|=(?!=))", source, re.MULTILINE))
    return {one.get_name() for one in symbols if one.is_assigned() or one.is_imported()}


def used(source: str) -> set[str]:
    """The names that a cell looks up outside its functions; all words, if it can't be read."""
    try:
        return set(_used(symtable.symtable(source, "cell", "exec"), True))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set(re.findall(r"\w+", source))


def _used(scope: symtable.SymbolTable, outermost: bool = False) -> Iterator[str]:
    for symbol in scope.get_symbols():
        if symbol.is_referenced() and (outermost or symbol.is_global()):
            yield symbol.get_name()
    for inner in scope.get_children():
        yield from _used(inner)
