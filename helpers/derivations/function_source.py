"""A learner's function as its source has it: the syntax tree, and the code on one line."""

import ast
import inspect
import linecache
import re
from collections.abc import Callable
from typing import Any


class Unreadable(Exception):
    """There is no source, or it holds what is not asked for."""


def tree_of(function: Callable) -> ast.FunctionDef | ast.Lambda:
    """The syntax tree of a function, also where several lambdas share a line; raises Unreadable."""
    return _read(function)[0]


def code_of(function: Callable) -> str:
    """What a function returns, as code on one line; its name where there is no source."""
    try:
        node, source = _read(function)
    except Unreadable:
        return getattr(function, "__name__", type(function).__name__)
    body = [node.body]
    if isinstance(node, ast.FunctionDef):
        body = [line for line in node.body if not is_text(line)]
        if not body:  # a stub
            return "…"
        if len(body) == 1 and isinstance(body[0], ast.Return) and body[0].value:
            body = [body[0].value]
    texts = [ast.get_source_segment(source, line) or "" for line in body]
    if any("#" in text for text in texts):  # a remark would swallow the rest of the line
        texts = [ast.unparse(line) for line in body]
    between = " " if isinstance(body[0], ast.expr) else "; "
    whole = re.sub(r"\s*\n\s*", between, between.join(texts).strip())
    return re.sub(r"(?<=[(\[]) | (?=[)\]])", "", whole).replace(":;", ":")


def _read(function: Callable) -> tuple[ast.FunctionDef | ast.Lambda, str]:
    code = getattr(inspect.unwrap(function), "__code__", None) if callable(function) else None
    try:
        source = "".join(linecache.getlines(code.co_filename))
        tree = ast.parse(source)
    except (AttributeError, SyntaxError, ValueError):
        raise Unreadable from None
    kind = ast.Lambda if code.co_name == "<lambda>" else ast.FunctionDef
    found = [n for n in ast.walk(tree) if isinstance(n, kind) and _line(n) == code.co_firstlineno]
    if kind is ast.Lambda and len(found) > 1:
        found = _same_place(found, code)
    if not found or getattr(found[0], "name", code.co_name) != code.co_name:
        raise Unreadable
    return found[0], source


def is_text(node: ast.AST) -> bool:
    """Whether a statement is a docstring (or a lone `...`)."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _line(node: ast.AST) -> int:
    return min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])


def _same_place(lambdas: list[ast.Lambda], code: Any) -> list[ast.Lambda]:
    """Those of several lambdas on a line that the code was made from, the innermost first."""
    if not hasattr(code, "co_positions"):  # before Python 3.11 steps have no columns
        return [one for one in lambdas if _compiled(one).co_code == code.co_code]
    spans = [span for span in code.co_positions() if None not in span and span[3]]
    first, last = min((s[0], s[2]) for s in spans), max((s[1], s[3]) for s in spans)
    around = [n for n in lambdas if (n.lineno, n.col_offset) <= first]
    return [n for n in around if (n.end_lineno, n.end_col_offset) >= last][::-1]


def _compiled(node: ast.Lambda) -> Any:
    whole = compile(ast.fix_missing_locations(ast.Expression(node)), "", "eval")
    return next(one for one in whole.co_consts if hasattr(one, "co_code"))
