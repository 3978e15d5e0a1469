"""A function's source as a learner's program: under another name, without its docstring."""

import ast
import html
import inspect
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from helpers.exercises.verdict import box_html, prose_html, rows_html

# JupyterLab's own colours of code, which suit its light and its dark theme.
COLOURS = {
    "Keyword": ("keyword", "#008000"),
    "Operator.Word": ("keyword", "#008000"),
    "Name.Function": ("def", "#0000c0"),
    "Literal.String": ("string", "#ba2121"),
    "Literal.Number": ("number", "#0a7040"),
    "Comment": ("comment", "#4a7070"),
}


@cache
def program_text(function: Callable, name: str) -> str:
    """The source of a `def` as if it were called `name`; its remarks stay, its docstring goes.

    Raises ValueError where there is no `def` to show: a lambda, or a function made by another.
    """
    lines = textwrap.dedent(inspect.getsource(function)).splitlines()
    try:
        node = ast.parse("\n".join(lines)).body[0]
    except SyntaxError:
        node = None
    plain = isinstance(node, ast.FunctionDef) and node.name == function.__name__
    if not plain or function.__closure__:
        raise ValueError(f"{function.__qualname__} is no plain `def`: it can't be shown as code")
    body = node.body[0]
    if isinstance(body, ast.Expr) and isinstance(body.value, ast.Constant):
        del lines[body.lineno - 1 : body.end_lineno]
    text = "\n".join(lines[node.lineno - 1 :]).rstrip()
    return re.sub(rf"(?<![\w.]){re.escape(node.name)}(?=\()", name, text)


def coloured(code: str) -> str:
    """Python code as HTML, in the colours of the notebook's own cells."""
    from pygments.lexers import PythonLexer

    parts = []
    for kind, text in PythonLexer(stripnl=False).get_tokens(code):
        written, spoken = html.escape(text, quote=False), str(kind).removeprefix("Token.")
        found = next((COLOURS[one] for one in COLOURS if spoken.startswith(one)), None)
        if found:
            colour = f"var(--jp-mirror-editor-{found[0]}-color,{found[1]})"
            written = f'<span style="color:{colour}">{written}</span>'
        parts.append(written)
    return "".join(parts).rstrip()


@dataclass(frozen=True)
class Listing:
    """A program with what is wanted of it and, once it has run, what it gave."""

    title: str
    text: str
    program: str
    details: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        program = textwrap.indent(self.program, "    ")
        rows = [f"  {label}: {text}" for label, text in self.details]
        return "\n".join([self.title, f"  {self.text}", "", program, *([""] * bool(rows)), *rows])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        style = "margin:0.5em 0;line-height:1.4;white-space:pre-wrap;color:inherit"
        program = f'<pre style="{style}">{coloured(self.program)}</pre>'
        head = f"<b>{html.escape(self.title)}</b>"
        return box_html("#888888", head, prose_html(self.text), program, rows_html(self.details))
