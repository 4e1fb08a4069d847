"""A point of a network with transcendental activations or loss: enclosures decide what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flint import arb, ctx

from symland.claims.enclosures import loss_between, not_critical_between
from symland.claims.points import explicit_point
from symland.enclosure.dyadic import binary_logarithm
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.number_systems.arb_balls import balls
from symland.landscape.number_systems.number_system import Kink, MissingFunction
from symland.landscape.parameters import elements, flat, shaped
from symland.questions.escalation import MOST_BITS, accepted_precision
from symland.questions.loss_bounds import bounds, bounds_json, is_nonnegative
from symland.questions.point_json import point_json
from symland.questions.refined_point import refined
from symland.questions.request import MOST_PRECISION, precisions

if TYPE_CHECKING:
    from symland.claims.case import Case
    from symland.questions.classification import Classification

__all__ = ["classify_analytic"]

LARGEST = 10 * MOST_BITS
"""Binary digits before the point beyond which no fixed-point numbers are tried."""
AtCritical = Callable[["Classification"], "dict[str, Any] | None"]
Nearby = Callable[["Classification"], "dict[str, Any]"]


def classify_analytic(
    work: Classification, at_critical: AtCritical | None = None, nearby: Nearby | None = None
) -> dict[str, Any]:
    """The document of the point; what is proved becomes claims of the case.

    A point whose gradient no enclosure tells from 0 is for `at_critical` (`exactly_critical`),
    which has the document, or None where it cannot tell either; `nearby` looks for a critical point
    beside one that is not critical (`refined`).
    """
    point = work.point
    if len(point.roots) > 1 or (point.roots and point.has_logs):
        return work.undecided(
            "the point has entries in several number fields, or roots and "
            "logarithms, which a statement about such a network cannot hold"
        )
    try:
        return _Given(work, nearby).document(at_critical)
    except (Kink, MissingFunction) as reason:  # relu at 0, or so near that balls do not tell
        return work.undecided(_why(reason))


class _Given:
    def __init__(self, work: Classification, nearby: Nearby | None):
        self.nearby = nearby
        self.work, self.case, self.problem = work, work.case, work.problem
        self.shapes = work.problem.network.shapes
        self.landscape = BallLandscape(work.problem)

    def _vector(self) -> list[arb]:
        return flat(self.shapes, elements(self.problem.network, balls, self.work.point))

    def document(self, at_critical: AtCritical | None) -> dict[str, Any]:
        from symland.questions.exact_logarithms import exactly_critical

        for bits in precisions(self.work.precision):
            with ctx.workprec(bits):
                value, gradient = self.landscape.first_order(self._vector())
                if not all(g.is_finite() for g in [value, *gradient]):
                    continue
                if any(not g.contains(0) for g in gradient):
                    return self._not_critical(value, gradient)
        if not all(g.is_finite() for g in [value, *gradient]):
            return self.work.undecided(
                "the loss or its gradient at the point is too large to be enclosed"
            )
        exact = (at_critical or exactly_critical)(self.work)
        if exact is not None:
            return exact
        return self.work.undecided(
            f"every derivative is 0 to {MOST_PRECISION} binary places, and exact arithmetic "
            "does not settle whether the point is critical"
        )

    def _name(self, case: Case) -> str:
        point = self.work.point
        if point.roots:
            from symland.landscape.views import exact_system

            return explicit_point(case, elements(self.problem.network, exact_system(point), point))
        return case.point(point.to_json())

    def _not_critical(self, value: arb, gradient: list[arb]) -> dict[str, Any]:
        index = max(range(len(gradient)), key=lambda i: gradient[i].abs_lower())
        slope, proved = gradient[index], None
        obstacle = self._obstacle(value, gradient, slope)
        if obstacle is None:
            proved = accepted_precision(
                self.problem,
                lambda case, b: self._claims(case, value, slope, index, b),
                self._bits(value, gradient, slope),
            )
        if proved is None:
            reason = obstacle or (
                f"the largest derivative is {_size(slope)}, but the checker's fixed-point numbers "
                f"of {MOST_BITS} binary places do not show that it is not 0"
            )
            overflow = "the network is saturated or overflows"
            return self._refined() | self.work.undecided(f"{reason}: {overflow}")
        loss = self._claims(self.case, value, slope, index, proved)
        given = point_json(
            self._weights(), self.work.point.to_json(), loss, "not_critical", "certified"
        )
        table = shaped(self.shapes, gradient)
        digits = {n: _nested(array, _decimal) for n, array in table.items()}
        return {"given": given, "gradient": digits} | self._refined()

    def _obstacle(self, value: arb, gradient: list[arb], slope: arb) -> str | None:
        """Why no fixed-point numbers are tried; None where they may do."""
        if 64 - binary_logarithm(slope) > MOST_BITS:
            return (
                f"the largest derivative is {_size(slope)}, which fixed-point numbers of "
                f"{MOST_BITS} binary places do not hold"
            )
        largest = self._largest(value, gradient)
        if binary_logarithm(largest) > LARGEST:
            return f"the largest number is {_size(largest)}, too large for fixed-point numbers"
        return None

    def _largest(self, value: arb, gradient: list[arb]) -> arb:
        inputs = [balls.number(x) for row in self.problem.dataset.X for x in row]
        return max([value, *gradient, *self._vector(), *inputs], key=binary_logarithm)

    def _bits(self, value: arb, gradient: list[arb], slope: arb) -> int:
        """Binary places that should be enough; the checker may want more, or be content with the
        most that are tried."""
        scale = max(0, binary_logarithm(self._largest(value, gradient)))
        return 64 + 2 * scale - min(0, binary_logarithm(slope)) + self.landscape.size

    def _claims(self, case: Case, value: arb, slope: arb, index: int, bits: int) -> dict[str, Any]:
        """A derivative that is not 0 and the loss, in the case; the loss as the answer has it."""
        name = self._name(case)
        not_critical_between(case, name, self._place(index), *bounds(slope, bits - 20), bits)
        if not value.contains(0):
            bits = max(bits, min(MOST_BITS, bits + 80 - binary_logarithm(value)))
        lower, upper = bounds(value, bits - 30, is_nonnegative(self.problem))
        loss_between(case, name, lower, upper, bits)
        return bounds_json(lower, upper)

    def _weights(self) -> dict[str, Any]:
        from symland.questions.weights_numbers import rounded_entries

        return rounded_entries(self.work.point)

    def _place(self, index: int) -> list[Any]:
        """The parameter at a flat index: [name, row, column], or [name, row] for a bias."""
        for name, shape in self.shapes.items():
            size = shape[0] * (shape[1] if len(shape) == 2 else 1)
            if index < size:
                return [name, *divmod(index, shape[1])] if len(shape) == 2 else [name, index]
            index -= size
        raise IndexError(index)

    def _refined(self) -> dict[str, Any]:
        if self.nearby is not None:
            return self.nearby(self.work)
        try:
            return refined(self.work, self.landscape, self._vector())
        except (Kink, MissingFunction) as reason:
            return {"reason": f"no critical point nearby away from kinks: {_why(reason)}"}


def _size(value: arb) -> str:
    """About how large a number that is not 0 is, as a power of ten.

    >>> _size(arb(10) ** -5000), _size(arb(-(10**12)).exp()), _size(arb(10**12).exp())
    ('about 10^-5000', 'between 0 and 10^(-10^11)', 'beyond 10^(10^11)')
    """
    power = binary_logarithm(value) * 30103 // 100000
    if abs(power) < 10**9:
        return f"about 10^{power}"
    tower = len(str(abs(power))) - 1
    return f"beyond 10^(10^{tower})" if power > 0 else f"between 0 and 10^(-10^{tower})"


def _why(reason: Kink | MissingFunction) -> str:
    return str(reason) if isinstance(reason, Kink) else "a preactivation may be 0 in the balls used"


def _decimal(value: arb, digits: int = 20) -> str:
    text: str = value.str(digits, radius=False)
    return text


def _nested(array: Any, write: Any) -> Any:
    return [_nested(x, write) if isinstance(x, list) else write(x) for x in array]
