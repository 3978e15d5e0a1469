"""What a check says of an answer that no known mistake explains, and what it shows below."""

from collections.abc import Callable, Sequence
from inspect import signature
from typing import TYPE_CHECKING

import numpy as np

from helpers.exercises.causes import aligned, likely_cause
from helpers.exercises.comparison import Difference
from helpers.exercises.sandbox import RAN, Call, Outcome, to_numpy
from helpers.exercises.task import Mistake

if TYPE_CHECKING:
    from helpers.exercises.exercise import Exercise

Faults = list[Difference | None]  # of one answer, case by case
DRAWS = {"rng": "Draw from the `rng` that is handed over, and from it alone."}
DRAWS |= {name: f"The randomness is handed over: use `{name}`." for name in ("eps", "noise")}


def smallest_first(cases: Sequence[Call] | None, indices: list[int]) -> list[int]:
    """Cases in the lesson's own order, but those twice as large as the smallest come last."""
    sizes = {index: cases[index].size if cases else 0 for index in indices}
    small = 2 * min(sizes.values())
    return sorted(indices, key=lambda index: sizes[index] > small)


def evidence(
    exercise: "Exercise",
    outcomes: list[Outcome],
    faults: Faults,
    index: int,
    mistake: Mistake | None,
) -> list[tuple[str, str]]:
    """What the learner sees below the message: the call, what came back, what was expected."""
    details, found, outcome = [], faults[index], outcomes[index]
    if exercise.cases:
        details.append(("Call", exercise.call_text(index, found)))
        details.append(("Again", f"{exercise.name}(**lesson.{exercise.name}.case())"))
    if found.yours:
        details.append(("Yours", found.yours))
    if found.expected and exercise.cases:  # a value found by hand is never given away
        details.append(("Expected", found.expected))
    if outcome.kind == "error" and mistake:  # else the message has it
        details.append(("Error", outcome.message))
    details += printed(outcome)
    stopped = [i for i, one in enumerate(outcomes) if one.kind == "error" and faults[i]]
    if stopped and outcome.kind != "error":
        call = exercise.call_text(stopped[0], faults[stopped[0]])
        details.append(("Elsewhere", f"{call}\nstops with {outcomes[stopped[0]].message}"))
    return details


def printed(outcome: Outcome) -> list[tuple[str, str]]:
    """What a call printed, its first lines."""
    text = "\n".join(outcome.printed.splitlines()[:10])
    return [("Printed", text)] if text else []


def needs(name: str) -> str:
    """What to say to an answer that uses another one, which is not there yet."""
    return f"It uses `{name}`, which is still to be written: so far `{name}` gives nothing."


def wording(exercise: "Exercise", outcomes: list[Outcome], faults: Faults, index: int) -> str:
    """What to say of a difference that no known mistake explains."""
    found = faults[index]
    if found.message and (exercise.cases or found.stage != "values"):
        return found.message
    if exercise.cases:
        pairs = zip(outcomes, exercise.wanted(), strict=False)
        cases = [aligned(a.value, b.value) if a.kind in RAN else None for a, b in pairs]
        cause = likely_cause(cases, exercise.rtol, exercise.atol)
        right = f" In {faults.count(None)} of {len(faults)} cases it is." if None in faults else ""
        what = "The value is not"
        if found.wrong and isinstance(exercise.wanted()[index].value, (tuple, list)):
            what = f"Entry {found.wrong[2][0]} is the first that is not"
        return cause or f"{what} right here.{right}"
    if not found.wrong:  # a likely cause would give the value away
        return "This is not it."
    count, total, first = found.wrong
    verb = "is" if count == 1 else "are"
    return f"{count} of {total} entries {verb} not right; the first at {first}."


def stopped(outcome: Outcome) -> str:
    """What to say to an answer that stopped with an error."""
    more = ""
    if "ellipsis" in outcome.message:
        more = "\nThere is still a `...` to fill in."
    elif miscalled(outcome):
        more = "\nKeep the parameters as the stub names them."
    return f"Your code stopped with {outcome.message}{more}"


def miscalled(outcome: Outcome) -> bool:
    """Whether an error says that the answer itself has other parameters, not what it calls."""
    words = ("required positional arg", "unexpected keyword arg", "positional argument")
    inside = "in your line" in outcome.message
    return outcome.value is TypeError and not inside and any(w in outcome.message for w in words)


def restless(like: Callable) -> str:
    """What to say to an answer that gives another result each time; like: names the arguments."""
    usual = "Let it depend on its arguments alone: draw nothing, and keep nothing between calls."
    advice = [DRAWS[name] for name in signature(like).parameters if name in DRAWS]
    return f"It gives another result each time, for the very same arguments. {[*advice, usual][0]}"


def changed(outcome: Outcome, like: Callable) -> str:
    """What to say to an answer that changes an argument; like: names the arguments."""
    place, value = next(iter(outcome.changed.items()))
    names = dict(enumerate(signature(like).parameters))
    name, kind, copy = names.get(place, place), type(value).__name__, None
    if isinstance(value, np.ndarray):
        kind, copy = "array", f"np.array({name})"
    elif isinstance(to_numpy(value), np.ndarray):
        kind, copy = "tensor", f"{name}.clone()"
    advice = f", or work on a copy, `{name} = {copy}`" if copy else ""
    return f"It changes the {kind} `{name}` that it was given. Build a new one{advice}."
