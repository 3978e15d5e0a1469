# %% [markdown] teaser="writes the whole convolution as one matrix, and you will see why it is fast." writes="the matrix of a convolution, a proof of it line by line, `im2col`"
# # 2 · Convolution as a matrix
#
# A convolution slides a window; a dense layer multiplies by a matrix. They look different. But a convolution is linear, and every linear map has a matrix. Here you build it, and its pattern tells you what a convolution can do, what it cannot, and why it suits images. A matrix of windows then makes it fast.

# %% [markdown]
# **You will**
#
# - write a convolution out by hand, then in code;
# - build the matrix W that does the same, and prove it line by line;
# - read off W what a convolution can learn, what it cannot, and why it suits images;
# - turn a whole convolution layer into one matrix product, and measure what that brings.

# %%
import numpy as np
import torch

from helpers.lessons import convolution_as_matrix as lesson
from helpers.lessons.convolution_as_matrix.experiments import few_examples, race
from helpers.lessons.convolution_as_matrix.oracles import torch_matrix
from helpers.lessons.convolution_as_matrix.pictures import block_picture, in_symbols

# %% [markdown]
# ## See it move
#
# A row x of four numbers gets a zero at each end: that is x̄, “x bar”. Below, the kernel w stands beside its matrix W, and W times x̄ is the convolution. Drag a weight up or down and watch its diagonal in W. Step through the rows: as the window slides along x̄, the weights slide along W.

# %%
lesson.explore()

# %% [markdown]
# Turn the kernel round, and every row of W holds the weights from last to first: then W x̄ is the convolution of mathematics. Leave the padding out, and x̄ is x itself: in four cells only two windows fit, so W is 2 × 4.

# %% [markdown]
# ## By hand
#
# A word on indices: in formulas the first entry is x₁, as in books; in code it is `x[0]`. And “convolution” means, as in notebook 1, cross-correlation: the kernel is laid on the row as it is.

# %% [markdown]
# **Problem 1.2a.** A row x has four entries, a kernel w three. First x gets one zero at each end; the result is x̄. Write its entries as a list.


# %% exercise="padded_entries"
def padded_entries(x1, x2, x3, x4):
    """The entries of x̄, from first to last, as a list."""
    ...


# %% tags=["solution"]
def padded_entries(x1, x2, x3, x4):
    """The entries of x̄, from first to last, as a list."""
    return [0, x1, x2, x3, x4, 0]


# %% check="padded_entries"
lesson.padded_entries.check(padded_entries)

# %%
lesson.padded_entries.show(padded_entries)

# %% [markdown]
# Now the convolution x̄∗w. Write each of its entries as a sum of products, such as `a * b + c * d`, without a loop and without indices. How many entries are there? The check puts numbers into your formulas and asks PyTorch.


# %% exercise="convolved_entries"
def convolved_entries(x1, x2, x3, x4, w1, w2, w3):
    """The entries of x̄∗w, each a sum of products, as a list."""
    ...


# %% tags=["solution"]
def convolved_entries(x1, x2, x3, x4, w1, w2, w3):
    """The entries of x̄∗w, each a sum of products, as a list."""
    return [
        x1 * w2 + x2 * w3,  # w1 falls on the zero in front
        x1 * w1 + x2 * w2 + x3 * w3,
        x2 * w1 + x3 * w2 + x4 * w3,
        x3 * w1 + x4 * w2,  # w3 falls on the zero behind
    ]


# %% check="convolved_entries"
lesson.convolved_entries.check(convolved_entries)

# %%
lesson.convolved_entries.show(convolved_entries)

# %% [markdown]
# ## In code
#
# The same for a row of any length. First the zeros, `padding` of them on each side.


# %% exercise="pad1d"
def pad1d(x, padding):
    """The row x with `padding` zeros on each side."""
    ...


# %% tags=["solution"]
def pad1d(x, padding):
    """The row x with `padding` zeros on each side."""
    zeros = np.zeros(padding)
    return np.concatenate([zeros, x, zeros])


# %% check="pad1d"
lesson.pad1d.check(pad1d)

# %%
lesson.pad1d.show(pad1d)

# %% [markdown]
# Then the window. `x_bar` is padded already, so the window stays inside it and moves one cell at a time. A loop is fine here.


# %% exercise="conv1d"
def conv1d(x_bar, w):
    """Cross-correlate the padded row x_bar (n,) with w (k,); returns (n − k + 1,)."""
    ...


# %% tags=["solution"]
def conv1d(x_bar, w):
    """Cross-correlate the padded row x_bar (n,) with w (k,); returns (n − k + 1,)."""
    places = len(x_bar) - len(w) + 1
    return np.array([np.sum(x_bar[i : i + len(w)] * w) for i in range(places)])


# %% check="conv1d"
lesson.conv1d.check(conv1d)

# %%
lesson.conv1d.show(conv1d)

# %% [markdown]
# Here is someone else's `conv1d`, which turns the kernel round. On some inputs nobody would notice.

# %%
lesson.lucky_kernel.show()

# %% exercise="lucky_kernel"
lucky_kernel = ...  # (x_bar, w)

# %% tags=["solution"]
# From right to left, 1 2 1 is 1 2 1 again.
lucky_kernel = ([3, 5, 7, 2], [1, 2, 1])

# %% check="lucky_kernel"
lesson.lucky_kernel.check(lucky_kernel)

# %% [markdown]
# Does your code compute what your formulas say? You can ask it. A convolution is linear in x and linear in w, so feed it rows with a single 1, and kernels with a single 1: where the output is 1 as well, that x and that w are multiplied.

# %%
in_symbols("x̄", lambda x: pad1d(x, 1), x=4)

# %%
in_symbols("x̄∗w", lambda x, w: conv1d(pad1d(x, 1), w), x=4, w=3)

# %% [markdown]
# ## The matrix
#
# Every entry of x̄∗w is a weighted sum of the entries of x̄: a row of weights times a column. Put these rows below one another and you have W. Predict its shape first.

# %%
lesson.matrix_shape.ask()

# %% exercise="matrix_shape"
matrix_shape = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
matrix_shape = "b"

# %% check="matrix_shape"
lesson.matrix_shape.check(matrix_shape)

# %% [markdown]
# **Problem 1.2b.** Which W gives W x̄ = x̄∗w? Write it for a kernel of any length, and for an x̄ of `n` entries, its padding counted in.


# %% exercise="conv_matrix"
def conv_matrix(w, n):
    """The matrix W with W @ x_bar == conv1d(x_bar, w) for every x_bar of n entries."""
    ...


# %% tags=["solution"]
def conv_matrix(w, n):
    """The matrix W with W @ x_bar == conv1d(x_bar, w) for every x_bar of n entries."""
    W = np.zeros((n - len(w) + 1, n))
    for i in range(len(W)):
        W[i, i : i + len(w)] = w  # row i is the window that starts at entry i
    return W


# %% check="conv_matrix"
lesson.conv_matrix.check(conv_matrix)

# %%
lesson.conv_matrix.show(conv_matrix)

# %% [markdown]
# And in symbols, for the problem's three weights and six entries:

# %%
in_symbols("W", lambda w: conv_matrix(w, 6), w=3)

# %% [markdown]
# ## Prove it
#
# `in_symbols` asks for every product: that settles it for six entries and three weights. For all sizes it takes a proof:
#
# $$\sum_{j=0}^{k-1} w_j\,\bar x_{i+j} \;=\; \sum_{c=0}^{n-1} W_{ic}\,\bar x_c \;=\; (W\bar x)_i$$
#
# The first step renames, c = i + j, and lets c run over all columns. What must $W_{ic}$ be, inside the window and outside it?

# %% [markdown]
# Write each line as a function of `m`, with a kernel `m.w` and a row `m.x_bar`. The check tries each step on six of them; a step may do one thing. Line 2 is a double loop without a matrix: every output adds up all n columns, those with weight 0 as well. In line 3 `m.x_bar` is locked: you can only multiply it, `… @ m.x_bar`.


# %% exercise="matrix_form"
def definition(m):
    """Every output i: the sum over j of w_j x̄_(i+j)."""
    ...


def over_all_columns(m):
    """Every output i: the sum over all c of (the weight of c) · x̄_c."""
    ...


def one_product(m):
    """W x̄"""
    ...


matrix_form = [definition, "=", over_all_columns, "=", one_product]


# %% tags=["solution"]
def definition(m):
    n, k = len(m.x_bar), len(m.w)
    return [sum(m.w[j] * m.x_bar[i + j] for j in range(k)) for i in range(n - k + 1)]


def over_all_columns(m):
    n, k = len(m.x_bar), len(m.w)
    return [  # the j with i + j = c is c − i, if there is one
        sum((m.w[c - i] if 0 <= c - i < k else 0) * m.x_bar[c] for c in range(n))
        for i in range(n - k + 1)
    ]


def one_product(m):
    return conv_matrix(m.w, len(m.x_bar)) @ m.x_bar


matrix_form = [definition, "=", over_all_columns, "=", one_product]

# %% check="matrix_form"
lesson.matrix_form.check(matrix_form)

# %% [markdown]
# Your lines as mathematics. The i beside the large brackets runs over the outputs.

# %%
lesson.matrix_form.show(matrix_form)

# %% [markdown]
# ## Stride and padding as a matrix
#
# So far W acted on the padded row. But padding is linear as well, and so is skipping outputs. Write the matrix that takes the **unpadded** x, of `n` entries, straight to the strided output. Which rows of `conv_matrix` stay, which columns?


# %% exercise="strided_conv_matrix"
def strided_conv_matrix(w, n, stride, padding):
    """The matrix that pads x (n,), convolves it and keeps every stride-th output."""
    ...


# %% tags=["solution"]
def strided_conv_matrix(w, n, stride, padding):
    """The matrix that pads x (n,), convolves it and keeps every stride-th output."""
    padded = conv_matrix(w, n + 2 * padding)
    return padded[::stride, padding : padding + n]  # the other columns meet zeros only


# %% check="strided_conv_matrix"
lesson.strided_conv_matrix.check(strided_conv_matrix)

# %%
lesson.strided_conv_matrix.show(strided_conv_matrix)

# %% [markdown]
# ## What the matrix tells
#
# **Problem 1.2c.** What does W tell you about convolutions? Collect facts first; further down you sum them up in your own words. How much of W is zero, if none of the weights is? Again `n` is the length of the padded row.


# %% exercise="sparsity"
def sparsity(n, kernel_size):
    """The fraction of W's entries that are zero."""
    ...


# %% tags=["solution"]
def sparsity(n, kernel_size):
    """The fraction of W's entries that are zero."""
    return 1 - kernel_size / n  # k weights in each row of n entries


# %% check="sparsity"
lesson.sparsity.check(sparsity)

# %%
lesson.sparsity.show(sparsity)

# %% [markdown]
# A zero at (i, c) says: output i does not see entry c. That is **locality**. Now the entries that are not zero. How many different weights are there to learn, and how many entries does W have?


# %% exercise="count_weights"
def count_weights(n, kernel_size):
    """The pair (distinct weights, entries of W)."""
    ...


# %% tags=["solution"]
def count_weights(n, kernel_size):
    """The pair (distinct weights, entries of W)."""
    return kernel_size, (n - kernel_size + 1) * n


# %% check="count_weights"
lesson.count_weights.check(count_weights)

# %%
lesson.count_weights.show(count_weights)

# %% [markdown]
# The same few weights in every row: **weight sharing**. A dense layer may put any number anywhere. Can it do more, then?

# %%
lesson.dense_only.ask()

# %% exercise="dense_only"
dense_only = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
dense_only = "d"

# %% check="dense_only"
lesson.dense_only.check(dense_only)

# %% [markdown]
# So most matrices are not convolutions. Write the test. An m × n matrix W **is a convolution** if there is a kernel w, of some length k from 1 to n, whose `conv_matrix(w, n)` is exactly W, with all its m = n − k + 1 rows.

# %% [markdown]
# This settles the odd cases:
#
# - weights may be zero, even all of them;
# - a single row always is one: k = n;
# - a square matrix is one only for k = 1: one number along the diagonal, zeros elsewhere;
# - with more rows than columns it never is;
# - padding and stride don't belong to W here.


# %% exercise="is_convolution"
def is_convolution(W):
    """Whether the matrix W (m, n) is conv_matrix(w, n) for some kernel w."""
    ...


# %% tags=["solution"]
def is_convolution(W):
    """Whether the matrix W (m, n) is conv_matrix(w, n) for some kernel w."""
    rows, n = W.shape
    k = n - rows + 1  # the only length that gives so many rows
    if k < 1:
        return False
    w = W[0, :k]
    return bool(np.array_equal(W, conv_matrix(w, n)))


# %% check="is_convolution"
lesson.is_convolution.check(is_convolution)

# %%
lesson.is_convolution.show(is_convolution)

# %% [markdown]
# ## What do you gain by giving up freedom?
#
# A dense layer can be every convolution, and much else besides. Why not always take it? Let both learn a map from 12 cells to 10, by least squares, from few examples without noise. The dense layer looks for 120 numbers, the convolution for 3.


# %%
def fit_dense(X, Y):
    return np.linalg.lstsq(X, Y, rcond=None)[0].T


def fit_convolution(X, Y):
    windows = np.stack([X[:, j : j + 10] for j in range(3)], axis=-1)
    w = np.linalg.lstsq(windows.reshape(-1, 3), Y.ravel(), rcond=None)[0]
    return torch_matrix(w, 12)


# %%
truths = {
    "the truth is a convolution": torch_matrix([1, 2, -1], 12),
    "the truth reverses ten cells": np.eye(12)[9::-1],
}
few_examples({"dense layer": fit_dense, "convolution": fit_convolution}, truths)

# %% [markdown]
# An error of 1 is as bad as always answering 0. Where the truth is a convolution, one example is enough for three weights, as it holds ten windows; the dense layer needs twelve. Where the truth is something else, the convolution stays near 1, however many examples it sees.

# %% [markdown]
# ## Push the row
#
# A second gain. A cat can sit anywhere in an image, and it should not have to be learned anew at every place. In one dimension: push a row one cell to the right. At the left a new number enters, whatever it is; at the right the last one drops out.

# %%
lesson.pushed.ask()

# %% exercise="pushed"
pushed = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
pushed = "b"

# %% check="pushed"
lesson.pushed.check(pushed)

# %% [markdown]
# A map whose output moves along is called **translation equivariant**. Step through the outputs, edit the kernel, and push further. Then take the other maps: which outputs differ, and why those?

# %%
lesson.explore_shift()

# %% [markdown]
# With a weight that changes on the way, no row of W does what the row above does. The reversal moves its output too, but to the left. With zero padding the inside moves along and the border does not: there a window meets a padded zero before the push and a number after it, or the other way round.

# %% [markdown]
# Which matrices move along? W is m × n; outputs 1 to m − 1 of the pushed row must equal outputs 0 to m − 2 of the row as it was. This has to hold for every row and every number that enters. You cannot try them all. But W is linear.


# %% exercise="is_equivariant"
def is_equivariant(W):
    """Whether W (m, n) moves along with every row x that is pushed one cell to the right."""
    ...


# %% tags=["solution"]
def is_equivariant(W):
    """Whether W (m, n) moves along with every row x that is pushed one cell to the right."""
    for both in np.eye(W.shape[1] + 1):  # x and what enters: a single 1 in each place will do
        x, pushed_x = both[1:], both[:-1]
        if not np.array_equal((W @ pushed_x)[1:], (W @ x)[:-1]):
            return False
    return True


# %% check="is_equivariant"
lesson.is_equivariant.check(is_equivariant)

# %%
lesson.is_equivariant.show(is_equivariant)

# %% [markdown]
# Someone wants to save the multiplications: isn't it enough that each diagonal of W holds one number?

# %%
lesson.padded_moves.show()

# %% exercise="padded_moves"
padded_moves = ...  # (W,)

# %% tags=["solution"]
# Three cells, padded by one zero a side, under the kernel 1 2 3: two corners are not zero.
padded_moves = ([[2, 3, 0], [1, 2, 3], [0, 1, 2]],)

# %% check="padded_moves"
lesson.padded_moves.check(padded_moves)

# %% [markdown]
# For m ≤ n your two tests agree: **the equivariant matrices are the convolutions**. The 1s that stay inside make every diagonal constant. The 1 that enters leaves only the top entry of the first column, the 1 that drops out only the bottom entry of the last. Along constant diagonals, their zeros clear all but the window.

# %% [markdown]
# Ask for a linear map that treats all places alike, and you get a convolution: that is why they suit images. Stride 2 breaks this for pushes by one cell, and zero padding at the border. Here the kernel [1, 1, 1] meets six equal cells, padded by one zero on each side; the outputs tell where the border is.

# %%
print((torch_matrix([1, 1, 1], 6, padding=1) @ np.ones(6)).astype(int))

# %% [markdown]
# ## One matrix product
#
# For matrix products there is very fast code. But W is large. There is another way: keep the weights small and unroll the image instead. Copy every **window** into a column; the weights, one row for each output channel, then multiply all windows at once. The copying is called im2col. For a 3×4 image and a 2×2 window:

# %%
image = torch.arange(12.0).reshape(1, 1, 3, 4)
print(image[0, 0].int().numpy())
print("its six windows, each a column:")
print(torch.nn.functional.unfold(image, (2, 2))[0].int().numpy())

# %% [markdown]
# Which of the two products would you rather compute?

# %%
lesson.which_product.ask()

# %% exercise="which_product"
which_product = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
which_product = "b"

# %% check="which_product"
lesson.which_product.check(which_product)

# %% [markdown]
# Write it. `x` has shape (C, H, W), `kernel_size` is a pair (kH, kW). In a column the channels follow one another, each with its window read row by row. Columns are ordered as the window walks: to the right, then down. For a large image there are far more columns than rows: which would you rather loop over?


# %% exercise="im2col"
def im2col(x, kernel_size, stride=1):
    """The windows of x (C, H, W) as columns; returns (C·kH·kW, H′·W′)."""
    ...


# %% tags=["solution"]
def im2col(x, kernel_size, stride=1):
    """The windows of x (C, H, W) as columns; returns (C·kH·kW, H′·W′)."""
    kernel_h, kernel_w = kernel_size
    height = (x.shape[1] - kernel_h) // stride + 1
    width = (x.shape[2] - kernel_w) // stride + 1
    rows = []
    for channel in x:  # a row for each kernel entry: there are few, but many positions
        for a in range(kernel_h):
            for b in range(kernel_w):
                seen = channel[a : a + stride * height : stride, b : b + stride * width : stride]
                rows.append(seen.ravel())
    return np.stack(rows)


# %% check="im2col"
lesson.im2col.check(im2col)

# %%
lesson.im2col.show(im2col)

# %% [markdown]
# ## A race
#
# Three ways to one result: loops over positions, your im2col and one product, and PyTorch. Before you run it: how does the gap between the first two change as the image grows?


# %%
def by_loops(x, weight):
    kh, kw = weight.shape[2:]
    height, width = x.shape[1] - kh + 1, x.shape[2] - kw + 1
    out = np.zeros((len(weight), height, width))
    for i, j in np.ndindex(height, width):
        out[:, i, j] = (weight * x[:, i : i + kh, j : j + kw]).sum((1, 2, 3))
    return out


# %%
def by_product(x, weight):
    kh, kw = weight.shape[2:]
    out = weight.reshape(len(weight), -1) @ im2col(x, (kh, kw))
    return out.reshape(len(weight), x.shape[1] - kh + 1, -1)


def by_pytorch(x, weight):
    return torch.nn.functional.conv2d(torch.from_numpy(x)[None], torch.from_numpy(weight))[0]


# %%
rng = np.random.default_rng(0)
weight, sides = rng.normal(size=(8, 4, 3, 3)), (8, 12, 16, 24, 32, 48, 64)
inputs = [(rng.normal(size=(4, side, side)), weight) for side in sides]
ways = {"loops": by_loops, "im2col, one product": by_product, "PyTorch": by_pytorch}
race(ways, inputs, sizes=sides, xlabel="height and width of the image")

# %% [markdown]
# Both axes are logarithmic: equal distances are equal factors. The gap grows: the loop pays Python's overhead once for each position, and their number grows with the area. The product pays it once for each kernel entry, whatever the image; the rest runs in compiled code. The price is memory: each pixel is copied up to kH·kW times.

# %% [markdown]
# If your `im2col` goes through the positions one by one, its curve climbs like that of the loops. Loop over its rows, not its columns; `lesson.im2col.hint()` leads you there.

# %% [markdown] exercise="what_w_tells"
# **In your own words (1.2c):** what does the pattern of W tell you about a convolution, compared with a dense layer? Name a price and three gains.

# %% [markdown] tags=["solution"]
# **A model answer.** When the kernel is small, W is sparse: each output sees only k neighbouring entries. The same k numbers repeat in every row, moved by one cell: the weights are shared by all positions. So a convolution is less expressive than a dense layer, whose matrix can be any matrix at all.
#
# In return it has few weights to learn, and needs fewer examples where the truth is a convolution. Its output moves along with its input. And a convolution is a matrix product, for which there is very fast code, usually far faster than looping over positions: not with W itself, which is nearly all zeros, but with the windows as columns.
#
# *A good answer names:* zeros and locality, repetition and weight sharing, less expressive than dense, an output that moves along, and the fast matrix product.

# %% [markdown]
# ## Beyond: two dimensions
#
# Put an image's rows end to end, and it is one long row. So a two-dimensional convolution has a matrix as well. Ask again what becomes of images with a single 1: the answers are its columns. Here for 4×5 images and a 3×3 kernel.

# %%
kernel = torch.tensor([[1.0, 2.0, 3.0], [-1.0, -2.0, -3.0], [0.5, 1.0, 0.5]])
images = torch.eye(20).reshape(20, 1, 4, 5)  # twenty images, each with a single 1
W2 = torch.nn.functional.conv2d(images, kernel[None, None]).reshape(20, -1).T
block_picture(W2, (3, 5), "W of a 3×3 kernel on a 4×5 image")

# %% [markdown]
# Seen from afar it is a W again, made of blocks: block row i holds, from block column i on, one block for each kernel row. Seen close up, each block is the W of that kernel row in one dimension. A matrix with constant diagonals is called **Toeplitz**, and this one is **doubly block Toeplitz**. Build it from the three blocks:

# %%
blocks = [torch_matrix(row, 5) for row in kernel.numpy()]
placed = [np.kron(np.eye(2, 4, r), block) for r, block in enumerate(blocks)]
print("the three blocks, placed and added, are W:", np.array_equal(sum(placed), W2.numpy()))

# %% [markdown]
# ## What you take with you
#
# - A convolution is a matrix: row i holds the kernel from column i on.
# - Zeros are locality, repetition is weight sharing: k weights instead of (n − k + 1) · n.
# - Less expressive than a dense layer, it needs fewer examples.
# - At stride 1, away from padding, the output moves along with the input.
# - im2col makes a layer one matrix product, and costs memory.

# %%
lesson.progress()
