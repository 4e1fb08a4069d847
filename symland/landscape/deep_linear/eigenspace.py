"""Exact bases of sums of eigenspaces of Sigma, each column in a field as small as it can be.

For an irreducible factor f of the characteristic polynomial, ker f(Sigma) is a space over Q[x]/f
with generators u_1, ..., u_mu. Writing t for a root of f and g = f / (x - t),

* ``all`` roots together have the rational basis Sigma^i u_j, i < deg f;
* ``one`` root t has the basis g(Sigma) u_j over Q(t);
* all ``others`` have the basis (Sigma - t) Sigma^i u_j, i < deg f - 1, over Q(t).

So a set of eigenvalues that is complete but for one of each family of conjugates needs no field
larger than that of a single root, and no splitting field is ever built.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import fmpq, fmpq_poly

from symland.exact.algebraic_matrix import AlgebraicMatrix, Matrix
from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.deep_linear.data import DeepLinear
from symland.landscape.deep_linear.spectrum import Spectrum

__all__ = ["Block", "Eigenspaces", "Line"]


@dataclass(frozen=True, eq=False)
class Line:
    """A row of W_1 or a column of W_K: entries over Q, or over the field of eigenvalue `index`."""

    entries: tuple[Any, ...]
    index: int | None


@dataclass(frozen=True, eq=False)
class Block:
    """A basis (columns) of eigenvectors, with the eigenvalues that it covers.

    `roots` is "all", "one" or "others"; `index` names the eigenvalue t that generates the field
    (from 0; None where the columns are rational); `covered` lists (index, multiplicity).
    `functionals` (rows) read off the coordinates: against the input for eigenvalues taken,
    against B' times the columns for eigenvalues left.
    """

    roots: str
    index: int | None
    covered: tuple[tuple[int, int], ...]
    columns: Matrix
    functionals: Matrix

    @property
    def size(self) -> int:
        """The number of columns."""
        return self.columns.shape[1]

    @cached_property
    def lines(self) -> tuple[list[Line], list[Line]]:
        """The columns and the functionals, one by one."""
        columns = [Line(tuple(column), self.index) for column in _table(self.columns.T)]
        return columns, [Line(tuple(row), self.index) for row in _table(self.functionals)]


class Eigenspaces:
    """Blocks of eigenvectors for any choice of multiplicities."""

    def __init__(self, linear: DeepLinear, spectrum: Spectrum):
        self.linear = linear
        self.spectrum = spectrum
        self._blocks: dict[Any, Block] = {}
        self._generators: dict[int, list[RationalMatrix]] = {}

    @cached_property
    def _families(self) -> list[list[int]]:
        """The eigenvalues (from 0) grouped by irreducible factor."""
        indices = range(len(self.spectrum.eigenvalues))
        return [f for i in indices if (f := self.spectrum.conjugates(i))[0] == i]

    def taken(self, counts: tuple[int, ...]) -> list[Block]:
        """Blocks that span the chosen eigenvectors: `counts[i]` of the i-th eigenvalue."""
        return self._choose(counts, (0,) * len(counts), left=False)

    def left(self, counts: tuple[int, ...], size: int) -> list[Block]:
        """Blocks that span `size` eigenvectors orthogonal to those of `taken(counts)`."""
        wanted = []
        for m, e in zip(counts, self.spectrum.eigenvalues, strict=True):
            wanted.append(min(size, e.multiplicity - m))
            size -= wanted[-1]
        return self._choose(tuple(wanted), counts, left=True)

    def _choose(self, counts: tuple[int, ...], skip: tuple[int, ...], left: bool) -> list[Block]:
        blocks = []
        for family in self._families:
            mu = self.spectrum.eigenvalues[family[0]].multiplicity
            missing = [i for i in family if counts[i] == 0]
            complete = all(counts[i] in (0, mu) for i in family)
            if complete and not missing:
                blocks.append(self._block("all", family[0], mu, 0, left))
            elif complete and len(missing) == 1 and len(family) > 2:
                blocks.append(self._block("others", missing[0], mu, 0, left))
            else:
                chosen = [i for i in family if counts[i]]
                blocks += [self._block("one", i, counts[i], skip[i], left) for i in chosen]
        return blocks

    def _block(self, roots: str, index: int, count: int, skip: int, left: bool) -> Block:
        key = roots, index, count, skip, left
        if key not in self._blocks:
            first = self.spectrum.conjugates(index)[0]
            self._blocks[key] = (
                self._new_block(*key)
                if index == first
                else self._conjugate(self._block(roots, first, count, skip, left), index)
            )
        return self._blocks[key]

    def _conjugate(self, block: Block, index: int) -> Block:
        """The block of a conjugate: the same polynomials in another root."""
        field = self.spectrum.eigenvalues[index].field

        def moved(matrix: Any) -> AlgebraicMatrix:
            rows = [[field.element(x.poly) for x in row] for row in matrix.tolist()]
            return AlgebraicMatrix(field, rows, matrix.shape[1])

        columns, functionals = moved(block.columns), moved(block.functionals)
        covered = self._covered(block.roots, index, block.covered[0][1])
        return Block(block.roots, index, covered, columns, functionals)

    def _covered(self, roots: str, index: int, count: int) -> tuple[tuple[int, int], ...]:
        if roots == "one":
            return ((index, count),)
        family = self.spectrum.conjugates(index)
        return tuple((i, count) for i in family if roots == "all" or i != index)

    def _new_block(self, roots: str, index: int, count: int, skip: int, left: bool) -> Block:
        if roots == "one":
            columns = self._one(index, count, skip)
        else:
            columns = self._krylov(index, int(roots == "others"))
        rational = isinstance(columns, RationalMatrix)
        if not rational:
            columns = self._near_unit_length(columns, index)
        if roots == "others":
            functionals = self._functionals_of_others(columns, index, left)
        else:
            functionals = self._functionals(columns, left)
        covered = self._covered(roots, index, count)
        return Block(roots, None if rational else index, covered, columns, functionals)

    def _near_unit_length(self, columns: Any, index: int) -> Any:
        """Each column times a power of ten, the same for all conjugates, so that it is not huge."""
        largest = self.spectrum.eigenvalues[self.spectrum.conjugates(index)[0]].interval[1]
        scaled = []
        for column in columns.T.tolist():
            bounds = [abs(c) * largest**k for x in column for k, c in enumerate(x.poly.coeffs())]
            bound = max(bounds)
            digits = max(len(str(bound.p // bound.q)) - 1, 0)
            scaled.append([x / fmpq(10) ** digits for x in column])
        return AlgebraicMatrix(columns.field, scaled, columns.shape[0]).T

    def _functionals(self, U: Any, left: bool) -> Matrix:
        """(U'U)^-1 U' M* for eigenvalues taken, (U' Sigma U)^-1 U' M* for those left."""
        gram = U.T @ (self.linear.sigma @ U if left else U)
        return gram.solve(U.T @ self.linear.least_squares)

    def _functionals_of_others(self, U: Any, index: int, left: bool) -> Matrix:
        """The same for the columns (Sigma - t) Sigma^i u_j up to scale, without a large inverse.

        In the rational basis Sigma^i u_j of all the eigenspaces the functionals give an input
        coordinates a_ij, polynomials a_j(x). What belongs to t is a_j(t) / g(t) times g(Sigma) u_j
        with g = f / (x - t); the rest, divided by x - t, are the coordinates wanted.
        """
        eigenvalue = self.spectrum.eigenvalues[index]
        field, degree = eigenvalue.field, int(eigenvalue.polynomial.degree())
        basis = RationalMatrix.zero(self.linear.sigma.shape[0], 0)
        for u in self.generators(index):
            basis = basis.beside(_powers(self.linear.sigma, u, degree))
        coordinates = _table(self._functionals(basis, left))
        g = _deflated(eigenvalue.polynomial, field.generator)
        inverse = field.element(eigenvalue.polynomial.derivative()).inverse()
        rows = []
        for j in range(len(self.generators(index))):
            columns = zip(*coordinates[j * degree : (j + 1) * degree], strict=True)
            rest = [_without(list(a), g, inverse, field) for a in columns]
            rows += [list(row) for row in zip(*rest, strict=True)]
        plain = (self._shift(index) @ basis).T.tolist()
        kept = [plain[i] for i in range(len(plain)) if (i + 1) % degree]
        scaled = []
        for row, column, wanted in zip(rows, kept, U.T.tolist(), strict=True):
            factor = _ratio(column, wanted)
            scaled.append([x * factor for x in row])
        return AlgebraicMatrix(field, scaled, self.linear.sigma.shape[0])

    def _shift(self, index: int) -> Any:
        """Sigma - t over Q(t); over Q where t is rational."""
        sigma, eigenvalue = self.linear.sigma, self.spectrum.eigenvalues[index]
        identity = RationalMatrix.identity(sigma.shape[0])
        if eigenvalue.field.degree == 1:
            return sigma - identity.scale(eigenvalue.interval[0])
        t = eigenvalue.field.generator
        return AlgebraicMatrix(eigenvalue.field, sigma.flint.tolist()) - AlgebraicMatrix(
            eigenvalue.field, identity.flint.tolist()
        ).scale(t)

    def generators(self, index: int) -> list[RationalMatrix]:
        """Generators u_1, ..., u_mu (columns) of ker f(Sigma) over Q[x]/f."""
        first = self.spectrum.conjugates(index)[0]
        if first not in self._generators:
            self._generators[first] = self._find_generators(first)
        return self._generators[first]

    def _find_generators(self, index: int) -> list[RationalMatrix]:
        f, sigma = self.spectrum.eigenvalues[index].polynomial, self.linear.sigma
        kernel = _value_at(f, sigma).nullspace()
        span, found = RationalMatrix.zero(sigma.shape[0], 0), []
        for j in range(kernel.shape[1]):
            u = kernel.columns([j])
            wider = span.beside(_orbit(sigma, u, int(f.degree())))
            if wider.rank() == span.shape[1] + int(f.degree()):
                span = wider
                found.append(u)
        return found

    def _krylov(self, index: int, drop: int) -> Matrix:
        """The basis for ``all`` (drop = 0) or, through Sigma - t, for ``others`` (drop = 1)."""
        degree = int(self.spectrum.eigenvalues[index].polynomial.degree())
        basis = RationalMatrix.zero(self.linear.sigma.shape[0], 0)
        for u in self.generators(index):
            basis = basis.beside(_orbit(self.linear.sigma, u, degree - drop))
        return _primitive_columns(self._shift(index) @ basis if drop else _reduced_span(basis))

    def _one(self, index: int, count: int, skip: int) -> Matrix:
        """`count` independent eigenvectors of one eigenvalue, orthogonal to its first `skip`."""
        every = self._eigenvectors(index)
        if not skip:
            return every.columns(range(count))
        coordinates = (every.columns(range(skip)).T @ every).nullspace()
        return _primitive_columns(every @ coordinates.columns(range(count)))

    def _eigenvectors(self, index: int) -> Any:
        """All eigenvectors of one eigenvalue: g(Sigma) u_j by Horner's scheme in Sigma."""
        eigenvalue, sigma = self.spectrum.eigenvalues[index], self.linear.sigma
        if eigenvalue.field.degree == 1:
            return self._shift(index).nullspace()
        quotient = _deflated(eigenvalue.polynomial, eigenvalue.field.generator)
        columns = None
        for u in self.generators(index):
            lifted = AlgebraicMatrix(eigenvalue.field, u.flint.tolist())
            v = lifted.scale(quotient[-1])
            for c in reversed(quotient[:-1]):
                v = sigma @ v + lifted.scale(c)
            columns = v if columns is None else columns.beside(v)
        return _primitive_columns(columns)


def _table(matrix: Any) -> list[list[Any]]:
    return matrix.flint.tolist() if isinstance(matrix, RationalMatrix) else matrix.tolist()


def _deflated(polynomial: fmpq_poly, t: Any) -> list[Any]:
    """Coefficients of f / (x - t), lowest first, for a root t of f."""
    return _divided(polynomial.coeffs(), t)


def _divided(coefficients: list[Any], t: Any) -> list[Any]:
    """The quotient of a polynomial with the root t by x - t, by Horner's scheme."""
    result, carry = [], t * 0
    for c in reversed(coefficients[1:]):
        carry = carry * t + c
        result.append(carry)
    return result[::-1]


def _value_at(polynomial: fmpq_poly, matrix: RationalMatrix) -> RationalMatrix:
    """The polynomial of a square matrix, by Horner's scheme."""
    identity = RationalMatrix.identity(matrix.shape[0])
    value = RationalMatrix.zero(*matrix.shape)
    for c in reversed(polynomial.coeffs()):
        value = value @ matrix + identity.scale(c)
    return value


def _orbit(matrix: RationalMatrix, vector: RationalMatrix, length: int) -> RationalMatrix:
    """The columns v, A v, ..., A^(length - 1) v, each divided by its content."""
    found, current = RationalMatrix.zero(matrix.shape[0], 0), vector
    for _ in range(length):
        found = found.beside(current)
        current = _primitive_columns(matrix @ current)
    return found


def _powers(matrix: RationalMatrix, vector: RationalMatrix, length: int) -> RationalMatrix:
    """The columns v, A v, ..., A^(length - 1) v."""
    found, current = RationalMatrix.zero(matrix.shape[0], 0), vector
    for _ in range(length):
        found, current = found.beside(current), matrix @ current
    return found


def _without(a: list[fmpq], g: list[Any], inverse: Any, field: Any) -> list[Any]:
    """(a(x) - a(t) / g(t) g(x)) / (x - t), lowest coefficient first; inverse is 1 / g(t)."""
    share = field.element(fmpq_poly(a)) * inverse
    rest = [field.element(c) - share * d for c, d in zip(a, g, strict=True)]
    return _divided(rest, field.generator)


def _ratio(column: list[Any], scaled: list[Any]) -> fmpq:
    """column / scaled, which is a rational number."""
    top, bottom = next((a.poly, b.poly) for a, b in zip(column, scaled, strict=True) if b)
    return top.leading_coefficient() / bottom.leading_coefficient()


def _reduced_span(basis: RationalMatrix) -> RationalMatrix:
    """The reduced echelon basis of the same column space: short numbers, easy to read."""
    form = basis.T.flint.rref()[0]
    return RationalMatrix(form).T


def _primitive_columns(matrix: Any) -> Any:
    """Each column times the positive rational that makes its coefficients coprime integers."""
    if isinstance(matrix, RationalMatrix):
        columns = [[fmpq_poly([x]) for x in c] for c in matrix.T.flint.tolist()]
        scaled = [[p[0] for p in _primitive(column)] for column in columns]
        return RationalMatrix(scaled, matrix.shape[0]).T
    columns = [_primitive([x.poly for x in c]) for c in matrix.T.tolist()]
    return AlgebraicMatrix(matrix.field, columns, matrix.shape[0]).T


def _primitive(column: list[fmpq_poly]) -> list[fmpq_poly]:
    coefficients = [c for p in column for c in p.coeffs() if c]
    if not coefficients:
        return column
    common, content = coefficients[0].q, coefficients[0].p * 0
    for c in coefficients:
        common = common.lcm(c.q)
    for c in coefficients:
        content = content.gcd(c.p * (common // c.q))
    factor = fmpq(common, content)
    return [p * factor for p in column]
