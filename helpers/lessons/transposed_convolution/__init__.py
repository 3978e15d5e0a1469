"""Lesson 3, transposed convolution: from small to large, by stamps that add up.

PyTorch is the oracle throughout; most mistakes are PyTorch with its arguments altered.
"""

import itertools
from functools import reduce

import numpy as np
from matplotlib.patches import Rectangle

from helpers import style
from helpers.drawing import Picture, side_by_side
from helpers.exercise import Call, Choice, Exercise, Mistake, Progress
from helpers.explorer import Explorer, slider
from helpers.grid_view import Edit, Grid, GridView, Step
from helpers.pictures import curves
from helpers.sandbox import plain, run

# --- the oracles: PyTorch -------------------------------------------------------------------------


def _torch(layer, x, weight, *args):
    """torch.nn.functional's `layer` on arrays, in double precision and without a bias."""
    import torch

    x, weight = (torch.tensor(np.array(a), dtype=torch.float64) for a in (x, weight))
    return getattr(torch.nn.functional, layer)(x, weight, None, *args).numpy()


def torch_conv_transpose2d(x, weight, stride=1, padding=0):
    """Transposed convolution of x (C_in, H, W) with weight (C_in, C_out, kH, kW), by PyTorch."""
    return _torch("conv_transpose2d", x, weight, stride, padding)


_ct = torch_conv_transpose2d


def scatter(y, w):
    """The transposed convolution of a row y with w: stride 1, no padding."""
    return _torch("conv_transpose1d", [y], [[w]])[0]


def matrix(w, n, stride=1):
    """The matrix W (m, n) of a convolution of n cells with w: PyTorch on every unit vector."""
    return _torch("conv1d", np.eye(n)[:, None], [[w]], stride)[:, 0].T


def stamps(x, weight, stride=1):
    """What each input cell leaves on the whole output: (cells, C_out, H′, W′), NaN around it."""
    x, left = np.asarray(x), []
    for cell in np.ndindex(*x.shape[1:]):
        stamp = np.einsum("c,cohw->ohw", x[(slice(None), *cell)], weight)
        around = [(stride * a, stride * (n - 1 - a)) for a, n in zip((0, *cell), (1, *x.shape[1:]))]  # noqa: B905
        left.append(np.pad(stamp, around, constant_values=np.nan))
    return np.array(left)


def _replaced(x, weight, stride=1, padding=0):
    """As if each stamp replaced what lay below it: on every cell only the last one counts."""
    placed = stamps(x, weight, stride)
    last = reduce(lambda below, stamp: np.where(np.isnan(stamp), below, stamp), placed)
    rows, columns = (slice(padding, size - padding) for size in last.shape[1:])
    return np.nan_to_num(last)[:, rows, columns]


def _size(n, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    x, weight = np.zeros((1, n)), np.zeros((1, 1, kernel_size))
    args = (stride, padding, output_padding, 1, dilation)
    return _torch("conv_transpose1d", x, weight, *args).shape[-1]


def _unet_sizes(n, depth, up_kernel=2, ceil_mode=False):
    """The sizes that PyTorch's layers give: padded 3×3 convolution, pooling, up-convolution."""
    import torch

    level = torch.nn.Sequential(torch.nn.Conv2d(1, 1, 3, padding=1), torch.nn.MaxPool2d(2, ceil_mode=ceil_mode))  # fmt: skip
    up = torch.nn.Sequential(torch.nn.ConvTranspose2d(1, 1, up_kernel, 2), torch.nn.Conv2d(1, 1, 3, padding=1))  # fmt: skip
    x, sizes = torch.zeros(1, 1, n, n, device="meta"), [n]
    for layer in [level.to("meta")] * depth + [up.to("meta")] * depth:
        x = layer(x)
        sizes.append(x.shape[-1])
    return sizes


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


def unet(answer=None, n=96, depth=3):
    """Draw a U-Net of `depth` levels with the sizes that `answer(n, depth)` gives, or with "?"."""
    sizes = plain(run(answer, Call(n, depth), 1.0).value)
    sizes = list(sizes) if isinstance(sizes, (list, tuple, np.ndarray)) else []
    labels = [*(str(size)[:6] for size in sizes), *["?"] * (2 * depth + 1)][: 2 * depth + 1]
    fig, ax = style.figure((style.WIDE[0], 4.6))
    places = [(1.6 * i, -1.25 * (depth - abs(i - depth))) for i in range(2 * depth + 1)]

    def arrow(start, end, role, **props):
        props |= {"arrowstyle": "-|>", "lw": 2, "color": style.colour(role)}
        ax.annotate("", end, start, arrowprops=props)

    with style.applied():
        for (x, y), label in zip(places, labels, strict=True):
            ax.add_patch(Rectangle((x - 0.4, y - 0.4), 0.8, 0.8, fc="#F1F3F5", ec=style.INK, lw=2))
            ax.text(x, y, label, ha="center", va="center", size=13 if depth < 4 else 11, weight="bold")  # fmt: skip
        for (x, y), (right, end) in itertools.pairwise(places):
            down, up = ((x, y - 0.45), (right - 0.45, end), 90, 0), ((x + 0.45, y), (right, end - 0.45), 0, 90)  # fmt: skip
            start, stop, leave, arrive = down if end < y else up
            bend = f"angle,angleA={leave},angleB={arrive},rad=6"
            arrow(start, stop, "mask" if end < y else "kernel", connectionstyle=bend)
        for (x, y), (right, _), one, two in zip(places[:depth], places[::-1], labels, labels[::-1], strict=False):  # fmt: skip
            text, role = ("skip", "target") if one == two else (f"{one} ≠ {two}", "gradient")
            arrow((x + 0.5, y), (right - 0.5, y), role, linestyle=(0, (4, 2)))
            ax.text((x + right) / 2, y + 0.08, text, ha="center", va="bottom", color=style.colour(role))  # fmt: skip
        signs = {"mask": "3×3 convolutions, pooling", "kernel": "3×3 convolutions, up-convolution", "target": "skip: copied across"}  # fmt: skip
        for role, text in signs.items():
            ax.plot([], [], color=style.colour(role), label=text)
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, 0), ncols=3)
        ax.set_title(f"A U-Net of depth {depth} for an image of {n} × {n}")
        ax.set(xlim=(-0.7, 3.2 * depth + 0.7), ylim=(-1.25 * depth - 0.5, 0.75))
        ax.axis("off")
    return Picture(fig, f"A U-Net with the sizes {', '.join(labels)}.")


unet_sizes = Exercise(
    "unet_sizes", _unet_sizes,
    [Call(n, depth) for n, depth in ((5, 0), (2, 1), (3, 1), (4, 2), (7, 2), (8, 3), (12, 2), (100, 3), (255, 5), (512, 4), (571, 4))],
    mistakes=[
        Mistake("rounded up", lambda n, depth: _unet_sizes(n, depth, ceil_mode=True), "Pooling a row of odd length drops the last cell: round down."),
        Mistake("way up copied from the way down", lambda n, depth: _unet_sizes(n, depth)[: depth + 1] + _unet_sizes(n, depth)[:depth][::-1], "The way up knows nothing of the sizes on the way down: each step doubles what it is given. What does 3 become?"),
        Mistake("only the way down", lambda n, depth: _unet_sizes(n, depth)[: depth + 1], "Good as far as it goes: now from the bottom up again."),
        Mistake("bottom twice", lambda n, depth: _unet_sizes(n, depth)[: depth + 1] + _unet_sizes(n, depth)[depth:], "The bottom is one size: write it once, 2 · depth + 1 sizes in all."),
        Mistake("bottom left out", lambda n, depth: _unet_sizes(n, depth)[:depth] + _unet_sizes(n, depth)[depth + 1 :], "The smallest size, at the bottom, belongs in the list too."),
        Mistake("one level too few", lambda n, depth: _unet_sizes(n, max(depth - 1, 0)), "There are `depth` poolings, so depth + 1 sizes on the way down."),
        Mistake("input left out", lambda n, depth: _unet_sizes(n, depth)[1:], "The list begins with n itself."),
        Mistake("up-convolution with kernel 3", lambda n, depth: _unet_sizes(n, depth, up_kernel=3), "With kernel 2 and stride 2 the stamps lie side by side: n cells become 2n."),
    ],
    hints=["Start with [n]. What does one pooling make of the last size in the list?", "`depth` times down with `// 2`, appending; then `depth` times up, doubling the last."],
    praise="Equal to PyTorch's layers, odd sizes included.",
    picture=unet,
)  # fmt: skip

# --- row 1.3b, by hand ----------------------------------------------------------------------------

_X = np.array([[0.0, 1.0], [2.0, 3.0]])  # the sheet's input and its kernel


def _by_hand_picture(answer):
    """Input, kernel and the learner's matrix: an empty cell where it is none."""
    try:
        yours = np.array(plain(answer), dtype=float).reshape(-1, np.shape(answer)[-1])
    except Exception:  # whatever a learner wrote
        yours = np.nan
    shown = Grid("input", _X), Grid("kernel", _X, "kernel", before="∗"), Grid("yours", yours, "output", before="=")  # fmt: skip
    return GridView(shown, alt="The input, the kernel, and what you made of them.").picture()


by_hand = Exercise(
    "by_hand", lambda: _ct([_X], [[_X]])[0],
    mistakes=[
        Mistake("valid convolution", _torch("conv2d", [_X], [[_X]])[0], "That is an ordinary convolution: it makes the input smaller. Here each input cell is spread out."),
        Mistake("valid convolution, kernel turned", _torch("conv2d", [_X], [[_X[::-1, ::-1]]])[0], "That is an ordinary convolution, with the kernel turned. Here each input cell is spread out."),
        Mistake("full convolution", _ct([_X], [[_X[::-1, ::-1]]])[0], "You slid the kernel over the zero-padded input. Sliding gathers: what a stamp puts to the right, a window finds on its left. Stamp the kernel as it stands."),
        Mistake("overlaps overwritten", _replaced([_X], [[_X]])[0], "Where stamps overlap, their numbers are added; here the later one replaced the earlier."),
        Mistake("overlaps averaged", _ct([_X], [[_X]])[0] / _ct([_X**0], [[_X**0]])[0], "Where stamps overlap, their numbers are added, not averaged."),
        Mistake("stride 2", _ct([_X], [[_X]], stride=2)[0], "These stamps lie side by side: that is stride 2. With stride 1 the next one lies one cell on, over the last."),
        Mistake("kernel transposed", _ct([_X], [[_X.T]])[0], "Rows and columns of the kernel are exchanged."),
        Mistake("entry by entry", _X * _X, "That multiplies entry by entry. Each input cell multiplies the whole kernel."),
        Mistake("cropped", _ct([_X], [[_X]])[0][:2, :2], "Some stamps reach beyond the input's size. Nothing is cropped here: the padding is 0."),
    ],
    hints=["Four input cells, so four stamps: 0 × kernel, 1 × kernel, 2 × kernel, 3 × kernel.", "The stamp of cell (i, j) has its top left corner at output cell (i, j). How large must the output be to hold all four?", "Draw the empty output, write each stamp into its place, and add where several numbers meet. The middle cell receives all four."],
    praise="Four stamps, added up where they meet. The middle cell got something from each of them.",
    picture=_by_hand_picture,
)  # fmt: skip


def _whole(seed, *shapes):
    """Small whole numbers: what a learner recomputes by hand from a message."""
    rng = np.random.default_rng(seed)
    return [np.round(2 * rng.normal(size=shape)) + 0.0 for shape in shapes]  # no −0


def _case(seed, shape, out_channels, kernel, **kwargs):
    return Call(*_whole(seed, shape, (shape[0], out_channels, *kernel)), **kwargs)


def _swapped(x, weight, error, *args, **kwargs):
    """weight read as (C_out, C_in, kH, kW): by whole arrays or, with IndexError, in a loop."""
    weight = np.asarray(weight).swapaxes(0, 1)
    if len(weight) > len(x) or (error is ValueError and len(weight) != len(x)):
        raise error("weight has another number of channels")
    return torch_conv_transpose2d(x[: len(weight)], weight, *args, **kwargs)


conv_transpose2d = Exercise(
    "conv_transpose2d", torch_conv_transpose2d, [
        _case(1, (1, 2, 2), 1, (2, 2)), _case(2, (1, 2, 3), 1, (3, 2)), _case(3, (2, 2, 3), 2, (2, 3)),
        _case(4, (1, 2, 4), 2, (3, 2), stride=2), _case(5, (2, 3, 2), 3, (2, 1), stride=3),
        _case(6, (1, 3, 4), 1, (3, 4), padding=1), _case(7, (3, 4, 5), 2, (4, 3), stride=2, padding=1),
        _case(8, (2, 5, 6), 4, (5, 6), stride=3, padding=2),
    ],
    mistakes=[
        Mistake("padding added, not cropped", lambda x, w, stride=1, padding=0: np.pad(_ct(x, w, stride), ((0, 0), (padding,) * 2, (padding,) * 2)), "Padding works backwards here: the convolution added `padding` cells on each side, its transpose takes them off again."),
        Mistake("input padded", lambda x, w, stride=1, padding=0: _ct(np.pad(x, ((0, 0), (padding,) * 2, (padding,) * 2)), w, stride), "The input is not padded. `padding` says how many cells are cropped from each side of the result."),
        Mistake("padding ignored", lambda x, w, stride=1, padding=0: _ct(x, w, stride), "Crop `padding` cells from each side of the result."),
        Mistake("cropped to nothing", lambda x, w, stride=1, padding=0: _ct(x, w, stride)[:, padding:-padding, padding:-padding], "Right, except without padding: `[0:-0]` is empty. Say where the slice ends, counted from the front."),
        Mistake("cropped only in front", lambda x, w, stride=1, padding=0: _ct(x, w, stride)[:, padding:, padding:], "Crop on all four sides, not only above and to the left."),
        Mistake("cropped only behind", lambda x, w, stride=1, padding=0: np.flip(np.flip(_ct(x, w, stride), (1, 2))[:, padding:, padding:], (1, 2)), "Crop on all four sides, not only below and to the right."),
        Mistake("stride skips output", lambda x, w, stride=1, padding=0: _ct(x, w, 1, padding)[:, ::stride, ::stride], "The stride does not skip output cells: it spreads the stamps, so that the output grows."),
        Mistake("stride skips input", lambda x, w, stride=1, padding=0: _ct(x[:, ::stride, ::stride], w, 1, padding), "Every input cell leaves a stamp. The stride says how far apart the stamps lie."),
        Mistake("stride ignored", lambda x, w, stride=1, padding=0: _ct(x, w, 1, padding), "The stamp of cell (i, j) begins at row i · stride, column j · stride."),
        Mistake("stamps in one corner", lambda x, w, stride=1, padding=0: np.pad(_ct(x, w), ((0, 0), *((0, (n - 1) * (stride - 1)) for n in x.shape[1:])))[:, padding : -padding or None, padding : -padding or None], "The size is right, but all stamps crowd into a corner: that of cell (i, j) begins at row i · stride, column j · stride."),
        Mistake("stride on one axis", lambda x, w, stride=1, padding=0: _ct(x, w, (stride, 1), padding), "The stride holds for rows and for columns."),
        Mistake("stamps too far apart", lambda x, w, stride=1, padding=0: _ct(x, w, stride + 1, padding), "Between neighbours lie stride − 1 further cells, not stride: stamps begin `stride` apart."),
        Mistake("kernel flipped", lambda x, w, *a, **k: _ct(x, w[:, :, ::-1, ::-1], *a, **k), "The kernel comes out turned round. Stamp it as it stands; only who slides a window over the spread-out input has to turn it."),
        Mistake("kernel transposed", lambda x, w, *a, **k: _ct(x, w.swapaxes(2, 3), *a, **k), "The kernel's rows and columns are exchanged: weight is (C_in, C_out, kH, kW)."),
        Mistake("height and width swapped", lambda *a, **k: _ct(*a, **k).swapaxes(1, 2), "Rows come first: the output is (C_out, H′, W′)."),
        Mistake("overlaps overwritten", _replaced, "Where stamps overlap they add up: `+=`, not `=`."),
        Mistake("overlaps and channels overwritten", lambda x, w, *a, **k: _replaced(x[-1:], w[-1:], *a, **k), "Each new stamp replaces what was there, those of the other input channels too. Add: `+=`."),
        Mistake("channels swapped", lambda x, w, *a, **k: _swapped(x, w, IndexError, *a, **k), "weight[c_in, c_out]: the input's channel comes first here, the other way round than in a convolution."),
        Mistake("channels swapped, without a loop", lambda x, w, *a, **k: _swapped(x, w, ValueError, *a, **k), "weight is (C_in, C_out, kH, kW): sum over its first axis, the other way round than in a convolution."),
        Mistake("channels not summed", lambda x, w, *a, **k: _ct(x[:1], w[:1], *a, **k), "Only the first input channel is used: all of them leave stamps."),
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

# A call says only what differs from these, so that the defaults are tested too.
_OPTIONS = {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1}


def _rule(formula):
    return lambda n, kernel_size, stride=1, padding=0, output_padding=0, dilation=1: formula(
        n, kernel_size, stride, padding, output_padding, dilation
    )


_settings = itertools.product((1, 2, 4), (1, 2, 3, 4), (1, 2, 3), (0, 1, 2), (0, 1, 2), (1, 2, 3))
_fits = [(n, k, s, p, o, d) for n, k, s, p, o, d in _settings if o < max(s, d) and (n - 1) * s + d * (k - 1) + o >= 2 * p]  # fmt: skip

conv_transpose_output_size = Exercise(
    "conv_transpose_output_size", _size,
    [Call(n, k, **{name: v for (name, usual), v in zip(_OPTIONS.items(), rest, strict=True) if v != usual}) for n, k, *rest in sorted(_fits, key=sum)],
    mistakes=[
        Mistake("a convolution's size", _rule(lambda n, k, s, p, o, d: (n + 2 * p - d * (k - 1) - 1) // s + 1), "That is the size after a convolution. Here n stamps are laid out, `stride` apart: where does the last one end?"),
        Mistake("padding added", _rule(lambda n, k, s, p, o, d: (n - 1) * s + 2 * p + d * (k - 1) + o + 1), "`padding` is cropped from each side, not added."),
        Mistake("padding on one side", _rule(lambda n, k, s, p, o, d: (n - 1) * s - p + d * (k - 1) + o + 1), "`padding` cells are cropped at both ends."),
        Mistake("padding ignored", _rule(lambda n, k, s, p, o, d: (n - 1) * s + d * (k - 1) + o + 1), "`padding` cells are cropped from each end."),
        Mistake("n strides", _rule(lambda n, k, s, p, o, d: n * s - 2 * p + d * (k - 1) + o + 1), "n stamps have n − 1 steps between them: the first begins at 0."),
        Mistake("only multiplied by the stride", _rule(lambda n, k, s, p, o, d: n * s), "That holds for kernel_size = stride without padding. In general the last stamp's length counts, not the stride's."),
        Mistake("stride ignored", _rule(lambda n, k, s, p, o, d: n - 1 - 2 * p + d * (k - 1) + o + 1), "Stamps begin `stride` cells apart."),
        Mistake("output_padding ignored", _rule(lambda n, k, s, p, o, d: (n - 1) * s - 2 * p + d * (k - 1) + 1), "output_padding makes the result longer, at its end only."),
        Mistake("output_padding twice", _rule(lambda n, k, s, p, o, d: (n - 1) * s - 2 * p + d * (k - 1) + 2 * o + 1), "Unlike padding, output_padding counts at one end only."),
        Mistake("dilation ignored", _rule(lambda n, k, s, p, o, d: (n - 1) * s - 2 * p + k + o), "Dilation pulls the kernel's taps apart, so that each stamp is longer than k."),
        Mistake("dilated kernel taken as d·k", _rule(lambda n, k, s, p, o, d: (n - 1) * s - 2 * p + d * k + o), "k taps have k − 1 gaps, and only the gaps grow: a stamp covers d(k − 1) + 1 cells."),
        Mistake("+1 forgotten", _rule(lambda n, k, s, p, o, d: (n - 1) * s - 2 * p + d * (k - 1) + o), "You have the place where the last stamp ends. Cells are counted from 0, so there is one more."),
    ],
    hints=["n stamps, each `stride` after the last: where does the last begin, if the first begins at 0?", "How long is a stamp of k taps with dilation d? Add it to where the last one begins.", "Now crop `padding` at both ends, and add `output_padding` at one."],
    praise="Agrees with the shapes that PyTorch returns, on every case. Put 16 → 8 into it.",
    picture=curves(lambda n, name: Call(n, 3, stride=int(name[-1])), range(1, 13), ("stride 1", "stride 2", "stride 3"), _size, "input size n (kernel size 3)", "output size"),
)  # fmt: skip

_rows = [tuple(map(np.array, row)) for row in (
    ([2.0, -1.0], [1.0, 3.0]), ([1.0, 3.0, -2.0], [2.0, -1.0]), ([3.0, -1.0, 2.0, 1.0], [1.0, 2.0, -1.0]),
    ([1.0, 2.0, 0.0, -1.0, 3.0], [2.0, 1.0, -1.0]), ([2.0, -3.0, 1.0], [1.0, -2.0, 3.0, 1.0]),
)]  # fmt: skip
_row_cases = [Call(y, w, len(y) + len(w) - 1) for y, w in _rows]

as_transposed_matrix = Exercise(
    "as_transposed_matrix", lambda y, w, n: scatter(y, w), _row_cases,
    mistakes=[
        Mistake("W itself", lambda y, w, n: matrix(w, n) @ y, "W takes n numbers to len(y). You have len(y) numbers and want n."),
        Mistake("the inverse", lambda y, w, n: np.linalg.pinv(matrix(w, n)) @ y, "You undid the convolution as well as it can be undone, with a (pseudo-)inverse. The transposed convolution only transposes: it stamps, it does not solve."),
        Mistake("kernel flipped", lambda y, w, n: scatter(y, w[::-1]), "The kernel stands the wrong way round in W: row i holds w[0], w[1], … from column i on."),
        Mistake("the matrix, not the product", lambda y, w, n: matrix(w, n).T, "That is Wᵀ. Multiply it with y."),
        Mistake("cut to the length of y", lambda y, w, n: scatter(y, w)[(len(w) - 1) // 2 :][: len(y)], "All n numbers belong in the result: the stamps reach beyond y."),
        Mistake("overlaps overwritten", lambda y, w, n: _replaced([[y]], [[[w]]])[0, 0], "Where stamps overlap, their numbers are added."),
    ],
    hints=["W belongs to the convolution that takes n cells to len(y): its shape is (len(y), n).", "Row i of W holds the kernel from column i on, zeros elsewhere. (Your conv_matrix of notebook 2.)", "Then multiply its transpose with y."],
    praise="Row i of W gathers for output i; as a column of Wᵀ it stamps y[i]. The same numbers, read the other way.",
    picture=Call(*_rows[3], 7),
)  # fmt: skip

input_gradient = Exercise(
    "input_gradient", lambda grad_output, w, n: matrix(w, n).T @ grad_output, _row_cases,
    mistakes=[
        Mistake("gradient of the plain sum", lambda grad_output, w, n: scatter(np.ones(len(grad_output)), w), "That is the gradient of the outputs' plain sum: grad_output has to come in, as the argument of `backward`."),
        Mistake("gradient of the weights", lambda grad_output, w, n: np.ones(len(w)) * np.sum(grad_output), "That is the gradient with respect to the kernel (for a row of ones). Here x is wanted."),
        Mistake("kernel flipped", lambda grad_output, w, n: scatter(grad_output, w[::-1]), "The kernel is turned round: torch's conv1d lays it on as it is, so don't flip it first."),
        Mistake("averaged", lambda grad_output, w, n: scatter(grad_output, w) / len(grad_output), "The outputs are summed, not averaged: use `sum`, not `mean`."),
        Mistake("backward twice", lambda grad_output, w, n: 2 * scatter(grad_output, w), "Twice the gradient: it adds up in x.grad when backward runs twice."),
    ],
    hints=["x may hold anything, since the result does not depend on it: zeros of shape (1, 1, n), with requires_grad=True.", "Compute out = torch.nn.functional.conv1d(x, kernel), the kernel with shape (1, 1, k); then out.backward(…) with something of out's shape."],
    praise="And the same as your Wᵀ y. A transposed convolution is what runs backwards through every convolution you train.",
    picture=Call(*_rows[3], 7),
)  # fmt: skip

there_and_back = Exercise(
    "there_and_back", lambda y, w: np.correlate(scatter(y, w), w, "valid"),
    [Call(y, w) for y, w in _rows if len(y) >= len(w)],
    mistakes=[
        Mistake("taken for an inverse", lambda y, w: y, "You gave back y, as if the one undid the other. Compute it: enlarge y, then convolve the result."),
        Mistake("multiplied by w·w", lambda y, w: y * np.dot(w, w), "That would be right if no two stamps overlapped. But each window also gathers what the neighbours' stamps left there."),
        Mistake("only there", lambda y, w: scatter(y, w), "That is the way there. Now convolve it with w: stride 1, no padding."),
        Mistake("kernel flipped on the way back", lambda y, w: np.correlate(scatter(y, w), w[::-1], "valid"), "On the way back the kernel is turned round, or np.convolve turned it for you. Lay it on as it is."),
        Mistake("kernel flipped on the way there", lambda y, w: np.correlate(scatter(y, w[::-1]), w, "valid"), "On the way there the kernel is turned round. Does your as_transposed_matrix pass its check?"),
        Mistake("back, then there", lambda y, w: scatter(np.correlate(y, w, "valid"), w), "You convolved first and enlarged then. Enlarge first."),
    ],
    hints=["There: as_transposed_matrix(y, w, n) with n = len(y) + len(w) − 1.", "Back: output i is the sum of w times the window that begins at cell i; as many as y had."],
    praise="Back at the old size, but not at the old numbers.",
    picture=lambda answer: side_by_side(_rows[3][0], run(answer, Call(*_rows[3]), 1.0).value if answer is not None else None, ("y", "There and back")),
)  # fmt: skip

progress = Progress(globals())

_CELLS = np.array([[1, 2, 0, 3], [3, -1, 2, 1], [2, 1, 1, -2], [0, 2, -1, 3.0]])
_KERNEL = np.array([[1, 2, 1, -1], [0, 3, -1, 2], [2, -1, 1, 0], [1, 0, 2, 1.0]])


def _explorer(make, tables, controls, start, alt, presets=None):
    """One grid view: `make(**tables, **controls)` gives its grids, its steps and the readout."""
    view = GridView([Grid(name, table) for name, table in tables.items()], alt=alt)

    def update(**values):
        for name, table in tables.items():
            kept = view.values(name)  # with what the learner has changed
            table[: kept.shape[0], : kept.shape[1]] = kept
        grids, steps, numbers = make(**tables, **values)
        view.update(grids, steps)
        return numbers

    explorer = Explorer(controls, [view], update, alt=alt, presets=presets)
    view.step = start
    return explorer


def _stamp_steps(x, kernel, n, kernel_size, stride, padding):
    x, kernel = x[:n, :n], kernel[:kernel_size, :kernel_size]
    placed = stamps([x], [[kernel]], stride)[:, 0]
    totals, hits = np.nancumsum(placed, axis=0), np.isfinite(placed).cumsum(axis=0)
    hits[-1] = np.maximum(hits[-1], 1)  # after the last stamp, holes are 0
    full = len(totals[0])
    kept = (np.arange(full) >= padding) & (np.arange(full) < full - padding)
    size = kept.sum()
    title = f"sum of the stamps: {size} × {size}" + (", rest cropped" if padding else "")
    grids = [
        Grid("x", x, "input", "input", edit=Edit(-3, 3)),
        Grid("kernel", kernel, "kernel", before="∗", edit=Edit(-3, 3)),
        Grid("stamp", 0 * kernel, "kernel", "this stamp", before="=", limit=style.limit_of(placed)),
        Grid("out", 0 * totals[0], "output", title, limit=style.limit_of(totals), greyed=~np.outer(kept, kept)),
    ]  # fmt: skip
    steps = []
    for number, (i, j) in enumerate(np.ndindex(n, n)):
        value = style.format_number(x[i, j])
        says = f"Input row {i}, column {j} holds {value}: {value} × kernel is added from output row {i * stride}, column {j * stride} on."
        marked = {"x": [(i, j)], "out": {"kernel": np.isfinite(placed[number])}}
        now = np.where(hits[number] > 0, totals[number], np.nan)
        steps.append(Step(says, marked, {"stamp": x[i, j] * kernel, "out": now}, ("x", i, j)))
    return grids, steps, {"size before cropping": full, "output size": size, "stamps that meet in one cell, at most": hits[-1].max()}  # fmt: skip


def explore():
    """Each input cell stamps the kernel, times its value, into the output; the stamps add up."""
    controls = {
        "n": slider("input size", 1, 4, 3), "kernel_size": slider("kernel size", 1, 4, 3),
        "stride": slider("stride", 1, 4, 2), "padding": slider("padding", 0, 3, 0),
    }  # fmt: skip
    settings = {"stride 1": (3, 1, 0), "side by side": (2, 2, 0), "cropped": (3, 2, 1), "holes": (2, 3, 0)}  # fmt: skip
    presets = {name: {"kernel_size": k, "stride": s, "padding": p} for name, (k, s, p) in settings.items()}  # fmt: skip
    alt = "A transposed convolution, stamp by stamp: input, kernel, the present stamp and the sum."
    return _explorer(_stamp_steps, {"x": _CELLS + 0, "kernel": _KERNEL + 0}, controls, 4, alt, presets)  # fmt: skip


def _transpose_steps(y, n, kernel_size, stride):
    W = matrix([1, 3, 2, -1][:kernel_size], n, stride)
    m = len(W)
    totals = np.cumsum(W.T * y[:m, 0], axis=1)
    grids = [
        Grid("W", W, "kernel", f"W: {m} × {n}"), Grid("transpose", W.T, "kernel", f"Wᵀ: {n} × {m}"),
        Grid("y", y[:m], "input", before="@", edit=Edit(-3, 3)),
        Grid("out", totals[:, -1:], "output", "Wᵀ y", before="=", limit=style.limit_of(totals)),
    ]  # fmt: skip
    steps = []
    for i in range(m):
        first, last = i * stride, i * stride + kernel_size - 1
        says = f"W’s row {i} gathers cells {first} to {last}; as Wᵀ’s column {i} it stamps y[{i}] = {style.format_number(y[i, 0])} onto them."
        here, reach = np.arange(m) == i, (np.arange(n) >= first) & (np.arange(n) <= last)
        marked = {"W": {"target": np.outer(here, reach)}, "transpose": {"target": np.outer(reach, here)}, "y": here[:, None], "out": {"target": reach[:, None]}}  # fmt: skip
        beyond = (np.arange(n) > last) & (i < m - 1)
        now = np.where(beyond, np.nan, totals[:, i])[:, None]
        steps.append(Step(says, marked, {"out": now}, ("y", i, 0)))
    return grids, steps, {"rows of W": m, "columns of W": n, "cells that no stamp reaches": (~W.any(0)).sum()}  # fmt: skip


def explore_transpose():
    """The matrix W of a convolution beside its transpose, which stamps what W gathers."""
    controls = {"n": slider("large size n", 4, 8, 7), "kernel_size": slider("kernel size", 1, 4, 3), "stride": slider("stride", 1, 3, 2)}  # fmt: skip
    alt = "A convolution’s matrix W and its transpose: rows of one are columns of the other."
    return _explorer(_transpose_steps, {"y": _CELLS[:, :2].reshape(-1, 1)}, controls, 1, alt)


def _overlap_steps(kernel_size, stride):
    reach = matrix(np.ones(kernel_size), 11 + kernel_size, stride)[:, :12]  # 12 output cells
    hits = reach.sum(0)
    low, high = (kernel_size // stride) ** 2, (-(-kernel_size // stride)) ** 2
    each = f"{low}" if low == high else f"{low} to {high}"
    grids = [
        Grid("reach", reach, "kernel", "along a row: one line a stamp", limit=2),
        Grid("hits", hits, "output", "stamps on each cell of a row"),
        Grid("plane", np.outer(hits, hits), "output", "… and of the plane"),
    ]
    steps = []
    for i, line in enumerate(reach > 0):
        says = f"Stamp {i} begins at cell {i * stride}. Away from the border, each cell of the plane is hit {each} times."
        here = (np.arange(len(reach)) == i)[:, None] & line
        steps.append(Step(says, {"reach": here, "plane": {"kernel": np.outer(line, line)}}))
    return grids, steps, {"fewest stamps in a cell": low, "most": high, "kernel size modulo stride": kernel_size % stride}  # fmt: skip


def explore_overlaps():
    """Kernel size and stride; how many stamps meet in each output cell, and where unevenly."""
    controls = {"kernel_size": slider("kernel size", 1, 7, 3), "stride": slider("stride", 1, 4, 2)}
    settings = {"checkerboard": (3, 2), "even": (4, 2), "side by side": (2, 2), "holes": (2, 3)}
    presets = {name: {"kernel_size": k, "stride": s} for name, (k, s) in settings.items()}
    alt = "How many stamps meet in each output cell: a chequered pattern unless the stride divides the kernel size."
    return _explorer(_overlap_steps, {}, controls, 2, alt, presets)
