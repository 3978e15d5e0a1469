"""The lessons as this version of the course has them: what to look for in a learner's notebook."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from helpers.grading import names
from helpers.notebooks import source
from helpers.notebooks.added import USES


@dataclass(frozen=True)
class Lesson:
    """A lesson's cells, as a learner gets them.

    name: such as "04_dropout". stubs: {exercise: the text of its cell} for code, in order; words:
    the same for answers in words. setup: the text of the setup cell. given: the texts of all code
    cells, and prose of the others, tidied. places: of an answer in words the landmarks around it.
    """

    name: str
    stubs: dict[str, str]
    words: dict[str, str]
    setup: str
    given: frozenset[str]
    prose: frozenset[str]
    places: dict[str, tuple[str, str]]

    @property
    def slug(self) -> str:
        return self.name[3:]

    @property
    def title(self) -> str:
        """As in "lesson 4"."""
        return f"lesson {int(self.name[:2])}"

    def helpers(self, exercise: str) -> set[str]:
        """The names that an exercise's stub defines: its own, and those that its answer is of."""
        return names.defined(self.stubs[exercise]) | {exercise}


def tidy(text: str) -> str:
    """A text by which cells are compared: no space at the ends of lines, LF alone."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def landmark(text: str) -> str:
    """What a cell is known by to those beside it: a heading, which lasts longer, else all of it."""
    return tidy(text).partition("\n")[0] if text.startswith("#") else tidy(text)


@cache
def lessons(root: Path = source.ROOT) -> dict[str, Lesson]:
    """All lessons by name. Raises SourceError where a source is wrong."""
    found = {}
    for name in source.lessons(root):
        cells = [one for one in source.read_lesson(name, root) if not one.solution]
        code = [one.notebook_cell(learners=True).source for one in cells if one.kind == "code"]
        found[name] = Lesson(
            name,
            {one.exercise: one.text for one in cells if one.exercise and one.kind == "code"},
            {one.exercise: one.text for one in cells if one.exercise and one.kind == "markdown"},
            next((text for text in code if USES.search(text)), ""),
            frozenset(map(tidy, code)),
            frozenset(tidy(one.text) for one in cells if one.kind == "markdown"),
            _places(cells),
        )
    return found


def _places(cells: list[source.Cell]) -> dict[str, tuple[str, str]]:
    asked = [at for at, one in enumerate(cells) if one.exercise and one.kind == "markdown"]
    around = [(landmark(cells[at - 1].text), landmark(cells[at + 1].text)) for at in asked]
    return {cells[at].exercise: place for at, place in zip(asked, around, strict=True)}
