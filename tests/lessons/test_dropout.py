"""Lesson 4: any right mask passes, wrong ones are named, and its numbers are the true ones."""
# ruff: noqa: E501  (in tables, one answer to a line)

import itertools

import numpy as np
import pytest
import torch

from helpers.lessons import dropout as lesson
from helpers.lessons.dropout import explorers, oracles, training
from helpers.lessons.dropout.facts import facts_of
from tests import course

RIGHT = {
    "kept where a draw is at least p": lambda x, p, rng: x * (rng.random(x.shape) >= p) / (1 - p),
    "kept where a draw is below 1 - p": lambda x, p, rng: x * (rng.random(x.shape) < 1 - p) / (1 - p),
    "np.where": lambda x, p, rng: np.where(rng.uniform(size=x.shape) > p, x / (1 - p), 0),
    "binomial": lambda x, p, rng: x * rng.binomial(1, 1 - p, x.shape) / (1 - p),
    "choice": lambda x, p, rng: x * rng.choice([0, 1], x.shape, p=[p, 1 - p]) / (1 - p),
    "integers": lambda x, p, rng: x * (rng.integers(0, 10**6, x.shape) >= 10**6 * p) / (1 - p),
    "an entry at a time": lambda x, p, rng: [[0 if rng.random() < p else v / (1 - p) for v in row] for row in x],
    "a row at a time": lambda x, p, rng: np.array([row * (rng.random(len(row)) >= p) / (1 - p) for row in x]),
    "torch": lambda x, p, rng: torch.tensor(x) * torch.tensor(rng.random(x.shape) >= p) / (1 - p),
    "float32": lambda x, p, rng: (x * (rng.random(x.shape) >= p) / (1 - p)).astype(np.float32),
}  # fmt: skip


@pytest.mark.parametrize("way", RIGHT)
def test_dropout_passes_however_its_mask_is_drawn(way):
    verdict = lesson.dropout.check(
        lambda x, p, training, rng: RIGHT[way](x, p, rng) if training else x
    )
    assert verdict.status == "correct", verdict


def test_a_right_mask_is_never_taken_for_a_wrong_one():
    """200 masks of the sizes that the check draws, each against the oracle's facts."""
    x = np.random.default_rng(0).normal(size=(300, 200))
    for p in (0.3, 0.98):
        want = oracles.dropout(x, p, True, np.random.default_rng(1))
        want = facts_of(want, x / (1 - p), p, x)
        before = x
        for seed in range(100):
            y = x * (np.random.default_rng(seed).random(x.shape) >= p) / (1 - p)
            assert facts_of(y, x / (1 - p), p, before).clash(want) is None, (p, seed)
            before = y


def drawn(x, rng):
    return rng.random(x.shape)


WRONG = {
    "keeps with np.where, p as keep": (lambda x, p, rng: np.where(drawn(x, rng) < p, x / p if p else x, 0), "p read as keep"),
    "keeps by binomial, p as keep": (lambda x, p, rng: x * rng.binomial(1, p, x.shape) / max(p, 1e-9), "p read as keep"),
    "mask inverted": (lambda x, p, rng: x * (drawn(x, rng) < p) / (1 - p), "mask the wrong way round"),
    "unscaled": (lambda x, p, rng: np.where(drawn(x, rng) < p, 0, x), "no scaling"),
    "rows in a loop": (lambda x, p, rng: np.array([row * (rng.random() >= p) for row in x]) / (1 - p), "a whole row dropped at once"),
    "a draw for each unit": (lambda x, p, rng: x * (rng.random(x.shape[1]) >= p) / (1 - p), "one mask for all rows"),
    "one if": (lambda x, p, rng: x / (1 - p) if rng.random() >= p else 0 * x, "one draw for everything"),
    "seeded inside": (lambda x, p, rng: RIGHT["binomial"](x, p, np.random.default_rng(42)), "the same mask at every call"),
    "NumPy's global generator": (lambda x, p, rng: x * (np.random.random(x.shape) >= p) / (1 - p), "another source of chance"),  # noqa: NPY002
    "torch's generator": (lambda x, p, rng: torch.nn.functional.dropout(torch.tensor(x), p), "another source of chance"),
    "draws multiplied": (lambda x, p, rng: x * drawn(x, rng), "draws used as the mask"),
    "by the share": (lambda x, p, rng: (lambda m: x * m / m.mean())(drawn(x, rng) >= p), "divided by the share that was kept"),
    "a fixed number": (lambda x, p, rng: x * rng.permutation(np.arange(x.size) >= round(p * x.size)).reshape(x.shape) / (1 - p), "always the same number dropped"),
    "a fixed number a row": (lambda x, p, rng: x * rng.permuted(np.tile(np.arange(x.shape[1]) >= round(p * x.shape[1]), (len(x), 1)), axis=1) / (1 - p), None),
    "pairs of rows": (lambda x, p, rng: x * np.repeat(rng.random(((len(x) + 1) // 2, x.shape[1])) >= p, 2, 0)[: len(x)] / (1 - p), None),
    "a normal draw": (lambda x, p, rng: x * (rng.normal(size=x.shape) >= p) / (1 - p), None),
    "tenths": (lambda x, p, rng: x * (rng.integers(0, 10, x.shape) >= round(10 * p)) / (1 - p), None),
    "whole numbers": (lambda x, p, rng: x * (drawn(x, rng) >= p) // (1 - p), None),
    "only zeros": (lambda x, p, rng: 0 * x, None),
    "not a number": (lambda x, p, rng: np.where(drawn(x, rng) >= p, x / (1 - p), np.nan), None),
    "another shape": (lambda x, p, rng: RIGHT["binomial"](x, p, rng).ravel(), None),
}  # fmt: skip


@pytest.mark.parametrize("way", WRONG)
def test_dropout_done_wrong_is_told_so_by_name(way):
    function, name = WRONG[way]
    verdict = lesson.dropout.check(
        lambda x, p, training, rng: function(x, p, rng) if training else x
    )
    assert (verdict.status, verdict.mistake) == ("not yet", name), verdict


def test_a_wrong_entry_is_shown_with_what_it_should_be():
    verdict = lesson.dropout.check(lambda x, p, training, rng: np.sign(x) if training else x)
    assert verdict.mistake is None
    assert dict(verdict.details)["Yours"] == "[0, 0] 1.0"
    assert dict(verdict.details)["Expected"] == "[0, 0] 6.66667, or 0 if dropped"


def test_the_backward_oracle_is_autograds_gradient_of_dropout():
    torch.manual_seed(0)
    x = torch.randn(5, 7, dtype=torch.float64, requires_grad=True)
    y = torch.nn.functional.dropout(x, 0.3)
    grad_output = torch.randn(5, 7, dtype=torch.float64)
    y.backward(grad_output)
    got = lesson.dropout_grad.oracle(grad_output.numpy(), (y != 0).numpy(), 0.3)
    assert np.allclose(got, x.grad.numpy())


@pytest.mark.parametrize("seed", [0, 3])
def test_a_fresh_mask_in_the_backward_pass_is_named_whichever_it_is(seed):
    def fresh(grad_output, mask, p):
        again = np.random.default_rng(seed).random(mask.shape) >= p
        return grad_output * again / (1 - p)

    assert lesson.dropout_grad.check(fresh).mistake == "a fresh mask"


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_mean_and_variance_are_those_over_all_masks(p):
    x = np.array([1.5, -2.0, 3.0])
    masks = np.array(list(itertools.product((0, 1), repeat=3)))
    weights = np.prod(np.where(masks == 1, 1 - p, p), axis=1)
    outputs = x * masks / (1 - p)
    mean = weights @ outputs
    variance = weights @ (outputs - mean) ** 2
    got = lesson.dropout_mean_and_variance.oracle(x, p)
    assert np.allclose(got[0], mean) and np.allclose(got[1], variance)
    assert np.allclose(got[1], x**2 * p / (1 - p)) and np.allclose(got[0], x)


def test_no_mean_falls_outside_the_explorers_axis():
    every = np.array(list(itertools.product((0.0, 1.0), repeat=explorers.UNITS)))
    outputs = explorers.masked_outputs(every, 0.9) / (1 - 0.9)
    for one in outputs:
        low, high = explorers._room(one[None, None])
        assert low <= one <= high
    explorer = lesson.explore()
    means = explorer.views[0].artists["curves"][0].axes
    for p in (0.9, 0.0):
        explorer.set(p=p, number=1)
        for _ in range(5):
            explorer.controls["resample"].click()
            low, high = means.get_ylim()
            assert low <= explorer.numbers["this mask"] <= high


def test_where_p_divides_the_variance_p_was_read_as_keep():
    verdict = lesson.dropout_mean_and_variance.check(lambda x, p: (x, x**2 * (1 - p) / p))
    assert verdict.mistake == "p read as keep"


def test_the_mean_over_all_masks_of_the_explorer_is_its_evaluation():
    n = len(explorers.HIDDEN)
    every = np.array(list(itertools.product((0.0, 1.0), repeat=n)))
    for p in (0.25, 0.9):
        weights = np.prod(np.where(every == 1, 1 - p, p), axis=1)
        mean = weights @ explorers.masked_outputs(every, p) / (1 - p)
        assert np.isclose(mean, explorers.HIDDEN @ explorers.WEIGHT)


def test_the_explorer_reads_out_the_means_of_its_masks():
    explorer = lesson.explore()
    explorer.set(p=0.5, number=explorers.MASKS)
    numbers = explorer.numbers
    assert np.isclose(numbers["mean with 1/(1 − p)"], 2 * numbers["mean without"])
    spread = np.sqrt((explorers.HIDDEN * explorers.WEIGHT) ** 2 @ np.ones(len(explorers.HIDDEN)))
    off = abs(numbers["mean with 1/(1 − p)"] - numbers["evaluation"])
    assert off < 4 * spread / np.sqrt(explorers.MASKS)  # p / (1 − p) is 1
    before = explorer.numbers
    explorer.controls["resample"].click()
    assert explorer.numbers != before
    explorer.set(p=0.0, number=1)
    assert explorer.numbers["this mask"] == explorer.numbers["evaluation"]


def notebooks_own():
    """What the notebook's cells define up to its training loop."""
    code = [cell for cell in course.cells("04_dropout") if cell.kind == "code"]
    named = [cell for cell in code if "def network(" in cell.text or "def train(" in cell.text]
    return course._run([code[0], *named])


@pytest.fixture(scope="module")
def trained():
    """The notebook's train, and the runs it gives for p = 0 and p = 0.5."""
    train = notebooks_own()["train"]
    return train, lesson.fit(train, 0.0, 0.5)


def test_probabilities_are_those_of_the_trained_network(trained):
    _, runs = trained
    points = np.random.default_rng(0).normal(size=(20, 2))
    for run in runs.values():
        with torch.no_grad():
            want = torch.sigmoid(run.net(torch.tensor(points, dtype=torch.float32))).numpy()
        assert np.allclose(training.probability(run.layers, points), want, atol=1e-5)
        found = training.probability(run.layers, training.PLANE)
        assert np.allclose(found, run.region, atol=1e-5)
    assert sum(part.numel() for part in run.net.parameters()) == 17_025  # as the notebook says


def test_training_is_the_same_each_time_and_leaves_torchs_generator_alone():
    train = notebooks_own()["train"]
    torch.manual_seed(5)
    state = torch.get_rng_state()
    one, two = (
        lesson.fit(lambda p, record: train(p, record, steps=25), 0.5)[0.5] for _ in range(2)
    )
    assert torch.equal(torch.get_rng_state(), state)
    assert np.array_equal(one.losses, two.losses)
    assert one.losses.shape == (4, 2)  # before steps 0, 10, 20, and at the end
    assert one.losses[-1, 0] < one.losses[0, 0]
    assert not one.net.training


def test_what_the_notebook_says_of_the_experiment_is_so(trained):
    without, with_dropout = trained[1].values()
    assert without.losses[-1, 0] < with_dropout.losses[-1, 0]  # the training loss: lower without
    assert with_dropout.losses[-1, 1] < without.losses[-1, 1]  # on new points: higher without
    assert without.losses[:, 1].argmin() < len(without.losses) // 4  # stopping early would help
    rises = [training.missing_unit(run.layers, *training.TRAINING) for run in trained[1].values()]
    assert rises[0][0] > np.log(2)  # one unit gone: worse than guessing
    assert rises[1][0] < 0.1 * rises[0][0]
    points, labels = training.NEW
    mean = training.thinned(with_dropout.layers, 0.5, 60, points).mean(0)
    assert abs(training.accuracy(mean, labels) - with_dropout.accuracy) < 0.03


def test_single_passes_disagree_and_their_mean_is_near_the_pass_with_dropout_off(trained):
    net, torch_state = trained[1][0.5].net, torch.get_rng_state()
    cell = next(cell for cell in course.cells("04_dropout") if "net.train()\n    on" in cell.text)
    space = {"runs": trained[1], "torch": torch, "lesson": lesson}
    exec(cell.text, space)
    torch.set_rng_state(torch_state)
    assert not net.training
    assert space["on"].std() > 0.2 and abs(space["on"].mean() - space["off"].item()) < 0.1
    assert len(space["on"].unique()) > 400  # a mask for each row


def test_another_p_is_trained_when_asked_and_kept(trained):
    train, runs = trained
    asked = []

    def short(p, record):
        asked.append(p)
        return train(p, record, steps=30)

    explorer = lesson.explore_training(short, dict(runs))
    assert not asked  # what was trained before is shown
    explorer.set(p=0.7)
    assert not any("p = 0.7" in name for name in explorer.numbers)
    explorer.controls["press"].click()
    kept = explorer.numbers["loss on new points (p = 0.7)"]
    explorer.set(p=0.5)
    assert explorer.numbers["loss on new points (p = 0.5)"] == runs[0.5].losses[-1, 1]
    explorer.set(p=0.7)
    assert explorer.numbers["loss on new points (p = 0.7)"] == kept and asked == [0.7]


def test_a_longer_training_is_drawn_to_its_end(trained):
    train, _ = trained
    runs = lesson.fit(lambda p, record: train(p, record, steps=500), 0.0)
    explorer = lesson.explore_training(train, runs | trained[1] | runs)
    left = explorer.views[0].figure.axes[2]
    assert left.get_xlim()[1] >= 500


def test_batch_norm_after_dropout_expects_another_variance():
    torch.manual_seed(0)
    x = torch.randn(100_000, 1)
    layers = torch.nn.Sequential(torch.nn.Dropout(0.5), torch.nn.BatchNorm1d(1, momentum=None))
    layers(x)
    noise = lesson.dropout_mean_and_variance.oracle(x.numpy(), 0.5)[1].mean()
    assert np.isclose(layers[1].running_var.item(), x.var().item() + noise, rtol=0.02)
