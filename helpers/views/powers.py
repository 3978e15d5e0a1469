"""Powers of ten as plain text: a formula takes many times as long to draw, at every change."""

import math

from matplotlib.ticker import FuncFormatter, NullFormatter

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power_of_ten(exponent):
    """10⁻³ for −3."""
    return "10" + str(int(exponent)).translate(RAISED)


def decades(axis):
    """Name the powers of ten on a logarithmic axis, and nothing between them."""
    axis.set_major_formatter(FuncFormatter(_name))
    axis.set_minor_formatter(NullFormatter())


def _name(value, _):
    exponent = round(math.log10(value))
    return power_of_ten(exponent) if math.isclose(value, 10.0**exponent) else ""
