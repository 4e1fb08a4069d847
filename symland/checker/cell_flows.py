"""Flows that leave the loss as it is in a cell of a network with relu or leaky_relu (cells.py).

Near a point p every such neuron is a_i z on sample i, with slopes a_i that do not change.  A
witness "flat" names vector fields on the weights, affine in them, whose flows leave L as it is near
p.  As in flat_directions.py the field is orthogonal to the gradient everywhere near p, and leads
from critical points to critical points: its value at p is an annihilator and a tangent.

In a slice with kinks (cells.py) let A be the weights W at which all of them are 0, an affine space.
There the neurons with kinks have the value 0 at these samples, which is a_i z for any a_i; L on A
is as smooth as that of the network with these slopes, and what is said holds of L on A, for fields
along A: flows stay in A.

**Translations**: a rational vector t.  A neuron is *blind* to its preactivation on a sample if its
slope there is 0 and it has no kink there, or if all neurons of the next layer are blind on that
sample.  Checked is that t changes no preactivation of a neuron that is not blind, kinks included,
whatever the weights are: the entries of t that belong to inputs, and to a bias, add up to 0, sample
by sample, and those that belong to hidden neurons are 0 unless the neuron is quiet on that sample,
0 for all weights nearby.  The blind ones do not matter: what they give to the next layer is 0, or
goes to neurons that are blind.  Outputs do not change either, or all alike where the loss is the
cross entropy with targets of sum 1.  Such a sum is the same for all weights near p, on A if
there are kinks, so that L(W + s t) = L(W) there for small s.  No weight that moves is regularized.
(Not in networks with skip connections.)

**Generators**: an object from layers of relu or leaky_relu to matrices A and shifts t, as in
rules_morse_bott.py.  Where preactivations move by dz/dt = A z + t, the values move by A h + r on
every sample, r_j = a t_j, if A_jl is 0 for neurons with different slopes, and t_j is 0 for neurons
that do not have the same slope a on all samples.  (Kinks count as a slope of their own: neurons
that are mixed have them at the same samples, stay 0 there, and are not shifted; so the flow stays
in A.)  As there, `_velocity` then gives a field whose flow moves no output, and
`_keeps_regularizer` shows that it leaves the regularizer as it is.

**Exchanges**: two neurons i, j of a layer that one neuron alone reads, or the only output, by the
weights v_i, v_j.  Both have one slope on all samples, a_i and a_j, and no kink; their biases are
not regularized.  The field moves b_i by a_j v_j and b_j by -a_i v_i: what they give to the next
layer, a_i v_i b_i + a_j v_j b_j and more that does not move, stays the same.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import files, network, rules_morse_bott as bott
from .cells import Cell, is_kinked
from .effort import spend
from .enclosed_points import Rows
from .flat_directions import affine_value
from .intervals import Interval, number
from .linear_algebra import Matrix
from .network import coordinates
from .statement import Problem, columned, matrix
from .verdict import Refused

Vector = list[Interval]
MAX_ENTRIES = 1_000_000  # of all vectors: they are in memory together


def cell_flows(problem: Problem, cell: Cell, given: Any, at: Rows) -> list[Vector]:
    """The fields of the witness at a point of the cell; `Refused` if they are not what is said."""
    files.fields(given, "flat", "", "translations generators exchanges")
    bits = next(iter(at.values()))[0][0].bits
    translations = files.array(given.get("translations", []), "cell: translations")
    changes = files.array(given.get("generators", []), "cell: generators")
    pairs = files.array(given.get("exchanges", []), "cell: exchanges")
    size = network.parameter_count(problem)
    if (len(translations) + len(changes) + len(pairs)) * size > MAX_ENTRIES:
        raise Refused(f"vectors of more than {MAX_ENTRIES} entries along flat directions")
    found = []
    for value in translations:
        found.append([number(x, bits) for x in _translation(problem, cell, value)])
    symbols = network.symbols(problem) if changes else {}
    for value in changes:
        spend(3 * size)
        change = _changes(problem, cell, value)
        bott._keeps_regularizer(problem, change)
        velocity = bott._velocity(problem, change, symbols)
        found.append(
            [affine_value(velocity[n][i][j], at, bits) for n, i, j in coordinates(problem)]
        )
    return found + [_exchange(problem, cell, value, at, bits) for value in pairs]


def _exchange(problem: Problem, cell: Cell, value: Any, at: Rows, bits: int) -> Vector:
    """The field of an exchange at the point."""
    files.fields(value, "cell: exchanges", "layer neurons")
    spend(network.parameter_count(problem) + len(cell.slopes))
    k = files.count(value["layer"], "layer", 1, problem.K - 1)
    pair = files.array(value["neurons"], "neurons", 2)
    i, j = (files.count(x, "neurons", 1, problem.widths[k]) - 1 for x in pair)
    own = f"b{k}"
    if i == j or problem.skip is not None or problem.widths[k + 1] != 1 or own not in at:
        raise Refused("cell: an exchange needs two neurons with biases that one neuron reads")
    if own in problem.l2 and (problem.l2[own][i][0] or problem.l2[own][j][0]):
        raise Refused("cell: an exchange moves a bias that is regularized")
    a, b = (number(_one_slope(cell, k, neuron), bits) for neuron in (i, j))
    reader = at[f"W{k + 1}"][0]
    moved = {(own, i, 0): b * reader[j], (own, j, 0): -(a * reader[i])}
    zero = number(Fraction(0), bits)
    return [moved.get(place, zero) for place in coordinates(problem)]


def _one_slope(cell: Cell, k: int, neuron: int) -> Fraction:
    """The slope of a neuron that is the same on all samples, kinks excluded."""
    pattern = cell.pattern(k, neuron)
    kinked = k == 1 and any(line.neuron == neuron for line in cell.lines)
    slope = pattern[0]
    out = k == 1 and neuron in cell.absent
    if kinked or out or slope is None or any(a != slope for a in pattern):
        raise Refused("cell: an exchange with a neuron of different slopes")
    return slope


def _translation(problem: Problem, cell: Cell, value: Any) -> list[Fraction]:
    """A translation as a flat list, all that the docstring asks for checked."""
    shapes = problem.shapes
    files.fields(value, "cell: translations", "", " ".join(shapes))
    if problem.skip is not None:
        raise Refused("cell: translations in a network with skip connections")
    spend(network.parameter_count(problem) * (1 + len(problem.inputs)))
    moved = {n: matrix(columned(n, value[n]), f"cell: {n}", *shapes[n]) for n in value}
    for n in moved.keys() & problem.l2.keys():
        for factors, row in zip(problem.l2[n], moved[n], strict=True):
            if any(x and factor for factor, x in zip(factors, row, strict=True)):
                raise Refused(f"cell: a weight of {n} that moves is regularized")
    for j in cell.absent:
        into = (x for n in ("W1", "b1") if n in moved for x in moved[n][j])
        if any(into) or any(row[j] for row in moved.get("W2", [])):
            raise Refused("cell: a translation moves a neuron that is left out")
    for i in range(len(problem.inputs)):
        blind: list[bool] = [False] * problem.widths[-1]
        for k in range(problem.K, 0, -1):
            if k < problem.K:
                blind = _blind(problem, cell, i, k, all(blind))
            steps = _steps(problem, cell, moved, i, k)
            alike = k == problem.K and problem.kind == "cross_entropy"
            if alike and all(sum(y) == 1 for y in problem.targets):
                steps = [[x - y for x, y in zip(s, steps[0], strict=True)] for s in steps]
            if any(any(s) for s, unseen in zip(steps, blind, strict=True) if not unseen):
                raise Refused(f"cell: a translation changes what layer {k} receives of sample {i}")
    return [moved[n][i][j] if n in moved else Fraction(0) for n, i, j in coordinates(problem)]


def _blind(problem: Problem, cell: Cell, i: int, k: int, above: bool) -> list[bool]:
    """Which neurons of layer k are blind on sample i; ``above``: all of the next layer are."""
    kinks = {line.neuron for line in cell.lines if i in line.factors} if k == 1 else set()
    return [
        j not in kinks and (above or slope == 0) for j, slope in enumerate(cell.slopes[i][k - 1])
    ]


def _steps(
    problem: Problem, cell: Cell, moved: dict[str, Matrix], i: int, k: int
) -> list[list[Fraction]]:
    """How fast each preactivation of layer k moves on sample i: a multiple of each hidden neuron
    that it reads and that is not quiet, then a number."""
    quiet, found = cell.quiet[i][k - 1], []
    for j in range(problem.widths[k]):
        row = moved[f"W{k}"][j] if f"W{k}" in moved else [Fraction(0)] * len(quiet)
        constant = moved[f"b{k}"][j][0] if f"b{k}" in moved else Fraction(0)
        if k == 1:
            terms = (w * x for w, x in zip(row, problem.inputs[i], strict=True))
            found.append([sum(terms, constant)])
        else:
            heard = [Fraction(0) if q else w for w, q in zip(row, quiet, strict=True)]
            found.append([*heard, constant])
    return found


def _changes(problem: Problem, cell: Cell, given: Any) -> dict[int, Any]:
    """The generator: how each layer that moves does so."""
    files.fields(given, "cell: generators", "", " ".join(str(k) for k in range(1, problem.K)))
    found = {}
    for key, value in given.items():
        k = int(key)
        d = problem.widths[k]
        files.fields(value, "cell: generators", "matrix", "shift")
        A = matrix(value["matrix"], "cell: matrix", d, d)
        shift = files.array(value.get("shift", ["0"] * d), "cell: shift", d)
        t = [files.number(x, "cell: shift") for x in shift]
        if not is_kinked(problem, k):
            raise Refused(f"cell: the activation of layer {k} has no kink")
        found[k] = bott._Change(A, t, A, _values(cell, k, A, t))
    return found


def _values(cell: Cell, k: int, A: Matrix, t: list[Fraction]) -> list[Fraction]:
    """r, where A may mix the neurons and t may shift them."""
    size = range(len(t))
    kinks = {
        j: {i for ln in cell.lines if k == 1 and ln.neuron == j for i in ln.factors} for j in size
    }
    patterns = [cell.pattern(k, j) for j in size]
    spend(len(t) ** 2 * len(cell.slopes))
    for i in size:
        for j in size:
            if i != j and A[i][j] and (patterns[i] != patterns[j] or kinks[i] != kinks[j]):
                raise Refused("cell: a generator mixes neurons with different slopes")
    r = []
    for j in size:
        if not t[j]:
            r.append(Fraction(0))
            continue
        slope = patterns[j][0]
        if kinks[j] or slope is None or any(a != slope for a in patterns[j]):
            raise Refused("cell: a generator shifts a neuron with different slopes")
        r.append(slope * t[j])
    return r
