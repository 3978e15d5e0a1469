"""Derivations that are checked by running them: each line a function of a random model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.comparison import all_blank, as_array, kind_of
from helpers.relations import RELATIONS, holds
from helpers.sandbox import Call, Outcome, describe, plain, run
from helpers.task import Mistake, Task
from helpers.verdict import Verdict

SECONDS = 10.0


@dataclass(frozen=True)
class End:
    """The first or the last line: what it must say, and what of the model it may look at.

    text: the line in words or symbols; oracle: its value on a model; view: the model as this line
    sees it, by default the model itself (any line of the right value will then do; a view without
    what the line must not use asks for its form as well); read: the numbers in what the line gives,
    where the view wraps them.
    """

    text: str
    oracle: Callable[[Any], Any]
    view: Callable[[Any], Any] = lambda model: model
    read: Callable[[Any], Any] = lambda value: value


class Derivation(Task):
    """A chain of lines `[f, "=", g, "≥", h]`, each a function of a model, from `first` to `last`.

    models: gives the models, smallest first, the same on every call; relation: what the chain as a
    whole claims, "=", "≥", "≤" or "≈". Any route is right whose neighbours hold on every model. A
    Mistake's `wrong` is a line. without: for each assumption its name and what gives models that
    lack it; a correct chain is told which of its lines no longer follow there.
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
        hints: Sequence[str] = (),
        praise: str = "",
    ):
        super().__init__(name, hints)
        self.models, self.first, self.last, self.relation = models, first, last, relation
        self.mistakes, self.without, self.praise = tuple(mistakes), dict(without or {}), praise

    def __repr__(self) -> str:
        return f"Derivation {self.name}: from {self.first.text} to {self.last.text}"

    def as_answer(self, mistake: Mistake) -> list[Any]:
        """A whole derivation with the mistake as its middle line."""
        return [self.first.oracle, "=", mistake.wrong, self.relation, self.last.oracle]

    def _judge(self, answer: Any) -> Verdict:
        if all_blank(answer):
            return self._not_started()
        if not isinstance(answer, (list, tuple)):
            return self._say("not yet", f"Hand over the list of lines, not {kind_of(answer)}.")
        lines, relations = list(answer[::2]), list(answer[1::2])
        trouble = self._form(lines, relations)
        if trouble:
            return self._say("not yet", trouble)
        relations = [RELATIONS[relation] for relation in relations]
        models, left, values = self.models(), SECONDS, []
        for number in range(1, len(lines) + 1):
            values.append([])
            for model in models:
                value, trouble, seconds = self._evaluate(lines, number, model, left)
                left -= seconds
                if trouble == "blank":
                    return self._unfinished(number, len(lines))
                if trouble:  # unless a smaller model has shown already that the step is wrong
                    shown = self._step(number, len(lines), relations, values, models)
                    return shown or self._say("not yet", f"Line {number}: {trouble}")
                values[-1].append(value)
            verdict = self._step(number, len(lines), relations, values, models)
            if verdict:
                return verdict
        return self._say("correct", self.praise, details=self._assumptions(answer))

    def _evaluate(self, lines, number, model, left):
        """What a line gives on a model, as an array; what is wrong with it, or ""; the seconds."""
        end = {1: self.first, len(lines): self.last}.get(number)
        outcome = run(lines[number - 1], Call(end.view(model) if end else model), left)
        if outcome.kind == "value" and end:
            outcome.value = end.read(outcome.value)
        trouble = self._bad_outcome(outcome)
        value = None if trouble else as_array(plain(outcome.value)).astype(float)
        return value, trouble, outcome.seconds

    def broken_steps(self, answer: Sequence[Any], models: Sequence[Any]) -> dict[int, Any]:
        """The lines (2, 3, …) that do not follow from the one above, each with the first model."""
        lines, relations = answer[::2], [RELATIONS[relation] for relation in answer[1::2]]
        broken: dict[int, Any] = {}
        for model in models:
            values = [self._evaluate(lines, n + 1, model, SECONDS)[0] for n in range(len(lines))]
            for number, relation in enumerate(relations, 2):
                if not holds(values[number - 2], relation, values[number - 1]):
                    broken.setdefault(number, model)
        return broken

    def _assumptions(self, answer) -> list[tuple[str, str]]:
        """For each assumption, what becomes of the chain without it."""
        said = []
        for assumption, models in self.without.items():
            parts = [
                f"line {number - 1} {answer[2 * number - 3]} line {number} breaks, for instance for"
                f"\n{describe_model(model)}"
                for number, model in self.broken_steps(answer, models()).items()
            ]
            said.append((f"Without {assumption}", "\n".join(parts) or "every line still follows"))
        return said

    def _unfinished(self, number: int, total: int) -> Verdict:
        if number == 1:
            return self._not_started()
        message = f"Line {number} of {total} is still to be written; the lines before it hold."
        return self._say("not yet", message)

    def _form(self, lines: list[Any], relations: list[Any]) -> str:
        """What is wrong with the list itself, or ""."""
        if len(lines) != len(relations) + 1 or len(lines) < 2:
            return 'Alternate lines and relations: `[line_1, "=", line_2, "=", line_3]`.'
        for relation in relations:
            if relation not in RELATIONS:
                return f"Between two lines stands one of {', '.join(RELATIONS)}."
        claims = {RELATIONS[relation] for relation in relations} - {"="}
        asked = {self.relation} - {"="}
        if claims != asked:
            whole = f"{self.first.text} {self.relation} {self.last.text}"
            return f"Taken together your lines must claim {whole}."
        for number, line in enumerate(lines, 1):
            if not callable(line) and not all_blank(line):
                return f"Line {number} should be a function of the model, not {kind_of(line)}."
        return ""

    @staticmethod
    def _bad_outcome(outcome: Outcome) -> str:
        if outcome.kind == "timeout":
            return f"it did not end within {SECONDS:g} seconds."
        if outcome.kind == "error" and outcome.value is not NotImplementedError:
            return f"it stopped with {outcome.message}"
        if outcome.kind == "error" or all_blank(outcome.value):
            return "blank"
        if outcome.kind == "mutated":
            return "it changes the model it was given; work on a copy."
        array = as_array(plain(outcome.value))
        if array is None or array.dtype.kind not in "biuf":
            return f"it gives {kind_of(outcome.value)}, not numbers."
        return "" if np.isfinite(array).all() else "it gives a NaN or an infinity."

    def _step(self, number, total, relations, values, models) -> Verdict | None:
        """The verdict where line `number` does not follow; None where it does."""
        ends = [(1, "first", self.first), (total, "last", self.last)]
        for index, (model, mine) in enumerate(zip(models, values[number - 1], strict=False)):
            if number > 1:
                before, relation = values[number - 2][index], relations[number - 2]
                if not holds(before, relation, mine):
                    what = f"Line {number - 1} {relation} line {number} does not hold"
                    if before.shape != mine.shape:
                        what += f": the shapes are {before.shape} and {mine.shape}"
                    return self._broken(what, number, before, mine, values[number - 1], model)
            for at, word, end in ends:
                want = np.asarray(end.oracle(model), dtype=float)
                if at == number and not holds(want, "=", mine):
                    what = f"The {word} line should be {end.text}; yours is something else"
                    return self._broken(what, number, None, mine, values[number - 1], model)
        return None

    def _broken(self, what, number, before, mine, ours, model) -> Verdict:
        details = [("Model", describe_model(model))]
        if before is not None:
            details.append((f"Line {number - 1}", describe(before)))
        details.append((f"Line {number}", describe(mine)))
        models = self.models()
        for mistake in self.mistakes:
            runs = (run(mistake.wrong, Call(one), SECONDS) for one in models[: len(ours)])
            theirs = [as_array(plain(outcome.value)) for outcome in runs]
            if all(holds(a, "=", b) for a, b in zip(ours, theirs, strict=True)):
                return self._say("not yet", f"{what}. {mistake.message}", mistake.name, details)
        return self._say("not yet", f"{what}.", None, details)


def describe_model(model: Any) -> str:
    """The quantities of a model, one by one."""
    parts = {name: value for name, value in vars(model).items() if not name.startswith("_")}
    return "; ".join(f"{name} = {describe(value)}" for name, value in parts.items())
