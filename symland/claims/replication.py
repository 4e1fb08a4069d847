"""Claims about the images of a point under replication of a neuron, and about flat minima.

The problem of the case is the smaller network; see `symland.landscape.replication` for the map.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from symland.claims.case import Case

__all__ = [
    "convex_region",
    "replicated_best_outputs",
    "replicated_bound",
    "replicated_ends",
    "replicated_form",
    "replicated_global_minima",
    "replicated_layers",
    "replicated_minima",
    "replicated_saddles",
]


def _about(point: str, layer: int, neuron: int) -> dict[str, Any]:
    return {"point": point, "layer": layer, "neuron": neuron}


def _arithmetic(precision: int | None, exact: str) -> tuple[str, dict[str, Any]]:
    """The rule and what it needs: intervals with a precision, or one of the exact rules."""
    return (exact, {}) if precision is None else ("intervals", {"precision": precision})


def _of_the_point(evidence: tuple[str, str]) -> dict[str, str]:
    """The claims, proved before, that the point is critical and what its inertia is."""
    return {"critical": evidence[0], "inertia": evidence[1]}


def replicated_minima(
    case: Case,
    point: str,
    layer: int,
    neuron: int,
    shares: str,
    evidence: tuple[str, str],
    copies: int = 2,
    precision: int | None = None,
    exact: str = "substitution",
) -> str:
    """All images whose shares are "positive" (or "one_positive") are local minima.

    ``evidence`` are the claims critical and inertia of the point.
    """
    rule, witness = _arithmetic(precision, exact)
    witness |= _of_the_point(evidence)
    about = _about(point, layer, neuron) | {"shares": shares, "copies": copies}
    return case.establish("replicated_minima", about, rule, witness)


def replicated_saddles(
    case: Case,
    point: str,
    layer: int,
    neuron: int,
    shares: str,
    evidence: tuple[str, str],
    direction: Sequence[Fraction | int],
    precision: int | None = None,
    exact: str = "substitution",
) -> str:
    """The images by two copies with shares "inside", "outside" or "all" are strict saddles."""
    rule, witness = _arithmetic(precision, exact)
    witness |= _of_the_point(evidence) | {"direction": [str(x) for x in direction]}
    about = _about(point, layer, neuron) | {"shares": shares}
    return case.establish("replicated_saddles", about, rule, witness)


def replicated_ends(
    case: Case,
    point: str,
    layer: int,
    neuron: int,
    strict: bool,
    evidence: tuple[str, str],
    incoming: Sequence[Fraction | int],
    precision: int,
) -> str:
    """The images by two copies with shares 0 and 1 are saddles, strict or not (rule: analytic).

    At the ``incoming`` weights of the copy that the network does not see, the bias last, the
    derivative by one of its outgoing weights is not 0.
    """
    about = _about(point, layer, neuron) | {"strict": strict}
    witness = _of_the_point(evidence) | {"incoming": [str(x) for x in incoming]}
    return case.establish("replicated_ends", about, "analytic", witness | {"precision": precision})


def replicated_global_minima(case: Case, point: str, layer: int, neuron: int, value: str) -> str:
    """All images have the loss that the claim ``value`` says the point has, and that no function
    of the input falls below (rule: value)."""
    about = _about(point, layer, neuron)
    return case.establish("replicated_global_minima", about, "value", {"value": value})


def replicated_best_outputs(case: Case, point: str, layer: int, neuron: int, minimum: str) -> str:
    """All images are global minima, as the point is by the claim ``minimum``, whose outputs are
    best for every input (rule: outputs)."""
    about = _about(point, layer, neuron)
    return case.establish("replicated_global_minima", about, "outputs", {"minimum": minimum})


def replicated_form(
    case: Case,
    point: str,
    layer: int,
    neuron: int,
    form: str,
    sign: str,
    precision: int | None = None,
    exact: str = "substitution",
) -> str:
    """B is "positive" or "negative" definite; D is "zero" or "nonzero"."""
    rule, witness = _arithmetic(precision, exact)
    about = _about(point, layer, neuron) | {"form": form, "sign": sign}
    return case.establish("replicated_form", about, rule, witness)


def replicated_bound(
    case: Case,
    point: str,
    layer: int,
    neuron: int,
    shares: Sequence[Fraction],
    radius: Fraction,
    critical: str,
    precision: int,
) -> str:
    """No weights within the radius of the image have a lower loss (rule: intervals)."""
    about = _about(point, layer, neuron)
    about |= {"shares": [str(x) for x in shares], "radius": str(radius)}
    witness = {"critical": critical, "precision": precision}
    return case.establish("replicated_bound", about, "intervals", witness)


def replicated_layers(
    case: Case,
    point: str,
    copies: Sequence[int],
    evidence: tuple[str, str],
    forms: Sequence[str],
) -> str:
    """Copies in several layers of a network of single neurons are local minima (rule: forms)."""
    witness = _of_the_point(evidence) | {"forms": list(forms)}
    return case.establish(
        "replicated_layers", {"point": point, "copies": list(copies)}, "forms", witness
    )


def convex_region(
    case: Case, point: str, shape: str, transfer: Sequence[Sequence[Fraction]]
) -> str:
    """A local minimum in a region where the network is convex or concave in its input."""
    witness = {"shape": shape, "transfer": [[str(x) for x in row] for row in transfer]}
    return case.establish("minimum", {"point": point}, "convex_region", witness)
