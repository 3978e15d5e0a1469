"""What a learner wrote in an older notebook, carried into a newer one; plain JSON, no files.

Answers go by the name of their exercise, which a cell's metadata says, else its id, else what it
defines. A learner's own cells go below the cell that they followed. Where a learner changed a cell
of the course, or wrote two answers, both stay: the one that has no place as a marked cell. Carried
twice, nothing comes twice.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from helpers.notebooks.fitting import Fitting
from helpers.notebooks.plain import digest, text
from helpers.notebooks.written import looks_given, remark, said, unwritten

MARK = "course_kept"  # in the metadata of a cell that stands here because it had no other place
NOTE = "course_note"  # of a cell that we wrote, with a digest of its text: not carried any further
HEAD = re.compile(r"^def +(\w+ *\([^)]*\))", re.MULTILINE)
END = "## Kept from an older version"


@dataclass
class Carried:
    """What came of it: names of exercises, counts, and what changed in the course meanwhile."""

    answers: list[str] = field(default_factory=list)
    anew: list[str] = field(default_factory=list)  # of those, whose stub reads otherwise now
    own: int = 0
    marked: list[str] = field(default_factory=list)  # what stands in marked cells
    changed: list[str] = field(default_factory=list)  # ids of the course's cells with another text
    unsure: bool = False  # whether a cell of the course may have been changed by the learner, too

    @property
    def anything(self) -> bool:
        return bool(self.answers or self.own or self.marked)


class _Carrying:
    """One older notebook into one newer: cells of both in order, and what is put between."""

    def __init__(self, old: dict, new: dict, course: set[str] | None, fresh: set[str] | None):
        self.new, self.course, self.fresh = list(new["cells"]), course, fresh
        self.done = Carried()
        self.cells = [cell for cell in old["cells"] if not self._ours(cell)]
        self.before, self.after = defaultdict(list), defaultdict(list)
        self.fits = Fitting(self.cells, self.new)
        # What the newer notebook already holds of a learner's: it may have been carried before.
        self.there = Counter(
            text(cell) for cell in self.new
            if not (looks_given(cell) or (fresh is not None and digest(text(cell)) in fresh))
        )  # fmt: skip

    @staticmethod
    def _ours(cell: dict) -> bool:
        return cell["metadata"].get(NOTE) == digest(text(cell))

    def put(self, where: list, cell: dict) -> bool:
        """Put a cell in, unless it is there already."""
        if self.there[text(cell)]:
            self.there[text(cell)] -= 1
            return False
        where.append(cell)
        return True

    def own(self, cell: dict, **more: Any) -> dict:
        """A learner's cell without what it showed; where it was a stub, it may still fail."""
        metadata = {k: v for k, v in cell["metadata"].items() if k not in ("exercise", "check")}
        made = {"cell_type": cell["cell_type"], "metadata": metadata | more, "source": text(cell)}
        made |= {key: cell[key] for key in ("id", "attachments") if cell.get(key)}
        return made | (
            {"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {}
        )

    def run(self) -> None:
        answers, homeless, at = defaultdict(list), [], -1
        for cell in self.cells:
            name, blank = self.fits.exercise(cell), unwritten(cell, self.course)
            if name in self.fits.stubs:
                at = self.fits.stubs[name]
                if not blank:
                    answers[name].append(cell)
                continue
            if name:
                homeless += [] if blank else [(name, cell)]
                continue
            place = self.fits.place(cell)
            given = looks_given(cell) or bool(said(cell, "check"))
            if self.course is not None and digest(text(cell)) in self.course:
                given = True
            at = at if place is None else place
            if not text(cell).strip() or (place is not None and text(self.new[at]) == text(cell)):
                continue
            if not given:
                shown = "course_solution" in cell["metadata"]  # released, not the learner's
                self.done.own += self.put(self.after[at], self.own(cell)) and not shown
            elif self.course is None:
                self.done.unsure = True
            elif digest(text(cell)) not in self.course:
                self.kept(at, cell, "You had changed this cell of the course", "a changed cell")
        for name, cells in answers.items():
            self.answer(name, cells)
        self.homeless(homeless)

    def kept(self, at: int, cell: dict, why: str, what: str) -> None:
        """Show a cell right below the one whose place it has not got."""
        made = remark(f"**Kept from an older version.** {why}.", cell, **{MARK: what})
        if self.put(below := [], made):
            self.after[at][:0] = below
            self.done.marked.append(what)

    def answer(self, name: str, cells: list[dict]) -> None:
        """Put an answer in its stub's place; of several the last, the others above it."""
        at = self.fits.stubs[name]
        stub, last = self.new[at], cells[-1]
        for cell in cells[:-1]:
            self.done.own += self.put(self.before[at], self.own(cell))
        if stub["cell_type"] != last["cell_type"]:
            self.kept(at, last, f"`{name}` is asked in another way now", name)
        elif text(stub) != text(last) and not unwritten(stub, self.fresh):
            self.kept(at, last, f"This is your older answer to `{name}`", name)
        elif text(stub) != text(last):
            self.done.answers.append(name)
            if self._reads_anew(stub, last):
                self.done.anew.append(name)
                words = f"**New in this version.** For `{name}`, answered below, the course has:"
                note = remark(words, stub)
                note["metadata"][NOTE] = digest(text(note))
                self.before[at].append(note)
            self.new[at] = stub | {"source": text(last)}
            if last.get("attachments"):
                self.new[at]["attachments"] = last["attachments"]

    def _reads_anew(self, stub: dict, answer: dict) -> bool:
        """Whether a learner has to see a stub that their answer takes the place of."""
        if self.course is not None:
            return digest(text(stub)) not in self.course
        return not set(HEAD.findall(text(stub))) <= set(HEAD.findall(text(answer)))

    def homeless(self, found: list[tuple[str, dict]]) -> None:
        """Put answers to exercises that are no more to the end, below a heading."""
        end, fresh = self.after[len(self.new) - 1], []
        for name, cell in found:
            made = self.own(cell, **{MARK: name})
            if self.put(fresh, made):
                self.done.marked.append(name)
        if fresh:
            words = f"{END}\n\nThese exercises are no longer in this lesson; your answers are."
            heading = {"cell_type": "markdown", "metadata": {MARK: "heading"}, "source": words}
            self.put(end, heading)
            end += fresh

    def result(self) -> list[dict]:
        """All cells in order, each with an id of its own."""
        cells, taken = [], set(self.fits.ids)
        for at in range(-1, len(self.new)):
            cells += [self._with_id(cell, taken) for cell in self.before[at]]
            cells += [self.new[at]] if at >= 0 else []
            cells += [self._with_id(cell, taken) for cell in self.after[at]]
        return cells

    @staticmethod
    def _with_id(cell: dict, taken: set[str]) -> dict:
        name, number = str(cell.get("id", "")), 1
        while not re.fullmatch(r"[\w-]{1,64}", name, re.ASCII) or name in taken:
            name, number = f"kept-{digest(text(cell))[:8]}-{number}", number + 1
        taken.add(name)
        return cell | {"id": name}


def carry(
    old: dict, new: dict, course: set[str] | None, fresh: set[str] | None = None
) -> tuple[dict, Carried]:
    """The newer notebook with the learner's work of the older one; neither is changed.

    course, fresh: digests of what the course wrote in the older, in the newer one, where known.
    """
    work = _Carrying(old, new, course, fresh)
    theirs = course or {digest(text(cell)) for cell in old["cells"]}
    work.done.changed = [
        cell["id"] for cell in new["cells"]
        if looks_given(cell) and digest(text(cell)) not in theirs
        and not said(cell, "exercise")
    ]  # fmt: skip
    work.run()
    return new | {"cells": work.result()}, work.done
