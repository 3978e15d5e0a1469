"""What a grid view shows: grids, steps, and their compact message for the canvas."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from helpers.views import style


@dataclass
class Edit:
    """What a learner may do to a cell: its smallest and largest value and the step between."""

    low: float = -5
    high: float = 5
    step: float = 1


@dataclass
class Grid:
    """One matrix of a view.

    `values`: 1-D (a row) or 2-D; NaN is an empty cell. `role`: a key of `style.ROLES`, colours the
    title. `sign`: what is drawn in front ("*", "@", "="). `edit`: an `Edit` makes the cells
    editable. `greyed`: mask of hatched cells. `limit`: value of the full colour (default: the
    largest at any step). `rows`, `columns`: labels.
    """

    name: str
    values: Any
    role: str = "input"
    title: str | None = None
    sign: str = ""
    edit: Edit | None = None
    greyed: Any = None
    limit: float | None = None
    rows: Sequence[str] = ()
    columns: Sequence[str] = ()

    def __post_init__(self):
        self.values = np.atleast_2d(np.array(self.values, dtype=float))
        if self.values.ndim != 2:
            raise ValueError(f"Grid {self.name!r}: values must be 1-D or 2-D.")
        if self.role not in style.ROLES:
            raise ValueError(f"Grid {self.name!r}: role must be one of {sorted(style.ROLES)}.")
        self.heading = self.name if self.title is None else self.title
        self.greyed = _mask(() if self.greyed is None else self.greyed, self.values.shape)


@dataclass
class Step:
    """One step of a view.

    `values`: {grid: whole array} or {grid: {(row, column): value}}; both stay until changed again.
    `highlights`: {grid: cells} outlined in the grid's role, or {grid: {role: cells}}, where cells
    is a boolean mask or a list of (row, column). `select`: (grid, row, column), the cell whose
    click goes to this step.
    """

    caption: str
    highlights: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    select: tuple[str, int, int] | None = None


def window(row, column, height, width, dilation=1):
    """The cells of a window whose top left cell is (row, column), as a list of pairs."""
    rows, columns = range(height), range(width)
    return [(row + r * dilation, column + c * dilation) for r in rows for c in columns]


def play_through(grids, steps):
    """The values of every grid after each step, a list of {name: matrix}.

    Raises ValueError for a grid that is not there or a matrix of the wrong shape.
    """
    frames, now = [], {grid.name: grid.values for grid in grids}
    for step in steps:
        now = dict(now)
        for name, change in step.values.items():
            _known(name, now)
            if isinstance(change, dict):
                now[name] = now[name].copy()
                for cell, value in change.items():
                    now[name][cell] = value
            else:
                change = np.atleast_2d(np.array(change, dtype=float))
                if change.shape != now[name].shape:
                    raise ValueError(f"Grid {name!r} is {now[name].shape}, not {change.shape}.")
                now[name] = change
        frames.append(now)
    return frames


def marks(step, grid):
    """{role: mask} of a step's highlights in one grid."""
    cells = step.highlights.get(grid.name, {})
    cells = cells if isinstance(cells, dict) else {grid.role: cells}
    return {role: _mask(value, grid.values.shape) for role, value in cells.items()}


def limits(grids, frames):
    """The value of the full colour of each grid: the same at every step."""
    return {
        g.name: g.limit or style.limit_of(*{id(f[g.name]): f[g.name] for f in frames}.values())
        for g in grids
    }


def message(grids, steps, frames):
    """All that the canvas draws, as JSON: base values, then only what changes at each step."""
    full, names = limits(grids, frames), [grid.name for grid in grids]
    before, told = {grid.name: grid.values for grid in grids}, []
    for step, after in zip(steps, frames, strict=True):
        for name in step.highlights:
            _known(name, names)
        outlines = [
            [index, role, _runs(mask)]
            for index, grid in enumerate(grids)
            for role, mask in marks(step, grid).items()
        ]
        changes = [
            [index, _delta(before[name], after[name])]
            for index, name in enumerate(names)
            if before[name] is not after[name]
        ]
        item = {"caption": step.caption, "marks": outlines, "changes": [c for c in changes if c[1]]}
        if step.select:
            name, row, column = step.select
            _known(name, names)
            item["at"] = [names.index(name), row * after[name].shape[1] + column]
        told.append(item)
        before = after
    return {
        "grids": [_grid_message(grid, full[grid.name]) for grid in grids],
        "steps": told,
        "roles": {name: [r.light, r.dark, list(r.dash)] for name, r in style.ROLES.items()},
        "heat": (255 * style.heat_rgb(np.linspace(-1, 1, len(style.HEAT)), 1)).round().tolist(),
    }


def _known(name, names):
    if name not in names:
        raise ValueError(f"There is no grid {name!r}; there are {list(names)}.")


def _mask(cells, shape):
    """Cells, given as a boolean mask or as (row, column) pairs, as a mask."""
    if isinstance(cells, np.ndarray) and cells.dtype == bool:
        return np.broadcast_to(cells, shape)
    mask = np.zeros(shape, dtype=bool)
    for row, column in cells:
        if not (0 <= row < shape[0] and 0 <= column < shape[1]):
            raise ValueError(f"Cell {(row, column)} is outside a grid of shape {shape}.")
        mask[row, column] = True
    return mask


def _runs(mask):
    """The true cells of a mask as [start, length, start, length, …] in flat order."""
    flat = np.diff(np.concatenate([[0], mask.ravel().astype(int), [0]]))
    starts, ends = np.flatnonzero(flat == 1), np.flatnonzero(flat == -1)
    return list(itertools.chain(*zip(starts.tolist(), (ends - starts).tolist(), strict=True)))


def _number(value):
    """A value as JSON can carry it: None for an empty cell, text for infinity, six digits."""
    if np.isnan(value):
        return None
    return float(f"{value:.6g}") if np.isfinite(value) else style.format_number(value)


def _delta(old, new):
    """[cell, value, cell, value, …] where two matrices differ."""
    changed = np.flatnonzero(~((old == new) | (np.isnan(old) & np.isnan(new))))
    return [part for i in changed.tolist() for part in (i, _number(new.flat[i]))]


def _grid_message(grid, limit):
    return {
        "name": grid.name,
        "title": grid.heading,
        "shape": grid.values.shape,
        "values": [_number(value) for value in grid.values.flat],
        "role": grid.role,
        "sign": grid.sign,
        "edit": [grid.edit.low, grid.edit.high, grid.edit.step] if grid.edit else None,
        "greyed": _runs(grid.greyed),
        "limit": limit,
        "rows": [str(label) for label in grid.rows],
        "columns": [str(label) for label in grid.columns],
    }
