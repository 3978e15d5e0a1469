"""In a learner's process: calls an answer for the judge, which looks at what comes back."""

import contextlib
import copy
import io
import linecache
import os
import socket
import warnings
from collections.abc import Callable
from inspect import unwrap
from types import CodeType
from typing import Any

import numpy as np

from helpers.exercises import blanks
from helpers.exercises.clock import OutOfTime, time_limit
from helpers.exercises.sandbox import same_inputs
from helpers.grading import wire

PRINTED = 4000  # characters of what a call prints


def serve(line: socket.socket, answer: Any) -> None:
    """Hand an answer over, then call what can be called of it, until the judge hangs up."""
    table, process = Table(), os.getpid()
    wire.send(line, wire.reply(table.tell(answer)))
    while True:
        kind, *asked = wire.receive_trusted(line)
        said = {"call": table.call, "back": table.back}[kind](*asked)
        if os.getpid() != process:
            os._exit(0)  # a copy that the answer made of this process
        wire.send(line, wire.reply(said))


class Table:
    """The functions that the judge knows of, by number, and results that know their way back."""

    def __init__(self):
        self.functions: list[Callable] = []
        self.results: list[tuple[Any, list[Any]]] = []

    def tell(self, value: Any) -> Any:
        """A value as the judge is told of it; of one that resists, such as a sparse tensor or one
        that would fill the memory, the name of its type."""
        try:
            return wire.encode(value, self.enter)
        except Exception:
            return {"other": type(value).__name__}

    def enter(self, function: Callable) -> dict[str, Any]:
        """What the judge is told of a function: its number, its source."""
        self.functions.append(function)
        told = {"number": len(self.functions) - 1, "name": _text(function, "__name__")}
        with contextlib.suppress(Exception):
            told |= _written(unwrap(function).__code__)
            told["unwritten"] = blanks.unwritten(function)
        return told

    def call(self, number: int, args: tuple, kwargs: dict, seconds: float) -> dict[str, Any]:
        """Call a function: what it gave, what it printed, which warnings came, what it changed."""
        function, before = self.functions[number], None
        said: dict[str, Any] = {}
        with contextlib.suppress(Exception):
            before = copy.deepcopy((args, kwargs))
        printed = Printed()
        usual = np.errstate(all="warn", under="ignore")
        with warnings.catch_warnings(record=True) as caught, usual:
            warnings.simplefilter("always")
            try:
                with time_limit(seconds), contextlib.redirect_stdout(printed):
                    value = function(*args, **kwargs)
            except OutOfTime:
                said["timeout"] = True
            except BaseException as error:  # whatever it is, the judge is told
                said["error"] = _error(error, function)
            else:
                said["value"] = self.tell(value)
                said["back"] = self._way_back(value, args)
        said["printed"] = printed.getvalue()
        said["warnings"] = [[one.category.__name__, str(one.message)] for one in caught[:20]]
        said["changed"] = _changed(before, (args, kwargs)) if before else []
        return said

    def _way_back(self, value: Any, args: tuple) -> int | None:
        """The number of a result that a gradient can be sent back through; None where it can't."""
        if not getattr(value, "requires_grad", False):
            return None
        wanted = [one for one in args if getattr(one, "requires_grad", False)]
        self.results.append((value, wanted))
        return len(self.results) - 1

    def back(self, number: int, gradient: np.ndarray, seconds: float) -> dict[str, Any]:
        """The gradients that arrive at the arguments, or the error."""
        import torch

        value, wanted = self.results[number]
        try:
            with time_limit(seconds):
                sent = torch.from_numpy(gradient).to(value.dtype)
                kept = {"retain_graph": True, "allow_unused": True}
                found = torch.autograd.grad(value, wanted, sent, **kept)
        except OutOfTime:
            return {"timeout": True}
        except BaseException as error:
            return {"error": _error(error, None)}
        return {"value": wire.encode(found)}


class Printed(io.StringIO):
    """Keeps the first of what is printed; the rest is gone."""

    def write(self, text: str) -> int:
        super().write(text[: max(0, PRINTED - self.tell())])
        return len(text)


def _text(one: Any, name: str) -> str:
    return str(getattr(one, name, type(one).__name__))[:200]


def _written(code: CodeType) -> dict[str, Any]:
    """Where a function is written: the whole text, and which of the code objects in it it is."""
    source = "".join(linecache.getlines(code.co_filename))
    every = list(within(compile(source, code.co_filename, "exec")))
    return {"source": source, "place": every.index(code)}


def within(code: CodeType):
    """The code objects inside one, in the order of the text."""
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from within(one)


def _error(error: BaseException, function: Any) -> dict[str, Any]:
    plain = [one for one in error.args if type(one) in (str, int, float)]
    said = {"name": type(error).__name__, "text": _safely(error), "line": 0}
    said["args"] = plain if len(plain) == len(error.args) else [said["text"]]
    own = getattr(getattr(unwrap(function), "__code__", None), "co_filename", None)
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == own:
            said["line"] = trace.tb_lineno
        trace = trace.tb_next
    return said


def _safely(error: BaseException) -> str:
    try:
        return str(error)[:4000]
    except BaseException:
        return ""


def _changed(before: Any, after: Any) -> list[Any]:
    """The arguments that are no longer as they were: [place or name, what it is now]."""
    pairs = [*zip(range(len(after[0])), before[0], after[0], strict=True)]
    pairs += [(name, before[1][name], after[1][name]) for name in after[1]]
    found = []
    for place, old, new in pairs:
        same = True
        with contextlib.suppress(Exception):
            same = same_inputs(new, old)
        if not same:
            found.append([place, wire.encode(new)])
    return found
