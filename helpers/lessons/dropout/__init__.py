"""Lesson 4, dropout: units switched off at random while a network trains.

PyTorch is the oracle; means and variances are summed over a unit's two outcomes. A right answer
depends on the mask it draws, so answers are compared by facts that no mask changes.
Sources: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting",
JMLR 2014; Wager, Wang, Liang, "Dropout training as adaptive regularization", NeurIPS 2013.
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
    whole_numbers,
)
from helpers.lessons.dropout import mistakes, oracles, pictures, words
from helpers.lessons.dropout.explorers import explore, explore_ensemble, explore_training
from helpers.lessons.dropout.masked import Masked
from helpers.lessons.dropout.pictures import one_unit_off, other_starts, passes
from helpers.lessons.dropout.training import fit, training_points

__all__ = ["explore", "explore_ensemble", "explore_training", "fit", "one_unit_off"]
__all__ += ["other_starts", "passes", "training_points"]  # and the exercises below

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
    hints=["Of 100 inputs, how many does the paper keep on average? How many are dropped, then?"],
)  # fmt: skip

_STAY = "Here p is the probability of being dropped, as in PyTorch. In some papers p is the probability of being kept; you used theirs."

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
        Mistake("brackets left out", mistakes.brackets_left_out, "Python divides before it subtracts: `… / 1 - p` divides by 1, then takes p away from every entry. Put brackets round 1 − p."),
        Mistake("p taken from the mask", mistakes.mask_less_p, "You take p away from the mask: `mask / 1 - p` divides by 1 first. Put brackets round 1 − p."),
        Mistake("doubled, whatever p is", mistakes.instead(lambda p, training: 2 * (1 - p) if training else 1), "What stays is doubled, whatever p is. That is right for p = 0.5 alone: what share stays on average, and what makes up for it?"),
        Mistake("enlarged at evaluation instead", mistakes.instead(lambda p, training: 1 - p if training else 1 / (1 - p)), "In training too little arrives already, and you enlarge evaluation. The factor 1 / (1 − p) belongs to training, and evaluation hands x back."),
        Mistake("half dropped, whatever p is", mistakes.a_coin, "About half of the entries fall, whatever p is. How likely is a draw from `rng.random` to lie below p?"),
        Mistake("draws used as the mask", mistakes.times_the_draws, "A mask is 0 or 1: compare the draws with p before you multiply."),
        Mistake("dropped entries left as they are", lambda x, p, training, rng: np.where((y := oracles.dropout(x, p, training, rng)) != 0, y, x), "What should fall comes back as it was. A dropped entry is 0."),
        Mistake("divided by the share that was kept", mistakes.divided_by_share, "You divide by the share that happened to survive. Divide by the probability of surviving, or units come to depend on one another."),
        Mistake("always the same number dropped", mistakes.same_number, "The number of dropped entries is the same each time. Each entry falls independently of the others, so the number varies."),
    ],
    hints=[
        "At evaluation there is one thing to do: hand x back.",
        "`rng.random(x.shape)` draws a number between 0 and 1 for each entry. How likely is it below p?",
        "In a product True counts as 1. And if only 1 − p of x is left on average, what makes up for the rest?",
    ],
    praise="As in PyTorch: every entry falls with probability p, independently of the others, and what stays is enlarged to keep the mean.",
    picture=pictures.see_masks,
)  # fmt: skip

break_dropout = BreakIt(
    "break_dropout",
    dropout,
    mistakes.kept_with_p,
    goal="by luck",
    valid=lambda p: "" if 0 <= p < 1 else "p is a probability, and below 1: something has to stay.",
    fixed={"x": oracles.LARGE, "training": True, "rng": np.random.default_rng(6)},
    task="x is a large batch and `training` is True: all you choose is p.",
    mistakes=[
        NearMiss("p below a half", 0.2, "Here 1 − p is larger than p: this program keeps too few entries, and enlarges them too much.", lambda p: 0 < p < 0.5),
        NearMiss("p above a half", 0.8, "Here p is larger than 1 − p: this program keeps too many entries, and enlarges them too little.", lambda p: 0.5 < p < 1),
    ],
    hints=["How likely is an entry to stay in this program, and in yours? Set the two equal."],
    praise="At p = 0.5, PyTorch's default, the chance to stay and the chance to go are the same, so a test with it alone can't tell the two readings of p apart. Test with another p as well.",
)  # fmt: skip

# --- mean and variance ----------------------------------------------------------------------------

dropout_mean_and_variance = Exercise(
    "dropout_mean_and_variance",
    oracles.dropout_mean_and_variance,
    [
        Call(6.0, 0.25), Call(-2.0, 0.75), Call(np.array([1.0, -2.0, 3.0]), 0.5),
        Call(np.array([0.0, 0.5, -4.0, 10.0]), 0.2), Call(oracles.whole(2, 3), 0.9),
    ],
    mistakes=[
        Mistake("no scaling", mistakes.moments(lambda x, p, m, v: (m * (1 - p), v * (1 - p) ** 2)), "That is dropout without the scaling: a kept unit gives x / (1 − p)."),
        Mistake("mean right, variance unscaled", mistakes.moments(lambda x, p, m, v: (m, v * (1 - p) ** 2)), "The mean is right. In the variance the kept value is x / (1 − p) too, and it enters squared."),
        Mistake("variance scaled once", mistakes.moments(lambda x, p, m, v: (m, v * (1 - p))), "The mean is right. Your variance, x² · p, is one factor 1 / (1 − p) short: the kept value x / (1 − p) is squared as a whole."),
        Mistake("variance not simplified right", mistakes.moments(lambda x, p, m, v: (m, v / (1 - p))), "The mean is right. In the variance, one factor 1 − p of the probability cancels one of the scaling's two."),
        Mistake("brackets left out", mistakes.moments(lambda x, p, m, v: (m, x**2 * p - p)), "The mean is right. In the variance, Python divides before it subtracts: `… / 1 - p` divides by 1, then takes p away. Put brackets round 1 − p."),
        Mistake("brackets left out in the mean", mistakes.moments(lambda x, p, m, v: ((1 - p) * m - p, v)), "The variance is right. In the mean, Python divides before it subtracts: put brackets round 1 − p."),
        Mistake("brackets left out twice", mistakes.moments(lambda x, p, m, v: ((1 - p) * m - p, x**2 * p - p)), "Python divides before it subtracts: `… / 1 - p` divides by 1, then takes p away. Put brackets round 1 − p, in the mean and in the variance."),
        Mistake("outcomes weighted alike", mistakes.moments(lambda x, p, m, v: (m / (1 - p) / 2, (m / (1 - p) / 2) ** 2)), "You take both outcomes to be equally likely. One has probability p, the other 1 − p."),
        Mistake("p read as keep", mistakes.moments(lambda x, p, m, v: (m, x**2 * (1 - p) / p)), _STAY),
        Mistake("probability forgotten", mistakes.moments(lambda x, p, m, v: (m, (m / (1 - p)) ** 2 - m**2)), "The mean is right. For E[y²], weight the square of the kept value with the probability of being kept."),
        Mistake("E[y²] weighted with p", mistakes.moments(lambda x, p, m, v: (m, p * (m / (1 - p)) ** 2 - m**2)), "The mean is right. In E[y²] you weight the kept value with p, but p is the probability of being dropped."),
        Mistake("kept value not enlarged in E[y²]", mistakes.moments(lambda x, p, m, v: (m, -p * m**2)), "The mean is right, but no variance is negative. In E[y²] the kept value is x / (1 − p), not x."),
        Mistake("only the kept outcome", mistakes.moments(lambda x, p, m, v: (m, p * v)), "The mean is right. In the variance one outcome is missing: a dropped unit gives 0, which is x away from the mean, and it does so with probability p."),
        Mistake("p / (1 − p) squared", mistakes.moments(lambda x, p, m, v: (m, m**2 * (p / (1 - p)) ** 2)), "The mean is right. In the variance x enters squared, but not the whole of p / (1 − p): write E[y²] out once more."),
        Mistake("weighted with p", mistakes.moments(lambda x, p, m, v: (m * p / (1 - p), v)), "The variance is right. In the mean you weight the kept value with p, but p is the probability of being dropped."),
        Mistake("x not squared", mistakes.moments(lambda x, p, m, v: (m, x * p / (1 - p))), "The mean is right. A variance grows with the square of x, and is never negative."),
        Mistake("x doubled, not squared", mistakes.moments(lambda x, p, m, v: (m, 2 * x * p / (1 - p))), "The mean is right. `x * 2` doubles; a variance takes the square, `x ** 2`."),
        Mistake("plus for minus", mistakes.moments(lambda x, p, m, v: (m, x**2 * p / (1 + p))), "The mean is right. In the variance stands the probability of being kept: 1 less p, not 1 plus p."),
        Mistake("standard deviation", mistakes.moments(lambda x, p, m, v: (m, np.sqrt(v))), "That is the standard deviation; the variance is its square."),
        Mistake("second moment", mistakes.moments(lambda x, p, m, v: (m, v + m**2)), "That is E[y²]. The variance is E[y²] − E[y]²."),
        Mistake("at evaluation", mistakes.moments(lambda x, p, m, v: (m, 0 * v)), "The mean is right. A variance of 0 says that nothing varies, and so it is at evaluation; in training there are two outcomes. In E[y²] the kept value, x / (1 − p), is squared as a whole."),
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
        "For E[y²], square each of the two outcomes before you weight it. Then subtract x².",
    ],
    praise="The mean stays, whatever p is. The price is noise: its variance doubles when p goes from 1/2 to 2/3, and grows without bound towards 1.",
    picture=curves(
        lambda p, name: Call(2.0, p), np.linspace(0, 0.8, 17), ("mean", "variance"),
        oracles.dropout_mean_and_variance, "p (x = 2)", "output of dropout", measure=lambda pair, name: pair[name == "variance"],
    ),
)  # fmt: skip

# --- what the noise does to a loss, and to a ReLU -------------------------------------------------


def _example(seed, units, target, p):
    """A call of expected_loss with small whole numbers for x and weight, target no sum of theirs."""
    return Call(*whole_numbers(seed, (units,), (units,)), target, p)


expected_loss = Exercise(
    "expected_loss",
    oracles.expected_loss,
    [
        Call(np.array([1.0, 2.0]), np.array([3.0, 1.0]), 3.0, 0.2), Call(np.array([2.0, -3.0]), np.array([3.0, 1.0]), 1.0, 0.75),
        Call(np.array([4.0, 0.5, 0.0]), np.array([-0.5, 3.0, 1.0]), -2.0, 0.5), _example(5, 5, 2.5, 0.4), _example(8, 4, -3.0, 0.0),
    ],
    mistakes=[
        Mistake("one pass with dropout off", mistakes.penalty(lambda x, w, p: 0.0), "That is the loss with dropout off. Under dropout the output varies from mask to mask: what does that add, on average?"),
        Mistake("variance alone", mistakes.loss(lambda error, parts, r: r * (parts**2).sum()), "That is the variance of the output, which is what dropout adds. The loss with dropout off belongs to it too."),
        Mistake("plain weight decay", mistakes.penalty(lambda x, w, p: p / (1 - p) * (w**2).sum()), "Each input of the sum is weight · x: its variance has the square of x as well as that of the weight."),
        Mistake("weights left out", mistakes.penalty(lambda x, w, p: p / (1 - p) * (x**2).sum()), "You add the variance of the inputs. Each goes through its weight first, and a number in front enters a variance squared."),
        Mistake("inputs not squared", mistakes.penalty(lambda x, w, p: p / (1 - p) * (w**2 * x).sum()), "The weights are squared, the inputs are not. A variance has the square of the whole product."),
        Mistake("weights not squared", mistakes.penalty(lambda x, w, p: p / (1 - p) * (w * x**2).sum()), "The inputs are squared, the weights are not. A number in front of a random one enters the variance squared."),
        Mistake("nothing squared", mistakes.loss(lambda error, parts, r: error**2 + r * parts.sum()), "You add weight · x without a square. What is the variance of one input times its weight?"),
        Mistake("units dropped together", mistakes.loss(lambda error, parts, r: error**2 + r * parts.sum() ** 2), "You square the sum, as if one mask decided for all units. They are dropped independently of one another: their variances add up."),
        Mistake("mean over the units", mistakes.loss(lambda error, parts, r: error**2 + r * (parts**2).mean()), "The output is a sum over the units, so their variances are added, not averaged."),
        Mistake("standard deviation added", mistakes.loss(lambda error, parts, r: error**2 + np.sqrt(r * (parts**2).sum())), "You add a standard deviation. What a square gains on average is the variance: E[y²] = E[y]² + Var(y)."),
        Mistake("variance subtracted", mistakes.loss(lambda error, parts, r: error**2 - r * (parts**2).sum()), "E[y²] is larger than E[y]², by the variance. So noise adds to the mean loss."),
        Mistake("error not squared", mistakes.loss(lambda error, parts, r: error + r * (parts**2).sum()), "What the noise adds is right. The error itself is squared."),
        Mistake("a loss for each unit", mistakes.loss(lambda error, parts, r: ((parts - parts.sum() + error) ** 2).sum() + r * (parts**2).sum()), "You compare each term with the target. The model gives their sum, and that has one loss."),
        Mistake("mean squares in place of variances", mistakes.penalty(lambda x, w, p: ((w * x) ** 2).sum() / (1 - p)), "You add the mean square of each term. What dropout adds to the loss with dropout off is the variance: the mean square less the mean squared."),
        Mistake("products of different terms forgotten", mistakes.loss(lambda error, parts, r: error**2 - parts.sum() ** 2 + (1 + r) * (parts**2).sum()), "E[y²] is not the sum of the terms' mean squares: the square of a sum also has the products of different terms. Variances of independent terms do add up."),
        Mistake("all masks equally likely", mistakes.masks_alike, "You take the plain mean over the masks. Each has its own probability: p for every dropped unit, 1 − p for every kept one."),
        Mistake("enlarged, not dropped", mistakes.all_enlarged, "You enlarge every input and drop none. Take the mean over what dropout can do to them."),
        Mistake("half the squared error", mistakes.loss(lambda error, parts, r: (error**2 + r * (parts**2).sum()) / 2), "You have a factor ½ in front. The loss here is the squared error without one."),
        Mistake("no scaling", mistakes.unscaled_loss, "That is dropout without the factor 1 / (1 − p): it changes the mean output too."),
        Mistake("variance unscaled", mistakes.penalty(lambda x, w, p: p * (1 - p) * ((w * x) ** 2).sum()), "The mean output is that of inverted dropout, your variance is not: what is kept is enlarged by 1 / (1 − p), which enters squared."),
        Mistake("p read as keep", mistakes.penalty(lambda x, w, p: (1 - p) / p * ((w * x) ** 2).sum()), _STAY),
        Mistake("p / (1 − p) forgotten", mistakes.penalty(lambda x, w, p: ((w * x) ** 2).sum()), "The noise depends on p: with p = 0 there is none."),
        Mistake("factor p alone", mistakes.penalty(lambda x, w, p: p * ((w * x) ** 2).sum()), "Almost. The variance of one unit has the factor p / (1 − p), as you found above."),
        Mistake("brackets left out in front", mistakes.penalty(lambda x, w, p: p - p * ((w * x) ** 2).sum()), "Python divides before it subtracts: `p / 1 - p * …` is p, less p times the sum. Put brackets round 1 − p."),
        Mistake("brackets left out", mistakes.penalty(lambda x, w, p: p * ((w * x) ** 2).sum() - p), "Python divides before it subtracts: `… / 1 - p` divides by 1, then takes p away. Put brackets round 1 − p."),
    ],
    hints=[
        "Call the output y. Expand E[(y − target)²] as you did for E[y²]: which part is a variance?",
        "y is a sum over units that are dropped independently of one another. What is the mean of such a sum, and what its variance?",
        "`dropout_mean_and_variance` gives both for each unit. What do you hand over as its x?",
    ],
    praise="Equal to the sum over all masks. The mean of the output gives the loss with dropout off, its variance is what dropout adds.",
    picture=curves(
        lambda w, name: Call(np.array([1.0]), np.array([w]), 1.0, float(name[4:])), np.linspace(0, 1.3, 14), ("p = 0", "p = 0.2", "p = 0.5"),
        oracles.expected_loss, "weight (x = 1, target 1)", "mean loss under dropout",
    ),
)  # fmt: skip

break_mean = BreakIt(
    "break_mean",
    mistakes.mean_output,
    mistakes.one_pass,
    valid=mistakes.no_example,
    task="It should give the mean, over all masks of x, of relu(weight @ x). Two inputs are enough.",
    mistakes=[
        NearMiss("nothing dropped", ([1.0, 2.0], [2.0, -1.0], 0.0), "With p = 0 there is only one mask, which keeps everything. Let some units fall.", lambda p: p == 0),
        NearMiss("too little to see", ([1.0, 1.0], [1.0, -1.0], 1e-12), "Here the program is wrong by too little to see. Take larger numbers, or a p nearer to a half.", mistakes.too_little),
        NearMiss("one sign", ([1.0, 2.0], [2.0, 1.0], 0.5), "No two terms weight · x have opposite signs here. So the ReLU lets the sum through under every mask, or under none: on such sums it is linear.", mistakes.same_sign),
    ],
    hints=["The ReLU matters where some masks give a negative sum and others a positive one. How can leaving out a unit change the sign?"],
    praise="Some masks give a negative sum and some a positive one, and the ReLU clips only the former. So the mean over masks is larger than the one pass.",
)  # fmt: skip

# --- the way back ---------------------------------------------------------------------------------

dropout_grad = Masked(
    "dropout_grad",
    oracles.dropout_grad,
    [
        oracles.backward((3, 5), 0.4, seed=1), oracles.backward((2, 3), 0.0, seed=2),
        oracles.backward((6, 4), 0.75, seed=3), oracles.backward((3, 2, 4, 5), 0.2, seed=4),
    ],
    lambda grad_output, mask, p: (grad_output / (1 - p), mask),
    mistakes=[
        Mistake("another mask", mistakes.fresh_mask, "The entries that you drop are not those of `mask`. What fell in the forward pass had no part in the loss: use the mask of that pass, as it is."),
        Mistake("scaling forgotten", lambda g, mask, p: oracles.dropout_grad(g, mask, p) * (1 - p), "Forward, a kept unit was multiplied by 1 / (1 − p). Its derivative has that factor too."),
        Mistake("mask forgotten", lambda g, mask, p: oracles.dropout_grad(g, mask | True, p), "A dropped unit's output was 0 whatever its input: no gradient goes through it."),
        Mistake("handed through", lambda g, mask, p: oracles.dropout_grad(g, mask | True, 0.0), "That is the way back at evaluation. In training the mask and the scaling act on the gradient as well."),
        Mistake("mask the wrong way round", lambda g, mask, p: oracles.dropout_grad(g, ~mask, p), "The mask is True where a unit was kept; there the gradient goes through."),
        Mistake("scaled the wrong way", lambda g, mask, p: oracles.dropout_grad(g, mask, p) * (1 - p) ** 2, "Forward you divided by 1 − p. The derivative of x / (1 − p) divides too."),
        Mistake("scaled twice", lambda g, mask, p: oracles.dropout_grad(g, mask, p) / (1 - p), "The mask holds True and False, no scaling: divide once."),
        Mistake("brackets left out", lambda g, mask, p: g * mask / 1 - p, "Python divides before it subtracts: `… / 1 - p` divides by 1, then takes p away. Put brackets round 1 − p."),
        Mistake("multiplied by p", lambda g, mask, p: oracles.dropout_grad(g, mask, p) * (1 - p) * p, "Forward, a kept entry was divided by 1 − p. A probability of being dropped is no part of that once the mask is known."),
        Mistake("divided by p", mistakes.gradient_divided_by_p, "Divide by the probability of being kept; p is the probability of being dropped."),
        Mistake("grad_output changed in place", mistakes.in_place(oracles.dropout_grad), "You write into grad_output, which other branches may need: build a new array."),
    ],
    hints=[
        "Forward, each unit is multiplied by a number: 0 where it was dropped. Which number elsewhere?",
        "So each entry of the output is c · x, with a number c that no longer changes. What is its derivative with respect to x?",
    ],
    praise="Once the mask is drawn, dropout is a multiplication, and the backward pass multiplies by the same numbers.",
    picture=oracles.backward((4, 5), 0.5, seed=6),
)  # fmt: skip

# --- predictions ----------------------------------------------------------------------------------

training_loss = Choice(
    "training_loss",
    "Twice the same network, trained for as long on the same 80 noisy points: once with p = 0, once with p = 0.5. Afterwards dropout is switched off. Which network has the lower loss on the 80 training points?",
    {
        "a": ("The one with dropout", "Look at it from a single noisy point: which network can learn it by heart?"),
        "b": ("The one without", "It can learn even the noise by heart, and nothing keeps it from that. What counts is the loss on new points: watch what it does there."),
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
        "c": ("A language model that reads each of a trillion words once", "It meets no text twice, so there is little to learn by heart: p = 0.5 would mostly slow it down."),
        "d": ("A recurrent one, a fresh mask on its memory at every step", "After 20 steps a remembered number would still be there with probability 0.5²⁰: one in a million."),
    },
    "a",
    hints=["Which of them overfits?"],
)  # fmt: skip

less_suitable = Choice(
    "less_suitable",
    "You read: “Dropout is less suitable for recurrent networks and for transformers, which have their own regularisation.” How much of that is true?",
    {
        "a": ("All of it", "It is too broad twice. The first transformer was trained with dropout, and in a recurrent network it depends on where the masks act, and for how long."),
        "b": ("The recurrent half, for a fresh mask on the memory at every step", "Such masks wear the memory away. Between the layers of a recurrent network, or with one mask for the whole sequence, dropout does no such harm; and transformers use it routinely."),
        "c": ("The transformer half: attention has a regulariser built in", "Attention decides what is read, and nothing in it keeps a network from overfitting. The usual transformer layer has dropout built in, on the attention weights too."),
        "d": ("None of it: put it on any layer you like", "Think of the memory of a recurrent network: what has to happen at every step for a number to be still there after 20 of them?"),
    },
    "b",
    hints=["The sentence names two kinds of network. In which of them does one and the same number have to survive many masks, one after another?"],
)  # fmt: skip

progress = Progress(globals(), written=words.POINTS)
