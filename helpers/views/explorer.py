"""The explorer: controls, live views and a numeric readout, put together the same way each time."""

from __future__ import annotations

import inspect
from html import escape
from io import BytesIO

import ipywidgets as widgets
import numpy as np
from PIL import Image

from helpers.views import pixels, style
from helpers.views.grid_view import GridView
from helpers.views.live_figure import LiveFigure
from helpers.views.picture import Picture, Shown
from helpers.views.spoken import Spoken, now


class Explorer(Shown, widgets.VBox):
    """Controls above, live views below, the numbers between.

    `controls`: {name: widget}; each needs a `description`. `update(**values)` is called with the
    value of each control (a Button counts its clicks), updates the views and returns the readout,
    {name: number}. `presets`: {label: {name: value}}, a row of buttons. `alt`: one sentence that
    says what is seen. Raises ValueError when a control has no description, or a name is unknown.

    A screen reader is told the name and the value of each control, each new readout, and of a live
    figure its `alt` with the controls and the numbers as they stand.

    `.controls` also holds the step sliders of the grid views, `.numbers` the readout.
    """

    def __init__(self, controls, views, update, *, alt, presets=None):
        self.alt, self.views, self.numbers = alt, list(views), {}
        self._update, self._clicks, self._held = update, {}, False
        self.presets, self._inputs = dict(presets or {}), dict(controls)
        self.readout = widgets.HTML()
        self.readout.add_class("course-readout")
        self.spoken = Spoken()
        for name, control in self._inputs.items():
            _prepare(name, control)
            if isinstance(control, widgets.Button):
                self._clicks[name] = 0
                control.on_click(lambda _, name=name: self._clicked(name))
            else:
                control.observe(self.refresh, "value")
        buttons = [self._preset_button(label, values) for label, values in self.presets.items()]
        grids = [view for view in self.views if isinstance(view, GridView)]
        for view in grids:
            view.on_edit(self.refresh)
        names = ["step"] if len(grids) == 1 else [f"step {i + 1}" for i in range(len(grids))]
        sliders = {name: view.slider for name, view in zip(names, grids, strict=True)}
        self.controls = self._inputs | sliders
        wrap = widgets.Layout(flex_flow="row wrap", grid_gap="2px 18px", align_items="center")
        rows = [widgets.HBox(buttons, layout=wrap)] if buttons else []
        if self._inputs:
            rows.append(widgets.HBox(list(self._inputs.values())))
            rows[-1].add_class("course-controls")
        parts = [p for v in self.views for p in ([v.player, v] if v in grids else [v])]
        super().__init__([*rows, self.readout, *parts, self.spoken])
        self.add_class("course-explorer")
        self.spoken.observe(self._follow, "theme")
        self.refresh()

    def set(self, **values):
        """Set several controls at once; the views are updated once."""
        unknown = values.keys() - self._inputs.keys()
        if unknown:
            raise ValueError(f"No control named {sorted(unknown)}; there are {list(self._inputs)}.")
        self._held = True
        try:
            for name, value in values.items():
                self._inputs[name].value = value
        finally:
            self._held = False
        self.refresh()

    def refresh(self, _=None):
        """Update views and readout from the controls as they stand."""
        if self._held:
            return
        state = {
            name: getattr(control, "value", self._clicks.get(name))
            for name, control in self._inputs.items()
        }
        readout = self._update(**state) or {}
        self.numbers = {name: float(value) for name, value in readout.items()}
        items = (
            f"<span style='white-space:nowrap'>{escape(name)} "
            f"<b>{style.format_number(value)}</b></span>"
            for name, value in self.numbers.items()
        )
        self.readout.value = " &nbsp;·&nbsp; ".join(items)
        figures = [view for view in self.views if isinstance(view, LiveFigure)]
        self.spoken.pictures = [now(view.alt, self._inputs, self.numbers) for view in figures]

    def picture(self):
        """All views below one another as a static `Picture`."""
        pictures = [view.picture().png for view in self.views]
        return Picture(pictures[0] if len(pictures) == 1 else _stack(pictures), self.alt)

    def _follow(self, change):
        for view in self.views:
            if isinstance(view, LiveFigure):
                view.follow(change["new"])

    def _clicked(self, name):
        self._clicks[name] += 1
        self.refresh()

    def _preset_button(self, label, values):
        unknown = values.keys() - self._inputs.keys()
        if unknown:
            raise ValueError(f"Preset {label!r} sets {sorted(unknown)}, which is no control.")
        button = widgets.Button(description=label, tooltip=f"Set the controls to: {label}")
        button.on_click(lambda _: self.set(**values))
        return button


def slider(description, low, high, value, step=1):
    """An IntSlider, or a FloatSlider where `step` is no whole number."""
    kind = widgets.IntSlider if isinstance(step, int) else widgets.FloatSlider
    return kind(value, min=low, max=high, step=step, description=description)


def explorers(module):
    """The explorer functions of a lesson module, {name: function}: `explore` and `explore_…`."""
    return {
        name: function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if name == "explore" or name.startswith("explore_")
    }


def _prepare(name, control):
    if not getattr(control, "description", ""):
        raise ValueError(f"Give the control {name!r} a description: screen readers say it.")
    if "description_width" in control.style.trait_names():
        control.style.description_width = "initial"
    if isinstance(control, widgets.Checkbox):
        control.indent = False  # it stands in a column of its own


def _stack(pictures):
    images = [Image.open(BytesIO(picture)).convert("RGBA") for picture in pictures]
    width, height = max(i.width for i in images), sum(i.height for i in images)
    whole, y = Image.new("RGBA", (width, height)), 0
    for image in images:
        whole.paste(image, ((width - image.width) // 2, y))
        y += image.height
    return pixels.encode(np.asarray(whole))
