"""Whether an answer is what its cell says: a cell that stopped leaves an older answer behind."""

import ast
import re
from collections.abc import Iterable
from typing import Any

from helpers.command import record
from helpers.exercises.stand_in import unwritten

NOWHERE = object()  # what a name stands for that is not defined
DEFINED = r"^(?:async +def|def|class) +(\w+)|^(\w+) *(?:: *[^=\n]+)?=(?!=)"


class Cells:
    """What the cells of a notebook did to the names of exercises; elsewhere it knows nothing.

    It is silent when unsure: it speaks only of the very object that stood under a name when a cell
    that should have defined the name anew did not.
    """

    def __init__(self, shell: Any = None):
        self.names: set[str] = set()
        self._shell, self._before = None, None
        self._left: dict[str, tuple[Any, str]] = {}  # name: what was left behind, and why
        self._made: dict[str, str] = {}  # name: the cell that defined it last
        if shell:
            self._listen(shell)

    def watch(self, names: Iterable[str]) -> None:
        """Heed these names from the next cell on, if this is a notebook's kernel."""
        self.names |= set(names)
        shell = record.shell()
        if shell is not None and self._shell is None:
            self._listen(shell)

    def trouble(self, name: str, answer: Any) -> str:
        """Why an answer is not what its cell says, for the learner; "" where nothing is known."""
        left, why = self._left.get(name, (NOWHERE, ""))
        return why if left is answer else ""

    def _listen(self, shell: Any) -> None:
        self._shell = shell
        shell.events.register("pre_run_cell", self._starts)
        shell.events.register("post_run_cell", self._ended)

    def _now(self) -> dict[str, Any]:
        return {name: self._shell.user_ns.get(name, NOWHERE) for name in self.names}

    def _starts(self, info: Any) -> None:
        self._before = self._now()

    def _ended(self, result: Any) -> None:
        before, self._before = self._before, None
        if before is None or result is None or result.info is None:
            return  # the cell that imports the lesson had begun already
        error = result.error_before_exec or result.error_in_exec
        found, cell = defined(result.info.raw_cell), getattr(result.info, "cell_id", None)
        same = {name for name, value in self._now().items() if value is before.get(name, NOWHERE)}
        for name in self.names & found:
            self._left.pop(name, None)
            if not error:
                self._made[name] = cell
            elif name in same:
                self._leave(name, error)
        new = sorted(found - self.names)
        for name in same - found if cell and new and not error else ():
            if self._made.get(name) == cell and name in self._shell.user_ns:
                older = f"What is checked here would be an older `{name}`. Give it its name again."
                why = f"Its cell defines `{new[0]}` now, and no `{name}`. {older}"
                self._left[name] = self._shell.user_ns[name], why

    def _leave(self, name: str, error: BaseException) -> None:
        """Note that a cell stopped before it defined a name."""
        now = self._shell.user_ns.get(name, ...)
        there = now is not ... and now is not unwritten
        if not there:
            self._shell.user_ns.setdefault(name, ...)  # else its check could not even say this
        self._left[name] = self._shell.user_ns[name], stopped(name, told(error), there)


def stopped(name: str, error: str, there: bool = False) -> str:
    """What to say of an answer whose cell stopped; there: whether an older one is left behind."""
    older = f"What is checked here would be an older `{name}`."
    older = older if there else f"So there is no `{name}` yet."
    why = f"The cell that defines `{name}` stopped with {error}. {older}"
    return f"{why} Mend the cell and run it again."


def defined(text: str) -> set[str]:
    """The names that a cell defines at its top level, also where it can't be read to its end."""
    try:
        parsed = ast.parse(text).body
    except (SyntaxError, ValueError):
        return {one or other for one, other in re.findall(DEFINED, text, re.MULTILINE)}
    names = {one.name for one in parsed if hasattr(one, "name")}
    targets = [t for one in parsed for t in getattr(one, "targets", [getattr(one, "target", None)])]
    return names | {one.id for one in targets if isinstance(one, ast.Name)}


def told(error: BaseException) -> str:
    """An error in one line; of a syntax error, with the line of the cell."""
    if isinstance(error, SyntaxError):  # newer Pythons have an _IncompleteInputError of their own
        public = next(kind for kind in type(error).__mro__ if kind.__name__[0] != "_")
        return f"{public.__name__}: {error.msg}, in line {error.lineno}"
    text = f"{type(error).__name__}: {error}".strip().rstrip(":")
    return re.sub(r" at 0x[0-9a-fA-F]+", "", text.splitlines()[0])


CELLS = Cells()
