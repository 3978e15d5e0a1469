"""A file's bytes as a notebook, whatever Jupyter or an editor wrote; else one line on why not."""

import ast
import json
import re
import warnings

from helpers.notebooks import plain
from helpers.notebooks.plain import Refused

MOST = 100_000_000  # bytes: the largest notebook that is read

KINDS = [
    (rb"%PDF", "a PDF, no notebook"),
    (rb"PK\x03\x04", "a zip (or a Word file) under a notebook's name"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8", "a picture, no notebook"),
    (rb"version https://git-lfs", "a pointer of Git LFS: the notebook itself was not handed in"),
    (rb"\s*(?i:<!doctype html|<html|<\?xml)", "a web page (HTML), no notebook"),
]


def _text(content: bytes) -> str:
    """The text of a file; raises Refused where it is none."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\0" in content:
            raise Refused("no text, so no notebook") from None
        text = content.decode("utf-8", errors="replace")
        if 3 * text.count("\ufffd") < len(re.findall(r"[^\x00-\x7f]", text)):
            return text  # a letter here and there is broken
        return content.decode("cp1252", errors="replace")  # an editor on Windows saved it


def _other(text: str) -> str:
    """What a text is that is no JSON; "" where it begins like a notebook."""
    if text.lstrip().startswith("{"):
        return ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            lines = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "text, no notebook"
    return "Python code, no notebook" if lines else "a file without anything in it"


def _why(text: str, error: ValueError) -> str:
    """Why a text is not a notebook's JSON."""
    if marks := re.search(r"^(?:<{7}|={7}|>{7})(?: |$)", text, re.MULTILINE):
        line = text.count("\n", 0, marks.start()) + 1
        return f"a merge conflict of git stands in it, in line {line}: resolve it and save it again"
    if other := _other(text):
        return other
    at = getattr(error, "pos", len(text))
    unended = "Unterminated string" in str(error)
    if at >= len(text.rstrip()) or unended:
        return f"cut off: the file ends in the middle of the notebook, after {len(text):,} letters"
    return f"broken: {str(error).split(': line')[0]}, in line {getattr(error, 'lineno', 1)}"


def read(content: bytes) -> dict:
    """The notebook that a file holds, as nbformat 4 has it, its outputs dropped.

    Each cell has a kind, a text and metadata. Raises Refused with one line that says what the file
    is instead.
    """
    if len(content) > MOST:
        raise Refused(f"larger than {MOST // 1_000_000} MB; not read")
    if not content.strip():
        raise Refused("empty: the file holds no byte of a notebook")
    for begins, what in KINDS:
        if re.match(begins, content):
            raise Refused(what)
    text = _text(content)
    try:
        data = json.loads(text, strict=False)
    except RecursionError:
        raise Refused("nested too deeply for a notebook") from None
    except ValueError as error:
        raise Refused(_why(text, error)) from None
    if not isinstance(data, dict) or not {"cells", "worksheets"} & set(data):
        raise Refused("JSON, but no notebook: it has no cells")
    return _whole(data)


def _mended(cell: dict) -> dict:
    """A cell with metadata and a text that can be written down, and nothing of what it showed."""
    made = {"cell_type": cell["cell_type"], "metadata": cell.get("metadata")}
    if not isinstance(made["metadata"], dict):
        made["metadata"] = {}
    held = cell.get("input" if "input" in cell else "source", "")
    lines = held if isinstance(held, list) else [held]
    words = "".join(one for one in lines if isinstance(one, str))
    words = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # half a letter
    made["source"] = words.replace("\r\n", "\n").replace("\r", "\n")
    return made | {key: cell[key] for key in ("id", "level") if key in cell}


def _whole(data: dict) -> dict:
    """A notebook in today's form, what is no cell left out; raises Refused."""
    if not isinstance(data.get("metadata"), dict):
        data["metadata"] = {}
    sheets = data.get("worksheets")
    for group in [data, *(sheets if isinstance(sheets, list) else [])]:
        held = group.get("cells") if isinstance(group, dict) else None
        if isinstance(held, list):
            cells = [one for one in held if isinstance(one, dict)]
            cells = [one for one in cells if one.get("cell_type") in (*plain.KINDS, "heading")]
            if held and not cells:
                raise Refused("JSON, but no notebook: what it calls cells are none")
            group["cells"] = [_mended(one) for one in cells]
    try:
        return plain.parse(json.dumps(data).encode())
    except Refused:
        raise Refused("JSON, but no notebook: it has no cells that can be read") from None
