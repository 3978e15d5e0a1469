"""Wrong answers that take more than a line; most are PyTorch with its arguments altered."""

import numpy as np

from helpers.lessons.convolution_shapes import oracles


def split(kernel_size, dilation):
    """The zeros that a window costs, halved: the odd one goes behind."""
    zeros = dilation * (kernel_size - 1)
    return zeros // 2, zeros - zeros // 2


def unstrided_windows(x, weight, bias=None, stride=1, padding=0):
    """As many outputs as there should be, but from neighbouring windows."""
    height, width = oracles.conv2d(x, weight, None, stride, padding).shape[1:]
    return oracles.conv2d(x, weight, bias, 1, padding)[:, :height, :width]


def channels_padded_too(x, weight, bias=None, stride=1, padding=0):
    """np.pad(x, padding) adds channels too: NumPy then finds more of them than the weight has."""
    if padding and len(x) > 1:
        raise ValueError("operands could not be broadcast together")
    return oracles.conv2d(x, weight, bias, stride, padding)


def padded_in_front(x, weight, bias=None, stride=1, padding=0):
    return oracles.conv2d(np.pad(x, [(0, 0), *[(padding, 0)] * 2]), weight, bias, stride)


def padded_behind(x, weight, bias=None, stride=1, padding=0):
    return oracles.conv2d(np.pad(x, [(0, 0), *[(0, padding)] * 2]), weight, bias, stride)


def bias_times(factor):
    """The bias added factor(weight) times at each output cell."""

    def wrong(x, weight, bias=None, stride=1, padding=0):
        bias = None if bias is None else bias * factor(weight)
        return oracles.conv2d(x, weight, bias, stride, padding)

    return wrong


def reshaped_not_transposed(x, weight):
    """Pixels as rows, whose results are poured into the output's shape as they stand."""
    rows = np.reshape(x, (len(x), -1)).T @ np.asarray(weight).T
    return rows.reshape(len(weight), *x.shape[1:])


def pixels_mixed_up(x, weight):
    """Rows of C_in numbers each, cut from the image's own rows instead of across the channels."""
    rows = np.reshape(x, (-1, len(x))) @ np.asarray(weight).T
    return rows.T.reshape(len(weight), *x.shape[1:])
