# %% [markdown] teaser="looks at the functions in between: ReLU and its relatives, and their derivatives." writes="ReLU, leaky ReLU and ELU with their slopes"
# # 6 · Activations
#
# Between two linear layers stands an activation: a small nonlinear function, applied to each number on its own. It decides what a network can express and how well gradients get through it. After this notebook you can write three of them with their slopes, and you know for which α a formula that you will often read is wrong.

# %% [markdown]
# **You will**
#
# - define ReLU, leaky ReLU and ELU, and write each with its slope;
# - settle which slope to use at a kink, where no derivative exists;
# - build a curve from three ReLUs;
# - find an input for which max(αx, x) is not leaky ReLU;
# - keep eˣ from overflowing where its value is not even used.

# %% [markdown]
# Every `...` is yours to replace. Stuck? Each exercise has hints: `lesson.relu.hint()`.

# %%
import numpy as np
import torch
import torch.nn.functional as F

from helpers.lessons import activations as lesson

# %% [markdown]
# ## See it move
#
# Above, the value; below, the slope, which is what the backward pass multiplies by. Choose an activation and slide the input x across 0: the thin line has the slope at x. Then move α, which shapes leaky ReLU and ELU left of 0. Keep “overlay” for later.

# %%
lesson.explore()

# %% [markdown]
# ## Why a nonlinear function at all
#
# Two linear layers in a row can do no more than one: the product of their matrices is again a matrix. Put a nonlinear function between them, and this single matrix no longer gives the same. Only then can a second layer add something.

# %%
torch.manual_seed(0)
first, second, x = torch.randn(4, 3), torch.randn(2, 4), torch.randn(3)

print("two layers          ", (second @ (first @ x)).numpy().round(3))
print("one matrix          ", ((second @ first) @ x).numpy().round(3))
print("with ReLU in between", (second @ F.relu(first @ x)).numpy().round(3))

# %% [markdown]
# ## ReLU
#
# **Problem 1.6.** Define ReLU, leaky ReLU and ELU. You take them one by one, each with its slope. In all of them `x` is one number or an array of any shape, and the result has the same shape. They must be right at 0 and at ±1000, without a warning from NumPy.

# %% [markdown]
# ReLU, the rectified linear unit, lets a positive number through as it is and turns any other into 0. Hardly any nonlinear function is cheaper.


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
# Its slope says how much the value changes when x does. Left of 0 nothing changes; right of 0 the value changes by as much as x. At exactly 0 the two sides disagree, but a backward pass has to return some number. Which one does PyTorch return?

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
# Three answers, and none of them is wrong: at a kink the slope is a **convention**. One point rarely matters in training, but it shows when you compare results. PyTorch's `relu`, `leaky_relu` and `elu` all take the slope from the **left**, and so do we.
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
# ## What ReLUs build
#
# Shift a few ReLUs, multiply each by a weight and add them up: that is a network with one input and one hidden layer. Move the weights v₁, v₂ and v₃: what does each do to the slope, and from where on? Then build the blue curve. Work out its weights before you try them.

# %%
lesson.explore_hinges()

# %% exercise="hinge_weights"
hinge_weights = ...  # (v1, v2, v3) of the curve to build

# %% tags=["solution"]
# The slopes of the pieces are 0, 2, −1, 1: at the kinks they change by 2, by −3, by 2.
hinge_weights = (2, -3, 2)

# %% check="hinge_weights"
lesson.hinge_weights.check(hinge_weights)

# %% [markdown]
# ## Leaky ReLU
#
# Where the slope is 0, no gradient passes: a unit whose input is negative on every example gets no gradient and stays as it is. Leaky ReLU keeps a line through the origin on the left, with a slope α > 0 of its own. PyTorch calls α `negative_slope`; it is usually small, but may be any positive number.


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
# Now its slope; at 0, again the slope from the left.


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
# You will often read that leaky ReLU is max(αx, x), for any α > 0. It is short, and for α = 0.01 it is right. Is it right for every α? Here is the formula as a program. Break it, with an α that is positive. The overlay of the first explorer helps.

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
# One counterexample shows that the formula does not hold for every α. For which α does it hold?

# %%
lesson.max_holds.ask()

# %% exercise="max_holds"
max_holds = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
max_holds = "b"

# %% check="max_holds"
lesson.max_holds.check(max_holds)

# %% [markdown]
# So max(αx, x) is a fine way to write leaky ReLU as long as α is at most 1. If α is learned, as in PyTorch's `PReLU`, nothing keeps it there. The definition asks for the sign of x alone, so it is right for every α.

# %% [markdown]
# ## ELU
#
# To the left, leaky ReLU falls without limit. ELU, the exponential linear unit, bends and levels off: left of 0 it is α·eˣ, shifted down so that it meets the origin; right of 0 it is x. Before you write it, a prediction about NumPy:

# %%
lesson.where_computes.ask()

# %% exercise="where_computes"
where_computes = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
where_computes = "b"

# %% check="where_computes"
lesson.where_computes.check(where_computes)

# %% [markdown]
# In PyTorch there is a second trap. The backward pass of `torch.where` sends a gradient of 0 into the branch that was not chosen. If eˣ has overflowed there, its slope is ∞, and 0 · ∞ is NaN. In float32, e¹⁰⁰ is already too large:

# %%
x = torch.tensor([-1.0, 1.0, 100.0], requires_grad=True)
y = torch.where(x > 0, x, torch.exp(x))
y.sum().backward()
for at, value, slope in zip(x.tolist(), y.tolist(), x.grad.tolist(), strict=True):
    print(f"x = {at:3.0f}   value {value:7.3f}   slope {slope:.3f}")

# %% [markdown]
# After the next step, every weight that such a NaN reaches is NaN too. So give the exponential only numbers that it can handle. Write ELU.


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
# Now the slope. Look at the picture you have just drawn: for which α do the two sides meet at 0 without a kink?

# %%
lesson.smooth_alpha.ask()

# %% exercise="smooth_alpha"
smooth_alpha = ...  # one of "a", "b", "c"

# %% tags=["solution"]
smooth_alpha = "b"

# %% check="smooth_alpha"
lesson.smooth_alpha.check(smooth_alpha)

# %% [markdown]
# For every other α, the slope at 0 is once more the one from the left. Write ELU's slope.


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
# **A gradient on the left.** On a negative input ReLU passes on nothing of the gradient, leaky ReLU passes on α times the gradient and ELU αeˣ times: little far from 0, but not nothing. In notebook 8 you will watch a ReLU unit die.

# %% [markdown]
# **A mean that is passed on.** ReLU is never negative, so the next layer gets inputs with a positive mean. Negative values pull it back towards 0:

# %%
torch.manual_seed(0)
x = torch.randn(1_000_000)  # mean 0, standard deviation 1
for name, y in (("ReLU", F.relu(x)), ("leaky ReLU (0.1)", F.leaky_relu(x, 0.1)), ("ELU", F.elu(x))):
    print(f"{name:16} mean {y.mean():.2f}")

# %% [markdown]
# What does such a mean cost? Take a linear unit with 64 such inputs. Raise all its weights together, and its output rises on every example. In this one direction the loss curves so strongly that only short steps are safe, and every other direction has to wait. Each run below takes a step that suits its most strongly curved direction:


# %%
def losses(h, wanted, steps=40):
    curvature = h.T @ h / len(h)  # the matrix of the loss's second derivatives
    step, weight, history = 1 / torch.linalg.eigvalsh(curvature)[-1], torch.zeros(64), []
    for _ in range(steps):
        error = h @ (weight - wanted)
        history.append((error**2).mean().item() / 2)
        weight = weight - step * h.T @ error / len(h)
    return history


torch.manual_seed(0)
z, wanted = torch.randn(4000, 64), torch.randn(64) / 8
relu_z = F.relu(z)
lesson.learning(
    {
        "inputs from ReLU": losses(relu_z, wanted),
        "from ELU": losses(F.elu(z), wanted),
        "from ReLU, mean subtracted": losses(relu_z - relu_z.mean(0), wanted),
    }
)

# %% [markdown]
# With ReLU's outputs, a quarter of the loss is left after 20 steps. With their mean subtracted, 5 steps leave a few millionths: it was the mean that made learning slow. ELU's smaller mean costs less.

# %% [markdown]
# **Cost and smoothness.** ReLU and leaky ReLU need a comparison and at most a product. ELU needs an exponential left of 0; in return its slope changes gradually there, and for α = 1 it has no jump at 0 either. Transformers often use GELU or SiLU: smooth everywhere, close to ReLU far from 0, with a shallow dip left of 0.

# %% [markdown]
# ## What you take with you
#
# | activation | left of 0 | right of 0 | slope on the left | slope at 0 in PyTorch |
# |---|---|---|---|---|
# | ReLU | 0 | x | 0 | 0 |
# | leaky ReLU | αx | x | α | α |
# | ELU | α(eˣ − 1) | x | αeˣ | α |

# %% [markdown]
# - In a sum of ReLUs, each weight is a change of slope.
# - max(αx, x) is leaky ReLU only for α ≤ 1.
# - ELU's slope is continuous at 0 only for α = 1.
# - `np.where` computes both branches: cut x before eˣ sees it.
# - Inputs with a mean far from 0 slow the next layer down.

# %%
lesson.progress()
