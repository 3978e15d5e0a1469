"""The lessons as the tests see them: found by file name, none of them named here."""

import importlib
from functools import cache

from helpers.derivations import Derivation
from helpers.derivations.chain import Chain
from helpers.exercises import BreakIt, Choice, Exercise
from helpers.exercises.task import Task
from helpers.notebooks import source

LESSONS = source.lessons()


def module(name):
    """The lesson module behind a lesson."""
    return importlib.import_module(f"helpers.lessons.{name[3:]}")


def tasks(name):
    """{name: Exercise, Derivation, Choice or BreakIt} of a lesson."""
    return {key: value for key, value in vars(module(name)).items() if isinstance(value, Task)}


def every(kind=Task):
    """(lesson, task name) of every task of a kind, for parametrising."""
    return [
        (lesson, key) for lesson in LESSONS for key, one in tasks(lesson).items()
        if isinstance(one, kind)
    ]  # fmt: skip


@cache
def cells(name):
    return source.read_lesson(name)


def _run(chosen):
    """The names that these code cells define, run after the setup cell."""
    space = {}
    for cell in chosen:
        exec(compile(cell.text, f"line {cell.line}", "exec"), space)
    return space


@cache
def solved(name):
    """What the setup cell and the solutions define: solutions stand on nothing else."""
    code = [cell for cell in cells(name) if cell.kind == "code"]
    return _run([code[0], *(cell for cell in code[1:] if cell.solution)])


@cache
def stubs(name):
    """What the setup cell and the stubs define."""
    code = [cell for cell in cells(name) if cell.kind == "code"]
    return _run([code[0], *(cell for cell in code[1:] if cell.exercise and not cell.solution)])


def broken_steps(derivation, answer, models):
    """The lines (2, 3, …) that do not follow from the one above, each with the first model."""
    broken = {}
    for model in models:
        for step in Chain(answer, derivation.first, derivation.last).steps([model]):
            if step.state in ("broken", "fails", "blank"):
                broken.setdefault(step.number, model)
    return broken


__all__ = [
    "LESSONS",
    "BreakIt",
    "Choice",
    "Derivation",
    "Exercise",
    "cells",
    "every",
    "module",
    "solved",
]
__all__ += ["broken_steps", "stubs", "tasks"]
