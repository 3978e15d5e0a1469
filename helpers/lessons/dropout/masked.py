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

MANY = 10_000  # entries from which on shares and counts are judged

# How far a fact may lie from the oracle's, and what to say when it lies further off. By Hoeffding's
# bound, among 60 000 entries the share dropped strays by 0.0134 less than once in 10⁹ times.
FACTS = {
    "drops": (0.5, "At evaluation, and wherever p is 0, nothing is dropped."),
    "odd": (0.5, "Every entry should be 0, or its input times one and the same factor."),
    "scale": (1e-4, "What is kept has not the right size."),
    "by share": (0.5, "Divide by the chance of being kept, not by the share that was kept."),
    "where": (0.1, "It should be 0 exactly where the mask is False."),
    "share dropped": (2 * 0.0134, "The share of dropped entries is not p."),
    "rows": (0.5, "The entries of a row do not fall one by one: draw a number for each of them."),
    "columns": (0.5, "The entries of a column do not fall one by one: draw a number for each."),
    "again": (0.5, "Draw from `rng` alone: equal generators, equal masks; others, others."),
    "exact": (0.5, "The number of dropped entries never varies: let each fall on its own."),
}  # fmt: skip


@dataclass
class Drawn:
    """A result, what each entry is where kept, and the facts; NaN is a fact that cannot be told."""

    array: np.ndarray
    kept: np.ndarray
    facts: dict[str, float]

    def clash(self, other: "Drawn") -> str | None:
        """The first fact on which two results differ, or None; NaN agrees with everything."""
        gaps = {
            name: abs(float(self.facts[name]) - float(other.facts[name])) for name in self.facts
        }
        return next((name for name, gap in gaps.items() if gap > FACTS[name][0]), None)


class Masked(Exercise):
    """An exercise whose result is its first argument, times a factor, times a mask.

    expects(*args) gives (kept, chance): what each entry is where it is kept, and either the chance
    of being dropped or, where the call hands it over, the mask. Cases of MANY entries are judged
    for chance; two of them that follow one another should differ in nothing or in `rng` alone.
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
                outcome.value = Drawn(array, kept, facts(array, kept, chance, before))
                before = array
        return outcomes

    def fault(self, outcome: Outcome, want: Outcome) -> Difference | None:
        mine, right = outcome.value, want.value
        raw = mine.array if isinstance(mine, Drawn) else mine
        found = super().fault(replace(outcome, value=raw), replace(want, value=right.array))
        if not isinstance(mine, Drawn) or (found and found.stage != "values"):
            return found
        clash = mine.clash(right)
        if clash is None:
            return None
        tolerance, message = FACTS[clash]
        wrong = np.argwhere((mine.array != 0) & ~np.isclose(mine.array, mine.kept, rtol=self.rtol))
        if len(wrong):
            at = tuple(wrong[0].tolist())
            yours, kept = (f"{list(at)} {describe(a[at])}" for a in (mine.array, mine.kept))
            return Difference("values", message, yours, f"{kept}, or 0 if dropped")
        told = (f"{clash} {one.facts[clash]:.2f}" for one in (mine, right))
        return Difference("values", message, *(told if tolerance < 0.1 else ()))

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
            return a.kind == b.kind and a.value.clash(b.value) is None
        return not any(drawn) and super().same(a, b, heed)


def facts(array: Any, kept: Any, chance: Any, before: Any = None) -> dict[str, float]:
    """What can be said of a result whatever mask was drawn; before: the result of the case before.

    kept has no zeros. rows and columns: 0 where the count of dropped entries varies from line to
    line as it should, 1 where it varies too much, −1 too little, 2 where all entries fell or none.
    """
    zero = array == 0
    factor = (array / kept)[~zero]
    scale = float(np.median(factor)) if factor.size else np.nan
    odd = not np.allclose(factor, scale, rtol=1e-4)
    said = {"odd": odd, "scale": np.nan if odd else scale}
    if np.ndim(chance):
        places = {1: ~chance, -1: chance, 0: np.zeros_like(chance)}
        fits = [k for k, dropped in places.items() if np.array_equal(zero, dropped)]
        return {"where": fits[0] if fits else 0.5} | said
    if chance == 0:
        return {"drops": zero.any()} | said
    share = zero.mean()
    by_share = share < 1 and bool(np.isclose(scale * (1 - share), 1 - chance, rtol=1e-5, atol=0))
    by_share = by_share and not np.isclose(scale, 1, rtol=1e-5)
    if by_share:
        said["scale"] = np.nan
    if zero.size < MANY:
        return said
    said["by share"] = by_share
    same = before is not None and before.shape == array.shape
    if share in (0, 1):
        # By one draw for all, or always? That is told apart where nearly everything is dropped.
        told = share if chance > 0.9 else np.nan
        again = float(np.array_equal(array, before)) if same and share == 0 else np.nan
        return said | {"share dropped": told, "rows": 2, "columns": 2, "again": again, "exact": 0}
    rows, columns = (_spread(zero.sum(axis), zero.shape[axis], share) for axis in (1, 0))
    last = before == 0 if same else zero
    again = float(np.array_equal(last, zero)) if same else np.nan
    exact = again == 0 and zero.sum() == last.sum() == round(chance * zero.size)
    share = np.nan if max(rows, columns) > 0 else share
    return said | {
        "share dropped": share,
        "rows": rows,
        "columns": columns,
        "again": again,
        "exact": exact,
    }


def _spread(counts: Any, n: int, share: float) -> float:
    """Whether counts vary as those of n entries that fall one by one (0), more (1) or less (−1)."""
    ratio = np.var(counts) / (n * share * (1 - share))  # of 200 lines, strays so far once in 10⁸
    return float(ratio > 1.7) - float(ratio < 0.4)
