# %% [markdown] teaser="slides a small window over a picture, and counts what comes out." writes="the size formula, the parameter count, `conv2d`"
# # 1 · Convolution shapes
#
# Before a network learns anything, its layers have to fit together: one wrong size, and PyTorch stops. After this notebook you can tell the size of a convolution's output before you run it, count its parameters, write the convolution itself, and follow an image through a network to its last layer.

# %% [markdown]
# **You will**
#
# - find output sizes by hand, then write the formula that gives them all;
# - count weights and biases, groups included;
# - write `conv2d` and a 1×1 convolution in plain NumPy, and see them agree with PyTorch;
# - trace shapes through a small network, and find out how far one of its numbers sees.

# %% [markdown]
# Every `...` is yours to replace. A check tells you at once whether you are right and, for many mistakes, which one it was. Stuck? Each exercise has hints: `lesson.conv2d.hint()`.

# %% [markdown]
# **To run a cell**, click it and press Shift+Enter: what it gives appears below it, and the next cell is selected. Begin with the cell right below, the setup cell, which all others need, and go on from top to bottom. On another day, run it first again: what you write is kept, what has run is not.

# %%
import numpy as np
import torch

from helpers.exercises import filtered
from helpers.lessons import convolution_shapes as lesson
from helpers.views import photograph

# %% [markdown]
# ## See it move
#
# A small array of numbers, the **kernel**, slides over the input. At each stop it covers a window: its numbers times those below them, added up, are one output cell. Drag the step slider, or focus it and use the arrow keys.

# %%
lesson.explore()

# %% [markdown]
# Now change **stride**, how many cells the window moves at a time; **padding**, how many zeros go on each side; **dilation**, how far apart the kernel's numbers are laid. Cells that turn grey are read by no window. The presets pad by 0 (“valid”), by what keeps the size (“same”), and by k − 1 (“full”: every window that touches the input).

# %% [markdown]
# The bars count **parameters**: weights are the kernels' numbers, and a bias is one number for each output channel, added to all its cells. Below them stands what a dense layer (`torch.nn.Linear`) would need: one weight for every pair of an input and an output cell.

# %% [markdown]
# One word on the name. What CNNs call convolution, mathematics calls **cross-correlation**: the kernel is laid on the window as it is. The convolution of mathematics turns the kernel round first. A single 1 in the middle of an image shows the difference:

# %%
spike = torch.zeros(1, 1, 5, 5)
spike[0, 0, 2, 2] = 1
kernel = torch.arange(1.0, 10.0).reshape(1, 1, 3, 3)

print("cross-correlation: the kernel comes out turned round")
print(torch.nn.functional.conv2d(spike, kernel)[0, 0].int().numpy())
print("convolution of mathematics: the kernel comes out as it is")
print(torch.nn.functional.conv2d(spike, kernel.flip(2, 3))[0, 0].int().numpy())

# %% [markdown]
# The kernel's numbers are learned, so a network does not care which way round they are stored. You must, when you compare results with someone else's. Here “convolution” always means what PyTorch does: cross-correlation.

# %% [markdown]
# ## By hand
#
# **Problem 1.1a.** An image is 32 high, 32 wide and has 3 colour channels. One **filter** of 5×5×3, a 5×5 kernel for each channel, slides over it with stride 1 and no padding. What shape comes out? Write it as `(H, W, C)`, the order in which Matplotlib holds a picture.

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
# Counting works, but it takes time. A formula gives every size at once. First a prediction: what happens when the last step does not fit?

# %%
lesson.stride_drops.ask()

# %% exercise="stride_drops"
stride_drops = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
stride_drops = "b"

# %% check="stride_drops"
lesson.stride_drops.check(stride_drops)

# %% [markdown]
# Now write the rule. A row has `n` cells; `padding` zeros go on **each** side. With `dilation` d the kernel's entries stand d cells apart, so that k of them reach over d(k − 1) + 1 cells. The window moves `stride` cells at a time, inside the padded row.

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
# Look at the stairs for strides 2 and 3. Where a stair is flat, one more input cell changes nothing: no window reads it.

# %% [markdown]
# Rounding down can also hide a mistake. Here someone takes a dilated kernel to be d·k cells long. When does nobody notice?

# %%
lesson.lucky_rounding.show()

# %% exercise="lucky_rounding"
lucky_rounding = ...  # (n, kernel_size, stride, padding, dilation)

# %% tags=["solution"]
# The window covers 5 of 8 cells and has 3 to move in; the program says 2. With stride 2 both are one step.
lucky_rounding = (8, 3, 2, 0, 2)

# %% check="lucky_rounding"
lesson.lucky_rounding.check(lucky_rounding)

# %% [markdown]
# Stride 2 is a common way to halve an image. For an odd number of cells, two layers that both “halve” can disagree:

# %%
lesson.two_halvings.ask()

# %% exercise="two_halvings"
two_halvings = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
two_halvings = "b"

# %% check="two_halvings"
lesson.two_halvings.check(two_halvings)

# %%
print(" n   kernel 2, padding 0   kernel 3, padding 1   kernel 1, padding 0   (stride 2)")
for n in range(6, 10):
    sizes = [lesson.size(n, k, stride=2, padding=p) for k, p in ((2, 0), (3, 1), (1, 0))]
    print(f"{n:2}" + "".join(f"{size:12}          " for size in sizes).rstrip())

# %% [markdown]
# Without dilation, a kernel as large as the stride, unpadded, gives ⌊n/s⌋; an odd kernel padded by (k − 1)/2 gives ⌈n/s⌉. Two branches that are added at the end must agree for odd n as well: in a ResNet a 3×3 convolution with padding 1 meets a 1×1 convolution, both with stride 2, and both make ⌈n/2⌉.

# %% [markdown]
# ## How many parameters?
#
# Height and width of the image play no part: the same filter serves at every position. What counts is how large a filter is, how deep, and how many there are. With `groups` g, input channels and filters are split into g equal parts, and each filter sees only its own part of the channels. Predict:

# %%
lesson.group_weights.ask()

# %% exercise="group_weights"
group_weights = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
group_weights = "b"

# %% check="group_weights"
lesson.group_weights.check(group_weights)

# %% [markdown]
# Now count for any layer.


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
# “Same” padding, stride 1: as many zeros as the window takes away. For kernel size 5 that was two on each side. But kernel size 2 takes one cell, and one zero cannot be halved. Where the number is odd, PyTorch puts the extra zero at the end. How many go before the row, how many after it?


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
# An even kernel without dilation always needs the extra zero, so that the two sides differ. This program gives both sides the same. Must it be wrong for every even kernel?

# %%
lesson.even_kernel.show()

# %% exercise="even_kernel"
even_kernel = ...  # (kernel_size, dilation)

# %% tags=["solution"]
# Two entries, two cells apart, cover 3 cells: 2 are lost, one on each side.
even_kernel = (2, 2)

# %% check="even_kernel"
lesson.even_kernel.check(even_kernel)

# %% [markdown]
# ## Write the convolution
#
# Time to build it. From here on channels come first, as in PyTorch, so that `x[c]` is one whole channel: `x` is (C_in, H, W), `weight` (C_out, C_in, kH, kW), and `bias` has one number for each output channel or is None. Each output channel sums over **all** input channels. Loops are welcome: clear first, fast in notebook 2.


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
# Here is someone else's `conv2d`. It agreed with PyTorch on every image they tried.

# %%
lesson.square_only.show()

# %% exercise="square_only"
square_only = ...  # (x, weight)

# %% tags=["solution"]
# Two windows fit across this image, one down.
square_only = (np.ones((1, 2, 3)), np.ones((1, 1, 2, 2)))

# %% check="square_only"
lesson.square_only.check(square_only)

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
# A number to go with it. In ResNet-50's first stage, blocks squeeze 256 channels to 64 with a 1×1 convolution, apply their 3×3 convolution there, and widen to 256 again. Compare the weights:

# %%
direct = lesson.parameters(256, 256, 3, bias=False)
squeezed = [
    lesson.parameters(*layer, bias=False) for layer in ((256, 64, 1), (64, 64, 3), (64, 256, 1))
]
print(f"one 3×3 convolution on 256 channels: {direct:,} weights")
print(f"squeeze, convolve, widen: {' + '.join(f'{n:,}' for n in squeezed)} = {sum(squeezed):,}")

# %% [markdown] exercise="conv1x1_uses"
# **In your own words (1.1d):** what is a 1×1 convolution, and where would you use one?

# %% [markdown] tags=["solution"]
# **A model answer.** With stride 1, height and width stay as they are. At every pixel the same linear map, a C_out × C_in matrix, turns the input channels into the output channels, so it changes the number of channels and mixes them, without looking at neighbours. (With stride 2 it reads every second pixel of every second row.)
#
# It is used wherever the channel count has to change cheaply: in a ResNet's projection shortcut, where the identity would not fit; to squeeze channels before a costly 3×3 convolution; as the last layer of a generator, which needs 3 channels for RGB or 2 for stereo sound.
#
# *A good answer names:* the unchanged size (at stride 1), the linear map over channels, that it is shared by all pixels, and one use.

# %% [markdown]
# ## Pooling
#
# A convolution with stride 2 makes an image smaller; **pooling** does so without weights. Its window makes one number of what it covers, the largest (max pooling) or the mean (average pooling), in each channel by itself. The output's size follows your formula. The stride is the kernel size, unless you give another: windows lie side by side.

# %%
x = torch.tensor([[[1.0, 5, 2, 0, 9], [3, 4, 8, 6, 9], [7, 0, 1, 1, 9], [2, 3, 5, 1, 9]]])
pool = torch.nn.MaxPool2d(2)

print("max pooling, windows of 2 × 2: the fifth column is left out")
print(pool(x)[0].int().numpy())
print("average pooling")
print(torch.nn.AvgPool2d(2)(x)[0].numpy())
print("parameters:", len(list(pool.parameters())))

# %% [markdown]
# ## A network, layer by layer
#
# Each layer's output is the next one's input. Convolution and pooling take any height and width that their window fits into; a dense layer, `Linear`, takes a fixed number of inputs, so a wrong size is often found only there. In this error, `1x200` is what arrives and `100x10` what the layer was made for:

# %%
volume = torch.zeros(1, 8, 5, 5)  # a batch of one image, 8 channels
try:
    torch.nn.Linear(100, 10)(volume.flatten(1))
except RuntimeError as error:
    print(error)

# %% [markdown]
# A 3×32×32 image goes through the five layers below, then into `Linear(…, 10)`, which scores ten classes. How many inputs does that need? Write the shape `(C, H, W)` after each of the first four layers. `Flatten` then lays all numbers in one row: write how many there are.

# %% exercise="traced"
traced = (
    ...,  # Conv2d(3, 16, kernel_size=5, padding=2)
    ...,  # MaxPool2d(2)
    ...,  # Conv2d(16, 32, kernel_size=3, stride=2)
    ...,  # MaxPool2d(2)
    ...,  # Flatten()
)

# %% tags=["solution"]
traced = (
    (16, 32, 32),  # same padding
    (16, 16, 16),
    (32, 7, 7),  # 13 / 2 rounded down, and 1
    (32, 3, 3),  # the seventh row and column are left out
    32 * 3 * 3,
)

# %% check="traced"
lesson.traced.check(traced)

# %%
lesson.traced.show(traced)

# %% [markdown]
# ## How far does one number see?
#
# The input cells that an output cell depends on are its **receptive field**. Nothing outside it can change that cell. One 3×3 convolution sees 3×3 cells; stacked, each layer looks through the ones before it. Here is one output cell in three stacks, along one axis:

# %%
lesson.receptive_fields()

# %% [markdown]
# All three outputs see 7 cells. Why stack three layers where one will do? With 64 channels throughout, one 7×7 convolution has 49 · 64² = 200,704 weights, three 3×3 ones have 27 · 64² = 110,592. And ReLUs fit between them; without these, the three together would be one 7×7 convolution.

# %% [markdown]
# The third stack gets there with two layers: after stride 2, neighbours stand two input cells apart. Write the rule for any stack. Pooling counts as a layer with its kernel size and stride.


# %% exercise="receptive_field"
def receptive_field(layers):
    """Input cells, first to last along one axis, that one output depends on.

    layers: a list of pairs (kernel_size, stride), the layer next to the input first.
    """
    ...


# %% tags=["solution"]
def receptive_field(layers):
    """Input cells, first to last along one axis, that one output depends on.

    layers: a list of pairs (kernel_size, stride), the layer next to the input first.
    """
    cells, apart = 1, 1  # apart: input cells from one output to the next
    for kernel_size, stride in layers:
        cells += (kernel_size - 1) * apart
        apart *= stride
    return cells


# %% check="receptive_field"
lesson.receptive_field.check(receptive_field)

# %%
lesson.receptive_field.show(receptive_field)

# %% [markdown]
# With kernel size 3 and stride 1 the receptive field grows by two cells a layer; with stride 2 each further layer more than doubles it. That is one reason why networks make images smaller on the way.

# %% [markdown]
# ## Play: a photograph through your convolution
#
# Three hand-made kernels, and a photograph with brightness from 0 to 1. Where a kernel's numbers add up to 0, grey stands for 0, lighter is positive, darker negative; from ±½ on, all is white or black. Change the numbers and run the cell again: turn the first kernel's signs round, say, and black and white change places.

# %%
filters = {
    "vertical edges": [[1, 0, -1], [2, 0, -2], [1, 0, -1]],
    "horizontal edges": [[1, 2, 1], [0, 0, 0], [-1, -2, -1]],
    "blur": np.full((7, 7), 1 / 49),
}
filtered(conv2d, photograph(), filters)

# %% [markdown]
# ## What you take with you
#
# - Size: ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1, for pooling too. Zeros count on both sides; a step that does not fit is not taken.
# - One filter gives one output channel. Without groups it is as deep as its input.
# - Parameters: C_out · (C_in / g) · k² weights and C_out biases, whatever the image's size.

# %% [markdown]
# - A 1×1 convolution applies one matrix to the channels at every pixel.
# - Each layer sees k − 1 steps further; a step is the product of the strides before it.

# %%
lesson.progress()
