"""Wrong answers that take more than an expression, and those that are made from a right one."""

import numpy as np

from helpers.exercises import Mistake
from helpers.lessons.relu_backward import oracles


def all_but_large_negatives(x):
    """A negative entry above −1 stays as it is."""
    return np.where((x < 0) & (x > -1), x, oracles.relu_forward(x))


def at_zero(value):
    """ReLU's slope with another convention at 0."""
    return lambda x: np.where(np.asarray(x) == 0, value, oracles.relu_derivative(x))


def with_factor(name, factor):
    """The right power, but another largest slope for the activation `name`."""

    def wrong(depth, activation):
        if activation == name:
            return factor**depth
        return oracles.surviving_gradient(depth, activation)

    return wrong


def sigmoid_by(rule):
    """rule(depth) for the sigmoid, the right factor for the others."""

    def wrong(depth, activation):
        return (
            rule(depth)
            if activation == "sigmoid"
            else oracles.surviving_gradient(depth, activation)
        )

    return wrong


REVIVING = ("leaky_relu", "elu", "sigmoid", "batch_norm")


def left_out(name, why):
    """One layer missing from those that revive the unit."""
    rest = tuple(other for other in REVIVING if other != name)
    return Mistake(f"{name} left out", rest, f"One is missing: {why}")


# --- programs to break ----------------------------------------------------------------------------


def slope_by_sign(x):
    """Right on both sides of 0, and ½ at 0 itself."""
    signs = np.sign(x)  # −1, 0 or 1
    return (signs + 1) / 2


def mask_of_gradient(grad_output, x):
    """The mask taken from the gradient: right where its sign happens to be that of x."""
    passes = np.asarray(grad_output) > 0
    return np.where(passes, grad_output, 0)


def one_sign(grad_output):
    """Why an input proves nothing of `mask_of_gradient`."""
    small = 1e-3  # what is smaller, the comparison can hardly tell from 0
    tiny = np.any((grad_output != 0) & (abs(grad_output) <= small))
    if not tiny and np.any(grad_output > 0) and np.any(grad_output < 0):
        return ""
    return "`grad_output` should have a positive and a negative entry, and none that is tiny."


def mean_example(weight, bias, X):
    """Asks the mean of the examples alone."""
    centre = np.mean(X, axis=0)
    return bool(centre @ weight + bias <= 0)


# --- a gradient, measured -------------------------------------------------------------------------


def _measured(rule):
    """A wrong measurement, entry by entry: rule(up, here, down, eps) of three losses."""

    def wrong(loss, x, eps=1e-4):
        def entry(move):
            return rule(loss(x + move), loss(x), loss(x - move), eps)

        moves = eps * np.eye(x.size).reshape(-1, *x.shape)
        return np.reshape([entry(move) for move in moves], x.shape)

    return wrong


def _together(loss, x, eps=1e-4):
    """All entries nudged at once: one number."""
    return (loss(x + eps) - loss(x - eps)) / (2 * eps)


def _row_by_row(loss, x, eps=1e-4):
    """`moved[i] += eps` on a matrix nudges the whole row."""
    found = np.zeros_like(x)
    for i in range(len(x)):
        move = np.zeros_like(x)
        move[i] = eps
        found[i] = (loss(x + move) - loss(x - move)) / (2 * eps)
    return found


def _piling_up(up, down):
    """Nudges that are not taken back: `up` and `down` times eps stay at every entry."""

    def wrong(loss, x, eps=1e-4):
        higher, lower = np.array(x, dtype=float), np.array(x, dtype=float)
        found = np.zeros_like(x)
        for cell in np.ndindex(x.shape):
            move = np.zeros_like(x)
            move[cell] = eps
            found[cell] = (loss(higher + move) - loss(lower - move)) / (2 * eps)
            higher[cell] += up * eps
            lower[cell] += down * eps
        return found

    return wrong


def _one_entry(place):
    """The measured gradient at one entry, 0 at all others."""

    def wrong(loss, x, eps=1e-4):
        found = np.zeros_like(x)
        found.flat[place] = oracles.numerical_gradient(loss, x, eps).flat[place]
        return found

    return wrong


_ONE_SIDED = "You nudge to one side only. For a curved loss that is off by about eps times half its second derivative; going as far to the other side cancels this."
_LEFT_OVER = "An earlier nudge is still there when you move the next entry. Take a fresh copy of x for each entry, or put the old number back."
_BRACKETS = (
    "Mind the brackets: Python divides before it subtracts, and `a / 2 * eps` multiplies by eps."
)

MEASURED = [
    Mistake("forward difference", _measured(lambda up, here, down, eps: (up - here) / eps), _ONE_SIDED),
    Mistake("backward difference", _measured(lambda up, here, down, eps: (here - down) / eps), _ONE_SIDED),
    Mistake("divided by eps", _measured(lambda up, here, down, eps: (up - down) / eps), "From one nudge to the other x moves by more than eps. By how much?"),
    Mistake("one-sided, divided by 2 eps", _measured(lambda up, here, down, eps: (up - here) / (2 * eps)), "You divide by 2 eps, but x moved by eps only: nudge it down as well."),
    Mistake("divided by 2", _measured(lambda up, here, down, eps: (up - down) / 2), "From one nudge to the other x moves by 2 eps, not by 2. Divide by how far x moved."),
    Mistake("not divided", _measured(lambda up, here, down, eps: up - down), "That is how far the loss moves. A gradient is that per unit of x: divide by how far x moved."),
    Mistake("the two exchanged", _measured(lambda up, here, down, eps: (down - up) / (2 * eps)), "The sign is turned: take the loss after the nudge up, minus the one after the nudge down."),
    Mistake("times eps", _measured(lambda up, here, down, eps: (up - down) / 2 * eps), _BRACKETS),
    Mistake("only one of the two divided", _measured(lambda up, here, down, eps: up - down / (2 * eps)), _BRACKETS),
    Mistake("mean of the two losses", _measured(lambda up, here, down, eps: (up + down) / (2 * eps)), "You add the two losses. What changes from one to the other is their difference."),
    Mistake("all entries together", _together, "That is one number, the sum of the whole gradient. Each entry needs nudges, and a result, of its own."),
    Mistake("all entries together, spread out", lambda loss, x, eps=1e-4: np.full(x.shape, _together(loss, x, eps)), "You nudge all entries at once, so every entry shows the sum of the whole gradient. Nudge one at a time."),
    Mistake("whole rows", _row_by_row, "On a matrix, `x[i]` is a whole row: you nudge all its entries together. x may have any shape."),
    Mistake("both losses the same", lambda loss, x, eps=1e-4: np.zeros_like(x), "It is 0 everywhere: both losses come from the same numbers. `above = x` makes no copy, it is another name for the same array. Write `x.copy()`."),
    Mistake("eps ignored", lambda loss, x, eps=1e-4: oracles.numerical_gradient(loss, x), "You nudge by a number of your own. Nudge by the `eps` that is handed over: the call says how large."),
    Mistake("first entry only", _one_entry(0), "Only the first entry is measured. Does `return` stand inside the loop?"),
    Mistake("last entry only", _one_entry(-1), "Only the last entry is kept. Is the result made afresh inside the loop?"),
    Mistake("nudges pile up, above", _piling_up(1, 1), _LEFT_OVER),
    Mistake("nudges pile up, below", _piling_up(-1, -1), _LEFT_OVER),
    Mistake("nudges pile up, both", _piling_up(1, -1), _LEFT_OVER),
]  # fmt: skip


# --- Linear, ReLU, Linear -------------------------------------------------------------------------


def network(changed):
    """A wrong backward pass: changed(…) gives dz, dX, dW1 or dW2, those that are wrong, by name.

    It is handed the arrays g, X, W1, W2, z, h, dh, mask and dz, and names those it needs.
    """

    def wrong(grad_output, X, W1, W2):
        z = X @ W1
        parts = {"g": grad_output, "X": X, "W1": W1, "W2": W2, "z": z, "h": oracles.relu_forward(z)}
        parts |= {"dh": grad_output @ W2.T, "mask": oracles.relu_derivative(z)}
        parts["dz"] = parts["dh"] * parts["mask"]
        new = changed(**parts)
        dz = new.get("dz", parts["dz"])
        right = {"dX": dz @ W1.T, "dW1": X.T @ dz, "dW2": parts["h"].T @ grad_output}
        return tuple(new.get(name, value) for name, value in right.items())

    return wrong


def _reordered(*order):
    def wrong(*arrays):
        found = oracles.network_backward(*arrays)
        return tuple(found[i] for i in order)

    return wrong


_NO_GATE = "The gradient goes past the ReLU as if it were not there. Where z was not positive, nothing gets back."
_EXAMPLES = "You divide by the number of examples. A mean belongs to the loss, and then dL/dy has the 1/N already: here the examples are summed."

NETWORK = [
    Mistake("no gate", network(lambda dh, **_: {"dz": dh}), _NO_GATE),
    Mistake("gate from the gradient", network(lambda dh, **_: {"dz": oracles.relu_forward(dh)}), "Your gate asks where the gradient is positive. It was set on the way forward, by z."),
    Mistake("gate open at 0", network(lambda dh, z, **_: {"dz": dh * at_zero(1)(z)}), "Right but for one point: where z is exactly 0 you let the gradient pass. The slope there is 0 by convention."),
    Mistake("gate shut for negative gradients too", network(lambda dz, **_: {"dz": oracles.relu_forward(dz)}), "Your gate is set by z, but it stops negative gradients as well. They may pass: only z decides."),
    Mistake("gate turned round", network(lambda dh, z, **_: {"dz": dh * oracles.relu_derivative(-z)}), "Your gate is open where z was negative. It is the other way round."),
    Mistake("times h, not its slope", network(lambda dh, h, **_: {"dz": dh * h}), "You multiply by ReLU's value h. The chain rule multiplies by its slope, 0 or 1."),
    Mistake("gate for dW1 alone", network(lambda dh, W1, **_: {"dX": dh @ W1.T}), "dW1 has its gate, dX has none: both come from the same dL/dz."),
    Mistake("gate for dX alone", network(lambda X, dh, **_: {"dW1": X.T @ dh}), "dX has its gate, dW1 has none: both come from the same dL/dz."),
    Mistake("z for h", network(lambda z, g, **_: {"dW2": z.T @ g}), "What went into the second layer is h, after the ReLU. You used z."),
    Mistake("mask for h", network(lambda mask, g, **_: {"dW2": mask.T @ g}), "What went into the second layer is h: its numbers, not the mask."),
    Mistake("mean over the examples", network(lambda X, dz, h, g, **_: {"dW1": X.T @ dz / len(X), "dW2": h.T @ g / len(X)}), _EXAMPLES),
    Mistake("mean, dX too", lambda g, *rest: oracles.network_backward(g / len(g), *rest), _EXAMPLES),
    Mistake("gate from the product", network(lambda dh, z, **_: {"dz": oracles.relu_backward(dh, dh * z)}), "Your gate asks where z · dL/dh is positive. It is set by z alone."),
    Mistake("times z", network(lambda dh, z, **_: {"dz": dh * z}), "You multiply by z. The chain rule multiplies by the slope of ReLU at z, 0 or 1."),
    Mistake("a gate at X", network(lambda X, dz, W1, **_: {"dX": oracles.relu_backward(dz @ W1.T, X)}), "You put a gate before X as well. There is one ReLU, and it stands behind the first layer."),
    Mistake("negative gradients cut", lambda *arrays: tuple(map(oracles.relu_forward, oracles.network_backward(*arrays))), "You set negative gradients to 0. A gradient may be negative: only z decides what is stopped."),
    Mistake("no ReLU at all", network(lambda dh, z, g, **_: {"dz": dh, "dW2": z.T @ g}), "That is the network without its ReLU, forward and backward."),
    Mistake("grad_output left out", lambda g, *rest: oracles.network_backward(np.ones_like(g), *rest), "You start from 1 everywhere, as if L were the sum of y. What arrives is `grad_output`."),
    Mistake("W2 not transposed", network(lambda g, W2, mask, **_: {"dz": (g @ W2) * mask}), "Forward, h was multiplied by W2. On the way back the gradient is multiplied by its transpose."),
    Mistake("W1 not transposed", network(lambda dz, W1, **_: {"dX": dz @ W1}), "Forward, X was multiplied by W1. On the way back the gradient is multiplied by its transpose."),
    Mistake("dW1 and dW2 transposed", network(lambda X, dz, h, g, **_: {"dW1": dz.T @ X, "dW2": g.T @ h}), "The products are right, but dW1 and dW2 stand transposed: each has the shape of its own weights."),
    Mistake("dW1 transposed", network(lambda X, dz, **_: {"dW1": dz.T @ X}), "The products are right, but dW1 stands transposed: it has the shape of W1."),
    Mistake("dW2 transposed", network(lambda h, g, **_: {"dW2": g.T @ h}), "The products are right, but dW2 stands transposed: it has the shape of W2."),
    Mistake("dW2 first", _reordered(2, 1, 0), "The three are right, but in another order: (dX, dW1, dW2) is wanted."),
    Mistake("dW2 before dW1", _reordered(0, 2, 1), "The three are right, but in another order: (dX, dW1, dW2) is wanted."),
    Mistake("dX last", _reordered(1, 2, 0), "The three are right, but in another order: (dX, dW1, dW2) is wanted."),
]  # fmt: skip
