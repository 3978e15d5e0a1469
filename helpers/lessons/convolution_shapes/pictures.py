"""Volumes drawn beside one another, to scale."""

import numpy as np
from matplotlib.patches import Polygon

from helpers.exercises import describe
from helpers.views import Picture, style


def beside_the_image(answer):
    """The sheet's image beside an output of the shape (H, W, C) that was answered."""
    image = ((32, 32, 3), "input", "image 32 × 32 × 3")
    label = f"yours {' × '.join(map(str, answer))}" if drawable(answer) else "yours: no shape yet"
    return blocks([image, (answer, "output", label)], "The image, and your output to scale")


def ten_filters(answer):
    """Ten filters of the sheet, and the number of weights that was answered."""
    yours = "…" if answer is None else describe(answer)
    return blocks([((5, 5, 3), "kernel", "")] * 10, f"ten filters of 5 × 5 × 3; yours: {yours}")


def blocks(parts, title):
    """Volumes beside one another, to scale: parts are ((H, W, C) or None, role, label)."""
    fig, ax = style.figure((style.WIDE[0], 3.0))
    x = 0.0
    with style.applied():
        for shape, role, label in parts:
            size = drawable(shape)
            if size is None:
                ax.text(x, 0, label, color=style.MUTED)
                x += 30
                continue
            _block(ax, x, size, role, label)
            x += size[1] + 0.45 * size[2] + max(0.6 * size[1], 4)
        ax.set_title(title)
        ax.margins(0.06, 0.2)
        ax.set_aspect("equal")
        ax.set_axis_off()
        ax.autoscale_view()
    return Picture(fig, f"{title}.")


def drawable(shape):
    """A shape as three sides that can be drawn (at most 64 each), or None."""
    try:
        sides = [min(float(side), 64.0) for side in shape]
    except (TypeError, ValueError):
        return None
    return sides if len(sides) == 3 and min(sides) > 0 else None


def _block(ax, x, size, role, label):
    """One block in oblique projection, the lower left corner of its front at (x, 0)."""
    height, width, depth = size
    lean = np.array([0.42, 0.3]) * depth
    front = np.array([[x, 0], [x + width, 0], [x + width, height], [x, height]])
    for shade, face in ((0.55, front[[3, 2]]), (0.35, front[[2, 1]])):
        sides = np.vstack([face, face[::-1] + lean])
        ax.add_patch(Polygon(sides, fc=style.colour(role), alpha=shade, ec="white"))
    ax.add_patch(Polygon(front, fc=style.colour(role), alpha=0.8, ec="white"))
    ax.text(x + width / 2, -1.5, label, ha="center", va="top")
