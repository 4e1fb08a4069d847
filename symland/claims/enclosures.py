"""Claims by interval arithmetic: one critical point in a box, its inertia, kind and loss.

The functions write claims and witnesses; the checker's rules say what they prove.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flint import fmpq

from symland.claims.case import Case
from symland.claims.curvature import inertia_json
from symland.landscape.deep_linear.inertia import Inertia
from symland.landscape.parameters import shaped

__all__ = [
    "all_critical",
    "box_point",
    "critical_exactly",
    "degenerate_minimum",
    "dyadic_point",
    "inertia_by_congruence",
    "inertia_exactly",
    "kind_by_inertia",
    "loss_between",
    "loss_exactly",
    "not_critical_between",
    "not_global_between",
    "only_critical",
    "only_critical_at_midpoint",
    "zero_loss_exactly",
]

Shapes = Mapping[str, tuple[int, ...]]
Matrix = Sequence[Sequence[fmpq]]


def box_point(case: Case, shapes: Shapes, midpoint: Sequence[fmpq], radii: Sequence[fmpq]) -> str:
    """The point that is the only critical one in the box midpoint +- radii."""
    box = {
        "midpoint": shaped(shapes, [str(x) for x in midpoint]),
        "radius": shaped(shapes, [str(r) for r in radii]),
    }
    return case.point({"box": box})


def dyadic_point(case: Case, shapes: Shapes, values: Sequence[fmpq]) -> str:
    """A rational point from its entries one after another."""
    return case.point(shaped(shapes, [str(x) for x in values]))


def only_critical(case: Case, point: str, inverse: Matrix, precision: int) -> str:
    """The box of the point holds exactly one critical point (rule: krawczyk)."""
    witness = {"precision": precision, "inverse": _texts(inverse)}
    return case.establish("critical", {"point": point}, "krawczyk", witness)


def inertia_by_congruence(
    case: Case, point: str, found: Inertia, transform: Matrix, precision: int
) -> str:
    """The signs of the Hessian's eigenvalues, none of which is 0 (rule: congruence)."""
    witness = {"precision": precision, "transform": _texts(transform)}
    about = {"point": point, **inertia_json(found)}
    return case.establish("inertia", about, "congruence", witness)


def kind_by_inertia(case: Case, point: str, kind: str, critical: str, inertia: str) -> str:
    """A strict_minimum, strict_maximum or strict_saddle, from two earlier claims."""
    witness = {"critical": critical, "inertia": inertia}
    return case.establish(kind, {"point": point}, "inertia", witness)


def loss_between(case: Case, point: str, lower: fmpq, upper: fmpq, precision: int) -> str:
    """The loss at the point lies between the bounds (rule: intervals)."""
    about = {"point": point, "lower": str(lower), "upper": str(upper)}
    return case.establish("enclosure", about, "intervals", {"precision": precision})


def not_critical_between(
    case: Case, point: str, parameter: Sequence[Any], lower: fmpq, upper: fmpq, precision: int
) -> str:
    """A partial derivative lies between bounds of one sign (rule: intervals)."""
    about = {"point": point, "parameter": list(parameter), "lower": str(lower), "upper": str(upper)}
    return case.establish("not_critical", about, "intervals", {"precision": precision})


def not_global_between(case: Case, point: str, better: str, precision: int) -> str:
    """The enclosed loss at `better` is lower (rule: intervals)."""
    about = {"point": point, "better": better}
    return case.establish("not_global", about, "intervals", {"precision": precision})


def only_critical_at_midpoint(
    case: Case, point: str, free: Sequence[int], pieces: int, precision: int
) -> str:
    """The midpoint of the box is critical, with singular Hessian, and the only critical point in
    it (rule: degenerate); `free` are weights that parametrise the kernel of the Hessian."""
    witness = {"precision": precision, "free": list(free), "pieces": pieces}
    return case.establish("critical", {"point": point}, "degenerate", witness)


def degenerate_minimum(
    case: Case, point: str, free: Sequence[int], pieces: int, radius: str, precision: int
) -> str:
    """The point is a strict local minimum though its Hessian is singular (rule: degenerate): the
    loss rises to fourth order along its kernel, of which `free` are weights that parametrise it."""
    witness = {"precision": precision, "free": list(free), "pieces": pieces, "radius": radius}
    return case.establish("strict_minimum", {"point": point}, "degenerate", witness)


def all_critical(
    case: Case,
    points: Sequence[str],
    lower: fmpq,
    upper: fmpq,
    nodes: Sequence[Any],
    precision: int,
    symmetries: Mapping[str, Any] | None = None,
    balances: Sequence[Any] = (),
    minors: Mapping[str, Any] | None = None,
    order: int | None = None,
    scaled: bool = False,
) -> str:
    """The points are all the critical ones in the cube [lower, upper] (rule: branch_and_bound).

    `symmetries` are those for which nodes are left out (rule: fundamental_domain), `balances`
    generators by whose polynomials nodes are excluded (rule: balanced_domain), `minors` those that
    exclude nodes (rule: spanned_domain), `order` that of expansions (rule: expanded_domain);
    `scaled` says that there are nodes excluded by scaled derivatives (rule: scaled_domain).
    """
    about = {"lower": str(lower), "upper": str(upper), "points": list(points)}
    witness = {"precision": precision, "cover": list(nodes)}
    if scaled or order is not None:
        witness |= {"symmetries": symmetries, "balances": list(balances) or None}
        witness |= {"minors": minors, "order": order}
        rule = "scaled_domain" if scaled else "expanded_domain"
        return case.establish("all_critical", about, rule, witness)
    if minors is not None:
        witness |= {"symmetries": symmetries, "balances": list(balances) or None}
        witness["minors"] = minors
        return case.establish("all_critical", about, "spanned_domain", witness)
    if balances:
        witness |= {"symmetries": symmetries, "balances": list(balances)}
        return case.establish("all_critical", about, "balanced_domain", witness)
    if symmetries is None:
        return case.establish("all_critical", about, "branch_and_bound", witness)
    witness["symmetries"] = symmetries
    return case.establish("all_critical", about, "fundamental_domain", witness)


def critical_exactly(case: Case, point: str, rule: str = "logarithms") -> str:
    """The gradient vanishes at a point of rational and log(p/q) entries; rule indeterminates where
    numbers occur that are not rational."""
    return case.establish("critical", {"point": point}, rule, {})


def inertia_exactly(case: Case, point: str, found: Inertia, rule: str = "logarithms") -> str:
    """The signs of the eigenvalues of a rational Hessian at such a point; rule indeterminates where
    logarithms occur in it."""
    return case.establish("inertia", {"point": point, **inertia_json(found)}, rule, {})


def loss_exactly(case: Case, point: str, value: fmpq) -> str:
    """The loss at a point of rational and log(p/q) entries is this number (rule: logarithms)."""
    return case.establish("value", {"point": point, "value": str(value)}, "logarithms", {})


def zero_loss_exactly(case: Case, point: str) -> str:
    """The loss is never negative, and 0 at such a point (rule: logarithms)."""
    return case.establish("global_minimum", {"point": point}, "logarithms", {})


def _texts(matrix: Matrix) -> list[list[str]]:
    return [[str(x) for x in row] for row in matrix]
