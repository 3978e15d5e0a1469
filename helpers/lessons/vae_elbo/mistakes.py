"""Wrong answers that take more than an expression, and what several of them are made from."""

import math

import numpy as np

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
    import torch

    return torch.nn.functional.binary_cross_entropy(p, x, reduction="none")
