"""A derivation as it is shown: each line as mathematics, with how it stands."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from helpers.derivations.chain import Chain, Standing, describe_model, in_words
from helpers.derivations.function_source import code_of
from helpers.derivations.relations import holds
from helpers.derivations.rules import in_quotes
from helpers.derivations.typeset import latex_of
from helpers.derivations.vocabulary import Vocabulary
from helpers.exercises.verdict import MARKS, STRIPS, box_html

STATUS = {"follows": "correct", "blank": "not started", "waits": "not started"}  # else "not yet"


@dataclass(frozen=True)
class Row:
    """One line: its number, the sign in front, as LaTeX (or None) and as code, its value, and how
    it stands, in a state and in words."""

    number: int
    relation: str
    latex: str | None
    code: str
    value: str
    state: str
    words: str

    @property
    def status(self) -> str:
        return STATUS.get(self.state, "not yet")


@dataclass(frozen=True)
class Working:
    """Lines below one another, as in a written derivation; remark: a sentence above them."""

    title: str
    rows: tuple[Row, ...]
    remark: str = ""

    def __str__(self) -> str:
        width = max((len(row.value) for row in self.rows), default=0)
        lines = [
            f"  {MARKS[row.status]} {row.number} {row.relation or ' '} "
            f"{row.value + ' ' * (width - len(row.value)) + '  ' if width else ''}"
            f"{row.code}  ({row.words})"
            for row in self.rows
        ]
        return "\n".join([self.title, *([f"  {self.remark}"] if self.remark else []), *lines])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        cell = '<td style="text-align:left;padding:0.3em 0.8em 0.3em 0;vertical-align:middle">'
        valued = any(row.value for row in self.rows)
        body = "".join(
            f"<tr>{cell}{row.number}</td>{cell}{html.escape(row.relation)}</td>"
            f"{cell}{_formula(row)}</td>"
            + (f"{cell}{html.escape(row.value)}</td>" if valued else "")
            + f'{cell}<span style="color:{STRIPS[row.status]};font-weight:bold">'
            f"{MARKS[row.status]}</span> {html.escape(row.words)}</td></tr>"
            for row in self.rows
        )
        remark = [html.escape(self.remark)] if self.remark else []
        title = f"<b>{html.escape(self.title)}</b>"
        return box_html("#888888", title, *remark, f"<table>{body}</table>")


def _formula(row: Row) -> str:
    """The line in mathematical type; in code type where it could not be read."""
    if row.latex is None:
        return f'<code style="white-space:pre-wrap">{html.escape(row.code)}</code>'
    return html.escape(f"$\\displaystyle {row.latex}$", quote=False)


def asked(name: str, first: str, relation: str, last: str) -> Working:
    """What there is to derive, before a line is written."""
    words = "still to be written"
    rows = (("first", "", first), ("last", relation, last))
    told = [
        Row(n, sign, None, text, "", "blank", words) for n, (_, sign, text) in enumerate(rows, 1)
    ]
    return Working(f"{name}: from the first line to the last", tuple(told))


def written(name: str, chain: Chain, steps: Sequence[Standing], words: Vocabulary) -> Working:
    """A chain with how each of its lines stands."""
    rows, good = [], True
    for step in steps:
        rows.append(_row(chain, step.number, words, "", *_stands(chain, step, good)))
        good = bool(step.values)
    return Working(f"{name}, line by line", tuple(rows))


def _stands(chain: Chain, step: Standing, judged: bool) -> tuple[str, str]:
    end = chain.ends.get(step.number)
    if step.state == "follows" and not judged:
        return "waits", "waits for the line above"
    if step.state == "follows":
        by = f"follows, by {in_quotes(step.uses)}" if step.uses else "follows"
        return "follows", "the line asked for" if step.number == 1 else by
    if step.state == "leaps":
        return "leaps", f"uses {in_quotes(step.uses)} at once"
    if step.state == "other":
        return "other", f"should be {end.text}"
    said = {"broken": "does not follow", "blank": "still to be written", "idle": "holds with “=”"}
    said |= {"past": "gives too much away"}
    said |= {"fails": step.why, "unseen": step.why}
    return step.state, said[step.state].split("\n")[0]


def on_a_model(title: str, chain: Chain, models: Sequence[Any], words: Vocabulary) -> Working:
    """A chain on the model where most steps fail; of several, on the first."""
    numbers = range(1, len(chain) + 1)
    tried = []
    for model in models:
        values = [chain.value(number, model)[0] for number in numbers]
        stands = [_stands_there(chain, number, values) for number in numbers]
        tried.append((sum(state == "broken" for state, _ in stands), model, values, stands))
    _, model, values, stands = max(tried, key=lambda one: one[0])
    rows = [
        _row(chain, number, words, in_words(values[number - 1]), *stands[number - 1])
        for number in numbers
    ]
    return Working(title, tuple(rows), f"On {describe_model(model)}")


def _stands_there(chain: Chain, number: int, values: list[Any]) -> tuple[str, str]:
    """How a line stands to the one above it on one model."""
    value, before = values[number - 1], values[number - 2] if number > 1 else None
    if value is None:
        return "waits", "gives no value here"
    if number == 1:
        return "follows", "the first line"
    if before is None:
        return "waits", "waits for the line above"
    if holds(before, chain.relation(number), value):
        return "follows", "still follows"
    return "broken", f"fails here, by {_gap(before, value)}"


def _row(chain: Chain, number: int, words: Vocabulary, value: str, state: str, said: str) -> Row:
    line = chain.lines[number - 1]
    sign = chain.relation(number) if number > 1 else ""
    if not callable(line):
        return Row(number, sign, None, "…", value, state, said)
    latex = None if state == "blank" else latex_of(line, words)
    return Row(number, sign, latex, code_of(line), value, state, said)


def _gap(before: Any, value: Any) -> str:
    if before.shape != value.shape:
        return f"shape {before.shape} became {value.shape}"
    gap = value - before
    return f"{'+' if gap.ndim == 0 and gap > 0 else ''}{in_words(gap)}".replace("-", "−")
