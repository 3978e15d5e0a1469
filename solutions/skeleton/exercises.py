"""Lesson NN, LESSON_TITLE.

PyTorch is the oracle.
"""

from helpers.exercises import (
    BreakIt,
    Call,
    Choice,
    Exercise,
    Mistake,
    NearMiss,
    Progress,
    whole_numbers,
)
from helpers.lessons.lesson_slug import mistakes, oracles, words
from helpers.lessons.lesson_slug.explorers import explore
from helpers.lessons.lesson_slug.pictures import kept

__all__ = ["explore"]  # for the notebook

left_over = Choice(
    "left_over",
    "A row of 10 cells, windows of 4 that do not overlap. How many numbers come out?",
    {
        "a": ("3", "The third window would have two cells only, and is not taken."),
        "b": ("2", "Two windows fit; the last two cells are dropped."),
        "c": ("7", "That is with a window at every cell. These do not overlap."),
    },
    "b",
    hints=["Lay the windows down one after the other, beginning at cell 0. How many fit?"],
)

_cases = [(2, 2), (4, 2), (7, 3), (5, 1), (12, 4)]

max_pool = Exercise(
    "max_pool",
    oracles.max_pool,
    [Call(*whole_numbers(seed, cells), size) for seed, (cells, size) in enumerate(_cases)],
    mistakes=[
        Mistake("mean for maximum", oracles.mean_pool, "That is the mean of each window. Keep its largest number."),
        Mistake("windows overlap", lambda x, size: oracles.max_pool(x, size, stride=1), "Your window goes on by one cell. It goes on by as many as it is wide."),
    ],
    hints=[
        "How many whole windows fit into the row? What is behind them is dropped.",
        "Give each window a row of its own in a matrix; then look along the rows.",
    ],
    praise="As PyTorch does it, and the rest of the row is dropped as there.",
    picture=kept,
)  # fmt: skip

break_max_pool = BreakIt(
    "break_max_pool",
    max_pool,
    mistakes.last_one_too,
    mistakes=[
        NearMiss("nothing left over", ([1.0, 3.0, 2.0, 0.0], 2), "Here every cell is in a full window. What if some are left over?", lambda x, size: len(x) % size == 0),
    ],
    hints=["Where does the last window begin, and how many cells has it?"],
    praise="A row that comes out even would never have shown it.",
)  # fmt: skip

progress = Progress(globals(), written=words.POINTS)
