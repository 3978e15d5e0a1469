"""Wrong answers of the residual lesson that take more than an expression."""

import numpy as np

from helpers.exercises import oracles as shared
from helpers.lessons.residual_connections import oracles

# --- programs to break ----------------------------------------------------------------------------


def linear_branch(x, w1, w2):
    """The block whose branch lacks its ReLU."""
    change = w2 @ w1 @ x
    return x + change


def by_nudging(x, w1, w2):
    """The Jacobian, measured."""

    def y(x):
        return x + w2 @ (w1 @ x).clip(0)

    columns = []
    for nudge in 1e-4 * np.eye(len(x)):
        columns.append((y(x + nudge) - y(x - nudge)) / 2e-4)
    return np.array(columns).T


def misfit(x, w1, w2):
    """Why three arrays are no block to try; "" if they are one."""
    if x.ndim != 1 or w1.shape != (len(w1), len(x)) or w2.shape != w1.shape[::-1]:
        return "x should be (D,), w1 (H, D) and w2 (D, H): a list of rows, as in [[1.0, 2.0]]."
    if max(np.abs(array).max() for array in (x, w1, w2)) > 100:  # else rounding alone would do it
        return "Numbers up to 100 are enough."
    return ""


def unlucky(x, w1, w2):
    """Why it would be no wonder that the ReLU is not missed; "" if it would be one."""
    if misfit(x, w1, w2):
        return misfit(x, w1, w2)
    if not np.any(w2 @ np.maximum(w1 @ x, 0)):
        return "The branch gives 0 here. Find an input on which it gives something."
    return "What is negative does not reach y." if negative_unread(x, w1, w2) else ""


def hidden(x, w1):
    """w1 @ x, with an exact 0 where only rounding is left, as of 0.1 + 0.2 − 0.3."""
    units = w1 @ x
    return np.where(np.abs(units) > 1e-13 * (np.abs(w1) @ np.abs(x)), units, 0.0)


def below_zero(x, w1):
    """Whether a hidden unit is negative, by more than rounding."""
    return bool(np.any(hidden(x, w1) < 0))


def negative_unread(x, w1, w2):
    """Whether hidden units are negative, and next to nothing of it is left in y."""
    left = np.abs(w2 @ np.minimum(hidden(x, w1), 0))
    most = 1e-3 * (1 + np.abs(oracles.residual_block(x, w1, w2)))  # more than the check forgives
    return below_zero(x, w1) and bool(np.all(left < most))


_NUDGE = 1e-4  # of `by_nudging`


def straight(x, w1, w2):
    """Whether y has no bend at x along any axis: then what is measured is the slope.

    ReLUs may cancel there, as in relu(x) − relu(−x) = x, of which autograd's convention at 0 makes
    another slope. Nobody should be told that measuring went wrong.
    """
    if misfit(x, w1, w2):
        return False
    steps = _NUDGE * np.vstack([np.eye(len(x)), -np.eye(len(x))])
    ends = np.array([oracles.residual_block(x + step, w1, w2) for step in steps])
    middle = oracles.residual_block(x, w1, w2)
    bends = np.abs(ends[: len(x)] + ends[len(x) :] - 2 * middle)
    return bool(np.all(bends < 1e-9 + 1e-14 * np.abs(ends).max()))


def unbent(x, w1, w2):
    """Why an input makes no sense, or shows a difference that is not measuring's fault; or ""."""
    if misfit(x, w1, w2):
        return misfit(x, w1, w2)
    same = np.allclose(by_nudging(x, w1, w2), oracles.residual_jacobian(x, w1, w2), 1e-4, 1e-5)
    return "" if same or not straight(x, w1, w2) else "Along a nudge y does not bend here."


def _within_reach(x, w1):
    """Which hidden units stand at 0, or change sides when x is nudged."""
    units = hidden(x, w1)
    return (units == 0) | (np.abs(units) < (1 - 1e-9) * _NUDGE * np.abs(w1).max(1))


def nowhere_bent(x, w1, w2):
    """Whether every hidden unit stays on its side of 0."""
    return not (misfit(x, w1, w2) or _within_reach(x, w1).any())


def unmoved(x, w1, w2):
    """Whether hidden units stand at 0, and none of them moves with x."""
    near = _within_reach(x, w1)
    return near.any() and not w1[near].any()


def not_read(x, w1, w2):
    """Whether hidden units stand at 0, and `w2` reads none of them."""
    near = _within_reach(x, w1)
    return near.any() and not w2[:, near].any()


# --- the block's Jacobian -------------------------------------------------------------------------


def masked(factors):
    """A wrong I + F′, the ReLU's slopes given by factors(x, w1, w2)."""
    return lambda x, w1, w2: np.eye(len(x)) + (w2 * factors(x, w1, w2)) @ w1


def clipped(x, w1, w2):
    """relu(x + F(x))."""
    return np.maximum(oracles.residual_block(x, w1, w2), 0)


def measured(up, down, block=oracles.residual_block):
    """The Jacobian by nudging each input to both sides, or to one."""

    def wrong(x, w1, w2):
        nudges = 1e-4 * np.eye(len(x))
        ends = [[block(x + side * nudge, w1, w2) for nudge in nudges] for side in (up, down)]
        return (np.array(ends[0]) - ends[1]).T / (1e-4 * (up - down))

    return wrong


def mask_on_outputs(x, w1, w2):
    return np.eye(len(x)) + (w2 * (w1 @ x > 0)[:, None]) @ w1


def mask_from_output(x, w1, w2):
    return np.eye(len(x)) + (oracles.branch_alone(x, w1, w2) > 0)[:, None] * (w2 @ w1)


def mask_on_skip(x, w1, w2):
    clipped = oracles.residual_block(x, w1, w2) > 0
    return oracles.residual_jacobian(x, w1, w2) * clipped[:, None]


def open_at_zero(x, w1, w2):
    """The ResNet block's Jacobian, hidden units at exactly 0 counted as open."""
    summed = masked(lambda x, w1, w2: w1 @ x >= 0)(x, w1, w2)
    return summed * (oracles.residual_block(x, w1, w2) > 0)[:, None]


def after_sum(formula):
    """A wrong Jacobian with a ReLU after the sum: formula(x, I, F′, x + F(x))."""

    def wrong(x, w1, w2):
        arrays = np.asarray(x), np.eye(len(x)), oracles.branch_jacobian(x, w1, w2)
        return formula(*arrays, oracles.residual_block(x, w1, w2))

    return wrong


# --- the gradient through many blocks -------------------------------------------------------------


def run_as(ahead, back):
    """Forward a network as ahead(residual) says, backward as back(residual) says."""

    def wrong(depth, residual, scale):
        x, pairs, grad = oracles.sent(depth, scale)
        signals = oracles.forward(x, pairs, ahead(residual))
        return oracles.backward(signals[:-1], pairs, grad, back(residual))

    return wrong


def differentiated_at(pick):
    """Each block differentiated at what pick(signals) has for it."""

    def wrong(depth, residual, scale):
        x, pairs, grad = oracles.sent(depth, scale)
        return oracles.backward(pick(oracles.forward(x, pairs, residual)), pairs, grad, residual)

    return wrong


def not_transposed(depth, residual, scale):
    """J in place of its transpose."""

    def product(x, pair, grad):
        from torch.autograd.functional import jvp

        return jvp(lambda x: oracles.branch(x, *pair), x, grad)[1]

    x, pairs, grad = oracles.sent(depth, scale)
    signals = oracles.forward(x, pairs, residual)
    return oracles.backward(signals[:-1], pairs, grad, residual, product)


def exchanged(ahead, back):
    """w1 and w2 of each pair in the wrong order, on the way forward, back, or both."""

    def wrong(depth, residual, scale):
        x, pairs, grad = oracles.sent(depth, scale)
        swapped = [pair[::-1] for pair in pairs]
        signals = oracles.forward(x, swapped if ahead else pairs, residual)
        return oracles.backward(signals[:-1], swapped if back else pairs, grad, residual)

    return wrong


def each_alone(depth, residual, scale):
    """Each block given the gradient that arrives at the end."""
    x, pairs, grad = oracles.sent(depth, scale)
    signals = oracles.forward(x, pairs, residual)[:-1]
    each = zip(signals, pairs, strict=True)
    lengths = [oracles.backward([x], [pair], grad, residual)[0] for x, pair in each]
    return np.array([*lengths, 1.0])


def ones_subtracted(depth, residual, scale):
    """J − 1 for the plain network's F′."""

    def product(x, pair, grad):
        back = oracles.transposed_product(x, pair, grad)
        return back if residual else back + grad - grad.sum()

    x, pairs, grad = oracles.sent(depth, scale)
    signals = oracles.forward(x, pairs, residual)
    return oracles.backward(signals[:-1], pairs, grad, residual, product)


def in_forward_order(depth, residual, scale):
    """On the way back the first block is met first."""
    x, pairs, grad = oracles.sent(depth, scale)
    signals = oracles.forward(x, pairs, residual)
    return oracles.backward(signals[:-1][::-1], pairs[::-1], grad, residual)


def of_signal(depth, residual, scale):
    """The signal's norms on its way forward."""
    x, pairs, _ = oracles.sent(depth, scale)
    return np.array([float(signal.norm()) for signal in oracles.forward(x, pairs, residual)])


# --- the projection shortcut ----------------------------------------------------------------------


def shrunk(pick):
    """The projection of an x that pick(x, stride) has made smaller in some other way."""
    return lambda x, weight, stride: oracles.projection_shortcut(pick(x, stride), weight, 1)


def averaged(x, stride):
    """Each patch by its mean."""
    import torch

    return torch.nn.functional.avg_pool2d(*shared.tensors(x[None]), stride)[0].numpy()


def cut_off(x, stride):
    """The top left corner, of the right size."""
    return x[:, : -(-x.shape[1] // stride), : -(-x.shape[2] // stride)]


def whole_strides(x, weight, stride):
    """Only as many pixels as fill whole strides."""
    height, width = (max(side // stride, 1) * stride for side in x.shape[1:])
    return oracles.projection_shortcut(x[:, :height, :width], weight, stride)


def across_channels(x, weight, stride):
    """`reshape(-1, C_in)` where the channels should have stayed in front."""
    flat = weight @ x[:, ::stride, ::stride].reshape(-1, len(x)).T
    return flat.reshape(oracles.projection_shortcut(x, weight, stride).shape)
