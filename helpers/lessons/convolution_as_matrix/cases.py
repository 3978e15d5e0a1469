"""The calls on which answers are compared, smallest first."""

import numpy as np

from helpers.exercises import Call
from helpers.lessons.convolution_as_matrix import mistakes
from helpers.lessons.convolution_as_matrix.oracles import torch_matrix


def row(*xs):
    return np.array(xs, dtype=float)


def image(channels, height, width, first=1.0):
    return first + np.arange(channels * height * width).reshape(channels, height, width)


conv1d = [
    Call(row(1, 2, 3), row(1, 2)),
    Call(row(0, 3, 5, 7, 2, 0), row(1, 4, -2)),
    Call(row(3, 1, 2, 5), row(1, -1, 2, 4)),
    Call(row(2, 5, -3, 1, 4), row(3)),
    Call(row(1, -2, 0.5, 4, 3, 7, -1), row(2, -1.5, 3, 1)),
]

conv_matrix = [
    Call(row(1, 2), 3),
    Call(row(1, 4, -2), 6),
    Call(row(5), 3),
    Call(row(1, -2, 3, 0.5), 4),
    Call(row(2.5, 7, 1, -3), 7),
]

# n, k, stride, padding; where the padding is 2, windows lie beyond x altogether, or nearly.
_layers = [
    (3, 2, 1, 1),
    (3, 2, 1, 2),
    (4, 3, 1, 1),
    (4, 3, 1, 2),
    (5, 2, 2, 0),
    (6, 3, 2, 1),
    (6, 1, 2, 0),
    (7, 4, 3, 2),
    (8, 3, 3, 1),
]
strided_conv_matrix = [Call(row(1, 4, -2, 0.5)[:k], n, s, p) for n, k, s, p in _layers]

sizes = [Call(n, k) for n, k in ((3, 2), (6, 3), (5, 5), (8, 1), (9, 4), (224, 3))]

MATRICES = [
    torch_matrix([1, 2], 3),
    [[1, 2, 3], [4, 5, 6]],
    [[1, 2, 0], [0, 1, 3]],
    torch_matrix([1, 4, -2], 6),
    torch_matrix([1, 2], 4).T,
    [[1, 2, 0], [0, 1, 2], [2, 0, 1]],
    torch_matrix([1, 4, 2], 4, padding=1),
    3 * np.eye(3),
    np.diag([2, 3, 2]),
    [[4, -1, 2]],
    [[4], [-1]],
    [[0, 0], [0, 0]],
    np.zeros((2, 5)),
    np.zeros((5, 2)),
    [[0, 2, 0, 0], [0, 0, 2, 0]],
    [[5, 1, 2, 3], [6, 5, 1, 2], [7, 6, 5, 1]],
    [[1, 0, 0], [2, 1, 0]],
    [[0, 1, 2], [1, 2, 0]],
    torch_matrix([1, 2], 6, stride=2),
    mistakes.circulant([1, 2, 3, 4], 6)[:4],
    torch_matrix([0.1, 0.7], 5),
    -torch_matrix([1, 1], 4),
    [[1, -2, 0], [0, 1, 2]],
    [[1, 2, 3], [0, 1, 2]],
    [[1, 2, 0, 0], [0, 1, 2, 0]],
    [[1, 2, 0, 0], [0, 2, 1, 0], [0, 0, 1, 2]],
    np.full((2, 4), 3),
    np.zeros((3, 2)),  # a kernel of no weights at all would have this matrix
    [[1, 0, 2], [0, 1, 0], [0, 0, 1]],
]

is_convolution = sorted(
    (Call(np.array(W, float)) for W in MATRICES), key=lambda call: call.args[0].size
)

im2col = [
    Call(image(1, 2, 3), (2, 2)),
    Call(image(1, 3, 4), (3, 2)),  # no axes exchanged where one side of the kernel is taken twice
    Call(image(2, 3, 4), (2, 2)),
    Call(image(3, 4, 6), (3, 2)),
    Call(image(2, 5, 6), (2, 3), stride=2),
    Call(image(1, 7, 5, first=0.5), (1, 2), stride=3),
]
