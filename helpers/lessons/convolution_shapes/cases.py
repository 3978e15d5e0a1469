"""The calls on which answers are compared, smallest first."""

import itertools

import numpy as np

from helpers.exercises import Call, terse_call, whole_numbers
from helpers.lessons.convolution_shapes import oracles

_grid = itertools.product(range(1, 8), (1, 2, 3, 4), (1, 2, 3), (0, 1, 2), (1, 2, 3))
_sizes = sorted(((n, k, s, p, d) for n, k, s, p, d in _grid if d * (k - 1) < n + 2 * p), key=sum)

conv_output_size = [terse_call(oracles.conv_output_size, *one) for one in _sizes]

_layers = [
    (1, 1, 1, True, 1),
    (1, 1, 3, True, 1),
    (3, 2, 1, True, 1),
    (2, 3, 2, False, 1),
    (3, 10, 5, True, 1),
    (4, 6, 3, True, 2),
    (4, 6, 3, False, 2),
    (6, 6, 3, True, 6),
    (8, 4, 2, True, 4),
]

num_parameters = [terse_call(oracles.num_parameters, *layer) for layer in _layers]

_paddings = sorted(itertools.product(range(1, 8), (1, 2, 3)), key=sum)
same_padding = [terse_call(oracles.same_padding, *one) for one in _paddings]

_stacks = [
    [(3, 1)],
    [(3, 1), (3, 1)],
    [(2, 2), (3, 1)],
    [(1, 2), (4, 1), (3, 1)],
    [(3, 2), (2, 3), (5, 1)],
    [(7, 2), (3, 2), (3, 1), (3, 1)],
    [(5, 1), (2, 2), (3, 2), (2, 2)],
]
receptive_field = [Call(stack) for stack in _stacks]


def convolution(seed, shape, out_channels, kernel, bias, **kwargs):
    """The larger cases hold halves, so that whole numbers, of output or image, are found out."""
    x, weight = whole_numbers(seed, shape, (out_channels, shape[0], *kernel))
    if x.size >= 60:
        x, weight = x + 0.5, weight / 2
    args = (x, weight, np.arange(1.0, out_channels + 1)) if bias else (x, weight)
    return Call(*args, **kwargs)


conv2d = [
    convolution(425, (1, 2, 3), 1, (2, 2), False),
    convolution(2, (1, 3, 4), 1, (2, 3), False),
    convolution(91, (2, 4, 5), 3, (2, 2), False),
    convolution(11, (2, 4, 6), 3, (3, 2), True),
    convolution(10, (1, 6, 9), 2, (3, 2), False, stride=2),
    convolution(19, (1, 3, 5), 2, (3, 3), False, padding=1),
    convolution(35, (2, 3, 4), 3, (2, 3), False, padding=2),
    convolution(2, (3, 7, 6), 2, (2, 3), True, stride=2, padding=2),
    convolution(484, (2, 8, 11), 4, (1, 4), True, stride=3, padding=1),
]


def pixels(seed, channels, height, width, out_channels):
    """The larger cases hold halves, so that an output of whole numbers is found out."""
    shapes = (channels, height, width), (out_channels, channels)
    x, weight = whole_numbers(seed, *shapes, spread=3.0)
    return Call(x, weight / 2 if x.size >= 12 else weight)


conv1x1 = [
    pixels(1, 2, 1, 2, 2),
    pixels(13, 3, 2, 4, 2),
    pixels(3, 2, 2, 3, 4),
    pixels(1, 3, 3, 3, 3),
]
