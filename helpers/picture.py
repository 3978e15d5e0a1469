"""What a notebook keeps of a picture: PNG bytes and a one-sentence text alternative."""

from __future__ import annotations

import base64
import os

from helpers import style


class Picture:
    """A figure (or PNG bytes) with a one-sentence text alternative, shown by the notebook."""

    def __init__(self, picture, alt):
        self.alt = alt
        self.png = picture if isinstance(picture, bytes) else style.png(picture)

    def __repr__(self):
        return self.alt

    def _repr_png_(self):
        return self.png

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": self.alt, "image/png": base64.b64encode(self.png).decode()}


class Shown:
    """Mixin of a widget with `.alt` and `.picture()`: a notebook keeps its picture as well.

    With COURSE_STATIC=1 in the environment there is no widget, only picture and alternative.
    """

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = self.picture()._repr_mimebundle_() | {"text/plain": self.alt}
        if os.environ.get("COURSE_STATIC") != "1":
            view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
            bundle["application/vnd.jupyter.widget-view+json"] = view
        return bundle

    def __repr__(self):
        return self.alt
