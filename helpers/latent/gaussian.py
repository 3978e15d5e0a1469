"""Gaussian latent variables, by PyTorch's distributions and autograd: the oracles of a VAE."""

import numpy as np


def kl_by_dimension(mu, logvar):
    from torch.distributions import Normal, kl_divergence

    return kl_divergence(Normal(mu, (logvar / 2).exp()), Normal(0.0, 1.0))


def gaussian_kl(mu, logvar):
    return kl_by_dimension(mu, logvar).sum(-1)


def _half(mu, variance, log_variance, by=0.5):
    """The formula with whatever a wrong answer takes for the variance and its logarithm."""
    return (by * (mu**2 + variance - 1 - log_variance)).sum(-1)


def reparametrize(mu, logvar, eps):
    from torch.distributions.transforms import AffineTransform

    return AffineTransform(mu, (logvar / 2).exp())(eps)


def pathwise(theta, eps):
    """∂(θ + ε)²/∂θ for each ε, by autograd."""
    import torch

    eps = torch.as_tensor(np.array(eps, float))
    thetas = torch.full_like(eps, float(theta)).requires_grad_()
    ((thetas + eps) ** 2).sum().backward()
    return thetas.grad.numpy()


def score(theta, eps, f=lambda x: x**2):
    """f(x) · ∂log N(x; θ, 1)/∂θ for each x = θ + ε, held fixed, by autograd."""
    import torch

    x = torch.as_tensor(np.array(eps, float)) + float(theta)
    thetas = torch.full_like(x, float(theta)).requires_grad_()
    torch.distributions.Normal(thetas, 1.0).log_prob(x).sum().backward()
    return (f(x) * thetas.grad).numpy()


def reconstruction(recon_logits, x):
    """−log p(x|z), pixel by pixel."""
    from torch.distributions import Bernoulli

    return -Bernoulli(logits=recon_logits, validate_args=False).log_prob(x)


def vae_loss(recon_logits, x, mu, logvar):
    return (reconstruction(recon_logits, x).sum(-1) + gaussian_kl(mu, logvar)).mean()


def _loss_from(combine):
    """A wrong loss: combine(pixel terms (N, P), KL terms (N, D))."""
    return lambda recon_logits, x, mu, logvar: combine(reconstruction(recon_logits, x), kl_by_dimension(mu, logvar))


def _with_sigmoid(loss):
    """A wrong loss: loss(probabilities, x) for each pixel, and the KL as it should be."""
    return lambda recon_logits, x, mu, logvar: (loss(recon_logits.sigmoid(), x).sum(-1) + gaussian_kl(mu, logvar)).mean()


def _clamped(p, x):
    import torch

    return torch.nn.functional.binary_cross_entropy(p, x, reduction="none")


