"""Identities of matrices for all shapes: the statement, and the rules that prove its claims.

What an accepted claim says.  Let the claim name the hypotheses ``given``.  For every assignment
(positive integers for the dimension symbols, real matrices for the letters, see `words`) under
which all of ``given`` hold, the claim holds: its equation evaluates to the zero matrix, its sum of
traces to 0 (or to a number >= 0), one of its two equations holds, or its number is not 0.  A
hypothesis with ``for_all`` holds for every real value of the letters it lists, which are bound in
it.  So a letter that is free in none of ``given`` is universally quantified in the claim.

A step may use hypotheses of its claim's ``given`` and claims established before whose own
``given`` is contained in it; these hold under every such assignment, and each rule's docstring
says why its conclusion then holds too.  The field must be the real numbers: the rules star and
sum_of_squares fail for others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import wraps
from typing import Any

from .context import Context
from .files import array, count, fields, name, number, table
from .verdict import Refused, Unreadable, show
from .words import (
    UNIT,
    Poly,
    Signature,
    Traces,
    add,
    combine,
    print_poly,
    print_traces,
)

Body = Poly | Traces | tuple[Poly, ...]


@dataclass(frozen=True)
class Fact:
    """A hypothesis or a claim: a relation, what it is about, and on what it rests.

    ``relation`` is "equation", "traces", "nonnegative", "nonzero" or "equations" (one of two).
    ``given`` are the hypotheses under which it holds; for a hypothesis, itself.
    """

    relation: str
    body: Body
    given: frozenset[str]
    bound: frozenset[str] = frozenset()

    @property
    def poly(self) -> Poly:
        """The polynomial of an equation."""
        if not isinstance(self.body, Poly):
            raise Refused(f"a fact about {self.relation} where an equation is needed")
        return self.body

    @property
    def sum(self) -> Traces:
        """The sum of traces, also of a 1 x 1 equation or inequality."""
        if not isinstance(self.body, dict):
            raise Refused(f"a fact about {self.relation} where a sum of traces is needed")
        return self.body


_CLAIMS = {
    "identity": "equation",
    "trace_identity": "traces",
    "nonnegative_trace": "nonnegative",
    "either": "equations",
    "nonzero_number": "nonzero",
}
_SYMBOL = {"equation": "= 0", "traces": "= 0", "nonnegative": ">= 0", "nonzero": "is not 0"}


class Lemma:
    """The signature and the hypotheses of a statement, and what is established so far.

    ``network`` has the problem and the points of a statement that gives them.
    """

    def __init__(
        self, shapes: Any, claims: list[dict[str, Any]], network: Context | None = None
    ) -> None:
        body = fields(shapes, "shapes", "letters hypotheses")
        self.signature = Signature.read(body["letters"], "shapes.letters")
        self.hypotheses: dict[str, Fact] = {}
        for key, value in table(body["hypotheses"], "shapes.hypotheses").items():
            self.hypotheses[key] = self._hypothesis(key, value)
        self.claims, self.network = claims, network
        self.facts: dict[str, Fact] = {}
        self.established: dict[str, dict[str, Any]] = {}

    def _hypothesis(self, key: str, value: Any) -> Fact:
        where = f"shapes.hypotheses.{key}"
        fields(value, where, "", "equation traces nonnegative nonzero for_all")
        relations = [field for field in value if field != "for_all"]
        if len(relations) != 1:
            raise Unreadable(f"{where}: expected one relation, got {len(relations)}")
        body = self.body(relations[0], value, where)
        bound = array(value.get("for_all", []), f"{where}.for_all")
        for letter in bound:
            if not isinstance(letter, str) or letter not in self.signature.shapes:
                raise Unreadable(f"{where}.for_all: {show(letter)} is not a declared letter")
        return Fact(relations[0], body, frozenset([key]), frozenset(bound))

    def body(self, relation: str, value: dict[str, Any], where: str) -> Body:
        """What a hypothesis or claim is about."""
        inside, where = value[relation], f"{where}.{relation}"
        if relation in ("traces", "nonnegative"):
            return self.signature.traces(inside, where)
        if relation == "equations":
            return tuple(self.signature.poly(v, where) for v in array(inside, where, 2))
        poly = self.signature.poly(inside, where)
        if relation == "nonzero" and poly.shape != (UNIT, UNIT):
            raise Unreadable(f"{where}: shape {' x '.join(poly.shape)}, expected 1 x 1")
        return poly

    def claim(self, value: dict[str, Any]) -> Fact:
        """A claim of the statement as the fact it will be."""
        relation = _CLAIMS[value["claim"]]
        return Fact(relation, self.body(relation, value, "claim"), self.given(value, "claim"))

    def given(self, value: dict[str, Any], where: str) -> frozenset[str]:
        """The names of hypotheses under which a claim holds."""
        names = [name(v, f"{where}.given") for v in array(value["given"], f"{where}.given")]
        for known in names:
            if known not in self.hypotheses:
                raise Unreadable(f"{where}.given: {show(known)} is not a hypothesis")
        return frozenset(names)

    def fact(self, key: Any, claim: Fact) -> Fact:
        """A hypothesis or an established claim that a step of this claim may use."""
        key = name(key, "fact")
        fact = self.hypotheses.get(key) or self.facts.get(key)
        if fact is None:
            raise Refused(f"{show(key)} is no hypothesis and not established")
        if not fact.given <= claim.given:
            missing = ", ".join(sorted(fact.given - claim.given))
            raise Refused(f"{show(key)} rests on {missing}, which the claim does not")
        if fact.bound:
            raise Refused(f"{show(key)} is quantified: instantiate it first")
        return fact

    def equation(self, key: Any, claim: Fact) -> Poly:
        """The polynomial of a fact that is an equation."""
        fact = self.fact(key, claim)
        if fact.relation != "equation":
            raise Refused(f"{show(key)} is not an equation")
        return fact.poly

    def traces_of(self, fact: Fact) -> Traces:
        """The left-hand side of an equation of traces, or of a square matrix, as traces."""
        if fact.relation not in ("equation", "traces"):
            raise Refused(f"a fact about {fact.relation} where an equation is needed")
        return fact.sum if isinstance(fact.body, dict) else self.signature.trace(fact.poly)

    def free(self, letter: str, claim: Fact) -> bool:
        """Whether a letter is free in none of the hypotheses of the claim."""
        used = (self.hypotheses[key] for key in claim.given)
        return all(letter not in letters_of(h.body) - h.bound for h in used)

    def rows(self, value: Any, claim: Fact) -> list[Poly | Traces]:
        """The multiples of facts that cofactor rows stand for; each of them is zero.

        A row is [coefficient, numbers, left, fact, transposed, right] or the same with a seventh
        entry, a word that the then 1 x 1 product is multiplied by.  A fact that is a sum of
        traces takes only numbers.
        """
        return [self._row(row, claim, f"rows[{i}]") for i, row in enumerate(array(value, "rows"))]

    def _row(self, row: Any, claim: Fact, where: str) -> Poly | Traces:
        s = self.signature
        entries = array(row, where)
        if len(entries) not in (6, 7) or not isinstance(entries[4], bool):
            raise Unreadable(
                f"{where}: expected [coefficient, numbers, left, fact, transposed,"
                " right] and possibly a word beside"
            )
        factor = Poly(
            (UNIT, UNIT), {s.normal(s.numbers(entries[1], where), ()): number(entries[0], where)}
        )
        fact = self.fact(entries[3], claim)
        if fact.relation == "traces":
            if entries[2] or entries[4] or len(entries) == 7 or entries[5]:
                raise Refused(f"{where}: a sum of traces is multiplied by numbers only")
            return s.times_traces(factor, fact.sum)
        value = self.equation(entries[3], claim)
        value = s.transpose(value) if entries[4] else value
        if entries[2] != "":
            value = s.product(self._word(entries[2], where), value)
        if entries[5] != "":
            value = s.product(value, self._word(entries[5], where))
        if len(entries) == 7:
            value = s.times(value, self._beside(entries[6], where))
        return s.times(factor, value)

    def _word(self, value: Any, where: str) -> Poly:
        word, shape = self.signature.word(value, where)
        if shape is None:
            raise Unreadable(f"{where}: an empty word beside is written 1_OBJECT")
        return Poly(shape, {self.signature.normal((), word): Fraction(1)})

    def _beside(self, value: Any, where: str) -> Poly:
        if isinstance(value, str) and value.startswith("1_") and value != "1_1":
            return self.signature.one(self.signature.object(value[2:], where))
        return self._word(value, where)

    def sentence(self, fact: Fact) -> str:
        """The claim in words."""
        if isinstance(fact.body, tuple):
            text = " or ".join(f"{print_poly(p)} = 0" for p in fact.body)
        else:
            is_poly = isinstance(fact.body, Poly)
            text = print_poly(fact.poly) if is_poly else print_traces(fact.sum)
            text += " " + _SYMBOL[fact.relation]
        return f"{text} for all shapes" + (
            f", given {', '.join(sorted(fact.given))}" if fact.given else ""
        )


def letters_of(body: Body) -> set[str]:
    """The letters that occur in a body, without transposition marks."""
    if isinstance(body, Poly):
        return body.letters()
    if isinstance(body, tuple):
        return set().union(*(poly.letters() for poly in body))
    return {x.rstrip("'") for m in body for word in (*m[0], m[1]) for x in word}


Rule = Callable[[Lemma, Fact, dict[str, Any]], None]
Check = Callable[[Lemma, dict[str, Any], dict[str, Any]], str]


def proves(rule: Rule) -> Check:
    """The rule as the table of rules calls it: reads the claim, then records that it holds."""

    @wraps(rule)
    def check(lemma: Lemma, claim: dict[str, Any], step: dict[str, Any]) -> str:
        if claim["name"] in lemma.hypotheses:
            raise Unreadable(f"claim: {show(claim['name'])} is the name of a hypothesis")
        fact = lemma.claim(claim)
        rule(lemma, fact, step)
        lemma.facts[claim["name"]] = fact
        return lemma.sentence(fact)

    return check


@proves
def cofactor(lemma: Lemma, claim: Fact, step: dict[str, Any]) -> None:
    """The claim is a sum of multiples of facts: {"rows": [...]}.

    Soundness.  Every row is a product in which one factor, a fact or its transpose, evaluates to
    zero, so it evaluates to zero; the claim equals their sum as a normal form, so it does too.
    """
    total = Poly(claim.poly.shape, {})
    for row in lemma.rows(step["rows"], claim):
        if not isinstance(row, Poly):
            raise Refused("a sum of traces proves no matrix equation")
        total = add(total, row, 1)
    if total != claim.poly:
        raise Refused(f"the rows leave {print_poly(add(claim.poly, total, -1))}")


@proves
def trace(lemma: Lemma, claim: Fact, step: dict[str, Any]) -> None:
    """The claimed sum of traces is a sum of traces of multiples of facts: {"rows": [...]}.

    Soundness.  As for cofactor; the trace of a zero matrix is 0, and `Signature.trace` keeps
    values.
    """
    rest = _without_rows(lemma, claim.sum, step, claim)
    if rest:
        raise Refused(f"the rows leave {print_traces(rest)}")


def _without_rows(lemma: Lemma, total: Traces, step: dict[str, Any], claim: Fact) -> Traces:
    for row in lemma.rows(step["rows"], claim):
        if isinstance(row, Poly) and row.shape[0] != row.shape[1]:
            raise Refused(f"a row of shape {' x '.join(row.shape)} has no trace")
        traces = lemma.signature.trace(row) if isinstance(row, Poly) else row
        total = combine(total, traces, -1)
    return total


def _squares(lemma: Lemma, value: Any) -> list[tuple[Fraction, Poly]]:
    squares = []
    for i, entry in enumerate(array(value, "squares")):
        factor, poly = array(entry, f"squares[{i}]", 2)
        squares.append((number(factor, "squares"), lemma.signature.poly(poly, f"squares[{i}]")))
        if squares[-1][0] <= 0:
            raise Refused(f"squares[{i}]: coefficient {show(squares[-1][0])} is not positive")
    return squares


def _gram(lemma: Lemma, poly: Poly) -> Poly:
    return lemma.signature.product(poly, lemma.signature.transpose(poly))


@proves
def star(lemma: Lemma, claim: Fact, step: dict[str, Any]) -> None:
    """A sum of squares that vanishes has vanishing terms.

    {"of": fact, "squares": [[c, Q], ...], "index": i}: the fact is sum_j c_j Q_j Q_j' = 0, or its
    trace is 0, with c_j > 0; the claim is Q_i = 0 or Q_i' = 0.

    Soundness.  tr Q Q' is the sum of the squares of the real entries of Q, so all terms of
    sum_j c_j tr Q_j Q_j' = 0 are nonnegative and hence 0, and Q_i has only zero entries.
    """
    squares = _squares(lemma, step["squares"])
    fact = lemma.fact(step["of"], claim)
    total: Traces = {}
    for factor, poly in squares:
        total = combine(total, lemma.signature.trace(_gram(lemma, poly)), factor)
    if lemma.traces_of(fact) != total:
        raise Refused(f"the squares do not add up to {show(step['of'])}")
    index = count(step["index"], "index")
    if index >= len(squares):
        raise Refused(f"index: there are {len(squares)} squares")
    chosen = squares[index][1]
    if claim.poly not in (chosen, lemma.signature.transpose(chosen)):
        raise Refused(f"the claim is not {print_poly(chosen)} = 0")


@proves
def sum_of_squares(lemma: Lemma, claim: Fact, step: dict[str, Any]) -> None:
    """The claimed sum of traces is nonnegative.

    {"squares": [[c, [facts], Q], ...], "sum": [[c, fact], ...], "rows": [...]}: modulo the rows it
    equals sum c f_1 ... f_k tr Q Q' + sum c F, where c > 0, every f is a 1 x 1 fact f >= 0 and
    every F a sum of traces F >= 0.

    Soundness.  tr Q Q' >= 0 for real Q, products and sums of nonnegative numbers are nonnegative,
    and the rows evaluate to 0.
    """
    rest = _without_rows(lemma, claim.sum, step, claim)
    for entry in array(step["squares"], "squares"):
        factor, factors, value = array(entry, "squares", 3)
        poly = lemma.signature.poly(value, "squares")
        term = lemma.signature.trace(_gram(lemma, poly))
        for key in array(factors, "squares"):
            term = lemma.signature.times_traces(_number_fact(lemma, key, claim), term)
        rest = combine(rest, term, -positive_number(factor))
    for entry in array(step["sum"], "sum"):
        factor, key = array(entry, "sum", 2)
        rest = combine(rest, nonnegative(lemma, key, claim), -positive_number(factor))
    if rest:
        raise Refused(f"what is left is {print_traces(rest)}")


def positive_number(value: Any) -> Fraction:
    """A positive rational, `Refused` if it is not positive."""
    factor = number(value, "coefficient")
    if factor <= 0:
        raise Refused(f"coefficient {show(factor)} is not positive")
    return factor


def nonnegative(lemma: Lemma, key: Any, claim: Fact) -> Traces:
    """The left-hand side of a fact that says f >= 0."""
    fact = lemma.fact(key, claim)
    if fact.relation != "nonnegative":
        raise Refused(f"{show(key)} is not an inequality")
    return fact.sum


def _number_fact(lemma: Lemma, key: Any, claim: Fact) -> Poly:
    traces = nonnegative(lemma, key, claim)
    if any(word or symbol for _, word, symbol in traces):
        raise Refused(f"{show(key)} has a trace in it, only numbers can be factors")
    return Poly((UNIT, UNIT), {(numbers, ()): c for (numbers, _, _), c in traces.items()})
