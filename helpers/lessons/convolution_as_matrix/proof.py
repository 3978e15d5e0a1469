"""What the derivation of W x̄ stands on: models, words, and vectors that show what a line does."""

from types import SimpleNamespace

import numpy as np

from helpers.derivations import Landmark, Vocabulary, World
from helpers.exercises import to_numpy
from helpers.lessons.convolution_as_matrix import oracles

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


ZEROS, PRODUCT = "weights of 0 outside the window", "a matrix times a vector"
RULES = {ZEROS: {ZEROS}, PRODUCT: {PRODUCT}}

LANDMARKS = [
    Landmark("each output as a sum over its own window", lambda m: oracles.conv1d(m.x_bar, m.w), "Put c = i + j and let c run over all n columns: outside the window stands 0 · x̄_c, written out, not skipped."),
    Landmark("each output as a sum over all columns", lambda m: (oracles.torch_matrix(m.w, len(m.x_bar)) * m.x_bar).sum(1), "Row i of W holds these weights, and row i times x̄ is this sum."),
]  # fmt: skip


def worlds():
    """What tells the two steps apart.

    A hole in x̄: 0 · NaN is NaN, so it shows in every output whose sum has that column, be it with
    weight 0. And a row that a matrix meets in a product of another kind.
    """
    found = []
    for model in models()[:2]:
        for c in range(len(model.x_bar)):
            holed = model.x_bar.copy()
            holed[c] = np.nan
            one = SimpleNamespace(w=model.w, x_bar=holed)
            found.append(World(one, frozenset({ZEROS}), told=False))
        one = SimpleNamespace(w=model.w, x_bar=model.x_bar.view(Odd))
        found.append(World(one, frozenset({PRODUCT}), told=False))
    return found


class Odd(np.ndarray):
    """A row that gives 1 too much where a matrix multiplies it; in all else a plain row."""

    extra = 1.0

    def __array_finalize__(self, parent):
        whole = self.size == getattr(parent, "size", self.size)
        self.extra = getattr(parent, "extra", Odd.extra) if whole else 0.0

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return self._plainly(getattr(ufunc, method), inputs, kwargs, ufunc is np.matmul)

    def __array_function__(self, function, types, args, kwargs):
        if function in (np.dot, np.inner, np.tensordot):
            return self._plainly(function, args, kwargs, True)
        return super().__array_function__(function, types, args, kwargs)

    def _plainly(self, function, inputs, kwargs, product):
        met = product and all(isinstance(one, Odd) or np.ndim(one) == 2 for one in inputs[:2])
        if "out" in kwargs:
            kwargs["out"] = tuple(map(_plain, kwargs["out"]))
        result = function(*map(_plain, inputs), **kwargs)
        return result + self.extra if met else result


def _plain(value):
    return value.view(np.ndarray) if isinstance(value, Odd) else value


class Column:
    """A vector for the end of a derivation: of known length, but all one can do is `W @ x`."""

    def __init__(self, values, extra=0.0):
        self._values, self.shape = np.asarray(values), values.shape
        self._extra = getattr(values, "extra", extra)  # of an Odd row, added when it is read

    def __len__(self):
        return len(self._values)

    def __rmatmul__(self, matrix):
        matrix = np.asarray(to_numpy(matrix), float)
        if matrix.ndim != 2:
            raise TypeError("the vector meets a whole matrix at once here, not one row of it")
        if matrix.shape[1] != len(self):
            shape = f"{matrix.shape[0]} × {matrix.shape[1]}"
            raise ValueError(f"a matrix of {shape} cannot multiply a vector of {len(self)} entries")
        return Column(matrix @ self._values, self._extra)

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
        return value._values + value._extra if isinstance(value, Column) else value
