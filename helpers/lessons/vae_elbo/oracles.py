"""What answers are compared with: PyTorch's distributions and autograd, and sums over a finite z.

p_z (K,) is the prior; row i of p_x_given_z (N, K) is the probability of observation x_i under each
z; row i of q (N, K) is some distribution of z for x_i. mu and logvar (N, D) are tensors.
"""

import numpy as np

from helpers.exercises import Call, oracles

# --- PCA ------------------------------------------------------------------------------------------


def centred(X):
    """X with the mean of each column taken away."""
    return np.asarray(X, float) - np.mean(X, 0)


def svd(X):
    """U (N, R), S (R,) and Vᵀ (R, D) of X (N, D), by PyTorch."""
    import torch

    return [part.numpy() for part in torch.linalg.svd(*oracles.tensors(X), full_matrices=False)]


def pca_code(X, k):
    """The scores of X (N, D) on its first k principal directions: (N, k)."""
    U, S, _ = svd(centred(X))
    return U[:, :k] * S[:k]


def directions(X, k):
    """The first k principal directions of the columns, (D, k)."""
    return svd(centred(X))[2][:k].T


def table_case(seed, n, d, k):
    """A call of `pca_code` on n rows of d columns with unequal means and spreads."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) * np.arange(d, 0, -1) + rng.integers(-9, 10, d)
    return Call(np.round(X) + 0.0, k)  # no −0


# --- a finite z, where every sum can be carried out -----------------------------------------------


def xlogy(weight, y):
    """weight · log y, entry by entry, and 0 where the weight is 0."""
    import torch

    return torch.xlogy(*oracles.tensors(weight, y)).numpy()


def log_joint(p_z, p_x_given_z):
    """log p(x_i, z): a tensor (N, K)."""
    p_z, p_x_given_z = oracles.tensors(p_z, p_x_given_z)
    return p_x_given_z.log() + p_z.log()


def log_marginals(p_z, p_x_given_z):
    """log p(x_i): (N,)."""
    return log_joint(p_z, p_x_given_z).logsumexp(1).numpy()


def log_likelihood(p_z, p_x_given_z):
    """Σ_i log Σ_z p(x_i|z) p(z)."""
    return float(log_marginals(p_z, p_x_given_z).sum())


def posterior(p_z, p_x_given_z):
    """p(z|x_i): (N, K)."""
    return log_joint(p_z, p_x_given_z).softmax(1).numpy()


def kl(q, p):
    """KL(q‖p) over the last axis; infinite where q is positive and p is 0."""
    return (xlogy(q, q) - xlogy(q, p)).sum(-1)


def expected(q, p_z, p_x_given_z):
    """Σ_i E_q[log p(x_i|z)], the reconstruction term; p_z plays no part in it."""
    return xlogy(q, p_x_given_z).sum()


def elbo(q, p_z, p_x_given_z):
    """Σ_i of the ELBO, by the identity log p(x_i) = ELBO_i + KL(q_i‖posterior_i)."""
    gaps = kl(q, posterior(p_z, p_x_given_z))
    return float((log_marginals(p_z, p_x_given_z) - gaps).sum())


# --- a Gaussian z ---------------------------------------------------------------------------------


def kl_terms(mu, logvar):
    """KL(N(mu, σ²)‖N(0, 1)) of each entry, tensors of one shape."""
    from torch.distributions import Normal, kl_divergence

    return kl_divergence(Normal(mu, (logvar / 2).exp()), Normal(0.0, 1.0))


def gaussian_kl(mu, logvar):
    """The same summed over the last axis, the latent dimensions."""
    return kl_terms(mu, logvar).sum(-1)


def reparametrize(mu, logvar, eps):
    """A sample of N(mu, σ²) for each eps of N(0, 1)."""
    from torch.distributions.transforms import AffineTransform

    return AffineTransform(mu, (logvar / 2).exp())(eps)


def reparam_gradient(theta, eps):
    """∂(θ + ε)²/∂θ for each ε, by autograd."""
    import torch

    (eps,) = oracles.tensors(eps)
    thetas = torch.full_like(eps, float(theta)).requires_grad_()
    return torch.autograd.grad(((thetas + eps) ** 2).sum(), thetas)[0].numpy()


def score(theta, eps):
    """∂log N(x; θ, 1)/∂θ for each x = θ + ε, held fixed, by autograd."""
    import torch

    (eps,) = oracles.tensors(eps)
    thetas = torch.full_like(eps, float(theta)).requires_grad_()
    log_q = torch.distributions.Normal(thetas, 1.0).log_prob(eps + float(theta))
    return torch.autograd.grad(log_q.sum(), thetas)[0].numpy()


def score_function_gradient(theta, eps):
    """x² · ∂log N(x; θ, 1)/∂θ for each x = θ + ε."""
    return (theta + eps) ** 2 * score(theta, eps)


def reconstruction(recon_logits, x):
    """−log p(x|z), pixel by pixel."""
    from torch.distributions import Bernoulli

    return -Bernoulli(logits=recon_logits, validate_args=False).log_prob(x)


def vae_loss(recon_logits, x, mu, logvar):
    """−ELBO: summed over pixels and dimensions, averaged over the batch."""
    return (reconstruction(recon_logits, x).sum(-1) + gaussian_kl(mu, logvar)).mean()
