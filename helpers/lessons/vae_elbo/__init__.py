"""Lesson 9, the variational auto-encoder and the ELBO.

Oracles: PyTorch's distributions and autograd, singular values, exact sums over a finite z, and the
identity log p(x) = ELBO + KL(q‖posterior) itself. Kingma, Welling, "Auto-encoding variational
Bayes", ICLR 2014.
"""

from functools import partial

import numpy as np

from helpers.exercises import (
    BreakIt,
    Call,
    Choice,
    Differentiable,
    Exercise,
    Mistake,
    NearMiss,
    Progress,
    Tensors,
    curves,
)
from helpers.lessons.vae_elbo import (
    bound,
    finite,
    finite_mistakes,
    mistakes,
    oracles,
    pictures,
    route,
    words,
)
from helpers.lessons.vae_elbo.explorers import explore, explore_gradients, explore_latent
from helpers.lessons.vae_elbo.finite import PRIOR, coins
from helpers.lessons.vae_elbo.pca import UpToRotation
from helpers.lessons.vae_elbo.pieces import random_batch

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
    [oracles.table_case(1, 4, 2, 1), oracles.table_case(2, 6, 3, 2), oracles.table_case(3, 9, 5, 4), oracles.table_case(4, 4, 6, 3)],
    mistakes=[
        Mistake("not centred", mistakes.not_centred, "Subtract the mean of each column first. Otherwise the first direction mostly points at the mean, not along the spread."),
        Mistake("one mean for the whole table", lambda X, k: mistakes.not_centred(X - X.mean(), k), "`X.mean()` is one number for the whole table. Each column has a mean of its own: `axis=0`."),
        Mistake("only the directions centred", lambda X, k: X @ oracles.directions(X, k), "The directions are right, but the codes are read off the uncentred rows: the point 0 of the code belongs at the mean."),
        Mistake("only the codes centred", mistakes.directions_not_centred, "The rows are centred, but the directions were found without: the first of them mostly points at the mean. Centre first."),
        Mistake("the last directions", mistakes.last_directions, "These directions lose the most, not the least. (`eigh` sorts upwards.)"),
        Mistake("smallest eigenvalues first", mistakes.smallest_eigenvalues, "These directions lose the most, not the least: `eigh` sorts its eigenvalues upwards."),
        Mistake("eigenvalues not sorted", mistakes.as_eig_gives_them, "`np.linalg.eig` returns its eigenvalues in no order, and the largest need not come first. Sort them, or take `eigh`, which sorts upwards."),
        Mistake("scaled to equal spread", mistakes.equal_spread, "Every axis has the same spread: the singular values are missing. A code keeps the lengths of the data."),
        Mistake("columns standardised", lambda X, k: oracles.pca_code(X / np.std(X, 0), k), "The columns were divided by their deviations. That is PCA of other data: squared error counts pixels as they are."),
        Mistake("rows of Vᵀ taken for columns", mistakes.columns_of_vt, "NumPy's `svd` returns Vᵀ: the directions are its rows."),
        Mistake("mean of each row subtracted", mistakes.rows_centred, "Centre each column: the mean runs over the observations."),
        Mistake("singular values squared", mistakes.squared_spread, "The codes are (X − mean) @ directions, which has the singular values in it once."),
        Mistake("reconstruction, not code", mistakes.decoded, "That is the decoder's output, back in the input's size. The code is what passes the bottleneck: (N, k)."),
        Mistake("directions, not code", oracles.directions, "Those are the directions (D, k); the code says where each row lies along them: (N, k)."),
        Mistake("code transposed", lambda X, k: oracles.pca_code(X, k).T, "One row for each observation: (N, k)."),
    ],
    hints=["All directions go through the point 0. Where should the cloud of rows lie before you look for any?",
           "`np.linalg.svd(A, full_matrices=False)` gives U, S and Vᵀ, with A = U · diag(S) · Vᵀ. Which of the three holds directions among the columns of A, and how do you get a row's coordinates along them?"],
    praise="No other k numbers and linear decoder give a smaller squared error. Signs and rotations are free, and were not held against you.",
    picture=partial(pictures.digit_codes, oracles.pca_code),
)  # fmt: skip

# --- row 4.3: a latent variable that can be counted -----------------------------------------------

_MODELS = [
    (np.array([0.25, 0.75]), np.array([[0.8, 0.4], [0.1, 0.2]])),
    (np.array([0.3, 0.7]), np.array([[0.2, 0.6], [0.9, 0.1], [0.4, 0.3]])),
    finite.random_tables(1, 3, 4),
    finite.random_tables(2, 4, 3),
    finite.random_tables(3, 2, 3, tiny=1e-200),
    (np.array([0.0, 0.2, 0.8]), np.array([[0.5, 0.3, 0.0], [0.1, 0.0, 0.7]])),
]

log_likelihood = Exercise(
    "log_likelihood", oracles.log_likelihood,
    [Call(*model) for model in [*_MODELS, finite.random_tables(4, 500, 2, tiny=1e-3)]],
    mistakes=finite_mistakes.LOG_LIKELIHOOD,
    hints=["Stay with one round: how likely were its heads, when you don't know which coin was drawn?",
           "Two coins, two ways to get these heads: drawing coin 0 and then the heads, or coin 1 and then the heads. Put their probabilities together before you take a logarithm."],
    praise="Σ_i log Σ_z p(x_i|z) p(z). Maximise this over the model's parameters θ, and you have the objective.",
    picture=curves(
        lambda theta, name: Call([float(name[6:9]), 1 - float(name[6:9])], coins(theta)),
        np.arange(0.1, 0.96, 0.05), ("p_z = 0.4, 0.6", "p_z = 0.9, 0.1"), oracles.log_likelihood,
        "chance θ of heads with coin 1", "log-likelihood",
    ),
)  # fmt: skip

printed_objective = Choice(
    "printed_objective", "Is Σ_i log(p(x_i|z) p(z)), to be maximised over θ, the same objective?",
    {
        "a": ("Yes: z is the one that made x_i", "Each x_i was made by some z, but nobody has seen it. Which number would you put in for z?"),
        "b": ("Yes: the logarithm turns the product into a sum", "It does, into log p(x_i|z) + log p(z). But that still has a z in it, and nobody has told you which."),
        "c": ("No: a sum over z is missing inside the logarithm", "Yes. As printed it is no function of θ and the data: it has a z in it that nobody has seen. Any z may have made x_i, so p(x_i) = Σ_z p(x_i|z) p(z), and then comes the logarithm."),
        "d": ("No: it must be Σ_i Σ_z log(p(x_i|z) p(z))", "That is Σ log in place of log Σ. A single z that cannot have made x_i would send it to −∞, however well another z explains x_i."),
    },
    "c", hints=["Try to compute it for the coins. What do you need for each x_i that you don't have?"],
)  # fmt: skip

break_log_likelihood = BreakIt(
    "break_log_likelihood", log_likelihood, finite_mistakes.likeliest_coin, goal="by luck",
    task="At least two z, and a prior that rules out none.",
    valid=finite_mistakes.no_tables,
    mistakes=[
        NearMiss("a prior that rules out a z", ([1.0, 0.0], [[0.3, 0.8]]), "Right, but with this prior there is only one z to begin with. Can it be right with every p(z) above 0?", finite_mistakes.only_one_left),
        NearMiss("all z equally likely", ([0.5, 0.5], [[0.3, 0.3]]), "All z have an equal share in p(x_i), and the program keeps one of them: the others are lost. When is there nothing to lose?", finite_mistakes.all_alike),
        NearMiss("lucky in some rows only", ([0.5, 0.5], [[0.3, 0.0], [0.2, 0.4]]), "In some rows nothing is lost, but not in all.", finite_mistakes.lucky_in_some),
    ],
    hints=["What the program drops is p(x_i|z) p(z) of all other z. When is nothing dropped?",
           "Think of a coin that cannot show these heads, say one with two tails."],
    praise="Nothing is lost where only one z can have made each x_i (or as good as only one). Then the z is known once x is seen, and “the” z of x_i means something. Otherwise it takes the sum.",
)  # fmt: skip

posterior = Exercise(
    "posterior", oracles.posterior,
    [Call(*model) for model in _MODELS],
    mistakes=finite_mistakes.POSTERIOR,
    hints=["Bayes' rule has p(z|x_i) on its left. What stands above the bar on its right, and where have you met what stands below?",
           "Check your table: each row must sum to 1. If it does not, or NumPy complains of shapes: which shape must the denominators have to go along with the rows?"],
    praise="This is what q will try to be. With two coins it is one line; with a decoder network and a long z nobody can sum over all z.",
    picture=Call(PRIOR, np.round(coins(0.8), 4)),
)  # fmt: skip

# --- rows 4.4 and 4.5: q, KL, ELBO ----------------------------------------------------------------

kl = Exercise(
    "kl", oracles.kl,
    [
        Call(np.array([0.2, 0.8]), np.array([0.6, 0.4])),
        Call(np.array([[0.3, 0.7], [0.9, 0.1]]), np.array([0.6, 0.4])),
        Call(np.array([0.2, 0.3, 0.5]), np.array([[0.1, 0.6, 0.3], [0.7, 0.1, 0.2]])),
        Call(finite.random_q(1, 3, 4), finite.random_q(2, 3, 4)),
        Call(np.array([[0.0, 0.3, 0.7], [1.0, 0.0, 0.0], [0.2, 0.8, 0.0]]), np.array([0.5, 0.3, 0.2])),
        Call(np.array([[0.0, 0.4, 0.6], [0.5, 0.5, 0.0]]), np.array([0.0, 0.3, 0.7])),
        Call(np.array([0.4, 0.0, 0.6, 0.0]), np.array([[0.3, 0.3, 0.0, 0.4], [0.0, 0.5, 0.5, 0.0], [0.4, 0.0, 0.6, 0.0]])),
    ],
    mistakes=finite_mistakes.KL,
    hints=["An average under q is a sum over z with weights q(z). What is being averaged here?",
           "0 · log 0 comes out as NaN on a computer. Give the logarithm something harmless wherever q is 0: the weight there is 0 anyway."],
    praise="Never negative, and 0 only where q equals p. In general KL(q‖p) and KL(p‖q) differ: the first distribution does the averaging.",
    picture=curves(
        lambda t, name: Call(np.array([t, 1 - t]), np.array([float(name[-3:]), 1 - float(name[-3:])])),
        np.linspace(0, 1, 21), ("p(0) = 0.5", "p(0) = 0.1"), oracles.kl, "q(0)", "KL(q‖p)",
    ),
)  # fmt: skip

break_kl = BreakIt(
    "break_kl", kl, finite_mistakes.kl_the_other_way, goal="by luck",
    task="q and p must be two different distributions of z.",
    valid=finite_mistakes.no_pair,
    mistakes=[
        NearMiss("q equals p", ([0.2, 0.8], [0.2, 0.8]), "With q equal to p both are 0, whatever the order. Take two different ones.", lambda q, p: np.allclose(q, p)),
        NearMiss("one of them uniform", ([0.5, 0.5], [0.1, 0.9]), "One direction averages under the uniform distribution, the other under the uneven one: the same ratios with other weights. Take two uneven ones.", finite_mistakes.one_uniform),
        NearMiss("almost equal", ([0.4, 0.6], [0.401, 0.599]), "So close together, the two directions have little to differ in. There are pairs far apart for which they agree exactly.", finite_mistakes.almost_equal),
    ],
    hints=["Which q and p could exchange their roles without anybody noticing?", "Give p the same numbers as q, in another order. Does any order do?"],
    praise="Here both directions agree, as they always do for mirror images. A test with such a pair alone would let the wrong direction pass.",
)  # fmt: skip

elbo = Exercise(
    "elbo", oracles.elbo,
    [
        Call(np.array([[0.6, 0.4], [0.1, 0.9]]), *_MODELS[0]),
        Call(finite.random_q(5, 3, 2), *_MODELS[1]),
        Call(finite.random_q(6, 3, 4), *_MODELS[2]),
        Call(finite.random_q(7, 4, 3), *_MODELS[3]),
        Call(finite.random_q(8, 2, 3), *_MODELS[4]),
        Call(np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), *_MODELS[5]),
        Call(np.array([[0.0, 0.6, 0.4], [0.0, 0.0, 1.0]]), *_MODELS[5]),
        Call(np.array([[0.0, 1.0, 0.0], [0.3, 0.0, 0.7]]), *_MODELS[5]),
    ],
    mistakes=finite_mistakes.ELBO,
    hints=["You have written one of the two terms already: which distributions go into it?",
           "The other is an average under q, a sum over z with weights. Of what? And what happens in it where both q and p(x_i|z) are 0?"],
    praise="Its distance from the log-likelihood is exactly Σ_i KL(q(z|x_i)‖p(z|x_i)): that is how this check computed the ELBO.",
    picture=curves(
        lambda t, name: Call(np.array([[t, 1 - t]]), PRIOR, coins(0.8, [int(name[0])])),
        np.linspace(0, 1, 21), ("5 heads in ten", "6 heads in ten"), oracles.elbo, "q(coin 0)", "ELBO",
    ),
)  # fmt: skip

jensen_direction = Choice(
    "jensen_direction", "r is 1 or 4, each with probability ½. Which is larger, log E[r] or E[log r]?",
    {
        "a": ("log E[r]", "log 2.5 ≈ 0.92 against ½ log 1 + ½ log 4 ≈ 0.69. The logarithm bends downwards, so the middle of a chord lies below the curve: log E ≥ E log, for every r that is positive. The two are equal only if r does not vary."),
        "b": ("E[log r]", "Compute both: the logarithm of the mean 2.5, and the mean of log 1 and log 4."),
        "c": ("They are equal", "That would be so if the logarithm were a straight line. Compute both: the mean of r is 2.5."),
    },
    "a", hints=["Draw the logarithm, its points at 1 and at 4, and the straight line between them."],
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

sigma_of_logvar = Choice(
    "sigma_of_logvar", "The encoder says logvar = −2. How wide is q, that is, what is σ?",
    {
        "a": ("−2", "A width is positive. This is log σ²."),
        "b": ("about 0.14", "That is e^−2, the variance σ². The width is its square root."),
        "c": ("about 0.37", "σ = √(e^−2) = e^−1: half of logvar, then the exponential."),
        "d": ("−1", "Half of logvar is log σ. A width is positive: what is still missing?"),
    },
    "c", hints=["logvar = log σ². First get rid of the logarithm, then of the square."],
)  # fmt: skip

gaussian_kl = Differentiable(
    "gaussian_kl", oracles.gaussian_kl,
    [
        Tensors([[1.0, -2.0], [3.0, 0.0]], [[2.0, -1.0], [1.0, -3.0]]),
        Tensors([[2.0, 0.0, 1.0]], [[0.5, 1.0, -2.0]]),
        Tensors([[0.0, 0.0], [0.3, -0.2]], [[4.0, -4.0], [-9.0, 2.0]]),
        Tensors([[3.0, 0.0, -1.0], [0.5, 6.0, 0.0]], [[-12.0, -7.0, -0.5], [8.0, -15.0, 1.5]]),
    ],
    mistakes=mistakes.GAUSSIAN_KL,
    hints=["Write log q(z) − log p(z) for one dimension. Which constants cancel, and which squares are left to average?",
           "Check your formula where the answer is known: for μ = 0 and σ = 1 it must give 0, for μ = 2 and σ = 1 it must give 2."],
    praise="Zero only at mu = 0, logvar = 0, and growing for q that are narrower, wider or farther off.",
    picture=curves(
        lambda v, name: Tensors([[float(name[3:])]], [[v]]), np.linspace(-6, 3, 19),
        ("μ = 0", "μ = 1", "μ = 2"), oracles.gaussian_kl, "logvar", "KL (nats)",
    ),
)  # fmt: skip

# --- row 4.7: gradients through samples -----------------------------------------------------------

reparametrize = Differentiable(
    "reparametrize", oracles.reparametrize,
    [
        Tensors([[1.0, -2.0]], [[2.0, -1.0]], [[-1.0, 3.0]], constants=("eps",)),
        Tensors([[3.0], [-1.0]], [[-2.0], [1.0]], [[2.0], [-2.0]], constants=("eps",)),
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
        Mistake("mean times eps too", lambda mu, logvar, eps: (mu + (logvar / 2).exp()) * eps, "Only σ is multiplied by eps: the mean is added as it is."),
        Mistake("noise added to σ", lambda mu, logvar, eps: mu + (logvar / 2).exp() + eps, "eps is multiplied by σ, not added to it: σ is how far the noise reaches."),
        Mistake("mean forgotten", lambda mu, logvar, eps: oracles.reparametrize(mu * 0, logvar, eps), "The mean is missing."),
        Mistake("noise forgotten", lambda mu, logvar, eps: oracles.reparametrize(mu, logvar, eps * 0), "That is μ alone: the same point every time. A sample is spread around it, by σ times eps."),
        Mistake("eps forgotten", lambda mu, logvar, eps: oracles.reparametrize(mu, logvar, eps * 0 + 1), "eps is missing: μ + σ is the same point every time."),
        Mistake("double logvar", lambda mu, logvar, eps: oracles.reparametrize(mu, 4 * logvar, eps), "σ is the square root of e^logvar: logvar is halved, not doubled."),
        Mistake("halved after the exponential", lambda mu, logvar, eps: mu + logvar.exp() / 2 * eps, "A square root is not a half: halve logvar before the exponential, not e^logvar after it."),
    ],
    hints=["eps has mean 0 and variance 1. What must you do to it to get variance σ², and what to get mean μ?",
           "How do you get σ from log σ²? Remember that log σ² = 2 log σ."],
    praise="The randomness sits in eps, which no parameter touches, so a gradient can pass through to mu and logvar.",
    picture=curves(
        lambda e, name: Tensors([[1.0]], [[float(name[9:].replace("−", "-"))]], [[e]]), np.linspace(-3, 3, 13),
        ("logvar = −2", "logvar = 0", "logvar = 2"), oracles.reparametrize, "ε", "z (μ = 1)",
    ),
)  # fmt: skip

_NOISE = [
    Call(2.0, np.array([3.0, -1.0])),
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
        Mistake("2 for θ alone", lambda theta, eps: 2 * theta + eps, "The 2 belongs to the whole of x = θ + ε: the derivative of x² is 2x."),
        Mistake("factor 2 forgotten", lambda theta, eps: theta + eps, "The derivative of a square brings a factor."),
        Mistake("differentiated by the scale", lambda theta, eps: eps * oracles.reparam_gradient(theta, eps), "The inner derivative of θ + ε by θ is 1, not ε."),
        Mistake("the score-function gradient", oracles.score_function_gradient, "That is the other estimator. Here x = θ + ε goes into x², and the chain rule does the rest."),
        Mistake("minus ε", lambda theta, eps: oracles.reparam_gradient(theta, -eps), "x is θ + ε, not θ − ε. (The average would be the same, each sample is not.)"),
    ],
    hints=["With ε = 3 fixed, the sample contributes (θ + 3)². What is the slope of that at θ = 2?"],
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
        Mistake("score left out", lambda theta, eps: (theta + eps) ** 2, "That is x² itself. Each sample's x² is weighted by the score, ∂ log q(x)/∂θ."),
        Mistake("θ for x", lambda theta, eps: theta**2 * eps, "x is the sample θ + ε, not its mean θ."),
        Mistake("x for its score", lambda theta, eps: (theta + eps) ** 3, "The score is x − θ, how far the sample lies from the mean, not x itself."),
        Mistake("ε for x", lambda theta, eps: eps**3, "x² is squared at the sample, θ + ε; you squared ε."),
        Mistake("½ in log q forgotten", lambda theta, eps: 2 * oracles.score_function_gradient(theta, eps), "log q(x) = −½(x − θ)² + const: the ½ and the 2 of the square cancel."),
        Mistake("log q, not its derivative", mistakes.not_differentiated, "That is x² log q(x). Differentiate log q(x) by θ."),
        Mistake("x not squared", mistakes.weighted(lambda x: x), "The expectation is of x², not of x."),
        Mistake("derivative of x²", mistakes.weighted(lambda x: 2 * x), "x² is not differentiated here: only log q is. That is this estimator's charm."),
        Mistake("density in front", mistakes.density_in_front, "The samples come from q already: multiplying by the density counts it twice."),
        Mistake("the reparametrised gradient", oracles.reparam_gradient, "That is the other estimator. Here x is held fixed, and log q(x) is differentiated by θ."),
        Mistake("score not weighted, but added", lambda theta, eps: (theta + eps) ** 2 + eps, "The score multiplies x²."),
    ],
    hints=["Two factors. One is x² as it is; for the other, write down log q(x) of a Gaussian with mean θ and variance 1.",
           "log q(x) = −½(x − θ)² + const. Differentiate by θ, then see what x − θ is."],
    praise="It needs no derivative of x², so it also works where z is discrete. Now see what that costs.",
    picture=pictures.over_noise(oracles.score_function_gradient),
)  # fmt: skip

# --- the loss of a VAE ----------------------------------------------------------------------------

vae_loss = Differentiable(
    "vae_loss", oracles.vae_loss,
    [
        Tensors([[0.0, 2.0, -1.0], [1.0, -2.0, 3.0]], [[0.0, 1.0, 1.0], [1.0, 0.0, 0.0]], [[1.0, -2.0], [2.0, 0.0]], [[2.0, -1.0], [-1.0, 1.0]], constants=("x",)),
        Tensors([[1.0, -2.0], [0.5, 3.0]], [[1.0, 0.2], [0.5, 0.0]], [[0.5], [-2.0]], [[1.0], [-1.0]], constants=("x",)),
        Tensors([[200.0, -200.0, 300.0]], [[0.0, 1.0, 1.0]], [[0.0, 1.0]], [[-9.0, 6.0]], constants=("x",)),
        random_batch(1, 3, 5, 2, 2.0),
        random_batch(2, 4, 6, 3, 4.0),
    ],
    mistakes=mistakes.VAE_LOSS,
    hints=["Stay with one digit first. Two costs: how badly its pixels are explained, and how far its q strays from the prior. What shape does each have before the batch is averaged?",
           "`torch.nn.functional.binary_cross_entropy_with_logits` averages over everything by default; see its `reduction`."],
    praise="Summed over pixels and dimensions, averaged over the batch, and made small: it is −ELBO.",
    picture=curves(
        lambda logit, name: Tensors([[logit]], [[float(name[4:])]], [[0.0]], [[0.0]]), np.linspace(-6, 6, 13),
        ("x = 0", "x = 0.5", "x = 1"), oracles.vae_loss, "logit of one pixel (KL = 0)", "loss (nats)",
    ),
)  # fmt: skip

break_vae_loss = BreakIt(
    "break_vae_loss", vae_loss, mistakes.loss_by_hand,
    task="Here mu and logvar are 0, so that the KL is 0: give recon_logits and x alone.",
    fixed={"mu": np.zeros((1, 1)), "logvar": np.zeros((1, 1))}, valid=mistakes.no_batch,
    mistakes=[
        NearMiss("logits of middle size", ([[2.0, -3.0]], [[1.0, 0.2]]), "The formula is right, and for such logits so is what comes out. How far can a computer follow the sigmoid?", mistakes.of_middle_size),
        NearMiss("far on the negative side only", ([[-30.0]], [[0.0]]), "Very small numbers a computer can keep: the sigmoid of −30 is about 10⁻¹³. Can it keep numbers as close to 1?", mistakes.far_below_zero),
    ],
    hints=["What is the logarithm of 0, and what is 0 times that?", "A decoder that is quite sure gives large logits. What does `torch.sigmoid` make of 20, in single precision?"],
    praise="Close to 1 single precision keeps steps of 6·10⁻⁸ and no finer: at 13 the loss is off already, and from about 17 on the sigmoid is 1. Below about −89 it is 0. Then a logarithm of 0 is −∞, and 0 · ∞ is NaN. The function “with logits” never forms the sigmoid: it is right for any logit.",
)  # fmt: skip

averaged_pixels = Choice(
    "averaged_pixels", "The mean over 64 pixels, plus the KL summed over the dimensions. What has become of the model?",
    {
        "a": ("Nothing: only the step size differs", "A factor on the whole loss would change little. Here it stands on one term alone: which one weighs more now?"),
        "b": ("A VAE with β = 1/64, and sharp pictures", "The other way round: it is the reconstruction that was divided by 64."),
        "c": ("The KL is still right, so the codes are as before", "The network trades one term against the other. What is a nat of KL worth when reconstruction counts a 64th?"),
        "d": ("A VAE with β = 64, and empty codes", "Yes. Mean + KL is (sum + 64 · KL)/64, and at β = 4 the codes were empty already. `reduction=\"mean\"`, PyTorch's default, makes this mistake for you."),
    },
    "d", hints=["Multiply the whole loss by 64: that moves no minimum. Which β do you see?"],
)  # fmt: skip

progress = Progress(globals(), written=words.POINTS)
