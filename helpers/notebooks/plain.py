"""A notebook as plain JSON: read, compared and written with the standard library alone.

For commands that must work before anything is installed, and for digests that they share.
"""

import hashlib
import json
import os
import re
import sys
import urllib.request
from pathlib import Path
from typing import Any

KINDS = ("code", "markdown", "raw")
OPEN = "{}: open in Jupyter. Save it, shut its kernel down and close it, then try again"


class Refused(Exception):
    """What is left alone; the message says why and what to do."""


def digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def text(cell: Any) -> str:
    """A cell's source, which a file may hold as a text or as a list of lines."""
    held = cell.get("source", "")
    return "".join(held) if isinstance(held, list) else held


def fenced(code: str) -> str:
    """Code as Markdown that shows it and never runs it, in a fence longer than any in it."""
    ticks = "`" * (max(map(len, re.findall("`{3,}", code)), default=2) + 1)
    return f"{ticks}python\n{code}\n{ticks}"


def slug(heading: str) -> str:
    """The id that the build gives the cell of a heading."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")[:48]


def cells_digest(notebook: Any) -> str:
    """A digest of what people write in a notebook: the cells, not their outputs."""
    keys = ("tags", "exercise", "check")
    parts = [
        json.dumps([cell["cell_type"], text(cell), [cell["metadata"].get(key) for key in keys]])
        for cell in notebook["cells"]
    ]
    return digest(*parts)


def texts(notebook: Any) -> set[str]:
    """The digests of its cells' texts: by them a later version knows what the course wrote."""
    return {digest(text(cell)) for cell in notebook["cells"]}


def parse(content: bytes) -> dict:
    """A notebook whose cells all have a kind, a text and metadata; raises Refused.

    One in the form of before 2015 (nbformat 3) is brought into today's.
    """
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
        if "worksheets" in notebook:
            notebook["cells"] = [
                cell for sheet in notebook["worksheets"] for cell in sheet["cells"]
            ]
        notebook.setdefault("metadata", {}).get("course")
        for cell in notebook["cells"]:
            if "input" in cell:
                cell["source"] = cell.pop("input")
            if cell["cell_type"] == "heading":
                level = "#" * cell.pop("level", 1)
                cell |= {"cell_type": "markdown", "source": f"{level} {text(cell)}"}
            cell["source"] = text(cell)
            cell["source"].encode()
            cell.setdefault("metadata", {}).get("exercise")
            if cell["cell_type"] not in KINDS:
                raise TypeError
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise Refused("it cannot be read as a notebook") from None
    return notebook


def dump(notebook: dict) -> bytes:
    """A notebook as Jupyter writes it."""
    lines = [cell | {"source": text(cell).splitlines(keepends=True)} for cell in notebook["cells"]]
    whole = notebook | {"cells": lines}
    try:
        written = json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a character, which UTF-8 cannot hold
        written = json.dumps(whole, indent=1, sort_keys=True).encode()
    return written + b"\n"


def _runtime() -> Path:
    """Where Jupyter's servers on this computer say where they are."""
    home = Path.home()
    data = home / ".local/share/jupyter"
    if os.environ.get("XDG_DATA_HOME"):
        data = Path(os.environ["XDG_DATA_HOME"], "jupyter")
    if sys.platform == "darwin":
        data = home / "Library/Jupyter"
    if os.name == "nt":
        data = Path(os.environ.get("APPDATA") or home / ".jupyter/data", "jupyter")
    data = os.environ.get("JUPYTER_DATA_DIR") or data
    return Path(os.environ.get("JUPYTER_RUNTIME_DIR") or Path(data, "runtime"))


def opened(path: Path) -> bool:
    """Whether a Jupyter server on this computer has a kernel running for a notebook."""
    for info in _runtime().glob("jpserver-*.json"):
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
