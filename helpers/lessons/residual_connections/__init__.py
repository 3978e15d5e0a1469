"""Lesson 5, residual connections: what the identity beside a branch does to the gradient.

PyTorch is the oracle: autograd for every derivative, its strided convolution for the shortcut.
Source: He, Zhang, Ren, Sun, "Deep residual learning for image recognition", CVPR 2016.
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
    whole_numbers,
)
from helpers.lessons.residual_connections import mistakes, oracles, pictures, words
from helpers.lessons.residual_connections.experiments import arriving, spirals
from helpers.lessons.residual_connections.explorers import explore
from helpers.lessons.residual_connections.oracles import left_at_input, network
from helpers.lessons.residual_connections.pictures import (
    after_relu,
    degradation,
    deletions,
    measure,
)

__all__ = [
    "after_relu",
    "arriving",
    "degradation",
    "deletions",
    "explore",
    "left_at_input",
    "measure",
    "network",
    "spirals",
]

# --- the block ------------------------------------------------------------------------------------


def _case(seed, width, hidden, small=1, part=1):
    """x, w1, w2 of small whole numbers; x times small, and w1 times part, where said.

    With whole numbers alone, an answer that cuts fractions off would pass.
    """
    x, w1, w2 = whole_numbers(seed, (width,), (hidden, width), (width, hidden))
    return Call(x * small, w1 * part, w2)


residual_block = Exercise(
    "residual_block",
    oracles.residual_block,
    [_case(22, 2, 2), _case(42, 3, 3), _case(41, 2, 3), _case(43, 3, 2), _case(39, 5, 8), _case(7, 3, 4, small=0.01)],
    mistakes=[
        Mistake("identity forgotten", oracles.branch_alone, "That is the branch F(x) alone. What goes round it is missing."),
        Mistake("branch forgotten", lambda x, w1, w2: x, "That is the skip alone. Add what the branch makes of x."),
        Mistake("ReLU after the sum", lambda *a: np.maximum(oracles.residual_block(*a), 0), "You clip the sum. He et al. do so in their first version; the block here leaves the sum as it is."),
        Mistake("ReLU left out of the branch", lambda x, w1, w2: x + w2 @ (w1 @ x), "Nothing clips `w1 @ x`: without the ReLU the whole block is one matrix."),
        Mistake("ReLU at the end of the branch", lambda x, w1, w2: x + np.maximum(oracles.branch_alone(x, w1, w2), 0), "The branch ends with `w2`, so that it can also take away. You clip what `w2` gives."),
        Mistake("ReLU after w2 only", lambda x, w1, w2: x + np.maximum(w2 @ (w1 @ x), 0), "The ReLU stands between `w1` and `w2`; yours comes after both."),
        Mistake("ReLU before w1", lambda x, w1, w2: x + w2 @ (w1 @ np.maximum(x, 0)), "The ReLU stands between `w1` and `w2`; yours clips x before `w1` sees it."),
        Mistake("ReLU on the weights", lambda x, w1, w2: x + w2 @ (np.maximum(w1, 0) @ x), "You clip `w1` itself. First multiply, then clip what comes out: mind the brackets."),
        Mistake("ReLU on the skip", lambda x, w1, w2: np.maximum(x, 0) + oracles.branch_alone(x, w1, w2), "What goes round the branch is x as it is, negative entries included."),
        Mistake("w1 and w2 exchanged", lambda x, w1, w2: x + w1 @ np.maximum(w2 @ x, 0), "x meets `w1` first: (H, D) times (D,). Then `w2` brings H numbers back to D."),
        Mistake("both weights transposed", lambda x, w1, w2: x + np.maximum(x @ w1, 0) @ w2, "Both matrices have a row for each number they give, so both stand on the left: `w1 @ x`, and `w2` likewise."),
        Mistake("w1 transposed", lambda x, w1, w2: x + w2 @ np.maximum(x @ w1, 0), "`w1` has a row for each hidden unit: it multiplies x as it is, `w1 @ x`."),
        Mistake("w2 transposed", lambda x, w1, w2: x + np.maximum(w1 @ x, 0) @ w2, "Your hidden units are right. `w2` has a row for each entry of y, so it stands on their left, untransposed."),
        Mistake("the ReLU's other half", lambda x, w1, w2: x + w2 @ np.minimum(w1 @ x, 0), "You keep the negative hidden units and drop the positive ones. The ReLU does the opposite."),
        Mistake("absolute value", lambda x, w1, w2: x + w2 @ np.abs(w1 @ x), "You turn negative hidden units positive. The ReLU sets them to 0."),
        Mistake("ReLU on w2 as well", lambda x, w1, w2: x + np.maximum(w2, 0) @ np.maximum(w1 @ x, 0), "The ReLU clips hidden units, not weights: `w2` stays as it is."),
        Mistake("w1 left out", lambda x, w1, w2: x + w2 @ np.maximum(x, 0), "The ReLU acts on `w1 @ x`, not on x itself."),
        Mistake("x added twice", lambda x, w1, w2: x + oracles.residual_block(x, w1, w2), "x goes in twice. Once is enough: the skip has weight 1."),
        Mistake("mean instead of sum", lambda *a: oracles.residual_block(*a) / 2, "Skip and branch are added, not averaged: each keeps its full weight."),
        Mistake("skip subtracted", lambda x, w1, w2: oracles.branch_alone(x, w1, w2) - x, "You take x away from the branch. Which sign does the skip have?"),
        Mistake("branch subtracted", lambda x, w1, w2: x - oracles.branch_alone(x, w1, w2), "The branch is added: it learns its sign by itself."),
        Mistake("skip ends inside the branch", lambda x, w1, w2: w2 @ (x + np.maximum(w1 @ x, 0)), "You add x before `w2`. The skip goes round the whole branch."),
    ],
    hints=[
        "Read F(x) from the inside: which product does the ReLU see? (`np.maximum(…, 0)` is a ReLU.)",
        "The branch gives D numbers, as many as x has. What is left is the skip.",
    ],
    praise="The branch only has to learn what should change: the residual.",
    picture=Call(*pictures.SIX_FOUR),
)  # fmt: skip

break_block = BreakIt(
    "break_block",
    residual_block,
    mistakes.linear_branch,
    goal="by luck",
    valid=mistakes.unlucky,
    task="One with D = 1 or 2 is enough, but its branch should not give 0.",
    mistakes=[
        NearMiss("silent branch", ([1.0], [[1.0]], [[0.0]]), "With its ReLU the branch gives 0 here: the block is x alone. Find an input on which the branch adds something.", lambda x, w1, w2: not np.any(w2 @ np.maximum(w1 @ x, 0))),
        NearMiss("a unit below 0, not read", ([1.0], [[1.0], [-1.0]], [[1.0, 0.0]]), "A hidden unit is negative here, but next to nothing of it is left in y: it is tiny, or `w2` drops or cancels it. Find an input on which the ReLU itself has nothing to do.", mistakes.negative_unread),
        NearMiss("a unit below 0", ([1.0], [[1.0], [-1.0]], [[1.0, 1.0]]), "A hidden unit is negative here. The ReLU turns it off; this program passes it on.", mistakes.below_zero),
    ],
    hints=["Compare the program with the formula of F. What is missing, and when would it change nothing?"],
    praise="No hidden unit is negative, so the ReLU has nothing to do: for this x the block acts as one matrix, I + w2 w1. An input that tests the ReLU has to turn a unit off.",
)  # fmt: skip

zero_branch = Choice(
    "zero_branch",
    "Every entry of w2 is zero. What does the block give, and what is its Jacobian?",
    {
        "a": ("Zeros, and the zero matrix", "That is the branch alone. What has gone round it?"),
        "b": ("x, and the identity", "The branch falls silent, x goes round it untouched, and so does the gradient. Blocks that have nothing to add cost nothing."),
        "c": ("x, and the zero matrix", "Right output. Now move x a little: does the output stay where it is?"),
        "d": ("relu(x), and a matrix of zeros and ones", "There is a ReLU in the branch, but none on the skip."),
    },
    "b",
    hints=["Put w2 = 0 into x + w2 relu(w1 x), and differentiate what remains."],
)  # fmt: skip


_NUDGED = "You measure, which is right as long as no hidden unit stands exactly at 0. In this case one does, and a nudge crosses the kink. Write it with the slopes of the ReLU."
_HALF = "Right as long as no hidden unit stands exactly at 0. There you have the mean of both slopes, ½, as measuring to both sides gives it: PyTorch takes 0."

residual_jacobian = Exercise(
    "residual_jacobian",
    oracles.residual_jacobian,
    [_case(22, 2, 2), _case(42, 3, 3), _case(66, 2, 2), _case(41, 2, 3), _case(43, 3, 2), _case(71, 4, 6, part=0.5), _case(7, 3, 4, small=0.01), _case(1, 2, 3, small=0.0)],
    mistakes=[
        Mistake("J = F′", oracles.branch_jacobian, "That is the branch's Jacobian alone. What does the skip add to it?"),
        Mistake("J = I", lambda x, w1, w2: np.eye(len(x)), "That is the skip's Jacobian alone. How does the branch answer when x moves?"),
        Mistake("transposed", lambda *a: oracles.residual_jacobian(*a).T, "Rows belong to outputs, columns to inputs: entry (i, j) is ∂yᵢ/∂xⱼ."),
        Mistake("ReLU's mask forgotten", mistakes.masked(lambda x, w1, w2: np.ones(len(w1))), "You treat the branch as if it had no ReLU. A hidden unit that is switched off passes nothing on."),
        Mistake("mask taken from x", mistakes.masked(lambda x, w1, w2: np.asarray(x) > 0), "The ReLU sees `w1 @ x`, not x: its signs decide which units are open."),
        Mistake("mask on the inputs", lambda x, w1, w2: np.eye(len(x)) + w2 @ (w1 * (w1 @ x > 0)), "The mask closes hidden units: columns of `w2`, which are rows of `w1`. Yours closes columns of `w1`."),
        Mistake("mask on the outputs", mistakes.mask_on_outputs, "The mask closes hidden units: columns of `w2`, which are rows of `w1`. Yours closes rows of `w2`."),
        Mistake("mask from the branch's output", mistakes.mask_from_output, "No ReLU follows `w2`: its mask comes from `w1 @ x`."),
        Mistake("mask on the skip as well", mistakes.mask_on_skip, "That is the Jacobian with a ReLU after the sum. Nothing clips the sum here."),
        Mistake("ReLU's output as the mask", mistakes.masked(lambda x, w1, w2: np.maximum(w1 @ x, 0)), "The derivative of ReLU is 0 or 1, not the value that ReLU lets through."),
        Mistake("mask the wrong way round", mistakes.masked(lambda x, w1, w2: w1 @ x <= 0), "Open units are those with `w1 @ x` above zero; you kept the others."),
        Mistake("only closed units kept", mistakes.masked(lambda x, w1, w2: w1 @ x < 0), "You keep the units with `w1 @ x` below zero. Those are the ones the ReLU closes."),
        Mistake("slope −1 on closed units", mistakes.masked(lambda x, w1, w2: np.sign(w1 @ x)), "`np.sign` gives −1 where a unit is closed. The ReLU is flat there: its slope is 0."),
        Mistake("ReLU on w1", lambda x, w1, w2: np.eye(len(x)) + w2 @ np.maximum(w1, 0), "You clip `w1` entry by entry. A slope belongs to a whole row of `w1`, and depends on `w1 @ x`."),
        Mistake("slope 1 at zero", mistakes.masked(lambda x, w1, w2: w1 @ x >= 0), "Exactly at zero PyTorch takes ReLU's slope as 0: keep `w1 @ x > 0` only."),
        Mistake("mask not on a diagonal", lambda x, w1, w2: np.eye(len(x)) + w2 @ (w1 @ x > 0) @ w1, "`w2 @ mask` sums the open columns up to one vector. The mask only closes columns: put it on a diagonal, `np.diag(mask)`."),
        Mistake("½ at zero", mistakes.measured(1, -1), _HALF),
        Mistake("measured upwards", mistakes.measured(1, 0), _NUDGED),
        Mistake("½ at zero, and transposed", lambda *a: mistakes.measured(1, -1)(*a).T, "Rows belong to outputs: what nudging input j changes is column j. (And where a hidden unit is exactly at 0 you have the mean of both slopes, as measuring gives it: PyTorch takes 0.)"),
        Mistake("measured upwards, and transposed", lambda *a: mistakes.measured(1, 0)(*a).T, "You stack the changes as rows. What nudging input j changes is column j. (And on a kink, measuring fails.)"),
        Mistake("ones for the identity", lambda x, w1, w2: 1 + oracles.branch_jacobian(x, w1, w2), "You added 1 to every entry. The identity has ones on its diagonal only."),
        Mistake("x for the identity", lambda x, w1, w2: x + oracles.branch_jacobian(x, w1, w2), "You add x itself. Its derivative is the identity, `np.eye(len(x))`: entry i of x moves output i alone."),
        Mistake("identity subtracted", lambda x, w1, w2: oracles.residual_jacobian(x, w1, w2) - 2 * np.eye(len(x)), "The skip is added to the branch, so its derivative is added too."),
        Mistake("branch subtracted", lambda x, w1, w2: np.eye(len(x)) - oracles.branch_jacobian(x, w1, w2), "That is I − F′. The block adds the branch, so its derivative is added as well."),
        Mistake("identity of the hidden size", lambda x, w1, w2: np.eye(len(w1)) + oracles.branch_jacobian(x, w1, w2), "The identity belongs to the skip: D × D, with D the length of x. `len(w1)` counts the hidden units."),
        Mistake("w2 transposed", lambda x, w1, w2: np.eye(len(x)) + (w2.T * (w1 @ x > 0)) @ w1, "`w2` needs no transpose: it is (D, H), and its H columns meet the H slopes."),
        Mistake("weights exchanged", lambda x, w1, w2: np.eye(len(w1)) + (w1 * (w1 @ x > 0)) @ w2, "The chain rule runs from the output back: `w2` stands on the left, `w1` on the right."),
    ],
    hints=[
        "Take a single hidden unit, H = 1. What is ∂yᵢ/∂xⱼ while it is open, and what while it is closed?",
        "The slopes form a diagonal matrix: 1 where `w1 @ x > 0`, else 0. Which side of `w2` is it on?",
        "`w2 * mask` multiplies the columns of `w2`: that is what a diagonal matrix on its right does.",
    ],
    praise="Equal to autograd: the identity, plus whatever the branch adds.",
    picture=Call(*pictures.SIX_FOUR),
)  # fmt: skip

break_jacobian = BreakIt(
    "break_jacobian",
    residual_jacobian,
    mistakes.by_nudging,
    valid=mistakes.unbent,
    task="It measures, as you did above. D = 1 is enough.",
    mistakes=[
        NearMiss("no unit at 0", ([1.0], [[1.0]], [[1.0]]), "Around this x every hidden unit stays on its side of 0, so along a nudge y is a straight line. Measuring is exact on a straight line. Where does y bend?", mistakes.nowhere_bent),
        NearMiss("a unit at 0, not moved", ([1.0], [[0.0]], [[1.0]]), "A hidden unit is at 0, but its row of `w1` is zero: no nudge moves it.", mistakes.unmoved),
        NearMiss("a unit at 0, not read", ([0.0], [[1.0]], [[0.0]]), "A hidden unit bends at 0, but its column of `w2` is zero: it does not reach y.", mistakes.not_read),
        NearMiss("bends that are not left in y", ([0.0], [[1.0], [-1.0]], [[1.0, -1.0]]), "A hidden unit reaches 0, but along a nudge y is a straight line: bends cancel, or are too small to see, or are not read. So what is measured is the slope.", mistakes.straight),
    ],
    hints=["Along a straight line, a nudge up and a nudge down change y at the same rate. Where is the block not a straight line?",
           "The ReLU bends at 0. Choose x and w1 such that a hidden unit stands there."],
    praise="A hidden unit bends within the nudge, and measuring mixes its slopes, 0 on one side and 1 on the other. So check gradients away from such kinks.",
)  # fmt: skip

where_it_vanishes = Choice(
    "where_it_vanishes",
    "The weights w1 and w2 are made smaller and smaller. Which part of Jᵀg vanishes?",
    {
        "a": ("The part that comes through the skip connection", "You will read that in places. But what does the skip multiply g by? By I, however small the weights are."),
        "b": ("The part that comes through the branch", "It has to pass w2 and w1, so it shrinks with both. The skip has no weights, and passes g on whole."),
        "c": ("Both", "One of the two meets no weight at all on its way."),
        "d": ("Neither: that is what the skip is for", "Their sum does not vanish. But the skip only adds to what the branch passes on: it cannot mend it."),
    },
    "b",
    hints=["Write the two parts side by side: g, and F′ᵀg. Which of them has weights in it?"],
)  # fmt: skip

cancelling_w2 = Exercise(
    "cancelling_w2",
    oracles.cancelling_w2,
    mistakes=[
        Mistake("branch zeroed", np.zeros((2, 2)), "A silent branch leaves J = I: all of the gradient passes. The branch has to work against the skip."),
        Mistake("minus the identity", -np.eye(2), "That makes w2 itself −I. It is F′ that has to be −I, and F′ is w2 times w1."),
        Mistake("sign forgotten", np.linalg.inv(oracles.CANCEL_W1), "Now F′ is I and J is 2 I: the gradient is doubled. It should cancel."),
        Mistake("minus w1", -oracles.CANCEL_W1, "w1 has to be undone, not repeated with a minus."),
        Mistake("transposed", -np.linalg.inv(oracles.CANCEL_W1).T, "Rows and columns are exchanged: F′ is w2 times w1 in that order."),
        Mistake("determinant forgotten", -np.array([[1.0, 0.0], [-1.0, 2.0]]), "The pattern is that of minus the inverse of w1; the division by its determinant is missing."),
        Mistake("diagonal not exchanged", -np.array([[2.0, 0.0], [-1.0, 1.0]]) / 2, "In the inverse of a 2×2 matrix the two entries of the diagonal change places."),
        Mistake("entry by entry", np.array([[-0.5, 0.0], [-1.0, -1.0]]), "The inverse of a matrix is not made of the inverses of its entries."),
    ],
    hints=[
        "Both hidden units are open at this x, so F′ = w2 w1. For which F′ is I + F′ zero?",
        "Write w2 = [[a, b], [c, d]], multiply w2 w1 out, and compare it with that F′.",
    ],
    praise="F′ = −I, so J = 0: this block passes nothing on, skip or no skip.",
    picture=pictures.cancelled,
)  # fmt: skip

# --- the ReLU after the sum -----------------------------------------------------------------------


_CROSSED = "You measure, and here a hidden unit or a sum stands exactly at 0, so a nudge crosses a kink. Write it with the slopes of both ReLUs."

resnet_jacobian = Exercise(
    "resnet_jacobian",
    oracles.resnet_jacobian,
    [_case(22, 2, 2), _case(42, 3, 3), _case(41, 2, 3), _case(43, 3, 2), _case(71, 4, 6, part=0.5), _case(2024, 4, 3, part=0.5), _case(7, 3, 4, small=0.01), _case(1, 2, 3, small=0.0)],
    mistakes=[
        Mistake("no ReLU after the sum", oracles.residual_jacobian, "That is I + F′, the block without its last ReLU. What does this ReLU do to the rows?"),
        Mistake("skip forgotten", mistakes.after_sum(lambda x, skip, branch, y: branch * (y > 0)[:, None]), "The rows you close are the right ones. But the sum has the Jacobian I + F′, and the I is missing."),
        Mistake("mask on the columns", mistakes.after_sum(lambda x, skip, branch, y: (skip + branch) * (y > 0)), "A mask of shape (D,) multiplies columns, so you close inputs. The last ReLU closes outputs: rows of J."),
        Mistake("mask on the skip alone", mistakes.after_sum(lambda x, skip, branch, y: skip * (y > 0)[:, None] + branch), "The ReLU comes after the sum: a closed entry passes nothing on, through the branch as little as through the skip."),
        Mistake("mask on the branch alone", mistakes.after_sum(lambda x, skip, branch, y: skip + branch * (y > 0)[:, None]), "The ReLU comes after the sum: it closes the skip's row along with the branch's."),
        Mistake("mask from x", mistakes.after_sum(lambda x, skip, branch, y: (skip + branch) * (x > 0)[:, None]), "The last ReLU sees the sum x + F(x), not x: take the mask from there."),
        Mistake("mask from the branch", mistakes.after_sum(lambda x, skip, branch, y: (skip + branch) * (y - x > 0)[:, None]), "The last ReLU sees the sum x + F(x), not F(x) alone: take the mask from there."),
        Mistake("the sum for its slope", mistakes.after_sum(lambda x, skip, branch, y: (skip + branch) * np.maximum(y, 0)[:, None]), "You multiply by what the ReLU lets through. Its slope is 1 there, and 0 elsewhere."),
        Mistake("mask the wrong way round", mistakes.after_sum(lambda x, skip, branch, y: (skip + branch) * (y <= 0)[:, None]), "Open rows are those where the sum is above 0; you kept the others."),
        Mistake("slope 1 at zero", mistakes.after_sum(lambda x, skip, branch, y: (skip + branch) * (y >= 0)[:, None]), "Where the sum is exactly 0, PyTorch takes the ReLU's slope as 0."),
        Mistake("slope 1 at zero in the branch", mistakes.open_at_zero, "The last ReLU is right. In the branch, where a hidden unit is exactly 0, PyTorch takes the slope as 0."),
        Mistake("mask not on a diagonal", mistakes.after_sum(lambda x, skip, branch, y: (y > 0) @ (skip + branch)), "`mask @ J` adds the open rows up to one vector. Put the mask on a diagonal, or multiply by `mask[:, None]`."),
        Mistake("ReLU of the Jacobian", mistakes.after_sum(lambda x, skip, branch, y: np.maximum(skip + branch, 0)), "You clip the entries of J. A row is open or closed as a whole, and the sum's sign decides."),
        Mistake("measured", mistakes.measured(1, -1, mistakes.clipped), _CROSSED),
        Mistake("measured upwards", mistakes.measured(1, 0, mistakes.clipped), _CROSSED),
        Mistake("transposed", lambda *a: oracles.resnet_jacobian(*a).T, "Rows belong to outputs, columns to inputs: entry (i, j) is ∂yᵢ/∂xⱼ."),
    ],
    hints=[
        "Chain rule once more: the slopes of the last ReLU times the Jacobian of the sum, which you have.",
        "A slope of 0 closes a whole row of that Jacobian. Which of your two functions says where the sum is above 0?",
    ],
    praise="Equal to autograd. Where the sum is above 0, the skip is whole; elsewhere its row is closed with the branch's.",
    picture=Call(*pictures.SIX_FOUR),
)  # fmt: skip

# --- through many blocks --------------------------------------------------------------------------


gradient_norms = Exercise(
    "gradient_norms",
    oracles.gradient_norms,
    [Call(d, r, s) for d, s in ((1, 0.5), (2, 1.0), (4, 0.0), (5, 1.5), (24, 0.5)) for r in (False, True)],
    rtol=1e-3,
    atol=0.0,  # the smallest of these norms is about 1e-15
    mistakes=[
        Mistake("always plain", lambda d, r, s: oracles.gradient_norms(d, False, s), "Your network is plain even with residual=True: the skip is missing."),
        Mistake("always residual", lambda d, r, s: oracles.gradient_norms(d, True, s), "Your network has its skips even with residual=False."),
        Mistake("plain and residual exchanged", lambda d, r, s: oracles.gradient_norms(d, not r, s), "It is the other way round: residual=True is the network with skips."),
        Mistake("runs backwards", lambda *a: oracles.gradient_norms(*a)[::-1], "You collected the norms from the output to the input: turn them round."),
        Mistake("J for its transpose", mistakes.not_transposed, "Going backwards, the gradient is multiplied by J transposed."),
        Mistake("Jacobian at the block's output", mistakes.differentiated_at(lambda xs: xs[1:]), "Each Jacobian belongs to the input of its block; you took the signal behind the block."),
        Mistake("every Jacobian at the network's input", mistakes.differentiated_at(lambda xs: xs[:1] * (len(xs) - 1)), "Each block has a signal of its own: run forward first and keep every x."),
        Mistake("forward always with skips", mistakes.run_as(lambda r: True, lambda r: r), "Backward you tell plain from residual; forward you always add the skip."),
        Mistake("forward never with skips", mistakes.run_as(lambda r: False, lambda r: r), "Backward you tell plain from residual; forward you never add the skip."),
        Mistake("backward always with skips", mistakes.run_as(lambda r: r, lambda r: True), "Forward you tell plain from residual; backward you always keep the I."),
        Mistake("backward never with skips", mistakes.run_as(lambda r: r, lambda r: False), "Forward you tell plain from residual; backward you never add the I."),
        Mistake("every Jacobian at the last signal", mistakes.differentiated_at(lambda xs: xs[-1:] * (len(xs) - 1)), "All Jacobians are taken at one x, the one that the way forward ended with. Each belongs to the input of its own block."),
        Mistake("backward the wrong way round", mistakes.run_as(lambda r: r, lambda r: not r), "Forward you tell plain from residual rightly. On the way back it is exchanged: the plain network has the I, the residual one lacks it."),
        Mistake("forward the wrong way round", mistakes.run_as(lambda r: not r, lambda r: r), "Backward you tell plain from residual rightly. On the way forward it is exchanged: the plain network has the + x, the residual one lacks it."),
        Mistake("weights exchanged on the way forward", mistakes.exchanged(ahead=True, back=False), "Each pair is (w1, w2), in this order. On the way forward you hand them over the other way round; with square matrices nothing complains."),
        Mistake("weights exchanged on the way back", mistakes.exchanged(ahead=False, back=True), "Each pair is (w1, w2), in this order. In the Jacobian you hand them over the other way round; with square matrices nothing complains."),
        Mistake("weights exchanged on both ways", mistakes.exchanged(ahead=True, back=True), "Each pair is (w1, w2), in this order. You take them for (w2, w1); with square matrices nothing complains."),
        Mistake("each block alone", mistakes.each_alone, "Every block of yours starts again from the same gradient. It should get what the block behind it passed on."),
        Mistake("without the input's", lambda *a: oracles.gradient_norms(*a)[1:], "The gradient that reaches the network's input belongs to the list: depth + 1 numbers."),
        Mistake("ones subtracted for the identity", mistakes.ones_subtracted, "In the plain network you take 1 from every entry of J. The identity has ones on its diagonal only."),
        Mistake("blocks in forward order", mistakes.in_forward_order, "On the way back the gradient meets the last block first: turn the order of the blocks round."),
        Mistake("norms of the signal", mistakes.of_signal, "Those are the lengths of the signal on its way forward. You want the gradient's, on its way back."),
        Mistake("squared norms", lambda *a: oracles.gradient_norms(*a) ** 2, "Those are squared lengths: take the root."),
        Mistake("without the output's", lambda *a: oracles.gradient_norms(*a)[:-1], "The gradient that arrives behind the last block belongs to the list: depth + 1 numbers."),
    ],
    hints=[
        "Begin with depth 1: one block, one Jacobian, two norms. What has to be kept for more?",
        "Which block does the gradient meet first on its way back? And at which x is that block's Jacobian taken?",
        "Your two functions are for residual blocks. What do you take away from each of their results to get F alone?",
    ],
    praise="Equal to autograd through the whole network, down to 1e−15.",
    picture=pictures.norms,
)  # fmt: skip

scale_one = Choice(
    "scale_one",
    "At scale 1 the plain network has about a tenth of its gradient left after 64 blocks. Give the same weights "
    "a skip at every block: how long is the gradient that reaches the input?",
    {
        "a": ("Still about 1", "That would be the skip alone. What the branches pass on is added to it."),
        "b": ("About 64 times as long", "That would be 64 parts, added once at the end. But what one block adds, the next one multiplies."),
        "c": ("More than a million times as long", "The branch passes on about as much as the skip, at right angles to it: the squared length doubles, 64 times over. The root of 2⁶⁴ is four billion."),
        "d": ("It vanishes", "For that the branches would have to work against the skips, as your `cancelling_w2` did. Random weights know nothing of the skip: on average the two parts stand at right angles, and their sum is longer than either."),
    },
    "c",
    hints=["Skip and branch pass on about the same length, on average at right angles. How long is the sum of two such arrows?"],
)  # fmt: skip

# --- where the sizes differ -----------------------------------------------------------------------


def _map(seed, channels, height, width, out_channels, stride, part=1):
    shapes = ((channels, height, width), (out_channels, channels))
    x, weight = whole_numbers(seed, *shapes, spread=3)
    return Call(x, weight * part, stride)


projection_shortcut = Exercise(
    "projection_shortcut",
    oracles.projection_shortcut,
    [_map(1, 2, 2, 4, 3, 2), _map(2, 2, 4, 4, 2, 2), _map(3, 2, 3, 5, 3, 2), _map(4, 3, 2, 4, 2, 1), _map(5, 3, 7, 5, 3, 3, part=0.5)],
    mistakes=[
        Mistake("averaged, not strided", mistakes.shrunk(mistakes.averaged), "You average over each patch. A strided 1×1 convolution reads one pixel of it and skips the others."),
        Mistake("stride ignored", mistakes.shrunk(lambda x, s: x), "Every pixel is still there: the window moves by `stride` cells."),
        Mistake("stride on rows only", mistakes.shrunk(lambda x, s: x[:, ::s]), "You skip rows. Skip columns too."),
        Mistake("stride on columns only", mistakes.shrunk(lambda x, s: x[:, :, ::s]), "You skip columns. Skip rows too."),
        Mistake("start at the patch's end", mistakes.shrunk(lambda x, s: x[:, s - 1 :: s, s - 1 :: s]), "The first window stands at row 0 and column 0."),
        Mistake("cut off, not strided", mistakes.shrunk(mistakes.cut_off), "You keep the top left corner. A stride picks pixels from the whole image."),
        Mistake("last pixel dropped", mistakes.whole_strides, "Positions are 0, s, 2s, … up to the edge: with an odd size the last pixel is read too."),
        Mistake("weight transposed", lambda x, w, s: np.einsum("co,chw->ohw", w, x[:, ::s, ::s]), "weight is (C_out, C_in): its rows belong to the output."),
        Mistake("channels not mixed", lambda x, w, s: x[:, ::s, ::s], "The size is right; now each output channel is a weighted sum of all input channels."),
        Mistake("pixels left in a row", lambda *a: oracles.projection_shortcut(*a).reshape(len(a[1]), -1), "The numbers are right. Give them their height and width back: (C_out, H′, W′)."),
        Mistake("reshaped across channels", mistakes.across_channels, "`reshape(-1, C_in)` does not carry the channels to the end, it cuts the numbers up anew. Keep the channels in front: `reshape(C_in, -1)`."),
        Mistake("channels last", lambda *a: np.moveaxis(oracles.projection_shortcut(*a), 0, -1), "Channels come first in the result as well: (C_out, H′, W′)."),
    ],
    hints=[
        "Which rows does a 1×1 window read at stride 2? And at stride s? (A slice can have a step.)",
        "At the pixels that are left it is notebook 1's 1×1 convolution: one matrix for the channels.",
    ],
    praise="Equal to PyTorch's strided 1×1 convolution: skip pixels, then mix channels.",
    picture=_map(6, 2, 5, 6, 2, 2),
)  # fmt: skip

# --- a block less ---------------------------------------------------------------------------------

one_block_less = Choice(
    "one_block_less",
    "A plain and a residual network of ten blocks each get every training point right. Now take out the eighth "
    "block and join the rest, without any further training. Which of them still tells the spirals apart?",
    {
        "a": ("Both: nine blocks are enough", "Nine trained together would be. But the ninth block has learnt to read what the eighth wrote."),
        "b": ("The residual one only", "Without its eighth block it still has every way that goes round it: half of all. The plain one has a single way, and you cut it."),
        "c": ("The plain one only", "In the plain network everything goes through the eighth block. What is left when it is gone?"),
        "d": ("Neither: each block needs the one before it", "True of the plain network. In the residual one the ninth block reads a sum. How many of its parts came through the eighth?"),
    },
    "b",
    hints=["Write both networks out for three blocks, and cross out the second. What do the others still get to read?"],
)  # fmt: skip

progress = Progress(globals(), written=words.POINTS)
