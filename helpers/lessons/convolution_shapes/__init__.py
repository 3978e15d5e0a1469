"""Lesson 1, convolution shapes: what a convolution does to the size of what it is given.

PyTorch is the oracle throughout: sizes are the shapes that it returns.
"""

import itertools

import numpy as np

from helpers import style
from helpers.exercise import Call, Choice, Exercise, Mistake, Progress
from helpers.explorer import Explorer, slider
from helpers.grid_view import Grid, GridView, Step, window
from helpers.live_figure import LiveFigure
from helpers.pictures import blocks, curves, drawable
from helpers.sandbox import describe

# --- the oracles: PyTorch -------------------------------------------------------------------------


def torch_conv2d(x, weight, bias=None, stride=1, padding=0):
    """Cross-correlation of x (C_in, H, W) with weight (C_out, C_in, kH, kW), by PyTorch."""
    import torch

    x, weight = (torch.tensor(np.array(a), dtype=torch.float64) for a in (x, weight))
    bias = None if bias is None else torch.tensor(np.array(bias), dtype=torch.float64)
    return torch.nn.functional.conv2d(x, weight, bias, stride, padding).numpy()


def _shape(out_channels, padding):
    """The shape (H, W, C) that PyTorch gives for the sheet's 32×32×3 image and 5×5×3 filters."""
    out = torch_conv2d(
        np.zeros((3, 32, 32)), np.zeros((out_channels, 3, 5, 5)), stride=1, padding=padding
    )
    return (*out.shape[1:], out.shape[0])


def _size(n, kernel_size, stride=1, padding=0, dilation=1):
    import torch

    x, weight = torch.zeros(1, 1, n), torch.zeros(1, 1, kernel_size)
    out = torch.nn.functional.conv1d(x, weight, None, stride, padding, dilation)
    return out.shape[-1]


def parameters(in_channels, out_channels, kernel_size, bias=True, groups=1):
    import torch

    layer = torch.nn.Conv2d(
        in_channels, out_channels, kernel_size, bias=bias, groups=groups, device="meta"
    )
    return sum(parameter.numel() for parameter in layer.parameters())


def _same(kernel_size, dilation=1):
    """Zeros before and after, read off PyTorch: a kernel that copies its first input cell shifts
    the row by exactly the zeros in front of it, one that copies its last by those behind."""
    import torch

    row = torch.ones(1, 1, 64)

    def missing(tap):
        weight = torch.zeros(1, 1, kernel_size)
        weight[0, 0, tap] = 1
        out = torch.nn.functional.conv1d(row, weight, padding="same", dilation=dilation)
        return int((out == 0).sum())

    return (missing(0), missing(-1))


def _conv1x1(x, weight):
    return torch_conv2d(x, np.asarray(weight)[:, :, None, None])


# --- rows 1.1a to 1.1c, by hand -------------------------------------------------------------------


def _beside_the_image(answer):
    image = ((32, 32, 3), "input", "image 32 × 32 × 3")
    size = drawable(answer)
    label = f"yours {' × '.join(map(str, answer))}" if size else "yours: no shape yet"
    return blocks([image, (answer, "output", label)], "The image, and your output to scale")


_CHANNELS = "A filter is as deep as the image and sums over that depth: one filter, one channel."
_ONE_LESS = "Count the places where the window's left edge can stand: the first and the last count."
_FIRST = "Right numbers, other order: here a shape is written H, W, C."

valid_shape = Exercise(
    "valid_shape",
    lambda: _shape(1, padding=0),
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
    picture=_beside_the_image,
)  # fmt: skip

same_shape = Exercise(
    "same_shape",
    lambda: _shape(1, padding=2),
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
    picture=_beside_the_image,
)

ten_filters_shape = Exercise(
    "ten_filters_shape",
    lambda: _shape(10, padding=2),
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
    picture=_beside_the_image,
)

ten_filters_weights = Exercise(
    "ten_filters_weights",
    lambda: parameters(3, 10, 5, bias=False),
    mistakes=[
        Mistake("filters not multiplied by the depth", 250, "A filter reaches through all channels."),
        Mistake("biases counted", 760, "The question leaves the ten biases out."),
        Mistake("one filter only", 75, "That is one filter; there are ten."),
        Mistake("counted at every pixel", 750 * 32 * 32, "The same weights serve at every pixel."),
        Mistake("kernel not squared", 150, "A filter is 5 high and 5 wide."),
    ],
    hints=["How many numbers are in one filter of 5 × 5 × 3?", "Now count ten filters, no biases."],
    praise="5 · 5 · 3 · 10, whatever the size of the image.",
    picture=lambda answer: blocks([((5, 5, 3), "kernel", "")] * 10, f"ten filters of 5 × 5 × 3; yours: {'…' if answer is None else describe(answer)}"),
)  # fmt: skip

# --- the size formula -----------------------------------------------------------------------------


def _given(**kwargs):
    """Only the arguments that differ from their defaults, so that the defaults are tested too."""
    usual = {"stride": 1, "padding": 0, "dilation": 1, "bias": True, "groups": 1}
    return {name: value for name, value in kwargs.items() if usual[name] != value}


def _size_rule(formula):
    return lambda n, kernel_size, stride=1, padding=0, dilation=1: formula(
        n, kernel_size, stride, padding, dilation
    )


_grid = itertools.product(range(1, 8), (1, 2, 3, 4), (1, 2, 3), (0, 1, 2), (1, 2, 3))
_size_cases = sorted(
    ((n, k, s, p, d) for n, k, s, p, d in _grid if d * (k - 1) < n + 2 * p), key=sum
)

conv_output_size = Exercise(
    "conv_output_size",
    _size,
    [Call(n, k, **_given(stride=s, padding=p, dilation=d)) for n, k, s, p, d in _size_cases],
    mistakes=[
        Mistake("ceil for floor", _size_rule(lambda n, k, s, p, d: -((n + 2 * p - d * (k - 1) - 1) // -s) + 1), "A last step that leaves the input is not taken: round down, not up."),
        Mistake("padding on one side", _size_rule(lambda n, k, s, p, d: (n + p - d * (k - 1) - 1) // s + 1), "The zeros stand at both ends, so the padding counts twice."),
        Mistake("+1 forgotten", _size_rule(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s), "You counted the steps. The positions are one more: the window starts somewhere."),
        Mistake("+1 inside the division", _size_rule(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1)) // s), "The + 1 counts the start position: add it after dividing by the stride."),
        Mistake("+1 twice", _size_rule(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1 + 1) // s + 1), "The + 1 is counted once, after the division: the last left edge stands at n + 2p − (d(k − 1) + 1)."),
        Mistake("dilation ignored", _size_rule(lambda n, k, s, p, d: (n + 2 * p - k) // s + 1), "Dilation pulls the taps apart, so that the window covers more cells than k."),
        Mistake("dilated kernel taken as d·k", _size_rule(lambda n, k, s, p, d: (n + 2 * p - d * k) // s + 1), "k taps have k − 1 gaps, and only the gaps grow: the window covers d(k − 1) + 1 cells."),
        Mistake("stride ignored", _size_rule(lambda n, k, s, p, d: n + 2 * p - d * (k - 1)), "With stride s only every s-th position counts."),
        Mistake("padding ignored", _size_rule(lambda n, k, s, p, d: (n - d * (k - 1) - 1) // s + 1), "The zeros at both ends make the row longer before the window slides."),
    ],
    hints=[
        "How long is the padded row? How many cells does a window of k taps with dilation d cover?",
        "How many steps of length s fit between the first and the last position? Then positions.",
        "The last left edge stands at n + 2p − (d(k − 1) + 1). Divide by s, round down, add one.",
    ],
    praise="Agrees with the shapes that PyTorch returns, on every case.",
    picture=curves(
        lambda n, name: Call(n, 3, stride=int(name[-1])), range(3, 17), ("stride 1", "stride 2", "stride 3"), _size,
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
    (1, 1, 1, True, 1), (1, 1, 3, True, 1), (3, 2, 1, True, 1), (2, 3, 2, False, 1),
    (3, 10, 5, True, 1), (4, 6, 3, True, 2), (4, 6, 3, False, 2), (6, 6, 3, True, 6),
]  # fmt: skip

num_parameters = Exercise(
    "num_parameters",
    parameters,
    [Call(i, o, k, **_given(bias=b, groups=g)) for i, o, k, b, g in _layers],
    mistakes=[
        Mistake("depth forgotten", lambda i, o, k, bias=True, groups=1: o * k * k + bias * o, "Each filter reaches through all its input channels."),
        Mistake("biases forgotten", lambda i, o, k, bias=True, groups=1: o * i // groups * k * k, "Unless bias=False, each output channel has a bias."),
        Mistake("biases always counted", lambda i, o, k, bias=True, groups=1: o * i // groups * k * k + o, "With bias=False there are none."),
        Mistake("one bias for all", lambda i, o, k, bias=True, groups=1: o * i // groups * k * k + bias, "There is one bias for each output channel, not one in all."),
        Mistake("a bias for each input channel", lambda i, o, k, bias=True, groups=1: o * i // groups * k * k + bias * i, "Biases belong to the output channels."),
        Mistake("groups ignored", lambda i, o, k, bias=True, groups=1: o * i * k * k + bias * o, "With groups, a filter sees only in_channels / groups channels."),
        Mistake("groups divided twice", lambda i, o, k, bias=True, groups=1: o * i * k * k // groups**2 + bias * o, "All out_channels filters are still there; each is thinner."),
        Mistake("biases divided by groups", lambda i, o, k, bias=True, groups=1: (o * i * k * k + bias * o) // groups, "Groups thin the filters; every output channel keeps its bias."),
        Mistake("kernel not squared", lambda i, o, k, bias=True, groups=1: o * i // groups * k + bias * o, "A filter is k high and k wide."),
    ],
    hints=[
        "Start with one filter: how high, how wide, how deep?",
        "With groups, each filter is in_channels / groups deep. How many filters, how many biases?",
    ],
    praise="Agrees with PyTorch's own layers.",
    picture=curves(
        lambda k, name: Call(8, 8, k, groups=int(name[-1])), range(1, 8), ("groups 1", "groups 2", "groups 8"), parameters,
        "kernel size (8 channels in, 8 out)", "parameters",
    ),
)  # fmt: skip


def _split(k, d):
    total = d * (k - 1)
    return total // 2, total - total // 2


same_padding = Exercise(
    "same_padding",
    _same,
    [Call(k, **_given(dilation=d)) for k, d in sorted(itertools.product(range(1, 8), (1, 2, 3)), key=sum)],
    mistakes=[
        Mistake("more in front", lambda k, dilation=1: _split(k, dilation)[::-1], "When the zeros don't split evenly, PyTorch puts the extra one at the end."),
        Mistake("half the kernel on both sides", lambda k, dilation=1: (dilation * (k // 2),) * 2, "An even kernel would make the row longer: count d(k − 1) zeros in all."),
        Mistake("rounded down on both sides", lambda k, dilation=1: (dilation * (k - 1) // 2,) * 2, "An even kernel would make the row shorter: count d(k − 1) zeros in all."),
        Mistake("all of it on both sides", lambda k, dilation=1: (dilation * (k - 1),) * 2, "d(k − 1) is the sum of both sides. (You found “full” padding.)"),
        Mistake("dilation ignored", lambda k, dilation=1: _split(k, 1), "A dilated window covers d(k − 1) + 1 cells, so it costs d(k − 1)."),
        Mistake("dilated kernel taken as d·k", lambda k, dilation=1: _split(dilation * k, 1), "k taps have k − 1 gaps, and only the gaps grow."),
    ],
    hints=[
        "With stride 1, how many cells does the window cost? Exactly as many zeros must go in.",
        "Split d(k − 1) in two whole parts; if they differ, `after` is the larger.",
    ],
    praise="Even kernels need one zero more behind than before.",
    picture=curves(
        lambda k, name: Call(k), range(1, 10), ("before", "after"), _same,
        "kernel size", "zeros", measure=lambda pads, name: pads[name == "after"],
    ),
)  # fmt: skip


# --- the convolution itself -----------------------------------------------------------------------


def _conv_case(seed, shape, out_channels, kernel, bias, **kwargs):
    rng = np.random.default_rng(seed)
    x, weight = rng.normal(size=shape), rng.normal(size=(out_channels, shape[0], *kernel))
    # Small whole numbers: what a learner recomputes by hand from a message.
    x, weight = np.round(2 * x), np.round(2 * weight)
    args = (x, weight, np.arange(1.0, out_channels + 1)) if bias else (x, weight)
    return Call(*args, **kwargs)


_one_sided = {"before": (1, 0), "after": (0, 1)}


def _padded(x, padding, side):
    pads = tuple(padding * i for i in _one_sided[side])
    return np.pad(x, ((0, 0), pads, pads))


conv2d = Exercise(
    "conv2d",
    torch_conv2d,
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
        Mistake("kernel flipped", lambda x, w, *a, **k: torch_conv2d(x, w[:, :, ::-1, ::-1], *a, **k), "You turned the kernel round: that is the convolution of mathematics. In a CNN the kernel is laid on the window as it is."),
        Mistake("kernel transposed", lambda x, w, *a, **k: torch_conv2d(x, w.swapaxes(2, 3), *a, **k), "The kernel's rows and columns are exchanged: weight is (C_out, C_in, kH, kW)."),
        Mistake("height and width swapped", lambda *a, **k: torch_conv2d(*a, **k).swapaxes(1, 2), "Rows come first: the output is (C_out, H′, W′)."),
        Mistake("channels not summed", lambda x, w, *a, **k: torch_conv2d(x[:1], w[:, :1], *a, **k), "Only the first input channel is used: each output sums over all of them."),
        Mistake("channels averaged", lambda x, w, b=None, **k: torch_conv2d(x, w / len(x), b, **k), "The channels are added up, not averaged."),
        Mistake("stride ignored", lambda x, w, b=None, stride=1, padding=0: torch_conv2d(x, w, b, 1, padding), "The window moves by `stride` cells at a time, down and across."),
        Mistake("stride on one axis", lambda x, w, b=None, stride=1, padding=0: torch_conv2d(x, w, b, (stride, 1), padding), "The stride holds for rows and for columns."),
        Mistake("padding ignored", lambda x, w, b=None, stride=1, padding=0: torch_conv2d(x, w, b, stride), "Put `padding` rows and columns of zeros round x first."),
        Mistake("padding only in front", lambda x, w, b=None, stride=1, padding=0: torch_conv2d(_padded(x, padding, "before"), w, b, stride), "Zeros belong on all four sides, not only above and to the left."),
        Mistake("padding only behind", lambda x, w, b=None, stride=1, padding=0: torch_conv2d(_padded(x, padding, "after"), w, b, stride), "Zeros belong on all four sides, not only below and to the right."),
        Mistake("bias forgotten", lambda x, w, bias=None, **k: torch_conv2d(x, w, None, **k), "Add bias[c] to output channel c."),
        Mistake("bias added at every tap", lambda x, w, b=None, **k: torch_conv2d(x, w, None if b is None else b * w[0].size, **k), "The bias is added once an output cell, not once for each product."),
        Mistake("bias added for every channel", lambda x, w, b=None, **k: torch_conv2d(x, w, None if b is None else b * len(x), **k), "The bias is added once an output cell, not once for each input channel."),
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
    rng = np.random.default_rng(seed)
    shapes = ((channels, height, width), (out_channels, channels))
    return Call(*(np.round(3 * rng.normal(size=shape)) for shape in shapes))


conv1x1 = Exercise(
    "conv1x1",
    _conv1x1,
    [_pixels(1, 2, 1, 2, 1), _pixels(2, 3, 2, 4, 2), _pixels(3, 2, 2, 3, 4), _pixels(4, 3, 3, 3, 3)],
    mistakes=[
        Mistake("weight transposed", lambda x, w: np.tensordot(np.asarray(w).T, x, 1), "weight is (C_out, C_in): its rows belong to the output."),
        Mistake("channels last", lambda x, w: np.moveaxis(_conv1x1(x, w), 0, -1), "The channels come first in the result as well: (C_out, H, W)."),
        Mistake("rows mixed, not channels", lambda x, w: np.asarray(w) @ x, "`weight @ x` multiplies along the height. Bring the channels where the matrix product sums: flatten the pixels to (C_in, H·W)."),
        Mistake("channels added without weights", lambda x, w: np.broadcast_to(np.sum(x, 0), (len(w), *x.shape[1:])), "Each output channel is a weighted sum: its own row of weight."),
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

# --- explorer -------------------------------------------------------------------------------------


def _reach(kernel_size, dilation):
    """How many cells a window covers: k taps, d − 1 free cells between neighbours."""
    return kernel_size + (kernel_size - 1) * (dilation - 1)


def walk(n, kernel_size, stride, padding, dilation):
    """The padded input, the output and the cells that no window covers, for an n×n input.

    Returns (padded (m, m), kernel (k, k), output (o, o) with o = 0 where nothing fits, mask (m, m)).
    """
    rng = np.random.default_rng(0)
    x, kernel = rng.integers(0, 10, (12, 12))[:n, :n], rng.integers(-2, 3, (7, 7))
    kernel = kernel[:kernel_size, :kernel_size]
    padded = np.pad(x, padding).astype(float)
    reach = _reach(kernel_size, dilation)
    if reach > len(padded):
        return padded, kernel, np.zeros((0, 0)), np.ones(padded.shape, bool)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (reach, reach))
    windows = windows[::stride, ::stride, ::dilation, ::dilation]
    out = (windows * kernel).sum((2, 3))
    covered = np.zeros(len(padded), bool)
    for i in range(len(out)):
        covered[i * stride : i * stride + reach : dilation] = True
    return padded, kernel, out, ~np.outer(covered, covered)


def _walk_grids(n, kernel_size, stride, padding, dilation, in_channels):
    padded, kernel, out, dropped = walk(n, kernel_size, stride, padding, dilation)
    share = "" if in_channels == 1 else f" (1 of {in_channels} channels)"
    titles = (
        f"input {n} × {n}, padded{share}",
        "kernel",
        "output" + share.replace("(", "(share of "),
    )
    empty = np.full(out.shape if out.size else (1, 1), np.nan)
    grids = [
        Grid("input", padded, "input", titles[0], greyed=dropped),
        Grid("kernel", kernel, "kernel", titles[1], before="∗"),
        Grid("output", empty, "output", titles[2], before="=", limit=np.abs(out).max(initial=1)),
    ]
    if not out.size:
        reach = _reach(kernel_size, dilation)
        says = f"The window covers {reach} cells, the padded row has {len(padded)}: nothing fits."
        return grids, [Step(says)]
    steps = []
    for i, j in itertools.product(range(len(out)), repeat=2):
        cells = window(i * stride, j * stride, kernel_size, kernel_size, dilation)
        says = f"Row {i}, column {j}: window times kernel, summed, is {out[i, j]:g}."
        marked = {"input": {"kernel": cells}, "output": [(i, j)]}
        steps.append(Step(says, marked, {"output": {(i, j): out[i, j]}}, ("output", i, j)))
    return grids, steps


def _build_bars(fig, ax):
    bars = ax.barh([2, 1, 0], 1, color=[style.colour(r) for r in ("kernel", "mask", "other")])
    ax.set(xscale="log", xlim=(0.8, 3e6), xlabel="parameters (logarithmic scale)", ylim=(-0.6, 2.6))
    ax.set_yticks([2, 1, 0], ["weights", "biases", "a dense layer's weights"])
    return list(bars), [ax.text(1, y, "", va="center") for y in (2, 1, 0)], ax.set_title(" ")


def _change_bars(artists, counts, formula):
    for bar, label, count in zip(*artists[:2], counts, strict=True):
        bar.set_width(max(count, 0.8))
        label.set(x=max(count, 0.8) * 1.2, text=f"{count:,}")
    artists[2].set_text(formula)


def explore():
    """Sliders for all that decides a convolution's shape; the window walks, the output fills."""
    start = _walk_grids(7, 3, 1, 0, 1, 1)
    view = GridView(*start, alt="A window walks over the padded input while the output fills.")
    bars = LiveFigure(
        _build_bars,
        _change_bars,
        alt="The size formula with its numbers, and bars of the parameter counts.",
        size=(style.WIDE[0], 2.6),
    )
    shown = None

    def update(n, kernel_size, stride, padding, dilation, in_channels, out_channels):
        nonlocal shown
        structure = (n, kernel_size, stride, padding, dilation, in_channels)
        if structure != shown:
            view.update(*_walk_grids(*structure))
            shown = structure
        out = walk(n, kernel_size, stride, padding, dilation)[2].shape[0]
        weights = in_channels * out_channels * kernel_size**2
        dense = in_channels * n**2 * out_channels * out**2
        formula = (
            f"⌊({n} + 2·{padding} − {dilation}·({kernel_size} − 1) − 1) / {stride}⌋ + 1 = {out}"
            if out
            else f"the window does not fit into {n} + 2·{padding} cells"
        )
        bars.update(counts=(weights, out_channels, dense), formula=formula)
        reach = (out - 1) * stride + dilation * (kernel_size - 1) + 1 if out else 0
        return {
            "output size": out,
            "dropped columns": n + 2 * padding - reach,
            "weights": weights,
            "biases": out_channels,
        }

    controls = {
        "n": slider("input size", 1, 12, 7),
        "kernel_size": slider("kernel size", 1, 7, 3),
        "stride": slider("stride", 1, 4, 1),
        "padding": slider("padding", 0, 6, 0),
        "dilation": slider("dilation", 1, 3, 1),
        "in_channels": slider("in channels", 1, 16, 1),
        "out_channels": slider("out channels", 1, 16, 1),
    }
    usual = {"kernel_size": 3, "stride": 1, "dilation": 1}
    presets = {name: usual | {"padding": p} for p, name in enumerate(("valid", "same", "full"))}
    alt = "A convolution's window over its padded input, step by step, with sizes and parameters."
    return Explorer(controls, [view, bars], update, alt=alt, presets=presets)
