"""Compare a result with the expected one: type, shape, dtype, NaN, infinity, values, in order."""

import numbers
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.exercises.sandbox import describe, to_numpy


@dataclass(frozen=True)
class Difference:
    """The first difference: the stage of the comparison, in words, and the two values there.

    wrong: for several entries, how many differ, of how many, and the index of the first.
    """

    stage: str
    message: str
    yours: str = ""
    expected: str = ""
    wrong: tuple[int, int, list[int]] | None = None


def has_blanks(value: Any) -> bool:
    """Whether a `...` or None still stands anywhere in a nested answer."""
    if value is None or value is ... or value is NotImplemented:
        return True
    return isinstance(value, (list, tuple)) and any(has_blanks(item) for item in value)


def all_blank(value: Any) -> bool:
    """Whether nothing but `...` and None stands in a nested answer."""
    if isinstance(value, (list, tuple)) and value:
        return all(all_blank(item) for item in value)
    return value is None or value is ... or value is NotImplemented


def difference(got: Any, want: Any, rtol: float, atol: float) -> Difference | None:
    """The first difference between a result and the expected one, or None.

    Values agree when |got − want| ≤ atol + rtol·|want|, entry by entry. A torch tensor or a nested
    list is as good as an array, a list or array of whole numbers as good as a tuple.
    """
    got = to_numpy(got)
    if has_blanks(got):
        return Difference("type", "Part of it is still `...`: fill in the rest.", describe(got))
    if isinstance(want, (bool, np.bool_)):
        return _different_bool(got, want)
    if isinstance(want, str):
        if not isinstance(got, str):
            return _wrong_type(got, "a text in quotes")
        agree = got == want
        return None if agree else Difference("values", "", describe(got), describe(want))
    if isinstance(want, numbers.Integral):
        return _different_int(got, int(want))
    if isinstance(want, (tuple, list)):
        return _different_sequence(got, want, rtol, atol)
    return _different_array(got, np.asarray(want), rtol, atol)


def _wrong_type(got: Any, wanted: str) -> Difference:
    return Difference("type", f"This should be {wanted}; it is {kind_of(got)}.", describe(got))


def kind_of(value: Any) -> str:
    """A type in a learner's words."""
    if callable(value):
        return "a function"
    value = to_numpy(value)
    if isinstance(value, np.ndarray):
        return f"an array of {value.ndim} dimension{'s' * (value.ndim != 1)}"
    words = {bool: "True or False", int: "a whole number", float: "a float", str: "a text"}
    words |= {dict: "a dict", set: "a set", complex: "complex"}
    inside = _inside(value) if isinstance(value, (list, tuple)) else ""
    return words.get(type(value), f"a {type(value).__name__}") + inside


def _inside(items: Any) -> str:
    """What keeps a list or tuple from being an array, as the end of its name."""
    if any(isinstance(item, str) for item in items):
        return " with texts in it"
    try:
        shapes = {np.shape(to_numpy(item)) for item in items}
    except Exception:  # ragged further inside, or foreign
        return ""
    return " whose parts have different lengths" * (len(shapes) > 1)


def _scalar(got: Any) -> Any:
    return got.item() if isinstance(got, (np.ndarray, np.generic)) and np.ndim(got) == 0 else got


def _different_bool(got: Any, want: bool) -> Difference | None:
    got = _scalar(got)
    if not isinstance(got, bool):
        return _wrong_type(got, "True or False")
    if got != want:
        return Difference("values", "", describe(got), describe(bool(want)))
    return None


def _different_int(got: Any, want: int) -> Difference | None:
    got = _scalar(got)
    if isinstance(got, bool) or not isinstance(got, int):
        rule = ": in Python `//` divides and rounds down" if isinstance(got, float) else ""
        return _wrong_type(got, f"a whole number (an int){rule}")
    if got != want:
        return Difference("values", "", describe(got), describe(want))
    return None


def _different_sequence(got: Any, want: Any, rtol: float, atol: float) -> Difference | None:
    if isinstance(got, np.ndarray) and got.ndim:
        got = list(got)
    if not isinstance(got, (tuple, list)):
        return _wrong_type(got, f"a {type(want).__name__} of {len(want)} entries")
    if len(got) != len(want):
        message = f"This should have {len(want)} entries; it has {len(got)}."
        return Difference("shape", message, describe(got))
    found = [difference(g, w, rtol, atol) for g, w in zip(got, want, strict=True)]
    wrong = [i for i, one in enumerate(found) if one]
    if not wrong:
        return None
    first = found[wrong[0]]
    count = (len(wrong), len(want), [wrong[0]])
    return Difference(first.stage, first.message, describe(got), describe(want), count)


def as_array(value: Any) -> np.ndarray | None:
    """The value as a numeric array, or None where it is nothing of the kind."""
    if isinstance(value, (list, tuple)):
        value = [
            np.asarray(to_numpy(item)) if np.ndim(to_numpy(item)) else to_numpy(item)
            for item in value
        ]
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, RuntimeError):
        return None
    return array if array.dtype.kind in "biufcO" else None


def as_numbers(value: Any, shape: tuple[int, ...] | None = None) -> np.ndarray:
    """An answer as floats, for a picture: of `shape` where one is given (−1 as in reshape).

    What is no such array, whatever it is, gives NaN: of that shape (1 for −1), or a single one.
    """
    try:
        array = as_array(to_numpy(value))
        if array.dtype.kind == "c":
            raise TypeError("a complex number is no float")
        array = array.astype(float)
        return array if shape is None else array.reshape(shape)
    except Exception:  # whatever a learner wrote
        return np.full([max(side, 1) for side in shape or ()], np.nan)


def _different_array(got: Any, want: np.ndarray, rtol: float, atol: float) -> Difference | None:
    try:
        array = as_array(got)
        if array.dtype.kind == "O" and all(isinstance(one, numbers.Real) for one in array.flat):
            array = array.astype(float)  # fractions
    except Exception:  # ragged or foreign: said in the same words
        array = None
    wanted = "a number" if want.ndim == 0 else f"an array of shape {want.shape}"
    if array is None or (array.dtype.kind == "O" and array.ndim != want.ndim):
        return _wrong_type(got, wanted)
    if array.shape != want.shape:
        hint = ""
        if array.ndim == want.ndim and sorted(array.shape) == sorted(want.shape):
            hint = " The axes seem to stand in another order."
        message = f"The shape should be {_shape(want)}; it is {_shape(array)}.{hint}"
        return Difference("shape", message, describe(array))
    if array.dtype.kind in "Oc":
        return Difference("dtype", f"It holds {array.dtype} values, not real numbers.")
    with np.errstate(invalid="ignore"):
        wide = array.astype(np.float64)
        right = np.isclose(wide, want.astype(np.float64), rtol=rtol, atol=atol, equal_nan=True)
    if right.all():
        return None
    where = tuple(int(i) for i in np.argwhere(~right)[0])
    at = f"[{', '.join(map(str, where))}] " if where else ""
    yours, expected = at + describe(wide[where]), at + describe(want[where].astype(np.float64))
    for stage, what, odd in (
        ("NaN", "a NaN (not a number)", np.isnan(wide) & ~np.isnan(want.astype(np.float64))),
        ("infinity", "an infinity", np.isinf(wide) & np.isfinite(want.astype(np.float64))),
    ):
        if odd.any():
            at = tuple(int(i) for i in np.argwhere(odd)[0])
            message = f"There is {what}{f' at index {list(at)}' if at else ''}."
            return Difference(stage, message, describe(wide[at]), describe(want[at]))
    count = (int((~right).sum()), right.size, list(where)) if where else None
    return Difference("values", "", yours, expected, count)


def _shape(array: np.ndarray) -> str:
    return str(tuple(array.shape)) if array.ndim else "() (one number)"
