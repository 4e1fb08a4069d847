"""Rules for degenerate local minima and maxima: a manifold of critical points with the kernel as
its tangents.

Lemma.  Let L be twice continuously differentiable near p, p critical, the Hessian H of L at p
positive semidefinite with kernel of dimension k, and phi a continuously differentiable map from a
neighbourhood of 0 in R^m to weights with phi(0) = p, all values critical, and D phi(0) of rank k.
Then p is a local minimum.

Proof.  The gradient vanishes along phi, so H D phi(0) = 0: the image of D phi(0) lies in the
kernel of H, and by its rank is the kernel.  Restrict phi to a k-dimensional space on which D phi(0)
is injective, and let N be the orthogonal complement of the kernel.  (s, n) -> phi(s) + n has at (0,
0) an invertible derivative, so it maps a product of balls around 0 onto a neighbourhood of p.  For
fixed s the function n -> L(phi(s) + n) has derivative 0 at n = 0; its Hessian is that of L on N,
positive definite at p, and after shrinking the balls for all (s, n).  A convex function is least
where its derivative is 0, so L(phi(s) + n) >= L(phi(s)).  The ball of the s is connected and L
has no derivative along phi, so L(phi(s)) = L(p).

For -L in place of L, which has the same critical points and the Hessian -H, with the same kernel:
if H is negative semidefinite, p is a local maximum.

A claim "inertia" is established only where L is twice continuously differentiable nearby, and gives
H and k.  How large the rank of D phi(0) is, is checked; a rank below k proves nothing.

What phi is: a polynomial map s -> q(s), q(0) = p, with critical values (rule `morse_bott`; a
constant in the rule `orbit`), moved by symmetries.  A generator gives a vector field V on the
weights whose flow g_t, affine maps of all weights for each t, leaves L as it is; then L(g_t W) =
L(W) makes g_t W critical with W.  So phi(t_1, .., t_r, s) = g1_t1 ... gr_tr q(s) has critical
values, and D phi(0) has the columns V_1(p), .., V_r(p) and those of D q(0).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from . import files, network
from .context import Context, Weights
from .effort import spend
from .linear_algebra import dot, is_rational, rank
from .network import Sparse
from .number_field import Scalar, is_zero
from .polynomial import add, derivative, multiply, scale, trim
from .rules_points import Object, read_inertia
from .statement import Problem, columned
from .verdict import Refused

MAX_PARAMETERS = 1000
MAX_ENTRIES = 5_000_000  # of all tangents: they are in memory together


def orbit(context: Context, claim: Object, step: Object) -> str:
    """A local minimum, by the lemma above: the flows of the generators alone give the manifold.
    The flows change weights and nothing else, so this holds for every loss and activation; which
    vector fields are generators is proved at `_velocity` and `_follow`."""
    _extremum(context, claim, step, _tangents(context, claim["point"], step["generators"]))
    return f"{claim['point']} is a local minimum, flat along its orbit and nowhere else"


def orbit_maximum(context: Context, claim: Object, step: Object) -> str:
    """A local maximum, by the lemma for -L: the rest is as in `orbit`."""
    tangents = _tangents(context, claim["point"], step["generators"])
    _extremum(context, claim, step, tangents, maximum=True)
    return f"{claim['point']} is a local maximum, flat along its orbit and nowhere else"


def morse_bott(context: Context, claim: Object, step: Object) -> str:
    """A local minimum, by the lemma above: with "manifold" the map s -> q(s) - p, a polynomial in
    "parameters" variables for every weight that moves, without constant term.  The gradient of L
    at q(s) for small s, computed over polynomials in s (network.py), is the zero polynomial in
    every component."""
    _extremum(context, claim, step, _along_the_manifold(context, claim["point"], step))
    where = "flat along a manifold of critical points and nowhere else"
    return f"{claim['point']} is a local minimum, {where}"


def morse_bott_maximum(context: Context, claim: Object, step: Object) -> str:
    """A local maximum, by the lemma for -L: the rest is as in `morse_bott`."""
    tangents = _along_the_manifold(context, claim["point"], step)
    _extremum(context, claim, step, tangents, maximum=True)
    where = "flat along a manifold of critical points and nowhere else"
    return f"{claim['point']} is a local maximum, {where}"


def _along_the_manifold(context: Context, point: Any, step: Object) -> list[list[Scalar]]:
    """The columns of D phi(0), as `morse_bott` has phi, whose values are found to be critical."""
    weights = context.weights(point)
    if not all(is_rational(rows) for rows in weights.values()):
        raise Refused("this rule needs a rational point")
    count = files.count(step["parameters"], "parameters", 1, MAX_PARAMETERS)
    moves = _manifold(context, step["manifold"], count)
    moved = {
        n: [
            [x + y for x, y in zip(*pair, strict=True)]
            for pair in zip(rows, weights[n], strict=True)
        ]
        for n, rows in moves.items()
    }
    for name, rows in network.gradient(context.problem, weights | moved, near=True).items():
        if any(x.terms if isinstance(x, Sparse) else not is_zero(x) for row in rows for x in row):
            raise Refused(f"the derivative with respect to {name} is not zero on the manifold")
    places = network.coordinates(context.problem)
    _reserve(count, len(places))
    tangents = [
        [
            moves[n][i][j].terms.get(((("s", v, 0), 1),), Fraction(0))
            if n in moves
            else Fraction(0)
            for n, i, j in places
        ]
        for v in range(count)
    ]
    return tangents + _tangents(context, point, step["generators"])


def _extremum(
    context: Context,
    claim: Object,
    step: Object,
    tangents: list[list[Scalar]],
    maximum: bool = False,
) -> None:
    """The hypotheses of the lemma, for D phi(0) with the columns given."""
    context.claim(step["critical"], "critical", claim["point"])
    signs = read_inertia(context.claim(step["inertia"], "inertia", claim["point"]))
    if signs[0 if maximum else 1]:
        raise Refused(f"the Hessian has a {'positive' if maximum else 'negative'} eigenvalue")
    found, k = rank(tangents), signs[2]
    if found != k:
        raise Refused(f"the manifold has dimension {found}, the kernel of the Hessian {k}")


def _manifold(context: Context, given: Any, count: int) -> dict[str, list[list[Sparse]]]:
    """Polynomials in s: an entry is a list of [NUMBER, exponents], each exponents once."""
    shapes = context.problem.shapes
    files.fields(given, "manifold", "", " ".join(shapes))
    found = {}
    for name, value in given.items():
        rows, columns = shapes[name]
        found[name] = [
            [_polynomial(x, count) for x in files.array(row, "manifold", columns)]
            for row in files.array(columned(name, value), "manifold", rows)
        ]
    return found


def _polynomial(value: Any, count: int) -> Sparse:
    terms: dict[network.Monomial, Fraction] = {}
    for term in files.array(value, "manifold"):
        factor, exponents = files.array(term, "manifold", 2)
        powers = [files.count(e, "exponent") for e in files.array(exponents, "manifold", count)]
        key = tuple((("s", v, 0), e) for v, e in enumerate(powers) if e)
        if not key:
            raise Refused("manifold: a constant term, so it does not start at the point")
        if key in terms:
            raise Refused("manifold: a monomial occurs twice")
        terms[key] = files.number(factor, "manifold")
    return Sparse(terms)


@dataclass(frozen=True)
class _Change:
    """How one hidden layer moves: its preactivations by A z + t, its values by R h + r."""

    A: list[list[Fraction]]
    t: list[Fraction]
    R: list[list[Fraction]]
    r: list[Fraction]


def _tangents(context: Context, point: Any, given: Any) -> list[list[Scalar]]:
    """The vector fields of the generators at the point, one list over all weights for each."""
    weights, tangents = context.weights(point), []
    places = network.coordinates(context.problem)
    _reserve(len(files.array(given, "generators")), len(places))
    for generator in given:
        spend(3 * len(places))
        changes = _read_generator(context.problem, generator)
        velocity = _velocity(context.problem, changes, weights)
        _keeps_regularizer(context.problem, changes)
        tangents.append([velocity[n][i][j] for n, i, j in places])
    return tangents


def _reserve(tangents: int, weights: int) -> None:
    """Count so many tangents; `Refused` if they are too large to be in memory together."""
    if tangents * weights > MAX_ENTRIES:
        raise Refused(f"tangents of more than {MAX_ENTRIES} entries")
    spend(tangents * weights)


def _read_generator(problem: Problem, given: Any) -> dict[int, _Change]:
    """An object from hidden layers, "1" to "K-1", to matrices A and shifts t (0 if left out)."""
    files.fields(given, "generators", "", " ".join(str(k) for k in range(1, problem.K)))
    changes = {}
    for key, value in given.items():
        d = problem.widths[int(key)]
        files.fields(value, "generators", "matrix", "shift")
        A = [
            [files.number(x, "matrix") for x in files.array(row, "matrix", d)]
            for row in files.array(value["matrix"], "matrix", d)
        ]
        shift = files.array(value.get("shift", ["0"] * d), "shift", d)
        changes[int(key)] = _follow(problem, int(key), A, [files.number(x, "shift") for x in shift])
    return changes


def _follow(problem: Problem, k: int, A: list[list[Fraction]], t: list[Fraction]) -> _Change:
    """How the values h = s(z) of layer k move when its preactivations move by dz/dt = A z + t.

    Found are R and r with s'(z_i) (A z + t)_i = (R s(z) + r)_i for all z.  Then s(z(t)) and the
    solution of dh/dt = R h + r solve the same linear equation, so they agree.  For s of degree n
    R = n A: if A is diagonal the difference s' (a z + t) - n a s of every neuron must be a
    constant; for n = 1, s(z) = c z + c_0, it is r = c t - A (c_0, .., c_0) for every A.  relu and
    leaky_relu have s(e^(a t) z) = e^(a t) s(z).  For exp, if A = 0, it is R = diag(t) and r = 0.
    """
    size = range(len(A))
    s = problem.activations[k - 1]
    coefficients = None if s is None else trim(s)
    degree = 1 if coefficients is None else max(len(coefficients) - 1, 0)
    mixing = any(A[i][j] for i in size for j in size if i != j)
    if mixing and (coefficients is None or degree != 1):
        raise Refused(f"the activation of layer {k} does not let neurons be mixed")
    R = [[degree * x for x in row] for row in A]
    if coefficients is None:
        function = problem.functions[k - 1]
        if function is not None and function[0] == "exp" and not any(map(any, A)):
            turned = [[t[i] if i == j else Fraction(0) for j in size] for i in size]
            return _Change(A, t, turned, [Fraction(0)] * len(A))
        if function is None or function[0] not in ("relu", "leaky_relu") or any(t):
            raise Refused(f"the activation of layer {k} does not follow the generator")
        return _Change(A, t, R, [Fraction(0)] * len(A))
    r = []
    for i in size:
        rest = add(
            multiply(derivative(coefficients), trim((t[i], A[i][i]))),
            scale(coefficients, -degree * A[i][i]),
        )
        if len(rest) > 1:
            raise Refused(f"the activation of layer {k} does not follow the generator")
        mixed = sum((A[i][j] for j in size if j != i), Fraction(0))
        r.append(sum(rest, Fraction(0)) - (mixed * coefficients[0] if mixed else 0))
    return _Change(A, t, R, r)


def _velocity(problem: Problem, changes: dict[int, _Change], weights: Weights) -> Weights:
    """The vector field whose flow moves layers as the changes say, and the outputs not at all.

    With rows for the bias, let M_m = [W_m b_m; 0 1] act on (h, 1), and write A, R for [A t; 0 0],
    [R r; 0 0], zero for layers that do not move, the inputs and the outputs.  The field is
        dM_m/dt = A_m M_m - M_m R_(m-1),   with flow   M_m(t) = e^(t A_m) M_m e^(-t R_(m-1)).
    Layer by layer: if (h, 1) of layer m-1 has become e^(t R_(m-1)) (h, 1), the preactivations of
    layer m become e^(t A_m) (z, 1), and its values follow by e^(t R_m).  The output layer, with
    A_K = 0, computes what it did before; so does L, as far as it depends on outputs.

    What the output layer reads through skip connections follows by the block of R that belongs to
    the neurons it reads, provided that R does not mix other neurons into them.  A bias that is
    not there cannot move.
    """
    moved: Weights = {}
    for m in range(1, problem.K + 1):
        W, change = weights[f"W{m}"], changes.get(m)
        R, r = _arriving(problem, changes, m)
        right = list(zip(*R, strict=True))
        left = list(zip(*W, strict=True))
        rows = []
        for i, w in enumerate(W):
            row = [dot(w, column) * Fraction(-1) for column in right] or None
            ahead = [dot(change.A[i], column) for column in left] if change is not None else None
            rows.append(_sum(row, ahead, len(w)))
        moved[f"W{m}"] = rows
        t = change.t if change is not None else [Fraction(0)] * len(W)
        if f"b{m}" in weights:
            b = [x[0] for x in weights[f"b{m}"]]
            turned = (
                [dot(row, b) for row in change.A] if change is not None else [Fraction(0)] * len(b)
            )
            moved[f"b{m}"] = [
                [dot(w, r) * Fraction(-1) + x + y] for x, y, w in zip(turned, t, W, strict=True)
            ]
        elif any(t) or any(r):
            raise Refused(f"the generator moves a bias of layer {m}, and there is none")
    return moved


def _sum(u: list[Scalar] | None, v: list[Scalar] | None, length: int) -> list[Scalar]:
    if u is None or v is None:
        return u or v or [Fraction(0)] * length
    return [x + y for x, y in zip(u, v, strict=True)]


def _arriving(
    problem: Problem, changes: dict[int, _Change], m: int
) -> tuple[list[list[Fraction]], list[Fraction]]:
    """R and r for the values that layer m reads, in the order in which it reads them."""
    sources: Sequence[tuple[int, int]] = [(m - 1, j) for j in range(problem.widths[m - 1])]
    if m == problem.K and problem.skip is not None:
        sources = [(k, n - 1) for k, n in problem.skip]
    zero = Fraction(0)
    if not any(k in changes for k, _ in sources):
        return [], [zero] * len(sources)
    read = set(sources)
    for k, i in sources:
        if k in changes and any(x and (k, j) not in read for j, x in enumerate(changes[k].R[i])):
            raise Refused("the generator mixes neurons that the output reads with others")
    spend(len(sources) ** 2)
    R = [
        [changes[k].R[i][j] if k == at and k in changes else zero for at, j in sources]
        for k, i in sources
    ]
    return R, [changes[k].r[i] if k in changes else zero for k, i in sources]


def _keeps_regularizer(problem: Problem, changes: dict[int, _Change]) -> None:
    """The derivative of 1/2 sum lambda w^2 along the field, sum lambda w V_w(W), is the zero
    polynomial in the weights; so the regularizer is constant along the flow."""
    total: Any = Sparse({})
    if not any(x for rows in problem.l2.values() for row in rows for x in row):
        return
    symbols = network.symbols(problem)
    velocity = _velocity(problem, changes, symbols)
    for name, factors in problem.l2.items():
        for lines in zip(factors, symbols[name], velocity[name], strict=True):
            for factor, w, v in zip(*lines, strict=True):
                total = total + w * v * factor
    if total.terms:
        raise Refused("the generator does not leave the regularizer as it is")
