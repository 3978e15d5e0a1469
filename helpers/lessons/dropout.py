"""Lesson 4, dropout: units switched off at random while a network trains.

PyTorch is the oracle; means and variances are summed over a unit's two outcomes. A right answer
depends on the mask it draws, so answers are compared by facts that no mask changes.
"""

import contextlib
import functools
from dataclasses import dataclass, replace

import ipywidgets as widgets
import numpy as np
from contourpy import contour_generator
from matplotlib.collections import LineCollection

from helpers import style
from helpers.comparison import Difference, as_array
from helpers.drawing import Picture, draw_matrix
from helpers.exercise import RAN, Call, Choice, Exercise, Mistake, Progress
from helpers.explorer import Explorer, slider
from helpers.live_figure import LiveFigure
from helpers.pictures import curves
from helpers.sandbox import describe, plain, run

# --- comparing what chance has made ---------------------------------------------------------------

# Hoeffding's bound: a right answer's share of dropped units strays further than this from p, on
# the 60 000 units of a large case, less than once in 10⁹ times.
LUCK = 0.0134

# Each fact: how far it may lie from the oracle's, and what to say when it lies further off.
FACTS = {
    "drops": (0.5, "At evaluation, and wherever p is 0, nothing is dropped."),
    "odd": (0.5, "Every output should be 0 or its input divided by 1 − p."),
    "scale": (1e-4, "What is kept has not the right size: in training divide it by 1 − p, at evaluation leave it."),
    "realised": (0.5, "Divide by 1 − p, the chance of being kept, not by the share that happened to be kept."),
    "where": (0.1, "The gradient should be 0 exactly where the mask is False."),
    "rate": (2 * LUCK, "The share of dropped units is not p."),
    "rows": (0.5, "The units of a row do not fall one by one: draw a number for each entry of x."),
    "columns": (0.5, "The units of a column do not fall one by one: draw a number for each entry of x."),
    "repeat": (0.5, "The mask should come from `rng` alone: equal generators give equal masks, others give others."),
    "exact": (0.5, "The number of dropped units never varies. Let each unit fall on its own."),
}  # fmt: skip


@dataclass
class Drawn:
    """A result, what it is where kept, and its facts; a fact it cannot tell is NaN."""

    array: np.ndarray
    kept: np.ndarray
    facts: dict[str, float]

    def clash(self, other):
        """The first fact on which two results differ, or None; NaN agrees with everything."""
        gaps = {name: abs(self.facts[name] - other.facts[name]) for name in self.facts}
        return next((name for name, gap in gaps.items() if gap > FACTS[name][0]), None)


class Measured(Exercise):
    """An exercise whose right answers differ by chance.

    drawn(array, before, *args) makes a Drawn of a result; before: the Drawn of the case before.
    """

    def __init__(self, name, oracle, cases, drawn, **kwargs):
        super().__init__(name, oracle, cases, **kwargs)
        self.drawn = drawn

    def _outcomes(self, answer):
        outcomes, before = super()._outcomes(answer), None
        for outcome, case in zip(outcomes, self.cases, strict=False):
            array = None
            with contextlib.suppress(ValueError):  # ragged: said by the usual comparison
                array = as_array(plain(outcome.value)) if outcome.kind in RAN else None
            if array is None or array.shape != case.args[0].shape or array.dtype.kind not in "biuf":
                continue
            if np.isfinite(array).all():
                before = outcome.value = self.drawn(array.astype(float), before, *case.args)
        return outcomes

    def _fault(self, outcome, want):
        drawn = outcome.value
        if not isinstance(drawn, Drawn):
            return super()._fault(outcome, replace(want, value=want.value.array))
        arrays = (replace(one, value=one.value.array) for one in (outcome, want))
        found = super()._fault(*arrays)
        if found and found.stage != "values":
            return found
        clash = drawn.clash(want.value)
        if clash is None:
            return None
        yours = expected = ""
        wrong = np.argwhere(~np.isclose(drawn.array, drawn.kept, rtol=1e-4) & (drawn.array != 0))
        if clash in ("odd", "scale") and len(wrong):
            at = tuple(wrong[0].tolist())
            yours = f"{list(at)} {describe(drawn.array[at])}"
            expected = f"{list(at)} 0 or {describe(drawn.kept[at])}"
        elif clash == "rate":
            yours, expected = (f"{one.facts['rate']:.2f}" for one in (drawn, want.value))
        return Difference("values", FACTS[clash][1], yours, expected)

    def _agree(self, ours, theirs):
        # Where p is 0, one and the same slip divides by zero in many ways: it is not asked there.
        asked = [all(a != 0 for a in case.args if isinstance(a, float)) for case in self.cases]
        pairs = zip(ours, theirs, asked, strict=False)
        return len(ours) == len(theirs) and all(self._same(a, b) for a, b, ask in pairs if ask)

    def _same(self, a, b):
        if isinstance(a.value, Drawn) and isinstance(b.value, Drawn):
            return a.kind == b.kind and a.value.clash(b.value) is None
        return not isinstance(b.value, Drawn) and super()._same(a, b)


def _scale(array, kept):
    """Which outputs are 0, and by which factor the others miss what they should be."""
    zero = array == 0
    ratio = (array / kept)[~zero]
    scale = float(np.median(ratio)) if ratio.size else np.nan
    odd = not np.allclose(ratio, scale, rtol=1e-4)
    return zero, {"odd": odd, "scale": np.nan if odd else scale}


def _together(counts, n, rate):
    """How the number dropped varies from line to line: −1 too little, 0 as it should, 1 too much."""
    ratio = np.var(counts) / (n * rate * (1 - rate))  # 1 where n units fall one by one
    return float(ratio > 1.7) - float(ratio < 0.4)  # 300 lines stray so far once in 10⁸ times


def _after_dropout(array, before, x, p, training, rng):
    kept = x / (1 - p) if training else x
    zero, facts = _scale(array, kept)
    if not training or p == 0:
        return Drawn(array, kept, {"drops": zero.any(), **facts})
    rate, count, expected = zero.mean(), zero.sum(), round(p * x.size)
    realised = rate < 1 and np.isclose(facts["scale"] * (1 - rate), 1 - p, rtol=1e-5)
    realised = bool(realised) and not np.isclose(facts["scale"], 1, rtol=1e-5)
    if realised:
        facts["scale"] = np.nan
    if x.size < 1000:
        return Drawn(array, kept, facts)
    facts["realised"] = realised
    if rate in (0, 1):
        return Drawn(
            array, kept, facts | dict(rate=np.nan, rows=2, columns=2, repeat=np.nan, exact=0)
        )
    rows = _together(zero.sum(1), x.shape[1], rate)
    columns = _together(zero.sum(0), x.shape[0], rate)
    repeat, last = np.nan, before.array == 0 if before else zero[:0]
    if last.shape == zero.shape:
        repeat = float(np.array_equal(last, zero))
    return Drawn(array, kept, facts | {
        "rate": np.nan if rows > 0 or columns > 0 else rate, "rows": rows, "columns": columns,
        "repeat": repeat, "exact": repeat == 0 and count == last.sum() == expected,
    })  # fmt: skip


# --- dropout itself -------------------------------------------------------------------------------


def torch_dropout(x, p, training, rng):
    """PyTorch's dropout, its mask drawn from `rng`; x and the result as arrays."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(rng.integers(2**31)))
        x = torch.tensor(np.array(x, dtype=float))
        return torch.nn.functional.dropout(x, p, training).numpy()


def _instead(scale, mask_p=None):
    """PyTorch's dropout with other sizes: scale(p, training) times; mask_p(p) dropped in place of p."""

    def wrong(x, p, training, rng):
        q = p if mask_p is None else mask_p(p)
        right = torch_dropout(x, q, training, rng)
        with np.errstate(all="ignore"):
            return right * scale(np.float64(p), training)

    return wrong


def _shared(shape):
    """One draw for many units: the mask has shape(x) and is stretched over x."""
    return lambda x, p, training, rng: x * torch_dropout(np.ones(shape(x)), p, training, rng)


def _by_survivors(x, p, training, rng):
    kept = torch_dropout(np.ones(x.shape), p, training, rng) != 0
    return x * kept / kept.mean()


def _same_number(x, p, training, rng):
    kept = np.arange(x.size) >= (round(p * x.size) if training else 0)
    return (
        torch_dropout(x, p, False, rng)
        * rng.permutation(kept).reshape(x.shape)
        / (1 - p * training)
    )


def _whole(*shape):
    values = np.random.default_rng(sum(shape)).integers(1, 10, shape)
    return values * np.where(np.arange(values.size).reshape(shape) % 3 == 1, -1.0, 1.0)


def _many(p, seed):
    return Call(
        np.random.default_rng(0).normal(size=(300, 200)), p, True, np.random.default_rng(seed)
    )


def _see_masks(answer):
    """x, one training output, the mean of many and the output at evaluation, by the learner's code."""
    x, many, rng = _whole(4, 4), 2000, np.random.default_rng(3)
    calls = [
        Call(x, 0.5, True, rng),
        Call(np.tile(x, (many, 1)), 0.5, True, rng),
        Call(x, 0.5, False, rng),
    ]
    values = [run(answer, call, 5.0).value if answer else None for call in calls]
    fig, axes = style.figure((style.WIDE[0], 3.0), 1, 4)
    titles = ("x", "training, p = 0.5", f"mean of {many:,}", "evaluation")
    for ax, title, value in zip(axes, titles, [x, *values], strict=True):
        try:
            value = np.asarray(plain(value), dtype=float).reshape(-1, 4, 4)
        except (TypeError, ValueError):
            ax.set_axis_off()
            ax.set_title(title)
            ax.text(0.5, 0.5, "write dropout\nfirst", ha="center", transform=ax.transAxes)
            continue
        role = "input" if value is values[0] or title == "x" else None
        greyed = value[0] == 0 if title.startswith("training") else None
        draw_matrix(ax, value.mean(0), limit=18, title=title, role=role, greyed=greyed)
    return Picture(
        fig, "x, your output in training, the mean of many such outputs, and evaluation."
    )


keep_or_drop = Choice(
    "keep_or_drop",
    "A paper says: “dropout on the inputs, where each is retained with probability 0.8”. Which layer of PyTorch does that?",
    {
        "a": ("nn.Dropout(0.8)", "That one switches off 80 of 100 inputs: in PyTorch p is the chance of being dropped."),
        "b": ("nn.Dropout(0.2)", "Retained with 0.8 is dropped with 0.2, and PyTorch's p is the chance of being dropped."),
        "c": ("nn.Dropout(1 / 0.8)", "1.25 is the factor by which the kept inputs grow; p is a probability."),
        "d": ("Either of 0.8 and 0.2: the scaling makes up for it", "The mean would be the same. The noise would not: with 0.8 dropped, its variance is 16 times as large."),
    },
    "b",
    hints=["Ask of every dropout you meet: is p the chance to stay or the chance to go?"],
)  # fmt: skip

_STAY = "Here p is the probability of being dropped, as in PyTorch. Some papers call the probability of being kept p; you used theirs."

dropout = Measured(
    "dropout",
    torch_dropout,
    [
        Call(_whole(3, 4), 0.75, False, np.random.default_rng(0)),
        Call(_whole(2, 4), 0.25, True, np.random.default_rng(1)),
        Call(_whole(3, 4), 0.0, True, np.random.default_rng(2)),
        _many(0.3, seed=3), _many(0.3, seed=3), _many(0.3, seed=4), _many(0.85, seed=5),
    ],
    _after_dropout,
    mistakes=[
        Mistake("p read as keep", _instead(lambda p, training: 1, lambda p: 1 - p), _STAY),
        Mistake("mask the wrong way round", _instead(lambda p, training: p / (1 - p) if training else 1, lambda p: 1 - p), "The scaling is right, the mask is not: a draw lies below p with probability p. Which draws should be kept?"),
        Mistake("no scaling", _instead(lambda p, training: 1 - p if training else 1), "In training the next layer now receives, on average, only 1 − p of what it gets at evaluation. Make up for that in training."),
        Mistake("scaled at evaluation", _instead(lambda p, training: 1 - p), "You scale at evaluation. That is the form of the first papers, and its means agree; inverted dropout scales in training, so that evaluation needs nothing."),
        Mistake("scaled at evaluation too", _instead(lambda p, training: 1 if training else 1 - p), "Training is right already. At evaluation there is nothing left to make up for: x comes back as it is."),
        Mistake("enlarged at evaluation too", _instead(lambda p, training: 1 if training else 1 / (1 - p)), "Training is right already. At evaluation nothing is dropped, so nothing is enlarged: x comes back as it is."),
        Mistake("dropped at evaluation", lambda x, p, training, rng: torch_dropout(x, p, True, rng), "`training` is not used: at evaluation all units stay."),
        Mistake("training and evaluation exchanged", lambda x, p, training, rng: torch_dropout(x, p, not training, rng), "Units are dropped in training and stay at evaluation; yours does it the other way round."),
        Mistake("nothing dropped", lambda x, p, training, rng: torch_dropout(x, p, False, rng), "x comes back as it is even in training."),
        Mistake("scaled but not dropped", lambda x, p, training, rng: torch_dropout(x, 0.0, training, rng) / (1 - p * training), "The size is right for units that are kept, but none is dropped."),
        Mistake("divided by p", _instead(lambda p, training: (1 - p) / p if training else 1), "The mask is right. Divide by the probability of being kept, and p is the other one."),
        Mistake("scaled the wrong way", _instead(lambda p, training: (1 - p) ** 2 if training else 1), "Too little arrives on average because units are missing: the others must grow, not shrink."),
        Mistake("a whole row dropped at once", _shared(lambda x: (len(x), 1)), "There is one draw for each row, so that a whole example vanishes at once. Draw one number for each entry of x."),
        Mistake("one mask for all rows", _shared(lambda x: (1, x.shape[1])), "Every row of the batch loses the same units. Draw one number for each entry of x."),
        Mistake("one draw for everything", _shared(lambda x: (1, 1)), "A single draw decides for the whole array: everything stays or everything goes. Draw one number for each entry of x."),
        Mistake("the same mask at every call", lambda x, p, training, rng: torch_dropout(x, p, training, np.random.default_rng(0)), "Every call drops the same units, so some would never be trained. Draw from the `rng` that is handed over."),
        Mistake("another source of chance", lambda x, p, training, rng: torch_dropout(x, p, training, np.random.default_rng()), "Two runs with equal generators differ: your mask does not come from `rng`, so nobody can repeat your experiment."),
        Mistake("x changed in place", lambda x, p, training, rng: np.copyto(x, torch_dropout(x, p, training, rng)) or x, "You write into x. Whoever called you still needs it, the backward pass for one: build a new array."),
        Mistake("draws used as the mask", lambda x, p, training, rng: x * (rng.random(x.shape) / (1 - p) if training else 1), "A mask is 0 or 1: compare the draws with p before you multiply."),
        Mistake("divided by the share that was kept", _by_survivors, "You divide by the share that happened to survive. Divide by the probability of surviving, or units come to depend on one another."),
        Mistake("always the same number dropped", _same_number, "The number of dropped units is the same each time. Each unit falls on its own, so that the number varies."),
    ],
    hints=[
        "At evaluation there is one thing to do: hand x back.",
        "`rng.random(x.shape)` draws a number between 0 and 1 for each entry. How likely is it below p?",
        "Multiply x by the mask (True counts as 1), then make up for the missing share: only 1 − p of it is left on average.",
    ],
    praise="As in PyTorch: every unit falls on its own with probability p, and what stays is enlarged to keep the mean.",
    picture=_see_masks,
)  # fmt: skip


# --- mean, variance and the way back --------------------------------------------------------------


def _moments(x, p):
    """Mean and variance over a unit's two outcomes, each weighted with its probability."""
    x = np.asarray(x, dtype=float)
    outcomes, weights = np.stack([0 * x, x / (1 - p)]), np.array([p, 1 - p])
    mean = np.tensordot(weights, outcomes, 1)
    return mean, np.tensordot(weights, (outcomes - mean) ** 2, 1)


def _other(change):
    def wrong(x, p):
        with np.errstate(all="ignore"):
            return change(np.asarray(x, dtype=float), np.float64(p), *_moments(x, p))

    return wrong


dropout_mean_and_variance = Exercise(
    "dropout_mean_and_variance",
    _moments,
    [
        Call(3.0, 0.25), Call(-2.0, 0.0), Call(np.array([1.0, -2.0, 3.0]), 0.5),
        Call(np.array([0.0, 0.5, -4.0, 10.0]), 0.2), Call(_whole(2, 3), 0.9),
    ],
    mistakes=[
        Mistake("no scaling", _other(lambda x, p, m, v: (m * (1 - p), v * (1 - p) ** 2)), "That is dropout without the scaling: a kept unit gives x / (1 − p)."),
        Mistake("mean right, variance unscaled", _other(lambda x, p, m, v: (m, v * (1 - p) ** 2)), "The mean is right. In the variance the kept value is x / (1 − p) too, and it enters squared."),
        Mistake("variance scaled once", _other(lambda x, p, m, v: (m, v * (1 - p))), "The mean is right. The factor 1 / (1 − p) stands in front of x, so the variance takes its square."),
        Mistake("variance not simplified right", _other(lambda x, p, m, v: (m, v / (1 - p))), "The mean is right. In the variance, one factor 1 − p of the probability cancels one of the scaling's two."),
        Mistake("p read as keep", _other(lambda x, p, m, v: (m, x**2 * (1 - p) / p)), _STAY),
        Mistake("x not squared", _other(lambda x, p, m, v: (m, x * p / (1 - p))), "The mean is right. A variance grows with the square of x, and is never negative."),
        Mistake("standard deviation", _other(lambda x, p, m, v: (m, np.sqrt(v))), "That is the standard deviation; the variance is its square."),
        Mistake("second moment", _other(lambda x, p, m, v: (m, v + m**2)), "That is E[y²]. The variance is E[y²] − E[y]²."),
        Mistake("at evaluation", _other(lambda x, p, m, v: (m, 0 * v)), "At evaluation nothing varies. The question is about training."),
        Mistake("order exchanged", _other(lambda x, p, m, v: (v, m)), "First the mean, then the variance."),
        Mistake("mean and variance of x itself", lambda x, p: (np.mean(x), np.var(x)), "x is given, not random. For each unit by itself: what does dropout make of it, and how likely is that?"),
    ],
    hints=[
        "One unit has two outcomes: 0 with probability p, x / (1 − p) with probability 1 − p.",
        "The mean is the sum of outcome times probability; the variance is E[y²] − E[y]².",
        "E[y²] = (1 − p) · (x / (1 − p))². Cancel, subtract x², and bring both over 1 − p.",
    ],
    praise="The mean stays, whatever p is. The price is noise: it doubles when p goes from 1/2 to 2/3, and grows without bound towards 1.",
    picture=curves(
        lambda p, name: Call(float(name[-1]), p), np.linspace(0, 0.9, 19), ("x = 1", "x = 2", "x = 3"), _moments,
        "p", "variance of the output", measure=lambda pair: pair[1],
    ),
)  # fmt: skip


def _torch_grad(grad_output, mask, p):
    import torch

    grad_output, mask = (torch.tensor(np.array(a)) for a in (grad_output, mask))
    return torch.ops.aten.native_dropout_backward(grad_output, mask, 1 / (1 - p)).numpy()


def _after_backward(array, before, grad_output, mask, p):
    kept = grad_output / (1 - p)
    zero, facts = _scale(array, kept)
    matches = {1: np.array_equal(zero, ~mask), -1: np.array_equal(zero, mask), 0: not zero.any()}
    return Drawn(
        array, kept, {"where": next((k for k, yes in matches.items() if yes), 0.5), **facts}
    )


def _back(seed, shape, p):
    rng = np.random.default_rng(seed)
    return Call(_whole(*shape), torch_dropout(np.ones(shape), p, True, rng) != 0, p)


dropout_grad = Measured(
    "dropout_grad",
    _torch_grad,
    [_back(1, (3, 5), 0.4), _back(2, (2, 3), 0.0), _back(3, (6, 4), 0.75), _back(4, (3, 2, 4, 5), 0.2)],
    _after_backward,
    mistakes=[
        Mistake("a fresh mask", lambda g, mask, p: torch_dropout(g, p, True, np.random.default_rng(7)), "You drew a new mask. A unit that was off in the forward pass had no part in the loss: use the mask of that pass."),
        Mistake("scaling forgotten", lambda g, mask, p: _torch_grad(g, mask, p) * (1 - p), "Forward, a kept unit was multiplied by 1 / (1 − p). Its derivative has that factor too."),
        Mistake("mask forgotten", lambda g, mask, p: _torch_grad(g, mask | True, p), "A dropped unit's output was 0 whatever its input: no gradient goes through it."),
        Mistake("handed through", lambda g, mask, p: _torch_grad(g, mask | True, 0.0), "That is the way back at evaluation. In training the mask and the scaling act on the gradient as well."),
        Mistake("mask the wrong way round", lambda g, mask, p: _torch_grad(g, ~mask, p), "The mask is True where a unit was kept; there the gradient goes through."),
        Mistake("scaled the wrong way", lambda g, mask, p: _torch_grad(g, mask, p) * (1 - p) ** 2, "Forward you divided by 1 − p. The derivative of x / (1 − p) divides too."),
        Mistake("scaled twice", lambda g, mask, p: _torch_grad(g, mask, p) / (1 - p), "The mask holds True and False, no scaling: divide once."),
        Mistake("divided by p", lambda g, mask, p: _torch_grad(g, mask, p) * np.divide(1 - p, p or np.nan), "Divide by the probability of being kept; p is the probability of being dropped."),
        Mistake("grad_output changed in place", lambda g, mask, p: np.copyto(g, _torch_grad(g, mask, p)) or g, "You write into grad_output, which other branches may need: build a new array."),
    ],
    hints=[
        "Forward, each unit is multiplied by a number: 0 where it was dropped. Which number elsewhere?",
        "The derivative of c · x is c. So the gradient is multiplied by the same numbers.",
    ],
    praise="Once the mask is drawn, dropout is a multiplication, and the way back multiplies by the same numbers.",
    picture=_back(6, (4, 5), 0.5),
)  # fmt: skip

# --- predictions ----------------------------------------------------------------------------------

training_loss = Choice(
    "training_loss",
    "Twice the same network, trained for as long on the same 80 noisy points: once with p = 0, once with p = 0.5. Afterwards dropout is switched off. Which network has the lower loss on the 80 training points?",
    {
        "a": ("The one with dropout", "Look at it from a single noisy point: which network can learn it by heart?"),
        "b": ("The one without", "It learns even the noise by heart. What counts is the loss on new points, and there it will be the other way round."),
        "c": ("Both the same: at evaluation dropout is off", "It is off now, but it was on while the weights were found."),
    },
    "b",
    hints=["A regulariser makes one of the two losses worse on purpose."],
)  # fmt: skip

when_to_use = Choice(
    "when_to_use",
    "Four networks. Which one is most likely to gain from nn.Dropout(0.5)?",
    {
        "a": ("A large fully connected one: training loss 0.02, validation loss 0.9", "It has far more weights than it needs and learns the training set by heart: what dropout is made for."),
        "b": ("A small one: training loss 0.8, validation loss 0.8", "It underfits. Dropout would take away more of the little it has: first make it larger or train it longer."),
        "c": ("A language model that sees each of a trillion words once", "With that much data there is little to learn by heart, so a large p mostly slows it down."),
        "d": ("A recurrent one, a fresh mask on its memory at every step", "After 20 steps a remembered number would be there with probability 0.5²⁰: one in a million."),
    },
    "a",
    hints=["Which of them overfits?"],
)  # fmt: skip

progress = Progress(globals())

# --- explorer: one mask, many masks ---------------------------------------------------------------

_X = np.array([0.9, -0.6, 1.1])
_INTO, _OUT = (
    np.random.default_rng(5).normal(size=(8, 3)),
    np.array([1.0, -0.7, 0.8, 0.6, -0.5, 0.9, 0.7, 1.1]),
)
HIDDEN = np.abs(_INTO @ _X).round(1) + 0.4
MASKS = 400


def masked_outputs(draws, p, hidden=HIDDEN, weight=_OUT):
    """What a linear layer makes of `hidden` under each mask draws ≥ p, not scaled: (len(draws),)."""
    return (draws >= p) @ (hidden * weight)


def _build_network(fig, axes):
    ax, means = axes
    places = [
        np.c_[np.full(n, x), np.linspace(-1, 1, n + 2)[1:-1] * (n + 1) / 9]
        for x, n in ((0, 3), (1, 8), (2, 1))
    ]
    into = [(a, b) for b in places[1] for a in places[0]]
    lines = [
        LineCollection(part, zorder=1) for part in (into, [(a, places[2][0]) for a in places[1]])
    ]
    for part in lines:
        ax.add_collection(part)
    dots = [ax.scatter(*place.T, s=720, zorder=2, linewidths=2) for place in places]
    words = [
        ax.text(*at, "", ha="center", va="center", zorder=3) for place in places for at in place
    ]
    ax.set(xlim=(-0.3, 2.35), ylim=(-1.05, 1.0))
    ax.set_axis_off()
    for x, name in enumerate(("inputs", "hidden", "output")):
        ax.text(x, -1.02, name, ha="center", va="top", color=style.MUTED)
    n = np.arange(1, MASKS + 1)
    scaled = means.plot(n, 0 * n, **style.line("input"), label="mean, with 1/(1 − p)")[0]
    bare = means.plot(n, 0 * n, **style.line("kernel"), label="mean, without")[0]
    exact = means.axhline(0, color=style.INK, linewidth=1.2, label="at evaluation")
    at = means.plot([1, 1], [0, 0], "o", color=style.INK, markersize=7)[0]
    means.set(
        xscale="log", xlim=(0.9, MASKS * 1.1), ylim=(-1, 13), xlabel="masks so far", ylabel="output"
    )
    means.legend(loc="upper right")
    means.set_title("The mean over the masks so far")
    return dict(
        lines=lines,
        dots=dots,
        words=words,
        curves=(scaled, bare),
        exact=exact,
        at=at,
        title=ax.set_title(" "),
    )


def _change_network(artists, kept, values, running, level, number):
    ink, off = style.colour("input"), style.GREYED
    widths = [np.repeat(kept, 3) * 1.4 + 0.3, kept * 1.4 + 0.3]
    for part, width in zip(artists["lines"], widths, strict=True):
        part.set(linewidths=width, colors=[ink if w > 1 else off for w in width])
    artists["dots"][1].set(
        facecolors=["white" if k else "#EEF0F2" for k in kept],
        edgecolors=[ink if k else off for k in kept],
    )
    for side, role in ((0, "output"), (2, "output")):
        artists["dots"][side].set(facecolors="white", edgecolors=style.colour(role))
    for word, value in zip(artists["words"], values, strict=True):
        word.set(text=value, color=style.MUTED if value == "✕" else style.INK)
    for curve, mean in zip(artists["curves"], running, strict=True):
        curve.set_data(np.arange(1, len(mean) + 1), mean)
    artists["exact"].set_ydata([level, level])
    artists["at"].set_data([number, number], [mean[-1] for mean in running])
    dropped = len(kept) - int(kept.sum())
    artists["title"].set_text(f"Mask {number}: {dropped} of {len(kept)} dropped")


def explore():
    """One mask at a time on a small network, and the mean of its outputs against evaluation."""
    alt = "A small network with some hidden units dropped; the mean of its outputs over many masks."
    view = LiveFigure(_build_network, _change_network, alt=alt, columns=2, width_ratios=(1, 1.15))

    def update(p, number, resample):
        draws = np.random.default_rng(resample).random((MASKS, len(HIDDEN)))[:number]
        bare, level = masked_outputs(draws, p), float(HIDDEN @ _OUT)
        counts = np.arange(1, number + 1)
        means = np.cumsum(bare) / counts
        running = (means / (1 - p), means)
        kept = draws[-1] >= p
        hidden = [
            style.format_number(h / (1 - p)) if k else "✕"
            for h, k in zip(HIDDEN, kept, strict=True)
        ]
        values = [*map(style.format_number, _X), *hidden, style.format_number(bare[-1] / (1 - p))]
        view.update(kept=kept, values=values, running=running, level=level, number=number)
        return {
            "this mask": bare[-1] / (1 - p),
            "mean, scaled": running[0][-1],
            "mean, not scaled": means[-1],
            "evaluation": level,
        }

    controls = {
        "p": slider("p, the share dropped", 0.0, 0.9, 0.5, 0.05),
        "number": slider("masks", 1, MASKS, 60),
        "resample": widgets.Button(description="Resample"),
    }
    return Explorer(controls, [view], update, alt=alt)


# --- the experiment -------------------------------------------------------------------------------

STEPS, EVERY, WIDTH = 400, 10, 128
_XS, _YS = np.linspace(-2.7, 2.7, 72), np.linspace(-2.1, 2.1, 56)
_PLANE = np.stack(np.meshgrid(_XS, _YS), -1).reshape(-1, 2)


def moons(n, noise, rng):
    """Two half circles that reach into one another, blurred: points (n, 2) and labels (n,)."""
    label, angle = np.arange(n) % 2, rng.uniform(0, np.pi, n)
    side = 1 - 2 * label
    points = np.c_[side * np.cos(angle) + label - 0.5, side * np.sin(angle) + label / 2 - 0.25]
    return points + rng.normal(0, noise, (n, 2)), label.astype(float)


@functools.cache
def data():
    """80 points to train on and 1000 to validate on: ((x, y), (x, y))."""
    rng = np.random.default_rng(0)
    return moons(80, 0.4, rng), moons(1000, 0.4, rng)


def network(p):
    """Two wide hidden layers, each followed by dropout; one output, the logit of label 1."""
    from torch import nn

    hidden = (
        nn.Linear(2, WIDTH),
        nn.ReLU(),
        nn.Dropout(p),
        nn.Linear(WIDTH, WIDTH),
        nn.ReLU(),
        nn.Dropout(p),
    )
    return nn.Sequential(*hidden, nn.Linear(WIDTH, 1))


def forward(weights, x, masks=(1.0, 1.0)):
    """The network's probabilities of label 1 at points x (n, 2), its hidden layers times `masks`."""
    for (weight, bias), mask in zip(weights, (*masks, None), strict=True):
        x = x @ weight.T + bias
        x = x if mask is None else np.maximum(x, 0) * mask
    return 0.5 + 0.5 * np.tanh(x[:, 0] / 2)  # the sigmoid, without overflow


@dataclass(frozen=True)
class Run:
    """A trained network: losses (steps/EVERY + 1, 2), both with dropout off, and its weights."""

    losses: np.ndarray
    weights: list

    @functools.cached_property
    def region(self):
        return forward(self.weights, _PLANE).reshape(len(_YS), len(_XS))

    def accuracy(self):
        x, y = data()[1]
        return float(((forward(self.weights, x) > 0.5) == (y > 0.5)).mean())


_runs = {}


def fit(p, tick=lambda: None):
    """Train the network with dropout p, once in this session; tick is called at every step."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as loss

    if p in _runs:
        return _runs[p]
    sets = [[torch.tensor(part, dtype=torch.float32) for part in pair] for pair in data()]
    (x, y), losses = sets[0], []
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = network(p)
        optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
        for step in range(STEPS + 1):
            if step % EVERY == 0:
                model.eval()
                with torch.no_grad():
                    losses.append([loss(model(a)[:, 0], b).item() for a, b in sets])
                model.train()
            optimiser.zero_grad()
            loss(model(x)[:, 0], y).backward()
            optimiser.step()
            tick()
    flat = [parameter.detach().numpy() for parameter in model.parameters()]
    _runs[p] = Run(np.array(losses), list(zip(flat[::2], flat[1::2], strict=True)))
    return _runs[p]
