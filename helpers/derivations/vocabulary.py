"""How the quantities and functions of a model are written, in LaTeX."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any

GREEK = ("alpha", "beta", "delta", "epsilon", "theta", "mu", "nu", "rho", "sigma", "phi", "psi")
FUNCTIONS: dict[str, Any] = {name: f"\\{name}" for name in ("log", "exp", "tanh", "max", "min")}
FUNCTIONS |= {"sqrt": lambda x: rf"\sqrt{{{x}}}", "abs": lambda x: rf"\left|{x}\right|"}


@dataclass(frozen=True)
class Vocabulary:
    """How a model's quantities and functions are written, in LaTeX.

    names: "x_bar": r"\\bar x", or a function of the indices, "prior": lambda z="z": f"p({z})".
    functions: "Var": r"\\mathrm{Var}", or a function of the arguments. whole: names of quantities
    that a sum runs over as a whole (`for z in m.states`, `range(m.D)`), so that the bounds need not
    be said. count_from: the index that `m.x[0]` has in mathematics, 0 or 1.
    """

    names: Mapping[str, Any] = field(default_factory=dict)
    functions: Mapping[str, Any] = field(default_factory=dict)
    whole: Set[str] = frozenset()
    count_from: int = 1

    def word(self, name: str, *indices: str) -> str:
        """A quantity with its indices."""
        said = self.names.get(name)
        if callable(said):
            return said(*indices)
        if said is None:
            head, _, below = name.partition("_")
            said = f"\\{head}" if head in GREEK else _upright(head)
            indices = (*([_upright(below)] if below else []), *indices)
        return f"{said}_{{{', '.join(indices)}}}" if indices else said

    def applied(self, name: str, *arguments: str) -> str:
        """A function of its arguments."""
        said = self.functions.get(name) or FUNCTIONS.get(name) or _upright(name)
        return said(*arguments) if callable(said) else said + bracketed(", ".join(arguments))


def bracketed(text: str) -> str:
    return rf"\left({text}\right)"


def _upright(name: str) -> str:
    """A name of several letters as a word."""
    escaped = name.replace("_", r"\_")
    return escaped if len(name) == 1 else rf"\mathrm{{{escaped}}}"
