"""Words and polynomials in words: what composes, what is refused, and that evaluation agrees."""

import random
from fractions import Fraction

import pytest

from symland.exact.rational_matrix import RationalMatrix, as_fraction
from symland.exact.trace_polynomial import TracePolynomial, trace
from symland.exact.word import Signature, WordError
from symland.exact.word_evaluation import evaluate, evaluate_trace
from symland.exact.word_relation import either, equation, for_all, nonnegative, nonzero

SIGNATURE = Signature(
    {"A": ("m", "n"), "B": ("n", "k"), "u": ("n", "1"), "v": ("n", "1"), "S": ("n", "n")}, ["t"]
)
A, B, u, v, S, t = SIGNATURE.letters()


def random_matrices(seed):
    draw = random.Random(seed)
    sizes = {"m": 2, "n": 3, "k": 1, "1": 1}
    return {
        name: RationalMatrix(
            [[draw.randint(-3, 3) for _ in range(sizes[c])] for _ in range(sizes[r])]
        )
        for name, (r, c) in SIGNATURE.shapes.items()
    }


def test_evaluation_respects_every_operation():
    """evaluate(p op q) = evaluate(p) op evaluate(q), with the operations of matrices."""
    for seed in range(20):
        at = random_matrices(seed)
        p, q = S @ u @ v.T - t * S.T, 2 * S - (u.T @ S @ v) * SIGNATURE.one("n")
        P, Q = evaluate(p, at), evaluate(q, at)
        assert evaluate(p @ q, at) == P @ Q
        assert evaluate(p - q.T / 3, at) == P - Q.T.scale(Fraction(1, 3))
        assert evaluate_trace(trace(p @ q) - trace(q.T), at) == as_fraction(
            (P @ Q).trace() - Q.trace()
        )


def test_numbers_commute_and_are_their_own_transpose():
    assert (u.T @ v) == (v.T @ u)
    assert (u.T @ S @ v) * S == S * (v.T @ S.T @ u)
    assert u @ (v.T @ S @ u) == (u.T @ S.T @ v) * u
    assert (u.T @ v) @ (u.T @ u) == (u.T @ u) @ (v.T @ u)


def test_words_that_do_not_commute_stay_apart():
    assert S @ S.T != S.T @ S
    assert u @ v.T != v @ u.T
    assert trace(S @ S @ S.T @ S.T) != trace(S @ S.T @ S @ S.T)


def test_trace_of_an_identity_is_its_dimension():
    dimension = trace(SIGNATURE.one("n"))
    assert not (dimension - trace(SIGNATURE.one("m"))).is_zero()
    assert evaluate_trace(dimension, random_matrices(0)) == 3
    assert trace(SIGNATURE.one("1")) == TracePolynomial(SIGNATURE, [SIGNATURE.one("1")])


def test_trace_of_an_outer_product_is_a_number():
    assert trace(S @ u @ v.T) - v.T @ S @ u == trace(SIGNATURE.zero("n", "n"))


def test_substitution_and_coefficient_give_the_differential():
    D = SIGNATURE.word("S'")
    moved = (S @ S @ u).substitute(S=S + t * D)
    assert moved.coefficient("t", 1) == S @ D @ u + D @ S @ u
    assert moved.coefficient("t", 2) == D @ D @ u
    assert moved.degree("t") == 2


def test_dimensions_can_be_identified():
    layers = Signature({"W": ("d2", "d1"), "V": ("d1", "d0")})
    W, V = layers.letters()
    assert (W @ V).transport({"W": layers.one("d1")}, {"d2": "d1"}) == V
    with pytest.raises(WordError, match=r"substitution for 'W': d2 x d1, expected d1 x d1"):
        (W @ V).transport({}, {"d2": "d1"})


def test_relations_hold_or_not():
    at = random_matrices(1)
    assert nonnegative(trace(S @ S.T)).holds(at)
    assert equation(S - S).holds(at)
    assert not equation(S).holds(at)
    assert not nonzero(u.T @ v - v.T @ u).holds(at)
    assert either(S, S - S).holds(at)
    with pytest.raises(WordError, match=r"for all S: not decided at single matrices"):
        for_all(S @ u, "S").holds(at)


ERRORS = {
    "product": (lambda: A @ A, r"@ of shapes m x n and m x n: n columns do not meet m rows"),
    "sum": (lambda: A + B, r"\+ of shapes m x n and n x k: expected equal shapes"),
    "sum with a number": (lambda: S + 1, r"\+ of a matrix polynomial and 1: write one\(OBJECT\)"),
    "product with a number": (lambda: S @ 2, r"@ of a matrix polynomial and 2: scale with \*"),
    "undeclared letter": (
        lambda: SIGNATURE.letter("Z"),
        r"letter 'Z' is not declared, the letters are A, B, u, v, S, t",
    ),
    "undeclared in substitution": (lambda: S.substitute(Z=S), r"letter 'Z' is not declared"),
    "word": (lambda: SIGNATURE.word("A", "S'", "A"), r"A S' A: \"S'\" has n columns, 'A' has m"),
    "empty word": (lambda: SIGNATURE.word(), r"the empty word has no shape: write one\(OBJECT\)"),
    "dimension": (
        lambda: SIGNATURE.one("d9"),
        r"dimension symbol 'd9' is not declared, there are: m, n, k",
    ),
    "image": (lambda: S.substitute(S=A), r"substitution for 'S': m x n, expected n x n"),
    "coefficient": (lambda: S.coefficient("S", 1), r"coefficient of 'S': expected a scalar"),
    "trace": (lambda: trace(A), r"trace of shape m x n: expected a square matrix"),
    "sum of traces": (lambda: trace(S) + A, r"sum of traces and m x n: expected a trace or a numb"),
    "power": (lambda: A**2, r"power of shape m x n: expected a square matrix"),
    "inverse": (lambda: S**-1, r"power -1: expected an integer of at least 0; an inverse is"),
    "root": (lambda: S**0.5, r"power 0.5: expected an integer of at least 0"),
    "divided by a float": (lambda: A / 0.1, r"divided by 0.1: expected an integer or a Fraction"),
    "divided by 0": (lambda: trace(S) / 0, r"divided by 0: expected an integer or a Fraction oth"),
    "name": (lambda: Signature({"2A": ("m", "n")}), r"letter '2A': expected a name"),
    "shape": (lambda: Signature({"A": ("m",)}), r"letter 'A': shape \('m',\), expected two dim"),
    "symbol": (lambda: Signature({"A": ("m", "2")}), r"letter 'A': dimension '2': expected a name"),
    "twice": (lambda: Signature({"A": ("m", "n")}, ["A"]), r"scalar 'A': a letter of this name"),
    "nonzero": (lambda: nonzero(S), r"nonzero: shape n x n, expected 1 x 1"),
    "matrix missing": (lambda: evaluate(S, {}), r"dimension n: no matrix given has it"),
    "matrices disagree": (
        lambda: evaluate(S, {"S": RationalMatrix([[1]]), "u": RationalMatrix([[1], [2]])}),
        r"letter 'u': dimension n is 2, expected 1",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_what_has_no_meaning_is_named(name):
    build, message = ERRORS[name]
    with pytest.raises(WordError, match=message):
        build()


def test_errors_are_one_line_for_the_command_line():
    with pytest.raises(WordError) as caught:
        A @ A
    assert "\n" not in str(caught.value)
