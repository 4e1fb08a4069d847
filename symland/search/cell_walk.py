"""Descent in floats through the cells of a network with relu or leaky_relu, and along their kinks.

In a cell the loss is smooth; Newton's steps are taken there. Where a step would take a
preactivation of the first hidden layer across 0 it ends there, and further steps keep that
preactivation at 0, until the loss falls on one side of the kink.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import arb, ctx

from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.parameters import flat, shaped
from symland.problem.problem import Problem
from symland.search.deadline import Deadline

__all__ = ["CellPlace", "cell_minimum", "is_kinked", "seen"]

STEPS = 300
FLAT = 1e-9
"""Eigenvalues below this part of the largest are taken for 0."""
SMALL = 1e-9
"""The part of its size below which a preactivation or a gradient is taken for 0."""
Array = npt.NDArray[Any]


@dataclass
class CellPlace:
    """A place in floats; kinks as (neuron, sample) of the first hidden layer, both from 0; neurons
    of that layer all of whose weights are 0; and the sides on which samples near a kink are."""

    weights: Array
    kinks: set[tuple[int, int]]
    absent: set[int] = field(default_factory=set)
    sides: dict[tuple[int, int], int] = field(default_factory=dict)
    left: set[tuple[int, int]] = field(default_factory=set)
    """Kinks that were left once although the loss does not fall on that side, nor rise."""
    revived: set[int] = field(default_factory=set)
    """Neurons that were absent once, or had incoming weights 0."""


def is_kinked(problem: Problem, layer: int) -> bool:
    """Whether the hidden layer has the activation relu or leaky_relu."""
    return problem.network.activations[layer - 1].name in ("relu", "leaky_relu")


def left(problem: Problem, layer: int) -> Fraction:
    """The slope of such an activation to the left of 0."""
    activation = problem.network.activations[layer - 1]
    return Fraction(activation.parameters[0]) if activation.parameters else Fraction(0)


def seen(problem: Problem, sample: int) -> list[Fraction]:
    """What the weights into the first layer are multiplied with: x, or (x, 1)."""
    bias = [Fraction(1)] if "b1" in problem.network.shapes else []
    return [*problem.dataset.inputs[sample], *bias]


class CellWalk:
    """Derivatives of the loss of a network in which the slopes of a place are kept."""

    def __init__(self, problem: Problem):
        self.problem, self.network = problem, problem.network
        self.floats = FloatLandscape(problem)
        self.index = shaped(self.network.shapes, list(range(self.network.parameter_count)))
        self.samples = range(problem.sample_count)
        self.penalties = np.zeros(self.network.parameter_count)
        for name, array in (problem.l2 or {}).items():
            table = {name: self.network.shapes[name]}
            places = flat(table, {name: self.index[name]})
            self.penalties[places] = [float(x) for x in flat(table, {name: array})]
        self.rows = np.array([[float(x) for x in seen(problem, i)] for i in self.samples])

    def into(self, neuron: int) -> list[int]:
        """The indices of the weights into a neuron of the first layer."""
        bias = [self.index["b1"][neuron]] if "b1" in self.index else []
        return [*self.index["W1"][neuron], *bias]

    def weights_around(self, neuron: int) -> list[int]:
        """The indices of the weights into and out of a neuron of the first layer, or of all
        matrices where there are more hidden layers."""
        if self.network.K > 2:
            names = [n for n in self.index if n.startswith("W")]
            return [p for n in names for row in self.index[n] for p in row]
        return [*self.into(neuron), *(row[neuron] for row in self.index["W2"])]

    def kinked(self) -> bool:
        """Whether all activations are relu or leaky_relu."""
        return all(is_kinked(self.problem, k) for k in range(1, self.network.K))

    def received(self, weights: Array) -> Array:
        """The preactivations of the first layer: rows are neurons."""
        return (
            np.array([weights[self.into(j)] for j in range(self.network.widths[1])]) @ self.rows.T
        )

    def slopes(self, place: CellPlace, at_kinks: int = 0) -> list[list[list[Fraction | None]]]:
        """By layer, neuron and sample; at kinks 0, or those of one side of every line (1 or -1)."""
        values: Any = self.floats.X
        found: list[list[list[Fraction | None]]] = []
        arrays = self.floats.arrays(place.weights)
        for k in range(1, self.network.K):
            z = arrays[f"W{k}"] @ values
            if f"b{k}" in arrays:
                z = z + arrays[f"b{k}"].reshape(-1, 1)
            if not is_kinked(self.problem, k):
                from symland.landscape.forward import activate
                from symland.landscape.number_systems.numpy_floats import floats

                values = activate(self.network.activations[k - 1], floats, z)
                found.append([[None] * len(self.samples) for _ in z])
                continue
            lower = left(self.problem, k)
            table: list[list[Fraction | None]] = [
                [Fraction(1) if x > 0 else lower for x in row] for row in z
            ]
            for (j, i), side in place.sides.items() if k == 1 else ():
                table[j][i] = Fraction(1) if side > 0 else lower
            for j, i in place.kinks if k == 1 else ():
                table[j][i] = Fraction(0)
            for j in place.absent if k == 1 else ():
                table[j] = [Fraction(0)] * len(self.samples)
            if k == 1 and at_kinks:
                for line in self.lines(place):
                    for (j, i), c in line.items():
                        table[j][i] = Fraction(1) if c * at_kinks > 0 else lower
            found.append(table)
            values = np.array([[float(a or 0) for a in row] for row in table]) * z
        return found

    def lines(self, place: CellPlace) -> list[dict[tuple[int, int], Fraction]]:
        """The kinks, those of one neuron at proportional inputs together, with the proportions."""
        found: list[dict[tuple[int, int], Fraction]] = []
        for j, i in sorted(place.kinks):
            for line in found:
                (neuron, first), *_ = line
                c = _proportion(seen(self.problem, i), seen(self.problem, first))
                if neuron == j and c:
                    line[j, i] = c
                    break
            else:
                found.append({(j, i): Fraction(1)})
        return found

    def at(self, place: CellPlace, at_kinks: int = 0) -> tuple[Array, Array]:
        """Gradient and Hessian with the slopes kept."""
        with ctx.workprec(64):
            landscape = BallLandscape(self.problem, self.slopes(place, at_kinks))
            _, gradient, hessian = landscape.at([arb(float(x)) for x in place.weights])
        n = len(place.weights)
        return (
            np.array([float(x.mid()) for x in gradient]),
            np.array([float(x.mid()) for x in hessian.entries()]).reshape(n, n),
        )

    def output_slopes(self, place: CellPlace) -> Array:
        """The derivatives of the loss by the outputs: columns are samples."""
        forward = self.floats._forward(self.floats.arrays(place.weights))
        slope: Array = self.floats._output_derivatives(forward.outputs)[0]
        return slope

    def across(self, place: CellPlace) -> Array:
        """Vectors across the kinks, and across the weights of absent neurons, as rows."""
        rows = []
        for line in self.lines(place):
            (j, i), *_ = line
            row = np.zeros(len(place.weights))
            row[self.into(j)] = self.rows[i]
            rows.append(row)
        for j in sorted(place.absent):
            rows += [np.eye(len(place.weights))[p] for p in self.weights_around(j)]
        return np.array(rows).reshape(len(rows), len(place.weights))


def _proportion(a: list[Fraction], b: list[Fraction]) -> Fraction | None:
    """The c with a = c b; None where there is none."""
    place = next((k for k, x in enumerate(b) if x), None)
    if place is None:
        return None
    c = a[place] / b[place]
    return c if c and all(x == c * y for x, y in zip(a, b, strict=True)) else None


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
    return {(j, s) for s in walk.samples if _proportion(seen(walk.problem, s), line)}


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
