"""Rules about one point of any problem with a polynomial loss: evaluation and elimination.

"L" is the whole loss, regularizer included.  A point lives in Q or in the field of one real root;
all decisions are about the real numbers themselves (see number_field.py).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import files, network, polynomial as poly
from .context import Context
from .effort import spend
from .linear_algebra import inertia, product, rank, vanishes
from .network import Monomial, Sparse
from .number_field import Scalar, bits, is_zero, less, sign
from .parity import Input, allowed, classes
from .statement import Problem, coefficients as read_polynomial
from .verdict import Refused, Unreadable, show

Object = dict[str, Any]
VANISHING = ("tanh", "relu", "leaky_relu")  # at 0, of the activations that are no polynomials


def loss_at(context: Context, point: Any) -> Scalar:
    """L at a point, computed once."""
    weights = context.weights(point)
    if ("loss", point) not in context.cache:
        context.cache["loss", point] = network.loss(context.problem, weights)
    return context.cache["loss", point]


def hessian_inertia(context: Context, point: Any) -> tuple[int, int, int]:
    """Signs of the Hessian's eigenvalues at a point, computed once."""
    weights = context.weights(point)
    if ("inertia", point) not in context.cache:
        context.cache["inertia", point] = inertia(network.hessian(context.problem, weights))
    found: tuple[int, int, int] = context.cache["inertia", point]
    return found


def evaluate_value(context: Context, claim: Object, step: Object) -> str:
    """L(point) is computed by the checker's own forward pass and compared with the value."""
    root = context.root_of(claim["point"])
    value = context.number(claim["value"], "value", root)
    if not is_zero(loss_at(context, claim["point"]) - value):
        raise Refused(f"the loss at {claim['point']} is not the value claimed")
    return f"the loss at {claim['point']} is {_in_words(context, claim['value'], root)}"


def _in_words(context: Context, value: Any, root: str | None) -> str:
    """A number, or the polynomial in the root that its coefficients stand for."""
    polynomial = read_polynomial(value, "value")
    if len(polynomial) < 2 or root is None:
        return show(value[0] if isinstance(value, list) else value).replace("'", "")
    given = context.root(root)
    of = poly.text(given.polynomial, "x")
    if all(end.denominator < 1000 for end in given.given):
        place = f"between {show(given.given[0])} and {show(given.given[1])}"
    else:
        given.refine(40)
        thousandths = round(1000 * (given.lower + given.upper) / 2)
        whole, rest = divmod(abs(thousandths), 1000)
        place = f"near {'-' if thousandths < 0 else ''}{show(whole)}.{rest:03d}"
    return f"{poly.text(polynomial, root)}, where {root} is the root of {of} {place}"


def evaluate_enclosure(context: Context, claim: Object, step: Object) -> str:
    """L(point) is computed exactly; both inequalities are signs of exact numbers."""
    value = loss_at(context, claim["point"])
    lower, upper = (files.number(claim[end], end) for end in ("lower", "upper"))
    if sign(value - lower) < 0 or sign(value - upper) > 0:
        raise Refused(f"the loss at {claim['point']} is not between the bounds claimed")
    return f"the loss at {claim['point']} lies in [{show(lower)}, {show(upper)}]"


def substitution_critical(context: Context, claim: Object, step: Object) -> str:
    """Every partial derivative, computed by the checker's own backpropagation, is zero."""
    slope = network.gradient(context.problem, context.weights(claim["point"]))
    for name, rows in slope.items():
        if not vanishes(rows):
            raise Refused(f"the derivative with respect to {name} is not zero at {claim['point']}")
    return f"{claim['point']} is a critical point"


def parameter(context: Context, value: Any) -> tuple[str, int, int]:
    """A parameter written ["W1", row, column] or ["b1", row], from 0."""
    name = files.array(value, "parameter")[0] if value else None
    shape = context.problem.shapes.get(name) if isinstance(name, str) else None
    if shape is None or not isinstance(name, str):
        raise Unreadable(f"parameter: {show(value)} is not a parameter of the network")
    bias = name.startswith("b")
    files.array(value, "parameter", 2 if bias else 3)
    place = [*value[1:], 0] if bias else value[1:]
    row, column = (files.count(x, "parameter", 0, n - 1) for x, n in zip(place, shape, strict=True))
    return name, row, column


def place_text(name: str, i: int, j: int) -> str:
    """A parameter in words, counted from 0 as in the files."""
    return f"{name}[{i}]" if name.startswith("b") else f"{name}[{i}, {j}]"


def substitution_not_critical(context: Context, claim: Object, step: Object) -> str:
    """One partial derivative, computed exactly, equals the number claimed, which is not zero."""
    name, i, j = parameter(context, claim["parameter"])
    slope = network.gradient(context.problem, context.weights(claim["point"]))[name][i][j]
    value = context.number(claim["derivative"], "derivative", context.root_of(claim["point"]))
    if not is_zero(slope - value):
        raise Refused("the partial derivative is not the number claimed")
    if is_zero(value):
        raise Refused("the partial derivative claimed is zero")
    return f"{claim['point']} is not a critical point"


def read_inertia(value: Object) -> tuple[int, int, int]:
    """The three counts of a claim."""
    return (
        files.count(value["positive"], "positive"),
        files.count(value["negative"], "negative"),
        files.count(value["zero"], "zero"),
    )


def ldl_inertia(context: Context, claim: Object, step: Object) -> str:
    """The Hessian is computed exactly (columns as derivatives of the gradient, carried along a
    dual number) and diagonalised by congruence; Sylvester's law of inertia gives the signs."""
    found = hessian_inertia(context, claim["point"])
    if found != read_inertia(claim):
        raise Refused(
            f"the Hessian has (positive, negative, zero) = {found}, claimed {read_inertia(claim)}"
        )
    return f"the Hessian at {claim['point']} has inertia {found}"


def ldl_semidefinite(context: Context, claim: Object, step: Object) -> str:
    """As `ldl_inertia`: the exact Hessian has no negative square."""
    if hessian_inertia(context, claim["point"])[1]:
        raise Refused("the Hessian has a negative eigenvalue")
    return f"the Hessian at {claim['point']} is positive semidefinite"


def ldl_strict_minimum(context: Context, claim: Object, step: Object) -> str:
    """A critical point whose Hessian is positive definite is a strict local minimum (Taylor)."""
    context.claim(step["critical"], "critical", claim["point"])
    _, negative, zero = hessian_inertia(context, claim["point"])
    if negative or zero:
        raise Refused("the Hessian is not positive definite")
    return f"{claim['point']} is a strict local minimum"


def zero_loss(context: Context, claim: Object, step: Object) -> str:
    """L is a sum of squares with coefficients that are not negative (checked), and L(point) = 0,
    so no point has a smaller loss."""
    problem = context.problem
    tables = [problem.weights or [], *problem.l2.values()]
    if any(x < 0 for rows in tables for row in rows for x in row):
        raise Refused("a weight of the loss or of the regularizer is negative")
    if not is_zero(loss_at(context, claim["point"])):
        raise Refused(f"the loss at {claim['point']} is not zero")
    return f"{claim['point']} is a global minimum, its loss is 0"


def least_loss(problem: Problem) -> Fraction:
    """What a sum of squares cannot fall below, whatever function of the input is fitted; if the
    network is odd or even (parity.py), whatever odd or even one.

    Samples of equal input x have the same outputs f, those of a class (parity.py) e f, e = 1, -1 or
    0.  Over a class, for weights w >= 0 of the residuals of one output, sum w (e f - y)^2 is at
    least sum w y^2 - (sum w e y)^2 / sum w e^2, or sum w y^2 where sum w e^2 is 0.  A regularizer
    with coefficients that are not negative adds nothing negative.
    """
    if problem.kind != "squared":
        raise Refused(f"this rule needs the squared loss, not {problem.kind}")
    tables = [problem.weights or [], *problem.l2.values()]
    if any(x < 0 for rows in tables for row in rows for x in row):
        raise Refused("a weight of the loss or of the regularizer is negative")
    groups: dict[Input, list[tuple[int, int]]] = {}
    for i, (x, e) in enumerate(classes(problem)):
        groups.setdefault(x, []).append((i, e))
    total = Fraction(0)
    for samples in groups.values():
        for j in range(problem.widths[-1]):
            heard = seen = Fraction(0)
            spend(4 * len(samples), bits(total), bits(total))
            for i, e in samples:
                w = problem.weights[i][j] if problem.weights else Fraction(1)
                y = problem.targets[i][j]
                heard, seen, total = heard + w * e * e, seen + w * e * y, total + w * y * y
            if heard:
                total -= seen * seen / heard
    return problem.scale * total


def pure_error(context: Context, claim: Object, step: Object) -> str:
    """L(point), computed exactly, is what no function of the input falls below that the network may
    be (`least_loss`)."""
    if not is_zero(loss_at(context, claim["point"]) - least_loss(context.problem)):
        raise Refused(f"the loss at {claim['point']} is not the least of all functions")
    what = allowed(context.problem)
    return f"{claim['point']} is a global minimum, no {what} of the input fits better"


def evaluate_not_global(context: Context, claim: Object, step: Object) -> str:
    """Both losses are exact numbers (possibly of different roots) and the other one is smaller."""
    if not less(loss_at(context, claim["better"]), loss_at(context, claim["point"])):
        raise Refused(f"the loss at {claim['better']} is not shown to be lower")
    return f"{claim['point']} is no global minimum, {claim['better']} has lower loss"


def no_input(context: Context, claim: Object, step: Object) -> str:
    """Nothing is regularised, and every sample whose loss counts has outputs that are 0 for all
    weights (`_silent`), so that L does not depend on the weights.  A sample of which all residuals
    have weight 0 does not count."""
    problem = context.problem
    if any(x for rows in problem.l2.values() for row in rows for x in row):
        raise Refused("a loss with an L2 term is not constant")
    silent = {zero: _silent(problem, zero) for zero in (True, False)}
    for i, x in enumerate(problem.inputs):
        counts = problem.weights is None or any(problem.weights[i])
        if counts and not silent[not any(x)]:
            raise Refused(f"the outputs at sample {i} are not shown to be 0 for all weights")
    return "the loss is constant"


def _silent(problem: Problem, zero: bool) -> bool:
    """Whether the outputs are 0 whatever the weights, at an input that is 0 (``zero``) or not.

    By induction: without hidden biases, a layer (the input first) whose entries are 0 for all
    weights gives preactivations 0 to the next one, whose neurons s(0) are then 0 if s(0) = 0; and
    if s is the zero polynomial they are 0 in any case.  Outputs are linear in the neurons that they
    read, those of the last hidden layer or those of ``skip``, and a bias of theirs is not 0."""
    layers = [zero]
    for coefficients, function in zip(problem.activations, problem.functions, strict=True):
        if coefficients is None:
            always, at_zero = False, function is not None and function[0] in VANISHING
        else:
            always, at_zero = not any(coefficients), not any(coefficients[:1])
        unbiased = problem.bias in ("none", "output")
        layers.append(always or (layers[-1] and at_zero and unbiased))
    read = {problem.K - 1} if problem.skip is None else {layer for layer, _ in problem.skip}
    return problem.bias in ("none", "hidden") and all(layers[k] for k in read)


def of_rank(
    context: Context, matrix: list[list[Any]], step: Object, r: int, root: str | None
) -> None:
    """Refused unless the minor that the step names is not zero and the kernel is as large as it
    may be: then the rank of the matrix is r."""
    rows = [
        files.count(i, "rows", 0, len(matrix) - 1) for i in files.array(step["rows"], "rows", r)
    ]
    columns = [
        files.count(j, "columns", 0, len(matrix[0]) - 1)
        for j in files.array(step["columns"], "columns", r)
    ]
    if len(set(rows)) < r or len(set(columns)) < r:
        raise Refused("the minor names a row or column twice")
    if rank([[matrix[i][j] for j in columns] for i in rows]) < r:
        raise Refused("the minor is zero")
    size = len(matrix[0])
    kernel = context.numbers(step["kernel"], "kernel", size - r, size, root)
    if kernel and (
        rank(kernel) < size - r
        or not vanishes(product(matrix, [list(c) for c in zip(*kernel, strict=True)]))
    ):
        raise Refused("the kernel is not that of the matrix, or its vectors are dependent")


def minor_rank(context: Context, claim: Object, step: Object) -> str:
    """The rank is at least r, because the r x r submatrix named is invertible, and at most r,
    because the matrix annihilates (columns - r) independent vectors."""
    weights, r = context.weights(claim["point"]), files.count(claim["rank"], "rank")
    root = context.root_of(claim["point"])
    first, last = (
        files.count(x, "product", 1, context.problem.K)
        for x in reversed(files.array(claim["product"], "product", 2))
    )
    if first > last or context.problem.skip is not None:
        raise Refused("product [i, j] needs i >= j and a network without skip connections")
    factors = [weights[f"W{k}"] for k in range(last, first - 1, -1)]
    if claim.get("data", False) is not False:
        if claim["data"] is not True or first != 1:
            raise Unreadable("data: expected true, with a product that ends with W1")
        samples = context.problem.inputs
        factors.append(
            [
                [sum(x[i] * x[j] for x in samples) for j in range(len(samples[0]))]
                for i in range(len(samples[0]))
            ]
        )
    matrix = product(*factors)
    of_rank(context, matrix, step, r, root)
    data = " times X X'" if claim.get("data") else ""
    return f"the rank at {claim['point']} of the product {claim['product']}{data} is {r}"


def _terms(context: Context, value: Any) -> dict[Monomial, Any]:
    result: dict[Monomial, Any] = {}
    for term in files.array(value, "terms"):
        factor, powers = files.array(term, "terms", 2)
        monomial = []
        for power in files.array(powers, "terms"):
            if len(files.array(power, "terms")) < 3:
                raise Unreadable(f"terms: {show(power)}, expected a parameter and an exponent")
            monomial.append((parameter(context, power[:-1]), files.count(power[-1], "exponent", 1)))
        key = tuple(sorted(monomial))
        if key in result or len({place for place, _ in key}) < len(key):
            raise Refused("a monomial, or a parameter in it, occurs twice")
        result[key] = files.number(factor, "terms")
        if not result[key]:
            raise Refused("a term has the coefficient 0")
    return result


def _compare(found: Any, claimed: dict[Monomial, Any]) -> None:
    terms = found.terms if isinstance(found, Sparse) else {(): found} if found else {}
    if terms != claimed:
        raise Refused(
            f"the expansion has {len(terms)} terms and differs from the "
            f"{len(claimed)} terms claimed"
        )


def expand_loss(context: Context, claim: Object, step: Object) -> str:
    """The forward pass over polynomials in the parameters gives L; polynomials are equal if and
    only if their coefficients are."""
    _compare(
        network.loss(context.problem, network.symbols(context.problem)),
        _terms(context, claim["terms"]),
    )
    return f"the loss is the polynomial of {len(claim['terms'])} terms"


def expand_gradient(context: Context, claim: Object, step: Object) -> str:
    """As `expand_loss`, for one partial derivative by backpropagation over polynomials."""
    name, i, j = parameter(context, claim["parameter"])
    _compare(_slope(context)[name][i][j], _terms(context, claim["terms"]))
    return f"the derivative by {place_text(name, i, j)} has the {len(claim['terms'])} terms listed"


def expand_hessian(context: Context, claim: Object, step: Object) -> str:
    """As `expand_gradient`, differentiated once more, term by term."""
    first, second = (
        parameter(context, x) for x in files.array(claim["parameters"], "parameters", 2)
    )
    name, i, j = first
    _compare(network.partial(_slope(context)[name][i][j], second), _terms(context, claim["terms"]))
    return (
        f"the derivative by {place_text(*first)} and {place_text(*second)} has the "
        f"{len(claim['terms'])} terms listed"
    )


def _slope(context: Context) -> Any:
    """The gradient over polynomials in the parameters, computed once."""
    if "slope" not in context.cache:
        context.cache["slope"] = network.gradient(context.problem, network.symbols(context.problem))
    return context.cache["slope"]
