"""How soon a key press is seen: python tests/benchmarks/view_latency.py [--lessons 1 4]

A real JupyterLab in headless Chromium, with every explorer of the course. Each of its sliders gets
key presses; measured is the time from a press to the last frame in which a picture of the explorer
has changed. A step slider moves a grid without the kernel; what else is moved is computed there.
Prints one table, in milliseconds: median and 95th percentile; and how many presses changed no
picture, as some values look alike. The last line is the usual `interact` with `plt.show()`, for
comparison. On a busy machine all of it is slower.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from helpers.command.environment import surroundings
from helpers.views import explorers
from tests import course
from tests.browser import PROJECT, browser, errors, lab, notebook, open_notebook, run_all

USUAL = """
import ipywidgets as widgets, matplotlib.pyplot as plt, numpy as np
t = np.linspace(0, 6, 400)
@widgets.interact(k=widgets.IntSlider(1, 1, 60, description="k"))
def show(k):
    plt.figure(figsize=(9, 4))
    plt.plot(t, np.sin(k * t))
    plt.ylim(-1.1, 1.1)
    plt.show()
"""

# The time from a key to the frame in which the pictures of a cell are drawn last, null where they
# are the same afterwards. It waits to be told of drawings: to look in every frame keeps a core busy
# that the kernel needs.
PROBE = """(handle, [key, quiet]) => new Promise(tell => {
    const cell = handle.closest('.jp-CodeCell');
    const images = () => [...cell.querySelectorAll('.jp-OutputArea img')];
    const canvases = [...cell.querySelectorAll('.course-grid canvas')];
    const look = () => JSON.stringify([
        images().map(image => image.src),
        canvases.map(canvas => canvas.toDataURL()),
    ]);
    const before = look(), cleared = CanvasRenderingContext2D.prototype.clearRect;
    let start, last, ends;
    const later = () => {
        clearTimeout(ends);
        ends = setTimeout(() => {
            observer.disconnect();
            CanvasRenderingContext2D.prototype.clearRect = cleared;
            tell(look() === before ? null : last - start);
        }, quiet);
    };
    const drawn = () => requestAnimationFrame(() => {
        // Reading one pixel waits until the canvas is drawn.
        for (const canvas of canvases) canvas.getContext('2d').getImageData(0, 0, 1, 1);
        last = performance.now();
        later();
    });
    const known = new Map(images().map(image => [image, image.src]));
    const observer = new MutationObserver(() => {
        for (const image of images()) {
            if (known.get(image) === image.src) continue;
            known.set(image, image.src);
            image.addEventListener('load', drawn, { once: true });
        }
    });
    observer.observe(cell, { subtree: true, childList: true, attributeFilter: ['src'] });
    CanvasRenderingContext2D.prototype.clearRect = function (...where) {
        if (start && canvases.includes(this.canvas)) drawn();
        return cleared.apply(this, where);
    };
    requestAnimationFrame(() => setTimeout(() => { // within a frame: anywhen, as a hand does it
        start = performance.now();
        later();
        const options = { key, bubbles: true, cancelable: true };
        handle.dispatchEvent(new KeyboardEvent('keydown', options));
    }, 16 * Math.random()));
})"""


def press(handle, key):
    """One press on a slider: the time until the picture has changed for good; None: it has not.

    The page presses the key itself: the program that drives the browser would need a core for it.
    """
    handle.focus()
    return handle.evaluate(PROBE, [key, 250])


def value(handle, which="now"):
    """Where a slider stands, or its "min" or "max"."""
    return float(handle.get_attribute(f"aria-value{which}"))


def keys(handle, presses):
    """To and fro: the arrow keys that walk a slider to its end and back, one by one."""
    key = "ArrowRight"
    for _ in range(presses):
        at_end = value(handle) >= value(handle, "max"), value(handle) <= value(handle, "min")
        key = "ArrowLeft" if at_end[0] else "ArrowRight" if at_end[1] else key
        yield key


def walk_home(page, handle, home):
    """Put a slider back where it stood: at its end, the others might have nothing to change."""
    for _ in range(200):
        away = value(handle) - home
        if not away:
            return
        page.keyboard.press("ArrowLeft" if away > 0 else "ArrowRight")
        page.wait_for_timeout(150)
    raise RuntimeError(f"a slider does not go back to {home}")


def measure(page, cell, presses):
    """What each kind of slider of a cell took: {"step" or "controls": times}."""
    times = {}
    for handle in cell.locator(".noUi-handle").all():
        if not handle.is_visible():
            continue
        handle.scroll_into_view_if_needed()
        label = handle.locator("xpath=ancestor::div[contains(@class, 'widget-slider')]").first
        kind = "step" if label.inner_text().strip().startswith("step") else "controls"
        home = value(handle)
        taken = [press(handle, key) for key in keys(handle, presses)]
        times.setdefault(kind, []).extend(taken)
        walk_home(page, handle, home)
    return times


def row(name, kind, times):
    """One line of the table."""
    seen = [time for time in times if time is not None]
    if len(seen) < 2:
        return f"{name:44}{kind:18}{len(times):8}        –        –{len(times):8}"
    late = statistics.quantiles(seen, n=20, method="inclusive")[-1]
    middle = statistics.median(seen)
    return f"{name:44}{kind:18}{len(times):8}{middle:9.1f}{late:9.1f}{len(times) - len(seen):8}"


def main():
    """Measure all explorers, one notebook each lesson, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lessons", nargs="*", type=int, metavar="N", help="default: all")
    parser.add_argument("--presses", type=int, default=20, metavar="N", help="on each slider")
    options = parser.parse_args()
    made, names = {}, {}
    for lesson in course.LESSONS:
        if not options.lessons or int(lesson[:2]) in options.lessons:
            names[lesson] = list(explorers(course.module(lesson)))
            begin = f"from helpers.lessons import {lesson[3:]} as lesson\n"
            cells = [f"{begin}lesson.{name}()" for name in names[lesson]]
            made[f"latency_{lesson}.ipynb"] = notebook(cells)
    names["usual"], made["latency_usual.ipynb"] = ["interact + plt.show()"], notebook([USUAL])
    heads = ("presses", "median", "95th", "unseen")
    print(f"{'explorer':44}{'moved':18}{heads[0]:>8}{heads[1]:>9}{heads[2]:>9}{heads[3]:>8}")
    settings = {"JUPYTER_CONFIG_PATH": surroundings(PROJECT)["JUPYTER_CONFIG_PATH"]}
    with lab(made, environment=settings) as server, browser() as chromium:
        for lesson, functions in names.items():
            page = open_notebook(chromium, server, f"latency_{lesson}.ipynb")
            run_all(page)
            if errors(page):
                raise SystemExit("\n".join(errors(page)))
            page.wait_for_timeout(2000)
            for number, function in enumerate(functions):
                cell = page.locator(".jp-CodeCell").nth(number)
                pictures = "grid" if cell.locator(".course-grid").count() else "figure"
                for kind, times in measure(page, cell, options.presses).items():
                    print(row(f"{lesson} {function}", f"{pictures}, {kind}", times), flush=True)
            page.context.close()
            server.end_kernels()
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
