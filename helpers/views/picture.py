"""What a notebook keeps of a picture: PNG bytes and a one-sentence text alternative."""

from __future__ import annotations

import base64
import html

from helpers.views import style

_LOOK = 'style="display:block;max-width:100%;margin:0"'


class Picture:
    """A figure (or PNG bytes) with a one-sentence text alternative, shown by the notebook.

    measured: whether it shows times or the like, which differ from run to run. The build then keeps
    the alternative alone, so that building twice gives the same bytes.
    """

    def __init__(self, picture, alt, measured=False):
        self.alt, self.measured = alt, measured
        self.png = picture if isinstance(picture, bytes) else style.png(picture)

    def __repr__(self):
        return self.alt

    def _repr_png_(self):
        return self.png

    def _repr_mimebundle_(self, include=None, exclude=None):
        png = base64.b64encode(self.png).decode()
        # JupyterLab shows a bare PNG without its alternative; nbconvert reads it in the metadata.
        image = f'<img alt="{html.escape(self.alt)}" src="data:image/png;base64,{png}" {_LOOK}>'
        data = {"text/plain": self.alt, "text/html": image, "image/png": png}
        metadata = {"image/png": {"alt": self.alt}}
        return data, metadata | ({"measured": True} if self.measured else {})


class Shown:
    """Mixin of a widget with `.alt` and `.picture()`: a notebook keeps its picture as well."""

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle, metadata = self.picture()._repr_mimebundle_()
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        kept = {"text/plain": self.alt, "application/vnd.jupyter.widget-view+json": view}
        return bundle | kept, metadata

    def __repr__(self):
        return self.alt
