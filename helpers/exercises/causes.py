"""A guess at what went wrong, from how a result relates to the expected one."""

import numpy as np


@np.errstate(all="ignore")  # with infinite or huge values the guess may fail, but quietly
def likely_cause(got: np.ndarray, want: np.ndarray) -> str:
    """One guess at what went wrong, from how two arrays of one shape relate; "" without a guess."""

    def equal(a, b):
        return np.allclose(a, b, rtol=1e-4, atol=1e-6)

    if not np.isfinite(got).all() or want.size == 0:
        return "There is an infinity in it." if np.isinf(got).any() else ""
    if want.any() and not got.any():
        return "It is zero everywhere."
    if equal(got, -want):
        return "The sign is the other way round."
    if want.any():
        factor = float((got * want).sum() / (want * want).sum())
        if equal(got, factor * want) and not equal(factor, 1.0):
            return f"It is {factor:.4g} times what it should be."
    if want.size > 1 and equal(got - want, (got - want).flat[0]):
        return f"Every entry is off by {(got - want).flat[0]:.4g}."
    if want.ndim >= 2 and want.shape[-1] == want.shape[-2] and equal(got.swapaxes(-1, -2), want):
        return "It is transposed."
    if want.size > 1 and want.ndim and equal(np.flip(got), want):
        return "It runs backwards."
    return ""
