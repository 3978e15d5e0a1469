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


def ordinary(x, weight, stride=1, padding=0):
    """The convolution forward: windows of x, weighted and summed."""
    return oracles.layer("conv2d", x, weight.swapaxes(0, 1), stride, padding)


def stamping(stamp):
    """As if cell (i, j) left `stamp(x[:, i, j], weight)`, a wrong one that is linear in x.

    The stamps are programs, not PyTorch's: an error is recognised by its text.
    """

    def wrong(x, weight, stride=1, padding=0):
        kernels = np.array([stamp(channel, weight) for channel in np.eye(len(x))])
        return oracles.conv_transpose2d(x, kernels, stride, padding)

    return wrong


def kernel_transposed(pixel, weight):
    laid = np.zeros(weight.shape[1:])
    for c, o in np.ndindex(*weight.shape[:2]):
        laid[o] += pixel[c] * weight[c, o].T
    return laid


def indices_exchanged(pixel, weight):
    laid = np.zeros(weight.shape[1:])
    for c, o in np.ndindex(*weight.shape[:2]):
        laid[o] += pixel[c] * weight[o, c]
    return laid


def first_axis_as_output(pixel, weight):
    laid = np.zeros((len(weight), *weight.shape[2:]))
    for o, c in np.ndindex(len(weight), len(pixel)):
        laid[o] += pixel[c] * weight[o, c]
    return laid


def second_axis_as_input(pixel, weight):
    laid = np.zeros((len(weight), *weight.shape[2:]))
    for o, c in np.ndindex(*weight.shape[:2]):
        laid[o] += pixel[c] * weight[o, c]
    return laid


# Each reads weight as (C_out, C_in, kH, kW), and stumbles in its own way where it is not square.
CHANNELS_SWAPPED = {
    "": stamping(indices_exchanged),
    ", first axis as output": stamping(first_axis_as_output),
    ", second axis as input": stamping(second_axis_as_input),
    ", by einsum": stamping(lambda pixel, weight: np.einsum("c,ochw->ohw", pixel, weight)),
    ", by tensordot": stamping(lambda pixel, weight: np.tensordot(pixel, weight, axes=(0, 1))),
    ", by torch": lambda x, weight, *a, **k: oracles.conv_transpose2d(
        x, weight.swapaxes(0, 1), *a, **k
    ),
}


def _cropped(whole, padding):
    rows, columns = (slice(padding, size - padding) for size in whole.shape[1:])
    return whole[:, rows, columns]


# --- conv_transpose_output_size -------------------------------------------------------------------


def too_long(n, kernel_size, stride, padding, output_padding, dilation):
    """Whether the result is longer than n · stride; raises where PyTorch refuses."""
    options = stride, padding, output_padding, dilation
    return oracles.conv_transpose_output_size(n, kernel_size, *options) > n * stride


def too_short(n, kernel_size, stride, padding, output_padding, dilation):
    """Whether it is shorter; raises where PyTorch refuses."""
    options = stride, padding, output_padding, dilation
    return oracles.conv_transpose_output_size(n, kernel_size, *options) < n * stride


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
