"""The grid view: matrices as cells, walked through step by step without the kernel.

Python computes every step once and sends it; grid_view.js draws. A step slider tied to the view
with `jslink` therefore moves within one frame.
"""

from __future__ import annotations

from pathlib import Path

import anywidget
import ipywidgets as widgets
import numpy as np
import traitlets

from helpers import drawing, style
from helpers.grids import Edit, Grid, Step, limits, marks, message, play_through, window

__all__ = ["Edit", "Grid", "GridView", "Step", "window"]


class GridView(drawing.Shown, anywidget.AnyWidget):
    """Grids beside one another, a caption, and a step that needs no kernel.

    `alt` describes the view in one sentence. `.player` holds a play button and the step slider.
    `.values(name)` is a grid's matrix as the learner left it. `.on_edit(f)` calls `f()` after an
    edit. `.update(grids=…, steps=…)` replaces what is shown in one message.
    """

    _esm = (Path(__file__).parent / "grid_view.js").read_text(encoding="utf-8")
    data = traitlets.Dict().tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    edited = traitlets.Dict().tag(sync=True)  # {"n": count, "values": {grid: flat values}}

    def __init__(self, grids, steps=None, *, alt):
        self.grids, self.steps, self._frames = {}, [], []
        self._callbacks = []
        super().__init__(alt=alt)
        wide = widgets.Layout(width="420px", max_width="100%")
        self.slider = widgets.IntSlider(description="step", layout=wide)
        self.slider.style.description_width = "initial"
        self.play = widgets.Play(interval=350)
        self.player = widgets.HBox([self.play, self.slider], layout={"flex_flow": "row wrap"})
        widgets.jslink((self, "step"), (self.slider, "value"))
        widgets.jslink((self, "step"), (self.play, "value"))
        self.update(grids, steps)
        self.observe(self._take_edit, "edited")

    def update(self, grids=None, steps=None):
        """Show other grids or steps; the step stays, or becomes the last one there is.

        Raises ValueError for a name or a cell that the grids do not have.
        """
        if grids is not None:
            self.grids = {grid.name: grid for grid in grids}
        if steps is not None or not self.steps:
            self.steps = list(steps or [Step("")])
        shown = list(self.grids.values())
        self._frames = play_through(shown, self.steps)
        last = len(self.steps) - 1
        with self.hold_sync():
            edits = {"edits": self.edited.get("n", 0)}
            self.data = message(shown, self.steps, self._frames) | edits
            self.step = min(self.step, last)
        self.slider.max = self.play.max = last
        self.player.layout.display = "" if last else "none"

    def values(self, name):
        """The matrix of a grid, edits included, before any step."""
        return self.grids[name].values.copy()

    def on_edit(self, callback):
        """Call `callback()` after the learner has changed a cell."""
        self._callbacks.append(callback)

    def picture(self, step=None):
        """The view at a step (default: the present one) as a static `Picture`."""
        index = min(self.step if step is None else step, len(self.steps) - 1)
        return drawing.Picture(
            _draw(self.grids.values(), self.steps[index], self._frames, index), self.alt
        )

    def _take_edit(self, change):
        for name, flat in change["new"].get("values", {}).items():
            grid = self.grids.get(name)
            if grid is not None and grid.edit and len(flat) == grid.values.size:
                values = np.clip(np.array(flat, dtype=float), grid.edit.low, grid.edit.high)
                grid.values = values.reshape(grid.values.shape)
        self.update(grids=self.grids.values())
        for callback in self._callbacks:
            callback()


def _draw(grids, step, frames, index):
    """The grids at one step on a figure: beside one another, on further lines when too wide."""
    grids = list(grids)
    full, frame = limits(grids, frames), frames[index]
    gap, margin, top, below = 0.7, 0.35, 0.75, 0.55
    width = style.WIDE[0] - 2 * margin
    cell = {g.name: min(0.5, 3.4 / max(g.values.shape)) for g in grids}
    sizes = [
        (
            max(g.values.shape[1] * cell[g.name] + (0.5 if g.rows else 0), 0.11 * len(g.heading)),
            g.values.shape[0] * cell[g.name],
        )
        for g in grids
    ]
    lines, used = [[]], 0.0
    for number, (wide, _) in enumerate(sizes):
        if lines[-1] and used + gap + wide > width:
            lines, used = [*lines, []], 0.0
        lines[-1].append(number)
        used += wide + (gap if used else 0)
    heights = [max(sizes[n][1] for n in line) for line in lines]
    tall = sum(heights) + top * len(lines) + below + 0.1
    fig, _ = style.figure((style.WIDE[0], tall), rows=0)
    y = tall
    for line, height in zip(lines, heights, strict=True):
        y -= top + height
        total = sum(sizes[n][0] for n in line) + gap * (len(line) - 1)
        x = (style.WIDE[0] - total) / 2
        for number in line:
            grid, (wide, high) = grids[number], sizes[number]
            mid, body = y + height / 2, grid.values.shape[1] * cell[grid.name]
            if grid.before:
                at = (max(x - gap / 2, 0.2) / style.WIDE[0], mid / tall)
                fig.text(*at, grid.before, ha="center", va="center", fontsize=18, color=style.MUTED)
            box = (x + (wide - body) / 2, mid - high / 2, body, high)
            ax = fig.add_axes([v / s for v, s in zip(box, (style.WIDE[0], tall) * 2, strict=True)])
            drawing.draw_matrix(
                ax,
                frame[grid.name],
                limit=full[grid.name],
                title=grid.heading,
                role=grid.role,
                marked=marks(step, grid),
                greyed=grid.greyed,
                rows=grid.rows,
                columns=grid.columns,
            )
            x += wide + gap
    fig.text(
        0.5,
        0.22 / tall,
        step.caption,
        ha="center",
        va="center",
        fontsize=12,
        color=style.INK,
        wrap=True,
    )
    return fig
