"""The experiment: networks that the notebook trains on 80 noisy points, and what is asked of them.

The network and its training loop stand in the notebook; here its losses are recorded.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

XS, YS = np.linspace(-2.7, 2.7, 72), np.linspace(-2.1, 2.1, 56)
PLANE = np.stack(np.meshgrid(XS, YS), -1).reshape(-1, 2)  # where regions are computed, (n, 2)


def moons(n, noise, rng):
    """Two half circles that reach into one another, blurred: points (n, 2) and labels 0, 1 (n,)."""
    label, angle = np.arange(n) % 2, rng.uniform(0, np.pi, n)
    side = 1 - 2 * label
    points = np.c_[side * np.cos(angle) + label - 0.5, side * np.sin(angle) + label / 2 - 0.25]
    return points + rng.normal(0, noise, (n, 2)), label.astype(float)


def probability(layers, points, masks=None):
    """A ReLU network's probability of label 1 at points (n, 2), hidden layer k times masks[k]."""
    for (weight, bias), mask in zip(layers[:-1], masks or [1.0] * (len(layers) - 1), strict=True):
        points = points @ weight.T + bias
        points = np.maximum(points, 0, out=points) * mask  # in place: memory takes a fifth
    logit = (points @ layers[-1][0].T + layers[-1][1])[:, 0]
    return 0.5 + 0.5 * np.tanh(logit / 2)  # the sigmoid, without overflow


def accuracy(found, labels):
    """The share of probabilities on their label's side of 1/2."""
    return float(((found > 0.5) == (labels > 0.5)).mean())


def log_loss(found, labels):
    """The mean of −log of the probability that each point's label was given."""
    found = np.clip(found, 1e-7, 1 - 1e-7)
    return float(-np.log(np.where(labels > 0.5, found, 1 - found)).mean())


STEPS, EVERY = 400, 10  # of training; the losses are measured at every tenth step
_rng = np.random.default_rng(0)
TRAINING, NEW = moons(80, 0.4, _rng), moons(1000, 0.4, _rng)


class Run(NamedTuple):
    """A trained network, its losses (n, 2) on training and new points, and what it decides.

    layers: [(weight, bias), …] of its linear layers, as arrays; region: probabilities on
    PLANE; accuracy: the share of new points that are right; sure: of those that are wrong, the
    share that the network is more than 99 % sure of.
    """

    net: Any
    losses: np.ndarray
    layers: list
    region: np.ndarray
    accuracy: float
    sure: float


def _float32(*arrays):
    import torch

    return [torch.tensor(array, dtype=torch.float32) for array in arrays]


def training_points():
    """The 80 points (80, 2) to train on and their labels 0, 1 (80,), as tensors."""
    return _float32(*TRAINING)


def fit_one(train, p, tick=lambda: None, seed=0):
    """The Run of train(p, record), seeded; torch's generator is left as it was."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as loss

    sets, losses, calls = [_float32(*TRAINING), _float32(*NEW)], [], 0

    def measure(net):
        with torch.no_grad():
            losses.append([loss(net(points), labels).item() for points, labels in sets])

    def record(net):
        nonlocal calls
        if calls % EVERY == 0:
            measure(net)
        calls += 1
        tick()

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = train(p, record)
        net.eval()
        measure(net)
    with torch.no_grad():  # by the network itself, whatever it is made of
        points = _float32(PLANE, NEW[0])
        found = [torch.sigmoid(net(some)).double().numpy() for some in points]
    linear = [part for part in net.modules() if isinstance(part, torch.nn.Linear)]
    layers = [(part.weight.detach().numpy(), part.bias.detach().numpy()) for part in linear]
    wrong = found[1][(found[1] > 0.5) != (NEW[1] > 0.5)]
    sure = float((np.abs(wrong - 0.5) > 0.49).mean()) if wrong.size else 0.0
    return Run(net, np.array(losses), layers, found[0], accuracy(found[1], NEW[1]), sure)


def fit(train, *ps):
    """{p: Run}: a network for each p, by the notebook's train(p, record), with a progress bar.

    train calls record(net) before each step and returns the network.
    """
    return fit_seeds(train, ps, (0,))[0]


def fit_seeds(train, ps, seeds):
    """What `fit` gives for each seed of first weights and masks, with one bar for all: a list."""
    from tqdm.auto import tqdm

    every = [{} for _ in seeds]
    pairs = [(runs, seed, p) for runs, seed in zip(every, seeds, strict=True) for p in ps]
    with tqdm(total=STEPS * len(pairs), desc="training", unit="step") as bar:
        for number, (runs, seed, p) in enumerate(pairs, 1):
            runs[p] = fit_one(train, p, bar.update, seed)
            bar.update(STEPS * number - bar.n)
    return every


def untrained(p, record):
    """Stands in where an explorer is opened without the notebook's networks: one fresh network."""
    from torch import nn

    hidden = [nn.Linear(2, 16), nn.ReLU(), nn.Dropout(p), nn.Linear(16, 16), nn.ReLU()]
    return nn.Sequential(*hidden, nn.Dropout(p), nn.Linear(16, 1), nn.Flatten(0))


def missing_unit(layers, points, labels):
    """What it costs to leave out one unit of the first hidden layer: rises, shares (units,).

    rises: of the loss, the largest first; shares: of the points that are then still right.
    """
    full, units = [1.0] * (len(layers) - 1), len(layers[0][1])

    def asked(mask):
        found = probability(layers, points, [mask, *full[1:]])
        return log_loss(found, labels), accuracy(found, labels)

    each = np.array([asked(np.arange(units) != unit) for unit in range(units)])
    rises = each[:, 0] - asked(1.0)[0]
    order = np.argsort(-rises, kind="stable")
    return rises[order], each[order, 1]


def thinned(layers, p, masks, points):
    """Probabilities (masks, len(points)) of a network of these layers under that many masks.

    A mask holds for all points, so that each row is one thinned network.
    """
    rng, hidden = np.random.default_rng(0), [len(bias) for _, bias in layers[:-1]]
    draws = [[(rng.random(n) >= p) / (1 - p) for n in hidden] for _ in range(masks)]
    return np.stack([probability(layers, points, draw) for draw in draws])
