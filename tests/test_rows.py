"""Every row of the problem sheet is answered in exactly one lesson."""

import re

import pytest

from tests import course

ROWS = {
    "convolution_shapes": ("1.1a", "1.1b", "1.1c", "1.1d"),
    "convolution_as_matrix": ("1.2a", "1.2b", "1.2c"),
    "transposed_convolution": ("1.3a", "1.3b"),
    "dropout": ("1.4",),
    "residual_connections": ("1.5",),
    "activations": ("1.6",),
    "xavier_initialization": ("2.1", "2.2", "2.3a", "2.3b"),
    "relu_backward": ("3.1", "3.2", "3.3", "3.4", "3.5"),
    "vae_elbo": ("4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7"),
}


@pytest.mark.parametrize("lesson", course.LESSONS)
def test_a_lesson_answers_its_rows_and_no_others(lesson):
    text = "\n".join(cell.text for cell in course.cells(lesson) if cell.kind == "markdown")
    found = set(re.findall(r"\*\*Problem (\d\.\d[a-d]?)\.\*\*", text))
    wanted = set(ROWS.get(lesson[3:], ()))
    assert not found - wanted, (
        f"solutions/{lesson}.py marks rows that are not its own on the sheet: {found - wanted}; "
        "write **Problem …** for rows of the sheet alone"
    )
    assert not wanted - found, (
        f"solutions/{lesson}.py lacks the rows {wanted - found}: begin the cell that asks each "
        "with **Problem …**"
    )
