"""PyTorch on gates and dead units: torch.nn.functional for values, autograd for gradients."""

import numpy as np

from helpers.exercises import oracles

relu_forward, relu_derivative = oracles.activation("relu"), oracles.slope("relu")


def relu_backward(grad_output, x):
    """What autograd sends back through ReLU at x when grad_output arrives; shapes are equal."""
    import torch

    x, grad_output = oracles.tensors(x, grad_output)
    weighted = (grad_output * torch.relu(x.requires_grad_())).sum()
    return torch.autograd.grad(weighted, x)[0].numpy()


def numerical_gradient(loss, x, eps=1e-4):
    """Central differences of loss at x, one entry at a time; of x's shape, eps in x's units."""
    x = np.asarray(x, dtype=float)
    moves = eps * np.eye(x.size).reshape(-1, *x.shape)
    return np.reshape([(loss(x + move) - loss(x - move)) / (2 * eps) for move in moves], x.shape)


def network_backward(grad_output, X, W1, W2):
    """Autograd's dX (N, D), dW1 (D, H), dW2 (H, K) of relu(X W1) W2; grad_output is (N, K)."""
    import torch

    grad_output, *leaves = oracles.tensors(grad_output, X, W1, W2)
    X, W1, W2 = (leaf.requires_grad_() for leaf in leaves)
    weighted = (grad_output * (torch.relu(X @ W1) @ W2)).sum()
    found = torch.autograd.grad(weighted, (X, W1, W2))
    return tuple(gradient.numpy() for gradient in found)


def steepest(activation):
    """The largest slope that autograd finds of torch's sigmoid, tanh or relu, from −6 to 6."""
    return oracles.slope(activation)(np.linspace(-6, 6, 241)).max().item()


def surviving_gradient(depth, activation):
    """The largest factor by which `depth` activations can scale a gradient on its way back."""
    return steepest(activation) ** depth


def preactivation(weight, bias, X):
    """X @ weight + bias as a tensor (N,), for X (N, D), weight (D,) and a number bias."""
    X, weight = oracles.tensors(X, weight)
    return X @ weight + bias


def is_dead(weight, bias, X):
    """Whether a ReLU unit gives 0 on every row of X."""
    return not preactivation(weight, bias, X).relu().any().item()


OFFERED = ("relu6", "leaky_relu", "elu", "hardtanh", "sigmoid", "batch_norm")


def dead_unit():
    """The dead unit that `revive` is about: weight (2,), bias, X (6, 2)."""
    X = [[1.5, -1.0], [-0.5, 1.2], [0.4, 0.8], [-1.0, -1.0], [0.2, -0.6], [1.0, 1.0]]
    return np.array([1.0, -0.5]), -4.0, np.array(X)


def gradient_through(layer):
    """The norm of the gradient that the dead unit's weights get through `layer`, by autograd.

    layer: one of OFFERED, or "relu". The loss: squared distance of six outputs from six targets.
    """
    import torch
    from torch.nn import functional as F

    weight, bias, X = oracles.tensors(*dead_unit())
    z = X @ weight.requires_grad_() + bias
    if layer == "batch_norm":
        z, layer = F.batch_norm(z[:, None], None, None, training=True)[:, 0], "relu"
    (target,) = oracles.tensors([1.0, 0.2, 0.5, 0.0, 0.8, 0.3])
    loss = ((getattr(F, layer)(z) - target) ** 2).sum()
    return torch.autograd.grad(loss, weight)[0].norm().item()


def revive():
    """The names of the layers through which the dead unit gets a gradient."""
    return tuple(name for name in OFFERED if gradient_through(name) > 0)
