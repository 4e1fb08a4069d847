"""Seeded searches among small integer data for networks whose minima have a wanted property.

Everything here is floating point: what is found is a candidate, to be certified afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any

from symland.problem import Dataset, Loss, Network, Problem
from symland.search.deadline import Deadline

__all__ = [
    "clear_minima",
    "integer_problem",
    "random_problems",
    "random_starts",
    "search",
    "valleys",
]

SAMPLES = 7
LARGEST = 4
LARGEST_WEIGHT = 40
CLEAR = 1e-5
"""The least eigenvalue that counts as positive; smaller ones are nearly degenerate minima."""

TINY = 1e-300

Minimum = tuple[list[float], float]


def random_problems(network: Network, seed: int) -> Iterator[Problem]:
    """Problems with one input and one output, seven integer samples of size at most four.

    >>> first = next(random_problems(Network([1, 1, 1], "sigmoid"), 0))
    >>> first.sample_count, all(abs(x[0]) <= 4 for x in first.dataset.inputs)
    (7, True)
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    places = np.arange(-LARGEST, LARGEST + 1)
    while True:
        inputs = sorted(int(x) for x in rng.choice(places, SAMPLES, replace=False))
        targets = [int(y) for y in rng.integers(-LARGEST, LARGEST + 1, SAMPLES)]
        yield integer_problem(network, inputs, targets)


def integer_problem(network: Network, inputs: list[int], targets: list[int]) -> Problem:
    """The problem with one input and one output and these samples; the loss without a factor."""
    rows = [tuple((Fraction(x),) for x in column) for column in (inputs, targets)]
    return Problem(network, Dataset(*rows), Loss(scale=Fraction(1)))


def random_starts(problem: Problem, seed: int) -> Iterator[Any]:
    """Six normal vectors of standard deviation 2.

    >>> [len(w) for w in random_starts(integer_problem(Network([1, 2, 1], "exp"), [1], [2]), 0)]
    [4, 4, 4, 4, 4, 4]
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    return (rng.normal(0, 2, problem.network.parameter_count) for _ in range(6))


def valleys(problem: Problem, seed: int) -> Iterator[Any]:
    """Starts for one sigmoid neuron with a hidden bias: the best weight v out of it follows from
    the others, and the loss that is left is looked at on a grid of slopes u and places c, where
    u x + b = u (x - c); the grid's own minima, if there are several.

    >>> problem = integer_problem(Network([1, 1, 1], "sigmoid", "hidden"), [-2, 0, 2], [0, 1, 0])
    >>> len(list(valleys(problem, 0)))
    0
    """
    import numpy as np

    x, y = (
        np.array([float(a) for (a,) in column])
        for column in (problem.dataset.inputs, problem.dataset.targets)
    )
    steps = np.geomspace(0.1, 12, 24)
    u, c = np.meshgrid(np.concatenate([-steps[::-1], steps]), np.linspace(-6, 6, 61), indexing="ij")
    h = 0.5 + 0.5 * np.tanh(0.5 * u[..., None] * (x - c[..., None]))
    # Where the neuron is 0 at all inputs, so is the fit.
    fit, size = h @ y, (h * h).sum(axis=-1) + TINY
    gain = fit * fit / size
    inner = gain[1:-1, 1:-1]
    peak = np.ones_like(inner, dtype=bool)
    for i in range(3):
        for j in range(3):
            around = gain[i : i + gain.shape[0] - 2, j : j + gain.shape[1] - 2]
            peak &= (inner > around) if (i, j) != (1, 1) else True
    places = np.argwhere(peak) + 1
    if len(places) > 1:
        for i, j in places:
            yield np.array([u[i, j], -u[i, j] * c[i, j], fit[i, j] / size[i, j]])


def clear_minima(problem: Problem, starts: Iterable[Any], deadline: Deadline) -> list[Minimum]:
    """Weights and loss of different minima with a clearly positive Hessian, lowest loss first."""
    import numpy as np
    from scipy.optimize import minimize

    from symland.landscape.float_landscape import FloatLandscape

    landscape = FloatLandscape(problem)
    found: list[Minimum] = []
    for start in starts:
        if deadline.passed():
            break
        with np.errstate(all="ignore"):
            end = minimize(landscape.loss, start, jac=landscape.gradient, method="BFGS").x
            point = _polished(landscape, end)
        if point is None or max(abs(point)) > LARGEST_WEIGHT:
            continue
        if all(np.linalg.norm(point - np.array(other)) > 1e-3 for other, _ in found):
            found.append(([float(x) for x in point], float(landscape.loss(point))))
    return sorted(found, key=lambda pair: pair[1])


def _polished(landscape: Any, point: Any) -> Any:
    """The end of a few Newton steps if the Hessian there is clearly positive, else None."""
    import numpy as np

    for _ in range(6):
        hessian = landscape.hessian(point)
        if not np.isfinite(hessian).all() or min(np.linalg.eigvalsh(hessian)) < CLEAR:
            return None
        point = point - np.linalg.solve(hessian, landscape.gradient(point))
    return point if max(abs(landscape.gradient(point))) < 1e-9 else None


def search(
    network: Network,
    seed: int,
    deadline: Deadline,
    wanted: Callable[[Problem, list[Minimum]], Any],
    starts: Callable[[Problem, int], Iterable[Any]] = random_starts,
) -> tuple[Problem, Any] | None:
    """The first random problem of the seed whose minima ``wanted`` accepts, with what it returns
    (not None); None when the time is over. `starts` gives those of descents for a problem and a
    seed."""
    for number, problem in enumerate(random_problems(network, seed)):
        if deadline.passed():
            return None
        result = wanted(problem, clear_minima(problem, starts(problem, seed + number), deadline))
        if result is not None:
            return problem, result
    return None
