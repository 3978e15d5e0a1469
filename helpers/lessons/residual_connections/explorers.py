"""The explorer: one gradient on its way back through many blocks, with skips and without."""

import ipywidgets as widgets
import numpy as np

from helpers.lessons.residual_connections.oracles import DEEPEST, gradient_norms
from helpers.views import Explorer, LiveFigure, decades, slider, style


def _room(value):
    """The power of two at or above a value: limits that seldom change are seldom redrawn."""
    return 2.0 ** np.ceil(np.log2(max(value, 1)))


def _build(fig, ax):
    curves = []
    for name, role in (("residual", "target"), ("plain", "gradient")):
        curves += ax.plot([], [], **style.line(role), marker=".", label=name)
        curves += ax.plot([], [], color=style.colour(role), linewidth=9, alpha=0.2)
    curves[-1].set_label("pale: rms over draws")
    ax.axhline(1.4e-45, color=style.MUTED, linewidth=1, label="float32 ends here")
    ax.set_yscale("log", nonpositive="mask")
    decades(ax.yaxis)
    ax.minorticks_off()  # up to 80, which take longer than all else when the limits change
    ax.set(xlabel="block (the gradient comes from the right)", ylabel="gradient norm")
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=4, borderaxespad=0.2)
    return curves, ax.text(0.5, 0.2, "", transform=ax.transAxes, ha="center")


def _change(artists, curves, width, low, high, says):
    for artist, curve in zip(artists[0], curves, strict=True):
        artist.set_data(range(len(curve)), curve)
    artists[1].set_text(says)
    ax = artists[1].axes
    if ax.get_xlim() != (0, width):
        ax.set_xlim(0, width)
    if ax.get_ylim() != (low, high):
        ax.set_ylim(low, high)


def explore():
    """Depth and weight scale; the gradient on its way back, with skips and without."""
    alt = (
        "The gradient's norm at each block of a plain and a residual network, "
        "on a logarithmic scale."
    )
    figure = LiveFigure(_build, _change, alt=alt)

    def update(depth, scale, zeroed):
        used = 0.0 if zeroed else scale
        residual, plain = (gradient_norms(depth, skip, used) for skip in (True, False))
        steps = np.arange(depth, -1, -1)
        expected = [(skip + used**4) ** (steps / 2) for skip in (1, 0)]
        powers = np.log10([norm for norm in (*plain, *residual) if norm > 0])
        figure.update(
            curves=[residual, expected[0], plain, expected[1]],
            width=_room(max(depth, 8)),
            low=10 ** -_room(0.3 - powers.min()),
            high=10 ** _room(0.3 + powers.max()),
            says="plain: exactly 0 before every block" if zeroed else "",
        )
        return {
            "plain, at the input": plain[0],
            "residual, at the input": residual[0],
            "rms factor a block, plain": used**2,
            "rms factor a block, residual": np.sqrt(1 + used**4),
        }

    controls = {
        "depth": slider("depth", 1, DEEPEST, 64),
        "scale": slider("weight scale", 0.35, 1.5, 0.5, step=0.05),
        "zeroed": widgets.Checkbox(False, description="zero the branch"),
    }
    scales = {"small weights": 0.5, "scale 1": 1.0, "large weights": 1.5}
    presets = {name: {"depth": 64, "scale": s, "zeroed": False} for name, s in scales.items()}
    return Explorer(controls, [figure], update, alt=alt, presets=presets)
