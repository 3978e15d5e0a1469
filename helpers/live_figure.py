"""The live figure: built once, its artists updated, its picture sent to a `widgets.Image`."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np
from matplotlib.artist import Artist

from helpers import drawing, style


class LiveFigure(drawing.Shown, widgets.Image):
    """A Matplotlib figure that follows its state.

    `build(fig, axes)` makes the artists once and returns those that will change (an artist, or any
    nesting of dicts, lists, tuples and containers). `change(artists, **state)` sets their data and
    computes nothing. `size`, `rows`, `columns` and further arguments are those of `style.figure`;
    `alt` describes the picture in one sentence.

    Only the artists that `build` returned are drawn afresh. Touching anything else (setting limits,
    a title that was not returned) is seen, and costs a whole drawing: return titles that change,
    and set limits only when they differ.
    """

    def __init__(self, build, change, *, alt, size=style.WIDE, rows=1, columns=1, **kwargs):
        super().__init__(format="png")
        self.alt = alt
        self.layout = widgets.Layout(width=f"{round(size[0] * style.DPI)}px", max_width="100%")
        self._change, self._state, self._background = change, None, None
        self.figure, axes = style.figure(size, rows, columns, **kwargs)
        with style.applied():
            self.artists = build(self.figure, axes)
        self._moving = sorted(_flat(self.artists), key=lambda artist: artist.zorder)
        for artist in self._moving:
            artist.set_animated(True)
        # What lies above the moving artists has to be drawn again after them.
        fronts = [part for ax in {a.axes for a in self._moving if a.axes} for part in _front(ax)]
        self._moving += [part for part in fronts if part not in self._moving]
        for part in fronts:
            part.set_animated(True)

    def update(self, **state):
        """Show a state: the picture is there when this returns. The same state is not redrawn."""
        if self._background is not None and _same(state, self._state):
            return
        self._state = state
        with style.applied():
            self._change(self.artists, **state)
            self._draw()

    def picture(self):
        """The present picture as a static `Picture`."""
        if self._background is None:
            raise ValueError("Call update(...) once before this live figure is shown.")
        return drawing.Picture(style.encode(self.figure.canvas.buffer_rgba(), 6), self.alt)

    def _draw(self):
        canvas = self.figure.canvas
        # Animated artists do not mark the figure as stale; anything else that changed does.
        if self._background is None or self.figure.stale:
            style.draw(self.figure)
            self.figure.set_layout_engine("none")  # the axes stay where the first drawing put them
            self._background = canvas.copy_from_bbox(self.figure.bbox)
        canvas.restore_region(self._background)
        for artist in self._moving:
            (artist.axes or self.figure).draw_artist(artist)
        self.figure.stale = False
        self.value = style.encode(canvas.buffer_rgba(), 1)


def _flat(artists):
    """All artists in a nesting of dicts, lists, tuples and containers."""
    if isinstance(artists, Artist):
        return [artists]
    parts = artists.values() if isinstance(artists, dict) else artists
    return [artist for part in parts if part is not None for artist in _flat(part)]


def _front(ax):
    return [part for part in (*ax.spines.values(), ax.get_legend()) if part is not None]


def _same(one, other):
    if other is None or one.keys() != other.keys():
        return False
    return all(np.array_equal(one[key], other[key]) for key in one)
