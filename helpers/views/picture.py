"""What a notebook keeps of a picture: PNG bytes and a one-sentence text alternative."""

from __future__ import annotations

import base64
import html
from functools import cached_property

from helpers.views import dark, style

_LOOK = "display:{};max-width:100%;margin:0;border-radius:12px"
# Where styles are dropped (an output that is not trusted) the light picture is what is seen.
_THEMES = """<style>
:is([data-jp-theme-light=false], .vscode-dark) .course-light { display: none !important }
:is([data-jp-theme-light=false], .vscode-dark) .course-dark { display: block !important }
</style>"""


class Picture:
    """A figure (or PNG bytes) with a one-sentence text alternative, shown by the notebook.

    Of a figure the notebook has two pictures, and shows the one for its theme.

    measured: whether it shows times or the like, which differ from run to run. The build then keeps
    the alternative alone, so that building twice gives the same bytes.
    """

    def __init__(self, picture, alt, measured=False):
        self.alt, self.measured = alt, measured
        self._figure = None if isinstance(picture, bytes) else picture
        self.png = style.png(picture) if self._figure else picture

    def __repr__(self):
        return self.alt

    def _repr_png_(self):
        return self.png

    def _repr_mimebundle_(self, include=None, exclude=None):
        # JupyterLab shows a bare PNG without its alternative; nbconvert reads it in the metadata.
        image = self._html("course-light" if self._figure else "course-both", self.png, "block")
        if self._figure:
            image += self._html("course-dark", self._dark, "none") + _THEMES
        png = base64.b64encode(self.png).decode()
        data = {"text/plain": self.alt, "text/html": image, "image/png": png}
        metadata = {"image/png": {"alt": self.alt}}
        return data, metadata | ({"measured": True} if self.measured else {})

    @cached_property
    def _dark(self):
        return dark.png(self._figure)

    def _html(self, name, png, display):
        source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
        look = _LOOK.format(display)
        return f'<img alt="{html.escape(self.alt)}" class="{name}" src="{source}" style="{look}">'


class Shown:
    """Mixin of a widget with `.alt` and `.picture()`: a notebook keeps its picture as well."""

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle, metadata = self.picture()._repr_mimebundle_()
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        kept = {"text/plain": self.alt, "application/vnd.jupyter.widget-view+json": view}
        return bundle | kept, metadata

    def __repr__(self):
        return self.alt
