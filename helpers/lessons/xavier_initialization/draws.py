"""Exercises whose answer draws random numbers, compared by what all their draws have in common."""

import math

import numpy as np

from helpers.exercises import Call, Difference, Exercise, as_numbers, run

RNG = (
    "It gives two draws where the same `rng`, in the same state, should give one. Draw from `rng`."
)
FROZEN = "It gives the same numbers whatever `rng` is. Draw from the `rng` that you are given."


class Draws(Exercise):
    """An exercise whose answer draws random numbers: compared by what all draws have in common.

    Shape; the same draw from the same generator, another from another one; mean, deviation, share
    of far values, and no rows or columns that resemble one another.
    """

    RIGHT = (1.0, 1.0, 0.0, 1.0, 0.0455)  # what `_common` gives of normal draws, and the noise
    SLACK = (0.25, 0.25, 0.02, 0.03, 0.01)  # that it may have: five times what it has
    MANY = 10_000  # with fewer draws nothing can be said of their distribution
    FAULTS = (
        *["Not every entry is drawn by itself: rows or columns resemble one another."] * 2,
        "The mean should be 0; yours is {:.2g} standard deviations off.",
        "The standard deviation is {:.3g} times what it should be.",
        "{:.1%} lie more than two standard deviations from the mean; of a normal distribution 4.6 % do.",
    )

    def outcomes(self, answer):
        """Each case twice, and once with another generator: `message` tells what that showed."""
        outcomes = super().outcomes(answer)
        for outcome, case in zip(outcomes, self.cases, strict=False):
            if outcome.kind == "value":
                fan_in, fan_out, _ = case.args
                other = Call(fan_in, fan_out, np.random.default_rng(99))
                again, third = (run(answer, call, 2.0).value for call in (case, other))
                outcome.message = "" if _equal(outcome.value, again) else RNG
                if not outcome.message and _equal(outcome.value, third):
                    outcome.message = FROZEN
        return outcomes

    def fault(self, outcome, want):
        found = super().fault(outcome, want)
        if found and found.stage != "values":
            return found
        if outcome.message:
            return Difference("values", outcome.message)
        if want.value.size < self.MANY:
            return None
        ours = _common(outcome.value, want.value)
        for mine, right, slack, said in zip(ours, self.RIGHT, self.SLACK, self.FAULTS, strict=True):
            if abs(mine - right) > slack:
                return Difference("values", said.format(mine))
        return None

    def same(self, a, b, heed):
        if {a.kind, b.kind} != {"value"} or a.message != b.message:
            return a.kind != "value" and super().same(a, b, heed)
        mine, theirs = as_numbers(a.value), as_numbers(b.value)
        if mine.shape != theirs.shape:
            return False
        if (np.ptp(mine) == 0) != (np.ptp(theirs) == 0):
            return False  # one number throughout was not drawn at all
        if a.message or mine.ndim != 2 or mine.size < self.MANY:
            return True
        pairs = zip(_common(mine, theirs), _common(theirs, theirs), self.SLACK, strict=True)
        return all(abs(one - other) <= slack for one, other, slack in pairs)


def _equal(a, b):
    return np.array_equal(as_numbers(a), as_numbers(b), equal_nan=True)


def _common(draws, like):
    """What draws of one distribution have in common, in units of the deviation of `like`."""
    x, std = as_numbers(draws), as_numbers(like).std()
    own = x.std() or 1.0
    rows, columns = (x.mean(axis).std() / own * math.sqrt(x.shape[axis]) for axis in (0, 1))
    return rows, columns, x.mean() / std, x.std() / std, (abs(x - x.mean()) > 2 * own).mean()
