"""Formulas of a network compared with differentiation, in ball arithmetic at an exact point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from random import Random
from typing import Any

from symland.landscape.gradient import gradient
from symland.landscape.hessian import hessian
from symland.landscape.loss import loss
from symland.landscape.number_systems.arb_balls import balls
from symland.landscape.number_systems.number_system import MissingFunction
from symland.landscape.parameters import elements, flat, shaped
from symland.problem.problem import Problem
from symland.questions.derivation.network_formulas import NetworkFormulas
from symland.questions.derivation.network_values import NetworkValues

__all__ = ["BITS", "BallCheck"]

BITS = 256
"""Precision of the balls."""

CLOSE = Fraction(1, 10**30)
"""How far apart two values may be at most that are called equal."""

MOST_PARAMETERS = 80
"""Parameters up to which all second derivatives are compared."""


class BallCheck:
    """The formulas at one exact point, away from every kink, and the derivatives there by jets.

    What agrees is `numerical`: the derivatives of one function at one point, no identity.
    """

    def __init__(self, problem: Problem, formulas: NetworkFormulas, seed: int) -> None:
        self.problem, self.network = problem, problem.network
        count = self.network.parameter_count
        random = Random(seed)
        # Odd numerators over a power of 2: no weight is 0, and each is a ball of radius 0.
        self.point = shaped(
            self.network.shapes, [Fraction(2 * random.randint(-9, 9) + 1, 16) for _ in range(count)]
        )
        self.formulas = formulas
        with _precision():
            self.elements = elements(self.network, balls, self.point)
            grids = {
                n: [x if isinstance(x, list) else [x] for x in a] for n, a in self.elements.items()
            }
            self.values = NetworkValues(formulas, grids, balls.number, balls)

    def loss(self) -> tuple[str, str]:
        """Status and note of the loss."""
        with _precision():
            return self._compared(
                lambda: [(self.values.loss(), loss(self.problem, balls, self.elements))],
                "the forward pass",
            )

    def gradient(self, name: str) -> tuple[str, str]:
        """Status and note of the gradient by a parameter."""

        def pairs() -> Iterable[tuple[Any, Any]]:
            table = shaped(self.network.shapes, gradient(self.problem, balls, self.elements))
            return zip(_column(self.values.gradient(name)), _column(table[name]), strict=True)

        with _precision():
            return self._compared(pairs, "differentiation")

    def hessian(self) -> tuple[str, str]:
        """Status and note of the second derivatives."""
        count = self.network.parameter_count
        if count > MOST_PARAMETERS:
            return "undecided", (
                f"{count} parameters, second derivatives are compared for at most {MOST_PARAMETERS}"
            )

        def pairs() -> Iterable[tuple[Any, Any]]:
            rows = hessian(self.problem, balls, self.elements)
            return (
                pair for k in range(count) for pair in zip(self._moved(k), rows[k], strict=True)
            )

        with _precision():
            return self._compared(pairs, "differentiation")

    @staticmethod
    def _compared(pairs: Callable[[], Iterable[tuple[Any, Any]]], by: str) -> tuple[str, str]:
        try:
            return _compared(pairs(), by)
        except (MissingFunction, ValueError) as reason:  # a kink
            return "undecided", f"not compared at an exact point: {reason}"

    def _moved(self, index: int) -> list[Any]:
        shapes = self.network.shapes
        unit = shaped(
            shapes, [balls.number(int(k == index)) for k in range(self.network.parameter_count)]
        )
        grids = {n: [x if isinstance(x, list) else [x] for x in a] for n, a in unit.items()}
        found = self.values.second(grids)
        plain = {
            n: [row[0] for row in grid] if len(shapes[n]) == 1 else grid
            for n, grid in found.items()
        }
        return flat(shapes, plain)


def _column(rows: Iterable[Any]) -> list[Any]:
    return [x for row in rows for x in (row if isinstance(row, list) else [row])]


def _compared(pairs: Iterable[tuple[Any, Any]], by: str) -> tuple[str, str]:
    """Whether each pair of balls overlaps, and is narrow."""
    for mine, theirs in pairs:
        left, right = balls.number(0) + mine, balls.number(0) + theirs
        if not left.overlaps(right):
            return "refuted", f"{by} gives another value at an exact point"
        if not abs(left - right) < balls.number(CLOSE):
            return "undecided", f"{by} gives too wide an enclosure at an exact point"
    return "numerical", (
        f"agrees with {by} in balls of {BITS} bits at one exact point, to 30 "
        "digits; as a formula it is not proved"
    )


@contextmanager
def _precision() -> Iterator[None]:
    from flint import ctx

    before = ctx.prec
    ctx.prec = BITS
    try:
        yield
    finally:
        ctx.prec = before
