"""Critical points of every kind, in floats, from seeded random starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.symmetry.finite_action import AffineMap
from symland.problem.problem import Problem
from symland.search.deadline import Deadline
from symland.search.multistart import SCALES
from symland.search.newton import newton

__all__ = ["IDLE", "Reached", "critical_starts"]

Array = npt.NDArray[np.float64]
STEPS = 200
STEPS_IN_A_CUBE = 50
"""Newton steps from a start in a cube: more of them lead away from it, as a rule."""
DESCENT_STEPS = 60
SINGULAR = 1e-9
"""The part of the largest eigenvalue below which one of the Hessian counts as 0."""
SAME = 1e-6
MOST_FLAT = 20
IDLE = 120
"""Starts in a row without anything new after which, and some more, the search ends."""
MORE = 8
"""Starts more in a row without anything new, for every point found: the rarest ones come late."""


@dataclass
class Reached:
    """What the starts came to.

    `regular` are points with gradient 0 and regular Hessian, one for each orbit as far as floats
    tell; `flat` one point with singular Hessian for each loss and inertia; `lowest` the point of
    lowest loss met, critical or not. `regular_starts` and `flat_starts` count the starts that ended
    at either, `astray` those that ended where the gradient nearly vanishes and no critical point
    is near; the others of the `tried` did not converge.
    """

    regular: list[Array] = field(default_factory=list)
    flat: dict[tuple[Any, ...], Array] = field(default_factory=dict)
    lowest: Array | None = None
    tried: int = 0
    regular_starts: int = 0
    flat_starts: int = 0
    astray: int = 0
    out_of_time: bool = False


def critical_starts(
    problem: Problem,
    generators: Sequence[AffineMap],
    seed: int,
    deadline: Deadline,
    tell: Callable[[Reached], None] = lambda found: None,
    starts: int = 1000,
    idle: int = IDLE,
    cube: tuple[float, float] | None = None,
) -> Reached:
    """Newton's method on the gradient, until `idle` and a few starts in a row led to nothing new.

    There are at most `starts`. Of every four two are normal random vectors with standard deviations
    from 0.3 to 10, one is the end of a descent from there, which leads to minima, and one is the
    mean of such a vector's images under a random symmetry: saddles often lie where neurons are
    equal or vanish, and Newton's method stays there. In a `cube` (its two ends) starts are uniform,
    and points outside are no reason to go on. `tell` is called after every start.

    >>> from symland.problem import Dataset, Network, Problem, Regularizer
    >>> problem = Problem(Network([1, 1, 1]), Dataset([[1]], [[1]]), regularizer=Regularizer("1/2"))
    >>> found = critical_starts(problem, [], 0, Deadline(20))
    >>> sorted(f"{abs(w[0]):.3f}" for w in found.regular)
    ['0.000', '0.707', '0.707']
    """
    work = _Starts(problem, generators, seed, deadline, cube)
    for number in range(starts):
        if number >= work.newest + idle + MORE * work.wanted:
            break
        if deadline.passed():
            work.found.out_of_time = True
            break
        with np.errstate(all="ignore"):
            work.run(number)
        tell(work.found)
    return work.found


class _Starts:
    def __init__(
        self,
        problem: Problem,
        generators: Sequence[AffineMap],
        seed: int,
        deadline: Deadline,
        cube: tuple[float, float] | None = None,
    ):
        self.landscape, self.deadline, self.cube = FloatLandscape(problem), deadline, cube
        self.size = problem.network.parameter_count
        self.steps = STEPS if cube is None else STEPS_IN_A_CUBE
        self.random = np.random.default_rng(seed)
        self.maps = [_dense(g) for g in generators]
        self.found, self.lowest_loss, self.newest, self.wanted = Reached(), np.inf, 0, 0

    def run(self, number: int) -> None:
        """One start; where it ends is entered in what is found."""
        found = self.found
        start = self._drawn(number)
        if number % 4 == 3 and self.maps:
            start = self._fixed(start)
        found.tried += 1
        try:
            if number % 4 == 2:
                start = self._downhill(start)
            end = newton(self.landscape, start, self.deadline, self.steps)
            if end is not None:
                self._enter(end)
        except (ArithmeticError, ValueError, np.linalg.LinAlgError):
            return  # beyond the range of floats

    def _drawn(self, number: int) -> Array:
        if self.cube is not None:
            return self.random.uniform(*self.cube, size=self.size)
        return SCALES[number // 4 % len(SCALES)] * self.random.normal(size=self.size)

    def _fixed(self, start: Array) -> Array:
        """The mean of the images under the powers of a random element of the finite group."""
        chosen = self.random.integers(len(self.maps), size=self.random.integers(1, 5))
        image, images = start, [start]
        for _ in range(24):
            for i in chosen:
                image = self.maps[i][0] @ image + self.maps[i][1]
            if np.allclose(image, start, rtol=1e-9, atol=1e-9):
                break
            images.append(image)
        mean: Array = np.mean(images, axis=0)
        return mean

    def _downhill(self, point: Array) -> Array:
        """Newton steps with the absolute Hessian, which lead down past saddles, with damping."""
        value, damping = self.landscape.loss(point), 1e-3
        for _ in range(DESCENT_STEPS):
            gradient = self.landscape.gradient(point)
            if np.linalg.norm(gradient) < 1e-6 * max(1.0, value) or self.deadline.passed():
                break
            values, vectors = np.linalg.eigh(self.landscape.hessian(point))
            bent = abs(values) + damping * (1e-12 + float(abs(values).max()))
            trial = point - vectors @ ((vectors.T @ gradient) / bent)
            lower = self.landscape.loss(trial)
            if lower < value:
                point, value, damping = trial, lower, max(damping / 5, 1e-9)
            else:
                damping *= 10
            if damping > 1e12:
                break
        self._lowest(point)
        return point

    def _lowest(self, point: Array) -> None:
        value = self.landscape.loss(point)
        if value < self.lowest_loss:
            self.found.lowest, self.lowest_loss = point, value

    def _enter(self, point: Array) -> None:
        found = self.found
        values = np.linalg.eigvalsh(self.landscape.hessian(point))
        cut = SINGULAR * float(abs(values).max(initial=0.0))
        if not (abs(values) > cut).all():
            self._lowest(point)
            found.flat_starts += 1
            loss = float(f"{self.landscape.loss(point):.6g}")
            loss = 0.0 if abs(loss) < 1e-12 else loss
            key = loss, int((values > cut).sum()), int((values < -cut).sum())
            if len(found.flat) < MOST_FLAT:
                found.flat.setdefault(key, point)
            return
        for _ in range(3):
            step = np.linalg.solve(self.landscape.hessian(point), self.landscape.gradient(point))
            point = point - step
        if not abs(step).max(initial=0.0) < SAME * (1 + abs(point).max(initial=0.0)):
            found.astray += 1  # towards infinity, say, where the gradient vanishes too
            return
        self._lowest(point)
        found.regular_starts += 1
        normal = self._normal_form(point)
        room = SAME * (1 + abs(normal).max(initial=0.0))
        if all(abs(normal - other).max() > room for other in found.regular):
            found.regular.append(normal)
            if self.cube is None or (self.cube[0] <= normal.min() <= normal.max() <= self.cube[1]):
                self.newest, self.wanted = found.tried, self.wanted + 1

    def _normal_form(self, point: Array) -> Array:
        """The lexicographically largest point that single generators lead up to."""
        for _ in range(40 * len(self.maps)):
            before = point
            for matrix, shift in self.maps:
                image = matrix @ point + shift
                differs = np.flatnonzero(abs(image - point) > SAME * (1 + abs(point)))
                if len(differs) and image[differs[0]] > point[differs[0]]:
                    point = image
            if point is before:
                break
        return point


def _dense(g: AffineMap) -> tuple[Array, Array]:
    matrix = np.zeros((len(g.rows), len(g.rows)))
    for i, row in enumerate(g.rows):
        for j, a in row:
            matrix[i, j] = float(a)
    return matrix, np.array([float(t) for t in g.shift])
