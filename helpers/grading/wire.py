"""What the judge and a learner's process say to each other, in frames over a socket.

The judge sends pickles: it is trusted, and its calls hand over arrays, tensors, generators, models.
What comes back may be forged, so it is plain data as JSON, read with a limit and never unpickled.
"""

import base64
import importlib
import io
import json
import marshal
import pickle
import re
import select
import socket
import struct
import time
from collections.abc import Callable
from fractions import Fraction
from types import CellType, FunctionType
from typing import Any

import numpy as np

from helpers.exercises import Call

MOST = 64 << 20  # bytes of one reply
PARTS = 2_000_000  # lists and dicts in one reply: as JSON an empty one takes 3 bytes, in memory 64
DEPTH = 30  # of lists in lists
LONG = 10_000  # bits of a whole number
KINDS = re.compile(r"[<>|=]?[biufcSU]\d{1,9}")
_LENGTH = struct.Struct(">Q")


ENDED = {
    "ended": "ended the process that ran it",
    "silent": "did not end in time, and could not be stopped",
    "memory": "took too much memory",
    "processes": "started too many processes",
    "said too much": "gave more than can be judged",
    "said what cannot be read": "gave what cannot be read",
}


class Gone(Exception):
    """The other side ended, fell silent, or said what cannot be read; the message is which, a key
    of ENDED, which has it in words."""


def pair() -> tuple[socket.socket, socket.socket]:
    """The judge's end of a line, and the other one. The judge never waits long to be heard."""
    line, other = socket.socketpair()
    line.settimeout(30.0)
    return line, other


def send(line: socket.socket, data: bytes) -> None:
    """Send one frame; raises Gone."""
    try:
        line.sendall(_LENGTH.pack(len(data)) + data)
    except OSError:
        raise Gone("ended") from None


def receive(
    line: socket.socket, seconds: float | None = None, watch: Callable[[], str] = str
) -> bytes:
    """One frame; raises Gone. watch: asked four times a second, what it says ends the wait."""
    until = None if seconds is None else time.monotonic() + seconds
    (length,) = _LENGTH.unpack(_exactly(line, _LENGTH.size, until, watch))
    if length > MOST:
        raise Gone("said too much")
    return _exactly(line, length, until, watch)


def _exactly(line, count, until, watch):
    parts = bytearray()
    while len(parts) < count:
        left = 0.25 if until is None else min(0.25, until - time.monotonic())
        if left < 0:
            raise Gone("silent")
        if not select.select([line], [], [], left)[0]:
            if why := watch():
                raise Gone(why)
            continue
        try:
            new = line.recv(min(count - len(parts), 1 << 20))
        except OSError:
            new = b""
        if not new:
            raise Gone("ended")
        parts += new
    return bytes(parts)


class _Pickler(pickle.Pickler):
    """Pickles functions without a name of their own by their code, as models of a check hold."""

    def reducer_override(self, one: Any) -> Any:
        if not isinstance(one, FunctionType) or "<" not in one.__qualname__:
            return NotImplemented
        cells = [cell.cell_contents for cell in one.__closure__ or ()]
        return _function, (marshal.dumps(one.__code__), one.__module__, one.__defaults__, cells)


def _function(code, module, defaults, cells):
    names = vars(importlib.import_module(module))
    closure = tuple(map(CellType, cells))
    return FunctionType(marshal.loads(code), names, None, defaults, closure)


def pack(message: Any) -> bytes:
    """A message of the judge's."""
    _Pickler(buffer := io.BytesIO()).dump(message)
    return buffer.getvalue()


def receive_trusted(line: socket.socket) -> Any:
    """The next message of the judge's, for as long as it takes; raises Gone."""
    return pickle.loads(receive(line))


def reply(message: Any) -> bytes:
    """A message to the judge: what JSON can hold."""
    return json.dumps(message).encode()


def understood(data: bytes) -> Any:
    """A message to the judge, read; raises Gone."""
    if data.count(b"[") + data.count(b"{") > PARTS:
        raise Gone("said too much")
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise Gone("said what cannot be read") from None


def encode(value: Any, function: Callable[[Any], Any] = repr, depth: int = 0) -> Any:
    """Any value as what JSON can hold. function: what stands for one that can be called.

    Of what is no plain data, such as an array of dates, the name of its type is left.
    """

    def inner(one):
        return encode(one, function, depth + 1)

    kind = type(value)
    if value is None or kind in (bool, str, float):
        return value
    if value is ... or value is NotImplemented:
        return {"blank": repr(value)}
    if depth > DEPTH:
        return {"other": kind.__name__}
    if isinstance(value, int) and int(value).bit_length() < LONG:
        return {"whole": hex(value)}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        names = {tuple: "tuple", set: "set", frozenset: "set"}
        name = next((name for one, name in names.items() if isinstance(value, one)), "list")
        return {name: [inner(one) for one in value]}
    if isinstance(value, dict):
        return {"dict": [[inner(k), inner(v)] for k, v in value.items()]}
    if isinstance(value, range):
        return {"range": [value.start, value.stop, value.step]}
    if isinstance(value, (Fraction, complex)):
        parts = "numerator", "denominator"
        if isinstance(value, complex):
            parts = "real", "imag"
        return {kind.__name__: [inner(getattr(value, part)) for part in parts]}
    if isinstance(value, Call) and kind is Call:
        return {"call": [inner(list(value.args)), inner(value.kwargs)]}
    if isinstance(value, np.random.Generator):
        return {"rng": inner(value.bit_generator.state)}
    if kind.__module__.split(".")[0] == "torch" and hasattr(value, "detach"):
        plain = value.detach().cpu().resolve_conj().resolve_neg()
        plain = plain.float() if "bfloat" in str(plain.dtype) else plain
        return {"tensor": encode(plain.numpy())}
    if isinstance(value, (np.ndarray, np.generic)):
        if value.dtype.kind != "O" and not KINDS.fullmatch(value.dtype.str):
            return {"other": kind.__name__}
        name = "scalar" if isinstance(value, np.generic) else "array"
        return {name: _encode_array(np.asarray(value).view(np.ndarray), inner)}
    if callable(value):
        return {"function": function(value)}
    if kind.__module__.startswith("helpers.lessons."):
        return {"made": [kind.__module__, kind.__qualname__, inner(vars(value))]}
    return {"other": kind.__name__}


def _encode_array(array, inner):
    if array.dtype.kind == "O":
        return {"objects": [list(array.shape), [inner(one) for one in array.ravel().tolist()]]}
    data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    return {"dtype": array.dtype.str, "shape": list(array.shape), "data": data}
