"""A lesson as a learner's process gets it: with all that the notebook uses, without its answers.

Verdicts are made elsewhere. So the exercises of a lesson are stand-ins here: what they are asked
shows nothing, and what they hold is gone.
"""

import importlib
import sys
from types import FunctionType
from typing import Any

from helpers.exercises.task import Progress, Task
from helpers.exercises.verdict import Verdict


class StandIn:
    """In the place of an exercise: takes every call that a notebook makes, and shows nothing."""

    def __init__(self, name: str):
        self.name = name

    def __repr__(self) -> str:
        return f"{self.name}: judged elsewhere"

    def check(self, *_: Any) -> Verdict:
        """What a cell that goes on only if it is right may go on with."""
        return Verdict(self.name, "correct", "It is judged elsewhere.")

    def case(self) -> dict[str, Any]:
        """No call failed."""
        return {}

    def hint(self, *_: Any, **__: Any) -> None:
        """Nothing, as all that a notebook only shows."""

    show = ask = without = reply = point = __call__ = hint


def bare(lesson: str) -> dict[str, bool]:
    """Import a lesson, "relu_backward", and take its answers out: {exercise: is it a function}."""
    module = importlib.import_module(f"helpers.lessons.{lesson}")
    names, right = {}, []
    for name, value in list(vars(module).items()):
        if isinstance(value, Task):
            names[name] = getattr(value, "cases", None) is not None
            right += [function for function in _right(value) if isinstance(function, FunctionType)]
            setattr(module, name, StandIn(name))
        elif isinstance(value, Progress):
            setattr(module, name, StandIn(name))
        elif name.startswith("explore") and isinstance(value, FunctionType):
            setattr(module, name, StandIn(name).show)
    _take_out(right, f"helpers.lessons.{lesson}")
    return names


def _right(task: Task) -> list[Any]:
    return [getattr(task, "oracle", None), *(getattr(e, "oracle", None) for e in _ends(task))]


def _ends(task: Task) -> list[Any]:
    return [getattr(task, "first", None), getattr(task, "last", None)]


def _take_out(functions: list[FunctionType], lesson: str) -> None:
    """Put a function that refuses in the place of each of these, wherever the course holds it."""

    def gone(*_: Any, **__: Any) -> None:
        raise RuntimeError("the course's own answer isn't here")

    for name, module in list(sys.modules.items()):
        if name == lesson or name.startswith((f"{lesson}.", "helpers.exercises.oracles")):
            for key, value in list(vars(module).items()):
                if any(value is one for one in functions):
                    setattr(module, key, gone)
