"""Lesson 1: its explorer counts what PyTorch counts, and what its prose says is so."""

import itertools
from functools import reduce

import numpy as np
import pytest
import torch

from helpers.lessons import convolution_shapes as lesson
from helpers.lessons.convolution_shapes import broken
from helpers.lessons.convolution_shapes.explorers import walk
from helpers.lessons.convolution_shapes.oracles import conv_output_size

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
    "receptive_field": lambda layers: reduce(
        lambda seen, layer: (seen - 1) * layer[1] + layer[0], reversed(layers), 1
    ),
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


def test_a_list_of_lists_is_a_trace_too_and_says_where_it_goes_wrong():
    right = [[16, 32, 32], [16, 16, 16], [32, 7, 7], [32, 3, 3], 288]
    assert lesson.traced.check(right).status == "correct"
    verdict = lesson.traced.check([*right[:3], [32, 2, 2], 128])
    assert verdict.status == "not yet" and "the first at [3]" in verdict.message


def test_the_traced_network_takes_its_image():
    nn = torch.nn
    first, second = nn.Conv2d(3, 16, 5, padding=2), nn.Conv2d(16, 32, 3, stride=2)
    body = nn.Sequential(first, nn.MaxPool2d(2), second, nn.MaxPool2d(2), nn.Flatten())
    assert nn.Sequential(body, nn.Linear(288, 10))(torch.zeros(1, 3, 32, 32)).shape == (1, 10)


def test_stride_and_padding_decide_between_floor_and_ceiling():
    for n, s in itertools.product(range(1, 40), (1, 2, 3, 4)):
        if n >= s:
            assert lesson.size(n, s, stride=s) == n // s
        for k in (1, 3, 5, 7):
            assert lesson.size(n, k, stride=s, padding=(k - 1) // 2) == -(-n // s)
    for n in (7, 8):
        sizes = [lesson.size(n, k, stride=2, padding=k - 2) for k in (2, 3)]
        assert sizes == ([3, 4] if n == 7 else [4, 4])


def test_full_padding_takes_every_window_that_touches_the_input():
    for n, k in itertools.product(range(1, 9), range(1, 6)):
        touching = [start for start in range(-k, n + k) if start + k > 0 and start < n]
        assert lesson.size(n, k, padding=k - 1) == len(touching)


def test_an_extra_zero_is_needed_where_the_window_takes_an_odd_number():
    for call, want in zip(lesson.same_padding.cases, lesson.same_padding.wanted(), strict=True):
        kernel_size, dilation = call.args[0], call.kwargs.get("dilation", 1)
        before, after = want.value
        assert after - before == dilation * (kernel_size - 1) % 2
    assert lesson.same_padding.oracle(2, dilation=2) == (1, 1)  # even, and no extra zero


def test_the_numbers_of_groups_and_of_stacked_layers():
    assert lesson.parameters(8, 8, 3, bias=False) == 576
    assert lesson.parameters(8, 8, 3, bias=False, groups=2) == 288
    assert lesson.parameters(64, 64, 7, bias=False) == 49 * 64**2 == 200_704
    assert 3 * lesson.parameters(64, 64, 3, bias=False) == 27 * 64**2 == 110_592
    for layers in ([(3, 1)] * 3, [(7, 1)], [(3, 2), (3, 1)]):
        assert lesson.receptive_field.oracle(layers) == 7
    sees = [lesson.receptive_field.oracle([(3, 2)] * depth) for depth in range(1, 6)]
    assert all(later > 2 * earlier for earlier, later in itertools.pairwise(sees))


def test_three_layers_without_relu_are_one_larger_layer():
    """The kernel of the whole: what the stack makes of a single 1, turned round."""
    layers = torch.randn(3, 1, 1, 3, 3, generator=torch.manual_seed(0), dtype=torch.float64)

    def stack(x):
        return reduce(lambda x, weight: torch.nn.functional.conv2d(x, weight), layers, x)

    spike = torch.zeros(1, 1, 13, 13, dtype=torch.float64)
    spike[..., 6, 6] = 1
    x = torch.randn(1, 1, 12, 15, generator=torch.manual_seed(1), dtype=torch.float64)
    once = torch.nn.functional.conv2d(x, stack(spike).flip(2, 3))
    assert torch.allclose(stack(x), once)


def test_pooling_has_the_size_of_a_convolution():
    for n, k, s in itertools.product(range(1, 12), (1, 2, 3), (1, 2, 3)):
        if n >= k:
            pooled = torch.nn.functional.max_pool1d(torch.zeros(1, 1, n), k, s)
            assert pooled.shape[-1] == lesson.size(n, k, stride=s)


def test_rounding_hides_a_window_too_long_only_where_the_stride_is_longer():
    lucky = set()
    for call, want in zip(
        lesson.conv_output_size.cases, lesson.conv_output_size.wanted(), strict=True
    ):
        stride, dilation = call.kwargs.get("stride", 1), call.kwargs.get("dilation", 1)
        if dilation > 1 and broken.wide_kernel(*call.args, **call.kwargs) == want.value:
            lucky.add((stride, dilation))
    assert lucky == {(2, 2), (3, 2), (3, 3)}
    for answer in ((8, 3, 2, 0, 2), {"n": 9, "kernel_size": 3, "stride": 3, "dilation": 2}):
        assert lesson.lucky_rounding.check(answer).status == "correct"


@pytest.mark.parametrize(
    "answer", [(3, 3, 2, 0, 2), (3, 3, 2, 0, 3), (8, 3, 1, 0, 9), (8, 3, 2, -1, 2), (0, 3, 2, 3, 2)]
)
def test_what_pytorch_refuses_is_neither_lucky_nor_a_matter_of_rounding(answer):
    verdict = lesson.lucky_rounding.check(answer)
    assert verdict.mistake is None and "can't take this input" in verdict.message


def test_even_halves_are_right_of_an_even_kernel_where_the_dilation_is_even():
    for kernel_size, dilation in itertools.product((2, 4, 6), range(1, 5)):
        right = broken.even_halves(kernel_size, dilation) == lesson.same_padding.oracle(
            kernel_size, dilation
        )
        assert right == (dilation % 2 == 0)
        verdict = lesson.even_kernel.check((kernel_size, dilation))
        assert (verdict.status == "correct") == right


@pytest.mark.parametrize("one", [(66, 2), (2, 200), (250, 4)])
def test_an_even_kernel_with_an_even_dilation_is_right_however_large(one):
    assert lesson.even_kernel.check(one).status == "correct"


def test_a_list_of_all_arguments_is_told_to_be_a_tuple():
    verdict = lesson.lucky_rounding.check([8, 3, 2, 0, 2])
    assert verdict.status == "not yet" and "write a tuple, in round brackets" in verdict.message


def test_an_even_kernel_too_large_to_try_is_told_so():
    assert "at most 1000 cells" in lesson.even_kernel.check((1000, 1000)).message


@pytest.mark.parametrize(
    "answer, said",
    [
        ((np.ones((1, 2, 3)), np.ones((1, 2, 2, 2))), "can't take"),
        ((np.ones((1, 2, 3)), np.ones((1, 1, 3, 3))), "can't take"),
        ((np.ones((1, 2, 3)), np.ones((1, 1, 2, 2)), np.ones(2)), "can't take"),
        ((np.ones((1, 3, 3)), np.ones((1, 1, 2, 2)), None, 1, -1), "can't take"),
        ((np.ones((1, 1, 2, 2)), np.ones((1, 1, 2, 2))), "Hand over one image"),
    ],
)
def test_an_input_that_is_none_is_not_told_of_its_sides(answer, said):
    verdict = lesson.square_only.check(answer)
    assert verdict.status == "not yet" and verdict.mistake is None and said in verdict.message


def test_whole_numbers_alone_are_no_right_answer():
    verdict = lesson.conv1x1.check(lambda x, weight: lesson.conv1x1.oracle(x, weight).astype(int))
    assert verdict.status == "not yet"


def test_square_images_with_square_kernels_hide_a_square_output():
    for side, kernel, stride, padding in itertools.product((3, 4, 5), (1, 2, 3), (1, 2), (0, 1)):
        x, weight = np.ones((2, side, side)), np.ones((1, 2, kernel, kernel))
        answer = (x, weight, None, stride, padding)
        assert lesson.square_only.check(answer).mistake == "square image, square kernel"
    for x, weight in ((np.ones((1, 2, 3)), np.ones((1, 1, 2, 2))), ([[[1, 2]]], [[[[1]]]])):
        assert lesson.square_only.check((x, weight)).status == "correct"


SLIPS = {
    "steps rounded to the nearest": (
        "conv_output_size",
        lambda n, kernel_size, stride=1, padding=0, dilation=1: (
            round((n + 2 * padding - dilation * (kernel_size - 1) - 1) / stride) + 1
        ),
    ),
    "channels padded too, then read one by one": (
        "conv2d",
        lambda x, weight, bias=None, stride=1, padding=0: (
            sum(
                np.array(conv2d_by_einsum(np.pad(x, padding)[[c]], weight[:, [c]], None, stride))
                for c in range(len(x))
            )
            + (0 if bias is None else np.reshape(bias, (-1, 1, 1)))
        ),
    ),
    "weight transposed": ("conv1x1", lambda x, weight: np.einsum("co,chw->ohw", weight, x)),
    "image cut to whole numbers": (
        "conv2d",
        lambda x, *args, **kwargs: conv2d_by_einsum(x.astype(int), *args, **kwargs),
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_named_however_it_is_written(slip):
    name, answer = SLIPS[slip]
    assert getattr(lesson, name).check(answer).mistake == slip


def test_the_chart_says_the_size_formula_only_once_it_is_found():
    titles = []
    for answer in (..., conv_output_size):
        lesson.conv_output_size.check(answer)
        explorer = lesson.explore()
        explorer.controls["stride"].value = 2
        titles.append(explorer.views[1].figure.axes[0].get_title())
    assert titles[0] == "the window fits 3 times along each axis"
    assert titles[1].startswith("output size = ⌊(7 + 2·0") and titles[1].endswith("= 3")
