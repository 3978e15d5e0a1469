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

from helpers.views import drawing, style
from helpers.views.grid_layout import PAGE, layout
from helpers.views.grids import Step, limits, marks, message, play_through
from helpers.views.picture import Picture, Shown


class GridView(Shown, anywidget.AnyWidget):
    """Grids beside one another, a caption, and a step that needs no kernel.

    `alt` describes the view in one sentence, `step` is the one shown first (ValueError where there
    is none such). `height`: pixels that the grids have on a wide page, whatever their size (they
    shrink to fit); 0 for as many as they need. `.player` holds a play button and the step slider.
    `.update(grids=…, steps=…)` replaces what is shown in one message.

    What the learner does to an editable grid: `.on_edit(f)` calls `f()` after each edit, and
    `.edited_values(name, values)` are numbers of yours with all the learner's edits in them. An
    explorer asks for these before it computes grids, and so an edit survives every other control:

        w = view.edited_values("w", KERNEL[:size])
        view.update([Grid("w", w, edit=Edit()), Grid("y", 2 * w)])
    """

    _esm = (Path(__file__).parent / "grid_view.js").read_text(encoding="utf-8")
    data = traitlets.Dict().tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    height = traitlets.Int(0).tag(sync=True)
    edited = traitlets.Dict().tag(sync=True)  # {"n": count, "values": {grid: flat values}}

    def __init__(self, grids, steps=None, *, alt, step=0, height=0):
        self.grids, self.steps, self._frames = {}, [], []
        self._edits, self._callbacks = {}, []  # edits: {grid: {(row, column): value}}
        super().__init__(alt=alt, height=height)
        wide = widgets.Layout(width="420px", max_width="100%")
        self.slider = widgets.IntSlider(description="step", layout=wide)
        self.slider.style.description_width = "initial"
        self.play = widgets.Play(interval=350)
        self.player = widgets.HBox([self.play, self.slider], layout={"flex_flow": "row wrap"})
        widgets.jslink((self, "step"), (self.slider, "value"))
        widgets.jslink((self, "step"), (self.play, "value"))
        self.update(grids, steps)
        if not 0 <= step < len(self.steps):
            raise ValueError(f"There is no step {step}; the last one is {len(self.steps) - 1}.")
        self.step = self.slider.value = self.play.value = step
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
        self.player.layout.visibility = "visible" if last else "hidden"
        self.player.layout.display = "" if last or self.height else "none"  # a height stays

    def values(self, name):
        """The matrix of a grid, edits included, before any step."""
        return self.grids[name].values.copy()

    def edited_values(self, name, values):
        """A copy of a grid's values with the learner's edits, as far as the cells are among them.

        An edit is kept while its cell is not shown, and is there again when the cell is.
        """
        edited = np.array(values, dtype=float)
        matrix = np.atleast_2d(edited)  # not a copy: what is set in it is set in `edited`
        for (row, column), value in self._edits.get(name, {}).items():
            if row < matrix.shape[0] and column < matrix.shape[1]:
                matrix[row, column] = value
        return edited

    def forget_edits(self):
        """From now on no grid is edited; those shown stay until the next update."""
        self._edits.clear()

    def on_edit(self, callback):
        """Call `callback()` after the learner has changed a cell."""
        self._callbacks.append(callback)

    def picture(self, step=None):
        """The view at a step (default: the present one) as a static `Picture`."""
        index = min(self.step if step is None else step, len(self.steps) - 1)
        grids = list(self.grids.values())
        return Picture(_draw(grids, self.steps[index], self._frames, index), self.alt)

    def _take_edit(self, change):
        for name, flat in change["new"].get("values", {}).items():
            grid = self.grids.get(name)
            if grid is None or not grid.edit or len(flat) != grid.values.size:
                continue  # the cells of a structure that is no longer shown
            new = np.array(flat, dtype=float).reshape(grid.values.shape)
            # All cells come back, with six digits: those that the learner left alone are no edits.
            left_alone = np.isclose(new, grid.values, rtol=1e-5, atol=0, equal_nan=True)
            new = np.clip(new, grid.edit.low, grid.edit.high)
            cells = {(r, c): new[r, c] for r, c in np.argwhere(~left_alone).tolist()}
            self._edits.setdefault(name, {}).update(cells)
            grid.values = self.edited_values(name, grid.values)
        self.update(grids=self.grids.values())
        for callback in self._callbacks:
            callback()


def _draw(grids, step, frames, index):
    """The grids at one step on a figure, with the step's caption below."""
    full, frame, page = limits(grids, frames), frames[index], layout(grids, step.caption)
    fig, _ = style.figure((PAGE, page.height), rows=0)
    to_figure = np.array([PAGE, page.height])
    for place in page.grids:
        grid = place.grid
        if grid.sign:
            fig.text(*place.sign / to_figure, grid.sign, ha="center", va="center", fontsize=18)
        corner = np.array([place.x, place.y]) / to_figure
        extent = np.array([place.width, place.height]) / to_figure
        drawing.draw_matrix(
            fig.add_axes((*corner, *extent)),
            frame[grid.name],
            limit=full[grid.name],
            title=place.heading,
            role=grid.role,
            marked=marks(step, grid),
            greyed=grid.greyed,
            rows=grid.rows,
            columns=grid.columns,
        )
    caption_y = page.caption_y / page.height
    fig.text(0.5, caption_y, page.caption, ha="center", va="center", fontsize=12)
    return fig
