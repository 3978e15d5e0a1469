"""python -m helpers site [FOLDER]: the lessons as pages that need no Python, nor the network."""

import argparse
import re
import sys
from html import escape
from pathlib import Path
from string import Template

import nbformat

from helpers.notebooks import handout, overview, page, source
from helpers.notebooks.build import targets
from helpers.notebooks.files import inventory, refusal, write_folder

PARTS = Path(__file__).with_name("pages")
GRID = Path(__file__).parents[1] / "views" / "grid_view.js"
READING = "A page to read: you write and check your answers in <code>notebooks/{}.ipynb</code>."
LIST = "pages.txt"  # what a site consists of, so that the next one knows what it may replace


def contents(root: Path, solutions: bool) -> dict[str, bytes]:
    """The files of the site, {name: bytes}, with the solutions folded or without them.

    Made of the sources, and of what the solved notebooks show. Raises SourceError, OSError.
    """
    names = source.lessons(root)
    heads = {name: overview.head(name, root) for name in names}
    titles = {name: overview.titled(name, said) for name, said in heads.items()}
    course, about = _course(root)
    made = {"style.css": (PARTS / "style.css").read_text("utf-8")}
    made["index.html"] = _framed(course, "", _index(course, about, titles, heads), _bar(course, {}))
    for before, name, after in zip(["", *names], names, [*names[1:], ""], strict=False):
        cells = source.read_lesson(name, root)
        solved = nbformat.read(root / "solutions" / f"{name}.ipynb", as_version=4)
        outputs = {cell.id: cell.get("outputs", []) for cell in solved.cells}
        if not solutions:
            cells = [cell for cell in cells if not cell.solution]
            asked = {cell.id for cell in cells if page.QUESTION.fullmatch(cell.text.strip())}
            outputs = {place: outputs[place] for place in outputs.keys() & asked}
        headings, text, steps = page.lesson(name, cells, outputs)
        text = f'<p class="note">{READING.format(name)}</p>\n{text}'
        script = GRID.read_text("utf-8") + (PARTS / "steps.js").read_text("utf-8") if steps else ""
        ways = {"Before": (before, titles.get(before)), "Next": (after, titles.get(after))}
        listed = f'<nav class="toc" aria-label="In this lesson">\n{headings}\n</nav>'
        made[f"{name}.html"] = _framed(titles[name], listed, text, _bar(course, ways), script)
    packed = {name: text.encode() for name, text in made.items()}
    return packed | {LIST: inventory(packed)}


def _course(root: Path) -> tuple[str, str]:
    """The course's title and what it is, from the first lines of the README."""
    path = root / "README.md"
    found = re.match(r"# (.+)\n\n(.+)\n", path.read_text("utf-8")) if path.exists() else None
    return (found[1], found[2]) if found else ("The course", "")


def _index(
    course: str, about: str, titles: dict[str, str], heads: dict[str, overview.Head | None]
) -> str:
    rows = []
    for name, title in titles.items():
        said = heads[name]
        more = f" {said.teaser}<br>You write: {page.inline(said.writes)}." if said else ""
        rows.append(f'<li><a href="{name}.html">{escape(title)}</a>{more}</li>\n')
    listed = f'<ul class="lessons">\n{"".join(rows)}</ul>\n'
    return f"<h1>{escape(course)}</h1>\n<p>{escape(about)}</p>\n{listed}"


def _bar(course: str, ways: dict[str, tuple[str, str]]) -> str:
    """The links from page to page."""
    links = [f'<a href="index.html">{escape(course)}</a>']
    links += [
        f'<a href="{name}.html">{way}: {escape(title)}</a>' for way, (name, title) in ways.items()
        if name
    ]  # fmt: skip
    return "\n".join(links)


def _framed(title: str, headings: str, text: str, bar: str, script: str = "") -> str:
    frame = Template((PARTS / "frame.html").read_text("utf-8"))
    script = f'<script type="module">\n{script}</script>\n' if script else ""
    return frame.substitute(
        title=escape(title), headings=headings, text=text, bar=bar, script=script
    )


def leaks(made: dict[str, bytes], root: Path) -> list[str]:
    """Where a line of a solution stands in a site: as it is read, and in its markup."""
    return handout.leaks({name: page.read(content) for name, content in made.items()}, root)


def stale(name: str, root: Path) -> bool:
    """Whether the solved notebook, whose outputs are shown, is not as its source builds it."""
    solved, _ = targets(name, root)
    return not (solved.fresh and solved.untouched)


def main(argv: list[str], root: Path = source.ROOT) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers site", description=__doc__.split(":", 1)[1].strip()
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("site"), metavar="FOLDER")
    parser.add_argument("--solutions", action="store_true", help="with the solutions, folded")
    options = parser.parse_args(argv)
    folder = options.folder
    try:
        if fault := refusal(folder, LIST, "site"):
            print(fault, file=sys.stderr)
            return 1
        old = [name[:2] for name in source.lessons(root) if stale(name, root)]
        if old:
            command = f"python -m helpers build {' '.join(old)}"
            print(f"nothing written: first build what is stale, `{command}`", file=sys.stderr)
            return 1
        made = contents(root, options.solutions)
        if not options.solutions and (found := leaks(made, root)):
            lines = [*found, "nothing written: these lines give solutions away"]
            print("\n".join(lines), file=sys.stderr)
            return 1
        write_folder(folder, made)
    except (source.SourceError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    said = "solutions folded" if options.solutions else "no solutions"
    print(f"{folder}: {len(made)} files, {said}; open {folder / 'index.html'}")
    return 0
