"""python -m helpers solutions show|hide|status: release solutions into learners' notebooks.

They come as cells that do not run, below the cells that they answer, so that Run All can never
overwrite an answer; hiding takes exactly them away again.
"""

import argparse
import json
import sys
import urllib.request
from pathlib import Path

from helpers.notebooks import source
from helpers.notebooks.release import Notebook, Refused


def opened(path: Path) -> bool:
    """Whether a Jupyter server on this computer has a kernel running for a notebook."""
    from jupyter_core.paths import jupyter_runtime_dir

    for info in Path(jupyter_runtime_dir()).glob("jpserver-*.json"):
        try:
            server = json.loads(info.read_text())
            address = f"{server['url']}api/sessions?token={server['token']}"
            with urllib.request.urlopen(address, timeout=2) as answer:
                sessions = json.load(answer)
            places = [Path(server["root_dir"], session["path"]) for session in sessions]
        except (OSError, ValueError, KeyError):
            continue  # a server that is gone, or that does not speak to us
        if any(place.resolve() == path.resolve() for place in places):
            return True
    return False


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
        raise Refused(
            f"{path}: open in Jupyter. Save it, shut its kernel down and close it, then try again"
        )
    done = f"solutions {'shown' if options.action == 'show' else 'hidden'}"
    line = f"{path}: {done if notebook.save() else 'nothing to change'}"
    return line + (f"; left, for someone wrote in it: {', '.join(kept)}" if kept else "")


def main(argv: list[str], root: Path = source.ROOT) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers solutions", description=__doc__.split(":", 1)[1].strip()
    )
    parser.add_argument("action", choices=["show", "hide", "status"])
    parser.add_argument("lessons", nargs="*", metavar="NN", help="which lessons (default: all)")
    parser.add_argument(
        "--exercise", nargs="+", default=[], metavar="NAME", help="only these exercises"
    )
    parser.add_argument(
        "--to", type=Path, metavar="FOLDER", help="a learner's folder (default: notebooks/)"
    )
    options = parser.parse_args(argv)
    folder = options.to or root / "notebooks"
    known = {
        cell.exercise for name in source.lessons(root) for cell in source.read_lesson(name, root)
    }
    faults = [f"no lesson {n}" for n in options.lessons
              if n not in {name[:2] for name in source.lessons(root)}]  # fmt: skip
    faults += [f"no exercise {name}" for name in options.exercise if name not in known]
    if not folder.is_dir():
        faults.append(f"no folder {folder}")
    if faults:
        print("; ".join(faults), file=sys.stderr)
        return 2
    refused = 0
    for path in sorted(folder.glob("*.ipynb")):
        try:
            line = work(path, options, root)
            print(line, end="\n" if line else "")
        except (Refused, OSError) as error:
            print(error, file=sys.stderr)
            refused += 1
    return 1 if refused else 0
