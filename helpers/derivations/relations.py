"""How two neighbouring lines of a derivation may be related: equal, at least, at most, nearly."""

from typing import Any

import numpy as np

RELATIONS = {"=": "=", "==": "=", ">=": "≥", "≥": "≥", "<=": "≤", "≤": "≤", "≈": "≈"}
TOLERANCE = 1e-9  # relative; lines are exact, so that only rounding may part them
NEARLY = 0.02  # relative; what "≈" allows


def holds(left: Any, relation: str, right: Any) -> bool:
    """Whether two arrays, None for a line that gave none, stand in a relation, entry by entry.

    Where both are NaN, or the same infinity, they are equal: a model may be made to give these.
    """
    if left is None or right is None:
        return False
    left, right = np.asarray(left, float), np.asarray(right, float)
    if left.shape != right.shape:
        return False
    same = (left == right) | (np.isnan(left) & np.isnan(right))
    with np.errstate(invalid="ignore"):
        size = np.maximum(np.abs(left), np.abs(right))
        near = NEARLY * size if relation == "≈" else TOLERANCE * (1 + size)
        gap = right - left if relation == "≤" else left - right
        close = np.isfinite(size) & (np.abs(gap) <= near)
        return bool((same | close | (gap > 0) & (relation in "≥≤")).all())
