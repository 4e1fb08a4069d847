"""The rule `convex_cell`: minima that the convexity of the loss proves, in a cell or at kinks.

One hidden layer of relu or leaky_relu, no regularizer.  In a cell the outputs are sums of products
of the weights into and out of each neuron, and a convex loss of them; no Hessian is needed.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import files
from .cells import incoming, is_kinked, seen
from .context import Context
from .effort import spend
from .intervals import number
from .linear_algebra import dot, identity, kernel, rank, transpose
from .network import coordinates
from .rules_cells import _Place
from .verdict import Refused

Object = dict[str, Any]
Flat = list[Fraction]


def convex_cell(context: Context, claim: Object, step: Object) -> str:
    """The slice has exactly one point p that is critical for L along A and the weights that are not
    *held*, and p is a local minimum.

    For each neuron its incoming weights u or, if it is named in "held_incoming", not these but its
    outgoing ones v may move; the others, held, do not move on the slice nor along the tests, and
    are so rational numbers.  The outputs are then affine in the weights that move, on A near p.  A
    translation is a vector along A of weights that move which changes no output there (or all of a
    sample alike, for the cross entropy with targets of sum 1): checked exactly, as the held weights
    are known.  It is an annihilator.  Tests, translations, vectors across A and the unit vectors
    of held weights span everything; so g = 0 along A at p for all weights that move.

    Let r_i be the derivative of the loss by the outputs on sample i at p.  Put together neurons
    with the same slopes and the same kinks, where the slope is not 0 on all samples, and let G =
    sum_i a_i r_i x_i' over the samples without kink ((x_i, 1) with a bias), A_1 the directions of u
    along A.  g = 0 says v.(G t) = 0 for all t in A_1 if u moves, and G u = 0 if v moves.  Checked
    is that the v of the former span all outputs (all modulo (1, .., 1) for the cross entropy with
    targets of sum 1, where each r_i has sum 0), or that the values u.x_i of the latter, at the
    samples without kink whose slope is not 0, have the rank that those of all of A_1 have.  Either
    way G is 0 on A_1.  And sum r_i = 0 if there are output biases, which move.

    For all weights W of A near p, with outputs f', convexity gives L(W) - L(p) >= sum_i r_i.(f'_i -
    f_i).  Both sums are 0: sum_i r_i.f'_i is sum v'.(G u') over the neurons, plus b.(sum r_i), as
    neurons whose slope is 0 give nothing.  So p is a minimum of L on A.  L rises across A
    (rules_cells.py).
    """
    problem = context.problem
    _is_convex(problem)
    place = _Place(context, claim, {**step, "absent": []})
    listed = files.array(step["held_incoming"], "held_incoming")
    held = {files.count(j, "held_incoming", 1, problem.widths[1]) - 1 for j in listed}
    fixed = _held(problem, held)
    for i in fixed:
        if any(place.here.affine(i)[1:]) or any(i in t for t in place.here.tests):
            raise Refused("a weight that is held moves on the slice or along a test")
    place.locate(step)
    lines = files.array(step["translations"], "translations")
    size = len(place.here.midpoint)
    spend(len(lines) * size)
    moves = [
        [files.number(x, "translations") for x in files.array(line, "translations", size)]
        for line in lines
    ]
    for move in moves:
        _changes_nothing(place, held, fixed, move)
    units = [{i: Fraction(1)} for i in fixed]
    place.spans([[number(x, place.bits) for x in move] for move in moves], units)
    _determined(place, held)
    place.rises_across()
    return f"the slice {place.name} has one critical point of a convex loss, a local minimum"


def _is_convex(problem: Any) -> None:
    if problem.K != 2 or problem.skip is not None or not is_kinked(problem, 1):
        raise Refused("this rule needs one hidden layer of relu or leaky_relu, and no skip")
    if any(x for rows in problem.l2.values() for row in rows for x in row):
        raise Refused("this rule needs a loss without regularizer")
    if any(w < 0 for row in problem.weights or [] for w in row):
        raise Refused("a weight of the loss is negative")


def _held(problem: Any, incoming_held: set[int]) -> list[int]:
    """The indices of the weights that are held."""
    found = []
    for i, (n, row, column) in enumerate(coordinates(problem)):
        into = n in ("W1", "b1") and row in incoming_held
        if into or (n == "W2" and column not in incoming_held):
            found.append(i)
    return found


def _value(place: _Place, index: int) -> Fraction:
    """A weight that is held."""
    return place.here.midpoint[index]


def _changes_nothing(place: _Place, held: set[int], fixed: list[int], move: Flat) -> None:
    """`Refused` unless the vector is a translation."""
    problem, size = place.problem, place.problem.widths[2]
    if any(move[i] for i in fixed) or not place.is_along({i: x for i, x in enumerate(move) if x}):
        raise Refused("a translation moves a weight that is held, or leads across a kink")
    places = {p: i for i, p in enumerate(coordinates(problem))}
    spend(len(problem.inputs) * len(move))
    alike = problem.kind == "cross_entropy" and all(sum(y) == 1 for y in problem.targets)
    for i in range(len(problem.inputs)):
        a = seen(problem, i)
        change = [
            move[places["b2", k, 0]] if "b2" in problem.shapes else Fraction(0) for k in range(size)
        ]
        for j in range(problem.widths[1]):
            slope, into = place.cell.slopes[i][0][j] or Fraction(0), incoming(problem, j)
            source = [_value(place, p) for p in into] if j in held else [move[p] for p in into]
            z = slope * dot(source, a)
            for k in range(size) if z else ():
                out = places["W2", k, j]
                change[k] += z * (move[out] if j in held else _value(place, out))
        if alike:
            change = [x - change[0] for x in change]
        if any(change):
            raise Refused(f"a translation changes the outputs of sample {i + 1}")


def _determined(place: _Place, held: set[int]) -> None:
    """`Refused` unless G is 0 on A_1 for every group of neurons."""
    problem, cell = place.problem, place.cell
    groups: dict[Any, list[int]] = {}
    for j in range(problem.widths[1]):
        kinks = tuple(sorted(i for ln in cell.lines if ln.neuron == j for i in ln.factors))
        groups.setdefault((tuple(cell.pattern(1, j)), kinks), []).append(j)
    shift = problem.kind == "cross_entropy" and all(sum(y) == 1 for y in problem.targets)
    places = {p: i for i, p in enumerate(coordinates(problem))}
    for (pattern, kinks), neurons in groups.items():
        samples = [i for i, a in enumerate(pattern) if a and i not in kinks]
        if not samples:
            continue
        out = [
            [_value(place, places["W2", k, j]) for k in range(problem.widths[2])]
            for j in neurons
            if j not in held
        ]
        if shift:
            out = [[v - row[0] for v in row[1:]] for row in out]
        if rank(out) == problem.widths[2] - shift:
            continue
        a = [seen(problem, i) for i in samples]
        lines = [line.vector for line in cell.lines if line.neuron == neurons[0]]
        free = transpose(kernel(lines, len(a[0]))) if lines else identity(len(a[0]))
        every = [[dot(t, x) for x in a] for t in free]
        own = [
            [dot([_value(place, p) for p in incoming(problem, j)], x) for x in a]
            for j in neurons
            if j in held
        ]
        if rank(own) != rank(every):
            raise Refused(
                f"neuron {neurons[0] + 1}: what is held of it and of those with its slopes does "
                "not determine the residuals"
            )
