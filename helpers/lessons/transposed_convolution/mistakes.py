"""Wrong answers that take more than a line; most are PyTorch with its arguments altered."""

from functools import reduce

import numpy as np

from helpers.lessons.transposed_convolution import oracles

# --- unet_sizes -----------------------------------------------------------------------------------


def rounded_up(n, depth):
    from torch import nn

    pool = nn.MaxPool2d(2, ceil_mode=True)
    return oracles.sizes_through(n, depth, pool, nn.ConvTranspose2d(1, 1, 2, 2))


def rounded_to_nearest(n, depth):
    down = [n]
    for _ in range(depth):
        down.append(round(down[-1] / 2))
    return down + [down[-1] * 2**level for level in range(1, depth + 1)]


def half_cells(n, depth):
    return [n / 2 ** (depth - abs(level)) for level in range(-depth, depth + 1)]


def kernel_of_3(n, depth):
    from torch import nn

    up = nn.ConvTranspose2d(1, 1, 3, 2)
    return oracles.sizes_through(n, depth, nn.MaxPool2d(2), up)


def mirrored(n, depth):
    """The way up copied from the way down."""
    down = oracles.unet_sizes(n, depth)[: depth + 1]
    return down + down[:-1][::-1]


def bottom_twice(n, depth):
    sizes = oracles.unet_sizes(n, depth)
    return sizes[: depth + 1] + sizes[depth:]


def bottom_left_out(n, depth):
    sizes = oracles.unet_sizes(n, depth)
    return sizes[:depth] + sizes[depth + 1 :]


# --- conv_transpose2d -----------------------------------------------------------------------------


def overwritten(x, weight, stride=1, padding=0):
    """As if each stamp replaced what lay below it: on every cell only the last one counts."""
    placed = oracles.stamps(x, weight, stride)
    last = reduce(lambda below, stamp: np.where(np.isnan(stamp), below, stamp), placed)
    return _cropped(np.nan_to_num(last), padding)


def crowded(*axes):
    """The right size, but along these axes (0: down, 1: across) stamps lie one cell apart."""

    def wrong(x, weight, stride=1, padding=0):
        steps = tuple(1 if axis in axes else stride for axis in (0, 1))
        lengths = zip(x.shape[1:], steps, strict=True)
        room = [(0, 0), *((0, (n - 1) * (stride - step)) for n, step in lengths)]
        return _cropped(np.pad(oracles.conv_transpose2d(x, weight, steps), room), padding)

    return wrong


def roomy(x, weight, stride=1, padding=0):
    """H · stride + kH rows, as if another stamp followed; columns likewise."""
    whole = oracles.conv_transpose2d(x, weight, stride)
    return _cropped(np.pad(whole, [(0, 0), (0, stride), (0, stride)]), padding)


def cropped_behind(x, weight, stride=1, padding=0):
    whole = oracles.conv_transpose2d(x, weight, stride)
    return whole[:, : whole.shape[1] - padding, : whole.shape[2] - padding]


def padded(x, padding):
    """x with zeros on all four sides of its last two axes."""
    return np.pad(x, [(0, 0), (padding, padding), (padding, padding)])


def channels_swapped(error):
    """weight read as (C_out, C_in, kH, kW): by whole arrays (ValueError) or in a loop (IndexError).

    A loop over the input's channels stumbles over too many of them only, whole arrays over too few
    as well.
    """

    def wrong(x, weight, *args, **kwargs):
        weight = np.asarray(weight).swapaxes(0, 1)
        if len(weight) > len(x) or (error is ValueError and len(weight) != len(x)):
            raise error("weight has another number of channels")
        return oracles.conv_transpose2d(x[: len(weight)], weight, *args, **kwargs)

    return wrong


def _cropped(whole, padding):
    rows, columns = (slice(padding, size - padding) for size in whole.shape[1:])
    return whole[:, rows, columns]


# --- conv_transpose_output_size -------------------------------------------------------------------


def too_long(n, kernel_size, stride, padding, output_padding, dilation):
    """Whether the result is longer than n · stride (for a kernel longer than the stride)."""
    options = stride, padding, output_padding, dilation
    size = oracles.conv_transpose_output_size(n, kernel_size, *options)
    return kernel_size > stride and size > n * stride


# --- as_convolution -------------------------------------------------------------------------------


def windows(
    turn=lambda w: w[::-1, ::-1],
    between=lambda stride: stride - 1,
    around=lambda size, padding: size - 1 - padding,
    behind=False,
    step=False,
):
    """An ordinary convolution over zeros and input, with one of its parts exchanged.

    turn: of the kernel; between, around: how many zeros; behind: also zeros after the last cell;
    step: whether the window moves by the stride.
    """

    def wrong(x, kernel, stride=1, padding=0):
        x, kernel = np.asarray(x), np.asarray(kernel)
        wide = oracles.conv_transpose2d([x], [[np.ones((1, 1))]], between(stride) + 1)[0]
        wide = np.pad(wide, [(0, between(stride) * behind)] * 2)
        wide = np.pad(wide, around(len(kernel), padding))
        return oracles.layer("conv2d", [wide], [[turn(kernel)]], stride if step else 1)[0]

    return wrong


def copied(x, kernel, stride=1, padding=0):
    """Each cell becomes a block of copies, as wide as the stride."""
    wide = np.pad(np.kron(x, np.ones((stride, stride))), len(kernel) - 1 - padding)
    return oracles.layer("conv2d", [wide], [[kernel[::-1, ::-1]]])[0]


# --- there_and_back -------------------------------------------------------------------------------


def there_too_short(y, w):
    """The last entry of the enlarged row is lost, and so is the last window."""
    return oracles.conv1d(oracles.scatter(y, w)[:-1], w)
