"""The network's forward pass, its loss, and the gradient by backpropagation, over any ring.

Weights may be rationals, numbers of one root, polynomials modulo a power of s (`Series`: curves;
modulo s^2 they carry one column of the Hessian), or polynomials in several variables (`Sparse`).

relu and leaky_relu are computed at a point and near it.  Where a preactivation is not 0 its sign
is the same for all weights nearby, and the neuron is there z, or slope z.  A neuron is *quiet* if
it is 0 for all weights near the point: an input 0; relu of a negative preactivation; and what has
value 0 at 0 in an *idle* layer, one without bias that reads quiet neurons only, so that its
preactivations are 0 for all weights nearby.  Everywhere else a preactivation 0 is a kink.  So near
a point without kinks the loss is that of a network with polynomial activations, chosen neuron by
neuron and sample by sample; derivatives are computed from these.  So are curves and polynomial maps
that start at the point, by rules that say ``near``: for small values of the variables only.  Other
rules are refused where a preactivation of relu depends on a variable.  Rules that say ``after`` are
about a curve for small s > 0 only: there a preactivation that starts at a kink has the sign of its
first coefficient that is not 0; if there is none modulo the power of s, relu of it is 0 modulo that
power as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .context import Weights
from .effort import spend
from .linear_algebra import Matrix, dot
from .number_field import Scalar, bits, sign
from .polynomial import Poly, derivative, trim
from .statement import LINEAR, Problem
from .verdict import Refused

MAX_TERMS = 200_000
MAX_HESSIAN = 5_000_000  # entries: memory
MAX_FACTORS = 10 * MAX_TERMS  # of a product's monomials, variables counted in each: memory


@dataclass(frozen=True)
class _Need:
    """Whether derivatives are needed, whether variables stay near 0, and are positive."""

    derivatives: bool
    near: bool
    after: bool = False


def _germ(
    problem: Problem, place: tuple[int, int, int], z: Scalar, idle: bool, need: _Need
) -> Poly:
    """The polynomial that an activation is for preactivations near z.

    ``place`` is the hidden layer and neuron, counted from 1, and the sample, from 0.  At a kink it
    is `Refused`, unless the value alone is needed and z stays where it is.
    """
    k, neuron, sample = place
    polynomial, function = problem.activations[k - 1], problem.functions[k - 1]
    if polynomial is not None:
        return polynomial
    moves = isinstance(z, (Series, Sparse))
    if function is None or function[0] not in ("relu", "leaky_relu") or (moves and not need.near):
        raise Refused("this rule needs polynomial activations")
    slope = function[1] if function[0] == "leaky_relu" else Fraction(0)
    if slope == 1:
        return LINEAR
    found = sign(z.start() if moves else z)
    if found == 0 and need.after and isinstance(z, Series):
        return LINEAR if z.sign() >= 0 else trim([Fraction(0), slope])
    if found == 0 and not idle and (need.derivatives or moves):
        raise Refused(
            f"hidden layer {k}, neuron {neuron}, sample {sample + 1}: the preactivation is 0, "
            f"where {function[0]} has a kink"
        )
    return LINEAR if found > 0 else trim([Fraction(0), slope])


def _apply(coefficients: Poly, z: Scalar) -> Scalar:
    """The polynomial at z, by Horner's scheme."""
    if coefficients == LINEAR:
        return z
    result: Scalar = Fraction(0)
    for a in reversed(coefficients):
        spend(1, bits(result) + bits(z))
        result = result * z + a
    return result


def _affine(problem: Problem, weights: Weights, k: int, h: list[Scalar]) -> list[Scalar]:
    z = [dot(row, h) for row in weights[f"W{k}"]]
    bias = weights.get(f"b{k}")
    return z if bias is None else [x + b[0] for x, b in zip(z, bias, strict=True)]


@dataclass(frozen=True)
class _Pass:
    """Values of all layers (the input is layer 0), their preactivations, what each activation is
    near them, and what the output layer reads."""

    layers: list[list[Scalar]]
    before: list[list[Scalar]]
    germs: list[list[Poly]]
    last: list[Scalar]


def _forward(problem: Problem, weights: Weights, sample: int, need: _Need) -> _Pass:
    """The forward pass of one sample, counted from 0."""
    if problem.kind != "squared":
        raise Refused(f"this rule needs the squared loss, not {problem.kind}")
    x: list[Scalar] = list(problem.inputs[sample])
    layers, before, germs = [x], [x], [[LINEAR] * len(x)]
    quiet = [[not a for a in x]]
    for k in range(1, problem.K):
        idle = all(quiet[-1]) and f"b{k}" not in weights
        before.append(_affine(problem, weights, k, layers[-1]))
        germs.append(
            [
                _germ(problem, (k, n, sample), z, idle, need)
                for n, z in enumerate(before[-1], start=1)
            ]
        )
        layers.append([_apply(p, z) for p, z in zip(germs[-1], before[-1], strict=True)])
        quiet.append([not p or (idle and not p[0]) for p in germs[-1]])
    skip = problem.skip
    last = layers[-1] if skip is None else [layers[k][n - 1] for k, n in skip]
    return _Pass(layers, before, germs, last)


def loss(problem: Problem, weights: Weights, near: bool = False, after: bool = False) -> Scalar:
    """scale * sum of weighted squared residuals + 1/2 sum of l2 * parameter^2."""
    total: Scalar = Fraction(0)
    for i, y in enumerate(problem.targets):
        last = _forward(problem, weights, i, _Need(False, near, after)).last
        for j, f in enumerate(_affine(problem, weights, problem.K, last)):
            residual = f - y[j]
            square = residual * residual
            total = total + (square if problem.weights is None else square * problem.weights[i][j])
    total = total * problem.scale
    for n, factors in problem.l2.items():
        for row, values in zip(factors, weights[n], strict=True):
            for factor, w in zip(row, values, strict=True):
                total = total + w * w * (factor / 2)
    return total


def gradient(problem: Problem, weights: Weights, near: bool = False) -> Weights:
    """All partial derivatives of the loss, arranged like the weights."""
    spend(5 * (1 + len(problem.inputs)) * parameter_count(problem))
    total: Weights = {
        n: [[Fraction(0)] * columns for _ in range(rows)]
        for n, (rows, columns) in problem.shapes.items()
    }
    for i, y in enumerate(problem.targets):
        found = _forward(problem, weights, i, _Need(True, near))
        layers, last = found.layers, found.last
        output = _affine(problem, weights, problem.K, last)
        factors = (
            [2 * problem.scale] * len(y)
            if problem.weights is None
            else [2 * problem.scale * w for w in problem.weights[i]]
        )
        delta = [(f - t) * w for f, t, w in zip(output, y, factors, strict=True)]
        _accumulate(total, problem.K, delta, last)
        arrived: list[list[Scalar]] = [[Fraction(0)] * len(h) for h in layers]
        pulled = _pull(weights[f"W{problem.K}"], delta)
        feeds = problem.skip or [(problem.K - 1, n + 1) for n in range(len(last))]
        for (k, neuron), value in zip(feeds, pulled, strict=True):
            arrived[k][neuron - 1] = arrived[k][neuron - 1] + value
        for k in range(problem.K - 1, 0, -1):
            delta = [
                value if p == LINEAR else value * _apply(derivative(p), z)
                for value, p, z in zip(arrived[k], found.germs[k], found.before[k], strict=True)
            ]
            _accumulate(total, k, delta, layers[k - 1])
            if k > 1:
                pulled = _pull(weights[f"W{k}"], delta)
                arrived[k - 1] = [a + b for a, b in zip(arrived[k - 1], pulled, strict=True)]
    for name, rows in problem.l2.items():
        total[name] = [
            [g + w * factor for g, w, factor in zip(*lines, strict=True)]
            for lines in zip(total[name], weights[name], rows, strict=True)
        ]
    return total


def _pull(w: Matrix, delta: list[Scalar]) -> list[Scalar]:
    """The transposed matrix times delta."""
    return [dot(column, delta) for column in zip(*w, strict=True)]


def _accumulate(total: Weights, k: int, delta: list[Scalar], h: list[Scalar]) -> None:
    for row, d in zip(total[f"W{k}"], delta, strict=True):
        for j, x in enumerate(h):
            row[j] = row[j] + d * x
    for row, d in zip(total.get(f"b{k}", []), delta, strict=False):
        row[0] = row[0] + d


def parameter_count(problem: Problem) -> int:
    """The number of all weights and biases."""
    return sum(rows * columns for rows, columns in problem.shapes.values())


def coordinates(problem: Problem) -> list[tuple[str, int, int]]:
    """All parameters in order, as (matrix, row, column)."""
    return [
        (n, i, j)
        for n, (rows, columns) in problem.shapes.items()
        for i in range(rows)
        for j in range(columns)
    ]


def hessian(problem: Problem, weights: Weights) -> Matrix:
    """The exact Hessian: column e is the s-coefficient of the gradient at W + s e."""
    places = coordinates(problem)
    if len(places) ** 2 > MAX_HESSIAN:
        raise Refused(f"a Hessian by {len(places)} weights")
    columns = []
    for n, i, j in places:
        moved = {m: [list(row) for row in rows] for m, rows in weights.items()}
        moved[n][i][j] = Series([moved[n][i][j], Fraction(1)], 2)
        slope = gradient(problem, moved, near=True)
        columns.append([_first_order(slope[m][a][b]) for m, a, b in places])
    return columns


def _first_order(x: Scalar) -> Scalar:
    return x.terms[1] if isinstance(x, Series) and len(x.terms) > 1 else Fraction(0)


class Series:
    """A polynomial in s modulo s^length, coefficients in any field; powers from 0."""

    __slots__ = ("length", "terms")

    def __init__(self, terms: list[Scalar], length: int) -> None:
        self.terms = terms[:length]
        self.length = length

    def start(self) -> Scalar:
        """The value at s = 0."""
        return self.terms[0] if self.terms else Fraction(0)

    def sign(self) -> int:
        """The sign for small s > 0, as far as the coefficients tell; 0 if all of them are 0."""
        return next((found for found in map(sign, self.terms) if found), 0)

    def __add__(self, other: Any) -> Series:
        if not isinstance(other, Series):
            head = self.terms[0] + other if self.terms else other
            return Series([head, *self.terms[1:]], self.length)
        long, short = (self, other) if len(self.terms) >= len(other.terms) else (other, self)
        n = len(short.terms)
        return Series(
            [x + y for x, y in zip(long.terms, short.terms, strict=False)] + long.terms[n:],
            self.length,
        )

    __radd__ = __add__

    def __sub__(self, other: Any) -> Series:
        return self.__add__(other * Fraction(-1))

    def __mul__(self, other: Any) -> Series:
        if not isinstance(other, Series):
            return Series([x * other for x in self.terms], self.length)
        spend(
            len(self.terms) * len(other.terms),
            bits(max(self.terms, key=bits, default=0)),
            bits(max(other.terms, key=bits, default=0)),
        )
        result: list[Scalar] = [Fraction(0)] * min(
            self.length, max(len(self.terms) + len(other.terms) - 1, 0)
        )
        for i, x in enumerate(self.terms):
            if x:
                for j, y in enumerate(other.terms[: self.length - i]):
                    if y:
                        result[i + j] = result[i + j] + x * y
        return Series(result, self.length)

    __rmul__ = __mul__


Monomial = tuple[tuple[tuple[str, int, int], int], ...]


class Sparse:
    """A polynomial in the parameters or in other variables: sorted ((variable, exponent), ...) ->
    coefficient.  ``longest`` is the largest number of variables in one monomial."""

    __slots__ = ("longest", "terms")

    def __init__(self, terms: dict[Monomial, Fraction]) -> None:
        if len(terms) > MAX_TERMS:
            raise Refused(f"a polynomial of more than {MAX_TERMS} terms")
        self.terms = {m: c for m, c in terms.items() if c}
        self.longest = max(map(len, self.terms), default=0)

    def start(self) -> Fraction:
        """The value where all variables are 0."""
        return self.terms.get((), Fraction(0))

    def __add__(self, other: Any) -> Sparse:
        spend(len(self.terms) * (1 + self.longest // 50))
        terms = dict(self.terms)
        for m, c in (other.terms if isinstance(other, Sparse) else {(): Fraction(other)}).items():
            terms[m] = terms.get(m, Fraction(0)) + c
        return Sparse(terms)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Sparse:
        return self.__add__(other * Fraction(-1))

    def __mul__(self, other: Any) -> Sparse:
        if not isinstance(other, Sparse):
            return Sparse({m: c * other for m, c in self.terms.items()})
        if len(self.terms) * len(other.terms) > 50 * MAX_TERMS:
            raise Refused(f"a product of {len(self.terms)} by {len(other.terms)} terms")
        each = 2 + (self.longest + other.longest) // 12
        spend(each * len(self.terms) * len(other.terms), _widest(self), _widest(other))
        terms: dict[Monomial, Fraction] = {}
        room = MAX_FACTORS
        for m, c in self.terms.items():
            for n, d in other.terms.items():
                powers = dict(m)
                for place, exponent in n:
                    powers[place] = powers.get(place, 0) + exponent
                key = tuple(sorted(powers.items()))
                if key not in terms:
                    room -= len(key)
                    if room < 0:
                        raise Refused(f"a product of more than {MAX_FACTORS} factors")
                terms[key] = terms.get(key, Fraction(0)) + c * d
        return Sparse(terms)

    __rmul__ = __mul__


def _widest(value: Sparse) -> int:
    return max((bits(c) for c in value.terms.values()), default=0)


def shaped(problem: Problem, flat: Iterable[Any]) -> dict[str, list[list[Any]]]:
    """A flat list of numbers cut into the parameters."""
    rest = iter(flat)
    return {
        n: [[next(rest) for _ in range(columns)] for _ in range(rows)]
        for n, (rows, columns) in problem.shapes.items()
    }


def symbols(problem: Problem) -> Weights:
    """The parameters themselves, as polynomials."""
    spend(parameter_count(problem))
    return {
        n: [[Sparse({(((n, i, j), 1),): Fraction(1)}) for j in range(columns)] for i in range(rows)]
        for n, (rows, columns) in problem.shapes.items()
    }


def partial(value: Any, place: tuple[str, int, int]) -> Sparse:
    """The derivative of a polynomial in the parameters by one of them."""
    terms: dict[Monomial, Fraction] = {}
    if isinstance(value, Sparse):
        spend(len(value.terms) * (1 + value.longest // 4))
    for m, c in value.terms.items() if isinstance(value, Sparse) else ():
        powers = dict(m)
        exponent = powers.pop(place, 0)
        if exponent > 1:
            powers[place] = exponent - 1
        if exponent:
            # Different monomials with this parameter stay different: nothing is added up.
            terms[tuple(sorted(powers.items()))] = c * exponent
    return Sparse(terms)
