"""The rule for the wired representative of a stratum: an exact point, without a splitting field.

The point's matrices are written down from tokens.  At the outputs, token = vector in R^{d_K}:
eigenvectors of Sigma that are *taken* (r of them), eigenvectors that are *left* (for E-bars), and
vectors of ker B^T.  At the inputs, token = functional on R^{d_0}.  Hidden layer k has one
coordinate for each taken token and one for each bar that contains k; W_k maps a coordinate to
that of the same token, W_1 reads the functionals, W_K writes the vectors.

Every column may live in the field of one root of its own: all conditions below are identities in
one such field, or follow from orthogonality of eigenvectors of different eigenvalues.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import barcode as bars, files, polynomial as poly
from .barcode import Bar, Barcode, Bars
from .context import Context, Vector
from .effort import spend
from .linear_algebra import (
    Matrix,
    equal,
    product,
    rank,
    subtract,
    transpose,
    vanishes,
)
from .number_field import Element, Root, Scalar
from .polynomial import Poly
from .rules_deep_linear import moments
from .rules_points import Object, read_inertia
from .rules_strata import read_barcode
from .spectrum import Spectrum, spectrum_of
from .verdict import Refused, Unreadable, show

Token = tuple[Vector, Vector]  # (vector at the outputs, functional at the inputs)


@dataclass(frozen=True)
class Block:
    """Tokens that span part of some eigenspaces; ``taken`` counts them by eigenvalue."""

    taken: tuple[int, ...]
    tokens: tuple[Token, ...]
    vectors: Matrix


def wiring(context: Context, claim: Object, step: Object) -> str:
    """The point is critical, and lies on the stratum named.

    Let U be the taken vectors, F their functionals.  Blocks of different eigenvalues are
    orthogonal, so (U^T U) F A = U^T B holds as it holds in every block: M A = U F A = P B with P
    the projector on col U.  A left block has F B^T = (U^T Sigma U)^-1 U^T Sigma: its functionals
    are dual to the images B^T v of its own vectors and vanish on those of all others; functionals
    of kernel_left vanish on the range of B^T.  In R_k B^T Q L_k the rows are functionals of
    tokens that reach layer k-1 from the inputs, the columns vectors of tokens that reach the
    outputs from layer k; such an entry is zero unless both belong to the same E-bar, which would
    then contain all K+1 vertices, but bars have at most K.  So the gradient vanishes.
    The same bases (completed where a token is not joined to a hidden layer, which is possible:
    the complement of the left vectors in the eigenspaces, of the kernels' vectors in the kernels)
    split the nilpotent part into the bars of the claim.  Kind and inertia follow from
    `barcode.kind_of` and `barcode.inertia_of`.
    """
    problem, data = context.problem, moments(context)
    stratum = context.claim(claim["strata"], "strata")
    spectrum = spectrum_of(context, stratum["spectrum"])
    taken = spectrum.taken(claim["eigenvalues"], "eigenvalues")
    barcode = read_barcode(claim["barcode"], "barcode")
    cycle = bars.bars_of(problem.K)
    _possible(cycle, problem.widths, data.n, spectrum, taken, barcode)
    if problem.K == 1:
        _no_hidden_layer(context, claim, step)
    else:
        _compare(
            context,
            claim["point"],
            _tokens(context, step, cycle, barcode, spectrum, taken),
            cycle,
            barcode,
        )
    cover_e = bars.invariants(cycle, barcode)[1]
    kind = bars.kind_of(problem.widths, spectrum.multiplicities, taken, cover_e)
    if claim["kind"] != kind:
        raise Refused(f"the kind is {kind}, claimed {show(claim['kind'])}")
    found = bars.inertia_of(problem.widths, data.n, spectrum.multiplicities, taken, barcode)
    counts = files.fields(claim["inertia"], "inertia", "positive negative zero")
    if read_inertia(counts) != found:
        raise Refused(f"the inertia is {found}, claimed {read_inertia(counts)}")
    return (
        f"{claim['point']} is a critical point of kind {kind} on the stratum of eigenvalues "
        + str(claim["eigenvalues"])
    )


def _possible(
    cycle: Bars,
    widths: Sequence[int],
    n: int,
    spectrum: Spectrum,
    taken: Sequence[int],
    barcode: Barcode,
) -> None:
    """The bars occupy every vertex, and the step from K to 0, as often as they must."""
    r, q = sum(taken), sum(spectrum.multiplicities)
    if not all(cycle.is_bar(bar) for bar, _ in barcode):
        raise Refused("barcode: a bar is longer than the number of matrices, or starts nowhere")
    spend(cycle.vertices * len(barcode))
    for v in range(cycle.vertices):
        found = sum(c for bar, c in barcode if cycle.contains(bar, v))
        room = (n if v == 0 else widths[v]) - r
        if found != room:
            raise Refused(f"barcode: {found} bars at vertex {v}, expected {room}")
    if sum(c for bar, c in barcode if cycle.is_e(bar)) != q - r:
        raise Refused(f"barcode: expected {q - r} bars from the outputs to the inputs")


def _no_hidden_layer(context: Context, claim: Object, step: Object) -> None:
    """K = 1: the critical points are the solutions of W_1 A = B."""
    if any(step[key] != [] for key in ("taken", "left", "kernel_left", "kernel_right")):
        raise Unreadable("witness: without hidden layers the lists are empty")
    data = moments(context)
    if not equal(product(context.weights(claim["point"])["W1"], data.A), data.B):
        raise Refused("W1 A is not B")


@dataclass(frozen=True)
class Tokens:
    """Vectors and functionals: of the taken tokens, and of the tokens of every bar in order."""

    taken: list[Token]
    outputs: dict[tuple[Bar, int], Vector]
    inputs: dict[tuple[Bar, int], Vector]


def _tokens(
    context: Context,
    step: Object,
    cycle: Bars,
    barcode: Barcode,
    spectrum: Spectrum,
    taken: tuple[int, ...],
) -> Tokens:
    """All tokens, each condition on them checked; bars take theirs in the order of the barcode."""
    data, widths, K = moments(context), context.problem.widths, cycle.K
    taken_blocks = [
        _block(context, b, spectrum, False, f"taken {i}")
        for i, b in enumerate(files.array(step["taken"], "taken"))
    ]
    left_blocks = [
        _block(context, b, spectrum, True, f"left {i}")
        for i, b in enumerate(files.array(step["left"], "left"))
    ]
    if _total(spectrum, taken_blocks, "taken") != taken:
        raise Refused("taken: the blocks do not cover the eigenvalues of the claim")
    for mu, m, x in zip(
        spectrum.multiplicities, taken, _total(spectrum, left_blocks, "left"), strict=True
    ):
        if m + x > mu:
            raise Refused("left: an eigenvalue is used more often than its multiplicity")
    _orthogonal(taken_blocks, left_blocks)
    left = [token for block in left_blocks for token in block.tokens]
    right = _kernel(context, step, "kernel_right", widths[-1])
    functionals = _kernel(context, step, "kernel_left", widths[0])
    if right and (
        not vanishes(product(transpose(data.B), transpose(right))) or rank(right) < len(right)
    ):
        raise Refused("kernel_right: not independent vectors of the kernel of B^T")
    if functionals and (
        not vanishes(product(functionals, transpose(data.B)))
        or rank(product(functionals, data.A)) < len(functionals)
    ):
        raise Refused("kernel_left: not functionals, independent on the data, that vanish on B^T")
    result = Tokens([t for b in taken_blocks for t in b.tokens], {}, {})
    rights, lefts = _constants(right), _constants(functionals)
    for bar, count in barcode:
        for copy in range(count):
            at_output, at_input = cycle.passes(bar, K - 1), cycle.passes(bar, 0)
            if cycle.is_e(bar) and (at_output or at_input):
                token = _next(left, "left")
                result.outputs[bar, copy], result.inputs[bar, copy] = token
            elif at_output or at_input:
                if at_output:
                    result.outputs[bar, copy] = _next(rights, "kernel_right")
                if at_input:
                    result.inputs[bar, copy] = _next(lefts, "kernel_left")
    for what, rest in (("left", left), ("kernel_right", rights), ("kernel_left", lefts)):
        if rest:
            raise Refused(f"{what}: {len(rest)} more than the bars joined to hidden layers need")
    return result


def _next(supply: list[Any], what: str) -> Any:
    if not supply:
        raise Refused(f"{what}: fewer than the bars joined to hidden layers need")
    return supply.pop(0)


def _kernel(context: Context, step: Object, key: str, length: int) -> Matrix:
    """Rational vectors, as rows."""
    rows = [context.vector(v, key, length) for v in files.array(step[key], key)]
    if any(root is not None for row in rows for _, root in row):
        raise Refused(f"{key}: expected rational vectors")
    return [[context.scalar(x) for x in row] for row in rows]


def _constants(rows: Matrix) -> list[Vector]:
    return [tuple((poly.trim([x]), None) for x in row) for row in rows]


def _total(spectrum: Spectrum, blocks: list[Block], what: str) -> tuple[int, ...]:
    """Eigenvalues of all blocks together; no eigenvalue may be in two of them."""
    columns = list(zip(*(b.taken for b in blocks), strict=True)) or [()] * len(
        spectrum.multiplicities
    )
    if any(sum(m > 0 for m in column) > 1 for column in columns):
        raise Refused(f"{what}: an eigenvalue is in two blocks")
    return tuple(sum(column) for column in columns)


def _orthogonal(taken_blocks: list[Block], left_blocks: list[Block]) -> None:
    """A taken and a left block that share an eigenvalue are orthogonal, by computation.

    Both are then of the field of that eigenvalue (a block of several eigenvalues takes all
    copies, so it shares none).
    """
    for a in taken_blocks:
        for b in left_blocks:
            if any(x and y for x, y in zip(a.taken, b.taken, strict=True)) and not vanishes(
                product(transpose(a.vectors), b.vectors)
            ):
                raise Refused("taken and left vectors of one eigenvalue are not orthogonal")


def _block(context: Context, value: Any, spectrum: Spectrum, is_left: bool, where: str) -> Block:
    """A block with its conditions checked, each different block once."""
    files.fields(value, where, "roots eigenvalues columns functionals")
    key = ("block", is_left, repr(value), id(spectrum))
    if key not in context.cache:
        context.cache[key] = _read_block(context, value, spectrum, is_left, where)
    found: Block = context.cache[key]
    return found


def _read_block(
    context: Context, value: Any, spectrum: Spectrum, is_left: bool, where: str
) -> Block:
    widths, data = context.problem.widths, moments(context)
    taken = spectrum.taken(value["eigenvalues"], f"{where}: eigenvalues")
    size = sum(taken)
    if not size:
        raise Refused(f"{where}: no eigenvalues")
    vectors = [
        context.vector(v, f"{where}: columns", widths[-1])
        for v in files.array(value["columns"], f"{where}: columns", size)
    ]
    functionals = [
        context.vector(v, f"{where}: functionals", widths[0])
        for v in files.array(value["functionals"], f"{where}: functionals", size)
    ]
    U = transpose([[context.scalar(x) for x in v] for v in vectors])
    F = [[context.scalar(x) for x in v] for v in functionals]
    root = _one_root(context, [*vectors, *functionals], where)
    annihilator = _annihilator(spectrum, value["roots"], taken, root, where)
    if rank(U) < size:
        raise Refused(f"{where}: the columns are dependent")
    # An identity that holds as one of polynomials modulo f holds for all roots of f at once.
    same = (
        "identity",
        is_left,
        value["roots"],
        _residues(vectors),
        _residues(functionals),
        root and root.polynomial,
    )
    if root is None or same not in context.cache:
        Ut = transpose(U)
        outside = _at_matrix(annihilator, spectrum.sigma, U)
        if not vanishes(outside):
            raise Refused(f"{where}: the columns are not in the eigenspaces")
        gram = product(Ut, spectrum.sigma, U) if is_left else product(Ut, U)
        difference = subtract(product(gram, F, data.A), product(Ut, data.B))
        if not vanishes(difference):
            raise Refused(f"{where}: the functionals do not belong to the columns")
        if not any(x for row in outside + difference for x in row):
            context.cache[same] = True
    return Block(taken, tuple(zip(vectors, functionals, strict=True)), U)


def _residues(vectors: list[Vector]) -> tuple[tuple[Poly, ...], ...]:
    return tuple(tuple(p for p, _ in v) for v in vectors)


def _one_root(context: Context, vectors: list[Vector], where: str) -> Root | None:
    names = {root for v in vectors for _, root in v if root is not None}
    if len(names) > 1:
        raise Refused(f"{where}: vectors in several roots")
    return context.root(names.pop()) if names else None


def _annihilator(
    spectrum: Spectrum, roots: Any, taken: tuple[int, ...], root: Root | None, where: str
) -> list[Scalar]:
    """A polynomial whose kernel at Sigma is the sum of the eigenspaces of the block.

    "one": x - t for one eigenvalue t, any number of copies.  "all": f, and all copies of all of
    its roots.  "others": f / (x - t) = sum over k of (sum over j > k of f_j t^(j-1-k)) x^k, for a
    root t of f that is not in the block, and all copies of all other roots.  Sigma is symmetric,
    so the kernel is the sum of the eigenspaces of the roots of the polynomial; with as many
    independent columns as its dimension, the block spans it.
    """
    inside = [i for i, m in enumerate(taken) if m]
    f: Poly = spectrum.eigenvalues[inside[0]].polynomial
    places = spectrum.polynomials[f]
    if roots == "one":
        if len(inside) != 1:
            raise Refused(f"{where}: one eigenvalue expected")
        here = spectrum.eigenvalues[inside[0]]
        if root is not None and not root.same(here):
            raise Refused(f"{where}: the root of the vectors is not that of the eigenvalue")
        return [-_value(root or here), 1]
    if roots not in ("all", "others"):
        raise Unreadable(f"{where}: roots {show(roots)}, expected one, all or others")
    if any(m not in (0, spectrum.multiplicities[i]) for i, m in enumerate(taken)):
        raise Refused(f"{where}: all copies of the eigenvalues expected")
    if roots == "all":
        if inside != places or root is not None:
            raise Refused(f"{where}: rational vectors for all roots of one polynomial expected")
        return list(f)
    missing = [i for i in places if i not in inside]
    if len(missing) != 1 or len(inside) != len(places) - 1:
        raise Refused(f"{where}: all roots of one polynomial but one expected")
    absent = spectrum.eigenvalues[missing[0]]
    if root is not None and not root.same(absent):
        raise Refused(f"{where}: the root of the vectors is not the one left out")
    t, quotient = _value(root or absent), [f[-1]]
    for a in reversed(f[1:-1]):
        quotient.append(quotient[-1] * t + a)
    return quotient[::-1]


def _value(root: Root) -> Scalar:
    """The root itself, as a rational number where its polynomial is linear."""
    if len(root.polynomial) == 2:
        return -root.polynomial[0]
    return Element(poly.X, root)


def _at_matrix(coefficients: list[Scalar], S: Matrix, U: Matrix) -> Matrix:
    """p(S) U, by Horner's scheme."""
    result = [[coefficients[-1] * x for x in row] for row in U]
    for a in reversed(coefficients[:-1]):
        low = [[-1 * (a * x) for x in row] for row in U]
        result = subtract(product(S, result), low)
    return result


def _compare(context: Context, point: Any, tokens: Tokens, cycle: Bars, barcode: Barcode) -> None:
    """Every matrix of the point is the wired one.

    The coordinates of hidden layer k are the taken tokens, then the tokens of the bars that
    contain k, in order; vectors are compared as coefficients and root, not as numbers.
    """
    entries, widths, K = context.entries(point), context.problem.widths, cycle.K
    bar_tokens = [(bar, copy) for bar, count in barcode for copy in range(count)]
    spend(K * len(bar_tokens))
    layers = {k: [t for t in bar_tokens if cycle.contains(t[0], k)] for k in range(1, K)}
    zeros_in, zeros_out = (((), None),) * widths[0], (((), None),) * widths[-1]
    rows = [functional for _, functional in tokens.taken]
    rows += [tokens.inputs[t] if cycle.passes(t[0], 0) else zeros_in for t in layers[1]]
    columns = [vector for vector, _ in tokens.taken]
    columns += [
        tokens.outputs[t] if cycle.passes(t[0], K - 1) else zeros_out for t in layers[K - 1]
    ]
    if _plain(entries["W1"]) != _plain(rows):
        raise Refused("W1 is not the wired matrix")
    if _plain(list(zip(*entries[f"W{K}"], strict=True))) != _plain(columns):
        raise Refused(f"W{K} is not the wired matrix")
    r = len(tokens.taken)
    for k in range(2, K):
        sources = {token: r + j for j, token in enumerate(layers[k - 1])}
        wanted = [
            *range(r),
            *(sources[t] if cycle.passes(t[0], k - 1) else None for t in layers[k]),
        ]
        for row, source in zip(entries[f"W{k}"], wanted, strict=True):
            if any(x != (poly.ONE if j == source else (), None) for j, x in enumerate(row)):
                raise Refused(f"W{k} is not the wired matrix")


def _plain(vectors: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    return [tuple(v) for v in vectors]
