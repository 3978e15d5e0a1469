"""Lesson 1, convolution shapes: what a convolution does to the size of what it is given.

PyTorch is the oracle throughout: sizes are the shapes that it returns.
"""

import itertools

import numpy as np

from helpers.exercises import (
    Call,
    Choice,
    Exercise,
    Mistake,
    Progress,
    curves,
    size_rule,
    terse_call,
    whole_numbers,
)
from helpers.lessons.convolution_shapes import mistakes, oracles
from helpers.lessons.convolution_shapes.explorers import explore
from helpers.lessons.convolution_shapes.pictures import beside_the_image, ten_filters

parameters = oracles.num_parameters  # the notebook counts with it

# --- rows 1.1a to 1.1c, by hand -------------------------------------------------------------------

_CHANNELS = "A filter is as deep as the image and sums over that depth: one filter, one channel."
_ONE_LESS = "Count the places where the window's left edge can stand: the first and the last count."
_FIRST = "Right numbers, other order: here a shape is written H, W, C."

valid_shape = Exercise(
    "valid_shape",
    lambda: oracles.sheet_shape(1, padding=0),
    mistakes=[
        Mistake("channels left at 3", (28, 28, 3), _CHANNELS),
        Mistake("off by one", (27, 27, 1), _ONE_LESS),
        Mistake("size unchanged", (32, 32, 1), "Without padding the window cannot leave the image."),
        Mistake("channels first", (1, 28, 28), _FIRST),
        Mistake("kernel taken off twice", (22, 22, 1), "The window takes off k − 1 in all."),
        Mistake("kernel taken off once too often", (26, 26, 1), "k − 1 cells are lost, not k + 1."),
        Mistake("no channel axis", (28, 28), "The output has a depth too: write H, W, C."),
    ],
    hints=[
        "Slide a window of width 5 along 32 cells. Where does its left edge stand first, where last?",
        "It can stand at 0, 1, …, 32 − 5. Count them. Depth: how many numbers per position?",
    ],
    praise="This is a “valid” convolution: the window stays inside the image.",
    picture=beside_the_image,
)  # fmt: skip

same_shape = Exercise(
    "same_shape",
    lambda: oracles.sheet_shape(1, padding=2),
    mistakes=[
        Mistake("channels left at 3", (32, 32, 3), _CHANNELS),
        Mistake("padding counted once", (30, 30, 1), "Two zeros go on both sides: four in a row."),
        Mistake("off by one", (31, 31, 1), _ONE_LESS),
        Mistake("padding not counted", (28, 28, 1), "That is the size without the zeros around."),
        Mistake("window forgotten", (36, 36, 1), "That is the padded image; now slide the window."),
        Mistake("channels first", (1, 32, 32), _FIRST),
    ],
    hints=[
        "How wide is a row of 32 cells once two zeros stand at each end?",
        "Slide the window of width 5 along those 36 cells, as in the problem above.",
    ],
    praise="“Same” padding: 2 = (5 − 1) / 2 zeros on each side make up for what the window takes.",
    picture=beside_the_image,
)

ten_filters_shape = Exercise(
    "ten_filters_shape",
    lambda: oracles.sheet_shape(10, padding=2),
    mistakes=[
        Mistake("channels left at 3", (32, 32, 3), "The depth going in does not come out again."),
        Mistake("channels multiplied", (32, 32, 30), "Each filter sums over the 3 channels."),
        Mistake("one filter only", (32, 32, 1), "That is one filter's output; now stack ten."),
        Mistake("padding not counted", (28, 28, 10), "The image is still padded by 2 all round."),
        Mistake("padding counted once", (30, 30, 10), "Two zeros go on both sides: four in a row."),
        Mistake("channels first", (10, 32, 32), _FIRST),
    ],
    hints=["What does one filter give? Ten of them are stacked along the depth."],
    praise="One filter, one output channel: the filters decide the depth.",
    picture=beside_the_image,
)

ten_filters_weights = Exercise(
    "ten_filters_weights",
    lambda: oracles.num_parameters(3, 10, 5, bias=False),
    mistakes=[
        Mistake("filters not multiplied by the depth", 250, "A filter reaches through all channels."),
        Mistake("biases counted", 760, "The question leaves the ten biases out."),
        Mistake("one filter only", 75, "That is one filter; there are ten."),
        Mistake("counted at every pixel", 750 * 32 * 32, "The same weights serve at every pixel."),
        Mistake("kernel not squared", 150, "A filter is 5 high and 5 wide."),
    ],
    hints=["How many numbers are in one filter of 5 × 5 × 3?", "Now count ten filters, no biases."],
    praise="5 · 5 · 3 · 10, whatever the size of the image.",
    picture=ten_filters,
)  # fmt: skip

# --- the size formula -----------------------------------------------------------------------------

_grid = itertools.product(range(1, 8), (1, 2, 3, 4), (1, 2, 3), (0, 1, 2), (1, 2, 3))
_size_cases = sorted(
    ((n, k, s, p, d) for n, k, s, p, d in _grid if d * (k - 1) < n + 2 * p), key=sum
)

conv_output_size = Exercise(
    "conv_output_size",
    oracles.conv_output_size,
    [terse_call(oracles.conv_output_size, *case) for case in _size_cases],
    mistakes=[
        Mistake("ceil for floor", size_rule(lambda n, k, s, p, d: -((n + 2 * p - d * (k - 1) - 1) // -s) + 1), "A last step that leaves the input is not taken: round down, not up."),
        Mistake("padding on one side", size_rule(lambda n, k, s, p, d: (n + p - d * (k - 1) - 1) // s + 1), "The zeros stand at both ends, so the padding counts twice."),
        Mistake("+1 forgotten", size_rule(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s), "You counted the steps. The positions are one more: the window starts somewhere."),
        Mistake("+1 inside the division", size_rule(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1)) // s), "The + 1 counts the start position: add it after dividing by the stride."),
        Mistake("+1 twice", size_rule(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1 + 1) // s + 1), "The + 1 is counted once, after the division: the last left edge stands at n + 2p − (d(k − 1) + 1)."),
        Mistake("dilation ignored", size_rule(lambda n, k, s, p: (n + 2 * p - k) // s + 1), "Dilation pulls the taps apart, so that the window covers more cells than k."),
        Mistake("dilated kernel taken as d·k", size_rule(lambda n, k, s, p, d: (n + 2 * p - d * k) // s + 1), "k taps have k − 1 gaps, and only the gaps grow: the window covers d(k − 1) + 1 cells."),
        Mistake("d free cells in each gap", size_rule(lambda n, k, s, p, d: (n + 2 * p - k - d * (k - 1)) // s + 1), "Taps that stand d cells apart leave d − 1 free cells between them. Try d = 1: then there are none."),
        Mistake("rounded to the nearest", size_rule(lambda n, k, s, p, d: round((n + 2 * p - d * (k - 1) - 1) / s + 1)), "A step that only half fits is not taken: always round down, as `//` does."),
        Mistake("stride ignored", size_rule(lambda n, k, p, d: n + 2 * p - d * (k - 1)), "With stride s only every s-th position counts."),
        Mistake("padding ignored", size_rule(lambda n, k, s, d: (n - d * (k - 1) - 1) // s + 1), "The zeros at both ends make the row longer before the window slides."),
    ],
    hints=[
        "How long is the padded row? How many cells does a window of k taps with dilation d cover?",
        "How many steps of length s fit between the first and the last position? Then positions.",
        "The last left edge stands at the padded length less those cells. How many whole steps of s lie before it? Count the start as well.",
    ],
    praise="Agrees with the shapes that PyTorch returns, on every case.",
    picture=curves(
        lambda n, name: Call(n, 3, stride=int(name[-1])), range(3, 17), ("stride 1", "stride 2", "stride 3"), oracles.conv_output_size,
        "input size n (kernel size 3)", "output size",
    ),
)  # fmt: skip

stride_drops = Choice(
    "stride_drops",
    "A row of 8 cells, kernel size 3, stride 2, no padding. What becomes of the last cell?",
    {
        "a": ("The window hangs over the edge to reach it", "PyTorch never leaves the padded row."),
        "b": ("No window ever covers it", "The windows start at 0, 2 and 4 and end at 6: cell 7 is never read. That is the floor in the size formula."),
        "c": ("It is covered twice", "Cell 4, say, is covered twice. Where do the windows start?"),
        "d": ("PyTorch raises an error", "No: it says nothing, which is why it is worth knowing."),
    },
    "b",
    hints=["Write down where the windows start: 0, 2, … Which is the last that fits?"],
)  # fmt: skip

# --- counting parameters --------------------------------------------------------------------------

_layers = [
    (1, 1, 1, True, 1),
    (1, 1, 3, True, 1),
    (3, 2, 1, True, 1),
    (2, 3, 2, False, 1),
    (3, 10, 5, True, 1),
    (4, 6, 3, True, 2),
    (4, 6, 3, False, 2),
    (6, 6, 3, True, 6),
]

num_parameters = Exercise(
    "num_parameters",
    oracles.num_parameters,
    [terse_call(oracles.num_parameters, *layer) for layer in _layers],
    mistakes=[
        Mistake("depth forgotten", lambda i, o, k, bias=True, groups=1: o * k * k + bias * o, "Each filter reaches through all its input channels."),
        Mistake("biases forgotten", lambda i, o, k, bias=True, groups=1: o * i // groups * k * k, "Unless bias=False, each output channel has a bias."),
        Mistake("biases always counted", lambda i, o, k, bias=True, groups=1: o * i // groups * k * k + o, "With bias=False there are none."),
        Mistake("one bias for all", lambda i, o, k, bias=True, groups=1: o * i // groups * k * k + bias, "There is one bias for each output channel, not one in all."),
        Mistake("a bias for each input channel", lambda i, o, k, bias=True, groups=1: o * i // groups * k * k + bias * i, "Biases belong to the output channels."),
        Mistake("groups ignored", lambda i, o, k, bias=True, groups=1: o * i * k * k + bias * o, "With groups, a filter sees only in_channels / groups channels."),
        Mistake("groups divided twice", lambda i, o, k, bias=True, groups=1: o * i * k * k // groups**2 + bias * o, "All out_channels filters are still there; each is thinner."),
        Mistake("multiplied by groups", lambda i, o, k, bias=True, groups=1: o * i * groups * k * k + bias * o, "Groups make the filters thinner: divide the depth by them."),
        Mistake("one filter only", lambda i, o, k, bias=True, groups=1: i // groups * k * k + bias, "That is one filter and its bias; there are out_channels of them."),
        Mistake("biases divided by groups", lambda i, o, k, bias=True, groups=1: (o * i * k * k + bias * o) // groups, "Groups thin the filters; every output channel keeps its bias."),
        Mistake("kernel not squared", lambda i, o, k, bias=True, groups=1: o * i // groups * k + bias * o, "A filter is k high and k wide."),
    ],
    hints=[
        "Start with one filter: how high, how wide, how deep?",
        "With groups, each filter is in_channels / groups deep. How many filters, how many biases?",
    ],
    praise="Agrees with PyTorch's own layers.",
    picture=curves(
        lambda k, name: Call(8, 8, k, groups=int(name[-1])), range(1, 8), ("groups 1", "groups 2", "groups 8"), oracles.num_parameters,
        "kernel size (8 channels in, 8 out)", "parameters",
    ),
)  # fmt: skip

_paddings = sorted(itertools.product(range(1, 8), (1, 2, 3)), key=sum)

same_padding = Exercise(
    "same_padding",
    oracles.same_padding,
    [terse_call(oracles.same_padding, *case) for case in _paddings],
    mistakes=[
        Mistake("more in front", lambda k, dilation=1: mistakes.split(k, dilation)[::-1], "When the zeros don't split evenly, PyTorch puts the extra one at the end."),
        Mistake("half the kernel on both sides", lambda k, dilation=1: (dilation * (k // 2),) * 2, "An even kernel would make the row longer: count d(k − 1) zeros in all."),
        Mistake("rounded down on both sides", lambda k, dilation=1: (dilation * (k - 1) // 2,) * 2, "An even kernel would make the row shorter: count d(k − 1) zeros in all."),
        Mistake("rounded up on both sides", lambda k, dilation=1: ((dilation * (k - 1) + 1) // 2,) * 2, "Where d(k − 1) is odd, that makes the row longer: count d(k − 1) zeros in all."),
        Mistake("split before dilating", lambda k, dilation=1: tuple(dilation * half for half in mistakes.split(k, 1)), "Dilate first: the window costs d(k − 1) cells. Halve that number, not k − 1."),
        Mistake("all of it behind", lambda k, dilation=1: (0, dilation * (k - 1)), "Right in all, but share it out: half in front, half behind."),
        Mistake("all of it on both sides", lambda k, dilation=1: (dilation * (k - 1),) * 2, "d(k − 1) is the sum of both sides. (You found “full” padding.)"),
        Mistake("dilation ignored", lambda k, dilation=1: mistakes.split(k, 1), "A dilated window covers d(k − 1) + 1 cells, so it costs d(k − 1)."),
        Mistake("dilated kernel taken as d·k", lambda k, dilation=1: mistakes.split(dilation * k, 1), "k taps have k − 1 gaps, and only the gaps grow."),
    ],
    hints=[
        "With stride 1, how many cells does the window cost? Exactly as many zeros must go in.",
        "Split d(k − 1) in two whole parts; if they differ, `after` is the larger.",
    ],
    praise="Even kernels need one zero more behind than before.",
    picture=curves(
        lambda k, name: Call(k), range(1, 10), ("before", "after"), oracles.same_padding,
        "kernel size", "zeros", measure=lambda pads, name: pads[name == "after"],
    ),
)  # fmt: skip


# --- the convolution itself -----------------------------------------------------------------------


def _conv_case(seed, shape, out_channels, kernel, bias, **kwargs):
    """The larger cases hold halves, so that an output of whole numbers is found out."""
    x, weight = whole_numbers(seed, shape, (out_channels, shape[0], *kernel))
    weight = weight / (1 if x.size < 60 else 2)
    args = (x, weight, np.arange(1.0, out_channels + 1)) if bias else (x, weight)
    return Call(*args, **kwargs)


conv2d = Exercise(
    "conv2d",
    oracles.conv2d,
    [
        _conv_case(1, (1, 2, 3), 1, (2, 2), False),
        _conv_case(2, (1, 3, 4), 1, (2, 3), False),
        _conv_case(3, (2, 4, 5), 3, (2, 2), False),
        _conv_case(4, (2, 4, 6), 3, (3, 2), True),
        _conv_case(5, (1, 6, 9), 2, (3, 2), False, stride=2),
        _conv_case(6, (1, 3, 5), 2, (3, 3), False, padding=1),
        _conv_case(7, (3, 7, 6), 2, (2, 3), True, stride=2, padding=2),
        _conv_case(8, (2, 8, 11), 4, (1, 4), True, stride=3, padding=1),
    ],
    mistakes=[
        Mistake("kernel flipped", lambda x, w, *a, **k: oracles.conv2d(x, w[:, :, ::-1, ::-1], *a, **k), "You turned the kernel round: that is the convolution of mathematics. In a CNN the kernel is laid on the window as it is."),
        Mistake("kernel transposed", lambda x, w, *a, **k: oracles.conv2d(x, w.swapaxes(2, 3), *a, **k), "The kernel's rows and columns are exchanged: weight is (C_out, C_in, kH, kW)."),
        Mistake("height and width swapped", lambda *a, **k: oracles.conv2d(*a, **k).swapaxes(1, 2), "Rows come first: the output is (C_out, H′, W′)."),
        Mistake("channels not summed", lambda x, w, *a, **k: oracles.conv2d(x[:1], w[:, :1], *a, **k), "Only the first input channel is used: each output sums over all of them."),
        Mistake("channels overwritten", lambda x, w, *a, **k: oracles.conv2d(x[-1:], w[:, -1:], *a, **k), "Only the last input channel is left: add the channels up, `+=`, not `=`."),
        Mistake("channels averaged", lambda x, w, b=None, **k: oracles.conv2d(x, w / len(x), b, **k), "The channels are added up, not averaged."),
        Mistake("stride ignored", lambda x, w, b=None, stride=1, padding=0: oracles.conv2d(x, w, b, 1, padding), "The window moves by `stride` cells at a time, down and across."),
        Mistake("stride on one axis", lambda x, w, b=None, stride=1, padding=0: oracles.conv2d(x, w, b, (stride, 1), padding), "The stride holds for rows and for columns."),
        Mistake("windows one cell apart", mistakes.unstrided_windows, "The output has the right size, but its windows start one cell apart: cell (i, j) starts at row i·stride, column j·stride."),
        Mistake("last windows forgotten", lambda *a, **k: oracles.conv2d(*a, **k)[:, :-1, :-1], "A row and a column are missing: the first window counts as well, hence the + 1."),
        Mistake("channels padded too", mistakes.channels_padded_too, "`np.pad(x, padding)` pads every axis, the channels too. Give it a pair for each axis: ((0, 0), (padding, padding), (padding, padding))."),
        Mistake("fractions cut off", lambda *a, **k: np.trunc(oracles.conv2d(*a, **k)), "The fractions are gone: is your output an array of whole numbers?"),
        Mistake("padding ignored", lambda x, w, b=None, stride=1, padding=0: oracles.conv2d(x, w, b, stride), "Put `padding` rows and columns of zeros round x first."),
        Mistake("padding only in front", mistakes.padded_in_front, "Zeros belong on all four sides, not only above and to the left."),
        Mistake("padding only behind", mistakes.padded_behind, "Zeros belong on all four sides, not only below and to the right."),
        Mistake("bias forgotten", lambda x, w, bias=None, **k: oracles.conv2d(x, w, None, **k), "Add bias[c] to output channel c."),
        Mistake("bias added at every tap", mistakes.bias_times(lambda weight: weight[0].size), "The bias is added once an output cell, not once for each product."),
        Mistake("bias added for every channel", mistakes.bias_times(lambda weight: weight.shape[1]), "The bias is added once an output cell, not once for each input channel."),
    ],
    hints=[
        "First allocate the output: its height and width come from your size formula.",
        "Output cell (i, j) looks at rows i·stride to i·stride + kH, and columns likewise.",
        "Multiply that window, all channels of it, with weight[c] entry by entry; sum; add bias[c].",
    ],
    praise="Equal to PyTorch on non-square images, several channels, strides, padding and biases.",
    picture=_conv_case(2, (1, 5, 7), 1, (3, 3), False),
)  # fmt: skip

one_by_one = Choice(
    "one_by_one",
    "A 1×1 convolution, stride 1, no padding, on a 32×32×256 volume: what can it change?",
    {
        "a": ("Height and width", "Put k = 1 into your size formula: n − 1 + 1 is n."),
        "b": ("The number of channels", "Height and width stay; at each pixel the channels are mixed by one and the same matrix."),
        "c": ("Nothing: it multiplies by one number", "It would with one channel in and one out. With 256, each filter holds 256 numbers."),
    },
    "b",
    hints=["Size formula with k = 1; then count the numbers in one filter of 1 × 1 × 256."],
)  # fmt: skip


def _pixels(seed, channels, height, width, out_channels):
    shapes = (channels, height, width), (out_channels, channels)
    return Call(*whole_numbers(seed, *shapes, spread=3.0))


conv1x1 = Exercise(
    "conv1x1",
    oracles.conv1x1,
    [_pixels(1, 2, 1, 2, 1), _pixels(2, 3, 2, 4, 2), _pixels(3, 2, 2, 3, 4), _pixels(4, 3, 3, 3, 3)],
    mistakes=[
        Mistake("weight transposed", lambda x, w: np.tensordot(np.asarray(w).T, x, 1), "weight is (C_out, C_in): its rows belong to the output."),
        Mistake("channels last", lambda x, w: np.moveaxis(oracles.conv1x1(x, w), 0, -1), "The channels come first in the result as well: (C_out, H, W)."),
        Mistake("rows mixed, not channels", lambda x, w: np.asarray(w) @ x, "`weight @ x` multiplies along the height. Bring the channels where the matrix product sums: flatten the pixels to (C_in, H·W)."),
        Mistake("channels added without weights", lambda x, w: np.broadcast_to(np.sum(x, 0), (len(w), *x.shape[1:])), "Each output channel is a weighted sum: its own row of weight."),
        Mistake("reshaped, not transposed", mistakes.reshaped_not_transposed, "The products are right, with the pixels as rows. `reshape` does not turn these into columns: transpose first, `.T`."),
        Mistake("pixels mixed up", mistakes.pixels_mixed_up, "`x.reshape(-1, C_in)` does not bring the channels to the end: it cuts the rows of the image into pieces. Flatten to (C_in, H·W)."),
        Mistake("result left flat", lambda x, w: np.asarray(w) @ np.reshape(x, (len(x), -1)), "The product is right; now give it back its height and width."),
    ],
    hints=[
        "At one pixel: the new channels are weight @ (old channels).",
        "Make x a matrix with one column per pixel, multiply, and bring height and width back.",
    ],
    praise="One matrix, applied at every pixel: a linear map of the channels.",
    picture=_pixels(5, 2, 3, 3, 3),
)  # fmt: skip

progress = Progress(globals())

__all__ = ["explore", "parameters"]  # among much else
