"""The live figure: built once, its artists updated, its picture sent to a `widgets.Image`."""

from __future__ import annotations

from contextlib import contextmanager

import ipywidgets as widgets
import numpy as np
from matplotlib.artist import Artist

from helpers.views import dark, pixels, style
from helpers.views.picture import Picture, Shown


class LiveFigure(Shown, widgets.Image):
    """A Matplotlib figure that follows its state.

    `build(fig, axes)` makes the artists once and returns those that will change (an artist, or any
    nesting of dicts, lists, tuples and containers). `change(artists, **state)` sets their data and
    computes nothing. `size`, `rows`, `columns` and further arguments are those of `style.figure`;
    `alt` describes the picture in one sentence.

    Only the artists that `build` returned are drawn afresh, of axes in which one of them was set:
    leave alone what stays as it is. Touching anything else (setting limits, a title that was not
    returned) is seen, and costs a drawing of its axes: return titles that change, and set limits
    only when they differ. What is within a legend is not seen: mark the legend and its axes as
    `stale` where it changes.
    """

    def __init__(self, build, change, *, alt, size=style.WIDE, rows=1, columns=1, **kwargs):
        super().__init__(format="png")
        self.alt = alt
        self.layout = widgets.Layout(width=f"{round(size[0] * style.DPI)}px", max_width="100%")
        self._change, self._state, self._background, self._front = change, None, None, None
        self._rest = None, None  # what of changed axes is the same, and a figure with it
        self._settled = None, None  # moving artists that have not moved, and a figure with them
        self._dark = False
        self.figure, axes = style.figure(size, rows, columns, **kwargs)
        with style.applied():
            self.artists = build(self.figure, axes)
        self._moving = sorted(_flat(self.artists), key=lambda artist: artist.zorder)
        for artist in self._moving:
            artist.set_animated(True)
        axes = {artist.axes for artist in self._moving if artist.axes}
        above = [part for ax in axes for part in (*ax.spines.values(), ax.get_legend())]
        self._above = [part for part in above if part is not None and part not in self._moving]
        for part in self._above:
            part.set_animated(True)

    def update(self, **state):
        """Show a state: the picture is there when this returns. The same state is not redrawn."""
        if self._background is not None and _same(state, self._state):
            return
        self._state = state
        with style.applied():
            self._change(self.artists, **state)
            self._draw()

    def follow(self, theme):
        """Show the same state in the "light" or "dark" theme."""
        if (theme == "dark") == self._dark:
            return
        self._dark = not self._dark
        if self._background is not None:
            dark.recolour(self.figure, dark.DARK if self._dark else dark.LIGHT)
            self._background = self._front = None
            with style.applied():
                self._draw()

    def picture(self):
        """The present picture as a static `Picture`, light."""
        if self._background is None:
            raise ValueError("Call update(...) once before this live figure is shown.")
        if self._dark:
            self.follow("light")
            try:
                return self.picture()
            finally:
                self.follow("dark")
        return Picture(pixels.encode(self.figure.canvas.buffer_rgba()), self.alt)

    def _draw(self):
        canvas = self.figure.canvas
        # Animated artists do not mark the figure as stale; anything else that changed does.
        if self._background is None or self.figure.stale:
            self._draw_still()
            self._background = canvas.copy_from_bbox(self.figure.bbox)
            self._settled = None, None
            if any(part.stale for part in self._above) or self._front is None:
                self._front = self._draw_front()
        moved = {artist.axes for artist in self._moving if artist.stale}
        resting = [artist for artist in self._moving if artist.axes not in moved]
        if self._settled[0] != resting:
            canvas.restore_region(self._background)
            self._draw_moving(resting)
            self._settled = resting, canvas.copy_from_bbox(self.figure.bbox)
        canvas.restore_region(self._settled[1])
        self._draw_moving(artist for artist in self._moving if artist.axes in moved)
        shown, (where, colour, opacity) = np.asarray(canvas.buffer_rgba()), self._front
        shown[where] = np.rint(colour * opacity + shown[where] * (1 - opacity))
        self.figure.stale = False
        self.value = pixels.quick_png(shown)

    def _draw_moving(self, artists):
        for artist in artists:
            if self._dark:
                dark.recolour(artist)
            (artist.axes or self.figure).draw_artist(artist)
            artist.stale = False  # what is not visible stays stale otherwise

    def _draw_still(self):
        """Draw what does not move: of axes that changed them alone, over a picture of the rest.

        To the rest belong the patch of these axes, and an axis (with its grid) that is the same.
        Nothing that belongs to the figure may lie on its axes (a legend stands outside).
        """
        figure, canvas = self.figure, self.figure.canvas
        changed = [ax for ax in figure.axes if ax.stale]
        exchanged = dark.DARK if self._dark else None
        own = set(figure.get_children()).difference(figure.axes, self._moving)
        if self._background is None or not changed or any(part.stale for part in own):
            if self._dark:
                dark.recolour(figure)
            style.draw(figure, exchanged)
            figure.set_layout_engine("none")  # the axes stay where the first drawing put them
            self._rest = None, None
            for part in own:
                part.stale = False  # what is not visible stays stale
            return
        same = [axis for ax in changed for axis in (ax.xaxis, ax.yaxis) if not axis.stale]
        kept = [*(ax.patch for ax in changed), *same]
        if self._rest[0] != kept:
            parts = (part for ax in changed for part in ax.get_children())
            with _hidden(p for p in parts if p not in kept and not p.get_animated()):
                style.draw(figure, exchanged)
            self._rest = kept, canvas.copy_from_bbox(figure.bbox)
        canvas.restore_region(self._rest[1])
        with style.applied(exchanged), _hidden(kept):
            for ax in changed:
                style.enlarge(ax)
                if self._dark:
                    dark.recolour(ax)
                ax.draw(canvas.get_renderer())
        for ax in changed:
            ax.stale = False  # its parts are seen again, which it takes for a change

    def _draw_front(self):
        """What lies above the moving artists: where it has pixels, their colour and opacity.

        Kept as pixels, for a legend takes 10 ms to draw.
        """
        canvas = self.figure.canvas
        renderer = canvas.get_renderer()
        renderer.clear()
        for part in self._above:
            part.draw(renderer)
            part.stale = False
        front = np.asarray(canvas.buffer_rgba())
        where = front[..., 3].nonzero()
        opacity = front[where][:, 3:] / 255
        return where, front[where] * (1, 1, 1, 0) + (0, 0, 0, 255), opacity


@contextmanager
def _hidden(artists):
    """Context in which these artists are not drawn; that does not count as a change of them."""
    seen = [artist for artist in artists if artist.get_visible()]
    for artist in seen:
        artist.set_visible(False)
    try:
        yield
    finally:
        for artist in seen:
            artist.set_visible(True)
            artist.stale = False


def _flat(artists):
    """All artists in a nesting of dicts, lists, tuples and containers."""
    if isinstance(artists, Artist):
        return [artists]
    parts = artists.values() if isinstance(artists, dict) else artists
    return [artist for part in parts if part is not None for artist in _flat(part)]


def _same(one, other):
    if other is None or one.keys() != other.keys():
        return False
    return all(np.array_equal(one[key], other[key]) for key in one)
