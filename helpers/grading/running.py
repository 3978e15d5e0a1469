"""In a learner's process: runs the cells of one notebook, and forks a server for each answer."""

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Iterator
from typing import Any

from helpers.exercises.cells import told
from helpers.exercises.clock import OutOfTime, time_limit
from helpers.exercises.stand_in import unwritten
from helpers.grading import serving, wire

ABSENT = object()
OUT_OF_TIME = "out of time"


def quiet_shell() -> Any:
    """An IPython that runs cells as a notebook does and shows nothing; keeps no history."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config({"HistoryManager": {"enabled": False}})
    shell = InteractiveShell(config=config)
    shell.ast_node_interactivity = "none"
    shell.display_formatter.active_types = ["text/plain"]
    shell.enable_gui = _nothing  # what `%matplotlib inline` asks for
    shell.showtraceback = shell.showsyntaxerror = shell.showindentationerror = _nothing
    return shell


def _nothing(*_: Any, **__: Any) -> None:
    """What is shown of an error here."""


class Notes:
    """What the modules held that a verdict may hang on, to tell what a learner's code replaced."""

    ROOMS = ("builtins", "math", "json", "os", "inspect", "numpy", "numpy.linalg", "numpy.random")
    ROOMS += ("torch", "torch.nn", "torch.nn.functional", "torch.autograd")

    def __init__(self):
        rooms = [n for n in sys.modules if n in self.ROOMS or n.startswith("helpers.")]
        spaces = {name: sys.modules[name] for name in rooms}
        for name in rooms:
            classes = (one for one in vars(sys.modules[name]).values() if isinstance(one, type))
            mine = (one for one in classes if one.__module__.startswith("helpers."))
            spaces |= {f"{one.__module__}.{one.__name__}": one for one in mine}
        self.held = [(name, one, dict(vars(one))) for name, one in spaces.items()]

    def replaced(self) -> Iterator[str]:
        """The full names of what stood there, could be called, and is another one now."""
        for name, place, before in self.held:
            now = vars(place)
            for key, value in before.items():
                new = now.get(key)
                if new is value or not callable(getattr(value, "__func__", value)):
                    continue
                if name == "torch" and str(getattr(new, "__module__", "")).startswith("torch"):
                    continue  # PyTorch replaces some of its own when it trains for the first time
                yield f"{name}.{key}"


class Notebook:
    """One learner's notebook at work; speaks with the judge over a socket."""

    def __init__(self, line: socket.socket, shell: Any, names: dict[str, bool], notes: Notes):
        self.line, self.shell, self.notes = line, shell, notes
        self.process, self.server = os.getpid(), 0
        for name, function in names.items():  # as in the notebook: see stand_in
            shell.user_ns[name] = unwritten if function else ...
        self.answers: dict[str, Any] = {}
        self.lesson = None

    def attend(self) -> None:
        """Do what the judge asks for, until it hangs up."""
        while True:
            kind, *asked = wire.receive_trusted(self.line)
            said = getattr(self, f"_{kind}")(*asked)
            if os.getpid() != self.process:
                os._exit(0)  # a copy that the cell made of this process
            wire.send(self.line, wire.reply(said))

    def _cell(self, source: str, names: tuple[str, ...], seconds: float) -> dict[str, Any]:
        """Run a cell: {"error": in a line, or "", "made": the names of `names` it bound anew}.

        values: what these are, as far as they are plain data, for which no server is needed.
        """
        space = self.shell.user_ns
        before = {name: space.get(name, ABSENT) for name in names}
        error = self._run(source, seconds)
        made = [name for name in names if space.get(name, ABSENT) is not before[name]]
        self.answers |= {name: space[name] for name in made if name in space}
        lesson = space.get("lesson")
        if self.lesson is None and str(getattr(lesson, "__name__", "")).startswith("helpers."):
            self.lesson = lesson
        replaced = list(self.notes.replaced())
        replaced += ["lesson"] * (self.lesson is not None and lesson is not self.lesson)
        values = dict(self._plain(made))
        return {"error": error, "made": made, "replaced": replaced, "values": values}

    def _plain(self, names: list[str]) -> Iterator[tuple[str, Any]]:
        def refuse(_: Any) -> None:
            raise TypeError("a function is called in a process of its own")

        for name in names:
            with contextlib.suppress(Exception):
                yield name, wire.encode(self.answers.get(name, ...), refuse)

    def _run(self, source: str, seconds: float) -> str:
        try:
            with time_limit(seconds):
                result = self.shell.run_cell(source)
            error = result.error_before_exec or result.error_in_exec
            text = told(error) if error is not None else ""
            if isinstance(error, OutOfTime):
                raise error
        except OutOfTime:
            return OUT_OF_TIME
        except BaseException as ended:  # SystemExit raised in a hook, a shell that was broken
            text = f"{type(ended).__name__}: {ended}"
        with contextlib.suppress(BaseException):
            if "matplotlib.pyplot" in sys.modules:
                sys.modules["matplotlib.pyplot"].close("all")
        return text[:2000]

    def _judge(self, name: str) -> dict[str, Any]:
        """Fork a server for an answer, as it is now; the judge hands over the other line."""
        _, (handle, *_), _, _ = socket.recv_fds(self.line, 1, 1)
        server = os.fork()
        if not server:
            try:
                with socket.socket(fileno=handle) as other:
                    self.line.close()
                    serving.serve(other, self.answers.get(name, ...))
            finally:
                os._exit(0)
        os.close(handle)
        self.server = server
        return {"server": server}

    def _end(self) -> dict[str, Any]:
        """End the server."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.server, signal.SIGKILL)
        _, status = os.waitpid(self.server, 0)
        return {"status": status}
