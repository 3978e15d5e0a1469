"""A lesson as HTML that needs no kernel: prose with MathML, code, outputs, grids with their steps.

A grid view draws itself from what Python sent once, so it is exported as the explorer opens.
"""

import importlib
import json
import re
from functools import cache
from html import escape, unescape
from itertools import groupby
from typing import Any

from math_core import LatexError, LatexToMathML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments.lexers import PythonLexer
from pygments.token import STANDARD_TYPES

from helpers.notebooks.opening import EXPLORER
from helpers.notebooks.source import Cell, SourceError

# What shows a question or a program to break: the same whatever a learner wrote.
QUESTION = re.compile(r"lesson\.\w+\.(ask|show)\(\)")
OTHER_EXPLORER = re.compile(r"lesson\.explore\w*\(.+\)", re.DOTALL)
BAR = re.compile(r"\d+%\|")  # a progress bar, at 0 for ever
MATHS = re.compile(r"\$([^$<]+)\$")
# The kinds of words that pages/style.css has a colour for; all else needs no mark-up.
COLOURED = {"k", "kn", "kc", "ow", "s1", "s2", "sd", "sa", "se", "si", "mi", "mf", "c1", "ch"}
COLOURED |= {"nf", "nc", "nd"}
_python = PythonLexer()
_mathml = LatexToMathML(fancy_error=False)


class Renderer(IPythonRenderer):
    """Markdown as the notebook shows it, but with MathML, and with links from page to page."""

    def block_math(self, body: str) -> str:
        return f'<span class="wide" tabindex="0">{_maths(body, True)}</span>'

    def inline_math(self, body: str) -> str:
        return _maths(body)

    def block_code(self, code: str, info: str | None = None) -> str:
        return coloured(code)

    def heading(self, text: str, level: int, **_: Any) -> str:
        return f"<h{level}>{text}</h{level}>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        return super().link(text, re.sub(r"^(\d\d_\w+)\.ipynb\b", r"\1.html", url), title)


_markdown = MarkdownWithMath(renderer=Renderer(escape=True))


def lesson(name: str, cells: list[Cell], outputs: dict[str, list]) -> tuple[str, str, bool]:
    """A lesson's cells as HTML: its headings as a list of links, its text, whether it has steps.

    outputs: {cell id: outputs} of what is to be seen; where an explorer is called without
    arguments, it is made anew. Raises SourceError for a formula that cannot be typeset.
    """
    answers = {cell.exercise for cell in cells if cell.solution}
    try:
        parts, headings = [], []
        for exercise, group in groupby(cells, lambda one: one.solution and one.exercise):
            html = "".join(_cell(one, name, outputs, answers) for one in group)
            headings += [] if exercise else re.findall(r'id="([^"]+)">\n<h2>(.*?)</h2>', html)
            parts.append(
                _folded(f"Solution of <code>{exercise}</code>", html) if exercise else html
            )
    except LatexError as error:
        raise SourceError(f"solutions/{name}.py: a formula: {error}") from None
    listed = "".join(f'<li><a href="#{place}">{text}</a></li>\n' for place, text in headings)
    text = "".join(parts)
    return f"<ol>\n{listed}</ol>", text, "data-state" in text


def inline(text: str) -> str:
    """A line of Markdown as HTML without a paragraph of its own."""
    return _markdown(text).strip().removeprefix("<p>").removesuffix("</p>")


def coloured(text: str) -> str:
    """Python code as HTML, in the colours of the pages' style; whatever it holds is escaped."""
    parts = []
    for kind, words in _python.get_tokens(text):
        name, words = STANDARD_TYPES.get(kind), escape(words, quote=False)
        parts.append(f'<span class="{name}">{words}</span>' if name in COLOURED else words)
    return f"<pre><code>{''.join(parts)}</code></pre>\n"


def read(content: bytes) -> bytes:
    """A page's markup without its pixels, and below it the text that people read."""
    markup = re.sub(r"base64,[A-Za-z0-9+/=]*", "", content.decode())
    return f"{markup}\n{unescape(re.sub('<[^>]*>', '', markup))}".encode()


def _cell(cell: Cell, name: str, outputs: dict[str, list], answers: set[str]) -> str:
    if cell.kind == "markdown":
        return f'<div class="cell" id="{cell.id}">\n{_markdown(cell.text)}</div>\n'
    source = cell.text.strip()
    if EXPLORER.fullmatch(source):
        shown = _explorer(name, source.removeprefix("lesson.").removesuffix("()"))
    else:
        shown = "".join(map(_output, outputs.get(cell.id, [])))
        if OTHER_EXPLORER.fullmatch(source):
            shown += '<p class="note">Run the notebook to see it move.</p>\n'
        elif shown and _hands_on(source, answers) and not cell.solution:
            shown = _folded("What comes out", shown)
    return f'<div class="cell" id="{cell.id}">\n{coloured(cell.text)}{shown}</div>\n'


def _hands_on(code: str, answers: set[str]) -> bool:
    """Whether code names an answer, as the solutions switch sees it: `lesson.f.hint()` does not."""
    plain = re.sub(r"\"[^\"\n]*\"|'[^'\n]*'|#.*", "", code)
    return not answers.isdisjoint(re.findall(r"(?<![\w.])[A-Za-z_]\w*", plain))


def _folded(summary: str, html: str) -> str:
    return f"<details>\n<summary>{summary}</summary>\n{html}</details>\n"


def _maths(tex: str, block: bool = False) -> str:
    return _mathml.convert_with_local_state(tex, displaystyle=block)


def _output(output: Any) -> str:
    """One output: HTML as it is but for its formulas, else text."""
    data = output.get("data", {})
    if "text/html" in data:
        html = MATHS.sub(lambda found: _maths(unescape(found[1])), data["text/html"])
        html = html.replace(' role="status"', "")  # nothing changes here that should be announced
        wide = '<div class="wide" tabindex="0" role="group" aria-label="Table">'
        html = html.replace("<table", f"{wide}<table").replace("</table>", "</table></div>")
        return f'<div class="output">{html}</div>\n'
    text = output.get("text", "") or data.get("text/plain", "")
    return "" if BAR.search(text) else f'<pre class="output">{escape(text)}</pre>\n'


@cache
def _explorer(name: str, function: str) -> str:
    """An explorer as it opens: grids that can be stepped through, of all else the picture."""
    made = getattr(importlib.import_module(f"helpers.lessons.{name[3:]}"), function)()
    parts, editable, steppers = [f'<p class="readout">{made.readout.value}</p>\n'], False, []
    for view in made.views:
        picture = view.picture()._repr_mimebundle_()[0]["text/html"]
        if hasattr(view, "steps"):
            state = view.get_state(["data", "step", "alt", "height"])
            grids = state["data"]["grids"]
            editable |= any(grid["edit"] for grid in grids)
            still = [grid | {"edit": None} for grid in grids]  # it takes Python to answer an edit
            state["data"] = state["data"] | {"grids": still}
            told = escape(json.dumps(state, ensure_ascii=False, sort_keys=True))
            picture = f'<div data-state="{told}">{picture}</div>'
            steppers.append(view.slider)
        parts.append(picture + "\n")
    names = [f"“{one.description}”" for one in made.controls.values() if one not in steppers]
    wanted = [f"set {', '.join(map(escape, names))}"] if names else []
    wanted += ["change the cells"] if editable else []
    parts.append(f'<p class="note">Run the notebook to {" and to ".join(wanted)}.</p>\n')
    return f'<div class="explorer">\n{"".join(parts)}</div>\n'
