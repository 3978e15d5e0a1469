"""A U-Net with its sizes, and answers beside what they were made of."""

import itertools

import numpy as np
from matplotlib.patches import Rectangle

from helpers.exercises import Call, as_numbers, run, side_by_side, to_numpy
from helpers.views import Grid, GridView, Picture, style


def unet(answer=None, n=96, depth=3):
    """Draw a U-Net of `depth` levels with the sizes that `answer(n, depth)` gives, or with "?"."""
    sizes = to_numpy(run(answer, Call(n, depth), 1.0).value)
    sizes = list(sizes) if isinstance(sizes, (list, tuple, np.ndarray)) else []
    labels = [*(str(size)[:6] for size in sizes), *["?"] * (2 * depth + 1)][: 2 * depth + 1]
    fig, ax = style.figure((style.WIDE[0], 4.6))
    points = 13 if depth < 4 else 11
    places = [(1.6 * i, -1.25 * (depth - abs(i - depth))) for i in range(2 * depth + 1)]

    def arrow(start, end, role, **props):
        props |= {"arrowstyle": "-|>", "lw": 2, "color": style.colour(role)}
        ax.annotate("", end, start, arrowprops=props)

    with style.applied():
        for (x, y), label in zip(places, labels, strict=True):
            ax.add_patch(Rectangle((x - 0.4, y - 0.4), 0.8, 0.8, fc="#F1F3F5", ec=style.INK, lw=2))
            ax.text(x, y, label, ha="center", va="center", size=points, weight="bold")
        for (x, y), (right, end) in itertools.pairwise(places):
            down, up = "angle,angleA=90,angleB=0,rad=6", "angle,angleA=0,angleB=90,rad=6"
            if end < y:
                arrow((x, y - 0.45), (right - 0.45, end), "mask", connectionstyle=down)
            else:
                arrow((x + 0.45, y), (right, end - 0.45), "kernel", connectionstyle=up)
        across = zip(places[:depth], places[::-1], labels, labels[::-1], strict=False)
        for (x, y), (right, _), one, two in across:
            text, role = ("skip", "target") if one == two else (f"{one} ≠ {two}", "gradient")
            arrow((x + 0.5, y), (right - 0.5, y), role, linestyle=(0, (4, 2)))
            look = {"ha": "center", "va": "bottom", "color": style.colour(role)}
            ax.text((x + right) / 2, y + 0.08, text, **look)
        signs = {
            "mask": "3×3 convolutions, pooling",
            "kernel": "3×3 convolutions, up-convolution",
            "target": "skip: copied across",
        }
        for role, text in signs.items():
            ax.plot([], [], color=style.colour(role), label=text)
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, 0), ncols=3)
        ax.set_title(f"A U-Net of depth {depth} for an image of {n} × {n}")
        ax.set(xlim=(-0.7, 3.2 * depth + 0.7), ylim=(-1.25 * depth - 0.5, 0.75))
        ax.axis("off")
    return Picture(fig, f"A U-Net with the sizes {', '.join(labels)}.")


def beside_input(answer, cells):
    """The sheet's cells, input and kernel, beside the matrix answered: an empty cell if none."""
    numbers = as_numbers(answer)
    yours = as_numbers(numbers, (-1, numbers.shape[-1])) if numbers.ndim else np.nan
    grids = [
        Grid("input", cells),
        Grid("kernel", cells, "kernel", sign="∗"),
        Grid("yours", yours, "output", sign="="),
    ]
    return GridView(grids, alt="The input, the kernel, and what you made of them.").picture()


def there_and_back_picture(answer, y, w):
    """A row y beside what the learner's function makes of it and w."""
    yours = None if answer is None else run(answer, Call(y, w), 1.0).value
    return side_by_side(y, yours, ("y", "There and back"), wanted=False)
