"""Wrong answers that take more than a line; most are PyTorch with its arguments altered."""

import numpy as np

from helpers.lessons.convolution_as_matrix import oracles


def sums(pads=(1, 1), mode="constant", kernel=lambda w: w):
    """The sums over a row of 4 that is padded in another way, or with another kernel."""

    def wrong(*xw):
        return oracles.conv1d(np.pad(np.array(xw[:4], float), pads, mode), kernel(xw[4:]))

    return wrong


def into_a_slice(x, padding):
    """Right, except for padding 0, where the slice is empty."""
    out = np.zeros(len(x) + 2 * padding)
    out[padding:-padding] = x
    return out


def products(x_bar, w):
    """The products of each window, not yet added."""
    taps = zip(w, np.eye(len(w)), strict=True)
    return np.transpose([v * oracles.conv1d(x_bar, tap) for v, tap in taps])


def slice_ends_too_soon(x_bar, w):
    """Windows that all end at the same entry; the second one does not fit the kernel any more."""
    return _windows(x_bar, w, lambda start: len(w), lambda window: (window * w).sum())


def slice_ends_too_soon_dot(x_bar, w):
    """The same with `np.dot`, which stops in another way."""
    return _windows(x_bar, w, lambda start: len(w), lambda window: np.dot(window, w))


def slice_ends_too_soon_matmul(x_bar, w):
    """The same with `@`."""
    return _windows(x_bar, w, lambda start: len(w), lambda window: window @ w)


def hanging_over_sliced(x_bar, w):
    """Windows from every entry on, so that the last ones have no room."""
    return _windows(
        x_bar, w, lambda start: start + len(w), lambda window: (window * w).sum(), len(x_bar)
    )


def _windows(x_bar, w, end, total, count=None):
    starts = range(count or len(x_bar) - len(w) + 1)
    return np.array([total(x_bar[start : end(start)]) for start in starts])


def square_by_slices(w, n):
    """A row for each entry of x̄: the kernel has no room in the last ones."""
    square = np.zeros((n, n))
    for start, cells in enumerate(square):
        cells[start : start + len(w)] = w
    return square


def hanging_over(x_bar, w):
    """A sum for every entry of the row; where the window hangs over the end, of what is there."""
    return oracles.conv1d(np.pad(x_bar, (0, len(w) - 1)), w)


def negative_column(w, n, stride, padding):
    """Columns in front of x counted from the end, as Python reads a negative index."""
    W = oracles.torch_matrix(w, n + 2 * padding, stride)
    out = W[:, padding : padding + n].copy()
    for i, c in np.argwhere(W[:, :padding]):
        out[i, c - padding] = W[i, c]
    return out


def circulant(w, n):
    """A square matrix whose last rows wrap round."""
    return np.array([np.roll(np.pad(np.asarray(w, float), (0, n - len(w))), i) for i in range(n)])


def negative_index(m):
    """Left of the window a weight from the kernel's end, as Python reads a negative index."""
    i, c = np.indices((len(m.x_bar) - len(m.w) + 1, len(m.x_bar)))
    return ((c - i < len(m.w)) * m.w[np.minimum(c - i, len(m.w) - 1)]) @ m.x_bar


def toeplitz(W):
    """Whether every diagonal holds one number."""
    return np.array_equal(W[1:, 1:], W[:-1, :-1])


def banded(W):
    """Whether all that lies outside the band is zero."""
    return not (np.triu(W, W.shape[1] - len(W) + 1).any() or np.tril(W, -1).any())


def wraps_round(W):
    """Whether each row is the one above, moved by one cell and wrapped round."""
    return all(np.array_equal(np.roll(W[0], i), row) for i, row in enumerate(W))


def padding_built_in(W):
    """A convolution, or one of a row that is not padded yet."""
    corners = W[0, -1] or W[-1, 0]
    return oracles.is_convolution(W) or (toeplitz(W) and W.shape[0] == W.shape[1] and not corners)


def one_apart(x, kernel_size, stride=1):
    """As many windows as the stride allows, the first ones of stride 1."""
    sides = [(size - k) // stride + k for size, k in zip(np.shape(x)[1:], kernel_size, strict=True)]
    return oracles.im2col(np.array(x)[:, : sides[0], : sides[1]], kernel_size)


def regrouped(order):
    """im2col with the axes C, kH, kW, H′, W′ in another order."""

    def wrong(x, kernel_size, stride=1):
        columns = oracles.im2col(x, kernel_size, stride)
        height = (np.shape(x)[1] - kernel_size[0]) // stride + 1
        parts = columns.reshape(len(x), *kernel_size, height, -1)
        return parts.transpose(order).reshape(columns.shape)

    return wrong
