"""The experiment: networks that the notebook trains on 80 noisy points, and what is seen of them.

The network and its training loop stand in the notebook. Here is what records and draws them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import ipywidgets as widgets
import numpy as np

from helpers.lessons.dropout import plane
from helpers.views import Explorer, LiveFigure, Picture, slider, style

STEPS, EVERY = 400, 10  # of training; the losses are measured at every tenth step
_rng = np.random.default_rng(0)
TRAINING, NEW = plane.moons(80, 0.4, _rng), plane.moons(1000, 0.4, _rng)


class Run(NamedTuple):
    """A trained network, its losses (n, 2) on training and new points, and what it decides.

    layers: [(weight, bias), …] of its linear layers, as arrays; region: probabilities on
    plane.PLANE; accuracy: the share of new points that are right.
    """

    net: Any
    losses: np.ndarray
    layers: list
    region: np.ndarray
    accuracy: float


def _tensors(*arrays):
    import torch

    return [torch.tensor(array, dtype=torch.float32) for array in arrays]


def training_points():
    """The 80 points (80, 2) to train on and their labels 0, 1 (80,), as tensors."""
    return _tensors(*TRAINING)


def _fit_one(train, p, tick=lambda: None):
    """The Run of train(p, record), seeded; torch's generator is left as it was."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as loss

    sets, losses, calls = [_tensors(*TRAINING), _tensors(*NEW)], [], 0

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
        torch.manual_seed(0)
        net = train(p, record)
        net.eval()
        measure(net)
    with torch.no_grad():  # by the network itself, whatever it is made of
        points = _tensors(plane.PLANE, NEW[0])
        found = [torch.sigmoid(net(some)).double().numpy() for some in points]
    linear = [part for part in net.modules() if isinstance(part, torch.nn.Linear)]
    layers = [(part.weight.detach().numpy(), part.bias.detach().numpy()) for part in linear]
    return Run(net, np.array(losses), layers, found[0], plane.accuracy(found[1], NEW[1]))


def fit(train, *ps):
    """{p: Run}: a network for each p, by the notebook's train(p, record), with a progress bar.

    train calls record(net) before each step and returns the network.
    """
    from tqdm.auto import tqdm

    runs = {}
    with tqdm(total=STEPS * len(ps), desc="training", unit="step") as bar:
        for number, p in enumerate(ps, 1):
            runs[p] = _fit_one(train, p, bar.update)
            bar.update(STEPS * number - bar.n)
    return runs


def _untrained(p, record):
    """Stands in where an explorer is opened without the notebook's networks: one fresh network."""
    from torch import nn

    hidden = [nn.Linear(2, 16), nn.ReLU(), nn.Dropout(p), nn.Linear(16, 16), nn.ReLU()]
    return nn.Sequential(*hidden, nn.Dropout(p), nn.Linear(16, 1), nn.Flatten(0))


def _build_training(fig, axes):
    regions = [plane.build_region(ax, *TRAINING) for ax in axes[0]]
    return regions, [plane.build_losses(ax, STEPS, 2.2, "loss, dropout off") for ax in axes[1]]


def _change_training(artists, names, runs):
    for name, run, region, losses in zip(names, runs, *artists, strict=True):
        said = f"{run.accuracy:.0%} of new points right" if run else "press Train"
        plane.change_region(region, run and run.region, f"{name}: {said}")
        gap = f"gap at the end: {run.losses[-1] @ (-1, 1):.2f}" if run else "not trained yet"
        plane.change_losses(losses, run and run.losses, EVERY, gap)


def explore_training(train=None, runs=None):
    """Two networks that differ in p alone: their regions and losses; any p can be trained.

    train, runs: what `fit` takes and gives; newly trained networks are put into runs.
    """
    alt = "Decision regions and loss curves of a network without dropout and of one with it."
    view = LiveFigure(_build_training, _change_training, alt=alt, size=(9, 7.4), rows=2, columns=2)
    bar = widgets.IntProgress(max=STEPS, description="training", layout={"visibility": "hidden"})
    train, runs = train or _untrained, {} if runs is None else runs
    for p in (0.0, 0.5):
        if p not in runs:
            runs[p] = _fit_one(train, p)
    pressed = 0

    def update(p, press):
        nonlocal pressed
        p = round(p, 1)
        if press > pressed:
            pressed, bar.value, bar.layout.visibility = press, 0, "visible"
            if p not in runs:
                runs[p] = _fit_one(train, p, lambda: bar.set_trait("value", bar.value + 1))
        shown = {0.0: runs[0.0], p: runs.get(p)}
        view.update(names=["p = 0.0", f"p = {p}"], runs=[shown[0.0], shown[p]])
        bar.layout.visibility = "hidden"
        return {
            f"loss on {name} points (p = {q})": one.losses[-1][k]
            for q, one in shown.items() if one for k, name in enumerate(("training", "new"))
        }  # fmt: skip

    controls = {
        "p": slider("p on the right", 0.0, 0.9, 0.5, 0.1),
        "press": widgets.Button(description="Train", button_style="primary"),
    }
    explorer = Explorer(controls, [view], update, alt=alt)
    explorer.children = (bar, *explorer.children)
    return explorer


# --- one unit left out ----------------------------------------------------------------------------


def missing_unit(layers, points, labels):
    """The rise of the loss for each unit of the first hidden layer left out, largest first."""
    full, units = [1.0] * (len(layers) - 1), len(layers[0][1])

    def loss(mask):
        found = np.clip(plane.probability(layers, points, [mask, *full[1:]]), 1e-7, 1 - 1e-7)
        return -np.log(np.where(labels == 1, found, 1 - found)).mean()

    rises = [loss(np.arange(units) != unit) - loss(1.0) for unit in range(units)]
    return np.sort(rises)[::-1]


def one_unit_off(runs):
    """A picture of how much the training loss rises without one hidden unit; runs: {p: Run}."""
    fig, ax = style.figure()
    with style.applied():
        for (p, run), role in zip(runs.items(), ("gradient", "input", "kernel"), strict=False):
            rises = missing_unit(run.layers, *TRAINING)
            ax.plot(rises, **style.line(role), label=f"trained with p = {p}")
        ax.set(xlabel="hidden units, the most important first", ylabel="rise of the training loss")
        ax.set_yscale("symlog", linthresh=1e-3)  # a few units may even be in the way
        ax.legend()
    return Picture(fig, "How much the training loss rises without one hidden unit, one by one.")


# --- many networks in one -------------------------------------------------------------------------


def passes(on, off):
    """A picture of one point's probabilities: many with dropout on, their mean, one with it off."""
    on, off = np.ravel(on), float(np.ravel(off)[0])
    fig, ax = style.figure((style.WIDE[0], 3.0))
    with style.applied():
        ax.hist(on, bins=np.linspace(0, 1, 21), color=style.colour("input"), alpha=0.45)
        ax.axvline(on.mean(), **style.line("kernel"), label="mean, dropout on")
        ax.axvline(off, color=style.INK, label="dropout off")
        ax.set(xlim=(0, 1), xlabel="probability of orange at one point", ylabel="networks")
        ax.legend(loc="upper left")
    return Picture(
        fig, "How many thinned networks give which probability, their mean, and dropout off."
    )


def thinned(layers, p, masks, points):
    """Probabilities (masks, len(points)) of a network of these layers under that many masks.

    A mask holds for all points, so that each row is one thinned network.
    """
    rng, hidden = np.random.default_rng(0), [len(bias) for _, bias in layers[:-1]]
    draws = [[(rng.random(n) >= p) / (1 - p) for n in hidden] for _ in range(masks)]
    return np.stack([plane.probability(layers, points, draw) for draw in draws])


def _change_ensemble(artists, one, mean, spread, number):
    plane.change_region(artists[0], one, f"thinned network {number}")
    plane.change_region(artists[1], mean, f"mean of {number}")
    plane.change_region(artists[2], 0.5 + spread, "how much they disagree", border=mean)


def explore_ensemble(run=None, p=0.5):
    """Dropout left on at test time: single thinned networks, their mean, and how they disagree.

    run: what `fit` gives for this p.
    """
    alt = "The region of one thinned network, the mean over many of them, and their spread."
    size, most, n = (style.WIDE[0], 3.7), 60, len(plane.PLANE)
    view = LiveFigure(
        lambda fig, axes: [plane.build_region(ax, *TRAINING) for ax in axes],
        _change_ensemble, alt=alt, size=size, columns=3,
    )  # fmt: skip
    run = run or _fit_one(_untrained, p)
    found = thinned(run.layers, p, most, np.vstack([plane.PLANE, NEW[0]]))

    def update(number):
        one, mean, spread = found[number - 1], found[:number].mean(0), found[:number].std(0)
        view.update(one=one[:n], mean=mean[:n], spread=spread[:n], number=number)
        right = {"this network": one, "their mean": mean}
        numbers = {f"right, {name}": plane.accuracy(a[n:], NEW[1]) for name, a in right.items()}
        return numbers | {"right, dropout off": run.accuracy, "largest spread": spread[:n].max()}

    controls = {"number": slider("thinned networks", 1, most, 30)}
    return Explorer(controls, [view], update, alt=alt)
