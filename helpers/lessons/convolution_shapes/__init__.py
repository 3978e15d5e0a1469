"""Lesson 1, convolution shapes: what a convolution does to the size of what it is given.

PyTorch is the oracle throughout: sizes are the shapes that it returns.
"""

import numpy as np

from helpers.exercises import (
    BreakIt,
    Call,
    Exercise,
    Mistake,
    Progress,
    curves,
    size_rule,
)
from helpers.lessons.convolution_shapes import broken, cases, mistakes, oracles, questions, words
from helpers.lessons.convolution_shapes.explorers import explore
from helpers.lessons.convolution_shapes.pictures import (
    beside_the_image,
    network,
    receptive_fields,
    ten_filters,
)

parameters, size = oracles.num_parameters, oracles.conv_output_size  # the notebook counts with them

# --- rows 1.1a to 1.1c, by hand -------------------------------------------------------------------

_CHANNELS = "A filter is as deep as the image and sums over that depth: one filter, one channel."
_ONE_LESS = "Count the places where the window's left edge can stand: the first and the last count."
_ONE_MORE = "One place too many: at the last of them the window would stick out of its row."
_FIRST = "Right numbers, other order: here a shape is written H, W, C."
_FLAT = "The output has a depth too: write H, W, C."
_FOUR_MORE = "There are two zeros on each side, so a row is four cells longer."

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
        Mistake("one place too many", (29, 29, 1), _ONE_MORE),
        Mistake("half the kernel taken off", (30, 30, 1), "The window needs room for all 5 cells: two are lost at the left end and two at the right."),
        Mistake("no channel axis", (28, 28), _FLAT),
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
        Mistake("padding counted once", (30, 30, 1), _FOUR_MORE),
        Mistake("off by one", (31, 31, 1), _ONE_LESS),
        Mistake("one place too many", (33, 33, 1), _ONE_MORE),
        Mistake("padding not counted", (28, 28, 1), "That is the size without the zeros around."),
        Mistake("window forgotten", (36, 36, 1), "That is the padded image; now slide the window."),
        Mistake("channels first", (1, 32, 32), _FIRST),
        Mistake("no channel axis", (32, 32), _FLAT),
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
        Mistake("channels kept beside the filters", (32, 32, 3, 10), "Each filter sums over the 3 channels, so no axis of 3 is left."),
        Mistake("one filter only", (32, 32, 1), "That is one filter's output; now stack ten."),
        Mistake("padding not counted", (28, 28, 10), "The image is still padded by 2 all round."),
        Mistake("padding counted once", (30, 30, 10), _FOUR_MORE),
        Mistake("window forgotten", (36, 36, 10), "That is the padded image's size; now slide the window."),
        Mistake("channels first", (10, 32, 32), _FIRST),
    ],
    hints=[
        "How many channels did one filter give in the problem above?",
        "Height and width do not depend on how many filters there are. What does?",
    ],
    praise="One filter, one output channel: the filters decide the depth.",
    picture=beside_the_image,
)  # fmt: skip

ten_filters_weights = Exercise(
    "ten_filters_weights",
    lambda: oracles.num_parameters(3, 10, 5, bias=False),
    mistakes=[
        Mistake("filters not multiplied by the depth", 250, "A filter reaches through all channels."),
        Mistake("biases counted", 760, "The question leaves the ten biases out."),
        Mistake("one filter only", 75, "That is one filter; there are ten."),
        Mistake("counted at every pixel", 750 * 32 * 32, "The same weights serve at every pixel."),
        Mistake("kernel not squared", 150, "A filter is 5 high and 5 wide."),
        Mistake("outputs counted", 32 * 32 * 10, "That is how many numbers come out. Weights are the numbers in the filters."),
    ],
    hints=["How many numbers are in one filter of 5 × 5 × 3?", "How often does that number occur, with no biases?"],
    praise="5 · 5 · 3 · 10, whatever the size of the image.",
    picture=ten_filters,
)  # fmt: skip

# --- the size formula -----------------------------------------------------------------------------

stride_drops = questions.stride_drops

conv_output_size = Exercise(
    "conv_output_size",
    oracles.conv_output_size,
    cases.conv_output_size,
    mistakes=[
        Mistake("ceil for floor", size_rule(lambda n, k, s, p, d: -((n + 2 * p - d * (k - 1) - 1) // -s) + 1), "A last step that leaves the padded row is not taken: round down, not up."),
        Mistake("padding on one side", size_rule(lambda n, k, s, p, d: (n + p - d * (k - 1) - 1) // s + 1), "The zeros stand at both ends, so the padding counts twice."),
        Mistake("+1 forgotten", size_rule(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s), "You counted the steps. The positions are one more: the window starts somewhere."),
        Mistake("+1 inside the division", size_rule(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1)) // s), "The + 1 counts the start position: add it after dividing by the stride."),
        Mistake("+1 twice", size_rule(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1 + 1) // s + 1), "The + 1 is counted once, after the division: the last left edge stands at n + 2p − (d(k − 1) + 1)."),
        Mistake("dilation ignored", size_rule(lambda n, k, s, p: (n + 2 * p - k) // s + 1), "Dilation pulls the kernel's entries apart, so that the window covers more cells than k."),
        Mistake("dilated kernel taken as d·k", size_rule(lambda n, k, s, p, d: (n + 2 * p - d * k) // s + 1), "k entries have k − 1 gaps, and only the gaps grow: the window covers d(k − 1) + 1 cells."),
        Mistake("dilation added to the kernel", size_rule(lambda n, k, s, p, d: (n + 2 * p - k - d + 1) // s + 1), "Each of the k − 1 gaps grows with the dilation, not one alone: the window covers d(k − 1) + 1 cells."),
        Mistake("last place left out", size_rule(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 2) // s + 1), "The last place is missing wherever the last window ends exactly at the end of the row: the place n + 2p − (d(k − 1) + 1) counts as well."),
        Mistake("+ 1 taken off", size_rule(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) + 1) // s + 1), "The window covers d(k − 1) + 1 cells: all of it is subtracted, the 1 as well."),
        Mistake("d free cells in each gap", size_rule(lambda n, k, s, p, d: (n + 2 * p - k - d * (k - 1)) // s + 1), "Entries that stand d cells apart leave d − 1 free cells between them. Try d = 1: then there are none."),
        Mistake("rounded to the nearest", size_rule(lambda n, k, s, p, d: round((n + 2 * p - d * (k - 1) - 1) / s + 1)), "A step that only half fits is not taken: always round down, as `//` does."),
        Mistake("steps rounded to the nearest", size_rule(lambda n, k, s, p, d: round((n + 2 * p - d * (k - 1) - 1) / s) + 1), "A step that does not fit whole is not taken: always round down, as `//` does."),
        Mistake("divided by stride + 1", size_rule(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // (s + 1)), "You divide by stride + 1. The + 1 counts the start position: add it to the quotient."),
        Mistake("brackets left out", size_rule(lambda n, k, s, p, d: n + 2 * p - d * (k - 1) - 1 // s + 1), "Python divides before it subtracts, so only the last number is divided. Put the whole numerator in brackets."),
        Mistake("stride ignored", size_rule(lambda n, k, p, d: n + 2 * p - d * (k - 1)), "With stride s only every s-th position counts."),
        Mistake("padding ignored", size_rule(lambda n, k, s, d: (n - d * (k - 1) - 1) // s + 1), "The zeros at both ends make the row longer before the window slides."),
    ],
    hints=[
        "How long is the padded row? How many of its cells does a dilated window cover?",
        "Where can the window's left edge stand last? For 8 cells, kernel size 3, no padding: at 5.",
        "With stride 2 the left edges are then 0, 2 and 4. How do you get 3 from 5 and 2?",
    ],
    praise=f"Agrees with the shapes that PyTorch returns, on {len(cases.conv_output_size)} rows, dilation included.",
    picture=curves(
        lambda n, name: Call(n, 3, stride=int(name[-1])), range(3, 17), ("stride 1", "stride 2", "stride 3"), oracles.conv_output_size,
        "input size n (kernel size 3)", "output size",
    ),
)  # fmt: skip


lucky_rounding = BreakIt(
    "lucky_rounding",
    conv_output_size,
    broken.wide_kernel,
    goal="by luck",
    valid=broken.dilated,
    task="Take a dilation of 2 or more.",
    mistakes=broken.NOT_WIDE,
    hints=[
        "How long does the program take the window to be, with k = 3 and d = 2? How long is it?",
        "It has one cell less to move in. With stride 2, would one cell less cost a step if there were 3? If there were 4?",
    ],
    praise="The floor hides the cells that the program misses. That is why the check also tries stride 1, where every cell counts.",
)  # fmt: skip

two_halvings = questions.two_halvings

# --- counting parameters --------------------------------------------------------------------------

group_weights = questions.group_weights

num_parameters = Exercise(
    "num_parameters",
    oracles.num_parameters,
    cases.num_parameters,
    mistakes=[
        Mistake("depth forgotten", lambda i, o, k, bias=True, groups=1: o * k * k + bias * o, "Each filter reaches through all its input channels."),
        Mistake("biases forgotten", lambda i, o, k, bias=True, groups=1: o * i // groups * k * k, "Unless bias=False, each output channel has a bias."),
        Mistake("bias the wrong way round", lambda i, o, k, bias=True, groups=1: o * i // groups * k * k + (not bias) * o, "The biases are counted where bias is False, and only there: it should be the other way round."),
        Mistake("a bias for each kernel", lambda i, o, k, bias=True, groups=1: o * i // groups * (k * k + bias), "A filter has one bias, not one for each channel that it sees."),
        Mistake("depth taken from the output", lambda i, o, k, bias=True, groups=1: o * (o // groups) * k * k + bias * o, "A filter is as deep as its part of the input, in_channels / groups; the output channels say how many filters there are."),
        Mistake("biases always counted", lambda i, o, k, bias=True, groups=1: o * i // groups * k * k + o, "With bias=False there are none."),
        Mistake("one bias for all", lambda i, o, k, bias=True, groups=1: o * i // groups * k * k + bias, "There is one bias for each output channel, not one in all."),
        Mistake("a bias for each input channel", lambda i, o, k, bias=True, groups=1: o * i // groups * k * k + bias * i, "Biases belong to the output channels."),
        Mistake("groups ignored", lambda i, o, k, bias=True, groups=1: o * i * k * k + bias * o, "With groups, a filter sees only in_channels / groups channels."),
        Mistake("groups divided twice", lambda i, o, k, bias=True, groups=1: o * i * k * k // groups**2 + bias * o, "All out_channels filters are still there; each is thinner."),
        Mistake("multiplied by groups", lambda i, o, k, bias=True, groups=1: o * i * groups * k * k + bias * o, "Groups make the filters thinner: divide the depth by them."),
        Mistake("one filter only", lambda i, o, k, bias=True, groups=1: i // groups * k * k + bias, "That is one filter and its bias; there are out_channels of them."),
        Mistake("biases divided by groups", lambda i, o, k, bias=True, groups=1: (o * i * k * k + bias * o) // groups, "Groups thin the filters; every output channel keeps its bias."),
        Mistake("kernel doubled", lambda i, o, k, bias=True, groups=1: o * i // groups * k * 2 + bias * o, "A filter is k high and k wide: k squared is `k ** 2`, or `k * k`."),
        Mistake("a bias for each group", lambda i, o, k, bias=True, groups=1: o * i // groups * k * k + bias * groups, "There is one bias for each output channel, whatever the groups."),
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

same_padding = Exercise(
    "same_padding",
    oracles.same_padding,
    cases.same_padding,
    mistakes=[
        Mistake("more in front", lambda k, dilation=1: mistakes.split(k, dilation)[::-1], "When the zeros don't split evenly, PyTorch puts the extra one at the end."),
        Mistake("half the kernel on both sides", lambda k, dilation=1: (dilation * (k // 2),) * 2, "An even kernel would make the row longer: count d(k − 1) zeros in all."),
        Mistake("rounded down on both sides", lambda k, dilation=1: (dilation * (k - 1) // 2,) * 2, "Where d(k − 1) is odd, that makes the row shorter: count d(k − 1) zeros in all."),
        Mistake("rounded up on both sides", lambda k, dilation=1: ((dilation * (k - 1) + 1) // 2,) * 2, "Where d(k − 1) is odd, that makes the row longer: count d(k − 1) zeros in all."),
        Mistake("k // 2 on both sides", lambda k, dilation=1: (k // 2,) * 2, "Right for odd kernels without dilation only. How many zeros does the window cost in all? d(k − 1)."),
        Mistake("(k − 1) // 2 on both sides", lambda k, dilation=1: ((k - 1) // 2,) * 2, "Right for odd kernels without dilation only. Do your two numbers add up to d(k − 1)?"),
        Mistake("one more behind, always", lambda k, dilation=1: (dilation * (k - 1) // 2, dilation * (k - 1) // 2 + 1), "An extra zero is needed only where d(k − 1) is odd."),
        Mistake("split before dilating", lambda k, dilation=1: tuple(dilation * half for half in mistakes.split(k, 1)), "Dilate first: the window costs d(k − 1) cells. Halve that number, not k − 1."),
        Mistake("all of it behind", lambda k, dilation=1: (0, dilation * (k - 1)), "Right in all, but share it out: half in front, half behind."),
        Mistake("all of it in front", lambda k, dilation=1: (dilation * (k - 1), 0), "Right in all, but share it out: half in front, half behind."),
        Mistake("whole window counted", mistakes.whole_window, "The window covers d(k − 1) + 1 cells but takes away one less: with k = 1 nothing is lost."),
        Mistake("k gaps counted", lambda k, dilation=1: mistakes.split(dilation * k + 1, 1), "k entries have k − 1 gaps: the window takes d(k − 1) cells away, none at all for k = 1."),
        Mistake("all of it on both sides", lambda k, dilation=1: (dilation * (k - 1),) * 2, "d(k − 1) is the sum of both sides. (What you found is “full” padding.)"),
        Mistake("dilation ignored", lambda k, dilation=1: mistakes.split(k, 1), "A dilated window covers d(k − 1) + 1 cells, so it costs d(k − 1)."),
        Mistake("dilated kernel taken as d·k", lambda k, dilation=1: mistakes.split(dilation * k, 1), "k entries have k − 1 gaps, and only the gaps grow."),
    ],
    hints=[
        "With stride 1, how many cells does the window cost? Exactly as many zeros must go in.",
        "Kernel size 4 takes 3 cells away: one zero goes before the row, two after it. Get the first number from 3; what is left of the 3?",
    ],
    praise="Where d(k − 1) is odd, PyTorch puts one zero more behind than before.",
    picture=curves(
        lambda k, name: Call(k), range(1, 10), ("before", "after"), oracles.same_padding,
        "kernel size", "zeros", measure=lambda pads, name: pads[name == "after"],
    ),
)  # fmt: skip

even_kernel = BreakIt(
    "even_kernel",
    same_padding,
    broken.even_halves,
    goal="by luck",
    valid=broken.even,
    task="Take an even kernel.",
    mistakes=broken.NOT_EVEN,
    hints=[
        "The program is right where the window takes an even number of cells away.",
        "d(k − 1) is a product, and k − 1 is odd. What makes the product even?",
    ],
    praise="So it is not the even kernel alone that makes “same” padding lopsided: d(k − 1) has to be odd, and with an even dilation it never is.",
)  # fmt: skip

# --- the convolution itself -----------------------------------------------------------------------

conv2d = Exercise(
    "conv2d",
    oracles.conv2d,
    cases.conv2d,
    mistakes=[
        Mistake("kernel flipped", lambda x, w, *a, **k: oracles.conv2d(x, w[:, :, ::-1, ::-1], *a, **k), "You turned the kernel round: that is the convolution of mathematics. In a CNN the kernel is laid on the window as it is."),
        Mistake("kernel transposed", lambda x, w, *a, **k: oracles.conv2d(x, w.swapaxes(2, 3), *a, **k), "The kernel's rows and columns are exchanged: weight is (C_out, C_in, kH, kW)."),
        Mistake("height and width swapped", lambda *a, **k: oracles.conv2d(*a, **k).swapaxes(1, 2), "Rows come before columns: the output is (C_out, H′, W′)."),
        Mistake("channels not summed", lambda x, w, *a, **k: oracles.conv2d(x[:1], w[:, :1], *a, **k), "Only the first input channel is used: each output sums over all of them."),
        Mistake("channels overwritten", lambda x, w, *a, **k: oracles.conv2d(x[-1:], w[:, -1:], *a, **k), "Only the last input channel is left: add the channels up, `+=`, not `=`."),
        Mistake("channels averaged", lambda x, w, b=None, **k: oracles.conv2d(x, w / len(x), b, **k), "The channels are added up, not averaged."),
        Mistake("stride ignored", lambda x, w, b=None, stride=1, padding=0: oracles.conv2d(x, w, b, 1, padding), "The window moves by `stride` cells at a time, down and across."),
        Mistake("windows one row apart", mistakes.strided(False, True), "Across, the windows start `stride` columns apart; down, only one row. Both take the stride."),
        Mistake("windows one column apart", mistakes.strided(True, False), "Down, the windows start `stride` rows apart; across, only one column. Both take the stride."),
        Mistake("stride on one axis", lambda x, w, b=None, stride=1, padding=0: oracles.conv2d(x, w, b, (stride, 1), padding), "The stride holds for rows and for columns."),
        Mistake("windows one cell apart", mistakes.unstrided_windows, "The output has the right size, but its windows start one cell apart: cell (i, j) starts at row i·stride, column j·stride."),
        Mistake("last windows forgotten", lambda *a, **k: oracles.conv2d(*a, **k)[:, :-1, :-1], "A row and a column are missing: the first window counts as well, hence the + 1."),
        Mistake("channels padded too", mistakes.channels_padded_too, "`np.pad(x, padding)` pads every axis, the channels too. Give it a pair for each axis: ((0, 0), (padding, padding), (padding, padding))."),
        Mistake("channels padded too, then read one by one", mistakes.channels_shifted, "`np.pad(x, padding)` pads every axis: your first channels are all zeros. Give it a pair for each axis: ((0, 0), (padding, padding), (padding, padding))."),
        Mistake("filters summed", mistakes.filters_summed, "`sum()` without an axis adds up all filters as well, so every channel gets the same number. Sum over the last three axes, or take one filter at a time."),
        Mistake("windows cut by length", mistakes.cut_by_length, "A slice is start:end, not start:length. The end of a window is its start plus the kernel's size."),
        Mistake("output sized before padding", mistakes.sized_before_padding, "The output is too small: take its size from the padded image."),
        Mistake("image cut to whole numbers", lambda x, *a, **k: oracles.conv2d(np.trunc(x), *a, **k), "The image's fractions are gone: do you copy it into an array of whole numbers?"),
        Mistake("fractions cut off", lambda *a, **k: np.trunc(oracles.conv2d(*a, **k)), "The fractions are gone: is your output an array of whole numbers?"),
        Mistake("fractions cut off before the bias", mistakes.fractions_cut, "The fractions are gone before the bias is added: is your output an array of whole numbers?"),
        Mistake("averaged, not summed", lambda x, w, *a, **k: oracles.conv2d(x, w / w[0].size, *a, **k), "You take the mean of the products. A convolution takes their sum."),
        Mistake("channels added too early", mistakes.channels_added_early, "Each channel has a kernel of its own: multiply first, then add the channels up."),
        Mistake("padding ignored", lambda x, w, b=None, stride=1, padding=0: oracles.conv2d(x, w, b, stride), "Put `padding` rows and columns of zeros round x first."),
        Mistake("padding only in front", mistakes.padded_in_front, "Rows and columns are missing below and on the right: zeros stand on all four sides, and the output's size has to count those, too."),
        Mistake("padding only behind", mistakes.padded_behind, "Zeros belong on all four sides, not only below and to the right."),
        Mistake("bias forgotten", lambda x, w, bias=None, **k: oracles.conv2d(x, w, None, **k), "Add bias[c] to output channel c."),
        Mistake("bias added to every product", mistakes.bias_times(lambda weight: weight[0].size), "The bias is added once per output cell, not once for each product."),
        Mistake("bias added for every channel", mistakes.bias_times(lambda weight: weight.shape[1]), "The bias is added once per output cell, not once for each input channel."),
    ],
    hints=[
        "First allocate the output: its height and width come from your size formula.",
        "Output cell (i, j) looks at rows i·stride to i·stride + kH, and columns likewise.",
        "One output cell is one number: over which axes do you sum window times filter? And where does the bias come in?",
    ],
    praise="Equal to PyTorch on non-square images, several channels, strides, padding and biases.",
    picture=cases.convolution(2, (1, 5, 7), 1, (3, 3), False),
)  # fmt: skip

square_only = BreakIt(
    "square_only",
    conv2d,
    broken.square_output,
    valid=broken.volumes,
    mistakes=broken.NOT_SQUARE,
    hints=[
        "Which line decides how many columns the output has? What does it look at?",
        "`np.ones((1, H, W))` makes an image with one channel, `np.ones((1, 1, kH, kW))` a filter for it. Choose the sizes so that output rows and columns differ in number.",
    ],
    praise="Square images with square kernels would never have shown it. Test with sides that differ.",
)  # fmt: skip

one_by_one = questions.one_by_one


conv1x1 = Exercise(
    "conv1x1",
    oracles.conv1x1,
    cases.conv1x1,
    mistakes=[
        Mistake("weight transposed", lambda x, w: np.tensordot(np.asarray(w).T, x, 1), "weight is (C_out, C_in): its rows belong to the output."),
        Mistake("channels last", lambda x, w: np.moveaxis(oracles.conv1x1(x, w), 0, -1), "The channels come first in the result as well: (C_out, H, W)."),
        Mistake("all axes turned round", lambda x, w: oracles.conv1x1(x, w).T, "The products are right, but the result is (W, H, C_out): `.T` turns all axes round. Turn it back."),
        Mistake("height and width exchanged", lambda x, w: oracles.conv1x1(x, w).reshape(len(w), *x.shape[:0:-1]), "The products are right; give them back height and width in this order: (C_out, H, W)."),
        Mistake("rows mixed, not channels", lambda x, w: np.asarray(w) @ x, "`weight @ x` multiplies along the height. Bring the channels where the matrix product sums: flatten the pixels to (C_in, H·W)."),
        Mistake("channels added without weights", lambda x, w: np.broadcast_to(np.sum(x, 0), (len(w), *x.shape[1:])), "Each output channel is a weighted sum: its own row of weight."),
        Mistake("reshaped, not transposed", mistakes.reshaped_not_transposed, "The products are right, with the pixels as rows. `reshape` does not turn these into columns: transpose first, `.T`."),
        Mistake("pixels mixed up", mistakes.pixels_mixed_up, "`x.reshape(-1, C_in)` does not bring the channels to the end: it cuts the rows of the image into pieces. Flatten to (C_in, H·W)."),
        Mistake("pixels mixed up, not turned back", mistakes.pixels_mixed_up_twice, "`x.reshape(-1, C_in)` does not bring the channels to the end: it cuts the rows of the image into pieces. Keep the channels first: flatten to (C_in, H·W)."),
        Mistake("result left flat", lambda x, w: np.asarray(w) @ np.reshape(x, (len(x), -1)), "The product is right; now give it back its height and width."),
    ],
    hints=[
        "At one pixel: the new channels are weight @ (old channels).",
        "A matrix product sums over the rows of the matrix on the right. What shape must the image have, so that these rows are its channels?",
    ],
    praise="One matrix, applied at every pixel: a linear map of the channels.",
    picture=cases.pixels(5, 2, 3, 3, 3),
)  # fmt: skip

# --- a network, layer by layer --------------------------------------------------------------------

traced = Exercise(
    "traced",
    oracles.traced_shapes,
    mistakes=[
        Mistake("rounded up", mistakes.chain(32, 16, 8, 4), "(16 − 3) / 2 is no whole number: a step that does not fit is not taken. The same goes for pooling."),
        Mistake("pooling rounded up", mistakes.chain(32, 16, 7, 4), "Of 7 cells, windows of 2 cover 6; the last one is left out. PyTorch rounds down in pooling too."),
        Mistake("padding forgotten", mistakes.chain(28, 14, 6, 3), "The first layer has padding=2, as in 1.1b."),
        Mistake("stride forgotten", mistakes.chain(32, 16, 14, 7), "The second convolution has stride=2."),
        Mistake("pooling with stride 1", mistakes.chain(32, 31, 15, 14), "MaxPool2d(2) moves by 2: its stride is its kernel size, unless you give another."),
        Mistake("pooling forgotten", mistakes.chain(32, 32, 15, 15), "Pooling keeps one number of each window of 2×2, so height and width get smaller."),
        Mistake("pooling over channels", mistakes.chain(32, 16, 7, 3, channels=(16, 1, 32, 1)), "Pooling works in each channel by itself: the channels stay as many as they were."),
        Mistake("channels never change", mistakes.chain(32, 16, 7, 3, channels=(3, 3, 3, 3)), "Conv2d(3, 16, …) takes 3 channels and gives 16: one for each filter."),
        Mistake("one channel flattened", (*mistakes.chain(32, 16, 7, 3)[:4], 9), "Flatten lays all channels in one row, not only one of them."),
        Mistake("flattened before the last pooling", (*mistakes.chain(32, 16, 7, 3)[:4], 32 * 7 * 7), "Flatten gets what the last pooling leaves, not what it was given."),
        Mistake("channels last", (*((h, w, c) for c, h, w in mistakes.chain(32, 16, 7, 3)[:4]), 288), "Right numbers, other order: PyTorch writes (C, H, W)."),
    ],
    hints=[
        "Take one layer at a time. A convolution sets the channels; its size comes from your formula.",
        "Pooling with kernel size 2 and stride 2: put k = s = 2 into the formula. What becomes of 7?",
        "Flatten keeps every number. How many are in a volume of C × H × W?",
    ],
    praise="The last number is the one that `Linear` has to be told: in_features=288.",
    picture=network,
)  # fmt: skip

receptive_field = Exercise(
    "receptive_field",
    oracles.receptive_field,
    cases.receptive_field,
    mistakes=[
        Mistake("kernels added", lambda layers: sum(k for k, _ in layers), "Each further layer adds k − 1 cells, not k: one of its k was seen already."),
        Mistake("kernels added at their distance", mistakes.kernels_at_their_distance, "Right distances, but each further layer adds k − 1 of them, not k: one of its k was seen already."),
        Mistake("kernels multiplied", lambda layers: int(np.prod([k for k, _ in layers])), "Neighbouring windows overlap, so the view grows by addition. Look at the picture."),
        Mistake("strides ignored", mistakes.field(lambda before, own: 1), "After a layer with stride s, neighbouring cells stand s input cells apart, so each later kernel reaches further."),
        Mistake("own stride counted", mistakes.field(lambda before, own: int(np.prod([*before, own]))), "A layer's own stride moves its window from one output to the next. One output sees one window: only later layers feel it."),
        Mistake("own stride alone", mistakes.field(lambda before, own: own), "A layer's own stride moves its window from one output to the next. What spreads its window are the strides of the layers before it."),
        Mistake("last stride only", mistakes.field(lambda before, own: before[-1] if before else 1), "Strides multiply: after two layers with stride 2, neighbours stand 4 input cells apart."),
        Mistake("strides added", mistakes.field(lambda before, own: 1 + sum(before)), "Strides multiply: after two layers with stride 2, neighbours stand 4 input cells apart. And after none?"),
        Mistake("the first cell forgotten", lambda layers: oracles.receptive_field(layers) - 1, "Without any layer, a cell still sees one cell: itself. Start from 1."),
        Mistake("layers in the other order", lambda layers: oracles.receptive_field(layers[::-1]), "The first pair is the layer that sees the input. A stride acts on the layers after it."),
        Mistake("one layer only", lambda layers: layers[-1][0], "That is one layer's own kernel. It looks at outputs of the layers before it, each of which sees a window of its own."),
    ],
    hints=[
        "Take the first layer alone: k cells. A second with kernel size 3 takes in two more outputs of the first. How many input cells does each of them bring?",
        "How far apart, in input cells, are two neighbouring outputs of a layer? Of two layers with stride 2, one on the other?",
    ],
    praise="Agrees with PyTorch: these are the cells at which a gradient arrives.",
    picture=curves(
        lambda n, name: Call([(3, int(name[-1]))] * n), range(1, 7), ("stride 1", "stride 2"), oracles.receptive_field,
        "layers of kernel size 3", "receptive field (cells)",
    ),
)  # fmt: skip

progress = Progress(globals(), written=words.POINTS)

__all__ = ["explore", "parameters", "receptive_fields", "size"]  # among much else
