"""A point nearby at which the network fits all samples exactly, in a slice with one such point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import arb, arb_mat, fmpq

from symland.landscape.forward import outputs
from symland.landscape.number_systems.arb_balls import balls
from symland.landscape.number_systems.jets import Jets
from symland.landscape.parameters import shaped
from symland.problem.problem import Problem
from symland.search.critical_box import CriticalBox, NoBox, critical_box
from symland.search.deadline import Deadline
from symland.search.flat_slice import NEAR, exact

__all__ = ["ExactFit", "equation_count", "exact_fit", "may_fit"]

Array = npt.NDArray[Any]
STEPS = 12
RANK = 1e-7
"""The part of the largest pivot below which the outputs are taken for dependent."""
Equation = tuple[tuple[Fraction, ...], int, Fraction]


@dataclass(frozen=True)
class ExactFit:
    """Exactly one point with loss 0 in midpoint + sum y_j d_j, |y_j| <= the radius of `box`; the
    directions are unit vectors."""

    box: CriticalBox
    midpoint: list[fmpq]
    directions: list[dict[int, fmpq]]


def may_fit(problem: Problem) -> bool:
    """Whether loss 0 means that all samples are fitted: the squared loss, nothing else in it.

    >>> from symland.problem import Dataset, Network, Regularizer
    >>> data = Dataset([[1]], [[2]])
    >>> may_fit(Problem(Network([1, 1]), data)), may_fit(
    ...     Problem(Network([1, 1]), data, regularizer=Regularizer(1)))
    (True, False)
    """
    weights = problem.loss.weights or ()
    regularized = any(
        x
        for array in (problem.l2 or {}).values()
        for row in array
        for x in (row if isinstance(row, (list, tuple)) else [row])
    )
    plain = problem.loss.kind == "squared" and not regularized
    return plain and all(w >= 0 for row in weights for w in row)


def exact_fit(problem: Problem, start: Array, deadline: Deadline, precision: int = 0) -> ExactFit:
    """The point that Gauss and Newton's steps of least length lead to; `NoBox` if there is none.

    >>> from symland.problem import Dataset, Network
    >>> problem = Problem(Network([1, 1, 1]), Dataset([[1]], [[2]]))
    >>> found = exact_fit(problem, np.array([1.0, 1.9999]), Deadline(9))
    >>> len(found.directions), bool(found.box.loss < 1e-30)
    (1, True)
    """
    equations = _equations(problem)
    count = len(equations)
    if not 0 < count <= len(start):
        raise NoBox("more outputs to fit than weights")
    place = np.array(start, dtype=float)
    every = [{i: fmpq(1)} for i in range(len(place))]
    for _ in range(STEPS):
        _, residuals, slopes = _Residuals(problem, equations, [fmpq(0)] * len(place), every).at(
            [arb(float(x)) for x in place]
        )
        offset = np.array([float(x) for x in residuals])
        J = np.array([float(x.mid()) for x in slopes.entries()]).reshape(count, len(place))
        if deadline.passed() or not (np.isfinite(J).all() and np.isfinite(offset).all()):
            raise NoBox("the steps leave the range of floats, or the budget ended")
        step = np.linalg.lstsq(J, offset, rcond=RANK)[0]
        place = place - step
    if abs(step).max() > NEAR * (1 + abs(place).max()):
        raise NoBox("the steps do not become small")
    base = [exact(float(x)) for x in place]
    directions = [every[i] for i in _pivots(J)]
    sliced: Any = _Residuals(problem, equations, base, directions)
    box = critical_box(sliced, [arb(0)] * count, deadline, precision)
    if max(abs(float(y)) for y in map(arb, box.midpoint)) > NEAR * (1 + abs(place).max()):
        raise NoBox("Newton's method goes to a point elsewhere")
    midpoint = list(base)
    for direction, value in zip(directions, box.midpoint, strict=True):
        for i in direction:
            midpoint[i] += value
    return ExactFit(box, midpoint, directions)


def equation_count(problem: Problem) -> int:
    """How many outputs there are to fit, those of equal samples counted once.

    >>> from symland.problem import Dataset, Network
    >>> equation_count(Problem(Network([1, 1]), Dataset([[1], [2], [1]], [[2], [3], [2]])))
    2
    """
    return len(_equations(problem))


def _equations(problem: Problem) -> list[Equation]:
    """Input, output and target wherever the loss counts their difference, each once, in order."""
    weights, data = problem.loss.weights, problem.dataset
    found = {
        (tuple(x), j, t): None
        for i, (x, y) in enumerate(zip(data.inputs, data.targets, strict=True))
        for j, t in enumerate(y)
        if weights is None or weights[i][j]
    }
    return list(found)


def _pivots(J: Array) -> list[int]:
    """Weights on which the outputs depend most, as many as there are outputs."""
    from scipy.linalg import qr

    _, triangle, order = qr(J, pivoting=True)
    pivots = abs(np.diag(triangle))
    if pivots.min() <= RANK * max(pivots.max(), 1e-300):
        raise NoBox("the outputs do not move independently")
    return sorted(order[: len(J)].tolist())


class _Residuals:
    """The differences of outputs and targets on a slice, as functions of its coordinates."""

    def __init__(
        self,
        problem: Problem,
        equations: Sequence[Equation],
        base: list[fmpq],
        directions: Sequence[dict[int, fmpq]],
    ):
        self.problem, self.equations, self.base = problem, equations, base
        self.places = [next(iter(d)) for d in directions]
        self.size = len(self.places)

    def at(self, y: Sequence[arb]) -> tuple[arb, list[arb], arb_mat]:
        """The sum of squares, the differences and their derivatives along the directions."""
        network, jets = self.problem.network, Jets(balls, order=1)
        moved = [arb(x) for x in self.base]
        for i, value in zip(self.places, y, strict=True):
            moved[i] += value
        weights = shaped(network.shapes, [jets.variable(x, i) for i, x in enumerate(moved)])
        found = {
            x: outputs(network, jets, weights, [jets.number(a) for a in x])
            for x in dict.fromkeys(x for x, _, _ in self.equations)
        }
        rows = [found[x][j] - jets.number(t) for x, j, t in self.equations]
        residuals = [row.value for row in rows]
        slopes = [row.first.get(i, arb(0)) for row in rows for i in self.places]
        total = sum((r * r for r in residuals), arb(0))
        return total, residuals, arb_mat(len(rows), self.size, slopes)
