"""Derivations that are checked by running them: each line a function of a random model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from helpers.derivations.chain import SECONDS, Chain, End, Standing, describe_model, in_words
from helpers.derivations.relations import holds
from helpers.derivations.vocabulary import Vocabulary
from helpers.derivations.working import Working, asked, on_a_model, written
from helpers.exercises.comparison import all_blank, as_array, kind_of
from helpers.exercises.sandbox import Call, run, to_numpy
from helpers.exercises.task import Mistake, Task
from helpers.exercises.verdict import Note, Verdict

__all__ = ["Derivation", "End", "Landmark"]


@dataclass(frozen=True)
class Landmark:
    """A line of the usual route: its text, its value on a model, and what the next step rests on.

    uses: a whole sentence, said to those whose derivation breaks just behind this line.
    """

    text: str
    oracle: Callable[[Any], Any]
    uses: str


class Derivation(Task):
    """A chain of lines `[f, "=", g, "≥", h]`, each a function of a model, from `first` to `last`.

    models: gives the models, smallest first, the same on every call; relation: what the chain as a
    whole claims, "=", "≥", "≤" or "≈". Any route is right whose neighbours hold on every model. A
    Mistake's `wrong` is a line. without: the name of each assumption and what gives models that
    lack it. On these the first and the last line must still be the formulas that are asked for, so
    that a line of the same value, only under the assumptions, is no substitute; the method
    `without` shows a chain on them. landmarks: the usual route, by which a message can say what the
    next step rests on. words: how the lines are typeset.
    """

    def __init__(
        self,
        name: str,
        models: Callable[[], list[Any]],
        first: End,
        last: End,
        *,
        relation: str = "=",
        mistakes: Sequence[Mistake] = (),
        without: Mapping[str, Callable[[], list[Any]]] | None = None,
        landmarks: Sequence[Landmark] = (),
        words: Vocabulary = Vocabulary(),  # noqa: B008  (frozen)
        hints: Sequence[str] = (),
        praise: str = "",
    ):
        super().__init__(name, hints)
        self.models, self.first, self.last, self.relation = models, first, last, relation
        self.mistakes, self.assumptions = tuple(mistakes), dict(without or {})
        self.landmarks, self.words, self.praise = tuple(landmarks), words, praise

    def __repr__(self) -> str:
        return f"Derivation {self.name}: from {self.first.text} to {self.last.text}"

    def as_answer(self, mistake: Mistake) -> list[Any]:
        """A whole derivation with the mistake as its middle line."""
        return [self.first.oracle, "=", mistake.wrong, self.relation, self.last.oracle]

    def show(self, answer: Any = ...) -> Working:
        """The lines as mathematics, each with how it stands."""
        chain = self._chain(answer)
        if chain is None:
            return asked(self.name, self.first.text, self.relation, self.last.text)
        steps = [self._ends_as_asked(chain, step) for step in chain.steps(self.models())]
        return written(self.name, chain, steps, self.words)

    def without(self, assumption: str, answer: Any = ...) -> Working | Note:
        """The lines on a model that lacks an assumption: which step fails there, and by how much.

        An unknown assumption, or an answer that is no chain of lines yet, gets a Note.
        """
        if assumption not in self.assumptions:
            known = ", ".join(f'"{name}"' for name in self.assumptions)
            return Note(f"{self.name}: there is no assumption “{assumption}”", (f"Drop {known}.",))
        title, chain = f"{self.name} without {assumption}", self._chain(answer)
        if chain is not None:
            working = on_a_model(title, chain, self.assumptions[assumption](), self.words)
            if any(row.state != "waits" for row in working.rows):
                return working
        return Note(title, ("Write the derivation first.",))

    def _chain(self, answer: Any) -> Chain | None:
        """The answer as a chain; None where its form is not that of one."""
        if all_blank(answer) or not isinstance(answer, (list, tuple)):
            return None
        chain = Chain(answer, self.first, self.last)
        return None if chain.trouble() else chain

    def judge(self, answer: Any) -> Verdict:
        if all_blank(answer):
            return self._not_started()
        if not isinstance(answer, (list, tuple)):
            return self.say("not yet", f"Hand over the list of lines, not {kind_of(answer)}.")
        chain = Chain(answer, self.first, self.last)
        if trouble := chain.trouble():
            return self.say("not yet", trouble)
        claim = chain.other_claim(self.relation)  # said last: a line that breaks is nearer
        for step in chain.steps(self.models()):
            step = self._ends_as_asked(chain, step)
            if step.state == "blank" and step.number == 1:
                return self._not_started()
            if step.state != "follows":
                return self._rejected(chain, step, claim)
        return self.say("not yet", claim) if claim else self.say("correct", self.praise)

    def _ends_as_asked(self, chain: Chain, step: Standing) -> Standing:
        """The step; "other" where an end is right only as long as the assumptions hold."""
        end = chain.ends.get(step.number)
        if step.state == "follows" and end:
            for model in self._beyond():
                value, _ = chain.value(step.number, model)
                if not end.allows(model, value):
                    why = "the same only while the assumptions hold"
                    return Standing(step.number, "other", why, model, None, value, step.values)
        return step

    def _beyond(self) -> list[Any]:
        """All models that lack an assumption."""
        return [model for models in self.assumptions.values() for model in models()]

    def _rejected(self, chain: Chain, step: Standing, claim: str) -> Verdict:
        number, total = step.number, len(chain)
        if step.state == "fails":
            return self.say("not yet", f"Line {number}: {step.why}")
        if step.state == "blank":
            what = f"Line {number} of {total} is still to be written; the lines before it hold."
            return self.say("not yet", f"{what}{self._next(chain, number)}")
        details = [("Model", describe_model(step.model))]
        if step.state == "broken":
            what = f"Line {number - 1} {chain.relation(number)} line {number} does not hold"
            if step.before.shape != step.value.shape:
                what += f": the shapes are {step.before.shape} and {step.value.shape}"
            details.append((f"Line {number - 1}", in_words(step.before)))
        else:
            word = "first" if number == 1 else "last"
            what = f"The {word} line should be {chain.ends[number].text}; "
            what += f"yours is {step.why or 'something else'}"
        details.append((f"Line {number}", in_words(step.value)))
        mistake = None if step.why else self._recognised(step.values)
        said = f" {mistake.message}" if mistake else self._next(chain, number)
        if not mistake and number > 2 and chain.relation(number - 1) != "=":
            # A wrong line may still lie below the one before it: it shows only one line later.
            above = [chain.value(number - 1, model)[0] for model in self.models()]
            mistake = self._recognised(above)
            doubt = f" Look at line {number - 1}, too: a line may hold and yet give too much away."
            said = f" Look at line {number - 1}: {mistake.message}" if mistake else said or doubt
        said += f" {claim}" if claim else ""
        return self.say("not yet", f"{what}.{said}", mistake and mistake.name, details)

    def _recognised(self, values: Sequence[Any]) -> Mistake | None:
        """The known wrong line that gives these values on the models."""
        models = self.models()[: len(values)]
        for mistake in self.mistakes:
            runs = (run(mistake.wrong, Call(model), SECONDS) for model in models)
            theirs = [as_array(to_numpy(outcome.value)) for outcome in runs]
            if all(holds(a, "=", b) for a, b in zip(values, theirs, strict=True)):
                return mistake
        return None

    def _next(self, chain: Chain, number: int) -> str:
        """What the step to a line must use: by where on the usual route the line above it stands.

        Under the assumptions all lines are equal; the models without them tell the lines apart.
        """
        models = [*self.models(), *self._beyond()] if self.landmarks and number > 1 else []
        values = [chain.value(number - 1, model)[0] for model in models]
        for mark in reversed(self.landmarks) if models else ():
            if all(holds(v, "=", mark.oracle(m)) for v, m in zip(values, models, strict=True)):
                return f" Line {number - 1} says {mark.text}. {mark.uses}"
        return ""
