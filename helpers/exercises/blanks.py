"""What is not written yet, and what a learner has begun: told apart by the function's own code."""

import ast
import dis
import inspect
import textwrap
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType
from typing import Any

from helpers.exercises.comparison import all_blank
from helpers.exercises.sandbox import RAN, Outcome

IDLE = ("RESUME", "NOP", "CACHE", "COPY_FREE_VARS")  # steps of the byte code that do nothing
NONE = "On this call it returns None. Does every way through it end in a `return` with a value?"


def gives_nothing(outcome: Outcome) -> bool:
    """Whether a call gave what a stub gives."""
    if outcome.kind == "error":
        return outcome.value is NotImplementedError
    return outcome.kind in RAN and all_blank(outcome.value)


def is_stub(function: Any) -> bool:
    """Whether a function does nothing but return None or `...`: its body is empty."""
    code = getattr(inspect.unwrap(function), "__code__", None) if callable(function) else None
    if code is None:
        return False
    steps = [step for step in dis.get_instructions(code) if step.opname not in IDLE]
    constants = [step.argval for step in steps if step.opname in ("LOAD_CONST", "RETURN_CONST")]
    return len(steps) - len(constants) <= 1 and len(constants) == 1 and all_blank(constants[0])


def begun(function: Any, outcome: Outcome) -> str:
    """What to say of a function that was begun but gave None; "" where it is still a stub.

    outcome: what its first call gave.
    """
    if is_stub(function) or outcome.value is NotImplementedError:
        return ""
    tree = _tree(function)
    if tree is not None and any(map(_is_dots, ast.walk(tree))):
        return ""  # part of a stub is given, and a `...` still stands in it
    if outcome.value is not None:
        return "What it returns is still `...`. Put the value in its place."
    inside = list(_own(tree)) if tree is not None else []
    returns = [one for one in inside if isinstance(one, ast.Return) and one.value]
    if returns and tree.body[-1] is returns[0]:
        return f"It ends with `{ast.unparse(returns[0])}`, and that is None."
    if returns:
        return NONE
    if outcome.printed:
        return "It prints, but gives nothing back. End it with `return` and the value."
    return "It runs, but gives nothing back: the `return` is missing." if tree is not None else ""


def untouched(function: Any) -> str:
    """What to say of a stub: what stands in it, and that it is to be replaced."""
    tree = _tree(function)
    body = [one for one in tree.body if not _is_text(one)] if tree is not None else []
    if body and all(isinstance(one, ast.Pass) for one in body):
        return "Its body is `pass`, which does nothing. Write in its place what it should do."
    if len(body) == 1 and isinstance(body[0], (ast.Return, ast.Raise)):
        return f"So far it says `{ast.unparse(body[0])}`. Write in its place what it should do."
    if tree is not None and not any(map(_is_dots, ast.walk(tree))):
        return "Nothing stands in it yet. Write what it should do, and run the cell again."
    return "Replace the `...` and run the cell again."


def unwritten(function: Any) -> str:
    """The first name that a function uses and that is still a stub or `...`; "" if none is."""
    function = inspect.unwrap(function) if callable(function) else function
    if not isinstance(function, FunctionType):
        return ""
    steps = (step for code in nested(function.__code__) for step in dis.get_instructions(code))
    for name in (step.argval for step in steps if step.opname == "LOAD_GLOBAL"):
        if name in function.__globals__:
            value = function.__globals__[name]
            if value is ... or (isinstance(value, FunctionType) and is_stub(value)):
                return name
    return ""


def nested(code: CodeType) -> Iterator[CodeType]:
    """The code of a function and of those inside it."""
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from nested(inner)


def _tree(function: Callable) -> ast.FunctionDef | None:
    """The syntax tree of a `def`, None where there is no source of one."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function)))).body[0]
    except (OSError, TypeError, SyntaxError, IndexError, ValueError):
        return None
    return tree if isinstance(tree, ast.FunctionDef) else None


def _own(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions inside it."""
    for child in ast.iter_child_nodes(tree):
        if not isinstance(child, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            yield child
            yield from _own(child)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str)


def _is_dots(node: ast.AST) -> bool:
    """Whether a statement is a lone `...`."""
    return isinstance(node, ast.Expr) and getattr(node.value, "value", None) is ...
