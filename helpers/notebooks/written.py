"""What a cell of an older notebook is: the course's or a learner's, written or still waiting.

Plain JSON; carried over by `carry`.
"""

import re
from typing import Any

from helpers.notebooks.plain import digest, fenced, slug, text

# What ends the cell of an answer in words; the build adds it. Once it was its first sentence alone.
WRITE = "*Double-click here and write."
PROMPT = (
    f'\n\n{WRITE} To compare, run `lesson.progress.point("{{}}")` in a new cell: '
    "a point of a good answer, one more each time.*"
)
_FULL = re.escape(PROMPT.strip()).replace(r"\{\}", ".*")
# A question of one line, and nothing of a learner's between it and the prompt.
WAITS = re.compile(rf".*\s*(?:{re.escape(WRITE)}\*|{_FULL})\s*")
GIVEN = re.compile(r".+-(?:(?:code|markdown)-\d+|(?:stub|check)(?:-\d+)?)|next|links")
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
        return bool(WAITS.fullmatch(words))
    return all(BLANK.fullmatch(line) for line in DOCSTRING.sub("", words).splitlines())


def looks_given(cell: dict) -> bool:
    """Whether its id is one that the build gives: what Jupyter gives is random."""
    heading = re.match(r"#+ +(.+)", text(cell)) if cell["cell_type"] == "markdown" else None
    if heading and cell.get("id") == slug(heading[1]):
        return True
    return bool(GIVEN.fullmatch(str(cell.get("id", ""))))


def binds(words: str) -> set[str]:
    """The names that code defines at its outer level; it need not be without errors."""
    return {one or other for one, other in BINDS.findall(words)}


def remark(words: str, cell: dict, **metadata: Any) -> dict:
    """A marked cell: why it stands here, and the other cell, shown."""
    shown = text(cell) if cell["cell_type"] == "markdown" else fenced(text(cell))
    made = {"cell_type": "markdown", "metadata": metadata, "source": f"{words}\n\n{shown}"}
    return made | ({"attachments": cell["attachments"]} if cell.get("attachments") else {})
