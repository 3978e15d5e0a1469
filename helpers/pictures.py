"""Pictures that exercises show: curves, volumes, a photograph through filters."""

import numpy as np
from matplotlib.cbook import get_sample_data
from matplotlib.patches import Polygon
from PIL import Image

from helpers import style
from helpers.drawing import Picture, draw_image
from helpers.sandbox import Call, plain, run


def curves(call_of, xs, names, oracle, xlabel, ylabel, measure=lambda value, name: value):
    """A picture function: target and yours over xs, one curve for each of `names`.

    call_of(x, name) gives the Call; measure(value, name) makes one number of what it returns.
    """
    alt = f"{ylabel} over {xlabel}, target and yours, for {', '.join(names)}."

    def picture(answer):
        fig, ax = style.figure()
        roles = ("target", "kernel", "input")
        with style.applied():
            for role, name in zip(roles, names, strict=False):
                calls = [call_of(x, name) for x in xs]
                target = [number(oracle, call, measure, name, None) for call in calls]
                ax.plot(xs, target, **style.line(role), label=f"target, {name}")
                values = [number(answer, call, measure, name) for call in calls]
                label = "yours" if name == names[-1] else None
                ax.plot(xs, values, "x", color=style.INK, markersize=9, label=label)
            ax.set(xlabel=xlabel, ylabel=ylabel)
            ax.legend()
        return Picture(fig, alt)

    return picture


def number(function, call, measure, name, seconds=1.0):
    """What a function gives on a call as one number; NaN where it does not."""
    try:
        return float(measure(run(function, call, seconds).value, name))
    except (TypeError, ValueError, IndexError, KeyError):
        return np.nan


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


def photograph(side=128):
    """The photograph that Matplotlib ships, cut square, grey: (1, side, side), from 0 to 1."""
    with get_sample_data("grace_hopper.jpg") as file:
        image = Image.open(file).convert("L")
        square = (0, 20, image.width, 20 + image.width)
        return np.asarray(image.crop(square).resize((side, side)), float)[None] / 255


def filtered(conv2d, x, filters):
    """The photograph x (1, H, W) through each filter {name: (kH, kW)}, by the learner's conv2d."""
    fig, axes = style.figure((style.WIDE[0], 3.0), 1, 1 + len(filters))
    draw_image(axes[0], x, title="photograph")
    for ax, (name, kernel) in zip(axes[1:], filters.items(), strict=True):
        weight = np.asarray(kernel, float)[None, None]
        image = plain(run(conv2d, Call(x, weight), 20.0).value)
        if np.ndim(image) != 3:
            ax.set_axis_off()
            ax.set_title(name)
            ax.text(0.5, 0.5, "not written\nyet", ha="center", transform=ax.transAxes)
            continue
        # An edge filter's values lie on both sides of zero: grey is zero there.
        middle = 0.5 if np.isclose(weight.sum(), 0) else 0
        draw_image(ax, np.asarray(image, float)[0] + middle, title=name)
    return Picture(fig, f"A photograph and what {', '.join(filters)} make of it.")
