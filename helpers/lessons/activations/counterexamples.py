"""A pair (x, α) judged by what it is: a counterexample to max(αx, x), or of which kind it is not."""

import math
from dataclasses import replace

from helpers.exercises import Exercise, as_array, describe, to_numpy
from helpers.lessons.activations.oracles import both_formulas


def pair_of(answer):
    """An answer as two floats (x, α), or None when it is nothing of the kind."""
    try:
        array = as_array(to_numpy(answer))
        fits = array.shape == (2,) and array.dtype.kind in "iuf"
    except Exception:  # ragged or foreign: the comparison says so
        return None
    return tuple(map(float, array)) if fits else None


def why_not(x, alpha):
    """Why (x, α) is no counterexample, a mistake's name; "" where both formulas, evaluated, differ."""
    if not (math.isfinite(x) and math.isfinite(alpha)):
        return "not finite"
    if alpha <= 0:
        return "x and α exchanged" if x > 1 and alpha < 0 else "α not positive"
    ours, theirs = both_formulas(x, alpha)
    if ours != theirs:
        return ""
    if x == 0 or alpha > 1:  # past 1 they agree only where x is 0, or so small that αx rounds to x
        return "x is 0"
    return "α is 1" if alpha == 1 else "α between 0 and 1"


class Counterexample(Exercise):
    """A pair judged by its property: as the mistake of its kind, or as the oracle's own pair."""

    def judge(self, answer):
        pair = pair_of(answer)
        if pair is None:
            return super().judge(answer)
        kinds = {mistake.name: mistake.wrong for mistake in self.mistakes}
        verdict = super().judge(kinds.get(why_not(*pair), self.oracle()))
        values = map(describe, both_formulas(*pair))
        details = ("Yours", describe(pair)), *zip(("leaky ReLU", "max(αx, x)"), values, strict=True)
        return replace(verdict, details=(*details, *verdict.details[1:]))
