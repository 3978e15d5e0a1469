"""Put cells into a notebook's text and take them out again, every other byte left as it is."""

import json
from typing import Any

_DECODER = json.JSONDecoder()
_BLANK = " \t\r\n"


def _skip(text: str, at: int) -> int:
    while text[at] in _BLANK:
        at += 1
    return at


def _members(text: str, at: int):
    """The members of the object at `at`, as (key, start and end of the value)."""
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)
        at = _DECODER.raw_decode(text, start)[1]
        yield key, start, at
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)


def cells(text: str) -> list[tuple[Any, int, int]]:
    """The cells of a notebook's text, each with its start and end; raises ValueError."""
    spans = {key: start for key, start, _ in _members(text, _skip(text, 0))}
    found, at = [], _skip(text, spans["cells"] + 1)
    while text[at] != "]":
        cell, end = _DECODER.raw_decode(text, at)
        found.append((cell, at, end))
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found


def insert(text: str, after: int, cell: dict) -> str:
    """The text with one cell more, right after the cell that ends at `after`."""
    return text[:after] + ",\n  " + json.dumps(cell, ensure_ascii=False) + text[after:]


def remove(text: str, chosen) -> str:
    """The text without the cells that `chosen(cell)` picks, each with the comma before it."""
    everything = cells(text)
    for index in reversed(range(len(everything))):
        cell, start, end = everything[index]
        if not chosen(cell):
            continue
        if index:  # what `insert` wrote begins where the cell before ends
            start = everything[index - 1][2]
        elif len(everything) > 1:
            end = everything[1][1]
        text = text[:start] + text[end:]
        everything = cells(text) if index == 0 else everything[:index]
    return text
