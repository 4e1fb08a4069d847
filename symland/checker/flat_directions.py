"""Why the loss does not change along some directions: translations, generators, copies of neurons.

A witness "flat" names reasons.  Each gives, at the point p that it is about, which is one of those
that satisfy what is known of it exactly,
    *annihilators*: vectors r with r.g = 0 for the gradient g of L at p, whether p is critical or
    not, as long as p is what the reason says; and
    *tangents*: derivatives at 0 of the coordinates of one continuously differentiable map phi of
    several variables near 0 to the weights, phi(0) = p, all of whose values are critical if p is.

**Translations.**  A rational vector t with L(W + s t) = L(W) for all W and s.  Checked is that the
outputs f of every sample that counts move by a multiple of (1, .., 1), and not at all unless the
loss is the cross entropy with targets of sum 1, where it cancels: log sum exp(f_j + c) - sum t_j
(f_j + c) = log sum exp f_j - sum t_j f_j.  And that no weight that moves is regularized; or, if
some are, that the derivative of the regularizer along t, the sum of l_k t_k w_k over them, is 0 at
every point that it may be.  Then t.g = 0 there, and t is an annihilator, but it gives no tangent.

**Generators** (rules_morse_bott.py): a vector field V on the weights, affine in them, whose flow
leaves L as it is.

Both are flows g_s of affine bijections with L(g_s W) = L(W).  Differentiated by s at 0: V(W) is an
annihilator at every W.  Differentiated by W: g_s W is critical with W.  So V(p) is a tangent.

**Copies** (copies.py): neurons that do what one neuron could do.  How they share its outgoing
weights, and how copies in the layer above share theirs between them, does not matter for L, nor for
being critical.  Copies of share 0 may give *kernel* vectors too: at a critical point the Hessian is
0 on them, though no critical points need lie there.

**Silent neurons**: hidden neurons whose outgoing weights are 0 at every point that it may be; or,
for the cross entropy with targets of sum 1, of the last hidden layer with all outgoing weights
equal, so that they add a multiple of (1, .., 1) to the outputs.  Silent too is a neuron whose
outgoing weights are 0 except those that lead to silent neurons named before it.  The loss does not
depend on what such a neuron computes, so its derivatives by the incoming weights are 0, if these
are not regularized: their unit vectors are annihilators.  (Not in networks with skip connections.)
There are no tangents, for phi leaves the incoming weights of these neurons as they are, or takes
critical points to critical points whatever they are.

**Constant neurons** (constant_neurons.py): hidden neurons whose incoming weights are 0, so that all
samples see the same value.  Some give kernel vectors.

Copies, silent and constant neurons are told from what is known exactly of the weights (`known` in
slices.py), at points in slices and at points of rational and log(p/q) entries.

Several reasons at once: phi moves shares and couplings of all groups of copies together (copies.py
has them together), or constant neurons one after another; there are no copies then.  A silent
neuron stays silent.  Then the flows follow one another; each takes critical points to critical
points.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from . import files, network, rules_morse_bott as bott
from .constant_neurons import constant_neuron
from .context import Context
from .copies import Vector, coupled, couplings, read_copies
from .effort import spend
from .enclosed_points import Rows, weights
from .intervals import Interval, number
from .network import Sparse, coordinates
from .slices import known
from .statement import Problem, columned, matrix
from .verdict import Refused

REASONS = "translations generators copies silent constant"
MAX_ENTRIES = 1_000_000  # of the vectors of all reasons of one kind: they are in memory together


@dataclass(frozen=True)
class Flat:
    """The vectors of the reasons at a point."""

    annihilators: list[Vector]
    tangents: list[Vector]
    kernel: list[Vector]


def read_flat(context: Context, name: Any, given: Any, bits: int) -> Flat:
    """What the witness "flat" says at the point, which must be enclosed; `Refused` if it is not
    so."""
    files.fields(given, "flat", "", REASONS)
    problem = context.problem
    at = weights(context, name, bits)
    found = Flat([], [], [])
    for value in _listed(problem, given, "translations"):
        translation = _translation(problem, value)
        vector = [number(x, bits) for x in translation]
        found.annihilators.append(vector)
        pull = regularized(problem, translation)
        if not pull:
            found.tangents.append(vector)
        elif not _cancels(context, name, pull):
            n = coordinates(problem)[min(pull)][0]
            raise Refused(f"translations: a weight of {n} that moves is regularized")
    symbols = network.symbols(problem) if given.get("generators") else {}
    for value in _listed(problem, given, "generators"):
        vector = _field(problem, value, symbols, at, bits)
        found.annihilators.append(vector)
        found.tangents.append(vector)
    flat = [x for n in problem.shapes for row in at[n] for x in row]
    groups = read_copies(context, name, _listed(problem, given, "copies"))
    _reserve(problem, sum(group.count for group in groups) + couplings(groups))
    for group in groups:
        annihilators, tangents = group.vectors(flat)
        found.annihilators.extend(annihilators)
        found.tangents.extend(tangents)
    for listed, more in zip(
        (found.tangents, found.kernel), coupled(problem, groups, flat), strict=True
    ):
        listed.extend(more)
    places: dict[int, None] = {}
    silent: set[tuple[int, int]] = set()
    for value in _listed(problem, given, "silent"):
        places |= dict.fromkeys(_silent(context, name, value, silent))
        silent.add(_neuron(problem, value, "silent"))
    _reserve(problem, len(places))
    for place in places:
        unit = [number(Fraction(i == place), bits) for i in range(len(flat))]
        found.annihilators.append(unit)
    for value in _listed(problem, given, "constant"):
        if groups:
            raise Refused("constant neurons together with copies")
        lines = constant_neuron(context, name, _neuron(problem, value, "constant"), at, bits)
        kinds = found.annihilators, found.tangents, found.kernel
        for listed, new in zip(kinds, lines, strict=True):
            _reserve(problem, len(listed) + len(new))
            listed.extend(_written(line, len(flat), bits) for line in new)
    return found


def _written(line: dict[int, Interval], size: int, bits: int) -> Vector:
    zero = number(Fraction(0), bits)
    return [line.get(k, zero) for k in range(size)]


def _listed(problem: Problem, given: Any, kind: str) -> list[Any]:
    """The reasons of one kind; not so many that their vectors would not fit in memory."""
    values = files.array(given.get(kind, []), kind)
    _reserve(problem, len(values))
    return values


def _reserve(problem: Problem, vectors: int) -> None:
    size = network.parameter_count(problem)
    if vectors * size > MAX_ENTRIES:
        raise Refused(f"vectors of more than {MAX_ENTRIES} entries along flat directions")
    spend(vectors * size)


def _translation(problem: Problem, value: Any) -> list[Fraction]:
    """A translation as a flat list, all that the docstring asks for checked."""
    shapes, last = problem.shapes, f"W{problem.K}"
    files.fields(value, "translations", "", f"W1 b1 {last} b{problem.K}")
    spend(network.parameter_count(problem))
    moved = {}
    for n in value:
        if n not in shapes:
            raise Refused(f"translations: the network has no {n}")
        moved[n] = matrix(columned(n, value[n]), f"translations: {n}", *shapes[n])
    _outputs_follow(problem, moved)
    return [moved[n][i][j] if n in moved else Fraction(0) for n, i, j in coordinates(problem)]


def regularized(problem: Problem, translation: list[Fraction]) -> dict[int, Fraction]:
    """The derivative of the regularizer along a translation, a linear function of the weights: its
    coefficients that are not 0, by the weights' indices."""
    found = {}
    for index, ((n, i, j), x) in enumerate(zip(coordinates(problem), translation, strict=True)):
        if x and n in problem.l2 and problem.l2[n][i][j]:
            found[index] = x * problem.l2[n][i][j]
    return found


def _cancels(context: Context, name: Any, linear: dict[int, Fraction]) -> bool:
    """Whether a linear function of the weights is 0 at every point that it may be."""
    here = known(context, name)
    lines = [[c * x for x in here.affine(index)] for index, c in linear.items()]
    spend(len(lines) * len(lines[0]))
    return not any(sum(column) for column in zip(*lines, strict=True))


def _outputs_follow(problem: Problem, moved: dict[str, list[list[Fraction]]]) -> None:
    """Every sample's outputs move by a multiple of (1, .., 1) that the loss does not see.

    With hidden layers the first one's preactivations do not move, and the weights of every neuron
    into the outputs move alike."""
    outer = {n: rows for n, rows in moved.items() if problem.K > 1 and n[1:] == str(problem.K)}
    inner = {n: rows for n, rows in moved.items() if n not in outer}
    for n, rows in outer.items():
        if any(row != rows[0] for row in rows):
            raise Refused(f"translations: the rows of {n} do not move alike")
    shifts = any(any(rows[0]) for rows in outer.values())
    for i, x in enumerate(problem.inputs):
        if problem.weights is not None and not any(problem.weights[i]):
            continue
        spend(problem.widths[1] * len(x))
        steps = [
            sum((a * b for a, b in zip(row, x, strict=True) if a and b), Fraction(0))
            for row in inner.get("W1", [[Fraction(0)] * len(x)] * problem.widths[1])
        ]
        steps = (
            [a + b[0] for a, b in zip(steps, inner["b1"], strict=True)] if "b1" in inner else steps
        )
        if problem.K > 1 or problem.kind != "cross_entropy":
            if any(steps):
                raise Refused(f"translations: what sample {i} gives to the first layer moves")
        elif any(step != steps[0] for step in steps):
            raise Refused(f"translations: the outputs of sample {i} do not move alike")
        shifts = shifts or bool(steps[0])
    if shifts and (problem.kind != "cross_entropy" or any(sum(y) != 1 for y in problem.targets)):
        raise Refused("translations: the loss sees that all outputs move alike")


def _field(problem: Problem, value: Any, symbols: Any, at: Rows, bits: int) -> Vector:
    """The vector field of a generator, enclosed at the point."""
    changes = bott._read_generator(problem, value)
    bott._keeps_regularizer(problem, changes)
    velocity = bott._velocity(problem, changes, symbols)
    return [affine_value(velocity[n][i][j], at, bits) for n, i, j in coordinates(problem)]


def affine_value(polynomial: Any, at: Rows, bits: int) -> Interval:
    """A polynomial of degree at most 1 in the weights, where they are `at`."""
    total = number(Fraction(0), bits)
    for monomial, factor in (polynomial.terms if isinstance(polynomial, Sparse) else {}).items():
        term = number(factor, bits)
        for (n, i, j), exponent in monomial:
            if exponent != 1 or len(monomial) != 1:
                raise Refused("a vector field that is not affine in the weights")
            term = term * at[n][i][j]
        total = total + term
    if not isinstance(polynomial, Sparse):
        total = total + number(polynomial, bits)
    return total


def _neuron(problem: Problem, value: Any, kind: str) -> tuple[int, int]:
    """A hidden neuron: its layer, counted from 1, and its number, counted from 0."""
    files.fields(value, kind, "layer neuron")
    if problem.K < 2 or problem.skip is not None:
        raise Refused(f"{kind}: only hidden neurons, in networks without skip")
    layer = files.count(value["layer"], "layer", 1, problem.K - 1)
    return layer, files.count(value["neuron"], "neuron", 1, problem.widths[layer]) - 1


def _silent(
    context: Context, name: Any, value: Any, silent: Set[tuple[int, int]] = frozenset()
) -> list[int]:
    """The indices of the incoming weights of a silent neuron; ``silent`` are those before it."""
    problem = context.problem
    layer, neuron = _neuron(problem, value, "silent")
    places = coordinates(problem)
    spend(len(places))
    here = known(context, name)
    into, out = [], []
    for index, (n, i, j) in enumerate(places):
        if n == f"W{layer + 1}" and j == neuron and (layer + 1, i) not in silent:
            out.append(here.affine(index))
        if n in (f"W{layer}", f"b{layer}") and i == neuron:
            if n in problem.l2 and problem.l2[n][i][j]:
                raise Refused("silent: an incoming weight of the neuron is regularized")
            into.append(index)
    shift = problem.kind == "cross_entropy" and all(sum(y) == 1 for y in problem.targets)
    alike = shift and layer == problem.K - 1 and all(line == out[0] for line in out)
    if not alike and any(x for line in out for x in line):
        raise Refused("silent: an outgoing weight of the neuron is not 0")
    return into


def are_independent(rows: list[Vector]) -> bool:
    """Whether all real rows within the intervals are linearly independent (False: not known).

    Elimination with the pivots' places chosen by the intervals: the elimination of any real rows
    within them, with pivots at these places, has its numbers within those computed, so no pivot is
    0.
    """
    rows = [list(row) for row in rows]
    while rows:
        if not rows[0]:
            return False
        spend(len(rows) * len(rows[0]), rows[0][0].bits)
        size, i, j = max(
            (x.magnitudes()[0], i, j) for i, row in enumerate(rows) for j, x in enumerate(row)
        )
        if not size:
            return False
        top = rows.pop(i)
        inverse = top[j].reciprocal()
        for k, row in enumerate(rows):
            ratio = row[j] * inverse
            rows[k] = [
                x - ratio * y for c, (x, y) in enumerate(zip(row, top, strict=True)) if c != j
            ]
    return True
