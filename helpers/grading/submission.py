"""What a heap gives for each notebook in it: whose it is, which lesson, and the code to run."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """A code cell of the learner's notebook.

    answers: the exercises whose name it defines as an answer (after merging, perhaps several).
    kind: "setup", "answer", "check" (a call of lesson.x.check), "course" (the course's own other
    cell, unchanged) or "own" (the learner's).
    """

    source: str
    answers: tuple[str, ...] = ()
    kind: str = "own"


@dataclass(frozen=True)
class Submission:
    """A learner's notebook, read.

    learner: from the folder's or the file's name. file: as the heap has it, inside a zip too.
    lesson: "04_dropout"; None where none was found, and remarks says why in one line. cells: the
    code to run, in order. written: answers in words, {name: text}, as the course asks them.
    """

    learner: str
    file: str
    lesson: str | None
    cells: tuple[Piece, ...] = ()
    written: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
