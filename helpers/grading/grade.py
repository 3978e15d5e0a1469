"""python -m helpers grade HEAP: a class's notebooks graded: points, a page each, the class's page.

HEAP is a folder, a zip as Moodle or Canvas gives it, or one notebook; it is only read.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tqdm import tqdm

from helpers.grading import (
    asked,
    canvas,
    class_page,
    gradebook,
    learner_page,
    moodle,
    points,
    table,
    tally,
)
from helpers.grading.asked import Asked
from helpers.grading.gradebook import Book, GradebookError
from helpers.grading.learners import Learner, by_learner, pages
from helpers.grading.markup import packed
from helpers.grading.sheet import Sheet
from helpers.notebooks import source
from helpers.notebooks.files import inventory, refusal, write_folder
from helpers.notebooks.plain import Refused

LIST = "graded.txt"  # what the folder consists of, so that the next grading knows what it replaces
PLAIN = (
    "{}: made without the platform's own list (--{}), so e-mail addresses and some IDs are missing"
)


def parsed(argv: list[str]) -> argparse.Namespace:
    """The arguments."""
    parser = argparse.ArgumentParser(
        "python -m helpers grade", description=__doc__.split(":", 1)[1].strip()
    )
    parser.add_argument("heap", type=Path, metavar="HEAP", help="what learners handed in")
    parser.add_argument(
        "--to", type=Path, default=Path("graded"), metavar="FOLDER",
        help="where to write: a new folder, or one that an earlier grading wrote (graded)",
    )  # fmt: skip
    parser.add_argument("--lesson", metavar="04", help="grade this lesson alone")
    most = min(8, os.cpu_count() or 1)
    parser.add_argument("--jobs", type=int, default=most, metavar="N", help=f"at once ({most})")
    said = "fill in the grades of this {} (all lessons of the heap together)"
    parser.add_argument(
        "--moodle", type=Path, metavar="FILE.csv", help=said.format("grading worksheet")
    )
    said = "fill in the grades of this export of the gradebook"
    parser.add_argument("--canvas", type=Path, metavar="FILE.csv", help=said)
    said = "the assignment in it, where the lesson's title does not tell"
    parser.add_argument("--assignment", default="", metavar="TITLE", help=said)
    options = parser.parse_args(argv)
    if options.jobs < 1:
        parser.error("--jobs: at least 1")
    return options


def named(lesson: str, root: Path) -> str:
    """A lesson by its number or its name. Raises SourceError."""
    known = source.lessons(root)
    for name in known:
        if lesson in (name, name[3:], name[:2]) or lesson.zfill(2) == name[:2]:
            return name
    raise source.SourceError(f"--lesson {lesson}: there is no such lesson; {', '.join(known)} are")


def graded(heap: Path, lesson: str | None, jobs: int) -> list[Sheet]:
    """Every notebook of a heap, graded, with a progress bar.

    Raises Refused, OSError, and SourceError before anything is graded.
    """
    from helpers.grading import heap as heaps  # torch comes with these: not for --help
    from helpers.grading import worker

    with tempfile.TemporaryDirectory(prefix="course-") as scratch:
        found = heaps.submissions(heap, Path(scratch))
        if lesson:
            found = [one for one in found if one.lesson in (lesson, None)]
        worth = {name: points.of(name) for name in {one.lesson for one in found} if name}
        if said := worker.confinement():
            print(said, file=sys.stderr)
        with tqdm(total=len(found), unit="notebook", file=sys.stderr, disable=None) as bar:
            sheets = worker.grade(found, jobs, lambda _: bar.update())
    return [points.counted(one, worth.get(one.lesson, {})) for one in sheets]


def files(
    learners: list[Learner],
    asked_: Mapping[str, Asked],
    books: Mapping[str, Book],
    assignment: str = "",
) -> tuple[dict[str, bytes], list[str]]:
    """What the folder holds, {name: bytes}, and what is to be said of it, a line each.

    asked_: {lesson: what it asks}; books: the exports of "moodle" and "canvas", where given.
    """
    sheets = [sheet for one in learners for sheet in one.sheets]
    worth = {one.name: one.out_of for one in tally.lessons(sheets)}
    titles = {lesson: one.title for lesson, one in asked_.items()}
    where, said = pages(learners), []
    made = {
        "class.html": packed(class_page.written(learners, asked_, where)),
        "grades.csv": table.points_csv(learners),
        "mistakes.csv": table.mistakes_csv(learners),
        "grades.json": json.dumps([one.as_json() for one in sheets], indent=1).encode(),
    }
    for one in learners:
        made[where[one.name]] = packed(learner_page.written(one, asked_))
    made["moodle.csv"] = moodle.plain(learners, worth)
    made["canvas.csv"] = canvas.plain(learners, worth, titles)
    for name in ("moodle", "canvas"):
        if name not in books:
            said.append(PLAIN.format(f"{name}.csv", name))
            continue
        try:
            if name == "moodle":
                made["moodle.csv"], lines = moodle.fill(books[name], learners, worth)
            else:
                into = canvas.chosen(books[name], worth, titles, assignment)
                made["canvas.csv"], lines = canvas.fill(books[name], learners, into)
        except GradebookError as error:  # what was graded is not lost for that
            lines = [f"made without {error}"]
        said += [f"{name}.csv: {line}" for line in lines]
    return made | {LIST: inventory(made)}, said


def barred(heap: Path, to: Path) -> str:
    """Why grading may not begin, or "": nothing is graded that could not be written then."""
    if not heap.exists():
        return f"{heap}: there is no such folder or file"
    if heap.is_dir() and to.resolve().is_relative_to(heap.resolve()):
        return f"{to}: lies in what is graded; name a folder elsewhere with --to"
    there = next(one for one in to.resolve().parents if one.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        return f"{to}: cannot be made in {there}; name another folder with --to"
    return refusal(to, LIST, "grading")


def exports(options: argparse.Namespace) -> dict[str, Book]:
    """The platforms' exports that were named, looked at before anything is graded.

    Raises GradebookError, OSError.
    """
    books = {}
    for name, look in (("moodle", moodle.columns), ("canvas", canvas.assignments)):
        if path := getattr(options, name):
            books[name] = gradebook.read(path)
            look(books[name])
    return books


def main(argv: list[str], root: Path = source.ROOT) -> int:
    """The command line; returns the exit code: 0 written, 1 nothing written, 2 wrong arguments."""
    options = parsed(argv)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # names hold letters that not every terminal has
    heap, to = options.heap, options.to
    try:
        fault = barred(heap, to)
        if fault:
            print(fault, file=sys.stderr)
            return 1
        lesson = named(options.lesson, root) if options.lesson else None
        books = exports(options)
        learners = by_learner(graded(heap, lesson, options.jobs))
        if not learners:
            none = f"no notebook of {lesson}" if lesson else "no notebook"
            print(f"{heap}: holds {none}; nothing was written", file=sys.stderr)
            return 1
        handed_in = sorted({name for one in learners for name in one.graded})
        if barred(heap, to):  # someone has worked in it meanwhile
            to = to.with_name(f"{to.name}-{os.getpid()}")
        made, said = files(
            learners, {name: asked.of(name, root) for name in handed_in}, books, options.assignment
        )
        write_folder(to, made)
    except (GradebookError, Refused, source.SourceError, OSError) as error:
        print(f"{error}\nnothing was written", file=sys.stderr)
        return 1
    print(table.terminal(learners))
    print("\n".join(["", *map(table.plain, said)]))
    print(f"{to}: {len(made)} files; open {to / 'class.html'}")
    return 0
