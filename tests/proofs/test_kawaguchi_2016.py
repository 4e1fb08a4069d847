"""The theorem files on Kawaguchi (2016), against a second computation."""

import itertools
import runpy
from pathlib import Path

import pytest
import sympy

from symland.exact.rational_matrix import RationalMatrix
from symland.theorem.library import find
from symland.theorem.run import run_files

pytestmark = pytest.mark.usefixtures("same_nursery")

PROOFS = Path(__file__).parents[2] / "proofs"
FILES = sorted(PROOFS.glob("kawaguchi_2016_*.py"))


def load(name):
    return runpy.run_path(str(find(f"kawaguchi_2016_{name}")))


def broken(tmp_path, name, old, new):
    """The parts of a file with one thing in it changed."""
    text = find(f"kawaguchi_2016_{name}").read_text()
    assert text.count(old) == 1
    path = tmp_path / f"kawaguchi_2016_{name}.py"
    path.write_text(text.replace(old, new))
    (result,) = run_files([path], budget=20)
    assert result.error is None
    return {p["name"]: p["verdict"] for p in result.theorems[0]["entry"]["parts"]}


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_file_has_at_most_a_hundred_lines(path):
    assert len(path.read_text().splitlines()) <= 100


def test_the_convolutions_have_a_local_minimum_above_a_lower_point():
    """SymPy on the product of the two layers: critical, a Hessian with one zero, for the scaling
    of the filters, so a minimum; a lower point."""
    a, b, c, d = letters = sympy.symbols("a b c d")
    residual = sympy.Matrix([[c, d]]) * sympy.Matrix([[a, b, 0], [0, a, b]])
    residual -= sympy.Matrix([[1, 0, sympy.Rational(3, 2)]])
    loss = (residual * residual.T)[0, 0] / 2
    scope = load("theorem_2_3_structured")
    signature = scope["s"]
    point, lower = (1, 0, 1, 0), (0, 1, 0, sympy.Rational(3, 2))
    for values in [point, lower, (2, -1, 3, 5)]:
        written = scope["value"](*(signature.one("1").scale(str(x)) for x in values))
        at = dict(zip(letters, values, strict=True))
        assert str(written) == str(loss.subs(at))
    p, q = (dict(zip(letters, x, strict=True)) for x in (point, lower))
    assert (loss.subs(p), loss.subs(q)) == (sympy.Rational(9, 8), sympy.Rational(1, 2))
    assert all(sympy.diff(loss, x).subs(p) == 0 for x in letters)
    eigenvalues = sympy.hessian(loss, letters).subs(p).eigenvals()
    assert eigenvalues[0] == 1
    assert min(eigenvalues) == 0


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("h=lambda s: goal", "h=lambda s: 0", "dense: two convolutions"),
        ('"xz", "", x @ z.T)', '"xz", "", x @ y.T)', "convolve"),
    ],
)
def test_convolutions_with_one_thing_wrong_are_not_certified(tmp_path, old, new, line):
    parts = broken(tmp_path, "theorem_2_3_structured", old, new)
    assert parts[line] in ("undecided", "refuted")


def test_the_moments_of_independent_paths_give_the_loss_with_the_expectation_outside():
    """All 2^4 activities of the four paths of 2-2-2, each with its probability."""
    q, r, y, *c = sympy.symbols("q r y c1:5")
    total = 0
    for z in itertools.product((0, 1), repeat=4):
        chance = sympy.prod(r if on else 1 - r for on in z)
        output = q * sum(a * on for a, on in zip(c, z, strict=True))
        total += chance * (output - y) ** 2 / 2
    claimed = (sum(c) - y) ** 2 / 2 + (q - 1) * sum(a * a for a in c) / 2
    assert sympy.simplify((total - claimed).subs(q, 1 / r)) == 0


def test_the_paths_of_a_2_2_2_network_sum_to_the_product():
    """V U x written out by hand, 3 (1 * 2 + 4 * 7) + 5 (-1 * 2 + 6 * 7) = 290."""
    (relation,) = load("corollary_3_2")["paths"].words
    units = {"e1": [[1], [0]], "e2": [[0], [1]], "g1": [[1], [0]], "g2": [[0], [1]]}
    layers = {"V": [[3, 5]], "U": [[1, 4], [-1, 6]], "x": [[2], [7]]}
    matrices = {name: RationalMatrix(rows) for name, rows in (units | layers).items()}
    assert (matrices["V"] @ matrices["U"] @ matrices["x"]).tolist() == [[290]]
    assert relation.holds(matrices)
    assert not relation.holds(matrices | {"e2": matrices["e1"]})


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("activity(s, 1, -1)", "activity(s, 1, 1)", "A5u-m: ReLU, where Z depends on W"),
    ],
)
def test_corollary_3_2_with_one_thing_wrong_is_not_certified(tmp_path, old, new, line):
    assert broken(tmp_path, "corollary_3_2", old, new)[line] in ("undecided", "refuted")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("net(diag(1, 2)), [0, 2]", "net(best), [0, 2]", "largest: Y = diag(1, 2)"),
        ("- x * x * (h - k)", "- x * x * (k - h)", "gain of a rotation"),
    ],
)
def test_lemma_4_6_with_one_thing_wrong_is_not_certified(tmp_path, old, new, line):
    assert broken(tmp_path, "lemma_4_6", old, new)[line] in ("undecided", "refuted")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("- norm2((M - T) @ R) - constant", "- norm2(M @ R) - constant", "whitening"),
        ("[[5, 0], [0, s.X[1, 2]]]", "[[4, 0], [0, s.X[1, 2]]]", "2-1-2, letters"),
    ],
)
def test_whitening_with_one_thing_wrong_is_not_certified(tmp_path, old, new, line):
    assert broken(tmp_path, "theorem_2_3_whitening", old, new)[line] in ("undecided", "refuted")


def test_a_point_with_positive_definite_hessian_that_is_not_critical():
    """The point of the row "not critical" of Lemma 4.6, with SymPy."""
    a, b, c, d = letters = sympy.symbols("a b c d")
    error = sympy.Matrix([c, d]) * sympy.Matrix([[a, b]]) - sympy.diag(2, 1)
    loss = sum(x**2 for x in error) / 2
    q = sympy.Rational(1, 4)
    at = dict(zip(letters, (5 * q, q, 5 * q, q), strict=True))
    assert sympy.hessian(loss, letters).subs(at).is_positive_definite
    assert any(sympy.diff(loss, x).subs(at) != 0 for x in letters)
