"""Exchanges of parameters: the signed permutations that no other symmetry explains.

Equal scalar layers may change places, data that permuting inputs and outputs leaves as it is lets
the outer weights do the same, and so on. For a polynomial loss in few parameters all of them are
found by search on its terms, so nothing need be thought of beforehand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from symland.exact.polynomial import parameter_ring
from symland.landscape.loss import (
    MAX_TERM_PRODUCTS,
    expansion_work,
    loss_polynomial,
    not_polynomial_because,
)
from symland.landscape.symmetry.parameter_symmetry import ParameterExchange
from symland.landscape.symmetry.setting import Setting
from symland.landscape.symmetry.signed_permutation import (
    SignedPermutation,
    automorphisms,
    closure,
    identity,
)
from symland.landscape.symmetry.symmetry import Symmetry

__all__ = ["beyond", "exchanges", "signed_generators"]

MAX_PARAMETERS = 8
MAX_ELEMENTS = 4_000


def exchanges(setting: Setting, found: Sequence[Symmetry], notes: list[str]) -> Iterator[Symmetry]:
    """Signed permutations of the parameters beyond those that `found` generates.

    >>> from symland.problem import Dataset, Network, Problem
    >>> setting = Setting(Problem(Network([1, 1, 1]), Dataset([[1]], [[2]])))
    >>> print(*exchanges(setting, [], []))
    exchange of parameters: signed permutations, order 4
    """
    if not_polynomial_because(setting.problem):
        notes.append("exchanges of parameters: not searched, the loss is no polynomial")
        return
    size = len(setting.keys)
    if size > MAX_PARAMETERS:
        notes.append(
            f"exchanges of parameters: not searched, {size} parameters, "
            f"only up to {MAX_PARAMETERS} are"
        )
        return
    if expansion_work(setting.problem) > MAX_TERM_PRODUCTS:
        notes.append("exchanges of parameters: not searched, the loss has too many terms")
        return
    terms = _terms(setting)
    # A parameter that does not occur is the matter of translations.
    used = [i for i in range(size) if any(e[i] for e in terms)]
    everything = automorphisms(
        {tuple(e[i] for i in used): c for e, c in terms.items()}, len(used), MAX_ELEMENTS
    )
    if everything is None:
        notes.append(f"exchanges of parameters: more than {MAX_ELEMENTS}, not listed")
        return
    group = [_embedded(g, used, size) for g in everything]
    generators = beyond(group, signed_generators(found))
    if generators:
        yield ParameterExchange(setting.network, "exchange of parameters", generators)


def _terms(setting: Setting) -> dict[tuple[int, ...], Fraction]:
    ring = parameter_ring(setting.network.shapes)
    return {e: c for c, e in ring.terms(loss_polynomial(setting.problem, ring))}


def _embedded(g: SignedPermutation, used: Sequence[int], size: int) -> SignedPermutation:
    """A signed permutation of the used parameters as one of all."""
    whole = list(identity(size))
    for place, (index, sign) in zip(used, g, strict=True):
        whole[place] = (used[index], sign)
    return tuple(whole)


def signed_generators(found: Iterable[Symmetry]) -> list[SignedPermutation]:
    """The signed permutations of parameters among the finite generators of symmetries."""
    result: list[SignedPermutation] = []
    for symmetry in found:
        for g in symmetry.finite_generators():
            matrix, shift = symmetry.affine_map(g)
            if not any(shift) and all(sum(map(bool, row)) == 1 for row in matrix):
                result.append(tuple((j, int(v)) for row in matrix for j, v in enumerate(row) if v))
    return result


def beyond(
    group: Sequence[SignedPermutation], known: Sequence[SignedPermutation]
) -> tuple[SignedPermutation, ...]:
    """Elements of a finite group that generate it together with `known`, elements of it."""
    generators: list[SignedPermutation] = []
    reached = closure(known, len(group)) or frozenset([identity(len(group[0]))])
    for g in group:
        if g not in reached:
            generators.append(g)
            reached = closure([*known, *generators], len(group)) or reached
    return tuple(generators)
