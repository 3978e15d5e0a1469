"""A process that has imported everything, and forks a fresh one for each notebook.

Started by `judging`, confined: python -m helpers.grading.zygote HANDLE, a socket to the judge.
"""

import contextlib
import importlib
import os
import shutil
import signal
import socket
import sys
import time
from pathlib import Path

from helpers.grading import wire
from helpers.grading.bare import bare
from helpers.grading.limits import Limits, family, lower
from helpers.grading.running import Notebook, Notes, quiet_shell

PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 4, 36


class Zygote:
    """Forks a process for each notebook; ends whatever that leaves behind."""

    def __init__(self, line: socket.socket):
        import_all()
        self.line, self.shell, self.names = line, quiet_shell(), {}
        self.trained = False
        self.alone = os.environ.get("COURSE_ROOM") == "alone"

    def attend(self) -> None:
        """Do what the judge asks for, until it hangs up."""
        wire.send(self.line, wire.reply("ready"))
        while True:
            kind, *asked = wire.receive_trusted(self.line)
            said = {"fork": self.fork, "sweep": self.sweep}[kind](*asked)
            wire.send(self.line, wire.reply(said))

    def fork(self, lesson: str, limits: Limits, trains: bool) -> int:
        """Fork a process for a notebook of a lesson; the judge hands over the line to it.

        trains: whether it trains a network, for which PyTorch imports much at the first step.
        """
        _, (handle, *_), _, _ = socket.recv_fds(self.line, 1, 1)
        if trains and not self.trained:
            self.trained = one_step()
        if lesson not in self.names:
            self.names[lesson] = bare(lesson)
        folder = Path(os.environ["COURSE_SCRATCH"].split(":")[0], "notebook")
        folder.mkdir(exist_ok=True)
        notes = Notes()
        child = os.fork()
        if not child:
            try:
                os.setsid()
                os.chdir(folder)
                self.line.close()
                lower(limits)
                nowhere = os.open(os.devnull, os.O_RDWR)
                for one in (0, 1, 2):
                    os.dup2(nowhere, one)
                with socket.socket(fileno=handle) as other:
                    Notebook(other, self.shell, self.names[lesson], notes).attend()
            finally:
                os._exit(0)
        os.close(handle)
        return child

    def sweep(self, child: int) -> int:
        """End all that a notebook started, remove what it wrote; gives how many live on."""
        living: list[int] = []
        for again in range(20):
            time.sleep(0.01 * again)  # a large process takes its time to end
            # -1: all there is in a room of one's own but this process; -child: what it grouped
            those = [-1] if self.alone else [-child, *family(os.getpid())]
            living = [one for one in those if _killed(one)]
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            if not living:
                break
        for place in os.environ["COURSE_SCRATCH"].split(":"):
            for one in Path(place).iterdir():
                if one.is_dir() and not one.is_symlink():
                    shutil.rmtree(one, ignore_errors=True)  # what is mounted stays
                else:
                    with contextlib.suppress(OSError):
                        one.unlink()
        return len(living)


def _killed(process: int) -> bool:
    """Whether there was a process, or any, to kill."""
    try:
        os.kill(process, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # on macOS, of one that has ended
        return False
    return True


def import_all() -> None:
    """Import, once, what notebooks would."""
    import torch

    importlib.import_module("matplotlib.pyplot")
    importlib.import_module("ipywidgets")
    torch.set_num_threads(1)


def one_step() -> bool:
    """Train for one step."""
    import torch

    weight = torch.zeros(1, requires_grad=True)
    weight.sum().backward()
    torch.optim.Adam([weight]).step()
    return True


def _unreachable() -> None:
    """See to it that no learner's process can look into this one, or slip away from it."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            libc = ctypes.CDLL(None)
            libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
            libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def main(argv: list[str]) -> int:
    """Serve the judge until it hangs up."""
    _unreachable()
    with socket.socket(fileno=int(argv[0])) as line, contextlib.suppress(wire.Gone):
        Zygote(line).attend()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
