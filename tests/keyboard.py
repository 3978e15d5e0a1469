"""A notebook without a mouse: an explorer from its cell to each control and back; a question."""

# What Tab reaches in an explorer, in the order of the page.
STOPS = """
root => [...root.querySelectorAll('button, input, select, canvas, .noUi-handle, .widget-readout')]
    .filter(one => one.tabIndex >= 0 || one.isContentEditable)
    .filter(one => one.checkVisibility({visibilityProperty: true}))
"""
HERE = "all => all.indexOf(document.activeElement)"
TO_ITS_CELL = """
root => {
    const {content} = window.jupyterapp.shell.currentWidget;
    content.activeCellIndex = content.widgets.findIndex(cell => cell.node.contains(root));
    content.activeCell.node.focus();
}
"""
IN_FOCUS = """
() => {
    const one = document.activeElement, {outlineStyle, outlineWidth} = getComputedStyle(one);
    const player = one.closest('.course-explorer')?.querySelector('.widget-play');
    return {
        ring: outlineStyle === 'solid' ? parseFloat(outlineWidth) : 0,
        title: one.title || one.getAttribute('aria-label') || one.textContent.trim(),
        kind: one.matches('.noUi-handle') ? 'slider' : one.matches('.widget-readout') ? 'number' :
            one.type === 'checkbox' ? 'checkbox' : one.tagName.toLowerCase(),
        now: Number(one.getAttribute('aria-valuenow')), most: Number(one.ariaValueMax),
        last: one.tagName === 'SELECT' && one.selectedIndex === one.options.length - 1,
        pressed: one.ariaPressed,
        step: Number(player?.closest('.widget-hbox').querySelector('.noUi-handle').ariaValueNow),
        said: one.getAttribute('aria-valuetext') ?? '',
        printed: one.matches('.noUi-handle')
            ? one.closest('.widget-slider').querySelector('.widget-readout').innerText : '',
        edit: one.closest('[role=application]')?.parentElement.querySelector('.help').textContent,
    };
}
"""
IDLE = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"
SEEN = """
root => JSON.stringify([
    ...[...root.querySelectorAll('canvas, img')].map(one => one.src || one.toDataURL()),
    ...[...root.querySelectorAll('.course-readout, .caption')].map(one => one.innerText),
])
"""


def walk(page, explorer, eventually):
    """Tab from the explorer's cell to its last control with a key for each, and back.

    Each shows that it has the focus. What is seen follows the keys, and the height stays.
    """
    explorer.evaluate(TO_ITS_CELL)
    stops = explorer.evaluate_handle(STOPS)
    count, tall = stops.evaluate("all => all.length"), explorer.bounding_box()["height"]
    into(page, stops, "Tab")
    for way, back in ((range(count), False), (reversed(range(count)), True)):
        for stop in way:
            one = page.evaluate(IN_FOCUS)
            name = f"{one['kind']} {one['title']}, {stop + 1} of {count}"
            assert stops.evaluate(HERE) == stop, f"Tab comes to {name} where it should not"
            assert one["ring"] >= 2, f"{name} does not show that it has the focus"
            if (one["kind"] == "button") == back:  # what it sets, or trains, is another now
                press(page, explorer, eventually, one, name)
                assert abs(explorer.bounding_box()["height"] - tall) <= 2, f"{name} moves the page"
                assert stops.evaluate(HERE) == stop, f"{name} loses the focus"
            if stop or not back:
                page.keyboard.press("Shift+Tab" if back else "Tab")
        if not back:
            assert stops.evaluate(HERE) < 0, "a trap"
            into(page, stops, "Shift+Tab")
    back_to_the_cell(page)


def choose(page, question):
    """Choose an option of a question by the space bar, and the next by an arrow."""
    options = question.locator("input")
    options.first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert options.nth(1).is_checked()
    assert page.evaluate(IN_FOCUS)["ring"] >= 2
    back_to_the_cell(page)


def back_to_the_cell(page):
    """Press Escape: the keys are the notebook's again."""
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.jp-Cell.jp-mod-active')")


def into(page, stops, key):
    """Press a key until one of the controls has the focus: JupyterLab has buttons at each cell."""
    for _ in range(8):
        page.keyboard.press(key)
        if stops.evaluate(HERE) >= 0:
            return


def press(page, explorer, eventually, one, name):
    """Use the control that has the focus by its keys."""
    if one["kind"] == "number":  # what its slider says, and may be typed
        return
    keys = ["Space"]
    before = explorer.evaluate(SEEN)
    if one["kind"] == "button":  # what the last one did may still be under way

        def settled():
            nonlocal before
            last, before = before, explorer.evaluate(SEEN)
            return page.evaluate(IDLE) and last == before

        page.wait_for_timeout(100)
        eventually(page, settled)
    if one["kind"] == "slider":
        keys = ["ArrowLeft" if one["now"] >= one["most"] else "ArrowRight"]
    elif one["kind"] == "select":
        keys = ["ArrowUp" if one["last"] else "ArrowDown"]
    elif one["kind"] == "canvas":
        keys = ["ArrowRight", "+"] if one["edit"] else ["Home" if one["step"] else "End"]
    for key in keys:
        page.keyboard.press(key)

    def answered():
        now = page.evaluate(IN_FOCUS)
        if one["title"] == "Repeat":
            return now["pressed"] != one["pressed"]
        if one["title"] == "Back to the start":
            return now["step"] == 0
        return explorer.evaluate(SEEN) != before and now["said"] == now["printed"]

    assert eventually(page, answered), f"{name}: {keys} do nothing"
    if one["title"] == "Play":
        assert page.evaluate(IN_FOCUS)["title"] == "Pause"
    if one["title"] == "Play" or one["kind"] == "checkbox":  # which may leave others without use
        page.keyboard.press("Space")
