"""Static pictures: measured Jacobians, gradient norms, training losses."""

import numpy as np

from helpers.exercises import Call, as_numbers, awaited, run, side_by_side, to_numpy, whole_numbers
from helpers.lessons.residual_connections import oracles
from helpers.views import Picture, draw_matrix, style

SIX_FOUR = whole_numbers(21, (6,), (4, 6), (6, 4))  # x, w1, w2 of a block of width 6


def measure(block):
    """The Jacobian of the learner's block, measured by nudging each input, beside I and F′.

    Until the block gives numbers there is nothing to measure, and I and F′ wait for it.
    """
    x, w1, w2 = SIX_FOUR
    nudges = 1e-4 * np.eye(6)  # x lies much further than this from any kink
    ends = [
        [as_numbers(run(block, Call(x + s * nudge, w1, w2), 5.0).value, (6,)) for nudge in nudges]
        for s in (1, -1)
    ]
    measured = np.round((np.array(ends[0]) - ends[1]).T / 2e-4, 6) + 0.0  # no −0
    if np.isnan(measured).any():
        return awaited(says="write residual_block first:\nthere is nothing to measure yet")
    parts = {
        "your block, measured": measured,
        "I: the skip": np.eye(6),
        "F′: the branch": oracles.branch_jacobian(x, w1, w2),
    }
    fig, axes = style.figure((style.WIDE[0], 3.3), 1, 3)
    for ax, (says, matrix), sign in zip(axes, parts.items(), (None, "=", "+"), strict=True):
        draw_matrix(ax, matrix, limit=style.limit_of(*parts.values()), title=says)
        if sign:
            ax.text(-0.1, 0.5, sign, transform=ax.transAxes, ha="center", va="center", fontsize=20)
    return Picture(fig, "The block's measured Jacobian: the identity plus F′.")


def image_and_kernels():
    """An image (1, 4, 4) that is nowhere negative, and two kernels (1, 1, 3, 3)."""
    import torch

    image, first, second = whole_numbers(359, (1, 4, 4), *[(1, 1, 3, 3)] * 2, spread=1)
    return torch.tensor(np.abs(image)), torch.tensor(first), torch.tensor(second)


def after_relu(block):
    """The Jacobian of block(x, first, second) with a ReLU after the sum, beside that of the sum."""
    import torch

    def summed(x):
        hidden = torch.relu(torch.conv2d(x, first, padding=1))
        return x + torch.conv2d(hidden, second, padding=1)

    x, first, second = image_and_kernels()
    jacobian, size = torch.autograd.functional.jacobian, x.numel()
    before = jacobian(summed, x).reshape(size, size).numpy()
    after = jacobian(lambda x: block(x, first, second), x).reshape(size, size).numpy()
    y = summed(x)[0].numpy()
    fig, axes = style.figure((style.WIDE[0], 3.4), 1, 3)
    limit = style.limit_of(before)
    draw_matrix(axes[0], y, title="x + F(x), 4 × 4")
    draw_matrix(axes[1], before, limit=limit, title="its Jacobian, I + F′")
    closed = np.broadcast_to((y.ravel() <= 0)[:, None], before.shape)
    draw_matrix(axes[2], after, limit=limit, title="after the ReLU", greyed=closed)
    alt = (
        "A sum of 4 by 4 pixels, five of them negative; its Jacobian, 16 by 16; and the block's, "
        "in which the rows of those five are zero."
    )
    return Picture(fig, alt)


def cancelled(w2):
    """The J that is wanted beside the one that w2 gives."""
    case = Call(oracles.CANCEL_X, oracles.CANCEL_W1, to_numpy(w2))
    yours = None if w2 is None else run(oracles.residual_jacobian, case, 5.0).value
    alt = "The Jacobian that is wanted, all zero, beside the one that your w2 gives."
    return side_by_side(np.zeros((2, 2)), yours, ("Wanted J", "Your J"), alt)


def norms(answer):
    """The learner's norms on those of autograd, plain and residual; of None, the axes alone."""
    xlabel, ylabel = "block (the gradient comes from the right)", "gradient norm"
    if answer is None:
        return awaited(xlabel, ylabel, xlim=(0, oracles.DEEPEST))
    fig, ax = style.figure()
    with style.applied():
        for residual, role, name in ((True, "target", "residual"), (False, "gradient", "plain")):
            case = Call(oracles.DEEPEST, residual, 0.5)
            ax.semilogy(
                oracles.gradient_norms(*case.args), **style.line(role), label=f"target, {name}"
            )
            yours = as_numbers(run(answer, case, 5.0).value, (oracles.DEEPEST + 1,))
            ax.semilogy(yours, "x", color=style.INK, label=None if residual else "yours")
        ax.set(xlabel=xlabel, ylabel=ylabel)
        ax.legend()
    return Picture(fig, "Gradient norm at each of 64 blocks, plain and residual, target and yours.")


def degradation(train, depths=(2, 10, 40)):
    """Training losses: train(depth, residual) gives a network and its loss at each step."""
    from tqdm.auto import tqdm

    fig, axes = style.figure(style.WIDE, 1, 2, sharey=True)
    with tqdm(total=2 * len(depths), desc="networks trained") as bar, style.applied():
        for ax, residual in zip(axes, (False, True), strict=True):
            for depth, role in zip(depths, ("input", "other", "gradient"), strict=True):
                losses = train(depth, residual)[1]
                ax.semilogy(losses, **style.line(role), label=f"{depth} blocks")
                bar.update()
            ax.set(title="residual" if residual else "plain", xlabel="training step")
        axes[0].set(ylabel="training loss")
        axes[0].legend(loc="lower left")
    return Picture(fig, "Training loss by step, plain and residual networks of three depths.")


def deletions(train, without, depth=10):
    """The share of points that networks of train(depth, residual) get right, each block missing
    in turn: without(net, index) gives it, index as in the network, whose blocks are 1 … depth."""
    fig, ax = style.figure()
    blocks = np.arange(1, depth + 1)
    with style.applied():
        for residual, role, marker in ((True, "target", "o"), (False, "gradient", "s")):
            net, _ = train(depth, residual)
            shares = [100 * without(net, int(block)) for block in blocks]
            name = "residual" if residual else "plain"
            ax.plot(blocks, shares, **style.line(role), marker=marker, label=name)
        ax.axhline(50, color=style.MUTED, linewidth=1, label="guessing")
        ax.set(xlabel="block taken out", ylabel="points right, %", xticks=blocks, ylim=(0, 105))
        ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, borderaxespad=0.2)
    alt = (
        "Share of points told apart, one block of ten taken out in turn: the plain network is near "
        "guessing, the residual one stays above 90 % from the fourth block on."
    )
    return Picture(fig, alt)
