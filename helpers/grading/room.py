"""Where learners' notebooks run, as the judge sees it: a zygote, and one process for a notebook."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

from helpers.grading import confine, wire
from helpers.grading.limits import Limits, excess, family
from helpers.grading.remote import Server

START = 120.0  # seconds that a zygote may take to import everything
FORK = 10.0  # seconds that a fork may take, where much else is running


class Room:
    """Starts a zygote when the first notebook comes, and a new one should it be gone."""

    def __init__(self, limits: Limits = Limits(), command: tuple[str, ...] | None = None):  # noqa: B008
        self.limits, self.command = limits, command
        self.process: Any = None
        self.own = 0  # bytes that it takes by itself

    def _start(self) -> None:
        self.close()
        room_of = list(confine.chosen()[0] if self.command is None else self.command)
        self.scratch = tempfile.mkdtemp(prefix="grading-")
        self.line, other = wire.pair()
        inside = room_of[:1] == ["bwrap"]
        room = {"COURSE_SCRATCH": confine.WRITABLE if inside else self.scratch}
        room["COURSE_ROOM"] = "alone" if room_of else ""
        command = [*room_of, "/usr/bin/env", *(f"{k}={v}" for k, v in room.items())]
        command += [sys.executable, "-m", "helpers.grading.zygote", str(other.fileno())]
        mpl = os.environ.get("MPLCONFIGDIR") or os.path.expanduser("~/.config/matplotlib")
        self.said = tempfile.TemporaryFile()  # noqa: SIM115  (for as long as the zygote)
        self.process = subprocess.Popen(
            command,
            pass_fds=[other.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=self.said,
            stderr=self.said,
            cwd=self.scratch,
            env=confine.environment(confine.COURSE.parent) | {"MPLCONFIGDIR": mpl},
        )
        other.close()
        try:
            wire.receive(self.line, START)
        except wire.Gone:
            self.said.seek(0)
            last = self.said.read().decode(errors="replace").strip().splitlines()[-1:]
            self.close()
            raise RuntimeError(f"learners' code can't be run: {''.join(last)}") from None
        self.own = sum(family(self.process.pid).values())

    def close(self) -> None:
        """End the zygote, and all in its room."""
        if self.process is not None:
            self.line.close()
            inside = family(self.process.pid)
            self.process.kill()
            self.process.wait()
            for one in inside:  # where the room is no more than a process, they are still there
                with contextlib.suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)
            self.said.close()
            self.process = None
            with contextlib.suppress(OSError):
                shutil.rmtree(self.scratch)

    def _ask(self, message: Any, handle: int | None, seconds: float) -> Any:
        wire.send(self.line, wire.pack(message))
        if handle is not None:
            socket.send_fds(self.line, [b"!"], [handle])
        return wire.understood(wire.receive(self.line, seconds))

    @contextlib.contextmanager
    def notebook(self, lesson: str, trains: bool = False) -> Iterator["Running"]:
        """A process for one notebook of a lesson, "relu_backward", that may train a network."""
        line, other = wire.pair()
        with line:
            with other:
                child = self._fork((lesson, self.limits, trains), other.fileno())
            try:
                yield Running(line, self)
            finally:
                line.close()
                try:
                    left = self._ask(("sweep", child), None, FORK)
                except wire.Gone:  # what was to be ended has ended the zygote, or holds it up
                    left = True
                if left:
                    self.close()

    def _fork(self, asked: tuple, handle: int) -> int:
        for again in (True, False):
            if self.process is None:
                self._start()
            try:
                return self._ask(("fork", *asked), handle, START)
            except wire.Gone:
                self.close()
                if not again:
                    raise
        raise AssertionError

    def watch(self) -> str:
        """What the learner's processes take too much of."""
        return excess(self.process.pid, self.limits, self.own)


class Running:
    """A notebook's process. Every method raises Gone where it is no longer there."""

    def __init__(self, line: socket.socket, room: Room):
        self.line, self.room, self.values = line, room, {}

    def _ask(self, message: Any, seconds: float, handle: int | None = None) -> Any:
        wire.send(self.line, wire.pack(message))
        if handle is not None:
            try:
                socket.send_fds(self.line, [b"!"], [handle])
            except OSError:
                raise wire.Gone("ended") from None
        return wire.understood(wire.receive(self.line, seconds, self.room.watch))

    def cell(self, source: str, names: tuple[str, ...]) -> dict[str, Any]:
        """Run a cell; what became of it. names: the exercises of the lesson."""
        seconds = self.room.limits.cell
        said = self._ask(("cell", source, names, seconds), seconds + self.room.limits.grace)
        try:
            made = [name for name in names if name in said["made"]]
            replaced = [str(one)[:100] for one in said["replaced"][:20]]
            self.values = dict(said["values"])
            return {"error": str(said["error"]), "made": made, "replaced": replaced}
        except (TypeError, LookupError, ValueError):
            raise wire.Gone("said what cannot be read") from None

    @contextlib.contextmanager
    def answer(self, name: str) -> Iterator[Server]:
        """The answer to an exercise, as `.value`; what is called runs in a process of its own."""
        if name in self.values:
            server = Server(None)
            server.value = server.answer(self.values[name])
            yield server
            return
        line, other = wire.pair()
        with line:
            with other:
                self._ask(("judge", name), FORK, other.fileno())

            def ask(message: Any, seconds: float) -> Any:
                wire.send(line, wire.pack(message))
                return wire.understood(wire.receive(line, seconds, self.room.watch))

            try:
                server = Server(ask)
                server.value = server.answer(wire.understood(wire.receive(line, FORK)))
                yield server
            finally:
                line.close()
                self._ask(("end",), FORK)
