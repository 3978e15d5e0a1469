"""What a learner is told of a line that does not stand: which step it is, and why."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from helpers.derivations.chain import SECONDS, Chain, Standing, describe_model, in_words
from helpers.derivations.relations import holds
from helpers.derivations.rules import in_quotes
from helpers.exercises import blanks, telling
from helpers.exercises.comparison import as_array
from helpers.exercises.sandbox import Call, Outcome, run, to_numpy
from helpers.exercises.task import Mistake
from helpers.exercises.verdict import Verdict

UNSUMMED = "not summed"


def refused(task: Any, chain: Chain, step: Standing, claim: str) -> Verdict:
    """The verdict of a `Derivation` on the first line that does not stand.

    claim: what the chain as a whole should claim, said last: a line that breaks is nearer.
    """
    say = {
        "fails": lambda: (_fails(chain, step), None, []),
        "unseen": lambda: (f"Line {step.number} {step.why}", None, []),
        "blank": lambda: (_blank(task, chain, step), None, []),
        "idle": lambda: (_idle(chain, step), None, []),
        "past": lambda: _past(task, chain, step),
        "leaps": lambda: _leap(task, chain, step),
    }.get(step.state, lambda: _wrong(task, chain, step))
    message, mistake, details = say()
    if claim and step.state in ("broken", "other", "idle"):
        message += f" {claim}"
    return task.say("not yet", message, mistake, details)


def _pair(chain: Chain, number: int) -> str:
    return f"Line {number - 1} {chain.relation(number)} line {number}"


def unmade(chain: Chain, number: int) -> str:
    """Why a line that looks blank is not: what it uses is still to be written, or it gives nothing
    back; else ""."""
    line = chain.lines[number - 1]
    if name := blanks.unwritten(line):
        return telling.needs(name)
    return blanks.begun(line, Outcome("value")) if callable(line) else ""


def _fails(chain: Chain, step: Standing) -> str:
    name = blanks.unwritten(chain.lines[step.number - 1])
    return _of_line(step.number, telling.needs(name) if name else step.why)


def _of_line(number: int, said: str) -> str:
    """What there is to say of a line, as the end of a sentence."""
    return f"Line {number}: {said[0].lower()}{said[1:]}"


def _blank(task, chain: Chain, step: Standing) -> str:
    if said := unmade(chain, step.number):
        return _of_line(step.number, said)
    what = f"Line {step.number} of {len(chain)} is still to be written; the lines before it hold."
    return what + _next(task, chain, step.number)


def _idle(chain: Chain, step: Standing) -> str:
    return f"{_pair(chain, step.number)} holds with “=”: nothing is lost here, so write “=”."


def _past(task, chain: Chain, step: Standing):
    """An inequality that holds, but from which no way leads to the last line."""
    what = (
        f"{_pair(chain, step.number)} holds, but gives too much away: the last line is not to be "
    )
    what += "reached from there."
    mistake = _recognised(task, step.values, task.cases)
    said = f" {mistake.message}" if mistake else _next(task, chain, step.number)
    last = np.asarray(task.last.oracle(step.model), float)
    seen = [*_seen(replace(step, before=None)), ("The last line", in_words(last))]
    return what + said, mistake and mistake.name, seen


def _leap(task, chain: Chain, step: Standing):
    """A step that holds, but by several rules at once."""
    what = f"{_pair(chain, step.number)} uses {in_quotes(step.uses)} at once."
    models = [*task.cases, *(world.model for world in task.worlds)]
    values = [chain.value(step.number, model, finite=False)[0] for model in models]
    if mistake := _recognised(task, values, models):
        return f"{what} {mistake.message}", mistake.name, _seen(step)
    what += f" Take one at a time, each with a line of its own.{_next(task, chain, step.number)}"
    return what, None, _seen(step)


def _seen(step: Standing) -> list[tuple[str, str]]:
    """The model on which a step fails, with what both lines give there."""
    if step.model is None:
        return []
    lines = [(f"Line {step.number - 1}", in_words(step.before))] if step.before is not None else []
    without = f"without {in_quotes(sorted(step.lacks))}: " if step.lacks else ""
    model = without + describe_model(step.model)
    return [("Model", model), *lines, (f"Line {step.number}", in_words(step.value))]


def _wrong(task, chain: Chain, step: Standing):
    """A line that does not follow, or an end that is not the one asked for."""
    number, broken = step.number, step.state == "broken"
    word = "first" if number == 1 else "last"
    what = f"{_pair(chain, number)} does not hold" if broken else f"The {word} line should be "
    what += "" if broken else chain.ends[number].text
    if missing := _unsummed(task, chain, step):
        many = next((i for i, value in enumerate(step.values) if value.size > 1), 0)
        step = replace(step, model=task.cases[many], value=step.values[many])
        if broken:
            step = replace(step, before=chain.value(number - 1, step.model)[0])
        who = f"Line {number}" if broken else "Yours"
        return f"{what}. {who} {missing}", UNSUMMED, _seen(step)
    if not broken:
        what += f"; yours is {step.why or 'something else'}"
    elif step.before.shape != step.value.shape:
        what += f": the shapes are {step.before.shape} and {step.value.shape}"
    mistake = None if step.why else _recognised(task, step.values, task.cases)
    said = f" {mistake.message}" if mistake else ""
    if broken and not mistake:
        said = _next(task, chain, number)
        if number > 2 and chain.relation(number - 1) != "=":
            # A wrong line may still lie below the one before it: it shows only one line later.
            above = [chain.value(number - 1, model)[0] for model in task.cases]
            mistake = _recognised(task, above, task.cases)
            doubt = f" Look at line {number - 1}, too: a line may hold and yet give too much away."
            said = f" Look at line {number - 1}: {mistake.message}" if mistake else said or doubt
    return f"{what}.{said}", mistake and mistake.name, _seen(step)


def _recognised(task, values: Sequence[Any], models: Sequence[Any]) -> Mistake | None:
    """The known wrong line that gives these values on the models."""
    for mistake in task.mistakes:
        for value, model in zip(values, models, strict=False):
            outcome = run(mistake.wrong, Call(model), SECONDS)
            if not holds(value, "=", as_array(to_numpy(outcome.value))):
                break
        else:
            return mistake
    return None


def _unsummed(task, chain: Chain, step: Standing) -> str:
    """What to say to a line that gives many numbers whose sum is a line of the usual route."""
    sums = [value.sum() for value in step.values if value.ndim]
    oracles = [task.first.oracle, task.last.oracle, *(mark.oracle for mark in task.landmarks)]
    for oracle in oracles if len(sums) == len(task.cases) else ():
        if all(holds(s, "=", oracle(model)) for s, model in zip(sums, task.cases, strict=True)):
            if all(value.size == 1 for value in step.values):
                return "gives an array with one number in it: the number itself is wanted."
            each = (
                f"one number for each {task.each or 'entry'}"
                if step.values[0].ndim == 1
                else "a table of numbers"
            )
            return f"gives {each}. Their sum would be right: add them up."
    return ""


def _next(task, chain: Chain, number: int) -> str:
    """What the step to a line must use: by where on the usual route the line above it stands.

    Under the assumptions all lines are equal; the models without them tell the lines apart.
    """
    models = [*task.cases, *task.beyond] if task.landmarks and number > 1 else []
    for mark in reversed(task.landmarks) if models else ():
        if all(
            holds(chain.value(number - 1, m, finite=False)[0], "=", mark.oracle(m)) for m in models
        ):
            return f" Line {number - 1} says {mark.text}. {mark.uses}"
    return ""
