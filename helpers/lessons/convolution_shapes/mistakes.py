"""Wrong answers that take more than a line; most are PyTorch with its arguments altered."""

import numpy as np

from helpers.lessons.convolution_shapes import oracles


def split(kernel_size, dilation):
    """The zeros that a window costs, halved: the odd one goes behind."""
    zeros = dilation * (kernel_size - 1)
    return zeros // 2, zeros - zeros // 2


def whole_window(kernel_size, dilation=1):
    """All cells of the window halved, the one that stays included."""
    return split(dilation * (kernel_size - 1) + 2, 1)


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


def pixels_mixed_up_twice(x, weight):
    """The same, and what comes out is poured into the output's shape as it stands."""
    rows = np.reshape(x, (-1, len(x))) @ np.asarray(weight).T
    return rows.reshape(len(weight), *x.shape[1:])


# --- conv2d: slips in the loop over windows -------------------------------------------------------


def channels_shifted(x, weight, bias=None, stride=1, padding=0):
    """np.pad(x, padding), read in a loop over the channels: the first ones are all zeros."""
    shifted = np.concatenate([np.zeros((padding, *x.shape[1:])), x])[: len(x)]
    return oracles.conv2d(shifted, weight, bias, stride, padding)


def filters_summed(x, weight, bias=None, stride=1, padding=0):
    """One sum over everything, the filters included."""
    out = oracles.conv2d(x, weight, None, stride, padding)
    out = np.broadcast_to(out.sum(axis=0), out.shape)
    return out if bias is None else out + bias[:, None, None]


def strided(down, across):
    """An output of the right size whose windows take the stride on one axis only."""

    def wrong(x, weight, bias=None, stride=1, padding=0):
        height, width = oracles.conv2d(x, weight, None, stride, padding).shape[1:]
        steps = (stride if down else 1, stride if across else 1)
        return oracles.conv2d(x, weight, bias, steps, padding)[:, :height, :width]

    return wrong


def cut_by_length(x, weight, bias=None, stride=1, padding=0):
    """Windows cut as start:length, too small; NumPy stretches those of length one."""
    padded = np.pad(x, [(0, 0), *[(padding, padding)] * 2])
    out = oracles.conv2d(x, weight, None, stride, padding)
    for c, i, j in np.ndindex(*out.shape):
        cut = padded[:, i * stride : weight.shape[2], j * stride : weight.shape[3]]
        out[c, i, j] = np.sum(cut * weight[c])
    return out if bias is None else out + bias[:, None, None]


def sized_before_padding(x, weight, bias=None, stride=1, padding=0):
    """The output allocated for the image without its frame."""
    height, width = (max((x.shape[a] - weight.shape[a + 1]) // stride + 1, 0) for a in (1, 2))
    return oracles.conv2d(x, weight, bias, stride, padding)[:, :height, :width]


def fractions_cut(x, weight, bias=None, stride=1, padding=0):
    """Sums kept in an array of whole numbers, to which the bias is added afterwards."""
    out = np.trunc(oracles.conv2d(x, weight, None, stride, padding))
    return out if bias is None else out + bias[:, None, None]


def channels_added_early(x, weight, bias=None, stride=1, padding=0):
    """The channels of the image added up, and those of each filter, before they are multiplied."""
    x, weight = (np.sum(a, axis, keepdims=True) for a, axis in ((x, 0), (weight, 1)))
    return oracles.conv2d(x, weight, bias, stride, padding)


# --- a network traced, receptive fields -----------------------------------------------------------


def chain(*sides, channels=(16, 16, 32, 32)):
    """Shapes (C, H, W) with these sides, and how many numbers the last of them holds."""
    shapes = [(c, side, side) for c, side in zip(channels, sides, strict=True)]
    return (*shapes, channels[-1] * sides[-1] ** 2)


def field(jump):
    """A receptive field 1 + Σ (k − 1) · jump(strides so far, own stride)."""

    def wrong(layers):
        strides = [stride for _, stride in layers]
        grown = [(k - 1) * jump(strides[:i], strides[i]) for i, (k, _) in enumerate(layers)]
        return 1 + sum(grown)

    return wrong


def kernels_at_their_distance(layers):
    """Σ k · (strides so far): the cells that a layer shares with the one before, counted twice."""
    return sum(k * int(np.prod([s for _, s in layers[:i]])) for i, (k, _) in enumerate(layers))
