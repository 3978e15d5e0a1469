"""What a notebook of the heap holds for grading: whose it is, its lesson, its cells: plain data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """A code cell of a learner's notebook.

    source: as it stands there, magics and all. answers: the exercises whose answer it defines,
    mostly one; several where cells were merged. kind: "setup" (finds and imports the course),
    "answer", "check" (calls `lesson.NAME.check`), "course" (the course's own other cell, unchanged)
    or "own" (the learner's).
    """

    source: str
    answers: tuple[str, ...] = ()
    kind: str = "own"


@dataclass(frozen=True)
class Submission:
    """A notebook that a learner handed in, read and matched; or a file that could not be.

    learner: from the folder's or the file's name; file: its path as the heap has it, inside a zip,
    too. lesson: such as "04_dropout", or None: then cells is empty and remarks says why, in one
    line. cells: the code to run, in order. written: the answers in words, {name: text} as pairs, ""
    where nothing is written, in the order in which the course asks for them. remarks: what had to
    be done to read it, a line each.
    """

    learner: str
    file: str
    lesson: str | None
    cells: tuple[Piece, ...] = ()
    written: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
