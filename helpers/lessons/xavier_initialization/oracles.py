"""What answers are compared with: PyTorch, closed forms, and draws with given moments as cases.

For the derivation, `weighted_sums` enumerates finite joint distributions.
"""

import math

import numpy as np

from helpers.exercises import Call, oracles

tanh_from_sigmoid, tanh_grad = oracles.activation("tanh"), oracles.slope("tanh")


def sigmoid(x):
    """1 / (1 + e^(−x)), without overflow for any x."""
    return np.exp(-np.logaddexp(0, -np.asarray(x, float)))


def linear(a, weight, bias):
    """weight a + bias for a (D_a,), weight (D_z, D_a), bias (D_z,), by PyTorch."""
    import torch

    return torch.nn.functional.linear(*oracles.tensors(a, weight, bias)).numpy()


def dense_tanh(a, weight, bias):
    """tanh(weight a + bias); shapes as in `linear`."""
    return tanh_from_sigmoid(linear(a, weight, bias))


def layer_case(seed, d_a, d_z):
    """A call of `dense_tanh` with numbers of one decimal."""
    rng = np.random.default_rng(seed)
    a, weight, bias = rng.normal(size=d_a), rng.normal(size=(d_z, d_a)), rng.normal(size=d_z)
    return Call(*(np.round(part, 1) for part in (a, weight / 2, bias / 2)))


# Two neurons with three inputs, in whole numbers: the sums are 2 and −1, with the biases 1 and 2.
SMALL_LAYER = Call(np.array([1, 2, -1]), np.array([[1, 1, 1], [0, -1, -1]]), np.array([-1, 3]))


def close(left, right):
    """Whether two numbers differ by at most 5 % of the larger."""
    return bool(abs(left - right) <= 0.05 * max(abs(left), abs(right)))


def keeps_variance(z, a):
    """Whether the draws z and a have the same variance, to within 5 %."""
    return close(np.var(z), np.var(a))


def samples(mean_z, std_z, mean_a, std_a, n_z=4000, n_a=3000):
    """A call of `keeps_variance`: draws of z and of a with exactly these means and deviations."""
    rng = np.random.default_rng(n_z + n_a)
    parts = (mean_z, std_z, rng.normal(size=n_z)), (mean_a, std_a, rng.uniform(size=n_a))
    return Call(*(mean + std * (x - x.mean()) / x.std() for mean, std, x in parts))


def xavier_std(fan_in):
    """The deviation that keeps the forward variance."""
    return math.sqrt(1 / fan_in)


def glorot_std(fan_in, fan_out):
    """The compromise of Glorot and Bengio, 2010, equation 12."""
    return math.sqrt(2 / (fan_in + fan_out))


def he_std(fan_in):
    """The deviation that keeps the variance where the inputs come from ReLU: He et al., 2015."""
    return math.sqrt(2 / fan_in)


def draw(fan_in, fan_out, rng, init, *parameters):
    """A weight (fan_out, fan_in) that torch.nn.init's function `init` fills, seeded from rng."""
    import torch

    seed = torch.Generator().manual_seed(int(rng.integers(2**31)))
    weight = torch.empty(torch.nn.Linear(fan_in, fan_out, device="meta").weight.shape)
    return getattr(torch.nn.init, init)(weight, *parameters, generator=seed).numpy()


def xavier_normal(fan_in, fan_out, rng):
    """Normal draws whose variance is 1/fan_in."""
    return draw(fan_in, fan_out, rng, "normal_", 0, xavier_std(fan_in))
