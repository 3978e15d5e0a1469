# %% [markdown] teaser="slides a small window over a picture, and counts what comes out." writes="the size formula, the parameter count, `conv2d`"
# # 1 · Convolution shapes
#
# Before a network learns anything, its layers have to fit together. Most errors you will ever see in a convolutional network are errors of shape. After this notebook you can tell the size of any convolution's output before you run it, count its parameters, and write the convolution itself.

# %% [markdown]
# **You will**
#
# - find output sizes by hand, then write the formula that gives them all;
# - count weights and biases, groups included;
# - write `conv2d` in plain NumPy and see it agree with PyTorch;
# - understand what a 1×1 convolution is good for.

# %% [markdown]
# Every `...` is yours to replace. A check tells you at once whether you are right, and if not, which mistake it was. Stuck? Each exercise has hints: `lesson.conv2d.hint()`.

# %%
import sys

sys.path.insert(0, "..")  # the course's helpers stand one folder up

import numpy as np
import torch

from helpers.exercises import filtered
from helpers.lessons import convolution_shapes as lesson
from helpers.views import photograph

# %% [markdown]
# ## See it move
#
# A small window, the kernel, walks over the input. At each stop it multiplies what it covers with its own numbers and adds up: one output cell. Drag the step slider, or focus it and use the arrow keys. Then change stride, padding and dilation, and watch which cells turn grey: no window ever reads them.

# %%
lesson.explore()

# %% [markdown]
# One word before you start. What CNNs call convolution, mathematics calls **cross-correlation**: the kernel is laid on the window as it is. The convolution of mathematics turns the kernel round first. A single 1 in the middle of an image shows the difference:

# %%
spike = torch.zeros(1, 1, 5, 5)
spike[0, 0, 2, 2] = 1
kernel = torch.arange(1.0, 10.0).reshape(1, 1, 3, 3)

print("cross-correlation: the kernel comes out turned round")
print(torch.nn.functional.conv2d(spike, kernel)[0, 0].int().numpy())
print("convolution of mathematics: the kernel comes out as it is")
print(torch.nn.functional.conv2d(spike, kernel.flip(2, 3))[0, 0].int().numpy())

# %% [markdown]
# The kernel's numbers are learned, so a network does not care which way round they are stored. You have to, when you compare results. Here “convolution” always means what PyTorch does: cross-correlation.

# %% [markdown]
# ## By hand
#
# **Problem 1.1a.** An image is 32 high, 32 wide and has 3 colour channels. One filter of 5×5×3 slides over it, stride 1, no padding. What shape comes out? Write it as `(H, W, C)`.

# %% exercise="valid_shape"
valid_shape = ...

# %% tags=["solution"]
# The left edge can stand at 0, 1, …, 27: 28 places. One filter gives one channel.
valid_shape = (28, 28, 1)

# %% check="valid_shape"
lesson.valid_shape.check(valid_shape)

# %%
lesson.valid_shape.show(valid_shape)

# %% [markdown]
# **Problem 1.1b.** The same filter, but first the image gets a frame of zeros, two cells wide on every side. What shape now?

# %% exercise="same_shape"
same_shape = ...

# %% tags=["solution"]
# A padded row has 2 + 32 + 2 = 36 cells, and 36 - 5 + 1 = 32.
same_shape = (32, 32, 1)

# %% check="same_shape"
lesson.same_shape.check(same_shape)

# %%
lesson.same_shape.show(same_shape)

# %% [markdown]
# **Problem 1.1c.** Now ten such filters, still with the frame of two zeros. First the shape of the output …

# %% exercise="ten_filters_shape"
ten_filters_shape = ...

# %% tags=["solution"]
ten_filters_shape = (32, 32, 10)

# %% check="ten_filters_shape"
lesson.ten_filters_shape.check(ten_filters_shape)

# %%
lesson.ten_filters_shape.show(ten_filters_shape)

# %% [markdown]
# … then the number of weights in all ten filters together, biases left out.

# %% exercise="ten_filters_weights"
ten_filters_weights = ...

# %% tags=["solution"]
ten_filters_weights = 5 * 5 * 3 * 10

# %% check="ten_filters_weights"
lesson.ten_filters_weights.check(ten_filters_weights)

# %%
lesson.ten_filters_weights.show(ten_filters_weights)

# %% [markdown]
# ## A formula for every size
#
# Counting works, but you will want to do it without a picture. First a prediction, for the case that surprises people.

# %%
lesson.stride_drops.ask()

# %% exercise="stride_drops"
stride_drops = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
stride_drops = "b"

# %% check="stride_drops"
lesson.stride_drops.check(stride_drops)

# %% [markdown]
# Now write the rule. A row has `n` cells; `padding` zeros go on **each** side. With `dilation` d the kernel's taps stand d cells apart, so that k of them reach over d(k − 1) + 1 cells. The window moves `stride` cells at a time, inside the padded row.

# %% [markdown]
# If your formula is wrong, the check finds the smallest case on which it fails.


# %% exercise="conv_output_size"
def conv_output_size(n, kernel_size, stride=1, padding=0, dilation=1):
    """How many positions the window has along a row of n cells."""
    ...


# %% tags=["solution"]
def conv_output_size(n, kernel_size, stride=1, padding=0, dilation=1):
    """How many positions the window has along a row of n cells."""
    reach = dilation * (kernel_size - 1) + 1
    last = n + 2 * padding - reach  # where the last window may start
    return last // stride + 1


# %% check="conv_output_size"
lesson.conv_output_size.check(conv_output_size)

# %%
lesson.conv_output_size.show(conv_output_size)

# %% [markdown]
# Look at the stairs for strides 2 and 3. Where a stair is flat, one cell more of input changes nothing: the last columns are dropped. So with stride s an output of ⌊n/s⌋ and one of ⌈n/s⌉ are both common, depending on the padding. When two branches of a network must meet again, that one cell matters.

# %% [markdown]
# ## How many parameters?
#
# Height and width of the image don't enter: the same filter serves at every position. What counts is how large a filter is, how deep, and how many there are. With `groups` g, the channels are split into g equal parts, and each filter sees only its own part.


# %% exercise="num_parameters"
def num_parameters(in_channels, out_channels, kernel_size, bias=True, groups=1):
    """Weights and biases of a convolution with square kernels."""
    ...


# %% tags=["solution"]
def num_parameters(in_channels, out_channels, kernel_size, bias=True, groups=1):
    """Weights and biases of a convolution with square kernels."""
    one_filter = kernel_size * kernel_size * (in_channels // groups)
    biases = out_channels if bias else 0
    return out_channels * one_filter + biases


# %% check="num_parameters"
lesson.num_parameters.check(num_parameters)

# %%
lesson.num_parameters.show(num_parameters)

# %% [markdown]
# ## Padding that keeps the size
#
# “Same” padding, stride 1: as many zeros as the window takes away. For kernel size 5 that was two on each side. An even kernel takes an odd number, which cannot be halved. PyTorch then puts the extra zero at the end. How many go before the row, how many after it?


# %% exercise="same_padding"
def same_padding(kernel_size, dilation=1):
    """The zeros (before, after) that keep a row's length at stride 1."""
    ...


# %% tags=["solution"]
def same_padding(kernel_size, dilation=1):
    """The zeros (before, after) that keep a row's length at stride 1."""
    total = dilation * (kernel_size - 1)
    before = total // 2
    return before, total - before


# %% check="same_padding"
lesson.same_padding.check(same_padding)

# %%
lesson.same_padding.show(same_padding)

# %% [markdown]
# ## Write the convolution
#
# Time to build it. `x` has shape (C_in, H, W), `weight` has shape (C_out, C_in, kH, kW), `bias` has one number for each output channel or is None. Each output channel sums over **all** input channels. Loops are welcome: clear first, fast in notebook 2.


# %% exercise="conv2d"
def conv2d(x, weight, bias=None, stride=1, padding=0):
    """Cross-correlate x with each filter; returns (C_out, H′, W′)."""
    ...


# %% tags=["solution"]
def conv2d(x, weight, bias=None, stride=1, padding=0):
    """Cross-correlate x with each filter; returns (C_out, H′, W′)."""
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    out_channels, _, kernel_h, kernel_w = weight.shape
    height = (x.shape[1] - kernel_h) // stride + 1
    width = (x.shape[2] - kernel_w) // stride + 1
    out = np.zeros((out_channels, height, width))
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            patch = x[:, top : top + kernel_h, left : left + kernel_w]
            out[:, i, j] = (weight * patch).sum(axis=(1, 2, 3))
    return out if bias is None else out + np.reshape(bias, (-1, 1, 1))


# %% check="conv2d"
lesson.conv2d.check(conv2d)

# %%
lesson.conv2d.show(conv2d)

# %% [markdown]
# ## The smallest kernel
#
# **Problem 1.1d.** A kernel of size 1×1 sounds useless: it sees one pixel at a time. What does it do to the shape?

# %%
lesson.one_by_one.ask()

# %% exercise="one_by_one"
one_by_one = ...  # one of "a", "b", "c"

# %% tags=["solution"]
one_by_one = "b"

# %% check="one_by_one"
lesson.one_by_one.check(one_by_one)

# %% [markdown]
# Now write it. `x` has shape (C_in, H, W); `weight` has shape (C_out, C_in), its two axes of length 1 left out. Use **one matrix product** for all pixels at once, and no loop.


# %% exercise="conv1x1"
def conv1x1(x, weight):
    """x (C_in, H, W) and weight (C_out, C_in) to (C_out, H, W)."""
    ...


# %% tags=["solution"]
def conv1x1(x, weight):
    """x (C_in, H, W) and weight (C_out, C_in) to (C_out, H, W)."""
    channels, height, width = x.shape
    pixels = x.reshape(channels, height * width)  # one column for each pixel
    return (weight @ pixels).reshape(-1, height, width)


# %% check="conv1x1"
lesson.conv1x1.check(conv1x1)

# %%
lesson.conv1x1.show(conv1x1)

# %% [markdown]
# A number to go with it. ResNet's blocks squeeze 256 channels to 64 before their 3×3 convolution and widen them again after it. Compare the parameters:

# %%
direct = lesson.parameters(256, 256, 3, bias=False)
squeezed = [
    lesson.parameters(*layer, bias=False) for layer in ((256, 64, 1), (64, 64, 3), (64, 256, 1))
]
print(f"one 3×3 convolution on 256 channels: {direct:,} weights")
print(f"squeeze, convolve, widen: {' + '.join(f'{n:,}' for n in squeezed)} = {sum(squeezed):,}")

# %% [markdown] exercise="conv1x1_uses"
# **In your own words (1.1d):** what is a 1×1 convolution, and where would you use one?
#
# *Double-click here and write.*

# %% [markdown] tags=["solution"]
# **A model answer.** Height and width stay as they are. At every pixel the same linear map, a C_out × C_in matrix, turns the input channels into the output channels, so it changes the number of channels and mixes them, without looking at neighbours.
#
# It is used wherever the channel count has to change cheaply: in a ResNet's projection shortcut, where the identity would not fit; to squeeze channels before a costly 3×3 convolution; as the last layer of a generator, which needs 3 channels for RGB or 2 for stereo sound.
#
# *A good answer names:* the unchanged size, the linear map over channels, that it is shared by all pixels, and one use.

# %% [markdown]
# ## Play: a photograph through your convolution
#
# Three kernels made by hand, and a photograph. Nothing is learned here: the numbers alone decide what a filter sees. Change them and run the cell again. What does a kernel with a single 1 in a corner do?

# %%
filters = {
    "upright edges": [[1, 0, -1], [2, 0, -2], [1, 0, -1]],
    "level edges": [[1, 2, 1], [0, 0, 0], [-1, -2, -1]],
    "blur": np.full((7, 7), 1 / 49),
}
filtered(conv2d, photograph(), filters)

# %% [markdown]
# ## What you take with you
#
# - Size: ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1. Zeros count on both sides, the last step is rounded down.
# - One filter is as deep as its input and gives one output channel.
# - Parameters: C_out · (C_in / g) · k² + C_out. The image's size is not in it.
# - A 1×1 convolution is one matrix for the channels, at every pixel.

# %%
lesson.progress()
