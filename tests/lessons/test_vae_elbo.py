"""Lesson 9: numbers against independent ones, odd right answers, wrong ones and their messages."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from helpers.lessons import vae_elbo as lesson
from helpers.lessons.vae_elbo import digits as digits_module
from helpers.lessons.vae_elbo import explorers, finite, mistakes, on_grid, oracles, pca
from helpers.lessons.vae_elbo.digits import digits, tiled
from helpers.lessons.vae_elbo.pieces import pieces, random_batch
from tests import course

NAME = "09_vae_elbo"
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(40)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def status(exercise, answer):
    return getattr(lesson, exercise).check(answer).status


# --- the data -------------------------------------------------------------------------------------


def test_the_digits_are_those_of_the_source_and_their_licence_is_named():
    images, labels = digits()
    assert images.shape == (1797, 64) and images.dtype == np.float32
    assert images.min() == 0 and images.max() == 1 and set(np.unique(images * 16)) <= set(range(17))
    # How often each digit stands in the test part, as its documentation counts them.
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    readme = (Path(digits_module.__file__).parent / "data" / "README.md").read_text("utf-8")
    assert "CC BY 4.0" in readme and "UCI" in readme and "Kaynak" in readme


def test_tiling_keeps_every_image_whole():
    images = digits()[0][:6]
    whole = tiled(images, 3)
    assert whole.shape == (16, 24)
    assert np.array_equal(whole[8:, 8:16], images[4].reshape(8, 8))


# --- the explorers --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gap_explorer():
    """One for all settings: as under a hand, each follows another."""
    return lesson.explore()


def normal(x, mean, width):
    return np.exp(-(((x - mean) / width) ** 2) / 2) / (width * math.sqrt(2 * math.pi))


@pytest.mark.parametrize(
    "x, mean, width", list(itertools.product((-3.0, 0.5, 1.5), (-3.0, 0.4, 1.2), (0.1, 0.6, 2.0)))
)
def test_the_gap_explorer_shows_what_integration_gives(gap_explorer, x, mean, width):
    explorer = gap_explorer
    explorer.set(x=x, mean=mean, width=width)
    z = np.linspace(-30, 30, 600_001)
    step = z[1] - z[0]
    joint = normal(z, 0, 1) * normal(x, 0.8 * z, 0.6)
    evidence = joint.sum() * step
    sample = mean + width * NODES  # averages under q: polynomials of degree 2, so exact
    log_joint = np.log(normal(0.0, 0, 1)) - sample**2 / 2 - np.log(0.6 * math.sqrt(2 * math.pi))
    log_joint -= ((x - 0.8 * sample) / 0.6) ** 2 / 2
    log_q = -(NODES**2) / 2 - np.log(width * math.sqrt(2 * math.pi))
    elbo = WEIGHTS @ (log_joint - log_q)
    got = explorer.numbers
    assert got["log p(x)"] == pytest.approx(np.log(evidence), abs=1e-9)
    assert got["ELBO"] == pytest.approx(elbo, abs=1e-9)
    assert got["KL(q‖posterior)"] == pytest.approx(np.log(evidence) - elbo, abs=1e-8)


@pytest.mark.parametrize(
    "x, mean, width", list(itertools.product((-3.0, 0.0, 3.0), (-3.0, 0.0, 3.0), (0.1, 0.6, 2.0)))
)
def test_the_stack_is_as_high_as_log_p_to_a_fraction_of_a_pixel(gap_explorer, x, mean, width):
    explorer = gap_explorer
    explorer.set(x=x, mean=mean, width=width)
    whole, bound, gap = explorer.views[0].artists["bars"]
    axes = whole.axes

    def pixel(y):
        return axes.transData.transform((0, y))[1]

    def top(bar):
        return pixel(bar.get_y() + bar.get_height())

    assert abs(top(whole) - top(gap)) < 1e-6
    assert abs(pixel(gap.get_y()) - top(bound)) < 1e-6
    assert axes.get_ylim()[0] < bound.get_y() + bound.get_height()  # the ELBO is in the picture
    assert pixel(axes.get_ylim()[1]) > top(whole)


def test_the_gap_closes_at_the_posterior_and_nowhere_else_on_the_sliders():
    explorer = lesson.explore()
    closed = []
    means = np.round(np.arange(-3, 3.01, 0.1), 1)
    for mean, width in itertools.product(means, np.round(np.arange(0.1, 2.01, 0.1), 1)):
        if abs(explorers.linear_gaussian(1.5, mean, width)[2]) < 1e-9:
            closed.append((mean, width))
    assert closed == [(1.2, 0.6)]
    explorer.set(**explorer.presets["q = posterior"])
    assert explorer.numbers["KL(q‖posterior)"] < 1e-12
    assert explorer.views[0].artists["bars"][2].get_height() == pytest.approx(0, abs=1e-12)


def test_the_map_decodes_a_digits_code_to_the_best_picture_of_it():
    images = digits()[0].astype(float)
    codes, decode = explorers.pca_map()
    assert np.allclose(codes.std(0), 1)
    centred = images - images.mean(0)
    U, S, Vt = np.linalg.svd(centred, full_matrices=False)
    assert np.allclose(decode(codes), images.mean(0) + U[:, :2] * S[:2] @ Vt[:2], atol=1e-6)
    explorer = lesson.explore_latent()
    explorer.set(z1=0.5, z2=-1.0)
    near = np.hypot(codes[:, 0] - 0.5, codes[:, 1] + 1) < 0.5
    assert explorer.numbers["digits within 0.5"] == near.sum()


def test_on_pcas_plane_the_middle_is_grey_and_crowded_and_beyond_the_data_it_is_neither():
    explorer = lesson.explore_latent()
    explorer.set(z1=0.0, z2=0.0)
    near, grey = explorer.numbers.values()
    codes, labels = explorers.pca_map()[0], digits()[1]
    assert near > 50 and len(set(labels[np.hypot(*codes.T) < 0.5])) > 5
    explorer.set(z1=3.0, z2=0.0)
    beyond, ink = explorer.numbers.values()
    assert beyond == 0 and ink < 0.75 * grey


def test_the_gradient_explorer_reads_out_what_the_samples_give():
    explorer = lesson.explore_gradients()
    explorer.set(theta=-2.0, samples=10_000)
    eps = np.random.default_rng(0).normal(size=10_000)
    one, two = 2 * (eps - 2), (eps - 2) ** 2 * eps
    wanted = [-4.0, one.mean(), two.mean(), one.var(), two.var()]
    assert list(explorer.numbers.values()) == pytest.approx(wanted)
    before = explorer.picture().png
    explorer.controls["again"].click()
    assert explorer.picture().png != before


# --- what the prose claims ------------------------------------------------------------------------


@pytest.mark.parametrize("theta", [-3.0, 0.0, 1.0, 2.5])
def test_both_estimators_are_unbiased_and_differ_in_variance(theta):
    one, two = oracles.reparam_gradient(theta, NODES), oracles.score_function_gradient(theta, NODES)
    assert WEIGHTS @ one == pytest.approx(2 * theta) and WEIGHTS @ two == pytest.approx(2 * theta)
    spread = [WEIGHTS @ (g - 2 * theta) ** 2 for g in (one, two)]
    assert spread == pytest.approx([4, theta**4 + 14 * theta**2 + 15])
    if theta == 1:
        assert spread == pytest.approx([4, 30])


@pytest.mark.parametrize("mu, logvar", [(0.0, 0.0), (1.5, -14.0), (-4.0, 9.0), (0.2, 2.0)])
def test_the_closed_form_of_the_kl_is_the_integral(mu, logvar):
    sigma = math.exp(logvar / 2)
    z = mu + sigma * NODES
    integral = WEIGHTS @ ((-(NODES**2) / 2 - math.log(sigma)) + z**2 / 2)
    mine = course.solved(NAME)["gaussian_kl"](torch.tensor([[mu]]), torch.tensor([[logvar]]))
    assert float(mine) == pytest.approx(integral, rel=1e-5, abs=1e-6)


def test_the_gap_is_the_kl_to_the_posterior_and_only_the_posterior_closes_it():
    solved = course.solved(NAME)
    for model in finite.models():
        arguments = model.p_z, model.p_x_given_z
        truth = solved["posterior"](*arguments)
        log_p = solved["log_likelihood"](*arguments)
        assert solved["elbo"](truth, *arguments) == pytest.approx(log_p)
        gap = solved["kl"](model.q, truth).sum()
        assert solved["elbo"](model.q, *arguments) == pytest.approx(log_p - gap)
        assert (gap > 1e-6) == (not np.allclose(model.q, truth))


def test_no_decoder_beats_the_average_weighted_by_q():
    rng = np.random.default_rng(0)
    x, weight = rng.uniform(size=(5, 3)), rng.dirichlet(np.ones(5))

    def score(pixels):  # what one z earns: Σ_j q(z|x_j) log p(x_j|z)
        return (weight[:, None] * (x * np.log(pixels) + (1 - x) * np.log(1 - pixels))).sum()

    best = weight @ x
    others = [rng.uniform(0.01, 0.99, 3) for _ in range(200)] + [best + 0.01, best - 0.01]
    assert all(score(best) > score(other) for other in others)


@pytest.fixture(scope="module")
def notebook():
    """What the solved notebook's code cells define; those that only show a view are left out."""
    space = {}
    for cell in course.cells(NAME):
        if cell.kind == "code" and not cell.text.startswith("lesson."):
            exec(compile(cell.text, f"line {cell.line}", "exec"), space)
    return space


def test_the_linear_auto_encoder_finds_pcas_plane_and_the_vae_loses_less(notebook):
    assert notebook["angles"][0] > 30 and notebook["angles"][-1] < 0.1
    assert notebook["losses"][-1] == pytest.approx(notebook["least"], rel=1e-4)
    assert notebook["least"] == pytest.approx(3.4, abs=0.05)
    assert notebook["error"] == pytest.approx(2.5, abs=0.05)


def test_the_loss_falls_while_the_kl_sinks_first_and_then_rises_and_held_out_digits_follow(
    notebook,
):
    loss, kl, held_loss, held_kl = notebook["history"].T
    bottom = kl.argmin()
    assert bottom < 10 and kl[bottom] < 0.1 and kl[0] > 0.8
    assert 2.2 < kl[-1] < 2.4  # the model answer's 2.3 nats
    # A nat of KL buys more than a nat of reconstruction.
    assert (loss - kl)[bottom] - (loss - kl)[-1] > 2 * (kl[-1] - kl[bottom])
    assert loss[-1] < loss[0] - 5 and abs(held_loss[-10:].mean() - loss[-10:].mean()) < 0.15
    assert np.abs(held_kl - kl).max() < 0.1
    assert len(notebook["seen"]) + len(notebook["held_out"]) == 1797


def test_on_the_trained_vae_too_the_bound_and_the_gap_add_up_to_log_p(notebook):
    bound, gap, evidence = (notebook[name] for name in ("bound", "gap", "evidence"))
    assert bound + gap == pytest.approx(evidence, abs=1e-9)
    assert gap == pytest.approx(0.7, abs=0.05)
    assert -float(notebook["drawn"]) == pytest.approx(bound, abs=0.05)  # no grid in this one
    fine = on_grid.square(reach=5, side=161)
    prior = on_grid.normals(fine, [[0, 0]], [[1, 1]])[0]
    table = on_grid.likelihoods(notebook["vae"].decode(fine), notebook["ink"])
    finer = oracles.log_likelihood(prior, table) / len(notebook["ink"])
    assert finer == pytest.approx(evidence, abs=1e-3)


def test_beta_one_leaves_one_dimension_empty_and_four_all_of_them(notebook):
    shares, costs = notebook["shares"], notebook["costs"]
    assert min(shares[0.1]) > 1 and max(shares[4]) < 0.05
    usual = sorted(shares[1])
    assert usual[0] < 0.05 and usual[1] > 0.5
    assert min(costs, key=costs.get) == 1
    means = [sum(shares[beta]) for beta in sorted(shares)]
    assert means == sorted(means, reverse=True)


def test_the_kl_pulls_the_codes_to_the_prior_and_an_empty_code_gives_the_average_digit(notebook):
    mu, spread = notebook["mu"], notebook["logvar"].exp()
    assert mu.mean(0).abs().max() < 0.1
    assert (mu.var(0) + spread.mean(0) - 1).abs().max() < 0.1
    empty = notebook["models"][4][0]
    with torch.no_grad():
        answers = empty.decode(empty.encode(notebook["held_out"])[0])
    assert (answers - notebook["seen"].mean(0)).abs().mean() < 0.03
    assert answers.std(0).max() < 0.01


def test_the_mean_over_64_pixels_is_a_beta_of_64():
    batch = random_batch(0, 5, 64, 2, 1.0).args
    averaged = next(m.wrong for m in lesson.vae_loss.mistakes if m.name == "mean over pixels")
    kl = oracles.gaussian_kl(*batch[2:]).mean()
    weighed = oracles.vae_loss(*batch) + (64 - 1) * kl  # as the notebook's loop weighs it
    assert float(64 * averaged(*batch)) == pytest.approx(float(weighed), rel=1e-5)


def test_sharpness_is_bounded_by_what_the_code_says(notebook):
    sharpness, held_out = notebook["sharpness"], notebook["held_out"]

    def share(name):
        return sharpness(notebook[name]) / sharpness(held_out)

    assert 0.5 < share("best") < 0.56 and 0 < share("best") - share("reconstructed") < 0.06
    drawn = torch.bernoulli(notebook["reconstructed"], generator=torch.Generator().manual_seed(0))
    assert sharpness(drawn) > 2 * sharpness(held_out)
    nats, limit = notebook["nats"], notebook["limit"]
    assert nats == sorted(nats, reverse=True) and limit == sorted(limit, reverse=True)
    assert limit[0] == pytest.approx(0.86, abs=0.01)
    assert notebook["network"][0] == pytest.approx(0.65, abs=0.01)


def test_a_gaussian_would_do_for_most_digits_and_the_encoders_misses_it(notebook):
    grid, truth, vae = notebook["grid"], notebook["truth"], notebook["vae"]
    lost = on_grid.least_gaussian(grid, truth)[1]
    assert np.median(lost) < 0.07
    assert np.median(oracles.kl(notebook["q"], truth)) == pytest.approx(0.4, abs=0.05)
    grey, held_out = (
        on_grid.likelihoods(vae.decode(grid), notebook["held_out"]),
        notebook["mu"][::6],
    )
    q = on_grid.normals(grid, held_out, notebook["logvar"][::6].exp())
    of_grey = oracles.posterior(notebook["prior"], grey)
    assert np.median(oracles.kl(q, of_grey)) == pytest.approx(0.2, abs=0.05)
    assert np.median(on_grid.least_gaussian(grid, of_grey)[1]) < 0.07


def test_a_complex_code_is_refused_without_a_warning(recwarn):
    def complex_code(X, k):
        return by_eigenvectors(X, k) + 0j

    assert "not real numbers" in lesson.pca_code.check(complex_code).message
    assert not recwarn.list


# --- answers --------------------------------------------------------------------------------------


def by_eigenvectors(X, k):
    centred = X - X.mean(0)
    return centred @ np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :k]


def by_unsorted_eigenvectors(X, k):
    centred = X - X.mean(0)
    return centred @ np.linalg.eig(centred.T @ centred)[1][:, :k].real


def by_least_error(X, k):
    """No principal axes at all: any orthonormal basis of the best subspace."""
    code = by_eigenvectors(X, k)
    turn = np.linalg.qr(np.random.default_rng(k).normal(size=(k, k)))[0]
    return code @ turn


def by_torch(X, k):
    U, S, _ = torch.pca_lowrank(torch.tensor(X), q=min(X.shape))
    return U[:, :k] * S[:k]


RIGHT = {
    "pca_code": [
        by_eigenvectors,
        by_least_error,
        lambda X, k: -by_eigenvectors(X, k),
        lambda X, k: by_eigenvectors(X, k)[:, ::-1].astype(np.float32),
        by_torch,
    ],
    "log_likelihood": [
        lambda p, x: sum(math.log(sum(a * b for a, b in zip(row, p, strict=True))) for row in x),
        lambda p, x: np.log(np.einsum("nk,k->n", x, p)).reshape(-1, 1).sum(0)[0],
        lambda p, x: torch.log(torch.tensor(x) @ torch.tensor(p)).sum(),
    ],
    "posterior": [
        lambda p, x: [[a * b / np.dot(row, p) for a, b in zip(row, p, strict=True)] for row in x],
        lambda p, x: ((x * p).T / (x @ p)).T,
        lambda p, x: torch.softmax(torch.log(torch.tensor(x * p)), 1),
    ],
    "kl": [
        lambda q, p: torch.nn.functional.kl_div(
            torch.tensor(p + 0 * q).log(), torch.tensor(q + 0 * p), reduction="none"
        ).nan_to_num(nan=0.0, posinf=math.inf).sum(-1),
        lambda q, p: np.nansum(np.where(q > 0, q * (np.log(q) - np.log(p)), 0), -1),
        lambda q, p: np.apply_along_axis(
            lambda row: sum(
                0 if a == 0 else math.inf if b == 0 else a * math.log(a / b)
                for a, b in zip(row[: q.shape[-1]], row[q.shape[-1] :], strict=True)
            ),
            -1,
            np.concatenate([q + 0 * p, p + 0 * q], -1),
        ),
    ],
    "elbo": [
        lambda q, p, x: oracles.log_likelihood(p, x) - oracles.kl(q, oracles.posterior(p, x)).sum(),
        lambda q, p, x: sum(
            a * (math.log(b) + math.log(c) - math.log(a)) if b * c else -math.inf
            for r, s in zip(q, x, strict=True)
            for a, b, c in zip(r, s, p, strict=True)
            if a > 0
        ),
        lambda q, p, x: np.nansum(q * (np.log(x) + np.log(p) - np.log(q))),
    ],
    "gaussian_kl": [
        lambda mu, logvar: -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=1),
        lambda mu, logvar: torch.stack([
            sum((m * m + torch.exp(v) - 1 - v) / 2 for m, v in zip(a, b, strict=True))
            for a, b in zip(mu, logvar, strict=True)
        ]),
        lambda mu, logvar: (mu**2 / 2 + torch.exp(logvar) / 2 - 0.5 - logvar / 2).sum(axis=1),
    ],
    "reparametrize": [
        lambda mu, logvar, eps: torch.addcmul(mu, logvar.exp().sqrt(), eps),
        lambda mu, logvar, eps: mu.double() + torch.exp(logvar.double() / 2) * eps,
        lambda mu, logvar, eps: torch.normal(mu * 0, 1e-12) + mu + eps * torch.exp(0.5 * logvar),
    ],
    "reparam_gradient": [lambda theta, eps: [2 * theta + 2 * e for e in eps]],
    "score_function_gradient": [
        lambda theta, eps: [(theta + e) ** 2 * ((theta + e) - theta) for e in eps],
        lambda theta, eps: eps**3 + 2 * theta * eps**2 + theta**2 * eps,
    ],
    "vae_loss": [
        lambda logits, x, mu, v: torch.nn.functional.binary_cross_entropy_with_logits(
            logits, x, reduction="sum"
        ) / len(x) - 0.5 * (1 + v - mu**2 - v.exp()).sum() / len(x),
        lambda logits, x, mu, v: (
            (logits.clamp(min=0) - logits * x + torch.log1p(torch.exp(-logits.abs()))).sum(1)
            + oracles.gaussian_kl(mu, v)
        ).mean(),
        lambda logits, x, mu, v: sum(
            (torch.logaddexp(a * 0, a) - b * a).sum() for a, b in zip(logits, x, strict=True)
        ) / len(logits) + oracles.gaussian_kl(mu, v).mean(),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    "name, index", [(name, i) for name, answers in RIGHT.items() for i in range(len(answers))]
)
def test_an_unusual_right_answer_is_right(name, index):
    verdict = getattr(lesson, name).check(RIGHT[name][index])
    assert verdict.status == "correct", verdict


WRONG = {
    "pca_code": [
        by_unsorted_eigenvectors,
        lambda X, k: (X - X.mean(0))[:, :k],
        lambda X, k: (X - X.mean()) @ np.linalg.svd(X - X.mean(), full_matrices=False)[2][:k].T,
        lambda X, k: by_eigenvectors(X, k) / np.sqrt(len(X)),
        lambda X, k: by_eigenvectors(X, k)[:, :1].repeat(k, 1),
        lambda X, k: by_eigenvectors(X, k) @ np.diag(np.arange(1, k + 1.0)) * (1 + (k == 1)),
        lambda X, k: by_eigenvectors(X, k)[::-1],
    ],
    "log_likelihood": [
        lambda p, x: np.log((x @ p).mean()) * len(x),
        lambda p, x: np.log((x * p).max(1) * len(p)).sum(),
        lambda p, x: np.log10(x @ p).sum(),
        lambda p, x: np.log(x.sum(1) * p.sum()).sum(),
        lambda p, x: np.log(np.clip(x @ p, 1e-12, 1)).sum(),
        lambda p, x: np.log(x @ p + 1e-8).sum(),
    ],
    "posterior": [
        lambda p, x: np.exp(x * p) / np.exp(x * p).sum(1, keepdims=True),
        lambda p, x: x * p / (x * p).max(1, keepdims=True),
        lambda p, x: (x * p) / ((x * p).sum(1, keepdims=True) + 1e-8),
    ],
    "kl": [
        lambda q, p: oracles.kl(q, p) / np.log(2),
        lambda q, p: (oracles.kl(q, p) + oracles.kl(p + 0 * q, q)) / 2,
        lambda q, p: (q - p) ** 2 @ np.ones(q.shape[-1]),
        lambda q, p: np.abs(oracles.kl(q, p) - 0.01),
        lambda q, p: (q * np.log((q + 1e-8) / (p + 1e-8))).sum(-1),
    ],
    "elbo": [
        lambda q, p, x: oracles.log_likelihood(p, x),
        lambda q, p, x: oracles.elbo(q, p, x) - 0.1,
        lambda q, p, x: oracles.xlogy(q, x * q).sum() - oracles.kl(q, p).sum(),
        lambda q, p, x: (q * np.log(x + 1e-8)).sum() - oracles.kl(q, p).sum(),
        lambda q, p, x: oracles.xlogy(q, x).mean() - oracles.kl(q, p).mean(),
    ],
    "gaussian_kl": [
        lambda mu, v: mistakes.kl_formula(mu, v.exp().clamp(max=100), v),
        lambda mu, v: oracles.gaussian_kl(mu, v.clamp(-8, 8)),
        lambda mu, v: mistakes.kl_formula(mu, 1 + v, v),
        lambda mu, v: (mu**2 + v.exp() - 1 - v).mean(-1),
    ],
    "reparametrize": [
        lambda mu, v, eps: torch.randn_like(mu) * (v / 2).exp() + mu,
        lambda mu, v, eps: mu + (2 * v).exp() * eps,
        lambda mu, v, eps: mu + (v / 2).exp() * eps.abs(),
        lambda mu, v, eps: mu + (v / 2).exp().clamp(max=10) * eps,
    ],
    "reparam_gradient": [
        lambda theta, eps: 2 * theta + eps,
        lambda theta, eps: 2 * theta * (theta + eps),
        lambda theta, eps: np.full_like(eps, 2 * theta),
    ],
    "score_function_gradient": [
        lambda theta, eps: (theta + eps) ** 2 * theta,
        lambda theta, eps: theta**2 * eps,
        lambda theta, eps: ((theta + eps) ** 2 - theta**2 - 1) * eps,  # with a baseline: unbiased,
    ],  # but another estimator
    "vae_loss": [
        lambda logits, x, mu, v: oracles.vae_loss(x, logits, mu, v),
        lambda logits, x, mu, v: oracles.vae_loss(logits, x.round(), mu, v),
        lambda logits, x, mu, v: oracles.vae_loss(logits, x, v, mu),
        lambda logits, x, mu, v: oracles.vae_loss(logits, x, mu, v) * len(x),
        lambda logits, x, mu, v: oracles.vae_loss(logits, x, 2 * mu, v),
        lambda logits, x, mu, v: oracles.vae_loss(logits.clamp(-50, 50), x, mu, v),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    "name, index", [(name, i) for name, answers in WRONG.items() for i in range(len(answers))]
)
def test_a_further_wrong_answer_is_rejected(name, index):
    verdict = getattr(lesson, name).check(WRONG[name][index])
    assert verdict.status == "not yet" and verdict.message, verdict


@pytest.mark.parametrize(
    "form",
    [
        lambda p, x: (x * p).sum(0) * 0 + np.log(x * p).sum(0),
        lambda p, x: np.log(x * p),
        lambda p, x: np.log(x[:, 0] * p[0]).sum(),
        lambda p, x: np.log(x[:, -1] * p[-1]).sum(),
    ],
)
def test_the_sum_over_z_left_out_is_named_in_every_form_it_takes(form):
    assert lesson.log_likelihood.check(form).mistake.startswith("sum over z left out")


BROKEN = {
    "break_log_likelihood": [
        ([0.5, 0.5], [[0.3, 0.0]]),
        ([0.2, 0.3, 0.5], [[0.0, 0.0, 0.4], [0.0, 0.2, 0.0]]),
        {"p_z": np.array([0.9, 0.1]), "p_x_given_z": [[0.0, 1.0]]},
    ],
    "break_kl": [
        ([0.2, 0.8], [0.8, 0.2]),
        ([0.2, 0.3, 0.5], [0.5, 0.3, 0.2]),
        ([[0.1, 0.9], [0.7, 0.3]], [[0.9, 0.1], [0.3, 0.7]]),
    ],
    "break_vae_loss": [
        ([[17.0]], [[0.0]]),
        ([[1.0, 200.0], [0.5, -2.0]], [[0.3, 1.0], [0.0, 1.0]]),
        {"recon_logits": [[-200.0]], "x": [[1.0]]},
    ],
}


@pytest.mark.parametrize("name, index", [(name, i) for name in BROKEN for i in range(3)])
def test_a_wrong_program_is_broken_by_several_inputs(name, index):
    verdict = getattr(lesson, name).check(BROKEN[name][index])
    assert verdict.status == "correct", verdict


@pytest.mark.parametrize(
    "name, answer, said",
    [
        ("break_log_likelihood", ([0.5, 0.5], [[0.3, 0.2]]), "the program is wrong"),
        ("break_log_likelihood", ([1.0], [[0.3]]), "at least two"),
        ("break_log_likelihood", ([0.5, 0.6], [[0.3, 0.0]]), "sum to 1"),
        ("break_log_likelihood", ([0.5, 0.5], [[0.3, 1.2]]), "from 0 to 1"),
        ("break_log_likelihood", ([0.5, 0.5], [[0.3, 0.2, 0.0]]), "K columns"),
        ("break_vae_loss", ([[2.0, -3.0]], [[1.0, 0.0]]), "for such logits"),
        ("break_vae_loss", ([[-30.0]], [[1.0]]), "close to 1"),
        ("break_vae_loss", ([20.0], [1.0]), "tables of one shape"),
        ("break_vae_loss", ([[20.0]], [[2.0]]), "from 0 (paper)"),
        ("break_kl", ([0.2, 0.8], [0.3, 0.7]), "the program is wrong"),
        ("break_kl", ([0.2, 0.9], [0.9, 0.2]), "no distribution"),
        ("break_kl", ([1.0, 0.0], [0.0, 1.0]), "not finite"),
        ("break_kl", ([[0.2, 0.8], [0.5, 0.5]], [[0.8, 0.2], [0.5, 0.5]]), "only in one row"),
        # What is not the near miss that it looks like.
        ("break_log_likelihood", ([[0.3, 0.0], [0.0, 0.5]], [0.4, 0.6]), "p_z is a list"),
        ("break_log_likelihood", ([0.5, 0.5, 0.0], [[0.3, 0.4, 0.8]]), "every p(z) must be"),
        ("break_log_likelihood", ([0.5, 0.0, 0.6], [[0.3, 0.0, 0.0]]), "is a distribution"),
        ("break_log_likelihood", ([0.5, 0.5], [[0.0, 0.0]]), "A row of zeros"),
        ("break_log_likelihood", ([0.5, 0.5], [[0.0, 0.0], [0.3, 0.0]]), "A row of zeros"),
        ("break_log_likelihood", ([0.5, 0.5], [[1e-9, 3e-9]]), "the program is wrong"),
        ("break_log_likelihood", ([0.4, 0.6], [[0.6, 0.4]]), "an equal share in p(x_i)"),
        ("break_vae_loss", ([[3.0]], [[2.0]]), "from 0 (paper)"),
    ],
)
def test_an_input_that_proves_nothing_is_told_why(name, answer, said):
    verdict = getattr(lesson, name).check(answer)
    assert verdict.status == "not yet" and said in verdict.message, verdict


# --- building on what is written ------------------------------------------------------------------


def test_the_pieces_are_the_learners_where_they_are_right_and_pass_a_gradient():
    solved = course.solved(NAME)
    mine = pieces(lesson, gaussian_kl=solved["gaussian_kl"], vae_loss=solved["vae_loss"])
    assert mine.gaussian_kl is solved["gaussian_kl"] and mine.vae_loss is solved["vae_loss"]
    assert str(mine).count("yours") == 2 and "course" not in str(mine)


@pytest.mark.parametrize(
    "answer, why",
    [
        (lambda mu, logvar: ..., "not written yet"),
        (lambda mu, logvar: -oracles.gaussian_kl(mu, logvar), "not right yet"),
        (lambda mu, logvar: oracles.gaussian_kl(mu.detach(), logvar), "not right yet"),
    ],
)
def test_the_course_steps_in_and_says_why(answer, why):
    chosen = pieces(lesson, gaussian_kl=answer)
    assert chosen.gaussian_kl is lesson.gaussian_kl.oracle and why in str(chosen)


@pytest.mark.parametrize(
    "sample",
    [
        lambda mu, sigma: mu + sigma * torch.randn_like(sigma),
        lambda mu, sigma: torch.randn(mu.shape) * sigma + mu,
        lambda mu, sigma: torch.distributions.Normal(mu, sigma).rsample(),
    ],
)
def test_who_draws_fresh_noise_is_sent_to_eps(sample):
    for _ in range(2):
        verdict = lesson.reparametrize.check(lambda mu, v, eps: sample(mu, torch.exp(0.5 * v)))
        assert verdict.status == "not yet" and "use `eps`" in verdict.message, verdict


def without_a_way_back(right):
    """Right values, but through `no_grad`."""

    def answer(*args):
        with torch.no_grad():
            return right(*args)

    return answer


@pytest.mark.parametrize("name", ["gaussian_kl", "reparametrize", "vae_loss"])
@pytest.mark.parametrize(
    "cut",
    [
        without_a_way_back,
        lambda right: lambda *args: right(*args).detach(),
        lambda right: lambda *args: right(*args).tolist(),
        lambda right: lambda *args: right(*(torch.tensor(a.numpy()) for a in args)),
    ],
)
def test_right_values_that_no_gradient_passes_are_not_yet_right(name, cut):
    verdict = getattr(lesson, name).check(cut(getattr(oracles, name)))
    assert verdict.status == "not yet" and "gradient" in verdict.message


def test_planes_are_compared_by_their_largest_angle():
    basis = np.eye(5)[:, :2]
    tilted = basis.copy()
    tilted[:, 1] = np.cos(0.3) * basis[:, 1] + np.sin(0.3) * np.eye(5)[:, 4]
    angles = pca.principal_angles(basis @ [[2.0, 1.0], [0.5, 3.0]], tilted)
    assert angles == pytest.approx([np.degrees(0.3), 0], abs=1e-5)


@pytest.mark.parametrize(
    "columns_of, name",
    [
        (
            lambda C, k: np.linalg.svd(C, full_matrices=False)[2][:, :k],
            "rows of Vᵀ taken for columns",
        ),
        (lambda C, k: np.linalg.eigh(C.T @ C)[1][:, :k], "smallest eigenvalues first"),
    ],
)
def test_the_slips_of_numpys_own_decompositions_are_named(columns_of, name):
    def answer(X, k):
        centred = X - X.mean(0)
        return centred @ columns_of(centred, k)

    assert lesson.pca_code.check(answer).mistake == name


@pytest.mark.parametrize("logit, ink", [(13, 0), (20, 1), (50, 0.5), (-95, 0), (-200, 1)])
def test_each_large_logit_breaks_the_loss_by_hand_where_the_praise_says_so(logit, ink):
    assert status("break_vae_loss", ([[logit]], [[ink]])) == "correct"
    ink_there = float(torch.sigmoid(torch.tensor(float(logit))))
    assert (ink_there == 1) == (logit > 17) and (ink_there == 0) == (logit < -89)
