"""Images: the photograph that the course looks at, and how an image is drawn."""

from __future__ import annotations

import numpy as np
from matplotlib.cbook import get_sample_data
from matplotlib.image import AxesImage
from PIL import Image

from helpers.views import style


def photograph(side=128):
    """The photograph that Matplotlib ships, cut square, grey: (1, side, side), from 0 to 1."""
    with get_sample_data("grace_hopper.jpg") as file:
        image = Image.open(file).convert("L")
        square = (0, 20, image.width, 20 + image.width)
        return np.asarray(image.crop(square).resize((side, side)), float)[None] / 255


def draw_image(ax, image, *, title=""):
    """Draw an image (C, H, W) or (H, W) with values from 0 to 1; C is 1 (grey) or 3 (colour)."""
    image = np.nan_to_num(np.asarray(image, dtype=float)).clip(0, 1)
    if image.ndim == 3:
        image = np.moveaxis(image, 0, -1) if image.shape[0] == 3 else image[0]
    with style.applied():
        ax.imshow(image, cmap="gray", vmin=0, vmax=1)
        ax.set_axis_off()
        ax.set_anchor("N")
        ax.set_title(title)


class QuickImage(AxesImage):
    """An image that fills its axes from the lower left, drawn in a tenth of Matplotlib's time.

    For live figures. `extent`: where it lies, as for `imshow`, in the units of the axes, whose
    limits it sets. `interpolation`: "nearest" or "bilinear". `set_data` takes colours
    (H, W, 3) from 0 to 1.
    """

    def __init__(self, ax, extent, interpolation="nearest"):
        super().__init__(ax, extent=extent, origin="lower", interpolation=interpolation)
        ax.set(xlim=extent[:2], ylim=extent[2:])
        ax.add_image(self)

    def set_data(self, image):
        """Show another image; kept as bytes, which Pillow stretches."""
        super().set_data(np.rint(255 * image).astype(np.uint8))

    def make_image(self, renderer, magnification=1.0, unsampled=False):
        """What Matplotlib draws: pixels (h, w, 4), where they begin (x, y), no transform."""
        box = self.axes.bbox  # rounded as Matplotlib rounds it
        left, right = (int(np.floor(x + 0.5)) for x in box.intervalx)
        bottom, top = (int(np.ceil(y - 0.5)) for y in box.intervaly)
        way = Image.Resampling[self.get_interpolation().upper()]
        image = Image.fromarray(self.get_array()).resize((right - left, top - bottom), way)
        return np.array(image.convert("RGBA")), left, bottom, None
