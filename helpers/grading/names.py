"""What a code cell does to names, read from its text: it need not be without errors, or run.

Magics and shell lines are passed over; the worker, which runs the cell, knows them better.
"""

import ast
import re
import warnings
from collections.abc import Iterator
from functools import lru_cache

from helpers.notebooks.written import binds

# Cell magics whose cell is Python that runs in the notebook's own names.
PYTHON = ("time", "capture", "prun")
MAGIC = re.compile(r"^([ \t]*)(?:(\w[\w., ]*=\s*)[%!]|[%!?]|\w[\w.]*\?\??\s*$).*$", re.MULTILINE)
MOST = 500_000  # letters of a cell that is read: a tree takes a hundred times as much
PROMPT = re.compile(r"^(?:>>>|\.\.\.)(?: |$)", re.MULTILINE)
MENDS = {"append", "extend", "insert", "reverse", "sort", "fill", "update", "pop", "remove"}
SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def plain(source: str) -> str:
    """A cell's text without magics, shell lines and prompts, as Python; "" where it is another."""
    text = source.strip("\n")
    if head := re.match(r"\s*%%(\w+)", text):
        if head[1] not in PYTHON:
            return ""
        text = "\n" + text.partition("\n")[2]
    if text.lstrip().startswith(">>> "):
        text = PROMPT.sub("", text.lstrip())
    return text


@lru_cache(4096)
def tree(source: str) -> tuple[ast.stmt, ...] | None:
    """The statements of a cell; None where it cannot be read as Python, or is endless."""
    if len(source) > MOST:
        return None
    text = plain(source)
    for one in (text, MAGIC.sub(lambda m: f"{m[1]}{m[2] or ''}None", text)):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # an odd escape in a text of the learner's
                return tuple(ast.parse(one).body)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def _stored(node: ast.AST) -> Iterator[str]:
    if isinstance(node, DEFINES):
        yield node.name
        return
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from (one.asname or one.name.split(".")[0] for one in node.names)
    if isinstance(node, SCOPES):
        return
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    if isinstance(node, ast.AnnAssign) and node.value is None:
        return  # `x: int` defines nothing
    for child in ast.iter_child_nodes(node):
        yield from _stored(child)


def _mended(node: ast.stmt) -> Iterator[str]:
    """Names whose value a statement changes in place, as in `x[0] = 1` or `x.append(1)`."""
    targets = [*getattr(node, "targets", []), getattr(node, "target", None)]
    call = node.value if isinstance(node, ast.Expr) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
        targets += [call.func] if call.func.attr in MENDS or call.func.attr.endswith("_") else []
    for one in targets:
        inside = isinstance(one, ast.Subscript | ast.Attribute)
        while isinstance(one, ast.Subscript | ast.Attribute):
            one = one.value
        if inside and isinstance(one, ast.Name):
            yield one.id


@lru_cache(4096)
def statements(source: str) -> tuple[tuple[ast.stmt, frozenset[str], frozenset[str]], ...]:
    """The statements of a cell, each with the names that it defines and those that it changes."""
    found = []
    for one in tree(source) or ():
        try:
            found.append((one, frozenset(_stored(one)), frozenset(_mended(one))))
        except RecursionError:
            continue  # nested deeper than any answer
    return tuple(found)


def defined(source: str) -> set[str]:
    """The names that a cell defines at its outer level, also where it cannot be read to its end."""
    if tree(source) is None:
        return binds(plain(source))
    return {name for _, names, _ in statements(source) for name in names}


def same(node: ast.AST) -> str:
    """What a statement says, the same for statements that differ in remarks and spaces alone."""
    try:
        return ast.dump(node)
    except RecursionError:
        return ""


def _dots(node: ast.AST | None) -> bool:
    """Whether a value still waits: `...`, None, or a row of them, with signs between."""
    if isinstance(node, ast.Tuple | ast.List):
        sign = [isinstance(one, ast.Constant) and isinstance(one.value, str) for one in node.elts]
        waiting = [_dots(one) for one in node.elts]
        return any(waiting) and all(map(max, sign, waiting))
    if isinstance(node, ast.Lambda):
        return _dots(node.body)
    return isinstance(node, ast.Constant) and node.value in (..., None)


def waits(node: ast.stmt) -> bool:
    """Whether a statement is one that nobody has filled in, such as `x = ...`."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return _dots(getattr(node, "value", None)) and not isinstance(node, ast.AugAssign)
    body = node.body
    if isinstance(body[0], ast.Expr) and isinstance(getattr(body[0].value, "value", None), str):
        body = body[1:]
    return all(
        isinstance(one, ast.Pass) or (isinstance(one, ast.Expr | ast.Return) and _dots(one.value))
        or (isinstance(one, ast.Raise) and "NotImplementedError" in ast.dump(one))
        for one in body
    )  # fmt: skip


def _check(node: ast.stmt) -> tuple[str, ast.expr | None] | None:
    """The exercise that a statement `lesson.NAME.check(…)` checks, and what it hands over."""
    call = getattr(node, "value", None)
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
        owner = call.func.value
        if call.func.attr == "check" and isinstance(owner, ast.Attribute):
            return owner.attr, call.args[0] if call.args else None
    return None


def checks(source: str) -> dict[str, ast.expr | None]:
    """The exercises that a cell checks, each with what it hands over."""
    if tree(source) is None:
        return dict.fromkeys(re.findall(r"^lesson\.(\w+)\.check\(", source, re.MULTILINE))
    return dict(filter(None, (_check(one) for one, _, _ in statements(source))))


def only_checks(source: str) -> bool:
    """Whether a cell does nothing but check."""
    asked = [isinstance(one, ast.Expr) and _check(one) for one, _, _ in statements(source)]
    return bool(asked) and all(asked)
