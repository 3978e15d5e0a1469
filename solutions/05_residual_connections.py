# %% [markdown] teaser="keeps the gradient alive in deep networks, by leaving every layer a way round." writes="a residual block, its Jacobian, gradients through 64 blocks"
# # 5 · Residual connections
#
# On its way back, a gradient has to pass every layer again. One sum in each block, y = x + F(x), opens a second way for it: a **skip**, round the **branch** F. Here you measure what that sum does for the gradient, and what it does not do.

# %% [markdown]
# **You will**
#
# - write a residual block, and see what a silent branch leaves of it;
# - find its Jacobian, I + F′, and check it against a measurement;
# - send one gradient back through 64 blocks, with skips and without;
# - separate what skips contribute from what initialisation and batch normalisation do.

# %% [markdown]
# Every `...` is yours to replace. Stuck? Each exercise has hints: `lesson.residual_block.hint()`.

# %%
import numpy as np
import torch
from torch import nn

from helpers.lessons import residual_connections as lesson

# %% [markdown]
# ## See it vanish
#
# Two networks with the same weights; the **plain** one has no skips: y = F(x). A gradient of length 1 arrives at the right and travels left, block by block; mind the logarithmic scale. Move depth and weight scale: at which scales does the plain gradient vanish? Then zero the branch. (The pale bands follow a rule that comes below.)

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
# Nothing follows the sum here. The first ResNets have a ReLU there; you will see below what it does to the gradient. Write the block.


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

# %%
lesson.break_block.show()

# %% exercise="break_block"
break_block = ...  # (x, w1, w2)

# %% tags=["solution"]
# Every hidden unit is positive: 1 + 2 = 3 and 1 − 0 = 1, so clipping at 0 changes nothing.
break_block = (np.array([1.0, 2.0]), np.array([[1.0, 1.0], [1.0, 0.0]]), np.ones((2, 2)))

# %% check="break_block"
lesson.break_block.check(break_block)

# %% [markdown]
# What is left when the branch falls silent? Predict, then try it with “zero the branch” in the explorer above.

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
# How does the output change when x moves a little? The **Jacobian** J says so: its entry (i, j) is ∂yᵢ/∂xⱼ. Before you derive it, measure it. Nudge input j up and down by 0.0001, and divide the change of y by 0.0002: that is column j. Here it is for your block:

# %%
lesson.measure(residual_block)

# %% [markdown]
# The derivative of a sum is the sum of the derivatives: **J = I + F′**. For F′, use the chain rule: `w2`, the slopes of the ReLU, `w1`. A slope is 1 where `w1 @ x` is above 0 (the unit is **open**), and 0 elsewhere. (Exactly at 0 there is none; PyTorch takes 0.)


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

# %%
lesson.break_jacobian.show()

# %% exercise="break_jacobian"
break_jacobian = ...  # (x, w1, w2)

# %% tags=["solution"]
# At x = 0 the hidden unit is at its kink. Upwards y gains 2 a step, downwards 1: measured 1.5.
break_jacobian = (np.array([0.0]), np.array([[1.0]]), np.array([[1.0]]))

# %% check="break_jacobian"
lesson.break_jacobian.check(break_jacobian)

# %% [markdown]
# ## Two ways back
#
# Going backwards, a gradient g at y becomes Jᵀg = g + F′ᵀg at x. So it comes back in two parts: one through the skip, one through the branch. What happens to them when the weights get smaller?

# %%
lesson.where_it_vanishes.ask()

# %% exercise="where_it_vanishes"
where_it_vanishes = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
where_it_vanishes = "b"

# %% check="where_it_vanishes"
lesson.where_it_vanishes.check(where_it_vanishes)

# %%
for scale in (1.0, 0.5, 0.1, 0.01):
    x, blocks, grad = lesson.network(1, scale)
    x, w1, w2, grad = (torch.tensor(array) for array in (x, *blocks[0], grad))
    x.requires_grad_()
    branch = w2 @ torch.relu(w1 @ x)
    (through,) = torch.autograd.grad(branch, x, grad)
    print(f"scale {scale:<5} skip {grad.norm():.3f}   branch {through.norm():.5f}")

# %% [markdown]
# The part through the branch shrinks with the **square** of the scale, because it passes two weight matrices. The part through the skip passes none. You will sometimes read that gradients may vanish “within the skip connections”. Now you know better: they may vanish in the branch; in a skip that is the identity they cannot.

# %% [markdown]
# ## No guarantee
#
# Then does every gradient get through a residual block? No: the branch may work against the skip. Take this block:

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
# Where F′ is −I, nothing passes; one eigenvalue of −1 is enough to lose one direction. A small branch cannot do that: as long as F′ shortens every vector, I + F′ can be inverted. So a skip is a help and no guarantee.

# %% [markdown]
# ## The ReLU after the sum
#
# In the ResNet of the paper the branch has two 3×3 convolutions, each followed by batch normalisation (more on it below), and a ReLU follows the **sum**: y = relu(x + F(x)). Here is that block, without the normalisation. A convolution is a matrix, so for the sum J = I + F′ still holds. What does the last ReLU do to it?


# %%
def resnet_block(x, first, second):
    """x: an image (C, H, W); first, second: weights (C, C, 3, 3) of the convolutions."""
    hidden = torch.relu(torch.conv2d(x, first, padding=1))
    return torch.relu(x + torch.conv2d(hidden, second, padding=1))


lesson.after_relu(resnet_block)

# %% [markdown]
# Each row of J belongs to one pixel of the output, row by row. Hatched rows are all zero. Which pixels are they? Write the Jacobian of relu(x + F(x)), for the F of your own block.


# %% exercise="resnet_jacobian"
def resnet_jacobian(x, w1, w2):
    """The matrix (D, D) of the derivatives ∂y_i/∂x_j of y = relu(x + F(x))."""
    ...


# %% tags=["solution"]
def resnet_jacobian(x, w1, w2):
    """The matrix (D, D) of the derivatives ∂y_i/∂x_j of y = relu(x + F(x))."""
    is_open = residual_block(x, w1, w2) > 0
    return np.diag(is_open) @ residual_jacobian(x, w1, w2)


# %% check="resnet_jacobian"
lesson.resnet_jacobian.check(resnet_jacobian)

# %% [markdown]
# Where the sum is negative, nothing passes: not through the skip, not through the branch. The block before ends in a ReLU too, so x is never negative, and only a branch below −x makes the sum negative. Later the same authors moved that ReLU into the branch: as in your block, nothing follows the sum, and the skip is whole.

# %% [markdown]
# ## Sixty-four blocks
#
# Now chain many blocks. `lesson.network(depth, scale)` gives an input `x`, a list of pairs `(w1, w2)`, and the gradient `grad`, of length 1, that arrives behind the last block. The weights are random, with standard deviations s√(2/64) and s√(1/64) for a scale of s, from the same draw on every call.

# %% [markdown]
# Send `grad` back to the input. Go forward first and keep each block's x; then go backward, multiplying by Jᵀ. In the **plain** network a block is F alone: no + x, no I. Return depth + 1 norms, from the input's to the output's, which is 1. Use `residual_block` and `residual_jacobian`.


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
# Forty orders of magnitude, from adding x. Multiply the Jacobians out and you see why: …(I + F′₂)(I + F′₁) is I, plus every F′, plus all products of several. Each term is a path through the network. The plain network has one, through every branch. The residual one has all 2⁶⁴, and the shortest goes through no branch at all.

# %% [markdown]
# ## The other side
#
# At scale 0.5 the skip saves the day. But the weights were small. Scale 1 is good initialisation: averaged over many draws, a plain block keeps a gradient's squared length. A few draws far above 1 make up that average; most end below it. Yours has a tenth of its length left after 64 blocks. What will the skip do there?

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
# The rule behind it: on average over the weights, a plain block multiplies the squared length by s⁴, a residual one by 1 + s⁴. There the **squares** add, as in Pythagoras' theorem: `w2` has mean 0, so on average the branch's part stands at right angles to the skip's. (The pale bands are the root of that mean: rms.)

# %% [markdown]
# So the plain gradient vanishes at scales below 1 and explodes at scales well above it. The residual one does not vanish, but grows large unless s⁴ is about 1 / depth or less. Go back to the explorer and see both at scale 1.5.

# %% [markdown]
# A deep residual network therefore needs branches that start out small beside the skip. ResNets have batch normalisation in the branch, which keeps its size in check; others start the last layer of every branch at zero. You know what such a block is at first: the identity.

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
# With stride 2, three of four pixels are never read: the projection is cheap, and it is not the identity. Here the gradient does pass a weight matrix, and pixels that were not read get no gradient through the projection. A ResNet of 34 layers has three such places; its other skips have no weights.

# %% [markdown]
# ## What else keeps a gradient alive
#
# You have met one other remedy already: weights drawn at the right scale. **Batch normalisation** is the second: over the batch, it brings every unit to mean 0 and variance 1; then a learnt scale and shift follow. Here is the block once more, in PyTorch, with normalisation as an option:


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
# Chain 64 of them, and let a gradient of length 1 arrive behind the last once more. What is left of it at the input?

# %%
for scale, normalise in [(0.5, False), (1.0, False), (0.5, True)]:
    plain, residual = (lesson.arriving(Block, skip, scale, normalise) for skip in (False, True))
    said = f"scale {scale}, {'batch-normalised' if normalise else 'as it is'}"
    print(f"{said:27} plain {plain:.0e}   residual {residual:.0e}")

# %% [markdown]
# Only the first plain one vanishes. Good weights alone prevent it, and so does batch normalisation, whatever the scale: it divides the scale out. (Here it even lets the plain gradient grow, by about a quarter a block, and keeps the residual one in check.)

# %% [markdown]
# Kaiming He and his co-authors, who gave us ResNets, say as much: initialisation and batch normalisation largely deal with vanishing gradients. Then why skips?

# %% [markdown]
# Because of something else they saw: **deeper plain networks had the higher training error**. That is not overfitting, and it is odd. A deeper network could copy the shallower one and let its other blocks do nothing. See for yourself: the networks here tell two spirals apart. All of them are batch-normalised.

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
    return net, losses


lesson.degradation(train)

# %% [markdown]
# Without skips, ten blocks learn better than two, yet forty hardly learn at all. With skips, each step in depth helps. Has the gradient of the forty plain blocks vanished? Look at the first and the last of them, before training:

# %%
torch.manual_seed(0)
net = classifier(40, residual=False)
nn.functional.binary_cross_entropy_with_logits(net(points), labels).backward()
for block in (1, 40):
    print(f"block {block:<3} gradient norm {net[block].branch[0].weight.grad.norm():.0e}")

# %% [markdown]
# It **explodes**: batch normalisation lets it grow block by block, as above. That is not the whole story: He et al. found gradients of healthy size in their plain networks. They suspect that doing nothing is hard to learn: a plain block must form the identity from two matrices and a ReLU; a residual one must only silence its branch.

# %% [markdown]
# ## Take one block out
#
# Multiplied out, a residual network has a path round every branch. Does it use them? Train a plain and a residual network of ten blocks, take one block out, and train no further. Predict first:

# %%
lesson.one_block_less.ask()

# %% exercise="one_block_less"
one_block_less = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
one_block_less = "b"

# %% check="one_block_less"
lesson.one_block_less.check(one_block_less)


# %%
def without(net, index):
    """The share of points that are still right when one block of the network is missing."""
    rest = [module for i, module in enumerate(net) if i != index]
    with torch.no_grad():
        logits = nn.Sequential(*rest).eval()(points)
    return ((logits > 0) == (labels == 1)).float().mean().item()


lesson.deletions(train, without)

# %% [markdown]
# The plain network has one path, and every block is on it: what is left is no better than guessing on average. The residual one keeps half its paths, whichever block goes. Its first blocks matter; without any of the last four, hardly a point is lost. Veit, Wilber and Belongie found much the same in ResNets trained on photographs.

# %% [markdown] exercise="vanishing_gradients"
# **Problem 1.5.** In your own words: what in a ResNet, beyond initialisation and batch normalisation, eases vanishing gradients? Where may a gradient still vanish? And what do those two do by themselves?

# %% [markdown] tags=["solution"]
# **A model answer.** The skip connections. The Jacobian of x + F(x) is I + F′, so the gradient comes back in two parts: through the identity, where no weights change it, and through the branch. It may vanish in the residual branch F; the part on the skip arrives all the same. (In the paper's ResNet a ReLU follows the sum and closes entries that are negative, for both parts.)
#
# Initialisation draws the weights so that signal and gradient roughly keep their size at the start. Batch normalisation keeps the signals in range during training, whatever the weights' scale. He et al. (2016) themselves say that these two largely deal with vanishing gradients. Their reason for skips was another: deeper plain networks had higher training error.
#
# Skips ease the problem and guarantee nothing: I + F′ can be singular, and with large branches gradients explode.
#
# *A good answer names:* the skip, I + F′, that the gradient may vanish in the branch and not in the skip, what initialisation and batch normalisation do, and that there is no guarantee.

# %% [markdown]
# ## What you take with you
#
# - y = x + F(x) has the Jacobian I + F′. A silent branch leaves exactly the identity.
# - Gradients may vanish in branches. A skip that is the identity passes its part on whole; a projection, or a ReLU after the sum, may not.
# - Large branches make gradients explode.
# - Initialisation and batch normalisation largely deal with vanishing; skips let deeper networks learn.

# %% [markdown]
# **Read more.** He, Zhang, Ren, Sun, “Deep residual learning for image recognition”, CVPR 2016, and “Identity mappings in deep residual networks”, ECCV 2016. Veit, Wilber, Belongie, “Residual networks behave like ensembles of relatively shallow networks”, NIPS 2016.

# %%
lesson.progress()
