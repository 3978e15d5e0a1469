"""Claims about the live views, the pictures and the palette."""

from __future__ import annotations

import base64
import html
import json
import re
import threading
from io import BytesIO
from itertools import combinations

import ipywidgets as widgets
import numpy as np
import pytest
from matplotlib.axis import XAxis, YAxis
from matplotlib.lines import Line2D
from matplotlib.text import Text
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

from helpers.exercises import side_by_side
from helpers.views import (
    Edit,
    Explorer,
    Grid,
    GridView,
    LiveFigure,
    Picture,
    QuickImage,
    Step,
    dark,
    draw_matrix,
    grid_view,
    style,
    window,
)
from helpers.views.contrast import contrast, ink_on
from helpers.views.powers import decades, power_of_ten
from helpers.views.spoken import now

TARGET = np.arange(12.0).reshape(3, 4) - 5


def walk(n=5, **kwargs):
    """A view of a 3×3 window that walks over an n×n input and fills the output."""
    x, w, out = np.arange(n * n).reshape(n, n) / 7, np.eye(3), n - 2
    steps = [
        Step(
            f"Output {(i, j)}.",
            {"x": {"kernel": window(i, j, 3, 3)}, "y": [(i, j)]},
            {"y": {(i, j): (x[i : i + 3, j : j + 3] * w).sum()}},
            ("y", i, j),
        )
        for i in range(out)
        for j in range(out)
    ]
    grids = [Grid("x", x), Grid("w", w, "kernel", edit=Edit(-2, 2, 0.5), sign="∗")]
    return GridView(
        [*grids, Grid("y", np.full((out, out), np.nan), "output")], steps, alt="A walk.", **kwargs
    )


def sine():
    t = np.linspace(0, 6, 50)
    made = []

    def build(fig, ax):
        made.append(fig)
        ax.set(xlim=(0, 6), ylim=(-1, 1))
        return {"line": ax.plot(t, 0 * t, label="sine"), "legend": ax.legend()}

    def change(artists, k, top=None):
        artists["line"][0].set_data(t, np.sin(k * t))
        if top:
            artists["line"][0].axes.set_ylim(-top, top)

    return LiveFigure(build, change, alt="A sine."), made


def explorer():
    figure, _ = sine()
    controls = {
        "k": widgets.IntSlider(1, 1, 9, description="k"),
        "again": widgets.Button(description="again"),
    }

    def update(k, again):
        figure.update(k=k)
        return {"k": k, "clicks": again}

    presets = {"fast": {"k": 9}}
    return Explorer(controls, [walk(), figure], update, alt="A walk and a sine.", presets=presets)


@pytest.mark.parametrize("role", style.ROLES)
def test_every_role_is_readable_on_its_theme(role):
    assert contrast(style.ROLES[role].light, "#FFFFFF") >= 4.5
    assert contrast(style.ROLES[role].dark, "#111111") >= 4.5


def test_roles_differ_by_pattern_as_well_as_by_colour():
    patterned = [role.dash for role in style.ROLES.values() if role.dash]
    assert len(set(patterned)) == len(patterned) >= len(style.ROLES) - 2


def test_the_palette_is_white_at_zero_blue_below_and_orange_above():
    low, zero, high = style.heat_rgb([-1, 0, 1], 1)
    assert (zero == 1).all() and low[2] > low[0] and high[0] > high[2]


@pytest.mark.parametrize("value", np.linspace(-1, 1, 41))
def test_numbers_are_readable_on_every_heat_colour(value):
    background = style.heat_rgb(value, 1)
    assert contrast(ink_on(background), background) >= 4.5


@pytest.mark.parametrize("one, other", list(combinations(np.linspace(-1, 1, 5), 2)))
def test_heat_colours_stay_apart_without_red_green_vision(one, other):
    # Machado et al. 2009, deuteranopia: linear RGB of what a colour-blind reader sees.
    seen = np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]])
    a, b = (seen @ style.heat_rgb(v, 1) ** 2.2 for v in (one, other))
    assert np.abs(a - b).max() > 0.1


@pytest.mark.parametrize(
    "value, text",
    {
        0: "0",
        5: "5",
        0.1 + 0.2: "0.3",
        -12.34: "−12.3",
        4e-5: "4e−5",
        123.4: "123",
        0.125: "0.13",
        99999: "99999",
        1e300: "1e300",
        -np.inf: "−∞",
        9.999: "10",
    }.items(),
)
def test_numbers_are_printed_compactly(value, text):
    assert style.format_number(value) == text


def test_the_same_picture_is_the_same_bytes():
    first, second = (walk().picture(step=3).png for _ in range(2))
    assert first == second and first.startswith(b"\x89PNG")


def test_small_text_is_enlarged_to_the_house_size():
    fig, ax = style.figure()
    small = ax.text(0.5, 0.5, "small", fontsize=6)
    Picture(fig, "Text.")
    assert small.get_fontsize() == style.FONT_SIZE


def test_style_leaves_the_global_settings_alone():
    import matplotlib

    before = dict(matplotlib.rcParams)
    side_by_side(TARGET, TARGET)
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize(
    "yours, says",
    [
        (None, "not written yet"),
        (..., "not written yet"),
        ("abc", "not an array of numbers"),
        (object(), "not an array of numbers"),
        (1j, "not an array of numbers"),
        (TARGET, "0 of 12 values differ"),
        (TARGET + np.eye(3, 4), "3 of 12 values differ"),
        (TARGET * np.nan, "12 of 12"),
        (np.full((3, 4), -np.inf), "12 of 12"),
        (TARGET * 1e307, "11 of 12"),
        (TARGET.T, "shape (4, 3)"),
        (np.zeros((0, 4)), "not an array of numbers"),
        (np.ones((2, 3, 4, 5)), "shape (2, 3, 4, 5)"),
        (7, "shape ()"),
        ([[1, 2], [3]], "not an array of numbers"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_side_by_side_draws_whatever_a_learner_returns(yours, says):
    picture = side_by_side(TARGET, yours)
    assert says in picture.alt and picture.png.startswith(b"\x89PNG")


def test_an_answer_beside_what_went_in_may_have_another_shape():
    picture = side_by_side(np.eye(4), np.eye(2), ("What went in", "Yours"), wanted=False)
    assert "wanted" not in picture.alt
    assert "what went in: shape (4, 4), yours: (2, 2)" in picture.alt


def test_a_step_sends_only_what_changes():
    data = walk(n=32).data
    assert len(data["steps"]) == 900 and len(json.dumps(data)) < 200_000
    assert all(len(step["changes"]) == 1 for step in data["steps"])
    assert data["steps"][0]["marks"][0] == [0, "kernel", [0, 3, 32, 3, 64, 3]]


def test_what_is_sent_replays_to_every_step():
    view = walk()
    now = {i: list(grid["values"]) for i, grid in enumerate(view.data["grids"])}
    for step, frame in zip(view.data["steps"], view._frames, strict=True):
        for index, changes in step["changes"]:
            now[index][:] = [
                dict(zip(changes[::2], changes[1::2], strict=True)).get(k, v)
                for k, v in enumerate(now[index])
            ]
        sent = np.array(now[2], dtype=float)
        np.testing.assert_allclose(sent, frame["y"].ravel(), rtol=1e-5)


def test_infinite_and_empty_cells_are_valid_json():
    view = GridView([Grid("x", [[np.nan, np.inf, -np.inf, 0.1 + 0.2]])], alt="Extremes.")
    assert view.data["grids"][0]["values"] == [None, "∞", "−∞", 0.3]
    json.dumps(view.data, allow_nan=False)


def test_the_step_stays_within_range_when_the_structure_changes():
    view = walk()
    view.step = 8
    view.update(steps=view.steps[:4])
    assert view.step == view.slider.max == view.play.max == 3


def test_a_view_may_begin_at_any_step_there_is():
    view = walk(step=8)
    assert view.step == view.slider.value == view.play.value == 8
    assert view.picture().png == view.picture(8).png != view.picture(0).png
    for step in (-1, 9):
        with pytest.raises(ValueError, match=f"no step {step}; the last one is 8"):
            walk(step=step)


def test_a_change_of_structure_is_one_message():
    view, sent = walk(), []
    view.step = 8
    view._send = lambda message, buffers=None: sent.append(set(message["state"]))
    view.update(steps=view.steps[:4])
    assert sent == [{"data", "step"}]


@pytest.mark.parametrize(
    "steps",
    [
        [Step("", {"z": [(0, 0)]})],
        [Step("", {"x": [(9, 9)]})],
        [Step("", values={"x": np.zeros((1, 1))})],
        [Step("", select=("z", 0, 0))],
    ],
)
def test_a_wrong_step_is_refused_with_a_message(steps):
    with pytest.raises(ValueError, match=r"no grid|outside|is \(2, 2\)"):
        GridView([Grid("x", np.zeros((2, 2)))], steps, alt="Wrong.")


def test_an_edit_reaches_python_within_its_range():
    view, calls = walk(), []
    view.on_edit(lambda: calls.append(view.values("w")[0, 0]))
    view.edited = {"n": 1, "values": {"w": [9] + [0.5] * 8, "x": [0] * 25}}
    assert calls == [2.0] and view.values("w")[2, 2] == 0.5
    assert view.values("x")[4, 4] == 24 / 7, "a grid without `edit` cannot be changed"
    assert view.data["edits"] == 1


def test_only_the_cells_that_the_learner_changed_are_edits():
    third = np.array([1 / 3, 2 / 3, 1.0])
    view = GridView([Grid("w", third, edit=Edit(-2, 2))], alt="Thirds.")
    view.edited = {"n": 1, "values": {"w": [0.333333, -1, 1]}}
    assert view.values("w").tolist() == [[1 / 3, -1, 1]]
    assert view.edited_values("w", 0 * third).tolist() == [0, -1, 0]
    assert third[1] == 2 / 3, "what an explorer starts from stays as it is"


def test_edits_survive_other_sizes_and_steps_until_they_are_forgotten():
    view = walk()
    view.edited = {"n": 1, "values": {"w": [2, 0, 0, 0, 1, 0, 0, 0, -2]}}
    for size in (1, 2, 4):
        shown = view.edited_values("w", np.zeros((size, size)))
        view.update([Grid("w", shown, edit=Edit(-2, 2))], [Step("")])
        assert shown.shape == (size, size) and shown[0, 0] == 2
    assert shown[2, 2] == -2 and np.count_nonzero(shown) == 2
    view.edited = {"n": 2, "values": {"w": [1] * 9}}  # of the size that is no longer shown
    assert (view.values("w") == shown).all()
    view.forget_edits()
    assert not view.edited_values("w", np.zeros((3, 3))).any()


LONG = "a heading that is far longer than its grid is wide"


@pytest.mark.parametrize("times", (1, 2, 5))
@pytest.mark.parametrize("rows", ((), ("the first row of all", "second")))
def test_headings_and_caption_have_a_place_of_their_own(times, rows):
    heading = " ".join([LONG] * times)
    grids = [Grid(n, np.eye(2), title=heading, sign="=", rows=rows, columns="ab") for n in "abc"]
    view = GridView(grids, [Step(heading)], alt="Long headings.")
    fig = grid_view._draw(grids, view.steps[0], view._frames, 0)
    style.draw(fig)
    in_cells = [text for ax in fig.axes for text in ax.texts]
    texts = [t for t in fig.findobj(Text) if t.get_text() and t.get_visible() and t not in in_cells]
    words = [text.get_window_extent() for text in texts]
    parts = [*words, *(ax.patch.get_window_extent() for ax in fig.axes)]
    assert len(words) == 3 * (2 + 2 + len(rows)) + 1
    assert all(fig.bbox.x0 <= p.x0 and p.x1 <= fig.bbox.x1 for p in parts)
    assert all(fig.bbox.y0 <= p.y0 and p.y1 <= fig.bbox.y1 for p in parts)
    assert not any(one.overlaps(other) for one, other in combinations(parts, 2))


def test_a_live_figure_is_built_once_and_changes_its_picture():
    figure, made = sine()
    figure.update(k=1)
    first = figure.value
    figure.update(k=2)
    assert figure.value != first and len(made) == 1
    figure.update(k=1)
    assert figure.value == first


def test_a_live_figure_draws_its_background_again_only_when_it_must():
    figure, _ = sine()
    figure.update(k=1)
    background = figure._background
    figure.update(k=2)
    assert figure._background is background
    figure.update(k=2, top=3.0)
    assert figure._background is not background


def test_a_live_figure_looks_as_if_matplotlib_had_drawn_it_at_once():
    t = np.linspace(0, 6, 50)

    def build(fig, ax):
        ax.set(xlim=(0, 6), ylim=(-1, 1))
        (line,) = ax.plot(t, 0 * t, linewidth=30, label="wide enough to run below legend and frame")
        ax.legend(loc="lower left")
        return line

    figure = LiveFigure(build, lambda line, k: line.set_data(t, np.sin(k * t)), alt="A sine.")
    for k in (2, 3):
        figure.update(k=k)
    quick = np.asarray(Image.open(BytesIO(figure.value))).astype(int)
    for artist in figure.figure.findobj():
        artist.set_animated(False)
    style.draw(figure.figure)
    whole = np.asarray(figure.figure.canvas.buffer_rgba()).astype(int)
    assert np.abs(quick - whole).max() <= 2  # rounding where the edge of a letter is half opaque


def test_a_live_figure_draws_only_the_axes_that_changed_and_shows_the_same():
    def build(fig, axes):
        fig.legend(handles=[axes[1].plot([0, 1], label="still")[0]], loc="outside lower center")
        return axes[0].plot([], [])[0], fig.suptitle(" ")

    def change(artists, top, right, said):
        (line, title), left = artists, artists[0].axes
        line.set_data([0, 1], [0, top])
        title.set_text(said)
        if left.get_ylim() != (0, top):
            left.set_ylim(0, top)
        if left.figure.axes[1].get_ylabel() != right:
            left.figure.axes[1].set_ylabel(right)

    def figure():
        return LiveFigure(build, change, alt="Two axes.", columns=2)

    kept, whole = figure(), []
    kept.update(top=1, right=" ", said="a")
    draw = style.draw
    states = [(2, " ", "b"), (3, " ", "c"), (3, "y", "c"), (3, "yy", "c"), (1, "y", "a")]
    for state in (dict(zip(("top", "right", "said"), values, strict=True)) for values in states):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(style, "draw", lambda *a: (whole.append(kept._state), draw(*a)))
            kept.update(**state)
        fresh = figure()
        fresh.update(top=1, right=" ", said="a")  # the first drawing gives the axes their places
        fresh._background = None
        fresh.update(**state)
        assert kept.value == fresh.value, state
    tops = [(state["top"], state["right"]) for state in whole]
    assert tops == [(2, " "), (3, "y"), (1, "y")]  # where other axes change than last time


def test_a_live_figure_draws_no_line_that_rests_and_no_axis_that_stays(monkeypatch):
    def build(fig, axes):
        axes[0].axhline(0.5)  # does not move by itself, but with the limits
        return [ax.plot([], [])[0] for ax in axes]

    def change(lines, left, right, top):
        for line, height in zip(lines, (left, right), strict=True):
            if list(line.get_ydata()) != [0, height]:
                line.set_data([0, 1], [0, height])
        if lines[0].axes.get_ylim() != (0, top):
            lines[0].axes.set_ylim(0, top)

    def figure():
        return LiveFigure(build, change, alt="Two axes.", columns=2)

    kept, drawn = figure(), []
    (left, right), (x, y) = kept.artists, (kept.figure.axes[0].xaxis, kept.figure.axes[0].yaxis)
    for kind in (Line2D, XAxis, YAxis):

        def noted(one, *args, draw=kind.draw, **kwargs):
            drawn.extend([one] * one.get_visible())
            draw(one, *args, **kwargs)

        monkeypatch.setattr(kind, "draw", noted)
    first = {"left": 1, "right": 1, "top": 2}
    kept.update(**first)
    for more, moves, stay in (
        ({"left": 2}, {left}, set()),
        ({"left": 3}, {left}, {right, x, y}),
        ({"right": 2}, {right}, {x, y}),
        ({"right": 3}, {right}, {left, x, y}),
        ({"top": 3}, {left, y}, set()),
        ({"top": 4}, {left, y}, {x}),
        ({"top": 2, "left": 1}, {left, y}, {x}),
    ):
        drawn.clear()
        kept.update(**kept._state | more)
        assert moves <= set(drawn) and not stay & set(drawn), more
        fresh = figure()
        fresh.update(**first)  # the first drawing gives the axes their places
        fresh._background = None
        fresh.update(**kept._state)
        assert kept.value == fresh.value, more


# Where cells end that are no whole number of pixels is a matter of rounding.
@pytest.mark.parametrize(("interpolation", "most"), [("nearest", 0.02), ("bilinear", 0)])
@pytest.mark.parametrize("size", [(4, 3), (4.37, 3)])
def test_a_quick_image_is_the_one_that_matplotlib_draws(interpolation, most, size):
    values = np.random.default_rng(0).integers(0, 255, (10, 12, 3)).astype(np.uint8)
    drawn, extent = [], (-1, 3, 0, 2)
    for quick in (True, False):
        fig, ax = style.figure(size)
        if quick:
            QuickImage(ax, extent, interpolation).set_data(values / 255)
        else:
            ax.imshow(
                values, extent=extent, origin="lower", aspect="auto", interpolation=interpolation
            )
        style.draw(fig)
        drawn.append(np.asarray(fig.canvas.buffer_rgba()).astype(int))
    assert (np.abs(drawn[0] - drawn[1]).max(2) > 8).mean() <= most
    assert drawn[0].std() > 20


def test_a_live_figure_follows_the_theme_and_finds_its_way_back():
    def drawn(*ks, theme="light"):
        figure = sine()[0]
        figure.follow(theme)
        for k in ks:
            figure.update(k=k, top=float(k))  # each with limits of its own
        return figure

    figure = drawn(1, 2)
    light = figure.value
    figure.follow("dark")
    night = figure.value
    assert night != light and night == drawn(1, 2, theme="dark").value
    assert figure.picture().png == drawn(1, 2).picture().png and figure.value == night
    figure.follow("light")
    assert figure.value == light


def test_figures_of_an_explorer_follow_the_page():
    shown = explorer()
    (figure,) = [view for view in shown.views if isinstance(view, LiveFigure)]
    before = figure.value
    shown.spoken.theme = "dark"
    assert figure.value != before


def test_titles_stand_on_one_line_and_no_band_is_left_above_or_below():
    fig, axes = style.figure((9, 4), 1, 3)
    for ax, shape in zip(axes, ((1, 6), (3, 3), (2, 4)), strict=True):
        draw_matrix(ax, np.ones(shape), title="W")
    picture = Image.open(BytesIO(Picture(fig, "Three matrices.").png))
    tops = {round(ax.title.get_window_extent().y0) for ax in axes}
    inked = (np.asarray(picture.convert("L"))[12:-12] < 250).any(1).nonzero()[0]
    assert len(tops) == 1
    assert inked[0] <= 2 and len(np.asarray(picture)) - 24 - inked[-1] <= 4
    assert picture.height < 400 and picture.width == 900


def test_ink_that_reads_on_white_reads_in_the_dark():
    for light, night in dark.DARK.items():
        for least in (3, 4.5):
            if contrast(light, "#FFFFFF") >= least:
                assert contrast(night, dark.GROUND) >= least, light


def test_a_static_picture_is_kept_for_both_themes():
    fig, ax = style.figure((3, 2))
    with style.applied():
        draw_matrix(ax, [[1.0, 0.0], [0.0, -2.0]], title="W", marked={"kernel": np.eye(2) > 0})
    ax.text(0, -0.2, "above the cells", color="black")
    picture = Picture(fig, "W.")
    found = re.findall('class="(.+?)".+?base64,(.+?)"', picture._repr_mimebundle_()[0]["text/html"])
    light, night = (Image.open(BytesIO(base64.b64decode(png))) for _, png in found)
    assert [name for name, _ in found] == ["course-light", "course-dark"]
    ground = {tuple(np.asarray(one.convert("RGB"))[3, 20]) for one in (light, night)}
    assert ground == {(255, 255, 255), (17, 17, 17)}
    said = [text.get_color() for text in ax.texts]
    dark.recolour(fig)
    assert [text.get_color() for text in ax.texts][:-1] == said[:-1]  # on cells, which stay
    assert contrast(ax.texts[-1].get_color()[:3], dark.GROUND) >= 4.5
    dark.recolour(fig, dark.LIGHT)
    style.draw(fig)
    now = np.asarray(fig.canvas.buffer_rgba())
    assert {tuple(row) for row in now.reshape(-1, 4)} == {
        tuple(row) for row in np.asarray(light).reshape(-1, 4)
    }


def test_every_control_needs_a_description():
    with pytest.raises(ValueError, match="description"):
        Explorer({"k": widgets.IntSlider()}, [], lambda k: {}, alt="None.")


def test_controls_presets_and_buttons_update_the_numbers():
    shown = explorer()
    assert shown.numbers == {"k": 1, "clicks": 0} and set(shown.controls) == {"k", "again", "step"}
    shown.controls["again"].click()
    shown.children[0].children[0].click()
    assert shown.numbers == {"k": 9, "clicks": 1}
    assert "9" in shown.readout.value


def test_setting_several_controls_updates_once():
    calls = []
    pair = {name: widgets.IntSlider(description=name) for name in "ab"}
    shown = Explorer(pair, [], lambda **state: calls.append(state), alt="None.")
    shown.set(a=3, b=4)
    assert calls[1:] == [{"a": 3, "b": 4}]
    with pytest.raises(ValueError, match="No control named"):
        shown.set(c=1)


@pytest.mark.parametrize("make", [explorer, walk])
def test_a_notebook_keeps_picture_and_alternative(make):
    shown = make()
    bundle, _ = shown._repr_mimebundle_()
    assert bundle["text/plain"] == shown.alt == repr(shown)
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert f'src="data:image/png;base64,{bundle["image/png"]}"' in bundle["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_a_picture_says_its_alternative_as_html_and_to_nbconvert():
    fig, _ = style.figure((2, 1))
    data, metadata = Picture(fig, 'Where x < 0 & y is "odd".')._repr_mimebundle_()
    assert 'alt="Where x &lt; 0 &amp; y is &quot;odd&quot;."' in data["text/html"]
    assert metadata == {"image/png": {"alt": 'Where x < 0 & y is "odd".'}}


def test_nbconvert_shows_the_picture_of_a_widget_whose_model_is_gone():
    shown = explorer()
    data, metadata = shown._repr_mimebundle_()
    output = new_output("display_data", data, metadata=metadata)
    saved = new_notebook(cells=[new_code_cell("explore()", outputs=[output])])
    page, _ = HTMLExporter().from_notebook_node(saved)
    (image,) = re.findall(r"<img[^>]*>", page)
    assert f'alt="{html.escape(shown.alt)}"' in image and data["image/png"] in image
    assert "widget-view" not in page


def test_a_live_figure_says_what_it_shows_now():
    shown = explorer()
    before = shown.spoken.pictures
    control = shown.controls["k"]
    control.value += 1
    (after,) = shown.spoken.pictures
    assert after.startswith("A sine. Now: ") and [after] != before
    assert f"{control.description} {style.format_number(control.value)}" in after


def test_what_is_shown_names_choices_and_switches():
    controls = {
        "kind": widgets.Dropdown(options=[("ReLU", 0), ("ELU", 1)], value=1, description="kind"),
        "flip": widgets.Checkbox(False, description="flip"),
        "again": widgets.Button(description="again"),
    }
    said = now("Curves.", controls, {"slope": -0.5})
    assert said == "Curves. Now: kind ELU, flip off, slope −0.5."
    assert now("Curves.", {}, {}) == "Curves."


def test_powers_of_ten_are_named_without_a_formula():
    assert [power_of_ten(n) for n in (-12, 0, 3)] == ["10⁻¹²", "10⁰", "10³"]
    _, ax = style.figure((3, 2), 1, 1)
    ax.set(yscale="log", ylim=(0.05, 20))
    decades(ax.yaxis)
    assert [ax.yaxis.get_major_formatter()(one, 0) for one in (0.1, 2, 10)] == ["10⁻¹", "", "10¹"]


def test_one_thread_draws_at_a_time():
    drawn = threading.Event()

    def draw():
        with style.applied():
            drawn.set()

    with style.applied():
        other = threading.Thread(target=draw)
        other.start()
        assert not drawn.wait(0.1)
    assert drawn.wait(10)
    other.join()
