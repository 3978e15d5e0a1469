"""The canvas of figures: Agg, which remembers how high the letters of a font stand.

Matplotlib looks a text's font up, and reads its tables, each time that it lays the text out, some
five times a drawing: a fifth of the time. It asks its renderer first, where that has an answer.
"""

from __future__ import annotations

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.font_manager import findfont, get_font

_TABLES = (
    ("OS/2", "sTypoLineGap", "sTypoAscender", "sTypoDescender"),
    ("hhea", "lineGap", "ascent", "descent"),
)
UNKNOWN = None, None, None  # Matplotlib finds out by itself


class Canvas(FigureCanvasAgg):
    """An Agg canvas whose renderer knows the fonts that it has met."""

    def get_renderer(self):
        renderer = super().get_renderer()
        if not hasattr(renderer, "_get_font_height_metrics"):
            renderer._get_font_height_metrics = _Heights(renderer.dpi)
        return renderer


class _Heights:
    """Ascent, descent and line gap of a font, in pixels, as Matplotlib works them out."""

    def __init__(self, dpi):
        self._dpi, self._met = dpi, {}

    def __call__(self, font):
        families = font.get_family()
        if len(families) != 1 or font.get_file():
            return UNKNOWN
        key = families[0], font.get_size_in_points(), font.get_weight(), font.get_style()
        key += font.get_variant(), font.get_stretch()
        if key not in self._met:
            self._met[key] = self._read(font)
        return self._met[key]

    def _read(self, font):
        face = get_font(findfont(font))
        for name, gap, ascent, descent in _TABLES:
            if table := face.get_sfnt_table(name):
                units = face.get_sfnt_table("head")["unitsPerEm"]
                scale = 1 / units * font.get_size_in_points() * self._dpi / 72
                return table[ascent] * scale, -table[descent] * scale, table[gap] * scale
        return UNKNOWN
