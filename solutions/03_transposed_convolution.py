# %% [markdown] teaser="turns W on its side. Wᵀ makes images larger again." writes="a U-Net's sizes, `conv_transpose2d`, its gradient"
# # 3 · Transposed convolution
#
# Pooling and convolutions with a stride make images smaller. But a network that paints an image, or gives a class to every pixel, has to come back up. The transposed convolution does that. It is the backward pass of a convolution, used as a layer.

# %% [markdown]
# **You will**
#
# - follow the sizes through a U-Net, down and up again;
# - compute a transposed convolution by hand, then in code;
# - find out which sizes come back after going down, and what `output_padding` is for;
# - see that it is a transposed matrix, a gradient, a convolution over an input full of zeros, and in general no inverse.

# %% [markdown]
# Every `...` is yours to replace; `lesson.by_hand.hint()` gives hints.

# %%
import numpy as np
import torch
import torch.nn.functional as F

from helpers.exercises import filtered
from helpers.lessons import transposed_convolution as lesson
from helpers.views import photograph

# %% [markdown]
# ## See it move
#
# A convolution **gathers**: one window of the input becomes one output cell. A transposed convolution goes the other way: one input cell becomes a whole window of the output. It leaves a **stamp**: the kernel, multiplied by the cell's number. Where stamps overlap, they add up.

# %% [markdown]
# Click an input cell to see its stamp, or press play. Then change the stride, and drag the numbers.

# %%
lesson.explore()

# %% [markdown]
# Two things run backwards here. The **stride** no longer skips input cells: it moves the stamps apart, so that the output grows. And the **padding** no longer adds a frame: it crops one (the hatched cells, once you set the padding to 1).

# %% [markdown]
# ## Why anyone needs it
#
# **Problem 1.3a.** Segmentation: every pixel of an image is to get a class, such as road, sky or tree. First choose, then give the network its name. (**Pooling**, from notebook 1, replaces each block of cells, usually 2 × 2, by its largest value or its mean.)

# %%
lesson.segmentation_network.ask()

# %% exercise="segmentation_network"
segmentation_network = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
segmentation_network = "d"

# %% check="segmentation_network"
lesson.segmentation_network.check(segmentation_network)

# %% [markdown]
# How much is lost on the way down? Here a photograph is averaged over blocks, in place of a network's way down. Then each average is stamped back onto its block: a transposed convolution with a kernel of ones, its stride the block's size.


# %%
def down_and_up(x, ones):
    """Average blocks as large as the kernel, then stamp each average back onto its block."""
    x, ones = torch.tensor(x), torch.tensor(ones)
    size = ones.shape[-1]
    small = F.conv2d(x, ones / size**2, stride=size)
    return F.conv_transpose2d(small, ones, stride=size)


# %%
image = photograph()
filtered(down_and_up, image, {f"{n} × {n} blocks": np.ones((n, n)) for n in (2, 4, 8, 16)})

# %%
for size in (2, 4, 8, 16):
    gone = down_and_up(image, np.ones((1, 1, size, size))).numpy() - image
    percent = 100 * abs(gone).mean()
    print(
        f"{size} × {size} blocks: on average a pixel is off by {percent:.1f} % of full brightness"
    )

# %% [markdown]
# With 8 × 8 blocks, as after three poolings, you can still tell what is in the picture. Where exactly an edge runs is gone. A network carries many channels down, so it can keep more than one mean of each block. **Skip connections** pass the exact places straight across. Here they are, in a network shaped like a U:

# %%
lesson.unet()

# %% [markdown]
# Follow the sizes. The 3×3 convolutions are padded by 1 and keep the size. Each of the `depth` poolings, 2×2 with stride 2, halves it and rounds **down**. Each up-convolution has kernel 2 and stride 2: its stamps lie side by side, so it doubles whatever it is given.

# %% [markdown]
# Return the list n, …, bottom, …, up again: 2 · depth + 1 whole numbers. Report the sizes as they are: if an odd size does not come back, the list is not symmetrical.


# %% exercise="unet_sizes"
def unet_sizes(n, depth):
    """The sizes of a U-Net for an n×n image: down to the bottom, and up again."""
    ...


# %% tags=["solution"]
def unet_sizes(n, depth):
    """The sizes of a U-Net for an n×n image: down to the bottom, and up again."""
    sizes = [n]
    for _ in range(depth):
        sizes.append(sizes[-1] // 2)
    for _ in range(depth):
        sizes.append(2 * sizes[-1])
    return sizes


# %% check="unet_sizes"
lesson.unet_sizes.check(unet_sizes)

# %%
lesson.unet_sizes.show(unet_sizes)

# %% [markdown]
# With 96 everything fits. Try other sizes here. For which do the two ends of every skip have the same size?

# %%
lesson.unet(unet_sizes, n=100, depth=3)

# %% [markdown]
# Exactly for the multiples of 2 to the power of `depth`. For other sizes, pad the image first or crop the larger map of a skip. (The first U-Net, by Ronneberger, Fischer and Brox, 2015, did not pad its convolutions at all, so it had to crop every skip.)

# %% [markdown] exercise="segmentation_answer"
# **In your own words (1.3a):** name an architecture for segmentation and describe it. What happens on the way down, what on the way up, and what would be missing without the skips?

# %% [markdown] tags=["solution"]
# **A model answer.** A U-Net. Its encoder alternates convolutions and pooling: the maps become smaller, their channels more numerous, and each cell sees a larger part of the image. Its decoder enlarges the maps again with up-convolutions, until every pixel of the input has its own vector of class scores.
#
# Skip connections copy the encoder's maps across to the decoder's level of the same size. Without them the decoder would know what is in the image, but only roughly where: exact outlines are hard to keep through the pooling, as the photograph showed.
#
# *A good answer names:* encoder and decoder, one output per pixel, the skips, and what they carry (exact places).

# %% [markdown]
# ## By hand
#
# **Problem 1.3b.** One channel, stride 1, padding 0. Input and kernel happen to be the same:
#
# $$x = \begin{pmatrix} 0 & 1 \\ 2 & 3 \end{pmatrix} \qquad w = \begin{pmatrix} 0 & 1 \\ 2 & 3 \end{pmatrix}$$

# %% [markdown]
# What comes out of the transposed convolution? Write it as a nested list, row by row. Paper helps: one stamp for each input cell.

# %% exercise="by_hand"
by_hand = ...

# %% tags=["solution"]
# 0·w at the top left, 1·w at the top right, 2·w at the bottom left, 3·w at the bottom right:
#   0 0 .     . 0 1     . . .     . . .
#   0 0 .  +  . 2 3  +  0 2 .  +  . 0 3
#   . . .     . . .     4 6 .     . 6 9
by_hand = [[0, 0, 1], [0, 4, 6], [4, 12, 9]]

# %% check="by_hand"
lesson.by_hand.check(by_hand)

# %%
lesson.by_hand.show(by_hand)

# %% [markdown]
# ## Write it
#
# `x` has shape (C_in, H, W). `weight` has shape (C_in, C_out, kH, kW): the input's channels come **first**, since this is the weight of a convolution that runs from C_out to C_in channels, used backwards. All input channels leave stamps in each output channel.

# %% [markdown]
# Stamps begin `stride` cells apart. At the end, `padding` cells are cropped from each of the four sides.


# %% exercise="conv_transpose2d"
def conv_transpose2d(x, weight, stride=1, padding=0):
    """Add up the stamps of all cells of x; returns (C_out, H′, W′)."""
    ...


# %% tags=["solution"]
def conv_transpose2d(x, weight, stride=1, padding=0):
    """Add up the stamps of all cells of x; returns (C_out, H′, W′)."""
    _, height, width = x.shape
    _, out_channels, kernel_h, kernel_w = weight.shape
    full_h, full_w = (height - 1) * stride + kernel_h, (width - 1) * stride + kernel_w
    out = np.zeros((out_channels, full_h, full_w))
    for i in range(height):
        for j in range(width):
            stamp = np.tensordot(x[:, i, j], weight, axes=1)  # summed over the input channels
            top, left = i * stride, j * stride
            out[:, top : top + kernel_h, left : left + kernel_w] += stamp
    return out[:, padding : full_h - padding, padding : full_w - padding]


# %% check="conv_transpose2d"
lesson.conv_transpose2d.check(conv_transpose2d)

# %%
lesson.conv_transpose2d.show(conv_transpose2d)

# %% [markdown]
# ### Right by luck
#
# A single character is missing from this program, and some tests would never notice. Find such an input.

# %%
lesson.break_overlaps.show()

# %% exercise="break_overlaps"
break_overlaps = ...  # (x, weight, stride)

# %% tags=["solution"]
break_overlaps = ([[[1, 2], [3, 4]]], [[[[1, 2], [3, 5]]]], 2)  # kernel 2, stride 2

# %% check="break_overlaps"
lesson.break_overlaps.check(break_overlaps)

# %% [markdown]
# ## How large is the result?
#
# Go down with a convolution, then up with a transposed one of the same kernel size, stride and padding. Do you end up where you started? Predict.

# %%
lesson.round_trip.ask()

# %% exercise="round_trip"
round_trip = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
round_trip = "b"

# %% check="round_trip"
lesson.round_trip.check(round_trip)

# %% [markdown]
# Now the rule for a row of `n` cells: n stamps, `stride` apart. With `dilation` d, the k entries of the kernel, its **taps**, lie d cells apart; work out how long a stamp is then. `padding` cells are cropped at **both** ends, and `output_padding` adds cells at the **far end only**.


# %% exercise="conv_transpose_output_size"
def conv_transpose_output_size(n, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    """The length of a transposed convolution's result for a row of n cells."""
    ...


# %% tags=["solution"]
def conv_transpose_output_size(n, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    """The length of a transposed convolution's result for a row of n cells."""
    last = (n - 1) * stride  # where the last stamp begins
    reach = dilation * (kernel_size - 1) + 1
    return last + reach - 2 * padding + output_padding


# %% check="conv_transpose_output_size"
lesson.conv_transpose_output_size.check(conv_transpose_output_size)

# %%
lesson.conv_transpose_output_size.show(conv_transpose_output_size)

# %% [markdown]
# “With stride 2 the size doubles”, people say. Often it does not. When does it, with a kernel larger than the stride? Find one setting.

# %%
lesson.break_size.show()

# %% exercise="break_size"
break_size = ...  # dict(n=…, kernel_size=…, stride=…, padding=…)

# %% tags=["solution"]
break_size = dict(n=5, kernel_size=4, stride=2, padding=1)  # 4 − 2 · 1 = 2

# %% check="break_size"
lesson.break_size.check(break_size)

# %% [markdown]
# Now send several sizes down and up again. Which of them come back, and what do they have in common?

# %%
settings = {"kernel_size": 3, "stride": 2, "padding": 1}
down, up = torch.nn.Conv1d(1, 1, **settings), torch.nn.ConvTranspose1d(1, 1, **settings)
for n in range(13, 19):
    small = down(torch.zeros(1, 1, n))
    print(f"{n} → {small.shape[-1]} → {up(small).shape[-1]}")

# %% [markdown]
# The odd ones. With stride 2, two sizes become one on the way down, since the convolution's floor drops a remainder. The way up cannot know which it was and gives the smaller. So the size returns exactly if the stride divides n + 2p − k (without dilation).

# %% [markdown]
# `output_padding` says how much was dropped: the remainder of (n + 2p − k) / s. A remainder is smaller than s, so PyTorch asks for no more: `output_padding` must be smaller than the stride or the dilation, else it raises an error. Despite its name, it does not append zeros:

# %%
ones, kernel = torch.ones(1, 1, 8), torch.tensor([[[1.0, 2.0, 4.0]]])
for extra in (0, 1):
    row = F.conv_transpose1d(ones, kernel, stride=2, padding=1, output_padding=extra)
    print(f"output_padding={extra}: {row.shape[-1]} cells, ending in {row[0, 0, -3:].tolist()}")

# %% [markdown]
# The extra cell holds a 4, the end of the last stamp: one cell fewer is cropped at that end. Only where no stamp reaches that far is the new cell 0.

# %% [markdown]
# ## Why it is called transposed
#
# In notebook 2 a convolution became a matrix W: row i of W holds the kernel at the cells that output i reads. Transpose W, and row i becomes column i of Wᵀ: there it is the stamp of y[i].

# %% [markdown]
# Step through it. Then set n to 8 and look at the last row of Wᵀ: no stamp reaches it. That is the cell that the stride dropped. PyTorch leaves it out, unless `output_padding` asks for it.

# %%
lesson.explore_transpose()

# %% [markdown]
# Write it as a matrix product. `w` is a kernel of k numbers, W the matrix of its convolution on a row of `n` cells (stride 1, no padding), so W has shape (n − k + 1, n). `y` has n − k + 1 numbers, the result n. Your `conv_matrix` from notebook 2 will do.


# %% exercise="as_transposed_matrix"
def as_transposed_matrix(y, w, n):
    """The product of y with the transposed matrix of the convolution of n cells with w."""
    ...


# %% tags=["solution"]
def as_transposed_matrix(y, w, n):
    """The product of y with the transposed matrix of the convolution of n cells with w."""
    W = np.zeros((len(y), n))
    for i in range(len(y)):
        W[i, i : i + len(w)] = w
    return W.T @ y


# %% check="as_transposed_matrix"
lesson.as_transposed_matrix.check(as_transposed_matrix)

# %%
lesson.as_transposed_matrix.show(as_transposed_matrix)

# %% [markdown]
# ### It is an ordinary convolution, over a wider input
#
# A column of Wᵀ stamps. A **row** of Wᵀ gathers, as the windows of an ordinary convolution do. Set the stride to 1 in the explorer above and read a row in the middle: the kernel stands there backwards. With a larger stride only some of its entries do. Why?

# %% [markdown]
# Because `stride` − 1 zeros have been put between the input's cells; they meet the missing entries. In two dimensions the kernel is turned by 180°, and k − 1 − `padding` zeros go around (Dumoulin and Visin, “A guide to convolution arithmetic for deep learning”, 2016). How many products of a window are not with a zero put in?

# %%
lesson.explore_gather()

# %% [markdown]
# With kernel 3 and stride 2, at most 4 of 9. So this view is good for understanding, and wasteful as a program. Still, write it: `kernel` is k × k, `padding` at most k − 1. `F.conv2d` may do the gathering, or your `conv2d` from notebook 1; nothing transposed.


# %% exercise="as_convolution"
def as_convolution(x, kernel, stride=1, padding=0):
    """The transposed convolution of x (H, W) by windows over x with zeros between and around."""
    ...


# %% tags=["solution"]
def as_convolution(x, kernel, stride=1, padding=0):
    """The transposed convolution of x (H, W) by windows over x with zeros between and around."""
    height, width = x.shape
    spread = np.zeros(((height - 1) * stride + 1, (width - 1) * stride + 1))
    spread[::stride, ::stride] = x
    framed = np.pad(spread, len(kernel) - 1 - padding)
    turned = np.array(kernel[::-1, ::-1], dtype=float)
    return F.conv2d(torch.tensor(framed)[None, None], torch.tensor(turned)[None, None])[0, 0]


# %% check="as_convolution"
lesson.as_convolution.check(as_convolution)

# %% [markdown]
# ### It is the gradient of a convolution
#
# Whenever a CNN of several layers is trained, transposed convolutions run in its backward pass. Let out = Wx be a convolution, and let the loss pass back `grad_output`, one number for each output. By the chain rule the gradient with respect to x is Wᵀ `grad_output`.

# %% [markdown]
# Don't believe it: measure it. Let autograd find the gradient, without any transposed convolution of yours.


# %% exercise="input_gradient"
def input_gradient(grad_output, w, n):
    """The gradient of sum(grad_output · conv1d(x, w)) with respect to x, a row of n cells."""
    ...


# %% tags=["solution"]
def input_gradient(grad_output, w, n):
    """The gradient of sum(grad_output · conv1d(x, w)) with respect to x, a row of n cells."""
    x = torch.zeros(1, 1, n, dtype=torch.float64, requires_grad=True)
    out = F.conv1d(x, torch.tensor(w).reshape(1, 1, -1))
    out.backward(torch.tensor(grad_output).reshape(1, 1, -1))
    return x.grad.reshape(-1)


# %% check="input_gradient"
lesson.input_gradient.check(input_gradient)

# %%
lesson.input_gradient.show(input_gradient)

# %% [markdown]
# Compare this picture with that of `as_transposed_matrix`: the same numbers. It works both ways: the backward pass of a transposed convolution is a convolution.

# %% [markdown]
# ### It is not an inverse, in general
#
# You will often read “deconvolution” for this layer. The name is misleading: to deconvolve means to undo a convolution. Put it to the test. Enlarge `y` with the transposed convolution, then convolve the result with the same `w` (stride 1, no padding). Does `y` come back?


# %% exercise="there_and_back"
def there_and_back(y, w):
    """Transposed convolution of y with w, then convolution with w."""
    ...


# %% tags=["solution"]
def there_and_back(y, w):
    """Transposed convolution of y with w, then convolution with w."""
    there = as_transposed_matrix(y, w, len(y) + len(w) - 1)
    return [np.dot(w, there[i : i + len(w)]) for i in range(len(y))]


# %% check="there_and_back"
lesson.there_and_back.check(there_and_back)

# %%
lesson.there_and_back.show(there_and_back)

# %% [markdown]
# The size is back, the numbers are not. You computed W Wᵀ y, and W Wᵀ is in general not the identity: output i is w · w times y[i], plus what the neighbouring stamps left in its window. Here is W Wᵀ in numbers:

# %%
identity = torch.eye(4).unsqueeze(1)
kernel = torch.tensor([[[1.0, 2.0, 1.0]]])
print("W Wᵀ for the kernel 1, 2, 1:")
print(F.conv1d(F.conv_transpose1d(identity, kernel), kernel)[:, 0].int().numpy())

# %% [markdown]
# On the diagonal stands w · w = 6; beside it the products of the kernel with itself, moved by one cell (1 · 2 + 2 · 1 = 4) and by two (1). For the identity, the first would have to be 1 and the others 0. Some kernels do that. Find one:

# %%
lesson.break_inverse.show()

# %% exercise="break_inverse"
break_inverse = ...  # (y, w)

# %% tags=["solution"]
break_inverse = ([3, -2, 5], [0, 1, 0])

# %% check="break_inverse"
lesson.break_inverse.check(break_inverse)

# %% [markdown]
# With stride = kernel size, stamps do not overlap, and w · w = 1 is enough: four weights of ½, 2 × 2, stride 2. The other order, Wᵀ W, is never the identity without padding once k > 1: W has fewer rows than columns, so it takes some x ≠ 0 to 0.

# %% [markdown]
# A network does not need an inverse: it learns the kernel of the way up separately. What it gets from transposing is the *pattern* of connections, which cell is joined to which.

# %% [markdown]
# ## Play: the checkerboard
#
# Stamps add up. With a plain grey image and a kernel of equal numbers, a cell hit by four stamps becomes four times as bright as one hit once. Before you move anything: with stride 2, which kernel sizes hit all cells, away from the border, equally often?

# %%
lesson.explore_overlaps()

# %% [markdown]
# Equally often exactly if the stride divides the kernel size: 2 and 4 with stride 2, but not 3. Does that settle it? The kernel's numbers count as well. Predict:

# %%
lesson.even_kernel.ask()

# %% exercise="even_kernel"
even_kernel = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
even_kernel = "c"

# %% check="even_kernel"
lesson.even_kernel.check(even_kernel)

# %% [markdown]
# So the entries of the kernel that meet on a cell must have the same sum on every cell. If the stride divides the kernel size, equal entries do that. But the kernel is learned, and nothing forces its sums to stay equal.

# %% [markdown]
# See it on a small photograph, enlarged by **your** function. Each kernel's numbers sum to 4, so that the brightness is kept on average (but for a dark rim, which fewer stamps reach).

# %%
kernels = {
    "2×2, equal": np.ones((2, 2)),
    "2×2, uneven": np.array([[1.6, 0.8], [0.8, 0.8]]),
    "3×3, equal": np.full((3, 3), 4 / 9),
    "4×4, a tent": np.outer([1, 3, 3, 1], [1, 3, 3, 1]) / 16,
}
filtered(lambda x, weight: conv_transpose2d(x, weight, stride=2), photograph(40), kernels)

# %% [markdown]
# Odena, Dumoulin and Olah (“Deconvolution and Checkerboard Artifacts”, Distill, 2016) describe such patterns in images made by neural networks. Their remedy: first enlarge by copying cells, then use an ordinary convolution. The same kernels, divided by 4. Will the checkerboards stay?


# %%
def resize_then_convolve(x, weight):
    """Copy every cell to 2 × 2 cells, then convolve with a quarter of the weight, stride 1."""
    large = F.interpolate(torch.tensor(x)[None], scale_factor=2, mode="nearest")
    return F.conv2d(large, torch.tensor(weight) / 4)[0]


filtered(resize_then_convolve, photograph(40), kernels)

# %% [markdown]
# They are gone. Where the copied image is constant, every window sees the same numbers, so every output is the same, whatever the kernel.

# %% [markdown]
# ## What you take with you
#
# - Each input cell stamps the kernel, times its number, into the output. Overlaps add up.
# - Size: (n − 1)s − 2p + d(k − 1) + 1 + `output_padding`. Stride spreads, padding crops.
# - It is Wᵀ, so it is the backward pass of a convolution. It is also a convolution with the kernel turned, over zeros put between and around.

# %% [markdown]
# - In general it does not bring back the numbers. It brings back the size if the stride divides n + 2p − k (without dilation), otherwise with `output_padding`.
# - If the stride divides the kernel size, stamps overlap evenly. A checkerboard then has to be learned.

# %%
lesson.progress()
