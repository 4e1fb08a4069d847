"""The letters of a lemma on an instance: what is computed by the checker and what it is given."""

import json
import random

import pytest

from symland.checker import check
from symland.exact.rational_matrix import RationalMatrix
from symland.exact.word import Signature, WordError
from symland.exact.word_evaluation import evaluate
from symland.exact.word_relation import equation
from symland.theorem import (
    Instance,
    Theorem,
    TheoremError,
    diag,
    eye,
    linear_network,
    nonnegative,
)
from symland.theorem.library import find
from symland.theorem.network_matrix import NetworkMatrix
from symland.theorem.run import run_files
from symland.theorem.words import at_matrices, bound, projector

NETWORK = linear_network((2, 3, 2), X=[[1, 0, 2], [0, 1, -1]], Y=[[1, 2, 0], [0, 1, 1]])
AT = [[[1, 2], [0, -1], ["1/3", 1]], [[2, -1, "1/2"], [0, 1, 1]]]


def instance():
    return Instance(NETWORK, at=AT)


def units(s):
    """The values of all letters of the instance."""
    known = {"X": s.X, "Y": s.Y} | {f"W{k}": s.W(k) for k in (1, 2)} | {"G1": s.G(1), "G2": s.G(2)}
    for name, shape in s.letters.shapes.items():
        if name.startswith("e"):
            size = {"d0": 2, "d1": 3, "d2": 2, "m": 3}[shape[0]]
            index = int(name[1:].split("_")[0])
            known[name] = RationalMatrix([[int(i == index)] for i in range(1, size + 1)])
    return {name: RationalMatrix(value.flint) for name, value in known.items()}


EXPRESSIONS = {
    "residual": lambda s: s.W(2) @ s.W(1) @ s.X - s.Y,
    "product": lambda s: s.product(2, 1),
    "empty product": lambda s: s.product(1, 2),
    "normal": lambda s: s.W(2).T @ (s.product(2, 1) @ s.X - s.Y) @ s.X.T,
    "gradient": lambda s: s.G(2) - s.G(2).scale("1/3"),
    "row": lambda s: s.W(1).rows([2]),
    "column": lambda s: (s.W(1) @ s.X).columns([1]),
    "sample": lambda s: s.Y.columns([0]),
    "entry": lambda s: s.W(2).entry(0, 2),
    "entry of a row": lambda s: s.W(2).rows([1]).columns([2]).T,
    "outer product": lambda s: -s.W(2).columns([1]) @ s.W(1).rows([1]) + s.product(2, 1),
}
PLAIN = {
    "inverse": lambda s: (s.X @ s.X.T).inverse(),
    "projector": lambda s: projector(s.W(1)),
    "two rows": lambda s: s.W(1).rows([0, 1]),
    "with a plain one": lambda s: s.W(1) @ RationalMatrix(eye(2)),
    "after a plain one": lambda s: RationalMatrix(eye(3)) @ s.W(1),
    "data": lambda s: s.data.sigma,
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_the_words_have_the_value(name):
    s = instance()
    found = EXPRESSIONS[name](s)
    assert isinstance(found, NetworkMatrix)
    sizes = {"1": 1, "d0": 2, "d1": 3, "d2": 2, "m": 3}
    assert evaluate(found.words, units(s), sizes) == RationalMatrix(found.flint)


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_the_checker_computes_the_same_value(name):
    s = instance()
    value = EXPRESSIONS[name](s)
    letters = Signature({"A": ("p", "q"), "B": ("p", "q")})
    A, B = letters.letters()
    binding = {"A": EXPRESSIONS[name], "B": lambda s: value.tolist()}
    found = bound(letters, binding, s)
    assert (list(found.computed), found.given) == (["A"], ["B"])
    assert check(*at_matrices(letters, {"same": equation(A - B)}, {}, found)).accepted
    other = bound(letters, {**binding, "B": lambda s: value.scale(2).tolist()}, s)
    refused = check(*at_matrices(letters, {"same": equation(A - B)}, {}, other))
    assert "hypothesis 'same' fails" in refused.reason


@pytest.mark.parametrize("name", PLAIN)
def test_other_matrices_are_given(name):
    assert not isinstance(PLAIN[name](instance()), NetworkMatrix)


def theorem_about(**letters):
    """C W X is called the output, on a network."""
    signature = Signature(
        {"C": ("dy", "d1"), "W": ("d1", "dx"), "X": ("dx", "m"), "F": ("dy", "m")}
    )
    C, W, X, F = signature.letters()
    theorem = Theorem("output", wording="own")
    output = theorem.hypothesis("F", "the output", words=F - C @ W @ X)
    square = theorem.conclusion("c", "its square", words=F @ F.T - C @ W @ X @ X.T @ W.T @ C.T)

    @theorem.step("square", uses=[output], gives=[square])
    def multiply(proof):
        proof.prove("square", F @ F.T - C @ W @ X @ X.T @ W.T @ C.T)

    theorem.bind(signature, **letters)
    theorem.instance("it", linear_network((2, 2, 2), X=eye(2), Y=diag(2, 1)), at=[diag(3, 1)] * 2)
    return theorem.check(20).parts[-1]


BINDING = {
    "C": lambda s: s.W(2),
    "W": lambda s: s.W(1),
    "X": lambda s: s.X,
    "F": lambda s: s.product(2, 1) @ s.X,
}


def test_a_line_says_which_matrices_were_given():
    part = theorem_about(**BINDING)
    assert part.detail == "F, c hold at the matrices of this one network 2-2-2"
    part = theorem_about(**BINDING | {"C": lambda s: diag(3, 1), "X": lambda s: eye(2)})
    assert part.detail == "F, c hold at the matrices of this one network 2-2-2; given C, X"
    assert part.verdict == "certified"


def test_a_false_expression_is_refused_by_the_checker():
    """The line cannot be had by letters that say they are something else."""
    part = theorem_about(**BINDING)
    statement = json.loads(part.statement)
    claim = next(c for c in statement["claims"] if c["claim"] == "instance")
    assert claim["network"]["letters"]["C"]["terms"] == [["1", [], "W2"]]
    claim["network"]["letters"]["F"]["terms"] = [["1", [], "Y"]]
    verdict = check(json.dumps(statement).encode(), part.certificate)
    assert "hypothesis 'F' fails" in verdict.reason


@pytest.mark.usefixtures("same_nursery")
def test_the_letters_of_a_built_in_file():
    """Found by hand, for every line that the checker computes; others are in tests/proofs."""
    (result,) = run_files([find("petzka_2021_theorem_7")], budget=60)
    letters = [
        set(claim["network"]["letters"])
        for file in result.theorems[0]["files"]
        for claim in json.loads(file["statement"])["claims"]
        if claim["claim"] in ("instance", "counterexample")
    ]
    assert letters
    assert all(found == set("vaKYX") for found in letters)


def test_the_gradient_of_a_problem_of_random_integers_is_that_of_lemma_4_1():
    rng = random.Random(2)

    def draw(rows, columns):
        return [[rng.randint(-3, 3) for _ in range(columns)] for _ in range(rows)]

    network = linear_network((2, 3, 4, 2), X=draw(2, 5), Y=draw(2, 5))
    s = Instance(network, at=[draw(3, 2), draw(4, 3), draw(2, 4)])
    for k in (1, 2, 3):
        above, below = s.product(3, k + 1), s.product(k - 1, 1) @ s.X
        formula = above.T @ (s.product(3, 1) @ s.X - s.Y) @ below.T
        assert RationalMatrix(s.G(k).flint) == RationalMatrix(formula.flint)


# --- letters without a network -------------------------------------------------------------------


def shrinking():
    """s A = 0 with s = 1 + e, and c: A = 0; d: B A = B B, given B = A."""
    signature = Signature({"A": ("m", "m"), "B": ("m", "m")}, scalars=["e"])
    A, B, e = signature.letters()
    theorem = Theorem("t", wording="own")
    product = theorem.hypothesis("h", "(1 + e) A = 0", words=(1 + e) * A)
    sign = theorem.hypothesis("e", "e >= 0", words=nonnegative(e))
    same = theorem.hypothesis("same", "B = A", words=B - A)
    c = theorem.conclusion("c", "A = 0", words=A)
    d = theorem.conclusion("d", "B A = B B", words=B @ A - B @ B, given=[same])

    @theorem.step("cancel", uses=[product, sign], gives=[c])
    def cancel(proof):
        proof.one_sign("1 + e > 0", 1 + e, adding=[(1, "e")])
        proof.cancel("A = 0", A, of="h", nonzero="1 + e > 0")

    @theorem.step("replace", uses=[same], gives=[d])
    def replace(proof):
        proof.prove("d", B @ A - B @ B)

    return theorem, sign, c, d


ZERO = {"A": [[0, 0], [0, 0]], "B": [[0, 0], [0, 0]], "e": "1/2"}


@pytest.mark.parametrize(
    ("letters", "verdict", "detail"),
    [
        (ZERO, "certified", "h, e, same, c, d hold at the matrices given"),
        (ZERO | {"B": eye(2)}, "certified", "h, e, c hold at the matrices given"),
        (ZERO | {"e": -2}, "undecided", "no instance: e fails at these matrices"),
        ({"e": 1}, "undecided", "no conclusion can be evaluated at these matrices"),
        (ZERO | {"A": eye(2), "e": -1}, "undecided", "no instance: e fails at these matrices"),
    ],
)
def test_an_instance_of_letters_alone(letters, verdict, detail):
    """The conclusion d is left out where its own hypothesis fails."""
    theorem, *_ = shrinking()
    theorem.instance("numbers", letters=letters)
    part = next(p for p in theorem.check(20).parts if p.part == "instance")
    assert (part.name, part.verdict, part.detail) == ("numbers", verdict, detail)
    if verdict == "certified":
        assert check(part.statement, part.certificate).accepted
        assert "problem" not in json.loads(part.statement)


@pytest.mark.parametrize(("number", "verdict"), [(-1, "certified"), (-2, "undecided")])
def test_dropped_at_letters_alone(number, verdict):
    """The hypothesis of d, which fails there too, does not matter for c."""
    theorem, sign, c, _ = shrinking()
    letters = {"A": eye(2), "B": [[0, 0], [0, 0]], "e": number}
    theorem.without(sign, name="e = -1", letters=letters, breaks=[c])
    part = theorem.check(20).parts[-1]
    assert part.verdict == verdict
    if verdict == "certified":
        assert part.detail.startswith("h holds; e, c fail; at A = [[1, 0], [0, 1]], e = [[-1]]")
    else:
        assert part.detail == "h fails there too"


def test_letters_in_place_of_bound_ones():
    theorem, *_ = shrinking()
    signature = next(iter(theorem.hypotheses)).words.body.signature
    zero = {"A": lambda s: s.W(1), "B": lambda s: s.X, "e": lambda s: 0}
    theorem.bind(signature, **zero)
    network = linear_network((1, 1), X=[[1]], Y=[[1]])
    theorem.instance("bound", network, at=[[[0]]])
    theorem.instance("other", network, at=[[[0]]], letters={"B": lambda s: s.W(1), "e": 3})
    details = [p.detail for p in theorem.check(20).parts if p.part == "instance"]
    assert details == [
        "h, e, c hold at the matrices of this one network 1-1; given e",
        "h, e, same, c, d hold at the matrices of this one network 1-1; given e",
    ]


def test_an_instance_needs_a_problem_or_letters():
    theorem, *_ = shrinking()
    with pytest.raises(TheoremError, match="t: instance 'it': expected a problem or letters"):
        theorem.instance("it")
    theorem.instance("it", letters={"Q": 1})
    with pytest.raises(WordError, match="letter 'Q' is not declared, the letters are A, B, e"):
        theorem.check(20)
