"""A point of any network whose loss is a polynomial in the weights: what the Hessian decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symland.claims import curvature, global_minimum, loss_value, saddle
from symland.claims.case import Case, scalar_json
from symland.claims.convex_loss import convex_global_minimum
from symland.claims.critical import critical, not_critical
from symland.claims.enclosures import kind_by_inertia
from symland.claims.flat_minimum import flat_maximum, flat_minimum
from symland.claims.points import explicit_point
from symland.exact.number_field import enclosure, sign
from symland.exact.rational_matrix import as_fmpq
from symland.exact.symmetric import negative_direction, positive_direction, symmetric_inertia
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.gradient import gradient
from symland.landscape.hessian import hessian
from symland.landscape.loss import loss
from symland.landscape.number_systems.exact_rings import flint_rationals
from symland.landscape.number_systems.number_system import Kink, MissingFunction
from symland.landscape.parameters import elements, flat, shaped
from symland.landscape.pure_error import pure_error
from symland.landscape.views import exact_system
from symland.questions.convex_region import convex_region
from symland.questions.degenerate_minimum import degenerate_minimum
from symland.questions.point_json import decimals_json, loss_json, point_json
from symland.questions.refined_point import refined
from symland.questions.weights_numbers import rounded_entries
from symland.search.critical_manifold import critical_manifold
from symland.search.curve_search import find_curve
from symland.search.deadline import Deadline
from symland.search.multistart import lower_point

if TYPE_CHECKING:
    from symland.questions.classification import Classification

__all__ = ["classify_polynomial"]


def classify_polynomial(
    work: Classification,
    values: Mapping[str, Any] | None = None,
    nearby: Callable[[Classification], dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """The document of the point; what is proved becomes claims of the case.

    With other `values`, numbers of Q near those of the point, the claims are what holds there: they
    are proved about the point only when the checker says so. `nearby` looks for a critical point
    beside one that is not critical (`refined`).
    """
    return _Point(work, values, nearby).document()


def lower_elsewhere(work: Classification, name: str, value: Any) -> dict[str, Any]:
    """What a point of lower loss, found by descents from random starts, adds to the document of a
    minimum with the exact loss `value`; nothing if none is found."""
    work.stage("searching for a lower point")
    limit = Deadline(work.deadline.remaining() / 3)
    found = lower_point(work.problem, float(enclosure(value).mid()), work.seed, limit)
    if found is None:
        return {}
    values = shaped(work.problem.network.shapes, [as_fmpq(x) for x in found])
    lower = loss(work.problem, flint_rationals, values)
    if sign(value - lower) <= 0:
        return {}
    loss_value.not_global(work.case, name, explicit_point(work.case, values))
    better = {"weights": {n: decimals_json(x) for n, x in values.items()}, "loss": loss_json(lower)}
    return {"kind": "spurious_local_minimum", "global": False, "better": better}


_CURVES = "coordinate lines and random lines and parabolas"


class _Point:
    def __init__(
        self,
        work: Classification,
        values: Mapping[str, Any] | None,
        nearby: Callable[[Classification], dict[str, Any]] | None,
    ):
        self.nearby = nearby
        self.work, self.case, self.problem = work, work.case, work.problem
        self.shapes = work.problem.network.shapes
        self.values: dict[str, Any]
        if values is None:
            self.system = exact_system(work.point)
            self.values = elements(work.problem.network, self.system, work.point)
            self.name, self.shown = explicit_point(self.case, self.values), self.values
        else:
            self.system, self.values = flint_rationals, dict(values)
            self.name = self.case.point(work.point.to_json())
            self.shown = rounded_entries(work.point)
        self.loss = loss(self.problem, self.system, self.values)
        self.gradient = gradient(self.problem, self.system, self.values)

    def _json(self, kind: str, status: str, inertia: Any = None, **other: Any) -> dict[str, Any]:
        return point_json(
            self.shown,
            self.work.point.to_json(),
            loss_json(self.loss),
            kind,
            status,
            inertia,
            **other,
        )

    def document(self) -> dict[str, Any]:
        loss_value.value(self.case, self.name, self.loss)
        if any(sign(g) for g in self.gradient):
            return self._not_critical()
        is_critical = critical(self.case, self.name)
        self.work.stage("Hessian")
        matrix = hessian(self.problem, self.system, self.values)
        inertia = symmetric_inertia(matrix)
        counted = curvature.inertia(self.case, self.name, inertia)
        _, negative, zero = inertia
        if not sign(self.loss) and self._sum_of_squares():
            global_minimum.zero_loss(self.case, self.name)
            return {"given": self._json("global_minimum", "certified", inertia)}
        if self._fits_like_no_function():
            return {"given": self._json("global_minimum", "certified", inertia)}
        if self.problem.network.K == 1 and self._sum_of_squares():
            convex_global_minimum(self.case, self.name, is_critical)
            return {"given": self._json("global_minimum", "certified", inertia)}
        if negative:
            return self._strict_saddle(matrix, inertia, (is_critical, counted))
        if not zero:
            curvature.strict_minimum(self.case, self.name, is_critical)
            return {"given": self._minimum(inertia)}
        self.work.stage("symmetries")
        manifold = critical_manifold(self.problem, self.values, matrix, zero, self.work.deadline)
        if manifold is not None:
            flat_minimum(self.case, self.name, manifold, (is_critical, counted))
            return {"given": self._minimum(inertia)}
        if convex_region(self.case, self.problem, self.work.point, self.work.deadline):
            return {"given": self._minimum(inertia)}
        if degenerate_minimum(
            self.case, self.name, self.problem, self.work.point, self.work.deadline
        ):
            return {"given": self._minimum(inertia) | {"local": "strict_minimum"}}
        return self._degenerate(inertia, is_critical)

    def _minimum(self, inertia: Any) -> dict[str, Any]:
        """A proved local minimum; spurious where descents from random starts end lower."""
        document = self._json("local_minimum", "certified", inertia)
        return document | lower_elsewhere(self.work, self.name, self.loss)

    def _fits_like_no_function(self) -> bool:
        """Whether the loss is the least that any function of the input has; claimed if so."""
        least = pure_error(self.problem)
        if least is None or sign(self.loss - as_fmpq(least)):
            return False
        trial = Case(self.problem)
        global_minimum.pure_error(trial, explicit_point(trial, self.values))
        if not trial.check().accepted:
            return False
        global_minimum.pure_error(self.case, self.name)
        return True

    def _sum_of_squares(self) -> bool:
        weights = self.problem.loss.weights or ()
        l2 = flat({n: self.shapes[n] for n in self.problem.l2 or {}}, self.problem.l2 or {})
        return all(w >= 0 for row in weights for w in row) and all(x >= 0 for x in l2)

    def _not_critical(self) -> dict[str, Any]:
        index = max(
            range(len(self.gradient)), key=lambda i: abs(float(enclosure(self.gradient[i]).mid()))
        )
        not_critical(self.case, self.name, self._place(index), self.gradient[index])
        table = shaped(self.shapes, self.gradient)
        document = {
            "given": self._json("not_critical", "certified"),
            "gradient": {name: decimals_json(array) for name, array in table.items()},
        }
        return document | self._refined()

    def _place(self, index: int) -> list[Any]:
        """The parameter at a flat index: [name, row, column], or [name, row] for a bias."""
        numbered = shaped(self.shapes, list(range(self.problem.network.parameter_count)))
        for name, array in numbered.items():
            for i, row in enumerate(array):
                if isinstance(row, list) and index in row:
                    return [name, i, row.index(index)]
                if row == index:
                    return [name, i]
        raise IndexError(index)

    def _refined(self) -> dict[str, Any]:
        if self.nearby is not None:
            return self.nearby(self.work)
        start = [enclosure(x) for x in flat(self.shapes, self.values)]
        try:
            return refined(self.work, BallLandscape(self.problem), start)
        except (Kink, MissingFunction) as kink:
            return {"reason": f"Newton's method went to a kink: {kink}"}

    def _strict_saddle(
        self, matrix: Any, inertia: Any, evidence: tuple[str, str]
    ) -> dict[str, Any]:
        """A point whose Hessian has a negative eigenvalue; it may be a local maximum, too."""
        down = shaped(self.shapes, negative_direction(matrix))
        ascent = self._ascent(matrix, inertia)
        if ascent is not None:
            saddle.strict_saddle(self.case, self.name, evidence[0], _direction_json(down), ascent)
            return {"given": self._json("strict_saddle", "certified", inertia)}
        if self._is_maximum(matrix, inertia[2], evidence):
            return {"given": self._json("local_maximum", "certified", inertia)}
        falling = {"order": 2, **_line_json(down)}
        return self._falling(
            inertia, falling, "no eigenvalue of the Hessian is positive, some are negative"
        )

    def _is_maximum(self, matrix: Any, zero: int, evidence: tuple[str, str]) -> bool:
        """Whether it is proved that no point nearby has a higher loss; no eigenvalue of the Hessian
        is positive, some are negative."""
        if not zero:
            kind_by_inertia(self.case, self.name, "strict_maximum", *evidence)
            return True
        self.work.stage("symmetries")
        manifold = critical_manifold(self.problem, self.values, matrix, zero, self.work.deadline)
        if manifold is None:
            return False
        trial = self.case.copy()
        flat_maximum(trial, self.name, manifold, evidence)
        if not trial.check().accepted:
            return False
        flat_maximum(self.case, self.name, manifold, evidence)
        return True

    def _falling(self, inertia: Any, descent: dict[str, Any], hessian: str) -> dict[str, Any]:
        """A critical point that is no local minimum, along which the loss was not seen to rise."""
        trial = self.case.copy()
        saddle.not_minimum(trial, self.name, descent)
        proved = trial.check().accepted
        if proved:
            saddle.not_minimum(self.case, self.name, descent)
        reason = (
            f"{hessian}; the loss falls to order {descent['order']} along a curve, so that the "
            f"point is no local minimum, but no ascending curve was found among {_CURVES}: it may "
            "be a local maximum or a saddle"
        )
        known = {"critical": True} | ({"global": False} if proved else {})
        return {"given": self._json("undecided", "undecided", inertia, **known), "reason": reason}

    def _ascent(self, matrix: Any, inertia: Any) -> dict[str, Any] | None:
        if inertia[0]:
            up = shaped(self.shapes, positive_direction(matrix))
            return {"order": 2, **_line_json(up)}
        return self._curve(1)

    def _curve(self, wanted: int) -> dict[str, Any] | None:
        if self.work.point.roots:
            return None
        found = find_curve(self.problem, self.values, wanted, self.work.seed, self.work.deadline)
        return None if found is None else {"order": found.order, **_moves_json(found.moves)}

    def _degenerate(self, inertia: Any, is_critical: str) -> dict[str, Any]:
        self.work.stage("searching for a descending curve")
        descent, ascent = self._curve(-1), self._curve(1)
        if descent is not None and ascent is not None:
            semidefinite = curvature.semidefinite(self.case, self.name)
            saddle.non_strict_saddle(
                self.case, self.name, is_critical, semidefinite, descent, ascent
            )
            return {"given": self._json("non_strict_saddle", "certified", inertia)}
        hessian = (
            "the Hessian is positive semidefinite and singular, its kernel is larger than the "
            "manifolds of critical points found"
        )
        if descent is not None:
            return self._falling(inertia, descent, hessian)
        return {
            "given": self._json("undecided", "undecided", inertia, critical=True),
            "reason": f"{hessian}, and no descending curve was found among {_CURVES}",
        }


def _nested(array: Any, write: Any) -> Any:
    return [_nested(x, write) if isinstance(x, list) else write(x) for x in array]


def _direction_json(direction: dict[str, Any]) -> dict[str, Any]:
    return {name: _nested(array, scalar_json) for name, array in direction.items()}


def _line_json(direction: dict[str, Any]) -> dict[str, Any]:
    """The line along a direction as a curve of the certificate."""
    return {
        name: _nested(array, lambda x: ["0", scalar_json(x)]) for name, array in direction.items()
    }


def _moves_json(moves: Any) -> dict[str, Any]:
    def write(polynomial: Any) -> list[str]:
        coefficients = [str(Fraction(int(c.p), int(c.q))) for c in polynomial.coeffs()]
        return coefficients or ["0"]

    return {name: _nested(array, write) for name, array in moves.items()}
