"""Signed permutations of variables, and those that leave a polynomial as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

__all__ = ["SignedPermutation", "automorphisms", "closure", "compose", "identity"]

SignedPermutation = tuple[tuple[int, int], ...]
"""(index, sign) at place i: the new x_i is sign times the old x_index."""

Terms = Mapping[tuple[int, ...], Fraction]


def identity(size: int) -> SignedPermutation:
    """The one that moves nothing."""
    return tuple((i, 1) for i in range(size))


def compose(second: SignedPermutation, first: SignedPermutation) -> SignedPermutation:
    """First `first`, then `second`.

    >>> compose(((1, 1), (0, 1)), ((0, -1), (1, 1)))
    ((1, 1), (0, -1))
    """
    return tuple((first[i][0], sign * first[i][1]) for i, sign in second)


def closure(
    generators: Iterable[SignedPermutation], limit: int
) -> frozenset[SignedPermutation] | None:
    """The group that the generators generate; None where it has more than `limit` elements.

    >>> len(closure([((1, 1), (0, -1))], limit=10))
    4
    """
    listed = list(generators)
    if not listed:
        return frozenset()
    seen = {identity(len(listed[0]))}
    frontier = list(seen)
    while frontier:
        new = {compose(g, h) for g in listed for h in frontier} - seen
        seen |= new
        if len(seen) > limit:
            return None
        frontier = list(new)
    return frozenset(seen)


def automorphisms(terms: Terms, size: int, limit: int) -> list[SignedPermutation] | None:
    """All signed permutations g with p(g x) = p(x); None where a search step sees over `limit`.

    `terms` maps exponents to coefficients. The images of x_0, x_1, ... are chosen one after
    another; setting the others to 0 gives a polynomial in the chosen ones that must already agree.

    >>> found = automorphisms({(2, 0): Fraction(1), (0, 2): Fraction(1)}, 2, 100)
    >>> len(found), len(automorphisms({(2, 0): Fraction(1), (1, 1): Fraction(1)}, 2, 100))
    (8, 2)
    """
    by_support = _by_support(terms)
    partial: list[SignedPermutation] = [()]
    for _ in range(size):
        partial = [
            longer
            for g in partial
            for index in range(size)
            if all(index != used for used, _ in g)
            for sign in (1, -1)
            if _agrees(by_support, longer := (*g, (index, sign)))
        ]
        if len(partial) > limit:
            return None
    return partial


def _by_support(terms: Terms) -> dict[frozenset[int], dict[Any, Fraction]]:
    grouped: dict[frozenset[int], dict[Any, Fraction]] = {}
    for exponents, coefficient in terms.items():
        support = frozenset(i for i, e in enumerate(exponents) if e)
        key = frozenset((i, e) for i, e in enumerate(exponents) if e)
        grouped.setdefault(support, {})[key] = coefficient
    return grouped


def _agrees(by_support: dict[frozenset[int], dict[Any, Fraction]], g: SignedPermutation) -> bool:
    """Whether the terms in the chosen variables, the last among them, go to terms of p."""
    last = len(g) - 1
    for support, terms in by_support.items():
        if last not in support or max(support) > last:
            continue
        images = by_support.get(frozenset(g[i][0] for i in support), {})
        # As many terms on either side, so that nothing is left over in the image.
        if len(images) != len(terms):
            return False
        for key, coefficient in terms.items():
            sign = 1
            for i, e in key:
                sign *= g[i][1] ** e
            if images.get(frozenset((g[i][0], e) for i, e in key)) != sign * coefficient:
                return False
    # A term in the images of the chosen variables alone must come from one.
    chosen = {index for index, _ in g}
    newest = g[last][0]
    sources = {index: i for i, (index, _) in enumerate(g)}
    return all(
        frozenset(sources[v] for v in support) in by_support
        for support in by_support
        if newest in support and support <= chosen
    )
