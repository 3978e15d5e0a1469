"""Pictures that exercises show: curves, a photograph through filters, target beside yours."""

from functools import lru_cache

import numpy as np
from matplotlib.patches import Rectangle

from helpers.exercises.sandbox import Call, run, to_numpy
from helpers.views import style
from helpers.views.drawing import MAX_PRINTED, draw_matrix
from helpers.views.images import draw_image
from helpers.views.picture import Picture


def curves(call_of, xs, names, oracle, xlabel, ylabel, measure=lambda value, name: value):
    """A picture function: target and yours over xs, one curve for each of `names`.

    call_of(x, name) gives the Call; measure(value, name) makes one number of what it returns. Of
    None, the axes alone.
    """
    alt = f"{ylabel} over {xlabel}, target and yours, for {', '.join(names)}."

    def picture(answer):
        if answer is None:
            return awaited(xlabel, ylabel, xlim=(min(xs), max(xs)))
        curve = []
        for name in names:
            calls = [call_of(x, name) for x in xs]
            target = [number(oracle, call, measure, name, None) for call in calls]
            curve.append((name, target, [number(answer, call, measure, name) for call in calls]))
        return plotted(xs, curve, xlabel, ylabel, alt)

    return picture


def plotted(xs, curve, xlabel, ylabel, alt):
    """A picture of curves over xs, (name, target, yours) each."""
    fig, ax = style.figure()
    roles = ("target", "kernel", "input")
    with style.applied():
        for role, (name, target, values) in zip(roles, curve, strict=False):
            ax.plot(xs, target, **style.line(role), label=f"target, {name}")
            label = "yours" if name == curve[-1][0] else None
            ax.plot(xs, values, "x", color=style.INK, markersize=9, label=label)
        ax.set(xlabel=xlabel, ylabel=ylabel)
        ax.legend()
    return Picture(fig, alt)


@lru_cache(32)  # in a lesson just begun, one picture after the other is this one
def awaited(
    xlabel="",
    ylabel="",
    says="not written yet: yours comes here,\nwith the target beside it",
    **limits,
):
    """What stands in a picture's place until something is written: its axes, and no target."""
    fig, ax = style.figure(style.WIDE if xlabel else (style.WIDE[0], 2.0))
    with style.applied():
        ax.set(xlabel=xlabel, ylabel=ylabel, yticks=[], **limits)
        if not xlabel:
            ax.set_axis_off()
        ax.text(0.5, 0.5, says, ha="center", va="center", transform=ax.transAxes, color=style.INK)
    told = says.replace("\n", " ")
    return Picture(fig, f"{ylabel} over {xlabel}: {told}." if xlabel else f"Still empty: {told}.")


def number(function, call, measure, name, seconds=1.0):
    """What a function gives on a call as one number; NaN where it does not."""
    try:
        return float(measure(run(function, call, seconds).value, name))
    except (TypeError, ValueError, IndexError, KeyError):
        return np.nan


def filtered(conv2d, x, filters):
    """The photograph x (1, H, W) through each filter {name: (kH, kW)}, by the learner's conv2d."""
    fig, axes = style.figure((style.WIDE[0], 3.0), 1, 1 + len(filters))
    draw_image(axes[0], x, title="photograph")
    for ax, (name, kernel) in zip(axes[1:], filters.items(), strict=True):
        weight = np.asarray(kernel, float)[None, None]
        image = to_numpy(run(conv2d, Call(x, weight), 20.0).value)
        if np.ndim(image) != 3:
            ax.set_axis_off()
            ax.set_title(name)
            ax.text(0.5, 0.5, "not written\nyet", ha="center", transform=ax.transAxes)
            continue
        # An edge filter's values lie on both sides of zero: grey is zero there.
        middle = 0.5 if np.isclose(weight.sum(), 0) else 0
        draw_image(ax, np.asarray(image, float)[0] + middle, title=name)
    return Picture(fig, f"A photograph and what {', '.join(filters)} make of it.")


def side_by_side(
    target,
    yours,
    titles=("Target", "Yours"),
    alt=None,
    missing="not written yet",
    *,
    wanted=True,
):
    """Target, yours and where they differ, as a `Picture`. Never raises, whatever `yours` is.

    Arrays of any shape; more than two dimensions are laid side by side, a gap between. `yours` may
    be None (`missing` says why), of another shape, or hold NaN, infinities and huge values. wanted:
    whether `target` is what the answer should be; False where it is, say, what went in, whose shape
    a right answer need not have.
    """
    target = _numbers(target)
    mine = _numbers(yours)
    rows, columns = _flat(target).shape
    height = np.clip(style.WIDE[0] / 3.4 * rows / max(columns, 1) + 0.8, 2.0, style.WIDE[1])
    fig, axes = style.figure((style.WIDE[0], height), 1, 3)
    limit = style.limit_of(target)
    draw_matrix(axes[0], _flat(target), limit=limit, title=titles[0])
    _part(axes[0], target)
    if mine is None or mine.size == 0:
        text = missing if yours is None or yours is ... else "not an array of numbers"
        _note(axes[1], titles[1], text, axes[0])
        _note(axes[2], "Difference", "nothing to compare yet", axes[0])
        says = text.replace("\n", " ")
    elif mine.shape != target.shape:
        shapes = f"shape {mine.shape}\nwanted {target.shape}"
        if not wanted:
            shapes = f"{titles[0].lower()}: shape {target.shape}\n{titles[1].lower()}: {mine.shape}"
        draw_matrix(axes[1], _flat(mine), limit=limit, title=titles[1])
        _finish(axes[1], mine)
        _note(axes[2], "Difference" if wanted else "Shapes", shapes, axes[0])
        says = shapes.replace("\n", ", ")
    else:
        wrong = ~np.isclose(mine, target, rtol=1e-4, atol=1e-6, equal_nan=True)
        marked = {"gradient": _flat(np.where(wrong, 1.0, 0.0)) == 1}
        draw_matrix(axes[1], _flat(mine), limit=limit, title=titles[1], marked=marked)
        _finish(axes[1], mine)
        says = f"{wrong.sum()} of {wrong.size} values differ"
        _difference(axes[2], target, mine, wrong, f"{titles[1]} − {titles[0].lower()}")
    return Picture(fig, alt or f"{titles[0]} beside {titles[1].lower()}: {says}.")


def _difference(ax, target, mine, wrong, title):
    if not wrong.any():
        _note(ax, "Difference", "none", ax.figure.axes[0])
        return
    with np.errstate(all="ignore"):
        gap = _flat(np.where(wrong, mine - target, 0.0))
    draw_matrix(ax, gap, title=title, marked={"gradient": _flat(wrong * 1.0) == 1})
    _finish(ax, mine)


def _finish(ax, array):
    """Print "nan" where an array has it (an empty cell would say nothing); part its blocks."""
    _part(ax, array)
    cells = np.argwhere(_flat(np.where(np.isnan(array), 1.0, 0.0)) == 1)
    for row, column in cells if max(_flat(array).shape) <= MAX_PRINTED else ():
        ax.text(column + 0.5, row + 0.5, "nan", ha="center", va="center", color=style.INK)


def _note(ax, title, text, beside):
    """A word in place of a matrix, at the height of the one beside it."""
    with style.applied():
        ax.set(xlim=beside.get_xlim(), ylim=beside.get_ylim(), aspect="equal", anchor="N")
        ax.set_title(title)
        ax.set_axis_off()
        ax.text(0.5, 0.5, text, ha="center", va="center", transform=ax.transAxes, fontsize=12)


def _numbers(values):
    """Values as a float array, or None when they are no numbers at all."""
    try:
        return None if values is None else np.asarray(to_numpy(values), dtype=float)
    except Exception:  # whatever a learner returned: it is drawn as "not an array of numbers"
        return None


def _flat(array):
    """Any array as a matrix: leading dimensions side by side, an empty column between."""
    array = np.asarray(array, dtype=float)
    if array.ndim <= 2:
        return np.atleast_2d(array)
    blocks = array.reshape(-1, *array.shape[-2:])
    gap = np.full((array.shape[-2], 1), np.nan)
    return np.hstack([part for block in blocks for part in (block, gap)][:-1])


def _part(ax, array):
    """Blank the columns that `_flat` put between the blocks of an array."""
    array = np.asarray(array)
    if array.ndim > 2:
        height, width = array.shape[-2:]
        for block in range(1, int(np.prod(array.shape[:-2]))):
            at = (block * (width + 1) - 0.94, -0.1)
            ax.add_patch(Rectangle(at, 0.88, height + 0.2, facecolor="white", zorder=3.5))
