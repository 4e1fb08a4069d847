"""A neuron of a critical point that is to be split in two, as a theorem file asks about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flint import fmpq

from symland.claims.case import Case
from symland.claims.decreasing import decreasing_segment, image, non_attracting
from symland.claims.enclosures import (
    dyadic_point,
    kind_by_inertia,
    loss_between,
    not_global_between,
)
from symland.claims.replication import (
    replicated_bound,
    replicated_form,
    replicated_layers,
    replicated_minima,
    replicated_saddles,
)
from symland.questions.critical_box_claims import nearby_box
from symland.questions.replication_forms import forms
from symland.theorem.place import NotDecided
from symland.theorem.points import point_of

if TYPE_CHECKING:
    from symland.theorem.instance import Instance

__all__ = ["Replicated", "replicated"]


def replicated(instance: Instance, layer: int = 1, neuron: int = 1) -> Replicated:
    """The neuron at the critical point near the instance's point; the same object each time.

    The critical point is proved to be the only one in a box; NotDecided if that fails.
    """
    table = instance.__dict__.setdefault("replicated", {})
    if (layer, neuron) not in table:
        table[layer, neuron] = Replicated(instance, layer, neuron)
    found: Replicated = table[layer, neuron]
    return found


class Replicated:
    """What hypotheses and conclusions may ask; each answer is a claim in the instance's case."""

    def __init__(self, instance: Instance, layer: int, neuron: int) -> None:
        if instance.weights is None:
            raise NotDecided("the instance has no point, give one with at=")
        self.instance, self.layer, self.neuron = instance, layer, neuron
        if "box" not in instance.__dict__:
            if instance.case.size:
                raise NotDecided("the critical point must be looked at before other claims")
            found = nearby_box(instance.problem, instance.weights, instance.deadline)
            if isinstance(found, str):
                raise NotDecided(found)
            instance.__dict__["box"] = found
            instance.case = found[0]
        _, self.bits, self.values, self.point, critical, inertia = instance.__dict__["box"]
        self.evidence = critical, inertia

    @cached_property
    def nondegenerate_minimum(self) -> bool:
        """The Hessian at the critical point is positive definite."""
        return self._first({True: self._kind("strict_minimum"), False: self._kind("strict_saddle")})

    def _kind(self, kind: str) -> Callable[[Case], str]:
        return lambda case: kind_by_inertia(case, self.point, kind, *self.evidence)

    @cached_property
    def B_is_positive(self) -> bool:
        """B is positive definite; False if it is negative definite or takes both signs."""
        return self._first({True: self._form("B", "positive"), False: self._saddles("inside")})

    @cached_property
    def B_is_negative(self) -> bool:
        """B is negative definite; False if it is positive definite or takes both signs."""
        return self._first({True: self._form("B", "negative"), False: self._saddles("outside")})

    @cached_property
    def B_of_inputs_is_positive(self) -> bool:
        """The block of B for the inputs of the neuron, without its bias, is positive definite."""
        return self._first(
            {True: self._form("B_inputs", "positive"), False: self._form("B_inputs", "negative")}
        )

    @cached_property
    def D_is_zero(self) -> bool:
        """D = 0. With one outgoing weight v that follows from D v = 0; there B definite shows
        v not zero. False if an entry is proved not to be 0."""
        if self.instance.widths[self.layer + 1] == 1 and self.B_is_positive:
            return True
        return self._first({False: self._form("D", "nonzero")})

    def images(self, where: str) -> str:
        """What all images inside (0 < lambda < 1) or outside (lambda < 0 or > 1) are."""
        shares = "positive" if where == "inside" else "one_positive"
        return self._first(
            {
                "local_minimum": self._minima(2, shares),
                "strict_saddle": self._saddles(where),
                "strict_saddle ": self._saddles("all"),
            }
        ).strip()

    def copies(self, number: int) -> bool:
        """The images with that many copies and positive shares are local minima."""
        return bool(self._first({True: self._minima(number)}))

    def layers(self, *copies: int) -> bool:
        """Local minima with so many copies in the hidden layers, all of one neuron before."""
        return bool(self._first({True: self._layers(copies)}))

    def non_attracting(self, *copies: int) -> bool:
        """The images with so many copies (one number for each hidden layer, if several) and
        positive shares are local minima in a non-attracting region: a level line leads to images
        with a negative share in this layer, which are strict saddles."""

        def claim(case: Case) -> str:
            many = len(copies) > 1
            minima = (self._layers(copies) if many else self._minima(copies[0]))(case)
            return non_attracting(case, minima, self._saddles("outside")(case))

        return bool(self._first({True: claim}))

    def falls(
        self, shares: Sequence[str], direction: Mapping[str, Any], length: str, cells: int
    ) -> bool:
        """The images with positive shares are local minima in a non-attracting region: a level
        line leads to the image with these shares, from which the loss falls strictly along the
        direction (weights of the larger network) for that length, shown on so many cells."""
        steps = [Fraction(length) * k / cells for k in range(1, cells + 1)]
        start = image(self.layer, self.neuron, [Fraction(x) for x in shares])
        along = {
            name: [[str(x) for x in row] if isinstance(row, (list, tuple)) else str(row)
                   for row in rows]
            for name, rows in direction.items()
        }  # fmt: skip

        def claim(case: Case) -> str:
            minima = self._minima(len(shares))(case)
            way = decreasing_segment(
                case, self.point, along, steps, self.evidence[0], self.bits, start
            )
            return non_attracting(case, minima, way)

        return bool(self._first({True: claim}))

    def bound(self, number: int, radius: str) -> bool:
        """Nothing within the radius of the image with that many equal shares is lower."""
        shares = [Fraction(1, number)] * number
        return self._first(
            {
                True: lambda case: replicated_bound(
                    case,
                    self.point,
                    self.layer,
                    self.neuron,
                    shares,
                    Fraction(radius),
                    self.evidence[0],
                    self.bits,
                )
            }
        )

    def loss_between(self, lower: str, upper: str) -> bool:
        """The loss at the critical point, which is that of all images, is between the bounds."""
        low, high = (Fraction(end) for end in (lower, upper))
        ends = [fmpq(end.numerator, end.denominator) for end in (low, high)]
        return bool(
            self._first(
                {True: lambda case: loss_between(case, self.point, ends[0], ends[1], self.bits)}
            )
        )

    def higher_than(self, weights: Any) -> bool:
        """The point with these weights has a lower loss, so that this one is no global minimum."""
        from symland.landscape.parameters import flat

        shapes = self.instance.problem.network.shapes
        other = flat(shapes, point_of(self.instance.problem, weights).values)
        return bool(
            self._first(
                {
                    True: lambda case: not_global_between(
                        case, self.point, dyadic_point(case, shapes, other), self.bits
                    )
                }
            )
        )

    def _form(self, form: str, sign: str) -> Callable[[Case], str]:
        return lambda case: replicated_form(
            case, self.point, self.layer, self.neuron, form, sign, self.bits
        )

    def _minima(self, copies: int, shares: str = "positive") -> Callable[[Case], str]:
        return lambda case: replicated_minima(
            case, self.point, self.layer, self.neuron, shares, self.evidence, copies, self.bits
        )

    def _layers(self, copies: Sequence[int]) -> Callable[[Case], str]:
        def claim(case: Case) -> str:
            forms = [
                replicated_form(case, self.point, layer, 1, "B", "positive", self.bits)
                for layer, number in enumerate(copies, start=1)
                if number > 1
            ]
            return replicated_layers(case, self.point, copies, self.evidence, forms)

        return claim

    def _saddles(self, where: str) -> Callable[[Case], str]:
        import numpy as np

        B, D = forms(self.instance.problem, self.values, self.layer, self.neuron)
        vectors = np.linalg.eigh(B)[1]
        direction = vectors[:, 0 if where == "inside" else -1]
        if where == "all":
            direction = D[:, int(np.argmax(np.abs(D).sum(axis=0)))]
        size = max(abs(direction)) or 1.0
        rounded = [Fraction(round(float(x / size) * 64), 64) for x in direction]
        return lambda case: replicated_saddles(
            case, self.point, self.layer, self.neuron, where, self.evidence, rounded, self.bits
        )

    def _first(self, answers: dict[Any, Callable[[Case], str]]) -> Any:
        """The first answer whose claim the checker accepts; the claim is added to the case."""
        reason: str | None = ""
        for answer, claim in answers.items():
            trial = deepcopy(self.instance.case)
            claim(trial)
            verdict = trial.check()
            if verdict.accepted:
                claim(self.instance.case)
                return answer
            reason = verdict.reason
        raise NotDecided(f"the checker accepts no claim: {reason}")
