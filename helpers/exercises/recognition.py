"""Which known mistake an answer is, and whether it is the same each time.

A false name is worse than none. So an error counts by what it says, not by its type alone; a
mistake that stops with an error on every case is never recognised; and one that breaks down on
some cases is recognised by the others only where they leave no doubt.
"""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from helpers.exercises.causes import aligned, alike
from helpers.exercises.sandbox import RAN, Call, Outcome, run
from helpers.exercises.task import Mistake

if TYPE_CHECKING:
    from helpers.exercises.exercise import Exercise

CASES, NUMBERS = 2, 3  # that must be wrong in one and the same way
MANY = 6  # numbers that are enough in a single case
QUICK = 1.0  # seconds that it may take to ask once more whether a result is the same each time


class Known(NamedTuple):
    """A mistake, what it gives on every case, and whether a value among that is wrong."""

    mistake: Mistake
    outcomes: list[Outcome]
    shows: bool


def known(exercise: "Exercise") -> list[Known]:
    """The mistakes of an exercise that run on some case."""
    found = []
    for mistake in exercise.mistakes:
        outcomes = exercise.outcomes(mistake.wrong)
        pairs = zip(outcomes, exercise.wanted(), strict=False)
        wrong = [exercise.fault(one, want) for one, want in pairs if one.kind in RAN]
        if wrong:  # an error alone tells nothing
            found.append(Known(mistake, exercise.remembered(outcomes), any(wrong)))
    return found


def recognised(exercise: "Exercise", outcomes: list[Outcome]) -> Mistake | None:
    """The known mistake that gives these outcomes.

    Where it shares no wrong value with them, but errors alone, these say the very same.
    """
    # A warning may come on top of a known mistake: then the mistake's name says more.
    for heed in (True, False) if exercise.quiet else (False,):
        for mistake, theirs, shows in exercise.known():
            if exercise.agree(outcomes, theirs, heed) and (
                shows or all(map(_same_text, outcomes, theirs))
            ):
                return mistake
    return None


def resembled(
    exercise: "Exercise", outcomes: list[Outcome], failing: list[int]
) -> tuple[Mistake | None, list[int]]:
    """The one mistake that agrees wherever both give numbers, and the failing cases that show it.

    (None, failing) where there is none, or where there are two.
    """
    found = {}
    for mistake, theirs, _ in exercise.known() if exercise.cases else ():
        shared = _shared(exercise, outcomes, theirs)
        if shared:
            found[mistake.name] = mistake, [index for index in failing if index in shared]
    return next(iter(found.values())) if len(found) == 1 else (None, failing)


def restless(answer: Callable, cases: Sequence[Call], seconds: float) -> bool:
    """Whether some call gives another result each time; asked for as long as that is quick."""
    spent = 0.0
    for case in cases:
        one, other = (run(answer, case, seconds) for _ in range(2))
        spent += one.seconds + other.seconds
        if "timeout" in (one.kind, other.kind) or spent > QUICK:
            return False
        if one.kind != other.kind or (one.kind in RAN and not alike(one.value, other.value)):
            return True
    return False


def same_error(a: Outcome, b: Outcome, exactly: bool = False) -> bool:
    """Whether two errors are of one type and say the same; unless exactly, whatever numbers."""
    texts = [outcome.message.split("\nin your line")[0] for outcome in (a, b)]
    if not exactly:
        texts = [re.sub(r"\d+", "#", text) for text in texts]
    return a.value is b.value and texts[0] == texts[1]


def _same_text(a: Outcome, b: Outcome) -> bool:
    return a.kind != "error" or same_error(a, b, exactly=True)


def _shared(exercise: "Exercise", ours: Sequence[Outcome], theirs: Sequence[Outcome]) -> set[int]:
    """The cases with wrong numbers that an answer shares with a mistake; none where they differ.

    Compared is where both give numbers: enough of them, in more than half of the cases that do not
    fail for both. A NaN, an infinity, an error of one says nothing.
    """
    wanted, asked, shared, values = exercise.wanted(), 0, set(), []

    def close(a, b):
        return np.isclose(a, b, rtol=exercise.rtol, atol=exercise.atol)

    for index, (mine, other, want) in enumerate(zip(ours, theirs, wanted, strict=False)):
        if not (mine.kind in RAN and other.kind in RAN):
            # Where a mistake breaks down and the answer is wrong too, nothing speaks against it.
            asked += other.kind not in RAN and exercise.fault(mine, want) is not None
            continue
        pairs = [aligned(one.value, want.value) for one in (mine, other)]
        if None in pairs:
            if not exercise.same(mine, other, False):
                return set()
            continue
        asked += 1
        for (a, right), (b, _) in zip(*pairs, strict=True):
            both = np.isfinite(a) & np.isfinite(b)
            wrong = both & ~close(b, right)
            if not close(a, b)[both].all():
                return set()
            if wrong.any():
                shared.add(index)
                values += np.round(b[wrong].astype(float), 4).tolist()
    distinct = len(set(values))
    several = len(shared) >= CASES and len(values) >= NUMBERS and distinct > 1
    known = several or (len(values) >= MANY and distinct >= NUMBERS)
    return shared if known and 2 * asked > len(wanted) else set()
