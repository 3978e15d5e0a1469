"""Lesson 4, dropout: units switched off at random while a network trains.

PyTorch is the oracle; means and variances are summed over a unit's two outcomes. A right answer
depends on the mask it draws, so answers are compared by facts that no mask changes.
"""

import numpy as np

from helpers.exercises import Call, Choice, Exercise, Mistake, Progress, curves
from helpers.lessons.dropout import mistakes, oracles, pictures
from helpers.lessons.dropout.explorers import explore, explore_ensemble, explore_training
from helpers.lessons.dropout.masked import Masked
from helpers.lessons.dropout.pictures import one_unit_off, passes
from helpers.lessons.dropout.training import fit, training_points

__all__ = ["explore", "explore_ensemble", "explore_training", "fit", "one_unit_off"]
__all__ += ["passes", "training_points"]  # and the exercises below

# --- dropout itself -------------------------------------------------------------------------------

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

dropout = Masked(
    "dropout",
    oracles.dropout,
    [
        oracles.forward(oracles.whole(3, 4), 0.75, seed=0, training=False),
        oracles.forward(oracles.whole(2, 4), 0.25, seed=1),
        oracles.forward(oracles.whole(3, 4), 0.0, seed=2),
        oracles.forward(oracles.LARGE, 0.3, seed=3), oracles.forward(oracles.LARGE, 0.3, seed=3),
        oracles.forward(oracles.LARGE, 0.3, seed=4), oracles.forward(oracles.LARGE, 0.98, seed=5),
    ],
    lambda x, p, training, rng: (x / (1 - p), p) if training else (x, 0.0),
    mistakes=[
        Mistake("p read as keep", mistakes.instead(lambda p, training: 1, lambda p: 1 - p), _STAY),
        Mistake("mask the wrong way round", mistakes.instead(lambda p, training: p / (1 - p) if training else 1, lambda p: 1 - p), "The scaling is right, the mask is not: a draw lies below p with probability p. Which draws should be kept?"),
        Mistake("no scaling", mistakes.instead(lambda p, training: 1 - p if training else 1), "In training the next layer now receives, on average, only 1 − p of what it gets at evaluation. Make up for that in training."),
        Mistake("scaled at evaluation", mistakes.instead(lambda p, training: 1 - p), "You scale at evaluation. That is the form of the first papers, and its means agree; inverted dropout scales in training, so that evaluation needs nothing."),
        Mistake("scaled at evaluation too", mistakes.instead(lambda p, training: 1 if training else 1 - p), "Training is right already. At evaluation there is nothing left to make up for: x comes back as it is."),
        Mistake("enlarged at evaluation too", mistakes.instead(lambda p, training: 1 if training else 1 / (1 - p)), "Training is right already. At evaluation nothing is dropped, so nothing is enlarged: x comes back as it is."),
        Mistake("dropped at evaluation", lambda x, p, training, rng: oracles.dropout(x, p, True, rng), "Units are missing at evaluation too. There all of them stay, and x comes back as it is: what does your code do when `training` is False?"),
        Mistake("training and evaluation exchanged", lambda x, p, training, rng: oracles.dropout(x, p, not training, rng), "Units are dropped in training and stay at evaluation; yours does it the other way round."),
        Mistake("nothing dropped", lambda x, p, training, rng: oracles.dropout(x, p, False, rng), "x comes back as it is even in training."),
        Mistake("scaled but not dropped", mistakes.scaled_only, "The size is right for units that are kept, but none is dropped."),
        Mistake("divided by p", mistakes.instead(lambda p, training: (1 - p) / p if training else 1), "The mask is right. Divide by the probability of being kept, and p is the other one."),
        Mistake("scaled the wrong way", mistakes.instead(lambda p, training: (1 - p) ** 2 if training else 1), "Too little arrives on average because units are missing: the others must grow, not shrink."),
        Mistake("a whole row dropped at once", mistakes.shared(lambda x: (len(x), 1)), "There is one draw for each row, so that a whole example vanishes at once. Draw one number for each entry of x."),
        Mistake("one mask for all rows", mistakes.shared(lambda x: (1, x.shape[1])), "Every row of the batch loses the same units. Draw one number for each entry of x."),
        Mistake("one draw for everything", mistakes.shared(lambda x: (1, 1)), "A single draw decides for the whole array: everything stays or everything goes. Draw one number for each entry of x."),
        Mistake("the same mask at every call", mistakes.drawn_from(lambda: np.random.default_rng(0)), "Every call drops the same units, so some would never be trained. Draw from the `rng` that is handed over."),
        Mistake("another source of chance", mistakes.drawn_from(np.random.default_rng), "Two runs with equal generators differ: your mask does not come from `rng`, so nobody can repeat your experiment."),
        Mistake("x changed in place", mistakes.in_place(oracles.dropout), "You write into x. Whoever called you still needs it, the backward pass for one: build a new array."),
        Mistake("draws used as the mask", mistakes.times_the_draws, "A mask is 0 or 1: compare the draws with p before you multiply."),
        Mistake("divided by the share that was kept", mistakes.divided_by_share, "You divide by the share that happened to survive. Divide by the probability of surviving, or units come to depend on one another."),
        Mistake("always the same number dropped", mistakes.same_number, "The number of dropped units is the same each time. Each unit falls on its own, so that the number varies."),
    ],
    hints=[
        "At evaluation there is one thing to do: hand x back.",
        "`rng.random(x.shape)` draws a number between 0 and 1 for each entry. How likely is it below p?",
        "Multiply x by the mask (True counts as 1), then make up for the missing share: only 1 − p of it is left on average.",
    ],
    praise="As in PyTorch: every unit falls on its own with probability p, and what stays is enlarged to keep the mean.",
    picture=pictures.see_masks,
)  # fmt: skip

# --- mean, variance and the way back --------------------------------------------------------------

dropout_mean_and_variance = Exercise(
    "dropout_mean_and_variance",
    oracles.dropout_mean_and_variance,
    [
        Call(3.0, 0.25), Call(-2.0, 0.75), Call(np.array([1.0, -2.0, 3.0]), 0.5),
        Call(np.array([0.0, 0.5, -4.0, 10.0]), 0.2), Call(oracles.whole(2, 3), 0.9),
    ],
    mistakes=[
        Mistake("no scaling", mistakes.moments(lambda x, p, m, v: (m * (1 - p), v * (1 - p) ** 2)), "That is dropout without the scaling: a kept unit gives x / (1 − p)."),
        Mistake("mean right, variance unscaled", mistakes.moments(lambda x, p, m, v: (m, v * (1 - p) ** 2)), "The mean is right. In the variance the kept value is x / (1 − p) too, and it enters squared."),
        Mistake("variance scaled once", mistakes.moments(lambda x, p, m, v: (m, v * (1 - p))), "The mean is right. The factor 1 / (1 − p) stands in front of x, so the variance takes its square."),
        Mistake("variance not simplified right", mistakes.moments(lambda x, p, m, v: (m, v / (1 - p))), "The mean is right. In the variance, one factor 1 − p of the probability cancels one of the scaling's two."),
        Mistake("p read as keep", mistakes.moments(lambda x, p, m, v: (m, x**2 * (1 - p) / p)), _STAY),
        Mistake("x not squared", mistakes.moments(lambda x, p, m, v: (m, x * p / (1 - p))), "The mean is right. A variance grows with the square of x, and is never negative."),
        Mistake("brackets left out", mistakes.moments(lambda x, p, m, v: (m, x**2 * p - p)), "The mean is right. In the variance, Python divides by 1 and then subtracts p: put brackets round 1 − p."),
        Mistake("x doubled, not squared", mistakes.moments(lambda x, p, m, v: (m, 2 * x * p / (1 - p))), "The mean is right. `x * 2` doubles; a variance takes the square, `x ** 2`."),
        Mistake("plus for minus", mistakes.moments(lambda x, p, m, v: (m, x**2 * p / (1 + p))), "The mean is right. In the variance stands the probability of being kept: 1 less p, not 1 plus p."),
        Mistake("standard deviation", mistakes.moments(lambda x, p, m, v: (m, np.sqrt(v))), "That is the standard deviation; the variance is its square."),
        Mistake("second moment", mistakes.moments(lambda x, p, m, v: (m, v + m**2)), "That is E[y²]. The variance is E[y²] − E[y]²."),
        Mistake("at evaluation", mistakes.moments(lambda x, p, m, v: (m, 0 * v)), "At evaluation nothing varies. The question is about training."),
        Mistake("E[y] not squared", mistakes.moments(lambda x, p, m, v: (m, v + m**2 - m)), "The mean is right. The variance is E[y²] less the mean squared; you subtract the mean itself."),
        Mistake("variance of the factor alone", mistakes.moments(lambda x, p, m, v: (m, p / (1 - p))), "That is the variance for x = 1. A number in front of a random one enters the variance squared."),
        Mistake("variance right, mean unscaled", mistakes.moments(lambda x, p, m, v: (m * (1 - p), v)), "The variance is right. In the mean too, a unit that is kept gives x / (1 − p)."),
        Mistake("value when kept", mistakes.moments(lambda x, p, m, v: (m / (1 - p), v)), "The variance is right. Your mean is what a kept unit gives; with probability p it gives 0."),
        Mistake("no scaling, p read as keep", mistakes.moments(lambda x, p, m, v: (p * m, x**2 * p * (1 - p))), "Two slips: p is the probability of being dropped, and a unit that is kept gives x / (1 − p)."),
        Mistake("order exchanged", mistakes.moments(lambda x, p, m, v: (v, m)), "First the mean, then the variance."),
        Mistake("mean and variance of x itself", lambda x, p: (np.mean(x), np.var(x)), "x is given, not random. For each unit by itself: what does dropout make of it, and how likely is that?"),
    ],
    hints=[
        "One unit has two outcomes: 0 with probability p, x / (1 − p) with probability 1 − p.",
        "The mean is the sum of outcome times probability; the variance is E[y²] − E[y]².",
        "E[y²] = (1 − p) · (x / (1 − p))². Cancel, subtract x², and bring both over 1 − p.",
    ],
    praise="The mean stays, whatever p is. The price is noise: it doubles when p goes from 1/2 to 2/3, and grows without bound towards 1.",
    picture=curves(
        lambda p, name: Call(2.0, p), np.linspace(0, 0.8, 17), ("mean", "variance"),
        oracles.dropout_mean_and_variance, "p (x = 2)", "output of dropout", measure=lambda pair, name: pair[name == "variance"],
    ),
)  # fmt: skip

dropout_grad = Masked(
    "dropout_grad",
    oracles.dropout_grad,
    [
        oracles.backward((3, 5), 0.4, seed=1), oracles.backward((2, 3), 0.0, seed=2),
        oracles.backward((6, 4), 0.75, seed=3), oracles.backward((3, 2, 4, 5), 0.2, seed=4),
    ],
    lambda grad_output, mask, p: (grad_output / (1 - p), mask),
    mistakes=[
        Mistake("a fresh mask", mistakes.fresh_mask, "You drew a new mask. A unit that was off in the forward pass had no part in the loss: use the mask of that pass."),
        Mistake("scaling forgotten", lambda g, mask, p: oracles.dropout_grad(g, mask, p) * (1 - p), "Forward, a kept unit was multiplied by 1 / (1 − p). Its derivative has that factor too."),
        Mistake("mask forgotten", lambda g, mask, p: oracles.dropout_grad(g, mask | True, p), "A dropped unit's output was 0 whatever its input: no gradient goes through it."),
        Mistake("handed through", lambda g, mask, p: oracles.dropout_grad(g, mask | True, 0.0), "That is the way back at evaluation. In training the mask and the scaling act on the gradient as well."),
        Mistake("mask the wrong way round", lambda g, mask, p: oracles.dropout_grad(g, ~mask, p), "The mask is True where a unit was kept; there the gradient goes through."),
        Mistake("scaled the wrong way", lambda g, mask, p: oracles.dropout_grad(g, mask, p) * (1 - p) ** 2, "Forward you divided by 1 − p. The derivative of x / (1 − p) divides too."),
        Mistake("scaled twice", lambda g, mask, p: oracles.dropout_grad(g, mask, p) / (1 - p), "The mask holds True and False, no scaling: divide once."),
        Mistake("divided by p", mistakes.gradient_divided_by_p, "Divide by the probability of being kept; p is the probability of being dropped."),
        Mistake("grad_output changed in place", mistakes.in_place(oracles.dropout_grad), "You write into grad_output, which other branches may need: build a new array."),
    ],
    hints=[
        "Forward, each unit is multiplied by a number: 0 where it was dropped. Which number elsewhere?",
        "The derivative of c · x is c. So the gradient is multiplied by the same numbers.",
    ],
    praise="Once the mask is drawn, dropout is a multiplication, and the way back multiplies by the same numbers.",
    picture=oracles.backward((4, 5), 0.5, seed=6),
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
