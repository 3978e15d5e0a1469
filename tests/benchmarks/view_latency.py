"""How soon a key press is seen: run `python tests/benchmarks/view_latency.py` by hand.

A real JupyterLab in headless Chromium; 40 key presses on a slider each, from the key press to the
first frame whose picture has changed: (a) a grid view's step, (b) a live figure, (c) the usual
`interact` with `plt.show()`, drawing the same curve as (b).
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.browser import browser, errors, lab, notebook, open_notebook, run_all

GRID = """
import numpy as np, ipywidgets as widgets
from helpers.views import Explorer, Grid, GridView, LiveFigure, Step, style, window
x, w, y = np.random.randn(8, 8), np.random.randn(3, 3), np.full((6, 6), np.nan)
steps = [Step(f"Output ({i}, {j}).", {"x": {"kernel": window(i, j, 3, 3)}, "y": [(i, j)]},
              {"y": {(i, j): (x[i:i + 3, j:j + 3] * w).sum()}}) for i in range(6) for j in range(6)]
steps = steps + steps[-2::-1]
view = GridView([Grid("x", x), Grid("w", w, "kernel", sign="∗"), Grid("y", y, "output")], steps,
                alt="A walk.")
Explorer({}, [view], lambda: {}, alt="A walk.")
"""
LIVE = """
t = np.linspace(0, 6, 400)
def build(fig, ax):
    ax.set(ylim=(-1.1, 1.1), xlim=(0, 6), xlabel="t", ylabel="sin")
    return ax.plot(t, np.sin(t), **style.line("kernel"))
figure = LiveFigure(build, lambda lines, k: lines[0].set_data(t, np.sin(k * t)), alt="A sine.")
Explorer({"k": widgets.IntSlider(1, 1, 60, description="k")}, [figure],
         lambda k: figure.update(k=k), alt="A sine.")
"""
USUAL = """
import matplotlib.pyplot as plt
@widgets.interact(k=widgets.IntSlider(1, 1, 60, description="k"))
def show(k):
    plt.figure(figsize=(9, 4))
    plt.plot(t, np.sin(k * t))
    plt.ylim(-1.1, 1.1)
    plt.show()
"""

# One probe for all three: what the cell's picture is now, looked at until it differs.
PROBE = """(cell) => {
    const canvas = cell.querySelector('.course-grid canvas');
    const look = () => {
        const image = cell.querySelector('.jp-OutputArea img');
        if (!canvas) return image?.complete ? image.src : null;
        const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        const pixels = new Uint32Array(data.buffer);
        let hash = 7; // every seventh pixel: the probe must not be what takes the time
        for (let i = 0; i < pixels.length; i += 7) hash = (hash * 31 + pixels[i]) | 0;
        return hash;
    };
    // Reading one pixel waits until the canvas is drawn; to read them all costs 10 ms of its own,
    // so the clock is read before.
    const drawn = () => {
        canvas?.getContext('2d').getImageData(0, 0, 1, 1);
        return performance.now();
    };
    const slider = cell.querySelector('.noUi-handle');
    slider.focus();
    return new Promise(resolve => {
        let before, start;
        const wait = () => {
            const now = drawn(), seen = look();
            if (seen !== null && seen !== before) resolve(now - start);
            else requestAnimationFrame(wait);
        };
        requestAnimationFrame(() => {
            before = look();
            window.addEventListener('keydown', () => {
                start = performance.now();
                requestAnimationFrame(wait);
            }, {once: true, capture: true});
            window.readyForKey = true;
        });
    });
}"""


def measure(page, index, presses=40):
    """The median time in milliseconds from key press to changed picture in one cell."""
    cell = page.locator(".jp-CodeCell").nth(index)
    cell.locator(".noUi-handle").first.scroll_into_view_if_needed()
    page.evaluate("window.readyForKey = false")
    times = []
    for _ in range(presses):
        handle = cell.evaluate_handle("cell => ({cell})")
        page.evaluate(
            f"({{cell}}) => {{ window.readyForKey = false; window.took = null; ({PROBE})(cell)"
            ".then(took => { window.took = took; }); }",
            handle,
        )
        page.wait_for_function("window.readyForKey")
        page.keyboard.press("ArrowRight")
        page.wait_for_function("window.took !== null", timeout=10_000)
        times.append(page.evaluate("window.took"))
        page.wait_for_timeout(60)
    return statistics.median(times)


def main():
    """Measure the three and print medians and ratios."""
    cells = notebook([GRID, LIVE, USUAL])
    with lab({"latency.ipynb": cells}) as server, browser() as chromium:
        page = open_notebook(chromium, server, "latency.ipynb", height=2400)
        run_all(page)
        assert not errors(page), errors(page)
        page.wait_for_timeout(2000)
        grid, live, usual = (measure(page, index) for index in range(3))
    print("key press to changed picture, median of 40")
    print(f"  grid view               {grid:6.1f} ms  (target 16.7)  {usual / grid:4.1f}x faster")
    print(f"  live figure             {live:6.1f} ms  (target 50)    {usual / live:4.1f}x faster")
    print(f"  interact + plt.show()   {usual:6.1f} ms")


if __name__ == "__main__":
    main()
