"""What a check, a hint and a progress table say: as HTML in a notebook, as plain text elsewhere."""

import html
import re
from dataclasses import dataclass

MARKS = {"correct": "✓", "written": "✓", "not yet": "✗"}
MARKS |= {"not started": "○", "not ticked": "○"}
# Strip colours that keep their contrast on JupyterLab's light and dark background; the mark and the
# words say the same, so that nothing hangs on the colour.
STRIPS = {
    "correct": "#2a7ab8",
    "written": "#2a7ab8",
    "not yet": "#d9730d",
    "not started": "#888888",
    "not ticked": "#888888",
}
_BOX = (
    "border-left:5px solid {strip};padding:0.35em 0.9em;margin:0.2em 0;max-width:52em;"
    "line-height:1.5;color:var(--jp-content-font-color1,inherit)"
)
# A screen reader is handed the text of a box as one piece: without a space between its parts
# "correct" and "Equal" become one word.
_GAP = '<span style="white-space:pre"> </span>'


def prose_html(text: str) -> str:
    """Escape `text` for HTML; backticks make code, a newline a line break."""
    escaped = html.escape(text, quote=False).replace("\n", "<br>")
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped)


def box_html(strip: str, *paragraphs: str, first_alone: bool = False) -> str:
    """One panel with a coloured strip at its left; the paragraphs are HTML already.

    A screen reader says it when it appears; first_alone: the first paragraph and no more. Code
    has no role of its own: Orca would say each piece again, after the whole.
    """
    status = ' role="status"'
    parts = paragraphs if first_alone else map(_parted, paragraphs)
    inner = "".join(f"<div>{part}</div>" for part in parts)
    inner = inner.replace("<code", '<code role="none"')
    if first_alone:
        inner, status = inner.replace("<div>", f"<div{status}>", 1), ""
    return f'<div{status} style="{_BOX.format(strip=strip)}">{inner}</div>'


def _parted(paragraph: str) -> str:
    """A paragraph with a space behind its text; behind a block, it would be an empty line."""
    if paragraph.endswith("</pre>"):
        return paragraph.removesuffix("</pre>") + "\n</pre>"
    return paragraph + _GAP * (bool(paragraph) and not paragraph.endswith(("</div>", "</table>")))


def rows_html(details) -> str:
    """Pairs (label, text) below one another, the text as code."""
    return "".join(
        f'<div style="display:flex;gap:0.8em"><span style="min-width:5.5em;opacity:0.75">'
        f'{html.escape(label)}{_GAP}</span><code style="white-space:pre-wrap">'
        f"{html.escape(text, quote=False)}{_GAP}</code></div>"
        for label, text in details
    )


@dataclass(frozen=True)
class Verdict:
    """The answer to one check.

    status: "not started", "not yet" or "correct"; mistake: the name of the recognised mistake or
    None; message: one or two sentences; details: pairs (label, text), such as the call that failed.
    """

    name: str
    status: str
    message: str = ""
    mistake: str | None = None
    details: tuple[tuple[str, str], ...] = ()

    @property
    def headline(self) -> str:
        named = f" ({self.mistake})" if self.mistake else ""
        return f"{MARKS[self.status]} {self.name}: {self.status}{named}"

    def __str__(self) -> str:
        width = max((len(label) for label, _ in self.details), default=0) + 2
        rows = [f"  {label:<{width}}{text}" for label, text in self.details]
        said = ["  " + self.message.replace("\n", "\n  ")] if self.message else []
        return "\n".join([self.headline, *said, *rows])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head, rows = f"<b>{html.escape(self.headline)}</b>", rows_html(self.details)
        return box_html(STRIPS[self.status], head, prose_html(self.message), rows)


@dataclass(frozen=True)
class Note:
    """A hint or another short remark of the course."""

    title: str
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([self.title, *(f"  {line}" for line in self.lines)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        title = f"<b>{html.escape(self.title)}</b>"
        return box_html("#888888", title, *(prose_html(line) for line in self.lines))


@dataclass(frozen=True)
class Table:
    """The progress of one notebook: rows (exercise, status, remark).

    ticks: the same of answers in words; course: a line for each lesson, and whether it is this one;
    note: what else is to be said.
    """

    rows: tuple[tuple[str, str, str], ...]
    ticks: tuple[tuple[str, str, str], ...] = ()
    course: tuple[tuple[str, bool], ...] = ()
    note: str = ""

    @property
    def summary(self) -> str:
        done = sum(status == "correct" for _, status, _ in self.rows)
        ticked = sum(status == "written" for _, status, _ in self.ticks)
        words = f", {ticked} of {len(self.ticks)} written" if self.ticks else ""
        return f"{done} of {len(self.rows)} correct{words}"

    def __str__(self) -> str:
        rows = (*self.rows, *self.ticks)
        width = max((len(name) for name, _, _ in rows), default=0)
        lines = [
            f"  {MARKS[status]} {name:<{width}}  {status}{f' ({remark})' if remark else ''}"
            for name, status, remark in rows
        ]
        if self.note:
            lines.append(self.note)
        lines += ["The course"] * bool(self.course)
        lines += [f"{'→' if here else ' '} {line}" for line, here in self.course]
        return "\n".join([self.summary, *lines])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        look = 'style="text-align:left;padding:0.15em 1em 0.15em 0"'
        names = ("Exercise", "Status", "Remark")
        head = "".join(f'<th scope="col" {look}>{name}</th>' for name in names)
        body = "".join(
            f'<tr><th scope="row" {look}><code>{html.escape(name)}</code></th>'
            f'<td {look}><span style="white-space:nowrap">'
            f'<span style="color:{STRIPS[status]};font-weight:bold">{MARKS[status]}</span> {status}'
            f"</span></td><td {look}>{html.escape(remark)}</td></tr>"
            for name, status, remark in (*self.rows, *self.ticks)
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        said = [prose_html(self.note)] if self.note else []
        lines = [(html.escape(line), here) for line, here in self.course]
        said += ["<b>The course</b>"] * bool(lines)
        said += [f"<b>→ {line}</b> (this one)" if here else line for line, here in lines]
        summary = f"<b>{self.summary}</b>"  # said: not the whole table each time the cell is run
        return box_html("#888888", summary, table, *said, first_alone=True)
