# %% [markdown] teaser="keeps the gradient alive in deep networks, by leaving every layer a way round." writes="a residual block, its Jacobian, gradients through 64 blocks"
# # 5 · Residual connections
#
# On its way back, a gradient has to pass every layer again. One sum in each block, y = x + F(x), opens a second way for it. Here you measure what that sum does for the gradient, and what it does not do.

# %% [markdown]
# **You will**
#
# - write a residual block, and see what a silent branch leaves of it;
# - find its Jacobian, I + F′, and hold it against a measurement;
# - send one gradient back through 64 blocks, with skips and without;
# - tell the share of skips from that of initialisation and batch normalisation.

# %% [markdown]
# Every `...` is yours to replace. Stuck? Each exercise has hints: `lesson.residual_block.hint()`.

# %%
import sys

sys.path.insert(0, "..")  # the course's helpers stand one folder up

import numpy as np
import torch
from torch import nn

from helpers.lessons import residual_connections as lesson

# %% [markdown]
# ## See it vanish
#
# Two networks with the same weights; only one has skips. A gradient of length 1 arrives at the right and travels left, block by block; mind the logarithmic scale. Move depth and weight scale: where does the plain network lose its gradient? Then zero the branch. (The pale bands follow a rule that you will meet below.)

# %%
lesson.explore()

# %% [markdown]
# ## The block
#
# A **residual block** adds its input to what its **branch** F makes of it:
#
# y = x + F(x), with F(x) = w2 · relu(w1 · x).
#
# The way round the branch is the **skip connection**. The input `x` has D numbers, `w1` is (H, D), `w2` is (D, H); there are no biases.

# %% [markdown]
# Nothing follows the sum here. The first ResNets put a ReLU after it; their authors soon moved it into the branch, so that x goes through the whole network untouched. Write the block.


# %% exercise="residual_block"
def residual_block(x, w1, w2):
    """x + F(x) for x (D,), w1 (H, D), w2 (D, H); returns (D,)."""
    ...


# %% tags=["solution"]
def residual_block(x, w1, w2):
    """x + F(x) for x (D,), w1 (H, D), w2 (D, H); returns (D,)."""
    hidden = np.maximum(w1 @ x, 0)
    return x + w2 @ hidden


# %% check="residual_block"
lesson.residual_block.check(residual_block)

# %%
lesson.residual_block.show(residual_block)

# %% [markdown]
# What is left when the branch falls silent? Predict, then find the switch in the explorer above that does it.

# %%
lesson.zero_branch.ask()

# %% exercise="zero_branch"
zero_branch = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
zero_branch = "b"

# %% check="zero_branch"
lesson.zero_branch.check(zero_branch)

# %% [markdown]
# ## The Jacobian
#
# How does the output answer when x moves a little? The **Jacobian** J says so: its entry (i, j) is ∂yᵢ/∂xⱼ. Before you derive it, measure it. Nudge input j up and down by 0.0001, and divide the change of y by 0.0002: that is column j. Here it is for your block:

# %%
lesson.measure(residual_block)

# %% [markdown]
# The derivative of a sum is the sum of the derivatives: **J = I + F′**. For F′, use the chain rule: `w2`, the slopes of the ReLU, `w1`. A slope is 1 where `w1 @ x` is above 0, and 0 elsewhere. (Exactly at 0 there is none; PyTorch takes 0.)


# %% exercise="residual_jacobian"
def residual_jacobian(x, w1, w2):
    """The matrix (D, D) of the derivatives ∂y_i/∂x_j of the residual block."""
    ...


# %% tags=["solution"]
def residual_jacobian(x, w1, w2):
    """The matrix (D, D) of the derivatives ∂y_i/∂x_j of the residual block."""
    slopes = np.where(w1 @ x > 0, 1.0, 0.0)
    return np.eye(len(x)) + w2 @ np.diag(slopes) @ w1


# %% check="residual_jacobian"
lesson.residual_jacobian.check(residual_jacobian)

# %%
lesson.residual_jacobian.show(residual_jacobian)

# %% [markdown]
# ## Two ways back
#
# Going backwards, a gradient g at y becomes Jᵀg = g + F′ᵀg at x. So it comes back in two parts: one through the skip, one through the branch. Make the weights smaller and compare their lengths:

# %%
for scale in (1.0, 0.5, 0.1, 0.01):
    x, blocks, grad = lesson.network(1, scale)
    x, w1, w2, grad = (torch.tensor(array) for array in (x, *blocks[0], grad))
    x.requires_grad_()
    branch = w2 @ torch.relu(w1 @ x)
    (through,) = torch.autograd.grad(branch, x, grad)
    print(f"scale {scale:<5} skip {grad.norm():.3f}   branch {through.norm():.5f}")

# %% [markdown]
# The part through the branch shrinks with the **square** of the scale, for it passes two weight matrices. The part through the skip passes none. You will sometimes read that gradients may vanish “within the skip connections”. Now you know better: in the branch they may, in a skip that is the identity they cannot.

# %% [markdown]
# ## No guarantee
#
# Then is J always safe to go through? Not at all: the branch may work against the skip. Take this block:

# %%
x = np.array([1.0, 2.0])
w1 = np.array([[2.0, 0.0], [1.0, 1.0]])
print("w1 @ x =", w1 @ x, "so both hidden units are open")

# %% [markdown]
# Find the 2×2 matrix `w2` for which **no** gradient passes: J is zero at this x.

# %% exercise="cancelling_w2"
cancelling_w2 = ...

# %% tags=["solution"]
# J = I + w2 w1 = 0 asks for w2 w1 = -I, so w2 is minus the inverse of w1.
cancelling_w2 = np.array([[-0.5, 0.0], [0.5, -1.0]])

# %% check="cancelling_w2"
lesson.cancelling_w2.check(cancelling_w2)

# %%
lesson.cancelling_w2.show(cancelling_w2)

# %% [markdown]
# Where F′ is −I, nothing passes; one eigenvalue of −1 is enough to lose one direction. A small branch cannot do that: as long as F′ shortens every vector, I + F′ can be inverted. So a skip is a help and no guarantee. And too small is not the only way for a gradient to go wrong.

# %% [markdown]
# ## Sixty-four blocks
#
# Now chain many blocks. `lesson.network(depth, scale)` gives an input `x`, a list of pairs `(w1, w2)`, and the gradient `grad`, of length 1, that arrives behind the last block. The weights are random, with deviations s√(2/64) and s√(1/64) for a scale of s, and the same on every call.

# %% [markdown]
# Send `grad` back to the input. Go forward first and keep each block's x; then go backward, multiplying by Jᵀ. In the **plain** network a block is F alone: no + x, no I. Return depth + 1 norms, from the input's to the output's, which is 1. Your two functions will serve you.


# %% exercise="gradient_norms"
def gradient_norms(depth, residual, scale):
    """The gradient's norm before each block, and after the last: depth + 1 numbers."""
    x, blocks, grad = lesson.network(depth, scale)
    ...


# %% tags=["solution"]
def gradient_norms(depth, residual, scale):
    """The gradient's norm before each block, and after the last: depth + 1 numbers."""
    x, blocks, grad = lesson.network(depth, scale)
    xs = [x]
    for w1, w2 in blocks:
        y = residual_block(xs[-1], w1, w2)
        xs.append(y if residual else y - xs[-1])
    norms = [np.linalg.norm(grad)]
    for (w1, w2), x in zip(reversed(blocks), reversed(xs[:-1]), strict=True):
        jacobian = residual_jacobian(x, w1, w2)
        if not residual:
            jacobian = jacobian - np.eye(len(x))
        grad = jacobian.T @ grad
        norms.append(np.linalg.norm(grad))
    return np.array(norms[::-1])


# %% check="gradient_norms"
lesson.gradient_norms.check(gradient_norms)

# %%
lesson.gradient_norms.show(gradient_norms)

# %% [markdown]
# Forty powers of ten, from one + x. Multiply the Jacobians out and you see why: …(I + F′₂)(I + F′₁) is I, plus every F′, plus all products of several. The plain network has only the one product of all of them. The residual one has every way through, and the shortest goes through no branch at all.

# %% [markdown]
# ## The other side
#
# At scale 0.5 the skip saves the day. The weights were small, though. Scale 1 is chosen so that a plain block keeps a gradient's mean squared length: good initialisation. What will the skip do there?

# %%
lesson.scale_one.ask()

# %% exercise="scale_one"
scale_one = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
scale_one = "c"

# %% check="scale_one"
lesson.scale_one.check(scale_one)

# %%
for scale in (0.4, 0.6, 0.8, 1.0, 1.2):
    plain, residual = (lesson.left_at_input(64, skip, scale) for skip in (False, True))
    print(f"scale {scale}   plain {plain:7.0e}   residual {residual:7.0e}")

# %% [markdown]
# The rule behind it, pale in the explorer: on average over the weights, a plain block multiplies the squared length by s⁴, s the scale; a residual one by 1 + s⁴, for the two parts add up.

# %% [markdown]
# So the plain gradient vanishes below scale 1 and explodes above it. The residual one does not vanish, but grows large unless s⁴ is about 1 / depth or less. Go back to the explorer and see both at scale 1.5.

# %% [markdown]
# So residual networks need branches that start out small. ResNets have batch normalisation in the branch to keep it in hand; others start the last layer of every branch at zero. You know what such a block is at first: the identity.

# %% [markdown]
# ## When the sizes differ
#
# A sum needs equal shapes. Now and then a ResNet halves height and width and doubles the channels, and x no longer fits F(x). Then a **projection** takes the identity's place: a 1×1 convolution with a stride. You wrote the 1×1 convolution in notebook 1; add the stride. `weight` is (C_out, C_in).


# %% exercise="projection_shortcut"
def projection_shortcut(x, weight, stride):
    """x (C_in, H, W) to (C_out, H′, W′), reading every stride-th pixel from the first."""
    ...


# %% tags=["solution"]
def projection_shortcut(x, weight, stride):
    """x (C_in, H, W) to (C_out, H′, W′), reading every stride-th pixel from the first."""
    kept = x[:, ::stride, ::stride]
    pixels = kept.reshape(len(x), -1)  # one column for each pixel
    return (weight @ pixels).reshape(len(weight), *kept.shape[1:])


# %% check="projection_shortcut"
lesson.projection_shortcut.check(projection_shortcut)

# %%
lesson.projection_shortcut.show(projection_shortcut)

# %% [markdown]
# With stride 2, three of four pixels are never read: this way is cheap, and it is no identity. Here the gradient does pass a weight matrix, and pixels that were skipped get none this way. A ResNet of 34 layers has three such places; everywhere else the skip is bare.

# %% [markdown]
# ## What else keeps a gradient alive
#
# You have met one other remedy already: weights drawn at the right scale. Batch normalisation is the second; it brings every unit back to mean 0 and variance 1 over the batch. Here is the block once more, in PyTorch, with normalisation as an option:


# %%
class Block(nn.Module):
    def __init__(self, width, residual, normalise=True):
        super().__init__()
        norm = nn.BatchNorm1d if normalise else nn.Identity
        first, second = (nn.Linear(width, width, bias=False) for _ in range(2))
        self.branch = nn.Sequential(first, norm(width), nn.ReLU(), second, norm(width))
        self.residual = residual

    def forward(self, x):
        return x + self.branch(x) if self.residual else self.branch(x)


Block(64, residual=True)

# %% [markdown]
# Sixty-four of them, and again a gradient of length 1 that arrives behind the last. What is left of it at the input?

# %%
for scale, normalise in [(0.5, False), (1.0, False), (0.5, True)]:
    plain, residual = (lesson.arriving(Block, skip, scale, normalise) for skip in (False, True))
    said = f"scale {scale}, {'batch-normalised' if normalise else 'as it is'}"
    print(f"{said:27} plain {plain:.0e}   residual {residual:.0e}")

# %% [markdown]
# Only the first plain one vanishes. Good weights alone prevent it, and so does batch normalisation, whatever the scale. (Here it even lets the plain gradient grow, by about a quarter a block, and holds the residual one in check.)

# %% [markdown]
# Kaiming He and his co-authors, who gave us ResNets, say as much: the two largely deal with vanishing gradients. Then why skips?

# %% [markdown]
# Because of something else they saw: **deeper plain networks had the higher training error**. That is no overfitting, and it is odd. A deeper network could copy the shallower one and let its other blocks do nothing. See for yourself, on two spirals that have to be told apart. All networks are batch-normalised.

# %%
points, labels = lesson.spirals()


def classifier(depth, residual):
    blocks = [Block(32, residual) for _ in range(depth)]
    return nn.Sequential(nn.Linear(2, 32), *blocks, nn.Linear(32, 1), nn.Flatten(0))


# %%
def train(depth, residual, steps=80):
    torch.manual_seed(0)
    net, losses = classifier(depth, residual), []
    optimiser = torch.optim.SGD(net.parameters(), lr=0.02, momentum=0.9)
    for _ in range(steps):
        loss = nn.functional.binary_cross_entropy_with_logits(net(points), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


lesson.degradation(train)

# %% [markdown]
# Plain, ten blocks learn better than two, yet forty hardly learn at all. And not for want of gradient: their first block gets a larger one than their last. Residual, each step in depth helps. To do nothing, a plain block must learn the identity through two matrices and a ReLU; a residual block need only keep its branch silent.

# %% [markdown] exercise="vanishing_gradients"
# **Problem 1.5.** In your own words: what is there in a ResNet, beyond initialisation and batch normalisation, that eases vanishing gradients? Where in the network may a gradient still vanish? And what do initialisation and batch normalisation do by themselves?
#
# *Double-click here and write.*

# %% [markdown] tags=["solution"]
# **A model answer.** The skip connections. A block's Jacobian is I + F′, so the gradient comes back in two parts: through the identity, where no weights change it, and through the branch. It may vanish in the residual branch F; the part on the skip arrives all the same.
#
# Initialisation draws the weights so that signal and gradient keep their size at the start. Batch normalisation keeps the signals in range during training, whatever the weights' scale. He et al. (2016) themselves say that these two largely deal with vanishing gradients. Their reason for skips was another: deeper plain networks had higher training error.
#
# Skips ease the problem and guarantee nothing: I + F′ can be singular, and with large branches gradients explode.
#
# *A good answer names:* the skip, I + F′, that the gradient vanishes in the branch and not in the skip, the share of initialisation and batch normalisation, and that there is no guarantee.

# %% [markdown]
# ## What you take with you
#
# - y = x + F(x) has the Jacobian I + F′. A silent branch leaves exactly the identity.
# - Gradients vanish in branches; the skip brings its part back whole. With large branches they explode.
# - Initialisation and batch normalisation largely deal with vanishing; skips let deeper networks learn.
#
# Read more: He, Zhang, Ren, Sun, “Deep residual learning for image recognition”, CVPR 2016.

# %%
lesson.progress()
