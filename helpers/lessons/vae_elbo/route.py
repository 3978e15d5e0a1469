"""The usual route of the derivation: its ends, its lines, and the wrong lines that are known."""

import numpy as np

from helpers.derivations import End, Landmark, Vocabulary
from helpers.exercises import Mistake


def line(table):
    """A line of a derivation: table(p_z, p_x_given_z, q), whatever it makes, summed."""
    return lambda m: np.sum(table(m.p_z, m.p_x_given_z, m.q))


def _averaged(table):
    """Σ_i E_q of a table, made of p(z), p(x_i|z), q and the model's logarithm."""
    return lambda m: np.sum(m.q * table(m.p_z, m.p_x_given_z, m.q, m.log))


first = End("Σ_i log Σ_z p(x_i|z) p(z)", lambda m: np.sum(m.log(m.p_x_given_z @ m.p_z)))
_inside = _averaged(lambda p, x, q, log: log(x * p / q))
_split = _averaged(lambda p, x, q, log: log(p) - log(q) + log(x))
last = End(
    "Σ_i (E_q[log p(x_i|z)] − KL(q(z|x_i)‖p(z)))",
    _split,
    readings=lambda m: [  # KL is written with log q − log p, with log(q/p) or with −log(p/q)
        _split(m),
        _averaged(lambda p, x, q, log: log(x) - log(q / p))(m),
        _averaged(lambda p, x, q, log: log(x) + log(p / q))(m),
    ],
)
words = Vocabulary(
    names={
        "p_z": lambda z: f"p({z})",
        "p_x_given_z": lambda i, z: f"p(x_{i}|{z})",
        "q": lambda i, z: f"q({z}|x_{i})",
    },
    functions={"E_q": lambda i, f: rf"\mathbb{{E}}_{{q(z|x_{i})}}\left[{f}\right]"},
    whole={"xs", "zs"},
)
landmarks = [
    Landmark("log p(x), summed over the data, in one form or another", first.oracle, "Multiplying and dividing by q inside the sum over z brings in q and changes nothing: “=”. Once that sum is an average under q, Jensen moves the logarithm inside it: log E ≥ E log."),
    Landmark("Σ_i E_q[log(p(x_i|z) p(z) / q(z|x_i))]", _inside, "From here on nothing is lost any more. The logarithm of a product and a quotient comes apart: “=”."),
    Landmark("Σ_i E_q[log p(z) − log q(z|x_i) + log p(x_i|z)]", _split, "The terms are only grouped now: E_q[log p(x_i|z)] minus E_q[log q(z|x_i) − log p(z)]."),
]  # fmt: skip
tight_landmarks = [
    Landmark(landmarks[0].text, first.oracle, "With q the posterior, p(x_i|z) p(z) / q(z|x_i) is the same number for every z: the average of its logarithm is the logarithm of its average, “=”."),
    *landmarks[1:],
]  # fmt: skip
mistakes = [
    Mistake("Σ log for log Σ", line(lambda p, x, q: np.log(x * p)), "You pulled the logarithm into a plain sum. Jensen speaks of an average: weights q that sum to 1 must stand in front."),
    Mistake("sum over z left out", lambda m: np.log(m.p_x_given_z * m.p_z).sum(0), "The sum over z is left out: your line has one number for each z."),
    Mistake("prior left out", line(lambda p, x, q: np.log(x.sum(1))), "Every z counts the same here. Weight p(x_i|z) by p(z) before you add up."),
    Mistake("log outside the sum over the data", lambda m: np.log((m.p_x_given_z @ m.p_z).sum()), "The observations are independent: each p(x_i) has its own logarithm, and these are added."),
    Mistake("mean over the data", lambda m: first.oracle(m) / len(m.xs), "You averaged over the observations. Here everything is summed over them."),
    Mistake("divided by q, not multiplied", line(lambda p, x, q: np.log((x * p / q).sum(1))), "You divided by q without multiplying by it: Σ_z q · (p(x_i|z) p(z) / q)."),
    Mistake("multiplied by q, not divided", line(lambda p, x, q: np.log((x * p * q).sum(1))), "You multiplied by q without dividing by it: Σ_z q · (p(x_i|z) p(z) / q)."),
    Mistake("prior replaced by q", line(lambda p, x, q: np.log((x * q).sum(1))), "The prior is gone: after multiplying and dividing by q, p(z) still stands above the bar."),
    Mistake("not averaged under q", line(lambda p, x, q: np.log(p) - np.log(q) + np.log(x)), "The terms are right, but each must be weighted by q(z|x_i): the sum over z is an expectation."),
    Mistake("averaged under the prior", line(lambda p, x, q: p * (np.log(p) - np.log(q) + np.log(x))), "You average under the prior. The weights in front were q."),
    Mistake("entropy's sign", line(lambda p, x, q: q * (np.log(p) + np.log(q) + np.log(x))), "q stands below the bar, so log q comes out with a minus."),
    Mistake("entropy left out", line(lambda p, x, q: q * (np.log(p) + np.log(x))), "The − log q is missing: q stands below the bar."),
    Mistake("KL left out", line(lambda p, x, q: q * np.log(x)), "That is the reconstruction term alone: the prior and q are still to come."),
    Mistake("KL added", line(lambda p, x, q: q * (np.log(x) + np.log(q) - np.log(p))), "E_q[log q] − E_q[log p(z)] is the KL, and it is subtracted."),
    Mistake("KL reversed", line(lambda p, x, q: q * np.log(x) - p * (np.log(p) - np.log(q))), "This subtracts KL(p‖q). The average runs under q throughout: KL(q‖p)."),
]  # fmt: skip
