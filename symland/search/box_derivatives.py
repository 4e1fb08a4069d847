"""Gradients and Hessians over many boxes of weights at once, in floats."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from symland.landscape.loss import loss
from symland.landscape.number_systems.interval_arrays import IntervalArray, interval_arrays
from symland.landscape.number_systems.jets import Jet, Jets
from symland.landscape.parameters import shaped, variables
from symland.problem.problem import Problem

__all__ = ["interval_gradients", "interval_hessians", "newton_ends"]

STEPS = 4
NEAR = 1e-6
"""The part of the longest step allowed that the last step of Newton's method may have."""
Array = npt.NDArray[Any]


def interval_gradients(problem: Problem, low: Array, high: Array) -> IntervalArray:
    """An enclosure (boxes x n) of the gradient of the loss over boxes, rows of ends.

    >>> from symland.problem import Dataset, Network
    >>> line = Problem(Network([1, 1]), Dataset([[1]], [[2]]))  # (w - 2)^2 / 2
    >>> interval_gradients(line, np.array([[0.0]]), np.array([[1.0]]))
    IntervalArray(lower=array([[-2.]]), upper=array([[-1.]]))
    """
    return gradient_rows(_jet(problem, low, high, 1), low.shape)


def interval_hessians(problem: Problem, low: Array, high: Array) -> IntervalArray:
    """An enclosure (boxes x n x n) of the Hessian."""
    return _hessians(_jet(problem, low, high, 2), low.shape)


def newton_ends(problem: Problem, places: Array, longest: float) -> Array:
    """Where some steps of Newton's method lead from each row; nan where they do not settle, or
    where a step is longer than `longest`."""
    ends = places.copy()
    step = np.full(places.shape, np.inf)
    for _ in range(STEPS):
        jet = _jet(problem, ends, ends, 2)
        gradient = gradient_rows(jet, ends.shape).lower
        hessian = _hessians(jet, ends.shape).lower
        finite = np.isfinite(hessian).all(axis=(1, 2)) & np.isfinite(gradient).all(axis=1)
        usable: Array = np.asarray(finite)
        hessian = np.where(usable[:, None, None], hessian, 0.0)
        step = np.einsum("bij,bj->bi", np.linalg.pinv(hessian, hermitian=True), gradient)
        away = ~usable | ~(abs(step).max(axis=1) <= longest)
        ends = np.where(away[:, None], np.nan, ends - step)
    settled = abs(step).max(axis=1) < NEAR * longest
    return np.where(settled[:, None], ends, np.nan)


def boxed_parameters(problem: Problem, low: Array, high: Array, jets: Jets) -> dict[str, Any]:
    """The parameters of the network as jets over boxes."""
    entries = [IntervalArray(low[:, i], high[:, i]) for i in range(low.shape[1])]
    return variables(problem.network, shaped(problem.network.shapes, entries), jets)


def gradient_rows(jet: Jet, shape: tuple[int, ...]) -> IntervalArray:
    """The first derivatives of a jet over boxes, boxes x n = `shape`."""
    zero = interval_arrays.number(0)
    return _stacked([jet.first.get(i, zero) for i in range(shape[1])], shape)


def _jet(problem: Problem, low: Array, high: Array, order: int) -> Jet:
    jets = Jets(interval_arrays, order=order)
    found: Jet = loss(problem, jets, boxed_parameters(problem, low, high, jets))
    return found


def _hessians(jet: Jet, shape: tuple[int, ...]) -> IntervalArray:
    size, n = shape
    zero, second = interval_arrays.number(0), jet.second or {}
    pairs = [(min(i, j), max(i, j)) for i in range(n) for j in range(n)]
    return _stacked([second.get(pair, zero) for pair in pairs], (size, n, n))


def _stacked(parts: list[IntervalArray], shape: tuple[int, ...]) -> IntervalArray:
    ends = (
        np.stack([np.broadcast_to(getattr(part, end), shape[0]) for part in parts], axis=1)
        for end in ("lower", "upper")
    )
    return IntervalArray(*(e.reshape(shape) for e in ends))
