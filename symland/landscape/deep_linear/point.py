"""What an exact point of a deep linear network is: the complete classification, with no hypothesis.

All words that start at the input carry A on the right, so that nothing depends on whether the
inputs span the input space.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from symland.exact.algebraic_matrix import AlgebraicMatrix, Matrix
from symland.exact.number_field import sign
from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.deep_linear.barcode import Bar, Barcode
from symland.landscape.deep_linear.data import DeepLinear
from symland.landscape.deep_linear.inertia import Inertia, covering_pairs, inversions, ties
from symland.landscape.deep_linear.strata import Strata

__all__ = ["LinearPoint"]


@dataclass(frozen=True, eq=False)
class LinearPoint:
    """A point (W_1, ..., W_K) with entries in Q or in one real number field, and its words.

    Layers are counted from 1 as in the papers; ``above(k) = W_K ... W_{k+1}``,
    ``below(k) = W_{k-1} ... W_1``, ``between(i, j) = W_{i-1} ... W_{j+1}`` for i > j, and
    ``pivot(i, j) = below(j) B' Q above(i)`` with Q the projector off the column space of M A.

    Examples
    --------
    >>> from symland import Dataset, Network, Problem
    >>> from symland.landscape.deep_linear.data import deep_linear
    >>> problem = Problem(Network((1, 1, 1, 1)), Dataset([[1]], [[1]]))
    >>> zero = RationalMatrix([[0]])
    >>> point = LinearPoint(Strata(deep_linear(problem)), (zero, zero, zero))
    >>> point.is_critical, point.kind, point.inertia, point.barcode
    (True, 'non_strict_saddle', (0, 0, 3), ((1, 1, 1), (2, 1, 1), (3, 2, 1)))
    """

    strata: Strata
    weights: tuple[Matrix, ...]

    @property
    def linear(self) -> DeepLinear:
        """The data matrices."""
        return self.strata.linear

    @property
    def K(self) -> int:
        """The number of weight matrices."""
        return len(self.weights)

    @cached_property
    def _above(self) -> list[Any]:
        """above(k) for k = 0, ..., K."""
        words: list[Any] = [self.identity(self.linear.widths[-1])]
        for W in reversed(self.weights):
            words.append(words[-1] @ W)
        return words[::-1]

    @cached_property
    def _below(self) -> list[Any]:
        """below(k) for k = 1, ..., K + 1, at index k - 1."""
        words: list[Any] = [self.identity(self.linear.widths[0])]
        for W in self.weights:
            words.append(W @ words[-1])
        return words

    def identity(self, size: int) -> Any:
        """The identity matrix over the field of the point."""
        identity = RationalMatrix.identity(size)
        first = next((W for W in self.weights if isinstance(W, AlgebraicMatrix)), None)
        if first is None:
            return identity
        return AlgebraicMatrix(first.field, identity.flint.tolist(), size)

    def above(self, k: int) -> Any:
        """W_K ... W_{k+1}; the identity for k = K."""
        return self._above[k]

    def below(self, k: int) -> Any:
        """W_{k-1} ... W_1; the identity for k = 1."""
        return self._below[k - 1]

    def between(self, i: int, j: int) -> Any:
        """W_{i-1} ... W_{j+1} for i > j; the identity for i = j + 1."""
        word = self.identity(self.linear.widths[j])
        for k in range(j + 1, i):
            word = self.weights[k - 1] @ word
        return word

    @cached_property
    def product_data(self) -> Any:
        """M A for the product M of all weights."""
        return self.above(0) @ self.linear.A

    @cached_property
    def residual(self) -> Any:
        """G = M A - B, the gradient with respect to the product (up to the factor 2 scale)."""
        return self.product_data - self.linear.B

    def gradient(self, k: int) -> Any:
        """The gradient with respect to W_k."""
        slope = self.above(k).T @ self.residual @ self.below(k).T
        return slope.scale(2 * self.linear.scale)

    @cached_property
    def is_critical(self) -> bool:
        """Whether the whole gradient vanishes."""
        return all(self.gradient(k).is_zero() for k in range(1, self.K + 1))

    @cached_property
    def loss(self) -> Any:
        """The exact loss."""
        M, A, B = self.above(0), self.linear.A, self.linear.B
        return ((M @ A @ M.T).trace() - (M @ B.T).trace() * 2 + self.linear.T) * self.linear.scale

    @cached_property
    def basis(self) -> Any:
        """A basis U of the column space of M A; it is invariant under Sigma at critical points."""
        return self.product_data.column_basis()

    @cached_property
    def complement(self) -> Any:
        """A basis of the orthogonal complement of the column space of M A."""
        return self.basis.T.nullspace() if self.rank else self.identity(self.linear.widths[-1])

    @property
    def rank(self) -> int:
        """The rank r of M A."""
        return int(self.basis.shape[1])

    @cached_property
    def outside(self) -> Any:
        """The projector Q off the column space of M A."""
        U, identity = self.basis, self.identity(self.linear.widths[-1])
        return identity - U @ (U.T @ U).solve(U.T) if self.rank else identity

    @cached_property
    def taken(self) -> tuple[int, ...]:
        """How many copies of each positive eigenvalue of Sigma the column space takes."""
        U = self.basis
        if not self.rank:
            return (0,) * len(self.strata.multiplicities)
        restricted = (U.T @ U).solve(U.T @ self.linear.sigma @ U)
        polynomial = restricted.charpoly()
        return tuple(
            _roots_below(polynomial, e.interval[1], closed=True)
            - _roots_below(polynomial, e.interval[0], closed=False)
            for e in self.strata.spectrum.eigenvalues
        )

    @property
    def is_top(self) -> bool:
        """Whether no eigenvalue left out is larger than one taken."""
        return not inversions(self.taken, self.strata.multiplicities)

    def pivot(self, i: int, j: int) -> Any:
        """J_ij = below(j) B' Q above(i), i > j."""
        return self.below(j) @ self.linear.B.T @ self.outside @ self.above(i)

    @cached_property
    def loose_pivots(self) -> list[tuple[int, int]]:
        """Pivots (i, j) with J_ij not zero and rank between(i, j) above r; shortest first."""
        pairs = [(i, j) for i in range(2, self.K + 1) for j in range(1, i)]
        loose = [
            (i, j)
            for i, j in sorted(pairs, key=lambda p: p[0] - p[1])
            if not self.pivot(i, j).is_zero() and self.between(i, j).rank() > self.rank
        ]
        return loose

    @cached_property
    def kind(self) -> str:
        """global_minimum, strict_saddle, non_strict_saddle, not_critical or constant."""
        if self.linear.no_input:
            return "constant"
        if not self.is_critical:
            return "not_critical"
        if self.rank == self.linear.q or (self.is_top and self.rank == self.linear.rank_max):
            return "global_minimum"
        return "strict_saddle" if not self.is_top or self.loose_pivots else "non_strict_saddle"

    def _word_rank(self, bar: Bar) -> int:
        """The rank, on the complement of the used subspace, of the path along a bar."""
        start, length = bar
        K, r = self.K, self.rank
        if length == 1:
            return (self.linear.widths[start] if start else self.linear.n) - r
        if length > K:
            return 0
        end = start + length - 1
        if end <= K:
            word = self.between(end + 1, start)
            return int((word @ self.linear.A if start == 0 else word).rank()) - r
        return int((self.below(end - K) @ self.linear.B.T @ self.above(start)).rank()) - r

    @cached_property
    def barcode(self) -> Barcode:
        """The barcode of a critical point: second differences of word ranks."""
        n = self.K + 1
        rho = {
            (u, length): self._word_rank((u, length)) if length <= n else 0
            for u in range(n)
            for length in range(1, n + 3)
        }
        rows = []
        for u in range(n):
            for length in range(1, n):
                before = (u - 1) % n
                count = rho[u, length] - rho[before, length + 1]
                count += rho[before, length + 2] - rho[u, length + 1]
                if count:
                    rows.append((u, length, count))
        return tuple(sorted(rows))

    @cached_property
    def inertia(self) -> Inertia:
        """The inertia of the Hessian at a critical point, from eigenvalues and barcode."""
        shape, mus = self.strata.shape, self.strata.multiplicities
        cov_e, cov_0 = covering_pairs(shape.quiver(self.rank), self.barcode)
        return shape.inertia(
            self.rank, inversions(self.taken, mus), ties(self.taken, mus), cov_e, cov_0
        )


def _roots_below(polynomial: list[Any], bound: Any, closed: bool) -> int:
    """How many roots are below the bound (or equal to it, if closed); all roots are real.

    Descartes' rule is exact for polynomials with only real roots: the roots below b are the
    negative ones of f(x + b), as many as f(b - x) has changes of sign.
    """
    shifted = list(polynomial)
    for start in range(len(shifted) - 1):
        for i in range(len(shifted) - 2, start - 1, -1):
            shifted[i] = shifted[i] + shifted[i + 1] * bound
    signs = [sign(c) * (-1) ** i for i, c in enumerate(shifted)]
    at_bound = next((i for i, s in enumerate(signs) if s), 0)
    changing = [s for s in signs if s]
    below = sum(a != b for a, b in pairwise(changing))
    return below + (at_bound if closed else 0)
