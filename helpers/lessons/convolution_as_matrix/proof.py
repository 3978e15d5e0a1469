"""What the derivation of W x̄ stands on: models, words, and a vector that only a matrix meets."""

from types import SimpleNamespace

import numpy as np

from helpers.derivations import Vocabulary
from helpers.exercises import to_numpy

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


class Column:
    """A vector for the end of a derivation: of known length, but all one can do is `W @ x`."""

    def __init__(self, values):
        self._values, self.shape = values, values.shape

    def __len__(self):
        return len(self._values)

    def __rmatmul__(self, matrix):
        matrix = np.asarray(to_numpy(matrix), float)
        if matrix.ndim != 2:
            raise TypeError("the vector meets a whole matrix at once here, not one row of it")
        if matrix.shape[1] != len(self):
            shape = f"{matrix.shape[0]} × {matrix.shape[1]}"
            raise ValueError(f"a matrix of {shape} cannot multiply a vector of {len(self)} entries")
        return Column(matrix @ self._values)

    def __array_ufunc__(self, ufunc, method, *inputs, **_):
        allowed = ufunc is np.matmul and method == "__call__" and inputs[1] is self
        return self.__rmatmul__(inputs[0]) if allowed else self._no()

    def __array_function__(self, function, types, args, _):
        allowed = function is np.dot and args[-1] is self
        return self.__rmatmul__(args[0]) if allowed else self._no()

    def _no(self, *_, **__):
        raise TypeError("this vector can only be multiplied by a matrix from the left: `W @ x`")

    __getitem__ = __iter__ = __array__ = __mul__ = __rmul__ = __add__ = __radd__ = __matmul__ = _no

    @staticmethod
    def read(value):
        """The numbers of a Column, for `End.read`; anything else as it is."""
        return value._values if isinstance(value, Column) else value
