"""A learner's function as mathematics: what its body says, in LaTeX."""

import ast
from collections.abc import Callable

from helpers.formula import ATOM, SUM, Formula
from helpers.function_source import Unreadable, is_text, tree_of
from helpers.vocabulary import Vocabulary


def latex_of(function: Callable, words: Vocabulary) -> str | None:
    """The formula that a function of a model computes; None where it cannot be read as one.

    The body may name parts (`W, a = m.W, m.a`) and add up in a loop (`total += …`).
    """
    try:
        node = tree_of(function)
        body = node.body if isinstance(node, ast.FunctionDef) else [ast.Return(node.body)]
        model = {argument.arg: ("", ATOM) for argument in node.args.args}  # it is never written
        return _body(body, Formula(words, model))
    except (Unreadable, RecursionError, TypeError, ValueError):
        return None


def _body(body: list[ast.stmt], formula: Formula) -> str:
    for line in body:
        if isinstance(line, ast.Return) and line.value:
            return formula.write(line.value)
        if isinstance(line, ast.For):
            _loop(line, formula)
        elif not is_text(line) and not isinstance(line, ast.FunctionDef):  # it keeps its name
            _assign(line, formula)
    raise Unreadable


def _assign(line: ast.stmt, formula: Formula) -> None:
    """A local name, or several, stand for what is assigned to them."""
    if not isinstance(line, ast.Assign) or len(line.targets) != 1:
        raise Unreadable
    several = isinstance(line.targets[0], ast.Tuple) and isinstance(line.value, ast.Tuple)
    targets = line.targets[0].elts if several else line.targets
    values = line.value.elts if several else [line.value]
    for target, value in zip(targets, values, strict=True):
        if not isinstance(target, ast.Name):
            raise Unreadable
        formula.bound[target.id] = formula.part(value)


def _loop(loop: ast.For, formula: Formula) -> None:
    """`total = 0`, then a loop of `total += …`: a sum."""
    *before, last = loop.body
    name = getattr(getattr(last, "target", None), "id", None)
    adds = isinstance(last, ast.AugAssign) and isinstance(last.op, ast.Add)
    if not adds or formula.bound.get(name, ("",))[0] not in ("0", "0.0"):
        raise Unreadable
    sign = r"\sum" + formula.runs(loop.target, loop.iter)
    for line in before:
        _assign(line, formula)
    formula.bound[name] = (f"{sign} {formula.write(last.value, SUM)}", SUM)
