"""What is right: PyTorch, and sums over all masks; and the arrays that the cases take."""

import itertools

import numpy as np

from helpers.exercises import Call, oracles


def dropout(x, p, training, rng):
    """PyTorch's dropout of an array x of any shape, its mask drawn from `rng`."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(rng.integers(2**31)))
        (x,) = oracles.tensors(x)
        return torch.nn.functional.dropout(x, p, training).numpy()


def dropout_mean_and_variance(x, p):
    """Mean and variance over a unit's two outcomes, each weighted with its probability."""
    outcomes, weights = np.stack([np.multiply(0.0, x), np.divide(x, 1 - p)]), np.array([p, 1 - p])
    mean = np.tensordot(weights, outcomes, 1)
    return mean, np.tensordot(weights, (outcomes - mean) ** 2, 1)


def mean_over_masks(function, x, p):
    """The mean of function(x under a mask) over all masks of x (units,), each by its probability."""
    masks = np.array(list(itertools.product((0.0, 1.0), repeat=len(x))))
    weights = np.prod(np.where(masks == 1, 1 - p, p), axis=1)
    return float(weights @ [function(dropped) for dropped in masks * x / (1 - p)])


def expected_loss(x, weight, target, p):
    """The mean squared error of weight @ x over all masks of x (units,)."""
    return mean_over_masks(lambda dropped: (weight @ dropped - target) ** 2, x, p)


def mean_output(x, weight, p):
    """The mean over all masks of x (units,) of what a ReLU makes of weight @ x."""
    return mean_over_masks(lambda dropped: np.maximum(weight @ dropped, 0), x, p)


def dropout_grad(grad_output, mask, p):
    """What PyTorch's own backward pass of dropout makes of grad_output, mask True where kept."""
    import torch

    (grad_output,) = oracles.tensors(grad_output)
    mask = torch.tensor(np.array(mask))
    return torch.ops.aten.native_dropout_backward(grad_output, mask, 1 / (1 - p)).numpy()


LARGE = np.random.default_rng(0).normal(size=(300, 200))  # enough to judge chance by


def whole(*shape):
    """Whole numbers from −9 to 9 without 0, so that a dropped entry is told from a kept one."""
    values = np.random.default_rng(sum(shape)).integers(1, 10, shape)
    return values * np.where(np.arange(values.size).reshape(shape) % 3 == 1, -1.0, 1.0)


def forward(x, p, seed, training=True):
    """A call of dropout with a generator of this seed."""
    return Call(x, p, training, np.random.default_rng(seed))


def backward(shape, p, seed):
    """A call of dropout_grad with a mask that was drawn with this seed."""
    mask = dropout(np.ones(shape), p, True, np.random.default_rng(seed)) != 0
    return Call(whole(*shape), mask, p)
