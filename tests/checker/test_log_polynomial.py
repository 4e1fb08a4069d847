"""Polynomials in logarithms against mpmath and SymPy; elimination, and points with such entries."""

import json
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import mpmath
import pytest
import sympy

from symland.checker import check, effort, log_polynomial
from symland.checker.linear_algebra import inertia, kernel, product, rank, transpose
from symland.checker.log_polynomial import LogPolynomial
from symland.checker.number_field import Element, Root, bounds, is_zero, reciprocal, sign
from symland.checker.verdict import Refused
from tests.checker.documents import one, problem

BASES = Path(__file__).parent.parent / "rejected" / "bases"
F = Fraction
MP = mpmath.MPContext()
MP.dps = 60
log = LogPolynomial.log


def real(x: Any) -> Any:
    """The number by mpmath."""
    if not isinstance(x, LogPolynomial):
        return MP.mpf(Fraction(x).numerator) / Fraction(x).denominator
    return sum(
        (
            MP.mpf(c.numerator) / c.denominator * MP.fprod(MP.log(b) ** e for b, e in m)
            for m, c in x.terms.items()
        ),
        MP.mpf(0),
    )


def both(random: Random, depth: int) -> tuple[Any, Any]:
    """An expression in logarithms as a `LogPolynomial` and as SymPy has it."""
    if depth == 0:
        if random.random() < 0.3:
            value = F(random.randint(-4, 4), random.randint(1, 3))
            return log(F(1)) + value, sympy.Rational(value.numerator, value.denominator)
        q = F(random.randint(1, 12), random.randint(1, 12))
        factors = sympy.factorrat(sympy.Rational(q.numerator, q.denominator))
        return log(q), sum((e * sympy.log(p) for p, e in factors.items()), sympy.Integer(0))
    (a, x), (b, y) = both(random, depth - 1), both(random, depth - 1)
    how = random.choice("+-*")
    return {"+": (a + b, x + y), "-": (a - b, x - y), "*": (a * b, x * y)}[how]


@pytest.mark.parametrize("seed", range(40))
def test_sums_and_products(seed: int) -> None:
    ours, theirs = both(Random(seed), 3)
    expanded = sympy.expand(theirs)
    value = real(ours)
    assert abs(value - MP.mpf(sympy.N(expanded, 50))) < MP.mpf(10) ** -40 * (1 + abs(value))
    assert ours.is_zero() == (expanded == 0) == (not ours)
    assert ours.sign() == sign(ours) == int(MP.sign(value))
    assert is_zero(ours - ours)
    assert (2 - ours).sign() == int(MP.sign(2 - value))
    assert (F(1, 2) * ours + 1 - ours * F(1, 2)).constant() == 1


@pytest.mark.parametrize("q", [F(1), F(2), F(9, 2), F(1009, 6), F(1009 * 1013, 5), F(1, 10**40)])
def test_logarithm_of_a_rational(q: Fraction) -> None:
    assert abs(real(log(q)) - MP.log(real(q))) < MP.mpf(10) ** -50
    assert (log(q) + log(1 / q)).is_zero()
    if all(n < 1000 for n in sympy.factorrat(sympy.Rational(q.numerator, q.denominator))):
        assert (log(q * q) - log(q) * 2).is_zero()


def test_what_is_left_of_a_number_need_not_be_prime() -> None:
    """1009 * 1013 stays one base: log of it minus the two logarithms is not seen to be 0."""
    left = log(F(1009 * 1013)) - log(F(1009)) - log(F(1013))
    with pytest.raises(Refused, match="neither written as 0 nor told from 0"):
        left.is_zero()
    with pytest.raises(Refused, match="neither written as 0 nor told from 0"):
        left.sign()


def test_numbers_close_to_0_are_told_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    digits = int(MP.floor(MP.log(2) * MP.mpf(10) ** 50))
    near = log(F(2)) - F(digits, 10**50)
    assert near.sign() == 1
    assert not near.is_zero()
    monkeypatch.setattr(log_polynomial, "PRECISIONS", (64,))
    with pytest.raises(Refused, match="neither written as 0 nor told from 0"):
        near.is_zero()


def test_what_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    root = Element((F(0), F(1)), Root((F(-2), F(0), F(1)), F(1), F(2)))
    for mixed in (lambda: root + log(F(2)), lambda: log(F(2)) * root, lambda: log(F(2)) - root):
        with pytest.raises(Refused, match="a number of a root and a logarithm"):
            mixed()
    with pytest.raises(Refused, match="division by a polynomial in logarithms"):
        reciprocal(log(F(2)))
    with pytest.raises(Refused, match="division by zero"):
        reciprocal(log(F(1)))
    with pytest.raises(Refused, match="needs algebraic entries"):
        bounds(log(F(2)))
    for q in (F(0), F(-2)):
        with pytest.raises(Refused, match="that is not positive"):
            log(q)
    monkeypatch.setattr(log_polynomial, "MAX_TERMS", 3)
    with pytest.raises(Refused, match="of more than 3 terms"):
        (log(F(2)) + log(F(3)) + 1) * (log(F(5)) + 1)


@pytest.mark.parametrize("seed", range(30))
def test_exact_quotients(seed: int) -> None:
    random = Random(seed)
    x, y = both(random, 2)[0], both(random, 2)[0] + log(F(7))
    assert (x * y // y - x).terms == {}
    assert (y // 1 - y).terms == {}
    if set(y.terms) != {()}:
        with pytest.raises(Refused, match="a quotient that is no polynomial"):
            (x * y + 1) // y
    with pytest.raises(Refused, match="division by zero"):
        x // LogPolynomial({})


def test_long_products_are_counted() -> None:
    """A power of a sum of many logarithms ends in a refusal, not in hours."""
    x = sum((log(F(p)) for p in (2, 3, 5, 7, 11, 13, 17, 19)), log(F(1)))
    with effort.bounded(0), pytest.raises(Refused):
        while True:
            x = x * x


def draw(random: Random, rows: int, columns: int) -> list[list[Any]]:
    return [[both(random, 1)[0] for _ in range(columns)] for _ in range(rows)]


@pytest.mark.parametrize("seed", range(20))
def test_rank_of_products(seed: int) -> None:
    random = Random(seed)
    r = random.randint(1, 2)
    matrix = product(draw(random, 3, r), draw(random, r, 4))
    singular = MP.svd_r(MP.matrix([[real(x) for x in row] for row in matrix]), compute_uv=False)
    assert rank(matrix) == sum(x > MP.mpf(10) ** -40 for x in singular) <= r
    assert rank(transpose(matrix)) == rank(matrix)


@pytest.mark.parametrize("seed", range(30))
def test_inertia_of_products(seed: int) -> None:
    random = Random(seed)
    r = random.randint(1, 3)
    left = draw(random, 3, r)
    middle = [[F(random.choice((-2, 1, 3))) * (i == j) for j in range(r)] for i in range(r)]
    if seed % 3 == 0:  # no diagonal to begin with
        left, middle = draw(random, 3, 2), [[F(0), F(1)], [F(1), F(0)]]
        left[0] = [F(0), left[0][1]]
        left[1] = [left[1][0], F(0)]
    matrix = product(left, middle, transpose(left))
    values = MP.eigsy(MP.matrix([[real(x) for x in row] for row in matrix]), eigvals_only=True)
    tiny = MP.mpf(10) ** -35
    positive, negative = sum(x > tiny for x in values), sum(x < -tiny for x in values)
    assert inertia(matrix) == (positive, negative, 3 - positive - negative)


def test_kernels_need_division() -> None:
    with pytest.raises(Refused, match="division by a polynomial in logarithms"):
        kernel([[log(F(2)), log(F(3))]], 2)


POINT = {"W1": [["log(2)"]], "W2": [["0"]]}


@pytest.mark.parametrize(
    ("kind", "about", "rule", "witness"),
    [
        ("critical", {}, "substitution", {}),
        ("value", {"value": "0"}, "evaluate", {}),
        ("enclosure", {"lower": "0", "upper": "1"}, "evaluate", {}),
        ("inertia", {"positive": 1, "negative": 0, "zero": 1}, "ldl", {}),
        ("semidefinite", {}, "ldl", {}),
        ("global_minimum", {}, "zero_loss", {}),
        ("global_minimum", {}, "least_squares", {"least_squares": [["0"]]}),
    ],
)
def test_rules_at_a_point_with_logarithms(
    kind: str, about: dict[str, Any], rule: str, witness: dict[str, Any]
) -> None:
    """(w v)^2 / 2 at w = log 2, v = 0."""
    given = problem([1, 1, 1], [[1]], [[0]])
    answer = one(given, {"p": POINT}, kind, {"point": "p", **about}, rule, witness)
    assert answer.accepted, answer.reason
    moved = {"p": {**POINT, "W2": [["log(3/2)"]]}}
    answer = one(given, moved, kind, {"point": "p", **about}, rule, witness)
    assert answer.accepted == (rule == "evaluate" and kind == "enclosure")


def test_hidden_kinks_at_logarithms() -> None:
    """The sign of a preactivation log 2 + b decides."""
    given = problem([1, 1, 1], [[1]], [["0"]], activation=["relu"], bias="hidden")
    point = {"W1": [["log(2)"]], "b1": ["log(1/3)"], "W2": [["log(5)"]]}
    claim = ("critical", {"point": "p"}, "substitution")
    assert one(given, {"p": point}, *claim).accepted
    point["b1"] = ["log(1/2)"]
    answer = one(given, {"p": point}, *claim)
    assert "the preactivation is 0" in str(answer.reason)
    point["b1"] = ["log(2/3)"]
    answer = one(given, {"p": point}, *claim)
    assert "is not zero" in str(answer.reason)


@pytest.mark.parametrize(
    ("base", "point", "place", "entry", "accepted"),
    [
        # (w1^2 + a w2^2 + 1)^2 / 2 at w = 0: a minimum for a > 0 only.
        ("two_idle_squares", "p", ("W2", 0, 1), "log(2)", True),
        ("two_idle_squares", "p", ("W2", 0, 1), "log(1/3)", False),
        # Active in two samples whose targets balance, for any positive weight.
        ("relu", "saddle", ("W1", 0, 0), "log(2)", True),
        ("relu", "saddle", ("W1", 0, 0), "log(1/3)", False),
        ("flat_saddle", "p", ("W1", 0, 0), "log(2)", False),
        ("square_root", "p", ("W1", 0, 0), "log(2)", False),
    ],
)
def test_a_logarithm_in_a_certificate_for_other_numbers(
    base: str, point: str, place: tuple[str, int, int], entry: str, accepted: bool
) -> None:
    files = [
        json.loads((BASES / f"{base}.{kind}.json").read_text())
        for kind in ("statement", "certificate")
    ]
    name, row, column = place
    files[0]["points"][point][name][row][column] = entry
    verdict = check(*(json.dumps(x).encode() for x in files))
    assert verdict.accepted == accepted
    assert "internal error" not in str(verdict.reason)


def test_a_product_of_too_many_terms_is_given_up_early(monkeypatch: Any) -> None:
    """Not after a dictionary of all of them, which may be millions."""
    monkeypatch.setattr(log_polynomial, "MAX_TERMS", 10)
    x = sum((log(F(p)) for p in (2, 3, 5, 7)), start=log(F(11)))
    counted = 0
    times = log_polynomial._times

    def counting(*given: Any) -> Any:
        nonlocal counted
        counted += 1
        return times(*given)

    monkeypatch.setattr(log_polynomial, "_times", counting)
    with pytest.raises(Refused, match="more than 10 terms"):
        x * x
    assert counted < 25
