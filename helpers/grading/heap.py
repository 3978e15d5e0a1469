"""A heap of notebooks as submissions: found, read, matched, and of several attempts the newest."""

from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from helpers.grading import course, finding, reading
from helpers.grading.finding import Found
from helpers.grading.matching import Matching
from helpers.grading.platforms import Whose
from helpers.grading.recognising import lessons_of
from helpers.grading.submission import Piece, Submission
from helpers.grading.whose import whose
from helpers.notebooks.plain import Refused

NAMED = 3  # so many other files are named, where there is no notebook
# What a learner hands in where a notebook was asked for; beside one, nobody asks for it. Texts are
# a learner's in a folder alone: beside the folders they are the instructor's.
DOCUMENTS = (".pdf", ".html", ".htm", ".docx", ".doc", ".odt", ".rtf")
TEXTS = (".py", ".md", ".txt", ".tex")
ARCHIVES = (".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz")


@dataclass(frozen=True)
class _Read:
    """A notebook of one lesson, or a file that is none: before it is known whose it is."""

    found: Found
    lesson: str | None
    cells: tuple[Piece, ...] = ()
    written: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def begun(self) -> bool:
        return any(one.answers for one in self.cells) or any(text for _, text in self.written)


def submissions(path: Path, scratch: Path) -> list[Submission]:
    """What a heap holds, by learner and lesson: a folder, a zip or one notebook, never changed.

    scratch: a folder for what has to be unpacked on the way; nothing is left in it. A file that
    cannot be read costs its own submission, whose lesson is None and whose remarks say why. Raises
    Refused where there is no heap to read.
    """
    read, others = [], []
    for one in finding.heap(Path(path), scratch):
        if one.trouble or one.content is not None:
            read += _read(one)
        elif one.file.lower().endswith(DOCUMENTS + ARCHIVES + TEXTS * (len(one.parts) > 1)):
            others.append(_Read(one, None))
    root = Path(path).absolute()
    name = root.stem if root.is_file() else root.name
    everything, lessons = read + others, [one.lesson for one in read]
    paths = [one.found.parts for one in everything]
    pairs = list(zip(everything, whose(paths, lessons, name, list(course.lessons())), strict=True))
    made = _newest(pairs[: len(read)]) + _without(pairs, len(read))
    return sorted(made, key=lambda one: (one.learner.casefold(), one.lesson or "~", one.file))


def _read(found: Found) -> list[_Read]:
    """A notebook's content, matched: once for each lesson that it holds."""
    if found.content is None:
        return [_Read(found, None, remarks=(found.trouble,))]
    light = Found(found.parts, found.when)
    lessons = course.lessons()
    try:
        notebook = reading.read(found.content)
        names, remark = lessons_of(notebook, found.file, lessons)
        if not names:
            return [_Read(light, None, remarks=(remark,))]
        made = [(name, Matching(notebook, lessons[name])) for name in names]
    except Refused as error:
        return [_Read(light, None, remarks=(str(error),))]
    except Exception as error:  # whatever one notebook does to us, the others are graded
        why = f"it cannot be read ({type(error).__name__}); look at it by hand"
        return [_Read(light, None, remarks=(why,))]
    read = [_Read(light, name, one.pieces, one.written, one.remarks) for name, one in made]
    read = [one for one in read if one.begun] or read[:1]  # blank cells of another lesson
    if len(read) > 1:
        remark = f"holds exercises of {', '.join(names)}; each lesson is graded by itself"
    first = (remark,) if remark else ()
    return [replace(one, remarks=(*first, *one.remarks)) for one in read]


def _newest(pairs: list[tuple[_Read, Whose]]) -> list[Submission]:
    """One submission for each lesson of a learner: the newest attempt in which anything is done."""
    groups = defaultdict(list)
    for at, (one, owner) in enumerate(pairs):
        groups[owner.key, one.lesson or at].append((one, owner))
    made = []
    for group in groups.values():
        group.sort(key=lambda pair: _rank(*pair))
        (best, owner), older = group[-1], [one for one, _ in group[:-1] if one.begun]
        remarks = [owner.remark] if owner.remark else []
        if older:
            files = ", ".join(one.found.file for one in older)
            remarks.append(f"handed in {len(older) + 1} times; the newest counts, not {files}")
        made.append(
            Submission(
                owner.learner, best.found.file, best.lesson, best.cells, best.written,
                (*remarks, *best.remarks),
            )
        )  # fmt: skip
    return made


def _rank(one: _Read, owner: Whose) -> tuple:
    stamp, attempt, copies = owner.attempt
    return one.begun, stamp, attempt, one.found.when, copies, one.found.file


def _without(pairs: list[tuple[_Read, Whose]], number: int) -> list[Submission]:
    """A line for each learner who handed in other files and no notebook."""
    has = {owner.key for _, owner in pairs[:number]}
    groups = defaultdict(list)
    for one, owner in pairs[number:]:
        if owner.key not in has:
            groups[owner.key].append((one.found, owner.learner))
    made = []
    for group in groups.values():
        files = [found.file for found, _ in group]
        shown = ", ".join(finding.shown(found.parts[-1]) for found, _ in group[:NAMED])
        more = f" and {len(files) - NAMED} more" if len(files) > NAMED else ""
        packed = "; unpack it first" if files[0].lower().endswith(ARCHIVES) else ""
        remark = f"no notebook, only {shown}{more}{packed}"
        made.append(Submission(group[0][1], files[0], None, remarks=(remark,)))
    return made
