"""What tells the rules of the bound's derivation apart: other functions in place of the logarithm.

Jensen's inequality holds for every concave function, log(ab) = log a + log b for multiples of the
logarithm alone, the rest is algebra and holds for any function.
"""

from functools import cached_property

import numpy as np

from helpers.derivations import Derivation, World
from helpers.lessons.vae_elbo import finite

JENSEN, SPLIT, TIGHT = "Jensen's inequality", "log(ab) = log a + log b", "q being the posterior"
BOUND, EQUALITY = ({name: {name} for name in names} for names in ((JENSEN, SPLIT), (TIGHT, SPLIT)))

# The function, its name, and whether it is concave, whether it turns products into sums. Moved up or
# down a function stays concave; √x alone, which is never negative, would let too much pass as “≥”.
_INSTEAD = (
    (np.sqrt, "√x", True, False),
    (lambda x: np.sqrt(x) - 9, "√x − 9", True, False),
    (lambda x: 9 - 1 / x, "9 − 1/x", True, False),
    (lambda x: np.minimum(x, 0.25), "min(x, ¼)", True, False),
    (lambda x: -np.log(x), "−log x", False, True),
    (np.square, "x²", False, False),
    (np.exp, "eˣ", False, False),
)


def bound_worlds():
    """Models in which m.log is not concave, or does not turn products into sums, or neither."""
    tables = [*finite.models()[:5], *finite.tight_models()[:1]]
    return [
        World(m.with_log(function, name), _missing(concave, JENSEN) | _missing(splits, SPLIT))
        for function, name, concave, splits in _INSTEAD
        for m in tables
    ]


def tight_worlds():
    """Models in which q is not the posterior, or m.log does not turn products into sums."""
    known = [(np.log, "", True, True), *_INSTEAD]
    tables = [(m, True) for m in finite.tight_models()]
    tables += [(m, False) for m in finite.models()[:5]]
    return [
        World(
            m.with_log(function, name) if name else m,
            _missing(tight, TIGHT) | _missing(splits, SPLIT),
        )
        for function, name, _, splits in known
        for m, tight in tables
        if not (tight and splits)
    ]


_UNSEEN = (
    "does not double when the logarithm does, as every line here should. Write `m.log` for each "
    "logarithm, not `np.log`, and no exponential: by `m.log` the check sees which rule a step uses."
)


def _missing(there, name):
    return frozenset() if there else frozenset({name})


class Logarithms(Derivation):
    """A derivation whose lines take every logarithm from m.log, so that it can be exchanged."""

    @cached_property
    def _doubled(self):
        """Models, each beside the same one with twice the logarithm."""
        return [(m, m.with_log(lambda x: 2 * np.log(x), "2 log x")) for m in self.cases[:2]]

    def unseen(self, chain, number):
        """A sum of logarithms doubles when m.log does; with another log in it, or an exp, it does not."""
        for pair in self._doubled:
            once, twice = (chain.value(number, model)[0] for model in pair)
            if twice is None or not np.allclose(2 * once, twice, rtol=1e-9):
                return _UNSEEN
        return ""
