# %% [markdown] teaser="asks how large the weights around such an activation should be at the start." writes="the variance of a layer, derived and checked line by line; the weights' scale"
# # 7 · Xavier initialisation
#
# Before the first step of training, the weights are only noise. How large should that noise be? Too small, and a signal dies out within a few layers; too large, and nearly every tanh is stuck at ±1. You will derive the size at which a signal keeps its strength, and see what each step rests on.

# %% [markdown]
# **You will**
#
# - find the derivative of tanh, and how far the approximation tanh(x) ≈ x holds;
# - derive Var(z) = D · Var(W) · Var(a), each line checked by running;
# - take the assumptions away one by one, and see which line falls;
# - draw weights of that size, train with them, and adapt them to the backward pass (Glorot and Bengio, 2010) and to ReLU (He et al., 2015).

# %% [markdown]
# Every `...` is yours to replace. A check tells you at once whether you are right, and if not, which mistake it was. Hints: `lesson.tanh_grad.hint()`.

# %%
import numpy as np
import torch

from helpers.lessons import xavier_initialization as lesson
from helpers.lessons.xavier_initialization import Cov, E, Var, sigmoid

# %% [markdown]
# ## See it vanish
#
# A network of tanh layers, with inputs of variance 1 and random weights. Top left: how the activations are spread, layer by layer. Below: their variance, and the gradient's on its way back. Move the weights' standard deviation, `std`, up from 0.05. Where does the gradient neither vanish nor explode? Beyond that, why does the forward curve not explode too?

# %%
lesson.explore()

# %% [markdown]
# With 0.05 both lose about eighteen powers of ten in 30 layers; with 0.1 they lose about two. Above 0.12 or so the gradient explodes. The activations can't: tanh keeps them between −1 and 1.

# %% [markdown]
# The layers' widths alternate between `fan_in` and `fan_out`. With equal widths one setting serves both directions. Press “unequal widths”: now forward and backward each ask for a different one. Top right are three marks; by the end of this notebook you will know where they stand, and why. (“without tanh” leaves the bare matrix products.)

# %% [markdown]
# ## Why noise at all?
#
# Before the size, the simplest question: why draw weights at random? One good number for all of them would be less trouble. Predict what would come of it.

# %%
lesson.equal_weights.ask()

# %% exercise="equal_weights"
equal_weights = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
equal_weights = "c"

# %% check="equal_weights"
lesson.equal_weights.check(equal_weights)

# %% [markdown]
# See for yourself, with four neurons of two inputs each. Every row is a neuron's weights after 100 steps:

# %%
torch.manual_seed(0)
x = torch.randn(100, 2)
net = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
for name, p in net.named_parameters():
    torch.nn.init.constant_(p, 0.1 if "weight" in name else 0.0)
descent = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range(100):
    loss = (net(x)[:, 0] - x.prod(1) - x[:, 0]).square().mean()
    descent.zero_grad()
    loss.backward()
    descent.step()
print(net[0].weight.detach().numpy().round(3))

# %% [markdown]
# ## tanh, a sigmoid in disguise
#
# **Problem 2.1.** With the sigmoid $\sigma(x) = 1/(1 + e^{-x})$, $\tanh(x) = 2\sigma(2x) - 1$. What is tanh's derivative, and how does tanh behave near 0? Write tanh first, by way of `sigmoid`, which is imported above and safe for any x.


# %% exercise="tanh_from_sigmoid"
def tanh_from_sigmoid(x):
    """tanh of an array, by way of the sigmoid; same shape."""
    ...


# %% tags=["solution"]
def tanh_from_sigmoid(x):
    """tanh of an array, by way of the sigmoid; same shape."""
    return 2 * sigmoid(2 * x) - 1


# %% check="tanh_from_sigmoid"
lesson.tanh_from_sigmoid.check(tanh_from_sigmoid)

# %%
lesson.tanh_from_sigmoid.show(tanh_from_sigmoid)

# %% [markdown]
# Now the derivative. You may use `np.tanh`. Differentiate $2\sigma(2x) - 1$ with the chain rule and $\sigma' = \sigma(1 - \sigma)$, or differentiate tanh itself: both lead to the same formula. It must work for x = ±1000 too.


# %% exercise="tanh_grad"
def tanh_grad(x):
    """The derivative of tanh at each x; same shape."""
    ...


# %% tags=["solution"]
def tanh_grad(x):
    """The derivative of tanh at each x; same shape."""
    # 4σ(2x)(1 − σ(2x)) with σ(2x) = (1 + tanh x) / 2 is (1 + tanh x)(1 − tanh x).
    return 1 - np.tanh(x) ** 2


# %% check="tanh_grad"
lesson.tanh_grad.check(tanh_grad)

# %%
lesson.tanh_grad.show(tanh_grad)

# %%
lesson.near_zero.ask()

# %% exercise="near_zero"
near_zero = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
near_zero = "c"

# %% check="near_zero"
lesson.near_zero.check(near_zero)

# %% [markdown]
# The derivation below leans on this: near 0 a layer with tanh is a linear layer. But how near is near? Predict first.

# %%
lesson.how_near.ask()

# %% exercise="how_near"
how_near = ...  # one of "a", "b", "c"

# %% tags=["solution"]
how_near = "b"

# %% check="how_near"
lesson.how_near.check(how_near)

# %% [markdown]
# For the derivation it is the variance that counts. Send normal numbers of three sizes through tanh: what share of their variance comes out?

# %%
z = np.random.default_rng(0).normal(size=1_000_000)
for std in (0.1, 0.3, 1.0):
    share = np.var(np.tanh(std * z)) / std**2
    print(f"standard deviation {std}: {share:.0%} of the variance")

# %% [markdown]
# At standard deviation 0.1 tanh is nearly the identity. At 1 it keeps only 39 % of the variance. So “linear near 0” is the first assumption of the derivation. In the explorer it is why the measured dots leave the line “predicted, linear”.

# %% [markdown]
# ## One layer
#
# **Problem 2.2.** A layer gets inputs $a_k$, $1 \leq k \leq D_a$. Neuron $i$ has weights $W_{ij}$, a bias $b_i$ and the activation tanh. What is its output $z_i$? Write all $D_z$ neurons at once: `weight` has shape $(D_z, D_a)$, as PyTorch stores it, and `bias` has $D_z$ entries.


# %% exercise="dense_tanh"
def dense_tanh(a, weight, bias):
    """All outputs z (D_z,) of a tanh layer for the inputs a (D_a,)."""
    ...


# %% tags=["solution"]
def dense_tanh(a, weight, bias):
    """All outputs z (D_z,) of a tanh layer for the inputs a (D_a,)."""
    # z_i = tanh(Σ_j W_ij a_j + b_i)
    return np.tanh(weight @ a + bias)


# %% check="dense_tanh"
lesson.dense_tanh.check(dense_tanh)

# %%
lesson.dense_tanh.show(dense_tanh)

# %% [markdown]
# ## What should stay
#
# Before training, the weights are drawn at random, and the inputs vary from example to example. So $z_i$ is random as well, with a mean and a variance. Biases start at 0.

# %% [markdown]
# **Problem 2.3a.** “The variance keeps its size from layer to layer.” Write that as an equation, on paper; then as a test: given many draws `z` of one output and `a` of one input, does the equation hold to within 5 % of the larger side?


# %% exercise="keeps_variance"
def keeps_variance(z, a):
    """Whether z, draws of z_i, keeps the variance of a, draws of a_i: True or False."""
    ...


# %% tags=["solution"]
def keeps_variance(z, a):
    """Whether z, draws of z_i, keeps the variance of a, draws of a_i: True or False."""
    left, right = np.var(z), np.var(a)  # Var(z_i) = Var(a_i)
    return abs(left - right) <= 0.05 * max(left, right)


# %% check="keeps_variance"
lesson.keeps_variance.check(keeps_variance)

# %%
lesson.keeps_variance.show(keeps_variance)

# %% [markdown]
# **Break it.** Someone else's test, in use for years without a complaint:

# %%
lesson.break_keeps_variance.show()

# %% exercise="break_keeps_variance"
break_keeps_variance = ...  # (z, a): two short lists of draws

# %% tags=["solution"]
break_keeps_variance = ([4, 6, 8], [-2, 0, 2])

# %% check="break_keeps_variance"
lesson.break_keeps_variance.check(break_keeps_variance)

# %% [markdown]
# ## The derivation
#
# **Problem 2.3b.** Derive the initialisation: which $\operatorname{Var}(W)$ makes $\operatorname{Var}(z_i) = \operatorname{Var}(a_i)$? Near 0, $z_i \approx \sum_j W_{ij} a_j$. So start from the variance of that sum, and end at $D \operatorname{Var}(W) \operatorname{Var}(a)$, where $D$ is the number of inputs, $D_a$. The neuron's index $i$ stays the same throughout: leave it out.

# %% [markdown]
# Each line will be a function of a model `m`: a small, finite world with weights `m.W[j]`, inputs `m.a[j]` and their number `m.D`. They are random variables, to be added and multiplied; `E`, `Var` and `Cov` are exact, by going through all outcomes. Have a look at one such world (in brackets the probabilities):

# %%
m = lesson.example_layer()
print(m)
print(f"E(a²) = {E(m.a[0] ** 2):.2f}, E(W) = {E(m.W[0]):.2f}, Var(W) = {Var(m.W[0]):.2f}")
print(f"Var(a + a) = {Var(m.a[0] + m.a[0]):.2f}, Cov(a₁, a₂) = {Cov(m.a[0], m.a[1]):.2f}")
print("W₁ · a₁", m.W[0] * m.a[0])

# %% [markdown]
# Write the lines as functions, `lambda m: …` or with `def`. You may assume: the pairs $(W_j, a_j)$ are independent of one another, so the terms $W_j a_j$ are; the weights are independent of the inputs; all means are zero; all pairs share one distribution.
#
# **Each step may bring in one of these.** Here is the usual route; yours may go another way.

# %% [markdown]
# How does the check see what a step uses? It also runs your lines in worlds where some of the assumptions are missing. Where a step fails, it has used something that is missing.

# %% exercise="variance_derivation"
variance_derivation = [
    ...,  # Var(Σ_j W_j a_j), that is lambda m: Var(sum(...))
    "=",
    ...,  # the terms are independent
    "=",
    ...,  # W_j and a_j are independent
    "=",
    ...,  # all means are zero
    "=",
    ...,  # all terms are alike: D · Var(W) · Var(a), with j = 0 for all of them
]

# %% tags=["solution"]
variance_derivation = [
    lambda m: Var(sum(m.W[j] * m.a[j] for j in range(m.D))),
    "=",
    lambda m: sum(Var(m.W[j] * m.a[j]) for j in range(m.D)),
    "=",
    lambda m: sum(
        E(m.W[j] ** 2) * E(m.a[j] ** 2) - E(m.W[j]) ** 2 * E(m.a[j]) ** 2 for j in range(m.D)
    ),
    "=",
    lambda m: sum(Var(m.W[j]) * Var(m.a[j]) for j in range(m.D)),
    "=",
    lambda m: m.D * Var(m.W[0]) * Var(m.a[0]),
]

# %% check="variance_derivation"
lesson.variance_derivation.check(variance_derivation)

# %% [markdown]
# Your lines as mathematics:

# %%
lesson.variance_derivation.show(variance_derivation)

# %% [markdown]
# ## Take the assumptions away
#
# Each equality used one assumption at most. First world: $W_2$ is a copy of $W_1$ and $a_2$ a copy of $a_1$, so the terms of the sum are not independent. The column of numbers is each line's value in that world.

# %%
lesson.variance_derivation.without("independent terms", variance_derivation)

# %% [markdown]
# Second world: the terms are independent again, but each weight is half its own input. (A trained weight has seen the data, too.)

# %%
lesson.variance_derivation.without("W independent of a", variance_derivation)

# %% [markdown]
# Third world. Predict before you look.

# %%
lesson.positive_inputs.ask()

# %% exercise="positive_inputs"
positive_inputs = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
positive_inputs = "c"

# %% check="positive_inputs"
lesson.positive_inputs.check(positive_inputs)

# %%
lesson.variance_derivation.without("zero mean of the inputs", variance_derivation)

# %% [markdown]
# Both means count. With inputs of mean zero and weights that have another mean, a step fails as well:

# %%
lesson.variance_derivation.without("zero mean of the weights", variance_derivation)

# %% [markdown]
# With neither mean zero, nothing hides what you wrote for the squared means:

# %%
lesson.variance_derivation.without("zero mean", variance_derivation)

# %% [markdown]
# Fourth world: the second weight and the second input are of another size than the first.

# %%
lesson.variance_derivation.without("identical distribution", variance_derivation)

# %% [markdown]
# No step brought in more than one assumption. But you will often read that the *inputs* must be independent of one another, which in a deep network they never are. Is that needed?

# %%
lesson.shared_inputs.ask()

# %% exercise="shared_inputs"
shared_inputs = ...  # one of "a", "b", "c", "d", "e"

# %% tags=["solution"]
shared_inputs = "e"

# %% check="shared_inputs"
lesson.shared_inputs.check(shared_inputs)

# %%
lesson.variance_derivation.without("independent inputs", variance_derivation)

# %% [markdown] exercise="assumptions"
# **In your own words:** a network has just been initialised, and you look at a layer in its middle. Which of the assumptions hold there, and why? Which of them does training undo?

# %% [markdown] tags=["solution"]
# **A model answer.** The weights are drawn that way: independent, mean zero, one distribution. They are drawn without regard to the inputs, so $W_j$ is independent of $a_j$. The inputs depend on one another, since all come from the same data. That does no harm: with independent weights of mean zero the terms $W_j a_j$ are uncorrelated all the same. The inputs' mean is zero over all draws of the weights, because tanh is odd and the biases are 0; after a ReLU it is not. By symmetry all neurons of a layer have the same distribution. Linearity holds only as well as $|z|$ is small.
#
# After the first step of training the weights depend on the data and on one another. The derivation is about the start, and only the start is in our hands.
#
# *A good answer names:* what holds by the way the weights are drawn; that the inputs are dependent and why it does not matter; zero mean through an odd activation; that training makes weights depend on data.

# %% [markdown]
# ## The right size
#
# $\operatorname{Var}(z) = D \operatorname{Var}(W) \operatorname{Var}(a)$ equals $\operatorname{Var}(a)$ when $D \operatorname{Var}(W) = 1$. The number of inputs, $D_a$, is called `fan_in`. In papers you read $N(0, 1/D_a)$, where the second number is the **variance**. NumPy's and PyTorch's functions ask for the standard deviation instead. What do you hand to them?


# %% exercise="xavier_std"
def xavier_std(fan_in):
    """The standard deviation of the weights that keeps the variance, forward."""
    ...


# %% tags=["solution"]
def xavier_std(fan_in):
    """The standard deviation of the weights that keeps the variance, forward."""
    return 1 / np.sqrt(fan_in)


# %% check="xavier_std"
lesson.xavier_std.check(xavier_std)

# %%
lesson.xavier_std.show(xavier_std)

# %% [markdown]
# What does it cost to confuse the two? Predict.

# %%
lesson.variance_as_std.ask()

# %% exercise="variance_as_std"
variance_as_std = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
variance_as_std = "c"

# %% check="variance_as_std"
lesson.variance_as_std.check(variance_as_std)

# %% [markdown]
# Now draw a weight: normal numbers of mean 0 and that standard deviation, in PyTorch's layout `(fan_out, fan_in)`, one row for each neuron. `rng` is a NumPy generator. The check can't compare your numbers with others. It looks at what all such draws have in common.

# %% [markdown]
# A word on the name: this is the forward half of the story, known as LeCun's initialisation. `torch.nn.init.xavier_normal_` is the compromise with the backward pass that you will reach below. For equal widths the two are the same.


# %% exercise="xavier_normal"
def xavier_normal(fan_in, fan_out, rng):
    """Normal weights of shape (fan_out, fan_in) that keep the variance, drawn from rng."""
    ...


# %% tags=["solution"]
def xavier_normal(fan_in, fan_out, rng):
    """Normal weights of shape (fan_out, fan_in) that keep the variance, drawn from rng."""
    return rng.normal(0, 1 / np.sqrt(fan_in), (fan_out, fan_in))


# %% check="xavier_normal"
lesson.xavier_normal.check(xavier_normal)

# %%
lesson.xavier_normal.show(xavier_normal)

# %% [markdown]
# The payoff: 30 of your layers with 100 neurons each, drawn by your function, between weights that are too small and weights that are too large. With 1/fan_in, the confusion from above, the signal is gone by layer 10. With 1 about nine neurons in ten sit beyond ±0.9.

# %%
lesson.deep_signal(xavier_normal, dense_tanh)

# %% [markdown]
# Beyond ±0.9 tanh is nearly flat, so those neurons let little of the gradient through. Does it vanish, then? Not here: the few neurons in between pass it on, multiplied by large weights, and it explodes all the same, as the explorer shows at 0.5.

# %% [markdown]
# Your own signal narrows too, though slowly. That is the price of tanh(x) ≈ x: at variance 1 tanh is not linear. Each layer takes some of the variance, and takes less the narrower the signal has become.

# %% [markdown]
# To counter this, PyTorch offers a factor for the standard deviation, `gain`: 5/3 for tanh. Try 0.165 in the explorer, with both widths 100: the forward variance settles at 0.42. The price is paid backwards: the gradient's variance grows by a factor of 1.2 per layer.

# %% [markdown]
# ## Does it matter for learning?
#
# So far nothing was trained. Predict what the start is worth.

# %%
lesson.which_learns.ask()

# %% exercise="which_learns"
which_learns = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
which_learns = "d"

# %% check="which_learns"
lesson.which_learns.check(which_learns)

# %%
lesson.three_starts(xavier_normal)

# %% [markdown]
# Yours is rough on the way, and it arrives. With 1/fan_in the first gradient is a billionth of yours, and nothing moves. With 1 it is some six thousand times yours: the first steps throw the weights far off, and in 200 steps the network does not recover.

# %% [markdown]
# ## And backwards?
#
# Training needs the gradient to survive as well. On the way back, $a_j$ collects a term from every neuron that reads it.

# %%
lesson.backward.ask()

# %% exercise="backward"
backward = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
backward = "b"

# %% check="backward"
lesson.backward.check(backward)

# %% [markdown]
# One assumption is new. Forward, $W_{ij}$ is independent of $a_j$, since it was drawn without a look at the inputs. Backward, $\partial L/\partial z_i$ contains the slope of tanh at neuron $i$, and $W_{ij}$ had a part in where that is. So independence is only an approximation here. A good one: in the explorer the dots stay close to “predicted, tanh”, which assumes it.

# %% [markdown]
# Forward and backward each require that some number of terms times Var(W) is 1. Unless the two numbers are equal, you cannot have both. Write the two equations down. Glorot and Bengio require that the **mean** of their left sides is 1. Solve that for Var(W). What is the standard deviation?


# %% exercise="glorot_std"
def glorot_std(fan_in, fan_out):
    """The standard deviation of Glorot's compromise between forward and backward."""
    ...


# %% tags=["solution"]
def glorot_std(fan_in, fan_out):
    """The standard deviation of Glorot's compromise between forward and backward."""
    # (fan_in + fan_out) / 2 · Var(W) = 1
    return np.sqrt(2 / (fan_in + fan_out))


# %% check="glorot_std"
lesson.glorot_std.check(glorot_std)

# %%
lesson.glorot_std.show(glorot_std)

# %% [markdown]
# **Right by luck.** Another compromise, which looks just as fair:

# %%
lesson.break_glorot_std.show()

# %% exercise="break_glorot_std"
break_glorot_std = ...  # (fan_in, fan_out)

# %% tags=["solution"]
break_glorot_std = (50, 50)

# %% check="break_glorot_std"
lesson.break_glorot_std.check(break_glorot_std)

# %% [markdown]
# Go back to the explorer, press “unequal widths” and look at the three marks: ▲ where forward crosses 1, ▼ where backward does, ◆ Glorot's between them. By what factor does one layer change the variance at ◆, in each direction? In numbers, for a layer from 100 to 400:

# %%
fan_in, fan_out = 100, 400
rules = {"1/fan_in": 1 / fan_in, "1/fan_out": 1 / fan_out, "Glorot": 2 / (fan_in + fan_out)}
for name, v in rules.items():
    print(f"{name:<10}  forward × {fan_in * v:.2f}   backward × {fan_out * v:.2f}")

# %% [markdown]
# Each one-sided rule is exact in its own direction and off by a factor of four in the other. Glorot is off in both, by less.

# %% [markdown]
# ## And after a ReLU?
#
# Back to the third world. Let $z$ be a neuron's weighted sum, before its activation, and let its inputs come from a ReLU: $a_j = \max(z'_j, 0)$, where $z'_j$ is a sum in the layer before. The step to Var(a) fails. But, all else as before, weights of mean zero are enough for $\operatorname{Var}(z) = D \operatorname{Var}(W) \operatorname{E}(a^2)$.

# %% [markdown]
# Let each $z'_j$ be spread symmetrically around 0, with variance $v$. What is $\operatorname{E}(a^2)$? And which standard deviation of the weights makes $\operatorname{Var}(z) = v$ again?


# %% exercise="he_std"
def he_std(fan_in):
    """The standard deviation of the weights that keeps Var(z) where the inputs come from ReLU."""
    ...


# %% tags=["solution"]
def he_std(fan_in):
    """The standard deviation of the weights that keeps Var(z) where the inputs come from ReLU."""
    # E(a²) = v/2: the negative half of the outcomes gives 0, the other half gives z'²
    return np.sqrt(2 / fan_in)


# %% check="he_std"
lesson.he_std.check(he_std)

# %% [markdown]
# What difference does the 2 make? Without it each layer halves the variance, and 30 layers leave $2^{-30} \approx 10^{-9}$. With it the variance should stay near 1; as 400 neurons are a finite sample, it drifts, by a factor of about two here:

# %%
rng = np.random.default_rng(0)
for factor in (1, 2):
    z = rng.normal(size=(500, 400))
    for _ in range(30):
        z = np.maximum(z, 0) @ rng.normal(0, (factor / 400) ** 0.5, (400, 400))
    print(f"Var(W) = {factor}/fan_in: variance {np.var(z):.2g} after 30 layers")

# %% [markdown]
# ## What you take with you
#
# - tanh′ = 1 − tanh²; near 0, tanh(x) ≈ x; relative error about x²/3.
# - Equal weights stay equal; noise tells neurons apart.
# - Var(z) = D · Var(W) · Var(a): near 0, for uncorrelated terms, W independent of a, zero means, one distribution.
# - Var(W) forward: 1/fan_in. Backward: 1/fan_out. Glorot: 2/(fan_in + fan_out). After a ReLU: 2/fan_in (He). Standard deviations are the roots.

# %%
lesson.progress()
