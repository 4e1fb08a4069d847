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

**Tangents.**  Let theta be the weights of the network that has one neuron in place of each group
(a lone neuron is a group with a = c = k = 1), with the loss l.  With the shares as they are, the
weights are a linear function of theta for which L is l; so if they are critical for L, theta is
for l.  For groups Q of layer n + 1 and P of layer n let w be the weight of theta from P into Q, and
consider all weights W_mj from j in P into m in Q, and shares of sum 1, with
    (1) sum_j k_j W_mj = c_m w for each m,    (2) sum_m (a_m / c_m) W_mj = (a_j / k_j) w for each j,
and biases c_m b.  By (1), layer by layer upwards, neuron j has the preactivations c_j z and the
value k_j h of theta's.  By (2), downwards, L has the derivative (a_j / c_j) d by what j receives,
with the d of theta's neuron: sum over Q and m of (a_m / c_m) d_Q W_mj is (a_j / k_j) sum d_Q w, and
the slope is k_j s' / c_j.  So the derivative of L by W_mj is (a_m / c_m) k_j times that of l by w,
by a bias likewise: if theta is critical for l, all these points are for L.  Among them are
    W_mj = c_m w (a_j / k_j) + sum of t_ij e_m' e_j'   over pairs of vectors e' with
    sum_j k_j e_j' = 0,  sum_m (a_m / c_m) e_m' = 0,
smooth in shares and t (near the point, where a share that is not 0 stays so).  At t = 0 this is
what is given.  The derivatives by the shares are v (e_j / k_j - e_i / k_i), and those by t_ij
change the weights between the two groups only: these are the tangents.

**Kernel.** Let a_j = 0, so that the outgoing weights of j are 0, and let the next layer work
like one neuron: have one, or be one group as a whole, with w not 0.  If the point is critical,
the second derivative of L by an incoming weight of j and any weight is 0.  For, as long as the
outgoing weights of j are 0, L does not depend on the incoming ones; what remains is the mixed
derivative with an outgoing weight, to m: (a_m / c_m) (k_j / c_j) D for D = sum d s' x, with the
d, s' and x of theta.  And w D is the derivative of l by u, which is 0.  Two outputs before the
cross entropy with targets of sum 1 work so too: L has opposite derivatives d and -d by them,
which stand for a_m / c_m = 1 and -1, and w is the difference of the outgoing weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from . import files
from .context import Context
from .effort import spend
from .intervals import Interval, number
from .network import coordinates
from .slices import Slice, known
from .statement import Problem
from .verdict import Refused, show

Vector = list[Interval]
Places = dict[tuple[int, int], list[int]]


@dataclass(frozen=True)
class Copies:
    """A group: layer and neurons (from 0), the indices of incoming and outgoing weights, neuron by
    neuron; a, c and k."""

    layer: int
    neurons: list[int]
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
        one, v = self.one, self.total(at)
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

    @property
    def one(self) -> int:
        """The first neuron with a share that is not 0."""
        return next(j for j, x in enumerate(self.shares) if x)

    def total(self, at: Vector) -> Vector:
        """v, the outgoing weights of the one neuron."""
        return [_sum(at, column, self.multiples) for column in zip(*self.out, strict=True)]


def coupled(
    problem: Problem, groups: Sequence[Copies], at: Vector
) -> tuple[list[Vector], list[Vector]]:
    """The tangents that change weights between two groups of copies in adjacent layers, and the
    kernel vectors of copies of share 0; of the former not those that the latter span."""
    idle = _unseen(problem, groups, at)
    tangents = []
    for below in groups:
        for above in groups:
            if above.layer == below.layer + 1:
                tangents += [_vector(at, e) for e in _between(below, above, idle)]
    kernel = [_vector(at, {i: Fraction(1)}) for line in idle.values() for i in line]
    return tangents, kernel


def couplings(groups: Sequence[Copies]) -> int:
    """How many vectors `coupled` gives at most."""
    sizes = [(group.layer, len(group.shares) - 1) for group in groups]
    idle = sum(group.shares.count(Fraction(0)) * len(group.into[0]) for group in groups)
    return idle + sum(p * q for low, p in sizes for high, q in sizes if high == low + 1)


def _between(below: Copies, above: Copies, idle: Places) -> Iterator[dict[int, Fraction]]:
    k, a, c, one = below.multiples, above.shares, above.factors, above.one
    for j in range(1, len(k)):
        for m in range(len(a)):
            if m == one or (above.layer, above.neurons[m]) in idle:
                continue
            ratio = (a[m] / c[m]) / (a[one] / c[one])
            mine, first = above.neurons[m], above.neurons[one]
            yield {
                below.out[j][mine]: 1 / k[j],
                below.out[0][mine]: -1 / k[0],
                below.out[j][first]: -ratio / k[j],
                below.out[0][first]: ratio / k[0],
            }


def _unseen(problem: Problem, groups: Sequence[Copies], at: Vector) -> Places:
    """The incoming weights of copies with the share 0, by layer and neuron, where the docstring
    shows the Hessian to be 0 on them at a critical point."""
    found = {}
    for group in groups:
        above = _only_above(problem, groups, group)
        if not above or all(group.shares):
            continue
        total = group.total(at)
        w = _sum(total, list(above), list(above.values()))
        if not w.magnitudes()[0]:
            continue
        for j, share, line in zip(group.neurons, group.shares, group.into, strict=True):
            if not share:
                found[group.layer, j] = line
    return found


def _only_above(problem: Problem, groups: Sequence[Copies], group: Copies) -> dict[int, Fraction]:
    """a_m / c_m for each neuron of the next layer, if it works like one neuron; else {}."""
    width = len(group.out[0])
    if width == 1:
        return {0: Fraction(1)}
    if width == 2 and group.layer == problem.K - 1 and problem.kind == "cross_entropy":
        ones = all(sum(y) == 1 for y in problem.targets)
        return {0: Fraction(1), 1: Fraction(-1)} if ones else {}
    for above in groups:
        if above.layer == group.layer + 1 and len(above.neurons) == width:
            lines = zip(above.neurons, above.shares, above.factors, strict=True)
            return {m: a / c for m, a, c in lines}
    return {}


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
    """The groups in a witness, about a point in a slice or an exact one; `Refused` if they are no
    copies there."""
    problem = context.problem
    if values and (problem.K < 2 or problem.skip is not None):
        raise Refused("copies: only of hidden neurons, in networks without skip")
    if values and any(x for rows in problem.l2.values() for row in rows for x in row):
        raise Refused("copies: the loss has a regularizer")
    groups, taken = [], set()
    for value in values:
        group = _read(problem, value)
        for j in group.neurons:
            if (group.layer, j) in taken:
                raise Refused(f"copies: neuron {j + 1} of layer {group.layer} is named twice")
            taken.add((group.layer, j))
        _are_copies(known(context, name), group)
        groups.append(group)
    return groups


def _read(problem: Problem, value: Any) -> Copies:
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
    return Copies(layer, neurons, into, out, shares, factors, multiples)


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
    """All points that it may be have incoming weights c_j u, and outgoing ones (a_j / k_j) v."""
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
