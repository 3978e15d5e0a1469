"""Static pictures: measured Jacobians, gradient norms, training losses."""

import numpy as np

from helpers.exercises import Call, as_numbers, run, side_by_side, to_numpy, whole_numbers
from helpers.lessons.residual_connections import oracles
from helpers.views import Picture, draw_matrix, style

SIX_FOUR = whole_numbers(21, (6,), (4, 6), (6, 4))  # x, w1, w2 of a block of width 6


def measure(block):
    """The Jacobian of the learner's block, measured by nudging each input, beside I and F′."""
    x, w1, w2 = SIX_FOUR
    nudges = 1e-4 * np.eye(6)  # x lies much further than this from any kink
    ends = [
        [as_numbers(run(block, Call(x + s * nudge, w1, w2), 5.0).value, (6,)) for nudge in nudges]
        for s in (1, -1)
    ]
    measured = np.round((np.array(ends[0]) - ends[1]).T / 2e-4, 6) + 0.0  # no −0
    title = "write residual_block first" if np.isnan(measured).any() else "your block, measured"
    parts = {
        title: measured,
        "I: the skip": np.eye(6),
        "F′: the branch": oracles.branch_jacobian(x, w1, w2),
    }
    fig, axes = style.figure((style.WIDE[0], 3.3), 1, 3)
    for ax, (says, matrix), sign in zip(axes, parts.items(), (None, "=", "+"), strict=True):
        draw_matrix(ax, matrix, limit=style.limit_of(*parts.values()), title=says)
        if sign:
            ax.text(-0.1, 0.5, sign, transform=ax.transAxes, ha="center", va="center", fontsize=20)
    return Picture(fig, "The block's measured Jacobian: the identity plus F′.")


def cancelled(w2):
    """The J that is wanted beside the one that w2 gives."""
    case = Call(oracles.CANCEL_X, oracles.CANCEL_W1, to_numpy(w2))
    yours = None if w2 is None else run(oracles.residual_jacobian, case, 5.0).value
    alt = "The Jacobian that is wanted, all zero, beside the one that your w2 gives."
    return side_by_side(np.zeros((2, 2)), yours, ("Wanted J", "Your J"), alt)


def norms(answer):
    """The learner's norms on those of autograd, plain and residual."""
    fig, ax = style.figure()
    with style.applied():
        for residual, role, name in ((True, "target", "residual"), (False, "gradient", "plain")):
            case = Call(oracles.DEEPEST, residual, 0.5)
            ax.semilogy(
                oracles.gradient_norms(*case.args), **style.line(role), label=f"target, {name}"
            )
            yours = as_numbers(run(answer, case, 5.0).value, (oracles.DEEPEST + 1,))
            ax.semilogy(yours, "x", color=style.INK, label=None if residual else "yours")
        ax.set(xlabel="block (the gradient comes from the right)", ylabel="gradient norm")
        ax.legend()
    return Picture(fig, "Gradient norm at each of 64 blocks, plain and residual, target and yours.")


def degradation(train, depths=(2, 10, 40)):
    """The losses that train(depth, residual) gives, drawn for plain and for residual networks."""
    from tqdm.auto import tqdm

    fig, axes = style.figure(style.WIDE, 1, 2, sharey=True)
    with tqdm(total=2 * len(depths), desc="networks trained") as bar, style.applied():
        for ax, residual in zip(axes, (False, True), strict=True):
            for depth, role in zip(depths, ("input", "other", "gradient"), strict=True):
                ax.semilogy(train(depth, residual), **style.line(role), label=f"{depth} blocks")
                bar.update()
            ax.set(title="residual" if residual else "plain", xlabel="training step")
        axes[0].set(ylabel="training loss")
        axes[0].legend(loc="lower left")
    return Picture(fig, "Training loss by step, plain and residual networks of three depths.")
