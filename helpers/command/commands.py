"""The commands: each takes its arguments and returns its exit code.

Standard library alone: this runs before anything is installed.
"""

import argparse
import contextlib
import importlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from helpers.command.environment import (
    LEARNER,
    ROOT,
    TESTER,
    SetupError,
    ensure,
    surroundings,
    venv_python,
)

# One thread a kernel: with more, two kernels on two cores are slower and the last digits wander.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
PATIENCE = 10  # seconds the tests have to end by themselves
VALUED = {"-k", "-m", "-p"}  # what follows these options of pytest is no path


def run(*arguments: str, apart: bool = False, **variables: str) -> int:
    """Run the venv's Python to its end and return its exit code; what stops us stops it too.

    The terminal tells its Ctrl-C to the child as well, unless the child runs apart: then it gets no
    interrupt, which would draw a traceback or a question, but our word to finish.
    """
    for number in {signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)}:
        if signal.getsignal(number) is signal.SIG_DFL:  # not under nohup
            signal.signal(number, lambda number, _: sys.exit(128 + number))
    before, stopped = signal.getsignal(signal.SIGINT), []
    if before is signal.default_int_handler:  # not where interrupts are ignored
        # KeyboardInterrupt, where it comes just as the child ends, loses its exit code: it reads 0.
        signal.signal(signal.SIGINT, lambda *_: stopped.append(True))
    command = [str(venv_python(ROOT)), *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, env=surroundings(ROOT) | variables, start_new_session=apart
    )
    try:
        while not stopped:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(0.2)
        if not apart:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(PATIENCE)
        process.terminate()
        return process.wait() and 130
    finally:
        process.terminate()
        process.wait()
        if before is signal.default_int_handler:
            signal.signal(signal.SIGINT, before)


def claim(port: int) -> None:
    """Raise SetupError, before anything starts, when a server can't have this port."""
    with socket.socket() as trial:
        if os.name != "nt":  # a port just given up counts as free; on Windows this means otherwise
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
            trial.listen()
        except (OSError, OverflowError) as error:
            raise SetupError(f"Port {port} can't be had: choose another with --port.") from error


def has_sources() -> bool:
    """Whether this is the whole course: a hand-out lacks the sources, and so the solutions."""
    return (ROOT / "solutions").is_dir()


def has_course() -> bool:
    """Whether the course's folder is around `helpers`; not so where pip installed it."""
    return has_sources() or (ROOT / LEARNER[0]).is_file()


def lab(argv: list[str]) -> int:
    """Open the first notebook in JupyterLab, on this computer only, behind Jupyter's token."""
    parser = argparse.ArgumentParser("python -m helpers lab", description=lab.__doc__)
    parser.add_argument("--no-browser", action="store_true", help="print the address only")
    parser.add_argument("--port", type=int, metavar="N", help="the port to serve on")
    said = "open the solved notebooks" if has_sources() else argparse.SUPPRESS
    parser.add_argument("--solutions", action="store_true", help=said)
    options = parser.parse_args(argv)
    if options.solutions and not has_sources():
        raise SetupError("No solutions here: a hand-out has none, so leave out --solutions.")
    settings = {"ip": "127.0.0.1", "root_dir": ROOT}
    if options.port is not None:
        claim(options.port)
        settings |= {"port": options.port, "port_retries": 0}
    ensure(ROOT, LEARNER)
    arguments = [f"--ServerApp.{name}={value}" for name, value in settings.items()]
    arguments += ["--no-browser"] * options.no_browser
    arguments += ["--allow-root"] * (hasattr(os, "geteuid") and os.geteuid() == 0)
    folder = ROOT / ("solutions" if options.solutions else "notebooks")
    for notebook in sorted(folder.glob("*.ipynb"))[:1]:  # the printed address leads to it as well
        arguments.append(f"--LabApp.default_url=/lab/tree/{folder.name}/{quote(notebook.name)}")
    return run("-m", "jupyterlab", *arguments, apart=os.name != "nt")  # Windows has no sessions


def default_paths(root: Path) -> list[str]:
    """What the tests run over unless told otherwise: the folders that hold something to run."""
    kinds = {"tests": "test_*.py", "solutions": "*.ipynb", "notebooks": "*.ipynb"}
    return [name for name, kind in kinds.items() if any((root / name).glob(kind))]


def names_paths(argv: list[str]) -> bool:
    """Whether pytest's arguments name tests, notebooks or folders of their own."""
    words = (word for before, word in zip(["", *argv], argv, strict=False) if before not in VALUED)
    paths = (Path(ROOT, word.split("::")[0]) for word in words if not word.startswith("-"))
    return any(path.is_dir() or path.suffix in {".py", ".ipynb"} for path in paths)


def test(argv: list[str]) -> int:
    """Run every test and every notebook; what else is given goes to pytest (paths, -k, -x, ...)."""
    parser = argparse.ArgumentParser(
        "python -m helpers test", description=test.__doc__, usage="%(prog)s [-h] [PYTEST ...]"
    )
    argv = parser.parse_known_args(argv)[1]
    ensure(ROOT, TESTER)
    pytest = ["-m", "pytest", "-n", "auto", "--dist", "loadscope"]  # a notebook keeps to one kernel
    pytest += ["--no-loadscope-reorder", "--max-worker-restart=0"]  # a hang is not tried again
    pytest += ["--nbval", "--nbval-cell-timeout=120", *argv]
    return run(*pytest, *([] if names_paths(argv) else default_paths(ROOT)), **ONE_THREAD)


def progress(argv: list[str]) -> int:
    """Show how far the learner is; needs nothing installed."""
    return importlib.import_module("helpers.command.progress").main(argv)


def update(argv: list[str]) -> int:
    """Bring in a newer version with the learner's work; needs nothing installed."""
    return importlib.import_module("helpers.notebooks.update").main(argv)


def toggle(argv: list[str]) -> int:
    """Put the solutions switch into the environment of this Python, or take it out."""
    return importlib.import_module("helpers.command.switch").main(argv)


def inside(name: str, *needed: str, room: str = "notebooks") -> Callable[[list[str]], int]:
    """A command: main(argv) of helpers.ROOM.NAME, in .venv unless this Python is equipped.

    needed: modules that this command needs beyond those that all such commands need.
    """

    def command(argv: list[str]) -> int:
        equipped = all(map(importlib.util.find_spec, ("torch", "jupytext", *needed)))
        if not equipped:
            ensure(ROOT, TESTER)
        if equipped or Path(sys.prefix).resolve() == ROOT / ".venv":
            return importlib.import_module(f"helpers.{room}.{name}").main(argv)
        return run("-m", "helpers", name, *argv, **ONE_THREAD)

    return command


def solutions(argv: list[str]) -> int:
    """Show or hide solutions; nothing is installed for what cannot be done."""
    asked = importlib.import_module("helpers.notebooks.asked").parse(argv)
    return inside("solutions")(argv) if asked else 2
