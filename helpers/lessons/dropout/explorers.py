"""Explorers: masks on a small network, two trained networks, and many thinned ones cut from one."""

from __future__ import annotations

import contourpy
import ipywidgets as widgets
import numpy as np
from matplotlib.collections import LineCollection

from helpers.lessons.dropout.training import (
    EVERY,
    NEW,
    PLANE,
    STEPS,
    TRAINING,
    XS,
    YS,
    accuracy,
    fit_one,
    log_loss,
    thinned,
    untrained,
)
from helpers.views import Explorer, LiveFigure, QuickImage, slider, style

# --- one mask at a time ---------------------------------------------------------------------------

HIDDEN = np.array([1.2, 0.5, 2.0, 0.8, 1.6, 1.1, 0.9])  # what the hidden units give
WEIGHT = np.array([1.0, -0.7, 0.8, 1.4, -1.1, 0.7, 1.2])
UNITS, MASKS = len(HIDDEN), 400


def masked_outputs(draws, p):
    """HIDDEN @ WEIGHT under each mask draws ≥ p, not scaled: (len(draws),)."""
    return (draws >= p) @ (HIDDEN * WEIGHT)


def _build_network(fig, axes):
    ax, means = axes
    inputs, hidden = [(0, y) for y in (0.6, 0, -0.6)], [(1, y) for y in np.linspace(1, -1, UNITS)]
    ends = [(a, b) for b in hidden for a in inputs] + [(b, (2, 0)) for b in hidden]
    lines = ax.add_collection(LineCollection(ends, zorder=1))
    ends_only = {"s": 900, "color": "white", "edgecolors": style.INK, "zorder": 2}
    still = ax.scatter(*zip(*inputs, (2, 0), strict=True), **ends_only)
    dots = ax.scatter(*zip(*hidden, strict=True), s=520, linewidths=2, zorder=2)
    words = [ax.text(*at, "", ha="center", va="center", zorder=3) for at in (*hidden, (2, 0))]
    for x, name in enumerate(("inputs", "hidden,\ntimes 1/(1 − p)", "output")):
        ax.text(x, -1.22, name, ha="center", va="top", color=style.MUTED)
    ax.set(xlim=(-0.3, 2.3), ylim=(-1.6, 1.2))
    ax.set_axis_off()
    ax.spines[:].set_visible(False)
    roles = (("input", "mean, with 1/(1 − p)"), ("kernel", "mean, without"))
    curves = [means.plot([], [], **style.line(role), label=name)[0] for role, name in roles]
    curves += means.plot([], [], "o", color=style.INK, markersize=6)
    means.axhline(HIDDEN @ WEIGHT, color=style.INK, linewidth=1.2, label="at evaluation")
    means.set(xscale="log", xlim=(0.9, MASKS * 1.1), xlabel="masks so far")
    means.set(ylabel="mean output")
    means.set_xticks([1, 10, 100], ["1", "10", "100"])
    means.legend(loc="upper right")
    kept = {"lines": lines, "still": still, "dots": dots, "words": words, "curves": curves}
    return kept | {"title": ax.set_title(" ")}


def _room(running):
    """Limits of the means' axis: nearly always the first, for a change of them is drawn slowly."""
    low = next(low for low in (-1, -6, -25) if low <= running.min())
    return low, next(high for high in (13, 28, 60) if high >= running.max())


def _change_network(artists, kept, words, running, limits):
    on, off = style.colour("input"), style.GREYED
    strong = np.concatenate([np.repeat(kept, 3), kept])
    artists["lines"].set(linewidths=0.5 + 1.2 * strong, colors=np.where(strong, on, off))
    edges, faces = np.where(kept, on, off), np.where(kept, "white", "#EEF0F2")
    artists["dots"].set(facecolors=faces, edgecolors=edges)
    for text, word in zip(artists["words"], words, strict=True):
        text.set_text("✕" if word == "nan" else word)
    n = np.arange(1, running.shape[1] + 1)
    for curve, means in zip(artists["curves"], running, strict=False):
        curve.set_data(n, means)
    artists["curves"][2].set_data([n[-1]] * 2, running[:, -1])
    means = artists["curves"][0].axes
    if means.get_ylim() != limits:
        means.set_ylim(limits)
    artists["title"].set_text(f"Mask {n[-1]}: {UNITS - kept.sum()} of {UNITS} dropped")


def explore():
    """One mask at a time on a small network, and the mean of its outputs against evaluation."""
    alt = "A small network, some of its hidden units dropped, and the mean output over many masks."
    view = LiveFigure(_build_network, _change_network, alt=alt, columns=2)

    def update(p, number, resample):
        draws = np.random.default_rng(resample + 1).random((MASKS, UNITS))[:number]
        outputs, kept = masked_outputs(draws, p), draws[-1] >= p
        without = np.cumsum(outputs) / np.arange(1, number + 1)
        values = np.append(HIDDEN, outputs[-1]) / (1 - p)
        words = [style.format_number(v) for v in np.where([*kept, True], values, np.nan)]
        running = np.stack([without / (1 - p), without])
        view.update(kept=kept, words=words, running=running, limits=_room(running))
        return {
            "this mask": values[-1],
            "mean with 1/(1 − p)": without[-1] / (1 - p),
            "mean without": without[-1],
            "evaluation": HIDDEN @ WEIGHT,
        }

    controls = {
        "p": slider("p", 0.0, 0.9, 0.5, 0.05),
        "number": slider("masks", 1, MASKS, 120),
        "resample": widgets.Button(description="Resample"),
    }
    return Explorer(controls, [view], update, alt=alt)


# --- regions and losses ---------------------------------------------------------------------------


def _build_region(ax, points, labels):
    """Artists of a region, blue and orange, with its border and the labelled points."""
    image = QuickImage(ax, (XS[0], XS[-1], YS[0], YS[-1]), "bilinear")
    border = ax.add_collection(LineCollection([], colors=style.INK, linewidths=1.6, zorder=2))
    look = {"s": 34, "edgecolors": "white", "linewidths": 0.7, "zorder": 3}
    marks = [
        ax.scatter(*points[labels == k].T, marker=mark, color=colour, **look)
        for k, mark, colour in ((0, "o", style.HEAT[0]), (1, "^", style.HEAT[-1]))
    ]
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
    ax.spines[:].set_visible(False)
    return {"image": image, "border": border, "marks": marks, "title": ax.set_title(" ")}


def _change_region(artists, probability, title, border=None):
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


def _build_losses(ax):
    """Artists of two loss curves, on training and new points, with the gap between them shaded."""
    gap = ax.fill_between([], [], color=style.colour("mask"), alpha=0.16, linewidth=0)
    lines = [
        ax.plot([], [], **style.line(role), label=name)[0]
        for role, name in (("input", "training points"), ("gradient", "new points"))
    ]
    ax.set(xlim=(0, STEPS), ylim=(0, 2.2), xlabel="training step", ylabel="loss, dropout off")
    ax.legend(loc="upper left")
    return {"gap": gap, "lines": lines, "title": ax.set_title(" ")}


def _change_losses(artists, losses, title):
    """Show losses (n, 2), measured at every EVERY-th step, or none yet (None)."""
    artists["title"].set_text(title)
    pair = np.zeros((0, 2)) if losses is None else losses
    n = EVERY * np.arange(len(pair))
    for line, values in zip(artists["lines"], pair.T, strict=True):
        line.set_data(n, values)
    artists["gap"].set_data(n, *pair.T)
    ax = artists["title"].axes
    if len(n) and n[-1] > ax.get_xlim()[1]:  # trained for longer than planned
        ax.set_xlim(0, n[-1])


# --- trained networks -----------------------------------------------------------------------------


def _build_training(fig, axes):
    regions = [_build_region(ax, *TRAINING) for ax in axes[0]]
    return regions, [_build_losses(ax) for ax in axes[1]]


def _change_training(artists, names, runs):
    for name, run, region, losses in zip(names, runs, *artists, strict=True):
        if region.get("shows") == (name, id(run)):
            continue  # what is not touched is not drawn anew
        region["shows"] = name, id(run)
        said = f"{run.accuracy:.0%} of new points right" if run else "press Train"
        _change_region(region, run and run.region, f"{name}: {said}")
        gap = "not trained yet"
        if run:
            gap = f"gap at the end: {style.format_number(round(run.losses[-1] @ (-1, 1), 2))}"
        _change_losses(losses, run and run.losses, gap)


def explore_training(train=None, runs=None):
    """Two networks that differ in p alone: their regions and losses; any p can be trained.

    train, runs: what `fit` takes and gives; newly trained networks are put into runs.
    """
    alt = "Decision regions and loss curves of a network without dropout and of one with it."
    view = LiveFigure(_build_training, _change_training, alt=alt, size=(9, 7.4), rows=2, columns=2)
    bar = widgets.IntProgress(max=STEPS, description="training", layout={"visibility": "hidden"})
    train, runs = train or untrained, {} if runs is None else runs
    for p in (0.0, 0.5):
        if p not in runs:
            runs[p] = fit_one(train, p)
    pressed = 0

    def update(p, press):
        nonlocal pressed
        p = round(p, 1)
        if press > pressed:
            pressed, bar.value, bar.layout.visibility = press, 0, "visible"
            if p not in runs:
                runs[p] = fit_one(train, p, lambda: bar.set_trait("value", bar.value + 1))
        shown = {0.0: runs[0.0], p: runs.get(p)}
        view.update(names=["p = 0.0", f"p = {p}"], runs=[shown[0.0], shown[p]])
        bar.layout.visibility = "hidden"
        trained = {q: one for q, one in shown.items() if one}
        numbers = {
            f"loss on {name} points (p = {q})": one.losses[-1][k]
            for q, one in trained.items()
            for k, name in enumerate(("training", "new"))
        }
        name = "share of the wrong ones over 99 % sure"
        sure = {f"{name} (p = {q})": run.sure for q, run in trained.items()}
        return numbers | sure

    controls = {
        "p": slider("p on the right", 0.0, 0.9, 0.5, 0.1),
        "press": widgets.Button(description="Train", button_style="primary"),
    }
    explorer = Explorer(controls, [view], update, alt=alt)
    explorer.children = (bar, *explorer.children)
    return explorer


def _build_ensemble(fig, axes):
    return [_build_region(ax, *TRAINING) for ax in axes]


def _change_ensemble(artists, one, mean, spread, number):
    _change_region(artists[0], one, f"thinned network {number}")
    _change_region(artists[1], mean, f"mean of {number}")
    _change_region(artists[2], 0.5 + spread, "how much they disagree", border=mean)


def explore_ensemble(run=None, p=0.5):
    """Dropout left on at test time: single thinned networks, their mean, and how they disagree.

    run: what `fit` gives for this p.
    """
    alt = "The region of one thinned network, the mean over many of them, and their spread."
    most, n = 60, len(PLANE)
    view = LiveFigure(
        _build_ensemble, _change_ensemble, alt=alt, size=(style.WIDE[0], 3.7), columns=3
    )
    run = run or fit_one(untrained, p)
    found = thinned(run.layers, p, most, np.vstack([PLANE, NEW[0]]))

    def update(number):
        one, mean, spread = found[number - 1], found[:number].mean(0), found[:number].std(0)
        view.update(one=one[:n], mean=mean[:n], spread=spread[:n], number=number)
        right = {"this network": one, "their mean": mean}
        numbers = {f"right, {name}": accuracy(a[n:], NEW[1]) for name, a in right.items()}
        apart = np.abs(mean[:n] - run.region)
        return numbers | {
            "right, dropout off": run.accuracy,
            "loss, their mean": log_loss(mean[n:], NEW[1]),
            "loss, dropout off": run.losses[-1, 1],
            "difference to dropout off, largest": apart.max(),
            "difference to dropout off, mean": apart.mean(),
        }

    controls = {"number": slider("thinned networks", 1, most, 30)}
    return Explorer(controls, [view], update, alt=alt)
