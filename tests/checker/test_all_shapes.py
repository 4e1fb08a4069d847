"""The checker's rules for all shapes: what must be refused, and that what is accepted is true."""

import copy
import json
import random
import re
from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st

from symland.checker import check
from symland.claims.all_shapes import Proof
from symland.exact.trace_polynomial import trace
from symland.exact.word import Signature
from symland.exact.word_relation import for_all, nonnegative, nonzero
from symland.search.deadline import Deadline
from symland.search.word_sampling import Sampler
from tests.claims.all_shapes_chains import CHAINS

PAIRS = {
    name: (proof.statement(), proof.certificate())
    for name, proof in ((name, build()) for name, build in CHAINS.items())
}


def verdict(statement, certificate):
    return check(json.dumps(statement).encode(), json.dumps(certificate).encode())


def places(value, path=()):
    """The paths of all leaves."""
    if isinstance(value, dict):
        return [p for key, inner in value.items() for p in places(inner, (*path, key))]
    if isinstance(value, list):
        return [p for i, inner in enumerate(value) for p in places(inner, (*path, i))]
    return [path]


def put(value, path, leaf):
    *way, last = path
    for key in way:
        value = value[key]
    value[last] = leaf


def look(value, path):
    for key in path:
        value = value[key]
    return value


def rows_of(certificate):
    return [
        (i, j) for i, s in enumerate(certificate["steps"]) for j in range(len(s.get("rows", [])))
    ]


@settings(max_examples=60)
@given(st.sampled_from(sorted(PAIRS)), st.integers(0, 10**6), st.integers(1, 5), st.booleans())
def test_a_changed_coefficient_is_refused(name, pick, size, up):
    """A multiple of a nonzero fact by a nonzero word is not zero, so the sum changes."""
    statement, certificate = copy.deepcopy(PAIRS[name])
    rows = rows_of(certificate)
    i, j = rows[pick % len(rows)]
    row = certificate["steps"][i]["rows"][j]
    row[0] = str(Fraction(row[0]) + (size if up else -size))
    assert not verdict(statement, certificate).accepted


@pytest.mark.parametrize("name", PAIRS)
def test_a_row_left_out_is_refused(name):
    for i, j in rows_of(PAIRS[name][1]):
        statement, certificate = copy.deepcopy(PAIRS[name])
        del certificate["steps"][i]["rows"][j]
        result = verdict(statement, certificate)
        assert not result.accepted
        assert "leave" in result.reason or "what is left" in result.reason


@pytest.mark.parametrize("name", PAIRS)
def test_a_step_left_out_is_refused(name):
    for i in range(len(PAIRS[name][1]["steps"])):
        statement, certificate = copy.deepcopy(PAIRS[name])
        del certificate["steps"][i]
        assert not verdict(statement, certificate).accepted


def coefficients_of_claims(statement):
    """The paths of all coefficients in the claims' polynomials."""
    paths = [p for p in places(statement["claims"]) if "terms" in p]
    return [p for p in paths if p[p.index("terms") + 2 :] == (0,)]


@pytest.mark.parametrize("name", PAIRS)
def test_a_claim_that_the_step_does_not_give_is_refused(name):
    for path in coefficients_of_claims(PAIRS[name][0]):
        statement, certificate = copy.deepcopy(PAIRS[name])
        old = Fraction(look(statement["claims"], path))
        put(statement["claims"], path, str(old + 7))
        # Nothing after it, so that it is this step that refuses.
        del statement["claims"][path[0] + 1 :], certificate["steps"][path[0] + 1 :]
        assert not verdict(statement, certificate).accepted


@pytest.mark.parametrize("name", PAIRS)
def test_a_used_hypothesis_taken_from_a_claim_is_refused(name):
    for claim in range(len(PAIRS[name][0]["claims"])):
        for i in range(len(PAIRS[name][0]["claims"][claim].get("given", []))):
            statement, certificate = copy.deepcopy(PAIRS[name])
            del statement["claims"][claim]["given"][i]
            assert not verdict(statement, certificate).accepted


@settings(max_examples=150)
@given(st.sampled_from(sorted(PAIRS)), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_leaf_replaced_by_another_is_refused_without_a_crash(name, where, what):
    """Any leaf of the certificate replaced by another leaf: refused, never an internal error.

    Exempt are leaves that only name a step; flags, because a symmetric fact is its own transpose;
    and signs inside squares, because Q Q' = (-Q)(-Q)'.
    """
    statement, certificate = copy.deepcopy(PAIRS[name])
    leaves = [p for p in places(certificate) if p[-1] != "name"]
    target, source = leaves[where % len(leaves)], leaves[what % len(leaves)]
    old, new = look(certificate, target), look(certificate, source)
    put(certificate, target, new)
    result = verdict(statement, certificate)
    assert "internal error" not in (result.reason or "")
    sign = "squares" in target and str(old).lstrip("-") == str(new).lstrip("-")
    if old != new and not isinstance(old, bool) and not sign:
        assert not result.accepted


@settings(max_examples=150)
@given(st.sampled_from(sorted(PAIRS)), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_changed_statement_never_crashes(name, where, what):
    statement, certificate = copy.deepcopy(PAIRS[name])
    leaves = places(statement)
    source = look(statement, leaves[what % len(leaves)])
    put(statement, leaves[where % len(leaves)], source)
    assert "internal error" not in (verdict(statement, certificate).reason or "")


# --- one statement a flaw -------------------------------------------------------------------------

LETTERS = {
    "A": ["m", "n"],
    "D": ["m", "n"],
    "G": ["m", "n"],
    "S": ["n", "n"],
    "Z": ["n", "n"],
    "s": ["1", "1"],
    "q": ["1", "1"],
}


def poly(shape, *terms):
    return {"shape": shape, "terms": [list(term) for term in terms]}


def one_claim(claim, step, hypotheses=None):
    statement = {
        "symland": "statement",
        "version": 1,
        "shapes": {"letters": LETTERS, "hypotheses": hypotheses or {}},
        "claims": [{"name": "c", **claim}],
    }
    certificate = {
        "symland": "certificate",
        "version": 1,
        "steps": [{"name": "1", "claim": "c", **step}],
    }
    return verdict(statement, certificate)


A_ZERO = poly(["m", "n"], ["1", [], "A"])
S_ZERO = poly(["n", "n"], ["1", [], "S"])
IDENTITY = {"claim": "identity", "given": ["h"]}

REFUSED = {
    "claim that is not zero": (
        {"claim": "identity", "given": [], "equation": A_ZERO},
        {"rule": "cofactor", "rows": []},
        {},
        r"the rows leave A",
    ),
    "unknown fact": (
        {**IDENTITY, "given": [], "equation": A_ZERO},
        {"rule": "cofactor", "rows": [["1", [], "", "h", False, ""]]},
        {},
        r"'h' is no hypothesis",
    ),
    "hypothesis that the claim does not name": (
        {**IDENTITY, "given": [], "equation": A_ZERO},
        {"rule": "cofactor", "rows": [["1", [], "", "h", False, ""]]},
        {"h": {"equation": A_ZERO}},
        r"'h' rests on h, which the claim does not",
    ),
    "claim proving itself": (
        {**IDENTITY, "given": [], "equation": A_ZERO},
        {"rule": "cofactor", "rows": [["1", [], "", "c", False, ""]]},
        {},
        r"'c' is no hypothesis",
    ),
    "quantified fact used as if for one value": (
        {**IDENTITY, "equation": S_ZERO},
        {"rule": "cofactor", "rows": [["1", [], "", "h", False, ""]]},
        {"h": {"equation": S_ZERO, "for_all": ["Z"]}},
        r"'h' is quantified: instantiate it first",
    ),
    "inequality used as an equation": (
        {**IDENTITY, "equation": S_ZERO},
        {"rule": "cofactor", "rows": [["1", [], "", "h", False, ""]]},
        {"h": {"nonnegative": [S_ZERO]}},
        r"'h' is not an equation",
    ),
    "star with a negative coefficient": (
        {**IDENTITY, "equation": S_ZERO},
        {"rule": "star", "of": "h", "squares": [["-1", S_ZERO]], "index": 0},
        {"h": {"equation": poly(["n", "n"], ["-1", [], "S S'"])}},
        r"coefficient -1 is not positive",
    ),
    "star on S S instead of S S'": (
        {**IDENTITY, "equation": S_ZERO},
        {"rule": "star", "of": "h", "squares": [["1", S_ZERO]], "index": 0},
        {"h": {"equation": poly(["n", "n"], ["1", [], "S S"])}},
        r"do not add up to 'h'",
    ),
    "variation of a letter that a hypothesis fixes": (
        {**IDENTITY, "equation": poly(["m", "n"], ["1", [], "G"])},
        {"rule": "variation", "of": "h", "letter": "D"},
        {"h": {"traces": [poly(["n", "n"], ["1", [], "G' D"])]}},
        r"D occurs in a hypothesis",
    ),
    "variation of something nonlinear": (
        {**IDENTITY, "given": [], "equation": poly(["m", "n"], ["1", [], "D"])},
        {"rule": "variation", "of": "h", "letter": "D"},
        {},
        r"D occurs in the claim",
    ),
    "affine in a scalar that a hypothesis fixes": (
        {"claim": "trace_identity", "given": ["h"], "traces": [S_ZERO]},
        {"rule": "affine", "of": "h", "scalar": "s"},
        {"h": {"nonnegative": [poly(["n", "n"], ["1", ["s"], "S"])]}},
        r"s occurs in a hypothesis",
    ),
    "prime with one letter twice": (
        {"claim": "either", "given": [], "equations": [S_ZERO, poly(["n", "n"], ["1", [], "Z"])]},
        {"rule": "prime", "of": "h", "letter": "Z"},
        {},
        r"Z occurs in the claim",
    ),
    "cancelling what may be zero": (
        {**IDENTITY, "equation": A_ZERO},
        {"rule": "cancel", "of": "h", "nonzero": "h"},
        {"h": {"equation": poly(["m", "n"], ["1", ["q"], "A"])}},
        r"'h' does not say that a number is not 0",
    ),
    "cancelling the wrong number": (
        {
            **IDENTITY,
            "given": ["h", "n"],
            "equation": A_ZERO,
        },
        {"rule": "cancel", "of": "h", "nonzero": "n"},
        {
            "h": {"equation": poly(["m", "n"], ["1", ["q"], "A"])},
            "n": {"nonzero": poly(["1", "1"], ["1", ["s"], ""])},
        },
        r"'h' is not the number times the claim",
    ),
    "square with a negative coefficient": (
        {
            "claim": "nonnegative_trace",
            "given": [],
            "nonnegative": [poly(["n", "n"], ["-1", [], "S S'"])],
        },
        {"rule": "sum_of_squares", "squares": [["-1", [], S_ZERO]], "sum": [], "rows": []},
        {},
        r"coefficient -1 is not positive",
    ),
    "sum of squares that is another": (
        {
            "claim": "nonnegative_trace",
            "given": [],
            "nonnegative": [poly(["n", "n"], ["1", [], "S S"])],
        },
        {"rule": "sum_of_squares", "squares": [["1", [], S_ZERO]], "sum": [], "rows": []},
        {},
        r"what is left is",
    ),
    "rotation outside a trace": (
        {
            **IDENTITY,
            "given": [],
            "equation": poly(["n", "n"], ["1", [], "S Z"], ["-1", [], "Z S"]),
        },
        {"rule": "cofactor", "rows": []},
        {},
        r"the rows leave",
    ),
    "instance at which a hypothesis fails": (
        {
            "claim": "counterexample",
            "given": ["h"],
            "equation": A_ZERO,
            "letters": {"A": [["1"]], "S": [["1"]]},
        },
        {"rule": "evaluate_words"},
        {"h": {"equation": S_ZERO}},
        r"hypothesis 'h' fails at these",
    ),
    "counterexample that is none": (
        {"claim": "counterexample", "given": [], "equation": A_ZERO, "letters": {"A": [["0"]]}},
        {"rule": "evaluate_words"},
        {},
        r"the relation holds at these matrices",
    ),
    "counterexample to a quantified hypothesis": (
        {
            "claim": "counterexample",
            "given": ["h"],
            "equation": A_ZERO,
            "letters": {"A": [["1"]], "S": [["0"]], "Z": [["0"]]},
        },
        {"rule": "evaluate_words"},
        {"h": {"equation": poly(["n", "n"], ["1", [], "S Z"]), "for_all": ["Z"]}},
        r"a quantified hypothesis is not decided",
    ),
    "rule of another kind of claim": (
        {**IDENTITY, "given": [], "equation": A_ZERO},
        {"rule": "trace", "rows": []},
        {},
        r"no such rule for a claim of kind 'identity'",
    ),
    "rule about problems": (
        {"claim": "critical", "point": "p"},
        {"rule": "substitution"},
        {},
        r"no such rule",
    ),
}


E = poly(["1", "1"], ["1", [], "s"])
BELOW_ONE = [poly(["1", "1"], ["1", [], "s"], ["-1", [], ""])]
FAILURES = [
    ({"nonzero": E}, "0", True),
    ({"nonzero": E}, "1/3", False),
    ({"nonzero": poly(["1", "1"], ["1", ["s"], "s"], ["-2", [], ""])}, "1", False),
    ({"nonzero": poly(["1", "1"], ["1", ["s"], "s"], ["-1", [], ""])}, "-1", True),
    ({"nonnegative": BELOW_ONE}, "0", True),
    ({"nonnegative": BELOW_ONE}, "1", False),
    ({"nonnegative": BELOW_ONE}, "2", False),
]


@pytest.mark.parametrize(("relation", "value", "fails"), FAILURES)
def test_signs_are_evaluated_at_numbers(relation, value, fails):
    claim = {"claim": "counterexample", "given": [], "letters": {"s": [[value]]}, **relation}
    result = one_claim(claim, {"rule": "evaluate_words"})
    assert result.accepted == fails
    if not fails:
        assert "the relation holds at these matrices" in result.reason


def test_a_counterexample_is_to_one_relation():
    claim = {"claim": "counterexample", "given": [], "letters": {"s": [["0"]]}}
    result = one_claim({**claim, "nonzero": E, "equation": E}, {"rule": "evaluate_words"})
    assert result.unreadable
    assert "expected one of equation, traces, nonnegative, nonzero, equations" in result.reason


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    claim, step, hypotheses, reason = REFUSED[name]
    result = one_claim(claim, step, hypotheses)
    assert not result.accepted
    assert not result.unreadable
    assert re.search(reason, result.reason), result.reason


UNREADABLE = {
    "shapes that do not compose": (poly(["m", "n"], ["1", [], "A A"]), r"n columns meet m rows"),
    "undeclared letter": (poly(["m", "n"], ["1", [], "B"]), r"'B' is not a declared letter"),
    "two primes": (poly(["m", "n"], ["1", [], "A''"]), r"is not a declared letter"),
    "mixed shapes": (poly(["m", "n"], ["1", [], "A'"]), r"is not of shape m x n"),
    "identity that is not square": (poly(["m", "n"], ["1", [], ""]), r"is not of shape m x n"),
    "unknown dimension": (poly(["m", "k"], ["1", [], "A"]), r"'k' is not a dimension"),
    "number that is a matrix": (poly(["m", "n"], ["1", ["S"], "A"]), r"'S' is not 1 x 1"),
    "float": (poly(["m", "n"], [0.5, [], "A"]), r"no floats"),
    "fraction not in lowest terms": (poly(["m", "n"], ["2/4", [], "A"]), r"not in lowest terms"),
    "unknown field": ({**A_ZERO, "note": ""}, r"unknown field 'note'"),
    "substitution of another shape": (
        {"substitute": {"A": S_ZERO}, "in": A_ZERO},
        r"image of another shape",
    ),
    "coefficient in a matrix": ({"coefficient": ["S", 1], "of": A_ZERO}, r"'S' is not a letter of"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable(name):
    equation, reason = UNREADABLE[name]
    result = one_claim(
        {"claim": "identity", "given": [], "equation": equation}, {"rule": "cofactor", "rows": []}
    )
    assert result.unreadable
    assert re.search(reason, result.reason), result.reason


def test_expressions_in_a_statement_are_expanded():
    """The coefficient of s in (S + s Z)(S + s Z), written as such, is S Z + Z S."""
    moved = poly(["n", "n"], ["1", [], "S"], ["1", ["s"], "Z"])
    square = {"substitute": {"S": moved}, "in": poly(["n", "n"], ["1", [], "S S"])}
    linear = {"coefficient": ["s", 1], "of": square}
    hypotheses = {"h": {"equation": linear}}
    claim = {
        "claim": "identity",
        "given": ["h"],
        "equation": poly(["n", "n"], ["1", [], "S Z"], ["1", [], "Z S"]),
    }
    step = {"rule": "cofactor", "rows": [["1", [], "", "h", False, ""]]}
    assert one_claim(claim, step, hypotheses).accepted


# --- the side conditions of substitution and quantifiers -----------------------------------------

SIGNATURE = Signature({"A": ("m", "n"), "B": ("n", "m"), "D": ("m", "n"), "C": ("k", "n")}, "st")
A, B, D, C, s, t = SIGNATURE.letters()


def refusal(statement, certificate):
    result = verdict(statement, certificate)
    assert not result.accepted
    return result.reason


def test_substitution_may_not_change_a_hypothesis():
    proof = Proof(SIGNATURE, {"h": A @ B - SIGNATURE.one("m")})
    proof.prove("c", A @ B @ A - A)
    proof.substitute("d", "c", {}, {}, {})
    statement, certificate = proof.statement(), proof.certificate()
    claim = Proof(SIGNATURE, {"h": A @ B - SIGNATURE.one("m")})
    claim.prove("c", A @ B @ A - A)
    certificate["steps"][1]["letters"] = {"A": {"shape": ["m", "n"], "terms": [["1", [], "D"]]}}
    statement["claims"][1]["equation"] = {
        "shape": ["m", "n"],
        "terms": [["1", [], "D B D"], ["-1", [], "D"]],
    }
    assert "changes the hypothesis 'h'" in refusal(statement, certificate)


def test_substitution_needs_the_moved_hypothesis():
    """The lemma for A B and J needs A B J = 1, not A G = 1 again."""
    statement, certificate = copy.deepcopy(PAIRS["applied_lemma"])
    claim = next(c for c in statement["claims"] if c["name"] == "applied")
    claim["given"] = ["right"]
    step = next(c for c in certificate["steps"] if c["claim"] == "applied")
    step["facts"] = {"right": "right"}
    assert "is not 'right' after the substitution" in refusal(statement, certificate)


def test_substitution_may_not_rename_a_dimension_of_a_hypothesis():
    square = Signature({"P": ("n", "n"), "Q": ("m", "m")}, "s")
    _P, _Q, _s = square.letters()
    proof = Proof(square, {"h": trace(square.one("n")) - 2})
    proof.prove("c", trace(square.one("n") * 3) - 6)
    statement, certificate = proof.statement(), proof.certificate()
    certificate["steps"].append(
        {
            "name": "bad",
            "claim": "d",
            "rule": "substitute",
            "of": "c",
            "letters": {},
            "dimensions": {"n": "m"},
            "facts": {},
        }
    )
    statement["claims"].append(
        {
            "name": "d",
            "claim": "trace_identity",
            "given": ["h"],
            "traces": [poly(["m", "m"], ["3", [], ""]), poly(["1", "1"], ["-6", [], ""])],
        }
    )
    assert "changes the hypothesis 'h'" in refusal(statement, certificate)


def test_an_instantiated_letter_must_be_bound():
    proof = Proof(SIGNATURE, {"h": for_all(trace(A @ B), "B")})
    proof.instantiate("c", "h", B=D.T)
    statement, certificate = proof.statement(), proof.certificate()
    certificate["steps"][0]["letters"] = {"A": {"shape": ["m", "n"], "terms": [["1", [], "D"]]}}
    assert "A is not quantified in 'h'" in refusal(statement, certificate)


def test_a_coefficient_needs_an_arbitrary_scalar():
    """s A = 0 for one s does not give A = 0."""
    proof = Proof(SIGNATURE, {"h": s * A, "free": for_all(s * A, "s")})
    proof.instantiate("all s", "free")
    proof.coefficient("A", "all s", "s", 1)
    assert proof.check().accepted
    statement, certificate = proof.statement(), proof.certificate()
    for claim in statement["claims"]:
        claim["given"] = ["free", "h"]
    assert "s occurs in a hypothesis" in refusal(statement, certificate)


def test_affine_needs_degree_one():
    """a + s^2 b >= 0 for all s says nothing about b = 0."""
    bound = Signature({"S": ("n", "n")}, "s")
    S, x = bound.letters()
    proof = Proof(bound, {"h": for_all(nonnegative(x * x * trace(S)), "s")})
    proof.instantiate("all s", "h")
    statement, certificate = proof.statement(), proof.certificate()
    statement["claims"].append(
        {"name": "d", "claim": "trace_identity", "given": ["h"], "traces": []}
    )
    certificate["steps"].append(
        {"name": "2", "claim": "d", "rule": "affine", "of": "all s", "scalar": "s"}
    )
    assert "not affine in s" in refusal(statement, certificate)


def test_a_factor_of_a_square_must_be_nonnegative():
    proof = Proof(SIGNATURE, {"h": nonnegative(s), "n": nonzero(t)})
    proof.sum_of_squares("c", s * trace(A @ A.T), squares=[(1, ["h"], A)])
    assert proof.check().accepted
    statement, certificate = proof.statement(), proof.certificate()
    statement["claims"][0]["given"] = ["h", "n"]
    certificate["steps"][0]["squares"][0][1] = ["n"]
    assert "'n' is not an inequality" in refusal(statement, certificate)


@pytest.mark.parametrize("name", PAIRS)
def test_accepted_claims_are_true_at_matrices_where_they_can_be_made(name):
    """The checker's own evaluation, at samples drawn by the other half."""
    proof = CHAINS[name]()
    tested = 0
    for claim in proof.statement()["claims"]:
        if claim["claim"] == "instance":
            continue
        known = [proof.relation(h) for h in claim["given"]]
        if any(relation.bound for relation in known):
            continue
        letters = list(proof.signature.shapes)
        sampler = Sampler(proof.signature, known, letters, random.Random(3))
        matrices, deadline = None, Deadline(10)
        while matrices is None and not deadline.passed():
            matrices = sampler.draw(deadline)
        if matrices is not None:
            proof.instance(f"at {claim['name']}", claim["name"], matrices)
            tested += 1
    assert proof.check().accepted
    assert tested or name == "semidefinite_necessary_condition"
