"""Lesson 2's proof: the window, all columns with their zeros, one product; no step is skipped."""

import linecache

import numpy as np
import pytest
import torch

from helpers.lessons import convolution_as_matrix as lesson
from helpers.lessons.convolution_as_matrix import oracles
from helpers.lessons.convolution_as_matrix.oracles import torch_matrix
from helpers.lessons.convolution_as_matrix.proof import Column, Odd, worlds
from tests import course

NAME = "02_convolution_as_matrix"
SOLVED = course.solved(NAME)
definition, over_all_columns, one_product = SOLVED["matrix_form"][::2]


def correlate(x, w):
    return np.correlate(x, w, "valid")


def places(m):
    return len(m.x_bar) - len(m.w) + 1


def W_of(m):
    return SOLVED["conv_matrix"](m.w, len(m.x_bar))


def chain(*lines):
    return [part for line in lines for part in (line, "=")][:-1]


# --- what a learner may write in place of the second line -----------------------------------------


def inside_the_window(m):
    n, k = len(m.x_bar), len(m.w)
    return [sum(m.w[c - i] * m.x_bar[c] for c in range(i, i + k)) for i in range(n - k + 1)]


def skipping(m):
    n, k = len(m.x_bar), len(m.w)
    return [
        sum(m.w[c - i] * m.x_bar[c] for c in range(n) if 0 <= c - i < k) for i in range(n - k + 1)
    ]


def in_loops(m):
    n, k = len(m.x_bar), len(m.w)
    rows = []
    for i in range(n - k + 1):
        total = 0
        for c in range(n):
            if 0 <= c - i < k:
                total += m.w[c - i] * m.x_bar[c]
        rows.append(total)
    return rows


def loops_with_zeros(m):
    rows = []
    for i in range(places(m)):
        total = 0.0
        for c in range(len(m.x_bar)):
            weight = m.w[c - i] if i <= c < i + len(m.w) else 0.0
            total += weight * m.x_bar[c]
        rows.append(total)
    return rows


def padded_kernel(m):
    after = np.pad(m.w, (0, len(m.x_bar) - len(m.w)))
    return [sum(np.roll(after, i) * m.x_bar) for i in range(places(m))]


def row_by_row(m):
    return [row @ m.x_bar for row in W_of(m)]


def dictionary(m):
    weight = {(i, i + j): w for i in range(places(m)) for j, w in enumerate(m.w)}
    columns = range(len(m.x_bar))
    return [sum(weight.get((i, c), 0) * m.x_bar[c] for c in columns) for i in range(places(m))]


def equals_instead_of_index(m):
    """Σ_c Σ_j w_j [c = i + j] x̄_c."""
    n, k = len(m.x_bar), len(m.w)
    return [
        sum(m.w[j] * (c == i + j) * m.x_bar[c] for c in range(n) for j in range(k))
        for i in range(n - k + 1)
    ]


def tensors(m):
    table = torch.tensor(W_of(m)) * torch.tensor(np.array(m.x_bar))
    return table.sum(1)


RIGHT = {
    "the notebook's": SOLVED["matrix_form"],
    "loops": chain(definition, loops_with_zeros, one_product),
    "a padded kernel that is rolled": chain(definition, padded_kernel, one_product),
    "rows of W": chain(definition, row_by_row, one_product),
    "a dictionary of weights": chain(definition, dictionary, one_product),
    "c = i + j as a condition": chain(definition, equals_instead_of_index, one_product),
    "W · x̄, entry by entry": chain(definition, lambda m: (W_of(m) * m.x_bar).sum(1), one_product),
    "einsum": chain(definition, lambda m: np.einsum("ic,c->i", W_of(m), m.x_bar), one_product),
    "renamed first, then the zeros": chain(
        definition, inside_the_window, over_all_columns, one_product
    ),
    "NumPy throughout": chain(
        lambda m: correlate(m.x_bar, m.w),
        lambda m: np.lib.stride_tricks.sliding_window_view(m.x_bar, len(m.w)) @ m.w,
        lambda m: (W_of(m) * m.x_bar).sum(axis=-1),
        lambda m: np.array([correlate(e, m.w) for e in np.eye(len(m.x_bar))]).T @ m.x_bar,
    ),
    "torch": [
        lambda m: oracles.conv1d(m.x_bar, m.w),
        "==",
        tensors,
        "==",
        lambda m: torch.tensor(torch_matrix(m.w, len(m.x_bar))) @ m.x_bar,
    ],
    "windows by slices": chain(
        lambda m: np.array([m.w @ m.x_bar[i : i + len(m.w)] for i in range(places(m))]),
        over_all_columns,
        one_product,
    ),
    "a sum of shifts": chain(
        definition,
        lambda m: sum(w * m.x_bar[j:][: places(m)] for j, w in enumerate(m.w)),
        over_all_columns,
        lambda m: sum(w * np.eye(places(m), len(m.x_bar), j) for j, w in enumerate(m.w)) @ m.x_bar,
    ),
    "two matrices": chain(
        definition, over_all_columns, lambda m: W_of(m) @ (np.eye(len(m.x_bar)) @ m.x_bar)
    ),
    "the product twice": chain(
        definition, over_all_columns, lambda m: W_of(m) @ m.x_bar, one_product
    ),
    "a list of lists at the end": chain(
        definition, over_all_columns, lambda m: torch_matrix(m.w, len(m.x_bar)).tolist() @ m.x_bar
    ),
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_proof_that_makes_each_step_is_right(case):
    verdict = lesson.matrix_form.check(RIGHT[case])
    assert verdict.status == "correct", verdict


def circulant(m):
    n = len(m.x_bar)
    rows = [np.roll(np.pad(m.w, (0, n - len(m.w))), i) for i in range(n)]
    return np.array(rows) @ m.x_bar


def late(m):
    return [
        sum(m.w[j] * m.x_bar[(i + j + 1) % len(m.x_bar)] for j in range(len(m.w)))
        for i in range(places(m))
    ]


def negative_index(m):
    n, k = len(m.x_bar), len(m.w)
    return [sum(m.w[c - i] * m.x_bar[c] for c in range(n) if c - i < k) for i in range(n - k + 1)]


def turned_index(m):
    n, k = len(m.x_bar), len(m.w)
    return [
        sum((m.w[i - c] if 0 <= i - c < k else 0) * m.x_bar[c] for c in range(n))
        for i in range(n - k + 1)
    ]


def one_short(m):
    n, k = len(m.x_bar), len(m.w)
    return [
        sum((m.w[c - i] if 0 < c - i < k else 0) * m.x_bar[c] for c in range(n))
        for i in range(n - k + 1)
    ]


def all_weights_alike(m):
    return [sum(m.w[j] * m.x_bar[j] for j in range(len(m.w))) for _ in range(places(m))]


def all_but_the_last_column(m):
    n = len(m.x_bar)
    return [
        sum(W_of(m)[i, c] * m.x_bar[c] for c in range(max(n - 1, i + len(m.w))) if c < n)
        for i in range(places(m))
    ]


BOTH = "uses “weights of 0 outside the window” and “a matrix times a vector” at once"
AGAIN = "says each output as a sum over its own window. Put c = i + j"
STOPS = "it stopped with TypeError: this vector can only be multiplied"
WRONG = {
    "no second line": (chain(definition, one_product), 2, BOTH),
    "the first line copied": (chain(definition, definition, one_product), 3, BOTH + "."),
    "copied three times": (chain(*[definition] * 4, one_product), 5, AGAIN),
    "renamed, without zeros": (chain(definition, inside_the_window, one_product), 3, AGAIN),
    "zeros skipped": (chain(definition, skipping, one_product), 3, "written out, not skipped"),
    "zeros skipped in loops": (chain(definition, in_loops, one_product), 3, AGAIN),
    "the product copied": (chain(definition, lambda m: W_of(m) @ m.x_bar, one_product), 2, BOTH),
    "np.dot for the second line": (
        chain(definition, lambda m: np.dot(W_of(m), m.x_bar), one_product),
        2,
        BOTH,
    ),
    "x̄ from the left": (chain(definition, lambda m: m.x_bar @ W_of(m).T, one_product), 2, BOTH),
    "NumPy's own convolution": (
        chain(definition, lambda m: correlate(m.x_bar, m.w), one_product),
        3,
        AGAIN,
    ),
    "shifts, no columns": (
        chain(
            definition,
            lambda m: sum(w * m.x_bar[j:][: places(m)] for j, w in enumerate(m.w)),
            one_product,
        ),
        3,
        AGAIN,
    ),
    "one column never joins": (chain(definition, all_but_the_last_column, one_product), 3, BOTH),
    "all columns from the start": (
        chain(over_all_columns, one_product),
        1,
        "yours is the same only by “weights of 0 outside",
    ),
    "read row by row": (chain(definition, row_by_row), 2, "it stopped with TypeError"),
    "unlocked by the identity": (
        chain(definition, lambda m: correlate(np.asarray(np.eye(len(m.x_bar)) @ m.x_bar), m.w)),
        2,
        STOPS,
    ),
    "a loop at the end": (chain(definition, over_all_columns), 2, STOPS),
    "the first line again": (chain(definition, definition), 2, STOPS),
    "np.correlate at the end": (chain(definition, lambda m: correlate(m.x_bar, m.w)), 2, STOPS),
    "a circulant": (chain(definition, over_all_columns, circulant), 3, "wrap round"),
    "the transpose": (
        chain(definition, lambda m: W_of(m).T @ m.x_bar),
        2,
        "stopped with ValueError",
    ),
    "flipped in W": (
        chain(
            definition,
            over_all_columns,
            lambda m: SOLVED["conv_matrix"](m.w[::-1], len(m.x_bar)) @ m.x_bar,
        ),
        3,
        "The weights run backwards",
    ),
    "negative indices": (
        chain(definition, negative_index, one_product),
        2,
        "Python counts from the end of w",
    ),
    "i − c for c − i": (chain(definition, turned_index, one_product), 2, "so j = c − i, not i − c"),
    "< for ≤": (chain(definition, one_short, one_product), 2, "The first weight has index 0"),
    "every window the first": (
        chain(definition, all_weights_alike, one_product),
        2,
        "The window moves with i",
    ),
    "x̄ itself": (chain(definition, lambda m: m.x_bar), 2, "the shapes are (2,) and (3,)"),
    "W for W x̄": (chain(definition, over_all_columns, W_of), 3, "Multiply it by m.x_bar"),
    "np.convolve": (
        chain(lambda m: np.convolve(m.x_bar, m.w, "valid"), over_all_columns, one_product),
        1,
        "The weights run backwards",
    ),
    "one cell late": (chain(late, over_all_columns, one_product), 1, "not at its right neighbour"),
    "an inequality": (
        [definition, "≥", over_all_columns, "=", one_product],
        2,
        "holds with “=”: nothing is lost here, so write “=”. Taken together",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_proof_is_refused_at_its_step_and_for_its_reason(case):
    lines, step, reason = WRONG[case]
    verdict = lesson.matrix_form.check(lines)
    assert verdict.status == "not yet" and reason in verdict.message, verdict
    sign = lines[2 * step - 3]
    place = "The first line" if step == 1 else f"Line {step - 1} {sign} line {step} "
    assert verdict.message.startswith((place, f"Line {step}: ")), verdict


def test_the_working_says_what_each_step_does():
    assert [row.words for row in lesson.matrix_form.show(SOLVED["matrix_form"]).rows] == [
        "the line asked for",
        "follows, by “weights of 0 outside the window”",
        "follows, by “a matrix times a vector”",
    ]


def test_a_row_of_the_odd_kind_is_odd_under_a_whole_matrix_alone():
    (x, *_) = [world.model.x_bar for world in worlds() if isinstance(world.model.x_bar, Odd)]
    plain, W = np.array(x), np.arange(6.0).reshape(2, 3)
    for product in (np.matmul, np.dot, np.inner):
        assert (product(W, x) == W @ plain + 1).all()
    assert (x @ W.T == W @ plain + 1).all() and W[0] @ x == W[0] @ plain
    assert W[:, :2] @ x[1:] @ [1, 0] == W[0, :2] @ plain[1:]  # a part of the row is a plain row
    assert ((W * x).sum(1) == W @ plain).all() and x.sum() == plain.sum()
    y = x.copy()
    y += 1
    assert (y == plain + 1).all()


def test_the_lines_are_shown_as_the_formulas_of_the_notebook(monkeypatch):
    def shown(chain):
        return [row.latex for row in lesson.matrix_form.show(chain).rows]

    (cell,) = (c for c in course.cells(NAME) if c.solution and c.exercise == "matrix_form")
    monkeypatch.setitem(linecache.cache, "cell", (1, None, cell.text.splitlines(True), "cell"))
    space = dict(SOLVED)
    exec(compile(cell.text, "cell", "exec"), space)  # with its source, as a notebook has it
    end = r"\right)_{i=0}^{n - k}"
    assert shown(space["matrix_form"]) == [
        rf"\left(\sum_{{j=0}}^{{k - 1}} w_{{j}} \, \bar x_{{i + j}}{end}",
        r"\left(\sum_{c=0}^{n - 1} \left("
        r"\begin{cases} w_{c - i} & \text{if } 0 \leq c - i < k \\ 0 & \text{otherwise} \end{cases}"
        rf"\right) \, \bar x_{{c}}{end}",
        r"W\left(w, n\right) \, \bar x",
    ]
    sum_of_window = r"\sum_{c=0, 0 \leq c - i < k}^{n - 1} w_{c - i} \, \bar x_{c}"
    assert shown([in_loops, "=", one_product])[0] == rf"\left({sum_of_window}{end}"


def test_a_column_can_only_be_multiplied_from_the_left():
    column = Column(np.arange(3.0))
    assert Column.read(np.eye(3)[:2] @ column).tolist() == [0, 1]
    for product in (np.matmul, np.dot):
        assert Column.read(product(np.eye(3)[1:], column)).tolist() == [1, 2]
    assert Column.read([[0, 0, 2]] @ (2 * np.eye(3) @ column)).tolist() == [8]
    attempts = (
        lambda x: x[0], lambda x: list(x), lambda x: np.asarray(x), lambda x: np.sum(x),
        lambda x: x * 2, lambda x: 2 * x, lambda x: x + x, lambda x: np.ones(3) @ x,
        lambda x: np.ones(3) * x, lambda x: x @ np.eye(3), lambda x: np.matmul(x, np.eye(3)),
        lambda x: np.dot(x, x), lambda x: float(x), lambda x: torch.tensor(x), lambda x: x @ x,
        lambda x: np.convolve(x, [1, 2]), lambda x: np.pad(x, 1), lambda x: np.eye(3).dot(x),
    )  # fmt: skip
    for attempt in attempts:
        with pytest.raises((TypeError, ValueError)):
            attempt(column)
    with pytest.raises(ValueError, match="2 × 2 cannot multiply a vector of 3"):
        np.eye(2) @ column
