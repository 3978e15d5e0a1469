# %% [markdown] teaser="looks at ReLU from behind: what its backward pass lets through, and how a unit can die." writes="a gradient through ReLU and a small network; a gradient measured; dead units"
# # 8 · ReLU, forward and backward
#
# ReLU is a row of gates: on the way forward each opens or shuts, on the way back the gradient finds it as it was left. Afterwards you can send a gradient back through ReLU and a small network. You know what such gates did for deep networks, and how one can shut for good.

# %% [markdown]
# **You will**
#
# - pass a matrix forward and its gradient backward, by hand and in code;
# - find numbers on which a wrong program is right;
# - measure a gradient without the chain rule;
# - see what twenty sigmoids leave of a gradient, and what batch normalisation gives back;
# - kill a unit, prove it dead, and revive it.

# %%
import numpy as np
import torch
import torch.nn.functional as F

from helpers.lessons import relu_backward as lesson

# %% [markdown]
# ## See it move
#
# First x goes forward to y, and the mask notes where x > 0. Then a gradient comes back, and ⊙ multiplies it by the mask, entry by entry. Step through the entries, or click one of dL/dx. Change numbers in x and in dL/dy: which of the two moves a gate?

# %%
lesson.explore()

# %% [markdown]
# ## Forward
#
# **Problem 3.1.** This matrix arrives at a ReLU, which works on each entry by itself: max(x, 0).

# %%
x = np.array(
    [
        [1.5, 2.2, 1.3, 6.7],
        [4.3, -0.3, -0.2, 4.9],
        [-4.5, 1.4, 5.5, 1.8],
        [0.1, -0.5, -0.1, 2.2],
    ]
)
lesson.matrices(x=x)

# %% [markdown]
# What comes out? Write the numbers down by hand, as four rows of four.

# %% exercise="forward_by_hand"
forward_by_hand = ...

# %% tags=["solution"]
top = [[1.5, 2.2, 1.3, 6.7], [4.3, 0, 0, 4.9]]
bottom = [[0, 1.4, 5.5, 1.8], [0.1, 0, 0, 2.2]]
forward_by_hand = top + bottom

# %% check="forward_by_hand"
lesson.forward_by_hand.check(forward_by_hand)

# %%
lesson.forward_by_hand.show(forward_by_hand)

# %% [markdown]
# Now as a function, for arrays of any shape.


# %% exercise="relu_forward"
def relu_forward(x):
    """ReLU of every entry of x."""
    ...


# %% tags=["solution"]
def relu_forward(x):
    """ReLU of every entry of x."""
    return np.maximum(x, 0.0)


# %% check="relu_forward"
lesson.relu_forward.check(relu_forward)

# %%
lesson.relu_forward.show(relu_forward)

# %% [markdown]
# ## The derivative
#
# **Problem 3.2.** What is the derivative of ReLU? Left of 0 and right of 0 you can read it off the graph. At exactly 0 the graph has a kink and there is **no** derivative; PyTorch takes 0 there, and so do we.


# %% exercise="relu_derivative"
def relu_derivative(x):
    """The slope of ReLU at every entry of x, with 0 at 0."""
    ...


# %% tags=["solution"]
def relu_derivative(x):
    """The slope of ReLU at every entry of x, with 0 at 0."""
    return np.where(np.asarray(x) > 0, 1.0, 0.0)


# %% check="relu_derivative"
lesson.relu_derivative.check(relu_derivative)

# %%
lesson.relu_derivative.show(relu_derivative)

# %%
lesson.slope_by_sign.show()

# %% exercise="slope_by_sign"
slope_by_sign = ...  # (x,)

# %% tags=["solution"]
slope_by_sign = (np.array([0.0]),)

# %% check="slope_by_sign"
lesson.slope_by_sign.check(slope_by_sign)

# %% [markdown]
# ## Backward
#
# After the ReLU, the network goes on to a loss L. The backward pass brings dL/dy: how much L changes when an output y changes. We want dL/dx. Each y depends only on its own x, so the chain rule is one product per entry: dL/dx = dL/dy · dy/dx. First a prediction.

# %%
lesson.gate.ask()

# %% exercise="gate"
gate = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
gate = "b"

# %% check="gate"
lesson.gate.check(gate)

# %% [markdown]
# **Problem 3.3.** This gradient comes back to the ReLU that x went through:

# %%
grad_output = np.array(
    [
        [4.5, 1.2, 2.3, 1.3],
        [-1.3, -6.3, 4.1, -2.9],
        [-0.5, 1.2, 3.5, 1.2],
        [-6.1, 0.5, -4.1, -3.2],
    ]
)
lesson.matrices(x=x, dL_dy=grad_output)

# %% [markdown]
# What is dL/dx? By hand again.

# %% exercise="backward_by_hand"
backward_by_hand = ...

# %% tags=["solution"]
top = [[4.5, 1.2, 2.3, 1.3], [-1.3, 0, 0, -2.9]]
bottom = [[0, 1.2, 3.5, 1.2], [-6.1, 0, 0, -3.2]]
backward_by_hand = top + bottom

# %% check="backward_by_hand"
lesson.backward_by_hand.check(backward_by_hand)

# %%
lesson.backward_by_hand.show(backward_by_hand)

# %% [markdown]
# Once both your answers are right, run the next cell again: it then has the same numbers to play with. Turn −0.3 into 0.3 and see its −6.3 come through. Then take the mask from dL/dy, a common slip, and count the wrong entries.

# %%
lesson.explore(x, grad_output)

# %% [markdown]
# Now the function. `x` is what went **into** the ReLU on the way forward, `grad_output` is dL/dy. The check also puts zeros into x.


# %% exercise="relu_backward"
def relu_backward(grad_output, x):
    """dL/dx from grad_output = dL/dy and the forward input x."""
    ...


# %% tags=["solution"]
def relu_backward(grad_output, x):
    """dL/dx from grad_output = dL/dy and the forward input x."""
    open_gates = np.asarray(x) > 0
    return np.where(open_gates, grad_output, 0.0)


# %% check="relu_backward"
lesson.relu_backward.check(relu_backward)

# %%
lesson.relu_backward.show(relu_backward)

# %% [markdown]
# Someone wrote the next program and tried it on a few numbers, and there it was right. Which numbers might those have been?

# %%
lesson.lucky_mask.show()

# %% exercise="lucky_mask"
lucky_mask = ...  # (grad_output, x)

# %% tags=["solution"]
# 2 meets an open gate, −3 a shut one: masks of x and of the gradient are both (1, 0).
lucky_mask = (np.array([2.0, -3.0]), np.array([1.0, -1.0]))

# %% check="lucky_mask"
lesson.lucky_mask.check(lucky_mask)

# %% [markdown]
# One method for drawing what a network looks at, “guided backpropagation”, blocks negative gradients on purpose, on top of the mask from x. What it shows is no longer the gradient of L.

# %% [markdown]
# ## Measure a gradient
#
# How would you know that a backward pass is right, if no check told you? A gradient is a promise about small changes, so make one. Nudge one entry of x up by `eps`, then down by `eps` instead, and see how far the loss goes from one to the other, per unit of x: a **central difference**.

# %% [markdown]
# `loss` is a function: it takes an array of x's shape and gives one number. The result has x's shape, whatever that is, and x itself stays as it is.


# %% exercise="numerical_gradient"
def numerical_gradient(loss, x, eps=1e-4):
    """The central difference of loss for every entry of x, an array of floats."""
    ...


# %% tags=["solution"]
def numerical_gradient(loss, x, eps=1e-4):
    """The central difference of loss for every entry of x, an array of floats."""
    gradient = np.zeros(x.shape)
    for entry in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[entry] += eps
        below[entry] -= eps
        gradient[entry] = (loss(above) - loss(below)) / (2 * eps)
    return gradient


# %% check="numerical_gradient"
lesson.numerical_gradient.check(numerical_gradient)

# %% [markdown]
# Now test your `relu_backward` with it, on Problem 3.3. The loss is Σ dL/dy · ReLU(x): its gradient with respect to y is the dL/dy that arrives.

# %%
lesson.measured_relu(numerical_gradient, relu_backward, x, grad_output)

# %% [markdown]
# The largest gradient in size that arrives, −6.3, meets a shut gate: nudge that x, and L stays where it is. Only at a kink do the two disagree. At x = 0 the nudge up counts and the nudge down does not, so you measure half of dL/dy, where the convention says 0.

# %% [markdown]
# ## Linear, ReLU, Linear
#
# A ReLU seldom stands alone. In the smallest network with a hidden layer, z = X W1, h = ReLU(z) and y = h W2. X has shape (N, D), one example per row, and there are no biases. To learn, you need dL/dW1 and dL/dW2. First one linear layer by itself:

# %%
lesson.weight_gradient.ask()

# %% exercise="weight_gradient"
weight_gradient = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
weight_gradient = "b"

# %% check="weight_gradient"
lesson.weight_gradient.check(weight_gradient)

# %% [markdown]
# The gradient goes on to A as well: dL/dA = G Wᵀ, of A's shape. Now the whole network. `grad_output` is dL/dy, shape (N, K); X is (N, D), W1 (D, H), W2 (H, K). Return dL/dX, dL/dW1 and dL/dW2, in this order.


# %% exercise="network_backward"
def network_backward(grad_output, X, W1, W2):
    """(dX, dW1, dW2) of the network y = ReLU(X W1) W2, from grad_output = dL/dy."""
    ...


# %% tags=["solution"]
def network_backward(grad_output, X, W1, W2):
    """(dX, dW1, dW2) of the network y = ReLU(X W1) W2, from grad_output = dL/dy."""
    z = X @ W1
    dh = grad_output @ W2.T
    dz = np.where(z > 0, dh, 0.0)  # the gate, set by z
    return dz @ W1.T, X.T @ dz, np.maximum(z, 0.0).T @ grad_output


# %% check="network_backward"
lesson.network_backward.check(network_backward)

# %% [markdown]
# Your own test says the same. Here is dL/dW1 of a network with four hidden units, one per column, measured and computed. Which unit is shut on all four examples?

# %%
lesson.measured_network(numerical_gradient, network_backward)

# %% [markdown]
# The first unit: its column is 0, so no example tells its weights which way to go. You will meet such a unit again below.

# %% [markdown]
# ## Why not the sigmoid?
#
# Before ReLU, the usual activations were the sigmoid, σ(x) = 1/(1 + e⁻ˣ), and tanh. Far from 0 on either side the sigmoid is nearly flat: it saturates. And where it is steepest?

# %%
lesson.sigmoid_slope.ask()

# %% exercise="sigmoid_slope"
sigmoid_slope = ...  # one of "a", "b", "c"

# %% tags=["solution"]
sigmoid_slope = "c"

# %% check="sigmoid_slope"
lesson.sigmoid_slope.check(sigmoid_slope)

# %%
lesson.saturation()

# %% [markdown]
# At x = 5 the sigmoid's slope is below 0.01, and tanh's below 0.001. ReLU's is 1, as far to the right as you like. Left of 0 ReLU's is exactly 0: the price of the other half.

# %% [markdown]
# Follow one path back through `depth` layers. Each activation on it multiplies the gradient by its slope. **At best**, with every activation standing where it is steepest, what factor do the slopes leave? Leave the weights out. `activation` is `"sigmoid"`, `"tanh"` or `"relu"`.


# %% exercise="surviving_gradient"
def surviving_gradient(depth, activation):
    """The largest factor that the slopes of `depth` activations can leave of a gradient."""
    ...


# %% tags=["solution"]
def surviving_gradient(depth, activation):
    """The largest factor that the slopes of `depth` activations can leave of a gradient."""
    steepest = {"sigmoid": 0.25, "tanh": 1.0, "relu": 1.0}
    return steepest[activation] ** depth


# %% check="surviving_gradient"
lesson.surviving_gradient.check(surviving_gradient)

# %%
lesson.surviving_gradient.show(surviving_gradient)

# %% [markdown]
# In this count tanh is as good as ReLU. The difference: tanh has slope 1 at the single point 0 and loses on either side, ReLU has it on the whole half-line x > 0.

# %% [markdown]
# Now whole networks of twenty layers, weights included, at their start. By what factor does the gradient's size change from the last layer back to the input, and what does batch normalisation do to that factor?

# %% [markdown]
# The `gain` of √2 for ReLU is He initialisation. ReLU keeps half the mean square of pre-activations that are spread evenly around 0; weights of variance 2/64 in place of 1/64 make up for it.


# %%
def through_network(h, activation, gain, normalise, depth=20, width=64):
    for _ in range(depth):
        z = h @ torch.randn(width, width) * gain / width**0.5
        h = activation((z - z.mean(0)) / z.std(0) if normalise else z)
    return h


# %%
def factor_back(*network):
    torch.manual_seed(0)
    x = torch.randn(256, 64, requires_grad=True)
    h = through_network(x, *network)
    arriving = torch.randn_like(h)
    (gradient,) = torch.autograd.grad(h, x, arriving)
    return (gradient.norm() / arriving.norm()).item()


# %%
for name, activation, gain in (("sigmoid", torch.sigmoid, 1.0), ("ReLU", F.relu, 2**0.5)):
    plain, normalised = (factor_back(activation, gain, on) for on in (False, True))
    print(f"{name:8} plain {plain:7.2g}   with batch normalisation {normalised:7.2g}")

# %% [markdown]
# Batch normalisation rescues the sigmoid, in two ways. It keeps the pre-activations around 0, where the slope is about 0.2 on average. And it divides by their small deviation, about 0.2 too, which multiplies the gradient on its way back by 5.

# %% [markdown]
# With ReLU the gradient even grows. ReLU passes on a positive mean, so a part of each pre-activation is the same on all examples. Batch normalisation subtracts that part and divides by the deviation of the rest, about 0.8 in every layer but the first. So on the way back each such layer multiplies the gradient by about 1.2.

# %% [markdown]
# Two more advantages. A shut gate gives an exact 0, so ReLU's outputs are sparse, which you can count. And a comparison is cheaper than an exponential. How much does the second one matter?

# %%
torch.manual_seed(0)
z = torch.randn(100_000)
for name, activation in (("sigmoid", torch.sigmoid), ("ReLU", F.relu)):
    print(f"{name:8} {(activation(z) == 0).float().mean():.0%} of the outputs are exactly 0")

# %%
lesson.costs()

# %% [markdown]
# The bars are measured on your machine. A layer 512 wide needs such a matrix product anyway, and that takes far longer than either activation: what ReLU saves is real but small.

# %% [markdown] exercise="advantages_over_sigmoid"
# **Problem 3.4.** In your own words: what are ReLU's advantages over the sigmoid? Which of them becomes smaller when the network uses batch normalisation, and why?

# %% [markdown] tags=["solution"]
# **A model answer.** For x > 0 ReLU does not saturate: its slope is 1 however large x is, so along active units the activations take nothing away from the gradient. The sigmoid's slope is at most ¼ and close to 0 on both far sides, so its factors multiply to almost nothing in a deep network.
#
# With batch normalisation this advantage is smaller: it keeps the inputs in the sigmoid's good range around 0, and its division by a small deviation makes up for much of the ¼. ReLU also costs only a comparison, where the sigmoid needs an exponential (little, beside a layer's matrix product), and its zeros make the activations sparse.
#
# *A good answer names:* no saturation for x > 0, the sigmoid's slope of at most ¼ as a factor at every layer, what batch normalisation changes, and that ReLU is cheap and sparse.

# %% [markdown]
# ## A unit that dies
#
# ReLU's outputs are never negative: whatever lies below 0 becomes 0, with slope 0. What if that happens to a unit on **every** example?

# %%
lesson.dead_learns.ask()

# %% exercise="dead_learns"
dead_learns = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
dead_learns = "c"

# %% check="dead_learns"
lesson.dead_learns.check(dead_learns)

# %% [markdown]
# Such a unit is **dead** on the data. Write the test for one unit: `weight` has shape (D,), `bias` is a number, `X` has shape (N, D), one example per row. The unit computes ReLU(X @ weight + bias). Return True if it gives 0 for every row, else False.


# %% exercise="is_dead"
def is_dead(weight, bias, X):
    """Whether the ReLU unit gives 0 on every row of X."""
    ...


# %% tags=["solution"]
def is_dead(weight, bias, X):
    """Whether the ReLU unit gives 0 on every row of X."""
    preactivations = X @ weight + bias
    return bool(np.all(preactivations <= 0))


# %% check="is_dead"
lesson.is_dead.check(is_dead)

# %%
lesson.is_dead.show(is_dead)

# %% [markdown]
# Must you really ask every row? Here is a shortcut.

# %%
lesson.mean_example.show()

# %% exercise="mean_example"
mean_example = ...  # (weight, bias, X)

# %% tags=["solution"]
# On the mean, −1, the unit is shut. On the first example it is active.
mean_example = ([1.0], 0.0, [[1.0], [-3.0]])

# %% check="mean_example"
lesson.mean_example.check(mean_example)

# %% [markdown]
# How does a unit get there? Often by one step that is too large. This unit is to learn a target that a ReLU can reach exactly:

# %%
torch.manual_seed(1)
points = torch.randn(40, 2)
target = F.relu(points @ torch.tensor([1.0, 0.5]) + 0.5)

# %% [markdown]
# All steps of its descent have size 0.1, but for one, `accident`, of size 3.


# %%
def life(activation, steps=120, accident=5):
    theta, history = torch.tensor([1.5, 1.5, 2.0]), []  # two weights and a bias
    for step in range(steps):
        z = points @ theta.requires_grad_()[:2] + theta[2]
        loss = ((activation(z) - target) ** 2).mean()
        history.append((loss.item(), (z > 0).sum().item()))
        (gradient,) = torch.autograd.grad(loss, theta)
        theta = (theta - (3.0 if step == accident else 0.1) * gradient).detach()
    return history


# %%
lesson.lives(
    {
        "ReLU": life(F.relu),
        "leaky ReLU (0.1)": life(lambda z: F.leaky_relu(z, 0.1)),
        "ELU": life(F.elu),
    },
    accident=5,
)

# %% [markdown]
# All three are thrown to where no point is active. ReLU stays there: its gradient is 0, and so is every further step. The other two climb back. In a deep network a dead unit has one more chance: layers **before** it still learn and may change its inputs. It can do nothing for itself.

# %% [markdown]
# ## Reviving it
#
# Here is a dead unit and the pre-activations it has on six examples:

# %%
weight, bias, X = lesson.dead_unit()
print("pre-activations:", X @ weight + bias)

# %% [markdown]
# Which layers, put in place of its ReLU, give its **weights** a gradient that is not 0? Give all their names, in any order, as in `("relu6", "elu")`.

# %% [markdown]
# | name | what it does to a pre-activation z |
# |---|---|
# | `"relu6"` | min(ReLU(z), 6) |
# | `"leaky_relu"` | z above 0, 0.01 z below |
# | `"elu"` | z above 0, eᶻ − 1 below |
# | `"hardtanh"` | z, cut off at −1 and at 1 |
# | `"sigmoid"` | σ(z) |
# | `"batch_norm"` | batch normalisation over the six examples, then ReLU |

# %% exercise="revive"
revive = ...

# %% tags=["solution"]
# Flat between −5.1 and −2 are ReLU6 and hard tanh. Batch normalisation moves the mean to 0.
revive = ("leaky_relu", "elu", "sigmoid", "batch_norm")

# %% check="revive"
lesson.revive.check(revive)

# %%
lesson.revive.show(revive)

# %% [markdown]
# Look at the sizes too. Leaky ReLU's bar is the shortest of the four, for its slope here is 0.01. ELU's and the sigmoid's slopes are larger, up to 0.14 and 0.10, but fade to the left: at z = −20 both would be two billionths. Escaping death is not the same as learning well.

# %% [markdown]
# Try it on forty points. Slide the bias down until no point is active and the gradient norm is exactly 0. Then switch the leak on. At bias 0.5 the norm is 0 as well: is the unit dead there?

# %%
lesson.explore_dead_unit()

# %% [markdown]
# No: at 0.5 it gives exactly what is wanted, so there is nothing to learn, and 24 of the 40 points are active. A gradient of 0 does not prove a unit dead. To be dead is to have no active point.

# %% [markdown]
# One more consequence of never being negative: unless a unit is dead, the mean of its outputs is positive, and the next layer gets it as input. For pre-activations from N(0, 1) it is 0.40 after ReLU and 0.16 after ELU. Notebook 6 shows what such a mean costs in training.

# %% [markdown] exercise="dying_relu"
# **Problem 3.5.** In your own words: ReLU's outputs are never negative. What bad consequence can that have, and which layers were made to mend it?

# %% [markdown] tags=["solution"]
# **A model answer.** Units can die. If a unit's pre-activation is at or below 0 for every input, it outputs 0 everywhere, and its slope there is 0 too: neither its weights nor its bias get a gradient, so it stays as it is. One step that is too large can bring it there.
#
# Leaky ReLU and ELU mend this: they have a slope other than 0 below 0, α for the one and αeˣ for the other, so a gradient always gets through. They also take negative values. ReLU passes a positive mean on to the next layer; negative values pull it back towards 0.
#
# *A good answer names:* a unit that is 0 for every input, its zero gradient, that it stays there, leaky ReLU and ELU with their slopes below 0, and the positive mean.

# %% [markdown]
# ## What you take with you
#
# - Forward max(x, 0), backward dL/dy where x > 0, else 0: the mask comes from x.
# - At exactly 0 the slope is a convention; PyTorch takes 0.
# - Through a linear layer: dL/dW = Aᵀ G and dL/dA = G Wᵀ, each of the shape of what it belongs to.
# - Central differences test any backward pass, away from kinks.

# %% [markdown]
# - Slopes multiply: depth sigmoids leave at most ¼ to the power of depth, active ReLUs leave 1.
# - A unit that is shut on all data gets no gradient. A slope other than 0 on the left keeps the way back open.

# %%
lesson.progress()
