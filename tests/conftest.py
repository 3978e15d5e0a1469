"""What tests of several modules share: one browser a process, and figures drawn once."""

import copyreg
import io
import pickle

import pytest
from matplotlib.transforms import TransformNode

from helpers.views import style
from tests.browser import chromium  # Playwright allows no second one beside it

__all__ = ["chromium", "drawn_once"]


class Likeness(pickle.Pickler):
    """A figure as bytes, the same for figures that are drawn alike."""

    def reducer_override(self, one):
        if not isinstance(one, TransformNode):
            return NotImplemented
        # Whoever depends on a transform is noted by its address, another in every figure.
        state = {name: value for name, value in vars(one).items() if name != "_parents"}
        return copyreg.__newobj__, (type(one),), state


@pytest.fixture
def drawn_once(monkeypatch):
    """Draw a figure only if none just like it has been drawn in this test: most time goes there."""
    pictures, draw = {}, style.png

    def png(fig):
        Likeness(likeness := io.BytesIO()).dump(fig)
        if likeness.getvalue() not in pictures:
            pictures[likeness.getvalue()] = draw(fig)
        return pictures[likeness.getvalue()]

    monkeypatch.setattr(style, "png", png)
