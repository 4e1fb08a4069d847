"""A critical point that is not isolated: the only one in a slice across the flat directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import frexp, ldexp
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import arb, arb_mat, ctx, fmpq

from symland.enclosure.dyadic import dyadic, exact_ball
from symland.enclosure.inertia import Congruence, congruence
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.parameters import shaped
from symland.problem.network import Network
from symland.problem.problem import Problem
from symland.search.critical_box import CriticalBox, NoBox, critical_box
from symland.search.deadline import Deadline
from symland.search.flat_reasons import SAME, Copies, FlatReasons
from symland.search.silent_witness import SilentWitness, silent_witness

__all__ = [
    "CriticalSlice",
    "bending_directions",
    "complement",
    "congruence_across",
    "critical_slice",
]

Array = npt.NDArray[Any]
Direction = dict[int, fmpq]
RANK = 1e-7
"""Flat directions that the slice meets at a smaller angle are taken for parallel to it."""
SIGNS = 1e-7
"""Eigenvalues below this part of the largest have no sign in floats."""


NEAR = 1e-3
"""How far a critical point may be from the start, as a part of its size."""


@dataclass(frozen=True)
class CriticalSlice:
    """Exactly one critical point in midpoint + sum y_j d_j, |y_j| <= the radius of `box`.

    `box` is in the coordinates y; the derivatives along `tests` are 0. `congruence` gives the signs
    of the Hessian across the flat directions; where they are not proved, `bends` are directions of
    descent and ascent to second order, if there are such. `counted` are the reasons with
    independent tangents.
    """

    box: CriticalBox
    midpoint: list[fmpq]
    directions: list[Direction]
    tests: list[Direction]
    reasons: FlatReasons
    counted: FlatReasons
    congruence: Congruence | None
    bends: tuple[list[fmpq], list[fmpq]] | None
    kernel: int = 0
    """Eigenvalues 0 along which no critical points are known: of copies with share 0."""
    heard: SilentWitness | None = None
    """Of such a copy, where the Hessian has no negative eigenvalue."""


class _Sliced:
    """Derivatives along the tests on a slice, as functions of its coordinates."""

    def __init__(
        self,
        landscape: BallLandscape,
        base: list[fmpq],
        directions: Sequence[Direction],
        tests: Sequence[Direction],
    ):
        self.landscape, self.base, self.directions = landscape, base, directions
        self.tests, self.size = tests, len(directions)

    def weights(self, y: Sequence[arb]) -> list[arb]:
        moved = [arb(x) for x in self.base]
        for direction, value in zip(self.directions, y, strict=True):
            for i, factor in direction.items():
                moved[i] += value if factor == 1 else value * arb(factor)
        return moved

    def at(self, y: Sequence[arb]) -> tuple[arb, list[arb], arb_mat]:
        value, gradient, hessian = self.landscape.at(self.weights(y))
        S, T = self._matrix(self.directions), self._matrix(self.tests).transpose()
        return value, (T * arb_mat(len(self.base), 1, gradient)).entries(), T * hessian * S

    def _matrix(self, lines: Sequence[Direction]) -> arb_mat:
        found = arb_mat(len(self.base), self.size)
        for j, line in enumerate(lines):
            for i, factor in line.items():
                found[i, j] = arb(factor)
        return found


def critical_slice(
    landscape: BallLandscape,
    start: Array,
    reasons: FlatReasons,
    deadline: Deadline,
    precision: int = 0,
) -> CriticalSlice:
    """A slice through the place `start` (floats) that meets the flat directions only once, and
    the critical point in it; `NoBox` where none is proved.

    >>> from symland.problem import Dataset, Loss, Network, Problem
    >>> from symland.search.flat_reasons import flat_reasons
    >>> data = Dataset([[1], [1], [1]], [[1, 0], [0, 1], [0, 1]])
    >>> problem = Problem(Network([1, 2]), data, Loss("cross_entropy"))
    >>> start = np.array([0.0, 0.693])
    >>> found = critical_slice(
    ...     BallLandscape(problem), start, flat_reasons(problem, start), Deadline(9)
    ... )
    >>> bool(abs(float(found.midpoint[1] - found.midpoint[0]) - np.log(2)) < 1e-12)
    True
    >>> found.congruence[0], len(found.directions)
    ((1, 0, 0), 1)
    """
    network = landscape.problem.network
    base, directions, tests = _place(landscape.problem, start, reasons)
    if not directions:
        raise NoBox("the loss is constant along all directions, as far as floats can tell")
    sliced: Any = _Sliced(landscape, base, directions, tests)
    box = critical_box(sliced, [arb(0)] * len(directions), deadline, precision)
    if max(abs(float(y)) for y in map(arb, box.midpoint)) > NEAR * (1 + abs(start).max()):
        raise NoBox("Newton's method goes to a point elsewhere")
    midpoint = list(base)
    for direction, value in zip(directions, box.midpoint, strict=True):
        for i, factor in direction.items():
            midpoint[i] += value * factor
    place = np.array([int(x.p) / int(x.q) for x in midpoint])
    counted = reasons.independent(network, place)
    with ctx.workprec(max(precision, min(3 * box.fine, 1600))):
        around = [exact_ball(x, dyadic(box.spread, box.fine + 20)) for x in box.midpoint]
        hessian = landscape.at(sliced.weights(around))[2]
        across = complement(counted.zero(network, place))
        found = congruence_across(hessian, across)
        bends = None if found else bending_directions(hessian)
        heard, kernel = None, counted.kernel(network, place).shape[1]
        if found and not found[0][1] and kernel:
            copies = [(c.layer, j) for c in counted.copies for j in c.idle]
            lone = counted.idle(network, place)
            heard = silent_witness(landscape, sliced.weights(around), [*copies, *lone])
    shown = found, bends, kernel, heard
    return CriticalSlice(box, midpoint, directions, tests, reasons, counted, *shown)


def _place(
    problem: Problem, start: Array, reasons: FlatReasons
) -> tuple[list[fmpq], list[Direction], list[Direction]]:
    """A point near the start at which the reasons hold exactly, directions from there across the
    flat ones, and as many tests."""
    network = problem.network
    merged = _Merged(network, reasons.copies)
    base, directions = merged.start(start)
    into, _ = _around(network, reasons.silent)
    for neuron in reasons.constant:
        own, out = _around(network, [neuron])
        staying = _bias(network, neuron)
        if reasons.unheard and max(abs(start[sorted(out)])) > SAME * abs(start).max():
            staying |= out
        for i in (own | out) - staying:
            base[i] = fmpq(0)
        into |= own | out
    for neuron in reasons.silent:
        places = sorted(_around(network, [neuron])[1])
        equal = neuron[0] == network.K - 1 and problem.loss.kind == "cross_entropy"
        for i in places:
            base[i] = base[places[0]] if equal else fmpq(0)
    copied = np.array([int(x.p) / int(x.q) for x in base])
    seen = merged.seen(reasons.flows(network, copied))
    kept = [k for k, d in enumerate(directions) if not d.keys() & into]
    tests = _across(seen[kept], [directions[k] for k in kept])
    return base, _moving(problem, start, reasons.silent, tests), tests


class _Merged:
    """The weights as those of the network with one neuron in place of each group of copies.

    Weight i of the larger network is `factor[i]` times weight `place[i]` of the smaller one; the
    gradient by it is `share[i]` times that by the smaller network's weight.
    """

    def __init__(self, network: Network, copies: Sequence[Copies]):
        size = network.parameter_count
        self.place, self.factor, self.share = [0] * size, [fmpq(1)] * size, np.ones(size)
        into, out, first = {}, {}, {}
        for group in copies:
            lines = zip(group.neurons, group.shares, group.factors, group.multiples, strict=True)
            for j, a, c, k in lines:
                first[group.layer, j] = group.neurons[0]
                into[group.layer, j], out[group.layer, j] = (c, a / c), (a / k, k)
        keys: dict[tuple[str, int, int], int] = {}
        one = fmpq(1), fmpq(1)
        for name, rows in shaped(network.shapes, list(range(size))).items():
            layer = int(name[1:])
            for r, row in enumerate(rows):
                for col, i in enumerate(row) if isinstance(row, list) else [(-1, row)]:
                    key = name, first.get((layer, r), r), first.get((layer - 1, col), col)
                    self.place[i] = keys.setdefault(key, len(keys))
                    (x, p), (y, q) = into.get((layer, r), one), out.get((layer - 1, col), one)
                    self.factor[i], self.share[i] = x * y, float((p * q).p) / float((p * q).q)
        self.size = len(keys)

    def start(self, place: Array) -> tuple[list[fmpq], list[Direction]]:
        """A point with exact copies near a place, and a direction for each of the smaller
        network's weights."""
        merged = np.zeros(self.size)
        np.add.at(merged, self.place, self.share * place)
        values = [exact(float(x)) for x in merged]
        directions: list[Direction] = [{} for _ in range(self.size)]
        for i, (p, factor) in enumerate(zip(self.place, self.factor, strict=True)):
            if factor:
                directions[p][i] = factor
        base = [values[p] * f for p, f in zip(self.place, self.factor, strict=True)]
        return base, directions

    def seen(self, flows: Array) -> Array:
        """What the smaller network's gradient sees of vectors (columns)."""
        result = np.zeros((self.size, flows.shape[1]))
        np.add.at(result, self.place, flows * self.share[:, None])
        return result


def _around(network: Network, silent: Sequence[tuple[int, int]]) -> tuple[set[int], set[int]]:
    """The indices of all incoming and of all outgoing weights of the neurons."""
    index = shaped(network.shapes, list(range(network.parameter_count)))
    into, out = set[int](), set[int]()
    for layer, j in silent:
        into |= set(index[f"W{layer}"][j])
        into |= {index[f"b{layer}"][j]} if f"b{layer}" in index else set()
        out |= {row[j] for row in index[f"W{layer + 1}"]}
    return into, out


def _bias(network: Network, neuron: tuple[int, int]) -> set[int]:
    """The index of the neuron's bias, if it has one."""
    (layer, j), index = neuron, shaped(network.shapes, list(range(network.parameter_count)))
    return {index[f"b{layer}"][j]} if f"b{layer}" in index else set()


def _moving(
    problem: Problem, start: Array, silent: Sequence[tuple[int, int]], tests: list[Direction]
) -> list[Direction]:
    """The tests, with as many incoming weights of each silent neuron in place of outgoing ones.

    The derivatives by the latter are functions of the former; those are chosen on which they
    depend most."""
    from scipy.linalg import qr

    if not silent:
        return tests
    hessian = FloatLandscape(problem).hessian(start)
    moving = list(tests)
    for neuron in silent:
        into, out = (sorted(places) for places in _around(problem.network, [neuron]))
        places = [k for k, d in enumerate(tests) if d.keys() & set(out)]
        rows = [next(iter(tests[k])) for k in places]
        if not rows:
            continue
        block = hessian[np.ix_(rows, into)]
        _, triangle, order = qr(block, pivoting=True)
        pivots = abs(np.diag(triangle))
        if len(rows) > len(into) or pivots.min() <= RANK * max(pivots.max(), 1e-300):
            raise NoBox("a neuron without outgoing weights may move in more ways than one")
        for k, i in zip(places, order, strict=False):
            moving[k] = {into[i]: fmpq(1)}
    return moving


def exact(value: float) -> fmpq:
    """A float to 40 binary digits.

    >>> exact(0.75), exact(1 + 2**-45)
    (3/4, 1)
    """
    mantissa, exponent = frexp(value)
    return fmpq(round(ldexp(mantissa, 40))) * fmpq(2) ** (exponent - 40)


def _across(flows: Array, directions: list[Direction]) -> list[Direction]:
    """The directions without as many as there are independent flows, given in their coordinates, so
    that the rest and the flows span what all of them did."""
    from scipy.linalg import qr

    size = np.linalg.norm(flows, axis=0)
    flows = flows[:, size > RANK * size.max(initial=1e-300)]
    if not flows.size:
        return directions
    _, triangle, order = qr((flows / np.linalg.norm(flows, axis=0)).T, pivoting=True)
    pivots = abs(np.diag(triangle))
    dropped = set(order[: int((pivots > RANK * pivots.max()).sum())].tolist())
    return [d for k, d in enumerate(directions) if k not in dropped]


def complement(tangents: Array) -> list[list[fmpq]]:
    """Orthonormal directions across the tangents, rounded, as columns of a matrix of rows."""
    n, k = tangents.shape
    basis = np.linalg.qr(tangents, mode="complete")[0][:, k:] if k else np.eye(n)
    return [[fmpq(round(float(x) * 2**20), 2**20) for x in row] for row in basis]


def congruence_across(hessian: arb_mat, across: list[list[fmpq]]) -> Congruence | None:
    """Inertia and transform for the Hessian restricted to the columns of `across`."""
    n, m = len(across), len(across[0])
    if not m:
        return None
    basis = arb_mat(n, m, [arb(x) for row in across for x in row])
    found = congruence(basis.transpose() * hessian * basis)
    if found is None:
        return None
    signs, turn = found
    columns = list(zip(*turn, strict=True))
    return signs, [
        [sum((x * y for x, y in zip(row, c, strict=True)), fmpq(0)) for c in columns]
        for row in across
    ]


def bending_directions(hessian: arb_mat) -> tuple[list[fmpq], list[fmpq]] | None:
    """Directions in which the loss falls and rises to second order, if floats see both."""
    n = hessian.nrows()
    matrix = np.array([float(x.mid()) for x in hessian.entries()]).reshape(n, n)
    if not np.isfinite(matrix).all():
        return None
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    cut = SIGNS * abs(values).max(initial=0.0)
    if not values[0] < -cut < cut < values[-1]:
        return None
    down, up = ([fmpq(round(float(x) * 2**20), 2**20) for x in v] for v in vectors.T[[0, -1]])
    return down, up
