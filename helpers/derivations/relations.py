"""How two neighbouring lines of a derivation may be related: equal, at least, at most, nearly."""

from typing import Any

import numpy as np

RELATIONS = {"=": "=", "==": "=", ">=": "≥", "≥": "≥", "<=": "≤", "≤": "≤", "≈": "≈"}
TOLERANCE = 1e-9  # relative; lines are exact, so that only rounding may part them
NEARLY = 0.02  # relative; what "≈" allows


def holds(left: Any, relation: str, right: Any) -> bool:
    """Whether two arrays, None for a line that gave none, stand in a relation, entry by entry."""
    if left is None or right is None:
        return False
    left, right = np.asarray(left, float), np.asarray(right, float)
    if left.shape != right.shape:
        return False
    size = np.maximum(np.abs(left), np.abs(right))
    if relation == "≈":
        return bool((np.abs(left - right) <= NEARLY * size).all())
    slack = TOLERANCE * (1 + size)
    if relation == "=":
        return bool((np.abs(left - right) <= slack).all())
    gap = left - right if relation == "≥" else right - left
    return bool((gap >= -slack).all())
