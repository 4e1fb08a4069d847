"""Descent in floats through the cells of a network with relu or leaky_relu, and along their kinks.

In a cell the loss is smooth; Newton's steps are taken there. Where a step would take a
preactivation of the first hidden layer across 0 it ends there, and further steps keep that
preactivation at 0, until the loss falls on one side of the kink.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from symland.problem.problem import Problem
from symland.search.cell_place import CellPlace, CellWalk, is_kinked, left, proportion, seen
from symland.search.deadline import Deadline

__all__ = ["cell_minimum"]

STEPS = 300
FLAT = 1e-9
"""Eigenvalues below this part of the largest are taken for 0."""
SMALL = 1e-9
"""The part of its size below which a preactivation or a gradient is taken for 0."""
Array = npt.NDArray[Any]


def _along(across: Array, size: int) -> Array:
    """An orthonormal basis, as columns, of the directions orthogonal to the rows."""
    if not len(across):
        return np.eye(size)
    _, values, vectors = np.linalg.svd(across)
    return vectors[int((values > 1e-10 * values.max()).sum()) :].T


def cell_minimum(problem: Problem, start: Array, deadline: Deadline) -> CellPlace | None:
    """Where the descent from a place ends, with the kinks there; None where it does not end.

    >>> from symland.problem import Dataset, Network
    >>> problem = Problem(Network([1, 1, 1], "relu", "hidden"), Dataset([[1], [2]], [[0], [1]]))
    >>> found = cell_minimum(problem, np.array([0.9, -0.8, 1.0]), Deadline(9))
    >>> sorted(found.kinks), bool(problem.sample_count == 2)
    ([(0, 0)], True)
    """
    walk = CellWalk(problem)
    if not is_kinked(problem, 1):
        return _walk(walk, CellPlace(np.array(start, dtype=float), set()), deadline)
    place = CellPlace(np.array(start, dtype=float), set(), _vanishing(walk, start))
    for j in place.absent:
        place.weights[walk.weights_around(j)] = 0.0
    z, size = walk.received(place.weights), _sizes(walk, place.weights)
    near = np.argwhere(abs(z) <= 1e-7 * size)
    place.kinks = {(int(j), int(i)) for j, i in near if j not in place.absent and any(walk.rows[i])}
    place.weights = _projected(walk, place)
    return _walk(walk, place, deadline)


def _sizes(walk: CellWalk, weights: Array) -> Array:
    own = np.array([weights[walk.into(j)] for j in range(walk.network.widths[1])])
    return abs(own) @ abs(walk.rows.T) + 1e-9


def _vanishing(walk: CellWalk, weights: Array) -> set[int]:
    """Neurons that a regularizer has cut off, where the rule `kinks` may leave them out."""
    network = walk.network
    if "b1" in network.shapes or network.skip is not None or not walk.problem.l2:
        return set()
    small = 1e-3 * max(float(abs(weights).max()), 1.0)
    neurons = range(network.widths[1])
    own = {j: walk.weights_around(j) for j in neurons}
    found = {j for j in neurons if abs(weights[own[j]]).max() <= small and walk.kinked()}
    return found if network.K == 2 or len(found) == network.widths[1] else set()


def _projected(walk: CellWalk, place: CellPlace) -> Array:
    """The nearest weights at which the kinks are kinks."""
    across = walk.across(place)
    if not len(across):
        return place.weights
    return place.weights - np.linalg.pinv(across) @ (across @ place.weights)


def _walk(walk: CellWalk, place: CellPlace, deadline: Deadline) -> CellPlace | None:
    for _ in range(STEPS):
        if deadline.passed() or not np.isfinite(place.weights).all():
            return None
        gradient, hessian = walk.at(place)
        basis = _along(walk.across(place), len(place.weights))
        reduced = basis.T @ gradient
        size = max(1.0, float(abs(hessian).max())) * max(1.0, float(abs(place.weights).max()))
        if np.linalg.norm(reduced) <= SMALL * 1e-2 * size:
            ends = (_released, _left, _vanished, _revived)
            if any(again(walk, place) for again in ends):
                continue
            return place
        step = basis @ _newton(basis.T @ hessian @ basis, reduced)
        if not _moved(walk, place, step):
            return place if np.linalg.norm(reduced) <= 1e-6 * size else None
    return None


def _newton(hessian: Array, gradient: Array) -> Array:
    """Newton's step, downwards along directions of negative curvature too."""
    values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    parts = vectors.T @ gradient
    largest = max(float(abs(values).max(initial=0.0)), 1e-300)
    length = np.linalg.norm(gradient)
    floor = FLAT * largest + 1e-3 * largest * min(1.0, float(length)) * 1e-3
    return -vectors @ (parts / np.maximum(abs(values), floor))


def _moved(walk: CellWalk, place: CellPlace, step: Array) -> bool:
    """Take the step, or the part of it up to the first kink, if the loss does not rise."""
    before = walk.floats.loss(place.weights)
    crossing, at = 1.0, None
    if is_kinked(walk.problem, 1):
        z, dz = walk.received(place.weights), walk.received(step)
        for j in range(z.shape[0]):
            for i in walk.samples:
                if (j, i) in place.kinks or j in place.absent or not any(walk.rows[i]):
                    continue
                side = place.sides.get((j, i), 1 if z[j, i] > 0 else -1)
                if side * dz[j, i] < 0:
                    t = max(0.0, -z[j, i] / dz[j, i]) if side * z[j, i] > 0 else 0.0
                    if t < crossing:
                        crossing, at = t, (j, i)
    for k in range(40):
        t = crossing * 0.5**k
        there = place.weights + t * step
        slack = 1e-13 * (1 + abs(before))
        if walk.floats.loss(there) <= before + slack:
            break
    else:
        return False
    place.weights = there
    if k == 0 and at is not None:
        place.sides.pop(at, None)
        place.kinks |= _together(walk, at)
        if not _collapsed(walk, place, at[0]):
            place.weights = _projected(walk, place)
    elif t * float(abs(step).max()) < 1e-16 * (1 + float(abs(place.weights).max())):
        return False
    _forget_sides(walk, place)
    return True


def _collapsed(walk: CellWalk, place: CellPlace, neuron: int) -> bool:
    """Put a neuron all of whose incoming weights become 0 beside its kinks, once, by its bias: so
    many kinks depend on each other, and the bias is often free there."""
    rows = [walk.rows[i] for line in walk.lines(place) for j, i in list(line)[:1] if j == neuron]
    if "b1" not in walk.index or neuron in place.revived or len(rows) < walk.rows.shape[1]:
        return False
    place.kinks = {(j, i) for j, i in place.kinks if j != neuron}
    place.sides = {key: side for key, side in place.sides.items() if key[0] != neuron}
    place.weights[walk.into(neuron)] = 0.0
    place.weights[walk.index["b1"][neuron]] = -1e-1 * max(1.0, float(abs(place.weights).max()))
    place.revived.add(neuron)
    return True


def _together(walk: CellWalk, kink: tuple[int, int]) -> set[tuple[int, int]]:
    """All kinks of the neuron that come with one of them: those at proportional inputs."""
    j, i = kink
    line = seen(walk.problem, i)
    return {(j, s) for s in walk.samples if proportion(seen(walk.problem, s), line)}


def _forget_sides(walk: CellWalk, place: CellPlace) -> None:
    z, size = walk.received(place.weights), _sizes(walk, place.weights)
    for (j, i), side in list(place.sides.items()):
        if side * z[j, i] > 1e-9 * size[j, i]:
            del place.sides[j, i]


def _rises(walk: CellWalk, place: CellPlace) -> list[tuple[float, int, Any, Array]]:
    """How the loss rises on both sides of each line of kinks; the side, the line and the normal."""
    lines = walk.lines(place)
    if not lines:
        return []
    dual = np.linalg.pinv(walk.across(place)).T[: len(lines)]
    found = []
    for side in (1, -1):
        slope = walk.at(place, side)[0]
        for line, n in zip(lines, dual, strict=True):
            length = max(float(np.linalg.norm(n)), 1e-300)
            found.append((side * float(n @ slope) / length, side, line, n / length))
    return found


def _left(walk: CellWalk, place: CellPlace) -> bool:
    """Step off a kink on a side where the loss neither falls nor rises: to second order it rises
    there, or it is flat, with a minimum inside the cell."""
    for rise, side, line, n in _rises(walk, place):
        if abs(rise) < 1e-9 and not place.left & line.keys():
            place.left |= line.keys()
            _let_go(place, line, side)
            place.weights = place.weights + 1e-2 * side * n
            place.weights = _projected(walk, place)
            return True
    return False


def _let_go(place: CellPlace, line: Any, side: int) -> None:
    for key, c in line.items():
        place.kinks.discard(key)
        place.sides[key] = side if c > 0 else -side


def _vanished(walk: CellWalk, place: CellPlace) -> bool:
    """Take a neuron all of whose weights have become 0 for absent; False where there is none."""
    again = _vanishing(walk, place.weights) - place.absent
    if not again:
        return False
    place.absent |= again
    place.kinks = {(j, i) for j, i in place.kinks if j not in again}
    place.weights = _projected(walk, place)
    return True


def _revived(walk: CellWalk, place: CellPlace) -> bool:
    """Give an absent neuron small weights, along which the loss does not rise more than it would
    fall; False where it rises for every neuron."""
    if not place.absent or walk.network.K > 2:
        return False
    slopes = walk.output_slopes(place)
    directions = [x / np.linalg.norm(x) for row in walk.rows if any(row) for x in (row, -row)]
    lower = float(left(walk.problem, 1))
    for j in sorted(place.absent - place.revived):
        own = walk.into(j), [row[j] for row in walk.index["W2"]]
        penalty = [min(walk.penalties[p] for p in places) for places in own]
        z = np.array(directions) @ walk.rows.T
        gains = np.where(z > 0, z, lower * z) @ slopes.T
        sizes = np.linalg.norm(gains, axis=1)
        best = int(sizes.argmax())
        if sizes[best] < (1 - 1e-6) * (penalty[0] * penalty[1]) ** 0.5:
            continue
        place.absent.discard(j)
        place.revived.add(j)
        small = 1e-2 * max(1.0, float(abs(place.weights).max()))
        place.weights[own[0]] = small * directions[best]
        place.weights[own[1]] = -small * gains[best] / sizes[best]
        return True
    return False


def _released(walk: CellWalk, place: CellPlace) -> bool:
    """Let the kink go, across which the loss falls most steeply; False where it falls nowhere."""
    least = -1e-7
    falls = [x[:3] for x in _rises(walk, place) if x[0] < least]
    if not falls:
        return False
    _, side, line = min(falls, key=lambda x: x[0])
    _let_go(place, line, side)
    return True
