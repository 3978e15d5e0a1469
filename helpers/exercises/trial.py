"""A wrong program and the right one on the same input: what each gives, and what that exposes."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from inspect import Parameter, signature
from typing import Any

from helpers.exercises import exercise as engine
from helpers.exercises.arguments import flaw, plain, read
from helpers.exercises.comparison import Difference
from helpers.exercises.exercise import Exercise
from helpers.exercises.gradients import Tensors
from helpers.exercises.sandbox import RAN, Call, Outcome, describe, run
from helpers.exercises.task import Mistake


@dataclass(frozen=True)
class Trial:
    """What a program and the oracle give on one input, and where they differ.

    invalid: why the input proves nothing, a sentence; then nothing else need be there.
    """

    arguments: dict[str, Any]
    call: Call
    program: Outcome | None = None
    right: Outcome | None = None
    found: Difference | None = None
    invalid: str = ""

    def evidence(self) -> list[tuple[str, str]]:
        """What each of the two gives, side by side, in words; nothing for an invalid input."""
        if self.program is None:
            return []
        theirs, right = self._told(), describe(plain(self.right.value))
        if self.found and self.found.stage == "values" and (theirs == right or "of shape" in right):
            theirs, right = self.found.yours or theirs, self.found.expected or right
        if self.found and theirs == right:  # they differ in what no number shows
            theirs = f"{theirs}: {self.found.message}"
        return [("The program", theirs), ("Right", right)]

    def _told(self) -> str:
        outcome, value = self.program, describe(plain(self.program.value))
        if outcome.kind == "error":
            return f"stops with {outcome.message.splitlines()[0]}"
        if outcome.kind == "timeout":
            return f"does not end within {engine.SECONDS:g} seconds"
        if outcome.kind == "mutated":
            return f"{value}, and the array it was given is changed"
        if self.found and self.found.stage == "warning":
            return f"{value}, and NumPy warns: {outcome.warnings[0]}"
        return value


class Bench:
    """Where a wrong program is tried, beside the exercise whose oracle is right."""

    def __init__(self, exercise: Exercise, program: Callable, fixed: dict[str, Any]):
        self.exercise, self.program, self.fixed = exercise, program, fixed

    def trial(self, answer: Any, valid: Callable[..., str] | None) -> Trial:
        """Both on an answer; raises Unreadable where it does not fit the parameters."""
        one, code = self.exercise, f"`{self.exercise.name}`"
        given = read(answer, self.program, one.name, one.cases, self.fixed)
        call, arguments = self._call(given), self._all(given)
        invalid = ask(valid, arguments, str) if valid else ""
        if invalid:
            return Trial(arguments, call, invalid=invalid)
        one.wanted()  # what the oracle imports may take its time, but only the first time
        right, wants = run(one.oracle, call, engine.SECONDS), self.outcomes(call, one.oracle)
        if right.kind not in RAN or any(want.kind not in RAN for want in wants) or invalid is None:
            why = right.message.splitlines()[0] if right.message else "its form is another one"
            return Trial(arguments, call, invalid=f"{code} can't take this input: {why}")
        problem = flaw(plain(right.value), 10**9)
        if problem:
            return Trial(arguments, call, invalid=f"The right result {problem}")
        program = run(self.program, call, engine.SECONDS)
        found = self.fault(call, self.program, wants)
        return Trial(arguments, call, program, right, found)

    def exposed(self, call: Call) -> tuple[list[str], list[str]]:
        """The exercise's other known mistakes: those that this input exposes, and all, by name.

        Mistakes with one message are variants of one.
        """
        variants: dict[str, list[Mistake]] = {}
        for mistake in self.exercise.mistakes:
            variants.setdefault(mistake.message, []).append(mistake)
        known = self.exercise.judge(self.program).mistake
        others = [them for them in variants.values() if known not in [m.name for m in them]]
        wants = self.outcomes(call, self.exercise.oracle)
        found = [them for them in others if any(self.fault(call, m.wrong, wants) for m in them)]
        return [them[0].name for them in found], [them[0].name for them in others]

    def _on(self, call: Call) -> Exercise:
        """The exercise with this call as its only case."""
        one = copy.copy(self.exercise)
        one.cases, one._wanted, one._known = [call], None, None
        return one

    def outcomes(self, call: Call, function: Callable) -> list[Outcome]:
        """What a function gives on the call, in the form that the exercise compares."""
        try:
            return self._on(call).outcomes(function)
        except Exception as error:  # what an exercise makes of outcomes need not bear every input
            return [Outcome("error", type(error), f"{type(error).__name__}: {error}")]

    def fault(self, call: Call, function: Callable, wants: list[Outcome]) -> Difference | None:
        """What is wrong with what a function gives on the call; wants: what the oracle gives."""
        one = self._on(call)
        pairs = zip(self.outcomes(call, function), wants, strict=False)
        return next(filter(None, (one.fault(ours, want) for ours, want in pairs)), None)

    def _call(self, given: dict[str, Any]) -> Call:
        """A call like the cases', options by name: an oracle may take them in another order."""
        first = self.exercise.cases[0]
        if isinstance(first, Tensors):
            return Tensors(*given.values(), constants=first.constants)
        parameters = signature(self.program).parameters
        options = {k: v for k, v in given.items() if parameters[k].default is not Parameter.empty}
        return Call(*(v for k, v in given.items() if k not in options), **options)

    def _all(self, given: dict[str, Any]) -> dict[str, Any]:
        """The arguments with those left out at their defaults."""
        bound = signature(self.program).bind(**given)
        bound.apply_defaults()
        return dict(bound.arguments)


def ask(rule: Callable, arguments: dict[str, Any], kind: Callable) -> Any:
    """What a rule says, as `kind`, of those arguments that it names; None where it cannot."""
    try:
        return kind(rule(*(arguments[name] for name in signature(rule).parameters)))
    except Exception:  # say, an array of too few axes: then the oracle says what is wrong
        return None
