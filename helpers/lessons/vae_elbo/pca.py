"""Planes and codes compared whatever their axes: principal angles, and an exercise's answers."""

from dataclasses import replace

import numpy as np

from helpers.exercises import Exercise, as_numbers, to_numpy


def principal_angles(A, B):
    """The angles in degrees between the spaces that the columns of A and of B span, largest first.

    The cosines are the singular values of QᵃᵀQᵇ for orthonormal bases Qᵃ, Qᵇ (Björck, Golub 1973).
    """
    bases = [np.linalg.qr(np.asarray(to_numpy(M), float))[0] for M in (A, B)]
    cosines = np.linalg.svd(bases[0].T @ bases[1])[1]
    return np.degrees(np.arccos(np.clip(cosines, -1, 1)))[::-1]


class UpToRotation(Exercise):
    """Codes are compared after both are turned to their own main axes: any turn is as good."""

    def outcomes(self, answer):
        outcomes = super().outcomes(answer)
        for outcome in outcomes:
            code = as_numbers(outcome.value)
            if code.ndim == 2 and code.size and np.isfinite(code).all():  # else told as it is
                turned = code @ np.linalg.svd(code)[2].T
                tallest = np.take_along_axis(turned, np.abs(turned).argmax(0)[None], 0)
                outcome.value = turned * np.where(tallest < 0, -1, 1)
        return outcomes

    def same(self, a, b, *heed):
        # With equal spreads any axes are main axes; products of rows are the same on all of them.
        return super().same(_products(a), _products(b), *heed)

    def fault(self, outcome, want):
        found = super().fault(outcome, want)
        if found is None or found.stage != "values":
            return found
        said = found.message or "The value is not right."
        return replace(found, message=f"{said} (Both codes were turned to their main axes first.)")


def _products(outcome):
    """The outcome with all products of two rows in the place of a code; else as it is.

    Beside them stand zeros in the shape of the code, for its shape counts too.
    """
    code = as_numbers(outcome.value)
    if outcome.kind != "value" or code.ndim != 2:
        return outcome
    return replace(outcome, value=np.hstack([code @ code.T, np.zeros_like(code)]))
