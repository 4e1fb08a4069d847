"""A formula as a polynomial in words: what it says for all shapes."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from math import factorial
from typing import Any

from symland.claims.word_json import poly_json
from symland.exact.trace_polynomial import TracePolynomial, as_trace, trace
from symland.exact.word import Signature
from symland.exact.word_polynomial import WordPolynomial
from symland.exact.word_relation import Relation, equation, for_all, nonnegative
from symland.questions.derivation.formula import Formula

__all__ = ["Body", "expand", "expand_relation", "unexpanded_traces"]

Body = WordPolynomial | TracePolynomial
Value = WordPolynomial | TracePolynomial | Fraction


def expand(formula: Formula, signature: Signature) -> Body:
    """The word or trace polynomial that a formula is.

    Raises ValueError for a part that has no meaning in words (a Hadamard product, dots).

    >>> from symland.questions.derivation.formula import norm2, symbol
    >>> s = Signature({"W": ("m", "n"), "X": ("n", "k")})
    >>> print(expand(norm2(symbol("W") @ symbol("X")), s))
    tr W X X' W'
    """
    value = _value(formula, signature)
    return as_trace(signature, value) if isinstance(value, Fraction) else value


def expand_relation(formula: Formula, signature: Signature) -> Relation:
    """What an equation or inequality says, as a relation to zero."""
    if formula.kind == "for_all":
        inside = expand_relation(formula.parts[0], signature)
        return for_all(inside, *(letter.parts[0] for letter in formula.parts[1:]))
    sign, left, right = formula.parts[0], *formula.parts[-2:]
    difference = _subtract(_value(left, signature), _value(right, signature), signature)
    if sign == "≥":
        return nonnegative(difference)
    if sign != "=":
        raise ValueError(f"relation {sign!r}: expected = or ≥")
    return equation(difference)


def _subtract(left: Value, right: Value, signature: Signature) -> Body:
    if isinstance(right, Fraction) and right == 0 and not isinstance(left, Fraction):
        return left
    return _add(left, _times(Fraction(-1), right), signature)


def _add(left: Value, right: Value, signature: Signature) -> Body:
    if isinstance(left, WordPolynomial) and isinstance(right, WordPolynomial):
        return left + right
    if isinstance(left, WordPolynomial) and isinstance(right, Fraction) and left.is_number:
        return left + right
    return as_trace(signature, left) + as_trace(signature, right)


def _times(left: Value, right: Value) -> Value:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left * right
    if isinstance(left, Fraction):
        return right * left
    if isinstance(right, Fraction):
        return left * right
    if isinstance(left, TracePolynomial):
        if isinstance(right, TracePolynomial):
            raise ValueError("a product of two traces: not expressible as a sum of traces")
        return left * right
    if isinstance(right, TracePolynomial):
        return right * left
    return left * right if left.is_number or right.is_number else left @ right


def _value(formula: Formula, s: Signature) -> Value:
    parts = formula.parts
    match formula.kind:
        case "symbol":
            return s.letter(parts[0])
        case "number":
            return Fraction(parts[0])
        case "one":
            return s.one(parts[0])
        case "sum":
            return reduce(lambda a, b: _add(a, b, s), (_value(p, s) for p in parts))
        case "minus":
            return _times(Fraction(-1), _value(parts[0], s))
        case "product":
            return reduce(_times, (_value(p, s) for p in parts))
        case "power":
            return reduce(_times, [_value(parts[0], s)] * parts[1])
        case "transpose":
            return _matrix(parts[0], s).T
        case "named":
            return _value(parts[1], s)
        case "at":
            return _moved(parts[1], parts[2:], s)
        case "derivative":
            return _derivative(parts[0], parts[1:], s)
        case _:
            return _traced(formula, s)


def _traced(formula: Formula, s: Signature) -> Value:
    match formula.kind:
        case "trace":
            return trace(_matrix(formula.parts[0], s))
        case "norm2":
            body = _matrix(formula.parts[0], s)
            return trace(body @ body.T)
        case "inner":
            left, right = (_matrix(p, s) for p in formula.parts)
            return trace(left.T @ right)
    raise ValueError(f"formula {formula.kind!r}: no word polynomial")


def _matrix(formula: Formula, s: Signature) -> WordPolynomial:
    value = _value(formula, s)
    if not isinstance(value, WordPolynomial):
        raise ValueError(f"formula {formula.kind!r}: expected a matrix")
    return value


def _moved(body: Formula, moves: tuple[Any, ...], s: Signature) -> Body:
    images: Mapping[str, Any] = {letter.parts[0]: _value(image, s) for letter, image in moves}
    return expand(body, s).substitute(**images)


def _derivative(body: Formula, variables: tuple[Any, ...], s: Signature) -> Body:
    value, factor = expand(body, s), 1
    for scalar, order in variables:
        value = value.coefficient(scalar.parts[0], order)
        factor *= factorial(order)
    return value * Fraction(factor)


def unexpanded_traces(formula: Formula, signature: Signature) -> list[dict[str, Any]]:
    """left - right of a relation between numbers, as a statement writes sums of traces.

    Substitutions and coefficients are written down, not carried out: that is left to the checker.

    >>> from symland.questions.derivation.formula import (
    ...     at, derivative, equation, norm2, number, symbol)
    >>> W, D, t = symbol("W"), symbol("D"), symbol("t")
    >>> s = Signature({"W": ("m", "n"), "D": ("m", "n")}, ["t"])
    >>> moved = at(symbol("L"), norm2(W), (W, W + t @ D))
    >>> first, = unexpanded_traces(equation(derivative(moved, (t, 1)), number(0)), s)
    >>> first["coefficient"], list(first["of"]["substitute"])
    (['t', 1], ['W'])
    """
    left, right = formula.parts[-2:]
    return [
        part
        for side, sign in ((left, 1), (right, -1))
        for part in _written(side, Fraction(sign), signature)
    ]


def _written(formula: Formula, factor: Fraction, s: Signature) -> list[dict[str, Any]]:
    parts = formula.parts
    match formula.kind:
        case "sum":
            return [x for part in parts for x in _written(part, factor, s)]
        case "minus":
            return _written(parts[0], -factor, s)
        case "named":
            return _written(parts[1], factor, s)
        case "at":
            images = {letter.parts[0]: poly_json(_matrix(image, s)) for letter, image in parts[2:]}
            inside = _expanded(parts[1], factor, s)
            return [{"substitute": images, "in": body} for body in inside]
        case "derivative":
            return _differentiated(parts[0], parts[1:], factor, s)
        case _:
            return _expanded(formula, factor, s)


def _differentiated(
    body: Formula, variables: tuple[Any, ...], factor: Fraction, s: Signature
) -> list[dict[str, Any]]:
    for _, order in variables:
        factor *= factorial(order)
    written = _written(body, factor, s)
    for scalar, order in variables:
        written = [{"coefficient": [scalar.parts[0], order], "of": x} for x in written]
    return written


def _expanded(formula: Formula, factor: Fraction, s: Signature) -> list[dict[str, Any]]:
    value = as_trace(s, expand(formula, s)) * factor
    return [poly_json(part) for part in value.parts]
