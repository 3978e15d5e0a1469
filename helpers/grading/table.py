"""The points as a table: for the terminal, and as CSV for spreadsheets."""

import csv
import io
import unicodedata
from collections.abc import Callable, Iterable

from helpers.grading.learners import Learner
from helpers.grading.markup import number
from helpers.grading.sheet import Item, Sheet

WIDEST = 32  # letters of a name in the terminal


def terminal(learners: list[Learner]) -> str:
    """A learner a row, a lesson a column; below it what is to be said of files, a line each."""
    columns = _lessons(learners)
    names = [_fitted(plain(one.name)) for one in learners]
    wide = max(map(_width, [*names, "learner"]))
    head = "".join(f"{int(name[:2]):>6}" for name in columns)
    lines = [f"{'learner':<{wide}}{head}   all"]
    for name, one in zip(names, learners, strict=True):
        points = [one.graded[at].points if at in one.graded else None for at in columns]
        cells = (f"{'–' if each is None else number(each):>6}" for each in [*points, one.points])
        lines.append(name + " " * (wide - _width(name)) + "".join(cells))
    said = [
        plain(f"{one.name}, {sheet.file}: {remark}")
        for one in learners for sheet in one.sheets for remark in dict.fromkeys(sheet.remarks)
    ]  # fmt: skip
    return "\n".join([*lines, *[""] * bool(said), *said])


def points_csv(learners: list[Learner]) -> bytes:
    """grades.csv: a learner a row, an exercise a column; "" where its lesson was not handed in."""
    return _csv(learners, lambda sheet: number(sheet.points), lambda item: number(item.points))


def mistakes_csv(learners: list[Learner]) -> bytes:
    """mistakes.csv: the same with the name of the mistake, or how the exercise stands, and with
    what is to be said of a notebook in place of its points."""
    return _csv(
        learners, lambda sheet: "; ".join(sheet.remarks), lambda item: item.mistake or item.status
    )


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula: with an apostrophe before what begins one."""
    return f"'{text}" if text.lstrip(" \r\n")[:1] in {*"=+-@\t＝＋－＠"} and text else text


def as_csv(rows: Iterable[Iterable[str]]) -> bytes:
    """Rows as CSV, with the mark by which spreadsheets know UTF-8."""
    held = io.StringIO()
    csv.writer(held).writerows(rows)
    return held.getvalue().encode("utf-8-sig", "replace")


def _csv(
    learners: list[Learner], of_sheet: Callable[[Sheet], str], of_item: Callable[[Item], str]
) -> bytes:
    columns: dict[str, dict[str, None]] = {name: {} for name in _lessons(learners)}
    for one in learners:
        for lesson, sheet in one.graded.items():
            columns[lesson] |= dict.fromkeys(item.name for item in sheet.items)
    rows = [["learner", "points"]]
    for lesson, items in columns.items():
        rows[0] += [lesson, *(f"{lesson}: {name}" for name in items)]
    for one in learners:
        row = [safe(one.name), "" if one.points is None else number(one.points)]
        for lesson, items in columns.items():
            sheet = one.graded.get(lesson)
            found = {item.name: of_item(item) for item in sheet.items} if sheet else {}
            row += [
                safe(of_sheet(sheet)) if sheet else "",
                *(safe(found.get(name, "")) for name in items),
            ]
        rows.append(row)
    return as_csv(rows)


def _lessons(learners: list[Learner]) -> list[str]:
    return sorted({lesson for one in learners for lesson in one.graded})


def plain(text: str) -> str:
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
