"""Judges one notebook: its cells run in a room of their own, its answers are judged here.

The verdicts are those of the lesson's exercises in this process, which never runs a learner's code.
"""

import contextlib
import importlib
import time
from collections.abc import Iterator
from typing import Any

from helpers.exercises import exercise
from helpers.exercises.cells import stopped
from helpers.exercises.task import Task
from helpers.exercises.verdict import Verdict
from helpers.grading import tricks
from helpers.grading.limits import Limits
from helpers.grading.marks import Mark, Marks
from helpers.grading.planning import Step, plan
from helpers.grading.room import Room, Running
from helpers.grading.running import OUT_OF_TIME
from helpers.grading.sheet import Item, Sheet
from helpers.grading.submission import Submission
from helpers.grading.wire import ENDED, Gone

LATER = ("NameError", "still to be written")  # of an answer that stands on a cell further down


class Judge:
    """Grades one notebook after the other; its room stays warm in between."""

    def __init__(self, limits: Limits = Limits(), command: tuple[str, ...] | None = None):  # noqa: B008
        self.limits, self.room = limits, Room(limits, command)

    def close(self) -> None:
        """End the room."""
        self.room.close()

    def grade(self, submission: Submission) -> Sheet:
        """The sheet of one notebook; raises nothing that a learner could bring about."""
        start, lesson, remarks = time.perf_counter(), submission.lesson, submission.remarks
        items: tuple[Item, ...] = ()
        if lesson is not None:
            module = importlib.import_module(f"helpers.lessons.{lesson[3:]}")
            marks = Marks({task.name: task for task in module.progress.tasks})
            with _patience():
                self._fill(marks, lesson, submission)
            items = tuple(map(marks.item, marks.tasks))
            remarks += (*tricks.seen(submission.cells), *marks.remarks)
        seconds = time.perf_counter() - start
        learner, file, written = submission.learner, submission.file, submission.written
        return Sheet(learner, file, lesson, items, written, remarks, seconds)

    def _fill(self, marks: Marks, lesson: str, submission: Submission) -> None:
        """Run the notebook, and again without what ended its process, until it comes through."""
        steps = plan(lesson, submission.cells)
        trains = any(word in step.source for step in steps for word in ("optim", "train"))
        until = time.monotonic() + self.limits.notebook
        for _ in range(self.limits.reruns + 1):
            try:
                with self.room.notebook(lesson[3:], trains) as running:
                    if self._run(marks, steps, running, until):
                        break
            except Gone:
                continue
        else:
            self._give_up(marks, steps, "Too many of its cells ended the process.")
        for name in list(marks.replaced)[:5]:
            marks.remarks.append(f"`{name}` was replaced; it changed no verdict.")

    def _run(self, marks: Marks, steps: list[Step], running: Running, until: float) -> bool:
        """Whether it came through; if not, what stopped it is noted, to be left out."""
        names = tuple(marks.tasks)
        for number, step in enumerate(steps):
            if number in marks.left_out:
                continue
            if time.monotonic() > until:
                said = f"The {self.limits.notebook:g} seconds of this notebook were up."
                self._give_up(marks, steps[number:], said)
                return True
            try:
                said = running.cell(step.source, names)
            except Gone as why:
                marks.left_out.add(number)
                self._lost(marks, number, step, str(why))
                return False
            marks.replaced |= dict.fromkeys(said["replaced"])
            if said["error"] == OUT_OF_TIME and not step.answers:
                took = f"did not end within {self.limits.cell:g} seconds"
                marks.remarks.append(f"A cell {took}: {_first_line(step.source)}")
            for name in step.answers:
                if name in marks.tasks and (number, name) not in marks.judged:
                    self._judge(marks, number, step, name, said, running)
        return self._once_more(marks, steps, running)

    def _judge(self, marks: Marks, number: int, step: Step, name: str, said: Any, running: Running):
        if said["error"] and name not in said["made"]:
            if name not in marks.marks:
                message, remark = stopped(name, said["error"]), ""
                if said["error"] == OUT_OF_TIME:
                    remark = f"Its cell did not end within {self.limits.cell:g} seconds."
                    message = f"{remark} Is there a loop that never stops?"
                verdict = Verdict(name, "not yet", message)
                marks.note(number, name, Mark(verdict, step.source, remark))
            return
        marks.judged.add((number, name))  # whatever becomes of it, once is enough
        try:
            verdict, lost = self._verdict(marks.tasks[name], running)
        except Gone as why:
            how = ENDED.get(str(why), str(why))
            said = f"The answer {how}."
            marks.note(number, name, Mark(Verdict(name, "not yet", said), step.source, said))
            raise
        marks.note(number, name, Mark(verdict, step.source, lost and f"The answer {lost}."))

    @staticmethod
    def _verdict(task: Task, running: Running) -> tuple[Verdict, str]:
        """The verdict, and what went wrong with the process that answered, or ""."""
        with running.answer(task.name) as server:
            verdict = task.verdict_on(server.value)
            if server.stopped:
                raise KeyboardInterrupt
            return verdict, server.lost

    def _lost(self, marks: Marks, number: int, step: Step, why: str) -> None:
        how = ENDED.get(why, why)
        for name in step.answers:
            if name in marks.tasks:
                verdict = Verdict(name, "not yet", f"The cell that defines `{name}` {how}.")
                remark = f"Its cell {how}; it was left out."
                marks.note(number, name, Mark(verdict, step.source, remark))
        if not step.answers:
            marks.remarks.append(f"A cell {how}; it was left out: {_first_line(step.source)}")

    @staticmethod
    def _give_up(marks: Marks, steps: list[Step], why: str) -> None:
        """Say of every answer that was not judged why it was not."""
        marks.remarks.append(why)
        for step in steps:
            for name in step.answers:
                if name in marks.tasks and name not in marks.marks:
                    verdict = Verdict(name, "not yet", f"{why} `{name}` was not run.")
                    marks.marks[name] = Mark(verdict, step.source, why)

    def _once_more(self, marks: Marks, steps: list[Step], running: Running) -> bool:
        """Judge again, now that all has run, what stood on a cell further down."""
        for name, mark in marks.marks.items():
            verdict = mark.verdict
            if verdict.status == "not yet" and any(w in verdict.message for w in LATER):
                try:
                    again, _ = self._verdict(marks.tasks[name], running)
                except Gone:
                    break
                if again.status == "correct":
                    said = "It is right once the cells below it have run."
                    marks.marks[name] = Mark(again, mark.answer, said)
        return True


@contextlib.contextmanager
def _patience() -> Iterator[None]:
    """Give a check more time than in a notebook: a machine that grades a class is a busy one."""
    usual, exercise.SECONDS = exercise.SECONDS, 3 * exercise.SECONDS
    try:
        yield
    finally:
        exercise.SECONDS = usual


def _first_line(source: str) -> str:
    return next((line.strip() for line in source.splitlines() if line.strip()), "")[:80]
