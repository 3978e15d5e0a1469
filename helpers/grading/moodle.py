"""Moodle's grading worksheet: Grade filled in, for "Upload grading worksheet" of the assignment.

Its columns are Identifier ("Participant 12345"), Full name, Email address, Status, Grade, Maximum
grade and more; in another language they have other names, in the same order. The number is also in
the names that Moodle gives to downloaded files: "Anna Muster_12345_assignsubmission_file_".
"""

import re
from collections.abc import Mapping

from helpers.grading.gradebook import Book, GradebookError, as_number, known, matched, names, share
from helpers.grading.learners import Learner
from helpers.grading.markup import number
from helpers.grading.table import as_csv, safe

HEADER = ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade"]


def columns(book: Book) -> tuple[int, int, int, int]:
    """Where identifier, full name, grade and maximum are. Raises GradebookError."""
    found = [
        book.column(*each)
        for each in (("identifier",), ("full name",), ("grade",), ("maximum grade",))
    ]
    if None not in found:
        return tuple(found)
    # Another language: an identifier ends in digits, the name is beside it; all have one maximum,
    # and the grade is before it.
    cells = list(zip(*book.rows[1:], strict=True))
    best = [
        place for place, column in enumerate(cells)
        if len(set(column)) == 1 and as_number(column[0]) is not None
    ]  # fmt: skip
    if not all(re.search(r"\d$", cell) for cell in cells[0]) or not best or best[0] < 2:
        raise GradebookError(
            f"{book.name}: is no grading worksheet with one maximum; in the assignment's settings "
            "choose points, then “Offline grading worksheet”, and download it from its grading page"
        )
    return 0, 1, best[0] - 1, best[0]


def fill(
    book: Book, learners: list[Learner], worth: Mapping[str, float]
) -> tuple[bytes, list[str]]:
    """The worksheet with grades, scaled to its maximum, and a line for whoever got none.

    worth: {lesson: points} of the lessons that this assignment is. Rows of those who handed
    nothing in stay as they are. Raises GradebookError.
    """
    at, name, grade, most = columns(book)
    mail = next((i for i, cell in enumerate(book.rows[1]) if "@" in cell), None)
    keys = {}
    for place, row in enumerate(book.rows[1:], 1):
        digits = re.search(r"(\d+)$", row[at].strip())
        address = row[mail].strip().lower() if mail is not None else ""
        keys[place] = [
            digits and f"#{digits[1]}",
            *names(row[name]),
            address,
            address.split("@")[0],
        ]
    found, said = matched(keys, {one.name: known(one) for one in learners})
    rows = [list(row) for row in book.rows]
    for learner in (one for one in learners if one.name in found):
        who, place = learner.name, found[learner.name]
        part, whole = share(learner, worth), as_number(rows[place][most])
        if part is None:
            said.append(f"{who}: nothing of theirs could be graded; their row stays as it is")
        elif whole is None:
            said.append(f"{who}: their row has no maximum in numbers and stays as it is")
        else:
            rows[place][grade] = number(part * whole)
    return book.having(rows).as_bytes(), said


def plain(learners: list[Learner], worth: Mapping[str, float]) -> bytes:
    """A worksheet made without Moodle's: no addresses, numbers where files have them."""
    rows, whole = [HEADER], sum(worth.values())
    for one in learners:
        part = share(one, worth)
        if part is not None:
            at = f"Participant {one.numbers[0]}" if one.numbers else ""
            rows.append([at, safe(one.name), "", "", number(part * whole), number(whole)])
    return as_csv(rows)
