"""Canvas's gradebook: an assignment's column filled in, for its "Import".

Its columns are Student ("Muster, Anna"), ID, SIS User ID, SIS Login ID, Section, then an assignment
each, "Dropout (123)"; a row "Points Possible" comes before the learners. The ID is also in the
names that Canvas gives to downloaded files: "musteranna_12345_67890_dropout.ipynb".
"""

import re
from collections.abc import Mapping

from helpers.grading.gradebook import (
    Book,
    GradebookError,
    as_number,
    known,
    matched,
    names,
    share,
    words,
)
from helpers.grading.learners import Learner
from helpers.grading.markup import number
from helpers.grading.table import as_csv, safe

ASSIGNMENT = re.compile(r"(.+) \(\d+\)")
HEADER = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]


def assignments(book: Book) -> dict[int, str]:
    """{column: title} of the assignments. Raises GradebookError where there is none."""
    found = {
        place: match[1].strip() for place, cell in enumerate(book.header)
        if (match := ASSIGNMENT.fullmatch(cell.strip()))
    }  # fmt: skip
    if not found or book.column("id") is None:
        raise GradebookError(
            f"{book.name}: is no gradebook of Canvas: it has no ID, or no assignment like "
            "“Dropout (123)”; export it anew from Grades"
        )
    return found


def chosen(
    book: Book, worth: Mapping[str, float], titles: Mapping[str, str], asked: str = ""
) -> dict[int, dict[str, float]]:
    """Which lessons go into which column, {column: {lesson: points}}.

    worth: {lesson: points}; titles: {lesson: "4 · Dropout"}. asked: a part of the title of the one
    assignment that all of them go into; else each goes to the assignment that bears its title, or
    all into the only one. Raises GradebookError.
    """
    columns = assignments(book)
    listed = ", ".join(f"“{title}”" for title in columns.values())
    if asked:
        fitting = [at for at, title in columns.items() if asked.lower() in title.lower()]
        exact = [at for at in fitting if asked in (columns[at], book.header[at])]
        if len(exact or fitting) != 1:
            many = "more than one assignment is" if fitting else "no assignment is"
            raise GradebookError(f"{book.name}: {many} called “{asked}”; there are {listed}")
        return {(exact or fitting)[0]: dict(worth)}
    found: dict[int, dict[str, float]] = {}
    for lesson, points in worth.items():
        title = titles[lesson].partition("·")[2]
        wanted = {"".join(words(one)) for one in (lesson[3:], title) if words(one)}
        fitting = [
            at for at, one in columns.items() if any(each in "".join(words(one)) for each in wanted)
        ]
        if len(fitting) == 1:
            found.setdefault(fitting[0], {})[lesson] = points
    if not found and len(columns) == 1:
        return {next(iter(columns)): dict(worth)}
    if len(found) != len(worth):
        raise GradebookError(
            f"{book.name}: which assignment is it? Name it with --assignment; there are {listed}"
        )
    return found


def fill(
    book: Book, learners: list[Learner], into: Mapping[int, Mapping[str, float]]
) -> tuple[bytes, list[str]]:
    """The gradebook with these columns filled in, and a line for whoever got no grade.

    Other assignments are left out: an import would write over them. into: as `chosen` gives it.
    """
    identity = range(min(assignments(book)))
    most = {at: _possible(book, at) or sum(worth.values()) for at, worth in into.items()}
    keys = {
        place: _keys(book, row) for place, row in enumerate(book.rows) if place and _id(book, row)
    }
    found, said = matched(keys, {one.name: known(one) for one in learners})
    rows = [list(row) for row in book.rows]
    for learner in (one for one in learners if one.name in found):
        parts = {at: share(learner, worth) for at, worth in into.items()}
        for at, part in parts.items():
            if part is not None:
                rows[found[learner.name]][at] = number(part * most[at])
        if all(part is None for part in parts.values()):
            said.append(
                f"{learner.name}: nothing of theirs could be graded; the row stays as it is"
            )
    kept = [*identity, *sorted(into)]
    return book.having([[row[at] for at in kept] for row in rows]).as_bytes(), said


def _id(book: Book, row: list[str]) -> str:
    return row[book.column("id")].strip()


def _keys(book: Book, row: list[str]) -> list[str]:
    """What a row's learner is known by."""
    login = book.column("sis login id")
    more = [row[login].strip().lower()] if login is not None else []
    return [f"#{_id(book, row)}", *names(row[book.column("student") or 0]), *more]


def _possible(book: Book, at: int) -> float | None:
    """The points that a column is out of, from the row above the learners."""
    above = (row for row in book.rows[1:] if not _id(book, row))
    return next((value for row in above if (value := as_number(row[at])) is not None), None)


def plain(learners: list[Learner], worth: Mapping[str, float], titles: Mapping[str, str]) -> bytes:
    """A gradebook made without Canvas's: an assignment a lesson, IDs where files have them."""
    rows = [[*HEADER, *(safe(titles[lesson]) for lesson in worth)]]
    rows.append(["    Points Possible", "", "", "", "", *map(number, worth.values())])
    for one in learners:
        if one.graded:
            points = (number(one.graded[at].points) if at in one.graded else "" for at in worth)
            at = one.numbers[0] if one.numbers else ""
            rows.append([safe(one.name), at, "", "", "", *points])
    return as_csv(rows)
