"""The lessons as the tests see them: found by file name, none of them named here."""

import importlib
from functools import cache

from helpers.derivations import Derivation
from helpers.exercises import Choice, Exercise
from helpers.exercises.task import Task
from helpers.notebooks import source

LESSONS = source.lessons()


def module(name):
    """The lesson module behind a lesson."""
    return importlib.import_module(f"helpers.lessons.{name[3:]}")


def tasks(name):
    """{name: Exercise, Derivation or Choice} of a lesson."""
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


__all__ = ["LESSONS", "Choice", "Derivation", "Exercise", "cells", "every", "module", "solved"]
__all__ += ["stubs", "tasks"]
