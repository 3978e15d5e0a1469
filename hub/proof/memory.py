"""What a learner's processes hold, by Linux's own count."""

import contextlib
import os
from pathlib import Path


def held(name: str) -> dict[str, float]:
    """What a learner has: MiB of "server" and "kernels", their own and their part of what is
    shared with others (PSS), and the "seconds" that they have kept a core busy."""
    found = {"server": 0.0, "kernels": 0.0, "seconds": 0.0}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended, or is someone else's
            if f"JUPYTERHUB_USER={name}\0".encode() not in (process / "environ").read_bytes():
                continue
            kind = "kernels" if b"ipykernel" in (process / "cmdline").read_bytes() else "server"
            worked = (process / "stat").read_text().rpartition(")")[2].split()[11:13]
            found["seconds"] += sum(map(int, worked)) / os.sysconf("SC_CLK_TCK")
            for line in (process / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    found[kind] += int(line.split()[1]) / 1024
    return found
