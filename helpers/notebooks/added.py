"""What the build adds to a lesson, and its source never holds.

Above the first cell that imports from `helpers`: the lines that find the course, wherever the
notebook lies. A cell of links, where `course.toml` has an address, and one that leads on.
"""

import re
from pathlib import Path
from typing import Any

from helpers.notebooks.address import read

NEXT, LINKS = IDS = ("next", "links")  # the ids of the cells
USES = re.compile(r"^(from|import) helpers\b", re.MULTILINE)
# The nearest course wins over an installed one: the notebooks of a clone were built together with
# the helpers beside them, and an installed course may be older. A folder counts by what is in it,
# so that somebody else's `helpers` is passed over, even where it stands first in the path.
LINES = """\
# The setup cell: run it first, and again after each restart of the kernel.
import os, sys

places = [".", "..", "../..", "../../..", *sys.path]  # beside this notebook, above it, installed
course = [place for place in places if os.path.isdir(os.path.join(place, "helpers", "lessons"))]
assert course, "{sentence}"
sys.path.insert(0, os.path.abspath(course[0]))

"""
NOT_HERE = (
    "The course is not here (another `helpers` does not count): {}, then run this cell again."
)
FROM_FOLDER = (
    "move this notebook into its folder, or run `%pip install` with the path of that folder"
)
FROM_ADDRESS = "run `%pip install git+{}`"
FOUND = re.compile(r"\A{}[^\n]*{}".format(*map(re.escape, LINES.split("{sentence}"))))


def lines(root: Path) -> str:
    """The lines, with the way to get the course; raises SourceError (course.toml is wrong)."""
    address = read(root).address
    way = FROM_ADDRESS.format(address) if address else FROM_FOLDER
    return LINES.replace("{sentence}", NOT_HERE.format(way))


def without(text: str) -> str:
    """A cell's text without the lines, whatever way to get the course they name."""
    return FOUND.sub("", text)


def everything(notebook: Any) -> list[str]:
    """All that was added to a notebook: whole cells, and the lines."""
    found = (FOUND.match(cell.source) for cell in notebook.cells)
    return [one[0] for one in found if one] + [c.source for c in notebook.cells if c.id in IDS]
