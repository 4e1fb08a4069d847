"""Rules that compute exactly at points with rational and log(p/q) entries (logarithms.py,
indeterminates.py)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import files, interval_jets
from .context import Context
from .enclosed_points import is_box
from .indeterminates import Indeterminates, Written
from .interval_jets import Jet, Weights, gradient, hessian, loss
from .linear_algebra import inertia
from .log_polynomial import LogPolynomial, read_logarithm
from .logarithms import Logarithmic, Logarithms
from .network import coordinates
from .parity import Input, allowed, classes
from .rules_points import least_loss, place_text, read_inertia
from .statement import Problem, columned
from .verdict import Refused, show

Object = dict[str, Any]


def _weights(context: Context, name: Any) -> Weights:
    where = f"point {show(name)}"
    if is_box(context, name):
        raise Refused(f"{where} is a box, this rule needs an exact point")
    shapes = context.problem.shapes
    given = files.fields(context.statement.points[name], where, " ".join(shapes))
    return {
        n: [
            [_entry(x, f"{where}: {n}") for x in files.array(row, where, columns)]
            for row in files.array(columned(n, given[n]), where, rows)
        ]
        for n, (rows, columns) in shapes.items()
    }


def _entry(value: Any, where: str) -> Logarithmic:
    argument = read_logarithm(value, where)
    if argument is None:
        return Logarithmic(files.number(value, where))
    return Logarithmic(Fraction(0), argument)


def _jet(context: Context, name: Any, order: int) -> Jet:
    return loss(context.problem, Logarithms(), _weights(context, name), order)


def logarithms_critical(context: Context, claim: Object, step: Object) -> str:
    """Every partial derivative, computed exactly as r + log q, has r = 0 and q = 1."""
    slope = gradient(context.problem, _jet(context, claim["point"], 1), Logarithms())
    for place, g in zip(coordinates(context.problem), slope, strict=True):
        if not g.is_zero():
            raise Refused(f"the derivative with respect to {place_text(*place)} is not zero")
    return f"{claim['point']} is a critical point"


def indeterminates_critical(context: Context, claim: Object, step: Object) -> str:
    """Every partial derivative is written as the polynomial 0 in logarithms and in values of the
    functions, whatever numbers these are (indeterminates.py); so it is 0."""
    arithmetic, rows = Indeterminates(), _indeterminate(context, claim["point"])
    slope = gradient(context.problem, loss(context.problem, arithmetic, rows, 1), arithmetic)
    for place, g in zip(coordinates(context.problem), slope, strict=True):
        if g:
            raise Refused(
                f"the derivative with respect to {place_text(*place)} is not written as 0"
            )
    return f"{claim['point']} is a critical point"


def _indeterminate(context: Context, name: Any) -> Weights:
    given = _weights(context, name).items()
    return {n: [[_written(x) for x in row] for row in table] for n, table in given}


def _written(x: Logarithmic) -> Written:
    return Written(LogPolynomial.log(x.argument).terms) + x.rational


def logarithms_inertia(context: Context, claim: Object, step: Object) -> str:
    """The Hessian is exact and rational; it is diagonalised by congruence, and Sylvester's law of
    inertia gives the signs."""
    matrix = hessian(context.problem, _jet(context, claim["point"], 2), Logarithms())
    found = inertia([[x.as_rational() for x in row] for row in matrix])
    if found != read_inertia(claim):
        raise Refused(
            f"the Hessian has (positive, negative, zero) = {found}, claimed {read_inertia(claim)}"
        )
    return f"the Hessian at {claim['point']} has inertia {found}"


def indeterminates_inertia(context: Context, claim: Object, step: Object) -> str:
    """Second derivatives are computed as in `indeterminates_critical`, and are polynomials in
    logarithms (checked); elimination decides about these as real numbers (log_polynomial.py), and
    Sylvester's law of inertia gives the signs."""
    arithmetic, rows = Indeterminates(), _indeterminate(context, claim["point"])
    matrix = hessian(context.problem, loss(context.problem, arithmetic, rows, 2), arithmetic)
    found = inertia([[_polynomial(x) for x in row] for row in matrix])
    if found != read_inertia(claim):
        raise Refused(
            f"the Hessian has (positive, negative, zero) = {found}, claimed {read_inertia(claim)}"
        )
    return f"the Hessian at {claim['point']} has inertia {found}"


def _polynomial(x: Written) -> LogPolynomial:
    """The number as a polynomial in logarithms of integers alone."""
    if any(base < 0 or exponent < 0 for monomial in x.terms for base, exponent in monomial):
        raise Refused("a second derivative is not written in logarithms")
    return LogPolynomial(x.terms)


def logarithms_value(context: Context, claim: Object, step: Object) -> str:
    """L, computed exactly, is rational and equal to the number claimed."""
    found = _jet(context, claim["point"], 0).value.as_rational()
    if found != files.number(claim["value"], "value"):
        raise Refused(f"the loss at {claim['point']} is not the value claimed")
    return f"the loss at {claim['point']} is {show(found)}"


def logarithms_global_minimum(context: Context, claim: Object, step: Object) -> str:
    """L, computed exactly, is 0 at the point, and nowhere negative: a sum of squares with
    coefficients that are not negative (checked)."""
    problem = context.problem
    tables = [problem.weights or [], *problem.l2.values()]
    if any(x < 0 for rows in tables for row in rows for x in row) or problem.kind != "squared":
        raise Refused("the loss is not shown to be nowhere negative")
    if not _jet(context, claim["point"], 0).value.is_zero():
        raise Refused(f"the loss at {claim['point']} is not zero")
    return f"{claim['point']} is a global minimum, its loss is 0"


def logarithms_pure_error(context: Context, claim: Object, step: Object) -> str:
    """L, computed exactly, is rational and what no function of the input falls below that the
    network may be (`least_loss` in rules_points.py)."""
    least = least_loss(context.problem)
    if _jet(context, claim["point"], 0).value.as_rational() != least:
        raise Refused(f"the loss at {claim['point']} is not the least of all functions")
    what = allowed(context.problem)
    return f"{claim['point']} is a global minimum, no {what} of the input fits better"


def logarithms_balanced_outputs(context: Context, claim: Object, step: Object) -> str:
    """Over the samples of each class, with outputs e f(x) for all weights (parity.py; e = 1 for
    equal inputs), the derivatives of the loss by each of the f_j(x) add up to 0.

    There is no regularizer and no weight is negative (checked), so that the loss is a sum over the
    classes of functions of f(x): sums, with e f for f, of w (f_j - y_j)^2, of log(1 + exp(-y_j
    f_j)), or of log sum exp f_j - sum y_j f_j.  These are convex in f, hence in e f; where the
    derivatives by all f_j, which are e times those by the outputs, add up to 0, computed exactly,
    each is least, and so is L, whatever outputs the classes allow are fitted.  What the derivatives
    by the weights are does not matter.
    """
    problem, rows = context.problem, _weights(context, claim["point"])
    if any(x < 0 for row in problem.weights or [] for x in row):
        raise Refused("a weight of the loss is negative")
    if any(x for table in problem.l2.values() for row in table for x in row):
        raise Refused("the loss has a regularizer")
    variables = interval_jets._variables(problem, Logarithms(), rows, 0)
    groups: dict[Input, list[Logarithmic]] = {}
    for i, (x, (name, e)) in enumerate(zip(problem.inputs, classes(problem), strict=True)):
        outputs = interval_jets.outputs(problem, Logarithms(), variables, x)
        sign = Logarithmic(Fraction(e))
        found = [sign * s for s in _slopes(problem, i, [f.value for f in outputs])]
        before = groups.get(name, [Logarithmic(Fraction(0))] * len(found))
        groups[name] = [a + b for a, b in zip(before, found, strict=True)]
    if not all(slope.is_zero() for slopes in groups.values() for slope in slopes):
        raise Refused("the derivatives by the outputs of an input do not add up to 0")
    context.cache["least for all outputs", claim["name"]] = True
    return f"{claim['point']} is a global minimum, no {allowed(problem)} of the input fits better"


def _slopes(problem: Problem, sample: int, outputs: list[Logarithmic]) -> list[Logarithmic]:
    """The derivatives of the sample's loss by its outputs, but for a positive factor."""
    targets, found = problem.targets[sample], []
    if problem.kind == "squared":
        factors = problem.weights[sample] if problem.weights else [Fraction(1)] * len(targets)
        for f, y, w in zip(outputs, targets, factors, strict=True):
            found.append(Logarithmic(w) * (f + Logarithmic(-y)))
        return found
    if problem.weights is not None:
        raise Refused(f"weights of the loss {problem.kind}")
    if problem.kind == "logistic":
        for f, y in zip(outputs, targets, strict=True):
            s = Logarithms().derivatives("sigmoid", Logarithmic(-y) * f, 0)[0]
            found.append(Logarithmic(-y) * s)
        return found
    powers = [Logarithms().derivatives("exp", f, 0)[0].as_rational() for f in outputs]
    return [Logarithmic(q / sum(powers) - y) for q, y in zip(powers, targets, strict=True)]
