"""What is checked: an exercise or a choice, its verdict, and the pictures that exercises show.

An answer is run (`sandbox`, within `clock`'s limit), compared (`comparison`; its way back,
`gradients`; whether it is written at all, `blanks`), held against the known mistakes
(`recognition`) and judged (`exercise`, `choice`); what a check says for itself is `telling`, with
`causes`. An input that a learner finds for a wrong program is read (`arguments`), tried (`trial`)
and judged (`breaking`). Whether an answer's cell ran at all, `cells` knows. A chain of lines is
`helpers.derivations`; pictures that know of no answer are `helpers.views`.
"""

from helpers.exercises import oracles, slips
from helpers.exercises.breaking import BreakIt, NearMiss
from helpers.exercises.cases import size_rule, terse_call, whole_numbers
from helpers.exercises.choice import Choice
from helpers.exercises.comparison import Difference, as_array, as_numbers
from helpers.exercises.exercise import Exercise
from helpers.exercises.gradients import Differentiable, Tensors
from helpers.exercises.pictures import awaited, curves, filtered, side_by_side
from helpers.exercises.sandbox import RAN, Call, Outcome, describe, run, to_numpy
from helpers.exercises.task import Mistake, Progress
from helpers.exercises.threads import one_thread
from helpers.exercises.verdict import Note

__all__ = [
    "RAN",
    "BreakIt",
    "Call",
    "Choice",
    "Difference",
    "Differentiable",
    "Exercise",
    "Mistake",
    "NearMiss",
    "Note",
    "Outcome",
    "Progress",
    "Tensors",
    "as_array",
    "as_numbers",
    "awaited",
    "curves",
    "describe",
    "filtered",
    "oracles",
    "run",
    "side_by_side",
    "size_rule",
    "slips",
    "terse_call",
    "to_numpy",
    "whole_numbers",
]

one_thread()  # here, for every lesson passes by
