"""A continuum of critical points in a cube of weights: a point of it, in a slice across it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import arb, ctx, fmpq

from symland.enclosure.dyadic import dyadic
from symland.exact.polynomial import parameter_keys
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.number_systems.number_system import Kink, MissingFunction
from symland.landscape.parameters import shaped
from symland.landscape.parity import classes
from symland.landscape.symmetry.setting import Setting
from symland.problem.dataset import Dataset
from symland.problem.loss import Loss
from symland.problem.problem import Problem
from symland.search.critical_box import NoBox, critical_box
from symland.search.deadline import Deadline
from symland.search.degenerate_point import degenerate_point
from symland.search.exact_fit import ExactFit, exact_fit
from symland.search.flat_reasons import FlatReasons, _is_shifted, flat_reasons
from symland.search.flat_slice import (
    NEAR,
    CriticalSlice,
    _across,
    _Sliced,
    bending_directions,
    critical_slice,
    exact,
)

__all__ = ["best_outputs", "best_targets", "crossings", "places_in_continua", "silent_slice"]

Array = npt.NDArray[Any]
ZERO = 1e-7
ROOM = 1e-3
"""How far from the border of the cube a place is to be, as a part of its width."""
BACK, RETURNS = 0.02, 4
"""How far from the border a place outside of the cube is put, and how often."""
PLACES = 300
"""Binary places of targets that are logarithms."""
RANK = 1e-7


def places_in_continua(
    floats: FloatLandscape,
    starts: Sequence[Sequence[float]],
    ends: tuple[float, float],
    deadline: Deadline,
) -> Iterator[Array]:
    """Places in the cube, in floats, at which critical points seem not to be isolated; from the
    starts by Newton's method.

    Where that ends in a continuum outside of the cube, it starts again, after all others, from the
    place in the cube that is next to the end, a few times.

    >>> from symland.problem import Dataset, Network, Problem
    >>> line = FloatLandscape(Problem(Network([1, 1, 1]), Dataset([[1]], [[4]])))
    >>> [place.round(6).tolist() for place in
    ...  places_in_continua(line, [[2.25, 2.25]], (0.0, 3.0), Deadline(9))]
    [[2.0, 2.0]]
    """
    width, tried = ends[1] - ends[0], list(map(np.array, starts))
    low, high = ends[0] + ROOM * width, ends[1] - ROOM * width
    for _ in range(RETURNS):
        outside = []
        for place in tried:
            if deadline.passed():
                return
            with np.errstate(all="ignore"):
                found = degenerate_point(floats, place, np.inf)
            if found is None or not found.dimension:
                continue
            if (found.place > low).all() and (found.place < high).all():
                yield found.place
            else:
                outside.append(np.clip(found.place, ends[0] + BACK * width, ends[1] - BACK * width))
        tried = outside


def best_targets(problem: Problem) -> Problem | None:
    """Every input once, with the output that is best for its samples; None where there is none.

    That is the mean of the targets for the squared loss with positive weights, log(a / b) for the
    logistic one with a samples of class 1 and b of class -1, to 300 binary places. Of opposite
    inputs of odd and even networks one is taken, with the targets of the other, opposite for odd
    ones; there an input 0 has the output 0, and is left out.

    >>> from symland.problem import Dataset, Network
    >>> twice = Problem(Network([1, 1]), Dataset([[1], [1], [2]], [[1], [2], [5]]))
    >>> best_targets(twice).dataset.targets
    ((Fraction(3, 2),), (Fraction(5, 1),))
    """
    data, loss = problem.dataset, problem.loss
    squared = loss.kind == "squared" and all(w > 0 for row in loss.weights or () for w in row)
    if Setting(problem).penalized or not (squared or loss.kind == "logistic"):
        return None
    weights = loss.weights or [[Fraction(1)] * data.target_width] * len(data.inputs)
    inputs: list[tuple[Fraction, ...]] = []
    rows: list[tuple[Fraction, ...]] = []
    for x, samples in classes(problem).items():
        if not all(e for _, e in samples):
            continue
        columns = [
            [(weights[i][j], e * data.targets[i][j]) for i, e in samples]
            for j in range(data.target_width)
        ]
        if not squared and any(abs(sum(y for _, y in c)) == len(c) for c in columns):
            return None
        inputs.append(x)
        rows.append(tuple(_mean(c) if squared else _log_odds(c) for c in columns))
    if not inputs:
        return None
    return Problem(problem.network, Dataset(tuple(inputs), tuple(rows)), Loss("squared"))


def _mean(column: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    total = sum((w for w, _ in column), Fraction(0))
    return sum((w * y for w, y in column), Fraction(0)) / total


def _log_odds(column: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    above = sum(y > 0 for _, y in column)
    with ctx.workprec(PLACES + 64):
        value = (arb(above) / (len(column) - above)).log()
        exact_value = dyadic(value, PLACES)
    return Fraction(int(exact_value.p), int(exact_value.q))


def best_outputs(
    problem: Problem, place: Array, deadline: Deadline, precision: int = 0
) -> ExactFit:
    """A point near the place with the best outputs for all inputs, where there are more weights
    than outputs; `NoBox` if there is none."""
    best = best_targets(problem)
    if best is None or len(best.dataset.targets) * problem.network.widths[-1] >= len(place):
        raise NoBox("outputs do not leave weights free to move")
    return exact_fit(best, place, deadline, precision)


def crossings(
    landscape: BallLandscape, place: Array, deadline: Deadline, precision: int = 0
) -> Iterator[CriticalSlice]:
    """Slices across the continuum at the place, in each of which one critical point is proved."""
    problem = landscape.problem
    reasons = flat_reasons(problem, place)
    tries = [
        lambda: critical_slice(landscape, place, reasons, deadline, precision),
        lambda: silent_slice(landscape, place, reasons, deadline, precision),
    ]
    for attempt in tries[0 if reasons else 1 :]:
        try:
            yield attempt()
        except (NoBox, Kink, MissingFunction, ArithmeticError, ValueError):
            continue


def silent_slice(
    landscape: BallLandscape,
    place: Array,
    reasons: FlatReasons,
    deadline: Deadline,
    precision: int = 0,
) -> CriticalSlice:
    """A slice through a place at which neurons are silent, across those of their incoming weights
    that are bound by their outgoing ones being 0; `NoBox` where no critical point is proved.

    Neurons that only feed silent ones are silent too, so that networks with one neuron in each
    layer have room to move.

    >>> from symland.problem import Dataset, Network, Problem
    >>> chain = Network([1, 1, 1, 1], "tanh")
    >>> problem = Problem(chain, Dataset([[1], [2]], [[1], [1]]))
    >>> place = np.array([1.5, 0.0, 0.0])
    >>> found = silent_slice(
    ...     BallLandscape(problem), place, FlatReasons(), Deadline(9))
    >>> found.reasons.silent, [float(x) for x in found.midpoint]
    (((2, 0), (1, 0)), [1.5, 0.0, 0.0])
    """
    problem, n = landscape.problem, len(place)
    silent, fixed, into = _silent(problem, place)
    if not silent:
        raise NoBox("no neuron is silent")
    held = tuple(_shifts(problem, silent))
    reasons = replace(reasons, copies=(), constant=(), silent=tuple(silent), held=held)
    base = [fmpq(0) if i in fixed else exact(float(x)) for i, x in enumerate(place)]
    seen = [[float(x) for x in t] for t in held]
    flows = np.hstack([reasons.flows(problem.network, place), np.array(seen).reshape(-1, n).T])
    kept = [i for i in range(n) if i not in into]
    tests = _across(flows[kept], [{i: fmpq(1)} for i in kept])
    moving = [t for t in tests if not t.keys() & fixed]
    bound = [t for t in tests if t.keys() & fixed]
    hessian = FloatLandscape(problem).hessian(place)
    directions = moving + _bound(hessian, bound, sorted(into - fixed))
    tests = moving + bound
    if not len(tests) < n - len(fixed):
        raise NoBox("the silent neurons leave nothing free to move")
    sliced: Any = _Sliced(landscape, base, directions, tests)
    box = critical_box(sliced, [arb(0)] * len(directions), deadline, precision)
    if max(abs(float(y)) for y in map(arb, box.midpoint)) > NEAR * (1 + abs(place).max()):
        raise NoBox("Newton's method goes to a point elsewhere")
    midpoint = list(base)
    for direction, value in zip(directions, box.midpoint, strict=True):
        for i, factor in direction.items():
            midpoint[i] += value * factor
    with ctx.workprec(max(precision, min(3 * box.fine, 1600))):
        bends = bending_directions(landscape.at([arb(x) for x in midpoint])[2])
    return CriticalSlice(box, midpoint, directions, tests, reasons, reasons, None, bends)


def _silent(problem: Problem, place: Array) -> tuple[list[tuple[int, int]], set[int], set[int]]:
    """Silent neurons from the top, without regularizer on their incoming weights; their outgoing
    weights that have to be 0, and their incoming weights."""
    network = problem.network
    index = shaped(network.shapes, list(range(len(place))))
    silent: list[tuple[int, int]] = []
    fixed, into = set[int](), set[int]()
    penalized = Setting(problem).penalized
    if network.skip is not None:
        return silent, fixed, into
    for layer in range(network.K - 1, 0, -1):
        for j in range(network.widths[layer]):
            column = [
                row[j]
                for i, row in enumerate(index[f"W{layer + 1}"])
                if (layer + 1, i) not in silent
            ]
            held = any(key[:2] in ((f"W{layer}", j), (f"b{layer}", j)) for key in penalized)
            if not held and all(abs(place[i]) <= ZERO for i in column):
                silent.append((layer, j))
                fixed |= set(column)
                into |= set(index[f"W{layer}"][j])
                into |= {index[f"b{layer}"][j]} if f"b{layer}" in index else set()
    return silent, fixed, into


def _shifts(problem: Problem, silent: list[tuple[int, int]]) -> Iterator[tuple[fmpq, ...]]:
    """For a cross-entropy with targets of sum 1: that the outgoing weights of a silent neuron, 0,
    move alike, which the regularizer sees, but not at 0."""
    network, penalized = problem.network, Setting(problem).penalized
    keys = parameter_keys(network.shapes)
    if not _is_shifted(problem):
        return
    for layer, j in silent:
        name = f"W{layer + 1}"
        if layer == network.K - 1 and any(k[0] == name and k[-1] == j for k in penalized):
            yield tuple(fmpq(int(key[0] == name and key[-1] == j)) for key in keys)


def _bound(hessian: Array, bound: list[dict[int, fmpq]], into: list[int]) -> list[dict[int, fmpq]]:
    """Of the incoming weights as many as there are derivatives that have to be 0, those on which
    these depend most."""
    from scipy.linalg import qr

    if not bound:
        return []
    rows = [next(iter(t)) for t in bound]
    if len(rows) > len(into):
        raise NoBox("more derivatives by outgoing weights than incoming ones")
    _, triangle, order = qr(hessian[np.ix_(rows, into)], pivoting=True)
    pivots = abs(np.diag(triangle))
    if pivots.min() <= RANK * max(pivots.max(), 1e-300):
        raise NoBox("silent neurons may move in more ways than are seen")
    return [{into[k]: fmpq(1)} for k in order[: len(rows)]]
