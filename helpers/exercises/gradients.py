"""Answers that a network is trained through: the gradient must reach what they were made from.

An answer is first judged by its values, as ever. Where all are right, its gradients are compared
with the oracle's, by autograd.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from inspect import signature, unwrap
from typing import Any

import numpy as np

from helpers.exercises import exercise
from helpers.exercises.blanks import nested
from helpers.exercises.comparison import Difference, kind_of
from helpers.exercises.exercise import Exercise
from helpers.exercises.sandbox import Call, Outcome, describe, run, to_numpy

RTOL, ATOL = 1e-3, 1e-4  # single precision, after a way there and back
CUTS = {
    **{name: f"`.{name}()`" for name in ("detach", "item", "numpy", "tolist")},
    **{name: f"`torch.{name}()`" for name in ("no_grad", "inference_mode")},
    "data": "`.data`",
    "tensor": "`torch.tensor(…)`",
}  # where a learner's code leaves the way back, by what it names
USUAL = "`.detach()`, `.item()`, `.numpy()`, `torch.no_grad()` and `torch.tensor(…)`"


class Tensors(Call):
    """A call whose arrays the learner gets as torch tensors; torch is imported only then.

    arrays: nested lists or arrays, kept in single precision. constants: which arguments, by name,
    are data, so that no gradient has to reach them.
    """

    def __init__(self, *arrays: Any, constants: Sequence[str] = ()):
        self.arrays, self.kwargs = [np.array(a, np.float32) for a in arrays], {}
        self.constants = tuple(constants)

    @property
    def args(self) -> tuple:
        import torch

        return tuple(torch.from_numpy(array.copy()) for array in self.arrays)

    def variables(self, like: Callable) -> dict[str, int]:
        """{name: place} of the arguments that a gradient must reach; like: names the arguments."""
        names = list(signature(like).parameters)[: len(self.arrays)]
        return {name: i for i, name in enumerate(names) if name not in self.constants}

    def beside(self, like: Callable) -> "Tensors":
        """The call with 0.01 for 0: at a bend such as that of |x| several slopes are right."""
        moved = self.variables(like).values()
        arrays = [
            np.where(array == 0, 0.01, array) if i in moved else array
            for i, array in enumerate(self.arrays)
        ]
        return Tensors(*arrays, constants=self.constants)


class Differentiable(Exercise):
    """An exercise on tensors (its cases are `Tensors`) whose answer must hand its gradient on.

    The gradient of Σ k · resultₖ reaches every argument that is no constant, as it does with the
    oracle; a result that was detached, left torch, or is a plain number is not yet right, and the
    message says so.
    """

    def outcomes(self, answer: Any) -> list[Outcome]:
        outcomes = super().outcomes(answer)
        for outcome, case in zip(outcomes, self.cases, strict=False):
            if outcome.kind == "value":
                outcome.gradients = _way_back(answer, case, self.oracle)
        return outcomes

    def fault(self, outcome: Outcome, want: Outcome) -> Difference | None:
        found = super().fault(outcome, want)
        if found or want.gradients is None:
            return found
        right = {name: value for name, value in want.gradients.value.items() if name}
        return _difference(outcome.gradients, right)

    def call(self, index: int, found: Difference) -> Call:
        case = self.cases[index]
        return case.beside(self.oracle) if found.stage == "gradient" else case


def _way_back(answer: Callable, case: Tensors, like: Callable) -> Outcome:
    """What a second run beside the case gives: {name: gradient, None where none arrives}.

    Where the result is no tensor that knows its way back the value is a text that says why.
    """
    places = case.variables(like)

    @wraps(answer)
    def there_and_back(*args):
        import torch

        wanted = [args[place].requires_grad_() for place in places.values()]
        result = answer(*args)
        if not isinstance(result, torch.Tensor):
            return f"your result is {kind_of(result)}. Return a tensor, made by torch alone"
        if not result.requires_grad:
            return _cut(answer)
        weights = torch.arange(1.0, result.numel() + 1).reshape(result.shape)
        found = torch.autograd.grad((weights * result).sum(), wanted, allow_unused=True)
        return {"": _cut(answer), **dict(zip(places, map(to_numpy, found), strict=True))}

    return run(there_and_back, case.beside(like), exercise.SECONDS)


def _difference(back: Outcome, want: dict[str, np.ndarray]) -> Difference | None:
    """What is wrong with the gradients of an answer whose values are right."""
    lost = "No gradient passes through to {}: {}."
    if back.kind == "timeout":
        return Difference("gradient", "The way back, from the result to its gradient, never ends.")
    if back.kind == "error":
        why = f"asked for one, your code stops with {back.message}"
        if "numpy()" in back.message:
            why = "NumPy knows of none. Use torch’s own functions, and no `.detach()` either"
        return Difference("gradient", lost.format(_listed(want), why))
    if isinstance(back.value, str):
        return Difference("gradient", lost.format(_listed(want), back.value))
    absent = [name for name, right in want.items() if back.value[name] is None and np.any(right)]
    if absent:
        return Difference("gradient", lost.format(_listed(absent), back.value[""]))
    for name, right in want.items():
        mine = back.value[name]
        if mine is None or np.allclose(mine, right, rtol=RTOL, atol=ATOL, equal_nan=True):
            continue
        what = "is NaN" if np.isnan(mine).any() else "is another one"
        message = f"The values are right, but the gradient that reaches `{name}` {what}."
        return Difference("gradient", message, describe(mine), describe(right))
    return None


def _listed(names: Sequence[str]) -> str:
    *most, last = (f"`{name}`" for name in names)
    return f"{', '.join(most)} and {last}" if most else last


def _cut(answer: Callable) -> str:
    """Why a result does not know its way back, by what the code names."""
    code = getattr(unwrap(answer), "__code__", None)
    named = {name for one in nested(code) for name in one.co_names} if code else set()
    found = list(dict.fromkeys(words for name, words in CUTS.items() if name in named))
    if not found:
        return f"the way back is cut, as {USUAL} do"
    return f"{' and '.join(found)} {'cut' if len(found) > 1 else 'cuts'} the way back"
