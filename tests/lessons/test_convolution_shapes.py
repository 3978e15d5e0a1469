"""Lesson 1's explorer counts what PyTorch counts."""

import itertools

import numpy as np
import pytest
import torch

from helpers.lessons import convolution_shapes as lesson
from helpers.lessons.convolution_shapes.explorers import walk

SETTINGS = [
    one for one in itertools.product((1, 4, 12), (1, 2, 7), (1, 3), (0, 6), (1, 3))
    if one[4] * (one[1] - 1) < one[0] + 2 * one[3]
]  # fmt: skip


@pytest.mark.parametrize("n, kernel_size, stride, padding, dilation", SETTINGS)
def test_the_walk_gives_pytorchs_numbers(n, kernel_size, stride, padding, dilation):
    padded, kernel, out, dropped = walk(n, kernel_size, stride, padding, dilation)
    x = torch.tensor(padded[None, None], requires_grad=True)
    weight = torch.tensor(kernel[None, None], dtype=torch.float64)
    want = torch.nn.functional.conv2d(x, weight, stride=stride, dilation=dilation)
    assert np.array_equal(out, want.detach().numpy()[0, 0])
    ones = torch.ones_like(weight)
    torch.nn.functional.conv2d(x, ones, stride=stride, dilation=dilation).sum().backward()
    assert np.array_equal(dropped, x.grad.numpy()[0, 0] == 0)  # no gradient: never read


def test_the_explorer_reads_out_sizes_and_parameters():
    explorer = lesson.explore()
    explorer.set(n=8, kernel_size=3, stride=2, padding=0, dilation=1, in_channels=4, out_channels=6)
    layer = torch.nn.Conv2d(4, 6, 3, stride=2)
    assert explorer.numbers == {
        "output size": layer(torch.zeros(1, 4, 8, 8)).shape[-1],
        "columns never read": 1,
        "weights": layer.weight.numel(),
        "biases": layer.bias.numel(),
    }
    explorer.set(n=1, kernel_size=7, padding=0, dilation=3)
    assert explorer.numbers["output size"] == 0


def test_the_columns_never_read_are_those_that_are_greyed():
    explorer = lesson.explore()
    for n, stride, dilation, want in ((7, 1, 1, 0), (7, 1, 3, 4), (8, 2, 1, 1), (2, 1, 1, 2)):
        explorer.set(n=n, stride=stride, dilation=dilation)
        assert explorer.numbers["columns never read"] == want
        assert explorer.views[0].grids["input"].greyed.all(0).sum() == want


def conv2d_by_einsum(x, weight, bias=None, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (padding,) * 2, (padding,) * 2))
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], (1, 2))
    out = np.einsum("chwab,ocab->ohw", windows[:, ::stride, ::stride], weight)
    return (out if bias is None else out + bias[:, None, None]).tolist()


def conv1x1_by_loops(x, weight):
    pixels = np.moveaxis(x, 0, -1)
    return [[[float(row @ pixel) for pixel in line] for line in pixels] for row in weight]


OTHER = {
    "conv_output_size": lambda n, kernel_size, stride=1, padding=0, dilation=1: len(
        range(0, n + 2 * padding - dilation * (kernel_size - 1), stride)
    ),
    "num_parameters": lambda i, o, k, bias=True, groups=1: (
        np.prod([o, i // groups, k, k]) + (o if bias else 0)
    ),
    "same_padding": lambda k, dilation=1: [d := dilation * (k - 1) // 2, dilation * (k - 1) - d],
    "conv2d": conv2d_by_einsum,
    "conv1x1": conv1x1_by_loops,
}


@pytest.mark.parametrize("name", OTHER)
def test_an_unusual_right_answer_is_right(name):
    verdict = getattr(lesson, name).check(OTHER[name])
    assert verdict.status == "correct", verdict


def test_a_picture_says_whether_a_function_is_unwritten_or_fails():
    assert "not written yet" in lesson.conv1x1.show(lambda x, weight: None).alt
    assert "it stops with an error" in lesson.conv1x1.show(lambda x, weight: weight @ x[0, 0]).alt


def test_a_wrong_size_formula_is_shown_its_smallest_counterexample():
    verdict = lesson.conv_output_size.check(
        lambda n, kernel_size, stride=1, padding=0, dilation=1: 1
    )
    assert dict(verdict.details)["Call"] == "conv_output_size(1, 1, padding=1)"
