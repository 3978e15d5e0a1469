"""What a screen reader is told of an explorer; the names, and forced colours, are in spoken.js."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

from helpers.views import style


class Spoken(anywidget.AnyWidget):
    """An unseen part of an explorer that gives its controls their names and its pictures their alt.

    `pictures`: what each live figure shows now, from the first to the last. `theme`: "light" or
    "dark", as the page has it.
    """

    _esm = (Path(__file__).parent / "spoken.js").read_text(encoding="utf-8")
    pictures = traitlets.List(traitlets.Unicode()).tag(sync=True)
    theme = traitlets.Enum(("light", "dark"), "light").tag(sync=True)


def now(alt, controls, numbers):
    """A picture's alternative and what it is drawn of: {name: control} and {name: number}."""
    state = [
        f"{one.description} {_value(one)}" for one in controls.values() if hasattr(one, "value")
    ]
    state += [f"{name} {style.format_number(number)}" for name, number in numbers.items()]
    return f"{alt} Now: {', '.join(state)}." if state else alt


def _value(control):
    value = getattr(control, "label", control.value)  # a choice is known by its label
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else style.format_number(value)
