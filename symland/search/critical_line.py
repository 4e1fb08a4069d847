"""Lines of critical points through an exact one: seen in floats, for exact arithmetic to prove."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import exp, floor, log, log2
from typing import Any

import numpy as np
import numpy.typing as npt

from symland.landscape.float_landscape import FloatLandscape

__all__ = ["critical_lines"]

SINGULAR = 1e-7
"""An eigenvalue is taken for 0 below this part of the largest."""
NEAR, SHORT = 1e-7, 200
"""Fractions with denominators up to this one are recognised so near."""
COARSE = 0.25
"""Weights that may be free are rounded to multiples of this; finer in a small cube."""
AWAY = (-0.53, 0.21, 0.87)
"""Where on a line the gradient is computed."""
SMALL = 1e-10
LAST = 1e-3
ROUNDS = 20
Array = npt.NDArray[Any]
Line = tuple[list[str], list[Fraction]]


def critical_lines(
    floats: FloatLandscape, place: Array, ends: tuple[float, float]
) -> Iterator[Line]:
    """Points near a place, with entries like 3/4 and log(2), all of them strictly between the ends,
    and directions along which the gradient stays 0, as it seems.

    Along the kernel of the Hessian the place may move: as many weights as it has dimensions are
    rounded, or set to 0, where points may be special; the others follow.

    >>> from symland.problem import Dataset, Network, Problem, Regularizer
    >>> data = Dataset([[0], [1]], [[1], [-1]])
    >>> problem = Problem(Network([1, 1, 1], "tanh", "hidden"), data, regularizer=Regularizer(1))
    >>> floats = FloatLandscape(problem)
    >>> for point, direction in critical_lines(floats, np.array([1e-9, 1.27, 0.0]), (-3, 3)):
    ...     print(point, [str(x) for x in direction])
    ['0', '5/4', '0'] ['0', '1', '0']
    ['0', '0', '0'] ['0', '1', '0']
    """
    free = _kernel(floats, place)[1]
    seen: list[Line] = []
    for zero in (False, True) if free else ():
        near = place.copy()
        near[free] = [
            0.0 if zero and ends[0] < 0 < ends[1] else _rounded(float(x), ends) for x in place[free]
        ]
        short = {i: (str(Fraction(float(near[i]))), float(near[i])) for i in free}
        reached = _newton(floats, near, free)
        entries = [short.get(i) or _entry(float(x)) for i, x in enumerate(reached)]
        point = np.array([value for _, value in entries])
        if not (np.isfinite(point).all() and ends[0] < point.min() <= point.max() < ends[1]):
            continue
        columns = _kernel(floats, point)[0].T
        for column in sorted(columns, key=lambda line: int((abs(line) > NEAR).sum())):
            line = [text for text, _ in entries], [_fraction(float(x)) for x in column]
            if line not in seen and _stays(floats, point, line[1]):
                seen.append(line)
                yield line


def _kernel(floats: FloatLandscape, place: Array) -> tuple[Array, list[int]]:
    """A basis of the Hessian's kernel, as columns, and the weights at which it is the identity:
    not biases of the outputs, if there is a choice, as equations are solved by these most easily.
    """
    from scipy.linalg import qr

    values, vectors = np.linalg.eigh(floats.hessian(place))
    found = vectors[:, abs(values) <= SINGULAR * max(1e-300, abs(values).max())]
    if not found.shape[1]:
        return found, []
    network = floats.problem.network
    last = network.widths[-1] if network.has_bias(network.K) else 0
    size = np.where(np.arange(len(place)) < len(place) - last, 1.0, LAST)
    free = qr(found.T * size, pivoting=True)[2][: found.shape[1]].tolist()
    return found @ np.linalg.inv(found[free]), free


def _rounded(x: float, ends: tuple[float, float]) -> float:
    """A short number near x, between the ends, and not 0.

    >>> _rounded(2.95, (-3.0, 3.0)), _rounded(-1e-9, (-3.0, 3.0))
    (2.75, -0.25)
    """
    grid = min(COARSE, 2.0 ** floor(log2((ends[1] - ends[0]) / 8)))
    found = round(x / grid) * grid or (grid if x > 0 else -grid)
    if found >= ends[1]:
        return found - grid
    return found + grid if found <= ends[0] else found


def _newton(floats: FloatLandscape, place: Array, held: list[int]) -> Array:
    """Where Newton's method leads while some weights stay what they are; nan if nowhere."""
    rest = [i for i in range(len(place)) if i not in held]
    with np.errstate(all="ignore"):
        for _ in range(ROUNDS if rest else 0):
            slope, hessian = floats.gradient(place), floats.hessian(place)[:, rest]
            if not np.isfinite(hessian).all() or not np.isfinite(slope).all():
                return place * np.nan
            place[rest] -= np.linalg.lstsq(hessian, slope, rcond=SINGULAR)[0]
    return place


def _fraction(x: float) -> Fraction:
    """The fraction that is meant, or one far from x."""
    return Fraction(x).limit_denominator(SHORT)


def _entry(x: float) -> tuple[str, float]:
    """A fraction or the logarithm of one, as text, and its value; nan if neither is near.

    >>> _entry(0.75), _entry(-log(3))[0], _entry(0.123456)
    (('3/4', 0.75), 'log(1/3)', ('', nan))
    """
    if not abs(x) < 1e3:
        return "", np.nan
    near = _fraction(x)
    if abs(float(near) - x) <= NEAR:
        return str(near), float(near)
    power = _fraction(exp(abs(x))) if abs(x) < 10 else Fraction(1)
    if power > 1 and abs(log(power) - abs(x)) <= NEAR:
        return f"log({power if x > 0 else 1 / power})", log(power) if x > 0 else -log(power)
    return "", np.nan


def _stays(floats: FloatLandscape, point: Array, direction: list[Fraction]) -> bool:
    """Whether the gradient is 0 along the line."""
    along = np.array([float(x) for x in direction])
    with np.errstate(all="ignore"):
        return all(abs(floats.gradient(point + t * along)).max() <= SMALL for t in AWAY)
