"""Formulas as they are written: products, transposes, traces, differentials, not expanded.

One object serves three ends: it is printed (from its JSON, by the report), expanded into words
that hold for all shapes (`derivation.words`), and evaluated entry by entry (`derivation.entries`).
So what a reader sees is what the checker was asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

__all__ = [
    "Formula",
    "applied",
    "at",
    "derivative",
    "equation",
    "for_all",
    "formal",
    "hadamard",
    "inner",
    "matrix",
    "named",
    "norm2",
    "number",
    "one",
    "product",
    "relation",
    "symbol",
    "total",
    "trace",
]

Factor = "Formula | int | Fraction"


@final
@dataclass(frozen=True)
class Formula:
    """A node of a formula: its kind and its parts (formulas, texts, numbers or tuples of them).

    ``+ - @ .T`` build sums, products and transposes; ``*`` scales by a number.

    Examples
    --------
    >>> W, X, Y = symbol("W"), symbol("X"), symbol("Y")
    >>> (W @ X - Y).to_json()  # doctest: +NORMALIZE_WHITESPACE
    ['sum', ['product', ['symbol', 'W', '', ''], ['symbol', 'X', '', '']],
     ['minus', ['symbol', 'Y', '', '']]]
    """

    kind: str
    parts: tuple[Any, ...]

    def __add__(self, other: Formula) -> Formula:
        mine = self.parts if self.kind == "sum" else (self,)
        theirs = other.parts if other.kind == "sum" else (other,)
        return Formula("sum", (*mine, *theirs))

    def __neg__(self) -> Formula:
        if self.kind == "sum":
            return Formula("sum", tuple(-part for part in self.parts))
        return self.parts[0] if self.kind == "minus" else Formula("minus", (self,))

    def __sub__(self, other: Formula) -> Formula:
        return self + (-other)

    def __matmul__(self, other: Formula) -> Formula:
        return product(self, other)

    def __rmul__(self, factor: int | Fraction) -> Formula:
        return self if factor == 1 else product(number(factor), self)

    @property
    def T(self) -> Formula:
        """The transpose; an identity is its own."""
        if self.kind == "one":
            return self
        return self.parts[0] if self.kind == "transpose" else Formula("transpose", (self,))

    def to_json(self) -> list[Any]:
        """Nested lists ``[kind, part, ...]``; an abbreviation is written as its symbol."""
        if self.kind in ("named", "at"):
            head, body = self.parts[0].to_json(), self.parts[1:]
            return head if self.kind == "named" else ["at", head, *_plain(body[1:])]
        if self.kind == "symbol":
            return ["symbol", *self.parts[1:]]
        if self.kind == "one":
            return ["symbol", "I", "", ""]
        return [self.kind, *_plain(self.parts)]


def _plain(parts: Sequence[Any]) -> list[Any]:
    return [
        part.to_json()
        if isinstance(part, Formula)
        else _plain(part)
        if isinstance(part, tuple)
        else str(part)
        if isinstance(part, Fraction)
        else part
        for part in parts
    ]


def symbol(key: str, base: str | None = None, sub: str = "", sup: str = "") -> Formula:
    """A letter; ``key`` is its name in words and entries, the rest is how it is written.

    Without ``base``, digits at the end of the key are the subscript.
    """
    if base is None:
        base = key.rstrip("0123456789")
        sub = sub or key[len(base) :]
    return Formula("symbol", (key, base, sub, sup))


def number(value: int | Fraction) -> Formula:
    """A rational number."""
    return Formula("number", (str(Fraction(value)),))


def one(dimension: str) -> Formula:
    """The identity matrix of a dimension symbol."""
    return Formula("one", (dimension,))


def product(*factors: Formula) -> Formula:
    """A product of matrices, and of numbers with them; a factor 1 is left out."""
    flat: list[Formula] = []
    for factor in factors:
        flat += factor.parts if factor.kind == "product" else (factor,)
    flat = [f for f in flat if f != Formula("number", ("1",))] or flat[:1]
    return flat[0] if len(flat) == 1 else Formula("product", tuple(flat))


def power(base: Formula, exponent: int) -> Formula:
    """A power of a number."""
    return Formula("power", (base, exponent))


def hadamard(*factors: Formula) -> Formula:
    """The entrywise product."""
    flat: list[Formula] = []
    for factor in factors:
        flat += factor.parts if factor.kind == "hadamard" else (factor,)
    return flat[0] if len(flat) == 1 else Formula("hadamard", tuple(flat))


def trace(body: Formula) -> Formula:
    """The trace."""
    return Formula("trace", (body,))


def norm2(body: Formula) -> Formula:
    """The squared Frobenius norm, tr(F F')."""
    return Formula("norm2", (body,))


def inner(left: Formula, right: Formula) -> Formula:
    """The Frobenius inner product, tr(F' G)."""
    return Formula("inner", (left, right))


def total(body: Formula) -> Formula:
    """The sum of all entries."""
    return Formula("total", (body,))


def applied(function: str, order: int, body: Formula, sub: str = "") -> Formula:
    """A function of one variable, or its derivative of that order, applied to every entry."""
    return Formula("applied", (function, sub, order, body))


def named(head: Formula, body: Formula) -> Formula:
    """An abbreviation: written as ``head``, standing for ``body``."""
    return Formula("named", (head, body))


def at(head: Formula, body: Formula, *moves: tuple[Formula, Formula]) -> Formula:
    """``body``, written as the function ``head``, with letters replaced by formulas."""
    return Formula("at", (head, body, *moves))


def derivative(body: Formula, *variables: tuple[Formula, int]) -> Formula:
    """The derivative at 0 by scalars, each with its order."""
    return Formula("derivative", (body, *variables))


def equation(*sides: Formula) -> Formula:
    """left = right; where there are more sides, the last two are what is proved."""
    return Formula("relation", ("=", *sides))


def relation(sign: str, left: Formula, right: Formula) -> Formula:
    """left sign right, the sign one of ``=``, ``≥``, ``≤``, ``≠``."""
    return Formula("relation", (sign, left, right))


def for_all(body: Formula, *letters: Formula) -> Formula:
    """The relation for every value of the letters."""
    return Formula("for_all", (body, *letters))


def matrix(rows: Sequence[Sequence[int | Fraction]]) -> Formula:
    """A matrix of rational numbers."""
    return Formula("matrix", tuple(tuple(Fraction(x) for x in row) for row in rows))


def formal(kind: str, *parts: Any) -> Formula:
    """What is only shown: ``dots``, ``gradient``, ``partial``, ``kronecker``, ``rank``, ..."""
    return Formula(kind, parts)
