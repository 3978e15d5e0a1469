"""What the derivation of W x̄ is checked on, and how its lines are typeset."""

from types import SimpleNamespace

import numpy as np

from helpers.derivations import Vocabulary

_LENGTHS = {r"\bar x": "n", "w": "k"}

# As in the notebook: indices from 0, n = len(x_bar), k = len(w). What `conv_matrix` returns is W,
# with the arguments that it was given, so that a kernel turned round is seen.
WORDS = Vocabulary(
    names={"x_bar": r"\bar x"},
    functions={
        "conv_matrix": "W",
        "len": lambda of: _LENGTHS.get(of, rf"\operatorname{{len}}({of})"),
    },
    count_from=0,
)


def models():
    """Rows without zeros, so that no wrong column of W goes unseen; the smallest first."""
    rng, models = np.random.default_rng(3), []
    for n, k in ((3, 2), (6, 3), (4, 4), (5, 1), (8, 3), (9, 5)):
        w = rng.permutation([-4, -3, -2, 2, 3, 5, 7])[:k]
        x_bar = rng.choice([-9, -7, -5, -3, 1, 2, 4, 6, 8], n, replace=False)
        models.append(SimpleNamespace(w=w.astype(float), x_bar=x_bar.astype(float)))
    return models


def negative_index(m):
    """Left of the window a weight from the kernel's end, as Python reads a negative index."""
    i, c = np.indices((len(m.x_bar) - len(m.w) + 1, len(m.x_bar)))
    return ((c - i < len(m.w)) * m.w[np.minimum(c - i, len(m.w) - 1)]) @ m.x_bar
