"""Wrong programs as a learner writes them, to be broken, and the inputs that do not do it."""

import numpy as np

from helpers.exercises import NearMiss
from helpers.lessons.convolution_as_matrix.cases import row
from helpers.lessons.convolution_as_matrix.mistakes import toeplitz
from helpers.lessons.convolution_as_matrix.oracles import is_equivariant, torch_matrix


def backwards(x_bar, w):
    """The convolution of mathematics, which turns the kernel round."""
    outputs = []
    for start in range(len(x_bar) - len(w) + 1):
        total = 0
        for step in range(len(w)):
            total += w[-1 - step] * x_bar[start + step]
        outputs.append(total)
    return np.array(outputs)


def diagonals(W):
    """Constant diagonals alone: what enters and what drops out may still count."""
    for i in range(len(W) - 1):
        for c in range(len(W[0]) - 1):
            if W[i][c] != W[i + 1][c + 1]:
                return False
    return True


def several(x_bar, w):
    """Why an input proves nothing of `backwards`."""
    if np.ndim(x_bar) != 1 or np.ndim(w) != 1:
        return "x_bar is a row of numbers, and so is w."
    if len(w) < 2:
        return "Take a kernel of two weights or more: a single one cannot be turned round."
    if len(x_bar) < len(w):
        return "No window fits into this row."
    return "" if np.any(x_bar) and np.any(w) else "Of zeros, every kernel makes zeros."


def matrix(W):
    """Why an input proves nothing of `diagonals`."""
    return "" if np.ndim(W) == 2 else "W is a matrix: hand over its rows, `[[…], […]]`."


def turns(x_bar, w):
    """Whether a kernel is another one from right to left, and there is something to show it."""
    return (
        np.ndim(x_bar) == np.ndim(w) == 1
        and not np.array_equal(w, np.flip(w))
        and len(x_bar) >= len(w) > 1
        and bool(np.any(x_bar))
    )


NOT_BACKWARDS = [
    NearMiss("one weight", ([1, 2], [3]), "A single weight cannot be turned round. Take two or more.", lambda w: np.shape(w) == (1,)),
    NearMiss("another kernel from the right", (row(1, 2, 3, 5), row(1, 4, -2)), "Read from right to left, your kernel is another one, and this row shows it. Which kernels would not change?", turns),
]  # fmt: skip

NOT_DIAGONALS = [
    NearMiss("moves along", (torch_matrix([1, 2], 3),), "This matrix does move along, and the program says so. Take two rows or more, keep the diagonals constant and put other numbers for zeros.", lambda W: np.ndim(W) == 2 and toeplitz(np.array(W)) and is_equivariant(np.array(W))),
    NearMiss("a diagonal that changes", ([[1, 2, 0], [0, 1, 3]],), "A diagonal changes, and that the program does see. What does it never look at?", lambda W: np.ndim(W) == 2 and not toeplitz(np.array(W))),
]  # fmt: skip
