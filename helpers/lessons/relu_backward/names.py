"""An exercise whose answer is a collection of names."""

from dataclasses import replace

import numpy as np

from helpers.exercises import Exercise, Outcome, to_numpy
from helpers.lessons.relu_backward.oracles import OFFERED


def names_in(answer):
    """An answer as a set of names, or None when it is no collection of texts."""
    answer = to_numpy(answer)
    answer = answer.tolist() if isinstance(answer, np.ndarray) else answer
    answer = answer.split(",") if isinstance(answer, str) else answer
    collection = isinstance(answer, (tuple, list, set, frozenset))
    if collection and all(isinstance(name, str) for name in answer):
        return {str(name).strip().lower().replace(" ", "_") for name in answer}
    return None


class Names(Exercise):
    """A collection of names in any order: compared as one True or False for each name offered."""

    def outcomes(self, answer):
        names = names_in(answer() if answer is self.oracle else answer)
        return [Outcome("value", answer if names is None else tuple(n in names for n in OFFERED))]

    def judge(self, answer):
        names, verdict = names_in(answer), super().judge(answer)
        if verdict.status == "not started":
            return verdict
        if names is None:
            return self.say("not yet", 'Give the names in quotes, as in ("relu6", "elu").')
        if unknown := sorted(names - set(OFFERED)):
            offered = ", ".join(OFFERED)
            return self.say("not yet", f"{unknown[0]!r} is not offered. There are: {offered}.")
        if verdict.status == "correct":
            return verdict
        message = verdict.message
        if verdict.mistake is None:
            wrong = len(names ^ set(self.oracle()))
            message = (
                f"{wrong} of the {len(OFFERED)} layers stand on the wrong side. "
                "Take each by itself: what is its slope between −5.1 and −2? One of the six moves the "
                "pre-activations before its slope counts: where do they lie then?"
            )
        yours = ("Yours", ", ".join(sorted(names)) or "none of them")
        return replace(verdict, message=message, details=(yours, *verdict.details[1:]))
