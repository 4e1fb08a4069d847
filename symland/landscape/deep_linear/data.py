"""What a deep linear network with squared loss sees of its data: a few rational matrices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from flint import fmpq

from symland.exact.rational_matrix import RationalMatrix, as_fmpq
from symland.problem.problem import Problem

__all__ = ["DeepLinear", "NotDeepLinear", "deep_linear"]


class NotDeepLinear(ValueError):
    """The problem is not a deep linear network with squared loss; the text says why."""


@dataclass(frozen=True)
class DeepLinear:
    """The loss ``c (T - 2 tr(B M') + tr(M A M'))`` of the product ``M = W_K ... W_1``.

    ``A = X D X'`` (d_0 x d_0), ``B = Y D X'`` (d_K x d_0) and ``T = tr(Y D Y')``, where the columns
    of X and Y are the samples and D is the diagonal matrix of their weights (usually I). ``c`` is
    the loss' scale. Nothing else of the data matters.

    Examples
    --------
    >>> from symland import Dataset, Network, Problem
    >>> problem = Problem(Network((2, 1, 2)), Dataset([[1, 0], [0, 1]], [[2, 0], [0, 1]]))
    >>> linear = deep_linear(problem)
    >>> linear.sigma.tolist()
    [[Fraction(4, 1), Fraction(0, 1)], [Fraction(0, 1), Fraction(1, 1)]]
    >>> linear.rank_max, linear.floor
    (1, 0)
    """

    widths: tuple[int, ...]
    A: RationalMatrix
    B: RationalMatrix
    T: fmpq
    scale: fmpq

    @property
    def K(self) -> int:
        """The number of weight matrices."""
        return len(self.widths) - 1

    @property
    def p(self) -> int | None:
        """The smallest hidden width; None where there is no hidden layer (no bound on the rank)."""
        return min(self.widths[1:-1], default=None)

    @cached_property
    def n(self) -> int:
        """The dimension of the span of the inputs, rank A."""
        return self.A.rank()

    @cached_property
    def q(self) -> int:
        """The rank of B, which is that of Sigma."""
        return self.B.rank()

    @property
    def rank_max(self) -> int:
        """The largest rank of M A at a critical point, min(p, q)."""
        return self.q if self.p is None else min(self.p, self.q)

    @cached_property
    def least_squares(self) -> RationalMatrix:
        """Some M* with M* A = B: the unconstrained optimum of the convex problem in M."""
        pivots = self.A.pivots()
        inverse = self.A.rows(pivots).columns(pivots).inverse()
        selection = RationalMatrix.identity(self.widths[0]).rows(pivots)
        return self.B.columns(pivots) @ inverse @ selection

    @cached_property
    def sigma(self) -> RationalMatrix:
        """Sigma = M* B' = B A^- B', symmetric positive semidefinite, independent of the choice."""
        return self.least_squares @ self.B.T

    @cached_property
    def floor(self) -> fmpq:
        """The loss of the unconstrained optimum, c (T - tr Sigma)."""
        return self.scale * (self.T - self.sigma.trace())

    @property
    def no_input(self) -> bool:
        """Whether every (weighted) input is zero, so that the loss is constant."""
        return self.A.is_zero()


def deep_linear(problem: Problem) -> DeepLinear:
    """The data matrices of a deep linear problem; NotDeepLinear with the reason otherwise."""
    reason = _obstacle(problem)
    if reason:
        raise NotDeepLinear(reason)
    weights = [as_fmpq(w) for w in _sample_weights(problem) or ()]
    X = RationalMatrix(problem.dataset.inputs).T
    Y = RationalMatrix(problem.dataset.targets).T
    count = X.shape[1]
    weights = weights or [fmpq(1)] * count
    weighted = RationalMatrix(
        [[X[i, j] * weights[j] for j in range(count)] for i in range(X.shape[0])]
    )
    total = sum(
        (Y[i, j] ** 2 * weights[j] for i in range(Y.shape[0]) for j in range(count)), fmpq()
    )
    widths = tuple(problem.network.widths)
    return DeepLinear(widths, X @ weighted.T, Y @ weighted.T, total, as_fmpq(problem.scale))


def _sample_weights(problem: Problem) -> list[object] | None:
    weights = problem.loss.weights
    return None if weights is None else [row[0] for row in weights]


def _obstacle(problem: Problem) -> str | None:
    """The first reason why the structure theorem does not speak of this problem, or None."""
    network = problem.network
    foreign = [str(a) for a in network.activations if str(a) != "linear"]
    if foreign:
        return f"activation {foreign[0]}: the structure theorem is for linear activations"
    if problem.loss.kind != "squared":
        return f"loss {problem.loss.kind}: the structure theorem is for the squared loss"
    if problem.l2 is not None and any(_leaves_nonzero(problem.l2)):
        return "an L2 regularizer: the structure theorem is for the bare loss"
    if network.bias != "none":
        return f"bias {network.bias!r}: the structure theorem is for networks without biases"
    if network.skip is not None:
        return "skip connections: the structure theorem is for fully connected layers"
    weights = problem.loss.weights
    if weights is not None and any(len(set(row)) > 1 for row in weights):
        return "loss weights that differ within a sample: the structure theorem needs one a sample"
    if weights is not None and any(row[0] < 0 for row in weights):
        return "a negative loss weight: the structure theorem needs nonnegative ones"
    return None


def _leaves_nonzero(l2: object) -> list[bool]:
    """For every number in nested tuples or mappings: whether it is not zero."""
    if isinstance(l2, dict):
        return [x for value in l2.values() for x in _leaves_nonzero(value)]
    if isinstance(l2, (tuple, list)):
        return [x for value in l2 for x in _leaves_nonzero(value)]
    return [bool(l2)]
