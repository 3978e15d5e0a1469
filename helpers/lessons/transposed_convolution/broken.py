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


def volumes(x, weight):
    """Why an input proves nothing of `each_replaces`, which takes one image."""
    if x.ndim != 3 or weight.ndim != 4:
        return "Hand over one image, x of shape (C_in, H, W), and weight of shape (C_in, C_out, kH, kW)."
    if min(x.shape[1:]) > 1 and np.all(x) and np.all(weight):
        return ""
    return "Take at least two rows and two columns, and no zeros."


def plain_volumes(x, weight):
    """Whether an image of the right form has a single row or column, or either holds a zero."""
    return x.ndim == 3 and weight.ndim == 4 and bool(volumes(x, weight))


def times_stride(n, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    """The size that most people have in mind."""
    return stride * n


def rows(y, w):
    """Why an input proves nothing of `unchanged`."""
    if y.ndim != 1 or w.ndim != 1:
        return "Let y and w be rows of numbers, such as [1, 2, 3], not matrices."
    if len(y) > 1 and len(w) > 1 and np.all(y):
        return ""
    return "Take at least two entries in y, none of them 0, and at least two in w."


def unchanged(y, w):
    """What the name “deconvolution” promises."""
    return y.copy()  # the convolution undoes the transposed one
