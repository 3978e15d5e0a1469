"""What is seen: the house style, static pictures, grid views, live figures, explorers.

All here takes arrays and knows nothing of answers; pictures of an answer: `helpers.exercises`.
"""

import os

# A slider that is moved knows its value: ipywidgets need not send it back. Read at its import.
os.environ.setdefault("JUPYTER_WIDGETS_ECHO", "0")

from helpers.views import style
from helpers.views.drawing import draw_matrix, outline
from helpers.views.explorer import Explorer, explorers, slider
from helpers.views.grid_view import GridView
from helpers.views.grids import Edit, Grid, Step, window
from helpers.views.images import QuickImage, draw_image, photograph
from helpers.views.live_figure import LiveFigure
from helpers.views.picture import Picture
from helpers.views.powers import decades, power_of_ten

__all__ = [
    "Edit",
    "Explorer",
    "Grid",
    "GridView",
    "LiveFigure",
    "Picture",
    "QuickImage",
    "Step",
    "decades",
    "draw_image",
    "draw_matrix",
    "explorers",
    "outline",
    "photograph",
    "power_of_ten",
    "slider",
    "style",
    "window",
]
