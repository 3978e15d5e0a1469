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
                ax.update_datalim([(x, 0), (x + 26, 20)])  # texts are not reckoned with
                x += 30
                continue
            _block(ax, x, size, role, label)
            x += size[1] + 0.45 * size[2] + max(0.6 * size[1], 4)
        ax.set_title(title)
        ax.margins(0.06, 0.2)
        ax.set_aspect("equal")
        ax.set_axis_off()
        ax.autoscale_view()
    labels = [label.replace("\n", " ") for _, _, label in parts if label]
    return Picture(fig, f"{title}: {', '.join(labels)}." if labels else f"{title}.")


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


def network(answer):
    """The image of a small network, and the volumes (C, H, W) that were answered, layer by layer."""
    layers = ("convolution", "pooling", "convolution", "pooling")
    given = list(answer) if isinstance(answer, (list, tuple)) else []
    parts = [((32, 32, 3), "input", "image\n3 × 32 × 32")]
    for index, layer in enumerate(layers):
        shape = given[index] if index < len(given) else None
        sides = drawable(shape)
        label = "no shape yet" if sides is None else " × ".join(map(describe, shape))
        volume = None if sides is None else (sides[1], sides[2], sides[0])
        role = "output" if layer == "convolution" else "mask"
        parts.append((volume, role, f"{layer}\n{label}"))
    return blocks(parts, "The image, and your volumes to scale")


def receptive_fields():
    """One output cell and the cells that it depends on, along one axis, in three stacks."""
    stacks = {
        "three layers, kernel size 3": [(3, 1)] * 3,
        "one layer, kernel size 7": [(7, 1)],
        "kernel size 3, stride 2; then 3": [(3, 2), (3, 1)],
    }
    fig, axes = style.figure((style.WIDE[0], 3.2), 1, len(stacks))
    with style.applied():
        for ax, (title, layers) in zip(axes, stacks.items(), strict=True):
            _stack(ax, layers)
            ax.set_title(title, fontsize=11)
    alt = "One output cell and the seven input cells that reach it, in each of three stacks of layers."
    return Picture(fig, alt)


def _stack(ax, layers):
    """Rows of cells, the input at the bottom; those that the one output depends on are filled."""
    top, height = len(layers), 3.0
    apart = np.cumprod(
        [1, *(stride for _, stride in layers)]
    )  # neighbours' distance, in input cells
    row, place = [0], np.zeros(1)
    for depth in range(top, -1, -1):
        role = "output" if depth == top else "mask" if depth else "input"
        name = f"layer {depth}" if role == "mask" else role
        beside = apart[depth] * np.arange(1, 3)
        around = np.concatenate([place[0] - beside, place[-1] + beside])
        around = around[np.abs(around) < 5]
        level, cells = height * depth / top, {"s": 130, "marker": "s"}
        ax.scatter(around, 0 * around + level, fc="white", ec=style.GREYED, zorder=2, **cells)
        ax.scatter(place, 0 * place + level, color=style.colour(role), zorder=3, **cells)
        ax.text(-5.6, level, name, ha="right", va="center")
        if depth:
            kernel_size, stride = layers[depth - 1]
            read = [range(cell * stride, cell * stride + kernel_size) for cell in row]
            below = sorted(set().union(*read))
            middle = np.mean(below)
            for window, x in zip(read, place, strict=True):
                for cell in window:
                    ends = (cell - middle) * apart[depth - 1]
                    ax.plot([x, ends], [level, level - height / top], color=style.GREYED, zorder=1)
            row, place = below, (np.array(below) - middle) * apart[depth - 1]
    ax.set(xlim=(-8.5, 5.5), ylim=(-0.4, height + 0.4))
    ax.set_axis_off()
