"""What tests share: their order, one browser a process, figures drawn once."""

import copyreg
import hashlib
import io
import pickle

import pytest
from matplotlib.transforms import TransformNode

from helpers.exercises import exercise
from helpers.exercises import pictures as exercise_pictures
from helpers.views import style
from tests.browser import chromium  # Playwright allows no second one beside it

__all__ = ["chromium", "drawn_once"]

# Two workers take one module (class, notebook) after the other: a long one started last would keep
# one of them alone at work. Seconds, as measured; whatever isn't named takes fewer.
LONG = {
    "test_course_in_browser": 190,
    "test_toggle": 95,
    "test_notebooks": 75,
    "test_exercises": 55,
    "test_grade_worker": 27,
    "test_handout": 27,
    "test_environment": 25,
    "test_site": 25,
    "test_explorers": 21,
    "test_views_browser": 15,
    "test_build": 14,
    "test_xavier_initialization": 13,
    "test_faults": 13,
    "test_dropout": 12,
    "test_draft": 11,
}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: -LONG.get(item.path.stem, 10))


class Likeness(pickle.Pickler):
    """A figure as bytes, the same for figures that are drawn alike."""

    def reducer_override(self, one):
        if not isinstance(one, TransformNode):
            return NotImplemented
        # Whoever depends on a transform is noted by its address, another in every figure.
        state = {name: value for name, value in vars(one).items() if name != "_parents"}
        return copyreg.__newobj__, (type(one),), state


@pytest.fixture(scope="session")
def pictures():
    """PNG bytes by the likeness of the figures that they were drawn of."""
    return {}


@pytest.fixture
def drawn_once(monkeypatch, pictures):
    """Draw a picture only if none just like it was drawn before: most time goes there.

    A figure is like another if it looks like it; of what the exercises draw most often it need not
    even be made, if it is to be made of the same values.
    """
    draw = style.png

    def png(fig):
        Likeness(likeness := io.BytesIO()).dump(fig)
        key = hashlib.sha256(likeness.getvalue()).digest()
        if key not in pictures:
            pictures[key] = draw(fig)
        return pictures[key]

    def once(make):
        def made(*args, **kwargs):
            try:
                key = pickle.dumps((make.__name__, args, kwargs))
            except Exception:  # an answer may be anything
                return make(*args, **kwargs)
            if key not in pictures:
                pictures[key] = make(*args, **kwargs)
            return pictures[key]

        return made

    monkeypatch.setattr(style, "png", png)
    monkeypatch.setattr(exercise, "side_by_side", once(exercise.side_by_side))
    monkeypatch.setattr(exercise_pictures, "plotted", once(exercise_pictures.plotted))
