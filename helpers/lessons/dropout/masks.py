"""The explorer of masks: one on a small network, and the mean output over many of them."""

import ipywidgets as widgets
import numpy as np
from matplotlib.collections import LineCollection

from helpers.views import Explorer, LiveFigure, slider, style

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
            "this mask": values[-1], "mean with 1/(1 − p)": without[-1] / (1 - p),
            "mean without": without[-1], "evaluation": HIDDEN @ WEIGHT,
        }  # fmt: skip

    controls = {
        "p": slider("p", 0.0, 0.9, 0.5, 0.05),
        "number": slider("masks", 1, MASKS, 120),
        "resample": widgets.Button(description="Resample"),
    }
    return Explorer(controls, [view], update, alt=alt)
