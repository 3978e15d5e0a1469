"""What all kinds of exercise share: a name, hints, a verdict, strict mode; and their progress."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from helpers.exercises.stand_in import stand_in
from helpers.exercises.verdict import Note, Table, Verdict


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer: its name, the answer itself (function or value), and what to say."""

    name: str
    wrong: Any
    message: str


class Task:
    """What all kinds of exercise share: name, hints, the last verdict, strict mode."""

    def __init__(self, name: str, hints: Sequence[str] = ()):
        self.name, self.hints, self._hinted = name, tuple(hints), 0
        self.verdict = Verdict(name, "not started")

    def check(self, answer: Any = ...) -> Verdict:
        """Judge `answer`; never raises, unless COURSE_STRICT=1 and the answer is not correct."""
        try:
            self.verdict = self.judge(answer)
        except Exception as error:  # a check that stumbles must not take the notebook with it
            message = f"The check could not read your answer: {type(error).__name__}: {error}"
            self.verdict = Verdict(self.name, "not yet", message)
        if os.environ.get("COURSE_STRICT") == "1" and self.verdict.status != "correct":
            raise AssertionError(str(self.verdict))
        return self.verdict

    def hint(self) -> Note:
        """The next hint; after the last one, all of them again."""
        if not self.hints:
            return Note(f"{self.name}: no hint for this one", ())
        self._hinted = min(self._hinted + 1, len(self.hints))
        shown = tuple(f"{i + 1}. {text}" for i, text in enumerate(self.hints[: self._hinted]))
        left = len(self.hints) - self._hinted
        more = f"{left} more: ask again" if left else "that was the last one"
        return Note(f"Hint {self._hinted} of {len(self.hints)} for {self.name} ({more})", shown)

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
    """`lesson.progress()`: the exercises of a lesson in their order, and how each stands."""

    def __init__(self, module: dict[str, Any]):
        self.tasks = [value for value in module.values() if isinstance(value, Task)]
        stand_in(self.tasks)

    def __call__(self) -> Table:
        return Table(tuple((t.name, t.verdict.status, t.verdict.mistake or "") for t in self.tasks))
