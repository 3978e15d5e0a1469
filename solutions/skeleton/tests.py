"""Lesson NN: what the explorer reads out, and what the prose claims."""

from helpers.lessons import lesson_slug as lesson
from helpers.lessons.lesson_slug import oracles


def test_the_explorer_counts_the_windows_that_fit():
    explorer = lesson.explore()
    explorer.set(size=4)
    assert explorer.numbers == {"windows": 2, "cells left over": 2}


def test_ten_cells_give_two_windows_of_four():
    assert oracles.max_pool(range(10), 4).tolist() == [3, 7]
