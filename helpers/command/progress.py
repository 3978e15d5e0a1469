"""python -m helpers progress: how far you are, lesson by lesson, as your checks have noted it."""

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from helpers.command.environment import ROOT
from helpers.command.record import FILE, Lesson, Record, Standing, lessons


def read(folder: Path) -> list[tuple[Lesson, list[dict]]]:
    """Each lesson of a folder with its exercises: name, whether it is written, how it stands."""
    record, found = Record(folder), []
    for lesson in lessons(folder):
        known = record.of(lesson.slug)
        rows = [
            {"name": name, "written": written, **asdict(known.get(name, Standing()))}
            for name, written in lesson.exercises.items()
        ]
        found.append((lesson, rows))
    return found


def as_data(course: list[tuple[Lesson, list[dict]]]) -> dict:
    """The course as JSON holds it; no name of a person."""
    rows = [{"lesson": one.slug, "title": one.title, "exercises": rows} for one, rows in course]
    return {"lessons": rows}


def remark(row: dict) -> str:
    """What one exercise's line says behind its status."""
    hints = f"{row['hints']} hint{'s' * (row['hints'] > 1)}" if row["hints"] else ""
    return "; ".join([*row["mistakes"], *filter(None, [hints])])


def report(course: list[tuple[Lesson, list[dict]]]) -> str:
    """The course as text: a line for each lesson, and below it the exercises that were begun."""
    lines = []
    for lesson, rows in course:
        lines.append(lesson.line({row["name"]: row["status"] for row in rows}))
        for row in rows:
            if row["status"] != "not started" or row["hints"]:
                more = remark(row)
                lines.append(f"    {row['name']}: {row['status']}{f' ({more})' if more else ''}")
    return "\n".join(lines)


def main(argv: list[str]) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        "python -m helpers progress", description=__doc__.split(":", 1)[1].strip()
    )
    beside = ROOT / "notebooks"  # not there where pip installed the course
    folder = beside if beside.is_dir() else Path()
    parser.add_argument("folder", nargs="?", type=Path, default=folder, help="of the notebooks")
    parser.add_argument("--export", type=Path, metavar="FILE", help="write it as JSON, no names")
    options = parser.parse_args(argv)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a mistake's name may hold −; not every terminal
    try:
        course = read(options.folder)
        if not course:
            print(
                f"{options.folder.resolve()}: there are no lessons; name their folder",
                file=sys.stderr,
            )
            return 1
        print(report(course))
        if not (options.folder / FILE).exists():
            print("Nothing is noted yet: run a check in a notebook.")
        if options.export:
            text = json.dumps(as_data(course), ensure_ascii=False, indent=1)
            part = options.export.with_name(options.export.name + ".tmp")
            part.write_text(text + "\n", encoding="utf-8")
            os.replace(part, options.export)
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
