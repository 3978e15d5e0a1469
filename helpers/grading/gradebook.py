"""A learning platform's list of grades as CSV: read, its rows matched with learners, written again.

`moodle` and `canvas` know which column is which. What is not a grade stays as the export has it.
"""

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from helpers.grading.learners import Learner


class GradebookError(Exception):
    """An export that cannot be filled in; the message says which, why and what to do."""


@dataclass(frozen=True)
class Book:
    """An export: its rows of cells, the first of them its header, and how it was written."""

    name: str
    rows: list[list[str]]
    delimiter: str = ","
    line_end: str = "\r\n"
    mark: bool = False

    @property
    def header(self) -> list[str]:
        return self.rows[0]

    def column(self, *names: str) -> int | None:
        """Where the column of one of these names is, whatever the case of its letters."""
        lower = [cell.strip().lower() for cell in self.header]
        return next((lower.index(name) for name in names if name in lower), None)

    def having(self, rows: list[list[str]]) -> "Book":
        return replace(self, rows=rows)

    def as_bytes(self) -> bytes:
        """The file, written as the export was."""
        held = io.StringIO()
        csv.writer(held, delimiter=self.delimiter, lineterminator=self.line_end).writerows(
            self.rows
        )
        return held.getvalue().encode("utf-8-sig" if self.mark else "utf-8", "replace")


def read(path: Path) -> Book:
    """An export as it was downloaded. Raises GradebookError, OSError."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise GradebookError(f"{path}: is no text in UTF-8; download it anew, as CSV") from None
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t", key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    except csv.Error as error:
        raise GradebookError(f"{path}: is no CSV ({error}); download it anew") from None
    if len(rows) < 2 or len(rows[0]) < 2:
        raise GradebookError(f"{path}: has no rows of learners; download it anew, as CSV")
    wide = len(rows[0])
    rows = [row + [""] * (wide - len(row)) for row in rows]
    line_end = "\r\n" if "\r\n" in text else "\n"
    return Book(path.name, rows, delimiter, line_end, content.startswith(b"\xef\xbb\xbf"))


def words(text: str) -> list[str]:
    """The words of a name or a title, in small letters."""
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())


def names(text: str) -> list[str]:
    """What a name is known by: "Muster, Anna" and "anna_muster" have one of these in common."""
    parts = words(text)
    return list(dict.fromkeys([text.strip().casefold(), "".join(parts), "".join(sorted(parts))]))


def matched(
    rows: Mapping[int, Iterable[str]], learners: Mapping[str, Iterable[str]]
) -> tuple[dict[str, int], list[str]]:
    """Which row is which learner's, and a line for each learner who has none.

    rows, learners: what each is known by, the surest first. A learner is matched by the surest of
    these that any row has; not where two rows have it, and not where two learners claim one row.
    """
    known = defaultdict(set)
    for number, keys in rows.items():
        for key in filter(None, keys):
            known[key].add(number)
    claims, said = defaultdict(list), []
    for learner, keys in learners.items():
        found = next((known[key] for key in keys if key in known), set())
        if len(found) == 1:
            claims[min(found)].append(learner)
        else:
            why = f"{len(found)} rows fit" if found else "no row fits"
            said.append(f"{learner}: {why}; enter the grade by hand")
    for those in claims.values():
        if len(those) > 1:
            said.append(f"{', '.join(those)}: fit the same row; enter their grades by hand")
    return {those[0]: number for number, those in claims.items() if len(those) == 1}, said


def known(learner: Learner) -> list[str]:
    """What a learner is known by: the platform's number, then the name as the heap has it."""
    name = learner.sheets[0].learner
    return [*(f"#{number}" for number in learner.numbers), *names(name)]


def share(learner: Learner, worth: Mapping[str, float]) -> float | None:
    """A learner's part, from 0 to 1, of what these lessons are worth together, {lesson: points}.

    A lesson that was not handed in counts 0; None where none of them was.
    """
    sheets = [learner.graded[lesson] for lesson in worth if lesson in learner.graded]
    whole = sum(worth.values())
    return sum(sheet.points for sheet in sheets) / whole if sheets and whole else None


def as_number(cell: str) -> float | None:
    """The number in a cell, with a point or a comma; None where there is none."""
    found = re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*%?\s*", cell)
    return float(found[1].replace(",", ".")) if found else None
