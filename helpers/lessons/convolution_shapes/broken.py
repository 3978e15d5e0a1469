"""Wrong programs as a learner writes them, to be broken, and the inputs that do not do it."""

import numpy as np

from helpers.exercises import NearMiss
from helpers.lessons.convolution_shapes import oracles


def wide_kernel(n, kernel_size, stride=1, padding=0, dilation=1):
    """The dilated kernel taken as d·k cells long: d − 1 too many, which rounding may hide."""
    room = n + padding + padding - dilation * kernel_size
    return room // stride + 1


def even_halves(kernel_size, dilation=1):
    """Right wherever d(k − 1) is even."""
    half = dilation * (kernel_size - 1) // 2
    return half, half


def square_output(x, weight, bias=None, stride=1, padding=0):
    """The output as wide as it is high."""
    frame = [(padding, padding), (padding, padding)]
    image = np.pad(x, [(0, 0), *frame])
    rows, columns = weight.shape[2:]
    side = (image.shape[1] - rows) // stride + 1
    out = np.zeros((len(weight), side, side))
    for c, r, s in np.ndindex(out.shape):
        y, z = r * stride, s * stride
        out[c, r, s] = np.sum(weight[c] * image[:, y : y + rows, z : z + columns])
        if bias is not None:
            out[c, r, s] += bias[c]
    return out


def dilated(dilation):
    """Why an input proves nothing of `wide_kernel`: without dilation it has no mistake."""
    return "" if dilation > 1 else "Take a dilation of 2 or more."


def every_cell_counts(n, kernel_size, stride, padding, dilation):
    """Whether the stride is 1; raises where PyTorch refuses, as where no window fits."""
    return oracles.conv_output_size(n, kernel_size, stride, padding, dilation) and stride == 1


def a_whole_step(n, kernel_size, stride, padding, dilation):
    """Whether d − 1 cells are a step or more; raises where PyTorch refuses."""
    return oracles.conv_output_size(n, kernel_size, stride, padding, dilation) and dilation > stride


def shows(n, kernel_size, stride, padding, dilation):
    """Whether the program is wrong; raises where PyTorch refuses."""
    one = n, kernel_size, stride, padding, dilation
    return wide_kernel(*one) != oracles.conv_output_size(*one)


def volumes(x, weight):
    """Why an input is none for `square_output`, which takes one image."""
    if x.ndim == 3 and weight.ndim == 4:
        return ""
    return (
        "Hand over one image, x of shape (C_in, H, W), and weight of shape (C_out, C_in, kH, kW)."
    )


def output_square(x, weight, bias, stride, padding):
    """Whether the output is as wide as it is high; raises where PyTorch refuses the input."""
    out = oracles.conv2d(x, weight, bias, stride, padding)
    return out.ndim == 3 and out.shape[1] == out.shape[2]


def all_square(x, weight, bias, stride, padding):
    """Whether image and kernel are, and so the output; raises where PyTorch refuses the input."""
    sides = x.shape[1] == x.shape[2] and weight.shape[2] == weight.shape[3]
    return sides and output_square(x, weight, bias, stride, padding)


def even(kernel_size, dilation):
    """Why an input proves nothing of `even_halves`, or is too large to try."""
    if kernel_size < 1 or dilation < 1:
        return "Kernel size and dilation are 1 at least."
    if kernel_size * dilation > 1000:
        return "Take smaller numbers: a window of at most 1000 cells will do."
    return "" if kernel_size % 2 == 0 else "With an odd kernel the zeros always split evenly."


NOT_WIDE = [
    NearMiss("no dilation", (8, 3, 2), "Without dilation nothing is wrong with this program. Take a dilation of 2 or more.", lambda dilation: dilation == 1),
    NearMiss("stride 1", (8, 3, 1, 0, 2), "With stride 1 every cell counts, so a window taken too long always shows. Where can a cell too few get lost?", every_cell_counts),
    NearMiss("d − 1 not below the stride", (9, 3, 2, 0, 3), "The program takes the window for d − 1 cells too long. Here that is a whole step or more, which no rounding hides: keep d − 1 below the stride.", a_whole_step),
    NearMiss("the rounding shows it", (7, 2, 2, 0, 2), "Here the cells that the program misses cost a whole step. Try a longer row, cell by cell.", shows),
]  # fmt: skip

NOT_EVEN = [
    NearMiss("odd kernel", (3, 2), "With an odd kernel the zeros always split evenly. Take an even one.", lambda kernel_size: kernel_size % 2),
    NearMiss("no dilation", (4,), "At dilation 1 an even kernel takes k − 1 cells away, an odd number. What else decides how many it takes?", lambda dilation: dilation == 1),
    NearMiss("odd dilation", (4, 3), "d and k − 1 are both odd here, so their product is odd. When is it even?", lambda dilation: dilation % 2),
]  # fmt: skip

NOT_SQUARE = [
    NearMiss("square image, square kernel", (np.eye(3)[None], np.eye(2)[None, None]), "Height and width are the same here, so mixing them up changes nothing. Where does the program do so?", all_square),
    NearMiss("output still square", (np.ones((1, 4, 3)), np.ones((1, 1, 2, 1))), "Image or kernel is not square, but the output is as wide as it is high.", output_square),
]  # fmt: skip
