"""The block and its Jacobian by autograd, the shortcut by PyTorch, and the network of 64 blocks."""

from functools import cache

import numpy as np

from helpers.exercises import oracles as shared

WIDTH, DEEPEST = 64, 64


def branch(x, w1, w2):
    """F(x) as a tensor, x a tensor already."""
    import torch

    return w2 @ torch.relu(w1 @ x)


def residual_block(x, w1, w2):
    """x + F(x): (D,), with w1 (H, D) and w2 (D, H)."""
    x, w1, w2 = shared.tensors(x, w1, w2)
    return (x + branch(x, w1, w2)).numpy()


def residual_jacobian(x, w1, w2):
    """I + F′ (D, D), by autograd."""
    import torch

    x, w1, w2 = shared.tensors(x, w1, w2)
    return torch.autograd.functional.jacobian(lambda x: x + branch(x, w1, w2), x).numpy()


def resnet_jacobian(x, w1, w2):
    """The Jacobian (D, D) of relu(x + F(x)), by autograd."""
    import torch

    x, w1, w2 = shared.tensors(x, w1, w2)

    def clipped(x):
        return torch.relu(x + branch(x, w1, w2))

    return torch.autograd.functional.jacobian(clipped, x).numpy()


def branch_alone(x, w1, w2):
    """F(x)."""
    return residual_block(x, w1, w2) - np.asarray(x)


def branch_jacobian(x, w1, w2):
    """F′ alone."""
    return residual_jacobian(x, w1, w2) - np.eye(len(x))


def projection_shortcut(x, weight, stride):
    """The strided 1×1 convolution of x (C_in, H, W) with weight (C_out, C_in), by PyTorch."""
    import torch

    x, weight = shared.tensors(x, weight)
    return torch.nn.functional.conv2d(x, weight[:, :, None, None], stride=stride).numpy()


# The pair that `cancelling_w2` is about: both hidden units are open.
CANCEL_X, CANCEL_W1 = np.array([1.0, 2.0]), np.array([[2.0, 0.0], [1.0, 1.0]])


def cancelling_w2():
    """The w2 with w2 w1 = −I, by NumPy."""
    return np.linalg.solve(CANCEL_W1, -np.eye(2))


def network(depth, scale):
    """An input x, `depth` pairs (w1, w2), and the gradient of length 1 that arrives at the end.

    x, grad: (64,); w1, w2: (64, 64), normal with deviations scale·√(2/64) and scale·√(1/64): at
    scale 1 a block without skip keeps the mean squared length of signal and gradient. Always the
    same draw; a shallower network is the beginning of a deeper one.
    """
    (x, grad), pairs = _draws(max(depth, DEEPEST))
    pairs = scale * pairs[:depth] / np.sqrt(WIDTH)
    return x.copy(), [(np.sqrt(2) * w1, w2) for w1, w2 in pairs], grad / np.linalg.norm(grad)


@cache  # half a million random numbers: too slow to draw while a slider moves
def _draws(depth):
    rng = np.random.default_rng(5)
    return rng.normal(size=(2, WIDTH)), rng.normal(size=(depth, 2, WIDTH, WIDTH))


def sent(depth, scale):
    """`network` as tensors: x, the pairs, and the gradient that arrives."""
    x, pairs, grad = network(depth, scale)
    x, grad = shared.tensors(x, grad)
    return x, [shared.tensors(*pair) for pair in pairs], grad


def forward(x, pairs, residual):
    """The signal before each block and behind the last one: depth + 1 tensors."""
    signals = [x]
    for pair in pairs:
        through = branch(signals[-1], *pair)
        signals.append(signals[-1] + through if residual else through)
    return signals


def transposed_product(x, pair, grad):
    """F′(x)ᵀ grad, by autograd."""
    import torch

    x = x.detach().requires_grad_()
    return torch.autograd.grad((grad * branch(x, *pair)).sum(), x)[0]


def backward(signals, pairs, grad, residual, product=transposed_product):
    """The gradient's norm before each block and behind the last one.

    signals: where each block is differentiated; product: how a branch passes a gradient on.
    """
    lengths = [float(grad.norm())]
    for x, pair in zip(reversed(signals), reversed(pairs), strict=True):
        through = product(x, pair, grad)
        grad = grad + through if residual else through
        lengths.append(float(grad.norm()))
    return np.array(lengths[::-1])


def written_product(x, pair, grad):
    """F′(x)ᵀ grad as `transposed_product`, written out: a third of the time."""
    w1, w2 = pair
    return w1.T @ ((w1 @ x > 0) * (w2.T @ grad))


def gradient_norms(depth, residual, scale):
    """The gradient's norms in `network`, one block's vector-Jacobian product after the other."""
    x, pairs, grad = sent(depth, scale)
    return backward(forward(x, pairs, residual)[:-1], pairs, grad, residual, written_product)


def left_at_input(depth, residual, scale):
    """How long the gradient of length 1 is when it reaches the input of `network`."""
    return float(gradient_norms(depth, residual, scale)[0])
