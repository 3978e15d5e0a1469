"""The usual route of the derivation: its ends, its lines, and the wrong lines that are known."""

import math

from helpers.derivations import End, Landmark, Vocabulary
from helpers.exercises import Mistake
from helpers.lessons.xavier_initialization.distributions import E, Var


def _over(term):
    return lambda m: sum(term(w, a) for w, a in zip(m.W, m.a, strict=True))


def _last(m):
    return m.D * Var(m.W[0]) * Var(m.a[0])


def _readings(m):
    """D · Var(W) · Var(a) where these differ: Var(W) of any weight or their mean, Var(a) likewise."""
    some = [[*map(Var, variables)] for variables in (m.W, m.a)]
    some = [[*each, sum(each) / m.D] for each in some]
    return [m.D * w * a for w in some[0] for a in some[1]]


first = End("Var(Σ_j W_j a_j)", lambda m: Var(_over(lambda w, a: w * a)(m)))
last = End(
    "D · Var(W) · Var(a)",
    _last,
    readings=_readings,
)
_products = _over(lambda w, a: Var(w) * Var(a))
_ZERO = "A mean that is zero drops out, and E(x²) − E(x)² is then E(x²) alone."

words = Vocabulary(
    functions={
        "Var": r"\operatorname{Var}",
        "E": r"\operatorname{E}",
        "Cov": r"\operatorname{Cov}",
    },
    whole={"D"},
)

landmarks = [
    Landmark("Var(Σ_j W_j a_j)", first.oracle, "The variance of a sum is the sum of the variances where its terms are uncorrelated, as independent terms are."),
    Landmark("Σ_j Var(W_j a_j)", _over(lambda w, a: Var(w * a)), "Write each variance as E(·²) − E(·)². Then W_j and a_j are independent: the expectation of a product is the product of the expectations."),
    Landmark("Σ_j [E(W_j²) E(a_j²) − E(W_j)² E(a_j)²]", _over(lambda w, a: E(w**2) * E(a**2) - E(w) ** 2 * E(a) ** 2), f"Now the zero means: {_ZERO}"),
    Landmark("Σ_j E(W_j²) E(a_j²)", _over(lambda w, a: E(w**2) * E(a**2)), f"Now the zero means: {_ZERO}"),
    Landmark("Σ_j Var(W_j) E(a_j²)", _over(lambda w, a: Var(w) * E(a**2)), f"Now the zero mean of the inputs: {_ZERO}"),
    Landmark("Σ_j E(W_j²) Var(a_j)", _over(lambda w, a: E(w**2) * Var(a)), f"Now the zero mean of the weights: {_ZERO}"),
    Landmark("Σ_j Var(W_j) Var(a_j)", _products, "All weights have one distribution and all inputs have one, so all D terms are the same number."),
]  # fmt: skip

mistakes = [
    Mistake("D squared", lambda m: m.D * _products(m), "D stands in it once too often. The variance of a sum of uncorrelated terms adds up their variances: D of them. (Adding standard deviations, or Var(Σ W) · Var(Σ a), gives D².)"),
    Mistake("the sum forgotten", lambda m: _products(m) / m.D, "That is one term. There are D of them."),
    Mistake("averaged", lambda m: _products(m) / m.D**2, "That is the variance of the mean of the terms; here they are added."),
    Mistake("√D for D", lambda m: _products(m) / m.D**0.5, "The standard deviation grows with √D; the variance grows with D."),
    Mistake("variances added", _over(lambda w, a: Var(w) + Var(a)), "The variance of a product is not the sum of the variances: that rule is for sums."),
    Mistake("standard deviations multiplied", _over(lambda w, a: math.sqrt(Var(w) * Var(a))), "Those are standard deviations; the variances are their squares."),
    Mistake("inputs forgotten", _over(lambda w, a: Var(w)), "Var(a) is lost: the a_j are random as well, not constants 1."),
    Mistake("weights forgotten", _over(lambda w, a: Var(a)), "Var(W) is lost: the weights are random as well."),
    Mistake("means alone", _over(lambda w, a: E(w) ** 2 * E(a) ** 2), "Yours is 0 as soon as the means are. A variance is not: it holds E(x²), the mean of a square, and neither E(x) nor E(x)² can stand in its place."),
    Mistake("squares on the means forgotten", _over(lambda w, a: E(w**2) * E(a**2) - E(w) * E(a)), "Var(x) = E(x²) − E(x)², so the square stands on the whole mean: E(W a)² = E(W)² E(a)². Without the squares it is the same only where both sides are 0."),
    Mistake("plus for minus", _over(lambda w, a: E(w**2) * E(a**2) + E(w) ** 2 * E(a) ** 2), "Var(x) = E(x²) − E(x)²: the squared mean is taken away, not added. With zero means nobody sees the difference."),
    Mistake("Var(W) for E(W²)", _over(lambda w, a: Var(w) * E(a**2) - E(w) ** 2 * E(a) ** 2), "Independence gives E(W²) E(a²). E(W²) is Var(W) only once the mean is zero, and that is the next step."),
    Mistake("Var(a) for E(a²)", _over(lambda w, a: E(w**2) * Var(a) - E(w) ** 2 * E(a) ** 2), "Independence gives E(W²) E(a²). E(a²) is Var(a) only once the mean is zero, and that is the next step."),
    Mistake("variances squared", _over(lambda w, a: Var(w) ** 2 * Var(a) ** 2), "E(W²) is Var(W), not its square. Squares stand on the means, E(W)², and these are 0."),
    Mistake("a constant taken out as it is", _over(lambda w, a: E(abs(w)) * Var(a)), "W is no constant, and a constant c would come out as c²: Var(c a) = c² Var(a)."),
]  # fmt: skip
