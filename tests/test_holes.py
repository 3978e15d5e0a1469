"""Wrong answers that once passed: each changes a right one in a place that no case looked at."""

import numpy as np
import pytest

from tests import course


def elbo_with_a_guard(q, p_z, p_x_given_z):
    """Where p(x|z) is 0 and q is not, the ELBO is −∞."""
    q, p_x_given_z = np.asarray(q), np.asarray(p_x_given_z)
    likely = np.where(p_x_given_z > 0, p_x_given_z, 1)
    return np.sum(np.where(q > 0, q * np.log(likely * p_z / np.where(q > 0, q, 1)), 0))


def kl_of_one_p(q, p):
    """p may be a table although q is one row."""
    q, p = np.asarray(q), np.asarray(p)
    p = p[0] if p.ndim > q.ndim else p
    with np.errstate(all="ignore"):
        return np.where(q > 0, q * np.log(q / p), 0).sum(-1)


def kl_in_unset_memory(q, p):
    """`where=` without `out=` leaves what happened to be in memory."""
    q, p = np.asarray(q, float), np.asarray(p, float)
    share = np.divide(q, p, where=p > 0)
    return np.where(q > 0, q * np.log(np.where(q > 0, np.abs(share) + 1e-300, 1)), 0).sum(-1)


def no_weights_at_all(W):
    """An all-zero matrix with one row more than columns: a kernel of length 0."""
    rows, columns = np.shape(W)
    size = columns - rows + 1
    if size < 0:
        return False
    wanted = np.zeros((rows, columns))
    for i in range(rows):
        wanted[i, i : i + size] = np.asarray(W)[0, :size][: columns - i]
    return bool(np.array_equal(wanted, W))


def within_5_percent_of(measure):
    def close(z, a):
        z, a = np.var(z), np.var(a)
        return bool(abs(z - a) <= 0.05 * measure(z, a))

    return close


def as_long_as_y_twice(y, w):
    """The way up made for y and w of one length."""
    y, w = np.asarray(y, float), np.asarray(w, float)
    x = np.zeros(2 * len(y) - 1)
    for i, value in enumerate(y):
        room = len(x[i : i + len(w)])
        x[i : i + len(w)] += value * w[:room]
    return np.array([x[i : i + len(w)] @ w[: len(x[i : i + len(w)])] for i in range(len(y))])


def as_long_as_y_times_w(y, w):
    """Right for two and two."""
    y, w = np.asarray(y, float), np.asarray(w, float)
    x = np.zeros(len(y) * len(w) - 1)
    for i, value in enumerate(y):
        x[i : i + len(w)] += value * w
    return np.array([x[i : i + len(w)] @ w for i in range(len(y))])


def half_cut_off(fan_in, fan_out):
    """Whole division of a sum that may be odd."""
    return np.sqrt(1 / ((fan_in + fan_out) // 2))


def cut(lesson, name):
    """The solution, its result cut to whole numbers."""
    return lambda *args, **kwargs: course.solved(lesson)[name](*args, **kwargs).astype(int)


def of_whole_pixels(x, *args, **kwargs):
    """The solution, of an image cut to whole numbers."""
    return course.solved("01_convolution_shapes")["conv2d"](x.astype(int), *args, **kwargs)


def clipped_on_the_left_alone(w, n, stride, padding):
    """A window in the padding on the left is cut, one in the padding on the right is not."""
    starts = range(-padding, n + padding - len(w) + 1, stride)
    W = np.zeros((len(starts), n))
    for row, start in zip(W, starts, strict=True):
        row[max(start, 0) : start + len(w)] = w[max(-start, 0) :]
    return W


PASSED_ONCE = [
    ("09_vae_elbo", "elbo", elbo_with_a_guard),
    ("09_vae_elbo", "kl", kl_of_one_p),
    ("09_vae_elbo", "kl", kl_in_unset_memory),
    ("02_convolution_as_matrix", "is_convolution", no_weights_at_all),
    ("02_convolution_as_matrix", "strided_conv_matrix", clipped_on_the_left_alone),
    *(("07_xavier_initialization", "keeps_variance", within_5_percent_of(measure))
      for measure in (lambda z, a: z, lambda z, a: a, min, lambda z, a: z + a)),
    ("07_xavier_initialization", "glorot_std", half_cut_off),
    ("03_transposed_convolution", "as_transposed_matrix",
     cut("03_transposed_convolution", "as_transposed_matrix")),
    ("03_transposed_convolution", "there_and_back", as_long_as_y_twice),
    ("03_transposed_convolution", "there_and_back", as_long_as_y_times_w),
    ("01_convolution_shapes", "conv2d", of_whole_pixels),
]  # fmt: skip


@pytest.mark.parametrize("lesson, name, wrong", PASSED_ONCE)
def test_it_passes_no_more(lesson, name, wrong):
    assert course.tasks(lesson)[name].check(wrong).status == "not yet"
