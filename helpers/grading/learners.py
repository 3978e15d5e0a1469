"""Sheets by learner: who is who, and under which file name their page stands."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from helpers.grading.sheet import Sheet

# The number that Moodle and Canvas put behind a learner's name, in names of files and folders.
PLATFORM = re.compile(r"_(?:LATE_)?(\d+)_(?:assignsubmission_|\d{3,}_)")


@dataclass(frozen=True)
class Learner:
    """One learner: what was graded, {lesson: sheet}, and the sheets of what could not be."""

    name: str
    graded: dict[str, Sheet]
    others: tuple[Sheet, ...] = ()

    @property
    def sheets(self) -> list[Sheet]:
        return [*self.graded.values(), *self.others]

    @property
    def points(self) -> float | None:
        """The points of all lessons together; None where nothing could be graded."""
        return sum(one.points for one in self.graded.values()) if self.graded else None

    @property
    def numbers(self) -> list[str]:
        """The numbers that a learning platform has put into the names of their files."""
        return list(dict.fromkeys(n for one in self.sheets for n in PLATFORM.findall(one.file)))


def by_learner(sheets: Iterable[Sheet]) -> list[Learner]:
    """The learners, by name.

    Where one name has two sheets of one lesson, two people bear it: they are told apart by the
    platform's number, or by the folder, and the second is called "Anna Muster (2)".
    """
    named, found = defaultdict(list), []
    for sheet in sheets:
        named[sheet.learner].append(sheet)
    for name, those in named.items():
        lessons_ = [sheet.lesson for sheet in those if sheet.items]
        people = {"": those}
        if len(lessons_) > len(set(lessons_)):
            people = defaultdict(list)
            for sheet in those:
                people[(PLATFORM.findall(sheet.file) or [sheet.file.rpartition("/")[0]])[0]].append(
                    sheet
                )
        people = [part for group in people.values() for part in _apart(group)]
        for number, group in enumerate(people, 1):
            graded = {sheet.lesson: sheet for sheet in group if sheet.items}
            others = tuple(sheet for sheet in group if not sheet.items)
            found.append(Learner(f"{name} ({number})" if number > 1 else name, graded, others))
    return sorted(found, key=lambda one: unicodedata.normalize("NFKD", one.name).lower())


def _apart(sheets: list[Sheet]) -> list[list[Sheet]]:
    """As few lists as it takes for none to have a lesson twice: nobody's points are lost."""
    lists: list[list[Sheet]] = []
    for sheet in sheets:
        free = (
            one for one in lists
            if not sheet.items or sheet.lesson not in [other.lesson for other in one if other.items]
        )  # fmt: skip
        place = next(free, None)
        if place is None:
            lists.append(place := [])
        place.append(sheet)
    return lists


def pages(learners: Iterable[Learner]) -> dict[str, str]:
    """{name: its page}, such as "learners/Anna Muster.html": names that every file system takes."""
    found: dict[str, str] = {}
    taken = set()
    for one in learners:
        plain = re.sub(r"[^\w ()-]", "_", unicodedata.normalize("NFC", one.name)).strip()
        plain = plain.encode("utf-8", "replace")[:120].decode("utf-8", "ignore") or "_"
        if re.fullmatch(r"con|prn|aux|nul|com\d|lpt\d", plain, re.IGNORECASE):
            plain = f"_{plain}"  # a device on Windows
        stem, number = plain, 1
        while stem.casefold() in taken:
            number += 1
            stem = f"{plain} {number}"
        taken.add(stem.casefold())
        found[one.name] = f"learners/{stem}.html"
    return found
