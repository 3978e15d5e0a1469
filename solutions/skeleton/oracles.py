"""What is right, by PyTorch."""

from helpers.exercises import oracles


def max_pool(x, size, stride=None):
    """The largest number of each window of x (n,), as an array; stride: by default the size."""
    import torch

    (x,) = oracles.tensors(x)
    return torch.nn.functional.max_pool1d(x[None], size, stride)[0].numpy()


def mean_pool(x, size):
    """The mean of each window of x (n,): a mistake, not an oracle."""
    import torch

    (x,) = oracles.tensors(x)
    return torch.nn.functional.avg_pool1d(x[None], size)[0].numpy()
