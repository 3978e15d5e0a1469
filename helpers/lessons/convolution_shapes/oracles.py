"""What PyTorch says: convolutions, their sizes, paddings and parameter counts."""

import numpy as np

from helpers.exercises import oracles


def conv2d(x, weight, bias=None, stride=1, padding=0):
    """Cross-correlation of x (C_in, H, W) with weight (C_out, C_in, kH, kW), by PyTorch."""
    import torch

    x, weight = oracles.tensors(x, weight)
    (bias,) = [None] if bias is None else oracles.tensors(bias)
    return torch.nn.functional.conv2d(x, weight, bias, stride, padding).numpy()


def conv1x1(x, weight):
    """The 1×1 convolution of x (C_in, H, W) with weight (C_out, C_in), by PyTorch."""
    return conv2d(x, np.asarray(weight)[:, :, None, None])


def sheet_shape(out_channels, padding):
    """The shape (H, W, C) that PyTorch gives for the sheet's 32×32×3 image and 5×5×3 filters."""
    out = conv2d(np.zeros((3, 32, 32)), np.zeros((out_channels, 3, 5, 5)), padding=padding)
    return (*out.shape[1:], out.shape[0])


def conv_output_size(n, kernel_size, stride=1, padding=0, dilation=1):
    """The length of PyTorch's convolution of a row of n cells."""
    import torch

    x, weight = torch.zeros(1, 1, n), torch.zeros(1, 1, kernel_size)
    out = torch.nn.functional.conv1d(x, weight, None, stride, padding, dilation)
    return out.shape[-1]


def num_parameters(in_channels, out_channels, kernel_size, bias=True, groups=1):
    """How many weights and biases PyTorch's layer has, kernels square."""
    import torch

    layer = torch.nn.Conv2d(
        in_channels, out_channels, kernel_size, bias=bias, groups=groups, device="meta"
    )
    return sum(parameter.numel() for parameter in layer.parameters())


def same_padding(kernel_size, dilation=1):
    """Zeros before and after, read off PyTorch: a kernel that copies its first input cell shifts
    the row by exactly the zeros in front of it, one that copies its last by those behind."""
    import torch

    row = torch.ones(1, 1, dilation * kernel_size + 1)  # longer than the zeros on either side

    def missing(tap):
        weight = torch.zeros(1, 1, kernel_size)
        weight[0, 0, tap] = 1
        out = torch.nn.functional.conv1d(row, weight, padding="same", dilation=dilation)
        return int((out == 0).sum())

    return (missing(0), missing(-1))


def traced_shapes():
    """What PyTorch's layers make of a 3×32×32 image, one after another.

    The shapes (C, H, W), and last, after Flatten, how many numbers there are.
    """
    import torch

    nn = torch.nn
    first, second = nn.Conv2d(3, 16, 5, padding=2), nn.Conv2d(16, 32, 3, stride=2)
    x, shapes = torch.zeros(1, 3, 32, 32), []
    for layer in (first, nn.MaxPool2d(2), second, nn.MaxPool2d(2)):
        x = layer(x)
        shapes.append(tuple(x.shape[1:]))
    return (*shapes, nn.Flatten()(x).shape[1])


def receptive_field(layers):
    """How many cells of a row one output depends on, first to last: where a gradient arrives.

    layers: pairs (kernel_size, stride), the layer that sees the input first.
    """
    import torch

    x = torch.ones(1, 1, 400, requires_grad=True)
    out = x
    for length, step in layers:
        out = torch.nn.functional.conv1d(out, torch.ones(1, 1, length), stride=step)
    out[0, 0, 0].backward()
    return int(x.grad.nonzero()[-1, -1]) + 1
