"""A dead ReLU unit, and which layers in place of its ReLU give it a gradient again."""

from dataclasses import replace

import numpy as np

from helpers.exercises import Exercise, Outcome, to_numpy
from helpers.views import Picture, style

OFFERED = ("relu6", "leaky_relu", "elu", "hardtanh", "sigmoid", "batch_norm")


def dead_unit():
    """The dead unit that `revive` is about: weight (2,), bias, X (6, 2)."""
    X = [[1.5, -1.0], [-0.5, 1.2], [0.4, 0.8], [-1.0, -1.0], [0.2, -0.6], [1.0, 1.0]]
    return np.array([1.0, -0.5]), -4.0, np.array(X)


def gradient_through(layer):
    """The norm of the gradient that the dead unit's weights get through `layer`, by autograd.

    layer: one of OFFERED, or "relu". The loss: squared distance of six outputs from six targets.
    """
    import torch
    from torch.nn import functional as F

    weight, bias, X = (torch.tensor(a, dtype=torch.float64) for a in dead_unit())
    z = X @ weight.requires_grad_() + bias
    if layer == "batch_norm":
        z, layer = F.batch_norm(z[:, None], None, None, training=True)[:, 0], "relu"
    out = (torch.sigmoid if layer == "sigmoid" else getattr(F, layer))(z)
    target = torch.tensor([1.0, 0.2, 0.5, 0.0, 0.8, 0.3], dtype=torch.float64)
    return torch.autograd.grad(((out - target) ** 2).sum(), weight)[0].norm().item()


def revives():
    return tuple(name for name in OFFERED if gradient_through(name) > 0)


def names_in(answer):
    """An answer as a set of names, or None when it is no collection of texts."""
    answer = to_numpy(answer)
    answer = answer.tolist() if isinstance(answer, np.ndarray) else answer
    answer = (answer,) if isinstance(answer, str) else answer
    collection = isinstance(answer, (tuple, list, set, frozenset))
    if collection and all(isinstance(name, str) for name in answer):
        return {str(name).strip().lower().replace(" ", "_") for name in answer}
    return None


class Names(Exercise):
    """A collection of names in any order: compared as one True or False for each name offered."""

    def outcomes(self, answer):
        names = names_in(answer() if answer is self.oracle else answer)
        return [Outcome("value", answer if names is None else tuple(n in names for n in OFFERED))]

    def judge(self, answer):
        names, verdict = names_in(answer), super().judge(answer)
        if verdict.status == "not started":
            return verdict
        if names is None:
            return self.say("not yet", 'Give the names in quotes, as in ("relu6", "elu").')
        if unknown := sorted(names - set(OFFERED)):
            offered = ", ".join(OFFERED)
            return self.say("not yet", f"{unknown[0]!r} is not offered. There are: {offered}.")
        if verdict.status == "correct":
            return verdict
        message = verdict.message
        if verdict.mistake is None:
            wrong = len(names ^ set(revives()))
            message = f"{wrong} of the {len(OFFERED)} layers stand on the wrong side. Take each by itself: what is its slope between −5.1 and −2?"
        yours = ("Yours", ", ".join(sorted(names)) or "none of them")
        return replace(verdict, message=message, details=(yours, *verdict.details[1:]))


def picture(answer):
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
