"""Classifying points of the plane: data, and how regions and losses are drawn."""

from __future__ import annotations

import contourpy
import numpy as np
from matplotlib.collections import LineCollection

from helpers.views import style

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
        points = np.maximum(points @ weight.T + bias, 0) * mask
    logit = (points @ layers[-1][0].T + layers[-1][1])[:, 0]
    return 0.5 + 0.5 * np.tanh(logit / 2)  # the sigmoid, without overflow


def accuracy(found, labels):
    """The share of probabilities on their label's side of 1/2."""
    return float(((found > 0.5) == (labels > 0.5)).mean())


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


def build_losses(ax, steps, top, ylabel="loss"):
    """Artists of two loss curves, on training and new points, with the gap between them shaded."""
    gap = ax.fill_between([], [], color=style.colour("mask"), alpha=0.16, linewidth=0)
    lines = [
        ax.plot([], [], **style.line(role), label=name)[0]
        for role, name in (("input", "training points"), ("gradient", "new points"))
    ]
    ax.set(xlim=(0, steps), ylim=(0, top), xlabel="training step", ylabel=ylabel)
    ax.legend(loc="upper left")
    return {"gap": gap, "lines": lines, "title": ax.set_title(" ")}


def change_losses(artists, losses, every, title):
    """Show losses (n, 2), measured at every so many steps, or none yet (None)."""
    artists["title"].set_text(title)
    pair = np.zeros((0, 2)) if losses is None else losses
    n = every * np.arange(len(pair))
    for line, values in zip(artists["lines"], pair.T, strict=True):
        line.set_data(n, values)
    artists["gap"].set_data(n, *pair.T)
    ax = artists["title"].axes
    if len(n) and n[-1] > ax.get_xlim()[1]:  # trained for longer than planned
        ax.set_xlim(0, n[-1])
