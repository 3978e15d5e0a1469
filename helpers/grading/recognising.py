"""Which lesson a notebook is of: by its metadata and exercises, its imports, its file's name."""

import re
from collections import Counter
from pathlib import PurePosixPath

from helpers.grading import names
from helpers.grading.course import Lesson
from helpers.grading.words import cell_name
from helpers.notebooks.plain import text
from helpers.notebooks.written import said

# What speaks for a lesson, and how much. Names alone are weak: `relu` may stand in any notebook.
MARKED, DEFINED, STAMP, IMPORT, FILE = 4, 1, 6, 3, 2
IMPORTS = re.compile(r"^from helpers\.lessons(?: import (\w+)|\.(\w+))", re.MULTILINE)
SECOND = 3  # so many exercises of another lesson, and it is handed in as well


def from_name(file: str, lessons: dict[str, Lesson]) -> str:
    """The lesson that a file's name tells, "" for none."""
    plain = re.sub(r"[^a-z0-9]+", "_", PurePosixPath(file).name.lower())
    for name, lesson in lessons.items():
        if name in plain or re.search(rf"(?<![a-z]){lesson.slug}(?![a-z])", plain):
            return name
    stem = re.sub(r"_ipynb(?:_txt|_json)?$", "", plain)
    number = re.search(r"(?:^|_)0([1-9])(?=_|$)|(?:lesson|blatt|sheet)_?0?([1-9])(?!\d)", stem)
    told = int(number[1] or number[2]) if number else 0
    return next((name for name in lessons if int(name[:2]) == told), "")


def _stamp(notebook: dict, lessons: dict[str, Lesson]) -> str:
    """The lesson that a notebook's metadata names, also where its number was another one."""
    noted = notebook["metadata"].get("course")
    named = noted.get("lesson") if isinstance(noted, dict) else ""
    for fits in (lambda one: one.name == named, lambda one: one.slug == str(named)[3:]):
        for lesson in lessons.values():
            if fits(lesson):
                return lesson.name
    return ""


def _exercises(lesson: Lesson) -> set[str]:
    return set(lesson.stubs) | set(lesson.words)


def lessons_of(notebook: dict, file: str, lessons: dict[str, Lesson]) -> tuple[list[str], str]:
    """The lessons that a notebook is of, mostly one, the likeliest first; and a remark, mostly "".

    Where none is found the list is empty, and the remark says so.
    """
    marked, defined, imported = set(), set(), set()
    for cell in notebook["cells"]:
        words = text(cell)
        marked |= {cell_name(cell), said(cell, "check")}
        marked |= set(re.findall(r"(\w+)-check", str(cell.get("id", ""))))
        if cell["cell_type"] == "code":
            marked |= set(names.checks(words))
            defined |= names.defined(words)
            imported |= {one or other for one, other in IMPORTS.findall(words)}
    stamp, named = _stamp(notebook, lessons), from_name(file, lessons)
    score, held = Counter(), Counter()
    for name, lesson in lessons.items():
        own = _exercises(lesson)
        held[name] = len(own & marked)
        score[name] = MARKED * held[name] + DEFINED * len(own & defined)
        score[name] += STAMP * (name == stamp) + IMPORT * (lesson.slug in imported)
        score[name] += FILE * (name == named)
    best = max(lessons, key=lambda name: score[name])
    if not score[best]:
        return [], "not one of the course's notebooks: it names no lesson and no exercise"
    first = _exercises(lessons[best])
    others = [name for name in lessons if name != best]
    more = [name for name in others if len((_exercises(lessons[name]) - first) & marked) >= SECOND]
    if more:
        return [best, *more], ""
    if stamp and stamp != best:
        return [best], f"its metadata says {stamp}, its exercises are those of {best}"
    if not held[best] and best != stamp:
        return [best], f"taken for {best} by what it imports and defines, and by its file's name"
    return [best], ""
