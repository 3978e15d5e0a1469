"""Lesson 5's numbers, against one autograd graph, plain NumPy and averages over many draws."""

from functools import cache

import numpy as np
import pytest
import torch

from helpers.lessons import residual_connections as lesson
from tests import course

SOLVED = course.solved("05_residual_connections")


@cache
def blocks_of(notebook="05_residual_connections"):
    """What the notebook's own cells define: Block, train, without, resnet_block, the data."""
    space = dict(SOLVED)
    given = "class Block", "points, labels =", "def train", "def without", "def resnet_block"
    for cell in course.cells(notebook):
        if cell.text.startswith(given):
            exec(cell.text, space)
    return space


@cache  # a second or two each; nobody changes the network
def trained(depth, residual):
    """The network and its losses, as the notebook trains it."""
    return blocks_of()["train"](depth, residual)


def norms_of_one_graph(depth, residual, scale):
    """All norms from a single backward pass."""
    x, blocks, grad = lesson.network(depth, scale)
    xs = [torch.tensor(x, requires_grad=True)]
    for w1, w2 in blocks:
        branch = torch.tensor(w2) @ torch.relu(torch.tensor(w1) @ xs[-1])
        xs.append(xs[-1] + branch if residual else branch)
    grads = torch.autograd.grad(xs[-1], xs, torch.tensor(grad))
    return np.array([float(g.norm()) for g in grads])


@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("depth, scale", [(0, 1.0), (1, 0.5), (7, 1.5), (64, 0.35), (64, 1.5)])
def test_block_by_block_is_one_backward_pass(depth, residual, scale):
    want = norms_of_one_graph(depth, residual, scale)
    found = lesson.gradient_norms.oracle(depth, residual, scale)
    assert len(found) == depth + 1 and found[-1] == pytest.approx(1)
    assert np.allclose(found, want, rtol=1e-8, atol=0)


def test_the_plain_gradient_vanishes_and_the_residual_one_survives_on_the_same_draw():
    plain, residual = (norms_of_one_graph(64, skip, 0.5) for skip in (False, True))
    assert plain[0] < 1e-35 and 1 < residual[0] < 100


@pytest.mark.parametrize("depth", [1, 17, 64])
def test_a_zeroed_branch_leaves_exactly_the_identity(depth):
    explorer = lesson.explore()
    explorer.set(depth=depth, zeroed=True)
    assert explorer.numbers["residual, at the input"] == pytest.approx(1, abs=1e-15)
    assert explorer.numbers["plain, at the input"] == 0
    x, w1, w2 = np.array([-1.0, 2.0]), np.ones((3, 2)), np.zeros((2, 3))
    assert np.array_equal(SOLVED["residual_block"](x, w1, w2), x)
    assert np.array_equal(SOLVED["residual_jacobian"](x, w1, w2), np.eye(2))


@pytest.mark.parametrize("depth, scale", [(1, 0.35), (20, 0.8), (63, 0.5), (64, 1.5)])
def test_the_explorer_reads_out_the_norms(depth, scale):
    explorer = lesson.explore()
    explorer.set(depth=depth, scale=scale, zeroed=False)
    for skip, name in ((False, "plain, at the input"), (True, "residual, at the input")):
        want = norms_of_one_graph(depth, skip, scale)[0]
        assert explorer.numbers[name] == pytest.approx(want, rel=1e-8)


@pytest.mark.parametrize("skip, scale", [(0, 0.9), (1, 0.9), (0, 1.0), (1, 1.1)])
def test_squared_lengths_grow_by_s4_plain_and_by_1_plus_s4_residual_on_average(skip, scale):
    rng, width, depth, draws = np.random.default_rng(1), 6, 3, 20000
    x, grad = rng.normal(size=width), np.eye(width)[0]
    shape = (depth, draws, width, width)
    w1, w2 = (scale * rng.normal(size=shape) * np.sqrt(k / width) for k in (2, 1))
    signal, masks = np.broadcast_to(x, (draws, width)), []
    for a, b in zip(w1, w2, strict=True):
        hidden = np.einsum("nij,nj->ni", a, signal)
        masks.append(hidden > 0)
        signal = skip * signal + np.einsum("nij,nj->ni", b, np.maximum(hidden, 0))
    grads = np.broadcast_to(grad, (draws, width))
    for a, b, mask in zip(w1[::-1], w2[::-1], masks[::-1], strict=True):
        back = np.einsum("nij,ni->nj", b, grads) * mask
        grads = skip * grads + np.einsum("nij,ni->nj", a, back)
    squared = (grads**2).sum(1)
    error = squared.std() / np.sqrt(draws)
    assert abs(squared.mean() - (skip + scale**4) ** depth) < 4 * error


def test_a_silent_or_small_branch_leaves_the_jacobian_invertible():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        x, w1, w2 = rng.normal(size=4), rng.normal(size=(4, 4)), rng.normal(size=(4, 4))
        branch = SOLVED["residual_jacobian"](x, w1, w2) - np.eye(4)
        w2 = 0.9 * w2 / max(np.linalg.norm(branch, 2), 1)
        values = np.linalg.svd(SOLVED["residual_jacobian"](x, w1, w2), compute_uv=False)
        assert values[-1] >= 0.1 - 1e-12


def test_the_cancelling_branch_lets_no_gradient_through():
    x, w1 = np.array([1.0, 2.0]), np.array([[2.0, 0.0], [1.0, 1.0]])
    assert not SOLVED["residual_jacobian"](x, w1, SOLVED["cancelling_w2"]).any()


def test_only_the_plain_network_with_small_weights_loses_its_gradient():
    block = blocks_of()["Block"]
    small, kept = (False, 0.5, False), (False, 1.0, False)
    settings = [small, kept, (False, 0.5, True), (True, 0.5, False), (True, 0.5, True)]
    left = [lesson.arriving(block, *setting) for setting in settings]
    assert left[0] < 1e-35 and min(left[1:]) > 0.01
    assert lesson.arriving(block, True, 1.0, False) > 1e6 > 100 > left[4]  # "holds in check"
    assert left[2] ** (1 / 64) == pytest.approx(1.25, abs=0.05)  # "about a quarter a block"
    other = lesson.arriving(block, False, 0.1, True)
    assert other ** (1 / 64) == pytest.approx(1.25, abs=0.05)  # "whatever the scale"


def test_deeper_plain_networks_train_worse_and_deeper_residual_ones_better():
    losses = {
        skip: [trained(depth, skip)[1][-1] for depth in (2, 10, 40)] for skip in (False, True)
    }
    plain, residual = losses[False], losses[True]
    assert plain[1] < plain[0] < 0.01 < 0.3 < plain[2]
    assert residual[2] < residual[1] < residual[0]


def test_the_gradient_of_forty_plain_blocks_explodes_before_training():
    space = blocks_of()
    torch.manual_seed(0)
    net = space["classifier"](40, residual=False)
    logits = net(space["points"])
    torch.nn.functional.binary_cross_entropy_with_logits(logits, space["labels"]).backward()
    first, last = (net[block].branch[0].weight.grad.norm() for block in (1, 40))
    assert first > 1000 > 1 > last > 0.01


def test_without_one_block_a_plain_network_guesses_and_a_residual_one_hardly_notices():
    space = blocks_of()
    shares = {}
    for skip in (False, True):
        net, _ = trained(10, skip)
        assert space["without"](net, None) == 1  # "get every training point right"
        shares[skip] = [space["without"](net, block) for block in range(1, 11)]
    assert 0.4 < np.mean(shares[False]) < 0.6 and max(shares[False]) < 0.9
    assert shares[False][7] < 0.5  # the eighth, which the question is about
    assert min(shares[True][3:]) > 0.9 and min(shares[True][6:]) > 0.99 and shares[True][0] < 0.7


@pytest.mark.parametrize("scale, low, high", [(1.0, 0.05, 0.5), (0.5, 1e-40, 1.5e-39)])
def test_most_plain_networks_keep_less_than_the_root_of_the_mean_square(scale, low, high):
    left = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        x, grad = rng.normal(size=(2, 64))
        grad, kept = grad / np.linalg.norm(grad), []
        for w1, w2 in scale * rng.normal(size=(64, 2, 64, 64)) / 8:
            hidden = np.sqrt(2) * w1 @ x
            kept.append((np.sqrt(2) * w1, w2, hidden > 0))
            x = w2 @ hidden.clip(0)
        for w1, w2, mask in kept[::-1]:
            grad = w1.T @ (mask * (w2.T @ grad))
        left.append(np.linalg.norm(grad))
    assert low < np.median(left) < high
    assert np.mean(np.array(left) < scale**128) > 0.8
    assert lesson.left_at_input(64, False, 1.0) == pytest.approx(0.1, abs=0.005)  # "a tenth"


def test_a_relu_after_the_sum_closes_the_rows_of_negative_pixels_and_no_others():
    block = blocks_of()["resnet_block"]
    image, first, second = lesson.pictures.image_and_kernels()
    assert image.min() >= 0

    def matrix(weight):
        jacobian = torch.autograd.functional.jacobian
        return jacobian(lambda x: torch.conv2d(x, weight, padding=1), image).reshape(16, 16).numpy()

    x, w1, w2 = image.numpy().ravel(), matrix(first), matrix(second)
    found = torch.autograd.functional.jacobian(lambda x: block(x, first, second), image)
    found = found.reshape(16, 16).numpy()
    y = SOLVED["residual_block"](x, w1, w2)
    want = SOLVED["residual_jacobian"](x, w1, w2)
    assert (y < 0).sum() == 5 and (y == 0).sum() == 0
    assert not found[y < 0].any() and np.allclose(found[y > 0], want[y > 0])
    assert np.allclose(found, SOLVED["resnet_jacobian"](x, w1, w2))
    assert ((y < 0) == (y - x < -x)).all()  # "only a branch below −x"


def norms_by_hand(depth, residual, scale):
    """Right, in another manner than the solution, and a list."""
    x, blocks, grad = lesson.network(depth, scale)
    kept = []
    for w1, w2 in blocks:
        hidden = w1 @ x
        kept.append((w1.T * (hidden > 0)) @ w2.T)
        x = residual * x + w2 @ hidden.clip(0)
    norms = [1.0]
    for back in kept[::-1]:
        grad = residual * grad + back @ grad
        norms.insert(0, float(np.sqrt(grad @ grad)))
    return norms


def relu(a):
    return np.maximum(a, 0)


def block_in_loops(x, w1, w2):
    hidden = [max(sum(w * v for w, v in zip(row, x, strict=True)), 0.0) for row in w1]
    branch = [sum(w * h for w, h in zip(row, hidden, strict=True)) for row in w2]
    return [v + b for v, b in zip(x, branch, strict=True)]


def block_in_torch(x, w1, w2):
    x, w1, w2 = (torch.as_tensor(array) for array in (x, w1, w2))
    return x + w2 @ torch.relu(w1 @ x)


def jacobian_in_torch(x, w1, w2):
    return torch.func.jacrev(lambda t: block_in_torch(t, w1, w2))(torch.tensor(x))


def projection_in_torch(x, weight, stride):
    weight = torch.tensor(weight)[:, :, None, None]
    return torch.nn.functional.conv2d(torch.tensor(x)[None], weight, stride=stride)[0]


UNUSUAL = {
    "residual_block": [
        block_in_loops,
        block_in_torch,
        lambda x, w1, w2: (np.einsum("dh,h->d", w2, relu(w1 @ x)) + x).astype(np.float32),
    ],
    "residual_jacobian": [
        jacobian_in_torch,
        lambda x, w1, w2: np.identity(x.size) + (w2 * (w1 @ x > 0)) @ w1,
        lambda x, w1, w2: np.eye(len(x)) + np.einsum("ih,h,hj", w2, np.sign(relu(w1 @ x)), w1),
        lambda x, w1, w2: (np.eye(len(x)) + w2[:, w1 @ x > 0] @ w1[w1 @ x > 0]).tolist(),
    ],
    "resnet_jacobian": [
        lambda x, w1, w2: torch.func.jacrev(
            lambda t: torch.relu(t + torch.tensor(w2) @ torch.relu(torch.tensor(w1) @ t))
        )(torch.tensor(x)),
        # J x = x + F(x), as F has no biases
        lambda x, w1, w2: [
            row * (row @ x > 0) for row in np.eye(len(x)) + (w2 * (w1 @ x > 0)) @ w1
        ],
        lambda x, w1, w2: np.where(
            (x + w2 @ relu(w1 @ x) > 0)[:, None], np.eye(len(x)) + (w2 * (w1 @ x > 0)) @ w1, 0
        ),
    ],
    "gradient_norms": [norms_by_hand, lambda *a: torch.tensor(norms_of_one_graph(*a)).float()],
    "projection_shortcut": [
        projection_in_torch,
        lambda x, weight, stride: np.tensordot(weight, x[:, ::stride, ::stride], 1),
        lambda x, w, stride: np.einsum("oc,chw->ohw", w, x)[:, ::stride, ::stride].tolist(),
    ],
}


def jacobian(x, w1, w2):
    return np.eye(len(x)) + (w2 * (w1 @ x > 0)) @ w1


def mixed(x, weight):
    return np.tensordot(weight, x, 1)


WRONG = {
    "residual_block": [
        lambda x, w1, w2: x + w2 @ relu(w1) @ x,
        lambda x, w1, w2: x + relu(w2) @ relu(w1 @ x),
        lambda x, w1, w2: x + w2 @ np.abs(w1 @ x),
        lambda x, w1, w2: x + w2 @ np.tanh(w1 @ x),
        lambda x, w1, w2: x + w2 @ np.maximum(w1 @ x, 0.01 * (w1 @ x)),
        lambda x, w1, w2: x + w2 @ np.minimum(w1 @ x, 0),
        lambda x, w1, w2: x,
        lambda x, w1, w2: relu(x + w2 @ relu(w1 @ x)) + x,
        lambda x, w1, w2: np.concatenate([x, w2 @ relu(w1 @ x)]),
        lambda x, w1, w2: x[:, None] + w2 @ relu(w1 @ x),
    ],
    "residual_jacobian": [
        lambda x, w1, w2: np.eye(len(x)),
        lambda x, w1, w2: np.eye(len(x)) + relu(w2 @ w1),
        lambda x, w1, w2: np.eye(len(x)) + w2 @ relu(w1),
        lambda x, w1, w2: np.diag(np.diag(np.eye(len(x)) + (w2 * (w1 @ x > 0)) @ w1)),
        lambda x, w1, w2: x * np.eye(len(x)) + (w2 * (w1 @ x > 0)) @ w1,
        lambda x, w1, w2: np.eye(len(x)) + (w2 * (w1 @ x > 0.5)) @ w1,
        lambda x, w1, w2: np.eye(len(x)) + (w2 * np.sign(w1 @ x)) @ w1,
        lambda x, w1, w2: (np.eye(len(x)) + (w2 * (w1 @ x > 0)) @ w1) @ x,
        lambda x, w1, w2: (np.eye(len(x)) + (w2 * (w1 @ x > 0)) @ w1).sum(0),
    ],
    "resnet_jacobian": [
        lambda x, w1, w2: np.diag(1.0 * (x + w2 @ relu(w1 @ x) > 0)),
        lambda x, w1, w2: np.diag(w1 @ x > 0) @ (np.eye(len(x)) + (w2 * (w1 @ x > 0)) @ w1),
        lambda x, w1, w2: np.diag(np.sign(block_in_loops(x, w1, w2))) @ jacobian(x, w1, w2),
        lambda x, w1, w2: jacobian(np.array(block_in_loops(x, w1, w2)), w1, w2),
        lambda x, w1, w2: jacobian(relu(x), w1, w2),
        lambda x, w1, w2: jacobian(x, w1, w2)[np.array(block_in_loops(x, w1, w2)) > 0],
        lambda x, w1, w2: 1.0 * (jacobian(x, w1, w2) > 0),
    ],
    "gradient_norms": [
        lambda d, r, s: np.ones(d + 1),
        lambda d, r, s: norms_by_hand(d, r, s)[0],
        lambda d, r, s: np.cumprod([1.0] + [np.sqrt(r + s**4)] * d)[::-1],
        lambda d, r, s: norms_by_hand(d, r, s)[1:],
        lambda d, r, s: np.maximum(norms_by_hand(d, r, s), 1e-8),
        lambda d, r, s: np.log10(np.array(norms_by_hand(d, r, s)) + 1e-300),
        lambda d, r, s: np.array(norms_by_hand(d, r, s)) / norms_by_hand(d, r, s)[0],
        lambda d, r, s: norms_by_hand(d, r, s**2),
    ],
    "projection_shortcut": [
        lambda x, w, s: mixed(x[:, 1::s, 1::s], w),
        lambda x, w, s: mixed(x, w)[:, : x.shape[1] // s, : x.shape[2] // s],
        lambda x, w, s: mixed(x[::s], w),
        lambda x, w, s: mixed(x[:, ::s, ::s], w) / s**2,
        lambda x, w, s: relu(mixed(x[:, ::s, ::s], w)),
        lambda x, w, s: x[:, ::s, ::s] + mixed(x[:, ::s, ::s], w),
        lambda x, w, s: mixed(x[:, ::2, ::2], w),
        lambda x, w, s: mixed(x[:, ::-s, ::-s], w),
        lambda x, w, s: mixed(x[:, ::s, ::s], w).swapaxes(1, 2),
    ],
}


def each(answers):
    return [(name, index) for name, some in answers.items() for index in range(len(some))]


@pytest.mark.parametrize("name, which", each(UNUSUAL))
def test_an_unusual_right_answer_is_right(name, which):
    verdict = getattr(lesson, name).check(UNUSUAL[name][which])
    assert verdict.status == "correct", verdict


@pytest.mark.parametrize("name, which", each(WRONG))
def test_a_further_wrong_answer_is_rejected_with_its_call(name, which):
    verdict = getattr(lesson, name).check(WRONG[name][which])
    assert verdict.status == "not yet" and "Call" in dict(verdict.details), verdict


def norms_with(ahead=lambda *a: a, back=lambda *a: a, drop=lambda residual: not residual):
    """The notebook's gradient_norms with slips: in what its two functions get, in when I goes."""

    def answer(depth, residual, scale):
        x, blocks, grad = lesson.network(depth, scale)
        kept, norms = [], [1.0]
        for w1, w2 in blocks:
            kept.append((x, w1, w2))
            y = SOLVED["residual_block"](*ahead(x, w1, w2))
            x = y if residual else y - x
        for one in kept[::-1]:
            J = SOLVED["residual_jacobian"](*back(*one)) - drop(residual) * np.eye(64)
            grad = J.T @ grad
            norms.append(np.linalg.norm(grad))
        return norms[::-1]

    return answer


def swapped(x, w1, w2):
    return x, w2, w1


NAMED = [
    ("residual_block", lambda x, w1, w2: x + w2 @ np.minimum(w1 @ x, 0), "the ReLU's other half"),
    (
        "residual_jacobian",
        lambda x, w1, w2: np.eye(len(x)) + (w2 * (w1 @ x < 0)) @ w1,
        "only closed units kept",
    ),
    (
        "residual_jacobian",
        lambda x, w1, w2: np.eye(len(x)) - (w2 * (w1 @ x > 0)) @ w1,
        "branch subtracted",
    ),
    ("gradient_norms", norms_with(drop=bool), "backward the wrong way round"),
    ("gradient_norms", norms_with(ahead=swapped), "weights exchanged on the way forward"),
    ("gradient_norms", norms_with(back=swapped), "weights exchanged on the way back"),
    ("gradient_norms", norms_with(swapped, swapped), "weights exchanged on both ways"),
    ("residual_block", lambda x, w1, w2: x + w2.T @ relu(w1.T @ x), "both weights transposed"),
    ("residual_block", lambda x, w1, w2: x + w2.T @ relu(w1 @ x), "w2 transposed"),
    ("residual_block", lambda x, w1, w2: x + w2 @ relu(w1.T @ x), "w1 transposed"),
    (
        "resnet_jacobian",
        lambda x, w1, w2: (x + w2 @ relu(w1 @ x) > 0) * SOLVED["residual_jacobian"](x, w1, w2),
        "mask on the columns",
    ),
    (
        "residual_jacobian",
        lambda x, w1, w2: np.eye(len(x)) + w2 @ (w1 @ x > 0) @ w1,
        "mask not on a diagonal",
    ),
    (
        "projection_shortcut",
        lambda x, w, s: (w.T @ x[:, ::s, ::s].reshape(len(x), -1)).reshape(
            w.shape[1], *x[:, ::s, ::s].shape[1:]
        ),
        "weight transposed",
    ),
]


@pytest.mark.parametrize("name, wrong, mistake", NAMED)
def test_a_likely_slip_is_named_in_this_form_too(name, wrong, mistake):
    assert getattr(lesson, name).check(wrong).mistake == mistake


def test_a_jacobian_by_nudging_meets_its_limit_at_a_kink():
    def measured(x, w1, w2, step=1e-5):
        block, nudges = SOLVED["residual_block"], step * np.eye(len(x))
        changes = [block(x + nudge, w1, w2) - block(x - nudge, w1, w2) for nudge in nudges]
        return np.array(changes).T / (2 * step)

    assert lesson.residual_jacobian.check(measured).mistake == "½ at zero"


def test_a_mean_slope_that_nobody_measured_is_not_called_a_measurement():
    def halved(x, w1, w2):
        return np.eye(len(x)) + (w2 * np.heaviside(w1 @ x, 0.5)) @ w1

    assert "You measure" not in lesson.residual_jacobian.check(halved).message


def test_a_mask_from_the_branch_is_not_taken_for_a_slope_at_zero():
    def from_branch(x, w1, w2):
        branch = SOLVED["residual_block"](x, w1, w2) - x
        return SOLVED["residual_jacobian"](x, w1, w2) * (branch >= 0)[:, None]

    verdict = lesson.resnet_jacobian.check(from_branch)
    assert verdict.status == "not yet" and verdict.mistake != "slope 1 at zero"


@pytest.mark.parametrize("name", ["residual_jacobian", "resnet_jacobian", "projection_shortcut"])
def test_a_result_of_whole_numbers_loses_fractions_that_are_asked_for(name):
    def cut(*args):
        return np.trunc(SOLVED[name](*args)).astype(int)

    verdict = getattr(lesson, name).check(cut)
    assert verdict.status == "not yet" and "fractions were cut off" in verdict.message, verdict


def test_the_measured_jacobian_copes_with_whatever_stands_there():
    for block in (None, ..., 3, lambda *a: None, lambda *a: "no", lambda x, w1, w2: x[:2]):
        assert lesson.measure(block).png.startswith(b"\x89PNG")
        assert lesson.gradient_norms.show(block).png.startswith(b"\x89PNG")
        assert lesson.cancelling_w2.show(block).png.startswith(b"\x89PNG")


BREAKS = [
    ("break_block", ([1.0], [[1.0]], [[1.0]]), "correct"),
    ("break_block", ([-1.0, 2.0], [[-2.0, 0.0]], [[-1.0], [3.0]]), "correct"),
    ("break_block", ([0.0], [[1.0]], [[1.0]]), "silent branch"),
    ("break_block", ([1.0], [[-1.0]], [[2.0]]), "silent branch"),
    ("break_block", ([1.0], [[1.0], [-1.0]], [[1.0, 2.0]]), "a unit below 0"),
    ("break_block", ([1, 2], [[1, 1], [-1, 0]], [[1, 0], [1, 0]]), "a unit below 0, not read"),
    ("break_block", ([1], [[1], [-1], [-1]], [[1, 2, -2]]), "a unit below 0, not read"),
    ("break_block", ([1.0], [[1.0], [-1e-5]], [[1.0, 1.0]]), "a unit below 0, not read"),
    ("break_block", ([0.3, -0.2, -0.1], [[1, 1, 1], [1, 0, 0]], np.ones((3, 2))), "correct"),
    ("break_block", ([1.0], [[1.0]], [[1.0], [2.0]]), None),
    ("break_jacobian", ([1.0, 1.0], [[1.0, -1.0]], [[1.0], [1.0]]), "correct"),
    ("break_jacobian", ([0.00001], [[1.0]], [[1.0]]), "correct"),
    ("break_jacobian", ([0.5], [[1.0]], [[1.0]]), "no unit at 0"),
    (
        "break_jacobian",
        ([1, 0], [[0, 0], [1, 1]], [[1, 1], [1, 1]]),
        "a unit at 0, not moved",
    ),
    ("break_jacobian", ([0], [[1]], [[0]]), "a unit at 0, not read"),
    ("break_jacobian", ([0.0001], [[1.0]], [[1.0]]), "no unit at 0"),
    ("break_jacobian", ([0.00005], [[1.0]], [[0.0]]), "a unit at 0, not read"),
    ("break_jacobian", ([0.0], [[1.0], [1.0]], [[1.0, -1.0]]), "bends that are not left in y"),
    # relu(x) − relu(−x) = x: it is autograd's convention that is off here, not the measurement
    ("break_jacobian", ([0.0], [[1.0], [-1.0]], [[1.0, -1.0]]), "bends that are not left in y"),
    ("break_jacobian", ([0.0], [[1e-9]], [[1.0]]), "bends that are not left in y"),
    ("break_jacobian", ([1e13], [[1.0]], [[1.0]]), None),
    ("break_jacobian", ([0.0], [[1.0], [-1.0]], [[1.0, 1.0]]), None),  # 1 + ½ − ½ by luck
]


@pytest.mark.parametrize("name, given, said", BREAKS)
def test_an_input_that_breaks_a_program_does_it_for_the_reason_that_is_praised(name, given, said):
    verdict = getattr(lesson, name).check(given)
    if said == "correct":
        assert verdict.status == "correct", verdict
    else:
        assert verdict.status == "not yet" and verdict.mistake == said, verdict


@pytest.mark.parametrize("name", ["break_block", "break_jacobian"])
def test_a_broken_program_is_one_that_the_check_knows_by_name(name):
    task = getattr(lesson, name)
    assert task.exercise.check(task.program).mistake in ("ReLU left out of the branch", "½ at zero")


def test_nothing_is_measured_of_an_empty_block():
    empty, written = lesson.measure(lambda x, w1, w2: ...), lesson.measure(lambda x, w1, w2: x)
    assert "nothing to measure yet" in empty.alt and "F′" not in empty.alt
    assert "F′" in written.alt
