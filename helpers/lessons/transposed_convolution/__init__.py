"""Lesson 3, transposed convolution: from small to large, by stamps that add up.

PyTorch is the oracle throughout; most mistakes are PyTorch with its arguments altered.
"""

import itertools

import numpy as np

from helpers.exercises import (
    BreakIt,
    Call,
    Choice,
    Exercise,
    Mistake,
    NearMiss,
    Progress,
    curves,
    size_rule,
    terse_call,
    whole_numbers,
)
from helpers.lessons.transposed_convolution import broken, mistakes, oracles, words
from helpers.lessons.transposed_convolution.explorers import (
    explore,
    explore_gather,
    explore_overlaps,
    explore_transpose,
)
from helpers.lessons.transposed_convolution.pictures import (
    beside_input,
    there_and_back_picture,
    unet,
)

# --- row 1.3a: the U-Net --------------------------------------------------------------------------

segmentation_network = Choice(
    "segmentation_network",
    "A 256 × 256 photograph goes in; a class for every pixel should come out, with sharp outlines. Which network fits best?",
    {
        "a": ("Convolutions and pooling, then a dense layer with one output per class", "That is a classifier: one answer for the whole image. Where things are has been given up on the way."),
        "b": ("Convolutions at full resolution only, without any pooling", "The size is right. But after one 3×3 layer an output cell depends on 3 × 3 input cells, after two on 5 × 5, after three on 7 × 7. To see a whole object takes very many layers, all at full size and full cost."),
        "c": ("An encoder that pools, a decoder that enlarges again, nothing between them", "Close, and such networks exist. But every outline has to pass through the small maps in the middle, where its exact place is hard to keep."),
        "d": ("An encoder, a decoder, and skip connections between levels of equal size", "That is the U-Net. The encoder sees what is there, the skips bring back where, and the decoder joins the two at every level."),
    },
    "d", hints=["The network must know *what* is there (a wide view) and *where* exactly (fine detail). Which part of each network could carry which?"],
)  # fmt: skip


unet_sizes = Exercise(
    "unet_sizes", oracles.unet_sizes,
    [Call(n, depth) for n, depth in ((6, 1), (3, 1), (5, 0), (4, 2), (7, 2), (13, 2), (8, 3), (12, 2), (100, 3), (255, 5), (512, 4), (571, 4))],
    mistakes=[
        Mistake("rounded up", mistakes.rounded_up, "Pooling a row of odd length drops the last cell: round down."),
        Mistake("rounded to the nearest", mistakes.rounded_to_nearest, "`round` goes up as often as down: 3.5 becomes 4. A cell without a partner is dropped by the pooling, so always round down."),
        Mistake("half cells", mistakes.half_cells, "There are no half cells: a pooling window that does not fit is left out, and `//` rounds down."),
        Mistake("way up copied from the way down", mistakes.mirrored, "The way up knows nothing of the sizes on the way down: each step doubles what it is given. What does 3 become?"),
        Mistake("only the way down", lambda n, depth: oracles.unet_sizes(n, depth)[: depth + 1], "Good as far as it goes: now from the bottom up again."),
        Mistake("bottom twice", mistakes.bottom_twice, "The bottom is one size: write it once, 2 · depth + 1 sizes in all."),
        Mistake("bottom left out", mistakes.bottom_left_out, "The smallest size, at the bottom, belongs in the list too."),
        Mistake("one level too few", lambda n, depth: oracles.unet_sizes(n, max(depth - 1, 0)), "There are `depth` poolings, so depth + 1 sizes on the way down."),
        Mistake("one level too many", lambda n, depth: oracles.unet_sizes(n, depth + 1), "There are `depth` poolings, and you have one more."),
        Mistake("input left out", lambda n, depth: oracles.unet_sizes(n, depth)[1:], "The list begins with n itself."),
        Mistake("up-convolution with kernel 3", mistakes.kernel_of_3, "That is one cell too many: with kernel 2 and stride 2 the stamps lie side by side, and n cells become 2n."),
    ],
    hints=["Start with [n]. What does one pooling make of the last size in the list?", "The way up starts from the size at the bottom. What else of the way down does it know?"],
    praise="Equal to PyTorch's layers, odd sizes included.",
    picture=unet,
)  # fmt: skip

# --- row 1.3b, by hand ----------------------------------------------------------------------------

_X = np.array([[0.0, 1.0], [2.0, 3.0]])  # the sheet's input and its kernel

by_hand = Exercise(
    "by_hand", lambda: oracles.conv_transpose2d([_X], [[_X]])[0],
    mistakes=[
        Mistake("valid convolution", oracles.layer("conv2d", [_X], [[_X]])[0], "That is an ordinary convolution: it makes the input smaller. Here each input cell is spread out."),
        Mistake("valid convolution, kernel turned", oracles.layer("conv2d", [_X], [[_X[::-1, ::-1]]])[0], "That is an ordinary convolution, with the kernel turned. Here each input cell is spread out."),
        Mistake("full convolution", oracles.conv_transpose2d([_X], [[_X[::-1, ::-1]]])[0], "You slid the kernel over the zero-padded input. Sliding gathers: what a stamp puts to the right, a window finds on its left. Stamp the kernel as it stands."),
        Mistake("overlaps overwritten", mistakes.overwritten([_X], [[_X]])[0], "Where stamps overlap, their numbers are added; here the later one replaced the earlier."),
        Mistake("overlaps averaged", oracles.conv_transpose2d([_X], [[_X]])[0] / oracles.conv_transpose2d([_X**0], [[_X**0]])[0], "Where stamps overlap, their numbers are added, not averaged."),
        Mistake("stride 2", oracles.conv_transpose2d([_X], [[_X]], stride=2)[0], "These stamps lie side by side: that is stride 2. With stride 1 the next one lies one cell on, over the last."),
        Mistake("kernel transposed", oracles.conv_transpose2d([_X], [[_X.T]])[0], "Rows and columns of the kernel are exchanged."),
        Mistake("entry by entry", _X * _X, "That multiplies entry by entry. Each input cell multiplies the whole kernel."),
        Mistake("matrix product", _X @ _X, "That is the matrix product of the two. Each input cell multiplies the whole kernel."),
        Mistake("result transposed", oracles.conv_transpose2d([_X], [[_X]])[0].T, "Rows and columns of the result are exchanged: the stamp of cell (0, 1) lies to the right, not below."),
        Mistake("cropped", oracles.conv_transpose2d([_X], [[_X]])[0][:2, :2], "Some stamps reach beyond the input's size. Nothing is cropped here: the padding is 0."),
    ],
    hints=["Four input cells, so four stamps: 0 × kernel, 1 × kernel, 2 × kernel, 3 × kernel.", "The stamp of cell (i, j) has its top left corner at output cell (i, j). How large must the output be to hold all four?", "Draw the empty output, write each stamp into its place, and add where several numbers meet. All four cover the middle cell."],
    praise="Four stamps, added up where they meet. All of them cover the middle cell: 0 · 3 + 1 · 2 + 2 · 1 + 3 · 0 = 4.",
    picture=lambda answer: beside_input(answer, _X),
)  # fmt: skip


def _case(seed, shape, out_channels, kernel, **kwargs):
    """Large cases hold halves, so that an output of whole numbers is found out."""
    x, weight = whole_numbers(seed, shape, (shape[0], out_channels, *kernel))
    return Call(x, weight / (1 if x.size < 50 else 2), **kwargs)


conv_transpose2d = Exercise(
    "conv_transpose2d", oracles.conv_transpose2d, [
        _case(1, (1, 2, 2), 1, (2, 2)), _case(2, (1, 2, 3), 1, (3, 2)), _case(3, (2, 2, 3), 2, (2, 3)),
        _case(4, (1, 2, 4), 2, (3, 2), stride=2), _case(5, (2, 3, 2), 3, (2, 1), stride=3),
        _case(6, (1, 3, 4), 1, (3, 4), padding=1), _case(7, (3, 4, 5), 3, (4, 3), stride=2, padding=1),
        _case(10, (2, 4, 3), 1, (4, 4), padding=2), _case(8, (2, 5, 6), 4, (5, 6), stride=3, padding=2),
    ],
    mistakes=[
        Mistake("padding added, not cropped", lambda x, w, stride=1, padding=0: mistakes.padded(oracles.conv_transpose2d(x, w, stride), padding), "Padding works backwards here: the convolution added `padding` cells on each side, its transpose takes them off again."),
        Mistake("input padded", lambda x, w, stride=1, padding=0: oracles.conv_transpose2d(mistakes.padded(x, padding), w, stride), "The input is not padded. `padding` says how many cells are cropped from each side of the result."),
        Mistake("padding ignored", lambda x, w, stride=1, padding=0: oracles.conv_transpose2d(x, w, stride), "Crop `padding` cells from each side of the result."),
        Mistake("cropped to nothing", lambda x, w, stride=1, padding=0: oracles.conv_transpose2d(x, w, stride)[:, padding:-padding, padding:-padding], "Right, except without padding: `[0:-0]` is empty. Say where the slice ends, counted from the front."),
        Mistake("cropped only in front", lambda x, w, stride=1, padding=0: oracles.conv_transpose2d(x, w, stride)[:, padding:, padding:], "Crop on all four sides, not only above and to the left."),
        Mistake("cropped only behind", mistakes.cropped_behind, "Crop on all four sides, not only below and to the right."),
        Mistake("stride skips output", lambda x, w, stride=1, padding=0: oracles.conv_transpose2d(x, w, 1, padding)[:, ::stride, ::stride], "The stride does not skip output cells: it spreads the stamps, so that the output grows."),
        Mistake("stride skips input", lambda x, w, stride=1, padding=0: oracles.conv_transpose2d(x[:, ::stride, ::stride], w, 1, padding), "Every input cell leaves a stamp. The stride says how far apart the stamps lie."),
        Mistake("stride ignored", lambda x, w, stride=1, padding=0: oracles.conv_transpose2d(x, w, 1, padding), "The stamp of cell (i, j) begins at row i · stride, column j · stride."),
        Mistake("stamps in one corner", mistakes.crowded(0, 1), "The size is right, but all stamps crowd into a corner: that of cell (i, j) begins at row i · stride, column j · stride."),
        Mistake("rows of stamps too close", mistakes.crowded(0), "The stamp of cell (i, j) begins at row i · stride: your rows of stamps lie one cell apart, whatever the stride."),
        Mistake("columns of stamps too close", mistakes.crowded(1), "The stamp of cell (i, j) begins at column j · stride: your columns of stamps lie one cell apart, whatever the stride."),
        Mistake("cropped twice", lambda x, w, stride=1, padding=0: oracles.conv_transpose2d(x, w, stride, 2 * padding), "`padding` cells come off each side, so 2 · padding from the height in all. You take 2 · padding from each side."),
        Mistake("cropped on one axis", lambda x, w, stride=1, padding=0: oracles.conv_transpose2d(x, w, stride, (padding, 0)), "Crop columns as well as rows: mind the first axis, which holds the channels."),
        Mistake("an ordinary convolution", mistakes.ordinary, "That is an ordinary convolution: each output cell gathers a window. Here each input cell leaves a stamp."),
        Mistake("stride on one axis", lambda x, w, stride=1, padding=0: oracles.conv_transpose2d(x, w, (stride, 1), padding), "The stride holds for rows and for columns."),
        Mistake("stamps too far apart", lambda x, w, stride=1, padding=0: oracles.conv_transpose2d(x, w, stride + 1, padding), "Between neighbours lie stride − 1 further cells, not stride: stamps begin `stride` apart."),
        Mistake("kernel flipped", lambda x, w, *a, **k: oracles.conv_transpose2d(x, w[:, :, ::-1, ::-1], *a, **k), "The kernel comes out turned round. Stamp it as it stands."),
        Mistake("kernel transposed", lambda x, w, *a, **k: oracles.conv_transpose2d(x, w.swapaxes(2, 3), *a, **k), "The kernel's rows and columns are exchanged: weight is (C_in, C_out, kH, kW)."),
        Mistake("kernel transposed, stamp by stamp", mistakes.stamping(mistakes.kernel_transposed), "The kernel's rows and columns are exchanged: weight[c_in, c_out] is (kH, kW), as it should be laid down."),
        Mistake("height and width swapped", lambda *a, **k: oracles.conv_transpose2d(*a, **k).swapaxes(1, 2), "Rows come first: the output is (C_out, H′, W′)."),
        Mistake("overlaps overwritten", mistakes.overwritten, "Where stamps overlap they add up: `+=`, not `=`."),
        Mistake("overlaps and channels overwritten", lambda x, w, *a, **k: mistakes.overwritten(x[-1:], w[-1:], *a, **k), "Each new stamp replaces what was there, those of the other input channels too. Add: `+=`."),
        *[Mistake(f"channels swapped{how}", wrong, "weight is (C_in, C_out, kH, kW): weight[c_in, c_out], the input's channel first. In a convolution it is the other way round.") for how, wrong in mistakes.CHANNELS_SWAPPED.items()],
        Mistake("channels not summed", lambda x, w, *a, **k: oracles.conv_transpose2d(x[:1], w[:1], *a, **k), "Only the first input channel is used: all of them leave stamps."),
        Mistake("only the last channel", lambda x, w, *a, **k: oracles.conv_transpose2d(x[-1:], w[-1:], *a, **k), "Only the last input channel is left: add the stamps of all of them."),
        Mistake("a full stride after the last stamp", mistakes.roomy, "The last stamp begins at (H − 1) · stride and is kH long: that is where the output ends. Yours goes on."),
        Mistake("fractions cut off", lambda *a, **k: np.trunc(oracles.conv_transpose2d(*a, **k)), "The fractions are gone: is your output an array of whole numbers?"),
    ],
    hints=["First without padding. The last stamp begins at (H − 1) · stride: how high must the output be to hold it?", "For each (i, j), the stamp is x[c, i, j] · weight[c], summed over c: shape (C_out, kH, kW).", "In which row does that stamp begin, and in which does it end? What other stamps have left there must stay. (Crop last, and beware of `[0:-0]`.)"],
    praise="Equal to PyTorch on non-square images, several channels, strides and paddings.",
    picture=_case(9, (1, 3, 3), 1, (2, 3), stride=2),
)  # fmt: skip

_ROW = [[[1, 2], [3, 4]]]

break_overlaps = BreakIt(
    "break_overlaps", conv_transpose2d, broken.each_replaces, goal="by luck",
    task="Take an image of at least two rows and two columns, and no zeros.",
    valid=broken.volumes,
    mistakes=[
        NearMiss("zeros, or a single cell", (_ROW, [[[[1, 0]]]]), "Take at least two rows and two columns, and no zeros, neither in x nor in weight: they hide what goes wrong.", broken.plain_volumes),
        NearMiss("overlap along one axis", (_ROW, [[[[1, 2, 3], [4, 5, 6]]]], 2), "Along one axis the stamps lie clear of each other, along the other they still overlap. Compare kernel and stride on both.", lambda x, weight, stride: len(x) == len(weight) and min(weight.shape[2:]) <= stride < max(weight.shape[2:])),
        NearMiss("overlap along both axes", (_ROW, [[[[1, 2], [3, 4]]]]), "Here stamps overlap, and the later one replaces the earlier. What keeps them apart?", lambda x, weight, stride: len(x) == len(weight) and min(weight.shape[2:]) > stride > 0),
    ],
    hints=["`=` and `+=` differ only where something has been written before. When is that never the case?", "How far apart do the stamps begin, and how long are they?"],
    praise="No two stamps overlap as long as the kernel is no larger than the stride. So test with a larger kernel: a U-Net's kernel 2 with stride 2 would never show this mistake.",
)  # fmt: skip

round_trip = Choice(
    "round_trip",
    "A convolution with kernel size 3, padding 1, stride 2 turns 16 cells into 8. A transposed convolution with the same three numbers turns these 8 cells into …",
    {
        "a": ("16 again", "16 goes down to 8, but so does another size, and the way up cannot know which it was. Count: seven steps of 2, then a stamp of 3, then a cell off at each end."),
        "b": ("15", "7 · 2 + 3 − 2 = 15. The convolution turns 15 cells into 8 as well as 16: the floor forgets which it was, and the way up gives the smaller."),
        "c": ("17", "That is the size before cropping: `padding` takes a cell off each end."),
        "d": ("19", "The padding is cropped here, not added."),
    },
    "b", hints=["The last of 8 stamps begins at 7 · 2. It is 3 long. One cell comes off at each end."],
)  # fmt: skip

_settings = itertools.product((1, 2, 4), (1, 2, 3, 4), (1, 2, 3), (0, 1, 2), (0, 1, 2), (1, 2, 3))
_fits = [
    (n, k, s, p, o, d)
    for n, k, s, p, o, d in _settings
    if o < max(s, d) and (n - 1) * s + d * (k - 1) + o >= 2 * p
]

conv_transpose_output_size = Exercise(
    "conv_transpose_output_size", oracles.conv_transpose_output_size,
    [terse_call(oracles.conv_transpose_output_size, *case) for case in sorted(_fits, key=sum)],
    mistakes=[
        Mistake("a convolution's size", size_rule(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s + 1), "That is the size after a convolution. Here n stamps are laid out, `stride` apart: where does the last one end?"),
        Mistake("padding added", size_rule(lambda n, k, s, p, o, d: (n - 1) * s + 2 * p + d * (k - 1) + o + 1), "`padding` is cropped from each side, not added."),
        Mistake("padding on one side", size_rule(lambda n, k, s, p, o, d: (n - 1) * s - p + d * (k - 1) + o + 1), "`padding` cells are cropped at both ends."),
        Mistake("padding ignored", size_rule(lambda n, k, s, o, d: (n - 1) * s + d * (k - 1) + o + 1), "`padding` cells are cropped from each end."),
        Mistake("n strides", size_rule(lambda n, k, s, p, o, d: n * s - 2 * p + d * (k - 1) + o + 1), "n stamps have n − 1 steps between them: the first begins at 0."),
        Mistake("brackets forgotten", size_rule(lambda n, k, s, p, o, d: n - 1 * s - 2 * p + d * (k - 1) + o + 1), "`n - 1 * stride` multiplies first: it is n less one stride. n stamps have n − 1 steps between them, each of length stride."),
        Mistake("−1 for +1", size_rule(lambda n, k, s, p, o, d: (n - 1) * s - 2 * p + d * (k - 1) + o - 1), "Check the length of a single stamp: a kernel of 1 tap is 1 cell long."),
        Mistake("the last stamp left out", size_rule(lambda n, s, p, o: (n - 1) * s - 2 * p + o), "You end where the last stamp begins. How long is it?"),
        Mistake("dilation and output_padding ignored", size_rule(lambda n, k, s, p: (n - 1) * s - 2 * p + k), "Right as long as dilation is 1 and output_padding 0. How does each of them change the length?"),
        Mistake("padding taken from the input", size_rule(lambda n, k, s, p, o, d: (n - 1 - 2 * p) * s + d * (k - 1) + o + 1), "`padding` is cropped from the result, once the stamps are laid out: the stride does not multiply it."),
        Mistake("n strides, the kernel left out", size_rule(lambda n, s, p, o: n * s - 2 * p + o), "Between the first stamp and the last lie n − 1 strides; then the last stamp's own length counts."),
        Mistake("d free cells in each gap", size_rule(lambda n, k, s, p, o, d: (n - 1) * s - 2 * p + k + d * (k - 1) + o), "Taps that stand d cells apart leave d − 1 free cells between them. Try d = 1: then there are none."),
        Mistake("output_padding taken off", size_rule(lambda n, k, s, p, o, d: (n - 1) * s - 2 * p + d * (k - 1) - o + 1), "output_padding makes the result longer, not shorter."),
        Mistake("only multiplied by the stride", size_rule(lambda n, s: n * s), "That holds for kernel_size = stride without padding. In general the last stamp's length counts, not the stride's."),
        Mistake("stride ignored", size_rule(lambda n, k, p, o, d: n - 1 - 2 * p + d * (k - 1) + o + 1), "Stamps begin `stride` cells apart."),
        Mistake("output_padding ignored", size_rule(lambda n, k, s, p, d: (n - 1) * s - 2 * p + d * (k - 1) + 1), "output_padding makes the result longer, at its end only."),
        Mistake("output_padding twice", size_rule(lambda n, k, s, p, o, d: (n - 1) * s - 2 * p + d * (k - 1) + 2 * o + 1), "Unlike padding, output_padding counts at one end only."),
        Mistake("dilation ignored", size_rule(lambda n, k, s, p, o: (n - 1) * s - 2 * p + k + o), "Dilation pulls the kernel's taps apart, so that each stamp is longer than k."),
        Mistake("dilated kernel taken as d·k", size_rule(lambda n, k, s, p, o, d: (n - 1) * s - 2 * p + d * k + o), "k taps have k − 1 gaps, and only the gaps grow: a stamp covers d(k − 1) + 1 cells."),
        Mistake("dilation added to the kernel", size_rule(lambda n, k, s, p, o, d: (n - 1) * s - 2 * p + k + d - 1 + o), "Each of the k − 1 gaps grows with the dilation, not one alone: a stamp covers d(k − 1) + 1 cells."),
        Mistake("+1 forgotten", size_rule(lambda n, k, s, p, o, d: (n - 1) * s - 2 * p + d * (k - 1) + o), "You have the place where the last stamp ends. Cells are counted from 0, so there is one more."),
    ],
    hints=["n stamps, each `stride` after the last: where does the last begin, if the first begins at 0?", "How long is a stamp of k taps with dilation d? Add it to where the last one begins.", "Try n = 1, where one stamp is all there is. Which of the options change its length, and how often does each count?"],
    praise="Agrees with the shapes that PyTorch returns, on every case. Put the last question's n = 8 into it.",
    picture=curves(lambda n, name: Call(n, 3, stride=int(name[-1])), range(1, 13), ("stride 1", "stride 2", "stride 3"), oracles.conv_transpose_output_size, "input size n (kernel size 3)", "output size"),
)  # fmt: skip

break_size = BreakIt(
    "break_size", conv_transpose_output_size, broken.times_stride, goal="by luck",
    task="Take a stride of at least 2 and a kernel larger than the stride.",
    valid=lambda kernel_size, stride: "" if kernel_size > stride > 1 else "Take a stride of at least 2 and a kernel larger than the stride.",
    mistakes=[
        NearMiss("stride 1, or too small a kernel", (5, 2, 2), "Kernel equal to stride is one way, and you know it. Find another: a stride of at least 2, and a kernel larger than that.", lambda kernel_size, stride: not kernel_size > stride > 1),
        NearMiss("too long", (5, 4, 2), "n · stride is less than what comes out. Which option takes cells away?", mistakes.too_long),
        NearMiss("too short", (5, 4, 2, 2), "Too much is cropped: what is left of the last stamp is shorter than a stride. Crop less, or use output_padding.", mistakes.too_short),
    ],
    hints=["(n − 1) · stride leaves one stride to go. What has to be that long, once it is cropped?", "Write the condition down without n, then choose kernel and stride so that their difference is even, or use output_padding."],
    praise="The last stamp, cropped at both ends and with output_padding added, is exactly one stride long: then n drops out of the condition, and every n becomes n · stride. Kernel 4, stride 2, padding 1 is a common choice in image generators.",
)  # fmt: skip

_rows = [
    tuple(map(np.array, row))
    for row in (
        ([2.0, -1.0], [1.0, 3.0]),
        ([1.0, 3.0, -2.0], [2.0, -1.0]),
        ([3.0, -1.0, 2.0, 1.0], [1.0, 2.0, -1.0]),
        ([1.0, 2.0, 0.0, -1.0, 3.0], [2.0, 1.0, -1.0]),
        ([2.0, -3.0, 1.0], [1.0, -2.0, 3.0, 1.0]),
        ([4.0, -2.0, 1.0], [0.5, -1.5]),
        ([3.0], [2.0, -1.0, 1.0]),
    )
]
_row_cases = [Call(y, w, len(y) + len(w) - 1) for y, w in _rows]

as_transposed_matrix = Exercise(
    "as_transposed_matrix", lambda y, w, n: oracles.scatter(y, w),
    [*_row_cases, Call(np.array([4.0, -2.0, 1.0]), np.array([1.5]), 3)],  # here W is square
    mistakes=[
        Mistake("W itself", lambda y, w, n: oracles.conv1d_matrix(w, n) @ y, "W takes n numbers to len(y). You have len(y) numbers and want n: use its transpose."),
        Mistake("the inverse", lambda y, w, n: np.linalg.pinv(oracles.conv1d_matrix(w, n)) @ y, "You undid the convolution as well as it can be undone, with a (pseudo-)inverse. The transposed convolution only transposes: it stamps, it does not solve."),
        Mistake("kernel flipped", lambda y, w, n: oracles.scatter(y, w[::-1]), "The kernel is reversed in W: row i holds w[0], w[1], … from column i on."),
        Mistake("the matrix, not the product", lambda y, w, n: oracles.conv1d_matrix(w, n).T, "That is Wᵀ. Multiply it with y."),
        Mistake("whole numbers only", lambda y, w, n: oracles.scatter(y, np.trunc(w)), "The kernel's fractions are gone: is your W an array of whole numbers?"),
        Mistake("y backwards", lambda y, w, n: oracles.scatter(y[::-1], w), "The entries of y stamp in reverse order: y[0] belongs to the first column of Wᵀ."),
        Mistake("stamps not added up", lambda y, w, n: np.transpose(oracles.conv1d_matrix(w, n).T * y), "Those are the single stamps, one for each y[i]: `*` multiplies, `@` adds up as well."),
        Mistake("stamps side by side, unadded", lambda y, w, n: oracles.conv1d_matrix(w, n).T * y, "Those are the single stamps, one a column: `*` multiplies, `@` adds up as well."),
        Mistake("cut to the length of y", lambda y, w, n: oracles.scatter(y, w)[(len(w) - 1) // 2 :][: len(y)], "All n numbers belong in the result: the stamps reach beyond y."),
        Mistake("overlaps overwritten", lambda y, w, n: mistakes.overwritten([[y]], [[[w]]])[0, 0], "Where stamps overlap, their numbers are added."),
    ],
    hints=["W belongs to the convolution that takes n cells to len(y): its shape is (len(y), n).", "Row i of W holds the kernel from column i on, zeros elsewhere. (Your conv_matrix of notebook 2.)", "Then multiply its transpose with y."],
    praise="Row i of W gathers for output i; as column i of Wᵀ it stamps y[i]. The same numbers, read the other way.",
    picture=Call(*_rows[3], 7),
)  # fmt: skip


def _windows_case(seed, shape, size, **options):
    """Large cases hold halves, so that an output of whole numbers is found out."""
    x, kernel = whole_numbers(seed, shape, (size, size))
    return Call(x, kernel / (2 if size > 2 else 1), **options)


as_convolution = Exercise(
    "as_convolution", lambda x, kernel, stride=1, padding=0: oracles.conv_transpose2d([x], [[kernel]], stride, padding)[0], [
        _windows_case(21, (2, 2), 2), _windows_case(22, (2, 3), 2, stride=2), _windows_case(23, (3, 2), 3, padding=1),
        _windows_case(24, (2, 3), 3, stride=2, padding=1), _windows_case(25, (3, 4), 3, stride=3),
        _windows_case(26, (3, 2), 4, stride=2, padding=1), _windows_case(27, (3, 3), 3, stride=2, padding=2),
    ],
    mistakes=[
        Mistake("kernel not turned", mistakes.windows(turn=lambda w: w), "Your zeros are right, but the kernel stands as it does in a stamp. A window meets the stamps from the other side: turn the kernel by 180°."),
        Mistake("kernel transposed", mistakes.windows(turn=lambda w: w.T), "Transposing exchanges rows and columns. Turning by 180° reverses both: the first entry becomes the last."),
        Mistake("kernel turned on one axis", mistakes.windows(turn=lambda w: w[::-1]), "The rows are reversed, the columns too should be."),
        Mistake("kernel turned by 90°", mistakes.windows(turn=np.rot90), "`np.rot90` turns by 90°, and it should be 180°: both axes reversed."),
        Mistake("kernel of whole numbers", mistakes.windows(turn=lambda w: np.trunc(w[::-1, ::-1])), "The kernel's fractions are gone: do you copy it into an array of whole numbers?"),
        Mistake("as many zeros between as the stride", mistakes.windows(between=lambda s: s), "With stride 1 nothing lies between neighbours: put stride − 1 zeros there."),
        Mistake("nothing put between", mistakes.windows(between=lambda s: 0), "The input's cells still touch. stride − 1 zeros belong between neighbours."),
        Mistake("zeros behind the last cell too", mistakes.windows(behind=True), "Zeros belong *between* neighbours: nothing follows the last cell, so the spread-out row has (n − 1) · stride + 1 cells."),
        Mistake("cells copied", mistakes.copied, "You copied each cell into its neighbours' places. Zeros belong there: a stamp must not be laid down twice."),
        Mistake("x convolved as it is", lambda x, w, *a, **k: mistakes.ordinary([x], np.array([[w]]), *a, **k)[0], "That is the ordinary convolution of x itself. First put the zeros in, between the cells and around."),
        Mistake("axes of length 1 left", lambda x, w, *a, **k: oracles.conv_transpose2d([x], [[w]], *a, **k)[None], "The numbers are right. F.conv2d gives (1, 1, H′, W′): take the two axes of length 1 off."),
        Mistake("stride kept by the window", mistakes.windows(step=True), "The stride has done its work by spreading the input. The window itself moves one cell at a time."),
        Mistake("padded as in a convolution", mistakes.windows(around=lambda k, p: p), "`padding` zeros around are the ordinary convolution's. Here each side gets k − 1 − padding."),
        Mistake("padding ignored", mistakes.windows(around=lambda k, p: k - 1), "k − 1 zeros around give the whole result. `padding` crops it, so that many fewer are needed."),
        Mistake("padding added", mistakes.windows(around=lambda k, p: k - 1 + p), "Padding crops here: the frame is k − 1 − padding wide."),
        Mistake("frame of k − padding", mistakes.windows(around=lambda k, p: k - p), "The first window must still meet the first cell, with its last entry: k − 1 zeros before it are enough, less the padding."),
    ],
    hints=["With stride 2, x = [5, 7] becomes [5, 0, 7]. Slices with a step write into every other cell.", "`np.pad` puts the frame on. `a[::-1]` reverses the rows of a; which axes does a turn by 180° reverse?", "torch wants F.conv2d's input as (1, 1, H, W), the kernel likewise. It does not take an array with reversed steps: `.copy()` first."],
    praise="The same numbers, gathered instead of stamped.",
)  # fmt: skip

input_gradient = Exercise(
    "input_gradient", lambda grad_output, w, n: oracles.conv1d_matrix(w, n).T @ grad_output, _row_cases,
    mistakes=[
        Mistake("gradient of the plain sum", lambda grad_output, w, n: oracles.scatter(np.ones(len(grad_output)), w), "That is the gradient of the outputs' plain sum: grad_output has to come in, as the argument of `backward`."),
        Mistake("gradient of the weights", lambda grad_output, w, n: np.ones(len(w)) * np.sum(grad_output), "That is the gradient with respect to the kernel (for a row of ones). Here x is wanted."),
        Mistake("gradient of the weights at x = 0", lambda grad_output, w, n: np.zeros(len(w)), "That is the gradient with respect to the kernel, and 0 because x is 0. The gradient with respect to x is wanted: `x.grad`."),
        Mistake("kernel flipped", lambda grad_output, w, n: oracles.scatter(grad_output, w[::-1]), "The kernel is reversed: torch's conv1d takes it as it is, so don't flip it first."),
        Mistake("axes of length 1 left", lambda grad_output, w, n: oracles.scatter(grad_output, w)[None, None], "The numbers are right; x.grad has the shape of x, (1, 1, n). Flatten it: `.reshape(-1)`."),
        Mistake("sign turned", lambda grad_output, w, n: -oracles.scatter(grad_output, w), "That is a step downhill. The gradient itself has the other sign."),
        Mistake("averaged", lambda grad_output, w, n: oracles.scatter(grad_output, w) / len(grad_output), "The outputs are summed, not averaged: use `sum`, not `mean`."),
        Mistake("backward twice", lambda grad_output, w, n: 2 * oracles.scatter(grad_output, w), "Twice the gradient: it adds up in x.grad when backward runs twice."),
    ],
    hints=["The convolution is linear, so its gradient does not depend on what x holds. What must x be told, so that autograd keeps one for it?", "F.conv1d wants x as (1, 1, n) and the kernel as (1, 1, k). Then `backward` carries a gradient back: which one has to be handed to it, and in which shape?", "Does x.grad stay None? Autograd keeps the gradient of the very tensor that you told so, not of a reshaped one made from it."],
    praise="And the same as your Wᵀ y: the gradient goes back through a convolution by a transposed convolution.",
    picture=Call(*_rows[3], 7),
)  # fmt: skip

there_and_back = Exercise(
    "there_and_back", oracles.there_and_back,
    [Call(y, w) for y, w in _rows],
    mistakes=[
        Mistake("taken for an inverse", lambda y, w: y, "You gave back y, as if the second step undid the first. Compute it: enlarge y, then convolve the result."),
        Mistake("multiplied by w·w", lambda y, w: y * np.dot(w, w), "That would be right if no two stamps overlapped. But each window also gathers what the neighbours' stamps left there."),
        Mistake("divided by w·w", lambda y, w: oracles.there_and_back(y, w) / np.dot(w, w), "Nothing is divided here: convolve the result as it is."),
        Mistake("padded on the way back", lambda y, w: np.correlate(oracles.scatter(y, w), w, "full"), "On the way back there is no padding: the window stays inside."),
        Mistake("only there", lambda y, w: oracles.scatter(y, w), "That is the way there. Now convolve it with w: stride 1, no padding."),
        Mistake("kernel flipped on the way back", lambda y, w: np.correlate(oracles.scatter(y, w), w[::-1], "valid"), "On the way back the kernel is reversed (np.convolve does that without being asked). Take it as it is."),
        Mistake("kernel flipped on the way there", lambda y, w: np.correlate(oracles.scatter(y, w[::-1]), w, "valid"), "On the way there the kernel is reversed. Does your as_transposed_matrix pass its check?"),
        Mistake("back, then there", lambda y, w: oracles.scatter(np.correlate(y, w, "valid"), w), "You convolved first and enlarged afterwards. Enlarge first."),
        Mistake("last window left out", lambda y, w: oracles.there_and_back(y, w)[:-1], "The last window is missing: a row of m cells has m − k + 1 windows of k cells, as many as y has entries here."),
        Mistake("twice there", lambda y, w: oracles.scatter(oracles.scatter(y, w), w), "You enlarged twice. The way back is an ordinary convolution: it gathers, and makes the row shorter."),
    ],
    hints=["Your as_transposed_matrix takes you there. How long is the row once the last stamp has found room?", "Back: an ordinary convolution gathers with one window for each entry of y. Where does window i begin?"],
    praise="Back at the old size, but not at the old numbers.",
    picture=lambda answer: there_and_back_picture(answer, *_rows[3]),
)  # fmt: skip

break_inverse = BreakIt(
    "break_inverse", there_and_back, broken.unchanged, goal="by luck",
    task="Take at least two entries in y, none of them 0, and at least two in w.",
    valid=broken.rows,
    mistakes=[
        NearMiss("w · w is not 1", ([1, 2], [2, 1]), "Output i is w · w times y[i], plus what the neighbouring stamps left in its window. Begin with a kernel for which w · w = 1.", lambda y, w: not broken.rows(y, w) and not np.isclose(w @ w, 1)),
        NearMiss("neighbours still get in", ([1, 2], [0.6, 0.8]), "w · w = 1, good. But w, moved along by a cell or more, still overlaps with itself: the neighbours' stamps get in. Which numbers in w would keep them out?", lambda y, w: not broken.rows(y, w)),
        NearMiss("too short, or zeros in y", ([1], [0, 1]), "Take at least two entries in y, none of them 0, and at least two in w.", lambda y, w: y.ndim == w.ndim == 1),
    ],
    hints=["W Wᵀ has w · w on its diagonal. What stands beside it, and how can all of that be 0?", "A kernel may hold zeros."],
    praise="Here y does come back. With stride 1 there is one kind of kernel for which *every* y does: a single 1 or −1, all else 0. Enlarging with it only moves y along, and −1 turns the sign too.",
)  # fmt: skip

even_kernel = Choice(
    "even_kernel",
    "A row of ones is enlarged with stride 2. With which kernel are all cells of the result equal, away from its ends?",
    {
        "a": ("[1, 1, 1]", "Every other cell is reached by two stamps, those between by one: 2, 1, 2, 1, …"),
        "b": ("[1, 0]", "Each cell is reached by one stamp, for 2 divides 2. But by its 1 or by its 0: 1, 0, 1, 0, … Equal counts are not enough."),
        "c": ("[1, 2, 1]", "One cell gets 1 + 1, the next gets 2. The counts differ, the sums do not."),
        "d": ("[3, 2, 1, 1]", "Each cell is reached by two stamps, for 2 divides 4. But one gets 3 + 1, the next 2 + 1: 4, 3, 4, 3, …"),
    },
    "c", hints=["Which entries of the kernel reach cells 0, 2, 4, …, and which reach 1, 3, 5, …?"],
)  # fmt: skip

progress = Progress(globals(), written=words.POINTS)

__all__ = [
    "explore",
    "explore_gather",
    "explore_overlaps",
    "explore_transpose",
    "unet",
]  # among much else
