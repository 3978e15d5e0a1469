"""How well one colour can be told from another, by WCAG 2.1."""

import numpy as np
from matplotlib.colors import to_rgb


def luminance(colour):
    """Relative luminance of a colour (WCAG 2.1)."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def contrast(one, other):
    """Contrast ratio of two colours, from 1 to 21 (WCAG 2.1)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(background):
    """Black or white: whichever reads better on a background colour."""
    return max(("#000000", "#FFFFFF"), key=lambda ink: contrast(ink, background))
