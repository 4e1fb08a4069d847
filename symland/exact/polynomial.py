"""Polynomials with rational coefficients in named variables, thin on python-flint's `fmpq_mpoly`.

The variables of a network's loss are its parameters, in the order of ``network.shapes``, each
matrix row by row. Entry (i, j) of ``W1`` is the variable ``W1_i_j``, entry i of ``b1`` is
``b1_i``, counted from 1 as in the papers; as a key of a parameter it is ``("W1", i - 1, j - 1)``,
counted from 0 as in the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly

from symland.exact.rational_matrix import as_fmpq, as_fraction

if TYPE_CHECKING:
    from sympy import Expr

__all__ = ["ParameterKey", "PolynomialRing", "parameter_keys", "parameter_ring"]

ParameterKey = tuple[Any, ...]
"""("W1", i, j) or ("b1", i): a parameter's matrix or vector and its place, counted from 0."""

LATEX_TERMS = 40
"""Terms of a polynomial that are printed before the rest is only counted."""


class PolynomialRing:
    """Q[x_1, ..., x_n] with degree reverse lexicographic order.

    Elements are plain `flint.fmpq_mpoly`; the ring makes, converts and prints them.

    Examples
    --------
    >>> ring = PolynomialRing(["x", "y"])
    >>> x, y = ring.gens
    >>> p = x * x * y - ring.number("1/2") * y
    >>> p
    x^2*y - 1/2*y
    >>> [ring.derivative(p, i) for i in range(2)]
    [2*x*y, x^2 - 1/2]
    >>> ring.evaluate(p, [3, Fraction(1, 2)])
    Fraction(17, 4)
    >>> ring.terms(p)
    [(Fraction(1, 1), (2, 1)), (Fraction(-1, 2), (0, 1))]
    """

    def __init__(self, names: Iterable[str], latex_names: Sequence[str] | None = None):
        self.names = tuple(names)
        self.latex_names = tuple(latex_names) if latex_names is not None else self.names
        self.context: fmpq_mpoly_ctx = fmpq_mpoly_ctx.get(self.names, Ordering.degrevlex)

    def __repr__(self) -> str:
        return f"Q[{', '.join(self.names)}]"

    @cached_property
    def gens(self) -> tuple[fmpq_mpoly, ...]:
        """The variables."""
        return tuple(self.context.gens())

    def number(self, value: Any) -> fmpq_mpoly:
        """The constant polynomial; `value` is an int, a Fraction, an fmpq or a text "p/q"."""
        return self.context.constant(as_fmpq(Fraction(value) if isinstance(value, str) else value))

    def from_terms(self, terms: Iterable[tuple[Any, tuple[int, ...]]]) -> fmpq_mpoly:
        """The sum of coefficient times monomial, the monomial given by its exponents.

        >>> PolynomialRing(["x", "y"]).from_terms([(2, (0, 1)), (-1, (3, 0)), (1, (0, 1))])
        -x^3 + 3*y
        """
        sums: dict[tuple[int, ...], fmpq] = {}
        for coefficient, exponents in terms:
            sums[exponents] = sums.get(exponents, fmpq(0)) + as_fmpq(coefficient)
        return self.context.from_dict(sums)

    def terms(self, polynomial: fmpq_mpoly) -> list[tuple[Fraction, tuple[int, ...]]]:
        """(coefficient, exponents) of every term, leading term first."""
        pairs = zip(polynomial.coeffs(), polynomial.monoms(), strict=True)
        return [(as_fraction(c), tuple(int(e) for e in m)) for c, m in pairs]

    def derivative(self, polynomial: fmpq_mpoly, variable: int) -> fmpq_mpoly:
        """The partial derivative by the variable of this index."""
        return polynomial.derivative(variable)

    def evaluate(self, polynomial: fmpq_mpoly, point: Sequence[Any]) -> Fraction:
        """The value at a rational point, one number a variable."""
        return as_fraction(polynomial(*map(as_fmpq, point)))

    def along(self, polynomial: fmpq_mpoly, curve: Sequence[fmpq_poly]) -> fmpq_poly:
        """The polynomial along a polynomial curve, one `fmpq_poly` in s a variable.

        >>> ring = PolynomialRing(["x", "y"])
        >>> x, y = ring.gens
        >>> ring.along(x * y - 1, [fmpq_poly([1, 1]), fmpq_poly([1, -1])])
        (-1)*x^2
        """
        result = fmpq_poly([0])
        for coefficient, exponents in zip(polynomial.coeffs(), polynomial.monoms(), strict=True):
            term = fmpq_poly([coefficient])
            for power, value in zip(exponents, curve, strict=True):
                if power:
                    term *= value ** int(power)
            result += term
        return result

    def substitute(self, polynomial: fmpq_mpoly, images: Sequence[fmpq_mpoly]) -> fmpq_mpoly:
        """The polynomial with every variable replaced by a polynomial of this ring."""
        return polynomial.compose(*images)

    def primitive(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        """The multiple by a positive number whose coefficients are coprime integers.

        >>> ring = PolynomialRing(["x"])
        >>> ring.primitive(ring.gens[0] * fmpq(-4, 3) + 2)
        -2*x + 3
        """
        coefficients = [as_fraction(c) for c in polynomial.coeffs()]
        if not coefficients:
            return polynomial
        content = Fraction(*_content(coefficients))
        return polynomial * as_fmpq(1 / content)

    def sympy(self, polynomial: fmpq_mpoly) -> Expr:
        """The polynomial as a SymPy expression in `self.symbols`.

        >>> ring = PolynomialRing(["x", "y"])
        >>> ring.sympy(ring.gens[0] ** 2 - ring.gens[1])
        x**2 - y
        """
        from sympy import Add, Mul, Pow, Rational

        def monomial(exponents: tuple[int, ...]) -> Iterator[Expr]:
            return (Pow(s, e) for s, e in zip(self.symbols, exponents, strict=True) if e)

        return Add(
            *(
                Mul(Rational(c.numerator, c.denominator), *monomial(exponents))
                for c, exponents in self.terms(polynomial)
            )
        )

    @cached_property
    def symbols(self) -> tuple[Expr, ...]:
        """SymPy's real symbols of the same names."""
        from sympy import Symbol

        return tuple(Symbol(name, real=True) for name in self.names)

    def latex(self, polynomial: fmpq_mpoly, limit: int = LATEX_TERMS) -> str:
        """LaTeX; what lies beyond `limit` terms is counted, not printed.

        >>> ring = PolynomialRing(["x", "y"])
        >>> ring.latex((ring.gens[0] + ring.gens[1]) ** 2 * fmpq(1, 2))
        '\\\\frac{1}{2} x^{2} + x y + \\\\frac{1}{2} y^{2}'
        >>> ring.latex((ring.gens[0] + 1) ** 9, limit=2)
        'x^{9} + 9 x^{8} + \\\\cdots \\\\text{ (8 more terms)}'
        """
        terms = self.terms(polynomial)
        if not terms:
            return "0"
        text = "".join(
            self._latex_term(c, e, first=k == 0) for k, (c, e) in enumerate(terms[:limit])
        )
        if len(terms) > limit:
            left = len(terms) - limit
            text += rf" + \cdots \text{{ ({left} more term{'s' * (left > 1)})}}"
        return text

    def _latex_term(self, coefficient: Fraction, exponents: tuple[int, ...], first: bool) -> str:
        size = abs(coefficient)
        factors = [
            name if e == 1 else f"{name}^{{{e}}}"
            for name, e in zip(self.latex_names, exponents, strict=True)
            if e
        ]
        if size != 1 or not factors:
            factors.insert(0, latex_number(size))
        sign = "-" if coefficient < 0 else "+"
        lead = ("-" if sign == "-" else "") if first else f" {sign} "
        return lead + " ".join(factors)


def latex_number(value: Fraction) -> str:
    r"""LaTeX of a rational number.

    >>> print(latex_number(Fraction(-3, 4)))
    -\frac{3}{4}
    """
    if value.denominator == 1:
        return str(value.numerator)
    sign = "-" if value < 0 else ""
    return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def _content(coefficients: Sequence[Fraction]) -> tuple[int, int]:
    from math import gcd, lcm

    numerator, denominator = 0, 1
    for c in coefficients:
        numerator = gcd(numerator, c.numerator)
        denominator = lcm(denominator, c.denominator)
    return numerator, denominator


def parameter_keys(shapes: Mapping[str, tuple[int, ...]]) -> tuple[ParameterKey, ...]:
    """The key of every parameter, in the order of ``network.shapes``, matrices row by row.

    >>> parameter_keys({"W1": (1, 2), "b1": (1,)})
    (('W1', 0, 0), ('W1', 0, 1), ('b1', 0))
    """
    keys: list[ParameterKey] = []
    for name, shape in shapes.items():
        if len(shape) == 1:
            keys += [(name, i) for i in range(shape[0])]
        else:
            keys += [(name, i, j) for i in range(shape[0]) for j in range(shape[1])]
    return tuple(keys)


def parameter_ring(shapes: Mapping[str, tuple[int, ...]]) -> PolynomialRing:
    r"""The ring of the polynomials in a network's parameters; `shapes` is ``network.shapes``.

    >>> ring = parameter_ring({"W1": (1, 2), "b1": (1,)})
    >>> ring
    Q[W1_1_1, W1_1_2, b1_1]
    >>> print(ring.latex(ring.gens[1] ** 2 * ring.gens[2]))
    (W_{1})_{12}^{2} (b_{1})_{1}
    """
    keys = parameter_keys(shapes)
    names = ["_".join([key[0], *(str(i + 1) for i in key[1:])]) for key in keys]
    return PolynomialRing(names, [_latex_key(key) for key in keys])


def _latex_key(key: ParameterKey) -> str:
    places = [str(i + 1) for i in key[1:]]
    separator = "" if all(len(p) == 1 for p in places) else ","
    return f"({key[0][0]}_{{{key[0][1:]}}})_{{{separator.join(places)}}}"
