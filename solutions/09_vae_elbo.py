# %% [markdown] teaser="puts everything together in a model that invents handwritten digits." writes="likelihood, posterior and ELBO; the bound derived; a VAE on handwritten digits"
# # 9 · The variational auto-encoder and the ELBO
#
# A handwritten digit has causes that nobody wrote down: which digit was meant, how it slants. To score a picture, a model with a hidden cause z must sum over all z, which is out of reach. Here you derive a bound that avoids the sum, and train a model with it.

# %% [markdown]
# **You will**
#
# - squeeze digits through a bottleneck, and find PCA there;
# - compute likelihood, posterior and ELBO exactly where z is finite, and derive the bound line by line;
# - send a gradient through a random sample in two ways, and compare their noise;
# - train a variational auto-encoder from your own functions, and find out why its pictures blur.

# %% [markdown]
# Every `...` is yours to replace. Each exercise has hints: `lesson.elbo.hint()`.

# %%
import numpy as np
import torch
from tqdm.auto import tqdm

from helpers.lessons import vae_elbo as lesson
from helpers.lessons.vae_elbo import finite, on_grid, pca, pictures
from helpers.lessons.vae_elbo.digits import digits
from helpers.lessons.vae_elbo.pictures import gallery
from helpers.lessons.vae_elbo.pieces import pieces

# %% [markdown]
# ## See it move
#
# Here is a model so simple that everything about it is known: z from N(0, 1), then x from N(0.8 z, 0.6²). You observe x and ask which z made it. The answer is a distribution, the posterior p(z|x), and q is your guess at it. Move q's mean and width. The ELBO and KL(q‖posterior) always add up to log p(x). When does the KL vanish?

# %%
lesson.explore()

# %% [markdown]
# It vanishes when q is the posterior, and only then. Because a KL is never negative, the ELBO never rises above log p(x): it is a floor under what you usually cannot compute. Raise the floor, and log p(x) goes up, or q moves closer to the posterior, or both. The notebook builds on that.

# %% [markdown]
# ## Signs, sums and means
#
# Many bugs in VAEs come from here, so this is fixed throughout:
#
# - the **ELBO is maximised**; its negative, `vae_loss`, is **minimised**;
# - within one observation everything is **summed**: over z, pixels, latent dimensions;
# - over observations, log-likelihood and ELBO are summed, a batch's loss is **averaged**;
# - logarithms are natural: values are in nats.

# %% [markdown]
# ## A bottleneck
#
# **Problem 4.1.** Before anything is random, take an auto-encoder with a bottleneck. Predict what it is made of.

# %%
lesson.autoencoder_parts.ask()

# %% exercise="autoencoder_parts"
autoencoder_parts = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
autoencoder_parts = "b"

# %% check="autoencoder_parts"
lesson.autoencoder_parts.check(autoencoder_parts)

# %% [markdown]
# Make both halves linear and measure squared error, and you need no training at all. The best code of `k` numbers is known: centre the columns of `X` (N, D), and give each row its coordinates along the `k` orthonormal directions that lose least. That is PCA's code, of shape (N, k).

# %% [markdown]
# A direction may point either way, and any rotation of the `k` axes loses as little: the check accepts both.


# %% exercise="pca_code"
def pca_code(X, k):
    """The k coordinates of each centred row of X along the principal directions: (N, k)."""
    ...


# %% tags=["solution"]
def pca_code(X, k):
    """The k coordinates of each centred row of X along the principal directions: (N, k)."""
    centred = X - X.mean(axis=0)
    _, _, Vt = np.linalg.svd(centred, full_matrices=False)
    return centred @ Vt[:k].T


# %% check="pca_code"
lesson.pca_code.check(pca_code)

# %%
lesson.pca_code.show(pca_code)

# %% [markdown]
# Now the same by training, on 1797 handwritten digits of 8×8 pixels (Alpaydin and Kaynak, UCI, CC BY 4.0). `pieces` gives back your function where its check is green, and the course's own where not yet, so that you can go on either way. From the code come two columns that span PCA's plane:

# %%
images, labels = digits()
x = torch.tensor(images)
centred = x - x.mean(0)
code = np.asarray(pieces(lesson, pca_code=pca_code).pca_code(images, 2))
plane = centred.numpy().T @ code
gallery({"data": x[:14]}, "The first fourteen digits.")

# %% [markdown]
# A linear encoder to two numbers, a linear decoder back, and Adam, which knows nothing of PCA. Compare the plane that the decoder spans with PCA's: two planes are the same when the largest angle between them is 0.

# %%
torch.manual_seed(0)
encoder, decoder = torch.nn.Linear(64, 2, bias=False), torch.nn.Linear(2, 64, bias=False)
optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=0.02)
losses, angles = [], []

# %%
for _ in range(200):
    loss = (decoder(encoder(centred)) - centred).square().sum(1).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    angles.append(pca.principal_angles(decoder.weight, plane)[0])

# %%
least = float((centred**2).sum(1).mean()) - (code**2).sum(1).mean()
pictures.falling(losses, angles, least)

# %% [markdown]
# So a linear auto-encoder with squared error finds the same **subspace** as PCA, though not the same axes: any invertible mixing of its two numbers would do as well. Here is that plane, each axis in standard deviations of the code. Move about in it: where do you get a digit, and where a smudge?

# %%
lesson.explore_latent()

# %% [markdown]
# In the middle you get a smudge: many kinds of digit lie there together. Farther out come shapes like digits, even beyond the last of the data, and nothing in the auto-encoder says where that is. To **generate**, you must know where to draw z from. So give z a distribution, and make the model probabilistic.

# %% [markdown]
# ## A z you can count
#
# A bag holds two coins. Someone draws one (z, with prior p(z)), tosses it ten times and tells you only the number of heads, x. Then the coin goes back. After six rounds you have six numbers, and have seen no z.

# %% [markdown]
# As arrays: `p_z` (K,), and a table `p_x_given_z` (N, K) whose row i holds the probability of $x_i$ under each z.

# %%
p_z, p_x_given_z = finite.PRIOR, finite.coins(0.8)  # coin 1 lands heads 8 times in ten
print("heads in ten tosses:", *finite.HEADS)
print("p(z):", p_z)
print(np.array2string(p_x_given_z, precision=3, suppress_small=True))

# %% [markdown]
# **Problem 4.3.** How probable are your data? The observations are independent of one another. Write the log-likelihood, the objective that is maximised over the model's parameters θ (here the coins' chances of heads): one number.


# %% exercise="log_likelihood"
def log_likelihood(p_z, p_x_given_z):
    """The log-probability of all observations together: a number."""
    ...


# %% tags=["solution"]
def log_likelihood(p_z, p_x_given_z):
    """The log-probability of all observations together: a number."""
    p_x = p_x_given_z @ p_z  # p(x_i): every z may have made x_i
    return np.log(p_x).sum()


# %% [markdown] tags=["solution"]
# As a formula: $\displaystyle \arg\max_\theta \sum_i \log \sum_z p_\theta(x_i|z)\, p_Z(z)$.

# %% check="log_likelihood"
lesson.log_likelihood.check(log_likelihood)

# %%
lesson.log_likelihood.show(log_likelihood)

# %% [markdown]
# The peak of each curve is the θ that explains the data best under that prior. Someone finds the sum over z a nuisance, and keeps only the likeliest z of each observation. When is that right all the same?

# %%
lesson.break_log_likelihood.show()

# %% exercise="break_log_likelihood"
break_log_likelihood = ...  # (p_z, p_x_given_z)

# %% tags=["solution"]
break_log_likelihood = ([0.4, 0.6], [[0.3, 0.0], [0.0, 0.5]])

# %% check="break_log_likelihood"
lesson.break_log_likelihood.check(break_log_likelihood)

# %% [markdown]
# Now read closely. You may find this objective printed as
#
# $$\arg\max_\theta \sum_i \log\big(p_\theta(x_i|z)\, p_Z(z)\big).$$
#
# Is it the same thing?

# %%
lesson.printed_objective.ask()

# %% exercise="printed_objective"
printed_objective = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
printed_objective = "c"

# %% check="printed_objective"
lesson.printed_objective.check(printed_objective)

# %% [markdown]
# The sum over z stands **inside** the logarithm, and the logarithm of a sum does not split into terms. For two coins that is no trouble. For a z of twenty real numbers the sum becomes an integral: a grid with ten points on each axis would have $10^{20}$.

# %% [markdown]
# Turn the question round. Given $x_i$, which coin was it? Bayes' rule answers, with a table of shape (N, K).


# %% exercise="posterior"
def posterior(p_z, p_x_given_z):
    """How probable each z is once x_i has been seen: (N, K)."""
    ...


# %% tags=["solution"]
def posterior(p_z, p_x_given_z):
    """How probable each z is once x_i has been seen: (N, K)."""
    joint = p_x_given_z * p_z
    return joint / joint.sum(axis=1, keepdims=True)


# %% check="posterior"
lesson.posterior.check(posterior)

# %%
lesson.posterior.show(posterior)

# %% [markdown]
# ## How far q is from the posterior
#
# The posterior needs the same sum over z, as its denominator, and where z has many dimensions that is out of reach. So use a distribution $q(z|x_i)$ that you can handle in its place. KL(q‖p) measures how far q is from p: the average of log q − log p **under q**.

# %% [markdown]
# Write it for the last axis: q is (K,) or (N, K), and so is p. 0 · log 0 counts as 0. Where q is positive and p is 0, the KL is infinite.


# %% exercise="kl"
def kl(q, p):
    """KL(q‖p) over the last axis: a number, or one for each row."""
    ...


# %% tags=["solution"]
def kl(q, p):
    """KL(q‖p) over the last axis: a number, or one for each row."""
    q, p = np.broadcast_arrays(q, p)
    seen = q > 0
    ratio = np.divide(q, p, out=np.full(q.shape, np.inf), where=p > 0)
    return (q * np.log(np.where(seen, ratio, 1))).sum(axis=-1)


# %% check="kl"
lesson.kl.check(kl)

# %%
lesson.kl.show(kl)

# %% [markdown]
# It matters which of the two does the averaging. The program below has them the wrong way round. Still there are q ≠ p for which nobody would notice:

# %%
lesson.break_kl.show()

# %% exercise="break_kl"
break_kl = ...  # (q, p)

# %% tags=["solution"]
break_kl = ([0.1, 0.9], [0.9, 0.1])

# %% check="break_kl"
lesson.break_kl.check(break_kl)

# %% [markdown]
# Now the centre of the notebook, the **evidence lower bound** (ELBO). For one observation it has two terms: how well the z that q proposes explain $x_i$, minus how far q is from the prior.
#
# $$\mathcal{L}_i = \mathbb{E}_{q(z|x_i)}[\log p(x_i|z)] - \mathrm{KL}(q(z|x_i)\,\|\,p(z))$$

# %% [markdown]
# Row i of `q` (N, K) is $q(z|x_i)$. Return $\sum_i \mathcal{L}_i$. Where q is 0, nothing is added, even if $p(x_i|z)$ is 0 there. Where q is positive and $p(x_i|z)$ is 0, the ELBO is −∞.


# %% exercise="elbo"
def elbo(q, p_z, p_x_given_z):
    """The evidence lower bound, summed over the observations: a number."""
    ...


# %% tags=["solution"]
def elbo(q, p_z, p_x_given_z):
    """The evidence lower bound, summed over the observations: a number."""
    log_p = np.log(np.where(q > 0, p_x_given_z, 1))
    return (q * log_p).sum() - kl(q, p_z).sum()


# %% check="elbo"
lesson.elbo.check(elbo)

# %%
lesson.elbo.show(elbo)

# %% [markdown]
# Try four guesses q on the six rounds with the coins. How far is each ELBO from the log-likelihood, and what is that distance?

# %%
parts = pieces(lesson, log_likelihood=log_likelihood, posterior=posterior, kl=kl, elbo=elbo)
print(f"log-likelihood {parts.log_likelihood(p_z, p_x_given_z):.3f}\n")
truth = np.asarray(parts.posterior(p_z, p_x_given_z))
guesses = {"the prior": p_z, "fifty-fifty": [0.5, 0.5], "nearly right": 0.9 * truth + 0.05}
for name, q in (guesses | {"the posterior": truth}).items():
    q = np.broadcast_to(q, truth.shape)
    bound, gap = parts.elbo(q, p_z, p_x_given_z), abs(np.sum(parts.kl(q, truth)))
    print(f"{name:14} ELBO {bound:8.3f} + KL to posterior {gap:6.3f} = {bound + gap:8.3f}")

# %% [markdown]
# ## Why it is a bound
#
# Numbers are no proof. Write the derivation, each line as a function of a model `m`. The check runs all lines on random models: every line must follow from the one above, and a step may bring in **one rule**. There are two: Jensen's inequality, and log(ab) = log a + log b. Algebra is free.

# %% [markdown]
# Which way does Jensen's inequality go? Predict it with two numbers:

# %%
lesson.jensen_direction.ask()

# %% exercise="jensen_direction"
jensen_direction = ...  # one of "a", "b", "c"

# %% tags=["solution"]
jensen_direction = "a"

# %% check="jensen_direction"
lesson.jensen_direction.check(jensen_direction)

# %% [markdown]
# `m.p_z[z]`, `m.p_x_given_z[i, z]` and `m.q[i, z]` are the distributions. Sums run over `m.zs` and `m.xs`. `m.E_q(i, lambda z: …)` is the expectation under $q(z|x_i)$. Array operations on whole tables are as good.

# %% [markdown]
# Take every logarithm with `m.log`. To see which rule a step uses, the check puts other functions in its place: √x is concave and obeys Jensen, but √(ab) is not √a + √b.

# %% [markdown]
# **Problem 4.4.** Start from the log-likelihood. Multiply and divide by q, read the sum as an expectation, and use Jensen's inequality, log E ≥ E log. Then take the logarithm of the fraction apart:
#
# $$\sum_i \log p_\theta(x_i) \ge \sum_i \mathbb{E}_{q(z|x_i)}[\log p_Z(z) - \log q(z|x_i) + \log p_\theta(x_i|z)]$$

# %% [markdown]
# **Problem 4.5.** Group the terms: the last line is $\sum_i \mathcal{L}_i$ with $\mathcal{L}_i$ as above. Remember $\mathrm{KL}(q\,\|\,p) = \mathbb{E}_q[\log q] - \mathbb{E}_q[\log p]$.
#
# Between two lines stands "≥" where something is lost, "=" elsewhere. Use as many lines as you like.

# %% exercise="elbo_derivation"
elbo_derivation = [
    lambda m: ...,  # the log-likelihood
    "=",
    lambda m: ...,  # multiplied and divided by q: the sum over z as an expectation
    "≥",
    lambda m: ...,  # the logarithm inside the expectation
    "=",
    lambda m: ...,  # the logarithm of each factor: Problem 4.4's right side
    "=",
    lambda m: ...,  # reconstruction minus KL
]

# %% tags=["solution"]
elbo_derivation = [
    lambda m: sum(m.log(sum(m.p_x_given_z[i, z] * m.p_z[z] for z in m.zs)) for i in m.xs),
    "=",
    lambda m: sum(
        m.log(m.E_q(i, lambda z: m.p_x_given_z[i, z] * m.p_z[z] / m.q[i, z])) for i in m.xs
    ),
    "≥",
    lambda m: sum(
        m.E_q(i, lambda z: m.log(m.p_x_given_z[i, z] * m.p_z[z] / m.q[i, z])) for i in m.xs
    ),
    "=",
    lambda m: sum(
        m.E_q(i, lambda z: m.log(m.p_z[z]) - m.log(m.q[i, z]) + m.log(m.p_x_given_z[i, z]))
        for i in m.xs
    ),
    "=",
    lambda m: sum(
        m.E_q(i, lambda z: m.log(m.p_x_given_z[i, z]))
        - (m.E_q(i, lambda z: m.log(m.q[i, z])) - m.E_q(i, lambda z: m.log(m.p_z[z])))
        for i in m.xs
    ),
]

# %% check="elbo_derivation"
lesson.elbo_derivation.check(elbo_derivation)

# %%
lesson.elbo_derivation.show(elbo_derivation)

# %% [markdown]
# When is nothing lost? In the explorer the gap closed when q was the posterior. Hand in the chain for that case: the same lines, with "=" throughout. That q **is** the posterior is now the rule that takes Jensen's place.

# %% exercise="tight_derivation"
tight_derivation = ...  # a list of lines and signs, as above

# %% tags=["solution"]
tight_derivation = ["=" if part == "≥" else part for part in elbo_derivation]

# %% check="tight_derivation"
lesson.tight_derivation.check(tight_derivation)

# %% [markdown]
# Is it tight only then? The logarithm bends everywhere, so Jensen loses nothing only if $p(x_i|z)\,p(z) / q(z|x_i)$ is one number for all z. Then q is that product, normalised: the posterior. With any other q one “=” fails, and the shortfall is KL(q‖posterior):

# %%
lesson.tight_derivation.without("q being the posterior", tight_derivation)

# %% [markdown]
# **Problem 4.6.** The expectations are estimated with samples. From which distribution?

# %%
lesson.sampling_distribution.ask()

# %% exercise="sampling_distribution"
sampling_distribution = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
sampling_distribution = "b"

# %% check="sampling_distribution"
lesson.sampling_distribution.check(sampling_distribution)

# %% [markdown]
# ## A Gaussian q
#
# Leave the coins behind. z becomes a vector of D real numbers with prior N(0, 1) in each, and q(z|x) a Gaussian with independent dimensions: an encoder network gives its `mu` and `logvar`, the logarithm of σ². A network's output may be any number; a variance may not.

# %% [markdown]
# From here on the arrays are **torch tensors**. Compute with torch's own operations, so that gradients pass through.

# %% [markdown]
# `logvar` is neither σ nor σ², and many bugs come from mixing them up. Before you compute with it:

# %%
lesson.sigma_of_logvar.ask()

# %% exercise="sigma_of_logvar"
sigma_of_logvar = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
sigma_of_logvar = "c"

# %% check="sigma_of_logvar"
lesson.sigma_of_logvar.check(sigma_of_logvar)

# %% [markdown]
# The KL to the prior needs no sum over z: the integral of log q − log p under q has a closed form. In one dimension you need only $\mathbb{E}_q[z^2] = \mu^2 + \sigma^2$ and $\mathbb{E}_q[(z - \mu)^2] = \sigma^2$.
#
# `mu` and `logvar` have shape (N, D). Return (N,): one KL for each observation, summed over its dimensions.


# %% exercise="gaussian_kl"
def gaussian_kl(mu, logvar):
    """KL(N(mu, σ²)‖N(0, 1)), summed over the last axis; tensors."""
    ...


# %% tags=["solution"]
def gaussian_kl(mu, logvar):
    """KL(N(mu, σ²)‖N(0, 1)), summed over the last axis; tensors."""
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=-1)


# %% check="gaussian_kl"
lesson.gaussian_kl.check(gaussian_kl)

# %%
lesson.gaussian_kl.show(gaussian_kl)

# %% [markdown]
# ## A gradient through a sample
#
# The reconstruction term is an average over z drawn from q, and q's own parameters are what you want to improve. Draw z directly from q, and the dependence on mu and logvar is lost: the number that comes out has no derivative with respect to them.

# %%
pictures.random_node()

# %% [markdown]
# (Dashed circles are random.) The way out is to move the randomness aside. Let `eps` come from N(0, 1), which has no parameters, and compute z from it, with the right mean and spread.


# %% exercise="reparametrize"
def reparametrize(mu, logvar, eps):
    """A sample of N(mu, σ²) made from eps, a sample of N(0, 1); tensors of one shape."""
    ...


# %% tags=["solution"]
def reparametrize(mu, logvar, eps):
    """A sample of N(mu, σ²) made from eps, a sample of N(0, 1); tensors of one shape."""
    return mu + (0.5 * logvar).exp() * eps


# %% check="reparametrize"
lesson.reparametrize.check(reparametrize)

# %%
lesson.reparametrize.show(reparametrize)

# %% [markdown]
# **Problem 4.7.** Try it on the smallest example. x comes from q = N(θ, 1), and you want the gradient of $\mathbb{E}_q[x^2]$ with respect to θ. Write x = θ + ε with ε from N(0, 1): now θ is inside the average, and you may differentiate there.

# %% [markdown]
# Return the gradient that **each** sample ε gives: `eps` (n,) in, (n,) out. Their average estimates the gradient. (NumPy arrays here.)


# %% exercise="reparam_gradient"
def reparam_gradient(theta, eps):
    """The gradient of x² with respect to theta at x = theta + eps, for each eps: (n,)."""
    ...


# %% tags=["solution"]
def reparam_gradient(theta, eps):
    """The gradient of x² with respect to theta at x = theta + eps, for each eps: (n,)."""
    return 2 * (theta + eps)


# %% check="reparam_gradient"
lesson.reparam_gradient.check(reparam_gradient)

# %%
lesson.reparam_gradient.show(reparam_gradient)

# %% [markdown]
# There is another way, which leaves the sample alone and asks how its probability changes. Since ∂q = q · ∂log q,
#
# $$\frac{\partial}{\partial\theta}\,\mathbb{E}_q[x^2] = \mathbb{E}_q\left[x^2 \, \frac{\partial \log q(x)}{\partial\theta}\right].$$
#
# This is the **score-function** estimator. Write what each sample x = θ + ε contributes, with x held fixed in ∂log q(x)/∂θ.


# %% exercise="score_function_gradient"
def score_function_gradient(theta, eps):
    """x² times the derivative of log q(x) with respect to theta, for each x = theta + eps: (n,)."""
    ...


# %% tags=["solution"]
def score_function_gradient(theta, eps):
    """x² times the derivative of log q(x) with respect to theta, for each x = theta + eps: (n,)."""
    sample = theta + eps
    return sample**2 * eps  # log q(x) = −(x − θ)²/2 + const, so its derivative is x − θ = ε


# %% check="score_function_gradient"
lesson.score_function_gradient.check(score_function_gradient)

# %%
lesson.score_function_gradient.show(score_function_gradient)

# %% [markdown]
# Which one is right? Both are polynomials in ε, and Gauss–Hermite quadrature with ten nodes gives averages of polynomials over N(0, 1) **exactly**, up to degree 19, with no sampling. Take θ = 1, where the gradient should be 2θ = 2.

# %%
parts = pieces(
    lesson, reparam_gradient=reparam_gradient, score_function_gradient=score_function_gradient
)
nodes, weights = np.polynomial.hermite_e.hermegauss(10)
weights = weights / weights.sum()  # now they average over N(0, 1)

# %%
for name in ("reparam_gradient", "score_function_gradient"):
    gradient = np.asarray(getattr(parts, name)(1.0, nodes))
    mean = weights @ gradient
    print(f"{name:24} mean {mean:.4f}   variance {weights @ (gradient - mean) ** 2:.4f}")

# %% [markdown]
# Both are unbiased: the average is 2θ either way. But at θ = 1 a single sample has variance 4 in one case and 30 in the other, so the score function needs 7.5 times as many samples for the same precision. Move θ and watch the two histograms.

# %%
lesson.explore_gradients(parts.reparam_gradient, parts.score_function_gradient)

# %% [markdown]
# ## The loss of a VAE
#
# Everything is ready. The decoder turns z into one logit for each pixel, and the sigmoid of the logit is that pixel's probability of ink. Where a pixel is pure ink (1) or paper (0), −log p(x|z) is **binary cross-entropy with logits**, summed over the pixels. Add the KL, and average over the batch.

# %% [markdown]
# Our digits also have grey pixels. A grey of 0.3 is read as ink with probability 0.3, and binary cross-entropy is then the average of −log p over such draws. The loss is then −ELBO, averaged over such draws too.

# %% [markdown]
# `recon_logits` and `x` have shape (N, P), `mu` and `logvar` (N, D). Return the loss, −ELBO: a tensor with one number.


# %% exercise="vae_loss"
def vae_loss(recon_logits, x, mu, logvar):
    """−ELBO: summed over pixels and dimensions, averaged over the batch; a tensor."""
    ...


# %% tags=["solution"]
def vae_loss(recon_logits, x, mu, logvar):
    """−ELBO: summed over pixels and dimensions, averaged over the batch; a tensor."""
    bce = torch.nn.functional.binary_cross_entropy_with_logits
    reconstruction = bce(recon_logits, x, reduction="none").sum(dim=-1)
    return (reconstruction + gaussian_kl(mu, logvar)).mean()


# %% check="vae_loss"
lesson.vae_loss.check(vae_loss)

# %%
lesson.vae_loss.show(vae_loss)

# %% [markdown]
# Why not take the sigmoid first and then its logarithms, as the formula has them? On paper it is the same.

# %%
lesson.break_vae_loss.show()

# %% exercise="break_vae_loss"
break_vae_loss = ...  # (recon_logits, x)

# %% tags=["solution"]
break_vae_loss = ([[50.0]], [[1.0]])

# %% check="break_vae_loss"
lesson.break_vae_loss.check(break_vae_loss)

# %% [markdown]
# ## Train it
#
# Every sixth digit is held out: the network never trains on it. Both halves are small, with one hidden layer each. The loop uses your functions where their checks are green, and the course's own elsewhere.

# %%
parts = pieces(lesson, gaussian_kl=gaussian_kl, reparametrize=reparametrize, vae_loss=vae_loss)
held_out, seen = x[::6], x[torch.arange(len(x)) % 6 > 0]
print(f"{len(seen)} digits to train on, {len(held_out)} held out")
parts


# %%
class VAE(torch.nn.Module):
    """An encoder from 64 pixels to mu and logvar, and a decoder from z to 64 logits."""

    def __init__(self, latent):
        super().__init__()
        nn = torch.nn
        self.encoder = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2 * latent))
        self.decoder = nn.Sequential(nn.Linear(latent, 64), nn.ReLU(), nn.Linear(64, 64))

    def encode(self, x):
        return self.encoder(x).chunk(2, dim=-1)  # mu, logvar

    def decode(self, z):
        with torch.no_grad():
            return torch.sigmoid(self.decoder(torch.as_tensor(z, dtype=torch.float32)))


# %% [markdown]
# One z is drawn for each digit. The KL is returned beside the loss, to be watched by itself and, later, weighed by β.


# %%
def loss_and_kl(vae, some):
    """The loss on some digits (n, 64), and the KL in it: two tensors with one number each."""
    mu, logvar = vae.encode(some)
    z = parts.reparametrize(mu, logvar, torch.randn_like(mu))
    return parts.vae_loss(vae.decoder(z), some, mu, logvar), parts.gaussian_kl(mu, logvar).mean()


# %%
def train(latent, beta=1.0, epochs=40):
    """A trained VAE; and loss and KL after each epoch, on digits seen and held out: (epochs, 4)."""
    torch.manual_seed(0)
    vae, history = VAE(latent), []
    optimizer = torch.optim.Adam(vae.parameters(), lr=0.01)
    for _ in tqdm(range(epochs), desc=f"β = {beta:g}"):
        for batch in seen[torch.randperm(len(seen))].split(200):
            loss, kl_part = loss_and_kl(vae, batch)
            optimizer.zero_grad()
            (loss + (beta - 1) * kl_part).backward()
            optimizer.step()
        with torch.no_grad():
            history.append([*loss_and_kl(vae, seen), *loss_and_kl(vae, held_out)])
    return vae, np.array(history)


# %% [markdown]
# The loss has two terms, and both are costs. Before you run it: will both fall?

# %%
vae, history = train(latent=2, epochs=80)
pictures.training(history)

# %% [markdown]
# The loss falls, the KL does not. At first it sinks almost to 0: q is nearly the prior, and z says next to nothing. Then the code begins to pay: each nat of KL buys more than a nat of reconstruction. The curves of the held-out digits stay close: little is learned by heart.

# %% [markdown]
# **Reconstruction**: encode a digit, decode the mean. **Sample**: draw z from the prior, and decode. Nothing but z goes in: these digits were written by nobody. (Each pixel shown is its probability of ink.)

# %%
torch.manual_seed(1)
with torch.no_grad():
    mu, logvar = vae.encode(x)
reconstructed, samples = vae.decode(mu[::6]), vae.decode(torch.randn(300, 2))
rows = {"held out": held_out[:14], "reconstructed": reconstructed[:14], "sampled": samples[:14]}
gallery(rows, "Digits held out, what the VAE gives back of them, and digits that it makes up.")

# %%
error = (vae.decode(mu) - x).square().sum(1).mean()
print(f"squared error of a digit, two numbers for each: PCA {least:.1f}, the VAE {error:.1f}")

# %% [markdown]
# And this is its plane. On PCA's plane we had to divide by the codes' deviations ourselves. Here the KL has pulled the codes to where the prior is, so you know where to draw z.

# %%
lesson.explore_latent(mu, vae.decode)

# %% [markdown]
# ## The bound on a real model
#
# With two latent dimensions a grid can stand in for the integral, and your functions from the coins apply again. The held-out digits are rounded to ink or paper here, so that p(x|z) is a true probability.

# %%
exact = pieces(lesson, log_likelihood=log_likelihood, posterior=posterior, kl=kl, elbo=elbo)
ink, grid = held_out.round(), on_grid.square(reach=4, side=61)  # 3721 points for z
with torch.no_grad():
    ink_mu, ink_logvar = vae.encode(ink)
prior = on_grid.normals(grid, [[0, 0]], [[1, 1]])[0]
table = on_grid.likelihoods(vae.decode(grid), ink)
q = on_grid.normals(grid, ink_mu, ink_logvar.exp())

# %%
truth = np.asarray(exact.posterior(prior, table))
evidence = exact.log_likelihood(prior, table) / len(ink)
bound, gap = exact.elbo(q, prior, table) / len(ink), np.mean(exact.kl(q, truth))
print(f"per digit: ELBO {bound:.2f} + KL(q‖posterior) {gap:.2f} = {bound + gap:.2f} nats")
print(f"           log p(x) {evidence:.2f}")
with torch.no_grad():
    drawn = torch.stack([loss_and_kl(vae, ink)[0] for _ in range(50)]).mean()
print(f"           −loss, from 50 samples of z instead of the grid: {-drawn:.2f}")

# %%
each = [exact.elbo(q[[i]], prior, table[[i]]) for i in range(14)]
pictures.bounds(ink[:14], np.array(each), np.asarray(exact.kl(q, truth))[:14])

# %% [markdown]
# So the identity of the first explorer holds for a trained network, digit by digit, and the loss is −ELBO. On average the bound lies 0.7 nat below log p(x).

# %% [markdown]
# ## Too much KL
#
# Weigh the KL with a factor β. With β = 1 the loss is −ELBO; β < 1 cares more for reconstruction, β > 1 more for the prior. Here are five VAEs with **four** latent dimensions. Before you run it: what becomes of the KL of each dimension as β grows?

# %%
models = {beta: train(latent=4, beta=beta) for beta in (0.1, 0.5, 1, 2, 4)}

# %%
shares, back, costs = {}, {}, {}
with torch.no_grad():
    for beta, (model, course) in models.items():
        means, logs = model.encode(held_out)
        each = [parts.gaussian_kl(means[:, [d]], logs[:, [d]]).mean() for d in range(4)]
        shares[beta], back[beta], costs[beta] = (
            np.array(each),
            model.decode(means[:4]),
            course[-1, 2],
        )
pictures.kl_by_dimension(shares, held_out[:4], back, costs)

# %% [markdown]
# Where a dimension's KL is 0, q is the prior for every x: the encoder writes nothing there. This is **posterior collapse**. At β = 1 one dimension has collapsed: training found nothing for it that earns more in reconstruction than it costs. At β = 4 all have, and the decoder always answers with the average digit.

# %% [markdown]
# The last row shows −ELBO on the held-out digits: it is least at β = 1, the model that was trained for it. Now a question about a bug. In someone's loss the reconstruction is the **mean** over the 64 pixels, and the KL the sum over the dimensions.

# %%
lesson.averaged_pixels.ask()

# %% exercise="averaged_pixels"
averaged_pixels = ...  # one of "a", "b", "c", "d"

# %% tags=["solution"]
averaged_pixels = "d"

# %% check="averaged_pixels"
lesson.averaged_pixels.check(averaged_pixels)

# %% [markdown]
# ## Why the pictures blur
#
# **Problem 4.2.** The encoder outputs μ and σ of z given x: a Gaussian. What is its drawback? You have seen it: the pictures are blurry. Two experiments look for the cause. Sharpness, here: the mean squared difference between neighbouring pixels.


# %%
def sharpness(images):
    """Mean squared difference between pixels side by side and one above the other."""
    images = np.asarray(images).reshape(-1, 8, 8)
    return (np.diff(images, axis=1) ** 2).mean() + (np.diff(images, axis=2) ** 2).mean()


print(f"one digit {sharpness(images[0]):.3f}, the average of all {sharpness(images.mean(0)):.3f}")

# %% [markdown]
# Is the network too small? Compare with the best that **any** decoder could answer for these codes, however large. At a point z it serves all digits $x_j$ whose $q(z|x_j)$ reaches there. It answers each pixel by itself: the answer with the least loss on the digits seen is their average, weighted by $q(z|x_j)$.


# %%
def best_decoder(vae):
    """For each held-out code, the answer of least loss on the digits seen: (300, 64)."""
    with torch.no_grad():
        z, (means, logs) = vae.encode(held_out)[0], vae.encode(seen)
    distance = ((z[:, None] - means) ** 2 / logs.exp() + logs).sum(-1)  # −2 log q(z|x_j) + const
    return torch.softmax(-distance / 2, dim=1) @ seen


# %%
best = best_decoder(vae)
compared = {"held out": held_out, "best decoder": best}
compared |= {"reconstructed": reconstructed, "sampled": samples}
pictures.sharpness_bars({name: sharpness(some) for name, some in compared.items()})

# %% [markdown]
# The network comes close to the best decoder for these codes, and that one has only about half the sharpness of the data. So the limit lies in the codes. As a control, take the five VAEs from above: the same Gaussian q, the same independent pixels, but codes that say more or less, measured by their KL.

# %%
nats, limit, network = [], [], []
for model, course in models.values():
    nats.append(course[-1, 3])
    limit.append(sharpness(best_decoder(model)) / sharpness(held_out))
    with torch.no_grad():
        means = model.encode(held_out)[0]
    network.append(sharpness(model.decode(means)) / sharpness(held_out))
pictures.sharpness_by_kl(list(models), nats, limit, network)

# %% [markdown]
# The more a code says, the sharper the best answer. What it leaves open is averaged, since each pixel answers by itself. At β = 0.1 it is the network that falls short: the best decoder would reach 86%, this one 65%. Sharpness has its price: every nat of KL counts in the ELBO.

# %%
torch.manual_seed(2)
rows = {"held out": held_out[:14], "best decoder": best[:14], "reconstructed": reconstructed[:14]}
rows["pixels drawn"] = torch.bernoulli(reconstructed[:14])
gallery(rows, "Digits, the best any decoder could answer, the VAE's, and pixels drawn one by one.")

# %% [markdown]
# If you draw each pixel with its probability instead, our measure would call the result more than twice as sharp as the data, because it counts every jump. It cannot tell a stroke from a speckle. What is missing are pixels that agree with one another.

# %% [markdown]
# The other suspect is q. You have the true posteriors on the grid. In orange: the four of the 300 digits whose posterior is least Gaussian. In blue: q, as ellipses of one and two standard deviations.

# %%
pictures.true_posteriors(grid, truth, ink, ink_mu, ink_logvar)

# %% [markdown]
# Two parts, or a long tail: no ellipse covers them without covering ground where other digits live. But these are the worst four. For half of the digits a Gaussian with the posterior's own mean and spread would lose less than 0.07 nat; the encoder's q loses 0.4. So most is lost by where the ellipse lies, not by its being one.

# %% [markdown]
# (On the grey digits, which the encoder was trained on, its q loses 0.2.) Training has a hand in this: the ELBO is log p(x) − KL(q‖posterior), so a decoder is also rewarded for posteriors that a Gaussian can follow.

# %% [markdown] exercise="blurry_outputs"
# **In your own words (4.2):** what is a drawback of the Gaussian latent, and where does it come from? Which part of your answer do the experiments support, and which is rare here?

# %% [markdown] tags=["solution"]
# **A model answer.** The outputs are blurry. First, the true posterior p(z|x) is often far from Gaussian: bent, skewed, or in several parts. A Gaussian q cannot follow it and covers places that belong to other digits, so one z must serve several x. Here that is rare: the encoder's own miss costs more.

# %% [markdown] tags=["solution"]
# Second, the outputs are independent given z, and trained by maximum likelihood. What z leaves open, the pixels cannot settle among themselves, so probability is spread diffusely over every possibility: each pixel takes its average. For our codes of 2.3 nats even the best decoder has half the data's sharpness; codes that say more allow more.
#
# *A good answer names:* blurry outputs; posteriors that are not Gaussian; pixels independent given z; maximum likelihood, which averages what z leaves open.

# %% [markdown]
# ## What you take with you
#
# - log p(x) = ELBO + KL(q‖posterior): tight exactly when q is the posterior.
# - The likelihood sums over z inside the logarithm; the ELBO samples.
# - z = μ + σε lets the gradient through; the score function is unbiased too, but noisier here.
# - Minimise −ELBO: sum over pixels and dimensions, average over the batch.
# - Too large a β empties z; what z leaves open is averaged.

# %% [markdown]
# Source: Kingma, Welling, “Auto-encoding variational Bayes”, ICLR 2014.

# %%
lesson.progress()
