"""The solutions switch, seen in a real browser: JupyterLab and Notebook 7."""

import platform
import re
import sys
from contextlib import contextmanager

import nbformat
import pytest
from jupyterlab_server.config import get_federated_extensions
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.command import switch
from helpers.notebooks.release import released
from helpers.notebooks.source import Cell
from helpers.views import Picture, style
from tests import browser

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
expect.set_options(timeout=20_000)

SWITCH = "[data-command='course:toggle-solutions']"
ALL, ONE = "Alt+Shift+S", "Alt+S"


# --- A solved notebook in miniature: every solution, its output included, says SECRET. ------------


def code(cell_id, source, *, solution=False, prints=None):
    cell = new_code_cell(source, id=cell_id)
    if prints is not None:
        cell.execution_count = 7
        cell.outputs = [new_output("stream", name="stdout", text=prints)]
    if solution:
        cell.metadata["tags"] = ["solution"]
    return cell


def markdown(cell_id, source, *, solution=False):
    cell = new_markdown_cell(source, id=cell_id)
    if solution:
        cell.metadata["tags"] = ["solution"]
    return cell


def solved_cells():
    double = "def double(x):\n    return 2 * x  # SECRET\n\n\nprint('SECRET', double(2))"
    return [
        markdown("title", "# A lesson\n\nWhat it promises."),
        code("setup", "import math", prints="ready\n"),
        markdown("double-task", "## Twice\n\nWrite `double`."),
        code("double-stub", "def double(x):\n    ..."),
        code("double-solution", double, solution=True, prints="SECRET 4\n"),
        code("double-check", "print('double:', double(21))", prints="double: 42\n"),
        markdown("pair-task", "Now a pair."),
        code("pair-stub", "pair = ..."),
        code("pair-solution", "pair = (1, 2)  # SECRET", solution=True),
        code("pair-solution-2", "pair = pair[::-1]  # SECRET", solution=True),
        code("pair-check", "print('pair:', pair)", prints="pair: (2, 1)\n"),
        markdown("why-answer", "### Why?\n\n*Your answer here.*"),
        markdown("why-solution", "### SECRET answer\n\nBecause of the SECRET.", solution=True),
        markdown("summary", "The end."),
    ]


IDS = [cell.id for cell in solved_cells()]
SOLUTIONS = [name for name in IDS if "-solution" in name]
LEARNERS = [name for name in IDS if name not in SOLUTIONS]


def learners(cells):
    """Without the solutions, and without what the checks say of them."""
    kept = [cell for cell in cells if "solution" not in cell.metadata.get("tags", [])]
    for cell in kept:
        if cell.id.endswith("-check"):
            cell.outputs = []
    return kept


def notebook_of(cells):
    # What a kernel would add on opening, so that the file is not "changed" by the kernel's start.
    language = {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": platform.python_version(),
    }
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": language})


# --- One server for all tests. --------------------------------------------------------------------


@pytest.fixture(scope="module")
def server():
    with browser.lab(
        environment={"JUPYTER_PATH": str(browser.PROJECT / "helpers" / "command" / "jupyter")}
    ) as running:
        yield running


VISIBLE = (
    "() => window.jupyterapp.shell.currentWidget.content.widgets"
    ".filter(cell => cell.node.getBoundingClientRect().height > 1)"
    ".map(cell => [cell.node.getBoundingClientRect().top, cell.model.id])"
    ".sort((a, b) => a[0] - b[0]).map(pair => pair[1])"
)
# A service of JupyterLab's, by the name of its token.
SERVICE = """
    name => {
        const app = window.jupyterapp;
        const tokens = [...app.pluginRegistry._services.keys()];
        return app.resolveRequiredService(tokens.find(token => token.name === name));
    }"""


class Seen:
    """A notebook open in the browser, and what there is to see of it."""

    def __init__(self, server, page, app):
        self.server, self.page, self.app = server, page, app
        self.name = f"{app}.ipynb"  # always the same, so that one kernel does for all
        self.path = server.folder / self.name
        self.turned = False  # was the notebook on the page opened after the page was loaded?

    def write(self, cells):
        nbformat.write(notebook_of(cells), self.path)

    def load(self, cells):
        """Load the page, with these cells in its notebook."""
        self.write(cells)
        self.goto(len(cells))
        self.turned = False
        return self

    def turn(self, cells):
        """Close the notebook on the page and open it with these cells (quicker than to load)."""
        if self.page.url == "about:blank":
            return self.load(cells)
        self.script("[...shell.widgets('main')].forEach(panel => panel.dispose())")
        self.write(cells)
        # Notebook 7 would open it in a new tab, but for this option, which JupyterLab ignores.
        self.script(
            "commands.execute('docmanager:open', {path: arg, options: {ref: '_noref'}})"
            ".then(() => null)",
            self.name,
        )
        self.ready(len(cells))
        self.turned = True
        return self

    def renew(self, cells):
        """Put these cells into the notebook on the page (quicker than to open one) and hide."""
        if self.page.url == "about:blank":
            self.load(cells)
        self.write(cells)
        self.script(
            """(async () => {
                window.framesWithSecret = NaN;  // no more watch
                await panel.context.revert();
                while (notebook.widgets.length !== arg || panel.context.model.dirty)
                    await new Promise(requestAnimationFrame);
                notebook.model.sharedModel.clearUndoHistory();
                do await commands.execute('course:toggle-solutions');  // also forgets what had been
                while (commands.isToggled('course:toggle-solutions'));  // shown one by one
            })()""",
            len(cells),
        )
        self.select(cells[0].id)
        return self

    def shown(self):
        return self.script("commands.isToggled('course:toggle-solutions')")

    def goto(self, count):
        where = "lab/tree" if self.app == "lab" else "notebooks"
        self.page.goto(f"{self.server.url}/{where}/{self.name}?reset&token=course")
        self.ready(count)

    def ready(self, count):
        self.page.wait_for_function(
            "([name, count]) => { const panel = window.jupyterapp?.shell.currentWidget;"
            " return panel?.context?.path === name && panel.context.isReady"
            " && panel.isVisible && panel.content.widgets.length === count }",
            arg=[self.name, count],
        )
        self.script("notebook.activate()")

    def script(self, body, arg=None):
        """Run JavaScript that knows panel, notebook, commands, cell(id) and service(name)."""
        return browser.ask(
            self.page,
            "async arg => { const {shell, commands} = window.jupyterapp;"
            " const panel = shell.currentWidget, notebook = panel?.content;"
            " const cell = id => notebook.widgets.find(other => other.model.id === id);"
            f" const service = {SERVICE};"
            f" return await ({body}); }}",
            arg,
        )

    def run(self, command):
        self.script("commands.execute(arg)", command)

    def ids(self):
        return self.script("notebook.widgets.map(cell => cell.model.id)")

    def visible(self):
        """Ids of the cells that take up room on the page, in the order of their position."""
        return self.page.evaluate(VISIBLE)

    def see(self, expected):
        """Wait until exactly the expected cells are visible; no SECRET without a solution."""
        found = self.script(
            f"""(async () => {{
                let found, tries = 300;
                do found = ({VISIBLE})();
                while (String(found) !== String(arg) && tries--
                    && await new Promise(done => setTimeout(done, 30, true)));
                return found;
            }})()""",
            list(expected),
        )
        assert found == list(expected)
        if not any("solution" in cell for cell in expected):
            assert "SECRET" not in self.text()

    def text(self):
        return self.page.evaluate("document.body.innerText")

    def select(self, cell_id):
        active = self.script(
            "(notebook.activeCellIndex = notebook.widgets.indexOf(cell(arg)),"
            " notebook.mode = 'command', notebook.deselectAll(), notebook.activate(),"
            " notebook.activeCell.model.id)",
            cell_id,
        )
        assert active == cell_id

    def active(self):
        return self.script("notebook.activeCell.model.id")

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def switch(self):
        return self.page.locator(f".jp-NotebookPanel:visible {SWITCH}")

    def eye(self, cell_id):
        index = self.ids().index(cell_id)
        return self.page.locator(f".jp-Cell[data-windowed-list-index='{index}'] .course-eye")

    def dirty(self):
        return self.script("panel.context.model.dirty")

    def sources(self):
        return self.script("notebook.widgets.map(c => [c.model.id, c.model.sharedModel.source])")

    def idle(self):
        self.page.wait_for_function(
            "window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status"
            " === 'idle'"
        )


@pytest.fixture(scope="module")
def context(chromium):
    opened = chromium.new_context(viewport={"width": 1280, "height": 900})
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=["lab", "notebook"])
def app(request):
    return request.param


@pytest.fixture(scope="module")
def page_of_all(server, context, app):
    page = context.new_page()
    page.add_init_script(WATCH_FRAMES)
    yield Seen(server, page, app)
    page.close()
    server.end_kernels()


@pytest.fixture
def seen(page_of_all):
    """A page that the tests share, for one that loads it, or opens its notebook, itself."""
    page_of_all.page.set_viewport_size({"width": 1280, "height": 900})
    return page_of_all


@pytest.fixture
def lesson(seen):
    """The sample notebook, as just opened, on the page that the tests share."""
    return seen.renew(solved_cells())


# --- Hidden means gone. ---------------------------------------------------------------------------


# Notes every frame in which a solution is on the page, from the first one on, until it is NaN.
WATCH_FRAMES = """
window.framesWithSecret = 0;
const look = () => {
  for (const cell of document.querySelectorAll('.jp-Cell')) {
    if (cell.offsetHeight > 0 && cell.textContent.includes('SECRET')) {
      window.framesWithSecret += 1;
      break;
    }
  }
  if (window.framesWithSecret >= 0) requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


# Markdown is rendered, code is in its editor.
DRAWN = """
() => window.jupyterapp.shell.currentWidget.content.widgets.every(cell => cell.isHidden
    || cell.node.querySelector('.jp-MarkdownOutput *, .jp-CodeCell .cm-line'))
"""


def test_a_solved_notebook_opens_as_the_learners_without_a_flash(seen):
    plain = portrait(seen.load(learners(solved_cells())), eyes=0)
    # Nothing but the eyes and the room for them differs, to the last pixel.
    assert portrait(seen.load(solved_cells()), eyes=3) == plain
    assert seen.page.evaluate("window.framesWithSecret") == 0
    seen.switch().click()  # the watch is not blind
    seen.page.wait_for_function("window.framesWithSecret > 0")


def portrait(seen, eyes):
    """The cells' boxes and a picture of them, without the eyes and the room for them."""
    seen.see(LEARNERS)
    expect(seen.page.locator(".course-eye:visible")).to_have_count(eyes)
    seen.page.wait_for_function(DRAWN)
    style = seen.page.add_style_tag(
        content=".course-eye { visibility: hidden }"
        " .jp-InputArea:has(> .course-eye) { min-height: 0 }"
    )
    boxes = seen.script(
        "notebook.widgets.map(c => [c.model.id, c.node.getBoundingClientRect().toJSON()])"
        ".filter(([_, box]) => box.height > 0)"
    )
    seen.page.mouse.move(0, 0)
    picture = seen.page.locator(".jp-WindowedPanel-outer").screenshot()
    style.evaluate("style => style.remove()")
    return boxes, picture


def test_what_was_shown_is_hidden_when_the_notebook_is_opened_again(lesson):
    seen = lesson
    seen.switch().click()
    seen.see(IDS)
    for again in (
        lambda: seen.page.reload() and seen.ready(len(IDS)),
        lambda: seen.turn(solved_cells()),
        lambda: seen.load(solved_cells()),
    ):
        again()
        seen.see(LEARNERS)
        expect(seen.switch()).to_have_attribute("aria-pressed", "false")
        seen.switch().click()
        seen.see(IDS)


# --- The switch. ----------------------------------------------------------------------------------


def test_the_switch_shows_and_hides_all_solutions(lesson):
    switch = lesson.switch()
    for shown in (False, True, False):
        expect(switch).to_have_text(f"Solutions: {'shown' if shown else 'hidden'}")
        expect(switch).to_have_attribute("aria-pressed", str(shown).lower())
        expect(switch).to_have_attribute(
            "title", f"{'Hide' if shown else 'Show'} all solutions ({ALL})"
        )
        lesson.see(IDS if shown else LEARNERS)
        if shown:  # code, outputs and rendered markdown
            for text in ("# SECRET", "SECRET 4", "SECRET answer"):
                assert text in lesson.text()
        # What the solutions made goes with them, what came before stays.
        assert ("double: 42" in lesson.text(), "ready" in lesson.text()) == (shown, True)
        switch.click()


def test_the_switch_stands_beside_the_cell_type(lesson):
    names = lesson.script("[...panel.toolbar.names()]")
    assert names.index("course-solutions") == names.index("cellType") + 1


def test_the_shortcuts_work_while_editing_too(lesson):
    lesson.press(ALL)
    lesson.see(IDS)
    lesson.press(ALL)
    lesson.see(LEARNERS)
    lesson.select("double-stub")
    lesson.press("Enter", ONE)
    lesson.see([name for name in IDS if name in LEARNERS or name == "double-solution"])
    lesson.press(ALL)
    lesson.see(IDS)
    assert lesson.sources()[3] == ["double-stub", "def double(x):\n    ..."]


def test_both_commands_are_in_the_palette_under_course(lesson):
    lesson.select("double-stub")
    for name, expected in (
        ("Show Solution of the Selected Exercise", [*LEARNERS, "double-solution"]),
        ("Show Solutions", IDS),
    ):
        lesson.run("apputils:activate-command-palette")
        palette = lesson.page.locator("#command-palette")
        palette.locator("input").fill("course show solution")
        expect(palette.locator(".lm-CommandPalette-header")).to_have_text("Course")
        palette.get_by_role("menuitemcheckbox", name=re.compile(name)).click()
        lesson.see([cell for cell in IDS if cell in expected])


def test_the_switch_comes_and_goes_with_the_tags(lesson):
    lesson.renew(learners(solved_cells()))
    expect(lesson.switch()).to_have_count(0)
    assert not lesson.script("commands.isEnabled('course:toggle-solutions')")
    lesson.script("cell('setup').model.setMetadata('tags', ['note', 'solution'])")
    expect(lesson.switch()).to_have_text("Solutions: hidden")
    lesson.see([name for name in LEARNERS if name != "setup"])
    expect(lesson.eye("title")).to_have_count(1)
    lesson.script("cell('setup').model.setMetadata('tags', ['note'])")
    expect(lesson.switch()).to_have_count(0)
    expect(lesson.eye("title")).to_have_count(0)
    lesson.see(LEARNERS)


# --- One by one. ----------------------------------------------------------------------------------


def plus(*solutions):
    return [name for name in IDS if name in LEARNERS or name in solutions]


def test_one_exercise_alone_is_revealed_and_hidden_again(lesson):
    pair = ("pair-solution", "pair-solution-2")
    for selected, solutions in (
        ("double-stub", ("double-solution",)),
        ("double-check", ("double-solution",)),
        ("pair-check", pair),
        ("why-answer", ("why-solution",)),
    ):
        lesson.select(selected)
        lesson.press(ONE)
        lesson.see(plus(*solutions))
        assert lesson.active() == selected
        lesson.select(solutions[-1])
        lesson.press(ONE)  # from the solution itself
        lesson.see(LEARNERS)
    lesson.select("pair-task")  # belongs to no solution
    lesson.press(ONE)
    lesson.see(LEARNERS)


def test_the_eye_beside_a_stub_reveals_its_solutions(lesson):
    eye = lesson.eye("pair-stub")
    expect(eye).to_have_attribute("title", f"Show this solution ({ONE})")
    expect(eye).to_have_attribute("aria-pressed", "false")
    eye.click()
    lesson.see(plus("pair-solution", "pair-solution-2"))
    expect(eye).to_have_attribute("title", f"Hide this solution ({ONE})")
    expect(eye).to_have_attribute("aria-pressed", "true")
    expect(lesson.switch()).to_have_attribute("aria-pressed", "false")
    lesson.eye("why-answer").click()
    lesson.see(plus("pair-solution", "pair-solution-2", "why-solution"))
    eye.click()
    lesson.see(plus("why-solution"))
    lesson.switch().click()  # all
    lesson.see(IDS)
    expect(eye).to_have_attribute("aria-pressed", "true")
    eye.click()  # all but this one
    lesson.see([name for name in IDS if not name.startswith("pair-solution")])


# --- A view only. ---------------------------------------------------------------------------------


def test_switching_does_not_change_the_notebook(lesson):
    before = lesson.path.read_bytes()
    lesson.press(ALL, ALL)
    lesson.select("double-stub")
    lesson.press(ONE, "ArrowDown", "ArrowDown", ONE, ALL)
    lesson.see(IDS)
    assert not lesson.dirty()
    expect(lesson.page.locator(".jp-mod-dirty")).to_have_count(0)
    lesson.press(ALL)
    lesson.script("panel.context.save()")
    assert nbformat.reads(lesson.path.read_text(), 4).cells == nbformat.reads(before, 4).cells
    lesson.see(LEARNERS)


def test_hidden_cells_run_with_run_all(lesson):
    lesson.run("notebook:run-all-cells")
    lesson.idle()
    outputs = "cell(arg).model.outputs.toJSON().map(output => output.text).join('')"
    lesson.page.wait_for_function(
        "window.jupyterapp.shell.currentWidget.content.widgets"
        ".find(cell => cell.model.id === 'pair-check').model.executionCount !== 7"
    )
    lesson.idle()
    assert lesson.script(outputs, "double-check") == "double: 42\n"
    assert lesson.script(outputs, "double-solution") == "SECRET 4\n"
    assert lesson.script("cell('double-solution').model.executionCount") != 7
    lesson.see(LEARNERS)
    assert lesson.active() == "summary"
    assert "double: 42" not in lesson.text()
    lesson.eye("double-stub").click()
    lesson.see(plus("double-solution"))
    assert "double: 42" in lesson.text() and "pair: (2, 1)" not in lesson.text()


def test_what_is_said_of_ones_own_answer_is_seen_while_solutions_are_hidden(lesson):
    cells = solved_cells()
    cells[3].source = "def double(x):\n    return 3 * x"
    lesson.renew(cells)
    lesson.select("double-stub")
    lesson.press("Shift+Enter", "Shift+Enter")
    lesson.page.wait_for_function("document.body.innerText.includes('double: 63')")
    lesson.see(LEARNERS)
    lesson.run("notebook:run-all-cells")
    lesson.page.wait_for_function("!document.body.innerText.includes('double: ')")
    lesson.select("pair-check")
    lesson.script("panel.sessionContext.session.kernel.restart()")
    lesson.idle()
    lesson.press("Shift+Enter")  # nothing is hidden that went wrong
    lesson.page.wait_for_function("document.body.innerText.includes('NameError')")
    lesson.see(LEARNERS)


def test_a_hidden_cell_that_fails_is_revealed(lesson):
    cells = solved_cells()
    cells[4].source = "1 / 0"
    lesson.renew(cells)
    lesson.run("notebook:run-all-cells")
    lesson.see(plus("double-solution"))
    assert "ZeroDivisionError" in lesson.text()


# --- Nothing is edited unseen. --------------------------------------------------------------------


def test_the_arrow_keys_pass_over_hidden_cells(lesson):
    walked = [lesson.active()]
    for _ in LEARNERS[1:]:
        lesson.press("ArrowDown")
        walked.append(lesson.active())
    assert walked == LEARNERS
    for name in reversed(LEARNERS[:-1]):
        lesson.press("ArrowUp")
        assert lesson.active() == name


def test_editing_moves_from_visible_cell_to_visible_cell(lesson):
    lesson.select("pair-stub")
    lesson.press("Enter", "End", "ArrowDown")
    assert lesson.active() == "pair-check"
    lesson.page.keyboard.type("# below ")
    lesson.press("Home", "ArrowUp")
    assert lesson.active() == "pair-stub"
    lesson.page.keyboard.type("# above ")
    lesson.press("Escape")
    changed = {
        a: b for (a, b), (_, c) in zip(lesson.sources(), sources_of(), strict=True) if b != c
    }
    assert changed == {
        "pair-stub": "# above pair = ...",
        "pair-check": "# below print('pair:', pair)",
    }


def sources_of():
    return [[cell.id, cell.source] for cell in solved_cells()]


def test_shift_enter_advances_to_the_next_visible_cell(lesson):
    lesson.select("double-task")
    for name in ("double-stub", "double-check", "pair-task", "pair-stub", "pair-check"):
        lesson.press("Shift+Enter")
        assert lesson.active() == name
    lesson.press("Shift+Enter", "Shift+Enter")
    assert lesson.active() == "summary"
    lesson.see(LEARNERS)
    assert lesson.sources() == sources_of()


def test_hiding_the_active_cell_hands_over_to_its_stub(lesson):
    lesson.press(ALL)
    lesson.see(IDS)
    lesson.select("pair-solution-2")
    lesson.press("Enter")  # editing
    lesson.press(ALL)
    lesson.see(LEARNERS)
    assert lesson.active() == "pair-stub"
    lesson.page.keyboard.type("qq")  # in command mode: not typed anywhere
    assert lesson.sources() == sources_of()


def test_search_and_replace_pass_over_hidden_cells(lesson):
    lesson.press("Control+f")
    box = lesson.page.locator(".jp-DocumentSearch-overlay")
    box.locator(".jp-DocumentSearch-input").first.fill("pair")
    # pair-task, pair-stub and twice in pair-check; the three in the solutions do not count
    expect(box.locator(".jp-DocumentSearch-index-counter")).to_have_text(re.compile("/4$"))
    for _ in range(5):
        lesson.press("Enter")
        assert lesson.active() not in SOLUTIONS
    lesson.see(LEARNERS)
    box.get_by_title("Show Replace").click()
    box.get_by_placeholder("Replace").fill("couple")
    box.get_by_text("Replace All").click()
    lesson.page.wait_for_function("document.body.innerText.includes('couple = ...')")
    sources = dict(lesson.sources())
    assert sources["pair-check"] == "print('couple:', couple)"
    assert sources["pair-solution"] == "pair = (1, 2)  # SECRET"
    assert sources["pair-solution-2"] == "pair = pair[::-1]  # SECRET"
    lesson.press("Escape")


# --- Undo, move, insert, delete, cut, paste. ------------------------------------------------------


def test_deleting_a_stub_and_undoing_it_loses_nothing(lesson):
    lesson.select("double-stub")
    lesson.press("d", "d")
    lesson.see([name for name in LEARNERS if name != "double-stub"])
    assert lesson.ids() == [name for name in IDS if name != "double-stub"]
    expect(lesson.eye("double-task")).to_have_count(1)  # now right above the solution
    assert lesson.active() not in SOLUTIONS
    lesson.press("z")
    lesson.see(LEARNERS)
    assert lesson.sources() == sources_of()
    expect(lesson.eye("double-stub")).to_have_count(1)
    expect(lesson.eye("double-task")).to_have_count(0)
    lesson.press("Shift+Z")
    lesson.see([name for name in LEARNERS if name != "double-stub"])
    lesson.press("z")
    lesson.select("double-stub")
    lesson.press(ONE)
    lesson.see(plus("double-solution"))


def test_a_selection_carries_the_hidden_cells_in_it(lesson):
    lesson.select("double-stub")
    lesson.press("Shift+ArrowDown")
    assert lesson.active() == "double-check"
    chosen = lesson.script("notebook.selectedCells.map(c => c.model.id)")
    assert chosen == ["double-stub", "double-solution", "double-check"]
    lesson.run("notebook:cut-cell")
    lesson.see([name for name in LEARNERS if not name.startswith("double-") or "task" in name])
    lesson.select("summary")
    lesson.run("notebook:paste-cell-below")
    lesson.page.wait_for_function(
        "window.jupyterapp.shell.currentWidget.content.widgets.length === " + str(len(IDS))
    )
    lesson.see([*(n for n in LEARNERS if n not in chosen), "double-stub", "double-check"])
    assert sorted(lesson.sources()) == sorted(sources_of())
    assert lesson.ids()[-3:] == chosen
    lesson.press("z", "z")
    lesson.see(LEARNERS)
    assert lesson.sources() == sources_of()


def test_moving_cells_around_hidden_ones_keeps_them_hidden(lesson):
    lesson.select("double-stub")
    for command in ("move-cell-down", "move-cell-down", "move-cell-up", "move-cell-up"):
        lesson.run(f"notebook:{command}")
        assert lesson.active() == "double-stub"
        assert sorted(lesson.ids()) == sorted(IDS)
        assert [name for name in lesson.visible() if name in SOLUTIONS] == []
    lesson.see(LEARNERS)
    lesson.script("notebook.moveCell(4, 9, 2)")  # a hidden and a visible one
    assert sorted(lesson.sources()) == sorted(sources_of())
    assert [name for name in lesson.visible() if name in SOLUTIONS] == []
    lesson.select("double-stub")  # its solution stands elsewhere: found by its name
    lesson.press(ONE)
    lesson.page.wait_for_function("document.body.innerText.includes('SECRET 4')")
    lesson.run("notebook:undo-cell-action")
    assert lesson.sources() == sources_of()
    lesson.see(plus("double-solution"))


def test_cells_inserted_beside_hidden_ones_are_visible(lesson):
    lesson.select("double-stub")
    lesson.press("b")
    new = lesson.active()
    lesson.see([*LEARNERS[:4], new, *LEARNERS[4:]])
    assert lesson.ids()[3:6] == ["double-stub", new, "double-solution"]
    expect(lesson.eye(new)).to_have_count(1)  # right above the solution
    lesson.press("ArrowDown", "a")
    assert lesson.ids()[5:8] == ["double-solution", lesson.active(), "double-check"]
    lesson.press("z", "z")
    lesson.see(LEARNERS)
    assert lesson.sources() == sources_of()


def test_tagging_and_untagging_cells_hides_and_shows_them(lesson):
    lesson.select("setup")
    lesson.script("cell('setup').model.setMetadata('tags', ['solution'])")
    lesson.see([name for name in LEARNERS if name != "setup"])
    assert lesson.active() == "title"
    lesson.script("cell('double-solution').model.deleteMetadata('tags')")
    lesson.page.wait_for_function("document.body.innerText.includes('SECRET 4')")
    expect(lesson.eye("double-stub")).to_have_count(0)
    assert lesson.visible() == [n for n in plus("double-solution") if n != "setup"]


def test_collapsed_headings_and_hidden_solutions_do_not_undo_each_other(lesson):
    lesson.script("cell('double-task').headingCollapsed = true")
    lesson.see(["title", "setup", "double-task"])
    lesson.press(ALL)  # still below a collapsed heading
    lesson.see(["title", "setup", "double-task"])
    lesson.press(ALL)
    lesson.script("cell('double-task').headingCollapsed = false")
    lesson.see(LEARNERS)


@pytest.mark.parametrize("shown_before", [True, False])
def test_the_table_of_contents_leaves_out_hidden_headings(lesson, shown_before):
    if lesson.turned:  # Notebook 7 makes a table only for the notebook that its page loads
        lesson.load(solved_cells())
    headings = lesson.page.locator(".jp-tocItem-content:visible")
    if shown_before:  # and the table was made at that time, out of view
        lesson.run("course:toggle-solutions")
        lesson.script("cell('title').model.sharedModel.setSource('# A  lesson')")
        lesson.script(
            "service('@jupyterlab/toc:ITableOfContentsTracker').then(async all => {"
            " while (!all.get(panel)?.headings.some(({text}) => text === arg))"
            " await new Promise(done => setTimeout(done, 30)); })",
            "A  lesson",
        )
        lesson.run("course:toggle-solutions")
    lesson.run("toc:show-panel")
    expect(headings).to_have_text(["A lesson", "Twice", "Why?"])
    lesson.run("course:toggle-solutions")
    expect(headings).to_have_text(["A lesson", "Twice", "Why?", "SECRET answer"])
    lesson.run("course:toggle-solutions")
    expect(headings).to_have_text(["A lesson", "Twice", "Why?"])


# --- Each notebook for itself. --------------------------------------------------------------------


@pytest.fixture
def beside(seen):
    """A second notebook on the page, once it is opened."""
    other = Seen(seen.server, seen.page, "beside")
    yield other
    other.script("panel.context.path === arg ? panel.dispose() : null", other.name)


@pytest.mark.parametrize("app", ["lab"], indirect=True)
def test_two_notebooks_side_by_side_are_switched_each_for_itself(lesson, beside):
    seen = beside
    lesson.page.set_viewport_size({"width": 1800, "height": 900})  # room for both toolbars
    lesson.see(LEARNERS)
    beside.write(solved_cells())
    beside.script(
        "commands.execute('docmanager:open', {path: arg, options: {mode: 'split-right'}})"
        ".then(() => null)",
        beside.name,
    )
    beside.ready(len(IDS))
    seen.see(LEARNERS)
    switches = seen.page.locator(SWITCH)
    expect(switches).to_have_text(["Solutions: hidden", "Solutions: hidden"])
    switches.nth(1).click()
    expect(switches).to_have_text(["Solutions: hidden", "Solutions: shown"])
    seen.see(IDS)
    visible = (
        "[...shell.widgets('main')].map(panel => panel.content.widgets"
        ".filter(cell => cell.node.getBoundingClientRect().height > 1).length)"
    )
    assert seen.script(visible) == [len(LEARNERS), len(IDS)]
    switches.nth(0).click()
    switches.nth(1).click()
    expect(switches).to_have_text(["Solutions: shown", "Solutions: hidden"])
    assert seen.script(visible) == [len(IDS), len(LEARNERS)]


# --- Long notebooks, themes. ----------------------------------------------------------------------


def long_cells():
    cells = []
    for n in range(25):
        cells += [
            markdown(f"text-{n}", f"## Part {n}\n\nRead this."),
            code(f"part{n}-stub", f"part{n} = ...", prints=f"part {n}\n" * (n % 7)),
            markdown(f"part{n}-solution", "SECRET\n\n" * (n % 5 + 1), solution=True)
            if n % 2
            else code(
                f"part{n}-solution",
                "# SECRET\n" * (n % 9 + 1),
                solution=True,
                prints="SECRET\n" * 9,
            ),
            code(f"part{n}-check", f"part{n}"),
        ]
    return cells


@pytest.fixture(params=["full", "defer", "none", "contentVisibility"])  # the last is the default
def windowing(request, lesson):
    """The ways in which JupyterLab saves the work of drawing cells that are out of view."""

    def choose(mode):
        lesson.script(
            "service('@jupyterlab/coreutils:ISettingRegistry')"
            ".then(all => all.set('@jupyterlab/notebook-extension:tracker', 'windowingMode', arg))",
            mode,
        )

    choose(request.param)
    yield request.param
    choose("contentVisibility")


def test_a_notebook_of_100_cells_stays_right_while_it_is_scrolled(windowing, seen):
    cells = long_cells()
    seen.page.set_viewport_size({"width": 1000, "height": 900})
    seen.turn(cells)
    assert seen.script("notebook.notebookConfig.windowingMode") == windowing
    seen.page.wait_for_function(
        "window.jupyterapp.shell.currentWidget.content.widgets"
        ".every(cell => !cell.isPlaceholder())",
        timeout=60_000,  # drawn when the machine has nothing better to do
    )
    for expected in (learners(cells), cells, learners(cells)):
        met, holes = scroll_through(seen)
        assert met == [cell.id for cell in expected]
        assert holes == []
        seen.switch().click()


def scroll_through(seen):
    """Scroll down, less than a page at a time; the cells met, in order, and where a hole stayed."""
    return seen.script(
        """(async () => {
            const outer = notebook.outerNode, met = new Set(), holes = [];
            const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
            const boxesInView = () => {
                const view = outer.getBoundingClientRect();
                return notebook.widgets
                    .filter(cell => cell.node.style.opacity !== '0')
                    .map(cell => ({id: cell.model.id, box: cell.node.getBoundingClientRect()}))
                    .filter(({box}) => box.height > 1
                        && box.bottom > view.top && box.top < view.bottom)
                    .sort((a, b) => a.box.top - b.box.top);
            };
            const last = notebook.widgets.at(-1).model.id;  // below it there may be free room
            const filled = boxes => {
                const view = outer.getBoundingClientRect();
                return boxes.length && (outer.scrollTop < 20 || boxes[0].box.top <= view.top)
                    && (boxes.at(-1).id === last || boxes.at(-1).box.bottom >= view.bottom)
                    && boxes.every(({box}, i) => !i || box.top - boxes[i - 1].box.bottom < 1);
            };
            outer.scrollTop = 0;
            for (let pages = 0; pages < 50 && !met.has(last); pages++) {
                let boxes = [], before = '';
                for (let wait = 0; wait < 100; wait++) {  // until two frames agree
                    await frame();
                    boxes = boxesInView();
                    const now = JSON.stringify([outer.scrollTop, boxes]);
                    if (filled(boxes) && now === before) break;
                    before = now;
                }
                if (!filled(boxes)) holes.push([outer.scrollTop, boxes.map(({id}) => id)]);
                for (const {id} of boxes) met.add(id);
                outer.scrollTop += 0.8 * outer.clientHeight;
            }
            return [[...met], holes];
        })()"""
    )


@pytest.mark.parametrize("width", [1000, 700])  # in a narrow window the prompt stands above
def test_the_eye_can_be_hit_and_is_clear_of_the_prompt(seen, width):
    seen.page.set_viewport_size({"width": width, "height": 900})
    seen.turn(solved_cells())
    for name in ("double-stub", "pair-stub"):  # of two lines and of one
        seen.script("cell(arg).model.executionCount = 1234", name)
        eye = seen.eye(name)
        expect(eye).to_be_visible()
        room, prompt = eye.evaluate(
            """eye => {
                const text = document.createRange();
                text.selectNodeContents(eye.parentElement.querySelector('.jp-InputPrompt'));
                return [eye, text].map(one => one.getBoundingClientRect().toJSON());
            }"""
        )
        assert min(room["width"], room["height"]) >= 24
        assert prompt["width"] > 20  # there is something to be clear of
        beside = room["right"] <= prompt["left"] or prompt["right"] <= room["left"]
        assert beside or room["bottom"] <= prompt["top"] or prompt["bottom"] <= room["top"]
        area = eye.locator("xpath=..").bounding_box()
        assert area["y"] <= room["top"] and room["bottom"] <= area["y"] + area["height"]


def test_the_switch_and_the_eye_are_legible_in_both_themes(lesson):
    contrast = """
        ([foreground, background]) => {
            const light = text => {
                const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map(Number)
                    .map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92
                        : ((v + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const [a, b] = [light(foreground), light(background)].sort((x, y) => y - x);
            return (a + 0.05) / (b + 0.05);
        }"""
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        lesson.script("commands.execute('apputils:change-theme', {theme: arg})", theme)
        lesson.page.wait_for_function(
            "name => document.body.dataset.jpThemeName === name", arg=theme
        )
        background = lesson.script("getComputedStyle(panel.toolbar.node).backgroundColor")
        label = lesson.script(
            "getComputedStyle(panel.toolbar.node.querySelector(arg)).color",
            f"{SWITCH} .jp-ToolbarButtonComponent-label",
        )
        icon = lesson.script(
            "getComputedStyle(notebook.node.querySelector('.course-eye path')).fill"
        )
        assert lesson.page.evaluate(contrast, [label, background]) > 4.5
        assert lesson.page.evaluate(contrast, [icon, background]) > 3


# --- What else a notebook shows when it is opened. ------------------------------------------------


@contextmanager
def hurried(page):
    """The page's clock goes twenty times as fast: Jupyter looks two seconds for a model."""
    page.evaluate(
        """() => {
            const now = window.unhurried = Date.now, start = now();
            Date.now = () => start + 20 * (now() - start);
        }"""
    )
    yield
    page.evaluate("() => { Date.now = window.unhurried; }")


def test_a_widget_whose_model_is_gone_shows_its_saved_picture(lesson):
    view = {"version_major": 2, "version_minor": 0, "model_id": "gone"}
    figure, _ = style.figure((2, 1))
    kept, about = Picture(figure, "What is seen.")._repr_mimebundle_()
    kept |= {"application/vnd.jupyter.widget-view+json": view}
    cells = [markdown("title", "# A lesson"), code("explore", "explore()", prints="")]
    cells[1].outputs = [new_output("display_data", kept, metadata=about)]
    lesson.renew(cells)
    picture = lesson.page.locator(".jp-RenderedImage img")
    with hurried(lesson.page):
        lesson.script("cell('explore').model.trusted = true")  # as what was run and saved here is
        expect(picture).to_have_attribute("alt", "What is seen.")
    expect(picture).to_be_visible()
    assert "Error displaying widget" not in lesson.text()


def test_released_solutions_are_folded_and_unfold_to_colours_and_formulas(lesson):
    program = Cell("code", "def half(x):\n    return x / 2", 1, "half", id="half-solution")
    prose = Cell("markdown", "A half: $\\frac{x}{2}$.", 1, "why", id="why-solution")
    cells = [nbformat.from_dict(released(cell, 5)) for cell in (program, prose)]
    lesson.renew([markdown("title", "# A lesson"), *cells])
    for name, inside in (("half", "pre span:has-text('def')"), ("why", "mjx-container")):
        folded = lesson.page.locator("details").filter(has_text=f"Solution: {name}")
        expect(folded.locator(inside).first).to_be_attached()
        expect(folded.locator(inside).first).to_be_hidden()
        folded.locator("summary").click()
        expect(folded.locator(inside).first).to_be_visible()
    assert "```" not in lesson.text()


# --- In an environment of one's own. --------------------------------------------------------------


@pytest.fixture
def environment(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "env"))
    return tmp_path / "env" / "share" / "jupyter" / "labextensions"


def names_known_to_jupyterlab(folder):
    return list(get_federated_extensions([str(folder)]))


def files(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_switch_is_installed_into_an_environment_and_removed(environment, capsys):
    assert switch.main(["install"]) == 0
    assert names_known_to_jupyterlab(environment) == ["course-solutions"]
    assert files(environment / "course-solutions") == files(switch.SOURCE)
    assert str(environment) in capsys.readouterr().out
    assert switch.main(["remove"]) == 0
    assert names_known_to_jupyterlab(environment) == []
    assert list(environment.iterdir()) == []
    assert switch.main(["remove"]) == 0
    assert "was not installed" in capsys.readouterr().out


def test_installing_again_replaces_what_was_there(environment):
    place = switch.install()
    (place / "static" / "left-over.js").write_text("old")
    assert switch.install() == place
    assert files(place) == files(switch.SOURCE)
    switch.uninstall()
    place.symlink_to(switch.SOURCE, target_is_directory=True)  # somebody's own link
    switch.install()
    assert not place.is_symlink()
    assert files(place) == files(switch.SOURCE)
    assert list(environment.iterdir()) == [place]


def test_a_failed_install_says_what_to_do_and_keeps_the_old_copy(environment, monkeypatch, capsys):
    place = switch.install()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(switch.shutil, "copytree", full)
    assert switch.main(["install"]) == 1
    error = capsys.readouterr().err
    assert "No space left on device" in error
    assert "virtual environment" in error
    assert files(place) == files(switch.SOURCE)
    assert list(environment.iterdir()) == [place]


def test_an_unknown_action_is_answered_with_the_usage(capsys):
    for arguments in ([], ["instal"], ["install", "twice"]):
        assert switch.main(arguments) == 2
        assert "toggle install|remove" in capsys.readouterr().err
