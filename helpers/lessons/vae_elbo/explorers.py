"""Explorers: the gap below log p(x), two estimators of one gradient, and a map of digits."""

import math

import ipywidgets as widgets
import numpy as np

from helpers.lessons.vae_elbo import oracles
from helpers.lessons.vae_elbo.digits import SIDE, digits, draw_codes, draw_ink, tiled
from helpers.views import Explorer, LiveFigure, slider, style

# --- a model whose evidence is known --------------------------------------------------------------

SLOPE, NOISE = 0.8, 0.6  # z ~ N(0, 1), x = 0.8 z + 0.6 noise: so x ~ N(0, 1), exactly
FLOORS = (-6, -12, -24, -60)


def linear_gaussian(x, mean, width):
    """log p(x), the ELBO and KL(q‖posterior) for q = N(mean, width²), each by its own closed form.

    The model: z ~ N(0, 1), x|z ~ N(0.8 z, 0.6²); hence x ~ N(0, 1) and z|x ~ N(0.8 x, 0.6²).
    """
    log_p = -0.5 * math.log(2 * math.pi) - x**2 / 2
    misfit = (x - SLOPE * mean) ** 2 + SLOPE**2 * width**2  # E_q (x − 0.8 z)²
    reconstruction = -0.5 * math.log(2 * math.pi * NOISE**2) - misfit / (2 * NOISE**2)
    kl_prior = _kl_of_normals(mean, width, 0.0, 1.0)
    return log_p, reconstruction - kl_prior, _kl_of_normals(mean, width, SLOPE * x, NOISE)


def _kl_of_normals(mean, width, other_mean, other_width):
    """KL(N(mean, width²)‖N(other_mean, other_width²))."""
    ratio = (width**2 + (mean - other_mean) ** 2) / (2 * other_width**2)
    return math.log(other_width / width) + ratio - 0.5


def _density(z, mean, width):
    return np.exp(-(((z - mean) / width) ** 2) / 2) / (width * math.sqrt(2 * math.pi))


def _build_gap(fig, axes):
    left, right = axes
    z = np.linspace(-4, 4, 401)
    left.plot(z, _density(z, 0, 1), **style.line("mask"), label="prior p(z)")
    (true,) = left.plot(z, 0 * z, **style.line("target"), label="posterior p(z|x)")
    (q,) = left.plot(z, 0 * z, **style.line("kernel"), label="q(z)")
    left.set(xlabel="z", ylabel="density", ylim=(0, 1.35), xlim=(-4, 4))
    # Below the axes: within them a narrow q would run through it.
    fig.legend(handles=left.get_lines(), loc="outside lower center", ncols=3)
    bars = [
        right.bar(x, 1, 0.62, color=style.colour(role), alpha=alpha)[0]
        for x, role, alpha in ((0, "target", 0.85), (1, "kernel", 0.85), (1, "gradient", 0.55))
    ]
    bars[2].set_hatch("///")
    level = right.axhline(0, color=style.INK, linewidth=1)
    right.set_xticks([0, 1], ["log p(x)", "ELBO + KL"])
    right.set(ylabel="nats", ylim=(FLOORS[0], 0), xlim=(-0.6, 2.15))
    right.grid(axis="x", visible=False)
    texts = [right.text(x, 0, "", va="center") for x in (1.38, 1.38)]
    return {"true": true, "q": q, "bars": bars, "level": level, "texts": texts}


def _change_gap(artists, x, mean, width, log_p, elbo, gap):
    z, bars, ax = artists["q"].get_xdata(), artists["bars"], artists["level"].axes
    artists["true"].set_ydata(_density(z, SLOPE * x, NOISE))
    artists["q"].set_ydata(_density(z, mean, width))
    floor = next(f for f in FLOORS if f < elbo - 0.08 * abs(f) or f == FLOORS[-1])
    if ax.get_ylim()[0] != floor:
        ax.set_ylim(floor, 0)
    for bar, bottom, height in zip(
        bars, (floor, floor, elbo), (log_p - floor, elbo - floor, gap), strict=True
    ):
        bar.set(y=bottom, height=height)
    artists["level"].set_ydata([log_p, log_p])
    lower, upper = artists["texts"]
    lower.set(y=(floor + elbo) / 2, text="ELBO")
    upper.set(y=max(elbo + gap / 2, floor * 0.98), text="KL" if gap > 0.02 * abs(floor) else "")


def explore():
    """Move q's mean and width: log p(x) = ELBO + KL, and the gap closes at the posterior."""
    says = (
        "Prior, posterior and q as curves; beside them a bar for log p(x), and one of ELBO and KL."
    )
    figure = LiveFigure(
        _build_gap, _change_gap, alt=says, columns=2, gridspec_kw={"width_ratios": (1.5, 1)}
    )

    def update(x, mean, width):
        log_p, elbo, gap = linear_gaussian(x, mean, width)
        figure.update(x=x, mean=mean, width=width, log_p=log_p, elbo=elbo, gap=gap)
        return {"log p(x)": log_p, "ELBO": elbo, "KL(q‖posterior)": abs(gap)}

    controls = {
        "x": slider("observation x", -3.0, 3.0, 1.5, 0.5),
        "mean": slider("mean of q", -3.0, 3.0, -0.5, 0.1),
        "width": slider("width of q", 0.1, 2.0, 1.0, 0.1),
    }
    presets = {
        "q = prior": {"mean": 0.0, "width": 1.0},
        "q = posterior": {"x": 1.5, "mean": 1.2, "width": 0.6},
        "too narrow": {"x": 1.5, "mean": 1.2, "width": 0.1},
    }
    return Explorer(controls, [figure], update, alt=says, presets=presets)


# --- two estimators -------------------------------------------------------------------------------

BINS = np.arange(-40.0, 61.0, 1.0)


def explore_gradients(reparam_gradient=None, score_function_gradient=None):
    """Histograms of one-sample gradients of E[x²], x ~ N(θ, 1), by two estimators."""
    estimators = {
        "reparametrised": reparam_gradient or oracles.reparam_gradient,
        "score function": score_function_gradient or oracles.score_function_gradient,
    }

    def build(fig, axes):
        artists = []
        for ax, (title, role) in zip(
            axes, zip(estimators, ("input", "kernel"), strict=True), strict=True
        ):
            stairs = ax.stairs(np.zeros(len(BINS) - 1), BINS, fill=True, color=style.colour(role))
            exact = ax.axvline(0, **style.line("target"), label="2θ")
            mean = ax.axvline(0, color=style.INK, lw=1.2, label="mean of the samples")
            ax.set(title=title, xlabel="gradient from one sample", ylim=(0, 0.65), xlim=(-25, 40))
            artists.append((stairs, exact, mean))
        axes[0].set_ylabel("share of samples")
        fig.legend(handles=artists[0][1:], loc="outside lower center", ncols=2)
        return artists

    def change(artists, theta, gradients):
        for (stairs, exact, mean), values in zip(artists, gradients, strict=True):
            stairs.set_data(np.histogram(values, BINS)[0] / len(values))
            exact.set_xdata([2 * theta] * 2)
            mean.set_xdata([values.mean()] * 2)

    alt = "Histograms of the two estimators: the same mean, one narrow, one wide."
    figure = LiveFigure(build, change, alt=alt, columns=2, sharey=True)

    def update(theta, samples, again):
        eps = np.random.default_rng(again).normal(size=samples)
        gradients = [np.asarray(f(theta, eps), float) for f in estimators.values()]
        figure.update(theta=theta, gradients=np.array(gradients))
        means = {f"{n}: mean": g.mean() for n, g in zip(estimators, gradients, strict=True)}
        spread = {f"{n}: variance": g.var() for n, g in zip(estimators, gradients, strict=True)}
        return {"2θ": 2 * theta} | means | spread

    controls = {
        "theta": slider("θ", -3.0, 3.0, 1.0, 0.5),
        "samples": widgets.SelectionSlider(
            options=[100, 1000, 10_000], value=1000, description="samples"
        ),
        "again": widgets.Button(description="draw again"),
    }
    return Explorer(controls, [figure], update, alt=alt)


# --- a map of digits ------------------------------------------------------------------------------

REACH, TILES = 3.0, 9


def pca_map():
    """The digits' code on PCA's plane, in standard deviations, and the linear decoder back."""
    images = digits()[0].astype(float)
    codes, directions = oracles.pca_code(images, 2), oracles.directions(images, 2)
    scale, mean = codes.std(0), images.mean(0)
    return codes / scale, lambda z: mean + (np.asarray(z) * scale) @ directions.T


def explore_latent(codes=None, decode=None):
    """Walk over a two-dimensional code: what the decoder makes of each point; PCA's by default.

    codes (1797, 2): where the digits lie; decode: (n, 2) to images (n, 64).
    """
    if codes is None or decode is None:
        codes, decode = pca_map()
    codes, shown = np.asarray(codes, float), 700
    axis = np.linspace(-REACH, REACH, TILES)
    grid = np.stack(np.meshgrid(axis, axis[::-1]), -1).reshape(-1, 2)
    atlas = tiled(np.asarray(decode(grid)), TILES)

    def build(fig, axes):
        edge = REACH * TILES / (TILES - 1)
        box = (-edge, edge, -edge, edge)
        draw_ink(axes[0], atlas, extent=box)
        draw_codes(axes[1], codes[:shown], digits()[1][:shown], size=30)
        for ax, title in zip(axes, ("decoded, all over", "where the data lie"), strict=False):
            ax.set(
                title=title, xlabel="z₁", ylabel="z₂", aspect="equal", xlim=box[:2], ylim=box[:2]
            )
        marks = [
            ax.plot([0], [0], "o", mfc="none", mec=style.colour("gradient"), mew=3, ms=15)[0]
            for ax in axes[:2]
        ]
        axes[2].set(title="decoded here", xticks=[], yticks=[])
        return {"marks": marks, "image": draw_ink(axes[2], np.zeros((SIDE, SIDE)))}

    def change(artists, z, image):
        for mark in artists["marks"]:
            mark.set_data([z[0]], [z[1]])
        artists["image"].set_data(image)

    alt = "A plane of decoded digits, where the data lie on it, and the digit at the marked point."
    figure = LiveFigure(
        build,
        change,
        alt=alt,
        columns=3,
        size=(style.WIDE[0], 4.0),
        gridspec_kw={"width_ratios": (1.4, 1.4, 0.8)},
    )

    def update(z1, z2):
        image = np.clip(np.asarray(decode(np.array([[z1, z2]])), float), 0, 1).reshape(SIDE, SIDE)
        figure.update(z=(z1, z2), image=image)
        nearby = np.hypot(*(codes - (z1, z2)).T) < 0.5
        return {
            "digits within 0.5": nearby.sum(),
            "pixels neither paper nor ink, %": 100 * ((image > 0.2) & (image < 0.8)).mean(),
        }

    controls = {
        "z1": slider("z₁", -REACH, REACH, 0.0, 0.1),
        "z2": slider("z₂", -REACH, REACH, 0.0, 0.1),
    }
    return Explorer(controls, [figure], update, alt=alt)
