"""Claims about the live views in a real JupyterLab."""

from __future__ import annotations

from itertools import combinations

import pytest

from helpers.views import Grid, GridView, style
from tests import browser
from tests.browser import DARK, LIGHT, canvas_hash, errors, explorers, set_theme

CELL = """
import numpy as np, ipywidgets as widgets
from helpers.views import Edit, Explorer, Grid, GridView, Step
view = GridView([], alt="A kernel and what follows from it.")

def update(scale):
    w = view.edited_values("w", [1, 2, -1])
    y = np.full(3, np.nan)
    steps = [Step(f"Entry {i} is {scale * w[i]:g}.", {"y": [(0, i)]},
                  {"y": {(0, i): scale * w[i]}}, ("y", 0, i)) for i in range(3)]
    steps *= 2 if scale > 2 else 1
    view.update([Grid("w", w, "kernel", edit=Edit(-3, 3, 0.5)), Grid("y", y, "output")], steps)
    return {"total": scale * w.sum()}

Explorer({"scale": widgets.IntSlider(2, 1, 5, description="scale")}, [view], update,
         alt="A kernel and what follows from it.")
"""
NUMBERS = [0, 1, -1, 0.3, -12.34, 123.4, 1e6, 2.6e-3, -0.004, 9.999, 99999, 0.125, 1e300, 54321.7]


@pytest.fixture(scope="module")
def opened(chromium):
    with browser.lab({"views.ipynb": browser.notebook([CELL])}) as server:
        page = browser.open_notebook(chromium, server, "views.ipynb")
        yield page  # enough for what needs a browser alone
        page.context.close()


@pytest.fixture
def page(opened):
    """The notebook, run afresh: the learner has changed nothing yet."""
    opened.set_viewport_size({"width": 1280, "height": 1000})
    browser.run_all(opened)
    opened.wait_for_selector(".course-grid canvas")
    assert errors(opened) == [] and len(explorers(opened)) == 1
    return opened


def wait_for(page, selector, text):
    page.wait_for_function(
        "([s, t]) => document.querySelector(s)?.textContent.includes(t)", arg=[selector, text]
    )


def cell(page, column, grid=0):
    """The place on the canvas of a cell in the first row of a grid."""
    box = page.locator(".course-grid canvas").bounding_box()
    left = 10 + 22 + 44 * column + grid * (3 * 44 + 34)
    return box["x"] + left, box["y"] + 5 + 26 + 22


def test_step_slider_and_canvas_move_together(page):
    page.locator(".course-grid canvas").focus()
    page.keyboard.press("PageDown")
    wait_for(page, ".caption", "Entry 1")
    wait_for(page, ".course-explorer > :nth-child(3) .widget-readout", "1")
    before = canvas_hash(page.locator(".course-grid canvas"))
    page.locator(".noUi-handle").nth(1).focus()
    page.keyboard.press("ArrowRight")
    wait_for(page, ".caption", "Entry 2")
    assert canvas_hash(page.locator(".course-grid canvas")) != before


def test_the_end_key_reaches_the_last_step_when_there_are_more_than_before(page):
    scale, step = page.locator(".noUi-handle").all()
    scale.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelectorAll('.noUi-handle')[1].ariaValueMax === '5.0'")
    step.focus()
    page.keyboard.press("End")
    wait_for(page, ".course-explorer > :nth-child(3) .widget-readout", "5")
    wait_for(page, ".caption", "Entry 2 is -3")


def test_a_click_on_a_cell_goes_to_its_step(page):
    page.mouse.click(*cell(page, 2, grid=1))
    wait_for(page, ".caption", "Entry 2 is -2")


def test_dragging_a_cell_changes_it_and_python_answers(page):
    x, y = cell(page, 0)
    page.mouse.move(x, y)
    page.mouse.down()
    for up in range(1, 9):
        page.mouse.move(x, y - 8 * up)
    page.mouse.up()
    wait_for(page, ".course-readout", "total 8")  # 1 becomes 3, the largest allowed
    wait_for(page, ".caption", "Entry 0 is 6")


def test_cells_are_edited_from_the_keyboard_too(page):
    page.locator(".course-grid canvas").focus()
    for key in ("ArrowRight", "ArrowRight", "+", "+", "-"):
        page.keyboard.press(key)
    wait_for(page, ".course-readout", "total 5")  # 2 becomes 2.5
    spoken = page.locator(".course-grid .unseen")
    assert spoken.inner_text().endswith("row 0, column 1: 2.5")  # counted as the captions count


def test_a_cell_at_its_bound_says_so(page):
    bounds = "from −3 to 3"
    assert bounds in page.locator(".course-grid .help").inner_text()
    page.locator(".course-grid canvas").focus()
    spoken = page.locator(".course-grid .unseen")
    for key in ("ArrowRight", "+", "+", "+"):  # 1, 1.5, 2, 2.5
        page.keyboard.press(key)
    assert bounds not in spoken.inner_text()
    page.keyboard.press("+")
    assert spoken.inner_text().endswith(f"column 0: 3 ({bounds})")


def test_the_canvas_says_what_it_shows(page):
    canvas = page.locator(".course-grid canvas")
    assert canvas.get_attribute("aria-label") == "A kernel and what follows from it."
    assert canvas.get_attribute("role") == "img"  # what has the focus is no application: Orca
    assert canvas.evaluate("canvas => canvas.parentElement.role") == "application"
    help_text = page.locator(".course-grid .help").inner_text()
    assert canvas.get_attribute("aria-description") == help_text != ""
    assert page.locator(".course-grid .caption").get_attribute("aria-live") == "polite"


def test_the_canvas_follows_the_theme(page):
    canvas = page.locator(".course-grid canvas")
    light = canvas_hash(canvas)
    set_theme(page, DARK)
    dark = canvas_hash(canvas)
    set_theme(page, LIGHT)
    assert dark != light == canvas_hash(canvas)


@pytest.mark.parametrize("width", [420, 700, 1280])
def test_nothing_is_wider_than_the_notebook(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(400)
    inside, outside = page.locator(".course-grid").evaluate(
        "grid => [grid.querySelector('canvas').offsetWidth, grid.clientWidth]"
    )
    assert inside <= outside <= width


def test_canvas_and_python_print_numbers_alike(opened):
    printed = opened.evaluate(
        """async ([source, numbers]) => {
            const url = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
            const {format} = await import(url);
            return numbers.map(format);
        }""",
        [GridView._esm, NUMBERS],
    )
    assert printed == [style.format_number(value) for value in NUMBERS]


@pytest.mark.parametrize("width", [320, 700, 1280])
def test_headings_have_a_place_of_their_own_on_the_canvas(opened, width):
    heading = "a heading that is far longer than its grid is wide"
    grids = [
        Grid("a", [[1, 2]], title=heading, rows=["row"], columns="xy"),
        Grid("b", [1, 2], title=" ".join([heading] * 4), sign="="),
        Grid("c", [1, 2]),
    ]
    boxes = opened.evaluate(
        """async ([source, grids, width]) => {
            const url = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
            const {place} = await import(url);
            const context = document.createElement('canvas').getContext('2d');
            const measure = (text, size, weight = '') => {
                context.font = `${weight} ${size}px system-ui, sans-serif`;
                return context.measureText(text).width;
            };
            return place(grids, width, measure).items.map((item) => {
                const wide = item.heading.map((line) => measure(line, 14, 'bold'));
                const left = item.x - item.left;
                const right = Math.max(item.x + item.w, left + Math.max(...wide));
                const rows = 26 + 18 * (wide.length - 1);
                return [left, item.y - Math.max(item.top, rows), right, item.y + item.h];
            });
        }""",
        [GridView._esm, GridView(grids, alt="Long headings.").data["grids"], width],
    )
    for left, top, right, bottom in boxes:
        assert 0 <= left < right <= width and 0 <= top < bottom
    for (l1, t1, r1, b1), (l2, t2, r2, b2) in combinations(boxes, 2):
        assert r1 <= l2 or r2 <= l1 or b1 <= t2 or b2 <= t1


def test_a_choice_keeps_its_arrow_keys(page):
    page.locator(".course-explorer").evaluate(
        "root => root.append(Object.assign(document.createElement('select'), "
        "{innerHTML: '<option>a<option>b'}))"
    )
    page.wait_for_selector("select[data-lm-suppress-shortcuts]")
    page.locator(".course-explorer select").focus()
    page.keyboard.press("ArrowDown")
    assert page.locator(".course-explorer select").input_value() == "b"


def test_in_forced_colours_tracks_handles_and_buttons_have_borders_and_titles_are_redrawn(page):
    canvas = page.locator(".course-grid canvas")
    light = canvas_hash(canvas)
    try:
        page.emulate_media(forced_colors="active", color_scheme="dark")
        page.wait_for_function("matchMedia('(forced-colors: active)').matches")
        for one in (".noUi-target", ".noUi-handle", "button"):
            border, ground = page.locator(f".course-explorer {one}").first.evaluate(
                "node => [getComputedStyle(node).border, getComputedStyle(node).backgroundColor]"
            )
            assert "solid rgb(255, 255, 255)" in border and ground == "rgb(0, 0, 0)"
        page.wait_for_timeout(200)
        assert canvas_hash(canvas) != light  # else its dark titles stood on black
    finally:
        page.emulate_media(forced_colors="none", color_scheme="light")
