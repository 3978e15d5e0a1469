"""Derivations: lines of a proof that are run on models, judged step by step, and typeset.

`chain` runs the lines, `rules` finds what a step uses, `derivation` judges, `refusal` says what is
wrong, `working` shows; `typeset` and its neighbours read a Python function as LaTeX. A single
answer is `helpers.exercises`.
"""

from helpers.derivations.chain import End
from helpers.derivations.derivation import Derivation, Landmark
from helpers.derivations.rules import World
from helpers.derivations.vocabulary import Vocabulary

__all__ = ["Derivation", "End", "Landmark", "Vocabulary", "World"]
