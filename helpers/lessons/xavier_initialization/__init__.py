"""Lesson 7, Xavier initialisation: how large the weights must be for signals to keep their size.

Oracles: PyTorch for tanh, its gradient, the layer and the draws; exact enumeration of finite joint
distributions for the derivation; closed forms for the deviations (Glorot and Bengio, 2010).
"""

import math
from functools import partial

import numpy as np

from helpers.derivations import Derivation
from helpers.exercises import BreakIt, Call, Choice, Exercise, Mistake, NearMiss, Progress, curves
from helpers.lessons.xavier_initialization import (
    mistakes,
    oracles,
    pictures,
    questions,
    route,
    words,
    worlds,
)
from helpers.lessons.xavier_initialization import weighted_sums as sums
from helpers.lessons.xavier_initialization.distributions import Cov, E, Var
from helpers.lessons.xavier_initialization.draws import FROZEN, RNG, Draws
from helpers.lessons.xavier_initialization.explorers import explore
from helpers.lessons.xavier_initialization.oracles import close, layer_case, samples, sigmoid
from helpers.lessons.xavier_initialization.pictures import deep_signal
from helpers.lessons.xavier_initialization.training import three_starts
from helpers.lessons.xavier_initialization.weighted_sums import example_layer

__all__ = ["Cov", "E", "Var", "deep_signal", "example_layer", "explore", "sigmoid"]
__all__ += ["three_starts"]

# --- why noise ------------------------------------------------------------------------------------

equal_weights = questions.equal_weights

# --- row 2.1, tanh --------------------------------------------------------------------------------

_POINTS = [
    Call(np.array([0.0, 1.0, -2.0])),
    Call(np.array([-2.0, -0.3, 0.0, 1.2])),
    Call(np.array([[0.1, -0.7, 3.0], [2.0, -4.0, 0.9]])),
    Call(np.array([-1000.0, -40.0, 40.0, 1000.0])),
]
_LARGE = "The values are right, but NumPy warns: for x = ±1000 an exponential overflows. "

tanh_from_sigmoid = Exercise(
    "tanh_from_sigmoid",
    oracles.tanh_from_sigmoid,
    _POINTS,
    mistakes=[
        Mistake("argument not doubled", lambda x: 2 * sigmoid(x) - 1, "σ is taken of 2x, not of x: with x alone the curve is twice as wide."),
        Mistake("not stretched", lambda x: sigmoid(2 * x), "σ lies between 0 and 1, tanh between −1 and 1: stretch it to twice the height and push it down."),
        Mistake("pushed down, not stretched", lambda x: sigmoid(2 * x) - 1, "That lies between −1 and 0. σ must be stretched to twice its height before it is pushed down."),
        Mistake("not pushed down", lambda x: 2 * sigmoid(2 * x), "2σ(2x) lies between 0 and 2. tanh(0) is 0."),
        Mistake("pushed down first", lambda x: 2 * (sigmoid(2 * x) - 1), "Stretch first, then take 1 away: yours lies between −2 and 0."),
        Mistake("centred, not stretched", lambda x: sigmoid(2 * x) - 0.5, "Centred, but only half as high: yours lies between −½ and ½."),
        Mistake("1 taken away inside", lambda x: 2 * sigmoid(2 * x - 1), "The 1 is taken away inside σ: that shifts the curve to the right. It belongs outside, and shifts the curve down."),
        Mistake("turned round", lambda x: 1 - 2 * sigmoid(2 * x), "That is −tanh(x): it falls from 1 to −1, and tanh rises."),
        Mistake("argument halved", lambda x: 2 * sigmoid(x / 2) - 1, "Double the argument, don't halve it: tanh rises faster than σ."),
        Mistake("overflow", lambda x: 2 / (1 + np.exp(-2 * np.asarray(x))) - 1, _LARGE + "`sigmoid` from the first cell is safe."),
        Mistake("infinity by infinity", lambda x: (np.exp(2 * np.asarray(x)) - 1) / (np.exp(2 * np.asarray(x)) + 1), "For x = 1000 that is ∞ / ∞, which is NaN. Go through `sigmoid`: it is safe for every x."),
    ],
    hints=["What does σ(2x) do at −∞, at 0 and at +∞? And tanh?", "Which stretch and which shift take the interval (0, 1) to (−1, 1)?"],
    praise="tanh is a sigmoid, stretched and centred: its outputs lie on both sides of 0.",
    quiet=True,
    picture=pictures.of_a_number(oracles.tanh_from_sigmoid, "tanh(x)"),
)  # fmt: skip

tanh_grad = Exercise(
    "tanh_grad",
    oracles.tanh_grad,
    _POINTS,
    mistakes=[
        Mistake("not squared", lambda x: 1 - np.tanh(x), "Nearly: tanh is to be squared. A slope must be the same at x and at −x, for tanh is odd; yours is not."),
        Mistake("the bracket squared", lambda x: (1 - np.tanh(x)) ** 2, "The square belongs to tanh alone, not to the whole difference: for large negative x yours rises to 4."),
        Mistake("doubled for squared", lambda x: 1 - 2 * np.tanh(x), "`* 2` doubles, `** 2` squares: tanh is to be squared."),
        Mistake("square inside tanh", lambda x: 1 - np.tanh(np.square(x)), "You squared x and then took tanh. Take tanh first, then square."),
        Mistake("1 minus forgotten", lambda x: np.tanh(x) ** 2, "That is 0 at x = 0, where tanh is steepest, and 1 far out, where it is flat: exactly the other way round."),
        Mistake("the constant kept", lambda x: oracles.tanh_grad(x) - 1, "The constant −1 has the derivative 0: it drops out."),
        Mistake("1/cosh", lambda x: 1 / np.cosh(x), "The slope is 1/cosh²(x): the square is missing. (For large x cosh overflows; with tanh you are safe.)"),
        Mistake("tanh itself", np.tanh, "That is tanh. Its slope is wanted, which is largest at 0 and never negative."),
        Mistake("tanh of 2x", lambda x: oracles.tanh_grad(2 * np.asarray(x)), "The doubled argument belongs to σ(2x). Written with tanh, the argument is x."),
        Mistake("half of σ(x)'s formula", lambda x: 2 * sigmoid(x) * (1 - sigmoid(x)), "Two things are missing: σ is taken of 2x, and the inner derivative brings another factor 2."),
        Mistake("the sigmoid's derivative", lambda x: sigmoid(x) * (1 - sigmoid(x)), "That is σ′(x), which is ¼ at 0. tanh is 2σ(2x) − 1: two factors of 2 are missing, and both σ are taken of 2x."),
        Mistake("inner derivative forgotten", lambda x: 2 * sigmoid(2 * x) * (1 - sigmoid(2 * x)), "Half of it: by the chain rule σ(2x) brings another factor 2."),
        Mistake("argument not doubled", lambda x: 4 * sigmoid(x) * (1 - sigmoid(x)), "That is the slope of tanh at x/2. Written with σ, take both of 2x; written with tanh, take it of x."),
        Mistake("only one argument doubled", lambda x: 4 * sigmoid(2 * x) * (1 - sigmoid(x)), "One σ is taken of 2x, the other of x: both are taken of 2x."),
        Mistake("taken of the output", lambda x: 1 - np.asarray(x, float) ** 2, "1 − y² is right for the output y = tanh(x). Here x is the input."),
        Mistake("sign", lambda x: -oracles.tanh_grad(x), "tanh rises everywhere: its derivative is positive."),
        Mistake("plus for minus", lambda x: 1 + np.tanh(x) ** 2, "Far out tanh is flat, so its derivative falls to 0. Yours rises."),
        Mistake("the slope's own slope", lambda x: -2 * np.tanh(x) * oracles.tanh_grad(x), "You differentiated twice: that is the slope of 1 − tanh². One derivative is asked for."),
        Mistake("the square doubled", lambda x: 1 - 2 * np.tanh(x) ** 2, "Far out yours falls to −1, but tanh never falls. tanh² stands there once."),
        Mistake("a square too many", lambda x: oracles.tanh_grad(x) ** 2, "You squared once more than needed."),
        Mistake("overflow", lambda x: 1 / np.cosh(x) ** 2, _LARGE + "Write it with tanh, which stays between −1 and 1."),
    ],
    hints=[
        "The chain rule brings one factor for the 2 in front of σ and one for the 2 inside. Then σ′ = σ(1 − σ).",
        "Only tanh x should be left: solve tanh x = 2σ(2x) − 1 for σ(2x), put that in and multiply out.",
    ],
    praise="1 at x = 0, the largest slope there is; and 0 far out, where tanh is flat.",
    quiet=True,
    picture=pictures.of_a_number(oracles.tanh_grad, "the slope of tanh at x"),
)  # fmt: skip

near_zero = questions.near_zero

how_near = questions.how_near

# --- row 2.2, the layer ---------------------------------------------------------------------------

dense_tanh = Exercise(
    "dense_tanh",
    oracles.dense_tanh,
    [oracles.SMALL_LAYER, layer_case(2, 2, 1), layer_case(5, 2, 2), layer_case(4, 3, 2), layer_case(5, 2, 5)],
    mistakes=[
        Mistake("tanh forgotten", oracles.linear, "That is what goes into tanh; the neuron gives tanh of it."),
        Mistake("bias forgotten", lambda a, w, b: oracles.dense_tanh(a, w, 0 * b), "Neuron i also adds its bias b_i."),
        Mistake("bias after tanh", lambda a, w, b: oracles.dense_tanh(a, w, 0 * b) + b, "The bias belongs inside tanh, with the sum."),
        Mistake("bias subtracted", lambda a, w, b: oracles.dense_tanh(a, w, -b), "The bias is added. (Subtracted, it would be a threshold.)"),
        Mistake("weight transposed", lambda a, w, b: np.tanh(np.asarray(a) @ np.asarray(w) + b), "The sum runs over j, the second index of W_ij: row i of weight belongs to neuron i."),
        Mistake("tanh of the inputs", lambda a, w, b: oracles.linear(np.tanh(a), w, b), "Here tanh comes last: first the weighted sum and the bias."),
        Mistake("tanh of each term", lambda a, w, b: np.tanh(np.asarray(w) * a).sum(1) + b, "Add up first, the bias as well, then take tanh of the whole."),
        Mistake("averaged", lambda a, w, b: oracles.dense_tanh(np.asarray(a) / len(a), w, b), "The terms are added, not averaged."),
        Mistake("multiplied by the bias", lambda a, w, b: oracles.dense_tanh(a, w, 0 * b) * b, "The bias is added to the sum before tanh; you multiply by it."),
        Mistake("tanh of the weights", lambda a, w, b: oracles.linear(a, np.tanh(w), b), "tanh is taken of the whole sum with its bias, not of the weights."),
        Mistake("no sum", lambda a, w, b: np.tanh(np.asarray(w) * a + b), "You multiply entry by entry, but don't add up over j: each neuron gives one number."),
        Mistake("summed over i", lambda a, w, b: np.tanh((np.asarray(w) * a).sum(0) + b), "You add up over i, down the columns. The sum runs over j, along each row."),
        Mistake("bias added to the inputs", lambda a, w, b: np.tanh(np.asarray(w) @ (np.asarray(a) + b)), "You add the bias to the inputs. It is added to the sum: one b_i for each neuron, not one for each input."),
        Mistake("one sum for all neurons", lambda a, w, b: np.tanh((np.asarray(w) * a).sum() + b), "You add up over both indices. The sum runs over j alone: each neuron has its own."),
        Mistake("bias on every term", lambda a, w, b: oracles.dense_tanh(a, w, len(a) * np.asarray(b)), "The bias is added once to each neuron's sum, not to each of its terms."),
        Mistake("sigmoid", lambda a, w, b: sigmoid(oracles.linear(a, w, b)), "This layer's activation is tanh, not σ."),
    ],
    hints=["For one neuron: multiply row i of weight with a, entry by entry, and add up.", "All neurons at once: a matrix times a vector, plus a vector."],
    praise="The same as torch.nn.Linear followed by tanh, with the weight D_z × D_a, as PyTorch stores it.",
    picture=layer_case(7, 3, 4),
)  # fmt: skip

# --- row 2.3a, the equation -----------------------------------------------------------------------

_PAIRS = (samples(1, 2, 0, 2), samples(0, 1, 0, 2), samples(0, 2, 2, 1))

keeps_variance = Exercise(
    "keeps_variance",
    oracles.keeps_variance,
    [
        Call(np.array([3.0, 5.0, 4.0]), np.array([1.0, 0.0, -1.0])), Call(np.array([0.0, 4.0, 2.0]), np.array([1.0, 0.0, -1.0])),
        samples(0, 1, 0, 1), samples(0, 0.5, 0, 1), samples(0, 1.5, 0, 1), samples(2, 1, 0, 1),
        samples(0, math.sqrt(5), 2, 1), samples(3, 0.2, 3, 0.4), samples(-1, 2, 1, 2), samples(0, 0.01, 0, 0.02),
        samples(1, 0.03, -2, 0.03), samples(0, 3, 0, 3, 1500, 6000),
        samples(0, 1, 0, math.sqrt(2), 6000, 3000),
        # Within 5 % but not equal; and deviations within 5 %, whose squares are not.
        samples(0.5, math.sqrt(1.03), 0, 1), samples(0, 2, 1, 2 * math.sqrt(1.04)),
        samples(0, 1.04, 0, 1), samples(1, 3, 0, 3 * 1.035),
        # Within 5 % of the larger but not of the smaller; within 5 % of the sum.
        samples(0, math.sqrt(1.0515), 0, 1), samples(0, 1, 0, math.sqrt(1.0515)), samples(0, math.sqrt(1.1065), 0, 1),
        samples(0, math.sqrt(1.055), 0, 1), samples(0, 1, 0, math.sqrt(1.055)),
        # Within 5 % of the larger and of the mean, not of the smaller; 10 %, but deviations apart; 1 %.
        samples(0, math.sqrt(0.9518), 0, 1), samples(0, math.sqrt(0.901), 0, 1), samples(0, math.sqrt(0.995), 0, 1),
    ],
    mistakes=[
        Mistake("means compared", lambda z, a: bool(abs(np.mean(z) - np.mean(a)) < 0.05), "You compared where the values lie. Their spread is asked for: the variance."),
        Mistake("squares compared", lambda z, a: close(np.mean(np.square(z)), np.mean(np.square(a))), "The mean of the squares is the variance only where the mean is 0. Take the mean away first."),
        Mistake("sums compared", lambda z, a: close(np.var(z) * len(z), np.var(a) * len(a)), "You compared sums of squares; there may be more draws of one than of the other."),
        Mistake("shrinking allowed", lambda z, a: bool(np.var(z) <= 1.05 * np.var(a)), "Equal is asked for, not at most: a signal that shrinks in every layer dies out."),
        Mistake("growing allowed", lambda z, a: bool(np.var(z) >= 0.95 * np.var(a)), "Any z that spreads more than a passes (a `>=`, or a difference without `abs`). A signal that grows in every layer saturates tanh."),
        Mistake("off by a fixed amount", lambda z, a: bool(abs(np.var(z) - np.var(a)) < 0.05), "Small variances differ by little, and yet one may be four times the other. Compare to within 5 % of the larger."),
        Mistake("standard deviations compared", lambda z, a: close(np.std(z), np.std(a)), "You compared standard deviations. Where they differ by 5 %, the variances differ by about 10 %."),
        Mistake("5 % of a's variance", lambda z, a: bool(abs(np.var(z) - np.var(a)) <= 0.05 * np.var(a)), "You allow 5 % of Var(a), even where Var(z) is the larger. (`np.isclose` measures by its second argument; `max` finds the larger.)"),
        Mistake("5 % of z's variance", lambda z, a: bool(abs(np.var(z) - np.var(a)) <= 0.05 * np.var(z)), "You allow 5 % of Var(z), even where Var(a) is the larger."),
        Mistake("5 % of the smaller", lambda z, a: bool(abs(np.var(z) - np.var(a)) <= 0.05 * min(np.var(z), np.var(a))), "You allow 5 % of the smaller variance. The larger one is the measure."),
        Mistake("5 % of the mean", lambda z, a: bool(abs(np.var(z) - np.var(a)) <= 0.025 * (np.var(z) + np.var(a))), "You allow a little less than 5 % of the larger variance, as if you measured by the mean of the two. The larger one is the measure."),
        Mistake("10 %", lambda z, a: bool(abs(np.var(z) - np.var(a)) <= 0.1 * max(np.var(z), np.var(a))), "You allow about 10 %. Allow for 5 % of the larger variance."),
        Mistake("5 % of the sum", lambda z, a: bool(abs(np.var(z) - np.var(a)) <= 0.05 * (np.var(z) + np.var(a))), "You allow 5 % of both variances together, about twice too much. The larger one is the measure."),
        Mistake("abs forgotten", lambda z, a: bool(np.var(z) - np.var(a) <= 0.05 * max(np.var(z), np.var(a))), "Where Var(z) is far smaller, your difference is negative, and so it passes. Take its absolute value."),
        Mistake("True and False exchanged", lambda z, a: not close(np.var(z), np.var(a)), "It says False where the variance is kept, and True where it is not."),
        Mistake("exactly equal", lambda z, a: bool(np.var(z) == np.var(a)), "Two sets of draws hardly ever have exactly the same variance: allow for 5 % of the larger."),
        Mistake("no tolerance", lambda z, a: bool(np.isclose(np.var(z), np.var(a))), "That asks for equality but for rounding; two sets of draws hardly ever have it. Allow for 5 % of the larger variance."),
        Mistake("always false", lambda z, a: False, "It says False for every pair, even where the variances are equal."),
        Mistake("ranges compared", lambda z, a: close(np.ptp(z), np.ptp(a)), "The range is not the variance: one far value decides it."),
        Mistake("always true", lambda z, a: True, "It says True for every pair, even where z spreads twice as far as a."),
    ],
    hints=["`np.var(z)` takes the mean away by itself.", "The two sides may be in either order: `max` finds the larger one."],
    praise="As an equation: Var(z_i) = Var(a_i). The means may differ; it is the spread that must last.",
    picture=partial(pictures.spreads, pairs=_PAIRS, names="za"),
)  # fmt: skip

break_keeps_variance = BreakIt(
    "break_keeps_variance",
    keeps_variance,
    mistakes.squares_compared,
    mistakes=[
        NearMiss("both means zero", ([-1, 1], [-2, 2]), "Both lists have mean 0. There the mean of the squares is the variance, so the program is right.", lambda z, a: max(abs(np.mean(z)), abs(np.mean(a))) < 1e-9),
        NearMiss("means of the same size", ([1, 3], [3, 1, 3, 1]), "Their means are equally far from 0, so both gain the same from it. Shift one list and leave the other.", lambda z, a: abs(abs(np.mean(z)) - abs(np.mean(a))) < 1e-9),
        NearMiss("variances far apart", ([9, 11], [-1, 1, -9]), "The program says False, and the variances do differ. Find two lists that spread equally but don't lie at the same place.", lambda z, a: not close(np.var(z), np.var(a))),
        NearMiss("means small beside the spread", ([-9, 11], [-10, 10]), "The means are small beside the spread, so the squares hardly notice them. Shift one list further.", lambda z, a: max(abs(np.mean(z)), abs(np.mean(a))) < 0.3 * np.std(a)),
    ],
    hints=["It looks at `z**2` without looking at the mean first. When is the mean of the squares not the variance?"],
    praise="It compares E(x²), which is the variance only where the mean is 0. The same gap will open in the derivation, after a ReLU.",
)  # fmt: skip

# --- row 2.3b, the derivation ---------------------------------------------------------------------

variance_derivation = Derivation(
    "variance_derivation",
    sums.random_layers,
    route.first,
    route.last,
    rules=worlds.RULES,
    worlds=worlds.worlds,
    each="j",
    without={
        "independent terms": sums.copied_terms,
        "W independent of a": sums.weights_follow_inputs,
        "zero mean": sums.both_shifted,
        "zero mean of the inputs": sums.positive_inputs,
        "zero mean of the weights": sums.shifted_weights,
        "identical distribution": sums.different,
        "independent inputs": sums.shared_inputs,
    },
    landmarks=route.landmarks,
    words=route.words,
    mistakes=route.mistakes,
    hints=[
        "Line 2 uses independent terms alone: one variance of a sum becomes a sum of D variances. What is inside them has not changed.",
        "Line 3 starts from Var(x) = E(x²) − E(x)² with x = W_j a_j. Independence splits both expectations. Keep both: nothing is said of the means yet.",
        "Line 4 uses the zero means: which of the two products is then 0, and what is E(x²) for a variable of mean zero? What is left for line 5 is D times the same number.",
    ],
    praise="Every line holds, exactly, on every distribution tried, and no step brings in two assumptions. Set it equal to Var(a), and Var(W) = 1/D is what remains.",
)  # fmt: skip

_STEPS = {
    "a": "from Var(Σ_j …) to Σ_j Var(…)",
    "b": "splitting E(W_j² a_j²) into E(W_j²) E(a_j²)",
    "c": "from E(W_j²) E(a_j²) − E(W_j)² E(a_j)² to Var(W_j) Var(a_j)",
    "d": "from the sum to D times one term",
}

positive_inputs = Choice(
    "positive_inputs",
    "Suppose the a_j are never negative, as after a ReLU; all else stays. Which step fails?",
    {
        "a": (_STEPS["a"], "The terms are still independent, and that is all this step uses."),
        "b": (_STEPS["b"], "Independent they still are; a mean does not matter here."),
        "c": (_STEPS["c"], "Inputs that are never negative have a positive mean (unless they are 0), and E(a²) is then more than Var(a). He's initialisation for ReLU starts from Var(W) · E(a²)."),
        "d": (_STEPS["d"], "They still all have the same distribution, whatever its mean."),
    },
    "c",
    hints=["Which property do inputs that are never negative lose: independence, zero mean or the common distribution?"],
)  # fmt: skip

shared_inputs = Choice(
    "shared_inputs",
    "In a deep network the inputs of a layer depend on one another: all come from the same data. Say a₁ = a₂, and the weights are independent with mean zero. Which step fails?",
    {
        "a": (_STEPS["a"], "It would, were the terms correlated. But Cov(W₁ a, W₂ a) = E(W₁) E(W₂) Var(a), and both weights have mean zero."),
        "b": (_STEPS["b"], "W_j is still independent of a_j. Nothing else is used here."),
        "c": (_STEPS["c"], "The means are still zero, so this step is safe."),
        "d": (_STEPS["d"], "One distribution for all is still the case."),
        "e": ("none", "The variances add up as soon as the terms are uncorrelated, and independent weights with mean zero see to that, however the inputs depend on one another."),
    },
    "e",
    hints=["Work out Cov(W₁ a, W₂ a) = E(W₁ W₂ a²) − E(W₁ a) E(W₂ a) for W₁, W₂ and a independent."],
)  # fmt: skip

# --- the deviation, and the draws -----------------------------------------------------------------

xavier_std = Exercise(
    "xavier_std",
    oracles.xavier_std,
    [Call(4), Call(1), Call(100), Call(784)],
    mistakes=[
        Mistake("the variance taken for the standard deviation", lambda n: 1 / n, "1/fan_in is the variance. N(0, 1/fan_in) names its variance; NumPy and PyTorch ask for the standard deviation."),
        Mistake("√D", lambda n: math.sqrt(n), "The more terms there are, the smaller each weight must be. Yours grows with fan_in."),
        Mistake("the fan itself", lambda n: n, "D · Var(W) = 1: solve it for Var(W), then take the root."),
        Mistake("the uniform's standard deviation", lambda n: 1 / math.sqrt(3 * n), "That is the standard deviation of a uniform distribution between ±1/√fan_in: too small by √3."),
        Mistake("the uniform's bound", lambda n: math.sqrt(3 / n), "±√(3/fan_in) are the bounds of a uniform distribution with this standard deviation. The standard deviation itself has no 3."),
        Mistake("He's", lambda n: math.sqrt(2 / n), "With the 2 it is He's standard deviation, made for ReLU, which sets half of the values to 0. tanh near 0 loses nothing."),
        Mistake("squared", lambda n: 1 / n**2, "You squared where the root is wanted."),
    ],
    hints=["Var(z) = D · Var(W) · Var(a) should be Var(a). Which Var(W) does that?", "The standard deviation is the root of the variance."],
    praise="The variance is 1/fan_in, so the standard deviation is 1/√fan_in.",
    picture=curves(lambda n, name: Call(int(n)), (1, 2, 4, 8, 16, 32, 64, 100), ("variance kept",), oracles.xavier_std, "fan_in", "standard deviation"),
)  # fmt: skip

xavier_normal = Draws(
    "xavier_normal",
    oracles.xavier_normal,
    [Call(3, 2, np.random.default_rng(1)), Call(400, 150, np.random.default_rng(2)), Call(60, 900, np.random.default_rng(3))],
    mistakes=[
        Mistake("the variance taken for the standard deviation", mistakes.normal(lambda i, o: 1 / i), "1/fan_in is the variance. `rng.normal` asks for the standard deviation."),
        Mistake("fan_out for fan_in", mistakes.normal(lambda i, o: o**-0.5), "Each neuron adds up fan_in terms; how many neurons there are does not matter for its variance."),
        Mistake("Glorot's", mistakes.normal(oracles.glorot_std), "That is the compromise between forward and backward, which comes next. Here only fan_in counts."),
        Mistake("He's", mistakes.normal(lambda i, o: math.sqrt(2 / i)), "With the 2 it is He's standard deviation, made for ReLU. tanh near 0 loses nothing."),
        Mistake("mean and standard deviation exchanged", lambda i, o, rng: np.full((o, i), i**-0.5), "All entries are the same number. `rng.normal` takes the mean first, which is 0, then the standard deviation."),
        Mistake("standard deviation 1", mistakes.normal(lambda i, o: 1.0), "Those are standard normal numbers: nothing makes them small enough for fan_in terms."),
        Mistake("√D", mistakes.normal(lambda i, o: i**0.5), "The more terms, the smaller each weight must be."),
        Mistake("transposed", lambda i, o, rng: oracles.xavier_normal(i, o, rng).T, "PyTorch stores a weight as (fan_out, fan_in): one row for each neuron."),
        Mistake("flat", lambda i, o, rng: oracles.xavier_normal(i, o, rng).ravel(), "Give it the shape of a weight: (fan_out, fan_in)."),
        Mistake("the uniform's bound", mistakes.uniform(lambda i, o: i**-0.5), "Between ±1/√fan_in, all equally likely: that is torch.nn.Linear's default. Its standard deviation is 1/√(3 fan_in), and N stands for normal."),
        Mistake("uniform", mistakes.uniform(lambda i, o: math.sqrt(3 / i)), "The standard deviation is right, but none of the numbers lies beyond two of it. Uniform ones stop there; of normal ones, as N(0, 1/fan_in) says, 4.6 % lie further out."),
        Mistake("all rows alike", mistakes.rows_alike, "Every neuron got the same weights. They would all compute the same, and learn the same."),
        Mistake("rng not used", lambda i, o, rng: oracles.xavier_normal(i, o, np.random.default_rng()), RNG + " Only then can others repeat your run."),
        Mistake("rng made anew", lambda i, o, rng: oracles.xavier_normal(i, o, np.random.default_rng(0)), FROZEN + " With a seed of its own every layer gets the same weights."),
    ],
    hints=["`rng.normal(mean, std, size)` draws an array of a given shape.", "The standard deviation is what xavier_std gives; the shape is (fan_out, fan_in)."],
    praise="The shape, the mean, the standard deviation and the tails are right, and rng can repeat it.",
    picture=partial(pictures.histogram, call=Call(100, 50, np.random.default_rng(0)), std=0.1, xlabel="weight (fan_in 100, fan_out 50)"),
)  # fmt: skip

variance_as_std = questions.variance_as_std

which_learns = questions.which_learns

backward = questions.backward

glorot_std = Exercise(
    "glorot_std",
    oracles.glorot_std,
    [Call(3, 5), Call(8, 2), Call(4, 3), Call(16, 16), Call(100, 400), Call(784, 10)],
    mistakes=[
        Mistake("the variance taken for the standard deviation", lambda i, o: 2 / (i + o), "2/(fan_in + fan_out) is the variance; take its root."),
        Mistake("bracket forgotten", lambda i, o: math.sqrt(2 / i + o), "Python divides before it adds: `2 / fan_in + fan_out` is (2/fan_in) + fan_out. Put the sum in brackets."),
        Mistake("root of the 2 alone", lambda i, o: math.sqrt(2) / (i + o), "The root is taken of 2 only. It belongs to the whole fraction."),
        Mistake("He's", lambda i, o: math.sqrt(2 / i), "With fan_in alone that is He's standard deviation, made for ReLU. Where is fan_out?"),
        Mistake("He's, backward", lambda i, o: math.sqrt(2 / o), "With fan_out alone and a 2 that is He's standard deviation for the backward pass of a ReLU layer. Where is fan_in?"),
        Mistake("whole division", lambda i, o: math.sqrt(1 / ((i + o) // 2)), "`//` cuts off the half when fan_in + fan_out is odd: divide with `/`."),
        Mistake("the 2 on the wrong side", lambda i, o: math.sqrt(1 / (2 * (i + o))), "The mean of the fans is (fan_in + fan_out)/2, and Var(W) is one over it: the 2 comes to stand above."),
        Mistake("the larger fan", lambda i, o: max(i, o) ** -0.5, "The larger fan alone lets one direction vanish. Glorot takes the mean of the two."),
        Mistake("the 2 forgotten", lambda i, o: math.sqrt(1 / (i + o)), "That takes one over the sum of the fans; it is their mean that counts. For fan_in = fan_out your result should be 1/√fan_in: check that."),
        Mistake("the uniform's bound", lambda i, o: math.sqrt(6 / (i + o)), "That is the bound a of Glorot's uniform distribution between −a and a. Its standard deviation is smaller by √3."),
        Mistake("the 2 outside the root", lambda i, o: 2 / math.sqrt(i + o), "Too large by √2: a single 2 stands under the root, 2/(fan_in + fan_out)."),
        Mistake("the product of the fans", lambda i, o: math.sqrt(2 / (i * o)), "The two equations are added, not multiplied: fan_in + fan_out is the denominator."),
        Mistake("upside down", lambda i, o: math.sqrt((i + o) / 2), "The more terms there are, the smaller each weight must be: the mean of the fans is the denominator."),
        Mistake("the standard deviations averaged", lambda i, o: (i**-0.5 + o**-0.5) / 2, "A compromise too, but Glorot averages the two fans, not the two standard deviations."),
        Mistake("the variances averaged", lambda i, o: math.sqrt((1 / i + 1 / o) / 2), "A compromise too, but Glorot averages the two fans and takes one over that."),
        Mistake("the variances added", lambda i, o: math.sqrt(1 / i + 1 / o), "You add what forward and backward ask for. A compromise lies between the two."),
        Mistake("one fan halved", lambda i, o: math.sqrt(1 / (i + o / 2)), "Only fan_out is halved: put the sum in brackets before you divide."),
        Mistake("the smaller fan", lambda i, o: min(i, o) ** -0.5, "The smaller fan alone lets one direction explode. Glorot takes the mean of the two."),
        Mistake("the geometric mean", lambda i, o: (i * o) ** -0.25, "The geometric mean of the two standard deviations is a compromise too. Glorot takes one over the mean of the fans."),
        Mistake("only fan_in", lambda i, o: i**-0.5, "fan_out must have a say too: it stands for the backward pass."),
        Mistake("only fan_out", lambda i, o: o**-0.5, "fan_in must have a say too: it stands for the forward pass."),
        Mistake("root of the parts", lambda i, o: 2 / (math.sqrt(i) + math.sqrt(o)), "Take the mean of the fans first, then the root of the whole."),
    ],
    hints=["Forward asks for fan_in · Var(W) = 1, backward for fan_out · Var(W) = 1. Add the two equations, and halve.", "Test your formula: with fan_in = fan_out it must agree with both directions."],
    praise="The same as torch.nn.init.xavier_normal_ uses, with gain 1.",
    picture=curves(
        lambda n, name: Call(64, int(n)), (4, 16, 32, 64, 128, 192, 256), ("Glorot",), oracles.glorot_std,
        "fan_out (fan_in 64)", "standard deviation",
    ),
)  # fmt: skip

break_glorot_std = BreakIt(
    "break_glorot_std",
    glorot_std,
    mistakes.deviations_averaged,
    goal="by luck",
    valid=mistakes.equal_or_far,
    mistakes=[
        NearMiss("unequal fans", (100, 400), "With unequal fans the mean of the two standard deviations is larger than Glorot's. When do the two directions ask for the same?", lambda fan_in, fan_out: fan_in != fan_out and not mistakes.equal_or_far(fan_in, fan_out)),
    ],
    hints=["For which layers is there nothing to compromise about?"],
    praise="In a square layer both directions ask for the same, and every compromise is that number. A test that is to tell them apart needs unequal fans.",
)  # fmt: skip

# --- after a ReLU ---------------------------------------------------------------------------------

he_std = Exercise(
    "he_std",
    oracles.he_std,
    [Call(8), Call(2), Call(9), Call(784)],
    mistakes=[
        Mistake("nothing made up for", lambda n: n**-0.5, "That is the answer for inputs of mean zero. ReLU halves E(z²), so each layer would halve the variance."),
        Mistake("the variance taken for the standard deviation", lambda n: 2 / n, "2/fan_in is the variance; take its root."),
        Mistake("the 2 on the wrong side", lambda n: (2 * n) ** -0.5, "The half that ReLU drops must be made up for: the weights must be larger than 1/√fan_in, not smaller."),
        Mistake("the 2 outside the root", lambda n: 2 * n**-0.5, "Too large by √2: it is the variance that is doubled, so a single 2 stands under the root."),
        Mistake("Var(a) for E(a²)", lambda n: (n * (0.5 - 0.5 / math.pi)) ** -0.5, "You made up for Var(a). But the mean of a is not zero now, and it is E(a²) that stands beside Var(W)."),
        Mistake("the uniform's bound", lambda n: math.sqrt(6 / n), "±√(6/fan_in) are the bounds of the uniform distribution that has this standard deviation. The standard deviation itself has no 3 in it."),
        Mistake("half the root", lambda n: 0.5 * n**-0.5, "ReLU makes the signal weaker, so the weights must be larger than 1/√fan_in, not smaller."),
        Mistake("whole division", lambda n: (n // 2) ** -0.5, "`//` cuts off the half when fan_in is odd: divide with `/`."),
        Mistake("root of the 2 alone", lambda n: math.sqrt(2) / n, "The root is taken of 2 only. It belongs to the whole fraction."),
        Mistake("upside down", lambda n: math.sqrt(n / 2), "The more terms there are, the smaller each weight must be. Yours grows with fan_in."),
    ],
    hints=["E(a²) is an average over z′. Which half of the outcomes adds nothing, and what does the other half add?", "Put E(a²) = v/2 into Var(z) = D · Var(W) · E(a²) and ask for Var(z) = v."],
    praise="He's initialisation (He, Zhang, Ren and Sun, 2015), torch.nn.init.kaiming_normal_: the 2 makes up for the half that ReLU drops.",
)  # fmt: skip

progress = Progress(globals(), written=words.POINTS)
