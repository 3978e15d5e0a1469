"""What each exercise counts, as the lessons' sources say."""

from pathlib import Path

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
