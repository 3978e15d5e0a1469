"""A learner's line reads as mathematics, however it is written; what cannot be read stays code."""

import numpy as np
import pytest

from helpers.derivations.function_source import code_of
from helpers.derivations.typeset import latex_of
from helpers.derivations.vocabulary import Vocabulary

WORDS = Vocabulary(
    names={"x_bar": r"\bar x", "prior": lambda z="z": f"p({z})"},
    functions={"Var": r"\mathrm{Var}", "E": lambda f: rf"\mathbb{{E}}[{f}]"},
    whole={"D", "states"},
)
SUM = r"\sum_{j} \mathrm{Var}\left(W_{j} \, a_{j}\right)"


def Var(x):
    return x


E = Var


def in_a_loop(m):
    """A docstring is no mathematics."""
    total = 0
    for j in range(m.D):
        w, a = m.W[j], m.a[j]  # nor is a remark
        total += Var(w * a)
    return total


def named_parts(m):
    W, a = m.W, m.a
    return sum(Var(W[j] * a[j]) for j in range(len(W)))


ROUTES = [
    lambda m: sum(Var(m.W[j] * m.a[j]) for j in range(m.D)),
    lambda m: sum(Var(w * a) for w, a in zip(m.W, m.a)),  # noqa: B905
    lambda m: np.sum([Var(w * m.a[j]) for j, w in enumerate(m.W)]),
    in_a_loop,
    named_parts,
]


@pytest.mark.parametrize("line", ROUTES)
def test_a_sum_reads_the_same_however_it_is_written(line):
    assert latex_of(line, WORDS) == SUM


FORMULAS = {
    r"D \, \mathrm{Var}\left(W_{1}\right)": lambda m: m.D * Var(m.W[0]),
    r"\mathbb{E}[W^{2}]^{2}": lambda m: E(m.W**2) ** 2,
    r"\frac{\left(a + b\right) \, c}{2}": lambda m: (m.a + m.b) * m.c / 2,
    r"a - \left(b - c\right)": lambda m: m.a - (m.b - m.c),
    r"a - b - c": lambda m: m.a - m.b - m.c,
    r"\left(\sum_{j} a_{j}\right) + 1": lambda m: sum(x for x in m.a) + 1,
    r"\left(\sum_{j} a_{j}\right) \, D": lambda m: sum(x for x in m.a) * m.D,
    r"D \, \sum_{j} a_{j}": lambda m: m.D * sum(x for x in m.a),
    r"\sum_{j} \left(a_{j} - 1\right)": lambda m: sum(x - 1 for x in m.a),
    r"\sum_{k=2}^{D} W_{k}": lambda m: sum(m.W[k] for k in range(1, m.D)),
    r"\sum_{j} \sum_{k, j \neq k} a_{k}": lambda m: sum(
        m.a[k] for j in range(m.D) for k in range(m.D) if j != k
    ),
    r"\log\left(\sum_{z} p(z)\right)": lambda m: np.log(sum(m.prior[z] for z in m.states)),
    r"2 \cdot 3 \, \bar x": lambda m: 2 * 3 * m.x_bar,
    r"\left(-x\right)^{2}": lambda m: (-m.x) ** 2,
    r"-x^{2}": lambda m: -(m.x**2),
    r"\sum q \, p(z)": lambda m: (m.q * m.prior).sum(),
}  # fmt: skip


@pytest.mark.parametrize("latex", FORMULAS)
def test_a_line_is_typeset_as_it_is_meant(latex):
    assert latex_of(FORMULAS[latex], WORDS) == latex


def test_counting_from_0_shows_the_bounds_that_python_has():
    words = Vocabulary(count_from=0)
    window = latex_of(lambda m: sum(m.w[j] * m.x[m.i + j] for j in range(m.k)), words)
    assert window == r"\sum_{j=0}^{k - 1} w_{j} \, x_{i + j}"
    shown = latex_of(lambda m: sum(m.w[c - 1] if c > 0 else 0 for c in range(m.n)), words)
    assert shown.startswith(r"\sum_{c=0}^{n - 1} \begin{cases} w_{c - 1} & \text{if } c > 0")


def rows_in_loops(m):
    rows = []
    for i in range(m.n - 1):
        total = 0
        for j in range(m.k):
            if j >= 0 and j < i:
                total += m.w[j] * m.x[i + j]
        rows.append(total)
    return rows


def rows_in_comprehensions(m):
    return [
        sum(m.w[j] * m.x[i + j] for j in range(m.k) if j >= 0 and j < i) for i in range(m.n - 1)
    ]


def carried_on(m):
    rows, total = [], 0
    for i in range(m.n):
        for j in range(m.k):
            total += m.w[j] * m.x[i + j]
        rows.append(total)
    return rows


def test_loops_over_rows_read_like_comprehensions_unless_a_sum_is_carried_on():
    words = Vocabulary(count_from=0)
    inside = r"\sum_{j=0, j \geq 0 \text{ and } j < i}^{k - 1} w_{j} \, x_{i + j}"
    rows = rf"\left({inside}\right)_{{i=0}}^{{n - 1 - 1}}"
    assert latex_of(rows_in_loops, words) == latex_of(rows_in_comprehensions, words) == rows
    assert latex_of(carried_on, words) is None
    end = latex_of(lambda m: [m.x[i] for i in range(m.n - m.k + 1)], words)
    assert end == r"\left(x_{i}\right)_{i=0}^{n - k}"


def unreadable_loop(m):
    out = np.zeros(3)
    out[0] = m.x
    return out


def shifted(m):
    return sum(m.x[i + j] for i in range(2) for j in range(2))


def counter_as_number(m):
    return sum(j * m.W[j] for j in range(3))


@pytest.mark.parametrize("line", [unreadable_loop, shifted, counter_as_number, len, 3, print])
def test_what_would_mislead_as_a_formula_is_left_as_code(line):
    assert latex_of(line, WORDS) is None


def test_several_lambdas_on_a_line_are_told_apart():
    one, two, three = (lambda m: m.a + 1), (lambda m: m.a + 2), (lambda m: (lambda x: x)(m.a))
    assert [latex_of(f, WORDS) for f in (one, two)] == ["a + 1", "a + 2"]
    assert [code_of(f) for f in (one, two, three)] == ["m.a + 1", "m.a + 2", "(lambda x: x)(m.a)"]


def untouched(m):
    """Still to be written."""
    ...  # noqa: PIE790


def test_code_is_shown_on_one_line_as_it_was_written():
    assert code_of(untouched) == "…" and latex_of(untouched, WORDS) is None
    assert code_of(ROUTES[0]) == "sum(Var(m.W[j] * m.a[j]) for j in range(m.D))"
    assert code_of(in_a_loop).endswith("total += Var(w * a); return total")
    assert "#" not in code_of(in_a_loop)
    assert code_of(len) == "len" and code_of(3) == "int"
