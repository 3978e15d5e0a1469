"""The handwritten digits, 8×8 (source and licence: data/README.md): loaded, tiled, drawn."""

from functools import cache
from pathlib import Path

import numpy as np
from matplotlib import colormaps

SIDE = 8


@cache
def digits():
    """Images (1797, 64) from 0 (paper) to 1 (ink), and which digit each is (1797,)."""
    path = Path(__file__).parent / "data" / "digits.csv.gz"
    table = np.loadtxt(path, delimiter=",", dtype=np.float32)
    images, labels = table[:, :-1] / 16, table[:, -1].astype(int)
    images.setflags(write=False)  # shared by all who ask
    return images, labels


def tiled(images, columns):
    """Images (n, 64) as one large image, row after row, n a multiple of columns."""
    rows = len(images) // columns
    blocks = np.reshape(images, (rows, columns, SIDE, SIDE))
    return blocks.swapaxes(1, 2).reshape(rows * SIDE, columns * SIDE)


def draw_ink(ax, image, **kwargs):
    """A grey image on axes, 0 white and 1 black, as ink on paper; returns the artist."""
    ax.grid(False)
    return ax.imshow(image, cmap="gray_r", vmin=0, vmax=1, **kwargs)


def draw_codes(ax, codes, labels, size=45):
    """Codes (n, 2) as the digits that they belong to: numerals, in colours as well."""
    for digit in range(10):
        mine = labels == digit
        colour = colormaps["tab10"](digit)
        ax.scatter(*codes[mine].T, s=size, color=colour, marker=f"${digit}$", linewidths=0)
