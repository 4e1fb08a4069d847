"""Critical points as a theorem sees them: a given point, or a stratum of the critical set."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from symland.claims import curvature, global_minimum
from symland.claims.critical import residual
from symland.claims.data import product_rank
from symland.claims.gradient import claim_gradient
from symland.claims.loss_value import not_global, value
from symland.claims.points import explicit_point
from symland.exact.rational_matrix import RationalMatrix
from symland.exact.symmetric import symmetric_inertia
from symland.landscape.deep_linear.inertia import Inertia
from symland.landscape.deep_linear.point import LinearPoint
from symland.landscape.deep_linear.strata import Row, Strata
from symland.landscape.gradient import gradient
from symland.landscape.hessian import hessian
from symland.landscape.loss import loss
from symland.landscape.parameters import elements
from symland.landscape.views import exact_system
from symland.problem import Weights
from symland.questions.classification import Classification
from symland.questions.classify import decide
from symland.theorem.points import point_of

if TYPE_CHECKING:
    from symland.theorem.instance import Instance

__all__ = ["NotDecided", "Place", "PointPlace", "StratumPlace"]


class NotDecided(ValueError):
    """A quantity that cannot be established here; the text says why."""


class Place:
    """What hypotheses and conclusions may ask of a critical point.

    ``kind`` is one of the kinds of `symland classify`, ``inertia`` the signs of the Hessian's
    eigenvalues, ``hidden_rank`` the rank of W_H ... W_2 (with one hidden layer the product is
    empty, an identity of size d_1).
    """

    kind: str
    inertia: Inertia
    hidden_rank: int

    @property
    def is_global(self) -> bool:
        """A global minimum."""
        return self.kind == "global_minimum"

    @property
    def is_strict(self) -> bool:
        """A saddle whose Hessian has a negative eigenvalue."""
        return self.kind == "strict_saddle"

    @property
    def is_local_minimum(self) -> bool:
        """A local minimum, global or not."""
        return self.kind in ("global_minimum", "local_minimum", "spurious_local_minimum")

    @property
    def is_saddle(self) -> bool:
        """Neither a local minimum nor a local maximum."""
        return self.kind in ("strict_saddle", "non_strict_saddle")

    @property
    def negative(self) -> int:
        """The number of negative eigenvalues of the Hessian."""
        return self.inertia[1]


class StratumPlace(Place):
    """A stratum of the critical set of a deep linear network: all its points at once."""

    def __init__(self, strata: Strata | None, row: Row | None) -> None:
        self._strata, self._row = strata, row

    @staticmethod
    def of_constant(parameters: int) -> StratumPlace:
        """The only stratum of a constant loss."""
        place = StratumPlace(None, None)
        place.kind, place.inertia, place.hidden_rank = "global_minimum", (0, 0, parameters), 0
        return place

    @cached_property
    def kind(self) -> str:  # type: ignore[override]
        """The kind; NotDecided where it varies because the barcodes are not listed."""
        row = self._found
        if row.kind == "mixed":
            raise NotDecided("strict and non-strict saddles share a row: too many barcodes to list")
        return row.kind

    @property
    def _found(self) -> Row:
        if self._row is None:
            raise NotDecided("the loss is constant")
        return self._row

    @cached_property
    def inertia(self) -> Inertia:  # type: ignore[override]
        """The inertia of the Hessian at every point of the stratum."""
        found = self._found.inertia
        if found is None:
            raise NotDecided("the inertia varies over the row: too many barcodes to list")
        return found

    @property
    def loss(self) -> Any:
        """The loss, exactly; NotDecided where it is not rational."""
        exact = self._found.value.exact
        if exact is None:
            raise NotDecided("the loss is not rational")
        return exact

    @property
    def dimension(self) -> int:
        """The dimension of the stratum; NotDecided where it was not computed."""
        if self._found.dimension is None:
            raise NotDecided("the dimension varies over the row: too many barcodes to list")
        return self._found.dimension

    @property
    def rank(self) -> int:
        """The rank of the product of all weights on the inputs."""
        return self._found.rank

    @property
    def taken(self) -> tuple[int, ...]:
        """How many copies of each positive eigenvalue the product takes."""
        return self._found.taken

    @cached_property
    def hidden_rank(self) -> int:  # type: ignore[override]
        """The rank plus the number of bars through all hidden layers."""
        row = self._found
        if row.barcode is None or self._strata is None:
            raise NotDecided("the ranks of products vary over the row: too many barcodes to list")
        quiver = self._strata.shape.quiver(row.rank)
        through = range(1, quiver.K)
        return row.rank + sum(
            count
            for u, length, count in row.barcode
            if _passes(quiver.vertices((u, length)), through)
        )


def _passes(vertices: tuple[int, ...], through: range) -> bool:
    """Whether the bar runs through all these vertices one after the other."""
    wanted = tuple(through)
    starts = range(len(vertices) - len(wanted) + 1)
    return any(vertices[i : i + len(wanted)] == wanted for i in starts)


def _matrix(entries: list[Any], width: int) -> RationalMatrix:
    return RationalMatrix([entries[i : i + width] for i in range(0, len(entries), width)])


class PointPlace(Place):
    """An exact point; each quantity is claimed when it is looked at."""

    def __init__(self, instance: Instance, weights: Weights) -> None:
        self.instance, self.weights = instance, weights
        self.lower: tuple[Any, Any, Weights] | None = None  # losses here and there, and the point

    @cached_property
    def _values(self) -> dict[str, Any]:
        return elements(self._network, exact_system(self.weights), self.weights)

    @property
    def _network(self) -> Any:
        return self.instance.problem.network

    @cached_property
    def name(self) -> str:
        """The name of the point in the statement."""
        return explicit_point(self.instance.case, self._values)

    @cached_property
    def matrices(self) -> tuple[RationalMatrix, ...]:
        """W_1, ..., W_{H+1}; NotDecided if the point is not rational."""
        if not self.weights.is_rational:
            raise NotDecided("the point is not rational")
        return tuple(RationalMatrix(self._values[f"W{k}"]) for k in range(1, self._network.K + 1))

    @cached_property
    def slopes(self) -> tuple[RationalMatrix, ...]:
        """The partial derivatives of the loss with respect to W_1, ..., W_{H+1}."""
        if not self.weights.is_rational:
            raise NotDecided("the point is not rational")
        try:
            found = iter(gradient(self.instance.problem, exact_system(self.weights), self._values))
        except ValueError as reason:
            raise NotDecided(f"the gradient is not known: {reason}") from None
        slopes = {
            name: [next(found) for _ in range(shape[0] * (shape[1] if len(shape) > 1 else 1))]
            for name, shape in self._network.shapes.items()
        }
        names = [f"W{k}" for k in range(1, self._network.K + 1)]
        return tuple(_matrix(slopes[name], self._network.shapes[name][1]) for name in names)

    @cached_property
    def _work(self) -> Classification:
        work = Classification(
            self.instance.problem,
            self.weights,
            self.instance.deadline,
            self.instance.seed,
            lambda stage: None,
        )
        work.case = self.instance.case
        return work

    @cached_property
    def _given(self) -> dict[str, Any]:
        given: dict[str, Any] = decide(self._work)["given"]
        return given

    @cached_property
    def critical(self) -> bool:
        """Whether the gradient vanishes."""
        return claim_gradient(self.instance.case, self.instance.problem, self.weights, self.name)

    @cached_property
    def kind(self) -> str:  # type: ignore[override]
        """The kind of the point, proved as `symland classify` proves it."""
        found = str(self._given["kind"])
        if found == "undecided" or self._given["status"] != "certified":
            raise NotDecided(f"the kind of the point is {found}")
        return found

    @property
    def is_global(self) -> bool:
        """A global minimum; a better point decides where the kind is only local."""
        if self.kind == "local_minimum":
            if self.instance.better is None:
                raise NotDecided("a local minimum, and no better point is given")
            return not self.below(self.instance.better)
        return self.kind == "global_minimum"

    @cached_property
    def linear(self) -> LinearPoint:
        """The point as one of a deep linear network."""
        return LinearPoint(self.instance.strata, self.matrices)

    @cached_property
    def takes_top(self) -> bool:
        """The product takes the largest eigenvalues of Sigma; its kind is claimed with that."""
        if self.is_strict:
            raise NotDecided("which eigenvalues a strict saddle takes is not claimed")
        return self.linear.is_top

    @cached_property
    def fits_best(self) -> bool:
        """X r(W) = 0: the product solves the unconstrained least-squares problem."""
        if self.linear.loss != self.instance.data.floor:
            value(self.instance.case, self.name, self.linear.loss)
            return False
        global_minimum.least_squares(self.instance.case, self.name, self.linear)
        return True

    def residual_vanishes(self, k: int) -> bool:
        """Whether X r(W) W_{H+1} ... W_{k+1} = 0."""
        found = (self.linear.above(k).T @ self.linear.residual).is_zero()
        residual(self.instance.case, self.name, k, found)
        return bool(found)

    @cached_property
    def formula_inertia(self) -> Inertia:
        """The inertia that barcode and eigenvalues give."""
        found: Inertia = self.linear.inertia
        curvature.inertia_by_barcode(
            self.instance.case, self.name, found, self.instance.spectrum_claim
        )
        return found

    @cached_property
    def inertia(self) -> Inertia:  # type: ignore[override]
        """The inertia of the exact Hessian, by symmetric elimination."""
        matrix = hessian(self.instance.problem, exact_system(self.weights), self._values)
        found = symmetric_inertia(matrix)
        curvature.inertia(self.instance.case, self.name, found)
        return found

    @cached_property
    def hidden_rank(self) -> int:  # type: ignore[override]
        """The rank of W_H ... W_2."""
        H = self.instance.H
        return int(self.instance.widths[1]) if H == 1 else self.rank(H, 2)

    def rank(self, i: int, j: int) -> int:
        """The rank of W_i ... W_j; an empty product is an identity."""
        if i < j:
            return self.instance.widths[i]
        return product_rank(self.instance.case, self.name, (i, j), self.instance.product(i, j))

    def below(self, better: Any) -> bool:
        """Whether another point, which is given, has a lower loss."""
        problem = self.instance.problem
        other = point_of(problem, better)
        values = elements(problem.network, exact_system(other), other)
        here = loss(problem, exact_system(self.weights), self._values)
        there = loss(problem, exact_system(other), values)
        if not there < here:
            raise NotDecided("the point given does not have a lower loss")
        self.lower = (here, there, other)
        not_global(self.instance.case, self.name, explicit_point(self.instance.case, values))
        return True
