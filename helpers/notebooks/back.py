"""A notebook's cells as a lesson source, `solutions/NN_slug.py`: the reverse of `source`."""

import ast
import re
from itertools import pairwise
from typing import Any

import jupytext
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.notebooks import added
from helpers.notebooks.source import FOLDED, KEYS, MARKER, SETUP
from helpers.notebooks.written import PROMPT


def write_source(notebook: Any) -> str:
    """A notebook's cells as a lesson source, without what the build adds."""
    cells = []
    for one in notebook.cells:
        if one.id in added.IDS:
            continue
        make = new_code_cell if one.cell_type == "code" else new_markdown_cell
        kept = {key: value for key, value in one.metadata.items() if key in KEYS}
        kept["tags"] = [tag for tag in kept.get("tags", []) if tag != FOLDED]
        if kept["tags"] == ["solution"]:
            kept.pop("exercise", None)  # it follows from the stub above
        if not kept["tags"]:
            kept.pop("tags")
        end = SETUP if one.cell_type == "code" else PROMPT.format(kept.get("exercise"))
        text = one.source.removesuffix(end)
        cells.append(make(added.without(text), metadata=kept))
    for one, after in pairwise(cells):  # blank lines as the formatter wants them round functions
        apart = _defines(one, -1) or _defines(after, 0)
        one.metadata["lines_to_next_cell"] = 2 if apart else 1
    text = jupytext.writes(new_notebook(cells=cells), fmt="py:percent")
    marker, rest = text[MARKER.search(text).start() :].split("\n", 1)  # without jupytext's header
    marker = re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), marker)
    return f"{marker}\n{rest}"


def _defines(cell: Any, index: int) -> bool:
    """Whether the first (0) or last (-1) statement of a code cell is a function or a class."""
    try:
        body = ast.parse(cell.source).body if cell.cell_type == "code" else []
    except SyntaxError:
        return False
    return bool(body) and isinstance(body[index], (ast.FunctionDef, ast.ClassDef))
