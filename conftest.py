"""For every notebook that nbval runs: a warm kernel of one thread, strict checks in solved ones.

A picture in HTML is compared by what stands around its pixels, which differ between machines.
"""

import os
import tempfile
from pathlib import Path

import pytest

from tests import warm_kernels

PIXELS = r"data:image/png;base64,[A-Za-z0-9+/=]*"

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")


def pytest_configure(config):
    """Offer warm kernels to all that this run starts; the workers inherit them."""
    if hasattr(config, "workerinput"):
        return
    folder = tempfile.TemporaryDirectory(prefix="kernels-")
    config.add_cleanup(folder.cleanup)
    if process := warm_kernels.offer(folder.name, os.environ):
        config.add_cleanup(process.communicate)  # closes its standard input, and waits


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Set COURSE_STRICT for the kernel that nbval is about to start."""
    if item.path.suffix == ".ipynb":
        solved = item.path.parent == Path(__file__).parent / "solutions"
        os.environ["COURSE_STRICT"] = "1" if solved else "0"
        item.parent.sanitize_patterns[PIXELS] = "data:image/png"


def pytest_runtest_teardown(item):
    os.environ.pop("COURSE_STRICT", None)
