"""The answers in words of a learner's notebook: what was written, without the course's question."""

import difflib
import re

from helpers.grading import names
from helpers.grading.course import Lesson, landmark, tidy
from helpers.notebooks.plain import digest, text
from helpers.notebooks.written import looks_given, said

PROMPT = re.compile(r"\*Double-click here and write\..*?\*(?!\*)", re.DOTALL)
# So alike, and it is the course's question in an older wording; less so where the prompt is there.
LIKE, REWORDED = 0.9, 0.5
LONG = 1000  # letters of a question that are compared


def cell_name(cell: dict) -> str:
    """The exercise that a cell says it answers: by its metadata, its id or nbgrader's."""
    noted = cell["metadata"].get("nbgrader")
    ids = [cell.get("id"), noted.get("grade_id") if isinstance(noted, dict) else ""]
    found = [re.fullmatch(r"(\w+)-stub(?:-\d+)?", str(one)) for one in ids]
    return said(cell, "exercise") or next((one[1] for one in found if one), "")


def _question(words: str) -> str:
    return tidy(PROMPT.sub("", words))


def _alike(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _own(words: str, asked: str) -> str:
    """What a learner wrote into a cell that asked something, maybe in an older wording."""
    prompted = PROMPT.search(words)
    words, asked = _question(words), _question(asked)
    if words.startswith(asked):
        return words[len(asked) :].strip()
    if len(words) <= 1.1 * len(asked) and _alike(words, asked) > LIKE:
        return ""
    first, _, rest = words.partition("\n\n")
    return rest.strip() if prompted and ("?" in first or first.startswith("**")) else words


class Words:
    """The answers in words of one notebook.

    course: digests of texts that the course wrote, where the notebook notes them. found: {name:
    text}, "" where nothing is written; used: the places of cells that hold an answer.
    """

    def __init__(self, cells: list[dict], lesson: Lesson, course: set[str]):
        self.lesson, self.course = lesson, course
        self.found, self.used = dict.fromkeys(lesson.words, ""), set()
        asked = set(map(self._named, cells))
        self.homeless = [name for name in lesson.words if name not in asked]
        open_for, said_before = "", ""  # whose answer may go on here; the course's text above
        for at, cell in enumerate(cells):
            after = landmark(text(cells[at + 1])) if at + 1 < len(cells) else ""
            if "course_note" in cell["metadata"]:
                continue
            name = self._named(cell)
            if name:
                own = "" if digest(text(cell)) in course else _own(text(cell), lesson.words[name])
                self._take(name, own, at, anew=True)
            elif self._loose(cell):
                name = open_for or self._by_place(said_before, after)
                if name:
                    own = _own(text(cell), lesson.words[name])
                    self._take(name, own, at, anew=not open_for)
            open_for, said_before = name, landmark(text(cell))

    def _take(self, name: str, own: str, at: int, anew: bool) -> None:
        """Note an answer: of several the last counts, what follows it directly belongs to it."""
        if own:
            before = "" if anew else self.found[name]
            self.found[name] = f"{before}\n\n{own}".strip()
        self.used.add(at)

    def _named(self, cell: dict) -> str:
        """The answer that a cell is, by its name or by the question in it."""
        if (name := cell_name(cell)) in self.lesson.words:
            return name
        first = _question(text(cell)).partition("\n")[0][:LONG]
        for name, asked in self.lesson.words.items():
            if first == _question(asked).partition("\n")[0][:LONG]:
                return name
        if not PROMPT.search(text(cell)):
            return ""
        alike = {name: _alike(first, _question(asked)) for name, asked in self.lesson.words.items()}
        best = max(alike, key=alike.get, default="")
        return best if best and alike[best] > REWORDED else ""

    def _loose(self, cell: dict) -> bool:
        """Whether a cell holds words of the learner's that no name leads to."""
        words = text(cell)
        if not words.strip() or tidy(words) in self.lesson.prose or digest(words) in self.course:
            return False
        if looks_given(cell) or re.match(r"\s*#+ ", words):  # of an older version
            return False
        return cell["cell_type"] != "code" or names.tree(words) is None

    def _by_place(self, before: str, after: str) -> str:
        """The answer that the course asks there, where its question is nowhere to be seen."""
        for name in self.homeless:
            place = self.lesson.places[name]
            if not self.found[name] and (before == place[0] or after == place[1]):
                return name
        return ""
