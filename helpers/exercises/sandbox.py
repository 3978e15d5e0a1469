"""Run a learner's function on one call and report what happened, whatever happens."""

import contextlib
import copy
import io
import linecache
import re
import time
import traceback
import warnings
from dataclasses import dataclass, field
from inspect import signature, unwrap
from typing import Any

import numpy as np

from helpers.exercises.clock import OutOfTime, time_limit

RAN = ("value", "mutated")  # kinds of outcome that have a value
_FIXED = {int, bool, str, type(None)}  # types whose values no run can change: no copy, no look


class Call:
    """The arguments of one call; each run gets a copy, so that no run disturbs another."""

    def __init__(self, *args: Any, **kwargs: Any):
        self.args, self.kwargs = args, kwargs

    @property
    def size(self) -> int:
        """How much there is to read and to work out: the characters of all its numbers."""
        return _characters((self.args, self.kwargs))

    def arguments(self, like: Any) -> dict[str, Any]:
        """The arguments by name, copied: `f(**arguments)` repeats the call. like: names them."""
        args, kwargs = copy.deepcopy((self.args, self.kwargs))
        return {**dict(zip(signature(like).parameters, args, strict=False)), **kwargs}

    def text(self, name: str, like: Any = None) -> str:
        """The call as Python, large arguments by name and explained below it."""
        names = list(signature(like).parameters) if like else []
        names += [f"argument {i + 1}" for i in range(len(names), len(self.args))]
        spoken, apart = [], []
        for parameter, value in [*zip(names, self.args, strict=False), *self.kwargs.items()]:
            written = describe(value, exact=True)
            if len(written) > 40 or "\n" in written:
                apart.append(f"{parameter} = {written}")
                written = parameter
            spoken.append(f"{parameter}={written}" if parameter in self.kwargs else written)
        return "\n".join([f"{name}({', '.join(spoken)})", *apart])


@dataclass
class Outcome:
    """What one call gave: kind is "value", "error", "timeout" or "mutated".

    value: what came back, or the type of the error. changed: the arguments that were, {place or
    name: as they were}. gradients: of a `Differentiable`, what its way
    back gave, an Outcome too.
    """

    kind: str
    value: Any = None
    message: str = ""
    printed: str = ""
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    changed: dict[int | str, Any] = field(default_factory=dict)
    gradients: "Outcome | None" = None


def _tiny(value: np.ndarray) -> bool:
    """Whether an array has numbers of which four decimals leave little or nothing."""
    return value.dtype.kind == "f" and bool(((value != 0) & (abs(value) < 5e-4)).any())


def _characters(value: Any) -> int:
    value = to_numpy(value)
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, np.ndarray):
        if value.size >= 1000:
            return 4 * value.size
        value = value.ravel().tolist()
    if isinstance(value, (tuple, list)):
        return sum(map(_characters, value))
    return len(f"{value:g}" if isinstance(value, (int, float)) else str(type(value)))


def to_numpy(value: Any) -> Any:
    """A torch tensor as a NumPy array; everything else as it is."""
    if type(value).__module__.split(".")[0] == "torch" and hasattr(value, "detach"):
        return value.detach().cpu().resolve_conj().numpy()
    return value


def describe(value: Any, limit: int = 24, exact: bool = False) -> str:
    """A short, deterministic text of any value: small arrays in full, large ones by their shape.

    exact: numbers near 0 keep their digits, as in a call that a learner may repeat; in a result
    they are mostly rounding.
    """
    value = to_numpy(value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray):
        if value.size <= limit:
            return np.array2string(
                value, precision=4, separator=", ", suppress_small=not (exact and _tiny(value))
            )
        return f"array of shape {value.shape}"
    if isinstance(value, float):
        text = f"{value:.6g}"
        return text + ".0" if text.lstrip("-").isdigit() else text
    if isinstance(value, (tuple, list)) and len(value) <= limit:
        inner = ", ".join(describe(item, exact=exact) for item in value)
        if isinstance(value, list):
            return f"[{inner}]"
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if value is ...:
        return "..."
    if isinstance(value, np.random.Generator):
        return "rng"
    if value is None or isinstance(value, (bool, int, str)):
        return repr(value)
    return f"a {type(value).__name__}"


def run(function: Any, call: Call, seconds: float | None) -> Outcome:
    """Call `function`; never raises. What it prints is kept, not shown; its inputs are watched."""
    args, kwargs = call.args, call.kwargs
    fixed = _FIXED.issuperset(map(type, (*args, *kwargs.values())))
    if not fixed:
        args, kwargs = copy.deepcopy((args, kwargs))
    printed, start = io.StringIO(), time.perf_counter()
    # NumPy's own defaults, whatever was set before: e⁻¹⁰⁰⁰ may quietly become 0.
    numpy = np.errstate(all="warn", under="ignore")
    with warnings.catch_warnings(record=True) as caught, numpy:
        warnings.simplefilter("always")
        try:
            with time_limit(seconds), contextlib.redirect_stdout(printed):
                value = function(*args, **kwargs)
        except OutOfTime:
            outcome = Outcome("timeout")
        except BaseException as error:  # the kernel must live on, even through exit()
            outcome = Outcome("error", type(error), explain(error, function))
        else:
            changed = {} if fixed else _changed(call, args, kwargs)
            outcome = Outcome("mutated" if changed else "value", value, changed=changed)
    outcome.printed = printed.getvalue()
    outcome.warnings = tuple(str(warning.message) for warning in caught)
    outcome.seconds = time.perf_counter() - start
    return outcome


def _changed(call: Call, args: tuple, kwargs: dict[str, Any]) -> dict[int | str, Any]:
    """The arguments that are no longer as they were, {place or name: as they were}."""
    before = {**dict(enumerate(call.args)), **call.kwargs}
    after = {**dict(enumerate(args)), **kwargs}
    return {k: one for k, one in before.items() if not same_inputs(after[k], one)}


def explain(error: BaseException, function: Any) -> str:
    """The error in one line, with the learner's own line; no file names, for they change."""
    text = f"{type(error).__name__}: {error}".strip().rstrip(":")
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", text)  # the same each time
    own = getattr(getattr(unwrap(function), "__code__", None), "co_filename", None)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == own]
    if not frames:
        return text
    line = linecache.getline(own, frames[-1].lineno).strip()
    return text + (f"\nin your line `{line}`" if line else "")


def same_inputs(after: Any, before: Any) -> bool:
    """Whether arguments are as they were; a random generator may move on, that is its purpose."""
    if isinstance(before, (tuple, list)):
        return len(after) == len(before) and all(map(same_inputs, after, before))
    if isinstance(before, dict):
        return after.keys() == before.keys() and all(
            same_inputs(after[k], before[k]) for k in before
        )
    after, before = to_numpy(after), to_numpy(before)
    if isinstance(before, np.ndarray):
        return np.array_equal(after, before, equal_nan=before.dtype.kind in "fc")
    if hasattr(before, "__dict__"):
        return same_inputs(vars(after), vars(before))
    return after == before if isinstance(before, (int, float, str)) else True
