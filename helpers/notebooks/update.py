"""python -m helpers update: a newer version of the course, with what you wrote carried into it.

In a clone it fetches the newer version; in a newer hand-out it takes what you wrote from the older
one, --from FOLDER. Your old notebooks stay as they are, in kept/ or where they were.
"""

import argparse
import sys
from pathlib import Path

from helpers.notebooks import clone
from helpers.notebooks.bring import bring, say, stamp
from helpers.notebooks.files import sweep, write_atomically
from helpers.notebooks.overview import ROOT
from helpers.notebooks.plain import Refused, parse

RECORD = ".progress.jsonl"  # what `helpers.command.record` notes


def found(folder: Path) -> tuple[list[Path], list[Path]]:
    """The course's notebooks in an older folder, one a lesson, and what else lies there."""
    if folder.is_file():
        return [folder], []
    inner = folder / "notebooks" if (folder / "notebooks").is_dir() else folder
    lessons: dict[str, Path] = {}
    paths = sorted(path for path in inner.iterdir() if not path.name.startswith("."))
    named = {}
    for path in paths:
        if path.suffix == ".ipynb" and path.is_file():
            try:
                named[path] = str(stamp(parse(path.read_bytes())).get("lesson") or path.stem)
            except Refused:
                named[path] = path.stem
    for path, lesson in sorted(named.items(), key=lambda one: (one[0].stem != one[1], one[0])):
        if lesson[:2].isdigit():
            lessons.setdefault(lesson, path)
    taken = sorted(lessons.values())
    others = [path for path in paths if path not in taken]
    return taken, others + [path for path in (folder / "mine", folder / "kept") if path.is_dir()]


def carry_record(old: Path, new: Path) -> bool:
    """Put what an older record says before what the newer one says, once; whether it had to."""
    if not old.is_file():
        return False
    before = old.read_bytes()
    after = new.read_bytes() if new.exists() else b""
    if before in after:
        return False
    write_atomically(new, before + b"\n" + after if after else before)
    return True


def beside(older: Path, root: Path) -> int:
    """Carry what stands in an older folder, or in one older notebook; returns the exit code."""
    older = older.expanduser()
    if not older.exists():
        raise Refused(f"{older}: there is no such folder")
    here = (root / "notebooks").resolve()
    if older.resolve() in (root.resolve(), here) or older.resolve().parent == here:
        raise Refused(f"{older}: that is this version itself; name the older one")
    paths, others = found(older)
    if not paths:
        raise Refused(
            f"{older}: no notebooks of the course in it, nor in a folder notebooks/ there"
        )
    refused = say(
        (lambda path=path: bring(path, path.read_bytes(), root, clone.committed(path)))
        for path in paths
    )
    if carry_record(paths[0].parent / RECORD, root / "notebooks" / RECORD) and older.is_dir():
        print("What your checks noted is carried over.")
    if others:
        names = ", ".join(str(path.relative_to(older)) for path in others)
        print(f"Your own, left in {older}: {names}")
    return 1 if refused else 0


def main(argv: list[str], root: Path = ROOT) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        "python -m helpers update", description=__doc__.split(":", 1)[1].strip()
    )
    parser.add_argument(
        "--from", dest="older", type=Path, metavar="FOLDER",
        help="an older version of the course, or one old notebook, to carry your work from",
    )  # fmt: skip
    older = parser.parse_args(argv).older
    try:
        for folder in ("notebooks", "kept"):
            sweep(root / folder)
        if older:
            return beside(older, root)
        if not (root / ".git").exists():
            raise Refused(
                "Where is the older version? Name it: python -m helpers update --from FOLDER"
            )
        return clone.pull(root)
    except (Refused, OSError) as error:
        again = "; nothing of yours is lost: put that right and run this again"
        print(f"{error}{again * isinstance(error, OSError)}", file=sys.stderr)
        return 1
