"""The files of a heap: a folder or a zip, zips within zips, and nothing of it changed or unpacked.

A zip's members are read in memory and never written under their own names, so that a path such as
`../../x` leads nowhere; links are not followed. What cannot be read is told, and the rest goes on.
"""

import calendar
import lzma
import os
import re
import shutil
import stat
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from helpers.grading.reading import MOST
from helpers.notebooks.plain import Refused

LEFT_OUT = {"__macosx", "kept", "__pycache__", "node_modules", "site-packages", "desktop.ini"}
NOTEBOOK = re.compile(r"\.ipynb(?:\.txt|\.json)?$", re.IGNORECASE)
NBGRADER = ("autograded", "feedback", "release", "source")  # beside its folder `submitted`
DEEP = 4  # zips within one another
MEMBERS = 200_000  # of one zip
ZIP_MOST = 4_000_000_000  # bytes of a zip within a zip
# Notebooks shrink to a tenth in a zip, seldom to a hundredth: what shrinks more is a bomb.
SHRINKS, SPARE = 200, 200_000_000
BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError,
    OSError, ValueError,
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A file of the heap.

    parts: its path as the heap has it; a zip is a folder in it. when: its time, in seconds.
    content: of a notebook, else None. trouble: why it could not be read, in one line, or "".
    """

    parts: tuple[str, ...]
    when: float = 0.0
    content: bytes | None = None
    trouble: str = ""

    @property
    def file(self) -> str:
        """Its path as a text that can be shown and written."""
        return shown("/".join(self.parts))


def shown(name: str) -> str:
    """A name without letters that a terminal obeys or UTF-8 cannot hold, and é always as one."""
    name = unicodedata.normalize("NFC", name)
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in name)


def _hidden(part: str) -> bool:
    """Whether a file or folder is none of a learner's: hidden, kept from an older version."""
    return part.startswith((".", "~$")) or part.lower() in LEFT_OUT


def heap(path: Path, scratch: Path) -> Iterator[Found]:
    """All files of a heap in the order of their paths; scratch: a folder for zips within zips.

    A single notebook is a heap, too. Raises Refused where there is none: no such folder or file, or
    one that is no zip.
    """
    if path.is_dir():
        yield from _folder(path, scratch)
    elif not path.exists():
        raise Refused(f"{path}: there is no such folder or file")
    elif NOTEBOOK.search(path.name):
        yield from _file(path, (path.name,), scratch)
    elif not zipfile.is_zipfile(path):
        raise Refused(f"{path}: neither a folder nor a zip that can be read")
    else:
        with path.open("rb") as file:
            yield from _zip(file, (), path.stat().st_size, scratch)


def _folder(root: Path, scratch: Path) -> Iterator[Found]:
    def unread(error: OSError) -> None:
        where = Path(error.filename or root)
        troubles.append(Found(where.relative_to(root).parts, trouble=f"unread: {error.strerror}"))

    troubles: list[Found] = []
    for folder, inside, files in os.walk(root, onerror=unread):
        here = Path(folder).relative_to(root).parts
        links = [one for one in inside if Path(folder, one).is_symlink()]
        others = NBGRADER if "submitted" in inside else ()
        inside[:] = sorted(set(inside) - set(links) - set(others) - set(filter(_hidden, inside)))
        for name in sorted(files + links):
            if not _hidden(name):
                yield from _file(Path(folder, name), (*here, name), scratch)
    yield from troubles


def _file(path: Path, parts: tuple[str, ...], scratch: Path) -> Iterator[Found]:
    try:
        held = path.lstat()
        if stat.S_ISLNK(held.st_mode):
            yield Found(parts, trouble="a link to another place; not followed")
        elif not stat.S_ISREG(held.st_mode):
            yield Found(parts, trouble="no file but a device or a pipe; not read")
        elif parts[-1].lower().endswith(".zip"):
            with path.open("rb") as file:
                yield from _zip(file, parts, held.st_size, scratch)
        elif not NOTEBOOK.search(parts[-1]):
            yield Found(parts, held.st_mtime)
        elif held.st_size > MOST:
            yield Found(parts, held.st_mtime, trouble=_large(held.st_size))
        else:
            yield Found(parts, held.st_mtime, path.read_bytes())
    except OSError as error:
        yield Found(parts, trouble=f"unread: {error.strerror or error}")


def _large(size: int) -> str:
    return f"{size // 1_000_000:,} MB: larger than {MOST // 1_000_000} MB; not read"


def _name(info: zipfile.ZipInfo) -> tuple[str, ...]:
    """A member's path: without a drive, a root or a way upwards; in the letters that were meant."""
    name = info.filename
    if not info.flag_bits & 0x800:  # not marked as UTF-8: macOS writes it all the same
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    parts = re.split(r"[/\\]+", re.sub(r"^[A-Za-z]:(?=[/\\])", "", name))
    return tuple(one[:255] for one in parts if one not in ("", ".", ".."))


def _zip(file: BinaryIO, at: tuple[str, ...], size: int, scratch: Path) -> Iterator[Found]:
    """The files of a zip that stands at a path of the heap and has so many bytes."""
    try:
        whole = zipfile.ZipFile(file)
    except BROKEN:
        yield Found(at, trouble="a broken zip: it cannot be unpacked")
        return
    with whole:
        members = [one for one in whole.infolist() if not one.is_dir() and _name(one)]
        members = [one for one in members if not any(map(_hidden, _name(one)))]
        wanted = [one for one in members if _opened(_name(one)[-1])]
        unpacked = sum(one.file_size for one in wanted)
        if len(members) > MEMBERS or unpacked > SHRINKS * size + SPARE:
            much = f"{len(members):,} files, {unpacked // 1_000_000:,} MB"
            yield Found(at, trouble=f"a zip that unpacks to {much}: a bomb, by its size; not read")
            return
        for info in sorted(members, key=_name):
            parts = (*at, *_name(info))
            try:
                yield from _member(whole, info, parts, scratch)
            except BROKEN as error:
                locked = info.flag_bits & 1
                why = "locked with a password" if locked else f"broken inside the zip ({error})"
                yield Found(parts, trouble=why)


def _opened(name: str) -> bool:
    return bool(NOTEBOOK.search(name)) or name.lower().endswith(".zip")


def _member(
    whole: zipfile.ZipFile, info: zipfile.ZipInfo, parts: tuple[str, ...], scratch: Path
) -> Iterator[Found]:
    when = 0.0
    with suppress(ValueError):  # a day that is none
        when = float(calendar.timegm((*info.date_time, 0, 0, 0)))
    if stat.S_ISLNK(info.external_attr >> 16):
        yield Found(parts, when, trouble="a link to another place; not followed")
    elif not _opened(parts[-1]):
        yield Found(parts, when)
    elif NOTEBOOK.search(parts[-1]):
        if info.file_size > MOST:
            yield Found(parts, when, trouble=_large(info.file_size))
            return
        with whole.open(info) as file:
            content = file.read(MOST + 1)
        yield Found(parts, when, content)
    elif sum(one.lower().endswith(".zip") for one in parts) > DEEP or info.file_size > ZIP_MOST:
        yield Found(parts, when, trouble="a zip too deep within others, or too large; not read")
    else:
        with tempfile.TemporaryFile(dir=scratch) as copy, whole.open(info) as file:
            shutil.copyfileobj(file, copy)
            copy.seek(0)
            yield from _zip(copy, parts, info.file_size, scratch)
