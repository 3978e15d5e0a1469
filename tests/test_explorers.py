"""Every explorer holds at every extreme, in combination, and shows the numbers it should."""

import itertools

import ipywidgets as widgets
import numpy as np
import pytest

from helpers.views.explorer import Explorer, explorers
from tests import course

EACH = [(lesson, name) for lesson in course.LESSONS for name in explorers(course.module(lesson))]
MOST = 96  # combinations a test: all where there are fewer, else evenly picked ones


def extremes(control):
    """The values at which a control may break."""
    if isinstance(control, widgets.Button):
        return [None]
    if hasattr(control, "min"):
        return [control.min, control.max]
    if hasattr(control, "options"):
        return list(control._options_values)
    if isinstance(control.value, bool):
        return [False, True]
    raise AssertionError(f"no extremes known for {type(control).__name__}")


@pytest.mark.parametrize("lesson, name", EACH)
def test_an_explorer_holds_at_all_extremes(lesson, name):
    explorer = getattr(course.module(lesson), name)()
    assert isinstance(explorer, Explorer)
    controls = {key: c for key, c in explorer.controls.items() if not key.startswith("step")}
    combinations = list(itertools.product(*(extremes(c) for c in controls.values())))
    picked = np.linspace(0, len(combinations) - 1, min(MOST, len(combinations))).round().astype(int)
    for index in picked:
        values = dict(zip(controls, combinations[index], strict=True))
        explorer.set(**{k: v for k, v in values.items() if v is not None})
        assert explorer.numbers, values
        assert not any(np.isnan(value) for value in explorer.numbers.values()), values
        for key, slider in explorer.controls.items():
            if key.startswith("step"):
                slider.value = slider.max
                assert 0 <= slider.value <= slider.max
    picture = explorer.picture()
    assert picture.png.startswith(b"\x89PNG") and picture.alt == explorer.alt


@pytest.mark.parametrize("lesson, name", EACH)
def test_every_control_says_what_it_is_and_every_preset_can_be_pressed(lesson, name):
    explorer = getattr(course.module(lesson), name)()
    assert all(control.description for control in explorer.controls.values())
    for values in explorer.presets.values():
        explorer.set(**values)
        assert explorer.numbers
    assert explorer.alt.endswith(".")


@pytest.mark.parametrize("lesson, name", EACH)
def test_moving_a_control_changes_the_picture_or_the_numbers(lesson, name):
    explorer = getattr(course.module(lesson), name)()
    for key, control in explorer.controls.items():
        if isinstance(control, widgets.Button) or key.startswith("step"):
            continue
        seen = set()
        for value in extremes(control):
            explorer.set(**{key: value})
            seen.add((explorer.picture().png, tuple(explorer.numbers.values())))
        assert len(seen) > 1, f"{key} does nothing"
