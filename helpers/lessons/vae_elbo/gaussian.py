"""Gaussian latent variables, by PyTorch's distributions and autograd: the oracles of a VAE."""

import numpy as np


def kl_by_dimension(mu, logvar):
    """KL(N(mu, σ²)‖N(0, 1)) of each entry, tensors of one shape."""
    from torch.distributions import Normal, kl_divergence

    return kl_divergence(Normal(mu, (logvar / 2).exp()), Normal(0.0, 1.0))


def gaussian_kl(mu, logvar):
    """The same summed over the last axis, the latent dimensions."""
    return kl_by_dimension(mu, logvar).sum(-1)


def kl_formula(mu, variance, log_variance):
    """The formula with whatever a wrong answer takes for the variance and its logarithm."""
    return ((mu**2 + variance - 1 - log_variance) / 2).sum(-1)


def reparametrize(mu, logvar, eps):
    """A sample of N(mu, σ²) for each eps of N(0, 1)."""
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
    """−ELBO: summed over pixels and dimensions, averaged over the batch."""
    return (reconstruction(recon_logits, x).sum(-1) + gaussian_kl(mu, logvar)).mean()


def loss_from(combine):
    """A wrong loss: combine(pixel terms (N, P), KL terms (N, D))."""

    def loss(recon_logits, x, mu, logvar):
        return combine(reconstruction(recon_logits, x), kl_by_dimension(mu, logvar))

    return loss


def with_sigmoid(pixel_loss):
    """A wrong loss: pixel_loss(probabilities, x), and the KL as it should be."""

    def loss(recon_logits, x, mu, logvar):
        return (pixel_loss(recon_logits.sigmoid(), x).sum(-1) + gaussian_kl(mu, logvar)).mean()

    return loss


def clamped(p, x):
    """Binary cross-entropy from probabilities, which PyTorch cuts off at 100."""
    import torch

    return torch.nn.functional.binary_cross_entropy(p, x, reduction="none")
