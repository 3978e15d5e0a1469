"""What each exercise counts, as the lessons' sources say."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from helpers.grading.sheet import Sheet
from helpers.notebooks import source


def of(lesson: str, root: Path = source.ROOT) -> dict[str, float]:
    """The points of a lesson's exercises, {name: points}, in their order: 1 where it says nothing.

    lesson: such as "04_dropout". Answers in words have none, for nobody judges them. Raises
    SourceError where the source cannot be read as a lesson, OSError where there is none.
    """
    return {
        cell.exercise: cell.points
        for cell in source.read_lesson(lesson, root)
        if cell.exercise and cell.kind == "code" and not cell.solution
    }


def counted(sheet: Sheet, worth: Mapping[str, float]) -> Sheet:
    """A sheet with its exercises' points as worth, {name: points}, says: the same parts of it."""
    items = []
    for item in sheet.items:
        out_of = worth.get(item.name, item.out_of)
        part = item.points / item.out_of if item.out_of else float(item.status == "correct")
        items.append(replace(item, points=part * out_of, out_of=out_of))
    return replace(sheet, items=tuple(items))
