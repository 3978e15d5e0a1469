"""python -m helpers solutions show|hide|status: release solutions into learners' notebooks.

They come as cells that do not run, below the cells that they answer, so that Run All can never
overwrite an answer; folded, so that nobody reads one by accident. Hiding takes exactly them away.
"""

import argparse
import sys
from pathlib import Path

from helpers.notebooks import source
from helpers.notebooks.asked import parse
from helpers.notebooks.plain import OPEN, opened
from helpers.notebooks.release import Notebook, Refused


def work(path: Path, options: argparse.Namespace, root: Path) -> str:
    """Show, hide or report one notebook; returns the line to print, "" where it is not chosen."""
    notebook = Notebook(path)
    if notebook.lesson not in source.lessons(root):
        raise Refused(f"{path}: its lesson {notebook.lesson} is not in solutions/; left alone")
    if options.lessons and notebook.lesson[:2] not in options.lessons:
        return ""
    wanted = set(options.exercise) or None
    solutions = [cell for cell in source.read_lesson(notebook.lesson, root) if cell.solution]
    every = list(dict.fromkeys(cell.exercise for cell in solutions))
    if options.action == "status":
        there = [name for name in every if name in notebook.shown()]
        return f"{path}: {len(there)} of {len(every)} solutions shown" + (
            f" ({', '.join(there)})" if there else ""
        )
    kept = []
    if options.action == "show":
        notebook.show([cell for cell in solutions if not wanted or cell.exercise in wanted])
    else:
        kept = notebook.hide(wanted)
    if notebook.text.encode() != notebook.before and opened(path):
        raise Refused(OPEN.format(path))
    done = f"solutions {'shown' if options.action == 'show' else 'hidden'}"
    line = f"{path}: {done if notebook.save() else 'nothing to change'}"
    return line + (f"; left, for someone wrote in it: {', '.join(kept)}" if kept else "")


def main(argv: list[str], root: Path = source.ROOT) -> int:
    """The command line; returns the exit code."""
    options = parse(argv, root)
    if options is None:
        return 2
    refused = 0
    for path in sorted(options.folder.glob("*.ipynb")):
        try:
            line = work(path, options, root)
            print(line, end="\n" if line else "")
        except (Refused, OSError) as error:
            print(error, file=sys.stderr)
            refused += 1
    return 1 if refused else 0
