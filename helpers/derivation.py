"""Derivations that are checked by running them: each line a function of a random model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.comparison import all_blank, as_array, kind_of
from helpers.sandbox import Call, Outcome, describe, plain, run
from helpers.task import Mistake, Task
from helpers.verdict import Verdict

SECONDS = 10.0
RELATIONS = {"=": "=", "==": "=", ">=": "≥", "≥": "≥", "<=": "≤", "≤": "≤"}
TOLERANCE = 1e-9  # relative; lines are exact, so that only rounding may part them


@dataclass(frozen=True)
class End:
    """The first or the last line: what it must say, and what of the model it may look at.

    text: the line in words or symbols; oracle: its value on a model; view: the model as this line
    sees it (for instance without the quantities that it must not use), by default the model itself.
    """

    text: str
    oracle: Callable[[Any], Any]
    view: Callable[[Any], Any] = lambda model: model


class Derivation(Task):
    """A chain of lines `[f, "=", g, "≥", h]`, each a function of a model, from `first` to `last`.

    models: gives the random models, the same on every call; relation: what the chain as a whole
    claims, "=" or "≥"; steps: what each step of the usual route uses, for the messages. Any route
    is right whose neighbours hold on every model. A Mistake's `wrong` is a line.
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
        hints: Sequence[str] = (),
        praise: str = "",
    ):
        super().__init__(name, hints)
        self.models, self.first, self.last, self.relation = models, first, last, relation
        self.mistakes, self.praise = tuple(mistakes), praise

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
        for number, line in enumerate(lines, 1):
            values.append([])
            for model in models:
                view = self.last.view if number == len(lines) else lambda model: model
                view = self.first.view if number == 1 else view
                outcome = run(line, Call(view(model)), left)
                left -= outcome.seconds
                bad = self._bad_outcome(outcome)
                if bad == "blank":
                    return self._unfinished(number, len(lines))
                if bad:
                    return self._say("not yet", f"Line {number}: {bad}")
                values[-1].append(as_array(plain(outcome.value)).astype(float))
            verdict = self._step(number, len(lines), relations, values, models)
            if verdict:
                return verdict
        return self._say("correct", self.praise)

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
        for index, model in enumerate(models):
            mine = values[number - 1][index]
            if number > 1:
                before, relation = values[number - 2][index], relations[number - 2]
                if not _holds(before, relation, mine):
                    what = f"Line {number - 1} {relation} line {number} does not hold"
                    return self._broken(what, number, before, mine, values[number - 1], model)
            for at, word, end in ends:
                want = np.asarray(end.oracle(model), dtype=float)
                if at == number and not _holds(want, "=", mine):
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
            theirs = [
                as_array(plain(run(mistake.wrong, Call(one), SECONDS).value))
                for one in models[: len(ours)]
            ]
            if all(_holds(a, "=", b) for a, b in zip(ours, theirs, strict=True)):
                return self._say("not yet", f"{what}. {mistake.message}", mistake.name, details)
        return self._say("not yet", f"{what}.", None, details)


def describe_model(model: Any) -> str:
    """The quantities of a model, one by one."""
    parts = {name: value for name, value in vars(model).items() if not name.startswith("_")}
    return "; ".join(f"{name} = {describe(value)}" for name, value in parts.items())


def _holds(left: Any, relation: str, right: Any) -> bool:
    left, right = np.asarray(left, float), np.asarray(right, float)
    if left.shape != right.shape:
        return False
    slack = TOLERANCE * (1 + np.maximum(np.abs(left), np.abs(right)))
    if relation == "=":
        return bool((np.abs(left - right) <= slack).all())
    gap = left - right if relation == "≥" else right - left
    return bool((gap >= -slack).all())
