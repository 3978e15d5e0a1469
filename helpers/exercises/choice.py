"""Predict before you see: a question with options, each with a reply of its own."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

from helpers.exercises.comparison import all_blank
from helpers.exercises.task import Task
from helpers.exercises.verdict import Verdict


class Choice(Task):
    """A question with options, answered from code (`check("b")`) or with radio buttons (`ask()`).

    options: letter → (text, reply); right: the letter of the correct one.
    """

    def __init__(
        self,
        name: str,
        question: str,
        options: Mapping[str, tuple[str, str]],
        right: str,
        *,
        hints: Sequence[str] = (),
    ):
        super().__init__(name, hints)
        self.question, self.options, self.right = question, dict(options), right
        self.picked: str | None = None

    def __str__(self) -> str:
        lines = [f"  {letter}) {text}" for letter, (text, _) in self.options.items()]
        return "\n".join([self.question, *lines])

    __repr__ = __str__

    def judge(self, answer: Any) -> Verdict:
        answer = self.picked if all_blank(answer) else answer
        letters = ", ".join(f'"{letter}"' for letter in self.options)
        if answer is None:
            return self._not_started(f"Choose one of {letters}, or click above.")
        letter = answer.strip().strip(")").lower() if isinstance(answer, str) else answer
        if not isinstance(letter, str) or letter not in self.options:
            return self.say("not yet", f"Answer with one of the letters {letters}.")
        reply = self.options[letter][1]
        if letter == self.right:
            return self.say("correct", reply)
        return self.say("not yet", reply, mistake=letter)

    def ask(self) -> "Question":
        """The question with radio buttons; a click is an answer, and `check` then knows it."""
        return Question(self)


class Question:
    """A Choice as a widget; where there are no widgets, its text."""

    def __init__(self, choice: Choice):
        self.choice = choice

    def __repr__(self) -> str:
        return str(self.choice)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {**self.widget()._repr_mimebundle_(), "text/plain": str(self.choice)}

    def widget(self):
        """The question, its options and a line for the reply, as one ipywidgets box."""
        import ipywidgets as widgets

        choice = self.choice
        question = widgets.HTML(f"<b>{html.escape(choice.question)}</b>")
        radio = widgets.RadioButtons(
            options=[(f"{key}) {text}", key) for key, (text, _) in choice.options.items()],
            value=None,
            description="Your answer",
            layout=widgets.Layout(width="auto"),
            style={"description_width": "initial"},
        )
        reply = widgets.HTML()

        def answer(change):
            choice.picked = change["new"]
            choice.verdict = choice.judge(change["new"])
            reply.value = choice.verdict._repr_html_()

        radio.observe(answer, "value")
        return widgets.VBox([question, radio, reply])
