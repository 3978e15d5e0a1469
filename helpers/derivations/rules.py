"""Which rule a step of a derivation uses: one without which it fails somewhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Any


@dataclass(frozen=True)
class World:
    """A model in which some assumptions are missing: what tells the rules of a derivation apart.

    lacks: the missing assumptions; told: whether a message may show it.
    """

    model: Any
    lacks: Set[str]
    told: bool = True


class Ledger:
    """The assumptions that the lines of a chain have used so far, one rule a step.

    rules: the name of each rule, with the assumptions that it may bring in, all or some. A step
    holds under a set of assumptions if every world in which it fails lacks one of them; of all such
    sets the least count. Where there are several, each is a way to read the chain. lasting: whether
    what a step has brought in holds for the steps after it.
    """

    def __init__(self, rules: Mapping[str, Set[str]], lasting: bool = True):
        self.rules, self.lasting, self.readings = rules, lasting, [frozenset()]

    def enter(self, failing: Sequence[World]) -> tuple[tuple[str, ...], World | None]:
        """The fewest rules that a step needs beyond those used before; from now on they count.

        Where there are several: also the world in which the first alone is not enough and least is
        missing, of those that may be shown.
        """
        found = [
            (used, names, brought)
            for used in self.readings
            for names, brought in self._least([w.lacks for w in failing if not w.lacks & used])
        ]
        if not found:  # it fails where nothing is missing: that is no step at all
            return tuple(self.rules), self._telling(failing, frozenset())
        least = min((names for _, names, _ in found), key=len)
        first = self.rules[least[0]] if len(least) > 1 else frozenset()
        world = self._telling(failing, self.readings[0] | first)
        if self.lasting:
            most = max(len(least), 1)
            sets = {used | brought for used, names, brought in found if len(names) <= most}
            self.readings = sorted(sets, key=sorted)
        return least, world

    def _telling(self, failing: Sequence[World], known: Set[str]) -> World | None:
        told = [world for world in failing if world.told and not world.lacks & known]
        return min(told, key=lambda world: len(world.lacks), default=None)

    def _least(self, missing: Sequence[Set[str]]) -> Iterator[tuple[tuple[str, ...], frozenset]]:
        """The fewest rules, and of these the least assumptions, that leave no world to fail in."""
        for count in range(len(self.rules) + 1):
            hit = False
            for names in combinations(self.rules, count):
                for brought in _smallest(chain(*(self.rules[name] for name in names)), missing):
                    hit = True
                    yield names, brought
            if hit:
                return


def _smallest(assumptions: Iterable[str], missing: Sequence[Set[str]]) -> Iterator[frozenset]:
    """The smallest of the sets that have an assumption from each of `missing`."""
    offered = sorted(set(assumptions))
    for count in range(len(offered) + 1):
        sets = [set(s) for s in combinations(offered, count)]
        fit = [frozenset(s) for s in sets if all(s & lacks for lacks in missing)]
        if fit:
            yield from fit
            return


def in_quotes(names: Sequence[str]) -> str:
    """“a”, “b” and “c”."""
    *most, last = [f"“{name}”" for name in names]
    return f"{', '.join(most)} and {last}" if most else last
