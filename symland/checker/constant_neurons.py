"""Constant neurons: hidden neurons whose incoming weights are 0, so that no sample matters to them.

A hidden neuron with incoming weights w = 0 at every point that it may be has the value h = s(b) for
all samples, b its bias (0 if it has none).  Let v_i be its outgoing weights and d_i, sample by
sample, the derivatives of L by what neuron i of the next layer receives.  No skip connections; b
and the v_i are not regularized, or the v_i are 0 at every point that it may be.  One of

(A) the next layer has biases c_i, not regularized.  L has the derivatives h sum d_i by v_i (a
    regularizer adds 0, at v_i = 0), s'(b) sum_i v_i sum d_i by b, and sum d_i by c_i.  So
        e_(v_i) - h e_(c_i)   and   e_b - s'(b) sum_i v_i e_(c_i)
    are annihilators: their products with the gradient are 0, whether the point is critical or not.
    With b and all v_i times r moving, and c_i + v_i h - r v_i s(b) in the place of c_i, the next
    layer receives what it did, so that all d are what they were.
(B) no biases there, no b, and h = s(0) = 0: the e_(v_i) are annihilators.  All v_i times r move.
(C) no biases there, a bias b, and h is not 0 (enclosed).  The derivatives by v_i and b are as in
    (A), so that e_b - (s'(b) / h) sum_i v_i e_(v_i) is an annihilator.  b moves, and v_i h / s(b).

If the point is critical so are these others.  The derivatives by v_i, c_i and b are there s(b) sum
d_i, sum d_i and s'(b) sum_i v_i sum d_i, with sum d_i = 0: by c_i in (A), by v_i with h not 0 in
(C); in (B) s(0) = 0 still.  By w it is s'(b) sum_i v_i sum d_i x, for the values x of the layer
below: all v_i have got the same factor, and s'(b) another, for it is not 0 at the point (enclosed;
for v = 0 it does not matter); so it is 0 as it was.  (A regularizer of w adds 0.)  Nothing else
sees the change: the layer below gets its derivatives through w = 0.
So the tangents are
    (A) e_b - s'(b) sum_i v_i e_(c_i) and sum_i v_i (e_(v_i) - h e_(c_i)),  (B) sum_i v_i e_(v_i),
    (C) e_b - (s'(b) / h) sum_i v_i e_(v_i).
Where v = 0 at every point that it may be, L has also derivative 0 by w: its unit vectors are
annihilators, and of the tangents only e_b is left.

Unheard inputs.  Let all neurons of layer 1 be constant at every point that they may be, with biases
in layer 2 as in (A), v and w not regularized, no weights of the loss, logistic targets 1 or -1, and
let no target component y be correlated with an input entry x: N sum x y = sum x sum y over the N
samples.  Then all layers have the same values, and the outputs the same derivatives by c_i, for all
samples; the derivative of a sample's loss by output j is, but for a constant factor, p_j - t_j: f_j
- y_j for the squared loss, sigmoid(f_j) - (1 + y_j)/2 for the logistic one, softmax(f)_j - y_j for
the cross entropy.  Here p_j is the same for all samples, and t_j is uncorrelated with x like y_j,
so sum (p_j - t_j) x = m sum (p_j - t_j), m the mean of x; hence sum d_i x = m sum d_i, so that by
an entry of w the derivative is s'(b) m sum_i v_i sum d_i, and
    e_w - m s'(b) sum_i v_i e_(c_i)
is an annihilator (w is not regularized).  If the point is critical, sum d_i = 0, and
so are all those at which b and v are moved in any way and the c_i make up for it: the d_i are what
they were, and all derivatives by v_i, b and w have a factor sum d_i.  So e_b - s'(b) sum_i v_i
e_(c_i) and all e_(v_i) - h e_(c_i) are tangents.  Where v = 0 at every point that it may be, the
entries of w give kernel vectors (flat_directions.py): the derivative by one, s'(b) sum_i v_i sum
d_i x, is a sum of products with the factors v_i, which are 0, and its derivative by v_i is s'(b)
sum d_i x = s'(b) m sum d_i = 0.

Several such neurons: after one has moved the others are what they were, for a weight between two of
them is 0, and biases of the next layer move by sums.  With unheard inputs a weight v_i into a
constant neuron i of layer 2 may move away from 0.  All samples have the same values even so, that
of i is what c_i makes it, with what it receives in the place of b; and every derivative by a weight
below a layer is a multiple of one of its sums sum d_i, by w one with the factor m, all still 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from . import interval_jets
from .context import Context
from .effort import spend
from .enclosed_points import Rows
from .intervals import Interval, number
from .network import coordinates
from .slices import known
from .statement import Problem
from .verdict import Refused

Line = dict[int, Interval]


@dataclass(frozen=True)
class _Around:
    """Indices of the weights around a neuron: b and the c are missing where there is no bias."""

    into: list[int]
    out: list[int]
    bias: int | None
    above: list[int]


def constant_neuron(
    context: Context, name: Any, place: tuple[int, int], at: Rows, bits: int
) -> tuple[list[Line], list[Line], list[Line]]:
    """Annihilators, tangents and kernel vectors at the point, for the neuron of a layer (from 1;
    neurons from 0); `Refused` if it is not constant."""
    problem, (layer, neuron) = context.problem, place
    around = _around(problem, layer, neuron)
    here = known(context, name)
    if any(x for k in around.into for x in here.affine(k)):
        raise Refused("constant: an incoming weight of the neuron is not 0")
    idle = not any(x for k in around.out for x in here.affine(k))
    _not_regularized(problem, around, idle)
    h, slope = _value(problem, layer, at, neuron, bits, bool(around.bias is not None))
    if not idle and around.bias is not None and not slope.magnitudes()[0]:
        raise Refused("constant: the slope of the activation at the bias is not shown to be not 0")
    one = number(Fraction(1), bits)
    flat = [at[f"W{layer + 1}"][i][neuron] for i in range(len(around.out))]
    v = [number(Fraction(0), bits) if idle else x for x in flat]
    units: list[Line] = [{k: one} for k in around.into] if idle else []
    bias: list[Line] = []
    if around.above:
        if around.bias is not None:
            lines = zip(around.above, v, strict=True)
            bias = [{around.bias: one} | {c: -(slope * x) for c, x in lines}]
        outgoing = [{k: one, c: -h} for k, c in zip(around.out, around.above, strict=True)]
        annihilators = [*bias, *outgoing]
    elif around.bias is None:
        if _at_zero(problem, layer):
            raise Refused("constant: the next layer has no bias, and the neuron's value is not 0")
        annihilators = outgoing = [{k: one} for k in around.out]
    else:
        if not h.magnitudes()[0]:
            raise Refused("constant: the next layer has no bias, and the neuron's value may be 0")
        ratio = slope * h.reciprocal()
        moved = zip(around.out, v, strict=True)
        annihilators = bias = [{around.bias: one} | {k: -(ratio * x) for k, x in moved}]
        outgoing = []
    free = layer == 1 and around.above and not _regularized(problem, [*around.into, *around.out])
    if free and _unheard(context, name):
        if idle:
            return [*units, *annihilators], annihilators, units
        slopes = [(c, slope * x) for c, x in zip(around.above, v, strict=True)]
        for k, mean in zip(around.into, _means(problem), strict=True):
            units.append({k: one} | {c: -(x * number(mean, bits)) for c, x in slopes})
        return [*units, *annihilators], annihilators, []
    scaled: Line = {}
    for x, line in zip(v, outgoing, strict=False):
        for k, y in line.items():
            scaled[k] = x * y
    tangents = bias if idle or not outgoing else [*bias, scaled]
    return [*units, *annihilators], tangents, []


def _around(problem: Problem, layer: int, neuron: int) -> _Around:
    places = coordinates(problem)
    spend(len(places))
    index = {place: k for k, place in enumerate(places)}
    own, above = f"b{layer}", f"b{layer + 1}"
    into = [index[f"W{layer}", neuron, j] for j in range(problem.widths[layer - 1])]
    rows = range(problem.widths[layer + 1])
    return _Around(
        into,
        [index[f"W{layer + 1}", i, neuron] for i in rows],
        index[own, neuron, 0] if own in problem.shapes else None,
        [index[above, i, 0] for i in rows] if above in problem.shapes else [],
    )


def _not_regularized(problem: Problem, around: _Around, idle: bool) -> None:
    biases = [*around.above, *([] if around.bias is None else [around.bias])]
    for n in _regularized(problem, [*biases, *(() if idle else around.out)]):
        raise Refused(f"constant: a weight of {n} is regularized")


def _regularized(problem: Problem, indices: list[int]) -> list[str]:
    """The parameters of which a weight among these is regularized."""
    places = coordinates(problem)
    spend(len(places))
    found = (places[k] for k in indices)
    return [n for n, i, j in found if n in problem.l2 and problem.l2[n][i][j]]


def _value(
    problem: Problem, layer: int, at: Rows, neuron: int, bits: int, biased: bool
) -> tuple[Interval, Interval]:
    """s(b) and s'(b), enclosed."""
    zero = number(Fraction(0), bits)
    b = at[f"b{layer}"][neuron][0] if biased else zero
    received = interval_jets.Jet(b, 1, {0: number(Fraction(1), bits)})
    found = interval_jets._activate(problem, interval_jets.Intervals(bits), layer, received)
    return found.value, found.first.get(0, zero)


def _at_zero(problem: Problem, layer: int) -> bool:
    """Whether s(0) is not known to be 0."""
    coefficients, function = problem.activations[layer - 1], problem.functions[layer - 1]
    if coefficients is not None:
        return bool(coefficients) and coefficients[0] != 0
    return function is None or function[0] != "tanh"


def _unheard(context: Context, name: Any) -> bool:
    """Whether all neurons of layer 1 have incoming weights 0 and no target is correlated with an
    input."""
    problem, here = context.problem, known(context, name)
    signs = problem.kind != "logistic" or all(abs(y) == 1 for row in problem.targets for y in row)
    if problem.weights is not None or not signs:
        return False
    spend(len(coordinates(problem)))
    if any(any(here.affine(k)) for k, (n, _, _) in enumerate(coordinates(problem)) if n == "W1"):
        return False
    if "uncorrelated" not in context.cache:
        means, columns = _means(problem), list(zip(*problem.targets, strict=True))
        spend(2 * len(columns) * sum(map(len, problem.inputs)))
        context.cache["uncorrelated"] = all(
            sum((x[i] - means[i]) * t for x, t in zip(problem.inputs, y, strict=True)) == 0
            for y in columns
            for i in range(len(means))
        )
    found: bool = context.cache["uncorrelated"]
    return found


def _means(problem: Problem) -> list[Fraction]:
    """The mean of each input entry over the samples."""
    spend(sum(map(len, problem.inputs)))
    columns = zip(*problem.inputs, strict=True)
    return [sum(x, Fraction(0)) / len(problem.inputs) for x in columns]
