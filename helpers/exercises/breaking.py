"""Break it: the learner finds an input on which a wrong program fails, or is right by luck."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any

from helpers.exercises.arguments import Unreadable, untouched
from helpers.exercises.exercise import Exercise
from helpers.exercises.listing import Listing, program_text
from helpers.exercises.task import Mistake, Task
from helpers.exercises.trial import Bench, Trial, ask
from helpers.exercises.verdict import Verdict

WANTED = {
    "fails": "Find an input on which it goes wrong.",
    "by luck": "Find an input on which it is right all the same.",
}


@dataclass(frozen=True)
class NearMiss(Mistake):
    """A kind of input that does not do it: its name, one such input, what to say, which they are.

    when: a rule on the arguments that it names, as in `lambda weight: …`.
    """

    when: Callable[..., bool]


class BreakIt(Task):
    """An input, found by the learner, on which a wrong program shows its mistake, or hides it.

    exercise: the function concerned: its oracle and comparison tell right from wrong, its mistakes
    are what else the input may expose. program: a wrong one, a plain `def` that needs nothing but
    `np` and `torch`, shown under the exercise's name and without its docstring. goal: "fails" or
    "by luck".

    valid: a rule on the arguments it names that gives "" or why an input proves nothing, as in
    `lambda alpha: "" if alpha > 0 else "α is positive here."`. What the oracle refuses, and what
    is infinite, empty or huge, is invalid anyway. mistakes: a NearMiss each, tried in their order
    where an input is invalid or does not do it; never where it does. fixed: arguments that the
    learner need not give, such as `rng`. task: what else to say of what is wanted. picture: for
    `show(answer)`, a function of the arguments, {name: value}, or of None where there are none.
    """

    def __init__(
        self,
        name: str,
        exercise: Exercise,
        program: Callable,
        *,
        goal: str = "fails",
        valid: Callable[..., str] | None = None,
        mistakes: Sequence[NearMiss] = (),
        fixed: dict[str, Any] | None = None,
        task: str = "",
        hints: Sequence[str] = (),
        praise: str = "",
        picture: Callable | None = None,
    ):
        super().__init__(name, hints)
        if goal not in WANTED:
            raise ValueError(f'the goal of {name} is "fails" or "by luck", not {goal!r}')
        if not exercise.cases:
            raise ValueError(f"{exercise.name} is a value: there is no function to break")
        self.exercise, self.program, self.goal, self.valid = exercise, program, goal, valid
        self.mistakes, self.fixed, self.task = tuple(mistakes), fixed or {}, task
        self.praise, self.picture = praise, picture
        self._bench = Bench(exercise, program, self.fixed)

    def __repr__(self) -> str:
        return f"BreakIt {self.name}: lesson.{self.name}.show()"

    @property
    def wanted(self) -> str:
        """What is asked for, and in which form."""
        names = [name for name in signature(self.program).parameters if name not in self.fixed]
        form = f"({', '.join(names)}{',' * (len(names) == 1)})"
        by_name = ", ".join(f"{name}=…" for name in names)
        wrong = f"This `{self.exercise.name}` has a mistake."
        answer = f"Answer with its arguments: `{form}`, or by name, `dict({by_name})`."
        return " ".join(filter(None, (wrong, WANTED[self.goal], self.task, answer)))

    def show(self, answer: Any = ...) -> Any:
        """The program and what is wanted; of an answer, what the program and the right one give."""
        trial, started = None, True
        with contextlib.suppress(Exception):  # the check says what is wrong with it
            started = not untouched(answer)
            trial = self._bench.trial(answer, self.valid) if started else None
        if started and self.picture:
            return self.picture(trial.arguments if trial else None)
        program = program_text(self.program, self.exercise.name)
        details = self._details(trial) if trial else ()
        title = "Break it" if self.goal == "fails" else "Right by luck"
        return Listing(f"{title}: {self.exercise.name}", self.wanted, program, details)

    @staticmethod
    def as_answer(mistake: NearMiss) -> Any:
        """The near miss as a learner would hand it in."""
        return mistake.wrong

    def judge(self, answer: Any) -> Verdict:
        if untouched(answer):
            return self._not_started("Replace the `...` by an input and run the cell again.")
        try:
            trial = self._bench.trial(answer, self.valid)
        except Unreadable as problem:
            return self.say("not yet", str(problem))
        details = self._details(trial)
        if trial.invalid or bool(trial.found) != (self.goal == "fails"):
            return self._reject(trial, details)
        exposed, others = self._bench.exposed(trial.call)
        if self.goal == "by luck" and others and not exposed:
            plain = (
                "Here every known mistake stays hidden, not this one alone: the input is too plain."
            )
            return self.say("not yet", plain, None, details)
        if others:
            count = f"{len(exposed)} of {len(others)} other known mistake{'s' * (len(others) > 1)}"
            details += (("It exposes", ": ".join(filter(None, (count, "; ".join(exposed))))),)
        return self.say("correct", self.praise or self._done(), None, details)

    def _reject(self, trial: Trial, details: tuple) -> Verdict:
        for miss in self.mistakes:
            if ask(miss.when, trial.arguments, bool):
                return self.say("not yet", miss.message, miss.name, details)
        if trial.invalid:
            return self.say("not yet", trial.invalid, None, details)
        if self.goal == "fails":
            said = (
                "Nothing is wrong with what the program gives here. Which of its lines does your "
            )
            said += "input put to the test?"
        else:
            said = f"Here the program is wrong. {trial.found.message}".strip()
        return self.say("not yet", said, None, details)

    def _done(self) -> str:
        fails = self.goal == "fails"
        return "Here it goes wrong." if fails else "Here it is right, though the program is wrong."

    def _details(self, trial: Trial) -> tuple[tuple[str, str], ...]:
        call = trial.call.text(self.exercise.name, self.program)
        return (("Call", call), *trial.evidence())
