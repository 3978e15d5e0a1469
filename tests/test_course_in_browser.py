"""Each notebook in the real JupyterLab: it runs, its explorers answer keys, axe-core is content."""

import nbformat
import pytest

from helpers.command.environment import surroundings
from helpers.views.explorer import explorers as explorer_functions
from tests import browser, course, keyboard


@pytest.fixture(scope="module")
def server():
    if browser.chromium_path() is None:
        pytest.skip(browser.ADVICE)
    with browser.lab() as running:
        yield running


@pytest.fixture(scope="class")
def page(chromium, server):
    """One for all notebooks: to load JupyterLab takes longer than to run."""
    opened = browser.open_notebook(chromium, server, f"{SEEN[0]}.ipynb", height=1400)
    yield opened
    opened.context.close()


@pytest.fixture
def opened(path, page):
    """A notebook, all its cells run."""
    browser.turn_to(page, f"{path}.ipynb")
    browser.run_all(page)
    return page  # its kernel ends with the server: to wait for each takes a second


def pixels(image):
    """How many colours a picture or canvas shows: 1 when it is blank."""
    return image.evaluate(
        """async node => {
            const canvas = document.createElement('canvas');
            canvas.width = 200; canvas.height = 200;
            const pen = canvas.getContext('2d');
            if (node.decode) await node.decode();
            pen.drawImage(node, 0, 0, 200, 200);
            const {data} = pen.getImageData(0, 0, 200, 200);
            return new Set(new Uint32Array(data.buffer)).size;
        }"""
    )


def runs_with_all_explorers(page, lesson):
    """The explorers of a notebook that ran without an error."""
    assert browser.errors(page) == []
    least = len(explorer_functions(course.module(lesson)))
    assert least >= 1
    assert eventually(page, lambda: len(browser.explorers(page)) >= least), "an explorer is missing"
    return browser.explorers(page)


VERDICTS = """
() => window.jupyterapp.shell.currentWidget.content.widgets
    .filter(cell => cell.model.getMetadata('check'))
    .map(cell => [cell.model.getMetadata('check'),
                  cell.model.outputs.toJSON().at(-1).data['text/plain']])
"""


LANGUAGE = "window.jupyterapp.shell.currentWidget.context.model.getMetadata('language_info')"
UNTOUCHED = "() => !window.jupyterapp.shell.currentWidget.context.model.dirty"
PICTURES = ".jp-OutputArea-output img[alt]:not([alt=''])"


ASKS = "news"  # a word of the question that Jupyter asks at its first start
# What Jupyter awaits before it asks, and half a second to draw the question.
ABLE_TO_ASK = """
    async () => {
        const app = window.jupyterapp;
        const token = name => [...app.pluginRegistry._services.keys()].find(t => t.name === name);
        const service = name => app.resolveRequiredService(token(name));
        const settings = await service('@jupyterlab/coreutils:ISettingRegistry');
        const kept = await service('@jupyterlab/services:IConfigSectionManager');
        await Promise.all([
            app.restored,
            settings.load('@jupyterlab/apputils-extension:notification'),
            kept.create({name: 'jupyterlabapputilsextensionannouncements'}),
        ]);
        await new Promise(done => setTimeout(done, 500));
    }"""
FIRST = f"notebooks/{course.LESSONS[0]}.ipynb"


def questions(page):
    """How many questions about news stand on a page, once it has had the time to ask."""
    browser.ask(page, ABLE_TO_ASK)
    return page.locator(".Toastify__toast").filter(has_text=ASKS).count()


@pytest.fixture(scope="module")
def started():
    """JupyterLab with the settings and the extension that the command brings."""
    ours = {"JUPYTER_PATH": str(browser.PROJECT / "helpers" / "command" / "jupyter")}
    ours["JUPYTER_CONFIG_PATH"] = surroundings(browser.PROJECT)["JUPYTER_CONFIG_PATH"]
    with browser.lab(environment=ours, quiet=False) as running:
        made = nbformat.read(running.folder / FIRST, as_version=4)
        made.metadata.language_info["version"] = "3.0.0"  # the kernel's will be another
        nbformat.write(made, running.folder / FIRST)
        yield running


@pytest.fixture(scope="module")
def first_page(chromium, started):
    """A notebook as opened there for the first time."""
    page = browser.open_notebook(chromium, started, FIRST)
    yield page
    page.context.close()


def test_jupyter_asks_nothing_about_news_where_the_command_starts_it(first_page):
    assert questions(first_page) == 0


def test_jupyter_asks_about_news_where_it_starts_otherwise(chromium):
    """So the test above waits long enough, and would see the question."""
    with browser.lab(environment={"JUPYTER_CONFIG_PATH": ""}, quiet=False) as running:
        page = browser.open_notebook(chromium, running, FIRST)
        assert questions(page) == 1
        page.context.close()


def test_a_notebook_opens_unchanged_and_the_next_day_shows_its_explorers_pictures(
    chromium, started, first_page
):
    """Saved with widgets whose models are gone: with the extension that the command brings."""
    page = first_page
    assert eventually(page, lambda: page.evaluate(LANGUAGE)["version"] != "3.0.0")
    page.wait_for_timeout(500)
    assert page.evaluate(UNTOUCHED)
    shown = page.locator(".jp-OutputArea-output img")
    assert eventually(page, lambda: shown.count() and pixels(shown.first) > 3)
    browser.run_all(page)
    assert not page.evaluate(UNTOUCHED)
    ask = "() => window.jupyterapp.commands.execute('docmanager:save')"
    browser.ask(page, ask)
    page.goto("about:blank")
    started.end_kernels()
    assert "widget-view" in (started.folder / FIRST).read_text(encoding="utf-8")
    page = browser.open_notebook(chromium, started, FIRST)
    pictures = page.locator(".jp-Cell").filter(has_text="lesson.explore()").locator(PICTURES)
    assert eventually(page, lambda: pictures.count() and pixels(pictures.first) > 3)
    assert browser.errors(page) == []
    assert page.evaluate(UNTOUCHED)
    page.context.close()


def findings(page):
    """What axe-core has against the outputs and the prose of the open notebook."""
    ours = (".jp-OutputArea-output", ".jp-MarkdownOutput")
    include = [f".jp-NotebookPanel:not(.lm-mod-hidden) {one}" for one in ours]
    passed, found = browser.axe(page, include)
    assert {"image-alt", "aria-input-field-name"} <= set(passed)
    return found


# The solved notebooks hold all that the learners' do, and what an answer makes besides; nbval runs
# both. One learner's notebook stands for all: what is said where nothing is written yet.
SEEN = [f"notebooks/{course.LESSONS[0]}", *(f"solutions/{lesson}" for lesson in course.LESSONS)]


# A class, so that one worker opens the notebooks and the other runs the tests above.
@pytest.mark.parametrize("path", SEEN)
class TestNotebooks:
    def test_it_runs_its_explorers_answer_the_keyboard_and_nothing_is_unsaid(self, path, opened):
        folder, lesson = path.split("/")
        said = dict(opened.evaluate(VERDICTS))
        assert said.keys() == course.tasks(lesson).keys()
        sign = "✓" if folder == "solutions" else "○"
        assert [name for name, text in said.items() if not text.startswith(sign)] == []
        for explorer in runs_with_all_explorers(opened, lesson):
            explorer.scroll_into_view_if_needed()
            readout = explorer.locator(".course-readout")
            # The kernel is idle before the page has drawn what it sent.
            assert eventually(opened, lambda r=readout: r.inner_text().strip()), "no readout"
            pictures = explorer.locator("canvas, img")
            assert eventually(opened, lambda p=pictures: p.count()), "no picture"
            for drawn in pictures.all():
                assert eventually(opened, lambda drawn=drawn: pixels(drawn) > 3), "a blank picture"
            keyboard.walk(opened, explorer, eventually)
        for question in opened.locator(".course-question").all()[:1]:  # they are all alike
            keyboard.choose(opened, question)
        themes = [(browser.DARK, 0, 25), (browser.LIGHT, 255, 255)]
        now = opened.evaluate("document.body.dataset.jpThemeName")  # as the one before left it
        for theme, least, most in sorted(themes, key=lambda one: one[0] != now):
            if theme != now:
                browser.set_theme(opened, theme)
            assert findings(opened) == []
            assert eventually(
                opened, lambda a=least, b=most: all(a <= one <= b for one in papers(opened))
            )


def papers(page):
    """How light the grounds of figures are, from 0 to 255: one pixel within each card seen."""
    return page.evaluate(
        """() => {
            const seen = [...document.querySelectorAll('.jp-OutputArea-output img[alt]')]
                .filter(one => one.offsetParent && one.complete && !one.matches('.course-both'));
            return seen.map(one => {
                const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
                pen.drawImage(one, -20, -3);
                return pen.getImageData(0, 0, 1, 1).data[1];
            });
        }"""
    )


def eventually(page, claim):
    """Whether a claim comes true within ten seconds: the browser draws when it can."""
    for _ in range(500):
        if claim():
            return True
        page.wait_for_timeout(20)
    return False
