"""What a learner's notebook shows when it is opened, before anything in it has run.

Each explorer's picture stands where the explorer will be, taken from the solved notebook. Only
where it is called without arguments: any other may show what a solution made.
"""

import contextlib
import re
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_output

EXPLORER = re.compile(r"lesson\.explore\w*\(\)(?: *#.*)?")
SHOWN = ("text/html", "image/png", "text/plain")


def furnish(learners: Any, solved: Any) -> None:
    """Put the pictures of the solved notebook's explorers into the learner's, and its language.

    The language is what a kernel would add, and the notebook then count as changed when opened.
    """
    learners.metadata["language_info"] = solved.metadata.language_info
    outputs = {cell.id: cell.get("outputs", []) for cell in solved.cells}
    for cell in learners.cells:
        if cell.cell_type == "code" and EXPLORER.fullmatch(cell.source.strip()):
            data = [one.get("data", {}) for one in outputs.get(cell.id, [])]
            kept = [{kind: d[kind] for kind in SHOWN if kind in d} for d in data]
            kept = [one for one in kept if len(one) > 1]  # a picture and its alternative
            cell.outputs = [new_output("display_data", nbformat.from_dict(one)) for one in kept]
            # None would say to nbval that an output cannot be; Jupyter shows 0 as not run.
            cell.execution_count = 0 if kept else None


def furnished(learners: Any, path: Path) -> Any:
    """The learner's notebook with what the solved one at a path shows, if it can be read."""
    with contextlib.suppress(OSError, ValueError, AttributeError):  # else it opens without pictures
        furnish(learners, nbformat.read(path, as_version=4))
    return learners
