"""What a notebook tries so as to look right: told to the instructor. It changes no verdict."""

import ast
import re
from collections.abc import Iterator, Sequence

from helpers.exercises.verdict import MARKS
from helpers.grading.planning import LESSON
from helpers.grading.submission import Piece

FAKED = re.compile(
    rf"{MARKS['correct']} *\S{{1,80}} *: *correct|(?<!\w)points *[:=] *\d", re.IGNORECASE
)

# By which an answer comes to the course's programs, or to its caller, without naming them.
INSIDE = re.compile(r"\bsys\.modules\b|\bimport_module\b|\bget_objects\b|\b_getframe\b")


def seen(pieces: Sequence[Piece]) -> list[str]:
    """A line for each kind of trick that the text of the cells shows."""
    return list(dict.fromkeys(line for piece in pieces for line in _in(piece)))


def _in(piece: Piece) -> Iterator[str]:
    if piece.kind == "course":
        return
    if piece.kind == "check" and not _only_checks(piece.source):
        yield "A check cell was rewritten; the verdicts are the course's own."
    if "COURSE_STRICT" in piece.source:
        yield "A cell sets COURSE_STRICT; the verdicts do not hang on it."
    if re.search(r"\boracles?\b|\b_?wanted\b", piece.source) and piece.kind != "setup":
        yield "A cell asks for the course's own answers (`oracles`); read it yourself."
    if (found := INSIDE.search(piece.source)) and piece.kind != "setup":
        yield f"A cell looks into Python's own workings (`{found[0]}`); read it yourself."
    try:
        tree = ast.parse(piece.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    if any(isinstance(text, str) and FAKED.search(text) for text in texts):
        yield "A cell prints a verdict of its own; it counts for nothing."


def _only_checks(source: str) -> bool:
    """Whether a check cell calls a check of the lesson, and does nothing else."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return all(
        isinstance(one, ast.Expr)
        and isinstance(one.value, ast.Call)
        and ast.unparse(one.value.func).startswith(f"{LESSON}.")
        for one in body
    )
