"""The points as a table: for the terminal, and as CSV for spreadsheets."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping

from helpers.grading.markup import number
from helpers.grading.sheet import Item, Sheet

WIDEST = 32  # letters of a name in the terminal
Learners = Mapping[str, Mapping[str | None, Sheet]]


def lessons(learners: Learners) -> list[str]:
    """The lessons that were handed in, in order."""
    return sorted({lesson for held in learners.values() for lesson in held if lesson})


def total(held: Mapping[str | None, Sheet]) -> float | None:
    """A learner's points in all lessons; None where no notebook of theirs could be graded."""
    graded = [sheet for lesson, sheet in held.items() if lesson]
    return sum(sheet.points for sheet in graded) if graded else None


def terminal(learners: Learners, sheets: Iterable[Sheet]) -> str:
    """A learner a row, a lesson a column; below it what is to be said of files, a line each."""
    columns = lessons(learners)
    names = [_fitted(_plain(name)) for name in learners]
    wide = max(map(_width, [*names, "learner"]), default=0)
    head = [f"{int(name[:2]):>6}" for name in columns] + ["   all"]
    lines = ["learner" + " " * (wide - 7) + "".join(head)]
    for name, held in zip(names, learners.values(), strict=True):
        points = [held[one].points if one in held else None for one in columns]
        cells = "".join(
            f"{'–' if one is None else number(one):>6}" for one in [*points, total(held)]
        )
        lines.append(name + " " * (wide - _width(name)) + cells)
    said = [(one, remark) for one in sheets for remark in dict.fromkeys(one.remarks)]
    lines += [""] * bool(said)
    lines += [_plain(f"{one.learner}, {one.file}: {remark}") for one, remark in said]
    return "\n".join(lines)


def points_csv(learners: Learners) -> bytes:
    """grades.csv: a learner a row, an exercise a column; "" where its lesson was not handed in."""
    return _csv(learners, lambda item: number(item.points), lambda sheet: number(sheet.points))


def mistakes_csv(learners: Learners) -> bytes:
    """mistakes.csv: the same with how each exercise stands, or the name of the mistake."""
    return _csv(
        learners, lambda item: item.mistake or item.status, lambda sheet: "; ".join(sheet.remarks)
    )


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula: with an apostrophe before what begins one."""
    return f"'{text}" if text.lstrip(" \r\n")[:1] in {*"=+-@\t＝＋－＠"} and text else text


def as_csv(rows: Iterable[Iterable[str]]) -> bytes:
    """Rows as CSV, with the mark by which spreadsheets know UTF-8."""
    held = io.StringIO()
    csv.writer(held).writerows(rows)
    return held.getvalue().encode("utf-8-sig", "replace")


def _csv(learners: Learners, cell, closing) -> bytes:
    columns: dict[str, dict[str, Item]] = {name: {} for name in lessons(learners)}
    for held in learners.values():
        for name, sheet in held.items():
            if name:
                columns[name] |= {item.name: item for item in sheet.items}
    head = ["learner", "points"]
    for lesson, items in columns.items():
        head += [lesson, *(f"{lesson}: {name}" for name in items)]
    rows = [head]
    for name, held in learners.items():
        whole = total(held)
        row = [safe(name), "" if whole is None else number(whole)]
        for lesson, items in columns.items():
            sheet = held.get(lesson)
            found = {item.name: item for item in sheet.items} if sheet else {}
            row.append(safe(closing(sheet)) if sheet else "")
            row += [safe(cell(found[one])) if one in found else "" for one in items]
        rows.append(row)
    return as_csv(rows)


def _plain(text: str) -> str:
    """A text that moves no cursor and colours no terminal."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def _width(text: str) -> int:
    """The columns that a text takes in a terminal."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1
        for one in text
    )


def _fitted(name: str) -> str:
    if _width(name) <= WIDEST:
        return name
    while _width(name) >= WIDEST:
        name = name[:-1]
    return f"{name}…"
