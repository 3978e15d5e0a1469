"""Whose a file of the heap is, told by its path, as people and learning platforms lay them out.

The platforms' patterns, from what each writes when an instructor downloads all submissions:

- Moodle (mod/assign, `download_submissions`): `Full name_12345_assignsubmission_file_/x.ipynb`, and
  the same in one name where it makes no folders; "Participant_12345_…" where marking is blind.
- Canvas ("Download submissions"): `musteranna_12345_67890_x.ipynb`, `_LATE_` before the numbers
  where it was late, `x-1.ipynb` for a second attempt.
- nbgrader: `submitted/LEARNER/ASSIGNMENT/x.ipynb`, and in the exchange's inbound folder
  `LEARNER+ASSIGNMENT+2026-11-25 08:00:00 UTC/x.ipynb` for each attempt.

Else: a folder a learner, or one flat folder with the learner in each file's name.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from helpers.grading.finding import NOTEBOOK

MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_\w+?(?:_(?P<file>.*))?")
CANVAS = re.compile(r"(?P<name>[^_]+)(?:_LATE)?_(?P<id>\d{2,}_\d{2,})_(?P<file>.+)")
INBOUND = re.compile(r"(?P<name>[^+]+)\+[^+]+\+(?P<stamp>\d{4}-\d\d-\d\d[^+]*)(?:\+.*)?")
# Folders that hold a learner's files and don't name one: a sheet's, an attempt's, the course's.
WORDS = (
    "notebooks?|solutions?|submitted|submissions?|abgaben?|course|kurs|work|attempt|versuch|version"
    "|old|alt|new|neu|final|backup|copy|kopie|lesson|lektion|sheet|blatt|ps|hw|homework|week|woche"
    "|ex|exercises?|assignment|aufgabe|uebung|übung|problem|task|ue|v|ipynb|nb|submission|abgabe"
)
STRUCTURE = re.compile(rf"(?:{WORDS})?[\W_]*\d*(?:[\W_]+(?:{WORDS}|\d+))*[\W_]*", re.IGNORECASE)
COPY = re.compile(r"(?: ?\((\d+)\)|-Copy(\d+)|(?: - |_|-)(?:copy|kopie)(?: ?\(?(\d+)\)?)?)+$", re.I)


@dataclass(frozen=True)
class Whose:
    """learner: the name that is shown; key: one for each learner; attempt: the later, the larger.

    remark: what is uncertain about it, or "".
    """

    learner: str
    key: str
    attempt: tuple[str, int, int] = ("", 0, 0)
    remark: str = ""


def _stem(file: str) -> str:
    """A file's name without its ending, also one that was put behind a notebook's."""
    return NOTEBOOK.sub("", file) if NOTEBOOK.search(file) else PurePosixPath(file).stem


def _copies(stem: str) -> int:
    found = COPY.search(stem)
    return int(next(filter(None, found.groups()), 1)) if found else 0


def _platform(parts: tuple[str, ...]) -> Whose | None:
    """Whose a file is by a learning platform's pattern, None where it has none."""
    stem = NOTEBOOK.sub("", parts[-1])
    for part in parts:
        part = re.sub(r"\.zip$", "", part, flags=re.IGNORECASE)
        if found := MOODLE.fullmatch(part):
            return Whose(found["name"], f"moodle {found['id']} {found['name']}")
        if found := INBOUND.fullmatch(part):
            name = found["name"]
            return Whose(name, name.casefold(), (found["stamp"], 0, _copies(stem)))
        if found := CANVAS.fullmatch(part):
            user = found["id"].split("_")[0]
            again = re.search(r"-(\d+)$", NOTEBOOK.sub("", found["file"]))
            attempt = ("", int(again[1]) if again else 0, _copies(stem))
            return Whose(found["name"], f"canvas {user} {found['name']}", attempt)
    return None


def _bare(part: str) -> str:
    return re.sub(r"\.zip$", "", part, flags=re.IGNORECASE)


def from_file(name: str, lessons: list[str]) -> str:
    """The learner that a file's name tells beside its lesson, "" for none."""
    stem = COPY.sub("", _stem(name))
    for lesson in lessons:
        number, words = lesson[:2], lesson[3:].split("_")
        slug = r"[\W_]*".join(words)
        stem = re.sub(rf"(?:{number}|{int(number)})?[\W_]*{slug}", " ", stem, flags=re.IGNORECASE)
    parts = [one for one in re.split(r"[\s_\-.,()+]+", stem) if one]
    kept = [one for one in parts if not STRUCTURE.fullmatch(one)]
    return " ".join(kept) if len(kept) < len(parts) or " " in stem else re.sub("_", " ", stem)


def whose(
    paths: list[tuple[str, ...]], held: list[str | None], root: str, lessons: list[str]
) -> list[Whose]:
    """Whose each file is.

    held: the lesson that each turned out to be of, None for none. root: the heap's own name.
    """
    found = [_platform(parts) or _submitted((root, *parts)) for parts in paths]
    rest = [at for at, one in enumerate(found) if one is None]
    shared = _shared([paths[at][:-1] for at in rest])
    inner = {at: paths[at][len(shared):] for at in rest}  # fmt: skip
    folders = {one[0] for one in inner.values() if len(one) > 1}
    if all(_structural(one, lessons) for one in folders):
        inner = {at: one[-1:] for at, one in inner.items()}  # no folder names a learner
    home = next((one for one in reversed((root, *shared)) if not _structural(one, lessons)), root)
    groups = _groups({at: one for at, one in inner.items() if len(one) > 2}, held, lessons)
    flat = {at: one[0] for at, one in inner.items() if len(one) == 1}
    for at, parts in inner.items():
        if len(parts) > 1:
            name = _bare(parts[1 if parts[0] in groups else 0])
            key = "/".join(parts[:2]) if parts[0] in groups else name
            found[at] = Whose(name, key.casefold(), ("", 0, _copies(NOTEBOOK.sub("", parts[-1]))))
    for at, one in _flat(flat, held, _bare(home), lessons).items():
        found[at] = one
    return _told_apart([one for one in found if one])


def _submitted(parts: tuple[str, ...]) -> Whose | None:
    """Whose a file of nbgrader's tree is; its own tree begins with the heap's name."""
    for at, part in enumerate(parts[:-2]):
        if part == "submitted":
            stem = NOTEBOOK.sub("", parts[-1])
            return Whose(parts[at + 1], parts[at + 1].casefold(), ("", 0, _copies(stem)))
    return None


def _shared(folders: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The folders that all paths begin with."""
    if not folders:
        return ()
    low, high = min(folders), max(folders)
    same = 0
    while same < min(len(low), len(high)) and low[same] == high[same]:
        same += 1
    return low[:same]


def _structural(folder: str, lessons: list[str]) -> bool:
    """Whether a folder's name is none of a learner's."""
    return bool(STRUCTURE.fullmatch(_bare(folder))) or not from_file(folder, lessons)


def _groups(
    inner: dict[int, tuple[str, ...]], held: list[str | None], lessons: list[str]
) -> set[str]:
    """The folders that hold several learners' folders: each with a notebook of the same lesson."""
    inside: dict[str, dict[str | None, set[str]]] = defaultdict(lambda: defaultdict(set))
    for at, parts in inner.items():
        if not _structural(parts[1], lessons) and held[at]:
            inside[parts[0]][held[at]].add(parts[1])
    return {one for one, by in inside.items() if any(len(folders) > 1 for folders in by.values())}


def _flat(
    files: dict[int, str], held: list[str | None], home: str, lessons: list[str]
) -> dict[int, Whose]:
    """Whose the files of a flat folder are: named in each, or else its owner's."""
    names = {at: from_file(file, lessons) for at, file in files.items()}
    notebooks = [at for at, file in files.items() if NOTEBOOK.search(file)]
    nameless = Counter(held[at] for at in notebooks if not names[at] and held[at])
    apart = any(names[at] for at in notebooks) or any(many > 1 for many in nameless.values())
    found = {}
    for at, file in files.items():
        stem = _stem(file)
        name, remark = names[at] or home, ""
        if not names[at] and apart:
            name, remark = stem, "its file's name tells no learner"
        found[at] = Whose(name, name.casefold(), ("", 0, _copies(stem)), remark)
    return found


def _told_apart(found: list[Whose]) -> list[Whose]:
    """The same, where two learners of one name are told apart by a number or a folder."""
    keys = defaultdict(set)
    for one in found:
        keys[one.learner.casefold()].add(one.key)
    twice = {name for name, known in keys.items() if len(known) > 1}
    return [
        replace(one, learner=f"{one.learner} ({_short(one)})")
        if one.learner.casefold() in twice else one
        for one in found
    ]  # fmt: skip


def _short(one: Whose) -> str:
    number = re.match(r"(?:moodle|canvas) (\d+) ", one.key)
    return number[1] if number else one.key.rpartition("/")[0] or "folder"
