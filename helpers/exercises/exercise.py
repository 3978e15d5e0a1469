"""Exercises: what a lesson holds for each function or value that the learner writes."""

from collections.abc import Callable, Sequence
from typing import Any

from helpers.exercises import blanks, recognition, telling
from helpers.exercises.comparison import Difference, all_blank, difference, kind_of
from helpers.exercises.pictures import awaited, side_by_side
from helpers.exercises.sandbox import RAN, Call, Outcome, run
from helpers.exercises.task import Mistake, Task
from helpers.exercises.verdict import Note, Verdict

SECONDS = 10.0  # what all calls of one check may take together


class Exercise(Task):
    """A function or a value that the learner writes, compared with an oracle.

    oracle: the reference function, or for a value a function without parameters that gives it;
    never the solution's own code. cases: the calls to compare on, smallest first; None for a value.
    praise: said when correct. picture, for `show`: a Call, on which target and yours are drawn side
    by side, or a function of the learner's answer (None when it is not written) that gives a
    picture. rtol, atol: see `difference`. quiet: whether a NumPy warning is a fault.

    Where right answers are not one and the same array (random draws, a basis up to sign, names in
    any order), a subclass overrides one of these, and calls `super()` for the rest:
    `outcomes(answer)`: what an answer gives on every case, in whatever form can be compared;
    `fault(outcome, want)`: what is wrong with one outcome, a Difference, or None;
    `same(a, b, heed)`: whether two outcomes show the same mistake;
    `agree(ours, theirs, heed)`: whether two lists of them do;
    `call(index, found)`, `call_text`: the call that is shown; `judge(answer)`: the whole verdict.
    """

    def __init__(
        self,
        name: str,
        oracle: Callable,
        cases: Sequence[Call] | None = None,
        *,
        mistakes: Sequence[Mistake] = (),
        hints: Sequence[str] = (),
        praise: str = "",
        picture: Call | Callable | None = None,
        rtol: float = 1e-4,
        atol: float = 1e-5,
        quiet: bool = False,
    ):
        super().__init__(name, hints)
        self.oracle, self.cases, self.mistakes = oracle, cases, tuple(mistakes)
        self.praise, self.picture, self.quiet = praise, picture, quiet
        self.rtol, self.atol, self._wanted, self._known = rtol, atol, None, None
        self.failing = cases[0] if cases else None

    def __repr__(self) -> str:
        return f"Exercise {self.name}: lesson.{self.name}.check({self.name})"

    def show(self, answer: Any = ...) -> Any:
        """Target and yours side by side, where there is something to see; no target of a stub."""
        if self.picture is None:
            return Note(f"{self.name}: there is no picture for this one", ())
        if not isinstance(self.picture, Call):
            return self.picture(None if self._blank_answer(answer) else answer)
        target, yours = run(self.oracle, self.picture, None), run(answer, self.picture, SECONDS)
        if all_blank(answer) or blanks.gives_nothing(yours):
            return awaited()
        if yours.kind in RAN:
            return side_by_side(target.value, yours.value)
        why = "it does not end" if yours.kind == "timeout" else "it stops with an error"
        return side_by_side(target.value, None, missing=why)

    def case(self) -> dict[str, Any] | Note:
        """The arguments of the call that failed last, or else of the first case, {name: value}."""
        if self.failing:
            return self.failing.arguments(self.oracle)
        return Note(f"{self.name} is a value: there is no call to repeat", ())

    @staticmethod
    def as_answer(mistake: Mistake) -> Any:
        """The mistake as a learner would hand it in."""
        return mistake.wrong

    def wanted(self) -> list[Outcome]:
        """What the oracle gives on every case (for a value: the value), computed once."""
        if self._wanted is None:
            if self.cases:
                run(self.oracle, self.cases[0], None)  # it may take its time to import
            self._wanted = self.outcomes(self.oracle if self.cases else self.oracle())
            for outcome in self._wanted:
                if outcome.kind != "value":
                    raise RuntimeError(f"the oracle of {self.name} fails: {outcome}")
        return self._wanted

    def known(self) -> list[recognition.Known]:
        """The mistakes that run on some case, and what they give, computed once."""
        if self._known is None:
            self._known = recognition.known(self)
        return self._known

    def remembered(self, outcomes: list[Outcome]) -> list[Outcome]:
        """What is kept of a known mistake's outcomes while the kernel lives: enough for `agree`."""
        return outcomes

    def outcomes(self, answer: Any) -> list[Outcome]:
        """What an answer gives on every case, until the time is up."""
        if not self.cases:
            return [Outcome("value", answer)]
        outcomes, left = [], SECONDS
        for case in self.cases:
            outcomes.append(run(answer, case, left))
            left -= outcomes[-1].seconds
            if outcomes[-1].kind == "timeout":
                break
        return outcomes

    def _blank_answer(self, answer: Any) -> bool:
        if all_blank(answer) or not (self.cases and callable(answer)):
            return all_blank(answer)
        return blanks.gives_nothing(run(answer, self.cases[0], SECONDS))

    def judge(self, answer: Any) -> Verdict:
        if all_blank(answer):
            return self._not_started()
        if self.cases and not callable(answer):
            return self.say("not yet", f"Hand over the function itself, not {kind_of(answer)}.")
        if not self.cases and callable(answer):
            return self.say("not yet", "Hand over a value, not a function.")
        outcomes = self.outcomes(answer)
        if blanks.gives_nothing(outcomes[0]):
            return self._not_written(answer, outcomes[0])
        faults = [self.fault(*pair) for pair in zip(outcomes, self.wanted(), strict=False)]
        if not any(faults):
            return self.say("correct", self.praise)
        return self._reject(answer, outcomes, faults)

    def _not_written(self, answer: Any, first: Outcome) -> Verdict:
        """The verdict on a function that gives nothing: was it begun, and what is missing?"""
        if name := blanks.unwritten(answer):
            return self.say("not yet", telling.needs(name))
        if said := blanks.begun(answer, first):
            return self.say("not yet", said, None, telling.printed(first))
        return self._not_started(blanks.untouched(answer))

    def fault(self, outcome: Outcome, want: Outcome) -> Difference | None:
        """What is wrong with one outcome: it ran, left its inputs alone, ended in time, agrees."""
        if outcome.kind == "error":
            return Difference("error", telling.stopped(outcome))
        if outcome.kind == "timeout":
            limit = f"It did not end within {SECONDS:g} seconds."
            return Difference("timeout", f"{limit} Is there a loop that never stops?")
        if outcome.kind == "mutated":
            return Difference("mutated", telling.changed(outcome, self.oracle))
        if self.quiet and outcome.warnings:
            return Difference("warning", f"NumPy warns: {outcome.warnings[0]}.")
        if self.cases and outcome.value is None:
            return Difference("type", blanks.NONE, "None")
        return difference(outcome.value, want.value, self.rtol, self.atol)

    def _reject(
        self, answer: Any, outcomes: list[Outcome], faults: list[Difference | None]
    ) -> Verdict:
        failing = [i for i, fault in enumerate(faults) if fault and fault.stage != "gradient"]
        # What is wrong with values is said before what is wrong with their gradients.
        failing = telling.smallest_first(
            self.cases, failing or [i for i, fault in enumerate(faults) if fault]
        )
        if any(one.kind == "error" for one in outcomes) and (name := blanks.unwritten(answer)):
            return self.say("not yet", telling.needs(name))
        mistake = recognition.recognised(self, outcomes)
        timely = self.cases and outcomes[-1].kind != "timeout"
        if not mistake and timely and recognition.restless(answer, self.cases, SECONDS):
            return self.say("not yet", telling.restless(self.oracle))
        if not mistake:
            mistake, failing = recognition.resembled(self, outcomes, failing)
        index = failing[0]
        self.failing = self.cases and self.call(index, faults[index])
        details = telling.evidence(self, outcomes, faults, index, mistake)
        if mistake:
            return self.say("not yet", mistake.message, mistake.name, details)
        return self.say("not yet", telling.wording(self, outcomes, faults, index), None, details)

    def call(self, index: int, found: Difference) -> Call:
        """The call that failed."""
        return self.cases[index]

    def call_text(self, index: int, found: Difference) -> str:
        """The call that failed, as Python."""
        return self.call(index, found).text(self.name, self.oracle)

    def agree(self, ours: list[Outcome], theirs: list[Outcome], heed: bool) -> bool:
        """Whether two answers give the same on every case; heed: and warn on the same cases."""
        same = (self.same(a, b, heed) for a, b in zip(ours, theirs, strict=False))
        return len(ours) == len(theirs) and all(same)

    def same(self, a: Outcome, b: Outcome, heed: bool) -> bool:
        """Whether two outcomes of one case are the same."""
        if a.kind != b.kind or (heed and bool(a.warnings) != bool(b.warnings)):
            return False
        if a.kind == "error":
            return recognition.same_error(a, b)
        return a.kind == "timeout" or difference(a.value, b.value, self.rtol, self.atol) is None
