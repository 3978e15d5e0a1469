"""Transposed convolutions by PyTorch: whole, stamp by stamp, and the sizes they leave."""

import numpy as np

from helpers.exercises import oracles

conv1d_matrix = oracles.conv1d_matrix


def layer(name, x, weight, *args):
    """torch.nn.functional's `name` on arrays, in double precision and without a bias."""
    import torch

    x, weight = oracles.tensors(x, weight)
    return getattr(torch.nn.functional, name)(x, weight, None, *args).numpy()


def conv_transpose2d(x, weight, stride=1, padding=0):
    """Transposed convolution of x (C_in, H, W) with weight (C_in, C_out, kH, kW), by PyTorch."""
    return layer("conv_transpose2d", x, weight, stride, padding)


def scatter(y, w):
    """The transposed convolution of a row y with w: stride 1, no padding."""
    return layer("conv_transpose1d", [y], [[w]])[0]


def stamps(x, weight, stride=1):
    """What each input cell leaves on the whole output: (cells, C_out, H′, W′), NaN around it."""
    x, left = np.asarray(x), []
    for cell in np.ndindex(*x.shape[1:]):
        stamp = np.einsum("c,cohw->ohw", x[(slice(None), *cell)], weight)
        places = zip((0, *cell), (1, *x.shape[1:]), strict=True)
        around = [(stride * at, stride * (n - 1 - at)) for at, n in places]
        left.append(np.pad(stamp, around, constant_values=np.nan))
    return np.array(left)


def conv_transpose_output_size(n, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    """The length of PyTorch's transposed convolution of a row of n cells."""
    x, weight = np.zeros((1, n)), np.zeros((1, 1, kernel_size))
    args = (stride, padding, output_padding, 1, dilation)
    return layer("conv_transpose1d", x, weight, *args).shape[-1]


def unet_sizes(n, depth):
    """The sizes that PyTorch's layers give: padded 3×3 convolution, pooling, up-convolution."""
    from torch import nn

    return sizes_through(n, depth, nn.MaxPool2d(2), nn.ConvTranspose2d(1, 1, 2, 2))


def sizes_through(n, depth, pool, up):
    """n and the size after each level: `depth` times `pool`, then `depth` times `up`."""
    import torch

    keep = torch.nn.Conv2d(1, 1, 3, padding=1)
    down, up = torch.nn.Sequential(keep, pool), torch.nn.Sequential(up, keep)
    x, sizes = torch.zeros(1, 1, n, n, device="meta"), [n]
    for level in [down.to("meta")] * depth + [up.to("meta")] * depth:
        x = level(x)
        sizes.append(x.shape[-1])
    return sizes


def there_and_back(y, w):
    """The transposed convolution of a row y with w, and the convolution of that with w."""
    return oracles.conv1d(scatter(y, w), w)
