"""Lesson 6, activations: ReLU, leaky ReLU and ELU, their slopes, what they build and cost.

PyTorch is the oracle throughout: torch.nn.functional for values, autograd for slopes.
"""

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
    slips,
)
from helpers.lessons.activations import hinges, oracles
from helpers.lessons.activations.explorers import explore
from helpers.lessons.activations.hinges import explore_hinges
from helpers.lessons.activations.mistakes import (
    by_maximum,
    drop,
    either,
    in_place,
    sides,
    spoilt,
    too_close,
)
from helpers.lessons.activations.pictures import both_formulas, learning

__all__ = ["explore", "explore_hinges", "learning"]  # and the exercises below

# --- what the six functions share -----------------------------------------------------------------


def _cases(parameter=None):
    """Numbers and arrays of all shapes; 0, ±1000; α not given, small, 1 and past 1."""
    row, far = np.array([-2.0, -0.5, 0.0, 0.5, 3.0]), np.array([-1000.0, 0.0, 1000.0])
    tall = np.array([[[-1.5], [2.0]], [[0.0], [-0.25]], [[-3.0], [1.0]]])
    if parameter is None:
        return [*map(Call, (2.0, -1.0, 0.0, row, far)), Call(row[:4].reshape(2, 2)), Call(tall)]
    alphas = ((row, 0.2), (row, 1.5), (far, 3.0), (row[:4].reshape(2, 2), 0.5), (tall, 2.0))
    single = [Call(x, **{parameter: alpha}) for x, alpha in ((-1.0, 0.5), (-2.0, 1.5))]
    first = [*map(Call, (2.0, -1.0, 0.0)), *single, Call(row)]
    return [*first, *(Call(x, **{parameter: alpha}) for x, alpha in alphas)]


_SHAPE = "It takes one number or an array of any shape, and works entry by entry."
_XS = sorted([*np.linspace(-3, 3, 25), 1e-9])  # just right of 0 as well: a jump is drawn vertical


def _exercise(name, oracle, label, parameter, mistakes, hints, praise):
    """One of the six functions; `parameter` is what it calls α, or None."""

    def call(x, curve):
        return Call(x, **({parameter: float(curve.split()[-1])} if parameter else {}))

    curve_names = ("α 0.2", "α 1", "α 2") if parameter else ("ReLU",)
    picture = curves(call, _XS, curve_names, oracle, "input x", label)
    changed = slips.written_into(oracle), in_place(oracle)
    mistakes = [*mistakes, slips.one_question(oracle), *changed]
    return Exercise(
        name,
        oracle,
        _cases(parameter),
        mistakes=mistakes,
        hints=hints,
        praise=praise,
        picture=picture,
        quiet=True,
    )


# --- ReLU -----------------------------------------------------------------------------------------

relu = _exercise(
    "relu", oracles.relu, "ReLU(x)", None,
    mistakes=[
        Mistake("negative part kept", slips.negative_part, "You keep the negative entries and drop the positive ones."),
        Mistake("absolute value", lambda x: oracles.relu(x) + oracles.relu(-np.asarray(x)), "That is |x|: negative entries come out as positive ones, where they should become 0."),
        Mistake("slope, not value", oracles.relu_grad, "That is 1 for a positive x: the slope. The value there is x itself."),
        Mistake("cut off at 1", slips.capped, "You stop at 1. ReLU has no ceiling: that is one of its virtues."),
        Mistake("x + |x|", lambda x: x + np.abs(x), "x + |x| is 0 left of 0, but 2x right of it."),
        Mistake("cut off at 6 (ReLU6)", lambda x: np.clip(x, 0, 6), "You stop at 6: that is ReLU6, another activation. ReLU has no ceiling."),
        Mistake("softplus", lambda x: np.log(1 + np.exp(x)), "That is softplus, ReLU with its corner rounded off. ReLU is exactly 0 on the left."),
        Mistake("a leak below 0", oracles.leaky_relu, "Below 0 something still gets through. ReLU gives exactly 0 there."),
        Mistake("largest along an axis", lambda x: np.max(x, 0), "`np.max(x, 0)` looks for the largest entry along axis 0. You want each entry compared with the number 0."),
    ],
    hints=[_SHAPE + " What comes out for x = 2, for x = −2?",
           "The larger of x and 0, entry by entry: NumPy has a function for exactly that."],
    praise="max(x, 0), at every entry.")  # fmt: skip

slope_at_zero = Choice(
    "slope_at_zero",
    "At exactly 0 ReLU has a kink, and no derivative. What does PyTorch's autograd give there for torch.nn.functional.relu?",
    {
        "a": ("0", "Yes: it takes the slope from the left. That is a choice, not a theorem."),
        "b": ("½, the middle of both slopes", "A fair choice, and there is a way to write ReLU in PyTorch that gives it. Not this one."),
        "c": ("1", "The slope from the right would be as good a choice, but it is not the one made."),
        "d": ("NaN, or an error", "Training must go on, so a number is chosen. Which one?"),
    },
    "a", hints=["Think of ReLU as “x if x > 0, else 0”. Which branch does x = 0 take, and what is the slope of that branch?"])  # fmt: skip

_VALUE = "That is the function's value. The slope says how much the value changes when x does."
_MEAN_AT_0 = "At 0 you have the mean of both slopes, as a difference quotient to both sides gives it. PyTorch's convention is the slope from the left."
_LEFT_AT_0 = "Right, but for one point: at exactly 0, where both slopes would do, PyTorch's convention is the slope from the left."

relu_grad = _exercise(
    "relu_grad", oracles.relu_grad, "slope of ReLU", None,
    mistakes=[
        Mistake("1 at 0", sides(0, lambda x, _: (0, 1, 1)), _LEFT_AT_0),
        Mistake("½ at 0", sides(0, lambda x, _: (0, 0.5, 1)), _MEAN_AT_0),
        Mistake("NaN at 0", sides(0, lambda x, _: (0, np.nan, 1)), "At 0 you get no number: 0 / 0, perhaps. Ask on which side of 0 x lies instead of dividing."),
        Mistake("value, not slope", oracles.relu, _VALUE),
        Mistake("sign of x", sides(0, lambda x, _: (-1, 0, 1)), "Left of 0 you have −1. There ReLU is flat: nothing changes when x does."),
        Mistake("x divided by its size", sides(0, lambda x, _: (-1, np.nan, 1)), "x / |x| is the sign of x: −1 left of 0, where ReLU is flat, and no number at 0."),
        *either("−1 below 0", 0, lambda x, _: (-1, 1), "Left of 0 you have −1. There ReLU is flat: nothing changes when x does."),
        Mistake("1 everywhere", sides(0, lambda x, _: (1, 1, 1)), "Left of 0 ReLU is flat, so its slope there is not 1."),
        *either("branch exchanged", 0, lambda x, _: (1, 0), "That is the slope of the other branch: where does ReLU rise, where is it flat?"),
    ],
    hints=["Left of 0 the graph is flat, right of 0 it is the line y = x. What are the slopes?",
           "Only the question “is x greater than 0?” decides, so that 0 itself belongs to the left."],
    praise="1 where x > 0, else 0: the backward pass lets a gradient through, or stops it.")  # fmt: skip

hinge_weights = Exercise(
    "hinge_weights",
    hinges.hinge_weights,
    mistakes=[
        Mistake("slopes of the pieces", (2.0, -1.0, 1.0), "Those are the slopes of the last three pieces. Past its kink a ReLU goes on: its slope stays in the sum. What must the next one add to it?"),
        Mistake("slopes, one piece early", (0.0, 2.0, -1.0), "Those are the slopes left of each kink. What counts is how the slope changes there."),
        Mistake("heights at the kinks", (0.0, 2.0, 0.0), "Those are the heights at the kinks. A weight doesn't say how high the line is, but how much it bends."),
        Mistake("slope before minus slope after", (-2.0, 3.0, -2.0), "Right but for the sign: take the slope after the kink minus the slope before it."),
        Mistake("no signs", (2.0, 3.0, 2.0), "By size all three are right. Where the line turns down, the weight is negative."),
    ],
    hints=["Left of −1 every ReLU is 0. Between −1 and 0 the first one is alone: which v₁ gives the blue curve's slope there?",
           "Past 0 two of them add up, with slope v₁ + v₂. Read the slope of each blue piece, then go from left to right."],
    praise="A weight is the change of slope at its kink. With enough kinks, and a constant to start from, such a sum comes as close as you like to any continuous curve on an interval.")  # fmt: skip

# --- leaky ReLU -----------------------------------------------------------------------------------

_DEFAULT = "You use 0.01 whatever `negative_slope` says: 0.01 is only the default."

leaky_relu = _exercise(
    "leaky_relu", oracles.leaky_relu, "leaky ReLU(x)", "negative_slope",
    mistakes=[
        Mistake("max(αx, x)", by_maximum, "The larger of αx and x is often the right branch, but look at the α of this call. Let the sign of x decide, not the size of αx."),
        Mistake("min(αx, x)", lambda x, negative_slope=0.01: np.minimum(negative_slope * np.asarray(x), x), "For a small α the smaller of αx and x is the wrong branch on both sides. Let the sign of x decide."),
        Mistake("α forgotten", lambda x, negative_slope=0.01: oracles.relu(x), "That is plain ReLU: left of 0, αx should leak through."),
        Mistake("always 0.01", lambda x, negative_slope=0.01: oracles.leaky_relu(x), _DEFAULT),
        Mistake("slope on the positive side", lambda x, negative_slope=0.01: -oracles.leaky_relu(-np.asarray(x), negative_slope), "α bends the wrong side: positive x comes through as it is, negative x is multiplied by α."),
        Mistake("slope on both sides", lambda x, negative_slope=0.01: negative_slope * np.asarray(x), "α is on both sides of 0: that is a straight line. Positive x comes through as it is."),
        Mistake("sign turned below 0", lambda x, negative_slope=0.01: oracles.leaky_relu(x, -negative_slope), "Left of 0 your values are positive. A positive α times a negative x is negative."),
        Mistake("αx on both sides", sides(0.01, lambda x, a: (a * x, 0, x + a * x)), "Right of 0 you have x + αx. αx belongs to the left alone."),
        Mistake("larger of x and α", sides(0.01, lambda x, a: (np.maximum(x, a),) * 3), "You stop the fall at α, as at a floor. α is the slope of a line: it multiplies x."),
        *either("α added", 0.01, lambda x, a: (x + a, x), "Left of 0 you add α to x. α is the slope of a line: it multiplies x."),
        Mistake("divided by α", sides(0.01, lambda x, a: (x / a, 0, x)), "Left of 0 you divide by α. Multiply: a small α makes a flat line."),
        Mistake("x compared with α", lambda x, negative_slope=0.01: np.where(np.greater(x, negative_slope), x, negative_slope * np.asarray(x)), "You change branches at α. The kink is at 0, whatever α is."),
        *either("α in place of αx", 0.01, lambda x, a: (a, x), "Left of 0 you return α itself. α is the slope of a line: multiply."),
        *either("slope, not value", 0.01, lambda x, a: (a, 1), "That is the slope. The value right of 0 is x itself, left of 0 it is αx."),
    ],
    hints=[_SHAPE + " Two branches: which question tells them apart?",
           "For x > 0 the value is x, otherwise α times x. `np.where` chooses entry by entry."],
    praise="αx left of 0, x right of it: for every α, also past 1.")  # fmt: skip

leaky_relu_grad = _exercise(
    "leaky_relu_grad", oracles.leaky_relu_grad, "slope of leaky ReLU", "negative_slope",
    mistakes=[
        Mistake("1 at 0", sides(0.01, lambda x, a: (a, 1, 1)), _LEFT_AT_0),
        Mistake("0 at 0", sides(0.01, lambda x, a: (a, 0, 1)), "For ReLU 0 was the slope from the left. Take the slope from the left here too: it is not 0."),
        Mistake("mean of both slopes at 0", sides(0.01, lambda x, a: (a, (a + 1) / 2, 1)), _MEAN_AT_0),
        Mistake("NaN at 0", sides(0.01, lambda x, a: (a, np.nan, 1)), "At 0 you get no number: 0 / 0, perhaps. Ask on which side of 0 x lies instead of dividing."),
        Mistake("slope of max(αx, x)", sides(0.01, lambda x, a: (min(a, 1), a, max(a, 1))), "For some α, max(αx, x) is another function, as the next section shows, and so its slope is another one. Let the sign of x decide."),
        Mistake("slope of max(αx, x), and 1 at 0", sides(0.01, lambda x, a: (min(a, 1), 1, max(a, 1))), "For some α, max(αx, x) is another function, as the next section shows, and so its slope is another one. Let the sign of x decide."),
        *either("larger of α and ReLU's slope", 0.01, lambda x, a: (a, max(a, 1)), "The larger of α and ReLU's slope is α on both sides once α is past 1. Let the sign of x decide."),
        *either("1 + α right of 0", 0.01, lambda x, a: (a, 1 + a), "Right of 0 you have 1 + α. There the function is x, and α has no say."),
        Mistake("1 everywhere", sides(0.01, lambda x, a: (1, 1, 1)), "Left of 0 the line is y = αx. How much does it rise when x grows by 1?"),
        Mistake("x compared with α", lambda x, negative_slope=0.01: np.where(np.greater(x, negative_slope), 1.0, negative_slope), "You change branches at α. The kink is at 0, whatever α is."),
        Mistake("value, not slope", oracles.leaky_relu, _VALUE),
        *either("always 0.01", 0.01, lambda x, a: (0.01, 1), _DEFAULT),
        *either("slope of ReLU", 0.01, lambda x, a: (0, 1), "That is ReLU's slope. Left of 0 leaky ReLU is not flat."),
        *either("branch exchanged", 0.01, lambda x, a: (1, a), "The slopes stand on the wrong sides: where is the line y = αx, where y = x?"),
        *either("sign turned", 0.01, lambda x, a: (-a, 1), "Left of 0 the line still rises, so its slope is positive."),
        *either("αx not differentiated", 0.01, lambda x, a: (a * x, 1), "Left of 0 you still have the value αx. How much does it change when x grows by 1?"),
        *either("x right of 0", 0.01, lambda x, a: (a, x), "Right of 0 you return x: that is the value. How much does it change when x grows by 1?"),
    ],
    hints=["Two straight lines meet at 0. What is the slope of each?",
           "Ask “is x greater than 0?”; then 0 itself belongs to the left, as in PyTorch."],
    praise="Never 0 while α > 0: some gradient always gets through.")  # fmt: skip


counterexample = BreakIt(
    "counterexample", leaky_relu, by_maximum,
    valid=lambda negative_slope: "" if negative_slope > 0 else "α is positive in this exercise.",
    mistakes=[
        NearMiss("x and α exchanged", (2.0, -1.0), "Read in the order (x, negative_slope) this has a negative α. Did you write α first?", lambda x, negative_slope: x > 0 > negative_slope),
        NearMiss("α not positive", (-1.0, -0.5), "α is positive in this exercise. (With a negative one the two agree anyway: try.)", lambda negative_slope: negative_slope <= 0),
        NearMiss("x is 0", (0.0, 2.0), "At x = 0 both give 0, whatever α is. Move away from 0.", lambda x: not np.any(x)),
        NearMiss("α is 1", (-1.0, 1.0), "With α = 1 there is only one line left: both give x.", lambda negative_slope: negative_slope == 1),
        NearMiss("α between 0 and 1", (-1.0, 0.5), "With this α, the larger of αx and x is the right branch on both sides of 0. How must α change so that αx and x change places?", lambda negative_slope: negative_slope < 1),
        NearMiss("too close to call", (-1.0, 1.00001), "The two differ here, but by less than the check can tell from rounding. Take an α further from 1, or an x further from 0.", too_close),
    ],
    hints=["Use the first explorer: tick “overlay max(αx, x)” and move α until the curves part.",
           "For a positive x leaky ReLU is x. When is αx larger than that, so that max takes it?"],
    praise="One input is enough: the formula does not hold for every α.",
    picture=both_formulas)  # fmt: skip

max_holds = Choice(
    "max_holds",
    "For which α > 0 is max(αx, x) leaky ReLU at every x?",
    {
        "a": ("For every α > 0", "Your counterexample says otherwise."),
        "b": ("For α ≤ 1", "Up to 1, αx lies above x on the left and below it on the right, which is what max needs. Past 1 the two change places, on both sides."),
        "c": ("For α ≥ 1", "It is the other way round. Past 1, which of αx and x is larger for a positive x?"),
        "d": ("Only for small α, such as 0.01", "0.01 is the usual one, but try 0.9: which is larger, 0.9·x or x, left and right of 0?"),
    },
    "b", hints=["Take x = 1 and x = −1 and ask in both cases when αx is larger than x."])  # fmt: skip

# --- ELU ------------------------------------------------------------------------------------------

where_computes = Choice(
    "where_computes",
    "What does np.where(x > 0, x, np.exp(x)) give for x = np.array([1000.0])?",
    {
        "a": ("1000, and all is quiet: the other branch is not needed", "np.where is a function like any other: its arguments are computed before it is called, in full."),
        "b": ("1000, and a warning", "np.exp(x) is computed for every entry first and overflows; then np.where throws the result away."),
        "c": ("NaN", "NaN would come from arithmetic with the infinity. np.where only chooses."),
        "d": ("An error", "NumPy warns and goes on with infinity; plain Python's math.exp would raise an error."),
    },
    "b", hints=["In which order does Python work: first the arguments of a call, or first the call?"])  # fmt: skip


elu = _exercise(
    "elu", oracles.elu, "ELU(x)", "alpha",
    mistakes=[
        *spoilt(oracles.elu),
        Mistake("α forgotten", lambda x, alpha=1.0: oracles.elu(x), "The curve left of 0 is right for α = 1 only: α stretches it."),
        *either("−1 forgotten", 1.0, lambda x, a: (a * np.exp(x), x), "Left of 0 your curve arrives at α instead of 0, so there is a jump. Shift it down."),
        *either("shifted by 1, not by α", 1.0, lambda x, a: (a * np.exp(x) - 1, x), "Your curve is shifted down by 1, after α has stretched it: it misses the origin unless α = 1. Watch the brackets."),
        *either("α subtracted, not multiplied", 1.0, lambda x, a: (np.exp(x) - a, x), "Your curve is shifted by α but not stretched: it misses the origin unless α = 1."),
        Mistake("sign turned below 0", sides(1.0, lambda x, a: (-a * drop(x), 0, x)), "Left of 0 your values are positive: eˣ is less than 1 there. Which way round is the difference?"),
        Mistake("e to the −x", sides(1.0, lambda x, a: (a * drop(-x), 0, x)), "e⁻ˣ grows without bound to the left. The curve should level off there."),
        Mistake("α in the exponent", sides(1.0, lambda x, a: (drop(a * x), 0, x)), "α stands in the exponent: there it changes how fast the curve falls, not how deep."),
        Mistake("α in the exponent too", sides(1.0, lambda x, a: (a * drop(a * x), 0, x)), "α stands in front and in the exponent as well. It belongs in front alone."),
        Mistake("x divided by α (CELU)", sides(1.0, lambda x, a: (a * drop(x / a), 0, x)), "You divide x by α in the exponent. That is another activation, CELU; ELU leaves the exponent alone."),
        Mistake("α on both sides", sides(1.0, lambda x, a: (a * drop(x), 0, a * x)), "α multiplies the right side too, where x should come through as it is."),
        Mistake("exponential on both sides", sides(1.0, lambda x, a: (a * drop(x), 0, a * drop(x))), "The exponential belongs to the left side only; right of 0 it explodes."),
        Mistake("larger of both branches", sides(1.0, lambda x, a: (np.maximum(x, a * drop(x)), 0, np.maximum(x, a * drop(x)))), "The larger of the two is not the right branch everywhere: right of 0 the exponential outgrows x. Let the sign of x decide."),
        Mistake("larger of x and the curve", sides(1.0, lambda x, a: (np.maximum(x, a * drop(x)), 0, x)), "The larger of x and the curve is right as long as α is 1 or less. Look at the α of this call, and let the sign of x decide."),
        Mistake("branches exchanged", sides(1.0, lambda x, a: (x, 0, a * drop(x))), "The branches stand on the wrong sides: the exponential belongs to negative x."),
        Mistake("branches exchanged, x cut", sides(1.0, lambda x, a: (x, 0, 0)), "The branches stand on the wrong sides: the exponential belongs to negative x. (You cut x well: that is why 0 comes out on the right.)"),
        Mistake("nothing right of 0", sides(1.0, lambda x, a: (a * drop(x), 0, 0)), "The left side is right. Right of 0 you give 0, where x should come through as it is."),
        Mistake("x on both sides", sides(1.0, lambda x, a: (x + a * drop(x), 0, x)), "Left of 0 you add x to the curve. There the curve stands alone."),
        *either("1 subtracted twice", 1.0, lambda x, a: (a * drop(x) - 1, x), "Left of 0 your curve arrives at −1 instead of 0: the 1 is subtracted twice. (`np.expm1` subtracts it already.)"),
        *either("1 subtracted in the exponent", 1.0, lambda x, a: (a * np.exp(x - 1), x), "The 1 stands in the exponent. It belongs behind eˣ: it shifts the curve down."),
        *either("1 added", 1.0, lambda x, a: (a * (np.exp(x) + 1), x), "Left of 0 your curve arrives at 2α instead of 0. Which way must it be shifted?"),
        Mistake("a straight line below 0", lambda x, alpha=1.0: oracles.leaky_relu(x, alpha), "That is leaky ReLU. ELU bends, and levels off at −α."),
        Mistake("flat below 0", lambda x, alpha=1.0: oracles.relu(x), "That is ReLU. Left of 0 ELU falls towards −α."),
        *either("slope, not value", 1.0, lambda x, a: (a * np.exp(x), 1), "That is the slope. The value right of 0 is x itself, and the curve meets the origin."),
    ],
    hints=["Start with α·eˣ. Where is it at x = 0? Shift it so that it meets the origin.",
           "Two branches, chosen by the sign of x. Both are computed for every x: which one overflows?",
           "Cut x before eˣ sees it: the smaller of x and 0 is x itself wherever the left branch counts. (`np.expm1` is eˣ − 1, accurate near 0 too.)"],
    praise="α(eˣ − 1) left of 0, x right of it, and quiet at x = 1000.")  # fmt: skip

smooth_alpha = Choice(
    "smooth_alpha",
    "For which α > 0 has ELU no kink at 0, the same slope from the left as from the right?",
    {
        "a": ("For every α: an exponential is smooth", "The exponential is smooth, but at 0 it is joined to a line. Do they meet at the same slope?"),
        "b": ("For α = 1 only", "The line arrives with slope 1, the curve with slope α."),
        "c": ("For every α ≤ 1", "Choose ELU and α = 0.2 in the first explorer and look at the lower picture, at 0."),
    },
    "b", hints=["Choose ELU in the first explorer and move α: when does the jump in the lower picture close?"])  # fmt: skip

elu_grad = _exercise(
    "elu_grad", oracles.elu_grad, "slope of ELU", "alpha",
    mistakes=[
        *spoilt(oracles.elu_grad),
        Mistake("1 at 0", sides(1.0, lambda x, a: (a * np.exp(x), 1, 1)), _LEFT_AT_0),
        Mistake("0 at 0", sides(1.0, lambda x, a: (a * np.exp(x), 0, 1)), "For ReLU 0 was the slope from the left. Take the slope from the left here too: it is not 0."),
        Mistake("mean of both slopes at 0", sides(1.0, lambda x, a: (a * np.exp(x), (a + 1) / 2, 1)), _MEAN_AT_0),
        Mistake("α forgotten", lambda x, alpha=1.0: oracles.elu_grad(x), "Left of 0 the slope is right for α = 1 only."),
        Mistake("value, not slope", oracles.elu, _VALUE),
        Mistake("value plus 1", sides(1.0, lambda x, a: (a * drop(x) + 1, 1, 1)), "The slope is the value plus something, but that something is 1 only when α is."),
        Mistake("α on both sides", sides(1.0, lambda x, a: (a * np.exp(x), a, a)), "Right of 0 the function is x, and α has no say in its slope."),
        Mistake("value plus α on both sides", sides(1.0, lambda x, a: (a * np.exp(x), a, x + a)), "Left of 0 the slope is the value plus α indeed. Right of 0 the function is x: how much does it change when x grows by 1?"),
        *either("x in front of eˣ", 1.0, lambda x, a: (a * x * np.exp(x), 1), "eˣ is its own derivative: no factor x comes in front of it."),
        *either("−1 kept", 1.0, lambda x, a: (a * drop(x), 1), "The constant does not change when x does: it has no part in the slope."),
        *either("x right of 0", 1.0, lambda x, a: (a * np.exp(x), x), "Right of 0 you return x: that is the value. How much does it change when x grows by 1?"),
        *either("slope of ReLU", 1.0, lambda x, a: (0, 1), "That is ReLU's slope. Left of 0 ELU still rises."),
        *either("slope of leaky ReLU", 1.0, lambda x, a: (a, 1), "That is leaky ReLU's slope. Left of 0 ELU is curved, so its slope depends on x."),
        *either("branch exchanged", 1.0, lambda x, a: (1, a * np.exp(x)), "The slopes stand on the wrong sides of 0."),
        *either("branch exchanged, x cut", 1.0, lambda x, a: (1, a), "The slopes stand on the wrong sides of 0. (You cut x well: that is why α comes out on the right.)"),
        *either("1 subtracted", 1.0, lambda x, a: (a * np.exp(x) - 1, 1), "You subtract 1. A constant does not change when x does: it has no part in the slope."),
        *either("e to the −x", 1.0, lambda x, a: (a * np.exp(-x), 1), "e⁻ˣ grows to the left. The curve levels off there, so its slope fades."),
        Mistake("α in the exponent alone", sides(1.0, lambda x, a: (np.exp(a * x), 1, 1)), "α stands in the exponent. It belongs in front: it stretches the curve."),
        *either("α added", 1.0, lambda x, a: (np.exp(x) + a, 1), "You add α to eˣ. α is a factor: it stretches the curve, and its slope with it."),
        *either("power rule", 1.0, lambda x, a: (a * x * np.exp(x - 1), 1), "x stands in the exponent, not in the base: the power rule does not apply to eˣ."),
        *either("sign turned", 1.0, lambda x, a: (-a * np.exp(x), 1), "Left of 0 the curve rises, so its slope is positive."),
        *either("α in the exponent", 1.0, lambda x, a: (a * np.exp(a * x), 1), "α stands in front of the exponential, not in its exponent."),
    ],
    hints=["Differentiate both branches. What becomes of the constant?",
           "The slope of eˣ is eˣ itself; α stays in front. As before: don't let eˣ see a large x."],
    praise="It fades out to the left: never 0 on paper, but at x = −1000 too small for a float64.")  # fmt: skip

progress = Progress(globals())
