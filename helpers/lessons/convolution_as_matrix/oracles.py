"""What PyTorch says: a convolution, its matrix, its windows; and what these give to count."""

import numpy as np

from helpers.exercises import oracles

conv1d = oracles.conv1d
torch_matrix = oracles.conv1d_matrix  # the name under which the notebook has it, too


def im2col(x, kernel_size, stride=1):
    """The windows of x (C, H, W) as columns (C·kH·kW, H′·W′), by PyTorch."""
    import torch

    (x,) = oracles.tensors(x)
    return torch.nn.functional.unfold(x[None], kernel_size, stride=stride)[0].numpy()


def sparsity(n, kernel_size):
    """The share of zeros in the matrix of n columns, counted."""
    return float(np.mean(torch_matrix(np.ones(kernel_size), n) == 0))


def count_weights(n, kernel_size):
    """How many different weights the matrix of n columns holds, and how many entries."""
    W = torch_matrix(np.arange(1, kernel_size + 1), n)
    return len(np.unique(W[W != 0])), W.size


def is_convolution(W):
    """Whether PyTorch's matrix, with the kernel read off the first row of W (m, n), is W."""
    k = W.shape[1] - len(W) + 1
    return k >= 1 and np.array_equal(torch_matrix(W[0, :k], W.shape[1]), W)


def is_equivariant(W):
    """Whether row i + 1 of W (m, n) is row i moved by one column, with zeros beyond both ends."""
    beside = np.zeros((len(W) - 1, 1))
    return np.array_equal(np.hstack([W[1:], beside]), np.hstack([beside, W[:-1]]))
