"""Which matrices move along when their row is pushed: the cases, and wrong answers to it."""

import numpy as np

from helpers.exercises import Call, Mistake
from helpers.lessons.convolution_as_matrix import mistakes, oracles
from helpers.lessons.convolution_as_matrix.oracles import torch_matrix

PADDED = torch_matrix([1, 4, 2], 4, padding=1)  # the border of a padded convolution stays behind

MATRICES = [
    [[4, -1, 2]],
    torch_matrix([1, 2], 3),
    [[1, 2, 0], [0, 1, 3]],
    [[1, 2, 3], [0, 1, 2]],
    [[1, 2, 0], [4, 1, 2]],
    [[1, 2, 3], [1, 2, 3]],
    [[0, 1, 2], [1, 2, 0]],
    [[1, 1, 1], [1, 1, 1]],
    [[1, 2, 3], [3, -2, -1]],
    [[2, 3], [1, 2]],
    [[5, 0], [0, 5]],
    [[2], [-1]],
    [[2, 3, 0], [1, 2, 3], [0, 1, 2]],
    np.tril(np.ones((3, 3))),
    mistakes.circulant([1, 2], 3),
    np.diag([2, 3, 2]),
    np.zeros((2, 4)),
    np.zeros((3, 2)),
    PADDED,
    [[1, 2, 0, 0], [0, 2, 1, 0], [0, 0, 1, 2]],
    torch_matrix([1, 2], 6, stride=2),
    torch_matrix([1, 0, -2], 6),  # two weights, so that their sum has no order to be rounded in
]

SHOWN = [MATRICES[i] for i in (21, 5, 4, 14, 18, 20)]

# A test in which the same number v always enters is content with a weight that makes up for it.
ENTER = (*range(1, 11), 100, -1)
MATRICES += [[[1, 2, 3 * v], [3, 1 - 3 * v, 2 - 3 * v]] for v in ENTER if v != 1]
# Of a row whose entries rise evenly, such as 1 2 3, each is the mean of its neighbours.
MATRICES += [[[1, 4, -1], [0, 2, 2]]]

CASES = sorted((Call(np.array(W, float)) for W in MATRICES), key=lambda call: call.args[0].size)


def _for_each_unit(same):
    """A test that asks `same(W, x, pushed)` of every x and number entering, of which one is 1."""

    def wrong(W):
        W = np.asarray(W, float)
        units = np.eye(W.shape[1] + 1)
        rows = ((row[1:], row[:-1]) for row in units)
        return all(same(W, x, pushed) for x, pushed in rows)

    return wrong


def _moved(W, x, pushed):
    return np.array_equal((W @ pushed)[1:], (W @ x)[:-1])


zero_enters = _for_each_unit(lambda W, x, pushed: bool(pushed[0]) or _moved(W, x, pushed))


def same_enters(v):
    """Every x with a single 1 is tried, but v alone ever enters."""
    return _for_each_unit(
        lambda W, x, pushed: bool(pushed[0]) or _moved(W, x, np.r_[v, pushed[1:]])
    )


def one_row(v):
    """The row 1, 2, …, n alone is tried, and v enters."""

    def wrong(W):
        x = np.arange(1.0, np.shape(W)[1] + 1)
        return _moved(np.asarray(W, float), x, np.r_[v, x[:-1]])

    return wrong


none_drops_out = _for_each_unit(lambda W, x, pushed: bool(x[-1]) or _moved(W, x, pushed))
moved_from_zero = _for_each_unit(lambda W, x, pushed: bool(pushed[0]) or np.array_equal(W @ pushed, [0, *(W @ x)[:-1]]))  # fmt: skip
rolled = _for_each_unit(lambda W, x, pushed: _moved(W, x, np.roll(x, 1)))
both_rolled = _for_each_unit(lambda W, x, pushed: np.array_equal(W @ np.roll(x, 1), np.roll(W @ x, 1)))  # fmt: skip
first_compared = _for_each_unit(lambda W, x, pushed: np.array_equal(W @ pushed, [0, *(W @ x)[:-1]]))
stay = _for_each_unit(lambda W, x, pushed: np.array_equal((W @ pushed)[1:], (W @ x)[1:]))
backwards = _for_each_unit(lambda W, x, pushed: np.array_equal((W @ pushed)[:-1], (W @ x)[1:]))

ONE_ROW = "A single row is tried, and there other weights may make up for a wrong one. Which rows stand for all of them?"

MISTAKES = [
    Mistake("only the diagonals looked at", mistakes.toeplitz, "Constant diagonals are not enough. Which weights does the number that enters meet, and which has the one that drops out met?"),
    Mistake("a zero always enters", zero_enters, "Any number may enter at the left. Your test is content with 0: it says yes where another number reaches an output that should only have moved."),
    *(Mistake("the same number always enters", same_enters(v), "The same number always enters, so that other weights may make up for it. Let it change while x stays as it is.") for v in ENTER),
    Mistake("a single row tried", one_row(0.5), ONE_ROW),
    Mistake("a single row tried", one_row(0), ONE_ROW),
    Mistake("nothing drops out", none_drops_out, "The number that drops out may have counted. Your test is content with 0 there: it says yes where another last entry of x reaches an output that should have moved."),
    Mistake("pushed round in a circle", rolled, "`np.roll` brings the number that drops out back in at the left. What enters is a new number, whatever it is."),
    Mistake("pushed round in a circle, outputs too", both_rolled, "`np.roll` moves in a circle. At the left a new number enters, and the first output of the pushed row is new: leave it out."),
    Mistake("the whole output compared", first_compared, "Only matrices of zeros pass your test. Compare each output with its neighbour, i before with i + 1 after; the first one after the push sees what has just entered and has no partner."),
    Mistake("the whole output compared, a zero enters", moved_from_zero, "The first output after the push sees what has just entered and has no partner: leave it out. And let other numbers than 0 enter."),
    Mistake("outputs stay", stay, "You ask whether the outputs stay the same: that is invariance. They should move along with the row."),
    Mistake("outputs moved to the left", backwards, "The row moves to the right, so the outputs should too: output i before is output i + 1 after."),
    Mistake("the other test again", oracles.is_convolution, "Nearly the same, but ask about the push itself: where everything is zero, everything moves along, however many rows there are."),
    Mistake("single row refused", lambda W: oracles.is_equivariant(W) and len(W) > 1, "With one output there is nothing to compare, so nothing can go wrong: any single row passes."),
    Mistake("always yes", lambda W: True, "You say yes to every matrix."),
    Mistake("always no", lambda W: False, "You say no to every matrix."),
]  # fmt: skip
