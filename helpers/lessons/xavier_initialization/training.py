"""Three networks that differ in the start of their weights alone, trained side by side."""

import math
from itertools import pairwise

import numpy as np

from helpers.exercises import Call, run, to_numpy
from helpers.lessons.xavier_initialization.mistakes import normal
from helpers.views import Picture, style

DEPTH, WIDTH, POINTS = 10, 100, 200
STEPS, RATE = 200, 0.1
GUESSING = math.log(2)  # the loss of one who says ½ to every point


def rings():
    """Points on an inner and an outer ring: places (POINTS, 2) and which ring, 0 or 1."""
    rng = np.random.default_rng(0)
    ring = np.arange(POINTS) % 2
    angle, radius = rng.uniform(0, 2 * np.pi, POINTS), ring + 0.5
    places = (radius * np.stack([np.cos(angle), np.sin(angle)])).T
    return places + rng.normal(0, 0.1, (POINTS, 2)), ring


def train(draw, seed=0):
    """The loss before each step, (STEPS,), and the size of the first gradient, of all parameters.

    None where `draw` gives no weights of the right shape.

    draw(fan_in, fan_out, rng) gives a weight (fan_out, fan_in); biases start at 0.
    """
    import torch

    sizes = [2, *[WIDTH] * DEPTH, 1]
    weights, biases = [], []
    for layer, (fan_in, fan_out) in enumerate(pairwise(sizes)):
        rng = np.random.default_rng([seed, layer])
        drawn = to_numpy(run(draw, Call(fan_in, fan_out, rng), 5.0).value)
        if np.shape(drawn) != (fan_out, fan_in) or np.asarray(drawn).dtype.kind not in "fi":
            return None
        weights.append(torch.tensor(np.asarray(drawn), dtype=torch.float32, requires_grad=True))
        biases.append(torch.zeros(fan_out, requires_grad=True))
    places, ring = (torch.tensor(part, dtype=torch.float32) for part in rings())
    descent = torch.optim.SGD([*weights, *biases], RATE)
    history, first = [], None
    for _ in range(STEPS):
        h = places
        for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
            h = torch.tanh(torch.nn.functional.linear(h, weight, bias))
        score = torch.nn.functional.linear(h, weights[-1], biases[-1])[:, 0]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(score, ring)
        descent.zero_grad()
        loss.backward()
        if first is None:
            first = math.sqrt(sum(p.grad.square().sum().item() for p in [*weights, *biases]))
        descent.step()
        history.append(loss.item())
    return np.array(history), first


def three_starts(xavier_normal):
    """A picture of three networks in training: weights too small, as the learner draws them, too large."""
    ways = {
        "standard deviation 1/fan_in": (normal(lambda i, o: 1 / i), "input"),
        "your xavier_normal": (xavier_normal, "output"),
        "standard deviation 1": (normal(lambda i, o: 1.0), "gradient"),
    }
    fig, axes = style.figure((style.WIDE[0], 3.6), 1, 2, width_ratios=(1, 2.2))
    places, ring = rings()
    with style.applied():
        for kind, role, shape in ((0, "kernel", "o"), (1, "target", "s")):
            at = places[ring == kind].T
            axes[0].plot(*at, shape, ms=4, color=style.colour(role))
        axes[0].set(title="the points", aspect="equal", xticks=[], yticks=[])
        axes[1].axhline(GUESSING, color=style.MUTED, lw=1)
        for name, (draw, role) in ways.items():
            trained = train(draw)
            if trained is None:
                axes[1].plot([], [], " ", label=f"{name}: not written yet")
            else:
                label = f"{name}: first gradient {trained[1]:.1g}"
                axes[1].plot(trained[0], label=label, **style.line(role))
        axes[1].set(title="training loss (grey line: guessing)", xlabel="step", yscale="log")
        axes[1].set(ylim=(5e-4, 2e3))
        ticks = (0.001, 0.01, 0.1, 1, 10)
        axes[1].set_yticks(ticks, map(str, ticks))
        axes[1].minorticks_off()
        axes[1].legend(loc="upper right")
    return Picture(fig, f"Two rings of points; the loss of three networks: {', '.join(ways)}.")
