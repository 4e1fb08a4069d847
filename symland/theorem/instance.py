"""An instance of a theorem: a problem, perhaps a point of it, and what is established of them.

Every quantity that a hypothesis or conclusion looks at (`rank_inputs`, `spectrum`, `point.kind`,
...) becomes a claim in the instance's case at that moment. So what a line of the report rests on
is exactly what its two files say.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from flint import fmpq_poly

from symland.claims.case import Case
from symland.claims.data import data_rank
from symland.claims.global_minimum import constant
from symland.claims.strata import spectrum as claim_spectrum, strata as claim_strata
from symland.exact.rational_matrix import RationalMatrix
from symland.exact.word import Signature
from symland.landscape.deep_linear.barcode import TooManyBarcodes
from symland.landscape.deep_linear.data import DeepLinear, NotDeepLinear, deep_linear
from symland.landscape.deep_linear.spectrum import Spectrum
from symland.landscape.deep_linear.strata import Row, Strata
from symland.problem import Network, Problem
from symland.search.deadline import Deadline
from symland.theorem.network_matrix import NetworkMatrix, network_letters
from symland.theorem.place import NotDecided, Place, PointPlace, StratumPlace
from symland.theorem.points import point_of
from symland.theorem.statement import TheoremError

__all__ = ["Instance", "NotDecided", "asked"]

MOST_BARCODES = 3_000

At = Any  # a list of matrices, a mapping as in a weights file, Weights, or a function giving one


class Instance:
    """A problem and, if ``at`` is given, a point; what hypotheses and conclusions may ask of it.

    ``d_x``, ``d_y``, ``H`` (hidden layers), ``p`` (smallest hidden width) are as in the papers.

    >>> from symland.theorem.examples import diag, eye, linear_network
    >>> s = Instance(linear_network((2, 1, 2), X=eye(2), Y=diag(2, 1)))
    >>> s.rank_inputs, s.distinct_eigenvalues, sorted({w.kind for w in s.places})
    (2, True, ['global_minimum', 'strict_saddle'])
    >>> s.case.check().lines[0]
    'c1: the rank of the inputs is 2'
    """

    times_asked: int
    """How often an attribute was read; `asked` compares."""

    def __init__(
        self,
        problem: Problem,
        at: At = None,
        better: Any = None,
        budget: float = 60.0,
        seed: int = 0,
    ) -> None:
        self.problem, self.better, self.seed = problem, better, seed
        self.case = Case(problem)
        self.deadline = Deadline(budget)
        self.widths: tuple[int, ...] = tuple(problem.network.widths)
        self.weights = None if at is None else point_of(problem, at(self) if callable(at) else at)

    def __getattribute__(self, name: str) -> Any:
        values = object.__getattribute__(self, "__dict__")
        values["times_asked"] = values.get("times_asked", 0) + 1
        return object.__getattribute__(self, name)

    # -- read off the problem -------------------------------------------------------------------

    @property
    def d_x(self) -> int:
        """The input dimension."""
        return self.widths[0]

    @property
    def d_y(self) -> int:
        """The output dimension."""
        return self.widths[-1]

    @property
    def H(self) -> int:
        """The number of hidden layers."""
        return len(self.widths) - 2

    @property
    def p(self) -> int:
        """The smallest hidden width."""
        return min(self.widths[1:-1], default=min(self.d_x, self.d_y))

    @property
    def linear(self) -> bool:
        """All activations are linear."""
        return all(str(a) == "linear" for a in self.problem.network.activations)

    @property
    def plain_loss(self) -> bool:
        """The loss is the squared loss without entrywise weights or regularizer."""
        return (
            self.problem.loss.kind == "squared"
            and self.problem.loss.weights is None
            and self.problem.l2 is None
        )

    @cached_property
    def letters(self) -> Signature:
        """The letters that the checker computes from the problem and the point."""
        return network_letters(self.problem)

    def _letter(self, name: str, value: RationalMatrix) -> NetworkMatrix:
        return NetworkMatrix(value, self.letters.letter(name))

    @cached_property
    def X(self) -> NetworkMatrix:
        """The inputs, samples in columns."""
        return self._letter("X", RationalMatrix(self.problem.dataset.inputs).T)

    @cached_property
    def Y(self) -> NetworkMatrix:
        """The targets, samples in columns."""
        return self._letter("Y", RationalMatrix(self.problem.dataset.targets).T)

    @cached_property
    def data(self) -> DeepLinear:
        """The data matrices of a deep linear problem; NotDecided for any other."""
        try:
            return deep_linear(self.problem)
        except NotDeepLinear as reason:
            raise NotDecided(str(reason)) from None

    # -- claimed when looked at -----------------------------------------------------------------

    @cached_property
    def rank_inputs(self) -> int:
        """The rank of X X'."""
        return data_rank(self.case, "inputs", self.X.T)

    @cached_property
    def rank_cross(self) -> int:
        """The rank of X Y'."""
        return data_rank(self.case, "cross", self.Y @ self.X.T)

    @cached_property
    def strata(self) -> Strata:
        """The critical set of a deep linear problem, not yet claimed."""
        return Strata(self.data, MOST_BARCODES)

    @cached_property
    def spectrum_claim(self) -> str:
        """The claim of the spectrum of Sigma."""
        return claim_spectrum(self.case, self.strata)

    @property
    def spectrum(self) -> Spectrum:
        """The eigenvalues of Sigma."""
        _ = self.spectrum_claim
        return self.strata.spectrum

    @property
    def distinct_eigenvalues(self) -> bool:
        """Sigma has d_y distinct eigenvalues.

        Of a network that is not deep linear no claim can speak of Sigma; there it is formed from
        the data, which the statement holds, and its characteristic polynomial is tested.
        """
        if not (self.linear and self.plain_loss):
            linear = Problem(Network(self.widths), self.problem.dataset)
            sigma = deep_linear(linear).sigma
            polynomial = fmpq_poly(sigma.charpoly())
            return bool(polynomial.gcd(polynomial.derivative()).degree() == 0)
        found = self.spectrum
        return found.zero <= 1 and all(e.multiplicity == 1 for e in found.eigenvalues)

    @cached_property
    def constant(self) -> bool:
        """The loss is constant, because all inputs are zero."""
        if not self.X.is_zero():
            return False
        constant(self.case)
        return True

    @cached_property
    def convex(self) -> bool:
        """The loss is convex (False with three points that show that it is not)."""
        return self._bent("not_convex")

    @cached_property
    def concave(self) -> bool:
        """The loss is concave (False with three points that show that it is not)."""
        return self._bent("not_concave")

    def _bent(self, kind: str) -> bool:
        from symland.theorem.segment import find_segment

        if self.constant:
            return True
        if kind == "not_convex" and self.H == 0 and self.linear and self.plain_loss:
            # A quadratic polynomial is convex if its one Hessian is positive semidefinite.
            origin = [[["0"] * self.d_x] * self.d_y]
            at_origin = PointPlace(self, point_of(self.problem, origin))
            return at_origin.negative == 0
        if not find_segment(self, kind):
            raise NotDecided(f"no segment was found that shows {kind.replace('_', ' ')}")
        return False

    # -- points ---------------------------------------------------------------------------------

    @cached_property
    def point(self) -> PointPlace:
        """The point of the instance; NotDecided if it has none."""
        if self.weights is None:
            raise NotDecided("the instance has no point, give one with at=")
        return PointPlace(self, self.weights)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The point of the instance, or all strata of its critical set: a complete list."""
        if self.weights is not None:
            if not self.point.critical:
                raise NotDecided("the point is not critical")
            return (self.point,)
        if self.constant:
            return (StratumPlace.of_constant(self.problem.network.parameter_count),)
        _ = self.strata_claim
        return tuple(StratumPlace(self.strata, row) for row in self._listed[0])

    @cached_property
    def strata_claim(self) -> str:
        """The claim that the strata are all there are."""
        rows, each = self._listed
        several = self.strata.rows() if each else rows
        return claim_strata(self.case, self.spectrum_claim, several, rows if each else None)

    @cached_property
    def _listed(self) -> tuple[list[Row], bool]:
        """The strata and True; rows by eigenvalues and False where barcodes are too many."""
        try:
            return list(self.strata.barcode_rows()), True
        except TooManyBarcodes:
            return Strata(self.data).rows(), False

    @cached_property
    def representatives(self) -> tuple[Place, ...]:
        """One exact point of every stratum, its Hessian's inertia claimed by two rules."""
        from symland.theorem.representatives import representatives

        return representatives(self)

    def every(self, holds: Callable[[Place], bool]) -> bool:
        """Whether all critical points (or the point of the instance) satisfy a condition."""
        return all(holds(place) for place in self.places)

    def some(self, holds: Callable[[Place], bool]) -> bool:
        """Whether some critical point (or the point of the instance) satisfies a condition."""
        return any(holds(place) for place in self.places)

    # -- matrices for the letters of a lemma ----------------------------------------------------

    def W(self, k: int) -> NetworkMatrix:
        """The weights of layer k, counted from 1."""
        self._check_layer(f"W({k})", k)
        return self._letter(f"W{k}", self.point.matrices[k - 1])

    def G(self, k: int) -> NetworkMatrix:
        """The partial derivatives of the loss with respect to the entries of W_k."""
        self._check_layer(f"G({k})", k)
        return self._letter(f"G{k}", self.point.slopes[k - 1])

    def _check_layer(self, what: str, k: int) -> None:
        if not 1 <= k <= self.H + 1:
            raise TheoremError(f"{what}: the network has the layers 1..{self.H + 1}")

    def product(self, i: int, j: int) -> RationalMatrix:
        """W_i ... W_j; the identity if i < j (an empty product)."""
        at = int(i if i < j else j - 1)
        result: RationalMatrix = NetworkMatrix(
            RationalMatrix.identity(self.widths[at]), self.letters.one(f"d{at}")
        )
        for k in range(j, i + 1):
            result = self.W(k) @ result
        return result


def asked(question: Callable[[Any], Any], instance: Instance) -> bool:
    """The answer of a function of an instance, as a truth value.

    Raises NotDecided if it asks nothing of the instance: then it was written down, not found.
    """
    before = instance.times_asked
    answer = bool(question(instance))
    if instance.times_asked == before + 1:  # for this very number
        raise NotDecided("its function looks at nothing of the instance")
    return answer
