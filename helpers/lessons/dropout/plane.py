"""Classifying points of the plane: data, a training run, and how regions and losses are drawn."""

from __future__ import annotations

from typing import NamedTuple

import contourpy
import numpy as np
from matplotlib.collections import LineCollection

from helpers import style
from helpers.drawing import Picture

XS, YS = np.linspace(-2.7, 2.7, 72), np.linspace(-2.1, 2.1, 56)
PLANE = np.stack(np.meshgrid(XS, YS), -1).reshape(-1, 2)  # where regions are computed, (n, 2)


def moons(n, noise, rng):
    """Two half circles that reach into one another, blurred: points (n, 2) and labels 0, 1 (n,)."""
    label, angle = np.arange(n) % 2, rng.uniform(0, np.pi, n)
    side = 1 - 2 * label
    points = np.c_[side * np.cos(angle) + label - 0.5, side * np.sin(angle) + label / 2 - 0.25]
    return points + rng.normal(0, noise, (n, 2)), label.astype(float)


class Run(NamedTuple):
    """A trained network: its layers [(weight, bias), …], its losses, its probabilities on PLANE.

    losses: (steps/every + 1, 2), on the training and the new points, in evaluation mode; accuracy:
    the share of new points that are right.
    """

    layers: list
    losses: np.ndarray
    region: np.ndarray
    accuracy: float


def probability(layers, points, masks=None):
    """A ReLU network's probability of label 1 at points (n, 2), hidden layer k times masks[k]."""
    for (weight, bias), mask in zip(layers[:-1], masks or [1.0] * (len(layers) - 1), strict=True):
        points = np.maximum(points @ weight.T + bias, 0) * mask
    logit = (points @ layers[-1][0].T + layers[-1][1])[:, 0]
    return 0.5 + 0.5 * np.tanh(logit / 2)  # the sigmoid, without overflow


def accuracy(found, labels):
    """The share of probabilities on their label's side of 1/2."""
    return float(((found > 0.5) == (labels > 0.5)).mean())


def train(build, training, new, *, steps, every, lr, tick=lambda: None):
    """Train the ReLU network that `build()` makes, on all training points at every step; a Run.

    training, new: (points, labels); the network gives one logit a point. tick() is called at each
    step. Seeded, so the same each time; the global generator is left as it was.
    """
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as loss

    sets = [[torch.tensor(a, dtype=torch.float32) for a in pair] for pair in (training, new)]
    (x, y), losses = sets[0], []
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = build()
        optimiser = torch.optim.Adam(network.parameters(), lr=lr)
        for step in range(steps + 1):
            if step % every == 0:
                network.eval()
                with torch.no_grad():
                    losses.append([loss(network(a)[:, 0], b).item() for a, b in sets])
            if step < steps:
                network.train()
                optimiser.zero_grad()
                loss(network(x)[:, 0], y).backward()
                optimiser.step()
                tick()
    flat = [parameter.detach().numpy() for parameter in network.parameters()]
    layers = list(zip(flat[::2], flat[1::2], strict=True))
    found = [probability(layers, points) for points in (PLANE, new[0])]
    return Run(layers, np.array(losses), found[0], accuracy(found[1], new[1]))


def build_region(ax, points, labels):
    """Artists of a region, blue and orange, with its border and the labelled points."""
    blank = np.full((len(YS), len(XS), 3), 0.965)
    extent = (XS[0], XS[-1], YS[0], YS[-1])
    image = ax.imshow(blank, extent=extent, origin="lower", aspect="auto", interpolation="bilinear")
    border = ax.add_collection(LineCollection([], colors=style.INK, linewidths=1.6, zorder=2))
    marks = [
        ax.scatter(*points[labels == k].T, s=34, marker=mark, color=colour, edgecolors="white",
                   linewidths=0.7, zorder=3)
        for k, mark, colour in ((0, "o", style.HEAT[0]), (1, "^", style.HEAT[-1]))
    ]  # fmt: skip
    ax.set(xticks=[], yticks=[], xlim=extent[:2], ylim=extent[2:])
    ax.grid(False)
    ax.spines[:].set_visible(False)
    return {"image": image, "border": border, "marks": marks, "title": ax.set_title(" ")}


def change_region(artists, probability, title, border=None):
    """Show a region: probability of label 1 on PLANE, or None where there is none yet.

    border: the probability whose border at 1/2 is drawn; by default the same.
    """
    artists["title"].set_text(title)
    if probability is None:
        artists["image"].set_data(np.full((len(YS), len(XS), 3), 0.965))
        artists["border"].set_segments([])
        return
    shape = (len(YS), len(XS))
    artists["image"].set_data(style.heat_rgb(np.reshape(probability, shape) - 0.5, 0.85))
    field = np.reshape(probability if border is None else border, shape)
    artists["border"].set_segments(contourpy.contour_generator(XS, YS, field).lines(0.5))


def build_losses(ax, steps, every, top, ylabel="loss"):
    """Artists of two loss curves, on training and new points, with the gap between them shaded."""
    n = np.arange(0, steps + 1, every)
    gap = ax.fill_between(n, 0 * n, 0 * n, color=style.colour("mask"), alpha=0.16, linewidth=0)
    lines = [
        ax.plot(n, np.nan * n, **style.line(role), label=name)[0]
        for role, name in (("input", "training points"), ("gradient", "new points"))
    ]
    ax.set(xlim=(0, steps), ylim=(0, top), xlabel="training step", ylabel=ylabel)
    ax.legend(loc="upper left")
    return {"gap": gap, "lines": lines, "title": ax.set_title(" ")}


def change_losses(artists, losses, title):
    """Show losses (n, 2), or none yet (None)."""
    artists["title"].set_text(title)
    n = artists["lines"][0].get_xdata()
    pair = np.full((len(n), 2), np.nan) if losses is None else losses
    for line, values in zip(artists["lines"], pair.T, strict=True):
        line.set_ydata(values)
    artists["gap"].set_data(n, *np.nan_to_num(pair).T)


def build_runs(axes, training, *losses):
    """Artists of several runs, in 2 rows: regions with the training points, losses below them."""
    regions = [build_region(ax, *training) for ax in axes[0]]
    return regions, [build_losses(ax, *losses) for ax in axes[1]]


def change_runs(artists, names, runs, missing):
    """Show runs (None: not there yet, and `missing` is said) with their accuracy and their gap."""
    for name, run, region, losses in zip(names, runs, *artists, strict=True):
        said = f"{run.accuracy:.0%} of new points right" if run else missing
        change_region(region, run and run.region, f"{name}: {said}")
        gap = f"gap at the end: {run.losses[-1] @ (-1, 1):.2f}" if run else "not trained yet"
        change_losses(losses, run and run.losses, gap)


def missing_unit(layers, points, labels):
    """The rise of the loss for each unit of the first hidden layer left out, largest first."""
    full, units = [1.0] * (len(layers) - 1), len(layers[0][1])

    def loss(mask):
        found = np.clip(probability(layers, points, [mask, *full[1:]]), 1e-7, 1 - 1e-7)
        return -np.log(np.where(labels == 1, found, 1 - found)).mean()

    rises = [loss(np.arange(units) != unit) - loss(1.0) for unit in range(units)]
    return np.sort(rises)[::-1]


def one_unit_off(runs, training):
    """A picture of how much the training loss rises without one hidden unit; runs: {name: Run}."""
    fig, ax = style.figure()
    with style.applied():
        for (name, run), role in zip(runs.items(), ("gradient", "input", "kernel"), strict=False):
            ax.plot(missing_unit(run.layers, *training), **style.line(role), label=name)
        ax.set(xlabel="hidden units, the most important first", ylabel="rise of the training loss")
        ax.set_yscale("symlog", linthresh=1e-3)  # a few units may even be in the way
        ax.legend()
    return Picture(fig, "How much the training loss rises without one hidden unit, one by one.")
