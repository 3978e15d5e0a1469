"""python -m helpers build: lesson sources to solved (executed) and learner's notebooks."""

import argparse
import os
import sys
from pathlib import Path

import nbformat

from helpers.notebooks import added, handout, overview, source
from helpers.notebooks.back import write_source
from helpers.notebooks.files import aside, sweep, write_atomically
from helpers.notebooks.notebook import assemble, execute, inputs, stamped, whole_digest
from helpers.notebooks.opening import furnish
from helpers.notebooks.plain import cells_digest, digest
from helpers.notebooks.source import Cell, SourceError


class Target:
    """One notebook that the build makes: as it stands on the disk, and as the source wants it."""

    def __init__(self, folder: str, name: str, cells: list[Cell], root: Path):
        self.shown, self.path = f"{folder}/{name}.ipynb", root / folder / f"{name}.ipynb"
        self.solved = folder == "solutions"
        self.cells = [cell for cell in cells if self.solved or not cell.solution]
        self.wanted = assemble(self.cells, learners=not self.solved)
        if self.solved:  # for the way back into the source
            self.wanted.cells[0].metadata |= self.cells[0].head
        # Nothing but its cells can make the learner's notebook stale: where someone has run it, new
        # pictures do not come in, so that work is met only where a lesson's text changed.
        self.origin = {}
        if self.solved:
            text = (root / "solutions" / f"{name}.py").read_text(encoding="utf-8")
            self.origin = {"source": digest(text), "inputs": inputs(name, root)}
        self.notebook = None
        if self.path.exists():
            try:
                self.notebook = nbformat.read(self.path, as_version=4)
            except Exception:
                message = "is no notebook that can be read; move it away and build again"
                raise SourceError(f"{self.shown}: {message}") from None
        self.stamp = dict(self.notebook.metadata.get("course", {})) if self.notebook else {}

    @property
    def agrees(self) -> bool:
        """Whether its cells are those of the source."""
        return bool(self.notebook) and cells_digest(self.notebook) == cells_digest(self.wanted)

    @property
    def edited(self) -> bool:
        """Whether someone has written in it, since it was built, what the source does not say."""
        built = self.stamp.get("cells")
        return bool(self.notebook) and not self.agrees and built != cells_digest(self.notebook)

    @property
    def fresh(self) -> bool:
        """Whether it was built from what the lesson's source and helpers say now."""
        if self.solved:
            return self.stamp.get("inputs") == self.origin["inputs"]
        return self.stamp.get("cells") == cells_digest(self.wanted)

    @property
    def untouched(self) -> bool:
        """Whether it is, outputs and all, as it was built."""
        return bool(self.notebook) and self.stamp.get("whole") == whole_digest(self.notebook)


def targets(name: str, root: Path) -> tuple[Target, Target]:
    """The solved and the learner's notebook of a lesson; raises SourceError."""
    cells = source.read_lesson(name, root)
    return Target("solutions", name, cells, root), Target("notebooks", name, cells, root)


def carry_back(name: str, root: Path) -> None:
    """Write what was edited in the solved notebook into the source; raises SourceError."""
    solved, _ = targets(name, root)
    if not solved.edited:
        return
    path = root / "solutions" / f"{name}.py"
    if solved.stamp.get("source") != solved.origin["source"]:
        raise SourceError(
            f"{solved.shown}: both it and solutions/{name}.py were edited since the last build; "
            "carry the changes over by hand, then build with --set-aside"
        )
    was, now = map(added.everything, (solved.notebook, solved.wanted))
    for text in [text for text in now if text not in was]:
        raise SourceError(
            f"{solved.shown}: what the build adds was edited (the lines that find the course, the "
            "links, or the last cell, made from the teaser of the lesson after it); change that "
            f"source, and let the cell say what it says now: {text}"
        )
    text = write_source(solved.notebook)
    source.parse(text, solved.shown)
    write_atomically(path, text)
    print(f"{solved.shown}: edits carried back into solutions/{name}.py")


def set_aside(target: Target, root: Path) -> None:
    """Move an edited notebook into kept/, under a name that is free."""
    place = aside(target.path, root)
    place.parent.mkdir(exist_ok=True)
    os.replace(target.path, place)
    print(f"{target.shown}: your edits are kept in kept/{place.name}")


def build(name: str, root: Path, bar, keep_edits: bool = False) -> None:
    """Write both notebooks of one lesson where they are stale; raises SourceError."""
    solved, learners = both = targets(name, root)
    stale = [
        one for one in both
        if not one.fresh or (one.solved and not one.untouched) or (keep_edits and one.edited)
    ]  # fmt: skip
    if stale == [solved] and learners.untouched:
        stale = [solved, learners]  # its explorers' pictures are the solved one's
    for target in stale:
        if target.edited and not keep_edits:
            command = f"python -m helpers build {name[:2]}"
            back = f"`{command} --carry-back` takes the edits into solutions/{name}.py, "
            aside = f"`{command} --set-aside` moves it to kept/ and builds anew"
            ways = back + aside if target.solved else aside
            raise SourceError(f"{target.shown}: was edited, so it is left alone. {ways}")
    if found := handout.leaks(handout.contents(root, [name]), root, [name]):
        raise SourceError("\n".join([*found, "nothing built: these lines give solutions away"]))
    for target in stale:
        if target.solved:
            bar.reset(total=len(target.wanted.cells))
            execute(target.wanted, target.cells, name, root, bar.update)
    if learners in stale:
        furnish(learners.wanted, solved.wanted if solved in stale else solved.notebook)
    for target in stale:
        if target.edited:
            set_aside(target, root)
        write_atomically(target.path, stamped(target.wanted, name, **target.origin))


def check(name: str, root: Path) -> list[str]:
    """What is stale about one lesson, one line each: a notebook that was only run is not."""
    lines = []
    for target in targets(name, root):
        if not target.notebook:
            lines.append(f"{target.shown}: missing")
        elif not target.agrees:
            lines.append(f"{target.shown}: its cells differ from the source")
        elif not target.fresh:
            lines.append(f"{target.shown}: stale")
    return lines


def main(argv: list[str], root: Path = source.ROOT) -> int:
    """The command line; returns the exit code."""
    from tqdm import tqdm

    parser = argparse.ArgumentParser(prog="python -m helpers build", description=__doc__)
    parser.add_argument("lessons", nargs="*", metavar="NN", help="which lessons (default: all)")
    parser.add_argument("--check", action="store_true", help="only say what is stale")
    edits = parser.add_mutually_exclusive_group()
    edits.add_argument(
        "--carry-back", action="store_true", help="take edits of solved notebooks into the sources"
    )
    edits.add_argument(
        "--set-aside", action="store_true", help="move edited notebooks to kept/ and build"
    )
    options = parser.parse_args(argv)
    known = source.lessons(root)
    chosen = [n for n in known if not options.lessons or n[:2] in options.lessons]
    unknown = set(options.lessons) - {name[:2] for name in known}
    if unknown:
        print(f"no lesson {', '.join(sorted(unknown))} in solutions/", file=sys.stderr)
        return 2
    try:
        if options.check:
            stale = [line for name in chosen for line in check(name, root)]
            if not overview.list_lessons(root, write=False):
                stale.append("README.md: its table of lessons is stale")
            print("\n".join(stale) or f"{len(chosen)} lessons up to date")
            return 1 if stale else 0
        if options.carry_back:
            for name in chosen:
                carry_back(name, root)
        for folder in ("solutions", "notebooks"):
            sweep(root / folder)
        for name in chosen:
            with tqdm(desc=name, unit="cell", leave=False, disable=None) as bar:
                build(name, root, bar, options.set_aside)
        overview.list_lessons(root, write=True)
    except (SourceError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{len(chosen)} lessons up to date")
    return 0
