"""A z of two dimensions on a grid (G, 2): there it is finite, and every sum can be carried out."""

import numpy as np


def square(reach, side):
    """side × side points from −reach to reach on both axes: (side², 2)."""
    axis = np.linspace(-reach, reach, side)
    return np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)


def normals(points, mean, variance):
    """Normal distributions with these means and variances (n, 2), as shares of the points: (n, G).

    Each row sums to 1. Good where the grid is no coarser than the deviations.
    """
    mean, variance = (np.asarray(part, float)[:, None] for part in (mean, variance))
    log_weights = -0.5 * ((points - mean) ** 2 / variance).sum(2)
    weights = np.exp(log_weights - log_weights.max(1, keepdims=True))
    return weights / weights.sum(1, keepdims=True)


def likelihoods(ink, images):
    """p(x|z) of images (n, P) of 0 and 1, where pixel by pixel ink (G, P) is probable: (n, G)."""
    ink, images = np.asarray(ink, float), np.asarray(images, float)
    ink = np.clip(ink, 1e-9, 1 - 1e-7)  # single precision rounds them to 0 and 1
    return np.exp(images @ np.log(ink).T + (1 - images) @ np.log(1 - ink).T)


def least_gaussian(points, posteriors):
    """How far each row of posteriors (n, G) is from the Gaussian of its means and deviations.

    Two arrays (n,): KL(posterior‖Gaussian), by which a second part far off counts much, and
    KL(Gaussian‖posterior), what this Gaussian as q would lose.
    """
    mean = posteriors @ points
    alike = normals(points, mean, posteriors @ points**2 - mean**2)
    return _kl(posteriors, alike), _kl(alike, posteriors)


def _kl(q, p):
    """KL(q‖p) of shares (n, G); a share that was rounded to 0 makes it large, not infinite."""
    return (q * (np.log(q + 1e-300) - np.log(p + 1e-300))).sum(1)
