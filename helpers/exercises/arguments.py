"""A learner's input, read as the arguments of a function, in the form that the cases have."""

import contextlib
import copy
import numbers
from collections.abc import Callable, Sequence
from inspect import Parameter, signature
from typing import Any

import numpy as np

from helpers.exercises.comparison import all_blank, as_array, has_blanks, kind_of
from helpers.exercises.sandbox import Call, to_numpy

ARRAY, NUMBER, WHOLE = "an array of numbers", "a number", "a whole number"
MOST = 1000  # numbers in one argument: with more, a slow program would look like a wrong one


class Unreadable(Exception):
    """What is wrong with the form of an input, in a sentence to the learner."""


def untouched(answer: Any) -> bool:
    """Whether nothing but `...` and None stands in an input, whatever its form."""
    if isinstance(answer, dict):
        return bool(answer) and all(map(all_blank, answer.values()))
    if isinstance(answer, Call):
        parts = [*answer.args, *answer.kwargs.values()]
        return bool(parts) and all(map(all_blank, parts))
    return all_blank(answer)


def read(
    answer: Any, function: Callable, name: str, cases: Sequence[Call], fixed: dict[str, Any]
) -> dict[str, Any]:
    """The arguments by name, copied; raises Unreadable.

    answer: a tuple (in their order), a dict (by name), a Call, or the first argument alone. cases:
    calls that show which types each parameter takes. fixed: arguments that need not be given.
    """
    parameters = dict(signature(function).parameters)
    offered = [one for one in parameters if one not in fixed] or list(parameters)
    given = _by_name(answer, parameters, offered, name)
    for one, value in given.items():
        if has_blanks(value) and not (value is None and parameters[one].default is None):
            raise Unreadable(f"`{one}` still holds a `...`: fill it in.")
    required = [one for one in offered if parameters[one].default is Parameter.empty]
    missing = [one for one in required if one not in given]
    if missing and isinstance(answer, list):
        alone = f"A list is read as `{offered[0]}` alone, and `{missing[0]}` is missing."
        raise Unreadable(f"{alone} For all arguments write a tuple, in round brackets.")
    if missing:
        raise Unreadable(f"`{missing[0]}` is missing: `{name}` takes {spoken(offered)}.")
    given = {one: given.get(one, fixed.get(one)) for one in parameters if one in given | fixed}
    for one, value in given.items():
        if one in fixed and value is fixed[one]:
            continue  # each run copies it
        given[one] = _in_form(value, one, _examples(one, parameters, cases))
        problem = flaw(given[one], MOST)
        if problem:
            raise Unreadable(f"`{one}` {problem}")
        whole = [abs(n) for n in _examples(one, parameters, cases) if _kind(n) == WHOLE]
        most = max([MOST, *(10 * n for n in whole)])  # a padding of a million would fill the memory
        if _kind(given[one]) == WHOLE and whole and abs(given[one]) > most:
            raise Unreadable(f"`{one}` is too large: at most {most} here, and a small one will do.")
    return given


def spoken(names: Sequence[str]) -> str:
    """Names of parameters as a list in a sentence."""
    return ", ".join(f"`{name}`" for name in names)


def _by_name(answer, parameters, offered, name):
    if isinstance(answer, Call):
        args, kwargs = answer.args, answer.kwargs
    elif isinstance(answer, dict):
        args, kwargs = (), answer
    elif isinstance(answer, tuple):
        args, kwargs = answer, {}
    else:
        args, kwargs = (answer,), {}
    unknown = [key for key in kwargs if key not in parameters]
    if unknown:
        raise Unreadable(
            f"`{name}` has no parameter called `{unknown[0]}`; it takes {spoken(offered)}."
        )
    if len(args) > len(offered):
        takes = f"`{name}` takes {len(offered)} argument{'s' * (len(offered) != 1)}"
        more = " One array stands alone, or as a tuple of one." if len(offered) == 1 else ""
        raise Unreadable(f"{takes}, {spoken(offered)}; this tuple has {len(args)}.{more}")
    twice = [one for one in offered[: len(args)] if one in kwargs]
    if twice:
        raise Unreadable(f"`{twice[0]}` is given twice, by its place and by its name.")
    return dict(zip(offered, args, strict=False)) | kwargs


def _examples(name, parameters, cases):
    """The values that a parameter has in the cases, and its default."""
    place = list(parameters).index(name)
    values = [case.args[place] for case in cases if place < len(case.args)]
    values += [case.kwargs[name] for case in cases if name in case.kwargs]
    default = parameters[name].default
    return [*map(plain, values), *([] if default is Parameter.empty else [default])]


def plain(value):
    """Tensors as arrays, single numbers as Python's own."""
    value = to_numpy(value)
    if isinstance(value, (np.generic, np.ndarray)) and np.ndim(value) == 0:
        return value.item()
    return value


def _kind(value):
    if isinstance(value, bool):
        return "True or False"
    if isinstance(value, numbers.Integral):
        return WHOLE
    if isinstance(value, numbers.Real):
        return NUMBER
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        return ARRAY
    return kind_of(value)


def _in_form(value, name, examples):
    value = plain(value)
    if value is None and any(one is None for one in examples):
        return None
    kinds = sorted({_kind(one) for one in examples if one is not None}, key=len)
    if _kind(value) == NUMBER:
        with contextlib.suppress(OverflowError):
            value = float(value)  # a Fraction, say
    if not kinds or _kind(value) in kinds:
        return copy.deepcopy(value)
    if NUMBER in kinds and _kind(value) == WHOLE:
        return value if abs(value) > 2**53 else float(value)
    if "a tuple" in kinds and isinstance(value, list):
        return tuple(value)
    if ARRAY in kinds and isinstance(value, (list, tuple)):
        array = _array(value)
        if array is not None:
            floats = all(one.dtype.kind == "f" for one in examples if _kind(one) == ARRAY)
            return array.astype(float) if floats else array
    raise Unreadable(f"`{name}` should be {' or '.join(kinds)}; it is {kind_of(value)}.")


def _array(value):
    """A nested list as an array of real numbers; None where it is none."""
    try:
        array = as_array(value)
    except Exception:  # ragged or foreign
        return None
    return array if array is not None and array.dtype.kind in "biuf" else None


def flaw(value: Any, most: int) -> str:
    """Why a value proves nothing, as the rest of a sentence: infinite, empty or huge; else ""."""
    if isinstance(value, (list, tuple)):
        return next(filter(None, (flaw(item, most) for item in value)), "")
    if isinstance(value, np.ndarray):
        if value.size == 0:
            return "is empty: that proves nothing."
        if value.size > most:
            return f"has {value.size} entries. At most {most} are allowed, and a few are enough."
        finite = value.dtype.kind not in "fc" or np.isfinite(value).all()
    elif isinstance(value, numbers.Real):
        finite = -1e300 < value < 1e300  # neither NaN nor infinity, nor close to one
    else:
        return ""
    return "" if finite else "is not finite: that proves nothing."
