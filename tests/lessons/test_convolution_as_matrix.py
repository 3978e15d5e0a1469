"""Lesson 2: its matrices are NumPy's; odd answers count."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import torch

from helpers.lessons import convolution_as_matrix as lesson
from helpers.lessons.convolution_as_matrix import mistakes, oracles, pictures, symbols
from helpers.lessons.convolution_as_matrix.oracles import torch_matrix
from tests import course

NAME = "02_convolution_as_matrix"
SOLVED = course.solved(NAME)


def correlate(x, w):
    return np.correlate(x, w, "valid")


# --- the numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("flip", (False, True))
@pytest.mark.parametrize("padding", (False, True))
def test_the_explorer_shows_what_numpy_computes(padding, flip):
    explorer = lesson.explore()
    for n, k in itertools.product(range(1, 9), range(1, 6)):
        explorer.set(n=n, kernel_size=k, padding=padding, flip=flip)
        view = explorer.views[0]
        x_bar, w = view.values("x̄")[:, 0], view.values("w")[0]
        size = n + 2 * (k // 2) * padding
        assert len(x_bar) == size and len(w) == k
        if size < k:
            assert explorer.numbers == {"entries": 0, "zeros": 0, "weights to learn": k}
            continue
        y = np.convolve(x_bar, w, "valid") if flip else correlate(x_bar, w)
        assert np.allclose(view.values("y")[:, 0], y)
        assert np.allclose(view.values("W") @ x_bar, y)
        rows = size - k + 1
        assert explorer.numbers == {
            "entries": rows * size, "zeros": rows * (size - k), "weights to learn": k,
        }  # fmt: skip
        assert len(view.steps) == rows


def test_an_edited_weight_moves_its_whole_diagonal_and_survives_other_changes():
    explorer = lesson.explore()
    view = explorer.views[0]
    view.edited = {"n": 1, "values": {"w": [1, -4, -2]}}
    assert np.array_equal(np.diagonal(view.values("W"), 1), [-4] * 4)
    assert "(−4)·3" in view.steps[0].caption
    explorer.set(kernel_size=1)
    explorer.set(kernel_size=4, flip=True)
    assert view.values("w").tolist() == [[1, -4, -2, 2]]
    assert view.values("W")[0, :4].tolist() == [2, -2, -4, 1]
    view.edited = {"n": 2, "values": {"w": [0, 0, 0, 0]}}
    assert explorer.numbers["zeros"] == explorer.numbers["entries"]


@pytest.mark.parametrize("n, k, stride, padding", [(6, 3, 1, 0), (7, 4, 3, 2), (9, 2, 2, 1)])
def test_the_oracles_matrix_is_the_one_of_the_definition(n, k, stride, padding):
    rng = np.random.default_rng(0)
    w, x = rng.normal(size=k), rng.normal(size=n)
    want = correlate(np.pad(x, padding), w)[::stride]
    assert np.allclose(torch_matrix(w, n, stride, padding) @ x, want)
    assert np.allclose(oracles.conv1d(x, w, stride, padding), want)


def test_what_the_text_says_about_sparsity_and_counts_is_so():
    W = torch_matrix([1, 2, 3], 224)
    assert 0.98 < (W == 0).mean() < 0.99  # "almost 99 of 100"
    assert W.size == (224 - 3 + 1) * 224


def test_each_map_in_the_prediction_is_or_is_not_a_convolution():
    eye = np.eye(12)
    maps = {
        "a": (eye[:10] + eye[1:11] + eye[2:]) / 3,
        "b": eye[2:] - eye[:10],
        "c": eye[2:],
        "d": eye[9::-1],
    }
    found = {letter: SOLVED["is_convolution"](W) for letter, W in maps.items()}
    assert found == {"a": True, "b": True, "c": True, "d": False}
    assert lesson.dense_only.right == "d"


def test_the_convolution_learns_from_one_example_and_the_dense_layer_from_twelve():
    space = {"np": np, "torch_matrix": torch_matrix, "few_examples": lambda *a: None}
    for cell in course.cells("02_convolution_as_matrix"):
        if "def fit_dense" in cell.text or cell.text.startswith("truths = "):
            exec(cell.text, space)
    convolution, reverse = space["truths"].values()
    X = np.random.default_rng(1).normal(size=(12, 12))
    for count, dense in ((1, False), (11, False), (12, True)):
        Y = X[:count] @ convolution.T
        assert np.allclose(space["fit_convolution"](X[:count], Y), convolution)
        assert np.allclose(space["fit_dense"](X[:count], Y), convolution) == dense
    best = space["fit_convolution"](X, X @ reverse.T)
    assert np.linalg.norm(best - reverse) > 0.9 * np.linalg.norm(reverse)


# --- what moves along -----------------------------------------------------------------------------


def small_matrices(rows, columns, numbers=(-1, 0, 1)):
    cells = itertools.product(numbers, repeat=rows * columns)
    return (np.reshape(entries, (rows, columns)) for entries in cells)


def test_fractions_are_numbers_too():
    assert lesson.sparsity.check(lambda n, k: Fraction(n - k, n)).status == "correct"
    assert (
        lesson.pad1d.check(lambda x, p: [0] * p + list(map(Fraction, x)) + [0] * p).status
        == "correct"
    )
    assert lesson.sparsity.check(lambda n, k: Fraction(k, n)).mistake == "share of the weights"


@pytest.mark.parametrize("rows, columns", [(1, 3), (2, 2), (2, 3), (3, 3)])
def test_with_columns_enough_the_equivariant_matrices_are_the_convolutions(rows, columns):
    numbers = (0, 1) if rows * columns > 6 else (-1, 0, 1)
    moves, is_one = SOLVED["is_equivariant"], SOLVED["is_convolution"]
    found = [(moves(W), is_one(W)) for W in small_matrices(rows, columns, numbers)]
    assert all(a == b for a, b in found)
    assert sum(a for a, _ in found) == len(numbers) ** (columns - rows + 1)


def test_with_too_few_columns_only_zeros_move_along():
    moving = [W for W in small_matrices(3, 2) if SOLVED["is_equivariant"](W)]
    assert len(moving) == 1 and not moving[0].any()


def test_equivariance_is_what_it_says_of_any_row_and_any_number_that_enters():
    rng = np.random.default_rng(0)
    for case, want in zip(lesson.is_equivariant.cases, lesson.is_equivariant.wanted(), strict=True):
        (W,) = case.args
        both = rng.integers(-9, 10, (50, W.shape[1] + 1))
        equal = (both[:, :-1] @ W.T)[:, 1:] == (both[:, 1:] @ W.T)[:, :-1]
        assert equal.all() == want.value


@pytest.mark.parametrize("enters", (0, 1, 6, 7, 0.5))
def test_a_test_of_equivariance_that_tries_too_little_does_not_pass(enters):
    def moved(W, x):
        return np.array_equal((W @ [enters, *x[:-1]])[1:], (W @ x)[:-1])

    def units(W):
        return all(moved(W, x) for x in np.eye(W.shape[1]))

    def rising(W):
        return moved(W, np.arange(1.0, W.shape[1] + 1))

    name = {0: "a zero always enters", 0.5: None}.get(enters, "the same number always enters")
    if name:  # of all numbers not each can have a matrix
        assert lesson.is_equivariant.check(units).mistake == name
    assert lesson.is_equivariant.check(rising).status == "not yet"
    if enters in (0, 0.5, 7):  # others fit one more matrix by luck
        assert lesson.is_equivariant.check(rising).mistake == "a single row tried"


@pytest.mark.parametrize("by", range(5))
def test_the_pushed_row_gives_the_outputs_that_numpy_computes(by):
    explorer = lesson.explore_shift()
    explorer.set(by=by)
    view = explorer.views[0]
    before, pushed = view.values("x")
    assert np.array_equal(before[: len(before) - by], pushed[by:])
    for row, y in zip((before, pushed), view.values("y"), strict=True):
        assert np.array_equal(y, correlate(row, view.values("w")[0]))
    assert set(explorer.numbers.values()) == {6 - by}
    assert len(view.steps) == 6 - by


def test_padding_fails_at_the_border_only_and_the_other_maps_everywhere():
    explorer = lesson.explore_shift()
    view = explorer.views[0]
    explorer.set(name="convolution, zero padding")
    before, pushed = view.values("y")
    assert (before[:-1] == pushed[1:]).tolist() == [False, *[True] * 5, False]
    assert ["differ" in step.caption for step in view.steps] == [True, *[False] * 5, True]
    for name in ("a weight changes on the way", "reversal"):
        explorer.set(name=name)
        assert explorer.numbers["of them equal"] == 0
    before, pushed = view.values("y")
    assert np.array_equal(before[1:], pushed[:-1])  # the reversal's output moves to the left
    ones = torch_matrix([1, 1, 1], 6, padding=1) @ np.ones(6)
    assert ones.tolist() == [2, 3, 3, 3, 3, 2]


def test_with_stride_2_a_push_by_two_cells_moves_the_output_by_one():
    W = torch_matrix([1, 4, -2], 9, stride=2)
    x, pushed = np.arange(11.0)[2:] ** 2, np.arange(11.0)[:-2] ** 2
    assert np.array_equal((W @ pushed)[1:], (W @ x)[:-1])
    assert not SOLVED["is_equivariant"](W)


# --- programs to break ----------------------------------------------------------------------------


def test_a_kernel_turned_round_is_seen_unless_kernel_or_windows_are_mirrors():
    for w in itertools.product((1, 2, 3), repeat=3):
        verdict = lesson.lucky_kernel.check(([3, 5, 7, 2], w))
        assert (verdict.status == "correct") == (w[0] == w[2])
    for x_bar, w in (([4, 4, 4], [1, 5]), ([1, 2, 1, 2], [1, 4, -2]), ([3, 1, 2], [0, 4, 0])):
        assert lesson.lucky_kernel.check((x_bar, w)).status == "correct"
    for x_bar, w in (
        ([0, 0, 0], [1, 2]),
        ([1, 2, 3], [0, 0]),
        ([[1, 2]], [1, 1]),
        ([[1, 2]] * 2, [1, 2]),
        ([1], [1, 1]),
    ):
        verdict = lesson.lucky_kernel.check((x_bar, w))
        assert verdict.status == "not yet" and verdict.mistake is None


def test_a_padded_convolution_breaks_the_test_of_the_diagonals():
    for w in ([1, 2, 3], [0, 2, 3], [1, 2, 0]):
        verdict = lesson.padded_moves.check((torch_matrix(w, 5, padding=1),))
        assert verdict.status == "correct"
    for W in ([[1, 2, 3]], np.zeros((3, 2)), torch_matrix([1, 4, -2], 6)):
        assert lesson.padded_moves.check((W,)).mistake == "moves along"


# --- numbers of the prose -------------------------------------------------------------------------


def test_what_w_and_the_windows_cost():
    rows, columns = (64 - 3 + 1) ** 2, 64**2
    assert (rows, columns, columns // 9) == (3844, 4096, 455)


def test_turned_round_and_unpadded_as_the_text_below_the_explorer_says():
    explorer = lesson.explore()
    view = explorer.views[0]
    w = view.values("w")[0]
    explorer.set(flip=True)
    assert view.values("W")[0, :3].tolist() == w[::-1].tolist()
    explorer.set(flip=False, padding=False)
    assert view.values("W").shape == (2, 4)


def test_the_blocks_of_the_notebook_are_the_matrix_of_the_convolution_in_two_dimensions():
    space = {"np": np, "torch": torch, "torch_matrix": torch_matrix, "block_picture": print}
    for cell in course.cells(NAME):
        if cell.text.startswith(("kernel = torch.tensor", "blocks = ")):
            exec(cell.text, space)
    assert space["W2"].shape == (6, 20)
    assert np.array_equal(sum(space["placed"]), space["W2"].numpy())


# --- right answers of other kinds, wrong ones beyond the list -------------------------------------


def conv_by_diagonals(w, n):
    return sum(v * torch.diag(torch.ones(n - j), j)[: n - len(w) + 1] for j, v in enumerate(w))


def strided_by_units(w, n, stride, padding):
    columns = [correlate(np.pad(e, padding), w)[::stride] for e in np.eye(n)]
    return [list(row) for row in zip(*columns, strict=True)]


def im2col_by_columns(x, kernel_size, stride=1):
    (h, w), (_, height, width) = kernel_size, x.shape
    starts = itertools.product(range(0, height - h + 1, stride), range(0, width - w + 1, stride))
    return np.array([x[:, i : i + h, j : j + w].ravel() for i, j in starts]).T


def convolution_by_rolling(W):
    k = W.shape[1] - W.shape[0] + 1
    rolled = all(np.allclose(row, np.roll(W[0], i)) for i, row in enumerate(W))
    return k > 0 and rolled and not W[0, k:].any()


def moves_by_blocks(W):
    return np.array_equal(np.pad(W[1:], ((0, 0), (0, 1))), np.pad(W[:-1], ((0, 0), (1, 0))))


OTHER = {
    "pad1d": lambda x, padding: [0] * padding + list(x) + [0] * padding,
    "conv1d": correlate,
    "conv_matrix": conv_by_diagonals,
    "strided_conv_matrix": strided_by_units,
    "sparsity": lambda n, k: (torch_matrix(np.ones(k), n) == 0).mean(),
    "count_weights": lambda n, k: [np.int64(k), n * (n - k) + n],
    "im2col": im2col_by_columns,
    "is_convolution": convolution_by_rolling,
    "is_equivariant": moves_by_blocks,
    "convolved_entries": lambda *xw: correlate(np.pad(xw[:4], 1), xw[4:]),
    "padded_entries": lambda *x: torch.tensor([0.0, *x, 0.0]),
}


@pytest.mark.parametrize("name", OTHER)
def test_an_unusual_right_answer_is_right(name):
    verdict = getattr(lesson, name).check(OTHER[name])
    assert verdict.status == "correct", verdict


# A slip as it is written, not as the exercise's own list has it.
SLIPS = {
    "slice ends at len(w)": (
        "conv1d",
        lambda x_bar, w: np.array(
            [np.sum(x_bar[i : len(w)] * w) for i in range(len(x_bar) - len(w) + 1)]
        ),
    ),
    "upside down": ("sparsity", lambda n, kernel_size: 1 - n / kernel_size),
    "brackets round the difference": ("sparsity", lambda n, kernel_size: (1 - kernel_size) / n),
    "a kernel of no weights": (
        "is_convolution",
        lambda W: np.array_equal(
            W, SOLVED["conv_matrix"](W[0, : W.shape[1] - len(W) + 1], W.shape[1])
        ),
    ),
    "a negative column": (
        "strided_conv_matrix",
        lambda w, n, stride, padding: columns_from_the_end(w, n, stride, padding),
    ),
    "pushed round in a circle": (
        "is_equivariant",
        lambda W: all(
            np.array_equal((W @ np.roll(e, 1))[1:], (W @ e)[:-1]) for e in np.eye(W.shape[1])
        ),
    ),
}


def columns_from_the_end(w, n, stride, padding):
    W = np.zeros(((n + 2 * padding - len(w)) // stride + 1, n))
    for i, j in np.ndindex(len(W), len(w)):
        column = i * stride + j - padding
        if column < n:
            W[i, column] = w[j]
    return W


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_named_however_it_is_written(slip):
    name, answer = SLIPS[slip]
    assert getattr(lesson, name).check(answer).mistake == slip


@pytest.mark.parametrize("order", ["acb", "bac", "bca", "abc", "cba"])
def test_loops_of_im2col_in_another_order_are_named(order):
    def im2col(x, kernel_size, stride=1):
        (h, w), sizes = kernel_size, dict(zip("cab", (len(x), *kernel_size), strict=True))
        rows = []
        for where in itertools.product(*(range(sizes[axis]) for axis in order)):
            at = dict(zip(order, where, strict=True))
            seen = x[at["c"], at["a"] :, at["b"] :][::stride, ::stride]
            high, wide = ((side - k) // stride + 1 for side, k in zip(x.shape[1:], (h, w)))  # noqa: B905
            rows.append(seen[:high, :wide].ravel())
        return np.array(rows)

    verdict = lesson.im2col.check(im2col)
    assert verdict.status == "not yet" and verdict.mistake


def is_one_by_count(W):
    return len(np.unique(W[W != 0])) <= max(W.shape[1] - W.shape[0] + 1, 0)


def is_one_by_sums(W):
    return W.shape[0] <= W.shape[1] and len(set(W.sum(1).tolist())) == 1


def is_one_by_sorted_rows(W):
    return W.shape[0] <= W.shape[1] and bool((np.sort(W, 1) == np.sort(W[0])).all())


def is_one_below_a_size(W):
    return W.shape[0] <= W.shape[1] and mistakes.toeplitz(W) and not W[-1, 0]


WORSE = {
    "is_convolution": [is_one_by_count, is_one_by_sums, is_one_by_sorted_rows, is_one_below_a_size],
    "conv_matrix": [
        lambda w, n: np.outer(np.ones(n - len(w) + 1), np.pad(w, (0, n - len(w)))),
        lambda w, n: torch_matrix(np.abs(w), n),
        lambda w, n: torch_matrix(w, n)[::-1],
        lambda w, n: torch_matrix(w, n)[:, ::-1],
    ],
    "conv1d": [lambda x, w: np.convolve(x, w, "same"), lambda x, w: np.abs(correlate(x, w))],
    "strided_conv_matrix": [
        lambda w, n, s, p: torch_matrix(w, n, s, p) * 2,
        lambda w, n, s, p: torch_matrix(w, n + 2 * p, s)[:, 2 * p :],
        lambda w, n, s, p: torch_matrix(w, n, 1, p)[s - 1 :: s],
    ],
    "sparsity": [lambda n, k: (n - k) // n, lambda n, k: 1 - k**2 / n**2, lambda n, k: 0.5],
    "count_weights": [lambda n, k: (k, n), lambda n, k: (k, (n - k) * n), lambda n, k: (3, 24)],
    "im2col": [
        lambda x, kernel_size, stride=1: im2col_by_columns(x, kernel_size[::-1], stride),
        lambda x, kernel_size, stride=1: im2col_by_columns(x, kernel_size, stride)[::-1],
        lambda x, kernel_size, stride=1: im2col_by_columns(x.swapaxes(1, 2), kernel_size, stride),
    ],
    "pad1d": [lambda x, padding: np.pad(x, padding, "reflect"), lambda x, padding: x],
    "convolved_entries": [lambda *xw: np.correlate(np.pad(xw[:4], 1), xw[4:], "same")],
}  # fmt: skip


@pytest.mark.parametrize("name", WORSE)
def test_further_wrong_answers_are_refused_with_a_message(name):
    for answer in WORSE[name]:
        verdict = getattr(lesson, name).check(answer)
        assert verdict.status == "not yet" and verdict.message, verdict
        assert dict(verdict.details)["Call"]


# --- in symbols -----------------------------------------------------------------------------------


def test_the_sheets_vector_and_matrix_come_out_of_the_learners_code():
    pad1d, conv1d, conv_matrix = (SOLVED[n] for n in ("pad1d", "conv1d", "conv_matrix"))
    y = symbols.texts(lambda x, w: conv1d(pad1d(x, 1), w), "xw", 4, 3)
    assert list(y) == [
        "x₁w₂ + x₂w₃", "x₁w₁ + x₂w₂ + x₃w₃", "x₂w₁ + x₃w₂ + x₄w₃", "x₃w₁ + x₄w₂",
    ]  # fmt: skip
    assert list(symbols.texts(lambda x: pad1d(x, 1), "x", 4)) == ["0", "x₁", "x₂", "x₃", "x₄", "0"]
    W = symbols.texts(lambda w: conv_matrix(w, 6), "w", 3)
    rows = [["0"] * i + ["w₁", "w₂", "w₃"] + ["0"] * (3 - i) for i in range(4)]
    assert W.tolist() == rows


def test_symbols_tell_signs_and_factors_and_refuse_what_is_not_linear():
    assert list(symbols.texts(lambda x: [2 * x[0] - x[1], -0.5 * x[1]], "x", 2)) == [
        "2x₁ − x₂",
        "−0.5x₂",
    ]
    for function in (lambda x: x**2, lambda x: x + 1, lambda x: None, lambda x: "x", lambda: 1):
        assert symbols.texts(function, "x", 3) is None
        assert "not ready" in str(pictures.in_symbols("f", function, x=3))
