"""Lesson 9, the variational auto-encoder and the ELBO.

Oracles: PyTorch's distributions and autograd, singular values, exact sums over a finite z, and the
identity log p(x) = ELBO + KL(q‖posterior) itself. Kingma, Welling, "Auto-encoding variational
Bayes", ICLR 2014.
"""

import math
from functools import partial

import numpy as np

from helpers.exercises import Call, Choice, Exercise, Mistake, Progress, curves
from helpers.lessons.vae_elbo import bound, finite, mistakes, oracles, pictures, route
from helpers.lessons.vae_elbo.explorers import explore, explore_gradients, explore_latent
from helpers.lessons.vae_elbo.finite import PRIOR, coins
from helpers.lessons.vae_elbo.oracles import xlogy
from helpers.lessons.vae_elbo.pca import UpToRotation
from helpers.lessons.vae_elbo.pieces import Tensors, random_batch

__all__ = ["explore", "explore_gradients", "explore_latent"]  # for the notebook

# --- row 4.1: the bottleneck and PCA --------------------------------------------------------------

autoencoder_parts = Choice(
    "autoencoder_parts", "A bottleneck auto-encoder learns to give back its own input. What is it made of?",
    {
        "a": ("An encoder to a short code, and a classifier that reads the code", "There are no labels here: the target is the input itself. What turns the code back into pixels?"),
        "b": ("An encoder to a short code, the code, and a decoder back to the input's size", "The code is the bottleneck: whatever the decoder needs must fit through it, so the network has to find what matters."),
        "c": ("An encoder to a code as long as the input, and a decoder", "Then nothing is narrow: it could copy every pixel and learn nothing."),
        "d": ("A generator, and a discriminator that tells real from made up", "That is a GAN. Here the output is compared with the input, pixel by pixel."),
    },
    "b", hints=["Bottleneck: where is the network narrowest, and what must stand on either side?"],
)  # fmt: skip

pca_code = UpToRotation(
    "pca_code", oracles.pca_code,
    [oracles.table_case(1, 4, 2, 1), oracles.table_case(2, 6, 3, 2), oracles.table_case(3, 9, 5, 3), oracles.table_case(4, 4, 6, 2)],
    mistakes=[
        Mistake("not centred", mistakes.not_centred, "Subtract the mean of each column first. Otherwise the first direction mostly points at the mean, not along the spread."),
        Mistake("only the directions centred", lambda X, k: X @ oracles.directions(X, k), "The directions are right, but the codes are read off the uncentred rows: the point 0 of the code belongs at the mean."),
        Mistake("the last directions", mistakes.last_directions, "These directions lose the most, not the least. (`eigh` sorts upwards.)"),
        Mistake("smallest eigenvalues first", mistakes.smallest_eigenvalues, "These directions lose the most, not the least: `eigh` sorts its eigenvalues upwards."),
        Mistake("scaled to equal spread", mistakes.equal_spread, "Every axis has the same spread: the singular values are missing. A code keeps the lengths of the data."),
        Mistake("columns standardised", lambda X, k: oracles.pca_code(X / np.std(X, 0), k), "The columns were divided by their deviations. That is PCA of other data: squared error counts pixels as they are."),
        Mistake("rows of Vᵀ taken for columns", mistakes.columns_of_vt, "NumPy's `svd` returns Vᵀ: the directions are its rows."),
        Mistake("mean of each row subtracted", mistakes.rows_centred, "Centre each column: the mean runs over the observations."),
        Mistake("singular values squared", mistakes.squared_spread, "The codes are (X − mean) @ directions, which has the singular values in it once."),
        Mistake("reconstruction, not code", mistakes.decoded, "That is the decoder's output, back in the input's size. The code is what passes the bottleneck: (N, k)."),
        Mistake("directions, not code", oracles.directions, "Those are the directions (D, k); the code says where each row lies along them: (N, k)."),
        Mistake("code transposed", lambda X, k: oracles.pca_code(X, k).T, "One row for each observation: (N, k)."),
    ],
    hints=["Subtract the column means, then let `np.linalg.svd(..., full_matrices=False)` find the directions.",
           "The rows of Vᵀ are the directions, the one that matters most first. Project the centred rows onto the first k."],
    praise="No other k numbers and linear decoder give a smaller squared error. Signs and rotations are free, and were not held against you.",
    picture=partial(pictures.digit_codes, oracles.pca_code),
)  # fmt: skip

# --- row 4.3: a latent variable that can be counted -----------------------------------------------

_MODELS = [
    (np.array([0.25, 0.75]), np.array([[0.5, 0.1]])),
    (np.array([0.3, 0.7]), np.array([[0.2, 0.6], [0.9, 0.1], [0.4, 0.3]])),
    finite.random_tables(1, 3, 4),
    finite.random_tables(2, 4, 3),
    finite.random_tables(3, 2, 3, tiny=1e-200),
    (np.array([0.0, 0.2, 0.8]), np.array([[0.5, 0.3, 0.0], [0.1, 0.0, 0.7]])),
]
_NO_SUM = "The sum over z is left out. Nobody tells you which z made x_i: every z could have, so p(x_i) adds them all up, and only then comes the logarithm. "

log_likelihood = Exercise(
    "log_likelihood", oracles.log_likelihood,
    [Call(*model) for model in [*_MODELS, finite.random_tables(4, 500, 2, tiny=1e-3)]],
    mistakes=[
        Mistake("sum over z left out: a number for each z", mistakes.summed(lambda p, x: x * p, 0), _NO_SUM + "What you return still has one number for each z."),
        Mistake("sum over z left out: the whole table", lambda p, x: np.log(x * p), _NO_SUM + "What you return is still a table of all x_i and z."),
        Mistake("sum over z left out: only the first z", mistakes.summed(lambda p, x: x[:, 0] * p[0]), _NO_SUM + "You kept z = 0 alone."),
        Mistake("sum over z left out: only the last z", mistakes.summed(lambda p, x: x[:, -1] * p[-1]), _NO_SUM + "You kept the last z alone."),
        Mistake("sum over z left out: only the likeliest z", mistakes.summed(lambda p, x: (x * p).max(1)), _NO_SUM + "You kept the best z alone: a lower bound, but not the likelihood."),
        Mistake("Σ log for log Σ", mistakes.summed(lambda p, x: x * p), "You summed the logarithms over z. The sum over z belongs inside: log Σ, not Σ log."),
        Mistake("log inside the expectation", lambda p, x: (np.log(x) * p).sum(), "That is the average of log p(x|z) under the prior. First average p(x|z), then take the logarithm."),
        Mistake("log outside all sums", lambda p, x: np.log((x * p).sum()), "Observations are independent: their probabilities multiply, so each x_i gets its own logarithm."),
        Mistake("prior ignored", mistakes.summed(lambda p, x: x.sum(1)), "Every z counts the same here. Weight p(x|z) by how probable z is: p(z)."),
        Mistake("prior taken as uniform", mistakes.summed(lambda p, x: x.mean(1)), "The plain mean over z is right for equally probable z only; use p_z."),
        Mistake("mean over the data", lambda p, x: oracles.log_likelihood(p, x) / len(x), "The objective sums over the observations; you averaged."),
        Mistake("not summed over the data", oracles.log_marginals, "One number is left for each observation. Add them up."),
        Mistake("negative", lambda p, x: -oracles.log_likelihood(p, x), "That is the loss. The log-likelihood itself is wanted, which is made large."),
        Mistake("logarithm of the product", lambda p, x: np.log(np.prod(np.array(x) @ p)), "Right on paper. But a product of many small probabilities is rounded to 0, and its logarithm is −∞: sum the logarithms."),
        Mistake("logarithm forgotten", lambda p, x: (np.array(x) @ p).sum(), "You summed probabilities. Independent observations multiply: that is what the logarithm is for."),
        Mistake("logarithm to base 2", lambda p, x: oracles.log_likelihood(p, x) / math.log(2), "This is in bits. Take the natural logarithm."),
    ],
    hints=["For one x_i: p(x_i) = Σ_z p(x_i|z) p(z). Which axis of the table is z?",
           "First a number p(x_i) for each row, then its logarithm, then the sum over the rows."],
    praise="Σ_i log Σ_z p(x_i|z) p(z). Maximise this over the model's parameters θ, and you have the objective.",
    picture=curves(
        lambda theta, name: Call([float(name[6:9]), 1 - float(name[6:9])], coins(theta)),
        np.arange(0.1, 0.96, 0.05), ("p_z = 0.4, 0.6", "p_z = 0.9, 0.1"), oracles.log_likelihood,
        "chance θ of heads with coin 1", "log-likelihood",
    ),
)  # fmt: skip

posterior = Exercise(
    "posterior", oracles.posterior,
    [Call(*model) for model in _MODELS],
    mistakes=[
        Mistake("prior ignored", lambda p, x: oracles.posterior(p * 0 + 1, x), "You normalised the likelihoods. Bayes' rule weights them by the prior p(z) first."),
        Mistake("not normalised", lambda p, x: x * p, "That is p(x_i, z). Divide by p(x_i), so that each row sums to 1."),
        Mistake("normalised over the data", lambda p, x: x * p / np.sum(x * p, 0), "Your columns sum to 1. For each x_i the z share the probability: rows."),
        Mistake("normalised over everything", lambda p, x: x * p / np.sum(x * p), "The whole table sums to 1. Each x_i has its own posterior: each row sums to 1."),
        Mistake("divided by the likelihood's sum", lambda p, x: x * p / np.sum(x, 1, keepdims=True), "Divide by Σ_z p(x_i|z) p(z), the prior included."),
        Mistake("only the likeliest z", mistakes.likeliest_only, "You picked the best z. The posterior keeps how probable each one is."),
        Mistake("prior in place of the posterior", lambda p, x: np.broadcast_to(p, np.shape(x)) * 1.0, "These are the probabilities before x was seen."),
        Mistake("prior squared", lambda p, x: oracles.posterior(p**2, x), "The prior belongs in once."),
        Mistake("transposed", lambda p, x: oracles.posterior(p, x).T, "One row for each observation: (N, K)."),
    ],
    hints=["Bayes: p(z|x_i) = p(x_i|z) p(z) / p(x_i). You know the denominator from the last exercise.",
           "Make the table p(x_i|z) p(z), then divide each row by its sum. `keepdims=True` helps."],
    praise="This is what q will try to be. With six coins it is one line; with a decoder network nobody can sum over all z.",
    picture=Call(PRIOR, np.round(coins(0.8), 4)),
)  # fmt: skip

# --- rows 4.4 and 4.5: q, KL, ELBO ----------------------------------------------------------------

kl = Exercise(
    "kl", oracles.kl,
    [
        Call(np.array([0.5, 0.5]), np.array([0.25, 0.75])),
        Call(np.array([[0.2, 0.8], [0.9, 0.1]]), np.array([0.6, 0.4])),
        Call(finite.random_q(1, 3, 4), finite.random_q(2, 3, 4)),
        Call(np.array([[0.0, 0.3, 0.7], [1.0, 0.0, 0.0], [0.2, 0.8, 0.0]]), np.array([0.5, 0.3, 0.2])),
        Call(np.array([[0.0, 0.4, 0.6], [0.5, 0.5, 0.0]]), np.array([0.0, 0.3, 0.7])),
    ],
    mistakes=[
        Mistake("reversed", lambda q, p: oracles.kl(p, q), "This is KL(p‖q). The distribution before the bars, q, is the one that the average is taken under."),
        Mistake("sign", lambda q, p: -oracles.kl(q, p), "The sign is the other way round: KL is never negative."),
        Mistake("entropy's sign", lambda q, p: (-xlogy(q, q) - xlogy(q, p)).sum(-1), "log q enters with a plus, log p with a minus: KL(q‖p) = E_q[log q] − E_q[log p]."),
        Mistake("entropy left out", lambda q, p: (-xlogy(q, p)).sum(-1), "That is the cross-entropy −E_q[log p]. Where is E_q[log q]?"),
        Mistake("expectation under p", lambda q, p: (xlogy(p, q) - xlogy(p, p)).sum(-1), "You average log q − log p, but under p. The average is taken under q."),
        Mistake("not weighted", lambda q, p: np.log(q / p).sum(-1), "The terms log(q/p) are an average under q: weight each by q."),
        Mistake("mean over z", lambda q, p: oracles.kl(q, p) / q.shape[-1], "q already weights the terms: sum over z, don't average."),
        Mistake("summed over everything", lambda q, p: oracles.kl(q, p).sum(), "Sum over the last axis only: each row is a distribution of its own."),
        Mistake("0 · log 0", lambda q, p: (q * np.log(q / p)).sum(-1), "Where q is 0 the term counts as 0, as the limit of t · log t says. The computer makes NaN of 0 · (−∞): step round it."),
        Mistake("p = 0 glossed over", mistakes.zero_prior_ignored, "Where q is positive and p is 0, the KL is infinite: p calls impossible what q expects."),
    ],
    hints=["KL(q‖p) = Σ_z q(z) (log q(z) − log p(z)), over the last axis.",
           "`np.where(q > 0, q, 1)` gives the logarithm something harmless where q is 0; its weight there is 0."],
    praise="Never negative, and 0 only where q equals p. It is not symmetric: the first distribution does the averaging.",
    picture=curves(
        lambda t, name: Call(np.array([t, 1 - t]), np.array([float(name[-3:]), 1 - float(name[-3:])])),
        np.linspace(0, 1, 21), ("p(0) = 0.5", "p(0) = 0.1"), oracles.kl, "q(0)", "KL(q‖p)",
    ),
)  # fmt: skip

elbo = Exercise(
    "elbo", oracles.elbo,
    [
        Call(np.array([[0.5, 0.5]]), *_MODELS[0]),
        Call(finite.random_q(5, 3, 2), *_MODELS[1]),
        Call(finite.random_q(6, 3, 4), *_MODELS[2]),
        Call(finite.random_q(7, 4, 3), *_MODELS[3]),
        Call(finite.random_q(8, 2, 3), *_MODELS[4]),
        Call(np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), *_MODELS[5]),
    ],
    mistakes=[
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
        Mistake("log of the expectation", mistakes.log_of_the_expectation, "You took log E_q[p(x_i|z)]. After Jensen the logarithm stands inside: E_q[log p(x_i|z)]."),
        Mistake("reconstruction not weighted by q", mistakes.not_weighted, "Weight each log p(x_i|z) by q(z|x_i)."),
        Mistake("mean over the data", lambda q, p, x: oracles.elbo(q, p, x) / len(x), "Sum over the observations; you averaged."),
        Mistake("not summed over the data", lambda q, p, x: (xlogy(q, x) - xlogy(q, q) + xlogy(q, p)).sum(-1), "One L_i is left for each observation. Add them up."),
        Mistake("negative", lambda q, p, x: -oracles.elbo(q, p, x), "That is the loss, −ELBO. Here the ELBO itself is wanted."),
        Mistake("0 · log 0", lambda q, p, x: (q * (np.log(x) + np.log(p) - np.log(q))).sum(), "Where q is 0 a term counts as 0, also when p(x_i|z) is 0 there. The computer makes NaN of 0 · (−∞)."),
    ],
    hints=["Two terms: how well x_i is explained on average under q, minus `kl(q, p_z)`.",
           "E_q[log p(x_i|z)] = Σ_z q(z|x_i) log p(x_i|z), with terms where q is 0 counted as 0. Sum both terms over i."],
    praise="And log_likelihood − elbo is exactly Σ_i KL(q(z|x_i)‖p(z|x_i)): that is how this check computed it.",
    picture=curves(
        lambda t, name: Call(np.array([[t, 1 - t]]), PRIOR, coins(0.8, [int(name[0])])),
        np.linspace(0, 1, 21), ("5 heads in ten", "6 heads in ten"), oracles.elbo, "q(coin 0)", "ELBO",
    ),
)  # fmt: skip

elbo_derivation = bound.Logarithms(
    "elbo_derivation", finite.models, route.first, route.last,
    relation="≥", rules=bound.BOUND, worlds=bound.bound_worlds, each="x_i",
    mistakes=route.mistakes, landmarks=route.landmarks, words=route.words,
    hints=["Where does q come in? Inside the logarithm, inside the sum over z: q(z|x_i) in front of a fraction that has it below the bar.",
           "The fraction is the f(z) of `m.E_q`. Before Jensen `m.log` stands around `m.E_q`, after it around the fraction: change nothing else in that step.",
           "The fraction has two factors above the bar and one below: three logarithms, one with a minus. Those of p(z) and of q belong together: they make −KL."],
    praise="Only Jensen's inequality costs anything here. The rest is algebra, and the logarithm of a product.",
)  # fmt: skip

tight_derivation = bound.Logarithms(
    "tight_derivation", finite.tight_models, route.first, route.last,
    rules=bound.EQUALITY, worlds=bound.tight_worlds, each="x_i",
    without={bound.TIGHT: finite.models}, landmarks=route.tight_landmarks, words=route.words,
    mistakes=[m for m in route.mistakes if m.name != "averaged under the prior"],  # that one is right here
    hints=["With q the posterior, what is p(x_i|z) p(z) / q(z|x_i)? Does it depend on z? What does an average do to equal numbers?",
           "The lines can stay as they are; it is the signs that change. A comprehension may go through `elbo_derivation` part by part."],
    praise="With q(z|x_i) = p(z|x_i) the ratio p(x_i|z) p(z) / q is p(x_i), the same for every z. An average of equal numbers leaves Jensen nothing to take.",
)  # fmt: skip

sampling_distribution = Choice(
    "sampling_distribution", "The ELBO's expectation is estimated with samples of z. From which distribution are they drawn, while you optimise?",
    {
        "a": ("From the prior p(z)", "That is where z comes from once the model is trained and you generate something new. Whose expectation stands in the ELBO?"),
        "b": ("From q(z|x_i)", "The expectation is taken under q, which the encoder gives for this x_i. And q itself is being optimised: the samples depend on what you differentiate."),
        "c": ("From the posterior p(z|x_i)", "If you could sample that, you would not need q: its normaliser is p(x_i), the very sum that is out of reach."),
        "d": ("From the data", "The data give x_i. For z there are no observations: it is latent."),
    },
    "b", hints=["Look at the letter below the E in the ELBO."],
)  # fmt: skip

# --- the Gaussian case ----------------------------------------------------------------------------

gaussian_kl = Exercise(
    "gaussian_kl", oracles.gaussian_kl,
    [
        Tensors([[1.0]], [[0.0]]),
        Tensors([[1.0, -2.0]], [[0.5, -1.0]]),
        Tensors([[0.0, 0.0], [0.3, -0.2]], [[4.0, -4.0], [-9.0, 2.0]]),
        Tensors([[3.0, 0.0, -1.0], [0.5, 6.0, 0.0]], [[-12.0, -7.0, -0.5], [8.0, -15.0, 1.5]]),
    ],
    mistakes=[
        Mistake("logvar taken as σ", lambda mu, logvar: mistakes.kl_formula(mu, logvar**2, (logvar**2).log()), "logvar is log σ², not σ: it may be negative. The variance is its exponential."),
        Mistake("logvar taken as σ²", lambda mu, logvar: mistakes.kl_formula(mu, logvar, logvar.log()), "logvar is log σ², not σ²: it may be negative, and its logarithm is then NaN. The variance is its exponential."),
        Mistake("logvar taken as log σ", lambda mu, logvar: mistakes.kl_formula(mu, (2 * logvar).exp(), 2 * logvar), "logvar is log σ², not log σ: don't double it."),
        Mistake("σ for σ²", lambda mu, logvar: mistakes.kl_formula(mu, (logvar / 2).exp(), logvar), "The formula holds the variance, e^logvar; you used the standard deviation."),
        Mistake("mean over dimensions", lambda mu, logvar: oracles.kl_terms(mu, logvar).mean(-1), "Sum over the dimensions: they are independent, and their KL adds up."),
        Mistake("not summed over dimensions", oracles.kl_terms, "One number for each observation: sum over the last axis."),
        Mistake("summed over the batch", lambda mu, logvar: oracles.kl_terms(mu, logvar).sum(0), "The first axis is the batch. Sum over the last, the dimensions."),
        Mistake("summed over everything", lambda mu, logvar: oracles.kl_terms(mu, logvar).sum(), "One number for each observation, please: the batch is averaged later."),
        Mistake("sign", lambda mu, logvar: -oracles.gaussian_kl(mu, logvar), "The sign is the other way round: KL is never negative."),
        Mistake("factor ½ forgotten", lambda mu, logvar: 2 * oracles.gaussian_kl(mu, logvar), "Twice too large: the ½ of the Gaussian's exponent is missing."),
        Mistake("ln σ² added", lambda mu, logvar: mistakes.kl_formula(mu, logvar.exp(), -logvar), "A narrower q must cost more as σ goes to 0: logvar is subtracted."),
        Mistake("ln σ² forgotten", lambda mu, logvar: mistakes.kl_formula(mu, logvar.exp(), logvar * 0), "The narrower q is, the more it says about z, and that must cost: −logvar is missing."),
        Mistake("1 forgotten", lambda mu, logvar: mistakes.kl_formula(mu, logvar.exp() + 1, logvar), "For mu = 0 and σ = 1 the two are the same, so the KL must be 0."),
        Mistake("μ not squared", lambda mu, logvar: mistakes.kl_formula(mu.abs().sqrt(), logvar.exp(), logvar), "μ enters squared: moving q by 2 costs four times as much as by 1."),
        Mistake("reversed", lambda mu, logvar: mistakes.kl_formula(mu * (-logvar / 2).exp(), (-logvar).exp(), -logvar), "That is KL(N(0, 1)‖q). The ELBO has q first."),
    ],
    hints=["In one dimension: E_q[log q(z) − log p(z)]. The constants log √2π cancel.",
           "E_q[z²] = μ² + σ², and E_q[(z − μ)²/σ²] = 1. What is left of ½ E_q[z²] − ½ − ½ log σ²?"],
    praise="Zero only at mu = 0, logvar = 0, and right for very narrow and very wide q as well.",
    picture=curves(
        lambda v, name: Tensors([[float(name[3:])]], [[v]]), np.linspace(-6, 3, 19),
        ("μ = 0", "μ = 1", "μ = 2"), oracles.gaussian_kl, "logvar", "KL (nats)",
    ),
)  # fmt: skip

# --- row 4.7: gradients through samples -----------------------------------------------------------

reparametrize = Exercise(
    "reparametrize", oracles.reparametrize,
    [
        Tensors([[1.0]], [[0.0]], [[0.5]], constants=("eps",)),
        Tensors([[1.0, -2.0]], [[2.0, -1.0]], [[-1.0, 0.5]], constants=("eps",)),
        Tensors([[0.0, 3.0, 1.0], [-1.0, 0.5, 2.0]], [[-8.0, 6.0, 0.5], [1.0, -2.0, -20.0]], [[1.0, -1.5, 0.0], [2.0, -0.3, 0.7]], constants=("eps",)),
    ],
    mistakes=[
        Mistake("logvar taken as σ", lambda mu, logvar, eps: mu + logvar * eps, "logvar is log σ². Make σ of it first: half of it, then the exponential."),
        Mistake("σ² for σ", lambda mu, logvar, eps: mu + logvar.exp() * eps, "e^logvar is the variance. The noise is scaled by its square root."),
        Mistake("log σ for σ", lambda mu, logvar, eps: mu + logvar / 2 * eps, "Half of logvar is log σ: the exponential is missing."),
        Mistake("square root of logvar", lambda mu, logvar, eps: mu + logvar.sqrt() * eps, "logvar is a logarithm and may be negative: take its exponential before any root."),
        Mistake("σ upside down", lambda mu, logvar, eps: oracles.reparametrize(mu, -logvar, eps), "You divide by σ. That is how a sample is standardised; here it goes the other way."),
        Mistake("noise subtracted", lambda mu, logvar, eps: oracles.reparametrize(mu, logvar, -eps), "z is μ + σε, not μ − σε. (Its distribution would be the same, each sample is not.)"),
        Mistake("noise not scaled", lambda mu, logvar, eps: mu + eps, "The noise must be scaled by σ, or q would always be one wide."),
        Mistake("mean scaled too", lambda mu, logvar, eps: oracles.reparametrize(mu * 0, logvar, mu + eps), "Only the noise is scaled by σ: the mean is added as it is."),
        Mistake("mean forgotten", lambda mu, logvar, eps: oracles.reparametrize(mu * 0, logvar, eps), "The mean is missing."),
        Mistake("noise forgotten", lambda mu, logvar, eps: oracles.reparametrize(mu, logvar, eps * 0 + 1), "eps is missing: this is the same point every time."),
    ],
    hints=["A standard normal ε, stretched by σ and moved by μ, has mean μ and variance σ².",
           "How do you get σ from log σ²? Halve, then take the exponential."],
    praise="The randomness sits in eps, which no parameter touches, so a gradient can pass through to mu and logvar.",
    picture=curves(
        lambda e, name: Tensors([[1.0]], [[float(name[9:].replace("−", "-"))]], [[e]]), np.linspace(-3, 3, 13),
        ("logvar = −2", "logvar = 0", "logvar = 2"), oracles.reparametrize, "ε", "z (μ = 1)",
    ),
)  # fmt: skip

_NOISE = [
    Call(1.0, np.array([0.5])),
    Call(1.0, np.array([-2.0, 0.0, 1.5])),
    Call(-3.0, np.array([0.25, 3.0, -1.0, -0.5])),
    Call(0.0, np.array([2.0, -1.0])),
]

reparam_gradient = Exercise(
    "reparam_gradient", oracles.reparam_gradient,
    _NOISE,
    mistakes=[
        Mistake("averaged", lambda theta, eps: oracles.reparam_gradient(theta, eps).mean(), "One value for each ε, please: you averaged over the samples."),
        Mistake("the expected value", lambda theta, eps: oracles.reparam_gradient(theta, eps * 0), "2θ is what the samples average to. A single sample keeps its ε."),
        Mistake("ε without θ", lambda theta, eps: oracles.reparam_gradient(0.0, eps), "Differentiate (θ + ε)²: θ stays in the result."),
        Mistake("not differentiated", lambda theta, eps: (theta + eps) ** 2, "That is x² itself. Put x = θ + ε and differentiate by θ."),
        Mistake("factor 2 forgotten", lambda theta, eps: theta + eps, "The derivative of a square brings a factor."),
        Mistake("differentiated by the scale", lambda theta, eps: eps * oracles.reparam_gradient(theta, eps), "The inner derivative of θ + ε by θ is 1, not ε."),
        Mistake("the score-function gradient", oracles.score_function_gradient, "That is the other estimator. Here x = θ + ε goes into x², and the chain rule does the rest."),
        Mistake("minus ε", lambda theta, eps: oracles.reparam_gradient(theta, -eps), "x is θ + ε, not θ − ε. (The average would be the same, each sample is not.)"),
    ],
    hints=["Write x² as (θ + ε)², with ε fixed, and differentiate by θ."],
    praise="Averaged over ε this is 2θ, the derivative of E[x²] = θ² + 1.",
    picture=pictures.over_noise(oracles.reparam_gradient),
)  # fmt: skip

score_function_gradient = Exercise(
    "score_function_gradient", oracles.score_function_gradient,
    _NOISE,
    mistakes=[
        Mistake("averaged", lambda theta, eps: oracles.score_function_gradient(theta, eps).mean(), "One value for each ε, please: you averaged over the samples."),
        Mistake("score alone", oracles.score, "That is the score ∂ log q/∂θ. It is weighted by the value x² of the sample."),
        Mistake("score's sign", lambda theta, eps: -oracles.score_function_gradient(theta, eps), "log q(x) = −½(x − θ)² + const: by the chain rule its derivative by θ is x − θ, not θ − x."),
        Mistake("x for its score", lambda theta, eps: (theta + eps) ** 3, "The score is x − θ, how far the sample lies from the mean, not x itself."),
        Mistake("x not squared", mistakes.weighted(lambda x: x), "The expectation is of x², not of x."),
        Mistake("derivative of x²", mistakes.weighted(lambda x: 2 * x), "x² is not differentiated here: only log q is. That is this estimator's charm."),
        Mistake("density in front", mistakes.density_in_front, "The samples come from q already: multiplying by the density counts it twice."),
        Mistake("the reparametrised gradient", oracles.reparam_gradient, "That is the other estimator. Here x is held fixed, and log q(x) is differentiated by θ."),
        Mistake("score not weighted, but added", lambda theta, eps: (theta + eps) ** 2 + eps, "The score multiplies x²."),
    ],
    hints=["∂/∂θ E[x²] = E[x² · ∂ log q(x)/∂θ], with x = θ + ε held fixed.",
           "log q(x) = −½(x − θ)² + const. Its derivative by θ, at x = θ + ε, is a very short expression."],
    praise="It needs no derivative of x², so it works where z is discrete. Now see what that costs.",
    picture=pictures.over_noise(oracles.score_function_gradient),
)  # fmt: skip

# --- the loss of a VAE ----------------------------------------------------------------------------


vae_loss = Exercise(
    "vae_loss", oracles.vae_loss,
    [
        Tensors([[0.0, 2.0]], [[0.0, 1.0]], [[1.0]], [[0.5]], constants=("x",)),
        Tensors([[1.0, -2.0], [0.5, 3.0]], [[1.0, 0.2], [0.5, 0.0]], [[0.5], [-2.0]], [[1.0], [-1.0]], constants=("x",)),
        Tensors([[200.0, -200.0, 300.0]], [[0.0, 1.0, 1.0]], [[0.0, 1.0]], [[-9.0, 6.0]], constants=("x",)),
        random_batch(1, 3, 5, 2, 2.0),
        random_batch(2, 4, 6, 3, 4.0),
    ],
    mistakes=[
        Mistake("mean over pixels", mistakes.loss_from(lambda r, k: (r.mean(-1) + k.sum(-1)).mean()), "The pixels are averaged. Independent pixels multiply, so their logarithms add up: with the mean, the KL weighs 64 times too much on a digit."),
        Mistake("everything averaged", mistakes.loss_from(lambda r, k: r.mean() + k.mean()), "Pixels and dimensions are averaged. Sum over both, and average over the batch alone."),
        Mistake("KL averaged over dimensions", mistakes.loss_from(lambda r, k: (r.sum(-1) + k.mean(-1)).mean()), "The KL is averaged over the dimensions; it should be summed."),
        Mistake("summed over the batch", mistakes.loss_from(lambda r, k: (r.sum(-1) + k.sum(-1)).sum()), "Average over the batch: otherwise the step size depends on how many digits are in it."),
        Mistake("KL summed over the batch", mistakes.loss_from(lambda r, k: r.sum(-1).mean() + k.sum()), "The KL is summed over the batch as well. Average both terms over it, or the KL grows with the batch."),
        Mistake("reconstruction summed over the batch", mistakes.loss_from(lambda r, k: r.sum() + k.sum(-1).mean()), "The reconstruction is summed over the batch, the KL averaged. Treat both alike."),
        Mistake("not averaged over the batch", mistakes.loss_from(lambda r, k: r.sum(-1) + k.sum(-1)), "One loss for each digit is left: average over the batch."),
        Mistake("KL's sign", mistakes.loss_from(lambda r, k: (r.sum(-1) - k.sum(-1)).mean()), "In the loss both terms are costs: the KL is added. (In the ELBO it is subtracted.)"),
        Mistake("the ELBO itself", lambda *a: -oracles.vae_loss(*a), "That is the ELBO, which is made large. An optimiser makes things small: hand it the negative."),
        Mistake("KL left out", mistakes.loss_from(lambda r, k: r.sum(-1).mean() + 0 * k.sum()), "The KL is missing: this is a plain auto-encoder with noise."),
        Mistake("reconstruction left out", mistakes.loss_from(lambda r, k: k.sum(-1).mean() + 0 * r.mean()), "The reconstruction is missing: nothing asks the decoder to give x back."),
        Mistake("sigmoid twice", lambda recon_logits, *rest: oracles.vae_loss(recon_logits.sigmoid(), *rest), "The function “with logits” applies the sigmoid itself: give it the raw logits."),
        Mistake("sigmoid, then logarithm", mistakes.with_sigmoid(lambda p, x: -(x * p.log() + (1 - x) * (1 - p).log())), "For large logits the sigmoid is rounded to 0 or 1, and its logarithm is −∞ or NaN. Use the function that takes logits."),
        Mistake("sigmoid, then cross-entropy", mistakes.with_sigmoid(mistakes.clamped), "For large logits the sigmoid is rounded to 0 or 1, and PyTorch cuts the loss off at 100. Use the function that takes logits."),
        Mistake("squared error", mistakes.with_sigmoid(lambda p, x: (p - x) ** 2), "Squared error belongs to Gaussian pixels. These are probabilities of ink: binary cross-entropy."),
    ],
    hints=["−ELBO of one digit: −log p(x|z), summed over its pixels, plus `gaussian_kl`. Then the mean over the batch.",
           "`torch.nn.functional.binary_cross_entropy_with_logits` averages over everything unless you say `reduction=\"none\"`."],
    praise="Summed over pixels and dimensions, averaged over the batch, and made small: it is −ELBO.",
    picture=curves(
        lambda logit, name: Tensors([[logit]], [[float(name[4:])]], [[0.0]], [[0.0]]), np.linspace(-6, 6, 13),
        ("x = 0", "x = 0.5", "x = 1"), oracles.vae_loss, "logit of one pixel (KL = 0)", "loss (nats)",
    ),
)  # fmt: skip

progress = Progress(globals())
