"""Which changes of basis of a linear layer the regularizer and skip allow.

A change g of layer k keeps 1/2 sum lambda w^2 exactly if g^T D g = D for D the diagonal matrix of
each column of lambda(W_k) and of lambda(b_k), and g^-1 E g^-T = E for each row E of lambda of
what reads the layer. For the Lie algebra these equations relate a_pq and a_qp alone:
D_p a_pq + D_q a_qp = 0 and E_q a_pq + E_p a_qp = 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from symland.exact.rational_matrix import RationalMatrix
from symland.landscape.symmetry.neuron_change import Rows, read_by_output
from symland.problem.network import Network

__all__ = ["basis_algebra", "group_name"]

Relations = list[tuple[Fraction, Fraction]]


def basis_algebra(network: Network, lambdas: Mapping[str, Any], layer: int) -> tuple[Rows, ...]:
    """A basis of the Lie algebra; `lambdas` has every parameter's array, zeros included.

    >>> zero = {"W1": ((Fraction(0),),) * 2, "W2": ((Fraction(0), Fraction(0)),)}
    >>> len(basis_algebra(Network([1, 2, 1]), zero, 1))
    4
    >>> one = {"W1": ((Fraction(1),),) * 2, "W2": ((Fraction(1), Fraction(1)),)}
    >>> basis_algebra(Network([1, 2, 1]), one, 1)[0][0][1]
    Fraction(1, 1)
    """
    size = network.widths[layer]
    basis: list[Rows] = []
    for p in range(size):
        for q in range(p, size):
            relations = _relations(network, lambdas, layer, p, q)
            if p == q:
                # Both unknowns are the one a_pp.
                if not any(x + y for x, y in relations):
                    basis.append(_unit(size, {(p, p): Fraction(1)}))
                continue
            matrix = RationalMatrix([list(r) for r in relations], 2)
            for x, y in zip(*matrix.nullspace().tolist(), strict=True):
                basis.append(_unit(size, {(p, q): x, (q, p): y}))
    return tuple(basis)


def _relations(
    network: Network, lambdas: Mapping[str, Any], layer: int, p: int, q: int
) -> Relations:
    """Pairs (x, y) with x a_pq + y a_qp = 0."""
    incoming = list(zip(*lambdas[f"W{layer}"], strict=True))
    if f"b{layer}" in lambdas:
        incoming.append(tuple(lambdas[f"b{layer}"]))
    relations: Relations = [(D[p], D[q]) for D in incoming]
    if layer < network.H:
        relations += [(E[q], E[p]) for E in lambdas[f"W{layer + 1}"]]
    column = {neuron: c for c, neuron in read_by_output(network, layer)}
    if p in column and q in column:
        rows = lambdas[f"W{network.K}"]
        relations += [(E[column[q]], E[column[p]]) for E in rows]
    elif p in column:
        relations.append((Fraction(1), Fraction(0)))
    elif q in column:
        relations.append((Fraction(0), Fraction(1)))
    return relations or [(Fraction(0), Fraction(0))]


def _unit(size: int, entries: Mapping[tuple[int, int], Fraction]) -> Rows:
    zero = Fraction(0)
    return tuple(tuple(entries.get((i, j), zero) for j in range(size)) for i in range(size))


def group_name(size: int, algebra: tuple[Rows, ...]) -> str:
    """GL(d), O(d), a product of orthogonal groups, or what can be said of another subgroup.

    >>> group_name(1, ())
    'trivial'
    """
    if not algebra:
        return "trivial"
    if len(algebra) == size * size:
        return f"GL({size})"
    blocks = _orthogonal_blocks(size, algebra)
    if blocks is None:
        return f"a subgroup of GL({size})"
    return " x ".join(f"O({len(block)})" for block in blocks if len(block) > 1)


def _orthogonal_blocks(size: int, algebra: tuple[Rows, ...]) -> list[list[int]] | None:
    """The blocks if the algebra is a sum of so(n) in the standard basis, else None."""
    if any(a[i][j] != -a[j][i] for a in algebra for i in range(size) for j in range(size)):
        return None
    blocks = [[i] for i in range(size)]
    for a in algebra:
        p, q = next((i, j) for i in range(size) for j in range(size) if a[i][j])
        first = next(b for b in blocks if p in b)
        second = next(b for b in blocks if q in b)
        if first is not second:
            first += second
            blocks.remove(second)
    expected = sum(len(b) * (len(b) - 1) // 2 for b in blocks)
    return blocks if expected == len(algebra) else None
