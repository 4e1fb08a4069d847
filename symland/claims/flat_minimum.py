"""Claims: a local minimum or maximum, flat along a manifold of critical points and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symland.claims.case import Case
from symland.exact.polynomial import parameter_keys
from symland.landscape.parameters import shaped
from symland.landscape.symmetry.infinitesimal import Generator
from symland.problem.network import Network
from symland.search.critical_manifold import CriticalManifold

__all__ = ["flat_maximum", "flat_minimum", "generator_json"]


def flat_minimum(
    case: Case, point: str, manifold: CriticalManifold, evidence: tuple[str, str]
) -> str:
    """The point is a local minimum (rules: orbit, or morse_bott with an affine family).

    ``evidence`` are the claims critical and inertia of the point.
    """
    return _flat(case, "minimum", point, manifold, evidence)


def flat_maximum(
    case: Case, point: str, manifold: CriticalManifold, evidence: tuple[str, str]
) -> str:
    """The same for a local maximum."""
    return _flat(case, "maximum", point, manifold, evidence)


def _flat(
    case: Case, kind: str, point: str, manifold: CriticalManifold, evidence: tuple[str, str]
) -> str:
    network = case.problem.network
    witness: dict[str, Any] = {
        "critical": evidence[0],
        "inertia": evidence[1],
        "generators": [generator_json(network, g) for g in manifold.generators],
    }
    if not manifold.directions:
        return case.establish(kind, {"point": point}, "orbit", witness)
    witness |= {
        "parameters": len(manifold.directions),
        "manifold": _family(network, manifold.directions),
    }
    return case.establish(kind, {"point": point}, "morse_bott", witness)


def generator_json(network: Network, generator: Generator) -> dict[str, Any]:
    """The matrix of each layer that moves, and its shift where there is one."""
    written: dict[str, Any] = {}
    for layer in sorted({place[0] for place in generator.entries}):
        size = range(network.widths[layer])
        entry: Mapping[Any, Any] = generator.entries
        written[str(layer)] = {
            "matrix": [[str(entry.get((layer, i, j), 0)) for j in size] for i in size]
        }
        shift = [str(entry.get((layer, i, None), 0)) for i in size]
        if any(x != "0" for x in shift):
            written[str(layer)]["shift"] = shift
    return written


def _family(network: Network, directions: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """sum s_i d_i for every parameter that moves, entries as lists of [factor, exponents]."""
    units = [[int(i == k) for i in range(len(directions))] for k in range(len(directions))]
    entries = [
        [[str(x), unit] for x, unit in zip(column, units, strict=True) if x]
        for column in zip(*directions, strict=True)
    ]
    moving = {key[0] for key, x in zip(parameter_keys(network.shapes), entries, strict=True) if x}
    return {n: rows for n, rows in shaped(network.shapes, entries).items() if n in moving}
