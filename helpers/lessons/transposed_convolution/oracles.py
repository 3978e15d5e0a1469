"""Transposed convolutions by PyTorch: whole, as a matrix, and stamp by stamp."""

import numpy as np


def torch_layer(layer, x, weight, *args):
    """torch.nn.functional's `layer` on arrays, in double precision and without a bias."""
    import torch

    x, weight = (torch.tensor(np.array(a), dtype=torch.float64) for a in (x, weight))
    return getattr(torch.nn.functional, layer)(x, weight, None, *args).numpy()


def torch_conv_transpose2d(x, weight, stride=1, padding=0):
    """Transposed convolution of x (C_in, H, W) with weight (C_in, C_out, kH, kW), by PyTorch."""
    return torch_layer("conv_transpose2d", x, weight, stride, padding)


def scatter(y, w):
    """The transposed convolution of a row y with w: stride 1, no padding."""
    return torch_layer("conv_transpose1d", [y], [[w]])[0]


def matrix(w, n, stride=1):
    """The matrix W (m, n) of a convolution of n cells with w: PyTorch on every unit vector."""
    return torch_layer("conv1d", np.eye(n)[:, None], [[w]], stride)[:, 0].T


def stamps(x, weight, stride=1):
    """What each input cell leaves on the whole output: (cells, C_out, H′, W′), NaN around it."""
    x, left = np.asarray(x), []
    for cell in np.ndindex(*x.shape[1:]):
        stamp = np.einsum("c,cohw->ohw", x[(slice(None), *cell)], weight)
        around = [(stride * a, stride * (n - 1 - a)) for a, n in zip((0, *cell), (1, *x.shape[1:]))]  # noqa: B905
        left.append(np.pad(stamp, around, constant_values=np.nan))
    return np.array(left)
