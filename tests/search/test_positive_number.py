"""Numbers seen to be positive are positive wherever the hypotheses hold, and the checker agrees."""

from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st

from symland.claims.all_shapes import Proof
from symland.exact.rational_matrix import RationalMatrix
from symland.exact.word import Signature
from symland.exact.word_evaluation import evaluate
from symland.exact.word_relation import nonnegative, nonzero
from symland.search.positive_number import number_factors, positive_number

S = Signature({"A": ("m", "n"), "v": ("n", "1")}, ["c", "e", "f"])
A, v, c, e, f = S.letters()
INEQUALITIES = {"e": e, "f": f - 1}
NONZERO = {"c": c, "e'": e}
MONOMIALS = [S.one("1"), e, f, c, c * c, e * e, e * f, c * e, c * f, c * c * e, c * c * c * c]


def proved(q, found):
    """Whether the checker accepts the two claims: the rest is nonnegative, the number not 0."""
    known = {k: nonnegative(x) for k, x in INEQUALITIES.items()}
    proof = Proof(S, known | {k: nonzero(x) for k, x in NONZERO.items()})
    adding = list(found.adding)
    if found.squares:
        proof.sum_of_squares("rest", found.rest, squares=found.squares)
        adding.append((1, "rest"))
    proof.one_sign("q", q, found.strict, adding)
    return proof.check().accepted


TERMS = st.dictionaries(
    st.sampled_from(range(len(MONOMIALS))),
    st.sampled_from([-1, 1, 1, 2, 3]),
    min_size=1,
    max_size=4,
)


@settings(max_examples=150)
@given(TERMS, st.data())
def test_what_is_seen_to_be_positive_is(terms, data):
    """About half of these numbers are; the others must only not be called so."""
    q = sum((k * MONOMIALS[i] for i, k in terms.items()), S.one("1"))
    found = positive_number(q, INEQUALITIES, NONZERO)
    if found is None:
        return
    fractions = st.fractions(Fraction(-5), Fraction(5), max_denominator=7)
    for _ in range(4):
        at = {
            "c": data.draw(fractions.filter(bool)),
            "e": abs(data.draw(fractions.filter(bool))),
            "f": 1 + abs(data.draw(fractions)),
        }
        numbers = {name: RationalMatrix([[value]]) for name, value in at.items()}
        assert evaluate(q, numbers)[0, 0] > 0
    assert proved(q, found)


SEEN = [
    e + 2,
    2 * c * c,
    c * c + e,
    f,
    c * c - c + 1,
    e,
    3 * e + f,
    v.T @ v + f,
]
NOT_SEEN = [e - 1, c, c * c - 1, c * f + 1, f - 1, c * c + c, e - f, v.T @ v, -e, -c * c, e - e]


@pytest.mark.parametrize("q", SEEN, ids=str)
def test_seen(q):
    assert proved(q, positive_number(q, INEQUALITIES, NONZERO))


@pytest.mark.parametrize("q", NOT_SEEN, ids=str)
def test_not_seen(q):
    assert positive_number(q, INEQUALITIES, NONZERO) is None


def test_an_inequality_alone_makes_nothing_positive():
    assert positive_number(e, {"e": e}, {}) is None
    assert positive_number(e, {}, {"e'": e}) is None


@pytest.mark.parametrize(
    ("body", "factors"),
    [
        ((e + 1) * A, ["1 + e"]),
        ((e + 1) * c * A, ["c + c e", "1 + e"]),
        ((e + 1) * c, ["c + c e", "1 + e"]),
        (2 * A, []),
        ((e + 1) * A @ A.T @ A - c * A, ["1 + e", "-c"]),
    ],
)
def test_factors(body, factors):
    assert sorted(map(str, number_factors(body))) == sorted(factors)
