"""Explorer: what becomes of signal and gradient in a deep network, for weights of every size."""

import ipywidgets as widgets
import numpy as np

from helpers.lessons.xavier_initialization import deep, oracles
from helpers.views import Explorer, LiveFigure, QuickImage, decades, power_of_ten, slider, style

LOW, HIGH = -10, 4  # powers of ten between which variances are drawn, unless they go beyond
STDS = (0.02, 0.5)


def explore():
    """Sliders for the weights' deviation, depth and widths; what becomes of signal and gradient."""
    alt = "Activations layer by layer, and how their variance and the gradient's grow or shrink."
    view = layers_figure(alt)

    def update(std, depth, fan_in, fan_out, linear):
        values, gradients = deep.through_layers(std, depth, fan_in, fan_out, linear)
        measured = [np.array([part.var() for part in parts]) for parts in (values, gradients)]
        straight = deep.predicted(std, depth, fan_in, fan_out, linear=True)
        curved = deep.predicted(std, depth, fan_in, fan_out, linear)
        view.update(
            shares=deep.histograms(values),
            measured=measured,
            straight=straight,
            curved=curved,
            std=std,
            fans=(fan_in, fan_out),
        )
        return {
            "1/√fan_in": oracles.xavier_std(fan_in),
            "1/√fan_out": oracles.xavier_std(fan_out),
            "Glorot": oracles.glorot_std(fan_in, fan_out),
            f"forward variance in layer {depth}": measured[0][-1],
            "backward variance in layer 0": measured[1][0],
        }

    controls = {
        "std": slider("std", *STDS, 0.05, 0.005),
        "depth": slider("depth", 1, deep.DEEPEST, 30),
        "fan_in": slider("fan_in", 10, deep.MOST, 100, 10),
        "fan_out": slider("fan_out", 10, deep.MOST, 100, 10),
        "linear": widgets.Checkbox(False, description="without tanh"),
    }
    wide = {"depth": 50, "fan_in": 100, "fan_out": 100}
    presets = {f"std {std}": wide | {"std": std} for std in (0.05, 0.1, 0.2)}
    presets["unequal widths"] = {"fan_in": 100, "fan_out": 25}
    return Explorer(controls, [view], update, alt=alt, presets=presets)


def layers_figure(alt):
    """A live figure of `through_layers`: histograms, what one layer does, both variances."""
    return LiveFigure(_build, _change, alt=alt, size=(style.WIDE[0], 6.0), rows=2, columns=2)


def _build(fig, axes):
    (spread, one), (forward, backward) = axes
    image = QuickImage(spread, (-0.5, deep.DEEPEST + 0.5, -deep.TOP, deep.TOP))
    spread.set(title="activations, layer by layer", xlabel="layer", ylabel="value")
    spread.grid(False)
    curves = [_variances(forward, "forward: Var(a)"), _variances(backward, "backward: Var(∂L/∂a)")]
    fans, marks, now = _one_layer(one)
    # One legend for the figure: those of axes would be drawn afresh with every change.
    fig.legend(handles=[*curves[0], *fans, now, *marks], loc="outside lower center", ncols=5)
    return {"image": image, "curves": curves, "one": (fans, marks, now)}


def _variances(ax, title):
    """Where the variances of all layers go: measured, predicted without tanh, predicted with it."""
    role = "gradient" if title.startswith("backward") else "output"
    dots = ax.plot([], [], "o", ms=4, color=style.colour(role), label="measured")[0]
    linear = ax.plot([], [], label="predicted, linear", zorder=1.9, **style.line("target"))[0]
    curved = ax.plot([], [], label="predicted, tanh", zorder=1.9, **style.line("kernel"))[0]
    ax.set(title=title, xlabel="layer", xlim=(-1, deep.DEEPEST + 1))
    _scale(ax, LOW, HIGH)
    return dots, linear, curved


def _scale(ax, low, high):
    """Let a vertical axis go from one power of ten to another, with seven or so of them named."""
    ends = low - 0.03 * (high - low), high + 0.03 * (high - low)
    if ax.get_ylim() != ends:
        by = (high - low + 13) // 14 * 2
        powers = range(-(-low // by) * by, high + 1, by)
        ax.set_yticks(powers, map(power_of_ten, powers))
        ax.set(ylim=ends)


def _reach(powers):
    """Where an axis for these powers of ten ends: in few steps, as each costs a whole drawing."""
    low = next(end for end in (LOW, -20, -40, -80, -120, -320) if end <= powers.min())
    high = next(end for end in (HIGH, 10, 20, 40, 80, 320) if end >= powers.max())
    return low, high


def _one_layer(ax):
    """What one layer does to the variance, forward and backward; where each is left as it is."""
    fans = [
        ax.plot([], [], label=name, **style.line(role))[0]
        for role, name in (("output", "forward"), ("gradient", "backward"))
    ]
    looks = (
        ("^", 13, "output", "1/√fan_in"),
        ("v", 13, "gradient", "1/√fan_out"),
        ("D", 6, "input", "Glorot"),  # small: where the widths are equal it lies on the others
    )
    marks = [
        ax.plot([], [], shape, ms=size, mec="white", color=style.colour(role), label=name)[0]
        for shape, size, role, name in looks
    ]
    ax.axhline(1, color=style.MUTED, lw=1)
    ax.set(
        title="variance out / variance in, one layer", xlabel="standard deviation of the weights"
    )
    ax.set(xscale="log", yscale="log", xlim=(0.9 * STDS[0], 1.1 * STDS[1]), ylim=(3e-3, 50))
    ticks = (0.02, 0.05, 0.1, 0.2, 0.5)
    ax.set_xticks(ticks, map(str, ticks))
    ax.minorticks_off()
    decades(ax.yaxis)
    return fans, marks, ax.plot([], [], color=style.colour("other"), lw=1.5, label="your choice")[0]


def _change(artists, shares, measured, straight, curved, std, fans):
    rgb = style.heat_rgb(shares, 1.0)
    rgb[np.isnan(shares)] = 0.93
    artists["image"].set_data(rgb)
    rows = list(zip(measured, straight, curved, strict=True))
    powers = [[np.log10(np.maximum(one, 1e-300)) for one in row] for row in rows]
    reach = _reach(np.concatenate([one for row in powers for one in row]))
    for lines, row in zip(artists["curves"], powers, strict=True):
        for line, heights in zip(lines, row, strict=True):
            line.set_data(np.arange(len(heights)), heights)
        _scale(lines[0].axes, *reach)
    lines, marks, now = artists["one"]
    xs = np.array([0.9 * STDS[0], 1.1 * STDS[1]])
    for line, fan in zip(lines, fans, strict=True):
        line.set_data(xs, xs**2 * fan)
    for mark, fan in zip(marks, (*fans, sum(fans) / 2), strict=True):
        mark.set_data([fan**-0.5], [1.0])
    now.set_data([std, std], [3e-3, 50])
