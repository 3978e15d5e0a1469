"""Static pictures: rows of digits, codes, estimators, and trained auto-encoders."""

import numpy as np
from matplotlib.patches import Ellipse

from helpers.exercises import Call, as_numbers, awaited, curves, run
from helpers.lessons.vae_elbo import on_grid, oracles
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
    """Two numbers for each of 500 digits, by the oracle and by the learner (None: neither)."""
    if answer is None:
        return awaited("first number of the code", "second number")
    images, labels = (part[:500] for part in digits())
    call = Call(images.astype(float), 2)
    fig, axes = style.figure(style.WIDE, 1, 2)
    yours = run(answer, call, 10.0).value
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


def training(history):
    """How a VAE trained: history (epochs, 4) holds loss and KL, seen and then held out, in nats."""
    loss, cost, held_loss, held_cost = np.asarray(history, float).T
    panels = (
        ("loss = −ELBO", loss, held_loss),
        ("reconstruction, −log p(x|z)", loss - cost, held_loss - held_cost),
        ("KL to the prior", cost, held_cost),
    )
    fig, axes = style.figure((style.WIDE[0], 3.6), 1, 3)
    epochs = range(1, len(loss) + 1)
    with style.applied():
        for ax, (title, mine, held) in zip(axes, panels, strict=True):
            seen = ax.plot(epochs, mine, **style.line("kernel"))
            kept = ax.plot(epochs, held, **style.line("target"))
            ax.set(xlabel="epoch", title=title)
        axes[0].set_ylabel("nats per digit")
        axes[2].set_ylim(0, None)
        labels = ["digits trained on", "digits held out"]
        fig.legend(seen + kept, labels, loc="outside lower center", ncols=2)
    alt = (
        "While the VAE trains, loss and reconstruction fall; the KL sinks almost to 0, then rises."
    )
    return Picture(fig, alt)


def random_node():
    """A sample drawn from q, and one computed from noise that stands aside; gradients go back."""
    fig, axes = style.figure((style.WIDE[0], 2.8), 1, 2)
    titles = "z drawn from q", "z computed from eps"
    with style.applied():
        for ax, title, aside in zip(axes, titles, (False, True), strict=True):
            ax.set(xlim=(0, 10), ylim=(0, 5.4), title=title)
            ax.set_axis_off()
            nodes = {
                "mu, logvar": (1.5, 2, False),
                "z": (5.2, 2, not aside),
                "loss": (8.7, 2, False),
            }
            if aside:
                nodes["eps"] = (5.2, 4.5, True)
            for name, (left, height, random) in nodes.items():
                shape = "circle,pad=0.5" if random else "round,pad=0.5"
                edge = style.colour("kernel" if random else "output")
                box = {"boxstyle": shape, "fc": "white", "ec": edge, "lw": 2, "hatch": ""}
                if random:
                    box["ls"] = (0, style.ROLES["kernel"].dash)
                ax.text(left, height, name, ha="center", va="center", bbox=box)
            arrows = [((2.9, 2.25), (4.5, 2.25)), ((5.9, 2.25), (7.8, 2.25))]
            if aside:
                arrows.append(((5.2, 3.7), (5.2, 2.8)))
            for start, end in arrows:
                _arrow(ax, start, end, "output")
            _arrow(ax, (7.8, 1.75), (5.9, 1.75), "gradient")
            if aside:
                _arrow(ax, (4.5, 1.75), (2.9, 1.75), "gradient")
            else:
                ax.text(
                    3.7,
                    1.65,
                    "✗",
                    color=style.colour("gradient"),
                    size=16,
                    ha="center",
                    va="center",
                )
            below = "the gradient passes" if aside else "here the gradient ends"
            ax.text(3.7, 0.45, below, color=style.colour("gradient"), ha="center")
    alt = (
        "Left, z is a random node and the gradient ends there; right, the randomness sits in eps, "
        "and the gradient passes through z to mu and logvar."
    )
    return Picture(fig, alt)


def _arrow(ax, start, end, role):
    """An arrow on axes, in a role's colour."""
    look = {"arrowstyle": "-|>", "color": style.colour(role), "lw": 2, "mutation_scale": 16}
    ax.annotate("", end, start, arrowprops=look)


def bounds(images, elbos, gaps):
    """For each of n images (n, 64) its ELBO and KL(q‖posterior), stacked up to log p(x)."""
    fig, ax = style.figure((style.WIDE[0], 3.8))
    places, tops = np.arange(len(images)), elbos + gaps
    floor = 5 * np.floor(min(elbos) / 5 - 0.2)
    with style.applied():
        ax.bar(places, elbos - floor, 0.62, floor, color=style.colour("kernel"), label="ELBO")
        fills = {"color": style.colour("gradient"), "alpha": 0.55, "hatch": "///"}
        ax.bar(places, gaps, 0.62, elbos, label="KL(q‖posterior)", **fills)
        ends = places - 0.42, places + 0.42
        ax.hlines(tops, *ends, color=style.INK, lw=1.5, label="log p(x)")
        ax.set(ylabel="nats", ylim=(floor, 0), xlim=(-0.7, len(places) - 0.3), xticks=[])
        ax.grid(axis="x", visible=False)
        fig.legend(loc="outside lower center", ncols=3)
        for place, image in zip(places, np.asarray(images), strict=True):
            corner = ax.inset_axes(
                (place - 0.4, floor * 0.155, 0.8, -floor * 0.14), transform=ax.transData
            )
            draw_ink(corner, np.reshape(image, (SIDE, SIDE)))
            corner.set(xticks=[], yticks=[])
    return Picture(
        fig, "For each digit the ELBO, and on it the KL to the posterior, up to log p(x)."
    )


def kl_by_dimension(shares, originals, reconstructions, costs):
    """For each β, the KL of every latent dimension as bars, above what comes back of some digits.

    shares: {β: (D,)}; originals (n, 64); reconstructions: {β: (n, 64)}; costs: {β: −ELBO}.
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
            below.set(xticks=[], yticks=[], xlabel=f"−ELBO {costs[beta]:.1f}")
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


def sharpness_by_kl(betas, nats, best, network):
    """Sharpness as a share of the data's against what the codes say, for several β: lists of n."""
    fig, ax = style.figure((style.WIDE[0], 3.8))
    with style.applied():
        for shares, role, label in (
            (best, "target", "best decoder for these codes"),
            (network, "kernel", "this network"),
        ):
            ax.plot(nats, 100 * np.array(shares), marker="o", **style.line(role), label=label)
        for beta, left, share in zip(betas, nats, best, strict=True):
            ax.annotate(
                f"β = {beta:g}",
                (left, 100 * share),
                (0, 9),
                textcoords="offset points",
                ha="center",
            )
        ax.set(ylim=(0, 105), xlim=(-0.5, 1.08 * max(nats)))
        ax.set(
            xlabel="KL of a digit (nats): what its code says", ylabel="sharpness, % of the data’s"
        )
        ax.legend(loc="lower right")
    alt = "The more nats a code has, the sharper the best decoder; at the smallest β the network lags."
    return Picture(fig, alt)


def true_posteriors(points, posteriors, images, mu, logvar, shown=4):
    """The posteriors that are least Gaussian, on a grid of z, and q.

    points (G, 2); posteriors (n, G); images (n, 64); mu, logvar (n, 2).
    """
    posteriors, images, mu, logvar = (
        np.asarray(part, float) for part in (posteriors, images, mu, logvar)
    )
    far, lost = on_grid.least_gaussian(points, posteriors)
    gaps = oracles.kl(on_grid.normals(points, mu, np.exp(logvar)), posteriors)
    side, reach = round(len(points) ** 0.5), points.max()
    fig, axes = style.figure((style.WIDE[0], 3.5), 1, shown)
    for ax, index in zip(axes, np.argsort(-far)[:shown], strict=True):
        with style.applied():
            ax.grid(False)
            shares = np.sqrt(posteriors[index])  # the root shows thin tails as well
            box = (-reach, reach, -reach, reach)
            ax.imshow(shares.reshape(side, side), origin="lower", cmap="Oranges", extent=box)
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
    told = (
        f"KL(q‖posterior) above each. Median of all {len(images)}: {np.median(gaps):.2f} for q, "
        f"{np.median(lost):.2f} for a Gaussian of the posterior’s mean and spread"
    )
    fig.supxlabel(told, fontsize=11)
    return Picture(
        fig, "True posteriors in two parts or with a long tail, and the ellipses of q on them."
    )
