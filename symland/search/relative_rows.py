"""Scaled derivatives of the loss over boxes, one exp neuron relative to its value at one sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import numpy as np
import numpy.typing as npt

from symland.landscape.forward import ForwardPass, forward
from symland.landscape.number_systems.interval_arrays import IntervalArray, interval_arrays
from symland.landscape.number_systems.jets import Jet, Jets
from symland.landscape.parameters import shaped
from symland.problem.problem import Problem
from symland.search.box_derivatives import boxed_parameters
from symland.search.end_neurons import EndNeurons
from symland.search.input_losses import input_loss
from symland.search.interval_parts import by_positive, meet, parts, times, weight
from symland.search.scaled_rows import Rows

__all__ = ["RelativeRows", "preactivations", "relative_rows"]

FARTHEST = 2.0**20
"""The largest multiple of the reference that is looked for."""
STEPS = 18
OTHER = 0.97
"""The search begins with an interval whose middle is not 0, where infinite neurons say nothing."""
UNIT = 2.0**-32
"""Multiples are not told from each other, or from 0, by less."""
STRICT, TINY, ULPS = 1e-9, 1e-13, 1e-17
"""By what part, and by how much, ends have to be away from 0; and some units of the checker."""
EVEN, MATTERS = 1e-3, 1e3
"""What a side counts by itself, and what a multiple of the reference does, however large, by its
part in the derivatives."""
LIMIT, FAR = 64.0, 2.0**39
"""As in the checker no exp of more has an upper bound, and no larger output a square."""
Array = npt.NDArray[Any]
Pass = tuple[list[Any], Jet]
"""Of one sample the values that the last hidden layer multiplies, and its preactivation."""


@dataclass(frozen=True)
class RelativeRows:
    """`rows` of all weights and, where the output has a bias, of v over the reference; the multiple
    p of the reference is between `least` and `most`, infinite where nothing is known. `spread` is,
    for each weight, what its side adds to the logarithms of neurons over the reference, and `width`
    how well v is known by p."""

    rows: Rows
    least: Array
    most: Array
    spread: Array
    width: Array


def _passes(problem: Problem, inputs: Sequence[int], low: Array, high: Array) -> dict[int, Pass]:
    """Samples, by their numbers, with first derivatives."""
    jets = Jets(interval_arrays, order=1)
    entries = boxed_parameters(problem, low, high, jets)

    def one(row: Any) -> Pass:
        numbers = [jets.number(x) for x in row]
        found: ForwardPass = forward(problem.network, jets, entries, numbers)
        below = found.neurons[-2] if problem.network.K > 2 else numbers
        return list(below), found.preactivations[-1][0]

    return {i: one(problem.dataset.inputs[i]) for i in inputs}


def preactivations(problem: Problem, sample: int, low: Array, high: Array) -> list[IntervalArray]:
    """Those of the last hidden layer at one sample."""
    system, network = interval_arrays, problem.network
    entries = shaped(network.shapes, [weight(low, high, k) for k in range(low.shape[1])])
    inputs = [system.number(x) for x in problem.dataset.inputs[sample]]
    found = forward(network, system, entries, inputs).preactivations[-1]
    return list(found)


def relative_rows(
    problem: Problem, ends: EndNeurons, reference: int, low: Array, high: Array
) -> RelativeRows:
    """The rows over boxes (rows of ends) for one sample as the reference, the first with its input;
    as the checker has it (relative_gradients.py there)."""
    return _Boxes(problem, ends, reference, low, high).found()


class _Boxes:
    """Lists have an entry for each input that is different from others."""

    def __init__(self, problem: Problem, ends: EndNeurons, reference: int, low: Array, high: Array):
        self.problem, self.ends, self.low, self.high = problem, ends, low, high
        self.size, self.n = low.shape
        inputs = problem.dataset.inputs
        known = _passes(
            problem, [i for i, x in enumerate(inputs) if x not in inputs[:i]], low, high
        )
        self.losses = [
            input_loss(problem, [k for k, x in enumerate(inputs) if x == inputs[i]]) for i in known
        ]
        self.v, self.penalties = ends.out[0][0], ends.penalties
        self.values = [z for _, z in known.values()]
        below, self.top = known[reference]
        names = boxed_parameters(problem, low, high, Jets(interval_arrays, order=1))
        row = names[f"W{problem.network.K - 1}"][0]
        # Nothing differs from itself, which intervals would not show.
        self.logarithms = [
            None
            if i == reference
            else reduce(add, [w * (a - b) for w, a, b in zip(row, layer, below, strict=True)])
            for i, (layer, _) in known.items()
        ]
        one = interval_arrays.number(1)
        self.ratios = [one if z is None else _exp(z.value) for z in self.logarithms]
        self.bias = weight(low, high, ends.bias[0]) if ends.bias else interval_arrays.number(0)

    def found(self) -> RelativeRows:
        least, most = self._multiples()
        box = self._shared(self.top)
        low, high = np.fmax(least, box.lower), np.fmin(most, box.upper)
        empty = low > high + STRICT * (abs(low) + abs(high)) + TINY
        multiple = IntervalArray(np.fmin(low, high), np.fmax(low, high))
        shares = [
            meet(by_positive(multiple, ratio), self._shared(z))
            for ratio, z in zip(self.ratios, self.values, strict=True)
        ]
        shares = [self._bounded(share) for share in shares]
        pairs = list(zip(self.losses, shares, strict=True))
        errors = [loss.slope(share + self.bias) for loss, share in pairs]
        products = [
            loss.product(share, error, self.bias)
            for (loss, share), error in zip(pairs, errors, strict=True)
        ]
        squared = self._square(multiple)
        products, nothing = self._narrowed(products, squared)
        # The checker computes 1 / h^2 at the reference.
        known = np.broadcast_to(-2 * self.top.value.lower <= LIMIT, self.size)
        rows = self._rows(multiple, products, errors, squared, (empty | nothing) & known)
        rows.middles[~known] = np.nan
        return RelativeRows(
            rows,
            least,
            most,
            self._spread(products),
            self._width(least, most, box),
        )

    def _width(self, least: Array, most: Array, box: IntervalArray) -> Array:
        """How well v is known by p, and by its sign."""
        v = weight(self.low, self.high, self.v)
        low = np.where(np.isfinite(least) | (v.lower >= 0), np.fmax(least, box.lower), -np.inf)
        high = np.where(np.isfinite(most) | (v.upper <= 0), np.fmin(most, box.upper), np.inf)
        width = np.maximum(2 * (high - low), np.maximum(abs(low), abs(high)) / 16)
        found = width * np.exp(np.broadcast_to(-self.top.value.lower, self.size))
        return np.asarray(np.where(np.isfinite(width), found, np.inf))

    def _multiples(self) -> tuple[Array, Array]:
        """Between which p the sum of r h over samples, and l v, over the reference, is 0: it
        increases with p."""
        scale, sign = np.arcsinh(FARTHEST / UNIT), np.array([[-1.0], [1.0]])
        far = np.full((2, self.size), scale)
        near = -OTHER * far
        known = self._has_sign(sign, far)
        for _ in range(STEPS):
            middle = (near + far) / 2
            inside = self._has_sign(sign, middle)
            far, near = np.where(inside, middle, far), np.where(inside, near, middle)
        least, most = np.where(known, sign * UNIT * np.sinh(far), sign * np.inf)
        # Beside 0 what is divided by p has too few of the checker's places.
        least = np.where(abs(least) < UNIT, np.where(least < 0, -UNIT, 0.0), least)
        most = np.where(abs(most) < UNIT, np.where(most > 0, UNIT, 0.0), most)
        return least, most

    def _has_sign(self, sign: Array, place: Array) -> Array:
        """Whether the sum at sign sinh(place) units has the sign."""
        p = sign * UNIT * np.sinh(place)
        at = IntervalArray(p, p)

        def inner(x: IntervalArray) -> Array:
            return np.asarray(np.where(sign > 0, x.lower, -x.upper))

        terms = [inner(self._penalty(at))]
        for loss, ratio in zip(self.losses, self.ratios, strict=True):
            share = self._bounded(by_positive(at, ratio))
            error = loss.slope(share + self.bias)
            # However large the neuron is, its error may be so small that the product is bounded.
            by_p = times(loss.product(share, error, self.bias), 1 / p)
            terms.append(np.fmax(inner(error * ratio), inner(by_p)))
        total = reduce(add, terms)
        size = reduce(add, [abs(x) for x in terms])
        room = TINY + ULPS / abs(p)
        return np.asarray(total > STRICT * np.where(np.isfinite(size), size, 0.0) + room)

    def _bounded(self, share: IntervalArray) -> IntervalArray:
        """Of the squared loss nan where there is no bound, since the checker has none either."""
        if self.problem.loss.kind != "squared":
            return share
        far = ~(abs(share.lower) < FAR) | ~(abs(share.upper) < FAR)
        return IntervalArray(np.where(far, np.nan, share.lower), np.where(far, np.nan, share.upper))

    def _penalty(self, multiple: IntervalArray) -> IntervalArray:
        """l v over the reference h: l p / h^2."""
        inverse = _exp(times(self.top.value, -2.0))
        return times(by_positive(multiple, inverse), self.penalties[self.v])

    def _shared(self, z: Jet) -> IntervalArray:
        """v h over the box."""
        return by_positive(weight(self.low, self.high, self.v), _exp(z.value))

    def _square(self, multiple: IntervalArray) -> IntervalArray:
        """v^2."""
        inverse = _exp(times(self.top.value, -2.0))
        by = by_positive(interval_arrays.power(multiple, 2), inverse)
        return meet(interval_arrays.power(weight(self.low, self.high, self.v), 2), by)

    def _narrowed(
        self, products: list[IntervalArray], squared: IntervalArray
    ) -> tuple[list[IntervalArray], Array]:
        """With the sum of products, and l v^2, equal to 0: what that leaves of each, and where it
        leaves nothing."""
        penalty = times(squared, self.penalties[self.v])
        total = reduce(add, [x.lower for x in products], penalty.lower)
        uppers = [np.fmin(x.upper, x.lower - total) for x in products]
        most = reduce(add, uppers, penalty.upper)
        lowers = [np.fmax(x.lower, upper - most) for x, upper in zip(products, uppers, strict=True)]
        size = STRICT * abs(total) + TINY
        nothing = (total > size) | (most < -size)
        found = [
            IntervalArray(np.fmin(low, high), np.fmax(low, high))
            for low, high in zip(lowers, uppers, strict=True)
        ]
        return found, np.asarray(nothing)

    def _rows(
        self,
        multiple: IntervalArray,
        products: list[IntervalArray],
        errors: list[IntervalArray],
        squared: IntervalArray,
        empty: Array,
    ) -> Rows:
        columns = self.n + len(self.ends.bias)
        middles, slack = np.zeros((self.size, columns)), np.zeros((self.size, columns))
        terms: list[Array] = []
        weights: list[Array] = []

        def add_up(factor: IntervalArray, slopes: dict[int, IntervalArray | float]) -> None:
            middle, radius, largest = parts(factor, self.size)
            term = np.zeros((self.size, columns))
            for k, slope in slopes.items():
                if isinstance(slope, IntervalArray):
                    term[:, k], spread, _ = parts(slope, self.size)
                    slack[:, k] += largest * spread
                else:
                    term[:, k] = slope
            middles[:] += middle[:, None] * term
            terms.append(term)
            weights.append(radius)

        for z, ratio, product, error in zip(
            self.logarithms, self.ratios, products, errors, strict=True
        ):
            add_up(product, {self.v: 1.0, **({} if z is None else z.first)})
            if self.ends.bias:
                add_up(error, {self.ends.bias[0]: 1.0, self.n: 1.0 if z is None else ratio})
        penalty = times(squared, self.penalties[self.v])
        add_up(penalty, {self.v: 1.0, **{k: -x for k, x in self.top.first.items()}})
        if self.ends.bias:
            add_up(self._penalty(multiple), {self.n: 1.0})
        for k in map(int, np.flatnonzero(self.penalties)):
            if k != self.v:
                middle, radius, _ = parts(self.ends.penalty(k, self.low, self.high), self.size)
                middles[:, k] += middle
                slack[:, k] += radius
        if self.ends.bias:  # of no use where the neuron is too large elsewhere
            known = np.isfinite(middles[:, -1]) & np.isfinite(slack[:, -1])
            known &= (abs(multiple.lower) < FAR) & (abs(multiple.upper) < FAR)
            middles[:, -1], slack[:, -1] = (
                np.where(known, a[:, -1], 0.0) for a in (middles, slack)
            )
            for term in terms:
                term[:, -1] = np.where(known, term[:, -1], 0.0)
        return Rows(middles, np.stack(terms, axis=1), np.stack(weights, axis=1), slack, empty)

    def _spread(self, products: list[IntervalArray]) -> Array:
        found, width = np.zeros((self.size, self.n)), self.high - self.low
        for z, ratio, product in zip(self.logarithms, self.ratios, products, strict=True):
            _, _, size = parts(product, self.size)
            matters = np.fmin(ratio.upper, MATTERS * size)
            for k, x in {} if z is None else z.first.items():
                largest = np.maximum(abs(x.lower), abs(x.upper)) * width[:, k] / 2
                found[:, k] = np.fmax(found[:, k], matters * largest)
        found += EVEN * width
        found[:, self.v] = 0
        return found


def _exp(z: IntervalArray) -> IntervalArray:
    """With no upper bound beyond a limit, as the checker has it."""
    lower = np.exp(np.minimum(z.lower, LIMIT))
    return IntervalArray(
        lower, np.where(z.upper > LIMIT, np.inf, np.exp(np.minimum(z.upper, LIMIT)))
    )
