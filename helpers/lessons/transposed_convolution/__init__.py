"""Lesson 3, transposed convolution: from small to large, by stamps that add up.

PyTorch is the oracle throughout; most mistakes are PyTorch with its arguments altered.
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
from helpers.lessons.transposed_convolution import mistakes, oracles
from helpers.lessons.transposed_convolution.explorers import (
    explore,
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
    "A 256 × 256 photograph goes in; a class for every pixel shall come out, with sharp outlines. Which network fits best?",
    {
        "a": ("Convolutions and pooling, then a dense layer with one output per class", "That is a classifier: one answer for the whole image. Pooling has thrown away where things are."),
        "b": ("Convolutions at full resolution only, without any pooling", "The size is right. But a 3×3 kernel widens the view by only two cells a layer, so seeing a whole object takes very many layers, all at full size and full cost."),
        "c": ("An encoder that pools, a decoder that enlarges again, nothing between them", "Close, and used as well. But every outline has to pass through the narrow middle, where its exact place is hard to keep."),
        "d": ("An encoder, a decoder, and skip connections between levels of equal size", "That is the U-Net. The encoder sees what is there, the skips bring back where, and the decoder joins the two at every level."),
    },
    "d", hints=["The network must know *what* is there (a wide view) and *where* exactly (fine detail). Who carries which?"],
)  # fmt: skip


unet_sizes = Exercise(
    "unet_sizes", oracles.unet_sizes,
    [Call(n, depth) for n, depth in ((5, 0), (2, 1), (3, 1), (4, 2), (7, 2), (8, 3), (12, 2), (100, 3), (255, 5), (512, 4), (571, 4))],
    mistakes=[
        Mistake("rounded up", mistakes.rounded_up, "Pooling a row of odd length drops the last cell: round down."),
        Mistake("way up copied from the way down", mistakes.mirrored, "The way up knows nothing of the sizes on the way down: each step doubles what it is given. What does 3 become?"),
        Mistake("only the way down", lambda n, depth: oracles.unet_sizes(n, depth)[: depth + 1], "Good as far as it goes: now from the bottom up again."),
        Mistake("bottom twice", mistakes.bottom_twice, "The bottom is one size: write it once, 2 · depth + 1 sizes in all."),
        Mistake("bottom left out", mistakes.bottom_left_out, "The smallest size, at the bottom, belongs in the list too."),
        Mistake("one level too few", lambda n, depth: oracles.unet_sizes(n, max(depth - 1, 0)), "There are `depth` poolings, so depth + 1 sizes on the way down."),
        Mistake("input left out", lambda n, depth: oracles.unet_sizes(n, depth)[1:], "The list begins with n itself."),
        Mistake("up-convolution with kernel 3", mistakes.kernel_of_3, "With kernel 2 and stride 2 the stamps lie side by side: n cells become 2n."),
    ],
    hints=["Start with [n]. What does one pooling make of the last size in the list?", "`depth` times down with `// 2`, appending; then `depth` times up, doubling the last."],
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
        Mistake("cropped", oracles.conv_transpose2d([_X], [[_X]])[0][:2, :2], "Some stamps reach beyond the input's size. Nothing is cropped here: the padding is 0."),
    ],
    hints=["Four input cells, so four stamps: 0 × kernel, 1 × kernel, 2 × kernel, 3 × kernel.", "The stamp of cell (i, j) has its top left corner at output cell (i, j). How large must the output be to hold all four?", "Draw the empty output, write each stamp into its place, and add where several numbers meet. The middle cell receives all four."],
    praise="Four stamps, added up where they meet. The middle cell got something from each of them.",
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
        _case(6, (1, 3, 4), 1, (3, 4), padding=1), _case(7, (3, 4, 5), 2, (4, 3), stride=2, padding=1),
        _case(8, (2, 5, 6), 4, (5, 6), stride=3, padding=2),
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
        Mistake("stamps in one corner", mistakes.crowded, "The size is right, but all stamps crowd into a corner: that of cell (i, j) begins at row i · stride, column j · stride."),
        Mistake("stride on one axis", lambda x, w, stride=1, padding=0: oracles.conv_transpose2d(x, w, (stride, 1), padding), "The stride holds for rows and for columns."),
        Mistake("stamps too far apart", lambda x, w, stride=1, padding=0: oracles.conv_transpose2d(x, w, stride + 1, padding), "Between neighbours lie stride − 1 further cells, not stride: stamps begin `stride` apart."),
        Mistake("kernel flipped", lambda x, w, *a, **k: oracles.conv_transpose2d(x, w[:, :, ::-1, ::-1], *a, **k), "The kernel comes out turned round. Stamp it as it stands; only who slides a window over the spread-out input has to turn it."),
        Mistake("kernel transposed", lambda x, w, *a, **k: oracles.conv_transpose2d(x, w.swapaxes(2, 3), *a, **k), "The kernel's rows and columns are exchanged: weight is (C_in, C_out, kH, kW)."),
        Mistake("height and width swapped", lambda *a, **k: oracles.conv_transpose2d(*a, **k).swapaxes(1, 2), "Rows come first: the output is (C_out, H′, W′)."),
        Mistake("overlaps overwritten", mistakes.overwritten, "Where stamps overlap they add up: `+=`, not `=`."),
        Mistake("overlaps and channels overwritten", lambda x, w, *a, **k: mistakes.overwritten(x[-1:], w[-1:], *a, **k), "Each new stamp replaces what was there, those of the other input channels too. Add: `+=`."),
        Mistake("channels swapped", mistakes.channels_swapped(IndexError), "weight[c_in, c_out]: the input's channel comes first here, the other way round than in a convolution."),
        Mistake("channels swapped, without a loop", mistakes.channels_swapped(ValueError), "weight is (C_in, C_out, kH, kW): sum over its first axis, the other way round than in a convolution."),
        Mistake("channels not summed", lambda x, w, *a, **k: oracles.conv_transpose2d(x[:1], w[:1], *a, **k), "Only the first input channel is used: all of them leave stamps."),
        Mistake("only the last channel", lambda x, w, *a, **k: oracles.conv_transpose2d(x[-1:], w[-1:], *a, **k), "Only the last input channel is left: add the stamps of all of them."),
        Mistake("a full stride after the last stamp", mistakes.roomy, "The last stamp begins at (H − 1) · stride and is kH long: that is where the output ends. Yours goes on."),
        Mistake("fractions cut off", lambda *a, **k: np.trunc(oracles.conv_transpose2d(*a, **k)), "The fractions are gone: is your output an array of whole numbers?"),
    ],
    hints=["First without padding. The last stamp begins at (H − 1) · stride: how high must the output be to hold it?", "For each (i, j), the stamp is x[c, i, j] · weight[c], summed over c: shape (C_out, kH, kW).", "Add it to rows i · stride to i · stride + kH, columns likewise. At the end take `padding` cells off every side (beware of `[0:-0]`)."],
    praise="Equal to PyTorch on non-square images, several channels, strides and paddings.",
    picture=_case(9, (1, 3, 3), 1, (2, 3), stride=2),
)  # fmt: skip

round_trip = Choice(
    "round_trip",
    "A convolution with kernel size 3, padding 1, stride 2 turns 16 cells into 8. A transposed convolution with the same three numbers turns these 8 cells into …",
    {
        "a": ("16 again", "So one would hope. Seven steps of 2, then a stamp of 3, then a cell off at each end: count."),
        "b": ("15", "7 · 2 + 3 − 2 = 15. The convolution turns 15 cells into 8 as well as 16: the floor forgets which it was, and the way back gives the smaller."),
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
        Mistake("n strides, the kernel left out", size_rule(lambda n, s, p, o: n * s - 2 * p + o), "Between the first stamp and the last lie n − 1 strides; then the last stamp's own length counts."),
        Mistake("d free cells in each gap", size_rule(lambda n, k, s, p, o, d: (n - 1) * s - 2 * p + k + d * (k - 1) + o), "Taps that stand d cells apart leave d − 1 free cells between them. Try d = 1: then there are none."),
        Mistake("output_padding taken off", size_rule(lambda n, k, s, p, o, d: (n - 1) * s - 2 * p + d * (k - 1) - o + 1), "output_padding makes the result longer, not shorter."),
        Mistake("only multiplied by the stride", size_rule(lambda n, s: n * s), "That holds for kernel_size = stride without padding. In general the last stamp's length counts, not the stride's."),
        Mistake("stride ignored", size_rule(lambda n, k, p, o, d: n - 1 - 2 * p + d * (k - 1) + o + 1), "Stamps begin `stride` cells apart."),
        Mistake("output_padding ignored", size_rule(lambda n, k, s, p, d: (n - 1) * s - 2 * p + d * (k - 1) + 1), "output_padding makes the result longer, at its end only."),
        Mistake("output_padding twice", size_rule(lambda n, k, s, p, o, d: (n - 1) * s - 2 * p + d * (k - 1) + 2 * o + 1), "Unlike padding, output_padding counts at one end only."),
        Mistake("dilation ignored", size_rule(lambda n, k, s, p, o: (n - 1) * s - 2 * p + k + o), "Dilation pulls the kernel's taps apart, so that each stamp is longer than k."),
        Mistake("dilated kernel taken as d·k", size_rule(lambda n, k, s, p, o, d: (n - 1) * s - 2 * p + d * k + o), "k taps have k − 1 gaps, and only the gaps grow: a stamp covers d(k − 1) + 1 cells."),
        Mistake("+1 forgotten", size_rule(lambda n, k, s, p, o, d: (n - 1) * s - 2 * p + d * (k - 1) + o), "You have the place where the last stamp ends. Cells are counted from 0, so there is one more."),
    ],
    hints=["n stamps, each `stride` after the last: where does the last begin, if the first begins at 0?", "How long is a stamp of k taps with dilation d? Add it to where the last one begins.", "Now crop `padding` at both ends, and add `output_padding` at one."],
    praise="Agrees with the shapes that PyTorch returns, on every case. Put 16 → 8 into it.",
    picture=curves(lambda n, name: Call(n, 3, stride=int(name[-1])), range(1, 13), ("stride 1", "stride 2", "stride 3"), oracles.conv_transpose_output_size, "input size n (kernel size 3)", "output size"),
)  # fmt: skip

_rows = [
    tuple(map(np.array, row))
    for row in (
        ([2.0, -1.0], [1.0, 3.0]),
        ([1.0, 3.0, -2.0], [2.0, -1.0]),
        ([3.0, -1.0, 2.0, 1.0], [1.0, 2.0, -1.0]),
        ([1.0, 2.0, 0.0, -1.0, 3.0], [2.0, 1.0, -1.0]),
        ([2.0, -3.0, 1.0], [1.0, -2.0, 3.0, 1.0]),
    )
]
_row_cases = [Call(y, w, len(y) + len(w) - 1) for y, w in _rows]

as_transposed_matrix = Exercise(
    "as_transposed_matrix", lambda y, w, n: oracles.scatter(y, w),
    [*_row_cases, Call(np.array([2.0, -1.0, 3.0]), np.array([2.0]), 3)],  # here W is square
    mistakes=[
        Mistake("W itself", lambda y, w, n: oracles.conv1d_matrix(w, n) @ y, "W takes n numbers to len(y). You have len(y) numbers and want n."),
        Mistake("the inverse", lambda y, w, n: np.linalg.pinv(oracles.conv1d_matrix(w, n)) @ y, "You undid the convolution as well as it can be undone, with a (pseudo-)inverse. The transposed convolution only transposes: it stamps, it does not solve."),
        Mistake("kernel flipped", lambda y, w, n: oracles.scatter(y, w[::-1]), "The kernel stands the wrong way round in W: row i holds w[0], w[1], … from column i on."),
        Mistake("the matrix, not the product", lambda y, w, n: oracles.conv1d_matrix(w, n).T, "That is Wᵀ. Multiply it with y."),
        Mistake("y backwards", lambda y, w, n: oracles.scatter(y[::-1], w), "The entries of y stamp in reverse order: y[0] belongs to the first column of Wᵀ."),
        Mistake("stamps not added up", lambda y, w, n: np.transpose(oracles.conv1d_matrix(w, n).T * y), "Those are the single stamps, one for each y[i]: `*` multiplies, `@` adds up as well."),
        Mistake("stamps side by side, unadded", lambda y, w, n: oracles.conv1d_matrix(w, n).T * y, "Those are the single stamps, one a column: `*` multiplies, `@` adds up as well."),
        Mistake("cut to the length of y", lambda y, w, n: oracles.scatter(y, w)[(len(w) - 1) // 2 :][: len(y)], "All n numbers belong in the result: the stamps reach beyond y."),
        Mistake("overlaps overwritten", lambda y, w, n: mistakes.overwritten([[y]], [[[w]]])[0, 0], "Where stamps overlap, their numbers are added."),
    ],
    hints=["W belongs to the convolution that takes n cells to len(y): its shape is (len(y), n).", "Row i of W holds the kernel from column i on, zeros elsewhere. (Your conv_matrix of notebook 2.)", "Then multiply its transpose with y."],
    praise="Row i of W gathers for output i; as a column of Wᵀ it stamps y[i]. The same numbers, read the other way.",
    picture=Call(*_rows[3], 7),
)  # fmt: skip

input_gradient = Exercise(
    "input_gradient", lambda grad_output, w, n: oracles.conv1d_matrix(w, n).T @ grad_output, _row_cases,
    mistakes=[
        Mistake("gradient of the plain sum", lambda grad_output, w, n: oracles.scatter(np.ones(len(grad_output)), w), "That is the gradient of the outputs' plain sum: grad_output has to come in, as the argument of `backward`."),
        Mistake("gradient of the weights", lambda grad_output, w, n: np.ones(len(w)) * np.sum(grad_output), "That is the gradient with respect to the kernel (for a row of ones). Here x is wanted."),
        Mistake("kernel flipped", lambda grad_output, w, n: oracles.scatter(grad_output, w[::-1]), "The kernel is turned round: torch's conv1d lays it on as it is, so don't flip it first."),
        Mistake("axes of length 1 left", lambda grad_output, w, n: oracles.scatter(grad_output, w)[None, None], "The numbers are right; x.grad has the shape of x, (1, 1, n). Flatten it: `.reshape(-1)`."),
        Mistake("sign turned", lambda grad_output, w, n: -oracles.scatter(grad_output, w), "That is a step downhill. The gradient itself has the other sign."),
        Mistake("averaged", lambda grad_output, w, n: oracles.scatter(grad_output, w) / len(grad_output), "The outputs are summed, not averaged: use `sum`, not `mean`."),
        Mistake("backward twice", lambda grad_output, w, n: 2 * oracles.scatter(grad_output, w), "Twice the gradient: it adds up in x.grad when backward runs twice."),
    ],
    hints=["x may hold anything, since the result does not depend on it: zeros of shape (1, 1, n), with requires_grad=True.", "Compute out = torch.nn.functional.conv1d(x, kernel), the kernel with shape (1, 1, k); then out.backward(…) with something of out's shape."],
    praise="And the same as your Wᵀ y. A transposed convolution is what runs backwards through every convolution you train.",
    picture=Call(*_rows[3], 7),
)  # fmt: skip

there_and_back = Exercise(
    "there_and_back", oracles.there_and_back,
    [Call(y, w) for y, w in _rows if len(y) >= len(w)],
    mistakes=[
        Mistake("taken for an inverse", lambda y, w: y, "You gave back y, as if the one undid the other. Compute it: enlarge y, then convolve the result."),
        Mistake("multiplied by w·w", lambda y, w: y * np.dot(w, w), "That would be right if no two stamps overlapped. But each window also gathers what the neighbours' stamps left there."),
        Mistake("divided by w·w", lambda y, w: oracles.there_and_back(y, w) / np.dot(w, w), "Nothing is divided here: convolve the result as it is."),
        Mistake("padded on the way back", lambda y, w: np.correlate(oracles.scatter(y, w), w, "full"), "On the way back there is no padding: the window stays inside."),
        Mistake("only there", lambda y, w: oracles.scatter(y, w), "That is the way there. Now convolve it with w: stride 1, no padding."),
        Mistake("kernel flipped on the way back", lambda y, w: np.correlate(oracles.scatter(y, w), w[::-1], "valid"), "On the way back the kernel is turned round, or np.convolve turned it for you. Lay it on as it is."),
        Mistake("kernel flipped on the way there", lambda y, w: np.correlate(oracles.scatter(y, w[::-1]), w, "valid"), "On the way there the kernel is turned round. Does your as_transposed_matrix pass its check?"),
        Mistake("back, then there", lambda y, w: oracles.scatter(np.correlate(y, w, "valid"), w), "You convolved first and enlarged then. Enlarge first."),
    ],
    hints=["There: as_transposed_matrix(y, w, n) with n = len(y) + len(w) − 1.", "Back: output i is the sum of w times the window that begins at cell i; as many as y had."],
    praise="Back at the old size, but not at the old numbers.",
    picture=lambda answer: there_and_back_picture(answer, *_rows[3]),
)  # fmt: skip

progress = Progress(globals())

__all__ = ["explore", "explore_overlaps", "explore_transpose", "unet"]  # among much else
