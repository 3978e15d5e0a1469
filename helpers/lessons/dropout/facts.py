"""What can be said of an array times a random mask, whatever mask was drawn."""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields, replace

import numpy as np

MANY = 10_000  # entries from which on shares and counts are judged
_APART = "do not fall one by one: draw a number for each"


def _fact(message, tolerance=0.5):
    """What to say when a fact lies further from the oracle's than the tolerance."""
    return field(default=np.nan, metadata={"tolerance": tolerance, "message": message})


@dataclass(frozen=True)
class Facts:
    """Facts that right masks share, the most telling first; NaN is a fact that cannot be told.

    drops, by_share, again (is it the mask of the case before?) and exact are true or false.
    odd: 0 where one factor explains all that is kept, 1 where two do, 2 otherwise; of two, least is
    the smaller one, so that two slips that leave two factors are told apart. floor: what
    stands in place of a dropped entry, where all have one and the same number.
    where: 1 where those are dropped that the mask drops, −1 where the others are, 0 where none is,
    0.5 otherwise. rows and columns: 0 where the count of dropped entries varies from line to line
    as it should, 1 where it varies too much, −1 too little, 2 where all entries fell or none.
    """

    drops: float = _fact("At evaluation, and wherever p is 0, nothing is dropped.")
    where: float = _fact("It should be 0 exactly where the mask is False.", 0.1)
    floor: float = _fact("A dropped entry should be 0.", 1e-4)
    odd: float = _fact("Every entry should be 0, or its input times one and the same factor.")
    scale: float = _fact("The kept entries do not have the right size.", 1e-4)
    least: float = _fact("", 1e-4)  # never told: where it differs, odd does
    by_share: float = _fact("Divide by the chance of being kept, not by the share that was kept.")
    # By Hoeffding's bound, among 60 000 entries it strays by 0.0134 less than once in 10⁹ times.
    share_dropped: float = _fact("The share of dropped entries is not p.", 2 * 0.0134)
    rows: float = _fact(f"The entries of a row {_APART} of them.")
    columns: float = _fact(f"The entries of a column {_APART}.")
    again: float = _fact("Draw from `rng` alone: equal generators, equal masks; others, others.")
    exact: float = _fact("The number of dropped entries never varies: let each fall on its own.")

    def clash(self, other: Facts) -> Field | None:
        """The first fact on which two results differ, or None; NaN agrees with everything."""
        for fact in fields(self):
            mine, theirs = (float(getattr(one, fact.name)) for one in (self, other))
            if abs(mine - theirs) > fact.metadata["tolerance"]:
                return fact
        return None


def facts_of(array, kept, chance, before=None):
    """The Facts of a result; kept: what each entry is where it is kept, never 0.

    chance: of being dropped, or the mask handed over; before: the result of the case before.
    """
    if np.ndim(chance):
        return _of_given_mask(array, kept, chance)
    if chance == 0:
        return replace(_of_kept(array, kept), drops=(array == 0).any())
    if array.size < MANY:
        return _of_few(array, kept, chance)
    return _of_many(array, kept, chance, before)


def _of_kept(array, kept):
    """The size of what is kept, by the median of its factors."""
    factors = (array / kept)[array != 0]
    if factors.size == 0:
        return Facts(odd=0)
    scale, ends = float(np.median(factors)), (factors.min(), factors.max())
    two = np.logical_or(*(np.isclose(factors, end, rtol=1e-4) for end in ends)).all()
    odd = 0 if np.allclose(factors, scale, rtol=1e-4) else 1 if two else 2
    least = float(ends[0]) if odd == 1 else np.nan
    return Facts(odd=odd, scale=np.nan if odd else scale, least=least)


def _of_given_mask(array, kept, mask):
    places = {1: ~mask, -1: mask, 0: np.zeros_like(mask)}
    fits = [place for place, dropped in places.items() if np.array_equal(array == 0, dropped)]
    return replace(_of_kept(array, kept), where=fits[0] if fits else 0.5)


def _of_chance(array, kept, chance):
    """Whether the scale makes up for the share that fell: then it is another for another mask."""
    said = _of_kept(array, kept)
    share = (array == 0).mean()
    made_up = np.isclose(said.scale * (1 - share), 1 - chance, rtol=1e-5, atol=0)
    by_share = bool(made_up and not np.isclose(said.scale, 1, rtol=1e-5))
    return replace(said, by_share=by_share, scale=np.nan if by_share else said.scale)


def _of_few(array, kept, chance):
    said = _of_chance(array, kept, chance)
    # a few may fit by accident
    return replace(said, by_share=np.nan, least=np.nan, odd=2 * (said.odd > 0))


def _of_many(array, kept, chance, before):
    zero, said = array == 0, _of_chance(array, kept, chance)
    said = replace(said, floor=_floor(array))
    share, same = zero.mean(), before is not None and before.shape == array.shape
    if share in (0, 1):
        # By one draw for all, or always? That is told apart where p is close to 0 or 1.
        told = np.nan if 0.1 <= chance <= 0.9 else share
        again = np.array_equal(array, before) if same and share == 0 else np.nan
        return replace(said, share_dropped=told, rows=2, columns=2, again=again, exact=0)
    rows, columns = (_spread(zero.sum(axis), zero.shape[axis], share) for axis in (1, 0))
    last = before == 0 if same else zero
    again = np.array_equal(last, zero) if same else np.nan
    exact = again == 0 and zero.sum() == last.sum() == round(chance * zero.size)
    told = np.nan if max(rows, columns) > 0 else share
    return replace(said, share_dropped=told, rows=rows, columns=columns, again=again, exact=exact)


def _floor(array):
    """The number that fills one entry in a hundred or more; 0 where none does."""
    values, counts = np.unique(array, return_counts=True)
    return float(values[counts.argmax()]) if counts.max() > array.size / 100 else 0.0


def _spread(counts, n, share):
    """Whether counts vary as those of n entries that fall one by one (0), more (1) or less (−1)."""
    ratio = np.var(counts) / (n * share * (1 - share))  # of 200 lines, strays so far once in 10⁸
    return float(ratio > 1.7) - float(ratio < 0.4)
