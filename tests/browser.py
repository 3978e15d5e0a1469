"""A real JupyterLab in a real browser, for tests and for people who want to look.

with lab({"look.ipynb": notebook(["1 + 1"])}) as server, browser() as chromium:
    page = open_notebook(chromium, server, "look.ipynb")
    run_all(page)
    assert not errors(page)
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ADVICE = "no Chromium or Chrome found: install one, for example with `apt install chromium`"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
ASKED = itertools.count()
LIGHT, DARK = "JupyterLab Light", "JupyterLab Dark"


@dataclass
class Server:
    """A running JupyterLab: its address, its folder, the folder of its settings."""

    url: str
    folder: Path
    settings: Path

    def configure(self, plugin, **settings):
        """Set JupyterLab's settings of a plugin, for pages that are loaded from now on."""
        path = self.settings / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))

    def request(self, path, method="GET"):
        """What the server answers to a request, in bytes."""
        headers = {"Authorization": "token course"}
        asked = urllib.request.Request(f"{self.url}/{path}", method=method, headers=headers)
        with urllib.request.urlopen(asked, timeout=5) as answer:
            return answer.read()

    def end_kernels(self):
        """End all kernels."""
        for session in json.loads(self.request("api/sessions")):
            self.request(f"api/sessions/{session['id']}", "DELETE")


def chromium_path():
    """The path of an installed Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def chromium():
    """A browser, or a skip that says how to get one."""
    pytest.importorskip("playwright", reason="pip install -r tests/requirements.txt")
    if chromium_path() is None:
        pytest.skip(ADVICE)
    with browser() as running:
        yield running


@contextmanager
def browser():
    """A headless Chromium through Playwright."""
    from playwright.sync_api import sync_playwright

    path = chromium_path()
    if path is None:
        raise RuntimeError(ADVICE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


def notebook(cells):
    """A notebook, as JSON, with a code cell for each source."""
    import nbformat

    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.writes(made)


@contextmanager
def lab(notebooks=None, theme=LIGHT, environment=None, quiet=True):
    """A JupyterLab on a free port, in a temporary copy of the project, with these notebooks added.

    `notebooks`: {file name: JSON}. `environment`: further variables, for example JUPYTER_PATH.
    `quiet`: whether Jupyter is told here not to ask about news.
    """
    with tempfile.TemporaryDirectory(prefix="course-") as scratch:
        scratch = Path(scratch)
        folder, log = scratch / "project", scratch / "lab.log"
        unwanted = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".ipynb_checkpoints")
        shutil.copytree(PROJECT, folder, ignore=unwanted)
        for name, text in (notebooks or {}).items():
            (folder / name).write_text(text, encoding="utf-8")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = Server(f"http://127.0.0.1:{port}", folder, scratch / "settings")
        server.configure("apputils-extension/themes", theme=theme)
        if quiet:
            news = {"fetchNews": "false", "checkForUpdates": False}
            server.configure("apputils-extension/notification", **news)
        more = environment or {}
        if paths := list(filter(None, [more.get("JUPYTER_PATH"), os.environ.get("JUPYTER_PATH")])):
            more = more | {"JUPYTER_PATH": os.pathsep.join(paths)}
        env = os.environ | {
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": str(folder),
            "JUPYTERLAB_SETTINGS_DIR": str(server.settings),
            "JUPYTERLAB_WORKSPACES_DIR": str(scratch / "workspaces"),
            "JUPYTER_RUNTIME_DIR": str(scratch / "runtime"),
        }
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        command += ["--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"]
        command += ["--IdentityProvider.token=course", "--expose-app-in-browser"]
        command += ["--JupyterNotebookApp.expose_app_in_browser=True"]
        with log.open("w") as out:
            process = subprocess.Popen(command, cwd=folder, env=env | more, stdout=out, stderr=out)
            try:
                _await_server(server, process, log)
                yield server
            finally:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def _await_server(server, process, log, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            server.request("api")
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


def open_notebook(running, server, path, width=1280, height=1000, scale=1):
    """A page with one notebook open (JupyterLab's single-document mode) and its kernel idle."""
    context = running.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=scale
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{server.url}/doc/tree/{path}?token=course&reset")
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    _await_kernel(page, path)
    return page


def ask(page, function, arg=None, seconds=60):
    """What a JavaScript function gives, once its promise is kept; an error of its own is raised.

    The page notes the answer and looks every frame for the note: a promise that is itself the
    answer may be collected before it is kept, and then Playwright raises an error.
    """
    answer, error = page.wait_for_function(
        f"""([key, arg]) => {{
            if (window.courseAsked?.key !== key) {{
                const asked = window.courseAsked = {{key}};
                Promise.resolve(({function})(arg)).then(
                    value => {{ asked.answer = [value, '']; }},
                    error => {{ asked.answer = [null, String(error)]; }},
                );
            }}
            return window.courseAsked.answer;
        }}""",
        arg=[next(ASKED), arg],
        timeout=seconds * 1000,
    ).json_value()
    if error:
        raise RuntimeError(error)
    return answer


def axe(page, include=None, **options):
    """The rules of axe-core that a page passes, and what it finds there, a line each.

    `include`: selectors of what is looked at, else all of it. `options`: as axe.run takes them.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    return ask(
        page,
        """async ([include, options]) => {
            const where = include ? {include: include.map(one => [one])} : document;
            const {passes, violations} = await axe.run(where, options);
            return [
                passes.map(rule => rule.id),
                violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html}`)),
            ];
        }""",
        [include, options],
    )


# Marks one of each kind of text: what axe-core says of contrast follows, for elements that lie in
# the same places, from the colours, the weight and the size of an element and of all around it.
KINDS = """
    () => {
        const kinds = new Map(), seen = new Set();
        const look = ['color', 'backgroundColor', 'backgroundImage', 'opacity', 'textShadow',
            'fontSize', 'fontWeight', 'visibility', 'filter', 'mixBlendMode'];
        for (const one of document.querySelectorAll('body, body *')) {
            const style = getComputedStyle(one);
            const kind = look.map(name => style[name]).join() + ';' + kinds.get(one.parentElement);
            kinds.set(one, kind);
            const text = [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim());
            one.toggleAttribute('data-one-of-a-kind', text && !seen.has(kind));
            if (text) seen.add(kind);
        }
    }"""


def axe_in_both_schemes(page):
    """What axe-core has against a page; in the dark scheme, where colours alone differ, of them.

    What lies where is looked at in the light scheme, so one text of each kind does for the dark.
    """
    for scheme, rules in (("light", {}), ("dark", {"runOnly": ["color-contrast"]})):
        page.emulate_media(color_scheme=scheme)
        include = None
        if scheme == "dark":
            page.evaluate(KINDS)
            include = ["[data-one-of-a-kind]"]
        passed, found = axe(page, include, preload=False, resultTypes=["violations"], **rules)
        assert {"color-contrast"} <= set(passed)
        yield from (f"{scheme}: {one}" for one in found)


def turn_to(page, path):
    """Open another notebook in a page in place of the one that is there, which is not saved.

    Takes a third of the time that a new page takes, for JupyterLab is there already.
    """
    ask(
        page,
        """async path => {
            const {shell, commands} = window.jupyterapp;
            const before = [...shell.widgets('main')];
            const now = await commands.execute('docmanager:open', {path});
            for (const old of before.filter(one => one !== now)) {
                old.context.model.dirty = false;
                old.close();
            }
        }""",
        path,
    )
    _await_kernel(page, path)


def _await_kernel(page, path):
    page.wait_for_function(
        f"""path => {{
            const panel = {_PANEL};
            return panel?.context?.path === path && panel.context.isReady &&
                panel.sessionContext.session?.kernel?.status === 'idle';
        }}""",
        arg=path,
    )


_PANEL = "window.jupyterapp.shell.currentWidget"


def run_all(page, seconds=120):
    """Run every cell of the open notebook and wait until the kernel has answered the last one."""
    run = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"
    ask(page, run, seconds=seconds)
    wait_until_idle(page, seconds)


def wait_until_idle(page, seconds=120):
    """Wait until no code cell waits for the kernel and the kernel is idle."""
    page.wait_for_function(
        f"""() => {_PANEL}.sessionContext.session?.kernel?.status === 'idle' &&
        ![...document.querySelectorAll('.jp-InputPrompt')].some(p => /[*]/.test(p.textContent))""",
        timeout=seconds * 1000,
    )
    page.wait_for_timeout(300)


def errors(page):
    """The text of every error in the open notebook, widgets that failed to load included."""
    found = page.locator(
        ".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr'],"
        " .jp-RenderedText[data-mime-type='application/vnd.jupyter.error'],"
        " .jupyter-widgets-error-widget"
    )
    return found.all_inner_texts()


def explorers(page):
    """The explorers on the page, as locators."""
    return page.locator(".course-explorer").all()


def set_theme(page, theme):
    """Change JupyterLab's theme and wait until nothing changes any more."""
    change = "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
    ask(page, change, theme)
    page.wait_for_function("theme => document.body.dataset.jpThemeName === theme", arg=theme)
    frames = """async () => {  // its colours come with a transition, the grids' a frame later
        const moving = () => document.getAnimations().some( // of the page, not of a cursor
            one => one.playState === 'running' && !/^cm-blink/.test(one.animationName));
        for (let still = 0; still < 3; still = moving() ? 0 : still + 1)
            await new Promise(requestAnimationFrame);
    }"""
    ask(page, frames)


def canvas_hash(locator):
    """A hash of a canvas's pixels: equal exactly when the picture is the same."""
    return locator.evaluate(
        """canvas => {
            const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            let hash = 5381;
            for (const byte of data) hash = (hash * 33 + byte) | 0;
            return hash;
        }"""
    )
