"""PCA as the best linear bottleneck, and exercises whose codes may be turned at will."""

from dataclasses import replace

import numpy as np

from helpers.exercises import Exercise, to_numpy


def codes(X, k, *, shift=None, columns=None, weights=None, scale=1.0):
    """The scores of X on singular directions, by PyTorch; keyword arguments make it go wrong."""
    import torch

    X = torch.as_tensor(np.array(X, float)) / scale
    centred = X - X.mean(0) if shift is None else X - shift
    U, S, Vt = torch.linalg.svd(centred, full_matrices=False)
    chosen = slice(k) if columns is None else columns
    return (U[:, chosen] * S[chosen] if weights is None else weights(X, U, S, Vt)[:, :k]).numpy()


def directions(X, k):
    """The first k principal directions of the columns, (D, k)."""
    return np.linalg.svd(np.asarray(X, float) - np.mean(X, 0), full_matrices=False)[2][:k].T


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
            try:
                code = np.asarray(to_numpy(outcome.value), float)
                turned = code @ np.linalg.svd(code)[2].T
                tallest = np.take_along_axis(turned, np.abs(turned).argmax(0)[None], 0)
            except (ValueError, TypeError, np.linalg.LinAlgError):
                continue  # no matrix of finite numbers: told as it is
            if code.ndim == 2:
                outcome.value = turned * np.where(tallest < 0, -1, 1)
        return outcomes

    def fault(self, outcome, want):
        found = super().fault(outcome, want)
        if found is None or found.stage != "values":
            return found
        said = found.message or "The value is not right."
        return replace(found, message=f"{said} (Both codes were turned to their main axes first.)")
