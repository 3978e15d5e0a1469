"""What the notebook's own networks are measured and trained on."""

import numpy as np

from helpers.lessons.residual_connections.oracles import DEEPEST, WIDTH


def arriving(block, residual, scale, normalise):
    """What 64 modules block(width, residual, normalise), weighted as in `network`, leave of a
    gradient of length 1."""
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(0)
        net = torch.nn.Sequential(*(block(WIDTH, residual, normalise) for _ in range(DEEPEST)))
        layers = [layer for layer in net.modules() if isinstance(layer, torch.nn.Linear)]
        for index, layer in enumerate(layers):  # first and second layers in turn
            torch.nn.init.normal_(layer.weight, std=scale * ((2 - index % 2) / WIDTH) ** 0.5)
        x, grad = torch.randn(2, 64, WIDTH, dtype=torch.float64)
    weighted = (grad / grad.norm() * net.double()(x.requires_grad_())).sum()
    (grad,) = torch.autograd.grad(weighted, x)
    return float(grad.norm())


def spirals(n=256):
    """Two noisy spirals wound into each other: points (n, 2) and labels (n,), as tensors."""
    import torch

    rng = np.random.default_rng(0)
    radius, label = np.sqrt(rng.uniform(0.05, 1, n)) * 3.5 * np.pi, rng.integers(0, 2, n)
    angle = radius + np.pi * label
    x = radius / 6 * np.stack([np.cos(angle), np.sin(angle)]) + rng.normal(scale=0.03, size=(2, n))
    return torch.tensor(x.T, dtype=torch.float32), torch.tensor(label, dtype=torch.float32)
