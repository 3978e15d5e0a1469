"""Derivations that are checked by running them: each line a function of a random model."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from helpers.derivations.chain import Chain, End, Standing
from helpers.derivations.refusal import refused, unmade
from helpers.derivations.relations import holds
from helpers.derivations.rules import Ledger, World, in_quotes
from helpers.derivations.vocabulary import Vocabulary
from helpers.derivations.working import Working, asked, on_a_model, written
from helpers.exercises.comparison import all_blank, kind_of
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

    models: gives the models on which all is assumed, smallest first; relation: what the chain as a
    whole claims, "=", "≥", "≤" or "≈". Any route is right whose neighbours hold on every model,
    each by one rule at most beyond those used before. rules: the name of each rule, with the
    assumptions that it may bring in; worlds: gives models that lack some of these, as World. What a
    step uses is seen by where it fails: so there should be worlds for every choice of assumptions.
    lasting: whether later steps may use again what one has brought in, as is so of assumptions.
    In the worlds the first and the last line must still be the formulas that are asked for, so that
    a line of the same value, only under the assumptions, is no substitute.

    A Mistake's `wrong` is a line. without: the name of each assumption and what gives models that
    lack it, for the method `without`, which shows a chain there; where there are no worlds, the
    ends are compared on these. landmarks: the usual route, by which a message can say what the next
    step rests on. each: what there is one number for, where the sum over a line is forgotten.
    words: how the lines are typeset. A subclass may override `unseen`.
    """

    def __init__(
        self,
        name: str,
        models: Callable[[], list[Any]],
        first: End,
        last: End,
        *,
        relation: str = "=",
        rules: Mapping[str, Set[str]] | None = None,
        worlds: Callable[[], list[World]] = list,
        lasting: bool = True,
        mistakes: Sequence[Mistake] = (),
        without: Mapping[str, Callable[[], list[Any]]] | None = None,
        landmarks: Sequence[Landmark] = (),
        each: str = "",
        words: Vocabulary = Vocabulary(),  # noqa: B008  (frozen)
        hints: Sequence[str] = (),
        praise: str = "",
    ):
        super().__init__(name, hints)
        self.models, self.first, self.last, self.relation = models, first, last, relation
        self.rules, self._worlds, self.lasting = dict(rules or {}), worlds, lasting
        self.mistakes, self.assumptions = tuple(mistakes), dict(without or {})
        self.landmarks, self.each, self.words, self.praise = tuple(landmarks), each, words, praise

    def __repr__(self) -> str:
        return f"Derivation {self.name}: from {self.first.text} to {self.last.text}"

    @cached_property
    def cases(self) -> list[Any]:
        """The models on which all is assumed."""
        return self.models()

    @cached_property
    def worlds(self) -> list[World]:
        """Models that lack some of what is assumed."""
        return self._worlds()

    @cached_property
    def beyond(self) -> list[Any]:
        """All models that lack an assumption."""
        if self.worlds:
            return [world.model for world in self.worlds]
        return [model for models in self.assumptions.values() for model in models()]

    def as_answer(self, mistake: Mistake) -> list[Any]:
        """A whole derivation with the mistake as its middle line."""
        return [self.first.oracle, "=", mistake.wrong, self.relation, self.last.oracle]

    def show(self, answer: Any = ...) -> Working:
        """The lines as mathematics, each with how it stands."""
        chain = self._chain(answer)
        if chain is None:
            return asked(self.name, self.first.text, self.relation, self.last.text)
        return written(self.name, chain, list(self._steps(chain)), self.words)

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
        claim = chain.other_claim(self.relation)
        for step in self._steps(chain):
            if step.state == "blank" and step.number == 1 and not unmade(chain, 1):
                return self._not_started()
            if step.state != "follows":
                return refused(self, chain, step, claim)
        return self.say("not yet", claim) if claim else self.say("correct", self.praise)

    def _steps(self, chain: Chain) -> Iterator[Standing]:
        """Each line in turn; one that holds is asked for its form and for what it uses, too."""
        ledger = Ledger(self.rules, self.lasting)
        for step in chain.steps(self.cases):
            yield self._examined(chain, step, ledger) if step.state == "follows" else step

    def _examined(self, chain: Chain, step: Standing, ledger: Ledger) -> Standing:
        number = step.number
        if why := self.unseen(chain, number):
            return replace(step, state="unseen", why=why)
        if other := self._other_end(chain, step):
            return other
        if number == 1:
            return step
        above = [chain.value(number - 1, model)[0] for model in self.cases]
        equal = all(holds(a, "=", b) for a, b in zip(above, step.values, strict=True))
        if equal and chain.relation(number) in "≥≤":
            return replace(step, state="idle")
        uses, world = ledger.enter(chain.fails_in(number, self.worlds))
        if len(uses) <= 1:
            return replace(step, uses=uses)
        for model, value in zip(self.cases, step.values, strict=True):
            if not holds(value, self.relation, self.last.oracle(model)):
                return replace(step, state="past", model=model, value=value)
        return _seen_in(chain, replace(step, state="leaps", uses=uses), world)

    def unseen(self, chain: Chain, number: int) -> str:
        """Why the check cannot tell what a line uses, as the end of a sentence; "" where it can."""
        return ""

    def _other_end(self, chain: Chain, step: Standing) -> Standing | None:
        """The step as "other" where an end is right only as long as the assumptions hold."""
        end = chain.ends.get(step.number)
        values = [chain.value(step.number, m, finite=False)[0] for m in self.beyond] if end else []
        differs = [not end.allows(m, v) for m, v in zip(self.beyond, values, strict=False)]
        if not any(differs):
            return None
        if not self.worlds:
            at, why = differs.index(True), "the same only while the assumptions hold"
            return replace(step, state="other", why=why, model=self.beyond[at], value=values[at])
        failing = [world for world, differ in zip(self.worlds, differs, strict=True) if differ]
        uses, world = Ledger(self.rules).enter(failing)
        step = replace(step, state="other", why=f"the same only by {in_quotes(uses)}")
        return replace(_seen_in(chain, step, world), before=None)


def _seen_in(chain: Chain, step: Standing, world: World | None) -> Standing:
    """The step with what its lines give in a world, if there is one to show."""
    if world is None:
        return step
    before, value = (
        chain.value(number, world.model, finite=False)[0] if number else None
        for number in (step.number - 1, step.number)
    )
    return replace(step, model=world.model, lacks=world.lacks, before=before, value=value)
