# %% [markdown] teaser="switches off half of a network at random, and it gets better." writes="dropout forward and backward, its mean and variance"
# # 4 · Dropout
#
# A network with more weights than it needs can learn its training data by heart, noise and all. Dropout makes that hard in the rudest way there is: while the network trains, it switches units off at random. After this notebook you can say why that helps, and when it does not.

# %% [markdown]
# **You will**
#
# - write dropout, forward and backward, and work out what it does to mean and variance;
# - train a network that overfits, with and without it;
# - see that one network with dropout is many networks in one;
# - know where dropout belongs, and where it does harm.

# %% [markdown]
# Every `...` is yours to replace. A check tells you at once whether you are right, and if not, which mistake it was. Stuck? Each exercise has hints: `lesson.dropout.hint()`.

# %%
import sys

sys.path.insert(0, "..")  # the course's helpers stand one folder up

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from helpers.lessons import dropout as lesson

# %% [markdown]
# ## See it happen
#
# Left: a small network with one mask. A unit with a cross is dropped: it gives 0, whatever comes in. The units that stay are enlarged by 1/(1 − p). Right: the mean output over all masks so far. Drag “masks” to draw more of them, then move p. Which of the two curves ends at the line?

# %%
lesson.explore()

# %% [markdown]
# At evaluation nothing is dropped. Without the factor the next layer would then receive 1/(1 − p) times what it was trained on. With it, the mean is the same in training and at evaluation. Look also at what p = 0.9 does to single masks: the mean holds, the noise grows.

# %% [markdown]
# ## Stay or go?
#
# First a trap of language. PyTorch's p is the probability of being **dropped**. Some papers write about the probability of being **kept**.

# %%
lesson.keep_or_drop.ask()

# %% exercise="keep_or_drop"
keep_or_drop = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
keep_or_drop = "b"

# %% check="keep_or_drop"
lesson.keep_or_drop.check(keep_or_drop)

# %% [markdown]
# ## Write dropout
#
# `x` has shape (batch, units), p is at least 0 and below 1. In training, each entry becomes 0 with probability p, each by itself; what stays is divided by 1 − p. At evaluation (`training` is False) x comes back as it is. This form, scaled in training, is called **inverted** dropout.

# %% [markdown]
# Draw from `rng`, a NumPy generator: `rng.random(x.shape)` gives numbers from 0 to 1, one for each entry. Any right mask is right: the check looks at what all of them have in common.


# %% exercise="dropout"
def dropout(x, p, training, rng):
    """x (batch, units) with entries dropped with probability p, as an array of the same shape."""
    ...


# %% tags=["solution"]
def dropout(x, p, training, rng):
    """x (batch, units) with entries dropped with probability p, as an array of the same shape."""
    if not training:
        return x
    mask = rng.random(x.shape) >= p  # True, with probability 1 - p, where an entry is kept
    return x * mask / (1 - p)


# %% check="dropout"
lesson.dropout.check(dropout)

# %%
lesson.dropout.show(dropout)

# %% [markdown]
# In PyTorch the switch between training and evaluation belongs to the network: `model.train()` and `model.eval()`. To forget the second is a common error, and a quiet one: nothing fails, the predictions are only noisier than they need to be.

# %%
layer = torch.nn.Dropout(p=0.5)
torch.manual_seed(0)
print("train:", layer(torch.ones(8)).tolist())
layer.eval()
print("eval: ", layer(torch.ones(8)).tolist())

# %% [markdown]
# ## What it does on average
#
# You saw the mean settle. Now say exactly where, and how large the noise is. A unit with value x has two outcomes in training. For each unit by itself, give the mean and the variance of dropout's output, as formulas in x and p: no drawing, no averaging over units.


# %% exercise="dropout_mean_and_variance"
def dropout_mean_and_variance(x, p):
    """Mean and variance of each unit's output in training, each of the shape of x."""
    ...


# %% tags=["solution"]
def dropout_mean_and_variance(x, p):
    """Mean and variance of each unit's output in training, each of the shape of x."""
    mean = x  # (1 - p) · x / (1 - p): the factor makes up for the chance
    variance = x**2 * p / (1 - p)  # E[y²] - mean², where E[y²] = (1 - p) · (x / (1 - p))²
    return mean, variance


# %% check="dropout_mean_and_variance"
lesson.dropout_mean_and_variance.check(dropout_mean_and_variance)

# %%
lesson.dropout_mean_and_variance.show(dropout_mean_and_variance)

# %% [markdown]
# The mean is right for every unit, so also for every sum of units. It does not stay right through a ReLU. Two units of value 1, weights 1 and −1, p = 0.5: here are all four masks.

# %%
outputs = [max(2 * a - 2 * b, 0) for a in (0, 1) for b in (0, 1)]
print("after the ReLU:", outputs, "mean", np.mean(outputs), "· at evaluation:", max(1 - 1, 0))

# %% [markdown]
# So in a network of several layers, evaluation is a cheap **approximation** of the mean over all masks. You will see below how good it is.

# %% [markdown]
# ## The way back
#
# For the backward pass, dropout is a multiplication by numbers that were drawn before. `mask` is the mask of the forward pass, True where a unit was kept. From the gradient of the loss with respect to dropout's output, find the gradient with respect to its input (in training).


# %% exercise="dropout_grad"
def dropout_grad(grad_output, mask, p):
    """The gradient for dropout's input, of the shape of grad_output."""
    ...


# %% tags=["solution"]
def dropout_grad(grad_output, mask, p):
    """The gradient for dropout's input, of the shape of grad_output."""
    return grad_output * mask / (1 - p)


# %% check="dropout_grad"
lesson.dropout_grad.check(dropout_grad)

# %%
lesson.dropout_grad.show(dropout_grad)

# %% [markdown]
# A dropped unit gets no gradient: for this step it does not exist. So each step trains another **thinned** network, and all of them share their weights.

# %% [markdown]
# ## Does it help?
#
# 80 noisy points of two kinds, and a network that is far too large for them: 17 025 weights and biases. Dropout follows each of its two hidden layers.

# %%
points, labels = lesson.training_points()


def network(p, width=128):
    first = [nn.Linear(2, width), nn.ReLU(), nn.Dropout(p)]
    second = [nn.Linear(width, width), nn.ReLU(), nn.Dropout(p)]
    return nn.Sequential(*first, *second, nn.Linear(width, 1), nn.Flatten(0))


network(p=0.5)

# %% [markdown]
# The training loop is the usual one, and the mode is switched in every step: dropout is on to learn, off to measure. `record` keeps the loss on the 80 points, and on 1000 new ones from the same source.


# %%
def train(p, record, steps=400):
    net = network(p)
    optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(steps):
        net.eval()  # dropout off
        record(net)
        net.train()  # dropout on
        loss = F.binary_cross_entropy_with_logits(net(points), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return net


# %% [markdown]
# You will train it twice, from the same first weights: once with p = 0 and once with p = 0.5. Predict first.

# %%
lesson.training_loss.ask()

# %% exercise="training_loss"
training_loss = ...  # one of "a", "b", "c"

# %% tags=["solution"]
training_loss = "b"

# %% check="training_loss"
lesson.training_loss.check(training_loss)

# %%
runs = lesson.fit(train, 0.0, 0.5)

# %% [markdown]
# Above, the regions that the networks assign to the two kinds; white is undecided. Below, their losses, with the gap between training and new points shaded. Choose another p and press **Train**: it takes a few seconds, and the result is kept.

# %%
lesson.explore_training(train, runs)

# %% [markdown]
# Without dropout the border bends round single points and the loss on new points climbs while the training loss goes to 0: overfitting. With dropout the gap is far smaller. Compare how many new points are right: there the two are close. What dropout mends here most is **certainty**: the first network is just as sure where it is wrong.

# %% [markdown]
# Now try p = 0.9. And note the lowest point of the dotted curve on the left: to stop there, early, is a regulariser too.

# %% [markdown]
# ## No unit is indispensable
#
# Why should switching units off help? Take both trained networks and leave out one hidden unit of the first layer, then another, one at a time. How much does the training loss rise? The scale is logarithmic.

# %%
lesson.one_unit_off(runs)

# %% [markdown]
# Without dropout a few units carry very much. Leave out the first of them and the rest do worse than guessing, whose loss would be 0.69: they had been correcting one another. That is **co-adaptation**, and it is how noise is learned by heart. With dropout any partner may be missing, so each unit has to be useful by itself.

# %% [markdown]
# You will often read that dropout makes representations less redundant. What goes is units that only correct others. What matters is now carried by several units, so that each of them may be missing: redundancy of the useful kind.

# %% [markdown]
# ## Many networks in one
#
# What if dropout stays on after training? Then every row of a batch draws a mask of its own, which is another thinned network, all cut from one. Ask 500 of them about one and the same point:

# %%
net, point = runs[0.5].net, torch.tensor([[-1.0, -0.5]])
torch.manual_seed(0)
with torch.no_grad():
    net.train()
    on = torch.sigmoid(net(point.expand(500, 2)))  # 500 rows, 500 masks
    net.eval()
    off = torch.sigmoid(net(point))
lesson.passes(on, off)

# %% [markdown]
# They disagree widely, yet their mean is nearly what one pass with dropout off gives. Now the same for the whole plane. Draw more networks: left a single one, then their mean, then how much they disagree (the standard deviation, deeper orange for more).

# %%
lesson.explore_ensemble(runs[0.5])

# %% [markdown]
# The mean over masks and the one pass with dropout off decide almost alike: the approximation is good here. The disagreement is extra: it is largest along the border, and widest where no data says where the border runs.

# %% [markdown]
# It is used as a rough measure of **uncertainty** (“Monte Carlo dropout”). Rough, because it depends on the p you chose, and because far from the data all of them may agree and be wrong.

# %% [markdown]
# ## When to use it

# %%
lesson.when_to_use.ask()

# %% exercise="when_to_use"
when_to_use = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
when_to_use = "a"

# %% check="when_to_use"
lesson.when_to_use.check(when_to_use)

# %% [markdown]
# **Recurrent networks.** With a fresh mask at every time step, a remembered number must survive every one of them. One mask for the whole sequence (variational dropout) mends that: what is kept is kept to the end. The chance to be still there:

# %%
p = 0.2
for steps in (1, 5, 20, 100):
    print(f"{steps:3} steps: fresh masks {(1 - p) ** steps:.6f}, one mask {1 - p:.1f}")

# %% [markdown]
# **Transformers.** You may read that they have no use for dropout. They do: the first of them was trained with it, and in PyTorch's layer it is on by default. Only where data is nearly endless is p often set to 0: there is little to overfit.

# %%
layer = torch.nn.TransformerEncoderLayer(d_model=64, nhead=4)
print("attention weights: p =", layer.self_attn.dropout)
for name, part in layer.named_modules():
    if isinstance(part, torch.nn.Dropout):
        print(f"{name}: p =", part.p)

# %% [markdown]
# **Batch normalisation.** It keeps a running variance in training, for use at evaluation. Dropout's noise is there in the one and gone in the other, so a norm **after** dropout divides by the wrong number. The output below should have variance 1:

# %%
torch.manual_seed(0)
x = torch.randn(100_000, 1)
layers = torch.nn.Sequential(torch.nn.Dropout(0.5), torch.nn.BatchNorm1d(1, momentum=None))
layers(x)
print(f"variance recorded in training: {layers[1].running_var.item():.1f}")
layers.eval()
print(f"at evaluation: {x.var().item():.1f}, and after the norm {layers(x).var().item():.1f}")

# %% [markdown]
# Your formula says why: for E[x²] = 1 and p = 0.5, dropout adds a variance of p/(1 − p) = 1. So put dropout after the last batch norm, or leave it out: the noise of the batches regularises too.
#
# **Convolutions.** Neighbouring pixels say nearly the same, so a single dropped pixel is hardly missed. `nn.Dropout2d` drops whole channels.

# %% [markdown] exercise="dropout_explained"
# **Problem 1.4.** In your own words: what is dropout, why can it help, and when would you use it?
#
# *Double-click here and write.*

# %% [markdown] tags=["solution"]
# **A model answer.** Dropout is a regulariser. In training each unit is switched off with probability p, anew at every step, and the rest is scaled by 1/(1 − p); at evaluation all units stay. So no unit can be relied on too much, and none can live off correcting another (this is what is meant when people say that representations become less redundant). One can also see it as training many thinned networks with shared weights and using their mean.
#
# It helps large networks that overfit, usually on fully connected and convolutional layers, and in transformers as well. In recurrent networks a fresh mask at each step destroys the memory; one mask for all steps does not. Where a network underfits or data abounds it only slows learning, and it sits badly before batch normalisation.
#
# *A good answer names:* the random switching in training only; that it regularises, and why; large networks that overfit; one place where it does not help.

# %% [markdown]
# ## What you take with you
#
# - Inverted dropout: in training x · mask / (1 − p), at evaluation x. p is the chance to be dropped.
# - The mean stays x, the variance becomes x² · p / (1 − p).
# - Backward, the same mask and the same factor.
# - It closes the gap between training and new data; it cannot help where there is none.

# %%
lesson.progress()
