"""Signals through many dense layers, forward and backward, and the variances that are foretold."""

import math
from functools import cache

import numpy as np

from helpers.exercises import Call, run, to_numpy
from helpers.views import LiveFigure, Picture, style

BATCH, MOST, DEEPEST = 48, 100, 50
BINS, TOP = 50, 1.25  # of the histograms; tanh lies between −1 and 1
LOW, HIGH = -10, 4  # powers of ten between which variances are drawn
STDS = (0.02, 0.5)


@cache
def _noise():
    """Standard normal numbers for weights, inputs and the gradient at the end, drawn once."""
    rng = np.random.default_rng(7)
    return rng.normal(size=(DEEPEST, MOST, MOST)), rng.normal(size=(2, BATCH, MOST))


# Points and weights that integrate over a standard normal distribution; dense, because tanh′ of a
# wide one is a narrow peak.
NODES = np.linspace(-8, 8, 801)
SHARES = np.exp(-(NODES**2) / 2) / np.exp(-(NODES**2) / 2).sum()


def widths(depth, even, odd):
    """The widths of the layers 0 (the input) to depth: even, odd, even, …"""
    return [odd if layer % 2 else even for layer in range(depth + 1)]


def through_layers(std, depth, even, odd, linear):
    """Send some inputs of variance 1 forward, and gradients of variance 1 back.

    Returns the activations of layers 0 to depth, each (BATCH, width), and their gradients.
    """
    weights, ends = _noise()
    wide = widths(depth, even, odd)
    values, gradients = [ends[0][:, :even]], [ends[1][:, : wide[-1]]]
    shapes = list(zip(weights, wide[1:], wide, strict=False))
    for weight, fan_out, fan_in in shapes:
        z = values[-1] @ (std * weight[:fan_out, :fan_in]).T
        values.append(z if linear else np.tanh(z))
    for value, (weight, fan_out, fan_in) in zip(values[:0:-1], shapes[::-1], strict=True):
        inner = gradients[-1] if linear else gradients[-1] * (1 - value**2)
        gradients.append(inner @ (std * weight[:fan_out, :fan_in]))
    return values, gradients[::-1]


def predicted(std, depth, even, odd, linear):
    """The variances that the derivation foretells, forward and backward, layers 0 to depth.

    linear: as derived. Otherwise with tanh's curve, for very wide layers: z is then normal, and
    E tanh(z)² and E tanh′(z)² are integrals.
    """
    wide, forward, slopes = widths(depth, even, odd), [1.0], []
    for fan_in in wide[:-1]:
        v = std**2 * fan_in * forward[-1]
        z = np.tanh(math.sqrt(v) * NODES)
        forward.append(v if linear else SHARES @ z**2)
        slopes.append(1.0 if linear else SHARES @ (1 - z**2) ** 2)
    back = [1.0]
    for fan_out, slope in zip(wide[:0:-1], slopes[::-1], strict=True):
        back.append(back[-1] * std**2 * fan_out * slope)
    return np.array(forward), np.array(back[::-1])


def histograms(values):
    """How each layer's activations are spread: (BINS, DEEPEST + 1), NaN where there is no layer."""
    shares = np.full((BINS, DEEPEST + 1), np.nan)
    for layer, value in enumerate(values):
        inside = value[np.abs(value) < TOP]
        counts = np.bincount(((inside + TOP) * (BINS / (2 * TOP))).astype(int), minlength=BINS)
        shares[:, layer] = counts / max(counts.max(), value.size / BINS)
    return shares


def signal(layer, draws, depth=30, width=100):
    """A signal in a deep network, one panel for each way to draw the weights.

    layer(a, weight, bias) and draws {title: draw}, draw(fan_in, fan_out, rng), may be unwritten.
    """
    looks = {1: "input", 10: "kernel", depth: "output"}
    fig, axes = style.figure((style.WIDE[0], 3.4), 1, 3, sharey=True)
    for ax, (title, draw) in zip(axes, draws.items(), strict=True):
        batch = np.random.default_rng(0).normal(size=(20, width))
        with style.applied():
            ax.set(title=title, xlabel="activation", xlim=(-1.05, 1.05), ylim=(0, 1.75), yticks=[])
            for number in range(1, depth + 1):
                weight = run(draw, Call(width, width, np.random.default_rng(number)), 5.0).value
                drawn = np.shape(to_numpy(weight)) == (width, width)
                batch = [run(layer, Call(a, weight, np.zeros(width)), 2.0).value for a in batch]
                if not drawn or any(np.shape(to_numpy(a)) != (width,) for a in batch):
                    text = f"first write\n{'dense_tanh' if drawn else 'xavier_normal'}"
                    ax.text(0.5, 0.5, text, ha="center", transform=ax.transAxes)
                    break
                if number in looks:
                    batch = np.array([np.asarray(to_numpy(a), float) for a in batch])
                    counts, edges = np.histogram(batch, np.linspace(-1, 1, 42))
                    look = style.line(looks[number]) | {"lw": 2, "label": f"layer {number}"}
                    ax.stairs(counts / max(counts.max(), 1), edges, **look)
                    ax.legend(loc="upper center")
    return Picture(fig, f"Activations in layers 1, 10 and {depth}, for {', '.join(draws)}.")


def layers_figure(alt):
    """A live figure of `through_layers`: histograms, what one layer does, both variances."""
    return LiveFigure(_build, _change, alt=alt, size=(style.WIDE[0], 6.0), rows=2, columns=2)


def _build(fig, axes):
    (spread, one), (forward, backward) = axes
    image = spread.imshow(
        np.ones((BINS, DEEPEST + 1, 3)), origin="lower", aspect="auto", interpolation="nearest",
        extent=(-0.5, DEEPEST + 0.5, -TOP, TOP),
    )  # fmt: skip
    spread.set(title="activations, layer by layer", xlabel="layer", ylabel="value")
    spread.grid(False)
    curves = [_variances(forward, "forward: Var(a)"), _variances(backward, "backward: Var(∂L/∂a)")]
    fans, marks, now = _one_layer(one)
    # One legend for the figure: those of axes would be drawn afresh with every change.
    fig.legend(handles=[*curves[0], *fans, now, *marks], loc="outside lower center", ncols=5)
    return {"image": image, "curves": curves, "one": (fans, marks, now)}


def _variances(ax, title):
    """Where the variances of all layers go: measured, foretold, foretold with tanh."""
    role = "gradient" if title.startswith("backward") else "output"
    dots = ax.plot([], [], "o", ms=4, color=style.colour(role), label="measured")[0]
    linear = ax.plot([], [], label="foretold", zorder=1.9, **style.line("target"))[0]
    curved = ax.plot([], [], label="with tanh", zorder=1.9, **style.line("kernel"))[0]
    powers = range(LOW, HIGH + 1, 2)
    ax.set_yticks(powers, [f"$10^{{{power}}}$" for power in powers])
    ax.set(title=title, xlabel="layer", xlim=(-1, DEEPEST + 1), ylim=(LOW - 0.4, HIGH + 0.4))
    return dots, linear, curved


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
    return fans, marks, ax.plot([], [], color=style.colour("other"), lw=1.5, label="your choice")[0]


def _change(artists, shares, measured, foretold, curved, std, fans):
    rgb = style.heat_rgb(shares, 1.0)
    rgb[np.isnan(shares)] = 0.93
    artists["image"].set_data(rgb)
    rows = zip(artists["curves"], measured, foretold, curved, strict=True)
    for lines, *values in rows:
        for line, variances in zip(lines, values, strict=True):
            powers = np.log10(np.maximum(variances, 1e-300))
            line.set_data(np.arange(len(powers)), powers)
    lines, marks, now = artists["one"]
    xs = np.array([0.9 * STDS[0], 1.1 * STDS[1]])
    for line, fan in zip(lines, fans, strict=True):
        line.set_data(xs, xs**2 * fan)
    for mark, fan in zip(marks, (*fans, sum(fans) / 2), strict=True):
        mark.set_data([fan**-0.5], [1.0])
    now.set_data([std, std], [3e-3, 50])
