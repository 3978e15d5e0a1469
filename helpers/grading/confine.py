"""Where learners' code runs: with bubblewrap, in a room without network and without your files."""

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from helpers.notebooks.overview import ROOT

COURSE = ROOT / "helpers"
WRITABLE = "/tmp:/run:/run/mpl:/dev/shm"  # in bubblewrap's room; wiped after each notebook
NONE = (
    "bubblewrap isn't installed, or can't run here: learners' code runs with your rights, and "
    "may read your files and use the network. On Linux, `apt install bubblewrap` shuts it in."
)
OFFLINE = (
    "bubblewrap isn't installed, or can't run here: learners' code runs without the network, and "
    "may read your files. `apt install bubblewrap` shuts it in."
)


def environment(course: Path) -> dict[str, str]:
    """All the environment that a learner's code sees; course: the folder that holds `helpers`."""
    one_thread = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    kept = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/tmp", "MPLBACKEND": "agg"}
    return {
        **kept,
        **dict.fromkeys(one_thread, "1"),
        "PYTHONPATH": str(course),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
    }


def bubblewrap(program: str = "bwrap", tmp: int = 512 << 20) -> list[str]:
    """The start of a command that runs what follows it apart.

    Of this computer it sees the system's programs, this Python, its packages and the course's
    `helpers`, to read alone; its /tmp, of so many bytes, is in memory and its own.
    """
    command = [program, "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    # Whom root starts would have all of root's rights; and a first process of bubblewrap's own
    # would be one that learners' code could write to, and live on in.
    command += ["--cap-drop", "ALL", "--as-pid-1"]
    for name, value in {**environment(Path("/course")), "MPLCONFIGDIR": "/run/mpl"}.items():
        command += ["--setenv", name, value]
    for place in ("/bin", "/sbin", "/lib", "/lib32", "/lib64"):
        if os.path.islink(place):
            command += ["--symlink", os.readlink(place), place]
        else:
            command += ["--ro-bind-try", place, place]
    for place in ("/usr", "/etc/ld.so.cache", "/etc/alternatives", "/nix/store"):
        command += ["--ro-bind-try", place, place]
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/run", "--tmpfs", "/tmp"]
    if "--size" in _help(program):
        command[-2:-2] = ["--size", str(tmp)]
    for place in dict.fromkeys(_pythons()):
        command += ["--ro-bind", place, place]
    for fonts in _fonts():  # to look through all fonts again would take seconds
        command += ["--ro-bind", str(fonts), f"/run/mpl/{fonts.name}"]
    command += ["--ro-bind", str(COURSE), "/course/helpers", "--chdir", "/tmp"]
    if "--disable-userns" in _help(program):
        command += ["--unshare-user", "--disable-userns"]
    command += ["--remount-ro", "/"]
    return [*command, "--"]


def _pythons() -> Iterator[str]:
    """Where this Python and its packages are."""
    for prefix in (sys.base_prefix, sys.exec_prefix, sys.prefix):
        if prefix not in ("/usr", "/"):
            yield prefix
    for place in sys.path:
        if Path(place).name in ("site-packages", "dist-packages") and Path(place).is_dir():
            yield place


def _fonts() -> list[Path]:
    import matplotlib

    return sorted(Path(matplotlib.get_cachedir()).glob("fontlist-*.json"))


@functools.cache
def _help(program: str) -> str:
    try:
        return subprocess.run([program, "--help"], capture_output=True, text=True).stdout
    except OSError:
        return ""


def offline() -> list[str]:
    """The start of a command that runs what follows it without the network, and no more."""
    return ["unshare", "--user", "--map-current-user", "--net", "--pid", "--fork", "--kill-child"]


def works(command: list[str]) -> bool:
    """Whether a Python, and what takes most to start, can be started by such a command."""
    if not shutil.which(command[0]):
        return False
    try:
        probe = [*command, sys.executable, "-c", "import helpers, torch"]
        where = {"cwd": COURSE.parent, "capture_output": True, "timeout": 60}
        return subprocess.run(probe, **where).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


@functools.cache
def chosen() -> tuple[tuple[str, ...], str]:
    """The start of the command, the safest that works here, and what to say of it in a line."""
    if sys.platform == "linux":
        for command, said in ((bubblewrap(), ""), (offline(), OFFLINE)):
            if works(command):
                return tuple(command), said
    return (), NONE
