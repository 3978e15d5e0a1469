"""What goes wrong: programs that a learner is to break."""

import numpy as np


def last_one_too(x, size):
    """The last window is taken even where it is not full."""
    starts = range(0, len(x), size)
    return np.array([max(x[start : start + size]) for start in starts])
