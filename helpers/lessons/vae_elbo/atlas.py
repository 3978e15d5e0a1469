"""Explorer: a map of digits, over a code of two numbers."""

import numpy as np

from helpers.lessons.vae_elbo import pca
from helpers.lessons.vae_elbo.digits import SIDE, digits, draw_codes, draw_ink, tiled
from helpers.views import Explorer, LiveFigure, slider, style

REACH, TILES = 3.0, 9


def pca_map():
    """The digits' code on PCA's plane, in standard deviations, and the linear decoder back."""
    images = digits()[0].astype(float)
    codes, directions = pca.codes(images, 2), pca.directions(images, 2)
    scale, mean = codes.std(0), images.mean(0)
    signs = np.sign(((images - mean) @ directions * codes).sum(0))
    return codes / scale, lambda z: mean + (np.asarray(z) * scale) @ (directions * signs).T


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
