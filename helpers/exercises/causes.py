"""A guess at what went wrong, said only where every case bears it out.

One case may look like anything: from a single number any other is "so many times what it should
be". So all cases are asked together, those that are right included, and at least ENOUGH numbers
must speak for a cause.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from helpers.exercises.comparison import as_array
from helpers.exercises.sandbox import to_numpy

ENOUGH = 3
RTOL, ATOL = 1e-4, 1e-6
TOLD = 100 * ATOL  # a wanted number below this says little: much else is as close to it

Pair = tuple[np.ndarray, np.ndarray]


def aligned(got: Any, want: Any) -> list[Pair] | None:
    """Result and wanted value as pairs of real arrays of one shape: one pair, of a tuple several.

    None where a part is missing, has another shape, or is no number.
    """
    got = to_numpy(got)
    if isinstance(want, tuple):
        if not isinstance(got, (tuple, list)) or len(got) != len(want):
            return None
        parts = [aligned(*both) for both in zip(got, want, strict=True)]
        return None if None in parts else [pair for part in parts for pair in part]
    try:
        pair = as_array(got), as_array(want)
    except Exception:  # whatever a learner wrote
        return None
    if any(array is None or array.dtype.kind not in "iuf" for array in pair):
        return None
    return [pair] if pair[0].shape == pair[1].shape else None


def alike(a: Any, b: Any) -> bool:
    """Whether two results hold the same numbers; what holds none is like anything."""
    a, b = to_numpy(a), to_numpy(b)
    if all(isinstance(one, (tuple, list)) for one in (a, b)) and len(a) == len(b):
        return all(map(alike, a, b))
    try:
        a, b = map(as_array, (a, b))
        if any(np.iscomplexobj(one) for one in (a, b)):
            return True  # a cast would warn, in the learner's cell
        a, b = (np.asarray(one, dtype=float) for one in (a, b))
    except Exception:  # whatever a learner wrote
        return True
    return a.shape == b.shape and np.allclose(a, b, rtol=RTOL, atol=ATOL, equal_nan=True)


@np.errstate(all="ignore")  # with huge values a guess may fail, but quietly
def likely_cause(cases: Sequence[list[Pair] | None], rtol: float, atol: float) -> str:
    """What explains the results of all cases; "" without a guess. cases: see `aligned`.

    rtol, atol: what counts as right.
    """
    if None in cases or len({len(case) for case in cases}) != 1:
        return ""
    parts = list(zip(*cases, strict=True))
    wrong = [i for i, pairs in enumerate(parts) if not all(_close(*p, rtol, atol) for p in pairs)]
    if len(parts) > 1 and len(wrong) == 1:
        cause = _cause(parts[wrong[0]])
        return cause and f"Entry {wrong[0]} alone is not right. {cause}"
    return _cause([pair for pairs in parts for pair in pairs])


def _cause(pairs: Sequence[Pair]) -> str:
    got, want = (np.concatenate([pair[i].ravel() for pair in pairs]).astype(float) for i in (0, 1))
    finite = np.isfinite(want)
    if not (got[~finite] == want[~finite]).all() or not np.isfinite(got[finite]).all():
        return ""
    got, want = got[finite], want[finite]
    whole, scaled, moved = _whole(pairs, got, want), _scaled(got, want), _moved(pairs, got, want)
    return whole or scaled or moved or _turned(pairs)


def _whole(pairs: Sequence[Pair], got: np.ndarray, want: np.ndarray) -> str:
    cut = all(pair[0].dtype.kind in "iu" for pair in pairs) and (got == np.trunc(want)).all()
    if cut and (got != want).sum() >= ENOUGH and got.any():
        return "Your result holds whole numbers: the fractions were cut off. Use floats."
    return ""


def _scaled(got: np.ndarray, want: np.ndarray) -> str:
    told = abs(want) > TOLD
    if told.sum() < ENOUGH:
        return ""
    if not got.any():
        return "It is zero, in every case."
    if _close(got, -want):
        return "The sign is the other way round, in every case."
    factor = float((got * want).sum() / (want * want).sum())
    apart = np.ptp(abs(want[told])) > RTOL * abs(want[told]).max()  # else it may be an offset
    if apart and _close(got, factor * want) and not _close(factor, 1.0):
        return f"It is {factor:.4g} times what it should be, in every case."
    return ""


def _moved(pairs: Sequence[Pair], got: np.ndarray, want: np.ndarray) -> str:
    off = got - want
    step = float(np.median(off))
    if off.size < ENOUGH or np.ptp(want) < TOLD or abs(step) < TOLD:
        return ""
    if (abs(off - step) > RTOL * abs(step) + ATOL).any():
        return ""
    way, where = "large" if step > 0 else "small", ""
    if any(pair[1].size > 1 for pair in pairs):
        where = " at every entry,"
    return f"It is {abs(step):.4g} too {way},{where} in every case."


def _turned(pairs: Sequence[Pair]) -> str:
    if all(p[1].ndim >= 2 and p[1].shape[-1] == p[1].shape[-2] for p in pairs) and _becomes(
        pairs, lambda array: array.swapaxes(-1, -2)
    ):
        return "It is transposed."
    if all(p[1].ndim for p in pairs) and _becomes(pairs, np.flip):
        axes = ", along every axis" if any(p[1].ndim > 1 for p in pairs) else ""
        return f"It runs backwards{axes}."
    return ""


def _becomes(pairs: Sequence[Pair], turn: Any) -> bool:
    """Whether every result is the wanted one, turned, and enough numbers tell."""
    telling = sum((abs(want - turn(want)) > TOLD).sum() for _, want in pairs)
    return telling >= ENOUGH and all(_close(got, turn(want)) for got, want in pairs)


def _close(a: Any, b: Any, rtol: float = RTOL, atol: float = ATOL) -> bool:
    return np.allclose(a, b, rtol=rtol, atol=atol)
