# %% [markdown] teaser="switches off half of a network at random, and it gets better." writes="dropout forward and backward, its mean and variance"
# # 4 · Dropout
#
# A network with more weights than it needs can learn its training data by heart, noise and all. Dropout makes that hard in the rudest way there is: while the network trains, it switches units off at random. After this notebook you can say why that helps, and when it does not.

# %% [markdown]
# **You will**
#
# - write dropout, forward and backward, and work out what it does to mean, variance and loss;
# - train a network that overfits, with and without it;
# - see that one network with dropout is many networks in one;
# - know where dropout belongs, and where it does harm.

# %% [markdown]
# Every `...` is yours to replace. Stuck? Each exercise has hints: `lesson.dropout.hint()`.

# %%
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from helpers.lessons import dropout as lesson

# %% [markdown]
# ## See it happen
#
# Left: a small network under one **mask**, the draw that decides which units stay. A unit with a cross is dropped: it gives 0, whatever comes in. The others are multiplied by 1/(1 − p).

# %% [markdown]
# Right: the mean output over all masks so far. The line is the output at **evaluation**, when the network is measured or used, and nothing is dropped. Drag “masks” to draw more of them, then move p. Which of the two curves ends at the line?

# %%
lesson.explore()

# %% [markdown]
# The one with the factor. Without it, the next layer would receive at evaluation 1/(1 − p) times what it received in training, on average. Look also at what p = 0.9 does to single masks: the mean holds, the noise grows.

# %% [markdown]
# ## Stay or go?
#
# First a trap of language. PyTorch's p is the probability of being **dropped**. In some papers p is the probability of being **kept**.

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
# `x` has shape (batch, units), p is at least 0 and below 1. In training, each entry becomes 0 with probability p, independently of the others; what stays is divided by 1 − p. At evaluation (`training` is False) x comes back as it is. This form, scaled in training, is called **inverted** dropout.

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
# Here is the code of someone who read a paper in which p is the chance of being **kept**. It was tested with a single value of p, and passed. With which one?

# %%
lesson.break_dropout.show()

# %% exercise="break_dropout"
break_dropout = ...  # p

# %% tags=["solution"]
break_dropout = 0.5

# %% check="break_dropout"
lesson.break_dropout.check(break_dropout)

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
# ## A penalty in disguise
#
# Why should noise regularise? For a linear model you can work it out. Its output is weight @ x, its loss (weight @ x − target)². Now put dropout on x, in training. What is the loss **on average over all masks**?


# %% exercise="expected_loss"
def expected_loss(x, weight, target, p):
    """The mean loss under dropout on x; x, weight (units,), target a number; gives a number."""
    ...


# %% tags=["solution"]
def expected_loss(x, weight, target, p):
    """The mean loss under dropout on x; x, weight (units,), target a number; gives a number."""
    mean, variance = dropout_mean_and_variance(weight * x, p)  # of each term of the sum
    return (np.sum(mean) - target) ** 2 + np.sum(variance)  # E[z²] = E[z]² + Var(z)


# %% check="expected_loss"
lesson.expected_loss.check(expected_loss)

# %%
lesson.expected_loss.show(expected_loss)

# %% [markdown]
# So dropout adds p/(1 − p) · Σᵢ wᵢ²xᵢ²: an **L2 penalty** on the weights, each charged by the square of its input. In the picture the lowest point moves from w = 1 to w = 1 − p: the weight shrinks. Averaged over the data, xᵢ² becomes its mean; where that is the same for all inputs, this is weight decay.

# %% [markdown]
# The penalty also rewards sharing: two weights of ½ on two equal inputs give the same output as a weight of 1 on one of them, and pay half as much. All this is exact for a linear model with squared error and dropout on its inputs. For deep networks it is a guide, not a formula.

# %% [markdown]
# ## Behind a ReLU
#
# The mean is right for every unit, so also for every weighted sum of units: that is why dropout can be switched off at evaluation. Is it still right behind a ReLU? This program takes one pass with dropout off for the mean over all masks.

# %%
lesson.break_mean.show()

# %% exercise="break_mean"
break_mean = ...  # (x, weight, p)

# %% tags=["solution"]
# The sums under the four masks are 0, 2, −2 and 0: behind the ReLU their mean is 0.5.
break_mean = (np.array([1.0, 1.0]), np.array([1.0, -1.0]), 0.5)

# %% check="break_mean"
lesson.break_mean.check(break_mean)

# %% [markdown]
# So in a network of several layers, one pass with dropout off is a cheap **approximation** of the mean over all masks. You will see below how good it is.

# %% [markdown]
# ## The backward pass
#
# Going backwards, dropout is a multiplication by numbers that were drawn before. `mask` is the mask of the forward pass, True where a unit was kept. From the gradient of the loss with respect to dropout's output, find the gradient with respect to its input (in training).


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
# A dropped unit gets no gradient: for this example it does not exist. Each row of the batch has a mask of its own. So each example, at each step, trains another **thinned** network, and all of these share their weights.

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
# Without dropout the border bends round single points, and the loss on new points climbs while the training loss falls almost to 0: overfitting. With dropout the loss on new points climbs too, but the gap stays far smaller.

# %% [markdown]
# Now compare how many new points are right: there the two are close. What dropout cures here is **overconfidence**: of the new points that they get wrong, the first network is more than 99 % sure of every second one, the other of one in nine.

# %% [markdown]
# Is 0.5 the best p? Train 0.8 and 0.9 as well, then read on.

# %% [markdown]
# With 0.8 more new points are right than with 0.5, and their loss is lower. With 0.9 the loss falls once more, but fewer are right again; and the loss on the training points rises all the way. No p is the right one everywhere: it is a **hyperparameter**, chosen on points held back for that.

# %% [markdown]
# ## Was it luck?
#
# One start proves little. Here are two more: other first weights and other masks, but the same 80 points. And there is a rival. Look at the lowest point of the dotted curve on the left: to stop there, **early stopping**, regularises without any dropout.

# %%
lesson.other_starts(train, runs)

# %% [markdown]
# In all three, dropout brings the loss on new points down to well under half; the share of right points changes little. Early stopping alone does better still on this loss. (It is flattered: the best step was looked up on the new points themselves.) So dropout is one regulariser among several, to be measured against the others.

# %% [markdown]
# ## No unit is indispensable
#
# What has dropout changed inside the network? Take the two networks trained first, and leave out one hidden unit of the first layer, then another, one at a time. Left: how much the training loss rises, on a logarithmic scale. Right: how many training points are still right.

# %%
lesson.one_unit_off(runs)

# %% [markdown]
# Without dropout a few units carry very much. Leave out the first, and a quarter of the points are wrong, most of them confidently: so the loss rises far above that of guessing. The right picture does not depend on how sure a network is, and there too the two differ.

# %% [markdown]
# Units that only work together are called **co-adapted**. With dropout any partner may be missing, and here no single unit left out costs more than one point.

# %% [markdown]
# You will often read that dropout makes representations less redundant. That is meant of units that merely correct others: dropout leaves them little room. What matters is carried by several units, so that each of them may be missing. This redundancy is the useful kind, and the penalty above rewards it.

# %% [markdown]
# ## Many networks in one
#
# What if dropout stays on after training? Then each row of a batch again has its own mask, and with it another thinned network, all cut from one. Ask 500 of them about one and the same point:

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
# They disagree widely. At this point their mean is close to what one pass with dropout off gives. Is it so on the whole plane? Draw more networks: left a single one, then their mean, then how much they disagree (the standard deviation, deeper orange for more). The last two numbers compare the mean with dropout off.

# %%
lesson.explore_ensemble(runs[0.5])

# %% [markdown]
# Mean and single pass decide alike almost everywhere. They are not equally sure: the probabilities differ by 0.04 on average, in places by more than 0.4, and nearly always the single pass is the more certain one. On new points that costs it: its loss is larger. So it approximates well what to decide, less well how surely.

# %% [markdown]
# The disagreement is a bonus: it is large along the border, and spreads where no data says where the border runs.

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
# That was the plain case. Now a sentence of the kind that you will meet in summaries:

# %%
lesson.less_suitable.ask()

# %% exercise="less_suitable"
less_suitable = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
less_suitable = "b"

# %% check="less_suitable"
lesson.less_suitable.check(less_suitable)

# %% [markdown]
# **Recurrent networks.** With a fresh mask on the memory at every time step, a remembered number has to survive them all. With one mask for the whole sequence (variational dropout), what is kept is kept to the end. The chance that a number is still there:

# %%
p = 0.2
for steps in (1, 5, 20, 100):
    print(f"{steps:3} steps: fresh masks {(1 - p) ** steps:.6f}, one mask {1 - p:.1f}")

# %% [markdown]
# Between the layers of a recurrent network nothing has to last: there `nn.LSTM(…, dropout=p)` draws afresh at every step.

# %% [markdown]
# **Transformers** use dropout routinely. The first of them was trained with it, and in PyTorch's layer it is on by default, as you see below. Where data is nearly endless, p is often set to 0: there is little to overfit.

# %%
layer = torch.nn.TransformerEncoderLayer(d_model=64, nhead=4)
print("attention weights: p =", layer.self_attn.dropout)
for name, part in layer.named_modules():
    if isinstance(part, torch.nn.Dropout):
        print(f"{name}: p =", part.p)

# %% [markdown]
# **Batch normalisation** records a running variance in training, for use at evaluation. Dropout's noise is present in training and absent at evaluation, so a norm **after** dropout divides by the wrong number. The output below should have variance 1:

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

# %% [markdown]
# **Convolutions.** Neighbouring pixels are much alike, so a single dropped pixel is hardly missed. So on convolutional layers PyTorch advises `nn.Dropout2d`, which drops whole channels. Here is one value from each of 8 channels, and how many different values a channel holds:

# %%
torch.manual_seed(0)
image = torch.nn.Dropout2d(0.5)(torch.ones(1, 8, 5, 5))[0]
print("channels:        ", image[:, 0, 0].tolist())
print("different values:", [len(channel.unique()) for channel in image])

# %% [markdown] exercise="dropout_explained"
# **Problem 1.4.** In your own words: what is dropout, why can it help, and when would you use it?

# %% [markdown] tags=["solution"]
# **A model answer.** Dropout is a regulariser. In training each unit is switched off with probability p, anew for every example at every step, and the rest is scaled by 1/(1 − p); at evaluation all units stay. So no unit is relied on too much, and none can live off correcting another: this is what “less redundant” is meant to say. In a linear model its noise is an L2 penalty. One can also see it as training many thinned networks with shared weights and using, approximately, their mean.
#
# It can help large networks that overfit: on fully connected layers, on convolutional ones (by whole channels), and in transformers as well. In recurrent networks a fresh mask on the memory at every step wears it away; one mask for all steps, or dropout between the layers, does not. Where a network underfits or data abounds it mostly slows learning, and it does not go well before batch normalisation.
#
# *A good answer names:* the random switching in training only; that it regularises, and why; large networks that overfit; one place where it does not help.

# %% [markdown]
# ## What you take with you
#
# - Inverted dropout: in training x · mask / (1 − p), at evaluation x. p is the chance to be dropped.
# - The mean stays x, the variance becomes x² · p / (1 − p).
# - In a linear model that noise adds an L2 penalty, p/(1 − p) · Σ w²x².
# - Backward, the same mask and the same factor.
# - It narrows the gap between training and new data, where there is one.

# %%
lesson.progress()
