"""Minors that are 0 at every critical point of a regularized network.

The data part of the loss is a function of the outputs f_1, .., f_q of all samples, so its gradient
is a sum of multiples of their gradients (where they have one: enclosures are refused at kinks).
Where grad L = 0, the gradient of the regularizer R = 1/2 sum lambda w^2 is minus that sum: it lies
in the span of the gradients of the outputs, whatever the targets and the loss.  If m outputs span
all of them, up to constants, at all weights (`_spanning`), then the matrix M with their gradients
and that of R for rows has rank at most m there, and its minors of size m + 1 are 0.

A minor is not 0 in a box if its enclosure is away from 0, with the entries of M enclosed over the
box; or by the mean value theorem, from its value at the middle m and its derivatives over the box:

    minor(x) = minor(m) + sum_k d_k minor(c) (x_k - m_k) for some c between x and m.

Minors of polynomials in the weights may be expanded first: terms that cancel are then gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from . import files, network
from .duals import Dual
from .effort import spend
from .interval_jets import Intervals, Jet, outputs
from .interval_polynomials import Ranged
from .intervals import Interval, number
from .linear_algebra import echelon
from .network import Sparse, coordinates
from .statement import Problem
from .verdict import Refused, Unreadable, show

Object = dict[str, Any]
Rows = list[list[Any]]
MAX_ROWS = 8
MAX_MINORS = 1000
MAX_ENTRIES = 200_000  # coefficients of the outputs: memory
MAX_EXPANDED = 50_000  # terms of all minors and their derivatives: memory


class Minors:
    """The minors that a witness lists, by the columns of each."""

    def __init__(self, problem: Problem, given: Object, bits: int) -> None:
        files.fields(given, "minors", "outputs columns expanded")
        self.problem, self.arithmetic = problem, Intervals(bits)
        self.places = coordinates(problem)
        self.outputs = _spanning(problem, given["outputs"])
        listed = files.array(given["columns"], "columns")
        if len(listed) > MAX_MINORS:
            raise Refused(f"more than {MAX_MINORS} minors")
        self.columns = [self._columns(columns) for columns in listed]
        if type(given["expanded"]) is not bool:
            raise Unreadable(f"expanded: {show(given['expanded'])}, expected true or false")
        self.expanded = self._expanded() if given["expanded"] else None
        self.lambdas = [
            number(problem.l2[n][i][j] if n in problem.l2 else 0, bits) for n, i, j in self.places
        ]

    def _columns(self, given: Any) -> list[int]:
        size = len(self.outputs) + 1
        found = [
            files.count(k, "columns", 0, len(self.places) - 1)
            for k in files.array(given, "columns", size)
        ]
        if found != sorted(set(found)):
            raise Refused("columns of a minor that do not increase")
        return found

    def _expanded(self) -> list[list[Ranged]]:
        """Each minor as a polynomial, and its derivatives by all weights."""
        problem = self.problem
        polynomials = {sample: _polynomials(problem, sample) for sample, _ in self.outputs}
        if not all(polynomials.values()):
            raise Refused("an output is not a polynomial in the weights")
        gradients = [
            [network.partial(polynomials[sample][j], place) for place in self.places]
            for sample, j in self.outputs
        ]
        gradients.append([_regularizer_partial(problem, place) for place in self.places])
        found, room = [], MAX_EXPANDED
        for columns in self.columns:
            minor = determinant([[row[i] for i in columns] for row in gradients])
            every = [minor, *(network.partial(minor, place) for place in self.places)]
            room -= sum(1 + len(p.terms) for p in every)
            if room < 0:
                raise Refused(f"expanded minors of more than {MAX_EXPANDED} terms")
            found.append([Ranged(problem, p, self.arithmetic.bits) for p in every])
        return found

    def is_nonzero(self, k: int, ends: Sequence[tuple[Fraction, Fraction]]) -> bool:
        """Whether minor k is proved to have no zero in the box."""
        bits = self.arithmetic.bits
        box = [Interval.between(low, high, bits) for low, high in ends]
        if self.arithmetic.sign(self._over(k, box)):
            return True
        middles = [(low + high) / 2 for low, high in ends]
        value = self._over(k, [number(m, bits) for m in middles])
        slopes = self._slopes(k, box)
        for slope, (low, high), m in zip(slopes, ends, middles, strict=True):
            value = value + slope * Interval.between(low - m, high - m, bits)
        return bool(self.arithmetic.sign(value))

    def _over(self, k: int, box: list[Interval]) -> Interval:
        """Minor k over a box."""
        if self.expanded is not None:
            return self.expanded[k][0].over(box)
        found: Interval = determinant(self._gradients(box, self.columns[k]))
        return found

    def _slopes(self, k: int, box: list[Interval]) -> list[Interval]:
        """Its derivatives by all weights over a box."""
        if self.expanded is not None:
            return [p.over(box) for p in self.expanded[k][1:]]
        rows = self._derivatives(box, self.columns[k])
        return [
            determinant([[Dual(x, dx[i]) for x, dx in row] for row in rows]).slope
            for i in range(len(box))
        ]

    def _gradients(self, box: list[Interval], columns: list[int]) -> Rows:
        """The rows of M, in these columns only."""
        zero = self.arithmetic.number(0)
        found = [f.first for f in self._outputs(box, 1)]
        rows = [[first.get(i, zero) for i in columns] for first in found]
        return [*rows, [box[i] * self.lambdas[i] for i in columns]]

    def _derivatives(self, box: list[Interval], columns: list[int]) -> Rows:
        """The same, each entry with its derivatives by all weights."""
        zero, everything = self.arithmetic.number(0), range(len(box))
        rows = [
            [
                (
                    f.first.get(i, zero),
                    [f.second.get((min(i, k), max(i, k)), zero) for k in everything],
                )
                for i in columns
            ]
            for f in self._outputs(box, 2)
        ]
        last = [
            (box[i] * self.lambdas[i], [self.lambdas[i] if k == i else zero for k in everything])
            for i in columns
        ]
        return [*rows, last]

    def _outputs(self, box: list[Interval], order: int) -> list[Jet]:
        """The outputs that span all, with derivatives up to this order."""
        one = self.arithmetic.number(1)
        weights: dict[str, list[list[Jet]]] = {}
        for k, ((name, i, _), w) in enumerate(zip(self.places, box, strict=True)):
            rows = weights.setdefault(name, [])
            if len(rows) == i:
                rows.append([])
            rows[i].append(Jet(w, order, {k: one}))
        found: dict[int, list[Jet]] = {}
        for sample, _ in self.outputs:
            if sample not in found:
                x = self.problem.inputs[sample]
                found[sample] = outputs(self.problem, self.arithmetic, weights, x)
        return [found[sample][j] for sample, j in self.outputs]


def determinant(rows: Rows) -> Any:
    """The determinant, by minors of the first 1, 2, .. rows: Laplace's expansion.

    >>> determinant([[2, 3], [5, 7]])
    -1
    """
    size = len(rows)
    spend(2 * size << size)
    minors: dict[tuple[int, ...], Any] = {(j,): x for j, x in enumerate(rows[0])}
    for k in range(1, size):
        wider: dict[tuple[int, ...], Any] = {}
        for columns in combinations(range(size), k + 1):
            total = rows[k][columns[k]] * minors[columns[:k]]
            for place in reversed(range(k)):
                term = rows[k][columns[place]] * minors[columns[:place] + columns[place + 1 :]]
                total = total + term if (place + k) % 2 == 0 else total - term
            wider[columns] = total
        minors = wider
    return minors[tuple(range(size))]


def _regularizer_partial(problem: Problem, place: tuple[str, int, int]) -> Sparse:
    """The derivative of R by a weight."""
    n, i, j = place
    return Sparse({((place, 1),): problem.l2[n][i][j]} if n in problem.l2 else {})


def _spanning(problem: Problem, given: Any) -> list[tuple[int, int]]:
    """The outputs (sample, output) listed; `Refused` unless all others are the same functions of
    the weights, having equal inputs, or sums of multiples of them and a constant: of those that
    are polynomials in the weights that is a matter of ranks."""
    listed = files.array(given, "outputs")
    if len(listed) >= MAX_ROWS:
        raise Refused(f"expected fewer than {MAX_ROWS} outputs that span all")
    found = []
    for entry in listed:
        sample, j = files.array(entry, "outputs", 2)
        ends = len(problem.inputs) - 1, len(problem.targets[0]) - 1
        found.append(
            (files.count(sample, "outputs", 0, ends[0]), files.count(j, "outputs", 0, ends[1]))
        )
    known = {(tuple(problem.inputs[sample]), j) for sample, j in found}
    spend(len(problem.inputs) * len(problem.inputs[0]))
    others = [
        (sample, j)
        for sample, x in enumerate(problem.inputs)
        for j in range(len(problem.targets[0]))
        if (tuple(x), j) not in known
    ]
    if others:
        polynomials = {s: _polynomials(problem, s) for s, _ in [*found, *others]}
        own = [polynomials[s][j] for s, j in found if polynomials[s]]
        rest = [polynomials[s][j] for s, j in others if polynomials[s]]
        if len(rest) < len(others) or _rank(own) < _rank([*own, *rest]):
            raise Refused("the outputs listed do not span all")
    return found


def _rank(polynomials: Sequence[Sparse]) -> int:
    """The rank of polynomials modulo constants."""
    monomials = sorted({m for p in polynomials for m in p.terms if m})
    if len(polynomials) * len(monomials) > MAX_ENTRIES:
        raise Refused(f"a matrix of more than {MAX_ENTRIES} coefficients")
    spend(len(polynomials) * (1 + len(monomials)))
    rows: Any = [[p.terms.get(m, Fraction(0)) for m in monomials] for p in polynomials]
    return len(echelon(rows)[1])


def _polynomials(problem: Problem, sample: int) -> list[Sparse]:
    """The outputs as polynomials in the weights; none where they are not, as far as is seen.

    Polynomial activations, and tanh of what is 0 for all weights, which is 0."""
    weights = network.symbols(problem)
    layers: list[list[Any]] = [list(problem.inputs[sample])]
    for k in range(1, problem.K):
        coefficients, function = problem.activations[k - 1], problem.functions[k - 1]
        z = network._affine(problem, weights, k, layers[-1])
        silent = all(not (x.terms if isinstance(x, Sparse) else x) for x in z)
        if coefficients is not None:
            layers.append([network._apply(coefficients, x) for x in z])
        elif silent and function is not None and function[0] == "tanh":
            layers.append([Fraction(0)] * len(z))
        else:
            return []
    skip = problem.skip
    last = layers[-1] if skip is None else [layers[k][n - 1] for k, n in skip]
    return [Sparse({}) + f for f in network._affine(problem, weights, problem.K, last)]
