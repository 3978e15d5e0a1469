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
    "half dropped": (lambda x, p, rng: x * drawn(x, rng).round() / (1 - p), "half dropped, whatever p is"),
    "a coin": (lambda x, p, rng: x * rng.integers(0, 2, x.shape) / (1 - p), "half dropped, whatever p is"),
    "brackets": (lambda x, p, rng: x * rng.binomial(1, 1 - p, x.shape) / 1 - p, "brackets left out"),
    "brackets in the mask": (lambda x, p, rng: x * ((drawn(x, rng) >= p) / 1 - p), "p taken from the mask"),
    "doubled": (lambda x, p, rng: np.where(drawn(x, rng) < p, 0, 2 * x), "doubled, whatever p is"),
    "the mask alone": (lambda x, p, rng: (drawn(x, rng) >= p) / (1 - p), None),
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


def test_of_the_mistakes_no_array_is_kept():
    drawn = [one.value for known in lesson.dropout.known() for one in known.outcomes]
    drawn = [one for one in drawn if hasattr(one, "facts")]
    assert drawn and all(one.array is one.kept is None for one in drawn)


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

    assert lesson.dropout_grad.check(fresh).mistake == "another mask"


def test_dropped_entries_left_as_they_are_are_not_taken_for_brackets_left_out():
    def kept(x, p, training, rng):
        return np.where(rng.random(x.shape) < p, x, x / (1 - p)) if training else x

    def brackets(x, p, training, rng):
        return x * ((rng.random(x.shape) >= p) / 1 - p) if training else x

    assert lesson.dropout.check(kept).mistake == "dropped entries left as they are"
    assert lesson.dropout.check(brackets).mistake == "p taken from the mask"


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


SLIPS = {
    "p read as keep": lambda x, p: (x, x**2 * (1 - p) / p),
    "brackets left out": lambda x, p: (x, x**2 * p / 1 - p),
    "brackets left out in the mean": lambda x, p: ((1 - p) * x / 1 - p, x**2 * p / (1 - p)),
    "probability forgotten": lambda x, p: (x, (x / (1 - p)) ** 2 - x**2),
    "E[y²] weighted with p": lambda x, p: (x, p * (x / (1 - p)) ** 2 - x**2),
    "kept value not enlarged in E[y²]": lambda x, p: (x, (1 - p) * x**2 - x**2),
    "only the kept outcome": lambda x, p: (x, (1 - p) * (x / (1 - p) - x) ** 2),
    "variance scaled once": lambda x, p: (x, x**2 * p * (1 - p) / (1 - p)),
    "at evaluation": lambda x, p: (x, (1 - p) * x**2 / (1 - p) - x**2),
    "outcomes weighted alike": lambda x, p: (x / (1 - p) / 2, np.var([0 * x, x / (1 - p)], axis=0)),
    "weighted with p": lambda x, p: (p * x / (1 - p), x**2 * p / (1 - p)),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_in_mean_or_variance_is_named(name):
    assert lesson.dropout_mean_and_variance.check(SLIPS[name]).mistake == name


# --- the expected loss ----------------------------------------------------------------------------


def over_masks(x, weight, target, p):
    """The mean loss, mask by mask, as a learner may write it."""
    total = 0.0
    for mask in itertools.product((0, 1), repeat=len(x)):
        chance = np.prod([1 - p if kept else p for kept in mask])
        total += chance * ((weight * x * mask).sum() / (1 - p) - target) ** 2
    return total


LOSSES = {
    "one pass with dropout off": lambda x, w, t, p: (w @ x - t) ** 2,
    "plain weight decay": lambda x, w, t, p: (w @ x - t) ** 2 + p / (1 - p) * w @ w,
    "units dropped together": lambda x, w, t, p: (1 - p) * (w @ x / (1 - p) - t) ** 2 + p * t**2,
    "variance unscaled": lambda x, w, t, p: (w @ x - t) ** 2 + p * (1 - p) * (w * x) @ (w * x),
    "brackets left out": lambda x, w, t, p: (w @ x - t) ** 2 + (w**2 @ x**2) * p / 1 - p,
    "brackets left out in front": lambda x, w, t, p: (w @ x - t) ** 2 + p / 1 - p * (w**2 @ x**2),
    "weights not squared": lambda x, w, t, p: (w @ x - t) ** 2 + w @ (x**2 * p / (1 - p)),
    "all masks equally likely": lambda x, w, t, p: np.mean(
        [((w * x * m).sum() / (1 - p) - t) ** 2 for m in itertools.product((0, 1), repeat=len(x))]
    ),
    "products of different terms forgotten": lambda x, w, t, p: (
        (w * x) @ (w * x) / (1 - p) - 2 * t * w @ x + t**2
    ),
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_slip_in_the_expected_loss_is_named(name):
    wrong = LOSSES[name]
    verdict = lesson.expected_loss.check(lambda x, weight, target, p: wrong(x, weight, target, p))
    assert verdict.mistake == name


def test_the_expected_loss_may_be_found_mask_by_mask():
    assert lesson.expected_loss.check(over_masks).status == "correct"


def test_dropout_adds_an_l2_penalty_that_shrinks_and_rewards_sharing():
    def loss(x, weight, p, target=1.0):
        return lesson.expected_loss.oracle(np.array(x), np.array(weight), target, p)

    x, weight = np.array([2.0, -1.0, 0.5]), np.array([1.0, 3.0, -2.0])
    added = loss(x, weight, 0.3) - loss(x, weight, 0.0)
    assert np.isclose(added, 0.3 / 0.7 * (weight**2 @ x**2))
    weights = np.linspace(0, 1.3, 14)  # those of the picture
    for p in (0.0, 0.2, 0.5):
        assert np.isclose(weights[np.argmin([loss([1.0], [w], p) for w in weights])], 1 - p)
    alone, shared = (loss([1.0, 1.0], weight, 0.5) for weight in ([1.0, 0.0], [0.5, 0.5]))
    assert np.isclose(shared, alone / 2)


# --- programs to break ----------------------------------------------------------------------------


@pytest.mark.parametrize("p", [1e-9, 0.02, 0.3, 0.49, 0.51, 0.7, 0.98, 1 - 1e-9])
def test_p_read_as_the_chance_to_stay_is_right_at_a_half_alone(p):
    assert lesson.break_dropout.check(0.5).status == "correct"
    verdict = lesson.break_dropout.check(p)
    assert verdict.mistake == ("p below a half" if p < 0.5 else "p above a half")


@pytest.mark.parametrize("p", [0, 1, 1.5, -1])
def test_where_p_is_no_chance_of_dropout_nothing_is_said_of_a_half(p):
    verdict = lesson.break_dropout.check(p)
    assert (verdict.status, verdict.mistake) == ("not yet", None)


def test_a_pass_without_dropout_is_the_mean_where_no_term_works_against_another():
    rng = np.random.default_rng(0)
    for _ in range(30):
        x, weight, p = rng.integers(-3, 4, 3), rng.integers(-3, 4, 3), rng.choice([0.2, 0.5, 0.9])
        terms = x * weight
        opposed = (terms > 0).any() and (terms < 0).any()
        verdict = lesson.break_mean.check((x.astype(float), weight.astype(float), p))
        assert verdict.status == ("correct" if opposed else "not yet"), (x, weight, p)
        assert verdict.mistake == (None if opposed else "one sign")


@pytest.mark.parametrize("x, p", [(1.0, 1e-12), (1e-9, 0.5)])
def test_a_program_that_is_wrong_by_next_to_nothing_is_not_called_right(x, p):
    verdict = lesson.break_mean.check(([x, x], [1.0, -1.0], p))
    assert (verdict.status, verdict.mistake) == ("not yet", "too little to see")


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
    assert with_dropout.losses[:, 1].min() < 0.7 * with_dropout.losses[-1, 1]  # climbs too
    gaps = [run.losses[-1] @ (-1, 1) for run in (without, with_dropout)]
    assert gaps[1] < 0.3 * gaps[0]
    assert abs(without.accuracy - with_dropout.accuracy) < 0.02
    assert 0.45 < without.sure < 0.55 and 0.1 < with_dropout.sure < 0.125  # one in two, in nine


def test_what_the_notebook_says_of_single_units_is_so(trained):
    points, labels = training.TRAINING
    both = [training.missing_unit(run.layers, points, labels) for run in trained[1].values()]
    (rises, shares), (small, still) = both
    assert rises[0] > np.log(2) and small[0] < 0.01 * rises[0]
    assert shares[0] == 0.75 and (np.diff(rises) <= 0).all()
    right = training.accuracy(training.probability(trained[1][0.5].layers, points), labels)
    assert abs(still - right).max() < 1.5 / len(points)  # one point more or less
    layers = trained[1][0.0].layers
    masks = [np.arange(128) != unit for unit in range(128)]
    found = [training.probability(layers, points, [mask, 1.0]) for mask in masks]
    worst = max(found, key=lambda one: training.log_loss(one, labels))
    wrong = worst[(worst > 0.5) != (labels > 0.5)]
    assert len(wrong) == 20 and (abs(wrong - 0.5) > 0.49).sum() == 18


def test_the_mean_over_masks_decides_as_dropout_off_does_and_is_less_sure(trained):
    run = trained[1][0.5]
    points = np.vstack([training.PLANE, training.NEW[0]])
    every, n = training.thinned(run.layers, 0.5, 60, points), len(training.PLANE)
    for number in (10, 30, 60):
        mean = every[:number].mean(0)
        plane = mean[:n]
        assert ((plane > 0.5) == (run.region > 0.5)).mean() > 0.98
        assert abs(plane - run.region).max() > 0.4 and abs(plane - run.region).mean() < 0.045
        assert (abs(plane - 0.5) < abs(run.region - 0.5)).mean() > 0.85
        assert training.log_loss(mean[n:], training.NEW[1]) < 0.8 * run.losses[-1, 1]
    explorer = explorers.explore_ensemble(run)
    explorer.set(number=30)
    apart = abs(every[:30, :n].mean(0) - run.region)
    assert np.isclose(explorer.numbers["difference to dropout off, largest"], apart.max())
    assert np.isclose(explorer.numbers["difference to dropout off, mean"], apart.mean())
    assert np.isclose(explorer.numbers["loss, dropout off"], run.losses[-1, 1])


def test_other_values_of_p_do_what_the_notebook_says(trained):
    train, runs = trained
    more = {p: training.fit_one(train, p) for p in (0.8, 0.9)} | runs
    new = {p: run.losses[-1, 1] for p, run in more.items()}
    assert more[0.8].accuracy > more[0.9].accuracy > more[0.5].accuracy
    assert new[0.9] < new[0.8] < new[0.5]
    on_training = [more[p].losses[-1, 0] for p in (0.0, 0.5, 0.8, 0.9)]
    assert on_training == sorted(on_training)


def test_other_starts_tell_the_same(trained):
    train, runs = trained
    for seed in range(1, 6):
        one = {p: training.fit_one(train, p, seed=seed) for p in (0.0, 0.5)}
        assert not np.array_equal(one[0.0].losses, runs[0.0].losses)
        assert one[0.5].losses[-1, 1] < 0.45 * one[0.0].losses[-1, 1]
        assert one[0.0].losses[:, 1].min() < 0.75 * one[0.5].losses[-1, 1]
        assert abs(one[0.0].accuracy - one[0.5].accuracy) < 0.025


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


def test_dropout_on_channels_drops_whole_ones():
    torch.manual_seed(0)
    image = torch.nn.Dropout2d(0.5)(torch.ones(1, 8, 5, 5))[0]
    assert all(len(channel.unique()) == 1 for channel in image)
    assert sorted(set(image.ravel().tolist())) == [0.0, 2.0]


def test_batch_norm_after_dropout_expects_another_variance():
    torch.manual_seed(0)
    x = torch.randn(100_000, 1)
    layers = torch.nn.Sequential(torch.nn.Dropout(0.5), torch.nn.BatchNorm1d(1, momentum=None))
    layers(x)
    noise = lesson.dropout_mean_and_variance.oracle(x.numpy(), 0.5)[1].mean()
    assert np.isclose(layers[1].running_var.item(), x.var().item() + noise, rtol=0.02)
