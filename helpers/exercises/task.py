"""What all kinds of exercise share: a name, hints, a verdict, strict mode; and their progress."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from helpers.command import record
from helpers.exercises.cells import CELLS
from helpers.exercises.stand_in import stand_in
from helpers.exercises.verdict import Note, Table, Verdict


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer: its name, the answer itself (function or value), and what to say."""

    name: str
    wrong: Any
    message: str


def strict() -> bool:
    """Whether a check that is not correct raises: in CI, and where nbgrader runs the notebook.

    nbgrader says so itself, also where a learner presses "Validate".
    """
    return os.environ.get("COURSE_STRICT") == "1" or bool(os.environ.get("NBGRADER_EXECUTION"))


def so_far(kind: str, name: str, texts: Sequence[str], count: int) -> Note:
    """The first `count` of an exercise's texts, numbered, and whether there are more."""
    left = len(texts) - count
    more = f"{left} more: ask again" if left else "that was the last one"
    shown = tuple(f"{i + 1}. {text}" for i, text in enumerate(texts[:count]))
    return Note(f"{kind} {count} of {len(texts)} for {name} ({more})", shown)


class Task:
    """What all kinds of exercise share: name, hints, the last verdict, strict mode."""

    def __init__(self, name: str, hints: Sequence[str] = ()):
        self.name, self.hints, self._hinted = name, tuple(hints), 0
        self.verdict = Verdict(name, "not started")
        self.lesson = ""  # whose it is, as its Progress says: with it begins the record
        self.checked = False  # in this kernel

    def check(self, answer: Any = ...) -> Verdict:
        """Judge `answer`; never raises, unless checks are strict and the answer is not correct."""
        stale = CELLS.trouble(self.name, answer)
        self.verdict = Verdict(self.name, "not yet", stale) if stale else self.verdict_on(answer)
        self.checked = True
        record.note(
            self.lesson, self.name, status=self.verdict.status, mistake=self.verdict.mistake
        )
        if strict() and self.verdict.status != "correct":
            raise AssertionError(str(self.verdict))
        return self.verdict

    def verdict_on(self, answer: Any) -> Verdict:
        """The verdict on an answer, noted nowhere; never raises."""
        try:
            return self.judge(answer)
        except Exception as error:  # a check that stumbles must not take the notebook with it
            message = f"The check could not read your answer: {type(error).__name__}: {error}"
            return Verdict(self.name, "not yet", message)

    def hint(self) -> Note:
        """The next hint; after the last one, all of them again."""
        if not self.hints:
            return Note(f"{self.name}: no hint for this one", ())
        self._hinted = min(self._hinted + 1, len(self.hints))
        record.note(self.lesson, self.name, hints=self._hinted)
        return so_far("Hint", self.name, self.hints, self._hinted)

    def say(self, status: str, message: str = "", mistake: str | None = None, details=()):
        """A verdict of this task; where it is not correct, with the way to the hints."""
        if status == "not yet" and self.hints:
            details = (*details, ("Stuck?", f"lesson.{self.name}.hint()"))
        return Verdict(self.name, status, message, mistake, tuple(details))

    def _not_started(self, why: str = "") -> Verdict:
        return self.say("not started", why or "Replace the `...` and run the cell again.")

    def judge(self, answer: Any) -> Verdict:
        """The verdict on an answer; may raise, `check` does not."""
        raise NotImplementedError


class Progress:
    """`lesson.progress()`: the exercises of a lesson in their order, and how each stands.

    module: the lesson's names; written: the answers in words, {name: points of a good one}. No
    check can read these: the learner compares them, as in `lesson.progress.point("pattern")`, names
    the ones that are done, as in `lesson.progress("pattern")`, and so ticks them. A tick stays, in
    this kernel and by the record, until `lesson.progress(untick="pattern")`.
    """

    def __init__(self, module: dict[str, Any], written: Mapping[str, Sequence[str]] | None = None):
        self.tasks = [value for value in module.values() if isinstance(value, Task)]
        CELLS.watch(task.name for task in self.tasks)
        self.written, self._pointed = dict(written or {}), dict.fromkeys(written or (), 0)
        self._ticked = dict.fromkeys(self.written, False)
        self.lesson = str(module.get("__name__", "")).split(".")[-1]
        for task in self.tasks:
            task.lesson = self.lesson
        stand_in(self.tasks)

    def __call__(self, *ticked: str, untick: str | Sequence[str] = ()) -> Table:
        """The lesson's table; written answers are ticked, or no longer. Below it the course."""
        gone = [untick] if isinstance(untick, str) else list(untick)
        earlier = record.standings(self.lesson)
        for name in self.written:
            noted = name in earlier and earlier[name].status == "written"
            stays = noted or self._ticked[name]
            self._ticked[name] = name not in gone and (stays or name in ticked)
            done = "written" if self._ticked[name] else "not started"
            record.note(self.lesson, name, status=done)
        rows = [self._row(task, earlier.get(task.name)) for task in self.tasks]
        ticks = [self._tick(name) for name in self.written]
        unknown = [name for name in (*ticked, *gone) if name not in self.written]
        statuses = {name: status for name, status, _ in rows + ticks}
        course = tuple(self._course(statuses))
        return Table(tuple(rows), tuple(ticks), course, self._not_written(unknown))

    def point(self, name: str = "") -> Note:
        """The next point of a good answer in words; after the last one, all of them again."""
        if name not in self.written:
            return Note(self._not_written([name]) if name else f"Which answer? {self._known()}", ())
        points = self.written[name]
        self._pointed[name] = min(self._pointed[name] + 1, len(points))
        note = so_far("Point", name, points, self._pointed[name])
        if self._pointed[name] < len(points):
            return note
        end = f'Does yours say so? Tick it in the last cell: `lesson.progress("{name}")`.'
        return Note(note.title, (*note.lines, end))

    @staticmethod
    def _row(task: Task, earlier: record.Standing | None) -> tuple[str, str, str]:
        if task.checked or not earlier or earlier.status == "not started":
            return task.name, task.verdict.status, task.verdict.mistake or ""
        return task.name, earlier.status, "when you last checked it"

    def _tick(self, name: str) -> tuple[str, str, str]:
        if self._ticked[name]:
            return (
                name,
                "written",
                f'your own tick; to take it away: lesson.progress(untick="{name}")',
            )
        # All names: in a fresh kernel without a record the cell's text alone says what is ticked.
        names = (f'"{one}"' for one in self.written if one == name or self._ticked[one])
        compare = f'compare: lesson.progress.point("{name}")'
        return (
            name,
            "not ticked",
            f"{compare}; done? Write here: lesson.progress({', '.join(names)})",
        )

    def _not_written(self, unknown: list[Any]) -> str:
        if not unknown:
            return ""
        return f"{', '.join(map(str, unknown))}: not an answer in words. {self._known()}"

    def _known(self) -> str:
        known = ", ".join(f'"{name}"' for name in self.written)
        return f"Here there are: {known}." if known else "Here there is none."

    def _course(self, statuses: dict[str, str]) -> Iterator[tuple[str, bool]]:
        """A line for each notebook of this folder, and whether it is the one that is open."""
        for one in record.lessons(record.HERE.path.parent) if record.kept() else ():
            here = one.slug == self.lesson
            known = {name: found.status for name, found in record.standings(one.slug).items()}
            yield one.line(statuses if here else known), here
