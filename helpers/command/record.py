"""What a learner has come to, in one small file beside the notebooks; it stays on this computer.

Standard library alone, for the command `progress` reads it before anything is installed. A line is
added where something has changed: a verdict, a mistake met for the first time, one more hint. No
line says who it was, or when.
"""

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = ".progress.jsonl"
# Where one of these is set, something else than a learner runs the notebook.
ELSEWHERE = ("CI", "COURSE_STRICT", "NBGRADER_EXECUTION", "PYTEST_CURRENT_TEST")


@dataclass
class Standing:
    """How an exercise stands: its last status, the mistakes met so far, how many hints were read.

    status: "not started", "not yet" or "correct"; of a written answer that was ticked, "written".
    """

    status: str = "not started"
    mistakes: list[str] = field(default_factory=list)
    hints: int = 0

    def take(self, said: dict[str, Any]) -> bool:
        """Add what one line says; whether it says anything new."""
        before = (self.status, len(self.mistakes), self.hints)
        self.status = str(said.get("status", self.status))
        mistake = said.get("mistake")
        if mistake and mistake not in self.mistakes:
            self.mistakes.append(str(mistake))
        self.hints = max(self.hints, int(said.get("hints", 0)))
        return before != (self.status, len(self.mistakes), self.hints)


class Record:
    """The file of one folder, read on as it grows: several kernels may add to it at once."""

    def __init__(self, folder: Path):
        self.path, self._read = folder / FILE, 0
        self.standings: dict[str, dict[str, Standing]] = {}

    def of(self, lesson: str) -> dict[str, Standing]:
        """{exercise: Standing} of a lesson, as the file says now; of what it does not name, none.

        Raises OSError where the file cannot be read.
        """
        self._catch_up()
        return self.standings.get(lesson, {})

    def note(self, lesson: str, exercise: str, **said: Any) -> None:
        """Add `status=`, `mistake=`, `hints=` of an exercise, if any is new. Raises OSError."""
        one = self.of(lesson).get(exercise, Standing())
        if not Standing(one.status, list(one.mistakes), one.hints).take(said):
            return
        line = json.dumps({"lesson": lesson, "exercise": exercise, **said}, ensure_ascii=False)
        # One write at the end of the file, so that lines of two kernels never mix; a line begins
        # with its own line feed, so that one torn by a full disk spoils none but itself.
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(handle, f"\n{line}".encode())
        finally:
            os.close(handle)

    def _catch_up(self) -> None:
        if not self.path.exists():
            self.standings, self._read = {}, 0
            return
        size = self.path.stat().st_size
        if size < self._read:  # another file than the one that was read
            self.standings, self._read = {}, 0
        if size == self._read:
            return
        with self.path.open("rb") as file:
            file.seek(self._read)
            new = file.read()
        self._read += len(new)
        for line in new.splitlines():
            try:
                said = json.loads(line)
                lesson = self.standings.setdefault(said["lesson"], {})
                lesson.setdefault(said["exercise"], Standing()).take(said)
            except (ValueError, TypeError, KeyError):
                continue  # empty, torn or of another make


def shell() -> Any:
    """The IPython that runs in this process; None elsewhere."""
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


def kept() -> bool:
    """Whether a record is kept: in a notebook's kernel, where a learner works in it."""
    if any(os.environ.get(name) for name in ELSEWHERE):
        return False
    return hasattr(shell(), "kernel")


def note(lesson: str, exercise: str, **said: Any) -> None:
    """Add to the record where one is kept and can be written; never raises."""
    if lesson and kept():
        try:
            HERE.note(lesson, exercise, **said)
        except Exception:  # a full disk or a folder to read only is no reason to stop a check
            return


def standings(lesson: str) -> dict[str, Standing]:
    """{exercise: Standing} of a lesson where a record is kept, else nothing; never raises."""
    try:
        return HERE.of(lesson) if lesson and kept() else {}
    except Exception:
        return {}


@dataclass(frozen=True)
class Lesson:
    """A notebook of a folder: its title, and {exercise: whether it is a written answer}."""

    slug: str
    title: str
    exercises: dict[str, bool]

    def line(self, statuses: dict[str, str]) -> str:
        """How the lesson stands, {exercise: status}, in one line."""
        code = [name for name, written in self.exercises.items() if not written]
        words = [name for name, written in self.exercises.items() if written]
        done = sum(statuses.get(name) == "correct" for name in code)
        ticked = sum(statuses.get(name) == "written" for name in words)
        more = f", {ticked} of {len(words)} written" if words else ""
        return f"{self.title}: {done} of {len(code)} correct{more}"


def lessons(folder: Path) -> list[Lesson]:
    """The notebooks of a folder in their order, by what their cells say; unreadable ones left out.

    Solutions are no exercises, and what a learner added has no name here.
    """
    found = []
    for path in sorted(folder.glob("[0-9][0-9]_*.ipynb")):
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            heading = "".join(cells[0]["source"]).splitlines()[0].lstrip("# ").strip()
            exercises = {}
            for cell in cells:
                name = cell["metadata"].get("exercise")
                if name and "solution" not in cell["metadata"].get("tags", ()):
                    exercises.setdefault(name, cell["cell_type"] == "markdown")
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            continue
        found.append(Lesson(path.stem[3:], heading, exercises))
    return found


HERE = Record(Path.cwd())  # a notebook's kernel starts in the folder of the notebook
