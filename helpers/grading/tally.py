"""What a class got right and wrong, counted by lesson, by exercise, by mistake.

Plain counting, without a word of HTML.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from statistics import median, quantiles

from helpers.grading.sheet import Item, Sheet

STATUSES = ("correct", "not yet", "not started")


@dataclass(frozen=True)
class Group:
    """Wrong answers to one exercise that were told the same: (sheet, item) pairs.

    name: of the known mistake, or None where only the message is the same.
    """

    lesson: str
    exercise: str
    name: str | None
    answers: tuple[tuple[Sheet, Item], ...]
    tried: int

    @property
    def count(self) -> int:
        return len(self.answers)

    @property
    def share(self) -> float:
        """Of those who tried the exercise, from 0 to 1."""
        return self.count / self.tried

    @property
    def message(self) -> str:
        """What was said; where one mistake was told in several ways, the most frequent."""
        return Counter(item.message for _, item in self.answers).most_common(1)[0][0]


@dataclass(frozen=True)
class Exercise:
    """How a class stands in one exercise: its answers, (sheet, item) pairs."""

    lesson: str
    name: str
    answers: tuple[tuple[Sheet, Item], ...]

    @cached_property
    def counts(self) -> dict[str, int]:
        """{status: how many}, in the order of STATUSES."""
        found = Counter(item.status for _, item in self.answers)
        return {status: found[status] for status in STATUSES}

    @property
    def tried(self) -> int:
        return len(self.answers) - self.counts["not started"]

    @property
    def out_of(self) -> float:
        return self.answers[0][1].out_of

    @cached_property
    def mistakes(self) -> list[Group]:
        """The known mistakes that were made, the most frequent first."""
        return self._grouped(lambda item: item.mistake, lambda item: item.mistake is not None)

    @cached_property
    def unnamed(self) -> list[Group]:
        """The other wrong answers, by message, the most frequent first."""
        return self._grouped(lambda item: item.message, lambda item: item.mistake is None)

    @property
    def remarks(self) -> list[tuple[str, int]]:
        """What happened in grading, such as an endless loop, and to how many."""
        return Counter(item.remark for _, item in self.answers if item.remark).most_common()

    def _grouped(self, key, belongs) -> list[Group]:
        found = defaultdict(list)
        for sheet, item in self.answers:
            if item.status == "not yet" and belongs(item):
                found[key(item)].append((sheet, item))
        groups = [
            Group(self.lesson, self.name, members[0][1].mistake, tuple(members), self.tried)
            for members in found.values()
        ]
        return sorted(groups, key=lambda group: -group.count)


@dataclass(frozen=True)
class Lesson:
    """How a class stands in one lesson."""

    name: str
    sheets: tuple[Sheet, ...]

    @property
    def out_of(self) -> float:
        return self.sheets[0].out_of

    @property
    def middle(self) -> tuple[float, float, float]:
        """The lower quartile, the median and the upper quartile of the points."""
        points = [sheet.points for sheet in self.sheets]
        if len(points) < 2:
            return points[0], points[0], points[0]
        low, _, high = quantiles(points, n=4, method="inclusive")
        return low, median(points), high

    @cached_property
    def exercises(self) -> list[Exercise]:
        """In the order of the lesson."""
        found = defaultdict(list)
        for sheet in self.sheets:
            for item in sheet.items:
                found[item.name].append((sheet, item))
        return [Exercise(self.name, name, tuple(pairs)) for name, pairs in found.items()]

    @cached_property
    def written(self) -> dict[str, list[tuple[Sheet, str]]]:
        """{question: (sheet, text) pairs} of the answers in words; "" where nothing is written."""
        found = defaultdict(list)
        for sheet in self.sheets:
            for name, text in sheet.written:
                found[name].append((sheet, text.strip()))
        return dict(found)


def lessons(sheets: Iterable[Sheet]) -> list[Lesson]:
    """The lessons of which there is a graded notebook, in their order."""
    found = defaultdict(list)
    for sheet in sheets:
        if sheet.lesson and sheet.items:
            found[sheet.lesson].append(sheet)
    return [Lesson(name, tuple(found[name])) for name in sorted(found)]


def shared(class_: list[Lesson], most: int = 10) -> list[Group]:
    """The known mistakes that most learners share, over all lessons; at least two, if there are."""
    groups = [group for one in class_ for each in one.exercises for group in each.mistakes]
    least = min(2, max((len(one.sheets) for one in class_), default=1))
    groups = [group for group in groups if group.count >= least]
    return sorted(groups, key=lambda group: (-group.count, -group.share))[:most]
