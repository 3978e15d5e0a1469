"""The lines of a derivation, run one by one on models."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from helpers.derivations.relations import RELATIONS, holds
from helpers.derivations.rules import World
from helpers.exercises.comparison import all_blank, as_array, kind_of
from helpers.exercises.sandbox import Call, Outcome, describe, run, to_numpy

SECONDS = 10.0


@dataclass(frozen=True)
class End:
    """The first or the last line: what it must say, and what of the model it may look at.

    text: the line in words or symbols; oracle: its value on a model; view: the model as this line
    sees it, by default the model itself (any line of the right value will then do; a view without
    what the line must not use asks for its form as well); read: the numbers in what the line gives,
    where the view wraps them; readings: all values that the line may have on a model that lacks an
    assumption, where its text leaves a choice (“Var(W)” of weights that differ).
    """

    text: str
    oracle: Callable[[Any], Any]
    view: Callable[[Any], Any] = lambda model: model
    read: Callable[[Any], Any] = lambda value: value
    readings: Callable[[Any], Sequence[Any]] | None = None

    def allows(self, model: Any, value: Any) -> bool:
        """Whether the line may have this value on a model that lacks an assumption."""
        values = self.readings(model) if self.readings else [self.oracle(model)]
        return any(holds(np.asarray(one, float), "=", value) for one in values)


@dataclass
class Standing:
    """How one line stands.

    "follows"; "broken"; "other", not the end asked for; "blank"; "fails"; and of lines that hold,
    "unseen" (the check cannot tell what it uses), "idle" (an inequality that loses nothing), "past"
    (beyond what is to be reached) and "leaps" (several rules at once). why: for "fails", "other"
    and "unseen" what is wrong; uses: the rules that the step brings in; model, before, value: the
    model on which it was seen, the value of the line above there and that of this line; lacks: the
    assumptions missing there; values: those on all models.
    """

    number: int
    state: str
    why: str = ""
    model: Any = None
    before: Any = None
    value: Any = None
    values: list = field(default_factory=list)
    uses: tuple[str, ...] = ()
    lacks: Set[str] = frozenset()


class Chain:
    """A learner's lines, from `first` to `last`; all runs together may take SECONDS."""

    def __init__(self, answer: Sequence[Any], first: End, last: End):
        self.lines, self.relations = list(answer[::2]), list(answer[1::2])
        self.ends, self.left = {1: first, len(self.lines): last}, SECONDS
        self._known: dict[tuple[int, int, bool], tuple] = {}

    def __len__(self) -> int:
        return len(self.lines)

    def relation(self, number: int) -> str:
        """The sign in front of a line, 2 or later."""
        return RELATIONS[self.relations[number - 2]]

    def other_claim(self, relation: str) -> str:
        """What the chain must claim as a whole, where its signs make it claim something else."""
        if {RELATIONS[sign] for sign in self.relations} - {"="} == {relation} - {"="}:
            return ""
        whole = f"{self.ends[1].text} {relation} {self.ends[len(self)].text}"
        return f"Taken together your lines must claim {whole}."

    def trouble(self) -> str:
        """What is wrong with the list itself, or ""."""
        if len(self.lines) != len(self.relations) + 1 or len(self.lines) < 2:
            return 'Alternate lines and relations: `[line_1, "=", line_2, "=", line_3]`.'
        for sign in self.relations:
            if not isinstance(sign, str) or sign not in RELATIONS:
                return f"Between two lines stands one of {', '.join(RELATIONS)}."
        for number, line in enumerate(self.lines, 1):
            if not callable(line) and not all_blank(line):
                return f"Line {number} should be a function of the model, not {kind_of(line)}."
        return ""

    def value(self, number: int, model: Any, finite: bool = True) -> tuple[Any, str]:
        """What a line gives on a model, as an array; and what is wrong with it, or "".

        finite: whether a NaN or an infinity is wrong. A line is run once for a model.
        """
        key = number, id(model), finite
        if key not in self._known:  # with the model, so that no other gets its id
            self._known[key] = (*self._run(number, model, finite), model)
        return self._known[key][:2]

    def _run(self, number: int, model: Any, finite: bool) -> tuple[Any, str]:
        if all_blank(self.lines[number - 1]):
            return None, "blank"
        end = self.ends.get(number)
        outcome = run(self.lines[number - 1], Call(end.view(model) if end else model), self.left)
        self.left = max(self.left - outcome.seconds, 0.1)
        if outcome.kind == "value" and end:
            outcome.value = end.read(outcome.value)
        trouble = _trouble(outcome, finite)
        return (None if trouble else as_array(to_numpy(outcome.value)).astype(float)), trouble

    def fails_in(self, number: int, worlds: Sequence[World]) -> list[World]:
        """The worlds in which a line does not follow from the one above it."""

        def holds_there(model):
            before, value = (self.value(n, model, finite=False)[0] for n in (number - 1, number))
            return holds(before, self.relation(number), value)

        return [world for world in worlds if number > 1 and not holds_there(world.model)]

    def steps(self, models: Sequence[Any]):
        """Each line in turn, judged against the one above it and, at the ends, by what is asked."""
        above: list[Any] = []
        for number in range(1, len(self) + 1):
            values, trouble = [], ""
            for model in models:
                value, trouble = self.value(number, model)
                if trouble:
                    break
                values.append(value)
            step = self._judged(number, above, values, models)
            if step is None:  # a smaller model may have shown already that the step is wrong
                state = "blank" if trouble == "blank" else "fails" if trouble else "follows"
                step = Standing(number, state, trouble, values=values)
            yield step
            above = values

    def _judged(self, number, above, values, models) -> Standing | None:
        """The first model on which a line is wrong; None where there is none."""
        end = self.ends.get(number)
        for index, (model, value) in enumerate(zip(models, values, strict=False)):
            before = above[index] if index < len(above) else None
            if before is not None and not holds(before, self.relation(number), value):
                return Standing(number, "broken", "", model, before, value, values)
            if end and not holds(np.asarray(end.oracle(model), float), "=", value):
                return Standing(number, "other", "", model, None, value, values)
        return None


def _trouble(outcome: Outcome, finite: bool) -> str:
    if outcome.kind == "timeout":
        return f"it did not end within {SECONDS:g} seconds."
    if outcome.kind == "error" and outcome.value is not NotImplementedError:
        return f"it stopped with {outcome.message}"
    if outcome.kind == "error" or all_blank(outcome.value):
        return "blank"
    if outcome.kind == "mutated":
        return "it changes the model it was given; work on a copy."
    array = as_array(to_numpy(outcome.value))
    if array is None or array.dtype.kind not in "biuf":
        return f"it gives {kind_of(outcome.value)}, not numbers."
    if finite and not np.isfinite(array).all():
        return "it gives a NaN or an infinity."
    return ""


def in_words(value: Any) -> str:
    """What a line gave."""
    if value is None:
        return "no value"
    return describe(value.item() if value.ndim == 0 else value)


def describe_model(model: Any) -> str:
    """A model in its own words, or else its quantities one by one."""
    if type(model).__str__ is not object.__str__:
        return str(model)
    parts = {name: value for name, value in vars(model).items() if not name.startswith("_")}
    return "; ".join(f"{name} = {describe(value)}" for name, value in parts.items())
