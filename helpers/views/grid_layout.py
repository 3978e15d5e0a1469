"""Where everything of a grid view's static picture goes, in inches; nothing is drawn here."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from helpers.views import style
from helpers.views.grids import Grid

PAGE = style.WIDE[0]
GAP, MARGIN = 0.65, 0.3  # between grids, and left and right of all
_HEADING = FontProperties(family="DejaVu Sans", weight="bold", size=12)
_LABEL = FontProperties(family="DejaVu Sans", size=style.FONT_SIZE)


@dataclass
class Placed:
    """A grid on the page: its heading's lines, the cells' lower left corner and their extent.

    `sign` is the place of the middle of the grid's sign.
    """

    grid: Grid
    heading: str
    x: float
    y: float
    width: float
    height: float
    sign: tuple[float, float]


@dataclass
class Layout:
    """The placed grids, the page's height, and the caption's lines and the height of its middle."""

    grids: list[Placed]
    height: float
    caption: str
    caption_y: float


@dataclass
class _Box:
    """What a grid takes up: labels on its left, then the cells below the heading, centred."""

    grid: Grid
    heading: str
    label: float
    body: float
    high: float
    width: float

    @property
    def top(self):
        return 0.5 + 0.2 * self.heading.count("\n") + 0.22 * bool(self.grid.columns)


def layout(grids, caption):
    """Grids beside one another, on further lines when they or their headings are too wide."""
    cell = _cell_sizes(grids)
    lines = _lines([_box(grid, cell[grid.name]) for grid in grids])
    says = "\n".join(textwrap.wrap(caption, 95))
    below = 0.6 + 0.2 * max(0, says.count("\n") - 1)  # there is room for two lines
    rows = [(max(b.top for b in line), max(b.high for b in line)) for line in lines]
    y = height = below + sum(map(sum, rows))
    placed = []
    for line, (top, high) in zip(lines, rows, strict=True):
        y -= top + high
        x, middle = (PAGE - _extent(line)) / 2, y + high / 2
        for box in line:
            left = x + box.label + (box.width - box.label - box.body) / 2
            sign = (max(x - GAP / 2, 0.2), middle)
            where = (left, middle - box.high / 2, box.body, box.high)
            placed.append(Placed(box.grid, box.heading, *where, sign))
            x += box.width + GAP
    return Layout(placed, height, says, below / 2 - 0.03)


def _cell_sizes(grids):
    """The side of each grid's cells: large grids share one, to be compared, and so do small."""
    columns = sum(grid.values.shape[1] for grid in grids) or 1
    room = PAGE - 2 * MARGIN - GAP * (len(grids) - 1) - 0.5 * sum(bool(g.rows) for g in grids)
    small = min(0.5, max(0.42, room / columns))  # a little smaller, if all fit on one line then
    large = 2.7 / max([9, *(max(grid.values.shape) for grid in grids)])
    return {g.name: small if max(g.values.shape) <= 8 else large for g in grids}


def _box(grid, cell):
    height, width = grid.values.shape
    label = max((_width(str(row), _LABEL) + 0.05 for row in grid.rows), default=0)
    heading = _wrapped(grid.heading, PAGE - 2 * MARGIN - label)
    body = width * cell
    wide = label + max(body, _width(heading, _HEADING))
    return _Box(grid, heading, label, body, height * cell, wide)


def _lines(boxes):
    lines = [[]]
    for box in boxes:
        if lines[-1] and _extent([*lines[-1], box]) > PAGE - 2 * MARGIN + 0.01:
            lines.append([])
        lines[-1].append(box)
    return lines


def _extent(boxes):
    return sum(box.width for box in boxes) + GAP * (len(boxes) - 1)


def _wrapped(text, room):
    """Text of a heading in lines that are no wider than the room, a word at least on each."""
    lines = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width(longer, _HEADING) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


def _width(text, font):
    """The width of the widest line of a text in inches."""
    measure = text_to_path.get_text_width_height_descent
    return max(measure(line, font, ismath=False)[0] for line in text.split("\n")) / 72
