"""A critical point in a cell, or along kinks: the only one in an exact slice, proved by balls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import arb, arb_mat, ctx, fmpq

from symland.enclosure.dyadic import dyadic, exact_ball
from symland.enclosure.inertia import Congruence
from symland.exact.rational_matrix import as_fmpq, as_fraction
from symland.landscape.ball_landscape import BallLandscape
from symland.search.cell_flows import CellFlows, cell_flows, kernel, units
from symland.search.cell_place import CellPlace, CellWalk, seen
from symland.search.critical_box import CriticalBox, NoBox, critical_box
from symland.search.deadline import Deadline
from symland.search.flat_slice import congruence_across, exact

__all__ = ["CellSlice", "cell_slice", "convex_slice"]

Array = npt.NDArray[Any]
Direction = dict[int, fmpq]
NEAR = 1e-2
"""How far the point may be from the place in floats, as a part of its size."""
RANK = 1e-7


@dataclass(frozen=True)
class CellSlice:
    """Exactly one point critical along the kinks in midpoint + sum y_j d_j, |y_j| <= the radius of
    `box`, which is in the coordinates y.

    With `flows` (and the signs of the Hessian along the kinks across them) it is what the rules of
    cells need; with `held` and `translations`, what the rule of convex cells needs.
    """

    box: CriticalBox
    midpoint: list[fmpq]
    directions: list[Direction]
    kinks: tuple[tuple[int, int], ...]
    absent: tuple[int, ...]
    flows: CellFlows | None = None
    congruence: Congruence | None = None
    across: int = 0
    held: tuple[int, ...] = ()
    translations: tuple[tuple[fmpq, ...], ...] = ()


class _Sliced:
    """Derivatives along the directions on a slice, as functions of its coordinates."""

    def __init__(self, landscape: BallLandscape, base: list[fmpq], directions: list[Direction]):
        self.landscape, self.base, self.directions = landscape, base, directions
        self.size = len(directions)

    def weights(self, y: Sequence[arb]) -> list[arb]:
        moved = [arb(x) for x in self.base]
        for direction, value in zip(self.directions, y, strict=True):
            for i, factor in direction.items():
                moved[i] += value * arb(factor)
        return moved

    def at(self, y: Sequence[arb]) -> tuple[arb, list[arb], arb_mat]:
        value, gradient, hessian = self.landscape.at(self.weights(y))
        S = arb_mat(len(self.base), self.size)
        for j, line in enumerate(self.directions):
            for i, factor in line.items():
                S[i, j] = arb(factor)
        T = S.transpose()
        return value, (T * arb_mat(len(self.base), 1, gradient)).entries(), T * hessian * S


def along_kinks(walk: CellWalk, place: CellPlace) -> list[Direction]:
    """A rational basis of the weights at which the kinks are kinks and absent neurons absent."""
    problem, size = walk.problem, len(place.weights)
    found: list[Direction] = []
    special: set[int] = set()
    for j in {j for j, _ in place.kinks}:
        into = walk.into(j)
        special |= set(into)
        rows = [[as_fmpq(x) for x in seen(problem, i)] for n, i in place.kinks if n == j]
        for column in kernel(rows):
            found.append({p: x for p, x in zip(into, column, strict=True) if x})
    for j in place.absent:
        special |= set(walk.weights_around(j))
    return [{i: fmpq(1)} for i in range(size) if i not in special] + found


def _base(directions: list[Direction], weights: Array) -> list[fmpq]:
    """The combination of the directions nearest to the weights, in short numbers."""
    matrix = _matrix(directions, len(weights))
    values = np.linalg.lstsq(matrix, weights, rcond=None)[0]
    base = [fmpq(0)] * len(weights)
    for direction, value in zip(directions, values, strict=True):
        lone = next(iter(direction), 0) if len(direction) == 1 else None
        short = exact(float(value))
        if lone is not None:
            short = as_fmpq(Fraction(float(weights[lone]))) / direction[lone]
        for i, factor in direction.items():
            base[i] += short * factor
    return base


def _matrix(directions: list[Direction], size: int) -> Array:
    matrix = np.zeros((size, len(directions)))
    for k, direction in enumerate(directions):
        for i, factor in direction.items():
            matrix[i, k] = float(factor.p) / float(factor.q)
    return matrix


def _proved(
    walk: CellWalk,
    place: CellPlace,
    base: list[fmpq],
    directions: list[Direction],
    limits: tuple[Deadline, int],
) -> tuple[CriticalBox, list[fmpq], Any]:
    landscape = BallLandscape(walk.problem, walk.slopes(place))
    sliced: Any = _Sliced(landscape, base, directions)
    if not directions:
        with ctx.workprec(256):
            loss = landscape.loss([arb(x) for x in base])
        return CriticalBox([], fmpq(1), [], None, loss, arb(0), 256, 180, ""), base, sliced
    box = critical_box(sliced, [arb(0)] * len(directions), *limits)
    size = 1 + float(abs(place.weights).max())
    if max(abs(float(y)) for y in map(arb, box.midpoint)) > NEAR * size:
        raise NoBox("Newton's method goes to a point elsewhere")
    midpoint = list(base)
    for direction, value in zip(directions, box.midpoint, strict=True):
        for i, factor in direction.items():
            midpoint[i] += value * factor
    return box, midpoint, sliced


def cell_slice(
    walk: CellWalk, place: CellPlace, deadline: Deadline, precision: int = 0
) -> CellSlice:
    """A slice along the kinks and across the flows of the cell; `NoBox` where none is proved."""
    every = along_kinks(walk, place)
    base = _base(every, place.weights)
    flows = cell_flows(walk, place).independent(walk, place.weights)
    directions = _without(every, flows.tangents(walk, place.weights))
    box, midpoint, sliced = _proved(walk, place, base, directions, (deadline, precision))
    reached = np.array([int(x.p) / int(x.q) for x in midpoint])
    with ctx.workprec(max(precision, min(3 * box.fine, 1600))):
        around = [exact_ball(x, dyadic(box.spread, box.fine + 20)) for x in box.midpoint]
        hessian = sliced.landscape.at(sliced.weights(around))[2]
        transform = _complement(every, flows.tangents(walk, reached))
        found = (
            ((0, 0, 0), transform) if not transform[0] else congruence_across(hessian, transform)
        )
    lines = len(place.weights) - len(every)
    return CellSlice(
        box,
        midpoint,
        directions,
        tuple(sorted(place.kinks)),
        tuple(sorted(place.absent)),
        flows,
        found,
        lines,
    )


def _without(every: list[Direction], tangents: Array) -> list[Direction]:
    """As many of the directions as are needed, with the tangents, to span what they all span."""
    from scipy.linalg import qr

    if not tangents.shape[1]:
        return every
    coordinates = np.linalg.lstsq(_matrix(every, len(tangents)), tangents, rcond=None)[0]
    _, triangle, order = qr(coordinates.T, pivoting=True)
    pivots = abs(np.diag(triangle))
    dropped = set(order[: int((pivots > RANK * pivots.max()).sum())].tolist())
    return [d for k, d in enumerate(every) if k not in dropped]


def _complement(every: list[Direction], tangents: Array) -> list[list[fmpq]]:
    """Exact combinations of the directions that are nearly orthogonal to the tangents and to one
    another, as columns of a matrix of rows."""
    size = len(tangents)
    matrix = _matrix(every, size)
    basis, _ = np.linalg.qr(matrix)
    if tangents.shape[1]:
        inner = np.linalg.qr(basis.T @ tangents, mode="complete")[0][:, tangents.shape[1] :]
        basis = basis @ inner
    coordinates = np.linalg.lstsq(matrix, basis, rcond=None)[0]
    rows = [[fmpq(0)] * basis.shape[1] for _ in range(size)]
    for direction, line in zip(every, coordinates, strict=True):
        for c, value in enumerate(line):
            short = fmpq(round(float(value) * 2**20), 2**20)
            for i, factor in direction.items():
                rows[i][c] += short * factor
    return rows


def convex_slice(
    walk: CellWalk, place: CellPlace, deadline: Deadline, precision: int = 0
) -> CellSlice:
    """A slice on which the weights on one side of each neuron are held, so that the outputs are
    affine in the others; `NoBox` where that does not determine the residuals."""
    problem = walk.problem
    if problem.network.K != 2 or problem.l2 or problem.network.skip is not None:
        raise NoBox("the loss is not convex in the cell")
    slopes = walk.slopes(place)
    held = _held(walk, place, slopes)
    fixed = {p for j in range(problem.network.widths[1]) for p in _holds(walk, j, j in held)}
    every = along_kinks(walk, place)
    base = _base(every, place.weights)
    moving = [d for d in every if not d.keys() & fixed]
    rows = [_outputs(walk, held, slopes, base, d) for d in moving]
    columns = [list(column) for column in zip(*rows, strict=True)]
    still = kernel(columns) if columns else units(len(moving))
    dropped, translations = set[int](), []
    for vector in still:
        line = [fmpq(0)] * len(base)
        for factor, direction in zip(vector, moving, strict=True):
            for i, x in direction.items():
                line[i] += factor * x
        translations.append(tuple(line))
    dropped = _free_columns(still)
    directions = [d for k, d in enumerate(moving) if k not in dropped]
    box, midpoint, _ = _proved(walk, place, base, directions, (deadline, precision))
    return CellSlice(
        box,
        midpoint,
        directions,
        tuple(sorted(place.kinks)),
        (),
        held=tuple(sorted(held)),
        translations=tuple(translations),
    )


def _free_columns(vectors: list[list[fmpq]]) -> set[int]:
    """Columns whose removal leaves no vector of the kernel: pivots of its rows."""
    rows = [list(v) for v in vectors]
    found: set[int] = set()
    for k in range(len(rows)):
        place = max(
            (c for c in range(len(rows[k])) if rows[k][c]),
            key=lambda c: abs(as_fraction(rows[k][c])),
        )
        found.add(place)
        for other in rows[k + 1 :]:
            factor = other[place] / rows[k][place]
            if factor:
                other[:] = [x - factor * y for x, y in zip(other, rows[k], strict=True)]
    return found


def _holds(walk: CellWalk, neuron: int, incoming: bool) -> list[int]:
    return walk.into(neuron) if incoming else [row[neuron] for row in walk.index["W2"]]


def _held(walk: CellWalk, place: CellPlace, slopes: Any) -> set[int]:
    """The neurons whose incoming weights are held, those of one pattern alike."""
    problem, found = walk.problem, set[int]()
    groups: dict[Any, list[int]] = {}
    for j in range(problem.network.widths[1]):
        kinks = tuple(sorted(i for n, i in place.kinks if n == j))
        groups.setdefault((tuple(slopes[0][j]), kinks), []).append(j)
    outer = np.array([[place.weights[p] for p in row] for row in walk.index["W2"]])
    shift = problem.loss.kind == "cross_entropy"
    z = walk.received(place.weights)
    for (pattern, kinks), neurons in groups.items():
        samples = [i for i, a in enumerate(pattern) if a and i not in kinks]
        if not samples:
            continue
        out = outer[:, neurons] - outer[:1, neurons] if shift else outer[:, neurons]
        if _rank(out, abs(outer).max()) == len(outer) - shift:
            continue
        allowed = np.eye(walk.rows.shape[1])
        if kinks:
            _, values, vectors = np.linalg.svd(walk.rows[list(kinks)])
            allowed = vectors[int((values > RANK * values.max()).sum()) :]
        wanted = _rank(allowed @ walk.rows[samples].T, abs(walk.rows).max())
        own = z[np.ix_(neurons, samples)]
        if _rank(own, abs(z).max()) != wanted:
            raise NoBox("the weights do not determine the residuals in the cell")
        found |= set(neurons)
    return found


def _rank(matrix: Array, size: float) -> int:
    if not matrix.size:
        return 0
    return int((np.linalg.svd(matrix, compute_uv=False) > 1e-6 * max(size, 1e-300)).sum())


def _outputs(
    walk: CellWalk, held: set[int], slopes: Any, base: list[fmpq], direction: Direction
) -> list[fmpq]:
    """How the outputs of all samples change along a direction; for the cross entropy, beside the
    first output."""
    problem, index, changes = walk.problem, walk.index, []
    outputs = range(problem.network.widths[2])
    for i in walk.samples:
        a = [as_fmpq(x) for x in seen(problem, i)]
        change = [
            direction.get(index["b2"][k], fmpq(0)) if "b2" in index else fmpq(0) for k in outputs
        ]
        for j in range(problem.network.widths[1]):
            slope = as_fmpq(slopes[0][j][i] or 0)
            if not slope:
                continue
            source = base if j in held else [direction.get(p, fmpq(0)) for p in range(len(base))]
            z = sum((source[p] * x for p, x in zip(walk.into(j), a, strict=True)), fmpq(0)) * slope
            for k in outputs if z else ():
                out = index["W2"][k][j]
                change[k] += z * (direction.get(out, fmpq(0)) if j in held else base[out])
        if problem.loss.kind == "cross_entropy":
            change = [x - change[0] for x in change[1:]]
        changes.extend(change)
    return changes
