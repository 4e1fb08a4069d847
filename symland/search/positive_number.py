"""Numbers that are positive: read off from numbers known to be nonnegative or not 0, and squares.

A number here is a 1 x 1 word polynomial. What is found is believed only when the checker accepts
it; that nothing is found says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symland.exact.trace_polynomial import TracePolynomial, as_trace, trace
from symland.exact.word import UNIT, Signature, Word
from symland.exact.word_polynomial import WordPolynomial
from symland.search.squares import sum_of_squares

__all__ = ["PositiveNumber", "number_factors", "positive_number", "weighted_squares"]

Numbers = Mapping[str, WordPolynomial]
Square = tuple[Fraction, tuple[str, ...], WordPolynomial]

_SHARES = (Fraction(1), Fraction(3, 4), Fraction(1, 2), Fraction(1, 4))
"""Shares of the constant term that are tried as the positive part; the rest serves the squares."""


@dataclass(frozen=True)
class PositiveNumber:
    """q = c p + sum c F + rest, with rest = sum c f_1 ... f_k tr Q Q' and all c > 0.

    ``strict`` is c and the names of facts that p is positive by: none for p = 1, one that f is not
    0 for p = f^2, two that f is not 0 and f >= 0 for p = f. ``adding`` names the inequalities
    F >= 0, ``squares`` lists c, the names of the f >= 0, and Q.
    """

    strict: tuple[Fraction, tuple[str, ...]]
    adding: tuple[tuple[Fraction, str], ...]
    rest: WordPolynomial
    squares: tuple[Square, ...]


def positive_number(
    q: WordPolynomial, inequalities: Numbers, nonzero: Numbers
) -> PositiveNumber | None:
    """Why the number is positive, or None if it is not seen to be.

    >>> from symland.exact.word import Signature
    >>> e, c = Signature({}, ["e", "c"]).letters()
    >>> found = positive_number(e + c * c + 2, {"h": e}, {})
    >>> found.strict, [(names, str(q)) for _, names, q in found.squares]
    ((Fraction(2, 1), ()), [(('h',), '1'), ((), 'c')])
    >>> positive_number(e - 1, {"h": e}, {}) is None
    True
    """
    for names in _choices(inequalities):
        rest, adding = q, []
        for name in names:
            if (share := _ratio(rest, inequalities[name])) is not None:
                adding.append((share, name))
                rest = rest - inequalities[name].scale(share)
        if len(adding) < len(names):
            continue
        for strict, number in _stricts(rest, inequalities, nonzero):
            squares = _squares(rest - number, inequalities)
            if squares is not None:
                return PositiveNumber(strict, tuple(adding), rest - number, squares)
    return None


def _choices(names: Iterable[str]) -> list[tuple[str, ...]]:
    """None, one, or all of the names."""
    known = list(names)
    return [(), *((name,) for name in known), *([tuple(known)] if len(known) > 1 else [])]


def _ratio(q: WordPolynomial, number: WordPolynomial) -> Fraction | None:
    """The positive factor with which q has the first monomial of the number, not its constant."""
    terms = q.terms
    for monomial, coefficient in sorted(number.terms.items()):
        if monomial[0]:
            share = terms.get(monomial, Fraction(0)) / coefficient
            return share if share > 0 else None
    return None


def _stricts(
    q: WordPolynomial, inequalities: Numbers, nonzero: Numbers
) -> Iterator[tuple[tuple[Fraction, tuple[str, ...]], WordPolynomial]]:
    """Positive parts that q may have, with the facts by which they are positive."""
    constant = q.terms.get(((), ()), Fraction(0))
    for share in _SHARES if constant > 0 else ():
        c = constant * share
        yield (c, ()), q.signature.one(UNIT).scale(c)
    for name, number in nonzero.items():
        positive = [h for h, f in inequalities.items() if f == number]
        for facts, f in (
            ((name,), number * number),
            *(((name, h), number) for h in positive),
        ):
            if (c_ := _ratio(q, f)) is not None:
                yield (c_, facts), f.scale(c_)


def _squares(rest: WordPolynomial, inequalities: Numbers) -> tuple[Square, ...] | None:
    """The number as a sum of squares times numbers known to be nonnegative."""
    names = {_atom(f): name for name, f in inequalities.items()}
    found: list[Square] = []
    for (atoms, _), coefficient in rest.terms.items():
        term = _square(rest.signature, atoms, names)
        if coefficient < 0 or term is None:
            squares = sum_of_squares(as_trace(rest.signature, rest))
            return None if squares is None else tuple((c, (), s) for c, s in squares)
        found.append((coefficient, *term))
    return tuple(found)


def weighted_squares(traces: TracePolynomial, inequalities: Numbers) -> list[Square] | None:
    """The sum of traces as a sum of squares times numbers known to be nonnegative.

    >>> from symland.exact.trace_polynomial import trace
    >>> from symland.exact.word import Signature
    >>> A, B, c = Signature({"A": ("m", "n"), "B": ("m", "n")}, ["c"]).letters()
    >>> weighted_squares(trace(A @ A.T) + c * trace(B @ B.T), {"h": c})
    [(Fraction(1, 1), (), <m x n: A>), (Fraction(1, 1), ('h',), <m x n: B>)]
    """
    signature = traces.signature
    names = {_atom(f): name for name, f in inequalities.items()}
    groups: dict[tuple[Word, ...], TracePolynomial] = {}
    for (atoms, word, symbol), c in traces.terms.items():
        at = signature.path(word)[0] if word else symbol or UNIT
        part = WordPolynomial.from_terms(signature, (at, at), {((), word): c})
        groups[atoms] = groups.get(atoms, as_trace(signature, 0)) + trace(part)
    found: list[Square] = []
    for atoms, group in groups.items():
        factors, squares = _square(signature, atoms, names), sum_of_squares(group)
        if factors is None or squares is None:
            return None
        found += [(c, factors[0], q * factors[1]) for c, q in squares]
    return found


def _square(
    signature: Signature, atoms: tuple[Word, ...], names: Mapping[Word | None, str]
) -> tuple[tuple[str, ...], WordPolynomial] | None:
    """A product of numbers as a square times numbers of these names."""
    half, single = [], []
    for atom in dict.fromkeys(atoms):
        half += [atom] * (atoms.count(atom) // 2)
        single += [atom] * (atoms.count(atom) % 2)
    if any(atom not in names for atom in single):
        return None
    root = WordPolynomial.from_terms(signature, (UNIT, UNIT), {(tuple(half), ()): 1})
    return tuple(names[atom] for atom in single), root


def _atom(number: WordPolynomial) -> Word | None:
    """The one word that the number is, None if it is another polynomial."""
    if len(number.terms) != 1:
        return None
    ((atoms, _), coefficient) = next(iter(number.terms.items()))
    return atoms[0] if len(atoms) == 1 and coefficient == 1 else None


def number_factors(body: WordPolynomial | TracePolynomial) -> list[WordPolynomial]:
    """Numbers by which the words of an equation are multiplied, not constant ones.

    >>> from symland.exact.word import Signature
    >>> A, e = Signature({"A": ("m", "n")}, ["e"]).letters()
    >>> number_factors((e + 1) * A)
    [<1 x 1: 1 + e>]
    """
    signature = body.signature
    groups: dict[object, dict[tuple[tuple[Word, ...], Word], Fraction]] = {}
    for key, coefficient in body.terms.items():
        atoms, rest = key[0], key[1:]
        groups.setdefault(rest, {})[atoms, ()] = coefficient
    found = list(groups.values())
    for terms in groups.values():
        # Of a product such as a (e + 1), or of a number that is to vanish, each factor.
        letters = dict.fromkeys(atom for atoms, _ in terms for atom in atoms)
        for atom in (a for a in letters if all(a in atoms for atoms, _ in terms)):
            found.append({(_less(atoms, atom), ()): c for (atoms, _), c in terms.items()})
    shape = (UNIT, UNIT)
    numbers = [WordPolynomial.from_terms(signature, shape, terms) for terms in found]
    return list(dict.fromkeys(q for q in numbers if any(m[0] for m in q.terms)))


def _less(atoms: tuple[Word, ...], atom: Word) -> tuple[Word, ...]:
    """The numbers without one occurrence of an atom."""
    i = atoms.index(atom)
    return atoms[:i] + atoms[i + 1 :]
