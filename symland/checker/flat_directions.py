"""Why the loss does not change along some directions: translations, generators, copies of neurons.

A witness "flat" names reasons.  Each gives, at the point p that it is about,
    *annihilators*: vectors r with r.g = 0 for the gradient g of L at p, whether p is critical or
    not, as long as p is what the reason says; and
    *tangents*: derivatives at 0 of the coordinates of one continuously differentiable map phi of
    several variables near 0 to the weights, phi(0) = p, all of whose values are critical if p is.

**Translations.**  A rational vector t with L(W + s t) = L(W) for all W and s.  Checked is that the
outputs f of every sample that counts move by a multiple of (1, .., 1), and not at all unless the
loss is the cross entropy with targets of sum 1, where it cancels: log sum exp(f_j + c) - sum t_j
(f_j + c) = log sum exp f_j - sum t_j f_j.  And that no weight that moves is regularized.

**Generators** (rules_morse_bott.py): a vector field V on the weights, affine in them, whose flow
leaves L as it is.

Both are flows g_s of affine bijections with L(g_s W) = L(W).  Differentiated by s at 0: V(W) is an
annihilator at every W.  Differentiated by W: g_s W is critical with W.  So V(p) is a tangent.

**Copies** (copies.py): neurons that do what one neuron could do.  How they share its outgoing
weights does not matter for L, nor for being critical.

**Silent neurons**: hidden neurons whose outgoing weights are 0 at every point of the slice; or,
for the cross entropy with targets of sum 1, of the last hidden layer with all outgoing weights
equal, so that they add a multiple of (1, .., 1) to the outputs.  Silent too is a neuron whose
outgoing weights are 0 except those that lead to silent neurons named before it.  The loss does not
depend on what such a neuron computes, so its derivatives by the incoming weights are 0, if these
are not regularized: their unit vectors are annihilators.  (Not in networks with skip connections.)
There are no tangents, for phi leaves the incoming weights of these neurons as they are, or takes critical
points to critical points whatever they are.

**Constant neurons**: hidden neurons with a bias b whose incoming weights w and outgoing weights v
are 0 at every point of the slice; b and the biases c of the next layer, which has some, are not
regularized, and there are no skip connections.  The value s(b) is the same for all samples, and
nothing depends on it.  So L has derivative 0 by w and b (a regularizer of w too, at w = 0), and by
v_i the derivative is s(b) times that by c_i: with d_i the derivatives of L by what the next layer
receives, they are sum d_i s(b) and sum d_i.  So the unit vectors of w and b and, for each i, that
of v_i minus s(b) times that of c_i are annihilators, whether the point is critical or not.  If p
is critical, so is p with another b: outputs and all d stay as they are, hence all derivatives but
those by v, and these are s(b) times 0.  So the unit vector of b is a tangent.

Several reasons at once: phi moves the shares of one group of copies after another.  The weights
out of a group are moved by that group alone, so its shares stay what they are until it moves; and
what it moves changes the weights into the neurons of another group in proportion to their factors,
as v is, so that they stay c_j u.  (Groups of one layer have no neuron in common.)  Biases of
constant neurons move instead, all of them; there are no copies then, and the neurons stay constant.
Then the flows follow one another; each takes critical points to critical points.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from . import files, interval_jets, network, rules_morse_bott as bott
from .context import Context
from .copies import Vector, read_copies
from .effort import spend
from .enclosed_points import Rows, weights
from .intervals import Interval, number
from .network import Sparse, coordinates
from .slices import read_slice
from .statement import Problem, columned, matrix
from .verdict import Refused

REASONS = "translations generators copies silent constant"
MAX_ENTRIES = 1_000_000  # of the vectors of all reasons of one kind: they are in memory together


@dataclass(frozen=True)
class Flat:
    """The vectors of the reasons at a point."""

    annihilators: list[Vector]
    tangents: list[Vector]


def read_flat(context: Context, name: Any, given: Any, bits: int) -> Flat:
    """What the witness "flat" says at the point, which must be enclosed; `Refused` if it is not
    so."""
    files.fields(given, "flat", "", REASONS)
    problem = context.problem
    at = weights(context, name, bits)
    found = Flat([], [])
    for value in _listed(problem, given, "translations"):
        vector = [number(x, bits) for x in _translation(problem, value)]
        found.annihilators.append(vector)
        found.tangents.append(vector)
    symbols = network.symbols(problem) if given.get("generators") else {}
    for value in _listed(problem, given, "generators"):
        vector = _field(problem, value, symbols, at, bits)
        found.annihilators.append(vector)
        found.tangents.append(vector)
    flat = [x for n in problem.shapes for row in at[n] for x in row]
    groups = read_copies(context, name, _listed(problem, given, "copies"))
    _reserve(problem, sum(group.count for group in groups))
    for group in groups:
        annihilators, tangents = group.vectors(flat)
        found.annihilators.extend(annihilators)
        found.tangents.extend(tangents)
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
        annihilators, tangent = _constant(context, name, value, at, bits)
        found.annihilators.extend(annihilators)
        found.tangents.append(tangent)
        _reserve(problem, len(found.annihilators))
    return found


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
    for n in moved.keys() & problem.l2.keys():
        for factors, row in zip(problem.l2[n], moved[n], strict=True):
            if any(x and factor for factor, x in zip(factors, row, strict=True)):
                raise Refused(f"translations: a weight of {n} that moves is regularized")
    _outputs_follow(problem, moved)
    return [moved[n][i][j] if n in moved else Fraction(0) for n, i, j in coordinates(problem)]


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
    return [_value(velocity[n][i][j], at, bits) for n, i, j in coordinates(problem)]


def _value(polynomial: Any, at: Rows, bits: int) -> Interval:
    """A polynomial of degree at most 1 in the weights."""
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


def _constant(
    context: Context, name: Any, value: Any, at: Rows, bits: int
) -> tuple[list[Vector], Vector]:
    """The annihilators and the tangent of a constant neuron."""
    problem = context.problem
    layer, neuron = _neuron(problem, value, "constant")
    own, above = f"b{layer}", f"b{layer + 1}"
    for n in (own, above):
        if n not in problem.shapes:
            raise Refused(f"constant: the network has no {n}")
    places = coordinates(problem)
    spend(len(places))
    index = {place: k for k, place in enumerate(places)}
    into = [index[f"W{layer}", neuron, j] for j in range(problem.widths[layer - 1])]
    out = [index[f"W{layer + 1}", i, neuron] for i in range(problem.widths[layer + 1])]
    bias, next_biases = index[own, neuron, 0], [index[above, i, 0] for i in range(len(out))]
    for n, i, j in (places[k] for k in (bias, *next_biases)):
        if n in problem.l2 and problem.l2[n][i][j]:
            raise Refused(f"constant: a bias of {n} is regularized")
    here = read_slice(context, name)
    if any(x for k in (*into, *out) for x in here.affine(k)):
        raise Refused("constant: an incoming or outgoing weight of the neuron is not 0")
    received = interval_jets.Jet(at[own][neuron][0], 0)
    arithmetic = interval_jets.Intervals(bits)
    height = interval_jets._activate(problem, arithmetic, layer, received).value
    zero, one = number(Fraction(0), bits), number(Fraction(1), bits)
    lines = [{k: one} for k in (*into, bias)]
    lines += [{v: one, c: -height} for v, c in zip(out, next_biases, strict=True)]
    _reserve(problem, len(lines) + 1)
    vectors = [[line.get(k, zero) for k in range(len(places))] for line in lines]
    return vectors, vectors[len(into)]


def _silent(
    context: Context, name: Any, value: Any, silent: Set[tuple[int, int]] = frozenset()
) -> list[int]:
    """The indices of the incoming weights of a silent neuron; ``silent`` are those before it."""
    problem = context.problem
    layer, neuron = _neuron(problem, value, "silent")
    places = coordinates(problem)
    spend(len(places))
    here = read_slice(context, name)
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
