"""What a learner's process said, as values again. It may be forged: nothing in it is ever run."""

import base64
import importlib
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from helpers.exercises import Call
from helpers.grading.wire import KINDS, LONG, Gone

MOST = 2000  # entries of what is looked up by its hash: a forger may choose numbers that collide
MOST_EMPTY = 1_000_000  # rows without an entry: as a list, they would fill the memory
BLANKS = {"Ellipsis": ..., "NotImplemented": NotImplemented}


def decode(said: Any, function: Callable[[Any], Any] = dict) -> Any:
    """The value that `wire.encode` was given; raises Gone where the form is another one.

    function: what to make of one that can be called. What was no plain data comes back as an
    object that has the name of its type and nothing else.
    """
    try:
        return _decode(said, function)
    except Gone:
        raise
    except Exception:  # of whatever a forger thought
        raise Gone("said what cannot be read") from None


def _decode(said, function):
    if not isinstance(said, (dict, list)):
        return said
    ((form, data),) = said.items()
    if form in ("set", "dict") and len(data) > MOST:
        raise Gone("said too much")
    many = {"list": list, "tuple": tuple, "set": set}.get(form)
    if many:
        return many(_decode(one, function) for one in data)
    if form == "dict":
        return {_decode(k, function): _decode(v, function) for k, v in data}
    if form == "function":
        return function(data)
    if form == "made":
        return _made(*data)
    return _PLAIN[form](data)


def _made(module: str, name: str, state: Any):
    """An object of one of the lesson's own classes, as a line of a derivation may give it."""
    if not module.startswith("helpers.lessons."):
        raise Gone("said what cannot be read")
    kind = getattr(importlib.import_module(module), name)
    if not isinstance(kind, type) or kind.__module__ != module:
        raise Gone("said what cannot be read")
    one = object.__new__(kind)
    vars(one).update(_decode(state, dict))
    return one


def _array(said) -> np.ndarray:
    if "objects" in said:
        shape, items = said["objects"]
        array = np.empty(len(items), object)
        array[:] = [_decode(one, dict) for one in items]
        return array.reshape(shape)
    if not KINDS.fullmatch(said["dtype"]):
        raise Gone("said what cannot be read")
    kind, shape = np.dtype(said["dtype"]), said["shape"]
    data = base64.b64decode(said["data"])
    if len(data) != kind.itemsize * math.prod(shape):
        raise Gone("said what cannot be read")
    if not data and math.prod(max(side, 1) for side in shape) > MOST_EMPTY:
        raise Gone("said too much")
    return np.frombuffer(bytearray(data), kind).reshape(shape)


def _tensor(said):
    import torch

    return torch.from_numpy(_array(said["array"]))


def _rng(said) -> np.random.Generator:
    state = _decode(said, dict)
    rng = np.random.Generator(getattr(np.random, {"PCG64": "PCG64"}[state["bit_generator"]])())
    rng.bit_generator.state = state
    return rng


def _range(ends) -> range:
    found = range(*ends)
    if len(found) > 10_000:  # as an array it would fill the memory
        raise Gone("said too much")
    return found


def _call(said) -> Call:
    args, kwargs = (_decode(one, dict) for one in said)
    return Call(*args, **kwargs)


def _other(name: str) -> Any:
    return type(str(name)[:80], (), {})()


_PLAIN = {
    "blank": BLANKS.__getitem__,
    "whole": lambda text: int(text[: LONG // 4 + 4], 16),
    "range": _range,
    "Fraction": lambda parts: Fraction(*(_decode(one, dict) for one in parts)),
    "complex": lambda parts: complex(*parts),
    "array": _array,
    "scalar": lambda said: _array(said)[()],
    "tensor": _tensor,
    "rng": _rng,
    "call": _call,
    "other": _other,
}
