"""How a notebook stands while it is graded: a verdict for each exercise, over all its runs."""

from dataclasses import dataclass, field

from helpers.exercises.task import Task
from helpers.exercises.verdict import Verdict
from helpers.grading.sheet import Item


@dataclass
class Mark:
    """How one exercise stands so far: its verdict, the cell it came from, a remark."""

    verdict: Verdict
    answer: str = ""
    remark: str = ""


@dataclass
class Marks:
    """How a notebook stands so far, over all its runs."""

    tasks: dict[str, Task]
    marks: dict[str, Mark] = field(default_factory=dict)
    judged: set[tuple[int, str]] = field(default_factory=set)  # (step, exercise)
    left_out: set[int] = field(default_factory=set)
    replaced: dict[str, None] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def note(self, step: int, name: str, mark: Mark) -> None:
        """Take a verdict; one on an answer that is not started replaces none."""
        self.judged.add((step, name))
        if name not in self.marks or mark.verdict.status != "not started":
            self.marks[name] = mark

    def item(self, name: str) -> Item:
        """The exercise as a sheet has it, of one point: what it counts, `points` says."""
        mark = self.marks.get(name) or Mark(self.tasks[name].say("not started"))
        verdict = mark.verdict
        points = 1.0 if verdict.status == "correct" else 0.0
        said = (verdict.mistake, verdict.message, verdict.details)
        return Item(name, verdict.status, points, 1.0, *said, mark.answer, mark.remark)
