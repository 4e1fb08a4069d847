"""Identities of matrices for all shapes: the rules that use that a letter is arbitrary.

A letter that occurs free in none of a claim's hypotheses may be given any value without touching
them, so an established claim holds for all its values.  `all_shapes` says what a claim means.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .all_shapes import Fact, Lemma, letters_of, proves
from .files import count, name, table
from .verdict import Refused, Unreadable, show
from .words import Poly, Traces, collect, print_poly, print_traces


@proves
def substitute(lemma: Lemma, claim: Fact, step: dict[str, Any]) -> None:
    """An established claim with other matrices put for its letters.

    {"of": claim, "letters": {A: P, ...}, "dimensions": {d: e, ...}, "facts": {h: fact, ...}}: the
    claim is the fact with P for A and e for d.  Every hypothesis that the fact rests on is either
    among the claim's own and contains none of the letters and dimensions that change, or is named
    in ``facts`` with a fact that is this hypothesis after the same substitution.

    Soundness.  Take an assignment under which the claim's hypotheses hold.  Let d have the value
    of e, and A the value of P; shapes fit, because the image of a letter must have the letter's
    shape renamed.  Under this new assignment every hypothesis of the fact holds: unchanged ones
    keep their value, and the value of the others is that of the named fact, which holds.  So the
    fact holds there, and its value is the value of the claim.
    """
    # The fact's own hypotheses are looked at one by one below.
    fact = lemma.facts.get(name(step["of"], "of")) or lemma.fact(step["of"], claim)
    rename = {
        lemma.signature.object(d, "dimensions"): lemma.signature.object(e, "dimensions")
        for d, e in table(step["dimensions"], "dimensions").items()
    }
    if "1" in rename:
        raise Refused('dimensions: "1" is the dimension one and stays')
    images: dict[str, Poly] = {}
    for letter, value in table(step["letters"], "letters").items():
        if letter not in lemma.signature.shapes:
            raise Unreadable(f"letters: {show(letter)} is not a declared letter")
        images[letter] = lemma.signature.poly(value, f"letters.{letter}")
    facts = table(step["facts"], "facts")
    for hypothesis in fact.given:
        _carry(lemma, hypothesis, facts.get(hypothesis), claim, images, rename)
    for key in facts:
        if key not in fact.given:
            raise Refused(f"facts: {show(key)} is not used by {show(step['of'])}")
    if not _same(_moved(lemma, fact, images, rename), claim):
        raise Refused("the substitution does not give the claim")


def _carry(
    lemma: Lemma,
    hypothesis: str,
    replacement: Any,
    claim: Fact,
    images: dict[str, Poly],
    rename: dict[str, str],
) -> None:
    known = lemma.hypotheses[hypothesis]
    if replacement is not None:
        if known.bound:
            raise Refused(f"facts: {show(hypothesis)} is quantified, it cannot be moved")
        named = lemma.fact(replacement, claim)
        if not _same(_moved(lemma, known, images, rename), named):
            raise Refused(
                f"facts: {show(replacement)} is not {show(hypothesis)} after the substitution"
            )
        return
    if hypothesis not in claim.given:
        raise Refused(f"the claim does not have the hypothesis {show(hypothesis)}")
    letters = letters_of(known.body) | known.bound
    objects = {o for x in letters for o in lemma.signature.shapes[x]} | _objects(known)
    if letters & images.keys() or objects & rename.keys():
        raise Refused(f"the substitution changes the hypothesis {show(hypothesis)}")


def _objects(fact: Fact) -> set[str]:
    if isinstance(fact.body, Poly):
        return set(fact.body.shape)
    if isinstance(fact.body, tuple):
        return {symbol for poly in fact.body for symbol in poly.shape}
    return {symbol for _, _, symbol in fact.body if symbol}


def _moved(lemma: Lemma, fact: Fact, images: dict[str, Poly], rename: dict[str, str]) -> Fact:
    s = lemma.signature

    def new(symbol: str) -> str:
        return rename.get(symbol, symbol)

    if isinstance(fact.body, Poly):
        return Fact(fact.relation, s.substitute(fact.body, images, new), fact.given)
    if isinstance(fact.body, tuple):
        moved = tuple(s.substitute(poly, images, new) for poly in fact.body)
        return Fact(fact.relation, moved, fact.given)
    total = []
    for (numbers, word, symbol), c in fact.body.items():
        at = s.shape(word)[0] if word else symbol or "1"
        poly = s.substitute(Poly((at, at), {(numbers, word): Fraction(1)}), images, new)
        total += [(key, c * d) for key, d in s.trace(poly).items()]
    return Fact(fact.relation, collect(total), fact.given)


def _same(left: Fact, right: Fact) -> bool:
    return left.relation == right.relation and left.body == right.body


@proves
def instantiate(lemma: Lemma, claim: Fact, step: dict[str, Any]) -> None:
    """A quantified hypothesis at chosen matrices: {"of": hypothesis, "letters": {D: P, ...}}.

    Soundness.  The hypothesis holds for every value of its bound letters; their images have the
    letters' shapes.  The substitution is simultaneous, so a letter in P that has the name of a
    bound one is free.  Bound letters not listed stay, as free letters: they are arbitrary.
    """
    known = lemma.hypotheses.get(name(step["of"], "of"))
    if known is None or step["of"] not in claim.given:
        raise Refused(f"{show(step['of'])} is not a hypothesis of the claim")
    images = lemma.signature.images(step["letters"], "letters")
    for letter in images:
        if letter not in known.bound:
            raise Refused(f"{letter} is not quantified in {show(step['of'])}")
    if not _same(_moved(lemma, known, images, {}), claim):
        raise Refused("the hypothesis at these matrices is not the claim")


@proves
def coefficient(lemma: Lemma, claim: Fact, step: dict[str, Any]) -> None:
    """A coefficient of a polynomial identity in a scalar: {"of": fact, "scalar": t, "power": n}.

    Soundness.  t is free in no hypothesis of the claim, so the fact is zero for every real value
    of t while the other letters keep theirs.  Each entry is then a polynomial in t with
    infinitely many zeros, so all its coefficients are 0.
    """
    scalar, power = _arbitrary_scalar(lemma, claim, step), count(step["power"], "power")
    fact = lemma.fact(step["of"], claim)
    if fact.relation != claim.relation or fact.relation not in ("equation", "traces"):
        raise Refused(f"{show(step['of'])} is not an equation of the claim's kind")
    body: Poly | Traces
    if isinstance(fact.body, Poly):
        body = lemma.signature.coefficient(fact.body, scalar, power)
    else:
        body = _coefficient(fact.sum, scalar, power)
    if body != claim.body:
        raise Refused("the coefficient is not the claim")


def _coefficient(traces: Traces, scalar: str, power: int) -> Traces:
    return {
        (tuple(x for x in m[0] if x != (scalar,)), m[1], m[2]): c
        for m, c in traces.items()
        if m[0].count((scalar,)) == power
    }


def _arbitrary_scalar(lemma: Lemma, claim: Fact, step: dict[str, Any]) -> str:
    scalar = lemma.signature.scalar(step["scalar"], "scalar")
    return _arbitrary(lemma, claim, scalar)


def _arbitrary(lemma: Lemma, claim: Fact, letter: Any) -> str:
    if not isinstance(letter, str) or letter not in lemma.signature.shapes:
        raise Unreadable(f"{show(letter)} is not a declared letter")
    if not lemma.free(letter, claim):
        raise Refused(f"{letter} occurs in a hypothesis, so it is not arbitrary")
    return letter


@proves
def affine(lemma: Lemma, claim: Fact, step: dict[str, Any]) -> None:
    """alpha + s beta >= 0 for all s gives beta = 0: {"of": fact, "scalar": s}; beta is the claim.

    Soundness.  s is free in no hypothesis, so the inequality holds for every real s, with alpha
    and beta unchanged.  If beta were not 0, s = -(alpha + 1) / beta would make the left side -1.
    """
    scalar = _arbitrary_scalar(lemma, claim, step)
    fact = lemma.fact(step["of"], claim)
    if fact.relation != "nonnegative" or claim.relation != "traces":
        raise Refused("from an inequality to an equation of traces")
    if any(m[0].count((scalar,)) > 1 for m in fact.sum):
        raise Refused(f"{show(step['of'])} is not affine in {scalar}")
    if _coefficient(fact.sum, scalar, 1) != claim.sum:
        raise Refused(f"the coefficient of {scalar} is not the claim")


@proves
def variation(lemma: Lemma, claim: Fact, step: dict[str, Any]) -> None:
    """tr(G'D) = 0 for all D gives G = 0: {"of": fact, "letter": D}; the claim is G = 0.

    Soundness.  D is free in no hypothesis and does not occur in G, so D = G is allowed:
    tr(G'G) = 0 is the sum of the squares of the entries of G.
    """
    letter = _arbitrary(lemma, claim, step["letter"])
    s = lemma.signature
    if letter in claim.poly.letters():
        raise Refused(f"{letter} occurs in the claim")
    if claim.poly.shape != s.shapes[letter]:
        raise Refused(f"{letter} is not of the shape of the claim")
    direction = Poly(s.shapes[letter], {s.normal((), (letter,)): Fraction(1)})
    pairing = s.trace(s.product(s.transpose(claim.poly), direction))
    if lemma.traces_of(lemma.fact(step["of"], claim)) != pairing:
        raise Refused(f"{show(step['of'])} is not {print_traces(pairing)} = 0")


@proves
def prime(lemma: Lemma, claim: Fact, step: dict[str, Any]) -> None:
    """M Z K = 0 for all Z gives M = 0 or K = 0: {"of": fact, "letter": Z}.

    Soundness.  Z is free in no hypothesis and occurs in neither M nor K.  If M had an entry (a, i)
    and K an entry (j, b) that are not 0, then with Z = the unit matrix with its one at (i, j) the
    entry (a, b) of M Z K would be their product, not 0.
    """
    letter = _arbitrary(lemma, claim, step["letter"])
    s = lemma.signature
    if not isinstance(claim.body, tuple):
        raise Refused("the claim is not of the form M = 0 or K = 0")
    left, right = claim.body
    if letter in left.letters() | right.letters():
        raise Refused(f"{letter} occurs in the claim")
    between = Poly(s.shapes[letter], {s.normal((), (letter,)): Fraction(1)})
    product = s.product(s.product(left, between), right)
    if lemma.equation(step["of"], claim) != product:
        raise Refused(f"{show(step['of'])} is not {print_poly(product)} = 0")
