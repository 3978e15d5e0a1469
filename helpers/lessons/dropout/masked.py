"""Exercises whose result is an array times a random mask: any right mask is right.

Two right answers draw different masks, so results are compared by facts that right masks share:
the size of what is kept, the share that is dropped, and that each entry falls on its own.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from helpers.exercises import RAN, Call, Difference, Exercise, Outcome, as_array, describe, to_numpy
from helpers.lessons.dropout.facts import Facts, facts_of


@dataclass
class Drawn:
    """A result, what each entry is where it is kept, and the facts, which a mistake is known by."""

    array: np.ndarray | None
    kept: np.ndarray | None
    facts: Facts


class Masked(Exercise):
    """An exercise whose result is its first argument, times a factor, times a mask.

    expects(*args) gives (kept, chance): what each entry is where it is kept, and either the chance
    of being dropped or, where the call hands it over, the mask. Cases of facts.MANY entries are
    judged for chance; two that follow one another should differ in nothing or in `rng` alone.
    """

    def __init__(
        self, name: str, oracle: Callable, cases: Sequence[Call], expects: Callable, **kwargs: Any
    ):
        super().__init__(name, oracle, cases, **kwargs)
        self.expects = expects

    def outcomes(self, answer: Any) -> list[Outcome]:
        outcomes, before = super().outcomes(answer), None
        for outcome, case in zip(outcomes, self.cases, strict=False):
            kept, chance = self.expects(*case.args)
            array = None
            with contextlib.suppress(ValueError):  # ragged: the usual comparison says so
                array = as_array(to_numpy(outcome.value)) if outcome.kind in RAN else None
            if array is None or array.shape != kept.shape or array.dtype.kind not in "biuf":
                continue
            if np.isfinite(array).all():
                array = array.astype(float)
                outcome.value = Drawn(array, kept, facts_of(array, kept, chance, before))
                before = array
        return outcomes

    def remembered(self, outcomes: list[Outcome]) -> list[Outcome]:
        """The facts alone: the arrays of all mistakes would hold 100 MB."""
        for outcome in outcomes:
            if isinstance(outcome.value, Drawn):
                outcome.value = Drawn(None, None, outcome.value.facts)
        return outcomes

    def fault(self, outcome: Outcome, want: Outcome) -> Difference | None:
        mine, right = outcome.value, want.value
        raw = mine.array if isinstance(mine, Drawn) else mine
        found = super().fault(replace(outcome, value=raw), replace(want, value=right.array))
        if not isinstance(mine, Drawn) or (found and found.stage != "values"):
            return found
        clash = mine.facts.clash(right.facts)
        if clash is None:
            return None
        message = clash.metadata["message"]
        wrong = np.argwhere((mine.array != 0) & ~np.isclose(mine.array, mine.kept, rtol=self.rtol))
        if len(wrong):
            at = tuple(wrong[0].tolist())
            yours, kept = (f"{list(at)} {describe(a[at])}" for a in (mine.array, mine.kept))
            return Difference("values", message, yours, f"{kept}, or 0 if dropped")
        if clash.metadata["tolerance"] >= 0.1:  # true or false: no number says more
            return Difference("values", message)
        name = clash.name.replace("_", " ")
        told = (f"{name} {getattr(one.facts, clash.name):.2f}" for one in (mine, right))
        return Difference("values", message, *told)

    def agree(self, ours: list[Outcome], theirs: list[Outcome], heed: bool) -> bool:
        """Whether two answers give the same on every case, as far as can be asked."""
        # Where a probability is 0, one slip divides by it in many ways: error, infinity, NaN.
        zero = [any(isinstance(a, float) and a == 0 for a in case.args) for case in self.cases]
        pairs = [
            (a, b)
            for a, b, either in zip(ours, theirs, zero, strict=False)
            if not either or all(isinstance(one.value, Drawn) for one in (a, b))
        ]
        return len(ours) == len(theirs) and all(self.same(a, b, heed) for a, b in pairs)

    def same(self, a: Outcome, b: Outcome, heed: bool) -> bool:
        drawn = [isinstance(one.value, Drawn) for one in (a, b)]
        if all(drawn):
            return a.kind == b.kind and a.value.facts.clash(b.value.facts) is None
        return not any(drawn) and super().same(a, b, heed)
