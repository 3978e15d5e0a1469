"""PyTorch's word on what several lessons ask; torch is imported at the first call, not before."""

import numpy as np


def tensors(*arrays):
    """Arrays, or nested lists, as tensors of double precision: a list of them."""
    import torch

    return [torch.tensor(np.array(array), dtype=torch.float64) for array in arrays]


def activation(name):
    """torch.nn.functional's `name` as a function of an array of any shape."""

    def value(x, *args, **kwargs):
        import torch

        return getattr(torch.nn.functional, name)(*tensors(x), *args, **kwargs).numpy()

    return value


def slope(name):
    """The derivative of torch.nn.functional's `name` at each entry of x, by autograd."""

    def derivative(x, *args, **kwargs):
        import torch

        (x,) = tensors(x)
        y = getattr(torch.nn.functional, name)(x.requires_grad_(), *args, **kwargs)
        return torch.autograd.grad(y.sum(), x)[0].numpy()

    return derivative


def conv1d(x, w, stride=1, padding=0):
    """Cross-correlation of rows x (…, n) with one kernel w (k,): (…, n′)."""
    import torch

    x, w = tensors(x, w)
    rows = x.reshape(-1, 1, x.shape[-1])
    out = torch.nn.functional.conv1d(rows, w[None, None], None, stride, padding)
    return out.reshape(*x.shape[:-1], -1).numpy()


def conv1d_matrix(w, n, stride=1, padding=0):
    """The matrix (n′, n) of the convolution of n cells: column j is what unit vector j becomes."""
    return conv1d(np.eye(n), w, stride, padding).T
