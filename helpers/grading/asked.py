"""What a lesson asks, for whoever reads how a class answered: titles, stubs, questions, options."""

import importlib
from dataclasses import dataclass, field
from pathlib import Path

from helpers.exercises import Choice
from helpers.notebooks import overview, source


@dataclass(frozen=True)
class Asked:
    """A lesson's title, such as "4 · Dropout"; the code that learners begin with, {name: code}; the
    questions to answer in words, {name: Markdown}; those with options, {name: Choice}."""

    title: str
    stubs: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    choices: dict[str, Choice] = field(default_factory=dict)


def of(lesson: str, root: Path = source.ROOT) -> Asked:
    """What a lesson, such as "04_dropout", asks. Raises SourceError, OSError, ImportError."""
    title = overview.titled(lesson, overview.head(lesson, root))
    cells = [
        cell for cell in source.read_lesson(lesson, root) if cell.exercise and not cell.solution
    ]
    stubs = {cell.exercise: cell.text for cell in cells if cell.kind == "code"}
    words = {cell.exercise: cell.text for cell in cells if cell.kind != "code"}
    tasks = importlib.import_module(f"helpers.lessons.{lesson[3:]}").progress.tasks
    choices = {task.name: task for task in tasks if isinstance(task, Choice)}
    return Asked(title, stubs, words, choices)
