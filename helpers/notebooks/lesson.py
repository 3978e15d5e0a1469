"""python -m helpers lesson NN slug "Title": begin a lesson from the skeleton.

What a lesson is made of, and what its tests ask of it, stands in helpers/lessons/__init__.py.
"""

import argparse
import keyword
import re
import sys
from pathlib import Path

from helpers.notebooks import source
from helpers.notebooks.files import write_atomically

# The skeleton holds a solution, so it lies where the hand-out takes nothing from.
SKELETON = Path("solutions") / "skeleton"
DRAFT = "*This lesson is a draft.*"  # a line of the skeleton's source, and a test fails at it


class Refused(Exception):
    """A lesson that cannot be begun; the message says why."""


def places(number: str, slug: str) -> dict[str, str]:
    """Each file of the skeleton and where it goes; the source last: by it a lesson is found."""
    folder = f"helpers/lessons/{slug}"
    return {
        "exercises.py": f"{folder}/__init__.py",
        "oracles.py": f"{folder}/oracles.py",
        "explorers.py": f"{folder}/explorers.py",
        "pictures.py": f"{folder}/pictures.py",
        "mistakes.py": f"{folder}/mistakes.py",
        "words.py": f"{folder}/words.py",
        "tests.py": f"tests/lessons/test_{slug}.py",
        "source.py": f"solutions/{number}_{slug}.py",
    }


def refuse(number: str, slug: str, title: str, root: Path) -> None:
    """Raise Refused where no lesson can have this number, slug and title."""
    if not re.fullmatch("[0-9][0-9]", number):
        raise Refused(f"{number}: a lesson's number has two digits, as in 03 or 12")
    if not re.fullmatch("[a-z][a-z0-9_]{0,39}", slug) or keyword.iskeyword(slug):
        raise Refused(
            f"{slug}: a slug names a Python module: at most 40 small letters, digits and "
            "underscores, as in max_pooling"
        )
    if not title or len(title) > 60 or not title.isprintable() or set(title) & set('"\\!|[]`'):
        raise Refused(
            f'"{title}": a title has 1 to 60 characters, on one line and none of them "\\!|[]`'
        )
    for name in source.lessons(root):
        if name.startswith(f"{number}_"):
            raise Refused(f"{number} is taken: solutions/{name}.py")
        if name[3:] == slug:
            raise Refused(f"{slug} is taken: solutions/{name}.py")
    for place in (f"helpers/lessons/{slug}", *places(number, slug).values()):
        if (root / place).exists():
            raise Refused(f"{slug} is taken: {place}")


def begin(number: str, slug: str, title: str, root: Path) -> list[str]:
    """Write all files of a new lesson, or none; return their paths. Raises Refused, OSError."""
    refuse(number, slug, title, root)
    words = {"NN": str(int(number)), "lesson_slug": slug, "LESSON_TITLE": title}
    texts = {}
    for name, place in places(number, slug).items():
        text = (root / SKELETON / name).read_text(encoding="utf-8")
        texts[root / place] = re.sub("|".join(words), lambda found: words[found[0]], text)
    folder = root / "helpers" / "lessons" / slug
    folder.mkdir()
    try:
        for path, text in texts.items():
            write_atomically(path, text)
    except BaseException:
        for path in texts:
            path.unlink(missing_ok=True)
        folder.rmdir()
        raise
    return [path.relative_to(root).as_posix() for path in texts]


def main(argv: list[str], root: Path = source.ROOT) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers lesson", description=__doc__.split(":", 1)[1].strip()
    )
    parser.add_argument("number", metavar="NN", help="its number, two digits")
    parser.add_argument("slug", help="its name in file names, as in max_pooling")
    parser.add_argument("title", help="its title, in quotes")
    options = parser.parse_args(argv)
    number, title = options.number, options.title.strip()
    try:
        written = begin(number, options.slug, title, root)
    except (Refused, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(written))
    print("These are a small lesson on max pooling. What to put in its place, and which rules")
    print("hold, says helpers/lessons/__init__.py. Try it as it is:")
    print(f"  python -m helpers build {number}")
    print(f"  python -m helpers test tests -k {options.slug}")
    return 0
