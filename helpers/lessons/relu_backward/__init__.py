"""Lesson 8, ReLU forward and backward: gates, the gradient behind them, and units that die.

PyTorch is the oracle throughout: torch.nn.functional for values, autograd for gradients.
"""

import math
from dataclasses import replace

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
    side_by_side,
    slips,
)
from helpers.lessons.relu_backward import cases, explorers, mistakes, oracles, pictures, words
from helpers.lessons.relu_backward.explorers import explore_dead_unit
from helpers.lessons.relu_backward.names import Names
from helpers.lessons.relu_backward.oracles import dead_unit
from helpers.lessons.relu_backward.pictures import (
    costs,
    lives,
    matrices,
    measured_network,
    measured_relu,
    saturation,
)

__all__ = [  # for the notebook
    "costs",
    "dead_unit",
    "explore_dead_unit",
    "lives",
    "matrices",
    "measured_network",
    "measured_relu",
    "saturation",
]

# --- rows 3.1 and 3.3, by hand --------------------------------------------------------------------

X = np.array([
    [1.5, 2.2, 1.3, 6.7],
    [4.3, -0.3, -0.2, 4.9],
    [-4.5, 1.4, 5.5, 1.8],
    [0.1, -0.5, -0.1, 2.2],
])  # fmt: skip
GRAD = np.array([
    [4.5, 1.2, 2.3, 1.3],
    [-1.3, -6.3, 4.1, -2.9],
    [-0.5, 1.2, 3.5, 1.2],
    [-6.1, 0.5, -4.1, -3.2],
])  # fmt: skip

_FORWARD_SLIPS = [
    Mistake("absolute value", lambda x: np.abs(x), "That is |x|: a negative entry becomes 0, it does not lose its sign."),
    Mistake("negatives left", lambda x: +x, "That is x itself. Negative entries become 0."),
    Mistake("negative part kept", slips.negative_part, "You kept the negative entries and dropped the positive ones."),
    Mistake("mask, not value", oracles.relu_derivative, "That is 1 where x is positive: the slope. The value there is x itself."),
    Mistake("cut off at 1", slips.capped, "You stop at 1. ReLU has no ceiling."),
    Mistake("only large negatives", mistakes.all_but_large_negatives, "Every negative entry goes to 0, however close to 0 it is."),
    Mistake("small positives dropped", lambda x: np.where(x < 0.5, 0, x), "A positive entry stays, however small it is."),
]  # fmt: skip

forward_by_hand = Exercise(
    "forward_by_hand", lambda: oracles.relu_forward(X),
    mistakes=[replace(slip, wrong=slip.wrong(X)) for slip in _FORWARD_SLIPS],
    hints=["Go through the entries one by one: is it above 0? Then leave it alone.",
           "Five entries are negative, in three of the rows."],
    praise="Five gates are shut, eleven open. Remember which: the backward pass needs them.",
    picture=lambda answer: side_by_side(X, answer, ("What went in", "Yours"), wanted=False))  # fmt: skip

_FLIPPED = "You kept what should be stopped: the gradient passes where x let something through."

_BACKWARD_SLIPS = [
    Mistake("mask taken from the gradient", lambda g, x: oracles.relu_backward(g, g), "You asked where the gradient is positive, which is ReLU applied to the gradient. The gate was set on the way forward: by x."),
    Mistake("clipped positive", lambda g, x: oracles.relu_forward(oracles.relu_backward(g, x)), "The mask is right, but you also set negative gradients to 0. A gradient may be negative: it says that L falls when x grows."),
    Mistake("gradient times y", lambda g, x: g * oracles.relu_forward(x), "You multiplied the gradient by ReLU's value. The chain rule multiplies by its slope."),
    Mistake("gradient times x", lambda g, x: g * x, "You multiplied by x. The chain rule multiplies by the slope of ReLU at x, which is 0 or 1."),
    Mistake("ReLU of gradient times x", lambda g, x: oracles.relu_forward(np.multiply(g, x)), "You multiplied by x and took ReLU of that. The chain rule multiplies by the slope of ReLU at x, which is 0 or 1."),
    Mistake("mask turned round", lambda g, x: oracles.relu_backward(g, -x), _FLIPPED),
    Mistake("mask alone", lambda g, x: oracles.relu_derivative(x), "That is the mask alone, the slope. Now multiply the gradient that arrives by it."),
    Mistake("gradient unchanged", lambda g, x: +g, "You pass on the whole gradient. Where ReLU gave 0 for a negative x, a small change of x changes nothing."),
    Mistake("sign turned where x is negative", lambda g, x: g * np.sign(x), "Where x is negative you turn the gradient's sign. ReLU is flat there, so nothing passes."),
    Mistake("forward pass again", lambda g, x: oracles.relu_forward(x), "That is ReLU of x. Backward, the numbers of dL/dy travel; x only decides which of them pass."),
    Mistake("absolute gradient", lambda g, x: np.abs(oracles.relu_backward(g, x)), "The right entries pass, but they lost their signs. A gradient that passes comes through as it is."),
    Mistake("mask from the product", lambda g, x: oracles.relu_backward(g, g * x), "You asked where x · dL/dy is positive. The gate is set by x alone."),
]  # fmt: skip

backward_by_hand = Exercise(
    "backward_by_hand", lambda: oracles.relu_backward(GRAD, X),
    mistakes=[*(replace(slip, wrong=slip.wrong(GRAD, X)) for slip in _BACKWARD_SLIPS),
              Mistake("mask transposed", oracles.relu_backward(GRAD, X.T), "Your mask is transposed: entry (i, j) of the gradient meets entry (i, j) of x.")],
    hints=["Lay both matrices on top of each other: entry meets entry.",
           "Whether an entry of dL/dy passes depends on x alone; its own sign plays no part.",
           "The same five places that became 0 on the way forward become 0 on the way back."],
    praise="What was set to 0 forward is set to 0 backward; the rest passes with its sign.",
    picture=lambda answer: side_by_side(GRAD, answer, ("What arrived", "Yours"), wanted=False))  # fmt: skip

# --- the functions --------------------------------------------------------------------------------

_ROW = np.array([2.0, -1.0, 0.0])
_TALL = np.array([[[-1.5], [2.0]], [[0.0], [-0.25]], [[-3.0], [8.0]]])
_TABLE = np.array([[0.5, -2.0, 0.0, 3.0], [0.0, 1e-3, -1e-3, 100.0]])
_ONE = np.array([-2.0])  # the one array of which `if x > 0` is no error
_ARRAYS = [Call(_ONE), Call(_ROW), Call(_TABLE), Call(_TALL), Call(X)]

relu_forward = Exercise(
    "relu_forward", oracles.relu_forward, _ARRAYS,
    mistakes=[
        *_FORWARD_SLIPS,
        Mistake("a leak below 0", lambda x: oracles.relu_forward(x) - 0.01 * oracles.relu_forward(-x), "That is leaky ReLU. ReLU gives exactly 0 below 0."),
        Mistake("cut off at 6", lambda x: np.minimum(oracles.relu_forward(x), 6), "You stop at 6: that is ReLU6. ReLU has no ceiling."),
        Mistake("negatives taken out", lambda x: x[x > 0], "You took the negative entries out, so the array lost its shape. They stay in their places, as 0."),
        Mistake("largest along an axis", lambda x: np.max(x, 0), "`np.max(x, 0)` looks for the largest entry along axis 0. You want each entry compared with the number 0."),
        Mistake("ReLU of −x", lambda x: oracles.relu_forward(-x), "That is ReLU of −x: positive entries became 0, and negative ones positive."),
        slips.one_question(oracles.relu_forward),
        Mistake("Python's max", lambda x: max(x, 0), slips.one_question(oracles.relu_forward).message),
    ],
    hints=["Each entry by itself: the larger of it and 0.",
           "NumPy has one function that takes the larger of two entry by entry, and another that chooses by a condition."],
    praise="Keep x: on the way back it decides what passes.",
    picture=Call(_TABLE))  # fmt: skip

_MEAN_AT_0 = "At 0 you have the mean of both slopes. PyTorch's convention is 0."
_SIGNED = "Below 0 you have −1. There ReLU is flat: nothing changes when x does."

relu_derivative = Exercise(
    "relu_derivative", oracles.relu_derivative, _ARRAYS,
    mistakes=[
        Mistake("1 at 0", mistakes.at_zero(1), "Right but for one point: at exactly 0, where there is no derivative, the convention here is PyTorch's, and it is not 1."),
        Mistake("½ at 0", mistakes.at_zero(0.5), _MEAN_AT_0),
        Mistake("NaN at 0", mistakes.at_zero(np.nan), "At 0 you get no number: 0 / 0, perhaps. A backward pass needs one, so compare instead of dividing."),
        Mistake("value, not slope", oracles.relu_forward, "That is the function's value. The slope says how much the value changes when x does."),
        Mistake("sign of x", lambda x: np.sign(x), _SIGNED),
        Mistake("−1 below 0, 1 at 0", lambda x: np.where(x < 0, -1, 1), _SIGNED),
        Mistake("−1 below 0, and at 0", lambda x: np.where(x > 0, 1, -1), _SIGNED),
        Mistake("1 everywhere", lambda x: 0 * x + 1, "Below 0 ReLU is flat, so its slope there is not 1."),
        Mistake("branches exchanged", lambda x: oracles.relu_derivative(-x), "The slopes stand on the wrong sides: where does ReLU rise, where is it flat?"),
        Mistake("branches exchanged, 1 at 0", lambda x: 1 - oracles.relu_derivative(x), "The slopes stand on the wrong sides: where does ReLU rise, where is it flat?"),
        Mistake("a leak below 0", lambda x: 0.01 + 0.99 * oracles.relu_derivative(x), "That is leaky ReLU's slope. ReLU is flat below 0."),
        slips.one_question(oracles.relu_derivative),
    ],
    hints=["Left of 0 the graph is flat, right of 0 it is the line y = x. What are the slopes?",
           "One question decides at every entry: is it greater than 0? At 0 itself the answer is no."],
    praise="A mask of zeros and ones: the gates.",
    picture=Call(_TABLE))  # fmt: skip

slope_by_sign = BreakIt(
    "slope_by_sign", relu_derivative, mistakes.slope_by_sign,
    task="One number in an array is enough.",
    mistakes=[NearMiss("one side or the other", ([-2.0, 3.0],), "On both sides of 0 the program is right, however close to 0 you go. What does that leave?", lambda x: np.all(x != 0))],
    hints=["`np.sign` gives −1, 0 or 1. What does the program make of each of the three?"],
    praise="It gives ½ there, the mean of both slopes. Numbers drawn at random hardly ever hit 0, so put a zero into your tests.")  # fmt: skip

gate = Choice(
    "gate",
    "Forward, an entry was x = 4.9. Backward, dL/dy = −2.9 arrives at it. What goes on to dL/dx?",
    {
        "a": ("0, because the gradient is negative", "The gradient's sign plays no part. What matters is the slope at x = 4.9."),
        "b": ("−2.9", "The slope at x = 4.9 is 1, so the gradient passes as it is, sign included."),
        "c": ("−14.21, which is −2.9 · 4.9", "That multiplies by ReLU's value. The chain rule multiplies by its slope."),
        "d": ("2.9", "Nothing in ReLU turns a gradient's sign: its slope is never negative."),
    },
    "b", hints=["Chain rule: dL/dx = dL/dy · dy/dx. What is dy/dx at x = 4.9?"])  # fmt: skip

_MIXED = np.array([[1.0, -2.0, -3.0, 4.0], [-5.0, 6.0, 7.0, -8.0]])

relu_backward = Exercise(
    "relu_backward", oracles.relu_backward,
    [Call(np.array([3.0]), _ONE), Call(np.array([5.0, 3.0, -4.0]), _ROW), Call(_MIXED, _TABLE), Call(-_MIXED, _TABLE),
     Call(np.arange(-3.0, 3.0).reshape(3, 2, 1), _TALL), Call(GRAD, X)],
    mistakes=[
        *_BACKWARD_SLIPS,
        Mistake("≥ 0 for > 0", lambda g, x: g * mistakes.at_zero(1)(x), "Right but for one point: where x is exactly 0 you let the gradient pass. The slope there is 0 by convention."),
        Mistake("open wherever x is not 0", lambda g, x: g * (np.asarray(x) != 0), "You let the gradient pass wherever x is not 0. Below 0 the gate is shut."),
        Mistake("NaN at 0", lambda g, x: g * mistakes.at_zero(np.nan)(x), "Where x is 0 you get no number: y / x is 0 / 0 there. Compare instead of dividing."),
        Mistake("half at 0", lambda g, x: g * mistakes.at_zero(0.5)(x), _MEAN_AT_0),
        Mistake("mask turned round, open at 0", lambda g, x: g - oracles.relu_backward(g, x), _FLIPPED),
        Mistake("arguments exchanged", lambda g, x: oracles.relu_backward(x, g), "x and the gradient have changed places: grad_output comes first."),
        Mistake("a leak below 0", lambda g, x: 0.01 * g + 0.99 * oracles.relu_backward(g, x), "That is leaky ReLU's backward pass. Through ReLU nothing gets back below 0."),
        Mistake("summed up", lambda g, x: oracles.relu_backward(g, x).sum(), "Each entry of x has a gradient of its own: nothing is summed here."),
        Mistake("closed gates taken out", lambda g, x: g[x > 0], "You took the stopped entries out, so the array lost its shape. They stay in their places, as 0."),
        slips.one_question(oracles.relu_backward, which=1),
    ],
    hints=["Chain rule, entry by entry: what arrives, times the slope at x.",
           "Your relu_derivative gives the slope. It is a question about x; grad_output plays no part in it."],
    praise="As autograd does it, zeros included. All it had to remember is one bit per entry: was x > 0?",
    picture=Call(_MIXED, _TABLE))  # fmt: skip

lucky_mask = BreakIt(
    "lucky_mask", relu_backward, mistakes.mask_of_gradient,
    goal="by luck",
    valid=mistakes.one_sign,
    task="`grad_output` should have a positive and a negative entry.",
    mistakes=[
        NearMiss("shapes that differ", ([1.0, -2.0], [3.0]), "Each entry of x has a gradient of its own: give both the same shape.", lambda grad_output, x: np.shape(grad_output) != np.shape(x)),
        NearMiss("no negative gradient", ([1.0, 2.0], [3.0, 4.0]), "No negative gradient arrives. Give `grad_output` a negative entry: what must x be there, so that stopping it is right?", lambda grad_output: np.all(grad_output >= 0)),
        NearMiss("no positive gradient", ([-1.0, -2.0], [-3.0, -4.0]), "No positive gradient arrives. Give `grad_output` a positive entry: what must x be there, so that letting it pass is right?", lambda grad_output: np.all(grad_output <= 0)),
        NearMiss("a negative gradient at an open gate", ([1.0, -2.0], [3.0, 4.0]), "At an entry where x is positive, a negative gradient arrives. It should pass, and the program stops it.", lambda grad_output, x: np.any((grad_output < 0) & (x > 0))),
        NearMiss("a positive gradient at a shut gate", ([1.0, -2.0], [-3.0, -4.0]), "At an entry where x is not positive, a positive gradient arrives. It should be stopped, and the program lets it pass.", lambda grad_output, x: np.any((grad_output > 0) & (x <= 0))),
    ],
    hints=["Which of its lines decides what passes? What does that line look at, and what should it look at?",
           "Two masks, one taken from x, one from dL/dy. When do they come out the same?"],
    praise="Wherever a positive gradient meets a positive x, and a negative one an x that is not, both masks say the same. Data on which they never differ can't find this mistake: test with signs that disagree.")  # fmt: skip

# --- a gradient, measured -------------------------------------------------------------------------

numerical_gradient = cases.OfLosses(
    "numerical_gradient", oracles.numerical_gradient, cases.MEASURED,
    mistakes=mistakes.MEASURED,
    hints=["Subtract one loss from the other. How far did x move in between?",
           "One entry at a time: `np.ndindex(x.shape)` walks over them, whatever the shape. Which array do you nudge, and is it fresh each time?"],
    praise="It knows nothing of the chain rule, so it can test any backward pass. It is slow: two losses per entry.")  # fmt: skip

# --- Linear, ReLU, Linear -------------------------------------------------------------------------

weight_gradient = Choice(
    "weight_gradient",
    "A linear layer gives Y = A W: A has shape (4, 2), one example per row, W (2, 3) and Y (4, 3). G = dL/dY arrives. What is dL/dW?",
    {
        "a": ("G Wᵀ", "That has the shape of A, (4, 2): it is the gradient that goes on to A. For W, which matrix was W multiplied by?"),
        "b": ("Aᵀ G", "W's entry in row d, column k multiplies A's column d and adds to Y's column k, on every example. So each example contributes A[n, d] · G[n, k], and dL/dW sums over n. The shape agrees: (2, 4) times (4, 3)."),
        "c": ("A G", "These two can't be multiplied: (4, 2) times (4, 3)."),
        "d": ("Gᵀ A", "Every product in it is right, but it stands transposed: (3, 2). A gradient has the shape of what it belongs to."),
    },
    "b", hints=["A gradient has the shape of what it belongs to. Which of the four has W's shape?"])  # fmt: skip

network_backward = Exercise(
    "network_backward", oracles.network_backward, cases.NETWORKS,
    mistakes=mistakes.NETWORK,
    hints=["Forward there are three steps, z, h and y. Compute z and h again, then go back through the three in the opposite order.",
           "At each linear layer you need two products: one for its weights, one for what went into it. What went into the second one?",
           "Between the two stands a ReLU: you know what it does to a gradient, and what it looks at to decide."],
    praise="These are the gradients that autograd computes. Where a unit is shut on an example, that example adds nothing to the unit's column of dW1. What if it is shut on all of them?")  # fmt: skip

# --- row 3.4 --------------------------------------------------------------------------------------

sigmoid_slope = Choice(
    "sigmoid_slope",
    "How large can the slope of the sigmoid σ(x) = 1/(1 + e⁻ˣ) be at most?",
    {
        "a": ("1", "tanh reaches 1. The sigmoid climbs half as high, over twice the width."),
        "b": ("½", "That is its value at 0. The slope there is σ(0) · (1 − σ(0))."),
        "c": ("¼", "At x = 0: ½ · ½. Everywhere else it is less."),
    },
    "c", hints=["σ′(x) = σ(x) · (1 − σ(x)). For which value of σ is this product largest?"])  # fmt: skip


_DEEP = ((10, "sigmoid"), (60, "sigmoid"), (50, "relu"), (50, "tanh"))
_DEPTHS = ((1, "sigmoid"), (2, "sigmoid"), (3, "relu"), (3, "tanh"), (0, "sigmoid"), *_DEEP)
surviving_gradient = Exercise(
    "surviving_gradient", oracles.surviving_gradient, [Call(*case) for case in _DEPTHS],
    mistakes=[
        Mistake("added, not multiplied", lambda n, name: n * oracles.steepest(name), "Along a chain of layers slopes are multiplied, one per layer; you added them up."),
        Mistake("sigmoid's slopes added", mistakes.sigmoid_by(lambda n: n / 4), "Along a chain of layers slopes are multiplied, one per layer; you added them up."),
        Mistake("sigmoid's loss added", mistakes.sigmoid_by(lambda n: 1 - n / 4), "Each layer leaves at most a quarter of what arrives there: nothing is subtracted, all is multiplied."),
        Mistake("power turned over", mistakes.sigmoid_by(lambda n: 4.0**n), "Your factor grows with the depth. A slope of ¼ leaves a quarter at each layer."),
        Mistake("base and exponent exchanged", lambda n, name: n ** oracles.steepest(name), "The same slope is multiplied `depth` times: the slope is the base, the depth the exponent."),
        Mistake("divided by the depth", lambda n, name: oracles.steepest(name) / max(n, 1), "Each further layer multiplies once more by its slope; dividing by the depth is far too kind."),
        Mistake("one layer only", lambda n, name: oracles.steepest(name), "That is the factor of a single layer, whatever the depth."),
        Mistake("one layer too few", lambda n, name: oracles.steepest(name) ** (n - 1), "Count again: with `depth` activations on the way there are `depth` slopes."),
        Mistake("one layer too many", lambda n, name: oracles.steepest(name) ** (n + 1), "Count again: with `depth` activations on the way there are `depth` slopes. With none, nothing is lost."),
        Mistake("sigmoid's value for its slope", lambda n, name: (0.5 if name == "sigmoid" else 1.0) ** n, "½ is the sigmoid's value at 0. Its slope is less steep."),
        Mistake("tanh taken for a sigmoid", mistakes.with_factor("tanh", 0.25), "tanh is steeper than the sigmoid at 0: its slope there is 1 − tanh²(0)."),
        Mistake("tanh with slope ½", mistakes.with_factor("tanh", 0.5), "tanh is steeper than that at 0: its slope there is 1 − tanh²(0)."),
        Mistake("half of ReLU's units shut", mistakes.with_factor("relu", 0.5), "On average many ReLU gates are shut, but the question is the best case: along a path on which every unit is active."),
        Mistake("ReLU kills everything", mistakes.with_factor("relu", 0.0), "That is ReLU's worst case. The question is the best: every unit on the way active."),
        Mistake("sigmoid everywhere", lambda n, name: oracles.surviving_gradient(n, "sigmoid"), "That is the sigmoid's factor for every activation: look at `activation`."),
        Mistake("sigmoid without loss", lambda n, name: 1.0, "You lose nothing with the sigmoid either. What is its slope where it is steepest?"),
    ],
    hints=["What is the largest slope of each activation, and where is it?",
           "The chain rule multiplies one such slope per layer: the largest product is a power."],
    praise="After ten sigmoids at most a millionth is left, even with each of them at 0, its steepest place.",
    atol=0,
    picture=curves(
        lambda depth, name: Call(depth, name), range(0, 31, 2), ("sigmoid", "tanh", "relu"),
        oracles.surviving_gradient, "depth", "how many times it is halved", measure=lambda value, name: -math.log2(value),
    ))  # fmt: skip

# --- row 3.5 --------------------------------------------------------------------------------------

dead_learns = Choice(
    "dead_learns",
    "A ReLU unit gives 0 on every training example. What does gradient descent on the loss do with its weights and its bias?",
    {
        "a": ("It moves them back, but slowly", "A slow step needs a small gradient. How large is it, summed over all examples?"),
        "b": ("It moves the bias only", "The bias sits behind the same shut gate as the weights."),
        "c": ("Nothing", "Every example meets slope 0, so weights and bias have gradient 0, and the next step finds the unit as the last one left it."),
        "d": ("It moves them at random", "Mini-batches are random, but every one of them gives the same gradient here."),
    },
    "c", hints=["Which factor do the gradients of all weights, and of the bias, have in common?"])  # fmt: skip

_PAIR, _PLANE = [[1.0], [2.0]], [[1.0, 2.0], [-1.0, 0.5], [2.0, -1.0], [0.5, 0.5]]
_SPACE = [[-1.0, 1.0, 1.0], [0.0, 2.0, 1.0], [1.0, 0.0, 1.0]]
_UNITS = [
    ([1.0], -3.0, _PAIR), ([1.0], -1.25, _PAIR), ([1.0], -2.0, _PAIR), ([1.0], -2.0, [[-1.0], [-3.0]]),
    ([1.0, 1.0], -3.5, _PLANE), ([1.0, 1.0], -2.5, _PLANE), ([-1.0, -2.0], 6.0, _PLANE),
    ([-1.0, -2.0], 0.0, [_PLANE[0], _PLANE[3]]), ([-1.0, 3.0], 0.0, [[1.0, 1.0], [2.0, 2.0]]),
    ([0.0, 0.0], 0.0, _PLANE), ([0.0, 0.0], 0.25, _PLANE), ([2.0, -1.0, 0.5], -0.5, _SPACE),
    ([2.0, -1.0, 0.5], -0.5, _SPACE[:2]), ([2.0, -1.0, 0.5], 4.0, _SPACE[:2]),
    ([1.0, 1.0], -1.0, [[2.0, -2.0], [3.0, -4.0]]), ([1.0, 1.0], -0.25, _PLANE),
    # Open in the middle alone; by very little; on rows that cancel; and dead with a bias above 0.
    ([1.0], 0.0, [[-1.0], [3.0], [-1.0]]), ([1.0], -1.0, [[1.0 + 2**-20], [-3.0]]),
    ([1.0], 2.0, [[1.0], [-1.0]]), ([-1.0, -2.0], 3.0, [[1.0, 2.0], [2.0, 1.0]]),
]  # fmt: skip

_WEIGHTS = {"weight (1, 1)": [1.0, 1.0], "weight (−2, 1)": [-2.0, 1.0]}

is_dead = Exercise(
    "is_dead", oracles.is_dead, [Call(np.array(weight), bias, np.array(data)) for weight, bias, data in _UNITS],
    mistakes=[
        Mistake("any for all", lambda w, b, X: bool((oracles.preactivation(w, b, X) <= 0).any()), "One row on which the unit is shut does not make it dead: it must be shut on every row."),
        Mistake("alive, not dead", lambda w, b, X: not oracles.is_dead(w, b, X), "True and False have changed places: you say whether the unit is alive."),
        Mistake("bias forgotten", lambda w, b, X: oracles.is_dead(w, 0.0, X), "The bias decides as well: a large negative one can shut a unit for good."),
        Mistake("bias subtracted", lambda w, b, X: oracles.is_dead(w, -b, X), "The bias is added to X @ weight."),
        Mistake("sign turned", lambda w, b, X: oracles.is_dead(-w, -b, X), "You ask whether every pre-activation is at or above 0. ReLU shuts on the other side."),
        Mistake("open on every row", lambda w, b, X: bool((oracles.preactivation(w, b, X) > 0).all()), "You ask whether every pre-activation is above 0: then the unit is active on every row. Dead is the other extreme."),
        Mistake("0 counted as alive", lambda w, b, X: bool((oracles.preactivation(w, b, X) < 0).all()), "At a pre-activation of exactly 0 ReLU gives 0, and its slope is 0 too: that row does not keep a unit alive."),
        Mistake("0 looked for before the ReLU", lambda w, b, X: bool((oracles.preactivation(w, b, X) == 0).all()), "You ask whether every pre-activation is 0. Those below 0 become 0 as well, in the ReLU."),
        Mistake("entry by entry", lambda w, b, X: bool((X * w + b <= 0).all()), "`X * weight` multiplies entry by entry and adds nothing up. A row's pre-activation is a sum over its inputs: X @ weight + bias."),
        Mistake("bias inside the product", lambda w, b, X: bool(((X + b) @ w <= 0).all()), "You add the bias to the inputs, so it is multiplied by the weights. It is added to X @ weight."),
        Mistake("half of the rows", lambda w, b, X: bool((oracles.preactivation(w, b, X) <= 0).double().mean() >= 0.5), "Half of the rows are not enough: one row on which it is active keeps the unit alive."),
        Mistake("mean for all", lambda w, b, X: bool(oracles.preactivation(w, b, X).mean() <= 0), "The mean over the rows can be negative while one row still gets through, and one is enough."),
        Mistake("first row only", lambda w, b, X: oracles.is_dead(w, b, X[:1]), "You looked at the first row of X alone. Does your loop return too early?"),
        Mistake("last row only", lambda w, b, X: oracles.is_dead(w, b, X[-1:]), "You looked at the last row of X alone. Does each row overwrite what the one before said?"),
        Mistake("first input only", lambda w, b, X: oracles.is_dead(w[:1], b, X[:, :1]), "You used the first input alone: the pre-activation sums over all inputs."),
        Mistake("bias alone", lambda w, b, X: bool(b < 0), "A negative bias pulls down, but weights and data may lift a row above 0: look at X @ weight + bias."),
        Mistake("weights and bias alone", lambda w, b, X: bool(max(*w, b) <= 0), "Negative weights don't make a unit dead: negative inputs turn them positive. The data decide."),
        Mistake("always dead", lambda w, b, X: True, "Not every unit is dead: one row with a positive pre-activation is enough."),
        Mistake("never dead", lambda w, b, X: False, "Some of these units give 0 on every row."),
    ],
    hints=["One pre-activation per row of X. Which of them does ReLU turn into 0?",
           "Which condition must every row meet, and does a pre-activation of exactly 0 meet it? NumPy has a function that asks whether all entries of an array are true."],
    praise="One open row would do: through it the gradient gets in and can change the weights.",
    picture=curves(
        lambda bias, name: Call(np.array(_WEIGHTS[name]), bias, np.array(_PLANE)),
        np.arange(-5.0, 1.1, 0.25).tolist(), tuple(_WEIGHTS), oracles.is_dead, "bias", "dead (1) or alive (0)",
    ))  # fmt: skip

mean_example = BreakIt(
    "mean_example", is_dead, mistakes.mean_example,
    task="One input, D = 1, is enough, and two rows of X.",
    mistakes=[
        NearMiss("X without rows", ([1.0], 0.0, [1.0, 2.0]), "X has shape (N, D), one example per row. With D = 1 a row is a list of one number, as in `[[1.0], [2.0]]`.", lambda X: np.ndim(X) != 2),
        NearMiss("weight and X that don't fit", ([1.0], 0.0, [[1.0, -3.0]]), "`weight` has one number for each column of X. With one weight a row of X is a list of one number, as in `[[1.0], [2.0]]`.", lambda weight, X: np.shape(weight) != np.shape(X)[1:]),
        NearMiss("dead indeed", ([1.0], -4.0, [[1.0], [2.0]]), "No row has a positive pre-activation: the unit is dead, and the program says so. Leave one row on which it is active.", lambda weight, bias, X: np.all(X @ weight + bias <= 0)),
        NearMiss("active on average", ([1.0], 0.0, [[3.0], [-1.0]]), "On the average example the unit is active, so the program says it is alive, and it is. Pull the average down and leave one row above 0.", lambda weight, bias, X: np.mean(X @ weight + bias) > 0),
    ],
    hints=["The program looks at one example that may not be in the data: their mean. When does it say True?",
           "With weight 1 and bias 0, the pre-activations are the entries of X. Choose two whose mean is negative, though not both are."],
    praise="The mean is shut, yet one example keeps the unit alive and can send it a gradient. Dead means shut on every example.")  # fmt: skip

revive = Names(
    "revive", oracles.revive,
    mistakes=[
        Mistake("relu6 counted", (*mistakes.REVIVING, "relu6"), "One of yours has a ceiling above, but below 0 it is as flat as ReLU."),
        Mistake("hardtanh counted", (*mistakes.REVIVING, "hardtanh"), "One of yours lets negative numbers through, but not these: how far does it reach to the left?"),
        Mistake("both flat ones counted", oracles.OFFERED, "Two of your layers are flat wherever this unit stands. How far do they reach to the left?"),
        mistakes.left_out("sigmoid", "a layer that is nearly flat here. But a small slope is not zero."),
        mistakes.left_out("elu", "a layer that levels off to the left without ever being flat."),
        mistakes.left_out("leaky_relu", "the gentlest change that can be made to ReLU."),
        mistakes.left_out("batch_norm", "a layer that moves the pre-activations, so that some come to lie above 0."),
        Mistake("the ones without a gradient", ("relu6", "hardtanh"), "It is the other way round: these leave the gradient at 0."),
        Mistake("none of them", (), "Some do help: a slope that is not 0 where the unit stands is all it takes."),
    ],
    hints=["The unit's pre-activations lie between −5.1 and −2. Draw each layer's graph there: is it flat?",
           "Batch normalisation subtracts the mean over the data. Can all six numbers still be negative?"],
    praise="A slope that is not 0 where the unit stands, or pre-activations moved to where it is not.",
    picture=pictures.through_layers)  # fmt: skip

progress = Progress(globals(), written=words.POINTS)


def explore(x=None, grad_output=None):
    """Gates forward and backward; x and grad_output are shown once they are found by hand."""
    by_hand = (forward_by_hand, backward_by_hand)
    found = all(one.verdict.status == "correct" for one in by_hand)
    return explorers.explore(x, grad_output) if found else explorers.explore()
