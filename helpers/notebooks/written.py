"""What a cell of an older notebook is: the course's or a learner's, written or still waiting.

Plain JSON; carried over by `carry`.
"""

import re
from typing import Any

from helpers.notebooks.plain import digest, text

PROMPT = "*Double-click here and write.*"
GIVEN = re.compile(r".+-(?:(?:code|markdown)-\d+|(?:stub|check)(?:-\d+)?)|next")
BINDS = re.compile(r"^(?:(?:async +)?def|class) +(\w+)|^(\w+) *(?::[^=\n]*)?=(?!=)", re.MULTILINE)
DOCSTRING = re.compile(r"([\"']{3}).*?\1", re.DOTALL)
# A line of a stub: what stands before its dots, a function's head, or the brackets around them.
BLANK = re.compile(
    r" *(?:def .*: *|\w+ *= *|return +)?\.\.\.,? *(?:#.*)?|def .*:|\w+ *= *[(\[{]|[)\]}]|\s*"
)


def said(cell: dict, key: str) -> str:
    """What a cell's metadata says under a key, where that is a word."""
    held = cell["metadata"].get(key)
    return held if isinstance(held, str) else ""


def unwritten(cell: dict, course: set[str] | None) -> bool:
    """Whether a cell stands as the course wrote it; course: digests of its texts, where known.

    Where they are not, a stub is one whose every line still waits.
    """
    words = text(cell)
    if not words.strip() or (course is not None and digest(words) in course):
        return True
    if course is not None:
        return False
    if cell["cell_type"] != "code":
        return words.rstrip().endswith(PROMPT)
    return all(BLANK.fullmatch(line) for line in DOCSTRING.sub("", words).splitlines())


def looks_given(cell: dict) -> bool:
    """Whether its id is one that the build gives: what Jupyter gives is random."""
    heading = re.match(r"#+ +(.+)", text(cell)) if cell["cell_type"] == "markdown" else None
    slug = re.sub(r"[^a-z0-9]+", "-", heading[1].lower()).strip("-")[:48] if heading else None
    return cell.get("id") == slug is not None or bool(GIVEN.fullmatch(str(cell.get("id", ""))))


def binds(words: str) -> set[str]:
    """The names that code defines at its outer level; it need not be without errors."""
    return {one or other for one, other in BINDS.findall(words)}


def fenced(cell: dict) -> str:
    """A cell's text as Markdown that shows it: code is not run."""
    if cell["cell_type"] == "markdown":
        return text(cell)
    ticks = max(map(len, re.findall("`{3,}", text(cell))), default=2) + 1
    return f"{'`' * ticks}python\n{text(cell)}\n{'`' * ticks}"


def remark(words: str, cell: dict, **metadata: Any) -> dict:
    """A marked cell: why it stands here, and the other cell, shown."""
    made = {"cell_type": "markdown", "metadata": metadata, "source": f"{words}\n\n{fenced(cell)}"}
    return made | ({"attachments": cell["attachments"]} if cell.get("attachments") else {})
