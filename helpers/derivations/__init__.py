"""Derivations: lines of a proof that are run on models, judged step by step, and typeset.

`chain` runs the lines, `derivation` judges them, `working` shows them; `typeset` and its
neighbours read a Python function as LaTeX. A single answer is `helpers.exercises`.
"""

from helpers.derivations.chain import End
from helpers.derivations.derivation import Derivation, Landmark
from helpers.derivations.vocabulary import Vocabulary

__all__ = ["Derivation", "End", "Landmark", "Vocabulary"]
