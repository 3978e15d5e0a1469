"""Which cell of a learner's notebook answers which exercise: as Restart and Run All would have it.

A cell answers by what it defines. Of several the last one above the exercise's last check counts,
else the last of all; one that cannot be read as Python, or where nothing is filled in, counts only
where there is no other. What a cell says it is, in its metadata or its id, decides where none
defines the name.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from helpers.grading import names
from helpers.grading.course import Lesson, tidy
from helpers.grading.submission import Piece
from helpers.grading.words import Words, cell_name
from helpers.notebooks.added import USES, without
from helpers.notebooks.plain import digest, text

SOLUTIONS = "the course's own solutions stand in it; they are left out"
NOTHING = "saved empty: there is nothing in its cells"
NAMED = 4  # so many exercises are named in a remark, the others counted
NO_SETUP = "the setup cell is missing or another one; the course's own runs first"


def _listed(exercises: list[str]) -> str:
    apart = list(dict.fromkeys(exercises))
    more = len(apart) - NAMED
    return ", ".join(apart[:NAMED]) + (f" and {more} more" if more > 0 else "")


class Matching:
    """A notebook's cells, told apart for one lesson.

    pieces: the code to run; written: the answers in words; remarks: what was out of the ordinary.
    """

    def __init__(self, notebook: dict, lesson: Lesson):
        self.lesson, self._notes = lesson, defaultdict(list)
        stamp = notebook["metadata"].get("course")
        noted = stamp.get("texts") if isinstance(stamp, dict) else ""
        self.course = set(noted.split()) if isinstance(noted, str) else set()
        cells = [cell for cell in notebook["cells"] if not self._solution(cell)]
        if len(cells) < len(notebook["cells"]):
            self._notes[SOLUTIONS] = []
        if not any(map(text, cells)):
            self._notes[NOTHING] = []
        words = Words(cells, lesson, self.course)
        self.written = tuple(words.found.items())
        left = [cell for at, cell in enumerate(cells) if at not in words.used]
        self.cells = [cell for cell in left if self._code(cell)]
        self.asked: dict[str, int] = {}  # where each exercise is checked last
        self.given: dict[str, str] = {}  # what its check is given, where no cell defines it
        self.blank: dict[str, list[int]] = defaultdict(list)  # where its stub waits
        self.chosen = self._choose()
        self.pieces = tuple(self._pieces())
        self.remarks = tuple(
            f"{_listed(of)}: {what}" if of else what for what, of in self._notes.items()
        )

    @staticmethod
    def _solution(cell: dict) -> bool:
        """Whether it is a cell of a solved notebook's, or one that `solutions show` put in."""
        tags = cell["metadata"].get("tags")
        return "course_solution" in cell["metadata"] or (
            isinstance(tags, list) and "solution" in tags
        )

    def _code(self, cell: dict) -> bool:
        """Whether a cell is code; an answer's cell that was turned into another kind is, too."""
        words, name = text(cell), cell_name(cell)
        if cell["cell_type"] == "code" or name not in self.lesson.stubs:
            return cell["cell_type"] == "code" and bool(words.strip())
        if not names.tree(words) or name not in names.defined(words):
            return False
        self._notes["in a cell that is no code cell any more; read as one"].append(name)
        return True

    def _choose(self) -> dict[str, int]:
        """{exercise: the cell that answers it}, those left out that no cell answers."""
        found, alone, given = defaultdict(list), defaultdict(list), {}
        last: dict[str, ast.stmt] = {}  # what each name stands for below a cell
        for at, cell in enumerate(self.cells):
            words, changed = text(cell), set()
            for one, stored, mended in names.statements(words):
                last |= dict.fromkeys(stored | (mended & set(last)), one)
                changed |= mended & set(found)
            for name, answer in names.checks(words).items():
                self.asked[name], given[name] = at, answer
            answered = (names.defined(words) | changed) & set(self.lesson.stubs)
            for name in answered:
                (self.blank if self._waits(name, words, last) else found)[name].append(at)
            if not answered:
                alone[cell_name(cell)].append(at)
        for name in self.lesson.stubs:
            if not found[name] and given.get(name) is not None:
                said = ast.unparse(given[name])
                self.given |= {name: said} if said not in (name, "...", "None") else {}
        asked = [name for name in self.lesson.stubs if name not in self.given]
        chosen = {name: self._one(name, found[name], alone[name]) for name in asked}
        return {name: at for name, at in chosen.items() if at is not None}

    def _waits(self, name: str, words: str, last: dict[str, ast.stmt]) -> bool:
        """Whether nothing of an answer is filled in, as things stand below a cell."""
        if digest(words) in self.course or tidy(words) == tidy(self.lesson.stubs[name]):
            return True
        if names.tree(words) is None:
            return False
        stub = {names.same(one) for one in names.tree(self.lesson.stubs[name]) or ()}
        parts = [last[one] for one in self.lesson.helpers(name) if one in last]
        return all(names.same(one) in stub or names.waits(one) for one in parts)

    def _one(self, name: str, found: list[int], alone: list[int]) -> int | None:
        """The cell that answers an exercise."""
        read = [at for at in found if names.tree(text(self.cells[at])) is not None]
        above = [at for at in read or found if at <= self.asked.get(name, len(self.cells))]
        anew = [at for at in read if name in names.defined(text(self.cells[at]))]
        if len({tidy(text(self.cells[at])) for at in anew}) > 1:
            which = " above the check" if len(above) < len(read) and above else ""
            self._notes[f"written more than once; the last{which} counts"].append(name)
        if found:
            return (above or read or found)[-1]
        for at in reversed(alone):
            words = text(self.cells[at])
            if digest(words) not in self.course and words.strip():
                code = names.tree(words) or names.tree(words) is None
                why = "does not define it" if code else "holds remarks alone, no code"
                self._notes[f"the cell of this answer {why}"].append(name)
                return at
        return None

    def _pieces(self) -> Iterator[Piece]:
        """The code to run, in order; a stub that is answered elsewhere is left out."""
        answers = defaultdict(list)
        for name, at in self.chosen.items():
            answers[at].append(name)
        ready = {tidy(without(text(cell))) for cell in self.cells}
        if self.cells and tidy(without(self.lesson.setup)) not in ready:
            self._notes[NO_SETUP] = []
            yield Piece(self.lesson.setup, kind="setup")
        waiting = {at for name in self.chosen for at in self.blank[name]}
        for at, cell in enumerate(self.cells):
            words = text(cell)
            if at in waiting and at not in answers and self._only_stub(words):
                continue
            for name, said in self.given.items():
                if self.asked[name] == at:
                    self._notes[f"taken from the check, which is given `{said}`"].append(name)
                    yield Piece(f"{name} = {said}", (name,), "answer")
            yield Piece(words, tuple(answers[at]), self._kind(at, words, bool(answers[at])))

    def _only_stub(self, words: str) -> bool:
        """Whether a cell holds names of exercises that wait, and nothing else."""
        known = {one for name in self.lesson.stubs for one in self.lesson.helpers(name)}
        return names.defined(words) <= known and all(
            stored or isinstance(one, ast.Expr) for one, stored, _ in names.statements(words)
        )

    def _kind(self, at: int, words: str, answers: bool) -> str:
        if answers:
            return "answer"
        if names.only_checks(words):
            return "check"
        if USES.search(words):
            return "setup"
        named = self.cells[at]["metadata"].get("check")
        if isinstance(named, str) and named in self.lesson.stubs:
            self._notes["the check's cell was rewritten"].append(named)
        given = tidy(words) in self.lesson.given or re.fullmatch(r"lesson\.\w+\(\)", words.strip())
        return "course" if given else "own"
