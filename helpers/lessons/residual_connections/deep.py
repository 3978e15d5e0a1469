"""The network that gradients are sent through, and autograd's word on how they arrive."""

from functools import cache

import numpy as np

WIDTH, DEEPEST = 64, 64


def tensors(*arrays):
    import torch

    return [torch.tensor(np.array(array), dtype=torch.float64) for array in arrays]


def branch(x, w1, w2):
    """F(x) as a tensor, x a tensor already."""
    import torch

    return w2 @ torch.relu(w1 @ x)


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


def norms(
    depth, residual, scale,
    product="vjp", run_as=None, at=lambda i: i, signal=False, order=reversed,
):  # fmt: skip
    """The gradient's norms, one block's vector-Jacobian product after the other.

    For mistakes: product "jvp" takes J for its transpose; run_as is another kind of network for
    the way forward; at(i) says whose input block i is differentiated at; signal: x's norms instead;
    order(range) is the order of the blocks on the way back.
    """
    import torch
    from torch.autograd.functional import jvp

    x, blocks, grad = network(depth, scale)
    (*xs, grad), blocks = tensors(x, grad), [tensors(*pair) for pair in blocks]
    for pair in blocks:
        skip = xs[-1] if (residual if run_as is None else run_as) else 0
        xs.append(skip + branch(xs[-1], *pair))
    if signal:
        return np.array([float(x.norm()) for x in xs])
    lengths = [float(grad.norm())]
    for i in order(range(depth)):
        x = xs[at(i)].detach().requires_grad_()
        if product == "vjp":
            (through,) = torch.autograd.grad(branch(x, *blocks[i]), x, grad)
        else:
            _, through = jvp(lambda x, i=i: branch(x, *blocks[i]), x, grad)
        grad = through + grad if residual else through
        lengths.append(float(grad.norm()))
    return np.array(lengths[::-1])


def left_at_input(depth, residual, scale):
    """How long the gradient of length 1 is when it reaches the input of `network`."""
    return float(norms(depth, residual, scale)[0])
