"""Values of transcendental functions as indeterminates, at points with rational and log(p/q)
entries.

A number is written as a polynomial over Q in indeterminates that stand for real numbers: log b for
integers b > 1 (log_polynomial.py), and s(z) for a function s and a number z written in this way.
(Exponents may be negative of numbers that are not 0.)  Two values of s share one indeterminate only
if their z are written alike, so every indeterminate stands for one real number, and what is written
as the polynomial 0 is 0: putting numbers in respects sums and products.  (With a `variable` t among
them this holds for each value of t by itself: numbers that are written alike are equal at each t.)
The converse is not used; numbers that are written otherwise may be 0 too.  That is why such numbers
show that derivatives vanish, and never that one does not.

What is used of the functions:
    tanh(-z) = -tanh z, sigmoid(-z) = 1 - sigmoid(z), softplus(-z) = softplus(z) - z,
    e^-z = 1 / e^z,  softplus' = sigmoid, and the polynomials for the derivatives of tanh, sigmoid,
and that e^z is the rational prod q^k where z is sum k log q with integers k; then sigmoid and tanh
are rational, and softplus is log(1 + e^z).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from .effort import spend
from .elementary import SIGMOID, TANH
from .log_polynomial import LogPolynomial, Monomial
from .verdict import Refused

MAX_POWER = 10_000


class Written(LogPolynomial):
    """A polynomial in the indeterminates."""

    __slots__ = ()

    def __add__(self, other: object) -> Written:
        return Written(super().__add__(other).terms)

    def __mul__(self, other: object) -> Written:
        return Written(super().__mul__(other).terms)

    def __neg__(self) -> Written:
        return Written(super().__neg__().terms)

    def polynomial(self, coefficients: Sequence[Fraction | int]) -> Written:
        """The polynomial at this number, by Horner's scheme."""
        result = Written({})
        for a in reversed(coefficients):
            result = result * self + a
        return result

    def sign(self) -> int:
        """Not known, unless it is rational."""
        found = self.constant()
        if found is None:
            raise Refused("the sign of a number that is written with indeterminates")
        return int(found > 0) - int(found < 0)


class Indeterminates:
    """The arithmetic for interval_jets.py; bases of a monomial that are negative are its own."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, frozenset[tuple[Monomial, Fraction]]], int] = {}

    def number(self, value: Fraction | int) -> Written:
        """A rational number."""
        return Written({(): Fraction(value)})

    def variable(self) -> Written:
        """A number that may be any: what is written as 0 is 0 whatever it is, and 1 / z is taken
        only of what is positive whatever it is."""
        return self._new("variable", self.number(0))

    def sign(self, z: Written) -> int:
        """The sign of a rational; 0, which decides nothing, for others (relu is refused there)."""
        return z.sign() if z.constant() is not None else 0

    def anchor(self, zs: Sequence[Written]) -> Written:
        """The first: so one that is the same for all outputs needs no indeterminate."""
        return zs[0]

    def derivatives(self, name: str, z: Written, order: int) -> list[Written]:
        """Value and derivatives."""
        if name == "log":
            inverse = self._inverse(z)
            return [self._new("log", z), inverse, -(inverse * inverse)][: order + 1]
        if name == "exp":
            return [self._exponential(z)] * (order + 1)
        if name == "tanh":
            value = self._tanh(z)
            return [value, *(value.polynomial(p) for p in TANH[:order])]
        s = self._sigmoid(z)
        listed = [s, *(s.polynomial(p) for p in SIGMOID[:order])]
        if name == "softplus":
            return [self._softplus(z), *listed[:order]]
        if name != "sigmoid":
            raise Refused(f"no exact value of the function {name}")
        return listed

    def _new(self, name: str, z: Written, exponent: int = 1) -> Written:
        """The indeterminate of s(z), to a power."""
        spend(1 + len(z.terms), z.bits())
        key = name, frozenset(z.terms.items())
        base = self._known.setdefault(key, -1 - len(self._known))
        return Written({((base, exponent),): Fraction(1)})

    def _rational(self, z: Written) -> Fraction | None:
        """e^z where z is a sum of integer multiples of log b; else None."""
        result = Fraction(1)
        for monomial, k in z.terms.items():
            if len(monomial) != 1 or monomial[0][1] != 1 or monomial[0][0] < 0:
                return None
            size = abs(k.numerator) * monomial[0][0].bit_length()
            if k.denominator != 1 or size > MAX_POWER:
                return None
            spend(1, size)
            result *= Fraction(monomial[0][0]) ** int(k)
        return result

    def _exponential(self, z: Written) -> Written:
        q = self._rational(z)
        if q is not None:
            return self.number(q)
        return self._new("exp", -z, -1) if _is_negative(z) else self._new("exp", z)

    def _tanh(self, z: Written) -> Written:
        q = self._rational(z)
        if q is not None:
            return self.number((q * q - 1) / (q * q + 1))
        return -self._new("tanh", -z) if _is_negative(z) else self._new("tanh", z)

    def _sigmoid(self, z: Written) -> Written:
        q = self._rational(z)
        if q is not None:
            return self.number(q / (1 + q))
        if _is_negative(z):
            return self.number(1) + -self._new("sigmoid", -z)
        return self._new("sigmoid", z)

    def _softplus(self, z: Written) -> Written:
        q = self._rational(z)
        if q is not None:
            return Written(LogPolynomial.log(1 + q).terms)
        if _is_negative(z):
            return self._new("softplus", -z) + z
        return self._new("softplus", z)

    def _inverse(self, z: Written) -> Written:
        """1 / z for z > 0: of a single term, no factor of which is 0 then; or an indeterminate."""
        if len(z.terms) != 1:
            return self._new("1/", z)
        ((monomial, c),) = z.terms.items()
        return Written({tuple((base, -k) for base, k in monomial): 1 / c})


def _is_negative(z: Written) -> bool:
    """Whether the coefficient that comes first is negative: of z and -z exactly one, or none."""
    return bool(z.terms) and z.terms[max(z.terms)] < 0
