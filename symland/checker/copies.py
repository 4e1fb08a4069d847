"""Copies of a neuron: several neurons of one layer that do together what one could do.

Neurons j of one hidden layer with incoming weights c_j u (bias included), known exactly; the
"factors" c_j are not 0, and 1 where none are given.  The activation has s(c_j z) = k_j s(z) for all
z, checked for every c_j that is not 1: relu and leaky_relu with c > 0, tanh with c = -1, and
polynomials all powers n of which have the same c^n.  The outgoing weights are (a_j / k_j) v with
"shares" a_j of sum 1, so that v is the sum of k_j times them.  Without skip connections and
regularizer.

Sample by sample, the neurons have the values k_j h and the slopes k_j s' / c_j, as c_j s'(c_j z) =
k_j s'(z).  With d the derivatives of L by what the next layer receives, and sums over samples, the
gradient g of L by the incoming weights of j is (a_j / c_j) X, X = sum s' (d.v) x, and by the
outgoing ones k_j Y, Y = sum d h.  So
    (a_i / c_i) e_(u_j) - (a_j / c_j) e_(u_i)   and   k_i e_(v_j) - k_j e_(v_i)
have product 0 with g: these are the annihilators, whether the point is critical or not.

Let l be the loss of the network that has one neuron with u and v in place of the copies.  At all
points with such copies, whatever the shares, L is l; so if such a point is critical for L then the
smaller one is for l: X = 0, Y = 0, and all other derivatives of l, which are those of L, are 0.
Then all points with other shares of sum 1 are critical for L, by the same formulas.  So moving the
shares leads through critical points, and v (e_j / k_j - e_i / k_i) are the tangents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from . import files
from .context import Context
from .effort import spend
from .intervals import Interval, number
from .network import coordinates
from .slices import Slice, is_slice, read_slice
from .statement import Problem
from .verdict import Refused, show

Vector = list[Interval]


@dataclass(frozen=True)
class Copies:
    """A group: the indices of incoming and outgoing weights, neuron by neuron; a, c and k."""

    into: list[list[int]]
    out: list[list[int]]
    shares: list[Fraction]
    factors: list[Fraction]
    multiples: list[Fraction]

    @property
    def count(self) -> int:
        """How many vectors there are."""
        return (len(self.shares) - 1) * (len(self.into[0]) + len(self.out[0]) + 1)

    def vectors(self, at: Vector) -> tuple[list[Vector], list[Vector]]:
        """Annihilators and tangents where the weights, enclosed, are `at`."""
        a, c, k, bits = self.shares, self.factors, self.multiples, at[0].bits
        one = next(j for j, x in enumerate(a) if x)
        v = [_sum(at, column, k) for column in zip(*self.out, strict=True)]
        annihilators, tangents = [], []
        for j in range(len(a)):
            if j == one:
                continue
            for mine, first in zip(self.into[j], self.into[one], strict=True):
                annihilators.append(_vector(at, {mine: a[one] / c[one], first: -a[j] / c[j]}))
            tangent = _vector(at, {})
            for mine, first, x in zip(self.out[j], self.out[one], v, strict=True):
                annihilators.append(_vector(at, {mine: k[one], first: -k[j]}))
                tangent[mine] = x * number(1 / k[j], bits)
                tangent[first] = x * number(-1 / k[one], bits)
            tangents.append(tangent)
        return annihilators, tangents


def _sum(at: Vector, places: Sequence[int], factors: list[Fraction]) -> Interval:
    total = number(Fraction(0), at[0].bits)
    for i, x in zip(places, factors, strict=True):
        total = total + at[i] * number(x, total.bits)
    return total


def _vector(at: Vector, entries: dict[int, Fraction]) -> Vector:
    bits = at[0].bits
    zero = number(Fraction(0), bits)
    return [number(entries[i], bits) if i in entries else zero for i in range(len(at))]


def read_copies(context: Context, name: Any, values: list[Any]) -> list[Copies]:
    """The groups in a witness, about a point in a slice; `Refused` if they are no copies there."""
    problem = context.problem
    if values and (problem.K < 2 or problem.skip is not None):
        raise Refused("copies: only of hidden neurons, in networks without skip")
    if values and any(x for rows in problem.l2.values() for row in rows for x in row):
        raise Refused("copies: the loss has a regularizer")
    if values and not is_slice(context, name):
        raise Refused("copies: the point is not given in a slice")
    groups, taken = [], set()
    for value in values:
        layer, neurons, group = _read(problem, value)
        for j in neurons:
            if (layer, j) in taken:
                raise Refused(f"copies: neuron {j + 1} of layer {layer} is named twice")
            taken.add((layer, j))
        _are_copies(read_slice(context, name), group)
        groups.append(group)
    return groups


def _read(problem: Problem, value: Any) -> tuple[int, list[int], Copies]:
    files.fields(value, "copies", "layer neurons shares", "factors")
    layer = files.count(value["layer"], "layer", 1, problem.K - 1)
    neurons = [
        files.count(j, "neurons", 1, problem.widths[layer]) - 1
        for j in files.array(value["neurons"], "neurons")
    ]
    size = len(neurons)
    shares = [files.number(a, "shares") for a in files.array(value["shares"], "shares", size)]
    given = files.array(value.get("factors", ["1"] * size), "factors", size)
    factors = [files.number(c, "factors") for c in given]
    if size < 2 or sum(shares) != 1:
        raise Refused("copies: two or more neurons with shares of sum 1 are expected")
    multiples = [_multiple(problem, layer, c) for c in factors]
    into, out = _places(problem, layer, neurons)
    return layer, neurons, Copies(into, out, shares, factors, multiples)


def _places(
    problem: Problem, layer: int, neurons: list[int]
) -> tuple[list[list[int]], list[list[int]]]:
    spend(sum(rows * columns for rows, columns in problem.shapes.values()))
    at = {place: i for i, place in enumerate(coordinates(problem))}
    names = [n for n in (f"W{layer}", f"b{layer}") if n in problem.shapes]
    into = [[at[n, j, c] for n in names for c in range(problem.shapes[n][1])] for j in neurons]
    rows = range(problem.widths[layer + 1])
    return into, [[at[f"W{layer + 1}", s, j] for s in rows] for j in neurons]


def _multiple(problem: Problem, layer: int, c: Fraction) -> Fraction:
    """The k with s(c z) = k s(z) for the activation of the layer and all z."""
    if c == 1:
        return c
    coefficients, function = problem.activations[layer - 1], problem.functions[layer - 1]
    if c and coefficients is not None:
        degrees = [n for n, a in enumerate(coefficients) if a] or [0]
        spend(len(degrees), max(degrees) * (c.numerator.bit_length() + c.denominator.bit_length()))
        powers = {c**n for n in degrees}
        if len(powers) == 1:
            return powers.pop()
    if function is not None and (
        (function[0] in ("relu", "leaky_relu") and c > 0) or (function[0] == "tanh" and c == -1)
    ):
        return c
    raise Refused(f"copies: the activation of layer {layer} does not follow the factor {show(c)}")


def _are_copies(here: Slice, group: Copies) -> None:
    """All points of the slice have incoming weights c_j u, and outgoing ones (a_j / k_j) v."""
    spend(len(group.into) * (len(group.into[0]) + len(group.out[0])) * len(here.directions))
    c = group.factors
    for j, line in enumerate(group.into[1:], start=1):
        for places in zip(line, group.into[0], strict=True):
            mine, first = map(here.affine, places)
            if any(x * c[0] != y * c[j] for x, y in zip(mine, first, strict=True)):
                raise Refused("copies: the incoming weights are not in proportion to the factors")
    for column in zip(*group.out, strict=True):
        lines = [
            [k * x for x in here.affine(i)] for i, k in zip(column, group.multiples, strict=True)
        ]
        v = [sum(x, Fraction(0)) for x in zip(*lines, strict=True)]
        if any(line != [a * x for x in v] for a, line in zip(group.shares, lines, strict=True)):
            raise Refused("copies: the outgoing weights do not have these shares")
