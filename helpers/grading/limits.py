"""What a learner's code may take: time, memory, processes, files."""

import contextlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

if sys.platform != "win32":
    import resource


@dataclass(frozen=True)
class Limits:
    """Limits for one notebook. cell, notebook: seconds, as a clock on the wall tells them; grace:
    those that a cell has to stop when its time is up.

    memory: bytes beyond what the course's own imports take, all processes of a notebook together.
    reruns: how often a notebook is begun again without the cells that ended its process.
    """

    cell: float = 30.0
    grace: float = 2.0
    notebook: float = 300.0
    memory: int = 2 << 30
    processes: int = 32
    file: int = 64 << 20
    files: int = 256
    reruns: int = 5


def lower(limits: Limits) -> None:
    """Lower the limits of this process, and of what it starts, for good."""
    cpu = int(limits.notebook) + 60  # the clock on the wall is the judge's; this is for runaways
    wanted = {"CORE": 0, "FSIZE": limits.file, "NOFILE": limits.files, "CPU": cpu}
    if taken := _taken():
        # Of what is written to, not of addresses: PyTorch reserves many of those.
        wanted["DATA"] = taken + limits.memory
    for name, most in wanted.items():
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(OSError, ValueError):  # macOS refuses some
            resource.setrlimit(kind, (most, most))


def _taken() -> int:
    """Bytes of memory that this process may write to; 0 where the system doesn't say."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmData"))
    return 0


def family(pid: int) -> dict[int, int]:
    """{process: bytes of its own in memory} of all that stem from a process; Linux alone tells."""
    parents = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):  # ended meanwhile
            parents[int(place.parent.name)] = int(place.read_text().rpartition(")")[2].split()[1])
    mine, new = set(), {pid}
    while new:
        mine |= new
        new = {child for child, parent in parents.items() if parent in new} - mine
    return {one: _own(one) for one in mine - {pid}}


def _own(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
        return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")
    return 0


def excess(pid: int, limits: Limits, before: int) -> str:
    """What the processes that stem from one take too much of, in a word; "" where nothing.

    before: bytes that they took when no learner's code had run.
    """
    found = family(pid)
    if len(found) > limits.processes:
        return "processes"
    return "memory" if sum(found.values()) > before + 2 * limits.memory else ""
