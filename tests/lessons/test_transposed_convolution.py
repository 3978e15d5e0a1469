"""Lesson 3: its explorers against PyTorch, its sentences against numbers, its checks attacked."""

import ast
import itertools

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from helpers.lessons import transposed_convolution as lesson
from helpers.lessons.transposed_convolution import oracles
from tests import course

NAME = "03_transposed_convolution"


def tensor(*arrays):
    return [torch.tensor(np.array(array), dtype=torch.float64) for array in arrays]


def final(view):
    """What the grids of a view hold after the last step."""
    return view._frames[-1]


# --- the explorers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "n, k, s, p", [(1, 1, 1, 0), (2, 3, 1, 1), (3, 3, 2, 0), (4, 2, 3, 1), (4, 4, 4, 3)]
)
def test_the_stamps_add_up_to_pytorchs_transposed_convolution(n, k, s, p):
    explorer = lesson.explore()
    explorer.set(n=n, kernel_size=k, stride=s, padding=p)
    (view,) = explorer.views
    x, w = tensor(view.values("x")[None, None], view.values("kernel")[None, None])
    full = F.conv_transpose2d(x, w, stride=s)[0, 0].numpy()
    assert np.array_equal(final(view)["out"], full)
    kept = F.conv_transpose2d(x, w, stride=s, padding=p)[0, 0].numpy()
    grey = view.grids["out"].greyed
    assert np.array_equal(full[~grey].reshape(kept.shape), kept)
    assert explorer.numbers["output size"] == kept.shape[-1]
    assert explorer.numbers["size before cropping"] == full.shape[-1]


def test_every_stamp_is_shown_where_it_is_added():
    explorer = lesson.explore()
    (view,) = explorer.views
    before = np.zeros_like(final(view)["out"])
    for step, frame in zip(view.steps, view._frames, strict=True):
        now = np.nan_to_num(frame["out"])
        where = step.highlights["out"]["kernel"]
        assert np.array_equal((now - before)[where].reshape(3, 3), frame["stamp"])
        assert not (now - before)[~where].any()
        before = now


def test_nothing_is_left_where_the_padding_crops_all():
    explorer = lesson.explore()
    explorer.set(n=1, kernel_size=1, stride=1, padding=1)
    assert explorer.numbers["output size"] == 0
    assert explorer.views[0].grids["out"].greyed.all()


def test_what_a_learner_changes_stays_when_another_size_is_chosen():
    explorer = lesson.explore()
    (view,) = explorer.views
    values = view.values("x")
    values[0, 0] = -3
    view.edited = {"n": 1, "values": {"x": values.ravel().tolist()}}
    explorer.set(n=1)
    assert view.values("x").tolist() == [[-3]]
    explorer.set(n=4)
    assert view.values("x")[0, 0] == -3 and view.values("x").shape == (4, 4)
    assert lesson.explore().views[0].values("x")[0, 0] != -3  # another explorer starts afresh


@pytest.mark.parametrize("n, k, s", [*itertools.product((4, 7, 8), (1, 3, 4), (1, 2, 3))])
def test_the_matrix_beside_its_transpose_is_the_convolutions(n, k, s):
    explorer = lesson.explore_transpose()
    explorer.set(n=n, kernel_size=k, stride=s)
    frame = final(explorer.views[0])
    assert np.array_equal(frame["W"].T, frame["transpose"])
    kernel = frame["W"][0, :k]
    x = np.arange(1.0, n + 1)
    want = F.conv1d(*tensor(x[None, None], kernel[None, None]), stride=s)[0, 0].numpy()
    assert np.allclose(frame["W"] @ x, want)
    up = F.conv_transpose1d(*tensor(frame["y"].T[None], kernel[None, None]), stride=s)[0, 0].numpy()
    assert np.array_equal(frame["out"][: len(up), 0], up)
    assert not frame["out"][len(up) :].any()  # the cells that the stride drops
    assert explorer.numbers["cells that no stamp reaches"] == (frame["W"] == 0).all(0).sum()


@pytest.mark.parametrize("k, s", [*itertools.product(range(1, 8), range(1, 5))])
def test_overlap_counts_are_pytorchs_and_even_exactly_when_the_stride_divides_the_kernel(k, s):
    explorer = lesson.explore_overlaps()
    explorer.set(kernel_size=k, stride=s)
    ones = torch.ones(1, 1, 40, 40, dtype=torch.float64)
    counts = F.conv_transpose2d(ones, torch.ones(1, 1, k, k, dtype=torch.float64), stride=s)[0, 0]
    assert np.array_equal(final(explorer.views[0])["plane"], counts[:12, :12])
    inside = counts[10:30, 10:30]
    assert explorer.numbers["fewest stamps in a cell"] == inside.min()
    assert explorer.numbers["most"] == inside.max()
    assert (inside.min() == inside.max()) == (k % s == 0)


@pytest.mark.parametrize("n, k, s, p", [*itertools.product((2, 3), (2, 3), (1, 2, 3), (0, 1))])
def test_windows_over_put_in_zeros_give_pytorchs_transposed_convolution(n, k, s, p):
    explorer = lesson.explore_gather()
    explorer.set(n=n, kernel_size=k, stride=s, padding=p)
    (view,) = explorer.views
    x, wide, turned = (tensor(view.values(name).copy())[0] for name in ("x", "wide", "turned"))
    want = F.conv_transpose2d(x[None, None], turned.flip(0, 1)[None, None], stride=s, padding=p)
    assert torch.equal(F.conv2d(wide[None, None], turned[None, None]), want)
    assert np.array_equal(final(view)["out"], want[0, 0])
    put_in = view.grids["wide"].greyed
    wide = wide.numpy()
    assert np.array_equal(wide[~put_in].reshape(n, n), x) and not wide[put_in].any()
    seen = [step.highlights["wide"]["kernel"] & ~put_in for step in view.steps]
    assert explorer.numbers["of these with cells of the input, at most"] == max(map(np.sum, seen))
    assert explorer.numbers["output size"] == want.shape[-1]


def test_with_kernel_3_and_stride_2_at_most_4_of_9_products_meet_the_input():
    most = "of these with cells of the input, at most"
    explorer = lesson.explore_gather()
    for n, padding in itertools.product((2, 3), (0, 1)):
        explorer.set(n=n, kernel_size=3, stride=2, padding=padding)
        assert explorer.numbers[most] == 4 and explorer.numbers["products in a window"] == 9


# --- the sentences --------------------------------------------------------------------------------


def test_rows_of_the_transposed_matrix_hold_the_kernel_backwards():
    W = oracles.conv1d_matrix([1, 3, 2], 7)
    assert W.T[3].tolist() == [0, 2, 3, 1, 0]


@pytest.mark.parametrize("s, d, extra", [*itertools.product((1, 2, 3), (1, 2, 3), (0, 1, 2, 3))])
def test_pytorch_takes_an_output_padding_below_the_stride_or_the_dilation(s, d, extra):
    layer = torch.nn.ConvTranspose1d(1, 1, 2, s, 0, extra, dilation=d)
    if extra < s or extra < d:
        assert layer(torch.zeros(1, 1, 4)).shape[-1] == 3 * s + d + 1 + extra
    else:
        with pytest.raises(RuntimeError, match="output padding must be smaller"):
            layer(torch.zeros(1, 1, 4))


def test_a_row_of_ones_stays_even_as_the_replies_to_even_kernel_say():
    says = {"a": [2, 1], "b": [1, 0], "c": [2, 2], "d": [4, 3]}
    for letter, (text, _) in lesson.even_kernel.options.items():
        kernel = torch.tensor(ast.literal_eval(text), dtype=torch.float64)
        row = F.conv_transpose1d(torch.ones(1, 1, 8).double(), kernel[None, None], stride=2)[0, 0]
        assert row[6:12].tolist() == 3 * says[letter]
        even = says[letter][0] == says[letter][1]
        assert even == (lesson.even_kernel.check(letter).status == "correct")


def test_what_meets_on_a_cell_must_have_the_same_sum_on_every_cell():
    rng = np.random.default_rng(0)
    for s, k in itertools.product((1, 2, 3), (1, 2, 3, 4, 5, 6)):
        for kernel in (rng.integers(0, 3, k).astype(float), np.ones(k)):
            ones = np.ones((1, 1, 20))
            row = F.conv_transpose1d(*tensor(ones, kernel[None, None]), stride=s)[0, 0]
            inside = row[k:-k]
            sums = [kernel[first::s].sum() for first in range(s)]
            assert (inside.min() == inside.max()) == (min(sums) == max(sums))


def test_copied_cells_and_an_ordinary_convolution_keep_a_plain_image_plain():
    kernel = torch.rand(1, 1, 3, 3, dtype=torch.float64)
    large = F.interpolate(torch.ones(1, 1, 6, 6).double(), scale_factor=2, mode="nearest")
    assert torch.allclose(F.conv2d(large, kernel), kernel.sum())


def test_which_kernels_make_the_transposed_convolution_an_inverse():
    for w in itertools.product((-1.0, 0.0, 1.0, 0.6, 0.8), repeat=3):
        W = oracles.conv1d_matrix(w, 6)
        single = sorted(map(abs, w)) == [0, 0, 1]
        assert np.allclose(W @ W.T, np.eye(4)) == single
        assert np.linalg.matrix_rank(W.T @ W) < 6
    W = oracles.conv1d_matrix([1, 2, 1], 6)
    assert (W @ W.T)[0].tolist() == [6, 4, 1, 0]
    y, half = torch.rand(1, 1, 3, 3), torch.full((1, 1, 2, 2), 0.5)
    assert torch.allclose(F.conv2d(F.conv_transpose2d(y, half, stride=2), half, stride=2), y)


@pytest.mark.parametrize("k, s, p, o", [*itertools.product((3, 4, 5), (2, 3), (0, 1, 2), (0, 1))])
def test_the_size_is_multiplied_by_the_stride_exactly_as_the_praise_says(k, s, p, o):
    verdict = lesson.break_size.check((5, k, s, p, o))
    if k <= s:
        assert verdict.mistake == "stride 1, or too small a kernel"
    elif k - 2 * p + o == s:
        assert verdict.status == "correct"
    else:
        assert verdict.mistake == ("too long" if k - 2 * p + o > s else "too short")


@pytest.mark.parametrize("high, wide, s", [*itertools.product((1, 2, 3), repeat=3)])
def test_replacing_is_adding_exactly_where_the_kernel_is_no_larger_than_the_stride(high, wide, s):
    x, weight = np.arange(1.0, 7).reshape(1, 2, 3), np.ones((1, 1, high, wide))
    verdict = lesson.break_overlaps.check((x, weight, s))
    assert (verdict.status == "correct") == (max(high, wide) <= s)
    if max(high, wide) > s:
        axis = "one axis" if min(high, wide) <= s else "both axes"
        assert verdict.mistake == f"overlap along {axis}"


@pytest.mark.parametrize(
    "answer, mistake",
    [
        (([1, 2], [1, 2]), "w · w is not 1"),
        (([1, 2], [0.6, -0.8]), "neighbours still get in"),
        (([1, 0], [0, 1]), "too short, or zeros in y"),
        (([1, 2], [1]), "too short, or zeros in y"),
        (([1, 2], [0, 0, -1]), None),
        (([1, -1], [1, 1]), None),  # by luck indeed
    ],
)
def test_y_comes_back_or_the_learner_is_told_why_not(answer, mistake):
    verdict = lesson.break_inverse.check(answer)
    assert verdict.mistake == mistake and (verdict.status == "correct") == (mistake is None)


@pytest.mark.parametrize("answer", [([1, 2], [[0, 1]]), ([[1, 2]], [0, 1])])
def test_a_matrix_is_no_row_to_bring_back(answer):
    verdict = lesson.break_inverse.check(answer)
    assert verdict.mistake is None and "rows of numbers" in verdict.message


@pytest.mark.parametrize("shape", [(1, 1, 2, 2), (2, 2), (1, 2, 2, 2)])
def test_what_is_not_one_image_is_told_so(shape):
    verdict = lesson.break_overlaps.check((np.ones(shape), np.ones((1, 1, 2, 2)), 2))
    assert verdict.mistake is None and "one image" in verdict.message


def test_whole_numbers_alone_are_no_right_answer():
    def whole(x, kernel, stride=1, padding=0):
        return lesson.as_convolution.oracle(x, kernel, stride, padding).astype(int)

    assert lesson.as_convolution.check(whole).status == "not yet"


def test_the_size_returns_only_if_the_stride_divides():
    for n, k, s, p in itertools.product(range(4, 20), (1, 2, 3, 4), (1, 2, 3, 4), (0, 1, 2)):
        x, w = torch.zeros(1, 1, n), torch.zeros(1, 1, k)
        small = F.conv1d(x, w, stride=s, padding=p)
        dropped = (n + 2 * p - k) % s
        assert F.conv_transpose1d(small, w, stride=s, padding=p).shape[-1] == n - dropped
        up = F.conv_transpose1d(small, w, stride=s, padding=p, output_padding=dropped)
        assert up.shape[-1] == n


def test_output_padding_crops_less_and_is_zero_only_beyond_the_last_stamp():
    y, w = torch.rand(1, 1, 6) + 1, torch.rand(1, 1, 3) + 1
    whole = F.conv_transpose1d(y, w, stride=3)[0, 0]
    for padding, extra in itertools.product((0, 1), (0, 1, 2)):
        row = F.conv_transpose1d(y, w, stride=3, padding=padding, output_padding=extra)[0, 0]
        longer = torch.cat([whole, torch.zeros(2)])
        assert torch.allclose(row, longer[padding : padding + len(row)])


def test_the_size_formula_of_the_summary_is_pytorchs():
    for n, k, s, p, o, d in itertools.product((1, 4), (1, 3), (1, 3), (0, 1), (0, 1), (1, 2)):
        want = (n - 1) * s - 2 * p + d * (k - 1) + 1 + o
        if want > 0 and o < max(s, d):
            layer = torch.nn.ConvTranspose1d(1, 1, k, s, p, o, dilation=d)
            assert layer(torch.zeros(1, 1, n)).shape[-1] == want


def test_every_skip_fits_exactly_for_multiples_of_two_to_the_depth():
    unet_sizes = course.solved(NAME)["unet_sizes"]
    for depth in (1, 2, 3):
        for n in range(2**depth, 70):
            sizes = unet_sizes(n, depth)
            assert (sizes == sizes[::-1]) == (n % 2**depth == 0)


def test_the_backward_pass_of_a_transposed_convolution_is_a_convolution():
    y = torch.rand(1, 2, 4, dtype=torch.float64, requires_grad=True)
    w, g = torch.rand(2, 3, 3, dtype=torch.float64), torch.rand(1, 3, 9, dtype=torch.float64)
    F.conv_transpose1d(y, w, stride=2).backward(g)
    assert torch.allclose(y.grad, F.conv1d(g, w, stride=2))


def test_going_there_and_back_is_nowhere_the_identity_on_the_rows_that_are_checked():
    for case in lesson.there_and_back.cases:
        y, w = case.args
        back = course.solved(NAME)["there_and_back"](y, w)
        assert not np.isclose(back, y).all() and np.count_nonzero(w) > 1
        assert not np.array_equal(w, w[::-1])  # a flip has to show


# --- attacks on the checks ------------------------------------------------------------------------


def spread_out(x, weight, stride=1, padding=0):
    """The other way to do it: zeros between the cells, a full convolution with a turned kernel."""
    c, h, w = x.shape
    kh, kw = weight.shape[2:]
    wide = np.zeros((c, (h - 1) * stride + 1, (w - 1) * stride + 1))
    wide[:, ::stride, ::stride] = x
    wide = np.pad(wide, ((0, 0), (kh - 1,) * 2, (kw - 1,) * 2))
    turned = weight[:, :, ::-1, ::-1].swapaxes(0, 1)
    full = F.conv2d(*tensor(wide[None], turned))[0]
    return full[:, padding : full.shape[1] - padding, padding : full.shape[2] - padding]


def four_loops(x, weight, stride=1, padding=0):
    shape = [(n - 1) * stride + k for n, k in zip(x.shape[1:], weight.shape[2:], strict=True)]
    out = np.zeros((weight.shape[1], *shape), dtype=np.float32)
    for c, o, i, j in np.ndindex(x.shape[0], weight.shape[1], *x.shape[1:]):
        for a, b in np.ndindex(*weight.shape[2:]):
            out[o, i * stride + a, j * stride + b] += x[c, i, j] * weight[c, o, a, b]
    return out[:, padding : shape[0] - padding, padding : shape[1] - padding].tolist()


def by_autograd(x, weight, stride=1, padding=0):
    shape = [
        (n - 1) * stride + k - 2 * padding
        for n, k in zip(x.shape[1:], weight.shape[2:], strict=True)
    ]
    big = torch.zeros(1, weight.shape[1], *shape, dtype=torch.float64, requires_grad=True)
    x, weight = tensor(x[None], weight)
    F.conv2d(big, weight, stride=stride, padding=padding).backward(x)
    return big.grad[0]


@pytest.mark.parametrize("answer", [spread_out, four_loops, by_autograd])
def test_other_ways_to_compute_it_are_right(answer):
    assert lesson.conv_transpose2d.check(answer).status == "correct"


def sliding(x, kernel, stride=1, padding=0):
    """Windows over put-in zeros by NumPy alone; the input is spread by a Kronecker product."""
    k, corner = len(kernel), np.zeros((stride, stride))
    corner[0, 0] = 1
    rows, columns = ((n - 1) * stride + 1 for n in x.shape)
    wide = np.pad(np.kron(x, corner)[:rows, :columns], k - 1 - padding)
    windows = np.lib.stride_tricks.sliding_window_view(wide, (k, k))
    return np.einsum("ijab,ab->ij", windows, np.rot90(kernel, 2)).tolist()


def cropped_afterwards(x, kernel, stride=1, padding=0):
    """The whole result by windows, cropped at the end; torch throughout."""
    x, w = tensor(x, kernel)
    full = torch.as_tensor(sliding(x.numpy(), w.numpy(), stride))
    return full[padding : len(full) - padding, padding : full.shape[1] - padding].float()


@pytest.mark.parametrize("answer", [sliding, cropped_afterwards])
def test_other_windows_are_right(answer):
    assert lesson.as_convolution.check(answer).status == "correct"


RIGHT = {
    "unet_sizes": lambda n, depth: np.array(
        [n >> i for i in range(depth + 1)] + [(n >> depth) << i for i in range(1, depth + 1)]
    ),
    "by_hand": torch.tensor([[0, 0, 1], [0, 4, 6], [4, 12, 9]]),
    "as_transposed_matrix": lambda y, w, n: np.convolve(y, w),
    "input_gradient": lambda grad_output, w, n: [
        sum(grad_output[i] * w[j - i] for i in range(len(grad_output)) if 0 <= j - i < len(w))
        for j in range(n)
    ],
    "there_and_back": lambda y, w: np.correlate(np.convolve(y, w), w, "valid"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_unusual_right_answers_pass(name):
    verdict = course.tasks(NAME)[name].check(RIGHT[name])
    assert verdict.status == "correct", verdict


SLIPS = {
    "channels swapped": lambda weight, c, o: weight[o, c],
    "kernel transposed, stamp by stamp": lambda weight, c, o: weight[c, o].T,
    "kernel flipped": lambda weight, c, o: np.flip(weight[c, o]),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_in_a_learners_loops_has_its_name(name):
    def loops(x, weight, stride=1, padding=0):
        (c_in, h, w), (_, c_out, kh, kw) = x.shape, weight.shape
        out = np.zeros((c_out, (h - 1) * stride + kh, (w - 1) * stride + kw))
        for c, o, i, j in itertools.product(range(c_in), range(c_out), range(h), range(w)):
            top, left = i * stride, j * stride
            out[o, top : top + kh, left : left + kw] += x[c, i, j] * SLIPS[name](weight, c, o)
        return out[:, padding : out.shape[1] - padding, padding : out.shape[2] - padding]

    assert lesson.conv_transpose2d.check(loops).mistake == name


def size(n, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    return (n - 1) * stride + dilation * (kernel_size - 1) - 2 * padding + output_padding + 1


right = oracles.conv_transpose2d
WRONG = {
    "by_hand": [
        [[0, 0, 1], [0, 4, 6], [4, 12, 8]], [[0, 0, 4], [0, 4, 12], [1, 6, 9]], [0, 0, 1],
        [[[0, 0, 1], [0, 4, 6], [4, 12, 9]]], [[9, 12, 4], [6, 4, 0], [1, 0, 0]],
    ],
    "unet_sizes": [
        lambda n, depth: [n], lambda n, depth: (2 * depth + 1) * [n],
        lambda n, depth: [n / 2**abs(i) for i in range(-depth, depth + 1)],
        lambda n, depth: [round(n / 2**i) for i in range(depth + 1)],
    ],
    "conv_transpose2d": [
        lambda *a, **k: right(*a, **k)[0], lambda *a, **k: right(*a, **k) // 2,
        lambda *a, **k: np.abs(right(*a, **k)), lambda *a, **k: np.maximum(right(*a, **k), 0),
    ],
    "conv_transpose_output_size": [
        lambda *a, **k: float(size(*a, **k)), lambda *a, **k: max(size(*a, **k), 2),
        lambda n, k, stride=1, padding=0, **rest: (n - 1) * stride + k - 2 * padding,
    ],
    "as_transposed_matrix": [
        lambda y, w, n: np.round(np.convolve(y, w)), lambda y, w, n: np.convolve(y, np.rint(w)),
        lambda y, w, n: np.convolve(y, w, "same"), lambda y, w, n: np.convolve(y, w)[None],
        lambda y, w, n: np.zeros(n), lambda y, w, n: np.correlate(y, w, "full")[: n - 1],
    ],
    "input_gradient": [lambda grad_output, w, n: np.zeros(n), lambda g, w, n: sum(w) * np.ones(n)],
    "as_convolution": [
        lambda x, kernel, stride=1, padding=0: np.kron(x, kernel),
        lambda x, kernel, stride=1, padding=0: right([x], [[kernel]], stride)[0],
        lambda x, kernel, stride=1, padding=0: right([x.T], [[kernel]], stride, padding)[0],
        lambda x, kernel, stride=1, padding=0: right([x], [[kernel]], stride, padding),
    ],
    "there_and_back": [
        lambda y, w: oracles.there_and_back(y, w) if len(w) <= len(y) else 0 * y,
        lambda y, w: -y, lambda y, w: y / np.dot(w, w), lambda y, w: 0 * y,
    ],
}  # fmt: skip


@pytest.mark.parametrize("name, at", [(name, i) for name in WRONG for i in range(len(WRONG[name]))])
def test_further_wrong_answers_are_rejected_with_a_reason(name, at):
    verdict = course.tasks(NAME)[name].check(WRONG[name][at])
    assert verdict.status == "not yet" and verdict.message


def test_a_wrong_size_formula_is_shown_its_smallest_counterexample():
    verdict = lesson.conv_transpose_output_size.check(lambda n, kernel_size, **options: n)
    assert dict(verdict.details)["Call"] == "conv_transpose_output_size(1, 2)"
