"""Predict before you see: a question with options, each with a reply of its own."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

from helpers.exercises.comparison import all_blank
from helpers.exercises.task import Task
from helpers.exercises.verdict import Note, Verdict


class Choice(Task):
    """A question with options, answered in the cell below it: `check("b")`.

    The buttons of `ask()` say what there is to say of an option, and what to write; they answer
    nothing, so that there is one verdict, and it outlives the kernel.

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
        self.tried: str | None = None  # the option that was clicked last

    def __str__(self) -> str:
        lines = [f"  {letter}) {text}" for letter, (text, _) in self.options.items()]
        return "\n".join([self.question, *lines])

    __repr__ = __str__

    def judge(self, answer: Any) -> Verdict:
        letters = ", ".join(f'"{letter}"' for letter in self.options)
        if all_blank(answer):
            chosen = f"Replace the `...` by one of {letters}, and run the cell again."
            if self.tried:
                chosen = f"You clicked {self.tried}. {self._to_answer(self.tried)}"
            return self._not_started(chosen)
        letter = answer.strip().strip(")").lower() if isinstance(answer, str) else answer
        if not isinstance(letter, str) or letter not in self.options:
            return self.say("not yet", f"Answer with one of the letters {letters}.")
        reply = self.options[letter][1]
        if letter == self.right:
            return self.say("correct", reply)
        return self.say("not yet", reply, mistake=letter)

    def ask(self) -> "Question":
        """The question with radio buttons: a click says what there is to say of an option."""
        return Question(self)

    def reply(self, letter: str) -> Note:
        """What a click on an option says, and how to make it the answer."""
        self.tried = letter
        fits = "is right" if letter == self.right else "is not it"
        return Note(f"{letter} {fits}", (self.options[letter][1], self._to_answer(letter)))

    def _to_answer(self, letter: str) -> str:
        """How an option becomes the answer."""
        return f'To answer {letter}, write `{self.name} = "{letter}"` in the code cell and run it.'


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

        from helpers.views.spoken import Spoken

        choice = self.choice
        question = widgets.HTML(f"<b>{html.escape(choice.question)}</b>")
        radio = widgets.RadioButtons(
            options=[(f"{key}) {text}", key) for key, (text, _) in choice.options.items()],
            value=None,
            description="Try one",
            layout=widgets.Layout(width="auto"),
            style={"description_width": "initial"},
        )
        reply = widgets.HTML()

        def clicked(change):
            reply.value = choice.reply(change["new"])._repr_html_()

        radio.observe(clicked, "value")
        box = widgets.VBox([question, radio, reply, Spoken()])
        box.add_class("course-question")
        return box
