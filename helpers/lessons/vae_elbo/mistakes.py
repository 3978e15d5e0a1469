"""Wrong answers that take more than an expression, and what several of them are made from."""

import math

import numpy as np
import torch

from helpers.exercises import Mistake
from helpers.lessons.vae_elbo import oracles

# --- PCA ------------------------------------------------------------------------------------------


def not_centred(X, k):
    """The scores of X as it is."""
    U, S, _ = oracles.svd(X)
    return U[:, :k] * S[:k]


def rows_centred(X, k):
    """The mean of each row taken away, not that of each column."""
    return not_centred(X - X.mean(1, keepdims=True), k)


def directions_not_centred(X, k):
    """Centred rows, on the directions of X as it is."""
    return oracles.centred(X) @ oracles.svd(X)[2][:k].T


def last_directions(X, k):
    """The scores with the least spread."""
    U, S, _ = oracles.svd(oracles.centred(X))
    return U[:, -k:] * S[-k:]


def smallest_eigenvalues(X, k):
    """`eigh` sorts upwards; with no more rows than columns its first eigenvalues are 0."""
    X = oracles.centred(X)
    return X @ np.linalg.eigh(X.T @ X)[1][:, :k]


def as_eig_gives_them(X, k):
    """`eig` does not sort: often the largest eigenvalues come first, though not in each case here."""
    X = oracles.centred(X)
    return X @ np.linalg.eig(X.T @ X)[1][:, :k].real


def equal_spread(X, k):
    """The scores without their singular values."""
    return oracles.svd(oracles.centred(X))[0][:, :k]


def squared_spread(X, k):
    """The scores with their singular values once too often."""
    U, S, _ = oracles.svd(oracles.centred(X))
    return U[:, :k] * S[:k] ** 2


def columns_of_vt(X, k):
    """Columns of Vᵀ for its rows; the shapes need not even fit."""
    X = oracles.centred(X)
    return X @ oracles.svd(X)[2][:, :k]


def decoded(X, k):
    """What the linear decoder makes of the code."""
    return oracles.pca_code(X, k) @ oracles.directions(X, k).T + np.mean(X, 0)


# --- a Gaussian z ---------------------------------------------------------------------------------


def kl_formula(mu, variance, log_variance):
    """The formula with whatever a wrong answer takes for the variance and its logarithm."""
    return ((mu**2 + variance - 1 - log_variance) / 2).sum(-1)


def one_for_all(mu, logvar):
    """The formula with a single −1, however many dimensions there are."""
    return ((mu**2 + logvar.exp() - logvar).sum(-1) - 1) / 2


def weighted(f):
    """A wrong score-function gradient: f(x) in place of x²."""
    return lambda theta, eps: f(theta + eps) * oracles.score(theta, eps)


def not_differentiated(theta, eps):
    """x² · log q(x), without the constant."""
    return -((theta + eps) ** 2) * eps**2 / 2


def density_in_front(theta, eps):
    """The samples come from q, and are weighted by its density once more."""
    density = np.exp(-(eps**2) / 2) / math.sqrt(2 * math.pi)
    return density * oracles.score_function_gradient(theta, eps)


def loss_from(combine):
    """A wrong loss: combine(pixel terms (N, P), KL terms (N, D))."""

    def loss(recon_logits, x, mu, logvar):
        return combine(oracles.reconstruction(recon_logits, x), oracles.kl_terms(mu, logvar))

    return loss


def with_sigmoid(pixel_loss):
    """A wrong loss: pixel_loss(probabilities, x), and the KL as it should be."""

    def loss(recon_logits, x, mu, logvar):
        pixels = pixel_loss(recon_logits.sigmoid(), x).sum(-1)
        return (pixels + oracles.gaussian_kl(mu, logvar)).mean()

    return loss


def clamped(p, x):
    """Binary cross-entropy from probabilities, which PyTorch cuts off at 100."""
    return torch.nn.functional.binary_cross_entropy(p, x, reduction="none")


# --- a program to break ---------------------------------------------------------------------------


def loss_by_hand(recon_logits, x, mu, logvar):
    """The sigmoid first, then its logarithm."""
    ink = torch.sigmoid(recon_logits)
    pixels = -x * torch.log(ink) - (1 - x) * torch.log(1 - ink)
    prior = (mu * mu + torch.exp(logvar) - logvar - 1) / 2
    return pixels.sum(1).mean() + prior.sum(1).mean()


def no_batch(recon_logits, x):
    """Why these are no logits and pixels of some digits; "" if they are."""
    if np.ndim(recon_logits) != 2 or np.shape(recon_logits) != np.shape(x):
        return "recon_logits and x are tables of one shape (N, P), such as [[0.5]]."
    return "" if np.min(x) >= 0 and np.max(x) <= 1 else "Pixels go from 0 (paper) to 1 (ink)."


def of_middle_size(recon_logits, x):
    """Whether these are pixels and logits for which the sigmoid is neither 1 nor 0."""
    return not no_batch(recon_logits, x) and np.abs(recon_logits).max() < 15


def far_below_zero(recon_logits, x):
    """Whether these are pixels and logits, some of them at −15 or below, none at 15 or more."""
    return (
        not no_batch(recon_logits, x) and np.min(recon_logits) <= -15 and np.max(recon_logits) < 15
    )


# --- all that are known, where there are many -----------------------------------------------------

GAUSSIAN_KL = [
    Mistake("logvar taken as σ", lambda mu, logvar: kl_formula(mu, logvar**2, (logvar**2).log()), "logvar is log σ², not σ: it may be negative. The variance is its exponential."),
    Mistake("logvar taken as σ²", lambda mu, logvar: kl_formula(mu, logvar, logvar.log()), "logvar is log σ², not σ²: it may be negative, and its logarithm is then NaN. The variance is its exponential."),
    Mistake("logvar taken as log σ", lambda mu, logvar: kl_formula(mu, (2 * logvar).exp(), 2 * logvar), "logvar is log σ², not log σ: don't double it."),
    Mistake("σ for σ²", lambda mu, logvar: kl_formula(mu, (logvar / 2).exp(), logvar), "The formula holds the variance, e^logvar; you used the standard deviation."),
    Mistake("mean over dimensions", lambda mu, logvar: oracles.kl_terms(mu, logvar).mean(-1), "Sum over the dimensions: they are independent, and their KL adds up."),
    Mistake("not summed over dimensions", oracles.kl_terms, "One number for each observation: sum over the last axis."),
    Mistake("summed over the batch", lambda mu, logvar: oracles.kl_terms(mu, logvar).sum(0), "The first axis is the batch. Sum over the last, the dimensions."),
    Mistake("summed over everything", lambda mu, logvar: oracles.kl_terms(mu, logvar).sum(), "One number for each observation, please: the batch is averaged later."),
    Mistake("sign", lambda mu, logvar: -oracles.gaussian_kl(mu, logvar), "The sign is the other way round: KL is never negative."),
    Mistake("factor ½ forgotten", lambda mu, logvar: 2 * oracles.gaussian_kl(mu, logvar), "Twice too large: the ½ of the Gaussian's exponent is missing."),
    Mistake("ln σ² added", lambda mu, logvar: kl_formula(mu, logvar.exp(), -logvar), "A narrower q must cost more as σ goes to 0: logvar is subtracted."),
    Mistake("ln σ² forgotten", lambda mu, logvar: kl_formula(mu, logvar.exp(), logvar * 0), "The narrower q is, the more it says about z, and that must cost: −logvar is missing."),
    Mistake("1 added", lambda mu, logvar: kl_formula(mu, logvar.exp() + 2, logvar), "For mu = 0 and σ = 1 the two are the same, so the KL must be 0: the 1 is subtracted."),
    Mistake("logvar in the variance's place", lambda mu, logvar: kl_formula(mu, logvar, logvar), "The exponential is missing: the variance σ² is e^logvar, and the two logvars cancel."),
    Mistake("1 subtracted once for all dimensions", one_for_all, "Every dimension brings a −1 of its own: it belongs inside the sum."),
    Mistake("1 forgotten", lambda mu, logvar: kl_formula(mu, logvar.exp() + 1, logvar), "For mu = 0 and σ = 1 the two are the same, so the KL must be 0."),
    Mistake("μ not squared", lambda mu, logvar: kl_formula(mu.abs().sqrt(), logvar.exp(), logvar), "μ enters squared: moving q by 2 costs four times as much as by 1."),
    Mistake("μ not squared, and signed", lambda mu, logvar: kl_formula(mu * 0, logvar.exp(), logvar) + mu.sum(-1) / 2, "μ enters squared: moving q to either side costs."),
    Mistake("μ² subtracted", lambda mu, logvar: kl_formula(mu, logvar.exp(), logvar) - (mu**2).sum(-1), "Moving q away from 0 must cost: μ² enters with a plus. (Look at the signs in the bracket.)"),
    Mistake("½ left out on logvar", lambda mu, logvar: kl_formula(mu, logvar.exp(), 2 * logvar), "The ½ belongs to log σ² as well: −log σ = −½ logvar."),
    Mistake("½ on μ² alone", lambda mu, logvar: oracles.gaussian_kl(mu * 0, logvar) * 2 + (mu**2).sum(-1) / 2, "The ½ stands before the whole bracket."),
    Mistake("log σ for log σ²", lambda mu, logvar: kl_formula(mu, logvar.exp(), logvar / 2), "Inside the bracket stands log σ², which is logvar itself."),
    Mistake("averaged over the batch", lambda mu, logvar: oracles.gaussian_kl(mu, logvar).mean(), "One number for each observation, please: the batch is averaged later."),
    Mistake("reversed", lambda mu, logvar: kl_formula(mu * (-logvar / 2).exp(), (-logvar).exp(), -logvar), "That is KL(N(0, 1)‖q). The ELBO has q first."),
]  # fmt: skip

VAE_LOSS = [
    Mistake("mean over pixels", loss_from(lambda r, k: (r.mean(-1) + k.sum(-1)).mean()), "The pixels are averaged. Independent pixels multiply, so their logarithms add up: with the mean, the KL weighs 64 times too much on a digit."),
    Mistake("everything averaged", loss_from(lambda r, k: r.mean() + k.mean()), "Pixels and dimensions are averaged. Sum over both, and average over the batch alone."),
    Mistake("KL averaged over dimensions", loss_from(lambda r, k: (r.sum(-1) + k.mean(-1)).mean()), "The KL is averaged over the dimensions; it should be summed."),
    Mistake("summed over the batch", loss_from(lambda r, k: (r.sum(-1) + k.sum(-1)).sum()), "Average over the batch: otherwise the loss of 200 digits cannot be compared with that of 100."),
    Mistake("KL summed over the batch", loss_from(lambda r, k: r.sum(-1).mean() + k.sum()), "The KL is summed over the batch as well. Average both terms over it, or the KL grows with the batch."),
    Mistake("reconstruction summed over the batch", loss_from(lambda r, k: r.sum() + k.sum(-1).mean()), "The reconstruction is summed over the batch, the KL averaged. Treat both alike."),
    Mistake("KL summed over the batch, pixels averaged", loss_from(lambda r, k: r.mean() + k.sum()), "The pixels are averaged, the KL is summed over the batch. Sum over pixels and dimensions, average over the batch."),
    Mistake("batch and pixels exchanged", loss_from(lambda r, k: r.sum(0).mean() + k.sum(-1).mean()), "The reconstruction is summed over the batch and averaged over the pixels: the other way round. The pixels are the last axis."),
    Mistake("averaged over the pixels as well", loss_from(lambda r, k: (r.sum() + k.sum()) / r.numel()), "You divide by all pixels of the batch: divide by how many digits there are."),
    Mistake("not averaged over the batch", loss_from(lambda r, k: r.sum(-1) + k.sum(-1)), "One loss for each digit is left: average over the batch."),
    Mistake("KL's sign", loss_from(lambda r, k: (r.sum(-1) - k.sum(-1)).mean()), "In the loss both terms are costs: the KL is added. (In the ELBO it is subtracted.)"),
    Mistake("reconstruction's sign", loss_from(lambda r, k: (k.sum(-1) - r.sum(-1)).mean()), "In the loss both terms are costs. PyTorch's cross-entropy is −log p(x|z) already: it is added."),
    Mistake("the ELBO itself", lambda *a: -oracles.vae_loss(*a), "That is the ELBO, which is made large. An optimiser makes things small: hand it the negative."),
    Mistake("KL left out", loss_from(lambda r, k: r.sum(-1).mean() + 0 * k.sum()), "The KL is missing: this is a plain auto-encoder with noise."),
    Mistake("reconstruction left out", loss_from(lambda r, k: k.sum(-1).mean() + 0 * r.mean()), "The reconstruction is missing: nothing asks the decoder to give x back."),
    Mistake("sigmoid twice", lambda recon_logits, *rest: oracles.vae_loss(recon_logits.sigmoid(), *rest), "The function “with logits” applies the sigmoid itself: give it the raw logits."),
    Mistake("sigmoid, then logarithm", with_sigmoid(lambda p, x: -(x * p.log() + (1 - x) * (1 - p).log())), "For large logits the sigmoid is rounded to 0 or 1, and its logarithm is −∞ or NaN. Use the function that takes logits."),
    Mistake("sigmoid, then cross-entropy", with_sigmoid(clamped), "For large logits the sigmoid is rounded to 0 or 1, and PyTorch cuts the loss off at 100. Use the function that takes logits."),
    Mistake("logits and target exchanged", lambda recon_logits, x, *rest: oracles.vae_loss(x, recon_logits, *rest), "PyTorch's loss functions take the prediction first: the logits, then the target x."),
    Mistake("mu and logvar exchanged", lambda recon_logits, x, mu, logvar: oracles.vae_loss(recon_logits, x, logvar, mu), "mu and logvar have changed places: `gaussian_kl(mu, logvar)`."),
    Mistake("pixels not summed", loss_from(lambda r, k: (r + k.sum(-1)).mean()), "The pixels are not summed, so each digit's KL does not meet its own digit. First sum over the pixels: one number for each digit, as the KL."),
    Mistake("logits taken as probabilities", lambda recon_logits, *rest: oracles.vae_loss(recon_logits.clamp(1e-6, 1 - 1e-6).logit(), *rest), "The decoder gives logits, any real number. Use the function that takes logits."),
    Mistake("squared error", with_sigmoid(lambda p, x: (p - x) ** 2), "Squared error belongs to Gaussian pixels. These are probabilities of ink: binary cross-entropy."),
]  # fmt: skip
