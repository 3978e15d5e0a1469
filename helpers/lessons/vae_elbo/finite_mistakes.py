"""Wrong answers about a finite z: likelihood, posterior, KL and ELBO, each list with its names."""

import math

import numpy as np

from helpers.exercises import Mistake
from helpers.lessons.vae_elbo import oracles
from helpers.lessons.vae_elbo.oracles import xlogy

_NO_SUM = "The sum over z is left out. Nobody tells you which z made x_i: every z could have, so p(x_i) adds them all up, and only then comes the logarithm. "


def summed(inside, axis=None):
    """A wrong log-likelihood: the logarithm of whatever `inside` makes, summed over an axis."""
    return lambda p_z, p_x: np.sum(np.log(inside(np.array(p_z, float), np.array(p_x, float))), axis)


def likeliest_only(p_z, p_x_given_z):
    """All of a row's posterior on its likeliest z."""
    return np.eye(len(p_z))[(p_x_given_z * p_z).argmax(1)]


def zero_prior_ignored(q, p):
    """KL(q‖p) without the terms where p is 0."""
    return xlogy(q, q).sum(-1) - xlogy(np.where(p > 0, q, 0), p).sum(-1)


def possible_only(q, p):
    """KL(q‖p) over those z alone that both allow."""
    both = np.where(p > 0, q, 0)
    return (xlogy(both, q) - xlogy(both, p)).sum(-1)


def log_of_the_expectation(q, p_z, p_x_given_z):
    """log E_q[p(x_i|z)] in place of E_q[log p(x_i|z)]."""
    return np.log((np.array(q) * p_x_given_z).sum(1)).sum() - oracles.kl(q, p_z).sum()


def not_weighted(q, p_z, p_x_given_z):
    """log p(x_i|z) summed over z where q should have weighted it."""
    return np.log(p_x_given_z).sum() - oracles.kl(q, p_z).sum()


def impossible_ignored(q, p_z, p_x_given_z):
    """The ELBO without the terms where p(x_i|z) is 0."""
    return xlogy(np.where(p_x_given_z > 0, q, 0), p_x_given_z).sum() - oracles.kl(q, p_z).sum()


def impossible_z_ignored(q, p_z, p_x_given_z):
    """The ELBO without the terms of its KL where p(z) is 0."""
    return oracles.expected(q, p_z, p_x_given_z) - zero_prior_ignored(q, p_z).sum()


# --- programs to break, and inputs that do not do it ----------------------------------------------


def likeliest_coin(p_z, p_x_given_z):
    """The likeliest z alone in the place of the sum."""
    total = 0.0
    for row in p_x_given_z:
        total += np.log(max(row * p_z))
    return total


def no_tables(p_z, p_x_given_z):
    """Why these are no prior and table of likelihoods, or are too plain; "" if they will do."""
    if np.ndim(p_z) != 1 or np.ndim(p_x_given_z) != 2 or np.shape(p_x_given_z)[1] != len(p_z):
        return "p_z is a list of K numbers, p_x_given_z a table with K columns."
    if len(p_z) < 2:
        return "With a single z there is no sum. Take at least two."
    if np.min(p_z) < 0 or abs(np.sum(p_z) - 1) > 1e-6:
        return "p_z is a distribution: no number below 0, and they sum to 1."
    if np.min(p_x_given_z) < 0 or np.max(p_x_given_z) > 1:
        return "Row i holds probabilities of x_i: from 0 to 1."
    if np.min(np.max(p_x_given_z, 1)) == 0:
        return "A row of zeros: no z could have made that x_i, and yet you saw it."
    return "" if np.min(p_z) > 0 else "This prior rules out a z: every p(z) must be above 0."


def only_one_left(p_z):
    """Whether it is a prior that leaves a single z of several."""
    return np.ndim(p_z) == 1 < len(p_z) and np.max(p_z) == np.sum(p_z) == 1 and np.min(p_z) == 0


def all_alike(p_z, p_x_given_z):
    """Whether in each row all z have the same share in p(x_i), and one above 0."""
    shares = p_z * p_x_given_z
    return len(p_z) > 1 and np.min(shares) > 0 and np.allclose(shares / shares[:, :1], 1)


def lucky_in_some(p_x_given_z):
    """Whether some rows leave one z alone, and others more."""
    left = np.sum(p_x_given_z > 0, 1)
    return np.min(left) == 1 < np.max(left)


def kl_the_other_way(q, p):
    """The average under p, which is KL(p‖q)."""
    with np.errstate(all="ignore"):
        terms = np.where(p > 0, p * np.log(p / q), 0)
    return terms.sum(axis=-1)


def no_pair(q, p):
    """Why these are no two different distributions; "" if they will do."""
    for name, shares in (("q", q), ("p", p)):
        if np.min(shares) < 0 or np.abs(np.sum(shares, -1) - 1).max() > 1e-6:
            return f"{name} is no distribution: its numbers are at least 0 and sum to 1."
    apart = np.max(np.abs(q - p), -1).min() > 0.05
    return "" if apart else "q and p are almost the same, if only in one row."


def almost_equal(q, p):
    """Whether no number differs by more than 0.05, in any row."""
    return np.max(np.abs(q - p)) <= 0.05


def one_uniform(q, p):
    """Whether exactly one of the two is uniform."""
    even = [np.allclose(shares, 1 / np.shape(shares)[-1]) for shares in (q, p)]
    return even[0] != even[1]


# --- known mistakes -------------------------------------------------------------------------------

LOG_LIKELIHOOD = [
    Mistake("sum over z left out: a number for each z", summed(lambda p, x: x * p, 0), _NO_SUM + "What you return still has one number for each z."),
    Mistake("sum over z left out: the whole table", lambda p, x: np.log(x * p), _NO_SUM + "What you return is still a table of all x_i and z."),
    Mistake("sum over z left out: only the first z", summed(lambda p, x: x[:, 0] * p[0]), _NO_SUM + "You kept z = 0 alone."),
    Mistake("sum over z left out: only the last z", summed(lambda p, x: x[:, -1] * p[-1]), _NO_SUM + "You kept the last z alone."),
    Mistake("sum over z left out: only the likeliest z", summed(lambda p, x: (x * p).max(1)), _NO_SUM + "You kept the best z alone: a lower bound, but not the likelihood."),
    Mistake("sum over z left out: a term for every z", summed(lambda p, x: x * p), _NO_SUM + "You added up the logarithms of all z: Σ log, not log Σ."),
    Mistake("sum over z left out, and the prior", summed(lambda p, x: x), _NO_SUM + "You added up log p(x_i|z) over all z, and the prior p(z) is missing too."),
    Mistake("sum over z left out, and the prior: the whole table", lambda p, x: np.log(x), _NO_SUM + "What you return is still a table of all x_i and z, and the prior p(z) is missing too."),
    Mistake("sum over z left out, and the prior: only the likeliest z", summed(lambda p, x: x.max(1)), _NO_SUM + "You kept the best z alone, and the prior p(z) is missing too."),
    Mistake("log inside the expectation", lambda p, x: (np.log(x) * p).sum(), "That is the average of log p(x|z) under the prior. First average p(x|z), then take the logarithm."),
    Mistake("log outside all sums", lambda p, x: np.log((x * p).sum()), "Observations are independent: their probabilities multiply, so each x_i gets its own logarithm."),
    Mistake("prior ignored", summed(lambda p, x: x.sum(1)), "Every z counts the same here. Weight p(x|z) by how probable z is: p(z)."),
    Mistake("prior taken as uniform", summed(lambda p, x: x.mean(1)), "The plain mean over z is right for equally probable z only; use p_z."),
    Mistake("mean over the data", lambda p, x: oracles.log_likelihood(p, x) / len(x), "The objective sums over the observations; you averaged."),
    Mistake("not summed over the data", oracles.log_marginals, "One number is left for each observation. Add them up."),
    Mistake("negative", lambda p, x: -oracles.log_likelihood(p, x), "That is the loss. The log-likelihood itself is wanted, which is made large."),
    Mistake("logarithm of the product", lambda p, x: np.log(np.prod(np.array(x) @ p)), "Right on paper. But a product of many small probabilities is rounded to 0, and its logarithm is −∞: sum the logarithms."),
    Mistake("logarithm forgotten", lambda p, x: (np.array(x) @ p).sum(), "You summed probabilities. Independent observations multiply: that is what the logarithm is for."),
    Mistake("logarithm to base 2", lambda p, x: oracles.log_likelihood(p, x) / math.log(2), "This is in bits. Take the natural logarithm."),
    Mistake("summed over the data instead of z", summed(lambda p, x: (x * p).sum(0)), "You added up p(x_i|z) p(z) over the observations, then took the logarithm for each z. It is z that is summed inside: the other axis."),
]  # fmt: skip

POSTERIOR = [
    Mistake("prior ignored", lambda p, x: oracles.posterior(p * 0 + 1, x), "You normalised the likelihoods. Bayes' rule weights them by the prior p(z) first."),
    Mistake("not normalised", lambda p, x: x * p, "That is p(x_i, z). Divide by p(x_i), so that each row sums to 1."),
    Mistake("normalised over the data", lambda p, x: x * p / np.sum(x * p, 0), "Your columns sum to 1. For each x_i the z share the probability: rows."),
    Mistake("normalised over everything", lambda p, x: x * p / np.sum(x * p), "The whole table sums to 1. Each x_i has its own posterior: each row sums to 1."),
    Mistake("divided by the likelihood's sum", lambda p, x: x * p / np.sum(x, 1, keepdims=True), "Divide by Σ_z p(x_i|z) p(z), the prior included."),
    Mistake("only the likeliest z", likeliest_only, "You picked the best z. The posterior keeps how probable each one is."),
    Mistake("prior in place of the posterior", lambda p, x: np.broadcast_to(p, np.shape(x)) * 1.0, "These are the probabilities before x was seen."),
    Mistake("prior squared", lambda p, x: oracles.posterior(p**2, x), "The prior belongs in once."),
    Mistake("transposed", lambda p, x: oracles.posterior(p, x).T, "One row for each observation: (N, K)."),
    Mistake("p(x_i) alone", lambda p, x: np.array(x) @ p, "That is the denominator p(x_i), one number for each observation. The posterior divides p(x_i, z) by it."),
    Mistake("logarithm of the posterior", lambda p, x: np.log(oracles.posterior(p, x)), "These are the logarithms: the probabilities themselves are wanted."),
    Mistake("row sums without their axis", lambda p, x: x * p / np.sum(x * p, 1), "The row sums have shape (N,), and NumPy lines them up with the columns of your (N, K) table. Keep the axis: `keepdims=True`."),
    Mistake("prior missing above the bar", lambda p, x: x / (np.array(x) @ p)[:, None], "The denominator p(x_i) is right. Above the bar stands p(x_i|z) p(z), the prior included."),
]  # fmt: skip

KL = [
    Mistake("reversed", lambda q, p: oracles.kl(p, q), "This is KL(p‖q). The distribution before the bars, q, is the one that the average is taken under."),
    Mistake("sign", lambda q, p: -oracles.kl(q, p), "The sign is the other way round: KL is never negative."),
    Mistake("entropy's sign", lambda q, p: (-xlogy(q, q) - xlogy(q, p)).sum(-1), "log q enters with a plus, log p with a minus: KL(q‖p) = E_q[log q] − E_q[log p]."),
    Mistake("entropy left out", lambda q, p: (-xlogy(q, p)).sum(-1), "That is the cross-entropy −E_q[log p]. Where is E_q[log q]?"),
    Mistake("expectation under p", lambda q, p: (xlogy(p, q) - xlogy(p, p)).sum(-1), "You average log q − log p, but under p. The average is taken under q."),
    Mistake("not weighted", lambda q, p: np.log(q / p).sum(-1), "The terms log(q/p) are an average under q: weight each by q."),
    Mistake("logarithm to base 2", lambda q, p: oracles.kl(q, p) / math.log(2), "This is in bits. Take the natural logarithm, for nats."),
    Mistake("mean over z", lambda q, p: oracles.kl(q, p) / q.shape[-1], "q already weights the terms: sum over z, don't average."),
    Mistake("summed over everything", lambda q, p: oracles.kl(q, p).sum(), "Sum over the last axis only: each row is a distribution of its own."),
    Mistake("0 · log 0", lambda q, p: (q * np.log(q / p)).sum(-1), "Where q is 0 the term counts as 0, as the limit of t · log t says. The computer makes NaN of 0 · (−∞): step round it."),
    Mistake("p = 0 glossed over", zero_prior_ignored, "Where q is positive and p is 0, the KL is infinite: p calls impossible what q expects."),
    Mistake("p = 0 skipped", possible_only, "Where q is positive and p is 0, the KL is infinite: p calls impossible what q expects. Only terms where q is 0 count as 0."),
    Mistake("summed over the first axis", lambda q, p: (xlogy(q, q) - xlogy(q, p)).sum(0), "The distributions lie along the last axis: `axis=-1`."),
    Mistake("in absolute value", lambda q, p: np.abs(xlogy(q, q) - xlogy(q, p)).sum(-1), "Single terms may be negative, and must be: only their sum never is."),
]  # fmt: skip

ELBO = [
    Mistake("KL reversed", lambda q, p, x: oracles.expected(q, p, x) - oracles.kl(p, q).sum(), "The KL is taken from the wrong side: it is KL(q‖p_Z), averaged under q."),
    Mistake("entropy's sign", lambda q, p, x: (xlogy(q, x) + xlogy(q, p) + xlogy(q, q)).sum(), "log q enters with a minus: E_q[log p_Z(z) − log q(z|x_i) + log p(x_i|z)]."),
    Mistake("expectation under the prior", lambda q, p, x: (xlogy(p, x) - xlogy(q, q) + xlogy(q, p)).sum(), "log p(x_i|z) is averaged under the prior. Everything is averaged under q."),
    Mistake("expectation under the posterior", lambda q, p, x: oracles.expected(oracles.posterior(p, x), p, x) - oracles.kl(q, p).sum(), "log p(x_i|z) is averaged under the posterior. You don't have that one in practice: average under q."),
    Mistake("KL added", lambda q, p, x: oracles.expected(q, p, x) + oracles.kl(q, p).sum(), "The KL is a price: it is subtracted."),
    Mistake("KL to the posterior", lambda q, p, x: oracles.expected(q, p, x) - oracles.kl(q, oracles.posterior(p, x)).sum(), "KL(q‖posterior) is the gap that the bound leaves. What is subtracted here is KL(q‖p_Z), to the prior."),
    Mistake("the log-likelihood itself", lambda q, p, x: oracles.log_likelihood(p, x), "That is the log-likelihood, where q plays no part. The ELBO is a bound below it, and depends on q."),
    Mistake("KL left out", oracles.expected, "That is the reconstruction term alone. Subtract KL(q‖p_Z)."),
    Mistake("entropy left out", lambda q, p, x: (xlogy(q, x) + xlogy(q, p)).sum(), "E_q[log p(x, z)] is there. The − E_q[log q] is missing."),
    Mistake("prior left out", lambda q, p, x: (xlogy(q, x) - xlogy(q, q)).sum(), "E_q[log p_Z(z)] is missing."),
    Mistake("log of the expectation", log_of_the_expectation, "You took log E_q[p(x_i|z)]. After Jensen the logarithm stands inside: E_q[log p(x_i|z)]."),
    Mistake("reconstruction not weighted by q", not_weighted, "Weight each log p(x_i|z) by q(z|x_i)."),
    Mistake("impossible x glossed over", impossible_ignored, "Where q is positive and p(x_i|z) is 0, the ELBO is −∞: q proposes a z that cannot have made x_i. Only terms where q is 0 count as 0."),
    Mistake("impossible z glossed over", impossible_z_ignored, "Where q is positive and p_Z(z) is 0, the KL is infinite, and the ELBO −∞: q proposes a z that never occurs."),
    Mistake("averaged over the whole table", lambda q, p, x: xlogy(q, x).mean() - oracles.kl(q, p).mean(), "These are means. Sum over z and over the observations."),
    Mistake("logarithm to base 2", lambda q, p, x: oracles.elbo(q, p, x) / math.log(2), "This is in bits. Take the natural logarithm, for nats."),
    Mistake("mean over the data", lambda q, p, x: oracles.elbo(q, p, x) / len(x), "Sum over the observations; you averaged."),
    Mistake("not summed over the data", lambda q, p, x: (xlogy(q, x) - xlogy(q, q) + xlogy(q, p)).sum(-1), "One L_i is left for each observation. Add them up."),
    Mistake("negative", lambda q, p, x: -oracles.elbo(q, p, x), "That is the loss, −ELBO. Here the ELBO itself is wanted."),
    Mistake("0 · log 0", lambda q, p, x: (q * (np.log(x) + np.log(p) - np.log(q))).sum(), "Where q is 0 a term counts as 0, also when p(x_i|z) is 0 there. The computer makes NaN of 0 · (−∞)."),
    Mistake("KL not summed over the data", lambda q, p, x: oracles.expected(q, p, x) - oracles.kl(q, p), "The reconstruction is summed over the observations; the KL still has one number for each. Sum both."),
    Mistake("KL averaged over the data", lambda q, p, x: oracles.expected(q, p, x) - oracles.kl(q, p).mean(), "The reconstruction is summed over the observations, the KL averaged. Sum both."),
    Mistake("prior counted twice", lambda q, p, x: (xlogy(q, x) + 2 * xlogy(q, p) - xlogy(q, q)).sum(), "The prior is in the KL already: the first term is log p(x_i|z) alone."),
    Mistake("logarithm forgotten", lambda q, p, x: (np.array(q) * x).sum() - oracles.kl(q, p).sum(), "The first term averages log p(x_i|z), not p(x_i|z)."),
]  # fmt: skip
