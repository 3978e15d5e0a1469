"""Lesson 2, convolution as a matrix: W x̄ instead of a window that slides.

PyTorch is the oracle: a convolution's matrix has as its columns what PyTorch makes of unit vectors.
"""

from types import SimpleNamespace

import numpy as np

from helpers.derivations import Derivation, End
from helpers.exercises import BreakIt, Call, Exercise, Mistake, Progress, curves
from helpers.lessons.convolution_as_matrix import (
    broken,
    cases,
    mistakes,
    oracles,
    questions,
    shift,
    words,
)
from helpers.lessons.convolution_as_matrix.cases import row
from helpers.lessons.convolution_as_matrix.explorers import explore, explore_shift
from helpers.lessons.convolution_as_matrix.oracles import torch_matrix
from helpers.lessons.convolution_as_matrix.pictures import (
    entries_picture,
    verdicts_picture,
    windows_picture,
)
from helpers.lessons.convolution_as_matrix.proof import (
    LANDMARKS,
    RULES,
    WORDS,
    Column,
    models,
    worlds,
)

# --- row 1.2a, by hand ----------------------------------------------------------------------------


padded_entries = Exercise(
    "padded_entries",
    lambda x1, x2, x3, x4: oracles.conv1d(row(x1, x2, x3, x4), [1.0], padding=1),
    [Call(3, 5, 7, 2), Call(-1.5, 4, 0.5, 6)],
    mistakes=[
        Mistake("zero only in front", lambda *x: np.pad(row(*x), (1, 0)), "One zero goes on each side, so one at the end too."),
        Mistake("zero only behind", lambda *x: np.pad(row(*x), (0, 1)), "One zero goes on each side, so one in front too."),
        Mistake("two zeros a side", lambda *x: np.pad(row(*x), 2), "Padded by 1: one zero on each side, two in all."),
        Mistake("not padded", row, "That is x itself; now put the zeros at its ends."),
        Mistake("ends repeated", lambda *x: np.pad(row(*x), 1, "edge"), "The new cells hold 0, not a copy of the end."),
        Mistake("wrapped round", lambda *x: np.pad(row(*x), 1, "wrap"), "The new cells hold 0, not the row's other end."),
    ],
    hints=["Four numbers, and a 0 at each end: how many entries is that?"],
    praise="x̄ has 4 + 2 · 1 = 6 entries.",
    picture=lambda answer: entries_picture(answer, 4),
)  # fmt: skip

convolved_entries = Exercise(
    "convolved_entries",
    lambda x1, x2, x3, x4, w1, w2, w3: oracles.conv1d([x1, x2, x3, x4], [w1, w2, w3], padding=1),
    [Call(3, 5, 7, 2, 1, 4, -2), Call(-1, 4, 0.5, 6, 3, 0.5, 2)],
    mistakes=[
        Mistake("kernel flipped", mistakes.sums(kernel=lambda w: w[::-1]), "You laid the kernel the other way round. Here w₁ stands on the left cell of the window, w₃ on the right one."),
        Mistake("padding forgotten", mistakes.sums(0), "Those are the windows over x. Over x̄, which is longer, there are more."),
        Mistake("padded twice", mistakes.sums(2), "The window never leaves x̄, and x̄ has one zero a side, not two."),
        Mistake("wrapped round", mistakes.sums(mode="wrap"), "Beyond the ends of x there is a 0, not the row's other end."),
        Mistake("kernel cut at the wrong end", lambda *xw: [np.dot(xw[:2], xw[4:6]), *oracles.conv1d(xw[:4], xw[4:], padding=1)[1:]], "In the first window it is w₁ that falls on the zero: w₂ stands below x₁, w₃ below x₂."),
        Mistake("last window cut at the wrong end", lambda *xw: [*oracles.conv1d(xw[:4], xw[4:], padding=1)[:-1], np.dot(xw[2:4], xw[5:])], "In the last window it is w₃ that falls on the zero: w₁ stands below x₃, w₂ below x₄."),
        Mistake("kernel cut at both wrong ends", lambda *xw: [np.dot(xw[:2], xw[4:6]), *oracles.conv1d(xw[:4], xw[4:]), np.dot(xw[2:4], xw[5:])], "At either end it is the outermost weight that falls on the zero: w₁ in the first window, w₃ in the last."),
        Mistake("window one cell late", mistakes.sums((0, 2)), "The first window starts at the first entry of x̄, which is 0."),
        Mistake("window one cell early", mistakes.sums((2, 0)), "The first window covers the first three entries of x̄: 0, x₁ and x₂."),
        Mistake("a weight lost", mistakes.sums(kernel=lambda w: (0, *w[1:])), "Where the window lies inside x, all three weights meet an x."),
    ],
    hints=["Write x̄ down and w below its first three entries. Multiply each weight by the entry above it, and add.", "Then push w one cell to the right, and again, until it stands below the last three entries.", "A product with a padded 0 drops out: the first and the last sum have two terms, the others three."],
    praise="Two terms at each end, where a weight falls on a zero; three in between.",
    picture=lambda answer: windows_picture(answer, 4, 3),
)  # fmt: skip

# --- row 1.2a, in code ----------------------------------------------------------------------------

pad1d = Exercise(
    "pad1d",
    lambda x, padding: oracles.conv1d(x, [1.0], padding=padding),
    [Call(row(1, 2, 3), 1), Call(row(4, -1, 2.5, 5), 2), Call(row(7.5, 6), 3), Call(row(8, 2, 9), 0)],
    mistakes=[
        Mistake("zeros only in front", lambda x, padding: np.pad(x, (padding, 0)), "`padding` zeros go on each side, behind x as well."),
        Mistake("zeros only behind", lambda x, padding: np.pad(x, (0, padding)), "`padding` zeros go on each side, in front of x as well."),
        Mistake("half of them a side", lambda x, padding: np.pad(x, (padding // 2, padding - padding // 2)), "`padding` counts the zeros of one side; there are twice as many in all."),
        Mistake("ends repeated", lambda x, padding: np.pad(x, padding, "edge"), "The new cells hold 0, not copies of the end."),
        Mistake("wrapped round", lambda x, padding: np.pad(x, padding, "wrap"), "The new cells hold 0, not the row's other end."),
        Mistake("added, not joined", lambda x, padding: [0] * padding + x + [0] * padding, "`+` joins two lists, but adds numbers as soon as one side is an array. np.concatenate joins."),
        Mistake("no room without padding", mistakes.into_a_slice, "Right, except for padding 0: `out[0:-0]` is empty. Say where the slice ends, counted from the front."),
        Mistake("always one", lambda x, padding: np.pad(x, 1), "You always put one zero a side; `padding` says how many."),
        Mistake("fractions cut off", lambda x, padding: np.trunc(np.pad(x, padding)), "The fractions are gone: an array made from whole numbers keeps only whole numbers."),
    ],
    hints=["Make zeros and join them to x on both sides.", "np.concatenate joins a list of rows."],
    praise="The row now has n + 2 · padding entries.",
    picture=Call(row(1, 2, 3, 4), 1),
)  # fmt: skip

conv1d = Exercise(
    "conv1d",
    lambda x_bar, w: oracles.conv1d(x_bar, w),
    cases.conv1d,
    mistakes=[
        Mistake("kernel flipped", lambda x_bar, w: oracles.conv1d(x_bar, np.flip(w)), "The kernel is turned round, as `np.convolve` does it. Here w[0] stands on the left cell of the window."),
        Mistake("last window forgotten", lambda x_bar, w: oracles.conv1d(x_bar, w)[:-1], "The last window is missing: with n cells and k weights there are n − k + 1."),
        Mistake("padded again", lambda x_bar, w: oracles.conv1d(x_bar, w, padding=len(w) // 2), "x_bar is padded already: the window stays inside it."),
        Mistake("padded fully", lambda x_bar, w: oracles.conv1d(x_bar, w, padding=len(w) - 1), "Your window hangs over the ends of x_bar: that is “full” padding."),
        Mistake("products not added", mistakes.products, "Each window gives one number: add its products up."),
        Mistake("only the last product kept", lambda x_bar, w: oracles.conv1d(x_bar, [*np.zeros(len(w) - 1), w[-1]]), "Each product replaces the one before: add them up, `+=`, not `=`."),
        Mistake("sum carried on", lambda x_bar, w: np.cumsum(oracles.conv1d(x_bar, w)), "The sum of one window is carried on into the next: start each at 0."),
        Mistake("zeros left at the end", lambda x_bar, w: np.pad(oracles.conv1d(x_bar, w), (0, len(w) - 1)), "The result is as long as x_bar: its last cells belong to no window. There are n − k + 1."),
        Mistake("averaged", lambda x_bar, w: oracles.conv1d(x_bar, w) / len(w), "The products are added, not averaged."),
        Mistake("slice ends at len(w)", mistakes.slice_ends_too_soon, "From the second window on your slice is too short: it ends at len(w), wherever it starts."),
        Mistake("slice ends at len(w)", mistakes.slice_ends_too_soon_dot, "From the second window on your slice is too short: it ends at len(w), wherever it starts."),
        Mistake("slice ends at len(w)", mistakes.slice_ends_too_soon_matmul, "From the second window on your slice is too short: it ends at len(w), wherever it starts."),
        Mistake("window does not move", lambda x_bar, w: np.full(len(x_bar) - len(w) + 1, oracles.conv1d(x_bar, w)[0]), "Your outputs are all the same: the window has to start at i."),
        Mistake("np.convolve, all of it", lambda x_bar, w: oracles.conv1d(x_bar, np.flip(w), padding=len(w) - 1), "`np.convolve` turns the kernel round, and lets it hang over both ends. Here w[0] stands on the left cell, and the window stays inside."),
        Mistake("windows that hang over", mistakes.hanging_over, "Your last windows hang over the end of x_bar: only n − k + 1 fit."),
        Mistake("windows that hang over", mistakes.hanging_over_sliced, "Your last windows hang over the end of x_bar: only n − k + 1 fit."),
        Mistake("windows side by side", lambda x_bar, w: oracles.conv1d(x_bar, w, stride=len(w)), "The window moves by one cell, not by its own length."),
    ],
    hints=["At how many places can a window of len(w) cells start in len(x_bar) cells?", "Entry i looks at the cells from i to i + len(w) of x_bar."],
    praise="Equal to PyTorch's conv1d, with even kernels and with one as long as the row.",
    picture=Call(row(0, 3, 5, 7, 2, 0), row(1, 4, -2)),
)  # fmt: skip

lucky_kernel = BreakIt(
    "lucky_kernel",
    conv1d,
    broken.backwards,
    goal="by luck",
    valid=broken.several,
    task="Take a kernel of two weights or more.",
    mistakes=broken.NOT_BACKWARDS,
    hints=[
        "In which order does the program lay the weights on the window? Follow `step` from 0 on.",
        "It lays the last weight on the left cell. Which kernels does that leave as they are?",
    ],
    praise="Nobody notices the flip where the kernel is its own mirror image, as the blur [1, 2, 1] is, where the windows are, or where the sums happen to agree. So test with a kernel such as [1, 4, −2], on numbers that differ.",
)

# --- row 1.2b, the matrix -------------------------------------------------------------------------

matrix_shape = questions.matrix_shape

_STARTS = "Row i of W is the window that starts at entry i: w[0] stands in column i."

conv_matrix = Exercise(
    "conv_matrix",
    lambda w, n: torch_matrix(w, n),
    cases.conv_matrix,
    mistakes=[
        Mistake("transposed", lambda w, n: torch_matrix(w, n).T, "That is Wᵀ: rows belong to outputs, columns to the entries of x̄."),
        Mistake("kernel flipped", lambda w, n: torch_matrix(np.flip(w), n), "The kernel runs backwards in your rows: w[0] comes first."),
        Mistake("wraps round", mistakes.circulant, "Your matrix is a circulant: its last rows wrap round to the first columns. A window that does not fit gives no output, so there are only n − k + 1 rows."),
        Mistake("n taken as the unpadded length", lambda w, n: torch_matrix(w, n + len(w) - 1), "n is the length of x̄, which is padded already: W has n columns and fewer rows."),
        Mistake("padded once more", lambda w, n: torch_matrix(w, n + 2), "n is the length of x̄, which is padded already: W has n columns."),
        Mistake("padding built in", lambda w, n: torch_matrix(w, n, padding=len(w) // 2), "Some of your rows hold a cut kernel, as if x̄ were padded once more."),
        Mistake("a row for each entry", mistakes.square_by_slices, "You make a row for each entry of x̄, and in the last ones the kernel has no room: only n − k + 1 windows fit."),
        Mistake("a row for each entry", lambda w, n: torch_matrix(w, n + len(w) - 1)[:, :n], "Your last rows hold a cut kernel: windows that hang over the end. Only n − k + 1 windows fit."),
        Mistake("shifted by one row", lambda w, n: np.vstack([np.zeros(n), torch_matrix(w, n)[:-1]]), _STARTS),
        Mistake("shifted by one column", lambda w, n: np.roll(torch_matrix(w, n), -1, 1), _STARTS),
        Mistake("rows of zeros at the end", lambda w, n: np.pad(torch_matrix(w, n), ((0, len(w) - 1), (0, 0))), "Your last rows are zero: windows that do not fit give no output, and no row."),
        Mistake("moves to the left", lambda w, n: [np.roll(torch_matrix(w, n)[0], -i) for i in range(n - len(w) + 1)], "From one row to the next the kernel moves to the right, as the window does."),
        Mistake("kernel does not move", lambda w, n: np.tile(torch_matrix(w, n)[:1], (n - len(w) + 1, 1)), "Your rows are all the same. From one row to the next the window moves one cell."),
        Mistake("last row forgotten", lambda w, n: torch_matrix(w, n)[:-1], "The last window is missing: there are n − k + 1 rows."),
    ],
    hints=["Start with zeros of the right shape: one row for each output, n columns.", "Which entries of x̄ does output i need, and with which weights? Those are row i's."],
    praise="Your W, times x̄, is what PyTorch computes; and W never looks at x.",
    picture=Call(row(1, 2, 3), 6),
)  # fmt: skip


# --- the derivation from 1.2a to 1.2b -------------------------------------------------------------

matrix_form = Derivation(
    "matrix_form",
    models,
    End("y_i = Σ_j w_j x̄_(i+j) for every i", lambda m: oracles.conv1d(m.x_bar, m.w)),
    End(
        "W x̄, one matrix product",
        lambda m: torch_matrix(m.w, len(m.x_bar)) @ m.x_bar,
        view=lambda m: SimpleNamespace(w=m.w, x_bar=Column(m.x_bar)),
        read=Column.read,
    ),
    rules=RULES,
    worlds=worlds,
    lasting=False,
    landmarks=LANDMARKS,
    mistakes=[
        Mistake("kernel flipped", lambda m: oracles.conv1d(m.x_bar, m.w[::-1]), "The weights run backwards: where c = i + j, column c gets w_j with j = c − i."),
        Mistake("wraps round", lambda m: mistakes.circulant(m.w, len(m.x_bar)) @ m.x_bar, "Windows that wrap round are no outputs."),
        Mistake("window one cell late", lambda m: oracles.conv1d(np.roll(m.x_bar, -1), m.w), "Output i starts at x̄_i, not at its right neighbour: indices start at 0 here."),
        Mistake("last output forgotten", lambda m: oracles.conv1d(m.x_bar, m.w)[:-1], "i runs from 0 to n − k, both included."),
        Mistake("last weight forgotten", lambda m: oracles.conv1d(m.x_bar, [*m.w[:-1], 0]), "j runs over all k weights."),
        Mistake("first weight forgotten", lambda m: oracles.conv1d(m.x_bar, [0, *m.w[1:]]), "The first weight has index 0: where c = i, the weight is w₀."),
        Mistake("index turned round", lambda m: np.convolve(m.x_bar, m.w)[: len(m.x_bar) - len(m.w) + 1], "c = i + j, so j = c − i, not i − c."),
        Mistake("the matrix, not the product", lambda m: torch_matrix(m.w, len(m.x_bar)), "That is W. Multiply it by m.x_bar."),
        Mistake("the same weights in every row", lambda m: np.full(len(m.x_bar) - len(m.w) + 1, m.x_bar[: len(m.w)] @ m.w), "The window moves with i: the weight of column c depends on c − i."),
        Mistake("zeros forgotten", mistakes.negative_index, "Left of the window, too, the weight is 0. Where c − i is negative, Python counts from the end of w and raises no error: ask first whether c − i ≥ 0."),
    ],
    words=WORDS,
    hints=["Line 1: i takes n − k + 1 values, j takes k. A list over i, a sum over j.", "Line 2: which w_j does column c meet in output i? Solve c = i + j for j, and ask when that is an index of w. It is a sum of n products for every i.", "Line 3: what stands before x̄_c in line 2, for each i and c, is a table of numbers without x̄ in it. One of your functions builds it."],
    praise="Every line holds, for every row and kernel tried, and each step does one thing. The last line never saw x̄: all it knows is in W.",
)  # fmt: skip

# --- stride and padding inside the matrix ---------------------------------------------------------

strided_conv_matrix = Exercise(
    "strided_conv_matrix",
    torch_matrix,
    cases.strided_conv_matrix,
    mistakes=[
        Mistake("columns of the padding left in", lambda w, n, s, p: torch_matrix(w, n + 2 * p, s), "This matrix acts on x̄. It should act on x, so the columns that meet only padded zeros go."),
        Mistake("stride ignored", lambda w, n, s, p: torch_matrix(w, n, 1, p), "With stride s only every s-th window is taken."),
        Mistake("stride on the columns", lambda w, n, s, p: torch_matrix(w, n, 1, p)[:, ::s], "The stride drops outputs, which are rows; every entry of x keeps its column."),
        Mistake("padding ignored", lambda w, n, s, p: torch_matrix(w, n, s), "Zeros round x allow more windows, the outer ones with a cut kernel."),
        Mistake("columns cut on one side", lambda w, n, s, p: torch_matrix(w, n + 2 * p, s)[:, :n], "The padding's columns lie on both sides of those of x."),
        Mistake("nothing left without padding", lambda w, n, s, p: torch_matrix(w, n + 2 * p, s)[:, p:-p], "Right, except for padding 0: `[0:-0]` is empty. Take the columns from `padding` to `padding + n`."),
        Mistake("stride counted from x", lambda w, n, s, p: torch_matrix(w, n, 1, p)[p::s], "The first window starts at the first entry of x̄, not of x; count the stride from there."),
        Mistake("first rows kept", lambda w, n, s, p: torch_matrix(w, n, 1, p)[: len(torch_matrix(w, n, s, p))], "The number of rows is right, but you keep the first ones: every s-th stays."),
        Mistake("stride on rows and columns", lambda w, n, s, p: torch_matrix(w, n, s, p)[:, ::s], "The stride drops rows only: every entry of x keeps its column."),
        Mistake("columns cut in front only", lambda w, n, s, p: torch_matrix(w, n + 2 * p, s)[:, p:], "The padding's columns lie on both sides of those of x: cut them at the end, too."),
        Mistake("zeros round W", lambda w, n, s, p: np.pad(torch_matrix(w, n), ((p, p), (0, 0)))[::s], "You pad W with rows of zeros. It is x that is padded: the new rows hold a cut kernel."),
        Mistake("a negative column", mistakes.negative_column, "Where a window starts in the padding its column is negative, and Python counts that from the end. Ask first whether it is one of x."),
        Mistake("kernel flipped", lambda w, n, s, p: torch_matrix(np.flip(w), n, s, p), "The kernel runs backwards in your rows."),
        Mistake("transposed", lambda w, n, s, p: torch_matrix(w, n, s, p).T, "Rows belong to outputs, columns to the entries of x."),
    ],
    hints=["How long is the row once it is padded? Start from the matrix for that length.", "Row i makes output i, column c meets entry c of x̄. With padding 2, which columns meet the entries of x?"],
    praise="A strided, padded convolution is still one matrix: some rows and columns of the first.",
    picture=Call(row(1, 2, 3), 6, 2, 1),
)  # fmt: skip

# --- row 1.2c, what the matrix says ---------------------------------------------------------------

_N_COLUMNS = "n is the length of x̄, the number of W's columns."

sparsity = Exercise(
    "sparsity",
    oracles.sparsity,
    cases.sizes,
    mistakes=[
        Mistake("share of the weights", lambda n, k: k / n, "That is the share of the entries that hold a weight; the zeros are the rest."),
        Mistake("square matrix", lambda n, k: 1 - k * (n - k + 1) / n**2, "W is not square: it has n − k + 1 rows."),
        Mistake("weights counted once", lambda n, k: 1 - k / (n * (n - k + 1)), "The kernel stands in every row, not only once in W."),
        Mistake("number of zeros", lambda n, k: (n - k) * (n - k + 1), "That is how many zeros there are: divide by the number of entries."),
        Mistake("zeros of one row", lambda n, k: n - k, "That is the number of zeros in one row. What fraction of its n entries is it?"),
        Mistake("divided by the rows", lambda n, k: 1 - k / (n - k + 1), "A row has n entries, k of them weights; n − k + 1 is the number of rows."),
        Mistake("n taken as the unpadded length", lambda n, k: 1 - k / (n + k - 1), _N_COLUMNS),
        Mistake("upside down", lambda n, k: 1 - n / k, "A fraction is never negative, and yours is for k < n. Weights over entries, not entries over weights."),
        Mistake("brackets round the difference", lambda n, k: (1 - k) / n, "Your brackets take k from 1 before anything is divided. Only k is divided by n."),
        Mistake("one zero too many", lambda n, k: (n - k + 1) / n, "n − k + 1 is the number of rows. Of the n entries of a row k are weights; how many are left?"),
        Mistake("one zero too few", lambda n, k: (n - k - 1) / n, "Of the n entries of a row k are weights: count those that are left once more."),
        Mistake("divided by k", lambda n, k: (n - k) / k, "n − k zeros in a row of how many entries? Not of k."),
        Mistake("divided by n²", lambda n, k: (n - k) * (n - k + 1) / n**2, "The number of zeros is right, but W is not square: it has n − k + 1 rows."),
        Mistake("percent", lambda n, k: 100 * (1 - k / n), "A fraction lies between 0 and 1."),
    ],
    hints=["Count in one row of W first.", "For n = 6 and k = 3 a row holds three weights and three zeros. Does the share change from row to row?"],
    praise="With 224 cells and 3 weights, almost 99 of 100 entries are zero.",
    picture=curves(lambda n, name: Call(n, int(name[-1])), range(7, 41, 3), ("k = 3", "k = 5", "k = 7"), oracles.sparsity, "length of x̄", "share of zeros"),
)  # fmt: skip

count_weights = Exercise(
    "count_weights",
    oracles.count_weights,
    cases.sizes,
    mistakes=[
        Mistake("zero counted as a weight", lambda n, k: (k + (k < n), n * (n - k + 1)), "The zeros are fixed: nothing is learned there."),
        Mistake("every appearance counted", lambda n, k: (k * (n - k + 1), n * (n - k + 1)), "The same weights stand in every row: count each once."),
        Mistake("square matrix", lambda n, k: (k, n * n), "W has n columns, but only n − k + 1 rows."),
        Mistake("entries without the zeros", lambda n, k: (k, k * (n - k + 1)), "The zeros are entries of W too."),
        Mistake("one row only", lambda n, k: (k, n), "Those are the entries of one row; W has n − k + 1 rows."),
        Mistake("a row too few", lambda n, k: (k, (n - k) * n), "The window's first place counts as well: W has n − k + 1 rows."),
        Mistake("rows counted, not entries", lambda n, k: (k, n - k + 1), "n − k + 1 is the number of rows. Each has n entries."),
        Mistake("weights times columns", lambda n, k: (k, n * k), "W has n columns; how many rows?"),
        Mistake("zeros counted", lambda n, k: (k, (n - k) * (n - k + 1)), "Those are the zeros alone. Entries are all that W holds."),
        Mistake("order exchanged", lambda n, k: oracles.count_weights(n, k)[::-1], "First the different weights, then the entries."),
        Mistake("n taken as the unpadded length", lambda n, k: (k, n * (n + k - 1)), _N_COLUMNS),
    ],
    hints=["The first row holds every weight. Does any other row bring a new one?", "The entries: rows times columns. You have predicted both."],
    praise="A dense layer of the same size has to learn every entry by itself.",
    picture=curves(lambda n, name: Call(n, int(name[-1])), range(7, 41, 3), ("k = 3", "k = 5", "k = 7"), oracles.count_weights, "length of x̄", "entries for each weight", measure=lambda pair, name: pair[1] / (pair[0] or np.nan)),
)  # fmt: skip

dense_only = questions.dense_only

is_convolution = Exercise(
    "is_convolution",
    oracles.is_convolution,
    cases.is_convolution,
    mistakes=[
        Mistake("only the diagonals looked at", mistakes.toeplitz, "Constant diagonals alone are not enough: outside the window everything must be zero."),
        Mistake("only shape and diagonals looked at", lambda W: len(W) <= W.shape[1] and mistakes.toeplitz(W), "Constant diagonals are not enough: outside the window everything must be zero, on both sides of it."),
        Mistake("right of the window not looked at", lambda W: mistakes.toeplitz(W) and not np.tril(W, -1).any(), "An m × n matrix leaves room for n − m + 1 weights. What stands to the right of them must be zero."),
        Mistake("only the zeros looked at", mistakes.banded, "The zeros are in place, but a weight may not change from row to row."),
        Mistake("right of the window not looked at", lambda W: len(W) <= W.shape[1] and mistakes.toeplitz(W) and not np.tril(W, -1).any(), "An m × n matrix leaves room for n − m + 1 weights. What stands to the right of them must be zero."),
        Mistake("a kernel of no weights", lambda W: oracles.is_convolution(W) or (len(W) > W.shape[1] and not np.any(W)), "With more rows than columns no kernel is short enough, so not even zeros are a convolution."),
        Mistake("a kernel of no weights", lambda W: oracles.is_convolution(W) or (len(W) == W.shape[1] + 1 and not np.any(W)), "One row more than columns would take a kernel of no weights at all. A kernel has at least one."),
        Mistake("only the shape looked at", lambda W: len(W) <= W.shape[1], "The shape allows it, but look at the numbers too."),
        Mistake("wrapping round allowed", mistakes.wraps_round, "Each row is the one above, moved by one cell, but a kernel must not wrap round the edge."),
        Mistake("weights may not be zero", lambda W: oracles.is_convolution(W) and bool(np.all(W[0, : W.shape[1] - len(W) + 1])), "A kernel may hold zeros, at its ends too; only the shape says how long it is."),
        Mistake("the zero matrix refused", lambda W: oracles.is_convolution(W) and bool(np.any(W)), "A kernel of nothing but zeros is a kernel too."),
        Mistake("single row refused", lambda W: oracles.is_convolution(W) and len(W) > 1, "A kernel as long as the row has one window only: W is one row, any row."),
        Mistake("square refused", lambda W: oracles.is_convolution(W) and W.shape[0] < W.shape[1], "A kernel of one weight gives a square matrix."),
        Mistake("signs not looked at", lambda W: oracles.is_convolution(np.abs(W)), "A weight may not change its sign from row to row."),
        Mistake("padding allowed", mistakes.padding_built_in, "That matrix has zero padding built in. Here W acts on a row that is padded already, so every row holds the whole kernel."),
        Mistake("always yes", lambda W: True, "You say yes to every matrix."),
        Mistake("always no", lambda W: False, "You say no to every matrix."),
    ],
    hints=["An m × n matrix: how long must the kernel be, so that n − k + 1 = m? When is there no such kernel?", "If W is a convolution, its first row shows the kernel. What would the matrix of that kernel look like?"],
    praise="Its shape fixes the kernel's length, its first row the kernel, and these fix all the rest.",
    picture=lambda answer: verdicts_picture(answer, [cases.MATRICES[i] for i in (3, 1, 2, 5, 6, 18)]),
)  # fmt: skip

# --- what moves along -----------------------------------------------------------------------------

pushed = questions.pushed

is_equivariant = Exercise(
    "is_equivariant",
    oracles.is_equivariant,
    shift.CASES,
    mistakes=shift.MISTAKES,
    hints=["A row of n + 1 numbers holds both: leave out its first and it is x, leave out its last and it is the pushed x.", "W is linear. So which rows of n + 1 numbers are enough to try? (Whole numbers can be compared exactly; fractions need `np.allclose`.)", "Of what W makes of the two, which outputs should be equal? One at each end has no partner."],
    praise="For a linear map a single 1 in each place stands for all rows. Where there are at least as many columns as rows, the matrices that move along are exactly the convolutions.",
    picture=lambda answer: verdicts_picture(answer, shift.SHOWN),
)  # fmt: skip

padded_moves = BreakIt(
    "padded_moves",
    is_equivariant,
    broken.diagonals,
    valid=broken.matrix,
    mistakes=broken.NOT_DIAGONALS,
    hints=[
        "Which entries of W meet the number that enters? Which met the one that drops out?",
        "A 2 × 2 matrix is enough. Its two diagonal entries are equal; what of the other two?",
        "Take the matrix that pads a row of three numbers by one zero at each end and convolves it.",
    ],
    praise="A diagonal says that the same weight meets the next number. What has just entered, or is about to drop out, is met by the corners, and there zeros are needed.",
)

# --- the product: im2col --------------------------------------------------------------------------

which_product = questions.which_product

im2col = Exercise(
    "im2col",
    oracles.im2col,
    cases.im2col,
    mistakes=[
        Mistake("transposed", lambda *a, **k: oracles.im2col(*a, **k).T, "Each window should be a column; yours are rows."),
        Mistake("reshaped, not transposed", lambda *a, **k: oracles.im2col(*a, **k).T.reshape(oracles.im2col(*a, **k).shape), "The shape is right, but the numbers are not: `reshape` does not turn rows into columns, `.T` does."),
        Mistake("channels last in a column", mistakes.regrouped((1, 2, 0, 3, 4)), "In a column the channels come one after the other, each with its whole window, as in weight.reshape(C_out, −1)."),
        Mistake("window read down its columns", mistakes.regrouped((0, 2, 1, 3, 4)), "Read the window row by row, as weight.reshape(C_out, −1) does."),
        Mistake("positions down first", mistakes.regrouped((0, 1, 2, 4, 3)), "The window moves to the right first, then down, so that reshape gives the image back."),
        Mistake("windows turned round", lambda x, kernel_size, stride=1: oracles.im2col(np.array(x)[:, ::-1, ::-1], kernel_size, stride)[:, ::-1], "Your windows run backwards."),
        Mistake("stride ignored", lambda x, kernel_size, stride=1: oracles.im2col(x, kernel_size), "The window moves by `stride` cells at a time."),
        Mistake("windows one cell apart", mistakes.one_apart, "There are as many windows as the stride allows, but yours start one cell apart."),
        Mistake("windows side by side", lambda x, kernel_size, stride=1: oracles.im2col(x, kernel_size, kernel_size), "The window moves by `stride` cells at a time, not by its own size."),
        Mistake("kernel_size the wrong way round", lambda x, kernel_size, stride=1: oracles.im2col(x, kernel_size[::-1], stride), "kernel_size is (kH, kW): the height comes first."),
        Mistake("image read on its side", lambda x, kernel_size, stride=1: oracles.im2col(np.swapaxes(x, 1, 2), kernel_size[::-1], stride), "Rows and columns are exchanged, in the image and in the window: x is (C, H, W)."),
        Mistake("stride on one axis", lambda x, kernel_size, stride=1: oracles.im2col(x, kernel_size, (stride, 1)), "The stride counts down and across."),
        Mistake("channel inside the rows", mistakes.regrouped((1, 0, 2, 3, 4)), "In a column each channel's whole window stands together: the loop over channels is the outermost."),
        Mistake("loops from the inside out", mistakes.regrouped((2, 1, 0, 3, 4)), "In your columns the channel changes fastest and the column of the window slowest. It should be the other way round: the channel comes first."),
        Mistake("columns before channels", mistakes.regrouped((2, 0, 1, 3, 4)), "The channel comes first, then the window's row; its column changes fastest. You have the column outermost."),
        Mistake("first channel only", lambda x, kernel_size, stride=1: oracles.im2col(x[:1], kernel_size, stride), "A window reaches through all channels."),
    ],
    hints=["One column after the other: cut out a window of all channels. In which order does NumPy flatten it?", "Row after row is faster. Row 0 is what the window's top left cell meets on its walk. Above, with a 2×2 window: 0 1 2 4 5 6. Which part of the image is that?", "And what does the top right cell meet? The same part, moved by one column. With a stride, the part has gaps."],
    praise="Equal to PyTorch's unfold. A convolution layer is now weight.reshape(C_out, −1) times this.",
    picture=Call(cases.image(1, 3, 4), (2, 2)),
)  # fmt: skip

progress = Progress(globals(), written=words.POINTS)

__all__ = ["explore", "explore_shift"]  # among much else
