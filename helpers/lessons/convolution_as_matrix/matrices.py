"""Convolutions as matrices: by PyTorch, as a picture, and a vector that only a matrix may use."""

import numpy as np

from helpers.exercises import to_numpy
from helpers.views import Picture, draw_matrix, style


def torch_conv1d(x, w, stride=1, padding=0):
    """Cross-correlation of a row x (n,) with w (k,), by PyTorch; a matrix x is a batch of rows."""
    import torch

    x, w = (torch.tensor(np.array(a), dtype=torch.float64) for a in (x, w))
    rows = x.reshape(-1, 1, x.shape[-1])
    out = torch.nn.functional.conv1d(rows, w[None, None], None, stride, padding)
    return out.reshape(*x.shape[:-1], -1).numpy()


def torch_matrix(w, n, stride=1, padding=0):
    """The matrix of PyTorch's convolution of n cells: column j is what becomes of unit vector j."""
    return torch_conv1d(np.eye(n), w, stride, padding).T


def torch_im2col(x, kernel_size, stride=1):
    """The windows of x (C, H, W) as columns (C·kH·kW, H′·W′), by PyTorch."""
    import torch

    x = torch.tensor(np.array(x), dtype=torch.float64)
    return torch.nn.functional.unfold(x[None], kernel_size, stride=stride)[0].numpy()


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


def block_picture(matrix, block, title):
    """A matrix with lines between its blocks of shape `block`."""
    matrix = np.asarray(to_numpy(matrix), float)
    wide = style.WIDE[0]
    fig, ax = style.figure((wide, 0.8 + wide * matrix.shape[0] / matrix.shape[1]))
    draw_matrix(ax, matrix, title=title)
    with style.applied():
        lines = {"color": style.INK, "linewidth": 2.4, "zorder": 4}
        ax.hlines(range(0, matrix.shape[0] + 1, block[0]), 0, matrix.shape[1], **lines)
        ax.vlines(range(0, matrix.shape[1] + 1, block[1]), 0, matrix.shape[0], **lines)
    return Picture(fig, f"{title}: a matrix of shape {matrix.shape} in blocks of {block}.")
