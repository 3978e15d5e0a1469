# %% [markdown] teaser="puts everything together in a model that invents handwritten digits." writes="likelihood, posterior and ELBO; the bound derived; a VAE on handwritten digits"
# # 9 · The variational auto-encoder and the ELBO
#
# A handwritten digit has causes that nobody wrote down: which digit was meant, how it slants, how bold the pen was. A model with such a hidden cause z sums over every z, which no network can. Here is the bound that gets round the sum, why it holds, and a model trained with it.

# %% [markdown]
# **You will**
#
# - squeeze digits through a bottleneck and meet an old acquaintance, PCA;
# - compute likelihood, posterior and ELBO exactly where z is finite, and derive the bound line by line;
# - send a gradient through a random sample in two ways, and compare their noise;
# - train a variational auto-encoder from your own pieces, and find out why its pictures blur.

# %% [markdown]
# Every `...` is yours to replace. Each exercise has hints: `lesson.elbo.hint()`.

# %%
import sys

sys.path.insert(0, "..")  # the course's helpers stand one folder up

import numpy as np
import torch
from tqdm.auto import tqdm

from helpers.lessons import vae_elbo as lesson
from helpers.lessons.vae_elbo import finite, pca, pictures
from helpers.lessons.vae_elbo.digits import digits
from helpers.lessons.vae_elbo.pictures import gallery
from helpers.lessons.vae_elbo.pieces import pieces

# %% [markdown]
# ## See it move
#
# Here is a model so simple that everything about it is known: z from N(0, 1), then x from N(0.8 z, 0.6²). You observe x and ask which z made it. The answer is the posterior, and q is your guess at it. Move q's mean and width. The ELBO and KL(q‖posterior) always add up to log p(x). When does the gap close?

# %%
lesson.explore()

# %% [markdown]
# Because a KL is never negative, the ELBO never rises above log p(x): it is a floor under what you cannot compute. Raise the floor, and you push log p(x) up, or q towards the posterior, or both. That is the whole trick. The rest of the notebook builds it.

# %% [markdown]
# ## Signs, sums and means
#
# Half of all VAE bugs live here, so this is fixed for the notebook:
#
# - the **ELBO is maximised**; its negative, `vae_loss`, is **minimised**;
# - what belongs to one observation is **summed**: over z, pixels, latent dimensions;
# - over observations, log-likelihood and ELBO are summed, a batch's loss is **averaged**;
# - logarithms are natural: all is in nats.

# %% [markdown]
# ## A bottleneck
#
# **Problem 4.1.** Before anything is random: an auto-encoder with a bottleneck. Predict what it consists of.

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
# Signs are arbitrary and the axes may be rotated: the check allows for both.


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
# Now the same by training, on 1797 handwritten digits of 8×8 pixels (Alpaydin and Kaynak, UCI, CC BY 4.0). PCA's plane among all images of 64 pixels is spanned by two columns:

# %%
images, labels = digits()
x = torch.tensor(images)
centred = x - x.mean(0)
code = np.asarray(pieces(lesson, pca_code=pca_code).pca_code(images, 2))
plane = centred.numpy().T @ code
gallery({"data": x[:14]}, "The first fourteen digits.")

# %% [markdown]
# A linear encoder to two numbers, a linear decoder back, and Adam, which knows nothing of PCA. Compare the plane that its decoder spans with PCA's: two planes are the same when the largest angle between them is 0.

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
# So a linear auto-encoder with squared error finds the same **subspace** as PCA, though not the same axes: any invertible mixing of its two numbers would do as well. Here is what lies in that plane. Walk about in it: where is the code a digit, and where is it mush?

# %%
lesson.explore_latent()

# %% [markdown]
# Most of the plane belongs to no digit, and nothing in an auto-encoder says which part does. To **generate**, you must know where to draw z from. So give z a distribution, and make the model a model of chance.

# %% [markdown]
# ## A z you can count
#
# A bag holds two coins. Someone draws one (z, with prior p(z)), throws it ten times and tells you only the number of heads, x. Then the coin goes back. After six rounds you hold six numbers and not one z.

# %% [markdown]
# As arrays: `p_z` (K,), and a table `p_x_given_z` (N, K) whose row i holds the probability of $x_i$ under each z.

# %%
p_z, p_x_given_z = finite.PRIOR, finite.coins(0.8)  # coin 1 shows heads 8 times in ten
print("heads in ten throws:", *finite.HEADS)
print("p(z):", p_z)
print(np.array2string(p_x_given_z, precision=3, suppress_small=True))

# %% [markdown]
# **Problem 4.3.** How probable are your data? The observations are independent of one another. Write the log-likelihood that is to be maximised over the model's parameters θ, here the coins' chances of heads: one number.


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
# As a formula, the objective is $\displaystyle \arg\max_\theta \sum_i \log \sum_z p_\theta(x_i|z)\, p_Z(z)$. You will often read it without the sum over z. Then it would need a z for each observation, and nobody has seen one.

# %% check="log_likelihood"
lesson.log_likelihood.check(log_likelihood)

# %%
lesson.log_likelihood.show(log_likelihood)

# %% [markdown]
# The peak of a curve is the θ that explains the data best. The sum over z stands **inside** the logarithm, and no rule pulls it out. For two coins that is no trouble. For a z of twenty real numbers the sum is an integral over a space that no grid can fill.

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
# ## How far q is from the truth
#
# The posterior needs the same impossible sum, as its denominator. So use something simpler in its place: a distribution $q(z|x_i)$ that you can handle. How far two distributions are apart is told by KL(q‖p), the average of log q − log p **under q**.

# %% [markdown]
# Write it for the last axis: q is (K,) or (N, K), p likewise. 0 · log 0 counts as 0. Where q is positive and p is 0, it is infinite.


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
# Now the star of the notebook, the **evidence lower bound**. For one observation it has two terms: how well $x_i$ is explained by the z that q proposes, minus how far q strays from the prior.
#
# $$\mathcal{L}_i = \mathbb{E}_{q(z|x_i)}[\log p(x_i|z)] - \mathrm{KL}(q(z|x_i)\,\|\,p(z))$$

# %% [markdown]
# Row i of `q` (N, K) is $q(z|x_i)$. Return $\sum_i \mathcal{L}_i$. Where q is 0, nothing is added, even if $p(x_i|z)$ is 0 there.


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
# Try four guesses q on the six rounds with the coins. Compare each ELBO with what is missing to the log-likelihood.

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
# Time to leave coins behind. z becomes a vector of D real numbers with prior N(0, 1) in each, and q(z|x) a Gaussian with independent dimensions: an encoder network gives its `mu` and `logvar`, the logarithm of σ². (A network's output may be negative; a variance may not.)

# %% [markdown]
# From here on the arrays are **torch tensors**, and you compute with torch, so that gradients pass through.

# %% [markdown]
# The KL to the prior no longer needs a sum over z: the integral of log q − log p under q has a closed form. In one dimension you need only $\mathbb{E}_q[z^2] = \mu^2 + \sigma^2$ and $\mathbb{E}_q[(z - \mu)^2] = \sigma^2$.
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
# The reconstruction term is an average over z drawn from q, and q's own parameters are what you want to improve. Draw z, and the dependence on mu and logvar is lost: a random number has no derivative.

# %% [markdown]
# Unless you draw the randomness elsewhere. Let `eps` come from N(0, 1), and make z of it, with the right mean and spread.


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
# Return the gradient that **each** sample ε gives: `eps` (n,) in, (n,) out. Their average is the gradient. (NumPy arrays here.)


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
# There is an older way, which leaves the sample alone and asks how its probability changes. Since ∂q = q · ∂log q,
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
# Which one is right? Both are polynomials in ε, and for polynomials Gauss–Hermite quadrature gives averages over N(0, 1) **exactly**, with no sampling. Take θ = 1, where the gradient should be 2θ = 2.

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
# Both are unbiased: the average is 2θ either way. But at θ = 1 a single sample has variance 4 in one case and 30 in the other, so the score function needs over seven times as many samples for the same precision. Move θ and watch the two histograms.

# %%
lesson.explore_gradients(parts.reparam_gradient, parts.score_function_gradient)

# %% [markdown]
# ## The loss of a VAE
#
# All pieces are there. The decoder turns z into one logit for each pixel; a pixel's grey value from 0 to 1 is read as its probability of ink, so −log p(x|z) is **binary cross-entropy with logits**, summed over the pixels. Add the KL, and average over the batch.

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
# ## Train it
#
# The network is small: one hidden layer each way. The loop uses your functions wherever their checks are green; where not yet, the course's own step in, so that you can look ahead.

# %%
parts = pieces(lesson, gaussian_kl=gaussian_kl, reparametrize=reparametrize, vae_loss=vae_loss)
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


# %%
def train(latent, beta=1.0, epochs=40):
    """A trained VAE and its loss after each epoch; beta weighs the KL."""
    torch.manual_seed(0)
    vae, history = VAE(latent), []
    optimizer = torch.optim.Adam(vae.parameters(), lr=0.01)
    for _ in tqdm(range(epochs), desc=f"β = {beta:g}"):
        for batch in x[torch.randperm(len(x))].split(200):
            mu, logvar = vae.encode(batch)
            z = parts.reparametrize(mu, logvar, torch.randn_like(mu))
            loss = parts.vae_loss(vae.decoder(z), batch, mu, logvar)
            loss = loss + (beta - 1) * parts.gaussian_kl(mu, logvar).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        history.append(loss.item())
    return vae, history


# %%
vae, history = train(latent=2, epochs=80)
with torch.no_grad():
    mu, logvar = vae.encode(x)
pictures.loss_curve({"two latent dimensions": history})

# %% [markdown]
# Look at what it can do. **Reconstruction**: encode a digit, decode the mean. **Sample**: draw z from the prior, where the KL has put the codes, and decode. Nothing but z goes in: these digits were written by nobody. (Each pixel shown is its probability of ink.)

# %%
torch.manual_seed(1)
samples = vae.decode(torch.randn(1797, 2))
rows = {"data": x[:14], "reconstructed": vae.decode(mu[:14]), "sampled": samples[:14]}
gallery(rows, "Digits, what the VAE gives back of them, and digits that it makes up.")

# %% [markdown]
# And this is its plane. Compare with PCA's above: the digits fill the prior's disc, and between two kinds of digit the pictures pass smoothly from one to the other.

# %%
lesson.explore_latent(mu, vae.decode)

# %% [markdown]
# ## Too much KL
#
# Weigh the KL with a factor β. With β = 1 the loss is −ELBO; β < 1 cares more for reconstruction, β > 1 more for the prior. Here are five VAEs with **four** latent dimensions. Before you run it: what becomes of the KL of each dimension as β grows?

# %%
models = {beta: train(latent=4, beta=beta)[0] for beta in (0.1, 0.5, 1, 2, 4)}

# %%
shares, back = {}, {}
with torch.no_grad():
    for beta, model in models.items():
        means, logs = model.encode(x)
        each = [parts.gaussian_kl(means[:, [d]], logs[:, [d]]).mean() for d in range(4)]
        shares[beta], back[beta] = np.array(each), model.decode(means[:4])
pictures.kl_by_dimension(shares, x[:4], back)

# %% [markdown]
# Where a dimension's KL is 0, q is the prior for every x: the encoder writes nothing there. This is **posterior collapse**. At β = 1 it may already take a dimension that earns less in reconstruction than it costs. At β = 4 all are gone, and the decoder, told nothing, answers every time with the average digit.

# %% [markdown]
# ## Why the pictures blur
#
# **Problem 4.2.** The encoder outputs μ and σ of z given x: a Gaussian. What does the VAE pay for that? Measure it first. Sharpness, here: the mean squared difference between neighbouring pixels.


# %%
def sharpness(images):
    """Mean squared difference between pixels side by side and one above the other."""
    images = np.asarray(images).reshape(-1, 8, 8)
    return (np.diff(images, axis=1) ** 2).mean() + (np.diff(images, axis=2) ** 2).mean()


print(f"one digit {sharpness(images[0]):.3f}, the average of all {sharpness(images.mean(0)):.3f}")

# %% [markdown]
# Compare the reconstructions with the best that **any** decoder could answer, however large. At a point z it serves all digits $x_j$ whose $q(z|x_j)$ reaches there. It answers each pixel on its own, and the likeliest answer is the average of these digits, weighted by $q(z|x_j)$. Here it is for every code.

# %%
reconstructed = vae.decode(mu)
distance = ((mu[:, None] - mu) ** 2 / logvar.exp() + logvar).sum(-1)  # −2 log q(mu_i|x_j) + const
best = torch.softmax(-distance / 2, dim=1) @ x

compared = {"data": x, "best decoder": best, "reconstructions": reconstructed, "samples": samples}
pictures.sharpness_bars({name: sharpness(some) for name, some in compared.items()})

# %% [markdown]
# So it is not the network that is too small. Averages are soft, and independent pixels allow nothing else. Should the decoder draw each pixel with its probability, it does not get sharper, only speckled:

# %%
torch.manual_seed(2)
drawn = torch.bernoulli(reconstructed[:14])
rows = {"data": x[:14], "best decoder": best[:14], "yours": reconstructed[:14], "drawn": drawn}
gallery(rows, "Digits, the best any decoder could answer, yours, and pixels drawn one by one.")

# %% [markdown]
# The second cause is in q. With two latent dimensions the true posterior of a digit can be computed on a grid. In orange: the four of 200 digits whose posterior is least Gaussian. In blue: q, as ellipses of one and two standard deviations.

# %%
pictures.true_posteriors(vae.decode, x[:200], mu[:200], logvar[:200])

# %% [markdown]
# Two parts, or a bend: no ellipse covers them without covering ground between, where other digits live. Be fair, though. For most digits here an ellipse would do, and the encoder merely fails to hit it. Training has seen to that: a decoder whose posteriors q can follow scores a better ELBO than a sharper one whose posteriors it cannot.

# %% [markdown] exercise="blurry_outputs"
# **In your own words (4.2):** what is a drawback of the Gaussian latent, and where does it come from? What have the two experiments to do with it?
#
# *Double-click here and write.*

# %% [markdown] tags=["solution"]
# **A model answer.** The outputs are blurry. First, the true posterior p(z|x) is often far from Gaussian: bent, skewed, or in several parts. A Gaussian q cannot follow it. It covers places that belong to other digits, so that the decoder must answer one z for several x, and the ELBO favours soft decoders whose posteriors are easy to match.
#
# Second, the outputs are independent given z, and trained by maximum likelihood. What z leaves open the pixels cannot settle among themselves, so probability is spread diffusely over every possibility: each pixel takes its average, and a picture of averages is soft. Even the best decoder imaginable has only half the sharpness of the data.
#
# *A good answer names:* blurry outputs, the true posterior that is not Gaussian, the pixels' conditional independence, and maximum likelihood that spreads its probability and so averages.

# %% [markdown]
# ## What you take with you
#
# - log p(x) = ELBO + KL(q‖posterior): a bound, tight exactly when q is the posterior.
# - The likelihood sums over z inside the logarithm; the ELBO needs samples from q.
# - z = μ + σε lets the gradient through; the score function is unbiased too, only noisier.
# - Sum over pixels and dimensions, average over the batch, minimise −ELBO.
# - Too large a β empties z; independent pixels blur.

# %% [markdown]
# Source: Kingma, Welling, “Auto-encoding variational Bayes”, ICLR 2014.

# %%
lesson.progress()
