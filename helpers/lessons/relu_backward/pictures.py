"""Static pictures: matrices beside one another, three units' lives, gradients through layers."""

import numpy as np

from helpers.lessons.relu_backward.names import names_in
from helpers.lessons.relu_backward.oracles import OFFERED, gradient_through
from helpers.views import Grid, GridView, Picture, style


def matrices(x, **gradients):
    """A picture of x, and of gradients such as dL_dy, beside one another."""
    parts = {name.replace("_", "/"): np.asarray(a) for name, a in {"x": x, **gradients}.items()}
    roles = {"x": "input"}
    grids = [Grid(name, a, roles.get(name, "gradient"), limit=9) for name, a in parts.items()]
    return GridView(grids, alt=f"Matrices: {', '.join(parts)}.").picture()


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
