"""PyTorch's own build for processors alone, where it is the one to have.

On Linux the plain torch brings several gigabytes for NVIDIA's graphics cards. Without a driver for
one they would lie idle, so the small build is taken where it can be had. Standard library alone.
"""

import re
import shutil
import sys
from pathlib import Path

INDEX = "https://download.pytorch.org/whl/cpu"
# Settings of pip that say where packages come from: who made them knows this machine better.
SOURCES = {"index-url", "extra-index-url", "find-links", "no-index"}
DRIVER = Path("/proc/driver/nvidia")


def wanted(requirements: str) -> str:
    """The pin of torch in a text of requirements, where its small build would do; else ""."""
    pin = re.search(r"^torch==[\w.]+$", requirements, re.MULTILINE)
    driver = DRIVER.exists() or shutil.which("nvidia-smi")
    return pin[0] if pin and sys.platform.startswith("linux") and not driver else ""


def has_own_source(settings: str) -> bool:
    """Whether pip is set up with a source of its own, by what `pip config list` says.

    Its lines are `global.index-url='…'`, or `:env:.index-url='…'` for a variable PIP_INDEX_URL.
    """
    keys = (line.partition("=")[0].rpartition(".")[2] for line in settings.splitlines())
    return not SOURCES.isdisjoint(keys)


def options(pin: str) -> list[str]:
    """What to tell `pip install`: torch alone, for what it needs comes from where all else does.

    One short try: where the small build cannot be had, the plain one serves.
    """
    return ["--no-deps", "--index-url", INDEX, "--retries", "1", "--timeout", "15", pin]
