"""A learner's notebook in which solutions are shown and hidden: cells that do not run.

The command is `solutions`; how cells go into the file's text is `splice`.
"""

import json
from pathlib import Path
from typing import Any

from helpers.notebooks import source, splice
from helpers.notebooks.files import write_atomically
from helpers.notebooks.plain import Refused, digest, fenced
from helpers.notebooks.plain import text as text_of

MARK = (
    "course_solution"  # in the metadata of a released cell: its exercise and a digest of its text
)


def _mark(cell: dict) -> dict:
    return cell.get("metadata", {}).get(MARK) or {}


def released(cell: source.Cell, minor: int) -> dict:
    """A solution as a markdown cell that is folded; code in a fence, which is never run.

    What knows the cell again is its mark alone: earlier versions wrote other text.
    """
    text = fenced(cell.text) if cell.kind == "code" else cell.text
    # Without the empty lines Markdown would take all of it for HTML: no colours, no formulas.
    summary = f"<details>\n<summary>Solution: {cell.exercise}</summary>"
    text = f"{summary}\n\n{text}\n\n</details>"
    metadata = {MARK: {"exercise": cell.exercise, "digest": digest(text)}}
    made: dict[str, Any] = {"cell_type": "markdown"}
    if minor >= 5:
        made["id"] = f"{cell.id}-shown"
    return made | {"metadata": metadata, "source": text.splitlines(keepends=True)}


class Notebook:
    """A learner's notebook as text; raises Refused where it is none of the course's."""

    def __init__(self, path: Path):
        self.path, self.name = path, path.name
        try:
            self.before = path.read_bytes()
            self.text = self.before.decode("utf-8")
            whole = json.loads(self.text)
            self.lesson = whole["metadata"]["course"]["lesson"]
            self.minor = whole["nbformat_minor"]
            splice.cells(self.text)
        except FileNotFoundError:
            raise Refused(f"{path}: there is no such notebook") from None
        except (KeyError, TypeError):
            raise Refused(f"{path}: not one of the course's notebooks; left alone") from None
        except (ValueError, IndexError):
            raise Refused(f"{path}: broken, it cannot be read as a notebook; left alone") from None

    def cells(self) -> list[dict]:
        return [cell for cell, _, _ in splice.cells(self.text)]

    def shown(self) -> set[str]:
        """The exercises whose solutions stand in it."""
        return {_mark(cell)["exercise"] for cell in self.cells() if _mark(cell)}

    def show(self, solutions: list[source.Cell]) -> None:
        """Put in those solutions that are not there yet."""
        there = self.shown()
        groups: dict[str, list[source.Cell]] = {}
        for cell in solutions:
            if cell.exercise not in there:
                groups.setdefault(cell.exercise, []).append(cell)
        for exercise, group in groups.items():
            place = self._place(exercise)
            for cell in reversed(group):
                self.text = splice.insert(self.text, place, released(cell, self.minor))

    def _place(self, exercise: str) -> int:
        """Where an exercise's solution goes: after its (last) stub, else before its check."""
        everything = splice.cells(self.text)
        stubs, before_check, previous = [], [], None
        for cell, _, end in everything:
            metadata = cell.get("metadata", {})
            if metadata.get("exercise") == exercise:
                stubs.append(end)
            if metadata.get("check") == exercise and previous is not None:
                before_check.append(previous)
            previous = end
        if not everything:
            raise Refused(f"{self.path}: it has no cells, so there is no place for a solution")
        return (stubs or before_check or [previous])[-1]

    def hide(self, exercises: set[str] | None) -> list[str]:
        """Take released solutions out; returns those that stay, because someone wrote in them."""
        kept = []

        def ours(cell: dict) -> bool:
            mark = _mark(cell)
            if not mark or (exercises is not None and mark["exercise"] not in exercises):
                return False
            if mark["digest"] != digest(text_of(cell)) or cell.get("attachments"):
                kept.append(mark["exercise"])
                return False
            return True

        self.text = splice.remove(self.text, ours)
        return sorted(set(kept))

    def save(self) -> bool:
        """Write it, if anything changed; raises Refused where the file is newer than was read."""
        after = self.text.encode("utf-8")
        if after == self.before:
            return False
        if self.path.read_bytes() != self.before:
            raise Refused(f"{self.path}: changed while we worked; nothing written, try again")
        write_atomically(self.path, self.text)
        return True
