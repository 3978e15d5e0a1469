"""The house style: one palette, fixed role colours, a figure size, compact numbers."""

from __future__ import annotations

import math
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform

from helpers.views import pixels

WIDE = (9.0, 4.0)
FONT_SIZE = 11
DPI = 100

# Blue and orange stay apart for every common kind of colour blindness; lightness marks zero.
HEAT = ("#14579E", "#82B5DE", "#FFFFFF", "#FCBC7C", "#D9640A")
INK = "#1B1F24"
MUTED = "#5C646E"
GREYED = "#D5D9DE"
HATCHED = "#9AA1AA"


@dataclass(frozen=True)
class Role:
    """What a colour stands for: its light and dark theme variant, and its line pattern."""

    light: str
    dark: str
    dash: tuple[float, ...] = ()


ROLES = {
    "input": Role("#00694F", "#4FD8B2"),
    "kernel": Role("#86258A", "#E7A3EA", (5, 2)),
    "output": Role("#1B1F24", "#F2F4F6"),
    "gradient": Role("#C2003F", "#FF93AE", (1.5, 1.5)),
    "mask": Role("#5C646E", "#B7BEC7", (7, 2, 1.5, 2)),
    "target": Role("#005F92", "#7CC7F5", (3, 1.5)),
    "other": Role("#7A4F00", "#E8BE5A", (5, 1.5, 1.5, 1.5, 1.5, 1.5)),
}

_RC = {
    "font.family": "DejaVu Sans",
    "font.size": FONT_SIZE,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlecolor": INK,
    "axes.titlepad": 8,
    "axes.labelcolor": INK,
    "axes.edgecolor": "#8A929C",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E4E7EB",
    "grid.linewidth": 0.8,
    "xtick.color": "#8A929C",
    "ytick.color": "#8A929C",
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "text.color": INK,
    "lines.linewidth": 2.0,
    "legend.frameon": False,
    "axes.prop_cycle": matplotlib.cycler(
        color=[ROLES[role].light for role in ("target", "kernel", "input", "gradient", "other")]
    ),
    "figure.constrained_layout.w_pad": 0.14,
    "figure.constrained_layout.h_pad": 0.12,
}


_ONE_AT_A_TIME = threading.RLock()


@contextmanager
def applied(exchanged=None):
    """Context in which artists are made in this style, with `exchanged` colours as `dark.DARK`.

    For one thread at a time: widgets may answer in one beside the cells', and Matplotlib's settings
    and its reading of formulas are for all.
    """
    told = {key: (exchanged or {}).get(str(now).lower(), now) for key, now in _RC.items()}
    with _ONE_AT_A_TIME, matplotlib.rc_context(told):
        yield


def figure(size=WIDE, rows=1, columns=1, **kwargs):
    """A styled figure on the Agg canvas and its axes, as from `plt.subplots`.

    `rows=0` gives a figure without axes. The background is a white card with round corners, so
    that the same picture is at home on a light and on a dark page.
    """
    with applied():
        fig = Figure(figsize=size, dpi=DPI, layout="constrained" if rows else "none")
        FigureCanvasAgg(fig)
        fig.patch.set_alpha(0)
        width, height = (round(side * DPI) for side in size)
        card = FancyBboxPatch((0, 0), width, height, boxstyle="Round,pad=0,rounding_size=12")
        card.set(transform=IdentityTransform(), facecolor="white", edgecolor="none", zorder=-10)
        fig.add_artist(card)
        return fig, fig.subplots(rows, columns, **kwargs) if rows else None


def png(fig):
    """The figure as PNG bytes: the same bytes for the same figure."""
    return pixels.encode(painted(fig))


def painted(fig, exchanged=None):
    """A figure's pixels (H, W, 4), its titles on one line; empty bands go where it has a layout."""
    fig.align_titles()
    draw(fig, exchanged)
    rgba = np.asarray(fig.canvas.buffer_rgba())
    return pixels.without_bands(rgba) if fig.get_layout_engine() else rgba


def draw(fig, exchanged=None):
    """Draw a figure on its canvas; text smaller than the house allows is enlarged."""
    with applied(exchanged):
        enlarge(fig)
        fig.canvas.draw()


def enlarge(artist):
    """Enlarge text within a figure or axes that is smaller than the house allows."""
    for text in artist.findobj(Text):
        if text.get_fontsize() < FONT_SIZE:
            text.set_fontsize(FONT_SIZE)


def colour(role):
    """The colour of a role on a white figure."""
    return ROLES[role].light


def line(role):
    """Colour and line pattern of a role, for `ax.plot(x, y, **line("kernel"))`."""
    dash = ROLES[role].dash
    return {"color": colour(role), "linestyle": (0, dash) if dash else "-"}


def limit_of(*arrays):
    """The symmetric limit of finite values in all arrays; 1 when there is none above 0."""
    finite = [np.abs(a[np.isfinite(a)]).max(initial=0) for a in map(_floats, arrays)]
    return float(max(finite, default=0)) or 1.0


def heat_rgb(values, limit):
    """Colours (…, 3) of values: blue below zero, white at zero, orange above."""
    with np.errstate(over="ignore", invalid="ignore"):
        position = np.clip(np.nan_to_num(_floats(values) / limit), -1, 1)
    stops = np.linspace(-1, 1, len(HEAT))
    channels = np.array([to_rgb(c) for c in HEAT]).T
    return np.stack([np.interp(position, stops, channel) for channel in channels], axis=-1)


def _floats(values):
    return np.asarray(values, dtype=float)


def format_number(value):
    """A number in at most six characters where that is possible: 5, 0.25, −12.3, 4e−5, ∞.

    grid_view.js has the same rule for the canvas; a browser test holds the two together.
    """
    value = float(value)
    if math.isnan(value):
        return "nan"
    size, sign = abs(value), "−" if value < 0 else ""
    if math.isinf(size):
        return sign + "∞"
    if size != 0 and (size < 0.01 or size >= 1e5):
        rounded = Context(prec=1, rounding=ROUND_HALF_UP).create_decimal_from_float(size)
        power = str(rounded.adjusted()).replace("-", "−")
        return f"{sign}{rounded.as_tuple().digits[0]}e{power}"
    places = 2 if size < 10 else 1 if size < 100 else 0
    text = str(Decimal(size).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
    return sign + (text.rstrip("0").rstrip(".") if "." in text else text)
