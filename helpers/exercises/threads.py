"""One thread a kernel: the course's networks are tiny, and threads that wait for a core cost most.

With PyTorch's default a notebook takes ten times as long where something else is running, and the
last digits wander. It has to happen here, since nobody knows how Jupyter was started.
"""

import os
import sys

VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def one_thread() -> None:
    """Keep this process, and what it starts, to one thread, unless OMP_NUM_THREADS says otherwise.

    PyTorch is not imported for it: it reads the variable when it is; if it is there already, it is
    told.
    """
    if os.environ.get("OMP_NUM_THREADS"):
        return
    for name in VARIABLES:
        os.environ.setdefault(name, "1")
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
