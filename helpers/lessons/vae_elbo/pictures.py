"""Static pictures: rows of digits, codes, estimators, and trained auto-encoders."""

import numpy as np
from matplotlib.patches import Ellipse

from helpers.exercises import Call, as_numbers, curves, run
from helpers.lessons.vae_elbo import oracles
from helpers.lessons.vae_elbo.digits import SIDE, digits, draw_codes, draw_ink, tiled
from helpers.views import Picture, style


def gallery(rows, alt):
    """Rows of digits below one another: {label: images (n, 64)}, the same n in each."""
    fig, axes = style.figure((style.WIDE[0], 0.4 + 0.75 * len(rows)), len(rows), 1, squeeze=False)
    with style.applied():
        for ax, (label, images) in zip(axes[:, 0], rows.items(), strict=True):
            spaced = np.zeros((SIDE, len(images) * (SIDE + 1)))
            for index, image in enumerate(np.asarray(images)):
                left = index * (SIDE + 1)
                spaced[:, left : left + SIDE] = np.reshape(image, (SIDE, SIDE))
            draw_ink(ax, spaced)
            ax.set_xticks([])
            ax.set_yticks([(SIDE - 1) / 2], [label])
            ax.tick_params(length=0)
            ax.spines[:].set_visible(False)
    return Picture(fig, alt)


def digit_codes(oracle, answer):
    """Two numbers for each of 500 digits, by the oracle and by the learner (None: not written)."""
    images, labels = (part[:500] for part in digits())
    call = Call(images.astype(float), 2)
    fig, axes = style.figure(style.WIDE, 1, 2)
    yours = None if answer is None else run(answer, call, 10.0).value
    pairs = (("Target", run(oracle, call, 10.0).value), ("Yours (turned as you like)", yours))
    for ax, (title, codes) in zip(axes, pairs, strict=True):
        ax.set_title(title)
        codes = as_numbers(codes, (len(labels), 2))
        if np.isfinite(codes).all() and np.abs(codes).max() < 1e6:
            draw_codes(ax, codes, labels)
        else:
            ax.set_axis_off()
            ax.text(0.5, 0.5, "no (500, 2) code yet", ha="center", transform=ax.transAxes)
    return Picture(fig, "The code of 500 digits in two numbers, target and yours.")


def over_noise(oracle):
    """A picture function: what an estimator gives for each ε, at three values of θ."""

    def call(e, name):
        return Call(float(name[-1]), np.array([e]))

    def total(value, name):
        return np.sum(value)

    noise, names = np.linspace(-2.5, 2.5, 21), ("θ = 0", "θ = 1", "θ = 2")
    return curves(call, noise, names, oracle, "ε", "one sample’s gradient", total)


def falling(losses, angles, least):
    """A linear auto-encoder's error while it trains, and its plane's largest angle to PCA's."""
    fig, axes = style.figure(style.WIDE, 1, 2)
    with style.applied():
        axes[0].plot(losses, **style.line("kernel"), label="linear auto-encoder")
        axes[0].axhline(least, **style.line("target"), label="PCA: the least possible")
        axes[0].set(xlabel="step", ylabel="squared error of a digit", ylim=(0, None))
        axes[0].legend()
        axes[1].plot(angles, **style.line("kernel"))
        axes[1].set(xlabel="step", ylabel="largest angle to PCA’s plane (°)", ylim=(-2, 92))
    return Picture(fig, "The error falls to PCA's, and the angle between the planes to zero.")


def loss_curve(histories):
    """Training curves: {label: a loss for each epoch}."""
    fig, ax = style.figure((style.WIDE[0], 3.0))
    roles = ("input", "kernel", "gradient", "other", "target")
    with style.applied():
        for role, (label, losses) in zip(roles, histories.items(), strict=False):
            ax.plot(range(1, len(losses) + 1), losses, **style.line(role), label=label)
        ax.set(xlabel="epoch", ylabel="loss of a digit (nats)")
        ax.legend()
    return Picture(fig, f"Training curves: {', '.join(histories)}.")


def kl_by_dimension(shares, originals, reconstructions):
    """For each β, the KL of every latent dimension as bars, above what comes back of some digits.

    shares: {β: (D,)}; originals (n, 64); reconstructions: {β: (n, 64)}.
    """
    fig, axes = style.figure((style.WIDE[0], 3.9), 2, len(shares), height_ratios=(1.3, 1))
    top = max(max(values) for values in shares.values())
    with style.applied():
        for (above, below), (beta, values) in zip(axes.T, shares.items(), strict=True):
            places = np.arange(1, len(values) + 1)
            above.bar(places, values, color=style.colour("kernel"))
            for place, value in zip(places, values, strict=True):
                above.text(place, value, f"{value:.1f}", ha="center", va="bottom")
            above.set(title=f"β = {beta:g}", ylim=(0, 1.15 * top), xticks=places)
            above.grid(axis="x", visible=False)
            pairs = np.stack([originals, reconstructions[beta]]).reshape(-1, originals.shape[1])
            gap = [SIDE] * 3  # white lines between the two rows of digits
            draw_ink(below, np.insert(tiled(pairs, len(originals)), gap, 0, axis=0))
            below.set(xticks=[], yticks=[])
            below.spines[:].set_visible(False)
        axes[0, 0].set_ylabel("KL (nats)")
        axes[1, 0].set_yticks([3.5, 14.5], ["data", "back"])
        axes[0, len(shares) // 2].set_xlabel("latent dimension")
    return Picture(fig, "The KL of each latent dimension falls to 0 as β grows; digits blur.")


def sharpness_bars(values):
    """{label: sharpness} as bars, in per cent of the first."""
    fig, ax = style.figure((style.WIDE[0], 0.9 + 0.45 * len(values)))
    first = next(iter(values.values()))
    shares = [100 * value / first for value in values.values()]
    with style.applied():
        places = range(len(shares), 0, -1)
        ax.barh(places, shares, color=style.colour("target"), height=0.6)
        for place, share in zip(places, shares, strict=True):
            ax.text(share + 1, place, f"{share:.0f}%", va="center")
        ax.set_yticks(places, list(values))
        ax.set(xlim=(0, 1.15 * max(shares)), xlabel="sharpness, in per cent of the data’s")
        ax.grid(axis="y", visible=False)
    return Picture(fig, f"Sharpness of {', '.join(values)}, compared.")


def true_posteriors(decode, images, mu, logvar, side=91, reach=3.2, shown=4):
    """The exact posteriors on a grid of a two-dimensional z that are least Gaussian, and q.

    decode: (n, 2) to (n, 64) probabilities of ink; images (n, 64); mu, logvar (n, 2). Least
    Gaussian: with the largest KL(posterior‖N) to the Gaussian of the same means and deviations.
    """
    images, mu, logvar = (np.asarray(part, float) for part in (images, mu, logvar))
    axis = np.linspace(-reach, reach, side)
    grid = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    true = oracles.posteriors_on(grid, decode, images)
    mean = true @ grid
    alike = oracles.gaussians_on(grid, mean, true @ grid**2 - mean**2)
    gaps = oracles.kl_on(oracles.gaussians_on(grid, mu, np.exp(logvar)), true)
    fig, axes = style.figure((style.WIDE[0], 3.3), 1, shown)
    for ax, index in zip(axes, np.argsort(-oracles.kl_on(true, alike))[:shown], strict=True):
        with style.applied():
            ax.grid(False)
            image = np.sqrt(true[index]).reshape(side, side)  # the root shows thin tails as well
            box = (-reach, reach, -reach, reach)
            ax.imshow(image, origin="lower", cmap="Oranges", extent=box)
            for width in (1, 2):
                size = 2 * width * np.exp(0.5 * logvar[index])
                q_edge = Ellipse(mu[index], *size, fill=False, ec=style.colour("target"), lw=2)
                ax.add_patch(q_edge)
            corner = ax.inset_axes((0, 1.04, 0.28, 0.28))
            draw_ink(corner, images[index].reshape(SIDE, SIDE))
            corner.set(xticks=[], yticks=[])
            ax.set(xlabel="z₁", xticks=(-2, 0, 2), yticks=(-2, 0, 2))
            ax.set_title(f"KL {gaps[index]:.1f}", loc="right")
    axes[0].set_ylabel("z₂")
    told = f"KL(q‖posterior) above each; its median over all {len(images)}: {np.median(gaps):.1f}"
    fig.supxlabel(told, fontsize=11)
    return Picture(fig, "True posteriors, bent or in several parts, and the ellipses of q on them.")
