"""python -m helpers handout [FILE.zip]: what learners get, without the solutions."""

import argparse
import io
import json
import re
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from helpers.notebooks import nbgrader, source
from helpers.notebooks.files import write_atomically
from helpers.notebooks.notebook import assemble, stamped
from helpers.notebooks.opening import furnished

# Whole folders and single files; tests that need the solutions, or spell them, stay behind.
PACKED = ("README.md", "requirements.txt", "pyproject.toml", "conftest.py", "docs", "helpers")
TESTS = (
    "__init__.py",
    "conftest.py",
    "requirements.txt",
    "browser.py",
    "warm_kernels.py",
    "test_views.py",
    "test_views_browser.py",
)
UNWANTED = {"__pycache__", ".ipynb_checkpoints"}
# Such a line gives nothing away.
TRIVIAL = re.compile(r".{0,12}|for \w+ in range\(\w+\):|lambda \w+: \w+\(")


def contents(root: Path, lessons: Sequence[str] | None = None) -> dict[str, bytes]:
    """The files of the hand-out, {path in it: bytes}; of its notebooks only some, where said."""
    chosen = [root / name for name in PACKED] + [root / "tests" / name for name in TESTS]
    files = [path for one in chosen for path in ([one] if one.is_file() else one.rglob("*"))]
    packed = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in files
        if path.is_file() and not UNWANTED & set(path.parts) and path.suffix != ".tmp"
    }
    if "README.md" in packed:
        packed["README.md"] = for_learners(packed["README.md"].decode()).encode()
    for name in source.lessons(root) if lessons is None else lessons:
        cells = [cell for cell in source.read_lesson(name, root) if not cell.solution]
        solved = root / "solutions" / f"{name}.ipynb"
        learners = furnished(assemble(cells, learners=True), solved)
        packed[f"notebooks/{name}.ipynb"] = stamped(learners, name).encode()
    return dict(sorted(packed.items()))


def for_learners(readme: str) -> str:
    """The README of a hand-out: without the parts for those who have the whole course."""
    mark, end = "<!-- whole course -->", "<!-- /whole course -->"
    page = re.sub(rf"{mark}.*?{end}", "", readme, flags=re.DOTALL)
    return re.sub(r"\n{3,}", "\n\n", page).rstrip() + "\n"


def secrets(name: str, root: Path) -> dict[str, int]:
    """The lines of a lesson's solutions that give something away, each with its source line."""
    cells, found = source.read_lesson(name, root), {}
    public = "\n".join(cell.text for cell in cells if cell.exercise and not cell.solution)
    for cell in cells:
        if cell.solution:
            for number, line in enumerate(cell.text.splitlines(), cell.line + 1):
                if not TRIVIAL.fullmatch(line.strip()) and not gives_away(public, line.strip()):
                    found[line.strip()] = number
    return found


def text_of(path: str, content: bytes) -> str:
    """A file as people read it: of a notebook, cells and outputs; and as a print of its strings."""
    if path.endswith(".ipynb"):
        cells = json.loads(content)["cells"]
        shown = [out.get("data", {}) for cell in cells for out in cell.get("outputs", [])]
        parts = [cell["source"] for cell in cells] + [part for d in shown for part in d.values()]
        text = "\n".join("".join(part) for part in parts)
    else:
        text = content.decode("utf-8", "replace")
    return "\n".join([text, text.replace("\\n", "\n")]) if "\\n" in text else text


def gives_away(text: str, line: str) -> bool:
    """Whether a solution's line stands in a text, be it quoted, commented or behind a `lambda`.

    Not where it is only a part of a longer name, or the beginning of a longer expression:
    `return weight` does not stand in `return weights / 2`, nor in `return weight / 2`.
    """
    if line not in text:  # as nearly always: no need of a pattern then
        return False
    whole = rf"(?<![\w.]){re.escape(line)}(?!\w|[ \t]*[-+*/@%<>=(\[]|\.\w)"
    return re.search(whole, text) is not None


def leaks(packed: dict[str, bytes], root: Path, lessons: Sequence[str] | None = None) -> list[str]:
    """Where a line of a solution stands in the hand-out: one line for each.

    lessons: those whose solutions are looked for, by default all.
    """
    texts = {path: text_of(path, content) for path, content in packed.items()}
    return [
        f"solutions/{name}.py:{number}: stands in {path}: {line}"
        for name in (source.lessons(root) if lessons is None else lessons)
        for line, number in secrets(name, root).items()
        for path, text in texts.items()
        if gives_away(text, line)
    ]


def archive(packed: dict[str, bytes], top: str) -> bytes:
    """The files as a zip, below one folder; the same bytes for the same files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path, content in packed.items():
            entry = zipfile.ZipInfo(f"{top}/{path}")
            entry.external_attr = 0o644 << 16
            zipped.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def main(argv: list[str], root: Path = source.ROOT) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers handout", description=__doc__.split(":", 1)[1].strip()
    )
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("file", nargs="?", type=Path, default=Path("handout.zip"))
    kinds.add_argument(
        "--nbgrader",
        type=Path,
        metavar="FOLDER",
        help="write nbgrader's source/ into a folder instead: for you, with the solutions",
    )
    options = parser.parse_args(argv)
    target = options.file
    try:
        if not options.nbgrader and target.exists() and not zipfile.is_zipfile(target):
            print(f"{target}: is there already and no zip; choose another name", file=sys.stderr)
            return 1
        packed = contents(root)
        found = leaks(packed, root)
        if found:
            print("\n".join(found), file=sys.stderr)
            print("nothing packed: these lines give solutions away", file=sys.stderr)
            return 1
        if options.nbgrader:
            count = nbgrader.write(options.nbgrader, root)
            print(f"{options.nbgrader}: {count} assignments in source/, which holds the solutions:")
            print("for you alone. Learners get what `nbgrader generate_assignment` makes of them.")
            return 0
        write_atomically(target, archive(packed, target.stem))
    except (source.SourceError, nbgrader.Refused, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{target}: {len(packed)} files, no solutions")
    return 0
