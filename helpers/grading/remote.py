"""An answer as the judge holds it: what is called runs in the learner's process, and only there.

Around it is all that a check looks at: the source (read, never run), the error with the learner's
own line, what was printed, and the way back of a gradient.
"""

import builtins
import itertools
import linecache
import signal
import warnings
from types import CellType, FunctionType
from typing import Any

import numpy as np

from helpers.exercises.clock import OutOfTime
from helpers.exercises.sandbox import to_numpy
from helpers.grading.decoding import decode
from helpers.grading.serving import within
from helpers.grading.wire import ENDED

SECONDS = 10.0  # for a call that no check has set a limit to
SOURCE = 200_000  # letters that are compiled: ten times as many may take a hundred times as long
_NUMBERS = itertools.count()


class Server:
    """What answers: `ask(message)` gives the reply. Once it is lost, every call says so."""

    def __init__(self, ask: Any):
        self.ask, self.lost, self.value = ask, "", ...
        self.stopped = False  # by Ctrl-C, which a check takes for an error of the learner's

    def answer(self, said: Any) -> Any:
        """What the server handed over, its functions as functions."""
        return decode(said, lambda told: Remote(self, told))

    def call(self, read: Any, *asked: Any) -> dict[str, Any]:
        """The reply to a call, as it is; raises what the learner's code raised, or OutOfTime."""
        if self.lost:
            raise RuntimeError(f"the answer {self.lost}")
        left = signal.getitimer(signal.ITIMER_REAL)[0] or SECONDS
        try:
            said = self.ask((*asked, max(left - 0.2, 0.8 * left)), left + 2)
        except OutOfTime:
            self.lost = "did not end in an earlier call"
            raise
        except KeyboardInterrupt:
            self.stopped = True
            raise
        except Exception as why:
            self.lost = ENDED.get(str(why), ENDED["ended"])
            raise RuntimeError(f"the answer {self.lost}") from None
        print(_short(said.get("printed", "")), end="")
        if said.get("timeout"):
            raise OutOfTime
        if "error" in said:
            _raise(said["error"], read)
        return said


class Remote:
    """A function of the learner's. `__wrapped__`, where its source is known, is for reading."""

    def __init__(self, server: Server, told: dict[str, Any]):
        self._server, self._number, self._read = server, int(told["number"]), _to_read(told)
        self.__name__ = _short(told.get("name"))
        if self._read is not None:
            self.__wrapped__ = self._read

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        said = self._server.call(self._read, "call", self._number, args, kwargs)
        for kind, text in said["warnings"][:20]:
            category = getattr(builtins, str(kind), UserWarning)
            fits = isinstance(category, type) and issubclass(category, Warning)
            warnings.warn(_short(text), category if fits else UserWarning, stacklevel=1)
        for place, now in said["changed"]:
            _write_back(args[place] if isinstance(place, int) else kwargs[place], decode(now))
        value = self._server.answer(said["value"])
        wanted = [one for one in args if getattr(one, "requires_grad", False)]
        if said["back"] is not None and wanted:
            return _with_way_back(self._server, self._read, said["back"], value, wanted)
        return value


Remote.__name__ = "function"  # what a check calls it where it shows a result


def _short(text: Any) -> str:
    return str(text)[:4000]


def _to_read(told: dict[str, Any]) -> FunctionType | None:
    """A function that is what the learner wrote, to be looked at; it is never called."""
    if "source" not in told:
        return None
    file, source = f"<answer {next(_NUMBERS) % 1000}>", str(told["source"])[:SOURCE]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a `\d` in the learner's text
            code = list(within(compile(source, file, "exec", dont_inherit=True)))
        code = code[int(told["place"])]
    except (SyntaxError, ValueError, IndexError, MemoryError, RecursionError):
        return None
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
    names = {"__name__": "answer", "__builtins__": {}}
    if told.get("unwritten"):
        names[_short(told["unwritten"])] = ...
    closure = tuple(CellType() for _ in code.co_freevars) or None
    return FunctionType(code, names, None, None, closure)


def _write_back(argument: Any, now: Any) -> None:
    """Change an argument as the learner's code has changed its copy of it."""
    if isinstance(argument, list):
        argument[:] = now
    elif isinstance(argument, dict):
        argument.clear()
        argument.update(now)
    elif isinstance(to_numpy(argument), np.ndarray):
        to_numpy(argument)[...] = to_numpy(now)
    elif hasattr(argument, "__dict__"):  # a model: that it was changed is what counts
        vars(argument)["changed by the answer"] = True


def _with_way_back(server: Server, read: Any, number: int, value: Any, wanted: list[Any]) -> Any:
    """The tensor as the result of a step of autograd whose gradient the learner's process gives."""
    import torch

    class Step(torch.autograd.Function):
        @staticmethod
        def forward(ctx, *_):
            return value

        @staticmethod
        def backward(ctx, gradient):
            said = server.call(read, "back", number, to_numpy(gradient.contiguous()))
            return server.answer(said["value"])

    return Step.apply(*wanted)


def _raise(said: dict[str, Any], read: FunctionType | None) -> None:
    """Raise an error of the learner's, at the line of theirs where it came from."""
    error = _error(_short(said["name"]), list(said["args"])[:5], _short(said["text"]))
    line = min(max(int(said["line"]), 1), 100_000)
    if read is None or not said["line"]:
        raise error
    here = compile("\n" * (line - 1) + "raise error", read.__code__.co_filename, "exec")
    exec(here, {"error": error})


def _error(name: str, args: list[Any], text: str) -> BaseException:
    for place in (builtins, np.linalg, getattr(np, "exceptions", np)):
        known = getattr(place, name, None)
        if not (isinstance(known, type) and issubclass(known, BaseException)):
            continue
        for given in (args, [text]):
            try:
                error = known(*given)
            except Exception:
                continue
            if str(error) == text:
                return error
    return type(name[:80], (Exception,), {"__str__": lambda _: text})()
