"""Figures in the dark theme: each colour of the house style gives way to its counterpart.

Cells, images and the numbers printed on cells stay as they are, as in grids.
"""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
from matplotlib.colors import to_hex, to_rgb, to_rgba_array
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from helpers.views import pixels, style

GROUND = "#111111"  # the ground of JupyterLab's dark theme
_PAIRS = {role.light: role.dark for role in style.ROLES.values()} | {
    "#FFFFFF": GROUND,
    style.GREYED: "#3A4149",
    "#E4E7EB": "#2C3137",
    "#EEF0F2": "#24282D",
    "#F1F3F5": "#22262B",
    "#000000": "#F4F6F8",
}
DARK = {light.lower(): dark.lower() for light, dark in _PAIRS.items()}
LIGHT = {dark: light for light, dark in DARK.items()}
_PROPERTIES = ("color", "facecolor", "edgecolor", "markerfacecolor", "markeredgecolor")


def recolour(artist, table=DARK):
    """Exchange the colours of an artist and of all that is within it, as a table says."""
    for part in artist.findobj(lambda one: not _on_cells(one)):
        _recolour_one(part, table)
        for more in (getattr(part, "arrow_patch", None), getattr(part, "_bbox_patch", None)):
            if more:
                _recolour_one(more, table)


def _on_cells(artist):
    """Whether an artist is a greyed cell, or a text on an image: its ground does not change."""
    if isinstance(artist, Rectangle) and to_hex(artist.get_edgecolor()) == style.HATCHED.lower():
        return True
    if not isinstance(artist, Text) or not artist.axes or not artist.axes.images:
        return False
    if artist.get_transform() != artist.axes.transData:
        return False
    x, y = artist.get_position()
    boxes = [
        sorted(box[:2]) + sorted(box[2:]) for box in (i.get_extent() for i in artist.axes.images)
    ]
    return any(left <= x <= right and low <= y <= high for left, right, low, high in boxes)


@cache
def _accessors(kind):
    """The pairs of methods that get and set a colour of a kind of artist."""
    pairs = [(f"get_{name}", f"set_{name}") for name in _PROPERTIES]
    return [(get, put) for get, put in pairs if hasattr(kind, get) and hasattr(kind, put)]


_hex = lru_cache(1000)(to_hex)


def _is_one(colour):
    """Whether this is a single colour, told by its numbers alone, and not by what is set."""
    if isinstance(colour, str):
        return colour.startswith("#")
    return isinstance(colour, tuple) and len(colour) == 4 and isinstance(colour[0], float)


def _recolour_one(artist, table):
    for get, put in _accessors(type(artist)):
        now, put = getattr(artist, get)(), getattr(artist, put)
        if isinstance(now, str) and now in ("none", "auto"):
            continue
        if _is_one(now) and _hex(now) not in table:
            continue  # most colours stay, and an array takes its time
        rgba = to_rgba_array(now)
        new = [table.get(to_hex(old)) for old in rgba]
        if any(new):
            rgba[:, :3] = [to_rgb(n) if n else old for n, old in zip(new, rgba[:, :3], strict=True)]
            put(rgba[0] if np.ndim(now) < 2 else rgba)


def png(fig):
    """A figure that was drawn light as PNG bytes for the dark theme; it is left light.

    A notebook keeps it beside the light one, so it has few colours.
    """
    fig.set_layout_engine("none")  # all stays where the light drawing put it: half of the time
    recolour(fig)
    try:
        return pixels.encode_few(style.painted(fig, DARK))
    finally:
        recolour(fig, LIGHT)
