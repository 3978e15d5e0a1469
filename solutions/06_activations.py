# %% [markdown] teaser="looks at the functions in between: ReLU and its relatives, and their derivatives." writes="ReLU, leaky ReLU and ELU with their slopes"
# # 6 · Activations
#
# Between two linear layers stands a small bent function that is applied to every number by itself. It decides what a network can express, and whether its gradient survives. After this notebook you can write three of them with their slopes, and you know where a formula that you will often read is wrong.

# %% [markdown]
# **You will**
#
# - define ReLU, leaky ReLU and ELU, and write each with its slope;
# - settle what the slope is at a kink, where there is none;
# - find numbers for which max(αx, x) is not leaky ReLU;
# - keep eˣ from overflowing where nobody asked for it.

# %% [markdown]
# Every `...` is yours to replace. Stuck? Each exercise has hints: `lesson.relu.hint()`.

# %%
import sys

sys.path.insert(0, "..")  # the course's helpers stand one folder up

import numpy as np
import torch
import torch.nn.functional as F

from helpers.lessons import activations as lesson

# %% [markdown]
# ## See it move
#
# Above, the value; below, the slope, which is what the backward pass multiplies by. Choose an activation and slide the input x across 0: the thin line is the tangent. Then move α, which shapes leaky ReLU and ELU left of 0. Keep “overlay” for later.

# %%
lesson.explore()

# %% [markdown]
# ## Why a bend at all
#
# Two linear layers in a row are no more than one: their matrices multiply to a single matrix. Anything bent between them breaks that up, and only then does a second layer add something.

# %%
torch.manual_seed(0)
first, second, x = torch.randn(4, 3), torch.randn(2, 4), torch.randn(3)

print("two layers          ", (second @ (first @ x)).numpy().round(3))
print("one matrix          ", ((second @ first) @ x).numpy().round(3))
print("with ReLU in between", (second @ F.relu(first @ x)).numpy().round(3))

# %% [markdown]
# ## ReLU
#
# **Problem 1.6.** Define ReLU, leaky ReLU and ELU. You take them one by one, each with its slope. In all of them `x` is one number or an array of any shape, and the result has the same shape. They must hold at 0 and at ±1000, without a warning from NumPy.

# %% [markdown]
# ReLU, the rectified linear unit, lets a positive number through as it is and makes 0 of any other. No bend could be cheaper.


# %% exercise="relu"
def relu(x):
    """The value of ReLU at every entry of x."""
    ...


# %% tags=["solution"]
def relu(x):
    """The value of ReLU at every entry of x."""
    return np.maximum(x, 0.0)


# %% check="relu"
lesson.relu.check(relu)

# %%
lesson.relu.show(relu)

# %% [markdown]
# Its slope says how much the value changes when x does. Left of 0 nothing changes, right of 0 the value goes along with x. At exactly 0 the two sides disagree, but a backward pass has to return some number. Which does PyTorch return?

# %%
lesson.slope_at_zero.ask()

# %% exercise="slope_at_zero"
slope_at_zero = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
slope_at_zero = "a"

# %% check="slope_at_zero"
lesson.slope_at_zero.check(slope_at_zero)

# %% [markdown]
# Now ask PyTorch. The same function, written in three ways:


# %%
def autograd_slope(function, at=0.0):
    x = torch.tensor(at, requires_grad=True)
    function(x).backward()
    return x.grad.item()


print("relu(x)        ", autograd_slope(F.relu))
print("maximum(x, 0)  ", autograd_slope(lambda x: torch.maximum(x, torch.tensor(0.0))))
print("clamp(x, min=0)", autograd_slope(lambda x: x.clamp(min=0)))

# %% [markdown]
# Three answers, and none of them is wrong: at a kink the slope is a **convention**. One point rarely matters in training, but it does when you compare results. PyTorch's three activations all take the slope from the **left**, and so do we.
#
# Write ReLU's slope.


# %% exercise="relu_grad"
def relu_grad(x):
    """The slope of ReLU at every entry of x."""
    ...


# %% tags=["solution"]
def relu_grad(x):
    """The slope of ReLU at every entry of x."""
    return np.where(np.greater(x, 0), 1.0, 0.0)  # 0 itself belongs to the left


# %% check="relu_grad"
lesson.relu_grad.check(relu_grad)

# %%
lesson.relu_grad.show(relu_grad)

# %% [markdown]
# ## Leaky ReLU
#
# Where the slope is 0, no gradient passes: a unit that stands left of 0 for every example cannot learn its way back. Leaky ReLU keeps a line through the origin on the left, with a slope α > 0 of its own. PyTorch calls α `negative_slope`; it is usually small, but may be any positive number.


# %% exercise="leaky_relu"
def leaky_relu(x, negative_slope=0.01):
    """The value of leaky ReLU at every entry of x."""
    ...


# %% tags=["solution"]
def leaky_relu(x, negative_slope=0.01):
    """The value of leaky ReLU at every entry of x."""
    x = np.asarray(x)
    return np.where(x > 0, x, negative_slope * x)


# %% check="leaky_relu"
lesson.leaky_relu.check(leaky_relu)

# %%
lesson.leaky_relu.show(leaky_relu)

# %% [markdown]
# And its slope. At 0: from the left.


# %% exercise="leaky_relu_grad"
def leaky_relu_grad(x, negative_slope=0.01):
    """The slope of leaky ReLU at every entry of x."""
    ...


# %% tags=["solution"]
def leaky_relu_grad(x, negative_slope=0.01):
    """The slope of leaky ReLU at every entry of x."""
    return np.where(np.greater(x, 0), 1.0, negative_slope)


# %% check="leaky_relu_grad"
lesson.leaky_relu_grad.check(leaky_relu_grad)

# %%
lesson.leaky_relu_grad.show(leaky_relu_grad)

# %% [markdown]
# ## A formula to distrust
#
# You will often read that leaky ReLU is max(αx, x), for any α > 0. It is short, and for α = 0.01 it is right. It is not right for every α. Find an input with α > 0 for which the two differ. The explorer's overlay helps.

# %%
lesson.counterexample.show()

# %% exercise="counterexample"
counterexample = ...  # (x, negative_slope)

# %% tags=["solution"]
# Past α = 1 any x but 0 will do: leaky ReLU gives 2 · (−1) = −2, the formula max(−2, −1) = −1.
counterexample = (-1.0, 2.0)

# %% check="counterexample"
lesson.counterexample.check(counterexample)

# %%
lesson.counterexample.show(counterexample)

# %% [markdown]
# One counterexample shows that the formula does not hold for every α. For which does it hold?

# %%
lesson.max_holds.ask()

# %% exercise="max_holds"
max_holds = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
max_holds = "b"

# %% check="max_holds"
lesson.max_holds.check(max_holds)

# %% [markdown]
# So max(αx, x) is a fine way to write leaky ReLU as long as α stays where the formula holds. If α is learned, as in PyTorch's `PReLU`, nobody promises that. The branches of the definition ask about the sign of x and hold for every α.

# %% [markdown]
# ## ELU
#
# Leaky ReLU falls for ever on the left. ELU, the exponential linear unit, bends and levels off: left of 0 it is α·eˣ, shifted down so that it meets the origin; right of 0 it is x. Before you write it, a prediction.

# %%
lesson.where_computes.ask()

# %% exercise="where_computes"
where_computes = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
where_computes = "b"

# %% check="where_computes"
lesson.where_computes.check(where_computes)

# %% [markdown]
# In PyTorch there is a second trap. The backward pass of `torch.where` multiplies the slope of the branch that was not chosen by 0, and 0 · ∞ is not 0. In float32, e¹⁰⁰ is already too large:

# %%
x = torch.tensor([-1.0, 1.0, 100.0], requires_grad=True)
y = torch.where(x > 0, x, torch.exp(x))
y.sum().backward()
for at, value, slope in zip(x.tolist(), y.tolist(), x.grad.tolist(), strict=True):
    print(f"x = {at:3.0f}   value {value:7.3f}   slope {slope:.3f}")

# %% [markdown]
# One such NaN, and after the next step every weight it reaches is NaN too. So give the exponential only numbers that it can bear. Write ELU.


# %% exercise="elu"
def elu(x, alpha=1.0):
    """The value of ELU at every entry of x."""
    ...


# %% tags=["solution"]
def elu(x, alpha=1.0):
    """The value of ELU at every entry of x."""
    below = np.minimum(x, 0)  # 0 in place of every positive x, so that nothing overflows
    return np.where(np.greater(x, 0), x, alpha * np.expm1(below))


# %% check="elu"
lesson.elu.check(elu)

# %%
lesson.elu.show(elu)

# %% [markdown]
# Now the slope. Look at the picture you have just drawn: do both sides meet smoothly at 0?

# %%
lesson.smooth_alpha.ask()

# %% exercise="smooth_alpha"
smooth_alpha = ...  # one of "a", "b", "c"

# %% tags=["solution"]
smooth_alpha = "b"

# %% check="smooth_alpha"
lesson.smooth_alpha.check(smooth_alpha)


# %% exercise="elu_grad"
def elu_grad(x, alpha=1.0):
    """The slope of ELU at every entry of x."""
    ...


# %% tags=["solution"]
def elu_grad(x, alpha=1.0):
    """The slope of ELU at every entry of x."""
    return np.where(np.greater(x, 0), 1.0, alpha * np.exp(np.minimum(x, 0)))


# %% check="elu_grad"
lesson.elu_grad.check(elu_grad)

# %%
lesson.elu_grad.show(elu_grad)

# %% [markdown]
# ## Which one, and why
#
# **A unit that is stuck.** Here one unit should learn its bias: the target is ReLU with bias 1. It starts at −3, where all that it sees lies left of 0. Which of the three finds its way out?

# %%
inputs = torch.linspace(-1, 1, 21)
target = F.relu(inputs + 1)
start = inputs - 3
print(f"the activation starts with numbers from {start.min():.0f} to {start.max():.0f}")


# %%
def losses(activation, steps=200):
    bias, history = torch.tensor(-3.0, requires_grad=True), []
    for _ in range(steps):
        loss = ((activation(inputs + bias) - target) ** 2).mean()
        history.append(loss.item())
        (gradient,) = torch.autograd.grad(loss, bias)
        bias = (bias - 0.2 * gradient).detach().requires_grad_()
    return history


# %%
lesson.recovery(
    {
        "ReLU": losses(F.relu),
        "leaky ReLU (α = 0.1)": losses(lambda x: F.leaky_relu(x, 0.1)),
        "ELU": losses(F.elu),
    }
)

# %% [markdown]
# ReLU's loss never moves: the slope is 0 for every input, so there is no gradient and no step. Leaky ReLU creeps out at an even pace; ELU starts with slopes near e⁻³ ≈ 0.05, which grow on the way. Notebook 8 looks closely at such dead units.

# %% [markdown]
# **A mean that is passed on.** ReLU is never negative, so the next layer gets inputs with a positive mean. Negative values pull it back towards 0:

# %%
torch.manual_seed(0)
x = torch.randn(1_000_000)  # mean 0, standard deviation 1
for name, y in (("ReLU", F.relu(x)), ("leaky ReLU (0.1)", F.leaky_relu(x, 0.1)), ("ELU", F.elu(x))):
    print(f"{name:16} mean {y.mean():.2f}")

# %% [markdown]
# **Cost and smoothness.** ReLU and leaky ReLU need a comparison and at most a product. ELU needs an exponential left of 0; in return its slope changes gradually, and without a jump if α = 1. Transformers mostly use GELU or SiLU: smooth too, close to ReLU far from 0, with a shallow dip to its left.

# %% [markdown]
# ## What you take with you
#
# | | left of 0 | right of 0 | slope on the left | slope at 0 in PyTorch |
# |---|---|---|---|---|
# | ReLU | 0 | x | 0 | 0 |
# | leaky ReLU | αx | x | α | α |
# | ELU | α(eˣ − 1) | x | αeˣ | α |

# %% [markdown]
# - max(αx, x) is leaky ReLU only for α ≤ 1.
# - ELU's slope is continuous at 0 only for α = 1.
# - `np.where` computes both branches: cut x before eˣ sees it.

# %%
lesson.progress()
