"""What `python -m helpers solutions` is asked to do, looked at before anything is installed.

Standard library alone; what is done is in `solutions`.
"""

import argparse
import re
import sys
from pathlib import Path

from helpers.notebooks.overview import ROOT, lessons

ABOUT = "release solutions into learners' notebooks, or take them away again"


def parse(argv: list[str], root: Path = ROOT) -> argparse.Namespace | None:
    """The options; None, and what is wrong with them on stderr, where they ask for what is not."""
    parser = argparse.ArgumentParser(prog="python -m helpers solutions", description=ABOUT)
    parser.add_argument("action", choices=["show", "hide", "status"])
    parser.add_argument("lessons", nargs="*", metavar="NN", help="which lessons (default: all)")
    parser.add_argument(
        "--exercise", nargs="+", default=[], metavar="NAME", help="only these exercises"
    )
    parser.add_argument(
        "--to", type=Path, metavar="FOLDER", help="a learner's folder (default: notebooks/)"
    )
    options = parser.parse_args(argv)
    options.folder = options.to or root / "notebooks"
    names = lessons(root)
    known = {name[:2] for name in names}
    faults = [f"no lesson {number}" for number in options.lessons if number not in known]
    known = {exercise for name in names for exercise in _exercises(root, name)}
    faults += [f"no exercise {name}" for name in options.exercise if name not in known]
    if not options.folder.is_dir():
        faults.append(f"no folder {options.folder}")
    if faults:
        print("; ".join(faults), file=sys.stderr)
        return None
    return options


def _exercises(root: Path, name: str) -> list[str]:
    """The exercises of a lesson, by the markers of its cells."""
    text = (root / "solutions" / f"{name}.py").read_text(encoding="utf-8")
    return re.findall(r'(?m)^# %%.* exercise="(\w+)"', text)
