"""What learning platforms, and people, call the files that they hand on: whose one is, by its name.

The platforms' patterns, from what each writes when an instructor downloads all submissions:

- Moodle (mod/assign, `download_submissions`): `Full name_12345_assignsubmission_file_/x.ipynb`, and
  the same in one name where it makes no folders; "Participant_12345_…" where marking is blind.
- Canvas ("Download submissions"): `musteranna_12345_67890_x.ipynb`, `_LATE_` before the numbers
  where it was late, `x-1.ipynb` for a second attempt.
- nbgrader: `submitted/LEARNER/ASSIGNMENT/x.ipynb`, and in the exchange's inbound folder
  `LEARNER+ASSIGNMENT+2026-11-25 08:00:00 UTC/x.ipynb` for each attempt.
"""

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from helpers.grading.finding import NOTEBOOK, shown

MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_\w+?(?:_(?P<file>.*))?")
CANVAS = re.compile(r"(?P<name>[^_]+)(?:_LATE)?_(?P<id>\d{2,})_\d{2,}_(?P<file>.+)")
INBOUND = re.compile(r"(?P<name>[^+]+)\+[^+]+\+(?P<stamp>\d{4}-\d\d-\d\d[^+]*)(?:\+.*)?")
# Words that name no learner: a sheet, an attempt, the course.
WORDS = (
    "notebooks?|solutions?|submitted|submissions?|abgaben?|course|kurs|work|attempt|versuch|version"
    "|old|alt|new|neu|final|backup|copy|kopie|lessons?|lektion|sheet|blatt|ps|hw|homework|week"
    "|woche|ex|exercises?|assignment|aufgabe|uebung|übung|problem|task|ue|v|ipynb|nb"
)
NUMBER = r"(?:\d{1,2}|20\d\d)"  # a longer one may be a learner's
STRUCTURE = re.compile(
    rf"(?:(?<![^\W\d_])(?:{WORDS})(?![^\W\d_])|(?<!\d){NUMBER}(?!\d)|[\W_])*", re.IGNORECASE
)
COPY = re.compile(
    r"(?: ?\((\d{1,4})\)|-Copy(\d{1,4})|(?: - |_|-)(?:copy|kopie)(?: ?\(?(\d{1,4})\)?)?)+$", re.I
)


@dataclass(frozen=True)
class Whose:
    """learner: the name that is shown; key: one for each learner; attempt: the later, the larger.

    remark: what is uncertain about it, or "".
    """

    learner: str
    key: str
    attempt: tuple[str, int, int] = ("", 0, 0)
    remark: str = ""


def stem(file: str) -> str:
    """A file's name without its ending, also one that was put behind a notebook's."""
    return NOTEBOOK.sub("", file) if NOTEBOOK.search(file) else PurePosixPath(file).stem


def copies(file: str) -> int:
    """Which copy a file is by its name, as in `x (2).ipynb`; 0 for none."""
    found = COPY.search(stem(file))
    return int(next(filter(None, found.groups()), 1)) if found else 0


def folder(part: str) -> str:
    """The name of a folder, or of a zip that stands for one."""
    return re.sub(r"\.zip$", "", part, flags=re.IGNORECASE)


def named(name: str, file: str, key: str = "") -> Whose:
    """A learner by a name: the same one where it is written in other letters."""
    name = shown(name).strip()
    return Whose(name, shown(key or name).casefold(), ("", 0, copies(file)))


def platform(parts: tuple[str, ...]) -> Whose | None:
    """Whose a file is by a learning platform's pattern; None where its path has none."""
    for part in map(folder, parts):
        if found := MOODLE.fullmatch(part):
            blind = found["name"] == "Participant"  # as Moodle's grading sheet has it: with a space
            name = f"Participant {found['id']}" if blind else found["name"]
            return named(name, parts[-1], f"moodle {found['id']} {name}")
        if found := INBOUND.fullmatch(part):
            return replace(named(found["name"], parts[-1]), attempt=(found["stamp"], 0, 0))
        if found := CANVAS.fullmatch(part):
            again = re.search(r"-(\d{1,4})$", stem(found["file"]))
            attempt = ("", int(again[1]) if again else 0, copies(parts[-1]))
            owner = named(found["name"], parts[-1], f"canvas {found['id']} {found['name']}")
            return replace(owner, attempt=attempt)
    for at, part in enumerate(parts[:-2]):
        if part == "submitted":
            return named(parts[at + 1], parts[-1])
    return None


def from_file(name: str, lessons: list[str]) -> tuple[str, bool]:
    """The learner that a file's name tells, "" for none; and whether it tells a lesson as well."""
    rest = bare = COPY.sub("", stem(name))
    for lesson in lessons:
        number, slug = lesson[:2], r"[\W_]*".join(lesson[3:].split("_"))
        rest = re.sub(rf"(?:{number}|{int(number)})?[\W_]*{slug}", " ", rest, flags=re.IGNORECASE)
    parts = [one for one in re.split(r"[\s_\-.,()+]+", rest) if one]
    kept = [one for one in parts if not STRUCTURE.fullmatch(one)]
    return " ".join(kept), rest != bare or len(kept) < len(parts)


def structural(part: str, lessons: list[str]) -> bool:
    """Whether a folder's name is none of a learner's."""
    return not from_file(folder(part) + ".ipynb", lessons)[0]
