"""Static pictures: matrices, gradients measured and computed, slopes, costs, units' lives."""

import timeit

import numpy as np

from helpers.exercises import Call, as_numbers, oracles, run, side_by_side, whole_numbers
from helpers.lessons.relu_backward.names import names_in
from helpers.lessons.relu_backward.oracles import OFFERED, gradient_through
from helpers.views import Grid, GridView, Picture, style


def matrices(x, **gradients):
    """A picture of x, and of gradients such as dL_dy, beside one another."""
    parts = {name.replace("_", "/"): np.asarray(a) for name, a in {"x": x, **gradients}.items()}
    roles = {"x": "input"}
    grids = [Grid(name, a, roles.get(name, "gradient"), limit=9) for name, a in parts.items()]
    return GridView(grids, alt=f"Matrices: {', '.join(parts)}.").picture()


def _compared(measured, computed, shape):
    """Two gradients beside each other, each an Outcome; what is not there is drawn as nan."""
    pair = [as_numbers(one.value, shape) for one in (measured, computed)]
    missing = [np.isnan(one).all() for one in pair]
    if any(missing):
        pair = [np.full(shape, np.nan), None]
    titles = ("Measured", "Computed")
    return side_by_side(*pair, titles, missing="write both functions\nfirst", wanted=False)


def measured_relu(numerical_gradient, relu_backward, x, grad_output):
    """dL/dx of L = Σ grad_output · ReLU(x), measured and computed by the learner's functions."""

    def loss(at):
        return np.sum(grad_output * np.maximum(at, 0))

    measured = run(numerical_gradient, Call(loss, x), 5.0)
    computed = run(relu_backward, Call(grad_output, x), 5.0)
    return _compared(measured, computed, np.shape(x))


def small_network():
    """dL/dy (4, 2), X (4, 3), W1 (3, 4) and W2 (4, 2): no unit at a kink, the first one dead."""
    return whole_numbers(203, (4, 2), (4, 3), (3, 4), (4, 2), spread=1.2)


def measured_network(numerical_gradient, network_backward):
    """dL/dW1 of `small_network`, measured and computed by the learner's functions."""
    grad_output, X, W1, W2 = small_network()

    def loss(at):
        return np.sum(grad_output * (np.maximum(X @ at, 0) @ W2))

    measured = run(numerical_gradient, Call(loss, W1), 5.0)
    computed = run(network_backward, Call(grad_output, X, W1, W2), 5.0)
    if isinstance(computed.value, (tuple, list)) and len(computed.value) == 3:
        computed.value = computed.value[1]
    return _compared(measured, computed, W1.shape)


def saturation():
    """Sigmoid, tanh and ReLU, and beside them their slopes."""
    xs = np.linspace(-6, 6, 481)  # 0 is among them
    fig, axes = style.figure((style.WIDE[0], 3.6), 1, 2)
    names = {"sigmoid": "target", "tanh": "kernel", "relu": "input"}
    with style.applied():
        for name, role in names.items():
            label = "ReLU" if name == "relu" else name
            axes[0].plot(xs, oracles.activation(name)(xs), **style.line(role), label=label)
            axes[1].plot(xs, oracles.slope(name)(xs), **style.line(role))
        axes[0].set(ylim=(-1.2, 2.2), xlabel="x", title="value")
        axes[1].set(ylim=(-0.05, 1.1), yticks=[0, 0.25, 0.5, 0.75, 1], xlabel="x", title="slope")
        axes[0].legend(loc="upper left")
    return Picture(
        fig, "Sigmoid, tanh and ReLU from −6 to 6, and their slopes, at most ¼, 1 and 1."
    )


def costs():
    """How long ReLU, the sigmoid and a matrix product take on 512 × 512 numbers."""
    import torch

    z, weight = torch.randn(512, 512), torch.randn(512, 512)
    ways = {
        "ReLU": lambda: torch.relu(z),
        "sigmoid": lambda: torch.sigmoid(z),
        "512 × 512 matrix product": lambda: z @ weight,
    }
    times = [1e6 * min(timeit.repeat(way, number=1, repeat=20)) for way in ways.values()]
    fig, ax = style.figure((style.WIDE[0], 2.4))
    with style.applied():
        ax.barh(list(ways), times, color=style.colour("output"))
        for row, time in enumerate(times):
            ax.text(time, row, f"  {time:.0f} µs", va="center")
        ax.set(xlim=(0, 1.15 * max(times)), xlabel="microseconds, best of 20")
        ax.invert_yaxis()
    alt = "The time that ReLU, the sigmoid and a matrix product take, measured on this machine."
    return Picture(fig, alt, measured=True)


def lives(histories, accident):
    """Loss and number of active points over the steps; histories: {name: [(loss, active), …]}."""
    fig, axes = style.figure(style.WIDE, 1, 2)
    roles = dict(zip(histories, ("gradient", "target", "kernel"), strict=False))
    with style.applied():
        for column, title in enumerate(("loss", "points on which the unit is active")):
            for name, history in histories.items():
                values = [step[column] for step in history]
                axes[column].plot(values, **style.line(roles[name]), label=name)
            axes[column].axvline(
                accident, color=style.MUTED, linewidth=1, label="one step too large"
            )
            axes[column].set(xlabel="step", title=title)
        axes[0].legend()
    return Picture(fig, f"Loss and active points around a step too large: {', '.join(histories)}.")


def through_layers(answer):
    """The gradient through each layer; question marks until there is an answer."""
    names, layers = names_in(answer), ["relu", *OFFERED]
    norms = [gradient_through(name) if names else 0.0 for name in layers]
    fig, ax = style.figure()
    with style.applied():
        ax.barh(layers, norms, color=style.colour("gradient"))
        for row, (name, norm) in enumerate(zip(layers, norms, strict=True)):
            yours = ", you chose it" if names and name in names else ""
            ax.text(norm + 0.02, row, (f"{norm:.2g}" if names else "?") + yours, va="center")
        ax.set(xlim=(0, max(*norms, 1) * 1.25), xlabel="gradient norm of the dead unit's weights")
        ax.invert_yaxis()
    return Picture(fig, "The gradient that a dead unit's weights get through each layer.")
