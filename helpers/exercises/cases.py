"""What several lessons feed to an answer."""

import numpy as np


def whole_numbers(seed, *shapes, spread=2.0):
    """An array of small whole numbers for each shape, as floats, the same ones every time.

    Small and whole, so that a learner can work the failing case out by hand. `spread`: their
    standard deviation before rounding.
    """
    rng = np.random.default_rng(seed)
    return [np.round(spread * rng.normal(size=shape)) + 0.0 for shape in shapes]  # no −0
