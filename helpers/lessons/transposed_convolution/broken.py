"""Wrong programs, as a learner would write them: each is right on some inputs."""

import numpy as np


def each_replaces(x, weight, stride=1, padding=0):
    """Overlapping stamps replace one another."""
    rows, columns = x.shape[1:]
    channels, high, wide = weight.shape[1:]
    result = np.zeros((channels, (rows - 1) * stride + high, (columns - 1) * stride + wide))
    for r in range(rows):
        for c in range(columns):
            place = result[:, r * stride : r * stride + high, c * stride : c * stride + wide]
            place[:] = np.einsum("i,iohw->ohw", x[:, r, c], weight)
    bottom, right = result.shape[1] - padding, result.shape[2] - padding
    return result[:, padding:bottom, padding:right]


def times_stride(n, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    """The size that most people have in mind."""
    return stride * n


def unchanged(y, w):
    """What the name “deconvolution” promises."""
    return y.copy()  # the convolution undoes the transposed one
