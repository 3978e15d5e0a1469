"""A learner's function as mathematics: what its body says, in LaTeX."""

import ast
from collections.abc import Callable, Set

from helpers.derivations.formula import ATOM, SUM, Formula
from helpers.derivations.function_source import Unreadable, is_text, tree_of
from helpers.derivations.vocabulary import Vocabulary, bracketed


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


def _loop(loop: ast.For, formula: Formula, ours: Set[str] | None = None) -> None:
    """A loop that ends in `total += …` is a sum, one that ends in `rows.append(…)` a list.

    Before that come assignments and inner loops; an `if` around the end is a condition on the sum.
    ours: for an inner loop, the names begun in each turn of the outer one. Only these can be its
    total: another is carried on from turn to turn.
    """
    *before, last = loop.body
    below = formula.runs(loop.target, loop.iter)
    begun: set[str] = set()
    for line in before:
        if isinstance(line, ast.For):
            _loop(line, formula, begun)
        else:
            _assign(line, formula)
            begun |= {node.id for node in ast.walk(line.targets[0]) if isinstance(node, ast.Name)}
    if isinstance(last, ast.If) and len(last.body) == 1 and not last.orelse:
        below = formula.runs(loop.target, loop.iter, [last.test])
        last = last.body[0]
    if isinstance(last, ast.Expr):
        name, value = _appended(last.value)
        _check_begun(formula, name, ours, bracketed(""))
        formula.bound[name] = (bracketed(formula.write(value)) + below, ATOM)
        return
    if not (isinstance(last, ast.AugAssign) and isinstance(last.op, ast.Add)):
        raise Unreadable
    name = getattr(last.target, "id", None)
    _check_begun(formula, name, ours, "0", "0.0")
    formula.bound[name] = (rf"\sum{below} {formula.write(last.value, SUM)}", SUM)


def _appended(call: ast.expr) -> tuple[str | None, ast.expr]:
    """The list's name and the value of `name.append(value)`."""
    of = getattr(call, "func", None)
    if getattr(of, "attr", None) != "append" or len(call.args) != 1 or call.keywords:
        raise Unreadable
    return getattr(of.value, "id", None), call.args[0]


def _check_begun(formula: Formula, name: str | None, ours: Set[str] | None, *starts: str) -> None:
    """Raises Unreadable unless the name stands for nothing yet: 0, or an empty list."""
    carried = ours is not None and name not in ours
    if carried or formula.bound.get(name, ("",))[0] not in starts:
        raise Unreadable
