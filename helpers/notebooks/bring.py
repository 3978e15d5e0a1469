"""One older notebook brought into this version: where it fits, what is kept, what is said of it."""

import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from helpers.notebooks.carry import Carried, carry
from helpers.notebooks.files import aside, write_atomically
from helpers.notebooks.plain import OPEN, Refused, cells_digest, dump, opened, parse, texts
from helpers.notebooks.written import said

NAMED = 4  # so many cells that changed are named, the others counted


def stamp(notebook: dict) -> dict:
    """What the build noted in a notebook."""
    held = notebook["metadata"].get("course")
    return held if isinstance(held, dict) else {}


def course_texts(notebook: dict, committed: bytes | None = None) -> set[str] | None:
    """Digests of what the course wrote in a notebook, None where that cannot be known.

    committed: the notebook as git has it, which says so where it is as it was built.
    """
    if isinstance(noted := stamp(notebook).get("texts"), str):
        return set(noted.split())
    candidates = [notebook]
    if committed:
        candidates.append(parse(committed))
    for one in candidates:
        if stamp(one).get("cells") == cells_digest(one):
            return texts(one)
    return None


def exercises(notebook: dict) -> set[str]:
    """The names of its exercises."""
    return {said(cell, "exercise") for cell in notebook["cells"]} - {""}


def place(old: dict, name: str, root: Path) -> Path | None:
    """The notebook of this version that fits an older one: by its name, else by its exercises."""
    paths = sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    name = str(stamp(old).get("lesson") or name)
    for known in (lambda stem: stem, lambda stem: stem[3:]):
        for path in paths:
            if known(path.stem) == known(name):
                return path
    shared = {}
    for path in paths:
        with suppress(Refused):
            shared[path] = len(exercises(parse(path.read_bytes())) & exercises(old))
    best = max(shared, key=shared.get, default=None)
    return best if best and shared[best] else None


def keep(content: bytes, path: Path, root: Path) -> Path:
    """Put a notebook's content into kept/, unless it is there; returns where it stands."""
    free = aside(path, root)
    for there in sorted(free.parent.glob(f"{path.parent.name}-{path.stem}-*.ipynb")):
        if there.read_bytes() == content:
            return there
    write_atomically(free, content)
    return free


def many(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def told(name: str, done: Carried, kept: str) -> str:
    """One line on what was carried into a lesson, and what is new in it."""
    carried = []
    if done.answers:
        carried.append(many(len(done.answers), "answer", "answers"))
    if done.own:
        carried.append(many(done.own, "cell of your own", "cells of your own"))
    parts = [" and ".join(carried) + " carried over"] if carried else []
    if done.marked:
        parts.append(f"kept in marked cells: {', '.join(done.marked)}")
    if done.anew:
        parts.append(f"look again at {', '.join(done.anew)}, where the course's text is new")
    if done.changed:
        more = len(done.changed) - NAMED
        named = ", ".join(done.changed[:NAMED]) + (f" and {more} more" if more > 0 else "")
        parts.append(f"new or reworded: {named}")
    return f"{name}: {'; '.join([*parts, f'your old notebook is {kept}'])}"


def bring(path: Path, content: bytes, root: Path, committed: bytes | None, kept: str = "") -> str:
    """Carry one older notebook into this version; returns the line to print.

    path: where it stood; kept: where it is kept already. Raises Refused where it has to be tried
    again, and OSError.
    """

    def held() -> str:
        return kept or keep(content, path, root).relative_to(root).as_posix()

    try:
        old = parse(content)
    except Refused as error:
        return f"{path.stem}: {error}, so nothing is carried; it is kept as it is: {held()}"
    target = place(old, path.stem, root)
    if target is None:
        course = course_texts(old, committed)
        if course is not None and texts(old) <= course:
            return f"{path.stem}: not in this version; nothing of yours was in it"
        return f"{path.stem}: no lesson of this version fits; your notebook is {held()}"
    before = target.read_bytes()
    try:
        new = parse(before)
    except Refused as error:
        shown = target.relative_to(root)
        raise Refused(f"{shown}: {error}; put a fresh one there and try again") from None
    made, done = carry(old, new, course_texts(old, committed), course_texts(new))
    if not done.anything and done.unsure:
        return f"{target.stem}: no answers found; should you have changed other cells: {held()}"
    if not done.anything:
        return f"{target.stem}: nothing of yours to carry over"
    for one in (path, target):
        if one.exists() and opened(one):
            raise Refused(OPEN.format(one))
    where = held()
    if stamp(new).get("cells") != cells_digest(new):
        keep(before, target, root)  # someone has begun in the new one, too
    if target.read_bytes() != before:
        raise Refused(f"{target}: changed while we worked; nothing written, try again")
    write_atomically(target, dump(made))
    unsure = " (if you had changed the course's own cells: only there)" if done.unsure else ""
    return told(target.stem, done, where + unsure)


def say(steps: Iterable[Callable[[], str]]) -> int:
    """Print the line of each step, on stderr where it is refused; returns how many were."""
    refused = 0
    for step in steps:
        try:
            print(step(), flush=True)
        except Refused as error:
            print(error, file=sys.stderr)
            refused += 1
    return refused
