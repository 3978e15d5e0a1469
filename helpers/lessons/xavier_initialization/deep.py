"""Signals through many dense layers, forward and backward, and the variances to expect."""

import math
from functools import cache

import numpy as np

BATCH, MOST, DEEPEST = 48, 100, 50
BINS, TOP = 50, 1.25  # of the histograms; tanh lies between −1 and 1


@cache
def _noise():
    """Standard normal numbers for weights, inputs and the gradient at the end, drawn once."""
    rng = np.random.default_rng(7)
    return rng.normal(size=(DEEPEST, MOST, MOST)), rng.normal(size=(2, BATCH, MOST))


# Points and weights that integrate over a standard normal distribution; dense, because tanh′ of a
# wide one is a narrow peak.
NODES = np.linspace(-8, 8, 801)
SHARES = np.exp(-(NODES**2) / 2) / np.exp(-(NODES**2) / 2).sum()


def widths(depth, even, odd):
    """The widths of the layers 0 (the input) to depth: even, odd, even, …"""
    return [odd if layer % 2 else even for layer in range(depth + 1)]


def through_layers(std, depth, even, odd, linear):
    """Send some inputs of variance 1 forward, and gradients of variance 1 back.

    Returns the activations of layers 0 to depth, each (BATCH, width), and their gradients.
    """
    weights, ends = _noise()
    wide = widths(depth, even, odd)
    values, gradients = [ends[0][:, :even]], [ends[1][:, : wide[-1]]]
    shapes = list(zip(weights, wide[1:], wide, strict=False))
    for weight, fan_out, fan_in in shapes:
        z = values[-1] @ (std * weight[:fan_out, :fan_in]).T
        values.append(z if linear else np.tanh(z))
    for value, (weight, fan_out, fan_in) in zip(values[:0:-1], shapes[::-1], strict=True):
        inner = gradients[-1] if linear else gradients[-1] * (1 - value**2)
        gradients.append(inner @ (std * weight[:fan_out, :fan_in]))
    return values, gradients[::-1]


def predicted(std, depth, even, odd, linear):
    """The variances that the derivation predicts, forward and backward, layers 0 to depth.

    linear: as derived. Otherwise with tanh, for very wide layers: z is then normal, and E tanh(z)²
    and E tanh′(z)² are integrals.
    """
    wide, forward, slopes = widths(depth, even, odd), [1.0], []
    for fan_in in wide[:-1]:
        v = std**2 * fan_in * forward[-1]
        z = np.tanh(math.sqrt(v) * NODES)
        forward.append(v if linear else SHARES @ z**2)
        slopes.append(1.0 if linear else SHARES @ (1 - z**2) ** 2)
    back = [1.0]
    for fan_out, slope in zip(wide[:0:-1], slopes[::-1], strict=True):
        back.append(back[-1] * std**2 * fan_out * slope)
    return np.array(forward), np.array(back[::-1])


def histograms(values):
    """How each layer's activations are spread: (BINS, DEEPEST + 1), NaN where there is no layer."""
    shares = np.full((BINS, DEEPEST + 1), np.nan)
    for layer, value in enumerate(values):
        inside = value[np.abs(value) < TOP]
        counts = np.bincount(((inside + TOP) * (BINS / (2 * TOP))).astype(int), minlength=BINS)
        shares[:, layer] = counts / max(counts.max(), value.size / BINS)
    return shares
